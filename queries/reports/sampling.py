"""Populations to draw samples from, and the first digits of payments."""

from typing import Literal

import pandas as pd

from queries.warehouse import Scope, ask_unkept, report, report_sql

Population = Literal["loans", "payments"]


def sampling_loans(scope: Scope, among: str = "all", stratify: str = "none") -> pd.DataFrame:
    """item_id, loan_id, stratum, cents: the loans on the book at the month end, by item_id."""
    sql = report_sql("sampling_loans")
    return ask_unkept(sql, scope, among=among, stratify=stratify)


def sampling_payments(scope: Scope, among: str = "all", stratify: str = "none") -> pd.DataFrame:
    """item_id, loan_id, stratum, cents: payments of twelve months, by item_id."""
    sql = report_sql("sampling_payments")
    return ask_unkept(sql, scope, among=among, stratify=stratify)


def first_digits(scope: Scope, places: int = 1) -> pd.DataFrame:
    """digit, number, smallest, largest of the payments of twelve months (14.3).

    `places` is 1, or 2 for the first two digits together: 10 to 99.
    """
    return report("first_digits", scope, places=places)
