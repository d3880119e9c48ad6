"""Pictures of lateness: a panel per bucket, who came and who went, rates as lines."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.charts import End, figure, line_ends, months_axis, scale, spanned, thin
from ui.i18n import name
from ui.theme import LIGHT, Palette

ACROSS = 3
PANEL = 150  # pixels of height that a small line needs to be read
WIDE = 0.75  # of the room of one month: a bar
DASHES = ("solid", "dash", "dot", "dashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up")


def panels(
    frame: pd.DataFrame,
    value: str,
    parts: str,
    order: Sequence[str],
    unit: str = "money",
    *,
    held: str = "bucket",
    palette: Palette = LIGHT,
) -> go.Figure:
    """month_end, `held`, value: one small line per code of `order`, each on a scale of its own.

    Every scale begins at nothing; the last figure stands at the line's end. Marks carry the day
    and the code, whose word is that of the dimension `parts`.
    """
    days = sorted(frame["month_end"].unique())
    rows = -(-len(order) // ACROSS)
    traces: list[Any] = []
    layout: dict[str, Any] = {"annotations": []}
    for place, code in enumerate(order):
        row, column = divmod(place, ACROSS)
        part = frame[frame[held] == code].set_index("month_end")[value].reindex(days)
        axis = "" if place == 0 else str(place + 1)
        traces.append(_line(part.fillna(0.0), code, axis, unit, palette))
        across = [column / ACROSS + 0.015, (column + 1) / ACROSS - 0.03]
        up = [1 - (row + 0.92) / rows, 1 - (row + 0.30) / rows]
        layout |= _axes(axis, across, up, float(part.max()), palette)
        last = part.fillna(0.0).iloc[-1]
        layout["annotations"].append(_heading(name(parts, code), last, unit, across, up, palette))
    return figure(traces, palette, PANEL * rows + 20, showlegend=False, **layout)


def _line(part: pd.Series, code: str, axis: str, unit: str, palette: Palette) -> go.Scatter:
    days = [formats.day(day) for day in part.index]
    figures = part.to_numpy(dtype=float)
    return go.Scatter(
        x=days,
        y=figures,
        xaxis=f"x{axis}",
        yaxis=f"y{axis}",
        mode="lines+markers",
        line={"color": palette.series[0], "width": 1.6},
        marker={"size": [4] * (len(days) - 1) + [7]},
        customdata=[[day, code] for day in days],
        text=[formats.value(unit, each) for each in figures],
        hovertemplate="%{x}: %{text}<extra></extra>",
    )


def _axes(
    axis: str, across: list[float], up: list[float], top: float, palette: Palette
) -> dict[str, Any]:
    plain = {"showgrid": False, "zeroline": False, "fixedrange": True, "showticklabels": False}
    high = top * 1.15 if top > 0 else 1.0
    lined = {"showline": True, "linecolor": palette.faint}
    return {
        f"xaxis{axis}": plain
        | lined
        | {"domain": across, "anchor": f"y{axis}", "type": "category"},
        f"yaxis{axis}": plain | {"domain": up, "anchor": f"x{axis}", "range": [0, high]},
    }


def _heading(
    said: str, last: float, unit: str, across: list[float], up: list[float], palette: Palette
) -> dict[str, Any]:
    return {
        "text": f"{said} · <b>{formats.value(unit, last)}</b>",
        "x": across[0],
        "y": up[1],
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12, "color": palette.ink},
    }


def came_and_went(
    frame: pd.DataFrame,
    came: str,
    again: str,
    went: Sequence[str],
    names: Mapping[str, str],
    unit: str = "money",
    *,
    palette: Palette = LIGHT,
) -> go.Figure:
    """Per month end: `came` upwards with its part `again` inside it, each of `went` downwards.

    Marks carry the column and the day.
    """
    first, second = palette.series[0], palette.series[1]
    bars = [
        _bar(frame, came, names, unit, 1, first, "", palette),
        _bar(frame, again, names, unit, 1, first, "/", palette, width=0.42),
    ]
    below = frame[list(went)].astype(float).fillna(0.0).cumsum(axis=1).shift(1, axis=1).fillna(0.0)
    for column, colour, pattern in zip(
        went, (second, palette.series[3]), ("\\", "."), strict=False
    ):
        bars.append(
            _bar(frame, column, names, unit, -1, colour, pattern, palette, base=-below[column])
        )
    days = [formats.day(day) for day in frame["month_end"]]
    return figure(
        bars,
        palette,
        320,
        xaxis=months_axis(days, 7),
        yaxis={"zeroline": True, "zerolinecolor": palette.ink}
        | _both_ways(frame, came, went, unit),
        barmode="overlay",
    )


def _both_ways(frame: pd.DataFrame, came: str, went: Sequence[str], unit: str) -> dict[str, Any]:
    """Marks above and below nothing, said as the reader says them, without a sign."""
    figures = frame[[came, *went]].astype(float).fillna(0.0)
    top = max(figures[came].max(), figures[list(went)].sum(axis=1).max()) or 1.0
    axis = scale(-1.08 * top, 1.08 * top, unit)
    return axis | {"ticktext": [said.removeprefix("-") for said in axis["ticktext"]]}


def _bar(
    frame: pd.DataFrame,
    column: str,
    names: Mapping[str, str],
    unit: str,
    sign: int,
    colour: str,
    pattern: str,
    palette: Palette,
    *,
    base: pd.Series | None = None,
    width: float = WIDE,
) -> go.Bar:
    days = [formats.day(day) for day in frame["month_end"]]
    figures = frame[column].to_numpy(dtype=float)
    fill = {
        "shape": pattern,
        "fillmode": "overlay",
        "fgcolor": palette.ground,
        "solidity": 0.25,
    }
    return go.Bar(
        x=days,
        y=sign * figures,
        base=None if base is None else base.to_numpy(dtype=float),
        width=width / WIDE * thin(len(days), WIDE),
        name=names[column],
        marker={"color": colour, "pattern": fill, "line": {"width": 1, "color": palette.ground}},
        customdata=[[column, day] for day in days],
        text=[formats.value(unit, each) for each in figures],
        textposition="none",
        hovertemplate="%{x} · %{fullData.name}: %{text}<extra></extra>",
    )


def rates(
    frame: pd.DataFrame,
    when: str,
    value: str,
    *,
    palette: Palette = LIGHT,
) -> go.Figure:
    """`when`, days_after, value: one line per number of days, told apart by dash and mark.

    Marks carry the days and the date; the last figure of each line is written at its end.
    """
    every = sorted(frame["days_after"].unique())
    traces, ends = [], []
    for place, days in enumerate(every):
        part = frame[frame["days_after"] == days]
        dates = [formats.day(day) for day in part[when]]
        said = [formats.percent(each) for each in part[value]]
        known = part[part[value].notna()]
        colour = palette.series[place % len(palette.series)]
        for row in known.tail(1).to_dict("records"):
            figure_ = float(row[value])
            ends.append(End(formats.day(row[when]), figure_, formats.percent(figure_), colour))
        traces.append(
            go.Scatter(
                x=dates,
                y=part[value].to_numpy(dtype=float),
                name=name("days_after", str(days)),
                mode="lines+markers",
                line={
                    "color": colour,
                    "width": 1.8,
                    "dash": DASHES[place % len(DASHES)],
                },
                marker={"size": 6, "symbol": SYMBOLS[place % len(SYMBOLS)]},
                customdata=[[str(days), day] for day in dates],
                cliponaxis=False,
                hovertext=said,
                hovertemplate="%{x} · %{fullData.name}: %{hovertext}<extra></extra>",
            )
        )
    low, high = spanned(frame, [value])
    dates = [formats.day(day) for day in sorted(frame[when].unique())]
    # In their order: a line that begins later must not put its first months at the end.
    axis = months_axis(dates, 7) | {"categoryorder": "array", "categoryarray": dates}
    return figure(
        traces,
        palette,
        320,
        xaxis=axis,
        yaxis=scale(low, high, "ratio"),
        margin={"l": 8, "r": 72, "t": 28, "b": 8},
        annotations=line_ends(ends, dates[-1], low, high, palette),
    )
