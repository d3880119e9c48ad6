"""What was loaded, per table and per foreign file; what was rejected or flagged, and why."""

import json

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, filters, long_lists, tables, visit
from ui.i18n import md, t
from ui.tables import Column, Target

LOADS: dict[str, Column] = {
    "table_name": Column("Table"),
    "file_name": Column("File"),
    "rows": Column("Rows in the file", "count"),
    "loaded": Column("Loaded", "count"),
    "rejected": Column("Rejected", "count"),
    "duplicates": Column("Duplicates", "count"),
    "extra_columns": Column("Columns not used"),
}
SOURCES: dict[str, Column] = {
    "table_name": Column("File"),
    "rows": Column("Rows in the file", "count"),
    "converted": Column("Converted", "count"),
    "rejected": Column("Rejected", "count"),
    "duplicates": Column("Exact duplicates", "count"),
    "set_aside": Column("Set aside", "count", help="Right, but not part of the book."),
    "flagged": Column("Flagged", "count", help="Rows kept as they were, of which there is doubt."),
}
REASONS: dict[str, Column] = {
    "rule": Column("Reason", width=480),
    "kind": Column("What was done", codes="source_row", width=120),
    "table_name": Column("Table"),
    "rows": Column("Rows", "count"),
    "first_row": Column("First row in the file", "count"),
}
ROWS: dict[str, Column] = {
    "row_number": Column("Row in the file", "count", width=110),
    "reason": Column("Reason", width=420),
    "record": Column("The row as the file has it", width=620),
}
NUMBERS: dict[str, Column] = {"row_number": ROWS["row_number"], "table_name": REASONS["table_name"]}
CELLS: dict[str, Column] = {
    "column": Column("Column", width=320),
    "cell": Column("Cell", width=420),
}


def show(scope: Scope) -> None:
    """Tables, files, reasons; of the reason that is chosen its rows."""
    reasons = _numbered(reports.rejected_reasons(scope))
    chosen = filters.asked("source_rows", reasons["number"].tolist())
    if chosen:
        _rows(scope, reasons[reasons["number"] == chosen[0]].iloc[0])
    title = t("Why rows were rejected or flagged")
    st.subheader(title, anchor=False)
    if reasons.empty:
        st.caption(t("No row was rejected."))
    else:
        tables.show(reasons, REASONS, key="data_rejected", alt=title, open_row=_open, rows=20)
        export.offer(export.sheet("data_rejected", title, REASONS, lambda: reasons, scope))
    sources = reports.source_loads(scope)
    if not sources.empty:
        title = t("The files that were read")
        st.subheader(title, anchor=False)
        tables.show(sources, SOURCES, key="data_sources", alt=title)
        export.offer(export.sheet("data_sources", title, SOURCES, lambda: sources, scope))
    title = t("What was loaded")
    st.subheader(title, anchor=False)
    loads = reports.load_tables(scope)
    tables.show(loads, LOADS, key="data_loads", alt=title, rows=30)
    export.offer(export.sheet("data_loads", title, LOADS, lambda: loads, scope))


def _numbered(reasons: pd.DataFrame) -> pd.DataFrame:
    """With what the address calls each reason: its kind, table and first row."""
    parts = zip(reasons["kind"], reasons["table_name"], reasons["first_row"], strict=True)
    number = [f"{kind} {table} {first} {place}" for place, (kind, table, first) in enumerate(parts)]
    return reasons.assign(number=number)


def _open(row: pd.Series) -> Target | None:
    return "data", {"chapter": "loads", "source_rows": row["number"], "source_row": None}


def _rows(scope: Scope, reason: pd.Series) -> None:
    asked = (str(reason.kind), str(reason.table_name), str(reason.rule))
    title = t("Rows of one reason")
    with st.container(border=True):
        st.subheader(title, anchor=False)
        st.markdown(f"{md(reason.table_name)}: {md(reason.rule)}")
        number = reports.source_rows_total(scope, *asked)[0]
        if not number:
            st.caption(t("Rows of the files are shown only with the whole book in view."))
            return
        reads_rows = visit.now().reads_rows
        if reads_rows:
            st.caption(t("Cells that may name or reach a person are hidden."))
        else:
            st.caption(t("What stands in them is not for administrators."))
        long_lists.draw(
            "source_rows",
            title,
            ROWS if reads_rows else NUMBERS,
            lambda after, limit: reports.source_rows(scope, *asked, after, limit),
            "row_id",
            number,
            scope,
            facts=((t("Reason"), str(reason.rule)),),
            open_row=lambda row: ("data", {"source_row": row["row_id"]}),
        )
        if reads_rows:
            _cells(scope)


def _cells(scope: Scope) -> None:
    """The row that the address names, cell by cell."""
    wanted = st.query_params.get("source_row", "")
    found = reports.source_row(scope, wanted) if wanted else pd.DataFrame()
    if found.empty:
        return
    row = found.iloc[0]
    title = t("Row {n} of {file}", n=int(row.row_number), file=row.table_name)
    st.markdown(f"**{title}** · {md(row.reason)}")
    cells = pd.DataFrame(json.loads(row.record or "{}").items(), columns=["column", "cell"])
    tables.show(cells, CELLS, key="source_cells", alt=title, rows=16)
    export.offer(export.sheet("source_cells", title, CELLS, lambda: cells, scope))
