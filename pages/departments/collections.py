"""Is what is overdue collected, by fair means, at what cost, and by whom best?"""

import streamlit as st

from queries.metrics import (
    AGENCY_COMMISSION_RATE,
    AGENCY_LIQUIDATION_RATE,
    BROKEN_PTP,
    BROKEN_PTP_90D,
    CASH_COLLECTED_OVERDUE,
    CEI,
    COLLECT_FREQ_VIOLATION,
    COLLECT_TIME_VIOLATION,
    CONDUCT_VIOLATIONS,
    CONTACT_COVERAGE,
    COST_TO_COLLECT,
    CURE_RATE,
    LEGAL_REFERRAL_RATE,
    OVERDUE_RECOVERY_RATE_K,
    PTP_KEPT_RATE_AMT,
    PTP_KEPT_RATE_CNT,
    PTP_RATE,
    REMINDER_DELIVERED_RATE,
    REPOSSESSION_RATE,
    ROLL_BACK_RATE,
    RPC_RATE_ATTEMPT,
    RPC_RATE_CONNECT,
    STEP_ON_TIME_RATE,
    STEPS_OVERDUE,
    THIRD_PARTY_VIOLATION,
    VISIT_PROMISE_RATE,
    Comparison,
    Metric,
    comparisons,
)
from queries.warehouse import Scope
from ui import collecting, contact_strategy, filters, tiles, visit
from ui.i18n import t

HEADLINE = (CEI, CASH_COLLECTED_OVERDUE, COST_TO_COLLECT, CURE_RATE, ROLL_BACK_RATE)
TOLD = (*HEADLINE, PTP_KEPT_RATE_CNT, BROKEN_PTP, CONDUCT_VIOLATIONS)
OF_CHAPTER: dict[str, tuple[Metric, ...]] = {
    "results": (
        REMINDER_DELIVERED_RATE,
        CONTACT_COVERAGE,
        PTP_KEPT_RATE_CNT,
        OVERDUE_RECOVERY_RATE_K,
        VISIT_PROMISE_RATE,
        LEGAL_REFERRAL_RATE,
        REPOSSESSION_RATE,
        AGENCY_LIQUIDATION_RATE,
        AGENCY_COMMISSION_RATE,
    ),
    "strategy": (STEP_ON_TIME_RATE, STEPS_OVERDUE),
    "contacts": (
        RPC_RATE_ATTEMPT,
        RPC_RATE_CONNECT,
        PTP_RATE,
        PTP_KEPT_RATE_CNT,
        PTP_KEPT_RATE_AMT,
        BROKEN_PTP_90D,
    ),
    "conduct": (
        CONDUCT_VIOLATIONS,
        COLLECT_TIME_VIOLATION,
        COLLECT_FREQ_VIOLATION,
        THIRD_PARTY_VIOLATION,
    ),
}
CHAPTERS = {
    "results": "Results",
    "strategy": "Contact strategy",
    "contacts": "Contacts and promises",
    "conduct": "Conduct",
    "people": "Teams and people",
}


def render(scope: Scope) -> None:
    """The sentence, the figures, and one of five chapters."""
    found = comparisons(scope, *TOLD)
    if found[CEI.id].now is None and found[CURE_RATE.id].now is None:
        st.info(t("Nothing is to be collected in this selection."))
        return
    collecting.tell(found)
    tiles.row(found, *(metric.id for metric in HEADLINE))
    chapter = filters.switch(
        t("Chapter"),
        "chapter",
        list(CHAPTERS),
        lambda key: t(CHAPTERS[key]),
        clears=("held_by", "promise", "conduct", "weight", "step_due", "first_channel"),
    )
    own = visit.now().department
    in_full = collecting.in_full(scope)
    of_chapter = _more(scope, OF_CHAPTER.get(chapter, ()))
    if chapter == "results":
        collecting.results(scope)
    elif chapter == "strategy":
        contact_strategy.chapter(scope, of_chapter, in_full)
    elif chapter == "contacts":
        collecting.contacts(scope, in_full)
    elif chapter == "conduct":
        collecting.conduct(scope, in_full)
    else:
        collecting.effect(scope, in_full, own)
    if not in_full and chapter in ("strategy", "contacts", "conduct"):
        st.caption(t("Of other departments you see the totals, not the cases."))


def _more(scope: Scope, metrics: tuple[Metric, ...]) -> dict[str, Comparison]:
    """The figures of a chapter, drawn where it has any."""
    found = comparisons(scope, *metrics) if metrics else {}
    if found:
        tiles.row(found, *(metric.id for metric in metrics), columns=tiles.even(len(metrics)))
    return found
