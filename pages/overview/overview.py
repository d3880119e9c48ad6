"""Is the book healthy, and what changed?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from queries.comparisons import Comparison
from queries.limits import Breach, breaches
from queries.metrics import (
    BALANCE,
    COLLECTION_RATE_DUE,
    LOANS,
    METRICS,
    NEWLY_LATE,
    NPL_FORMATION_RATE_NET,
    NPL_INFLOW,
    NPL_RATIO,
    OVERDUE90_TO_NPL,
    OVERDUE_FINDINGS,
    OVERDUE_OPEN,
    PAR30,
    PROVISION_COVERAGE,
    SEGMENTS,
    SPECIAL_MENTION_RATIO,
    Dimension,
    comparisons,
    measure,
    rows_and_total,
)
from queries.shifts import Shifts, everywhere
from queries.warehouse import Scope, kept, together
from queries.worst_segments import NO_SEGMENTS, worst_segments
from ui import export, filters, formats, layout, links, lists, paper, since, story, tables, tiles
from ui.i18n import md, name, t
from ui.names import DIMENSIONS as NAMES

# The ten headline figures, each with the page that tells more of it.
HEADLINE = {
    BALANCE: "bridge",
    LOANS: "bridge",
    PAR30: "ageing",
    NPL_RATIO: "quality",
    SPECIAL_MENTION_RATIO: "quality",
    OVERDUE90_TO_NPL: "quality",
    PROVISION_COVERAGE: "quality",
    NPL_FORMATION_RATE_NET: "bridge",
    COLLECTION_RATE_DUE: "cash",
    OVERDUE_OPEN: "workload",
}
PLAN = {"view": "funding"}
PARTS = (BALANCE, LOANS, PAR30, NPL_RATIO, NEWLY_LATE)
RATIOS = (PAR30, NPL_RATIO)
MOST = 5
MOST_LIMITS = 6  # broken limits before the rest is folded away: the page prints to one sheet


@dataclass(frozen=True)
class Reading:
    """What the page tells, as it was read at once: figures, moves, limits, lists of loans."""

    found: Mapping[str, Comparison]
    moved: Shifts
    worst: pd.DataFrame
    broken: tuple[list[Breach], int]
    defaults: tuple[pd.DataFrame, int, Decimal]
    findings: tuple[pd.DataFrame, int, Decimal]


def render(scope: Scope) -> None:
    """What changed and where, the headline, what needs a decision, the parts of the book."""
    day = since.now()
    read = kept(f"overview since {day}", scope, partial(_read, scope, day))
    if not any(each.past for each in read.found.values()):
        lists.nothing()
        return
    paper.head(scope)
    with st.container(horizontal=True, horizontal_alignment="right", key="controls"):
        paper.button()
    if day:
        story.tell(read.found, read.moved)
    pages = {metric.id: page for metric, page in HEADLINE.items()}
    with st.container(key="headline"):
        tiles.row(read.found, *read.found, pages=pages)
    with st.container(key="decisions"):
        _decisions(read)
    with st.container(key="parts"):
        _parts(scope)


def _read(scope: Scope, day: date | None) -> Reading:
    """Everything but the parts, which are cut as the reader likes."""

    def moves() -> tuple[Shifts, pd.DataFrame]:
        if not day:
            return {}, NO_SEGMENTS
        moved = everywhere(scope, RATIOS, day)
        return moved, worst_segments(scope, RATIOS, day, moved, MOST)

    found, (moved, worst), *rest = together(
        partial(comparisons, scope, *HEADLINE, since=day),
        moves,
        partial(breaches, scope, METRICS.values()),
        partial(rows_and_total, scope, NPL_INFLOW, MOST),
        partial(rows_and_total, scope, OVERDUE_FINDINGS, MOST - 1),
    )
    return Reading(found, moved, worst, *rest)


def _decisions(read: Reading) -> None:
    st.subheader(t("What needs a decision today"), anchor=False)
    limits, segments, defaults, findings = layout.beside(4, 220, border=True)
    with limits, st.container(key="limits"):
        _limits(*read.broken)
    with segments:
        _segments(read.worst)
    with defaults:
        _defaults(*read.defaults)
    with findings:
        _findings(*read.findings)


def _limits(found: list[Breach], judged: int) -> None:
    """Every figure of the whole product that is beyond its line, not the headline alone."""
    st.markdown(f"**{t('Limits broken')}** · {len(found)}")
    if len(found) > 1:
        st.caption(t("the regulator's first, of each the furthest beyond"))
    _beyond(found[:MOST_LIMITS])
    if rest := found[MOST_LIMITS:]:
        with st.expander(t("{n} more", n=formats.count(len(rest)))):
            _beyond(rest)
    if not found:
        said = t("Each of the {n} limits that can be judged holds.", n=judged)
        st.caption(said if judged else t("No limit can be judged."))


def _beyond(found: list[Breach]) -> None:
    for each in found:
        below = [f"{formats.value(each.unit, each.now)} · {tiles.limit(each.unit, each.line)}"]
        below += [t(each.metric.without)] if each.metric and each.now is None else []
        if each.since:
            below.append(t("since {day}", day=formats.day(each.since)))
        page, params = ("why", {"metric": each.metric.id}) if each.metric else ("cash", PLAN)
        _way_in(page, t(each.name), *below, icon=":material/cancel:", **params)


def _segments(worst: pd.DataFrame) -> None:
    st.markdown(f"**{t('Segments that worsened most')}**")
    for row in worst.itertuples():
        metric, dimension = METRICS[str(row.metric_id)], str(row.dimension)
        _way_in(
            "why",
            f"{name(dimension, row.value)} · {t(metric.name)}",
            story.added(dimension, row.before, row.now, row.added),
            icon=":material/trending_up:",
            metric=metric.id,
            view="moved",
            **{dimension: row.value},
        )
    if worst.empty:
        st.caption(t("No segment got worse."))


def _defaults(rows: pd.DataFrame, number: int, total: Decimal) -> None:
    st.markdown(f"**{t('Largest new non-performing loans')}**")
    for row in rows.itertuples():
        said = f"{row.loan_id} · {formats.money(row.counted)}"
        what = f"{name('product', row.product)}, {name('branch', row.branch)}"
        _way_in("loan", said, what, icon=":material/person_alert:", loan_id=row.loan_id)
    if not number:
        st.caption(t("No loan became non-performing this month."))
        return
    said = t("all {n}: {amount}", n=formats.count(number), amount=formats.money(total))
    links.link("why", md(said), metric=NPL_INFLOW.id, part="numerator")


def _findings(rows: pd.DataFrame, number: int, total: Decimal) -> None:
    st.markdown(f"**{t('Overdue audit findings')}** · {formats.count(total)}")
    for row in lists.in_words(rows).itertuples():
        said = f"{row.finding_id} · {name('severity', row.severity)}"
        due = t("due {day}", day=formats.day(row.current_due_on))
        _way_in(
            "finding", said, due, row.finding, icon=":material/alarm:", finding_id=row.finding_id
        )
    if not number:
        st.caption(t("No finding is overdue."))
        return
    links.link("why", t("all of them"), metric=OVERDUE_FINDINGS.id, part="numerator")


def _way_in(page: str, said: str, *below: object, icon: str, **params: Any) -> None:
    """One line of a list: what it opens, and what to know of it below, line by line."""
    with st.container(gap=None):
        links.link(page, md(said), icon=icon, **params)
        st.caption("  \n".join(md(line) for line in below))


def _parts(scope: Scope) -> None:
    title = t("The parts of the book")
    st.subheader(title, anchor=False)
    by: Dimension = filters.switch(title, "cut", SEGMENTS, lambda each: t(NAMES[each]))
    frame = measure(scope, *PARTS, by=by).sort_values(PAR30.id, ascending=False)
    columns = {by: tables.Column(NAMES[by], codes=by)} | tables.of_metrics(*PARTS)
    tables.show(
        frame,
        columns,
        key=f"overview_{by}",
        alt=title,
        open_row=lambda row: _part(by, row[by]),
        rows=15,
    )
    export.offer(export.sheet(f"overview_{by}", title, columns, lambda: frame, scope, *PARTS))


def _part(by: Dimension, code: Any) -> tables.Target:
    """Where one part of the book leads: the ageing of a branch or product, else its PAR 30."""
    if by in ("branch", "product"):
        return "ageing", {by: code}
    return "why", {"metric": PAR30.id, by: code}
