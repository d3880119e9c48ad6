"""How each loan fares month by month: drawn from the roll matrices, before any amount is known.

A loan that is `a` months behind at a month end has paid every instalment up to `a` months ago. Due
days lie so that it is then in state M`a` (M7+ from seven months on).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.lending import CITY_NAMES, Loans
from data.book.products import (
    DEEPEST,
    PAID,
    PRODUCT_CODES,
    PRODUCTS,
    ROLL_MATRICES,
    SOLD,
    STORY_CITY,
    STORY_MATRIX,
    STORY_MONTHS,
    STORY_PRODUCT,
    WRITTEN_OFF,
)
from data.book.tables import NOTHING

Whole = NDArray[np.int64]

SETTLE, CURTAIL, RESTRUCTURE, EXTEND, REPRICE = range(1, 6)
"""What gives a loan a new schedule: paid off or paid down early; changed in or without difficulty.
"""

LEFT_PAID, LEFT_SOLD, LEFT_WRITTEN_OFF = 1, 2, 3
MOST_EVENTS = 3
MOST_CHANGES = MOST_EVENTS + 1
"""A loan that has been changed so often can still be settled early."""
EXTENSIONS = np.array([6, 12, 12, 18, 24])
EXTEND_CHANCE, REPRICE_CHANCE = 0.0004, 0.0004
STUCK_AT_DEPTH = 0.15
RESTRUCTURED_AGAIN = 0.7
"""How often a loan that was restructured before catches up by being restructured once more."""
PARTIAL_CHANCE, PARTIAL_AFTER_CURE = 0.12, 0.25


@dataclass
class Paths:
    """Months behind per loan and month (NOTHING outside the book), and what happened when.

    `left_month` is the month in which a loan left, NOTHING while it is on the book. `partial` is
    the share of the oldest unpaid instalment that has been paid. `events` rows: loan, month, event,
    months added to the term, share of the month at which it happens, share of the balance paid
    down.
    """

    behind: NDArray[np.int16]
    partial: NDArray[np.float32]
    left: NDArray[np.int8]
    left_month: Whole
    event_count: NDArray[np.int8]
    term: Whole
    events: dict[str, NDArray]


def matrix_places(loans: Loans, months: Months) -> tuple[Whole, Whole, int]:
    """Each loan's roll matrix before and during the story, and the month the story begins."""
    story = (loans.product == PRODUCT_CODES.index(STORY_PRODUCT)) & (
        loans.city == CITY_NAMES.index(STORY_CITY)
    )
    during = np.where(story, len(PRODUCTS), loans.product)
    return loans.product, during, months.count - STORY_MONTHS


def draw_paths(rng: np.random.Generator, loans: Loans, months: Months) -> Paths:
    """The fate of every loan, one month at a time for all loans together."""
    walk = _Walk(rng, loans, months)
    for month in range(months.count):
        walk.step(month)
    return walk.paths()


