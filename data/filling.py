"""From files to the filled schema raw: a row is loaded, rejected or an exact duplicate."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from data.cells import as_text, reading, rounded
from data.contract import BY_NAME
from data.failures import FolderUnusable, TooManyRejected
from data.folder import ADAPTERS_TABLES, File, extra_columns
from data.raw import add_default_parameters, create_table, literal, quoted
from data.rejecting import check
from data.rows import TEMPORARY, Rows
from data.source import ROW, SCRATCH, Unreadable, file_literal

WORST_REASONS = 5
EXAMPLES = 3


@dataclass
class Counts:
    """What became of a table's rows; `reasons` counts its faults by rule."""

    rows: int = 0
    loaded: int = 0
    rejected: int = 0
    duplicates: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    rounded: dict[str, int] = field(default_factory=dict)


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
    counted: dict[str, Counts] = {}
    problems: list[str] = []
    for file in files:
        progress(f"reading {file.name}")
        try:
            counted[file.table] = _fill_table(connection, file, room)
        except Unreadable as error:
            problems.append(f"{file.name}: {error}")
            continue
        progress(_told(file, counted[file.table]))
    if problems:
        raise FolderUnusable(problems)
    _refuse_too_many(connection, counted, max_rejected)
    add_default_parameters(connection)
    return counted


def _told(file: File, counts: Counts) -> str:
    told = (
        f"{file.table}: {counts.rows} rows, {counts.loaded} loaded, {counts.rejected} rejected, "
        f"{counts.duplicates} exact duplicates"
    )
    told += "".join(f"\n  {number} x {rule}" for rule, number in counts.reasons.items())
    return told + "".join(
        f"\n  {number} x {name} stored with fewer decimals"
        for name, number in counts.rounded.items()
    )


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
        return _counts(connection, file, relation)
    except duckdb.InvalidInputException as error:
        raise Unreadable(str(error).splitlines()[0]) from error
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


def _counts(connection: duckdb.DuckDBPyConnection, file: File, relation: str) -> Counts:
    table = literal(file.table)
    counted = connection.execute(
        f"""
        select
            (select count(*) from {relation}) + (select count(*) from broken),
            (select count(*) from raw.{quoted(file.table)}),
            (select count(*) from raw.rejected_rows where table_name = {table}),
            (select count(*) from repeats)
        """
    ).fetchone()
    counts = Counts(*(counted or ()))
    assert counts.rows == counts.loaded + counts.rejected + counts.duplicates, (file, counts)
    counts.reasons = dict(
        connection.execute(
            f"""
            select rule, count(*)
            from (
                select rule from faults where table_name = {table}
                union all
                select rule from broken
            )
            group by rule
            order by count(*) desc, rule
            """
        ).fetchall()
    )
    counts.rounded = _rounded(connection, file, relation)
    connection.execute(
        "insert into raw.loads values ($table, $file, $rows, $loaded, $rejected, $repeats, $extra)",
        {
            "table": file.table,
            "file": file.name,
            "rows": counts.rows,
            "loaded": counts.loaded,
            "rejected": counts.rejected,
            "repeats": counts.duplicates,
            "extra": ", ".join(extra_columns(file)),
        },
    )
    return counts


def _rounded(connection: duckdb.DuckDBPyConnection, file: File, relation: str) -> dict[str, int]:
    """Rates that hold more decimals than are stored: how many cells, by column."""
    found: dict[str, int] = {}
    for column in BY_NAME[file.table].columns if file.table in BY_NAME else ():
        is_finer = (
            rounded(column, file.columns[column.name]) if column.name in file.columns else None
        )
        if is_finer:
            row = connection.execute(f"select count(*) from {relation} where {is_finer}").fetchone()
            if row and row[0]:
                found[column.name] = row[0]
    return found


def _refuse_too_many(
    connection: duckdb.DuckDBPyConnection, counted: dict[str, Counts], max_rejected: float
) -> None:
    told = []
    for table, counts in counted.items():
        if counts.rejected <= max_rejected * counts.rows:
            continue
        told.append(
            f"{table}: {counts.rejected} of {counts.rows} rows were rejected, more than "
            f"{max_rejected:.2%}; the worst reasons:"
        )
        for rule in list(counts.reasons)[:WORST_REASONS]:
            told.append(f"  {counts.reasons[rule]} x {rule}")
            told += [
                f"    row {number}: {reason}"
                for number, reason in _examples(connection, table, rule)
            ]
    if told:
        raise TooManyRejected("\n".join(told))


def _examples(
    connection: duckdb.DuckDBPyConnection, table: str, rule: str
) -> list[tuple[int, str]]:
    return connection.execute(
        """
        select row_number, reason
        from raw.rejected_rows
        where table_name = $table and list_contains(string_split(rule, '; '), $rule)
        order by row_number
        limit $examples
        """,
        {"table": table, "rule": rule, "examples": EXAMPLES},
    ).fetchall()


def add_adapters_rows(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Append what an adapter refused or doubted to raw.rejected_rows and raw.flagged_rows."""
    columns = "table_name, row_number, reason, record"
    for name in ADAPTERS_TABLES:
        path = folder / f"{name}.parquet"
        if path.exists():
            connection.execute(
                f"insert into raw.{name} by name "
                f"select {columns} from read_parquet({file_literal(path)})"
            )
