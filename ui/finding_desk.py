"""What is done about findings here, between two files of them; and findings raised from exceptions.

Rows are only added. The department that a finding is of submits what it did; only audit closes,
rejects, extends and opens again. Whoever asks here must have read the finding or the exception from
a scoped report: the store does not know branches.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ui import connection as here
from ui import rights, standing, store, workspace
from ui.accounts import AUDITOR, DEPARTMENT_HEAD, AuthFileBroken, User
from ui.i18n import t
from ui.rights import Refused
from ui.store import finding_entries

RAISE, SUBMIT, CLOSE, REJECT, EXTEND, REOPEN, NOTE = (
    "raise",
    "submit",
    "close",
    "reject",
    "extend",
    "reopen",
    "note",
)
OF_AUDIT = (CLOSE, REJECT, EXTEND, REOPEN, NOTE)
STATES = {RAISE: "issued", SUBMIT: "submitted", CLOSE: "verified_closed", REJECT: "rejected"}
STATES |= {REOPEN: "in_progress"}
SEVERITIES = ("critical", "high", "medium", "low")
DAYS_TO_MEND = {"critical": 30, "high": 60, "medium": 90, "low": 180}
"""Calendar days from the day it was raised, where nobody says by when (14.1)."""
MOST_TEXT, MOST_TITLE = 2000, 160
columns = finding_entries.c
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One row: who did what about which finding, when."""

    seq: int
    at: float
    user: str
    finding_id: str
    kind: str
    text: str
    due_on: date | None
    title: str
    severity: str
    department_id: str
    branch: str
    exception_id: str
    loan_id: str

    @property
    def when(self) -> datetime:
        """The time, UTC, without a zone."""
        return datetime.fromtimestamp(self.at, UTC).replace(tzinfo=None)


def history(finding_id: str) -> list[Entry]:
    """What was done about one finding, oldest first. Raises Unavailable."""
    return _read(columns.finding_id == finding_id)


def raised() -> list[list[Entry]]:
    """The history of each finding that was raised here, the newest finding first.

    One question, however many there are. Raises Unavailable.
    """
    here = sa.select(columns.finding_id).where(columns.kind == RAISE)
    found: dict[str, list[Entry]] = {}
    for each in _read(columns.finding_id.in_(here)):
        found.setdefault(each.finding_id, []).append(each)
    return list(found.values())[::-1]


def of_exception(exception_id: str) -> list[Entry]:
    """The findings raised from one exception, oldest first. Raises Unavailable."""
    return _read(sa.and_(columns.kind == RAISE, columns.exception_id == exception_id))


def state(entries: list[Entry]) -> str:
    """What the last entry that says so makes of a finding; empty where none does."""
    return next((STATES[each.kind] for each in reversed(entries) if each.kind in STATES), "")


@dataclass(frozen=True)
class Standing:
    """How a finding that was raised here stands on a day, by what was written about it."""

    state: str
    due_on: date
    current_due_on: date
    extensions: int
    closed_on: date | None
    is_overdue: bool


def standing_of(entries: list[Entry], as_of: date) -> Standing:
    """The standing of a finding raised here; the first entry is the one that raised it.

    It is due as many days after it was raised as its severity allows (14.1); each extension names
    another day. Overdue is what is past the current one and not closed.
    """
    made = entries[0]
    due = made.when.date() + timedelta(days=DAYS_TO_MEND[made.severity])
    moved = [each.due_on for each in entries if each.kind == EXTEND and each.due_on]
    current = moved[-1] if moved else due
    stands = state(entries)
    ended = [each.when.date() for each in entries if each.kind == CLOSE]
    closed = ended[-1] if stands == STATES[CLOSE] else None
    return Standing(
        state=stands,
        due_on=due,
        current_due_on=current,
        extensions=len(moved),
        closed_on=closed,
        is_overdue=closed is None and as_of > current,
    )


def deeds(user: User, department_id: str, own: str) -> tuple[str, ...]:
    """What this person may do about a finding of a department.

    `own` is the person's department as the organisation in force has it: a head goes along with the
    department where another takes it over.
    """
    if AUDITOR in user.roles:
        return OF_AUDIT
    mine = DEPARTMENT_HEAD in user.roles and own == department_id
    return (SUBMIT,) if mine else ()


