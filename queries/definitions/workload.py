"""Cases: open, late, opened, closed (section 11)."""

from queries.measures import Metric

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
    meaning="Cases opened in the month.",
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
SLA_BREACH_RATE_DUE = Metric(
    "sla_breach_rate_due",
    "Late cases of those due",
    "breached_in_month",
    "due_in_month",
    source="workload",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the cases whose target date falls in the month, those closed late or still open"
    " past it. Stuck cases count, which a rate over closed cases would hide.",
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
    meaning="Open cases whose target date is before the month end; due today is not late.",
    rule="11",
    is_convention=True,
    owner="Every department",
)
OVERDUE_OPEN_RATE = Metric(
    "overdue_open_rate",
    "Share of open cases past their target",
    "overdue_open",
    "backlog",
    source="workload",
    unit="ratio",
    rising_is_good=False,
    meaning="Open cases whose target date is before the month end, over open cases.",
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
