"""Errors planted in the recorded months, each of them noted: what an auditor has to find, and
nothing else.

A row that is touched carries exactly one error. Computed states do not change, so no error causes
another.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months, as_date
from data.book.lending import Loans
from data.book.recorded import Recorded, floor_by_days
from data.book.restructures import Observed
from data.book.states import Cells

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

DAYS_OFF_BY_ONE, DAYS_RESET, DAYS_STUCK = 0.0008, 0.0006, 0.0006
CLASS_BETTER, BALANCE_OFF = 0.0015, 0.0008
"""Errors of each kind per loan of the book; at least two of each."""
FEWEST = 2


@dataclass(frozen=True)
class Planted:
    """One planted error: the test that finds it, where, and what stands there instead of what."""

    test_id: str
    kind: str
    loan_id: str
    month_end: str
    recorded: float
    true: float


class _Planter:
    """Draws cells to spoil, never the same one twice."""

    def __init__(self, rng: np.random.Generator, loans: Loans, months: Months, cells: Cells):
        self.rng, self.loans, self.months, self.cells = rng, loans, months, cells
        self.free = cells.on_book & (cells.age > 0)
        self.notes: list[Planted] = []

    def draw(self, fits: Truth, per_loan: float) -> Whole:
        """Cells that fit and are still clean."""
        found = np.flatnonzero(fits & self.free)
        wanted = min(max(FEWEST, round(per_loan * self.loans.count)), len(found))
        chosen = np.sort(self.rng.choice(found, wanted, replace=False))
        self.free[chosen] = False
        return chosen

    def spoil(
        self, test_id: str, kind: str, cell: Whole, column: Whole, value: Whole, unit: int
    ) -> None:
        """Write the values into the column and note each of them."""
        for one, wrong in zip(cell.tolist(), value.tolist(), strict=True):
            self.notes.append(
                Planted(
                    test_id,
                    kind,
                    f"L{self.loans.first_number + self.cells.loan[one]:08d}",
                    as_date(int(self.months.last[self.cells.month[one]])).isoformat(),
                    wrong / unit,
                    int(column[one]) / unit,
                )
            )
        column[cell] = value


def plant(
    rng: np.random.Generator,
    loans: Loans,
    months: Months,
    cells: Cells,
    observed: Observed,
    recorded: Recorded,
) -> list[Planted]:
    """Spoil some recorded rows in place and say which."""
    work = _Planter(rng, loans, months, cells)
    _plant_days(work, recorded.days_past_due)
    _plant_classes(work, observed, recorded.classification)
    _plant_balances(work, recorded.balance)
    return work.notes


def _plant_days(work: _Planter, column: Whole) -> None:
    true = work.cells.days_past_due
    cell = work.draw(true > 1, DAYS_OFF_BY_ONE)
    step = np.where(work.rng.random(len(cell)) < 0.5, 1, -1)
    work.spoil("T01_dpd", "off by one", cell, column, true[cell] + step, 1)
    cell = work.draw(true > 0, DAYS_RESET)
    work.spoil("T01_dpd", "reset at month end", cell, column, np.zeros_like(cell), 1)
    above = np.concatenate([[0], true[:-1]])
    cell = work.draw((true > above) & (above > 0) & (work.cells.age > 1), DAYS_STUCK)
    work.spoil("T01_dpd", "stuck at the month before", cell, column, above[cell], 1)


def _plant_classes(work: _Planter, observed: Observed, column: Whole) -> None:
    """One class better than days past due allow, or normal though restructured."""
    floor = floor_by_days(work.cells.days_past_due)
    clear = (floor == column) & (work.cells.days_past_due > 7)
    cell = work.draw(clear & (floor >= 3), CLASS_BETTER / 2)
    work.spoil("T02_class", "one class better", cell, column, column[cell] - 1, 1)
    cell = work.draw(clear & (floor == 2), CLASS_BETTER / 4)
    work.spoil("T02_class", "late but normal", cell, column, np.ones_like(cell), 1)
    calm = observed.now & (column == 2) & (work.cells.days_past_due == 0)
    cell = work.draw(calm, CLASS_BETTER / 4)
    work.spoil("T02_class", "restructured but normal", cell, column, np.ones_like(cell), 1)


def _plant_balances(work: _Planter, column: Whole) -> None:
    """A repayment of principal that never reached the ledger."""
    true = work.cells.balance
    above = np.concatenate([[0], true[:-1]])
    same = np.concatenate([[False], work.cells.loan[1:] == work.cells.loan[:-1]])
    cell = work.draw(same & (above > true) & (true > 0), BALANCE_OFF)
    work.spoil("T01_balance", "repayment missed", cell, column, above[cell], 100)
