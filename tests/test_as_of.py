"""Looking back: a figure as of an earlier month end knows nothing that came after it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from queries import reports
from queries.metrics import BALANCE, METRICS, VINTAGE_EVER30_CNT, rows_behind
from queries.movers import movers
from queries.warehouse import Scope
from tests.book import Book
from tests.served import serve

D = date.fromisoformat
READS = ("scoped_loan_losses", "scoped_loan_months", "scoped_loans", "scoped_vintages")
ENDS = ("2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30")


@pytest.fixture
def asked(monkeypatch, tmp_path: Path) -> Callable[..., Scope]:
    """Builds a book as of the end of 2024, serves it, and gives its scope at an earlier day."""

    def ask(book: Book, at: str) -> Scope:
        folder = serve(book.build("2024-12-31"), tmp_path / "builds", reads=READS)
        monkeypatch.setenv("WAREHOUSE", str(folder))
        return Scope(("Main", ""), ("consumer", ""), D(at))

    return ask


def with_a_gap() -> Book:
    """One loan recorded every month; one until March, and in November as written off."""
    book = Book().borrower()
    for loan_id in ("KEPT", "GAP"):
        book.loan(loan_id, disbursed_on="2024-01-10")
    for month_end in ENDS:
        book.recorded("KEPT", month_end, 1000)
    for month_end in ENDS[:3]:
        book.recorded("GAP", month_end, 900, days_past_due=40)
    return book.recorded("GAP", "2024-11-30", 0, status="written_off", days_past_due=300)


def test_a_loan_of_which_nothing_is_recorded_has_not_left_as_it_did_months_later(asked):
    scope = asked(with_a_gap(), "2024-06-30")
    moved = movers(scope, BALANCE, D("2024-03-31"), rising=False)
    assert moved[["loan_id", "status", "how"]].to_numpy().tolist() == [
        ["GAP", "missing", "missing"]
    ]
    counted = reports.vintage_counts(
        scope, VINTAGE_EVER30_CNT, "month", ("2024-01",), 5, part="denominator"
    )
    assert dict(zip(counted["loan_id"], counted["status"].isna(), strict=True)) == {
        "GAP": True,
        "KEPT": False,
    }


def test_once_it_has_left_it_is_said_how(asked):
    scope = asked(with_a_gap(), "2024-12-31")
    moved = movers(scope, BALANCE, D("2024-03-31"), rising=False).set_index("loan_id")
    assert moved.loc["GAP", "how"] == "written_off"
    assert moved.loc["KEPT", "how"] == "missing"


def test_a_first_instalment_is_late_by_the_days_until_the_day_one_looks_back_to(asked):
    book = Book().borrower().loan("L1", disbursed_on="2024-01-15", principal=1200)
    book.instalments("L1", ("2024-02-15", 100, 10), ("2025-03-15", 1100, 10))
    book.pay("L1", "2024-09-15", 110)
    scope = asked(book, "2024-05-31")
    listed = reports.first_payment_defaults(scope, D("2024-01-01"), 7)
    assert listed["first_paid_late_days"].tolist() == [106]
    at_the_end = Scope(scope.branches, scope.products, D("2024-12-31"))
    listed = reports.first_payment_defaults(at_the_end, D("2024-01-01"), 7)
    assert listed["first_paid_late_days"].tolist() == [213]
    february = Scope(scope.branches, scope.products, D("2024-02-29"))
    behind = rows_behind(february, METRICS["fpd_7"])
    assert behind["first_paid_late_days"].tolist() == [14]
