"""What fired this month: levels over thirteen months, signals by rule, the new alerts."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import (
    drill,
    export,
    filters,
    formats,
    links,
    pictures,
    tables,
    warning_charts,
    warning_rows,
)
from ui.i18n import name, t
from ui.names import LABELS
from ui.tables import Column, Target
from ui.theme import palette

LEVELS = tuple(LABELS["alert_level"])
NEW_ONLY = "new"
DRILLED = ("rule", "alert_level", "only_new")
COUNTS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "level": Column("Level", codes="alert_level"),
    "borrowers": Column("Borrowers", "count"),
}
SIGNALS: dict[str, Column] = {
    "rule_id": Column("Rule", width=80),
    "rule": Column("What it says", width=230),
    "family": Column("Family", codes="rule_family"),
    "severity": Column("Severity", codes="severity"),
    "borrowers": Column("Borrowers", "count"),
    "new_borrowers": Column("Newly", "count", help="On whom it holds since this month."),
    "borrowers_before": Column("A month before", "count"),
    "change": Column("Change", "count"),
    "loans": Column("Loans", "count"),
    "points": Column("Points", "count"),
}


def draw(scope: Scope) -> None:
    """The levels, the borrowers that were asked for, the signals, the new alerts."""
    _levels(scope)
    rules = reports.signal_counts(scope)
    level = "".join(filters.asked("alert_level", LEVELS)[:1])
    rule = "".join(filters.asked("rule", rules["rule_id"].tolist())[:1])
    is_new = bool(filters.asked("only_new", (NEW_ONLY,)))
    _signals(scope, rules)
    if level or rule:
        warning_rows.warned(scope, level, rule, is_new)
    warning_rows.risen(scope)


def _levels(scope: Scope) -> None:
    title = t("Borrowers by level of warning")
    st.subheader(title, anchor=False)
    frame = reports.level_counts(scope)
    st.caption(_said(frame))
    figure = warning_charts.levels(frame, palette())
    last = frame[frame["month_end"] == frame["month_end"].max()]
    words = drill.described(
        last, title, "borrowers", "level", "count", lambda code: name("alert_level", code)
    )
    clicked = pictures.draw(figure, "warning_levels", words)
    days = [formats.day(day) for day in frame["month_end"].unique()]
    target = drill.drill_target(clicked, ["alert_level", "as_of"], [LEVELS, days])
    if target:
        links.go("early_warning", **dict.fromkeys(DRILLED), **target)
    _ways(last)
    export.twin(frame, COUNTS, "warning_levels", title, scope)


def _said(frame: pd.DataFrame) -> str:
    """`107 orange and 336 red of 7,772 borrowers, 443 against 438 a month before.`"""
    months = frame.groupby("month_end")["borrowers"].sum()
    warned = frame[frame["level"].isin(("orange", "red"))]
    alerted = warned.groupby("month_end")["borrowers"].sum().reindex(months.index, fill_value=0)
    now = formats.count(alerted.iloc[-1])
    total = formats.count(months.iloc[-1])
    if len(months) < 2:
        return t("{n} of {total} borrowers are orange or red.", n=now, total=total)
    return t(
        "{n} of {total} borrowers are orange or red, after {before} a month before. A bar opens"
        " its borrowers; who is green is in the table.",
        n=now,
        total=total,
        before=formats.count(alerted.iloc[-2]),
    )


def _ways(last: pd.DataFrame) -> None:
    """The levels of the month as links, for who cannot click a bar."""
    with st.container(horizontal=True, gap="small"):
        counts = last.set_index("level")["borrowers"]
        for level in reversed(warning_charts.WARNED):
            said = f"{name('alert_level', level)}: {formats.count(counts.get(level, 0))}"
            asked = dict.fromkeys(DRILLED) | {"alert_level": level}
            links.link("early_warning", said, icon=":material/arrow_forward:", **asked)


def _signals(scope: Scope, rules: pd.DataFrame) -> None:
    title = t("Signals by rule")
    st.subheader(title, anchor=False)
    frame = warning_rows.in_language(rules)
    frame = frame.assign(change=frame["borrowers"] - frame["borrowers_before"])
    holding = frame[(frame["borrowers"] > 0) | (frame["borrowers_before"] > 0)]
    holding = holding.sort_values(["borrowers", "rule_id"], ascending=[False, True])
    st.caption(
        t(
            "{n} of {total} rules hold on somebody; most first. A row opens its borrowers. A"
            " borrower counts once, where its first loan is.",
            n=len(holding[holding["borrowers"] > 0]),
            total=len(frame),
        )
    )
    if holding.empty:
        return
    tables.show(holding, SIGNALS, key="signals", alt=title, open_row=_open_rule)
    export.offer(export.sheet("signals", title, SIGNALS, lambda: holding, scope))


def _open_rule(row: pd.Series) -> Target:
    return "early_warning", dict.fromkeys(DRILLED) | {"rule": row["rule_id"]}
