"""A figure against the month before, the year before and its limit, and since when it is over."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from queries.lights import Light, Lines, light, lines_of, raised, thresholds, worse
from queries.measures import Metric, Where, measure
from queries.warehouse import Scope, month_end

# Changes of a ratio below half a basis point read as +0.00 pp.
STILL = 0.00005


@dataclass(frozen=True)
class Comparison:
    """One metric at the scope's month end beside its own past and its lines.

    `then` is the value on the date that was asked for, the month before unless another was.
    Values are missing (None) where there is no such month or the ratio is over nothing.
    `broken_since` is the first month end of the present unbroken run over the decisive line; where
    two standards are to be kept, of the one that sets the line today. `past` holds its values by
    month end.
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
    past: Mapping[date, float | None] = field(default_factory=dict, compare=False)

    def against(self, day: date | None) -> "Comparison":
        """The same beside what it was on another day; None keeps the day it has."""
        return self if day is None else replace(self, then=self.past.get(day))

    @property
    def is_told(self) -> bool:
        """Whether there is something that it counts: where there is no figure then, it says why."""
        return (self.denominator if self.metric.denominator else self.numerator) is not None

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
    series = history(scope, *metrics, where=where)
    rows, today = thresholds(scope.build), month_end(scope)
    then = since or _months_before(today, 1)
    return {m.id: _comparison(today, _past(m, series, rows), then) for m in metrics}


def compared(metric: Metric, past: Mapping[date, float | None], today: date) -> Comparison:
    """A figure that no cube sums, by month end as it was read, beside its own past; no light."""
    before = [past.get(_months_before(today, months)) for months in (1, 12)]
    now, nothing = past.get(today), Lines(None, None, None)
    return Comparison(
        metric, now, None, None, before[0], before[1], before[0], nothing, None, None, past
    )


def history(scope: Scope, *metrics: Metric, where: Where = ()) -> pd.DataFrame:
    """The metrics by month end, with those whose standards they are held to, up to the scope."""
    return measure(scope, *_with_standards(metrics), by="month_end", months=None, where=where)


def _with_standards(metrics: Iterable[Metric]) -> list[Metric]:
    """The metrics, each followed at the end by the other ratio that may bind it, once."""
    asked = list(metrics)
    return list(dict.fromkeys([*asked, *(each.standard for each in asked if each.standard)]))


def broken(scope: Scope, metrics: Iterable[Metric]) -> tuple[list[Comparison], int]:
    """Those of the metrics that are beyond their decisive line, and how many could be judged.

    Every figure that has a line is read with its whole past at once, for since when.
    """
    rows, today = thresholds(scope.build), month_end(scope)
    lined = [
        metric
        for metric in metrics
        if any(lines_of(each, today, rows).decisive for each in _with_standards([metric]))
    ]
    found = comparisons(scope, *lined) if lined else {}
    red = [each for each in found.values() if each.light == "red"]
    return red, sum(each.light is not None for each in found.values())


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


@dataclass(frozen=True)
class _Past:
    """A metric's month ends, those of the other ratio that may bind it, and the book's lines."""

    metric: Metric
    points: dict[date, _Point]
    others: dict[date, _Point]
    rows: list[tuple]

    def at(self, day: date) -> _Point:
        return self.points.get(day, _NOTHING)

    def judged(self, day: date) -> tuple[Lines, Light | None]:
        """The lines of a day and the light: the worse one where two standards are to be kept.

        Each standard is judged by its own ratio, so that rounding never parts the two.
        """
        metric, point = self.metric, self.at(day)
        on = lines_of(metric, day, self.rows)
        own = light(metric, point.value, point.numerator, on)
        if metric.standard is None or day not in self.others:
            return on, own
        other = self.others[day]
        theirs = lines_of(metric.standard, day, self.rows)
        shown = light(metric.standard, other.value, other.numerator, theirs)
        if shown is None:
            return on, own
        scale = (other.denominator or 0.0) / point.denominator if point.denominator else None
        return raised(on, theirs, metric.standard, scale), worse(own, shown)

    def breaks(self, day: date, by: Metric | None) -> bool:
        """Whether the standard `by` (None: the metric's own) was not kept on a day."""
        metric = by or self.metric
        point = (self.others if by else self.points).get(day)
        if point is None:
            return False
        on = lines_of(metric, day, self.rows)
        return light(metric, point.value, point.numerator, on) == "red"


_NOTHING = _Point(None, None, None)


def _past(metric: Metric, series: pd.DataFrame, rows: list[tuple]) -> _Past:
    others = _points(metric.standard, series) if metric.standard else {}
    return _Past(metric, _points(metric, series), others, rows)


def _comparison(today: date, past: _Past, then: date) -> Comparison:
    now = past.at(today)
    on, shown = past.judged(today)
    return Comparison(
        past.metric,
        now.value,
        now.numerator,
        now.denominator,
        past.at(_months_before(today, 1)).value,
        past.at(_months_before(today, 12)).value,
        past.at(then).value,
        on,
        shown,
        _broken_since(past, today, on.decisive.by if on.decisive else None),
        {day: point.value for day, point in past.points.items()},
    )


def _months_before(day: date, months: int) -> date:
    if day == date.min:
        return day
    return (pd.Timestamp(day) + pd.offsets.MonthEnd(-months)).date()


def run_below(past: Mapping[date, float], line: float = 0.0) -> date | None:
    """The first month end of the unbroken run below a line that reaches to the last; None if not.

    A month end without a value ends the run.
    """
    since, day = None, max(past, default=date.min)
    while day in past and past[day] < line:
        since, day = day, _months_before(day, 1)
    return since


def _broken_since(past: _Past, today: date, by: Metric | None) -> date | None:
    """The run of month ends over one standard up to today; a month without a row ends it."""
    since, day = None, today
    while past.breaks(day, by):
        since, day = day, _months_before(day, 1)
    return since
