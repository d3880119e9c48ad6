"""Findings and exceptions."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

import pandas as pd

from queries.paging import PAGE, page, total, whole
from queries.paying import in_turn, order_of, settles_by_instalment
from queries.warehouse import Scope, report, report_sql

FindingState = Literal["all", "open", "overdue", "extended", "repeated", "failed", "closed"]
FINDINGS_ORDER = ("-days_overdue", "-severity_weight", "finding_id")
AuditCut = Literal["officer_id", "branch", "product", "kind"]
EXCEPTIONS_ORDER = ("-happened_on", "exception_id")
INTERVENTIONS_ORDER = ("-happened_on", "intervention_id")


def findings_list(
    scope: Scope,
    state: FindingState = "open",
    severity: str = "",
    department_id: str = "",
    after: str | None = None,
    limit: int = PAGE,
    *,
    unit_id: str = "",
    age_band: str = "",
) -> pd.DataFrame:
    """One row per finding at the scope's date, longest overdue first, then most severe.

    Extended are open ones whose due date was moved, failed those whose remedy did not hold.
    """
    filters = _filters(state, severity, department_id, unit_id, age_band)
    return page(report_sql("findings_list"), scope, FINDINGS_ORDER, after, limit, **filters)


def findings_list_whole(
    scope: Scope,
    state: FindingState = "open",
    severity: str = "",
    department_id: str = "",
    *,
    unit_id: str = "",
    age_band: str = "",
) -> pd.DataFrame:
    """All that `findings_list` would tell, in its order."""
    filters = _filters(state, severity, department_id, unit_id, age_band)
    return whole(report_sql("findings_list"), scope, FINDINGS_ORDER, **filters)


def _filters(
    state: FindingState, severity: str, department_id: str, unit_id: str, age_band: str
) -> dict[str, str]:
    named = {"state": state, "severity": severity, "department_id": department_id}
    return named | {"unit_id": unit_id, "age_band": age_band}


def access_hours(scope: Scope, first_day: date) -> pd.DataFrame:
    """department_id, day, is_workday, opens, closes (minutes of the day) by department's calendar.

    The department '' is the office's, for people of none.
    """
    return report("access_hours", scope, first_day=first_day)


def people_left(scope: Scope) -> pd.DataFrame:
    """staff_id, login, left_on of the people who left the house."""
    return report("people_left", scope)


def finding_counts(scope: Scope) -> pd.DataFrame:
    """One row per finding with what the cube of findings counts of it."""
    return report("finding_counts", scope)


def findings_due(scope: Scope) -> pd.DataFrame:
    """What is open and due within 90 days or past: what, owner, due_on, days_left (14.1)."""
    return report("findings_due", scope)


def findings_calendar(scope: Scope) -> pd.DataFrame:
    """day, week, weekday, due_count, findings, actions, severity, is_past of 90 days to come.

    It begins with the week of what has been past due for 28 days at most; what was due before is
    the row without a day (14.1).
    """
    return report("findings_calendar", scope)


def finding_ages(scope: Scope) -> pd.DataFrame:
    """age_band, severity, open_count, overdue_count, exposure of the findings open on the day."""
    return report("finding_ages", scope)


def compliance_plans(scope: Scope) -> pd.DataFrame:
    """check_plan, checks, items_tested, exceptions, pass_rate, rectified_count over 12 months."""
    return report("compliance_plans", scope)


def compliance_list(scope: Scope) -> pd.DataFrame:
    """One row per compliance check of twelve months, newest first: items, exceptions, rectified."""
    return report("compliance_list", scope)


def finding_detail(scope: Scope, finding_id: str) -> pd.DataFrame:
    """One row, or none outside the scope: every fact of a finding, is_open, is_overdue."""
    return report("finding_detail", scope, finding_id=finding_id)


def finding_actions(scope: Scope, finding_id: str) -> pd.DataFrame:
    """action_id, action, owner, due_on, done_on, verified_on, is_late."""
    return report("finding_actions", scope, finding_id=finding_id)


def finding_loans(scope: Scope, finding_id: str) -> pd.DataFrame:
    """The loans in this scope behind a finding, largest balance first."""
    return report("finding_loans", scope, finding_id=finding_id)


def audit_tests(scope: Scope) -> pd.DataFrame:
    """One row per re-performance test: looks_for, tolerance, owner, cannot_see, needs, counts.

    Counts are empty, and is_evaluated false, where a test looked at nothing in this scope.
    """
    return report("audit_tests", scope)


def audit_months(scope: Scope, test_id: str) -> pd.DataFrame:
    """month_end, tested, exceptions, amount, rate of one test over 25 months."""
    return report("audit_months", scope, test_id=test_id)


def audit_cuts(scope: Scope, test_id: str, cut: AuditCut) -> pd.DataFrame:
    """part, exceptions, loans, amount of one test, by officer, branch, product or kind."""
    return report("audit_cuts", scope, test_id=test_id, cut=cut)


def exceptions_list(
    scope: Scope,
    test_id: str = "",
    after: str | None = None,
    limit: int = PAGE,
    *,
    officer_id: str = "",
    kind: str = "",
    month: str = "",
) -> pd.DataFrame:
    """exception_id, test_id, kind, loan_id, happened_on, recorded, recomputed; newest first."""
    filters = {"test_id": test_id, "officer_id": officer_id, "kind": kind, "month": month}
    return page(report_sql("exceptions_list"), scope, EXCEPTIONS_ORDER, after, limit, **filters)


def exceptions_list_total(
    scope: Scope, test_id: str = "", *, officer_id: str = "", kind: str = "", month: str = ""
) -> tuple[int, Decimal]:
    """How many rows exceptions_list has, and the sum of their amounts."""
    filters = {"test_id": test_id, "officer_id": officer_id, "kind": kind, "month": month}
    return total(report_sql("exceptions_list"), scope, "amount", **filters)


def intervention_lists(scope: Scope) -> pd.DataFrame:
    """list_id, acts, loans, amount, exceptions, exception_amount, at_month_end of acts by hand."""
    return report("intervention_lists", scope)


def intervention_months(scope: Scope, list_id: str) -> pd.DataFrame:
    """month_end, acts, amount, exceptions of one list of acts by hand over 25 months."""
    return report("intervention_months", scope, list_id=list_id)


def intervention_cuts(scope: Scope, list_id: str, cut: AuditCut) -> pd.DataFrame:
    """part, acts, loans, amount, exceptions of one list, by officer, branch, product or kind."""
    return report("intervention_cuts", scope, list_id=list_id, cut=cut)


def interventions_list(
    scope: Scope,
    list_id: str,
    after: str | None = None,
    limit: int = PAGE,
    only_faults: bool = False,
    *,
    officer_id: str = "",
    kind: str = "",
    month: str = "",
) -> pd.DataFrame:
    """One row per act by hand of a list, newest first: who, why, what is wrong (`faults`)."""
    filters = {"list_id": list_id, "only_faults": only_faults}
    filters |= {"officer_id": officer_id, "kind": kind, "month": month}
    sql = report_sql("interventions_list")
    return page(sql, scope, INTERVENTIONS_ORDER, after, limit, **filters)


def interventions_list_total(
    scope: Scope,
    list_id: str,
    only_faults: bool = False,
    *,
    officer_id: str = "",
    kind: str = "",
    month: str = "",
) -> tuple[int, Decimal]:
    """How many rows interventions_list has, and the sum of their amounts."""
    filters = {"list_id": list_id, "only_faults": only_faults}
    filters |= {"officer_id": officer_id, "kind": kind, "month": month}
    return total(report_sql("interventions_list"), scope, "amount", **filters)


def interventions_of(scope: Scope, loan_id: str, day: date, reference: str) -> pd.DataFrame:
    """The acts by hand of a loan, day and reference: who put forward, reviewed, approved, why."""
    return report("interventions_of", scope, loan_id=loan_id, day=day, reference=reference)


def exceptions_of(scope: Scope, loans: Sequence[str]) -> pd.DataFrame:
    """The exceptions on some loans: test_id, kind, loan_id, happened_on, recorded, recomputed."""
    return report("exceptions_of", scope, loans=tuple(loans))


def exception_detail(scope: Scope, exception_id: str) -> pd.DataFrame:
    """One row, or none outside the scope: everything about one exception."""
    return report("exception_detail", scope, exception_id=exception_id)


def performed_instalments(
    scope: Scope, loan_id: str, day: date, is_first: bool = False
) -> pd.DataFrame:
    """Per instalment due by a day: due, paid, unpaid, settled_by, settled_on, late_from (2.1).

    As the contract uses payments: by instalment, or by component, each cent in its turn. Beside it
    principal_paid, and principal_in_all of the whole version. Of the version in force, or with
    `is_first` of the first one (R-DPD-6).
    """
    terms = performed_terms(scope, loan_id)
    told = {"loan_id": loan_id, "day": day, "is_first": is_first}
    if settles_by_instalment(terms):
        order = tuple(order_of(terms)) if len(terms) else ()
        return report("performed_instalments", scope, component_order=order, **told)
    lines = performed_lines(scope, loan_id, day, is_first)
    return in_turn(lines, performed_cash(scope, loan_id, day), terms, pd.Timestamp(day))


def performed_lines(scope: Scope, loan_id: str, day: date, is_first: bool = False) -> pd.DataFrame:
    """seq, version, due_on, what is due by component, and principal_in_all of the version."""
    return report("performed_lines", scope, loan_id=loan_id, day=day, is_first=is_first)


def performed_cash(scope: Scope, loan_id: str, day: date) -> pd.DataFrame:
    """repayment_id, paid_on, amount of the payments that stood on a day."""
    return report("performed_cash", scope, loan_id=loan_id, day=day)


def performed_terms(scope: Scope, loan_id: str) -> pd.DataFrame:
    """One row, none of no loan: alloc_scope, component_order and dpd_basis of its contract."""
    return report("performed_terms", scope, loan_id=loan_id)


def performed_accruals(scope: Scope, loan_id: str, day: date) -> pd.DataFrame:
    """Per stretch of days of a month: from_day, until_day, days, not_due, annual_rate, interest.

    `daily` is one day's interest to the cent, `year_days` the days of the contract's year.
    """
    return report("performed_accruals", scope, loan_id=loan_id, day=day)


def performed_penalties(scope: Scope, loan_id: str, day: date, reference: str) -> pd.DataFrame:
    """What was unpaid on which days of a month: due_on, unpaid, days, penalty_rate, asked.

    `reference` is penalty (on principal) or compound (on interest).
    """
    told = {"loan_id": loan_id, "day": day, "reference": reference}
    return report("performed_penalties", scope, **told)


def performed_allocations(scope: Scope, loan_id: str, repayment_id: str) -> pd.DataFrame:
    """Per instalment and component of a payment: due, due_before, settles, stored, difference."""
    told = {"loan_id": loan_id, "repayment_id": repayment_id}
    return report("performed_allocations", scope, **told)
