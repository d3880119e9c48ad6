"""Where the balance of a month end went."""

import pandas as pd

from queries.periods import months_back
from queries.warehouse import Scope, report


def roll_rates(scope: Scope) -> pd.DataFrame:
    """from_bucket, to_state, loans, opening_balance, closing_balance, share_loans, share_balance.

    `to_state` is a bucket, or closed, written_off, sold. Empty without a month before.
    """
    return report("roll_rates", scope)


def net_flows(scope: Scope) -> pd.DataFrame:
    """bucket, opening_below, flowed, net_flow_rate: not a probability, it can exceed 1.

    Buckets longer than a month (from 91 days on) are taken by inflow alone.
    """
    return report("net_flows", scope)


def migration_rates(scope: Scope, months: int = 12) -> pd.DataFrame:
    """rate_id, opening_balance, reduction, down, disposed, rate, rate_adjusted over a period.

    The period is `months` long and ends at the scope's month end; empty when the book is younger.
    """
    return report("migration_rates", scope, opening=months_back(scope, months, clip=False))
