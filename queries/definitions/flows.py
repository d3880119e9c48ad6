"""How the balance and the non-performing balance moved in the month (sections 3.3, 3.6, 6.2)."""

from queries.measures import Metric

OPENING = Metric(
    "opening",
    "Opening balance",
    "opening_amount",
    meaning="Balance at the month end before of the loans that were on the book then.",
    rule="6.2",
    is_convention=True,
    owner="Credit risk",
)
ENTERED = Metric(
    "entered",
    "Entered the record",
    "entered_amount",
    meaning="Balance of loans without a schedule that are recorded for the first time and were"
    " not disbursed in the month: bought, or missing from the month before.",
    rule="1.6",
    is_convention=True,
    owner="Audit",
)
SCHEDULED_REPAID = Metric(
    "scheduled_repaid",
    "Repaid as scheduled",
    "scheduled_amount",
    meaning="Principal repaid in the month that is no early repayment: what had fallen due,"
    " arrears made good, and whatever loans paid that were non-performing when the month"
    " began. Payments taken back count against it.",
    rule="6.2",
    is_convention=True,
    owner="Management",
)
PREPAID = Metric(
    "prepaid",
    "Repaid early",
    "prepaid_amount",
    meaning="Principal paid in the month beyond all that the schedule in force when it began had"
    " asked for by its end, by loans that were performing then. A loan that catches up its"
    " arrears does not repay early.",
    rule="6.2",
    owner="Management",
)
UNSPLIT = Metric(
    "unsplit",
    "Repaid, not split",
    "unsplit_amount",
    meaning="What the balance of loans without a schedule fell by: without a schedule nobody can"
    " say how much of it was due.",
    rule="6.2",
    is_convention=True,
    owner="Management",
)
CAPITALISED = Metric(
    "capitalised",
    "Capitalised",
    "capitalised_amount",
    meaning="Arrears that a new schedule added to the principal in the month.",
    rule="2.1",
    is_convention=True,
    owner="Credit risk",
)
BREAK = Metric(
    "break",
    "Break",
    "break_amount",
    meaning="What neither payments, schedules nor recorded write-offs and sales explain: a"
    " schedule over another amount than was lent, a write-off of another amount than was"
    " owed.",
    rule="6.2",
    is_convention=True,
    owner="Audit",
)
BREAK_LOANS = Metric(
    "break_loans",
    "Loans with a break",
    "break_count",
    unit="count",
    rising_is_good=False,
    meaning="Loans whose balance moved in the month by an amount that nothing explains. Breaks of"
    " either sign count, so that none hides behind another.",
    rule="6.2",
    is_convention=True,
    owner="Audit",
)
SMM = Metric(
    "smm",
    "Monthly prepayment rate",
    "prepaid_amount",
    "smm_base_amount",
    unit="ratio",
    meaning="SMM: principal repaid early in the month, over the opening balance less what was"
    " scheduled for the month. Loans without a schedule are left out of both.",
    rule="6.2",
    reference="SIFMA standard formulas",
    owner="Management",
)
MDR = Metric(
    "mdr",
    "Monthly default rate",
    "default_amount",
    "performing_opening_amount",
    unit="ratio",
    rising_is_good=False,
    meaning="Balance that defaulted in the month for the first time in its loan's life, over the"
    " performing opening balance. Default is more than 90 days past due, non-performing,"
    " stage 3 or written off; a firm defaults with any of its loans.",
    rule="6.2",
    reference="SIFMA standard formulas",
    owner="Credit risk",
)
WRITE_OFF_RATIO = Metric(
    "write_off_ratio",
    "Write-off ratio",
    "written_off_amount",
    "average_amount",
    times=12,
    unit="ratio",
    rising_is_good=False,
    meaning="Principal written off in the month, net of reversals, over the mean of opening and"
    " closing balance; a year at this rate.",
    rule="3.6",
    reference="财金〔2017〕90号",
    owner="Default handling",
)
NPL_OPENING = Metric(
    "npl_opening",
    "NPL at the opening",
    "npl_opening_amount",
    meaning="Balance at the month end before of loans that were non-performing then.",
    rule="3.3",
    is_convention=True,
    owner="Credit risk",
)
NPL_ENTERED = Metric(
    "npl_entered",
    "NPL that entered the record",
    "npl_entered_amount",
    meaning="Non-performing balance of loans without a schedule that are recorded for the first"
    " time and were not disbursed in the month.",
    rule="3.3",
    is_convention=True,
    owner="Audit",
)
NPL_UPGRADED = Metric(
    "npl_upgraded",
    "NPL upgraded",
    "npl_upgraded_amount",
    rising_is_good=True,
    meaning="Closing balance of loans that were non-performing when the month began and are"
    " performing at its end.",
    rule="3.3",
    is_convention=True,
    owner="Credit risk",
)
NPL_CASH = Metric(
    "npl_cash",
    "NPL repaid in cash",
    "npl_cash_amount",
    rising_is_good=True,
    meaning="Principal paid in the month by loans that were non-performing when it began, or that"
    " went straight from performing to write-off or sale.",
    rule="3.3",
    is_convention=True,
    owner="Collections",
)
NPL_WRITTEN_OFF = Metric(
    "npl_written_off",
    "NPL written off",
    "npl_written_off_amount",
    rising_is_good=False,
    meaning="Principal of non-performing loans written off in the month, net of reversals.",
    rule="3.3",
    is_convention=True,
    owner="Default handling",
)
NPL_SOLD = Metric(
    "npl_sold",
    "NPL sold",
    "npl_sold_amount",
    meaning="Principal of non-performing loans transferred to others in the month.",
    rule="3.3",
    is_convention=True,
    owner="Default handling",
)
NPL_CAPITALISED = Metric(
    "npl_capitalised",
    "NPL capitalised",
    "npl_capitalised_amount",
    rising_is_good=False,
    meaning="Arrears of non-performing loans that a new schedule added to the principal in the"
    " month.",
    rule="3.3",
    is_convention=True,
    owner="Credit risk",
)
NPL_BREAK = Metric(
    "npl_break",
    "NPL break",
    "npl_break_amount",
    meaning="The part of the balance break that lies in non-performing loans.",
    rule="3.3",
    is_convention=True,
    owner="Audit",
)
NPL_FORMATION_GROSS = Metric(
    "npl_formation_gross",
    "NPL formation, gross",
    "npl_formation_gross_amount",
    rising_is_good=False,
    meaning="Non-performing balance at the end less that at the opening, plus written off, sold,"
    " repaid in cash and upgraded. Loans that entered the record are left out.",
    rule="3.3",
    is_convention=True,
    owner="Credit risk",
)
NPL_FORMATION_NET = Metric(
    "npl_formation_net",
    "NPL formation, net",
    "npl_formation_net_amount",
    rising_is_good=False,
    meaning="Non-performing balance at the end less that at the opening, plus written off and"
    " sold. Loans that entered the record are left out.",
    rule="3.3",
    is_convention=True,
    owner="Credit risk",
)
NPL_FORMATION_RATE_GROSS = Metric(
    "npl_formation_rate_gross",
    "NPL formation rate, gross",
    "npl_formation_gross_amount",
    "opening_amount",
    times=12,
    unit="ratio",
    rising_is_good=False,
    meaning="Gross NPL formation of the month over the opening loan balance; a year at this rate.",
    rule="3.3",
    is_convention=True,
    owner="Credit risk",
)
NPL_FORMATION_RATE_NET = Metric(
    "npl_formation_rate_net",
    "NPL formation rate, net",
    "npl_formation_net_amount",
    "opening_amount",
    times=12,
    unit="ratio",
    rising_is_good=False,
    meaning="Net NPL formation of the month over the opening loan balance; a year at this rate.",
    rule="3.3",
    is_convention=True,
    owner="Credit risk",
)
