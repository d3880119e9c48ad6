"""Every visible text in the reader's language: English is the key, `zh.json` holds the Chinese."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from ui.names import LABELS, SPOKEN

LANGUAGES = {"en": "English", "zh": "中文"}
KEY = "reader_language"
OFFERED = "browser_language"

# What a house calls its own things comes before any word of ours: by kind of code, a reading that
# gives (English, Chinese) by code. `ui.house` fills it.
OWN: dict[str, Callable[[], Mapping[str, tuple[str, str]]]] = {}

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|$:~<>&@/=^\"'])")


# Said once a run; and files are written on another thread, which has no session to ask.
_forced: ContextVar[str] = ContextVar("forced_language", default="")


def language() -> str:
    """The language of this reader: `en` or `zh`."""
    if forced := _forced.get():
        return forced
    held = st.session_state
    chosen = held.get(KEY) or held.get(OFFERED, "en")
    return chosen if chosen in LANGUAGES else "en"


def offer(locale: str | None) -> None:
    """The language of the browser, for whoever has not signed in and has not chosen one."""
    if KEY not in st.session_state:
        st.session_state[OFFERED] = "zh" if (locale or "").lower().startswith("zh") else "en"


def prefer(own: str) -> None:
    """The person's own language, unless another was chosen."""
    st.session_state.pop(OFFERED, None)
    if KEY not in st.session_state:
        use(own)


@contextmanager
def in_language(chosen: str) -> Iterator[None]:
    """Everything inside speaks `chosen`, whatever the session says."""
    token = _forced.set(chosen)
    try:
        yield
    finally:
        _forced.reset(token)


def use(chosen: str) -> None:
    """Makes `chosen` the language of this session; an unknown one is ignored."""
    if chosen in LANGUAGES:
        st.session_state[KEY] = chosen


@cache
def chinese() -> dict[str, str]:
    """English text to Chinese text."""
    return json.loads(Path(__file__).with_name("zh.json").read_text("utf-8"))


def t(text: str, /, **values: object) -> str:
    """`text` in the reader's language, with `{name}` filled from `values`; itself when unknown."""
    said = chinese().get(text, text) if language() == "zh" else text
    return said.format(**values) if values else said


def name(dimension: str, value: Any) -> str:
    """What a code of the data is called: `name("classification", 2)` is "Special mention".

    What the book names itself (a department, a contact step) is called so. A code without a word of
    its own (a branch, a product of another bank) is its own name.
    """
    if pd.isna(value):
        return "—"
    code = str(int(value)) if isinstance(value, float) else str(value)
    if dimension in OWN and (own := OWN[dimension]().get(code)):
        return own[language() == "zh"]
    known = LABELS.get(dimension, {})
    if code not in known and dimension in SPOKEN:
        said = t(code.replace("_", " "))
        return said[:1].upper() + said[1:]
    return t(known.get(code, code))


def md(value: object) -> str:
    """A value from data as literal text where Streamlit renders Markdown."""
    text = re.sub(r"\s+", " ", str(value))
    return _MARKDOWN.sub(r"\\\1", text)
