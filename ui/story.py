"""The page reads itself out: sentences computed from the same figures as the tiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from queries.comparisons import Comparison, most_worsened, stands_still, worsened
from queries.metrics import NPL_RATIO, PAR30, Metric
from queries.shifts import Shift, Shifts, cut_code, place
from ui import formats, links, tiles
from ui.i18n import md, name, t
from ui.names import DIMENSIONS


@dataclass(frozen=True)
class Clause:
    """What one clause of a sentence opens: a label, and the address of its rows."""

    label: str
    params: dict[str, Any]


@dataclass(frozen=True)
class Sentence:
    """One sentence, and the rows that its clauses stand on."""

    text: str
    clauses: tuple[Clause, ...]


def tell(found: Mapping[str, Comparison], moved: Shifts) -> None:
    """At most three sentences on what changed and where; each clause opens its rows."""
    show(sentences(found, moved))


def show(told: Sequence[Sentence], key: str = "story") -> None:
    """Sentences with their clauses, each of which opens its rows; of a chapter by its own key."""
    for place_, said in enumerate(told):
        with st.container(gap="xsmall", key=f"{key}_{place_}"):
            st.markdown(f"**{md(said.text)}**")
            with st.container(horizontal=True, gap="small"):
                for clause in said.clauses:
                    links.link(
                        "why",
                        md(clause.label),
                        icon=":material/arrow_forward:",
                        **clause.params,
                    )


def sentences(found: Mapping[str, Comparison], moved: Shifts) -> list[Sentence]:
    """PAR 30 and the NPL ratio with their mix and rate, and what else worsened most."""
    told = []
    for metric in (PAR30, NPL_RATIO):
        places = place(moved, metric)
        if places is not None:
            told.append(of_ratio(places))
    others = (each for key, each in found.items() if key not in (PAR30.id, NPL_RATIO.id))
    worst = most_worsened(others)
    if worst is not None and told:
        told.append(of_worst(worst))
    return told


def of_ratio(places: Shift) -> Sentence:
    """`PAR 30 rose 0.42 points to 3.18% since …: … got worse, … mix; Consumer in Suzhou is …`

    The split is by the segments that the sentence names; the last clause names and opens that cut:
    by others the same change has another mix.
    """
    metric, day = places.metric, places.since
    now, since = formats.percent(places.now), formats.day(day)
    by = t(" and ").join(t(DIMENSIONS[dimension]).lower() for dimension in places.by)
    everything = Clause(
        t("all that moved it, by {cut}", cut=by), _opens(metric) | {"cut": cut_code(places.by)}
    )
    if places.is_still:
        said = t(
            "{name} stands at {now}, as on {since}.", name=t(metric.name), now=now, since=since
        )
        return Sentence(said, (everything,))
    points = f"{abs(places.change) * 100:.2f}"
    text = (
        t(
            "{name} rose {points} points to {now} since {since}",
            **_values(metric, now, since, points),
        )
        if places.change > 0
        else t(
            "{name} fell {points} points to {now} since {since}",
            **_values(metric, now, since, points),
        )
    )
    if len(places.parts) > 1:
        text += _split(places)
    # Of one part only there is nothing to tell apart: it is the whole.
    leading = places.leading() if len(places.parts) > 1 else places.parts.head(0)
    clauses = [_clause(places, row) for _, row in leading.iterrows()]
    if len(leading):
        text += t("; ") + _leader(places, leading.iloc[0])
    return Sentence(text + t("."), (*clauses, everything))


def _values(metric: Metric, now: str, since: str, points: str) -> dict[str, str]:
    return {"name": t(metric.name), "now": now, "since": since, "points": points}


def _split(places: Shift) -> str:
    """`: +0.35 because segments got worse, +0.07 from the mix of the book`, or all of it one way"""
    rate, mix = f"{places.rate * 100:+.2f}", f"{places.mix * 100:+.2f}"
    if stands_still(places.metric, places.rate):
        return t(": all of it from the mix of the book")
    if stands_still(places.metric, places.mix):
        return (
            t(": all of it because segments got worse")
            if places.rate > 0
            else t(": all of it because segments got better")
        )
    return (
        t(": {rate} because segments got worse, {mix} from the mix of the book", rate=rate, mix=mix)
        if places.rate > 0
        else t(
            ": {rate} because segments got better, {mix} from the mix of the book",
            rate=rate,
            mix=mix,
        )
    )


def _leader(places: Shift, first: pd.Series) -> str:
    """The part that moved it most: its share, or its points where others took some back."""
    where = {
        "product": name("product", first["product"]),
        "place": name(places.by[0], first[places.by[0]]),
    }
    share, rose = float(first["share"]), places.change > 0
    if share > 1:
        points = f"{float(first['added']) * 100:+.2f}"
        return t("{product} in {place} alone is {points} points", points=points, **where)
    said = f"{share:.0%}"
    return (
        t("{product} in {place} is {share} of the rise", share=said, **where)
        if rose
        else t("{product} in {place} is {share} of the fall", share=said, **where)
    )


def _clause(places: Shift, row: pd.Series) -> Clause:
    label = t(
        "{product}, {place}: {points} pp",
        product=name("product", row["product"]),
        place=name(places.by[0], row[places.by[0]]),
        points=f"{float(row['added']) * 100:+.2f}",
    )
    own = {dimension: str(row[dimension]) for dimension in places.by}
    return Clause(label, _opens(places.metric) | own)


def _opens(metric: Metric) -> dict[str, Any]:
    """The address of what moved a figure; since when, the scope says."""
    return {"metric": metric.id, "view": "moved"}


def of_worst(worst: Comparison) -> Sentence:
    """`Of the other headlines with a limit, … worsened most, by 6.4% of its limit: -9.55 pp to …`

    By what they are ranked is said: figures of different size are comparable by their lines alone.
    """
    metric = worst.metric
    told = {
        "name": t(metric.name),
        "share": f"{worsened(worst):.1%}",
        "change": formats.change(metric.unit, worst.now, worst.then),
        "now": formats.value(metric.unit, worst.now),
    }
    said = (
        t(
            "Of the other headlines with a limit, {name} worsened most, by {share} of its limit:"
            " {change} to {now}",
            **told,
        )
        if worst.lines.decisive or worst.lines.amber
        else t(
            "Of the other headlines, none with a limit got worse; {name} did most, by {share} of"
            " what it was: {change} to {now}",
            **told,
        )
    )
    if worst.light:
        said += t(", ") + tiles.standing(worst)
    return Sentence(said + t("."), (Clause(t("what moved it"), _opens(metric)),))


def added(dimension: str, before: Any, now: Any, points: Any) -> str:
    """`Region: 3.05% to 5.75%, adds +0.52 pp`: what a segment is, how it got worse, and adds."""
    return t(
        "{kind}: {before} to {now}, adds {points} pp",
        kind=t(DIMENSIONS[dimension]),
        before=formats.percent(before),
        now=formats.percent(now),
        points=f"{points * 100:+.2f}",
    )
