"""What becomes of the buckets if borrowers go on as they did, and how wrong that would have been.

Section 6.4: the opening balances of the buckets times the average roll matrix, month after month.
The population is static: no loan is added. As `rolled`, a balance is followed at what it was at the
start (6.1), and falls by payment in full only; as `repaid`, instalments are taken off on the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from queries import reports
from queries.measures import BUCKETS
from queries.periods import months_back
from queries.warehouse import Scope, month_end, month_ends

Basis = Literal["rolled", "repaid"]
GONE = ("closed", "written_off", "sold", "missing")
STATES = (*BUCKETS, *GONE)
HORIZON = 12


@dataclass(frozen=True)
class BackTest:
    """What was expected a year ago of the buckets then, beside what became of the same loans.

    `frame` has bucket, opening, expected, happened, error and error_rate; `mape` is the mean
    size of the error rates, `months` what the matrix rested on.
    """

    frame: pd.DataFrame
    mape: float
    months: int


def matrix(average: pd.DataFrame, basis: Basis = "rolled") -> pd.DataFrame:
    """from_bucket, to_state, share, share_left as a square of all states; every row adds up to 1.

    What left stays away, and a bucket in which no loan was seen stays as it is. As `repaid`, what
    was repaid of the loans that are still there counts with those paid off.
    """
    shares = average.assign(share=_left(average)) if basis == "repaid" else average
    square = shares.pivot_table(index="from_bucket", columns="to_state", values="share")
    square = square.reindex(index=STATES, columns=STATES).fillna(0.0).astype(float)
    for state in STATES:
        if state in GONE or not square.loc[state].to_numpy().any():
            square.loc[state] = 0.0
            square.loc[state, state] = 1.0
    if basis == "repaid":
        square["closed"] += 1 - square.sum(axis=1)
    return square


def _left(average: pd.DataFrame) -> pd.Series:
    return average["share"].where(average["to_state"].isin(GONE), average["share_left"])


def project(opening: pd.Series, square: pd.DataFrame, months: int = HORIZON) -> pd.DataFrame:
    """month (0 to `months`), bucket, balance: the opening balances times the matrix to each power.

    `opening` holds balances by bucket. All states together stay what they were at the start.
    """
    held = opening.reindex(STATES).fillna(0.0).astype(float)
    found = []
    for month in range(months + 1):
        found.append(pd.DataFrame({"month": month, "bucket": STATES, "balance": held.to_numpy()}))
        held = held @ square
    return pd.concat(found, ignore_index=True)


def outlook(scope: Scope, basis: Basis = "rolled", months: int = HORIZON) -> pd.DataFrame:
    """month_end, month, bucket, balance: from the scope's month end on; empty without a matrix."""
    average = reports.roll_average(scope)
    if average.empty:
        return pd.DataFrame(columns=["month_end", "month", "bucket", "balance"])
    found = project(_now(scope), matrix(average, basis), months)
    last = pd.Timestamp(month_end(scope))
    found["month_end"] = [last + pd.offsets.MonthEnd(month) for month in found["month"]]
    return found


def back_test(scope: Scope, basis: Basis = "rolled", months: int = HORIZON) -> BackTest | None:
    """The projection of `months` ago, with what was known then; None where the book is too young.

    Both sides follow the same loans: by the matrix, and by where they really stood.
    """
    then = months_back(scope, months, clip=False)
    if then not in month_ends(scope.build):
        return None
    before = replace(scope, as_of=then)
    average, moved = reports.roll_average(before), reports.roll_rates(scope, then)
    if average.empty or moved.empty:
        return None
    opening = moved.groupby("from_bucket")["opening_balance"].sum()
    path = project(opening, matrix(average, basis), months)
    expected = path[path["month"] == months].set_index("bucket")["balance"]
    frame = compare(opening, expected, happened(moved, basis))
    sizes = frame["error_rate"].abs().dropna()
    return BackTest(frame, float(sizes.mean()), int(average["months_together"].max()))


def happened(moved: pd.DataFrame, basis: Basis = "rolled") -> pd.Series:
    """Balance by state of the cells of `roll_rates`: as it was, or, as `repaid`, what is left."""
    by_state = moved.groupby("to_state")
    found = by_state["opening_balance"].sum()
    if basis == "rolled":
        return found
    still = found.index.isin(BUCKETS)
    left = found.where(~still, by_state["closing_balance"].sum()).reindex(STATES).fillna(0.0)
    left["closed"] += found.sum() - left.sum()
    return left


def compare(opening: pd.Series, expected: pd.Series, happened: pd.Series) -> pd.DataFrame:
    """bucket, opening, expected, happened, error, error_rate (of what happened; empty over 0)."""
    seen = [s for s in STATES if any(each.get(s, 0) for each in (opening, expected, happened))]
    frame = pd.DataFrame({"bucket": seen})
    for name, each in (("opening", opening), ("expected", expected), ("happened", happened)):
        frame[name] = each.reindex(seen).fillna(0.0).astype(float).to_numpy()
    frame["error"] = frame["expected"] - frame["happened"]
    frame["error_rate"] = frame["error"] / frame["happened"].where(frame["happened"] != 0)
    return frame


def thin(average: pd.DataFrame, least: int = 30) -> Sequence[str]:
    """The buckets with a month of fewer than `least` loans: their shares are hardly known."""
    few = average[average["fewest_loans"] < least]
    return tuple(dict.fromkeys(few["from_bucket"]))


def _now(scope: Scope) -> pd.Series:
    trend = reports.bucket_trend(scope, "bucket", 1)
    return trend.groupby("bucket")["balance"].sum()
