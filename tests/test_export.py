"""What leaves the screen: typed cells, nothing that a spreadsheet runs, a cover, masked, logged."""

import csv
import io
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest

from tests.served import ALL, small_warehouse
from ui import access, export, visit
from ui.accounts import User
from ui.i18n import in_language
from ui.tables import Column

USER = User("ann", "Ann", ("auditor",), ("*",))
COLUMNS: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "classification": Column("Class", codes="classification"),
    "balance": Column("Balance", "money"),
    "share": Column("Share of the balance", "ratio"),
    "days": Column("Days past due", "days"),
    "due_on": Column("Due date", "date"),
    "late": Column("Late", "flag"),
}
FRAME = pd.DataFrame(
    {
        "loan_id": ["=cmd|' /C calc'!A0", "L2", "苏州-3"],
        "classification": [2, 1, None],
        "balance": [-12.5, 1234567.89, None],
        "share": [0.0318, None, 0.5],
        "days": [31, 0, None],
        "due_on": [pd.Timestamp("2024-02-29"), None, pd.Timestamp("2024-03-31")],
        "late": [True, False, None],
        "secret": ["x", "y", "z"],
    }
)
DANGEROUS = ["=1+1", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "  =1+1", "＝1"]


@pytest.fixture
def here(monkeypatch):
    """A visit to a page of the small book."""
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))
    now = visit.Visit(USER, "watchlist", "Watchlist", ALL, ALL)
    monkeypatch.setattr(visit, "now", lambda: now)
    return now


def sheet() -> export.Sheet:
    """A table to take away."""
    return export.sheet("watchlist", "Watchlist", COLUMNS, lambda: FRAME, ALL)


@pytest.mark.parametrize("text", DANGEROUS[:-1])
def test_a_text_that_looks_like_a_formula_is_made_harmless(text):
    assert export.harmless(text) == f"'{text}"


def test_numbers_and_plain_texts_stay_as_they_are():
    for value in (-5, 1.5, None, "L-1", "a=b", "＝1"):
        assert export.harmless(value) == value


def test_csv_is_safe_complete_and_reads_as_utf_8():
    content = export.csv_bytes(FRAME, COLUMNS)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == [column.label for column in COLUMNS.values()]
    assert rows[1][:3] == ["'=cmd|' /C calc'!A0", "Special mention", "-12.50"]
    assert rows[1][3:] == ["0.0318", "31", "2024-02-29", "yes"]
    assert rows[3][0] == "苏州-3"
    assert "secret" not in content.decode()


def test_excel_has_typed_cells_and_no_formulas(here):
    with in_language("zh"):
        content = export.excel_bytes(sheet(), FRAME, [("页面", "关注名单")])
    book = openpyxl.load_workbook(io.BytesIO(content))
    cover, table = book.worksheets
    assert cover["A3"].value == "页面"
    assert [cell.value for cell in table[1]][:3] == ["贷款", "五级分类", "余额"]
    first = [cell.value for cell in table[2]]
    assert first[0] == "'=cmd|' /C calc'!A0"
    assert first[1] == "关注"
    assert (first[2], first[3], first[4]) == (-12.5, 0.0318, 31)
    assert first[5] == datetime(2024, 2, 29)
    assert table["D2"].number_format == "0.00%"
    assert all(cell.data_type != "f" for row in table.iter_rows() for cell in row)
    assert table["C4"].value is None


def test_the_cover_says_what_the_file_is(here):
    lines = dict(export.cover(sheet(), here, 3))
    assert lines["Page"] == "Watchlist"
    assert lines["As of"] == ALL.as_of.isoformat()
    assert lines["Branches"] == "all that you may see"
    assert lines["Build"] == "20250101T000000Z"
    assert lines["Reader"] == "Ann (ann)"
    assert lines["Rows"] == "3"


def test_the_cover_names_what_was_narrowed(here):
    narrow = export.sheet(
        "w", "W", COLUMNS, lambda: FRAME, ALL.__class__(("North",), ALL.products, date(2024, 6, 30))
    )
    lines = dict(narrow.facts)
    assert lines["Branches"] == "North"
    assert lines["As of"] == "2024-06-30"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_log_is_written_before_the_file_is_handed_over(here, monkeypatch, kind):
    lines = []
    monkeypatch.setattr(access, "export", lambda *line: lines.append(line))
    content = export.made(sheet(), kind, here, "en")()
    assert content
    assert lines == [(USER, "watchlist", f"watchlist.{kind}", 3)]


def test_without_the_log_there_is_no_file(here, monkeypatch):
    def refuse(*_line):
        raise access.Refused("no")

    monkeypatch.setattr(access, "export", refuse)
    with pytest.raises(access.Refused):
        export.made(sheet(), "csv", here, "en")()
