"""The departments' cases and their events: opened by what happens to loans, or by the house's
routine.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import CLOSING, DAY, OPENING, SEASONING_MONTHS, Months
from data.book.diary import EVENTS, Diary
from data.book.duties import DUTIES, HOUSE, Duty, Level
from data.book.feeds import SAMPLED, Feeds
from data.book.hours import Hours
from data.book.names import BRANCHES
from data.book.passing import Passing, pass_on
from data.book.staffing import DEPARTMENT_IDS, LOANS_PER_HOUSE, Staff
from data.book.tables import NOTHING

Whole = NDArray[np.int64]

USUAL, SPREAD = 0.48, 0.50
"""Time taken as a share of the time allowed: median and spread of its logarithm; one in fourteen is
late.
"""
NEVER_CLOSED, WAITS, REOPENED = 0.002, 0.14, 0.04
GOES_ON = (0.4, 1.2)
"""How long a case goes on after the step that keeps its promise, as a part of the time to it."""
LEAD_DAYS = (18, 25)
"""Days from the opening to the step with which the time to close a case starts: the least, and how
many more at most.
"""
DONE_AFTER = 3 * 3600
"""Seconds that a case of which nothing but the hand-over is late takes after it; the median."""
TAKEN_UP = (300, 170)
"""Seconds from the assignment to the start of work at the soonest, and minutes more at most."""
TURNED = 0.05
"""The part of cases that somebody else of the department takes over halfway."""
OUTCOME_SHARES = {1: (1.0,), 2: (0.8, 0.2), 3: (0.66, 0.22, 0.12)}
ESCALATED_FROM, ESCALATED_UNTIL = 21, 33
"""Days after which an overdue case that is not cured is closed as escalated."""
GRADE_SHARES = {
    "complaint": {"standard": 0.88, "complex": 0.10, "special": 0.02},
    "incident": {"standard": 0.5, "p1": 0.1, "p3": 0.4},
    "data_issue": {"standard": 0.5, "p1": 0.1, "p3": 0.4},
    "inquiry": {"standard": 0.2, "phone": 0.55, "text": 0.25},
    "post_loan_inspection": {"standard": 0.9, "special_mention": 0.07, "npl": 0.03},
    "credit_review": {"standard": 0.92, "watchlist": 0.08},
}
OWN_OUTCOMES = {
    "account_ops": (0.985, 0.015),
    "training": (0.95, 0.05),
    "pre_due_reminder": (0.93, 0.07),
    "data_maintenance": (0.03, 0.97),
    "credit_review": (0.82, 0.12, 0.06),
}
"""Where what comes of a case is another share than the usual: few are reversed, few fail."""
DAILY = "cash_recon"
"""The case type of which there is one each workday."""
MAY_REOPEN = ("inquiry", "complaint", "internal_request", "account_ops", "data_issue", "incident")
SEASON = (0.9, 0.75, 1.1, 1.0, 0.95, 1.2, 0.95, 0.95, 1.1, 0.9, 1.05, 1.35)
"""The house's routine by month: little at Spring Festival, much as a quarter or the year ends."""


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
    Failure("complaint", "", 5, 2.6, "complaints are answered after the statutory 15 days"),
    Failure("collateral_inspection", "Ningbo Yinzhou", 18, 3.0, "collateral is not inspected"),
)


@dataclass(frozen=True)
class Jam:
    """A queue that will not clear: of a type's cases since a month, this share is never closed."""

    case_type: str
    last_months: int
    never_closed: float


JAM = Jam("doc_archiving", 8, 0.45)
OUTCOMES = tuple(sorted({outcome for duty in DUTIES for outcome in duty.outcomes}))
GRADES = tuple(sorted({grade for duty in DUTIES for _, grade in duty.levels}))


@dataclass(frozen=True)
class Batch:
    """Cases of one duty. Days and seconds since 1970-01-01; closed is NOTHING while open.

    `events` holds case, event, moment, actor, staff and department that it goes to, and what is
    waited for.
    """

    duty: int
    department: Whole
    loan: Whole
    borrower: Whole
    branch: Whole
    grade: Whole
    opened: Whole
    due: Whole
    closed: Whole
    owner: Whole
    outcome: Whole
    events: list[tuple[NDArray, ...]]


