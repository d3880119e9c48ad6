"""How the balance ages."""

from typing import Literal

import pandas as pd

from queries.periods import months_back
from queries.warehouse import Scope, report

AgeingDimension = Literal["branch", "product", "borrower_kind", "collateral_kind", "classification"]


def ageing_matrix(scope: Scope, dimension: AgeingDimension) -> pd.DataFrame:
    """value, bucket, loans, balance, share (of the value's balance)."""
    return report("ageing_matrix", scope, dimension=dimension)


def bucket_trend(scope: Scope, months: int = 13) -> pd.DataFrame:
    """month_end, bucket, loans, balance, share, for the last months up to the scope's date."""
    return report("bucket_trend", scope, first=months_back(scope, months - 1))
