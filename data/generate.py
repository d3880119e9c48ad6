"""Write the demo book: `python -m data.generate --loans 20000 --months 36 --seed 7 FOLDER`.

A canonical folder in Parquet of a fictional city bank, and truth.json with what was drawn and
planted. The same arguments give the same bytes.
"""

import argparse
import json
import time
from datetime import date
from pathlib import Path

import numpy as np

from data.book.calendar import months_until
from data.book.chunk import draw_chunk, write_records
from data.book.staffing import draw_staff, write_staff
from data.book.tables import Folder

END = date(2025, 12, 31)
CHUNK = 50_000


def generate(folder: Path, loans: int, months: int, seed: int, end: date = END) -> dict:
    """Write the folder; return what truth.json says."""
    calendar = months_until(end, months)
    with Folder(folder) as out:
        rng = np.random.default_rng([seed])
        staff = draw_staff(rng, calendar, loans)
        write_staff(out, rng, staff)
        first_borrower = 1
        for place, first in enumerate(range(0, loans, CHUNK)):
            rng = np.random.default_rng([seed, 1, place])
            count = min(CHUNK, loans - first)
            chunk = draw_chunk(rng, calendar, staff, count, first + 1, first_borrower, out)
            first_borrower += chunk.borrowers.count
            write_records(rng, calendar, staff, chunk, out)
        truth = {"rows": out.rows}
    (folder / "truth.json").write_text(json.dumps(truth, indent=1), encoding="utf-8")
    return truth


def main() -> None:
    """Read the command line, write the folder and say how long it took."""
    parser = argparse.ArgumentParser(prog="python -m data.generate", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--loans", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--end", type=date.fromisoformat, default=END)
    given = parser.parse_args()
    started = time.perf_counter()
    truth = generate(given.folder, given.loans, given.months, given.seed, given.end)
    seconds = round(time.perf_counter() - started, 1)
    print(json.dumps({"folder": str(given.folder), "seconds": seconds, "rows": truth["rows"]}))


if __name__ == "__main__":
    main()
