"""The bank's funding plan against its loans: budget, liquidity gap and ratios, what may be lent."""

from dataclasses import dataclass
from datetime import timedelta

import pandas as pd
import streamlit as st

from queries import reports
from queries.limits import plan_broken_since, plan_months, plan_today
from queries.measures import Unit
from queries.metrics import BALANCE, DISBURSED
from queries.warehouse import Scope, month_end
from ui import (
    cash_charts,
    cash_rows,
    drill,
    export,
    filters,
    formats,
    links,
    pictures,
    tables,
    tiles,
)
from ui.i18n import md, name, t
from ui.tables import Column
from ui.theme import BROKEN, WITHIN, palette

# First and last day ahead of each bucket.
AHEAD = {
    "overnight": (1, 1),
    "2-7": (2, 7),
    "8-30": (8, 30),
    "31-90": (31, 90),
    "91-365": (91, 0),
    "over 1 year": (0, 36_500),
}


@dataclass(frozen=True)
class Tile:
    """One figure of the plan: its column, its two parts, its limit, and what it means."""

    column: str
    label: str
    unit: Unit
    meaning: str
    parts: tuple[str, str] | None = None
    held: str = ""
    limit: str = ""
    source: str = ""
    items: tuple[str, ...] = ()
    rising_is_good: bool | None = None


TILES = (
    Tile(
        "budget_use_month",
        "Budget use, month",
        "ratio",
        "Lent in the month over the lending budget approved for it (section 8).",
        ("lent_month", "budget_month"),
        items=("disbursement_budget",),
    ),
    Tile(
        "budget_use_year",
        "Budget use, year to date",
        "ratio",
        "Lent since the year began over the budgets of those months (section 8).",
        ("lent_year", "budget_year"),
        items=("disbursement_budget",),
    ),
    Tile(
        "liquidity_ratio",
        "Liquidity ratio",
        "ratio",
        "Liquid assets over liquid liabilities (section 8).",
        ("liquid_assets", "liquid_liabilities"),
        "is_liquid",
        "liquidity_limit",
        "liquidity_source",
        ("liquid_assets", "liquid_liabilities"),
        True,
    ),
    Tile(
        "liquidity_gap_ratio_90",
        "Liquidity gap ratio, 90 days",
        "ratio",
        "What comes in within 90 days by contract less what goes out, over the loans and the"
        " off-balance business maturing in 90 days (section 8).",
        ("gap_90", "maturing_90"),
        "is_gap_held",
        "gap_limit",
        "gap_source",
        ("liability_outflow", "off_balance_maturing"),
        True,
    ),
    Tile(
        "lending_headroom",
        "Lending headroom",
        "money",
        "The smaller of: the lending limit less the balance; and the funding available plus the"
        " receipts of 30 days at the collection rate of twelve months, less what is committed and"
        " undrawn and the liquidity buffer (section 8).",
        items=("lending_limit", "funding_available", "committed_undrawn", "liquidity_buffer"),
    ),
)


def draw(scope: Scope) -> None:
    """The plan's figures, the gap by bucket, and the lines of the plan."""
    st.subheader(t("Funding plan and gap"), anchor=False)
    months = plan_months(scope)
    row = plan_today(months, scope)
    if row is None:
        st.info(t(_why_none(scope)))
        return
    day = formats.day(row["reported_on"])
    st.caption(t("As planned for the whole bank, reported on {day}.", day=day))
    lines = reports.funding_lines(scope)
    grid = st.grid(len(TILES), min_column_width=172, gap="small")
    for tile in TILES:
        with grid, st.container(border=True, height="stretch", gap="xsmall"):
            _tile(tile, row, months)
            _why(tile, lines[lines["item"].isin(tile.items)])
    _gap(scope, row)
    _lines(scope)


def _why_none(scope: Scope) -> str:
    book = filters.book()
    if set(book.branches) <= set(scope.branches) and set(book.products) <= set(scope.products):
        return "No funding plan has been loaded for this day (table funding_plan)."
    return (
        "The funding plan holds for the whole bank: it is shown only with every branch and every"
        " product in view."
    )


def _tile(tile: Tile, row: pd.Series, months: pd.DataFrame) -> None:
    days = [day.date() for day in months["month_end"]]
    values = [None if formats.missing(each) else float(each) for each in months[tile.column]]
    past = dict(zip(days, values, strict=True))
    tiles.figure(tile.label, tile.unit, past, tile.rising_is_good, tile.meaning)
    if tile.parts:
        st.caption(
            t(
                "{part} over {whole}",
                part=formats.money(row[tile.parts[0]]),
                whole=formats.money(row[tile.parts[1]]),
            )
        )
    else:
        said = {"limit": row["room_by_limit"], "funding": row["room_by_funding"]}
        told = {key: formats.money(value) for key, value in said.items()}
        st.caption(t("{limit} by the limit, {funding} by the funding", **told))
    if tile.held and not formats.missing(row[tile.held]):
        light = WITHIN if row[tile.held] else BROKEN
        st.badge(t(light.word), icon=light.icon, color=light.colour)
        limit = formats.percent(row[tile.limit])
        st.caption(t("at least {limit}: {source}", limit=limit, source=t(row[tile.source])))
        broken = None if row[tile.held] else plan_broken_since(months, tile.held)
        if broken:
            st.caption(t("since {day}", day=formats.day(broken)))


