"""What the duties of network security are judged by beside their cases: the log and the accounts.

Both are of the application itself and of now, not of the book and its date.
"""

import logging

import streamlit as st

from queries.warehouse import Scope
from ui import access_figures, export, links, tables
from ui.i18n import md, t
from ui.store import Unavailable
from ui.tables import Column, Target

DAYS = 30
FIGURES: dict[str, Column] = {
    "figure": Column("Figure", width=170),
    "value": Column("Value", width=110),
    "limit": Column("Limit", width=95),
    "meaning": Column("What it counts", width=600),
}
log = logging.getLogger(__name__)


def section(scope: Scope, department: str, word: str, in_full: bool) -> None:
    """Leaver accounts, and how much of thirty days the access log was kept, as on Access.

    Of the department's own people and of whoever sees all: what stands open is nobody else's.
    """
    if not in_full:
        return
    title = t("{department}: access log and accounts", department=word)
    st.subheader(md(title), anchor=False)
    try:
        frame = access_figures.of_duties(scope, DAYS)
    except Unavailable as error:
        log.error("access log: %s", error)
        st.warning(
            t("The access log cannot be read: the workspace store cannot be reached."),
            icon=":material/cloud_off:",
        )
        return
    st.caption(
        t(
            "What security events and reviews of access rights are judged by besides: of the"
            " accounts of this application now, and of its log over the last {n} days.",
            n=DAYS,
        )
    )

    def opened(_: object) -> Target:
        return "access_log", {"view": "odd", "period": str(DAYS)}

    open_row = opened if links.may_open("access_log") else None
    tables.show(frame, FIGURES, key="log_and_accounts", alt=title, open_row=open_row, rows=3)
    export.offer(export.sheet("log_and_accounts", title, FIGURES, lambda: frame, scope))
