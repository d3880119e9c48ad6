"""Which loans need attention, and why each?"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import BUCKETS
from queries.warehouse import Scope
from ui import export, filters, formats, layout, lists, paging, tables
from ui.i18n import name, t
from ui.names import CLASSES, LABELS
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
ORDERS = {"worst": "Worst first", "largest": "Largest first", "latest": "Most days past due"}
AMOUNTS = ("", "100000", "1000000", "10000000")
REASONS = tuple(LABELS["reason"])


def render(scope: Scope) -> None:
    """Filters, the number of loans that meet them, and the loans, worst first."""
    wanted = _filters()
    number, balance = reports.watchlist_total(scope, **wanted)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            t(
                "**{n}** loans with a balance of **{balance}** need attention.",
                n=formats.count(number),
                balance=formats.money(balance),
            ),
            width="content",
        )
        order = filters.switch(t("Order"), "order", list(ORDERS), lambda key: t(ORDERS[key]))
    if not number:
        lists.nothing()
        return
    after = paging.after("watchlist", (scope, order, tuple(sorted(wanted.items()))))
    page = reports.watchlist(scope, after, paging.SIZE, order, **wanted)
    tables.show(
        in_words(page),
        COLUMNS,
        key="watchlist",
        alt=t("Loans that need attention"),
        open_row=lists.open_loan,
        rows=18,
    )
    paging.controls("watchlist", page, "loan_id", number)
    export.offer(
        export.listing(
            "watchlist",
            t("Watchlist"),
            COLUMNS,
            lambda after, limit: in_words(reports.watchlist(scope, after, limit, order, **wanted)),
            "loan_id",
            number,
            scope,
            filters=_told(wanted),
        )
    )


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `why`: the reasons of each loan as words."""
    said = [
        t(", ").join(name("reason", code) for code in str(codes).split(",") if code)
        for codes in frame["reasons"]
    ]
    return frame.assign(why=said)


def _told(wanted: Mapping[str, Any]) -> export.Facts:
    """The filters in words, for the file."""
    said = [("bucket", bucket) for bucket in wanted["buckets"]]
    said += [("classification", each) for each in wanted["classes"]]
    said += [("reason", wanted["reason"])] if wanted["reason"] else []
    said += [("min_balance", f"{wanted['min_balance']:.0f}")] if wanted["min_balance"] else []
    said += [("text", wanted["text"])] if wanted["text"] else []
    return filters.told(said)


def _filters() -> dict[str, Any]:
    """Draws the filters, which live in the address, and gives the report's own words for them."""
    first, second, third, fourth, fifth = layout.beside(5, 160)
    with first:
        buckets = filters.pick(
            t("Days past due"),
            "bucket",
            BUCKETS,
            shown=lambda code: name("bucket", code),
            all_label=t("All"),
        )
    with second:
        classes = filters.pick(
            t("Class"),
            "classification",
            [str(each) for each in CLASSES],
            shown=lambda code: name("classification", code),
            all_label=t("All"),
        )
    with third:
        reason = filters.pick(
            t("Why it is listed"),
            "reason",
            REASONS,
            shown=lambda code: name("reason", code),
            several=False,
            all_label=t("All"),
        )
    with fourth:
        least = filters.pick(
            t("Balance from"),
            "min_balance",
            AMOUNTS[1:],
            shown=lambda code: formats.money(float(code)),
            several=False,
            all_label=t("All"),
        )
    with fifth:
        text = filters.words(t("Number or officer"), "text")
    return {
        "buckets": tuple(buckets),
        "classes": tuple(int(each) for each in classes),
        "reason": "".join(reason),
        "min_balance": float("".join(least) or 0),
        "text": text,
    }
