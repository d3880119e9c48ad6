"""Who is overloaded, what is late, and where do cases wait?"""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import (
    AGE_P50,
    AGE_P90,
    BACKLOG,
    BACKLOG_CLEAR_DAYS,
    BACKLOG_OVER_90,
    CASE_AGE,
    CASELOAD_RATIO,
    CLEARANCE_RATE,
    CYCLE_TIME,
    CYCLE_TIME_P90,
    FIRST_RESPONSE_TIME,
    FTE_PRESENT,
    FTE_REQUIRED,
    INFLOW,
    LITTLES_LAW_CT,
    NET_FLOW,
    OCCUPANCY,
    OUTFLOW,
    OVERDUE_OPEN,
    SLA_AT_RISK,
    SLA_BREACH_RATE_CLOSED,
    SLA_BREACH_RATE_DUE,
    THROUGHPUT_PER_FTE,
    UTILISATION,
    WORKED_TIME,
    WORKED_TIME_P90,
    WORKLOAD_GINI,
    Metric,
    Where,
    comparisons,
    measure,
)
from queries.warehouse import Scope, together
from ui import (
    case_lists,
    charts,
    drill,
    export,
    filters,
    formats,
    layout,
    links,
    lists,
    people,
    pictures,
    routes,
    tables,
    tiles,
    visit,
    workload_answers,
)
from ui.i18n import md, t
from ui.routes import ROUTES
from ui.tables import Column, Target
from ui.theme import palette

HEADLINE = (BACKLOG, INFLOW, OUTFLOW, OVERDUE_OPEN, SLA_BREACH_RATE_DUE)
MORE = (SLA_AT_RISK, CASELOAD_RATIO, UTILISATION, FTE_REQUIRED, FTE_PRESENT)
YEAR = "year"  # of hand-overs, as the answers and the map of hand-overs take it
VIEWS = {"flow": "Flow", "time": "Promises and time", "age": "Age", "people": "People"}
OF_VIEW: dict[str, tuple[Metric, ...]] = {
    "flow": (NET_FLOW, CLEARANCE_RATE, BACKLOG_CLEAR_DAYS, LITTLES_LAW_CT),
    "time": (CYCLE_TIME, CYCLE_TIME_P90, WORKED_TIME, FIRST_RESPONSE_TIME),
    "age": (CASE_AGE, AGE_P50, AGE_P90, BACKLOG_OVER_90),
}
"""The figures that stand below the table of a view."""
TABLED = (
    *(NET_FLOW, BACKLOG_CLEAR_DAYS, LITTLES_LAW_CT, AGE_P50, AGE_P90, CYCLE_TIME, CYCLE_TIME_P90),
    *(WORKED_TIME, WORKED_TIME_P90, FIRST_RESPONSE_TIME, WORKLOAD_GINI, OCCUPANCY),
)
"""The figures of the tables that the report of the departments does not sum itself."""
CLOSED_LATE = SLA_BREACH_RATE_CLOSED.meaning
DEPARTMENT: dict[str, Column] = {"department": Column("Department", width=180)}
DEPARTMENTS: dict[str, dict[str, Column]] = {
    "flow": {
        "backlog": Column("Open cases", "count", width=85),
        "backlog_before": Column("A month before", "count", width=110),
        "opened": Column("Opened", "count", width=70),
        "received": Column("Received", "count", width=75),
        "closed": Column("Closed", "count", width=65),
        "handed_on": Column("Handed on", "count", width=80),
        "net_flow": Column("Net inflow", "count", help="Opened less closed.", width=85),
        "clearance_rate": Column("Clearance rate", "ratio", width=105),
        "backlog_clear_days": Column("Days to clear", "days", help=BACKLOG_CLEAR_DAYS.meaning),
        "littles_law_ct": Column("Expected days", "number", help=LITTLES_LAW_CT.meaning),
    },
    "time": {
        "due_in_month": Column("Due in the month", "count"),
        "breached_in_month": Column("Of these late", "count"),
        "sla_breach_rate_due": Column("Late share", "ratio"),
        "overdue_open": Column("Past target", "count"),
        "at_risk": Column("At risk", "count"),
        "sla_breach_rate_closed": Column("Late of closed", "ratio", help=CLOSED_LATE),
        "reopen_rate": Column("Reopened", "ratio", help="Opened again within 30 days."),
        "cycle_time": Column("Days taken, median", "number", help=CYCLE_TIME.meaning),
        "cycle_time_p90": Column("Days taken, P90", "number"),
        "worked_time": Column("Working hours taken, median", "number", help=WORKED_TIME.meaning),
        "worked_time_p90": Column("Working hours taken, P90", "number"),
        "first_response_time": Column(
            "Hours to first reply", "number", help=FIRST_RESPONSE_TIME.meaning
        ),
    },
    "age": {
        "backlog": Column("Open cases", "count", width=85),
        "age_0_3": Column("0–3 days", "count"),
        "age_4_10": Column("4–10 days", "count"),
        "age_11_30": Column("11–30 days", "count"),
        "age_31_60": Column("31–60 days", "count"),
        "age_61_90": Column("61–90 days", "count"),
        "age_over_90": Column("Over 90 days", "count"),
        "case_age": Column("Average age, days", "number"),
        "age_p50": Column("Age, median", "number"),
        "age_p90": Column("Age, P90", "number"),
    },
    "people": {
        "people": Column("People", "number"),
        "caseload_ratio": Column("Open cases per person", "number"),
        "workload_gini": Column("Evenness (Gini)", "number", help=WORKLOAD_GINI.meaning),
        "utilisation": Column("Use of working hours", "ratio"),
        "occupancy": Column("Occupancy", "ratio", help=OCCUPANCY.meaning),
        "throughput_per_fte": Column(
            "Hours closed per post", "number", help=THROUGHPUT_PER_FTE.meaning
        ),
        "fte_required": Column("Staff needed", "number", help="Rounded up."),
        "fte_present": Column("Staff present", "number", help=FTE_PRESENT.meaning),
        "staffing_gap": Column("Staff missing", "number"),
    },
}
TYPES: dict[str, Column] = {
    "case_type": Column("Type", codes="case_type", width=180),
    **tables.of_metrics(BACKLOG, INFLOW, OUTFLOW, OVERDUE_OPEN, SLA_BREACH_RATE_DUE),
}
PEOPLE: dict[str, Column] = {
    **case_lists.PERSON,
    "open_hours": Column("Hours of open cases", "number"),
    "utilisation": Column("Use of working hours", "ratio"),
}


