"""How did the opening balance become the closing one, to the cent?"""

from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from queries.bridges import (
    BALANCE_BRIDGE,
    BRIDGES,
    CODES,
    PERIODS,
    STEPS,
    Bridge,
    Period,
    bridge,
    bridge_months,
    since,
    speeds,
    step_loans,
    step_start,
    step_total,
    steps_shown,
)
from queries.lights import light
from queries.metrics import (
    BREAK_LOANS,
    METRICS,
    NPL_FORMATION_RATE_GROSS,
    NPL_FORMATION_RATE_NET,
    SEGMENTS,
    SMM,
    WRITE_OFF_RATIO,
    Where,
    comparisons,
    lines,
    measure,
)
from queries.warehouse import Scope
from ui import (
    bridge_charts,
    cuts,
    drill,
    export,
    filters,
    formats,
    layout,
    links,
    lists,
    paging,
    pictures,
    tables,
    tiles,
)
from ui.i18n import name, t
from ui.names import DIMENSIONS as NAMES
from ui.names import LABELS
from ui.tables import Column
from ui.theme import palette

SPEEDS = (NPL_FORMATION_RATE_GROSS, NPL_FORMATION_RATE_NET, WRITE_OFF_RATIO, SMM)
PERIOD_NAMES: dict[Period, str] = {
    "month": "One month",
    "quarter": "Three months",
    "year": "Twelve months",
    "year_to_date": "Year to date",
}
TITLES = {"balance": "Loan balance", "npl": "Non-performing loans"}


def render(scope: Scope) -> None:
    """The two bridges over a period, their loans, the months, the segments and the speeds."""
    where = cuts.asked(scope)
    if measure(scope, METRICS["balance"], where=where).empty:
        lists.nothing()
        return
    period = filters.switch(t("Period"), "period", PERIODS, lambda each: t(PERIOD_NAMES[each]))
    opened = since(scope, period)
    if opened is None:
        st.caption(t("There is no month before to compare with."))
        return
    for place, followed in zip(layout.beside(), BRIDGES.values(), strict=True):
        with place:
            _bridge(scope, followed, period, opened, where)
    for code in filters.asked("step", CODES)[:1]:
        _loans(scope, code, opened, where)
    _rates(scope, where)
    shown = filters.switch(t("Balance"), "moved", tuple(TITLES), lambda each: t(TITLES[each]))
    _by_month(scope, BRIDGES[shown], where)
    _by_segment(scope, BRIDGES[shown], opened, where)
    _speeds(scope, where)


def _bridge(scope: Scope, followed: Bridge, period: Period, opened: date, where: Where) -> None:
    title = t(TITLES[followed.code])
    st.subheader(title, anchor=False)
    frame = bridge(scope, followed, opened, where=where)
    if frame.empty:
        lists.nothing()
        return
    row = frame.iloc[0]
    _closing(scope, followed, row, opened)
    bars = _bars(frame, followed)
    if bridge_charts.is_cut(bars):
        st.caption(t(CUT))
    figure = bridge_charts.waterfall(bars, palette=palette())
    said = drill.alt_text(title, [(bar.label, formats.amount(bar.amount)) for bar in bars])
    event = pictures.draw(figure, f"bridge_{followed.code}", said)
    _open(scope, followed, period, opened, where, event, [bar.code for bar in bars])
    twin = pd.DataFrame([{"step": bar.code, "amount": bar.amount} for bar in bars])
    columns = {"step": Column("Step", codes="step"), "amount": Column("Amount", "money")}
    export.twin(
        twin,
        columns,
        f"bridge_{followed.code}",
        title,
        scope,
        followed.balance,
        *(STEPS[code].metric for code in steps_shown(frame, followed) if code in STEPS),
        filters=_facts(scope, where, opened),
    )


def _facts(scope: Scope, where: Where, opened: date) -> export.Facts:
    """What the cover of a file of the period says: from when to when its steps are summed."""
    span = t("{first} to {last}", first=formats.day(opened), last=formats.day(scope.as_of))
    return ((t("Steps summed over"), span), *filters.told(where))


