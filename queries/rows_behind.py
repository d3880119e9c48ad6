"""The rows that stand behind a figure, which re-add to it to the cent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from queries.measures import Metric, Part, Source, Where, conditions_of, cube
from queries.paging import PAGE, first_page, page, total
from queries.warehouse import Scope, ask_exact, report_sql

By = Literal["largest", "key"]


@dataclass(frozen=True)
class _Rows:
    """Where the single rows of a cube are: a macro, or a report that counts them."""

    key: str
    columns: str
    report: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


_MOVED = (
    "loan_id, borrower_id, branch, product, opening_bucket, opening_class, opening_balance,"
    " to_state, closing_class, closing_balance, days_past_due, cure"
)
_RESULT = (
    "row_id, case_type, department_id, branch, product, case_id, loan_id, borrower_id, owner,"
    " happened_on, opened_on, due_on, closed_on, subject, cycle_months, cycle_source"
)
_ROWS: dict[Source, _Rows] = {
    "portfolio": _Rows(
        "loan_id",
        "loan_id, borrower_id, branch, product, balance, days_past_due, bucket, classification,"
        " status, is_restructured",
    ),
    "classes": _Rows(
        "loan_id",
        "loan_id, borrower_id, branch, product, balance, days_past_due, class_booked, class_floor,"
        " floor_rule, classification, stage, opening_class, status, is_restructured",
    ),
    "workload": _Rows(
        "stay_id",
        "stay_id, case_id, case_type, department_id, branch, product, loan_id, opened_on, due_on,"
        " closed_on, owner",
        "case_counts",
    ),
    "case_times": _Rows(
        "stay_id",
        "stay_id, case_id, case_type, department_id, branch, product, loan_id, opened_on, due_on,"
        " closed_on, owner",
        "case_time_counts",
    ),
    "capacity": _Rows(
        "row_id",
        "row_id, staff_id, name, department_id, branch, grade, case_type, paid_hours, leave_hours,"
        " training_hours",
        "capacity_counts",
    ),
    "desk_loads": _Rows(
        "row_id",
        "row_id, staff_id, name, department_id, branch, grade, open_hours",
        "desk_load_counts",
    ),
    "line_hours": _Rows(
        "row_id",
        "row_id, staff_id, name, department_id, branch, product, case_type, case_grade, calls",
        "line_hour_counts",
    ),
    "finding_months": _Rows(
        "finding_id",
        "finding_id, title, title_zh, severity, department_id, branch, issued_on, due_on,"
        " current_due_on, closed_on",
        "finding_counts",
    ),
    "compliance_months": _Rows(
        "check_id",
        "check_id, department_id, branch, product, checked_on, is_planned, exceptions,"
        " rectified_on",
        "compliance_list",
    ),
    "audit_unit_months": _Rows(
        "unit_id",
        "unit_id, unit, unit_zh, unit_kind, department_id, branch, product, unit_rating,"
        " audited_on, audit_due_on, next_planned_on",
        "audit_unit_counts",
    ),
    "audit_plan_months": _Rows(
        "engagement_id",
        "engagement_id, unit_id, title, title_zh, department_id, branch, product, is_planned,"
        " planned_to, started_on, reported_on",
        "audit_plan_counts",
    ),
    "auditor_months": _Rows(
        "staff_id", "staff_id, name, department_id, branch, grade, joined_on", "auditor_counts"
    ),
    "recoveries": _Rows(
        "recovery_id",
        "recovery_id, loan_id, branch, product, recovered_on, kind",
        "recovery_counts",
    ),
    "due_cohorts": _Rows(
        "instalment_id",
        "instalment_id, loan_id, branch, product, due_on",
        "due_counts",
    ),
    "collection_months": _Rows(
        "loan_id",
        "loan_id, borrower_id, branch, product, days_past_due, expected_amount, paid_amount,"
        " unpaid_amount, rescheduled_amount",
        "collection_counts",
    ),
    "first_payments": _Rows(
        "loan_id",
        "loan_id, borrower_id, branch, product, disbursed_on, first_due_on, first_paid_late_days",
        "first_payment_counts",
    ),
    "vintages": _Rows(
        "loan_id",
        "loan_id, borrower_id, branch, product, disbursed_on, principal, days_past_due, status",
        "vintage_counts",
        {"step": "month", "periods": (), "months_on_book": None},
    ),
    "concentrations": _Rows(
        "row_id",
        "row_id, loan_id, borrower_id, group_id, branch, product, balance, days_past_due,"
        " classification, reported_on",
        "concentration_counts",
    ),
    "rolls": _Rows("loan_id", _MOVED, "roll_counts"),
    "migrations": _Rows("loan_id", _MOVED, "migration_counts"),
    "expected_losses": _Rows(
        "loan_id",
        "loan_id, borrower_id, branch, product, balance, days_past_due, stage, stage_rule,"
        " stage_recorded, opening_stage, pd_12m, pd_life, lgd, ecl, opening_ecl",
        "expected_loss_counts",
    ),
    "results": _Rows("row_id", _RESULT, "result_counts"),
    "result_rows": _Rows("row_id", _RESULT, "result_counts"),
    "clock_months": _Rows(
        "clock_id",
        "clock_id, legal_clock, clock_status, subject_id, loan_id, borrower_id, branch, product,"
        " starts_on, expires_on, days_left",
        "clock_counts",
    ),
    "delay_interest": _Rows(
        "proceeding_id",
        "proceeding_id, loan_id, borrower_id, branch, product, kind, perform_by, days_late, upheld,"
        " general_interest, unpaid_amount",
        "delay_interest_list",
        {"kind": ""},
    ),
    "draw_months": _Rows(
        "payment_id",
        "payment_id, loan_id, branch, product, paid_on, amount, payee_kind, method,"
        " evidence_due_on, voucher_received_on",
        "draw_counts",
    ),
    "oversight_months": _Rows(
        "row_id",
        "row_id, loan_id, borrower_id, branch, product, kind, seen_on",
        "oversight_counts",
    ),
    "limits": _Rows(
        "row_id", "row_id, limit_id, opened_on, cured_on, worst, limit_value", "limit_counts"
    ),
    "models": _Rows("row_id", "row_id, reading, trained_to, tested_to, scored_on", "model_counts"),
    "contact_months": _Rows(
        "contact_id",
        "contact_id, loan_id, borrower_id, branch, product, contacted_at, channel, party,"
        " is_answered, is_right_party, staff_id",
        "contact_counts",
    ),
    "promise_months": _Rows(
        "promise_id",
        "promise_id, loan_id, borrower_id, branch, product, promised_on, due_on, amount,"
        " paid_amount, outcome",
        "promise_counts",
    ),
    "bucket_entries": _Rows(
        "entry_id",
        "entry_id, loan_id, borrower_id, branch, product, bucket, entered_on, contacted_on",
        "entry_counts",
    ),
    "contact_step_months": _Rows(
        "step_row_id",
        "step_row_id, loan_id, borrower_id, branch, product, step_id, due_on, due_by, done_on,"
        " done_channel, case_id, step_state",
        "contact_step_counts",
    ),
    "overdue_recoveries": _Rows(
        "loan_id",
        "loan_id, borrower_id, branch, product, opening_bucket, opening_days,"
        " opening_overdue_amount, received_amount, days_past_due",
        "overdue_recovery_counts",
    ),
    "referrals": _Rows(
        "loan_id",
        "loan_id, borrower_id, branch, product, balance, days_past_due, referred_on,"
        " repossessed_on",
        "referral_counts",
    ),
    "collection_results": _Rows(
        "row_id",
        "row_id, loan_id, branch, product, kind, moved_on, opening_overdue_amount,"
        " fell_due_amount, closing_unpaid_amount, not_late_amount",
        "collection_result_counts",
    ),
    "service_links": _Rows(
        "contact_id",
        "contact_id, case_id, case_type, loan_id, borrower_id, branch, product, bucket, opened_on,"
        " closed_on, days_past_due, cured_on, n_in_time, n_late",
        "link_counts",
    ),
    "unmatched_months": _Rows(
        "receipt_id",
        "receipt_id, branch, channel, received_on, age_days",
        "unmatched_counts",
    ),
    "document_months": _Rows(
        "document_id",
        "document_id, loan_id, kind, branch, product, received_on, valid_until",
        "document_counts",
    ),
    "funding_months": _Rows(
        "row_id", "row_id, loan_id, branch, product, moved_on", "funding_counts"
    ),
    "appraisals": _Rows(
        "appraisal_id",
        "appraisal_id, department_id, weight, cases, violations, raw_score, score",
        "appraisal_counts",
    ),
    "quality_months": _Rows(
        "rule_id",
        "rule_id, title, title_zh, dimension, severity, tested, failed, score",
        "quality_counts",
    ),
    "quality_issue_months": _Rows(
        "issue_id",
        "issue_id, rule_id, title, title_zh, severity, opened_on, due_on, fixed_on, issue_state",
        "quality_issue_counts",
    ),
    "ledger_months": _Rows(
        "row_id",
        "row_id, product, book_balance, ledger_balance, difference, differs_since",
        "ledger_counts",
    ),
}


def counted_rows(source: Source, where: Where = ()) -> tuple[str, dict[str, Any]]:
    """The single rows of a cube at the scope's month end, from `from` on, and the values bound."""
    rows = _ROWS[source]
    conditions, values = conditions_of(where, source)
    macro = "scoped_loan_months($branches, $products)"
    table = f"(\n{report_sql(rows.report)}\n) as counts" if rows.report else macro
    return f"from {table}\nwhere month_end = $month_end{conditions}", {**rows.values, **values}


