"""A rule with another threshold or other points as rows of the folder's `signal_rules`.

Two rows of one rule must not hold at once, or the load stops. A default ends where a later row of
the folder begins; a row of the folder's own must be ended, so it comes along with its last day.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

COLUMNS = (
    *("rule_id", "family", "subject", "name", "name_zh", "condition", "shown"),
    *("threshold", "points", "is_hard", "age", "severity", "segment", "overrides"),
    *("valid_from", "valid_to", "source", "owner"),
)
NUMBERS = ("threshold", "points")
FOREVER = "9999-12-31"


def ends_by(rule: Mapping[str, Any], day: date) -> bool:
    """True when the row ends by that day: there is nothing left of it to change."""
    return str(rule["valid_to"])[:10] <= day.isoformat()


def rows(
    rule: Mapping[str, Any], threshold: float | None, points: float, last_day: date
) -> pd.DataFrame:
    """The row with the new values from the day after `last_day`; before it an own row, ended."""
    plain = {column: _text(rule[column]) for column in COLUMNS}
    old = plain | {"valid_to": last_day.isoformat()}
    new = plain | {"valid_from": (last_day + timedelta(days=1)).isoformat()}
    old |= {"threshold": rule["threshold"], "points": rule["points"]}
    new |= {"threshold": threshold, "points": points}
    wanted = [new] if rule["is_default"] else [old, new]
    return pd.DataFrame(wanted, columns=list(COLUMNS))


def _text(value: Any) -> str:
    """A cell as it stands in a file: no end for what ends never, true and false for a truth."""
    if pd.isna(value):
        return ""
    if isinstance(value, date):
        day = str(value)[:10]
        return "" if day == FOREVER else day
    said = str(value)
    return said.lower() if said in ("True", "False") else said
