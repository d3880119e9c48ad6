"""Restructured loans: how much, how they do, when their observation ends (section 4.4)."""

import streamlit as st

from queries import reports
from queries.metrics import (
    RE_RESTRUCTURED_NOT_NPL,
    RESTRUCTURED_BALANCE,
    RESTRUCTURED_OVERDUE90,
    RESTRUCTURED_RATIO,
    comparisons,
)
from queries.warehouse import Scope
from ui import (
    charts,
    drill,
    export,
    filters,
    layout,
    links,
    lists,
    pictures,
    quality_charts,
    quality_lists,
    tiles,
)
from ui.i18n import name, t
from ui.quality_lists import Listing
from ui.tables import Column
from ui.theme import palette

TILES = (
    *(RESTRUCTURED_BALANCE, RESTRUCTURED_RATIO),
    *(RESTRUCTURED_OVERDUE90, RE_RESTRUCTURED_NOT_NPL),
)


def draw(scope: Scope) -> None:
    """The figures, when observation ends beside who defaulted again, and the loans."""
    found = comparisons(scope, *TILES)
    tiles.row(found, *found, columns=4)
    left, right = layout.beside()
    with left:
        months = _ends(scope)
    with right:
        quarters = _again(scope)
    for quarter in filters.asked("redefault_quarter", quarters)[:1]:
        quality_lists.draw(scope, _changed(quarter))
    chosen = filters.asked("ends_in", months)[:1]
    quality_lists.draw(scope, _observed(chosen[0] if chosen else ""))


def _ends(scope: Scope) -> list[str]:
    """Balance by the month in which observation ends; gives the months, which open their loans."""
    title = t("Observation ends in")
    st.subheader(title, anchor=False)
    frame = reports.observation_ends(scope)
    if frame.empty:
        st.caption(t("No loan is under observation."))
        return []
    st.caption(t("Earliest: a missed payment starts it again."))
    figure = charts.bars(frame, "balance", "ends_in", horizontal=True, palette=palette())
    words = drill.described(frame, title, "balance", "ends_in", "money")
    months = frame["ends_in"].tolist()
    event = pictures.draw(figure, "quality_ends", words)
    target = drill.drill_target(event, ["ends_in"], [months])
    if target:
        links.go("quality", chapter="restructured", **target)
    export.twin(frame, ENDS, "observation_ends", title, scope, RESTRUCTURED_BALANCE)
    return months


def _again(scope: Scope) -> list[str]:
    """Rates of re-default by quarter of the change; gives the quarters, which open their loans."""
    title = t("Defaulted again within twelve months of the change")
    st.subheader(title, anchor=False)
    frame = reports.redefaults(scope)
    if frame.empty:
        st.caption(t("No restructuring is twelve months old."))
        return []
    st.caption(t("By quarter of the change; quarters that are not twelve months old are left out."))
    names = {"rate": t("All restructured"), "performing_rate": t("Performing at the change")}
    figure = quality_charts.paired(frame, "cohort", names, "ratio", palette=palette())
    words = drill.described(frame, title, "rate", "cohort", "ratio")
    quarters = frame["cohort"].tolist()
    event = pictures.draw(figure, "quality_redefaults", words)
    target = drill.drill_target(event, ["column", "quarter"], [list(names), quarters])
    if target:
        links.go("quality", chapter="restructured", redefault_quarter=target["quarter"])
    export.twin(frame, AGAIN, "redefaults", title, scope)
    return quarters


def _changed(quarter: str) -> Listing:
    return Listing(
        "redefault_loans",
        t("Loans restructured in the quarter, those that defaulted again first"),
        CHANGED,
        reports.redefault_loans,
        reports.redefault_loans_total,
        "loan_id",
        lists.open_loan,
        quarter,
        quarter,
    )


def _observed(month: str) -> Listing:
    return Listing(
        "observed_loans",
        t("Loans under observation, the largest first"),
        OBSERVED,
        reports.observed_loans,
        reports.observed_loans_total,
        "loan_id",
        lists.open_loan,
        month,
        name("ends_in", month) if month else "",
    )


def _rate(label: str, help: str) -> Column:
    return Column(label, "ratio", help=help)


ENDS: dict[str, Column] = {
    "ends_in": Column("Observation ends in", codes="ends_in"),
    "loans": Column("Loans", "count"),
    "balance": Column("Balance", "money"),
}
BAD = "More than 90 days past due, non-performing or written off at a month end within a year."
AGAIN: dict[str, Column] = {
    "cohort": Column("Quarter of the change"),
    "loans": Column("Restructured", "count"),
    "redefaulted": Column("Defaulted again", "count", help=BAD),
    "rate": _rate("Re-default rate", BAD),
    "performing": Column("Performing at the change", "count"),
    "performing_redefaulted": Column("Of these defaulted", "count", help=BAD),
    "performing_rate": _rate("Rate of the performing", BAD),
}
CHANGED: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "restructured_on": Column("Changed on", "date"),
    "was_performing": Column("Performing at the change", "flag"),
    "is_redefaulted": Column("Defaulted again", "flag", help=BAD),
    "redefaulted_on": Column("First seen at", "date"),
    "balance": Column("Balance now", "money"),
}
OBSERVED: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "balance": Column("Balance", "money"),
    "days_past_due": Column("Days past due", "days"),
    "class_booked": Column("Booked class", codes="class_booked"),
    "classification": Column("Class", codes="classification"),
    "observation_ends": Column("Observation ends on", "date"),
    "is_restructured_again": Column(
        "Again", "flag", help="Restructured again while under observation."
    ),
}
