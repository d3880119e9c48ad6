"""What should have come in, what came, what will, and when the loans mature."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import pandas as pd

from queries.paging import PAGE, first_page, page, total
from queries.periods import months_back
from queries.warehouse import Scope, month_end, report, report_sql

CashStep = Literal["month", "week", "day"]
Maturity = Literal["year", "quarter"]
MONTHS, WEEKS = 13, 13
_LARGEST = ("-amount", "movement_id")


def cash_flow(scope: Scope, cash_step: CashStep) -> pd.DataFrame:
    """starts_on, ends_on, due (in all and by component), on_time, late, early, taken_back,
    collected, collection_rate, recovered, outside: oldest first.

    13 months, 13 weeks or the days of the scope's month. on_time + late + early + taken_back is
    `collected`; `recovered` (loans written off) and `outside` (loans that had left the book) are
    in none of them.
    """
    return report("cash_flow", scope, step=cash_step, first=_first(scope, cash_step))


def _first(scope: Scope, cash_step: CashStep) -> date:
    last = month_end(scope)
    if last == date.min:
        return last
    if cash_step == "month":
        return months_back(scope, MONTHS - 1).replace(day=1)
    if cash_step == "day":
        return last.replace(day=1)
    return last - timedelta(days=last.weekday() + 7 * (WEEKS - 1))


def cash_movements(
    scope: Scope,
    cash_kind: str,
    first: date,
    last: date,
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """row_id, movement_id, loan_id, branch, product, is_taken_back, moved_on, amount.

    The instalments, repayments or recoveries behind one kind of cash (`due`, `on_time`, `late`,
    `early`, `taken_back`, `recovered`, `outside`) between two days, the largest first. A repayment
    and its taking back have one `movement_id` and a `row_id` each.
    """
    sql = report_sql("cash_movements")
    return page(
        sql, scope, ("-amount", "row_id"), after, limit, kind=cash_kind, first=first, last=last
    )


def cash_movements_start(
    scope: Scope, cash_kind: str, first: date, last: date, limit: int = PAGE
) -> tuple[pd.DataFrame, int, Decimal]:
    """The first page of that list with what cash_movements_total says, both in one pass."""
    sql, days = report_sql("cash_movements"), {"first": first, "last": last}
    return first_page(sql, scope, ("-amount", "row_id"), limit, "amount", kind=cash_kind, **days)


def cash_movements_total(
    scope: Scope, cash_kind: str, first: date, last: date
) -> tuple[int, Decimal]:
    """How many `cash_movements` are in all, and their exact sum."""
    sql = report_sql("cash_movements")
    return total(sql, scope, "amount", kind=cash_kind, first=first, last=last)


def collection_bridge(scope: Scope, months: int = MONTHS) -> pd.DataFrame:
    """month_end, expected, prepaid, arrears, unpaid, rescheduled, ahead, advance, collected,
    variance, rate, rate_30, rate_90.

    prepaid + arrears + unpaid + rescheduled + ahead + advance = variance, to the cent, and that is
    collected - expected. `expected` is the cube's Due.
    """
    return report("collection_bridge", scope, first=months_back(scope, months - 1))


def collection_counts(scope: Scope) -> pd.DataFrame:
    """loan_id, borrower_id, branch, product, month_end, days_past_due, expected_amount,
    paid_amount, unpaid_amount, rescheduled_amount: the rows that the due cohort is summed from.
    """
    return report("collection_counts", scope)


def collection_gaps(
    scope: Scope, part: str, after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """loan_id, branch, product, expected_amount, collected_amount, amount, size: largest first.

    The loans behind one `part` of the scope's month (`prepaid`, `arrears`, `unpaid`, `rescheduled`,
    `ahead`, `advance`), which re-add to it.
    """
    return page(report_sql("collection_gaps"), scope, ("-size", "loan_id"), after, limit, part=part)


def collection_gaps_total(scope: Scope, part: str) -> tuple[int, Decimal]:
    """How many `collection_gaps` are in all, and the exact sum of what they add."""
    return total(report_sql("collection_gaps"), scope, "amount", part=part)


def forecast_months(scope: Scope, made_on: date) -> pd.DataFrame:
    """product, month_end, ahead (1 to 12), principal, interest, due, actual: contractual receipts.

    `actual` is missing while the month has not ended.
    """
    return report("forecast_months", scope, made_on=made_on)


def forecast_rates(scope: Scope, made_on: date) -> pd.DataFrame:
    """product, balance, overdue, months, and the sums of the twelve months up to `made_on` that
    the rates of the behavioural forecast are taken from (`queries/forecasting.py`).
    """
    return report("forecast_rates", scope, made_on=made_on)


def forecast_lines(
    scope: Scope, first: date, last: date, after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """movement_id, loan_id, branch, product, moved_on, amount: instalments ahead, largest first."""
    return page(report_sql("forecast_lines"), scope, _LARGEST, after, limit, first=first, last=last)


def forecast_lines_total(scope: Scope, first: date, last: date) -> tuple[int, Decimal]:
    """How many `forecast_lines` are in all, and their exact sum."""
    return total(report_sql("forecast_lines"), scope, "amount", first=first, last=last)


def prepayment_speed(scope: Scope, months: int = 25) -> pd.DataFrame:
    """month_end, prepaid, base, smm, cpr, smm_12, cpr_12: the last over whole years only (6.2)."""
    return report("prepayment_speed", scope, first=months_back(scope, months - 1))


def maturity_wall(scope: Scope, maturity: Maturity) -> pd.DataFrame:
    """matures (2027, 2027Q1, `past`, `unknown`), loans, balance, share: together the balance.

    Without a gap: a year or quarter in which nothing matures has its row too.
    """
    return report("maturity_wall", scope, step=maturity)


def maturing_loans(
    scope: Scope, maturity: Maturity, matures: str, after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """loan_id, borrower_id, branch, product, matures_on, days_past_due, classification, balance."""
    order = ("-balance", "loan_id")
    sql = report_sql("maturing_loans")
    return page(sql, scope, order, after, limit, step=maturity, matures=matures)


def maturing_loans_total(scope: Scope, maturity: Maturity, matures: str) -> tuple[int, Decimal]:
    """How many `maturing_loans` are in all, and their exact balance."""
    sql = report_sql("maturing_loans")
    return total(sql, scope, "balance", step=maturity, matures=matures)


def funding_figures(scope: Scope, first: date | None = None) -> pd.DataFrame:
    """One row per month end from `first` (the scope's own unless given) to the scope's, oldest
    first: month_end, budget use, liquidity ratio, 90-day gap, headroom, their parts and limits.

    Empty without a plan, and unless the scope is the whole book: the bank has one plan. A figure
    whose lines the plan lacks is missing. `paid_share` is the due-cohort collection rate of twelve
    months; `room_by_limit` and `room_by_funding` are the two sides of the headroom (section 8).
    """
    return report("funding_figures", scope, first=first or month_end(scope))


def funding_lines(scope: Scope) -> pd.DataFrame:
    """plan_id, reported_on, item, due_on, amount, source: each as last reported."""
    return report("funding_lines", scope)


def liquidity_gaps(scope: Scope) -> pd.DataFrame:
    """maturity (`overdue`, `overnight` ... `over 1 year`), inflow, outflow, gap, gap_so_far.

    By contract; empty without a plan's outflows. What is overdue is in no gap (section 8).
    """
    return report("liquidity_gaps", scope)
