"""Who is late, how late, and is it getting worse?"""

import streamlit as st

from queries import reports
from queries.metrics import (
    BALANCE,
    BUCKETS,
    NEWLY_LATE,
    OVERDUE_AMOUNT_RATE,
    OVERDUE_RATE_1104,
    OVERDUE_RATE_WHOLE,
    Dimension,
    comparisons,
    measure,
    rows_behind,
    rows_total,
)
from queries.warehouse import Scope
from ui import (
    charts,
    cuts,
    drill,
    export,
    filters,
    formats,
    layout,
    links,
    lists,
    pictures,
    tables,
    tiles,
)
from ui.heat import heat
from ui.i18n import t
from ui.names import BUCKETS_M
from ui.theme import palette

OVERDUE = BUCKETS[1:]
THREE = (OVERDUE_RATE_WHOLE, OVERDUE_RATE_1104, OVERDUE_AMOUNT_RATE)


def render(scope: Scope) -> None:
    """Three overdue balances, the buckets now and over time, where, who is new, where it rolled."""
    found = comparisons(scope, BALANCE, *THREE)
    if not found[BALANCE.id].now:
        lists.nothing()
        return
    st.subheader(t("Three overdue balances, never one word"), anchor=False)
    series = measure(scope, *THREE, by="month_end", months=13)
    tiles.row(found, series, *(metric.id for metric in THREE), columns=3, with_amount=True)
    left, right = layout.beside()
    with left:
        _buckets(scope)
    with right:
        _over_time(scope)
    _where(scope)
    _newly_late(scope)
    _rolled(scope)


def _buckets(scope: Scope) -> None:
    st.subheader(t("Balance by days past due"), anchor=False)
    kinds = {"bucket": t("Management"), "bucket_m": t("M scale")}
    by: Dimension = "bucket"
    if filters.switch(t("Buckets"), "scale", list(kinds), kinds.__getitem__) == "bucket_m":
        by = "bucket_m"
    order = BUCKETS if by == "bucket" else BUCKETS_M
    frame = measure(scope, BALANCE, by=by).dropna(subset=[by])
    is_late = frame[by] != order[0]
    current = frame.loc[~is_late, BALANCE.id].sum()
    st.caption(t("Not past due: {balance}; past due:", balance=formats.money(current)))
    # What is not late would leave the rest too short to read.
    drawn_bars = frame[is_late]
    figure = charts.bars(
        drawn_bars, BALANCE.id, by, order=order[1:], horizontal=True, palette=palette()
    )
    title = t("Balance by days past due")
    event = pictures.draw(
        figure, f"ageing_{by}", drill.described(frame, title, BALANCE.id, by, "money")
    )
    drawn = [frame[by].tolist()]
    _go(drill.drill_target(event, [by], drawn, metric=BALANCE.id, part="numerator"))
    columns = {by: tables.Column("Bucket", codes=by)} | tables.of_metrics(BALANCE)
    export.twin(frame, columns, f"ageing_{by}", title, scope, BALANCE)


def _over_time(scope: Scope) -> None:
    title = t("Overdue balance by bucket, month by month")
    st.subheader(title, anchor=False)
    frame = cuts.over_months(scope, BALANCE, "bucket", OVERDUE)
    figure = charts.stacked(frame, BALANCE.id, "month_end", "bucket", OVERDUE, palette=palette())
    totals = frame.groupby("month_end")[[BALANCE.id]].sum().reset_index()
    said = drill.described(totals, title, BALANCE.id, "month_end", "money")
    event = pictures.draw(figure, "ageing_trend", said)
    drawn = [[formats.day(day) for day in frame["month_end"]], list(OVERDUE)]
    by = ["as_of", "bucket"]
    _go(drill.drill_target(event, by, drawn, metric=BALANCE.id, part="numerator"))
    columns = {
        "month_end": tables.Column("Month end", "date"),
        "bucket": tables.Column("Bucket", codes="bucket"),
    } | tables.of_metrics(BALANCE)
    export.twin(frame, columns, "ageing_trend", title, scope, BALANCE)


