"""What happened in this case, by whom, and was it in time?"""

from dataclasses import replace

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, findings_named, formats, links, lists, record, tables, visit
from ui.i18n import md, name, t
from ui.tables import Column

DAY = 24 * 60  # minutes
TENTH = 0.1  # of a working day, the least that is told in days
EVENTS: dict[str, Column] = {
    "happened_at": Column("When", "time"),
    "event": Column("Event", codes="event"),
    "actor": Column("By"),
    "to_staff": Column("Assigned to"),
    "department": Column("Handed to"),
    "waits_for": Column("Waits for", codes="waits_for"),
    "note": Column("Note", width=320),
}


def render(scope: Scope) -> None:
    """The facts of one case and its events, as they stood on the day looked at."""
    here = visit.now()
    # A branch or a product that was chosen hides no case; the day that was chosen counts.
    then = replace(here.rights, as_of=scope.as_of)
    case_id = st.query_params.get("case_id", "")
    found = reports.case_detail(then, case_id) if case_id else pd.DataFrame()
    own = here.department
    if len(found) and own not in ("", found.iloc[0].department_id, found.iloc[0].sent_to_id):
        if _was_handed_on(then, found, own):
            return
        found = found.iloc[:0]
    if found.empty:
        record.not_found(t("case"), case_id)
        return
    case = lists.in_words(found).iloc[0]
    st.header(md(f"{case_id} · {name('case_type', case.case_type)}"), anchor=False)
    with st.container(horizontal=True, gap="small"):
        st.badge(
            t("Open") if case.is_open else t("Closed"), color="blue" if case.is_open else "gray"
        )
        if case.is_late:
            st.badge(t("Past its target"), icon=":material/alarm:", color="red")
        if not formats.missing(case.sent_to_id):
            asked = name("department_id", case.sent_to_id)
            said = t("Sent to {department}, not yet answered", department=md(asked))
            st.badge(said, icon=":material/forward:", color="orange")
    ended = [(t("Clock ended on"), formats.minute(case.fulfilled_at))]
    record.facts(
        [
            (t("Department"), formats.text(case.department)),
            (t("Owner"), formats.text(case.owner_name)),
            (t("Branch"), name("branch", case.branch)),
            (t("Opened on"), formats.minute(case.opened_at)),
            (t("Target"), formats.minute(case.due_at)),
            *([] if formats.missing(case.fulfilled_at) else ended),
            (t("Closed on"), formats.minute(case.closed_at)),
            (t("Outcome"), name("outcome", case.outcome)),
            (t("Level"), name("case_grade", case.grade)),
            (t("Clock"), name("clock", "statutory" if case.is_statutory else case.clock)),
            (t("Source of the target"), lists.source(case.source)),
            (t("Time allowed"), _time(case.target_minutes, case.clock, case.target_workdays)),
            (t("Time taken"), _time(case.elapsed_minutes, case.clock, case.elapsed_workdays)),
            (t("Time stopped"), _time(case.paused_minutes, case.clock, case.paused_workdays)),
            (t("Opened again"), formats.count(case.reopenings)),
        ]
    )
    if not formats.missing(case.loan_id):
        links.link(
            "loan",
            t("Loan {number}", number=md(case.loan_id)),
            icon=":material/request_quote:",
            loan_id=case.loan_id,
        )
    _events(then, case_id, here.reads_notes)
    loan_id, borrower_id = (
        "" if formats.missing(each) else str(each) for each in (case.loan_id, case.borrower_id)
    )
    findings_named.of_case(here.rights, case_id, loan_id, borrower_id)


def _events(then: Scope, case_id: str, reads_notes: bool) -> None:
    st.subheader(t("Events"), anchor=False)
    events = lists.in_words(reports.case_events(then, case_id, reads_notes))
    if events.empty:
        st.caption(t("No event is recorded."))
        return
    tables.show(events, EVENTS, key="case_events", alt=t("Events"), rows=16)
    export.offer(
        export.sheet(
            "case_events",
            t("Events"),
            EVENTS,
            lambda: events,
            then,
            filters=((t("Case"), case_id),),
        )
    )


def _was_handed_on(scope: Scope, found: pd.DataFrame, department: str) -> bool:
    """Tells a head where a case went that the department had: who has it now sees the rest."""
    case = lists.in_words(found).iloc[0]
    left = lists.in_words(reports.case_left(scope, case.case_id, department))
    if left.empty:
        return False
    st.header(md(f"{case.case_id} · {name('case_type', case.case_type)}"), anchor=False)
    st.info(
        t(
            "Handed on to {department} on {day}; it is with {now}.",
            department=md(str(left.iloc[0].department)),
            day=formats.day(left.iloc[0].left_on),
            now=md(str(case.department)),
        ),
        icon=":material/forward:",
    )
    st.caption(t("Of other departments you see the totals, not the cases."))
    return True


def _time(minutes: float | None, clock: str, workdays: float | None = None) -> str:
    """Minutes of the case's own clock as its level tells them: in working days, else in working
    hours, or where every day counts in days and hours. Less than a tenth of a working day is told
    in minutes, so that a short time is not none.
    """
    if formats.missing(minutes) or minutes is None:
        return formats.DASH
    if (
        workdays is not None
        and not formats.missing(workdays)
        and (workdays >= TENTH or not minutes)
    ):
        said = f"{workdays:,.1f}".removesuffix(".0")
        return t("{n} working day" if said == "1" else "{n} working days", n=said)
    if clock == "working":
        hours, rest = formats.count(minutes // 60), int(minutes % 60)
        if not rest:
            return t("{hours} working h", hours=hours)
        return t("{hours} working h {minutes} min", hours=hours, minutes=rest)
    if minutes >= DAY:
        days, hours = formats.days(minutes // DAY), int(minutes % DAY // 60)
        return t("{days} {hours} h", days=days, hours=hours) if hours else days
    return t(
        "{hours} h {minutes} min", hours=formats.count(minutes // 60), minutes=int(minutes % 60)
    )
