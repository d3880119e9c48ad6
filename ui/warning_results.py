"""Were the warnings right: for every rule, level and segment, and how soon somebody answered."""

from functools import partial

import pandas as pd
import streamlit as st

from queries import reports, warning_reading
from queries.warehouse import Scope, together
from queries.warning_reading import Reading
from ui import (
    charts,
    drill,
    export,
    filters,
    formats,
    links,
    pictures,
    tables,
    warning_answers,
    warning_rows,
)
from ui.i18n import name, t
from ui.names import LABELS
from ui.tables import Column, Target
from ui.theme import palette

JUDGED: dict[str, Column] = {
    "observed": Column("Judged", "count", help="Twelve months seen after it, not in default then."),
    "hits": Column("Right", "count", help="In default within twelve months."),
    "hit_rate": Column("Hit rate", "ratio"),
}
FOUND: dict[str, Column] = {
    "covered": Column("Foretold", "count", help="Warned of at least 30 days before."),
    "coverage": Column("Coverage", "ratio", help="Foretold over defaults."),
    "lead_days": Column("Days ahead", "days", help="The median from first alert to default."),
}
PARTS: dict[str, Column] = {
    "said": Column("Alerts of"),
    "alerts": Column("Alerts", "count"),
    **JUDGED,
    "false_alarms": Column("False alarms", "count"),
    "false_alarm_rate": Column("False alarms, rate", "ratio"),
    "at_default": Column("With the default", "count", help="Already in default when it came."),
    "defaults": Column("Borrowers in default", "count"),
    **FOUND,
    "surprises": Column("Surprises", "count", help="Not on the watchlist in the 90 days before."),
    "surprise_rate": Column("Surprises, rate", "ratio"),
}
RULES: dict[str, Column] = {
    "rule_id": Column("Rule", width=80),
    "rule": Column("What it says", width=210),
    "verdict": Column("Verdict", codes="rule_verdict", width=170),
    "points": Column("Points", "number"),
    "fired": Column("Fired", "count", help="Times that it began to hold on a borrower."),
    **JUDGED,
    "low": Column("At least", "ratio", help="Lower bound of the hit rate, at 95 per cent."),
    "coverage": FOUND["coverage"],
    "lead_days": FOUND["lead_days"],
    "covered": FOUND["covered"],
    "false_alarm_rate": Column("False alarms, rate", "ratio"),
    "share_of_borrowers": Column("Holds on", "ratio", help="Share of all borrower months."),
    "family": Column("Family", codes="rule_family"),
    "severity": Column("Severity", codes="severity"),
}
LISTED: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "on_list": Column("On the watchlist a year before", "count"),
    "to_npl": Column("Came into default since", "count"),
    "rate": Column("Share", "ratio"),
}
# What results are cut by, and what a row's name is a code of.
CUTS: dict[reports.Cut, str] = {
    "level": "Level",
    "borrower_kind": "Borrower type",
    "branch": "Branch",
    "product": "Product",
}
NAMED = {"level": "alert_level"}
# What opens the cases of a row: a branch or a product is the page's own scope.
OPENS = {"level": "alert_level", "borrower_kind": "warned_kind"}
OUTCOMES = tuple(LABELS["came_of"])
OF_A_RULE = ("hit", "false_alarm", "open", "at_default", "covered")
OF_A_LEVEL = OF_A_RULE[:4]
CLEAN = dict.fromkeys(("rule", "alert_level", "warned_kind", "came_of"))


def draw(scope: Scope, found: Reading) -> None:
    """By level and segment, by rule, the cases behind, watchlist to default, the answers."""
    cut: reports.Cut = filters.one_of("results_by", CUTS, "level")
    by: reports.AnswerCut = filters.one_of("answers_by", warning_answers.BY, "level")
    together(
        partial(reports.warning_results, scope, cut),
        partial(reports.watch_to_npl, scope),
        partial(reports.response_times, scope, by),
        partial(reports.late_responses_total, scope),
    )
    _parts(scope)
    kind = "".join(filters.asked("warned_kind", tuple(LABELS["borrower_kind"]))[:1])
    _rules(scope, warning_reading.read(scope, kind=kind) if kind else found, kind)
    _cases(scope, found, kind)
    _listed(scope)
    warning_answers.draw(scope, found.rules)


def parts(scope: Scope, cut: reports.Cut) -> pd.DataFrame:
    """All alerts, then those of each level or segment, with `cut` and their name as `said`."""
    whole = reports.warning_results(scope, "all").assign(cut="all", said=t("All"))
    own = reports.warning_results(scope, cut).assign(cut=cut)
    own = own.assign(said=[name(NAMED.get(cut, cut), value) for value in own["value"]])
    if cut == "level":
        order = list(LABELS["alert_level"])
        own = own.sort_values("value", key=lambda codes: codes.map(order.index), ascending=False)
    else:
        own = own.sort_values(["alerts", "value"], ascending=[False, True])
    return pd.concat([frame for frame in (whole, own) if len(frame)] or [whole])


