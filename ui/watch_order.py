"""The order of the watchlist: one of the usual ones, or by the head of a column that is clicked."""

from collections.abc import Mapping, Sequence

import streamlit as st

from queries.reports import WATCH_ORDERS
from ui import filters, links
from ui.i18n import t
from ui.tables import Column

ORDERS = {
    "worst": "Worst first",
    "largest": "Largest first",
    "score": "Highest score first",
    "rising": "Fastest rising first",
    "review": "Review due first",
    "oldest": "Longest on the list first",
}
# From the earliest and from A on at the first click; all else from the highest.
FROM_THE_START = {
    *("borrower_id", "worst_loan_id", "entered_on", "review_due_on"),
    *("borrower_kind", "branch", "product"),
}
MARKS = {"up": "↑", "down": "↓"}
# What a usual order does with the head of the one column that it is by.
AS_HEAD = {
    **{"worst": "level.down", "largest": "exposure.down", "score": "score.down"},
    **{"oldest": "entered_on.up", "review": "review_due_on.up", "rising": "change.down"},
}


def pick(columns: Mapping[str, Column]) -> str:
    """In which order the rows come; the first of the list unless the address says another."""
    own = [code for code in st.query_params.get_all("order") if code in WATCH_ORDERS]
    found = filters.pick(
        t("Order"),
        "order",
        tuple(dict.fromkeys((*ORDERS, *own))),
        shown=lambda code: told(code, columns),
        several=False,
        all_label=t(ORDERS["worst"]),
    )
    return "".join(found) or "worst"


def told(code: str, columns: Mapping[str, Column]) -> str:
    """The name of an order: `Largest first`, or `Days past due ↓`."""
    if code in ORDERS:
        return t(ORDERS[code])
    head, way = code.split(".")
    return f"{t(columns[head].label)} {MARKS[way]}"


def mark(head: str, code: str) -> str:
    """The sign behind the head of the column that the list is ordered by, else nothing."""
    column, way = AS_HEAD.get(code, code).split(".")
    return f" {MARKS[way]}" if column == head else ""


def by_head(clicked: Sequence[str], code: str, columns: Mapping[str, Column]) -> None:
    """Orders the whole list by the head that was clicked, the other way round at the next click."""
    if not clicked:
        return
    head = clicked[0]
    ways = ("up", "down") if head in FROM_THE_START else ("down", "up")
    possible = [f"{head}.{way}" for way in ways if f"{head}.{way}" in WATCH_ORDERS]
    if not possible:
        label = t(columns[head].label)
        st.caption(t("The list cannot be ordered by the column {label}.", label=label))
        return
    now = AS_HEAD.get(code, code)
    links.go("watchlist", order=next((each for each in possible if each != now), possible[0]))
