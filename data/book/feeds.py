"""What sets work off: the events in loans' lives that open cases, gathered chunk by chunk."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import SEASONING_MONTHS, Months
from data.book.chunk import Chunk
from data.book.paths import EXTEND, LEFT_PAID, REPRICE, RESTRUCTURE, SETTLE
from data.book.signals import FLOORS, RULES
from data.book.states import Cells
from data.book.tables import NOTHING
from data.book.watching import stays
from data.organisation import DEFAULTS

Whole = NDArray[np.int64]
Begun = Mapping[str, tuple[Whole, Whole]]
"""By feed: the loan by its place in the chunk, and the day on which somebody began with it."""

SAMPLED = {"months": 0.03, "firm_months": 0.08, "secured_months": 0.02}
"""The part of all loan-months that is kept to draw regular work from."""
LATE_FROM = {
    "late": (1, 1),
    "late_60": (2, 33),
    "late_90": (3, 66),
    "npl": (4, 91),
}
"""Months behind, and days after the oldest unpaid due day."""
STATES = ("any", "special_mention", "watchlist")
FORGOTTEN_EVERY = 31
"""Of so many reviews of a firm's credit that its cycle asks for one is never begun."""
MANY_LOANS = 20_000
"""In a larger bank less of the work is kept, in proportion to the root of the number of loans:
unless more of it is asked for, which may be all that there is.
"""


