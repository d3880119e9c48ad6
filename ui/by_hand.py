"""Manual overrides and segregation of duties: lists of acts by hand, each row with its reason."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import (
    exception_cuts,
    export,
    filters,
    formats,
    layout,
    links,
    long_lists,
    paging,
    tables,
)
from ui.exception_cuts import NARROWED
from ui.i18n import language, name, t
from ui.tables import Column

# A list, the tests that find what is wrong in it, and what stands in it.
LISTS: dict[str, tuple[tuple[str, ...], str]] = {
    "override": (
        ("T02_override", "T02_class", "T03_upgrade"),
        "Classes that people set and no rule: what it was, who asked, reviewed and approved, and"
        " why.",
    ),
    "two_roles": (
        ("T12_sod",),
        "Decisions in which one person held two of the roles: put forward, review, approve.",
    ),
    "limit": (("T13_limit",), "Decisions above the authority of whoever approved them."),
    "dressing": (
        ("T09_month_end_dressing",),
        "Payments around a month end that were taken back or lent anew, and arrears gone on the"
        " day.",
    ),
    "evergreening": (
        ("T05_reage", "T05_new_loan"),
        "Old debt carried on: a new schedule that hides 30 days past due or more, a refinancing, or"
        " a new loan that paid an old one.",
    ),
    "backdating": (
        ("T08_backdating",),
        "Payments and reversals booked more than three days after the day for which they count.",
    ),
}
SUMMARY: dict[str, Column] = {
    "list_id": Column("List", codes="by_hand", width=200),
    "acts": Column("Acts", "count"),
    "loans": Column("Loans", "count"),
    "amount": Column("Amount", "money", help="Of all acts together; balances of the loans."),
    "exceptions": Column("Exceptions", "count"),
    "exception_amount": Column("Amount of the exceptions", "money"),
    "at_month_end": Column("In this month", "count"),
    "state": Column("State", width=330),
}
MONTHS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "acts": Column("Acts", "count"),
    "amount": Column("Amount", "money"),
    "exceptions": Column("Exceptions", "count"),
}
COUNTED: dict[str, Column] = {
    "acts": Column("Acts", "count"),
    "loans": Column("Loans", "count"),
    "amount": Column("Amount", "money"),
    "exceptions": Column("Exceptions", "count"),
}
ROWS: dict[str, Column] = {
    "loan_id": Column("Loan", width=95),
    "happened_on": Column("Day", "date"),
    "kind": Column("What was done", codes="exception_kind", width=170),
    "why": Column("Why it is listed", width=420),
    "amount": Column("Amount", "money"),
    "officer_id": Column("Officer", width=75),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "reference": Column("Reference", width=95),
}
OVERRIDES: dict[str, Column] = {
    "loan_id": Column("Loan", width=95),
    "happened_on": Column("Day", "date"),
    "from_class": Column("Class before", codes="classification", width=115),
    "to_class": Column("Class after", codes="classification", width=115),
    "class_by_rule": Column("Class by rule", codes="class_floor", width=115),
    "why": Column("Why it is listed", width=330),
    "reason_said": Column("Reason given", width=165),
    "initiated_by": Column("Put forward by", width=95),
    "reviewed_by": Column("Reviewed by", width=95),
    "approved_by": Column("Approved by", width=95),
    "amount": Column("Balance", "money"),
    "officer_id": Column("Officer", width=75),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "reference": Column("Reference", width=95),
}
ONLY = {"all": "All acts", "wrong": "Exceptions only"}
ROLES = {
    "initiated_by": "put it forward",
    "reviewed_by": "reviewed it",
    "approved_by": "approved it",
}
RULED = "better_than_floor"


def show(scope: Scope) -> None:
    """All lists with their counts; of the one chosen its months, whose acts they are, each row."""
    tests = reports.audit_tests(scope).set_index("test_id")
    frame = _summary(scope, tests)
    judged = frame[frame["acts"].notna()]
    st.markdown(
        t(
            "{n} acts by hand or patterns to look through, {month} of them in this month; {wrong}"
            " are exceptions to explain. An act may stand in several lists.",
            n=formats.count(judged["acts"].sum()),
            month=formats.count(judged["at_month_end"].sum()),
            wrong=formats.count(judged["exceptions"].sum()),
        )
    )
    title = t("Manual overrides and segregation of duties")
    tables.show(
        frame,
        SUMMARY,
        key="by_hand",
        alt=title,
        open_row=lambda row: (
            "reperformance",
            {"by_hand": row["list_id"]} | dict.fromkeys(NARROWED),
        ),
        rows=len(LISTS),
    )
    export.offer(export.sheet("by_hand", title, SUMMARY, lambda: frame, scope))
    chosen = filters.switch(
        t("List"), "by_hand", list(LISTS), lambda code: name("by_hand", code), clears=NARROWED
    )
    _one(scope, chosen, frame[frame["list_id"] == chosen].iloc[0])


def _summary(scope: Scope, tests: pd.DataFrame) -> pd.DataFrame:
    """One row per list; one whose tests looked at nothing has no counts, and says what it needs."""
    found = reports.intervention_lists(scope).set_index("list_id")
    needs = "needs_zh" if language() == "zh" else "needs"
    rows = []
    for list_id, (test_ids, _) in LISTS.items():
        test = tests.loc[test_ids[0]]
        row = found.loc[list_id].to_dict() if list_id in found.index else None
        if row is None and bool(tests.at[test_ids[0], "is_evaluated"]):
            row = dict.fromkeys(found.columns, 0)
        if row is None:
            state = t("Not evaluated: needs {what}", what=formats.text(test[needs]))
        else:
            state = t("Exceptions to explain") if row["exceptions"] else t("Nothing to explain")
        rows.append({"list_id": list_id, "state": state} | (row or {}))
    return pd.DataFrame(rows, columns=list(SUMMARY))


def _one(scope: Scope, list_id: str, summary: pd.Series) -> None:
    tests, meaning = LISTS[list_id]
    st.subheader(name("by_hand", list_id), anchor=False)
    st.markdown(t(meaning))
    if pd.isna(summary.acts):
        st.info(str(summary.state), icon=":material/block:")
        return
    left, right = layout.beside()
    with left:
        _months(scope, list_id)
    with right:
        _cuts(scope, list_id)
    _rows(scope, list_id)
    with st.container(horizontal=True):
        for test_id in tests:
            links.link(
                "reperformance",
                t("Exceptions of {test}, each to be raised", test=name("test_id", test_id)),
                icon=":material/add_alert:",
                chapter=None,
                by_hand=None,
                test_id=test_id,
                **dict.fromkeys(NARROWED),
            )


def _months(scope: Scope, list_id: str) -> None:
    title = t("Acts by month")
    st.markdown(f"**{title}**")
    frame = reports.intervention_months(scope, list_id)
    exception_cuts.by_month(scope, frame, "acts", title, "by_hand_months", MONTHS, _facts(list_id))


def _cuts(scope: Scope, list_id: str) -> None:
    exception_cuts.by_cut(
        scope,
        lambda cut: reports.intervention_cuts(scope, list_id, cut),
        "What was done",
        t("Whose acts they are"),
        "by_hand_cuts",
        COUNTED,
        _facts(list_id),
    )


def _rows(scope: Scope, list_id: str) -> None:
    title = t("Acts, the newest first")
    st.subheader(title, anchor=False)
    months = reports.intervention_months(scope, list_id)["month_end"]
    narrowed = exception_cuts.narrowed(months)
    only = filters.switch(
        t("Rows"), "acts", ["all", "wrong"], lambda code: t(ONLY[code]), clears=()
    )
    is_wrong = only == "wrong"

    def part(after: str | None, limit: int) -> pd.DataFrame:
        found = reports.interventions_list(scope, list_id, after, limit, is_wrong, **narrowed)
        said = [
            name("override_reason", each) if each else "" for each in found["reason"].fillna("")
        ]
        rules = found["reference"].where(found["faults"] != RULED, "")
        return found.assign(
            why=[why(row) for _, row in found.iterrows()], reason_said=said, reference=rules
        )

    asked = (scope, list_id, is_wrong, *narrowed.values())
    page = part(paging.after("by_hand_rows", asked), paging.SIZE)
    if page.empty:
        st.success(t("Nothing found."), icon=":material/check:")
        return
    number = reports.interventions_list_total(scope, list_id, is_wrong, **narrowed)[0]
    long_lists.draw(
        "by_hand_rows",
        title,
        OVERRIDES if list_id == "override" else ROWS,
        part,
        "intervention_id",
        number,
        scope,
        asked=asked[1:],
        facts=(*_facts(list_id), (t("Rows"), t(ONLY[only])), *exception_cuts.told(narrowed)),
        rows=15,
        page=page,
    )


def _facts(list_id: str) -> export.Facts:
    return ((t("List"), name("by_hand", list_id)),)


# --- Why a row is listed ---


def why(row: pd.Series) -> str:
    """The reason for which an act is in its list, with its figures, as a sentence."""
    if row["list_id"] == "override":
        faults = str(row["faults"]).split()
        if row["faults"] == RULED:
            return t(
                "Booked better than the rule “{rule}” allows.",
                rule=name("floor_rule", row["reference"]),
            )
        if faults:
            return " · ".join(name("exception_kind", each) for each in faults)
        return t("In order: reasoned, reviewed and approved.")
    if row["list_id"] in ("two_roles", "limit"):
        return _of_approval(row)
    return _WHY[str(row["kind"])](row)


def _of_approval(row: pd.Series) -> str:
    if row["list_id"] == "limit":
        return t(
            "{who} approved {amount}; the authority of the grade is {limit}.",
            who=formats.text(row["approved_by"]),
            amount=formats.amount(row["recorded"]),
            limit=formats.amount(row["recomputed"]),
        )
    held: dict[str, list[str]] = {}
    for column, role in ROLES.items():
        if not formats.missing(row[column]):
            held.setdefault(str(row[column]), []).append(t(role))
    return " · ".join(f"{who}: {' + '.join(both)}" for who, both in held.items() if len(both) > 1)


def _hidden(row: pd.Series) -> str:
    approved = t("approved") if not row["faults"] else t("not approved")
    return t(
        "{first} by the first schedule, {now} by the one in force; the change is {state}.",
        first=formats.days(row["recomputed"]),
        now=formats.days(row["recorded"]),
        state=approved,
    )


_WHY: dict[str, Callable[[pd.Series], str]] = {
    "days_hidden": _hidden,
    "paid_by_new_loan": lambda row: t(
        "{first} past due became {now} by {amount} paid within ten days after loan {n} was drawn.",
        first=formats.days(row["recomputed"]),
        now=formats.days(row["recorded"]),
        amount=formats.amount(row["amount"]),
        n=row["reference"],
    ),
    "refinance": lambda row: t("The old debt was repaid by a new contract."),
    "interest_to_principal": lambda row: t("Overdue interest became principal."),
    "taken_back": lambda row: t(
        "{amount} paid in the last three days of the month, taken back within five days after it.",
        amount=formats.amount(row["amount"]),
    ),
    "lent_anew": lambda row: t(
        "{amount} paid in the last three days of the month, lent to the borrower anew within five"
        " days after it.",
        amount=formats.amount(row["amount"]),
    ),
    "arrears_gone": lambda row: t(
        "{first} past due a month before, {now} at the month end, without a new schedule.",
        first=formats.days(row["recomputed"]),
        now=formats.days(row["recorded"]),
    ),
    "booked_late": lambda row: t(
        "Booked {n} after the day for which it counts.", n=formats.days(row["recorded"])
    ),
    "reversal_late": lambda row: t(
        "Taken back, and booked {n} after the day for which that counts.",
        n=formats.days(row["recorded"]),
    ),
}
