"""What may be audited, how risky is it, was it audited in time, and is the plan kept?"""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import (
    AUDIT_COVERAGE,
    AUDIT_DAYS_RATIO,
    AUDIT_PLAN_COMPLETION,
    AUDIT_PLAN_ON_TIME,
    AUDIT_STAFF_RATIO,
    AUDIT_UNITS,
    AUDITED_BANDS,
    LATE_AUDITS,
    PAST_AUDIT_CYCLE,
    UNIT_ASSESSMENT_RATE,
    UNIT_RATINGS,
    Where,
    comparisons,
    measure,
)
from queries.warehouse import Scope
from ui import (
    audit_charts,
    audits,
    drill,
    export,
    filters,
    formats,
    heat,
    layout,
    links,
    lists,
    pictures,
    tables,
    tiles,
    visit,
)
from ui.i18n import md, name, t
from ui.names import LABELS
from ui.tables import Column
from ui.theme import palette

OF_UNITS = (
    *(AUDIT_COVERAGE, PAST_AUDIT_CYCLE, UNIT_ASSESSMENT_RATE, AUDIT_PLAN_COMPLETION),
    *(AUDIT_PLAN_ON_TIME, LATE_AUDITS, AUDIT_DAYS_RATIO),
)
UNIT_STATES: dict[reports.UnitState, str] = {
    "all": "All",
    "past_cycle": "Past their cycle",
    "high_risk": "Critical or high risk",
    "raised": "Rating raised",
    "not_planned": "High risk, none planned",
    "not_assessed": "Not assessed within a year",
}
AUDIT_STATES: dict[reports.AuditState, str] = {
    "open": "Not yet reported",
    "late": "Past their planned end",
    "reported": "Reported",
    "cancelled": "Cancelled",
    "all": "All",
}
YEARS: dict[str, Column] = {
    "year": Column("Year of the plan", width=110),
    "planned": Column("Audits planned", "count"),
    "reported": Column("Reported", "count"),
    "on_time": Column("As planned", "count", help="Reported by the planned end."),
    "in_progress": Column("Under way", "count"),
    "ahead": Column("Still to begin", "count"),
    "late": Column("Past their planned end", "count"),
    "cancelled": Column("Cancelled", "count"),
    "unplanned": Column("Outside the plan", "count"),
    "planned_days": Column("Days planned", "days", help="Of those reported, of one auditor."),
    "days_spent": Column("Days spent", "days", help="Of those reported, of one auditor."),
}
DAYS: dict[str, Column] = {
    "said": Column("Engagement", width=250),
    "planned_from": Column("Planned from", "date"),
    "planned_to": Column("Planned end", "date"),
    "began": Column("Started", "date"),
    "ended": Column("Reported, or under way on", "date"),
}
TOLD = 4
MONTHS = 37
CUT = ("unit_rating", "audited_band")


def render(scope: Scope) -> None:
    """Coverage and plan as tiles, what is late in words, risk as a heat map and over time, lists.

    A head sees the own department's units.
    """
    own = visit.now().department
    where: Where = (("department_id", own),) if own else ()
    units = lists.in_words(reports.audit_units(scope, department_id=own))
    if units.empty:
        st.info(t("No auditable unit in this selection."), icon=":material/filter_alt_off:")
        return
    _tiles(scope, where)
    _sentences(scope, own, units)
    left, right = layout.beside()
    with left:
        _heat(scope, where)
    with right:
        _trend(scope, where)
    if not own:
        _by_department(scope)
    _units(scope, own)
    _years(scope, own)
    _audits(scope, own)


def _tiles(scope: Scope, where: Where) -> None:
    found = comparisons(scope, *OF_UNITS, where=where)
    if not where:
        found |= comparisons(scope, AUDIT_STAFF_RATIO)
    tiles.row(found, *found, columns=4, **dict(where))


