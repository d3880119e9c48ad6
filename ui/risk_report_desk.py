"""The second half of the risk report: what is proposed, who owes an answer, the largest names."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from queries import reports, warning_reading
from queries.periods import month_ends_before
from queries.warehouse import Scope
from ui import desk, desk_entries, desk_forms, formats, layout, staff, visit
from ui.desk_entries import Snapshot
from ui.i18n import name, t
from ui.risk_report_lines import MOST, borrowers, heading, line, none


def asked(scope: Scope) -> tuple[Callable[[], object], ...]:
    """The longer readings of this half, to be asked at once."""
    return (
        partial(reports.watch_list_start, scope, 2 * MOST, "largest"),
        partial(reports.watch_owners, scope),
        partial(reports.late_responses_total, scope),
        partial(reports.late_responses, scope, None, MOST),
    )


def proposed(scope: Scope) -> None:
    """Exits proposed and approved, and the next steps that are due, as the desk has them."""
    st.subheader(t("What is proposed"), anchor=False)
    snapshot = desk.everything()
    if desk_forms.unavailable(snapshot):
        return
    left, right = layout.beside(2, 260, border=True)
    with left:
        _exits(scope, snapshot, desk_entries.PROPOSED, t("Exits proposed"))
        _exits(scope, snapshot, desk_entries.APPROVED, t("Exits approved"))
    with right:
        _steps(scope, snapshot)


def _exits(scope: Scope, snapshot: Snapshot, state: str, title: str) -> None:
    frame = _known(scope, desk_entries.chosen(snapshot, exits=(state,)))
    heading(f"{title} · {formats.count(len(frame))}")
    if none(frame, t("There is none.")):
        return
    for row in frame.head(MOST).itertuples():
        own = snapshot.of(str(row.borrower_id))
        entry = own.approval or own.proposal
        by = t("{who}, {day}", who=entry.user, day=formats.day(entry.when)) if entry else ""
        text = entry.text if entry and visit.now().reads_notes else ""
        who = f"{row.borrower_id} · {formats.text(row.name)}"
        facts = (formats.money(row.exposure), name("alert_level", row.level), by, text)
        line("borrower", who, *facts, borrower_id=row.borrower_id)
    _more(len(frame))


def _steps(scope: Scope, snapshot: Snapshot) -> None:
    """Next steps with a day, the overdue first."""
    numbers = desk_entries.chosen(snapshot, due_by=date.max)
    frame = _known(scope, numbers)
    due = [_due(snapshot, str(number)) for number in frame["borrower_id"]]
    frame = frame.assign(due=due).sort_values(["due", "borrower_id"])
    late = int((frame["due"] < scope.as_of).sum()) if len(frame) else 0
    heading(
        t(
            "Next steps · {n}, {late} of them overdue",
            n=formats.count(len(frame)),
            late=formats.count(late),
        )
    )
    if none(frame, t("There is none.")):
        return
    for row in frame.head(MOST * 2).itertuples():
        own = snapshot.of(str(row.borrower_id))
        step = own.next_step
        text = step.text if step and visit.now().reads_notes else ""
        who = f"{row.borrower_id} · {formats.text(row.name)}"
        facts = (
            t("due {day}", day=formats.day(row.due)),
            staff.called(own.owner or row.owner),
            text,
        )
        line("borrower", who, *facts, borrower_id=row.borrower_id)
    _more(len(frame), MOST * 2)


def _due(snapshot: Snapshot, number: str) -> date:
    step = snapshot.of(number).next_step
    return step.due_on if step and step.due_on else date.max


def _known(scope: Scope, numbers: tuple[str, ...]) -> pd.DataFrame:
    """The borrowers that this reader may see: the desk knows no branches."""
    return reports.desk_borrowers(scope, numbers)


def _more(total: int, shown: int = MOST) -> None:
    if total > shown:
        st.caption(t("and {n} more borrowers", n=formats.count(total - shown)))


# --- Who owes an answer ---


def owed(scope: Scope) -> None:
    """Alerts without an answer in time, cases past due, reviews overdue by owner."""
    st.subheader(t("Who owes an answer"), anchor=False)
    left, right = layout.beside(2, 260, border=True)
    with left:
        _unanswered(scope)
    with right:
        _late(scope)
    with st.container(border=True, key="report_owners"):
        _owners(scope)


def unanswered(scope: Scope, snapshot: Snapshot) -> tuple[pd.DataFrame, int, int]:
    """The largest alerts of the month end before on which nobody has acted since, neither in a case
    nor on the desk, how many they are, and how many alerts there were. By now all of them are past
    their service level."""
    days = month_ends_before(scope)
    if not days:
        return pd.DataFrame(), 0, 0
    before = replace(scope, as_of=days[0])
    acted = reports.acted_alerts(scope, days[0])["borrower_id"]
    answered = sorted({*snapshot.states.answered_since(days[0]), *acted})
    frame, silent, _ = warning_reading.largest_alerts(before, MOST, tuple(answered))
    return frame, silent, reports.new_alerts_total(before)[0]


def _unanswered(scope: Scope) -> None:
    heading(t("Alerts of the month before on which nobody acted, in a case or on the desk"))
    snapshot = desk.everything()
    if not snapshot.available:
        st.caption(t("Not known: the desk's store cannot be read."))
        return
    frame, silent, number = unanswered(scope, snapshot)
    if none(frame, t("Every one has an answer.")):
        return
    st.caption(
        t(
            "{n} of {total}; red asks for an answer on the same day, orange within five workdays",
            n=formats.count(silent),
            total=formats.count(number),
        )
    )
    borrowers(frame, total=silent)


def _late(scope: Scope) -> None:
    number, _ = reports.late_responses_total(scope)
    heading(t("Cases on alerts past due and open · {n}", n=formats.count(number)))
    frame = reports.late_responses(scope, None, MOST)
    if none(frame, t("No case on an alert is late.")):
        return
    for row in frame.itertuples():
        said = f"{row.case_id} · {row.borrower_id}"
        late = t("{n} days late", n=formats.count(row.days_late))
        line("case", said, formats.text(row.owner), late, case_id=row.case_id)
    if number > len(frame):
        said = t("all {n}", n=formats.count(number))
        line("early_warning", said, chapter="results")


def _owners(scope: Scope) -> None:
    frame = reports.watch_owners(scope)
    frame = frame[frame["overdue_reviews"] > 0]
    total = int(frame["overdue_reviews"].sum())
    heading(t("Reviews overdue by owner · {n}", n=formats.count(total)))
    if none(frame, t("No review is overdue.")):
        return
    shown = frame.sort_values(["overdue_reviews", "owner"], ascending=[False, True])
    people = staff.names()
    for place, each in enumerate(layout.beside(3, 180)):
        with each:
            for row in shown.iloc[place * MOST : (place + 1) * MOST].itertuples():
                said = t(
                    "{owner}: {late} of {n} reviews overdue",
                    owner=formats.text(staff.called(row.owner, people)),
                    late=formats.count(row.overdue_reviews),
                    n=formats.count(row.borrowers),
                )
                asked = {"owner": row.owner, "review": "overdue"}
                line("watchlist", said, formats.money(row.exposure), **asked)
    if len(shown) > MOST * 3:
        st.caption(t("and {n} more owners", n=formats.count(len(shown) - MOST * 3)))


# --- The largest names ---


def largest(scope: Scope) -> None:
    """The borrowers on the watchlist that owe most, with their rules."""
    st.subheader(t("The largest names on the watchlist"), anchor=False)
    frame, number, _ = reports.watch_list_start(scope, MOST * 2, "largest")
    if none(frame, t("Nobody is on the watchlist.")):
        return
    with st.container(border=True, key="report_largest"):
        places = layout.beside(2, 260)
        with places[0]:
            borrowers(frame.head(MOST), rules=True)
        with places[1]:
            borrowers(frame.iloc[MOST:], rules=True)
            _more(number, MOST * 2)
