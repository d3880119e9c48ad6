"""One file of the folder, opened: its columns, and its rows as a relation in the database."""

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from data.raw import literal, quoted

# The 1-based data row of the source file, in every relation of cells; and, among rows of one key,
# which copy of the same row it is. A file's column of such a name is kept under another.
ROW = '"row number in the file"'
COPY = '"which copy of the row"'

# The attached database that holds the cells of one text file while they are checked.
SCRATCH = "scratch"
CHUNK = 50_000


class Unreadable(Exception):
    """A file that cannot be read; says why, without its name, and which columns were seen."""

    def __init__(self, why: str, columns: Iterable[str] | None = None) -> None:
        super().__init__(why)
        self.columns = None if columns is None else tuple(columns)


@dataclass(frozen=True)
class Source:
    """An opened file. `columns` maps each column's name to its SQL type, in the file's order."""

    table: str
    path: Path
    columns: dict[str, str]

    @property
    def name(self) -> str:
        """The file's name, as messages print it."""
        return self.path.name


def column_names(header: Iterable[str], known: Iterable[str]) -> list[str]:
    """A distinct name for each header cell, also where SQL would not tell capitals apart.

    Raises Unreadable when a column of the contract stands there twice.
    """
    taken = {name.lower() for name in known} | {ROW.strip('"'), COPY.strip('"')}
    named: list[str] = []
    for position, title in enumerate(header, start=1):
        if title in known and title in named:
            raise Unreadable(f"column {title} stands in the header twice")
        named.append(title if title in known else _free_name(title or f"column_{position}", taken))
    return named


def _free_name(title: str, taken: set[str]) -> str:
    name, number = title, 2
    while name.lower() in taken:
        name, number = f"{title}_{number}", number + 1
    taken.add(name.lower())
    return name


def nearest(name: str, found: Iterable[str]) -> str | None:
    """The name among those found that a person most likely meant."""
    by_lower = {other.lower(): other for other in found}
    match = difflib.get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[match[0]] if match else None


class TextRows:
    """Rows of a text file on their way into scratch.cells, a chunk at a time; broken ones apart."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, columns: Iterable[str]) -> None:
        self.connection = connection
        self.columns = list(columns)
        self.rows: list[list[str | None]] = []
        self.numbers: list[int] = []
        self.broken: list[tuple[int, str, str, str]] = []
        cells = "".join(f", {quoted(name)} varchar" for name in self.columns)
        connection.execute(f"create or replace table {SCRATCH}.cells ({ROW} bigint{cells})")

    def add(self, number: int, cells: list[str | None]) -> None:
        """Take the cells of one row, one for each column."""
        self.numbers.append(number)
        self.rows.append([cell or None for cell in cells])
        if len(self.rows) >= CHUNK:
            self.flush()

    def refuse(self, number: int, rule: str, reason: str, record: dict[str, object]) -> None:
        """Take one row whose cells cannot be told apart."""
        self.broken.append(
            (number, rule, reason, json.dumps(record, ensure_ascii=False, separators=(",", ":")))
        )
        if len(self.broken) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        if self.rows:
            by_column = list(zip(*self.rows, strict=True))
            arrays = [pa.array(self.numbers, pa.int64())]
            arrays += [pa.array(cells, pa.string()) for cells in by_column]
            self._insert(f"{SCRATCH}.cells", arrays)
        if self.broken:
            numbers, *texts = zip(*self.broken, strict=True)
            arrays = [pa.array(numbers, pa.int64()), *(pa.array(t, pa.string()) for t in texts)]
            self._insert("broken", arrays)
        self.rows, self.numbers, self.broken = [], [], []

    def _insert(self, table: str, arrays: list[pa.Array]) -> None:
        chunk = pa.table(arrays, names=[f"column_{n}" for n in range(len(arrays))])
        self.connection.register("chunk", chunk)
        self.connection.execute(f"insert into {table} from chunk")
        self.connection.unregister("chunk")


def row_relation(relation: str, row_number: str, columns: dict[str, str]) -> str:
    """A relation of ROW and the columns, each given as new name -> name in the relation."""
    named = "".join(f", {quoted(old)} as {quoted(new)}" for new, old in columns.items())
    return f"(select {row_number} as {ROW}{named} from {relation})"


def file_literal(path: Path) -> str:
    """The path as an SQL text that names this one file, whatever characters it holds."""
    escaped = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))
    return literal(escaped)
