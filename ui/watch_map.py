"""Where the watchlist stands: level against change, reasons, owners; a click opens its list."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import charts, drill, filters, formats, heat, layout, links, pictures, staff
from ui.i18n import name, t
from ui.theme import palette
from ui.watch_filters import CHANGES, LEVEL_ORDER, Asked

MOST = 10
SHOWS = {"borrowers": "count", "exposure": "money"}


def draw(scope: Scope, asked: Asked) -> None:
    """The quadrant of what the filters leave; why the whole list is there, and whose it is."""
    _quadrant(scope, asked)
    left, right = layout.beside()
    with left:
        _reasons(scope)
    with right:
        _owners(scope)


def _open(target: dict[str, Any] | None) -> None:
    """The list of what was clicked."""
    if target:
        links.go("watchlist", part=None, **target)


def _quadrant(scope: Scope, asked: Asked) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(t("Level and change on the month"), anchor=False, width="content")
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
        tones=palette().levels,
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
    _open(target)


def _reasons(scope: Scope) -> None:
    st.subheader(t("Why borrowers are listed"), anchor=False)
    st.caption(t("All of the list; a borrower may be listed for several reasons."))
    frame = reports.watch_reasons(scope).rename(columns={"reason": "watch_reason"})
    picture = charts.bars(
        frame, "borrowers", "watch_reason", "count", horizontal=True, palette=palette()
    )
    said = drill.described(
        frame, t("Why borrowers are listed"), "borrowers", "watch_reason", "count"
    )
    codes = pictures.draw(picture, "watch_reasons", said)
    target = drill.drill_target(codes, ("watch_reason",), (frame["watch_reason"].tolist(),))
    _open(target)


def _owners(scope: Scope) -> None:
    st.subheader(t("Who answers for them"), anchor=False)
    st.caption(t("All of the list, by owner on the book: the {n} with the most.", n=MOST))
    frame = reports.watch_owners(scope).head(MOST)
    shown = partial(staff.numbered, people=staff.names())
    picture = charts.bars(
        *(frame, "borrowers", "owner", "count"),
        horizontal=True,
        shown=shown,
        palette=palette(),
    )
    title = t("Who answers for them")
    said = drill.described(frame, title, "borrowers", "owner", "count", shown)
    codes = pictures.draw(picture, "watch_owners", said)
    _open(drill.drill_target(codes, ("owner",), (frame["owner"].tolist(),)))
