"""What is open, overdue or repeated, and which loans stand behind it?"""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import (
    EXPOSURE,
    FINDING_REOPEN_RATE,
    ISSUED_FINDINGS,
    OPEN_FINDINGS,
    OVERDUE_FINDINGS,
    RECTIFICATION_ON_TIME_RATE,
    RECTIFICATION_RATE,
    RECTIFICATION_WEIGHTED,
    REPEAT_FINDING_RATE,
    SEVERITIES,
    Dimension,
    comparisons,
    history,
    measure,
)
from queries.warehouse import Scope
from ui import (
    charts,
    compliance_panel,
    drill,
    export,
    filters,
    finding_raised,
    findings_due,
    formats,
    layout,
    links,
    lists,
    paging,
    pictures,
    tables,
    tiles,
)
from ui.i18n import name, t
from ui.tables import Column
from ui.theme import palette

HEADLINE = (
    OPEN_FINDINGS,
    OVERDUE_FINDINGS,
    ISSUED_FINDINGS,
    EXPOSURE,
    RECTIFICATION_RATE,
    RECTIFICATION_ON_TIME_RATE,
    RECTIFICATION_WEIGHTED,
    REPEAT_FINDING_RATE,
    FINDING_REOPEN_RATE,
)
CUT_PARTS = (
    *(OPEN_FINDINGS, OVERDUE_FINDINGS, EXPOSURE),
    *(RECTIFICATION_RATE, RECTIFICATION_ON_TIME_RATE, RECTIFICATION_WEIGHTED),
    *(REPEAT_FINDING_RATE, FINDING_REOPEN_RATE),
)
# By what findings are cut: the column of the cube, its name, and the column that says it.
CUTS: dict[str, tuple[Dimension, str, tables.Columns]] = {
    "department": ("department_id", "Department", {"department": Column("Department", width=190)}),
    "cause": ("cause", "Cause", {"cause": Column("Cause", codes="cause", width=190)}),
    "unit": ("unit_id", "Auditable unit", {"unit": Column("Auditable unit", width=230)}),
}
AGE_BANDS = ("0-30", "31-60", "61-90", "91-180", "181-365", "365+")
STATES: dict[reports.FindingState, str] = {
    "overdue": "Overdue",
    "open": "Not yet closed",
    "extended": "Due date moved",
    "repeated": "Repeated",
    "failed": "Failed verification",
    "closed": "Verified or accepted",
    "all": "All",
}
FINDINGS: dict[str, Column] = {
    "finding_id": Column("Finding"),
    "finding": Column("Title", width=270),
    "severity": Column("Severity", codes="severity"),
    "status": Column("Status", codes="status"),
    "department": Column("Department", width=150),
    "current_due_on": Column("Current due date", "date"),
    "days_overdue": Column("Days overdue", "days"),
    "due_on": Column("First due date", "date"),
    "extensions": Column("Extensions", "count"),
    "issued_on": Column("Issued", "date"),
    "age_days": Column("Age, days", "days"),
    "branch": Column("Branch", codes="branch"),
    "unit": Column("Auditable unit", width=200),
    "cause": Column("Cause", codes="cause"),
    "is_repeat": Column("Repeated", "flag", width=80),
    "repeat_of": Column("Repeat of"),
    "rejected_on": Column("Remedy failed on", "date"),
    "loan_count": Column("Loans", "count"),
    "exposure": Column("Their balance", "money"),
}

AGES: dict[str, Column] = {
    "age_band": Column("Days since issue", codes="age_band"),
    "severity": Column("Severity", codes="severity"),
    "open_count": Column("Open", "count"),
    "overdue_count": Column("Overdue", "count"),
    "exposure": Column("Their balance", "money"),
}


def render(scope: Scope) -> None:
    """The headline, by severity and department, and the findings."""
    found = comparisons(scope, *HEADLINE)
    series = history(scope, *HEADLINE).tail(tiles.MONTHS)
    if series.empty:
        st.info(t("No findings in this selection."))
        finding_raised.listed(scope)
        compliance_panel.show(scope)
        return
    tiles.row(found, *found)
    left, right = layout.beside()
    with left:
        _by_severity(scope)
    with right:
        _ages(scope)
    _by_cut(scope)
    _exposure(scope, series)
    findings_due.show(scope)
    _list(scope)
    finding_raised.listed(scope)
    compliance_panel.show(scope)


def _exposure(scope: Scope, series: pd.DataFrame) -> None:
    title = t("Balance behind open findings")
    st.subheader(title, anchor=False)
    frame = series[["month_end", EXPOSURE.id]]
    said = drill.described(frame.tail(12), title, EXPOSURE.id, "month_end", "money")
    figure = charts.trend(frame, EXPOSURE.id, "money", palette=palette())
    codes = pictures.draw(figure, "exposure", said)
    days = [formats.day(day) for day in frame["month_end"]]
    target = drill.drill_target(codes, ["as_of"], [days])
    if target:
        links.go("why", metric=EXPOSURE.id, part="numerator", **target)
    columns = {"month_end": Column("Month end", "date")} | tables.of_metrics(EXPOSURE)
    export.twin(frame, columns, "exposure", title, scope, EXPOSURE)


