"""What is typed in a form stays until it is written: over a store that is down, other pages, and a
page that is loaded again."""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from ui import access

_DRAFTS = "_drafts"
_TURNS = "_draft_turns"
_unwritten: dict[str, dict[str, dict[str, Any]]] = {}  # by user and form, of this process


def key(form: str, field: str) -> str:
    """The widget key of a field; another one after each success, so that the field is empty."""
    turn = st.session_state.get(_TURNS, {}).get(form, 0)
    return f"{form}_{field}_{turn}"


def restore(form: str, fields: Mapping[str, Any]) -> None:
    """Before the widgets are drawn: puts back what was typed, or what a field begins with.

    Streamlit forgets a widget that a run did not draw, such as on another page.
    """
    draft = _drafts().get(form, {})
    for field, first in fields.items():
        if key(form, field) not in st.session_state:
            st.session_state[key(form, field)] = draft.get(field, first)


def keep(form: str, fields: Iterable[str]) -> dict[str, Any]:
    """On the click: notes what was typed, and gives it."""
    typed = {field: st.session_state.get(key(form, field)) for field in fields}
    _drafts()[form] = typed
    return typed


def done(form: str) -> None:
    """After it was written: the form is empty again."""
    _drafts().pop(form, None)
    turns = st.session_state.setdefault(_TURNS, {})
    turns[form] = turns.get(form, 0) + 1


def _drafts() -> dict[str, dict[str, Any]]:
    """By form: those of whoever is signed in, in all tabs; else those of this tab."""
    if user := access.signed_in_as():
        return _unwritten.setdefault(user, {})
    return st.session_state.setdefault(_DRAFTS, {})
