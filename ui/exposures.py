"""The customers who owe most: as bars against capital, as a list, a connected group opened."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import pandas as pd
import streamlit as st

from queries import reports
from queries.lights import limit_of
from queries.metrics import GROUP_EXPOSURE_RATIO
from queries.reports.concentration import Level, Within
from queries.warehouse import Scope
from ui import (
    concentration_charts,
    drill,
    export,
    filters,
    formats,
    links,
    paging,
    pictures,
    tables,
)
from ui.i18n import md, t
from ui.tables import Column, Target
from ui.theme import palette

Show = Literal["customer", "borrower", "large"]
MOST = 10
WITHIN_BY = {
    "borrower_kind": "borrower_kinds",
    "collateral_kind": "collateral_kinds",
    "region": "regions",
    "industry": "industries",
}
SHOWN = 20
BORROWERS = "How many borrowers in view make up the customer: a connected group is one customer."
OWED = "Gross balance of the loans in view on the book at the month end."
SHARE = "Its balance over the balance of all loans in view."
TIER1 = "Its balance in view over the bank's net tier-1 capital as last reported."
WORST = "Of its loans in view the one that stands worst: its days past due, its class."
OF_GROUP = "Its balance over that of the group's borrowers in view."
CUSTOMERS: dict[str, Column] = {
    "customer_id": Column("Customer"),
    "called": Column("Name", width=170),
    "balance": Column("Balance", "money", help=OWED, width=120),
    "share": Column("Share", "ratio", help=SHARE, width=75),
    "tier1_share": Column("Of tier-1", "ratio", help=TIER1, width=85),
    "days_past_due": Column("Worst days", "days", help=WORST, width=95),
    "classification": Column("Worst class", codes="classification", help=WORST, width=115),
    "loans": Column("Loans", "count", width=70),
    "borrowers": Column("Borrowers", "count", help=BORROWERS, width=90),
}
MEMBERS: dict[str, Column] = {
    "borrower_id": Column("Borrower"),
    "name": Column("Name", width=170),
    "balance": Column("Balance", "money", help=OWED, width=120),
    "share": Column("Share", "ratio", help=OF_GROUP, width=75),
    "days_past_due": Column("Worst days", "days", help=WORST, width=95),
    "classification": Column("Worst class", codes="classification", help=WORST, width=115),
    "loans": Column("Loans", "count", width=70),
    "region": Column("Region", codes="region", width=100),
    "industry": Column("Industry", codes="industry", width=150),
}


def largest(scope: Scope, within: Within, capital: pd.DataFrame) -> pd.DataFrame:
    """The customers who owe most, a connected group as one; large exposures where those are listed.

    What the list shows is asked for it already; without a large exposure, the largest all the same.
    """
    level, least = _listed(capital)
    if least:
        page, *_ = reports.largest_customers_start(scope, level, within, least, SHOWN)
        if len(page):
            return page
    return reports.largest_customers(scope, "customer", within, 0.0, None, SHOWN)


def ahead(scope: Scope, within: Within, capital: pd.DataFrame) -> list[Callable[[], object]]:
    """What the page asks of customers, each question once, to be asked beside others."""
    level, least = _listed(capital)
    asks: list[Callable[[], object]] = [partial(largest, scope, within, capital)]
    if level != "customer":
        asks.append(partial(reports.largest_customers, scope, level, within, least, None, SHOWN))
    return asks


def _listed(capital: pd.DataFrame) -> tuple[Level, float]:
    """What the address asks to list, as customers are asked for."""
    wanted = filters.asked("customers", list(_kinds(capital)))
    return _asked(next(iter(wanted), "customer"), capital)


def customers(scope: Scope, within: Within, capital: pd.DataFrame, now: pd.Series) -> None:
    """The ten who owe most as bars against capital, and the list of all."""
    title = t("Who owes most")
    st.subheader(title, anchor=False)
    show = _show(capital)
    level, least = _asked(show, capital)
    after = paging.after("customers", (scope, within, show))
    if least and after is None:
        asked = (scope, level, within, least)
        page, number, _ = reports.largest_customers_start(*asked, SHOWN)
    else:
        page = reports.largest_customers(scope, level, within, least, after, SHOWN)
        number = _number(scope, within, level, least, now)
    st.caption(_told(show, number, now, capital))
    if page.empty:
        return
    page = named(scope, page)
    if after is None and page["tier1_share"].notna().any():
        _bars(scope, page.head(MOST), capital)
    tables.show(page, CUSTOMERS, key=f"customers_{show}", alt=title, open_row=opened, rows=SHOWN)
    paging.controls("customers", page, "customer_key", number, SHOWN)

    def part(last: str | None, size: int) -> pd.DataFrame:
        return named(scope, reports.largest_customers(scope, level, within, least, last, size))

    key = "customer_key"
    export.offer(
        export.listing(
            "customers", title, CUSTOMERS, part, key, number, scope, filters=told(within)
        )
    )


def told(within: Within) -> export.Facts:
    """The segments looked within, in words, for the files of the page."""
    several = vars(within).items()
    of = {name: dimension for dimension, name in WITHIN_BY.items()}
    return filters.told((of[kind], code) for kind, codes in several for code in codes)


def _asked(show: str, capital: pd.DataFrame) -> tuple[Level, float]:
    """How customers are taken together, and from which balance on they are listed."""
    level: Level = "borrower" if show == "borrower" else "customer"
    return level, float(capital["large_line"].iloc[0]) if show == "large" else 0.0


def _kinds(capital: pd.DataFrame) -> dict[Show, str]:
    """What can be listed, and what it is called; large exposures only where there is a line."""
    kinds: dict[Show, str] = {
        "customer": t("Connected groups as one"),
        "borrower": t("Each borrower"),
        "large": t("Large exposures"),
    }
    if capital.empty or formats.missing(capital["large_line"].iloc[0]):
        del kinds["large"]
    return kinds


def _show(capital: pd.DataFrame) -> Show:
    """What is listed."""
    kinds = _kinds(capital)
    return filters.switch(t("Customers"), "customers", list(kinds), kinds.__getitem__)


def _number(scope: Scope, within: Within, level: Level, least: float, now: pd.Series) -> int:
    if least:
        return reports.largest_customers_total(scope, level, within, least)[0]
    return int(now["borrowers" if level == "borrower" else "customers"])


def _told(show: Show, number: int, now: pd.Series, capital: pd.DataFrame) -> str:
    """How many they are, and what the ten largest owe of the book; or the line they are over."""
    if show == "large":
        line = capital.iloc[0]
        return t(
            "{n} customers owe {line} or more, {share} of tier-1 capital: a large exposure each.",
            n=formats.count(number),
            line=formats.money(line.large_line),
            share=formats.percent(line.large_share),
        )
    if number == 1:
        return t("There is only one: it owes all of the balance in view.")
    if show == "borrower":
        return t("{n} borrowers, each by itself; the largest first.", n=formats.count(number))
    if number <= MOST:
        return t("{n} customers, a connected group counted as one.", n=formats.count(number))
    return t(
        "{n} customers, a connected group counted as one; the ten largest owe {share} of the"
        " balance in view.",
        n=formats.count(number),
        share=formats.percent(now["topn_share"]),
    )


def named(scope: Scope, page: pd.DataFrame) -> pd.DataFrame:
    """The page with `called`: a firm's name, a group as a group; people stay without."""
    numbers = tuple(page.loc[~page["is_group"].astype(bool), "customer_id"])
    firms = reports.customer_names(scope, numbers) if numbers else pd.DataFrame()
    known = dict(zip(firms["borrower_id"], firms["name"], strict=True)) if len(firms) else {}
    called = [
        t("Connected group") if is_group else known.get(number, "")
        for number, is_group in zip(page["customer_id"], page["is_group"], strict=True)
    ]
    return page.assign(called=called)


