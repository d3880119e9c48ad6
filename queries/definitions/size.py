"""What is lent, paid out, due, collected and gone (sections 3.1, 3.6)."""

from queries.measures import Metric

BALANCE = Metric(
    "balance",
    "Loan balance",
    "balance",
    meaning="Outstanding principal of loans on the book, without accrued interest, written-off"
    " and sold loans; non-performing loans included.",
    rule="3.1",
    owner="Credit risk",
    no_limit="no limit: a size, not a risk",
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
    no_limit="no limit: a size, not a risk",
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
    meaning="All that fell due in the month by the schedules in force when it began: principal,"
    " interest, fees, penalties. What borrowers repay early was not due.",
    rule="8",
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
COLLECTION_RATE_DUE = Metric(
    "collection_rate_due",
    "Collected of the month's due",
    "paid_amount",
    "expected_amount",
    source="collection_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of what was to fall due in the month by the schedule in force when it began, the"
    " amount paid by its end: cash goes to the oldest due, so arrears made good and early"
    " repayments do not count, and what was paid ahead for the month does.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
COLLECTION_EFFICIENCY_CASH = Metric(
    "collection_efficiency_cash",
    "Cash collected over due",
    "collected_amount",
    "due_amount",
    unit="ratio",
    rising_is_good=True,
    meaning="Cash received in the month over what fell due in it. Arrears made good and early"
    " repayments count, so it can exceed 100 %.",
    rule="7",
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
