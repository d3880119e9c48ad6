"""Pictures: a data frame and column names in, a figure out. No loading, no state, no arithmetic.

What a colour says, a word, a sign or a place says too. `customdata` of a mark carries the code
that `drill_target` turns into an address; it is looked up in what was drawn, never trusted.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.i18n import name, t
from ui.theme import LIGHT, Palette

Axis = dict[str, Any]
HEIGHT = 300
LINE = 0.065  # of the height of a picture of lines: what a figure at an end needs
LABEL = 0.15  # of what a single line spans: what a figure above or below it needs
FEW = 5  # a count below it is told by whole numbers alone
THICK = 36  # pixels: a bar that stands alone must not become a block


def figure(
    traces: Sequence[Any],
    palette: Palette,
    height: int = HEIGHT,
    *,
    xaxis: Axis | None = None,
    yaxis: Axis | None = None,
    **layout: Any,
) -> go.Figure:
    """Traces in the one look of all figures; made in one go, since each later update is slow."""
    axis = {"zeroline": False, "automargin": True, "fixedrange": True}
    across, up = axis | {"showgrid": False}, axis | {"gridcolor": palette.faint, "nticks": 5}
    look = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "font": {"color": palette.ink, "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "bargap": 0.25,
        "dragmode": False,
        "hoverlabel": {"namelength": -1},
        "uniformtext": {"minsize": 11, "mode": "show"},
        "xaxis": across | (xaxis or {}),
        "yaxis": up | (yaxis or {}),
    }
    return go.Figure(data=list(traces), layout=look | layout)


def _ordered(frame: pd.DataFrame, by: str, order: Sequence[Any] | None) -> pd.DataFrame:
    if order is None:
        return frame
    places = {str(code): place for place, code in enumerate(order)}
    return frame.loc[frame[by].astype(str).map(places).sort_values(kind="stable").index]


def steps(codes: Sequence[Any], order: Sequence[Any], palette: Palette) -> list[str]:
    """One hue from slight to grave: the colour of each code by its place in `order`."""
    last = max(len(order) - 1, 1)
    places = {str(code): place for place, code in enumerate(order)}
    top = len(palette.steps) - 1
    return [palette.steps[round(places.get(str(code), 0) * top / last)] for code in codes]


def bars(
    frame: pd.DataFrame,
    value: str,
    by: str,
    unit: str = "money",
    *,
    order: Sequence[Any] | None = None,
    horizontal: bool = False,
    last_on_top: bool = False,
    shown: Callable[[Any], str] | None = None,
    palette: Palette = LIGHT,
) -> go.Figure:
    """One labelled bar per code of `by`; ordered codes go from slight to grave in one hue."""
    frame = _ordered(frame, by, order)
    codes = frame[by].tolist()
    names = [shown(code) if shown else name(by, code) for code in codes]
    said = [formats.value(unit, figure) for figure in frame[value]]
    colours = steps(codes, order, palette) if order else [palette.series[0]] * len(codes)
    figures = frame[value].to_numpy(dtype=float)
    across: dict[str, Any] = (
        {"x": figures, "y": names, "orientation": "h"} if horizontal else {"x": names, "y": figures}
    )
    bar = go.Bar(
        **across,
        text=said,
        textposition="outside",
        cliponaxis=False,
        marker={"color": colours, "line": {"width": 0}},
        customdata=codes,
        hovertemplate="%{label}: %{text}<extra></extra>",
    )
    bar.width = thin(len(codes))
    low, high = room(figures, 1.22 if horizontal else 1.12)
    measured = {"range": [low, high], "showticklabels": False, "showgrid": False}
    named = {"type": "category", "showgrid": False}
    if not horizontal:
        return figure([bar], palette, xaxis=named, yaxis=measured)
    height = max(28 * len(codes) + 60, min(HEIGHT, 48 * len(codes) + 60))
    bar.width = min(0.75, THICK * len(codes) / (height - 36))
    named |= {"autorange": True if last_on_top else "reversed", "dtick": 1}
    return figure([bar], palette, height, xaxis=measured, yaxis=named)


def room(figures: Any, factor: float) -> tuple[float, float]:
    """An axis from nothing, or below it, to a little more than the largest, so that labels fit."""
    if not len(figures):
        return 0.0, 1.0
    return min(0.0, float(figures.min()) * 1.2), float(figures.max()) * factor or 1.0


def months_axis(dates: Sequence[str], most: int = 5) -> Axis:
    """Month ends as categories, every n-th named as a month, the last one among them."""
    gap = -(-len(dates) // most) or 1
    named = [day for place, day in enumerate(dates) if (len(dates) - 1 - place) % gap == 0]
    ticks = [day[:7] for day in named]
    return {"type": "category", "tickvals": named, "ticktext": ticks, "tickangle": 0}


def _told(figures: Sequence[float]) -> dict[int, str]:
    """The points of a line whose figure is told, and on which side, so that none lies on the line.

    The last, the highest, the lowest and the first; of two that are too near the later named goes.
    """
    known = [place for place, figure in enumerate(figures) if not math.isnan(figure)]
    if len(known) < 2:
        return dict.fromkeys(known, "top center")
    first, last = known[0], known[-1]
    near = -(-len(figures) // 7)
    sides: dict[int, str] = {}
    by_height = sorted(known, key=lambda place: (figures[place], place))
    for place in (last, by_height[-1], by_height[0], first):
        if any(abs(place - other) < near for other in sides):
            continue
        at = known.index(place)
        beside = [figures[each] for each in (*known[max(at - 1, 0) : at], *known[at + 1 : at + 2])]
        side = "top" if _mean(beside) <= figures[place] else "bottom"
        sides[place] = (
            f"{side} {'left' if place == last else 'right' if place == first else 'center'}"
        )
    return sides


def _with_room(figures: Sequence[float]) -> Axis:
    """An axis with room above and below for figures at the points; none where all are alike."""
    known = [figure for figure in figures if not math.isnan(figure)]
    if not known or max(known) == min(known):
        return {}
    gap = LABEL * (max(known) - min(known))
    return {"range": [min(known) - gap, max(known) + gap]}


def trend(
    frame: pd.DataFrame,
    value: str,
    unit: str = "ratio",
    *,
    limit: float | None = None,
    palette: Palette = LIGHT,
) -> go.Figure:
    """One measure over month ends: a line with marks to click, its limit as a dashed line.

    The last, highest, lowest and first figures are told, off the line; the others on pointing.
    """
    dates = [formats.day(when) for when in frame["month_end"]]
    figures = frame[value].to_numpy(dtype=float)
    said = [formats.value(unit, v) for v in figures]
    sides = _told(figures.tolist())
    line = go.Scatter(
        x=dates,
        y=figures,
        mode="lines+markers+text",
        text=[text if place in sides else "" for place, text in enumerate(said)],
        textposition=[sides.get(place, "top center") for place in range(len(said))],
        customdata=dates,
        line={"color": palette.series[0], "width": 2},
        marker={"size": 7},
        hovertext=said,
        hovertemplate="%{x}: %{hovertext}<extra></extra>",
        cliponaxis=False,
        showlegend=False,
    )
    # Of a small figure the letter for thousandths would be read as a million.
    few = unit == "number" and len(figures) and abs(figures).max() < FEW
    upwards: Axis = {"tickformat": ".2%" if unit == "ratio" else ".2~f" if few else "~s"}
    upwards |= _with_room([*figures.tolist(), *([] if limit is None else [limit])])
    if unit == "count" and len(figures) and figures.max() < FEW:
        # Between none and one of them there is nothing.
        upwards["dtick"] = 1
    drawn = figure([line], palette, xaxis=months_axis(dates, 7), yaxis=upwards)
    if limit is not None:
        drawn.add_hline(
            y=limit,
            line={"dash": "dash", "color": palette.bad, "width": 1},
            annotation={
                "text": t("limit {value}", value=formats.value(unit, limit)),
                "font": {"color": palette.bad},
            },
            annotation_position="top left",
        )
    return drawn


def flows(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """month_end, opened, closed, backlog: in and out as bars, what is left as a line."""
    dates = [formats.day(when) for when in frame["month_end"]]
    looks = (("opened", t("Opened"), "", 0), ("closed", t("Closed"), "/", 1))
    layers: list[Any] = [
        go.Bar(
            x=dates,
            y=frame[column].to_numpy(dtype=float),
            name=label,
            customdata=dates,
            marker={"color": palette.series[place], "pattern": {"shape": pattern}},
        )
        for column, label, pattern, place in looks
    ]
    backlog = frame["backlog"].tolist()
    layers.append(
        go.Scatter(
            x=dates,
            y=backlog,
            name=t("Open at month end"),
            mode="lines+markers+text",
            text=[""] * (len(backlog) - 1) + [formats.count(each) for each in backlog[-1:]],
            textposition="middle right",
            cliponaxis=False,
            customdata=dates,
            line={"color": palette.series[4 if palette is LIGHT else 2], "width": 2},
        )
    )
    return figure(layers, palette, xaxis=months_axis(dates, 7), barmode="group")


@dataclass(frozen=True)
class End:
    """The last point of a line, what is said of it, and the line's colour."""

    x: str
    value: float
    said: str
    colour: str


