"""Arithmetic as numbered sentences, above the table that they are read from."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from queries.warehouse import Scope
from ui import export, tables
from ui.i18n import md


def numbered(said: Iterable[str]) -> None:
    """One sentence a line, each with its number."""
    for place, each in enumerate(said, start=1):
        st.markdown(f"{place}. {md(each)}")


def show(
    scope: Scope,
    said: Iterable[str],
    key: str,
    title: str,
    columns: tables.Columns,
    lines: pd.DataFrame,
    facts: export.Facts,
    rows: int = 10,
    newest_first: bool = False,
) -> None:
    """The sentences, their lines as a table, and the lines in their own order as a file."""
    numbered(said)
    shown = lines.iloc[::-1] if newest_first else lines
    tables.show(shown, columns, key=key, alt=title, rows=rows)
    export.offer(export.sheet(key, title, columns, lambda: lines, scope, filters=facts))
