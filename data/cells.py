"""How one cell is read: SQL for its typed value, and for what is wrong with it.

A file's column arrives as text (CSV, Excel) or with a type of its own (Parquet). Where that type
already says what the contract asks for, no text is parsed; any other is turned into text first.
"""

import re
from dataclasses import dataclass

from data.contract import SQL_TYPES, Column
from data.raw import literal, quoted

WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
FRACTION = ("DOUBLE", "FLOAT")
MOMENTS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
DIGITS = r"(\d+\.?\d*|\.\d+)"
PLAIN = literal("-?" + DIGITS)
DECIMALS = {"amount": 2, "rate": 8}

# Binary fractions hold 0.10 as 0.1000000000000000055…: noise below this is not a third decimal.
NOISE = 1e-6

TIME = literal(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?")
EXACT_AMOUNT = literal(r"-?(\d+(\.\d{0,2}0*)?|\.\d{1,2}0*)")
INTEGRAL = literal(r"-?\d+(\.0*)?")
BEYOND_RATE = literal(r"\.\d{8}0*[1-9]")
FLAGS = "'true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0'"
NUMERIC = ("amount", "rate", "integer", "number")

SHOWN = 60
NO_COMPLAINT = "null::varchar"

# What may be wrong with a cell, in the order of asking: a condition and its complaint, both in SQL.
Faults = list[tuple[str, str]]


@dataclass(frozen=True)
class Reading:
    """SQL over one row of a file: the column's typed value, and the complaint about its cell.

    `complaint` gives NULL for a good cell; `shown` is the cell as a reason quotes it.
    """

    column: Column
    value: str
    complaint: str
    shown: str


def as_text(cell: str, kind: str) -> str:
    """SQL for the cell as a CSV file would hold it: 12 for 12.0, a date for its midnight."""
    if kind == "VARCHAR":
        return cell
    if kind in FRACTION:
        whole = f"{cell} = trunc({cell}) and abs({cell}) < 1e15"
        return f"case when {whole} then {cell}::bigint::varchar else {cell}::varchar end"
    if kind.startswith("DECIMAL"):
        return (
            f"case when {cell} = trunc({cell}) then trunc({cell})::varchar else {cell}::varchar end"
        )
    if kind.startswith("TIMESTAMP"):
        midnight = f"{cell}::timestamp = {cell}::timestamp::date"
        return (
            f"case when {midnight} then {cell}::date::varchar else {cell}::timestamp::varchar end"
        )
    return f"{cell}::varchar"


def reading(column: Column, kind: str | None) -> Reading:
    """How to read the column where the file holds it with this SQL type (None: not at all)."""
    if kind is None:
        return Reading(column, _with_default(column, "null"), NO_COMPLAINT, "null")
    cell = quoted(column.name)
    native = _native(column, cell, kind)
    text = as_text(cell, kind)
    value, faults = native or _from_text(column, text)
    blank = f"{cell} is null" + (f" or {_is_blank(cell)}" if kind == "VARCHAR" else "")
    faults = faults + _range(column, value, text if native is None else cell)
    return Reading(
        column,
        _with_default(column, value),
        _complaint(blank, column.required, faults),
        _shown(column, text),
    )


def _is_blank(text: str) -> str:
    """SQL that is true for no letter but blanks; the cheap half of the question goes first."""
    return f"({text} < '!' and trim({text}) = '')"


def _complaint(blank: str, required: bool, faults: Faults) -> str:
    if not faults and not required:
        return NO_COMPLAINT
    branches = [(blank, literal("is empty") if required else "null"), *faults]
    return f"case {' '.join(f'when {wrong} then {words}' for wrong, words in branches)} end"


def _with_default(column: Column, value: str) -> str:
    if column.default is None or (column.required and value != "null"):
        return f"cast({value} as {SQL_TYPES[column.type]})"
    return f"coalesce({value}, cast({literal(column.default)} as {SQL_TYPES[column.type]}))"


def _shown(column: Column, text: str) -> str:
    quotation = f"'''' || left({text}, {SHOWN}) || ''''"
    if column.type not in NUMERIC:
        return quotation
    return f"case when regexp_full_match({text}, {PLAIN}) then {text} else {quotation} end"


def _native(column: Column, cell: str, kind: str) -> tuple[str, Faults] | None:
    """Value and faults where the file's own type serves; None where the cell goes through text."""
    decimals = re.fullmatch(r"DECIMAL\(\d+,(\d+)\)", kind)
    match column.type:
        case "date" if kind == "DATE":
            span = f"{cell} not between date '0001-01-01' and date '9999-12-31'"
            return cell, [(span, literal("is not a date (YYYY-MM-DD)"))]
        case "date" if kind in MOMENTS:
            has_time = f"{cell}::timestamp <> {cell}::date::timestamp"
            return f"{cell}::date", [(has_time, literal("is not a date (YYYY-MM-DD)"))]
        case "timestamp" if kind == "DATE" or kind in MOMENTS:
            return f"{cell}::timestamp", []
        case "flag" if kind == "BOOLEAN":
            return cell, []
        case "amount" | "rate" if decimals or kind in WHOLE or kind == "DOUBLE":
            return _native_decimal(column, cell, kind, int(decimals[1]) if decimals else 0)
        case "integer" if kind in WHOLE:
            return f"{cell}::bigint", []
        case "integer" if kind == "DOUBLE":
            wrong = f"not isfinite({cell}) or {cell} <> trunc({cell})"
            return f"try_cast({cell} as bigint)", [(wrong, literal("is not a whole number"))]
        case "number" if kind in WHOLE or kind in FRACTION or decimals:
            wrong = f"not isfinite({cell}::double)"
            return f"{cell}::double", [(wrong, literal("is not a plain decimal"))]
    return None


def _native_decimal(column: Column, cell: str, kind: str, scale: int) -> tuple[str, Faults]:
    places = DECIMALS[column.type]
    faults: Faults = []
    if kind.lower() == SQL_TYPES[column.type].replace(" ", ""):
        return cell, faults
    if kind == "DOUBLE":
        faults += [(f"not isfinite({cell})", literal("is not a plain decimal"))]
    if column.type == "amount" and kind == "DOUBLE":
        faults += [(f"abs({cell} - round({cell}, {places})) > {NOISE}", _too_fine(places))]
    elif column.type == "amount" and scale > places:
        faults += [(f"{cell} <> round({cell}, {places})", _too_fine(places))]
    return f"try_cast(round({cell}, {places}) as {SQL_TYPES[column.type]})", faults


def _too_fine(places: int) -> str:
    return literal(f"has more than {places} decimals")


def _from_text(column: Column, text: str) -> tuple[str, Faults]:
    value = f"try_cast({text} as {SQL_TYPES[column.type]})"
    match column.type:
        case "text":
            return (
                text if column.required else f"case when not {_is_blank(text)} then {text} end",
                [],
            )
        case "date":
            same = f"coalesce({value}::varchar = {text}, false) and length({text}) = 10"
            return value, [(f"not ({same})", literal("is not a date (YYYY-MM-DD)"))]
        case "timestamp":
            known = f"coalesce({value} >= timestamp '0001-01-01', false)"
            wrong = f"not (regexp_full_match({text}, {TIME}) and {known})"
            return value, [(wrong, literal("is not a date or time (YYYY-MM-DD HH:MM:SS)"))]
        case "flag":
            return value, [
                (f"lower({text}) not in ({FLAGS})", literal("is neither true nor false"))
            ]
        case "integer":
            return _whole_from_text(column, text, value)
        case "amount":
            plain = f"case when regexp_full_match({text}, {PLAIN}) then {_too_fine(2)} "
            plain += "else 'is not a plain decimal' end"
            return value, [(f"not regexp_full_match({text}, {EXACT_AMOUNT})", plain)]
    wrong = f"not regexp_full_match({text}, {PLAIN})"
    return value, [(wrong, literal("is not a plain decimal"))]


def _whole_from_text(column: Column, text: str, value: str) -> tuple[str, Faults]:
    wrong = f"not regexp_full_match({text}, {INTEGRAL})"
    if not column.names:
        return value, [(wrong, literal("is not a whole number"))]
    word = f"replace(replace(lower(trim({text})), ' ', '_'), '-', '_')"
    names = " ".join(f"when {literal(name)} then {number}" for name, number in column.names)
    named = f"case {word} {names} end"
    known = ", ".join(dict.fromkeys(name for name, _ in column.names))
    complaint = literal(f"is neither a whole number nor one of {known}")
    return f"coalesce({named}, {value})", [(f"{named} is null and {wrong}", complaint)]


def _range(column: Column, value: str, cell: str) -> Faults:
    """What a well-formed value may still not be: out of range, no choice, not a month's end."""
    faults: Faults = []
    number = value if column.names or value == cell else f"try_cast({cell} as double)"
    if column.low is not None:
        faults += [(f"{number} < {column.low}", literal(f"is below {column.low:g}"))]
    if column.high is not None:
        faults += [(f"{number} > {column.high}", literal(f"is above {column.high:g}"))]
    if column.choices:
        choices = ", ".join(literal(choice) for choice in column.choices)
        complaint = literal(f"is none of {', '.join(column.choices)}")
        faults += [(f"{value} not in ({choices})", complaint)]
    if column.month_end:
        complaint = literal("is not the last day of its month")
        faults += [(f"{value} <> last_day({value})", complaint)]
    if column.type in NUMERIC and value != cell:
        faults += [(f"{value} is null", literal("is too large"))]
    return faults


def rounded(column: Column, kind: str) -> str | None:
    """SQL that is true where a rate holds more decimals than are stored; None where it cannot."""
    if column.type != "rate" or kind in WHOLE:
        return None
    places = DECIMALS["rate"]
    cell = quoted(column.name)
    if kind in FRACTION:
        return f"abs({cell} - round({cell}, {places})) > 1e-12"
    if kind.startswith("DECIMAL"):
        return f"{cell} <> round({cell}, {places})"
    return f"regexp_matches({as_text(cell, kind)}, {BEYOND_RATE})"
