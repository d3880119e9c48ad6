"""Compliance checks (14.1): what passed, planned or not, in which unit, and what was put right."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import COMPLIANCE_PASS_RATE, COMPLIANCE_RECTIFICATION_RATE, measure
from queries.warehouse import Scope
from ui import charts, drill, export, formats, layout, lists, pictures, tables
from ui.i18n import t
from ui.tables import Column
from ui.theme import palette

PLANS: dict[str, Column] = {
    "check_plan": Column("Kind of check", codes="check_plan"),
    "checks": Column("Checks", "count"),
    "items_tested": Column("Items tested", "count"),
    "exceptions": Column("Not passed", "count"),
    "pass_rate": Column("Passed", "ratio"),
    "failed_count": Column("Checks with exceptions", "count"),
    "rectified_count": Column("Put right", "count"),
    "unrectified_count": Column("Not yet put right", "count"),
    "days_to_rectify": Column("Days to put right, mean", "number"),
}
CHECKS: dict[str, Column] = {
    "check_id": Column("Check", width=80),
    "checked_on": Column("Checked on", "date"),
    "check_plan": Column("Kind of check", codes="check_plan"),
    "department": Column("Department", width=110),
    "branch": Column("Branch", codes="branch"),
    "items_tested": Column("Items tested", "count"),
    "exceptions": Column("Not passed", "count"),
    "pass_rate": Column("Passed", "ratio"),
    "rectification": Column("State", codes="rectification"),
    "rectified_on": Column("Put right on", "date"),
    "days_to_rectify": Column("Days to put right", "days"),
}
RATES = (COMPLIANCE_PASS_RATE, COMPLIANCE_RECTIFICATION_RATE)


def show(scope: Scope) -> None:
    """The checks of twelve months: planned and unplanned, the rate over time, units, each check."""
    st.subheader(t("Compliance checks of twelve months"), anchor=False)
    checks = lists.in_words(reports.compliance_list(scope))
    if checks.empty:
        st.caption(t("No compliance check in this selection."))
        return
    title = t("Planned and unplanned checks")
    plans = reports.compliance_plans(scope)
    tables.show(plans, PLANS, key="compliance_plans", alt=title, rows=2)
    export.offer(export.sheet("compliance_plans", title, PLANS, lambda: plans, scope))
    left, right = layout.beside()
    with left:
        _months(scope)
    with right:
        _units(scope)
    _list(scope, checks)


def _months(scope: Scope) -> None:
    title = t("Compliance checks, passed")
    st.markdown(f"**{title}**")
    frame = measure(scope, *RATES, by="month_end", months=25)
    key = COMPLIANCE_PASS_RATE.id
    said = drill.described(frame.tail(12), title, key, "month_end", "ratio")
    pictures.still(charts.trend(frame, key, "ratio", palette=palette()), "compliance", said)
    columns = {"month_end": Column("Month end", "date")} | tables.of_metrics(*RATES)
    export.twin(frame, columns, "compliance", title, scope, *RATES)


def _units(scope: Scope) -> None:
    title = t("Checks by department")
    st.markdown(f"**{title}**")
    frame = lists.in_words(measure(scope, *RATES, by="department_id"))
    frame = frame.sort_values(COMPLIANCE_PASS_RATE.id)
    columns = {
        "department": Column("Department", width=170),
        COMPLIANCE_PASS_RATE.id: Column("Passed", "ratio"),
        COMPLIANCE_RECTIFICATION_RATE.id: Column("Put right", "ratio"),
    }
    tables.show(frame, columns, key="compliance_units", alt=title, open_row=_why, rows=9)
    export.offer(export.sheet("compliance_units", title, columns, lambda: frame, scope, *RATES))


def _why(row: pd.Series) -> lists.Target | None:
    values = {"metric": COMPLIANCE_PASS_RATE.id, "part": "denominator"}
    return "why", values | {"department_id": row["department_id"]}


def _list(scope: Scope, checks: pd.DataFrame) -> None:
    title = t("Checks, the newest first")
    st.markdown(f"**{title}**")
    waiting = int((checks["rectification"] == "open").sum())
    st.caption(
        t(
            "{n} checks, of which {open} have exceptions that are not put right yet",
            n=formats.count(len(checks)),
            open=formats.count(waiting),
        )
    )
    tables.show(checks, CHECKS, key="compliance_checks", alt=title, rows=10)
    export.offer(export.sheet("compliance_checks", title, CHECKS, lambda: checks, scope))
