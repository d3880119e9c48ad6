"""Collecting what is overdue: effect, contacts, promises, conduct and cost (section 7)."""

from queries.measures import Metric

CEI = Metric(
    "cei",
    "Collections effectiveness",
    "collected_amount",
    "collectable_amount",
    source="collection_results",
    unit="ratio",
    rising_is_good=True,
    meaning="What was overdue when the month began and what fell due in it, less what was unpaid"
    " at its end, over the same less what was unpaid but not past due yet. By the schedule"
    " in force when the month began: arrears taken into a new schedule or written off are"
    " not collected.",
    rule="7",
    reference="Credit Research Foundation formula",
    is_convention=True,
    owner="Collections",
)
CASH_COLLECTED_OVERDUE = Metric(
    "cash_collected_overdue",
    "Cash from overdue instalments",
    "late_cash_amount",
    source="collection_results",
    rising_is_good=True,
    meaning="Payments of the month to instalments that were overdue on the day they count from,"
    " less what was taken back.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
COST_TO_COLLECT = Metric(
    "cost_to_collect",
    "Cost to collect",
    "cost_amount",
    "late_cash_amount",
    source="collection_results",
    unit="ratio",
    rising_is_good=False,
    meaning="Staff, agencies, legal and telephone costs of collecting, as accrued in the month,"
    " over the cash from overdue instalments; court fees that debtors have to pay back"
    " included.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
COST_TO_COLLECT_NET = Metric(
    "cost_to_collect_net",
    "Cost to collect, net of refundable fees",
    "net_cost_amount",
    "late_cash_amount",
    source="collection_results",
    unit="ratio",
    rising_is_good=False,
    meaning="Cost to collect without the court fees that debtors have to pay back.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
CONTACTS = Metric(
    "contacts",
    "Contacts attempted",
    "contact_count",
    source="contact_months",
    unit="count",
    meaning="Attempts to reach debtors in the month, by any channel, by people and by machines.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
RPC_RATE_ATTEMPT = Metric(
    "rpc_rate_attempt",
    "Right-party contact, of attempts",
    "right_party_count",
    "attempt_count",
    source="contact_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Calls and visits by people that reached the verified debtor, over all calls and"
    " visits by people.",
    rule="7",
    reference="Industry usage; always with its denominator",
    owner="Collections",
)
RPC_RATE_CONNECT = Metric(
    "rpc_rate_connect",
    "Right-party contact, of answered",
    "right_party_count",
    "connected_count",
    source="contact_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Calls and visits by people that reached the verified debtor, over those that anyone"
    " answered.",
    rule="7",
    reference="Industry usage; always with its denominator",
    owner="Collections",
)
PTP_RATE = Metric(
    "ptp_rate",
    "Promise rate",
    "promised_count",
    "right_party_count",
    source="contact_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Right-party contacts on whose day the debtor promised to pay, over all right-party"
    " contacts.",
    rule="7",
    reference="Industry usage; always with its denominator",
    owner="Collections",
)
COLLECT_TIME_VIOLATION = Metric(
    "collect_time_violation",
    "Contacts in quiet hours",
    "time_violation",
    source="contact_months",
    unit="count",
    rising_is_good=False,
    meaning="Contacts between 22:00 and 08:00 of the debtor's local time without a recorded"
    " consent.",
    rule="7",
    reference="China Banking Association guideline (2026)",
    owner="Collections",
)
COLLECT_FREQ_VIOLATION = Metric(
    "collect_freq_violation",
    "Debtors called too often in a day",
    "frequency_violation",
    source="contact_months",
    unit="count",
    rising_is_good=False,
    meaning="Debtors and days with more than six unanswered calls.",
    rule="7",
    reference="China Banking Association guideline (2026)",
    owner="Collections",
)
THIRD_PARTY_VIOLATION = Metric(
    "third_party_violation",
    "Third parties wrongly contacted",
    "third_party_violation",
    source="contact_months",
    unit="count",
    rising_is_good=False,
    meaning="Contacts with somebody unrelated while the debtor could be reached, or in which the"
    " debt was told, or after an objection.",
    rule="7",
    reference="China Banking Association guideline (2026)",
    owner="Collections",
)
CONDUCT_VIOLATIONS = Metric(
    "conduct_violations",
    "Conduct violations",
    "violation_count",
    source="contact_months",
    unit="count",
    rising_is_good=False,
    meaning="Violations of the rules on hours, on how often and on third parties; a contact that"
    " breaks two rules counts twice.",
    rule="7",
    reference="China Banking Association guideline (2026)",
    owner="Collections",
)
PTP_MADE = Metric(
    "ptp_made",
    "Promises made",
    "made_count",
    source="promise_months",
    unit="count",
    meaning="Promises to pay made in the month.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
PTP_KEPT_RATE_CNT = Metric(
    "ptp_kept_rate_cnt",
    "Promises kept",
    "kept_count",
    "told_count",
    source="promise_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Promises paid in full by their day and one workday more, over those whose time was"
    " up in the month. A part is not kept; cancelled by agreement is left out; overlapping"
    " promises take the cash in the order of their days.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
PTP_KEPT_RATE_AMT = Metric(
    "ptp_kept_rate_amt",
    "Promised amount paid",
    "kept_amount",
    "told_amount",
    source="promise_months",
    unit="ratio",
    rising_is_good=True,
    meaning="What was paid on promises by their day and one workday more, at most what was"
    " promised, over the amount of the promises whose time was up in the month.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
BROKEN_PTP = Metric(
    "broken_ptp",
    "Promises broken",
    "broken_count",
    source="promise_months",
    unit="count",
    rising_is_good=False,
    meaning="Promises whose time was up in the month and on which nothing was paid.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
BROKEN_PTP_90D = Metric(
    "broken_ptp_90d",
    "Promises broken in 90 days",
    "broken_90d_count",
    source="promise_months",
    unit="count",
    rising_is_good=False,
    meaning="Promises not kept, in whole or in part, whose day was less than 90 days before the"
    " month end: what the early warning of broken promises counts, loan by loan.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
OVERDUE_RECOVERY_RATE_K = Metric(
    "overdue_recovery_rate_k",
    "Recovery of what was overdue",
    "received_amount",
    "opening_overdue_amount",
    source="overdue_recoveries",
    unit="ratio",
    rising_is_good=True,
    meaning="Cash of the month on loans that were past due when it began, over what was overdue on"
    " them then, not over their balance. What fell due in the month and what was prepaid is in the"
    " cash, so it can be more than 100 %. Cut by the bucket a month before.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
CONTACT_COVERAGE = Metric(
    "contact_coverage",
    "Contact coverage",
    "contacted_count",
    "entered_count",
    source="bucket_entries",
    unit="ratio",
    rising_is_good=True,
    meaning="Loans with an attempt to reach the debtor within three days of entering a bucket of"
    " days past due, over those that entered; told in the month in which the three days"
    " were over.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
STEP_ON_TIME_RATE = Metric(
    "step_on_time_rate",
    "Contact steps done in time",
    "in_time_count",
    "due_count",
    source="contact_step_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Steps of the contact strategy that were done by their day, over those whose day was"
    " in the month: reminders before the due day, attempts, visits and referrals, each by its own"
    " days past due, channels and clock. Where the debtor had paid or the loan had left the book by"
    " its day, the step is left out, done or not.",
    rule="10",
    is_convention=True,
    owner="Collections",
)
STEPS_OVERDUE = Metric(
    "steps_overdue",
    "Contact steps past their day",
    "overdue_count",
    source="contact_step_months",
    unit="count",
    rising_is_good=False,
    meaning="Steps of the contact strategy that were still to be done at the month end although"
    " their day was before it. Once the loan has left the step's days past due it is missed, and"
    " no longer counted here.",
    rule="10",
    is_convention=True,
    owner="Collections",
)
LEGAL_REFERRAL_RATE = Metric(
    "legal_referral_rate",
    "Referred to legal action",
    "referred_count",
    "over_90_count",
    source="referrals",
    unit="ratio",
    meaning="Of the loans more than 90 days past due at the month end, those that have been"
    " referred to legal action since they became late.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
REPOSSESSION_RATE = Metric(
    "repossession_rate",
    "Collateral taken over",
    "repossessed_count",
    "over_90_count",
    source="referrals",
    unit="ratio",
    meaning="Of the loans more than 90 days past due at the month end, those whose collateral has"
    " been taken over since they became late.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
AGENCY_LIQUIDATION_RATE = Metric(
    "agency_liquidation_rate",
    "Collected by agencies",
    "placed_cash_amount",
    "placed_amount",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Cash on loans within ninety days of handing them to an agency, while it had them, over"
    " what was owed when they were handed over; told in the month in which the ninety days"
    " were over.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
AGENCY_COMMISSION_RATE = Metric(
    "agency_commission_rate",
    "Commission of agencies",
    "agency_commission_amount",
    "agency_cash_amount",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="What agencies cost in the month, over the cash of the month on loans that they had.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
REMINDER_DELIVERED_RATE = Metric(
    "reminder_delivered_rate",
    "Reminders delivered",
    "reminder_delivered_count",
    "reminder_closed_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the reminders before the due day that were closed in the month, those that were"
    " delivered.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
VISIT_PROMISE_RATE = Metric(
    "visit_promise_rate",
    "Visits that ended in a promise",
    "visit_promise_count",
    "visit_closed_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the visits closed in the month, those in which the debtor promised to pay.",
    rule="7",
    is_convention=True,
    owner="Collections",
)
