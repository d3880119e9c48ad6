"""Pages of a long list: the last key of one is where the next begins."""

from collections.abc import Callable, Hashable
from decimal import Decimal
from functools import partial

import pandas as pd
import streamlit as st

from queries.warehouse import together
from ui import formats
from ui.i18n import t

SIZE = 100
Sums = tuple[pd.DataFrame, int, Decimal]


def after(name: str, question: Hashable) -> str | None:
    """The key after which the present page begins; a new question begins at the first page."""
    held = st.session_state.get(f"pages_{name}")
    if held is None or held["question"] != question:
        held = {"question": question, "keys": []}
        st.session_state[f"pages_{name}"] = held
    return held["keys"][-1] if held["keys"] else None


def read(
    name: str,
    question: Hashable,
    start: Callable[[int], Sums],
    part: Callable[[str | None, int], pd.DataFrame],
    total: Callable[[], tuple[int, Decimal]],
) -> Sums:
    """The present page, how many rows the list has and their sum: the first page in one pass."""
    last = after(name, question)
    if last is None:
        return start(SIZE)
    (number, amount), page = together(total, partial(part, last, SIZE))
    return page, number, amount


def controls(name: str, page: pd.DataFrame, key: str, total: int, size: int = SIZE) -> None:
    """`101-200 of 4,321` with a way on and a way back; nothing when one page holds all."""
    if total <= size:
        return
    keys: list[str] = st.session_state[f"pages_{name}"]["keys"]
    first = len(keys) * size + 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            t("Earlier rows"),
            key=f"{name}_back",
            icon=":material/chevron_left:",
            disabled=not keys,
            on_click=_back,
            args=(keys,),
        )
        st.button(
            t("Further rows"),
            key=f"{name}_on",
            icon=":material/chevron_right:",
            disabled=first + len(page) > total,
            on_click=_next,
            args=(keys, str(page[key].iloc[-1]) if len(page) else ""),
        )
        said = t(
            "rows {first} to {last} of {total}",
            first=formats.count(first),
            last=formats.count(first + len(page) - 1),
            total=formats.count(total),
        )
        st.caption(said, width="content")


def _back(keys: list[str]) -> None:
    keys.pop()


def _next(keys: list[str], last: str) -> None:
    keys.append(last)
