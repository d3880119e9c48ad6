"""What the curves of vintages say, in words, each beside the way to its loans."""

import pandas as pd
import streamlit as st

from queries.metrics import Metric
from queries.vintage_reading import Ranking, Reading
from ui import filters, formats
from ui.i18n import md, name, t


def unknown(periods: pd.DataFrame, metric: Metric) -> bool:
    """Says which vintages are older than the record, if any: what came before is not known."""
    late = periods[periods["begun_count"] < periods["original_count"]]
    if late.empty or metric.numerator.startswith(("current", "on_book", "due")):
        return False
    st.info(
        t(
            "{n} of {total} vintages hold loans that the record does not show from their first"
            " month on (up to {last}): what happened before is not known, and is not taken for"
            " nothing. What is currently late is known from the first recorded month on.",
            n=formats.count(len(late)),
            total=formats.count(len(periods)),
            last=late["period"].iloc[-1],
        ),
        icon=":material/history_toggle_off:",
    )
    return True


def newest_read(found: Reading | None) -> None:
    """The newest vintage beside those before it, at equal age; nothing without two."""
    if found is None:
        return
    said = t(
        "At {age} months on book, {curve} stands at {value}; the {n} before it together stood at"
        " {before} ({change}).",
        age=found.age,
        curve=found.curve,
        value=formats.percent(found.value),
        n=found.count,
        before=formats.percent(found.before),
        change=formats.difference("ratio", found.value, found.before),
    )
    if found.highest == found.curve:
        said += " " + t("Of all vintages of that age none stands higher.")
    else:
        said += " " + t(
            "The highest of all at that age is {highest} with {most}.",
            highest=found.highest,
            most=formats.percent(found.highest_value),
        )
    _said(said, f"{found.curve}:{found.age}")


def ranked(found: Ranking | None, by: str) -> None:
    """The highest and the lowest segment at equal age; nothing without two."""
    if found is None:
        return
    said = t(
        "At {age} months on book, {highest} stands highest with {most}, {lowest} lowest with"
        " {least}; all together stand at {together}.",
        age=found.age,
        highest=name(by, found.highest),
        most=formats.percent(found.highest_value),
        lowest=name(by, found.lowest),
        least=formats.percent(found.lowest_value),
        together=formats.percent(found.together),
    )
    _said(said, f"{found.highest}:{found.age}")


def _said(said: str, cohort: str) -> None:
    """A sentence, and what opens the loans of its first curve below."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(md(said), width="content")
        # Not a link: one to the page that is open leaves the address as it was.
        st.button(
            t("its loans"),
            key="vintage_said",
            type="tertiary",
            icon=":material/list:",
            on_click=filters.put,
            args=("cohort", cohort),
        )
