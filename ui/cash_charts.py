"""Pictures of cash: what was asked for beside what came, lines over months, named bars."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from ui import charts, formats
from ui.charts import figure, months_axis
from ui.i18n import t
from ui.theme import LIGHT, Palette

PATTERNS = ("", "/", ".", "x")
DASHES = ("solid", "dash", "dot")
SYMBOLS = ("circle", "square", "diamond")
FEW = 7
WIDE = 0.4  # of the room of one period: what is asked for, and what came


def side_by_side(
    frame: pd.DataFrame,
    key: str,
    label: str,
    whole: str,
    parts: Sequence[str],
    names: Mapping[str, str],
    *,
    palette: Palette = LIGHT,
) -> go.Figure:
    """Per period an empty bar of `whole` beside one that stacks `parts`; less than nothing hangs.

    `key` is the column of the code that a click gives with the bar's own name, `label` that of the
    word under the axis.
    """
    bars = [_bar(frame, key, whole, names[whole], 0.0, -0.42, palette)]
    bars[0].marker = {
        "color": palette.faint,
        "line": {"width": 1, "color": palette.ink},
    }
    up, down = pd.Series(0.0, frame.index), pd.Series(0.0, frame.index)
    for place, part in enumerate(parts):
        figures = frame[part].astype(float).fillna(0.0)
        base = up.where(figures >= 0, down)
        bar = _bar(frame, key, part, names[part], base.to_numpy(dtype=float), 0.02, palette)
        bar.marker = {
            "color": palette.series[place % len(palette.series)],
            "line": {"width": 1, "color": palette.ground},
            "pattern": {
                "shape": PATTERNS[place % len(PATTERNS)],
                "fillmode": "overlay",
                "fgcolor": palette.ground,
                "solidity": 0.25,
            },
        }
        bars.append(bar)
        up, down = up + figures.clip(lower=0), down + figures.clip(upper=0)
    top = max(float(up.max()), float(frame[whole].astype(float).max()), 1.0)
    words = frame[label].tolist()
    gap = -(-len(words) // 8) or 1
    named = [place for place in range(len(words)) if (len(words) - 1 - place) % gap == 0]
    return figure(
        bars,
        palette,
        340,
        xaxis={
            "tickvals": named,
            "ticktext": [words[place] for place in named],
            "range": _across(len(words)),
        },
        yaxis=_money(min(float(down.min()) * 1.1, 0.0), top * 1.05),
        barmode="overlay",
    )


def _across(periods: int) -> list[float]:
    """Room for all periods; for seven where there are fewer, so that no bar becomes a block."""
    spare = max(0, FEW - periods) / 2
    return [-0.6 - spare, periods - 0.4 + spare]


def _bar(
    frame: pd.DataFrame,
    key: str,
    column: str,
    said: str,
    base: object,
    offset: float,
    palette: Palette,
) -> go.Bar:
    figures = frame[column].astype(float).fillna(0.0)
    return go.Bar(
        x=list(range(len(frame))),
        y=figures.to_numpy(dtype=float),
        base=base,
        width=WIDE,
        offset=offset,
        name=said,
        customdata=[[column, str(code)] for code in frame[key]],
        text=[formats.money(each) for each in figures],
        textposition="none",
        hovertext=frame["said"],
        hovertemplate="%{hovertext} · %{fullData.name}: %{text}<extra></extra>",
    )


def _money(low: float, top: float) -> dict:
    """Round marks, as the reader says amounts, and a line at nothing where something hangs."""
    return charts.scale(low, top) | {"zeroline": True, "zerolinecolor": palette_line(low)}


def palette_line(low: float) -> str:
    """The line at nothing: plain where something hangs below it."""
    return "#888888" if low < 0 else "rgba(0,0,0,0)"


def lines(
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    unit: str = "ratio",
    *,
    palette: Palette = LIGHT,
) -> go.Figure:
    """One line per column over month ends, told apart by dash and mark, its last figure said."""
    dates = [formats.day(day) for day in frame["month_end"]]
    traces, ends = [], []
    for place, (column, said) in enumerate(columns.items()):
        part = frame[frame[column].notna()]
        figures = part[column].to_numpy(dtype=float)
        told = [formats.value(unit, each) for each in figures]
        if len(part):
            end = formats.day(part["month_end"].iloc[-1])
            colour = palette.series[place % len(palette.series)]
            ends.append(charts.End(end, float(figures[-1]), told[-1], colour))
        traces.append(
            go.Scatter(
                x=[formats.day(day) for day in part["month_end"]],
                y=figures,
                name=said,
                mode="lines+markers",
                line={
                    "color": palette.series[place % len(palette.series)],
                    "width": 2,
                    "dash": DASHES[place % len(DASHES)],
                },
                marker={"size": 7, "symbol": SYMBOLS[place % len(SYMBOLS)]},
                customdata=[[column, formats.day(day)] for day in part["month_end"]],
                cliponaxis=False,
                hovertext=told,
                hovertemplate="%{x} · %{fullData.name}: %{hovertext}<extra></extra>",
            )
        )
    axis = months_axis(dates, 7) | {"categoryorder": "array", "categoryarray": dates}
    low, high = charts.spanned(frame, list(columns))
    up = charts.scale(low, high, unit) if unit == "ratio" else _money(low, high)
    return figure(
        traces,
        palette,
        320,
        xaxis=axis,
        yaxis=up,
        margin={"l": 8, "r": 72, "t": 28, "b": 8},
        legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0},
        annotations=charts.line_ends(ends, dates[-1], low, high, palette),
    )


def differences(frame: pd.DataFrame, value: str, by: str, *, palette: Palette = LIGHT) -> go.Figure:
    """Labelled bars to both sides of nothing, with room for the labels of the left ones."""
    figures = frame[value].astype(float)
    low, high = min(float(figures.min()), 0.0), max(float(figures.max()), 0.0)
    drawn = charts.bars(frame, value, by, horizontal=True, palette=palette)
    room = 0.3 * (high - low or 1.0)
    return drawn.update_xaxes(range=[low - (room if low < 0 else 0.0), high + room])


def in_words(columns: Mapping[str, str]) -> dict[str, str]:
    """The names of columns in the reader's language."""
    return {column: t(said) for column, said in columns.items()}
