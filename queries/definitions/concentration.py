"""Who could hurt the bank at once, against its capital (section 8): figures of the whole book only.

A customer's loans at two branches are one exposure, so none of these adds over branches; in a part
of the book they are missing, never partial. Exposure is loans: other claims are not in the data.
"""

from queries.measures import Metric

LARGE_EXPOSURES = "Measures for large exposures (2018)"

SINGLE_CUSTOMER_LOAN_RATIO = Metric(
    "single_customer_loan_ratio",
    "Largest customer's loans",
    "largest_borrower_balance",
    "net_capital",
    source="concentrations",
    unit="ratio",
    rising_is_good=False,
    meaning="Loans to the one borrower who owes most over net capital, as last reported by the"
    " month end. Of the whole book only.",
    rule="8",
    reference="Commercial Bank Law Art. 39(3)",
    owner="Risk management",
)
SINGLE_CUSTOMER_EXPOSURE_RATIO = Metric(
    "single_customer_exposure_ratio",
    "Largest customer's exposure",
    "largest_borrower_balance",
    "tier1_capital",
    source="concentrations",
    unit="ratio",
    rising_is_good=False,
    meaning="All claims on the one borrower who owes most over net tier-1 capital, as last reported"
    " by the month end. Claims other than loans are not in the data. Of the whole book only.",
    rule="8",
    reference=f"{LARGE_EXPOSURES} Art. 7",
    owner="Risk management",
)
GROUP_EXPOSURE_RATIO = Metric(
    "group_exposure_ratio",
    "Largest connected group",
    "largest_group_balance",
    "tier1_capital",
    source="concentrations",
    unit="ratio",
    rising_is_good=False,
    meaning="Claims on all borrowers of the connected group that owes most over net tier-1 capital,"
    " as last reported by the month end. Where no borrower names a group there is no figure. Of"
    " the whole book only.",
    rule="8",
    reference=f"{LARGE_EXPOSURES} Art. 8",
    owner="Risk management",
)
INTERBANK_EXPOSURE_RATIO = Metric(
    "interbank_exposure_ratio",
    "Largest interbank customer",
    "interbank_balance",
    "tier1_capital",
    source="concentrations",
    unit="ratio",
    rising_is_good=False,
    meaning="Claims on the one bank that owes most over net tier-1 capital. Claims on banks are not"
    " in the data, so there is no figure.",
    rule="8",
    reference=f"{LARGE_EXPOSURES} Art. 9",
    owner="Management",
)
TOPN_SHARE = Metric(
    "topn_share",
    "Ten largest customers",
    "top10_balance",
    "balance",
    source="concentrations",
    unit="ratio",
    rising_is_good=False,
    meaning="Loans to the ten customers who owe most over the loan balance. A connected group is"
    " one customer, and so is a borrower who belongs to none. Of the whole book only.",
    rule="8",
    owner="Risk management",
)
