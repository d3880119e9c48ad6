"""The schema `raw` of a build: the contract's tables, typed, and the loader's own beside them."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from data.contract import BY_NAME, SQL_TYPES, TABLES, Column, Table

PARAMETERS = Path(__file__).parent / "parameters.csv"

# What the loader says about the load itself; names that no file may take.
OWN_TABLES: dict[str, str] = {
    "rejected_rows": "table_name varchar, row_number bigint, reason varchar, record varchar, "
    "rule varchar",
    "flagged_rows": "table_name varchar, row_number bigint, reason varchar, record varchar",
    "loads": "table_name varchar, file_name varchar, rows bigint, loaded bigint, "
    "rejected bigint, duplicates bigint, extra_columns varchar",
    "build": "build_id varchar, as_of date, loaded_at timestamp, source varchar, "
    "is_demo boolean, first_date date, models varchar",
    "calendar": "date date, month_end date, is_month_end boolean, is_workday boolean",
}

# as_of is the last day on which something happened to a loan (metrics 1.1: end of that day).
EVENT_DATES = (
    "loans.disbursed_on",
    "repayments.paid_on",
    "loan_months.month_end",
    "write_offs.written_off_on",
    "recoveries.recovered_on",
    "restructures.restructured_on",
)
OTHER_DATES = ("instalments.due_on", "cases.opened_at", "findings.issued_on", "signals.raised_on")

# A year of months to come, for due dates and deadlines, and a month more.
DAYS_AHEAD = 400


def quoted(name: str) -> str:
    """The name as an SQL identifier, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """The value as an SQL text."""
    return "'" + value.replace("'", "''") + "'"


def unnested(columns: Iterable[tuple[str, str]]) -> str:
    """The select list that makes rows out of one bound list per column, each (name, SQL type).

    One statement for all rows: a statement for each took thirty times as long.
    """
    return ", ".join(
        f"cast(unnest(${place}) as {kind}) as {quoted(name)}"
        for place, (name, kind) in enumerate(columns, start=1)
    )


def empty_raw(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every raw table, empty, and raw.parameters with the default rules and limits."""
    connection.execute("create schema if not exists raw")
    for name, columns in OWN_TABLES.items():
        connection.execute(f"create table raw.{name} ({columns})")
    for table in TABLES:
        create_table(connection, table)
    add_default_parameters(connection)


def create_table(
    connection: duckdb.DuckDBPyConnection, table: Table, extra: Iterable[tuple[str, str]] = ()
) -> None:
    """Create raw.<table> in place of the one there; extra columns are (name, SQL type)."""
    columns = [_declared(column) for column in table.columns]
    columns += [f"{quoted(name)} {kind}" for name, kind in extra]
    connection.execute(f"create or replace table raw.{table.name} ({', '.join(columns)})")


def _declared(column: Column) -> str:
    default = "" if column.default is None else f" default {literal(column.default)}"
    return f"{column.name} {SQL_TYPES[column.type]}{default}"


def add_default_parameters(connection: duckdb.DuckDBPyConnection) -> None:
    """Add each default of data/parameters.csv that raw.parameters does not yet hold.

    A row is the same rule when param_id, regime, product and valid_from agree; the one there stays.
    """
    if not PARAMETERS.exists():
        return
    columns = BY_NAME["parameters"].columns
    key = BY_NAME["parameters"].key
    with PARAMETERS.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            [row.get(column.name) or column.default for column in columns]
            for row in csv.DictReader(file)
        ]
    names = ", ".join(column.name for column in columns)
    typed = unnested((column.name, SQL_TYPES[column.type]) for column in columns)
    same = " and ".join(f"there.{name} = given.{name}" for name in key)
    connection.execute(
        f"insert into raw.parameters ({names}) select * from (select {typed}) given "
        f"where not exists (from raw.parameters there where {same})",
        [list(values) for values in zip(*rows, strict=True)],
    )


def last_event(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The last day on which something happened to a loan; None in an empty book."""
    return _extreme(connection, "max", EVENT_DATES)


def fill_calendar(connection: duckdb.DuckDBPyConnection, as_of: date) -> date:
    """Fill raw.calendar, one row per day, from the book's first month to as_of + 400 days.

    Gives the first day. A workday is Monday to Friday: public holidays and the working weekends
    that make up for them are not in the contract.
    """
    earliest = _extreme(connection, "min", EVENT_DATES + OTHER_DATES)
    first = min(earliest or as_of, as_of).replace(day=1)
    connection.execute("delete from raw.calendar")
    connection.execute(
        """
        insert into raw.calendar
        select day, last_day(day), day = last_day(day), isodow(day) < 6
        from (
            select cast(unnest(generate_series($first::date, $last::date + $ahead::integer,
                interval 1 day)) as date) as day
        )
        """,
        {"first": first, "last": as_of, "ahead": DAYS_AHEAD},
    )
    return first


def _extreme(
    connection: duckdb.DuckDBPyConnection, which: str, columns: tuple[str, ...]
) -> date | None:
    parts = [
        f"select cast({which}({column}) as date) as day from raw.{table}"
        for table, column in (name.split(".") for name in columns)
    ]
    row = connection.execute(f"select {which}(day) from ({' union all '.join(parts)})").fetchone()
    return row[0] if row else None
