"""The special-shaped questions: one function per file in `reports/`, which its docstring describes.

Long lists come as pages of rows after a key (`after`) with a total beside them; short ones whole.
Dates in the answers are timestamps, amounts floats, in the loan's currency.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from queries.paging import PAGE, page, total
from queries.warehouse import (
    Scope,
    ask_exact,
    ask_unkept,
    month_end,
    month_ends,
    report,
    report_sql,
    run,
)

AgeingDimension = Literal["branch", "product", "borrower_kind", "collateral_kind", "classification"]
CaseState = Literal["all", "open", "late", "closed", "due"]
FindingState = Literal["all", "open", "overdue", "closed", "repeated"]

WATCHLIST_ORDERS: dict[str, tuple[str, ...]] = {
    "worst": ("-classification", "-days_past_due", "-balance", "loan_id"),
    "largest": ("-balance", "loan_id"),
    "latest": ("-days_past_due", "-balance", "loan_id"),
}
NEWLY_LATE_ORDER = ("-balance", "loan_id")
CASES_ORDER = ("due_order", "case_id")
FINDINGS_ORDER = ("-days_overdue", "-severity_weight", "finding_id")
EXCEPTIONS_ORDER = ("-month_end", "exception_id")


# --- One loan ---


def loan_header(scope: Scope, loan_id: str) -> pd.DataFrame:
    """One row, or none outside the scope: terms, state at the data's last date, masked borrower."""
    # The borrower's number goes in as a value: only then does DuckDB look at one borrower's loans.
    sql = "select borrower_id from scoped_loans($branches, $products) where loan_id = $loan_id"
    found = ask_exact(sql, scope, loan_id=loan_id)
    borrower_id = found[0][0] if found else ""
    return report("loan_header", scope, loan_id=loan_id, borrower_id=borrower_id)


def loan_instalments(scope: Scope, loan_id: str) -> pd.DataFrame:
    """seq, due_on, due, paid, unpaid, their components, settled_on, days_late, state."""
    return report("loan_instalments", scope, loan_id=loan_id)


def loan_payments(scope: Scope, loan_id: str) -> pd.DataFrame:
    """repayment_id, paid_on, booked_at, amount, net_amount, channel, reverses, paid_in_all."""
    return report("loan_payments", scope, loan_id=loan_id)


def loan_history(scope: Scope, loan_id: str) -> pd.DataFrame:
    """Per month end: balance, days past due, class, recomputed beside recorded, and disagrees."""
    return report("loan_history", scope, loan_id=loan_id)


def loan_timeline(scope: Scope, loan_id: str) -> pd.DataFrame:
    """happened_on, kind, amount, was, became, reference, note: all that happened, newest first."""
    return report("loan_timeline", scope, loan_id=loan_id)


def loan_cases(scope: Scope, loan_id: str, department: str = "") -> pd.DataFrame:
    """case_id, department, case_type, opened_on, due_on, closed_on, owner_name, is_late."""
    return report("loan_cases", scope, loan_id=loan_id, department=department)


def loan_findings(scope: Scope, loan_id: str) -> pd.DataFrame:
    """finding_id, title, severity, status, department, issued_on, current_due_on, closed_on."""
    return report("loan_findings", scope, loan_id=loan_id)


def loan_material_days(scope: Scope, loan_id: str) -> pd.DataFrame:
    """eod_date, past_due, exposure, share, is_material, dpd_material (European rule, 2.2)."""
    return report("loan_material_days", scope, loan_id=loan_id)


# --- One borrower, and finding either ---


def borrower_header(scope: Scope, borrower_id: str) -> pd.DataFrame:
    """One row: masked name, numbers and kind, and the sum of the loans in this scope."""
    return report("borrower_header", scope, borrower_id=borrower_id)


def borrower_loans(scope: Scope, borrower_id: str) -> pd.DataFrame:
    """One row per loan in this scope, worst first."""
    return report("borrower_loans", scope, borrower_id=borrower_id)


def personal(scope: Scope, borrower_id: str) -> pd.DataFrame:
    """One row in clear: name, id_number, phone. Read it only after the reason has been logged."""
    return ask_unkept(report_sql("personal"), scope, borrower_id=borrower_id)


def search(scope: Scope, text: str, limit: int = 20) -> pd.DataFrame:
    """kind (loan, borrower), id, loan_id, borrower_id, product, branch, status, balance.

    Numbers that begin with the text, in this scope only; an exact one comes first.
    """
    text = text.strip()
    return report("search", scope, text=text, beyond=text + chr(0x10FFFF), limit=limit)


# --- Lists of loans ---


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


# --- Ageing and its dynamics ---


