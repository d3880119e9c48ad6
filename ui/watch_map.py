"""Where the watchlist stands: level against change, and the reasons; a click filters the list."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import charts, drill, filters, formats, heat, layout, links, pictures
from ui.i18n import name, t
from ui.theme import palette
from ui.watch_filters import CHANGES, LEVEL_ORDER, Asked

SHOWS = {"borrowers": "count", "exposure": "money"}


def draw(scope: Scope, asked: Asked) -> None:
    """The quadrant of what the filters leave, and why borrowers are listed at all."""
    left, right = layout.beside(2, 380)
    with left:
        _quadrant(scope, asked)
    with right:
        _reasons(scope)


def _quadrant(scope: Scope, asked: Asked) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{t('Level and change on the month')}**", width="content")
        shows = filters.switch(
            t("Measure"), "map_by", list(SHOWS), lambda key: name("watch_measure", key)
        )
    cells = reports.watch_quadrant(scope, **asked.report)
    levels = [each for each in LEVEL_ORDER if each in set(cells["level"])]
    changes = [each for each in CHANGES if each in set(cells["change"])]
    # Every square, so that one without borrowers reads as none and not as missing.
    whole = pd.MultiIndex.from_product([levels, changes], names=["level", "change"])
    filled = cells.set_index(["level", "change"])[[shows]].reindex(whole, fill_value=0)
    frame = filled.reset_index().rename(columns={"level": "alert_level", "change": "watch_change"})
    picture = heat.heat(
        frame,
        "alert_level",
        "watch_change",
        shows,
        SHOWS[shows],
        order=changes,
        rows_order=levels,
        within="all",
        palette=palette(),
    )
    pairs = [
        (f"{name('alert_level', row[0])}, {name('watch_change', row[1])}", row[2])
        for row in frame.itertuples(index=False)
    ]
    said = drill.alt_text(
        t("Level and change on the month"),
        ((label, formats.value(SHOWS[shows], figure)) for label, figure in pairs),
    )
    codes = pictures.draw_cells(picture, "watch_map", said)
    target = drill.drill_target(codes, ("alert_level", "watch_change"), (levels, changes))
    if target:
        links.go("watchlist", **target)


def _reasons(scope: Scope) -> None:
    st.markdown(f"**{t('Why borrowers are listed')}**")
    frame = reports.watch_reasons(scope).rename(columns={"reason": "watch_reason"})
    picture = charts.bars(
        frame, "borrowers", "watch_reason", "count", horizontal=True, palette=palette()
    )
    picture.update_layout(height=230, margin={"t": 4, "b": 4})
    said = drill.described(
        frame, t("Why borrowers are listed"), "borrowers", "watch_reason", "count"
    )
    codes = pictures.draw(picture, "watch_reasons", said)
    target = drill.drill_target(codes, ("watch_reason",), (frame["watch_reason"],))
    if target and target["watch_reason"] != "none":
        links.go("watchlist", **target)