def opened(row: pd.Series) -> Target:
    """A borrower's page; a group is opened below its own row."""
    if row["is_group"]:
        return "concentration", {"group": str(row["customer_id"])}
    return "borrower", {"borrower_id": str(row["customer_id"])}


def _bars(scope: Scope, top: pd.DataFrame, capital: pd.DataFrame) -> None:
    title = t("The ten largest against tier-1 capital")
    drawn = {
        t("large exposure"): capital["large_share"].iloc[0],
        t("limit of a group"): limit_of(GROUP_EXPOSURE_RATIO, scope),
    }
    figure = concentration_charts.against(top, drawn, palette())
    said = drill.described(top, title, "tier1_share", "customer_id", "ratio", str)
    codes = pictures.draw(figure, "customers_bars", said)
    target = drill.drill_target(codes, ["customer_key"], [top["customer_key"].tolist()])
    if target:
        row = top[top["customer_key"] == target["customer_key"]].iloc[0]
        page, params = opened(row)
        links.go(page, **params)


def members(scope: Scope) -> None:
    """The borrowers of the connected group that the address names, if there is one."""
    group_id = st.query_params.get("group", "")
    if not group_id:
        return
    title = t("Connected group {number}", number=group_id[:64])
    st.subheader(md(title), anchor=False)
    frame = reports.group_members(scope, group_id)
    if frame.empty:
        st.caption(t("No borrower in view belongs to this group and owes anything."))
        return
    known = reports.customer_names(scope, tuple(frame["borrower_id"]))
    frame = frame.merge(known[["borrower_id", "name", "region", "industry"]], on="borrower_id")
    tables.show(frame, MEMBERS, key="members", alt=title, open_row=_borrower)
    export.offer(
        export.sheet(
            "group_members",
            title,
            MEMBERS,
            lambda: frame,
            scope,
            filters=filters.told([("group", group_id)]),
        )
    )


def _borrower(row: pd.Series) -> Target:
    return "borrower", {"borrower_id": str(row["borrower_id"])}
