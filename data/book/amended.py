"""Schedules that are not what they should be, none of which changes what was due so far: lines to
come that are a little off, and contracts eased in arrears without a word.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import SEASONING_MONTHS, Months, as_date
from data.book.lending import Loans
from data.book.schedules import DUE_ON, FEE, INTEREST, PRINCIPAL, Schedules
from data.book.states import Cells
from data.book.tables import Folder, coded, days, money, numbered, ragged, whole

Whole = NDArray[np.int64]

OFF, EASED = 3, 3
"""Lines and contracts of each kind, in each chunk."""
LATE, WAITED, LONGER = 30, 5, 183
"""Days past due at the month end before, days from there to the change, and days of extension."""


@dataclass(frozen=True)
class Amended:
    """Lines that are off, by place and by how many cents; loans eased, each with its day."""

    line: Whole
    cents: Whole
    loan: Whole
    day: Whole


def draw_amended(
    rng: np.random.Generator, loans: Loans, months: Months, schedules: Schedules, cells: Cells
) -> Amended:
    """Choose among loans that still run on their first schedule, with instalments to come."""
    end = int(months.last[-1])
    alone = schedules.length[:, 1] == 0
    there = np.zeros(loans.count, bool)
    there[cells.loan[cells.on_book & (cells.month == months.count - 1)]] = True
    last = schedules.start[:, 0] + schedules.length[:, 0] - 1
    runs = alone & there & (schedules.columns[DUE_ON][last] > end + 2 * LATE)
    late = cells.on_book & runs[cells.loan] & (cells.days_past_due > LATE)
    late &= (cells.month >= SEASONING_MONTHS) & (cells.month < months.count - 2)
    rows = np.flatnonzero(late)
    loan, first = np.unique(cells.loan[rows], return_index=True)
    chosen = np.sort(rng.choice(len(loan), min(EASED, len(loan)), replace=False))
    eased, month = loan[chosen], cells.month[rows[first[chosen]]]
    runs[eased] = False
    others = np.flatnonzero(runs)
    off = np.sort(rng.choice(others, min(OFF, len(others)), replace=False))
    before_last = last[off] - 1
    cents = rng.integers(100, 900, len(off))
    return Amended(before_last, cents, eased, months.last[month] + WAITED)


def write_eased(folder: Folder, schedules: Schedules, amended: Amended) -> None:
    """A second version of the eased contracts, its last instalment half a year later."""
    loan, length = amended.loan, schedules.length[amended.loan, 0]
    owner, place = ragged(length)
    line = schedules.start[loan, 0][owner] + place
    is_last = place == length[owner] - 1
    columns = schedules.columns
    folder.write(
        "instalments",
        {
            "loan_id": coded(loan[owner], numbered("L", schedules.loans.numbers)),
            "seq": whole(place + 1),
            "due_on": days(columns[DUE_ON][line] + np.where(is_last, LONGER, 0)),
            "principal_due": money(columns[PRINCIPAL][line]),
            "interest_due": money(columns[INTEREST][line]),
            "fee_due": money(columns[FEE][line]),
            "version": whole(np.full(len(owner), 2)),
            "valid_from": days(amended.day[owner]),
        },
    )


def amended_truth(loans: Loans, schedules: Schedules, amended: Amended) -> list[dict[str, str]]:
    """Test, loan and reference (instalment or version) of each."""
    owner = np.searchsorted(schedules.start[:, 0], amended.line, side="right") - 1
    seq = amended.line - schedules.start[owner, 0] + 1
    off = [
        {"test_id": "T11_schedule", "loan_id": _id(loans, one), "reference": str(number)}
        for one, number in zip(owner.tolist(), seq.tolist(), strict=True)
    ]
    return off + [
        {
            "test_id": "T04_restructure_flag",
            "loan_id": _id(loans, one),
            "reference": "2",
            "happened_on": as_date(day).isoformat(),
        }
        for one, day in zip(amended.loan.tolist(), amended.day.tolist(), strict=True)
    ]


def _id(loans: Loans, row: int) -> str:
    return f"L{loans.first_number + row:08d}"
