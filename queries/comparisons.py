"""A figure against the month before, the year before and its limit, and since when it is over."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from queries.measures import Metric, Where, measure
from queries.warehouse import Scope, exact, month_end

Light = Literal["green", "amber", "red"]
# Changes of a ratio below half a basis point read as +0.00 pp.
STILL = 0.00005


@dataclass(frozen=True)
class Threshold:
    """One dated line: the last value that is still allowed, and where it comes from."""

    value: float
    source: str


@dataclass(frozen=True)
class Lines:
    """The lines of one metric on one day. A regulatory limit wins over the house's red line."""

    amber: Threshold | None
    red: Threshold | None
    limit: Threshold | None

    @property
    def decisive(self) -> Threshold | None:
        """The line whose breach is red."""
        return self.limit or self.red


@dataclass(frozen=True)
class Comparison:
    """One metric at the scope's month end beside its own past and its lines.

    `then` is the value on the date that was asked for, the month before unless another was.
    Values are missing (None) where there is no such month or the ratio is over nothing.
    `broken_since` is the first month end of the present unbroken run over the decisive line.
    """

    metric: Metric
    now: float | None
    numerator: float | None
    denominator: float | None
    month_before: float | None
    year_before: float | None
    then: float | None
    lines: Lines
    light: Light | None
    broken_since: date | None

    @property
    def is_worse(self) -> bool | None:
        """Whether it moved the bad way since `then`; None if it stood still or no way is bad."""
        good, now, then = self.metric.rising_is_good, self.now, self.then
        if good is None or now is None or then is None or self.is_still:
            return None
        return (now < then) is good

    @property
    def is_still(self) -> bool:
        """Whether a reader would see no change since `then`."""
        if self.now is None or self.then is None:
            return False
        return stands_still(self.metric, self.now - self.then)


def stands_still(metric: Metric, change: float) -> bool:
    """Whether a change is too small to be seen in the digits that are shown."""
    return abs(change) < (STILL if metric.unit == "ratio" else 0.5)


def compare(scope: Scope, metric: Metric, where: Where = ()) -> Comparison:
    """One metric, compared."""
    return comparisons(scope, metric, where=where)[metric.id]


def comparisons(
    scope: Scope, *metrics: Metric, where: Where = (), since: date | None = None
) -> dict[str, Comparison]:
    """Several metrics by id, compared, from one reading of the whole history up to the scope.

    `since` is the month end to compare with besides, the month before unless given.
    """
    series = measure(scope, *metrics, by="month_end", months=None, where=where)
    rows, today = _thresholds(scope.build), month_end(scope)
    then = since or _months_before(today, 1)
    return {m.id: _comparison(today, m, _points(m, series), rows, then) for m in metrics}


def broken(scope: Scope, metrics: Iterable[Metric]) -> tuple[list[Comparison], int]:
    """Those of the metrics that are beyond their decisive line, and how many could be judged.

    Judged from the scope's month end alone; only what is broken is read back, for since when.
    """
    rows, today = _thresholds(scope.build), month_end(scope)
    on = {metric: _lines(metric, today, rows) for metric in metrics}
    lined = [metric for metric in on if on[metric].decisive]
    if not lined:
        return [], 0
    series = measure(scope, *lined, by="month_end", months=1)
    lights = {}
    for metric in lined:
        now = _points(metric, series).get(today)
        lights[metric] = light(metric, now.value, now.numerator, on[metric]) if now else None
    red = [metric for metric in lined if lights[metric] == "red"]
    found = comparisons(scope, *red) if red else {}
    return [*found.values()], sum(each is not None for each in lights.values())


def worsened(compared: Comparison) -> float:
    """How much worse a figure is than it was `then`, as a share of its decisive (or early) line.

    Lines make figures of different size comparable; one without a line is taken as a share of its
    own value then. 0 where it is not worse, not known, or neither way is good.
    """
    if not compared.is_worse or compared.now is None or compared.then is None:
        return 0.0
    line = compared.lines.decisive or compared.lines.amber
    base = abs(line.value if line else compared.then)
    return abs(compared.now - compared.then) / base if base else 0.0


