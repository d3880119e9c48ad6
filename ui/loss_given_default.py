"""Loss given default: what expected loss uses, how defaults paid back, and the cases themselves."""

import streamlit as st

from queries import reports
from queries.expected_loss import Backing
from queries.warehouse import Scope
from ui import (
    drill,
    export,
    formats,
    layout,
    lists,
    loss_charts,
    loss_used,
    pictures,
    quality_lists,
)
from ui.i18n import md, name, t
from ui.loss_used import Used
from ui.quality_lists import Listing
from ui.tables import Column
from ui.theme import palette


def draw(scope: Scope) -> None:
    """What is used per product, the curve of what came, one loan's backing, and the cases."""
    loss_used.draw(scope, LGDS_USED, reports.lgd_used(scope))
    product = loss_used.product(scope)
    left, right = layout.beside()
    with left:
        _curve(scope, product)
    with right:
        _backing()
    _cases(scope, product)


USED = (
    "Estimated on the whole bank, per product, from all defaults seen up to this month end, each"
    " counting once: every month since default adds the mean share of the exposure that came in it,"
    " over the defaults watched so long. So settled cases count with what came of them, open ones"
    " with what came so far and the mean of the older ones after that. A month counts only where"
    " the least number of defaults was watched so long. After that the whole book says which part"
    " of what is left is still to come, and where its defaults are too few as well, nothing more is"
    " expected to come."
)
LGDS: dict[str, Column] = {
    "product": Column("Product", codes="product"),
    "lgd": Column("LGD used", "ratio", help="Held between the floor and the cap."),
    "lgd_raw": Column("LGD as estimated", "ratio"),
    "basis": Column("Basis", width=260),
    "cases": Column("Defaults", "count", help="Defaults that the estimate begins with."),
    "own_months": Column(
        "Own months", "count", help="Months since default watched by enough of its own defaults."
    ),
    "own_last_cases": Column("Cases in the last", "count", help="Watched to the last own month."),
    "own_lgd": Column("Left after them", "ratio", help="Share of exposure that had not come then."),
    "book_months": Column(
        "Months in all", "count", help="Watched by enough of the whole book; nothing comes later."
    ),
    "book_last_cases": Column(
        "Cases of the book in the last", "count", help="Of all products, in the last month of all."
    ),
}
POOLED = (
    "The whole book stands in for: {products}. Fewer than {n} of their own say too little. From {n}"
    " on, a product's own curve takes over month by month, as far as {n} of its defaults were"
    " watched so long."
)
LGDS_USED = Used("lgd_used", USED, LGDS, "own_cases", "own defaults", "lgd_least_cases", POOLED)


def _curve(scope: Scope, product: str) -> None:
    title = t("What came of defaults, by months since")
    st.subheader(title, anchor=False)
    frame = reports.recovery_curve(scope, product)
    if frame.empty:
        st.caption(t("There is none."))
        return
    st.caption(t(CAME))
    figure = loss_charts.recovery(frame, palette=palette())
    said = drill.described(frame.tail(12), title, "recovered", "age", "ratio", formats.count)
    pictures.still(figure, "loss_recovery", said)
    export.twin(frame, CURVE, "loss_recovery", title, scope)


CAME = (
    "Cumulative share of the exposure at default. The solid line is discounted at each loan's own"
    " rate, and a cure counts with what was still owed; the dashed one is net cash as it came. Only"
    " defaults watched so long are counted; hollow marks rest on fewer than 30 of them."
)
CURVE: dict[str, Column] = {
    "age": Column("Months since default", "count"),
    "cases": Column("Defaults watched so long", "count"),
    "share": Column("Came in the month", "ratio"),
    "recovered": Column("Came until then", "ratio"),
    "collected": Column("Net cash until then", "ratio"),
}
FIELDS = {
    "exposure": ("Exposure", 500_000.0),
    "collateral": ("Collateral value", 320_000.0),
    "haircut": ("Haircut, %", 25.0),
    "guarantee_share": ("Guaranteed, % of exposure", 20.0),
    "guarantor_pays": ("Guarantor pays, %", 90.0),
    "other": ("Other recoveries", 30_000.0),
    "costs": ("Costs", 22_000.0),
    "rate": ("Yearly rate, %", 9.0),
    "months": ("Months until it comes", 10.0),
    "cure_chance": ("Chance to be cured, %", 8.0),
    "cure_recovery": ("Recovered when cured, %", 72.0),
}
IN_PER_CENT = (
    *("haircut", "guarantee_share", "guarantor_pays", "rate"),
    *("cure_chance", "cure_recovery"),
)


def _backing() -> None:
    st.subheader(t("By what stands behind a loan"), anchor=False)
    st.caption(
        t("A calculation beside the estimate, for one loan: nothing here enters the figures.")
    )
    held = {}
    grid = st.grid(3, min_column_width=140, gap="small")
    for key, (label, first) in FIELDS.items():
        with grid:
            most = 100.0 if key in IN_PER_CENT else None
            held[key] = st.number_input(
                t(label),
                min_value=0.01 if key == "exposure" else 0.0,
                max_value=most,
                value=first,
                key=f"backing_{key}",
            )
    backing = Backing.of_percents(held, IN_PER_CENT)
    st.markdown(
        md(
            t(
                "Expected to come: {amount}; loss given default {lgd}",
                amount=formats.amount(backing.recovery),
                lgd=formats.percent(backing.lgd),
            )
        )
    )


def _cases(scope: Scope, product: str) -> None:
    quality_lists.draw(
        scope,
        Listing(
            "default_cases",
            t("Defaults, the largest first"),
            CASES,
            reports.default_cases,
            reports.default_cases_total,
            "case_key",
            lists.open_loan,
            product,
            name("product", product) if product else "",
        ),
    )


CASES: dict[str, Column] = {
    **lists.LOAN,
    "defaulted_on": Column("In default since", "date"),
    "default_rule": Column("By rule", codes="stage_rule"),
    "exposure": Column("Exposure at default", "money"),
    "recovered": Column("Came so far", "money"),
    "worth": Column("Worth on the day of default", "money"),
    "lgd": Column("Loss so far", "ratio", help="One less worth over exposure; no floor, no cap."),
    "is_settled": Column("Settled for good", "flag", help="Not settled: more may come."),
    "ended_as": Column("Ended as", codes="ended_as"),
    "ended_on": Column("Ended on", "date"),
    "written_off_on": Column("Written off in", "date"),
}
