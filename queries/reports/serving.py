"""Customer service: complaints on their clock, and what service has to do with paying."""

import pandas as pd

from queries.warehouse import Scope, report


def willingness_summary(scope: Scope) -> pd.DataFrame:
    """n, n_in_time, n_late, n_compared, difference, low, high: one row, or none without contacts.

    Only for who has every branch of a product in view.
    """
    return report("willingness_summary", scope)


def willingness_groups(scope: Scope) -> pd.DataFrame:
    """product, bucket, n, n_in_time, n_late, cure_in_time, cure_late, difference, most first."""
    return report("willingness_groups", scope)
