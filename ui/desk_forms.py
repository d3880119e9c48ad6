"""The forms of the desk, one per kind of act, and what is said after an act."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from ui import access, desk, drafts, formats, standing, visit, workspace
from ui.accounts import AuthFileBroken
from ui.desk_entries import (
    ACKNOWLEDGE,
    APPROVE,
    NEXT_STEP,
    NOTE,
    PROPOSE,
    REASSIGN,
    WITHDRAW,
    Action,
    Entry,
    History,
    Snapshot,
    Written,
)
from ui.i18n import md, name, t
from ui.rights import Refused
from ui.store import Unavailable
from ui.views import Views

WORDS = {
    NOTE: "Note",
    ACKNOWLEDGE: "What was seen, if it needs a word",
    REASSIGN: "Why, if it needs a word",
    NEXT_STEP: "Next step",
    PROPOSE: "Why the borrower can leave the watchlist, and the evidence",
    APPROVE: "What was looked at",
    WITHDRAW: "Why it is taken back",
}
# What the button says where the name of the kind is no deed.
DEEDS = {NOTE: "Add the note", NEXT_STEP: "Set the next step"}
_SAID = "_desk_said"
_DOWN = "_desk_down"
MOST_TOLD = 5


def fields(kind: str, form: str, *, level: str = "", as_of: date | None = None) -> None:
    """Draws the inputs of one kind of act, with what was typed in them before."""
    drafts.restore(form, _empty(kind))
    if kind == ACKNOWLEDGE and level:
        said = {"level": name("alert_level", level), "day": formats.day(as_of)}
        st.caption(t("Level {level} at {day} was seen.", **said))
    if kind == REASSIGN:
        st.selectbox(
            t("New owner"),
            list(_people()),
            key=drafts.key(form, "owner"),
            index=None,
            format_func=_shown,
            placeholder=t("Choose a person"),
        )
    if kind == NEXT_STEP:
        st.date_input(t("To be done by"), key=drafts.key(form, "due_on"), format="YYYY-MM-DD")
    st.text_area(
        t(WORDS[kind]), key=drafts.key(form, "text"), max_chars=desk.MOST_TEXT, height="content"
    )
    st.caption(t("Kept for good, with your name and the time. Long numbers are taken out."))


def typed(kind: str, form: str, *, level: str = "", as_of: date | None = None) -> Action:
    """What stands in the inputs of one kind of act; it stays there until it is written."""
    found = drafts.keep(form, _empty(kind))
    return Action(
        kind,
        text=found["text"] or "",
        level=level if kind == ACKNOWLEDGE else "",
        as_of=as_of,
        owner=found.get("owner") or "",
        due_on=found.get("due_on"),
    )


def _empty(kind: str) -> dict[str, Any]:
    more = {REASSIGN: {"owner": None}, NEXT_STEP: {"due_on": None}}
    return {"text": "", **more.get(kind, {})}


def _people() -> dict[str, str]:
    """Who can answer for a borrower: those who write on the desk, by user name."""
    try:
        everyone = standing.people()
    except AuthFileBroken:
        everyone = {}
    able = {
        n: a.user.name for n, a in everyone.items() if desk.may_write(a.user) and not a.disabled
    }
    me = visit.now().user
    return able | ({me.username: me.name} if desk.may_write(me) else {})


def _shown(username: str) -> str:
    full = _people().get(username, username)
    return full if full == username else f"{full} ({username})"


def act(
    borrower_ids: Sequence[str],
    action: Action,
    seen: int,
    *,
    owners: Mapping[str, str] | None = None,
    levels: Mapping[str, str] | None = None,
    form: str = "",
    place: str = "",
) -> bool:
    """Writes one act and keeps what is to be said of it; True when it was written.

    For a button's on_click. When it was not written, what was typed stays in the form. It is said
    where `said` is asked for `place`, which is the form unless told.
    """
    here, place = visit.now(), place or form
    try:
        written = desk.write(
            here.user,
            borrower_ids,
            action,
            seen=seen,
            page=here.page,
            owners=owners,
            levels=levels,
        )
    except Refused as refused:
        say(place, "warning", str(refused))
        return False
    except Unavailable:
        say(place, "error", not_written())
        return False
    drafts.done(form)
    if len(borrower_ids) > 1:
        kind, n = name("desk_kind", action.kind), formats.count(len(borrower_ids))
        say(place, "success", t("{kind}: written for {n} borrowers.", kind=kind, n=n))
    _tell(place, written)
    return True


def undo(batch: int, seen: int, place: str = "") -> None:
    """Takes an act out of force and keeps what is to be said of it, for a button's on_click."""
    here = visit.now()
    try:
        _tell(place, desk.undo(here.user, batch, seen=seen, page=here.page))
    except Refused as refused:
        say(place, "warning", str(refused))
    except Unavailable:
        say(place, "error", not_written())


def not_written() -> str:
    """What is said when the store is down: nothing was kept, and nothing is lost."""
    return t("Not written: the workspace store cannot be reached. What you typed is still here.")


def _tell(form: str, written: Written) -> None:
    """What others wrote about the same borrowers while this was typed: all of it is kept."""
    for entry in written.meanwhile[:MOST_TOLD]:
        said = t(
            "{who} added this about {borrower} while you were writing: {what}",
            who=entry.user,
            borrower=entry.borrower_id,
            what=told(entry),
        )
        say(form, "info", said)
    if len(written.meanwhile) > MOST_TOLD:
        more = formats.count(len(written.meanwhile) - MOST_TOLD)
        say(form, "info", t("{n} more entries were added while you were writing.", n=more))


def told(entry: Entry) -> str:
    """One entry in a line: what it is, and its text for whoever reads notes."""
    parts = [name("desk_kind", entry.kind)]
    parts += [name("alert_level", entry.level)] if entry.level else []
    parts += [entry.owner] if entry.owner and entry.kind == REASSIGN else []
    parts += [t("by {day}", day=formats.day(entry.due_on))] if entry.due_on else []
    parts += [as_typed(entry.text)] if entry.text and visit.now().reads_notes else []
    return " · ".join(parts)


def as_typed(text: str) -> str:
    """A typed text, with the mark for a number that was taken out in the reader's language."""
    return text.replace(workspace.REMOVED, t("[number removed]"))


def say(form: str, how: str, text: str) -> None:
    """Keeps a line for the next drawing of `said`."""
    st.session_state.setdefault(_SAID, {}).setdefault(form, []).append((how, text))


def said(form: str = "") -> None:
    """Draws, once, what the last act had to say."""
    draw = {"success": st.success, "info": st.info, "warning": st.warning, "error": st.error}
    for how, text in st.session_state.get(_SAID, {}).pop(form, []):
        draw[how](md(text))


def unavailable(*readings: Snapshot | History | Views) -> bool:
    """One line, once on a page, when something of the desk could not be read; True then.

    None where the sign-in has said it already.
    """
    down = any(not each.available for each in readings)
    here, told = visit.now(), access.READING_ON in st.session_state
    if down and not told and st.session_state.get(_DOWN) is not here:
        st.session_state[_DOWN] = here
        st.warning(
            t(
                "Notes, owners, next steps and saved views cannot be read now: the workspace store"
                " cannot be reached. All else on this page is complete."
            ),
            icon=":material/cloud_off:",
        )
    return down
