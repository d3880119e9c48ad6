"""How clean the data is: rules by dimension with score and trend, and the rows that fail each."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import (
    DQ_FAILED_RECORDS,
    DQ_FIX_ON_TIME,
    DQ_ISSUE_AGE,
    DQ_SCORE,
    comparisons,
)
from queries.warehouse import Scope
from ui import (
    charts,
    drill,
    export,
    filters,
    formats,
    lists,
    long_lists,
    pictures,
    record,
    tables,
    tiles,
    visit,
)
from ui.i18n import language, t
from ui.tables import Column
from ui.theme import palette

TREND = "One less the score of the rows dated in each month, over 25 months."
DIMENSIONS: dict[str, Column] = {
    "dimension": Column("Dimension", codes="quality_dimension", width=200),
    "rules": Column("Rules with something to test", "count"),
    "tested": Column("Tested", "count"),
    "failed": Column("Failed", "count"),
    "score": Column(
        "Score",
        "ratio",
        help="Weighed by how severe each rule is. Empty where nothing was tested: not full marks.",
    ),
    "trend": Column("Missing to 100 % by month", "line", help=TREND, width=220),
}
RULES: dict[str, Column] = {
    # The counts first: on a narrow screen the title, in full, would push them out of sight.
    "failed": Column("Failed", "count", width=75),
    "tested": Column("Tested", "count", width=85),
    "score": Column("Score", "ratio", help="Empty where nothing was tested: not full marks."),
    "rule": Column("Rule", width=530),
    "severity": Column("Severity", width=80),
    "dimension": Column("Dimension", codes="quality_dimension"),
    "rule_id": Column("Number"),
}
MONTHS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "tested": Column("Tested", "count"),
    "failed": Column("Failed", "count"),
    "score": Column("Score", "ratio"),
}
BUILDS: dict[str, Column] = {
    "build": Column("Build", width=260),
    "as_of": Column("Data to", "date"),
    "tested": Column("Tested", "count"),
    "failed": Column("Failed", "count"),
    "score": Column("Score", "ratio"),
}
FAILURES: dict[str, Column] = {
    "loan_id": Column("Loan", width=150),
    "subject": Column("Row", width=150),
    "borrower_id": Column("Borrower", width=130),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "happened_on": Column("Day", "date"),
    "recorded": Column("In the file", width=130),
    "expected": Column("Should be", width=130),
}
ISSUES: dict[str, Column] = {
    "severity": Column("Severity", width=80),
    "issue_state": Column("Standing", codes="issue_state"),
    "opened_on": Column("Failing since", "date"),
    "rule": Column("Rule", width=530),
    "age_days": Column("Age, days", "days"),
    "due_on": Column("To be put right by", "date"),
    "fixed_on": Column("Passed again", "date"),
    "rule_id": Column("Number"),
}
TOLD = (DQ_SCORE, DQ_FAILED_RECORDS, DQ_ISSUE_AGE, DQ_FIX_ON_TIME)
LOADED = "DQ10_rows_loaded"


def show(scope: Scope) -> None:
    """Dimensions, rules and issues; of the rule that is chosen its trend and the rows that fail."""
    found = comparisons(scope, *TOLD)
    # Of a part of the book nothing is told: the rules test the whole.
    if any(each.now is not None for each in found.values()):
        tiles.row(found, *found, columns=4)
    dimensions = reports.quality_dimensions(scope)
    rules = _in_words(reports.quality_rules(scope))
    judged = rules[rules["score"].notna()]
    st.markdown(
        t(
            "{n} of {all} rules had something to test; {failing} of them have rows that fail.",
            n=len(judged),
            all=len(rules),
            failing=int((judged["failed"] > 0).sum()),
        )
    )
    chosen = filters.asked("rule_id", rules["rule_id"].tolist())
    if chosen:
        _rule(scope, rules[rules["rule_id"] == chosen[0]].iloc[0])
    title = t("Quality by dimension")
    st.subheader(title, anchor=False)
    tables.show(dimensions, DIMENSIONS, key="data_dimensions", alt=title)
    plain = {key: column for key, column in DIMENSIONS.items() if key != "trend"}
    export.offer(export.sheet("data_dimensions", title, plain, lambda: dimensions, scope))
    title = t("Quality rules")
    st.subheader(title, anchor=False)
    tables.show(
        rules, RULES, key="data_quality", alt=title, open_row=lists.open_quality_rule, rows=16
    )
    export.offer(export.sheet("data_quality", title, RULES, lambda: rules, scope))

    _issues(scope)


def _issues(scope: Scope) -> None:
    title = t("Issues of data quality")
    st.subheader(title, anchor=False)
    st.caption(
        t(
            "A rule from the first month end at which it fails to the next at which it passes; what"
            " is open, and what was due or put right in twelve months. How many days there are is a"
            " parameter: dq_fix_days."
        )
    )
    issues = _in_words(reports.quality_issues(scope))
    if issues.empty:
        st.caption(t("There is none."))
        return
    tables.show(
        issues, ISSUES, key="data_issues", alt=title, open_row=lists.open_quality_rule, rows=10
    )
    export.offer(export.sheet("data_issues", title, ISSUES, lambda: issues, scope))


def _in_words(rules: pd.DataFrame) -> pd.DataFrame:
    titles = rules["title_zh"].fillna(rules["title"]) if language() == "zh" else rules["title"]
    return rules.assign(rule=titles)


def _rule(scope: Scope, rule: pd.Series) -> None:
    rule_id = str(rule.rule_id)
    with st.container(border=True):
        st.subheader(str(rule.rule), anchor=False)
        record.facts(
            [
                (t("Number"), rule_id),
                (t("Severity"), str(rule.severity)),
                (t("Tested"), formats.count(rule.tested)),
                (t("Failed"), formats.count(rule.failed)),
                (t("Score"), formats.value("ratio", rule.score)),
            ],
            columns=5,
        )
        _trend(scope, rule)
        if rule_id == LOADED:
            st.caption(t("The rows themselves are in the chapter on the load history."))
        elif rule.failed and not visit.now().reads_rows:
            st.caption(t("Which rows they are is not for administrators."))
        elif rule.failed:
            _failures(scope, rule)
        else:
            st.caption(t("No row fails this rule.") if rule.tested else t("Nothing was tested."))


def _trend(scope: Scope, rule: pd.Series) -> None:
    """Month by month where its rows have a date, else build by build."""
    rule_id, facts = str(rule.rule_id), ((t("Rule"), str(rule.rule)),)
    months = reports.quality_rule_months(scope, rule_id)
    if months.empty:
        title = t("Score by build")
        st.markdown(f"**{title}**")
        st.caption(t("This rule judges a load as a whole; each build that is kept says its own."))
        builds = reports.quality_builds(scope, rule_id)
        tables.show(builds, BUILDS, key="data_rule_builds", alt=title)
        sheet = export.sheet(
            "data_rule_builds", title, BUILDS, lambda: builds, scope, filters=facts
        )
        export.offer(sheet)
        return
    title = t("Score by month")
    st.markdown(f"**{title}**")
    said = drill.described(months.tail(12), title, "score", "month_end", "ratio")
    pictures.still(charts.trend(months, "score", "ratio", palette=palette()), "data_rule", said)
    export.twin(months, MONTHS, "data_rule_months", title, scope, filters=facts)


def _failures(scope: Scope, rule: pd.Series) -> None:
    rule_id, title = str(rule.rule_id), t("Rows that fail the rule")
    st.markdown(f"**{title}**")
    number = reports.quality_failures_total(scope, rule_id)[0]
    if not number:
        st.caption(t("None of them is in this selection."))
        return
    long_lists.draw(
        "data_failures",
        title,
        FAILURES,
        lambda after, limit: reports.quality_failures(scope, rule_id, after, limit),
        "failure_id",
        number,
        scope,
        facts=((t("Rule"), str(rule.rule)),),
    )
