"""Pictures of exposures: each customer as a share of capital, beside the limits."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.charts import figure, scale
from ui.theme import LIGHT, Palette


def against(
    top: pd.DataFrame, drawn: dict[str, float | None], palette: Palette = LIGHT
) -> go.Figure:
    """One bar per customer, as a share of tier-1 capital, and a dashed line per limit, named."""
    known = {
        said: float(line)
        for said, line in drawn.items()
        if line is not None and not formats.missing(line)
    }
    labels = [
        f"{code} {called}".strip()
        for code, called in zip(top["customer_id"], top["called"], strict=True)
    ]
    figures = top["tier1_share"].to_numpy(dtype=float)
    said = [formats.percent(each) for each in figures]
    bar = go.Bar(
        x=figures,
        y=labels,
        orientation="h",
        text=said,
        textposition="none",
        cliponaxis=False,
        marker={"color": palette.series[0]},
        customdata=top["customer_key"].tolist(),
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    high = max([*figures.tolist(), *known.values()]) * 1.15
    drawing = figure(
        [bar],
        palette,
        28 * len(top) + 70,
        xaxis=scale(0.0, high, "ratio") | {"showgrid": False},
        yaxis={"type": "category", "autorange": "reversed", "dtick": 1, "showgrid": False},
        # On a ground of their own: the line of a limit must not run through a figure.
        annotations=[
            _figure_of(label, each, text, palette)
            for label, each, text in zip(labels, figures, said, strict=True)
        ],
    )
    for called, line in known.items():
        drawing.add_vline(
            x=line,
            line={"dash": "dash", "color": palette.bad, "width": 1},
            annotation={
                "text": f"{called} {formats.percent(line)}",
                "font": {"color": palette.bad},
            },
            annotation_position="top",
        )
    return drawing


def _figure_of(label: str, value: float, said: str, palette: Palette) -> dict[str, Any]:
    """The figure of a bar, right of it."""
    look = {"x": value, "y": label, "text": said, "showarrow": False, "bgcolor": palette.ground}
    return look | {"xanchor": "left", "xshift": 4, "borderpad": 1, "font": {"color": palette.ink}}
