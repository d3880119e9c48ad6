"""Probability of default: what expected loss uses, and the same moves read in three ways."""

from typing import Any

import streamlit as st

from queries import reports
from queries.expected_loss import LIVE, STATES, Estimates, estimates, thin
from queries.warehouse import Scope
from ui import drill, export, filters, layout, links, loss_charts, loss_used, pictures, tables
from ui.heat import heat
from ui.i18n import md, name, t
from ui.loss_used import Used
from ui.tables import Column
from ui.theme import palette


def draw(scope: Scope) -> None:
    """What is used per product, then one product's matrix, its three estimates and its curves."""
    loss_used.draw(scope, PDS_USED, reports.pd_used(scope))
    product = loss_used.product(scope)
    found = estimates(scope, product)
    if found is None:
        st.caption(t("No loan of this selection moved in the window."))
        return
    _estimates(scope, found, product)
    left, right = layout.beside()
    with left:
        _matrix(scope, found, product)
    with right:
        _curves(scope, found)
    if product:
        _terms(scope, product)


USED = (
    "Estimated on the whole bank, per product, from the moves of the twelve months up to this month"
    " end: the monthly matrix to the power of twelve. Where a product had fewer than 30 loans in a"
    " state, the whole book's row of that state stands in. n counts loans and months."
)
PDS: dict[str, Column] = {
    "product": Column("Product", codes="product"),
    "state": Column("State", codes="pd_state"),
    "pd_12m": Column("PD, 12 months", "ratio"),
    "standard_error": Column("Standard error", "ratio", help="Root of p(1 − p) / n."),
    "loans": Column("n", "count", help="Loans at month ends of the window that the row rests on."),
    "basis": Column("Basis", width=230),
    "part_repaid": Column(
        "Repaid ahead in a month",
        "ratio",
        help="Part of the balance that loans which stay repay ahead of schedule; those that repay"
        " everything are in the matrix.",
    ),
}
POOLED = (
    "The whole book stands in for: {products}. Fewer than {n} of their own say too little. At the"
    " month end at which a product comes to {n}, its own value takes over, so that the value used"
    " can jump there."
)
PDS_USED = Used("pd_used", USED, PDS, "own_loans", "own loans", "pd_least_loans", POOLED, 14)


def _estimates(scope: Scope, found: Estimates, product: str) -> None:
    title = t("Twelve months ahead, by three estimators")
    st.subheader(title, anchor=False)
    st.caption(t(THREE, n=found.months))
    few = thin(found.frame, "loans")
    if few:
        named = t(", ").join(name("pd_state", code) for code in few)
        st.caption(md(t(THIN, states=named)))
    tables.show(found.frame, ESTIMATES, key="pd_estimates", alt=title)
    facts = filters.told([("pd_product", product)]) if product else ()
    export.offer(
        export.sheet("pd_estimates", title, ESTIMATES, lambda: found.frame, scope, filters=facts)
    )


THREE = (
    "From the moves of this selection in {n} months. Cohort: the average matrix to the power of"
    " twelve. Aalen–Johansen: the months' own matrices one after the other. Generator: intensities,"
    " as if moves could happen at any moment. Far apart, they say that the months were not alike."
)
THIN = (
    "Fewer than 30 loans and months, so hardly known: {states}. Drawn thin, or only in the table."
)
ESTIMATES: dict[str, Column] = {
    "state": Column("State", codes="pd_state"),
    "loans": Column("n", "count", help="Loans at month ends of the window that the row rests on."),
    "one_month": Column("One month", "ratio"),
    "cohort": Column("Cohort", "ratio"),
    "aalen_johansen": Column("Aalen–Johansen", "ratio"),
    "generator": Column("Generator", "ratio"),
    "standard_error": Column("Standard error", "ratio", help="Root of p(1 − p) / n."),
}


def _matrix(scope: Scope, found: Estimates, product: str) -> None:
    title = t("Monthly matrix, by number of loans")
    st.subheader(title, anchor=False)
    st.caption(t(MATRIX))
    few = thin(found.cells, "row_loans")
    drawn = found.cells[~found.cells["from_state"].isin(few)]
    drawn = found.cells if drawn.empty else drawn
    picture = heat(
        *(drawn, "from_state", "became_state", "share"),
        order=[each for each in STATES if each in set(found.cells["became_state"])],
        rows_order=[each for each in LIVE if each in set(drawn["from_state"])],
        palette=palette(),
    )
    clicked = pictures.draw_cells(picture, "pd_matrix", title)
    target = drill.drill_target(clicked, ["pd_state", "became"], [LIVE, STATES])
    if target:
        own: dict[str, Any] = {"product": product} if product else {}
        links.go(
            "why", metric="expected_loss", part="numerator", pd_state=target["pd_state"], **own
        )
    export.twin(found.cells, CELLS, "pd_matrix", title, scope)


MATRIX = (
    "Rows: the state a month before; columns: the state then. In default, paid off and sold are"
    " states of no return. Rows that rest on fewer than 30 are only in the table. A click opens the"
    " loans that are in the row's state now."
)
CELLS: dict[str, Column] = {
    "from_state": Column("State before", codes="from_state"),
    "became_state": Column("State after", codes="became_state"),
    "share": Column("Share of loans", "ratio"),
    "loans": Column("Loans moved", "count"),
    "row_loans": Column("Loans in the state", "count"),
}


def _curves(scope: Scope, found: Estimates) -> None:
    title = t("Chance to have defaulted, month by month")
    st.subheader(title, anchor=False)
    st.caption(t("Whole lines: cohort. Dashed: Aalen–Johansen. Grey: fewer than 30 loans."))
    few = thin(found.frame, "loans")
    figure = loss_charts.curves(found.curves, LIVE, few, palette=palette())
    last = found.curves[found.curves["months_ahead"] == found.months]
    last = last[last["method"] == "cohort"]
    pictures.still(
        figure, "pd_curves", drill.described(last, title, "pd", "state", "ratio", _state)
    )
    export.twin(found.curves, CURVES, "pd_curves", title, scope)


def _state(code: str) -> str:
    return name("pd_state", code)


CURVES: dict[str, Column] = {
    "method": Column("Estimator", codes="pd_method"),
    "state": Column("State", codes="pd_state"),
    "months_ahead": Column("Months ahead", "count"),
    "pd": Column("Chance to have defaulted", "ratio"),
}


def _terms(scope: Scope, product: str) -> None:
    title = t("Term structure that expected loss uses: {product}", product=name("product", product))
    st.subheader(title, anchor=False)
    frame = reports.pd_terms(scope, product)
    if frame.empty:
        st.caption(t("There is none."))
        return
    st.caption(t(TERM))
    figure = loss_charts.curves(frame.assign(method="cohort"), LIVE, [], palette=palette())
    last = frame[frame["months_ahead"] == frame["months_ahead"].max()]
    pictures.still(figure, "pd_terms", drill.described(last, title, "pd", "state", "ratio", _state))
    columns = {key: column for key, column in CURVES.items() if key != "method"}
    export.twin(frame, columns, "pd_terms", title, scope)


TERM = (
    "Cumulative, as far as the longest loan of the product still runs. It flattens as loans are"
    " paid off: who has gone that way does not default."
)
