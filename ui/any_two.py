"""Where it is: any two cuts of the book as a heat map, each cell a metric that opens its rows."""

from collections.abc import Callable, Sequence
from typing import cast

import pandas as pd
import streamlit as st

from queries.metrics import BALANCE, METRICS, SEGMENTS, Dimension, Metric
from queries.warehouse import Scope
from ui import cuts, drill, export, filters, layout, links, lists, pictures, tables
from ui.heat import heat
from ui.i18n import t
from ui.names import BUCKETS, BUCKETS_M, BUCKETS_REG, CLASSES, DIMENSIONS
from ui.tables import Column
from ui.theme import palette

# What is not late would drown the rest: a bucket of its own has no row and no column.
ORDERS: dict[str, tuple] = {
    "bucket": BUCKETS[1:],
    "bucket_m": BUCKETS_M[1:],
    "bucket_reg": BUCKETS_REG[1:],
    "classification": CLASSES,
}
CUTS: tuple[Dimension, ...] = (
    *SEGMENTS,
    "bucket",
    "bucket_m",
    "bucket_reg",
    "classification",
)
SHARE = "share"


def draw(scope: Scope, key: str, cells: Sequence[str]) -> None:
    """The heat map and its choices; `cells` are ids of metrics, or `share`, the first chosen."""
    title = t("Where it is: any two cuts")
    st.subheader(title, anchor=False)
    st.caption(t("It has choices of its own: those above do not reach it."))
    rows, columns, cell = _choices(cells)
    metric = METRICS.get(cell, BALANCE)
    value, unit = (SHARE, "ratio") if cell == SHARE else (cell, metric.unit)
    frame = cuts.cross(scope, metric, rows, columns).dropna(subset=[rows, columns])
    drawn = _drawn(_drawn(frame, rows), columns)
    if not drawn[value].notna().any():
        st.caption(t("No loan is past due."))
        return
    down, across = _codes(drawn, rows), _codes(drawn, columns)
    picture = heat(
        drawn, rows, columns, value, unit, order=across, rows_order=down, palette=palette()
    )
    name = f"{key}_heat_{rows}_{columns}_{cell}"
    clicked = pictures.draw_cells(picture, name, title)
    known = [[lists.code(code) for code in codes] for codes in (down, across)]
    target = drill.drill_target(clicked, [rows, columns], known, metric=metric.id, part="numerator")
    if target:
        links.go("why", **target)
    export.twin(frame, _columns(rows, columns, cell, metric), name, title, scope, metric)


def _choices(cells: Sequence[str]) -> tuple[Dimension, Dimension, str]:
    """Rows, columns and what each cell tells."""
    first, second, third = layout.beside(3, 200)
    with first:
        rows = cast(Dimension, _chosen(t("Row"), "rows", CUTS, "branch", _cut_name))
    others = tuple(each for each in CUTS if each != rows)
    usual = "branch" if rows in ORDERS else "bucket"
    with second:
        columns = cast(Dimension, _chosen(t("Column"), "columns", others, usual, _cut_name))
    with third:
        cell = _chosen(t("Cell"), "cell", cells, cells[0], _cell_name)
    return rows, columns, cell


def _chosen(
    label: str, key: str, options: Sequence[str], usual: str, shown: Callable[[str], str]
) -> str:
    """One of many; the usual one unless the address says another."""
    picked = filters.pick(label, key, options, shown=shown, several=False, all_label=shown(usual))
    return picked[0] if picked else usual


def _cut_name(dimension: str) -> str:
    return t(DIMENSIONS[dimension])


def _cell_name(cell: str) -> str:
    return t("Share of the row's balance") if cell == SHARE else t(METRICS[cell].name)


def _drawn(frame: pd.DataFrame, dimension: str) -> pd.DataFrame:
    return frame[frame[dimension].isin(ORDERS[dimension])] if dimension in ORDERS else frame


def _codes(frame: pd.DataFrame, dimension: str) -> list:
    there = set(frame[dimension])
    return [code for code in ORDERS.get(dimension, sorted(there)) if code in there]


def _columns(rows: Dimension, columns: Dimension, cell: str, metric: Metric) -> tables.Columns:
    shown: dict[str, Column] = {
        each: Column(DIMENSIONS[each], codes=each) for each in (rows, columns)
    }
    share = {SHARE: Column("Share of the row's balance", "ratio")} if cell == SHARE else {}
    return shown | tables.of_metrics(metric) | share
