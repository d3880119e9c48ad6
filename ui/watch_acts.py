"""Acts over borrowers of the watchlist, chosen ones or all of a filter: each asks first, and can be
undone later."""

from datetime import date
from zlib import crc32

import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import borrower_desk, desk, desk_forms, formats, visit
from ui.desk_entries import ACKNOWLEDGE, LEVELS, NEXT_STEP, PROPOSE, REASSIGN, Snapshot
from ui.i18n import md, name, t
from ui.watch_filters import Asked
from ui.watch_table import Chosen

PLACE = "watchlist"
DONE = "_bulk_done"
KEPT = "{n} of the {total} borrowers do not meet the conditions of exit and stay on the list."
ACTS = {
    ACKNOWLEDGE: ":material/done_all:",
    REASSIGN: ":material/person_add:",
    NEXT_STEP: ":material/event:",
    PROPOSE: ":material/logout:",
}


def bar(chosen: Chosen, number: int, asked: Asked, snapshot: Snapshot, scope: Scope) -> None:
    """The acts, for who may write; without a row chosen they say what to do first."""
    if not desk.may_write(visit.now().user):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="acts"):
        of_all = _all(number, asked)
        n = number if of_all else len(chosen.ids)
        said = t("{n} chosen:", n=formats.count(n)) if n else t("Choose rows to act on them:")
        if n == 1 and not of_all:
            said = t("{borrower}, more under the list:", borrower=md(chosen.ids[0]))
        st.markdown(said, width="content")
        for kind, icon in ACTS.items():
            if st.button(
                name("desk_kind", kind),
                key=f"act_{kind}",
                icon=icon,
                disabled=not n or not snapshot.available,
            ):
                # Read now: from here on it is these borrowers, whatever others write meanwhile.
                who = _everyone(scope, asked) if of_all else chosen
                _ask(kind, who, of_all, snapshot, scope.as_of)


def _all(number: int, asked: Asked) -> str:
    """The box that takes everyone whom the filters leave; its key when it is ticked."""
    # Other filters are another box: nobody acts on those whom a filter brought in afterwards.
    key = f"act_all_{crc32(str(sorted(asked.report.items(), key=str)).encode())}"
    most = formats.count(desk.MOST_BORROWERS)
    ticked = st.checkbox(
        t("All {n} of this filter", n=formats.count(number)),
        key=key,
        disabled=number > desk.MOST_BORROWERS,
        help=t("Those on other pages too. At most {n} borrowers at once.", n=most),
    )
    return key if ticked else ""


def _everyone(scope: Scope, asked: Asked) -> Chosen:
    return Chosen(reports.watch_list_numbers(scope, desk.MOST_BORROWERS, **asked.report))


def _ask(kind: str, everyone: Chosen, of_all: str, snapshot: Snapshot, as_of: date) -> None:
    """What is to be written, for how many; written only after the second click. An exit is proposed
    only of those who meet its conditions."""
    form = f"bulk_{kind}"
    chosen = everyone.leaving if kind == PROPOSE else everyone
    n = formats.count(len(chosen.ids))

    st.session_state.pop(DONE, None)

    @st.dialog(name("desk_kind", kind))
    def ask() -> None:
        if st.session_state.pop(DONE, False):
            st.rerun()
        if kind == ACKNOWLEDGE:
            st.caption(t("The level of each at {day} was seen.", day=formats.day(as_of)))
        if kept := len(everyone.ids) - len(chosen.ids):
            st.caption(t(KEPT, n=formats.count(kept), total=formats.count(len(everyone.ids))))
        if not chosen.ids:
            return
        desk_forms.fields(kind, form, as_of=as_of)
        st.markdown(t("Do this for **{n}** borrowers?", n=n))
        if of_all:
            st.caption(t("All whom the filters leave, on this page and on the others."))
        st.caption(_few(chosen.ids))
        st.button(
            t("Yes, for {n} borrowers", n=n),
            key=f"{form}_yes",
            type="primary",
            on_click=_write,
            args=(kind, form, chosen, of_all, snapshot, as_of),
        )
        desk_forms.said(PLACE)

    ask()


def _few(ids: list[str], most: int = 8) -> str:
    more = t(" and {n} more", n=formats.count(len(ids) - most)) if len(ids) > most else ""
    return t(", ").join(ids[:most]) + more


def _write(
    kind: str, form: str, chosen: Chosen, of_all: str, snapshot: Snapshot, as_of: date
) -> None:
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
    if of_all and st.session_state[DONE]:
        st.session_state[of_all] = False


def recent(snapshot: Snapshot) -> None:
    """The reader's last acts over many borrowers, each with its undo."""
    if snapshot.available and desk.may_write(visit.now().user):
        borrower_desk.recent(snapshot.newest, PLACE)
