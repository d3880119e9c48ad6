"""What are this loan's terms, what was paid, and how was it classed?"""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import (
    arithmetic,
    drill,
    evidence,
    export,
    filters,
    finding_raised,
    formats,
    layout,
    links,
    lists,
    loan_charts,
    pictures,
    record,
    reperformed,
    tables,
    visit,
)
from ui.i18n import md, name, t
from ui.tables import Column
from ui.theme import palette

INSTALMENTS: dict[str, Column] = {
    "seq": Column("No.", "count"),
    "due_on": Column("Due date", "date"),
    "state": Column("State", codes="instalment_state"),
    "due": Column("Amount due", "money"),
    "principal_due": Column("Principal", "money"),
    "interest_due": Column("Interest", "money"),
    "paid": Column("Paid", "money"),
    "unpaid": Column("Unpaid", "money"),
    "settled_by": Column("Settled by"),
    "settled_on": Column("Settled", "date"),
    "days_late": Column("Days late", "days"),
    "version": Column("Schedule version", "count"),
}
PAYMENTS: dict[str, Column] = {
    "repayment_id": Column("Payment"),
    "paid_on": Column("Value date", "date"),
    "booked_at": Column("Booked", "time"),
    "amount": Column("Amount", "money"),
    "net_amount": Column("Net of reversals", "money"),
    "channel": Column("Channel", codes="channel"),
    "reverses": Column("Takes back"),
    "reversed_on": Column("Taken back on", "date"),
    "paid_in_all": Column("Paid in all", "money"),
}
HISTORY: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "status": Column("Status", codes="status"),
    "balance": Column("Balance", "money"),
    "balance_recorded": Column("Balance, recorded", "money"),
    "days_past_due": Column("Days past due", "days"),
    "dpd_recorded": Column("Days past due, recorded", "days"),
    "class_floor": Column("Class floor", codes="classification"),
    "class_booked": Column("Class booked", codes="classification"),
    "classification": Column("Class", codes="classification"),
    "floor_rule": Column("Rule of the floor", codes="floor_rule"),
    "disagrees": Column("Disagrees", "flag"),
}
CASES: dict[str, Column] = {
    "case_id": Column("Case"),
    "case_type": Column("Type", codes="case_type"),
    "department": Column("Department"),
    "opened_on": Column("Opened on", "date"),
    "due_on": Column("Target", "date"),
    "closed_on": Column("Closed on", "date"),
    "is_late": Column("Late", "flag"),
    "outcome": Column("Outcome", codes="outcome"),
}
FINDINGS: dict[str, Column] = {
    "finding_id": Column("Finding"),
    "finding": Column("Title"),
    "severity": Column("Severity", codes="severity"),
    "status": Column("Status", codes="status"),
    "department": Column("Department"),
    "current_due_on": Column("Current due date", "date"),
}
TIME_LINE: dict[str, Column] = {
    "happened_on": Column("Date", "date"),
    "kind": Column("What happened", codes="event_kind"),
    "amount": Column("Amount", "money"),
    "said": Column("Detail"),
    "reference": Column("Reference"),
}
VIEWS: dict[str, str] = {
    "instalments": "Instalments",
    "payments": "Payments",
    "history": "Days past due and class",
    "work": "Cases and findings",
    "time": "Time line",
}


