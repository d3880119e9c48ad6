"""The lines that a figure is judged by: dated parameters, and the light they give."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from queries.measures import Metric
from queries.warehouse import Scope, exact, month_end

Light = Literal["green", "amber", "red"]
GRAVITY: tuple[Light | None, ...] = (None, "green", "amber", "red")


@dataclass(frozen=True)
class Threshold:
    """One dated line: the last value that is still allowed, and where it comes from.

    `by` is another ratio of the same numerator whose own line, `asked`, set this one.
    """

    value: float
    source: str
    by: Metric | None = None
    asked: float = 0.0

    @property
    def is_convention(self) -> bool:
        """Whether the house drew the line itself (内部口径)."""
        return self.source.startswith("internal convention")


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


def lines(metric: Metric, day: date, build: str = "") -> Lines:
    """The lines of a metric that hold on a day."""
    return lines_of(metric, day, thresholds(build))


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


def thresholds(build: str) -> list[tuple]:
    """param_id, value, valid_from, valid_to, source of every line of the book."""
    return exact(
        "select param_id, value, valid_from, valid_to, source from book_rules()"
        " where product = '*' and (starts_with(param_id, 'light.')"
        " or starts_with(param_id, 'limit.')) order by param_id, valid_from",
        build=build,
    )


def lines_of(metric: Metric, day: date, rows: list[tuple]) -> Lines:
    """The lines of a metric on a day, out of the book's `thresholds`."""
    names = (f"light.{metric.id}.amber", f"light.{metric.id}.red", f"limit.{metric.id}")
    held = {
        name: Threshold(float(value), source or "")
        for name, value, valid_from, valid_to, source in rows
        if name in names and (valid_from or date.min) <= day <= (valid_to or date.max)
    }
    return Lines(*(held.get(name) for name in names))


def raised(own: Lines, theirs: Lines, by: Metric, scale: float | None) -> Lines:
    """The higher of two standards, line by line, in the first one's measure (section 3.5).

    `scale` is the other ratio's denominator over this one's: None without one, when the other
    standard alone is left and its lines stand as they are.
    """

    def higher(mine: Threshold | None, other: Threshold | None) -> Threshold | None:
        if other is None:
            return mine
        value = other.value * (1.0 if scale is None else scale)
        if scale is None or mine is None or value > mine.value:
            return Threshold(value, other.source, by, other.value)
        return mine

    return Lines(
        higher(own.amber, theirs.amber),
        higher(own.red, theirs.red),
        higher(own.limit, theirs.limit),
    )


def worse(one: Light | None, other: Light | None) -> Light | None:
    """The graver of two lights; the one there is where the other is not judged."""
    return one if GRAVITY.index(one) > GRAVITY.index(other) else other
