"""How good are the loans, what stands against the bad ones, and are they classed right?"""

from collections.abc import Mapping

import streamlit as st

from queries import reports
from queries.metrics import (
    BALANCE,
    BOOKED_BETTER_LOANS,
    CLASS_DEVIATION,
    LOAN_PROVISION_RATIO,
    NPL_FORMATION_RATE_GROSS,
    NPL_FORMATION_RATE_NET,
    NPL_RATIO,
    OVERDUE60_TO_NPL,
    OVERDUE90_TO_NPL,
    PROVISION_COVERAGE,
    SPECIAL_MENTION_RATIO,
    Comparison,
    comparisons,
)
from queries.warehouse import Scope
from ui import (
    filters,
    formats,
    lists,
    quality_booked,
    quality_classes,
    quality_formation,
    quality_obligors,
    quality_provisions,
    quality_restructured,
    quality_written_off,
    tiles,
)
from ui.i18n import md, t

TILES = (
    *(NPL_RATIO, SPECIAL_MENTION_RATIO, OVERDUE90_TO_NPL, OVERDUE60_TO_NPL, CLASS_DEVIATION),
    *(PROVISION_COVERAGE, LOAN_PROVISION_RATIO),
    *(NPL_FORMATION_RATE_GROSS, NPL_FORMATION_RATE_NET),
)
CHAPTERS = {
    "classes": ("Classes", quality_classes.draw),
    "booked": ("Booked classes", quality_booked.draw),
    "formation": ("NPL formation", quality_formation.draw),
    "provisions": ("Provisions", quality_provisions.draw),
    "written_off": ("Write-offs", quality_written_off.draw),
    "restructured": ("Restructured", quality_restructured.draw),
    "obligors": ("Obligors", quality_obligors.draw),
}


def render(scope: Scope) -> None:
    """One sentence, the figures that have limits, then a chapter at a time."""
    asked = (BALANCE, BOOKED_BETTER_LOANS, *TILES)
    found = comparisons(scope, *asked)
    if not found[BALANCE.id].now:
        lists.nothing()
        return
    st.markdown(f"#### {md(_sentence(scope, found))}")
    _tiles(scope, found)
    chapter = filters.switch(
        t("Chapter"),
        "chapter",
        list(CHAPTERS),
        lambda key: t(CHAPTERS[key][0]),
        clears=filters.OWN["quality"],
    )
    CHAPTERS[chapter][1](scope)


def _tiles(scope: Scope, found: Mapping[str, Comparison]) -> None:
    grid = st.grid(5, min_column_width=172, gap="small")
    for metric in TILES:
        with grid, st.container(border=True, height="stretch", gap="xsmall"):
            tiles.tile(found[metric.id])
        if metric is LOAN_PROVISION_RATIO:
            with grid, st.container(border=True, height="stretch", gap="xsmall"):
                quality_provisions.gap_tile(scope)


def _sentence(scope: Scope, found: Mapping[str, Comparison]) -> str:
    """`2.13% of the book is non-performing, +0.05 pp on the month; the allowance …; no loan …`

    Nothing is said of an allowance, or of booked classes, that nobody recorded.
    """
    npl = found[NPL_RATIO.id]
    change = formats.change(npl.metric.unit, npl.now, npl.month_before)
    parts = [t("{ratio} of the book is non-performing", ratio=formats.percent(npl.now))]
    if npl.is_still:
        parts[0] += t(", unchanged on the month")
    elif change:
        parts[0] += t(", {change} on the month", change=change)
    last = reports.provision_requirement(scope, 1).iloc[-1]
    if not formats.missing(last["gap"]):
        gap = formats.money(abs(last["gap"]))
        parts.append(
            t("the allowance is {gap} above the requirement", gap=gap)
            if last["gap"] >= 0
            else t("the allowance falls {gap} short of the requirement", gap=gap)
        )
    better = found[BOOKED_BETTER_LOANS.id].now
    if better is not None:
        parts.append(
            t("loans booked better than the rules allow: {n}", n=formats.count(better))
            if better
            else t("no loan is booked better than the rules allow")
        )
    return t("; ").join(parts) + t(".")
