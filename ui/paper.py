"""A page on paper: what is printed, on which head, and a button for it."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components import v1 as components

from queries.warehouse import Scope, freshness
from ui import access, connection, export, formats, links, visit
from ui.i18n import t

HERE = Path(__file__).with_name("print")
ASKED, COUNT = "_print", "_printed"


def head(scope: Scope) -> None:
    """The style of the printed page, and the lines that only paper shows."""
    st.html(HERE / "print.css")
    here = visit.now()
    facts = (*export.scope_facts(scope)[:4], (t("Reader"), here.user.name))
    with st.container(key="paper_head", gap=None):
        demo = freshness(scope.build).is_demo
        bank = t("Demo data: a fictional bank") if demo else t("Post-loan management")
        st.text(f"{bank} · {here.title} · {formats.day(scope.as_of)}")
        st.text(" · ".join(f"{label}: {said}" for label, said in facts))


def button(help: str = "") -> None:
    """A button that opens the browser's print dialogue, once the page stands still."""
    with st.container(key="paper_button", width="content"):
        st.button(
            t("Print"),
            key="print",
            type="tertiary",
            icon=":material/print:",
            on_click=_asked,
            help=help or t("One page of A4, as you may see it. Ctrl+P or ⌘P does the same."),
        )
    if st.session_state.pop(ASKED, False):
        _print(visit.now())


def _asked() -> None:
    st.session_state[ASKED] = True
    st.session_state[COUNT] = st.session_state.get(COUNT, 0) + 1


def _print(here: visit.Visit) -> None:
    """Writes the log, then asks the browser for its dialogue; without a log nothing is printed."""
    try:
        access.export(
            here.user,
            here.page,
            f"{here.page}.print",
            links.here(),
            row_count=1,
            result="ok",
            address=connection.address(),
        )
    except access.Refused as refused:
        st.error(str(refused))
        return
    _printer()(count=st.session_state[COUNT], key="paper_printer", default=None)


@cache
def _printer() -> Any:
    # Declared in a run: the server imports this module before there is a runtime to register with.
    return components.declare_component("print", path=HERE)
