"""The true state of every loan at every month end.

A cell is one loan and one month, from disbursement until the loan left the book.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.lending import Loans
from data.book.paths import LEFT_PAID, Paths
from data.book.schedules import DUE_ON, FEE, INTEREST, PRINCIPAL, Schedules
from data.book.tables import NOTHING

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]


@dataclass(frozen=True)
class Cells:
    """One row per loan and month, in that order: the true state at the month's end, in cents and
    days.

    `owed` is the principal not repaid, also of loans that left unpaid; `balance` is 0 for those.
    `event` is the change of schedule in the month (0 for none); `first_due` the oldest unpaid due
    day on or before the month end, or NOTHING.
    """

    loan: Whole
    month: Whole
    age: Whole
    behind: Whole
    left: Whole
    event: Whole
    owed: Whole
    balance: Whole
    days_past_due: Whole
    first_due: Whole
    collected: Whole

    @property
    def on_book(self) -> Truth:
        return self.left == 0

    @property
    def behind_before(self) -> Whole:
        """Months behind at the month end before."""
        return np.where(self.age > 0, row_above(self.behind), 0)

    def cured_in(self, rows: Whole) -> Whole:
        """The later month in which a row's loan caught up or left, NOTHING if it did not."""
        ends = np.append(np.flatnonzero((self.behind == 0) | (self.left > 0)), len(self.loan))
        after = ends[np.searchsorted(ends, rows, side="right")]
        known = np.minimum(after, len(self.loan) - 1)
        same = (after < len(self.loan)) & (self.loan[known] == self.loan[rows])
        return np.where(same, self.month[known], NOTHING)


def month_cells(loans: Loans, paths: Paths, schedules: Schedules) -> Cells:
    """The state of every loan at every month end, from its path and its schedule."""
    loan, month = np.nonzero(paths.behind != NOTHING)
    age = month - loans.opened[loan]
    behind = paths.behind[loan, month].astype(np.int64)
    left = np.where(paths.left_month[loan] == month, paths.left[loan], 0).astype(np.int64)
    version = paths.event_count[loan, month].astype(np.int64)
    start, length = schedules.start[loan, version], schedules.length[loan, version]
    settled = schedules.lines_until(loan, version, age - behind)
    settled = np.where(left == LEFT_PAID, length, settled)
    line = np.minimum(start + settled, len(schedules.due) - 1)
    has_unpaid = settled < length
    share = np.where(has_unpaid, paths.partial[loan, month], 0)
    part = in_whole_yuan(share * schedules.due[line])
    cash = schedules.due_until[start + settled] - schedules.due_until[start] + part
    interest_first = schedules.columns[FEE][line] + schedules.columns[INTEREST][line]
    repaid = schedules.total(PRINCIPAL, start, start + settled)
    owed = loans.principal[loan] - repaid - np.maximum(part - interest_first, 0)
    day, oldest = schedules.months.last[month], schedules.columns[DUE_ON][line]
    is_late = has_unpaid & (oldest < day)
    return Cells(
        loan,
        month,
        age,
        behind,
        left,
        _event_of(paths, loan, month),
        owed,
        balance=np.where(left > 0, 0, owed),
        days_past_due=np.where(is_late, day - oldest, 0),
        first_due=np.where(is_late, oldest, NOTHING),
        collected=np.diff(cash, prepend=0) + np.where(age == 0, row_above(cash), 0),
    )


def row_above(cash: Whole) -> Whole:
    """The row above, 0 above the first: what a loan's first month must not be compared with."""
    return np.concatenate([[0], cash[:-1]])


def in_whole_yuan(cents: NDArray) -> Whole:
    """Cents without the part of a yuan."""
    return (cents / 100).astype(np.int64) * 100


def _event_of(paths: Paths, loan: Whole, month: Whole) -> Whole:
    grid = np.zeros(paths.behind.shape, np.int8)
    grid[paths.events["loan"], paths.events["month"]] = paths.events["event"]
    return grid[loan, month].astype(np.int64)
