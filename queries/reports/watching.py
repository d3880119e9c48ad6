"""Who is on the watchlist, why, since when, and what is due."""

from decimal import Decimal
from typing import Any

import pandas as pd

from queries.paging import PAGE, first_page, page, total
from queries.periods import months_back
from queries.reports.telling import with_signals
from queries.warehouse import Scope, ask, ask_unkept, report, report_sql

# What the list can be ordered by, a column at a time, and the column that says how.
WATCH_HEADS = {
    each: each
    for each in (
        *("score", "exposure", "worst_loan_id", "days_past_due", "entered_on", "review_due_on"),
        *("borrower_kind", "classification", "loan_count", "branch", "product", "score_before"),
        *("days_on_list", "is_review_overdue", "is_escalated", "is_hard"),
    )
} | {"level": "level_rank", "change": "score_change"}
WATCH_ORDERS: dict[str, tuple[str, ...]] = {
    "worst": ("-level_rank", "-score", "-exposure", "borrower_id"),
    "largest": ("-exposure", "borrower_id"),
    "score": ("-score", "-exposure", "borrower_id"),
    "oldest": ("entered_on", "-exposure", "borrower_id"),
    "review": ("review_due_on", "-exposure", "borrower_id"),
    "rising": ("-score_change", "-score", "borrower_id"),
    "borrower_id.up": ("borrower_id",),
    **{f"{head}.down": (f"-{column}", "borrower_id") for head, column in WATCH_HEADS.items()},
    **{f"{head}.up": (column, "borrower_id") for head, column in WATCH_HEADS.items()},
}
MOVES_ORDER = ("-exposure", "borrower_id")
MEASURES = ("borrowers", "loans", "balance", "exposure")
_FILTERS: dict[str, Any] = {
    "levels": (),
    "changes": (),
    "kinds": (),
    "reason": "",
    "rule": "",
    "family": "",
    "owner": "",
    "min_score": 0,
    "max_score": 0,
    "min_exposure": 0,
    "max_exposure": 0,
    "text": "",
    "overdue_review": False,
    "may_exit": False,
    "escalated": False,
    "min_days": 0,
    "max_days": 1_000_000,
    "review_by": None,
    "among": None,
    "without": (),
    "given": (),
    "taken": (),
}


def _asked(filters: dict[str, Any]) -> dict[str, Any]:
    if strangers := filters.keys() - _FILTERS.keys():
        raise TypeError(f"no filter {', '.join(sorted(strangers))}")
    asked = _FILTERS | filters
    among = asked["among"]
    named = {"is_among": among is not None, "among": tuple(among or ())}
    return asked | named | {"text": asked["text"].strip()}


def watch_list(
    scope: Scope, after: str | None = None, limit: int = PAGE, order: str = "worst", **filters: Any
) -> pd.DataFrame:
    """One row per borrower on the watchlist: level, score, change, reasons, rules, what is due.

    `order` is one of WATCH_ORDERS. Filters: levels, changes (new, up, same, down), kinds (tuples,
    empty: any), reason, rule, family, owner, min_score, max_score, min_exposure, max_exposure (0:
    any), text (a borrower or loan number begins with it, a name holds it), and the truths
    overdue_review, may_exit, escalated; min_days and max_days on the list; review_by (a date). Of
    what people wrote elsewhere: among (borrowers, None: any) and without; given and taken, which
    say to whom `owner` gained and lost borrowers since.
    """
    found = _asked(filters)
    frame = page(report_sql("watch_list"), scope, WATCH_ORDERS[order], after, limit, **found)
    return with_signals(frame, scope)


def watch_list_start(
    scope: Scope, limit: int = PAGE, order: str = "worst", **filters: Any
) -> tuple[pd.DataFrame, int, Decimal]:
    """The first page of that list with what watch_list_total says, both in one pass."""
    sql, by = report_sql("watch_list"), WATCH_ORDERS[order]
    frame, number, exposure = first_page(sql, scope, by, limit, "exposure", **_asked(filters))
    return with_signals(frame, scope), number, exposure


def watch_list_total(scope: Scope, **filters: Any) -> tuple[int, Decimal]:
    """How many borrowers that list has, and their exposure in view."""
    return total(report_sql("watch_list"), scope, "exposure", **_asked(filters))


def watch_list_numbers(scope: Scope, limit: int = PAGE, **filters: Any) -> pd.DataFrame:
    """borrower_id, owner, level, may_exit of that list, at most so many: whom one act is about."""
    told = "borrower_id, owner, level, may_exit"
    sql = f"select {told} from (\n{report_sql('watch_list')}\n) as listed"
    text = f"{sql} order by borrower_id limit $limit"
    return ask_unkept(text, scope, limit=limit, **_asked(filters))


def watch_quadrant(scope: Scope, **filters: Any) -> pd.DataFrame:
    """level, change, borrowers, exposure of the same list, one row per pair that occurs."""
    sql = (
        "select level, change, count(*) as borrowers, sum(exposure) as exposure from (\n"
        f"{report_sql('watch_list')}\n) as listed group by level, change order by level, change"
    )
    return ask(sql, scope, **_asked(filters))


def watch_reasons(scope: Scope) -> pd.DataFrame:
    """reason, borrowers, exposure; who waits for its exit without a reason has `none`."""
    return report("watch_reasons", scope)


def watch_flow(scope: Scope, months: int = 13) -> pd.DataFrame:
    """month_end and opening, new, cured, paid_off, default, changed, closing.

    Each in _borrowers, _loans, _balance and _exposure.
    """
    return report("watch_flow", scope, first=months_back(scope, months - 1))


def watch_moves(
    scope: Scope, way: str, after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """The borrowers behind one figure of the flow at the month end, the largest first.

    `way` is opening, new, cured, paid_off, default or closing.
    """
    return page(report_sql("watch_moves"), scope, MOVES_ORDER, after, limit, way=way)


def watch_moves_total(scope: Scope, way: str, measure: str) -> tuple[int, Decimal]:
    """How many they are, and the sum of `measure`: borrowers, loans, balance or exposure."""
    if measure not in MEASURES:
        raise ValueError(f"not measured: {measure}")
    return total(report_sql("watch_moves"), scope, measure, way=way)


def watch_history(scope: Scope, borrower_id: str) -> pd.DataFrame:
    """One row per month end of a borrower on the list, newest first."""
    return report("watch_history", scope, borrower_id=borrower_id)


def watch_owners(scope: Scope) -> pd.DataFrame:
    """owner, borrowers, exposure, overdue_reviews."""
    return report("watch_owners", scope)


def score_trend(scope: Scope, borrowers: tuple[str, ...], months: int = 13) -> pd.DataFrame:
    """borrower_id, month_end, score, level of these borrowers, 0 and green where calm."""
    first = months_back(scope, months - 1)
    return report("score_trend", scope, borrowers=tuple(borrowers), first=first)
