"""The departments' cases and their events: opened by what happens to loans, or by the house's
routine.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import (
    CLOSING,
    DAY,
    OPENING,
    SEASONING_MONTHS,
    Months,
    add_workdays,
    on_workday,
)
from data.book.duties import DUTIES, HOUSE, Duty
from data.book.feeds import SAMPLED, Feeds
from data.book.names import BRANCHES
from data.book.staffing import DEPARTMENT_IDS, LOANS_PER_HOUSE, Staff
from data.book.tables import NOTHING

Whole = NDArray[np.int64]

USUAL, SPREAD = 0.48, 0.50
"""Time taken as a share of the time allowed: median and spread of its logarithm; one in fourteen is
late.
"""
NEVER_CLOSED, RETURNED = 0.004, 0.09
OUTCOME_SHARES = {1: (1.0,), 2: (0.8, 0.2), 3: (0.66, 0.22, 0.12)}
ESCALATED_FROM, ESCALATED_UNTIL = 21, 33
"""Days after which an overdue case that is not cured is closed as escalated."""


@dataclass(frozen=True)
class Failure:
    """What a department does badly on purpose: cases of a type, at a branch, from a month on."""

    case_type: str
    branch: str
    last_months: int
    slower: float
    meaning: str


FAILURES = (
    Failure("breach_pursuit", "", 9, 2.6, "letters to borrowers in breach go out late"),
    Failure("use_of_funds_check", "Kunshan", 14, 3.2, "first checks of use of funds are late"),
    Failure("complaint", "", 5, 2.2, "complaints are answered after the statutory 15 days"),
    Failure("collateral_inspection", "Ningbo Yinzhou", 18, 3.0, "collateral is not inspected"),
)

STEPS = ("opened", "sent", "accepted", "returned", "closed")
EVENTS = (*STEPS, *sorted({step for duty in DUTIES for step in duty.steps} - set(STEPS)))
OUTCOMES = tuple(sorted({outcome for duty in DUTIES for outcome in duty.outcomes}))


@dataclass(frozen=True)
class Batch:
    """Cases of one duty. Days and seconds since 1970-01-01; closed is NOTHING while open."""

    duty: int
    loan: Whole
    borrower: Whole
    branch: Whole
    opened: Whole
    due: Whole
    closed: Whole
    owner: Whole
    outcome: Whole
    events: list[tuple[Whole, ...]]


class Office:
    """Draws the cases of one duty after the other."""

    def __init__(self, seed: int, months: Months, staff: Staff, feeds: Feeds, loans: int) -> None:
        self.seed, self.months, self.staff, self.feeds = seed, months, staff, feeds
        self.size = max(0.15, (loans / LOANS_PER_HOUSE) ** 0.6)
        self.end = (int(months.last[-1]) + 1) * DAY - 1

    def batch(self, place: int, findings: tuple[Whole, ...]) -> Batch:
        """All cases of a duty."""
        duty = DUTIES[place]
        rng = np.random.default_rng([self.seed, 3, place])
        if duty.feed == "findings":
            loan, borrower, branch, day, due, closed = findings
            over, opened = np.full(len(day), NOTHING), day * DAY + OPENING
        else:
            loan, borrower, branch, day, over = self._set_off(rng, duty)
            opened = day * DAY + rng.integers(OPENING, CLOSING, len(day))
            due = self._due(duty, day, opened)
            closed = self._closed(rng, duty, branch, opened, due, over)
        owner = self._owners(rng, duty, day)
        chance = rng.choice(len(duty.outcomes), len(day), p=OUTCOME_SHARES[len(duty.outcomes)])
        outcome = np.array([OUTCOMES.index(name) for name in duty.outcomes])[chance]
        if duty.case_type == "overdue_case":
            cured = closed - opened >= (over - 1) * DAY
            outcome = np.where(cured, OUTCOMES.index("cured"), OUTCOMES.index("escalated"))
        done = (closed != NOTHING) & (closed <= self.end)
        closed = np.where(done, closed, NOTHING)
        events = self._events(rng, duty, opened, due, closed, owner)
        outcome = np.where(done, outcome, NOTHING)
        return Batch(place, loan, borrower, branch, opened, due, closed, owner, outcome, events)

    def _set_off(self, rng: np.random.Generator, duty: Duty) -> tuple[Whole, ...]:
        """Loan, borrower, branch, opening day, and days until the cause is gone."""
        if duty.feed == HOUSE:
            first = int(self.months.first[SEASONING_MONTHS])
            days = int(self.months.last[-1]) + 1 - first
            monthly = duty.volume * (self.size if duty.volume > 1 else 1)
            count = max(2, rng.poisson(monthly * (self.months.count - SEASONING_MONTHS)))
            day = on_workday(np.sort(first + rng.integers(0, days, count)))
            day = np.minimum(day, int(self.months.last[-1]))
            none = np.full(len(day), NOTHING)
            return none, none, none, day, none
        columns = self.feeds[duty.feed]
        wanted = duty.volume / SAMPLED.get(duty.feed, 1.0)
        kept = rng.random(len(columns[0])) < wanted
        loan, borrower, branch, day, over = (column[kept] for column in columns)
        day = np.minimum(on_workday(day), int(self.months.last[-1]))
        return loan, borrower, branch, day, over

    def _due(self, duty: Duty, day: Whole, opened: Whole) -> Whole:
        if duty.days < 1:
            return opened + round(duty.days * DAY)
        if duty.clock == "working":
            return add_workdays(day, round(duty.days)) * DAY + CLOSING
        return (day + round(duty.days)) * DAY + CLOSING

    def _closed(
        self,
        rng: np.random.Generator,
        duty: Duty,
        branch: Whole,
        opened: Whole,
        due: Whole,
        over: Whole,
    ) -> Whole:
        """When the work was done; NOTHING when it never was."""
        share = np.exp(rng.normal(np.log(USUAL), SPREAD, len(opened)))
        share *= self._slowness(duty, branch, opened)
        took = ((due - opened) * share).astype(np.int64)
        if duty.case_type == "overdue_case":
            given_up = rng.integers(ESCALATED_FROM, ESCALATED_UNTIL, len(opened))
            took = np.minimum(np.maximum(over, 1), given_up) * DAY
        closed = opened + np.maximum(took, 600)
        if duty.days >= 1:
            closed = self._in_hours(rng, opened, closed)
        stuck = rng.random(len(opened)) < NEVER_CLOSED
        return np.where(stuck & (duty.days > 1), NOTHING, closed)

    def _slowness(self, duty: Duty, branch: Whole, opened: Whole) -> NDArray:
        slower = np.ones(len(opened))
        for failure in FAILURES:
            if failure.case_type == duty.case_type:
                since = int(self.months.first[self.months.count - failure.last_months]) * DAY
                here = np.ones(len(opened), bool)
                if failure.branch:
                    here = branch == BRANCHES.index(failure.branch)
                slower = np.where(here & (opened >= since), failure.slower, slower)
        return slower

    def _in_hours(self, rng: np.random.Generator, opened: Whole, closed: Whole) -> Whole:
        day = on_workday(closed // DAY)
        moment = day * DAY + rng.integers(OPENING, CLOSING, len(day))
        return np.maximum(moment, opened + 600)

    def _owners(self, rng: np.random.Generator, duty: Duty, day: Whole) -> Whole:
        """Someone of the department who had joined by then, else its head."""
        there = self.staff.of(duty.department)
        owner = rng.choice(there, len(day))
        return np.where(self.staff.joined[owner - 1] <= day, owner, there[0])

    def _events(
        self,
        rng: np.random.Generator,
        duty: Duty,
        opened: Whole,
        due: Whole,
        closed: Whole,
        owner: Whole,
    ) -> list[tuple[Whole, ...]]:
        """Case, event, moment, actor and receiving department of every event."""
        diary = _Diary(opened, np.where(closed == NOTHING, np.maximum(self.end, due), closed))
        every = np.arange(len(opened))
        diary.put("opened", 0.0, every)
        for place, step in enumerate(duty.steps, start=1):
            share = (place - 0.5 * rng.random(len(opened))) / (len(duty.steps) + 1)
            diary.put(step, np.where(closed == NOTHING, share * 0.4, share), every)
        if duty.hands_to:
            rows = np.flatnonzero(rng.random(len(opened)) < duty.handed)
            diary.put("sent", 0.55, rows, duty.hands_to)
            bounced = rng.random(len(rows)) < RETURNED
            diary.put("accepted", 0.62, rows[~bounced])
            diary.put("returned", 0.62, rows[bounced], duty.department)
        diary.put("closed", 1.0, every[closed != NOTHING])
        return [
            tuple(column[moment <= self.end] for column in (rows, event, moment, owner[rows], to))
            for rows, event, moment, to in diary.entries
        ]


class _Diary:
    """Events of many cases, each at a share of the time from opening to the end."""

    def __init__(self, opened: Whole, until: Whole) -> None:
        self.opened, self.until = opened, until
        self.entries: list[tuple[Whole, Whole, Whole, Whole]] = []

    def put(self, name: str, share: NDArray | float, rows: Whole, to: str = "") -> None:
        """An event of the cases in `rows`; `to` is the department that receives them."""
        took = (self.until - self.opened)[rows]
        receiver = DEPARTMENT_IDS.index(to) if to else NOTHING
        self.entries.append(
            (
                rows,
                np.full(len(rows), EVENTS.index(name)),
                self.opened[rows] + (took * share).astype(np.int64),
                np.full(len(rows), receiver),
            )
        )
