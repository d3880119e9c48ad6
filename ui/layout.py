"""Side by side where there is room, one below the other where there is not."""

from contextlib import AbstractContextManager

import streamlit as st

PAIR = 400  # pixels that a picture or a table needs to be read


def beside(
    count: int = 2, least: int = PAIR, *, border: bool = False
) -> list[AbstractContextManager]:
    """As many places as asked for, each at least so many pixels wide."""
    grid = st.grid(count, min_column_width=least, gap="medium")
    places = []
    for _ in range(count):
        with grid:
            places.append(st.container(border=border, height="stretch"))
    return places
