"""The borrowers behind a figure of early warning: who is meant, and where a row leads."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, filters, formats, lists, long_lists, paging
from ui.i18n import language, t
from ui.tables import Column

WHO: dict[str, Column] = {
    "borrower_id": Column("Borrower"),
    "name": Column("Name", width=130),
    "borrower_kind": Column("Borrower type", codes="borrower_kind"),
}
WARNED: dict[str, Column] = {
    **WHO,
    "level": Column("Level", codes="alert_level"),
    "score": Column("Score", "count"),
    "score_before": Column("Score a month before", "count"),
    "exposure": Column(
        "Exposure",
        "money",
        help="Principal with past due interest and fees, of the loans that you may see.",
    ),
    "value": Column("Value"),
    "since": Column("Holds since", "date"),
    "rules": Column("Rules that hold", width=220),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}
NEW: dict[str, Column] = {
    each: WARNED[each] for each in (*WHO, "level", "score", "score_before", "exposure", "rules")
}
ALERTS: dict[str, Column] = {
    **WHO,
    "alerted_on": Column("Warned on", "date"),
    "level": Column("Level", codes="alert_level"),
    "score": Column("Score", "count"),
    "outcome": Column("What came of it", codes="came_of"),
    "default_on": Column("In default on", "date"),
    "lead_days": Column("Days ahead", "days"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}
DEFAULTS: dict[str, Column] = {
    **WHO,
    "default_on": Column("In default on", "date"),
    "was_warned": Column("Warned 30 days before", "flag"),
    "is_surprise": Column("Not on the watchlist", "flag"),
    "rules": Column("Rules that foretold it", width=260),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}
JUDGED: dict[str, Column] = {
    **WHO,
    "month_end": Column("Month end", "date"),
    "level": Column("Level then", codes="alert_level"),
    "score": Column("Score then", "count"),
    "default_on": Column("In default on", "date"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}
WATCHED: dict[str, Column] = {
    **WHO,
    "listed_on": Column("On the list at", "date"),
    "entered_on": Column("On the list since", "date"),
    "level": Column("Level then", codes="alert_level"),
    "score": Column("Score then", "count"),
    "default_on": Column("In default on", "date"),
}
LATE: dict[str, Column] = {
    "case_id": Column("Case"),
    "borrower_id": Column("Borrower"),
    "loan_id": Column("Loan"),
    "owner": Column("Owner"),
    "opened_on": Column("Opened on", "date"),
    "due_on": Column("Target", "date"),
    "days_late": Column("Days late", "days"),
}


def in_language(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the rules' names in the reader's language, as `rule`."""
    return frame.assign(rule=frame["name_zh"] if language() == "zh" else frame["name"])


def warned(scope: Scope, level: str, rule: str, is_new: bool) -> None:
    """The borrowers of a level, or on whom a rule holds, at the month end."""
    wanted: dict[str, Any] = {"level": level, "rule": rule, "is_new": is_new}
    number, exposure = reports.warned_borrowers_total(scope, **wanted)
    chosen = [("alert_level", level), ("rule", rule), ("only_new", "new" if is_new else "")]
    facts = filters.told((key, value) for key, value in chosen if value)
    title = t("The borrowers: {what}", what=t("; ").join(said for _, said in facts))
    st.subheader(title, anchor=False)
    n, amount = formats.count(number), formats.money(exposure)
    said = "{n} borrowers with an exposure of {amount}; the worst first"
    if number == 1:
        said = "1 borrower with an exposure of {amount}"
    st.caption(t(said, n=n, amount=amount))
    if not number:
        return
    columns = WARNED if rule else {k: v for k, v in WARNED.items() if k not in ("value", "since")}

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return reports.warned_borrowers(scope, after, limit, **wanted)

    long_lists.draw(
        "warned",
        title,
        columns,
        part,
        "borrower_id",
        number,
        scope,
        facts=facts,
        open_row=lists.open_borrower,
    )


def risen(scope: Scope) -> None:
    """The borrowers that became orange or red this month."""
    part = partial(reports.new_alerts, scope)
    page, number, exposure = paging.read(
        "new_alerts",
        (scope, ()),
        partial(reports.new_alerts_start, scope),
        part,
        partial(reports.new_alerts_total, scope),
    )
    title = t("New alerts of the month")
    st.subheader(title, anchor=False)
    n, amount = formats.count(number), formats.money(exposure)
    said = (
        "{n} borrowers with an exposure of {amount} have become orange or red since the month"
        " before."
    )
    if number == 1:
        said = (
            "1 borrower with an exposure of {amount} has become orange or red since the month"
            " before."
        )
    st.caption(t(said, n=n, amount=amount))
    if not number:
        return
    long_lists.draw(
        "new_alerts",
        title,
        NEW,
        part,
        "borrower_id",
        number,
        scope,
        page=page,
        open_row=lists.open_borrower,
    )


