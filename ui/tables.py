"""Tables of one look: named columns with units, and a first cell that opens its row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from queries.metrics import Metric
from ui import formats, links
from ui.i18n import name, t

Target = tuple[str, dict[str, Any]]
SPARED = 4
ROW = 35
SCORE_TOP = 200  # where the line of a score ends: each family is capped, their sum is higher


@dataclass(frozen=True)
class Column:
    """How one column is read: English label, unit, the dimension whose codes it holds."""

    label: str
    unit: str = "text"
    codes: str = ""
    help: str = ""
    width: int | None = None


Columns = Mapping[str, Column]

_FORMATS = {
    "money": "%,.2f",
    "amount": "%,.2f",
    "count": "%,d",
    "days": "%,d",
    "number": "%,.2f",
    "index": "%,.4f",
    "ratio": "%,.2f%%",
    "points": "%+,.2f",
}


def config(columns: Columns) -> dict[str, Any]:
    """Streamlit's column settings for `columns`."""
    return {key: _config(column) for key, column in columns.items()}


def _config(column: Column) -> Any:
    label, help_, width = t(column.label), t(column.help) if column.help else None, column.width
    if column.unit in _FORMATS:
        form = t("%+,.2f pp") if column.unit == "points" else _FORMATS[column.unit]
        return st.column_config.NumberColumn(label, help=help_, width=width, format=form)
    if column.unit == "trend":
        return st.column_config.LineChartColumn(
            label, help=help_, width=width, y_min=0, y_max=SCORE_TOP
        )
    if column.unit == "line":
        return st.column_config.LineChartColumn(label, help=help_, width=width, y_min=0)
    if column.unit == "date":
        return st.column_config.DateColumn(label, help=help_, width=width, format="YYYY-MM-DD")
    if column.unit == "time":
        form = "YYYY-MM-DD HH:mm"
        return st.column_config.DatetimeColumn(label, help=help_, width=width, format=form)
    return st.column_config.TextColumn(label, help=help_, width=width)


def of_metrics(*metrics: Metric) -> dict[str, Column]:
    """One column per metric, under its name and with its unit."""
    return {m.id: Column(m.name, m.unit, help=m.meaning) for m in metrics}


def readable(frame: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """The named columns only, codes in the reader's words, numbers and dates as they are."""
    # Gathered first and framed once: a column at a time costs more than all that is in it.
    shown: dict[str, Any] = {}
    for key, column in columns.items():
        if key not in frame:
            continue
        values = frame[key]
        if column.codes:
            shown[key] = _words(column.codes, values)
        elif column.unit == "flag":
            shown[key] = [t("yes") if value else "" for value in values.fillna(False)]
        elif column.unit == "text":
            shown[key] = values.astype("object").where(values.notna(), None)
        else:
            shown[key] = values
    return pd.DataFrame(shown, index=frame.index)


def _words(dimension: str, codes: pd.Series) -> list[str]:
    """What each row's code is called; asked once a code, not once a row."""
    nothing = name(dimension, None)
    called = {code: name(dimension, code) for code in codes.dropna().unique()}
    return [called.get(code, nothing) for code in codes]


def show(
    frame: pd.DataFrame,
    columns: Columns,
    *,
    key: str,
    alt: str,
    open_row: Callable[[pd.Series], Target | None] | None = None,
    rows: int = 12,
) -> None:
    """Draws the table; the first cell, or the box, of a row opens what `open_row` says."""
    shown = readable(frame, columns)
    for each, column in columns.items():
        if column.unit in ("ratio", "points") and each in shown:
            shown[each] = shown[each] * 100
    # A few rows more are shown than hidden: nothing would tell that they are there.
    seen = len(shown) if len(shown) <= rows + SPARED else rows
    height = ROW * (seen + 1) + 3
    settings: dict[str, Any] = {
        "hide_index": True,
        "column_config": config(columns),
        "height": height,
        "alt": alt,
        "placeholder": "—",
        "lazy": False,
    }
    if open_row is None:
        st.dataframe(shown, key=key, **settings)
        return
    # Not a selected cell: arrow keys would open what they pass. A button for the mouse, and the
    # row's box (Shift+Space) for the keyboard.
    settings["alt"] = f"{alt}. {t('Shift and Space open the row.')}"
    first, trigger = next(iter(shown)), f"{key}_open"
    label = t(columns[str(first)].label)
    settings["column_config"][first] = st.column_config.ButtonColumn(
        label, type="tertiary", alignment="left", width=columns[str(first)].width, key=trigger
    )
    if columns[str(first)].unit == "date":
        shown[first] = [formats.day(day) if pd.notna(day) else None for day in shown[first]]
    shown[first] = shown[first].astype("object").where(shown[first].notna(), "—")
    with st.container(key=f"table_{key}"):
        event = st.dataframe(
            shown, key=links.fresh(key), on_select="rerun", selection_mode="single-row", **settings
        )
    click = st.session_state.get(trigger)
    chosen = [click["row"]] if click is not None else list(event.selection.rows)
    if chosen and chosen[0] < len(frame):
        target = open_row(frame.iloc[chosen[0]])
        if target:
            links.go(target[0], **target[1])
