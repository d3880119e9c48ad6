"""What came in and when, so that each loan is as far behind at every month end as it was drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import DAY, Months
from data.book.lending import Loans
from data.book.paths import CURTAIL, EXTEND, RESTRUCTURE
from data.book.plans import Plan
from data.book.schedules import Schedules
from data.book.states import Cells, in_whole_yuan, row_above
from data.book.tables import NOTHING, Folder, coded, days, moments, money, numbered

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

CHANNELS = ("auto_debit", "mobile", "counter", "transfer", "third_party")
PAYERS = ("borrower", "related", "third_party")
PAYER_SHARES = (0.985, 0.014, 0.001)
CHANNEL_SHARES = (0.52, 0.26, 0.06, 0.12, 0.04)


@dataclass(frozen=True)
class Payments:
    """One row per payment or reversal: loan, day, cents, and the row that it reverses (NOTHING)."""

    loan: Whole
    day: Whole
    amount: Whole
    reverses: Whole


class _Desk:
    """Turns what each month brought in into payments with a day."""

    def __init__(self, rng: np.random.Generator, loans: Loans, schedules: Schedules, cells: Cells):
        self.rng, self.loans, self.schedules, self.cells = rng, loans, schedules, cells
        months = schedules.months
        self.first, self.last = months.first[cells.month], months.last[cells.month]
        self.due_day = self.first + loans.due_day[cells.loan] - 1
        self.watched = self._watched()
        self.was_behind = np.where(cells.age > 0, row_above(cells.behind), 0)
        plain = (cells.event == 0) & (cells.behind == 0) & (cells.age > 0)
        self.regular = plain & (self.was_behind == 0) & (cells.collected > 0)
        self.remaining = self._last_age() - cells.age

    def _watched(self) -> Truth:
        """Restructured loans: every delay counts against them, so they pay on the day or not at
        all.
        """
        changed = np.zeros(self.loans.count, bool)
        changes = self.schedules.changes
        changed[changes.loan[np.isin(changes.event, (RESTRUCTURE, EXTEND))]] = True
        return changed[self.cells.loan]

    def _last_age(self) -> Whole:
        """Months from disbursement to the last line of the version in force."""
        version = self.schedules.paths.event_count[self.cells.loan, self.cells.month]
        offset = self.schedules.kept + self.schedules.extra - self.schedules.since
        rows = (self.cells.loan, version.astype(np.int64))
        return self.schedules.length[rows] - offset[rows]

    def payments(self) -> Payments:
        """All payments and reversals, by loan and day."""
        day, amount = self._days(), self.cells.collected.copy()
        self._lump(day, amount)
        pieces = [*self._with_changes(day, amount), self._bounced(day), self._twice()]
        loan, when, cents, pair = (np.concatenate(part) for part in zip(*pieces, strict=True))
        order = np.lexsort((pair < 0, when, loan))
        return self._linked(loan[order], when[order], cents[order], pair[order])

    def _days(self) -> Whole:
        """A day for each month's cash: on the due day as a rule, early, late, or any day in
        arrears.
        """
        count = len(self.due_day)
        chance = self.rng.random(count)
        early = self.due_day - self.rng.integers(1, 4, count)
        earlier = self.due_day - self.rng.integers(4, 15, count)
        crosses = (earlier < self.first) & ~self._may_cross()
        earlier = np.where(crosses, self.due_day, earlier)
        wait = self.last - self.due_day
        late = self.due_day + 1 + (self.rng.random(count) ** 2 * wait).astype(np.int64)
        late = np.where(self.watched, self.due_day, np.minimum(late, self.last))
        day = np.select(
            [chance < 0.58, chance < 0.76, chance < 0.86], [self.due_day, early, earlier], late
        )
        until = np.where(self.watched, self.due_day, self.last)
        anywhere = self.first + (self.rng.random(count) * (until + 1 - self.first)).astype(np.int64)
        return np.where(self.regular, day, anywhere)

    def _may_cross(self) -> Truth:
        """Paid before the month of its due day: nothing else may depend on that month's cash."""
        above = np.concatenate([[False], self.regular[:-1]])
        return self.regular & above & (self.cells.age > 2) & (self.remaining > 3)

    def _lump(self, day: Whole, amount: Whole) -> None:
        """Now and then three instalments are paid at once, two of them ahead of time."""
        cells, ahead = self.cells, max(0, len(day) - 2)
        calm = self.regular[:ahead] & self.regular[1 : ahead + 1] & self.regular[2 : ahead + 2]
        same = cells.loan[:ahead] == cells.loan[2 : ahead + 2]
        chosen = calm & same & (cells.age[:ahead] % 3 == 1) & (self.remaining[:ahead] > 5)
        start = np.flatnonzero(chosen & (self.rng.random(ahead) < 0.006))
        amount[start] += amount[start + 1] + amount[start + 2]
        amount[start + 1] = amount[start + 2] = 0

    def _with_changes(self, day: Whole, amount: Whole) -> list[tuple[Whole, ...]]:
        """Cash of ordinary months, some of it in two parts, and cash on the day of a change."""
        changes, cells = self.schedules.changes, self.cells
        place = np.zeros((self.loans.count, self.schedules.months.count), np.int64)
        place[cells.loan, cells.month] = np.arange(len(cells.loan))
        row = place[changes.loan, changes.month]
        is_down = changes.event == CURTAIL
        settles = (changes.paid_down + changes.charge > 0) & ~is_down
        amount[row[is_down]] -= changes.paid_down[is_down]
        day[row[is_down]] = self.due_day[row[is_down]]
        day[row[settles]] = changes.day[settles]
        second = (self.rng.random(len(day)) < 0.04) & (amount > 2_00) & ~self.watched
        second[row] = False
        part = np.where(second, in_whole_yuan(amount * self.rng.uniform(0.2, 0.8, len(day))), 0)
        later = np.minimum(day + self.rng.integers(0, 4, len(day)), np.maximum(self.last, day))
        later = np.where(day < self.first, np.minimum(later, self.first - 1), later)
        first = amount - part
        pieces = [(cells.loan, day, first), (cells.loan, later, part)]
        pieces.append((changes.loan[is_down], changes.day[is_down], changes.paid_down[is_down]))
        return [self._paid(*piece) for piece in pieces]

    @staticmethod
    def _paid(loan: Whole, day: Whole, amount: Whole) -> tuple[Whole, ...]:
        real = amount > 0
        return loan[real], day[real], amount[real], np.zeros(int(real.sum()), np.int64)

    def _pairs(self, rows: Whole, paid: Whole, taken_back: Whole) -> tuple[Whole, ...]:
        """A payment and its reversal for each row; the pair numbers tie them together."""
        loan, amount = self.cells.loan[rows], self.cells.collected[rows]
        pair = rows + 1
        return (
            np.concatenate([loan, loan]),
            np.concatenate([paid, taken_back]),
            np.concatenate([amount, amount]),
            np.concatenate([pair, -pair]),
        )

    def _bounced(self, day: Whole) -> tuple[Whole, ...]:
        """A debit that bounced some days later, in a month whose cash came in anyway."""
        fits = self.regular & ~self.watched & (self.last - self.due_day >= 4) & (self.remaining > 2)
        rows = np.flatnonzero(fits & (self.rng.random(len(day)) < 0.004))
        return self._pairs(rows, self.due_day[rows], self.due_day[rows] + 1 + rows % 3)

    def _twice(self) -> tuple[Whole, ...]:
        """A debit taken twice; the second goes back early in the next month."""
        below = np.concatenate([self.regular[1:], [False]])
        fits = self.regular & below & ~self.watched & (self.remaining > 6)
        rows = np.flatnonzero(fits & (self.rng.random(len(fits)) < 0.0015))
        return self._pairs(rows, self.due_day[rows] + 1, self.last[rows] + 1 + rows % 5)

    @staticmethod
    def _linked(loan: Whole, day: Whole, amount: Whole, pair: Whole) -> Payments:
        paid, back = np.flatnonzero(pair > 0), np.flatnonzero(pair < 0)
        paid = paid[np.argsort(pair[paid], kind="stable")]
        back = back[np.argsort(-pair[back], kind="stable")]
        reverses = np.full(len(loan), NOTHING)
        reverses[back] = paid
        return Payments(loan, day, amount, reverses)


