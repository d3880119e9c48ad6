"""Booked classes against what the rules allow, and the checks that may find nothing."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.class_cuts import CLASSES, class_floors
from queries.metrics import (
    BOOKED_BETTER,
    BOOKED_BETTER_LOANS,
    BOOKED_NPL,
    CLASS_DEVIATION,
    CLASSED,
    CLASSED_LOANS,
    comparisons,
    measure,
)
from queries.warehouse import Scope
from ui import drill, export, filters, links, lists, pictures, quality_lists, tables, tiles
from ui.heat import heat
from ui.i18n import name, t
from ui.quality_lists import Listing
from ui.tables import Column, Target
from ui.theme import palette

TILES = (BOOKED_BETTER, BOOKED_BETTER_LOANS, CLASS_DEVIATION, BOOKED_NPL)
RULES = (BOOKED_BETTER, BOOKED_BETTER_LOANS)
BOTH = {"class_floor": "Class floor", "class_booked": "Booked class"}


def draw(scope: Scope) -> None:
    """The figures, floor by booked class, the rules that cause it, the checks, their rows."""
    found = comparisons(scope, *TILES)
    tiles.row(found, *found, columns=4)
    _matrix(scope)
    _rules(scope)
    _checks(scope)


def _matrix(scope: Scope) -> None:
    title = t("Class floor (rows), booked class (columns)")
    st.subheader(title, anchor=False)
    kinds = {"balance": t("Balance"), "loans": t("Loans")}
    show = filters.switch(t("Shown as"), "show", list(kinds), kinds.__getitem__)
    metric = CLASSED_LOANS if show == "loans" else CLASSED
    frame = class_floors(scope, metric)
    if frame.empty:
        st.caption(t("No booked class is recorded."))
        return
    st.caption(t("Left of the diagonal stands what is booked better than the rules allow."))
    rows, columns = ([c for c in CLASSES if c in set(frame[each])] for each in BOTH)
    picture = heat(
        *(frame, "class_floor", "class_booked", metric.id, metric.unit),
        order=columns,
        rows_order=rows,
        palette=palette(),
    )
    event = pictures.draw_cells(picture, f"quality_floors_{show}", title)
    target = drill.drill_target(event, list(BOTH), [rows, columns])
    if target:
        links.go("why", metric=metric.id, part="numerator", **target)
    shown = {each: Column(label, codes=each) for each, label in BOTH.items()}
    columns_ = shown | tables.of_metrics(metric)
    export.twin(frame, columns_, f"class_floors_{show}", title, scope, metric)


def _rules(scope: Scope) -> None:
    title = t("Booked better than the floor, by the rule that sets it")
    st.subheader(title, anchor=False)
    frame = measure(scope, *RULES, by="floor_rule")
    if frame[BOOKED_BETTER_LOANS.id].isna().all():
        st.caption(t("No booked class is recorded."))
        return
    frame = frame[frame[BOOKED_BETTER_LOANS.id] > 0]
    if frame.empty:
        st.caption(t("No loan is booked better than its floor."))
        return
    frame = frame.sort_values(BOOKED_BETTER.id, ascending=False)
    columns = {"floor_rule": Column("Rule of the floor", codes="floor_rule")}
    columns |= tables.of_metrics(*RULES)
    tables.show(frame, columns, key="floor_rules", alt=title, open_row=_rule)
    export.offer(export.sheet("floor_rules", title, columns, lambda: frame, scope, *RULES))


def _rule(row: pd.Series) -> Target:
    own = {"metric": BOOKED_BETTER.id, "part": "numerator"}
    return "why", own | {"floor_rule": str(row["floor_rule"])}


def _checks(scope: Scope) -> None:
    title = t("Checks that may find nothing")
    st.subheader(title, anchor=False)
    st.caption(t("A row lists what the check found in twelve months."))
    frame = reports.integrity_summary(scope)
    known = frame["is_evaluated"].map({True: t("evaluated"), False: t("not evaluated")})
    shown = frame.assign(state=known)
    choose = quality_lists.opens("booked", "check_id", "check_id")
    tables.show(shown, CHECKS, key="integrity", alt=title, open_row=choose)
    export.offer(export.sheet("integrity", title, CHECKS, lambda: shown, scope))
    chosen = filters.asked("check_id", frame["check_id"].tolist())[:1]
    for check in chosen:
        quality_lists.draw(scope, _found(check))


def _found(check: str) -> Listing:
    return Listing(
        "integrity_list",
        t("Found by the check"),
        FOUND,
        reports.integrity_list,
        reports.integrity_list_total,
        "failure_id",
        lists.open_loan,
        check,
        name("check_id", check),
    )


CHECKS: dict[str, Column] = {
    "check_id": Column("Check", codes="check_id"),
    "state": Column("Evaluated"),
    "loans": Column("Loans now", "count"),
    "balance": Column("Balance now", "money"),
    "loan_months": Column("Loan-months in twelve months", "count"),
}
FOUND: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "month_end": Column("Month end", "date"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "balance": Column("Balance", "money"),
    "days_past_due": Column("Days past due", "days"),
    "class_booked": Column("Booked class", codes="class_booked"),
    "class_floor": Column("Class floor", codes="class_floor"),
    "floor_rule": Column("Rule of the floor", codes="floor_rule"),
    "stage": Column("Stage", codes="stage"),
    "earliest_on": Column("Earliest upgrade", "date"),
}
