"""Addresses: a view is a page and values in its query string; a link opens the same view again."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from ui import formats
from ui.i18n import t

KEPT = ("as_of", "branch", "product", "lang")
_MENU = "_menu"
_TITLES = "_titles"
_TURN = "_opened"

Address = dict[str, list[str]]


def register(pages: Mapping[str, Any], titles: Mapping[str, str]) -> None:
    """Tells which pages this person may open, by name; links to others are not drawn."""
    st.session_state[_MENU] = dict(pages)
    st.session_state[_TITLES] = dict(titles)


def may_open(page: str) -> bool:
    """True when the page is one of this person's."""
    return page in st.session_state.get(_MENU, {})


def title(page: str) -> str:
    """The title of a page in the reader's language; nothing when this person may not open it."""
    return t(st.session_state[_TITLES][page]) if may_open(page) else ""


def here(*names: str) -> Address:
    """The values of this view's address, of all names or of those given."""
    found = {key: st.query_params.get_all(key) for key in st.query_params}
    return {key: values for key, values in found.items() if not names or key in names}


def shareable() -> str:
    """This view as one line to send on: the page's address with all its values."""
    values = urlencode(sorted(here().items()), doseq=True)
    base = st.context.url if isinstance(st.context.url, str) else ""
    return f"{base}?{values}" if values else base


def address(**params: Any) -> Address:
    """The shared scope of this view with `params` in their place; None or empty takes one off."""
    return changed(here(*KEPT), **params)


def changed(current: Address, /, **params: Any) -> Address:
    """`current` with `params` in place; a list stands for a repeated value, None takes one off."""
    merged = dict(current)
    for key, value in params.items():
        merged[key] = _words(value)
    return {key: values for key, values in merged.items() if values}


def _words(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, Iterable):
        return [str(each) for each in value]
    return [formats.day(value) if hasattr(value, "strftime") else str(value)]


def link(
    page: str, label: str, *, icon: str | None = None, help: str | None = None, **params
) -> None:
    """A link to a page that keeps the scope; nothing when this person may not open the page."""
    if may_open(page):
        target = st.session_state[_MENU][page]
        st.page_link(
            target,
            label=label,
            icon=icon,
            help=help,
            query_params=address(**params),
            width="content",
        )


def go(page: str, **params: Any) -> None:
    """Opens a page from a click and ends this run; does nothing for a page not allowed."""
    if not may_open(page):
        return
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    # This view's values go along: the entry that switch_page leaves behind must reopen this view.
    st.switch_page(st.session_state[_MENU][page], query_params=changed(here(), **params))


def fresh(key: str) -> str:
    """A widget key, new after each opening: a click must not open again on the way back."""
    return f"{key}_{st.session_state.get(_TURN, 0)}"
