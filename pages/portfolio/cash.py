"""What should have come in, what came, what will?"""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import (
    COLLECTED,
    COLLECTION_EFFICIENCY_CASH,
    COLLECTION_RATE_DUE,
    DUE,
    PREPAID,
    comparisons,
)
from queries.warehouse import Scope
from ui import (
    cash_charts,
    cash_forecast,
    cash_funding,
    cash_rows,
    charts,
    drill,
    export,
    filters,
    formats,
    layout,
    lists,
    pictures,
    tiles,
)
from ui.i18n import t
from ui.tables import Column
from ui.theme import palette

HEADLINE = (DUE, COLLECTED, COLLECTION_RATE_DUE, COLLECTION_EFFICIENCY_CASH, PREPAID)
VIEWS = {
    "collected": "Due and collected",
    "expected": "Expected receipts",
    "maturities": "Maturities",
    "funding": "Funding plan and gap",
}
STEPS: dict[reports.CashStep, str] = {"month": "By month", "week": "By week", "day": "By day"}
YEARS: dict[reports.Maturity, str] = {"year": "By year", "quarter": "By quarter"}
CAME = ("on_time", "late", "early", "taken_back")
BESIDE = ("recovered", "outside")
QUARTERS = 16  # bars of quarters that can be read beside each other


def render(scope: Scope) -> None:
    """The month's cash, then one of: due and collected, expected, maturities, funding."""
    found = comparisons(scope, *HEADLINE)
    if not any(each.past for each in found.values()):
        lists.nothing()
        return
    ids = [metric.id for metric in HEADLINE]
    tiles.row(found, *ids, columns=5)
    view = filters.switch(t("View"), "view", list(VIEWS), lambda key: t(VIEWS[key]))
    if view == "expected":
        cash_forecast.receipts(scope)
        cash_forecast.errors(scope)
        cash_forecast.speed(scope)
    elif view == "maturities":
        _wall(scope)
    elif view == "funding":
        cash_funding.draw(scope)
    else:
        _flow(scope)
        left, right = layout.beside()
        with left:
            _difference(scope)
        with right:
            _cohorts(scope)


# --- Due and collected ---


def _flow(scope: Scope) -> None:
    title = t("Due and collected")
    st.subheader(title, anchor=False)
    step = filters.switch(t("Step"), "step", list(STEPS), lambda key: t(STEPS[key]))
    frame = reports.cash_flow(scope, step)
    if frame.empty:
        st.caption(t("Nothing fell due and nothing came in this time."))
        return
    frame = frame.assign(
        key=[f"{formats.day(a)}:{formats.day(b)}" for a, b in _spans(frame)],
        said=[_span(step, a, b) for a, b in _spans(frame)],
    )
    st.caption(_said(frame.iloc[-1]))
    names = {kind: cash_rows.kind(kind) for kind in ("due", *CAME)}
    figure = cash_charts.side_by_side(frame, "key", "said", "due", CAME, names, palette=palette())
    words = drill.described(frame.tail(12), title, "collected", "said", "money", str)
    clicked = pictures.draw(figure, f"cash_flow_{step}", words)
    target = drill.drill_target(clicked, ["kind", "key"], [list(names), frame["key"].tolist()])
    if target:
        cash_rows.go(target["kind"], target["key"])
    st.caption(t(BEYOND))
    _besides(frame.iloc[-1])
    export.twin(
        frame, FLOW, f"cash_{step}", title, scope, DUE, COLLECTED, COLLECTION_EFFICIENCY_CASH
    )
    cash_rows.show(scope, cash_rows.MOVED)


def _spans(frame: pd.DataFrame) -> list[tuple]:
    return list(zip(frame["starts_on"], frame["ends_on"], strict=True))


def _span(step: str, first: pd.Timestamp, last: pd.Timestamp) -> str:
    if step == "month":
        return formats.day(first)[:7]
    if step == "day":
        return formats.day(first)
    return t("{first} to {last}", first=formats.day(first)[5:], last=formats.day(last)[5:])


