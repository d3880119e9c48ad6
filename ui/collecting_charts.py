"""Pictures of collecting: promises by what came of them, and costs by kind."""

import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.charts import figure, months_axis
from ui.i18n import t
from ui.theme import LIGHT, Palette

PARTS = {
    "count": (
        ("kept_count", "Kept", ""),
        ("partial_count", "Kept in part", "/"),
        ("broken_count", "Broken", "x"),
    ),
    "amount": (("kept_amount", "Paid on promises", ""), ("missed_amount", "Not paid", "x")),
}


def promises(frame: pd.DataFrame, weight: str, *, palette: Palette = LIGHT) -> go.Figure:
    """month_end and the parts of what was promised for the month, stacked, by number or amount."""
    dates = [formats.day(when) for when in frame["month_end"]]
    colours = dict(zip(("", "/", "x"), palette.series, strict=False))
    unit = "count" if weight == "count" else "money"
    bars = [
        go.Bar(
            x=dates,
            y=frame[column].to_numpy(dtype=float),
            name=t(label),
            marker={"color": colours[pattern], "pattern": {"shape": pattern}},
            customdata=dates,
            hovertext=[formats.value(unit, each) for each in frame[column]],
            hovertemplate="%{x} · %{fullData.name}: %{hovertext}<extra></extra>",
        )
        for column, label, pattern in PARTS[weight]
    ]
    return figure(
        bars, palette, xaxis=months_axis(dates, 7), yaxis={"tickformat": "~s"}, barmode="stack"
    )
