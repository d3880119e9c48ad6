"""Special mention for what was found of a loan's money: misused, or lent to settle an older loan.

The floors of section 9.1 for U01 and B17, by the facts as they were drawn and not by SQL.
"""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.cash import Payments
from data.book.lending import Loans
from data.book.paths import LEFT_PAID
from data.book.recorded import MENTION, Recorded
from data.book.states import Cells
from data.book.tables import NOTHING, ragged
from data.book.uses import Uses

Truth = NDArray[np.bool_]

REFINANCED_WITHIN, REFINANCING_LASTS = 10, 180
"""Days between an old loan's end and a new one, and for how long that is held against it."""


def misused(months: Months, cells: Cells, uses: Uses) -> Truth:
    """The cells of loans whose money a check had found misused by then (U01, F2_misuse)."""
    found = np.full(int(cells.loan.max()) + 1, months.last[-1] + 1)
    bad = uses.misused & (uses.checked != NOTHING)
    found[uses.loan[bad]] = uses.checked[bad]
    return months.last[cells.month] >= found[cells.loan]


def refinanced(loans: Loans, months: Months, cells: Cells, payments: Payments) -> Truth:
    """The cells of loans that settled an older one of the borrower within days, for half a year
    after (B17, F2_refinance).
    """
    last = np.full(loans.count, NOTHING)
    np.maximum.at(last, payments.loan, payments.day)
    settled = np.unique(cells.loan[cells.left == LEFT_PAID])
    # Loans of one borrower stand together.
    first = np.searchsorted(loans.borrower, loans.borrower[settled])
    after = np.searchsorted(loans.borrower, loans.borrower[settled], side="right")
    owner, step = ragged(after - first)
    old, new = settled[owner], first[owner] + step
    near = np.abs(last[old] - loans.disbursed[new]) <= REFINANCED_WITHIN
    near &= loans.disbursed[new] > loans.disbursed[old]
    found = np.zeros(len(cells.loan), bool)
    for loan, day in zip(new[near], np.maximum(last[old], loans.disbursed[new])[near], strict=True):
        end = months.last[cells.month]
        found |= (cells.loan == loan) & (end >= day) & (end <= day + REFINANCING_LASTS)
    return found


def raise_classes(recorded: Recorded, cells: Cells, *why: Truth) -> None:
    """Put cells on special mention that were found to deserve it after all else was recorded."""
    mention = np.logical_or.reduce(why) & cells.on_book
    recorded.by_hand &= ~mention
    normal = mention & (recorded.classification == 1)
    recorded.classification[normal] = 2
    calm = normal & (recorded.stage == 1)
    recorded.provision[calm] = (cells.balance[calm] * MENTION + 5_000) // 10_000