CUT = (
    "The axis does not begin at zero: the bars are what moved, to scale; the two marks are where"
    " the balance stood, and no bars."
)


def _bars(frame: pd.DataFrame, followed: Bridge) -> list[bridge_charts.Bar]:
    codes = ("opening", *steps_shown(frame, followed), "closing")
    row = frame.iloc[0]
    return [
        bridge_charts.Bar(
            code, name("step", code), float(row[code]), code in ("opening", "closing")
        )
        for code in codes
    ]


def _closing(scope: Scope, followed: Bridge, row: pd.Series, opened: date) -> None:
    """Opening and closing in full, whether the steps close, and what nothing explains."""
    st.caption(
        t(
            "{opening} at {first} became {closing} at {last}",
            opening=formats.amount(row["opening"]),
            first=formats.day(opened),
            closing=formats.amount(row["closing"]),
            last=formats.day(scope.as_of),
        )
    )
    with st.container(horizontal=True, gap="small"):
        if row["closes"]:
            st.badge(t("closes to the cent"), icon=":material/check:", color="green")
        else:
            st.badge(t("does not close"), icon=":material/warning:", color="red")
        if followed is BALANCE_BRIDGE:
            _breaks(scope, row)


def _breaks(scope: Scope, row: pd.Series) -> None:
    number = float(row["breaks"])
    on = light(BREAK_LOANS, number, number, lines(BREAK_LOANS, scope.as_of, scope.build))
    said = t("no break")
    if number:
        said = t(
            "{n} breaks, {amount} in all",
            n=formats.count(number),
            amount=formats.amount(row["break"]),
        )
    shown = tiles.LIGHTS.get(on or "")
    if shown:
        st.badge(said, icon=shown.icon, color=shown.colour)
    else:
        st.badge(said, color="gray")


def _open(
    scope: Scope,
    followed: Bridge,
    period: Period,
    opened: date,
    where: Where,
    event: list | None,
    drawn: list[str],
) -> None:
    """A bar opens its loans: of one month on the page of the figure, of several in a list here."""
    target = drill.drill_target(event, ["step"], [drawn])
    if not target:
        return
    code, own = target["step"], _params(where)
    if code in ("opening", "closing"):
        day = opened if code == "opening" else scope.as_of
        links.go("why", metric=followed.balance.id, part="numerator", as_of=day, **own)
    elif period == "month" and code in STEPS:
        links.go("why", metric=code, part="numerator", **own)
    else:
        links.go("bridge", step=code)


def _params(where: Where) -> dict[str, Any]:
    own: dict[str, Any] = {}
    for dimension, value in where:
        own.setdefault(dimension, []).append(value)
    return own


LOANS: dict[str, Column] = {
    **lists.LOAN,
    "months": Column("Months", "count"),
    "last_month_end": Column("Last in", "date"),
    "counted": Column("Adds", "money"),
}


def _loans(scope: Scope, code: str, opened: date, where: Where) -> None:
    """The loans behind a step over the whole period, which add up to its bar."""
    title = t("Loans behind: {step}", step=name("step", code))
    st.subheader(title, anchor=False)
    asked = (scope, code, opened, where)
    page, number, total = paging.read(
        "bridge",
        asked,
        partial(step_start, *asked),
        partial(step_loans, *asked),
        partial(step_total, *asked),
    )
    st.caption(
        t(
            "{number} loans add up to {total}",
            number=formats.count(number),
            total=formats.amount(total),
        )
    )
    if not number:
        return
    tables.show(page, LOANS, key="bridge_loans", alt=title, open_row=lists.open_loan, rows=10)
    paging.controls("bridge", page, "loan_id", number)
    export.offer(
        export.listing(
            f"bridge_{code}",
            title,
            LOANS,
            lambda after, limit: step_loans(scope, code, opened, where, after, limit),
            "loan_id",
            number,
            scope,
            *([STEPS[code].metric] if code in STEPS else []),
            filters=_facts(scope, where, opened),
        )
    )


