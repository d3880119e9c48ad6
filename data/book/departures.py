"""Loans that left unpaid: written off or sold, and what was recovered afterwards."""

import numpy as np
from numpy.typing import NDArray

from data.book.approvals import Approvals
from data.book.calendar import Months
from data.book.lending import Loans
from data.book.paths import LEFT_SOLD, LEFT_WRITTEN_OFF
from data.book.states import Cells
from data.book.tables import NOTHING, Folder, coded, days, flags, money, numbered, ragged

Whole = NDArray[np.int64]

KINDS = ("sale", "write_off")
EVIDENCE = (
    "court ruling, nothing to enforce",
    "debtor untraceable, search record",
    "bankruptcy closed, distribution list",
    "recovery exhausted, collection file",
)
SALE_EVIDENCE = len(EVIDENCE)
RECOVERY_KINDS = ("cash", "collateral", "guarantor")
MOST_RECOVERIES = 4
NEVER_RECOVERED = 0.45
LACKING = 2
"""Write-offs without approval, and as many without evidence, in each chunk."""


def write_departures(
    folder: Folder,
    rng: np.random.Generator,
    loans: Loans,
    months: Months,
    cells: Cells,
    approvers: Whole,
    approvals: Approvals,
) -> Whole:
    """The write_offs and recoveries tables; per loan the day on which it left so, else NOTHING.

    `approvers` are staff numbers. A few write-offs lack approval or evidence.
    """
    gone = np.flatnonzero((cells.left == LEFT_SOLD) | (cells.left == LEFT_WRITTEN_OFF))
    month, loan = cells.month[gone], cells.loan[gone]
    first = months.first[month] + loans.due_day[loan]
    day = first + (rng.random(len(gone)) * (months.last[month] + 1 - first)).astype(np.int64)
    sold = cells.left[gone] == LEFT_SOLD
    number = folder.rows.get("write_offs", 0) + 1 + np.arange(len(gone))
    evidence = np.where(sold, SALE_EVIDENCE, rng.integers(0, len(EVIDENCE), len(gone)))
    drawn = rng.choice(approvers, len(gone))
    ids = [
        (f"L{one:08d}", f"W{at:07d}") for one, at in zip(loans.numbers[loan], number, strict=True)
    ]
    free = ~sold
    blank = np.zeros(len(gone), np.int64)
    free = free & ~approvals.leave_out("T10_write_off", blank, free, LACKING, ids)
    free = free & ~approvals.leave_out("T10_write_off", evidence, free, LACKING, ids)
    approved = approvals.decide(drawn, cells.owed[gone], loan, free, ids)
    approved = np.where(blank == NOTHING, NOTHING, approved)
    folder.write(
        "write_offs",
        {
            "write_off_id": numbered("W", number, 7),
            "loan_id": numbered("L", loans.numbers[loan]),
            "written_off_on": days(day),
            "amount": money(cells.owed[gone]),
            "kind": coded((~sold).astype(np.int64), KINDS),
            "is_partial": flags(np.zeros(len(gone), bool)),
            "approved_by": numbered("S", approved, 5),
            "evidence": coded(evidence, [*EVIDENCE, "transfer agreement"]),
        },
    )
    kept = gone[~sold]
    _write_recoveries(folder, rng, loans, months, cells.loan[kept], day[~sold], cells.owed[kept])
    left = np.full(loans.count, NOTHING)
    left[loan] = day
    return left


def _write_recoveries(
    folder: Folder,
    rng: np.random.Generator,
    loans: Loans,
    months: Months,
    loan: Whole,
    written_off: Whole,
    amount: Whole,
) -> None:
    """A few sums over the two years after the write-off, never more than was written off."""
    times = rng.integers(1, MOST_RECOVERIES + 1, len(loan))
    often = np.where(rng.random(len(loan)) < NEVER_RECOVERED, 0, times)
    owner, _ = ragged(often)
    day = written_off[owner] + rng.integers(20, 720, len(owner))
    share = rng.uniform(0.01, 0.14, len(owner))
    seen = day <= months.last[-1]
    owner, day, share = owner[seen], day[seen], share[seen]
    order = np.lexsort((day, owner))
    owner, day, share = owner[order], day[order], share[order]
    sum_in = np.maximum((amount[owner] * share).astype(np.int64) // 100 * 100, 100)
    cost = (sum_in * rng.uniform(0.02, 0.12, len(owner))).astype(np.int64)
    number = folder.rows.get("recoveries", 0) + 1 + np.arange(len(owner))
    folder.write(
        "recoveries",
        {
            "recovery_id": numbered("V", number, 7),
            "loan_id": numbered("L", loans.numbers[loan[owner]]),
            "recovered_on": days(day),
            "amount": money(sum_in),
            "cost": money(cost),
            "kind": coded(rng.choice(3, len(owner), p=(0.6, 0.25, 0.15)), RECOVERY_KINDS),
        },
    )