@dataclass(frozen=True)
class _Times:
    """When each case is due and done, from when to when it waits (NOTHING: it does not), and from
    when its clock counts or, where a step keeps the promise, when that is taken.
    """

    due: Whole
    closed: Whole
    waits: Whole
    until: Whole
    turn: Whole


class Office:
    """Draws the cases of one duty after the other.

    `volume` is how many times the usual number of cases there are, `notes` how many entries each
    has beside those of its duty.
    """

    def __init__(
        self,
        seed: int,
        months: Months,
        staff: Staff,
        feeds: Feeds,
        loans: int,
        volume: float = 1.0,
        notes: float = 0.0,
    ) -> None:
        self.seed, self.months, self.staff, self.feeds = seed, months, staff, feeds
        self.size = max(0.3, (loans / LOANS_PER_HOUSE) ** 0.6) * volume
        self.notes = notes
        self.end = (int(months.last[-1]) + 1) * DAY - 1
        self.hours = {name: Hours(name, months) for name in ("office", "service")}

    def batch(self, place: int, findings: tuple[Whole, ...]) -> Batch:
        """All cases of a duty."""
        duty = DUTIES[place]
        rng = np.random.default_rng([self.seed, 3, place])
        later = np.random.default_rng([self.seed, 6, place])
        if duty.feed == "findings":
            loan, borrower, branch, day, due, closed = findings
            opened, nothing = day * DAY + OPENING, np.full(len(day), NOTHING)
            grade = np.full(len(day), GRADES.index("standard"))
            times, over = _Times(due, closed, nothing, nothing, opened), nothing
        else:
            loan, borrower, branch, opened, over = self._set_off(rng, duty)
            grade = self._grades(rng, duty, len(opened))
            times = self._times(rng, duty, branch, grade, opened, over)
        department = self._departments(rng, duty, len(opened))
        owner = self._people(rng, department, opened)
        passing = self._passed(rng, duty, department, opened, times, later)
        # A case of which nothing but the hand-over is late waits for its answer.
        answered = np.maximum(passing.answered, passing.answered_again)
        held_up = (times.closed != NOTHING) & (times.closed <= answered)
        work = later.lognormal(np.log(DONE_AFTER), 1.0, len(answered)).astype(np.int64)
        ready = np.minimum(np.where(held_up, answered + work, self.end), self.end + DAY)
        after = self.hours["office"].within(ready) // 60 * 60
        closed = np.where(held_up, np.maximum(after, answered + 600), times.closed)
        done = (closed != NOTHING) & (closed <= self.end)
        outcome = self._outcomes(rng, duty, opened, closed, over)
        turn = self._turned(later, department, opened, closed, times, passing)
        diary = self._diary(
            rng, duty, grade, opened, closed, done, owner, times, passing, outcome, turn
        )
        self._noted(later, diary)
        closed = self._reopened(rng, duty, diary, opened, np.where(done, closed, NOTHING), owner)
        return Batch(
            place,
            department,
            loan,
            borrower,
            branch,
            grade,
            opened,
            times.due,
            closed,
            owner,
            np.where(closed != NOTHING, outcome, NOTHING),
            diary.until(self.end),
        )

    def _set_off(self, rng: np.random.Generator, duty: Duty) -> tuple[Whole, ...]:
        """Loan, borrower, branch, opening moment, and days until the cause is gone."""
        if duty.feed == HOUSE:
            day = self._routine(rng, duty)
            none = np.full(len(day), NOTHING)
            return none, none, none, self._in_the_day(rng, day), none
        columns = self.feeds[duty.feed]
        wanted = duty.volume / SAMPLED.get(duty.feed, 1.0)
        kept = rng.random(len(columns[0])) < wanted
        loan, borrower, branch, day, over = (column[kept] for column in columns)
        return loan, borrower, branch, self._in_the_day(rng, day), over

    def _routine(self, rng: np.random.Generator, duty: Duty) -> Whole:
        """Days on which the house's routine sets work off, more of them in its season."""
        if duty.case_type == DAILY:
            first = self.months.first[SEASONING_MONTHS]
            workdays = self.hours["office"].workdays
            return workdays[(workdays >= first) & (workdays <= self.months.last[-1])]
        monthly = duty.volume * (self.size if duty.volume > 1 else 1)
        count = max(2, rng.poisson(monthly * (self.months.count - SEASONING_MONTHS)))
        months = np.arange(SEASONING_MONTHS, self.months.count)
        firsts = self.months.first[months].astype("datetime64[D]").astype("datetime64[M]")
        weights = np.array(SEASON)[firsts.astype(np.int64) % 12]
        month = rng.choice(months, count, p=weights / weights.sum())
        span = self.months.last[month] - self.months.first[month] + 1
        return np.sort(self.months.first[month] + (rng.random(count) * span).astype(np.int64))

    def _in_the_day(self, rng: np.random.Generator, day: Whole) -> Whole:
        """A whole minute of office hours on the day, or of the next workday."""
        moment = day * DAY + rng.integers(OPENING // 60, CLOSING // 60, len(day)) * 60
        moment = self.hours["office"].within(moment - 1) // 60 * 60
        last = int(self.months.last[-1]) * DAY + CLOSING
        return np.minimum(moment, last - 60 * rng.integers(60, 300, len(day)))

    def _grades(self, rng: np.random.Generator, duty: Duty, count: int) -> Whole:
        shares = GRADE_SHARES.get(duty.case_type, {"standard": 1.0})
        places = np.array([GRADES.index(grade) for grade in shares])
        return places[rng.choice(len(shares), count, p=list(shares.values()))]

    def _times(
        self,
        rng: np.random.Generator,
        duty: Duty,
        branch: Whole,
        grade: Whole,
        opened: Whole,
        over: Whole,
    ) -> _Times:
        share = np.exp(rng.normal(np.log(USUAL), SPREAD, len(opened)))
        share *= self._slowness(duty, branch, opened)
        waits = rng.random(len(opened)) < WAITS
        length = rng.integers(2, 21, len(opened)) * 0.25
        columns = [np.full(len(opened), NOTHING) for _ in range(4)]
        turn = self._starts(duty.levels["resolve", "standard"], opened)
        for place in np.unique(grade):
            name = GRADES[place] if ("resolve", GRADES[place]) in duty.levels else "standard"
            level, rows = duty.levels["resolve", name], np.flatnonzero(grade == place)
            starts = self._starts(level, opened[rows])
            found = self._timed(level, starts, share[rows], waits[rows], length[rows])
            for column, values in zip(columns, found, strict=True):
                column[rows] = values
        due, closed, from_, until = columns
        if duty.is_kept_by_a_step:
            turn = np.maximum(self.hours["office"].within(closed) // 60 * 60, opened + 3600)
            closed = turn + ((turn - opened) * rng.uniform(*GOES_ON, len(opened))).astype(np.int64)
        if duty.case_type == "overdue_case":
            given_up = rng.integers(ESCALATED_FROM, ESCALATED_UNTIL, len(opened))
            closed = opened + np.minimum(np.maximum(over, 1), given_up) * DAY
        long = due - opened > DAY
        soon = np.minimum(closed, self.end + DAY)
        closed = np.where(long, self.hours["office"].within(soon) // 60 * 60, closed)
        closed = np.maximum(closed, opened + 600)
        stuck = (rng.random(len(opened)) < NEVER_CLOSED) & long
        if duty.case_type == JAM.case_type:
            stuck |= (opened >= self._since(JAM.last_months)) & (
                rng.random(len(opened)) < JAM.never_closed
            )
        return _Times(due, np.where(stuck, NOTHING, closed), from_, until, turn)

    def _starts(self, level: Level, opened: Whole) -> Whole:
        """The moment from which the level counts: the opening, or that of the step it names."""
        if not level.starts_with:
            return opened
        lead = LEAD_DAYS[0] + opened // DAY * 7 % LEAD_DAYS[1]
        soon = np.minimum(opened + lead * DAY, self.end + DAY)
        return self.hours["office"].within(soon) // 60 * 60

    def _timed(
        self,
        level: Level,
        opened: Whole,
        share: NDArray,
        waits: NDArray[np.bool_],
        length: NDArray,
    ) -> tuple[Whole, ...]:
        """Due, closed, wait from and until, on the level's clock and to the minute."""
        waits = waits & level.is_pausable
        if not level.calendar_id:
            whole = level.unit == "days"
            due = opened + round(level.seconds)
            if whole:
                due = (opened // DAY + round(level.amount)) * DAY + DAY - 1
            took = ((due - opened) * share // 60).astype(np.int64) * 60
            pause = np.where(waits, length * DAY // 60 * 60, 0).astype(np.int64)
            begins = opened + took * 2 // 5 // 60 * 60
            counts = begins - opened < due - opened
            none = np.full(len(opened), NOTHING)
            return (
                due + np.where(counts, pause, 0),
                opened + took + pause,
                np.where(waits, begins, none),
                np.where(waits, begins + pause, none),
            )
        hours = self.hours[level.calendar_id]
        unit = hours.day if level.unit == "days" else {"hours": 3600, "minutes": 60}[level.unit]
        start, target = hours.position(opened), round(level.amount * unit)
        took = (target * share // 60).astype(np.int64) * 60
        pause = np.where(waits, length * hours.day // 60 * 60, 0).astype(np.int64)
        begins = took * 2 // 5 // 60 * 60
        counts = np.where(begins < target, pause, 0)
        none = np.full(len(opened), NOTHING)
        return (
            hours.moment(start + target + counts),
            hours.moment(start + np.maximum(took, 60) + pause),
            np.where(waits, hours.moment(start + begins + 60) - 60, none),
            np.where(waits, hours.moment(start + begins + 60 + pause) - 60, none),
        )

    def _since(self, last_months: int) -> int:
        return int(self.months.first[max(0, self.months.count - last_months)]) * DAY

    def _slowness(self, duty: Duty, branch: Whole, opened: Whole) -> NDArray:
        slower = np.ones(len(opened))
        for failure in FAILURES:
            if failure.case_type == duty.case_type:
                here = np.ones(len(opened), bool)
                if failure.branch:
                    here = branch == BRANCHES.index(failure.branch)
                since = self._since(failure.last_months)
                slower = np.where(here & (opened >= since), failure.slower, slower)
        return slower

    def _departments(self, rng: np.random.Generator, duty: Duty, count: int) -> Whole:
        """The duty's department; of a hand-over as such, any."""
        if duty.case_type == "cross_dept_handoff":
            return rng.integers(0, len(DEPARTMENT_IDS), count)
        return np.full(count, DEPARTMENT_IDS.index(duty.department))

    def _people(self, rng: np.random.Generator, department: Whole, opened: Whole) -> Whole:
        """Someone of each case's department who had joined by then, else its head."""
        owner = np.full(len(department), NOTHING)
        for place in np.unique(department[department != NOTHING]):
            rows, there = np.flatnonzero(department == place), self._there(int(place))
            # Some are given more than others.
            weight = 1 / (np.arange(len(there)) + 4.0)
            drawn = rng.choice(there, len(rows), p=weight / weight.sum())
            joined = self.staff.joined[drawn - 1] <= opened[rows] // DAY
            owner[rows] = np.where(joined, drawn, there[0])
        return owner

    def _there(self, department: int) -> Whole:
        """People of a department at head office who are still there, the head first."""
        there = self.staff.of(DEPARTMENT_IDS[department])
        at_home = there[self.staff.branch[there - 1] == NOTHING]
        return at_home if len(at_home) else there

    def _passed(
        self,
        rng: np.random.Generator,
        duty: Duty,
        department: Whole,
        opened: Whole,
        times: _Times,
        later: np.random.Generator,
    ) -> Passing:
        far = np.where(times.closed == NOTHING, np.maximum(self.end, times.due), times.closed)
        begins = np.maximum(opened, times.until)
        hours = self.hours["office"]
        passing = pass_on(rng, hours, duty, department, begins, far, self._since, later)
        return passing.given_to(self._people(rng, passing.to, opened))

    def _turned(
        self,
        later: np.random.Generator,
        department: Whole,
        opened: Whole,
        closed: Whole,
        times: _Times,
        passing: Passing,
    ) -> tuple[Whole, Whole]:
        """When somebody else of the department takes a case over (NOTHING: never), and who.

        Not while it waits: whatever happens to a case ends its wait.
        """
        until = np.where(closed == NOTHING, self.end, np.minimum(closed, self.end))
        until = np.where(passing.sent == NOTHING, until, np.minimum(until, passing.sent))
        middle = opened + ((until - opened) * later.uniform(0.3, 0.7, len(opened))).astype(np.int64)
        moment = self.hours["office"].within(middle) // 60 * 60
        turned = (later.random(len(opened)) < TURNED) & (until - opened > 4 * DAY)
        turned &= (times.waits == NOTHING) | (moment < times.waits) | (moment > times.until)
        person = self._people(later, department, opened)
        return np.where(turned & (moment < until), moment, NOTHING), person

    def _noted(self, later: np.random.Generator, diary: Diary) -> None:
        """Entries of work between the first assignment and the end: what makes a log long."""
        if not self.notes:
            return
        rows = np.repeat(np.arange(len(diary.opened)), later.poisson(self.notes, len(diary.opened)))
        begins = diary.opened[rows] + 3600
        span = np.maximum(diary.closed[rows] - begins, 0)
        diary.step("noted", rows, begins + (span * later.random(len(rows))).astype(np.int64))

    def _outcomes(
        self,
        rng: np.random.Generator,
        duty: Duty,
        opened: Whole,
        closed: Whole,
        over: Whole,
    ) -> Whole:
        shares = OWN_OUTCOMES.get(duty.case_type, OUTCOME_SHARES[len(duty.outcomes)])
        chance = rng.choice(len(duty.outcomes), len(opened), p=shares)
        outcome = np.array([OUTCOMES.index(name) for name in duty.outcomes])[chance]
        if duty.case_type == "overdue_case":
            cured = closed - opened >= (over - 1) * DAY
            outcome = np.where(cured, OUTCOMES.index("cured"), OUTCOMES.index("escalated"))
        return outcome

    def _diary(
        self,
        rng: np.random.Generator,
        duty: Duty,
        grade: Whole,
        opened: Whole,
        closed: Whole,
        done: NDArray[np.bool_],
        owner: Whole,
        times: _Times,
        passing: Passing,
        outcome: Whole,
        turn: tuple[Whole, Whole],
    ) -> Diary:
        """What happens to every case from its opening to its closing."""
        every = np.arange(len(opened))
        until = np.where(closed == NOTHING, np.maximum(self.end, times.due), closed)
        diary = Diary(opened, until, owner, passing, (times.waits, times.until), turn)
        diary.put("opened", every, opened)
        soon = np.minimum(opened + rng.integers(1, 40, len(every)) * 60, until)
        soon = np.where(times.waits == NOTHING, soon, np.minimum(soon, times.waits))
        diary.put("assigned", every, soon, to_staff=owner, actor=owner)
        moment, second = turn
        rows = np.flatnonzero(moment != NOTHING)
        diary.put("assigned", rows, moment[rows], to_staff=second[rows], actor=owner[rows])
        rows = np.flatnonzero(times.waits != NOTHING)
        target = np.full(len(rows), 0 if duty.case_type not in ("litigation", "dispute") else 1)
        diary.put("waiting", rows, times.waits[rows], waits_for=target)
        diary.put("resumed", rows, times.until[rows])
        self._steps(rng, duty, grade, soon, times.turn, diary)
        if duty.case_type == "overdue_case":
            rows = np.flatnonzero(done & (outcome == OUTCOMES.index("escalated")))
            diary.put("escalated", rows, until[rows] - 300)
        diary.pass_on(passing)
        diary.put("closed", np.flatnonzero(done), until[done])
        return diary

    def _steps(
        self,
        rng: np.random.Generator,
        duty: Duty,
        grade: Whole,
        soon: Whole,
        turn: Whole,
        diary: Diary,
    ) -> None:
        """The duty's own steps; the first within its time to answer, where it has one."""
        every = np.arange(len(soon))
        span = diary.closed - soon
        begun = np.minimum(soon + TAKEN_UP[0] + every % TAKEN_UP[1] * 60, diary.closed)
        before = duty.steps_before
        for place, step in enumerate(duty.steps, start=1):
            drawn = 0.5 * rng.random(len(every))
            moment = soon + (span * (place - drawn) / (len(duty.steps) + 1)).astype(np.int64)
            if before:
                moment = _around(turn, before, place, len(duty.steps), drawn, soon, diary.closed)
            if place == 1:
                moment = np.minimum(moment, self._answered(rng, duty, grade, diary.opened, moment))
                begun = np.minimum(begun, moment)
            diary.step(step, every, moment)
            if step == "promised":
                later = np.minimum(moment + 6 * DAY, diary.closed - 60)
                kept = rng.random(len(every)) < 0.6
                diary.step("kept", every[kept], later[kept])
                diary.step("broken", every[~kept], later[~kept])
        if duty.kind == "case":
            diary.begin(begun, soon)

    def _answered(
        self,
        rng: np.random.Generator,
        duty: Duty,
        grade: Whole,
        opened: Whole,
        moment: Whole,
    ) -> Whole:
        answered = moment.copy()
        for (measure, name), level in duty.levels.items():
            if measure != "respond":
                continue
            rows = np.flatnonzero(grade == GRADES.index(name))
            share = np.exp(rng.normal(np.log(0.45), 0.55, len(rows)))
            if level.calendar_id:
                hours = self.hours[level.calendar_id]
                took = (level.amount * hours.day * share).astype(np.int64) + 60
                answered[rows] = hours.moment(hours.position(opened[rows]) + took)
            else:
                answered[rows] = opened[rows] + np.maximum(1, level.seconds * share).astype(
                    np.int64
                )
        return answered

    def _reopened(
        self,
        rng: np.random.Generator,
        duty: Duty,
        diary: Diary,
        opened: Whole,
        closed: Whole,
        owner: Whole,
    ) -> Whole:
        """The closings, of some cases the second one: they were opened again."""
        if duty.case_type not in MAY_REOPEN:
            return closed
        rows = np.flatnonzero((closed != NOTHING) & (rng.random(len(closed)) < REOPENED))
        hours = self.hours["office"]
        again = hours.within(closed[rows] + rng.integers(2, 26, len(rows)) * DAY) // 60 * 60
        seen = again <= self.end
        rows, again = rows[seen], again[seen]
        diary.put("reopened", rows, again)
        second = hours.within(again + rng.integers(1, 60, len(rows)) * 3600) // 60 * 60
        diary.put("closed", rows, second)
        found = closed.copy()
        found[rows] = np.where(second <= self.end, second, NOTHING)
        return found


def _around(
    turn: Whole,
    before: int,
    place: int,
    steps: int,
    drawn: NDArray,
    soon: Whole,
    closed: Whole,
) -> Whole:
    """The moments of a step where the step number `before` is at `turn`: the earlier ones lie until
    then, the later ones from then to the closing.
    """
    if place == before:
        return turn
    if place < before:
        return soon + ((turn - soon) * (place - drawn) / before).astype(np.int64)
    share = (place - before - drawn) / (steps - before + 1)
    return turn + ((closed - turn) * share).astype(np.int64)


__all__ = ["EVENTS", "FAILURES", "GRADES", "JAM", "OUTCOMES", "Batch", "Failure", "Office"]
