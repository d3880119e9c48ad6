"""Month ends counted back from the scope."""

from datetime import date

import pandas as pd

from queries.warehouse import Scope, month_end, month_ends


def months_back(scope: Scope, months: int, clip: bool = True) -> date:
    """The month end so many months before the scope's; clipped, not before the book's first."""
    last = month_end(scope)
    if last == date.min:
        return last
    wanted = (pd.Timestamp(last) - pd.offsets.MonthEnd(months)).date() if months else last
    return max(wanted, month_ends(scope.build)[0]) if clip else wanted
