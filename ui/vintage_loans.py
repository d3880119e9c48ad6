"""The loans behind a cell of the vintages: a list that adds up to its numerator."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import VINTAGE_CUM_NET_LOSS, Metric
from queries.warehouse import Scope
from ui import export, filters, formats, lists, paging, tables
from ui.i18n import name, t
from ui.tables import Column

ALL = "all"  # the curve of all vintages together


@dataclass(frozen=True)
class View:
    """What is looked at: the figure, by months or quarters, which of them, and what is compared."""

    metric: Metric
    step: reports.Step
    chosen: tuple[str, ...]
    by: reports.Curve


def facts(view: View) -> tuple[tuple[str, str], ...]:
    """What the cover of a file says of the vintages chosen."""
    return ((t("Vintages"), ", ".join(view.chosen)),)


def loans(scope: Scope, view: View, drawn: pd.DataFrame, periods: tuple[str, ...]) -> None:
    """The loans behind the cell of the address, which add up to its numerator."""
    cell = "".join(st.query_params.get_all("cohort")[:1])
    curve, _, age = cell.rpartition(":")
    shown = drawn["curve"].astype(str) + ":" + drawn["months_on_book"].astype(int).astype(str)
    if cell not in set(shown):
        return
    whole = drawn[shown == cell].iloc[0]
    if curve == ALL:
        view = _timed(view, whole)
    narrowed, chosen = _place(scope, view, curve, periods)
    where = (narrowed, view.metric, view.step, chosen, int(age))
    page, number, amount = paging.read(
        "vintage_loans",
        (where, cell),
        lambda limit: reports.vintage_counts_start(*where, limit=limit),
        lambda after, limit: reports.vintage_counts(*where, after=after, limit=limit),
        lambda: reports.vintage_counts_total(*where),
    )
    called = t("All vintages") if curve == ALL else name(view.by, curve)
    title = t("Behind {curve} at {age} months", curve=called, age=age)
    st.subheader(title, anchor=False)
    told = {"n": formats.count(number), "lent": formats.count(whole["original_count"])}
    if lists.unit_of(view.metric, "numerator") == "count":
        st.caption(t("{n} of the {lent} loans made", **told))
    else:
        told |= {"amount": formats.amount(amount), "whole": formats.amount(whole["denominator"])}
        st.caption(t(ADDED, **told))
    if not number:
        return
    columns = _loan_columns(view.metric)
    tables.show(page, columns, key="vintage_loans", alt=title, open_row=lists.open_loan)
    paging.controls("vintage_loans", page, "loan_id", number)
    export.offer(
        export.listing(
            "vintage_loans",
            title,
            columns,
            lambda after, limit: reports.vintage_counts(*where, after=after, limit=limit),
            "loan_id",
            number,
            narrowed,
            view.metric,
            filters=_said(chosen, cell),
        )
    )


def _said(chosen: tuple[str, ...], cell: str) -> export.Facts:
    """The cell and its vintages in words, for the file."""
    of = ((t("Vintages"), ", ".join(chosen)),) if chosen else ()
    return (*of, *filters.told([("cohort", cell)]))


ADDED = "{n} of the {lent} loans made add up to {amount}, of {whole}; the largest first"


def _timed(view: View, cell: pd.Series) -> View:
    """What a point of the loss timing stands on: the net loss of the months known there."""
    known = tuple(cell["periods"].split(","))
    return replace(view, metric=VINTAGE_CUM_NET_LOSS, step="month", chosen=known)


def _loan_columns(metric: Metric) -> dict[str, Column]:
    """The columns of the loans behind a cell; for "ever", since when, too."""
    columns = dict(lists.counted(metric))
    if not metric.numerator.startswith("ever"):
        return columns
    first = f"first_{metric.numerator.split('_')[1]}_on"
    adds = columns.pop("counted")
    return columns | {first: Column("First so late on", "date"), "counted": adds}


def _place(
    scope: Scope, view: View, curve: str, periods: tuple[str, ...]
) -> tuple[Scope, tuple[str, ...]]:
    """The scope and the vintages of a curve that was drawn."""
    if curve in periods:
        return scope, (curve,)
    if curve == ALL:
        return scope, view.chosen
    if view.by == "branch":
        return replace(scope, branches=(curve,)), view.chosen
    return replace(scope, products=(curve,)), view.chosen
