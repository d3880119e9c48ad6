"""The way of a figure as a drawing: raw tables on the left, the figure's mart on the right."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from ui import charts
from ui.i18n import name
from ui.theme import LIGHT, Palette

LAYERS = ("raw", "staging", "intermediate", "marts")
ROW = 24  # pixels that one model needs


def way(edges: pd.DataFrame, marts: Sequence[str], *, palette: Palette = LIGHT) -> go.Figure:
    """reads, read: a dot for each model and table in the column of its layer, a line for each
    reading; those in `marts` are the figure's own.
    """
    nodes = list(dict.fromkeys([*marts, *edges["reads"], *edges["read"]]))
    columns = {layer: [n for n in nodes if n.split(".")[0] == layer] for layer in LAYERS}
    tallest = max((len(each) for each in columns.values()), default=1)
    places = {
        node: (x, (place + 0.5) * tallest / len(column))
        for x, column in enumerate(columns.values())
        for place, node in enumerate(column)
    }
    across: list[float | None] = []
    up: list[float | None] = []
    for reads, read in zip(edges["reads"], edges["read"], strict=True):
        one, other = places[reads], places[read]
        across += [other[0], one[0], None]
        up += [other[1], one[1], None]
    lines = go.Scatter(
        x=across,
        y=up,
        mode="lines",
        line={"color": palette.faint, "width": 1},
        hoverinfo="skip",
        showlegend=False,
    )
    own = [palette.series[1] if node in marts else palette.series[0] for node in nodes]
    dots = go.Scatter(
        x=[places[node][0] for node in nodes],
        y=[places[node][1] for node in nodes],
        mode="markers+text",
        text=[node.split(".")[1] for node in nodes],
        textposition="middle right",
        textfont={"size": 11},
        marker={"size": 7, "color": own},
        hovertext=nodes,
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
        showlegend=False,
    )
    named = [name("layer", layer) for layer in LAYERS]
    return charts.figure(
        [lines, dots],
        palette,
        max(260, tallest * ROW + 60),
        xaxis={"tickvals": list(range(4)), "ticktext": named, "range": [-0.35, 3.9], "side": "top"},
        yaxis={"visible": False, "autorange": "reversed"},
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
    )
