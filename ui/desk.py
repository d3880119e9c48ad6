"""The write side of the risk manager's desk: notes, owners, next steps and exits of borrowers.

Whoever asks for a borrower here must have read the number from a scoped report: the store does not
know branches. Reading never fails: with the store down, what is read says that it is not available.
"""

import gc
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ui import connection as here
from ui import desk_entries, rights, standing, store, workspace
from ui.accounts import ADMINISTRATOR, DEPARTMENT_HEAD, RISK_MANAGER, AuthFileBroken, User
from ui.desk_entries import (
    ACKNOWLEDGE,
    APPROVE,
    APPROVED,
    KINDS,
    LEVELS,
    NEXT_STEP,
    NOTE,
    PROPOSE,
    REASSIGN,
    UNDO,
    WITHDRAW,
    Action,
    Batch,
    Entry,
    History,
    Snapshot,
    State,
    States,
    Written,
    chosen,
    fold,
)
from ui.i18n import t
from ui.rights import Refused
from ui.store import Unavailable

__all__ = [
    "Action",
    "Batch",
    "Entry",
    "History",
    "Snapshot",
    "State",
    "States",
    "Written",
    "approved_exits",
    "batches",
    "chosen",
    "everything",
    "history",
    "may_write",
    "states",
    "undo",
    "write",
]

WRITERS = {RISK_MANAGER, DEPARTMENT_HEAD}
MOST_BORROWERS = 10_000
MOST_TEXT = 2000
MOST_NAME = 64
NEEDS_TEXT = {NOTE, NEXT_STEP, PROPOSE}
PART = 500  # numbers in one statement
TOLD = 5  # numbers named in a refusal
table = store.desk_entries
columns = table.c
log = logging.getLogger(__name__)


def may_write(user: User) -> bool:
    """Whether the role notes and decides; auditors and executives read."""
    return bool(WRITERS & {*user.roles})


# Reading


def states(borrower_ids: Iterable[str]) -> Snapshot:
    """How these borrowers stand, such as those of one page of a list."""
    wanted = list(dict.fromkeys(borrower_ids))
    try:
        with store.reading() as connection:
            newest = _newest(connection)
            found = _entries(connection, wanted, newest)
    except Unavailable as error:
        log.error("desk: %s", error)
        return Snapshot(available=False)
    return Snapshot(States(found), newest)


def everything() -> Snapshot:
    """How every borrower stands about whom something was written, for filters over all of them."""
    try:
        return _kept(store.address_of_store()).now()
    except Unavailable as error:
        log.error("desk: %s", error)
        return Snapshot(available=False)


def approved_exits() -> list[tuple[Entry, Entry]]:
    """Every proposal of an exit with its approval, less those taken back; raises Unavailable."""
    return _kept(store.address_of_store()).now().states.exits()


def history(borrower_id: str) -> History:
    """Everything that was written about one borrower, undone or not."""
    try:
        with store.reading() as connection:
            newest = _newest(connection)
            rows = _entries(connection, [borrower_id], newest).get(borrower_id, [])
            sizes = _sizes(connection, {row.batch for row in rows})
    except Unavailable as error:
        log.error("desk: %s", error)
        return History(available=False)
    return History(tuple(reversed(rows)), desk_entries.undone(rows), sizes, newest)


def batches(user: User | None = None, limit: int = 20, least: int = 1) -> tuple[Batch, ...]:
    """The latest acts over at least so many borrowers, of one person or of all, newest first.

    Nothing when the store is down: whoever lists acts has read a snapshot that says so.
    """
    number = sa.func.count()
    asked = (
        sa.select(
            columns.batch,
            sa.func.min(columns.kind).label("kind"),
            sa.func.min(columns.user).label("user"),
            sa.func.min(columns.at).label("at"),
            number.label("number"),
            sa.func.min(columns.text).label("text"),
        )
        .group_by(columns.batch)
        .having(number >= least)
        .order_by(columns.batch.desc())
        .limit(limit)
    )
    if user:
        asked = asked.where(columns.user == user.username)
    try:
        with store.reading() as connection:
            rows = connection.execute(asked).all()
            out = _undone_by(connection, [row.batch for row in rows])
    except Unavailable as error:
        log.error("desk: %s", error)
        return ()
    return tuple(
        Batch(row.batch, row.kind, row.user, row.at, row.number, row.text, out.get(row.batch, ""))
        for row in rows
    )


