"""The date that figures are compared with: a month before, a year before, or any month end."""

from datetime import date

import streamlit as st

from queries.periods import month_ends_before, months_back
from queries.warehouse import Scope
from ui import filters, formats
from ui.i18n import t

KEY = "since"
MONTH, YEAR = "month", "year"


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
    wanted = (filters.asked(KEY, tuple(found)) or [MONTH])[0]
    return found.get(wanted)


def choose(scope: Scope) -> date | None:
    """Draws the choice, which lives in the address; gives the month end, None without a past."""
    found = known(scope)
    if not found:
        return None
    code = (filters.asked(KEY, tuple(found)) or [MONTH])[0]
    named = [each for each in (MONTH, YEAR, code) if each in found]
    words = {MONTH: t("a month before"), YEAR: t("a year before")}
    st.session_state["since_near"], st.session_state["since_any"] = code, None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare"):
        st.caption(t("Compared with"), width="content")
        st.segmented_control(
            t("Compared with"),
            list(dict.fromkeys(named)),
            key="since_near",
            format_func=lambda each: words.get(str(each), str(each)),
            required=True,
            label_visibility="collapsed",
            on_change=_moved,
            args=("since_near",),
            width="content",
        )
        st.selectbox(
            t("Another month end"),
            [each for each in found if each not in words],
            key="since_any",
            index=None,
            placeholder=t("another month end"),
            label_visibility="collapsed",
            on_change=_moved,
            args=("since_any",),
            width=190,
        )
    return found[code]


def _moved(widget: str) -> None:
    filters.write(KEY, st.session_state[widget] or MONTH, MONTH)


def label(scope: Scope, day: date | None) -> str:
    """How a difference from that day is marked: `m/m`, `y/y`, `since 2024-12`."""
    found = known(scope)
    if day is None or day == found.get(MONTH):
        return t("m/m")
    return t("y/y") if day == found.get(YEAR) else t("since {day}", day=formats.day(day)[:7])
