"""What each customer owes at each month end, and which of them broke a limit of concentration."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months, as_date
from data.book.chunk import Chunk
from data.book.tables import NOTHING

Whole = NDArray[np.int64]

TEST = "T13_concentration"
LIMITS = (
    ("single_customer_loan_ratio", 10, "net"),
    ("single_customer_exposure_ratio", 15, "tier1"),
    ("group_exposure_ratio", 20, "tier1"),
)
"""Limit, per cent, and the capital that it is of (Commercial Bank Law, large exposures)."""
MOST = 250
"""Borrowers kept of each chunk and month. Capital is 13.5 % of the loans of a quarter end at least,
so one above a tenth of it owes more than 1.3 % of them: there cannot be so many.
"""


@dataclass(frozen=True)
class Capital:
    """Net and tier-1 capital in cents, as reported at the ends of some months."""

    month: Whole
    net: Whole
    tier1: Whole


class Exposures:
    """The largest borrowers and all groups, month by month, gathered chunk by chunk."""

    def __init__(self, months: Months) -> None:
        self.months = months
        self.owed: dict[str, Whole] = {}
        self.groups: dict[str, Whole] = {}

    def add(self, chunk: Chunk) -> None:
        """What the borrowers and groups of a chunk owe; a group may have some in several."""
        cells, loans, count = chunk.cells, chunk.loans, self.months.count
        place = loans.borrower[cells.loan] * count + cells.month
        owed = np.zeros(chunk.borrowers.count * count, np.int64)
        np.add.at(owed, place, cells.balance)
        owed = owed.reshape(-1, count)
        large = np.unique(np.argsort(-owed, axis=0, kind="stable")[:MOST])
        first = chunk.borrowers.first_number
        self.owed |= {f"B{first + row:08d}": owed[row] for row in large.tolist()}
        group = chunk.borrowers.group
        for number in np.unique(group[group != NOTHING]).tolist():
            name, sums = f"G{number:08d}", owed[group == number].sum(axis=0)
            self.groups[name] = self.groups.get(name, 0) + sums

    def breaches(self, capital: Capital) -> list[dict[str, str]]:
        """Every breach of a limit, at the month end at which it begins: test, kind and customer."""
        months = np.arange(self.months.count)
        reported = np.searchsorted(capital.month, months, side="right") - 1
        found = []
        for kind, per_cent, of in LIMITS:
            most = getattr(capital, of)[reported] * per_cent
            customers = self.groups if kind == "group_exposure_ratio" else self.owed
            for customer, owed in customers.items():
                over = (owed * 100 > most) & (reported >= 0)
                begins = np.flatnonzero(over & ~np.concatenate([[False], over[:-1]]))
                found += [
                    {
                        "test_id": TEST,
                        "kind": kind,
                        "loan_id": "",
                        "reference": customer,
                        "month_end": as_date(int(self.months.last[month])).isoformat(),
                    }
                    for month in begins.tolist()
                ]
        return found
