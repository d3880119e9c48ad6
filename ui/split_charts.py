"""The parts of a change as bars: mix and rate side by side, or one bar where there is no split."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from queries.shifts import Shift
from ui import formats
from ui.charts import figure
from ui.i18n import name, t
from ui.theme import LIGHT, Palette

SHOWN = 12


def drawn(moved: Shift, most: int = SHOWN) -> pd.DataFrame:
    """The parts that a picture shows: the largest, whichever way they went, in their order."""
    largest = moved.parts["added"].abs().sort_values(ascending=False, kind="stable").head(most)
    return moved.parts.loc[sorted(largest.index)]


def label(moved: Shift, row: pd.Series) -> str:
    """`Consumer · Kunshan`: a part's segment in words."""
    return " · ".join(name(dimension, row[dimension]) for dimension in reversed(moved.by))


def split(moved: Shift, palette: Palette = LIGHT) -> go.Figure:
    """One row of bars per segment: what its mix and its rate add; an amount has one bar."""
    frame = drawn(moved)
    rows = [label(moved, row) for _, row in frame.iterrows()]
    codes = [[str(code) for code in row] for row in frame[list(moved.by)].itertuples(index=False)]
    kinds: tuple[tuple[str, str, str, int], ...] = (
        (("rate", t("got worse or better"), "", 0), ("mix", t("mix of the book"), "/", 1))
        if moved.metric.denominator
        else (("added", t("change"), "", 0),)
    )
    unit = moved.metric.unit
    bars: list[Any] = [
        go.Bar(
            x=frame[column].to_numpy(dtype=float) * (100 if unit == "ratio" else 1),
            y=rows,
            name=said,
            orientation="h",
            customdata=codes,
            marker={"color": palette.series[place], "pattern": {"shape": pattern}},
            text=[formats.difference(unit, value, 0.0) or "" for value in frame[column]],
            textposition="none" if moved.metric.denominator else "outside",
            cliponaxis=False,
            hovertemplate="%{y} · %{fullData.name}: %{text}<extra></extra>",
        )
        for column, said, pattern, place in kinds
    ]
    # An amount's bars have their labels; what a ratio's two bars add up to is read from the axis,
    # in percentage points: a move of 0.30 is not 0.30 % of anything.
    scale = {"tickformat": "+.2f"} if unit == "ratio" else {"showticklabels": False}
    title = t("Adds to the change, pp") if unit == "ratio" else t("Adds to the change")
    return figure(
        bars,
        palette,
        max(220, 28 * len(frame) + 80),
        xaxis=scale
        | {
            "title": {"text": title},
            "showgrid": True,
            "gridcolor": palette.faint,
            "zeroline": True,
        },
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "dtick": 1},
        barmode="relative",
    )
