"""Every metric, once: what it is called, what is summed over what, what it means, who answers.

To add one: a line here, a column in the mart if something new is counted, a given/expect test, and
the translations of its name and meaning. Pages import the names below and the functions.
"""

from queries.comparisons import Comparison, Light, Lines, Threshold, compare, comparisons, lines
from queries.measures import (
    BUCKETS,
    DIMENSIONS,
    SEVERITIES,
    Cut,
    Dimension,
    Metric,
    Part,
    Where,
    measure,
)
from queries.rows_behind import figure_total, rows_behind, rows_total

__all__ = [
    "BUCKETS",
    "DIMENSIONS",
    "METRICS",
    "SEVERITIES",
    "Comparison",
    "Cut",
    "Dimension",
    "Light",
    "Lines",
    "Metric",
    "Part",
    "Threshold",
    "Where",
    "compare",
    "comparisons",
    "figure_total",
    "lines",
    "measure",
    "rows_behind",
    "rows_total",
]

CGAP = "CGAP 2003 consensus definitions"
ART_6 = "Measures for Risk Classification of Financial Assets, Art. 6"
ART_11 = "Measures for Risk Classification of Financial Assets, Art. 11"
CORE_2005 = "Core indicators for risk supervision of commercial banks (2005)"
ORDER_2011_4 = "Order 2011-4 Art. 7"

# --- Size and flows (3.1, 3.6) ---

BALANCE = Metric(
    "balance",
    "Loan balance",
    "balance",
    meaning="Outstanding principal of loans on the book, without accrued interest, written-off"
    " and sold loans; non-performing loans included.",
    rule="3.1",
    owner="Credit risk",
)
LOANS = Metric(
    "loans",
    "Active loans",
    "loan_count",
    unit="count",
    meaning="Number of loans on the book that still owe principal.",
    rule="3.1",
    is_convention=True,
    owner="Credit risk",
)
AVERAGE_LOAN = Metric(
    "average_loan",
    "Average balance",
    "balance",
    "loan_count",
    meaning="Loan balance over the number of active loans.",
    rule="3.1",
    is_convention=True,
    owner="Credit risk",
)
WAVG_RATE = Metric(
    "wavg_rate",
    "Weighted rate",
    "rate_balance",
    "balance",
    unit="ratio",
    meaning="Yearly contract rate, weighted with the outstanding principal.",
    rule="3.1",
    is_convention=True,
    owner="Management",
)
DISBURSED = Metric(
    "disbursed",
    "Disbursed",
    "disbursed_amount",
    meaning="Principal paid out in the month.",
    rule="3.1",
    is_convention=True,
    owner="Credit risk",
)
DUE = Metric(
    "due",
    "Due",
    "due_amount",
    meaning="All that fell due in the month under the schedule in force: principal, interest,"
    " fees, penalties.",
    rule="1.6",
    is_convention=True,
    owner="Collections",
)
COLLECTED = Metric(
    "collected",
    "Collected",
    "collected_amount",
    rising_is_good=True,
    meaning="Cash received in the month, net of reversals, whichever instalment it paid.",
    rule="1.6",
    is_convention=True,
    owner="Collections",
)
COLLECTION_RATE = Metric(
    "collection_rate",
    "Collection rate",
    "collected_amount",
    "due_amount",
    unit="ratio",
    rising_is_good=True,
    meaning="Cash received in the month over what fell due in it. Arrears made good and early"
    " repayments count, so it can exceed 100 %.",
    rule="1.6",
    is_convention=True,
    owner="Collections",
)
WRITTEN_OFF = Metric(
    "written_off",
    "Written off",
    "written_off_amount",
    rising_is_good=False,
    meaning="Principal written off in the month, net of reversals.",
    rule="3.6",
    reference="财金〔2017〕90号",
    owner="Default handling",
)
SOLD = Metric(
    "sold",
    "Sold",
    "sold_amount",
    meaning="Principal of loans transferred to others in the month.",
    rule="1.4",
    owner="Default handling",
)
RECOVERED = Metric(
    "recovered",
    "Recovered",
    "recovered_amount",
    source="recoveries",
    rising_is_good=True,
    meaning="Cash received in the month on loans that had been written off.",
    rule="3.6",
    is_convention=True,
    owner="Default handling",
)

# --- Delinquency (3.2): three overdue balances, each with its own name ---