def _sentences(scope: Scope, own: str, units: pd.DataFrame) -> None:
    """What is past its cycle and what slipped, each with the way to its unit."""
    late = audits.told(reports.audit_engagements(scope, "late", own))
    overdue = units[units["past_cycle_count"] == 1]
    st.subheader(t("What is late"), anchor=False)
    if overdue.empty and late.empty:
        st.caption(
            t("Every unit of critical or high risk was audited within its cycle, no audit is late.")
        )
        return
    rows = [*audits.past_cycle(overdue.head(TOLD)), *audits.slipped(late.head(TOLD))]
    for place, (unit_id, said) in enumerate(rows):
        with st.container(gap=None, key=f"late_{place}"):
            st.markdown(md(said))
            links.link(
                "audit_unit", t("Open the unit"), icon=":material/arrow_forward:", unit_id=unit_id
            )


def _heat(scope: Scope, where: Where) -> None:
    title = t("Risk rating (rows) and time since the last audit")
    st.subheader(title, anchor=False)
    metric = AUDIT_UNITS
    frame = measure(scope, metric, by=CUT, where=where)
    drawn = [
        [code for code in codes if code in set(frame[each])]
        for each, codes in zip(CUT, (UNIT_RATINGS, AUDITED_BANDS), strict=True)
    ]
    picture = heat.heat(
        *(frame, *CUT, metric.id, "count"),
        order=drawn[1],
        rows_order=drawn[0],
        of_all=True,
        palette=palette(),
    )
    cell = pictures.draw_cells(picture, "audit_heat", title)
    target = drill.drill_target(cell, CUT, drawn, **dict(where))
    if target:
        links.go("why", metric=metric.id, part="numerator", **target)
    columns = {
        "unit_rating": Column("Risk rating", codes="unit_rating"),
        "audited_band": Column("Since the last audit", codes="audited_band"),
    } | tables.of_metrics(metric)
    export.twin(frame, columns, "audit_heat", title, scope, metric, filters=filters.told(where))


def _trend(scope: Scope, where: Where) -> None:
    title = t("Units by risk rating")
    st.subheader(title, anchor=False)
    metric = AUDIT_UNITS
    cut = ("month_end", "unit_rating")
    frame = measure(scope, metric, by=cut, months=MONTHS, where=where)
    last = frame[frame["month_end"] == frame["month_end"].max()]
    said = drill.described(last, title, metric.id, "unit_rating", "count")
    figure = audit_charts.ratings(frame, metric.id, palette=palette())
    codes = pictures.draw(figure, "audit_ratings", said)
    days = [formats.day(day) for day in frame["month_end"].unique()]
    target = drill.drill_target(codes, ["unit_rating", "as_of"], [UNIT_RATINGS, days])
    if target:
        links.go("why", metric=metric.id, part="numerator", **target, **dict(where))
    columns = {
        "month_end": Column("Month end", "date"),
        "unit_rating": Column("Risk rating", codes="unit_rating"),
    } | tables.of_metrics(metric)
    facts = filters.told(where)
    export.twin(frame, columns, "audit_ratings", title, scope, metric, filters=facts)


def _by_department(scope: Scope) -> None:
    title = t("By department")
    st.subheader(title, anchor=False)
    parts = (AUDIT_UNITS, AUDIT_COVERAGE, PAST_AUDIT_CYCLE, UNIT_ASSESSMENT_RATE)
    plan = (AUDIT_PLAN_COMPLETION, LATE_AUDITS)
    frame = lists.in_words(measure(scope, *parts, *plan, by="department_id"))
    frame = frame.sort_values([PAST_AUDIT_CYCLE.id, AUDIT_UNITS.id], ascending=False, kind="stable")
    columns = {"department": Column("Department", width=180)} | tables.of_metrics(*parts, *plan)
    tables.show(
        frame,
        columns,
        key="audit_departments",
        alt=title,
        open_row=lambda row: (
            "why",
            {
                "metric": AUDIT_UNITS.id,
                "part": "numerator",
                "department_id": row["department_id"],
            },
        ),
        rows=9,
    )
    whole = ("audit_departments", title, columns, lambda: frame, scope, *parts, *plan)
    export.offer(export.sheet(*whole))


