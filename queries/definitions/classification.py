"""The five classes and what is non-performing (section 3.3)."""

from queries.measures import Metric

ART_6 = "Measures for Risk Classification of Financial Assets, Art. 6"
ART_11 = "Measures for Risk Classification of Financial Assets, Art. 11"
NO_NPL = "no non-performing loans"
CORE_2005 = "Core indicators for risk supervision of commercial banks (2005)"

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
    without=NO_NPL,
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
    without=NO_NPL,
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
BOOKED_NPL = Metric(
    "booked_npl",
    "Booked NPL",
    "booked_npl_balance",
    source="classes",
    rising_is_good=False,
    meaning="Balance of loans that the core system has booked substandard, doubtful or loss.",
    rule="3.3",
    reference=ART_6,
    owner="Credit risk",
)
CLASS_DEVIATION = Metric(
    "class_deviation",
    "Classification deviation",
    "understated_npl_balance",
    "booked_npl_balance",
    source="classes",
    unit="ratio",
    rising_is_good=False,
    meaning="Recomputed less booked NPL, over booked NPL. Recomputed is the worse of the floor and"
    " the booked class, so the difference is what must be non-performing and is not booked so.",
    rule="3.3",
    reference="Supervisory practice",
    owner="Audit",
    over_nothing="breach",
)
BOOKED_BETTER = Metric(
    "booked_better",
    "Booked better than the floor",
    "booked_better_balance",
    source="classes",
    rising_is_good=False,
    meaning="Balance of loans whose booked class is better than the rules allow: it must be"
    " nothing.",
    rule="4.6",
    reference=ART_6,
    owner="Audit",
)
BOOKED_BETTER_LOANS = Metric(
    "booked_better_loans",
    "Loans booked better",
    "booked_better_count",
    source="classes",
    unit="count",
    rising_is_good=False,
    meaning="Number of loans whose booked class is better than the rules allow.",
    rule="4.6",
    reference=ART_6,
    owner="Audit",
)
CLASSED = Metric(
    "classed",
    "Balance classed",
    "balance",
    source="classes",
    meaning="Loan balance, cut by booked class, class floor, the rule of the floor or the stage.",
    rule="4.2",
    owner="Credit risk",
)
CLASSED_LOANS = Metric(
    "classed_loans",
    "Loans classed",
    "loan_count",
    source="classes",
    unit="count",
    meaning="Number of active loans, cut by booked class, class floor, rule or stage.",
    rule="4.2",
    owner="Credit risk",
)
CLASS_OPENING = Metric(
    "class_opening",
    "Balance a month before",
    "opening_amount",
    source="classes",
    meaning="Loan balance at the month end before, of the loans that were on the book then,"
    " whatever became of them.",
    rule="3.3",
    owner="Credit risk",
)
CLASS_OPENING_LOANS = Metric(
    "class_opening_loans",
    "Loans a month before",
    "opening_count",
    source="classes",
    unit="count",
    meaning="Number of loans that were on the book at the month end before.",
    rule="3.3",
    owner="Credit risk",
)
