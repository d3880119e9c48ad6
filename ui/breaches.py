"""One breach of a limit of concentration (T13): capital, limit, what was owed, and the loans."""

from datetime import date

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, formats, links, lists, steps, tables
from ui.i18n import t
from ui.tables import Column

TEST = "T13_concentration"
OF_GROUPS = "group_exposure_ratio"
OF_NET_CAPITAL = "single_customer_loan_ratio"
MONTHS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "loans": Column("Loans", "count"),
    "balance": Column("Owed", "money"),
    "share": Column("Of the capital", "ratio"),
    "limit_share": Column("Limit", "ratio"),
    "most": Column("The most that may be owed", "money"),
    "excess": Column("Above it", "money", help="Below it where it is negative."),
    "capital_as_of": Column("Capital reported on", "date"),
    "capital": Column("Capital", "money"),
}
LOANS: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "borrower_id": Column("Borrower"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "balance": Column("Balance", "money"),
    "days_past_due": Column("Days past due", "days"),
    "classification": Column("Class", codes="classification"),
}


def show(scope: Scope, found: pd.Series, day: date) -> None:
    """The arithmetic, the month ends for which it stood, and the loans where it began."""
    kind, customer = str(found.kind), str(found.reference)
    months = reports.breach_months(scope, kind, customer, day)
    if months.empty:
        st.caption(t("The limits are judged with the whole book in view only."))
        return
    facts = ((t("Customer"), customer), (t("Day"), formats.day(day)))
    title = t("The breach by month end")
    steps.show(scope, told(found, months), "breach", title, MONTHS, months, facts, rows=6)
    title = t("Loans behind it on {day}", day=formats.day(day))
    behind = loans(scope, found)
    st.markdown(f"**{title}**")
    tables.show(behind, LOANS, key="breach_loans", alt=title, open_row=lists.open_loan, rows=8)
    export.offer(export.sheet("breach_loans", title, LOANS, lambda: behind, scope, filters=facts))
    if kind == OF_GROUPS:
        links.link(
            "concentration",
            t("Group {n} and its members", n=customer),
            icon=":material/hub:",
            group=customer,
        )
    else:
        links.link(
            "borrower",
            t("Borrower {n}, whole", n=customer),
            icon=":material/person:",
            borrower_id=customer,
        )


def loans(scope: Scope, found: pd.Series) -> pd.DataFrame:
    """The loans of its customer where the breach began, those of `reports.breach_loans`."""
    day = pd.Timestamp(found.happened_on).date()
    return reports.breach_loans(scope, str(found.kind), str(found.reference), day)


def sentences(scope: Scope, found: pd.Series, day: date) -> list[str]:
    """The arithmetic as sentences; none where the whole book is not in view."""
    months = reports.breach_months(scope, str(found.kind), str(found.reference), day)
    return told(found, months) if len(months) else []


def told(found: pd.Series, months: pd.DataFrame) -> list[str]:
    """Capital and limit, what was owed beside the most, and for how long it stood.

    `months` are those of `reports.breach_months`.
    """
    first, last = months.iloc[0], months.iloc[-1]
    over = months[months["excess"] > 0]
    worst = over.nlargest(1, "excess").iloc[0]
    capital = (
        t("Net capital as reported on {day} was {amount}.", **_capital(first))
        if found.kind == OF_NET_CAPITAL
        else t("Net tier-1 capital as reported on {day} was {amount}.", **_capital(first))
    )
    said = [
        capital,
        t(
            "One customer may owe {share} of it, which is {most}.",
            share=formats.percent(first.limit_share),
            most=formats.amount(first.most),
        ),
        t(
            "On {day} {customer} owed {owed} on {n} loans, {share} of the capital: {excess} more"
            " than it may.",
            day=formats.day(first.month_end),
            customer=str(found.reference),
            owed=formats.amount(first.balance),
            n=formats.count(first.loans),
            share=formats.percent(first.share),
            excess=formats.amount(first.excess),
        ),
        t(
            "Month ends above the limit up to {last}: {n}. The most was {excess} above it, on"
            " {day}.",
            last=formats.day(over.iloc[-1].month_end),
            n=len(over),
            excess=formats.amount(worst.excess),
            day=formats.day(worst.month_end),
        ),
    ]
    if last.excess <= 0:
        said.append(t("On {day} it was back within the limit.", day=formats.day(last.month_end)))
    else:
        said.append(t("It still stood on {day}.", day=formats.day(last.month_end)))
    return said


def _capital(first: pd.Series) -> dict[str, str]:
    return {"day": formats.day(first.capital_as_of), "amount": formats.amount(first.capital)}
