"""The answers as sentences: who needs help, what more people would change, what breaks next."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import streamlit as st

from queries import reports, workload_answers
from queries.capacity import Queue
from queries.metrics import BACKLOG, INFLOW
from queries.warehouse import Scope
from queries.workload_answers import Answers, Line, Need, Relief
from ui import filters, formats, links, visit
from ui.i18n import language, md, name, t

MORE = ("1", "2", "3", "5", "10")
USUAL = "2"
NEXT = 3
HARDLY = 730  # days
Link = tuple[str, str, dict[str, Any]]
Said = tuple[str, list[Link]]


def show(scope: Scope, department: str = "", departments: pd.DataFrame | None = None) -> None:
    """The sentences of all departments, or of one, each with the way to its rows.

    `departments` is what is known of all, where the page has asked.
    """
    st.subheader(t("Who needs help, and what would help"), anchor=False)
    filters.switch(
        t("More people"),
        "more",
        MORE,
        lambda number: _so_many(int(number)),
        usual=USUAL,
    )
    found = asked(scope, department, departments)
    for place, (text, ways) in enumerate(sentences(scope, found, department)):
        with st.container(gap=None, key=f"answer_{place}"):
            st.markdown(md(text[:1].upper() + text[1:] + t(".")))
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                for page, label, params in ways:
                    links.link(page, md(label), icon=":material/arrow_forward:", **params)
    with st.expander(t("What this assumes"), icon=":material/info:"):
        st.caption(_assumed(found))


def asked(scope: Scope, department: str = "", departments: pd.DataFrame | None = None) -> Answers:
    """What `show` tells with as many more people as the address says: kept, to be asked ahead."""
    more = int(filters.one_of("more", MORE, USUAL))
    return workload_answers.read(scope, more, department, departments)


def sentences(scope: Scope, found: Answers, department: str = "") -> Iterator[Said]:
    """Text and links of each sentence, in order: need, the desk, relief, queues, returns, next."""
    yield from _needs(scope, found, department)
    if not found.is_whole:
        yield _unseen(), []
    if department and found.first and found.is_whole:
        yield from _desk(scope, found.first)
    if found.first and found.relief:
        yield from _relief(found.first.department, found.relief)
    yield from (_stuck(queue, relief) for queue, relief in found.stuck[:NEXT])
    if found.back is not None:
        yield _back(found.back)
    yield _next(found.breaks)
    yield from (_line(line, found.more) for line in found.calls[:1])


# --- Who needs help ---


def _needs(scope: Scope, found: Answers, department: str) -> Iterator[Said]:
    day = formats.day(scope.as_of)
    if department:
        yield from (_of_one(need, found, day) for need in found.needs)
        return
    if not found.needs:
        yield _nobody(found, day), []
        return
    first, *others = found.needs
    said = t(
        "in the month to {day} {department} needs help most: {signs}",
        day=day,
        department=_name(first.department),
        signs=_signs(first, found),
    )
    ways = _people(first)
    for other in others[: NEXT - 1]:
        said += t("; ") + t(
            "then {department}: {signs}",
            department=_name(other.department),
            signs=_signs(other, found),
        )
        ways += _people(other)[:1]
    yield said, ways


def _unseen() -> str:
    return t(
        "people of head office work for every branch, and all people for every product: what a part"
        " of the book needs of them is not known"
    )


def _nobody(found: Answers, day: str) -> str:
    if found.is_whole:
        return t("in the month to {day} no department shows two of the four signs of need", day=day)
    return t("in the month to {day} no department is known to show two signs of need", day=day)


def _of_one(need: Need, found: Answers, day: str) -> Said:
    asked = {"day": day, "department": _name(need.department), "signs": _signs(need, found)}
    ways = _people(need)
    if need.needs_help:
        return t("in the month to {day} {department} needs help: {signs}", **asked), ways
    if need.signs:
        said = t("in the month to {day} {department} shows one sign of need: {signs}", **asked)
        return said, ways
    if not found.is_whole:
        return t(
            "in the month to {day} the cases of {department} show no sign of need", **asked
        ), ways
    return t("in the month to {day} {department} shows no sign of need", **asked), ways


def _signs(need: Need, found: Answers) -> str:
    row = need.department
    said = {
        "overloaded": t(
            "{share} of its hours are in use (overload from {line})",
            share=formats.percent(row["utilisation"]),
            line=formats.percent(found.lines.overload),
        ),
        "short": t(
            "the work that came takes {needed} people and {present} are there",
            needed=formats.count(row["fte_required"]),
            present=formats.number(row["fte_present"]),
        ),
        "growing": t("more cases come than go, for three months"),
        "late": t(
            "{late} of {due} cases due were late ({share})",
            late=formats.count(row["breached_in_month"]),
            due=formats.count(row["due_in_month"]),
            share=formats.percent(row["sla_breach_rate_due"]),
        ),
    }
    return t(", ").join(said[sign] for sign in need.signs)


def _people(need: Need) -> list[Link]:
    row = need.department
    asked = {"department_id": row["department_id"], "owner": None}
    ways: list[Link] = [
        ("workload", t("{department}: people", department=_name(row)), asked | {"state": None})
    ]
    if "late" in need.signs:
        label = t("{department}: past their target", department=_name(row))
        ways.append(("workload", label, asked | {"state": "late"}))
    return ways


def _desk(scope: Scope, need: Need) -> Iterator[Said]:
    """Whose desk is fullest, by hours; told to whoever may see the people."""
    row = need.department
    if visit.now().department not in ("", row["department_id"]):
        return
    desks = reports.desk_sums(scope, row["department_id"])
    if desks.empty or desks["people"].iloc[0] < 2 or not desks["open_hours"].iloc[0]:
        return
    first = desks.iloc[0]
    said = t(
        "the fullest desk is that of {person}: {cases} open cases of {hours} hours, {late} past"
        " their target; each of the others has {mean} hours on average",
        person=first["name"],
        cases=formats.count(first["backlog"]),
        hours=formats.count(first["open_hours"]),
        late=formats.count(first["overdue_open"]),
        mean=formats.count(first["others_hours"]),
    )
    asked = {
        "department_id": row["department_id"],
        "owner": first["staff_id"],
        "state": "open",
    }
    yield said, [("workload", t("cases of {name}", name=first["name"]), asked)]


# --- What more people would change ---


def _relief(row: pd.Series, relief: Relief) -> Iterator[Said]:
    if relief.use_now is None and not relief.is_open:
        return
    said = _more(relief.people, _name(row))
    if relief.use_now is not None:
        said = t(
            "{who}: hours in use go from {now} to {then}",
            who=said,
            now=formats.percent(relief.use_now),
            then=formats.percent(relief.use_then),
        )
    if relief.is_open:
        said += t("; ") + _cleared(relief)
    asked = {"department_id": row["department_id"], "owner": None, "state": "open"}
    yield said, [("workload", t("{department}: open cases", department=_name(row)), asked)]


def _more(people: int, where: str) -> str:
    if people == 1:
        return t("one more person at {department}", department=where)
    return t("{n} more people at {department}", n=formats.count(people), department=where)


def _so_many(people: int) -> str:
    return t("1 more person") if people == 1 else t("{n} more people", n=people)


def _cleared(relief: Relief) -> str:
    if relief.clear_then is None:
        return t("what is open would still not clear")
    then = _time(relief.clear_then)
    if relief.clear_now is None:
        return t("what is open would clear in {then}, which now it does not", then=then)
    now = _time(relief.clear_now)
    if then == now:
        return t("more people would not be noticed")
    return t("what is open would clear in {then} instead of {now}", then=then, now=now)


def _time(days: float) -> str:
    """Days, but of more than two years only that: what hardly falls clears on no day."""
    if days < 1:
        return t("less than a day")
    return t("more than two years") if days > HARDLY else formats.days(days)


def _stuck(queue: pd.Series, relief: Relief | None) -> Said:
    said = t(
        "{queue} at {department} does not clear: {open} open, {late} of them past their target; in"
        " three months {came} came and {went} went",
        queue=_queue(queue),
        department=_name(queue),
        open=formats.count(queue["backlog"]),
        late=formats.count(queue["overdue_open"]),
        came=formats.count(queue["came"]),
        went=formats.count(queue["went"]),
    )
    if relief is None:
        return said, [_cases(queue)]
    said += t("; ") + (
        t("with {more} on it alone it would still not", more=_so_many(relief.people))
        if relief.clear_then is None
        else t(
            "with {more} on it alone it would clear in {days}",
            more=_so_many(relief.people),
            days=_time(relief.clear_then),
        )
    )
    return said, [_cases(queue)]


# --- Who sends back, what breaks next, what is answered at once ---


def _back(row: pd.Series) -> Said:
    said = t(
        "{department} sends back most of what it is sent: {returned} of {sent} hand-overs in 12"
        " months ({share}), all others together {others}",
        department=_name(row),
        returned=formats.count(row["returned"]),
        sent=formats.count(row["sent"]),
        share=formats.percent(row["share"]),
        others=formats.percent(row["others"]),
    )
    asked = {"route": f"{row['from_id']}:{row['to_id']}", "answer": "returned"}
    return said, [("handovers", t("its hand-overs"), asked)]


def _next(breaks: pd.DataFrame) -> Said:
    if breaks.empty:
        return t(
            "of the queues that closed ten cases or more in three months none breaks its"
            " promise at that pace"
        ), []
    first, others = breaks.iloc[0], breaks.iloc[1:NEXT]
    asked = {
        "queue": _queue(first),
        "department": _name(first),
        "day": formats.day(first["breaks_on"]),
        "ahead": formats.count(first["ahead"]),
        "late": formats.count(first["late"]),
    }
    if not first["workdays"]:
        said = t(
            "{queue} at {department} breaks its promise next, on {day}: {ahead} are due by then"
            " ({late} late already), and no working day comes before",
            **asked,
        )
    else:
        said = t(
            "{queue} at {department} breaks its promise next, on {day}: of {ahead} due by then"
            " ({late} late already) {can} can be done, at {pace} a working day",
            can=formats.count(first["can"]),
            pace=formats.number(first["a_workday"]),
            **asked,
        )
    for _, other in others.iterrows():
        said += t("; ") + t(
            "then {queue} at {department}, on {day}",
            queue=_queue(other),
            department=_name(other),
            day=formats.day(other["breaks_on"]),
        )
    return said, [_cases(row) for _, row in breaks.head(NEXT).iterrows()]


def _line(line: Line, more: int) -> Said:
    call = line.call
    said = t(
        "{queue} ({level}) at {department} is answered by {people} people at once, of whom all such"
        " calls together occupy {load}: {now}",
        queue=_queue(call),
        level=name("case_grade", call["case_grade"]),
        department=_name(call),
        people=formats.count(line.at_once),
        load=formats.number(line.load),
        now=_in_time(line.now, call),
    )
    if _is_spared(line):
        said += t("; ") + t("more people would not be noticed")
    else:
        said += t("; ") + t(
            "with {n} more, {people} at once, {then}",
            n=more,
            people=formats.count(line.at_once_then),
            then=_in_time(line.then, call),
        )
    if line.enough is not None:
        said += t("; ") + t(
            "for {share} it takes {enough} at once",
            enough=formats.count(line.enough),
            share=formats.percent(call["share_asked"]),
        )
    asked = {
        "metric": INFLOW.id,
        "part": "numerator",
        "department_id": call["department_id"],
        "case_type": call["case_type"],
    }
    return said, [("why", t("the cases that came"), asked)]


def _is_spared(line: Line) -> bool:
    """Whether as many are answered in time with more people as without, as far as is told."""
    if line.now is None or line.then is None:
        return False
    return formats.percent(line.now.in_time) == formats.percent(line.then.in_time)


def _in_time(queue: Queue | None, call: pd.Series) -> str:
    seconds = formats.count(call["within_seconds"])
    if queue is None:
        return t("they cannot carry it")
    return t(
        "{share} within {seconds} seconds, occupancy {occupancy}",
        share=formats.percent(queue.in_time),
        seconds=seconds,
        occupancy=formats.percent(queue.occupancy),
    )


def _cases(queue: pd.Series) -> Link:
    asked = {
        "metric": BACKLOG.id,
        "part": "numerator",
        "department_id": queue["department_id"],
        "case_type": queue["case_type"],
    }
    return "why", t("{queue}: open cases", queue=_queue(queue)), asked


def _assumed(found: Answers) -> str:
    """What the sentences rest on."""
    return t(
        "Assumed: one person more gives {hours} hours to cases in a month, at the standard time of"
        " each. Queues are worked in the order of their targets, the late first, at the pace of the"
        " last three months; what comes meanwhile is due later. Calls come at random, nobody hangs"
        " up and all who are there answer first (Erlang C); people at once are hours present over"
        " hours open. Signs of need: hours in use over the line, a person or more missing, more"
        " coming than going by over a tenth and beyond chance, a late share beyond the line; two"
        " of them are help needed (internal convention).",
        hours=formats.number(found.case_hours),
    )


def _name(row: pd.Series) -> str:
    """A department in the reader's language."""
    return str(row["department_zh"] if language() == "zh" else row["department"])


def _queue(row: pd.Series) -> str:
    return name("case_type", row["case_type"])
