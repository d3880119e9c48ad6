"""What became of every row: the figures of a load, and whether too many rows were rejected."""

from dataclasses import dataclass, field

import duckdb

from data.cells import rounded
from data.contract import BY_NAME
from data.failures import TooManyRejected
from data.folder import File, extra_columns
from data.raw import literal, quoted

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

    def told(self, table: str) -> str:
        """The figures as a person reads them."""
        lines = [
            f"{table}: {self.rows} rows, {self.loaded} loaded, {self.rejected} rejected, "
            f"{self.duplicates} exact duplicates"
        ]
        lines += [f"  {number} x {rule}" for rule, number in self.reasons.items()]
        for name, number in self.rounded.items():
            lines.append(f"  {number} x {name} stored with fewer decimals")
        return "\n".join(lines)


def count(connection: duckdb.DuckDBPyConnection, file: File, relation: str) -> Counts:
    """Count the rows of the table just loaded; each must be accounted for. Adds to raw.loads."""
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
    if counts.rows != counts.loaded + counts.rejected + counts.duplicates:
        raise AssertionError(f"{file.name}: not every row is accounted for: {counts}")
    counts.reasons = _reasons(connection, file.table)
    counts.rounded = _rounded(connection, file, relation)
    figures = (counts.rows, counts.loaded, counts.rejected, counts.duplicates)
    connection.execute(
        "insert into raw.loads values (?, ?, ?, ?, ?, ?, ?)",
        [file.table, file.name, *figures, ", ".join(extra_columns(file))],
    )
    return counts


def _reasons(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, int]:
    return dict(
        connection.execute(
            """
            select rule, count(*)
            from (
                select rule from faults where table_name = $table
                union all
                select rule from broken
            )
            group by rule
            order by count(*) desc, rule
            """,
            {"table": table},
        ).fetchall()
    )


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


def refuse_too_many(
    connection: duckdb.DuckDBPyConnection, counted: dict[str, Counts], max_rejected: float
) -> None:
    """Raise TooManyRejected for the tables with a greater share of rejected rows than allowed."""
    told = []
    for table, counts in counted.items():
        if counts.rejected / counts.rows <= max_rejected:
            continue
        told.append(
            f"{table}: {counts.rejected} of {counts.rows} rows were rejected, more than "
            f"{max_rejected:.2%}; the worst reasons:"
        )
        for rule in list(counts.reasons)[:WORST_REASONS]:
            told.append(f"  {counts.reasons[rule]} x {rule}")
            told += [
                f"    row {number}{key or ''}: {reason}"
                for number, key, reason in _examples(connection, table, rule)
            ]
    if told:
        raise TooManyRejected("\n".join(told))


def _examples(
    connection: duckdb.DuckDBPyConnection, table: str, rule: str
) -> list[tuple[int, str | None, str]]:
    """Number, key (such as ` (rule_id B03)`; none where the row has none) and reason."""
    key = BY_NAME[table].key[0] if table in BY_NAME else ""
    return connection.execute(
        """
        select
            row_number,
            ' (' || $key || ' ' || nullif(try(json_extract_string(record, $key)), '') || ')',
            reason
        from raw.rejected_rows
        where table_name = $table and list_contains(string_split(rule, '; '), $rule)
        order by row_number
        limit $examples
        """,
        {"table": table, "rule": rule, "key": key, "examples": EXAMPLES},
    ).fetchall()
