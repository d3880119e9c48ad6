"""Who the borrowers of one page of a list are, and what warns of them."""

import pandas as pd

from queries.paging import KEPT
from queries.warehouse import Scope, ask, ask_unkept, report_sql

TOLD = ("name", "rules", "signal_values", "value")


def borrowers_told(scope: Scope, numbers: tuple[str, ...], rule: str = "") -> pd.DataFrame:
    """One row per borrower asked for and in view: name, rules, signal_values, value of `rule`."""
    read = ask if len(numbers) <= KEPT else ask_unkept
    return read(report_sql("borrowers_told"), scope, numbers=numbers, rule=rule)


def with_signals(frame: pd.DataFrame, scope: Scope, rule: str = "") -> pd.DataFrame:
    """The rows with name, rules, signal_values (`B01=5 · F02=2`), and the value of one rule.

    Of the signals in view at the scope's month end; `frame` has a row per borrower_id. Told for
    the rows that are shown only: to word the signals of a whole list costs more than the list.
    """
    found = borrowers_told(scope, tuple(frame["borrower_id"].astype(str)), rule)
    told = found.set_index("borrower_id").reindex(frame["borrower_id"])
    return frame.assign(**{each: told[each].fillna("").to_numpy(dtype=object) for each in TOLD})


def with_names(frame: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The rows with the masked name of each borrower, who may be in several."""
    numbers = tuple(sorted(set(frame["borrower_id"].astype(str))))
    names = borrowers_told(scope, numbers).set_index("borrower_id")["name"]
    return frame.assign(name=frame["borrower_id"].map(names).fillna("").astype(object))
