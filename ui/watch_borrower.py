"""What the early warnings say of one borrower: level, score, signals in force, its time listed."""

from collections.abc import Hashable

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import charts, drill, export, formats, lists, pictures, record, staff, tables, watch_words
from ui.i18n import language, name, t
from ui.tables import Column
from ui.theme import palette

SIGNALS: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "signal": Column("Signal", width=250),
    "value": Column("Value that tripped it"),
    "limit": Column("Threshold"),
    "points": Column("Points", "count"),
    "since": Column("Since", "date"),
    "family": Column("Kind of signal", codes="signal_family"),
    "severity": Column("Severity", codes="severity"),
    "is_hard": Column("Hard signal", "flag"),
    "rule_id": Column("Rule"),
}
LISTED: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "happened": Column("What happened"),
    "level": Column("Level", codes="alert_level"),
    "score": Column("Score", "count"),
    "listed_for": Column("Why it is listed"),
    "entered_on": Column("On the list since", "date"),
    "approved_by": Column("Approved by"),
    "owner": Column("Owner"),
    "review_due_on": Column("Review due", "date"),
    "is_review_overdue": Column("Review overdue", "flag"),
    "may_exit": Column("Meets the conditions of exit", "flag"),
}
FAMILIES = ("behavioural", "financial", "external", "collateral", "use_of_funds")


def draw(scope: Scope, borrower_id: str) -> tuple[str, str, bool | None]:
    """Everything of one borrower at the month end; gives its level there, its owner and whether it
    meets the conditions of exit, None when it is not on the watchlist."""
    score = reports.borrower_score(scope, borrower_id)
    history = reports.watch_history(scope, borrower_id)
    now = history[history["month_end"] == pd.Timestamp(scope.as_of)]
    listed = now[now["is_listed"]] if len(now) else now
    level = str(score.iloc[0]["level"]) if len(score) else "green"
    st.subheader(t("Early warning at {day}", day=formats.day(scope.as_of)), anchor=False)
    _stands(score, listed)
    _trend(scope, borrower_id)
    _signals(scope, borrower_id)
    _history(scope, borrower_id, history)
    owner = listed.iloc[0]["owner"] if len(listed) else None
    may_exit = bool(listed.iloc[0]["may_exit"]) if len(listed) else None
    return level, "" if formats.missing(owner) else str(owner), may_exit


def _stands(score: pd.DataFrame, listed: pd.DataFrame) -> None:
    """Level, score and its parts, and since when the borrower is listed, why, what is due."""
    row = score.iloc[0] if len(score) else None
    facts = [(t("Level"), name("alert_level", row["level"] if row is not None else "green"))]
    if row is not None:
        facts += [
            (t("Level since"), formats.day(row["level_since"])),
            (t("Score"), formats.count(row["score"])),
            (t("Score a month before"), formats.count(row["score_before"])),
            (t("Hard signal"), t("yes") if row["is_hard"] else t("no")),
        ]
        facts += [
            (name("signal_family", each), formats.count(row[each]))
            for each in FAMILIES
            if row[each]
        ]
    else:
        facts.append((t("Score"), formats.count(0)))
    if len(listed):
        stay = listed.iloc[0]
        due = formats.day(stay["review_due_on"])
        late = t("{day}, overdue", day=due) if stay["is_review_overdue"] else due
        facts += [
            (t("On the list since"), formats.day(stay["entered_on"])),
            (t("Why it is listed"), watch_words.reasons(stay["reasons"])),
            (t("Review due"), late),
        ]
    else:
        facts.append((t("Watchlist"), t("not on it")))
    record.facts(facts, columns=6)


def _trend(scope: Scope, borrower_id: str) -> None:
    """The score at the last thirteen month ends."""
    past = reports.score_trend(scope, (borrower_id,))
    if len(past) < 2:
        return
    title = t("Score, {n} months", n=len(past))
    st.markdown(f"**{title}**")
    said = drill.described(past, title, "score", "month_end", "count")
    figure = charts.trend(past, "score", "count", palette=palette())
    # From nothing on: a score that stands still is a level line, and not a scale of halves.
    figure.update_yaxes(range=charts.room(past["score"].to_numpy(dtype=float), 1.2))
    pictures.still(figure, "borrower_score", said)


def _signals(scope: Scope, borrower_id: str) -> None:
    """What holds now, with the value that tripped each rule and since when it holds."""
    frame = reports.signals_of_borrower(scope, borrower_id)
    title = t("Signals in force")
    st.markdown(f"**{title}**")
    if frame.empty:
        st.caption(t("No signal is in force at this month end."))
        return
    said = in_words(frame, watch_words.rules(scope))
    tables.show(said, SIGNALS, key="borrower_signals", alt=title, open_row=lists.open_loan)
    _offer("borrower_signals", title, SIGNALS, said, scope, borrower_id)


def in_words(frame: pd.DataFrame, rules: watch_words.Rules) -> pd.DataFrame:
    """The signals with name, value and threshold as they are read."""
    zh = language() == "zh"
    pairs = list(zip(frame["rule_id"], frame["value"], frame["threshold"], strict=True))
    return frame.assign(
        signal=frame["name_zh" if zh else "name"],
        value=[rules.value(rule, value) for rule, value, _ in pairs],
        limit=[rules.limit(rule, limit) for rule, _, limit in pairs],
    )


def _history(scope: Scope, borrower_id: str, history: pd.DataFrame) -> None:
    """The months on the watchlist, the newest first."""
    title = t("On the watchlist, month by month")
    st.markdown(f"**{title}**")
    if history.empty:
        st.caption(t("It was never on the watchlist."))
        return
    people = staff.names()
    said = history.assign(
        owner=[staff.called(owner, people) for owner in history["owner"]],
        approved_by=[staff.called(who, people) for who in history["approved_by"]],
        happened=[
            _happened(*pair) for pair in zip(history["moved"], history["left_by"], strict=True)
        ],
        listed_for=[
            watch_words.reasons(codes) if on else ""
            for codes, on in zip(history["reasons"], history["is_listed"], strict=True)
        ],
    )
    tables.show(said, LISTED, key="borrower_listed", alt=title, rows=6)
    _offer("borrower_listed", title, LISTED, said, scope, borrower_id)


def _happened(moved: Hashable, left_by: Hashable) -> str:
    said = name("watch_moved", moved)
    if moved == "left" and not formats.missing(left_by):
        return f"{said}: {name('watch_left', left_by)}"
    return said


def _offer(
    key: str,
    title: str,
    columns: tables.Columns,
    frame: pd.DataFrame,
    scope: Scope,
    borrower_id: str,
) -> None:
    export.offer(
        export.sheet(
            key, title, columns, lambda: frame, scope, filters=((t("Borrower"), borrower_id),)
        )
    )