def _parts(scope: Scope) -> None:
    title = t("Were the warnings right?")
    st.subheader(title, anchor=False)
    st.caption(
        t(
            "First orange or red of a borrower in twelve months, over 36 months. An alert is"
            " right when default follows within twelve months, and judged once those have"
            " passed. A row opens its cases."
        )
    )
    cut = filters.switch(t("Cut by"), "results_by", list(CUTS), lambda key: t(CUTS[key]))
    frame = parts(scope, cut)
    if frame.empty:
        st.caption(t("There was no alert."))
        return
    tables.show(frame, PARTS, key=f"warning_{cut}", alt=title, open_row=_open_part)
    facts = ((t("Cut by"), t(CUTS[cut])),)
    export.offer(export.sheet(f"warning_{cut}", title, PARTS, lambda: frame, scope, filters=facts))


def _open_part(row: pd.Series) -> Target:
    cut = str(row["cut"])
    own = {} if cut == "all" else {OPENS.get(cut, cut): row["value"]}
    return "early_warning", CLEAN | {"came_of": "hit"} | own


def _rules(scope: Scope, found: Reading, kind: str) -> None:
    title = t("Rule by rule")
    if kind:
        title = f"{title} · {name('borrower_kind', kind)}"
    st.subheader(title, anchor=False)
    frame = warning_rows.in_language(found.rules)
    counts = frame["verdict"].value_counts()
    said = [
        f"{name('rule_verdict', verdict)}: {counts[verdict]}"
        for verdict in LABELS["rule_verdict"]
        if verdict in counts
    ]
    st.caption(t("; ").join(said))
    st.caption(
        t(
            "Earns its keep: even the lower bound of its hit rate is above the {base} of these"
            " borrowers at random. Fewer than 20 judged firings prove nothing. Most defaults beyond"
            " chance first; a row opens its cases.",
            base=formats.percent(found.base),
        )
    )
    chosen = filters.pick(
        t("Verdict"),
        "verdict",
        [verdict for verdict in LABELS["rule_verdict"] if verdict in counts],
        shown=lambda code: name("rule_verdict", code),
        all_label=t("All"),
    )
    frame = frame.sort_values(["beyond_chance", "rule_id"], ascending=[False, True])
    shown = frame[frame["verdict"].isin(chosen)] if chosen else frame
    tables.show(shown, RULES, key="rule_results", alt=title, open_row=_open_rule, rows=16)
    asked = [("warned_kind", kind)] if kind else []
    facts = filters.told([*asked, *(("verdict", code) for code in chosen)])
    export.offer(export.sheet("rule_results", title, RULES, lambda: shown, scope, filters=facts))


def _open_rule(row: pd.Series) -> Target:
    # The type of borrower stays: the cases are those that the row counts.
    gone = {key: None for key in CLEAN if key != "warned_kind"}
    return "early_warning", gone | {"rule": row["rule_id"], "came_of": "hit"}


def _cases(scope: Scope, found: Reading, kind: str) -> None:
    """The list behind a result: what came of it is chosen, the rest is from the address."""
    rule = "".join(filters.asked("rule", found.rules["rule_id"].tolist())[:1])
    level = "".join(filters.asked("alert_level", ("orange", "red"))[:1]) if not rule else ""
    st.subheader(t("The cases behind"), anchor=False)
    options = OF_A_RULE if rule else OF_A_LEVEL if level else OUTCOMES
    shown = filters.switch(
        t("What came of it"), "came_of", options, lambda code: name("came_of", code)
    )
    warning_rows.cases(scope, shown, rule, level, kind)


def _listed(scope: Scope) -> None:
    title = t("From the watchlist into default within a year")
    st.subheader(title, anchor=False)
    frame = reports.watch_to_npl(scope)
    if frame.empty:
        st.caption(t("That takes a year of watchlist."))
        return
    figure = charts.trend(frame, "rate", palette=palette())
    words = drill.described(frame.tail(12), title, "rate", "month_end", "ratio")
    known = [formats.day(day) for day in frame["month_end"]]
    clicked = pictures.draw(figure, "watch_to_npl", words)
    target = drill.drill_target(clicked, ["watched_before"], [known])
    if target:
        links.go("early_warning", **target)
    export.twin(frame, LISTED, "watch_to_npl", title, scope)
    if chosen := filters.asked("watched_before", known)[:1]:
        warning_rows.watched(scope, chosen[0])
    else:
        st.caption(t("A mark opens the borrowers of its month."))
