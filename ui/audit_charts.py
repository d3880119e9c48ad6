"""Pictures of the auditors' pages."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from queries.metrics import UNIT_RATINGS
from ui import charts, formats
from ui.i18n import name, t
from ui.theme import LIGHT, Palette


def digits(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """digit, share, expected: what was found as bars, what Benford's law expects as a line."""
    places = [str(each) for each in frame["digit"]]
    # Over each of ninety bars nothing could be read.
    said = [formats.percent(each) if len(frame) < 10 else "" for each in frame["share"]]
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
        mode="lines+markers" if len(frame) < 10 else "lines",
        line={"color": palette.series[1], "dash": "dash"},
        marker={"symbol": "diamond"},
    )
    up = {"tickformat": ".0%", "range": [0, float(frame[["share", "expected"]].max().max()) * 1.15]}
    across = {"type": "category", "nticks": 10}
    return charts.figure([bars, line], palette, xaxis=across, yaxis=up)


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


def ratings(frame: pd.DataFrame, value: str, *, palette: Palette = LIGHT) -> go.Figure:
    """month_end, unit_rating, `value`: the units of each month end by rating, the gravest below."""
    dates = sorted({formats.day(day) for day in frame["month_end"]})
    days = frame["month_end"].map(formats.day)
    known = [each for each in UNIT_RATINGS if each in set(frame["unit_rating"])]
    # From slight to grave as everywhere, so the list from grave to slight is turned.
    colours = charts.steps(known, tuple(reversed(UNIT_RATINGS)), palette)
    shapes: dict[str, str] = dict(zip(UNIT_RATINGS, ("", "/", "", ".", "x"), strict=True))
    layers = []
    for rating, colour in zip(known, colours, strict=True):
        part = frame[frame["unit_rating"] == rating]
        held = dict(zip(days[part.index], part[value], strict=True))
        figures = [float(held.get(day, 0)) for day in dates]
        layers.append(
            go.Bar(
                x=dates,
                y=figures,
                name=name("unit_rating", rating),
                customdata=[[rating, day] for day in dates],
                marker={"color": colour, "pattern": {"shape": shapes[rating]}},
                hovertemplate="%{x} · %{fullData.name}: %{y}<extra></extra>",
            )
        )
    most = float(frame.groupby("month_end")[value].sum().max())
    up = charts.scale(0.0, 1.05 * most, "count")
    across = charts.months_axis(dates, 7)
    return charts.figure(layers, palette, xaxis=across, yaxis=up, barmode="stack")


def plan(frame: pd.DataFrame, day: date, *, palette: Palette = LIGHT) -> go.Figure:
    """said, planned_from, planned_to, began, ended, unit_id: a pale bar for the plan, a deep one
    for what was carried out by the day, which is a line."""
    rows = frame["said"].tolist()
    looks = (
        (t("Planned"), "planned_from", "planned_to", 0.8, palette.steps[0]),
        (t("Carried out"), "began", "ended", 0.36, palette.steps[5]),
    )
    layers = [
        go.Bar(
            base=frame[first].map(formats.day),
            x=(frame[last] - frame[first]).dt.total_seconds() * 1000,
            y=rows,
            orientation="h",
            width=width,
            name=label,
            customdata=frame["unit_id"],
            marker={"color": colour, "line": {"width": 0}},
            hovertext=[
                f"{formats.day(one)} – {formats.day(two)}"
                for one, two in zip(frame[first], frame[last], strict=True)
            ],
            hovertemplate="%{y} · %{fullData.name}: %{hovertext}<extra></extra>",
        )
        for label, first, last, width, colour in looks
    ]
    height = 26 * len(rows) + 80
    drawn = charts.figure(
        layers,
        palette,
        height,
        xaxis={
            "type": "date",
            "tickformat": "%Y-%m",
            "showgrid": True,
            "gridcolor": palette.faint,
        },
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "dtick": 1},
        barmode="overlay",
    )
    drawn.add_vline(x=formats.day(day), line={"dash": "dash", "color": palette.ink, "width": 1})
    return drawn
