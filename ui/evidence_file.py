"""Evidence as one file that stands without the program: an Excel workbook, or one page of HTML.

Either states a checksum of everything in it. `python -m ui.evidence_file FILE` works it out again,
and asks the access log whether this application handed such a file out: an edited file has another
checksum, one made up has no line in the log.
"""

import argparse
import hashlib
import html
import io
import json
import re
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from numbers import Real
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import sqlalchemy as sa
import xlsxwriter

from ui import files, formats, store, tables
from ui.i18n import language, t
from ui.store import Unavailable, access_log

LABEL = "SHA-256"
ZEROS = "0" * 64
_STATED = re.compile(r'(<code id="checksum">)([0-9a-f]{64})(</code>)')
# A policy of its own, so that a browser lets the file neither load nor run anything.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
body{font:14px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1a1a1a}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;font-size:12px;width:100%}
th,td{border:1px solid #ccc;padding:.25rem .5rem;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}th{background:#f3f3f3}
dl{display:grid;grid-template-columns:14rem 1fr;gap:.2rem 1rem}dt{color:#555}dd{margin:0}
code{word-break:break-all}
"""

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """One table of the evidence, under its title."""

    title: str
    columns: tables.Columns
    frame: pd.DataFrame


@dataclass(frozen=True)
class Evidence:
    """What is handed over: a title, facts, steps, definitions, parts.

    All of it is in the reader's language and only what the reader may see.
    """

    title: str
    cover: Facts
    facts: Facts
    steps: tuple[str, ...]
    definitions: Facts
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Made:
    """The bytes of a file, its checksum and how many rows its tables have."""

    content: bytes
    checksum: str
    rows: int


def as_html(evidence: Evidence) -> Made:
    """One page with nothing outside of it: no script, no picture, no link to load."""
    body = [f"<h1>{_text(evidence.title)}</h1>", _facts(evidence.cover)]
    stated = _text(t("Checksum ({kind})", kind=LABEL))
    body.append(f'<p>{stated}: <code id="checksum">{ZEROS}</code><br>{_text(t(ABOUT))}</p>')
    for title, facts in ((t("Facts"), evidence.facts), (t("Definitions"), evidence.definitions)):
        if facts:
            body.append(f"<h2>{_text(title)}</h2>{_facts(facts)}")
        if title == t("Facts") and evidence.steps:
            items = "".join(f"<li>{_text(step)}</li>" for step in evidence.steps)
            body.append(f"<h2>{_text(t('Arithmetic'))}</h2><ol>{items}</ol>")
    body += [_table(part) for part in evidence.parts]
    page = (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{_text(evidence.title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )
    checksum = hashlib.sha256(page.encode()).hexdigest()
    return Made(page.replace(ZEROS, checksum, 1).encode(), checksum, _rows(evidence))


ABOUT = (
    "It is taken of everything in this file. `python -m ui.evidence_file FILE` works it out again"
    " and asks the access log for the line under which the file was handed out."
)


def _text(value: object) -> str:
    return html.escape(str(value))


def _facts(facts: Facts) -> str:
    rows = "".join(f"<dt>{_text(label)}</dt><dd>{_text(said)}</dd>" for label, said in facts)
    return f"<dl>{rows}</dl>"


def _table(part: Part) -> str:
    shown = tables.readable(part.frame, part.columns)
    units = files.units(shown, part.columns)
    head = "".join(f"<th>{_text(t(part.columns[str(key)].label))}</th>" for key in shown)
    rows = []
    for row in shown.itertuples(index=False):
        cells = (
            f"<td{' class=n' if unit in files.STYLES else ''}>{_text(_shown(value, unit))}</td>"
            for value, unit in zip(row, units, strict=True)
        )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    body = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return f"<h2>{_text(part.title)} ({len(shown):,})</h2>{body}"


def _shown(value: Any, unit: str) -> str:
    if formats.missing(value):
        return ""
    if unit == "ratio":
        return formats.percent(value)
    plain = str(files.plain(value, unit))
    if unit in ("money", "amount"):
        return f"{float(plain):,.2f}"
    return f"{float(plain):,.2f}".removesuffix(".00") if unit == "number" else plain


def _rows(evidence: Evidence) -> int:
    return sum(len(part.frame) for part in evidence.parts)


def as_workbook(evidence: Evidence) -> Made:
    """A workbook of a cover and one sheet for each table, every cell of its type.

    The checksum is taken of the cells as they are read back, so it is written in a second go.
    """
    checksum = _digest(_workbook(evidence, ZEROS))
    return Made(_workbook(evidence, checksum), checksum, _rows(evidence))


def _workbook(evidence: Evidence, checksum: str) -> bytes:
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        page = book.add_worksheet(t("Cover"))
        page.set_column(0, 0, 30, bold)
        page.set_column(1, 1, 100, wrap)
        steps = tuple((f"{t('Arithmetic')} {n}", s) for n, s in enumerate(evidence.steps, 1))
        lines = [
            (evidence.title, ""),
            *evidence.cover,
            (t("Checksum ({kind})", kind=LABEL), checksum),
            (t("About the checksum"), t(ABOUT)),
            *evidence.facts,
            *steps,
            *evidence.definitions,
        ]
        for row, (label, said) in enumerate(lines):
            page.write_string(row, 0, str(files.harmless(label)))
            # An empty text would be nothing once another program has saved the file as it is.
            if said:
                page.write_string(row, 1, str(files.harmless(said)))
        styles = {unit: book.add_format({"num_format": f}) for unit, f in files.STYLES.items()}
        for number, part in enumerate(evidence.parts, start=1):
            _sheet(book, f"{number} {_sheet_name(part.title)}", part, styles, bold)
    return out.getvalue()


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:26]


def _sheet(book: Any, name: str, part: Part, styles: dict[str, Any], bold: Any) -> None:
    page, shown = book.add_worksheet(name), tables.readable(part.frame, part.columns)
    units = files.units(shown, part.columns)
    for place, key in enumerate(shown):
        page.set_column(place, place, 18)
        page.write_string(0, place, t(part.columns[str(key)].label), bold)
    page.freeze_panes(1, 0)
    for row, values in enumerate(shown.itertuples(index=False), start=1):
        for place, (value, unit) in enumerate(zip(values, units, strict=True)):
            files.write_cell(page, row, place, value, styles.get(unit))


# --- Checking a file that was handed on ---


def checksum_of(content: bytes, kind: str) -> tuple[str, str]:
    """The checksum of a file as it is now, and the one that it states.

    `kind` is .xlsx or .html. Raises ValueError for any other, and where none is stated.
    """
    if kind == ".html":
        page = content.decode("utf-8")
        stated = _STATED.findall(page)
        if len(stated) != 1:
            raise ValueError("it states no checksum, or several")
        bare = _STATED.sub(rf"\g<1>{ZEROS}\g<3>", page)
        return hashlib.sha256(bare.encode()).hexdigest(), stated[0][1]
    if kind == ".xlsx":
        return _digest(content), _stated(content)
    raise ValueError("it is neither .xlsx nor .html")


def _stated(content: bytes) -> str:
    cover = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    found = [row[1].value for row in cover.iter_rows() if _is_checksum(row)]
    if len(found) != 1:
        raise ValueError("it states no checksum, or several")
    return str(found[0])


def _is_checksum(row: Sequence[Any]) -> bool:
    said = row[1].value if len(row) > 1 else None
    label = row[0].value
    is_one = isinstance(said, str) and re.fullmatch(r"[0-9a-f]{64}", said) is not None
    return is_one and isinstance(label, str) and LABEL in label


# What may lie over, beside or behind the cells of a workbook; we write none of it.
_ADDED = re.compile(
    r"xl/(drawings|media|charts|comments|threadedComments|embeddings|externalLinks)"
)
_CODE = re.compile(r"xl/(macrosheets|vbaProject)|customUI")


def _digest(content: bytes) -> str:
    """SHA-256 over the name and every cell of every sheet, the stated checksum as zeros; and over
    what is hidden, and whatever was added that is no cell: notes, pictures, code.
    """
    digest = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in sorted(parts.namelist()):
            if _ADDED.match(name) or _CODE.match(name):
                digest.update(f"{name}\n".encode() + parts.read(name))
    for place, sheet in enumerate(openpyxl.load_workbook(io.BytesIO(content)).worksheets):
        digest.update(f"{sheet.title}\n".encode())
        for hidden in _hidden(sheet):
            digest.update(f"{hidden} is hidden\n".encode())
        for row in sheet.iter_rows():
            cells = [_cell(cell) for cell in row]
            if place == 0 and _is_checksum(row):
                cells[1] = ["text", ZEROS]
            digest.update(json.dumps(cells, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def _hidden(sheet: Any) -> list[str]:
    """The sheet itself, its rows and columns that are not shown, or too small to be seen."""
    found = [] if sheet.sheet_state == "visible" else [sheet.sheet_state]
    rows, columns = sheet.row_dimensions.items(), sheet.column_dimensions.items()
    sides = [(key, side.hidden, side.height) for key, side in rows]
    sides += [(key, side.hidden, side.width) for key, side in columns]
    return [*found, *(str(key) for key, hidden, size in sides if hidden or _is_nothing(size))]


def _is_nothing(size: float | None) -> bool:
    return size is not None and size < 1


def _cell(cell: Any) -> list[str]:
    value = cell.value
    if value is None:
        return ["nothing", ""]
    if isinstance(value, bool):
        return ["flag", str(value)]
    if isinstance(value, Real):
        return ["number", repr(float(value)), cell.number_format, *_white(cell)]
    if isinstance(value, datetime | date):
        return ["time", value.isoformat(), cell.number_format, *_white(cell)]
    told = ["formula" if cell.data_type == "f" else "text", str(value)]
    # A text of ours has no format and no colour of its own: either could make it invisible.
    plain = cell.number_format in ("General", "@")
    return [*told, *([] if plain else [cell.number_format]), *_white(cell)]


def _white(cell: Any) -> list[str]:
    color = cell.font.color if cell.font else None
    is_white = color is not None and (
        (color.type == "rgb" and str(color.rgb)[-6:].upper() == "FFFFFF")
        or (color.type == "theme" and color.theme == 0)
    )
    return ["white"] if is_white else []


def handed_out(checksum: str) -> tuple[int, str, str] | None:
    """Line, user and time of the export that the access log knows under this checksum."""
    asked = (
        sa.select(access_log.c.seq, access_log.c.user, access_log.c.ts)
        .where(access_log.c.action == "export", access_log.c.result == f"ok {LABEL} {checksum}")
        .order_by(access_log.c.seq)
        .limit(1)
    )
    with store.reading() as connection:
        row = connection.execute(asked).first()
    return (row.seq, row.user, row.ts) if row else None


def main(arguments: list[str] | None = None) -> int:
    """0 when the file is as it was handed out, 1 when not, 2 when file or log cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m ui.evidence_file", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--without-log", action="store_true", help="do not ask the access log of this installation"
    )
    wanted = parser.parse_args(arguments)
    file: Path = wanted.file
    try:
        found, stated = checksum_of(file.read_bytes(), file.suffix)
        if found != stated:
            print(f"NOT as it was handed out: {LABEL} is {found}, it states {stated}")
            return 1
        print(f"{LABEL} {found}: as it states")
        if wanted.without_log:
            return 0
        line = handed_out(found)
    except (OSError, ValueError, zipfile.BadZipFile, KeyError) as error:
        print(f"{file} cannot be read: {error}", file=sys.stderr)
        return 2
    except Unavailable as error:
        print(f"the access log cannot be read: {error}", file=sys.stderr)
        return 2
    if line is None:
        print("NOT handed out by this application: the access log knows no such file")
        return 1
    print(f"handed out to {line[1]} at {line[2]}, line {line[0]} of the access log")
    return 0


if __name__ == "__main__":
    sys.exit(main())