def _behind(metric: Metric, part: Part, where: Where) -> tuple[str, dict[str, Any]]:
    """The statement of the rows that one part of a figure sums, and the values it binds."""
    column = metric.column(part)
    rows, values = counted_rows(metric.source, where)
    columns = _ROWS[metric.source].columns
    return f"select {columns}, {column} as counted\n{rows} and {column} <> 0", values


def rows_behind(
    scope: Scope,
    metric: Metric,
    part: Part = "numerator",
    where: Where = (),
    after: str | None = None,
    limit: int = PAGE,
    by: By = "largest",
) -> pd.DataFrame:
    """One row per loan, case or finding that counts, with what it adds in `counted`.

    `after` is the key of the last row of the page before. All pages together re-add to the figure
    at the scope's month end (`rows_total`). Raises ValueError for a part the metric lacks.
    """
    sql, values = _behind(metric, part, where)
    key = _ROWS[metric.source].key
    order = ("-counted", key) if by == "largest" else (key,)
    return page(sql, scope, order, after, limit, **values)


def rows_and_total(
    scope: Scope, metric: Metric, limit: int, part: Part = "numerator", where: Where = ()
) -> tuple[pd.DataFrame, int, Decimal]:
    """The largest of them, how many there are in all and what they sum to, in one pass."""
    sql, values = _behind(metric, part, where)
    order = ("-counted", _ROWS[metric.source].key)
    return first_page(sql, scope, order, limit, "counted", **values)


def rows_total(
    scope: Scope, metric: Metric, part: Part = "numerator", where: Where = ()
) -> tuple[Decimal, int]:
    """The exact sum of the rows behind one part of a figure, and how many they are."""
    sql, values = _behind(metric, part, where)
    count, amount = total(sql, scope, "counted", **values)
    return amount, count


def figure_total(
    scope: Scope, metric: Metric, part: Part = "numerator", where: Where = ()
) -> Decimal:
    """One part of a figure, exactly, from its cube: what the rows behind it must re-add to."""
    column = metric.column(part)
    conditions, values = conditions_of(where, metric.source)
    sql = (
        f"select coalesce(sum({column}), 0) from {cube(metric.source, (name for name, _ in where))}"
        f" where month_end = $month_end{conditions}"
    )
    return Decimal(ask_exact(sql, scope, **values)[0][0])
