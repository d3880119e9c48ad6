"""The map of hand-overs: which routes it draws, what stands on it, and what a click on it opens."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from queries.metrics import BACKLOG, Where, measure
from ui import drill, export, formats, links, pictures, routes
from ui.i18n import t
from ui.route_charts import flow_map
from ui.route_lanes import WIDE
from ui.routes import LEAST, Asked
from ui.tables import Column
from ui.theme import palette

SHOWN = {
    "late_rate": "Late share",
    "bounce_rate": "Returned share",
    "handoff_hours": "Hours to acceptance",
    "dwell_days": "Days with the receiver",
}
UNITS = {
    "handed_over": "count",
    "late_rate": "ratio",
    "bounce_rate": "ratio",
    "handoff_hours": "number",
    "dwell_days": "number",
}
SHARE, MOST = 0.8, 20
"""What of all hand-overs the largest routes on the map carry together (of one department's alone,
all of them), and how many of them a person can follow: never more are drawn as the largest."""
OF_ACCEPTED = ("handoff_hours", "dwell_days")  # medians, of what was accepted alone
FIRST = 3  # routes that are on the map for the figure shown alone
DEPARTMENTS: dict[str, Column] = {
    "department": Column("Department"),
    "backlog": Column("Open cases", "count"),
    "sent": Column("Sent to others", "count"),
    "received": Column("Received from others", "count"),
    "waiting": Column("Unanswered here", "count"),
}


def largest(frame: pd.DataFrame, share: float) -> pd.DataFrame:
    """The fewest routes that carry the share of all hand-overs, but no more than can be read."""
    order = frame.sort_values(["handed_over", "route"], ascending=[False, True])
    before = order["handed_over"].cumsum() - order["handed_over"]
    return order[before < share * order["handed_over"].sum()].head(MOST)


def highest(frame: pd.DataFrame) -> pd.DataFrame:
    """The routes with the largest figures."""
    known = frame.dropna(subset=["figure"])
    return known.sort_values(["figure", "route"], ascending=[False, True]).head(FIRST)


def figured(frame: pd.DataFrame, value: str) -> pd.DataFrame:
    """The same with `figure`: the value, or none where there are fewer hand-overs than it needs: of
    a few a share or a median says nothing, and would outshine the rest."""
    counted = frame["accepted" if value in OF_ACCEPTED else "handed_over"]
    return frame.assign(figure=frame[value].where(counted >= LEAST))


def drawn(
    frame: pd.DataFrame, value: str, share: float = SHARE, picked: Sequence[str] = ()
) -> pd.DataFrame:
    """The routes with an arrow and their `figure`, the largest first: those that carry most, those
    of the sentence, those with the highest figures, and what was picked."""
    told = figured(frame, value)
    parts = (largest(told, share), routes.named(told), highest(told))
    shown = {*picked}.union(*(part["route"] for part in parts))
    order = told.sort_values(["handed_over", "route"], ascending=[False, True])
    return order[order["route"].isin(shown)]


def carried(shown: pd.DataFrame, frame: pd.DataFrame) -> float:
    """The share of all hand-overs that the routes shown make."""
    return float(shown["handed_over"].sum() / frame["handed_over"].sum())


def departments(wanted: Asked, frame: pd.DataFrame) -> pd.DataFrame:
    """department_id, department, backlog, sent, received, waiting: the places on the map.

    As the organisation lists them: those that sent, were sent or hold cases of the type asked for.
    Open cases are those of the scope's date; `waiting` was sent to them and has no answer.
    """
    where: Where = (("case_type", wanted.case_type),) if wanted.case_type else ()
    held = measure(wanted.scope, BACKLOG, by="department_id", where=where)
    sums = {
        "backlog": held.set_index("department_id")[BACKLOG.id],
        "sent": frame.groupby("from_id")["handed_over"].sum(),
        "received": frame.groupby("to_id")["handed_over"].sum(),
        "waiting": frame.groupby("to_id")["open"].sum(),
    }
    found = pd.DataFrame(sums).fillna(0).rename_axis("department_id")
    found = found[(found[["backlog", "sent", "received"]] > 0).any(axis=1)]
    known = routes.words(wanted.scope)
    order = [each for each in known if each in found.index]
    order += [each for each in found.index if each not in known]
    said = [known.get(each, each) for each in order]
    return found.loc[order].reset_index().assign(department=said)


def draw(wanted: Asked, frame: pd.DataFrame, value: str, picked: Sequence[str], title: str) -> None:
    """The map with how to read it; a click on an arrow opens its cases, one on a department keeps
    the routes of it alone."""
    shown = drawn(frame, value, 1.0 if wanted.department else SHARE, picked)
    shown = shown.assign(told=[_told(row) for row in shown.to_dict("records")])
    places = departments(wanted, frame)
    places = places.assign(told=[_place(row) for row in places.to_dict("records")])
    st.caption(_read(frame, shown, value))
    figure = flow_map(
        places,
        shown,
        UNITS[value],
        bold=routes.named(frame)["route"].tolist(),
        alone=picked,
        chosen=wanted.department,
        palette=palette(),
    )
    told = (
        (f"{row['giver']} → {row['taker']}", formats.count(row["handed_over"]))
        for row in shown.to_dict("records")
    )
    with st.container(width=2 * WIDE):
        codes = pictures.draw(figure, f"route_map_{value}", drill.alt_text(title, told))
    _open(drill.drill_target(codes, ["route"], [shown["route"].tolist()]), picked)
    codes_of = [places["department_id"].tolist()]
    _open(drill.drill_target(codes, ["department_id"], codes_of, route=None), [wanted.department])
    export.twin(places, DEPARTMENTS, "route_map", title, wanted.scope, filters=wanted.facts)


def _read(frame: pd.DataFrame, shown: pd.DataFrame, value: str) -> str:
    """How to read the map, and how much of all it shows."""
    read = t(
        "Down the list arrows run on the right, up the list on the left. On each: times sent ·"
        " {figure} (of {least} or more); the stronger the colour, the higher. Bold: named"
        " above. Bars: open cases.",
        figure=t(SHOWN[value]),
        least=LEAST,
    )
    if len(shown) == len(frame):
        return read
    rest = t(
        "{shown} of {routes} routes with {share} of the hand-overs: the largest, those named and"
        " those with the highest figures; the others are in the table below.",
        shown=len(shown),
        routes=len(frame),
        share=formats.percent(carried(shown, frame)),
    )
    return f"{read} {rest}"


def _open(target: dict[str, Any] | None, now: Sequence[str]) -> None:
    """What was clicked; what is open already is closed by a second click."""
    if target:
        links.go("handovers", **{k: None if v in now else v for k, v in target.items()})


def _told(row: dict) -> str:
    """What the tip of an arrow says."""
    figures = (f"{t(SHOWN[key])}: {formats.value(UNITS[key], row[key])}" for key in SHOWN)
    sent = f"{t('Times sent')}: {formats.count(row['handed_over'])}"
    return "<br>".join((f"<b>{row['giver']} → {row['taker']}</b>", sent, *figures))


def _place(row: dict) -> str:
    """What the tip of a department says."""
    figures = (
        f"{t(column.label)}: {formats.count(row[key])}"
        for key, column in DEPARTMENTS.items()
        if key != "department"
    )
    return "<br>".join((f"<b>{row['department']}</b>", *figures))
