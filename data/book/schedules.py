"""Every loan's schedule versions: full restatements, each with what was settled before it
(R-DPD-11).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data.amortise import (
    RATE_UNIT,
    equal_instalment,
    equal_principal,
    interest_for_days,
    interest_only,
)
from data.book.calendar import Months, month_starts
from data.book.lending import Loans
from data.book.paths import CURTAIL, MOST_CHANGES, REPRICE, RESTRUCTURE, SETTLE, Paths
from data.book.products import METHODS
from data.book.tables import Folder, coded, days, money, numbered, ragged, whole

Whole = NDArray[np.int64]
Columns = tuple[Whole, Whole, Whole, Whole]

DUE_ON, PRINCIPAL, INTEREST, FEE = range(4)
MAKERS = (equal_instalment, equal_principal, interest_only)
TERM_BANDS = (0, 12, 24, 36, 60, 1200)
CARD_FEE = 12_00
SMALLEST_PART = 1_00
RATE_CUT = 0.85
GRACE_SHARE, CUT_SHARE = 0.25, 0.25


@dataclass(frozen=True)
class Changes:
    """One row per new version: loan, month, event, version (from 1), day, and what it did.

    `paid_down` is the principal paid with the change, `charge` the interest paid with it, in cents.
    """

    loan: Whole
    month: Whole
    event: Whole
    version: Whole
    day: Whole
    grace: NDArray[np.bool_]
    cut: NDArray[np.bool_]
    paid_down: Whole
    charge: Whole


def new_instalments(principal: Whole, rate: Whole, periods: Whole, method: Whole) -> Columns:
    """Row, period, principal and interest of new schedules, sorted by row and period."""
    pieces: list[Columns] = []
    for low, high in pairwise(TERM_BANDS):
        for place, make in enumerate(MAKERS):
            mine = np.flatnonzero((method == place) & (periods > low) & (periods <= high))
            if len(mine):
                made = make(principal[mine], rate[mine] / RATE_UNIT, periods[mine])
                row, period, capital, interest = made.lines()
                pieces.append((mine[row], period, capital, interest))
    if not pieces:
        none = np.zeros(0, np.int64)
        return none, none, none, none
    row, period, capital, interest = (np.concatenate(part) for part in zip(*pieces, strict=True))
    order = np.argsort(row, kind="stable")
    return row[order], period[order], capital[order], interest[order]


class Schedules:
    """The versions of a chunk's loans, laid end to end, loan by loan within each round of changes.

    A row of `start`, `length` and so on is a loan, a column a version, from 0. A version restates
    `kept` lines of the one before, may have one `extra` line on the day of the change, and then one
    instalment for every month after `since`, a number of months from disbursement.
    """

    def __init__(self, rng: np.random.Generator, loans: Loans, paths: Paths, months: Months):
        self.rng, self.loans, self.paths, self.months = rng, loans, paths, months
        shape = (loans.count, MOST_CHANGES + 1)
        self.start, self.length = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.kept, self.extra = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.since, self.valid_from = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.rate, self.method = loans.rate.copy(), loans.method.copy()
        self.rates = np.repeat(loans.rate[:, None], MOST_CHANGES + 1, axis=1)
        self.columns: list[Whole] = [np.zeros(0, np.int64)] * 4
        self._contract()
        changes = [self._change(ordinal) for ordinal in range(MOST_CHANGES)]
        self.changes = Changes(*(np.concatenate(part) for part in zip(*changes, strict=True)))
        self.due = self.columns[PRINCIPAL] + self.columns[INTEREST] + self.columns[FEE]
        self.due_until = np.concatenate([[0], np.cumsum(self.due)])

    def lines_until(self, loan: Whole, version: Whole, months: Whole) -> Whole:
        """How many lines of a version are those of so many months from disbursement."""
        offset = (self.kept + self.extra - self.since)[loan, version]
        return np.clip(offset + months, 0, self.length[loan, version])

    def total(self, column: int, first: Whole, last: Whole) -> Whole:
        """Sum of a column over the lines from `first` up to, not including, `last`."""
        return self.sums[column][last] - self.sums[column][first]

    def _add(self, *added: Whole) -> None:
        joined = zip(self.columns, added, strict=True)
        self.columns = [np.concatenate(pair) for pair in joined]
        self.sums = [np.concatenate([[0], np.cumsum(column)]) for column in self.columns]

    def _due_days(self, loan: Whole, month: Whole) -> Whole:
        return month_starts(self.months, month) + self.loans.due_day[loan] - 1

    def _fees(self, loan: Whole) -> Whole:
        return np.where(self.loans.has_fee[loan], CARD_FEE, 0)

    def _contract(self) -> None:
        loans = self.loans
        row, period, capital, interest = new_instalments(
            loans.principal, loans.rate, loans.term, loans.method
        )
        due_on = self._due_days(row, loans.opened[row] + period)
        self._add(due_on, capital, interest, self._fees(row))
        self.length[:, 0] = loans.term
        self.start[:, 0] = np.cumsum(loans.term) - loans.term
        self.valid_from[:, 0] = loans.disbursed

    def _change(self, ordinal: int) -> tuple[NDArray, ...]:
        """Give every loan that has so many changes its next version."""
        events = self._events(ordinal)
        loan, age, what = events["loan"], events["age"], events["event"]
        version = np.full(len(loan), ordinal)
        behind = self.paths.behind[loan, events["month"] - 1]
        paid = np.where(what == RESTRUCTURE, age - 1 - behind, age)
        kept, reached = (self.lines_until(loan, version, until) for until in (paid, age))
        start = self.start[loan, ordinal]
        balance = self.loans.principal[loan] - self.total(PRINCIPAL, start, start + kept)
        day, held = self._day(events, balance)
        unpaid = self.total(INTEREST, start + kept, start + reached)
        part = (balance * events["share"] / 10_000).astype(np.int64) * 10_000
        paid_down = np.select(
            [what == SETTLE, what == CURTAIL], [balance, np.maximum(part, SMALLEST_PART)], 0
        )
        charge = np.select([what == SETTLE, what == RESTRUCTURE], [held, unpaid], 0)
        extra = np.isin(what, (SETTLE, CURTAIL, RESTRUCTURE)).astype(np.int64)
        grace, cut = self._new_terms(loan, what, ordinal)
        after = np.where(what == SETTLE, 0, events["term"] - age)
        old = (ordinal, kept)
        self._restate(loan, age, day, old, extra, paid_down, charge, balance - paid_down, after)
        return loan, events["month"], what, version + 1, day, grace, cut, paid_down, charge

    def _events(self, ordinal: int) -> dict[str, NDArray]:
        events = self.paths.events
        order = np.lexsort((events["month"], events["loan"]))
        loan = events["loan"][order]
        nth = np.arange(len(loan)) - np.searchsorted(loan, loan)
        picked = {name: column[order][nth == ordinal] for name, column in events.items()}
        picked["age"] = picked["month"] - self.loans.opened[picked["loan"]]
        return picked

    def _day(self, events: dict[str, NDArray], balance: Whole) -> tuple[Whole, Whole]:
        """The day of a change, from the due day to the month's end, and the interest since then."""
        loan = events["loan"]
        due_day = self._due_days(loan, events["month"])
        late = self.months.last[events["month"]] - due_day
        first = (events["event"] == RESTRUCTURE).astype(np.int64)
        waited = first + (events["when"] * (late + 1 - first)).astype(np.int64)
        held = interest_for_days(balance, self.rate[loan] / RATE_UNIT, waited)
        return due_day + waited, held

    def _new_terms(self, loan: Whole, what: Whole, ordinal: int) -> tuple[NDArray, NDArray]:
        """Some restructured loans pay only interest until the end, some get a lower rate."""
        chance = self.rng.random(len(loan))
        grace = (what == RESTRUCTURE) & (chance < GRACE_SHARE)
        cut = (what == REPRICE) | ((what == RESTRUCTURE) & (chance > 1 - CUT_SHARE))
        self.method[loan[grace]] = METHODS.index("interest_only")
        lower = np.rint(self.rate[loan] * RATE_CUT / 10_000).astype(np.int64) * 10_000
        self.rate[loan] = np.where(cut, lower, self.rate[loan])
        self.rates[loan, ordinal + 1 :] = self.rate[loan][:, None]
        return grace, cut

    def _restate(
        self,
        loan: Whole,
        age: Whole,
        day: Whole,
        old: tuple[int, Whole],
        extra: Whole,
        paid_down: Whole,
        charge: Whole,
        balance: Whole,
        after: Whole,
    ) -> None:
        """Lay down the next version: the lines kept, the line of the change, the lines to come."""
        ordinal, kept = old
        length = kept + extra + after
        owner, place = ragged(length)
        fresh = [np.zeros(len(owner), np.int64) for _ in self.columns]
        is_old = place < kept[owner]
        source = self.start[loan, ordinal][owner[is_old]] + place[is_old]
        is_extra = (place == kept[owner]) & (extra[owner] == 1)
        which = owner[is_extra]
        row, period, capital, interest = new_instalments(
            balance, self.rate[loan], after, self.method[loan]
        )
        due_on = self._due_days(loan[row], self.loans.opened[loan[row]] + age[row] + period)
        to_come = (due_on, capital, interest, self._fees(loan[row]))
        change = (day[which], paid_down[which], charge[which], np.zeros(len(which), np.int64))
        for column, values in enumerate(fresh):
            values[is_old] = self.columns[column][source]
            values[is_extra] = change[column]
            values[~is_old & ~is_extra] = to_come[column]
        version = ordinal + 1
        self.start[loan, version] = len(self.columns[0]) + np.cumsum(length) - length
        self.length[loan, version], self.kept[loan, version] = length, kept
        self.extra[loan, version], self.since[loan, version] = extra, age
        self.valid_from[loan, version] = day
        self._add(*fresh)


def write_instalments(folder: Folder, schedules: Schedules, off: Whole, off_by: Whole) -> None:
    """The instalments table, loan by loan and version by version.

    `off` are lines whose interest is wrong, by `off_by` cents.
    """
    loans = schedules.loans
    used = schedules.length > 0
    loan, version = np.nonzero(used)
    owner, place = ragged(schedules.length[used])
    line = schedules.start[used][owner] + place
    due_on, principal, interest, fee = (column[line] for column in schedules.columns)
    interest = interest.copy()
    for place_off, cents in zip(off.tolist(), off_by.tolist(), strict=True):
        interest[line == place_off] += cents
    folder.write(
        "instalments",
        {
            "loan_id": coded(loan[owner], numbered("L", loans.numbers)),
            "seq": whole(place + 1),
            "due_on": days(due_on),
            "principal_due": money(principal),
            "interest_due": money(interest),
            "fee_due": money(fee),
            "version": whole(version[owner] + 1),
            "valid_from": days(schedules.valid_from[used][owner]),
        },
    )
