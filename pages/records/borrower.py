"""What does this borrower owe, how late, what warns of it, and who does what about it?"""

from dataclasses import replace

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import (
    borrower_desk,
    export,
    findings_named,
    formats,
    lists,
    record,
    tables,
    visit,
    watch_borrower,
)
from ui.i18n import md, name, t
from ui.tables import Column

LOANS: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "product": Column("Product", codes="product"),
    "branch": Column("Branch", codes="branch"),
    "status": Column("Status", codes="status"),
    "principal": Column("Principal", "money"),
    "balance": Column("Balance", "money"),
    "days_past_due": Column("Days past due", "days"),
    "classification": Column("Class", codes="classification"),
    "overdue_amount": Column("Amount past due", "money"),
    "annual_rate": Column("Yearly rate", "ratio"),
    "disbursed_on": Column("Disbursed", "date"),
    "matures_on": Column("Matures", "date"),
    "is_restructured": Column("Restructured", "flag"),
}


def render(scope: Scope) -> None:
    """The borrower, masked: sums, loans, warnings at the month end, and what people wrote."""
    whole = visit.now().rights
    borrower_id = st.query_params.get("borrower_id", "")
    found = reports.borrower_header(whole, borrower_id) if borrower_id else pd.DataFrame()
    if found.empty:
        record.not_found(t("borrower"), borrower_id)
        return
    borrower = found.iloc[0]
    st.header(md(f"{borrower_id} · {formats.text(borrower['name'])}"), anchor=False)
    if not borrower.is_known:
        st.caption(t("The files hold nothing about this borrower but the number."))
    record.facts(
        [
            (t("Borrower type"), name("borrower_kind", borrower.kind)),
            (t("Industry"), name("industry", borrower.industry)),
            (t("Region"), name("region", borrower.region)),
            (t("Group"), formats.text(borrower.group_id)),
            (t("Active loans"), formats.count(borrower.active_loans)),
            (t("Balance"), formats.amount(borrower.balance)),
            (t("Amount past due"), formats.amount(borrower.overdue_amount)),
            (t("Worst days past due"), formats.days(borrower.days_past_due)),
            (t("Worst class"), name("classification", borrower.classification)),
        ]
    )
    record.masked(whole, borrower)
    st.subheader(t("Loans"), anchor=False)
    frame = reports.borrower_loans(whole, borrower_id)
    tables.show(frame, LOANS, key="borrower_loans", alt=t("Loans"), open_row=lists.open_loan)
    export.offer(
        export.sheet(
            "borrower_loans",
            t("Loans"),
            LOANS,
            lambda: frame,
            whole,
            filters=((t("Borrower"), borrower_id),),
        )
    )
    # All of the borrower's loans that the reader may see, as the month end looked at knew them.
    then = replace(whole, as_of=scope.as_of)
    findings_named.of_borrower(then, borrower_id)
    level, owner, may_exit = watch_borrower.draw(then, borrower_id)
    borrower_desk.panel(borrower_id, then, level=level, owner=owner, may_exit=may_exit)
