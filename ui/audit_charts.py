"""Pictures of the auditors' pages."""

import pandas as pd
import plotly.graph_objects as go

from ui import charts, formats
from ui.i18n import t
from ui.theme import LIGHT, Palette


def digits(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """digit, share, expected: what was found as bars, what Benford's law expects as a line."""
    places = [str(each) for each in frame["digit"]]
    said = [formats.percent(each) for each in frame["share"]]
    bars = go.Bar(
        x=places,
        y=frame["share"].to_numpy(dtype=float),
        name=t("Share"),
        text=said,
        textposition="outside",
        cliponaxis=False,
        marker={"color": palette.series[0]},
    )
    line = go.Scatter(
        x=places,
        y=frame["expected"].to_numpy(dtype=float),
        name=t("Expected share"),
        mode="lines+markers",
        line={"color": palette.series[1], "dash": "dash"},
        marker={"symbol": "diamond"},
    )
    up = {"tickformat": ".0%", "range": [0, float(frame[["share", "expected"]].max().max()) * 1.15]}
    return charts.figure([bars, line], palette, xaxis={"type": "category"}, yaxis=up)


def hours(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """hour, reads: a bar for each hour of the day."""
    said = [formats.count(each) if each else "" for each in frame["reads"]]
    bars = go.Bar(
        x=[f"{hour:02}" for hour in frame["hour"]],
        y=frame["reads"].to_numpy(dtype=float),
        text=said,
        textposition="outside",
        cliponaxis=False,
        marker={"color": palette.series[0]},
    )
    return charts.figure([bars], palette, xaxis={"type": "category", "nticks": 12})
