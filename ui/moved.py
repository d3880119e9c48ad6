"""What moved a figure between two month ends: its segments, with mix and rate, and the loans."""

import pandas as pd
import streamlit as st

from queries.comparisons import stands_still
from queries.metrics import Metric, Part, Where
from queries.movers import movers, movers_total, part_change
from queries.shifts import Shift, cut_code, grains, shift
from queries.warehouse import Scope
from ui import (
    drill,
    export,
    filters,
    formats,
    links,
    lists,
    paging,
    pictures,
    since,
    split_charts,
    tables,
)
from ui.i18n import t
from ui.names import DIMENSIONS as NAMES
from ui.tables import Column
from ui.theme import palette


def section(scope: Scope, metric: Metric, where: Where) -> None:
    """The date compared with, the split by a kind of segment, and the loans that moved it."""
    st.subheader(t("What moved it"), anchor=False)
    day = since.chosen(scope)
    if day is None:
        st.caption(t("There is no month before to compare with."))
        return
    cuts = {cut_code(cut): cut for cut in grains(metric)}
    code = filters.switch(
        t("Cut by"), "cut", list(cuts), lambda each: t(" and ").join(_named(cuts[each]))
    )
    moved = shift(scope, metric, day, cuts[code], where)
    if moved is None:
        st.caption(t("One of the two dates has nothing to compare."))
        return
    st.markdown(_sentence(moved))
    if moved.is_still and all(stands_still(metric, each) for each in moved.parts["added"]):
        st.caption(t("No segment moved it."))
    else:
        _split(scope, moved, where)
    if metric.source == "portfolio":
        _loans(scope, moved, where)


def _named(cut: tuple[str, ...]) -> list[str]:
    return [t(NAMES[dimension]) for dimension in cut]


def _sentence(moved: Shift) -> str:
    """`1.01% on 2024-12-31, 2.07% now: +1.07 pp = +1.12 pp … -0.05 pp …`"""
    unit = moved.metric.unit
    if moved.is_still:
        return t(
            "Unchanged: {now}, as on {day}.",
            now=formats.value(unit, moved.now),
            day=formats.day(moved.since),
        )
    change = formats.difference(unit, moved.now, moved.before)
    said = t(
        "{before} on {day}, {now} now: {change}",
        before=formats.value(unit, moved.before),
        day=formats.day(moved.since),
        now=formats.value(unit, moved.now),
        change=change,
    )
    if not moved.metric.denominator:
        return said
    return said + t(
        " = {rate} because segments got worse or better, {mix} because the mix of the book moved",
        rate=formats.difference(unit, moved.rate, 0.0),
        mix=formats.difference(unit, moved.mix, 0.0),
    )


def _split(scope: Scope, moved: Shift, where: Where) -> None:
    title = t("What each segment adds to the change")
    drawn = split_charts.drawn(moved)
    said = drill.alt_text(
        title,
        (
            (
                split_charts.label(moved, row),
                formats.difference(moved.metric.unit, row["added"], 0) or "",
            )
            for _, row in drawn.iterrows()
        ),
    )
    codes = pictures.draw(split_charts.split(moved, palette()), "why_split", said)
    known = [moved.parts[dimension].tolist() for dimension in moved.by]
    target = drill.drill_target(codes, list(moved.by), known)
    if target:
        links.go("why", **target)
    columns = _columns(moved)
    with st.expander(t("The same as a table"), icon=":material/table:"):
        tables.show(
            moved.parts,
            columns,
            key="split_table",
            alt=title,
            open_row=lambda row: ("why", {dim: str(row[dim]) for dim in moved.by}),
        )
        export.offer(
            export.sheet(
                f"split_{moved.metric.id}",
                title,
                columns,
                lambda: moved.parts,
                scope,
                moved.metric,
                filters=((t("Compared with"), formats.day(moved.since)), *filters.told(where)),
            )
        )
    if moved.metric.denominator:
        st.caption(
            t(
                "Mix: the change of a segment's share, times how far its ratio is from the whole's;"
                " worse or better: the change of its ratio, times its share. Shares and ratios are"
                " the means of both dates, so that the parts add up exactly"
                " (internal convention, Marshall-Edgeworth weights)."
            )
        )


def _columns(moved: Shift) -> dict[str, Column]:
    unit = moved.metric.unit
    found = {dim: Column(NAMES[dim], codes=dim) for dim in moved.by}
    if moved.metric.denominator:
        found |= {
            "weight_before": Column("Share before", "ratio"),
            "weight": Column("Share now", "ratio"),
        }
    found |= {"before": Column("Before", unit), "now": Column("Now", unit)}
    points = "points" if unit == "ratio" else unit
    if moved.metric.denominator:
        found |= {
            "mix": Column("Mix of the book", points),
            "rate": Column("Got worse or better", points),
        }
    return found | {
        "added": Column("Adds to the change", points),
        "share": Column("Share of the change", "ratio"),
    }


def _loans(scope: Scope, moved: Shift, where: Where) -> None:
    metric, day = moved.metric, moved.since
    st.subheader(t("The loans that moved it"), anchor=False)
    parts: tuple[Part, ...] = ("numerator", "denominator") if metric.denominator else ("numerator",)
    part = parts[0]
    if len(parts) > 1:
        part = filters.switch(t("Part"), "part", parts, lambda each: t(each.capitalize()))
    total, number = movers_total(scope, metric, day, where, part)
    if not number and part == "numerator" and metric.denominator:
        # A segment can move a ratio by its size alone: then these are the loans.
        st.caption(t("No loan counts for more or less in the numerator. In the denominator:"))
        part = "denominator"
        total, number = movers_total(scope, metric, day, where, part)
    if not number:
        st.caption(t("No loan counts for more or less than then."))
        return
    change = part_change(scope, metric, day, where, part)
    words = {
        "numerator": t("change of the numerator"),
        "denominator": t("change of the denominator"),
    }
    unit = lists.unit_of(metric, part)
    lists.adds_up(unit, total, number, change, words[part])
    rising = total >= 0
    after = paging.after("movers", (scope, metric.id, day, where, part))
    page = movers(scope, metric, day, where, after, paging.SIZE, rising, part)
    title = t("The loans that moved it")
    columns = _counted(unit)
    tables.show(page, columns, key="movers", alt=title, open_row=lists.open_loan, rows=20)
    paging.controls("movers", page, "loan_id", number)
    facts = [(t("Compared with"), formats.day(day)), (t("Part"), t(part.capitalize()))]
    facts += filters.told(where)

    def of_all(key: str | None, limit: int) -> pd.DataFrame:
        return movers(scope, metric, day, where, key, limit, rising, part)

    found = (f"movers_{metric.id}", title, columns, of_all, "loan_id", number, scope, metric)
    export.offer(export.listing(*found, filters=tuple(facts)))


def _counted(unit: str) -> dict[str, Column]:
    return {
        "loan_id": Column("Loan"),
        "how": Column("What happened", codes="how"),
        "added": Column("Adds to the change", unit),
        "counted_before": Column("Counted then", unit),
        "counted": Column("Counted now", unit),
        "branch": Column("Branch", codes="branch"),
        "product": Column("Product", codes="product"),
        "days_past_due": Column("Days past due", "days"),
        "classification": Column("Class", codes="classification", width=115),
        "borrower_id": Column("Borrower"),
    }
