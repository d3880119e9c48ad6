"""Heat maps whose cells can be clicked, as Vega-Lite."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ui import formats
from ui.i18n import name, t
from ui.theme import LIGHT, Palette

Spec = dict[str, Any]
HEADINGS = 110  # letters that fit above a heat map, a Chinese one counting as three
OF_ALL = "The deeper the colour, the larger the figure, against the largest of all."
OF_COLUMN = "The deeper the colour, the larger the figure, against the largest of its column."
TURNED = 50  # pixels that they take at an angle
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# Over the figures, which would otherwise keep the clicks on the middle of a cell.
GLASS: Spec = {"name": "glass", "mark": {"type": "rect", "opacity": 0}}
CELL: Spec = {
    "name": "cell",
    "select": {"type": "point", "fields": ["row_code", "column_code"], "on": "click"},
    "views": ["glass"],
}
TINT = 0.45  # of a row's own colour in its deepest cell: the figure upon it stays legible
MANY = 10  # columns beside which a cell has no room for decimals


def heat(
    frame: pd.DataFrame,
    rows: str,
    columns: str,
    value: str,
    unit: str = "ratio",
    *,
    order: Sequence[Any],
    rows_order: Sequence[Any] = (),
    of_all: bool | None = None,
    tones: Mapping[Any, str] | None = None,
    palette: Palette = LIGHT,
) -> Spec:
    """A Vega-Lite picture: rows by ordered columns; a click on a cell is the selection `cell`.

    Depth of a ratio is relative to the largest of all, that of an amount or a number to the largest
    of its column, unless `of_all` says otherwise; the picture's own `usermeta` says which. Many
    long headings stand at an angle. `tones` gives a row its own colour in place of the usual one.
    Plotly's heat maps tell nothing of clicks; Altair would check the same text for forty
    milliseconds.
    """
    # Amounts inside their column, or one large bucket would leave all others pale.
    whole = frame.groupby(columns)[value].transform("max")
    of_all = unit == "ratio" if of_all is None else of_all
    top = whole * 0 + frame[value].max() if of_all else whole
    depth = (frame[value] / top.replace(0, float("nan"))).fillna(0.0)
    cells = [
        {
            "row_code": str(row),
            "column_code": str(column),
            "row": name(rows, row),
            "column": name(columns, column),
            "said": formats.value(unit, figure_),
            "short": short(unit, figure_) if len(order) > MANY else formats.value(unit, figure_),
            "depth": float(deep),
            **({"tone": mixed(palette.ground, tones[row], TINT * float(deep))} if tones else {}),
        }
        for row, column, figure_, deep in zip(
            frame[rows], frame[columns], frame[value], depth, strict=True
        )
    ]
    named = [name(rows, code) for code in rows_order] or list(
        dict.fromkeys(cell["row"] for cell in cells)
    )
    headings = [name(columns, code) for code in order]
    turned = sum(len(each.encode()) + 2 for each in headings) > HEADINGS
    colour = {"field": "tone", "type": "nominal", "scale": None, "legend": None}
    spec = _cells(palette, headings, named, turned, colour if tones else shade(palette))
    return spec | {
        "data": {"values": cells},
        "usermeta": {"depth": t(OF_ALL if of_all else OF_COLUMN)},
        **({"padding": {"left": 5, "top": 5, "right": TURNED, "bottom": 5}} if turned else {}),
        "height": max(120, 30 * len({c["row"] for c in cells}) + 40) + (TURNED if turned else 0),
    }


def short(unit: str, figure: float) -> str:
    """The figure in a narrow cell; the whole of it stands in the tip."""
    if formats.missing(figure):
        return formats.DASH
    if unit == "ratio":
        return f"{figure:.1%}" if abs(figure) < 0.0995 else f"{figure:.0%}"
    if unit == "number":
        return f"{figure:,.1f}" if abs(figure) < MANY else f"{figure:,.0f}"
    return formats.value(unit, figure)


def mixed(ground: str, colour: str, part: float) -> str:
    """The ground with so much of a colour in it."""
    pairs = ((int(ground[i : i + 2], 16), int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * part):02X}" for a, b in pairs)


def shade(palette: Palette) -> Spec:
    """How deep a cell is: its `depth` between nothing and one."""
    scale = {"domain": [0, 1], "range": [palette.ground, palette.deep], "interpolate": "rgb"}
    return {"field": "depth", "type": "quantitative", "scale": scale, "legend": None}


def _cells(
    palette: Palette, columns: Sequence[str], rows: Sequence[str], turned: bool, colour: Spec
) -> Spec:
    # Long headings stand at an angle: a column without its heading tells nothing.
    angle = {
        "labelAngle": -45 if len(columns) > MANY else -30,
        "labelAlign": "left",
        "labelLimit": 120,
    }
    level = {"labelAngle": 0, "labelExpr": "split(datum.label, ' ')"}
    # Flush, the first heading would stand beside its column.
    axis = {
        **{"domain": False, "ticks": False, "labelLimit": 200, "title": None},
        "labelFlush": False,
    }
    words = (("row", t("Row")), ("column", t("Column")), ("said", t("Value")))
    square = {"type": "rect", "cornerRadius": 2, "stroke": palette.ground, "strokeWidth": 2}
    text = {"type": "text", "fontSize": 12, "color": palette.ink}
    return {
        "$schema": SCHEMA,
        "encoding": {
            "x": {
                "field": "column",
                "type": "nominal",
                "sort": list(columns),
                "axis": axis
                | {"orient": "top", "labelOverlap": False}
                | (angle if turned else level),
            },
            "y": {"field": "row", "type": "nominal", "sort": list(rows), "axis": axis},
            "tooltip": [{"field": key, "type": "nominal", "title": said} for key, said in words],
        },
        "layer": [
            {"name": "squares", "mark": square, "encoding": {"color": colour}},
            {
                "name": "words",
                "mark": text,
                "encoding": {"text": {"field": "short", "type": "nominal"}},
            },
            GLASS,
        ],
        "params": [CELL],
    }
