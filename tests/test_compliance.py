"""Compliance checks (14.1): what passed, planned or not, and what was put right, over a year."""

from datetime import date
from pathlib import Path

import pytest

from queries import reports
from queries.metrics import (
    COMPLIANCE_PASS_RATE,
    COMPLIANCE_RECTIFICATION_RATE,
    measure,
    rows_total,
)
from queries.warehouse import Scope
from tests.book import Book
from tests.served import serve

CHECKS = (
    # One of more than a year ago, one of which nobody said what it found, one after the day.
    ("C1", "2023-03-31", True, 100, 0, None),
    ("C2", "2024-01-10", True, 20, None, None),
    ("C3", "2024-04-10", True, 10, 10, None),
    ("C4", "2023-04-01", True, 40, 38, "2023-05-01"),
    ("C5", "2024-02-10", False, 20, 15, "2024-04-05"),
    ("C6", "2024-03-10", False, 30, 30, None),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checks of a department beside one loan."""
    book = Book().borrower().loan("L1", principal=300, annual_rate=0)
    book.instalments("L1", *[(f"2024-0{month}-15", 100, 0) for month in (1, 2, 3)])
    book.add("departments", department_id="D1", name="Audit")
    for check_id, day, is_planned, tested, passed, mended in CHECKS:
        book.add(
            "compliance_checks",
            check_id=check_id,
            department_id="D1",
            checked_on=day,
            is_planned=is_planned,
            items_tested=tested,
            items_passed=passed,
            rectified_on=mended,
        )
    return serve(book.build("2024-03-31"), tmp_path_factory.mktemp("checks"))


@pytest.fixture
def scope(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    monkeypatch.setenv("WAREHOUSE", str(folder))
    return Scope(("Main", ""), ("consumer", ""), date(2024, 3, 31))


def test_pass_rate_of_twelve_months_counts_items_that_were_tested(scope):
    row = measure(scope, COMPLIANCE_PASS_RATE, COMPLIANCE_RECTIFICATION_RATE).iloc[0]
    assert (row["compliance_pass_rate_numerator"], row["compliance_pass_rate_denominator"]) == (
        38 + 15 + 30,
        40 + 20 + 30,
    )
    # C5 was put right five days after the month end.
    assert row["compliance_rectification_rate"] == 1 / 2
    assert rows_total(scope, COMPLIANCE_PASS_RATE, "denominator") == (90, 3)


def test_planned_apart_from_unplanned(scope):
    frame = reports.compliance_plans(scope).set_index("check_plan")
    columns = ["checks", "items_tested", "exceptions", "failed_count", "rectified_count"]
    assert frame[columns].to_dict("index") == {
        "planned": dict(zip(columns, (1, 40, 2, 1, 1), strict=True)),
        "unplanned": dict(zip(columns, (2, 50, 5, 1, 0), strict=True)),
    }
    assert frame["days_to_rectify"]["planned"] == 30


def test_each_check_with_its_state_newest_first(scope):
    frame = reports.compliance_list(scope)
    assert list(zip(frame["check_id"], frame["rectification"], strict=True)) == [
        ("C6", "none"),
        ("C5", "open"),
        ("C4", "rectified"),
    ]


def test_checks_of_another_branch_are_not_seen(scope):
    assert reports.compliance_list(Scope(("Main",), ("consumer",), scope.as_of)).empty