def render(scope: Scope) -> None:
    """The loan's head, how its days past due came about, and one view of everything about it."""
    whole = visit.now().rights
    loan_id = st.query_params.get("loan_id", "")
    found = reports.loan_header(whole, loan_id) if loan_id else pd.DataFrame()
    if found.empty:
        record.not_found(t("loan"), loan_id)
        return
    loan = found.iloc[0]
    _head(whole, loan)
    instalments = reports.loan_instalments(whole, loan_id)
    left, right = layout.beside()
    with left:
        _picture(instalments, loan)
    with right:
        st.subheader(t("How the days past due came about"), anchor=False)
        arithmetic.steps(whole, loan, instalments)
    parts: dict[str, tables.Columns] = {
        "instalments": INSTALMENTS,
        "payments": PAYMENTS,
        "history": HISTORY,
    }
    parts["findings"] = FINDINGS
    facts = (*_figures(loan), *_terms(loan))
    evidence.offer(
        "loan",
        f"loan_id={loan_id}",
        whole,
        lambda head: evidence.of_loan(head, whole, loan, facts, parts),
    )
    st.divider()
    view = filters.switch(t("View"), "view", list(VIEWS), lambda key: t(VIEWS[key]))
    SECTIONS[view](whole, loan_id)


def _head(scope: Scope, loan: pd.Series) -> None:
    st.header(md(f"{loan.loan_id} · {name('product', loan['product'])}"), anchor=False)
    with st.container(horizontal=True, gap="small"):
        st.badge(name("status", loan.status), color="gray")
        if not formats.missing(loan.classification):
            colour = (
                "green"
                if loan.classification < 2
                else "orange"
                if loan.classification < 3
                else "red"
            )
            st.badge(name("classification", loan.classification), color=colour)
        if loan.is_restructured:
            st.badge(
                t("Restructured, observed to {day}", day=formats.day(loan.observation_ends)),
                color="orange",
            )
        st.caption(
            t("At {day}, the last day of the data", day=formats.day(loan.as_of)), width="content"
        )
    record.facts(_figures(loan))
    with st.expander(t("Terms and borrower"), icon=":material/description:", expanded=True):
        record.facts(_terms(loan))
        borrower = reports.borrower_header(scope, str(loan.borrower_id))
        if len(borrower):
            record.masked(scope, borrower.iloc[0])
        links.link(
            "borrower",
            t("Borrower {number} and all loans", number=md(loan.borrower_id)),
            icon=":material/person:",
            borrower_id=loan.borrower_id,
        )


def _figures(loan: pd.Series) -> list[record.Fact]:
    return [
        (t("Balance"), formats.amount(loan.balance)),
        (t("Days past due"), formats.count(loan.days_past_due)),
        (t("Amount past due"), formats.amount(loan.overdue_amount)),
        (t("Oldest unpaid due date"), formats.day(loan.oldest_unpaid_due)),
        (
            t("Class floor / booked"),
            " / ".join(
                name("classification", each) for each in (loan.class_floor, loan.class_booked)
            ),
        ),
        (t("Rule of the floor"), name("floor_rule", loan.floor_rule)),
        (t("Worst in 12 months, month ends"), formats.days(loan.max_dpd_12m)),
    ]


def _terms(loan: pd.Series) -> list[record.Fact]:
    return [
        (t("Branch"), name("branch", loan.branch)),
        (t("Principal"), f"{formats.amount(loan.principal)} {formats.text(loan.currency)}"),
        (t("Yearly rate"), formats.percent(loan.annual_rate)),
        (t("Disbursed"), formats.day(loan.disbursed_on)),
        (t("Matures"), formats.day(loan.matures_on)),
        (t("Term"), t("{n} months", n=formats.count(loan.term_months))),
        (t("Repayment"), name("repayment_method", loan.repayment_method)),
        (t("Collateral"), name("collateral_kind", loan.collateral_kind)),
        (t("Purpose"), name("purpose", loan.purpose)),
        (t("Officer"), formats.text(loan.officer_id)),
        (t("Last payment"), formats.day(loan.last_paid_on)),
        (t("Borrower type"), name("borrower_kind", loan.borrower_kind)),
    ]


def _picture(instalments: pd.DataFrame, loan: pd.Series) -> None:
    st.subheader(t("Instalments against payments"), anchor=False)
    if instalments.empty:
        st.caption(t("This loan has no schedule."))
        return
    figure = loan_charts.instalments(instalments, loan.as_of, palette=palette())
    said = drill.alt_text(
        t("Instalments against payments"),
        [
            (t("Paid"), formats.amount(instalments.paid.sum())),
            (t("Unpaid"), formats.amount(instalments.unpaid.sum())),
        ],
    )
    pictures.still(figure, "loan_instalments_picture", said)


