"""The rows behind a bar of the Cash page: instalments, repayments or loans that re-add to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope, month_end
from ui import export, filters, formats, links, lists, paging, tables
from ui.i18n import name, t
from ui.tables import Column

MOVED = ("due", "on_time", "late", "early", "taken_back", "recovered", "outside")
GAPS = ("prepaid", "arrears", "unpaid", "rescheduled", "ahead", "advance")
MATURITIES: tuple[reports.Maturity, ...] = ("year", "quarter")
_LOAN = {
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}
INSTALMENTS: dict[str, Column] = _LOAN | {
    "movement_id": Column("Loan / instalment"),
    "moved_on": Column("Due on", "date"),
    "amount": Column("Amount", "amount"),
}
MOVEMENTS: dict[str, Column] = _LOAN | {
    "movement_id": Column("Booking"),
    "is_taken_back": Column("Taken back", "flag"),
    "moved_on": Column("Day", "date"),
    "amount": Column("Adds", "amount"),
}
DIFFERENCES: dict[str, Column] = _LOAN | {
    "expected_amount": Column("Expected", "amount"),
    "collected_amount": Column("Collected", "amount"),
    "amount": Column("Adds", "amount"),
}
MATURING: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "balance": Column("Balance", "amount"),
    "matures_on": Column("Matures on", "date"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "days_past_due": Column("Days past due", "days"),
    "classification": Column("Class", codes="classification"),
    "borrower_id": Column("Borrower"),
}


@dataclass(frozen=True)
class Rows:
    """A list of any length: its rows a part at a time, how many and how much, its key.

    `page` is the part on the screen where it was read with the sums.
    """

    title: str
    columns: tables.Columns
    part: Callable[[str | None, int], pd.DataFrame]
    number: int
    amount: Decimal
    key: str = "movement_id"
    page: pd.DataFrame | None = None


def show(scope: Scope, kinds: tuple[str, ...]) -> None:
    """The rows that the address asks for, if they are of one of `kinds`."""
    wanted = "".join(st.query_params.get_all("behind")[:1])
    if wanted.partition(":")[0] not in kinds:
        return
    rows = _found(scope, wanted)
    if rows is None:
        return
    st.markdown(f"**{rows.title}**")
    said = {"n": formats.count(rows.number), "total": formats.amount(rows.amount)}
    st.caption(
        t("1 row adds up to {total}", **said)
        if rows.number == 1
        else t("{n} rows add up to {total}; the largest first", **said)
    )
    if not rows.number:
        return
    page = rows.page
    if page is None:
        page = rows.part(paging.after("cash_rows", (scope, wanted)), paging.SIZE)
    tables.show(
        page, rows.columns, key="cash_rows", alt=rows.title, open_row=lists.open_loan, rows=10
    )
    paging.controls("cash_rows", page, rows.key, rows.number)
    kind = wanted.partition(":")[0]
    export.offer(
        export.listing(
            f"cash_{kind}",
            rows.title,
            rows.columns,
            rows.part,
            rows.key,
            rows.number,
            scope,
            filters=filters.told([("behind", wanted)]),
        )
    )


def go(kind: str, *of: str) -> None:
    """Opens the rows of a bar under its picture."""
    links.go("cash", behind=":".join((kind, *of)))


def _found(scope: Scope, wanted: str) -> Rows | None:
    kind, _, rest = wanted.partition(":")
    first, _, last = rest.partition(":")
    title = t("Behind the bar: {what}", what=filters.behind(wanted))
    if kind == "matures" and first in MATURITIES:
        step: reports.Maturity = "year" if first == "year" else "quarter"
        number, amount = reports.maturing_loans_total(scope, step, last)
        part = partial(reports.maturing_loans, scope, step, last)
        return Rows(title, MATURING, part, number, amount, "loan_id")
    if kind in GAPS:
        # The differences are those of the scope's month: no other date may stand above them.
        if rest != formats.day(month_end(scope)):
            return None
        number, amount = reports.collection_gaps_total(scope, kind)
        gaps = partial(reports.collection_gaps, scope, kind)
        return Rows(title, DIFFERENCES, gaps, number, amount, "loan_id")
    days = _days(first, last)
    if days is None:
        return None
    if kind == "expected":
        number, amount = reports.forecast_lines_total(scope, *days)
        return Rows(
            title, INSTALMENTS, partial(reports.forecast_lines, scope, *days), number, amount
        )
    columns = INSTALMENTS if kind == "due" else MOVEMENTS
    part = partial(reports.cash_movements, scope, kind, *days)
    page, number, amount = paging.read(
        "cash_rows",
        (scope, wanted),
        partial(reports.cash_movements_start, scope, kind, *days),
        part,
        partial(reports.cash_movements_total, scope, kind, *days),
    )
    return Rows(title, columns, part, number, amount, "row_id", page)


def _days(first: str, last: str) -> tuple[date, date] | None:
    """Two days of the address; None when they are none."""
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None


def kind(code: str) -> str:
    """What a kind of cash is called."""
    return name("cash_kind", code)