def _ages(scope: Scope) -> None:
    title = t("Age of open findings")
    st.subheader(title, anchor=False)
    frame = reports.finding_ages(scope)
    if frame.empty:
        st.caption(t("No finding."))
        return
    tables.show(frame, AGES, key="finding_ages", alt=title, open_row=_of_age, rows=9)
    export.offer(export.sheet("finding_ages", title, AGES, lambda: frame, scope))


def _of_age(row: pd.Series) -> tables.Target:
    """The open findings of an age and a severity, in the list below."""
    return "findings", {"age_band": row["age_band"], "severity": row["severity"], "state": "open"}


def _by_severity(scope: Scope) -> None:
    title = t("Open findings by severity")
    st.subheader(title, anchor=False)
    frame = measure(scope, OPEN_FINDINGS, OVERDUE_FINDINGS, by="severity")
    order = tuple(reversed(SEVERITIES))
    figure = charts.bars(
        frame,
        OPEN_FINDINGS.id,
        "severity",
        "count",
        order=order,
        horizontal=True,
        last_on_top=True,
        palette=palette(),
    )
    said = drill.described(frame, title, OPEN_FINDINGS.id, "severity", "count")
    codes = pictures.draw(figure, "severity", said)
    target = drill.drill_target(codes, ["severity"], [frame["severity"].tolist()])
    if target:
        links.go("why", metric=OPEN_FINDINGS.id, part="numerator", **target)
    columns = {"severity": Column("Severity", codes="severity")} | tables.of_metrics(
        OPEN_FINDINGS, OVERDUE_FINDINGS
    )
    export.twin(frame, columns, "severity", title, scope, OPEN_FINDINGS, OVERDUE_FINDINGS)


def _by_cut(scope: Scope) -> None:
    """Findings and how they are put right, by department, cause or unit; most open first."""
    title = t("Whose findings they are, and how they are put right")
    st.subheader(title, anchor=False)
    chosen = filters.switch(t("By"), "cut", list(CUTS), lambda key: t(CUTS[key][1]))
    cut, _, first = CUTS[chosen]
    frame = lists.in_words(measure(scope, *CUT_PARTS, by=cut))
    order = [OPEN_FINDINGS.id, OVERDUE_FINDINGS.id]
    frame = frame.sort_values(order, ascending=False, kind="stable")
    columns = {**first, **tables.of_metrics(*CUT_PARTS)}
    key = f"findings_by_{chosen}"
    tables.show(frame, columns, key=key, alt=title, open_row=lambda row: _behind(row, cut), rows=13)
    export.offer(export.sheet(key, title, columns, lambda: frame, scope, *CUT_PARTS))


def _behind(row: pd.Series, cut: str) -> tables.Target:
    """The open findings of a row, or where none is open those issued in twelve months."""
    if row[OPEN_FINDINGS.id]:
        asked = {"metric": OPEN_FINDINGS.id, "part": "numerator"}
    else:
        asked = {"metric": REPEAT_FINDING_RATE.id, "part": "denominator"}
    return "why", asked | {cut: row[cut]}


def _list(scope: Scope) -> None:
    title = t("Findings")
    st.subheader(title, anchor=False)
    state = filters.switch(t("State"), "state", list(STATES), lambda key: t(STATES[key]))
    left, right = layout.beside()
    with right:
        age = filters.pick(
            t("Days since issue"),
            "age_band",
            AGE_BANDS,
            shown=lambda code: name("age_band", code),
            several=False,
            all_label=t("All"),
        )
    with left:
        severity = filters.pick(
            t("Severity"),
            "severity",
            SEVERITIES,
            shown=lambda code: name("severity", code),
            several=False,
            all_label=t("All"),
        )
    grade, band = "".join(severity), "".join(age)
    whole = reports.findings_list_whole(scope, state, grade, age_band=band)
    if whole.empty:
        st.caption(t("No finding."))
        return
    st.caption(t("{n} findings, the longest overdue first", n=formats.count(len(whole))))
    after = paging.after("findings", (scope, state, grade, band))
    page = reports.findings_list(scope, state, grade, "", after, paging.SIZE, age_band=band)
    tables.show(
        lists.in_words(page), FINDINGS, key="findings", alt=title, open_row=lists.open_finding
    )
    paging.controls("findings", page, "finding_id", len(whole))
    chosen = (*(("severity", each) for each in severity), *(("age_band", each) for each in age))
    facts = ((t("State"), t(STATES[state])), *filters.told(chosen))
    export.offer(
        export.sheet(
            "findings", title, FINDINGS, lambda: lists.in_words(whole), scope, filters=facts
        )
    )
