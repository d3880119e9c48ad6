"""Tables as files: CSV, and Excel with a cover sheet; harmless to open, and with a checksum.

The checksum of a table is the SHA-256 of its CSV file, byte for byte. `python -m ui.files FILE`
works it out again from the cells of an Excel file, or from a CSV, and compares it with the cover.
Excel keeps fifteen digits: cents are whole up to ten million million.
"""

import argparse
import csv
import hashlib
import io
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from numbers import Real
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

import openpyxl
import pandas as pd
import xlsxwriter

from ui import formats, tables
from ui.i18n import t

# Excel holds 1,048,576 rows a sheet; one is the heading.
EXCEL_ROWS = 1_048_575
CHECKSUM = "SHA-256"
# Spreadsheets pass over what cannot be seen, and some take full-width signs for their narrow ones.
_FORMULA = re.compile(r"^[\s\u00ad\u200b-\u200f\u2060\ufeff]*[=+\-@\t\r＝＋－＠]")
STYLES = {
    "money": "#,##0.00",
    "amount": "#,##0.00",
    "number": "#,##0.00######",
    "index": "0.0000####",
    "count": "#,##0",
    "days": "#,##0",
    "ratio": "0.00%",
    "points": "+0.00%;-0.00%;0.00%",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm",
}
# In text: cents always, whole numbers without a point, else the digits that a file keeps.
_PLAIN = {"money": ".2f", "amount": ".2f", "count": ".0f", "days": ".0f"}
_DIGITS = ".15g"
_READ_BACK = {form: _PLAIN.get(unit, _DIGITS) for unit, form in STYLES.items()}

Cover = Sequence[tuple[str, str | int]]


@dataclass(frozen=True)
class Written:
    """What went into a file: rows, and the checksum of the table."""

    rows: int
    checksum: str


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


class _Lines:
    """The lines of a table's CSV, and their checksum as they go by."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256(b"\xef\xbb\xbf")
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text)

    def line(self, cells: Iterable[Any]) -> None:
        self._writer.writerow(cells)

    def taken(self) -> bytes:
        """The bytes of the lines since the last call; UTF-8."""
        content = self._text.getvalue().encode("utf-8")
        self._text.seek(0)
        self._text.truncate()
        self._hash.update(content)
        return content

    def checksum(self) -> str:
        self.taken()
        return self._hash.hexdigest()


def write_csv(out: BinaryIO, columns: tables.Columns, parts: Iterable[pd.DataFrame]) -> Written:
    """The table as UTF-8 with a byte-order mark, so that Excel reads Chinese."""
    lines, rows = _Lines(), 0
    out.write(b"\xef\xbb\xbf")
    for place, part in enumerate(parts):
        shown = tables.readable(part, columns)
        if place == 0:
            lines.line(_heading(shown, columns))
        of_units = units(shown, columns)
        for row in shown.itertuples(index=False):
            lines.line(plain(v, unit) for v, unit in zip(row, of_units, strict=True))
        rows += len(shown)
        out.write(lines.taken())
    return Written(rows, lines.checksum())


def write_excel(
    out: BinaryIO,
    title: str,
    columns: tables.Columns,
    parts: Iterable[pd.DataFrame],
    cover: Callable[[Written], Cover] | None,
) -> Written:
    """A workbook of a cover sheet and the table, every cell of its type; None: the table alone.

    More rows than a sheet holds go on in a further sheet; nothing is cut. With constant memory a
    row is gone once the next is begun, so the cover, which knows the checksum, is filled last.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        first = book.add_worksheet(t("Cover")) if cover else None
        table = _Table(book, columns)
        for part in parts:
            table.add(part)
        written = table.close()
        if cover:
            _cover(book, first, title, cover(written))
    return written


class _Table:
    """The rows of a workbook, sheet after sheet."""

    def __init__(self, book: xlsxwriter.Workbook, columns: tables.Columns) -> None:
        self._book, self._columns, self._lines = book, columns, _Lines()
        self._page: Any = None
        self._keys: list[str] = []
        self._styles: list[Any] = []
        self._sheets, self._row, self._rows = 0, 0, 0
        self._head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        )

    def add(self, part: pd.DataFrame) -> None:
        """Writes the rows of one part."""
        shown = tables.readable(part, self._columns)
        if self._page is None:
            self._begin(shown)
        of_units = units(shown, self._columns)
        for values in shown.itertuples(index=False):
            if self._row == EXCEL_ROWS:
                self._sheet()
            self._row += 1
            self._rows += 1
            self._lines.line(plain(v, unit) for v, unit in zip(values, of_units, strict=True))
            for place, value in enumerate(values):
                write_cell(self._page, self._row, place, value, self._styles[place])
        self._lines.taken()

    def close(self) -> Written:
        """Finishes the last sheet and tells what was written."""
        self._filter()
        return Written(self._rows, self._lines.checksum())

    def _begin(self, shown: pd.DataFrame) -> None:
        self._keys = [str(key) for key in shown]
        forms = [STYLES.get(self._columns[key].unit) for key in self._keys]
        self._styles = [self._book.add_format({"num_format": f}) if f else None for f in forms]
        self._lines.line(_heading(shown, self._columns))
        self._sheet()

    def _sheet(self) -> None:
        self._filter()
        self._sheets += 1
        name = t("Table") if self._sheets == 1 else f"{t('Table')} {self._sheets}"
        self._page, self._row = self._book.add_worksheet(name), 0
        for place, key in enumerate(self._keys):
            self._page.set_column(place, place, 18 if self._styles[place] else 24)
            self._page.write_string(0, place, t(self._columns[key].label), self._head)
        self._page.freeze_panes(1, 0)

    def _filter(self) -> None:
        if self._page is not None and self._row:
            self._page.autofilter(0, 0, self._row, max(len(self._keys) - 1, 0))


