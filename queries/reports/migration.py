"""Where the balance of a month end went: roll rates, official migration, cures, the average."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from queries.measures import BUCKETS
from queries.paging import PAGE, first_page, page, total
from queries.periods import months_back
from queries.warehouse import Scope, month_end, report, report_sql

# What a list of loans can be asked by, and the official rates: from which classes, worse than.
_OF_RATE = {
    "mig_performing": ("opening_class between 1 and 2", "closing_class > 2"),
    "mig_normal": ("opening_class = 1", "closing_class > 1"),
    "mig_sm": ("opening_class = 2", "closing_class > 2"),
    "mig_sub": ("opening_class = 3", "closing_class > 3"),
    "mig_doubtful": ("opening_class = 4", "closing_class > 4"),
}
_WEIGHTS = ("loans", "opening_balance", "closing_balance", "kept_balance", "disposed_balance")
_OF_A_CELL = (
    *("from_bucket", "to_state", "loans", "opening_balance", "closing_balance"),
    *("share_loans", "share_balance"),
)
# In place of a bucket or a state: every one of them; those better than the bucket moved to.
ALL, ANY, LOWER = "all", "any", "lower"


def _between(scope: Scope, opened_on: date | None, months: int = 1) -> dict[str, Any]:
    """The two dates of a move: the scope's month end, and an earlier one."""
    opening = opened_on or months_back(scope, months, clip=False)
    return {"opened_on": opening, "closed_on": month_end(scope)}


def rolls(scope: Scope, opened_on: date | None = None) -> pd.DataFrame:
    """The rows of `roll_rates`, with a state, and those of `roll_summary`, without, of one pass."""
    return report("rolls", scope, **_between(scope, opened_on))


def roll_rates(scope: Scope, opened_on: date | None = None) -> pd.DataFrame:
    """from_bucket, to_state, loans, opening_balance, closing_balance, share_loans, share_balance.

    From `opened_on`, by default the month end before, to the scope's. `to_state` is a bucket, or
    closed, written_off, sold, or missing from the record. Empty without a month before.
    """
    frame = rolls(scope, opened_on)
    return frame.loc[frame["to_state"].notna(), list(_OF_A_CELL)].reset_index(drop=True)


def roll_summary(scope: Scope, opened_on: date | None = None) -> pd.DataFrame:
    """from_bucket, loans, opening_balance, forward_rate, stayed_rate, back_rate, cure_rate ...

    Rates of the opening balance, `cure_rate_loans` of the loans; the row `all` stands last.
    """
    frame = rolls(scope, opened_on)
    rows = frame[frame["to_state"].isna()].reset_index(drop=True)
    return rows.drop(columns=["to_state", "closing_balance", "share_loans", "share_balance"])


def net_flows(scope: Scope) -> pd.DataFrame:
    """bucket, opening_below, flowed, net_flow_rate, flow_through.

    The rate is not a probability: it can exceed 1. Buckets longer than a month (from 91 days on)
    are taken by inflow alone; `flow_through` at 91-180 is that from current to over 90 days.
    """
    return report("net_flows", scope)


def migration_rates(scope: Scope, months: int = 12, opened_on: date | None = None) -> pd.DataFrame:
    """rate_id, opening_balance, reduction, base, down, disposed, rate, rate_adjusted.

    The period ends at the scope's month end and begins at `opened_on`, or `months` before; empty
    when the book is younger.
    """
    return report("migration_rates", scope, **_between(scope, opened_on, months))


def roll_average(scope: Scope, months: int = 12) -> pd.DataFrame:
    """from_bucket, to_state, share, share_left, lowest, highest, spread, loans, row_loans, months.

    Shares of opening balance, all months together; `share_left` is what of it was still owed after
    the move, `spread` the standard deviation of the single months, and `fewest_loans` the loans of
    the thinnest month of the row. `months` are those in which the bucket held a loan,
    `months_together` those of all buckets.
    """
    return report("roll_average", scope, months=months)


def cure_outcomes(scope: Scope, months: int = 25) -> pd.DataFrame:
    """month_end, cured_loans, cured_balance, admin_cured_loans, sustained_rate, back_over_30_rate,
    back_over_90_rate: by loans, newest first; missing where it is too early to tell."""
    return report("cure_outcomes", scope, months=months)


def moved_loans(
    scope: Scope,
    opened_on: date | None,
    move: str,
    weight: str = "opening_balance",
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """One row per loan of a move, with what it adds in `counted`, the largest first.

    `move` is `1-30:31-60`, a bucket and a state (`1-30:any`, `lower:91-180` for several of them),
    or an official rate (`mig_sm`): its loans now in a worse class, or, by `disposed_balance`, those
    disposed of. All pages together re-add to the figure (`moved_loans_total`). Raises ValueError.
    """
    sql, values = _behind(scope, opened_on, move, weight)
    return page(sql, scope, ("-counted", "loan_id"), after, limit, **values)


def moved_loans_start(
    scope: Scope,
    opened_on: date | None,
    move: str,
    weight: str = "opening_balance",
    limit: int = PAGE,
) -> tuple[pd.DataFrame, int, Decimal]:
    """The first page of that list with what moved_loans_total says, both in one pass."""
    sql, values = _behind(scope, opened_on, move, weight)
    return first_page(sql, scope, ("-counted", "loan_id"), limit, "counted", **values)


def moved_loans_total(
    scope: Scope, opened_on: date | None, move: str, weight: str = "opening_balance"
) -> tuple[int, Decimal]:
    """How many loans made a move, and the exact sum of what they add."""
    sql, values = _behind(scope, opened_on, move, weight)
    return total(sql, scope, "counted", **values)


def roll_counts(scope: Scope) -> pd.DataFrame:
    """One row per loan on the book a month before: what the metrics of one month count of it."""
    return report("roll_counts", scope)


def migration_counts(scope: Scope) -> pd.DataFrame:
    """One row per loan on the book a year before: what the migration rates count of it."""
    return report("migration_counts", scope)


def _behind(
    scope: Scope, opened_on: date | None, move: str, weight: str
) -> tuple[str, dict[str, Any]]:
    if weight not in _WEIGHTS:
        raise ValueError(f"no such weight: {weight!r}")
    values = _between(scope, opened_on)
    if move in _OF_RATE:
        of_class, worse = _OF_RATE[move]
        is_counted = "disposed_balance <> 0" if weight == "disposed_balance" else worse
        condition = f"{of_class} and {is_counted}"
    else:
        condition, bound = _made(move)
        values |= bound
    sql = (
        f"select *, {weight} as counted\n"
        f"from (\n{report_sql('moved_loans')}\n) as told\nwhere {condition}"
    )
    return sql, values


def _made(move: str) -> tuple[str, dict[str, Any]]:
    """The condition of a bucket and a state, either of which may stand for several."""
    was, _, became = move.partition(":")
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if was == LOWER:
        better = BUCKETS[: BUCKETS.index(became)] if became in BUCKETS else ()
        conditions.append("list_contains($better, opening_bucket)")
        values["better"] = tuple(better)
    elif was != ALL:
        conditions.append("opening_bucket = $from_bucket")
        values["from_bucket"] = was
    if became != ANY:
        conditions.append("to_state = $to_state")
        values["to_state"] = became
    return " and ".join(conditions) or "true", values
