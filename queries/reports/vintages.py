"""How origination months and quarters compare at equal age."""

from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from queries.measures import Metric, Part
from queries.paging import PAGE, first_page, page, total
from queries.warehouse import Scope, ask, report, report_sql

Step = Literal["quarter", "month"]
Curve = Literal["period", "branch", "product"]
Periods = tuple[str, ...]

# Whose state must be known for a figure to be one: a loan not seen this month may be late now, one
# without instalments has none due, and one first seen at three months may have been late at two.
_KNOWN = (
    (("current", "on_book"), "seen_count"),
    (("due",), "least(scheduled_count, seen_count)"),
    (("ever", "gross", "net"), "least(begun_count, seen_count)"),
)


def _known(metric: Metric) -> str:
    return next(column for kinds, column in _KNOWN if metric.numerator.startswith(kinds))


def vintage_periods(scope: Scope, step: Step) -> pd.DataFrame:
    """period, original_count, original_amount, begun_count, seen_count, reached: oldest first.

    `period` is 2024-07 or 2024Q3, `reached` the months on book that all of it has. A quarter is
    there once its last month has ended.
    """
    return report("vintage_periods", scope, step=step)


def vintage_cells(
    scope: Scope, metric: Metric, step: Step, by: Curve = "period", periods: Periods = ()
) -> pd.DataFrame:
    """curve, months_on_book, value, numerator, denominator, original_count, unknown_count.

    A curve is a month or a quarter (empty `periods`: all of them), or, by branch or product, all
    of `periods` together. Only whole cells: the age has ended for every month of the curve, and
    the state of its loans is known (but for the share that `vintage_unknown_share` allows).
    """
    known = _known(metric)
    sql = (
        "select curve, months_on_book,"
        f" cast(sum({metric.numerator}) as double) / nullif(sum({metric.denominator}), 0) as value,"
        f" sum({metric.numerator}) as numerator, sum({metric.denominator}) as denominator,"
        " sum(original_count) as original_count,"
        f" sum(original_count - {known}) as unknown_count\n"
        f"from (\n{report_sql('vintage_cells')}\n) as cells\n"
        "group by curve, months_on_book\n"
        "having sum(original_count) = any_value(whole_count)\n"
        "    and last_day(any_value(closes_on) + months_on_book * interval 1 month) <= $month_end\n"
        f"    and sum(original_count - {known}) <= any_value(unknown_share) * sum(original_count)\n"
        "order by curve, months_on_book"
    )
    return ask(sql, scope, step=step, by=by, periods=periods)


def vintage_loss_timing(scope: Scope, least: int = 3) -> pd.DataFrame:
    """months_on_book, vintages, periods, what was lent, net_loss, value (share of the final loss).

    Over origination months that are known from the start, `periods` (2024-01,2024-02,...); ages
    that fewer than `least` of them have reached are left out. Empty without a loss.
    """
    frame = report("vintage_loss_timing", scope, least=least)
    return frame if frame["net_loss"].any() else frame.iloc[:0]


def vintage_counts(
    scope: Scope,
    metric: Metric,
    step: Step,
    periods: Periods,
    months_on_book: int,
    part: Part = "numerator",
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """One row per loan behind a cell, with what it adds in `counted`, the largest first.

    Its days past due, balance and status are those of the month end at which it had that age. All
    pages together re-add to the cell (`vintage_counts_total`).
    """
    sql, values = _behind(metric, part, step, periods, months_on_book)
    return page(sql, scope, ("-counted", "loan_id"), after, limit, **values)


def vintage_counts_start(
    scope: Scope,
    metric: Metric,
    step: Step,
    periods: Periods,
    months_on_book: int,
    part: Part = "numerator",
    limit: int = PAGE,
) -> tuple[pd.DataFrame, int, Decimal]:
    """The first page of that list with what vintage_counts_total says, both in one pass."""
    sql, values = _behind(metric, part, step, periods, months_on_book)
    return first_page(sql, scope, ("-counted", "loan_id"), limit, "counted", **values)


def vintage_counts_total(
    scope: Scope,
    metric: Metric,
    step: Step,
    periods: Periods,
    months_on_book: int,
    part: Part = "numerator",
) -> tuple[int, Decimal]:
    """How many loans stand behind a cell, and the exact sum of what they add."""
    sql, values = _behind(metric, part, step, periods, months_on_book)
    return total(sql, scope, "counted", **values)


def _behind(
    metric: Metric, part: Part, step: Step, periods: Periods, months_on_book: int
) -> tuple[str, dict[str, Any]]:
    column = metric.column(part)
    sql = (
        f"select *, {column} as counted\n"
        f"from (\n{report_sql('vintage_counts')}\n) as told\nwhere {column} <> 0"
    )
    return sql, {"step": step, "periods": periods, "months_on_book": months_on_book}
