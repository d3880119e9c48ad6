"""Pictures of the learned score: foretold beside happened, and how far it has moved."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.charts import figure, months_axis
from ui.i18n import name, t
from ui.theme import LIGHT, Palette

ALERTS = (0.10, 0.25)


def calibration(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """band, default_rate, rate_from, rate_to, mean_pd: bars with whiskers, diamonds foretold.

    A mark's code is its band.
    """
    bands = frame["band"].astype(int).tolist()
    names = [str(each) for each in bands]
    rates = frame["default_rate"].to_numpy(dtype=float)
    whiskers = {
        "type": "data",
        "symmetric": False,
        "array": frame["rate_to"].to_numpy(dtype=float) - rates,
        "arrayminus": rates - frame["rate_from"].to_numpy(dtype=float),
        "color": palette.ink,
        "thickness": 1,
        "width": 4,
    }
    traces: list[Any] = [
        go.Bar(
            x=names,
            y=rates,
            name=t("Happened"),
            error_y=whiskers,
            marker={"color": palette.steps[1], "line": {"width": 0}},
            customdata=bands,
            text=[formats.percent(each) for each in rates],
            textposition="none",
            hovertemplate="%{x} · %{fullData.name}: %{text}<extra></extra>",
        ),
        go.Scatter(
            x=names,
            y=frame["mean_pd"].to_numpy(dtype=float),
            name=t("Foretold"),
            mode="markers",
            marker={"color": palette.series[1], "size": 10, "symbol": "diamond"},
            customdata=bands,
            text=[formats.percent(each) for each in frame["mean_pd"]],
            hovertemplate="%{x} · %{fullData.name}: %{text}<extra></extra>",
        ),
    ]
    return figure(
        traces,
        palette,
        340,
        xaxis={"type": "category", "title": {"text": t("Tenth by probability, safest first")}},
        yaxis={"tickformat": ".1%", "rangemode": "tozero"},
    )


def stability(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """month_end, psi of one subject: a line, with the two alerts as dashed lines."""
    days = [formats.day(each) for each in frame["month_end"]]
    figures = frame["psi"].to_numpy(dtype=float)
    line = go.Scatter(
        x=days,
        y=figures,
        mode="lines+markers+text",
        line={"color": palette.series[0], "width": 2},
        marker={"size": 6},
        text=[""] * (len(days) - 1) + [formats.index(figures[-1])],
        textposition="top center",
        hovertext=[formats.index(each) for each in figures],
        hovertemplate="%{x}: %{hovertext}<extra></extra>",
        showlegend=False,
    )
    top = max(0.3, float(frame["psi"].max()) * 1.15)
    axis = months_axis(days, 7)
    drawn = figure([line], palette, xaxis=axis, yaxis={"tickformat": ".2f", "range": [0, top]})
    for alert, colour, word in zip(
        ALERTS, (palette.warn, palette.bad), ("moving", "moved"), strict=True
    ):
        drawn.add_hline(
            y=alert,
            line={"dash": "dash", "color": colour, "width": 1},
            annotation={
                "text": f"{name('stability', word)} ≥ {formats.number(alert)}",
                "font": {"color": colour},
            },
            annotation_position="top left",
        )
    return drawn
