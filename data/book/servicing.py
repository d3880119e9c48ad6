"""The core system's own books of the last year: what each payment settled, and interest accrued.

Computed here from schedules and payments, not with the warehouse's SQL. A few rows are wrong, each
of them noted: what an auditor has to find.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data.amortise import interest_for_days
from data.book.approvals import Approvals
from data.book.calendar import Months, as_date
from data.book.cash import Payments
from data.book.lending import Loans
from data.book.paths import LEFT_PAID
from data.book.schedules import DUE_ON, FEE, INTEREST, PRINCIPAL, RATE_UNIT, Schedules
from data.book.states import Cells
from data.book.tables import NOTHING, Folder, coded, days, money, numbered, ragged, whole

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

COVERED_MONTHS = 12
COMPONENTS = ("fee", "interest", "principal")
"""In the order in which a payment settles them within an instalment."""
COLUMNS = (FEE, INTEREST, PRINCIPAL)
SWAPPED, DROPPED, DOUBLED = 3, 2, 2
"""Payments settled in the wrong order, not wholly, and too much, in each chunk."""
DAY_TOO_MANY, FLAT_MONTH, UNBOOKED = 3, 3, 2
"""Months accrued a day too long, as if nothing had been repaid, and not at all, in each chunk."""
FLAT_PENALTIES, NO_COMPOUND = 3, 2
"""Months whose penalty was asked for at the contract's own rate, and whose compound interest was
not, in each chunk."""
VISIBLE = 100
"""Cents that an error of interest is at least: far beyond the tolerance of a cent a day."""


@dataclass
class Allocated:
    """One row per payment, line and component: places and cents, in that order."""

    payment: Whole
    line: Whole
    component: Whole
    amount: Whole


def _covered_from(months: Months) -> int:
    """The first day of the months that are covered."""
    return int(months.first[max(0, months.count - COVERED_MONTHS)])


def write_allocations(
    folder: Folder,
    loans: Loans,
    months: Months,
    schedules: Schedules,
    cells: Cells,
    payments: Payments,
    approvals: Approvals,
) -> None:
    """The allocations table of a chunk whose payments were the last to be written."""
    first = folder.rows["repayments"] - len(payments.loan) + 1
    rows = allocate(loans, months, schedules, cells, payments)
    rows, wrong = _spoil(approvals.rng, rows)
    for payment in wrong:
        loan_id = f"L{loans.first_number + payments.loan[payment]:08d}"
        approvals.note("T07_waterfall", loan_id, f"P{first + payment:09d}")
    loan = payments.loan[rows.payment]
    version = _latest(schedules)[loan]
    folder.write(
        "allocations",
        {
            "repayment_id": numbered("P", first + rows.payment, 9),
            "loan_id": numbered("L", loans.numbers[loan]),
            "seq": whole(rows.line - schedules.start[loan, version] + 1),
            "component": coded(rows.component, COMPONENTS),
            "amount": money(rows.amount),
        },
    )


def allocate(
    loans: Loans, months: Months, schedules: Schedules, cells: Cells, payments: Payments
) -> Allocated:
    """What each payment of the covered months settles: oldest due first, within it by component.

    Every loan's dues and its payments lie end to end on one ruler, each loan on a stretch of its
    own: where a payment and a component overlap, the one settles the other.
    """
    version = _latest(schedules)
    every = np.arange(loans.count)
    owner, place = ragged(schedules.length[every, version])
    line = schedules.start[every, version][owner] + place
    is_closed = np.zeros(loans.count, bool)
    is_closed[cells.loan[cells.left == LEFT_PAID]] = True
    due = (schedules.columns[DUE_ON][line] <= int(months.last[-1])) | is_closed[owner]
    owner, line = owner[due], line[due]
    part = np.stack([schedules.columns[column][line] for column in COLUMNS], axis=1).ravel()
    part_owner = np.repeat(owner, len(COLUMNS))
    gone = np.zeros(len(payments.loan), bool)
    gone[payments.reverses[payments.reverses != NOTHING]] = True
    kept = np.flatnonzero(~gone & (payments.reverses == NOTHING))
    paid, payer = payments.amount[kept], payments.loan[kept]
    asked = np.bincount(part_owner, weights=part, minlength=loans.count).astype(np.int64)
    given = np.bincount(payer, weights=paid, minlength=loans.count).astype(np.int64)
    room = np.maximum(asked, given)
    begins = np.cumsum(room) - room
    part_end = _ends(part, part_owner, asked, begins)
    paid_end = _ends(paid, payer, given, begins)
    # What earlier payments settled, and components of nothing, need no look.
    covered = payments.day[kept] >= _covered_from(months)
    held = np.bincount(payer[~covered], weights=paid[~covered], minlength=loans.count)
    late = (part > 0) & (part_end > (begins + held.astype(np.int64))[part_owner])
    places = np.flatnonzero(late)
    part, part_end = part[late], part_end[late]
    kept, paid, paid_end = kept[covered], paid[covered], paid_end[covered]
    edges = np.unique(np.concatenate([part_end - part, part_end, paid_end - paid, paid_end]))
    low, size = edges[:-1], np.diff(edges)
    at_part = np.minimum(np.searchsorted(part_end, low, side="right"), len(part) - 1)
    at_paid = np.minimum(np.searchsorted(paid_end, low, side="right"), len(paid) - 1)
    both = (part_end[at_part] - part[at_part] <= low) & (paid_end[at_paid] - paid[at_paid] <= low)
    both &= (low < part_end[at_part]) & (low < paid_end[at_paid])
    at_part, at_paid = at_part[both], at_paid[both]
    where, component = np.divmod(places[at_part], len(COLUMNS))
    return Allocated(kept[at_paid], line[where], component, size[both])


def _latest(schedules: Schedules) -> Whole:
    """Each loan's last version, also of a loan that left long ago."""
    return (schedules.length > 0).sum(axis=1) - 1


