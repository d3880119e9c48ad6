"""See to it that there is a build to show: `make run` calls this before it starts the app.

With WAREHOUSE set the book is somebody's own, so nothing is made up: it only says how to load one.
Otherwise the demo book is written and loaded the first time, and again when the models changed.
"""

import os
import sys
from pathlib import Path

import duckdb

from data.building import models_digest
from data.builds import DEFAULT_WAREHOUSE, builds
from data.failures import LoadError
from data.generate import generate
from data.load import load

DEMO = Path(__file__).parent / "demo"
LOANS, MONTHS, SEED = 20_000, 36, 7

NO_BUILD = """There is no build in {folder}.
Load your own tables first:
  .venv/bin/python -m data.load FOLDER --warehouse {folder}
FOLDER holds one file per table (csv, parquet or xlsx): loans, borrowers, and instalments with
repayments or loan_months. The README says which columns they need."""


def say(message: str) -> None:
    """One line of progress."""
    print(message, file=sys.stderr, flush=True)


def make_demo(demo: Path = DEMO, warehouse: Path = DEFAULT_WAREHOUSE) -> None:
    """Write the demo book and load it, unless the newest build is as this version makes it.

    A build of somebody's own tables is left alone whatever made it.
    """
    there = builds(warehouse)
    if there and not _is_outdated(there[-1]):
        return
    why = "The demo build is of another version" if there else "No build yet"
    say(f"{why}: writing a demo book of {LOANS:,} loans to {demo} ...")
    generate(demo, LOANS, MONTHS, SEED)
    say(f"Loading it into {warehouse} ...")
    summary = load(demo, warehouse, progress=say)
    say(f"The demo book is ready after {summary['seconds']} seconds.")


def _is_outdated(build: Path) -> bool:
    with duckdb.connect(build, read_only=True) as connection:
        told = connection.execute("from raw.build")
        names = [column[0] for column in told.description or ()]
        stamp = dict(zip(names, told.fetchone() or (), strict=True))
    return bool(stamp["is_demo"]) and stamp.get("models") != models_digest()


def main() -> int:
    """Exit code 0 when the app has something to show, 2 when not, else that of the load."""
    own = os.environ.get("WAREHOUSE", "")
    if own:
        if builds(Path(own)):
            return 0
        say(NO_BUILD.format(folder=own))
        return 2
    try:
        make_demo()
    except LoadError as error:
        say(str(error))
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
