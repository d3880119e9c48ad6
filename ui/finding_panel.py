"""Beside a finding and an exception: what was done about it here, and the forms for more."""

import logging
from typing import Any

import pandas as pd
import streamlit as st

from queries.warehouse import Scope
from ui import drafts, export, finding_desk, links, sample_forms, tables, visit
from ui.accounts import AUDITOR
from ui.finding_desk import EXTEND, Entry
from ui.i18n import md, name, t
from ui.rights import Refused
from ui.store import Unavailable
from ui.tables import Column

ENTRIES: dict[str, Column] = {
    "at": Column("At (UTC)", "time"),
    "by": Column("By"),
    "kind": Column("Deed", codes="finding_deed", width=170),
    "text": Column("Words", width=420),
    "due_on": Column("Due date", "date"),
}
# What the forms ask, and what each field begins with.
DEED: dict[str, Any] = {"deed": None, "text": "", "due_on": None}
RAISE: dict[str, Any] = {"title": "", "severity": finding_desk.SEVERITIES[2]}
DOWN = "Not available now: the workspace store cannot be reached."
log = logging.getLogger(__name__)


def beside(scope: Scope, finding_id: str, department_id: str) -> None:
    """What was done about a finding since the file, and what this person may do now."""
    title = t("Done here since the file")
    st.subheader(title, anchor=False)
    sample_forms.said()
    try:
        entries = finding_desk.history(finding_id)
    except Unavailable as error:
        log.error("findings: %s", error)
        st.caption(t(DOWN))
        return
    if entries:
        made = finding_desk.state(entries)
        if made:
            st.badge(name("status", made), icon=":material/edit_note:", color="blue")
        frame = _frame(entries, visit.now().reads_notes)
        tables.show(frame, ENTRIES, key="finding_entries", alt=title)
        facts = ((t("Finding"), finding_id),)
        export.offer(
            export.sheet("finding_entries", title, ENTRIES, lambda: frame, scope, filters=facts)
        )
    else:
        st.caption(t("Nothing yet."))
    allowed = finding_desk.deeds(visit.now().user, department_id, visit.now().own)
    if allowed:
        _form(finding_id, department_id, allowed)
    else:
        st.caption(t("Its department submits what it did; only audit closes it."))


def done(finding_id: str, reads_notes: bool) -> pd.DataFrame:
    """What was done about a finding, newest first; raises Unavailable.

    Free text is not for executives (15.3): `reads_notes` says who reads it.
    """
    return _frame(finding_desk.history(finding_id), reads_notes)


def _frame(entries: list[Entry], reads_notes: bool) -> pd.DataFrame:
    rows = [(each.when, each.user, each.kind, each.text, each.due_on) for each in reversed(entries)]
    frame = pd.DataFrame(rows, columns=["at", "by", "kind", "text", "due_on"])
    frame = frame.assign(due_on=pd.to_datetime(frame["due_on"]), at=pd.to_datetime(frame["at"]))
    return frame if reads_notes else frame.drop(columns="text")


def _form(finding_id: str, department_id: str, allowed: tuple[str, ...]) -> None:
    form = f"deed_{finding_id}"
    drafts.restore(form, DEED | {"deed": allowed[0]})
    with st.form("finding_act"):
        st.selectbox(
            t("Deed"),
            allowed,
            key=drafts.key(form, "deed"),
            format_func=lambda code: name("finding_deed", code),
        )
        st.text_area(
            t("Words, and where the evidence is"),
            key=drafts.key(form, "text"),
            max_chars=finding_desk.MOST_TEXT,
            height="content",
        )
        if EXTEND in allowed:
            st.date_input(
                t("New due date, of an extension"),
                value=None,
                key=drafts.key(form, "due_on"),
                format="YYYY-MM-DD",
            )
        st.caption(t("Kept for good, with your name and the time. Long numbers are taken out."))
        st.form_submit_button(
            t("Write"), type="primary", on_click=_acted, args=(finding_id, department_id)
        )


def _acted(finding_id: str, department_id: str) -> None:
    form, now = f"deed_{finding_id}", visit.now()
    typed = drafts.keep(form, DEED)
    told = (typed["deed"], typed["text"] or "", typed["due_on"], now.page)
    try:
        finding_desk.act(now.user, finding_id, department_id, *told, own=now.own)
    except Refused as refused:
        sample_forms.say("warning", str(refused))
    except Unavailable:
        sample_forms.say("warning", t("Not written: the workspace store cannot be reached."))
    else:
        drafts.done(form)
        sample_forms.say("success", t("It is written."))


# --- From an exception ---


def raise_from(found: pd.Series, owner: str) -> None:
    """The findings that were raised from an exception, and for audit the form for one."""
    try:
        known = finding_desk.of_exception(str(found.exception_id))
    except Unavailable as error:
        log.error("findings: %s", error)
        st.caption(t(DOWN))
        return
    sample_forms.said()
    for each in known:
        links.link(
            "finding",
            t(
                "Finding {n} was raised from it by {who}: {title}.",
                n=f"**{md(each.finding_id)}**",
                who=md(each.user),
                title=md(each.title),
            ),
            icon=":material/fact_check:",
            finding_id=each.finding_id,
        )
    if AUDITOR not in visit.now().user.roles:
        return
    form = f"raise_{found.exception_id}"
    drafts.restore(form, RAISE)
    with (
        st.popover(t("Make a finding of it"), icon=":material/add_alert:"),
        st.form("raise_finding"),
    ):
        st.text_input(t("Title"), key=drafts.key(form, "title"), max_chars=finding_desk.MOST_TITLE)
        st.selectbox(
            t("Severity"),
            finding_desk.SEVERITIES,
            key=drafts.key(form, "severity"),
            format_func=lambda code: name("severity", code),
        )
        told = (str(found.exception_id), str(found.loan_id), str(found.branch), owner)
        st.form_submit_button(t("Raise it"), type="primary", on_click=_raised, args=told)


def _raised(exception_id: str, loan_id: str, branch: str, owner: str) -> None:
    form, now = f"raise_{exception_id}", visit.now()
    typed = drafts.keep(form, RAISE)
    try:
        number = finding_desk.raise_one(
            now.user,
            title=typed["title"] or "",
            severity=typed["severity"],
            department_id=owner,
            branch=branch,
            exception_id=exception_id,
            loan_id=loan_id,
            page=now.page,
        )
    except Refused as refused:
        sample_forms.say("warning", str(refused))
    except Unavailable:
        sample_forms.say("warning", t("Not written: the workspace store cannot be reached."))
    else:
        drafts.done(form)
        sample_forms.say("success", t("Finding {n} was raised.", n=number))
