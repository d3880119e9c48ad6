"""The map of hand-overs as a picture: departments with what they hold, an arrow for each route."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui import charts, formats, heat
from ui.i18n import t
from ui.route_lanes import HALF, NARROW, Arrow, Node, lay_out
from ui.theme import LIGHT, Palette

LETTERS = 27  # that a department has room for


def flow_map(
    departments: pd.DataFrame,
    drawn: pd.DataFrame,
    unit: str,
    *,
    bold: Sequence[str] = (),
    alone: Sequence[str] = (),
    chosen: str = "",
    palette: Palette = LIGHT,
) -> go.Figure:
    """department_id, department, backlog, told; route, from_id, to_id, handed_over, figure, told:
    departments with their open cases, an arrow for each route.

    As wide as cases were sent, as strong in colour as its figure is against the largest; both are
    told on it. A click on any part of an arrow gives its route, one on a department its code. Of
    routes that stand `alone` the others are but hinted at; the `chosen` department has a firm edge.
    """
    labels = [
        formats.count(n) if formats.missing(v) else f"{formats.count(n)} · {heat.short(unit, v)}"
        for n, v in zip(drawn["handed_over"], drawn["figure"], strict=True)
    ]
    nodes, arrows = lay_out(departments["department_id"].tolist(), drawn, labels)
    clear = [not alone or arrow.route in alone for arrow in arrows]
    colours = [
        colour if seen else palette.faint
        for colour, seen in zip(_colours(drawn["figure"], palette), clear, strict=True)
    ]
    shapes = [
        _line(arrow, colour, formats.missing(figure))
        for arrow, colour, figure in zip(arrows, colours, drawn["figure"], strict=True)
    ]
    said = [
        _label(arrow, label, colour, arrow.route in bold, palette)
        for arrow, label, colour, seen in zip(arrows, labels, colours, clear, strict=True)
        if seen
    ]
    high = max(node.bottom for node in nodes.values())
    traces = [
        *_boxes(departments, nodes, chosen, palette),
        _heads(arrows, colours),
        _touched(arrows, drawn, palette),
    ]
    return charts.figure(
        traces,
        palette,
        round(high) + 16,
        xaxis={"range": [-1, 1], "visible": False},
        yaxis={"range": [high + 2, -2], "visible": False},
        shapes=shapes,
        annotations=said,
        barmode="overlay",
        showlegend=False,
        margin={"l": 0, "r": 0, "t": 6, "b": 6},
        hovermode="closest",
    )


def _colours(figures: pd.Series, palette: Palette) -> list[str]:
    """From slight to grave against the largest; of what has no figure, the slightest."""
    known = figures.astype(float).fillna(0.0)
    parts = known / (known.max() or 1.0) * (len(palette.steps) - 1)
    return [palette.steps[round(part)] for part in parts]


def _line(arrow: Arrow, colour: str, untold: bool) -> dict[str, Any]:
    look = {"color": colour, "width": arrow.width, "dash": "dot" if untold else "solid"}
    return {"type": "path", "path": arrow.path, "layer": "below", "line": look}


def _label(arrow: Arrow, label: str, colour: str, strong: bool, palette: Palette) -> dict[str, Any]:
    return {
        "x": arrow.side * arrow.out,
        "y": arrow.box.y,
        "text": f"<b>{label}</b>" if strong else label,
        "showarrow": False,
        "font": {"size": 11, "color": palette.ink},
        "bgcolor": palette.ground,
        "bordercolor": palette.ink if strong else colour,
        "borderwidth": 2 if strong else 1,
        "borderpad": 2,
    }


def _boxes(
    departments: pd.DataFrame, nodes: dict[str, Node], chosen: str, palette: Palette
) -> list[Any]:
    codes = departments["department_id"].tolist()
    middles = [nodes[code].middle for code in codes]
    highs = [nodes[code].bottom - nodes[code].top for code in codes]
    held = departments["backlog"].fillna(0).to_numpy(dtype=float)
    parts = 2 * HALF * held / (held.max() or 1.0)
    edges = [palette.ink if code == chosen else palette.faint for code in codes]
    looks = (
        (parts.tolist(), palette.deep, palette.deep, 0),
        ([2 * HALF] * len(codes), "rgba(0,0,0,0)", edges, 1.5),
    )
    bars: list[Any] = [
        go.Bar(
            x=across,
            y=middles,
            base=-HALF,
            width=highs,
            orientation="h",
            marker={"color": colour, "line": {"color": line, "width": width}},
            customdata=codes,
            hovertext=departments["told"].tolist(),
            hovertemplate="%{hovertext}<extra></extra>",
            hoverlabel=_tip(palette),
        )
        for across, colour, line, width in looks
    ]
    words = [
        f"{_short(each)}<br>{t('{n} open', n=formats.count(n))}"
        for each, n in zip(departments["department"], held, strict=True)
    ]
    text = go.Scatter(
        x=[-HALF + 8 / NARROW] * len(codes),
        y=middles,
        mode="text",
        text=words,
        textposition="middle right",
        textfont={"size": 12, "color": palette.ink},
        hoverinfo="skip",
    )
    return [*bars, text]


def _short(word: str) -> str:
    """So much of a name as a department has room for; a Chinese letter is as wide as two."""
    room = 0
    for place, letter in enumerate(word):
        room += 2 if ord(letter) > 0x2E80 else 1
        if room > LETTERS:
            return word[: place - 1] + "…"
    return word


def _heads(arrows: Sequence[Arrow], colours: Sequence[str]) -> go.Scatter:
    return go.Scatter(
        x=[arrow.side * HALF for arrow in arrows],
        y=[arrow.end for arrow in arrows],
        mode="markers",
        marker={
            "symbol": "arrow",
            "angle": [-90 * arrow.side for arrow in arrows],
            "size": [arrow.head for arrow in arrows],
            "color": list(colours),
            "line": {"width": 0},
            "opacity": 1,
        },
        hoverinfo="skip",
    )


def _touched(arrows: Sequence[Arrow], drawn: pd.DataFrame, palette: Palette) -> go.Scatter:
    """Places along every arrow, unseen, that a pointer meets; on a label only those of its own."""
    boxes = {arrow.route: arrow.box for arrow in arrows}
    told = dict(zip(drawn["route"], drawn["told"], strict=True))
    points = [
        (arrow.route, x, y)
        for arrow in arrows
        for x, y in arrow.places
        if not any(box.holds(x * NARROW, y) for route, box in boxes.items() if route != arrow.route)
    ]
    points += [
        (route, (box.x + way * box.half / 2) / NARROW, box.y)
        for route, box in boxes.items()
        for way in (-1, 0, 1)
    ]
    return go.Scatter(
        x=[x for _, x, _ in points],
        y=[y for _, _, y in points],
        mode="markers",
        marker={"size": 16, "opacity": 0, "color": palette.ground},
        customdata=[route for route, _, _ in points],
        hovertext=[told[route] for route, _, _ in points],
        hovertemplate="%{hovertext}<extra></extra>",
        hoverlabel=_tip(palette),
    )


def _tip(palette: Palette) -> dict[str, Any]:
    look = {"bgcolor": palette.ground, "bordercolor": palette.ink, "align": "left"}
    return look | {"font": {"color": palette.ink, "size": 12}}
