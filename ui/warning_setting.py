"""The settings of a dry run, which live in the address: another threshold, other points."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui import filters, formats
from ui.i18n import t

LARGEST = 1e12
MOST_POINTS = 200.0
SMALL = 5  # below it a threshold is a share or a ratio, and moves by hundredths


@dataclass(frozen=True)
class Setting:
    """A threshold and points in place of the rule's own; None leaves what is."""

    threshold: float | None
    points: float | None

    @property
    def is_changed(self) -> bool:
        """True when anything is other than it is."""
        return self.threshold is not None or self.points is not None


def said(setting: Setting, rule: Mapping[str, Any]) -> str:
    """`threshold 25, 60 points`: a setting in words."""
    threshold = rule["threshold"] if setting.threshold is None else setting.threshold
    points = rule["points"] if setting.points is None else setting.points
    n = plain(points)
    if formats.missing(threshold):
        return t("{n} points", n=n)
    return t("threshold {threshold}, {n} points", threshold=plain(threshold), n=n)


def plain(figure: Any) -> str:
    """A number with the digits that it has: 31, 0.9."""
    return f"{float(figure):,.10g}"


def choose(rule: Mapping[str, Any], suffix: str = "") -> Setting:
    """Draws the two numbers of one setting; gives what differs from the rule's own."""
    own_threshold, own_points = rule["threshold"], float(rule["points"])
    threshold = None
    left, right = st.columns(2)
    with left:
        if formats.missing(own_threshold):
            st.text_input(t("Threshold"), t("none"), disabled=True, key=f"no_threshold{suffix}")
        else:
            step = 0.01 if abs(own_threshold) < SMALL else 1.0
            threshold = _number(
                t("Threshold"), f"threshold{suffix}", float(own_threshold), -LARGEST, LARGEST, step
            )
    with right:
        points = _number(t("Points"), f"points{suffix}", own_points, 0.0, MOST_POINTS, 5.0)
    return Setting(
        None if threshold == own_threshold else threshold, None if points == own_points else points
    )


def _number(label: str, key: str, own: float, low: float, high: float, step: float) -> float:
    """A number that lives in the address under `key`, unless it is the rule's own."""
    widget, chosen = f"pick_{key}", _asked(key, low, high)
    st.session_state[widget] = own if chosen is None else chosen
    return st.number_input(
        label,
        low,
        high,
        step=step,
        format="%g" if step >= 1 else "%.4g",
        key=widget,
        on_change=_to_address,
        args=(key, widget, own),
    )


def _asked(key: str, low: float, high: float) -> float | None:
    text = st.query_params.get(key, "")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if low <= number <= high:
        return number
    if text:
        filters.ignore(key, text)
    return None


def _to_address(key: str, widget: str, own: float) -> None:
    filters.write(key, f"{st.session_state[widget]:.12g}", f"{own:.12g}")
