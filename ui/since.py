"""The date that figures are compared with: a month before, a year before, or any month end.

A part of the scope: chosen in the sidebar, kept in the address from page to page.
"""

from datetime import date

import streamlit as st

from queries.periods import month_ends_before, months_back
from queries.warehouse import Scope
from ui import filters, formats, visit
from ui.i18n import name, t

KEY = "since"
MONTH, YEAR = "month", "year"
NEAR, ANY = "since_near", "since_any"
# The pages that compare figures with that date.
PAGES = frozenset(
    {
        *("overview", "quality", "ageing", "bridge", "concentration", "cash"),
        *("workload", "findings", "audit_plan", "why"),
    }
)


def known(scope: Scope) -> dict[str, date]:
    """What the address may say, and the month end that it means; empty without a past."""
    days = month_ends_before(scope)
    found = {MONTH: days[0]} if days else {}
    year = months_back(scope, 12, clip=False)
    if year in days:
        found[YEAR] = year
    return found | {formats.day(day): day for day in days}


def chosen(scope: Scope) -> date | None:
    """The month end that the address asks to compare with: the month before unless another."""
    found = known(scope)
    asked = st.query_params.get_all(KEY)
    return found.get(next((each for each in asked if each in found), MONTH))


def now() -> date | None:
    """The same for what this run looks at."""
    return chosen(visit.now().scope)


def choose(scope: Scope) -> None:
    """Draws the choice, which lives in the address; nothing without a past."""
    found = known(scope)
    code = (filters.asked(KEY, tuple(found)) or [MONTH])[0]
    if not found:
        return
    near = [each for each in (MONTH, YEAR) if each in found]
    st.session_state[NEAR] = code if code in near else None
    st.session_state[ANY] = None if code in near else code
    with st.container(gap="xsmall", key="compare"):
        st.segmented_control(
            t("Compared with"),
            near,
            key=NEAR,
            format_func=lambda each: name(KEY, each),
            on_change=_moved,
            args=(NEAR,),
            width="stretch",
        )
        st.selectbox(
            t("Another month end"),
            [each for each in found if each not in near],
            key=ANY,
            index=None,
            placeholder=t("another month end"),
            label_visibility="collapsed",
            on_change=_moved,
            args=(ANY,),
        )


def _moved(widget: str) -> None:
    filters.write(KEY, st.session_state[widget] or MONTH, MONTH)


def label(scope: Scope, day: date | None) -> str:
    """How a difference from that day is marked: `m/m`, `y/y`, `since 2024-12`."""
    found = known(scope)
    if day is None or day == found.get(MONTH):
        return t("m/m")
    return t("y/y") if day == found.get(YEAR) else t("since {day}", day=formats.day(day)[:7])
