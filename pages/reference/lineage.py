"""Which models and which columns of the files stand behind each figure?"""

import pandas as pd
import streamlit as st

from queries import lineage
from queries.lineage import Line
from queries.metrics import METRICS
from queries.warehouse import Scope
from ui import drill, export, filters, formats, lineage_charts, pictures, record, tables
from ui.i18n import name, t
from ui.tables import Column
from ui.theme import palette

VIEWS: dict[str, str] = {"one": "One metric", "all": "All metrics"}
FIRST = "balance"
STEPS: dict[str, Column] = {
    "column": Column("Column", width=170),
    "model": Column("Model", width=220),
    "expression": Column("How it is made", width=620),
}
MODELS: dict[str, Column] = {
    "reads": Column("Model", width=260),
    "read": Column("Reads", width=260),
}
SOURCES: dict[str, Column] = {
    "table": Column("Table of the folder", width=180),
    "columns": Column("Columns", width=620),
}


def render(scope: Scope) -> None:
    """One metric's way from its figure back to the files, drawn and as tables; or all of them."""
    view = filters.switch(t("View"), "view", list(VIEWS), lambda key: t(VIEWS[key]))
    if view == "all":
        _coverage(scope)
        return
    chosen = filters.pick(
        t("Metric"),
        "metric",
        list(METRICS),
        shown=lambda code: t(METRICS[code].name),
        several=False,
        all_label=t(METRICS[FIRST].name),
    )
    found = lineage.line_of(METRICS[chosen[0] if chosen else FIRST])
    metric = found.metric
    record.facts(
        [
            (t("Metric"), t(metric.name)),
            (t("Computed as"), metric.formula),
            (t("Models"), formats.count(len(found.models))),
            (
                t("Tables of the folder"),
                formats.count(len({each[0] for each in found.raw_columns})),
            ),
            (t("Hash of its queries"), found.query_hash[:16]),
        ],
        columns=5,
    )
    st.caption(t(metric.meaning))
    _steps(scope, found)
    _drawing(scope, found)
    _sources(scope, found)


def _coverage(scope: Scope) -> None:
    title = t("Metrics and what stands behind them")
    found = lineage.coverage(METRICS.values())
    record.facts(
        [
            (t("Lineage coverage"), formats.value("ratio", found.share)),
            (t("Registered"), formats.count(found.registered)),
            (t("Published"), formats.count(found.published)),
            (t("Number"), "lineage_coverage"),
        ],
        columns=4,
    )
    st.caption(
        t(
            "Published metrics of which both the columns of the files behind them and the hash of"
            " their queries are known, over all published metrics. Both are read out of the SQL"
            " itself (15.1)."
        )
    )
    if found.missing:
        names = ", ".join(t(line.metric.name) for line in found.missing)
        said = t("Not registered, since code and not SQL works them out: {names}.", names=names)
        st.info(said, icon=":material/link_off:")
    else:
        st.caption(t("No published metric lacks them."))
    rows = [
        (
            line.metric.id,
            t(line.metric.name),
            ", ".join(line.marts),
            len(line.models),
            ", ".join(sorted({table for table, _ in line.raw_columns})),
            line.query_hash[:16],
            line.is_registered,
        )
        for line in found.lines
    ]
    columns = {
        "name": Column("Metric", width=220),
        "marts": Column("Mart", width=200),
        "models": Column("Models", "count"),
        "tables": Column("Tables of the folder", width=460),
        "hash": Column("Hash of its queries", width=160),
        "is_registered": Column("Registered", "flag"),
    }
    frame = pd.DataFrame(rows, columns=["id", *columns])
    tables.show(
        frame,
        columns,
        key="lineage",
        alt=title,
        open_row=lambda row: ("lineage", {"metric": row["id"], "view": None}),
        rows=20,
    )
    export.offer(export.sheet("lineage", title, columns, lambda: frame, scope))


def _steps(scope: Scope, found: Line) -> None:
    title = t("How its columns are made")
    st.subheader(title, anchor=False)
    frame = pd.DataFrame(found.expressions, columns=list(STEPS))
    if frame.empty:
        st.caption(t("Its columns are passed on as they are."))
        return
    tables.show(frame, STEPS, key="lineage_steps", alt=title)
    export.offer(export.sheet("lineage_steps", title, STEPS, lambda: frame, scope))


def _drawing(scope: Scope, found: Line) -> None:
    title = t("The models behind it")
    st.subheader(title, anchor=False)
    frame = lineage.edges(found)
    figure = lineage_charts.way(frame, found.marts, palette=palette())
    counts = frame["read"].str.split(".").str[0].value_counts()
    said = drill.alt_text(
        title, [(name("layer", layer), formats.count(n)) for layer, n in counts.items()]
    )
    pictures.still(figure, "lineage_way", said)
    export.twin(frame, MODELS, "lineage_models", title, scope)


def _sources(scope: Scope, found: Line) -> None:
    title = t("Columns of the files")
    st.subheader(title, anchor=False)
    told = [
        (table, t("all columns") if column == "*" else column)
        for table, column in found.raw_columns
    ]
    pairs = pd.DataFrame(told, columns=["table", "column"])
    frame = pairs.groupby("table")["column"].agg(", ".join).reset_index()
    frame.columns = ["table", "columns"]
    tables.show(frame, SOURCES, key="lineage_sources", alt=title, rows=14)
    export.offer(export.sheet("lineage_sources", title, SOURCES, lambda: frame, scope))
