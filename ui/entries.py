"""What fell due and was not paid: entry rates by due month, first payments by origination."""

from datetime import date

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import ENTRY_RATE, ENTRY_RATE_CNT, FPD_30, FPD_30_AMT, METRICS
from queries.warehouse import Scope
from ui import (
    ageing_charts,
    drill,
    export,
    filters,
    formats,
    links,
    lists,
    paging,
    pictures,
    tables,
)
from ui.i18n import name, t
from ui.tables import Column
from ui.theme import palette

DAYS_AFTER = ("1", "7", "30")
ENTRIES: dict[str, Column] = {
    "due_month": Column("Due month", "date"),
    "days_after": Column("Days after the due date", "days"),
    "due_amount": Column("Fell due", "money"),
    "unpaid_amount": Column("Unpaid", "money"),
    "rate_amount": Column("Rate", "ratio"),
    "due_count": Column("Instalments due", "count"),
    "unpaid_count": Column("Unpaid instalments", "count"),
    "rate_count": Column("Rate by count", "ratio"),
}
FIRSTS: dict[str, Column] = {
    "vintage": Column("Month of origination", "date"),
    "days_after": Column("Days after the due date", "days"),
    "loans": Column("Loans", "count"),
    "missed": Column("First payment missed", "count"),
    "rate_count": Column("Rate by count", "ratio"),
    "lent": Column("Amount lent", "money"),
    "lent_missed": Column("Lent to those who missed it", "money"),
    "rate_amount": Column("Rate", "ratio"),
}
MISSED: dict[str, Column] = lists.FIRST_PAYMENTS | {"principal": Column("Amount lent", "money")}


def rates(scope: Scope, by_count: bool, months: int) -> None:
    """Entry rates as lines over due months; a mark opens the instalments behind it."""
    title = t("Entry rate by due month")
    st.subheader(title, anchor=False)
    frame = reports.entry_rates(scope, months)
    if frame.empty:
        st.caption(t("No due month can be judged yet, or the book has no schedules."))
        return
    value = "rate_count" if by_count else "rate_amount"
    figure = ageing_charts.rates(frame, "due_month", value, palette=palette())
    first = frame[frame["days_after"] == 1].tail(12)
    words = drill.described(first, title, value, "due_month", "ratio", formats.day)
    clicked = pictures.draw(figure, f"ageing_entry_{value}", words)
    base = (ENTRY_RATE_CNT if by_count else ENTRY_RATE).id
    target = _cohort(frame, base, clicked)
    if target:
        links.go("why", **target)
    metrics = [METRICS[_of_days(base, days)] for days in (1, 3, 7, 30)]
    export.twin(frame, ENTRIES, "ageing_entry", title, scope, *metrics)


def _cohort(frame: pd.DataFrame, base: str, clicked: list | None) -> dict[str, str] | None:
    """The metric and the month end that tell of a due month; None when nothing was clicked."""
    if not clicked:
        return None
    days, due = str(clicked[0]), str(clicked[1])
    same = (frame["days_after"].astype(str) == days) & (frame["due_month"].map(formats.day) == due)
    told = frame.loc[same, "told_on"]
    if told.empty:
        return None
    metric, as_of = _of_days(base, int(days)), formats.day(told.iloc[0])
    return {"metric": metric, "part": "numerator", "as_of": as_of}


def _of_days(base: str, days: int) -> str:
    return base if days == 1 else f"{base}_d{days}"


def first_payments(scope: Scope, by_count: bool, months: int) -> None:
    """First payments missed as lines over months of origination; a mark lists its loans below."""
    title = t("First payment missed, by month of origination")
    st.subheader(title, anchor=False)
    frame = reports.first_payments(scope, months)
    if frame.empty:
        st.caption(t("No first due date can be judged in these months."))
        return
    value = "rate_count" if by_count else "rate_amount"
    figure = ageing_charts.rates(frame, "vintage", value, palette=palette())
    last = frame[frame["days_after"] == 30].tail(12)
    words = drill.described(last, title, value, "vintage", "ratio", formats.day)
    clicked = pictures.draw(figure, f"ageing_first_{value}", words)
    known = [formats.day(day)[:7] for day in frame["vintage"]]
    codes = [clicked[0], str(clicked[1])[:7]] if clicked else None
    target = drill.drill_target(codes, ["days_after", "vintage"], [DAYS_AFTER, known])
    if target:
        links.go("ageing", chapter="flow", **target)
    export.twin(frame, FIRSTS, "ageing_first", title, scope, FPD_30, FPD_30_AMT)
    _missed(scope, known)


def _missed(scope: Scope, months: list[str]) -> None:
    """The loans of one mark of the picture above, as the address names it."""
    vintage, days = filters.asked("vintage", months), filters.asked("days_after", DAYS_AFTER)
    if not (vintage and days):
        return
    asked = (date.fromisoformat(f"{vintage[0]}-01"), int(days[0]))
    number, lent = reports.first_payment_defaults_total(scope, *asked)
    words = {"month": vintage[0], "after": name("days_after", days[0])}
    title = t("Paid out in {month}, first instalment unpaid {after} its due date", **words)
    st.markdown(f"**{title}**")
    said = t("{n} loans, {amount} lent", n=formats.count(number), amount=formats.amount(lent))
    st.caption(said)
    if not number:
        return
    after = paging.after("missed", (scope, *asked))
    page = reports.first_payment_defaults(scope, *asked, after, paging.SIZE)
    tables.show(page, MISSED, key="missed", alt=title, open_row=lists.open_loan)
    paging.controls("missed", page, "loan_id", number)
    export.offer(
        export.listing(
            "first_payment_defaults",
            title,
            MISSED,
            lambda last, limit: reports.first_payment_defaults(scope, *asked, last, limit),
            "loan_id",
            number,
            scope,
            METRICS[f"fpd_{days[0]}"],
            filters=filters.told([("vintage", vintage[0]), ("days_after", days[0])]),
        )
    )
