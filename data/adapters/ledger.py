"""Foreign files in, a canonical folder out: what every adapter shares.

An adapter reads each source file as text, decides one outcome for every row (converted, rejected,
duplicates, set_aside), notes flags beside them and builds the contract's tables. `finish` proves
that no row went missing.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import duckdb

from data.contract import BY_NAME, SQL_TYPES, TABLES
from data.failures import FolderUnusable, LoadError

OUTCOMES = ("converted", "rejected", "duplicates", "set_aside")
LEDGER = """
create schema source;
create schema canonical;
create table outcomes (
    table_name varchar, row_number bigint, outcome varchar, reason varchar,
    primary key (table_name, row_number)
);
create table flags (table_name varchar, row_number bigint, reason varchar);
"""


class SourceProblem(FolderUnusable):
    """The source cannot be read at all. `problems` holds all of them, one line each."""


class RowsUnaccounted(LoadError):
    """A fault of the adapter: a source row without an outcome, or an outcome without a row."""

    exit_code = 4


@dataclass(frozen=True)
class SourceTable:
    """One table of the source: the files that hold it and the columns that the adapter reads.

    `pattern` is a glob in the folder. A table that is not `required` may be absent: then empty.
    """

    name: str
    pattern: str
    columns: tuple[str, ...]
    required: bool = True


def read(folder: Path, tables: tuple[SourceTable, ...]) -> duckdb.DuckDBPyConnection:
    """A connection with every table as `source.<name>`, its cells as text (an empty one is null).

    Beside them stand table_name (the file's name without its ending), row_number (1-based data
    row of the file), record (the whole row as JSON) and is_copy (an exact copy of an earlier row
    of the table, whose outcome is already noted). Raises SourceProblem with every missing file,
    missing column, unreadable or empty file.
    """
    connection = duckdb.connect()
    connection.execute(LEDGER)
    problems = [] if folder.is_dir() else [f"{folder}: no such folder"]
    for table in tables if folder.is_dir() else ():
        problems += _read_table(connection, folder, table)
    if problems:
        connection.close()
        raise SourceProblem(problems)
    return connection


def _read_table(
    connection: duckdb.DuckDBPyConnection, folder: Path, table: SourceTable
) -> list[str]:
    blank = ", ".join(f"null::varchar as {_quoted(column)}" for column in table.columns)
    connection.execute(
        f"create table source.{table.name} as select ''::varchar as table_name, "
        f"0::bigint as row_number, ''::varchar as record, false as is_copy, {blank} limit 0"
    )
    files = sorted(folder.glob(table.pattern))
    if not files and table.required:
        return [f"{table.pattern}: no such file in {folder}"]
    problems = [problem for file in files for problem in _append(connection, file, table)]
    _note_copies(connection, table)
    return problems


def _note_copies(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> None:
    connection.execute(
        f"update source.{table.name} as t set is_copy = true from ("
        f"from source.{table.name} select table_name, row_number "
        "qualify row_number() over (partition by record order by table_name, row_number) > 1"
        ") as c where c.table_name = t.table_name and c.row_number = t.row_number"
    )
    connection.execute(
        "insert into outcomes select table_name, row_number, 'duplicates', "
        f"'exact copy of another row' from source.{table.name} where is_copy"
    )


def _append(connection: duckdb.DuckDBPyConnection, file: Path, table: SourceTable) -> list[str]:
    """Put the rows of one file into the table; the problems that prevent it, if any."""
    scan = "read_csv($file, header = true, all_varchar = true, delim = ',', quote = '\"')"
    bound = {"file": str(file)}
    try:
        found = [row[0] for row in connection.execute(f"describe from {scan}", bound).fetchall()]
        problems = _missing_columns(file, found, table)
        if problems:
            return problems
        wanted = ", ".join(
            f"nullif({_quoted(column)}, '') as {_quoted(column)}" for column in table.columns
        )
        count = connection.execute(
            f"insert into source.{table.name} "
            f"select $stem, row_number() over (), to_json(t), false, {wanted} from {scan} as t",
            {**bound, "stem": file.stem},
        ).fetchone()
    except duckdb.Error as error:
        return [f"{file.name}: cannot be read: {str(error).splitlines()[0]}"]
    return [] if count and count[0] else [f"{file.name}: holds no rows"]


def _missing_columns(file: Path, found: list[str], table: SourceTable) -> list[str]:
    problems = []
    for column in table.columns:
        if column not in found:
            nearest = get_close_matches(column, found, 1)
            hint = f" (nearest: {nearest[0]})" if nearest else ""
            problems.append(f"{file.name}: column {column} is missing{hint}")
    return problems


def finish(connection: duckdb.DuckDBPyConnection, source: Path, folder: Path) -> dict:
    """Write the canonical folder with rejected_rows and flagged_rows; what became of each row.

    The summary: `tables` (per source file its rows, converted, rejected, duplicates, set_aside,
    flagged and the reasons), `written` (rows per canonical table), `not_read` (files of the source
    that this adapter does not use).
    """
    folder.mkdir(parents=True, exist_ok=True)
    _gather(connection)
    summary = {
        "tables": _summarise(connection),
        "written": _write_tables(connection, folder),
        "not_read": _not_read(connection, source),
    }
    _copy(connection, "from rejected_rows order by all", folder / "rejected_rows.parquet")
    _copy(connection, "from flagged_rows order by all", folder / "flagged_rows.parquet")
    return summary


def _gather(connection: duckdb.DuckDBPyConnection) -> None:
    """Every source row beside its outcome; raise when one of the two is missing."""
    names = [
        row[0]
        for row in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'source'"
        ).fetchall()
    ]
    rows = " union all ".join(
        f"select table_name, row_number, record from source.{name}" for name in names
    )
    connection.execute(f"create table source_rows as {rows}")
    lost = connection.execute(
        "select coalesce(r.table_name, o.table_name), coalesce(r.row_number, o.row_number) "
        "from source_rows as r full join outcomes as o using (table_name, row_number) "
        f"where r.record is null or o.outcome is null or o.outcome not in {OUTCOMES} limit 3"
    ).fetchall()
    if lost:
        raise RowsUnaccounted(f"rows without exactly one outcome, for example {lost}")
    connection.execute(
        "create view rejected_rows as select table_name, row_number, reason, record "
        "from source_rows join outcomes using (table_name, row_number) where outcome = 'rejected'"
    )
    connection.execute(
        "create view flagged_rows as select table_name, row_number, reason, record "
        "from source_rows join ("
        "from flags union all select table_name, row_number, 'set aside: ' || reason "
        "from outcomes where outcome = 'set_aside') using (table_name, row_number)"
    )


def _summarise(connection: duckdb.DuckDBPyConnection) -> dict:
    counts = ", ".join(f"count(*) filter (where outcome = '{outcome}')" for outcome in OUTCOMES)
    summary: dict = {}
    for name, rows, *outcomes in connection.execute(
        f"select table_name, count(*), {counts} from outcomes group by all order by all"
    ).fetchall():
        summary[name] = {"rows": rows, **dict(zip(OUTCOMES, outcomes, strict=True)), "flagged": 0}
        summary[name]["reasons"] = {"rejected": {}, "set_aside": {}, "flagged": {}}
    reasons = connection.execute(
        "select table_name, outcome, reason, count(*) from outcomes "
        "where outcome in ('rejected', 'set_aside') group by all "
        "union all select table_name, 'flagged', reason, count(*) from flags group by all "
        "order by all"
    ).fetchall()
    for name, kind, reason, count in reasons:
        summary[name]["reasons"][kind][reason] = count
    for name, count in connection.execute(
        "select table_name, count(distinct row_number) from flags group by all"
    ).fetchall():
        summary[name]["flagged"] = count
    return summary


def _write_tables(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """One Parquet file per canonical table that was built, with the types of the contract."""
    built = connection.execute(
        "select table_name, list(column_name) from information_schema.columns "
        "where table_schema = 'canonical' group by all"
    ).fetchall()
    columns_of = {name: set(columns) for name, columns in built}
    unknown = set(columns_of) - set(BY_NAME)
    if unknown:
        raise RowsUnaccounted(f"not in the contract: {sorted(unknown)}")
    written = {}
    for table in TABLES:
        held = columns_of.get(table.name)
        if held is None:
            continue
        casts = ", ".join(
            f"cast({column.name} as {SQL_TYPES[column.type]}) as {column.name}"
            for column in table.columns
            if column.name in held
        )
        key = ", ".join(column for column in table.key if column in held)
        file = folder / f"{table.name}.parquet"
        written[table.name] = _copy(
            connection, f"select {casts} from canonical.{table.name} order by {key}", file
        )
    return written


def _not_read(connection: duckdb.DuckDBPyConnection, source: Path) -> list[str]:
    read_files = {
        row[0]
        for row in connection.execute("select distinct table_name from source_rows").fetchall()
    }
    return sorted(file.name for file in source.glob("*.csv") if file.stem not in read_files)


def _copy(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> int:
    count = connection.execute(f"copy ({query}) to '{_escaped(file)}' (format parquet)").fetchone()
    return count[0] if count else 0


def _escaped(file: Path) -> str:
    return str(file).replace("'", "''")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
