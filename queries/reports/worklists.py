"""Lists of loans that need somebody."""

from decimal import Decimal
from typing import Any

import pandas as pd

from queries.paging import PAGE, first_page, page, total
from queries.warehouse import Scope, report_sql

WATCHLIST_ORDERS: dict[str, tuple[str, ...]] = {
    "worst": ("-classification", "-days_past_due", "-balance", "loan_id"),
    "largest": ("-balance", "loan_id"),
    "latest": ("-days_past_due", "-balance", "loan_id"),
}
NEWLY_LATE_ORDER = ("-balance", "loan_id")


def watchlist(
    scope: Scope, after: str | None = None, limit: int = PAGE, order: str = "worst", **filters: Any
) -> pd.DataFrame:
    """One row per loan that needs attention, with `reasons` (codes, comma between).

    Worst first (class, then days past due), or as another of WATCHLIST_ORDERS says.

    Filters: buckets, classes (tuples, empty: any), min_balance, reason, text (a loan or borrower
    number begins with it, or the officer).
    """
    sql = report_sql("watchlist")
    found = _watchlist_filters(**filters)
    return page(sql, scope, WATCHLIST_ORDERS[order], after, limit, **found)


def watchlist_start(
    scope: Scope, limit: int = PAGE, order: str = "worst", **filters: Any
) -> tuple[pd.DataFrame, int, Decimal]:
    """The first of them with what watchlist_total says, both in one pass."""
    found, by = _watchlist_filters(**filters), WATCHLIST_ORDERS[order]
    return first_page(report_sql("watchlist"), scope, by, limit, "balance", **found)


def watchlist_total(scope: Scope, **filters: Any) -> tuple[int, Decimal]:
    """How many loans the watchlist has under the same filters, and their balance."""
    return total(report_sql("watchlist"), scope, "balance", **_watchlist_filters(**filters))


def _watchlist_filters(
    buckets: tuple[str, ...] = (),
    classes: tuple[int, ...] = (),
    min_balance: float = 0,
    reason: str = "",
    text: str = "",
) -> dict[str, Any]:
    return {
        "buckets": tuple(buckets),
        "classes": tuple(classes),
        "min_balance": min_balance,
        "reason": reason,
        "text": text.strip(),
    }


def newly_late(scope: Scope, after: str | None = None, limit: int = PAGE) -> pd.DataFrame:
    """One row per loan past due now and not a month before, largest balance first."""
    return page(report_sql("newly_late"), scope, NEWLY_LATE_ORDER, after, limit)
