"""Defaults made into money: plans, assets realised or taken over, settlements (10, 11.1)."""

from queries.measures import Metric

OWNER = "Default handling"
ART_42 = "Commercial Bank Law Art. 42"
_YEAR = " Over the twelve months to the month end."

PLAN_DAYS = Metric(
    "plan_days",
    "Days from default to plan, median",
    "plan_days",
    "planned_count",
    source="result_rows",
    unit="days",
    rising_is_good=False,
    meaning="Days from the opening of a default case to its plan, the middle of those closed in the"
    " month.",
    rule="10",
    is_convention=True,
    owner=OWNER,
    quantile=0.5,
)
DISPOSAL_DAYS = Metric(
    "disposal_days",
    "Days from default to cash, median",
    "disposal_days",
    "realised_count",
    source="result_rows",
    unit="days",
    rising_is_good=False,
    meaning="Days from default to the sale of what secured the loan, the middle of all sold. Of an"
    " asset taken over, to its own sale." + _YEAR,
    rule="11.1",
    is_convention=True,
    owner=OWNER,
    quantile=0.5,
)
REALISED_TO_APPRAISED = Metric(
    "realised_to_appraised",
    "Realised of appraised",
    "realised_amount",
    "appraised_amount",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Net proceeds over the last appraisal before the sale." + _YEAR,
    rule="11.1",
    is_convention=True,
    owner=OWNER,
)
FORECLOSED_AMT = Metric(
    "foreclosed_amt",
    "Assets taken over",
    "foreclosed_amount",
    source="results",
    rising_is_good=False,
    meaning="Value at which assets were taken over for debts and which are still there.",
    rule="12.1",
    is_convention=True,
    owner=OWNER,
)
FORECLOSED_OVERDUE_AMT = Metric(
    "foreclosed_overdue_amt",
    "Assets taken over, past two years",
    "foreclosed_late_amount",
    source="results",
    rising_is_good=False,
    meaning="Value at which property or equity was taken over that has not been sold within two"
    " years.",
    rule="12.1",
    reference=ART_42,
    owner=OWNER,
)
FORECLOSED_OVERDUE_CNT = Metric(
    "foreclosed_overdue_cnt",
    "Assets taken over, past two years, number",
    "foreclosed_late_count",
    source="results",
    unit="count",
    rising_is_good=False,
    meaning="Property and equity taken over that has not been sold within two years.",
    rule="12.1",
    reference=ART_42,
    owner=OWNER,
)
SETTLEMENT_HAIRCUT = Metric(
    "settlement_haircut",
    "Settlement haircut",
    "forgiven_amount",
    "settled_claim_amount",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Claim less what was paid, over the claim, of settlements that were approved and paid."
    + _YEAR,
    rule="11.1",
    is_convention=True,
    owner=OWNER,
)