PAR1 = Metric(
    "par1",
    "PAR 1",
    "par1_balance",
    "balance",
    unit="ratio",
    rising_is_good=False,
    meaning="Whole balance of loans more than 0 days past due, over the loan balance.",
    rule="3.2",
    reference=CGAP,
    owner="Risk management",
)
PAR30 = Metric(
    "par30",
    "PAR 30",
    "par30_balance",
    "balance",
    unit="ratio",
    rising_is_good=False,
    meaning="Whole balance of loans more than 30 days past due, over the loan balance. Written-off"
    " loans are in neither part, so read it beside what was written off.",
    rule="3.2",
    reference=CGAP,
    owner="Risk management",
)
PAR60 = Metric(
    "par60",
    "PAR 60",
    "par60_balance",
    "balance",
    unit="ratio",
    rising_is_good=False,
    meaning="Whole balance of loans more than 60 days past due, over the loan balance.",
    rule="3.2",
    reference=CGAP,
    owner="Risk management",
)
PAR90 = Metric(
    "par90",
    "PAR 90",
    "par90_balance",
    "balance",
    unit="ratio",
    rising_is_good=False,
    meaning="Whole balance of loans more than 90 days past due, over the loan balance.",
    rule="3.2",
    reference=CGAP,
    owner="Risk management",
)
PAR30_RESTRUCTURED = Metric(
    "par30_restructured",
    "PAR 30 with restructured",
    "par30_restructured_balance",
    "balance",
    unit="ratio",
    rising_is_good=False,
    meaning="PAR 30 plus the whole balance of restructured loans that are not in it already, over"
    " the loan balance: a restructured loan does not leave by being current.",
    rule="3.2",
    is_convention=True,
    owner="Risk management",
)
OVERDUE_RATE_WHOLE = Metric(
    "overdue_rate_whole",
    "Overdue ratio (whole loans)",
    "par1_balance",
    "balance",
    unit="ratio",
    rising_is_good=False,
    meaning="Whole balance of loans that are past due at all, over the loan balance.",
    rule="3.2",
    is_convention=True,
    owner="Risk management",
)
OVERDUE_RATE_1104 = Metric(
    "overdue_rate_1104",
    "Overdue ratio (1104 rule)",
    "overdue_1104_balance",
    "balance",
    unit="ratio",
    rising_is_good=False,
    meaning="As in the 1104 returns: of instalment consumer loans up to 90 days past due only the"
    " overdue principal, of all others past due the whole balance; over the loan balance.",
    rule="3.2",
    reference="1104 off-site returns",
    owner="Risk management",
)
OVERDUE_AMOUNT_RATE = Metric(
    "overdue_amount_rate",
    "Arrears ratio (principal past due)",
    "overdue_principal_balance",
    "balance",
    unit="ratio",
    rising_is_good=False,
    meaning="Principal of the instalments past due, over the loan balance: the smallest of the"
    " three overdue ratios.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
OVERDUE_CNT_RATE = Metric(
    "overdue_cnt_rate",
    "Overdue loans by count",
    "overdue_count",
    "loan_count",
    unit="ratio",
    rising_is_good=False,
    meaning="Number of loans past due over the number of active loans.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
OVERDUE_BALANCE = Metric(
    "overdue_balance",
    "Overdue balance (whole loans)",
    "par1_balance",
    rising_is_good=False,
    meaning="Whole balance of loans that are past due at all.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
OVERDUE_LOANS = Metric(
    "overdue_loans",
    "Overdue loans",
    "overdue_count",
    unit="count",
    rising_is_good=False,
    meaning="Number of loans past due.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
OVERDUE_AMOUNT = Metric(
    "overdue_amount",
    "Amount past due",
    "overdue_amount",
    rising_is_good=False,
    meaning="Principal, interest and fees of the instalments past due that are still unpaid.",
    rule="2.2",
    is_convention=True,
    owner="Collections",
)
NEWLY_LATE = Metric(
    "newly_late",
    "Newly late balance",
    "newly_late_balance",
    rising_is_good=False,
    meaning="Whole balance of loans past due at the month end that were not at the one before.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
NEWLY_LATE_LOANS = Metric(
    "newly_late_loans",
    "Newly late loans",
    "newly_late_count",
    unit="count",
    rising_is_good=False,
    meaning="Number of loans past due at the month end that were not at the one before.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)

# --- Classification (3.3) ---

NORMAL_BALANCE = Metric(
    "normal_balance",
    "Normal",
    "normal_balance",
    meaning="Balance of loans classed normal (1).",
    rule="3.3",
    reference=ART_6,
    owner="Credit risk",
)
SPECIAL_MENTION_BALANCE = Metric(
    "special_mention_balance",
    "Special mention",
    "special_mention_balance",
    rising_is_good=False,
    meaning="Balance of loans classed special mention (2).",
    rule="3.3",
    reference=ART_6,
    owner="Credit risk",
)
SUBSTANDARD_BALANCE = Metric(
    "substandard_balance",
    "Substandard",
    "substandard_balance",
    rising_is_good=False,
    meaning="Balance of loans classed substandard (3).",
    rule="3.3",
    reference=ART_6,
    owner="Credit risk",
)
DOUBTFUL_BALANCE = Metric(
    "doubtful_balance",
    "Doubtful",
    "doubtful_balance",
    rising_is_good=False,
    meaning="Balance of loans classed doubtful (4).",
    rule="3.3",
    reference=ART_6,
    owner="Credit risk",
)
LOSS_BALANCE = Metric(
    "loss_balance",
    "Loss",
    "loss_balance",
    rising_is_good=False,
    meaning="Balance of loans classed loss (5).",
    rule="3.3",
    reference=ART_6,
    owner="Credit risk",
)
NPL_BALANCE = Metric(
    "npl_balance",
    "Non-performing loans",
    "npl_balance",
    rising_is_good=False,
    meaning="Balance of loans classed substandard, doubtful or loss.",
    rule="3.3",
    reference=ART_6,
    owner="Credit risk",
)
NPL_RATIO = Metric(
    "npl_ratio",
    "NPL ratio",
    "npl_balance",
    "balance",
    unit="ratio",
    rising_is_good=False,
    meaning="Balance of loans classed substandard, doubtful or loss, over the loan balance.",
    rule="3.3",
    reference=CORE_2005,
    owner="Credit risk",
)
SPECIAL_MENTION_RATIO = Metric(
    "special_mention_ratio",
    "Special-mention ratio",
    "special_mention_balance",
    "balance",
    unit="ratio",
    rising_is_good=False,
    meaning="Balance of loans classed special mention, over the loan balance.",
    rule="3.3",
    owner="Credit risk",
)
OVERDUE90_TO_NPL = Metric(
    "overdue90_to_npl",
    "Over 90 days to NPL",
    "par90_balance",
    "npl_balance",
    unit="ratio",
    rising_is_good=False,
    meaning="Whole balance of loans more than 90 days past due, over non-performing loans. Above"
    " 100 % some loans that must be non-performing are not classed so.",
    rule="3.3",
    reference=ART_11,
    owner="Audit",
    over_nothing="breach",
)
OVERDUE60_TO_NPL = Metric(
    "overdue60_to_npl",
    "Over 60 days to NPL",
    "par60_balance",
    "npl_balance",
    unit="ratio",
    rising_is_good=False,
    meaning="Whole balance of loans more than 60 days past due, over non-performing loans.",
    rule="3.3",
    reference="Supervisory practice",
    owner="Credit risk",
    over_nothing="breach",
)
RESTRUCTURED_RATIO = Metric(
    "restructured_ratio",
    "Restructured ratio",
    "restructured_balance",
    "balance",
    unit="ratio",
    rising_is_good=False,
    meaning="Balance of loans inside the observation period of a restructuring, over the loan"
    " balance.",
    rule="4.4",
    is_convention=True,
    owner="Asset management",
)
NPL_INFLOW = Metric(
    "npl_inflow",
    "NPL inflow",
    "npl_inflow_amount",
    rising_is_good=False,
    meaning="Balance of loans that became non-performing in the month, those written off straight"
    " from performing included.",
    rule="3.3",
    is_convention=True,
    owner="Audit",
)

# --- Provisions (3.5) ---

PROVISION = Metric(
    "provision",
    "Loss allowance",
    "allowance",
    meaning="Loss allowance recorded for the loans on the book.",
    rule="3.5",
    owner="Management",
)
PROVISION_COVERAGE = Metric(
    "provision_coverage",
    "Provision coverage",
    "allowance",
    "npl_balance",
    unit="ratio",
    rising_is_good=True,
    meaning="Loss allowance over non-performing loans. Without non-performing loans there is no"
    " ratio, which counts as a pass.",
    rule="3.5",
    reference=ORDER_2011_4,
    owner="Management",
    over_nothing="pass",
)
LOAN_PROVISION_RATIO = Metric(
    "loan_provision_ratio",
    "Loan provision ratio",
    "allowance",
    "balance",
    unit="ratio",
    rising_is_good=True,
    meaning="Loss allowance over the loan balance.",
    rule="3.5",
    reference=ORDER_2011_4,
    owner="Management",
)

# --- Workload (11) ---

BACKLOG = Metric(
    "backlog",
    "Open cases",
    "backlog",
    source="workload",
    unit="count",
    rising_is_good=False,
    meaning="Cases opened by the month end and not closed by it.",
    rule="11",
    owner="Every department",
)
INFLOW = Metric(
    "inflow",
    "Cases opened",
    "opened",
    source="workload",
    unit="count",
    meaning="Cases opened in the month.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
OUTFLOW = Metric(
    "outflow",
    "Cases closed",
    "closed",
    source="workload",
    unit="count",
    rising_is_good=True,
    meaning="Cases closed in the month.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
CLEARANCE_RATE = Metric(
    "clearance_rate",
    "Clearance rate",
    "closed",
    "opened",
    source="workload",
    unit="ratio",
    rising_is_good=True,
    meaning="Cases closed in the month over cases opened in it; below 100 % the backlog grows.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
SLA_BREACH_RATE_DUE = Metric(
    "sla_breach_rate_due",
    "Late cases of those due",
    "breached_in_month",
    "due_in_month",
    source="workload",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the cases whose target date falls in the month, those closed late or still open"
    " past it. Stuck cases count, which a rate over closed cases would hide.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
OVERDUE_OPEN = Metric(
    "overdue_open",
    "Open cases past their target",
    "overdue_open",
    source="workload",
    unit="count",
    rising_is_good=False,
    meaning="Open cases whose target date is before the month end; due today is not late.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
OVERDUE_OPEN_RATE = Metric(
    "overdue_open_rate",
    "Share of open cases past their target",
    "overdue_open",
    "backlog",
    source="workload",
    unit="ratio",
    rising_is_good=False,
    meaning="Open cases whose target date is before the month end, over open cases.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
CASE_AGE = Metric(
    "case_age",
    "Average age of open cases",
    "age_days_sum",
    "backlog",
    source="workload",
    unit="days",
    rising_is_good=False,
    meaning="Days since opening, averaged over the open cases.",
    rule="11",
    is_convention=True,
    owner="Every department",
)

# --- Audit findings (14.1) ---

OPEN_FINDINGS = Metric(
    "open_findings",
    "Open findings",
    "open_count",
    source="finding_months",
    unit="count",
    rising_is_good=False,
    meaning="Findings issued by the month end and neither verified as closed nor accepted as a"
    " risk by it.",
    rule="14.1",
    owner="Audit",
)
OVERDUE_FINDINGS = Metric(
    "overdue_findings",
    "Overdue findings",
    "overdue_count",
    source="finding_months",
    unit="count",
    rising_is_good=False,
    meaning="Open findings past their current due date.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
ISSUED_FINDINGS = Metric(
    "issued_findings",
    "Findings issued",
    "issued",
    source="finding_months",
    unit="count",
    meaning="Findings issued in the month.",
    rule="14.1",
    owner="Audit",
)
RECTIFICATION_ON_TIME_RATE = Metric(
    "rectification_on_time_rate",
    "Rectified on time",
    "on_time_in_month",
    "due_in_month",
    source="finding_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the findings whose original due date falls in the month, those verified as closed"
    " by that date.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
RECTIFICATION_WEIGHTED = Metric(
    "rectification_weighted",
    "Rectified on time, by severity",
    "severity_on_time",
    "severity_due",
    source="finding_months",
    unit="ratio",
    rising_is_good=True,
    meaning="As rectified on time, each finding counted with its severity (critical 4, high 3,"
    " medium 2, low 1).",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
EXPOSURE = Metric(
    "exposure",
    "Balance behind open findings",
    "exposure",
    source="finding_months",
    rising_is_good=False,
    meaning="Balance of the loans named by open findings; a loan named by two counts twice.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)

METRICS: dict[str, Metric] = {
    metric.id: metric for metric in list(globals().values()) if isinstance(metric, Metric)
}
