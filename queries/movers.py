"""The loans that moved a figure between two month ends: what each adds to the change, and how."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from queries.measures import Metric, Part, Where, conditions_of
from queries.paging import PAGE, page, total
from queries.rows_behind import figure_total
from queries.warehouse import Scope

# `how` a loan moved a figure: it is new or newly counted, counts for more or less, is on the book
# but no longer counted, or left the book (paid off, written off, sold).
HOW = ("new", "entered", "grew", "shrank", "cleared", "closed", "written_off", "sold")

_MOVED = """with counted as (
    select
        loan_id,
        sum(case when month_end = $since then {column} else 0 end) as counted_before,
        sum(case when month_end = $month_end then {column} else 0 end) as counted
    from scoped_loan_months($branches, $products)
    where month_end in ($since, $month_end) and {column} <> 0{conditions}
    group by loan_id
),
states as (
    select
        loan_id, month_end, borrower_id, branch, product, balance, days_past_due, bucket,
        classification, status
    from scoped_loan_months($branches, $products)
    where month_end between $since and $month_end
        and (month_end in ($since, $month_end) or status <> 'active')
        and loan_id in (select loan_id from counted where counted <> counted_before)
),
known as (
    select
        loan_id,
        max(month_end) as last_month,
        bool_or(month_end = $since) as was_there
    from states
    group by loan_id
)
select
    states.loan_id, borrower_id, branch, product, balance, days_past_due, bucket, classification,
    status, counted_before, counted, counted - counted_before as added,
    case
        when status <> 'active' and counted < counted_before then status
        when not was_there then 'new'
        when counted_before = 0 then 'entered'
        when counted = 0 then 'cleared'
        when counted > counted_before then 'grew'
        else 'shrank'
    end as how
from states
inner join known on states.loan_id = known.loan_id and states.month_end = known.last_month
inner join counted on states.loan_id = counted.loan_id
where counted <> counted_before"""


def _statement(metric: Metric, part: Part, where: Where) -> tuple[str, dict[str, Any]]:
    """The movers with the figure's own column; only registered names enter the text."""
    if metric.source != "portfolio":
        raise ValueError(f"{metric.id} is not made of loans")
    conditions, values = conditions_of(where, metric.source)
    return _MOVED.format(column=metric.column(part), conditions=conditions), values


def movers(
    scope: Scope,
    metric: Metric,
    since: date,
    where: Where = (),
    after: str | None = None,
    limit: int = PAGE,
    rising: bool = True,
    part: Part = "numerator",
) -> pd.DataFrame:
    """One row per loan that counts for more or less in one part of a figure than on `since`.

    loan_id, borrower_id, branch, product, then balance, days_past_due, bucket, classification and
    status at the scope's month end (or when it left), counted_before, counted, added, how. What
    rose most comes first, or, for a fall, what fell most. All pages together re-add to the change
    of that part. Raises ValueError for a figure that is not made of loans.
    """
    sql, values = _statement(metric, part, where)
    order = ("-added" if rising else "added", "loan_id")
    return page(sql, scope, order, after, limit, since=since, **values)


def movers_total(
    scope: Scope,
    metric: Metric,
    since: date,
    where: Where = (),
    part: Part = "numerator",
) -> tuple[Decimal, int]:
    """The exact sum of what all these loans add, and how many they are."""
    sql, values = _statement(metric, part, where)
    count, amount = total(sql, scope, "added", since=since, **values)
    return amount, count


def part_change(
    scope: Scope, metric: Metric, since: date, where: Where = (), part: Part = "numerator"
) -> Decimal:
    """The change of one part, exactly, from its cube: what the movers must re-add to."""
    before = figure_total(replace(scope, as_of=since), metric, part, where)
    return figure_total(scope, metric, part, where) - before
