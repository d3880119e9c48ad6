"""See to it that there is a build to show: `make run` calls this before it starts the app.

With WAREHOUSE set the book is somebody's own, so nothing is made up: it only says how to load one.
Otherwise the demo book is written and loaded the first time, and left alone ever after.
"""

import os
import sys
from pathlib import Path

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
    """Write the demo book and load it, unless the warehouse has a build already."""
    if builds(warehouse):
        return
    say(f"No build yet: writing a demo book of {LOANS:,} loans to {demo} ...")
    generate(demo, LOANS, MONTHS, SEED)
    say(f"Loading it into {warehouse} ...")
    summary = load(demo, warehouse, progress=say)
    say(f"The demo book is ready after {summary['seconds']} seconds.")


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
