"""What is non-performing, and what became of it."""

import pandas as pd

from queries.periods import months_back
from queries.warehouse import Scope, report


def npl_flow(scope: Scope, months: int = 12) -> pd.DataFrame:
    """month_end, opening, inflow, written_off, sold, cash, upgraded, drift, closing, formation.

    Formation, gross and net, comes as an amount and as a rate a year of the opening gross loans.
    """
    return report("npl_flow", scope, first=months_back(scope, months - 1))


def recovery_counts(scope: Scope) -> pd.DataFrame:
    """One row per sum received on a written-off loan, of all months: what `recovered` sums."""
    return report("recovery_counts", scope)
