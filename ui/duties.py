"""The duties of a department: each with its figure, its light, its trend and its cases."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from queries import lights, reports
from queries.metrics import (
    BACKLOG,
    DIMENSIONS,
    INFLOW,
    METRICS,
    OF_DEPARTMENTS,
    OUTFLOW,
    OVERDUE_OPEN,
    SLA_AT_RISK,
    SLA_BREACH_RATE_DUE,
    Metric,
    Where,
    measure,
)
from queries.warehouse import Scope, month_end
from ui import export, filters, formats, lists, long_lists, tables, tiles
from ui.case_lists import CASES
from ui.i18n import language, md, name, t
from ui.tables import Column, Target

ASKED = (BACKLOG, OVERDUE_OPEN, SLA_AT_RISK, INFLOW, OUTFLOW, SLA_BREACH_RATE_DUE)
OF_EVERY_CASE = ("workload", "case_times", "capacity")
"""What these tell every type of case has, or has no case."""
COUNTED = (BACKLOG, OVERDUE_OPEN, SLA_AT_RISK, INFLOW, OUTFLOW)
DUTIES: dict[str, Column] = {
    "said": Column("Duty", width=285),
    "light": Column("Standing", help="Of the late share, against its dated line.", width=108),
    "backlog": Column("Open cases", "count", width=82),
    "overdue_open": Column("Past target", "count", width=78),
    "sla_breach_rate_due": Column(
        "Late share", "ratio", help=SLA_BREACH_RATE_DUE.meaning, width=80
    ),
    "own": Column(
        "Figure",
        width=220,
        help="What else the organisation judges this duty by, where it is measured.",
    ),
    "trend": Column("Open, 13 months", "line", width=110),
    "sla_at_risk": Column("At risk", "count", width=65),
    "inflow": Column("Opened", "count", width=70),
    "outflow": Column("Closed", "count", width=70),
    "cases": Column("Cases so far", "count", width=90),
    "same_as": Column("Same cases as", help="Counted once in the total.", width=110),
    "case_type": Column("Type", codes="case_type"),
    "kind": Column("Kind", codes="duty_kind"),
}
FIGURE: dict[str, Column] = {
    "name": Column("Figure", width=220),
    "value": Column("Now", width=150),
    "of": Column(
        "Told of",
        help="Of the duty itself where it has the figure, else of more: it says of what.",
        width=130,
    ),
    "duty": Column("Duty", width=260),
    "meaning": Column("Meaning", width=420),
}
STATES: dict[reports.CaseState, str] = {
    "open": "Open",
    "late": "Past their target",
    "risk": "At risk",
    "closed": "Closed in the month",
    "ever": "All so far",
}
# What the title of the list says is no column of it.
SHOWN_OF_DUTY = {key: each for key, each in CASES.items() if key not in ("case_type", "department")}
PEOPLE = "capacity"  # where people are counted
FIGURES = {
    "open": BACKLOG.id,
    "late": OVERDUE_OPEN.id,
    "risk": SLA_AT_RISK.id,
    "closed": OUTFLOW.id,
    "ever": "stays",
}


def read(scope: Scope, department: str) -> pd.DataFrame:
    """The duties in order, each with the figures of its cases; what has none counts nothing."""
    duties = reports.duties(scope, department)
    if duties.empty:
        return duties
    where: Where = (("department_id", department),)
    found = measure(scope, *ASKED, by="case_type", where=where)
    kept = found[["case_type", *(metric.id for metric in ASKED)]]
    frame = duties.merge(kept, on="case_type", how="left", validate="many_to_one")
    counts = [metric.id for metric in COUNTED]
    frame[counts] = frame[counts].fillna(0).astype(int)
    name = frame["duty_zh" if language() == "zh" else "duty"]
    own = _own(scope, frame, where)
    return frame.assign(
        said=frame["duty_id"] + " " + name,
        light=_lights(scope, frame[SLA_BREACH_RATE_DUE.id]),
        trend=_trends(scope, frame["case_type"], where),
        own=[_said(each) for each in own],
        figures=pd.Series(own, index=frame.index, dtype=object),
    )


def _lights(scope: Scope, rates: pd.Series) -> list[str]:
    """A light in words, since colour alone would carry it: `🔴 beyond its line`."""
    lines = lights.lines(SLA_BREACH_RATE_DUE, month_end(scope), scope.build)
    said = []
    for rate in rates:
        value = None if formats.missing(rate) else float(rate)
        lit = lights.light(SLA_BREACH_RATE_DUE, value, value, lines)
        unlit = t("none due") if value is None else formats.DASH
        said.append(f"{MARKS[lit]} {t(tiles.LIGHTS[lit].word)}" if lit else unlit)
    return said


MARKS = {"green": "●", "amber": "▲", "red": "■"}


def _trends(scope: Scope, kinds: pd.Series, where: Where) -> pd.Series:
    """Per duty the open cases at the last thirteen month ends, none where there were none."""
    past = measure(scope, BACKLOG, by=("month_end", "case_type"), months=13, where=where)
    keys = zip(past["case_type"], past["month_end"], strict=True)
    held = dict(zip(keys, past[BACKLOG.id].astype(int), strict=True))
    known, days = {*past["case_type"]}, sorted({*past["month_end"]})
    return kinds.map(lambda kind: [held.get((kind, day), 0) for day in days if kind in known])


Judged = tuple[Metric, float | None, Where]


def _own(scope: Scope, frame: pd.DataFrame, where: Where) -> list[list[Judged]]:
    """Of each duty what the organisation names beside the columns and is measured: the figure, of
    which cases."""
    named = [_named(each) for each in frame["figure"]]
    known = _known(scope, dict.fromkeys(metric for each in named for metric in each), where)
    every = reports.duties(scope)
    theirs = set(every.loc[~every["department_id"].isin(frame["department_id"]), "case_type"])
    return [
        [(metric, *_figure(metric, kind, where, known, kind not in theirs)) for metric in each]
        for each, kind in zip(named, frame["case_type"].astype(str), strict=True)
    ]


def _named(figure: object) -> list[Metric]:
    """The metrics among the figures that a duty names, but for those that are columns."""
    asked = (METRICS[each] for each in str(figure).split() if each in METRICS)
    return [metric for metric in asked if metric not in ASKED]


@dataclass(frozen=True)
class _Known:
    """What the figures come to, by metric: of each type of case, of the department, of all."""

    of_types: pd.DataFrame
    of_department: dict[str, float | None]
    of_all: dict[str, float | None]
    of_people: dict[str, float | None]


def _known(scope: Scope, metrics: Iterable[Metric], where: Where) -> _Known:
    """Every figure at most once of each, all of a source together.

    What the department had in none of thirteen months is others' work that it watches over, as
    appraisals and complaints are for those who manage: that is told of all.
    """
    every = list(metrics)
    theirs = [metric for metric in every if metric.source in OF_DEPARTMENTS]
    cut = [metric for metric in theirs if "case_type" in DIMENSIONS[metric.source]]
    types = measure(scope, *cut, by="case_type", where=where) if cut else pd.DataFrame()
    of_department = _read(scope, theirs, where)
    without = [metric for metric in theirs if of_department[metric.id] is None]
    past = measure(scope, *without, by="month_end", months=13, where=where) if without else None
    never = [] if past is None else [m for m in without if past[m.id].isna().all()]
    others = [metric for metric in every if metric.source not in OF_DEPARTMENTS]
    return _Known(
        types.set_index("case_type") if cut else types,
        of_department,
        _read(scope, [*never, *others]),
        _read(scope, [metric for metric in theirs if metric.source == PEOPLE]),
    )


def _read(scope: Scope, metrics: list[Metric], where: Where = ()) -> dict[str, float | None]:
    """The figures by metric, None where there is none."""
    if not metrics:
        return {}
    (row,) = measure(scope, *metrics, where=where).to_dict("records") or [{}]
    return {
        metric.id: None if formats.missing(row.get(metric.id)) else float(row[metric.id])
        for metric in metrics
    }


def _figure(
    metric: Metric, case_type: str, where: Where, known: _Known, is_alone: bool
) -> tuple[float | None, Where]:
    """Of the duty's own cases where the figure knows any, else of the department's.

    Satisfaction, say, is told by the cases that customers are asked about, not by the asking; what
    every case has is told of the duty's own or not at all. What is no department's own is of all,
    and so is what it never had itself. Who alone fills posts fills them for the whole house: what
    is counted of people is then of all. The screen says which.
    """
    if metric.source == PEOPLE and is_alone:
        return known.of_people[metric.id], ()
    own: Where = (*where, ("case_type", case_type))
    if metric.id in known.of_types and case_type in known.of_types.index:
        value = known.of_types[metric.id].to_dict()[case_type]
        if not formats.missing(value):
            return float(value), own
    if metric.id in known.of_types and metric.source in OF_EVERY_CASE:
        return None, own
    if metric.id in known.of_all:
        return known.of_all[metric.id], ()
    return known.of_department[metric.id], where


def _said(figures: list[Judged]) -> str:
    """`Cure rate 12.34% (whole bank); …`: of what, where it is of more than the duty's cases."""
    return t("; ").join(
        _of_what(f"{t(metric.name)} {_value(metric, value)}", cut) for metric, value, cut in figures
    )


