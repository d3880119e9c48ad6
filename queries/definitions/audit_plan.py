"""The audit universe, its coverage, the plan and those who carry it out (section 14.1)."""

from queries.measures import Metric

AUDIT_UNITS = Metric(
    "audit_units",
    "Auditable units",
    "unit_count",
    source="audit_unit_months",
    unit="count",
    meaning="Units of the audit universe at the month end: departments, branches, products,"
    " processes and systems that may be audited.",
    rule="14.1",
    owner="Audit",
)
AUDIT_COVERAGE = Metric(
    "audit_coverage",
    "Audit coverage",
    "covered_count",
    "high_risk_count",
    source="audit_unit_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the auditable units rated critical or high at the month end, those with an audit"
    " reported within 12 months if critical, within 36 if high.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
    without="No unit is rated critical or high",
)
PAST_AUDIT_CYCLE = Metric(
    "past_audit_cycle",
    "Units past their audit cycle",
    "past_cycle_count",
    source="audit_unit_months",
    unit="count",
    rising_is_good=False,
    meaning="Units whose audit cycle, 12 months if critical and 36 if high, ran out before the"
    " month end; of one never audited it runs from the day it became part of the universe.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
UNIT_ASSESSMENT_RATE = Metric(
    "unit_assessment_rate",
    "Units assessed within a year",
    "assessed_count",
    "unit_count",
    source="audit_unit_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the auditable units, those whose risk was assessed within twelve months.",
    rule="10",
    is_convention=True,
    owner="Audit",
)
AUDIT_PLAN_COMPLETION = Metric(
    "audit_plan_completion",
    "Audit plan carried out",
    "carried_out_12m",
    "due_12m",
    source="audit_plan_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the audits that the plan has ending in twelve months, those reported by the month"
    " end; a cancelled one is not carried out.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
    without="No audit was planned to end",
)
AUDIT_PLAN_ON_TIME = Metric(
    "audit_plan_on_time",
    "Audits reported as planned",
    "on_time_12m",
    "due_12m",
    source="audit_plan_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the audits that the plan has ending in twelve months, those reported by their"
    " planned end.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
    without="No audit was planned to end",
)
LATE_AUDITS = Metric(
    "late_audits",
    "Audits past their planned end",
    "late_count",
    source="audit_plan_months",
    unit="count",
    rising_is_good=False,
    meaning="Planned audits that are neither reported nor cancelled after their planned end.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
AUDIT_DAYS_RATIO = Metric(
    "audit_days_ratio",
    "Audit days spent of those planned",
    "spent_days_12m",
    "planned_days_12m",
    source="audit_plan_months",
    unit="ratio",
    meaning="Days spent on the planned audits reported in twelve months, over the days planned for"
    " them.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
AUDIT_STAFF_RATIO = Metric(
    "audit_staff_ratio",
    "Auditors of all staff",
    "auditor_count",
    "staff_count",
    source="auditor_months",
    unit="ratio",
    rising_is_good=True,
    meaning="People of the departments that owe audits, over all people on the staff at the month"
    " end. In principle at least one in a hundred.",
    rule="14.1",
    reference="Internal audit guidance for commercial banks (2016)",
    owner="Audit",
)
