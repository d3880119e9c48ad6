"""What does each number mean, who answers for it, and where is its limit?"""

import pandas as pd
import streamlit as st

from queries.lights import Lines, lines_of, thresholds
from queries.metrics import METRICS, Metric
from queries.warehouse import Scope
from ui import export, filters, formats, links, tables
from ui.i18n import t
from ui.tables import Column

COLUMNS: dict[str, Column] = {
    "name": Column("Metric", width=180),
    "meaning": Column("Meaning", width=340),
    "limit": Column("Regulatory limit", width=105),
    "red": Column("House limit", width=85),
    "amber": Column("Early line", width=75),
    "unit": Column("Unit", width=70),
    "counts": Column("What it counts", width=190),
    "convention": Column("Internal convention", "flag"),
    "owner": Column("Owner"),
    "rule": Column("Rule"),
    "reference": Column("Source"),
    "computed": Column("Computed as"),
}
SOURCES = {
    "portfolio": "Loans, at month ends",
    "workload": "Cases of the departments",
    "case_times": "How old open cases are, and how long closed ones took",
    "capacity": "Hours and people of the departments",
    "desk_loads": "Hours of the open cases on people's desks",
    "line_hours": "Hours that calls take, and hours that people are there for them",
    "collection_results": "What was to be collected, what was, and what it cost",
    "contact_months": "Attempts to reach debtors",
    "promise_months": "Promises to pay",
    "bucket_entries": "Loans that entered a bucket of days past due",
    "contact_step_months": "Steps of the contact strategy",
    "overdue_recoveries": "Loans past due when the month began",
    "referrals": "Loans more than 90 days past due",
    "service_links": "Contacts of late borrowers, weighed against like ones",
    "unmatched_months": "Receipts that belong to no known loan",
    "document_months": "Documents of the loans",
    "funding_months": "Budget for new loans",
    "quality_months": "Rules of data quality",
    "quality_issue_months": "Issues of data quality",
    "ledger_months": "Products of the general ledger",
    "appraisals": "Appraisals of departments",
    "finding_months": "Audit findings",
    "compliance_months": "Compliance checks",
    "audit_unit_months": "Auditable units",
    "audit_plan_months": "Audits, planned and carried out",
    "auditor_months": "People on the staff",
    "recoveries": "Sums recovered after write-off",
    "due_cohorts": "Instalments that fell due, told at month ends",
    "collection_months": "What was to fall due in a month, by the schedule at its beginning",
    "first_payments": "First instalments of loans, told at month ends",
    "rolls": "Loans of the month end before, by what became of them",
    "migrations": "Loans of a year before, by what became of them",
    "expected_losses": "Loans, by stage and expected loss",
    "results": "What departments do: cases, titles, disposals, incidents",
    "result_rows": "How long things take, case by case",
    "clock_months": "Clocks of the law",
    "delay_interest": "Titles that were not performed by their day",
    "draw_months": "Payments out of loans",
    "oversight_months": "Assets and borrowers that are watched",
    "limits": "Limits that were broken",
    "models": "The learned score",
}


def render(scope: Scope) -> None:
    """A searchable list of every metric, by what it counts."""
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        wanted = st.text_input(
            t("Search"),
            key="metric_search",
            type="search",
            max_chars=80,
            placeholder=t("A word of the name, the meaning, the owner or the source"),
            icon=":material/search:",
        )
    with right:
        picked = filters.pick(
            t("What it counts"),
            "source",
            list(SOURCES),
            shown=lambda code: t(SOURCES[code]),
            all_label=t("All"),
        )
    found = [
        metric
        for source in picked or SOURCES
        for metric in METRICS.values()
        if metric.source == source and matches(metric, wanted or "")
    ]
    if not found:
        st.info(t("No metric says that."))
        return
    _list(scope, found)


def matches(metric: Metric, wanted: str) -> bool:
    """True when the metric says every word, in the reader's language or in English."""
    said = (metric.id, metric.name, metric.meaning, metric.owner, metric.rule, metric.reference)
    text = " ".join((*said, *(t(word) for word in said if word))).lower()
    return all(word in text for word in wanted.lower().split())


def _list(scope: Scope, found: list[Metric]) -> None:
    title = t("Metrics")
    st.subheader(f"{title} · {len(found)}", anchor=False)
    known = thresholds(scope.build)
    frame = pd.DataFrame([_row(metric, lines_of(metric, scope.as_of, known)) for metric in found])
    tables.show(
        frame,
        COLUMNS,
        key="metrics",
        alt=title,
        open_row=(lambda row: ("why", {"metric": row["id"], "part": "numerator"}))
        if links.may_open("why")
        else None,
        rows=25,
    )
    export.offer(export.sheet("metrics", title, COLUMNS, lambda: frame, scope))


def _row(metric: Metric, on: Lines) -> dict[str, object]:
    said: dict[str, object] = {
        key: formats.value(metric.unit, line.value) if line else None
        for key, line in (("amber", on.amber), ("red", on.red), ("limit", on.limit))
    }
    return said | {
        "id": metric.id,
        "name": t(metric.name),
        "meaning": t(metric.meaning),
        "counts": t(SOURCES[metric.source]),
        "unit": t(UNITS[metric.unit]),
        "convention": metric.is_convention,
        "owner": t(metric.owner),
        "rule": metric.rule,
        "reference": t(metric.reference) if metric.reference else None,
        "computed": metric.formula,
    }


UNITS = {
    "money": "amount",
    "count": "number",
    "ratio": "per cent",
    "days": "days",
    "number": "number",
}
