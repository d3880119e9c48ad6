"""Parquet files: read where they lie, with their own types."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data.source import Source, Unreadable, column_names, file_literal, row_relation


@dataclass(frozen=True)
class ParquetFile(Source):
    """A Parquet file; `inside` are the columns' names as the file has them."""

    inside: tuple[str, ...]

    def cells(self, connection: duckdb.DuckDBPyConnection, room: Path) -> str:
        """The relation that reads the file."""
        names = dict(zip(self.columns, self.inside, strict=True))
        return row_relation(_reader(self.path), "file_row_number + 1", names)


def _reader(path: Path) -> str:
    return f"read_parquet({file_literal(path)}, binary_as_string = true)"


def open_parquet(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, known: Iterable[str]
) -> ParquetFile:
    """Read the file's columns and number of rows. Raises Unreadable."""
    try:
        described = connection.execute(f"describe select * from {_reader(path)}").fetchall()
        counted = connection.execute(f"select count(*) from {_reader(path)}").fetchone()
    except duckdb.Error as error:
        raise Unreadable(f"it is not a Parquet file: {str(error).splitlines()[0]}") from error
    inside = tuple(row[0] for row in described)
    columns = dict(zip(column_names(inside, known), (row[1] for row in described), strict=True))
    if counted == (0,):
        raise Unreadable("the table is empty", columns)
    return ParquetFile(table, path, columns, inside)
