"""Who is late, how late, and is it getting worse?"""

from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import (
    BALANCE,
    CURED,
    CURED_LOANS,
    ENTRY_RATE,
    ENTRY_RATE_CNT,
    FPD_30,
    FPD_30_AMT,
    LATE_AGAIN,
    LATE_AGAIN_LOANS,
    LEFT_LATE,
    LEFT_LATE_LOANS,
    LOANS,
    NEWLY_LATE,
    NEWLY_LATE_LOANS,
    OVERDUE_AMOUNT_RATE,
    OVERDUE_BALANCE,
    OVERDUE_CNT_RATE,
    OVERDUE_RATE_1104,
    OVERDUE_RATE_WHOLE,
    comparisons,
    history,
)
from queries.reports.ageing import Scale
from queries.warehouse import Scope
from ui import (
    ageing_charts,
    any_two,
    attention,
    charts,
    drill,
    entries,
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
from ui.i18n import t
from ui.names import BUCKETS, BUCKETS_M, BUCKETS_REG
from ui.tables import Column
from ui.theme import palette

FOUR = (OVERDUE_RATE_WHOLE, OVERDUE_RATE_1104, OVERDUE_AMOUNT_RATE, OVERDUE_CNT_RATE)
BY_AMOUNT = (NEWLY_LATE, LATE_AGAIN, CURED, LEFT_LATE, ENTRY_RATE, FPD_30_AMT)
BY_COUNT = (
    NEWLY_LATE_LOANS,
    LATE_AGAIN_LOANS,
    CURED_LOANS,
    LEFT_LATE_LOANS,
    ENTRY_RATE_CNT,
    FPD_30,
)
SCALES: dict[Scale, tuple[str, ...]] = {
    "bucket": BUCKETS,
    "bucket_m": BUCKETS_M,
    "bucket_reg": BUCKETS_REG,
}
CELLS = (
    *("share", "overdue_balance", "overdue_rate_whole", "par30", "par90", "overdue_amount"),
    *("overdue_loans", "overdue_cnt_rate", "balance", "loans"),
)


@dataclass(frozen=True)
class Look:
    """How the page's pictures are read: by what, on which scale of buckets, how far back."""

    show: str
    scale: Scale
    months: int

    @property
    def counts(self) -> bool:
        """True when loans are counted, false when their balance is."""
        return self.show == "loans"

    @property
    def unit(self) -> str:
        """The unit of what is shown."""
        return {"balance": "money", "loans": "count", "share": "ratio"}[self.show]


def render(scope: Scope) -> None:
    """Four overdue ratios, then a chapter: buckets and where; who came and went; whom to attend."""
    found = comparisons(scope, BALANCE, *FOUR)
    if not found[BALANCE.id].now:
        lists.nothing()
        return
    st.subheader(t("Three overdue balances, never one word"), anchor=False)
    tiles.row(found, *(m.id for m in FOUR), columns=4, with_amount=True)
    chapters = {"buckets": t("Buckets"), "flow": t("Came and went"), "attention": t("Attention")}
    chapter = filters.switch(
        t("Chapter"),
        "chapter",
        list(chapters),
        chapters.__getitem__,
        clears=filters.OWN["ageing"],
    )
    if chapter == "attention":
        attention.draw(scope)
    elif chapter == "flow":
        _flow(scope, found[OVERDUE_CNT_RATE.id].numerator)
    else:
        _stock(scope)
    links.link("migration", t("Where the late balance rolled: Migration"), icon=":material/moving:")


def _stock(scope: Scope) -> None:
    """The buckets now and over time, and any two cuts of the book."""
    look = _look()
    left, right = layout.beside()
    with left:
        _buckets(scope, look)
    with right:
        _over_time(scope, look)
    any_two.draw(scope, "ageing", CELLS)


def _flow(scope: Scope, overdue: float | None) -> None:
    """Who became late and who came back, by month and as lists; `overdue` loans are past due."""
    look = _look(by_bucket=False)
    asked = (*BY_AMOUNT, *BY_COUNT)
    found = comparisons(scope, *asked)
    series = history(scope, *asked)
    newly, _, cured, _, entry, first = BY_COUNT if look.counts else BY_AMOUNT
    st.subheader(t("Who became late, who came back"), anchor=False)
    tiles.row(found, newly.id, cured.id, entry.id, first.id, columns=4)
    left, right = layout.beside()
    with left:
        _came_and_went(scope, look, series.tail(look.months))
    with right:
        entries.rates(scope, look.counts, look.months)
    entries.first_payments(scope, look.counts, look.months)
    left, right = layout.beside(2, 520)
    with left:
        _newly_late(scope, found[NEWLY_LATE.id].now, found[NEWLY_LATE_LOANS.id].now)
    with right:
        _largest(scope, overdue)


def _look(by_bucket: bool = True) -> Look:
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        kinds = {"balance": t("Balance"), "loans": t("Loans"), "share": t("Share")}
        show = filters.switch(t("Shown as"), "show", list(kinds), kinds.__getitem__)
        scales: dict[Scale, str] = {
            "bucket": t("Management"),
            "bucket_m": t("M scale"),
            "bucket_reg": t("Disclosure"),
        }
        scale: Scale = "bucket"
        if by_bucket:
            scale = filters.switch(t("Buckets"), "scale", list(scales), scales.__getitem__)
        spans = {"13": t("13 months"), "25": t("25 months")}
        months = filters.switch(t("Months"), "months", list(spans), spans.__getitem__)
    return Look(show, scale, int(months))


# --- Buckets ---


def _buckets(scope: Scope, look: Look) -> None:
    title = t("By days past due, now")
    st.subheader(title, anchor=False)
    frame = reports.bucket_trend(scope, look.scale, look.months)
    frame = frame[frame["month_end"] == frame["month_end"].max()]
    codes = SCALES[look.scale]
    is_late = frame["bucket"] != codes[0]
    current = frame.loc[~is_late, look.show].sum()
    said = formats.value(look.unit, current)
    st.caption(t("Not past due: {balance}; past due:", balance=said))
    # What is not late would leave the rest too short to read.
    late = frame[is_late].rename(columns={"bucket": look.scale})
    if late.empty:
        st.caption(t("No loan is past due."))
        return
    figure = charts.bars(
        late,
        look.show,
        look.scale,
        look.unit,
        order=codes[1:],
        horizontal=True,
        palette=palette(),
    )
    words = drill.described(late, title, look.show, look.scale, look.unit)
    event = pictures.draw(figure, f"ageing_{look.scale}", words)
    _why(drill.drill_target(event, [look.scale], [codes], **_buckets_of(look)))
    export.twin(frame, _bucket_columns(look), f"ageing_{look.scale}", title, scope, BALANCE, LOANS)


def _over_time(scope: Scope, look: Look) -> None:
    title = t("Each bucket, month by month")
    st.subheader(title, anchor=False)
    frame = reports.bucket_trend(scope, look.scale, look.months)
    if frame["month_end"].nunique() < 2:
        st.caption(t("There is no month before to compare with."))
        return
    st.caption(t("Each on its own scale, from zero; the last figure in bold."))
    codes = SCALES[look.scale][1:]
    figure = ageing_charts.panels(frame, look.show, look.scale, codes, look.unit, palette=palette())
    last = frame[frame["month_end"] == frame["month_end"].max()]
    words = drill.described(
        last.rename(columns={"bucket": look.scale}), title, look.show, look.scale, look.unit
    )
    event = pictures.draw(figure, f"ageing_trend_{look.scale}", words)
    drawn = [_days(frame["month_end"]), codes]
    _why(drill.drill_target(event, ["as_of", look.scale], drawn, **_buckets_of(look)))
    export.twin(frame, _bucket_columns(look), "ageing_trend", title, scope, BALANCE, LOANS)


def _buckets_of(look: Look) -> dict[str, str]:
    return {"metric": (LOANS if look.counts else BALANCE).id, "part": "numerator"}


def _bucket_columns(look: Look) -> tables.Columns:
    return {
        "month_end": Column("Month end", "date"),
        "bucket": Column("Bucket", codes=look.scale),
        "loans": Column("Loans", "count"),
        "balance": Column("Balance", "money"),
        "share": Column("Share of the balance", "ratio"),
    }


# --- Who came and who went ---


def _came_and_went(scope: Scope, look: Look, series: pd.DataFrame) -> None:
    title = t("Newly late, back to current, gone, month by month")
    st.subheader(title, anchor=False)
    came, again, *went = (BY_COUNT if look.counts else BY_AMOUNT)[:4]
    four = (came, again, *went)
    if not series[[metric.id for metric in four]].fillna(0).to_numpy().any():
        st.caption(t("No loan became late in these months."))
        return
    figure = ageing_charts.came_and_went(
        series,
        came.id,
        again.id,
        [metric.id for metric in went],
        {metric.id: t(metric.name) for metric in four},
        came.unit,
        palette=palette(),
    )
    words = drill.described(series.tail(12), title, came.id, "month_end", came.unit)
    event = pictures.draw(figure, f"ageing_flow_{look.counts}", words)
    drawn = [[metric.id for metric in four], _days(series["month_end"])]
    _why(drill.drill_target(event, ["metric", "as_of"], drawn, part="numerator"))
    columns = {"month_end": Column("Month end", "date")} | tables.of_metrics(*four)
    export.twin(series, columns, f"ageing_flow_{look.show}", title, scope, *four)


# --- Lists ---


def _newly_late(scope: Scope, balance: float | None, number: float | None) -> None:
    title = t("Newly late this month")
    st.subheader(title, anchor=False)
    if not number:
        st.caption(t("No loan became late this month."))
        return
    said = t(
        "{n} loans, {balance} in balance; the largest first",
        n=formats.count(number),
        balance=formats.money(balance),
    )
    st.caption(said)
    ten = reports.newly_late(scope, limit=10)
    tables.show(ten, NEWLY, key="newly_late", alt=title, open_row=lists.open_loan, rows=10)
    links.link("why", t("all of them"), metric=NEWLY_LATE.id, part="numerator")
    part = partial(reports.newly_late, scope)
    whole = ("newly_late", title, NEWLY, part, "loan_id", int(number), scope, NEWLY_LATE)
    export.offer(export.listing(*whole))


def _largest(scope: Scope, number: float | None) -> None:
    title = t("The ten largest overdue loans")
    st.subheader(title, anchor=False)
    if not number:
        st.caption(t("No loan is past due."))
        return
    st.caption(t("Beside the days past due, those by the first schedule: a gap is an extension."))
    ten = reports.largest_overdue(scope, limit=10)
    tables.show(ten, LARGEST, key="largest", alt=title, open_row=lists.open_loan, rows=10)
    links.link("why", t("all of them"), metric=OVERDUE_BALANCE.id, part="numerator")
    part = partial(reports.largest_overdue, scope)
    whole = ("overdue_loans", title, LARGEST, part, "loan_id", int(number), scope, OVERDUE_BALANCE)
    export.offer(export.listing(*whole))


def _why(target: dict | None) -> None:
    if target:
        links.go("why", **target)


def _days(column: pd.Series) -> list[str]:
    return [formats.day(day) for day in column]


_LOAN: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "balance": Column("Balance", "money"),
    "days_past_due": Column("Days past due", "days"),
}
NEWLY: dict[str, Column] = _LOAN | {
    "overdue_amount": Column("Amount past due", "money"),
    "is_late_again": Column("Late before", "flag"),
}
LARGEST: dict[str, Column] = _LOAN | {
    "dpd_original": Column("By the first schedule", "days"),
    "overdue_amount": Column("Amount past due", "money"),
    "classification": Column("Class", codes="classification"),
}
