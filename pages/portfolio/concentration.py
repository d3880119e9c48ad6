"""Who and what could hurt us at once?"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import BALANCE
from queries.reports.concentration import EVERYWHERE, Within
from queries.warehouse import Scope, month_end, together
from ui import (
    ageing_charts,
    drill,
    export,
    exposures,
    filters,
    formats,
    layout,
    limits,
    links,
    lists,
    pictures,
    spread,
    tables,
)
from ui.i18n import name, t
from ui.names import DIMENSIONS
from ui.tables import Column, Target
from ui.theme import BROKEN, WITHIN, palette

Codes = dict[tuple[str, str], list[str]]
Params = dict[str, Any]
BY = ("industry", "region", "branch", "product", "collateral_kind", "borrower_kind")
PANELS = 9
GINI = "Among the customers the Gini index is {gini}: 0 is all alike, 1 all owed by one."
HHI = "Herfindahl index: the sum of squared shares. 1 is all in one hand, 1/n n equal ones."
EFFECTIVE = "1 over the Herfindahl index: so many of equal size would be as concentrated."
NUMBER = "How many customers or values of the dimension owe anything in view."
LARGEST = "The largest's balance over the balance of all loans in view."
CHANGE = "The share now less its share a month or a year before, in percentage points."
LIMIT = "The most that the share may be by the bank's own parameters at the month end."
INDICES: dict[str, Column] = {
    "dimension_name": Column("Dimension"),
    "number": Column("How many", "count", help=NUMBER),
    "largest_name": Column("Largest"),
    "share": Column("Share of the largest", "ratio", help=LARGEST),
    "effective": Column("Effective number", "number", help=EFFECTIVE),
    "hhi_now": Column("HHI", "index", help=HHI),
    "hhi_month_before": Column("HHI a month before", "index", help=HHI),
    "hhi_year_before": Column("HHI a year before", "index", help=HHI),
}
MONTHS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "said": Column("Value"),
    "balance": Column("Balance", "money", help=exposures.OWED),
    "share": Column("Share of the balance", "ratio", help=exposures.SHARE),
}


def render(scope: Scope) -> None:
    """Limits against capital, who owes most, how the book is spread, and each share over time."""
    everywhere, book, capital = together(
        partial(reports.segment_shares, scope),
        partial(reports.concentration_months, scope),
        partial(reports.capital, scope),
    )
    if not _is_there(scope, everywhere):
        lists.nothing()
        return
    whole = book if len(book) else reports.obligor_figures(scope)
    limits.against_capital(scope, capital, whole.iloc[-1], is_whole=len(book) > 0)
    within = _within(scope, everywhere)
    ahead = exposures.ahead(scope, within, capital)
    if within != EVERYWHERE:
        ahead.append(partial(reports.obligor_figures, scope, within))
        ahead.append(partial(reports.segment_shares, scope, within))
    together(*ahead)
    shares = everywhere if within == EVERYWHERE else reports.segment_shares(scope, within)
    if not _is_there(scope, shares):
        lists.nothing()
        return
    figures = whole if within == EVERYWHERE else reports.obligor_figures(scope, within)
    exposures.customers(scope, within, capital, figures.iloc[-1])
    exposures.members(scope)
    largest = exposures.largest(scope, within, capital)
    _spread(scope, shares, figures, within, largest)
    _shares(scope, shares, within, is_judged=len(book) > 0 and within == EVERYWHERE)


def _is_there(scope: Scope, shares: pd.DataFrame) -> bool:
    return bool((shares["month_end"] == pd.Timestamp(month_end(scope))).any())


def _within(scope: Scope, everywhere: pd.DataFrame) -> Within:
    """The segments to look within, kept in the address; limits stay those of all in view."""
    now = everywhere[everywhere["month_end"] == pd.Timestamp(month_end(scope))]
    chosen: dict[str, tuple[str, ...]] = {}
    for place, (dimension, several) in zip(
        layout.beside(4, 172), exposures.WITHIN_BY.items(), strict=True
    ):
        options = now.loc[now["dimension"] == dimension, "value"].tolist()
        with place:
            chosen[several] = tuple(
                filters.pick(
                    t("Within: {what}", what=t(DIMENSIONS[dimension])),
                    dimension,
                    options,
                    shown=lambda code, of=dimension: name(of, code),
                    all_label=t("All"),
                )
            )
    return Within(**chosen)


def _spread(
    scope: Scope,
    shares: pd.DataFrame,
    figures: pd.DataFrame,
    within: Within,
    largest: pd.DataFrame,
) -> None:
    title = t("How concentrated, by what")
    st.subheader(title, anchor=False)
    now = figures.iloc[-1]
    gini = formats.value("index", now["gini"])
    if now["customers"] == 1:
        st.caption(t("There is only one customer: nothing is spread over several."))
    else:
        st.caption(t(GINI, gini=gini))
    frame = spread.indices(scope, shares, figures, BY, largest)
    frame["dimension_name"] = [
        t({**DIMENSIONS, "customer": "Customer"}[d]) for d in frame["dimension"]
    ]
    frame["largest_name"] = [
        str(v) if d == spread.CUSTOMERS else name(d, v)
        for d, v in zip(frame["dimension"], frame["largest"], strict=True)
    ]
    tables.show(frame, INDICES, key="indices", alt=title, open_row=_by_dimension)
    export.offer(
        export.sheet(
            "concentration_indices",
            title,
            INDICES,
            lambda: frame,
            scope,
            filters=exposures.told(within),
        )
    )


def _by_dimension(row: pd.Series) -> Target | None:
    """The shares of the row's dimension, on this page."""
    if row["dimension"] == spread.CUSTOMERS:
        return None
    return "concentration", {"by": row["dimension"]}


