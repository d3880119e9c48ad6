"""What the stories of the book are chosen from: borrowers by their fate, while they are free."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.cash import Payments
from data.book.lending import CONGLOMERATE, Borrowers, Loans
from data.book.plans import STORY, Plan
from data.book.signals import RULES, Signals
from data.book.states import Cells
from data.book.tables import NOTHING

Truth = NDArray[np.bool_]


@dataclass
class Cast:
    """What stories are chosen from."""

    loans: Loans
    borrowers: Borrowers
    months: Months
    cells: Cells
    payments: Payments
    signals: Signals
    plan: Plan

    def __post_init__(self) -> None:
        shape = (self.borrowers.count, self.months.count)
        self.late = np.zeros(shape, np.int64)
        owner = self.loans.borrower[self.cells.loan]
        np.maximum.at(self.late, (owner, self.cells.month), self.cells.days_past_due)
        self.ends = np.zeros(self.loans.count, np.int64)
        on_book = self.cells.on_book
        np.maximum.at(self.ends, self.cells.loan[on_book], self.cells.month[on_book])
        grouped = self.borrowers.group
        self.alone = grouped == NOTHING
        self.small_group = (grouped != NOTHING) & (grouped != CONGLOMERATE)
        self.free = self.plan.kind != STORY
        misused = self.signals.rule == RULES.index("F2_misuse")
        self.misuses = np.flatnonzero(misused & (self.signals.loan != NOTHING))
        told = self.loans.borrower[self.signals.loan[self.misuses]]
        self.clean = self.free.copy()
        self.clean[told] = False

    def loans_of(self, borrower: int) -> tuple[int, ...]:
        """A borrower's loans."""
        return tuple(np.flatnonzero(self.loans.borrower == borrower).tolist())

    def defaults(self, kind: int, months_before: int) -> Iterator[int]:
        """Borrowers alone and clean who default so many months after they came, or later."""
        plan = self.plan
        fits = self.free & self.clean & self.alone & (self.borrowers.kind == kind)
        fits &= (plan.default != NOTHING) & (plan.default - plan.first >= months_before)
        yield from np.flatnonzero(fits).tolist()

    def on_time(self, borrower: int, first: int, last: int) -> bool:
        """Nothing was late at the month ends from the first to the last."""
        return not self.late[borrower, max(first, 0) : last + 1].any()

    def take(self, borrower: int) -> None:
        """This borrower has its story: nothing else shows."""
        self.plan.silence(borrower)
        self.plan.kind[borrower] = STORY
        mine = self.loans.borrower == borrower
        self.plan.guarantor[mine] = NOTHING
        self.free[borrower] = False
