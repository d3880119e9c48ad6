"""The roll matrix between any two month ends, its loans, and what of each bucket went which way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from queries import reports
from queries.periods import month_ends_before
from queries.reports.migration import ALL, ANY, LOWER
from queries.warehouse import Scope, together
from ui import drill, export, filters, formats, links, moved_loans, pictures, tables
from ui.heat import heat
from ui.i18n import t
from ui.moved_loans import Span
from ui.names import BUCKETS
from ui.tables import Column, Target
from ui.theme import palette

WEIGHTS = {
    "opening_balance": "By opening balance",
    "loans": "By loans",
    "closing_balance": "By closing balance",
}
SHOWN = {
    "opening_balance": ("share_balance", "ratio"),
    "loans": ("share_loans", "ratio"),
    "closing_balance": ("closing_balance", "money"),
}
STATES = (*BUCKETS, "closed", "written_off", "sold", "missing")


def draw(scope: Scope) -> None:
    """The two dates, the matrix and the loans of a cell, then forward, stayed, back and cured."""
    span = _span(scope, month_ends_before(scope))
    move = "".join(st.query_params.get_all("move")[:1])
    readings: list[Callable[[], object]] = [partial(reports.roll_rates, span.scope, span.opened_on)]
    if ":" in move:
        readings.append(partial(moved_loans.read, span, move, "moved_loans"))
    together(*readings)
    _matrix(span)
    _rolls(span)


def _span(scope: Scope, ends: tuple[date, ...]) -> Span:
    """The two month ends of the address, by default the month before and that of the scope."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        closes = _day(t("To month end"), "to", (scope.as_of, *ends[:-1]))
        earlier = tuple(day for day in ends if day < closes)
        opens = _day(t("From month end"), "from", earlier)
        weight = filters.switch(t("Counted"), "weight", list(WEIGHTS), lambda key: t(WEIGHTS[key]))
    return Span(replace(scope, as_of=closes), opens, weight)


def _day(label: str, key: str, days: tuple[date, ...]) -> date:
    """One of the month ends, newest first; the first unless the address says another."""
    options = [formats.day(day) for day in days]
    picked = filters.pick(label, key, options, several=False, all_label=options[0])
    return date.fromisoformat(picked[0]) if picked else days[0]


def _matrix(span: Span) -> None:
    title = t("Where it went, {span}", span=span.said)
    st.subheader(title, anchor=False)
    frame = reports.roll_rates(span.scope, span.opened_on)
    if frame.empty:
        st.caption(t("No loan of this selection was on the book at the first date."))
        return
    st.caption(t(READ[span.weight]))
    value, unit = SHOWN[span.weight]
    rows = [each for each in STATES if each in set(frame["from_bucket"])]
    columns = [each for each in STATES if each in set(frame["to_state"])]
    picture = heat(
        frame,
        "from_bucket",
        "to_state",
        value,
        unit,
        order=columns,
        rows_order=rows,
        palette=palette(),
    )
    clicked = pictures.draw_cells(picture, f"roll_{span.weight}", title)
    target = drill.drill_target(clicked, ["was", "became"], [rows, columns])
    if target:
        links.go("migration", move=f"{target['was']}:{target['became']}")
    export.twin(frame, CELLS, "roll_rates", title, span.scope, filters=span.facts)
    move = "".join(st.query_params.get_all("move")[:1])
    if move in _moves(frame):
        moved_loans.loans(span, move, "moved_loans")
    elif ":" in move:
        st.info(t("No loan made this move between the two dates."))


def _moves(frame: pd.DataFrame) -> set[str]:
    """What the loans can be asked by: a cell, a whole row, all that fell into a bucket."""
    rows = {f"{was}:{ANY}" for was in (ALL, *frame["from_bucket"])}
    fell = {f"{LOWER}:{became}" for became in BUCKETS[1:]}
    return {*(frame["from_bucket"] + ":" + frame["to_state"]), *rows, *fell}


READ = {
    "opening_balance": "Rows: the bucket at the first date, columns: the state at the second."
    " Shares of the row's opening balance; every row adds up to 100 %. Loans made since are left"
    " out. A click on a cell opens its loans.",
    "loans": "Rows: the bucket at the first date, columns: the state at the second. Shares of the"
    " row's loans; every row adds up to 100 %. Loans made since are left out. A click on a cell"
    " opens its loans.",
    "closing_balance": "Rows: the bucket at the first date, columns: the state at the second."
    " Balance at the second date; a column adds up to its bucket then, less loans made since. A"
    " click on a cell opens its loans.",
}
CELLS = {
    "from_bucket": Column("Bucket before", codes="from_bucket"),
    "to_state": Column("State after", codes="to_state"),
    "loans": Column("Loans", "count"),
    "opening_balance": Column("Opening balance", "money"),
    "closing_balance": Column("Closing balance", "money"),
    "share_loans": Column("Share of loans", "ratio"),
    "share_balance": Column("Share of opening balance", "ratio"),
}


# --- Forward, stayed, back, cured ---


def _rolls(span: Span) -> None:
    title = t("Rolled forward, stayed, rolled back, cured")
    st.subheader(title, anchor=False)
    frame = reports.roll_summary(span.scope, span.opened_on)
    if frame.empty:
        return
    st.caption(t(CURED))
    tables.show(frame, ROLLS, key="roll_summary", alt=title, open_row=_row)
    export.offer(
        export.sheet("roll_summary", title, ROLLS, lambda: frame, span.scope, filters=span.facts)
    )


def _row(row: pd.Series) -> Target:
    """All loans of the bucket, with where each of them went."""
    return "migration", {"move": f"{row['from_bucket']}:{ANY}"}


CURED = (
    "Cured: not a day past due any more, or paid off. What became current by a change of contract"
    " is cured on paper only and stands apart. Paid off is neither forward nor back. A row"
    " opens all its loans, each with where it went."
)
ON_PAPER = "Current or paid off after a change of contract."
ROLLS = {
    "from_bucket": Column("Bucket before", codes="from_bucket", width=100),
    "loans": Column("Loans", "count", width=65),
    "opening_balance": Column("Opening balance", "money", width=125),
    "forward_rate": Column("Rolled forward", "ratio", help="To a worse bucket.", width=108),
    "stayed_rate": Column("Stayed", "ratio", help="In the same bucket.", width=72),
    "back_rate": Column("Rolled back", "ratio", help="To a better bucket.", width=95),
    "paid_off_rate": Column("Paid off", "ratio", width=78),
    "disposed_rate": Column("Disposed of", "ratio", help="Written off or sold.", width=95),
    "cure_rate": Column("Cure rate", "ratio", help="Of the opening balance past due.", width=85),
    "cure_rate_loans": Column("By loans", "ratio", help="Cure rate of the loans.", width=80),
    "admin_cure_rate": Column("On paper", "ratio", help=ON_PAPER, width=80),
}
