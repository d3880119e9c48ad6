"""The shared scope: date, branches, products, kept in the address and cut to the rights."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import streamlit as st

from queries import reports, warehouse
from queries.warehouse import NOTHING, Scope
from ui import formats, links, staff
from ui.i18n import md, name, t
from ui.names import CHOICES, DIMENSIONS

LEAST = {"min_exposure": "Exposure from {amount}", "min_score": "Score from {amount}"}
Choice = TypeVar("Choice", bound=str)
_NOTES = "_ignored"
_MOVED = "_moved"
# What each page adds to the shared scope; shown as chips too.
OWN: dict[str, tuple[str, ...]] = {
    "watchlist": (
        *("alert_level", "watch_change", "watch_reason", "signal_family", "review", "text"),
        *("owner", "signal_rule", "borrower_kind", "min_score", "min_exposure", "on_list"),
        *("next_step", "desk_exit", "answered", "watch_flow"),
    ),
    "ageing": ("vintage", "days_after", "reason"),
    "early_warning": (
        *("rule", "alert_level", "only_new", "warned_kind", "came_of", "rule_family"),
        *("judged", "watched_before", "answers_of", "verdict"),
    ),
    "bridge": ("borrower_kind", "collateral_kind", "region", "industry", "step"),
    "concentration": ("borrower_kind", "collateral_kind", "region", "industry", "group"),
    "workload": ("department_id", "owner"),
    "handovers": ("route",),
    "department": ("duty", "appraised", "use_check", "contract_defect"),
    "collections": ("held_by", "step_due", "first_channel"),
    "legal": ("legal_clock", "clock_status", "walk", "proceeding_kind", "legal_stage"),
    "recovery": ("disposal_standing", "settlement_standing", "pd_product"),
    "findings": ("severity", "age_band", "falls_due"),
    "audit_plan": ("unit_rating", "unit_kind", "plan_year"),
    "reperformance": ("test_id", "exception_kind", "officer_id", "month"),
    "access_log": ("user", "log_action"),
    "restatements": ("then", "restated_why"),
    "vintages": ("cohort",),
    "quality": (
        *("borrower_kind", "collateral_kind", "region", "industry"),
        *("check_id", "ends_in", "obligor_rule", "write_off_quarter"),
        *("write_off_figure", "redefault_quarter", "formed_until"),
    ),
    "cash": ("behind",),
    "metrics": ("source",),
    "migration": ("from", "to", "move"),
    "expected_loss": ("pair", "pd_product", "loan_id"),
    "model": ("band", "subject"),
    "why": (
        *("borrower_kind", "collateral_kind", "region", "industry"),
        *("bucket", "bucket_m", "bucket_reg"),
        *("classification", "status", "opening_bucket", "opening_class"),
        *("class_floor", "class_booked", "floor_rule", "stage"),
        *("stage_recorded", "opening_stage", "stage_rule", "pd_state"),
        *("department_id", "case_type", "severity", "status_open"),
        *("legal_clock", "clock_status", "limit_id"),
        *("cause", "unit_id", "unit_kind", "unit_rating", "audited_band", "step_id"),
        "of_product",
    ),
}
# Pages that a segment of their own narrows in part only: what of them, beside its chip.
NARROWS = {
    "quality": "A segment narrows stock and flow of the classes; the figures at the top are of all"
    " in view.",
    "concentration": "A segment narrows the customers and shares; the limits are of all in view.",
}


# An older build, by its name: the whole app as it was then.
BUILD = "build"


@dataclass(frozen=True)
class Book:
    """What the build that is read holds: its month ends, branches and products."""

    build: str
    month_ends: tuple[date, ...]
    branches: tuple[str, ...]
    products: tuple[str, ...]


def rights(branches: Sequence[str], book: Book) -> Scope:
    """All that a person may see: their branches, every product, rows without a loan."""
    if not book.month_ends:
        return NOTHING
    return Scope(tuple(branches), (*book.products, ""), book.month_ends[-1], book.build)


def narrowed(
    whole: Scope, as_of: date | None, branches: Sequence[str], products: Sequence[str]
) -> Scope:
    """`whole` cut to what was picked. Nothing picked keeps all; nothing is ever added."""
    return Scope(
        tuple(b for b in whole.branches if b in branches) if branches else whole.branches,
        tuple(p for p in whole.products if p in products) if products else whole.products,
        as_of or whole.as_of,
        whole.build,
    )


def pick(
    label: str,
    key: str,
    options: Sequence[str],
    *,
    shown: Callable[[str], str] = str,
    several: bool = True,
    all_label: str = "All",
) -> list[str]:
    """A choice that lives in the address under `key`, as codes: a link works in any language.

    A widget's own binding would write the translated label, and would win over a link.
    """
    widget = f"pick_{key}"
    chosen = [code for code in asked(key, options) if several] or asked(key, options)[:1]
    if several:
        st.session_state[widget] = chosen
        st.multiselect(
            label,
            options,
            key=widget,
            format_func=shown,
            on_change=_to_address,
            args=(key, widget),
            placeholder=all_label,
        )
        return chosen
    st.session_state[widget] = chosen[0] if chosen else None
    st.selectbox(
        label,
        options,
        key=widget,
        index=None,
        format_func=shown,
        on_change=_to_address,
        args=(key, widget),
        placeholder=all_label,
    )
    return chosen


def switch(
    label: str,
    key: str,
    options: Sequence[Choice],
    shown: Callable[[Choice], str],
    clears: Sequence[str] = (),
    usual: Choice | None = None,
) -> Choice:
    """One of a few, side by side; the usual one, or the first, unless the address says another.

    `clears` are choices that belong to the one left and go with it.
    """
    widget = f"pick_{key}"
    silent = options[0] if usual is None else usual
    chosen = one_of(key, options, silent)
    st.session_state[widget] = chosen
    st.segmented_control(
        label,
        options,
        key=widget,
        format_func=shown,
        required=True,
        label_visibility="collapsed",
        on_change=_to_address,
        args=(key, widget, silent, clears),
    )
    return chosen


def words(label: str, key: str) -> str:
    """A short text that lives in the address under `key`."""
    widget = f"pick_{key}"
    chosen = st.query_params.get(key, "").strip()[:64]
    st.session_state[widget] = chosen
    st.text_input(
        label,
        key=widget,
        max_chars=64,
        type="search",
        placeholder=t("Search"),
        on_change=_to_address,
        args=(key, widget),
    )
    return chosen


def asked(key: str, options: Sequence[str]) -> list[str]:
    """The values of the address under `key` that are options; others are ignored with a note."""
    wanted = list(dict.fromkeys(st.query_params.get_all(key)))
    known = set(options)
    for value in wanted:
        if value not in known:
            ignore(key, value)
    return [value for value in wanted if value in known]


def one_of(key: str, options: Iterable[Choice], usual: Choice) -> Choice:
    """The option that the address names under `key`; the usual one when it names none."""
    known = list(options)
    wanted = asked(key, known)
    return next((each for each in known if each in wanted[:1]), usual)


def ignore(key: str, value: str) -> None:
    """Notes that the address asked for something that cannot be had."""
    st.session_state.setdefault(_NOTES, {})[(key, value)] = None


def moved() -> bool:
    """Whether a choice was made just now: an address worth sending then names its page."""
    return st.session_state.pop(_MOVED, False)


def _to_address(key: str, widget: str, silent: str = "", clears: Sequence[str] = ()) -> None:
    """Writes a widget's choice into the address, and takes off what goes with the old one."""
    for each in clears:
        st.query_params.pop(each, None)
    write(key, st.session_state[widget], silent)


