"""The loans that need attention, each with why: late, badly classed, restructured, signalled."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, filters, formats, lists, paging, tables
from ui.i18n import name, t
from ui.names import LABELS
from ui.tables import Column

COLUMNS: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "why": Column("Why it is listed", width=290),
    "balance": Column("Balance", "money"),
    "days_past_due": Column("Days past due", "days"),
    "classification": Column("Class", codes="classification", width=115),
    "overdue_amount": Column("Amount past due", "money"),
    "product": Column("Product", codes="product"),
    "branch": Column("Branch", codes="branch"),
    "borrower_id": Column("Borrower"),
    "open_signals": Column("Open signals", "count"),
    "officer_id": Column("Officer"),
}


def draw(scope: Scope) -> None:
    """The loans, worst first, narrowed to one reason when one is chosen."""
    title = t("Loans that need attention")
    st.subheader(title, anchor=False)
    reason = "".join(
        filters.pick(
            t("Why it is listed"),
            "reason",
            tuple(LABELS["reason"]),
            shown=lambda code: name("reason", code),
            several=False,
            all_label=t("All"),
        )
    )
    page, number, balance = reports.watchlist_start(scope, paging.SIZE, reason=reason)
    st.caption(
        t(
            "{n} loans with a balance of {balance}, worst first",
            n=formats.count(number),
            balance=formats.money(balance),
        )
    )
    if not number:
        return
    if after := paging.after("attention", (scope, reason)):
        page = reports.watchlist(scope, after, paging.SIZE, reason=reason)
    tables.show(in_words(page), COLUMNS, key="attention", alt=title, open_row=lists.open_loan)
    paging.controls("attention", page, "loan_id", number)
    export.offer(
        export.listing(
            "attention",
            title,
            COLUMNS,
            lambda after, limit: in_words(reports.watchlist(scope, after, limit, reason=reason)),
            "loan_id",
            number,
            scope,
            filters=filters.told([("reason", reason)] if reason else []),
        )
    )


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `why`: the reasons of each loan as words."""
    said = [
        t(", ").join(name("reason", code) for code in str(codes).split(",") if code)
        for codes in frame["reasons"]
    ]
    return frame.assign(why=said)
