"""Long lists, a page at a time: by key, never by offset, so page 500 costs what page 1 does."""

from decimal import Decimal
from typing import Any

import pandas as pd

from queries.warehouse import Scope, ask, ask_exact, ask_unkept

PAGE = 100
KEPT = 1000  # rows: longer parts are on their way into a file, and nobody asks for them twice

Order = tuple[str, ...]
_COUNT, _SUM = "rows_in_all", "sum_of_all"


def page(
    sql: str, scope: Scope, order: Order, after: str | None, limit: int, **params: Any
) -> pd.DataFrame:
    """The rows after the one whose key is `after`, in `order`.

    `order` names columns of the statement, `-` before one that descends; none may be NULL. The
    last is the key, unique and ascending. A key that is not there begins at the first page.
    """
    last = _row_of(sql, scope, order, after, params) if after else None
    bound = {f"last_{place}": value for place, value in enumerate(last or ())}
    beyond = f"\nwhere {_beyond(order)}" if last else ""
    by = ", ".join(_descending(column) for column in order)
    text = f"select * from (\n{sql}\n) as listed{beyond}\norder by {by}\nlimit $limit"
    read = ask if limit <= KEPT else ask_unkept
    return read(text, scope, limit=limit, **params, **bound)


def whole(sql: str, scope: Scope, order: Order, **params: Any) -> pd.DataFrame:
    """All rows in `order`, kept: of what people write, which is hundreds and not millions."""
    by = ", ".join(_descending(column) for column in order)
    return ask(f"select * from (\n{sql}\n) as listed\norder by {by}", scope, **params)


def first_page(
    sql: str, scope: Scope, order: Order, limit: int, column: str, **params: Any
) -> tuple[pd.DataFrame, int, Decimal]:
    """The first rows in `order`, and what `total` says of all of them, in one pass."""
    by = ", ".join(_descending(each) for each in order)
    text = (
        f"select *, count(*) over () as {_COUNT}, "
        f"cast(sum({column}) over () as varchar) as {_SUM}\n"
        f"from (\n{sql}\n) as listed\norder by {by}\nlimit $limit"
    )
    frame = ask(text, scope, limit=limit, **params)
    if frame.empty:
        return frame.drop(columns=[_COUNT, _SUM]), 0, Decimal(0)
    count, amount = int(frame[_COUNT].iloc[0]), Decimal(frame[_SUM].iloc[0] or 0)
    return frame.drop(columns=[_COUNT, _SUM]), count, amount


def total(sql: str, scope: Scope, column: str, **params: Any) -> tuple[int, Decimal]:
    """How many rows the statement has, and the exact sum of one of its columns."""
    text = f"select count(*), coalesce(sum({column}), 0) from (\n{sql}\n) as listed"
    count, amount = ask_exact(text, scope, **params)[0]
    return count, Decimal(amount)


def _row_of(
    sql: str, scope: Scope, order: Order, after: str, params: dict[str, Any]
) -> tuple | None:
    columns = ", ".join(column.lstrip("-") for column in order)
    key = order[-1]
    text = f"select {columns} from (\n{sql}\n) as listed where {key} = $after"
    rows = ask_exact(text, scope, after=after, **params)
    return rows[0] if rows else None


def _descending(column: str) -> str:
    return f"{column[1:]} desc" if column.startswith("-") else column


def _beyond(order: Order) -> str:
    """Strictly after the last row: later in the first column, or equal and later in the rest."""
    condition = ""
    for place, column in reversed(list(enumerate(order))):
        name, sign = column.lstrip("-"), "<" if column.startswith("-") else ">"
        later = f"{name} {sign} $last_{place}"
        same = f"({name} = $last_{place} and {condition})" if condition else ""
        condition = f"({later} or {same})" if same else later
    return condition
