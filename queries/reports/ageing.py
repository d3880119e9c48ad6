"""How the balance ages."""

from typing import Literal

import pandas as pd

from queries.paging import PAGE, page
from queries.periods import months_back
from queries.warehouse import Scope, report, report_sql

Scale = Literal["bucket", "bucket_m", "bucket_reg"]


def bucket_trend(scope: Scope, scale: Scale = "bucket", months: int = 13) -> pd.DataFrame:
    """month_end, bucket, loans, balance, share (of the month's balance), of one bucket scale.

    The last `months` month ends up to the scope's; buckets that hold nothing have no row.
    """
    return report("bucket_trend", scope, scale=scale, first=months_back(scope, months - 1))


def largest_overdue(scope: Scope, after: str | None = None, limit: int = PAGE) -> pd.DataFrame:
    """One row per loan past due, largest balance first; `dpd_original` by the first schedule."""
    return page(report_sql("largest_overdue"), scope, ("-balance", "loan_id"), after, limit)