def _ends(amount: Whole, owner: Whole, total: Whole, begins: Whole) -> Whole:
    """Where each amount ends on the ruler; owners are in order."""
    before = np.cumsum(total) - total
    return np.cumsum(amount) - before[owner] + begins[owner]


def _spoil(rng: np.random.Generator, rows: Allocated) -> tuple[Allocated, list[int]]:
    """Settles a few payments in the wrong order, some not wholly, and some too much."""
    below = np.arange(1, len(rows.payment))
    together = (rows.payment[below - 1] == rows.payment[below]) & (
        rows.line[below - 1] == rows.line[below]
    )
    interest, principal = COMPONENTS.index("interest"), COMPONENTS.index("principal")
    together &= (rows.component[below - 1] == interest) & (rows.component[below] == principal)
    fits = below[together & (rows.amount[below - 1] >= VISIBLE)]
    fits = fits[np.unique(rows.payment[fits], return_index=True)[1]]
    wanted = min(SWAPPED + DROPPED + DOUBLED, len(fits))
    chosen = rng.choice(fits, wanted, replace=False)
    swapped, dropped, doubled = np.split(chosen, [SWAPPED, SWAPPED + DROPPED])
    moved = rows.amount[swapped - 1] // 2
    rows.amount[swapped - 1] -= moved
    rows.amount[swapped] += moved
    rows.amount[doubled - 1] *= 2
    keep = np.ones(len(rows.payment), bool)
    keep[dropped - 1] = False
    columns = (rows.payment, rows.line, rows.component, rows.amount)
    left = Allocated(*(column[keep] for column in columns))
    return left, np.sort(rows.payment[chosen]).tolist()


