"""What is on my desk, what is late or soon will be, and what waits for my department?"""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import case_lists, contact_strategy, export, formats, lists, tables, visit
from ui.i18n import md, t
from ui.tables import Column

WAITING: dict[str, Column] = {
    "case_id": Column("Case"),
    "case_type": Column("Type", codes="case_type"),
    "department": Column("From"),
    "branch": Column("Branch", codes="branch"),
    "loan_id": Column("Loan"),
    "sent_at": Column("Sent", "time"),
    "age_days": Column("Days waiting", "days"),
    "is_late": Column("Late", "flag"),
}
FIGURES = {
    "backlog": "Open cases",
    "overdue_open": "Past target",
    "at_risk": "At risk",
    "closed": "Closed in the month",
    "open_hours": "Hours of open cases",
}


def render(scope: Scope) -> None:
    """The person's own cases and contact steps, then what others have sent and nobody answered."""
    found = lists.in_words(reports.person_at_desk(scope, visit.now().user.username))
    if found.empty:
        st.info(t("Nobody of the house signs in under your name: staff.login says who does."))
        return
    person = found.iloc[0]
    st.caption(md(t("{name}, {department}", name=person["name"], department=person["department"])))
    mine = reports.own_desk(scope, str(person["staff_id"]))
    _figures(mine)
    st.subheader(t("My cases"), anchor=False)
    # What is late comes first; who has nothing late sees what soon may be, or all.
    late, risk = (bool(mine[each].sum()) for each in ("overdue_open", "at_risk"))
    usual = "late" if late else "risk" if risk else "open"
    case_lists.show(scope, "", person["staff_id"], str(person["name"]), usual)
    contact_strategy.of_person(scope, str(person["staff_id"]))
    _waiting(scope, person)


def _figures(mine: pd.DataFrame) -> None:
    if mine.empty:
        return
    grid = st.grid(len(FIGURES), min_column_width=150, gap="small")
    for column, label in FIGURES.items():
        with grid, st.container(border=True, height="stretch"):
            unit = "number" if column == "open_hours" else "count"
            st.metric(t(label), formats.value(unit, mine.iloc[0][column]))


def _waiting(scope: Scope, person: pd.Series) -> None:
    title = t("Sent to {department}, not yet answered", department=person["department"])
    st.subheader(md(title), anchor=False)
    frame = lists.in_words(reports.waiting_for_us(scope, str(person["department_id"])))
    if frame.empty:
        st.caption(t("Nothing waits for an answer."))
        return
    tables.show(frame, WAITING, key="waiting", alt=title, open_row=lists.open_case, rows=10)
    export.offer(export.sheet("waiting", title, WAITING, lambda: frame, scope))
