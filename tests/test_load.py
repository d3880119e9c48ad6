"""What the loader reads, rejects and refuses: the contract's table of bad input, line by line."""

import json
from pathlib import Path

import duckdb
import pytest

from data.contract import BY_NAME, TABLES
from data.failures import FolderUnusable
from data.raw import OWN_TABLES, empty_raw, fill_calendar
from tests.folders import (
    WRITERS,
    Filled,
    Row,
    as_csv,
    last_line,
    run_command,
    run_load,
    sound_book,
    write_book,
    write_csv,
    write_parquet,
)

LOAN: Row = sound_book(1)["loans"][0]
DUE: Row = sound_book(1)["instalments"][0]
PAID: Row = sound_book(1)["repayments"][0]
MONTH: Row = sound_book(1)["loan_months"][0]

# table, sound row, what is changed in it, and the reason that must be given.
BAD_ROWS: tuple[tuple[str, Row, Row, str], ...] = (
    ("loans", LOAN, {"loan_id": ""}, "loan_id is empty"),
    ("loans", LOAN, {"loan_id": "X1", "principal": "-5.00"}, "principal -5.00 is below 0.01"),
    ("loans", LOAN, {"loan_id": "X2", "principal": "0.00"}, "principal 0.00 is below 0.01"),
    (
        "loans",
        LOAN,
        {"loan_id": "X3", "principal": "5.005"},
        "principal 5.005 has more than 2 decimals",
    ),
    (
        "loans",
        LOAN,
        {"loan_id": "X4", "principal": "1e5"},
        "principal '1e5' is not a plain decimal",
    ),
    (
        "loans",
        LOAN,
        {"loan_id": "X5", "principal": "1,000"},
        "principal '1,000' is not a plain decimal",
    ),
    (
        "loans",
        LOAN,
        {"loan_id": "X6", "principal": "NaN"},
        "principal 'NaN' is not a plain decimal",
    ),
    ("loans", LOAN, {"loan_id": "X7", "principal": ""}, "principal is empty"),
    ("loans", LOAN, {"loan_id": "X8", "annual_rate": "4.35"}, "annual_rate 4.35 is above 1"),
    (
        "loans",
        LOAN,
        {"loan_id": "X9", "annual_rate": "4.35%"},
        "annual_rate '4.35%' is not a plain decimal",
    ),
    (
        "loans",
        LOAN,
        {"loan_id": "X10", "disbursed_on": "2024-02-30"},
        "disbursed_on '2024-02-30' is not a date (YYYY-MM-DD)",
    ),
    (
        "loans",
        LOAN,
        {"loan_id": "X11", "disbursed_on": "15/01/2024"},
        "disbursed_on '15/01/2024' is not a date (YYYY-MM-DD)",
    ),
    (
        "loans",
        LOAN,
        {"loan_id": "X12", "matures_on": "2024-01-14"},
        "disbursed_on 2024-01-15 is later than matures_on 2024-01-14",
    ),
    (
        "loans",
        LOAN,
        {"loan_id": "X13", "principal": "-1.00", "annual_rate": "x", "product": ""},
        "product is empty; principal -1.00 is below 0.01; annual_rate 'x' is not a plain decimal",
    ),
    (
        "loans",
        LOAN,
        {"loan_id": "X14", "term_months": "3.5"},
        "term_months 3.5 is not a whole number",
    ),
    (
        "loans",
        LOAN,
        {"loan_id": "X15", "collateral_kind": "house"},
        "collateral_kind 'house' is none of unsecured, guaranteed, mortgaged, pledged",
    ),
    (
        "loans",
        LOAN,
        {"loan_id": "X16", "principal": "99999999999999999"},
        "principal 99999999999999999 is too large",
    ),
    ("instalments", DUE, {"loan_id": "nobody"}, "loan_id 'nobody' is not in loans"),
    ("instalments", DUE, {"loan_id": "X1"}, "loan_id 'X1' is not in loans (its row was rejected)"),
    ("instalments", DUE, {"seq": "-1"}, "seq -1 is below 0"),
    ("instalments", DUE, {"seq": "9", "version": "0"}, "version 0 is below 1"),
    (
        "repayments",
        PAID,
        {"repayment_id": "R1", "amount": "-9.00"},
        "amount -9.00 is negative and reverses nothing",
    ),
    (
        "repayments",
        PAID,
        {"repayment_id": "R2", "reverses": "R2"},
        "reverses 'R2' is the row itself",
    ),
    (
        "repayments",
        PAID,
        {"repayment_id": "R3", "reverses": "R9"},
        "reverses 'R9' is not in repayments",
    ),
    (
        "repayments",
        PAID,
        {"repayment_id": "R4", "reverses": "R1"},
        "reverses 'R1' is not in repayments (its row was rejected)",
    ),
    (
        "repayments",
        PAID,
        {"repayment_id": "R5", "loan_id": "L2", "reverses": "P3"},
        "reverses 'P3' is a payment of another loan",
    ),
    (
        "repayments",
        PAID,
        {"repayment_id": "R6", "booked_at": "yesterday"},
        "booked_at 'yesterday' is not a date or time (YYYY-MM-DD HH:MM:SS)",
    ),
    (
        "loan_months",
        MONTH,
        {"month_end": "2024-03-30"},
        "month_end '2024-03-30' is not the last day of its month",
    ),
    ("loan_months", MONTH, {"month_end": "2024-03-31", "stage": "4"}, "stage 4 is above 3"),
    (
        "loan_months",
        MONTH,
        {"month_end": "2024-04-30", "classification": "6"},
        "classification 6 is above 5",
    ),
    (
        "loan_months",
        MONTH,
        {"month_end": "2024-05-31", "status": "gone"},
        "status 'gone' is none of active, closed, written_off, sold",
    ),
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple]]:
    """The raw tables of the sound book, read from plain CSV."""
    place = tmp_path_factory.mktemp("sound")
    filled = Filled(write_book(place / "folder", sound_book()), place / "room")
    assert filled.ask("select count(*) from raw.rejected_rows") == [(0,)]
    return _tables(filled)


