"""Late loans that outside agencies collect for the bank, and what they earn by it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import SEASONING_MONTHS, Months
from data.book.chunk import Chunk
from data.book.tables import NOTHING, Folder, coded, days, money, numbered

Whole = NDArray[np.int64]

AGENCIES = ("Agency A", "Agency B", "Agency C")
PLACED, FIRST_DAY, LAST_DAY = 0.55, 40, 60
"""The part of unsecured loans that is handed over, and how many days late they are then."""
KEPT_DAYS = 180
COMMISSION = (0.18, 0.22, 0.3)
"""Of the cash on what an agency has, by agency."""
UNSECURED = 2
"""Kinds of collateral below this one are none."""


@dataclass(frozen=True)
class Commissions:
    """What agencies earned: month by number, number of the loan, cents."""

    month: Whole
    loan: Whole
    cents: Whole


def write_placements(
    folder: Folder, rng: np.random.Generator, months: Months, chunk: Chunk
) -> Commissions:
    """The agency_placements table, and what it costs: a part of the cash, month by month."""
    cells, loans, end = chunk.cells, chunk.loans, int(months.last[-1])
    late = cells.on_book & (cells.behind == 2) & (cells.behind_before == 1)
    rows = np.flatnonzero(late & (loans.collateral[cells.loan] < UNSECURED))
    _, first = np.unique(cells.loan[rows], return_index=True)
    rows = rows[first]
    placed = cells.first_due[rows] + rng.integers(FIRST_DAY, LAST_DAY, len(rows))
    # Of the months before the book is told of, nothing is.
    seen = (placed >= months.first[SEASONING_MONTHS]) & (placed <= end)
    kept = (rng.random(len(rows)) < PLACED) & seen
    agency = rng.integers(0, len(AGENCIES), len(rows))[kept]
    loan, placed, owed = cells.loan[rows][kept], placed[kept], cells.owed[rows][kept]
    over = placed + KEPT_DAYS
    number = folder.rows.get("agency_placements", 0) + 1 + np.arange(len(loan))
    folder.write(
        "agency_placements",
        {
            "placement_id": numbered("G", number, 7),
            "loan_id": numbered("L", loans.numbers[loan]),
            "agency": coded(agency, AGENCIES),
            "placed_on": days(placed),
            "placed_amount": money(owed),
            "recalled_on": days(np.where(over <= end, over, NOTHING)),
        },
    )
    return _earned(months, chunk, loan, placed, agency)


def _earned(months: Months, chunk: Chunk, loan: Whole, placed: Whole, agency: Whole) -> Commissions:
    payments = chunk.payments
    begins = np.full(chunk.loans.count, NOTHING)
    begins[loan] = placed
    share = np.zeros(chunk.loans.count)
    share[loan] = np.array(COMMISSION)[agency]
    back = payments.reverses
    stands = back == NOTHING
    stands[back[back != NOTHING]] = False
    from_ = begins[payments.loan]
    fits = stands & (from_ != NOTHING) & (payments.day >= from_)
    fits &= (payments.day <= from_ + KEPT_DAYS) & (payments.day <= int(months.last[-1]))
    found = np.flatnonzero(fits)
    month = np.searchsorted(months.last, payments.day[found])
    cents = payments.amount[found] * share[payments.loan[found]]
    which, place = np.unique(np.stack([month, payments.loan[found]]), axis=1, return_inverse=True)
    total = np.bincount(place, weights=cents, minlength=which.shape[1])
    return Commissions(which[0], chunk.loans.numbers[which[1]], np.rint(total).astype(np.int64))
