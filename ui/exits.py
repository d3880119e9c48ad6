"""Exits from the watchlist that were approved in the app, as rows for the next load.

    python -m ui.exits FOLDER

writes FOLDER/watchlist_exits.csv, which `python -m data.load FOLDER` reads beside the book's own
watchlist. Only rows of the app's own are ever written or taken out; twice gives the same file.
Exit codes: 0 it is written, 1 the folder cannot be written to, 2 the store cannot be read.
"""

import argparse
import csv
import os
import sys
from pathlib import Path

from ui import accounts, desk, workspace
from ui.accounts import AuthFileBroken
from ui.store import Unavailable

TABLE = "watchlist_exits"
COLUMNS = ("exit_id", "borrower_id", "approved_on", "proposed_by", "approved_by")
OWN = "app-"  # how the numbers of the app's own rows begin


class NotWritable(Exception):
    """The folder is none, or holds the table in a way that this cannot add to."""


def write(folder: Path) -> int:
    """Brings the folder's table up to date; gives how many exits of the app are in it.

    Raises NotWritable, and Unavailable when the store cannot be read: then nothing is changed.
    """
    path = folder / f"{TABLE}.csv"
    names, others = _kept(folder, path)
    rows = _rows()
    workspace.log(None, "export", object_type=TABLE, row_count=len(rows), address="")
    if not rows and not others:
        # The load takes no empty table.
        path.unlink(missing_ok=True)
        return 0
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, names, restval="", lineterminator="\n")
        lines.writeheader()
        lines.writerows([*others, *rows])
    os.replace(beside, path)
    return len(rows)


def _kept(folder: Path, path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The columns of the folder's table, and its rows that are not the app's."""
    if not folder.is_dir():
        raise NotWritable(f"{folder}: there is no such folder")
    for other in (".parquet", ".xlsx"):
        if (there := path.with_suffix(other)).exists():
            raise NotWritable(f"{there}: the table is there already; only a .csv can be added to")
    if not path.exists():
        return [*COLUMNS], []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = csv.DictReader(file, strict=True)
            names = list(found.fieldnames or ())
            rows = list(found)
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotWritable(f"{path}: no CSV in UTF-8: {error}") from error
    if missing := set(COLUMNS) - {*names}:
        raise NotWritable(f"{path}: no column {', '.join(sorted(missing))}")
    if any(None in row for row in rows):
        raise NotWritable(f"{path}: a row has more fields than there are columns")
    return names, [row for row in rows if not (row["exit_id"] or "").startswith(OWN)]


def _rows() -> list[dict[str, str]]:
    """Every exit that was approved and not taken back, by its number."""
    numbers = {name: one.user.staff_id for name, one in accounts.read().items()}
    return [
        {
            "exit_id": f"{OWN}{approval.seq}",
            "borrower_id": approval.borrower_id,
            "approved_on": approval.when.date().isoformat(),
            "proposed_by": numbers.get(proposal.user) or proposal.user,
            "approved_by": numbers.get(approval.user) or approval.user,
        }
        for proposal, approval in desk.approved_exits()
    ]


def main(arguments: list[str] | None = None) -> int:
    """The command line; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m ui.exits",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="the folder that is loaded next")
    folder = parser.parse_args(arguments).folder
    try:
        number = write(folder)
    except Unavailable as error:
        print(f"The workspace store cannot be read: {error}", file=sys.stderr)
        return 2
    except (NotWritable, AuthFileBroken, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{folder / TABLE}.csv: {number} approved exits; the next load takes them in")
    return 0


if __name__ == "__main__":
    sys.exit(main())
