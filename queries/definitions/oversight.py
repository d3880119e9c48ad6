"""What the departments owe after a loan is granted: use of funds, inspections, reviews, reports,
limits, models, hand-overs, systems (10, 11, 11.1, 13).
"""

from queries.measures import Metric

UOF_CHECK_ON_TIME = Metric(
    "uof_check_on_time",
    "Use-of-funds checks on time",
    "use_check_on_time_count",
    "use_check_due_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the checks of the use of funds due in the month, those done by their due date;"
    " open past it is late.",
    rule="13",
    is_convention=True,
    owner="Asset management",
)
UOF_MISUSE_RATE = Metric(
    "uof_misuse_rate",
    "Misuse rate",
    "misused_count",
    "checked_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Loans with confirmed misuse, speculation among it, over loans checked in the month.",
    rule="13",
    is_convention=True,
    owner="Asset management",
)
UOF_MISUSE_AMT = Metric(
    "uof_misuse_amt",
    "Misused amount",
    "misused_amount",
    source="results",
    rising_is_good=False,
    meaning="What was confirmed in the month to have been spent on something else than agreed.",
    rule="13",
    is_convention=True,
    owner="Asset management",
)
ENTRUSTED_PAYMENT_COMPLIANCE = Metric(
    "entrusted_payment_compliance",
    "Entrusted payment compliance",
    "entrusted_count",
    "entrusted_due_count",
    source="draw_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the payments of the month that the bank had to make to the payee itself, those"
    " that it made. A firm's are those above the limit, a person's all but three"
    " exceptions.",
    rule="13",
    reference="Loan measures of 2024 (Orders No. 1 to 3)",
    owner="Asset management",
)
EVIDENCE_GAP_RATE = Metric(
    "evidence_gap_rate",
    "Evidence gap",
    "unproven_count",
    "old_draw_count",
    source="draw_months",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the payments out of loans more than 30 days old, those without report or voucher.",
    rule="13",
    is_convention=True,
    owner="Asset management",
)
INSPECTION_ON_TIME = Metric(
    "inspection_on_time",
    "Inspections on time",
    "inspection_proven_count",
    "inspection_due_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the inspections due in the month, of borrowers, collateral and sources of"
    " repayment, those done by their due date with evidence attached.",
    rule="11.1",
    is_convention=True,
    owner="Asset management",
)
VALUATION_CURRENCY = Metric(
    "valuation_currency",
    "Current valuations",
    "current_value",
    "asset_value",
    source="oversight_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the value of assets behind loans on the book, what was valued within the time"
    " allowed for its kind, a year at most.",
    rule="11.1",
    reference="Collateral guidance 2017-16",
    owner="Asset management",
)
REDEFAULT_RATE = Metric(
    "redefault_rate",
    "Default after restructuring",
    "redefaulted_count",
    "mature_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the loans restructured in difficulty between 24 and 12 months ago, those that"
    " were more than 90 days past due, non-performing or written off within twelve months"
    " after.",
    rule="4.4",
    is_convention=True,
    owner="Asset management",
)
RECTIFY_DAYS = Metric(
    "rectify_days",
    "Days to rectify misuse, median",
    "rectify_days",
    "rectify_count",
    source="result_rows",
    unit="days",
    rising_is_good=False,
    meaning="Days from the opening of an investigation of misuse to the day on which the misuse was"
    " put right, the middle of all put right. Over the twelve months to the month end.",
    rule="10",
    is_convention=True,
    owner="Asset management",
    quantile=0.5,
    without="No misuse was put right in twelve months",
)
APPROVAL_DAYS = Metric(
    "approval_days",
    "Days from request to approval, median",
    "approval_days",
    "approval_count",
    source="result_rows",
    unit="days",
    rising_is_good=False,
    meaning="Days from the request for another schedule, rate or term to its decision, the middle"
    " of those decided in the month.",
    rule="10",
    is_convention=True,
    owner="Asset management",
    quantile=0.5,
    without="No request was decided in the month",
)
TERMS_ADJUSTED = Metric(
    "terms_adjusted",
    "Rates and terms adjusted",
    "adjusted_count",
    source="results",
    unit="count",
    meaning="Changes of rate, schedule or other terms of loans that came into force. Over the"
    " twelve months to the month end.",
    rule="10",
    is_convention=True,
    owner="Risk control",
)
YIELD_EFFECT = Metric(
    "yield_effect",
    "Effect of adjustments on the rate",
    "yield_amount",
    "repriced_amount",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Yearly rate after less that before each adjustment, weighted by what was lent at the"
    " month end before it. A change of other terms leaves the rate as it was and counts as nothing;"
    " one whose rate is not known does not count. Over the twelve months to the month end.",
    rule="10",
    is_convention=True,
    owner="Risk control",
    without="No adjustment of twelve months has a known rate before and after it",
)
DIFFICULTY_UNTESTED_RATE = Metric(
    "difficulty_untested_rate",
    "Adjustments not tested for difficulty",
    "untested_count",
    "adjusted_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the changes of rate or terms that came into force, those of which nobody recorded"
    " whether the borrower was in difficulty and, if so, why. Where nobody said whether, a change"
    " counts as a restructuring. Over the twelve months to the month end.",
    rule="10",
    reference="Measures for Risk Classification of Financial Assets, Art. 18",
    owner="Risk control",
    without="No loan's rate or terms were adjusted in twelve months",
)
NOTICE_DAYS = Metric(
    "notice_days",
    "Days from trigger to notice, median",
    "notice_days",
    "notice_count",
    source="result_rows",
    unit="days",
    rising_is_good=False,
    meaning="Days from the opening of a claim to be called in early to the notice to the borrower,"
    " the middle of all notices. Over the twelve months to the month end.",
    rule="10",
    is_convention=True,
    owner="Credit risk",
    quantile=0.5,
    without="No notice went out in twelve months",
)
CALLED_DUE_AMT = Metric(
    "called_due_amt",
    "Amount called due early",
    "called_amount",
    source="results",
    meaning="What the loans of claims called in early owed at the month end before the notice:"
    " principal, due and not yet due, and interest past due. Over the twelve months to the month"
    " end.",
    rule="10",
    is_convention=True,
    owner="Credit risk",
    without="No notice went out in twelve months",
)
CREDIT_MONITOR_COVERAGE = Metric(
    "credit_monitor_coverage",
    "Borrowers monitored",
    "monitored_count",
    "borrower_count",
    source="oversight_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the borrowers on the book whose credit is to be monitored, those whose record was"
    " drawn within the cycle of their kind. Each counts at the branch of its first loan.",
    rule="10",
    is_convention=True,
    owner="Credit risk",
)
REVIEW_ON_TIME_RATE = Metric(
    "review_on_time_rate",
    "Reviews on time",
    "review_on_time_count",
    "review_due_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the credit reviews and updates of risk files due in the month, those done by"
    " their due date; open past it is late. A borrower's review is due when the cycle of its kind"
    " and state has passed since the last one, its first loan or its return to the book, whether or"
    " not anybody began it. A review settles what is outstanding in the last part of its cycle"
    " (half of it unless set otherwise); an earlier one starts the cycle anew and settles nothing."
    " Persons have a cycle only where the organisation sets one (internal convention).",
    rule="11.1",
    is_convention=True,
    owner="Credit risk",
)
REVIEWS_OVERDUE = Metric(
    "reviews_overdue",
    "Credit reviews past due",
    "review_late_count",
    source="results",
    unit="count",
    rising_is_good=False,
    meaning="Borrowers on the book at the month end whose review was due before it by the cycle of"
    " their kind and state and was not done by then, begun late or not at all. Persons have a cycle"
    " only where the organisation sets one (internal convention).",
    rule="10",
    is_convention=True,
    owner="Credit risk",
    without="No review is past due",
)
RATING_CHANGE_RATE = Metric(
    "rating_change_rate",
    "Reviews that changed the rating",
    "rerated_count",
    "rated_count",
    source="results",
    unit="ratio",
    meaning="Of the credit reviews of known outcome closed in the month, those that raised or"
    " lowered the borrower's rating.",
    rule="10",
    is_convention=True,
    owner="Credit risk",
    without="No credit review was closed in the month",
)
REWORK_RATE = Metric(
    "rework_rate",
    "Reports reworked",
    "reworked_count",
    "assessed_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the risk assessment reports closed in the month, those that had to be reworked or"
    " were opened again within 30 days.",
    rule="11",
    is_convention=True,
    owner="Risk management",
)
ACTION_COMPLETION = Metric(
    "action_completion",
    "Plan actions done",
    "action_done_count",
    "action_due_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the strategies and plans due in the month, those carried out by their due date;"
    " what lapsed was not.",
    rule="11.1",
    is_convention=True,
    owner="Risk management",
)
LIMIT_BREACH_CNT = Metric(
    "limit_breach_cnt",
    "Limit breaches",
    "opened_count",
    source="limits",
    unit="count",
    rising_is_good=False,
    meaning="Regulatory limits of concentration that were first broken at the month end. Of the"
    " whole book only.",
    rule="11.1",
    is_convention=True,
    owner="Risk control",
)
DAYS_OVER_LIMIT = Metric(
    "days_over_limit",
    "Days over a limit",
    "over_days",
    source="limits",
    unit="days",
    rising_is_good=False,
    meaning="Days since each broken limit of concentration was broken, added up; a broken one"
    " runs to the month end. Of the whole book only.",
    rule="11.1",
    is_convention=True,
    owner="Risk control",
)
MODEL_AUC = Metric(
    "model_auc",
    "AUC of the learned score",
    "auc",
    source="models",
    unit="number",
    rising_is_good=True,
    meaning="How often the learned score ranks a loan that defaulted before one that did not, in"
    " its test months, once their twelve months are over. One half is chance.",
    rule="11.1",
    is_convention=True,
    owner="Risk control",
)
MODEL_KS = Metric(
    "model_ks",
    "KS of the learned score",
    "ks",
    source="models",
    unit="number",
    rising_is_good=True,
    meaning="The largest gap between the shares of defaulted and of other loans that the learned"
    " score puts below one value, in its test months.",
    rule="11.1",
    is_convention=True,
    owner="Risk control",
)
MODEL_PSI = Metric(
    "model_psi",
    "PSI of the learned score",
    "psi",
    source="models",
    unit="number",
    rising_is_good=False,
    meaning="How far the scores of the month have moved from those it was trained on: above 0.10"
    " it is watched, above 0.25 it is due for a change.",
    rule="11.1",
    is_convention=True,
    owner="Risk control",
)
ALERT_ON_TIME_RATE = Metric(
    "alert_on_time_rate",
    "Alerts closed on time",
    "alert_on_time_count",
    "alert_due_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the early-warning cases due in the month, those closed by their due date; open"
    " past it is late.",
    rule="9.5",
    is_convention=True,
    owner="Risk control",
)
REPORT_ON_TIME = Metric(
    "report_on_time",
    "Reports on time",
    "report_on_time_count",
    "report_due_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the risk reports and audit reports due in the month, those issued by their due"
    " date; open past it is late. An audit's time starts with the end of its fieldwork.",
    rule="11.1",
    is_convention=True,
    owner="Risk assessment",
    without="No report was due in the month",
)
REPORT_RESTATEMENT = Metric(
    "report_restatement",
    "Reports issued again",
    "restated_count",
    source="results",
    unit="count",
    rising_is_good=False,
    meaning="Risk reports closed in the month that were opened and issued again.",
    rule="11.1",
    is_convention=True,
    owner="Risk assessment",
)
HANDOFF_TIME = Metric(
    "handoff_time",
    "Working hours to acceptance, median",
    "wait_hours",
    "accepted_count",
    source="result_rows",
    unit="number",
    rising_is_good=False,
    meaning="Working hours of the receiver from sending a case to its acceptance, the middle of"
    " those accepted in the month.",
    rule="11",
    is_convention=True,
    owner="Every department",
    quantile=0.5,
)
BOUNCE_RATE = Metric(
    "bounce_rate",
    "Hand-overs returned",
    "bounced_count",
    "sent_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the hand-overs sent in the month, those returned by its end.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
AVAILABILITY = Metric(
    "availability",
    "Availability",
    "up_minutes",
    "service_minutes",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="One less the minutes of unplanned downtime over the agreed service time of the"
    " month, that of the service calendar.",
    rule="11.1",
    is_convention=True,
    owner="Information technology",
)
MTTR = Metric(
    "mttr",
    "Hours to restore, mean",
    "restore_hours",
    "restored_count",
    source="results",
    unit="number",
    rising_is_good=False,
    meaning="Hours from detection to restoration of failures of grade P1 and P2 that were"
    " restored in the month.",
    rule="11.1",
    is_convention=True,
    owner="Information technology",
)
MTTD = Metric(
    "mttd",
    "Hours to detect, mean",
    "detect_hours",
    "detected_count",
    source="results",
    unit="number",
    rising_is_good=False,
    meaning="Hours from the beginning of a security event to its detection, of those of the month.",
    rule="11.1",
    is_convention=True,
    owner="Information technology",
)
MTTC = Metric(
    "mttc",
    "Hours to contain, mean",
    "contain_hours",
    "contained_count",
    source="results",
    unit="number",
    rising_is_good=False,
    meaning="Hours from the detection of a security event to its containment, of those of the"
    " month.",
    rule="11.1",
    is_convention=True,
    owner="Information technology",
)
CHANGE_FAILURE_RATE = Metric(
    "change_failure_rate",
    "Failed changes",
    "failed_change_count",
    "change_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the changes released in the month, those that were rolled back.",
    rule="11.1",
    is_convention=True,
    owner="Information technology",
)
LEAD_TIME = Metric(
    "lead_time",
    "Days from request to release, median",
    "lead_days",
    "released_count",
    source="result_rows",
    unit="days",
    rising_is_good=False,
    meaning="Days from request to release of changes to systems, of the month, and to models, of"
    " twelve months: the middle of all.",
    rule="11.1",
    is_convention=True,
    owner="Information technology",
    quantile=0.5,
)
