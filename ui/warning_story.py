"""The page reads itself out: how good the warnings were, which rule earns its keep, which not."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import streamlit as st

from queries.warning_reading import Reading
from ui import formats, links
from ui.i18n import language, md, t

Clause = tuple[str, str, dict[str, Any]]
CLEAN = dict.fromkeys(("rule", "alert_level", "warned_kind", "came_of", "only_new"))


def tell(found: Reading) -> None:
    """Two sentences at most; below each the way from its clauses to the cases."""
    sentences = [said for said in ([*_whole(found)], [*_best(found), *_worst(found)]) if said]
    if not sentences:
        st.markdown(f"#### {t('No alert can be judged yet: that takes twelve months after it.')}")
    for place, clauses in enumerate(sentences):
        told = t("; ").join(said for said, *_ in clauses) + t(".")
        told = md(told[:1].upper() + told[1:])
        with st.container(gap=None, key=f"warning_story_{place}"):
            st.markdown(f"**{told}**" if place else f"#### {told}")
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                for _, label, params in clauses:
                    asked = CLEAN | {"chapter": "results"} | params
                    links.link("early_warning", label, icon=":material/arrow_forward:", **asked)


def _whole(found: Reading) -> Iterator[Clause]:
    """`Of 811 alerts of the last 36 months 39.70% were right, against 3.26% at random; …`"""
    row = found.whole
    if row is None or not row["observed"]:
        return
    said = t(
        "of {n} alerts of the last {months} months that can be judged, {rate} were followed by"
        " default within twelve months, against {base} of all borrowers",
        n=formats.count(row["observed"]),
        months=found.months,
        rate=formats.percent(row["hit_rate"]),
        base=formats.percent(found.base),
    )
    yield said, t("the alerts that were right"), {"came_of": "hit"}
    if formats.missing(row["coverage"]):
        return
    said = t(
        "{rate} of {n} defaults had been warned of 30 days before, {surprises} came as a surprise",
        rate=formats.percent(row["coverage"]),
        n=formats.count(row["defaults"]),
        surprises=formats.count(row["surprises"]),
    )
    yield said, t("the surprises"), {"came_of": "surprise"}


def _best(found: Reading) -> Iterator[Clause]:
    """`B03 (31 to 60 days past due) earns its keep most: 310 of 579 firings were right, …`"""
    row = found.best
    if row is None:
        return
    said = t(
        "{rule} earns its keep most: {hits} of {n} firings were right, half of them {days} days"
        " ahead and more, {coverage} of all defaults foretold",
        rule=rule(row),
        hits=formats.count(row["hits"]),
        n=formats.count(row["observed"]),
        days=formats.count(row["lead_days"]),
        coverage=formats.percent(row["coverage"]),
    )
    yield said, str(row["rule_id"]), {"rule": row["rule_id"], "came_of": "hit"}


def _worst(found: Reading) -> Iterator[Clause]:
    """`C01 (…) does not: 7 of 605 were right (1.16%), not proven better than chance`"""
    row = found.worst
    if row is None:
        return
    said = t(
        "{rule} does not: {hits} of {n} were right ({rate}), not proven better than chance",
        rule=rule(row),
        hits=formats.count(row["hits"]),
        n=formats.count(row["observed"]),
        rate=formats.percent(row["hit_rate"]),
    )
    yield said, str(row["rule_id"]), {"rule": row["rule_id"], "came_of": "false_alarm"}


def rule(row: pd.Series) -> str:
    """`B03 (31 to 60 days past due)`: a rule by its number and its name."""
    named = row["name_zh"] if language() == "zh" else row["name"]
    return f"{row['rule_id']} ({named})"
