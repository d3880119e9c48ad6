"""CSV files: UTF-8 or GB18030, LF or CRLF.

A regular file is DuckDB's to read. Any other is read here, line by line, so that one broken line
costs one row and the row numbers of the others stay right.
"""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

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

# A quoted cell may hold line ends; one that spans more lines than this was never closed.
MOST_LINES = 100
STRAY_QUOTE = "a quotation mark is not closed, or stands inside a cell"


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
        _read_by_line(connection, self, path)
        return f"{SCRATCH}.cells"


def open_csv(table: str, path: Path, known: Iterable[str]) -> CsvFile:
    """Read the file once for its encoding, header and shape. Raises Unreadable."""
    encoding = _encoding(path)
    header, has_rows = _header(path, encoding)
    columns = dict.fromkeys(column_names(header, known), "VARCHAR")
    if not has_rows:
        raise Unreadable("the table is empty")
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
    """Records (the header is one), whether no line is blank and each quotation mark has its pair,
    and whether there are quotation marks.

    A line end after an odd number of quotation marks stands inside a cell: a doubled one counts as
    two and changes nothing.
    """
    records, open_quotes, is_regular, has_quotes, has_returns, tail = (
        0,
        0,
        True,
        False,
        False,
        b"\n",
    )
    for block in _blocks(path):
        seen = tail + block
        is_regular = is_regular and b"\n\n" not in seen and b"\n\r\n" not in seen
        has_quotes = has_quotes or b'"' in block
        has_returns = has_returns or b"\r" in block
        ended, open_quotes = _records_ended(block, open_quotes)
        records += ended
        tail = seen[-2:]
    if has_returns and not records:
        raise Unreadable("its lines end in CR alone; save it with LF or CRLF")
    return records + (tail[-1:] != b"\n"), is_regular and not open_quotes, has_quotes


def _records_ended(block: bytes, open_quotes: int) -> tuple[int, int]:
    """Line ends outside of quotes, and whether a quote is open (1) or not (0) after the block."""
    if b'"' not in block:
        return (0 if open_quotes else block.count(b"\n")), open_quotes
    letters = np.frombuffer(block, np.uint8)
    # Only odd or even matters, so that the count may run over.
    quotes = np.cumsum(letters == ord('"'), dtype=np.uint8) + np.uint8(open_quotes)
    is_end = (letters == ord("\n")) & (quotes & 1 == 0)
    return int(np.count_nonzero(is_end)), int(quotes[-1] & 1)


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


def _read_by_line(connection: duckdb.DuckDBPyConnection, source: CsvFile, path: Path) -> None:
    rows = TextRows(connection, source.columns)
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        records = _records(file, len(rows.columns))
        next(text for _, text in records if text)
        for number, (cells, text) in enumerate(records, start=1):
            if cells is None:
                rows.refuse(number, STRAY_QUOTE, STRAY_QUOTE, {"line": text})
            elif text:
                _add(rows, number, cells)
    rows.flush()


def _add(rows: TextRows, number: int, cells: list[str]) -> None:
    """Take the row, or refuse it for its number of cells. As in DuckDB, a last comma is no cell."""
    expected = len(rows.columns)
    if len(cells) == expected + 1 and not cells[-1]:
        cells = cells[:-1]
    if len(cells) == expected:
        rows.add(number, list(cells))
        return
    rule = f"the row has {'more' if len(cells) > expected else 'fewer'} cells than the header"
    reason = f"the row has {len(cells)} cells where the header has {expected}"
    record: dict[str, object] = dict(zip(rows.columns, cells, strict=False))
    if len(cells) > expected:
        record["surplus"] = cells[expected:]
    rows.refuse(number, rule, reason, record)


def _records(lines: Iterable[str], expected: int) -> Iterator[tuple[list[str] | None, str]]:
    """Cells and text of each record; no cells for a line with a stray quotation mark.

    Such a line stands alone: the lines that its open cell seemed to swallow are read again.
    """
    fresh, again = iter(lines), deque[str]()

    def following() -> str | None:
        return again.popleft() if again else next(fresh, None)

    while (line := following()) is not None:
        text = line.rstrip("\r\n")
        if '"' not in text:
            yield text.split(","), text
            continue
        swallowed: list[str] = []
        cells, is_open = _split(text)
        while is_open and len(swallowed) < MOST_LINES and (more := following()) is not None:
            swallowed.append(more)
            cells, is_open = _split((line + "".join(swallowed)).rstrip("\r\n"))
        if swallowed and (cells is None or len(cells) != expected):
            again.extendleft(reversed(swallowed))
            cells = None
        yield cells, text


def _split(text: str) -> tuple[list[str] | None, bool]:
    """The cells of one record, or None; and whether its last cell is still open."""
    try:
        return next(csv.reader([text], strict=True)), False
    except csv.Error as error:
        return None, "unexpected end of data" in str(error)
