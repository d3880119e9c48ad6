"""The schema `raw` of a build: the contract's tables, typed, and the loader's own beside them."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from data.contract import BY_NAME, SQL_TYPES, TABLES, Column, Table

PARAMETERS = Path(__file__).parent / "parameters.csv"
AUDIT_TESTS = Path(__file__).parent / "audit_tests.csv"

# What the loader says about the load itself; names that no file may take.
OWN_TABLES: dict[str, str] = {
    "rejected_rows": "table_name varchar, row_number bigint, reason varchar, record varchar, "
    "rule varchar",
    "flagged_rows": "table_name varchar, row_number bigint, reason varchar, record varchar",
    "loads": "table_name varchar, file_name varchar, rows bigint, loaded bigint, "
    "rejected bigint, duplicates bigint, extra_columns varchar",
    # What became of the rows of a foreign tape; empty where the folder is the contract's own.
    "source_loads": "table_name varchar, rows bigint, converted bigint, rejected bigint, "
    "duplicates bigint, set_aside bigint, flagged bigint",
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
    """Add each default of data/parameters.csv that raw.parameters does not yet hold, and so with
    the auditors' tests.
    """
    if PARAMETERS.exists():
        add_defaults(connection, "parameters", PARAMETERS)
    add_defaults(connection, "audit_tests", AUDIT_TESTS)


def add_defaults(
    connection: duckdb.DuckDBPyConnection, name: str, path: Path, fitting: str = "true"
) -> None:
    """Add each row of a CSV file of ours that raw.<name> does not yet hold.

    A row is the same when the table's key agrees; the one there stays. `fitting` is a condition
    over the row, `given`, without which it is left out.
    """
    table = BY_NAME[name]
    with path.open(encoding="utf-8", newline="") as file:
        given = next(csv.reader(file))
    columns = [column for column in table.columns if column.name in given or column.default]
    names = ", ".join(column.name for column in columns)
    typed = ", ".join(
        f"cast({_given(column, given)} as {SQL_TYPES[column.type]}) as {column.name}"
        for column in columns
    )
    same = " and ".join(f"there.{key} = given.{key}" for key in table.key)
    # The file is ours: nothing about it need be guessed, which took longer than all the rest.
    texts = ", ".join(f"{quoted(column)}: 'varchar'" for column in given)
    connection.execute(
        f"insert into raw.{name} ({names}) select {names} from (select {typed} from "
        f"read_csv({literal(str(path))}, auto_detect = false, header = true, delim = ',', "
        f"quote = '\"', escape = '\"', columns = {{{texts}}})) as given "
        f"where not exists (from raw.{name} there where {same}) and {fitting}"
    )


def _given(column: Column, given: list[str]) -> str:
    default = "null" if column.default is None else literal(column.default)
    return f"coalesce({column.name}, {default})" if column.name in given else default


def last_event(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The last day on which something happened to a loan; None in an empty book."""
    return _extreme(connection, "max", EVENT_DATES)


def fill_calendar(connection: duckdb.DuckDBPyConnection, as_of: date) -> date:
    """Fill raw.calendar, one row per day, from the book's first month to as_of + 400 days.

    Gives the first day. A workday is one of the calendar `office`: public holidays and the working
    weekends that make up for them are in calendar_days; Monday to Friday where that is silent.
    """
    earliest = _extreme(connection, "min", EVENT_DATES + OTHER_DATES)
    first = min(earliest or as_of, as_of).replace(day=1)
    connection.execute("delete from raw.calendar")
    connection.execute(
        """
        insert into raw.calendar
        select days.day, last_day(days.day), days.day = last_day(days.day),
            coalesce(named.is_workday, isodow(days.day) < 6)
        from (
            select cast(unnest(generate_series($first::date, $last::date + $ahead::integer,
                interval 1 day)) as date) as day
        ) as days
        left join raw.calendar_days as named
            on named.calendar_id = 'office' and named.day = days.day
        order by days.day
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
