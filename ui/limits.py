"""Limits against capital: judged on the whole book, told of a part, said to be without data."""

import pandas as pd
import streamlit as st

from queries.lights import light, limit_of, lines
from queries.metrics import (
    GROUP_EXPOSURE_RATIO,
    INTERBANK_EXPOSURE_RATIO,
    SINGLE_CUSTOMER_EXPOSURE_RATIO,
    SINGLE_CUSTOMER_LOAN_RATIO,
    TOPN_SHARE,
    Metric,
    comparisons,
)
from queries.warehouse import Scope, month_end
from ui import filters, formats, layout, links, tiles, visit
from ui.i18n import t

SINGLE = (SINGLE_CUSTOMER_LOAN_RATIO, SINGLE_CUSTOMER_EXPOSURE_RATIO, GROUP_EXPOSURE_RATIO)


def against_capital(scope: Scope, capital: pd.DataFrame, now: pd.Series, is_whole: bool) -> None:
    """The limits against capital: judged on the whole book, or told of the part in view."""
    st.subheader(t("Limits against capital"), anchor=False)
    if capital.empty:
        said = t(
            "No capital was reported by {day}: no limit can be judged.",
            day=formats.day(month_end(scope)),
        )
        st.info(said, icon=":material/help:")
        return
    held = capital.iloc[0]
    st.caption(
        t(
            "Capital reported on {day}: net capital {net}, tier-1 {tier1}. Exposure is loans;"
            " bonds and what stands off the balance sheet are not in the data.",
            day=formats.day(held.reported_on),
            net=formats.money(held.net_capital),
            tier1=formats.money(held.tier1_capital),
        )
    )
    if is_whole:
        metrics = (*SINGLE, TOPN_SHARE)
        tiles.row(comparisons(scope, *metrics), *(m.id for m in metrics), columns=4)
    else:
        _in_part(scope, now)
    _without_data(scope, now)


def _in_part(scope: Scope, now: pd.Series) -> None:
    """What is in view against the whole capital: a breach is told, a pass is not."""
    hidden = set(filters.book().branches) - set(visit.now().rights.branches)
    st.info(
        (t("Your branches only, not the whole bank.") + " " if hidden else "") + t(IN_PART),
        icon=":material/info:",
    )
    places = layout.beside(len(SINGLE), 172, border=True)
    for place, metric in zip(places, SINGLE, strict=True):
        with place:
            _part(scope, metric, now)
            _behind(metric, now)


IN_PART = (
    "Limits hold for the whole bank, and you look at a part of it, against all of the"
    " bank's capital. More than a limit is a breach here too; less is no pass."
)


def _part(scope: Scope, metric: Metric, now: pd.Series) -> None:
    owed = now[
        "largest_group_balance" if metric is GROUP_EXPOSURE_RATIO else "largest_borrower_balance"
    ]
    value = None if formats.missing(now[metric.id]) else float(now[metric.id])
    st.metric(t(metric.name), formats.percent(value), help=t(metric.meaning))
    if not formats.missing(owed):
        st.caption(t("{amount} in all", amount=formats.money(owed)))
    on = lines(metric, month_end(scope), scope.build)
    if light(metric, value, owed, on) == "red" and on.decisive:
        broken = tiles.LIGHTS["red"]
        limit = formats.percent(on.decisive.value)
        st.badge(t("beyond {limit}", limit=limit), icon=broken.icon, color=broken.colour)
    elif on.decisive:
        st.caption(t("limit {value}", value=formats.percent(on.decisive.value)))
        st.badge(t("no pass: a part only"), icon=":material/help:", color="gray")


def _behind(metric: Metric, now: pd.Series) -> None:
    """The way to whose loans the figure is: the largest in view."""
    level = "group" if metric is GROUP_EXPOSURE_RATIO else "borrower"
    number = now[f"largest_{level}_id"]
    if formats.missing(number):
        return
    if level == "borrower":
        links.link("borrower", t("why?"), borrower_id=str(number))
        return
    # Not a link: one to the page that is open leaves the address as it was.
    st.button(
        t("why?"),
        key="largest_group",
        type="tertiary",
        on_click=filters.put,
        args=("group", str(number)),
    )


def _without_data(scope: Scope, now: pd.Series) -> None:
    """What cannot be judged for want of data, never as a pass."""
    limit = formats.percent(limit_of(INTERBANK_EXPOSURE_RATIO, scope))
    st.caption(t("Largest interbank customer: no data (limit {limit}).", limit=limit))
    if formats.missing(now["largest_group_balance"]):
        st.caption(t("No borrower in view names a connected group."))
