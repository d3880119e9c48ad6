"""A breach of a limit of concentration (T13): its months, its arithmetic, loans and readers."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from queries import reports
from queries.warehouse import Scope
from tests import stores
from tests.book import Book
from tests.opened import person, plain
from tests.served import serve
from ui import breaches, evidence, finding_desk
from ui.accounts import User

JANUARY = date(2024, 1, 31)
GROUP = ("group_exposure_ratio", "G1")
ALONE = ("single_customer_loan_ratio", "B3")
LOANS = (
    # Borrower, group, branch, amount, drawn and due: the group owes 180, then 150, then 170.
    ("B1", "G1", "North", 100, "2024-01-10", "2024-07-15"),
    ("B2", "G1", "South", 50, "2024-01-10", "2024-07-15"),
    ("B2", "G1", "South", 30, "2024-01-10", "2024-02-15"),
    ("B2", "G1", "South", 20, "2024-03-10", "2024-07-15"),
    ("B3", None, "North", 110, "2024-01-10", "2024-07-15"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book in which one group and one borrower owe too much of 1000, and of 800."""
    book = Book()
    for borrower, group in (("B1", "G1"), ("B2", "G1"), ("B3", None)):
        book.add("borrowers", borrower_id=borrower, name="X", kind="corporate", group_id=group)
    for number, (borrower, _, branch, amount, drawn, due) in enumerate(LOANS, start=1):
        told = {"borrower_id": borrower, "branch": branch, "principal": amount}
        book.loan(f"L{number}", annual_rate=0, disbursed_on=drawn, **told)
        book.instalments(f"L{number}", (due, amount, 0))
    book.pay("L3", "2024-02-15", 30)
    book.add("capital", as_of="2023-12-31", net_capital=1000, tier1_capital=800)
    book.add("capital", as_of="2024-03-31", net_capital=1100, tier1_capital=900)
    return serve(book.build("2024-04-30"), tmp_path_factory.mktemp("breaches"))


@pytest.fixture
def scope(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    monkeypatch.setenv("WAREHOUSE", str(folder))
    return Scope(("North", "South", ""), ("consumer", ""), date(2024, 4, 30))


def test_the_months_end_where_the_customer_is_back_within(scope: Scope):
    months = reports.breach_months(scope, *GROUP, JANUARY)
    told = months[["loans", "balance", "most", "excess"]].to_numpy().tolist()
    assert told == [[3, 180, 160, 20], [2, 150, 160, -10]]
    # A borrower stays above ten of a hundred until capital grows.
    months = reports.breach_months(scope, *ALONE, JANUARY)
    assert months["most"].tolist() == [100, 100, 110]
    assert months["excess"].tolist() == [10, 10, 0]
    assert months["share"].round(4).tolist() == [0.11, 0.11, 0.1]


def test_the_loans_behind_it_are_those_of_all_members(scope: Scope):
    loans = reports.breach_loans(scope, *GROUP, JANUARY)
    assert loans["loan_id"].tolist() == ["L1", "L2", "L3"]
    months = reports.breach_months(scope, *GROUP, JANUARY)
    assert loans["balance"].sum() == months["balance"].iloc[0]
    assert reports.breach_loans(scope, *ALONE, JANUARY)["loan_id"].tolist() == ["L5"]


def test_it_is_told_step_by_step(scope: Scope):
    (found,) = reports.exceptions_list(scope, breaches.TEST, kind=GROUP[0]).itertuples()
    row = reports.exception_detail(scope, str(found.exception_id)).iloc[0]
    assert (row.recorded, row.recomputed, row.amount) == (180, 160, 20)
    assert breaches.sentences(scope, row, JANUARY) == [
        "Net tier-1 capital as reported on 2023-12-31 was 800.00.",
        "One customer may owe 20.00% of it, which is 160.00.",
        "On 2024-01-31 G1 owed 180.00 on 3 loans, 22.50% of the capital: 20.00 more than it may.",
        "Month ends above the limit up to 2024-01-31: 1. The most was 20.00 above it, on"
        " 2024-01-31.",
        "On 2024-02-29 it was back within the limit.",
    ]


@pytest.mark.parametrize("scope_of", [("North", ""), ("North", "South")])
def test_a_part_of_the_book_is_told_nothing_and_the_whole_all(scope: Scope, scope_of):
    seen = Scope(scope_of, ("consumer", ""), date(2024, 4, 30))
    number = 2 if scope_of == ("North", "South") else 0
    assert len(reports.exceptions_list(seen, breaches.TEST)) == number
    assert len(reports.breach_months(seen, *GROUP, JANUARY)) == number
    tests = reports.audit_tests(seen).set_index("test_id")
    assert bool(tests.loc[breaches.TEST, "is_evaluated"]) == bool(number)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_the_breach_and_its_loans(scope: Scope, opened: Callable, language: str):
    (row,) = reports.exceptions_list(scope, breaches.TEST, kind=GROUP[0]).itertuples()
    key = {"test_id": breaches.TEST, "exception_id": row.exception_id}
    at = opened("reperformance", person("auditor", language=language), **key)
    said = {"en": "G1 owed 180.00 on 3 loans", "zh": "G1共 3 笔贷款，余额 180.00"}
    assert said[language] in plain(at)
    tables = [each.value for each in at.dataframe]
    assert any("days_past_due" in each and len(each) == 3 for each in tables)
    assert any("about" in each and "G1" in set(each["about"]) for each in tables)


def test_a_finding_raised_from_it_has_its_loans_on_its_page_and_in_its_evidence(
    scope: Scope, opened: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stores.use(monkeypatch, tmp_path)
    (row,) = reports.exceptions_list(scope, breaches.TEST, kind=GROUP[0]).itertuples()
    told = {"department_id": "risk_control", "branch": "", "loan_id": "", "severity": "high"}
    ann = User("ann", "Ann Li", ("auditor",), ("*",))
    number = finding_desk.raise_one(
        ann, title="Too much", exception_id=str(row.exception_id), **told
    )
    (raised,) = finding_desk.history(number)
    columns = {"done": {}, "loans": breaches.LOANS}
    made = evidence.of_raised_finding((), scope, raised, (), columns, pd.DataFrame())
    behind = next(part for part in made.parts if part.title == "Loans behind it")
    assert behind.frame["loan_id"].tolist() == ["L1", "L2", "L3"]
    # Other exceptions are those of these loans, and not all that have no loan.
    others = next(part for part in made.parts if part.title == "Exceptions")
    assert not (others.frame["test_id"] == breaches.TEST).any()
    at = opened("finding", person("auditor"), finding_id=number)
    assert any(len(each.value) == 3 and "days_past_due" in each.value for each in at.dataframe)
