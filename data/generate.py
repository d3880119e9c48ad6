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
from data.book.cash import draw_payments, month_cells, write_repayments
from data.book.lending import draw_loans, write_borrowers, write_loans
from data.book.paths import draw_paths
from data.book.recorded import record, write_loan_months
from data.book.schedules import Schedules, write_instalments
from data.book.tables import Folder

END = date(2025, 12, 31)
CHUNK = 50_000


def generate(folder: Path, loans: int, months: int, seed: int, end: date = END) -> dict:
    """Write the folder; return what truth.json says."""
    calendar = months_until(end, months)
    with Folder(folder) as out:
        first_borrower = 1
        for place, first in enumerate(range(0, loans, CHUNK)):
            rng = np.random.default_rng([seed, place])
            drawn, borrowers = draw_loans(
                rng, calendar, min(CHUNK, loans - first), first + 1, first_borrower
            )
            first_borrower += borrowers.count
            paths = draw_paths(rng, drawn, calendar)
            schedules = Schedules(rng, drawn, paths, calendar)
            cells = month_cells(drawn, paths, schedules)
            payments = draw_payments(rng, drawn, schedules, cells)
            matures = schedules.columns[0][schedules.start[:, 0] + drawn.term - 1]
            write_borrowers(out, rng, borrowers)
            write_loans(out, drawn, matures, 1 + drawn.branch * 10 + drawn.borrower % 10)
            write_instalments(out, schedules)
            write_repayments(out, rng, drawn, payments, int(calendar.last[-1]))
            write_loan_months(out, drawn, calendar, cells, record(rng, cells))
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
