"""Audit findings on the pages of what they name: a borrower, a case, a department."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import SEVERITIES
from queries.warehouse import Scope
from ui import export, formats, lists, tables
from ui.i18n import name, t
from ui.tables import Column

LOANS = {"loan_ids": Column("Loans named", width=220)}
OF_DEPARTMENT: dict[str, Column] = {
    **{key: each for key, each in lists.NAMED_FINDINGS.items() if key != "department"},
    "unit": Column("Auditable unit", width=170),
    "cause": Column("Cause", codes="cause"),
    "days_overdue": Column("Days overdue", "days"),
    "extensions": Column("Extensions", "count"),
    "loan_count": Column("Loans", "count"),
    "exposure": Column("Their balance", "money"),
}


def of_borrower(scope: Scope, borrower_id: str) -> None:
    """The findings that name a loan of a borrower."""
    frame = lists.in_words(reports.borrower_findings(scope, borrower_id))
    facts = ((t("Borrower"), borrower_id),)
    nothing = t("No audit finding names a loan of this borrower.")
    draw(frame, "borrower_findings", lists.NAMED_FINDINGS | LOANS, scope, facts, nothing)


def of_case(scope: Scope, case_id: str, loan_id: str, borrower_id: str) -> None:
    """The findings that name the loan of a case, or where it has none a loan of its borrower."""
    facts = ((t("Case"), case_id),)
    if loan_id:
        frame = lists.in_words(reports.loan_findings(scope, loan_id))
        nothing = t("No audit finding names this loan.")
        draw(frame, "case_findings", lists.NAMED_FINDINGS, scope, facts, nothing)
    elif borrower_id:
        frame = lists.in_words(reports.borrower_findings(scope, borrower_id))
        nothing = t("No audit finding names a loan of this borrower.")
        draw(frame, "case_findings", lists.NAMED_FINDINGS | LOANS, scope, facts, nothing)


def of_department(scope: Scope, department: str, word: str) -> None:
    """The open findings that a department has to put right, the longest overdue first."""
    frame = lists.in_words(reports.findings_list_whole(scope, "open", "", department))
    facts = ((t("Department"), word),)
    nothing = t("This department has no open audit finding.")
    draw(frame, "department_findings", OF_DEPARTMENT, scope, facts, nothing, with_counts=True)


def draw(
    frame: pd.DataFrame,
    key: str,
    columns: tables.Columns,
    scope: Scope,
    facts: export.Facts,
    nothing: str,
    *,
    with_counts: bool = False,
) -> None:
    """A list of findings that opens them, with its file; `nothing` where there is none."""
    title = t("Audit findings")
    st.subheader(title, anchor=False)
    if frame.empty:
        st.caption(nothing)
        return
    if with_counts:
        counts = frame["severity"].value_counts()
        said = [
            t("{what}: {n}", what=name("severity", each), n=formats.count(counts[each]))
            for each in SEVERITIES
            if each in counts
        ]
        st.caption(" · ".join(said))
    tables.show(frame, columns, key=key, alt=title, open_row=lists.open_finding, rows=8)
    export.offer(export.sheet(key, title, columns, lambda: frame, scope, filters=facts))
