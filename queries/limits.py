"""What is beyond its limit today, the law first: figures, and ratios of the funding plan."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from queries import reports
from queries.comparisons import Comparison, broken
from queries.lights import Threshold
from queries.measures import Metric, Unit
from queries.warehouse import Scope, month_end, month_ends

# Name, column, limit, source and judgement of the plan's ratios that have a limit (section 8).
FUNDING = (
    (
        "Liquidity ratio",
        *("liquidity_ratio", "liquidity_limit", "liquidity_source", "is_liquid"),
    ),
    (
        "Liquidity gap ratio, 90 days",
        *("liquidity_gap_ratio_90", "gap_limit", "gap_source", "is_gap_held"),
    ),
)


@dataclass(frozen=True)
class Breach:
    """One limit that is broken: the figure beyond its line, and since when, where that is known.

    `metric` opens its rows; a ratio of the bank's funding plan is no metric and has none.
    """

    name: str
    unit: Unit
    now: float | None
    line: Threshold
    is_regulatory: bool
    since: date | None
    metric: Metric | None = None

    @property
    def excess(self) -> float:
        """How far beyond the line, over the larger of the two: a line of nothing is all of it."""
        if self.now is None:
            return 1.0
        base = max(abs(self.now), abs(self.line.value))
        return abs(self.now - self.line.value) / base if base else 0.0


def breaches(scope: Scope, metrics: Iterable[Metric]) -> tuple[list[Breach], int]:
    """Every limit that is broken, and how many limits could be judged.

    Regulatory limits come before the lines of the house, of each the furthest beyond first.
    """
    found, judged = broken(scope, metrics)
    plan, more = _of_plan(scope)
    every = [*(_of_metric(each) for each in found), *plan]
    return sorted(every, key=lambda e: (not e.is_regulatory, -e.excess)), judged + more


def _of_metric(compared: Comparison) -> Breach:
    metric, line = compared.metric, compared.lines.decisive
    assert line, "What is broken has a line."
    law, since = bool(compared.lines.limit), compared.broken_since
    return Breach(metric.name, metric.unit, compared.now, line, law, since, metric)


def _of_plan(scope: Scope) -> tuple[list[Breach], int]:
    """The same of the funding plan, which only who has the whole book in view is told."""
    months = plan_months(scope)
    row = plan_today(months, scope)
    if row is None:
        return [], 0
    judged = [each for each in FUNDING if not pd.isna(row[each[-1]])]
    found = []
    for name, column, limit, source, held in judged:
        if not row[held]:
            line = Threshold(float(row[limit]), str(row[source] or ""))
            since = plan_broken_since(months, held)
            found.append(Breach(name, "ratio", float(row[column]), line, True, since))
    return found, len(judged)


def plan_months(scope: Scope) -> pd.DataFrame:
    """The plan's figures at every month end up to the scope's, as far as planned: oldest first."""
    return reports.funding_figures(scope, min(month_ends(scope.build), default=date.min))


def plan_today(months: pd.DataFrame, scope: Scope) -> pd.Series | None:
    """Of the plan's months the one of the scope's month end; None when none was planned."""
    today = months[months["month_end"] == pd.Timestamp(month_end(scope))]
    return today.iloc[0] if len(today) else None


def plan_broken_since(months: pd.DataFrame, held: str) -> date | None:
    """The first month end of the run of breaches that reaches to the last; None without one.

    A month end without a plan, or where the ratio was not judged, ends the run.
    """
    since = None
    for day, is_held in zip(months["month_end"][::-1], months[held][::-1], strict=True):
        follows = since is None or day + pd.offsets.MonthEnd(1) == since
        if pd.isna(is_held) or is_held or not follows:
            break
        since = day
    return since.date() if since is not None else None
