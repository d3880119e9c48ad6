"""What if a rule had another threshold or other points: the last 24 months run again."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from queries import reports, rule_rows
from queries.dry_run import AsksForMore, Outcome, RuleUnknown, dry_run
from queries.warehouse import Scope, freshness
from ui import (
    access,
    drill,
    export,
    filters,
    formats,
    pictures,
    tables,
    visit,
    warning_charts,
    warning_rows,
    warning_setting,
)
from ui.i18n import md, t
from ui.tables import Column
from ui.theme import palette
from ui.warning_setting import Setting

MONTHS = 24
AS_IT_IS, FIRST, SECOND = "now", "first", "second"
SETTINGS = {"one": "One setting", "two": "Two settings"}
MEASURES = {"firings": "Signals", "alerts": "Alerts", "hours": "Hours of work"}
GONE = ("threshold", "points", "threshold_2", "points_2")
OUTCOMES: dict[str, Column] = {
    "setting": Column("Setting"),
    "firings": Column("Signals", "count", help="Of this rule: loan or borrower, and month end."),
    "alerts": Column("Alerts", "count", help="First orange or red, of all rules together."),
    "more_alerts": Column("More alerts", "count"),
    "hit_rate": Column("Hit rate", "ratio", help="Of the alerts that can be judged."),
    "coverage": Column("Coverage", "ratio", help="Defaults warned of 30 days before."),
    "hours_per_month": Column("Hours a month", "number"),
    "more_hours": Column("More hours a month", "number"),
    "rule_hit_rate": Column("The rule's own hit rate", "ratio"),
    "borrowers": Column("Borrowers", "count", help="On whom this rule held at least once."),
    "begun": Column("Began to hold", "count", help="Not in the twelve months before."),
    "rises": Column("Rises in level", "count", help="Each asks for the work of its level."),
    "hours": Column("Hours of work", "number"),
    "threshold": Column("Threshold", "number"),
    "points": Column("Points", "number"),
}
BY_MONTH: dict[str, Column] = {
    "said": Column("Setting"),
    "month_end": Column("Month end", "date"),
    "firings": Column("Signals", "count"),
    "begun": Column("Began to hold", "count"),
    "alerts": Column("Alerts", "count"),
    "observed": Column("Judged", "count"),
    "hits": Column("Right", "count"),
    "defaults": Column("Borrowers in default", "count"),
    "covered": Column("Foretold", "count"),
    "hours": Column("Hours of work", "number"),
}
# Why a threshold cannot be run, by how the fact is kept that it asks for.
NOT_RUN = {
    "above": "Of {fact} only what is above {edges} is kept. {rule} cannot be run at threshold"
    " {threshold}: it would find some of what it asks for, and the count would be wrong.",
    "below": "Of {fact} only what is below {edges} is kept. {rule} cannot be run at threshold"
    " {threshold}: it would find some of what it asks for, and the count would be wrong.",
    "steps": "Of {fact} only the steps {edges} are kept. {rule} cannot be run at threshold"
    " {threshold}, which is none of them: the count would be wrong.",
}
NOT_RUN_AT_ALL = (
    "{rule} cannot be run at threshold {threshold}: it would hold where nothing is wrong, of which"
    " nothing is kept."
)
# The names that the folder's table has, in every language.
FILE: dict[str, Column] = {
    each: Column(each, "number" if each in rule_rows.NUMBERS else "text")
    for each in rule_rows.COLUMNS
}


def draw(scope: Scope) -> None:
    """Choose a rule and values; see both outcomes, month by month; take the row away."""
    st.subheader(t("Dry run of a changed rule"), anchor=False)
    st.caption(
        t(
            "The chosen rule is run again over the facts of the last {n} months, with the values"
            " that you set; all other rules stay as they are. Nothing is saved: the setting is in"
            " the address, so the link shows it to others.",
            n=MONTHS,
        )
    )
    rules = reports.rules_in_force(scope)
    if rules.empty:
        st.caption(t("No rule is in force."))
        return
    rule = _rule(rules)
    settings = _settings(rule)
    try:
        found = _run(scope, rule, settings)
    except RuleUnknown:
        st.caption(t("No rule is in force."))
        return
    settings = {key: setting for key, setting in settings.items() if key in found}
    _compare(scope, rule, settings, found)
    _months(scope, rule, settings, found)
    _row(scope, rule, settings)


def _rule(rules: pd.DataFrame) -> Mapping[str, Any]:
    named = warning_rows.in_language(rules).drop_duplicates("rule_id").set_index("rule_id")
    chosen = filters.pick(
        t("Rule"),
        "rule",
        named.index.tolist(),
        shown=lambda code: f"{code} · {named.loc[code, 'rule']}",
        several=False,
        all_label=t("Choose a rule"),
    )
    rule_id = chosen[0] if chosen else _usual(named)
    row = {str(key): value for key, value in named.loc[rule_id].items()} | {"rule_id": rule_id}
    st.markdown(f"**{md(rule_id)}** · {md(row['rule'])} · {md(row['condition'])}")
    if bool(row["is_hard"]):
        st.caption(t("Whoever it holds on is red at once: its points change the score only."))
    return row


def _usual(named: pd.DataFrame) -> str:
    """The rule to begin with: the first that has a threshold."""
    with_one = named[named["threshold"].notna()]
    return str((with_one if len(with_one) else named).index[0])


def _settings(rule: Mapping[str, Any]) -> dict[str, Setting]:
    """What is to be compared with the rule as it is."""
    many = filters.switch(
        t("How many"), "settings", list(SETTINGS), lambda key: t(SETTINGS[key]), GONE[2:]
    )
    places = st.columns(2)
    with places[0]:
        if many == "two":
            st.caption(t("First setting"))
        found = {FIRST: warning_setting.choose(rule)}
    if many == "two":
        with places[1]:
            st.caption(t("Second setting"))
            found[SECOND] = warning_setting.choose(rule, "_2")
    return {key: setting for key, setting in found.items() if setting.is_changed}


def _run(
    scope: Scope, rule: Mapping[str, Any], settings: Mapping[str, Setting]
) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    for key, setting in settings.items():
        try:
            run = dry_run(scope, rule["rule_id"], setting.threshold, setting.points, MONTHS)
        except AsksForMore as more:
            for fact, how, edges in more.facts:
                said = t(
                    NOT_RUN.get(how, NOT_RUN_AT_ALL),
                    rule=rule["rule_id"],
                    threshold=warning_setting.plain(setting.threshold),
                    fact=fact,
                    edges=edges,
                )
                st.warning(md(said), icon=":material/block:")
            continue
        found |= {AS_IT_IS: run.before, key: run.after}
    return found or {AS_IT_IS: dry_run(scope, rule["rule_id"], months=MONTHS).before}


def _names(rule: Mapping[str, Any], settings: Mapping[str, Setting]) -> dict[str, str]:
    now = warning_setting.said(Setting(None, None), rule)
    return {AS_IT_IS: t("As it is: {values}", values=now)} | {
        key: t("Set to: {values}", values=warning_setting.said(setting, rule))
        for key, setting in settings.items()
    }


def _compare(
    scope: Scope,
    rule: Mapping[str, Any],
    settings: Mapping[str, Setting],
    found: Mapping[str, Outcome],
) -> None:
    title = t("What it would have meant, {rule}", rule=rule["rule_id"])
    st.subheader(title, anchor=False)
    frame = outcomes(rule, settings, found)
    if settings:
        for key in settings:
            st.markdown(f"#### {md(_sentence(rule, settings[key], found[AS_IT_IS], found[key]))}")
    else:
        st.caption(t("Change the threshold or the points to see what becomes different."))
    tables.show(frame, OUTCOMES, key="dry_run", alt=title)
    facts = ((t("Rule"), str(rule["rule_id"])),)
    export.offer(export.sheet("dry_run", title, OUTCOMES, lambda: frame, scope, filters=facts))


def outcomes(
    rule: Mapping[str, Any], settings: Mapping[str, Setting], found: Mapping[str, Outcome]
) -> pd.DataFrame:
    """One row per setting: the rule as it is first, and how far the others are from it."""
    now, names, rows = found[AS_IT_IS], _names(rule, settings), []
    for key, outcome in found.items():
        setting = settings.get(key, Setting(None, None))
        row: dict[str, Any] = {each: getattr(outcome, each, None) for each in OUTCOMES}
        row["setting"] = names[key]
        row["threshold"] = rule["threshold"] if setting.threshold is None else setting.threshold
        row["points"] = rule["points"] if setting.points is None else setting.points
        row["more_alerts"] = outcome.alerts - now.alerts
        row["more_hours"] = (outcome.hours_per_month or 0) - (now.hours_per_month or 0)
        rows.append(row)
    return pd.DataFrame(rows)


def _sentence(rule: Mapping[str, Any], setting: Setting, now: Outcome, then: Outcome) -> str:
    """`B03 at threshold 25, 60 points: 1,311 signals instead of 1,163; alerts 1,303, +33; …`"""
    gap = (then.hours_per_month or 0) - (now.hours_per_month or 0)
    return t(
        "{rule} with {values}: {signals} signals instead of {before}; alerts {alerts}, {more};"
        " hit rate {hit_rate}, {hit_change}; coverage {coverage}, {coverage_change};"
        " {hours} hours a month",
        rule=rule["rule_id"],
        values=warning_setting.said(setting, rule),
        signals=formats.count(then.firings),
        before=formats.count(now.firings),
        alerts=formats.count(then.alerts),
        more=f"{then.alerts - now.alerts:+,d}",
        hit_rate=formats.percent(then.hit_rate),
        hit_change=formats.difference("ratio", then.hit_rate, now.hit_rate) or formats.DASH,
        coverage=formats.percent(then.coverage),
        coverage_change=formats.difference("ratio", then.coverage, now.coverage) or formats.DASH,
        hours=f"{gap:+,.1f}",
    ) + t(".")


def _months(
    scope: Scope,
    rule: Mapping[str, Any],
    settings: Mapping[str, Setting],
    found: Mapping[str, Outcome],
) -> None:
    title = t("Month by month")
    st.subheader(title, anchor=False)
    measure = filters.switch(t("Measure"), "measure", list(MEASURES), lambda key: t(MEASURES[key]))
    names = {key: said for key, said in _names(rule, settings).items() if key in found}
    frame = pd.concat(
        [each.by_month.assign(setting=key, said=names[key]) for key, each in found.items()]
    )
    figure = warning_charts.settings(frame, measure, names, palette())
    last = frame[frame["month_end"] == frame["month_end"].max()]
    words = drill.described(last, title, measure, "said", "count", str)
    pictures.still(figure, "dry_run_months", words)
    facts = ((t("Rule"), str(rule["rule_id"])),)
    export.twin(frame, BY_MONTH, "dry_run_months", title, scope, filters=facts)


# --- The row to take away ---


def _row(scope: Scope, rule: Mapping[str, Any], settings: Mapping[str, Setting]) -> None:
    """The rows for the folder's signal_rules: the risk manager may look, who administers, take."""
    roles = visit.now().user.roles
    may_take = access.ADMINISTRATOR in roles
    if not settings or not (may_take or access.RISK_MANAGER in roles):
        return
    title = t("What to put into signal_rules")
    st.subheader(title, anchor=False)
    last_day = freshness(scope.build).as_of
    if rule_rows.ends_by(rule, last_day):
        st.caption(t("This row of the rule ends by itself: there is nothing to change."))
        return
    st.caption(
        t(
            "Put into the folder's signal_rules, this ends the rule as it is on {day} and sets the"
            " new values from {next} on; months before stay as they were. It takes effect with"
            " the next load, which judges it first.",
            day=formats.day(last_day),
            next=formats.day(last_day + timedelta(days=1)),
        )
    )
    if not rule["is_default"]:
        st.caption(t("The first row takes the place of the one that is in your table."))
    for key, setting in settings.items():
        _offer(scope, f"signal_rules_{key}", title, rule, setting, may_take)
    if not may_take:
        st.caption(t("An administrator can take the file away."))


def _offer(
    scope: Scope,
    key: str,
    title: str,
    rule: Mapping[str, Any],
    setting: Setting,
    may_take: bool,
) -> None:
    threshold = rule["threshold"] if setting.threshold is None else setting.threshold
    points = rule["points"] if setting.points is None else setting.points
    last_day = freshness(scope.build).as_of
    frame = rule_rows.rows(rule, threshold, points, last_day)
    tables.show(frame, FILE, key=key, alt=title)
    if may_take:
        export.offer(export.bare(key, title, FILE, lambda: frame))
