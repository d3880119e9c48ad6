"""Who is late: portfolio at risk, and three overdue balances, each with its own name (3.2)."""

from queries.measures import Metric

CGAP = "CGAP 2003 consensus definitions"

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
