"""Headline tiles: a figure, its past, its limit, and the question why."""

from typing import Any, Literal

import pandas as pd
import streamlit as st

from queries.comparisons import Comparison
from ui import formats, links, lists
from ui.i18n import t
from ui.theme import BROKEN, NEAR, WITHIN, Light

LIGHTS: dict[str, Light] = {"green": WITHIN, "amber": NEAR, "red": BROKEN}


def row(
    found: dict[str, Comparison],
    series: pd.DataFrame,
    *ids: str,
    columns: int = 5,
    with_amount: bool = False,
    **where: Any,
) -> None:
    """One tile per metric, reflowing; `series` is the same by month end, for the sparklines."""
    grid = st.grid(columns, min_column_width=172, gap="small")
    for metric_id in ids:
        with grid, st.container(border=True, height="stretch", gap="xsmall"):
            tile(found[metric_id], series, with_amount, **where)


def tile(
    compared: Comparison, series: pd.DataFrame, with_amount: bool = False, **where: Any
) -> None:
    """One metric: now, its past as a line, against last month and year, its limit, why."""
    metric = compared.metric
    month = (metric.unit, compared.now, compared.month_before)
    delta = formats.share(*month) or formats.difference(*month)
    past = series[metric.id].dropna() if metric.id in series else pd.Series(dtype=float)
    st.metric(
        t(metric.name),
        formats.value(metric.unit, compared.now),
        delta=_still(delta),
        # One colour, that of the light: green for a good month of a broken limit would mislead.
        delta_color=_colour(compared),
        delta_description=t("m/m") if delta else None,
        help=t(metric.meaning) or None,
        chart_data=past.tolist() if len(past) > 1 else None,
        chart_type="line",
    )
    if with_amount:
        unit = lists.unit_of(metric, "numerator")
        st.caption(t("{amount} in all", amount=formats.value(unit, compared.numerator)))
    if compared.now is not None:
        st.caption(_past(compared))
    if compared.light:
        light = LIGHTS[compared.light]
        st.badge(standing(compared), icon=light.icon, color=light.colour)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if compared.broken_since:
            since = t("since {day}", day=formats.day(compared.broken_since))
            st.caption(since, width="content")
        links.link("why", t("why?"), metric=metric.id, part="numerator", **where)


def _past(compared: Comparison) -> str:
    """The changes in full: on the month where the arrow gave only the share, and on the year."""
    unit, now, before = compared.metric.unit, compared.now, compared.month_before
    year = formats.change(unit, now, compared.year_before)
    said = [t("y/y {change}", change=year) if year else t("no figure a year before")]
    if formats.share(unit, now, before):
        said.insert(0, t("m/m {change}", change=formats.difference(unit, now, before)))
    return " · ".join(said)


def standing(compared: Comparison) -> str:
    """`within 6.00%`, `near 6.00%`, `beyond 6.00%`: a light in words, with its line."""
    line = compared.lines.decisive or compared.lines.amber
    if compared.light is None or line is None:
        return t(LIGHTS[compared.light].word) if compared.light else ""
    limit = formats.value(compared.metric.unit, line.value)
    if compared.light == "amber":
        return t("near {limit}", limit=limit)
    if compared.metric.rising_is_good:
        held = compared.light == "green"
        return t("above {limit}", limit=limit) if held else t("short of {limit}", limit=limit)
    if compared.light == "green":
        return t("within {limit}", limit=limit)
    return t("beyond {limit}", limit=limit)


def against(compared: Comparison) -> str:
    """`limit 6.00%, since 2024-03-31`: the line that decides, and since when it is broken."""
    line = compared.lines.decisive or compared.lines.amber
    if line is None:
        return ""
    limit = t("limit {value}", value=formats.value(compared.metric.unit, line.value))
    if compared.broken_since is None:
        return limit
    return limit + t(", ") + t("since {day}", day=formats.day(compared.broken_since))


def _colour(compared: Comparison) -> Literal["green", "orange", "red", "gray"]:
    return LIGHTS[compared.light].colour if compared.light else "gray"


def _still(delta: str | None) -> str | int | None:
    """A change of nothing is a grey zero, not a green plus."""
    if delta is None or any(digit in delta for digit in "123456789"):
        return delta
    return 0
