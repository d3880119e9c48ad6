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


def month_ends_before(scope: Scope) -> tuple[date, ...]:
    """The month ends of the book before the scope's, newest first: what it can be compared with."""
    last = month_end(scope)
    return tuple(day for day in reversed(month_ends(scope.build)) if day < last)