def _said(row: pd.Series) -> str:
    """The last period in words."""
    said = {kind: formats.money(row[kind]) for kind in ("due", "collected", *CAME)}
    return t(
        "{when}: {due} fell due and {collected} came in: {on_time} on time, {late} of arrears,"
        " {early} early, {taken_back} taken back. The grey bar is what fell due by the schedules in"
        " force when the month began; cash goes to the oldest due.",
        when=row["said"],
        **said,
    )


def _besides(row: pd.Series) -> None:
    """Cash that no bar holds, each with a way to its rows."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for kind in BESIDE:
            if not row[kind]:
                continue
            said = t(
                "Besides, in {when}: {amount} {what}",
                when=row["said"],
                amount=formats.money(row[kind]),
                what=cash_rows.kind(kind).lower(),
            )
            if st.button(said, key=f"cash_{kind}", type="tertiary"):
                cash_rows.go(kind, row["key"])


BEYOND = (
    "Paid early: cash beyond all that falls due by the month's end, prepayments and what is held"
    " for later months, interest too, of every loan. Repaid early, the tile above: principal that"
    " performing loans paid beyond their schedule."
)
PREPAYMENTS = (
    "Cash beyond all that was due by the month's end that repaid the loan in full, or that a new"
    " schedule counts as principal repaid. Of every loan, with the interest paid along."
)
HELD = "How much more than a month before is held beyond all that was due by the month's end."
FLOW: dict[str, Column] = {
    "starts_on": Column("First day", "date"),
    "ends_on": Column("Last day", "date"),
    "due": Column("Due", "money"),
    "due_principal": Column("Principal due", "money"),
    "due_interest": Column("Interest due", "money"),
    "due_extras": Column("Fees and penalties due", "money"),
    "collected": Column("Collected", "money"),
    "on_time": Column("Collected on time", "money"),
    "late": Column("Arrears collected", "money"),
    "early": Column("Paid early", "money", help=BEYOND),
    "taken_back": Column("Taken back", "money"),
    "collection_rate": Column("Collected over due", "ratio"),
    "recovered": Column("Recovered after write-off", "money"),
    "outside": Column("On loans that had left the book", "money"),
}


# --- What explains the difference ---


def _difference(scope: Scope) -> None:
    title = t("Why more or less came than was expected")
    st.subheader(title, anchor=False)
    frame = reports.collection_bridge(scope)
    month = frame[frame["month_end"] == frame["month_end"].max()]
    if frame.empty or month.empty:
        st.caption(t("Nothing was expected: the book has no schedules."))
        return
    row = month.iloc[0]
    said = {key: formats.money(row[key]) for key in ("expected", "collected", "variance")}
    st.caption(
        t(
            "{expected} was expected when the month began, {collected} came: {variance} apart. The"
            " bars add up to that.",
            **said,
        )
    )
    parts = month.melt(value_vars=list(cash_rows.GAPS), var_name="cash_kind", value_name="amount")
    parts = parts[parts["amount"] != 0]
    if len(parts):
        figure = cash_charts.differences(parts, "amount", "cash_kind", palette=palette())
        words = drill.described(parts, title, "amount", "cash_kind", "money")
        clicked = pictures.draw(figure, "cash_difference", words)
        target = drill.drill_target(clicked, ["kind"], [cash_rows.GAPS])
        if target:
            cash_rows.go(target["kind"], formats.day(row["month_end"]))
    export.twin(frame, BRIDGE, "cash_difference", title, scope, COLLECTED)
    cash_rows.show(scope, cash_rows.GAPS)


BRIDGE: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "expected": Column(
        "Expected when the month began",
        "money",
        help="What the schedules in force at the month's beginning asked for in it.",
    ),
    "prepaid": Column("Prepayments", "money", help=PREPAYMENTS),
    "arrears": Column(
        "Arrears made good",
        "money",
        help="What was collected of amounts that were past due when the month began.",
    ),
    "unpaid": Column(
        "New arrears",
        "money",
        help="Due in the month and not paid by its end.",
    ),
    "rescheduled": Column(
        "Rescheduled or restructured",
        "money",
        help="Due when the month began and moved to a later day or dropped by a new schedule, less"
        " what such a schedule asked for more in the month.",
    ),
    "ahead": Column("Held for later months, rise", "money", help=HELD),
    "advance": Column(
        "Covered by earlier advances",
        "money",
        help="Due in the month and paid by cash that had come before it.",
    ),
    "collected": Column("Collected", "money"),
    "variance": Column(
        "Collected less expected",
        "money",
        help="Prepayments, arrears made good, new arrears, what was rescheduled, and what is held"
        " for later months or was held before add up to it.",
    ),
    "rate": Column(
        "Paid by the month's end",
        "ratio",
        help="Paid by the month's end of what was expected when it began.",
    ),
    "rate_30": Column(
        "30 days later",
        "ratio",
        help="Paid by thirty days after the month's end, of the same.",
    ),
    "rate_90": Column(
        "90 days later",
        "ratio",
        help="Paid by ninety days after the month's end, of the same.",
    ),
}


def _cohorts(scope: Scope) -> None:
    title = t("Of what was expected in a month, how much was paid")
    st.subheader(title, anchor=False)
    frame = reports.collection_bridge(scope)
    known = frame.dropna(subset=["rate"])
    if len(known) < 2:
        st.caption(t("There is no month before to compare with."))
        return
    st.caption(t("By the month's end, 30 and 90 days later; empty until those days have passed."))
    rates = ("rate", "rate_30", "rate_90")
    columns = cash_charts.in_words({key: BRIDGE[key].label for key in rates})
    figure = cash_charts.lines(known, columns, palette=palette())
    words = drill.described(known.tail(12), title, "rate", "month_end", "ratio")
    clicked = pictures.draw(figure, "cash_cohorts", words)
    days = [formats.day(day) for day in known["month_end"]]
    target = drill.drill_target(clicked, ["rate", "as_of"], [rates, days])
    if target:
        filters.put("as_of", target["as_of"])
        cash_rows.go("unpaid", target["as_of"])
    export.twin(known, BRIDGE, "cash_cohorts", title, scope, COLLECTION_RATE_DUE)


# --- Maturities ---


def _wall(scope: Scope) -> None:
    title = t("When the balance matures")
    st.subheader(title, anchor=False)
    step = filters.switch(t("Step"), "maturity", list(YEARS), lambda key: t(YEARS[key]))
    frame = reports.maturity_wall(scope, step)
    shown = frame if step == "year" else frame.head(QUARTERS)
    past = frame.loc[frame["matures"] == "past", "balance"].sum()
    st.caption(
        t(
            "{past} has passed its last due date and is still owed. By the schedule in force; the"
            " bars add up to the balance.",
            past=formats.money(past),
        )
    )
    if len(shown) < len(frame):
        rest = frame.iloc[len(shown) :]["balance"].sum()
        st.caption(t("Later quarters, {amount}, are in the table.", amount=formats.money(rest)))
    figure = charts.bars(shown, "balance", "matures", horizontal=True, palette=palette())
    words = drill.described(shown, title, "balance", "matures", "money")
    clicked = pictures.draw(figure, f"cash_wall_{step}", words)
    target = drill.drill_target(clicked, ["matures"], [shown["matures"].tolist()])
    if target:
        cash_rows.go("matures", step, target["matures"])
    export.twin(frame, WALL, f"maturities_{step}", title, scope)
    cash_rows.show(scope, ("matures",))


WALL: dict[str, Column] = {
    "matures": Column("Matures in", codes="matures"),
    "loans": Column("Loans", "count"),
    "balance": Column("Balance", "money"),
    "share": Column("Share of the balance", "ratio"),
}