# Writing


def write(
    user: User,
    borrower_ids: Iterable[str],
    action: Action,
    *,
    seen: int,
    page: str = "",
    owners: Mapping[str, str] | None = None,
    levels: Mapping[str, str] | None = None,
) -> Written:
    """Writes one act about one borrower or many: all of it or, with an exception, nothing.

    `seen` is the newest entry that the writer's page had shown, `owners` who answers for each
    borrower by the book, `levels` the level of each where an acknowledgement is of several. Raises
    Refused with words for the reader, and Unavailable.
    """
    wanted = list(dict.fromkeys(borrower_ids))
    if action.kind not in KINDS or action.kind == UNDO:
        raise ValueError(f"not an act of the desk: {action.kind}")
    if not wanted or "" in wanted:
        raise ValueError("an act is about somebody")
    _permitted(user, page)
    if len(wanted) > MOST_BORROWERS:
        raise Refused(t("At most {n} borrowers at once.", n=f"{MOST_BORROWERS:,}"))
    action = _complete(action)
    with _writing(user, page) as connection:
        newest = _newest(connection)
        before = _entries(connection, wanted, newest)
        rows = _rows(user, wanted, action, newest, seen)
        if action.kind == ACKNOWLEDGE and levels:
            rows = [row._replace(level=levels[row.borrower_id]) for row in rows]
        if action.kind == PROPOSE:
            rows = [_owned(row, before.get(row.borrower_id, []), owners or {}) for row in rows]
        if action.kind in (APPROVE, WITHDRAW):
            rows = [_of_proposal(row, before.get(row.borrower_id, []), seen) for row in rows]
        _apart(user, before, rows, owners or {})
        return _keep(connection, user, rows, before, seen, page)


def undo(user: User, batch: int, *, seen: int, page: str = "", text: str = "") -> Written:
    """Takes a whole act out of force, an earlier undo too; by who wrote it or an administrator.

    Raises Refused and Unavailable.
    """
    _permitted(user, page, ADMINISTRATOR)
    action = _complete(Action(UNDO, text))
    with _writing(user, page) as connection:
        asked = sa.select(table).where(columns.batch == batch).order_by(columns.seq)
        taken_back = [_entry(row) for row in connection.execute(asked)]
        if not taken_back:
            raise Refused(t("There is no such act."))
        if user.username != taken_back[0].user and ADMINISTRATOR not in user.roles:
            raise Refused(t("Only {who} can undo this.", who=taken_back[0].user))
        if by := _undone_by(connection, [batch]).get(batch):
            raise Refused(t("{who} has undone this already.", who=by))
        newest = _newest(connection)
        wanted = [each.borrower_id for each in taken_back]
        before = _entries(connection, wanted, newest)
        rows = _rows(user, wanted, action, newest, seen)
        rows = [row._replace(refers=batch, as_of=taken_back[0].as_of) for row in rows]
        _apart(user, before, rows, {})
        return _keep(connection, user, rows, before, seen, page)


class _Involved(Refused):
    """An exit that one of those involved would bring into force."""

    def __init__(self, borrower_id: str, said: str) -> None:
        super().__init__(said)
        self.borrower_id = borrower_id


@contextmanager
def _writing(user: User, page: str) -> Iterator[Connection]:
    """The transaction of one act; what is tried against the rules is noted once it is over."""
    try:
        with store.writing() as connection:
            store.lock(connection)
            yield connection
    except _Involved as refused:
        rights.deny(user, page, "desk.approve_exit", f"borrower_id={refused.borrower_id}")
        raise


def _permitted(user: User, page: str, *more: str) -> None:
    """Raises Refused for who may not write now; Unavailable when that cannot be told."""
    try:
        if not standing.still(user):
            raise Refused(t("The session has ended. Please sign in again."))
    except AuthFileBroken as error:
        log.error("file of users: %s", error)
        raise Refused(t("Not possible now: the file of users cannot be read.")) from error
    if not (WRITERS | {*more}) & {*user.roles}:
        rights.deny(user, page, "desk")
        raise Refused(t("Your role reads this and does not write it."))


