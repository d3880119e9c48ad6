"""Addresses: a view is a page and values in its query string; a link opens the same view again."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui import formats
from ui.i18n import t

KEPT = ("as_of", "branch", "product", "since", "lang", "build")
_MENU = "_menu"
_TITLES = "_titles"
_TURN = "_opened"
_PAGE = "_page"
_LEFT = "_left"
MOST_LEFT = 50

Address = dict[str, list[str]]


def register(pages: Mapping[str, Any], titles: Mapping[str, str], current: str) -> None:
    """Tells which pages this person may open, by name, and which is open; others have no links."""
    st.session_state[_MENU] = dict(pages)
    st.session_state[_TITLES] = dict(titles)
    st.session_state[_PAGE] = current


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
    if not may_open(page):
        return
    if page == _current() and params:
        _button(page, label, icon, help, address(**params))
        return
    st.page_link(
        st.session_state[_MENU][page],
        label=label,
        icon=icon,
        help=help,
        query_params=here() if page == _current() else address(**params),
        width="content",
    )


def go(page: str, **params: Any) -> None:
    """Opens a page from a click and ends this run; does nothing for a page not allowed.

    Another page is given the shared scope and `params`; this one keeps its own values too.
    """
    if not may_open(page):
        return
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    own = here()
    onward = changed(own, **params) if page == _current() else address(**params)
    if page != _current():
        left = st.session_state.get(_LEFT, [])
        st.session_state[_LEFT] = [*left, ((_current(), onward), own)][-MOST_LEFT:]
    st.switch_page(st.session_state[_MENU][page], query_params=onward)


def reopen() -> None:
    """On the way back, gives a view that `go` left its own address again.

    switch_page leaves an entry behind that names this page with the values of the next one.
    """
    run = get_script_run_ctx()
    if run is None or not run.is_history_navigation:
        return
    left, met = st.session_state.get(_LEFT, []), (_current(), here())
    for place in reversed(range(len(left))):
        if left[place][0] == met:
            # While going back, what is written takes the place of the entry: none is added.
            st.query_params.from_dict(left.pop(place)[1])
            return


def _current() -> str:
    return st.session_state.get(_PAGE, "")


def _button(page: str, label: str, icon: str | None, help: str | None, values: Address) -> None:
    """A link to this page: st.page_link would open the view and leave the address as it was."""
    key = f"link_{urlencode(values, doseq=True)}"
    if st.button(label, key=key, icon=icon, help=help, type="tertiary"):
        st.switch_page(st.session_state[_MENU][page], query_params=values)


def fresh(key: str) -> str:
    """A widget key, new after each opening: a click must not open again on the way back."""
    return f"{key}_{st.session_state.get(_TURN, 0)}"
