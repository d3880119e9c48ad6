"""What falls due when, as a calendar: weeks below each other, a day in each cell."""

from datetime import date

import pandas as pd

from ui import formats
from ui.heat import CELL, GLASS, SCHEMA, Spec, shade
from ui.i18n import name, t
from ui.theme import LIGHT, Palette

WEEKDAYS = tuple(str(number) for number in range(1, 8))
GRAVEST = 4  # the weight of a critical finding (14.1)
ROW = 44  # pixels of a week
PAST = "⚠"
MEANING = (
    "In each day how many fall due and the gravest of them: the deeper, the graver. A sign and a"
    " broken frame: past due. A bold frame: the day looked at."
)


def calendar(frame: pd.DataFrame, today: date, *, palette: Palette = LIGHT) -> Spec:
    """day, week, weekday, due_count, severity, severity_weight, is_past: one cell a day.

    A Vega-Lite picture; a click on a day is the selection `cell`: its Monday and its weekday.
    """
    cells = [_cell(row, today) for row in frame.to_dict("records")]
    weeks = list(dict.fromkeys(cell["row_code"] for cell in cells))
    return {
        "$schema": SCHEMA,
        "data": {"values": cells},
        "usermeta": {"depth": t(MEANING)},
        "height": ROW * len(weeks),
        "encoding": _places(weeks),
        "layer": _layers(palette),
        "params": [CELL],
    }


def _cell(row: dict, today: date) -> dict:
    day, weekday, many = formats.day(row["day"]), str(row["weekday"]), int(row["due_count"])
    said = f"{formats.count(many)} · {name('severity', row['severity'])}" if many else ""
    return {
        "row_code": formats.day(row["week"]),
        "column_code": weekday,
        "weekday": name("weekday", weekday),
        "day": day,
        "short_day": day[5:],
        "said": f"{PAST} {said}" if row["is_past"] else said,
        "depth": int(row["severity_weight"]) / GRAVEST,
        "is_past": bool(row["is_past"]),
        "is_today": day == formats.day(today),
    }


def _places(weeks: list[str]) -> Spec:
    bare = {"domain": False, "ticks": False, "title": None, "labelFlush": False}
    across = bare | {"orient": "top", "labelAngle": 0, "labelOverlap": False}
    named = [name("weekday", each) for each in WEEKDAYS]
    tip = (("day", t("Day")), ("weekday", t("Weekday")), ("said", t("Falls due")))
    return {
        "x": {"field": "weekday", "type": "nominal", "sort": named, "axis": across},
        "y": {"field": "row_code", "type": "nominal", "sort": weeks, "axis": bare},
        "tooltip": [{"field": key, "type": "nominal", "title": said} for key, said in tip],
    }


def _layers(palette: Palette) -> list[Spec]:
    square = {"type": "rect", "cornerRadius": 2, "stroke": palette.faint, "strokeWidth": 1}
    inside = {"type": "rect", "cornerRadius": 2, "fillOpacity": 0, "strokeWidth": 2}
    word = {"type": "text", "color": palette.ink}
    return [
        {"name": "squares", "mark": square, "encoding": {"color": shade(palette)}},
        {
            "transform": [{"filter": "datum.is_past"}],
            "mark": inside | {"stroke": palette.bad, "strokeDash": [4, 3]},
        },
        {"transform": [{"filter": "datum.is_today"}], "mark": inside | {"stroke": palette.ink}},
        {
            "name": "days",
            "mark": word | {"fontSize": 10, "dy": -11, "opacity": 0.75},
            "encoding": {"text": {"field": "short_day", "type": "nominal"}},
        },
        {
            "name": "words",
            "mark": word | {"fontSize": 12, "dy": 5},
            "encoding": {"text": {"field": "said", "type": "nominal"}},
        },
        GLASS,
    ]
