"""Pictures of asset quality: lines told apart by their dash, and bars side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.charts import figure, months_axis, said_at_ends, spanned
from ui.i18n import name
from ui.theme import LIGHT, Palette

DASHES = ("solid", "dash", "dot", "dashdot")
PATTERNS = ("", "/", ".")


def lines(
    frame: pd.DataFrame,
    names: Mapping[str, str],
    unit: str = "money",
    *,
    unsaid: Sequence[str] = (),
    palette: Palette = LIGHT,
) -> go.Figure:
    """One line per column of `names` over month ends, its last figure written at its end.

    Columns in `unsaid` have none, where figures would cover each other. A mark carries its column
    and its day.
    """
    days = [formats.day(day) for day in frame["month_end"]]
    drawn, ends = [], []
    for place, (column, label) in enumerate(names.items()):
        figures = frame[column].astype(float)
        said = [formats.value(unit, each) for each in figures]
        if column not in unsaid and not formats.missing(figures.iloc[-1]):
            ends.append((float(figures.iloc[-1]), said[-1]))
        drawn.append(
            go.Scatter(
                x=days,
                y=figures.to_numpy(),
                name=label,
                mode="lines+markers",
                line={"color": palette.series[place], "width": 2, "dash": DASHES[place]},
                marker={"size": 6},
                cliponaxis=False,
                customdata=[[column, day] for day in days],
                hovertext=said,
                hovertemplate="%{x} · %{fullData.name}: %{hovertext}<extra></extra>",
            )
        )
    low, high = spanned(frame, list(names))
    up = {"tickformat": ".2%"} if unit == "ratio" else _money(frame, list(names), unit)
    return figure(
        drawn,
        palette,
        340,
        xaxis=months_axis(days, 7),
        yaxis=up | {"range": [low, high]},
        margin={"l": 8, "r": 72, "t": 28, "b": 8},
        annotations=said_at_ends(ends, low, high, palette),
    )


def paired(
    frame: pd.DataFrame,
    by: str,
    names: Mapping[str, str],
    unit: str = "money",
    *,
    palette: Palette = LIGHT,
) -> go.Figure:
    """Bars side by side, one per column of `names`, for each code or month end of `by`."""
    codes = [formats.day(v) if by == "month_end" else str(v) for v in frame[by]]
    said_codes = codes if by == "month_end" else [name(by, code) for code in codes]
    bars = [
        go.Bar(
            x=said_codes,
            y=frame[column].to_numpy(dtype=float),
            name=label,
            marker={"color": palette.series[place], "pattern": {"shape": PATTERNS[place]}},
            customdata=[[column, code] for code in codes],
            text=[formats.value(unit, each) for each in frame[column]],
            textposition="none",
            hovertemplate="%{x} · %{fullData.name}: %{text}<extra></extra>",
        )
        for place, (column, label) in enumerate(names.items())
    ]
    across = months_axis(codes, 7) if by == "month_end" else {"type": "category", "nticks": 8}
    up = {"tickformat": ".0%"} if unit == "ratio" else _money(frame, list(names), unit)
    return figure(bars, palette, 320, xaxis=across, yaxis=up | {"zeroline": True}, barmode="group")


def _money(frame: pd.DataFrame, columns: Sequence[str], unit: str) -> dict[str, Any]:
    """An axis that speaks as the reader does: thousands or 万."""
    figures = frame[list(columns)].astype(float)
    low, high = min(figures.min().min(), 0.0), max(figures.max().max(), 0.0)
    places = sorted({low, 0.0, high / 2, high})
    return {"tickvals": places, "ticktext": [formats.value(unit, each) for each in places]}
