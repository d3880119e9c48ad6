"""What was found, which loans stand behind it, and is it put right?"""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import (
    evidence,
    export,
    finding_panel,
    finding_raised,
    formats,
    links,
    lists,
    record,
    tables,
    visit,
)
from ui.i18n import md, name, t
from ui.tables import Column

ACTIONS: dict[str, Column] = {
    "action": Column("Action", width=380),
    "owner": Column("Owner"),
    "due_on": Column("Due date", "date"),
    "done_on": Column("Done", "date"),
    "verified_on": Column("Verified", "date"),
    "evidence": Column("Evidence", width=220),
    "is_late": Column("Late", "flag"),
}
LOANS: dict[str, Column] = {
    key: column for key, column in lists.LOANS.items() if key != "is_restructured"
}


def render(scope: Scope) -> None:
    """The finding, its actions, and the loans behind it that the reader may see."""
    whole = visit.now().rights
    finding_id = st.query_params.get("finding_id", "")
    found = reports.finding_detail(whole, finding_id) if finding_id else pd.DataFrame()
    if found.empty:
        links.link("findings", t("All findings"), icon=":material/arrow_back:")
        if not (finding_id and finding_raised.show(whole, finding_id, LOANS)):
            record.not_found(t("finding"), finding_id)
        return
    finding = lists.in_words(found).iloc[0]
    links.link("findings", t("All findings"), icon=":material/arrow_back:")
    st.header(md(f"{finding_id} · {finding.finding}"), anchor=False)
    _state(finding)
    facts = (
        (t("Title"), formats.text(finding.finding)),
        (t("Severity"), name("severity", finding.severity)),
        (t("Status"), name("status", finding.status)),
        *_facts(finding),
    )
    parts: dict[str, tables.Columns] = {
        "actions": ACTIONS,
        "done": finding_panel.ENTRIES,
        "loans": LOANS,
    }
    reads_notes = visit.now().reads_notes
    evidence.offer(
        "finding",
        f"finding_id={finding_id}",
        whole,
        lambda head: evidence.of_finding(
            head, whole, finding_id, facts, parts, finding_panel.done(finding_id, reads_notes)
        ),
    )
    _actions(whole, finding_id)
    finding_panel.beside(whole, finding_id, str(finding.department_id))
    _loans(whole, finding_id)


def _state(finding: pd.Series) -> None:
    with st.container(horizontal=True, gap="small"):
        grave = finding.severity in ("critical", "high")
        st.badge(name("severity", finding.severity), color="red" if grave else "orange")
        st.badge(name("status", finding.status), color="gray")
        if finding.is_overdue:
            st.badge(t("Overdue"), icon=":material/alarm:", color="red")
    record.facts(_facts(finding))
    if not formats.missing(finding.unit_id):
        links.link(
            "audit_unit",
            md(t("The unit: {name}", name=finding.unit)),
            icon=":material/domain_verification:",
            unit_id=finding.unit_id,
        )


def _facts(finding: pd.Series) -> list[record.Fact]:
    return [
        (t("Department"), formats.text(finding.department)),
        (t("Branch"), name("branch", finding.branch)),
        (t("Cause"), name("cause", finding.cause)),
        (t("Auditable unit"), formats.text(finding.unit)),
        (t("Engagement"), formats.text(finding.engagement_id)),
        (t("Issued"), formats.day(finding.issued_on)),
        (t("First due date"), formats.day(finding.due_on)),
        (t("Current due date"), formats.day(finding.current_due_on)),
        (t("Extensions"), formats.count(finding.extensions)),
        (t("Closed on"), formats.day(finding.closed_on)),
        (t("Repeat of"), formats.text(finding.repeat_of)),
        (t("Loans behind it"), formats.count(finding.loan_count)),
        (t("Their balance"), formats.money(finding.exposure)),
    ]


def _actions(scope: Scope, finding_id: str) -> None:
    st.subheader(t("Actions"), anchor=False)
    frame = lists.in_words(reports.finding_actions(scope, finding_id))
    if frame.empty:
        st.caption(t("No action has been agreed."))
        return
    tables.show(frame, ACTIONS, key="finding_actions", alt=t("Actions"))
    _offer(scope, finding_id, "finding_actions", t("Actions"), ACTIONS, frame)


def _loans(scope: Scope, finding_id: str) -> None:
    st.subheader(t("Loans behind it"), anchor=False)
    frame = reports.finding_loans(scope, finding_id)
    if frame.empty:
        st.caption(t("No loan that you may see."))
        return
    tables.show(
        frame, LOANS, key="finding_loans", alt=t("Loans behind it"), open_row=lists.open_loan
    )
    _offer(scope, finding_id, "finding_loans", t("Loans behind it"), LOANS, frame)


def _offer(
    scope: Scope,
    finding_id: str,
    key: str,
    title: str,
    columns: dict[str, Column],
    frame: pd.DataFrame,
) -> None:
    facts = ((t("Finding"), finding_id),)
    export.offer(export.sheet(key, title, columns, lambda: frame, scope, filters=facts))
