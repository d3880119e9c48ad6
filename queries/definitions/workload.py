"""Cases: open, late, opened, closed (section 11)."""

from queries.measures import Metric

UNSEEN = "Nobody is there, or not all who do this work are in view"
"""Why there is no figure of people against work: with a part of the book, not all are told."""

BACKLOG = Metric(
    "backlog",
    "Open cases",
    "backlog",
    source="workload",
    unit="count",
    rising_is_good=False,
    meaning="Cases opened by the month end and not closed by it.",
    rule="11",
    owner="Every department",
)
INFLOW = Metric(
    "inflow",
    "Cases opened",
    "opened",
    source="workload",
    unit="count",
    meaning="Cases opened in the month; one that is opened again counts again.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
OUTFLOW = Metric(
    "outflow",
    "Cases closed",
    "closed",
    source="workload",
    unit="count",
    rising_is_good=True,
    meaning="Cases closed in the month.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
CLEARANCE_RATE = Metric(
    "clearance_rate",
    "Clearance rate",
    "closed",
    "opened",
    source="workload",
    unit="ratio",
    rising_is_good=True,
    meaning="Cases closed in the month over cases opened in it; below 100 % the backlog grows.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
NET_FLOW = Metric(
    "net_flow",
    "Net inflow of cases",
    "net_flow",
    source="workload",
    unit="count",
    rising_is_good=False,
    meaning="Cases opened in the month less those closed in it. A row adds one for an opened case"
    " and takes one off for a closed one.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
BACKLOG_CLEAR_DAYS = Metric(
    "backlog_clear_days",
    "Days to clear the backlog",
    "backlog_days",
    "net_gone_3m",
    source="workload",
    unit="days",
    rising_is_good=False,
    meaning="Open cases over what went less what came a day, over three months, hand-overs among"
    " both. An open case adds the days of the three months, and what went in them less what came is"
    " what they are divided by. No figure where more came: it does not clear.",
    rule="11",
    is_convention=True,
    owner="Every department",
    over_positive=True,
    without="More comes than goes: it does not clear",
)
LITTLES_LAW_CT = Metric(
    "littles_law_ct",
    "Days a case can expect",
    "backlog_days",
    "gone_3m",
    source="workload",
    unit="days",
    rising_is_good=False,
    meaning="Open cases over what goes a day (Little's law), over three months, hand-overs among"
    " it. An open case adds the days of the three months, and what went in them is what they are"
    " divided by. No figure where what came and what went differ by more than a tenth.",
    rule="11",
    reference="Little 1961",
    is_convention=True,
    owner="Every department",
    in_balance="came_3m",
    without="What comes and what goes differ by more than a tenth",
)
SLA_BREACH_RATE_DUE = Metric(
    "sla_breach_rate_due",
    "Late cases of those due",
    "breached_in_month",
    "due_in_month",
    source="workload",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the cases whose target date falls in the month, those closed late or still open"
    " past it. Stuck cases count, which a rate over closed cases would hide. Where a step on the"
    " way is what is promised, that step counts, not the closing.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
OVERDUE_OPEN = Metric(
    "overdue_open",
    "Open cases past their target",
    "overdue_open",
    source="workload",
    unit="count",
    rising_is_good=False,
    meaning="Open cases whose target has passed by the end of the month's last day; what is due"
    " until the end of that day is not late. Where a step on the way is what is promised, a case"
    " that has taken it is not late any more.",
    rule="11",
    is_convention=True,
    owner="Every department",
    no_limit="no limit on the number: the late share has one",
)
OVERDUE_OPEN_RATE = Metric(
    "overdue_open_rate",
    "Share of open cases past their target",
    "overdue_open",
    "backlog",
    source="workload",
    unit="ratio",
    rising_is_good=False,
    meaning="Open cases whose target has passed by the end of the month's last day, over open"
    " cases.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
CASE_AGE = Metric(
    "case_age",
    "Average age of open cases",
    "age_days_sum",
    "backlog",
    source="workload",
    unit="days",
    rising_is_good=False,
    meaning="Days since opening, averaged over the open cases.",
    rule="11",
    is_convention=True,
    owner="Every department",
)


def _time(
    id: str, name: str, parts: tuple[str, str], quantile: float, meaning: str, in_days: bool
) -> Metric:
    return Metric(
        id,
        name,
        *parts,
        source="case_times",
        unit="days" if in_days else "number",
        rising_is_good=False,
        meaning=meaning,
        rule="11",
        is_convention=True,
        owner="Every department",
        quantile=quantile,
    )


AGE_P50 = _time(
    "age_p50",
    "Age of open cases, median",
    ("age_days", "aged_count"),
    0.5,
    "Days since opening, the middle of the open cases.",
    in_days=True,
)
AGE_P90 = _time(
    "age_p90",
    "Age of open cases, P90",
    ("age_days", "aged_count"),
    0.9,
    "Days since opening; nine of ten open cases are younger.",
    in_days=True,
)
CYCLE_TIME = _time(
    "cycle_time",
    "Days a case took, median",
    ("cycle_days", "cycle_count"),
    0.5,
    "Of the cases closed in the month, calendar days from opening to closing, the middle of them."
    " Short when the old stay open: the age of the open ones belongs beside it.",
    in_days=True,
)
CYCLE_TIME_P90 = _time(
    "cycle_time_p90",
    "Days a case took, P90",
    ("cycle_days", "cycle_count"),
    0.9,
    "Of the cases closed in the month, calendar days from opening to closing; nine of ten were"
    " quicker.",
    in_days=True,
)
WORKED_TIME = _time(
    "worked_time",
    "Working hours a case took, median",
    ("worked_hours", "worked_count"),
    0.5,
    "Of the cases on working clocks closed in the month, office hours from opening to closing"
    " without the time stopped, the middle of them.",
    in_days=False,
)
WORKED_TIME_P90 = _time(
    "worked_time_p90",
    "Working hours a case took, P90",
    ("worked_hours", "worked_count"),
    0.9,
    "Of the cases on working clocks closed in the month, office hours from opening to closing"
    " without the time stopped; nine of ten were quicker.",
    in_days=False,
)
RECEIVED = Metric(
    "received",
    "Cases received",
    "received",
    source="workload",
    unit="count",
    meaning="Cases accepted in the month from another department; over all departments as many as"
    " were handed on.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
HANDED_ON = Metric(
    "handed_on",
    "Cases handed on",
    "handed_on",
    source="workload",
    unit="count",
    meaning="Cases that another department accepted from this one in the month.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
SLA_AT_RISK = Metric(
    "sla_at_risk",
    "Open cases at risk",
    "at_risk",
    source="workload",
    unit="count",
    rising_is_good=False,
    meaning="Open cases that have used 80 % of the time to their target and are not past it.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
FIRST_RESPONSE_TIME = Metric(
    "first_response_time",
    "Hours to the first reply, average",
    "reply_hours",
    "reply_count",
    source="results",
    unit="number",
    rising_is_good=False,
    meaning="Hours from opening to the first reply, averaged over the cases first answered in the"
    " month; on a working clock, working hours.",
    rule="11",
    is_convention=True,
    owner="Customer service",
)
SLA_BREACH_RATE_CLOSED = Metric(
    "sla_breach_rate_closed",
    "Late cases of those closed",
    "closed_late",
    "closed_with_target",
    source="workload",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the cases closed in the month that had a target, those closed after it. Stuck"
    " cases hide from this one.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
REOPEN_RATE = Metric(
    "reopen_rate",
    "Reopened cases",
    "reopened",
    "closed",
    source="workload",
    unit="ratio",
    rising_is_good=False,
    meaning="Cases closed in the month that were opened again within 30 days, over those closed"
    " in it.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
BACKLOG_OVER_90 = Metric(
    "backlog_over_90",
    "Open for more than 90 days",
    "age_over_90",
    source="workload",
    unit="count",
    rising_is_good=False,
    meaning="Open cases that were opened more than 90 days before the month end.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
UTILISATION = Metric(
    "utilisation",
    "Use of working hours",
    "productive_hours",
    "available_hours",
    source="capacity",
    unit="ratio",
    rising_is_good=False,
    meaning="Hours spent on the work over the hours paid less leave and training. More than 85 %"
    " for long is overload.",
    rule="11",
    is_convention=True,
    owner="Every department",
    without=UNSEEN,
    of_everybody=True,
)
FTE_REQUIRED = Metric(
    "fte_required",
    "Staff needed",
    "fte_needed",
    source="capacity",
    unit="number",
    meaning="Cases opened or received in the month times the standard time of their type, over"
    " one person's hours: workdays of the year's notice, eight hours, the target of use,"
    " less what no case gets.",
    rule="11",
    is_convention=True,
    owner="Every department",
    without=UNSEEN,
    of_everybody=True,
)
FTE_PRESENT = Metric(
    "fte_present",
    "Staff present",
    "fte_present",
    source="capacity",
    unit="number",
    meaning="Hours paid less leave and training, over a full month's hours: those of the year's"
    " notice, as staff needed has them, so that both can be compared. In a month of more working"
    " days more are present than are employed.",
    rule="11",
    is_convention=True,
    owner="Every department",
    without=UNSEEN,
    of_everybody=True,
)
HEADCOUNT = Metric(
    "headcount",
    "People",
    "people",
    source="capacity",
    unit="number",
    meaning="People employed at the month end, part-time ones in proportion.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
STAFFING_GAP = Metric(
    "staffing_gap",
    "Staff missing",
    "staffing_gap",
    source="capacity",
    unit="number",
    rising_is_good=False,
    meaning="Staff needed less staff present; below zero there are more than are needed.",
    rule="11",
    is_convention=True,
    owner="Every department",
    without=UNSEEN,
    of_everybody=True,
)
CASELOAD_RATIO = Metric(
    "caseload_ratio",
    "Open cases per person",
    "backlog",
    "people",
    source="capacity",
    unit="number",
    rising_is_good=False,
    meaning="Open cases over the people employed at the month end.",
    rule="11",
    is_convention=True,
    owner="Every department",
    without=UNSEEN,
    of_everybody=True,
)
THROUGHPUT_PER_FTE = Metric(
    "throughput_per_fte",
    "Standard hours closed per full post",
    "closed_hours",
    "fte_present",
    source="capacity",
    unit="number",
    rising_is_good=True,
    meaning="Cases closed in the month, each at the standard time of its type in hours, over the"
    " staff present.",
    rule="11",
    is_convention=True,
    owner="Every department",
    without=UNSEEN,
    of_everybody=True,
)
VACANCY_RATE = Metric(
    "vacancy_rate",
    "Vacant posts",
    "vacant_posts",
    "posts",
    source="capacity",
    unit="ratio",
    rising_is_good=False,
    meaning="Budgeted posts that nobody fills, over budgeted posts.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
TURNOVER_RATE = Metric(
    "turnover_rate",
    "Staff turnover a year",
    "leavers",
    "people",
    source="capacity",
    unit="ratio",
    rising_is_good=False,
    meaning="People who left in the month over those employed at its end, times twelve.",
    rule="11",
    is_convention=True,
    owner="Every department",
    times=12,
)
WORKLOAD_GINI = Metric(
    "workload_gini",
    "Evenness of load (Gini)",
    "uneven_hours",
    "shared_hours",
    source="desk_loads",
    unit="number",
    rising_is_good=False,
    meaning="Of the standard hours of the open cases over the people of a department who are there:"
    " 0 where all have as much, near 1 where one has them all. Of several departments the mean,"
    " weighted by their people and hours.",
    rule="11",
    is_convention=True,
    owner="Every department",
    without="Nobody there has an open case, or not all who do this work are in view",
    of_everybody=True,
)
OCCUPANCY = Metric(
    "occupancy",
    "Occupancy of those who answer",
    "line_hours",
    "present_hours",
    source="line_hours",
    unit="ratio",
    rising_is_good=False,
    meaning="Offered load over agents: the hours that what came in the month to be answered within"
    " minutes takes at its standard time, over the hours that the people of the departments that"
    " answer it were there.",
    rule="11",
    is_convention=True,
    owner="Customer service",
    without="Nothing came that is to be answered within minutes, nobody was there, or not all who"
    " answer are in view",
    of_everybody=True,
)
