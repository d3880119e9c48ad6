"""Read a folder of loan files into one new, checked warehouse build.

    python -m data.load FOLDER [--warehouse DIR] [--format NAME] [--as-of DATE] [--max-rejected 5%]
        [--organisation NAME]

Progress goes to stderr; the last line on stdout is the summary, one line of JSON. Exit codes:

* 0: a new build is in service;
* 2: the folder, a table, a column or a file is not usable, or the command is wrong;
* 3: too many rows were rejected;
* 4: a model or a check failed;
* 5: the disk or the memory is full;
* 6: another load is at work in this warehouse.

Whatever happens, the build in service stays as it is.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from data.adapters import ADAPTERS
from data.building import build_models, models_digest, run_checks
from data.builds import (
    DEFAULT_WAREHOUSE,
    next_build,
    prune,
    publish,
    room_needed,
    working_room,
)
from data.counting import Counts
from data.failures import FolderUnusable, LoadError
from data.filling import add_adapters_rows, add_source_counts, fill_raw
from data.folder import open_folder
from data.organisation import check_organisation, unended, unstarted, use_organisation
from data.raw import empty_raw, fill_calendar, last_event, literal
from data.scoring import train

__all__ = ["build_models", "empty_raw", "fill_calendar", "load", "main"]

MEMORY = "5GB"
STOPPED = 130
AHEAD = ", which is yet to come: look for a wrong date, or give --as-of"


def say(line: str) -> None:
    """Tell the person at the terminal how far the load is."""
    print(line, file=sys.stderr, flush=True)


def load(
    folder: Path,
    warehouse: Path,
    *,
    as_of: date | None = None,
    max_rejected: float = 0.05,
    source_format: str | None = None,
    organisation: str | None = None,
    progress: Callable[[str], None] = say,
) -> dict:
    """Load the folder into a new build of the warehouse and give the summary.

    `organisation` stands in for the parameter of that name: merged, or that of an article.
    The summary holds `build` (path), `tables` (rows, loaded, rejected and duplicates of each),
    `seconds`, and besides `as_of`, `reasons`, and with source_format the adapter's `source`.
    Raises a LoadError, whose exit_code tells what went wrong, and leaves all other builds alone.
    """
    started = time.monotonic()
    with room_needed(warehouse), working_room(warehouse) as room:
        build = next_build(warehouse, datetime.now(UTC))
        canonical, converted = folder, None
        if source_format:
            canonical = room / "converted"
            converted = _convert(source_format, folder, canonical, progress)
        origin = f"{source_format}: {folder}" if source_format else str(folder)
        with _open(room) as connection:
            counted = _fill(connection, canonical, room, max_rejected, progress)
            add_source_counts(connection, converted["tables"] if converted else {})
            day = _stamp(connection, build.stem, as_of, origin, canonical)
            progress(f"the book stands at {day}{AHEAD if day > _tomorrow() else ''}")
            if organisation:
                use_organisation(connection, organisation)
            check_organisation(connection, day)
            for case_type, event in unstarted(connection):
                progress(f"no {case_type} has the event {event}: its recorded target stands")
            for case_type, event in unended(connection):
                progress(f"no {case_type} has the event {event}: it is held to its closing")
            _build(connection, room, progress)
            progress(f"writing {build.name}")
            connection.execute("checkpoint build")
        publish(room / "new", build)
        progress(f"{build} is in service")
        for old in prune(warehouse):
            progress(f"{old.name} removed: neither of the last seven builds nor its month's last")
    return _summary(build, day, counted, converted, time.monotonic() - started)


def _convert(
    source_format: str, folder: Path, canonical: Path, progress: Callable[[str], None]
) -> dict:
    progress(f"reading {folder} as {source_format}")
    canonical.mkdir()
    return ADAPTERS[source_format](folder, canonical)


def _open(room: Path) -> duckdb.DuckDBPyConnection:
    """The new build, and beside it the databases that are gone when it is done."""
    spill = room / "spill"
    spill.mkdir()
    connection = duckdb.connect(
        config={
            "memory_limit": os.environ.get("LOAD_MEMORY") or MEMORY,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("set timezone = 'UTC'")
    # A half-written build is never recovered, so no log of its changes is kept.
    for name, file in (("build", room / "new"), ("intermediate", room / "between")):
        connection.execute(
            f"attach {literal(str(file))} as {name} "
            "(recovery_mode 'no_wal_writes', storage_version 'v1.5.0')"
        )
    connection.execute("use build")
    return connection


def _fill(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    room: Path,
    max_rejected: float,
    progress: Callable[[str], None],
) -> dict[str, Counts]:
    files = open_folder(connection, folder, progress)
    empty_raw(connection)
    counted = fill_raw(connection, files, room, max_rejected, progress)
    add_adapters_rows(connection, folder)
    return counted


def _tomorrow() -> date:
    return datetime.now(UTC).date() + timedelta(days=1)


def _stamp(
    connection: duckdb.DuckDBPyConnection,
    build_id: str,
    as_of: date | None,
    origin: str,
    canonical: Path,
) -> date:
    """Write raw.build and raw.calendar; gives the day at which the book stands."""
    day = as_of or last_event(connection)
    if day is None:
        raise FolderUnusable(
            ["no loan was disbursed, paid or recorded on any day: nothing to show"]
        )
    first = fill_calendar(connection, day)
    now = datetime.now(UTC).replace(tzinfo=None)
    is_demo = (canonical / "truth.json").exists()
    connection.execute(
        "insert into raw.build values (?, ?, ?, ?, ?, ?, ?)",
        [build_id, day, now, origin, is_demo, first, models_digest()],
    )
    return day


def _build(
    connection: duckdb.DuckDBPyConnection, room: Path, progress: Callable[[str], None]
) -> None:
    # What is read keeps its file's order; a model that wants an order says so, and the rest may run
    # in any: a third less time on two cores.
    connection.execute("set preserve_insertion_order = false")
    build_models(connection, progress)
    train(connection, progress)
    run_checks(connection, progress)
    connection.execute("detach intermediate")
    (room / "between").unlink()


def _summary(
    build: Path, day: date, counted: dict[str, Counts], converted: dict | None, seconds: float
) -> dict:
    summary = {
        "build": str(build),
        "as_of": day.isoformat(),
        "tables": {
            table: {
                "rows": counts.rows,
                "loaded": counts.loaded,
                "rejected": counts.rejected,
                "duplicates": counts.duplicates,
            }
            for table, counts in counted.items()
        },
        "reasons": {table: counts.reasons for table, counts in counted.items() if counts.reasons},
        "rounded": {table: counts.rounded for table, counts in counted.items() if counts.rounded},
        "seconds": round(seconds, 2),
    }
    return summary if converted is None else summary | {"source": converted}


def _share(text: str) -> float:
    """0.05 or 5%, as a fraction."""
    share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a share between 0 and 1, or 0% and 100%")
    return share


def _command(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m data.load",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="one file per table: .csv, .parquet or .xlsx")
    parser.add_argument(
        "--warehouse",
        type=Path,
        default=Path(os.environ.get("WAREHOUSE") or DEFAULT_WAREHOUSE),
        help="folder of the builds (default: $WAREHOUSE, or data/warehouse)",
    )
    parser.add_argument("--format", choices=sorted(ADAPTERS), help="a foreign format")
    parser.add_argument("--as-of", type=date.fromisoformat, help="default: the data's last day")
    parser.add_argument(
        "--max-rejected",
        type=_share,
        default=0.05,
        help="the share of a table's rows that may be rejected (default 5%%)",
    )
    parser.add_argument(
        "--organisation",
        help="in place of the parameter: merged, article_1, article_2, article_3, or one of the"
        " folder's own departments.csv",
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """The command line; gives the exit code."""
    given = _command(arguments)
    try:
        summary = load(
            given.folder,
            given.warehouse,
            as_of=given.as_of,
            max_rejected=given.max_rejected,
            source_format=given.format,
            organisation=given.organisation,
        )
    except LoadError as error:
        say(str(error))
        return error.exit_code
    except (KeyboardInterrupt, RuntimeError, duckdb.InterruptException) as error:
        # DuckDB turns Ctrl-C during a statement into an error of its own, of either kind.
        if isinstance(error, RuntimeError) and "interrupted" not in str(error).lower():
            raise
        say("stopped; the build in service is untouched")
        return STOPPED
    print(json.dumps(summary, ensure_ascii=False, default=str))
    return 0


if __name__ == "__main__":
    sys.exit(main())
