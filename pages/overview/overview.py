"""Is the book healthy, and what changed?"""

import streamlit as st

from queries.metrics import (
    BALANCE,
    COLLECTION_RATE,
    LOANS,
    NEWLY_LATE,
    NPL_RATIO,
    OVERDUE90_TO_NPL,
    OVERDUE_FINDINGS,
    OVERDUE_OPEN,
    PAR30,
    PROVISION_COVERAGE,
    SPECIAL_MENTION_RATIO,
    Comparison,
    Dimension,
    comparisons,
    measure,
    rows_behind,
)
from queries.warehouse import Scope
from ui import export, filters, formats, layout, links, lists, story, tables, tiles
from ui.i18n import md, name, t

HEADLINE = (
    BALANCE,
    LOANS,
    PAR30,
    NPL_RATIO,
    SPECIAL_MENTION_RATIO,
    OVERDUE90_TO_NPL,
    COLLECTION_RATE,
    PROVISION_COVERAGE,
    OVERDUE_OPEN,
    OVERDUE_FINDINGS,
)
PARTS = (BALANCE, LOANS, PAR30, NPL_RATIO, NEWLY_LATE)


def render(scope: Scope) -> None:
    """The sentence, the headline, what needs a decision, the parts of the book."""
    series = measure(scope, *HEADLINE, by="month_end", months=13)
    if series.empty:
        lists.nothing()
        return
    found = comparisons(scope, *HEADLINE)
    story.par30(scope, found[PAR30.id])
    tiles.row(found, series, *found)
    st.subheader(t("What needs a decision today"), anchor=False)
    _decisions(scope, found)
    kinds: dict[Dimension, str] = {"branch": t("By branch"), "product": t("By product")}
    st.subheader(t("The parts of the book"), anchor=False)
    by = filters.switch(t("The parts of the book"), "cut", list(kinds), kinds.__getitem__)
    _part(scope, by, kinds[by])


def _decisions(scope: Scope, found: dict[str, Comparison]) -> None:
    broken = [each for each in found.values() if each.light == "red"]
    late = rows_behind(scope, NEWLY_LATE, limit=5)
    findings = lists.in_words(rows_behind(scope, OVERDUE_FINDINGS, limit=4))
    limits, newly, audit = layout.beside(3, 240, border=True)
    with limits:
        st.markdown(f"**{t('Limits broken')}** · {len(broken)}")
        for each in broken:
            _broken(each)
        if not broken:
            st.caption(t("Every limit holds."))
    with newly:
        st.markdown(f"**{t('Largest newly late loans')}**")
        for row in late.itertuples():
            late_by = formats.days(row.days_past_due)
            said = f"{row.loan_id} · {formats.money(row.counted)} · {late_by}"
            links.link("loan", md(said), loan_id=row.loan_id)
        if late.empty:
            st.caption(t("No loan became late this month."))
        links.link("why", t("all of them"), metric=NEWLY_LATE.id, part="numerator")
    with audit:
        st.markdown(f"**{t('Overdue audit findings')}**")
        for row in findings.itertuples():
            due = t("due {day}", day=formats.day(row.current_due_on))
            said = f"{row.finding_id} · {name('severity', row.severity)} · {due}"
            with st.container(gap=None):
                links.link("finding", md(said), icon=":material/alarm:", finding_id=row.finding_id)
                st.caption(md(row.finding))
        if findings.empty:
            st.caption(t("No finding is overdue."))


def _broken(each: Comparison) -> None:
    said = f"{t(each.metric.name)} · {formats.value(each.metric.unit, each.now)}"
    with st.container(gap=None):
        links.link("why", md(said), icon=":material/cancel:", metric=each.metric.id)
        st.caption(tiles.against(each))


def _part(scope: Scope, by: Dimension, title: str) -> None:
    frame = measure(scope, *PARTS, by=by).sort_values(PAR30.id, ascending=False)
    columns = {by: tables.Column(by.capitalize(), codes=by)} | tables.of_metrics(*PARTS)
    tables.show(
        frame,
        columns,
        key=f"overview_{by}",
        alt=title,
        open_row=lambda row: ("ageing", {by: row[by]}),
        rows=15,
    )
    export.offer(export.sheet(f"overview_{by}", title, columns, lambda: frame, scope, *PARTS))
