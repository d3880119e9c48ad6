"""The values that expected loss is reckoned with, and where the whole book stands in for them."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, filters, formats, tables
from ui.i18n import md, name, t
from ui.tables import Column, Target


@dataclass(frozen=True)
class Used:
    """One kind of value: its key and words, and the columns and parameter of what it rests on."""

    key: str
    said: str
    columns: dict[str, Column]
    own: str  # the column that counts what a product has of its own
    own_words: str
    least: str  # the parameter below which the whole book stands in
    pooled: str  # what is said of the products that it stands in for
    rows: int = 12


def draw(scope: Scope, used: Used, frame: pd.DataFrame) -> None:
    """The table, with the basis of each value, and in a line which values are pooled and why."""
    title = t("What expected loss is reckoned with")
    st.subheader(title, anchor=False)
    st.caption(t(used.said))
    shown = frame.assign(basis=[_basis(row, used) for _, row in frame.iterrows()])
    tables.show(shown, used.columns, key=used.key, alt=title, open_row=_of_product, rows=used.rows)
    if line := pooled(frame, used, _least(scope, used)):
        st.caption(md(line))
    export.offer(export.sheet(used.key, title, used.columns, lambda: shown, scope))


def _basis(row: pd.Series, used: Used) -> str:
    if "book_months" in row and pd.isna(row["book_months"]):
        return t("too few defaults in the whole book: none is expected to pay")
    if row["is_whole_book"]:
        return t("whole book: only {n} of its own", n=formats.count(row[used.own]))
    if "own_months" in row and row["own_months"] < row["book_months"]:
        return t("own defaults to month {n}, then the whole book", n=int(row["own_months"]))
    return t(used.own_words)


def _of_product(row: pd.Series) -> Target:
    return "expected_loss", {"pd_product": str(row["product"])}


def _least(scope: Scope, used: Used) -> str:
    """The least number in force for all products, as it stands among the parameters."""
    found = reports.ecl_parameters(scope)
    mine = found[(found["param_id"] == used.least) & (found["product"] == "*")]
    return str(mine["value"].iloc[0]) if len(mine) else ""


def pooled(frame: pd.DataFrame, used: Used, least: str) -> str:
    """Which products' values are the whole book's and how that ends; empty when none is."""
    borrowed = frame[frame["is_whole_book"]]
    if borrowed.empty:
        return ""
    parts = []
    for product, own in borrowed.groupby("product", sort=False):
        called = name("product", product)
        if "state" in own:
            states = t(", ").join(name("pd_state", code) for code in own["state"])
            called = t("{product}, state {states}", product=called, states=states)
        parts.append(called)
    return t(used.pooled, products=t("; ").join(parts), n=least)


def product(scope: Scope) -> str:
    """The product that is looked at; all of them unless the address says another."""
    chosen = filters.pick(
        t("Product of the estimate"),
        "pd_product",
        [each for each in scope.products if each],
        shown=lambda code: name("product", code),
        several=False,
        all_label=t("All products"),
    )
    return chosen[0] if chosen else ""