def line_ends(
    ends: Sequence[End], last: str, low: float, high: float, palette: Palette
) -> list[dict[str, Any]]:
    """The last figure of each line from `low` to `high`: right of those that reach `last`, each
    joined to its line and spread so that none covers another; above those that ended before."""
    found: list[dict[str, Any]] = []
    # Of lines that end in one point and say the same, one figure tells all.
    at_last = sorted(
        {(end.value, end.said): end for end in ends if end.x == last}.values(), key=_up
    )
    levels = _apart([end.value for end in at_last], (high - low) * LINE, low, high)
    for end, level in zip(at_last, levels, strict=True):
        joined = {"showarrow": True, "ax": 26, "ay": level, "axref": "pixel", "ayref": "y"}
        arrow = {"arrowhead": 0, "arrowwidth": 1, "arrowcolor": end.colour, "standoff": 4}
        found.append(_said_at(end, palette) | joined | arrow | {"xanchor": "left"})
    earlier = sorted((end for end in ends if end.x != last), key=lambda end: (end.x, end.value))
    for _, together in groupby(earlier, lambda end: end.x):
        for place, end in enumerate(together):
            above = {"yanchor": "bottom", "yshift": 6 + 15 * place}
            found.append(_said_at(end, palette) | above | {"showarrow": False, "xanchor": "center"})
    return found