def _where(scope: Scope) -> None:
    title = t("Where it is: share of the balance by bucket")
    st.subheader(title, anchor=False)
    kinds = {"branch": t("By branch"), "product": t("By product")}
    rows: Dimension = "branch"
    if filters.switch(t("Rows"), "rows", list(kinds), kinds.__getitem__) == "product":
        rows = "product"
    frame = cuts.cross(scope, BALANCE, rows, "bucket", OVERDUE)
    if frame.empty:
        st.caption(t("No loan is past due."))
        return
    picture = heat(frame, rows, "bucket", "share", order=OVERDUE, palette=palette())
    cell = pictures.draw_cells(picture, f"ageing_heat_{rows}", title)
    drawn = [frame[rows].tolist(), list(OVERDUE)]
    _go(drill.drill_target(cell, [rows, "bucket"], drawn, metric=BALANCE.id, part="numerator"))
    columns = {
        rows: tables.Column(rows.capitalize(), codes=rows),
        "bucket": tables.Column("Bucket", codes="bucket"),
        BALANCE.id: tables.Column("Balance", "money"),
        "share": tables.Column("Share of the balance", "ratio"),
    }
    export.twin(frame, columns, f"ageing_heat_{rows}", title, scope, BALANCE)


def _newly_late(scope: Scope) -> None:
    total, number = rows_total(scope, NEWLY_LATE)
    st.subheader(t("Newly late this month"), anchor=False)
    if not number:
        st.caption(t("No loan became late this month."))
        return
    st.caption(
        t(
            "{n} loans, {balance} in balance; the largest first",
            n=formats.count(number),
            balance=formats.money(total),
        )
    )
    tables.show(
        rows_behind(scope, NEWLY_LATE, limit=10),
        lists.LOANS,
        key="newly_late",
        alt=t("Newly late this month"),
        open_row=lists.open_loan,
        rows=10,
    )
    links.link("why", t("all of them"), metric=NEWLY_LATE.id, part="numerator")


def _go(target: dict | None) -> None:
    if target:
        links.go("why", **target)


ROLLS: dict[str, tables.Column] = {
    "rate_id": tables.Column("Migration rate", codes="rate_id"),
    "opening_balance": tables.Column("Opening balance", "money"),
    "reduction": tables.Column("Repaid or disposed", "money"),
    "down": tables.Column("Now in a worse class", "money"),
    "rate": tables.Column("Rate", "ratio"),
    "rate_adjusted": tables.Column("Rate with disposals added back", "ratio"),
}


def _rolled(scope: Scope) -> None:
    """Where last month's balance went: rows of shares that each add up to one."""
    title = t("Where last month's balance went")
    st.subheader(title, anchor=False)
    frame = reports.roll_rates(scope)
    if frame.empty:
        st.caption(t("There is no month before to compare with."))
        return
    picture = heat(
        frame,
        "from_bucket",
        "to_state",
        "share_balance",
        order=STATES,
        rows_order=BUCKETS,
        within="all",
        palette=palette(),
    )
    pictures.draw_cells(picture, "ageing_rolls", title)
    columns = {
        "from_bucket": tables.Column("Bucket a month ago", codes="bucket"),
        "to_state": tables.Column("Now", codes="to_state"),
        "loans": tables.Column("Loans", "count"),
        "opening_balance": tables.Column("Opening balance", "money"),
        "closing_balance": tables.Column("Closing balance", "money"),
        "share_balance": tables.Column("Share of the balance", "ratio"),
    }
    export.twin(frame, columns, "ageing_rolls", title, scope)
    rates = reports.migration_rates(scope)
    if len(rates):
        title = t("Official migration rates over twelve months")
        st.subheader(title, anchor=False)
        tables.show(rates, ROLLS, key="migration", alt=title)
        export.offer(export.sheet("migration", title, ROLLS, lambda: rates, scope))


STATES = (*BUCKETS, "closed", "written_off", "sold")
