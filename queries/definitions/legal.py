"""Law: what lapses, how proceedings end, what they bring and cost (section 12)."""

from queries.measures import Metric

LAW = "Civil Code Art. 188 to 195"
OWNER = "Legal"
_YEAR = " Over the twelve months to the month end."

LIMITATION_AT_RISK_AMT = Metric(
    "limitation_at_risk_amt",
    "Claims near time-bar",
    "at_risk_amount",
    source="clock_months",
    rising_is_good=False,
    meaning="Principal and interest of claims whose limitation runs out within 90 days and over"
    " which no suit is pending.",
    rule="12.2",
    reference=LAW,
    owner=OWNER,
)
LIMITATION_EXPIRED_AMT = Metric(
    "limitation_expired_amt",
    "Time-barred claims",
    "expired_amount",
    source="clock_months",
    rising_is_good=False,
    meaning="Principal and interest of claims whose limitation has run out and which the debtor has"
    " not acknowledged since.",
    rule="12.2",
    reference=LAW,
    owner=OWNER,
)
GUARANTEE_EXPIRED_AMT = Metric(
    "guarantee_expired_amt",
    "Guarantees lapsed",
    "lapsed_amount",
    source="clock_months",
    rising_is_good=False,
    meaning="What guarantors owe no longer, because nothing that holds them was done within the"
    " guarantee period. It cannot be mended. Of each, no more than is still claimed.",
    rule="12.2",
    reference="Civil Code Art. 692 and 693",
    owner=OWNER,
)
ENFORCEMENT_LAPSED_AMT = Metric(
    "enforcement_lapsed_amt",
    "Enforcement rights lapsed",
    "unenforced_amount",
    source="clock_months",
    rising_is_good=False,
    meaning="What is unpaid of titles for which enforcement was not applied for in two years.",
    rule="12.2",
    reference="Civil Procedure Law Art. 250",
    owner=OWNER,
)
LEGAL_REFERRAL_LAG = Metric(
    "legal_referral_lag",
    "Days from default to suit, median",
    "referral_days",
    "referred_count",
    source="result_rows",
    unit="days",
    rising_is_good=False,
    meaning="Filing date less the first day more than 90 days past due, the middle of all filed."
    + _YEAR,
    rule="12.2",
    is_convention=True,
    owner=OWNER,
    quantile=0.5,
)
LEGAL_REFERRAL_LAG_P90 = Metric(
    "legal_referral_lag_p90",
    "Days from default to suit, slowest tenth",
    "referral_days",
    "referred_count",
    source="result_rows",
    unit="days",
    rising_is_good=False,
    meaning="Filing date less the first day more than 90 days past due; nine of ten are quicker."
    + _YEAR,
    rule="12.2",
    is_convention=True,
    owner=OWNER,
    quantile=0.9,
)
STAGE_DURATION = Metric(
    "stage_duration",
    "Days in a stage, median",
    "stage_days",
    "staged_count",
    source="result_rows",
    unit="days",
    rising_is_good=False,
    meaning="Days from one stage of a proceeding to the next, the middle of all stages left."
    + _YEAR,
    rule="12.2",
    is_convention=True,
    owner=OWNER,
    quantile=0.5,
)
WIN_RATE = Metric(
    "win_rate",
    "Win rate",
    "upheld_amount",
    "claimed_amount",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Amount upheld over amount claimed, of proceedings that were decided for good."
    " Settled and withdrawn ones are not decided." + _YEAR,
    rule="12.2",
    is_convention=True,
    owner=OWNER,
)
LEGAL_RECOVERY_RATE = Metric(
    "legal_recovery_rate",
    "Recovery on titles",
    "title_cash_amount",
    "title_amount",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Cash received by the month end over the amount of titles, of the titles that became"
    " effective in the twelve months to it.",
    rule="12.2",
    is_convention=True,
    owner=OWNER,
)
TERMINATED_ROUND_SHARE = Metric(
    "terminated_round_share",
    "Ended without assets",
    "terminated_amount",
    "enforced_amount",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Of what is unpaid of titles in enforcement, that of rounds the court has ended because"
    " it found nothing.",
    rule="12.2",
    is_convention=True,
    owner=OWNER,
)
LEGAL_COST_RATIO = Metric(
    "legal_cost_ratio",
    "Legal cost ratio",
    "cost_amount",
    "legal_cash_amount",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Fees less those that debtors paid back, over cash recovered." + _YEAR,
    rule="12.2",
    is_convention=True,
    owner=OWNER,
)
SETTLEMENT_RATE = Metric(
    "settlement_rate",
    "Disputes settled",
    "settled_count",
    "disputes_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Disputes closed by settlement over disputes closed." + _YEAR,
    rule="12.2",
    is_convention=True,
    owner=OWNER,
)
DELAY_INTEREST_DOUBLE = Metric(
    "delay_interest_double",
    "Doubled interest for late performance",
    "delay_interest_amount",
    source="delay_interest",
    meaning="On what is unpaid of a judgment, without the general interest in it, 0.0175 % a day"
    " since the last day for performing it, over the titles not performed by then. A part that came"
    " later has borne it up to its day. Where enforcement ended by payment or settlement nothing is"
    " asked any more.",
    rule="12.1",
    reference="Civil Procedure Law Art. 264; interpretation on delay interest (2014) Art. 1",
    owner=OWNER,
)
LEGAL_TURNAROUND = Metric(
    "legal_turnaround",
    "Working days to an answer, median",
    "answer_days",
    "answered_count",
    source="result_rows",
    unit="days",
    rising_is_good=False,
    meaning="Working days from request to answer of opinions and support, the middle of those"
    " answered in the month.",
    rule="11.1",
    is_convention=True,
    owner=OWNER,
    quantile=0.5,
)
LETTER_DAYS = Metric(
    "letter_days",
    "Days from breach to letter, median",
    "letter_days",
    "letter_count",
    source="result_rows",
    unit="days",
    rising_is_good=False,
    meaning="Days from the opening of a breach of contract to the letter to the borrower, the"
    " middle of the letters of the month.",
    rule="10",
    is_convention=True,
    owner=OWNER,
    quantile=0.5,
    without="No letter went out in the month",
)
CONTRACTS_LACKING = Metric(
    "contracts_lacking",
    "Contracts unsigned or expired",
    "contract_lacking_count",
    source="results",
    unit="count",
    rising_is_good=False,
    meaning="Contract cases open at the month end whose contract was not signed by then, or was"
    " signed and the loan's last instalment had fallen due.",
    rule="10",
    is_convention=True,
    owner=OWNER,
    without="No contract case is open",
)
CONTRACT_DEFECT_RATE = Metric(
    "contract_defect_rate",
    "Contracts with a defect",
    "defective_count",
    "reviewed_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Contracts with at least one defect not remedied by the month end, over contracts"
    " reviewed in the twelve months to it. Defects CV01 to CV15.",
    rule="12.4",
    is_convention=True,
    owner=OWNER,
)
CONTRACT_DEFECT_RATE_WEIGHTED = Metric(
    "contract_defect_rate_weighted",
    "Contracts with a defect, by severity",
    "defective_weight",
    "reviewed_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="As contracts with a defect, each contract counted with its worst open defect (high 1,"
    " medium 0.5, low 0.2).",
    rule="12.4",
    is_convention=True,
    owner=OWNER,
)
