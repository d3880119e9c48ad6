"""Pictures of asset quality: lines told apart by their dash, and bars side by side."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.charts import End, figure, line_ends, months_axis, scale, spanned, thin
from ui.i18n import name
from ui.theme import LIGHT, Palette

DASHES = ("solid", "dash", "dot", "dashdot")
PATTERNS = ("", "/", ".")


def lines(
    frame: pd.DataFrame,
    names: Mapping[str, str],
    unit: str = "money",
    *,
    palette: Palette = LIGHT,
) -> go.Figure:
    """One line per column of `names` over month ends, its last figure written at its end.

    A mark carries its column and its day.
    """
    days = [formats.day(day) for day in frame["month_end"]]
    drawn, ends = [], []
    for place, (column, label) in enumerate(names.items()):
        figures = frame[column].astype(float)
        said = [formats.value(unit, each) for each in figures]
        at = max((n for n, each in enumerate(figures) if not formats.missing(each)), default=None)
        if at is not None:
            ends.append(End(days[at], float(figures.iloc[at]), said[at], palette.series[place]))
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
    return figure(
        drawn,
        palette,
        340,
        xaxis=months_axis(days, 7),
        yaxis=scale(low, high, unit),
        margin={"l": 8, "r": 72, "t": 28, "b": 8},
        annotations=line_ends(ends, days[-1], low, high, palette),
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
    low, high = spanned(frame, list(names))
    return figure(
        bars,
        palette,
        320,
        xaxis=across,
        yaxis=scale(low, high, unit) | {"zeroline": True},
        barmode="group",
        bargap=1 - thin(len(codes)),
    )
