"""Which cells are good, by type: the loader's SQL against the same rules written down in Python."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest

from data.cells import reading
from data.contract import CLASS_NAMES, Column, Type

CELLS = (
    """
0|1|12|0012|-1|+1|1.0|1.5|1.50|1.500|1.505|.5|5.|.|-|-.5|1e5|1E5|1,000|1_000|NaN|nan|inf|-inf
infinity|0x10|½|１２|99999999999999999999|999999999999999.99|9999999999999999.99
12345678901234567.00|9223372036854775807|9223372036854775808|0.123456789|0.00000001
2024-01-31|2024-02-29|2023-02-29|2024-02-30|2024-1-31|2024/01/31|31.01.2024|20240131|24-01-31
0000-01-01|0001-01-01|9999-12-31|10000-01-01|2024-01-31T10:00|2024-01-31T10:00:00|today|epoch
2024-01-31T10:00:00.123456|2024-01-31T25:00|2024-01-31T10:00Z|2024-01-31T10:00+08:00
2024-01-31 10:00:00|2024-01-31 | 2024-01-31| 1|1 |1 2|  ||true|false|TRUE|t|f|yes|no|y|n|on|off
是|null|NULL|None|N/A|--|#REF!|L1
""".strip("\n")
    .replace("\n", "|")
    .split("|")
)

WHOLE = re.compile(r"-?[0-9]+(\.0*)?")
PLAIN = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)")
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)?"
)


def _amount(text: str) -> Decimal | None:
    if not PLAIN.fullmatch(text):
        return None
    value = Decimal(text)
    return value if value == round(value, 2) and abs(value) < Decimal(10) ** 16 else None


def _rate(text: str) -> Decimal | None:
    if not PLAIN.fullmatch(text) or not 0 <= Decimal(text) <= 1:
        return None
    return round(Decimal(text), 8)


def _integer(text: str) -> int | None:
    if not WHOLE.fullmatch(text):
        return None
    value = int(text.split(".")[0])
    return value if abs(value) < 2**63 else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _timestamp(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if MOMENT.fullmatch(text) else None
    except ValueError:
        return None


def _flag(text: str) -> bool | None:
    words = {"true": True, "t": True, "yes": True, "y": True, "1": True}
    words |= {"false": False, "f": False, "no": False, "n": False, "0": False}
    return words.get(text.lower())


def _number(text: str) -> float | None:
    return float(text) if PLAIN.fullmatch(text) else None


RULES = {
    "amount": _amount,
    "rate": _rate,
    "integer": _integer,
    "date": _date,
    "timestamp": _timestamp,
    "flag": _flag,
    "number": _number,
    "text": str,
}


def _column(kind: Type, required: bool = False) -> Column:
    bounds = (0, 1) if kind == "rate" else (None, None)
    return Column("cell", kind, required, low=bounds[0], high=bounds[1])


def _read(column: Column, cells: Sequence[str], kind: str = "VARCHAR") -> list[tuple]:
    how = reading(column, kind)
    with duckdb.connect() as connection:
        return connection.execute(
            f"select cell, {how.value}, {how.complaint} "
            f"from (select unnest($cells)::{kind} as cell)",
            {"cells": list(cells)},
        ).fetchall()


@pytest.mark.parametrize("kind", RULES)
def test_a_cell_of_text_is_good_by_the_rules_of_its_type(kind: Type) -> None:
    for cell, value, complaint in _read(_column(kind), CELLS):
        if not cell.strip():
            assert (value, complaint) == (None, None), cell
            continue
        expected = RULES[kind](cell)
        assert (complaint is None) == (expected is not None), (cell, complaint)
        if complaint is None:
            assert value == expected, cell


@pytest.mark.parametrize("kind", RULES)
def test_an_empty_cell_of_a_required_column_is_told(kind: Type) -> None:
    for _, _, complaint in _read(_column(kind, required=True), ["", "   "]):
        assert complaint == "is empty"


@pytest.mark.parametrize("sql_type", ["DOUBLE", "DECIMAL(18,4)", "BIGINT", "INTEGER"])
@pytest.mark.parametrize("kind", ["amount", "rate", "integer", "number"])
def test_a_number_of_parquet_is_good_as_its_text_would_be(kind: Type, sql_type: str) -> None:
    whole = ["0", "1", "-1", "12", "1000000"]
    cells = whole if "INT" in sql_type else [*whole, "0.5", "0.25", "0.125", "1.01", "-0.01"]
    typed = _read(_column(kind), cells, sql_type)
    for cell, (_, value, complaint) in zip(cells, typed, strict=True):
        expected = RULES[kind](cell)
        assert (complaint is None) == (expected is not None), (cell, complaint)
        if complaint is None:
            assert value == expected


@pytest.mark.parametrize("name", CLASS_NAMES)
def test_a_class_may_be_named(name: str) -> None:
    column = Column("cell", "integer", low=1, high=5, names=tuple(CLASS_NAMES.items()))
    for _, value, complaint in _read(column, [name, name.upper().replace("_", " ")]):
        assert (value, complaint) == (CLASS_NAMES[name], None)
    ((_, _, complaint),) = _read(column, ["splendid"])
    assert complaint.startswith("is neither a whole number nor one of normal, special_mention")
