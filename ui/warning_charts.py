"""The pictures of early warning: levels, what was right, the score beside the truth, a dry run."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.charts import figure, months_axis, room
from ui.i18n import name, t
from ui.theme import LIGHT, Palette

WARNED = ("yellow", "orange", "red")
# Beside the colour, so that a level is told without it.
HATCHED = {"yellow": ".", "orange": "/", "red": ""}
PARTS = ("warned_defaulted", "warned_fine", "calm_defaulted")
DASHES = ("solid", "dash", "dot")


def levels(frame: pd.DataFrame, palette: Palette = LIGHT) -> go.Figure:
    """month_end, level, borrowers: one bar a month, yellow, orange and red upon each other."""
    dates = [formats.day(day) for day in sorted(frame["month_end"].unique())]
    bars: list[Any] = []
    for level in WARNED:
        own = frame[frame["level"] == level]
        days = [formats.day(day) for day in own["month_end"]]
        bars.append(
            go.Bar(
                x=days,
                y=own["borrowers"].to_numpy(dtype=float),
                name=name("alert_level", level),
                customdata=[[level, day] for day in days],
                marker={
                    "color": palette.levels[level],
                    "line": {"width": 1, "color": palette.edge},
                    "pattern": {
                        "shape": HATCHED[level],
                        "fillmode": "overlay",
                        "fgcolor": palette.edge,
                        "size": 7,
                        "solidity": 0.15,
                    },
                },
                hovertemplate="%{x} · %{fullData.name}: %{y:,.0f}<extra></extra>",
            )
        )
    return figure(bars, palette, xaxis=months_axis(dates, 7), barmode="stack")


def confusion(frame: pd.DataFrame, palette: Palette = LIGHT) -> go.Figure:
    """Month ends, and on each: warned and right, warned for nothing, not warned and in default.

    A bar's code is its part and month end, `warned_fine:2024-05-31`.
    """
    dates = [formats.day(day) for day in frame["month_end"]]
    looks = (("", 0), ("/", 1), ("x", 3))
    bars: list[Any] = [
        go.Bar(
            x=dates,
            y=frame[part].to_numpy(dtype=float),
            name=name("confusion", part),
            customdata=[f"{part}:{day}" for day in dates],
            marker={"color": palette.series[place], "pattern": {"shape": pattern}},
            hovertemplate="%{x} · %{fullData.name}: %{y:,.0f}<extra></extra>",
        )
        for part, (pattern, place) in zip(PARTS, looks, strict=True)
    ]
    return figure(bars, palette, xaxis=months_axis(dates, 7), barmode="stack")


def calibration(frame: pd.DataFrame, base: float | None, palette: Palette = LIGHT) -> go.Figure:
    """The share in default twelve months on by score, with its bounds; at random as a line.

    A mark's code is where its band begins, `:30`.
    """
    bands = [band(row.band_from, row.band_to) for row in frame.itertuples()]
    rates = frame["rate"].to_numpy(dtype=float)
    said = [
        f"{formats.percent(row.rate)} ({formats.percent(row.low)} – {formats.percent(row.high)})"
        for row in frame.itertuples()
    ]
    points = go.Scatter(
        x=bands,
        y=rates,
        mode="markers",
        customdata=[f":{low:.0f}" for low in frame["band_from"]],
        marker={"size": 9, "color": palette.series[0]},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": frame["high"].to_numpy(dtype=float) - rates,
            "arrayminus": rates - frame["low"].to_numpy(dtype=float),
            "color": palette.series[0],
            "thickness": 1.5,
        },
        hovertext=said,
        hovertemplate="%{x}: %{hovertext}<extra></extra>",
        showlegend=False,
    )
    top = room(frame["high"].to_numpy(dtype=float), 1.1)[1]
    drawn = figure(
        [points],
        palette,
        xaxis={"type": "category", "title": {"text": t("Score")}},
        yaxis={"tickformat": ".0%", "range": [0, top]},
    )
    if base is not None:
        said_base = t("at random {rate}", rate=formats.percent(base))
        drawn.add_hline(
            y=base,
            line={"dash": "dash", "color": palette.ink, "width": 1},
            annotation={"text": said_base, "font": {"color": palette.ink}},
            annotation_position="top left",
        )
    return drawn


def band(low: Any, high: Any) -> str:
    """`10–20`, or `100+` for the last one."""
    return f"{low:.0f}+" if formats.missing(high) else f"{low:.0f}–{high:.0f}"


def settings(
    months: pd.DataFrame, value: str, names: Mapping[str, str], palette: Palette = LIGHT
) -> go.Figure:
    """setting, month_end, value: one line for each setting, each with a dash of its own."""
    dates = [formats.day(day) for day in sorted(months["month_end"].unique())]
    lines: list[Any] = []
    for place, (code, said) in enumerate(names.items()):
        own = months[months["setting"] == code]
        lines.append(
            go.Scatter(
                x=[formats.day(day) for day in own["month_end"]],
                y=own[value].to_numpy(dtype=float),
                name=said,
                mode="lines",
                line={"color": palette.series[place], "width": 2, "dash": DASHES[place]},
                hovertemplate="%{x} · %{fullData.name}: %{y:,.0f}<extra></extra>",
            )
        )
    return figure(
        lines,
        palette,
        xaxis=months_axis(dates, 7),
        yaxis={"rangemode": "tozero", "tickformat": ","},
    )
