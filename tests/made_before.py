"""Tables of models that an earlier test made: put in again where all that they read is the same.

The books of tests differ in a few rows, which most models never see, and to plan and run a model
takes ten times as long as to copy what it made. A model is its text, which stands while tests run,
and the rows that it reads: what is kept is found by these rows, as they stand in the database when
the model is asked for. Whatever differs is made.
"""

import re
from collections.abc import Hashable, Iterator
from functools import cache
from typing import NamedTuple

import duckdb
import pyarrow as pa

from data.building import QUERIES
from data.models import KNOWN, VIEWS

NAMED = re.compile(r"\b(raw|staging|intermediate|marts)\.(\w+)")
# Made by code out of rules and rows (data/signal_rules.py): what it reads, and all that it makes.
READ_BY_CODE = {
    "marts/signal_rules": ("raw.signal_rules", "raw.rejected_rows"),
    "intermediate/firings": ("marts.signal_rules", "marts.loan_facts", "marts.borrower_facts"),
}
MADE_BESIDE = {"marts/signal_rules": ("intermediate.fact_edges", "intermediate.rule_overrides")}
EMPTY = (0, None)
# A worker makes some thousands in a run, most without a row: all of them take 0.2 GB at the most.
MOST = 8_000


class Table(NamedTuple):
    """A table as a model left it: the statement that creates it, its rows if any, their digest."""

    name: str
    created: duckdb.Statement
    rows: pa.Table | None
    content: Hashable


_kept: dict[Hashable, list[Table]] = {}


def to_make(connection: duckdb.DuckDBPyConnection, models: list[str]) -> Iterator[str]:
    """The models that must be made, one by one, in order; the others are put in on the way.

    For `build_models`, which has made a model by the time that it asks for the next.
    """
    contents = _without_rows(connection)
    for model in models:
        # Views hold nothing; what is known of the past is made of what no text names.
        if _is_view(model) or model in KNOWN:
            yield model
            continue
        key = (model, *(_content(connection, each, contents) for each in reads(model)))
        if key in _kept:
            for table in _kept[key]:
                _put(connection, table)
        else:
            yield model
            if len(_kept) > MOST:
                _kept.clear()
            _kept[key] = [_taken(connection, each) for each in _made(model)]
        contents |= {table.name: table.content for table in _kept[key]}


def forget() -> None:
    """Let all of it go, at the end of a run."""
    _kept.clear()
    _created.clear()
    _digesting.cache_clear()


@cache
def reads(model: str) -> tuple[str, ...]:
    """The tables and views, `layer.name`, that a model reads itself."""
    if model in READ_BY_CODE:
        return READ_BY_CODE[model]
    sql = re.sub(r"--.*", "", (QUERIES / f"{model}.sql").read_text(encoding="utf-8"))
    return tuple(sorted({".".join(each) for each in NAMED.findall(sql)}))


def _made(model: str) -> tuple[str, ...]:
    return (model.replace("/", "."), *MADE_BESIDE.get(model, ()))


def _is_view(model: str) -> bool:
    return model.startswith("staging/") or model in VIEWS


def _without_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, Hashable]:
    """The raw tables in which there never was a row: most, and it takes long to ask each."""
    found = connection.execute(_NEVER_FILLED).fetchall()
    return {f"raw.{name}": EMPTY for (name,) in found}


_NEVER_FILLED = (
    "select table_name from duckdb_tables() where schema_name = 'raw' and estimated_size = 0"
)


def _content(
    connection: duckdb.DuckDBPyConnection, name: str, contents: dict[str, Hashable]
) -> Hashable:
    """What tells the rows of a table, and their order, from others; of a view, of what it reads."""
    if name not in contents:
        model = name.replace(".", "/")
        contents[name] = (
            tuple(_content(connection, each, contents) for each in reads(model))
            if _is_view(model)
            else _digest(connection, name)
        )
    return contents[name]


def _digest(connection: duckdb.DuckDBPyConnection, table: str) -> Hashable:
    (found,) = connection.execute(_digesting(table)).fetchall()
    return found


@cache
def _digesting(table: str) -> duckdb.Statement:
    (asked,) = duckdb.extract_statements(
        f"select count(*), sum(hash(given, rowid)) from {table} as given"
    )
    return asked


def _taken(connection: duckdb.DuckDBPyConnection, name: str) -> Table:
    content = _digest(connection, name)
    rows = None if content == EMPTY else connection.sql(f"from {name}").to_arrow_table()
    return Table(name, _creating(connection, name), rows, content)


def _put(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    connection.execute(table.created)
    if table.rows is not None:
        connection.from_arrow(table.rows).insert_into(table.name)


_created: dict[str, duckdb.Statement] = {}


def _creating(connection: duckdb.DuckDBPyConnection, name: str) -> duckdb.Statement:
    """The statement that creates a model's table, empty: the same in every book."""
    if name not in _created:
        columns = connection.execute(f"describe {name}").fetchall()
        told = ", ".join(f'"{column}" {kind}' for column, kind, *_ in columns)
        (_created[name],) = duckdb.extract_statements(f"create table {name} ({told})")
    return _created[name]
