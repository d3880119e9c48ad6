"""Cases handed from one department to another: accepted, or sent back and perhaps sent again."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import DAY
from data.book.duties import Duty
from data.book.hours import Hours
from data.book.staffing import DEPARTMENT_IDS
from data.book.tables import NOTHING

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

ACCEPTED_IN, SPREAD = 2.2 * 3600, 0.75
"""Working seconds until a hand-over is answered, median and spread of the logarithm: one in twenty
takes more than a working day.
"""
RETURNED, SENT_AGAIN = 0.09, 0.7
LEFT_LYING, LYING = 0.1, (2.0, 25.0)
"""Some hand-overs nobody looks at: their part, and the working days that they wait, from and to."""


@dataclass(frozen=True)
class Bouncer:
    """A department that sends back what it is sent, in so many of the last months."""

    department: str
    last_months: int
    returned: float
    slower: float


BOUNCER = Bouncer("legal", 12, 0.5, 1.6)


@dataclass(frozen=True)
class Passing:
    """One row per case: whom it goes to, when it was sent and answered, and a second time.

    Moments are NOTHING where nothing was sent. `accepted` is when the other department took it.
    """

    giver: Whole
    to: Whole
    sent: Whole
    answered: Whole
    took: Truth
    sent_again: Whole
    answered_again: Whole
    person: Whole

    @property
    def times(self) -> tuple[tuple[Whole, Whole, Truth], ...]:
        """Sent, answered and whether it was accepted: the first time and the second."""
        every = np.ones(len(self.to), bool)
        return (
            (self.sent, self.answered, self.took),
            (self.sent_again, self.answered_again, every),
        )

    @property
    def accepted(self) -> Whole:
        """When the other department took it."""
        return np.where(self.took, self.answered, self.answered_again)

    def given_to(self, person: Whole) -> "Passing":
        """The same with who answers there."""
        return replace(self, person=person)


def pass_on(
    rng: np.random.Generator,
    hours: Hours,
    duty: Duty,
    department: Whole,
    opened: Whole,
    closed: Whole,
    since: Callable[[int], int],
    later: np.random.Generator,
) -> Passing:
    """Some of the cases, halfway through; `later` draws which of them are left lying."""
    count = len(opened)
    to = _receivers(rng, duty, department)
    chosen = (to != NOTHING) & (rng.random(count) < duty.handed)
    to = np.where(chosen, to, NOTHING)
    share = rng.uniform(0.02, 0.1, count) if duty.handed == 1 else rng.uniform(0.35, 0.6, count)
    sent = hours.within(opened + ((closed - opened) * share).astype(np.int64)) // 60 * 60
    bouncing = (to == DEPARTMENT_IDS.index(BOUNCER.department)) & (
        sent >= since(BOUNCER.last_months)
    )
    wait = np.exp(rng.normal(np.log(ACCEPTED_IN), SPREAD, count)) * np.where(
        bouncing, BOUNCER.slower, 1.0
    )
    wait = np.where(
        later.random(count) < LEFT_LYING, later.uniform(*LYING, count) * hours.day, wait
    )
    answered = _after(hours, sent, wait)
    back = rng.random(count) < np.where(bouncing, BOUNCER.returned, RETURNED)
    again = chosen & back & (rng.random(count) < SENT_AGAIN)
    sent_again = _after(hours, answered, rng.uniform(0.3, 1.5, count) * hours.day)
    answered_again = _after(hours, sent_again, wait * 0.6)
    none = np.full(count, NOTHING)
    return Passing(
        department,
        to,
        np.where(chosen, sent, none),
        np.where(chosen, answered, none),
        chosen & ~back,
        np.where(again, sent_again, none),
        np.where(again, answered_again, none),
        none,
    )


def _after(hours: Hours, moment: Whole, seconds: NDArray) -> Whole:
    """So much working time later, to the minute."""
    near = np.minimum(moment, (hours.first + len(hours.worked) - 200) * DAY)
    return hours.moment(hours.position(near) + 60 + seconds.astype(np.int64)) // 60 * 60


def _receivers(rng: np.random.Generator, duty: Duty, department: Whole) -> Whole:
    """Which department a case would go to; of a hand-over as such, any other."""
    if duty.case_type == "cross_dept_handoff":
        step = rng.integers(1, len(DEPARTMENT_IDS), len(department))
        return (department + step) % len(DEPARTMENT_IDS)
    place = DEPARTMENT_IDS.index(duty.hands_to) if duty.hands_to else NOTHING
    return np.full(len(department), place)
