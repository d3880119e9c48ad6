"""Findings (14.1): rates over twelve months, exposure as it was, ages and what falls due."""

from datetime import date
from pathlib import Path

import pytest

from queries import reports
from queries.metrics import (
    EXPOSURE,
    FINDING_REOPEN_RATE,
    RECTIFICATION_RATE,
    REPEAT_FINDING_RATE,
    measure,
    rows_total,
)
from queries.warehouse import Scope
from tests.book import Book
from tests.served import serve

RATES = (RECTIFICATION_RATE, REPEAT_FINDING_RATE, FINDING_REOPEN_RATE, EXPOSURE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four findings of one cause; a loan of 300 repaid by 100 a month behind the second."""
    book = Book().borrower().loan("L1", principal=300, annual_rate=0)
    book.instalments("L1", *[(f"2024-0{month}-15", 100, 0) for month in (1, 2, 3)])
    for month in (1, 2):
        book.pay("L1", f"2024-0{month}-15", 100)
    book.add("departments", department_id="D1", name="Audit")
    rows = (
        ("F1", "2023-06-01", "2023-08-01", "2023-07-20", None, "verified_closed"),
        ("F2", "2024-01-10", "2024-02-10", None, None, "issued"),
        ("F3", "2024-02-05", "2024-03-05", "2024-03-20", "2024-03-01", "verified_closed"),
        ("F4", "2024-03-10", "2024-05-10", None, None, "issued"),
    )
    for finding_id, issued, due, closed, rejected, status in rows:
        book.add(
            "findings",
            finding_id=finding_id,
            title=finding_id,
            severity="high",
            status=status,
            department_id="D1",
            cause="training" if finding_id != "F4" else "staffing",
            issued_on=issued,
            due_on=due,
            closed_on=closed,
            rejected_on=rejected,
        )
    book.add("finding_loans", finding_id="F2", loan_id="L1")
    book.add(
        "finding_actions", action_id="A1", finding_id="F4", action="Train", due_on="2024-04-05"
    )
    return serve(book.build("2024-03-31"), tmp_path_factory.mktemp("findings"))


@pytest.fixture
def scope(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    monkeypatch.setenv("WAREHOUSE", str(folder))
    return Scope(("Main", ""), ("consumer", ""), date(2024, 3, 31))


def test_rates_over_twelve_months(scope: Scope):
    row = measure(scope, *RATES).iloc[0]
    # Due: F1, F2, F3; closed of them F1, F3. F2 and F3 follow on F1; F4 has another cause.
    assert row["rectification_rate"] == pytest.approx(2 / 3)
    assert row["repeat_finding_rate"] == pytest.approx(2 / 4)
    # Looked at: F1 and F3 closed, F3 failed once before.
    assert row["finding_reopen_rate"] == pytest.approx(1 / 3)
    for metric in RATES:
        part = rows_total(scope, metric)
        assert part[1] > 0


def test_exposure_is_that_of_the_month_end(scope: Scope):
    found = measure(scope, EXPOSURE, by="month_end", months=3)
    assert found["exposure"].tolist() == [200, 100, 100]


def test_ages_and_what_falls_due(scope: Scope):
    ages = reports.finding_ages(scope)
    assert ages[["age_band", "open_count", "overdue_count"]].to_numpy().tolist() == [
        ["0-30", 1, 0],
        ["61-90", 1, 1],
    ]
    due = reports.findings_due(scope)
    assert due[["item_id", "what", "due_when", "days_left"]].to_numpy().tolist() == [
        ["F2", "finding", "past", -50],
        ["A1", "action", "week", 5],
        ["F4", "finding", "quarter", 40],
    ]


def test_a_band_of_age_lists_as_many_findings_as_it_counts(scope: Scope):
    for _, row in reports.finding_ages(scope).iterrows():
        listed = reports.findings_list(
            scope, "open", str(row["severity"]), age_band=str(row["age_band"])
        )
        assert len(listed) == row["open_count"]
    # What is closed has no age.
    closed = reports.findings_list(scope, "closed", age_band="365+")
    assert closed.empty
