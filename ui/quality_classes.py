"""The five classes: how much in each, where each came from, and by any segment of the book."""

from typing import cast

import pandas as pd
import streamlit as st

from queries.class_cuts import CLASSES, class_flow, class_stock
from queries.metrics import (
    BALANCE,
    CLASS_OPENING,
    CLASS_OPENING_LOANS,
    DOUBTFUL_BALANCE,
    LOANS,
    LOSS_BALANCE,
    NORMAL_BALANCE,
    NPL_RATIO,
    SEGMENTS,
    SPECIAL_MENTION_BALANCE,
    SPECIAL_MENTION_RATIO,
    SUBSTANDARD_BALANCE,
    Dimension,
    Metric,
    Where,
    measure,
)
from queries.warehouse import Scope
from ui import charts, cuts, drill, export, filters, links, pictures, tables
from ui.heat import heat
from ui.i18n import md, t
from ui.names import DIMENSIONS
from ui.tables import Column, Target
from ui.theme import palette

LEFT = ("closed", "written_off", "sold")
BECAME = (*(str(each) for each in CLASSES), *LEFT)
CUTS = (
    *(BALANCE, NPL_RATIO, SPECIAL_MENTION_RATIO),
    *(NORMAL_BALANCE, SPECIAL_MENTION_BALANCE, SUBSTANDARD_BALANCE),
    *(DOUBTFUL_BALANCE, LOSS_BALANCE),
)

NARROWED = "Classes of {segment} alone; the figures above are of the whole selection."


def draw(scope: Scope) -> None:
    """Stock beside flow, of the whole selection or of the segment in the address; all segments."""
    where = cuts.asked(scope)
    if where:
        parts = (f"{label}: {values}" for label, values in filters.told(where))
        st.caption(md(t(NARROWED, segment=t(", ").join(parts))))
    frame = class_stock(scope, where)
    if not frame["balance"].sum():
        st.caption(t("No loans in this selection."))
        _segments(scope)
        return
    _stock(scope, frame, where)
    _stock_table(scope, frame, where)
    _flow(scope, where)
    _segments(scope)


def _stock(scope: Scope, frame: pd.DataFrame, where: Where) -> None:
    title = t("Five classes, by balance")
    st.subheader(title, anchor=False)
    figure = charts.bars(
        frame, "balance", "classification", order=CLASSES, horizontal=True, palette=palette()
    )
    words = drill.described(frame, title, "balance", "classification", "money")
    event = pictures.draw(figure, "quality_stock", words)
    target = drill.drill_target(event, ["classification"], [CLASSES])
    if target:
        links.go("why", metric=BALANCE.id, part="numerator", **dict(where), **target)


def _stock_table(scope: Scope, frame: pd.DataFrame, where: Where) -> None:
    title = t("Five classes, with a month and a year before")
    st.subheader(title, anchor=False)
    # As many columns as a laptop shows; the file has them all.
    seen = {key: column for key, column in STOCK.items() if key not in FILED}
    tables.show(frame, seen, key="class_stock", alt=title, open_row=lambda row: _class(row, where))
    facts = filters.told(where)
    export.offer(
        export.sheet(
            "class_stock", title, STOCK, lambda: frame, scope, BALANCE, LOANS, filters=facts
        )
    )


def _class(row: pd.Series, where: Where) -> Target:
    own = {"classification": str(int(row["classification"])), **dict(where)}
    return "why", {"metric": BALANCE.id, "part": "numerator", **own}


def _flow(scope: Scope, where: Where) -> None:
    title = t("Class a month before (rows), now (columns)")
    st.subheader(title, anchor=False)
    kinds = {"balance": t("Balance"), "loans": t("Loans")}
    show = filters.switch(t("Shown as"), "show", list(kinds), kinds.__getitem__)
    metric = CLASS_OPENING_LOANS if show == "loans" else CLASS_OPENING
    frame = class_flow(scope, metric, where)
    drawn = frame[frame[metric.id] != 0]
    if drawn.empty:
        st.caption(t("There is no month before to compare with."))
        return
    st.caption(t("At the balance of a month before; new loans stand in no row."))
    rows = [each for each in CLASSES if each in set(drawn["opening_class"])]
    columns = [each for each in BECAME if each in set(drawn["became"])]
    picture = heat(
        *(drawn, "opening_class", "became", metric.id, metric.unit),
        order=columns,
        rows_order=rows,
        palette=palette(),
    )
    event = pictures.draw_cells(picture, f"quality_flow_{show}", title)
    _open_cell(
        drill.drill_target(event, ["opening_class", "became"], [rows, columns]), metric, where
    )
    export.twin(
        frame,
        _flow_columns(metric),
        f"class_flow_{show}",
        title,
        scope,
        metric,
        filters=filters.told(where),
    )


def _open_cell(target: dict[str, str] | None, metric: Metric, where: Where) -> None:
    """The loans of a cell: by their class now, or by how they left the book."""
    if target is None:
        return
    became = target.pop("became")
    state = {"status": became} if became in LEFT else {"classification": became, "status": "active"}
    links.go("why", metric=metric.id, part="numerator", **target, **state, **dict(where))


def _segments(scope: Scope) -> None:
    title = t("The five classes by segment")
    st.subheader(title, anchor=False)
    by: Dimension = filters.switch(title, "cut", SEGMENTS, lambda each: t(DIMENSIONS[each]))
    frame = measure(scope, *CUTS, by=by).sort_values(NPL_RATIO.id, ascending=False)
    st.caption(t("A row narrows stock and flow above to it; the worst NPL ratio first."))
    columns = {by: Column(DIMENSIONS[by], codes=by)} | tables.of_metrics(*CUTS)
    key = f"class_segments_{by}"
    tables.show(frame, columns, key=key, alt=title, open_row=lambda row: _segment(by, row[by]))
    export.offer(export.sheet(key, title, columns, lambda: frame, scope, *CUTS))


def _segment(by: Dimension, code: object) -> Target:
    return "quality", {each: None for each in cuts.OWN} | {by: cast(str, code)}


def _flow_columns(metric: Metric) -> tables.Columns:
    return {
        "opening_class": Column("Class a month before", codes="opening_class"),
        "became": Column("Class now, or how it left", codes="became"),
        metric.id: Column(metric.name, metric.unit, help=metric.meaning),
        "share": Column("Share of the row", "ratio"),
    }


STOCK: dict[str, Column] = {
    "classification": Column("Class", codes="classification", width=115),
    "balance": Column("Balance", "money"),
    "balance_month_before": Column("Balance a month before", "money"),
    "balance_year_before": Column("Balance a year before", "money"),
    "share": Column("Share", "ratio"),
    "share_month_before": Column("Share a month before", "ratio"),
    "share_year_before": Column("Share a year before", "ratio"),
    "loans": Column("Loans", "count"),
    "loans_month_before": Column("Loans a month before", "count"),
    "loans_year_before": Column("Loans a year before", "count"),
}
FILED = ("loans_month_before", "loans_year_before")
