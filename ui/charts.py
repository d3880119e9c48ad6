"""Pictures: a data frame and column names in, a figure out. No loading, no state, no arithmetic.

What a colour says, a word, a sign or a place says too. `customdata` of a mark carries the code
that `drill_target` turns into an address; it is looked up in what was drawn, never trusted.
"""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
import plotly.graph_objects as go

from ui import formats
from ui.i18n import name, t
from ui.theme import LIGHT, Palette

Point = dict[str, Any]
HEIGHT = 300


def laid_out(figure: go.Figure, palette: Palette, height: int = HEIGHT) -> go.Figure:
    """The one look of all figures."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": None},
        font={"color": palette.ink, "size": 13},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        bargap=0.25,
        dragmode=False,
        hoverlabel={"namelength": -1},
        uniformtext={"minsize": 11, "mode": "show"},
    )
    figure.update_xaxes(showgrid=False, zeroline=False, automargin=True, fixedrange=True)
    figure.update_yaxes(
        gridcolor=palette.faint, zeroline=False, automargin=True, fixedrange=True, nticks=5
    )
    return figure


def _ordered(frame: pd.DataFrame, by: str, order: Sequence[Any] | None) -> pd.DataFrame:
    if order is None:
        return frame
    places = {str(code): place for place, code in enumerate(order)}
    return frame.loc[frame[by].astype(str).map(places).sort_values(kind="stable").index]


def steps(codes: Sequence[Any], order: Sequence[Any], palette: Palette) -> list[str]:
    """One hue from slight to grave: the colour of each code by its place in `order`."""
    last = max(len(order) - 1, 1)
    places = {str(code): place for place, code in enumerate(order)}
    top = len(palette.steps) - 1
    return [palette.steps[round(places.get(str(code), 0) * top / last)] for code in codes]


def bars(
    frame: pd.DataFrame,
    value: str,
    by: str,
    unit: str = "money",
    *,
    order: Sequence[Any] | None = None,
    horizontal: bool = False,
    palette: Palette = LIGHT,
) -> go.Figure:
    """One labelled bar per code of `by`; ordered codes go from slight to grave in one hue."""
    frame = _ordered(frame, by, order)
    codes = frame[by].tolist()
    names = [name(by, code) for code in codes]
    said = [formats.value(unit, figure) for figure in frame[value]]
    colours = steps(codes, order, palette) if order else [palette.series[0]] * len(codes)
    figures = frame[value].to_numpy(dtype=float)
    across: dict[str, Any] = (
        {"x": figures, "y": names, "orientation": "h"} if horizontal else {"x": names, "y": figures}
    )
    figure = go.Figure(
        go.Bar(
            **across,
            text=said,
            textposition="outside",
            cliponaxis=False,
            marker={"color": colours, "line": {"width": 0}},
            customdata=codes,
            hovertemplate="%{label}: %{text}<extra></extra>",
        )
    )
    figure = laid_out(figure, palette, max(HEIGHT, 28 * len(codes) + 60) if horizontal else HEIGHT)
    axis = "xaxis" if horizontal else "yaxis"
    room = float(figures.max()) * (1.18 if horizontal else 1.12) if len(figures) else 1
    low = min(0.0, float(figures.min()) * 1.2) if len(figures) else 0
    figure.update_layout({axis: {"range": [low, room or 1], "showticklabels": False}})
    if horizontal:
        figure.update_yaxes(autorange="reversed", type="category", showgrid=False, dtick=1)
        figure.update_xaxes(showgrid=False)
    else:
        figure.update_xaxes(type="category")
        figure.update_yaxes(showgrid=False)
    return figure


def stacked(
    frame: pd.DataFrame,
    value: str,
    by: str,
    parts: str,
    order: Sequence[Any],
    unit: str = "money",
    *,
    palette: Palette = LIGHT,
) -> go.Figure:
    """Stacked bars over month ends, one layer per code of `parts`; total above each bar."""
    figure = go.Figure()
    colours = steps(order, order, palette)
    for code, colour in zip(order, colours, strict=True):
        layer = frame[frame[parts].astype(str) == str(code)]
        figure.add_bar(
            x=layer[by].map(formats.day),
            y=layer[value].to_numpy(dtype=float),
            name=name(parts, code),
            marker={"color": colour, "line": {"width": 1, "color": palette.ground}},
            customdata=[[formats.day(when), str(code)] for when in layer[by]],
            text=[formats.value(unit, figure_) for figure_ in layer[value]],
            textposition="none",
            hovertemplate="%{x} · %{fullData.name}: %{text}<extra></extra>",
        )
    totals = frame.groupby(by, sort=True)[value].sum()
    figure.add_scatter(
        x=[formats.day(when) for when in totals.index],
        y=totals.to_numpy(dtype=float),
        mode="text",
        text=["" if v is None else formats.value(unit, v) for v in _ends(totals.tolist())],
        textposition="top center",
        showlegend=False,
        hoverinfo="skip",
    )
    figure.update_layout(barmode="stack")
    figure = laid_out(figure, palette, 340)
    _months(figure, [formats.day(when) for when in totals.index])
    figure.update_layout(legend={"traceorder": "normal"})
    figure.update_yaxes(
        showticklabels=False, showgrid=False, range=[0, float(totals.max() or 1) * 1.12]
    )
    return figure


def _ends(values: list[float]) -> list[float | None]:
    """The first, the largest and the last value: what a reader looks for."""
    shown = (
        {0, len(values) - 1, max(range(len(values)), key=values.__getitem__)} if values else set()
    )
    return [v if place in shown else None for place, v in enumerate(values)]


def _months(figure: go.Figure, dates: Sequence[str], most: int = 5) -> None:
    """Month ends as categories, every n-th named as a month, the last one among them."""
    gap = -(-len(dates) // most) or 1
    named = [day for place, day in enumerate(dates) if (len(dates) - 1 - place) % gap == 0]
    figure.update_xaxes(
        type="category", tickvals=named, ticktext=[day[:7] for day in named], tickangle=0
    )


def _sparse(values: list[float], most: int = 7) -> list[float | None]:
    """Keeps the last value and every n-th before it, so that labels do not run into each other."""
    gap = -(-len(values) // most)
    last = len(values) - 1
    return [v if (last - place) % gap == 0 else None for place, v in enumerate(values)]


def trend(
    frame: pd.DataFrame,
    value: str,
    unit: str = "ratio",
    *,
    limit: float | None = None,
    palette: Palette = LIGHT,
) -> go.Figure:
    """One measure over month ends: a line with marks to click, its limit as a dashed line."""
    dates = [formats.day(when) for when in frame["month_end"]]
    figures = frame[value].to_numpy(dtype=float)
    said = [formats.value(unit, v) for v in figures]
    labels = [
        text if kept is not None else ""
        for text, kept in zip(said, _sparse(list(figures)), strict=True)
    ]
    figure = go.Figure(
        go.Scatter(
            x=dates,
            y=figures,
            mode="lines+markers+text",
            text=labels,
            textposition="top center",
            customdata=dates,
            line={"color": palette.series[0], "width": 2},
            marker={"size": 7},
            hovertext=said,
            hovertemplate="%{x}: %{hovertext}<extra></extra>",
            showlegend=False,
        )
    )
    if limit is not None:
        figure.add_hline(
            y=limit,
            line={"dash": "dash", "color": palette.bad, "width": 1},
            annotation={
                "text": t("limit {value}", value=formats.value(unit, limit)),
                "font": {"color": palette.bad},
            },
            annotation_position="top left",
        )
    figure = laid_out(figure, palette)
    _months(figure, dates, 7)
    figure.update_yaxes(tickformat=".2%" if unit == "ratio" else "~s")
    return figure


def heat(
    frame: pd.DataFrame,
    rows: str,
    columns: str,
    value: str,
    unit: str = "ratio",
    *,
    order: Sequence[Any],
    rows_order: Sequence[Any] = (),
    within: str = "column",
    palette: Palette = LIGHT,
) -> alt.LayerChart | alt.FacetChart:
    """Rows by ordered columns; each cell shows its figure and can be clicked (selection `cell`).

    Depth is relative to the largest of its column, or, `within="all"`, of all.
    """
    drawn = frame[[rows, columns, value]].copy()
    drawn["row_code"] = drawn[rows].astype(str)
    drawn["column_code"] = drawn[columns].astype(str)
    drawn["row"] = [name(rows, code) for code in drawn[rows]]
    drawn["column"] = [name(columns, code) for code in drawn[columns]]
    drawn["said"] = [formats.value(unit, figure) for figure in drawn[value]]
    # Inside its column, or one large bucket would leave all others pale.
    whole = drawn.groupby("column_code")[value].transform("max")
    top = (whole if within == "column" else drawn[value].max() + whole * 0).replace(0, float("nan"))
    drawn["depth"] = (drawn[value] / top).fillna(0.0).astype(float)
    cell = alt.selection_point(name="cell", fields=["row_code", "column_code"], on="click")
    base = alt.Chart(drawn.drop(columns=[rows, columns, value])).encode(
        x=alt.X(
            "column:N",
            sort=[name(columns, code) for code in order],
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, labelLimit=140),
        ),
        y=alt.Y(
            "row:N",
            sort=[name(rows, code) for code in rows_order] or list(dict.fromkeys(drawn["row"])),
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelLimit=200),
        ),
        tooltip=[
            alt.Tooltip("row:N", title=t("Row")),
            alt.Tooltip("column:N", title=t("Column")),
            alt.Tooltip("said:N", title=t("Value")),
        ],
    )
    tiles = base.mark_rect(cornerRadius=2, stroke=palette.ground, strokeWidth=2).encode(
        color=alt.Color(
            "depth:Q",
            scale=alt.Scale(domain=[0, 1], range=[palette.ground, palette.deep], interpolate="rgb"),
            legend=None,
        )
    )
    words = base.mark_text(fontSize=12, color=palette.ink).encode(text="said:N")
    height = max(120, 30 * drawn["row"].nunique() + 40)
    return alt.layer(tiles, words).add_params(cell).properties(height=height)


def flows(frame: pd.DataFrame, *, palette: Palette = LIGHT) -> go.Figure:
    """month_end, opened, closed, backlog: in and out as bars, what is left as a line."""
    dates = [formats.day(when) for when in frame["month_end"]]
    figure = go.Figure()
    looks = (("opened", t("Opened"), "", 0), ("closed", t("Closed"), "/", 1))
    for column, label, pattern, place in looks:
        figure.add_bar(
            x=dates,
            y=frame[column].to_numpy(dtype=float),
            name=label,
            customdata=dates,
            marker={"color": palette.series[place], "pattern": {"shape": pattern}},
        )
    figure.add_scatter(
        x=dates,
        y=frame["backlog"].to_numpy(dtype=float),
        name=t("Open at month end"),
        mode="lines+markers+text",
        text=[
            formats.count(v) if day == dates[-1] else ""
            for day, v in zip(dates, frame["backlog"], strict=True)
        ],
        textposition="middle right",
        cliponaxis=False,
        customdata=dates,
        line={"color": palette.series[4 if palette is LIGHT else 2], "width": 2},
    )
    figure.update_layout(barmode="group")
    figure = laid_out(figure, palette)
    _months(figure, dates, 7)
    return figure