def _complete(action: Action) -> Action:
    """The act with its text less long numbers; raises Refused when something is missing."""
    text = workspace.without_numbers(action.text.strip())
    if action.kind in NEEDS_TEXT and not text:
        raise Refused(t("Write a few words first."))
    if len(text) > MOST_TEXT:
        raise Refused(t("At most {n} characters.", n=MOST_TEXT))
    owner = workspace.without_numbers(action.owner.strip())
    if action.kind == REASSIGN and not 0 < len(owner) <= MOST_NAME:
        raise Refused(t("Say who is to answer for it."))
    if action.kind == NEXT_STEP and action.due_on is None:
        raise Refused(t("Say by when it is to be done."))
    if action.kind == ACKNOWLEDGE and not (action.level in LEVELS and action.as_of):
        raise ValueError("an acknowledgement is of a level at a month end")
    return replace(action, text=text, owner=owner)


def _owned(row: Entry, before: Sequence[Entry], owners: Mapping[str, str]) -> Entry:
    """The proposal with the owner of that time, who is not the one to approve it."""
    owner = fold(row.borrower_id, before).owner or owners.get(row.borrower_id, "")
    return row._replace(owner=owner)


def _of_proposal(row: Entry, before: Sequence[Entry], seen: int) -> Entry:
    """The approval or withdrawal with the proposal that it is about, which was on the screen."""
    proposal = fold(row.borrower_id, before).proposal
    if proposal is None:
        raise Refused(t("No exit is proposed for {borrower}.", borrower=row.borrower_id))
    if proposal.seq > seen:
        said = t(
            "{who} proposed another exit for {borrower} while you were reading: look at it first.",
            who=proposal.user,
            borrower=row.borrower_id,
        )
        raise Refused(said)
    return row._replace(refers=proposal.seq)


def _apart(
    user: User,
    before: Mapping[str, Sequence[Entry]],
    rows: Sequence[Entry],
    owners: Mapping[str, str],
) -> None:
    """No exit comes into force by its proposer or by the owner, by whatever way it is tried."""
    own = []
    for row in rows:
        old = before.get(row.borrower_id, [])
        then = fold(row.borrower_id, [*old, row])
        if then.exit != APPROVED or fold(row.borrower_id, old).approval == then.approval:
            continue
        proposal = then.proposal or row
        owner = then.owner or owners.get(row.borrower_id, "")
        # The book knows its officers by staff number, the desk its writers by user name.
        if user.is_one_of((proposal.user, proposal.owner, owner)):
            own.append(row.borrower_id)
    if own:
        said = t(
            "An exit is approved by someone other than who proposed it and other than the owner:"
            " {borrowers}.",
            borrowers=_few(own),
        )
        raise _Involved(own[0], said)


def _few(borrowers: Sequence[str]) -> str:
    more = t(" and {n} more", n=len(borrowers) - TOLD) if len(borrowers) > TOLD else ""
    return t(", ").join(borrowers[:TOLD]) + more


def _keep(
    connection: Connection,
    user: User,
    rows: Sequence[Entry],
    before: Mapping[str, Sequence[Entry]],
    seen: int,
    page: str,
) -> Written:
    connection.execute(table.insert(), [_values(row) for row in rows])
    first = rows[0]
    workspace.log_beside(
        connection,
        user,
        "approve" if first.kind == APPROVE else "edit",
        object_type=f"desk.{first.kind}",
        object_id=f"borrower_id={first.borrower_id}" if len(rows) == 1 else f"batch={first.batch}",
        page=page,
        row_count=len(rows),
    )
    others = [
        entry
        for entries in before.values()
        for entry in entries
        if entry.seq > seen and entry.user != user.username
    ]
    return Written(first.batch, tuple(sorted(others, key=lambda entry: entry.seq)))


# Rows


def _newest(connection: Connection) -> int:
    return connection.execute(sa.select(sa.func.max(columns.seq))).scalar() or 0


def _entries(
    connection: Connection, borrower_ids: Sequence[str], newest: int
) -> dict[str, list[Entry]]:
    """The entries of these borrowers up to a number, oldest first."""
    found: dict[str, list[Entry]] = {}
    for place in range(0, len(borrower_ids), PART):
        asked = sa.select(table).where(
            columns.borrower_id.in_(borrower_ids[place : place + PART]), columns.seq <= newest
        )
        _gather(connection, asked, found)
    return found


