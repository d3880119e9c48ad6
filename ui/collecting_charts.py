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


CHANNELS = ("phone", "text_message", "robot", "visit", "letter", "case")
PATTERNS = ("", "/", "x", ".", "-", "+")


def steps_ahead(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """step_due, first_channel and step_count as stacked bars, one a day, what is past it first."""
    days = list(dict.fromkeys(frame["step_due"]))
    found = [*dict.fromkeys(frame["first_channel"])]
    known = sorted(found, key=lambda each: CHANNELS.index(each) if each in CHANNELS else 99)
    bars = []
    for place, channel in enumerate(known):
        part = frame[frame["first_channel"] == channel]
        numbers = part["step_count"].to_numpy(dtype=float)
        bars.append(
            go.Bar(
                x=[name("step_due", each) for each in part["step_due"]],
                y=numbers,
                name=name("contact_channel", channel),
                text=[formats.count(each) for each in numbers],
                textposition="inside",
                insidetextanchor="middle",
                marker={
                    "color": palette.series[place % len(palette.series)],
                    "pattern": {"shape": PATTERNS[place % len(PATTERNS)]},
                },
                customdata=[[day, channel] for day in part["step_due"]],
                hovertemplate="%{x} · %{fullData.name}: %{y:,d}<extra></extra>",
            )
        )
    axis = {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": [name("step_due", each) for each in days],
    }
    return figure(bars, palette, xaxis=axis, barmode="stack")