def _tables(filled: Filled) -> list[list[tuple]]:
    return [filled.ask(f"from raw.{table} order by all") for table in sound_book(1)]


@pytest.mark.parametrize("form", WRITERS)
def test_every_format_and_encoding_gives_the_same_rows(
    form: str, sound: list[list[tuple]], tmp_path: Path
) -> None:
    filled = Filled(write_book(tmp_path / "folder", sound_book(), form), tmp_path)
    assert _tables(filled) == sound
    assert sum(len(rows) for rows in sound) == 60 * (1 + 1 + 3 + 2 + 2)


def test_column_order_is_free(sound: list[list[tuple]], tmp_path: Path) -> None:
    book = {
        table: [dict(reversed(row.items())) for row in rows] for table, rows in sound_book().items()
    }
    assert _tables(Filled(write_book(tmp_path / "folder", book), tmp_path)) == sound


def _with_bad_rows() -> tuple[dict[str, list[Row]], dict[str, dict[int, str]]]:
    book = sound_book()
    expected: dict[str, dict[int, str]] = {table: {} for table in book}
    for table, row, change, _ in BAD_ROWS:
        # Not at the end: the rows after a bad one must keep their numbers.
        at = len(book[table]) - 4
        book[table].insert(at, row | change)
    for table, rows in book.items():
        for _, row, change, reason in (bad for bad in BAD_ROWS if bad[0] == table):
            expected[table][rows.index(row | change) + 1] = reason
    return book, expected


@pytest.mark.parametrize("form", ["csv", "csv-gb18030-crlf", "parquet-text"])
def test_a_bad_row_is_rejected_with_its_number_and_reason(form: str, tmp_path: Path) -> None:
    book, expected = _with_bad_rows()
    filled = Filled(write_book(tmp_path / "folder", book, form), tmp_path)
    for table, rows in book.items():
        assert filled.reasons(table) == expected[table]
        counts = filled.counts[table]
        assert (counts.rows, counts.rejected) == (len(rows), len(expected[table]))
        assert counts.loaded == len(rows) - len(expected[table])


def test_what_came_back_before_it_went_or_went_before_it_came_is_rejected(tmp_path: Path) -> None:
    book = sound_book()
    loan_id = LOAN["loan_id"]
    lent = {"loan_id": loan_id, "kind": "loan_contract", "returned_on": ""}
    book["documents"] = [
        {"loan_id": loan_id, "kind": "loan_contract", "received_on": "2024-02-01"},
        {"loan_id": loan_id, "kind": "insurance_policy", "received_on": ""},
    ]
    book["document_lendings"] = [
        lent | {"lending_id": "D1", "lent_on": "2024-02-01", "returned_on": "2024-02-01"},
        lent | {"lending_id": "D2", "lent_on": "2024-03-05", "returned_on": "2024-03-04"},
        lent | {"lending_id": "D3", "lent_on": "2024-01-31"},
        lent | {"lending_id": "D4", "lent_on": "2024-01-31", "kind": "insurance_policy"},
    ]
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    assert filled.reasons("document_lendings") == {
        2: "returned_on 2024-03-04 is before lent_on 2024-03-05",
        3: "lent_on 2024-01-31 is before the document was received on 2024-02-01",
    }


