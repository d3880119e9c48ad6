"""Curves by age: one line per vintage or segment, each with its name at its end."""

from collections.abc import Callable, Sequence
from typing import Any

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
    ends = [
        (named(code), float(part["months_on_book"].iloc[-1]), float(part["value"].iloc[-1]))
        for code, part in parts
    ]
    names = _names(ends, last, top, palette)
    wide = max((_width(said) for said, _, _ in ends), default=0.0)
    high = max([top, *(each["y"] + LINE * top for each in names)])
    return charts.figure(
        lines,
        palette,
        HEIGHT,
        xaxis={
            "title": {"text": t("Months on book")},
            "range": [-0.02 * last, last * (1 + wide)],
            "tickvals": list(range(0, int(last) + 1, _gap(last))),
        },
        yaxis={"tickformat": _ticks(top) if unit == "ratio" else "~s", "range": [low, high]},
        showlegend=False,
        annotations=names,
    )


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


def _ticks(top: float) -> str:
    return ".0%" if top > 0.2 else ".1%" if top > 0.02 else ".2%"


def _gap(last: float) -> int:
    return next((gap for gap in (1, 3, 6) if last / gap <= 16), 12)


def _width(said: str) -> float:
    """How much of the picture's width a name takes: a Chinese character as much as two letters."""
    return LETTER * (2 + sum(1 if letter.isascii() else 2 for letter in said))


def _names(
    ends: Sequence[tuple[str, float, float]], last: float, top: float, palette: Palette
) -> list[dict[str, Any]]:
    """The name of each line right of its end, moved up where another name stands already."""
    taken: list[tuple[float, float, float]] = []
    placed = []
    for said, across, up in sorted(ends, key=lambda end: end[2]):
        wide = _width(said) * last
        while any(
            abs(across - x) < max(wide, w) and abs(up - y) < LINE * top * 0.999 for x, y, w in taken
        ):
            up += LINE * top / 4
        taken.append((across, up, wide))
        look = {"x": across, "y": up, "text": said, "showarrow": False, "bgcolor": palette.ground}
        font = {"color": palette.ink, "size": 12}
        placed.append(look | {"xanchor": "left", "yanchor": "middle", "xshift": 6, "font": font})
    return placed
