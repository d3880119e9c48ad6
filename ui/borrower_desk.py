"""The panel under a borrower: how it stands, who wrote what and when, forms to add to it."""

from datetime import date, datetime

import pandas as pd
import streamlit as st

from queries.warehouse import Scope
from ui import desk, desk_forms, export, formats, record, staff, visit
from ui.accounts import User
from ui.desk_entries import (
    ACKNOWLEDGE,
    APPROVE,
    APPROVED,
    NEXT_STEP,
    NOTE,
    PROPOSE,
    REASSIGN,
    WITHDRAW,
    Entry,
    History,
    State,
)
from ui.i18n import name, t
from ui.tables import Column

HISTORY: dict[str, Column] = {
    "at": Column("When (UTC)", "time"),
    "user": Column("Who"),
    "roles": Column("Role"),
    "kind": Column("What", codes="desk_kind"),
    "text": Column("Text"),
    "level": Column("Level", codes="alert_level"),
    "as_of": Column("Month end", "date"),
    "owner": Column("Owner"),
    "due_on": Column("Due on", "date"),
    "undone_by": Column("Undone by"),
    "seq": Column("Number", "count"),
    "build": Column("Build"),
}
SHOWN = 20
NO_EXIT = (
    "No exit can be proposed or approved at this month end: it asks for no reason to be listed,"
    " a calm score and no day past due for long enough, and a closed plan of action."
)


def panel(
    borrower_id: str,
    scope: Scope,
    *,
    level: str = "",
    owner: str = "",
    may_exit: bool | None = None,
    key: str = "desk",
) -> None:
    """Draws the whole panel. The borrower must have been read from a scoped report before.

    `level` is the alert level at the month end looked at, `owner` who answers by the book,
    `may_exit` whether the conditions of exit hold there; None for whoever is not on the watchlist.
    """
    form = f"{key}_{borrower_id}"
    st.subheader(t("Notes and decisions"), anchor=False)
    history = desk.history(borrower_id)
    desk_forms.said(form)
    if not desk_forms.unavailable(history):
        _stands(history.state, scope.as_of, owner, bool(may_exit))
    if desk.may_write(visit.now().user):
        if may_exit is False:
            st.caption(t(NO_EXIT))
        _write(borrower_id, history, form, scope.as_of, level, owner, bool(may_exit))
    if history.available:
        _history(borrower_id, history, scope, form)


def _stands(state: State, as_of: date, owner: str, may_exit: bool) -> None:
    step, seen, proposal = state.next_step, state.acknowledged, state.proposal
    due = formats.day(step.due_on) if step else ""
    if step and step.due_on and step.due_on < as_of:
        due = t("{day}, overdue", day=due)
    acknowledged = (
        t(
            "{level} at {day} by {who}",
            level=name("alert_level", seen.level),
            day=formats.day(seen.as_of),
            who=seen.user,
        )
        if seen
        else ""
    )
    leaving = ""
    if proposal:
        leaving = t("proposed by {who} on {day}", who=proposal.user, day=formats.day(proposal.when))
    if proposal and state.approval:
        leaving = t(
            "proposed by {who} on {day}, approved by {other} on {then}",
            who=proposal.user,
            day=formats.day(proposal.when),
            other=state.approval.user,
            then=formats.day(state.approval.when),
        )
        leaving += t("; off the list with the next load") if may_exit else ""
    record.facts(
        [
            (t("Owner"), formats.text(staff.called(state.owner or owner))),
            (t("Next step"), formats.text(_read(step.text) if step else "")),
            (t("Due on"), formats.text(due)),
            (t("Acknowledged"), formats.text(acknowledged)),
            (t("Exit"), formats.text(leaving)),
        ],
        columns=5,
    )


def _read(text: str) -> str:
    """A typed text, for whoever reads such texts."""
    if not visit.now().reads_notes:
        return t("written; not for your role to read")
    return desk_forms.as_typed(text)


def possible(
    state: State, user: User, level: str, owner: str = "", may_exit: bool = False
) -> list[str]:
    """The kinds of act that make sense for this person now; exits as 9.4 allows them."""
    kinds = [NOTE, *([ACKNOWLEDGE] if level else []), REASSIGN, NEXT_STEP]
    if may_exit:
        kinds.append(PROPOSE)
    if state.proposal:
        involved = {state.proposal.user, state.proposal.owner, state.owner or owner}
        if may_exit and state.exit != APPROVED and not user.is_one_of(involved):
            kinds.append(APPROVE)
        kinds.append(WITHDRAW)
    return kinds


