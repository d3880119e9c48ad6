"""Who answered the alerts, and in time: by level, rule and segment, with the cases behind."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, filters, formats, lists, long_lists, tables, warning_rows
from ui.i18n import name, t
from ui.names import LABELS
from ui.tables import Column, Target

BY: tuple[reports.AnswerCut, ...] = ("level", "rule", "borrower_kind", "branch", "product")
ANSWERS: dict[str, Column] = {
    "said": Column("Cases of"),
    "cases": Column("Cases", "count"),
    "response_days": Column("Days to answer", "number", help="Median, in workdays."),
    "response_sla": Column("Days allowed", "days", help="Workdays for the first answer."),
    "answer_rate": Column("Answered in time, rate", "ratio", help="Of the answers due."),
    "plan_sla": Column(
        "Days to settle", "days", help="Workdays that the level allows to the review or the plan."
    ),
    "plan_rate": Column("Settled in time, rate", "ratio", help="Of those to settle."),
    "class_review_sla": Column(
        "Days to the class review", "days", help="Workdays that the level allows; only red asks it."
    ),
    "class_review_rate": Column("Class reviewed in time, rate", "ratio", help="Of those due."),
    "closure_rate": Column(
        "Closed in time, rate", "ratio", help="By the case's own target, of those due."
    ),
    "answered": Column("Answered", "count"),
    "answers_due": Column("Answer due", "count", help="Answered, or past the days allowed."),
    "answered_in_time": Column("Answered in time", "count"),
    "plans_due": Column("To settle", "count", help="Closed, or past the days to settle."),
    "planned_in_time": Column("Settled in time", "count"),
    "class_reviews_due": Column(
        "Class review due", "count", help="Reviewed since, or past the days to the class review."
    ),
    "class_reviewed_in_time": Column("Class reviewed in time", "count"),
    "due": Column("Closing due", "count"),
    "closed_in_time": Column("Closed in time", "count"),
}
CASES: dict[str, Column] = {
    "case_id": Column("Case"),
    "borrower_id": Column("Borrower"),
    "borrower_kind": Column("Borrower type", codes="borrower_kind"),
    "level": Column("Level", codes="alert_level"),
    "rules": Column("Rules that hold", width=220),
    "opened_on": Column("Opened on", "date"),
    "answered_on": Column("Answered on", "date"),
    "response_days": Column("Workdays to answer", "count"),
    "class_reviewed_on": Column("Class reviewed on", "date"),
    "due_on": Column("Target", "date"),
    "closed_on": Column("Closed on", "date"),
    "is_closed_in_time": Column("Closed in time", "flag"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}


def draw(scope: Scope, rules: pd.DataFrame) -> None:
    """The answers by what is chosen, the cases of a row, then the cases that are late.

    `rules` are those of the reading, with their names.
    """
    title = t("Who answered, and in time?")
    st.subheader(title, anchor=False)
    by = filters.switch(
        t("Cut by"), "answers_by", BY, lambda key: t(WORDS[key]), clears=("answers_of",)
    )
    frame = told(reports.response_times(scope, by), by, rules)
    if frame.empty:
        st.caption(t("No case was opened on an alert."))
    else:
        _table(scope, frame, by, title)
    warning_rows.late(scope)


WORDS = {
    "level": "Level",
    "rule": "Rule",
    "borrower_kind": "Borrower type",
    "branch": "Branch",
    "product": "Product",
}


def _table(scope: Scope, frame: pd.DataFrame, by: reports.AnswerCut, title: str) -> None:
    st.caption(t(READ))
    if by == "rule":
        st.caption(t("A case counts for every rule that held on its borrower."))
    if not frame["are_classes_reviewed"].any():
        st.caption(t(NOT_REVIEWED))
    columns = {k: v for k, v in ANSWERS.items() if by == "level" or k not in OF_A_LEVEL}
    tables.show(frame, columns, key=f"answers_{by}", alt=title, open_row=_open(by), rows=16)
    facts = ((t("Cut by"), t(WORDS[by])),)
    export.offer(export.sheet(f"answers_{by}", title, columns, lambda: frame, scope, filters=facts))
    known = {f"{by}:{value}": str(value) for value in frame["value"]}
    for code in filters.asked("answers_of", tuple(known))[:1]:
        _cases(scope, by, known[code], frame)


OF_A_LEVEL = ("response_sla", "plan_sla", "class_review_sla")
NOT_REVIEWED = (
    "Class reviewed in time: not evaluated. The book has no case of a classification review that"
    " was closed."
)
READ = (
    "Cases on alerts of the last twelve months, by the level of the borrower when the case was"
    " opened. The days to answer and to settle are those that this level allows. A row opens its"
    " cases."
)


def told(frame: pd.DataFrame, by: reports.AnswerCut, rules: pd.DataFrame) -> pd.DataFrame:
    """The rows with what they are of in words: levels the worst first, else the most cases."""
    values = [str(value) for value in frame["value"]]
    if by == "level":
        order = list(LABELS["alert_level"])
        said = [name("alert_level", value) for value in values]
        frame = frame.assign(said=said)
        return frame.sort_values("value", key=lambda c: c.map(order.index), ascending=False)
    if by == "rule":
        known = warning_rows.in_language(rules).set_index("rule_id")["rule"].to_dict()
        said = [f"{value} · {known[value]}" if value in known else value for value in values]
    else:
        said = [name(by, value) if value else formats.DASH for value in values]
    return frame.assign(said=said).sort_values(["cases", "value"], ascending=[False, True])


def _open(by: str):
    def opened(row: pd.Series) -> Target:
        return "early_warning", {"answers_by": by, "answers_of": f"{by}:{row['value']}"}

    return opened


def _cases(scope: Scope, by: reports.AnswerCut, value: str, frame: pd.DataFrame) -> None:
    """The cases of one row, which add up to it."""
    number, in_time = reports.answered_cases_total(scope, cut=by, value=value)
    said = frame.loc[frame["value"] == value, "said"].iloc[0]
    title = t("Cases on alerts: {what}", what=said)
    st.subheader(title, anchor=False)
    values = {"n": formats.count(number), "closed": formats.count(in_time)}
    st.caption(t("{n} cases, the newest first; {closed} closed in time", **values))

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return reports.answered_cases(scope, after, limit, cut=by, value=value)

    long_lists.draw(
        "answered_cases",
        title,
        CASES,
        part,
        "case_id",
        number,
        scope,
        facts=((t(WORDS[by]), said),),
        open_row=lists.open_case,
    )
