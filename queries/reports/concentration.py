"""Who and what the book leans on: customers, segments, and the capital behind them (section 8)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from queries.paging import PAGE, first_page, page, total
from queries.periods import months_back
from queries.warehouse import Scope, report, report_sql

Level = Literal["customer", "group", "borrower"]
LARGEST_ORDER = ("-balance", "customer_key")


@dataclass(frozen=True)
class Within:
    """The segments that are looked at; empty means any."""

    borrower_kinds: tuple[str, ...] = ()
    collateral_kinds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()


EVERYWHERE = Within()


def capital(scope: Scope) -> pd.DataFrame:
    """One row or none: reported_on, net_capital, tier1_capital, large_share, large_line."""
    return report("capital", scope)


def concentration_counts(scope: Scope) -> pd.DataFrame:
    """One row per loan with what it adds to the largest exposures, and one for the capital."""
    return report("concentration_counts", scope)


def largest_customers(
    scope: Scope,
    level: Level = "customer",
    within: Within = EVERYWHERE,
    least: float = 0,
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """One row per customer, largest first: loans, balance, its shares, worst loan.

    `level` "customer" takes a connected group as one, "group" leaves all others out. Who owes less
    than `least` is left out. `customer_key` is unique; a number may be a group's and a borrower's.
    Shares are of the loans in view, and of the bank's capital.
    """
    asked = _asked(level, within, least)
    return page(report_sql("largest_customers"), scope, LARGEST_ORDER, after, limit, **asked)


def largest_customers_start(
    scope: Scope,
    level: Level = "customer",
    within: Within = EVERYWHERE,
    least: float = 0,
    limit: int = PAGE,
) -> tuple[pd.DataFrame, int, Decimal]:
    """The first page of that list with what largest_customers_total says, both in one pass."""
    asked = _asked(level, within, least)
    sql = report_sql("largest_customers")
    return first_page(sql, scope, LARGEST_ORDER, limit, "balance", **asked)


def largest_customers_total(
    scope: Scope, level: Level = "customer", within: Within = EVERYWHERE, least: float = 0
) -> tuple[int, Decimal]:
    """How many customers that list has, and what they owe."""
    asked = _asked(level, within, least)
    return total(report_sql("largest_customers"), scope, "balance", **asked)


def _asked(level: Level, within: Within, least: float) -> dict[str, Any]:
    return {"level": level, "least": least, **vars(within)}


def group_members(scope: Scope, group_id: str) -> pd.DataFrame:
    """borrower_id, loans, balance, share of the group, worst loan; largest first."""
    return report("group_members", scope, group_id=group_id)


def breach_months(scope: Scope, limit_id: str, customer_id: str, day: date) -> pd.DataFrame:
    """month_end, loans, balance, capital_as_of, capital, limit_share, most, excess, share (T13).

    From the month end at which a breach begins to the first within the limit, or the scope's.
    """
    told = {"limit_id": limit_id, "customer_id": customer_id, "day": day}
    return report("breach_months", scope, **told)


def breach_loans(scope: Scope, limit_id: str, customer_id: str, day: date) -> pd.DataFrame:
    """loan_id, borrower_id, branch, product, balance, days_past_due, classification; largest first.

    The loans at a month end of the borrower, or of the group, that a limit judges (T13).
    """
    told = {"limit_id": limit_id, "customer_id": customer_id, "day": day}
    return report("breach_loans", scope, **told)


def customer_names(scope: Scope, numbers: tuple[str, ...]) -> pd.DataFrame:
    """borrower_id, name (masked), kind, group_id, region, industry of firms and group members."""
    return report("customer_names", scope, numbers=numbers)


def concentration_months(scope: Scope, months: int = 13) -> pd.DataFrame:
    """obligor_figures of the whole book, for the last months; nothing for a part of it."""
    return report("concentration_months", scope, first=months_back(scope, months - 1))


def obligor_figures(scope: Scope, within: Within = EVERYWHERE) -> pd.DataFrame:
    """month_end, borrowers, customers, the largest and their ratios, topn_share, hhi, gini.

    Of the month end, the one before and that of a year before, where there are such. `effective`
    is 1/HHI: so many customers of one size would be as concentrated. `gini` and whose the
    largest are (largest_borrower_id, largest_group_id) are of the month end alone, and missing of
    those before.
    """
    before = {"before": months_back(scope, 1, False), "year": months_back(scope, 12, False)}
    return report("obligor_figures", scope, **before, **vars(within))


def segment_shares(scope: Scope, within: Within = EVERYWHERE, months: int = 13) -> pd.DataFrame:
    """month_end, dimension, value, balance, share, share_limit, broken_since, hhi, effective."""
    return report("segment_shares", scope, first=months_back(scope, months - 1), **vars(within))
