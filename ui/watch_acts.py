"""Acts over the borrowers chosen in the watchlist: each asks first, and can be undone later."""

from datetime import date

import streamlit as st

from ui import borrower_desk, desk, desk_forms, formats, visit
from ui.desk_entries import ACKNOWLEDGE, LEVELS, NEXT_STEP, PROPOSE, REASSIGN, Snapshot
from ui.i18n import md, name, t
from ui.watch_table import Chosen

PLACE = "watchlist"
DONE = "_bulk_done"
ACTS = {
    ACKNOWLEDGE: ":material/done_all:",
    REASSIGN: ":material/person_add:",
    NEXT_STEP: ":material/event:",
    PROPOSE: ":material/logout:",
}


def bar(chosen: Chosen, snapshot: Snapshot, as_of: date) -> None:
    """The acts, for who may write; without a row chosen they say what to do first."""
    if not desk.may_write(visit.now().user):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="acts"):
        n = len(chosen.ids)
        said = t("{n} chosen:", n=formats.count(n)) if n else t("Choose rows to act on them:")
        if n == 1:
            said = t("{borrower}, more under the list:", borrower=md(chosen.ids[0]))
        st.markdown(said, width="content")
        for kind, icon in ACTS.items():
            if st.button(
                name("desk_kind", kind),
                key=f"act_{kind}",
                icon=icon,
                disabled=not n or not snapshot.available,
            ):
                _ask(kind, chosen, snapshot, as_of)


def _ask(kind: str, chosen: Chosen, snapshot: Snapshot, as_of: date) -> None:
    """What is to be written, for how many; written only after the second click."""
    form = f"bulk_{kind}"
    n = formats.count(len(chosen.ids))

    st.session_state.pop(DONE, None)

    @st.dialog(name("desk_kind", kind))
    def ask() -> None:
        if st.session_state.pop(DONE, False):
            st.rerun()
        if kind == ACKNOWLEDGE:
            st.caption(t("The level of each at {day} was seen.", day=formats.day(as_of)))
        desk_forms.fields(kind, form, as_of=as_of)
        st.markdown(t("Do this for **{n}** borrowers?", n=n))
        st.caption(_few(chosen.ids))
        st.button(
            t("Yes, for {n} borrowers", n=n),
            key=f"{form}_yes",
            type="primary",
            on_click=_write,
            args=(kind, form, chosen, snapshot, as_of),
        )
        desk_forms.said(PLACE)

    ask()


def _few(ids: list[str], most: int = 8) -> str:
    more = t(" and {n} more", n=formats.count(len(ids) - most)) if len(ids) > most else ""
    return t(", ").join(ids[:most]) + more


def _write(kind: str, form: str, chosen: Chosen, snapshot: Snapshot, as_of: date) -> None:
    levels = chosen.levels
    worst = max(levels.values(), key=LEVELS.index)
    action = desk_forms.typed(kind, form, level=worst, as_of=as_of)
    st.session_state[DONE] = desk_forms.act(
        chosen.ids,
        action,
        snapshot.newest,
        owners=chosen.owners,
        levels=levels,
        form=form,
        place=PLACE,
    )


def recent(snapshot: Snapshot) -> None:
    """The reader's last acts over many borrowers, each with its undo."""
    if snapshot.available and desk.may_write(visit.now().user):
        borrower_desk.recent(snapshot.newest, PLACE)