def late(scope: Scope) -> None:
    """The cases on alerts that are past their service level and still open."""
    number, _ = reports.late_responses_total(scope)
    title = t("Alerts without an answer in time")
    st.subheader(title, anchor=False)
    if not number:
        st.caption(t("No case on an alert is late."))
        return
    st.caption(t("{n} cases on alerts are past due and open.", n=formats.count(number)))

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return reports.late_responses(scope, after, limit)

    opens = lists.open_case
    long_lists.draw("late_responses", title, LATE, part, "case_id", number, scope, open_row=opens)


def cases(scope: Scope, outcome: str, rule: str, level: str, kind: str) -> None:
    """The alerts or the defaults behind a result, one by one."""
    chosen = [("came_of", outcome), ("rule", rule), ("alert_level", level), ("warned_kind", kind)]
    facts = filters.told((key, value) for key, value in chosen if value)
    what = t("; ").join(said for _, said in facts)
    if outcome in ("covered", "missed", "surprise"):
        _defaults(scope, outcome, rule, kind, facts, what)
        return
    wanted: dict[str, Any] = {"outcome": outcome, "rule": rule, "level": level, "kind": kind}

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return reports.alert_cases(scope, after, limit, **wanted)

    page, number, _ = paging.read(
        "alert_cases",
        (scope, facts),
        lambda limit: reports.alert_cases_start(scope, limit, **wanted),
        part,
        lambda: reports.alert_cases_total(scope, **wanted),
    )
    st.caption(t("{what}: {n} alerts, the newest first", what=what, n=formats.count(number)))
    if not number:
        return
    long_lists.draw(
        "alert_cases",
        what,
        ALERTS,
        part,
        "alert_id",
        number,
        scope,
        facts=facts,
        page=page,
        open_row=lists.open_borrower,
    )


def judged(scope: Scope, code: str) -> None:
    """The borrowers behind a bar of the confusion (`warned_fine:2024-05-31`) or a score (`:30`)."""
    part, _, rest = code.partition(":")
    wanted: dict[str, Any] = (
        {"part": part, "on": date.fromisoformat(rest)} if part else {"band": int(rest)}
    )
    number, defaults = reports.judged_borrowers_total(scope, **wanted)
    title = filters.judged_named(code)
    st.subheader(title, anchor=False)
    values = {"n": formats.count(number), "defaults": formats.count(defaults)}
    st.caption(t("{n} borrowers and month ends, {defaults} of them in default after", **values))
    if not number:
        return

    def read(after: str | None, limit: int) -> pd.DataFrame:
        return reports.judged_borrowers(scope, after, limit, **wanted)

    facts = filters.told([("judged", code)])
    long_lists.draw(
        "judged_borrowers",
        title,
        JUDGED,
        read,
        "judged_id",
        number,
        scope,
        facts=facts,
        open_row=lists.open_borrower,
    )


def watched(scope: Scope, day: str) -> None:
    """The borrowers that were on the watchlist a year before a month end."""
    then = replace(scope, as_of=date.fromisoformat(day))
    number, defaults = reports.watched_before_total(then)
    title = t("On the watchlist a year before {day}", day=day)
    st.subheader(title, anchor=False)
    values = {"n": formats.count(number), "defaults": formats.count(defaults)}
    st.caption(t("{n} borrowers, {defaults} of them in default since", **values))
    if not number:
        return

    def read(after: str | None, limit: int) -> pd.DataFrame:
        return reports.watched_before(then, after, limit)

    long_lists.draw(
        "watched_before",
        title,
        WATCHED,
        read,
        "borrower_id",
        number,
        then,
        open_row=lists.open_borrower,
    )


def _defaults(
    scope: Scope, outcome: str, rule: str, kind: str, facts: export.Facts, what: str
) -> None:
    # Of a rule: whatever it foretold, whether other rules made an alert of it or not.
    own = "" if rule else outcome
    wanted: dict[str, Any] = {"outcome": own, "rule": rule, "kind": kind}
    number, _ = reports.foreseen_defaults_total(scope, **wanted)
    st.caption(t("{what}: {n} defaults, the newest first", what=what, n=formats.count(number)))
    if not number:
        return

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return reports.foreseen_defaults(scope, after, limit, **wanted)

    long_lists.draw(
        "foreseen_defaults",
        what,
        DEFAULTS,
        part,
        "default_id",
        number,
        scope,
        facts=facts,
        open_row=lists.open_borrower,
    )