def _cover(book: xlsxwriter.Workbook, page: Any, title: str, lines: Cover) -> None:
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    whole = book.add_format({"num_format": "#,##0", "align": "left"})
    page.set_column(0, 0, 26, bold)
    page.set_column(1, 1, 90, wrap)
    page.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for place, (label, said) in enumerate(lines, start=2):
        page.write_string(place, 0, str(harmless(label)), bold)
        if isinstance(said, int):
            page.write_number(place, 1, said, whole)
        else:
            page.write_string(place, 1, str(harmless(said)), wrap)


def _heading(shown: pd.DataFrame, columns: tables.Columns) -> list[Any]:
    return [harmless(t(columns[str(key)].label)) for key in shown]


def units(shown: pd.DataFrame, columns: tables.Columns) -> list[str]:
    """The unit of each column that is shown."""
    return [columns[str(key)].unit for key in shown]


def plain(value: Any, unit: str) -> Any:
    """A value as text files hold it: ISO days, numbers without separators, harmless text."""
    if formats.missing(value):
        return ""
    if isinstance(value, pd.Timestamp | datetime):
        return value.strftime("%Y-%m-%d" if unit == "date" else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, Real) and not isinstance(value, bool):
        return _number(value, _PLAIN.get(unit, _DIGITS))
    return harmless(value)


def _number(value: Any, form: str) -> str:
    # A difference of nothing may come as minus nothing.
    return format(value + 0.0 if value else 0.0, form)


def write_cell(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    """Writes one cell of a workbook by the type of its value."""
    if formats.missing(value):
        page.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, style)
    elif isinstance(value, Real):
        # The writer gives sixteen digits: rounding those to fifteen may differ from rounding once.
        page.write_number(row, column, float(format(value, _DIGITS)), style)
    elif isinstance(value, datetime | date):
        page.write_datetime(row, column, value, style)
    else:
        page.write_string(row, column, str(harmless(str(value))), style)


# --- Checking a file that was handed on ---


def checksum_of(file: Path) -> tuple[str, str]:
    """The checksum of a file's table as it is now, and the one that its cover states.

    A CSV has no cover: the second is empty. Raises ValueError for any other kind of file.
    """
    if file.suffix == ".csv":
        return hashlib.sha256(file.read_bytes()).hexdigest(), ""
    if file.suffix != ".xlsx":
        raise ValueError(f"{file.name} is neither .xlsx nor .csv")
    book = openpyxl.load_workbook(file, read_only=True)
    cover, *sheets = book.worksheets
    stated = next((str(r[1].value) for r in cover.iter_rows() if _is_checksum(r[0].value)), "")
    lines = _Lines()
    for place, sheet in enumerate(sheets):
        for number, row in enumerate(sheet.iter_rows()):
            if number or not place:
                lines.line(_read_back(cell) for cell in row)
        lines.taken()
    return lines.checksum(), stated


def _is_checksum(label: Any) -> bool:
    return isinstance(label, str) and CHECKSUM in label


def _read_back(cell: Any) -> Any:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        form = "%Y-%m-%d" if cell.number_format == STYLES["date"] else "%Y-%m-%d %H:%M:%S"
        return value.strftime(form)
    if isinstance(value, Real) and not isinstance(value, bool):
        return _number(value, _READ_BACK.get(cell.number_format, _DIGITS))
    return value


def main(arguments: list[str] | None = None) -> int:
    """0 when the table is as its cover says (or a CSV), 1 when not, 2 when it cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m ui.files", description=__doc__)
    parser.add_argument("file", type=Path)
    file = parser.parse_args(arguments).file
    try:
        found, stated = checksum_of(file)
    except (OSError, ValueError, BadZipFile) as error:
        print(f"{file} cannot be read: {error}", file=sys.stderr)
        return 2
    print(f"{CHECKSUM} of the table: {found}")
    if not stated:
        return 0
    print("as its cover says" if found == stated else f"NOT as its cover says: {stated}")
    return 0 if found == stated else 1


if __name__ == "__main__":
    sys.exit(main())
