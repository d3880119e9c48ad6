"""Funds, people, files and data: how the house itself runs (sections 8, 11.1, 15.1, 17)."""

from queries.measures import Metric

RECON_UNMATCHED_AMT = Metric(
    "recon_unmatched_amt",
    "Receipts not matched",
    "unmatched_amount",
    source="unmatched_months",
    rising_is_good=False,
    meaning="Sums received that belonged to no known loan at the month end.",
    rule="11.1",
    is_convention=True,
    owner="Management (funds, people)",
)
RECON_ON_TIME = Metric(
    "recon_on_time",
    "Reconciled in time",
    "recon_on_time_count",
    "recon_due_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Days of receipts reconciled by the next workday, over the days due in the month.",
    rule="11.1",
    is_convention=True,
    owner="Management (funds, people)",
)
FUNDING_BUDGET_UTIL = Metric(
    "funding_budget_util",
    "Funding budget used",
    "lent_amount",
    "budget_amount",
    source="funding_months",
    unit="ratio",
    meaning="Loans disbursed in the month over the budget approved for it, as last reported by"
    " the month end.",
    rule="8",
    is_convention=True,
    owner="Management (funds, people)",
    without="No budget for the month",
)
TIME_TO_FILL = Metric(
    "time_to_fill",
    "Days to fill a post, median",
    "fill_days",
    "fill_count",
    source="result_rows",
    unit="number",
    rising_is_good=False,
    meaning="Calendar days from the approval of a post to the day on which it was filled, of the"
    " posts filled in the month. The median.",
    rule="17",
    is_convention=True,
    owner="Management (funds, people)",
    quantile=0.5,
    without="No post was filled in the month",
)
TRAINING_COMPLETION = Metric(
    "training_completion",
    "Training completed",
    "training_passed_count",
    "training_due_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Mandatory courses passed by their due day, over those assigned and due in the month.",
    rule="17",
    is_convention=True,
    owner="Management (funds, people)",
)
DOC_COMPLETENESS = Metric(
    "doc_completeness",
    "Documents complete",
    "held_count",
    "required_count",
    source="document_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Documents that lie in the file and are valid, over those that must, of the loans on"
    " the book for more than 30 days.",
    rule="11.1",
    is_convention=True,
    owner="Business support",
)
ORIGINALS_MISSING_RATE = Metric(
    "originals_missing_rate",
    "Stock-takes that missed originals",
    "inventory_short_count",
    "inventory_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the stock-takes of documents closed in the month, those that found originals"
    " missing.",
    rule="10",
    is_convention=True,
    owner="Business support",
    without="No stock-take was closed in the month",
)
ORIGINALS_OUT_LATE = Metric(
    "originals_out_late",
    "Originals lent out too long",
    "lending_late_count",
    source="results",
    unit="count",
    rising_is_good=False,
    meaning="Originals that were lent out of loans' files and by the month end were not back though"
    " their time was over, as the service level of filing documents has it.",
    rule="10",
    is_convention=True,
    owner="Business support",
    without="No original is out longer than allowed",
)
LENDING_ON_TIME_RATE = Metric(
    "lending_on_time_rate",
    "Originals returned on time",
    "lending_on_time_count",
    "lending_due_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the originals lent out that were to be back in the month, those that were back by"
    " the day; one that is still out is late.",
    rule="10",
    is_convention=True,
    owner="Business support",
    without="No original was to be back in the month",
)
FIELD_ERROR_RATE = Metric(
    "field_error_rate",
    "Changes found wrong at second check",
    "change_wrong_count",
    "change_checked_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the changes of loan data that had a second check and were closed in the month,"
    " those that had to be corrected.",
    rule="10",
    is_convention=True,
    owner="Business support",
    without="No change of loan data was checked in the month",
)
OPS_ERROR_RATE = Metric(
    "ops_error_rate",
    "Operation errors",
    "operation_error_count",
    "operation_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Account operations closed in the month that were reversed for an error of our own,"
    " over those closed.",
    rule="11.1",
    is_convention=True,
    owner="Business support",
)
DQ_SCORE = Metric(
    "dq_score",
    "Data quality score",
    "weighted_score",
    "weight",
    source="quality_months",
    unit="ratio",
    rising_is_good=True,
    meaning="One less the rows that fail over the rows tested, of every rule that had something"
    " to test, weighed by how severe the rule is; as of the last load.",
    rule="15.1",
    reference="GB/T 36344-2018",
    owner="Information technology",
)
DQ_FAILED_RECORDS = Metric(
    "dq_failed_records",
    "Failed records",
    "failed",
    source="quality_months",
    unit="count",
    rising_is_good=False,
    meaning="Rows of the files that fail a rule of data quality, added up over the rules; as of the"
    " last load.",
    rule="15.1",
    is_convention=True,
    owner="Information technology",
)
DQ_ISSUE_AGE = Metric(
    "dq_issue_age",
    "Age of data issues, median",
    "age_days",
    "open_count",
    source="quality_issue_months",
    unit="days",
    rising_is_good=False,
    meaning="Days since a rule of data quality first failed at a month end without a month in which"
    " it passed since, the middle of the issues open.",
    rule="15.1",
    is_convention=True,
    owner="Information technology",
    quantile=0.5,
    without="No issue of data quality is open",
)
DQ_FIX_ON_TIME = Metric(
    "dq_fix_on_time",
    "Data issues fixed on time",
    "on_time_count_12m",
    "due_count_12m",
    source="quality_issue_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the issues of data quality that were to be put right in twelve months, those whose"
    " rule passed again at a month end by the due date of its severity; open past it is late.",
    rule="15.1",
    is_convention=True,
    owner="Information technology",
    without="No issue of data quality was due in twelve months",
)
RECON_BREAK_AMT = Metric(
    "recon_break_amt",
    "Reconciliation break",
    "break_amount",
    source="ledger_months",
    rising_is_good=False,
    meaning="By how much the balance of the loans on the book differs from that of the general"
    " ledger, product by product, whichever is the higher.",
    rule="15.1",
    is_convention=True,
    owner="Information technology",
)
APPRAISAL_SCORE = Metric(
    "appraisal_score",
    "Appraisal score",
    "team_score",
    "judged_count",
    source="appraisals",
    unit="number",
    rising_is_good=True,
    meaning="Per component of the department's appraisal how far it came from its floor to its"
    " target in three months, at most 1.2 times, weighed and out of 100; capped at 60 by any proven"
    " violation of conduct. Of several departments their mean.",
    rule="17",
    is_convention=True,
    owner="Management (funds, people)",
)
