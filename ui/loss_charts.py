"""Pictures of expected loss: curves over months, one look per state and estimator."""

from collections.abc import Collection, Sequence

import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.charts import figure
from ui.i18n import name, t
from ui.theme import LIGHT, Palette

DASHES = {"cohort": "solid", "aalen_johansen": "dash"}
SYMBOLS = ("circle", "square", "diamond", "triangle-up")


def curves(
    frame: pd.DataFrame,
    order: Sequence[str],
    few: Collection[str],
    *,
    palette: Palette = LIGHT,
) -> go.Figure:
    """method, state, months_ahead, pd: a line per state and estimator; states in `few` are grey."""
    traces = []
    for place, state in enumerate(order):
        for method, part in frame[frame["state"] == state].groupby("method", sort=False):
            grey = state in few
            every = max(1, len(part) // 12)
            said = [formats.percent(each) for each in part["pd"]]
            label = name("pd_state", state)
            if method != "cohort":
                label = f"{label} · {name('pd_method', method)}"
            traces.append(
                go.Scatter(
                    x=part["months_ahead"].to_numpy(),
                    y=part["pd"].to_numpy(dtype=float),
                    name=label,
                    mode="lines+markers",
                    line={
                        "color": palette.faint if grey else palette.series[place],
                        "width": 1 if grey else 2,
                        "dash": DASHES[str(method)],
                    },
                    marker={
                        "symbol": SYMBOLS[place],
                        "size": [6 if (at + 1) % every == 0 else 0 for at in range(len(part))],
                    },
                    showlegend=method == "cohort",
                    hovertext=said,
                    hovertemplate="%{x} · %{fullData.name}: %{hovertext}<extra></extra>",
                )
            )
    return figure(
        traces,
        palette,
        360,
        xaxis={"title": {"text": t("Months ahead"), "font": {"size": 12}}},
        yaxis={"tickformat": ".0%", "rangemode": "tozero"},
    )


def recovery(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """age, recovered, collected, cases: what came of defaults by months since; few cases are grey.

    `collected` is a second line without marks.
    """
    few = frame["cases"] < 30
    said = [
        f"{formats.percent(share)} · n {formats.count(cases)}"
        for share, cases in zip(frame["recovered"], frame["cases"], strict=True)
    ]
    line = go.Scatter(
        x=frame["age"].to_numpy(),
        y=frame["recovered"].to_numpy(dtype=float),
        mode="lines+markers",
        line={"color": palette.series[0], "width": 2},
        marker={
            "size": 6,
            "color": [palette.faint if each else palette.series[0] for each in few],
            "symbol": ["circle-open" if each else "circle" for each in few],
        },
        hovertext=said,
        hovertemplate="%{x}: %{hovertext}<extra></extra>",
        name=t("Discounted, with cures"),
    )
    cash = go.Scatter(
        x=frame["age"].to_numpy(),
        y=frame["collected"].to_numpy(dtype=float),
        mode="lines",
        line={"color": palette.series[1], "width": 2, "dash": "dash"},
        hovertext=[formats.percent(share) for share in frame["collected"]],
        hovertemplate="%{x}: %{hovertext}<extra></extra>",
        name=t("Net cash alone"),
    )
    return figure(
        [line, cash],
        palette,
        320,
        xaxis={"title": {"text": t("Months since default"), "font": {"size": 12}}},
        yaxis={"tickformat": ".0%", "rangemode": "tozero"},
    )


def beside(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """scenario, ecl_1 to ecl_3, allowance: stacked bars by stage, the allowance as a line."""
    labels = [name("scenario", code) for code in frame["scenario"]]
    patterns = ("", "/", "x")
    bars: list[go.Bar | go.Scatter] = [
        go.Bar(
            x=labels,
            y=frame[f"ecl_{stage}"].to_numpy(dtype=float),
            name=name("stage", stage),
            marker={
                "color": palette.series[stage - 1],
                "pattern": {"shape": patterns[stage - 1]},
            },
            hovertext=[formats.money(each) for each in frame[f"ecl_{stage}"]],
            hovertemplate="%{x} · %{fullData.name}: %{hovertext}<extra></extra>",
        )
        for stage in (1, 2, 3)
    ]
    bars.append(
        go.Scatter(
            x=labels,
            y=frame["ecl"].to_numpy(dtype=float),
            mode="text",
            text=[formats.money(each) for each in frame["ecl"]],
            textposition="top center",
            cliponaxis=False,
            hoverinfo="skip",
            showlegend=False,
        )
    )
    drawn = figure(
        bars,
        palette,
        340,
        xaxis={"type": "category"},
        yaxis={"showticklabels": False, "rangemode": "tozero"},
        barmode="stack",
    )
    allowance = frame["allowance"].iloc[0]
    if not formats.missing(allowance):
        drawn.add_hline(
            y=float(allowance),
            line={"dash": "dash", "color": palette.ink, "width": 1},
            annotation={
                "text": t("allowance {amount}", amount=formats.money(allowance)),
                "font": {"color": palette.ink},
            },
            annotation_position="top left",
        )
    return drawn
