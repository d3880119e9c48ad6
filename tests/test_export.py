"""What leaves the screen: typed, harmless, whole, with a cover and a checksum, and logged."""

import csv
import hashlib
import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from queries.metrics import BALANCE, PAR30
from tests.served import ALL, small_warehouse
from ui import access, export, files, filters, links, visit
from ui.accounts import User
from ui.i18n import in_language
from ui.tables import Column, of_metrics

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
DANGEROUS = [
    *("=1+1", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "  =1+1"),
    *("＝1", "＋1", "\u200b=1", "\ufeff@SUM(1)"),
]


@pytest.fixture
def here(monkeypatch):
    """A visit to a page of the small book."""
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))
    now = visit.Visit(USER, "watchlist", "Watchlist", ALL, ALL)
    monkeypatch.setattr(visit, "now", lambda: now)
    return now


def sheet(rows=lambda: FRAME) -> export.Sheet:
    """A table to take away."""
    return export.sheet("watchlist", "Watchlist", COLUMNS, rows, ALL)


def taken(here: visit.Visit, speaks: str = "en") -> export.Taken:
    """A click on a file of the page."""
    view = {"branch": ["North"]}
    return export.Taken(here, view, "https://app/watchlist?branch=North", "10.0.0.7", speaks)


def written(*parts: pd.DataFrame) -> tuple[bytes, files.Written]:
    """A CSV of the columns above and what was said of it."""
    out = io.BytesIO()
    said = files.write_csv(out, COLUMNS, parts)
    return out.getvalue(), said


def workbook(tmp_path: Path, *parts: pd.DataFrame) -> tuple[Path, files.Written]:
    """An Excel file of the columns above with its checksum on the cover."""
    file = tmp_path / "table.xlsx"
    with file.open("wb") as out:
        said = files.write_excel(
            out, "Loans", COLUMNS, parts, lambda w: [("Checksum (SHA-256)", w.checksum)]
        )
    return file, said


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_looks_like_a_formula_is_made_harmless(text):
    assert files.harmless(text) == f"'{text}"


def test_numbers_and_plain_texts_stay_as_they_are():
    for value in (-5, 1.5, None, "L-1", "a=b", "甲＝乙"):
        assert files.harmless(value) == value


def test_csv_is_safe_complete_and_reads_as_utf_8():
    content, said = written(FRAME)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == [column.label for column in COLUMNS.values()]
    assert rows[1][:3] == ["'=cmd|' /C calc'!A0", "Special mention", "-12.50"]
    assert rows[1][3:] == ["0.0318", "31", "2024-02-29", "yes"]
    assert rows[3][0] == "苏州-3"
    assert "secret" not in content.decode()
    assert said.rows == 3


def test_excel_has_typed_cells_and_no_formulas():
    out = io.BytesIO()
    with in_language("zh"):
        files.write_excel(out, "Loans", COLUMNS, [FRAME], lambda w: [("页面", "x"), ("n", w.rows)])
    book = openpyxl.load_workbook(out)
    cover, table = book.worksheets
    assert cover["A3"].value == "页面"
    assert cover["B4"].value == 3
    assert [cell.value for cell in table[1]][:3] == ["贷款", "五级分类", "余额"]
    first = [cell.value for cell in table[2]]
    assert first[0] == "'=cmd|' /C calc'!A0"
    assert first[1] == "关注"
    assert (first[2], first[3], first[4]) == (-12.5, 0.0318, 31)
    assert first[5] == datetime(2024, 2, 29)
    assert table["D2"].number_format == "0.00%"
    assert all(cell.data_type != "f" for row in table.iter_rows() for cell in row)
    assert table["C4"].value is None


def test_a_table_in_parts_is_the_table_in_one(tmp_path):
    whole, said = written(FRAME)
    parts, again = written(FRAME.iloc[:1], FRAME.iloc[1:])
    assert (whole, said) == (parts, again)
    assert workbook(tmp_path, FRAME.iloc[:2], FRAME.iloc[2:])[1] == said


def test_a_long_table_goes_on_in_a_further_sheet_and_nothing_is_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "EXCEL_ROWS", 2)
    file, said = workbook(tmp_path, FRAME, FRAME)
    _, *sheets = openpyxl.load_workbook(file).worksheets
    assert [sheet.max_row - 1 for sheet in sheets] == [2, 2, 2]
    assert all(sheet["A1"].value == "Loan" for sheet in sheets)
    assert files.checksum_of(file) == (said.checksum, said.checksum)


# --- The checksum ---


def test_the_checksum_is_that_of_the_csv_file(tmp_path):
    content, said = written(FRAME)
    assert said.checksum == hashlib.sha256(content).hexdigest()
    file = tmp_path / "table.csv"
    file.write_bytes(content)
    assert files.checksum_of(file) == (said.checksum, "")