def ageing_matrix(scope: Scope, dimension: AgeingDimension) -> pd.DataFrame:
    """value, bucket, loans, balance, share (of the value's balance)."""
    return report("ageing_matrix", scope, dimension=dimension)


def bucket_trend(scope: Scope, months: int = 13) -> pd.DataFrame:
    """month_end, bucket, loans, balance, share, for the last months up to the scope's date."""
    return report("bucket_trend", scope, first=_months_back(scope, months - 1))


def roll_rates(scope: Scope) -> pd.DataFrame:
    """from_bucket, to_state, loans, opening_balance, closing_balance, share_loans, share_balance.

    `to_state` is a bucket, or closed, written_off, sold. Empty without a month before.
    """
    return report("roll_rates", scope)


def net_flows(scope: Scope) -> pd.DataFrame:
    """bucket, opening_below, flowed, net_flow_rate: not a probability, it can exceed 1.

    Buckets longer than a month (from 91 days on) are taken by inflow alone.
    """
    return report("net_flows", scope)


def migration_rates(scope: Scope, months: int = 12) -> pd.DataFrame:
    """rate_id, opening_balance, reduction, down, disposed, rate, rate_adjusted over a period.

    The period is `months` long and ends at the scope's month end; empty when the book is younger.
    """
    return report("migration_rates", scope, opening=_months_back(scope, months, clip=False))


def npl_flow(scope: Scope, months: int = 12) -> pd.DataFrame:
    """month_end, opening, inflow, written_off, sold, cash, upgraded, drift, closing, formation.

    Formation, gross and net, comes as an amount and as a rate a year of the opening gross loans.
    """
    return report("npl_flow", scope, first=_months_back(scope, months - 1))


def _months_back(scope: Scope, months: int, clip: bool = True) -> date:
    """The month end so many months before the scope's; clipped, not before the book's first."""
    last = month_end(scope)
    if last == date.min:
        return last
    wanted = (pd.Timestamp(last) - pd.offsets.MonthEnd(months)).date() if months else last
    return max(wanted, month_ends(scope.build)[0]) if clip else wanted


def recovery_counts(scope: Scope) -> pd.DataFrame:
    """One row per sum received on a written-off loan, of all months: what `recovered` sums."""
    return report("recovery_counts", scope)


# --- Departments ---


def departments(build: str = "") -> pd.DataFrame:
    """department_id, name, name_zh: what the departments of the book are called."""
    return run(report_sql("departments"), build=build)


def workload_by_department(scope: Scope) -> pd.DataFrame:
    """Per department: opened, closed, backlog (and before), overdue_open, rates, case_age."""
    return report("workload_by_department", scope)


def workload_cases(
    scope: Scope,
    state: CaseState = "open",
    department_id: str = "",
    case_type: str = "",
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """One row per case at the scope's month end, earliest target date first."""
    filters = {"state": state, "department_id": department_id, "case_type": case_type}
    return page(report_sql("workload_cases"), scope, CASES_ORDER, after, limit, **filters)


def case_counts(scope: Scope) -> pd.DataFrame:
    """One row per case with what the workload cube counts of it."""
    return report("case_counts", scope)


def case_detail(scope: Scope, case_id: str) -> pd.DataFrame:
    """One row, or none outside the scope: every fact of a case, is_open, is_late."""
    return report("case_detail", scope, case_id=case_id)


def case_events(scope: Scope, case_id: str, see_notes: bool = False) -> pd.DataFrame:
    """happened_at, event, actor, to_department, department, note (if asked for): oldest first."""
    return report("case_events", scope, case_id=case_id, see_notes=see_notes)


def handoffs(scope: Scope) -> pd.DataFrame:
    """from_department, to_department, handed_over, cases."""
    return report("handoffs", scope)


# --- Audit ---


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


# --- The data itself ---


def quality_rules(scope: Scope) -> pd.DataFrame:
    """rule_id, dimension, title, severity, tested, failed, score, of the whole book."""
    return report("quality_rules", scope)


def load_tables(scope: Scope) -> pd.DataFrame:
    """table_name, file_name, rows, loaded, rejected, duplicates, extra_columns."""
    return report("load_tables", scope)


def rejected_reasons(scope: Scope) -> pd.DataFrame:
    """table_name, rule, rows, first_row."""
    return report("rejected_reasons", scope)


def parameters_list(scope: Scope) -> pd.DataFrame:
    """param_id, regime, product, value, valid_from, valid_to, source, is_in_force."""
    return report("parameters_list", scope)


def scope_choices(build: str = "") -> pd.DataFrame:
    """kind (branch, product), value: what the book holds, before anyone's rights."""
    return run(report_sql("scope_choices"), build=build)
