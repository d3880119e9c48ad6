"""Lists of cases: by state, of a department or a person, page by page, with their file."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import (
    BACKLOG,
    OUTFLOW,
    OVERDUE_OPEN,
    SLA_AT_RISK,
    SLA_BREACH_RATE_DUE,
    Where,
    measure,
)
from queries.warehouse import Scope
from ui import filters, formats, lists, long_lists
from ui.i18n import t
from ui.tables import Column

CASES: dict[str, Column] = {
    "case_id": Column("Case"),
    "case_type": Column("Type", codes="case_type"),
    "department": Column("Department"),
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "owner_name": Column("Owner"),
    "opened_on": Column("Opened on", "date"),
    "due_on": Column("Target", "date"),
    "closed_on": Column("Closed on", "date"),
    "is_late": Column("Late", "flag"),
    "is_statutory": Column("By law", "flag"),
    "age_days": Column("Age, days", "days"),
    "outcome": Column("Outcome", codes="outcome"),
}
STATES: dict[reports.CaseState, str] = {
    "late": "Past their target",
    "risk": "At risk",
    "open": "Open",
    "due": "Due in the month",
    "closed": "Closed in the month",
}
FIGURES = {
    "late": OVERDUE_OPEN.id,
    "risk": SLA_AT_RISK.id,
    "open": BACKLOG.id,
    "due": f"{SLA_BREACH_RATE_DUE.id}_denominator",
    "closed": OUTFLOW.id,
}
OF_ONE = 2_000
"""Cases of one person that are counted by reading them."""
# Of a person: who it is, and the cases now; a page adds what it tells besides.
PERSON: dict[str, Column] = {
    "name": Column("Person", width=120),
    "grade": Column("Grade", codes="grade"),
    "branch": Column("Branch", codes="branch"),
    "backlog": Column("Open cases", "count"),
    "trend": Column("Open, 13 months", "line", width=110),
    "overdue_open": Column("Past target", "count"),
    "at_risk": Column("At risk", "count"),
    "closed": Column("Closed", "count"),
}


def show(
    scope: Scope,
    department: str,
    owner: str = "",
    who: str = "",
    usual: reports.CaseState = "late",
) -> None:
    """The cases of a department, or of one person, in the state that is switched to."""
    state = filters.switch(
        t("State"), "state", list(STATES), lambda key: t(STATES[key]), usual=usual
    )
    number = _number(scope, state, department, owner)
    if not number:
        st.caption(t("No case."))
        return
    st.caption(t("{n} cases, the earliest target first", n=formats.count(number)))

    def part(after: str | None, limit: int) -> pd.DataFrame:
        found = reports.workload_cases(scope, state, department, "", owner, after, limit)
        return lists.in_words(found)

    facts = [(t("State"), t(STATES[state])), (t("Department"), department or t("all"))]
    facts += [(t("Owner"), who)] if who else []
    long_lists.draw(
        "cases",
        t("Cases"),
        CASES,
        part,
        "stay_id",
        number,
        scope,
        asked=(state, department, owner),
        facts=tuple(facts),
        open_row=lists.open_case,
        rows=14,
    )


def _number(scope: Scope, state: reports.CaseState, department: str, owner: str) -> int:
    """How many cases are in a state: the figure of the same name, or one person's list."""
    if owner:
        return len(reports.workload_cases(scope, state, department, "", owner, None, OF_ONE))
    where: Where = (("department_id", department),) if department else ()
    asked = (OVERDUE_OPEN, SLA_AT_RISK, BACKLOG, SLA_BREACH_RATE_DUE, OUTFLOW)
    frame = measure(scope, *asked, where=where)
    return int(frame[FIGURES[state]].iloc[0]) if len(frame) else 0