def _value(metric: Metric, value: float | None) -> str:
    """The figure as it is read; of one that is not there why, where the metric knows."""
    if value is None and metric.without:
        return t(metric.without)
    return formats.value(metric.unit, value)


def _of_what(figure: str, cut: Where) -> str:
    return figure if "case_type" in dict(cut) else t("{figure}, {of}", figure=figure, of=_of(cut))


def _of(cut: Where) -> str:
    """What a figure is told of: the duty's own cases, the whole department, or all in view."""
    told = dict(cut)
    if "case_type" in told:
        return t("this duty")
    return t("whole department") if "department_id" in told else t("all in view")


def figures(scope: Scope, department: str, word: str, frame: pd.DataFrame) -> None:
    """What each duty is judged by beside its cases: each figure once, and the way to its rows."""
    found = [
        (duty, *judged)
        for duty, own in zip(frame["said"], frame["figures"], strict=True)
        for judged in own
    ]
    if not found:
        return
    title = t("{department}: figures of the duties", department=word)
    st.subheader(md(title), anchor=False)
    duties_of: dict[tuple[Metric, str, Where], list[str]] = {}
    for duty, metric, value, cut in found:
        duties_of.setdefault((metric, _value(metric, value), cut), []).append(duty)
    rows = pd.DataFrame(
        {
            "metric": metric.id,
            "name": t(metric.name),
            "value": value,
            "of": _of(cut),
            "duty": t("; ").join(duties),
            "meaning": t(metric.meaning),
            "cut": cut,
        }
        for (metric, value, cut), duties in duties_of.items()
    )

    def opened(row: pd.Series) -> Target:
        cut = {dimension: str(value) for dimension, value in row["cut"]}
        return "why", {"metric": row["metric"], "part": "numerator", **cut}

    tables.show(rows, FIGURE, key="duty_figures", alt=title, open_row=opened, rows=10)
    facts = ((t("Department"), word),)
    export.offer(export.sheet("duty_figures", title, FIGURE, lambda: rows, scope, filters=facts))