def _write(
    borrower_id: str,
    history: History,
    form: str,
    as_of: date,
    level: str,
    owner: str,
    may_exit: bool,
) -> None:
    user = visit.now().user
    kinds = possible(history.state, user, level, owner, may_exit)
    which = f"{form}_kind"
    if st.session_state.get(which) not in kinds:
        st.session_state[which] = kinds[0]
    chosen = st.segmented_control(
        t("What to add"),
        kinds,
        key=which,
        format_func=lambda code: name("desk_kind", code),
        required=True,
        label_visibility="collapsed",
    )
    kind = chosen or kinds[0]
    own = f"{form}_{kind}"
    with st.form(f"{own}_form", border=True):
        desk_forms.fields(kind, own, level=level, as_of=as_of)
        st.form_submit_button(
            t(desk_forms.DEEDS.get(kind, "")) or name("desk_kind", kind),
            key=f"{own}_save",
            type="primary",
            on_click=_save,
            args=(borrower_id, kind, form, _seen(history, form), as_of, level, owner),
        )


def _seen(history: History, form: str) -> int:
    """The newest entry that was on this screen; with the store down, the one before it went."""
    key = f"{form}_seen"
    if history.available:
        st.session_state[key] = history.newest
    return st.session_state.get(key, 0)


def _save(
    borrower_id: str, kind: str, form: str, seen: int, as_of: date, level: str, owner: str
) -> None:
    own = f"{form}_{kind}"
    action = desk_forms.typed(kind, own, level=level, as_of=as_of)
    owners = {borrower_id: owner}
    desk_forms.act([borrower_id], action, seen, owners=owners, form=own, place=form)


def _history(borrower_id: str, history: History, scope: Scope, form: str) -> None:
    if not history.entries:
        st.caption(t("Nothing has been written about this borrower yet."))
        return
    for entry in history.entries[:SHOWN]:
        _entry(entry, history, form)
    if rest := history.entries[SHOWN:]:
        with st.expander(t("{n} earlier entries", n=formats.count(len(rest)))):
            for entry in rest:
                _entry(entry, history, form)
    title = t("Notes and decisions")
    frame = as_frame(history)
    export.offer(
        export.sheet(
            "borrower_desk",
            title,
            HISTORY,
            lambda: frame,
            scope,
            filters=((t("Borrower"), borrower_id),),
        )
    )


def _entry(entry: Entry, history: History, form: str) -> None:
    out = history.undone.get(entry.batch)
    size = history.sizes.get(entry.batch, 1)
    user = visit.now().user
    with st.container(gap=None, key=f"{form}_entry_{entry.seq}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(_first_line(entry), width="content")
            if size > 1:
                others = formats.count(size - 1)
                st.caption(t("with {n} other borrowers", n=others), width="content")
            if out:
                said = t("undone by {who}", who=out.user)
                st.badge(said, icon=":material/undo:", color="gray")
            elif size == 1 and entry.user == user.username and desk.may_write(user):
                st.button(
                    t("Undo"),
                    key=f"{form}_undo_{entry.batch}",
                    type="tertiary",
                    on_click=desk_forms.undo,
                    args=(entry.batch, history.newest, form),
                )
        if entry.text:
            st.text(_read(entry.text))


def _first_line(entry: Entry) -> str:
    parts = [_time(entry.when), entry.user, name("desk_kind", entry.kind)]
    parts += [name("alert_level", entry.level)] if entry.level else []
    parts += [entry.owner] if entry.owner and entry.kind == REASSIGN else []
    parts += [t("by {day}", day=formats.day(entry.due_on))] if entry.due_on else []
    return " · ".join(parts)


def _time(when: datetime) -> str:
    return t("{time} UTC", time=formats.minute(when))


def as_frame(history: History) -> pd.DataFrame:
    """Every entry as a row, for a file; the text only for whoever reads notes."""
    reads = visit.now().reads_notes
    rows = [
        {
            **entry._asdict(),
            "at": entry.when.replace(tzinfo=None),
            "text": entry.text if reads else "",
            "level": entry.level or None,
            "undone_by": history.undone[entry.batch].user if entry.batch in history.undone else "",
        }
        for entry in history.entries
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(**{each: pd.to_datetime(frame[each]) for each in ("as_of", "due_on")})


def recent(seen: int, key: str = "desk") -> None:
    """The reader's last acts over more than one borrower, each with a way to undo it.

    `seen` is the newest entry of the snapshot on the page; `desk_forms.said(key)` says what came.
    """
    user = visit.now().user
    acts = desk.batches(user, limit=5, least=2)
    if not acts:
        return
    with st.expander(t("Your last acts over many borrowers"), icon=":material/history:"):
        for act in acts:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                said = t("{n} borrowers", n=formats.count(act.count))
                kind = name("desk_kind", act.kind)
                st.text(f"{_time(act.when)} · {kind} · {said}", width="content")
                if act.undone_by:
                    said = t("undone by {who}", who=act.undone_by)
                    st.badge(said, icon=":material/undo:", color="gray")
                    continue
                st.button(
                    t("Undo for all of them"),
                    key=f"{key}_undo_all_{act.number}",
                    type="tertiary",
                    on_click=desk_forms.undo,
                    args=(act.number, seen, key),
                )