def _up(end: End) -> float:
    return end.value


def _said_at(end: End, palette: Palette) -> dict[str, Any]:
    font = {"color": palette.ink, "size": 12}
    return {"x": end.x, "y": end.value, "xref": "x", "yref": "y", "text": end.said, "font": font}


def _apart(values: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Levels at least `least` apart, in the order of the values, as near to them as can be."""
    pools: list[list[float]] = []
    for place, value in enumerate(values):
        pools.append([value - place * least])
        while len(pools) > 1 and _mean(pools[-2]) > _mean(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    level = [_mean(pool) for pool in pools for _ in pool]
    most = len(level) - 1
    found = [each + place * least for place, each in enumerate(level)]
    found = [min(each, high - (most - place) * least) for place, each in enumerate(found)]
    return [max(each, low + place * least) for place, each in enumerate(found)]


def _mean(pool: Sequence[float]) -> float:
    return sum(pool) / len(pool)


def scale(low: float, high: float, unit: str = "money", least: int = 3) -> Axis:
    """An axis from `low` to `high` whose marks are round and no two of them read alike."""
    step = _round((high - low) / least or 1.0)
    if unit in ("count", "days"):
        step = max(step, 1.0)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    places = [step * each for each in range(first, last + 1)]
    said = [_mark(unit, place, step) for place in places]
    return {"range": [low, high], "tickvals": places, "ticktext": said}


def _round(step: float) -> float:
    """The 1, 2 or 5 times a power of ten that is no larger."""
    power = 10.0 ** math.floor(math.log10(step) + 1e-9)
    return next(n * power for n in (5, 2, 1) if n * power <= step * 1.001)


def _mark(unit: str, place: float, step: float) -> str:
    if unit == "ratio":
        digits = max(0, -math.floor(math.log10(step * 100) + 1e-9))
        return f"{place + 0.0:,.{digits}%}"
    return re.sub(r"\.00(?!\d)", "", formats.value(unit, place)) if place else "0"


def thin(bars: int, width: float = 0.75) -> float:
    """How wide each of `bars` upright bars is, as a part of its room: few are no blocks."""
    return min(width, 0.1 * max(bars, 1))


def spanned(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[float, float]:
    """An axis that holds nothing and every figure of the columns, with room above for labels."""
    figures = frame[list(columns)].astype(float)
    low, high = min(0.0, float(figures.min().min())), max(0.0, float(figures.max().max()))
    gap = (high - low) or 0.01
    return low - (0.05 * gap if low < 0 else 0.0), high + 0.15 * gap
