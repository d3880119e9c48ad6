"""What fired, what moved, what is proposed, and who owes an answer this month?"""

import streamlit as st

from queries import warning_reading
from queries.metrics import LOANS, measure
from queries.warehouse import Scope, together
from ui import lists, paper, risk_report, risk_report_desk, warning_story
from ui.i18n import t


def render(scope: Scope) -> None:
    """The month on a few pages of paper, each line of which opens its rows."""
    if not measure(scope, LOANS)[LOANS.id].sum():
        lists.nothing()
        return
    paper.head(scope)
    with st.container(horizontal=True, horizontal_alignment="right", key="controls"):
        paper.button(t("A few pages of A4, as you may see them. Ctrl+P or ⌘P does the same."))
    together(*risk_report.asked(scope), *risk_report_desk.asked(scope))
    with st.container(key="report"):
        risk_report.summary(scope)
        risk_report.fired(scope)
        risk_report.moved(scope)
        st.subheader(t("How good the warnings were"), anchor=False)
        warning_story.tell(warning_reading.read(scope))
        risk_report_desk.proposed(scope)
        risk_report_desk.owed(scope)
        risk_report_desk.largest(scope)
        risk_report.codes(scope)
