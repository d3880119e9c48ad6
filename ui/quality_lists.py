"""The lists under the pictures of asset quality: a page at a time, and whole as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
import streamlit as st

from queries.warehouse import Scope
from ui import export, formats, paging, tables
from ui.i18n import t
from ui.tables import Target


@dataclass(frozen=True)
class Listing:
    """A list: its rows after a key, how many there are and what they add up to, where a row leads.

    `chosen` is the value of the address that narrows it, `said` how the reader knows that value.
    """

    name: str
    title: str
    columns: tables.Columns
    part: Callable[..., pd.DataFrame]
    total: Callable[..., tuple[int, Decimal]]
    key: str
    open_row: Callable[[pd.Series], Target | None]
    chosen: str = ""
    said: str = ""


def draw(scope: Scope, listing: Listing) -> None:
    """Heading, number and amount, one page of rows, the file of all of them."""
    number, amount = listing.total(scope, listing.chosen)
    title = f"{listing.title}: {listing.said}" if listing.said else listing.title
    st.subheader(title, anchor=False)
    if not number:
        st.caption(t("There is none."))
        return
    told = {"n": formats.count(number), "amount": formats.amount(amount)}
    st.caption(t("{n} rows, {amount} in all", **told))
    after = paging.after(listing.name, (scope, listing.chosen))
    page = listing.part(scope, listing.chosen, after=after, limit=paging.SIZE)
    tables.show(
        page, listing.columns, key=listing.name, alt=title, open_row=listing.open_row, rows=10
    )
    paging.controls(listing.name, page, listing.key, number)
    export.offer(_sheet(scope, listing, title, number))


def _sheet(scope: Scope, listing: Listing, title: str, number: int) -> export.Sheet:
    def part(after: str | None, limit: int) -> pd.DataFrame:
        return listing.part(scope, listing.chosen, after=after, limit=limit)

    facts = ((t("Rows shown"), listing.said),) if listing.said else ()
    whole = (listing.name, title, listing.columns, part, listing.key, number, scope)
    return export.listing(*whole, filters=facts)


def opens(chapter: str, key: str, column: str) -> Callable[[pd.Series], Target | None]:
    """What a row of a table above does: it narrows the list below it."""

    def target(row: pd.Series) -> Target | None:
        return "quality", {"chapter": chapter, key: str(row[column])}

    return target