def once(frame: pd.DataFrame) -> pd.DataFrame:
    """The duties whose cases are not those of an earlier one: what may be added up."""
    return frame[frame["same_as"].isna()]


def others(scope: Scope, department: str, frame: pd.DataFrame) -> pd.DataFrame:
    """What it has open that is no duty of its own, by type of case, the most first.

    With the cases of its duties it is all that Workload counts.
    """
    found = measure(scope, *ASKED, by="case_type", where=(("department_id", department),))
    held = found[(found[BACKLOG.id] > 0) & ~found["case_type"].isin(frame["case_type"])]
    return held.sort_values([BACKLOG.id, "case_type"], ascending=[False, True])


def table(scope: Scope, department: str, word: str, frame: pd.DataFrame) -> None:
    """The duties in order; a row opens its cases below."""
    title = t("{department}: duties", department=word)
    st.subheader(md(title), anchor=False)
    counted = once(frame)
    told = t(
        "{n} duties, {cases} open cases, {late} past their target; cases of two duties are"
        " counted once.",
        n=formats.count(len(frame)),
        cases=formats.count(counted[BACKLOG.id].sum()),
        late=formats.count(counted[OVERDUE_OPEN.id].sum()),
    )
    if len(more := others(scope, department, frame)):
        told = t(
            "{told} Besides it has {cases} open cases, {late} of them past their target, that"
            " belong to no duty of its own, handed to it or taken over: {types}.",
            told=told,
            cases=formats.count(more[BACKLOG.id].sum()),
            late=formats.count(more[OVERDUE_OPEN.id].sum()),
            types=t(", ").join(name("case_type", each) for each in more["case_type"]),
        )
    st.caption(told)

    def opened(row: pd.Series) -> Target:
        state = "open" if row[BACKLOG.id] else "ever"
        asked = {"department_id": department, "duty": row["duty_id"], "state": state}
        return "department", asked

    tables.show(frame, DUTIES, key="duties", alt=title, open_row=opened, rows=14)
    facts = ((t("Department"), word),)
    kept = {key: column for key, column in DUTIES.items() if key != "trend"}
    export.offer(export.sheet("duties", title, kept, lambda: frame, scope, filters=facts))


def cases(scope: Scope, department: str, word: str, duty: pd.Series) -> None:
    """The cases of one duty, by state, page by page."""
    title = t("Cases of {name}", name=duty["said"])
    st.subheader(md(title), anchor=False)
    state = filters.switch(t("State"), "state", list(STATES), lambda key: t(STATES[key]))
    number = int(duty[FIGURES[state]])
    if not number:
        st.caption(t("No case."))
        return
    asked = (state, department, duty["case_type"], "")

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return lists.in_words(reports.workload_cases(scope, *asked, after, limit))

    facts = ((t("State"), t(STATES[state])), (t("Department"), word))
    whole = ("duty_cases", title, CASES, part, "stay_id", number, scope)
    long_lists.draw(
        *whole, asked=asked, facts=facts, open_row=lists.open_case, rows=10, shown=SHOWN_OF_DUTY
    )
