"""The lines of the risk report: what is said, what to know of it, and the way to its rows."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
import streamlit as st

from ui import formats, links
from ui.i18n import md, name, t

MOST = 8  # lines of a list: the rest is a click away


def heading(text: str) -> None:
    """The title of one list."""
    st.markdown(f"**{md(text)}**")


def line(page: str, said: str, *facts: object, **params: Any) -> None:
    """One line; a link where this reader may open the page, else the words alone."""
    with st.container(gap=None):
        if links.may_open(page):
            links.link(page, md(said), **params)
        else:
            st.markdown(f":small[{md(said)}]")
        below = " · ".join(md(fact) for fact in facts if fact)
        if below:
            st.caption(below)


def borrowers(frame: pd.DataFrame, *, rules: bool = False, total: int = 0) -> None:
    """One line per borrower: number and name, then exposure, level, score, rules."""
    for row in frame.head(MOST).itertuples():
        facts = [
            formats.money(row.exposure),
            f"{name('alert_level', row.level)} {formats.count(row.score)}",
        ]
        facts += [_why(row)] if rules else []
        who = f"{row.borrower_id} · {formats.text(row.name)}"
        line("borrower", who, *facts, borrower_id=row.borrower_id)
    if total > MOST:
        st.caption(t("and {n} more borrowers", n=formats.count(total - MOST)))


def _why(row: Any) -> str:
    """The rules that hold; where none does, why the borrower is on the watchlist."""
    if row.rules:
        return str(row.rules).replace(",", t(", "))
    codes = str(getattr(row, "reasons", "")).split(",")
    return t(", ").join(name("watch_reason", code) for code in codes if code)


def none(frame: pd.DataFrame | Iterable, said: str) -> bool:
    """Says that there is nothing where there is nothing; True then."""
    if len(list(frame)) if not isinstance(frame, pd.DataFrame) else len(frame):
        return False
    st.caption(said)
    return True


def signed(gap: Any) -> str:
    """`+12`, or `±0`."""
    return f"{float(gap):+,.0f}" if gap else "±0"