def write(key: str, value: Any, silent: str = "") -> None:
    """Writes a choice into the address; `silent` is the value that needs no mention."""
    st.session_state[_MOVED] = True
    values = [value] if isinstance(value, str) else list(value or [])
    if values and values != [silent]:
        st.query_params[key] = values
    elif key in st.query_params:
        del st.query_params[key]


def ignored() -> list[tuple[str, str]]:
    """Name and value of what the address asked for and this reader cannot have, so far."""
    return list(st.session_state.get(_NOTES, {}))


def forget() -> None:
    """Begins a run: nothing of this address has been looked at yet."""
    st.session_state.pop(_NOTES, None)


def sidebar(whole: Scope, book: Book) -> Scope:
    """Draws the three choices and gives the scope they make."""
    dates = [formats.day(day) for day in reversed(book.month_ends)]
    st.caption(t("Scope"))
    as_of = _month(dates)
    branch = pick(
        t("Branch"),
        "branch",
        [b for b in whole.branches if b],
        shown=lambda code: name("branch", code),
        all_label=t("All branches"),
    )
    product = pick(
        t("Product"),
        "product",
        [p for p in whole.products if p],
        shown=lambda code: name("product", code),
        all_label=t("All products"),
    )
    return narrowed(whole, as_of, branch, product)


def _month(dates: list[str]) -> date | None:
    """The month end looked at: the newest unless the address says another."""
    chosen = (asked("as_of", dates) or dates[:1] or [""])[0]
    st.session_state["pick_as_of"] = chosen
    st.selectbox(
        t("As of"),
        dates,
        key="pick_as_of",
        on_change=_to_address,
        args=("as_of", "pick_as_of", "".join(dates[:1])),
    )
    return date.fromisoformat(chosen) if chosen else None


def chips(on: links.Address) -> None:
    """One button for each value that is switched on, which takes it off and leaves the rest."""
    for key, values in on.items():
        for value in values:
            st.button(
                md(_said(key, value)),
                key=f"chip_{key}_{value}",
                icon=":material/close:",
                on_click=_take_off,
                args=(key, value),
            )


def told(chosen: Iterable[tuple[str, object]]) -> tuple[tuple[str, str], ...]:
    """What a table was narrowed to, in words for its file: `("Bucket", "1-30, 31-60")`.

    The caller names the values that its query took: what else the address says is no filter of it.
    """
    labels, found = {**CHOICES, **DIMENSIONS}, {}
    for key, value in chosen:
        found.setdefault(t(labels.get(key, key)), []).append(_value(key, str(value)))
    return tuple((label, t(", ").join(values)) for label, values in found.items())