def test_what_a_file_does_not_hold_or_is_out_already_cannot_be_lent(tmp_path: Path) -> None:
    """Back and out again on one day is no overlap, nor is a row that is there twice."""
    book = sound_book()
    loan_id = LOAN["loan_id"]
    held = {"loan_id": loan_id, "received_on": "2024-02-01"}
    book["documents"] = [held | {"kind": "loan_contract"}, held | {"kind": "invoice"}]
    lent = {"loan_id": loan_id, "kind": "loan_contract"}
    book["document_lendings"] = [
        lent | {"lending_id": "D1", "lent_on": "2024-03-01", "returned_on": "2024-03-10"},
        lent | {"lending_id": "D1", "lent_on": "2024-03-01", "returned_on": "2024-03-10"},
        lent | {"lending_id": "D2", "lent_on": "2024-03-10", "returned_on": ""},
        lent | {"lending_id": "D3", "lent_on": "2024-05-01", "returned_on": ""},
        lent | {"lending_id": "D4", "lent_on": "2024-03-09", "returned_on": "2024-03-09"},
        lent | {"lending_id": "D5", "lent_on": "2024-05-01", "returned_on": "", "kind": "invoice"},
        lent | {"lending_id": "D6", "lent_on": "2024-05-01", "returned_on": "", "kind": "deed"},
    ]
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    out = "lent_on 2024-05-01 is while the same original was out"
    assert filled.reasons("document_lendings") == {
        4: out,
        5: "lent_on 2024-03-09 is while the same original was out",
        7: "kind deed is none of the documents of its loan",
    }


RULES = "select table_name, row_number, rule from raw.rejected_rows order by all"


def test_excel_gives_the_same_rows_for_the_same_rules(tmp_path: Path) -> None:
    book, _ = _with_bad_rows()
    from_csv = Filled(write_book(tmp_path / "csv", book), tmp_path / "room")
    from_excel = Filled(write_book(tmp_path / "xlsx", book, "xlsx"), tmp_path / "room")
    assert from_excel.ask(RULES) == from_csv.ask(RULES)
    assert len(from_csv.ask(RULES)) == len(BAD_ROWS)


def test_typed_parquet_gives_the_same_rows_for_the_same_rules(tmp_path: Path) -> None:
    """Only what the types of Parquet can hold: ranges, references, keys, month ends."""
    book = sound_book()
    book["loans"].insert(3, LOAN | {"loan_id": "X1", "principal": "-5.00"})
    book["loans"].insert(9, LOAN | {"loan_id": "X2", "annual_rate": "1.5"})
    book["loans"].insert(20, LOAN | {"loan_id": "X3", "disbursed_on": "2024-05-01"})
    book["instalments"].insert(7, DUE | {"loan_id": "X1"})
    book["loan_months"].insert(5, MONTH | {"month_end": "2024-03-30"})
    book["repayments"].insert(5, PAID | {"repayment_id": "R", "amount": "-1.00"})
    found = [
        Filled(write_book(tmp_path / form, book, form), tmp_path / "room").ask(RULES)
        for form in ("csv", "parquet", "parquet-double", "pandas")
    ]
    assert len(found[0]) == 6
    assert found[0] == found[1] == found[2] == found[3]


def test_a_rejected_row_keeps_its_cells_as_they_stood(tmp_path: Path) -> None:
    book = sound_book()
    book["loans"].append(LOAN | {"loan_id": "X", "principal": "1e5", "purpose": '买车, "自用"'})
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    ((number, record),) = filled.ask("select row_number, record from raw.rejected_rows")
    assert number == len(book["loans"])
    assert json.loads(record) == book["loans"][-1]


def _broken_csv(tmp_path: Path, lines: list[str], before: int = 3) -> Filled:
    """The sound book with these lines put into loans.csv after some sound rows."""
    folder = write_book(tmp_path / "folder", sound_book())
    text = (folder / "loans.csv").read_text(encoding="utf-8").split("\n")
    text[before + 1 : before + 1] = lines
    (folder / "loans.csv").write_text("\n".join(text), encoding="utf-8")
    return Filled(folder, tmp_path)


