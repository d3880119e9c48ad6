"""The watchlist beside what people wrote of its borrowers: owner now, next step, exit, answer."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from queries import reports
from queries.warehouse import Scope
from ui import desk, formats, staff
from ui.desk_entries import APPROVED, NEXT_STEP, REASSIGN, Entry, Snapshot, State
from ui.i18n import name, t

SOON = 7  # days
NEXT_STEPS = ("overdue", "soon", "set", "none")
EXITS = ("proposed", "approved")
ANSWERS = ("yes", "no")


@dataclass(frozen=True)
class Wanted:
    """What is asked of the entries: each empty when it is not asked."""

    owner: str = ""
    next_step: str = ""
    exit: str = ""
    answered: str = ""

    @property
    def of_entries(self) -> bool:
        """True when only the store can tell."""
        return bool(self.next_step or self.exit or self.answered)


def narrowed(scope: Scope, wanted: Wanted, snapshot: Snapshot) -> dict[str, Any]:
    """The same as filters of the report: which borrowers, and who gained and lost an owner."""
    states = snapshot.states
    found: dict[str, Any] = {}
    if wanted.owner:
        found["given"] = desk.chosen(snapshot, owners=(wanted.owner,))
        given = (key for key in states.touched_by(REASSIGN) if states[key].owner)
        found["taken"] = tuple(sorted({*given} - {*found["given"]}))
    kept: list[set[str]] = []
    dropped: set[str] = set()
    if wanted.next_step == "none":
        dropped |= _with_step(snapshot)
    elif wanted.next_step:
        kept.append(_steps(scope.as_of, wanted.next_step, snapshot))
    if wanted.exit == APPROVED:
        kept.append({*leaving(scope, snapshot)})
    elif wanted.exit:
        kept.append({*desk.chosen(snapshot, exits=(wanted.exit,))})
    if wanted.answered:
        answered = _answered(scope, snapshot)
        if wanted.answered == "yes":
            kept.append(answered)
        else:
            dropped |= answered
    if kept:
        found["among"] = tuple(sorted(set.intersection(*kept)))
    if dropped:
        found["without"] = tuple(sorted(dropped))
    return found


def _steps(as_of: date, which: str, snapshot: Snapshot) -> set[str]:
    """Borrowers whose next step is due by a day, or who have one at all."""
    by = {"overdue": as_of - timedelta(days=1), "soon": as_of + timedelta(days=SOON)}
    if which in by:
        return {*desk.chosen(snapshot, due_by=by[which])}
    return _with_step(snapshot)


def _with_step(snapshot: Snapshot) -> set[str]:
    states = snapshot.states
    return {key for key in states.touched_by(NEXT_STEP) if states[key].next_step}


def _answered(scope: Scope, snapshot: Snapshot) -> set[str]:
    """Borrowers whose level, as it is now, somebody acknowledged since they came on the list."""
    seen = desk.chosen(snapshot, acknowledged=True)
    if not seen:
        return set()
    listed = reports.watch_list(scope, limit=len(seen), among=seen)
    return {
        key
        for key, row in zip(listed["borrower_id"].astype(str), listed.itertuples(), strict=True)
        if covers(snapshot.of(key), str(row.level), row.entered_on)
    }


def covers(state: State, level: str, since: Any) -> bool:
    """Whether that level was acknowledged at a month end from `since` on."""
    return state.covers(level, since.date() if hasattr(since, "date") else since)


def beside(frame: pd.DataFrame, snapshot: Snapshot, as_of: date, reads: bool) -> pd.DataFrame:
    """The rows of the report with what is in force of each borrower.

    `reads`: whether the reader may read what was typed. Asked for, since a file is made elsewhere.
    """
    states = [snapshot.of(key) for key in frame["borrower_id"]]
    pairs = list(zip(frame.itertuples(), states, strict=True))
    people = staff.names()
    return frame.assign(
        owner_now=[staff.called(state.owner or row.owner, people) for row, state in pairs],
        next_step=[_step(state, reads) for state in states],
        step_due_on=pd.Series([_due(state) for state in states], frame.index, "datetime64[ns]"),
        is_step_overdue=[_late(state, as_of) for state in states],
        is_escalated=[
            bool(row.is_escalated) and not _planned(state, as_of, row.escalate_days)
            for row, state in pairs
        ],
        exit=[_exit(state, bool(row.may_exit), row.entered_on) for row, state in pairs],
        is_answered=[covers(s, str(row.level), row.entered_on) for row, s in pairs],
        notes=[state.notes for state in states],
    )


def _step(state: State, reads: bool) -> str:
    if not state.next_step:
        return ""
    return state.next_step.text if reads else t("written; not for your role to read")


def _due(state: State) -> pd.Timestamp | None:
    step = state.next_step
    return pd.Timestamp(step.due_on) if step and step.due_on else None


def _late(state: State, as_of: date) -> bool:
    step = state.next_step
    return bool(step and step.due_on and step.due_on < as_of)


def _planned(state: State, as_of: date, days: Any) -> bool:
    """Whether the plan was changed in the last `days` up to a month end: by the next step."""
    step = state.next_step
    return bool(step and step.as_of and step.as_of >= as_of - timedelta(days=int(days)))


def _exit(state: State, may_exit: bool, since: Any) -> str:
    """How far the exit of this stay is, by whom and when; an earlier stay's is over."""
    proposal, approval = state.proposal, state.approval
    if approval and _of_stay(approval, since):
        return t(
            "approved by {who} on {day}, off the list with the next load",
            who=approval.user,
            day=formats.day(approval.when),
        )
    if proposal and not approval:
        return t(
            "proposed by {who} on {day}, to be approved by another",
            who=proposal.user,
            day=formats.day(proposal.when),
        )
    return name("desk_exit", "may_exit") if may_exit else ""


def _of_stay(approval: Entry, since: Any) -> bool:
    """Whether what was approved is the exit of the stay that began then."""
    began = since.date() if hasattr(since, "date") else since
    return approval.as_of is None or approval.as_of >= began


def leaving(scope: Scope, snapshot: Snapshot) -> tuple[str, ...]:
    """Those on the list whose exit is approved: the next load takes them off it."""
    approved = desk.chosen(snapshot, exits=(APPROVED,))
    if not approved:
        return ()
    listed = reports.watch_list(scope, limit=len(approved), among=approved)
    pairs = zip(listed["borrower_id"].astype(str), listed["entered_on"], strict=True)
    return tuple(
        key
        for key, since in pairs
        if (found := snapshot.of(key).approval) and _of_stay(found, since)
    )


def owners(scope: Scope, snapshot: Snapshot) -> dict[str, str]:
    """Everyone who answers for a borrower, by the book or since, with how many by the book."""
    listed, people = reports.watch_owners(scope), staff.names()
    found = {
        str(row.owner): f"{staff.numbered(row.owner, people)} · {formats.count(row.borrowers)}"
        for row in listed.itertuples()
        if row.owner
    }
    return found | {owner: owner for owner in snapshot.owners if owner not in found}
