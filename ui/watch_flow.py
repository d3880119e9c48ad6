"""The watchlist over time: who came, who left it and how, who is on it; a bar opens borrowers."""

from dataclasses import replace
from datetime import date

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from queries import reports
from queries.reports.watching import MEASURES
from queries.warehouse import Scope
from ui import (
    charts,
    drill,
    export,
    filters,
    formats,
    layout,
    links,
    lists,
    paging,
    pictures,
    staff,
    tables,
    watch_words,
)
from ui.i18n import name, t
from ui.tables import Column
from ui.theme import LIGHT, Palette, palette

MOVES = ("new", "cured", "paid_off", "default")
PATTERNS = {"new": "", "cured": "/", "paid_off": "\\", "default": "x"}
UNITS = {"borrowers": "count", "loans": "count", "balance": "money", "exposure": "money"}
MONTHS = 13
BORROWERS: dict[str, Column] = {
    "borrower_id": Column("Borrower"),
    "name": Column("Name"),
    "borrower_kind": Column("Borrower type", codes="borrower_kind"),
    "level": Column("Level", codes="alert_level"),
    "score": Column("Score", "count"),
    "entered_on": Column("On the list since", "date"),
    "entered_for": Column("Came on the list for"),
    "owner": Column("Owner"),
    "loans": Column("Loans", "count"),
    "balance": Column("Balance", "money"),
    "exposure": Column("Exposure", "money"),
}


def draw(scope: Scope) -> None:
    """Stock and flow in one measure, as a picture and a table, and the borrowers behind a bar."""
    measure = filters.switch(
        t("Measure"), "measure", list(MEASURES), lambda key: name("watch_measure", key)
    )
    frame = reports.watch_flow(scope, MONTHS)
    if frame.empty:
        lists.nothing()
        return
    title = t("The watchlist over {n} months", n=len(frame))
    left, right = layout.beside()
    with left:
        _stock(frame, measure)
    with right:
        _moves(frame, measure)
    _table(scope, frame, measure, title)
    _behind(scope, measure, [formats.day(each) for each in frame["month_end"]])


def _stock(frame: pd.DataFrame, measure: str) -> None:
    """How much is on the list at each month end."""
    st.subheader(name("watch_move", "closing"), anchor=False)
    column, unit = f"closing_{measure}", UNITS[measure]
    said = drill.described(frame, name("watch_move", "closing"), column, "month_end", unit)
    codes = pictures.draw(charts.trend(frame, column, unit, palette=palette()), "watch_stock", said)
    dates = [formats.day(each) for each in frame["month_end"]]
    if found := drill.drill_target(codes, ("month",), (dates,)):
        links.go("watchlist", watch_flow=f"closing:{found['month']}")


def _moves(frame: pd.DataFrame, measure: str) -> None:
    """What came on the list and what left it."""
    st.subheader(t("Came and left"), anchor=False)
    unit, last = UNITS[measure], frame.iloc[-1]
    said = [
        (name("watch_move", move), formats.value(unit, last[f"{move}_{measure}"])) for move in MOVES
    ]
    title = t("Came and left, {day}", day=formats.day(last["month_end"]))
    codes = pictures.draw(
        picture(frame, measure, palette()), "watch_flow", drill.alt_text(title, said)
    )
    dates = [formats.day(each) for each in frame["month_end"]]
    if found := drill.drill_target(codes, ("move", "month"), (MOVES, dates)):
        links.go("watchlist", watch_flow=f"{found['move']}:{found['month']}")


def picture(frame: pd.DataFrame, measure: str, colours: Palette = LIGHT) -> go.Figure:
    """One bar per month: what came above the line, what left below it, by how it left."""
    dates = [formats.day(each) for each in frame["month_end"]]
    unit = UNITS[measure]
    tones = (colours.series[0], colours.good, colours.steps[0], colours.bad)
    layers: list[go.Bar] = []
    for move, tone in zip(MOVES, tones, strict=True):
        figures = frame[f"{move}_{measure}"].astype(float)
        layers.append(
            go.Bar(
                x=dates,
                y=(figures if move == "new" else -figures).tolist(),
                name=name("watch_move", move),
                customdata=[[move, day] for day in dates],
                hovertext=[formats.value(unit, each) for each in figures],
                hovertemplate="%{x} · %{fullData.name}: %{hovertext}<extra></extra>",
                marker={
                    "color": tone,
                    "pattern": {
                        "shape": PATTERNS[move],
                        "fillmode": "overlay",
                        "fgcolor": colours.ground,
                        "size": 6,
                    },
                },
            )
        )
    return charts.figure(
        layers,
        colours,
        xaxis=charts.months_axis(dates),
        yaxis={"tickformat": "~s", "zeroline": True, "zerolinecolor": colours.ink},
        barmode="relative",
    )


def _table(scope: Scope, frame: pd.DataFrame, measure: str, title: str) -> None:
    """The same figures, month by month, the newest first."""
    parts = ("opening", *MOVES, "changed", "closing")
    columns = {"month_end": Column("Month end", "date")} | {
        f"{part}_{measure}": Column(name("watch_move", part), UNITS[measure]) for part in parts
    }
    newest = frame.iloc[::-1].reset_index(drop=True)
    tables.show(newest, columns, key="watch_flow_table", alt=title, open_row=_open_month, rows=13)
    export.offer(
        export.sheet(
            "watch_flow",
            title,
            columns,
            lambda: newest,
            scope,
            filters=((t("Measure"), name("watch_measure", measure)),),
        )
    )


def _open_month(row: pd.Series) -> tables.Target:
    return "watchlist", {"watch_flow": f"closing:{formats.day(row['month_end'])}"}


def _behind(scope: Scope, measure: str, dates: list[str]) -> None:
    """The borrowers behind the bar of the address, which add up to it."""
    options = [f"{move}:{day}" for day in dates for move in ("opening", *MOVES, "closing")]
    found = filters.asked("watch_flow", options)[:1]
    if not found:
        st.caption(t("A bar, a mark or a month opens its borrowers."))
        return
    move, _, day = found[0].partition(":")
    then = replace(scope, as_of=date.fromisoformat(day))
    number, amount = reports.watch_moves_total(then, move, measure)
    title = t("{move}, {day}", move=name("watch_move", move), day=day)
    st.subheader(title, anchor=False)
    st.caption(
        t(
            "{n} borrowers; {measure}: {amount}",
            n=formats.count(number),
            measure=name("watch_measure", measure),
            amount=formats.exact(UNITS[measure], amount),
        )
        if measure != "borrowers"
        else t("{n} borrowers", n=formats.count(number))
    )
    if not number:
        return
    after = paging.after("watch_moves", (then, move))
    page = reports.watch_moves(then, move, after, paging.SIZE)
    tables.show(
        in_words(page), BORROWERS, key="watch_moves", alt=title, open_row=lists.open_borrower
    )
    paging.controls("watch_moves", page, "borrower_id", number)
    export.offer(
        export.listing(
            "watch_moves",
            title,
            BORROWERS,
            lambda after, limit: in_words(reports.watch_moves(then, move, after, limit)),
            "borrower_id",
            number,
            then,
            filters=filters.told([("watch_flow", found[0])]),
        )
    )


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the reasons of each borrower's coming as words."""
    people = staff.names()
    return frame.assign(
        entered_for=[watch_words.reasons(codes) for codes in frame["reasons"]],
        owner=[staff.called(owner, people) for owner in frame["owner"]],
    )
