"""The picture of a bridge: from an opening balance to the closing one, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from ui import charts, formats
from ui.i18n import t
from ui.theme import LIGHT, Palette

ROW = 34
THIN = 0.03  # of the axis: a bar below it is hard to hit


@dataclass(frozen=True)
class Bar:
    """One bar: its code, its label, what it adds (signed); an end stands at its whole amount."""

    code: str
    label: str
    amount: float
    is_end: bool = False


def waterfall(bars: Sequence[Bar], *, palette: Palette = LIGHT) -> go.Figure:
    """Bars from top to bottom, each beginning where the one above ended; signs tell up from down.

    Where the steps are small beside the balance the axis begins close to them. The two ends then
    are marks at their level and no bars: a bar that is cut has a length that says nothing.
    """
    starts, ends = _levels(bars)
    low, high = _window(starts, ends)
    cut = low > 0
    shown = [
        end if cut and bar.is_end else start
        for bar, start, end in zip(bars, starts, ends, strict=True)
    ]
    colours = {1: palette.series[0], -1: palette.series[1], 0: palette.ink}
    signs = [0 if bar.is_end else -1 if bar.amount < 0 else 1 for bar in bars]
    said = [_said(bar) for bar in bars]
    bar = go.Bar(
        x=[end - start for start, end in zip(shown, ends, strict=True)],
        base=shown,
        y=[each.label for each in bars],
        orientation="h",
        customdata=[each.code for each in bars],
        hovertext=said,
        hovertemplate="%{y}: %{hovertext}<extra></extra>",
        marker={
            "color": [colours[sign] for sign in signs],
            "pattern": {"shape": [{1: "", -1: "/", 0: ""}[sign] for sign in signs]},
            "line": {"width": 0},
        },
        showlegend=False,
    )
    right = [max(start, end) for start, end in zip(shown, ends, strict=True)]
    labels = go.Scatter(
        x=right,
        y=[each.label for each in bars],
        mode="text",
        text=["\u00a0" * (4 if bar.is_end and cut else 1) + _said(bar) for bar in bars],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    room = (high - low) * 0.42
    thin = [
        (each, (start + end) / 2)
        for each, start, end in zip(bars, shown, ends, strict=True)
        if not each.is_end and abs(end - start) < THIN * (high - low)
    ]
    return charts.figure(
        [
            bar,
            labels,
            _handles(thin, palette),
            *_connectors(bars, ends, palette),
            *([_marks(bars, palette)] if cut else []),
        ],
        palette,
        max(200, ROW * len(bars) + 40),
        xaxis={"range": [low, high + room], "showticklabels": False, "showgrid": False},
        yaxis={"type": "category", "autorange": "reversed", "dtick": 1, "showgrid": False},
    )


def _handles(thin: Sequence[tuple[Bar, float]], palette: Palette) -> go.Scatter:
    """Something to click where a bar is too thin to be hit; it cannot be seen."""
    return go.Scatter(
        x=[middle for _, middle in thin],
        y=[bar.label for bar, _ in thin],
        mode="markers",
        marker={"size": 18, "opacity": 0, "color": palette.ink},
        customdata=[bar.code for bar, _ in thin],
        hovertext=[_said(bar) for bar, _ in thin],
        hovertemplate="%{y}: %{hovertext}<extra></extra>",
        cliponaxis=False,
        showlegend=False,
    )


def _marks(bars: Sequence[Bar], palette: Palette) -> go.Scatter:
    """The two ends as marks at their level, to be clicked as a bar is."""
    ends = [bar for bar in bars if bar.is_end]
    return go.Scatter(
        x=[bar.amount for bar in ends],
        y=[bar.label for bar in ends],
        mode="markers",
        marker={"symbol": "diamond", "size": 13, "color": palette.ink},
        customdata=[bar.code for bar in ends],
        hovertext=[_said(bar) for bar in ends],
        hovertemplate="%{y}: %{hovertext}<extra></extra>",
        cliponaxis=False,
        showlegend=False,
    )


def _levels(bars: Sequence[Bar]) -> tuple[list[float], list[float]]:
    """Where each bar starts and ends."""
    starts, ends, level = [], [], 0.0
    for bar in bars:
        starts.append(0.0 if bar.is_end else level)
        level = bar.amount if bar.is_end else level + bar.amount
        ends.append(level)
    return starts, ends


def _window(starts: Sequence[float], ends: Sequence[float]) -> tuple[float, float]:
    """The part of the axis that the steps move in, from nothing unless they are small."""
    low, high = min(ends), max(ends)
    gap = high - low
    if low <= 0 or not gap or gap > 0.4 * high:
        return min(0.0, low, *starts), high or 1.0
    return low - 0.08 * gap, high


def is_cut(bars: Sequence[Bar]) -> bool:
    """Whether the picture's axis begins above nothing."""
    return _window(*_levels(bars))[0] > 0


def _said(bar: Bar) -> str:
    if bar.is_end:
        return formats.money(bar.amount)
    return formats.difference("money", bar.amount, 0) or formats.DASH if bar.amount else t("none")


def _connectors(bars: Sequence[Bar], ends: Sequence[float], palette: Palette) -> list[go.Scatter]:
    """A thin line from the end of each bar to the start of the next."""
    labels = [bar.label for bar in bars]
    x: list[float | None] = []
    y: list[str | None] = []
    for place, end in enumerate(ends[:-1]):
        x += [end, end, None]
        y += [labels[place], labels[place + 1], None]
    return [
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": palette.ink, "width": 1, "dash": "dot"},
            opacity=0.5,
            hoverinfo="skip",
            showlegend=False,
        )
    ]