class _Walk:
    """The state of all loans while the months go by."""

    def __init__(self, rng: np.random.Generator, loans: Loans, months: Months) -> None:
        matrices = [*ROLL_MATRICES.values(), STORY_MATRIX]
        self.rng, self.loans = rng, loans
        self.cumulated = np.cumsum(np.array(matrices), axis=2)[:, :, :-1]
        self.before, self.during, self.story_from = matrix_places(loans, months)
        self.settings = {
            name: np.array([getattr(product, name) for product in PRODUCTS])[loans.product]
            for name in ("restructures", "curtails")
        }
        count = loans.count
        self.behind = np.full((count, months.count), NOTHING, np.int16)
        self.partial = np.zeros((count, months.count), np.float32)
        self.left = np.zeros(count, np.int8)
        self.left_month = np.full(count, NOTHING)
        self.event_count = np.zeros((count, months.count), np.int8)
        self.term = loans.term.copy()
        self.changed = np.zeros(count, bool)
        none, nothing = np.zeros(0, np.int64), np.zeros(0)
        self.events: list[tuple[NDArray, ...]] = [(none, none, none, none, nothing, nothing)]

    def step(self, month: int) -> None:
        """Move every loan on the book from the month end before to this one."""
        new = self.loans.opened == month
        self.behind[new, month] = 0
        rows = np.flatnonzero((self.loans.opened < month) & (self.left == 0))
        if not len(rows):
            return
        self.event_count[rows, month] = self.event_count[rows, month - 1]
        was = self.behind[rows, month - 1].astype(np.int64)
        age = month - self.loans.opened[rows]
        drawn = self._drawn(rows, was, month)
        now = self._months_behind(drawn, was)
        repaid = (drawn < SOLD) & (age - now >= self.term[rows])
        happened = self._happened(rows, month, drawn, was, now, age)
        repaid = (repaid & (happened != RESTRUCTURE)) | (happened == SETTLE)
        self._leave(rows, month, drawn, repaid)
        self.behind[rows, month] = now
        self._pay_in_part(rows, month, was, now)

    def _drawn(self, rows: Whole, was: Whole, month: int) -> Whole:
        matrix = (self.before if month < self.story_from else self.during)[rows]
        limits = self.cumulated[matrix, np.minimum(was, DEEPEST)]
        return (self.rng.random(len(rows))[:, None] >= limits).sum(axis=1)

    def _months_behind(self, drawn: Whole, was: Whole) -> Whole:
        """Within M7+ a loan mostly falls deeper; one that leaves unpaid owes one month more."""
        stays = (self.rng.random(len(was)) < STUCK_AT_DEPTH) & (was >= DEEPEST) & (drawn < SOLD)
        deep = np.where(stays, was, was + 1)
        return np.select([drawn < DEEPEST, drawn == PAID], [drawn, 0], deep)

    def _happened(
        self, rows: Whole, month: int, drawn: Whole, was: Whole, now: Whole, age: Whole
    ) -> Whole:
        """Which loans get a new schedule this month, and how."""
        chance, room = self.rng.random(len(rows)), self.event_count[rows, month] < MOST_EVENTS
        again = self.changed[rows]
        restructures = np.where(again, RESTRUCTURED_AGAIN, self.settings["restructures"][rows])
        running = room & (now == 0) & (drawn == 0)
        early = running & (was == 0) & (age <= self.term[rows] - 4)
        untouched = self.partial[rows, month - 1] == 0
        curtails = self.settings["curtails"][rows]
        ladder = curtails + EXTEND_CHANCE
        happened = np.select(
            [
                (drawn == PAID) & (age < self.term[rows]),
                running & (was >= 2 - again) & untouched & (chance < restructures),
                early & (chance < curtails),
                early & (chance >= curtails) & (chance < ladder),
                early & (chance >= ladder) & (chance < ladder + REPRICE_CHANCE),
            ],
            [SETTLE, RESTRUCTURE, CURTAIL, EXTEND, REPRICE],
            0,
        )
        self._note(rows, month, happened, age)
        return happened

    def _note(self, rows: Whole, month: int, happened: Whole, age: Whole) -> None:
        which = np.flatnonzero(happened)
        if not len(which):
            return
        loan, what = rows[which], happened[which]
        added = np.where(
            (what == RESTRUCTURE) | (what == EXTEND),
            EXTENSIONS[self.rng.integers(0, len(EXTENSIONS), len(which))],
            0,
        )
        self.event_count[loan, month] += 1
        self.changed[loan[(what == RESTRUCTURE) | (what == EXTEND)]] = True
        self.term[loan] = np.where(
            what == RESTRUCTURE, np.maximum(self.term[loan], age[which]), self.term[loan]
        )
        self.term[loan] += added
        self.term[loan] = np.where(what == SETTLE, age[which], self.term[loan])
        when, share = self.rng.random(len(which)), self.rng.uniform(0.15, 0.6, len(which))
        self.events.append(
            (loan, np.full(len(which), month), what, self.term[loan].copy(), when, share)
        )

    def _leave(self, rows: Whole, month: int, drawn: Whole, repaid: NDArray[np.bool_]) -> None:
        how = np.select(
            [repaid, drawn == SOLD, drawn == WRITTEN_OFF],
            [LEFT_PAID, LEFT_SOLD, LEFT_WRITTEN_OFF],
            0,
        )
        gone = how > 0
        self.left[rows[gone]] = how[gone]
        self.left_month[rows[gone]] = month

    def _pay_in_part(self, rows: Whole, month: int, was: Whole, now: Whole) -> None:
        """A part paid stays until its instalment is settled; a fresh one comes now and then."""
        on_book = self.left[rows] == 0
        same = now == was + 1
        before = np.where(same, self.partial[rows, month - 1], 0)
        chance = np.where(same, PARTIAL_CHANCE, PARTIAL_AFTER_CURE)
        fresh = on_book & (before == 0) & (now > 0) & (self.rng.random(len(rows)) < chance)
        share = self.rng.uniform(0.2, 0.8, len(rows))
        self.partial[rows, month] = np.where(fresh, share, before)

    def paths(self) -> Paths:
        names = ("loan", "month", "event", "term", "when", "share")
        joined = [np.concatenate(column) for column in zip(*self.events, strict=True)]
        return Paths(
            self.behind,
            self.partial,
            self.left,
            self.left_month,
            self.event_count,
            self.term,
            dict(zip(names, joined, strict=True)),
        )
