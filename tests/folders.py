"""Folders of loan files for tests: a small sound book as rows of text, in every format."""

import contextlib
import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd

from data.contract import BY_NAME, SQL_TYPES
from data.filling import fill_raw
from data.folder import open_folder
from data.load import main
from data.raw import empty_raw

ROOT = Path(__file__).parent.parent
PLAIN = re.compile(r"-?\d+(\.\d+)?")
Row = dict[str, str]
Book = dict[str, list[Row]]


def sound_book(loans: int = 60) -> Book:
    """Loans with three instalments, two repayments and two recorded months each."""
    book: Book = {name: [] for name in ("loans", "borrowers", "instalments", "repayments")}
    book["loan_months"] = []
    for n in range(1, loans + 1):
        loan, borrower = f"L{n}", f"B{n}"
        book["borrowers"].append({"borrower_id": borrower, "name": f"张三{n}", "region": "广州"})
        book["loans"].append(
            {
                "loan_id": loan,
                "borrower_id": borrower,
                "product": "住房贷款",
                "branch": "广州, 天河",
                "principal": "300.00",
                "annual_rate": "0.0435",
                "disbursed_on": "2024-01-15",
                "matures_on": "2024-04-15",
                "term_months": "3",
            }
        )
        for seq in (1, 2, 3):
            book["instalments"].append(
                {
                    "loan_id": loan,
                    "seq": str(seq),
                    "due_on": f"2024-0{seq + 1}-15",
                    "principal_due": "100.00",
                    "interest_due": "1.09",
                }
            )
        for seq in (1, 2):
            book["repayments"].append(
                {
                    "repayment_id": f"P{2 * n + seq}",
                    "loan_id": loan,
                    "paid_on": f"2024-0{seq + 1}-15",
                    "amount": "101.09",
                    "booked_at": f"2024-0{seq + 1}-15 09:30:00",
                    "reverses": "",
                }
            )
        book["loan_months"] += [
            {"loan_id": loan, "month_end": day, "balance": balance, "days_past_due": "0"}
            for day, balance in (("2024-01-31", "300.00"), ("2024-02-29", "200.00"))
        ]
    return book


def columns_of(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The columns of the rows, in order of appearance."""
    return list(dict.fromkeys(name for row in rows for name in row))


def as_csv(rows: Sequence[Row], line_end: str = "\n") -> str:
    """The rows as the text of a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns_of(rows), lineterminator=line_end, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_csv(path: Path, rows: Sequence[Row], encoding: str = "utf-8", end: str = "\n") -> None:
    """A CSV file in the encoding, with those line ends."""
    path.with_suffix(".csv").write_bytes(as_csv(rows, end).encode(encoding))


def write_xlsx(path: Path, rows: Sequence[Row]) -> None:
    """A workbook: numbers and dates as such, and a second sheet that must not be read."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    names = columns_of(rows)
    sheet.append(names)
    types = {column.name: column.type for column in BY_NAME[path.stem].columns}
    for row in rows:
        sheet.append([_excel_cell(row.get(name, ""), types.get(name, "text")) for name in names])
    book.create_sheet("notes").append(["not", "a", "table"])
    book.save(path.with_suffix(".xlsx"))


def _excel_cell(text: str, kind: str) -> object:
    if not text:
        return None
    try:
        if kind in ("date", "timestamp"):
            return datetime.fromisoformat(text)
    except ValueError:
        return text
    is_number = kind in ("amount", "rate", "number", "integer") and PLAIN.fullmatch(text)
    return float(text) if is_number else text


def write_parquet(path: Path, rows: Sequence[Row], types: str = "contract") -> None:
    """A Parquet file: columns of the contract's types, or all `text`, or amounts as `double`."""
    contract = {column.name: SQL_TYPES[column.type] for column in BY_NAME[path.stem].columns}
    cells = []
    for name in columns_of(rows):
        kind = contract.get(name, "varchar")
        if types == "text":
            kind = "varchar"
        elif types == "double" and not kind.startswith(("varchar", "date", "timestamp")):
            kind = "double"
        cells.append(f'cast(nullif("{name}", \'\') as {kind}) as "{name}"')
    with duckdb.connect() as connection:
        text = path.with_suffix(".txt")
        text.write_text(as_csv(rows), encoding="utf-8")
        connection.execute(
            f"copy (select {', '.join(cells)} from read_csv('{text}', all_varchar = true, "
            f"header = true, delim = ',', quote = '\"')) to '{path.with_suffix('.parquet')}'"
        )
        text.unlink()


def write_pandas(path: Path, rows: Sequence[Row]) -> None:
    """A Parquet file as pandas writes it: dates are moments, numbers are doubles."""
    types = {column.name: column.type for column in BY_NAME[path.stem].columns}
    frame = pd.DataFrame(rows)
    for name in frame.columns:
        cells = frame[name].replace("", None)
        if types[name] in ("date", "timestamp"):
            cells = pd.to_datetime(cells)
        elif types[name] in ("amount", "rate", "number", "integer"):
            cells = cells.astype("float64")
        frame[name] = cells
    frame.to_parquet(path.with_suffix(".parquet"))


WRITERS = {
    "csv": write_csv,
    "csv-bom": lambda path, rows: write_csv(path, rows, "utf-8-sig"),
    "csv-gb18030": lambda path, rows: write_csv(path, rows, "gb18030"),
    "csv-crlf": lambda path, rows: write_csv(path, rows, end="\r\n"),
    "csv-gb18030-crlf": lambda path, rows: write_csv(path, rows, "gb18030", "\r\n"),
    "xlsx": write_xlsx,
    "parquet": write_parquet,
    "parquet-text": lambda path, rows: write_parquet(path, rows, "text"),
    "pandas": write_pandas,
    "parquet-double": lambda path, rows: write_parquet(path, rows, "double"),
}


def write_book(folder: Path, book: Book, form: str = "csv") -> Path:
    """Write every table of the book in that form; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in book.items():
        WRITERS[form](folder / table, rows)
    return folder


class Filled:
    """The raw tables of a folder in a database of its own, without models: what the loader read."""

    def __init__(self, folder: Path, room: Path, max_rejected: float = 1) -> None:
        room.mkdir(parents=True, exist_ok=True)
        self.told: list[str] = []
        self.connection = duckdb.connect()
        files = open_folder(self.connection, folder, self.told.append)
        empty_raw(self.connection)
        self.counts = fill_raw(self.connection, files, room, max_rejected, self.told.append)

    def ask(self, sql: str) -> list[tuple]:
        """The rows that the raw tables answer."""
        return self.connection.execute(sql).fetchall()

    def reasons(self, table: str) -> dict[int, str]:
        """Why rows of the table were rejected, by row number."""
        return dict(
            self.connection.execute(
                "select row_number, reason from raw.rejected_rows where table_name = $table",
                {"table": table},
            ).fetchall()
        )


def run_command(folder: Path, warehouse: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The loader as people run it, in a process of its own."""
    command = [sys.executable, "-m", "data.load", str(folder), "--warehouse", str(warehouse)]
    return subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)


def run_load(folder: Path, warehouse: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The same command line in this process, which has imported everything already."""
    given = [str(folder), "--warehouse", str(warehouse), *options]
    with (
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()) as told,
    ):
        try:
            code = main(given)
        except SystemExit as ended:  # argparse, of a wrong command
            code = ended.code if isinstance(ended.code, int) else 1
    return subprocess.CompletedProcess(given, code, out.getvalue(), told.getvalue())


def last_line(done: subprocess.CompletedProcess[str]) -> dict:
    """The summary: the only line on stdout."""
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    return json.loads(line)
