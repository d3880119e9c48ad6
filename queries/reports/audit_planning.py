"""The audit universe, the plan and what was carried out of it."""

from typing import Literal

import pandas as pd

from queries.warehouse import Scope, report, report_sql, run

UnitState = Literal["all", "past_cycle", "high_risk", "raised", "not_planned", "not_assessed"]
AuditState = Literal["all", "open", "late", "in_progress", "planned", "reported", "cancelled"]


def unit_names(build: str = "") -> pd.DataFrame:
    """unit_id, unit, unit_zh: what the auditable units of the book are called."""
    return run(report_sql("unit_names"), build=build)


def audit_unit_counts(scope: Scope) -> pd.DataFrame:
    """One row per auditable unit at the month end, with what the cube of units sums of it."""
    return report("audit_unit_counts", scope)


def audit_plan_counts(scope: Scope) -> pd.DataFrame:
    """One row per audit known at the month end, with what the cube of the plan sums of it."""
    return report("audit_plan_counts", scope)


def auditor_counts(scope: Scope) -> pd.DataFrame:
    """One row per person on the staff at the month end: staff_count, auditor_count."""
    return report("auditor_counts", scope)


def audit_units(
    scope: Scope,
    state: UnitState = "all",
    unit_rating: str = "",
    unit_kind: str = "",
    audited_band: str = "",
    department_id: str = "",
) -> pd.DataFrame:
    """One row per auditable unit: rating and a year before, last audit, due, planned, findings."""
    filters = {"state": state, "unit_rating": unit_rating, "unit_kind": unit_kind}
    filters |= {"audited_band": audited_band, "department_id": department_id}
    return report("audit_units", scope, **filters)


def audit_unit_detail(scope: Scope, unit_id: str) -> pd.DataFrame:
    """One row, or none outside the scope: every fact of an auditable unit at the month end."""
    return report("audit_unit_detail", scope, unit_id=unit_id)


def unit_assessments(scope: Scope, unit_id: str) -> pd.DataFrame:
    """assessed_on, rating, rating_before, rating_change, inherent_risk, control_effectiveness,
    assessor of one unit, newest first."""
    return report("unit_assessments", scope, unit_id=unit_id)


def audit_engagements(
    scope: Scope,
    state: AuditState = "all",
    department_id: str = "",
    unit_id: str = "",
    plan_year: int = 0,
) -> pd.DataFrame:
    """One row per audit at the month end: planned, started, reported, days, standing, findings."""
    filters = {"state": state, "department_id": department_id}
    filters |= {"unit_id": unit_id, "plan_year": plan_year}
    return report("audit_engagements", scope, **filters)


def audit_plan_years(scope: Scope, department_id: str = "") -> pd.DataFrame:
    """One row per year of the plan: planned, reported, on_time, late, cancelled, unplanned, days.

    Days are those of planned audits that are reported, in days of one auditor.
    """
    return report("audit_plan_years", scope, department_id=department_id)


def borrower_findings(scope: Scope, borrower_id: str) -> pd.DataFrame:
    """The audit findings that name a loan of a borrower, with those loans in loan_ids."""
    return report("borrower_findings", scope, borrower_id=borrower_id)
