"""Headline tiles: a figure, its past, its limit, and the question why."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from queries.lights import Threshold
from queries.measures import Unit
from queries.metrics import Comparison, Metric, compared
from queries.warehouse import month_end
from ui import formats, links, lists, since, visit
from ui.i18n import t
from ui.theme import BROKEN, NEAR, WITHIN, Light

MONTHS = 13
LIGHTS: dict[str, Light] = {"green": WITHIN, "amber": NEAR, "red": BROKEN}


def row(
    found: Mapping[str, Comparison],
    *ids: str,
    columns: int = 5,
    with_amount: bool = False,
    pages: Mapping[str, str] | None = None,
    **where: Any,
) -> None:
    """One tile per metric, reflowing, its line the last month ends that the comparison knows.

    `pages` names the page that tells more of each metric.
    """
    # Four that do not fit side by side stand two by two: of three abreast the names would be cut.
    grid = st.grid(columns, min_column_width=236 if columns == 4 else 172, gap="small")
    for metric_id in ids:
        with grid, st.container(border=True, height="stretch", gap="xsmall"):
            page = (pages or {}).get(metric_id, "")
            tile(found[metric_id], with_amount, page, **where)


def even(number: int, most: int = 5) -> int:
    """Columns in which so many tiles stand in rows of about the same length."""
    return math.ceil(number / math.ceil(number / most))


def tile(
    compared: Comparison,
    with_amount: bool = False,
    page: str = "",
    **where: Any,
) -> None:
    """One metric: now, its past as a line, its changes, its limit, why, and the way to its page.

    The arrow compares with the date of the scope (`y/y`): on every page, whatever it asked for.
    """
    day = since.now()
    compared, against = compared.against(day), since.label(visit.now().scope, day)
    metric = compared.metric
    _figure(compared, against)
    if with_amount:
        unit = lists.unit_of(metric, "numerator")
        st.caption(t("{amount} in all", amount=formats.value(unit, compared.numerator)))
    if compared.now is not None:
        st.caption(_past(compared, against))
    elif compared.is_told and metric.without:
        st.caption(t(metric.without))
    line = compared.lines.decisive or compared.lines.amber
    if compared.light:
        light = LIGHTS[compared.light]
        st.badge(standing(compared), icon=light.icon, color=light.colour)
        if line and line.by:
            st.caption(binds(line))
    elif line is None:
        st.caption(t(metric.no_limit or "no limit set"))
    told = []
    if compared.broken_since:
        told.append(t("since {day}", day=formats.day(compared.broken_since)))
    if compared.light and line and line.is_convention:
        told.append(t("internal convention"))
    if told:
        st.caption(" · ".join(told))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        links.link("why", t("why?"), metric=metric.id, part="numerator", **where)
        if page:
            links.link(page, links.title(page), icon=":material/arrow_forward:")


def figure(
    label: str,
    unit: Unit,
    past: Mapping[date, float | None],
    rising_is_good: bool | None = None,
    meaning: str = "",
) -> None:
    """A figure that is no metric as the tiles have theirs: its line, its change, month and year."""
    good = rising_is_good
    metric = Metric("figure", label, "figure", unit=unit, rising_is_good=good, meaning=meaning)
    scope, day = visit.now().scope, since.now()
    shown = compared(metric, past, month_end(scope)).against(day)
    against = since.label(scope, day)
    _figure(shown, against)
    if shown.now is not None:
        st.caption(_past(shown, against))


def _figure(compared: Comparison, against: str) -> None:
    metric = compared.metric
    delta = _delta(compared)
    recent = [value for _, value in sorted(compared.past.items())[-MONTHS:]]
    past = [value for value in recent if not formats.missing(value)]
    st.metric(
        t(metric.name),
        formats.value(metric.unit, compared.now),
        delta=delta,
        delta_arrow="off" if compared.is_still else "auto",
        # Grey, with the word: on a tile a colour tells how the figure stands to its limit and
        # nothing else. A good month of a broken limit is not green, nor a bad one within it red.
        delta_color="gray",
        delta_description=_direction(compared, against) if delta else None,
        help=t(metric.meaning) or None,
        chart_data=past if len(past) > 1 else None,
        chart_type="line",
    )


def _direction(compared: Comparison, against: str) -> str:
    """`worse · m/m`: whether that way is good, and what the arrow compares with."""
    if compared.is_worse is None:
        return against
    return f"{t('worse') if compared.is_worse else t('better')} · {against}"


def _past(compared: Comparison, against: str) -> str:
    """The changes in full: on the month and on the year, and where the arrow gave only a share."""
    unit, now = compared.metric.unit, compared.now
    befores = {t("m/m"): compared.month_before, t("y/y"): compared.year_before}
    befores[against] = compared.then
    said = []
    for label, before in befores.items():
        if label != against:
            said.append((label, formats.change(unit, now, before)))
        elif _delta(compared) == formats.share(unit, now, before):
            said.append((label, formats.difference(unit, now, before)))
    return " · ".join(f"{label} {change or formats.DASH}" for label, change in said)


def standing(compared: Comparison) -> str:
    """`within 6.00%`, `near 6.00%`, `beyond 6.00%`: a light in words, with its line."""
    line = compared.lines.decisive or compared.lines.amber
    if compared.light is None or compared.now is None or line is None:
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


def binds(line: Threshold) -> str:
    """`Loan provision ratio binds: 2.50%`: of two standards the one that asks for more."""
    assert line.by, "The line is its own."
    return t("{name} binds: {limit}", name=t(line.by.name), limit=_asked(line))


def limit(unit: str, line: Threshold) -> str:
    """`limit 6.00%`, and of a line that another ratio's set, whose: `limit 250.00% (…)`."""
    said = t("limit {value}", value=formats.value(unit, line.value))
    return f"{said} ({t(line.by.name)} {_asked(line)})" if line.by else said


def _asked(line: Threshold) -> str:
    return formats.value(line.by.unit if line.by else "", line.asked)


def _delta(compared: Comparison) -> str | None:
    """A share where that is more than +0.0%, else the difference; a change not seen is in words."""
    if compared.is_still:
        return t("unchanged")
    pair = (compared.metric.unit, compared.now, compared.then)
    share = formats.share(*pair)
    return share if share and share.strip("+-0.%") else formats.difference(*pair)
