"""The Migration page reads itself out: what rolled more than usual, the flow-through, the cures."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from queries import reports, rolls
from queries.comparisons import stands_still
from queries.metrics import CURE_RATE, ROLL_FORWARD_RATE, compare
from queries.periods import month_ends_before
from queries.warehouse import Scope, month_end, together
from ui import formats, links
from ui.i18n import md, name, t

Clause = tuple[str, str, str, dict[str, Any]]


def tell(scope: Scope) -> None:
    """One sentence; below it the way from each clause to its rows."""
    # Asked at once; each clause then finds its answer.
    together(
        partial(rolls.forward, scope),
        partial(rolls.flow_through, scope),
        partial(rolls.flow_through, _before(scope)),
        partial(compare, scope, CURE_RATE),
    )
    clauses = [*_rolled(scope), *_through(scope), *_cured(scope)] or [*_stayed(scope)]
    if not clauses:
        return
    told = t("; ").join(said for said, *_ in clauses) + t(".")
    with st.container(gap=None, key="roll_story"):
        st.markdown(f"#### {md(told[:1].upper() + told[1:])}")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for _, label, page, params in clauses:
                links.link(page, label, icon=":material/arrow_forward:", **params)


def _before(scope: Scope) -> Scope:
    return replace(scope, as_of=month_ends_before(scope)[0])


def _rolled(scope: Scope) -> Iterator[Clause]:
    """`Of bucket 31-60, 38.33% rolled forward in the month to 2025-12-31, +9.20 pp against …`"""
    found = rolls.forward(scope)
    if not found:
        return
    first = found[0]
    if first.change <= 0:
        said = t(
            "in the month to {day} no bucket rolled forward more than its average of {n} months",
            day=formats.day(month_end(scope)),
            n=first.months,
        )
        yield said, t("the roll matrix"), "migration", {"chapter": "matrix"}
        return
    said = t(
        "of bucket {bucket}, {rate} rolled forward in the month to {day}, {change} against its"
        " average of {n} months, more than in any other",
        day=formats.day(month_end(scope)),
        bucket=name("from_bucket", first.bucket),
        rate=formats.percent(first.rate),
        change=formats.difference("ratio", first.rate, first.average),
        n=first.months,
    )
    params = {"metric": ROLL_FORWARD_RATE.id, "part": "numerator", "opening_bucket": first.bucket}
    yield said, t("the loans that rolled forward"), "why", params


def _through(scope: Scope) -> Iterator[Clause]:
    """`0.16% of the current balance flows through to over 90 days, +0.04 pp on the month`"""
    now = rolls.flow_through(scope)
    if now is None:
        return
    before = rolls.flow_through(_before(scope))
    said = t("{rate} flows through from current to over 90 days", rate=formats.percent(now))
    yield said + _on_the_month(now, before), t("net flow"), "migration", {"chapter": "flow"}


def _cured(scope: Scope) -> Iterator[Clause]:
    """`27.72% of the late balance was cured, -3.10 pp on the month`"""
    cured = compare(scope, CURE_RATE)
    if cured.now is None:
        return
    said = t("{rate} of the late balance was cured", rate=formats.percent(cured.now))
    said += _on_the_month(cured.now, cured.month_before)
    params = {"metric": CURE_RATE.id, "part": "numerator"}
    yield said, t("the loans that were cured"), "why", params


def _stayed(scope: Scope) -> Iterator[Clause]:
    """`In the month to …, 0.00% of the balance rolled forward, 100.00% stayed in its bucket`"""
    for row in reports.roll_summary(scope).tail(1).itertuples():
        said = t(
            "in the month to {day}, {forward} of the balance rolled forward, {stayed} stayed in its"
            " bucket",
            day=formats.day(month_end(scope)),
            forward=formats.value("ratio", row.forward_rate),
            stayed=formats.value("ratio", row.stayed_rate),
        )
        yield said, t("the roll matrix"), "migration", {"chapter": "matrix"}


def _on_the_month(now: float, before: float | None) -> str:
    change = formats.change("ratio", now, before)
    if before is not None and stands_still(CURE_RATE, now - before):
        return t(", unchanged on the month")
    return t(", {change} on the month", change=change) if change else ""
