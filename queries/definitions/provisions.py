"""The loss allowance against what it must cover (section 3.5)."""

from queries.definitions.classification import NO_NPL
from queries.measures import Metric

ORDER_2011_4 = "Order 2011-4 Art. 7"

PROVISION = Metric(
    "provision",
    "Loss allowance",
    "allowance",
    meaning="Loss allowance recorded for the loans on the book.",
    rule="3.5",
    owner="Management",
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
PROVISION_COVERAGE = Metric(
    "provision_coverage",
    "Provision coverage",
    "allowance",
    "npl_balance",
    unit="ratio",
    rising_is_good=True,
    meaning="Loss allowance over non-performing loans, held to the higher of two standards: its own"
    " least and that of the loan provision ratio. Without non-performing loans there is no ratio,"
    " which passes its own, and the other alone is judged.",
    rule="3.5",
    reference=ORDER_2011_4,
    owner="Management",
    over_nothing="pass",
    without=NO_NPL,
    standard=LOAN_PROVISION_RATIO,
)
STAGE2_COVERAGE = Metric(
    "stage2_coverage",
    "Stage 2 coverage",
    "stage2_allowance",
    "stage2_balance",
    source="classes",
    unit="ratio",
    rising_is_good=True,
    meaning="Loss allowance of the loans in stage 2 over their balance.",
    rule="3.5",
    reference="IFRS 7.35H",
    owner="Risk management",
)
STAGE3_COVERAGE = Metric(
    "stage3_coverage",
    "Stage 3 coverage",
    "stage3_allowance",
    "stage3_balance",
    source="classes",
    unit="ratio",
    rising_is_good=True,
    meaning="Loss allowance of the credit-impaired loans (stage 3) over their balance.",
    rule="3.5",
    reference="IFRS 7.35H",
    owner="Risk management",
)
