"""Excel workbooks: the first sheet, its first row the header, cells as in a CSV file."""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import duckdb
import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from data.cells import NOISE
from data.contract import BY_NAME
from data.source import SCRATCH, Source, TextRows, Unreadable, column_names


@dataclass(frozen=True)
class XlsxFile(Source):
    """An Excel workbook, of which the first sheet counts."""

    def cells(self, connection: duckdb.DuckDBPyConnection, room: Path) -> str:
        """Put the cells, as text, into the scratch database; give the relation that holds them."""
        amounts = _amounts(self.table)
        are_amounts = [name in amounts for name in self.columns]
        rows = TextRows(connection, self.columns)
        with _rows(self.path) as sheet:
            next(sheet)
            for number, cells in enumerate(sheet, start=1):
                if any(cell is not None for cell in cells):
                    _add(rows, number, cells, are_amounts)
        rows.flush()
        return f"{SCRATCH}.cells"


def open_xlsx(table: str, path: Path, known: Iterable[str]) -> XlsxFile:
    """Read the header row of the first sheet. Raises Unreadable."""
    with _rows(path) as sheet:
        header = [text(cell, is_amount=False) or "" for cell in next(sheet, ())]
        while header and not header[-1]:
            header.pop()
        if not header:
            raise Unreadable("the first row of its first sheet, the header, is empty")
        names = column_names(header, known)
        if not any(cell is not None for cells in sheet for cell in cells):
            raise Unreadable("the table is empty", names)
    return XlsxFile(table, path, dict.fromkeys(names, "VARCHAR"))


@contextmanager
def _rows(path: Path) -> Iterator[Iterator[tuple]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, ValueError, KeyError, BadZipFile, InvalidFileException) as error:
        raise Unreadable(f"it is not an Excel workbook: {error}") from error
    try:
        sheet = book.worksheets[0]
        # The size that a workbook states of its sheet may be wrong; the rows themselves are not.
        sheet.reset_dimensions()
        yield iter(sheet.iter_rows(values_only=True))
    except (ParseError, zlib.error, BadZipFile) as error:
        raise Unreadable(f"its first sheet is damaged: {error}") from error
    finally:
        book.close()


def _amounts(table: str) -> set[str]:
    columns = BY_NAME[table].columns if table in BY_NAME else ()
    return {column.name for column in columns if column.type == "amount"}


def _add(rows: TextRows, number: int, cells: tuple, are_amounts: list[bool]) -> None:
    expected = len(are_amounts)
    surplus = [text(cell, is_amount=False) for cell in cells[expected:] if cell is not None]
    padded = cells[:expected] + (None,) * (expected - len(cells))
    texts = [text(cell, amount) for cell, amount in zip(padded, are_amounts, strict=True)]
    if not surplus:
        rows.add(number, texts)
        return
    rule = "the row has more cells than the header"
    reason = f"the row has {expected + len(surplus)} cells where the header has {expected}"
    record: dict[str, object] = dict(zip(rows.columns, texts, strict=True))
    rows.refuse(number, rule, reason, record | {"surplus": surplus})


def text(cell: object, is_amount: bool) -> str | None:
    """The cell as a CSV file would hold it: 12 for 12.0, a date for its midnight."""
    match cell:
        case None | str():
            return cell
        case bool():
            return str(cell).lower()
        case float():
            return _number(cell, is_amount)
        case datetime():
            has_time = cell.time() != time.min
            return cell.isoformat(" ") if has_time else cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
    return str(cell)


def _number(cell: float, is_amount: bool) -> str:
    if is_amount and abs(cell - round(cell, 2)) <= NOISE:
        return f"{Decimal(repr(round(cell, 2))):f}"
    if cell.is_integer():
        return str(int(cell))
    return f"{Decimal(repr(cell)):f}"
