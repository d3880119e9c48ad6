"""The filters of the watchlist: what the address asks, as the report and the desk take it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from queries.warehouse import Scope
from ui import export, filters, formats, layout, watch_desk
from ui.desk_entries import LEVELS, Snapshot
from ui.i18n import name, t
from ui.names import LABELS
from ui.watch_desk import ANSWERS, EXITS, NEXT_STEPS, Wanted
from ui.watch_words import Rules

LEVEL_ORDER = tuple(reversed(LEVELS))
CHANGES = tuple(LABELS["watch_change"])
REASONS = tuple(LABELS["watch_reason"])
FAMILIES = tuple(LABELS["signal_family"])
KINDS = ("retail", "small_business", "corporate")
SCORES = ("20", "40", "60", "80", "100")
AMOUNTS = ("100000", "1000000", "10000000")
STAYS: dict[str, tuple[int, int]] = {
    "up to 31": (0, 31),
    "32-90": (32, 90),
    "91-180": (91, 180),
    "over 180": (181, 1_000_000),
}
REVIEWS = ("overdue", "7", "30")


@dataclass(frozen=True)
class Asked:
    """The filters as the report takes them, and in words for a file."""

    report: dict[str, Any] = field(default_factory=dict)
    told: export.Facts = ()


def draw(
    scope: Scope, snapshot: Snapshot, rules: Rules, owners: dict[str, str]
) -> tuple[Asked, DeltaGenerator]:
    """Draws the filters, the rarer ones behind a button; a chip says each one that is on.

    Gives the row of that button too, in which what the filters leave is then said.
    """
    said: dict[str, Sequence[str]] = {}
    places = layout.beside(6, 125)
    with places[0]:
        said["alert_level"] = _several("Level", "alert_level", LEVEL_ORDER)
    with places[1]:
        said["watch_change"] = _several("Change", "watch_change", CHANGES)
    with places[2]:
        said["watch_reason"] = _one("Why it is listed", "watch_reason", REASONS)
    with places[3]:
        said["signal_family"] = _one("Kind of signal", "signal_family", FAMILIES)
    with places[4]:
        said["review"] = _one("Review due", "review", REVIEWS)
    with places[5]:
        text = filters.words(t("Number, name or owner"), "text")
    row = st.container(horizontal=True, vertical_alignment="center")
    label = t("More filters")
    with row, st.popover(label, icon=":material/filter_alt:", type="tertiary"):
        said |= _more(rules, owners)
    one = {key: "".join(codes) for key, codes in said.items()}
    # That a borrower may leave is in the book; that somebody proposed it is not.
    leaving = one["desk_exit"] if one["desk_exit"] in EXITS else ""
    wanted = Wanted(one["owner"], one["next_step"], leaving, one["answered"])
    if wanted.of_entries and not snapshot.available:
        st.caption(t("Filters on next steps, exits and answers are not applied now."))
        off = ("next_step", "answered", *(("desk_exit",) if leaving else ()))
        said |= dict.fromkeys(off, ())
        wanted = Wanted(wanted.owner)
    report = _for_report(scope, said, text) | watch_desk.narrowed(scope, wanted, snapshot)
    pairs = [(key, code) for key, codes in said.items() for code in codes]
    pairs = [(key, rules.name(code) if key == "signal_rule" else code) for key, code in pairs]
    return Asked(report, filters.told(pairs + ([("text", text)] if text else []))), row


def any_on() -> bool:
    """Whether the address narrows the list."""
    own = {*filters.OWN["watchlist"]} - {"watch_flow"}
    return any(key in own for key in st.query_params)


def _more(rules: Rules, owners: dict[str, str]) -> dict[str, Sequence[str]]:
    said: dict[str, Sequence[str]] = {}
    places = layout.beside(3, 170)
    with places[0]:
        said["owner"] = _one("Owner", "owner", tuple(owners), owners)
    with places[1]:
        said["signal_rule"] = _one("Signal", "signal_rule", tuple(rules.names), rules.names)
    with places[2]:
        said["borrower_kind"] = _several("Borrower type", "borrower_kind", KINDS)
    places = layout.beside(3, 170)
    with places[0]:
        said["min_score"] = _one("Score from", "min_score", SCORES)
    with places[1]:
        amounts = {each: formats.money(float(each)) for each in AMOUNTS}
        said["min_exposure"] = _one("Exposure from", "min_exposure", AMOUNTS, amounts)
    with places[2]:
        said["on_list"] = _one("Days on the list", "on_list", tuple(STAYS))
    places = layout.beside(3, 170)
    with places[0]:
        said["next_step"] = _one("Next step", "next_step", NEXT_STEPS)
    with places[1]:
        said["desk_exit"] = _one("Exit", "desk_exit", (*EXITS, "may_exit"))
    with places[2]:
        said["answered"] = _one("Acknowledged", "answered", ANSWERS)
    return said


def _several(label: str, key: str, options: Sequence[str]) -> Sequence[str]:
    return filters.pick(
        t(label), key, options, shown=lambda code: name(key, code), all_label=t("All")
    )


def _one(label: str, key: str, options: Sequence[str], shown: Any = None) -> Sequence[str]:
    def called(code: str) -> str:
        return str(shown[code]) if shown and code in shown else name(key, code)

    return filters.pick(t(label), key, options, shown=called, several=False, all_label=t("All"))


def _for_report(scope: Scope, said: dict[str, Sequence[str]], text: str) -> dict[str, Any]:
    """The filters that the book itself can answer."""
    one = {key: "".join(codes) for key, codes in said.items()}
    first, last = STAYS.get(one["on_list"], (0, 1_000_000))
    within = one["review"]
    return {
        "levels": tuple(said["alert_level"]),
        "changes": tuple(said["watch_change"]),
        "kinds": tuple(said["borrower_kind"]),
        "reason": one["watch_reason"],
        "rule": one["signal_rule"],
        "family": one["signal_family"],
        "owner": one["owner"],
        "min_score": int(one["min_score"] or 0),
        "min_exposure": int(one["min_exposure"] or 0),
        "text": text,
        "overdue_review": within == "overdue",
        "review_by": scope.as_of + timedelta(days=int(within)) if within.isdigit() else None,
        "may_exit": one["desk_exit"] == "may_exit",
        "min_days": first,
        "max_days": last,
    }
