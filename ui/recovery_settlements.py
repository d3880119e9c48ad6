"""Claims settled for less: what was offered, approved, paid and forgiven."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import SETTLEMENT_HAIRCUT, measure
from queries.warehouse import Scope
from ui import charts, drill, export, filters, formats, links, long_lists, pictures, tables
from ui.i18n import name, t
from ui.names import LABELS
from ui.tables import Column
from ui.theme import palette

STANDINGS = tuple(LABELS["settlement_standing"])
SETTLEMENTS: dict[str, Column] = {
    "settlement_id": Column("Settlement", width=95),
    "loan_id": Column("Loan", width=90),
    "standing": Column("Standing", codes="settlement_standing", width=130),
    "offered_on": Column("Offered on", "date"),
    "approved_on": Column("Approved on", "date"),
    "claim": Column("Claim", "money"),
    "agreed": Column("Agreed", "money"),
    "paid": Column("Paid", "money"),
    "paid_on": Column("Paid on", "date"),
    "haircut": Column("Forgiven share", "ratio"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}


def draw(scope: Scope) -> None:
    """The haircut over time, then the settlements."""
    frame = measure(scope, SETTLEMENT_HAIRCUT, by="month_end", months=25)
    frame = frame.dropna(subset=[SETTLEMENT_HAIRCUT.id])
    if len(frame) > 1:
        title = t("Share forgiven, over twelve months to each")
        st.subheader(title, anchor=False)
        figure = charts.trend(frame, SETTLEMENT_HAIRCUT.id, "ratio", palette=palette())
        said = drill.described(frame, title, SETTLEMENT_HAIRCUT.id, "month_end", "ratio")
        codes = pictures.draw(figure, "settlement_haircut", said)
        days = [formats.day(day) for day in frame["month_end"]]
        target = drill.drill_target(codes, ["as_of"], [days])
        if target:
            links.go("why", metric=SETTLEMENT_HAIRCUT.id, part="numerator", **target)
        columns = {"month_end": Column("Month end", "date")}
        columns |= tables.of_metrics(SETTLEMENT_HAIRCUT)
        export.twin(frame, columns, "haircut", title, scope, SETTLEMENT_HAIRCUT)
    _list(scope)


def _list(scope: Scope) -> None:
    title = t("Settlements, the largest claim first")
    st.subheader(title, anchor=False)
    picked = filters.pick(
        t("Standing"),
        "settlement_standing",
        list(STANDINGS),
        shown=lambda code: name("settlement_standing", code),
        several=False,
        all_label=t("All"),
    )
    standing = picked[0] if picked else ""
    number, amount = reports.settlements_list_total(scope, standing)
    if not number:
        st.caption(t("There is none."))
        return
    told = {"n": formats.count(number), "amount": formats.amount(amount)}
    st.caption(t("{n} rows, {amount} in all", **told))

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return reports.settlements_list(scope, standing, after, limit)

    facts = filters.told((("settlement_standing", standing),) if standing else ())
    whole = ("settlements", title, SETTLEMENTS, part, "settlement_id", number, scope)
    long_lists.draw(*whole, asked=(standing,), facts=facts)