def test_the_checksum_is_found_again_in_the_cells_of_the_workbook(tmp_path, capsys):
    odd = FRAME.assign(
        balance=[0.1 + 0.2, -0.0, 9e12 + 0.25],
        share=[1 / 3, 2 / 3e9, float("nan")],
        due_on=pd.Series(["1900-03-01", None, "2199-12-31"], dtype="datetime64[ns]"),
    )
    file, said = workbook(tmp_path, FRAME, odd)
    assert files.checksum_of(file) == (said.checksum, said.checksum)
    assert files.main([str(file)]) == 0
    assert "as its cover says" in capsys.readouterr().out


def test_the_sixteenth_digit_does_not_change_the_checksum(tmp_path):
    shares = [0.003185732242988975, 0.1234567890123455, 2 / 3, 0.07692307692307693]
    frame = pd.DataFrame({"share": [*shares, *(place / 997 for place in range(997))]})
    file, said = workbook(tmp_path, frame)
    assert files.checksum_of(file) == (said.checksum, said.checksum)


def test_a_cell_that_was_changed_is_found(tmp_path, capsys):
    file, _ = workbook(tmp_path, FRAME)
    book = openpyxl.load_workbook(file)
    book.worksheets[1]["C3"].value = 1234567.9
    book.save(file)
    assert files.main([str(file)]) == 1
    assert "NOT" in capsys.readouterr().out


def test_what_is_no_export_is_said_to_be_none(tmp_path, capsys):
    (tmp_path / "x.txt").write_text("x")
    (tmp_path / "x.xlsx").write_text("x")
    for file in ("x.txt", "x.xlsx", "none.csv"):
        assert files.main([str(tmp_path / file)]) == 2
    assert "cannot be read" in capsys.readouterr().err


# --- The cover ---


def test_the_cover_says_what_the_file_is(here):
    lines = dict(export.cover(sheet(), taken(here), files.Written(3, "abc")))
    assert lines["Page"] == "Watchlist"
    assert lines["As of"] == ALL.as_of.isoformat()
    assert lines["Branches"] == "all that you may see"
    assert lines["Build"] == "20250101T000000Z"
    assert lines["Reader"] == "Ann (ann)"
    assert lines["Rows"] == 3
    assert lines["Checksum (SHA-256)"] == "abc"
    assert lines["Link"] == "https://app/watchlist?branch=North"


def test_the_cover_defines_every_metric_and_every_column_that_has_a_word_of_help(here):
    columns = {"x": Column("Late", help="Days past due is more than 0."), **of_metrics(PAR30)}
    made = export.sheet("w", "W", columns, lambda: FRAME, ALL, PAR30, BALANCE)
    lines = dict(made.definitions)
    assert lines["Late"] == "Days past due is more than 0."
    assert "more than 30 days past due" in lines["PAR 30"]
    assert "rule 3.2" in lines["PAR 30"]
    assert "Outstanding principal" in lines["Loan balance"]


def test_the_cover_names_what_was_narrowed(here):
    asked = filters.told([("bucket", "1-30"), ("bucket", "31-60"), ("min_exposure", "100000")])
    part = ALL.__class__(("North",), ALL.products, date(2024, 6, 30))
    narrow = export.sheet("w", "W", COLUMNS, lambda: FRAME, part, filters=asked)
    lines = dict(narrow.facts)
    assert lines["Branches"] == "North"
    assert lines["As of"] == "2024-06-30"
    assert lines["Bucket (days past due)"] == "1-30, 31-60"
    assert lines["Exposure from"] == "100.00 k"


def test_the_cover_says_nothing_that_only_the_address_says(here, monkeypatch):
    monkeypatch.setattr(links, "here", lambda *_names: {"bucket": ["1-30"]})
    assert "Bucket (days past due)" not in dict(sheet().facts)


# --- Handing over ---


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_log_is_written_before_the_file_is_handed_over(here, monkeypatch, kind):
    lines = []
    monkeypatch.setattr(access, "export", lambda *line, **told: lines.append((line, told)))
    content = export.made(sheet(), kind, taken(here))()
    checksum = written(FRAME)[1].checksum
    told = {"row_count": 3, "result": f"ok SHA-256 {checksum}", "address": "10.0.0.7"}
    assert lines == [((USER, "watchlist", f"watchlist.{kind}", {"branch": ["North"]}), told)]
    if kind == "csv":
        assert hashlib.sha256(content).hexdigest() == checksum


def test_without_the_log_there_is_no_file(here, monkeypatch):
    def refuse(*_line, **_told):
        raise access.Refused("no")

    monkeypatch.setattr(access, "export", refuse)
    with pytest.raises(access.Refused):
        export.made(sheet(), "csv", taken(here))()


def test_a_list_is_read_in_parts_to_its_end(here, monkeypatch):
    monkeypatch.setattr(export, "PART", 2)
    asked = []

    def part(after: str | None, limit: int) -> pd.DataFrame:
        asked.append(after)
        rest = FRAME if after is None else FRAME[FRAME["loan_id"] > after]
        return rest.head(limit)

    ordered = FRAME.assign(loan_id=["A", "B", "C"])
    monkeypatch.setitem(globals(), "FRAME", ordered)
    made = export.listing("l", "L", COLUMNS, part, "loan_id", 3, ALL)
    assert [len(each) for each in made.rows()] == [2, 1]
    assert asked == [None, "B"]
