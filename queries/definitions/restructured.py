"""Restructured loans under observation (section 4.4)."""

from queries.measures import Metric

ART_20 = "Measures for Risk Classification of Financial Assets, Art. 20"
ART_22 = "Measures for Risk Classification of Financial Assets, Art. 22"
G11 = "1104 form G11"

RESTRUCTURED_BALANCE = Metric(
    "restructured_balance",
    "Restructured loans",
    "restructured_balance",
    rising_is_good=False,
    meaning="Balance of loans inside the observation period of a restructuring.",
    rule="4.4",
    reference=ART_20,
    owner="Asset management",
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
    reference=ART_20,
    owner="Asset management",
)
RESTRUCTURED_LOANS = Metric(
    "restructured_loans",
    "Restructured loans, number",
    "restructured_count",
    source="classes",
    unit="count",
    rising_is_good=False,
    meaning="Number of loans inside the observation period of a restructuring.",
    rule="4.4",
    reference=ART_20,
    owner="Asset management",
)
RESTRUCTURED_OVERDUE90 = Metric(
    "restructured_overdue90",
    "Restructured and over 90 days",
    "restructured_overdue90_balance",
    source="classes",
    rising_is_good=False,
    meaning="Of the restructured loans, the balance of those more than 90 days past due under the"
    " contract as changed.",
    rule="4.4",
    reference=G11,
    owner="Asset management",
)
RE_RESTRUCTURED_NOT_NPL = Metric(
    "re_restructured_not_npl",
    "Restructured again, not NPL",
    "re_restructured_not_npl_balance",
    source="classes",
    rising_is_good=False,
    meaning="Balance of loans restructured again while under observation and still booked normal"
    " or special mention. It must be nothing; any value must be explained to the supervisor.",
    rule="4.4",
    reference=ART_22,
    owner="Asset management",
)