def _why(tile: Tile, lines: pd.DataFrame) -> None:
    """What the figure means, and from which lines of the plan and which loans it comes."""
    with st.popover(t("why?"), type="tertiary", key=f"why_{tile.column}"):
        st.markdown(t(tile.meaning))
        st.badge(t("internal convention"), icon=":material/home_work:", color="gray")
        st.markdown(f"**{t('From the plan')}**")
        said = [
            name("plan_item", line.item)
            + ("" if formats.missing(line.due_on) else f", {formats.day(line.due_on)}")
            + f": {formats.amount(line.amount)} ({name('plan_source', line.source)},"
            f" {formats.day(line.reported_on)})"
            for line in lines.itertuples()
        ]
        listed = "\n".join(f"- {md(each)}" for each in said)
        st.markdown(listed or t("Nothing was reported."))
        if tile.column.startswith("budget"):
            links.link("why", t("What was lent, loan by loan"), metric=DISBURSED.id)
        elif tile.column == "lending_headroom":
            links.link("why", t("The balance, loan by loan"), metric=BALANCE.id)
        elif tile.column == "liquidity_gap_ratio_90":
            st.caption(t("What comes in by contract is in the gap by maturity below."))


def _gap(scope: Scope, row: pd.Series) -> None:
    title = t("Liquidity gap by maturity")
    st.subheader(title, anchor=False)
    frame = reports.liquidity_gaps(scope)
    if frame.empty:
        st.caption(t("The plan has no outflows, so there is no gap."))
        return
    overdue = frame.loc[frame["maturity"] == "overdue", "inflow"].sum()
    st.caption(
        t(
            "Over 90 days {gap}: {inflow} comes in by contract, {outflow} goes out. {overdue} is"
            " overdue and brings nothing in.",
            gap=formats.money(row["gap_90"]),
            inflow=formats.money(row["inflow_90"]),
            outflow=formats.money(row["outflow_90"]),
            overdue=formats.money(overdue),
        )
    )
    drawn = frame[frame["maturity"] != "overdue"]
    drawn = drawn.assign(
        key=[_days(scope, code) for code in drawn["maturity"]],
        said=[name("maturity", code) for code in drawn["maturity"]],
    )
    names = {"outflow": t("Goes out by the plan"), "inflow": t("Comes in by contract")}
    figure = cash_charts.side_by_side(
        drawn, "key", "said", "outflow", ("inflow",), names, palette=palette()
    )
    words = drill.described(frame, title, "gap", "maturity", "money")
    clicked = pictures.draw(figure, "cash_gap", words)
    target = drill.drill_target(clicked, ["kind", "key"], [["inflow"], drawn["key"].tolist()])
    if target:
        cash_rows.go("expected", target["key"])
    tables.show(frame, GAPS, key="cash_gaps", alt=title)
    export.offer(export.sheet("liquidity_gap", title, GAPS, lambda: frame, scope))
    cash_rows.show(scope, ("expected",))


def _days(scope: Scope, maturity: str) -> str:
    """The first and last day of a bucket; a year is the twelve months ahead."""
    told = month_end(scope)
    year = (pd.Timestamp(told) + pd.offsets.MonthEnd(12)).date()
    low, high = AHEAD[maturity]
    first = told + timedelta(days=low) if low else year + timedelta(days=1)
    last = told + timedelta(days=high) if high else year
    return f"{first.isoformat()}:{last.isoformat()}"


def _lines(scope: Scope) -> None:
    title = t("The lines of the plan")
    frame = reports.funding_lines(scope)
    with st.expander(title, icon=":material/list:"):
        tables.show(frame, LINES, key="funding_lines", alt=title)
        export.offer(export.sheet("funding_plan", title, LINES, lambda: frame, scope))


GAPS: dict[str, Column] = {
    "maturity": Column("Falls due in", codes="maturity"),
    "inflow": Column("Comes in by contract", "money"),
    "outflow": Column("Goes out by the plan", "money"),
    "gap": Column("Gap", "money"),
    "gap_so_far": Column("Gap so far", "money"),
}
LINES: dict[str, Column] = {
    "plan_id": Column("Line"),
    "reported_on": Column("Reported on", "date"),
    "item": Column("Item", codes="plan_item"),
    "due_on": Column("Due on", "date"),
    "amount": Column("Amount", "money"),
    "source": Column("Source", codes="plan_source"),
}
