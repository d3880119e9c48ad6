"""Which instalments and which loans became late."""

import pandas as pd

from queries.warehouse import Scope, report


def due_counts(scope: Scope) -> pd.DataFrame:
    """instalment_id, loan_id, branch, product, due_on, month_end, and what each adds there.

    The instalments that the scope's month end tells of: due the month before, for the thirtieth
    day the one before that (section 3.2, entry_rate).
    """
    return report("due_counts", scope)


def first_payment_counts(scope: Scope) -> pd.DataFrame:
    """loan_id, borrower_id, branch, product, disbursed_on, first_due_on, month_end, what it adds.

    One row per loan and month in which its first due date was 1, 7 or 30 days ago (3.2, fpd_k).
    """
    return report("first_payment_counts", scope)
