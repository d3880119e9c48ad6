"""Do the loans add up to the general ledger, and since when not? By product and month end (T18)."""

import streamlit as st

from queries import reports
from queries.metrics import RECON_BREAK_AMT, measure
from queries.warehouse import Scope
from ui import charts, drill, export, formats, lists, pictures, tables
from ui.i18n import t
from ui.tables import Column
from ui.theme import palette

BREAKS: dict[str, Column] = {
    "product": lists.LEDGER["product"],
    "month_end": Column("Month end", "date"),
    **lists.LEDGER,
}
TREND: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    RECON_BREAK_AMT.id: Column(RECON_BREAK_AMT.name, "money"),
}


def show(scope: Scope) -> None:
    """The month end product by product, the break over time, and every product-month that broke."""
    now = reports.ledger_counts(scope)
    if now.empty:
        st.info(
            t(
                "No balance of the general ledger for this month end, or not every branch of a"
                " product is in view: the ledger knows products and no branches."
            ),
            icon=":material/account_balance:",
        )
    else:
        off = now[now["is_break"]]
        st.markdown(
            t(
                "{n} of {all} products differ from the general ledger at this month end, together"
                " by {amount}.",
                n=len(off),
                all=len(now),
                amount=formats.amount(off["break_amount"].sum()),
            )
        )
        title = t("Loans on the book and the general ledger")
        st.subheader(title, anchor=False)
        tables.show(
            now, lists.LEDGER, key="data_ledger", alt=title, open_row=lists.open_ledger, rows=16
        )
        export.offer(export.sheet("data_ledger", title, lists.LEDGER, lambda: now, scope))
    _trend(scope)
    _breaks(scope)


def _trend(scope: Scope) -> None:
    title = t("Reconciliation break by month")
    months = measure(scope, RECON_BREAK_AMT, by="month_end", months=25)
    if months.empty:
        return
    st.subheader(title, anchor=False)
    value = RECON_BREAK_AMT.id
    said = drill.described(months.tail(12), title, value, "month_end", "money")
    drawn = charts.trend(months, value, "money", palette=palette())
    pictures.still(drawn, "data_ledger_months", said)
    export.twin(months, TREND, "data_ledger_months", title, scope)


def _breaks(scope: Scope) -> None:
    title = t("Product and month ends that differ")
    breaks = reports.ledger_breaks(scope)
    st.subheader(title, anchor=False)
    if breaks.empty:
        st.caption(t("None up to this date."))
        return
    tables.show(breaks, BREAKS, key="data_breaks", alt=title, open_row=lists.open_ledger)
    export.offer(export.sheet("data_breaks", title, BREAKS, lambda: breaks, scope))
