"""What is kept of each borrower on the risk manager's desk, and the state that follows from it.

Rows are only added. A later row takes the place of an earlier one, an `undo` row takes a whole act
out of force, and another `undo` may take that one out: the state is worked out from what is left.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
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


class States(Mapping[str, State]):
    """The states of many borrowers out of their entries, each worked out when it is asked for."""

    def __init__(self, entries: Mapping[str, Sequence[Entry]]) -> None:
        self._entries = entries
        self._folded: dict[str, State] = {}
        self._kinds: dict[str, frozenset[str]] = {}

    def __getitem__(self, borrower_id: str) -> State:
        found = self._folded.get(borrower_id)
        if found is None:
            found = fold(borrower_id, self._entries[borrower_id])
            self._folded[borrower_id] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def touched_by(self, kind: str) -> frozenset[str]:
        """Those about whom an entry of that kind was ever written, undone or not."""
        if not self._kinds:
            found: dict[str, set[str]] = {each: set() for each in KINDS}
            for key, rows in self._entries.items():
                for row in rows:
                    found[row.kind].add(key)
            self._kinds = {each: frozenset(keys) for each, keys in found.items()}
        return self._kinds[kind]

    def exits(self) -> list[tuple[Entry, Entry]]:
        """Every proposal of an exit with its approval, less those taken back, oldest first."""
        found = (pair for key in self.touched_by(APPROVE) for pair in exits(self._entries[key]))
        return sorted(found, key=lambda pair: pair[1].seq)

    def answered_since(self, day: date) -> tuple[str, ...]:
        """Those of whom something in force was written at a month end from `day` on, in order."""
        perhaps = (
            key
            for key, rows in self._entries.items()
            if any(row.as_of and row.as_of >= day for row in rows)
        )
        return tuple(sorted(k for k in perhaps if any(d >= day for d in self[k].answers)))

    def with_newer(self, entries: Mapping[str, Sequence[Entry]]) -> "States":
        """The same where all entries of some borrowers have been read anew."""
        newer = States({**self._entries, **entries})
        newer._folded = {k: s for k, s in self._folded.items() if k not in entries}
        return newer


@dataclass(frozen=True)
class Snapshot:
    """How borrowers stand now; with the store down it is empty and says `available=False`."""

    states: States = field(default_factory=lambda: States({}))
    newest: int = 0
    available: bool = True

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """Everyone whom a borrower was given to and who still answers for it, in order."""
        return tuple(
            sorted({self.of(key).owner for key in self.states.touched_by(REASSIGN)} - {""})
        )

    def of(self, borrower_id: str) -> State:
        """The state of one borrower; an empty one when nothing was written."""
        return self.states[borrower_id] if borrower_id in self.states else State(borrower_id)


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


def exits(entries: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """A borrower's proposals of exit with their approvals, less those taken back; oldest first.

    The state knows the last alone. An approval is replaced by another proposal as long as the same
    build is in service; under a later one, it had been loaded, and the borrower is there again.
    """
    out = undone(entries)
    proposal: Entry | None = None
    found: list[tuple[Entry, Entry]] = []
    for entry in entries:
        if entry.batch in out or entry.kind not in (PROPOSE, WITHDRAW, APPROVE):
            continue
        if entry.kind == APPROVE:
            if proposal and proposal.seq == entry.refers:
                found = [*(pair for pair in found if pair[0] != proposal), (proposal, entry)]
            continue
        last = found[-1] if found else None
        is_replaced = last and (entry.kind == WITHDRAW or last[1].build == entry.build)
        if is_replaced and last and last[0] == proposal:
            found.pop()
        proposal = entry if entry.kind == PROPOSE else None
    return found


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

    asked = {REASSIGN: owned, PROPOSE: exiting, NEXT_STEP: due_by, ACKNOWLEDGE: acknowledged}
    states = snapshot.states
    perhaps: Iterable[str] = states
    # Who meets a filter has an entry of its kind: only those need to be worked out.
    if kinds := [states.touched_by(kind) for kind, wanted in asked.items() if wanted]:
        perhaps = frozenset.intersection(*kinds)
    return tuple(sorted(key for key in perhaps if meets(states[key])))