SOUND_LINE = as_csv([LOAN | {"loan_id": "NEW"}]).splitlines()[1]
STRAY = "a quotation mark is not closed, or stands inside a cell"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (SOUND_LINE + ",surplus", "the row has 10 cells where the header has 9"),
        ("NEW,B1", "the row has 2 cells where the header has 9"),
        ('NEW,"B1,p,b,1.00,0.1,2024-01-15,,', STRAY),
        ('NEW,"B"1,p,b,1.00,0.1,2024-01-15,,', STRAY),
    ],
)
def test_a_broken_line_costs_one_row_and_no_other_row_number(
    line: str, reason: str, tmp_path: Path
) -> None:
    filled = _broken_csv(tmp_path, [line, SOUND_LINE.replace("300.00", "-3.00")])
    assert filled.reasons("loans") == {4: reason, 5: "principal -3.00 is below 0.01"}
    counts = filled.counts["loans"]
    assert (counts.rows, counts.loaded, counts.rejected) == (62, 60, 2)


def test_line_ends_inside_a_quoted_cell_are_part_of_the_cell(tmp_path: Path) -> None:
    line = SOUND_LINE.replace("B1", '"B\n1"')
    filled = _broken_csv(tmp_path, [line, "NEW,too,short"])
    assert filled.reasons("loans") == {5: "the row has 3 cells where the header has 9"}
    assert filled.ask("select borrower_id from raw.loans where loan_id = 'NEW'") == [("B\n1",)]


def test_blank_lines_are_no_rows_but_count_as_places(tmp_path: Path) -> None:
    filled = _broken_csv(tmp_path, ["", SOUND_LINE.replace("300.00", "-3.00"), ""])
    assert filled.reasons("loans") == {5: "principal -3.00 is below 0.01"}
    assert filled.counts["loans"].rows == 61


def test_identifiers_are_text(tmp_path: Path) -> None:
    book = sound_book()
    book["loans"] += [LOAN | {"loan_id": "12"}, LOAN | {"loan_id": "0012"}]
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    found = filled.ask("select loan_id from raw.loans where loan_id like '%12' order by all")
    assert found == [("0012",), ("12",), ("L12",)]


@pytest.mark.parametrize(
    "kind", ["bigint", "double", "decimal(10, 0)", "decimal(10, 2)", "integer"]
)
def test_a_whole_number_as_identifier_is_its_digits(kind: str, tmp_path: Path) -> None:
    folder = write_book(tmp_path / "folder", sound_book())
    (folder / "loans.csv").unlink()
    rows = "cast(12 as {0}) as loan_id, cast(7 as {0}) as borrower_id, 'p' as product"
    duckdb.sql(
        f"copy (select {rows.format(kind)}, 'b' as branch, 1 as principal, 0.05 as annual_rate, "
        f"date '2024-01-15' as disbursed_on) to '{folder / 'loans.parquet'}'"
    )
    filled = Filled(folder, tmp_path)
    assert filled.ask("select loan_id, borrower_id from raw.loans") == [("12", "7")]


def test_single_precision_is_read_as_it_is_printed(tmp_path: Path) -> None:
    """12345.67 has no exact binary form of 32 bits; what the file's owner sees is what counts."""
    folder = write_book(tmp_path / "folder", sound_book())
    (folder / "loans.csv").unlink()
    duckdb.sql(
        "copy (select 'L1' as loan_id, 'B' as borrower_id, 'p' as product, 'b' as branch, "
        "12345.67::float as principal, 0.0435::float as annual_rate, "
        f"date '2024-01-15' as disbursed_on) to '{folder / 'loans.parquet'}'"
    )
    filled = Filled(folder, tmp_path)
    found = filled.ask("select principal::varchar, annual_rate::varchar from raw.loans")
    assert found == [("12345.67", "0.04350000")]


@pytest.mark.parametrize(
    ("cell", "is_kept"),
    [
        ("100.1 + 0.0000000001", True),
        ("0.1 + 0.2", True),
        ("100.005", False),
        ("1e20", False),
        ("'nan'::double", False),
        ("'infinity'::double", False),
    ],
)
def test_binary_noise_in_an_amount_is_no_third_decimal(
    cell: str, is_kept: bool, tmp_path: Path
) -> None:
    folder = write_book(tmp_path / "folder", sound_book())
    (folder / "loans.csv").unlink()
    duckdb.sql(
        f"copy (select 'L1' as loan_id, 'B' as borrower_id, 'p' as product, 'b' as branch, "
        f"cast({cell} as double) as principal, 0.05 as annual_rate, "
        f"date '2024-01-15' as disbursed_on) to '{folder / 'loans.parquet'}'"
    )
    assert Filled(folder, tmp_path).counts["loans"].loaded == is_kept


