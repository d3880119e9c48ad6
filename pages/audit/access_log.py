"""Who saw, exported or unmasked what, when, and what is out of the ordinary?"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import (
    access_figures,
    accounts,
    audit_charts,
    drill,
    export,
    filters,
    formats,
    layout,
    links,
    pictures,
    tables,
    workspace,
)
from ui import access_reading as reading
from ui.i18n import md, name, t
from ui.store import Unavailable, now
from ui.tables import Column
from ui.theme import palette

PERIODS: dict[str, str] = {"30": "30 days", "7": "7 days", "90": "90 days", "366": "A year"}
VIEWS: dict[str, str] = {
    "people": "People and hours",
    "taken": "Exports and unmaskings",
    "odd": "Out of the ordinary",
    "lines": "All lines",
}
COUNTS: dict[str, Column] = {
    "views": Column("Views", "count"),
    "exports": Column("Exports", "count"),
    "rows": Column("Rows exported", "count"),
    "unmasks": Column("Unmasked", "count"),
    "unmask_rate": Column(
        "Unmasked per personal view", "ratio", help="Of loans, borrowers, the watchlist and cases."
    ),
    "denials": Column("Denied", "count"),
    "failures": Column("Failed sign-ins", "count"),
    "last_at": Column("Last line", "time"),
}
PERSON: dict[str, Column] = {
    "user": Column("User"),
    "roles": Column("Role", codes="role", width=150),
    **COUNTS,
}
ROLE: dict[str, Column] = {"roles": Column("Role", codes="role", width=150), **COUNTS}
LINES: dict[str, Column] = {
    "seq": Column("Line", "count", width=70),
    "at": Column("At", "time"),
    "user": Column("User"),
    "roles": Column("Role", codes="role", width=110),
    "action": Column("Action", codes="log_action"),
    "page_title": Column("Page", width=120),
    "object_type": Column("Of"),
    "object_id": Column("Which", width=200),
    "purpose": Column("Reason", width=160),
    "row_count": Column("Rows", "count"),
    "result": Column("Result", width=110),
    "address": Column("Address"),
    "build": Column("Build"),
}
HOURS: dict[str, Column] = {"hour": Column("Hour", "count"), "reads": Column("Reads", "count")}
ACCOUNTS: dict[str, Column] = {
    "user": Column("User"),
    "name": Column("Name"),
    "state": Column("State", codes="account_state", width=250),
    "is_enabled": Column("Enabled", "flag"),
    "last_at": Column("Last sign-in", "time"),
    "left_on": Column("Left on", "date"),
}
BURSTS: dict[str, Column] = {
    "user": Column("User"),
    "address": Column("Address"),
    "users": Column("Users", "count"),
    "first_at": Column("First", "time"),
    "last_at": Column("Last", "time"),
    "failures": Column("Failed sign-ins", "count"),
}
EXPORT_DAYS: dict[str, Column] = {
    "user": Column("User"),
    "roles": Column("Role", codes="role"),
    "day": Column("Day", "date"),
    "rows": Column("Rows exported", "count"),
    "usual": Column("99 % of days in the role", "number"),
    "is_large": Column("Above it", "flag"),
}
FIGURES: dict[str, Column] = {
    "figure": Column("Figure", width=155),
    "value": Column("Value", width=170),
    "limit": Column("Limit", width=95),
    "figure_id": Column("Number", width=190),
    "meaning": Column("What it counts", width=900),
}
SILENT: dict[str, Column] = {
    "from_at": Column("From", "time"),
    "to_at": Column("To", "time"),
    "minutes": Column("Minutes", "count"),
}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Read:
    """The lines of the period of so many days, and what the proof of the chain said, if asked."""

    lines: pd.DataFrame
    days: int
    verdict: workspace.Verdict | None


def render(scope: Scope) -> None:
    """The proof of the chain, the period, and one view of its lines."""
    with st.container(horizontal=True, gap="medium", horizontal_alignment="distribute"):
        view = filters.switch(t("View"), "view", list(VIEWS), lambda key: t(VIEWS[key]))
        period = filters.switch(t("Period"), "period", list(PERIODS), lambda key: t(PERIODS[key]))
    try:
        verdict = _proof()
        frame = reading.lines(int(period))
        # A page by its title; one that no auditor opens by its address.
        frame["page_title"] = [links.title(each) or each for each in frame["page"]]
        SHOWN[view](scope, Read(frame, int(period), verdict))
    except Unavailable as error:
        log.error("access log: %s", error)
        st.warning(
            t("The access log cannot be read: the workspace store cannot be reached."),
            icon=":material/cloud_off:",
        )


def _proof() -> workspace.Verdict | None:
    """On a button: the whole chain is worked out again."""
    if not st.button(t("Verify the chain"), icon=":material/link:", type="tertiary"):
        st.caption(t("Times are those of the bank, UTC+8. A line changed or removed is found out."))
        return None
    verdict = workspace.verify()
    if verdict.problems:
        st.error(
            t("The log is not whole: {what}.", what=md("; ".join(verdict.problems[:5]))),
            icon=":material/error:",
        )
        return verdict
    st.success(
        t(
            "The log is whole: {n} lines. Note the head {head} elsewhere; `python -m ui.workspace"
            " verify --head` then finds a log that was put back.",
            n=formats.count(verdict.lines),
            head=f"`{verdict.lines}:{verdict.head[:12]}…`",
        ),
        icon=":material/check:",
    )
    return verdict


def _table(
    scope: Scope, key: str, title: str, columns: dict[str, Column], frame: pd.DataFrame
) -> None:
    st.markdown(f"**{title}**")
    if frame.empty:
        st.caption(t("Nothing found."))
        return
    tables.show(frame.head(MOST_SHOWN), columns, key=key, alt=title, rows=12)
    export.offer(export.sheet(key, title, columns, lambda: frame, scope))


MOST_SHOWN = 2000


def _people(scope: Scope, read: Read) -> None:
    _table(scope, "log_people", t("By person"), PERSON, reading.by_person(read.lines))
    left, right = layout.beside()
    with left:
        _table(scope, "log_roles", t("By role"), ROLE, reading.by_role(read.lines))
    with right:
        _hours(scope, read.lines)


def _hours(scope: Scope, frame: pd.DataFrame) -> None:
    title = t("Reads by hour of the day")
    st.markdown(f"**{title}**")
    hours = reading.by_hour(frame)
    said = drill.described(hours[hours["reads"] > 0], title, "reads", "hour", "count")
    pictures.still(audit_charts.hours(hours, palette=palette()), "log_hours", said)
    export.twin(hours, HOURS, "log_hours", title, scope)


def _taken(scope: Scope, read: Read) -> None:
    frame = read.lines
    exports = frame[frame["action"] == "export"]
    _table(scope, "log_exports", t("Exports"), LINES, exports)
    _table(scope, "log_unmasks", t("Unmasked values"), LINES, frame[frame["action"] == "unmask"])
    title = t("Rows exported by person and day, unusually many first")
    _table(scope, "log_export_days", title, EXPORT_DAYS, reading.export_days(frame))


def _odd(scope: Scope, read: Read) -> None:
    frame = read.lines
    since = datetime.fromtimestamp(now(), reading.ZONE).date() - timedelta(days=read.days)
    departments = {user: each.user.department or "" for user, each in accounts.read().items()}
    odd = reading.odd_hours(frame, departments, reports.access_hours(scope, since))
    unjustified = reading.without_case(frame)
    people = access_figures.people(scope)
    bursts, silences = reading.bursts(frame), reading.silences(frame)
    gaps, coverage = reading.gaps(read.days), reading.coverage(read.days)
    breaks = None if read.verdict is None else len(read.verdict.problems)
    figures = access_figures.figures(
        access_figures.Read(frame, odd, unjustified, bursts, gaps, coverage, people, breaks)
    )
    _table(scope, "log_figures", t("Figures of the period"), FIGURES, figures)
    with st.expander(t("What each figure counts"), icon=":material/functions:"):
        for row in figures.itertuples():
            st.markdown(f"**{row.figure}** (`{row.figure_id}`): {md(str(row.meaning))}")
    _table(scope, "log_gaps", t("Gaps in the log"), SILENT, gaps)
    _table(scope, "log_accounts", t("Accounts to look at"), ACCOUNTS, people[people["state"] != ""])
    _table(scope, "log_unjustified", t("Shown in clear without a case"), LINES, unjustified)
    _table(scope, "log_bursts", t("Bursts of failed sign-ins"), BURSTS, bursts)
    _table(
        scope,
        "log_odd",
        t("Personal reads outside the hours of the reader's department"),
        LINES,
        odd,
    )
    _table(scope, "log_silent", t("An hour or more without a reader's line"), SILENT, silences)


def _lines(scope: Scope, read: Read) -> None:
    found = frame = read.lines
    left, right = st.columns(2)
    with left:
        users = sorted(frame["user"].unique())
        user = filters.pick(t("User"), "user", users, several=False)
    with right:
        actions = sorted(frame["action"].unique())
        action = filters.pick(
            t("Action"),
            "log_action",
            actions,
            shown=lambda code: name("log_action", code),
            several=False,
        )
    if user:
        found = found[found["user"] == user[0]]
    if action:
        found = found[found["action"] == action[0]]
    st.caption(t("{n} lines, the newest first", n=formats.count(len(found))))
    _table(scope, "log_lines", t("Lines"), LINES, found)


SHOWN: dict[str, Callable[[Scope, Read], None]] = {
    "people": _people,
    "taken": _taken,
    "odd": _odd,
    "lines": _lines,
}
