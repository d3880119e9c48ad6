"""Pictures on the screen, with words for who cannot see them, and what was clicked in them."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from ui import drill, links
from ui.heat import Spec

BARE = {"displayModeBar": False}


def draw(figure: go.Figure, key: str, said: str) -> list[Any] | None:
    """Draws a Plotly figure; the codes of the mark that was clicked, or None."""
    event = st.plotly_chart(
        figure,
        key=links.fresh(key),
        on_select="rerun",
        selection_mode="points",
        config=BARE,
        alt=said,
    )
    return drill.clicked(event)


def draw_cells(picture: Spec, key: str, said: str) -> list[Any] | None:
    """Draws a heat map and says what its depth means; the codes of the cell clicked, or None."""
    event = st.vega_lite_chart(
        spec=picture,
        key=links.fresh(key),
        on_select="rerun",
        selection_mode=["cell"],
        width="stretch",
        alt=said,
    )
    st.caption(picture["usermeta"]["depth"])
    return drill.clicked_cell(event)


def still(figure: go.Figure, key: str, said: str) -> None:
    """Draws a Plotly figure that opens nothing."""
    st.plotly_chart(figure, key=key, config=BARE, alt=said)