def _cycle_months() -> list[int]:
    """The months between two reviews of a firm, by its state."""
    with (DEFAULTS / "review_cycles.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["borrower_kind"] == "corporate"]
    months = {row["state"]: int(row["months"]) for row in rows}
    return [months[state] for state in STATES]


CYCLES = _cycle_months()


@dataclass
class Feed:
    """Occurrences of one kind: loan, borrower, branch, day, and days until the cause is gone."""

    parts: list[tuple[Whole, ...]] = field(default_factory=list)

    def joined(self) -> tuple[Whole, ...]:
        """Loan number, borrower number, branch, day, days until over; by day and loan."""
        if not self.parts:
            return tuple(np.zeros(0, np.int64) for _ in range(5))
        columns = [np.concatenate(part) for part in zip(*self.parts, strict=True)]
        order = np.lexsort((columns[0], columns[3]))
        return tuple(column[order] for column in columns)


class Feeds:
    """All feeds of the bank, filled as the chunks go by."""

    def __init__(self, months: Months, loans: int, volume: float = 1.0) -> None:
        self.months = months
        self.found: dict[str, Feed] = {}
        self.kept = min(1.0, min(1.0, (MANY_LOANS / loans) ** 0.5) * volume)
        self.balance = np.zeros(months.count)

    def __getitem__(self, name: str) -> tuple[Whole, ...]:
        return self.found.get(name, Feed()).joined()

    def add(self, rng: np.random.Generator, chunk: Chunk) -> None:
        """Gather what happened in a chunk."""
        cells = chunk.cells
        self.balance += np.bincount(cells.month, weights=cells.balance, minlength=self.months.count)
        self._months(rng, chunk)
        self._late(rng, chunk)
        self._lifetime(rng, chunk)
        self._changes(rng, chunk)
        self._signals(rng, chunk)
        self._reviews(rng, chunk)

    def _put(
        self,
        rng: np.random.Generator,
        name: str,
        chunk: Chunk,
        loan: Whole,
        day: Whole,
        over: Whole | None = None,
        all_of_them: bool = False,
    ) -> None:
        seen = (day >= self.months.first[SEASONING_MONTHS]) & (day <= self.months.last[-1])
        if self.kept < 1 and not all_of_them:
            seen &= rng.random(len(day)) < self.kept
        loans = chunk.loans
        until = np.full(len(day), NOTHING) if over is None else over
        self.found.setdefault(name, Feed()).parts.append(
            tuple(
                column[seen]
                for column in (
                    loans.numbers[loan],
                    loans.borrowers[loan],
                    loans.branch[loan],
                    day,
                    until,
                )
            )
        )

    def take(self, rng: np.random.Generator, chunk: Chunk, begun: Begun) -> None:
        """What is on record of a chunk's loans sets its own work off: no suit without its case."""
        for name, (loan, day) in begun.items():
            self._put(rng, name, chunk, loan, day)

    def _months(self, rng: np.random.Generator, chunk: Chunk) -> None:
        cells, loans = chunk.cells, chunk.loans
        fits = {
            "months": cells.on_book,
            "firm_months": cells.on_book & (loans.kind[cells.loan] > 0),
            "secured_months": cells.on_book & (loans.collateral[cells.loan] >= 2),
        }
        for name, mask in fits.items():
            rows = np.flatnonzero(mask & (rng.random(len(mask)) < SAMPLED[name]))
            day = self.months.first[cells.month[rows]] + rng.integers(0, 28, len(rows))
            late_enough = day > loans.disbursed[cells.loan[rows]]
            self._put(rng, name, chunk, cells.loan[rows][late_enough], day[late_enough])

    def _late(self, rng: np.random.Generator, chunk: Chunk) -> None:
        cells = chunk.cells
        for name, (behind, days) in LATE_FROM.items():
            reached = cells.on_book & (cells.behind == behind) & (cells.behind_before == behind - 1)
            rows = np.flatnonzero(reached)
            day = np.minimum(cells.first_due[rows] + days, self.months.last[cells.month[rows]])
            over = self._until_cured(rng, cells, rows) - day
            self._put(rng, name, chunk, cells.loan[rows], day, over)
        booked = np.where(cells.on_book, chunk.recorded.classification, 0)
        worse = (booked > np.concatenate([[9], booked[:-1]])) & (cells.age > 0)
        rows = np.flatnonzero(worse)
        last = self.months.last[cells.month[rows]]
        self._put(rng, "class_worse", chunk, cells.loan[rows], last - rng.integers(0, 6, len(rows)))

    def _until_cured(self, rng: np.random.Generator, cells: Cells, rows: Whole) -> Whole:
        """A day in the month in which a loan caught up or left, or long after the book's end."""
        cured = cells.cured_in(rows)
        day = self.months.first[cured] + rng.integers(1, 27, len(rows))
        return np.where(cured == NOTHING, self.months.last[-1] + 400, day)

    def _lifetime(self, rng: np.random.Generator, chunk: Chunk) -> None:
        cells, loans = chunk.cells, chunk.loans
        every = np.arange(loans.count)
        self._put(rng, "disbursed", chunk, every, loans.disbursed)
        firms = every[loans.kind > 0]
        self._put(rng, "firm_disbursed", chunk, firms, loans.disbursed[firms])
        rows = np.flatnonzero(cells.left == LEFT_PAID)
        day = self.months.last[cells.month[rows]] - rng.integers(0, 4, len(rows))
        self._put(rng, "closed", chunk, cells.loan[rows], day)

    def _changes(self, rng: np.random.Generator, chunk: Chunk) -> None:
        changes = chunk.schedules.changes
        hard = np.isin(changes.event, (RESTRUCTURE, EXTEND))
        asked = changes.day - rng.integers(9, 22, len(changes.day))
        self._put(rng, "restructured", chunk, changes.loan[hard], asked[hard])
        terms = hard | (changes.event == REPRICE) | (changes.event != SETTLE)
        self._put(rng, "terms", chunk, changes.loan[terms], asked[terms] + 2)

    def _signals(self, rng: np.random.Generator, chunk: Chunk) -> None:
        signals = chunk.signals
        own = signals.loan != NOTHING
        misuse = own & (signals.rule == RULES.index("F2_misuse"))
        self._put(rng, "misuse", chunk, signals.loan[misuse], signals.raised[misuse])
        alert = own & (signals.rule > RULES.index("B02")) & (signals.rule >= len(FLOORS))
        self._put(rng, "alert", chunk, signals.loan[alert], signals.raised[alert])

    def _reviews(self, rng: np.random.Generator, chunk: Chunk) -> None:
        """The reviews of firms' credit, each begun a month before its cycle asks for it: all of
        them, however large the bank, since the rules miss each that is not there.
        """
        loans, months = chunk.loans, self.months
        holder, cycle = _cycles(chunk, months)
        firm = np.arange(len(holder))
        # The last review of a firm that was there before the book begins was in the year before it.
        last = np.full(len(holder), months.count)
        np.minimum.at(last, loans.borrower, loans.opened)
        last = np.maximum(last, SEASONING_MONTHS - 1 - firm % 12)
        for month in range(SEASONING_MONTHS, months.count):
            due = (holder[:, month] != NOTHING) & (month + 1 >= last + cycle[:, month])
            begun = firm[due & ((firm * 7 + month) % FORGOTTEN_EVERY > 0)]
            last[due] = month
            day = months.first[month] + begun % 10
            self._put(rng, "reviews", chunk, holder[begun, month], day, all_of_them=True)


def _cycles(chunk: Chunk, months: Months) -> tuple[Whole, Whole]:
    """By borrower and month: a loan on the book of a firm, else NOTHING; and the months of the
    cycle of its state.
    """
    cells, loans = chunk.cells, chunk.loans
    mine = np.flatnonzero(cells.on_book & (loans.kind[cells.loan] > 0))
    place = (loans.borrower[cells.loan[mine]], cells.month[mine])
    shape = (int(loans.borrower.max()) + 1, months.count)
    holder, worst, listed = np.full(shape, NOTHING), np.zeros(shape, np.int64), np.zeros(shape)
    holder[place] = cells.loan[mine]
    np.maximum.at(worst, place, chunk.recorded.classification[mine])
    rows, entered, left = stays(months, chunk)
    who = loans.borrower[cells.loan[rows]]
    np.add.at(listed, (who, np.searchsorted(months.last, entered)), 1)
    gone = left <= months.last[-1]
    np.add.at(listed, (who[gone], np.searchsorted(months.last, left[gone])), -1)
    state = np.select([listed.cumsum(axis=1) > 0, worst >= 2], [2, 1], 0)
    return holder, np.array(CYCLES)[state]
