"""Evidence: one file that stands alone, typed and harmless, and found out when it was edited."""

import html
import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from queries import reports
from queries.sampling import Plan
from tests import stores
from tests.opened import person, plain
from tests.served import ALL
from ui import evidence, evidence_file, finding_desk, samples, store, workspace
from ui.accounts import User
from ui.evidence_file import Evidence, Part
from ui.i18n import in_language
from ui.rights import Refused
from ui.store import Unavailable
from ui.tables import Column

COLUMNS = {
    "loan_id": Column("Loan"),
    "amount": Column("Amount", "money"),
    "due_on": Column("Due date", "date"),
}
ROWS = pd.DataFrame(
    {
        "loan_id": ["L001", "=cmd|' /C calc'!A0", "王小明"],
        "amount": [1234.5, None, 0.1],
        "due_on": [pd.Timestamp("2025-03-01"), pd.NaT, pd.Timestamp("2025-04-01")],
    }
)
EVIDENCE = Evidence(
    "Evidence on loan L001",
    (("Reader", "Ann <ann>"), ("As of", "2025-03-31")),
    (("Balance", "1,234.50"), ("Purpose", "=1+1")),
    ("100 less 40 is 60.",),
    (("Balance", "Principal not repaid."),),
    (Part("Instalments", COLUMNS, ROWS), Part("Payments: all/none", COLUMNS, ROWS.head(0))),
)
ANN = User("ann", "Ann Li", ("auditor",), ("*",))
WRITERS = {".xlsx": evidence_file.as_workbook, ".html": evidence_file.as_html}


@pytest.fixture(autouse=True)
def _store(small_book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stores.use(monkeypatch, tmp_path)
    yield
    store.forget()


@pytest.mark.parametrize("kind", WRITERS)
def test_the_checksum_is_worked_out_again(kind):
    made = WRITERS[kind](EVIDENCE)
    assert evidence_file.checksum_of(made.content, kind) == (made.checksum, made.checksum)
    assert made.rows == 3


def test_a_workbook_has_typed_cells_and_no_formula():
    book = openpyxl.load_workbook(io.BytesIO(evidence_file.as_workbook(EVIDENCE).content))
    assert book.sheetnames == ["Cover", "1 Instalments", "2 Payments  all none"]
    rows = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=2)]
    assert rows[0][1:] == [1234.5, pd.Timestamp("2025-03-01").to_pydatetime()]
    assert rows[1] == ["'=cmd|' /C calc'!A0", None, None]
    assert rows[2][0] == "王小明"
    types = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in types


def test_a_page_stands_alone_and_runs_nothing():
    page = evidence_file.as_html(EVIDENCE).content.decode()
    assert "<script" not in page and "src=" not in page and "href=" not in page
    assert "default-src 'none'" in page
    assert "Ann &lt;ann&gt;" in page and "王小明" in page and "1,234.50" in page
    with in_language("zh"):
        assert '<html lang="zh">' in evidence_file.as_html(EVIDENCE).content.decode()


def handed_out(kind: str, folder: Path) -> Path:
    made = WRITERS[kind](EVIDENCE)
    file = folder / f"evidence{kind}"
    file.write_bytes(made.content)
    result = f"ok SHA-256 {made.checksum}"
    workspace.log(ANN, "export", object_type="table", row_count=made.rows, result=result)
    return file


@pytest.mark.parametrize("kind", WRITERS)
def test_the_command_verifies_a_file_that_was_handed_out(kind, tmp_path, capsys):
    file = handed_out(kind, tmp_path)
    assert evidence_file.main([str(file)]) == 0
    assert "handed out to ann" in capsys.readouterr().out


def test_a_tampered_page_is_caught(tmp_path, capsys):
    file = handed_out(".html", tmp_path)
    file.write_text(file.read_text("utf-8").replace("1,234.50", "1,234.51", 1), "utf-8")
    assert evidence_file.main([str(file)]) == 1
    assert "NOT as it was handed out" in capsys.readouterr().out


def test_a_tampered_workbook_is_caught(tmp_path):
    file = handed_out(".xlsx", tmp_path)
    for sheet, cell, value in ((1, "B2", 1234.51), (0, "B3", "2025-04-30"), (1, "A4", "=1+1")):
        book = openpyxl.load_workbook(file)
        book.worksheets[sheet][cell] = value
        changed = tmp_path / "changed.xlsx"
        book.save(changed)
        assert evidence_file.main([str(changed)]) == 1
    book = openpyxl.load_workbook(file)
    book.remove(book.worksheets[2])
    book.save(tmp_path / "less.xlsx")
    assert evidence_file.main([str(tmp_path / "less.xlsx")]) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sheet: setattr(sheet["B2"], "comment", Comment("in order", "somebody")),
        lambda sheet: setattr(sheet.row_dimensions[2], "hidden", True),
        lambda sheet: setattr(sheet.column_dimensions["B"], "hidden", True),
        lambda sheet: setattr(sheet, "sheet_state", "hidden"),
        lambda sheet: setattr(sheet.row_dimensions[2], "height", 0.1),
        lambda sheet: setattr(sheet.column_dimensions["B"], "width", 0.1),
        lambda sheet: setattr(sheet["A2"], "number_format", ";;;"),
        lambda sheet: setattr(sheet["B2"], "font", Font(color="FFFFFFFF")),
    ],
    ids=["note", "row", "column", "sheet", "flat", "thin", "format", "white"],
)
def test_what_lies_over_or_hides_the_cells_is_caught(tmp_path, spoil):
    file = handed_out(".xlsx", tmp_path)
    book = openpyxl.load_workbook(file)
    book.save(tmp_path / "saved.xlsx")
    assert evidence_file.main([str(tmp_path / "saved.xlsx")]) == 0
    spoil(book.worksheets[1])
    book.save(tmp_path / "spoilt.xlsx")
    assert evidence_file.main([str(tmp_path / "spoilt.xlsx")]) == 1


