"""Who approved changes and departures of loans, within which authority; a few that went wrong, each
of them noted: what an auditor has to find.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.book.staffing import GRADES, Staff
from data.book.tables import NOTHING

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

DEPARTMENT = "risk_management"
AUTHORITY = {
    "clerk": 200_000,
    "officer": 1_000_000,
    "senior_officer": 5_000_000,
    "manager": 20_000_000,
    "head": 1_000_000_000,
}
"""The most that somebody of a grade may approve, in yuan."""
LIMITS = np.array([AUTHORITY[grade] * 100 for grade in GRADES])
OWN_LOANS, ABOVE_AUTHORITY = 2, 2
"""Wrong approvals of each kind, in each chunk and table."""


@dataclass
class Approvals:
    """Decides who approved; `found` notes test, loan and the decision's number of what is wrong."""

    rng: np.random.Generator
    staff: Staff
    officer: Whole
    found: list[dict[str, str]] = field(default_factory=list)

    def note(self, test_id: str, loan_id: str, reference: str) -> None:
        """One thing that the test must find."""
        self.found.append({"test_id": test_id, "loan_id": loan_id, "reference": reference})

    def decide(
        self, drawn: Whole, amount: Whole, loan: Whole, free: Truth, ids: list[tuple[str, str]]
    ) -> Whole:
        """Staff numbers: those drawn where they may, else the head; then a few that may not.

        `ids` are the numbers of loan and decision; only `free` decisions are made wrong.
        """
        head = int(self.staff.of(DEPARTMENT)[0])
        found = np.where(amount > self._limit(drawn), head, drawn)
        small = np.flatnonzero(free & (amount > 0) & (amount <= LIMITS[0]))
        own = self._pick(small, OWN_LOANS)
        found[own] = self.officer[loan[own]]
        self._note("T12_sod", own, ids)
        low = self.lowest()
        fits = free & (amount > self._limit(np.array([low]))[0])
        fits[own] = False
        above = self._pick(np.flatnonzero(fits), ABOVE_AUTHORITY)
        found[above] = low
        self._note("T13_limit", above, ids)
        return found

    def leave_out(
        self, test_id: str, values: Whole, fits: Truth, most: int, ids: list[tuple[str, str]]
    ) -> Truth:
        """Empties a few of the values, and says which rows those are."""
        rows = self._pick(np.flatnonzero(fits), most)
        values[rows] = NOTHING
        self._note(test_id, rows, ids)
        chosen = np.zeros(len(values), bool)
        chosen[rows] = True
        return chosen

    def lowest(self) -> int:
        """Somebody of the lowest grade in the house."""
        there = np.flatnonzero(self.staff.left == NOTHING)
        return int(self.staff.numbers[there[np.argmin(self.staff.grade[there])]])

    def repeat(
        self,
        test_id: str,
        values: Whole,
        others: Whole,
        fits: Truth,
        most: int,
        ids: list[tuple[str, str]],
    ) -> Truth:
        """Puts a few of `others` in the place of the values, for two roles of one; which rows."""
        rows = self._pick(np.flatnonzero(fits), most)
        values[rows] = others[rows]
        self._note(test_id, rows, ids)
        return np.isin(np.arange(len(values)), rows)

    def _pick(self, rows: Whole, most: int) -> Whole:
        return np.sort(self.rng.choice(rows, min(most, len(rows)), replace=False))

    def _note(self, test_id: str, rows: Whole, ids: list[tuple[str, str]]) -> None:
        for row in rows.tolist():
            self.note(test_id, *ids[row])

    def _limit(self, numbers: Whole) -> Whole:
        return LIMITS[self.staff.grade[numbers - 1]]
