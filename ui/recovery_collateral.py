"""What secured the loans: ways of realising it, rounds of auction, assets taken over."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import DISPOSAL_DAYS, REALISED_TO_APPRAISED
from queries.warehouse import Scope
from ui import (
    charts,
    drill,
    export,
    filters,
    formats,
    layout,
    links,
    lists,
    long_lists,
    pictures,
    tables,
)
from ui.i18n import name, t
from ui.names import LABELS
from ui.tables import Column
from ui.theme import palette

BEHIND = {"realised_to_appraised": REALISED_TO_APPRAISED, "days_median": DISPOSAL_DAYS}
STANDINGS = ("open", "taken_over", "sold")
WAYS: dict[str, Column] = {
    "disposal_way": Column("Way", codes="disposal_way", width=160),
    "assets": Column("Assets", "count"),
    "appraised": Column("Appraised", "money"),
    "realised": Column("Realised, net", "money"),
    "realised_to_appraised": Column("Realised of appraised", "ratio"),
    "days_median": Column("Days to cash, median", "number"),
    "days_p90": Column("Days to cash, P90", "number"),
}
ASSETS: dict[str, Column] = {
    "disposal_id": Column("Asset", width=90),
    "loan_id": Column("Loan", width=90),
    "standing": Column("Standing", codes="disposal_standing", width=140),
    "appraised": Column("Appraised", "money"),
    "appraised_on": Column("Appraised on", "date", width=95),
    "auction_1_on": Column("First auction", "date", width=95),
    "auction_2_on": Column("Second auction", "date", width=105),
    "sell_off_on": Column("Sell-off", "date", width=95),
    "way": Column("Way", codes="disposal_way", width=160),
    "cash_on": Column("Cash on", "date", width=95),
    "realised": Column("Realised, net", "money"),
    "realised_to_appraised": Column("Realised of appraised", "ratio"),
    "days_to_cash": Column("Days to cash", "days"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}
TAKEN_OVER: dict[str, Column] = {
    "disposal_id": Column("Asset", width=90),
    "loan_id": Column("Loan", width=90),
    "acquired_on": Column("Taken over on", "date", width=105),
    "acquired_value": Column("Value then", "money"),
    "sell_by": Column("To be sold by", "date", help="Commercial Bank Law Art. 42.", width=105),
    "days_left": Column("Days left", "days", width=80),
    "appraised": Column("Appraised", "money"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}


def draw(scope: Scope) -> None:
    """Ways beside what they bring, assets taken over with their last day, then all assets."""
    ways = reports.disposal_ways(scope).rename(columns={"way": "disposal_way"})
    if len(ways):
        _ways(scope, ways)
    else:
        st.caption(t("Nothing was sold in twelve months."))
    _taken_over(scope)
    _assets(scope)


def _ways(scope: Scope, ways: pd.DataFrame) -> None:
    order = list(LABELS["disposal_way"])
    ways = ways.sort_values("disposal_way", key=lambda codes: codes.map(order.index))
    pictured = (
        ("realised_to_appraised", "ratio", "Realised of appraised, by way"),
        ("days_median", "days", "Days from default to cash, by way"),
    )
    for place, (value, unit, words) in zip(layout.beside(), pictured, strict=True):
        with place:
            title = t(words)
            st.subheader(title, anchor=False)
            figure = charts.bars(
                ways, value, "disposal_way", unit, horizontal=True, palette=palette()
            )
            said = drill.described(ways, title, value, "disposal_way", unit)
            if pictures.draw(figure, f"disposal_{value}", said):
                links.go("why", metric=BEHIND[value].id, part="numerator")
    title = t("Ways of realising, twelve months")
    export.twin(ways, WAYS, "disposal_ways", title, scope)


def _taken_over(scope: Scope) -> None:
    title = t("Assets taken over for debts, the next last day first")
    st.subheader(title, anchor=False)
    number, _ = reports.disposals_list_total(scope, "taken_over")
    if not number:
        st.caption(t("There is none."))
        return
    frame = reports.disposals_list(scope, "taken_over", limit=1000).sort_values("sell_by")
    late = frame[frame["days_left"] < 0]
    told = {
        "n": formats.count(number),
        "late": formats.count(len(late)),
        "amount": formats.amount(late["acquired_value"].sum()),
    }
    st.caption(t("{n} assets, {late} of them past the two years of the law, for {amount}.", **told))
    tables.show(frame, TAKEN_OVER, key="taken_over", alt=title, open_row=lists.open_loan, rows=8)
    export.offer(export.sheet("taken_over", title, TAKEN_OVER, lambda: frame, scope))


def _assets(scope: Scope) -> None:
    title = t("Assets, the most valuable first")
    st.subheader(title, anchor=False)
    picked = filters.pick(
        t("Standing"),
        "disposal_standing",
        list(STANDINGS),
        shown=lambda code: name("disposal_standing", code),
        several=False,
        all_label=t("All"),
    )
    standing = picked[0] if picked else ""
    number, amount = reports.disposals_list_total(scope, standing)
    if not number:
        st.caption(t("There is none."))
        return
    told = {"n": formats.count(number), "amount": formats.amount(amount)}
    st.caption(t("{n} rows, {amount} in all", **told))

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return reports.disposals_list(scope, standing, after, limit)

    facts = filters.told((("disposal_standing", standing),) if standing else ())
    whole = ("disposals", title, ASSETS, part, "disposal_id", number, scope)
    long_lists.draw(*whole, asked=(standing,), facts=facts)
