"""What falls due: a calendar of the weeks to come, and the findings and actions in it."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import drill, due_calendar, export, filters, formats, links, lists, pictures, tables
from ui.i18n import name, t
from ui.tables import Column
from ui.theme import palette

KEY, PAST = "falls_due", "past"
DUE: dict[str, Column] = {
    "finding_id": Column("Finding", width=80),
    "due_on": Column("Current due date", "date"),
    "days_left": Column("Days left", "days"),
    "due_when": Column("When", codes="due_when"),
    "what": Column("What", codes="due_what"),
    "severity": Column("Severity", codes="severity"),
    "finding": Column("Title", width=280),
    "action": Column("Action", width=200),
    "owner": Column("Owner"),
    "department": Column("Department"),
    "branch": Column("Branch", codes="branch"),
    "extensions": Column("Extensions", "count"),
    "exposure": Column("Their balance", "money"),
}
DAYS: dict[str, Column] = {
    "day": Column("Due date", "date"),
    "due_count": Column("Falls due", "count"),
    "findings": Column("Findings", "count"),
    "actions": Column("Actions", "count"),
    "severity": Column("Gravest", codes="severity"),
    "is_past": Column("Past due", "flag"),
}


def show(scope: Scope) -> None:
    """The calendar, and below it the list of all, of one day, or of what is past due."""
    title = t("What falls due")
    st.subheader(title, anchor=False)
    whole = lists.in_words(reports.findings_due(scope))
    if whole.empty:
        st.caption(t("Nothing falls due within 90 days."))
        return
    counts = whole["due_when"].value_counts()
    st.caption(
        " · ".join(
            f"{name('due_when', when)}: {formats.count(counts.get(when, 0))}"
            for when in ("past", "week", "month", "quarter")
        )
    )
    days = reports.findings_calendar(scope)
    _earlier(days)
    _calendar(scope, days)
    _list(scope, whole, days)


def _earlier(days: pd.DataFrame) -> None:
    """A way to what was due before the calendar begins."""
    before = days[days["day"].isna()]
    for row in before.itertuples():
        said = t(
            "{n} were due before these weeks, the gravest: {severity}",
            n=formats.count(row.due_count),
            severity=name("severity", row.severity),
        )
        links.link("findings", said, icon=":material/event_busy:", **{KEY: PAST})


def _calendar(scope: Scope, days: pd.DataFrame) -> None:
    title = t("Calendar of what falls due")
    drawn = days[days["day"].notna()]
    busy = days[days["due_count"] > 0]
    picture = due_calendar.calendar(drawn, scope.as_of, palette=palette())
    said = drill.alt_text(
        title,
        (
            (formats.day(day), f"{formats.count(many)}, {name('severity', severity)}")
            for day, many, severity in zip(
                *(busy["day"], busy["due_count"], busy["severity"]), strict=True
            )
        ),
    )
    cell = pictures.draw_cells(picture, "findings_calendar", said)
    places = {
        (formats.day(row.week), str(row.weekday)): formats.day(row.day)
        for row in drawn.itertuples()
        if row.due_count
    }
    chosen = places.get((str(cell[0]), str(cell[1]))) if cell else None
    if chosen:
        links.go("findings", **{KEY: chosen})
    export.twin(busy, DAYS, "findings_calendar", title, scope)


def _list(scope: Scope, whole: pd.DataFrame, days: pd.DataFrame) -> None:
    known = [formats.day(day) for day in days.loc[days["due_count"] > 0, "day"].dropna()]
    (chosen,) = filters.asked(KEY, [PAST, *known])[:1] or [""]
    title, frame = t("What falls due"), whole
    if chosen == PAST:
        title, frame = t("Past due"), whole[whole["due_when"] == PAST]
    elif chosen:
        title = t("Due {day}", day=chosen)
        frame = whole[whole["due_on"] == pd.Timestamp(chosen)]
    if chosen:
        st.markdown(f"**{title}**")
    tables.show(frame, DUE, key="findings_due", alt=title, open_row=lists.open_finding, rows=10)
    facts = filters.told([(KEY, chosen)] if chosen else [])
    export.offer(export.sheet("findings_due", title, DUE, lambda: frame, scope, filters=facts))
