"""Which instalments and which loans became late."""

from datetime import date
from decimal import Decimal

import pandas as pd

from queries.paging import PAGE, page, total
from queries.periods import months_back
from queries.warehouse import Scope, report, report_sql


def entry_rates(scope: Scope, months: int = 13) -> pd.DataFrame:
    """due_month, days_after, told_on, due and unpaid (amount, count), rate_amount, rate_count.

    Told at the last `months` month ends up to the scope's (section 3.2, entry_rate).
    """
    return report("entry_rates", scope, first=months_back(scope, months - 1))


def due_counts(scope: Scope) -> pd.DataFrame:
    """instalment_id, loan_id, branch, product, due_on, month_end, and what each adds there.

    The instalments that the scope's month end tells of: due the month before, for the thirtieth
    day the one before that (section 3.2, entry_rate).
    """
    return report("due_counts", scope)


def first_payments(scope: Scope, months: int = 25) -> pd.DataFrame:
    """vintage, days_after, loans, missed, lent, lent_missed, rate_count, rate_amount.

    Loans paid out in the last `months` months up to the scope's month end (section 3.2, fpd_k).
    """
    first = months_back(scope, months - 1).replace(day=1)
    return report("first_payments", scope, first=first)


def first_payment_defaults(
    scope: Scope, vintage: date, days_after: int, after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """The loans that `first_payments` counts as missed, largest first; `vintage` is a first day."""
    sql, asked = report_sql("first_payment_defaults"), {"vintage": vintage}
    order = ("-principal", "loan_id")
    return page(sql, scope, order, after, limit, **asked, days_after=days_after)


def first_payment_defaults_total(
    scope: Scope, vintage: date, days_after: int
) -> tuple[int, Decimal]:
    """How many `first_payment_defaults` are in all, and what was lent to them."""
    sql = report_sql("first_payment_defaults")
    return total(sql, scope, "principal", vintage=vintage, days_after=days_after)


def first_payment_counts(scope: Scope) -> pd.DataFrame:
    """loan_id, borrower_id, branch, product, disbursed_on, first_due_on, month_end, what it adds.

    One row per loan and month in which its first due date was 1, 7 or 30 days ago (3.2, fpd_k).
    """
    return report("first_payment_counts", scope)