def _rates(scope: Scope, where: Where) -> None:
    st.subheader(t("The month's rates"), anchor=False)
    found = comparisons(scope, *SPEEDS, where=where)
    tiles.row(found, *(metric.id for metric in SPEEDS), columns=4, **_params(where))


# Pixels: all of a bridge stands beside each other on a laptop.
WIDTHS = {"end": 114, "check": 70, "written_off": 95, "sold": 90, "break": 70, "missing": 95}
SHORT = {"scheduled_repaid": "As scheduled"}


def _columns(frame: pd.DataFrame, followed: Bridge) -> dict[str, Column]:
    """Opening, steps and closing, signed, so that each row adds up; and whether it does."""
    steps = {
        code: Column(
            _label(code),
            "money",
            help=STEPS[code].metric.meaning if code in STEPS else "",
            width=WIDTHS.get(code.removeprefix("npl_"), 104),
        )
        for code in steps_shown(frame, followed)
    }
    return {
        "opening": Column("Opening", "money", width=WIDTHS["end"]),
        **steps,
        "closing": Column("Closing", "money", width=WIDTHS["end"]),
        "check": Column(
            "Check", help="Whether the steps lead from opening to closing to the cent."
        ),
    }


def _label(code: str) -> str:
    return SHORT.get(code, LABELS["step"][code])


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its check in words."""
    words = {True: t("closes"), False: t("does not close")}
    return frame.assign(check=[words[bool(closes)] for closes in frame["closes"]])


def _by_month(scope: Scope, followed: Bridge, where: Where) -> None:
    title = t("Month by month")
    st.subheader(title, anchor=False)
    opened = since(scope, "year")
    if opened is None:
        return
    frame = _checked(bridge_months(scope, followed, opened, where)).iloc[::-1]
    columns = {"month_end": Column("Month end", "date", width=86)} | _columns(frame, followed)
    tables.show(
        frame,
        columns,
        key=f"bridge_months_{followed.code}",
        alt=title,
        open_row=lambda row: ("bridge", {"as_of": row["month_end"], "period": None}),
    )
    whole = f"{title} · {t(TITLES[followed.code])}"
    export.offer(
        export.sheet(
            f"bridge_months_{followed.code}",
            whole,
            columns,
            lambda: frame,
            scope,
            filters=filters.told(where),
        )
    )


def _by_segment(scope: Scope, followed: Bridge, opened: date, where: Where) -> None:
    title = t("Where it moved")
    st.subheader(title, anchor=False)
    by = filters.switch(t("Segment"), "segment", SEGMENTS, lambda each: t(NAMES[each]))
    frame = _checked(bridge(scope, followed, opened, by, where))
    columns = {by: Column(NAMES[by], codes=by, width=130)} | _columns(frame, followed)
    tables.show(
        frame,
        columns,
        key=f"bridge_{followed.code}_{by}",
        alt=title,
        open_row=lambda row: ("bridge", {by: lists.code(row[by])}),
    )
    whole = f"{title} · {t(TITLES[followed.code])}"
    key = f"bridge_{followed.code}_{by}"
    export.offer(
        export.sheet(
            key, whole, columns, lambda: frame, scope, filters=_facts(scope, where, opened)
        )
    )


RATES: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "smm": Column("Prepaid in the month (SMM)", "ratio", help=SMM.meaning),
    "cpr": Column("A year at that rate (CPR)", "ratio", help="1 - (1 - SMM)^12"),
    "mdr": Column("Defaulted in the month (MDR)", "ratio", help=METRICS["mdr"].meaning),
    "cdr": Column("A year at that rate (CDR)", "ratio", help="1 - (1 - MDR)^12"),
}


def _speeds(scope: Scope, where: Where) -> None:
    title = t("Speed of prepayment and default")
    st.subheader(title, anchor=False)
    frame = speeds(scope, where=where).iloc[::-1]
    tables.show(frame, RATES, key="bridge_speeds", alt=title)
    export.offer(
        export.sheet(
            "bridge_speeds", title, RATES, lambda: frame, scope, SMM, filters=filters.told(where)
        )
    )
