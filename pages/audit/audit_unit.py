"""How risky is this unit, when was it audited, what was found, and what is planned?"""

from dataclasses import replace

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import audits, export, formats, links, lists, record, tables, visit
from ui.i18n import md, name, t
from ui.tables import Column

ASSESSMENTS: dict[str, Column] = {
    "assessed_on": Column("Assessed on", "date"),
    "rating": Column("Risk rating", codes="unit_rating"),
    "rating_before": Column("Rating before", codes="unit_rating"),
    "rating_change": Column("Change", codes="rating_change"),
    "inherent_risk": Column("Inherent risk", codes="unit_rating"),
    "control_effectiveness": Column("Controls", codes="control_effectiveness"),
    "assessor": Column("Assessed by"),
}
FINDINGS: dict[str, Column] = {
    "finding_id": Column("Finding", width=80),
    "finding": Column("Title", width=320),
    "severity": Column("Severity", codes="severity"),
    "status": Column("Status", codes="status"),
    "cause": Column("Cause", codes="cause"),
    "engagement_id": Column("Engagement", width=80),
    "issued_on": Column("Issued", "date"),
    "current_due_on": Column("Current due date", "date"),
    "days_overdue": Column("Days overdue", "days"),
    "extensions": Column("Extensions", "count"),
    "closed_on": Column("Closed on", "date"),
    "loan_count": Column("Loans", "count"),
    "exposure": Column("Their balance", "money"),
}
HERE: dict[str, Column] = {
    "engagement_id": Column("Number", width=80),
    **{key: column for key, column in audits.AUDITS.items() if key != "department"},
}


def render(scope: Scope) -> None:
    """The unit at the month end, its ratings, its audits and the findings in it."""
    here = visit.now()
    whole = replace(here.rights, as_of=scope.as_of)
    unit_id = st.query_params.get("unit_id", "")
    found = reports.audit_unit_detail(whole, unit_id) if unit_id else pd.DataFrame()
    if found.empty or here.department not in ("", found.iloc[0].department_id):
        record.not_found(t("auditable unit"), unit_id)
        return
    unit = lists.in_words(found).iloc[0]
    links.link("audit_plan", t("Audit plan"), icon=":material/arrow_back:")
    st.header(md(f"{unit_id} · {unit.unit}"), anchor=False)
    _state(unit)
    facts = ((t("Auditable unit"), f"{unit_id} {unit.unit}"),)
    _assessments(whole, unit_id, facts)
    _audits(whole, unit_id, facts)
    _findings(whole, unit_id, facts)


def _state(unit: pd.Series) -> None:
    with st.container(horizontal=True, gap="small"):
        grave = unit.unit_rating in ("critical", "high")
        colour = "red" if grave else "orange" if unit.unit_rating == "unrated" else "gray"
        st.badge(name("unit_rating", unit.unit_rating), color=colour)
        if unit.rating_change in ("raised", "lowered"):
            said = t(
                "{change}, a year before: {rating}",
                change=name("rating_change", unit.rating_change),
                rating=name("unit_rating", unit.rating_before),
            )
            st.badge(said, color="orange" if unit.rating_change == "raised" else "green")
        if unit.is_overdue:
            st.badge(t("Past its cycle"), icon=":material/alarm:", color="red")
    record.facts(
        [
            (t("Kind of unit"), name("unit_kind", unit.unit_kind)),
            (t("Department"), formats.text(unit.department)),
            (t("Branch"), name("branch", unit.branch)),
            (t("Inherent risk"), name("unit_rating", unit.inherent_risk)),
            (t("Controls"), name("control_effectiveness", unit.control_effectiveness)),
            (t("Assessed on"), formats.day(unit.assessed_on)),
            (t("Last audited"), formats.day(unit.audited_on)),
            (t("Since the last audit"), name("audited_band", unit.audited_band)),
            (t("Audit due"), formats.day(unit.audit_due_on)),
            (t("Next planned"), formats.day(unit.next_planned_on)),
            (t("Plan"), name("audit_standing", unit.plan_standing)),
            (t("Open findings"), formats.count(unit.open_findings)),
        ]
    )


def _assessments(scope: Scope, unit_id: str, facts: export.Facts) -> None:
    title = t("Risk assessments")
    st.subheader(title, anchor=False)
    frame = reports.unit_assessments(scope, unit_id)
    if frame.empty:
        st.caption(t("The risk of this unit was never assessed."))
        return
    tables.show(frame, ASSESSMENTS, key="unit_assessments", alt=title, rows=8)
    export.offer(
        export.sheet("unit_assessments", title, ASSESSMENTS, lambda: frame, scope, filters=facts)
    )


def _audits(scope: Scope, unit_id: str, facts: export.Facts) -> None:
    title = t("Audits, planned and carried out")
    st.subheader(title, anchor=False)
    frame = audits.told(reports.audit_engagements(scope, unit_id=unit_id))
    if frame.empty:
        st.caption(t("No audit."))
        return
    audits.show(frame, "unit_audits", title, HERE, scope, facts, opens=False)


def _findings(scope: Scope, unit_id: str, facts: export.Facts) -> None:
    title = t("Findings")
    st.subheader(title, anchor=False)
    frame = lists.in_words(reports.findings_list_whole(scope, "all", unit_id=unit_id))
    if frame.empty:
        st.caption(t("No finding."))
        return
    tables.show(
        frame, FINDINGS, key="unit_findings", alt=title, open_row=lists.open_finding, rows=12
    )
    export.offer(
        export.sheet("unit_findings", title, FINDINGS, lambda: frame, scope, filters=facts)
    )
