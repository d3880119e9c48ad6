"""What is kept of each borrower on the risk manager's desk, and the state that follows from it.

Rows are only added. A later row takes the place of an earlier one, an `undo` row takes a whole act
out of force, and another `undo` may take that one out: the state is worked out from what is left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

NOTE, ACKNOWLEDGE, REASSIGN, NEXT_STEP = "note", "acknowledge", "reassign", "next_step"
PROPOSE, APPROVE, WITHDRAW, UNDO = "propose_exit", "approve_exit", "withdraw_exit", "undo"
KINDS = (NOTE, ACKNOWLEDGE, REASSIGN, NEXT_STEP, PROPOSE, APPROVE, WITHDRAW, UNDO)
LEVELS = ("green", "yellow", "orange", "red")
PROPOSED, APPROVED = "proposed", "approved"


class Entry(NamedTuple):
    """One row: what one person wrote about one borrower. Rows of one act share the batch."""

    seq: int
    batch: int
    at: float
    user: str
    roles: str
    borrower_id: str
    kind: str
    text: str = ""
    level: str = ""
    as_of: date | None = None  # the month end that the writer looked at
    owner: str = ""  # a reassignment: the new one; a proposal: who it was then
    due_on: date | None = None
    refers: int | None = None  # an undo: the batch; an approval or withdrawal: the proposal
    seen: int = 0  # the newest entry that the writer had seen
    build: str = ""

    @property
    def when(self) -> datetime:
        """The time of writing, UTC."""
        return datetime.fromtimestamp(self.at, UTC)


@dataclass(frozen=True, slots=True)
class Action:
    """What is to be written, about one borrower or many."""

    kind: str
    text: str = ""
    level: str = ""
    as_of: date | None = None
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class State:
    """How a borrower stands: the entries that are in force now, each None when there is none."""

    borrower_id: str
    newest: int = 0
    assigned: Entry | None = None
    next_step: Entry | None = None
    acknowledged: Entry | None = None
    proposal: Entry | None = None
    approval: Entry | None = None
    last_note: Entry | None = None
    last: Entry | None = None
    notes: int = 0
    answers: tuple[date, ...] = ()  # month ends looked at when something in force was written

    @property
    def owner(self) -> str:
        """Who the borrower was last given to; empty when it is still the book's own officer."""
        return self.assigned.owner if self.assigned else ""

    @property
    def exit(self) -> str:
        """`proposed`, `approved`, or nothing."""
        return APPROVED if self.approval else PROPOSED if self.proposal else ""

    def covers(self, level: str, since: date) -> bool:
        """Whether that level, or a worse one, was acknowledged at a month end from `since` on."""
        said = self.acknowledged
        if said is None or said.as_of is None or said.as_of < since:
            return False
        return LEVELS.index(said.level) >= LEVELS.index(level)


@dataclass(frozen=True)
class Snapshot:
    """How borrowers stand now; with the store down it is empty and says `available=False`."""

    states: Mapping[str, State] = field(default_factory=dict)
    newest: int = 0
    available: bool = True

    def of(self, borrower_id: str) -> State:
        """The state of one borrower; an empty one when nothing was written."""
        return self.states.get(borrower_id) or State(borrower_id)


@dataclass(frozen=True)
class History:
    """All that was written about one borrower, the newest first, and what was undone by what."""

    entries: tuple[Entry, ...] = ()
    undone: Mapping[int, Entry] = field(default_factory=dict)
    sizes: Mapping[int, int] = field(default_factory=dict)  # borrowers in each batch
    newest: int = 0
    available: bool = True

    @property
    def state(self) -> State:
        """How the borrower stands after all of it."""
        first = self.entries[0].borrower_id if self.entries else ""
        return fold(first, tuple(reversed(self.entries)))


@dataclass(frozen=True)
class Batch:
    """One act, over one borrower or many."""

    number: int
    kind: str
    user: str
    at: float
    count: int
    text: str
    undone_by: str = ""

    @property
    def when(self) -> datetime:
        """The time of writing, UTC."""
        return datetime.fromtimestamp(self.at, UTC)


@dataclass(frozen=True)
class Written:
    """What an act became: its batch, and what others wrote meanwhile about the same borrowers."""

    batch: int
    meanwhile: tuple[Entry, ...] = ()


def undone(entries: Sequence[Entry]) -> dict[int, Entry]:
    """The batches that are out of force, each with the undo that took it out; oldest first in."""
    found: dict[int, Entry] = {}
    for entry in reversed(entries):
        if entry.kind == UNDO and entry.refers is not None and entry.batch not in found:
            found.setdefault(entry.refers, entry)
    return found


def fold(borrower_id: str, entries: Sequence[Entry]) -> State:
    """The state that a borrower's entries make, oldest first."""
    out = undone(entries) if any(each.kind == UNDO for each in entries) else {}
    held: dict[str, Any] = {"newest": entries[-1].seq if entries else 0}
    notes, answers = 0, set()
    for entry in entries:
        if entry.batch in out or entry.kind == UNDO:
            continue
        held["last"] = entry
        notes += entry.kind == NOTE
        if entry.as_of:
            answers.add(entry.as_of)
        _take(held, entry)
    return State(borrower_id, notes=notes, answers=tuple(sorted(answers)), **held)


def _take(held: dict[str, Any], entry: Entry) -> None:
    """Puts one entry that is in force into the state."""
    proposal = held.get("proposal")
    if entry.kind == PROPOSE:
        held |= {"proposal": entry, "approval": None}
    elif entry.kind == WITHDRAW:
        held |= {"proposal": None, "approval": None}
    elif entry.kind == APPROVE:
        # An approval is of one proposal: nothing is left of it when that is undone or replaced.
        if proposal and proposal.seq == entry.refers:
            held["approval"] = entry
    else:
        held[PLACES[entry.kind]] = entry


PLACES = {
    NOTE: "last_note",
    ACKNOWLEDGE: "acknowledged",
    REASSIGN: "assigned",
    NEXT_STEP: "next_step",
}


def chosen(
    snapshot: Snapshot,
    *,
    owners: Iterable[str] = (),
    exits: Iterable[str] = (),
    due_by: date | None = None,
    acknowledged: bool | None = None,
) -> tuple[str, ...]:
    """The borrowers that meet every filter given, in order: a list for a report to take."""
    owned, exiting = set(owners), set(exits)

    def meets(state: State) -> bool:
        step = state.next_step
        return (
            (not owned or state.owner in owned)
            and (not exiting or state.exit in exiting)
            and (due_by is None or bool(step and step.due_on and step.due_on <= due_by))
            and (acknowledged is None or acknowledged == (state.acknowledged is not None))
        )

    return tuple(sorted(key for key, state in snapshot.states.items() if meets(state)))
