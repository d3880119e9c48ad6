"""Where do cases go, how long do they wait on the way, and what comes back?"""

import pandas as pd
import streamlit as st

from queries.warehouse import Scope
from ui import drill, export, filters, formats, links, pictures, route_map, routes, tables
from ui.heat import heat
from ui.i18n import t
from ui.routes import ROUTES, Asked
from ui.theme import palette

VIEWS = {"map": "Map", "pairs": "Table of all pairs"}
SHOWN = {"handed_over": "Times sent", **route_map.SHOWN}


def render(scope: Scope) -> None:
    """The sentence, the map from each department to each, the routes, the cases of one."""
    wanted = routes.choose(scope)
    frame = routes.read(wanted)
    if frame.empty:
        st.info(t("No case has changed hands."))
        return
    routes.tell(wanted, frame)
    picked = (filters.asked("route", frame["route"].tolist()))[:1]
    title = t("The flow of cases between departments")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(title, anchor=False, width="content")
        view = filters.switch(
            t("View"), "view", list(VIEWS), lambda key: t(VIEWS[key]), clears=("shown",)
        )
        shown = route_map.SHOWN if view == "map" else SHOWN
        value = filters.switch(t("Shown"), "shown", list(shown), lambda key: t(shown[key]))
    if view == "map":
        route_map.draw(wanted, frame, value, picked, title)
    else:
        _pairs(wanted, frame, value)
    if picked:
        routes.cases(wanted, frame[frame["route"] == picked[0]].iloc[0])
    _ranked(wanted, frame)


def _pairs(wanted: Asked, frame: pd.DataFrame, value: str) -> None:
    title = t("From each department to each other")
    st.caption(t("Rows send, columns receive; a click on a cell opens its cases."))
    known = frame.dropna(subset=[value])
    if value != "handed_over":
        # Of a few hand-overs a share or a median says nothing, and would outshine the rest.
        known = known[known["handed_over"] >= routes.LEAST]
        st.caption(t("Routes with fewer than {n} hand-overs are below only.", n=routes.LEAST))
    if known.empty:
        return
    givers = _in_order(known, "giver", "from_position")
    takers = _in_order(known, "taker", "to_position")
    picture = heat(
        known,
        "giver",
        "taker",
        value,
        route_map.UNITS[value],
        order=takers,
        rows_order=givers,
        of_all=True,
        palette=palette(),
    )
    by_size = known.sort_values(value, ascending=False)
    told = zip(by_size["giver"] + " → " + by_size["taker"], by_size[value], strict=True)
    alt = drill.alt_text(
        title, ((each, formats.value(route_map.UNITS[value], v)) for each, v in told)
    )
    clicked = pictures.draw_cells(picture, f"routes_{value}", alt)
    target = drill.drill_target(clicked, ["giver", "taker"], [givers, takers])
    if target:
        cell = (frame["giver"] == target["giver"]) & (frame["taker"] == target["taker"])
        for _, row in frame[cell].iterrows():
            links.go("handovers", route=row["route"])
    export.twin(known, ROUTES, f"map_{value}", title, wanted.scope, filters=wanted.facts)


def _in_order(frame: pd.DataFrame, column: str, position: str) -> list[str]:
    """Departments as the organisation lists them."""
    return frame.sort_values([position, column])[column].drop_duplicates().tolist()


def _ranked(wanted: Asked, frame: pd.DataFrame) -> None:
    title = t("Routes, the slowest first")
    st.subheader(title, anchor=False)
    st.caption(
        t(
            "Sent is accepted, returned and unanswered; what is sent on or closed without an answer"
            " counts as returned. Late: longer without an answer than the receiver is allowed, in"
            " its working hours (internal convention). Routes accepted fewer than {n} times are at"
            " the end.",
            n=routes.LEAST,
        )
    )
    ranked = routes.ranked(frame)
    tables.show(
        ranked, ROUTES, key="routes", alt=title, open_row=routes.open_route(wanted), rows=14
    )
    export.offer(
        export.sheet("routes", title, ROUTES, lambda: ranked, wanted.scope, filters=wanted.facts)
    )
