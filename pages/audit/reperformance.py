"""Recomputed against recorded: which values of the book do not hold, whose are they, and why?"""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import (
    by_hand,
    exception_cuts,
    export,
    filters,
    finding_panel,
    formats,
    layout,
    links,
    long_lists,
    paging,
    record,
    reperformed,
    tables,
)
from ui.exceptions_told import CLASSES, MIXED, WITHOUT, unit, value
from ui.i18n import language, name, t
from ui.tables import Column

STAKE = "Of all exceptions together: a loan found at several month ends counts in each."
TESTS: dict[str, Column] = {
    "test_id": Column("Test", codes="test_id", width=245),
    "state": Column("State", width=150),
    "tested": Column("Tested", "count", help="Rows that the test looked at, up to the date."),
    "exceptions": Column("Exceptions", "count"),
    "loans": Column("Loans", "count"),
    "amount": Column("Amount at stake", "money", help=STAKE, width=130),
    "at_month_end": Column("In this month", "count"),
    "tolerance": Column("Tolerance", width=85),
    "owner_name": Column("Owner", width=140),
    "rate": Column("Of those tested", "ratio"),
    "needs": Column("What it needs", width=330),
}
MONTHS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "tested": Column("Tested", "count"),
    "exceptions": Column("Exceptions", "count"),
    "rate": Column("Of those tested", "ratio"),
    "amount": Column("Amount at stake", "money"),
}
EXCEPTIONS: dict[str, Column] = {
    "about": Column("About", width=120),
    "kind": Column("What is wrong", codes="exception_kind", width=200),
    "happened_on": Column("Day", "date"),
    "recorded": Column("Recorded"),
    "recomputed": Column("Recomputed"),
    "difference": Column("Difference"),
    "amount": Column("Amount at stake", "money"),
    "officer_id": Column("Officer"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "reference": Column("Reference"),
}
COUNTED: dict[str, Column] = {
    "exceptions": Column("Exceptions", "count"),
    "loans": Column("Loans", "count"),
    "amount": Column("Amount at stake", "money"),
}
OF_THE_LOG = "T20_access"
CHAPTERS = {"tests": "Tests", "by_hand": "Manual overrides and segregation of duties"}


def render(scope: Scope) -> None:
    """The tests of 14.2, or the lists of what was done by hand."""
    chapter = filters.switch(
        t("Chapter"),
        "chapter",
        list(CHAPTERS),
        lambda key: t(CHAPTERS[key]),
        clears=("test_id", "exception_id", "by_hand", *exception_cuts.NARROWED),
    )
    if chapter == "by_hand":
        by_hand.show(scope)
    else:
        _all(scope)


def _all(scope: Scope) -> None:
    """All tests; of the one chosen its trend, whose exceptions they are, each with its steps."""
    frame = in_words(reports.audit_tests(scope))
    judged = frame[frame["is_evaluated"]]
    if judged.empty:
        st.info(t("No test could be evaluated in this selection."), icon=":material/rule:")
    st.markdown(
        t(
            "{n} of {all} tests could be evaluated: {found} exceptions, {month} of them in this"
            " month. Tests that found nothing: {clean}.",
            n=len(judged),
            all=len(frame),
            found=formats.count(judged["exceptions"].sum()),
            month=formats.count(judged["at_month_end"].sum()),
            clean=int((judged["exceptions"] == 0).sum()),
        )
    )
    if filters.asked("test_id", frame["test_id"].tolist()):
        with st.expander(t("All tests"), icon=":material/table:"):
            _tests(scope, frame)
    else:
        _tests(scope, frame)
    chosen = filters.pick(
        t("Test"),
        "test_id",
        frame["test_id"].tolist(),
        shown=lambda code: name("test_id", code),
        several=False,
        all_label=t("Choose a test"),
    )
    if chosen:
        _test(scope, frame[frame["test_id"] == chosen[0]].iloc[0])


def _tests(scope: Scope, frame: pd.DataFrame) -> None:
    title = t("Re-performance tests")
    tables.show(
        frame,
        TESTS,
        key="tests",
        alt=title,
        open_row=lambda row: (
            "reperformance",
            {
                "test_id": row["test_id"],
                "exception_id": None,
                "exception_kind": None,
                "officer_id": None,
            },
        ),
        rows=22,
    )
    export.offer(export.sheet("tests", title, TESTS, lambda: frame, scope))


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The tests in the reader's language, with their state: clean or not, or what is missing."""
    said, zh = frame.copy(), language() == "zh"
    for column in ("looks_for", "tolerance", "cannot_see", "needs"):
        said[column] = frame[f"{column}_zh"] if zh else frame[column]
    said["owner_name"] = [name("department_id", each) for each in frame["owner"]]
    said["state"] = [
        t("On the page Access")
        if row.test_id == OF_THE_LOG
        else _state(bool(row.is_evaluated), row.exceptions)
        for row in said.itertuples()
    ]
    return said


def _state(is_evaluated: bool, exceptions: object) -> str:
    if not is_evaluated:
        return t("Not evaluated")
    return t("Exceptions to explain") if exceptions else t("Nothing found")


def _test(scope: Scope, test: pd.Series) -> None:
    st.subheader(name("test_id", test.test_id), anchor=False)
    record.facts(
        [
            (t("Looks for"), formats.text(test.looks_for)),
            (t("Tolerance"), formats.text(test.tolerance)),
            (t("Owner"), formats.text(test.owner_name)),
            (t("Cannot see"), formats.text(test.cannot_see or None)),
        ],
        columns=4,
    )
    if test.test_id == OF_THE_LOG:
        st.info(t("It is told from the access log, which is no part of a build."))
        links.link(
            "access_log", t("What the access log tells"), icon=":material/policy:", view="odd"
        )
        return
    if not test.is_evaluated:
        needs = t("Not evaluated: needs {what}", what=formats.text(test.needs))
        st.info(needs, icon=":material/block:")
        return
    _opened(scope, str(test.owner))
    left, right = layout.beside()
    with left:
        _months(scope, str(test.test_id))
    with right:
        _cuts(scope, str(test.test_id))
    _list(scope, test)


def _opened(scope: Scope, owner: str) -> None:
    """The exception that the address names, beside its arithmetic."""
    wanted = st.query_params.get("exception_id", "")
    if not wanted:
        return
    found = reports.exception_detail(scope, wanted)
    if found.empty:
        record.not_found(t("exception"), wanted)
        return
    with st.container(border=True):
        reperformed.show(scope, found.iloc[0])
        finding_panel.raise_from(found.iloc[0], owner)


def _months(scope: Scope, test_id: str) -> None:
    title = t("Exceptions by month")
    st.markdown(f"**{title}**")
    frame = reports.audit_months(scope, test_id)
    if frame.empty:
        st.caption(t("Nothing was tested in these months."))
        return
    exception_cuts.by_month(
        scope, frame, "exceptions", title, "audit_months", MONTHS, _facts(test_id)
    )


def _cuts(scope: Scope, test_id: str) -> None:
    exception_cuts.by_cut(
        scope,
        lambda cut: reports.audit_cuts(scope, test_id, cut),
        "What is wrong",
        t("Whose exceptions they are"),
        "audit_cuts",
        COUNTED,
        _facts(test_id),
    )


def _list(scope: Scope, test: pd.Series) -> None:
    test_id = str(test.test_id)
    title = t("Exceptions, the newest first")
    st.subheader(title, anchor=False)
    narrowed = exception_cuts.narrowed(reports.audit_months(scope, test_id)["month_end"])

    def part(after: str | None, limit: int) -> pd.DataFrame:
        found = reports.exceptions_list(scope, test_id, after, limit, **narrowed)
        abouts = [reperformed.about(row) for _, row in found.iterrows()]
        return _in_one_unit(test_id, reperformed.in_words(found)).assign(about=abouts)

    page = part(paging.after("exceptions", (scope, test_id, *narrowed.values())), paging.SIZE)
    if page.empty:
        st.success(t("Nothing found."), icon=":material/check:")
        return
    number = reports.exceptions_list_total(scope, test_id, **narrowed)[0]
    long_lists.draw(
        "exceptions",
        title,
        _columns(test_id),
        part,
        "exception_id",
        number,
        scope,
        facts=(*_facts(test_id), *exception_cuts.told(narrowed)),
        open_row=lambda row: ("reperformance", {"exception_id": row["exception_id"]}),
        rows=15,
        page=page,
    )


VALUES = ("recorded", "recomputed", "difference")


def _in_one_unit(test_id: str, found: pd.DataFrame) -> pd.DataFrame:
    """Where the kinds of a test are told in different units, each value with its own, as text."""
    if test_id not in MIXED:
        return found
    kinds = found["kind"].tolist()
    said = {
        column: [value(test_id, *each) for each in zip(kinds, found[column], strict=True)]
        for column in VALUES[:2]
    }
    return found.assign(**said)


def _columns(test_id: str) -> tables.Columns:
    """The columns of a test's exceptions: its values in their unit, none that it does not have."""
    shown = dict(EXCEPTIONS)
    if test_id in WITHOUT:
        return {column: told for column, told in shown.items() if column not in VALUES}
    if test_id in CLASSES or test_id in MIXED:
        del shown["difference"]
    codes = "classification" if test_id in CLASSES else ""
    told = "text" if codes or test_id in MIXED else unit(test_id)
    for column in VALUES:
        if column in shown:
            shown[column] = Column(EXCEPTIONS[column].label, told, codes=codes)
    return shown


def _facts(test_id: str) -> export.Facts:
    return ((t("Test"), name("test_id", test_id)),)
