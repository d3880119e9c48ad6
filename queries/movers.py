"""The loans that moved a figure between two month ends: what each adds to the change, and how."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from queries.measures import Metric, Part, Where, conditions_of
from queries.paging import PAGE, page, total
from queries.rows_behind import figure_total
from queries.warehouse import Scope, ask

# `how` a loan moved a figure: it is new or newly counted, counts for more or less, is on the book
# but no longer counted, left the book (paid off, written off, sold), or is no longer recorded.
HOW = ("new", "entered", "grew", "shrank", "cleared", "closed", "written_off", "sold", "missing")

_COUNTED = """with counted as (
    select
        loan_id,
        sum(case when month_end = $since then {column} else 0 end) as counted_before,
        sum(case when month_end = $month_end then {column} else 0 end) as counted
    from scoped_loan_months($branches, $products)
    where month_end in ($since, $month_end) and {column} <> 0{conditions}
    group by loan_id
)
select loan_id, counted_before, counted, counted - counted_before as added
from counted
where counted <> counted_before"""

# Only of the loans on one page: their state now, and how they left if they did.
_STATES = """with wanted as (select unnest($loan_ids) as loan_id),
months as (
    select loan_id, balance, days_past_due, bucket, classification, status
    from scoped_loan_months($branches, $products)
    where month_end = $month_end and loan_id in (select loan_id from wanted)
)
select
    loans.loan_id, loans.borrower_id, loans.branch, loans.product,
    months.balance, months.days_past_due, months.bucket, months.classification,
    coalesce(
        months.status,
        case
            when loans.status <> 'active' and coalesce(loans.left_on, loans.state_on) <= $month_end
                then loans.status
        end,
        'missing'
    ) as status,
    loans.disbursed_on <= $since as was_there
from scoped_loans($branches, $products) as loans
left join months on loans.loan_id = months.loan_id
where loans.loan_id in (select loan_id from wanted)"""


def _statement(metric: Metric, part: Part, where: Where) -> tuple[str, dict[str, Any]]:
    """The loans that count differently; only registered names enter the text."""
    if metric.source != "portfolio":
        raise ValueError(f"{metric.id} is not made of loans")
    conditions, values = conditions_of(where, metric.source)
    return _COUNTED.format(column=metric.column(part), conditions=conditions), values


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

    loan_id, borrower_id, branch, product, then balance, days_past_due, bucket and classification
    at the scope's month end (missing where the loan has left), status, counted_before, counted,
    added, how. What rose most comes first, or, for a fall, what fell most. All pages together
    re-add to the change of that part. Raises ValueError for a figure that is not made of loans.
    """
    sql, values = _statement(metric, part, where)
    order = ("-added" if rising else "added", "loan_id")
    listed = page(sql, scope, order, after, limit, since=since, **values)
    loan_ids = tuple(listed["loan_id"]) or ("",)
    states = ask(_STATES, scope, since=since, loan_ids=loan_ids)
    found = listed.merge(states, on="loan_id", how="left", sort=False)
    return found.assign(how=_how(found))


def _how(found: pd.DataFrame) -> pd.Series:
    """Which of HOW moved each loan; the first that holds."""
    before, now = found["counted_before"], found["counted"]
    left = (found["status"] != "active") & (now < before)
    first = pd.Series("shrank", index=found.index).mask(now > before, "grew")
    cleared = first.mask(now == 0, "cleared")
    entered = cleared.mask(before == 0, "entered").mask(~found["was_there"].astype(bool), "new")
    return entered.mask(left, found["status"])


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