def _gather(connection: Connection, asked: sa.Select, found: dict[str, list[Entry]]) -> None:
    for row in connection.execute(asked.order_by(columns.seq)):
        entry = _entry(row)
        found.setdefault(entry.borrower_id, []).append(entry)


def _entry(row: Any) -> Entry:
    days = (_day(row[AS_OF]), row[OWNER], _day(row[DUE_ON]))
    return Entry._make((*row[:AS_OF], *days, *row[DUE_ON + 1 :]))


NAMES = [column.name for column in columns]
AS_OF, OWNER, DUE_ON = (NAMES.index(name) for name in ("as_of", "owner", "due_on"))


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _values(entry: Entry) -> dict[str, Any]:
    values: dict[str, Any] = entry._asdict()
    for name in ("as_of", "due_on"):
        values[name] = values[name].isoformat() if values[name] else ""
    return values


def _rows(
    user: User, borrower_ids: Sequence[str], action: Action, newest: int, seen: int
) -> list[Entry]:
    """One row per borrower, numbered on from the newest entry; the first number is the batch."""
    same = {"batch": newest + 1, "at": store.now(), "user": user.username}
    same |= {"roles": ",".join(user.roles), "kind": action.kind, "text": action.text}
    same |= {"as_of": action.as_of, "seen": seen, "build": here.build()}
    same |= {"level": action.level if action.kind == ACKNOWLEDGE else ""}
    same |= {"owner": action.owner if action.kind == REASSIGN else ""}
    same |= {"due_on": action.due_on if action.kind == NEXT_STEP else None}
    return [
        Entry(seq=newest + place, borrower_id=key, **same)
        for place, key in enumerate(borrower_ids, start=1)
    ]


def _undone_by(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Of these batches, those out of force, and who undid each."""
    undos: dict[int, tuple[int, str]] = {}
    asked_for = list(numbers)
    while asked_for:
        asked = (
            sa.select(columns.batch, columns.refers, columns.user)
            .where(columns.kind == UNDO, columns.refers.in_(asked_for))
            .distinct()
        )
        rows = connection.execute(asked).all()
        asked_for = [row.batch for row in rows if row.batch not in undos]
        undos |= {row.batch: (row.refers, row.user) for row in rows}
    found: dict[int, str] = {}
    for batch in sorted(undos, reverse=True):
        refers, by = undos[batch]
        if batch not in found:
            found.setdefault(refers, by)
    return found


def _sizes(connection: Connection, numbers: Iterable[int]) -> dict[int, int]:
    asked = sa.select(columns.batch, sa.func.count()).where(columns.batch.in_(list(numbers)))
    return {batch: size for batch, size in connection.execute(asked.group_by(columns.batch))}


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for garbage meanwhile: among rows that all stay, it takes longer than reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Kept:
    """The state of every borrower in this process; each time only newer rows are read."""

    def __init__(self) -> None:
        self.guard = Lock()
        self.last: tuple[Any, ...] = ()
        self.snapshot = Snapshot()

    def now(self) -> Snapshot:
        """The states as of the newest entry; raises Unavailable."""
        with self.guard, store.reading() as connection:
            marked = sa.select(columns.seq, columns.at, columns.user, columns.borrower_id)
            newest = connection.execute(marked.order_by(columns.seq.desc()).limit(1)).first()
            if newest is None or tuple(newest) != self.last:
                self._follow(connection, marked, tuple(newest or ()))
            return self.snapshot

    def _follow(self, connection: Connection, marked: sa.Select, newest: tuple[Any, ...]) -> None:
        known = self.snapshot.newest
        if known:
            old = connection.execute(marked.where(columns.seq == known)).first()
            if tuple(old or ()) != self.last:
                # Another store stands there now, such as an older copy that was put back.
                self.snapshot, known = Snapshot(), 0
        upto = newest[0] if newest else 0
        found: dict[str, list[Entry]] = {}
        if known:
            asked = sa.select(columns.borrower_id).where(columns.seq > known, columns.seq <= upto)
            touched = list(connection.execute(asked.distinct()).scalars())
            found = _entries(connection, touched, upto)
        else:
            with _uncollected():
                _gather(connection, sa.select(table).where(columns.seq <= upto), found)
        self.snapshot, self.last = Snapshot(self.snapshot.states.with_newer(found), upto), newest


@lru_cache(maxsize=4)
def _kept(_address: str) -> _Kept:
    return _Kept()
