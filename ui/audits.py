"""What the audit plan and the page of a unit share: units and audits as lists, and in sentences."""

from collections.abc import Iterator

import pandas as pd

from queries.warehouse import Scope
from ui import export, formats, lists, tables
from ui.i18n import name, t
from ui.tables import Column

UNITS: dict[str, Column] = {
    "unit": Column("Auditable unit", width=215),
    "is_overdue": Column("Past its cycle", "flag", width=90),
    "unit_rating": Column("Risk rating", codes="unit_rating", width=95),
    "rating_before": Column("A year before", codes="unit_rating", width=95),
    "rating_change": Column("Change", codes="rating_change", width=95),
    "audited_on": Column("Last audited", "date"),
    "months_since": Column("Months since", "count", width=90),
    "audit_due_on": Column(
        "Audit due", "date", help="Last audit and the cycle of the rating; none below high risk."
    ),
    "next_planned_on": Column("Next planned", "date"),
    "plan_standing": Column("Plan", codes="audit_standing", width=130),
    "department": Column("Department", width=150),
    "unit_kind": Column("Kind of unit", codes="unit_kind", width=85),
    "open_findings": Column("Open findings", "count", width=95),
    "overdue_findings": Column("Overdue findings", "count", width=105),
    "inherent_risk": Column("Inherent risk", codes="unit_rating", width=95),
    "control_effectiveness": Column("Controls", codes="control_effectiveness", width=105),
    "assessed_on": Column("Assessed on", "date"),
}
AUDITS: dict[str, Column] = {
    "finding": Column("Engagement", width=270),
    "plan_said": Column("Kind", width=80),
    "audit_standing": Column("Standing", codes="audit_standing", width=135),
    "planned_from": Column("Planned from", "date"),
    "planned_to": Column("Planned end", "date"),
    "started_on": Column("Started", "date"),
    "reported_on": Column("Reported", "date"),
    "days_late": Column("Days late", "days", width=80),
    "lead_name": Column("Lead auditor", width=90),
    "department": Column("Department", width=150),
    "planned_days": Column("Days planned", "days", help="Days of one auditor.", width=95),
    "days_spent": Column("Days spent", "days", help="Days of one auditor.", width=90),
    "findings": Column("Findings", "count", width=75),
}


def told(frame: pd.DataFrame) -> pd.DataFrame:
    """Audits in the reader's words."""
    said = lists.in_words(frame)
    planned = said["is_planned"].astype(bool)
    return said.assign(plan_said=[name("check_plan", _plan(each)) for each in planned])


def _plan(is_planned: bool) -> str:
    return "planned" if is_planned else "unplanned"


def past_cycle(units: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """`unit_id`, and the sentence of each unit past its cycle, from rows in the reader's words."""
    for _, unit in units.iterrows():
        yield (
            str(unit["unit_id"]),
            t(
                "{unit}: {rating}, {audited}; {planned}.",
                unit=unit["unit"],
                rating=name("unit_rating", unit["unit_rating"]).lower(),
                audited=_audited(unit),
                planned=_to_come(unit),
            ),
        )


def _audited(unit: pd.Series) -> str:
    if formats.missing(unit["audited_on"]):
        return t("never audited")
    return t(
        "last audited {months} months ago, on {day}",
        months=formats.count(unit["months_since"]),
        day=formats.day(unit["audited_on"]),
    )


def _to_come(unit: pd.Series) -> str:
    if formats.missing(unit["next_planned_on"]):
        return t("no audit is planned")
    return t("the next is planned from {day}", day=formats.day(unit["next_planned_on"]))


def slipped(audits: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """`unit_id`, and the sentence of each audit past its planned end, in the reader's words."""
    for _, audit in audits.iterrows():
        started = audit["started_on"]
        yield (
            str(audit["unit_id"]),
            t(
                "{audit}: planned to end on {day}, {days} days ago; {begun}.",
                audit=audit["finding"],
                day=formats.day(audit["planned_to"]),
                days=formats.count(audit["days_late"]),
                begun=t("not begun")
                if formats.missing(started)
                else t("begun on {day}", day=formats.day(started)),
            ),
        )


def show(
    frame: pd.DataFrame,
    key: str,
    title: str,
    columns: dict[str, Column],
    scope: Scope,
    facts: export.Facts = (),
    *,
    opens: bool = True,
) -> None:
    """A list of units or audits, with its file; a row opens its unit."""
    open_row = lists.open_unit if opens else None
    tables.show(frame, columns, key=key, alt=title, open_row=open_row, rows=14)
    export.offer(export.sheet(key, title, columns, lambda: frame, scope, filters=facts))
