"""Who becomes late and who comes back: entries, cures, entry rates, first payments (3.2)."""

from queries.measures import Metric

LATE_AGAIN = Metric(
    "late_again",
    "Late again balance",
    "late_again_balance",
    rising_is_good=False,
    meaning="Part of what is newly late: whole balance of loans that had been late at an"
    " earlier month end and had been brought back to current since.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
CURED = Metric(
    "cured",
    "Back to current, balance",
    "cured_balance",
    rising_is_good=True,
    meaning="Whole balance now of loans that were past due at the month end before and are on the"
    " book and current now, also where a change of contract made them current. No cured balance:"
    " that leaves those out, has what was paid off, and is the balance of the month before.",
    rule="6.1",
    is_convention=True,
    owner="Collections",
)
LEFT_LATE = Metric(
    "left_late",
    "Off the book while late, balance",
    "left_late_balance",
    rising_is_good=None,
    meaning="Whole balance at the month end before of loans that were past due then and were"
    " paid off, written off or sold in the month.",
    rule="6.1",
    is_convention=True,
    owner="Collections",
)
LATE_AGAIN_LOANS = Metric(
    "late_again_loans",
    "Late again loans",
    "late_again_count",
    unit="count",
    rising_is_good=False,
    meaning="Part of what is newly late: number of loans that had been late at an earlier month"
    " end and had been brought back to current since.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
CURED_LOANS = Metric(
    "cured_loans",
    "Back to current, loans",
    "cured_count",
    unit="count",
    rising_is_good=True,
    meaning="Number of loans that were past due at the month end before and are on the book and"
    " current now, also where a change of contract made them current. Not the cured loans, which"
    " leave those out and have the loans paid off.",
    rule="6.1",
    is_convention=True,
    owner="Collections",
)
LEFT_LATE_LOANS = Metric(
    "left_late_loans",
    "Off the book while late, loans",
    "left_late_count",
    unit="count",
    rising_is_good=None,
    meaning="Number of loans past due at the month end before that were paid off, written off"
    " or sold in the month.",
    rule="6.1",
    is_convention=True,
    owner="Collections",
)
ENTRY_RATE = Metric(
    "entry_rate",
    "Entry rate",
    "unpaid_1_amount",
    "due_amount",
    source="due_cohorts",
    unit="ratio",
    rising_is_good=False,
    meaning="Of what fell due in the month before, the amount still unpaid at the end of the"
    " day after its due date; principal and interest by the schedule then in force. Told"
    " when the whole due month can be judged.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
ENTRY_RATE_CNT = Metric(
    "entry_rate_cnt",
    "Entry rate, by count",
    "unpaid_1_count",
    "due_count",
    source="due_cohorts",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the instalments that fell due in the month before, the number not paid in full"
    " at the end of the day after its due date. Told when the whole due month can be"
    " judged.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
ENTRY_RATE_D3 = Metric(
    "entry_rate_d3",
    "Entry rate, 3 days",
    "unpaid_3_amount",
    "due_amount",
    source="due_cohorts",
    unit="ratio",
    rising_is_good=False,
    meaning="Of what fell due in the month before, the amount still unpaid at the end of the"
    " third day after its due date; principal and interest by the schedule then in"
    " force. Told when the whole due month can be judged.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
ENTRY_RATE_CNT_D3 = Metric(
    "entry_rate_cnt_d3",
    "Entry rate, 3 days, by count",
    "unpaid_3_count",
    "due_count",
    source="due_cohorts",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the instalments that fell due in the month before, the number not paid in full"
    " at the end of the third day after its due date. Told when the whole due month can"
    " be judged.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
ENTRY_RATE_D7 = Metric(
    "entry_rate_d7",
    "Entry rate, 7 days",
    "unpaid_7_amount",
    "due_amount",
    source="due_cohorts",
    unit="ratio",
    rising_is_good=False,
    meaning="Of what fell due in the month before, the amount still unpaid at the end of the"
    " seventh day after its due date; principal and interest by the schedule then in"
    " force. Told when the whole due month can be judged.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
ENTRY_RATE_CNT_D7 = Metric(
    "entry_rate_cnt_d7",
    "Entry rate, 7 days, by count",
    "unpaid_7_count",
    "due_count",
    source="due_cohorts",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the instalments that fell due in the month before, the number not paid in full"
    " at the end of the seventh day after its due date. Told when the whole due month"
    " can be judged.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
ENTRY_RATE_D30 = Metric(
    "entry_rate_d30",
    "Entry rate, 30 days",
    "unpaid_30_amount",
    "due_30_amount",
    source="due_cohorts",
    unit="ratio",
    rising_is_good=False,
    meaning="Of what fell due in the month before the last, the amount still unpaid at the end"
    " of the thirtieth day after its due date; principal and interest by the schedule"
    " then in force. Told when the whole due month can be judged.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
ENTRY_RATE_CNT_D30 = Metric(
    "entry_rate_cnt_d30",
    "Entry rate, 30 days, by count",
    "unpaid_30_count",
    "due_30_count",
    source="due_cohorts",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the instalments that fell due in the month before the last, the number not paid"
    " in full at the end of the thirtieth day after its due date. Told when the whole"
    " due month can be judged.",
    rule="3.2",
    is_convention=True,
    owner="Collections",
)
FPD_1 = Metric(
    "fpd_1",
    "FPD 1",
    "fpd_1_count",
    "fpd_1_due_count",
    source="first_payments",
    unit="ratio",
    rising_is_good=False,
    meaning="First-payment default: loans whose first instalment was unpaid one day after its"
    " due date, over all loans whose first due date was one day ago in the month; loans"
    " that left the book before are in neither part.",
    rule="3.2",
    is_convention=True,
    owner="Risk management",
)
FPD_1_AMT = Metric(
    "fpd_1_amt",
    "FPD 1, by amount",
    "fpd_1_amount",
    "fpd_1_due_amount",
    source="first_payments",
    unit="ratio",
    rising_is_good=False,
    meaning="First-payment default as by count, with the amounts lent: of loans whose first"
    " instalment was unpaid one day after its due date, over those of all loans whose"
    " first due date was one day ago in the month.",
    rule="3.2",
    is_convention=True,
    owner="Risk management",
)
FPD_7 = Metric(
    "fpd_7",
    "FPD 7",
    "fpd_7_count",
    "fpd_7_due_count",
    source="first_payments",
    unit="ratio",
    rising_is_good=False,
    meaning="First-payment default: loans whose first instalment was unpaid seven days after"
    " its due date, over all loans whose first due date was seven days ago in the month;"
    " loans that left the book before are in neither part.",
    rule="3.2",
    is_convention=True,
    owner="Risk management",
)
FPD_7_AMT = Metric(
    "fpd_7_amt",
    "FPD 7, by amount",
    "fpd_7_amount",
    "fpd_7_due_amount",
    source="first_payments",
    unit="ratio",
    rising_is_good=False,
    meaning="First-payment default as by count, with the amounts lent: of loans whose first"
    " instalment was unpaid seven days after its due date, over those of all loans whose"
    " first due date was seven days ago in the month.",
    rule="3.2",
    is_convention=True,
    owner="Risk management",
)
FPD_30 = Metric(
    "fpd_30",
    "FPD 30",
    "fpd_30_count",
    "fpd_30_due_count",
    source="first_payments",
    unit="ratio",
    rising_is_good=False,
    meaning="First-payment default: loans whose first instalment was unpaid thirty days after"
    " its due date, over all loans whose first due date was thirty days ago in the"
    " month; loans that left the book before are in neither part.",
    rule="3.2",
    is_convention=True,
    owner="Risk management",
)
FPD_30_AMT = Metric(
    "fpd_30_amt",
    "FPD 30, by amount",
    "fpd_30_amount",
    "fpd_30_due_amount",
    source="first_payments",
    unit="ratio",
    rising_is_good=False,
    meaning="First-payment default as by count, with the amounts lent: of loans whose first"
    " instalment was unpaid thirty days after its due date, over those of all loans"
    " whose first due date was thirty days ago in the month.",
    rule="3.2",
    is_convention=True,
    owner="Risk management",
)
