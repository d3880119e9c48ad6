"""How likely is each loan to default within a year, and does the learned score know better?"""

import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import filters, model_card, model_loans, model_stability, model_test
from ui.i18n import md, name, t

READINGS = ("logistic", "boosting")
CHAPTERS = {
    "loans": ("Loans", model_loans.draw),
    "test": ("How good it is", model_test.draw),
    "stability": ("Stability", model_stability.draw),
    "card": ("Model card", model_card.draw),
}


def render(scope: Scope) -> None:
    """Whether it beats what is simple, then the loans, the test, stability, the card."""
    cards = reports.model_cards(scope)
    if cards.empty or cards["state"].iloc[0] != "fitted":
        model_card.without(scope, cards)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        reading = filters.switch(
            t("Model"), "reading", READINGS, lambda code: name("reading", code), clears=("band",)
        )
        chapter = filters.switch(
            t("Chapter"),
            "chapter",
            list(CHAPTERS),
            lambda key: t(CHAPTERS[key][0]),
            clears=filters.OWN["model"],
        )
    st.markdown(f"#### {md(model_test.sentence(cards, reading))}")
    st.caption(t(ADVICE))
    CHAPTERS[chapter][1](scope, cards, reading)


ADVICE = (
    "It advises; classification follows the rules. The probability is that of a first default (1.4)"
    " within twelve months, of loans on the book that never defaulted."
)