def put(key: str, value: str) -> None:
    """Writes one value into the address."""
    st.query_params[key] = value


def _take_off(key: str, value: str) -> None:
    rest = [other for other in st.query_params.get_all(key) if other != value]
    if rest:
        st.query_params[key] = rest
    else:
        st.query_params.pop(key, None)


def _said(key: str, value: str) -> str:
    if key == "as_of":
        return t("As of {day}", day=value)
    if key == "falls_due" and value != "past":
        return t("Due {day}", day=value)
    if key == "step_due" and value != "past":
        return t("To be done by {day}", day=value)
    if key == "since":
        return t("Compared with {day}", day=_value(key, value))
    if key == "then":
        return t("Compared with the build {build}", build=formats.build(value))
    if key == "min_balance":
        return t("Balance from {amount}", amount=_value(key, value))
    if key in LEAST:
        return t(LEAST[key], amount=_value(key, value))
    if key in (
        "owner",
        "held_by",
        "appraised",
        "signal_rule",
        "next_step",
        "answered",
        "answers_of",
    ):
        return f"{t(CHOICES[key])}: {_value(key, value)}"
    if key in ("from", "to", "band"):
        return f"{t(CHOICES[key])} {value}"
    return t("Text: {text}", text=value) if key == "text" else _value(key, value)


def behind(value: str) -> str:
    """What rows the Cash page is asked for: `late:2025-12-01:2025-12-31` in words."""
    kind, _, rest = value.partition(":")
    first, _, last = rest.partition(":")
    if kind == "matures":
        return f"{name('cash_kind', kind)} {name('matures', last)}"
    when = first if first == last or not last else t("{first} to {last}", first=first, last=last)
    return f"{name('cash_kind', kind)} {when}".strip()


def move_named(move: str) -> str:
    """A move in words: `1-30 → 31-60`, or the name of an official migration rate."""
    was, _, became = move.partition(":")
    if not became:
        return name("rate_id", move)
    return f"{name('from_bucket', was)} → {name('to_state', became)}"


def pair_named(pair: str) -> str:
    """Two stages in words: `Stage 1 on record, Stage 2 computed`."""
    was, _, became = pair.partition(":")
    return t(
        "{was} on record, {became} computed", was=name("stage", was), became=name("stage", became)
    )


def judged_named(code: str) -> str:
    """A bar of the confusion or a band of score in words: `Warned, no default, 2024-05-31`."""
    part, _, rest = code.partition(":")
    if part:
        return t("{what}, {day}", what=name("confusion", part), day=rest)
    low = int(rest)
    return t("Score {band}", band=f"{low}+" if low >= 100 else f"{low}–{low + 10}")


def duty_named(code: str) -> str:
    """A duty by its number and its name: `B3.3 Litigate`."""
    called = name("duty", code)
    return code if called == code else f"{code} {called}"


def _value(key: str, value: str) -> str:
    if key == "duty":
        return duty_named(value)
    if key == "first_channel":
        return name("contact_channel", value)
    if key in ("owner", "appraised"):
        return staff.called(value)
    if key == "held_by":
        department, _, person = value.partition("/")
        return staff.called(person) if person else name("department_id", department)
    if key == "judged":
        return judged_named(value)
    if key == "answers_of":
        cut, _, code = value.partition(":")
        return name("alert_level" if cut == "level" else cut, code)
    if key == "watched_before":
        return t("On the watchlist a year before {day}", day=value)
    if key == "pair":
        return pair_named(value)
    if key == "of_product" and value == "*":
        return t("All without their own")
    if key in ("pd_product", "of_product"):
        return name("product", value)
    if key == "behind":
        return behind(value)
    if key == "cohort":
        curve, _, age = value.rpartition(":")
        return t("{curve} at {age} months", curve=name("product", curve), age=age)
    if key == "move":
        return move_named(value)
    if key == "route":
        return " → ".join(name("department_id", each) for each in value.split(":"))
    if key == "watch_flow":
        move, _, day = value.partition(":")
        return t("{move}, {day}", move=name("watch_move", move), day=day)
    if key == "min_exposure" and value.isdigit():
        return formats.money(float(value))
    if key == "warned_kind":
        return name("borrower_kind", value)
    if key == "verdict":
        return name("rule_verdict", value)
    return name(key, value)


def book() -> Book:
    """The book of the newest build, or of the older one that the address names, which the whole run
    then reads. Raises WarehouseMissing.
    """
    build = warehouse.newest_build().stem
    asked = st.query_params.get(BUILD, "")
    if asked in {path.stem for path in warehouse.builds()}:
        build = asked
    choices = reports.scope_choices(build)
    kinds = {kind: tuple(part["value"]) for kind, part in choices.groupby("kind")}
    dates = warehouse.month_ends(build)
    return Book(build, dates, kinds.get("branch", ()), kinds.get("product", ()))
