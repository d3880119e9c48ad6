"""The loans that made a move between two month ends: a list that adds up to its cell."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, filters, formats, lists, paging, tables
from ui.i18n import t
from ui.tables import Column

RATES = ("mig_performing", "mig_normal", "mig_sm", "mig_sub", "mig_doubtful")


@dataclass(frozen=True)
class Span:
    """Two month ends, the later one that of `scope`, and how a move is counted."""

    scope: Scope
    opened_on: date
    weight: str = "opening_balance"

    @property
    def said(self) -> str:
        """The two dates, as a title says them."""
        first, last = formats.day(self.opened_on), formats.day(self.scope.as_of)
        return t("{first} to {last}", first=first, last=last)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What the cover of a file says of them."""
        return ((t("From, to"), self.said),)


def read(span: Span, move: str, key: str) -> paging.Sums:
    """The present page of the list, how many loans it has in all, and what they add up to."""
    asked = (span.scope, span.opened_on, move, span.weight)
    return paging.read(
        key,
        (span, move),
        partial(reports.moved_loans_start, *asked),
        partial(reports.moved_loans, *asked),
        partial(reports.moved_loans_total, *asked),
    )


def loans(span: Span, move: str, key: str) -> None:
    """The loans behind a cell or a rate, whose sum is said, with every one of them as a file."""
    scope, opened_on, weight = span.scope, span.opened_on, span.weight
    page, number, amount = read(span, move, key)
    said = filters.move_named(move)
    if weight == "disposed_balance":
        said = t("{move}, disposed of", move=said)
    title = t("Behind {move}, {span}", move=said, span=span.said)
    st.subheader(title, anchor=False)
    n = formats.count(number)
    if weight == "loans":
        st.caption(t("{n} loans", n=n))
    else:
        said = formats.exact("money", amount)
        st.caption(t("{n} loans add up to {amount}; the largest first", n=n, amount=said))
    if not number:
        return
    columns = lists.MOVED | {"counted": Column("Adds", "count" if weight == "loans" else "money")}
    tables.show(page, columns, key=key, alt=title, open_row=lists.open_loan)
    paging.controls(key, page, "loan_id", number)
    export.offer(
        export.listing(
            key,
            title,
            columns,
            lambda after, limit: reports.moved_loans(scope, opened_on, move, weight, after, limit),
            "loan_id",
            number,
            scope,
            filters=(*span.facts, *filters.told([("move", move)])),
        )
    )
