"""How a department and its people are appraised: the score, what it is made of, what caps it."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, filters, formats, layout, tables
from ui.i18n import md, t
from ui.tables import Column, Target

PARTS: dict[str, Column] = {
    "component": Column("Component", codes="component", width=150),
    "actual": Column("Came to", "ratio", width=68),
    "weight": Column("Weight", "count", width=58),
    "points": Column("Points", "number", width=58),
    "floor": Column("Floor", "ratio", help="No points at it.", width=66),
    "target": Column("Full at", "ratio", help="All points at it.", width=68),
    "share": Column("Earned", "ratio", help="Of its weight; at most 120 %.", width=70),
}
PEOPLE: dict[str, Column] = {
    "staff_name": Column("Person", width=80),
    "grade": Column("Grade", codes="grade", width=95),
    "cases": Column("Cases", "count", width=55),
    "violations": Column("Violations", "count", width=72),
    "raw_score": Column("Before the cap", "number", width=95),
    "score": Column("Score", "number", width=55),
}


def ahead(scope: Scope, department: str, in_full: bool) -> tuple[Callable[[], object], ...]:
    """The questions of `section`, whose answers are kept: to be asked at once with others."""
    of_all = (lambda: reports.appraisal_counts(scope),)
    if not in_full:
        return of_all
    return (
        *of_all,
        lambda: reports.appraised_people(scope, department),
        lambda: reports.appraisal_parts(scope, department, ""),
    )


def section(scope: Scope, department: str, word: str, in_full: bool) -> None:
    """The department's score with its components; of its people, who had five cases or more."""
    frame = reports.appraisal_counts(scope)
    frame = frame[frame["department_id"] == department]
    if frame.empty:
        return
    row = frame.iloc[0]
    st.subheader(md(t("{department}: appraisal", department=word)), anchor=False)
    st.markdown(f"**{md(said(row))}**")
    st.caption(
        t(
            "Three months to the date. Of each component: how far it came from its floor to its"
            " target, at most 1.2 times, by its weight. Weights, floors and targets are internal"
            " conventions of the table appraisal_terms; what was not measured weighs nothing."
        )
    )
    if not in_full:
        return
    left, right = layout.beside()
    people = reports.appraised_people(scope, department)
    picked = filters.asked("appraised", people["staff_id"].tolist())[:1]
    with left:
        _parts(scope, department, word, people, picked)
    with right:
        _people(scope, department, word, people)


def said(row: pd.Series) -> str:
    """`Score 60.00: 74.12 before the cap, which 5 violations of conduct set.`"""
    if formats.missing(row["score"]):
        return t("Not scored: no component counts 5 cases.")
    values = {"score": formats.number(row["score"]), "raw": formats.number(row["raw_score"])}
    number = int(row["violations"])
    if not number:
        return t("Score {score} of 100; no violation of conduct.", score=values["score"])
    text = t(
        "Score {score} of 100: {raw} by its components, and no more than {gate} with {n} violations"
        " of conduct.",
        n=formats.count(number),
        gate=formats.count(row["gate"]),
        **values,
    )
    return text


def _parts(
    scope: Scope, department: str, word: str, people: pd.DataFrame, picked: list[str]
) -> None:
    staff = picked[0] if picked else ""
    who = str(people.set_index("staff_id")["staff_name"].get(staff, staff)) if staff else word
    title = t("What {name} is scored by", name=who)
    st.markdown(f"**{md(title)}**")
    frame = reports.appraisal_parts(scope, department, staff)
    tables.show(frame, PARTS, key="appraisal_parts", alt=title)
    export.offer(export.sheet("appraisal_parts", title, PARTS, lambda: frame, scope))


def _people(scope: Scope, department: str, word: str, people: pd.DataFrame) -> None:
    title = t("{department}: people with five cases or more", department=word)
    st.markdown(f"**{md(title)}**")
    if people.empty:
        st.caption(
            t(
                "Nobody is scored: no component is measured of single persons here, or nobody"
                " had five cases."
            )
        )
        return

    def opened(row: pd.Series) -> Target:
        return "department", {"department_id": department, "appraised": row["staff_id"]}

    tables.show(people, PEOPLE, key="appraised", alt=title, open_row=opened, rows=8)
    export.offer(export.sheet("appraised", title, PEOPLE, lambda: people, scope))