def write_accruals(
    folder: Folder,
    loans: Loans,
    months: Months,
    schedules: Schedules,
    cells: Cells,
    payments: Payments,
    left_on: Whole,
    approvals: Approvals,
) -> None:
    """The accruals table: each day's interest on the principal not yet due, to the cent; and what
    is asked for principal and interest that had fallen due and was unpaid at the day's end.
    """
    rows = np.flatnonzero(months.first[cells.month] >= _covered_from(months))
    pieces = _pieces(loans, months, schedules, cells, left_on, rows)
    interest = np.zeros(len(rows), np.int64)
    for lasts, balance, rate in pieces:
        interest += lasts * _daily(balance, rate)
    first = pieces[0]
    a_day = _daily(first[1], first[2])
    booked = interest.copy()
    rng = approvals.rng
    calm = (cells.event[rows] == 0) & (cells.left[rows] == 0) & (a_day > VISIBLE)
    flat = a_day * sum(lasts for lasts, *_ in pieces)
    shows = calm & (flat - interest > VISIBLE)
    later = rng.choice(np.flatnonzero(shows), min(FLAT_MONTH, int(shows.sum())), replace=False)
    booked[later] = flat[later]
    calm[later] = False
    wanted = min(DAY_TOO_MANY + UNBOOKED, int(calm.sum()))
    longer, unbooked = np.split(
        rng.choice(np.flatnonzero(calm), wanted, replace=False), [DAY_TOO_MANY]
    )
    booked[longer] += a_day[longer]
    for row in np.sort(np.concatenate([later, longer, unbooked])).tolist():
        approvals.note("T06_interest", f"L{loans.first_number + cells.loan[rows[row]]:08d}", "")
        end = as_date(int(months.last[cells.month[rows[row]]])).isoformat()
        approvals.found[-1]["happened_on"] = end
    keep = np.ones(len(rows), bool)
    keep[unbooked] = False
    rows, booked = rows[keep], booked[keep]
    asked = _asked_of_arrears(loans, months, schedules, payments, left_on)
    penalty, compound = (np.rint(each[cells.loan[rows], cells.month[rows]]) for each in asked)
    penalty, compound = penalty.astype(np.int64), compound.astype(np.int64)
    uplift = loans.penalty_uplift[cells.loan[rows]]
    plain = penalty * RATE_UNIT // (RATE_UNIT + uplift)
    for reference, wanted, amount, told in (
        ("penalty", FLAT_PENALTIES, penalty, plain),
        ("compound", NO_COMPOUND, compound, np.zeros(len(rows), np.int64)),
    ):
        shows = np.flatnonzero(amount - told > VISIBLE)
        wrong = np.sort(rng.choice(shows, min(wanted, len(shows)), replace=False))
        amount[wrong] = told[wrong]
        for row in wrong.tolist():
            loan_id = f"L{loans.first_number + cells.loan[rows[row]]:08d}"
            approvals.note("T06_interest", loan_id, reference)
            end = as_date(int(months.last[cells.month[rows[row]]])).isoformat()
            approvals.found[-1]["happened_on"] = end
    folder.write(
        "accruals",
        {
            "loan_id": coded(cells.loan[rows], numbered("L", loans.numbers)),
            "month_end": days(months.last[cells.month[rows]]),
            "interest": money(booked),
            "penalty": money(penalty),
            "compound": money(compound),
        },
    )