def test_exact_duplicates_are_dropped_and_counted(tmp_path: Path) -> None:
    book = sound_book()
    book["loans"] += [book["loans"][4], book["loans"][4], book["loans"][9]]
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    counts = filled.counts["loans"]
    assert (counts.rows, counts.loaded, counts.rejected, counts.duplicates) == (63, 60, 0, 3)
    assert filled.ask("select count(*) from raw.loans where loan_id = 'L5'") == [(1,)]


def test_two_different_rows_of_one_key_are_both_rejected(tmp_path: Path) -> None:
    book = sound_book()
    book["loans"] += [LOAN | {"loan_id": "L5", "branch": "深圳"}, book["loans"][4]]
    book["instalments"] += [DUE | {"loan_id": "L9", "principal_due": "1.00"}]
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    words = "two different rows share the key loan_id=L5"
    assert filled.reasons("loans") == {5: words, 61: words}
    assert filled.counts["loans"].duplicates == 1
    numbers = filled.reasons("instalments")
    key = "two different rows share the key loan_id=L9, version=1, seq=1"
    assert numbers[25] == numbers[181] == key
    assert numbers[13] == "loan_id 'L5' is not in loans (its row was rejected)"


def test_a_rejection_runs_down_a_chain_of_findings(tmp_path: Path) -> None:
    finding = {"title": "t", "severity": "high", "status": "issued", "issued_on": "2024-02-01"}
    chain = [("F1", ""), ("F2", "F1"), ("F3", "F2"), ("F4", "F3")]
    book = sound_book()
    book["findings"] = [
        finding | {"finding_id": name, "repeat_of": before} for name, before in chain
    ]
    book["findings"][0]["severity"] = "awful"
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    assert filled.reasons("findings") == {
        1: "severity 'awful' is none of critical, high, medium, low",
        2: "repeat_of 'F1' is not in findings (its row was rejected)",
        3: "repeat_of 'F2' is not in findings (its row was rejected)",
        4: "repeat_of 'F3' is not in findings (its row was rejected)",
    }


def test_a_reversal_may_not_be_reversed(tmp_path: Path) -> None:
    book = sound_book()
    book["repayments"] += [
        PAID | {"repayment_id": "R1", "amount": "-101.09", "reverses": "P3"},
        PAID | {"repayment_id": "R2", "amount": "101.09", "reverses": "R1"},
    ]
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    assert filled.reasons("repayments") == {122: "reverses 'R1' is itself a reversal"}


def test_a_loan_whose_borrower_is_unknown_stays(tmp_path: Path) -> None:
    book = sound_book()
    book["loans"][0]["borrower_id"] = "nobody"
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    assert filled.counts["loans"].loaded == 60


def test_empty_optional_cells_get_the_default_or_nothing(tmp_path: Path) -> None:
    book = sound_book()
    for row in book["instalments"]:
        row |= {"fee_due": "", "version": ""}
    book["loans"][0] |= {"currency": "", "purpose": ""}
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    assert filled.ask("select distinct fee_due, penalty_due, version from raw.instalments") == [
        (0, 0, 1)
    ]
    assert filled.ask("select distinct currency, purpose from raw.loans") == [("CNY", None)]


def test_classes_come_as_numbers_or_names(tmp_path: Path) -> None:
    book = sound_book()
    names = ["1", "Special mention", "substandard", "可疑", "5", ""]
    for row, name in zip(book["loan_months"], names, strict=False):
        row["classification"] = name
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    found = filled.ask("select distinct classification from raw.loan_months order by 1 nulls last")
    assert found == [(1,), (2,), (3,), (4,), (5,), (None,)]


def test_unknown_columns_are_kept_and_reported(tmp_path: Path) -> None:
    """Also under names that the loader uses itself."""
    names = ("colour", "n", "reason", "rule", "row_number", "record", "table_name", "value", "c0")
    names += ("own", "other", "loan", "copy", "key", "shown", "Principal", "row number in the file")
    book = sound_book()
    for row in book["loans"]:
        row |= dict.fromkeys(names, "red")
    book["loans"] += [book["loans"][0], book["loans"][1] | {"branch": "x"}]
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    kept = filled.ask('select distinct colour, n, "Principal_2", record from raw.loans')
    assert kept == [("red", "red", "red", "red")]
    assert (filled.counts["loans"].rejected, filled.counts["loans"].duplicates) == (2, 1)
    records = filled.ask("select record from raw.rejected_rows where table_name = 'loans'")
    assert [json.loads(text)["n"] for (text,) in records] == ["red", "red"]
    assert any("colour, n, reason" in line for line in filled.told)
    ((extra,),) = filled.ask("select extra_columns from raw.loads where table_name = 'loans'")
    assert extra.startswith("colour, n, reason")


