"""In which stage are the loans, what will they cost, and does the allowance hold?"""

from collections.abc import Mapping

import streamlit as st

from queries.expected_loss import over_scenarios
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
    mean, covered = over_scenarios(scope)
    st.markdown(f"#### {md(_sentence(found, mean, covered))}")
    _weighted(mean, covered)
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


def _sentence(found: Mapping[str, Comparison], mean: float | None, covered: float | None) -> str:
    """`72.8 M are expected to be lost over the scenarios; 61.2 M in the baseline, +2.1 M on the
    month; the recorded allowance is 150 % of the weighted loss.`"""
    loss = found[EXPECTED_LOSS.id]
    said = t("{amount} are expected to be lost in the baseline", amount=formats.money(loss.now))
    change = formats.change("money", loss.now, loss.month_before)
    if change:
        said += t(", {change} on the month", change=change)
    if mean is None:
        return said + t(".")
    over = t("{amount} are expected to be lost, weighted by scenario", amount=formats.money(mean))
    parts = [over, said]
    if covered is not None:
        share = formats.percent(covered)
        parts.append(
            t("the recorded allowance is {share} of the weighted loss", share=share)
            if covered >= 1
            else t("the recorded allowance falls short of the weighted loss: {share}", share=share)
        )
    return t("; ").join(parts) + t(".")


def _weighted(mean: float | None, covered: float | None) -> None:
    """The loss over the scenarios, before the tiles of the baseline."""
    if mean is None:
        st.caption(
            t("The weights of the scenarios do not add up to one: there is no weighted loss.")
        )
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.metric(t("Expected loss, weighted by scenario"), formats.money(mean), border=True)
        if covered is not None:
            st.metric(t("Allowance to weighted loss"), formats.percent(covered), border=True)
    st.caption(t(TWO))


TWO = (
    "By the standard the expected loss is the mean over the scenarios by their weights (under"
    " Stress). All that follows is the baseline, without any other scenario."
)
