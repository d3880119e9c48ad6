"""Pictures of one loan: its instalments, and what was recomputed beside what was recorded."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.charts import figure
from ui.i18n import name, t
from ui.theme import LIGHT, Palette


def instalments(frame: pd.DataFrame, as_of: Any, *, palette: Palette = LIGHT) -> go.Figure:
    """seq, due_on, paid, unpaid: per instalment what was paid, is overdue, is still to come."""
    due_on = pd.to_datetime(frame["due_on"])
    is_late = due_on < pd.Timestamp(as_of)
    unpaid = frame["unpaid"].to_numpy(dtype=float)
    layers = (
        (t("Paid"), frame["paid"].to_numpy(dtype=float), palette.series[0], ""),
        (t("Overdue, unpaid"), unpaid * is_late.to_numpy(), palette.bad, "/"),
        (t("Not yet due"), unpaid * ~is_late.to_numpy(), palette.faint, ""),
    )
    bars = [
        go.Bar(
            x=due_on,
            y=figures,
            name=label,
            marker={
                "color": colour,
                "line": {"width": 0},
                "pattern": {
                    "shape": pattern,
                    "fillmode": "overlay",
                    "fgcolor": palette.ground,
                    "solidity": 0.2,
                },
            },
            customdata=frame["seq"].tolist(),
            text=[formats.amount(v) for v in figures],
            textposition="none",
            hovertemplate=t("Instalment {n}", n="%{customdata}")
            + " · %{x|%Y-%m-%d}: %{text}<extra>%{fullData.name}</extra>",
        )
        for label, figures, colour, pattern in layers
    ]
    drawn = figure(
        bars,
        palette,
        yaxis={"tickformat": "~s"},
        barmode="stack",
        bargap=0.15,
        legend={"orientation": "h", "y": 1.12, "yanchor": "bottom", "traceorder": "normal"},
        margin={"l": 8, "r": 8, "t": 48, "b": 8},
    )
    drawn.add_vline(
        x=pd.Timestamp(as_of).timestamp() * 1000,
        line={"dash": "dot", "color": palette.ink, "width": 1},
        annotation={"text": formats.day(as_of)},
        annotation_position="top",
    )
    return drawn


def past_due(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """month_end, days_past_due, dpd_recorded: recomputed as a line, recorded as open rings."""
    return _two_lines(frame, "days_past_due", "dpd_recorded", palette)


def classes(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """month_end, class_floor, class_booked: the floor as a stepped line, booked as open rings."""
    named = {
        "tickvals": [1, 2, 3, 4, 5],
        "ticktext": [name("classification", code) for code in range(1, 6)],
        "range": [0.7, 5.3],
    }
    return _two_lines(frame, "class_floor", "class_booked", palette, "hv", named)


def _two_lines(
    frame: pd.DataFrame,
    recomputed: str,
    recorded: str,
    palette: Palette,
    shape: str = "linear",
    yaxis: dict[str, Any] | None = None,
) -> go.Figure:
    dates = pd.to_datetime(frame["month_end"])
    line = go.Scatter(
        x=dates,
        y=frame[recomputed].to_numpy(dtype=float),
        name=t("Recomputed"),
        mode="lines+markers",
        line={"color": palette.series[0], "width": 2, "shape": shape},
        marker={"size": 5},
    )
    colour, size = palette.series[1], 11 if len(frame) <= 18 else 7
    rings = go.Scatter(
        x=dates,
        y=frame[recorded].to_numpy(dtype=float),
        name=t("Recorded"),
        mode="markers",
        marker={"symbol": "circle-open", "size": size, "color": colour, "line": {"width": 2}},
    )
    return figure([line, rings], palette, 240, yaxis=yaxis or {"rangemode": "tozero"})
