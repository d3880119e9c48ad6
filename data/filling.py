"""From files to the filled schema raw: a row is loaded, rejected or an exact duplicate."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import duckdb

from data.cells import as_text, reading
from data.contract import BY_NAME
from data.counting import Counts, count, refuse_too_many
from data.failures import FolderUnusable, is_out_of_room
from data.folder import ADAPTERS_TABLES, File, extra_columns
from data.organisation import add_departments, add_levels
from data.raw import add_default_parameters, create_table, literal, quoted
from data.rejecting import check
from data.rows import TEMPORARY, Rows
from data.source import ROW, SCRATCH, Unreadable, file_literal

# Errors that no file can cause; all others, while a file is read, come from the file.
OUR_FAULT = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)


def fill_raw(
    connection: duckdb.DuckDBPyConnection,
    files: list[File],
    room: Path,
    max_rejected: float,
    progress: Callable[[str], None],
) -> dict[str, Counts]:
    """Check and load every file into the raw tables, which must exist; gives counts per table.

    Raises FolderUnusable for files that turn out to be damaged, TooManyRejected for tables with a
    greater share of rejected rows than max_rejected.
    """
    connection.execute(TEMPORARY)
    add_departments(connection, {file.table for file in files})
    counted: dict[str, Counts] = {}
    problems: list[str] = []
    for file in files:
        progress(f"reading {file.name}")
        try:
            counted[file.table] = _fill_table(connection, file, room)
        except Unreadable as error:
            problems.append(f"{file.name}: {error}")
            continue
        progress(counted[file.table].told(file.table))
    if problems:
        raise FolderUnusable(problems)
    refuse_too_many(connection, counted, max_rejected)
    add_default_parameters(connection)
    add_levels(connection)
    return counted


def _fill_table(connection: duckdb.DuckDBPyConnection, file: File, room: Path) -> Counts:
    scratch = room / "cells"
    connection.execute("delete from broken")
    connection.execute("delete from repeats")
    connection.execute(f"attach {literal(str(scratch))} as {SCRATCH}")
    try:
        relation = file.cells(connection, room)
        load = _load_known if file.table in BY_NAME else _load_unknown
        load(connection, file, relation)
        _keep_rejected(connection, file, relation)
        return count(connection, file, relation)
    except duckdb.Error as error:
        if is_out_of_room(error) or isinstance(error, OUR_FAULT):
            raise
        raise Unreadable(f"it is damaged: {str(error).splitlines()[0]}") from error
    finally:
        # On a full disk this fails too, and the first error says more.
        with suppress(duckdb.Error):
            connection.execute(f"detach {SCRATCH}")
        for leftover in room.glob("cells*"):
            leftover.unlink()


def _load_unknown(connection: duckdb.DuckDBPyConnection, file: File, relation: str) -> None:
    cells = ", ".join(
        f"{as_text(quoted(name), kind)} as {quoted(name)}" for name, kind in file.columns.items()
    )
    connection.execute(f"create table raw.{quoted(file.table)} as select {cells} from {relation}")


def _load_known(connection: duckdb.DuckDBPyConnection, file: File, relation: str) -> None:
    table = BY_NAME[file.table]
    readings = tuple(reading(column, file.columns.get(column.name)) for column in table.columns)
    rows = Rows(connection, table, relation, readings, tuple(file.columns))
    check(rows)
    extra = extra_columns(file)
    create_table(connection, table, [(name, file.columns[name]) for name in extra])
    values = [f"{each.value} as {each.column.name}" for each in readings]
    values += [quoted(name) for name in extra]
    connection.execute(
        f"create or replace temp table left_out as from repeats union "
        f"select row_number from faults where table_name = {literal(table.name)}"
    )
    left_out = ""
    if connection.execute("from left_out limit 1").fetchone():
        left_out = f"anti join left_out on cells.{ROW} = left_out.row_number"
    connection.execute(
        f"insert into raw.{table.name} "
        f"select {', '.join(values)} from {relation} as cells {left_out}"
    )
    key = readings[[column.name for column in table.columns].index(table.key[0])].value
    connection.execute(
        f"insert into rejected_keys select {literal(table.name)}, {key}::varchar from {relation} "
        f"where {ROW} in (select row_number from faults where table_name = {literal(table.name)})"
    )


def _keep_rejected(connection: duckdb.DuckDBPyConnection, file: File, relation: str) -> None:
    """Write the table's rejected rows to raw.rejected_rows, their cells as the file has them."""
    record = ", ".join(
        f"{literal(name)}, {as_text(quoted(name), kind)}" for name, kind in file.columns.items()
    )
    connection.execute(
        f"""
        insert into raw.rejected_rows (table_name, row_number, reason, record, rule)
        with bad_rows as (
            select row_number,
                string_agg(reason, '; ' order by ordinal) as reason,
                string_agg(rule, '; ' order by ordinal) as rule
            from faults
            where table_name = {literal(file.table)}
            group by row_number
        )
        select {literal(file.table)}, row_number, reason, record, rule
        from bad_rows
        inner join (
            select {ROW}, json_object({record}) as record from {relation}
        ) as cells on bad_rows.row_number = cells.{ROW}
        union all
        select {literal(file.table)}, row_number, reason, record, rule
        from broken
        order by row_number
        """
    )


def add_source_counts(connection: duckdb.DuckDBPyConnection, tables: dict[str, dict]) -> None:
    """Fill raw.source_loads with what an adapter's summary says became of each file's rows."""
    told = ("rows", "converted", "rejected", "duplicates", "set_aside", "flagged")
    for name, counts in tables.items():
        values = [name, *(counts[each] for each in told)]
        connection.execute("insert into raw.source_loads values (?, ?, ?, ?, ?, ?, ?)", values)


def add_adapters_rows(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Append what an adapter refused or doubted to raw.rejected_rows and raw.flagged_rows.

    Their table names and row numbers are those of the foreign files; a reason is its own rule.
    """
    for name in ADAPTERS_TABLES:
        path = folder / f"{name}.parquet"
        rule = ", reason as rule" if name == "rejected_rows" else ""
        if path.exists():
            connection.execute(
                f"insert into raw.{name} by name "
                f"select table_name, row_number, reason, record{rule} "
                f"from read_parquet({file_literal(path)})"
            )