def _asked_of_arrears(
    loans: Loans, months: Months, schedules: Schedules, payments: Payments, left_on: Whole
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Penalty on principal and compound on interest, in cents, by loan and month that is covered.

    Dues of a version lie end to end on its ruler: of each the cash held leaves so much unpaid, from
    its due day until cash covers it, the version is replaced or the loan leaves.
    """
    begins, ends, held, kept, owner = _cash_steps(loans, payments)
    loan, version = np.nonzero(schedules.length)
    place, offset = ragged(schedules.length[loan, version])
    loan, version = loan[place], version[place]
    first = schedules.start[loan, version]
    line = first + offset
    after = np.minimum(version + 1, schedules.length.shape[1] - 1)
    is_replaced = (after > version) & (schedules.length[loan, after] > 0)
    since = np.where(version > 0, schedules.valid_from[loan, version], NEVER[0])
    until = np.where(is_replaced, schedules.valid_from[loan, after], NEVER[1])
    until = np.minimum(until, np.where(left_on[loan] == NOTHING, NEVER[1], left_on[loan]))
    due_until = schedules.due_until[line + 1] - schedules.due_until[first]
    due_on = schedules.columns[DUE_ON][line]
    principal = schedules.columns[PRINCIPAL][line]
    shape = (loans.count, months.count)
    sums = []
    for due, end in (
        (principal, due_until),
        (schedules.columns[INTEREST][line], due_until - principal),
    ):
        step = np.searchsorted(owner * DAYS + ends, loan * DAYS + due_on, side="right")
        last = np.searchsorted(owner * CENTS + kept, loan * CENTS + end, side="left")
        falls_due = (due > 0) & (due_on <= months.last[-1])
        part, further = ragged(np.where(falls_due, np.maximum(last - step, 0), 0))
        at = step[part] + further
        unpaid = np.clip(end[part] - held[at], 0, due[part])
        from_day = np.maximum(np.maximum(due_on[part], begins[at]), since[part])
        until_day = np.minimum(ends[at], until[part])
        whose = loan[part]
        rate = schedules.rates[whose, version[part]] / RATE_UNIT
        daily = unpaid * rate * (1 + loans.penalty_uplift[whose] / RATE_UNIT) / 360
        found = np.zeros(shape)
        for month in range(max(0, months.count - COVERED_MONTHS), months.count):
            low = np.maximum(from_day, months.first[month])
            lasts = np.maximum(np.minimum(until_day, months.last[month] + 1) - low, 0)
            found[:, month] = np.bincount(whose, weights=lasts * daily, minlength=loans.count)
        sums.append(found)
    return sums[0], sums[1]


NEVER = (-(10**6), 10**6)
"""Days before and after all others."""
DAYS, CENTS = 10**7, 10**13
"""Beyond any day and any amount of a loan: whose it is stands before it in one number."""


def _cash_steps(loans: Loans, payments: Payments) -> tuple[Whole, Whole, Whole, Whole, Whole]:
    """The stretches of days on which a loan's cash stayed the same: first day, the day after the
    last, cash held, the least held from then on, and the loan; loan by loan, from before all days.
    """
    is_back = payments.reverses != NOTHING
    amount = np.where(is_back, -payments.amount[payments.reverses], payments.amount)
    loan = np.concatenate([np.arange(loans.count), payments.loan])
    day = np.concatenate([np.full(loans.count, NEVER[0]), payments.day])
    moved = np.concatenate([np.zeros(loans.count, np.int64), amount])
    order = np.lexsort((day, loan))
    loan, day, moved = loan[order], day[order], moved[order]
    is_last = np.append(loan[1:] != loan[:-1], True)
    ends = np.where(is_last, NEVER[1], np.append(day[1:], 0))
    begun = np.flatnonzero(np.append(True, is_last[:-1]))
    total = np.cumsum(moved)
    held = total - (total[begun] - moved[begun])[loan]
    # The least from each step on: with whose it is in front, no other loan's is less.
    kept = np.minimum.accumulate((loan * CENTS + held)[::-1])[::-1] - loan * CENTS
    return day, ends, held, kept, loan


def _daily(balance: Whole, rate: Whole) -> Whole:
    """One day's interest, half-up to the cent (ACT/360)."""
    return interest_for_days(balance, rate / RATE_UNIT, np.ones(len(balance), np.int64))


def _pieces(
    loans: Loans,
    months: Months,
    schedules: Schedules,
    cells: Cells,
    left_on: Whole,
    rows: Whole,
) -> list[tuple[Whole, Whole, Whole]]:
    """Days, principal not due and rate: before the due day, until a change, and after it."""
    loan, month, age = cells.loan[rows], cells.month[rows], cells.age[rows]
    counts = schedules.paths.event_count
    after = counts[loan, month].astype(np.int64)
    before = np.where(age > 0, counts[loan, np.maximum(month - 1, 0)], 0).astype(np.int64)
    start = np.maximum(months.first[month], loans.disbursed[loan])
    end = np.where(cells.left[rows] > 0, left_on[loan], months.last[month] + 1)
    due = months.first[month] + loans.due_day[loan] - 1
    due = np.where(age > 0, due, start)
    change = np.where(after > before, schedules.valid_from[loan, after], end)
    steps = [start, *(np.clip(day, start, end) for day in (due, change)), end]
    lasts = [later - earlier for earlier, later in pairwise(steps)]
    versions = ((before, age - 1), (before, age), (after, age))
    return [
        (days_there, _not_due(schedules, loan, version, until), schedules.rates[loan, version])
        for days_there, (version, until) in zip(lasts, versions, strict=True)
    ]


def _not_due(schedules: Schedules, loan: Whole, version: Whole, until: Whole) -> Whole:
    """The principal of the lines that come so many months after disbursement, or later."""
    start = schedules.start[loan, version]
    past = schedules.lines_until(loan, version, until)
    return schedules.total(PRINCIPAL, start + past, start + schedules.length[loan, version])


def left_days(loans: Loans, cells: Cells, payments: Payments, departed: Whole) -> Whole:
    """Per loan the day on which it left: by its last payment, by write-off or by sale."""
    gone = np.zeros(len(payments.loan), bool)
    gone[payments.reverses[payments.reverses != NOTHING]] = True
    kept = ~gone & (payments.reverses == NOTHING)
    last = np.full(loans.count, NOTHING)
    np.maximum.at(last, payments.loan[kept], payments.day[kept])
    paid = np.zeros(loans.count, bool)
    paid[cells.loan[cells.left == LEFT_PAID]] = True
    return np.where(paid, np.maximum(last, loans.disbursed), departed)
