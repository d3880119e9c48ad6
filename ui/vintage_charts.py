"""Curves by age: one line per vintage or segment, each with its name at its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ui import charts, formats
from ui.i18n import t
from ui.theme import LIGHT, Palette

DASHES = ("solid", "dash", "dot", "dashdot")
MARKS = ("circle", "square", "diamond", "triangle-up", "x", "cross")
HEIGHT = 420
LINE = 0.05  # of the height of the picture: what a name needs
LETTER = 0.0125  # of its width: what a letter of a name needs


def curves(
    frame: pd.DataFrame,
    order: Sequence[str],
    named: Callable[[str], str] = str,
    unit: str = "ratio",
    *,
    ordered: bool = True,
    palette: Palette = LIGHT,
) -> go.Figure:
    """curve, months_on_book, value: a line per code of `order`, told apart without colour.

    `ordered` codes (vintages) go from pale to strong, the newest last; others are kinds. A mark's
    code is its curve and its age.
    """
    kinds = charts.steps(order, order, palette) if ordered else _kinds(order, palette)
    parts = [(code, frame[frame["curve"] == code]) for code in order]
    parts = [(code, part) for code, part in parts if len(part)]
    colours = dict(zip(order, kinds, strict=True))
    lines = [
        _line(code, part, named(code), colours[code], place, unit)
        for place, (code, part) in enumerate(parts)
    ]
    last = float(frame["months_on_book"].max() or 1)
    low, top = charts.room(frame["value"].to_numpy(dtype=float), 1.08)
    ends = [_End(named(code), colours[code], *_points(part)) for code, part in parts if len(part)]
    names = _names(ends, last, low, top, palette)
    wide = max((_width(end.said) for end in ends), default=0.0)
    high = max([top, *(each["ay"] + LINE * top for each in names)])
    return charts.figure(
        lines,
        palette,
        HEIGHT,
        xaxis={
            "title": {"text": t("Months on book")},
            "range": [-0.02 * last, last * (1 + wide)],
            "tickvals": list(range(0, int(last) + 1, _gap(last))),
        },
        yaxis=charts.scale(low, high, unit),
        showlegend=False,
        annotations=names,
    )


@dataclass(frozen=True)
class _End:
    """A line's name and colour, and its points: their ages and values."""

    said: str
    colour: str
    ages: np.ndarray
    values: np.ndarray

    @property
    def across(self) -> float:
        return float(self.ages[-1])

    @property
    def up(self) -> float:
        return float(self.values[-1])


def _points(part: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return part["months_on_book"].to_numpy(dtype=float), part["value"].to_numpy(dtype=float)


def _kinds(order: Sequence[str], palette: Palette) -> list[str]:
    return [palette.series[place % len(palette.series)] for place, _ in enumerate(order)]


def _line(
    code: str, part: pd.DataFrame, said: str, colour: str, place: int, unit: str
) -> go.Scatter:
    return go.Scatter(
        x=part["months_on_book"].to_numpy(dtype=float),
        y=part["value"].to_numpy(dtype=float),
        name=said,
        mode="lines+markers",
        line={"color": colour, "width": 2, "dash": DASHES[place % len(DASHES)]},
        marker={"size": 6, "symbol": MARKS[place % len(MARKS)]},
        customdata=[[code, str(int(age))] for age in part["months_on_book"]],
        hovertext=[formats.value(unit, value) for value in part["value"]],
        hovertemplate="%{fullData.name} · %{x}: %{hovertext}<extra></extra>",
    )


def _gap(last: float) -> int:
    return next((gap for gap in (1, 3, 6) if last / gap <= 16), 12)


def _width(said: str) -> float:
    """How much of the picture's width a name takes: a Chinese character as much as two letters."""
    return LETTER * (2 + sum(1 if letter.isascii() else 2 for letter in said))


def _names(
    ends: Sequence[_End], last: float, low: float, top: float, palette: Palette
) -> list[dict[str, Any]]:
    """The name of each line right of its end, up or down to where neither a name nor a line is.

    A name that had to move is joined to its end. Nothing is painted under it: that would cut gaps
    into the lines behind.
    """
    taken: list[tuple[float, float, float]] = []
    placed = []
    for end in sorted(ends, key=lambda end: end.up):
        wide = _width(end.said) * last
        level = _free(end, ends, taken, wide, low, top)
        taken.append((end.across, level, wide))
        look = {"x": end.across, "y": end.up, "text": end.said, "xanchor": "left"}
        joined = {"showarrow": True, "ax": 10, "ay": level, "axref": "pixel", "ayref": "y"}
        is_moved = abs(level - end.up) > LINE * top / 3
        line = {"arrowhead": 0, "arrowwidth": 1 if is_moved else 0.1, "arrowcolor": end.colour}
        font = {"color": palette.ink, "size": 12}
        placed.append(look | joined | line | {"standoff": 4, "font": font})
    return placed


def _free(
    end: _End,
    ends: Sequence[_End],
    taken: Sequence[tuple[float, float, float]],
    wide: float,
    low: float,
    top: float,
) -> float:
    """The level nearest to the end of a line where its name covers no other and crosses no line."""
    step, places = LINE * top / 3, range(40)
    levels = [end.up + sign * step * place for place in places for sign in (1, -1)]
    levels = [each for each in levels if each >= low]
    clear = [
        each
        for each in levels
        if not any(
            abs(end.across - x) < max(wide, w) and abs(each - y) < LINE * top * 0.999
            for x, y, w in taken
        )
    ]
    return next((each for each in clear if not _crossed(end, ends, each, wide, top)), clear[0])


def _crossed(end: _End, ends: Sequence[_End], level: float, wide: float, top: float) -> bool:
    """Whether another line runs through the room of a name at a level."""
    for other in ends:
        if other is end or other.across <= end.across:
            continue
        across = np.linspace(end.across, min(end.across + wide, other.across), 8)
        up = np.interp(across, other.ages, other.values)
        if (np.abs(up - level) < LINE * top * 0.6).any():
            return True
    return False
