"""The official migration rates of the five classes, with their denominators and their loans."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from queries import reports
from queries.periods import months_back
from queries.warehouse import Scope
from ui import export, filters, formats, moved_loans, tables
from ui.i18n import t
from ui.moved_loans import RATES, Span
from ui.tables import Column, Target

PERIODS = {"12": "12 months", "6": "6 months", "3": "3 months", "1": "1 month"}


def draw(scope: Scope) -> None:
    """The rates of a period that ends at the scope's date, and the loans of one of them."""
    title = t("Official migration rates of the five classes")
    st.subheader(title, anchor=False)
    months = int(filters.switch(t("Period"), "period", list(PERIODS), lambda n: t(PERIODS[n])))
    span = _period(scope, months)
    frame = reports.migration_rates(scope, months)
    if frame.empty:
        said = t("The book is too young: it begins after {day}.", day=formats.day(span.opened_on))
        st.caption(said)
        return
    st.caption(t(OFFICIAL, span=span.said))
    tables.show(frame, OFFICIAL_COLUMNS, key="migration_rates", alt=title, open_row=_open_rate)
    whole = ("migration_rates", title, OFFICIAL_COLUMNS, lambda: frame, scope)
    export.offer(export.sheet(*whole, filters=span.facts))
    move = "".join(st.query_params.get_all("move")[:1])
    if move in RATES:
        moved_loans.loans(span, move, "migrated_loans")
        # What the adjusted rate adds to both of its parts.
        moved_loans.loans(replace(span, weight="disposed_balance"), move, "disposed_loans")


OFFICIAL = (
    "{span}, not annualised. Loans of the first date only. Base = opening - reduction, where"
    " reduction is what was repaid, written off or sold; down = what is still on the book, in a"
    " worse class. Adjusted: what was written off, or sold when non-performing, is kept above and"
    " below the line. A row opens its loans: those that went down, and those disposed of."
)
OFFICIAL_COLUMNS = {
    "rate_id": Column("Rate", codes="rate_id"),
    "rate": Column("Migration rate", "ratio", help="Down over opening less reduction."),
    "rate_adjusted": Column("Adjusted rate", "ratio"),
    "opening_balance": Column("Opening", "money"),
    "reduction": Column("Reduction", "money"),
    "base": Column("Base", "money", help="Opening less reduction."),
    "down": Column("Down", "money", help="Still on the book, now in a worse class."),
    "disposed": Column("Disposed of", "money", help="Written off, or sold as NPL."),
}


def _period(scope: Scope, months: int) -> Span:
    """The official period that ends at the scope's date."""
    return Span(scope, months_back(scope, months, clip=False), "kept_balance")


def _open_rate(row: pd.Series) -> Target:
    return "migration", {"chapter": "official", "move": row["rate_id"]}
