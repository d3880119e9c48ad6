"""Classes set by hand: experts' judgement with who asked, reviewed and approved it, and why.

A few went wrong, each of them noted: changes without an approval or a reason, by one person in
two roles, above an authority, and some of which no record was kept. Firms that perform again are
upgraded by hand too, now and then before their day, as the core system booked them.
"""

import numpy as np
from numpy.typing import NDArray

from data.book.approvals import DEPARTMENT, Approvals
from data.book.calendar import Months, as_date, on_workday
from data.book.lending import Loans
from data.book.recorded import Recorded
from data.book.states import Cells, row_above
from data.book.tables import NOTHING, Folder, coded, days, numbered, whole

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

REASONS = ("cash_flow", "collateral", "industry", "information", "cured")
CURED = REASONS.index("cured")
REVIEWERS = "credit_risk"
UNRECORDED, UNAPPROVED, UNREASONED, TWICE = 2, 2, 2, 2
"""What went wrong, of each kind in each chunk."""


def write_class_changes(
    folder: Folder,
    loans: Loans,
    months: Months,
    cells: Cells,
    recorded: Recorded,
    is_firm: Truth,
    approvals: Approvals,
) -> None:
    """The class_changes table: where a judgement begins and where it is lifted, and the upgrades.

    `is_firm` says of each loan whether its borrower is one that is not classed by days alone.
    """
    rng, staff = approvals.rng, approvals.staff
    before = np.where(cells.age > 0, row_above(recorded.classification), 1)
    above = np.concatenate([[False], recorded.by_hand[:-1]]) & (cells.age > 0)
    now = recorded.classification
    begins = recorded.by_hand & (now == 2) & (now != before)
    lifted = above & ~recorded.by_hand & cells.on_book & (now == 1) & (before == 2)
    begun = np.flatnonzero(begins)
    later = begun[cells.month[begun] > cells.month[begun].min(initial=months.count)]
    lost = rng.choice(later, min(UNRECORDED, len(later)), replace=False)
    begins[lost] = False
    for cell in np.sort(lost).tolist():
        approvals.note("T02_override", _id(loans, int(cells.loan[cell])), "")
        approvals.found[-1]["happened_on"] = as_date(
            int(months.last[cells.month[cell]])
        ).isoformat()
    upgraded = cells.on_book & (before >= 3) & (now < 3) & is_firm[cells.loan]
    cell = np.flatnonzero(begins | lifted | upgraded)
    loan, month, count = cells.loan[cell], cells.month[cell], len(cell)
    number = folder.rows.get("class_changes", 0) + 1 + np.arange(count)
    ids = [
        (_id(loans, one), f"H{at:06d}")
        for one, at in zip(loan.tolist(), number.tolist(), strict=True)
    ]
    reason = np.where(now[cell] < before[cell], CURED, rng.integers(0, CURED, count))
    initiated = approvals.officer[loan].copy()
    reviewed = rng.choice(staff.of(REVIEWERS), count)
    clerk = approvals.lowest()
    free = (initiated != clerk) & (reviewed != clerk) & ~upgraded[cell]
    unapproved = np.zeros(count, np.int64)
    free &= ~approvals.leave_out("T02_override", unapproved, free, UNAPPROVED, ids)
    free &= ~approvals.leave_out("T02_override", reason, free, UNREASONED, ids)
    free &= ~approvals.repeat("T12_sod", reviewed, initiated, free, TWICE, ids)
    owed = cells.balance[cell - 1]
    approved = approvals.decide(rng.choice(staff.of(DEPARTMENT), count), owed, loan, free, ids)
    approved = np.where(unapproved == NOTHING, NOTHING, approved)
    day = on_workday(months.first[month] + rng.integers(9, 24, count))
    folder.write(
        "class_changes",
        {
            "change_id": numbered("H", number, 6),
            "loan_id": numbered("L", loans.numbers[loan]),
            "changed_on": days(day),
            "from_class": whole(before[cell]),
            "to_class": whole(now[cell]),
            "reason": coded(reason, REASONS),
            "initiated_by": numbered("S", initiated, 5),
            "reviewed_by": numbered("S", reviewed, 5),
            "approved_by": numbered("S", approved, 5),
        },
    )


def _id(loans: Loans, row: int) -> str:
    return f"L{loans.first_number + row:08d}"
