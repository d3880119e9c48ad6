"""In which stage are the loans, what will they cost, and does the allowance hold?"""

from collections.abc import Mapping

import streamlit as st

from queries.metrics import (
    ALLOWANCE_TO_LOSS,
    BALANCE,
    EXPECTED_LOSS,
    EXPECTED_LOSS_RATE,
    STAGE2_SHARE,
    STAGE3_SHARE,
    Comparison,
    comparisons,
    measure,
)
from queries.warehouse import Scope
from ui import (
    filters,
    formats,
    lists,
    loss_assumptions,
    loss_given_default,
    loss_moves,
    loss_probability,
    loss_stages,
    loss_stress,
    tiles,
)
from ui.i18n import md, t

TILES = (EXPECTED_LOSS, EXPECTED_LOSS_RATE, ALLOWANCE_TO_LOSS, STAGE2_SHARE, STAGE3_SHARE)
CHAPTERS = {
    "stages": ("Stages", loss_stages.draw),
    "moves": ("What moved it", loss_moves.draw),
    "pd": ("Probability of default", loss_probability.draw),
    "lgd": ("Loss given default", loss_given_default.draw),
    "stress": ("Stress", loss_stress.draw),
    "assumptions": ("Assumptions", loss_assumptions.draw),
}


def render(scope: Scope) -> None:
    """One sentence, the figures, then a chapter at a time."""
    if not measure(scope, BALANCE)[BALANCE.id].sum():
        lists.nothing()
        return
    found = comparisons(scope, *TILES)
    if found[EXPECTED_LOSS.id].now is None:
        st.info(t(UNKNOWN), icon=":material/hourglass_empty:")
        return
    st.markdown(f"#### {md(_sentence(found))}")
    tiles.row(found, *(metric.id for metric in TILES))
    chapter = filters.switch(
        t("Chapter"),
        "chapter",
        list(CHAPTERS),
        lambda key: t(CHAPTERS[key][0]),
        clears=filters.OWN["expected_loss"],
    )
    CHAPTERS[chapter][1](scope)


UNKNOWN = (
    "There is no expected loss at this month end. It is reckoned for the last thirteen month ends"
    " of the book, once moves between two month ends and a first default are on the record."
)


def _sentence(found: Mapping[str, Comparison]) -> str:
    """`61.2 M are expected to be lost, +2.1 M on the month; the allowance is 1.6 times that.`"""
    loss, held = found[EXPECTED_LOSS.id], found[ALLOWANCE_TO_LOSS.id]
    said = t("{amount} are expected to be lost", amount=formats.money(loss.now))
    change = formats.change("money", loss.now, loss.month_before)
    if change:
        said += t(", {change} on the month", change=change)
    parts = [said]
    if held.now is not None:
        share = formats.percent(held.now)
        parts.append(
            t("the recorded allowance covers it at {share}", share=share)
            if held.now >= 1
            else t("the recorded allowance falls short of it: {share}", share=share)
        )
    return t("; ").join(parts) + t(".")
