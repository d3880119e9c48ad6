"""What was written off, what came back, and what is still claimed (section 3.6)."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import RECOVERED, WRITE_OFF_RATIO, WRITTEN_OFF
from queries.warehouse import Scope
from ui import (
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
)
from ui.heat import heat
from ui.i18n import name, t
from ui.quality_lists import Listing
from ui.tables import Column
from ui.theme import palette

FIGURES = (
    ("Written off, twelve months", "money", "written_off_12m"),
    ("Recovered, twelve months", "money", "recovered_12m"),
    ("Net charge-off", "money", "net_charge_off_12m"),
    ("Write-off ratio, twelve months", "ratio", "write_off_ratio_12m"),
    ("Recovery rate", "ratio", "recovery_rate_12m"),
    ("Memo balance", "money", "memo_balance"),
)
METRIC_OF = {"written_off": WRITTEN_OFF, "recovered": RECOVERED}


def draw(scope: Scope) -> None:
    """Twelve months in figures, flows beside recovery by vintage, the months, the write-offs."""
    frame = reports.write_off_flow(scope)
    _figures(frame.iloc[-1])
    left, right = layout.beside()
    with left:
        _flows(scope, frame)
    with right:
        quarters = _vintages(scope)
    for figure in filters.asked("write_off_figure", [column for *_, column in FIGURES])[:1]:
        quality_lists.draw(scope, _events(figure))
    chosen = filters.asked("write_off_quarter", quarters)[:1]
    quality_lists.draw(scope, _written_off(chosen[0] if chosen else ""))


def _figures(last: pd.Series) -> None:
    """The twelve months to the day, each with its meaning; the months themselves are below."""
    st.caption(t("Over twelve months; the memo balance is that of the day."))
    grid = st.grid(3, min_column_width=236, gap="small")
    for label, unit, column in FIGURES:
        with grid, st.container(border=True, height="stretch", gap="xsmall"):
            said = formats.value(unit, last[column])
            st.metric(t(label), said, help=t(MEANING[column]))
            if not formats.missing(last[column]):
                address = {"chapter": "written_off", "write_off_figure": column}
                links.link("quality", t("why?"), **address)


def _flows(scope: Scope, frame: pd.DataFrame) -> None:
    title = t("Written off and recovered, month by month")
    st.subheader(title, anchor=False)
    names = {"written_off": t("Written off"), "recovered": t("Recovered")}
    figure = quality_charts.paired(frame, "month_end", names, palette=palette())
    words = drill.described(frame, title, "written_off", "month_end", "money")
    event = pictures.draw(figure, "quality_write_offs", words)
    days = [formats.day(day) for day in frame["month_end"]]
    target = drill.drill_target(event, ["column", "as_of"], [list(METRIC_OF), days])
    if target:
        metric = METRIC_OF[target["column"]]
        links.go("why", metric=metric.id, part="numerator", as_of=target["as_of"])
    export.twin(frame, MONTHS, "write_off_flow", title, scope, WRITTEN_OFF, RECOVERED)


def _vintages(scope: Scope) -> list[str]:
    """Recovered so far by quarter of write-off; gives the quarters, which open their loans."""
    title = t("Recovered, by quarter of write-off and months after")
    st.subheader(title, anchor=False)
    frame = reports.recovery_vintages(scope)
    if frame.empty:
        st.caption(t("No write-off is old enough."))
        return []
    st.caption(t("Share of what was written off; empty until the whole quarter is so old."))
    ages = sorted(set(frame["months_after"]))
    quarters = sorted(set(frame["cohort"]))
    picture = heat(
        *(frame, "cohort", "months_after", "rate", "ratio"),
        order=ages,
        rows_order=quarters,
        palette=palette(),
    )
    event = pictures.draw_cells(picture, "quality_recovery", title)
    target = drill.drill_target(event, ["cohort", "age"], [quarters, ages])
    if target:
        links.go("quality", chapter="written_off", write_off_quarter=target["cohort"])
    export.twin(frame, VINTAGES, "recovery_vintages", title, scope)
    return quarters


def _events(figure: str) -> Listing:
    """The rows that add up to a figure; of a ratio, to its numerator."""
    return Listing(
        "write_off_events",
        t("Behind the figure"),
        EVENTS,
        reports.write_off_events,
        reports.write_off_events_total,
        "event_id",
        lists.open_loan,
        figure,
        name("write_off_figure", figure),
    )


def _written_off(quarter: str) -> Listing:
    return Listing(
        "write_off_list",
        t("Write-offs, the largest first"),
        WRITE_OFFS,
        reports.write_off_list,
        reports.write_off_list_total,
        "write_off_id",
        lists.open_loan,
        quarter,
        quarter,
    )


MEANING = {
    "written_off_12m": "Principal written off in the period, net of reversals.",
    "recovered_12m": "Cash received in the period on loans written off.",
    "net_charge_off_12m": "Written off less recovered.",
    "write_off_ratio_12m": "Written off in twelve months over the mean balance of the month ends.",
    "recovery_rate_12m": "Cash received in the period over the memo balance at its start.",
    "memo_balance": "Written off less recovered less forgiven: what is still claimed.",
}
MONTHS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "written_off": Column("Written off", "money", help=MEANING["written_off_12m"]),
    "recovered": Column("Recovered", "money", help=MEANING["recovered_12m"]),
    "forgiven": Column("Forgiven", "money"),
    "net_charge_off": Column("Net charge-off", "money", help=MEANING["net_charge_off_12m"]),
    "memo_balance": Column("Memo balance", "money", help=MEANING["memo_balance"]),
    "write_off_ratio": Column("Write-off ratio", "ratio", help=WRITE_OFF_RATIO.meaning),
    "recovery_rate": Column("Recovery rate", "ratio", help=MEANING["recovery_rate_12m"]),
    "written_off_12m": Column("Written off", "money"),
    "recovered_12m": Column("Recovered", "money"),
    "net_charge_off_12m": Column("Net charge-off", "money"),
    "write_off_ratio_12m": Column(
        "Write-off ratio, twelve months", "ratio", help=MEANING["write_off_ratio_12m"]
    ),
    "recovery_rate_12m": Column("Recovery rate", "ratio"),
}
VINTAGES: dict[str, Column] = {
    "cohort": Column("Quarter of write-off"),
    "months_after": Column("Months after", "count"),
    "write_offs": Column("Write-offs", "count"),
    "written_off": Column("Written off", "money"),
    "recovered": Column("Recovered", "money"),
    "rate": Column("Recovery rate", "ratio"),
}
EVENTS: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "write_off_event": Column("What happened", codes="write_off_event"),
    "happened_on": Column("Day", "date"),
    "amount": Column("Adds", "money"),
}
WRITE_OFFS: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "written_off_on": Column("Written off on", "date"),
    "amount": Column("Written off", "money"),
    "recovered": Column("Recovered", "money"),
    "last_recovered_on": Column("Last recovery", "date"),
    "evidence": Column("Evidence", codes="evidence"),
}