def _units(scope: Scope, own: str) -> None:
    title = t("Auditable units")
    st.subheader(title, anchor=False)
    state = filters.switch(t("State"), "state", list(UNIT_STATES), lambda key: t(UNIT_STATES[key]))
    left, right = layout.beside()
    with left:
        rating = _one(t("Risk rating"), "unit_rating", UNIT_RATINGS)
    with right:
        kind = _one(t("Kind of unit"), "unit_kind", tuple(LABELS["unit_kind"]))
    asked = (state, rating, kind, "", own)
    frame = lists.in_words(reports.audit_units(scope, *asked))
    if frame.empty:
        st.caption(t("No unit."))
        return
    st.caption(t("{n} units, those past their cycle first", n=formats.count(len(frame))))
    chosen = (("unit_rating", rating), ("unit_kind", kind), ("department_id", own))
    facts = (
        (t("State"), t(UNIT_STATES[state])),
        *filters.told((key, value) for key, value in chosen if value),
    )
    audits.show(frame, "audit_units", title, audits.UNITS, scope, facts)


def _one(label: str, key: str, codes: tuple[str, ...]) -> str:
    picked = filters.pick(
        label,
        key,
        codes,
        shown=lambda code: name(key, code),
        several=False,
        all_label=t("All"),
    )
    return "".join(picked)


def _years(scope: Scope, own: str) -> None:
    title = t("The plan, year by year")
    st.subheader(title, anchor=False)
    frame = reports.audit_plan_years(scope, own)
    if frame.empty:
        st.caption(t("No audit."))
        return
    frame = frame.assign(year=frame["plan_year"].astype(int).astype(str))

    def opened(row: pd.Series) -> tables.Target:
        return "audit_plan", {"plan_year": row["year"], "audits": "all"}

    tables.show(frame, YEARS, key="audit_years", alt=title, open_row=opened, rows=6)
    export.offer(export.sheet("audit_years", title, YEARS, lambda: frame, scope))


def _audits(scope: Scope, own: str) -> None:
    title = t("Audits, planned and carried out")
    st.subheader(title, anchor=False)
    years = reports.audit_plan_years(scope, own)["plan_year"].astype(int).astype(str).tolist()
    left, right = layout.beside()
    with left:
        state = filters.switch(
            t("State"), "audits", list(AUDIT_STATES), lambda key: t(AUDIT_STATES[key])
        )
    with right:
        year = "".join(
            filters.pick(
                t("Year of the plan"), "plan_year", years, several=False, all_label=t("All")
            )
        )
    frame = audits.told(reports.audit_engagements(scope, state, own, "", int(year or 0)))
    if frame.empty:
        st.caption(t("No audit."))
        return
    facts = ((t("State"), t(AUDIT_STATES[state])),)
    facts += filters.told([("plan_year", year)] if year else [])
    _days(scope, frame, facts)
    audits.show(frame, "audit_engagements", title, audits.AUDITS, scope, facts)


def _days(scope: Scope, frame: pd.DataFrame, facts: export.Facts) -> None:
    """The planned ones of the list, as bars of days."""
    kept = frame[frame["planned_from"].notna() & frame["planned_to"].notna()].head(MOST_BARS)
    if kept.empty:
        return
    title = t("Planned and carried out, by days")
    st.markdown(f"**{title}**")
    under_way = pd.Series(pd.Timestamp(scope.as_of), index=kept.index)
    rows = kept.assign(
        said=kept["unit"] + " " + kept["engagement_id"],
        began=kept["started_on"],
        ended=kept["reported_on"].fillna(under_way).where(kept["started_on"].notna()),
    )
    figure = audit_charts.plan(rows, scope.as_of, palette=palette())
    dues = zip(rows["said"], rows["planned_to"], strict=True)
    said = drill.alt_text(title, ((each, formats.day(day)) for each, day in dues))
    codes = pictures.draw(figure, "audit_days", said)
    target = drill.drill_target(codes, ["unit_id"], [rows["unit_id"].tolist()])
    if target:
        links.go("audit_unit", **target)
    export.twin(rows, DAYS, "audit_days", title, scope, filters=facts)


MOST_BARS = 25
