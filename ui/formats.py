"""Values become text here and nowhere else, in the reader's habit; what is missing is a dash."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pandas as pd

from ui.i18n import language, t

DASH = "—"
_STEPS_EN = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
_STEPS_ZH = ((1e8, "亿"), (1e4, "万"))


def missing(value: Any) -> bool:
    """True for None, NaN, NaT and NA."""
    return bool(pd.isna(value))


def _scaled(value: float, plain: str) -> str:
    for step, word in _STEPS_ZH if language() == "zh" else _STEPS_EN:
        # 0.9995 so that 999,960 is 1.00 M and not 1,000.0 k.
        if abs(value) >= step * 0.9995:
            gap = "" if language() == "zh" else " "
            return f"{value / step:,.2f}{gap}{word}"
    return format(value, plain)


def money(value: Any) -> str:
    """12.35 bn or 123.50亿."""
    return DASH if missing(value) else _scaled(float(value), ",.2f")


def amount(value: Any) -> str:
    """Every digit: 12,345.67."""
    return DASH if missing(value) else f"{float(value):,.2f}"


def count(value: Any) -> str:
    """12,345."""
    return DASH if missing(value) else f"{float(value):,.0f}"


def percent(value: Any) -> str:
    """3.18%, from a fraction."""
    return DASH if missing(value) else f"{float(value):,.2%}"


def days(value: Any) -> str:
    """31 days, 1 day; a median between two days keeps its half."""
    if missing(value):
        return DASH
    said = f"{float(value):,.1f}".removesuffix(".0")
    return t("{n} day", n=said) if said == "1" else t("{n} days", n=said)


def number(value: Any) -> str:
    """Two decimals."""
    return DASH if missing(value) else f"{float(value):,.2f}"


def index(value: Any) -> str:
    """Four decimals, for a measure between nothing and one."""
    return DASH if missing(value) else f"{float(value):,.4f}"


def day(value: Any) -> str:
    """2026-10-31."""
    if missing(value):
        return DASH
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else str(value)[:10]


def minute(value: Any) -> str:
    """2026-10-31 14:05."""
    if missing(value):
        return DASH
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else str(value)[:16]


def build(name: str) -> str:
    """When a build was made: its name read as a time."""
    try:
        made = datetime.strptime(name[:15], "%Y%m%dT%H%M%S")
    except ValueError:
        return name
    return minute(made) + " UTC"


def fine(unit: str, figure: Any) -> str:
    """A figure with so many digits that a small change shows: cents, and a hundredth of a point."""
    if unit == "ratio":
        return DASH if missing(figure) else f"{round(float(figure), 6) + 0.0:,.4%}"
    return exact(unit, figure)


def fine_points(figure: Any) -> str:
    """The change of a ratio in percentage points, as finely."""
    if missing(figure):
        return DASH
    return t("{n} pp", n=f"{round(float(figure) * 100, 4) + 0.0:+,.4f}")


def text(value: Any) -> str:
    """A word as it stands."""
    return DASH if missing(value) or value == "" else str(value)


UNITS: dict[str, Callable[[Any], str]] = {
    "money": money,
    "amount": amount,
    "count": count,
    "ratio": percent,
    "days": days,
    "number": number,
    "index": index,
    "date": day,
    "time": minute,
    "text": text,
}


def value(unit: str, figure: Any) -> str:
    """A figure as its unit is read; an unknown unit is a plain number."""
    return UNITS.get(unit, number)(figure)


def exact(unit: str, figure: Any) -> str:
    """A figure with every digit, where someone adds up."""
    return amount(figure) if unit == "money" else value(unit, figure)


def change(unit: str, now: Any, before: Any) -> str | None:
    """The signed difference: `+0.42 pp` for a ratio, else `+1.20 M (+3.1%)`; None without both."""
    said, part = difference(unit, now, before), share(unit, now, before)
    return f"{said} ({part})" if said and part else said


def difference(unit: str, now: Any, before: Any) -> str | None:
    """The signed difference in the metric's own unit."""
    if missing(now) or missing(before):
        return None
    gap = float(now) - float(before)
    if unit == "ratio":
        # Nothing is added so that what rounds to nothing has no minus.
        return t("{n} pp", n=f"{round(gap * 100, 2) + 0.0:+,.2f}")
    return f"{'-' if gap < 0 else '+'}{value(unit, abs(gap))}"


def share(unit: str, now: Any, before: Any) -> str | None:
    """The difference over what it was before; None for a ratio, over nothing, and below zero.

    Of a score that fell from 5 to -10, or rose from -16 to -10, a share says nothing.
    """
    if unit == "ratio" or missing(now) or missing(before) or float(before) <= 0 or float(now) < 0:
        return None
    return f"{(float(now) - float(before)) / float(before):+.1%}"
