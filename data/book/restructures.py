"""Changed contracts, and how long each stays under observation (section 4.4)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.approvals import Approvals
from data.book.calendar import month_starts
from data.book.lending import Loans
from data.book.paths import EXTEND, REPRICE, RESTRUCTURE
from data.book.schedules import Schedules
from data.book.states import Cells
from data.book.tables import NOTHING, Folder, coded, days, flags, numbered, rates, whole

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

KINDS = ("extension", "new_grace", "rate_cut")
REASONS = ("overdue", "cash_flow_short", "market_rate")
OBSERVED_MONTHS = 12
UNTESTED_EVERY = 13
"""Of so many changes one is of a borrower in difficulty of whom nobody recorded it."""
ARREARS, UNAPPROVED = 2, 2
"""Months behind that a change without approval makes go, and how many of these a chunk has."""


@dataclass(frozen=True)
class Observed:
    """Per cell: is the loan under observation, and was it changed again while it was."""

    now: Truth
    repeated: Truth


def first_due_after(schedules: Schedules, loan: Whole, month: Whole) -> Whole:
    """The due day in the month after a change."""
    return month_starts(schedules.months, month + 1) + schedules.loans.due_day[loan] - 1


def observe(loans: Loans, schedules: Schedules, cells: Cells) -> Observed:
    """Follow every restructured loan through the months.

    Observation lasts twelve months from the first repayment after the change and starts again at
    each due day that passes unpaid.
    """
    changes, months = schedules.changes, schedules.months
    hard = np.isin(changes.event, (RESTRUCTURE, EXTEND))
    watched, place = np.unique(changes.loan[hard], return_inverse=True)
    changed = np.zeros((len(watched), months.count), bool)
    changed[place, changes.month[hard]] = True
    behind = schedules.paths.behind[watched]
    last_due = _last_due_month(loans, schedules, watched)
    ends, again = np.full(len(watched), NOTHING), np.zeros(len(watched), bool)
    now, repeated = np.zeros_like(changed), np.zeros_like(changed)
    for month in range(months.count):
        due = month_starts(months, np.full(len(watched), month)) + loans.due_day[watched] - 1
        missed = (behind[:, month] > 0) & (month <= last_due[:, month]) & (due <= ends)
        ends = np.where(missed, _year_after(loans, schedules, watched, month), ends)
        fresh = changed[:, month]
        again = np.where(fresh, ends > due, again)
        ends = np.where(fresh, _year_after(loans, schedules, watched, month + 1), ends)
        now[:, month] = months.last[month] < ends
        repeated[:, month] = again & now[:, month]
    return _per_cell(loans, cells, watched, now, repeated)


def _year_after(loans: Loans, schedules: Schedules, loan: Whole, month: int) -> Whole:
    later = np.full(len(loan), month + OBSERVED_MONTHS)
    return month_starts(schedules.months, later) + loans.due_day[loan] - 1


def _last_due_month(loans: Loans, schedules: Schedules, loan: Whole) -> Whole:
    """By month: the month of the last line of the version in force."""
    version = schedules.paths.event_count[loan].astype(np.int64)
    rows = np.arange(len(loan))[:, None]
    offset = (schedules.kept + schedules.extra - schedules.since)[loan]
    length = schedules.length[loan]
    return loans.opened[loan][:, None] + length[rows, version] - offset[rows, version]


def _per_cell(loans: Loans, cells: Cells, watched: Whole, now: Truth, repeated: Truth) -> Observed:
    row = np.full(loans.count, NOTHING)
    row[watched] = np.arange(len(watched))
    mine = row[cells.loan]
    found = mine != NOTHING
    inside = np.zeros(len(mine), bool)
    twice = np.zeros(len(mine), bool)
    inside[found] = now[mine[found], cells.month[found]]
    twice[found] = repeated[mine[found], cells.month[found]]
    return Observed(inside & cells.on_book, twice & cells.on_book)


def write_restructures(
    folder: Folder,
    rng: np.random.Generator,
    schedules: Schedules,
    class_before: Whole,
    balance_before: Whole,
    approvers: Whole,
    approvals: Approvals,
) -> None:
    """The restructures table. `class_before` and `balance_before` are those of a month earlier, per
    change. Some arrears are made to go without anybody's approval.
    """
    changes = schedules.changes
    kept = np.isin(changes.event, (RESTRUCTURE, EXTEND, REPRICE))
    loan, month, event = changes.loan[kept], changes.month[kept], changes.event[kept]
    new_rate = schedules.rates[loan, changes.version[kept]]
    kind = np.select([changes.grace[kept], changes.cut[kept]], [1, 2], 0)
    reason = np.select([event == RESTRUCTURE, event == EXTEND], [0, 1], 2)
    number = folder.rows.get("restructures", 0) + 1 + np.arange(len(loan))
    drawn = rng.choice(approvers, len(loan))
    loan_ids = schedules.loans.numbers[loan]
    ids = [(f"L{one:08d}", f"R{at:07d}") for one, at in zip(loan_ids, number, strict=True)]
    hides = (event == RESTRUCTURE) & (schedules.paths.behind[loan, month - 1] >= ARREARS)
    hides &= (schedules.length[loan, 2] == 0) & (month < schedules.months.count - 1)
    free = np.ones(len(loan), bool)
    unapproved = np.zeros(len(loan), np.int64)
    free &= ~approvals.leave_out("T05_reage", unapproved, hides, UNAPPROVED, ids)
    approved = approvals.decide(drawn, balance_before[kept], loan, free, ids)
    approved = np.where(unapproved == NOTHING, NOTHING, approved)
    untested = (event != REPRICE) & (number % UNTESTED_EVERY == 0)
    folder.write(
        "restructures",
        {
            "restructure_id": numbered("R", number, 7),
            "loan_id": numbered("L", schedules.loans.numbers[loan]),
            "restructured_on": days(changes.day[kept]),
            "kind": coded(kind, KINDS),
            "is_difficulty": flags(event != REPRICE, ~untested),
            "reason": coded(reason, REASONS),
            "pre_class": whole(class_before[kept]),
            "first_repay_on": days(first_due_after(schedules, loan, month)),
            "schedule_version": whole(changes.version[kept] + 1),
            "new_rate": rates(new_rate, changes.cut[kept]),
            "approved_by": numbered("S", approved, 5),
        },
    )
