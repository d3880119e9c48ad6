"""Default cases: how many are open and late, and how soon each has a plan."""

import streamlit as st

from queries import reports
from queries.metrics import (
    BACKLOG,
    INFLOW,
    OUTFLOW,
    OVERDUE_OPEN,
    PLAN_DAYS,
    SLA_BREACH_RATE_DUE,
    Where,
    measure,
)
from queries.warehouse import Scope
from ui import charts, drill, export, formats, layout, links, pictures, tables
from ui.i18n import t
from ui.tables import Column
from ui.theme import palette

CASES: Where = (("case_type", "default_case"),)
FLOW = (INFLOW, OUTFLOW, BACKLOG, OVERDUE_OPEN, SLA_BREACH_RATE_DUE)
MONTHS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    INFLOW.id: Column("Opened", "count", help=INFLOW.meaning),
    OUTFLOW.id: Column("Closed", "count", help=OUTFLOW.meaning),
    BACKLOG.id: Column("Open cases", "count", help=BACKLOG.meaning),
    OVERDUE_OPEN.id: Column("Past target", "count", help=OVERDUE_OPEN.meaning),
    SLA_BREACH_RATE_DUE.id: Column("Late share", "ratio", help=SLA_BREACH_RATE_DUE.meaning),
    "planned": Column("With a plan", "count"),
    "days_median": Column("Days, median", "number", help=PLAN_DAYS.meaning),
    "days_p90": Column("Days, P90", "number", help="Nine of ten were quicker."),
}


def draw(scope: Scope) -> None:
    """Open cases beside days to the plan, month by month; a point opens its cases."""
    flow = measure(scope, *FLOW, by="month_end", months=13, where=CASES)
    plans = reports.default_plans(scope)
    if flow.empty:
        st.caption(t("No case."))
        return
    frame = flow[["month_end", *(metric.id for metric in FLOW)]].merge(
        plans, on="month_end", how="left", validate="one_to_one"
    )
    left, right = layout.beside()
    with left:
        title = t("Open default cases")
        st.subheader(title, anchor=False)
        figure = charts.trend(frame, BACKLOG.id, "count", palette=palette())
        said = drill.described(frame, title, BACKLOG.id, "month_end", "count")
        _open(frame, pictures.draw(figure, "default_backlog", said), BACKLOG.id)
    with right:
        title = t("Days from default to plan")
        st.subheader(title, anchor=False)
        known = frame.dropna(subset=["days_median"])
        if known.empty:
            st.caption(t("There is none."))
        else:
            figure = charts.trend(known, "days_median", "days", palette=palette())
            said = drill.described(known, title, "days_median", "month_end", "days")
            _open(known, pictures.draw(figure, "default_plan_days", said), PLAN_DAYS.id)
    title = t("Default cases, month by month")
    st.subheader(title, anchor=False)
    tables.show(frame.iloc[::-1], MONTHS, key="default_plans", alt=title, rows=13)
    export.offer(export.sheet("default_plans", title, MONTHS, lambda: frame, scope))
    duties = reports.duties(scope)
    for _, duty in duties[duties["case_type"] == "default_case"].head(1).iterrows():
        links.link(
            "department",
            t("The cases of default handling"),
            icon=":material/arrow_forward:",
            department_id=duty["department_id"],
            duty=duty["duty_id"],
        )


def _open(frame, codes, metric_id: str) -> None:
    """A month's cases on the page that shows the rows of a figure."""
    days = [formats.day(day) for day in frame["month_end"]]
    target = drill.drill_target(codes, ["as_of"], [days])
    if target:
        links.go("why", metric=metric_id, part="numerator", case_type="default_case", **target)