def raise_one(
    user: User,
    *,
    title: str,
    severity: str,
    department_id: str,
    branch: str,
    exception_id: str,
    loan_id: str,
    page: str = "",
) -> str:
    """Raises a finding from an exception and gives its number; raises Refused, Unavailable."""
    _still(user)
    if AUDITOR not in user.roles:
        rights.deny(user, page, "finding.raise")
        raise Refused(t("Only audit raises findings."))
    title = " ".join(workspace.without_numbers(title).split())
    if not title or len(title) > MOST_TITLE:
        raise Refused(t("Give the finding a title of at most {n} characters.", n=MOST_TITLE))
    if severity not in SEVERITIES or not department_id:
        raise Refused(t("Say how grave it is and whose it is."))
    told = {"title": title, "severity": severity, "department_id": department_id}
    told |= {"branch": branch, "exception_id": exception_id, "loan_id": loan_id}
    return _write(user, "", RAISE, page, told)


def act(
    user: User,
    finding_id: str,
    department_id: str,
    kind: str,
    text: str,
    due_on: date | None = None,
    page: str = "",
    own: str = "",
) -> None:
    """Writes one deed about a finding; raises Refused and Unavailable.

    `own` is the person's department in the organisation in force, where that may be another. What
    is against the rules, such as closing by a department, is noted in the log.
    """
    _still(user)
    if kind not in deeds(user, department_id, own or user.department):
        rights.deny(user, page, f"finding.{kind}", f"finding_id={finding_id}")
        raise Refused(
            t("Only audit closes, rejects, extends or opens a finding again.")
            if kind in OF_AUDIT
            else t("Only the head of its department submits a finding.")
        )
    text = workspace.without_numbers(text.strip())
    if not text or len(text) > MOST_TEXT:
        raise Refused(t("Write a few words, at most {n} characters.", n=MOST_TEXT))
    if kind == EXTEND and due_on is None:
        raise Refused(t("Say by when it is to be done."))
    told = {"text": text, "due_on": due_on.isoformat() if due_on and kind == EXTEND else ""}
    _write(user, finding_id, kind, page, told)


def _still(user: User) -> None:
    try:
        if not standing.still(user):
            raise Refused(t("The session has ended. Please sign in again."))
    except AuthFileBroken as error:
        log.error("file of users: %s", error)
        raise Refused(t("Not possible now: the file of users cannot be read.")) from error


@contextmanager
def _writing() -> Iterator[Connection]:
    with store.writing() as connection:
        store.lock(connection)
        yield connection


def _write(user: User, finding_id: str, kind: str, page: str, told: dict[str, str]) -> str:
    blank = {column.name: "" for column in columns if isinstance(column.type, sa.Text)}
    with _writing() as connection:
        number = (connection.execute(sa.select(sa.func.max(columns.seq))).scalar() or 0) + 1
        finding_id = finding_id or f"W{number:05}"
        values: dict[str, Any] = blank | told
        values |= {"user": user.username, "roles": ",".join(user.roles), "kind": kind}
        values |= {"finding_id": finding_id, "build": here.build(), "at": store.now()}
        connection.execute(finding_entries.insert().values(seq=number, **values))
        workspace.log_beside(
            connection,
            user,
            "approve" if kind == CLOSE else "edit",
            object_type=f"finding.{kind}",
            object_id=f"finding_id={finding_id}",
            page=page,
            row_count=1,
        )
    return finding_id


def _read(where: sa.ColumnElement[bool]) -> list[Entry]:
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(finding_entries).where(where).order_by(columns.seq)
        ).mappings()
        return [_entry(row) for row in rows]


def _entry(row: Any) -> Entry:
    names = [name for name in Entry.__dataclass_fields__ if name != "due_on"]
    due = date.fromisoformat(row["due_on"]) if row["due_on"] else None
    return Entry(**{name: row[name] for name in names}, due_on=due)