def _instalments(scope: Scope, loan_id: str) -> None:
    frame = arithmetic.with_payments(scope, loan_id, reports.loan_instalments(scope, loan_id))
    _table(scope, loan_id, "instalments", frame, INSTALMENTS)


def _payments(scope: Scope, loan_id: str) -> None:
    frame = reports.loan_payments(scope, loan_id)
    if frame.empty:
        st.caption(t("Nothing has been paid."))
        return
    _table(scope, loan_id, "payments", frame, PAYMENTS)


def _history(scope: Scope, loan_id: str) -> None:
    frame = reports.loan_history(scope, loan_id)
    if frame.empty:
        st.caption(t("This loan has no month end yet."))
        return
    left, right = layout.beside()
    with left:
        st.markdown(f"**{t('Days past due')}**")
        said = drill.described(
            frame.tail(12), t("Days past due"), "days_past_due", "month_end", "days"
        )
        pictures.still(loan_charts.past_due(frame, palette=palette()), "loan_dpd", said)
    with right:
        st.markdown(f"**{t('Class')}**")
        said = drill.alt_text(
            t("Class"),
            [
                (formats.day(r.month_end), name("classification", r.class_floor))
                for r in frame.tail(12).itertuples()
            ],
        )
        pictures.still(loan_charts.classes(frame, palette=palette()), "loan_classes", said)
    _table(scope, loan_id, "history", frame.iloc[::-1], HISTORY)
    st.subheader(t("Exceptions of re-performance"), anchor=False)
    exceptions = reperformed.in_words(reports.exceptions_of(scope, (loan_id,)))
    if exceptions.empty:
        st.caption(t("No test found an exception on this loan."))
        return
    _table(scope, loan_id, "exceptions", exceptions, evidence.EXCEPTIONS, _open_exception)


def _open_exception(row: pd.Series) -> tables.Target:
    """The exception beside its arithmetic."""
    return "reperformance", {"test_id": row["test_id"], "exception_id": row["exception_id"]}


def _work(scope: Scope, loan_id: str) -> None:
    cases = lists.in_words(reports.loan_cases(scope, loan_id, visit.now().department))
    st.subheader(t("Cases"), anchor=False)
    if cases.empty:
        st.caption(t("No case."))
    else:
        _table(scope, loan_id, "cases", cases, CASES, lists.open_case)
    findings = lists.in_words(reports.loan_findings(scope, loan_id))
    st.subheader(t("Audit findings"), anchor=False)
    if findings.empty:
        st.caption(t("No audit finding names this loan."))
    else:
        _table(scope, loan_id, "findings", findings, FINDINGS, lists.open_finding)
    finding_raised.listed(scope, loan_id)


def _time(scope: Scope, loan_id: str) -> None:
    frame = arithmetic.told(reports.loan_timeline(scope, loan_id))
    _table(scope, loan_id, "time", frame, TIME_LINE)


def _table(
    scope: Scope,
    loan_id: str,
    view: str,
    frame: pd.DataFrame,
    columns: dict[str, Column],
    open_row: Callable[[pd.Series], tables.Target | None] | None = None,
) -> None:
    title = t(VIEWS.get(view, view.capitalize()))
    tables.show(frame, columns, key=f"loan_{view}", alt=title, open_row=open_row, rows=16)
    export.offer(
        export.sheet(
            f"loan_{view}",
            title,
            columns,
            lambda: frame,
            scope,
            filters=((t("Loan"), loan_id),),
        )
    )


SECTIONS: dict[str, Callable[[Scope, str], None]] = {
    "instalments": _instalments,
    "payments": _payments,
    "history": _history,
    "work": _work,
    "time": _time,
}
