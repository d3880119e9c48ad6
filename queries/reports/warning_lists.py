"""The borrowers behind the figures of early warning: who is meant, alert by alert."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from queries.paging import PAGE, first_page, page, total
from queries.periods import months_back
from queries.reports.telling import with_names, with_signals
from queries.warehouse import Scope, report, report_sql

WARNED_ORDER = ("-level_rank", "-score", "-exposure", "borrower_id")
ALERT_CASES_ORDER = ("-alerted_on", "-score", "alert_id")
DEFAULT_CASES_ORDER = ("-default_on", "default_id")
JUDGED_ORDER = ("-is_default", "-month_end", "-score", "judged_id")
WATCHED_ORDER = ("-is_default", "-score", "borrower_id")


def _window(scope: Scope, months: int) -> dict[str, Any]:
    """The first month end that counts, and the last of which twelve months have been seen."""
    first = months_back(scope, months - 1)
    return {"first": first, "seen": months_back(scope, 12, clip=False)}


def warned_borrowers(
    scope: Scope,
    after: str | None = None,
    limit: int = PAGE,
    *,
    level: str = "",
    rule: str = "",
    is_new: bool = False,
) -> pd.DataFrame:
    """One row per borrower of a level at the month end, or on whom a rule holds, worst first."""
    asked = {"level": level, "rule": rule, "is_new": is_new}
    frame = page(report_sql("warned_borrowers"), scope, WARNED_ORDER, after, limit, **asked)
    return with_signals(frame, scope, rule)


def warned_borrowers_total(
    scope: Scope, *, level: str = "", rule: str = "", is_new: bool = False
) -> tuple[int, Decimal]:
    """How many they are, and their exposure in view."""
    asked = {"level": level, "rule": rule, "is_new": is_new}
    return total(report_sql("warned_borrowers"), scope, "exposure", **asked)


def alert_cases(
    scope: Scope,
    after: str | None = None,
    limit: int = PAGE,
    *,
    rule: str = "",
    level: str = "",
    kind: str = "",
    outcome: str = "",
    months: int = 36,
) -> pd.DataFrame:
    """One row per alert, or time that a rule began to hold, and what came of it; newest first.

    `outcome` is hit, false_alarm, open or at_default; empty means any.
    """
    asked = {"rule": rule, "level": level, "kind": kind, "outcome": outcome}
    sql, window = report_sql("alert_cases"), _window(scope, months)
    return with_names(page(sql, scope, ALERT_CASES_ORDER, after, limit, **asked, **window), scope)


def alert_cases_start(
    scope: Scope,
    limit: int = PAGE,
    *,
    rule: str = "",
    level: str = "",
    kind: str = "",
    outcome: str = "",
    months: int = 36,
) -> tuple[pd.DataFrame, int, Decimal]:
    """The first page of that list with what alert_cases_total says, both in one pass."""
    asked = {"rule": rule, "level": level, "kind": kind, "outcome": outcome}
    sql, window = report_sql("alert_cases"), _window(scope, months)
    found = first_page(sql, scope, ALERT_CASES_ORDER, limit, "score", **asked, **window)
    frame, number, score = found
    return with_names(frame, scope), number, score


def alert_cases_total(
    scope: Scope,
    *,
    rule: str = "",
    level: str = "",
    kind: str = "",
    outcome: str = "",
    months: int = 36,
) -> tuple[int, Decimal]:
    """How many alerts that are, and their scores in all."""
    asked = {"rule": rule, "level": level, "kind": kind, "outcome": outcome}
    return total(report_sql("alert_cases"), scope, "score", **asked, **_window(scope, months))


def foreseen_defaults(
    scope: Scope,
    after: str | None = None,
    limit: int = PAGE,
    *,
    rule: str = "",
    kind: str = "",
    outcome: str = "",
    months: int = 36,
) -> pd.DataFrame:
    """One row per default of a borrower: was it warned of, by which rules; newest first.

    `outcome` is covered, missed or surprise; empty means any.
    """
    asked = {"rule": rule, "kind": kind, "outcome": outcome}
    first = _window(scope, months)["first"]
    sql = report_sql("foreseen_defaults")
    rows = page(sql, scope, DEFAULT_CASES_ORDER, after, limit, first=first, **asked)
    return with_names(rows, scope)


def foreseen_defaults_total(
    scope: Scope, *, rule: str = "", kind: str = "", outcome: str = "", months: int = 36
) -> tuple[int, Decimal]:
    """How many defaults that are, and how many of them nobody was watching."""
    asked = {"rule": rule, "kind": kind, "outcome": outcome}
    first = _window(scope, months)["first"]
    sql = report_sql("foreseen_defaults")
    return total(sql, scope, "cast(is_surprise as integer)", first=first, **asked)


def judged_borrowers(
    scope: Scope,
    after: str | None = None,
    limit: int = PAGE,
    *,
    part: str = "",
    on: date | None = None,
    band: int = -1,
    months: int = 36,
) -> pd.DataFrame:
    """One row per borrower and month end that is judged: level and score then, default after.

    `part` is one of confusion_months (`warned_fine`) at the month end `on`, `band` a band_from of
    calibration.
    """
    asked = {"part": part, "on": on, "band": band}
    sql, window = report_sql("judged_borrowers"), _window(scope, months)
    frame = page(sql, scope, JUDGED_ORDER, after, limit, **asked, **window)
    return with_names(frame, scope)


def judged_borrowers_total(
    scope: Scope, *, part: str = "", on: date | None = None, band: int = -1, months: int = 36
) -> tuple[int, Decimal]:
    """How many they are, and how many of them came into default."""
    asked = {"part": part, "on": on, "band": band}
    sql, window = report_sql("judged_borrowers"), _window(scope, months)
    return total(sql, scope, "is_default", **asked, **window)


def watched_before(scope: Scope, after: str | None = None, limit: int = PAGE) -> pd.DataFrame:
    """One row per borrower on the watchlist a year before the month end, with its default since."""
    return with_names(page(report_sql("watched_before"), scope, WATCHED_ORDER, after, limit), scope)


def watched_before_total(scope: Scope) -> tuple[int, Decimal]:
    """How many they were, and how many of them came into default."""
    return total(report_sql("watched_before"), scope, "is_default")


def desk_borrowers(scope: Scope, numbers: tuple[str, ...]) -> pd.DataFrame:
    """One row per borrower asked for that is in view: name, level, exposure; the largest first."""
    return report("desk_borrowers", scope, numbers=tuple(numbers))
