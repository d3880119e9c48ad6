"""CSV files: UTF-8 or GB18030, LF or CRLF.

A regular file is DuckDB's to read. Any other is read line by line, so that one broken line costs
one row and the row numbers of the others stay right.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from data.csv_lines import read_by_line
from data.raw import literal
from data.source import (
    SCRATCH,
    Source,
    TextRows,
    Unreadable,
    column_names,
    file_literal,
    row_relation,
)

BLOCK = 1 << 22

# What may stand before a quotation mark that opens a cell, or is the second of two.
BEFORE_QUOTE = np.frombuffer(b',\n"', np.uint8)


@dataclass(frozen=True)
class CsvFile(Source):
    """A CSV file and what one look at all of its bytes says."""

    encoding: str
    records: int
    is_regular: bool
    has_quotes: bool

    def cells(self, connection: duckdb.DuckDBPyConnection, room: Path) -> str:
        """Put the cells into the scratch database and give the relation that holds them.

        Rows that cannot be split into cells go to the table `broken`. `room` is a folder for files.
        """
        path = self.path if self.encoding == "utf-8-sig" else _transcoded(self, room)
        if self.is_regular and _read_by_duckdb(connection, self, path):
            names = {name: name for name in self.columns}
            return row_relation(f"{SCRATCH}.cells", "rowid + 1", names)
        read_by_line(path, TextRows(connection, self.columns))
        return f"{SCRATCH}.cells"


def open_csv(table: str, path: Path, known: Iterable[str]) -> CsvFile:
    """Read the file once for its encoding, header and shape. Raises Unreadable."""
    encoding = _encoding(path)
    header, has_rows = _header(path, encoding)
    columns = dict.fromkeys(column_names(header, known), "VARCHAR")
    if not has_rows:
        raise Unreadable("the table is empty", columns)
    return CsvFile(table, path, columns, encoding, *_shape(path))


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(2)
    if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise Unreadable("it is UTF-16; save it as UTF-8")
    faults = []
    for encoding in ("utf-8-sig", "gb18030"):
        where = _first_bad_line(path, encoding)
        if where is None:
            return encoding
        faults.append(where)
    raise Unreadable(f"it is neither UTF-8 (see line {faults[0]}) nor GB18030 (line {faults[1]})")


def _first_bad_line(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    for block in _blocks(path):
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            return lines + block.count(b"\n", 0, error.start)
        lines += block.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return lines
    return None


def _header(path: Path, encoding: str) -> tuple[list[str], bool]:
    """The header, and whether a row that is not blank follows."""
    with path.open(encoding=encoding, newline="") as file:
        rows = (cells for cells in csv.reader(file) if cells)
        try:
            header = next(rows, None)
        except csv.Error as error:
            raise Unreadable(f"its header is not CSV: {error}") from error
        if header is None:
            raise Unreadable("the file is empty")
        header[0] = header[0].removeprefix("\ufeff")
        if len(header) == 1 and (separators := re.findall(r"[;\t|]", header[0])):
            raise Unreadable(f"its cells are separated by {separators[0]!r}, not by commas")
        try:
            return header, next(rows, None) is not None
        except csv.Error:
            return header, True


def _shape(path: Path) -> tuple[int, bool, bool]:
    """Records (the header is one); is every line and quotation mark in its place; are there any.

    A line end after an odd number of quotation marks stands inside a cell: a doubled one counts as
    two and changes nothing.
    """
    records, quotes, is_regular, has_returns, tail = 0, 0, True, False, b"\n"
    for block in _blocks(path):
        block = block.removeprefix(codecs.BOM_UTF8)
        seen = tail + block
        is_regular = is_regular and b"\n\n" not in seen and b"\n\r\n" not in seen
        has_returns = has_returns or b"\r" in block
        if b'"' in block:
            ended, in_block, in_place = _quoted_shape(seen[-len(block) - 1 :], quotes & 1)
            records, quotes, is_regular = (
                records + ended,
                quotes + in_block,
                is_regular and in_place,
            )
        elif not quotes & 1:
            records += block.count(b"\n")
        tail = seen[-2:]
    if has_returns and not records:
        raise Unreadable("its lines end in CR alone; save it with LF or CRLF")
    return records + (tail[-1:] != b"\n"), is_regular and not quotes & 1, quotes > 0


def _quoted_shape(seen: bytes, is_open: int) -> tuple[int, int, bool]:
    """Line ends outside of quotes, quotation marks, and whether each one opens a cell or closes it.

    `seen` is one letter before the block and the block; `is_open` tells how the block begins.
    """
    letters = np.frombuffer(seen, np.uint8)
    before, letters = letters[:-1], letters[1:]
    is_quote = letters == ord('"')
    # Only odd or even matters, so that the count may run over.
    is_inside = (np.cumsum(is_quote, dtype=np.uint8) + np.uint8(is_open)) & 1 == 1
    ended = np.count_nonzero((letters == ord("\n")) & ~is_inside)
    stray = is_quote & is_inside & ~np.isin(before, BEFORE_QUOTE)
    return int(ended), int(np.count_nonzero(is_quote)), not stray.any()


def _transcoded(source: CsvFile, room: Path) -> Path:
    path = room / f"{source.table}.utf-8.csv"
    decoder = codecs.getincrementaldecoder(source.encoding)()
    with path.open("wb") as file:
        for block in _blocks(source.path):
            file.write(decoder.decode(block).encode())
    return path


def _read_by_duckdb(connection: duckdb.DuckDBPyConnection, source: CsvFile, path: Path) -> bool:
    """Read the whole file in one go; gives False when it is not regular after all."""
    columns = ", ".join(f"{literal(name)}: 'varchar'" for name in source.columns)
    # Line ends inside quoted cells make splitting the file among threads a guess.
    parallel = str(not source.has_quotes).lower()
    try:
        connection.execute(
            f"create or replace table {SCRATCH}.cells as from read_csv({file_literal(path)}, "
            f"auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', "
            f"strict_mode = true, parallel = {parallel}, columns = {{{columns}}})"
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return False
    # An open quotation mark ends a file for DuckDB 2.0.0, without a word about the rows behind it.
    counted = connection.execute(f"select count(*) from {SCRATCH}.cells").fetchone()
    return counted == (source.records - 1,)
