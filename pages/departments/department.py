"""What must this department do, how does it stand, and who does it?"""

from dataclasses import replace

import streamlit as st

from queries import reports
from queries.warehouse import Scope, together
from ui import (
    appraisals,
    case_lists,
    department_sections,
    duties,
    export,
    filters,
    findings_named,
    layout,
    links,
    lists,
    people,
    routes,
    tables,
    visit,
    workload_answers,
)
from ui.i18n import language, md, name, t
from ui.routes import ROUTES
from ui.tables import Column

LEVELS: dict[str, Column] = {
    "case_type": Column("Type", codes="case_type", width=155),
    "case_grade": Column("Level", codes="case_grade", width=85),
    "measure": Column("What", codes="level_measure", width=75),
    "allowed": Column("Time allowed", width=110),
    "counts_from": Column("Counts from", width=95),
    "ends_by": Column("Ends with", width=95),
    "by": Column("Set by", width=75),
    "said_source": Column("Source", width=225),
    "clock_said": Column("Clock", codes="clock", width=105),
    "is_pausable": Column("Stops while waiting", "flag", width=130),
}
PROMISED = {
    **{"giver": 162, "taker": 162, "handed_over": 75, "late_rate": 75, "returned": 72, "open": 85},
    **{"late": 50, "handoff_hours": 60, "dwell_days": 85, "handoff_hours_p90": 90},
}
ALLOWED = {
    "days": "{n} days",
    "working days": "{n} working days",
    "hours": "{n} hours",
    "minutes": "{n} minutes",
    "seconds": "{n} seconds",
}
ALLOWED_ONE = {
    "days": "{n} day",
    "working days": "{n} working day",
    "hours": "{n} hour",
    "minutes": "{n} minute",
    "seconds": "{n} second",
}
PEOPLE: dict[str, Column] = {
    **case_lists.PERSON,
    "utilisation": Column("Use of working hours", "ratio"),
    "leave_hours": Column("Hours away", "number"),
    "absence_rate": Column("Absence", "ratio", help="Hours of leave over hours paid."),
}


def render(scope: Scope) -> None:
    """One department: its duties and the cases of one, promises, what must be done by when."""
    known = reports.departments(scope.build)
    words = dict(
        zip(known["department_id"], known["name_zh" if language() == "zh" else "name"], strict=True)
    )
    own = visit.now().department
    if not words:
        st.info(t("No department is known."))
        return
    first = own if own in words else next(iter(words))
    picked = filters.pick(
        t("Department"),
        "department_id",
        list(words),
        shown=lambda code: words[code],
        several=False,
        all_label=words[first],
    )
    chosen = picked[0] if picked else first
    _one(scope, chosen, words[chosen], own in ("", chosen))


def _one(scope: Scope, department: str, word: str, in_full: bool) -> None:
    # Asked at once, and kept: the sections below draw what they find.
    frame, *_ = together(
        lambda: duties.read(scope, department),
        lambda: workload_answers.asked(scope, department),
        *appraisals.ahead(scope, department, in_full),
        *(people.ahead(scope, department) if in_full else ()),
    )
    workload_answers.show(scope, department)
    if frame.empty:
        st.info(t("This department has no duty in the organisation in force."))
    else:
        duties.table(scope, department, word, frame)
    asked = filters.asked("duty", frame["duty_id"].tolist() if len(frame) else [])[:1]
    if not in_full:
        st.caption(t("Of other departments you see the totals, not the cases."))
    elif asked:
        # Right below the row that asks for them.
        duties.cases(scope, department, word, frame[frame["duty_id"] == asked[0]].iloc[0])
    if len(frame):
        duties.figures(scope, department, word, frame)
        icon = ":material/arrow_forward:"
        with st.container(horizontal=True, gap="small"):
            links.link("workload", t("Workload"), icon=icon, department_id=department)
            links.link("handovers", t("Hand-overs"), icon=icon, department_id=department)
            department_sections.ways(frame["case_type"])
    if len(frame):
        department_sections.draw(scope, department, word, in_full, frame["case_type"])
    findings_named.of_department(scope, department, word)
    _promises(scope, department, word)
    if in_full:
        people.show(scope, department, word, PEOPLE)
    _levels(scope, department, word)


def _promises(scope: Scope, department: str, word: str) -> None:
    wanted = routes.asked(scope, "year")
    frame = routes.read(wanted)
    ways = {
        "in": (t("Sent to {department}, 12 months", department=word), "to_id", "taker"),
        "out": (t("Sent by {department}, 12 months", department=word), "from_id", "giver"),
    }
    for place, (way, (title, column, mine)) in zip(layout.beside(), ways.items(), strict=True):
        with place:
            st.subheader(md(title), anchor=False)
            part = routes.ranked(frame[frame[column] == department])
            if part.empty:
                st.caption(t("No case has changed hands."))
                continue
            columns = {
                key: replace(ROUTES[key], width=width)
                for key, width in PROMISED.items()
                if key != mine
            }
            tables.show(
                part,
                columns,
                key=f"promises_{way}",
                alt=title,
                open_row=routes.open_route(wanted),
                rows=8,
            )
            export.offer(
                export.sheet(f"promises_{way}", title, columns, lambda part=part: part, scope)
            )


def _levels(scope: Scope, department: str, word: str) -> None:
    title = t("{department}: what must be done by when", department=word)
    st.subheader(md(title), anchor=False)
    frame = lists.in_words(reports.service_levels(scope, department))
    if frame.empty:
        st.caption(t("No time is set."))
        return
    st.caption(
        t(
            "The law's clocks count calendar days and never stop; the others are internal"
            " conventions or agreed."
        )
    )
    times = zip(frame["amount"], frame["unit"], frame["clock"], strict=True)
    law = frame["is_statutory"].astype(bool)
    starts, ends = frame["starts_with"].fillna(""), frame["ends_with"].fillna("")
    closes = [t("The closing") if each == "resolve" else "" for each in frame["measure"]]
    frame = frame.assign(
        allowed=[_allowed(*each) for each in times],
        clock_said=frame["clock"].mask(law, "statutory"),
        counts_from=[name("event", each) if each else t("The opening") for each in starts],
        ends_by=[
            name("event", event) if event else own for event, own in zip(ends, closes, strict=True)
        ],
        by=[t("Law") if each else t("The house") for each in law],
        said_source=[lists.source(each) for each in frame["source"]],
    )
    tables.show(frame, LEVELS, key="levels", alt=title, rows=12)
    facts = ((t("Department"), word),)
    export.offer(export.sheet("levels", title, LEVELS, lambda: frame, scope, filters=facts))


def _allowed(amount: float, unit: str, clock: str) -> str:
    """`15 days`, `3 working days`, of a part of a minute its seconds, or that it is agreed."""
    if clock == "agreed":
        return t("the day agreed")
    if unit == "minutes" and amount < 1:
        amount, unit = round(amount * 60), "seconds"
    of_work = (clock, unit) == ("working", "days")
    said = ALLOWED_ONE if amount == 1 else ALLOWED
    return t(said[f"working {unit}" if of_work else unit], n=f"{amount:g}")
