"""What the early-warning rules say, and whether they were right before."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from queries.paging import PAGE, first_page, page, total
from queries.periods import months_back
from queries.reports.telling import with_signals
from queries.warehouse import Scope, report, report_sql

Cut = Literal["all", "level", "borrower_kind", "branch", "product"]
AnswerCut = Literal["all", "level", "rule", "borrower_kind", "branch", "product"]
ANSWERED_ORDER = ("-opened_on", "case_id")
NEW_ALERTS_ORDER = ("-level_rank", "-score", "borrower_id")
LATE_RESPONSES_ORDER = ("-days_late", "case_id")


def _since(scope: Scope, months: int) -> dict[str, date]:
    """The first month end that counts, and the last of which twelve months have been seen."""
    first = months_back(scope, months - 1)
    return {"first": first, "seen": months_back(scope, 12, clip=False)}


def rules_in_force(scope: Scope) -> pd.DataFrame:
    """One row per rule at the month end, with condition, threshold, points, validity, source."""
    return report("rules_in_force", scope)


def signal_counts(scope: Scope) -> pd.DataFrame:
    """rule_id, family, name, severity, borrowers, loans, new_borrowers, borrowers_before, points.

    One row per rule in force, also of those that hold on nobody.
    """
    return report("signal_counts", scope, before=months_back(scope, 1, clip=False))


def level_counts(scope: Scope, months: int = 13) -> pd.DataFrame:
    """month_end, level, borrowers on the book."""
    return report("level_counts", scope, first=months_back(scope, months - 1))


def signals_of_borrower(scope: Scope, borrower_id: str) -> pd.DataFrame:
    """One row per signal of a borrower at the month end: rule, loan, value, points, since when."""
    return report("signals_of_borrower", scope, borrower_id=borrower_id)


def borrower_score(scope: Scope, borrower_id: str) -> pd.DataFrame:
    """One row or none: score, level, is_hard, the families' parts, what was before."""
    return report("borrower_score", scope, borrower_id=borrower_id)


def new_alerts(scope: Scope, after: str | None = None, limit: int = PAGE) -> pd.DataFrame:
    """One row per borrower that became orange or red at the month end, the worst first."""
    frame = page(report_sql("new_alerts"), scope, NEW_ALERTS_ORDER, after, limit)
    return with_signals(frame, scope)


def new_alerts_start(scope: Scope, limit: int = PAGE) -> tuple[pd.DataFrame, int, Decimal]:
    """The first page of that list with what new_alerts_total says, both in one pass."""
    sql = report_sql("new_alerts")
    frame, number, exposure = first_page(sql, scope, NEW_ALERTS_ORDER, limit, "exposure")
    return with_signals(frame, scope), number, exposure


def new_alerts_total(scope: Scope) -> tuple[int, Decimal]:
    """How many they are, and their exposure in view."""
    return total(report_sql("new_alerts"), scope, "exposure")


def rule_results(scope: Scope, months: int = 36, kind: str = "") -> pd.DataFrame:
    """One row per rule: fired, observed, hits, hit_rate, covered, coverage, lead_days, is_never.

    `is_always` marks a rule that holds on half of all borrowers and more. `kind` is a type of
    borrower; empty means any.
    """
    return report("rule_results", scope, kind=kind, **_since(scope, months))


def warning_results(scope: Scope, cut: Cut = "all", months: int = 36) -> pd.DataFrame:
    """value, alerts, observed, hits, hit_rate, false alarms, defaults, coverage, surprises.

    One row per level or segment, or one in all; defaults are empty by level.
    """
    return report("warning_results", scope, cut=cut, **_since(scope, months))


def confusion_months(scope: Scope, months: int = 36, kind: str = "") -> pd.DataFrame:
    """month_end, warned_defaulted, warned_fine, calm_defaulted, calm_fine, hit_rate, coverage."""
    return report("confusion_months", scope, kind=kind, **_since(scope, months))


def calibration(scope: Scope, months: int = 36) -> pd.DataFrame:
    """band_from, band_to, borrowers, defaulted, rate, low, high (bounds at 95 per cent)."""
    return report("calibration", scope, **_since(scope, months))


def watch_to_npl(scope: Scope, months: int = 24) -> pd.DataFrame:
    """month_end, on_list a year before, to_npl since, rate."""
    return report("watch_to_npl", scope, first=months_back(scope, months - 1))


def response_times(scope: Scope, cut: AnswerCut = "level", months: int = 12) -> pd.DataFrame:
    """value, cases, answered, response_days, answers_due, answer_rate, due, closure_rate.

    One row per level, rule or segment, or one in all; a case counts for each of its rules. Days are
    workdays; response_sla, those allowed, is there by level only.
    """
    return report("response_times", scope, cut=cut, first=months_back(scope, months))


def answered_cases(
    scope: Scope,
    after: str | None = None,
    limit: int = PAGE,
    *,
    cut: AnswerCut = "all",
    value: str = "",
    months: int = 12,
) -> pd.DataFrame:
    """One row per case behind a row of response_times, newest first: its answer and its end."""
    asked = {"cut": cut, "value": value, "first": months_back(scope, months)}
    return page(report_sql("answered_cases"), scope, ANSWERED_ORDER, after, limit, **asked)


def answered_cases_total(
    scope: Scope, *, cut: AnswerCut = "all", value: str = "", months: int = 12
) -> tuple[int, Decimal]:
    """How many cases that are, and how many of them were closed in time."""
    asked = {"cut": cut, "value": value, "first": months_back(scope, months)}
    closed = "cast(is_closed_in_time as integer)"
    return total(report_sql("answered_cases"), scope, closed, **asked)


def acted_alerts(scope: Scope, signalled_on: date) -> pd.DataFrame:
    """borrower_id of those on whose alert of a month end a case tells of an act by now (9.5)."""
    return report("acted_alerts", scope, signalled_on=signalled_on)


def late_responses(scope: Scope, after: str | None = None, limit: int = PAGE) -> pd.DataFrame:
    """One row per case on an alert that is past due and not closed, the latest first."""
    return page(report_sql("late_responses"), scope, LATE_RESPONSES_ORDER, after, limit)


def late_responses_total(scope: Scope) -> tuple[int, Any]:
    """How many they are, and their days late in all."""
    return total(report_sql("late_responses"), scope, "days_late")
