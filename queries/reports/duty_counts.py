"""The rows that the figures of the departments' duties are summed from."""

import pandas as pd

from queries.warehouse import Scope, report


def contact_counts(scope: Scope) -> pd.DataFrame:
    """One row per attempt to reach a debtor in the month, with what the cube sums of it."""
    return report("contact_counts", scope)


def promise_counts(scope: Scope) -> pd.DataFrame:
    """One row per promise made or told in the month, with what is summed of it."""
    return report("promise_counts", scope)


def entry_counts(scope: Scope) -> pd.DataFrame:
    """One row per loan and bucket that it entered, as told in the month."""
    return report("entry_counts", scope)


def contact_step_counts(scope: Scope) -> pd.DataFrame:
    """One row per step of the contact strategy with its day in the month, or past it and open."""
    return report("contact_step_counts", scope)


def overdue_recovery_counts(scope: Scope) -> pd.DataFrame:
    """One row per loan past due when the month began: overdue then, and received in the month."""
    return report("overdue_recovery_counts", scope)


def referral_counts(scope: Scope) -> pd.DataFrame:
    """One row per loan more than 90 days past due at the month end."""
    return report("referral_counts", scope)


def collection_result_counts(scope: Scope) -> pd.DataFrame:
    """One row per loan, payment and cost with what the results of collecting sum of it."""
    return report("collection_result_counts", scope)


def link_counts(scope: Scope) -> pd.DataFrame:
    """One row per contact of a late borrower of the year, weighed against like ones."""
    return report("link_counts", scope)


def unmatched_counts(scope: Scope) -> pd.DataFrame:
    """One row per sum received that belonged to no known loan at the month end."""
    return report("unmatched_counts", scope)


def document_counts(scope: Scope) -> pd.DataFrame:
    """One row per document that a loan's file must hold at the month end."""
    return report("document_counts", scope)


def funding_counts(scope: Scope) -> pd.DataFrame:
    """One row per line of the month's budget and per loan made in the month."""
    return report("funding_counts", scope)


def quality_issue_counts(scope: Scope) -> pd.DataFrame:
    """One row per issue of data quality opened by the month end: open_count, due_count_12m, age."""
    return report("quality_issue_counts", scope)


def quality_counts(scope: Scope) -> pd.DataFrame:
    """One row per data quality rule with something to test."""
    return report("quality_counts", scope)
