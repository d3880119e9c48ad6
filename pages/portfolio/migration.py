"""Where does the balance move between buckets and classes, and what will become of it?"""

import streamlit as st

from queries.metrics import LOANS, measure
from queries.periods import month_ends_before
from queries.warehouse import Scope
from ui import (
    cures,
    filters,
    lists,
    roll_flows,
    roll_matrix,
    roll_official,
    roll_outlook,
    roll_story,
)
from ui.i18n import t

CHAPTERS = {
    "matrix": ("Roll matrix", roll_matrix.draw),
    "flow": ("Net flow", roll_flows.draw),
    "official": ("Official rates", roll_official.draw),
    "cures": ("Cures", cures.outcomes),
    "outlook": ("Projection", roll_outlook.draw),
}


def render(scope: Scope) -> None:
    """One sentence on how the month rolled, then a chapter at a time."""
    # Where every loan left within the month, their leaving is what the page is asked for.
    if not measure(scope, LOANS, by="month_end", months=2)[LOANS.id].sum():
        lists.nothing()
        return
    if not month_ends_before(scope):
        st.info(t("There is no month before to compare with."))
        return
    roll_story.tell(scope)
    chapter = filters.switch(
        t("Chapter"),
        "chapter",
        list(CHAPTERS),
        lambda key: t(CHAPTERS[key][0]),
        clears=(*filters.OWN["migration"], "weight", "period", "basis"),
    )
    CHAPTERS[chapter][1](scope)
