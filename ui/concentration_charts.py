"""Pictures of exposures: each customer as a share of capital, beside the limits."""

import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.charts import figure
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
    bar = go.Bar(
        x=figures,
        y=labels,
        orientation="h",
        text=[formats.percent(each) for each in figures],
        textposition="outside",
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
        xaxis={"range": [0, high], "tickformat": ".0%", "showgrid": False, "nticks": 6},
        yaxis={"type": "category", "autorange": "reversed", "dtick": 1, "showgrid": False},
    )
    for said, line in known.items():
        drawing.add_vline(
            x=line,
            line={"dash": "dash", "color": palette.bad, "width": 1},
            annotation={"text": f"{said} {formats.percent(line)}", "font": {"color": palette.bad}},
            annotation_position="top",
        )
    return drawing
