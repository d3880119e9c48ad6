"""The lists that several pages show: loans, cases, findings; where a row of each leads."""

from typing import Any

import pandas as pd
import streamlit as st

from queries.metrics import Metric
from ui import formats
from ui.i18n import language, name, t
from ui.tables import Column, Target

LOAN: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "borrower_id": Column("Borrower"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}
LOANS: dict[str, Column] = {
    **LOAN,
    "balance": Column("Balance", "money"),
    "days_past_due": Column("Days past due", "days"),
    "bucket": Column("Bucket", codes="bucket"),
    "classification": Column("Class", codes="classification", width=115),
    "is_restructured": Column("Restructured", "flag"),
}
CLASSES: dict[str, Column] = {
    **LOAN,
    "balance": Column("Balance", "money"),
    "days_past_due": Column("Days past due", "days"),
    "class_booked": Column("Booked class", codes="class_booked", width=115),
    "class_floor": Column("Class floor", codes="class_floor", width=115),
    "floor_rule": Column("Rule of the floor", codes="floor_rule"),
    "opening_class": Column("Class a month before", codes="opening_class", width=115),
    "stage": Column("Stage", "count"),
    "status": Column("Status", codes="status"),
}
CASES: dict[str, Column] = {
    "case_id": Column("Case"),
    "case_type": Column("Type", codes="case_type"),
    "department": Column("Department"),
    "branch": Column("Branch", codes="branch"),
    "loan_id": Column("Loan"),
    "owner": Column("Owner"),
    "opened_on": Column("Opened on", "date"),
    "due_on": Column("Target", "date"),
    "closed_on": Column("Closed on", "date"),
}
CAPACITY: dict[str, Column] = {
    "name": Column("Person"),
    "case_type": Column("Type", codes="case_type"),
    "department": Column("Department"),
    "branch": Column("Branch", codes="branch"),
    "grade": Column("Grade", codes="grade"),
    "paid_hours": Column("Hours paid", "number"),
    "leave_hours": Column("Hours away", "number"),
    "training_hours": Column("Hours of training", "number"),
}
DESKS: dict[str, Column] = {
    "name": Column("Person"),
    "department": Column("Department"),
    "branch": Column("Branch", codes="branch"),
    "grade": Column("Grade", codes="grade"),
    "open_hours": Column("Hours of open cases", "number"),
}
LINES: dict[str, Column] = {
    "name": Column("Person"),
    "case_type": Column("Type", codes="case_type"),
    "case_grade": Column("Level", codes="case_grade"),
    "department": Column("Department"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "calls": Column("Came to be answered", "count"),
}
FINDINGS: dict[str, Column] = {
    "finding_id": Column("Finding"),
    "finding": Column("Title"),
    "severity": Column("Severity", codes="severity"),
    "department": Column("Department"),
    "branch": Column("Branch", codes="branch"),
    "issued_on": Column("Issued", "date"),
    "due_on": Column("First due date", "date"),
    "current_due_on": Column("Current due date", "date"),
    "closed_on": Column("Closed on", "date"),
}
NAMED_FINDINGS: dict[str, Column] = {
    "finding_id": Column("Finding"),
    "finding": Column("Title", width=320),
    "severity": Column("Severity", codes="severity"),
    "status": Column("Status", codes="status"),
    "department": Column("Department"),
    "issued_on": Column("Issued", "date"),
    "current_due_on": Column("Current due date", "date"),
    "closed_on": Column("Closed on", "date"),
}
CHECKS: dict[str, Column] = {
    "check_id": Column("Check"),
    "department": Column("Department"),
    "branch": Column("Branch", codes="branch"),
    "checked_on": Column("Checked on", "date"),
    "is_planned": Column("Planned", "flag"),
    "exceptions": Column("Not passed", "count"),
    "rectified_on": Column("Put right on", "date"),
}
UNITS: dict[str, Column] = {
    "unit": Column("Auditable unit", width=230),
    "unit_kind": Column("Kind of unit", codes="unit_kind"),
    "department": Column("Department"),
    "branch": Column("Branch", codes="branch"),
    "unit_rating": Column("Risk rating", codes="unit_rating"),
    "audited_on": Column("Last audited", "date"),
    "audit_due_on": Column("Audit due", "date"),
    "next_planned_on": Column("Next planned", "date"),
}
AUDITS: dict[str, Column] = {
    "finding": Column("Engagement", width=260),
    "department": Column("Department"),
    "branch": Column("Branch", codes="branch"),
    "is_planned": Column("Planned", "flag"),
    "planned_to": Column("Planned end", "date"),
    "started_on": Column("Started", "date"),
    "reported_on": Column("Reported", "date"),
}
PEOPLE: dict[str, Column] = {
    "name": Column("Person"),
    "department": Column("Department"),
    "branch": Column("Branch", codes="branch"),
    "grade": Column("Grade", codes="grade"),
    "joined_on": Column("Joined", "date"),
}
RECOVERIES: dict[str, Column] = {
    "recovery_id": Column("Recovery number"),
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "recovered_on": Column("Recovered on", "date"),
    "kind": Column("Type", codes="recovery_kind"),
}
DUES: dict[str, Column] = {
    "instalment_id": Column("Instalment"),
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "due_on": Column("Due on", "date"),
}
EXPECTED: dict[str, Column] = {
    **LOAN,
    "expected_amount": Column("Expected when the month began", "money"),
    "paid_amount": Column("Paid by the month's end", "money"),
    "unpaid_amount": Column("Not paid", "money"),
    "rescheduled_amount": Column("Rescheduled", "money"),
    "days_past_due": Column("Days past due", "days"),
}
FIRST_PAYMENTS: dict[str, Column] = {
    **LOAN,
    "disbursed_on": Column("Disbursed on", "date"),
    "first_due_on": Column("First instalment due", "date"),
    "first_paid_late_days": Column("Paid late by, days", "days"),
}
VINTAGE_LOANS: dict[str, Column] = {
    **LOAN,
    "disbursed_on": Column("Disbursed on", "date"),
    "principal": Column("Principal", "money"),
    "days_past_due": Column("Days past due then", "days"),
    "status": Column("Status then", codes="status"),
}
EXPOSURES: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "borrower_id": Column("Borrower"),
    "group_id": Column("Group"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "days_past_due": Column("Days past due", "days"),
    "classification": Column("Class", codes="classification", width=115),
    "reported_on": Column("Capital reported on", "date"),
}
MOVED: dict[str, Column] = {
    "loan_id": Column("Loan", width=86),
    "branch": Column("Branch", codes="branch", width=108),
    "product": Column("Product", codes="product", width=105),
    "opening_bucket": Column("Bucket before", codes="from_bucket", width=98),
    "opening_class": Column("Class before", codes="classification", width=108),
    "opening_balance": Column("Balance before", "money", width=112),
    "to_state": Column("State after", codes="to_state", width=88),
    "closing_class": Column("Class after", codes="classification", width=108),
    "closing_balance": Column("Balance after", "money", width=108),
    "days_past_due": Column("Days after", "days", help="Days past due after.", width=74),
    "cure": Column("Cure", codes="cure", width=100),
    "borrower_id": Column("Borrower", width=90),
}
LOSSES: dict[str, Column] = {
    **LOAN,
    "balance": Column("Balance", "money"),
    "days_past_due": Column("Days past due", "days"),
    "stage": Column("Stage", codes="stage", width=90),
    "stage_rule": Column("Rule of the stage", codes="stage_rule"),
    "stage_recorded": Column("Stage on record", codes="stage_recorded", width=115),
    "opening_stage": Column("Stage a month before", codes="opening_stage", width=115),
    "pd_12m": Column("PD, 12 months", "ratio"),
    "pd_life": Column("PD, lifetime", "ratio"),
    "lgd": Column("LGD", "ratio"),
    "ecl": Column("Expected loss", "money"),
    "opening_ecl": Column("Expected loss before", "money"),
}
RESULTS: dict[str, Column] = {
    "case_type": Column("Type", codes="case_type"),
    "department": Column("Department"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "case_id": Column("Case"),
    "loan_id": Column("Loan"),
    "borrower_id": Column("Borrower"),
    "owner": Column("Owner"),
    "happened_on": Column("Date", "date"),
    "opened_on": Column("Opened on", "date"),
    "due_on": Column("Due on", "date"),
    "closed_on": Column("Closed on", "date"),
    "subject": Column("Detail", codes="outcome"),
}
REVIEWS: dict[str, Column] = {
    **RESULTS,
    "cycle_months": Column("Cycle, months", "count"),
    "cycle_source": Column("Source of the cycle"),
}
CLOCKS: dict[str, Column] = {
    "legal_clock": Column("Legal clock", codes="legal_clock"),
    "clock_status": Column("Standing", codes="clock_status"),
    "subject_id": Column("Of"),
    **LOAN,
    "starts_on": Column("Runs from", "date"),
    "expires_on": Column("Runs out on", "date"),
    "days_left": Column("Days left", "days"),
}
DELAYS: dict[str, Column] = {
    "proceeding_id": Column("Proceeding"),
    **LOAN,
    "kind": Column("Kind", codes="proceeding_kind"),
    "perform_by": Column("To be performed by", "date"),
    "days_late": Column("Days late", "days"),
    "upheld": Column("Upheld", "amount"),
    "general_interest": Column("Of it general interest", "amount"),
    "unpaid_amount": Column("Unpaid, without interest", "amount"),
}
DRAWS: dict[str, Column] = {
    "payment_id": Column("Payment"),
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "paid_on": Column("Paid on", "date"),
    "amount": Column("Amount", "money"),
    "payee_kind": Column("Payee", codes="payee_kind"),
    "method": Column("Paid", codes="pay_method"),
    "evidence_due_on": Column("Proof due", "date"),
    "voucher_received_on": Column("Proof received", "date"),
}
OVERSEEN: dict[str, Column] = {
    "row_id": Column("Asset or borrower"),
    "loan_id": Column("Loan"),
    "borrower_id": Column("Borrower"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "seen_on": Column("Last valued or drawn on", "date"),
}
LIMITS: dict[str, Column] = {
    "limit_id": Column("Limit", codes="limit_id"),
    "opened_on": Column("Broken since", "date"),
    "cured_on": Column("Kept again on", "date"),
    "worst": Column("Worst", "ratio"),
    "limit_value": Column("Line", "ratio"),
}
READINGS: dict[str, Column] = {
    "reading": Column("Score", codes="reading"),
    "trained_to": Column("Trained up to", "date"),
    "tested_to": Column("Tested up to", "date"),
    "scored_on": Column("Scored on", "date"),
}
CONTACTS: dict[str, Column] = {
    "contact_id": Column("Contact"),
    **LOAN,
    "contacted_at": Column("When", "time"),
    "channel": Column("Channel", codes="channel"),
    "party": Column("Whom", codes="party"),
    "is_answered": Column("Answered", "flag"),
    "is_right_party": Column("Debtor reached", "flag"),
    "staff_id": Column("By"),
}
PROMISES: dict[str, Column] = {
    "promise_id": Column("Promise"),
    **LOAN,
    "promised_on": Column("Promised on", "date"),
    "due_on": Column("For the day", "date"),
    "amount": Column("Amount", "amount"),
    "paid_amount": Column("Paid on it", "amount"),
    "outcome": Column("What came of it", codes="promise_outcome"),
}
ENTRIES: dict[str, Column] = {
    **LOAN,
    "bucket": Column("Bucket entered", codes="bucket"),
    "entered_on": Column("Entered on", "date"),
    "contacted_on": Column("First attempt", "date"),
}
CONTACT_STEPS: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "step": Column("Step"),
    "due_on": Column("Since", "date"),
    "due_by": Column("To be done by", "date"),
    "step_state": Column("Standing", codes="step_state"),
    "done_on": Column("Done on", "date"),
    "done_channel": Column("Channel", codes="contact_channel"),
    "case_id": Column("Case"),
    "borrower_id": Column("Borrower"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}
RECOVERED: dict[str, Column] = {
    **LOAN,
    "opening_bucket": Column("Bucket a month before", codes="from_bucket"),
    "opening_days": Column("Days past due then", "days"),
    "opening_overdue_amount": Column("Overdue at the opening", "amount"),
    "received_amount": Column("Received in the month", "amount"),
    "days_past_due": Column("Days past due", "days"),
}
REFERRALS: dict[str, Column] = {
    **LOAN,
    "balance": Column("Balance", "money"),
    "days_past_due": Column("Days past due", "days"),
    "referred_on": Column("Referred on", "date"),
    "repossessed_on": Column("Taken over on", "date"),
}
COLLECTED: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "kind": Column("What", codes="collection_kind"),
    "moved_on": Column("Day", "date"),
    "opening_overdue_amount": Column("Overdue at the opening", "amount"),
    "fell_due_amount": Column("Fell due", "amount"),
    "closing_unpaid_amount": Column("Unpaid at the end", "amount"),
    "not_late_amount": Column("Of it not past due", "amount"),
}
LINKS: dict[str, Column] = {
    "case_id": Column("Case"),
    "case_type": Column("Type", codes="case_type"),
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "bucket": Column("Bucket then", codes="bucket"),
    "opened_on": Column("Opened on", "date"),
    "closed_on": Column("Closed on", "date"),
    "cured_on": Column("Clear again on", "date"),
    "n_in_time": Column("Like ones in time", "count"),
    "n_late": Column("Like ones late", "count"),
}
UNMATCHED: dict[str, Column] = {
    "receipt_id": Column("Receipt"),
    "branch": Column("Branch", codes="branch"),
    "channel": Column("Channel", codes="channel"),
    "received_on": Column("Received on", "date"),
    "age_days": Column("Age, days", "days"),
}
DOCUMENTS: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "kind": Column("Document", codes="document_kind"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "received_on": Column("Received on", "date"),
    "valid_until": Column("Valid until", "date"),
}
LENT: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "moved_on": Column("As of", "date"),
}
APPRAISED: dict[str, Column] = {
    "department": Column("Department"),
    "cases": Column("Cases", "count"),
    "violations": Column("Violations", "count"),
    "raw_score": Column("Score before the cap", "number"),
    "score": Column("Score", "number"),
}
QUALITY: dict[str, Column] = {
    "rule_id": Column("Rule"),
    "finding": Column("Title"),
    "severity": Column("Severity"),
    "tested": Column("Rows tested", "count"),
    "failed": Column("Rows that fail", "count"),
    "score": Column("Score", "ratio"),
}
QUALITY_ISSUES: dict[str, Column] = {
    "rule_id": Column("Number", width=170),
    "finding": Column("Rule", width=310),
    "severity": Column("Severity", width=80),
    "opened_on": Column("Failing since", "date"),
    "due_on": Column("To be put right by", "date"),
    "fixed_on": Column("Passed again", "date"),
    "issue_state": Column("Standing", codes="issue_state"),
}
LEDGER: dict[str, Column] = {
    "product": Column("Product", codes="product"),
    "book_balance": Column("Balance of the loans", "money"),
    "ledger_balance": Column("General ledger", "money"),
    "difference": Column("Difference", "money"),
    "differs_since": Column("Differs since", "date"),
}
BY_SOURCE = {
    "results": RESULTS,
    "result_rows": RESULTS,
    "clock_months": CLOCKS,
    "delay_interest": DELAYS,
    "draw_months": DRAWS,
    "oversight_months": OVERSEEN,
    "limits": LIMITS,
    "models": READINGS,
    "contact_months": CONTACTS,
    "promise_months": PROMISES,
    "bucket_entries": ENTRIES,
    "contact_step_months": CONTACT_STEPS,
    "overdue_recoveries": RECOVERED,
    "referrals": REFERRALS,
    "collection_results": COLLECTED,
    "service_links": LINKS,
    "unmatched_months": UNMATCHED,
    "document_months": DOCUMENTS,
    "funding_months": LENT,
    "quality_months": QUALITY,
    "quality_issue_months": QUALITY_ISSUES,
    "ledger_months": LEDGER,
    "appraisals": APPRAISED,
    "expected_losses": LOSSES,
    "rolls": MOVED,
    "migrations": MOVED,
    "vintages": VINTAGE_LOANS,
    "portfolio": LOANS,
    "classes": CLASSES,
    "workload": CASES,
    "case_times": CASES,
    "capacity": CAPACITY,
    "desk_loads": DESKS,
    "line_hours": LINES,
    "finding_months": FINDINGS,
    "compliance_months": CHECKS,
    "audit_unit_months": UNITS,
    "audit_plan_months": AUDITS,
    "auditor_months": PEOPLE,
    "recoveries": RECOVERIES,
    "due_cohorts": DUES,
    "collection_months": EXPECTED,
    "first_payments": FIRST_PAYMENTS,
    "concentrations": EXPOSURES,
}
BY_METRIC = {"review_on_time_rate": REVIEWS, "reviews_overdue": REVIEWS}
"""Figures whose rows have more to tell than the others of their source."""


def nothing() -> None:
    """What a page says when its selection holds nothing."""
    st.info(t("No loans in this selection."), icon=":material/filter_alt_off:")


def nobody() -> None:
    """What a list of borrowers says when nobody meets what is asked."""
    st.info(t("No borrower in this selection."), icon=":material/filter_alt_off:")


def open_borrower(row: pd.Series) -> Target | None:
    """The borrower of a row."""
    return _target("borrower", "borrower_id", row.get("borrower_id"))


def open_loan(row: pd.Series) -> Target | None:
    """The loan of a row."""
    return _target("loan", "loan_id", row.get("loan_id"))


def open_case(row: pd.Series) -> Target | None:
    """The case of a row."""
    return _target("case", "case_id", row.get("case_id"))


def open_finding(row: pd.Series) -> Target | None:
    """The finding of a row."""
    return _target("finding", "finding_id", row.get("finding_id"))


def open_unit(row: pd.Series) -> Target | None:
    """The auditable unit of a row."""
    return _target("audit_unit", "unit_id", row.get("unit_id"))


def open_quality_rule(row: pd.Series) -> Target | None:
    """The rows that fail the data quality rule of a row."""
    return _target("data", "rule_id", row.get("rule_id"))


def open_ledger(row: pd.Series) -> Target | None:
    """The balance of a product at the month end of a row, loan by loan."""
    target = {"metric": "balance", "part": "numerator", "product": row["product"]}
    if "month_end" in row:
        target["as_of"] = formats.day(row["month_end"])
    return "why", target


def open_nothing(row: pd.Series) -> Target | None:
    """Nothing: a person of the house or a type of case has no page of its own."""
    return None


def open_loan_or_borrower(row: pd.Series) -> Target | None:
    """The loan of a row, or its borrower where it has none."""
    return open_loan(row) or open_borrower(row)


def open_case_or_loan(row: pd.Series) -> Target | None:
    """The case of a row, its loan where it has none, else its borrower."""
    return open_case(row) or open_loan_or_borrower(row)


KEYS = {
    "results": "row_id",
    "result_rows": "row_id",
    "clock_months": "clock_id",
    "delay_interest": "proceeding_id",
    "draw_months": "payment_id",
    "oversight_months": "row_id",
    "limits": "row_id",
    "models": "row_id",
    "contact_months": "contact_id",
    "promise_months": "promise_id",
    "bucket_entries": "entry_id",
    "contact_step_months": "step_row_id",
    "overdue_recoveries": "loan_id",
    "referrals": "loan_id",
    "collection_results": "row_id",
    "service_links": "contact_id",
    "unmatched_months": "receipt_id",
    "document_months": "document_id",
    "funding_months": "row_id",
    "quality_months": "rule_id",
    "quality_issue_months": "issue_id",
    "ledger_months": "row_id",
    "appraisals": "appraisal_id",
    "expected_losses": "loan_id",
    "vintages": "loan_id",
    "portfolio": "loan_id",
    "classes": "loan_id",
    "workload": "stay_id",
    "case_times": "stay_id",
    "capacity": "row_id",
    "desk_loads": "row_id",
    "line_hours": "row_id",
    "finding_months": "finding_id",
    "compliance_months": "check_id",
    "audit_unit_months": "unit_id",
    "audit_plan_months": "engagement_id",
    "auditor_months": "staff_id",
    "recoveries": "recovery_id",
    "due_cohorts": "instalment_id",
    "collection_months": "loan_id",
    "first_payments": "loan_id",
    "concentrations": "row_id",
    "rolls": "loan_id",
    "migrations": "loan_id",
}

OPENS = {
    "results": open_case_or_loan,
    "result_rows": open_case_or_loan,
    "clock_months": open_loan,
    "delay_interest": open_loan,
    "draw_months": open_loan,
    "oversight_months": open_loan_or_borrower,
    "limits": open_nothing,
    "models": open_nothing,
    "contact_months": open_loan,
    "promise_months": open_loan,
    "bucket_entries": open_loan,
    "contact_step_months": open_loan,
    "overdue_recoveries": open_loan,
    "referrals": open_loan,
    "collection_results": open_loan,
    "service_links": open_case,
    "unmatched_months": open_nothing,
    "document_months": open_loan,
    "funding_months": open_loan,
    "quality_months": open_quality_rule,
    "quality_issue_months": open_quality_rule,
    "ledger_months": open_ledger,
    "appraisals": open_nothing,
    "expected_losses": open_loan,
    "vintages": open_loan,
    "portfolio": open_loan,
    "classes": open_loan,
    "workload": open_case,
    "case_times": open_case,
    "capacity": open_nothing,
    "desk_loads": open_nothing,
    "line_hours": open_nothing,
    "finding_months": open_finding,
    "compliance_months": open_nothing,
    "audit_unit_months": open_unit,
    "audit_plan_months": open_unit,
    "auditor_months": open_nothing,
    "recoveries": open_loan,
    "due_cohorts": open_loan,
    "collection_months": open_loan,
    "first_payments": open_loan,
    "concentrations": open_loan,
    "rolls": open_loan,
    "migrations": open_loan,
}


def _target(page: str, key: str, value: Any) -> Target | None:
    return None if formats.missing(value) or value == "" else (page, {key: str(value)})


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with departments, auditable units, titles and actions in the reader's language."""
    said = frame.copy()
    zh = language() == "zh"
    if "title" in frame:
        own = frame["title_zh"] if zh and "title_zh" in frame else frame["title"]
        said["finding"] = own.fillna(frame["title"])
    if "action_zh" in frame and zh:
        said["action"] = frame["action_zh"].fillna(frame["action"])
    if "department_zh" in frame and "department" in frame and zh:
        said["department"] = frame["department_zh"].fillna(frame["department"])
    if "unit_zh" in frame and zh:
        said["unit"] = frame["unit_zh"].fillna(frame["unit"])
    if "unit_id" in frame and "unit" not in frame:
        said["unit"] = [name("unit_id", code) for code in frame["unit_id"]]
    if "step_id" in frame:
        said["step"] = [name("step_id", code) for code in frame["step_id"]]
    if "cycle_source" in frame:
        said["cycle_source"] = [source(said_so) for said_so in frame["cycle_source"]]
    if "department_id" in frame and "department" not in frame:
        said["department"] = [name("department_id", code) for code in frame["department_id"]]
    return said


def source(said: object) -> str:
    """Each part of a source in the reader's words: `Civil Code Art. 673; internal convention`."""
    parts = [] if formats.missing(said) else str(said).split(";")
    return t("; ").join(t(part.strip()) for part in parts) or "—"


def counted(metric: Metric, part: str = "numerator") -> dict[str, Column]:
    """The columns of the rows behind one part of a metric, what each adds to it last."""
    columns = BY_METRIC.get(metric.id, BY_SOURCE[metric.source])
    return {**columns, "counted": Column("Adds", unit_of(metric, part))}


MOVES = ("rolls", "migrations")


def unit_of(metric: Metric, part: str) -> str:
    """The unit of one part: money, days or a number of things."""
    column = (metric.numerator if part == "numerator" else metric.denominator) or ""
    if metric.source == "case_times" and column.endswith(("cycle_days", "complaint_days")):
        return "number"  # a case may take less than a day
    if column == "age_days_sum" or column.endswith("_days"):
        return "days"
    if column.endswith(("_hours", "_minutes", "_days_12m")) or metric.source == "models":
        return "number"
    if column.endswith(("_amount", "_value")):
        return "money"
    if column == "failed":
        return "count"
    if metric.source in ("recoveries", "concentrations", "unmatched_months", "funding_months"):
        return "money"
    if metric.source in ("service_links", "quality_months", "appraisals"):
        return "number"
    if column == "reply_minutes":
        return "number"
    if column == "fill_days":
        return "days"
    if metric.source in ("promise_months", "collection_results"):
        return "money" if column.endswith("_amount") else "count"
    if metric.source == "capacity":
        return "number"
    if metric.source in (
        "portfolio",
        "classes",
        "due_cohorts",
        "collection_months",
        "first_payments",
        "vintages",
        "expected_losses",
        *MOVES,
    ):
        return "count" if column.endswith("_count") else "money"
    return "money" if column == "exposure" else "count"


def code(value: Any) -> str:
    """A code of the data as it stands in an address."""
    return str(int(value)) if isinstance(value, float) else str(value)


def adds_up(unit: str, total: Any, number: int, figure: Any, part: str) -> None:
    """`12 rows add up to 345.00 = the numerator`, or, in red, what they should add up to."""
    values = {"number": formats.count(number), "total": formats.exact(unit, total)}
    said = (
        t("1 row adds up to {total}", **values)
        if number == 1
        else t("{number} rows add up to {total}", **values)
    )
    if total == figure:
        text = t("{said} = the {part}", said=said, part=part)
        st.badge(text, icon=":material/check:", color="green")
        return
    figure = formats.exact(unit, figure)
    text = t("{said}, but the {part} is {figure}", said=said, part=part, figure=figure)
    st.badge(text, icon=":material/warning:", color="red")
