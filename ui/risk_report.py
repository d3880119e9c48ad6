"""The first half of the risk report: the month in a sentence, what fired, what moved."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from queries import reports, warning_reading
from queries.metrics import (
    NPL_INFLOW,
    NPL_RATIO,
    PAR30,
    PROVISION_COVERAGE,
    SPECIAL_MENTION_RATIO,
    comparisons,
    rows_and_total,
)
from queries.periods import month_ends_before
from queries.shifts import everywhere
from queries.warehouse import Scope
from ui import formats, layout, links, story, tiles, warning_rows
from ui.i18n import md, name, t
from ui.risk_report_lines import MOST, borrowers, heading, line, none, signed

HEADLINE = (PAR30, NPL_RATIO, SPECIAL_MENTION_RATIO, PROVISION_COVERAGE)
STEPS = {
    "opening": "On the list a month before",
    "new": "Came on it",
    "cured": "Left it cured",
    "paid_off": "Paid off or sold",
    "default": "Left it into default",
    "closing": "On the list now",
}
OUT = ("cured", "paid_off", "default")
# Title, order and change of the lists of the watchlist.
LISTS = (
    ("New on the watchlist, the largest", "largest", ("new",)),
    ("Scores that rose most", "rising", ("up",)),
)


def asked(scope: Scope) -> tuple[Callable[[], object], ...]:
    """The longer readings of this half, to be asked at once."""
    return (
        partial(warning_reading.largest_alerts, scope, 2 * MOST),
        partial(warning_reading.read, scope),
        partial(rows_and_total, scope, NPL_INFLOW, MOST),
        *(
            partial(reports.watch_list_start, scope, MOST, order, changes=changes)
            for _, order, changes in LISTS
        ),
        partial(reports.watch_flow, scope, 1),
        partial(reports.level_counts, scope, 2),
        partial(reports.signal_counts, scope),
    )


def summary(scope: Scope) -> None:
    """The month in a sentence, then what moved PAR 30 and the NPL ratio, with their tiles."""
    flow = reports.watch_flow(scope, 1)
    _, alerts, _ = warning_reading.largest_alerts(scope, 2 * MOST)
    with st.container(gap=None, key="report_summary"):
        st.markdown(f"#### {md(_said(flow, alerts))}")
        with st.container(horizontal=True, gap="small"):
            icon = ":material/arrow_forward:"
            links.link("early_warning", t("what fired"), icon=icon)
            links.link("watchlist", t("the watchlist"), icon=icon)
    before = month_ends_before(scope)
    found = comparisons(scope, *HEADLINE, since=before[0] if before else None)
    if before:
        moved = everywhere(scope, (PAR30, NPL_RATIO), before[0])
        story.tell({m.id: found[m.id] for m in (PAR30, NPL_RATIO)}, moved)
    with st.container(key="headline"):
        tiles.row(found, *found, columns=4)


def _said(flow: pd.DataFrame, alerts: int) -> str:
    """`77 borrowers became orange or red; the watchlist went from 661 to 681: 92 came, …`"""
    first = t("{n} borrowers became orange or red this month", n=formats.count(alerts))
    if flow.empty:
        return first + t(".")
    row = flow.iloc[-1]
    told = {step: formats.count(row[f"{step}_borrowers"]) for step in STEPS}
    return (
        first
        + t("; ")
        + t(
            "the watchlist went from {opening} to {closing}: {new} came, {cured} left cured,"
            " {paid_off} paid off, {default} fell into default",
            **told,
        )
        + t(".")
    )


# --- What fired ---


def fired(scope: Scope) -> None:
    """The levels beside the month before, the rules with most new borrowers, the new alerts."""
    st.subheader(t("What fired"), anchor=False)
    left, right = layout.beside(2, 260, border=True)
    with left:
        _levels(scope)
    with right:
        _rules(scope)
    frame, number, exposure = warning_reading.largest_alerts(scope, 2 * MOST)
    with st.container(border=True, key="report_alerts"):
        n, amount = formats.count(number), formats.money(exposure)
        heading(t("New alerts, the largest of {n} with {amount}", n=n, amount=amount))
        if none(frame, t("No borrower became orange or red.")):
            return
        left, right = layout.beside(2, 260)
        with left:
            borrowers(frame.head(MOST), rules=True)
        with right:
            borrowers(frame.iloc[MOST:], rules=True, total=number - MOST)


def _levels(scope: Scope) -> None:
    heading(t("Borrowers by level"))
    frame = reports.level_counts(scope, 2)
    table = frame.pivot_table(index="level", columns="month_end", values="borrowers", sort=True)
    table = table.fillna(0)
    for level in ("red", "orange", "yellow"):
        counts = [int(each) for each in table.T.get(level, pd.Series([0]))]
        now, before = counts[-1], counts[-2] if len(counts) > 1 else counts[-1]
        said = t(
            "{n} borrowers are {level}",
            level=name("alert_level", level).lower(),
            n=formats.count(now),
        )
        change = t("{change} on the month before", change=signed(now - before))
        line("early_warning", said, change, alert_level=level)


def _rules(scope: Scope) -> None:
    heading(t("Rules with the most new borrowers"))
    frame = warning_rows.in_language(reports.signal_counts(scope))
    frame = frame.assign(change=frame["borrowers"] - frame["borrowers_before"])
    frame = frame[frame["new_borrowers"] > 0]
    if none(frame, t("No rule holds on anybody new.")):
        return
    shown = frame.sort_values(["new_borrowers", "rule_id"], ascending=[False, True]).head(MOST)
    for row in shown.itertuples():
        facts = t(
            "{new} new, {n} in all, {change} on the month before",
            new=formats.count(row.new_borrowers),
            n=formats.count(row.borrowers),
            change=signed(row.change),
        )
        line("early_warning", f"{row.rule_id} · {row.rule}", facts, rule=row.rule_id)


def codes(scope: Scope) -> None:
    """What the rules are called whose codes stand in the lines: paper has no link to ask."""
    frame = warning_rows.in_language(reports.signal_counts(scope))
    held = frame[frame["borrowers"] > 0].sort_values("rule_id")
    if held.empty:
        return
    with st.container(key="report_codes"):
        heading(t("The rules by their codes"))
        said = [f"{row.rule_id} {row.rule}" for row in held.itertuples()]
        st.caption(md(t("; ").join(said)))


# --- What moved ---


def moved(scope: Scope) -> None:
    """The watchlist in and out, who came on it, who fell into default, whose score rose."""
    st.subheader(t("What moved"), anchor=False)
    left, right = layout.beside(2, 260, border=True)
    with left:
        _flow(scope)
    with right:
        _listed(scope, *LISTS[0])
    left, right = layout.beside(2, 260, border=True)
    with left:
        _defaults(scope)
    with right:
        _listed(scope, *LISTS[1])


def _flow(scope: Scope) -> None:
    heading(t("The watchlist, in and out"))
    flow = reports.watch_flow(scope, 1)
    if none(flow, t("Nobody is or was on the watchlist.")):
        return
    row, day = flow.iloc[-1], formats.day(flow["month_end"].iloc[-1])
    for step, label in STEPS.items():
        sign = "−" if step in OUT else "+" if step == "new" else ""
        n, amount = row[f"{step}_borrowers"], row[f"{step}_exposure"]
        said = f"{t(label)}: {sign}{formats.count(n)}"
        line("watchlist", said, f"{sign}{formats.money(amount)}", watch_flow=f"{step}:{day}")
    change = row["changed_exposure"]
    st.caption(
        t(
            "What those that stayed owe changed by {amount}; the exposures add up.",
            amount=f"{'+' if change >= 0 else '-'}{formats.money(abs(change))}",
        )
    )


def _defaults(scope: Scope) -> None:
    rows, number, amount = rows_and_total(scope, NPL_INFLOW, MOST)
    heading(t("Largest new non-performing loans"))
    if not number:
        st.caption(t("No loan became non-performing this month."))
        return
    for row in rows.itertuples():
        said = f"{row.loan_id} · {formats.money(row.counted)}"
        where = f"{name('product', row.product)}, {name('branch', row.branch)}"
        line("loan", said, where, loan_id=row.loan_id)
    said = t("all {n}: {amount}", n=formats.count(number), amount=formats.money(amount))
    line("why", said, metric=NPL_INFLOW.id, part="numerator")


def _listed(scope: Scope, title: str, order: str, changes: tuple[str, ...]) -> None:
    heading(t(title))
    frame, number, _ = reports.watch_list_start(scope, MOST, order, changes=changes)
    if not none(frame, t("There is none.")):
        borrowers(frame, rules=True, total=number)
