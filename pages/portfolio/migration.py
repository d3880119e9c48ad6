"""Where does the balance move between buckets and classes, and what will become of it?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import streamlit as st

from queries import reports
from queries.periods import month_ends_before, months_back
from queries.warehouse import Scope
from ui import cures, drill, export, filters, formats, links, lists, moved_loans, pictures, tables
from ui.heat import heat
from ui.i18n import md, t
from ui.moved_loans import RATES, Span
from ui.names import BUCKETS
from ui.roll_outlook import average, outlook
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
PERIODS = {"12": "12 months", "6": "6 months", "3": "3 months", "1": "1 month"}


def render(scope: Scope) -> None:
    """The matrix between two month ends and its loans, rates, cures, the average, the outlook."""
    ends = month_ends_before(scope)
    if not ends:
        _nothing(scope)
        return
    span = _span(scope, ends)
    _matrix(span)
    _rolls(span)
    _net_flows(span)
    _official(span.scope)
    cures.outcomes(span.scope)
    average(span.scope)
    outlook(span.scope)


def _nothing(scope: Scope) -> None:
    if not (scope.branches and scope.products):
        lists.nothing()
    else:
        st.info(t("There is no month before to compare with."))


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


# --- The matrix ---


def _matrix(span: Span) -> None:
    title = t("Where it went, {span}", span=span.said)
    st.subheader(title, anchor=False)
    frame = reports.roll_rates(span.scope, span.opened_on)
    if frame.empty:
        lists.nothing()
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
        within="all",
        palette=palette(),
    )
    clicked = pictures.draw_cells(picture, f"roll_{span.weight}", title)
    target = drill.drill_target(clicked, ["was", "became"], [rows, columns])
    if target:
        links.go("migration", move=f"{target['was']}:{target['became']}")
    export.twin(frame, CELLS, "roll_rates", title, span.scope, filters=span.facts)
    move = "".join(st.query_params.get_all("move")[:1])
    if move in set(frame["from_bucket"] + ":" + frame["to_state"]):
        moved_loans.loans(span, move, "moved_loans")
    elif ":" in move:
        st.info(t("No loan made this move between the two dates."))


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


# --- Forward, stayed, back, cured; net flow ---


def _rolls(span: Span) -> None:
    title = t("Rolled forward, stayed, rolled back, cured")
    st.subheader(title, anchor=False)
    frame = reports.roll_summary(span.scope, span.opened_on)
    if frame.empty:
        lists.nothing()
        return
    st.caption(t(CURED))
    tables.show(frame, ROLLS, key="roll_summary", alt=title)
    export.offer(_sheet("roll_summary", title, ROLLS, lambda: frame, span))


CURED = (
    "Cured: not a day past due any more, or paid off. What became current by a change of contract"
    " is cured on paper only and stands apart. Paid off is neither forward nor back."
)
ROLLS = {
    "from_bucket": Column("Bucket before", codes="from_bucket"),
    "loans": Column("Loans", "count"),
    "opening_balance": Column("Opening balance", "money"),
    "forward_rate": Column("Rolled forward", "ratio", help="To a worse bucket."),
    "stayed_rate": Column("Stayed", "ratio", help="In the same bucket."),
    "back_rate": Column("Rolled back", "ratio", help="To a better bucket."),
    "paid_off_rate": Column("Paid off", "ratio"),
    "disposed_rate": Column("Written off or sold", "ratio"),
    "cure_rate": Column("Cured", "ratio", help="Of the opening balance past due."),
    "cure_rate_loans": Column("Cured, by loans", "ratio", help="Of the loans past due."),
    "admin_cure_rate": Column(
        "Cured on paper", "ratio", help="Current or paid off after a change of contract."
    ),
}


def _net_flows(span: Span) -> None:
    title = t("Net flow from bucket to bucket in the month to {day}", day=_end(span.scope))
    st.subheader(title, anchor=False)
    frame = reports.net_flows(span.scope)
    through = frame.loc[frame["bucket"] == "91-180", "flow_through"].iloc[0]
    st.markdown(md(t(THROUGH, rate=formats.value("ratio", through))))
    st.caption(t(NET))
    tables.show(frame, FLOWS, key="net_flows", alt=title)
    export.offer(_sheet("net_flows", title, FLOWS, lambda: frame, span))


THROUGH = "Flow-through from current to over 90 days: {rate} of the current balance."
NET = (
    "Balance of a bucket now, new loans included, over the balance of the bucket before it a month"
    " earlier: not a probability, it can exceed 100 %. Buckets longer than a month are taken by"
    " what flowed in alone."
)
FLOWS = {
    "bucket": Column("Bucket", codes="bucket"),
    "opening_below": Column("Bucket before it, a month earlier", "money"),
    "flowed": Column("Now in the bucket, or flowed in", "money"),
    "net_flow_rate": Column("Net flow rate", "ratio"),
    "flow_through": Column("Flow-through from current", "ratio"),
}


# --- Official migration ---


def _official(scope: Scope) -> None:
    title = t("Official migration rates of the five classes")
    st.subheader(title, anchor=False)
    months = int(filters.switch(t("Period"), "period", list(PERIODS), lambda n: t(PERIODS[n])))
    span = _period(scope, months)
    frame = reports.migration_rates(scope, months)
    if frame.empty:
        said = t("The book is too young: it begins after {day}.", day=formats.day(span.opened_on))
        st.caption(said)
        return
    st.caption(t(OFFICIAL, span=span.said))
    tables.show(frame, OFFICIAL_COLUMNS, key="migration_rates", alt=title, open_row=_open_rate)
    sheet = _sheet("migration_rates", title, OFFICIAL_COLUMNS, lambda: frame, span)
    export.offer(sheet)
    move = "".join(st.query_params.get_all("move")[:1])
    if move in RATES:
        moved_loans.loans(span, move, "migrated_loans")


OFFICIAL = (
    "{span}, not annualised. Loans of the first date only. Base = opening - reduction, where"
    " reduction is what was repaid, written off or sold; down = what is still on the book, in a"
    " worse class. Adjusted: what was written off, or sold when non-performing, is kept above and"
    " below the line. A row opens its loans."
)
OFFICIAL_COLUMNS = {
    "rate_id": Column("Rate", codes="rate_id"),
    "rate": Column("Migration rate", "ratio", help="Down over opening less reduction."),
    "rate_adjusted": Column("Adjusted rate", "ratio"),
    "opening_balance": Column("Opening", "money"),
    "reduction": Column("Reduction", "money"),
    "base": Column("Opening less reduction", "money"),
    "down": Column("Down", "money", help="Still on the book, now in a worse class."),
    "disposed": Column("Written off or sold as NPL", "money"),
}


def _period(scope: Scope, months: int) -> Span:
    """The official period that ends at the scope's date."""
    return Span(scope, months_back(scope, months, clip=False), "kept_balance")


def _open_rate(row: pd.Series) -> Target:
    here = links.here("from", "to", "weight", "period")
    return "migration", {**here, "move": row["rate_id"]}


def _end(scope: Scope) -> str:
    return formats.day(scope.as_of)


def _sheet(
    key: str, title: str, columns: tables.Columns, rows: Callable[[], pd.DataFrame], span: Span
) -> export.Sheet:
    return export.sheet(key, title, columns, rows, span.scope, filters=span.facts)
