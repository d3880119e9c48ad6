"""What a department that settles complaints shows more: the law's clock, replies, satisfaction."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import (
    ABANDON_RATE,
    BACKLOG,
    COMPLAINT_ON_TIME_RATE,
    COMPLAINT_RATE_10K,
    COMPLAINT_UPHELD_RATE,
    CSAT,
    FCR_RATE,
    FRT_P50,
    FRT_P90,
    NPS,
    REACH_RATE,
    REPEAT_COMPLAINT_RATE,
    RESOLUTION_TIME,
    RESOLUTION_TIME_COMPLAINT,
    SURVEY_RESPONSE_RATE,
    WILLINGNESS_LINK,
    WITHIN_TARGET_RATE,
    Metric,
    Where,
    comparisons,
    measure,
)
from queries.warehouse import Scope
from ui import export, formats, layout, links, lists, long_lists, tables, tiles
from ui.case_lists import CASES
from ui.i18n import md, t
from ui.tables import Column

ROWS: dict[str, tuple[tuple[Metric, ...], str]] = {
    "Complaints": (
        (
            COMPLAINT_ON_TIME_RATE,
            COMPLAINT_RATE_10K,
            COMPLAINT_UPHELD_RATE,
            REPEAT_COMPLAINT_RATE,
            RESOLUTION_TIME_COMPLAINT,
        ),
        "complaint",
    ),
    "Inquiries": (
        (FRT_P50, FRT_P90, WITHIN_TARGET_RATE, RESOLUTION_TIME, FCR_RATE, ABANDON_RATE),
        "inquiry",
    ),
    "Satisfaction": ((CSAT, NPS, SURVEY_RESPONSE_RATE, REACH_RATE), ""),
}
COMPLAINT = "complaint"
GROUPS: dict[str, Column] = {
    "product": Column("Product", codes="product", width=85),
    "bucket": Column("Bucket then", codes="bucket", width=75),
    "n_in_time": Column("In time", "count", width=55),
    "cure_in_time": Column("Clear", "ratio", help="After 30 days.", width=65),
    "n_late": Column("Not in time", "count", width=75),
    "cure_late": Column("Of them clear", "ratio", help="After 30 days.", width=85),
    "difference": Column("Difference", "points", width=75),
}


def section(scope: Scope, department: str, word: str, in_full: bool) -> None:
    """Complaints and their clock, replies and satisfaction, and what service does for paying."""
    st.subheader(md(t("{department}: customers", department=word)), anchor=False)
    where: Where = (("department_id", department),)
    for title, (metrics, case_type) in ROWS.items():
        own: Where = (*where, ("case_type", case_type)) if case_type else where
        st.caption(t(title))
        found = comparisons(scope, *metrics, where=own)
        ids = [metric.id for metric in metrics]
        cut = [case_type] if case_type else None
        columns = tiles.even(len(ids))
        tiles.row(found, *ids, columns=columns, department_id=[department], case_type=cut)
    _answers(scope, where)
    left, right = layout.beside()
    with left:
        _complaints(scope, department, in_full)
    with right:
        _willingness(scope)


def _answers(scope: Scope, where: Where) -> None:
    asked = comparisons(scope, SURVEY_RESPONSE_RATE, where=where)[SURVEY_RESPONSE_RATE.id]
    if not asked.denominator:
        st.caption(t("No customer was asked in the month."))
        return
    st.caption(
        t(
            "Satisfaction rests on {n} answers; {asked} customers were asked in the month, response"
            " rate {rate}. Who answers is not who was asked.",
            n=formats.count(asked.numerator),
            asked=formats.count(asked.denominator),
            rate=formats.percent(asked.now),
        )
    )


def _complaints(scope: Scope, department: str, in_full: bool) -> None:
    title = t("Open complaints, the earliest limit first")
    st.subheader(title, anchor=False)
    st.caption(
        t(
            "By law 15 calendar days from receipt, 30 for complex ones, 60 with a special"
            " extension; holidays count and nothing stops the clock."
        )
    )
    where: Where = (("department_id", department), ("case_type", COMPLAINT))
    frame = measure(scope, BACKLOG, where=where)
    number = int(frame[BACKLOG.id].iloc[0]) if len(frame) else 0
    if not number:
        st.caption(t("No complaint is open."))
        return
    if not in_full:
        st.caption(t("{n} complaints are open.", n=formats.count(number)))
        return
    asked = ("open", department, COMPLAINT, "")

    def part(after: str | None, limit: int) -> pd.DataFrame:
        found = reports.workload_cases(scope, "open", department, COMPLAINT, "", after, limit)
        return lists.in_words(found)

    shown = {key: CASES[key] for key in FIRST}
    whole = ("complaints", title, CASES, part, "stay_id", number, scope)
    long_lists.draw(*whole, asked=asked, open_row=lists.open_case, rows=8, shown=shown)


# Half a page wide: when, whose, then which loan.
FIRST = ("case_id", "due_on", "is_late", "age_days", "owner_name", "loan_id", "branch", "opened_on")


def _willingness(scope: Scope) -> None:
    title = t("Does good service go with paying?")
    st.subheader(title, anchor=False)
    frame = reports.willingness_summary(scope)
    if frame.empty or formats.missing(frame["difference"].iloc[0]):
        st.caption(t("No two like contacts to compare, or not every branch is in view: no figure."))
        return
    row = frame.iloc[0]
    low, high = float(row["low"]), float(row["high"])
    values = {
        "difference": f"{float(row['difference']) * 100:+.1f}",
        "low": f"{low * 100:+.1f}",
        "high": f"{high * 100:+.1f}",
        "n": formats.count(row["n"]),
        "late": formats.count(row["n_late"]),
    }
    text = (
        t(
            "Of {n} late borrowers who came with something in twelve months, those helped in time"
            " were clear after 30 days at a rate {difference} points apart from the {late} others"
            " of the same bucket and product. The 95 % interval, {low} to {high}, holds zero: it"
            " may be chance.",
            **values,
        )
        if low <= 0 <= high
        else t(
            "Of {n} late borrowers who came with something in twelve months, those helped in time"
            " were clear after 30 days at a rate {difference} points apart from the {late} others"
            " of the same bucket and product; 95 % interval {low} to {high}.",
            **values,
        )
    )
    st.markdown(f"**{md(text)}**")
    st.caption(t("It goes together; that is no proof that one makes the other."))
    links.link("why", t("why?"), metric=WILLINGNESS_LINK.id, part="numerator")
    groups = reports.willingness_groups(scope)
    tables.show(groups, GROUPS, key="willingness", alt=title, rows=6)
    export.offer(export.sheet("willingness", title, GROUPS, lambda: groups, scope))
