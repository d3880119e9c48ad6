"""How much became non-performing: gross and net, by the month and over twelve months."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import (
    NPL_FORMATION_GROSS,
    NPL_FORMATION_NET,
    NPL_FORMATION_RATE_GROSS,
    NPL_FORMATION_RATE_NET,
)
from queries.warehouse import Scope
from ui import (
    define,
    drill,
    export,
    filters,
    formats,
    layout,
    links,
    lists,
    pictures,
    quality_charts,
    quality_lists,
    tables,
)
from ui.i18n import t
from ui.quality_lists import Listing
from ui.tables import Column
from ui.theme import palette

METRIC_OF = {
    "formation_gross": NPL_FORMATION_GROSS,
    "formation_net": NPL_FORMATION_NET,
    "formation_gross_rate": NPL_FORMATION_RATE_GROSS,
    "formation_net_rate": NPL_FORMATION_RATE_NET,
}
SPANS = ("12", "6", "3")


def draw(scope: Scope) -> None:
    """Amounts beside yearly rates, the table of both, and the share of this year's own loans."""
    said = t("Rolling period")
    span = filters.switch(said, "span", SPANS, lambda n: t("{n} months rolling", n=n))
    frame = reports.npl_formation(scope, span=int(span))
    left, right = layout.beside()
    with left:
        _amounts(scope, frame, span)
    with right:
        _rates(scope, frame)
    _new_loans(scope)
    links.link("bridge", t("What became of it, by cause: Bridge"), icon=":material/bar_chart:")
    with st.expander(t("How it is counted"), icon=":material/menu_book:"):
        define.definition(NPL_FORMATION_GROSS)
        define.definition(NPL_FORMATION_NET)


def _amounts(scope: Scope, frame: pd.DataFrame, span: str) -> None:
    title = t("NPL formed in the month")
    st.subheader(title, anchor=False)
    last = frame.iloc[-1]
    told = {"gross": formats.money(last["period_gross"]), "net": formats.money(last["period_net"])}
    st.caption(t("Over {n} months: {gross} gross, {net} net.", n=span, **told))
    names = {"formation_gross": t("Gross"), "formation_net": t("Net")}
    figure = quality_charts.paired(frame, "month_end", names, palette=palette())
    words = drill.described(frame, title, "formation_gross", "month_end", "money")
    _why(pictures.draw(figure, "quality_formation", words), frame)
    export.twin(frame, COLUMNS, "npl_formation", title, scope, *METRIC_OF.values())


def _rates(scope: Scope, frame: pd.DataFrame) -> None:
    title = t("NPL formation rate, a year")
    st.subheader(title, anchor=False)
    st.caption(t("A single month swings; the rolling period over its opening is the trend."))
    names = {
        "formation_gross_rate": t("Gross, the month × 12"),
        "formation_net_rate": t("Net, the month × 12"),
        "period_gross_rate": t("Gross, rolling"),
        "period_net_rate": t("Net, rolling"),
    }
    figure = quality_charts.lines(frame, names, "ratio", palette=palette())
    words = drill.described(frame, title, "formation_gross_rate", "month_end", "ratio")
    _why(pictures.draw(figure, "quality_formation_rate", words), frame)
    export.twin(frame, COLUMNS, "npl_formation_rate", title, scope, *METRIC_OF.values())


def _why(event: list | None, frame: pd.DataFrame) -> None:
    """The loans of the month that was clicked; a rolling period opens its last month."""
    days = [formats.day(day) for day in frame["month_end"]]
    columns = [each for each in COLUMNS if each.replace("period", "formation") in METRIC_OF]
    target = drill.drill_target(event, ["column", "as_of"], [columns, days])
    if target:
        metric = METRIC_OF[target["column"].replace("period", "formation")]
        links.go("why", metric=metric.id, part="numerator", as_of=target["as_of"])


def _new_loans(scope: Scope) -> None:
    title = t("NPL on loans granted this year")
    st.subheader(title, anchor=False)
    frame = reports.new_loan_npl(scope)
    st.caption(
        t(
            "Formed since January from loans granted since January, over all of those. A row"
            " opens the loans that became non-performing."
        )
    )
    choose = quality_lists.opens("formation", "formed_until", "month")
    shown = frame[::-1].assign(month=[formats.day(day) for day in frame["month_end"][::-1]])
    tables.show(shown, NEW, key="new_loan_npl", alt=title, open_row=choose, rows=6)
    export.offer(export.sheet("new_loan_npl", title, NEW, lambda: frame, scope))
    for until in filters.asked("formed_until", shown["month"].tolist())[:1]:
        quality_lists.draw(scope, _formed(until))


def _formed(until: str) -> Listing:
    return Listing(
        "new_loan_npl_loans",
        t("Loans granted that year and non-performing in it, the largest first"),
        FORMED,
        reports.new_loan_npl_loans,
        reports.new_loan_npl_loans_total,
        "loan_id",
        lists.open_loan,
        until,
        t("up to {day}", day=until),
    )


COLUMNS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "opening_gross": Column("Opening balance", "money"),
    "formation_gross": Column("NPL formation, gross", "money"),
    "formation_net": Column("NPL formation, net", "money"),
    "formation_gross_rate": Column("Gross, the month × 12", "ratio"),
    "formation_net_rate": Column("Net, the month × 12", "ratio"),
    "period_opening": Column("Opening of the rolling period", "money"),
    "period_gross": Column("Gross, rolling period", "money"),
    "period_net": Column("Net, rolling period", "money"),
    "period_gross_rate": Column("Gross, rolling", "ratio"),
    "period_net_rate": Column("Net, rolling", "ratio"),
}
NEW: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "granted": Column("Granted this year", "money"),
    "formed": Column("NPL formed from them", "money"),
    "new_loan_npl_ratio": Column("NPL on new loans", "ratio"),
}
FORMED: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "formed_in": Column("Non-performing at", "date"),
    "months_on_book": Column("Months on book", "count"),
    "amount": Column("Adds", "money"),
}