def _shares(scope: Scope, shares: pd.DataFrame, within: Within, is_judged: bool) -> None:
    title = t("Shares of the balance, now and over time")
    st.subheader(title, anchor=False)
    by = filters.switch(t("Dimension"), "by", BY, lambda key: t(DIMENSIONS[key]))
    frame = spread.values(scope, shares, by)
    columns = _columns(by, is_judged and bool(frame["share_limit"].notna().any()))
    frame["standing"] = [_standing(row) for _, row in frame.iterrows()]

    known = spread.codes(shares)
    narrowed = _narrowed(known, by)

    def behind(value: str) -> Params:
        params = {"metric": BALANCE.id, "part": "numerator", by: known[by, value]}
        return params | narrowed

    def open_row(row: pd.Series) -> Target:
        return "why", behind(str(row["value"]))

    tables.show(frame, columns, key=f"shares_{by}", alt=title, open_row=open_row, rows=15)
    export.offer(
        export.sheet(
            f"shares_{by}",
            title,
            columns,
            lambda: frame,
            scope,
            BALANCE,
            filters=exposures.told(within),
        )
    )
    _over_time(scope, shares[shares["dimension"] == by], frame, by, behind, exposures.told(within))


def _columns(by: str, with_limits: bool) -> dict[str, Column]:
    found = {
        "value": Column(DIMENSIONS[by], codes=by, width=230),
        "balance": Column("Balance", "money", help=exposures.OWED),
        "share": Column("Share of the balance", "ratio", help=exposures.SHARE),
        "month_before": Column("On the month", "points", help=CHANGE),
        "year_before": Column("On the year", "points", help=CHANGE),
    }
    if with_limits:
        found |= {
            "share_limit": Column("Limit", "ratio", help=LIMIT),
            "standing": Column("Standing"),
            "broken_since": Column("Broken since", "date"),
        }
    return found


def _standing(row: pd.Series) -> str:
    if formats.missing(row["share_limit"]):
        return ""
    return t((BROKEN if spread.is_beyond(row) else WITHIN).word)


def _narrowed(known: Codes, by: str) -> dict[str, list[str]]:
    """What the page is narrowed to beside `by`, as codes of the data, for the rows of a share."""
    return {
        key: [code for value in values for code in known.get((key, value), [])]
        for key, values in links.here(*exposures.WITHIN_BY).items()
        if key != by
    }


def _over_time(
    scope: Scope,
    part: pd.DataFrame,
    now: pd.DataFrame,
    by: str,
    behind: Callable[[str], Params],
    facts: export.Facts,
) -> None:
    if part["month_end"].nunique() < 2:
        st.caption(t("There is no month before to compare with."))
        return
    title = t("Share of each, month by month")
    st.caption(t("The nine largest, each on its own scale, from zero; the last figure in bold."))
    shown = now.head(PANELS)
    figure = ageing_charts.panels(
        part, "share", by, shown["value"].tolist(), "ratio", held="value", palette=palette()
    )
    said = drill.described(shown.rename(columns={"value": by}), title, "share", by, "ratio")
    clicked = pictures.draw(figure, f"shares_time_{by}", said)
    drawn = [[formats.day(each) for each in part["month_end"]], shown["value"].tolist()]
    target = drill.drill_target(clicked, ["as_of", "value"], drawn)
    if target:
        links.go("why", as_of=target["as_of"], **behind(target["value"]))
    frame = part.assign(said=[name(by, value) for value in part["value"]])
    export.twin(frame, MONTHS, f"shares_time_{by}", title, scope, BALANCE, filters=facts)