def most_worsened(found: Iterable[Comparison]) -> Comparison | None:
    """The figure that got most worse, first among those that have a line; None when none did."""
    worse = [each for each in found if worsened(each) > 0]
    lined = [each for each in worse if each.lines.decisive or each.lines.amber]
    return max(lined or worse, key=worsened, default=None)


def lines(metric: Metric, day: date, build: str = "") -> Lines:
    """The lines of a metric that hold on a day."""
    return _lines(metric, day, _thresholds(build))


def limit_of(metric: Metric, scope: Scope) -> float | None:
    """The decisive line of a metric at the scope's month end, if there is one."""
    line = lines(metric, month_end(scope), scope.build).decisive
    return line.value if line else None


def light(metric: Metric, value: float | None, numerator: float | None, on: Lines) -> Light | None:
    """Green, amber or red; None where no line is set or there is nothing to judge.

    A line itself is still allowed (`> 90` is strict, section 0). A ratio over nothing is judged as
    the metric says (sections 3.3 and 3.5).
    """
    if not (on.amber or on.decisive) or numerator is None:
        return None
    if value is None:
        if metric.over_nothing == "pass":
            return "green"
        return "red" if metric.over_nothing == "breach" and numerator > 0 else None
    if _beyond(metric, value, on.decisive):
        return "red"
    return "amber" if _beyond(metric, value, on.amber) else "green"


def _beyond(metric: Metric, value: float, line: Threshold | None) -> bool:
    if line is None:
        return False
    return value < line.value if metric.rising_is_good else value > line.value


def _thresholds(build: str) -> list[tuple]:
    """param_id, value, valid_from, valid_to, source of every line of the book."""
    return exact(
        "select param_id, value, valid_from, valid_to, source from book_rules()"
        " where product = '*' and (starts_with(param_id, 'light.')"
        " or starts_with(param_id, 'limit.')) order by param_id, valid_from",
        build=build,
    )


def _lines(metric: Metric, day: date, rows: list[tuple]) -> Lines:
    held = {
        name: Threshold(float(value), source or "")
        for name, value, valid_from, valid_to, source in rows
        if (valid_from or date.min) <= day <= (valid_to or date.max)
    }
    return Lines(
        held.get(f"light.{metric.id}.amber"),
        held.get(f"light.{metric.id}.red"),
        held.get(f"limit.{metric.id}"),
    )


@dataclass(frozen=True)
class _Point:
    value: float | None
    numerator: float | None
    denominator: float | None


def _points(metric: Metric, series: pd.DataFrame) -> dict[date, _Point]:
    parts = (metric.id, f"{metric.id}_numerator", f"{metric.id}_denominator")
    cells = zip(*(series[part].tolist() for part in parts), strict=True)
    return {
        month_end.date(): _Point(*(None if math.isnan(cell) else cell for cell in row))
        for month_end, row in zip(series["month_end"], cells, strict=True)
    }


def _comparison(
    today: date, metric: Metric, points: dict[date, _Point], rows: list[tuple], then: date
) -> Comparison:
    nothing = _Point(None, None, None)
    now = points.get(today, nothing)
    on = _lines(metric, today, rows)
    return Comparison(
        metric,
        now.value,
        now.numerator,
        now.denominator,
        points.get(_months_before(today, 1), nothing).value,
        points.get(_months_before(today, 12), nothing).value,
        points.get(then, nothing).value,
        on,
        light(metric, now.value, now.numerator, on),
        _broken_since(metric, points, today, rows),
    )


def _months_before(day: date, months: int) -> date:
    if day == date.min:
        return day
    return (pd.Timestamp(day) + pd.offsets.MonthEnd(-months)).date()


def _broken_since(
    metric: Metric, points: dict[date, _Point], today: date, rows: list[tuple]
) -> date | None:
    """The run of red month ends that reaches to today; a month without a row ends it."""
    since, day = None, today
    while point := points.get(day):
        on = _lines(metric, day, rows)
        if light(metric, point.value, point.numerator, on) != "red":
            break
        since, day = day, _months_before(day, 1)
    return since
