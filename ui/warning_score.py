"""How far a score can be trusted: warned or calm against what came, and the defaults by score."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from queries.warning_reading import Reading
from ui import (
    drill,
    export,
    filters,
    formats,
    layout,
    links,
    pictures,
    warning_charts,
    warning_rows,
)
from ui.i18n import t
from ui.tables import Column
from ui.theme import palette

MONTHS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "warned_defaulted": Column("Warned, in default", "count"),
    "warned_fine": Column("Warned, no default", "count"),
    "calm_defaulted": Column("Not warned, in default", "count"),
    "calm_fine": Column("Not warned, no default", "count"),
    "hit_rate": Column("Hit rate", "ratio"),
    "coverage": Column("Coverage", "ratio"),
}
BANDS: dict[str, Column] = {
    "band": Column("Score"),
    "borrowers": Column("Borrower months", "count"),
    "defaulted": Column("In default within twelve months", "count"),
    "rate": Column("Share", "ratio"),
    "low": Column("At least", "ratio"),
    "high": Column("At most", "ratio"),
}


def draw(scope: Scope, found: Reading) -> None:
    """The two pictures side by side, each with its table; what is clicked opens its borrowers."""
    left, right = layout.beside()
    with left:
        known = _confusion(scope)
    with right:
        known += _calibration(scope, found)
    chosen = filters.asked("judged", known)
    if chosen:
        warning_rows.judged(scope, chosen[0])
    elif known:
        st.caption(t("A bar, or a mark, opens its borrowers."))


def _opened(picture: go.Figure, key: str, words: str, known: list[str]) -> None:
    """Draws a picture whose marks open the borrowers behind them."""
    target = drill.drill_target(pictures.draw(picture, key, words), ["judged"], [known])
    if target:
        links.go("early_warning", **target)


def _confusion(scope: Scope) -> list[str]:
    title = t("Warned and not, month by month")
    st.subheader(title, anchor=False)
    frame = reports.confusion_months(scope)
    if frame.empty:
        st.caption(t("That takes twelve months after a month end."))
        return []
    st.caption(
        t(
            "Every borrower not in default at a month end, orange or red then or not, against"
            " default in the twelve months after. Who is warned only later counts as not warned:"
            " that is why fewer are caught here than by alerts. The many who were calm and stayed"
            " so are in the table."
        )
    )
    figure = warning_charts.confusion(frame, palette())
    words = drill.described(frame.tail(12), title, "hit_rate", "month_end", "ratio")
    days = [formats.day(day) for day in frame["month_end"]]
    known = [f"{part}:{day}" for day in days for part in warning_charts.PARTS]
    _opened(figure, "confusion_months", words, known)
    export.twin(frame, MONTHS, "confusion_months", title, scope)
    return known


def _calibration(scope: Scope, found: Reading) -> list[str]:
    title = t("What a score was worth")
    st.subheader(title, anchor=False)
    frame = reports.calibration(scope)
    if frame.empty:
        st.caption(t("That takes twelve months after a month end."))
        return []
    bands = [warning_charts.band(row.band_from, row.band_to) for row in frame.itertuples()]
    frame = frame.assign(band=bands)
    st.caption(_said(frame))
    figure = warning_charts.calibration(frame, found.base, palette())
    words = drill.described(frame, title, "rate", "band", "ratio", str)
    known = [f":{low:.0f}" for low in frame["band_from"]]
    _opened(figure, "calibration", words, known)
    export.twin(frame, BANDS, "calibration", title, scope)
    return known


def _said(frame: pd.DataFrame) -> str:
    """What the picture says first: the lowest and the highest band, and how sure that is."""
    first, last = frame.iloc[0], frame.iloc[-1]
    return t(
        "Of borrowers with a score of {low_band}, {low} were in default twelve months on; of those"
        " with {high_band}, {high}. The lines reach as far as chance may have moved a share, 95"
        " times in 100.",
        low_band=first["band"],
        low=formats.percent(first["rate"]),
        high_band=last["band"],
        high=formats.percent(last["rate"]),
    )