def render(scope: Scope) -> None:
    """All departments side by side, then one of them whole, then the hand-overs."""
    # Asked at once: what takes longest is drawn last.
    by_department, told, *_ = together(
        lambda: reports.workload_by_department(scope),
        lambda: measure(scope, *TABLED, by="department_id"),
        lambda: routes.read(routes.asked(scope, YEAR)),
    )
    departments = lists.in_words(by_department.merge(told, how="left", on="department_id"))
    if departments.empty:
        st.info(t("No cases in this selection."))
        return
    codes = departments["department_id"].tolist()
    words = dict(zip(codes, departments["department"], strict=True))
    own = visit.now().department
    picked = (filters.asked("department_id", codes) or [c for c in codes if c == own])[:1]
    where: Where = (("department_id", picked[0]),) if picked else ()
    listed = people.ahead(scope, picked[0]) if picked and own in ("", *picked) else ()
    found, *_ = together(
        lambda: comparisons(scope, *HEADLINE, *MORE, where=where),
        lambda: workload_answers.asked(scope, "".join(picked), by_department),
        *listed,
    )
    for metrics in (HEADLINE, MORE):
        tiles.row(found, *(metric.id for metric in metrics), department_id=picked)
    # Right below the figures of all: who reads down a column needs no sentence to find the worst.
    _side_by_side(scope, departments, picked, where)
    workload_answers.show(scope, picked[0] if picked else "", by_department)
    chosen = picked[0] if picked else own
    if chosen in words:
        _one(scope, chosen, words[chosen])
    if not own or own == chosen:
        _own(scope, chosen, words)
    else:
        st.caption(t("Of other departments you see the totals, not the cases."))
    _handoffs(scope)


def _side_by_side(scope: Scope, frame: pd.DataFrame, picked: list[str], where: Where) -> None:
    title = t("Departments side by side")
    st.subheader(title, anchor=False)
    view = filters.switch(t("View"), "view", list(VIEWS), lambda key: t(VIEWS[key]))
    columns = DEPARTMENT | DEPARTMENTS[view]
    tables.show(
        frame,
        columns,
        key=f"departments_{view}",
        alt=title,
        open_row=lambda row: ("department", {"department_id": row["department_id"]}),
        rows=14,
    )
    every = DEPARTMENT | {name: one for part in DEPARTMENTS.values() for name, one in part.items()}
    export.offer(export.sheet("departments", title, every, lambda: frame, scope))
    if metrics := OF_VIEW.get(view, ()):
        found = comparisons(scope, *metrics, where=where)
        tiles.row(found, *(each.id for each in metrics), columns=4, department_id=picked)


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
        _types(scope, department, word, where)


def _types(scope: Scope, department: str, word: str, where: Where) -> None:
    title = t("{department}: cases by type", department=word)
    st.subheader(md(title), anchor=False)
    kinds = (BACKLOG, INFLOW, OUTFLOW, OVERDUE_OPEN, SLA_BREACH_RATE_DUE)
    frame = measure(scope, *kinds, by="case_type", where=where)

    def opened(row: pd.Series) -> Target:
        asked = {"department_id": department, "case_type": row["case_type"]}
        return "why", {"metric": BACKLOG.id, "part": "numerator", **asked}

    tables.show(
        frame.sort_values(BACKLOG.id, ascending=False),
        TYPES,
        key="case_types",
        alt=title,
        open_row=opened,
    )
    facts = ((t("Department"), word),)
    export.offer(
        export.sheet("case_types", title, TYPES, lambda: frame, scope, *kinds, filters=facts)
    )


def _own(scope: Scope, department: str, words: dict[str, str]) -> None:
    """Who has how much, of a department that is chosen, and the cases themselves."""
    owner, who = "", ""
    if department in words:
        owner, who = people.asked(scope, department)
        people.show(scope, department, words[department], PEOPLE)
    st.subheader(md(t("Cases of {name}", name=who)) if who else t("Cases"), anchor=False)
    case_lists.show(scope, department, owner, who)


def _handoffs(scope: Scope) -> None:
    wanted = routes.asked(scope, YEAR)
    title = t("Hand-overs between departments, {span}", span=wanted.span)
    st.subheader(title, anchor=False)
    frame = routes.read(wanted)
    if frame.empty:
        st.caption(t("No case has changed hands."))
        return
    tables.show(
        frame, ROUTES, key="handoffs", alt=title, open_row=routes.open_route(wanted), rows=8
    )
    export.offer(
        export.sheet("handoffs", title, ROUTES, lambda: frame, scope, filters=wanted.facts)
    )
