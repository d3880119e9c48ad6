"""How customers are served: replies, complaints, satisfaction and help (section 16)."""

from queries.measures import Metric

FRT_P50 = Metric(
    "frt_p50",
    "First reply in minutes, median",
    "reply_minutes",
    "reply_count",
    source="result_rows",
    unit="number",
    rising_is_good=False,
    meaning="Minutes from opening to the first reply, of the cases first answered in the month;"
    " on a working clock, working minutes. The median.",
    rule="16",
    is_convention=True,
    owner="Customer service",
    quantile=0.5,
)
FRT_P90 = Metric(
    "frt_p90",
    "First reply in minutes, P90",
    "reply_minutes",
    "reply_count",
    source="result_rows",
    unit="number",
    rising_is_good=False,
    meaning="Minutes from opening to the first reply, of the cases first answered in the month;"
    " nine in ten were answered within it.",
    rule="16",
    is_convention=True,
    owner="Customer service",
    quantile=0.9,
)
RESOLUTION_TIME = Metric(
    "resolution_time",
    "Hours to solve an inquiry, median",
    "inquiry_hours",
    "inquiry_count",
    source="case_times",
    unit="number",
    rising_is_good=False,
    meaning="Hours from opening to closing of the inquiries closed in the month, on their working"
    " clock without the time they waited for the customer. The median.",
    rule="16",
    is_convention=True,
    owner="Customer service",
    quantile=0.5,
)
RESOLUTION_TIME_COMPLAINT = Metric(
    "resolution_time_complaint",
    "Days to settle a complaint, median",
    "complaint_days",
    "complaint_count",
    source="case_times",
    unit="days",
    rising_is_good=False,
    meaning="Calendar days from receipt to closing of the complaints closed in the month; nothing"
    " stops the clock. The median.",
    rule="16",
    is_convention=True,
    owner="Customer service",
    quantile=0.5,
)
WITHIN_TARGET_RATE = Metric(
    "within_target_rate",
    "Answered in time",
    "reply_in_time_count",
    "reply_due_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Cases first answered within their target, over those first answered in the month and"
    " those whose target passed without an answer. A caller who gave up a call after more than"
    " five seconds was not answered in time.",
    rule="16",
    is_convention=True,
    owner="Customer service",
)
ABANDON_RATE = Metric(
    "abandon_rate",
    "Calls given up",
    "call_given_up_count",
    "call_offered_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the calls that came in the month, those whose callers gave up before anybody"
    " answered.",
    rule="16",
    is_convention=True,
    owner="Customer service",
)
FCR_RATE = Metric(
    "fcr_rate",
    "Solved at the first contact",
    "solved_once_count",
    "solved_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Inquiries solved after which the same person did not come back with the same matter"
    " within seven days, over those solved; told in the month in which the seven days were"
    " over.",
    rule="16",
    is_convention=True,
    owner="Customer service",
)
CSAT = Metric(
    "csat",
    "Customer satisfaction",
    "survey_satisfied_count",
    "survey_answered_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Answers of 4 or 5 out of 5, over all answers that came in the month.",
    rule="16",
    reference="ISO 10004; Reichheld 2003",
    owner="Customer service",
)
SURVEY_RESPONSE_RATE = Metric(
    "survey_response_rate",
    "Customers who answered",
    "survey_answered_count",
    "survey_sent_count",
    source="results",
    unit="ratio",
    meaning="Answers that came in the month over the customers asked in it.",
    rule="16",
    is_convention=True,
    owner="Customer service",
)
NPS = Metric(
    "nps",
    "Net promoter score",
    "recommend_net_count",
    "recommend_answered_count",
    source="results",
    unit="number",
    rising_is_good=True,
    meaning="Share of customers who answer 9 or 10 out of 10, less the share who answer 0 to 6,"
    " in points from -100 to 100.",
    rule="16",
    reference="ISO 10004; Reichheld 2003",
    owner="Customer service",
    times=100,
)
COMPLAINT_RATE_10K = Metric(
    "complaint_rate_10k",
    "Complaints per 10 000 obligors",
    "complaint_received_count",
    "active_obligors",
    source="results",
    unit="number",
    rising_is_good=False,
    meaning="Complaints received in the month over the obligors on the book at its end, each"
    " counted at the branch and product of its first loan.",
    rule="16",
    is_convention=True,
    owner="Customer service",
    times=10000,
)
COMPLAINT_ON_TIME_RATE = Metric(
    "complaint_on_time_rate",
    "Complaints closed in time",
    "complaint_on_time_count",
    "complaint_due_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the complaints whose legal limit falls in the month, those closed by it: 15"
    " calendar days from receipt, 30 for complex ones, 60 with a special extension."
    " Nothing stops the clock.",
    rule="16",
    reference="Consumer complaint rules 2020 (Order 2020-3)",
    owner="Customer service",
)
COMPLAINT_UPHELD_RATE = Metric(
    "complaint_upheld_rate",
    "Complaints upheld",
    "complaint_upheld_count",
    "complaint_closed_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the complaints closed in the month, those in which the customer was right.",
    rule="16",
    is_convention=True,
    owner="Customer service",
)
REPEAT_COMPLAINT_RATE = Metric(
    "repeat_complaint_rate",
    "Repeated complaints",
    "complaint_repeated_count",
    "complaint_received_count",
    source="results",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the complaints received in the month, those of a person who had complained of the"
    " same matter within 90 days before.",
    rule="16",
    is_convention=True,
    owner="Customer service",
)
REACH_RATE = Metric(
    "reach_rate",
    "Customers reached",
    "outreach_reached_count",
    "outreach_closed_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the customers to be contacted whose case was closed in the month, those who were"
    " reached.",
    rule="11.1",
    is_convention=True,
    owner="Customer service",
)
ASSIST_TO_CURE = Metric(
    "assist_to_cure",
    "Cured after help",
    "assisted_cured_count",
    "assisted_count",
    source="results",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the cases of help to borrowers that were closed, those whose loan was not a day"
    " past due within 60 days; told in the month in which the 60 days were over. A change"
    " of contract cures nothing.",
    rule="16",
    is_convention=True,
    owner="Customer service",
)
WILLINGNESS_LINK = Metric(
    "willingness_link",
    "Service and willingness to pay",
    "link_points",
    "link_weight",
    source="service_links",
    unit="ratio",
    meaning="Cure rate within 30 days of a contact that was resolved in time, less that of the"
    " others, between late borrowers of the same bucket and product, in twelve months. It"
    " goes together; it need not be the cause.",
    rule="16",
    is_convention=True,
    owner="Customer service",
)