def test_unknown_tables_are_kept_as_text_and_reported(tmp_path: Path) -> None:
    folder = write_book(tmp_path / "folder", sound_book())
    write_csv(folder / "visits", [{"loan_id": "0012", "promised": "1,5"}] * 2)
    write_csv(folder / "calendar", [{"day": "x"}])
    write_csv(folder / "odd name", [{"day": "x"}])
    (folder / "README.md").write_text("no table")
    filled = Filled(folder, tmp_path)
    assert filled.ask("from raw.visits") == [("0012", "1,5")] * 2
    assert filled.ask("select count(*) from raw.calendar") == [(0,)]
    told = " ".join(filled.told)
    for name in ("visits.csv", "calendar.csv", "odd name.csv", "README.md"):
        assert name in told


def test_rates_with_more_decimals_than_are_stored_are_told(tmp_path: Path) -> None:
    book = sound_book()
    book["loans"][0]["annual_rate"] = "0.0123456789"
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    assert filled.counts["loans"].rounded == {"annual_rate": 1}
    assert filled.counts["loans"].rejected == 0


def test_the_folders_parameters_replace_defaults(tmp_path: Path) -> None:
    connection = duckdb.connect()
    empty_raw(connection)
    key = "param_id, regime, product, valid_from::varchar as valid_from"
    (default, *_) = connection.execute(f"select {key} from raw.parameters").fetchall()
    before = connection.execute("select count(*) from raw.parameters").fetchall()
    names = ("param_id", "regime", "product", "valid_from")
    book = sound_book()
    book["parameters"] = [dict(zip(names, default, strict=True)) | {"value": "mine"}]
    filled = Filled(write_book(tmp_path / "folder", book), tmp_path)
    assert filled.ask("select count(*) from raw.parameters") == before
    found = filled.ask(f"select {key} from raw.parameters where value = 'mine'")
    assert found == [default]


def test_the_calendar_runs_from_the_first_month_to_a_year_ahead(tmp_path: Path) -> None:
    filled = Filled(write_book(tmp_path / "folder", sound_book()), tmp_path)
    (as_of,) = filled.ask("select date '2024-03-15'")[0]
    first = fill_calendar(filled.connection, as_of)
    assert str(first) == "2024-01-01"
    ((days, last),) = filled.ask("select count(*), max(date)::varchar from raw.calendar")
    assert (days, last) == (31 + 29 + 15 + 400, "2025-04-19")
    leap = "select is_month_end, is_workday from raw.calendar where date = '2024-02-29'"
    assert filled.ask(leap) == [(True, True)]


def test_tables_stand_after_those_they_refer_to() -> None:
    """References are checked against accepted rows, so these must have been read before."""
    order = [table.name for table in TABLES]
    for table in TABLES:
        for column in table.columns:
            if column.references:
                other, key = column.references.split(".")
                assert order.index(other) <= order.index(table.name)
                assert BY_NAME[other].key[0] == key
    assert not set(order) & set(OWN_TABLES)


# The command: its exit codes and its one line of JSON.


def test_a_load_ends_with_one_line_of_json(tmp_path: Path) -> None:
    book = sound_book()
    book["loans"] += [LOAN | {"loan_id": "X", "principal": "-1"}, book["loans"][0]]
    folder = write_book(tmp_path / "folder", book)
    summary = last_line(run_command(folder, tmp_path / "warehouse"))
    counts = {"rows": 62, "loaded": 60, "rejected": 1, "duplicates": 1}
    assert summary["tables"]["loans"] == counts
    assert summary["reasons"] == {"loans": {"principal is below 0.01": 1}}
    assert summary["seconds"] > 0
    for counts in summary["tables"].values():
        assert counts["rows"] == counts["loaded"] + counts["rejected"] + counts["duplicates"]
    build = Path(summary["build"])
    assert build.parent == tmp_path / "warehouse"
    assert build.stat().st_mode & 0o777 == 0o444
    with duckdb.connect(build, read_only=True) as connection:
        stated = connection.execute("select build_id, as_of::varchar, is_demo from raw.build")
        assert stated.fetchall() == [(build.stem, "2024-03-15", False)]
        kept = "select rows, loaded, rejected, duplicates from raw.loads where table_name = 'loans'"
        assert connection.execute(kept).fetchall() == [(62, 60, 1, 1)]
        assert connection.execute("select count(*) from marts.loans").fetchall() == [(60,)]
        assert connection.execute("select count(*) from staging.loans").fetchall() == [(60,)]
    assert sorted(path.name for path in build.parent.iterdir()) == [".lock", build.name]


