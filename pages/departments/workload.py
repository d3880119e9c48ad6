"""Who is overloaded, what is late, and where do cases wait?"""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import (
    BACKLOG,
    INFLOW,
    OUTFLOW,
    OVERDUE_OPEN,
    SLA_BREACH_RATE_DUE,
    Where,
    comparisons,
    measure,
)
from queries.warehouse import Scope
from ui import (
    charts,
    drill,
    export,
    filters,
    formats,
    layout,
    links,
    lists,
    paging,
    pictures,
    tables,
    tiles,
    visit,
)
from ui.i18n import language, md, t
from ui.tables import Column
from ui.theme import palette

HEADLINE = (BACKLOG, INFLOW, OUTFLOW, OVERDUE_OPEN, SLA_BREACH_RATE_DUE)
DEPARTMENTS: dict[str, Column] = {
    "department": Column("Department", width=180),
    "backlog": Column("Open cases", "count"),
    "backlog_before": Column("Open a month before", "count"),
    "opened": Column("Opened", "count"),
    "closed": Column("Closed", "count"),
    "clearance_rate": Column("Clearance rate", "ratio"),
    "overdue_open": Column("Past target", "count"),
    "due_in_month": Column("Due in the month", "count"),
    "breached_in_month": Column("Of these late", "count"),
    "sla_breach_rate_due": Column("Late share", "ratio"),
    "case_age": Column("Average age, days", "number"),
}
TYPES: dict[str, Column] = {
    "case_type": Column("Type", codes="case_type", width=180),
    **tables.of_metrics(BACKLOG, INFLOW, OUTFLOW, OVERDUE_OPEN, SLA_BREACH_RATE_DUE),
}
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
    "age_days": Column("Age, days", "days"),
    "outcome": Column("Outcome", codes="outcome"),
}
STATES: dict[reports.CaseState, str] = {
    "late": "Past their target",
    "open": "Open",
    "due": "Due in the month",
    "closed": "Closed in the month",
}
HANDOFFS: dict[str, Column] = {
    "giver": Column("From"),
    "taker": Column("To"),
    "handed_over": Column("Times handed over", "count"),
    "cases": Column("Cases", "count"),
}


def render(scope: Scope) -> None:
    """All departments side by side, then one of them whole, then the hand-overs."""
    departments = lists.in_words(reports.workload_by_department(scope))
    if departments.empty:
        st.info(t("No cases in this selection."))
        return
    codes = departments["department_id"].tolist()
    words = dict(zip(codes, departments["department"], strict=True))
    own = visit.now().department
    picked = (filters.asked("department_id", codes) or [c for c in codes if c == own])[:1]
    where: Where = (("department_id", picked[0]),) if picked else ()
    found = comparisons(scope, *HEADLINE, where=where)
    series = measure(scope, *HEADLINE, by="month_end", months=13, where=where)
    tiles.row(found, series, *found, department_id=picked)
    _side_by_side(scope, departments)
    chosen = picked[0] if picked else own
    if chosen in words:
        _one(scope, chosen, words[chosen])
    if not own or own == chosen:
        _cases(scope, chosen)
    else:
        st.caption(t("Of other departments you see the totals, not the cases."))
    _handoffs(scope)


def _side_by_side(scope: Scope, frame: pd.DataFrame) -> None:
    title = t("Departments side by side")
    st.subheader(title, anchor=False)
    tables.show(
        frame,
        DEPARTMENTS,
        key="departments",
        alt=title,
        open_row=lambda row: ("workload", {"department_id": row["department_id"]}),
        rows=14,
    )
    export.offer(export.sheet("departments", title, DEPARTMENTS, lambda: frame, scope))


def _one(scope: Scope, department: str, word: str) -> None:
    where: Where = (("department_id", department),)
    left, right = layout.beside()
    with left:
        title = t("{department}: in, out and open", department=word)
        st.subheader(md(title), anchor=False)
        flow = measure(scope, INFLOW, OUTFLOW, BACKLOG, by="month_end", months=13, where=where)
        frame = flow.rename(columns={INFLOW.id: "opened", OUTFLOW.id: "closed"})
        said = drill.described(frame, title, "backlog", "month_end", "count")
        codes = pictures.draw(charts.flows(frame, palette=palette()), "flows", said)
        drawn = [[formats.day(day) for day in frame["month_end"]]]
        target = drill.drill_target(codes, ["as_of"], drawn, department_id=department)
        if target:
            links.go("why", metric=BACKLOG.id, part="numerator", **target)
    with right:
        title = t("{department}: cases by type", department=word)
        st.subheader(md(title), anchor=False)
        kinds = (BACKLOG, INFLOW, OUTFLOW, OVERDUE_OPEN, SLA_BREACH_RATE_DUE)
        frame = measure(scope, *kinds, by="case_type", where=where)
        tables.show(
            frame.sort_values(BACKLOG.id, ascending=False),
            TYPES,
            key="case_types",
            alt=title,
            open_row=lambda row: (
                "why",
                {
                    "metric": BACKLOG.id,
                    "part": "numerator",
                    "department_id": department,
                    "case_type": row["case_type"],
                },
            ),
        )
        facts = ((t("Department"), word),)
        sheet = export.sheet(
            "case_types", title, TYPES, lambda: frame, scope, *kinds, filters=facts
        )
        export.offer(sheet)


def _cases(scope: Scope, department: str) -> None:
    st.subheader(t("Cases"), anchor=False)
    state = filters.switch(t("State"), "state", list(STATES), lambda key: t(STATES[key]))
    number = _number(scope, state, department)
    if not number:
        st.caption(t("No case."))
        return
    st.caption(t("{n} cases, the earliest target first", n=formats.count(number)))
    after = paging.after("cases", (scope, state, department))
    page = lists.in_words(
        reports.workload_cases(scope, state, department, "", "", after, paging.SIZE)
    )
    tables.show(page, CASES, key="cases", alt=t("Cases"), open_row=lists.open_case, rows=14)
    paging.controls("cases", page, "stay_id", number)
    export.offer(
        export.listing(
            "cases",
            t("Cases"),
            CASES,
            lambda after, limit: lists.in_words(
                reports.workload_cases(scope, state, department, "", "", after, limit)
            ),
            "stay_id",
            number,
            scope,
            filters=((t("State"), t(STATES[state])), (t("Department"), department or t("all"))),
        )
    )


def _number(scope: Scope, state: reports.CaseState, department: str) -> int:
    """How many cases are in a state: the figure of the same name."""
    column = {
        "late": OVERDUE_OPEN.id,
        "open": BACKLOG.id,
        "due": f"{SLA_BREACH_RATE_DUE.id}_denominator",
        "closed": OUTFLOW.id,
    }[state]
    where: Where = (("department_id", department),) if department else ()
    frame = measure(scope, OVERDUE_OPEN, BACKLOG, SLA_BREACH_RATE_DUE, OUTFLOW, where=where)
    return int(frame[column].iloc[0]) if len(frame) else 0


def _handoffs(scope: Scope) -> None:
    title = t("Hand-overs between departments")
    st.subheader(title, anchor=False)
    frame = reports.handoffs(scope)
    if frame.empty:
        st.caption(t("No case has changed hands."))
        return
    ends = "_zh" if language() == "zh" else ""
    frame = frame.assign(giver=frame[f"from_department{ends}"], taker=frame[f"to_department{ends}"])
    tables.show(frame, HANDOFFS, key="handoffs", alt=title, rows=8)
    export.offer(export.sheet("handoffs", title, HANDOFFS, lambda: frame, scope))
