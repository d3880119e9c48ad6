"""Is the book healthy, and what changed?"""

from datetime import date
from typing import Any

import streamlit as st

from queries.limits import breaches
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
    history,
    measure,
    rows_behind,
    rows_total,
)
from queries.shifts import Shifts, everywhere
from queries.warehouse import Scope
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


def render(scope: Scope) -> None:
    """What changed and where, the headline, what needs a decision, the parts of the book."""
    series = history(scope, *HEADLINE)
    if series.empty:
        lists.nothing()
        return
    paper.head(scope)
    with st.container(horizontal=True, horizontal_alignment="right", key="controls"):
        paper.button()
    day = since.now()
    found = comparisons(scope, *HEADLINE, since=day)
    moved: Shifts = everywhere(scope, RATIOS, day) if day else {}
    if day:
        story.tell(found, moved)
    pages = {metric.id: page for metric, page in HEADLINE.items()}
    with st.container(key="headline"):
        tiles.row(found, series, *found, pages=pages)
    with st.container(key="decisions"):
        _decisions(scope, moved, day)
    with st.container(key="parts"):
        _parts(scope)


def _decisions(scope: Scope, moved: Shifts, day: date | None) -> None:
    st.subheader(t("What needs a decision today"), anchor=False)
    limits, segments, defaults, findings = layout.beside(4, 220, border=True)
    with limits, st.container(key="limits"):
        _limits(scope)
    with segments:
        _segments(scope, moved, day)
    with defaults:
        _defaults(scope)
    with findings:
        _findings(scope)


def _limits(scope: Scope) -> None:
    """Every figure of the whole product that is beyond its line, not the headline alone."""
    found, judged = breaches(scope, METRICS.values())
    st.markdown(f"**{t('Limits broken')}** · {len(found)}")
    if len(found) > 1:
        st.caption(t("the furthest beyond its limit first"))
    for each in found:
        below = [f"{formats.value(each.unit, each.now)} · {tiles.limit(each.unit, each.line)}"]
        below += [t(each.metric.without)] if each.metric and each.now is None else []
        if each.since:
            below.append(t("since {day}", day=formats.day(each.since)))
        page, params = ("why", {"metric": each.metric.id}) if each.metric else ("cash", PLAN)
        _way_in(page, t(each.name), *below, icon=":material/cancel:", **params)
    if not found:
        said = t("Each of the {n} limits that can be judged holds.", n=judged)
        st.caption(said if judged else t("No limit can be judged."))


def _segments(scope: Scope, moved: Shifts, day: date | None) -> None:
    st.markdown(f"**{t('Segments that worsened most')}**")
    worst = worst_segments(scope, RATIOS, day, moved, MOST) if day else NO_SEGMENTS
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


def _defaults(scope: Scope) -> None:
    total, number = rows_total(scope, NPL_INFLOW)
    st.markdown(f"**{t('Largest new defaults of the month')}**")
    for row in rows_behind(scope, NPL_INFLOW, limit=MOST).itertuples():
        said = f"{row.loan_id} · {formats.money(row.counted)}"
        what = f"{name('product', row.product)}, {name('branch', row.branch)}"
        _way_in("loan", said, what, icon=":material/person_alert:", loan_id=row.loan_id)
    if not number:
        st.caption(t("No loan became non-performing this month."))
        return
    said = t("all {n}: {amount}", n=formats.count(number), amount=formats.money(total))
    links.link("why", md(said), metric=NPL_INFLOW.id, part="numerator")


def _findings(scope: Scope) -> None:
    total, number = rows_total(scope, OVERDUE_FINDINGS)
    st.markdown(f"**{t('Overdue audit findings')}** · {formats.count(total)}")
    found = lists.in_words(rows_behind(scope, OVERDUE_FINDINGS, limit=MOST - 1))
    for row in found.itertuples():
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