def test_a_file_made_up_with_a_right_checksum_has_no_line_in_the_log(tmp_path, capsys):
    file = tmp_path / "own.html"
    file.write_bytes(evidence_file.as_html(EVIDENCE).content)
    assert evidence_file.main([str(file)]) == 1
    assert "knows no such file" in capsys.readouterr().out
    assert evidence_file.main([str(file), "--without-log"]) == 0


def test_what_is_no_evidence_is_said_to_be_none(tmp_path):
    file = tmp_path / "x.html"
    file.write_text("<p>nothing</p>", "utf-8")
    assert evidence_file.main([str(file)]) == 2


# --- From the pages ---


@pytest.fixture
def buttons(monkeypatch) -> dict[str, Callable[[], bytes]]:
    """What the buttons of a page call when they are pressed, by key."""
    found: dict[str, Callable[[], bytes]] = {}

    def keep(_label, *, data, key, **_more) -> None:
        found[key] = data

    monkeypatch.setattr(evidence.st, "download_button", keep)
    return found


def pressed(press: Callable[[], bytes]) -> bytes:
    """The answer to a press, given outside of the run, on a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(press).result()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", ["xlsx", "html"])
def test_evidence_of_a_loan_holds_what_its_page_shows(opened, buttons, tmp_path, kind, language):
    opened("loan", person("auditor", language=language), loan_id="L004")
    content = pressed(buttons[f"evidence_loan_{kind}"])
    file = tmp_path / f"loan.{kind}"
    file.write_bytes(content)
    assert evidence_file.main([str(file)]) == 0
    if kind == "xlsx":
        book = openpyxl.load_workbook(file)
        assert len(book.worksheets) == 6
        payments = reports.loan_payments(ALL, "L004")
        assert book.worksheets[2].max_row == len(payments) + 1
        assert reports.exceptions_of(ALL, ["L004"]).shape[0] == book.worksheets[4].max_row - 1
    else:
        assert ("天" if language == "zh" else "days past due") in content.decode()
    # Masked values stay masked, and no clear one gets in.
    clear = reports.personal(ALL, str(reports.loan_header(ALL, "L004")["borrower_id"].item()))
    assert str(clear["phone"].item()).encode() not in content


def test_evidence_of_a_finding_and_of_a_sample(opened, buttons, tmp_path):
    opened("finding", person("auditor"), finding_id="F02")
    # What is done about it after the page was drawn is in the file too.
    finding_desk.act(person("auditor"), "F02", "D1", finding_desk.NOTE, "Seen in the branch")
    plan = Plan("random", size=4)
    user = person("auditor")
    sample = samples.draw(user, ALL, "Year end", "loans", "all", "none", "s", plan)
    opened("sampling", user, sample_id=str(sample.sample_id))
    for key in ("evidence_finding_html", "evidence_sample_html", "evidence_sample_xlsx"):
        file = tmp_path / key.replace("_", ".")
        file.write_bytes(pressed(buttons[key]))
        assert evidence_file.main([str(file)]) == 0
    assert "Seen in the branch" in (tmp_path / "evidence.finding.html").read_text("utf-8")
    # The sample stands without the program: its question, what was bound, and the whole hash.
    told = html.unescape((tmp_path / "evidence.sample.html").read_text("utf-8"))
    for said in (sample.question, sample.population_hash, json.dumps(sample.bound, sort_keys=True)):
        assert said in told


def test_evidence_of_a_finding_raised_here_holds_its_exception(opened, buttons, tmp_path):
    row = reports.exceptions_list(ALL, "T01_dpd").iloc[0]
    told = {"severity": "high", "department_id": "credit_risk", "branch": row["branch"]}
    told |= {"exception_id": row["exception_id"], "loan_id": row["loan_id"]}
    number = finding_desk.raise_one(ANN, title="Days are wrong", **told)
    opened("finding", person("auditor"), finding_id=number)
    file = tmp_path / "finding.html"
    file.write_bytes(pressed(buttons["evidence_finding_html"]))
    assert evidence_file.main([str(file)]) == 0
    said = html.unescape(file.read_text("utf-8"))
    for part in ("Days are wrong", row["exception_id"], row["loan_id"], "days past due", "ann"):
        assert part in said


def test_evidence_names_the_payment_that_settled_an_instalment(opened, buttons, tmp_path):
    at = opened("loan", person("auditor"), loan_id="L004", view="history")
    assert "Exceptions of re-performance" in plain(at)
    file = tmp_path / "loan.xlsx"
    file.write_bytes(pressed(buttons["evidence_loan_xlsx"]))
    head, *rows = openpyxl.load_workbook(file).worksheets[1].values
    place = head.index("Settled by")
    known = set(reports.loan_payments(ALL, "L004")["repayment_id"])
    named = {str(row[place]) for row in rows if row[place]}
    assert named and named <= known


def test_without_the_log_there_is_no_file(opened, buttons, monkeypatch):
    opened("loan", person("auditor"), loan_id="L004")

    def refuse(*_line, **_told):
        raise Unavailable("down")

    monkeypatch.setattr(workspace, "log", refuse)
    with pytest.raises(Refused):
        pressed(buttons["evidence_loan_xlsx"])
