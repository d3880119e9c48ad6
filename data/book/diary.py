"""What happened to the cases of one duty, entry by entry."""

import numpy as np
from numpy.typing import NDArray

from data.book.duties import DUTIES
from data.book.passing import Passing
from data.book.tables import NOTHING

Whole = NDArray[np.int64]

KINDS = (
    *("opened", "assigned", "started", "waiting", "resumed", "sent", "accepted", "returned"),
    *("escalated", "kept", "broken", "closed", "reopened", "noted"),
)
EVENTS = (*KINDS, *sorted({step for duty in DUTIES for step in duty.steps} - set(KINDS)))
WAITS_FOR = ("customer", "court", "department", "other")
COMPACT = (np.int32, np.int16, np.int64, np.int32, np.int32, np.int8, np.int8)
"""The columns of an entry: a large book has tens of millions of them."""


class Diary:
    """Entries of many cases: row, event, moment, actor, to whom and where, what is waited for."""

    def __init__(
        self,
        opened: Whole,
        closed: Whole,
        owner: Whole,
        passing: Passing,
        waits: tuple[Whole, Whole],
        turn: tuple[Whole, Whole],
    ) -> None:
        self.opened, self.closed, self.owner = opened, closed, owner
        self.passing, self.waits = passing, waits
        self.turned, self.second = turn
        self.entries: list[tuple[NDArray, ...]] = []

    def put(
        self,
        name: str,
        rows: Whole,
        moment: Whole,
        to_staff: Whole | None = None,
        to: Whole | None = None,
        waits_for: Whole | None = None,
        actor: Whole | None = None,
    ) -> None:
        """An event of the cases in `rows`, done by whoever has each of them at that moment."""
        none = np.full(len(rows), NOTHING)
        if actor is None:
            actor = self.holder(rows, moment)
        columns = (
            rows,
            np.full(len(rows), EVENTS.index(name)),
            moment,
            actor,
            none if to_staff is None else to_staff,
            none if to is None else to,
            none if waits_for is None else waits_for,
        )
        self.entries.append(
            tuple(part.astype(kind) for part, kind in zip(columns, COMPACT, strict=True))
        )

    def holder(self, rows: Whole, moment: Whole) -> Whole:
        """Who has each of the cases at a moment: its owner, the next one there, or who took it."""
        turned, taken = self.turned[rows], self.passing.accepted[rows]
        given = (turned != NOTHING) & (moment >= turned)
        own = np.where(given, self.second[rows], self.owner[rows])
        late = (taken != NOTHING) & (moment >= taken)
        return np.where(late, self.passing.person[rows], own)

    def step(self, name: str, rows: Whole, moment: Whole) -> None:
        """Work on the cases in `rows`: none is done while one waits, and none after the end."""
        begins, until = (column[rows] for column in self.waits)
        idle = (begins != NOTHING) & (moment >= begins) & (moment <= until)
        moment = np.where(idle, until + 60, moment)
        self.put(name, rows, np.minimum(moment, self.closed[rows]))

    def begin(self, moment: Whole, given: Whole) -> None:
        """Work on each case begins, once it was given to somebody and before anything else; not
        where something else happened sooner.
        """
        waits, sent = self.waits[0], self.passing.sent
        fits = (moment >= given) & (moment < self.closed)
        fits &= (waits == NOTHING) | (moment < waits)
        fits &= (sent == NOTHING) | (moment < sent)
        fits &= (self.turned == NOTHING) | (moment < self.turned)
        rows = np.flatnonzero(fits)
        self.put("started", rows, moment[rows])

    def pass_on(self, passing: Passing) -> None:
        """What was sent to another department, and how each time was answered."""
        for sent, answered, accepted in passing.times:
            rows = np.flatnonzero(sent != NOTHING)
            self.put("sent", rows, sent[rows], to=passing.to[rows])
            took = np.flatnonzero((sent != NOTHING) & accepted)
            person = passing.person[took]
            self.put("accepted", took, answered[took], to=passing.to[took], actor=person)
            self.put("assigned", took, answered[took] + 60, to_staff=person, actor=person)
            back = np.flatnonzero((sent != NOTHING) & ~accepted)
            self.put(
                "returned",
                back,
                answered[back],
                to=passing.giver[back],
                actor=passing.person[back],
            )

    def until(self, end: int) -> list[tuple[NDArray, ...]]:
        """All entries up to a moment."""
        return [tuple(column[entry[2] <= end] for column in entry) for entry in self.entries]
