"""How debtors are dealt with: by whom, how soon they are tried, and where the rules are broken."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import DAY, Months
from data.book.cash import Payments
from data.book.lending import Loans
from data.book.states import Cells
from data.book.tables import NOTHING

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

PARTIES = ("debtor", "guarantor", "relative", "third_party")
DEBTOR, GUARANTOR, RELATIVE, THIRD_PARTY = range(4)
OTHER_PARTY_SHARES = (0.0, 0.33, 0.652, 0.018)
"""Whom a call that was answered by someone else reached."""
TOLD_DEBT, OBJECTED, CONSENTED = 0.06, 0.08, 0.15
TRIED_EARLY, FIRST_DAYS = 0.84, 3
"""How often a debtor is tried within the first days of a bucket, by message or by machine."""
BY_MACHINE = 0.3
ENTERED_AFTER = (1, 31, 61, 91, 181)
REMINDED, REMINDED_BEFORE = 0.88, (0.62, 0.27, 0.11)
"""How often the instalment after a late one is reminded of, three, two and one day before."""
BURST, CALLS = 0.0015, (7, 10)
"""Late months in which somebody is called all day, and how often."""
OFFENDER, OFFENDER_SHARE, OFFENDER_MONTHS = 3, 0.8, 12
"""Of the collectors' list, who made so much of the calls in quiet hours of the last months."""
QUIET_FROM, QUIET_UNTIL = 22, 8


@dataclass(frozen=True)
class Extra:
    """Attempts that reach nobody: loan, second, and whether a machine made them (else a message,
    or a person's call in a burst).
    """

    loan: Whole
    at: Whole
    is_robot: Truth
    is_call: Truth


def first_attempts(
    rng: np.random.Generator, loans: Loans, months: Months, cells: Cells, payments: Payments
) -> Extra:
    """Messages and machine calls soon after a loan became late, or later by a bucket."""
    loan, day = (
        np.concatenate(part)
        for part in zip(
            _paid_late(loans, months, cells, payments), _entered(months, cells), strict=True
        )
    )
    kept = rng.random(len(loan)) < TRIED_EARLY
    loan, day = loan[kept], day[kept]
    at = day * DAY + rng.integers(9 * 3600, 19 * 3600, len(loan))
    robot = rng.random(len(loan)) < BY_MACHINE
    return Extra(loan, at, robot, robot)


def _paid_late(
    loans: Loans, months: Months, cells: Cells, payments: Payments
) -> tuple[Whole, Whole]:
    """Loan and first late day of those who paid some days late, within the month."""
    grid = np.zeros((loans.count, months.count), bool)
    grid[cells.loan, cells.month] = cells.on_book & (cells.days_past_due == 0)
    month = np.searchsorted(months.last, payments.day)
    due = months.first[month] + loans.due_day[payments.loan] - 1
    late = (payments.reverses == NOTHING) & (payments.day > due + 1)
    late &= grid[payments.loan, month]
    key = np.unique(payments.loan[late] * (1 << 20) + due[late] + 1)
    return key >> 20, key & ((1 << 20) - 1)


def _entered(months: Months, cells: Cells) -> tuple[Whole, Whole]:
    """Loan and day on which loans that are late at a month end entered a bucket in the month."""
    late = np.flatnonzero(cells.on_book & (cells.days_past_due > 0))
    found = []
    for after in ENTERED_AFTER:
        day = cells.first_due[late] + after
        here = (day >= months.first[cells.month[late]]) & (day <= months.last[cells.month[late]])
        found.append((cells.loan[late][here], day[here]))
    loan, day = (np.concatenate(part) for part in zip(*found, strict=True))
    return loan, day


def reminders(
    rng: np.random.Generator, loans: Loans, months: Months, cells: Cells, payments: Payments
) -> Extra:
    """Messages and machine calls before the next due day of loans that were late and came back."""
    late, current = np.zeros((2, loans.count, months.count + 1), bool)
    loan, day = _paid_late(loans, months, cells, payments)
    late[loan, np.searchsorted(months.last, day) + 1] = True
    back = np.flatnonzero((cells.behind_before > 0) & (cells.days_past_due == 0))
    late[cells.loan[back], cells.month[back] + 1] = True
    open_still = cells.on_book & (cells.days_past_due == 0)
    current[cells.loan[open_still], cells.month[open_still] + 1] = True
    loan, month = np.nonzero((late & current)[:, : months.count])
    before = rng.choice(3, len(loan), p=REMINDED_BEFORE)
    day = months.first[month] + loans.due_day[loan] - 4 + before
    kept = (rng.random(len(loan)) < REMINDED) & (day <= months.last[-1])
    at = day[kept] * DAY + rng.integers(9 * 3600, 19 * 3600, int(kept.sum()))
    robot = rng.random(int(kept.sum())) < BY_MACHINE
    return Extra(loan[kept], at, robot, robot)


def bursts(rng: np.random.Generator, months: Months, cells: Cells) -> Extra:
    """Days on which a debtor is called more often than is decent, and never answers."""
    late = np.flatnonzero(cells.on_book & (cells.days_past_due > 5))
    chosen = late[rng.random(len(late)) < BURST]
    times = rng.integers(*CALLS, len(chosen))
    owner = np.repeat(np.arange(len(chosen)), times)
    back = rng.integers(0, 5, len(chosen))
    day = months.last[cells.month[chosen]] - back
    at = day[owner] * DAY + rng.integers(9 * 3600, 20 * 3600, len(owner))
    none = np.zeros(len(owner), bool)
    return Extra(cells.loan[chosen][owner], at, none, ~none)


def quiet(at: Whole) -> Truth:
    """Whether a second lies in the hours in which nobody is to be called."""
    hour = at % DAY // 3600
    return (hour >= QUIET_FROM) | (hour < QUIET_UNTIL)


def callers(
    rng: np.random.Generator, collectors: Whole, months: Months, at: Whole, is_robot: Truth
) -> Whole:
    """Who made each attempt: some make more than others, and one calls late at night."""
    weight = 1 / (np.arange(len(collectors)) + 6.0)
    who = rng.choice(collectors, len(at), p=weight / weight.sum())
    since = months.first[max(0, months.count - OFFENDER_MONTHS)] * DAY
    night = quiet(at) & (at >= since) & (rng.random(len(at)) < OFFENDER_SHARE)
    who = np.where(night, offender(collectors), who)
    return np.where(is_robot, NOTHING, who)


def offender(collectors: Whole) -> int:
    """The number of the person who calls late at night."""
    return int(collectors[min(OFFENDER, len(collectors) - 1)])
