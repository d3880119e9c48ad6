"""What does this figure mean, and which rows make it?"""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from queries.metrics import (
    DIMENSIONS,
    METRICS,
    OF_DEPARTMENTS,
    Comparison,
    Metric,
    Part,
    Where,
    compare,
    figure_total,
    measure,
    rows_behind,
    rows_total,
)
from queries.shifts import grains
from queries.warehouse import Scope
from ui import (
    charts,
    collecting,
    define,
    drill,
    export,
    filters,
    formats,
    links,
    lists,
    moved,
    paging,
    pictures,
    tables,
    visit,
)
from ui.i18n import md, t
from ui.theme import palette

PARTS: tuple[Part, ...] = ("numerator", "denominator")
VIEWS = {"rows": "The rows behind it", "moved": "What moved it"}
IN_SCOPE = ("month_end", "branch", "product")
# Their rows are cases, people and audits, which a head lists of the own department only.
OF_CASES = (
    *(*OF_DEPARTMENTS, "service_links"),
    *("audit_unit_months", "audit_plan_months", "auditor_months"),
)
# Theirs are contacts, promises and steps on debtors, which only heads of those who collect list.
OF_COLLECTING = ("contact_months", "promise_months", "contact_step_months")


def render(scope: Scope) -> None:
    """The definition, the two parts, then exactly the rows of one, or what moved the figure."""
    metric = METRICS.get(st.query_params.get("metric", ""))
    if metric is None:
        st.info(t("This address names no figure. Choose one on the Metrics page."))
        links.link("metrics", t("Metrics"), icon=":material/menu_book:")
        return
    where = conditions(scope, metric)
    compared = compare(scope, metric, where)
    st.header(_title(metric, where), anchor=False)
    left, right = st.columns([2, 3], gap="large")
    with left:
        define.parts(compared)
    with right:
        define.definition(metric)
        # A limit is for the whole; of one bucket it says nothing.
        if not where:
            define.limits(compared)
    # What is not the sum of segments, a largest borrower's share, has no parts that moved it.
    # Nor has one of which some are out of view: it is not told, and its parts would tell it.
    hidden = metric.of_everybody and compared.now is None and compared.is_told
    views = [each for each in VIEWS if each == "rows" or (grains(metric) and not hidden)]
    view = filters.switch(t("Show"), "view", views, lambda each: t(VIEWS[each]))
    if view == "moved":
        moved.section(scope, metric, where)
        return
    _over_time(scope, metric, where, compared)
    _rows(scope, metric, where)


def conditions(scope: Scope, metric: Metric) -> Where:
    """What the address filters beside the scope: known codes of the metric's own dimensions."""
    found = []
    for dimension in DIMENSIONS[metric.source]:
        if dimension in IN_SCOPE or dimension not in st.query_params:
            continue
        codes = measure(scope, metric, by=dimension)[dimension].dropna()
        known = [lists.code(value) for value in codes]
        found += [(dimension, value) for value in filters.asked(dimension, known)]
    return tuple(found)


def _over_time(scope: Scope, metric: Metric, where: Where, compared: Comparison) -> None:
    frame = measure(scope, metric, by="month_end", months=25, where=where).dropna(
        subset=[metric.id]
    )
    if len(frame) < 2:
        return
    title = t("Month by month")
    st.subheader(title, anchor=False)
    line = None if where else compared.lines.decisive
    if line and line.by:  # what another ratio asks for is another line every month
        line = None
    figure = charts.trend(
        frame, metric.id, metric.unit, limit=line.value if line else None, palette=palette()
    )
    said = drill.described(frame.tail(12), title, metric.id, "month_end", metric.unit)
    codes = pictures.draw(figure, "why_trend", said)
    drawn = [[formats.day(day) for day in frame["month_end"]]]
    target = drill.drill_target(codes, ["as_of"], drawn)
    if target:
        links.go("why", **target)
    columns = {"month_end": tables.Column("Month end", "date")} | tables.of_metrics(metric)
    export.twin(frame, columns, "why_trend", title, scope, metric, filters=filters.told(where))


def _title(metric: Metric, where: Where) -> str:
    said = " · ".join(f"{label}: {value}" for label, value in filters.told(where))
    return md(f"{t(metric.name)} ({said})" if said else t(metric.name))


def _rows(scope: Scope, metric: Metric, where: Where) -> None:
    st.subheader(t("The rows behind it"), anchor=False)
    parts = PARTS if metric.denominator else PARTS[:1]
    part = filters.switch(t("Part"), "part", parts, lambda each: t(each.capitalize()))
    if _is_withheld(scope, metric, where):
        st.caption(t("Of other departments you see the totals, not the cases."))
        return
    total, number = rows_total(scope, metric, part, where)
    whole = figure_total(scope, metric, part, where)
    if number or whole:
        lists.adds_up(lists.unit_of(metric, part), total, number, whole, t(part))
    if not number:
        # Nothing adds up to nothing: there are no rows, and no check to be passed.
        st.info(t("No row counts for this figure."), icon=":material/filter_alt_off:")
        return
    columns = lists.counted(metric, part)
    after = paging.after("why", (scope, metric.id, part, where))
    page = lists.in_words(rows_behind(scope, metric, part, where, after, paging.SIZE))
    tables.show(
        page,
        columns,
        key="why_rows",
        alt=t("The rows behind it"),
        open_row=lists.OPENS[metric.source],
        rows=20,
    )
    paging.controls("why", page, lists.KEYS[metric.source], number)
    export.offer(
        export.listing(
            f"why_{metric.id}_{part}",
            t(metric.name),
            columns,
            _part_of_all(scope, metric, part, where),
            lists.KEYS[metric.source],
            number,
            scope,
            metric,
            filters=filters.told(where),
        )
    )


def _is_withheld(scope: Scope, metric: Metric, where: Where) -> bool:
    """Whether the reader is the head of a department that these rows are none of."""
    own = visit.now().department
    if metric.source in OF_COLLECTING:
        return not collecting.in_full(scope)
    return metric.source in OF_CASES and bool(own) and ("department_id", own) not in where


def _part_of_all(
    scope: Scope, metric: Metric, part: Part, where: Where
) -> Callable[[str | None, int], pd.DataFrame]:
    return lambda after, limit: lists.in_words(
        rows_behind(scope, metric, part, where, after, limit)
    )
