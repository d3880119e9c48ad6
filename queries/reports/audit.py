"""Findings and exceptions."""

from typing import Literal

import pandas as pd

from queries.paging import PAGE, page
from queries.warehouse import Scope, report, report_sql

FindingState = Literal["all", "open", "overdue", "closed", "repeated"]
FINDINGS_ORDER = ("-days_overdue", "-severity_weight", "finding_id")
EXCEPTIONS_ORDER = ("-month_end", "exception_id")


def findings_list(
    scope: Scope,
    state: FindingState = "open",
    severity: str = "",
    department_id: str = "",
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """One row per finding at the scope's date, longest overdue first, then most severe."""
    filters = {"state": state, "severity": severity, "department_id": department_id}
    return page(report_sql("findings_list"), scope, FINDINGS_ORDER, after, limit, **filters)


def finding_counts(scope: Scope) -> pd.DataFrame:
    """One row per finding with what the cube of findings counts of it."""
    return report("finding_counts", scope)


def finding_detail(scope: Scope, finding_id: str) -> pd.DataFrame:
    """One row, or none outside the scope: every fact of a finding, is_open, is_overdue."""
    return report("finding_detail", scope, finding_id=finding_id)


def finding_actions(scope: Scope, finding_id: str) -> pd.DataFrame:
    """action_id, action, owner, due_on, done_on, verified_on, is_late."""
    return report("finding_actions", scope, finding_id=finding_id)


def finding_loans(scope: Scope, finding_id: str) -> pd.DataFrame:
    """The loans in this scope behind a finding, largest balance first."""
    return report("finding_loans", scope, finding_id=finding_id)


def exceptions_summary(scope: Scope) -> pd.DataFrame:
    """test_id, exceptions, loans, at_month_end, first_month, last_month, largest."""
    return report("exceptions_summary", scope)


def exceptions_list(
    scope: Scope, test_id: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """exception_id, test_id, loan_id, month_end, recorded, recomputed, difference; newest first."""
    sql = report_sql("exceptions_list")
    return page(sql, scope, EXCEPTIONS_ORDER, after, limit, test_id=test_id)
