"""The rows that stand behind a figure, which re-add to it to the cent."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import pandas as pd

from queries.measures import Metric, Part, Source, Where, conditions_of
from queries.warehouse import Scope, ask, ask_exact, report_sql

Order = Literal["largest", "key"]


@dataclass(frozen=True)
class _Rows:
    key: str
    columns: str


_ROWS: dict[Source, _Rows] = {
    "portfolio": _Rows(
        "loan_id",
        "loan_id, borrower_id, branch, product, balance, days_past_due, bucket, classification,"
        " status, is_restructured",
    ),
    "workload": _Rows(
        "case_id",
        "case_id, case_type, department_id, branch, product, loan_id, opened_on, due_on,"
        " closed_on, owner",
    ),
    "finding_months": _Rows(
        "finding_id",
        "finding_id, title, title_zh, severity, department_id, branch, issued_on, due_on,"
        " current_due_on, closed_on",
    ),
}
_COUNTS: dict[Source, str] = {"workload": "case_counts", "finding_months": "finding_counts"}


def _behind(source: Source, conditions: str, counted: str) -> str:
    """`from … where …` of the single rows that the cube's column sums."""
    if source in _COUNTS:
        table = f"(\n{report_sql(_COUNTS[source])}\n) as counts"
    else:
        table = "scoped_loan_months($branches, $products)"
    return f"from {table}\nwhere month_end = $month_end and {counted} <> 0{conditions}"


def rows_behind(
    scope: Scope,
    metric: Metric,
    part: Part = "numerator",
    where: Where = (),
    after: str | None = None,
    limit: int = 100,
    order: Order = "largest",
) -> pd.DataFrame:
    """One row per loan, case or finding that counts, with the amount it adds in `counted`.

    A keyset page: `after` is the key of the last row of the page before. The rows of all pages
    re-add to the figure at the scope's month end (`rows_total`).
    """
    rows, column = _ROWS[metric.source], metric.column(part)
    conditions, values = conditions_of(where, metric.source)
    behind = _behind(metric.source, conditions, column)
    if after is not None:
        last = f"(select {column} {behind} and {rows.key} = $after)"
        behind += (
            f"\n    and {rows.key} > $after"
            if order == "key"
            else f"\n    and ({column} < {last} or ({column} = {last} and {rows.key} > $after))"
        )
    by = rows.key if order == "key" else f"{column} desc, {rows.key}"
    sql = f"select {rows.columns}, {column} as counted\n{behind}\norder by {by}\nlimit $limit"
    return ask(sql, scope, after=after, limit=limit, **values)


def rows_total(
    scope: Scope, metric: Metric, part: Part = "numerator", where: Where = ()
) -> tuple[Decimal | int, int]:
    """The exact sum and the count of the rows behind one part of a figure."""
    column = metric.column(part)
    conditions, values = conditions_of(where, metric.source)
    behind = _behind(metric.source, conditions, column)
    sql = f"select coalesce(sum({column}), 0), count(*)\n{behind}"
    return ask_exact(sql, scope, **values)[0]


def figure_total(
    scope: Scope, metric: Metric, part: Part = "numerator", where: Where = ()
) -> Decimal | int:
    """The exact sum of one part of a figure in its cube: what the rows behind it must re-add to."""
    column = metric.column(part)
    conditions, values = conditions_of(where, metric.source)
    sql = (
        f"select coalesce(sum({column}), 0) from scoped_{metric.source}($branches, $products)"
        f" where month_end = $month_end{conditions}"
    )
    return ask_exact(sql, scope, **values)[0][0]