def draw_payments(
    rng: np.random.Generator, loans: Loans, schedules: Schedules, cells: Cells
) -> Payments:
    """The payments of a chunk."""
    return _Desk(rng, loans, schedules, cells).payments()


def draw_payers(
    rng: np.random.Generator, loans: Loans, months: Months, plan: Plan, payments: Payments
) -> Whole:
    """Who paid: the borrower as a rule, a third party where the plan says so."""
    payer = rng.choice(len(PAYERS), len(payments.loan), p=PAYER_SHARES)
    borrower = loans.borrower[payments.loan]
    payer = np.where(plan.is_quiet[borrower], 0, payer)
    month = np.searchsorted(months.last, payments.day)
    return np.where(plan.shows("payer", borrower, month), PAYERS.index("third_party"), payer)


def write_repayments(
    folder: Folder,
    rng: np.random.Generator,
    loans: Loans,
    payments: Payments,
    end: int,
    payer: Whole,
) -> None:
    """The repayments table. A few payments are booked days after they were made."""
    count = len(payments.loan)
    first = folder.rows.get("repayments", 0) + 1
    chance = rng.random(count)
    wait = np.select([chance < 0.0008, chance < 0.02], [rng.integers(4, 10, count), 1], 0)
    booked = np.minimum(payments.day + wait, np.maximum(end, payments.day))
    clock = rng.integers(8 * 3600, 20 * 3600, count)
    reverses = payments.reverses
    folder.write(
        "repayments",
        {
            "repayment_id": numbered("P", first + np.arange(count), 9),
            "loan_id": coded(payments.loan, numbered("L", loans.numbers)),
            "paid_on": days(payments.day),
            "amount": money(payments.amount),
            "booked_at": moments(booked * DAY + clock),
            "channel": coded(rng.choice(len(CHANNELS), count, p=CHANNEL_SHARES), CHANNELS),
            "payer": coded(payer, PAYERS),
            "reverses": numbered("P", np.where(reverses == NOTHING, NOTHING, first + reverses), 9),
        },
    )