def test_all_that_makes_a_folder_unusable_is_told_at_once(tmp_path: Path) -> None:
    book = sound_book()
    for row in book["loans"]:
        row["Principle"] = row.pop("principal")
    folder = write_book(tmp_path / "folder", book)
    header = (folder / "repayments.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "repayments.csv").write_text(header + "\n")
    (folder / "borrowers.csv").write_bytes(b"borrower_id,name\nB1,\xff\xff\n")
    (folder / "loan_months.csv").rename(folder / "loan_months.parquet")
    (folder / "staff.xlsx").write_bytes(b"no workbook")
    write_parquet(folder / "instalments", book["instalments"])
    done = run_command(folder, tmp_path / "warehouse")
    assert done.returncode == 2
    assert done.stdout == ""
    problems = [line for line in done.stderr.splitlines() if ": " in line][-6:]
    assert (
        problems[0]
        == "loans.csv: column principal is missing; the nearest column found is Principle"
    )
    assert problems[1].startswith("borrowers.csv: it is neither UTF-8 (see line 2) nor GB18030")
    assert problems[2] == (
        "instalments: more than one file holds it: instalments.csv, instalments.parquet; keep one"
    )
    assert problems[3] == "repayments.csv: the table is empty"
    assert problems[4].startswith("loan_months.parquet: it is not a Parquet file")
    assert problems[5].startswith("staff.xlsx: it is not an Excel workbook")
    assert not list((tmp_path / "warehouse").glob("*.duckdb"))


@pytest.mark.parametrize(
    ("missing", "problem"),
    [
        (("loans",), "loans: the table is missing"),
        (("repayments", "loan_months"), "repayments: missing, and so is loan_months"),
        (("instalments", "repayments", "loan_months"), "instalments and repayments: missing"),
    ],
)
def test_a_missing_table_stops_the_load(
    missing: tuple[str, ...], problem: str, tmp_path: Path
) -> None:
    folder = write_book(tmp_path / "folder", sound_book())
    for table in missing:
        (folder / f"{table}.csv").rename(folder / f"{table[:-1]}.csv")
    done = run_load(folder, tmp_path / "warehouse")
    assert done.returncode == 2
    (told,) = [line for line in done.stderr.splitlines() if line.startswith(problem)]
    assert f"the nearest file found is {missing[0][:-1]}.csv" in told


def test_recorded_months_alone_are_a_book(tmp_path: Path) -> None:
    book = sound_book()
    del book["instalments"], book["repayments"]
    summary = last_line(run_load(write_book(tmp_path / "folder", book), tmp_path / "warehouse"))
    assert summary["as_of"] == "2024-02-29"


def test_no_folder_is_exit_2(tmp_path: Path) -> None:
    done = run_load(tmp_path / "nowhere", tmp_path / "warehouse")
    assert done.returncode == 2
    assert "there is no such folder" in done.stderr


def test_too_many_rejected_rows_stop_the_load(tmp_path: Path, few_models: None) -> None:
    book = sound_book()
    for row in book["loans"][:4]:
        row["principal"] = "-1.00"
    folder = write_book(tmp_path / "folder", book)
    done = run_load(folder, tmp_path / "warehouse")
    assert done.returncode == 3
    assert done.stdout == ""
    assert "loans: 4 of 60 rows were rejected, more than 5.00%; the worst reasons:" in done.stderr
    worst = done.stderr[done.stderr.index("the worst reasons:") :].splitlines()
    assert worst[1:5] == ["  4 x principal is below 0.01"] + [
        f"    row {number} (loan_id {row['loan_id']}): principal -1.00 is below 0.01"
        for number, row in enumerate(book["loans"][:3], start=1)
    ]
    assert not list((tmp_path / "warehouse").glob("*.duckdb"))
    assert last_line(run_load(folder, tmp_path / "warehouse", "--max-rejected", "10%"))
    assert last_line(run_load(folder, tmp_path / "warehouse", "--max-rejected", "0.07"))


def test_exactly_the_allowed_share_may_be_rejected(tmp_path: Path, few_models: None) -> None:
    book = sound_book()
    for row in book["borrowers"][:3]:
        row["borrower_id"] = ""
    summary = last_line(run_load(write_book(tmp_path / "folder", book), tmp_path / "warehouse"))
    assert summary["tables"]["borrowers"]["rejected"] == 3


def test_a_failing_model_stops_the_load_and_names_it(tmp_path: Path) -> None:
    book = sound_book()
    book["parameters"] = [{"param_id": "npl_dpd", "value": "ninety"}]
    done = run_load(write_book(tmp_path / "folder", book), tmp_path / "warehouse")
    assert done.returncode == 4
    assert "model " in done.stderr and "ninety" in done.stderr
    assert not list((tmp_path / "warehouse").glob("*.duckdb"))


def test_the_wrong_command_is_exit_2(tmp_path: Path) -> None:
    assert run_command(tmp_path, tmp_path, "--max-rejected", "150%").returncode == 2
    assert run_load(tmp_path, tmp_path, "--format", "unheard-of").returncode == 2


def test_the_days_of_the_book_may_be_given(tmp_path: Path, few_models: None) -> None:
    folder = write_book(tmp_path / "folder", sound_book())
    summary = last_line(run_load(folder, tmp_path / "warehouse", "--as-of", "2024-06-30"))
    assert summary["as_of"] == "2024-06-30"


def test_the_demo_book_loads_whole(demo_build: Path) -> None:
    with duckdb.connect(demo_build, read_only=True) as connection:
        connection.execute("select sum(rejected), sum(duplicates) from raw.loads")
        assert connection.fetchall() == [(0, 0)]
        assert connection.execute("select is_demo from raw.build").fetchall() == [(True,)]


def test_a_foreign_format_is_converted_first(tmp_path: Path, shared_data) -> None:
    done = run_load(shared_data("fineract_demo"), tmp_path / "warehouse", "--format", "fineract")
    summary = last_line(done)
    assert summary["source"]
    with duckdb.connect(summary["build"], read_only=True) as connection:
        (flagged,) = connection.execute("select count(*) from raw.flagged_rows").fetchall()
        connection.execute("select rule from raw.rejected_rows where table_name = 'm_loan'")
        rule = "yearly rate is above the highest that the contract allows"
        assert connection.fetchall() == [(rule,), (rule,)]
    assert flagged[0] > 0


@pytest.mark.parametrize(("encoding", "end"), [("gb18030", "\n"), ("utf-8-sig", "\r\n")])
def test_a_broken_line_costs_one_row_in_any_encoding(
    encoding: str, end: str, tmp_path: Path
) -> None:
    folder = write_book(tmp_path / "folder", sound_book())
    lines = as_csv(sound_book()["borrowers"], end).split(end)
    lines[8:8] = ['X,"李四,广州', "X,李四,广州,广州"]
    (folder / "borrowers.csv").write_bytes(end.join(lines).encode(encoding))
    filled = Filled(folder, tmp_path)
    assert filled.reasons("borrowers") == {
        8: STRAY,
        9: "the row has 4 cells where the header has 3",
    }
    assert filled.ask("select name from raw.borrowers where borrower_id = 'B60'") == [("张三60",)]


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = write_book(tmp_path / "it's [my] *folder?", sound_book())
    write_parquet(tmp_path / "loans", sound_book()["loans"])
    (tmp_path / "loans.parquet").rename(folder / "loans.parquet")
    (folder / "loans.csv").unlink()
    summary = last_line(run_load(folder, tmp_path / "o'clock [1]"))
    assert summary["tables"]["loans"]["loaded"] == 60


def test_a_file_damaged_in_the_middle_is_told(tmp_path: Path) -> None:
    folder = write_book(tmp_path / "folder", sound_book(2000), "parquet")
    path = folder / "instalments.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:8] + b"\xff" * 4000 + content[4008:])
    done = run_load(folder, tmp_path / "warehouse")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("instalments.parquet: it is")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"loan_id;borrower_id\nL1;B1\n", "its cells are separated by ';', not by commas"),
        (b"", "the file is empty"),
        ("loan_id,x\nL1,2\n".encode("utf-16"), "it is UTF-16; save it as UTF-8"),
        (b"loan_id,loan_id\nL1,L1\n", "column loan_id stands in the header twice"),
        (b"loan_id,x\rL1,2\r", "its lines end in CR alone; save it with LF or CRLF"),
    ],
)
def test_a_csv_file_that_cannot_be_read_says_why(
    content: bytes, problem: str, tmp_path: Path
) -> None:
    folder = write_book(tmp_path / "folder", sound_book())
    (folder / "loans.csv").write_bytes(content)
    with pytest.raises(FolderUnusable) as stopped:
        Filled(folder, tmp_path)
    assert stopped.value.problems == (f"loans.csv: {problem}",)
