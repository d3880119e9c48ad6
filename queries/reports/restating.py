"""What builds say of one month: the rows that two of them are compared by."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from queries.warehouse import Scope, ask_unkept, report, report_sql


def restated_states(scope: Scope, day: date) -> pd.DataFrame:
    """One row per loan at a month end: status, balance, days past due, classes, as recorded."""
    return ask_unkept(report_sql("restated_states"), scope, day=day)


def restated_payments(scope: Scope, day: date, loans: Sequence[str]) -> pd.DataFrame:
    """repayment_id, loan_id, paid_on, booked_at, amount, reverses up to a day, of some loans."""
    return ask_unkept(report_sql("restated_payments"), scope, day=day, loans=tuple(loans))


def restated_schedules(scope: Scope, loans: Sequence[str]) -> pd.DataFrame:
    """A fingerprint of the schedules of some loans: versions, lines, principal, interest, days."""
    return ask_unkept(report_sql("restated_schedules"), scope, loans=tuple(loans))


def restated_known(scope: Scope, loans: Sequence[str]) -> pd.DataFrame:
    """loan_id: which of some loans a build knows, whether or not they are on the book."""
    return ask_unkept(report_sql("restated_known"), scope, loans=tuple(loans))


def known_later(scope: Scope) -> pd.DataFrame:
    """Payments that count by the scope's date but were booked after it (1.1)."""
    return report("known_later", scope)
