"""What both chapters of Re-performance draw of what was found: by month, whose, which rows."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from queries.reports import AuditCut
from queries.warehouse import Scope
from ui import charts, drill, export, filters, formats, links, pictures, tables
from ui.i18n import t
from ui.tables import Column, Columns
from ui.theme import palette

CUTS: dict[AuditCut, str] = {"branch": "Branch", "product": "Product", "officer_id": "Officer"}
KEYS = {"kind": "exception_kind"}
NARROWED = ("exception_kind", "officer_id", "month")


def by_month(
    scope: Scope,
    frame: pd.DataFrame,
    figure: str,
    title: str,
    key: str,
    columns: Columns,
    facts: export.Facts,
) -> None:
    """A count by month end as a line and as a table; a month narrows the rows."""
    said = drill.described(frame.tail(12), title, figure, "month_end", "count")
    codes = pictures.draw(charts.trend(frame, figure, "count", palette=palette()), key, said)
    if codes:
        links.go("reperformance", month=codes[0])
    export.twin(frame, columns, key, title, scope, filters=facts)


def by_cut(
    scope: Scope,
    read: Callable[[AuditCut], pd.DataFrame],
    kind: str,
    title: str,
    key: str,
    counted: Columns,
    facts: export.Facts,
) -> None:
    """Counts by what was found (called `kind`), branch, product or officer; each narrows rows."""
    cuts: dict[AuditCut, str] = {"kind": kind, **CUTS}
    cut = filters.switch(t("By"), "cut", list(cuts), lambda each: t(cuts[each]))
    frame, codes = read(cut), KEYS.get(cut, cut)
    if frame.empty:
        st.caption(t("Nothing found."))
        return
    part = Column(cuts[cut], codes="" if cut == "officer_id" else codes, width=170)
    columns: Columns = {"part": part, **counted}
    tables.show(
        frame,
        columns,
        key=key,
        alt=title,
        open_row=lambda row: ("reperformance", {codes: row["part"], "exception_id": None}),
        rows=9,
    )
    export.offer(export.sheet(key, title, columns, lambda: frame, scope, filters=facts))


def narrowed(months: pd.Series) -> dict[str, str]:
    """What the address narrows the rows to: officer, kind, and a month of those there are."""
    asked = {
        "officer_id": st.query_params.get("officer_id", ""),
        "kind": st.query_params.get("exception_kind", ""),
        "month": st.query_params.get("month", ""),
    }
    known = {formats.day(each) for each in months}
    return asked | {"month": asked["month"] if asked["month"] in known else ""}


def told(asked: dict[str, str]) -> export.Facts:
    """The same in words, for a file."""
    return filters.told((KEYS.get(key, key), each) for key, each in asked.items() if each)
