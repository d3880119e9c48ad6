"""A CSV file that is not regular, line by line: one broken line costs one row.

The cells of sound lines are those that DuckDB would read; a test compares the two.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from data.source import TextRows

# A quoted cell may hold line ends; one that spans more lines than this was never closed.
MOST_LINES = 100
QUOTED_CELL = re.compile(r' *"([^"]*(?:""[^"]*)*)" *(?=,|\Z)')
OPEN_CELL = re.compile(r' *"[^"]*(?:""[^"]*)*\Z')
PLAIN_CELL = re.compile(r'(?! *")([^,]*)')
STRAY_QUOTE = "a quotation mark is not closed, or stands inside a cell"


def read_by_line(path: Path, rows: TextRows) -> None:
    """Read the rows below the header of a UTF-8 file into scratch.cells and `broken`."""
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
    """Take the row, or refuse it for its number of cells."""
    expected = len(rows.columns)
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
            yield _without_empty_end(text.split(","), expected), text
            continue
        swallowed: list[str] = []
        cells, is_open = _split(text)
        while is_open and len(swallowed) < MOST_LINES and (more := following()) is not None:
            swallowed.append(more)
            cells, is_open = _split((line + "".join(swallowed)).rstrip("\r\n"))
        if cells is not None:
            cells = _without_empty_end(cells, expected)
        if swallowed and (cells is None or len(cells) != expected):
            again.extendleft(reversed(swallowed))
            cells = None
        yield cells, text


def _without_empty_end(cells: list[str], expected: int) -> list[str]:
    """As in DuckDB, commas at the end of a line that separate nothing are no cells."""
    while len(cells) > expected and not cells[-1]:
        cells.pop()
    return cells


def _split(text: str) -> tuple[list[str] | None, bool]:
    """The cells of one record, or None; and whether its last cell is still open.

    As in DuckDB, blanks around a quoted cell are not part of it, and a quotation mark inside a
    cell without quotes is a letter.
    """
    cells: list[str] = []
    at = 0
    while at <= len(text):
        found = QUOTED_CELL.match(text, at) or PLAIN_CELL.match(text, at)
        if found is None:
            return None, OPEN_CELL.match(text, at) is not None
        cells.append(found[1].replace('""', '"') if found.re is QUOTED_CELL else found[1])
        at = found.end() + 1
    return cells, False
