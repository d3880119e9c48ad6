"""How a book is spread over a dimension's values: indices now and before, shares over time."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from queries.periods import months_back
from queries.warehouse import Scope, month_end
from ui import formats

CUSTOMERS = "customer"


def dates(scope: Scope) -> dict[str, date]:
    """The month end looked at, the one before, and that of a year before."""
    before = {
        "month_before": months_back(scope, 1, False),
        "year_before": months_back(scope, 12, False),
    }
    return {"now": month_end(scope)} | before


def indices(
    scope: Scope,
    shares: pd.DataFrame,
    figures: pd.DataFrame,
    order: Sequence[str],
    customers: pd.DataFrame,
) -> pd.DataFrame:
    """dimension, number (of values), largest and its share, effective, hhi now and before.

    The customers are one more dimension, the largest first in `customers`; a month that the
    book does not have is missing.
    """
    when = dates(scope)
    first = customers[["customer_id", "share"]].head(1).to_dict("records")
    held = {"largest": first[0]["customer_id"], "share": first[0]["share"]} if first else {}
    found: list[dict[str, Any]] = [
        {"dimension": CUSTOMERS} | held | _index(figures, when, number="customers")
    ]
    for dimension in order:
        part = shares[shares["dimension"] == dimension]
        one = part.drop_duplicates("month_end")
        now = part[part["month_end"] == pd.Timestamp(when["now"])]
        if now.empty:
            continue
        largest = now.iloc[0]
        found.append(
            {"dimension": dimension, "largest": largest["value"], "share": largest["share"]}
            | _index(one, when)
            | {"number": len(now)}
        )
    return pd.DataFrame(found)


def _index(frame: pd.DataFrame, when: dict[str, date], number: str = "") -> dict[str, Any]:
    by_month = frame.set_index("month_end")
    held = {f"hhi_{label}": _at(by_month, day, "hhi") for label, day in when.items()}
    told = {"effective": _at(by_month, when["now"], "effective")}
    return held | told | ({"number": _at(by_month, when["now"], number)} if number else {})


def _at(by_month: pd.DataFrame, day: date, column: str) -> Any:
    stamp = pd.Timestamp(day)
    return by_month.at[stamp, column] if stamp in by_month.index else None


def values(scope: Scope, shares: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """value, codes, balance, share, its changes, its limit and standing: one line per value now."""
    when = dates(scope)
    part = shares[shares["dimension"] == dimension]
    now = part[part["month_end"] == pd.Timestamp(when["now"])].reset_index(drop=True)
    for label in ("month_before", "year_before"):
        past = part[part["month_end"] == pd.Timestamp(when[label])]
        old = past.set_index("value")["share"]
        # A value that was not there then had no share; a month that is not there says nothing.
        held = now["value"].map(old).astype(float)
        now[label] = now["share"] - (held.fillna(0.0) if len(past) else held)
    return now


def codes(shares: pd.DataFrame) -> dict[tuple[str, str], list[str]]:
    """The data's codes per dimension and value: an industry's section may hold several."""
    found: dict[tuple[str, str], set[str]] = {}
    told = zip(shares["dimension"], shares["value"], shares["codes"], strict=True)
    for dimension, value, listed in told:
        found.setdefault((dimension, value), set()).update(str(listed).split(","))
    return {key: sorted(each) for key, each in found.items()}


def is_beyond(row: pd.Series) -> bool:
    """Whether a share is over its limit."""
    return not formats.missing(row["broken_since"])
