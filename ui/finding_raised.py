"""Findings raised here from exceptions: their list, and the page and the evidence of one.

The store does not know branches: whoever asks sees those of the branches of the scope.
"""

import logging

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import (
    evidence,
    exceptions_told,
    export,
    finding_desk,
    finding_panel,
    formats,
    links,
    lists,
    record,
    reperformed,
    steps,
    tables,
    visit,
)
from ui.evidence_file import Facts
from ui.finding_desk import Entry
from ui.i18n import md, name, t
from ui.store import Unavailable
from ui.tables import Column

RAISED: dict[str, Column] = {
    "finding_id": Column("Finding"),
    "title": Column("Title", width=300),
    "severity": Column("Severity", codes="severity"),
    "state": Column("Status", codes="status"),
    "department_id": Column("Department", codes="department_id"),
    "branch": Column("Branch", codes="branch"),
    "loan_id": Column("Loan"),
    "by": Column("Raised by"),
    "at": Column("At (UTC)", "time"),
    "due_on": Column("First due date", "date"),
    "current_due_on": Column("Current due date", "date"),
    "is_overdue": Column("Overdue", "flag"),
}
log = logging.getLogger(__name__)


def listed(scope: Scope, loan_id: str = "") -> None:
    """The findings raised here, of this reader's branches, newest first: all, or of one loan."""
    title = t("Raised here, from exceptions")
    try:
        rows = [
            _row(entries, scope)
            for entries in finding_desk.raised()
            if entries[0].branch in scope.branches and loan_id in ("", entries[0].loan_id)
        ]
    except Unavailable as error:
        log.error("findings: %s", error)
        return
    if not rows:
        return
    st.subheader(title, anchor=False)
    frame = pd.DataFrame(rows, columns=list(RAISED))
    for each in ("due_on", "current_due_on"):
        frame[each] = pd.to_datetime(frame[each])
    tables.show(frame, RAISED, key="raised", alt=title, open_row=lists.open_finding)
    export.offer(export.sheet("raised", title, RAISED, lambda: frame, scope))


def _row(entries: list[Entry], scope: Scope) -> tuple:
    one, stands = entries[0], finding_desk.standing_of(entries, scope.as_of)
    return (
        one.finding_id,
        one.title,
        one.severity,
        stands.state,
        one.department_id,
        one.branch,
        one.loan_id,
        one.user,
        one.when,
        stands.due_on,
        stands.current_due_on,
        stands.is_overdue,
    )


def show(whole: Scope, finding_id: str, loans: tables.Columns) -> bool:
    """The page of a finding raised here; False where this reader has none of that number."""
    try:
        entries = finding_desk.history(finding_id)
    except Unavailable as error:
        log.error("findings: %s", error)
        st.caption(t(finding_panel.DOWN))
        return True
    one = next((each for each in entries if each.kind == finding_desk.RAISE), None)
    if one is None or one.branch not in whole.branches:
        return False
    stands = finding_desk.standing_of(entries, whole.as_of)
    st.header(md(f"{finding_id} · {one.title}"), anchor=False)
    _badges(one, stands)
    facts = _facts(one, stands)
    record.facts(facts)
    evidence.offer(
        "finding",
        f"finding_id={finding_id}",
        whole,
        _evidence(
            whole,
            one,
            (
                (t("Title"), one.title),
                (t("Severity"), name("severity", one.severity)),
                (t("Status"), name("status", stands.state)),
                *facts,
            ),
            {"done": finding_panel.ENTRIES, "loans": loans},
        ),
    )
    finding_panel.beside(whole, finding_id, one.department_id)
    found = reports.exception_detail(whole, one.exception_id)
    _exception(whole, one, found)
    _loans(whole, found, loans)
    return True


def _badges(one: Entry, stands: finding_desk.Standing) -> None:
    with st.container(horizontal=True, gap="small"):
        grave = one.severity in ("critical", "high")
        st.badge(name("severity", one.severity), color="red" if grave else "orange")
        st.badge(name("status", stands.state), color="gray")
        if stands.is_overdue:
            st.badge(t("Overdue"), icon=":material/alarm:", color="red")
        st.badge(
            t("Raised here"),
            icon=":material/edit_note:",
            color="blue",
            help=t("It is no part of the file: no figure counts it."),
        )


def _facts(one: Entry, stands: finding_desk.Standing) -> list[record.Fact]:
    return [
        (t("Department"), name("department_id", one.department_id)),
        (t("Branch"), name("branch", one.branch)),
        (t("Raised by"), one.user),
        (t("At (UTC)"), formats.minute(one.when)),
        (t("First due date"), formats.day(stands.due_on)),
        (t("Current due date"), formats.day(stands.current_due_on)),
        (t("Extensions"), formats.count(stands.extensions)),
        (t("Closed on"), formats.day(stands.closed_on)),
        (t("Exception"), _named(one.exception_id)),
        (t("Number"), one.exception_id),
        (t("Loan"), formats.text(one.loan_id or None)),
    ]


def _named(exception_id: str) -> str:
    """What an exception's number says in words: its test, and what is wrong."""
    test_id, _, rest = exception_id.partition(" ")
    return f"{name('test_id', test_id)} · {name('exception_kind', rest.split(' ')[0])}"


def _evidence(whole: Scope, one: Entry, facts: Facts, parts: dict[str, tables.Columns]):
    reads_notes = visit.now().reads_notes
    return lambda head: evidence.of_raised_finding(
        head, whole, one, facts, parts, finding_panel.done(one.finding_id, reads_notes)
    )


def _exception(whole: Scope, one: Entry, found: pd.DataFrame) -> None:
    st.subheader(t("The exception that it came from"), anchor=False)
    if found.empty:
        st.caption(t("This build no longer finds it, or you may not see it."))
        return
    frame = exceptions_told.in_units(reperformed.in_words(found))
    tables.show(frame, evidence.EXCEPTIONS, key="raised_from", alt=t("Exception"), rows=1)
    steps.numbered(reperformed.sentences(whole, found.iloc[0]))
    links.link(
        "reperformance",
        t("The exception, whole"),
        icon=":material/calculate:",
        test_id=found.iloc[0].test_id,
        exception_id=one.exception_id,
    )


def _loans(whole: Scope, found: pd.DataFrame, columns: tables.Columns) -> None:
    st.subheader(t("Loans behind it"), anchor=False)
    frame = reperformed.loans_behind(whole, found)
    if frame.empty:
        st.caption(t("No loan that you may see."))
        return
    tables.show(
        frame,
        columns,
        key="raised_loan",
        alt=t("Loans behind it"),
        open_row=lists.open_loan,
        rows=8,
    )
