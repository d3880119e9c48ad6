"""Pictures of collecting: promises by what came of them, and costs by kind."""

import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.charts import figure, months_axis
from ui.i18n import name, t
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


PATTERNS = ("", "/", "x", ".", "-", "+")


def steps_ahead(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """step_due, first_channel and their counts as stacked bars, one a day, what is past it first.

    The commonest channel lies at the bottom; the sum of a day stands above its bar.
    """
    days = frame.drop_duplicates("step_due")
    channels = frame.sort_values("channel_count", ascending=False)["first_channel"].unique()
    bars: list[go.Bar | go.Scatter] = []
    for place, channel in enumerate(channels):
        part = frame[frame["first_channel"] == channel]
        bars.append(
            go.Bar(
                x=[name("step_due", each) for each in part["step_due"]],
                y=part["step_count"].to_numpy(dtype=float),
                name=name("contact_channel", channel),
                marker={
                    "color": palette.series[place % len(palette.series)],
                    "pattern": {"shape": PATTERNS[place % len(PATTERNS)]},
                },
                customdata=[[day, channel] for day in part["step_due"]],
                hovertemplate="%{x} · %{fullData.name}: %{y:,d}<extra></extra>",
            )
        )
    named = [name("step_due", each) for each in days["step_due"]]
    bars.append(
        go.Scatter(
            x=named,
            y=days["day_count"].to_numpy(dtype=float),
            text=[formats.count(each) for each in days["day_count"]],
            mode="text",
            textposition="top center",
            cliponaxis=False,
            hoverinfo="skip",
            showlegend=False,
        )
    )
    axis = {"type": "category", "categoryorder": "array", "categoryarray": named}
    return figure(bars, palette, xaxis=axis, barmode="stack")
