"""The page reads itself out: sentences computed from the same figures as the tiles."""

import streamlit as st

from queries.metrics import PAR30, Comparison
from queries.warehouse import Scope
from ui import cuts, formats, links
from ui.i18n import md, name, t

# Changes below half a basis point read as +0.00 pp.
STILL = 0.00005


def par30(scope: Scope, compared: Comparison) -> None:
    """What moved PAR 30 since last month, and where; each clause opens its rows."""
    since = cuts.month_before(scope)
    moved = cuts.movement(scope, PAR30, since) if since else None
    if moved is None or compared.now is None:
        return
    st.markdown(f"#### {md(sentence(moved))}")
    with st.container(horizontal=True, gap="small"):
        for mover in leading(moved):
            links.link(
                "why",
                _clause(mover, moved.change),
                icon=":material/arrow_forward:",
                metric=PAR30.id,
                part="numerator",
                branch=mover.branch,
                product=mover.product,
            )
        links.link("why", t("all the rows"), metric=PAR30.id, part="numerator")


def sentence(moved: cuts.Movement) -> str:
    """`PAR 30 rose 0.42 points to 3.18% since …; Consumer in Suzhou alone is 70% of the rise.`"""
    now, since = formats.percent(moved.now), formats.day(moved.since)
    if abs(moved.change) < STILL:
        return t("PAR 30 stands at {now}, as on {since}.", now=now, since=since)
    points = f"{abs(moved.change) * 100:.2f}"
    rose = moved.change > 0
    first = (
        t("PAR 30 rose {points} points to {now} since {since}", points=points, now=now, since=since)
        if rose
        else t(
            "PAR 30 fell {points} points to {now} since {since}",
            points=points,
            now=now,
            since=since,
        )
    )
    top = leading(moved)
    if not top:
        return f"{first}{t('.')}"
    share = f"{top[0].added / moved.change:.0%}"
    where = {"product": name("product", top[0].product), "branch": name("branch", top[0].branch)}
    second = (
        t("{product} in {branch} alone is {share} of the rise", share=share, **where)
        if rose
        else t("{product} in {branch} alone is {share} of the fall", share=share, **where)
    )
    return f"{first}{t('; ')}{second}{t('.')}"


def leading(moved: cuts.Movement, most: int = 3) -> list[cuts.Mover]:
    """The parts that moved the figure the way it went, largest first."""
    if abs(moved.change) < STILL:
        return []
    return [m for m in moved.movers if m.added * moved.change > 0][:most]


def _clause(mover: cuts.Mover, change: float) -> str:
    return md(
        t(
            "{product}, {branch}: {points} pp",
            product=name("product", mover.product),
            branch=name("branch", mover.branch),
            points=f"{mover.added * 100:+.2f}",
        )
    )
