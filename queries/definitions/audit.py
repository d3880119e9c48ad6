"""Audit findings and how they are put right (section 14.1)."""

from queries.measures import Metric

OPEN_FINDINGS = Metric(
    "open_findings",
    "Open findings",
    "open_count",
    source="finding_months",
    unit="count",
    rising_is_good=False,
    meaning="Findings issued by the month end and neither verified as closed nor accepted as a"
    " risk by it.",
    rule="14.1",
    owner="Audit",
)
OVERDUE_FINDINGS = Metric(
    "overdue_findings",
    "Overdue findings",
    "overdue_count",
    source="finding_months",
    unit="count",
    rising_is_good=False,
    meaning="Open findings past their current due date.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
ISSUED_FINDINGS = Metric(
    "issued_findings",
    "Findings issued",
    "issued",
    source="finding_months",
    unit="count",
    meaning="Findings issued in the month.",
    rule="14.1",
    owner="Audit",
)
RECTIFICATION_ON_TIME_RATE = Metric(
    "rectification_on_time_rate",
    "Rectified on time",
    "on_time_12m",
    "due_12m",
    source="finding_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the findings whose original due date falls in the twelve months, those verified as"
    " closed by that date.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
RECTIFICATION_WEIGHTED = Metric(
    "rectification_weighted",
    "Rectified on time, by severity",
    "severity_on_time_12m",
    "severity_due_12m",
    source="finding_months",
    unit="ratio",
    rising_is_good=True,
    meaning="As rectified on time, each finding counted with its severity (critical 4, high 3,"
    " medium 2, low 1).",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
RECTIFICATION_RATE = Metric(
    "rectification_rate",
    "Rectified",
    "rectified_12m",
    "due_12m",
    source="finding_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the findings whose original due date falls in the twelve months, those verified as"
    " closed by the month end.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
REPEAT_FINDING_RATE = Metric(
    "repeat_finding_rate",
    "Repeated findings",
    "repeated_12m",
    "issued_12m",
    source="finding_months",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the findings issued in twelve months, those that name an earlier one, or follow"
    " within 24 months on a closed one of the same cause, department and branch.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
FINDING_REOPEN_RATE = Metric(
    "finding_reopen_rate",
    "Failed verification",
    "failed_12m",
    "verified_12m",
    source="finding_months",
    unit="ratio",
    rising_is_good=False,
    meaning="Of the remedies that audit looked at in twelve months, those that did not hold.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
EXPOSURE = Metric(
    "exposure",
    "Balance behind open findings",
    "exposure",
    source="finding_months",
    rising_is_good=False,
    meaning="Balance, at the month end, of the loans named by open findings; a loan named by two"
    " counts twice.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
COMPLIANCE_PASS_RATE = Metric(
    "compliance_pass_rate",
    "Compliance checks, passed",
    "items_passed",
    "items_tested",
    source="compliance_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the items that compliance checks tested in twelve months, those that passed; what"
    " does not apply is not tested.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
COMPLIANCE_RECTIFICATION_RATE = Metric(
    "compliance_rectification_rate",
    "Compliance checks, put right",
    "rectified_count",
    "failed_count",
    source="compliance_months",
    unit="ratio",
    rising_is_good=True,
    meaning="Of the compliance checks of twelve months with exceptions, those whose exceptions"
    " were put right by the month end.",
    rule="14.1",
    is_convention=True,
    owner="Audit",
)
