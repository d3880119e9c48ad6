"""How late payers were reached, what they promised, and what they then paid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import DAY, Months, add_workdays
from data.book.cash import Payments
from data.book.conduct import (
    CONSENTED,
    DEBTOR,
    OBJECTED,
    OTHER_PARTY_SHARES,
    PARTIES,
    THIRD_PARTY,
    TOLD_DEBT,
    Extra,
    bursts,
    callers,
    first_attempts,
    quiet,
    reminders,
)
from data.book.lending import Loans
from data.book.states import Cells
from data.book.tables import NOTHING, Folder, coded, days, flags, moments, money, numbered, ragged

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

CHANNELS = ("phone", "text_message", "visit", "letter")
CHANNEL_SHARES = (0.72, 0.16, 0.08, 0.04)
PHONE, TEXT_MESSAGE, VISIT, LETTER = range(4)
ATTEMPTS = (2, 6)
"""Attempts per month late, from the first due day missed on."""
ANSWERED, RIGHT_PARTY = 0.62, 0.72
UNREACHED_MONTHS = 0.07
OUT_OF_HOURS = 0.004
PROMISES_BEFORE_PAYING, OTHER_PROMISES = 0.6, 0.16
"""How often somebody reached promises to pay: who is about to pay, and who is not."""
AROUND_PAYMENT, SOON, CANCELLED = 0.8, 20, 0.02
TOLERANCE = 1
"""Working days after its due day within which a promise is still kept (section 7)."""
SPAN = 1 << 20
"""More days than any book has: one number from a loan and a day."""


@dataclass(frozen=True)
class Contacts:
    """One row per attempt: loan, second, channel, whether a machine made it, whom it reached."""

    loan: Whole
    at: Whole
    channel: Whole
    is_robot: Truth
    answered: Truth
    right: Truth


def write_contacts(
    folder: Folder,
    rng: np.random.Generator,
    own: np.random.Generator,
    collectors: Whole,
    loans: Loans,
    months: Months,
    cells: Cells,
    payments: Payments,
    forgotten: Whole,
) -> dict[str, int]:
    """The contacts and promises tables; promises by how they ended. Nobody asks the forgotten.

    `own` draws what was added later: first attempts, who called and whom it reached; reminders,
    which came last, are drawn beside it, so that nothing else is another.
    """
    contacts = _with(
        _draw_contacts(rng, months, cells, forgotten),
        first_attempts(own, loans, months, cells, payments),
        bursts(own, months, cells),
    )
    _write(folder, own, collectors, loans, months, contacts)
    later = own.spawn(1)[0]
    reminded = _reaching_nobody(reminders(later, loans, months, cells, payments))
    _write(folder, later, collectors, loans, months, reminded)
    return _write_promises(folder, rng, loans, months, cells, payments, contacts)


def _write(
    folder: Folder,
    own: np.random.Generator,
    collectors: Whole,
    loans: Loans,
    months: Months,
    contacts: Contacts,
) -> None:
    """The attempts, with whom they went to and who made them."""
    party, told, objected = _parties(own, contacts)
    consent = quiet(contacts.at) & (own.random(len(contacts.at)) < CONSENTED)
    who = callers(own, collectors, months, contacts.at, contacts.is_robot)
    first = folder.rows.get("contacts", 0) + 1
    folder.write(
        "contacts",
        {
            "contact_id": numbered("T", first + np.arange(len(contacts.loan)), 9),
            "loan_id": numbered("L", loans.first_number + contacts.loan),
            "contacted_at": moments(contacts.at),
            "channel": coded(contacts.channel, CHANNELS),
            "is_answered": flags(contacts.answered),
            "is_right_party": flags(contacts.right),
            "is_robot": flags(contacts.is_robot),
            "staff_id": numbered("S", who, 5),
            "party": coded(party, PARTIES),
            "has_consent": flags(consent),
            "told_debt": flags(told),
            "has_objected": flags(objected),
        },
    )


def _draw_contacts(
    rng: np.random.Generator, months: Months, cells: Cells, forgotten: Whole
) -> Contacts:
    asked = cells.on_book & ~np.isin(cells.loan, forgotten)
    late = np.flatnonzero(asked & (cells.days_past_due > 0))
    begins = np.maximum(cells.first_due[late] + 2, months.first[cells.month[late]])
    ends = months.last[cells.month[late]]
    times = np.where(begins <= ends, rng.integers(*ATTEMPTS, len(late)), 0)
    unreached = rng.random(len(late)) < UNREACHED_MONTHS
    owner, _ = ragged(times)
    day = begins[owner] + (rng.random(len(owner)) * (ends - begins + 1)[owner]).astype(np.int64)
    count = len(owner)
    channel = rng.choice(len(CHANNELS), count, p=CHANNEL_SHARES)
    clock = np.where(
        rng.random(count) < OUT_OF_HOURS,
        rng.integers(22 * 3600, 23 * 3600, count),
        rng.integers(8 * 3600 + 900, 21 * 3600, count),
    )
    answered = np.isin(channel, (PHONE, VISIT)) & (rng.random(count) < ANSWERED)
    right = answered & (rng.random(count) < RIGHT_PARTY) & ~unreached[owner]
    loan, at = cells.loan[late][owner], day * DAY + clock
    order = np.lexsort((at, loan))
    by_people = np.zeros(count, bool)
    return Contacts(
        loan[order], at[order], channel[order], by_people, answered[order], right[order]
    )


def _with(contacts: Contacts, *more: Extra) -> Contacts:
    """The attempts and others that reached nobody, by loan and second."""
    parts = [contacts, *map(_reaching_nobody, more)]
    columns = [
        np.concatenate([getattr(part, name) for part in parts])
        for name in Contacts.__dataclass_fields__
    ]
    order = np.lexsort((columns[1], columns[0]))
    return Contacts(*(column[order] for column in columns))


def _reaching_nobody(extra: Extra) -> Contacts:
    nobody = np.zeros(len(extra.loan), bool)
    channel = np.where(extra.is_call, PHONE, TEXT_MESSAGE)
    return Contacts(extra.loan, extra.at, channel, extra.is_robot, nobody, nobody)


def _parties(rng: np.random.Generator, contacts: Contacts) -> tuple[Whole, Truth, Truth]:
    """Whom each attempt went to; of third parties, who was told of the debt and who objected."""
    count = len(contacts.loan)
    other = rng.choice(len(PARTIES), count, p=OTHER_PARTY_SHARES)
    party = np.where(contacts.answered & ~contacts.right, other, DEBTOR)
    stranger = party == THIRD_PARTY
    told = stranger & (rng.random(count) < TOLD_DEBT)
    return party, told, stranger & (rng.random(count) < OBJECTED)


class _Cash:
    """What each loan paid, net of what was taken back, between any two days."""

    def __init__(self, payments: Payments) -> None:
        signed = np.where(payments.reverses == NOTHING, payments.amount, -payments.amount)
        self.key = payments.loan * SPAN + payments.day
        self.sums = np.concatenate([[0], np.cumsum(signed)])

    def between(self, loan: Whole, first: Whole, last: Whole) -> Whole:
        """Cents paid from the first day to the last, both included."""
        after = np.searchsorted(self.key, loan * SPAN + last, side="right")
        before = np.searchsorted(self.key, loan * SPAN + first)
        return self.sums[after] - self.sums[before]

    def wait(self, loan: Whole, day: Whole) -> Whole:
        """Days until the next payment; many where there is none."""
        found = np.searchsorted(self.key, loan * SPAN + day)
        here = np.minimum(found, len(self.key) - 1)
        gap = self.key[here] - (loan * SPAN + day)
        return np.where((found < len(self.key)) & (gap < SPAN // 2), gap, SPAN)


def _write_promises(
    folder: Folder,
    rng: np.random.Generator,
    loans: Loans,
    months: Months,
    cells: Cells,
    payments: Payments,
    contacts: Contacts,
) -> dict[str, int]:
    """Promises of debtors who were reached: some of what they were going to pay, some of more."""
    reached, cash = np.flatnonzero(contacts.right), _Cash(payments)
    wait = cash.wait(contacts.loan[reached], contacts.at[reached] // DAY)
    chance = np.where(wait <= SOON, PROMISES_BEFORE_PAYING, OTHER_PROMISES)
    promised = rng.random(len(reached)) < chance
    reached, wait = reached[promised], wait[promised]
    loan, day = contacts.loan[reached], contacts.at[reached] // DAY
    due = day + rng.integers(3, 13, len(day))
    around = (wait <= SOON) & (rng.random(len(day)) < AROUND_PAYMENT)
    due = np.where(around, day + wait + rng.integers(0, 3, len(day)), due)
    fresh = np.ones(len(loan), bool)
    fresh[1:] = (loan[1:] != loan[:-1]) | (
        day[1:] > np.maximum.accumulate(loan * SPAN + due)[:-1] - loan[1:] * SPAN + TOLERANCE + 3
    )
    loan, day, due, around = loan[fresh], day[fresh], due[fresh], around[fresh]
    paid = cash.between(loan, day, add_workdays(due, TOLERANCE))
    asked = _arrears(loans, months, cells, loan, day)
    part = np.rint(asked * rng.uniform(0.4, 1.0, len(loan)) / 10_000).astype(np.int64) * 10_000
    amount = np.where(around & (paid > 0), paid, np.maximum(part, 100_00))
    cancelled = np.where(rng.random(len(loan)) < CANCELLED, day + 1, NOTHING)
    cancelled = np.where(cancelled <= months.last[-1], cancelled, NOTHING)
    number = folder.rows.get("promises", 0) + 1 + np.arange(len(loan))
    folder.write(
        "promises",
        {
            "promise_id": numbered("Q", number),
            "loan_id": numbered("L", loans.first_number + loan),
            "promised_on": days(day),
            "due_on": days(due),
            "amount": money(amount),
            "cancelled_on": days(cancelled),
        },
    )
    open_still = add_workdays(due, TOLERANCE) > months.last[-1]
    ended = np.select(
        [cancelled != NOTHING, open_still, paid >= amount, paid > 0],
        ["cancelled", "open", "kept", "partial"],
        "broken",
    )
    names, counts = np.unique(ended, return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def _arrears(loans: Loans, months: Months, cells: Cells, loan: Whole, day: Whole) -> Whole:
    """Roughly what a late loan owes by then: a month's part of its principal per month late."""
    place = np.full((loans.count, months.count), 0)
    place[cells.loan, cells.month] = cells.behind
    behind = place[loan, np.searchsorted(months.last, day)]
    return loans.principal[loan] // np.maximum(loans.term[loan], 1) * np.maximum(behind, 1)
