"""Random nasty books, loaded whole: every loan-month agrees with a brute-force count, to the day.

The count (tests/brute_force.py) reads the rules, not the models; here it is first held to the
worked examples, then the models are held to it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from data.load import load
from tests.brute_force import (
    BEGINNING,
    Line,
    Loan,
    Payment,
    State,
    Version,
    WriteOff,
    fell_due,
    loan_months,
    settled_on,
    state,
)
from tests.nasty_book import book, last_event, write

SEEDS = (1, 22, 333)
LOANS = 250


# The count against the worked examples


def day(text: str) -> date:
    return date.fromisoformat(text)


def plain_loan(*lines: Line, payments: tuple[Payment, ...] = ()) -> Loan:
    principal = sum(line.principal for line in lines)
    return Loan("L", principal, day("2024-01-01"), (Version(1, BEGINNING, lines),), payments)


W1 = plain_loan(
    Line(1, day("2024-01-31"), 90000, 10000),
    Line(2, day("2024-02-29"), 90000, 10000),
    Line(3, day("2024-03-31"), 90000, 10000),
    Line(4, day("2024-04-30"), 90000, 10000),
    payments=(
        Payment("1", day("2024-02-05"), 100000),
        Payment("2", day("2024-03-20"), 60000),
        Payment("3", day("2024-04-10"), 50000),
    ),
)


@pytest.mark.parametrize(
    ("as_of", "days", "oldest", "overdue", "count"),
    [
        ("2024-01-31", 0, None, 0, 0),
        ("2024-02-01", 1, "2024-01-31", 100000, 1),
        ("2024-02-05", 0, None, 0, 0),
        ("2024-02-29", 0, None, 0, 0),
        ("2024-03-01", 1, "2024-02-29", 100000, 1),
        ("2024-03-20", 20, "2024-02-29", 40000, 1),
        ("2024-03-31", 31, "2024-02-29", 40000, 1),
        ("2024-04-10", 10, "2024-03-31", 90000, 1),
        ("2024-04-30", 30, "2024-03-31", 90000, 1),
        ("2024-05-01", 31, "2024-03-31", 190000, 2),
    ],
)
def test_the_count_gives_example_w1(
    as_of: str, days: int, oldest: str | None, overdue: int, count: int
) -> None:
    found = state(W1, day(as_of))
    assert found.days_past_due == days
    assert found.oldest_unpaid_due == (day(oldest) if oldest else None)
    assert sum(found.overdue.values()) == overdue
    assert found.instalments_past_due == count


def test_the_count_gives_example_w2_b_penalty_last() -> None:
    loan = plain_loan(
        Line(1, day("2024-01-31"), 90000, 10000, penalty=2700),
        Line(2, day("2024-02-29"), 90900, 9100, penalty=1409),
        payments=(Payment("1", day("2024-03-31"), 102000),),
    )
    found = state(loan, day("2024-03-31"))
    assert found.days_past_due == 31
    assert found.overdue == {"fee": 0, "interest": 9100, "principal": 90900, "penalty": 2109}


def test_the_count_ages_no_penalty() -> None:
    paid = (Payment("1", day("2024-01-31"), 100000),)
    loan = plain_loan(Line(1, day("2024-01-31"), 90000, 10000, penalty=500), payments=paid)
    found = state(loan, day("2024-12-31"))
    assert (found.status, found.balance, found.days_past_due) == ("active", 0, 0)


def test_the_count_takes_a_reversal_on_its_own_day() -> None:
    payments = (
        Payment("1", day("2024-01-31"), 100000),
        Payment("2", day("2024-02-10"), 100000, reverses="1"),
    )
    loan = plain_loan(Line(1, day("2024-01-31"), 90000, 10000), payments=payments)
    assert [state(loan, day(text)).days_past_due for text in ("2024-02-09", "2024-02-10")] == [
        0,
        10,
    ]
    assert state(loan, day("2024-01-31")).status == "closed"
    assert len(loan_months(loan, day("2024-03-31"))) == 3


def test_the_count_holds_an_advance_until_it_covers_all() -> None:
    lines = (Line(1, day("2024-06-30"), 50000, 0), Line(2, day("2024-07-31"), 50000, 0))
    ahead = plain_loan(*lines, payments=(Payment("1", day("2024-02-01"), 99999),))
    assert state(ahead, day("2024-02-01")).balance == 100000
    assert state(ahead, day("2024-06-30")).balance == 50000
    assert settled_on(ahead, day("2024-06-30")) == {1: day("2024-02-01"), 2: None}
    whole = replace(ahead, payments=(Payment("1", day("2024-02-01"), 100000),))
    assert state(whole, day("2024-02-01")).status == "closed"


def test_the_count_writes_off_the_newest_principal_from_its_day_on() -> None:
    lines = (Line(1, day("2024-01-31"), 50000, 0), Line(2, day("2024-03-31"), 50000, 0))
    paid = plain_loan(*lines, payments=(Payment("1", day("2024-01-31"), 50000),))
    loan = replace(paid, write_offs=(WriteOff(day("2024-09-01"), 50000, is_partial=True),))
    assert state(loan, day("2024-04-30")).days_past_due == 30
    assert state(loan, day("2024-09-01")).status == "closed"
    assert max(loan_months(loan, day("2024-12-31"))) == day("2024-09-30")


# The models against the count


@dataclass
class Loaded:
    """A random book, the day at which it stands, and the build made of its files."""

    loans: list[Loan]
    as_of: date
    connection: duckdb.DuckDBPyConnection

    def states(self) -> Iterator[tuple[tuple[str, date], State]]:
        """(loan, month end) and the state counted for it, of the whole book."""
        for loan in self.loans:
            for month, found in loan_months(loan, self.as_of).items():
                yield (loan.loan_id, month), found

    def months(self, columns: str) -> dict[tuple[str, date], tuple]:
        """(loan, month end) and these columns of marts.loan_months."""
        rows = self.connection.execute(
            f"select loan_id, month_end, {columns} from marts.loan_months"
        ).fetchall()
        return {(loan, month): tuple(rest) for loan, month, *rest in rows}


@pytest.fixture(scope="module", params=SEEDS)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    folder, warehouse = (tmp_path_factory.mktemp(name) for name in ("folder", "warehouse"))
    loans = book(request.param, LOANS)
    write(loans, folder, request.param)
    summary = load(folder, warehouse, max_rejected=0, progress=lambda line: None)
    connection = duckdb.connect(Path(summary["build"]), read_only=True)
    return Loaded(loans, last_event(loans), connection)


def cents(column: str) -> str:
    return f"cast({column} * 100 as bigint)"


def disagreements(expected: dict, found: dict) -> list[tuple]:
    """(key, expected, found) of the first few that differ; a missing one is None."""
    keys = sorted(expected.keys() | found.keys(), key=str)
    differ = [key for key in keys if expected.get(key) != found.get(key)]
    return [(key, expected.get(key), found.get(key)) for key in differ[:5]]


L = Line
JANUARY, MARCH = L(1, day("2024-01-31"), 50000, 1000), L(2, day("2024-03-31"), 50000, 1000)
HALF = Payment("P", day("2024-01-31"), 51000)
ALL = Payment("P", day("2024-02-10"), 102000)


def small_loan(**changes) -> Loan:
    versions = (Version(1, BEGINNING, (JANUARY, MARCH)),)
    return replace(Loan("L", 100000, day("2024-01-01"), versions), **changes)


SMALL = {
    "never paid": small_loan(),
    "repaid early": small_loan(payments=(ALL,)),
    "repaid, taken back, repaid": small_loan(
        payments=(
            ALL,
            Payment("R", day("2024-04-02"), 102000, reverses="P"),
            Payment("S", day("2024-06-02"), 102000),
        )
    ),
    "written off in part, late before and after": small_loan(
        payments=(HALF,), write_offs=(WriteOff(day("2024-09-01"), 20000, is_partial=True),)
    ),
    "the rest written off in part": small_loan(
        versions=(Version(1, BEGINNING, (JANUARY, L(2, day("2024-03-31"), 50000, 0))),),
        payments=(HALF,),
        write_offs=(WriteOff(day("2024-09-01"), 50000, is_partial=True),),
    ),
    "written off in part and taken back": small_loan(
        payments=(HALF,),
        write_offs=(
            WriteOff(day("2024-05-15"), 20000, is_partial=True, reversed_on=day("2024-08-15")),
        ),
    ),
    "written off and taken back": small_loan(
        write_offs=(WriteOff(day("2024-05-15"), 100000, reversed_on=day("2024-08-15")),)
    ),
    "without a schedule": small_loan(versions=()),
    "repaid before a later version": small_loan(
        payments=(ALL,),
        versions=(
            Version(1, BEGINNING, (JANUARY, MARCH)),
            Version(2, day("2024-07-15"), (JANUARY, L(2, day("2024-03-31"), 50000, 0))),
        ),
    ),
    "postponed": small_loan(
        versions=(
            Version(1, BEGINNING, (JANUARY, MARCH)),
            Version(2, day("2024-05-15"), (JANUARY, L(2, day("2024-11-30"), 50000, 1000))),
        ),
        payments=(Payment("P", day("2024-06-01"), 51000),),
    ),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The small loans in one folder, and one more so that the book stands at the year's end."""
    folder, warehouse = (tmp_path_factory.mktemp(name) for name in ("small", "builds"))
    last = Loan("last", 1, day("2024-12-31"), (Version(1, BEGINNING, (JANUARY,)),))
    loans = [*(_named(loan, name) for name, loan in SMALL.items()), last]
    write(loans, folder, 0)
    summary = load(folder, warehouse, max_rejected=0, progress=lambda line: None)
    return Loaded(loans, last_event(loans), duckdb.connect(Path(summary["build"]), read_only=True))


def _named(loan: Loan, name: str) -> Loan:
    payments = tuple(
        replace(
            payment,
            payment_id=f"{name}/{payment.payment_id}",
            reverses=payment.reverses and f"{name}/{payment.reverses}",
        )
        for payment in loan.payments
    )
    return replace(loan, loan_id=name, payments=payments)


@pytest.mark.parametrize("name", SMALL)
def test_every_month_of_a_small_loan(small: Loaded, name: str) -> None:
    found = {
        month: row
        for (loan, month), row in small.months(
            f"status, {cents('balance')}, days_past_due, instalments_past_due"
        ).items()
        if loan == name
    }
    expected = {
        month: (found.status, found.balance, found.days_past_due, found.instalments_past_due)
        for (loan, month), found in small.states()
        if loan == name
    }
    assert disagreements(expected, found) == []


def test_the_book_is_nasty(loaded: Loaded) -> None:
    shapes: Counter[str] = Counter()
    for loan in loaded.loans:
        shapes["reversed"] += any(payment.reverses for payment in loan.payments)
        shapes["never paid"] += not loan.payments
        shapes["several versions"] += len(loan.versions) > 1
        shapes["no schedule"] += not loan.versions
        shapes["in part"] += any(item.is_partial for item in loan.write_offs)
        states = list(loan_months(loan, loaded.as_of).values())
        shapes["overpaid"] += any(found.advance for found in states)
        for before, after in pairwise(states):
            shapes["reopened"] += before.status == "closed" and after.status == "active"
        shapes[states[-1].status if states else "too young"] += 1
    expected = {"active", "closed", "written_off", "sold"}
    assert expected <= shapes.keys()
    assert all(shapes[shape] >= 2 for shape in shapes), shapes


def test_the_book_stands_at_its_last_event(loaded: Loaded) -> None:
    found = loaded.connection.execute("select as_of from marts.metadata").fetchall()
    assert found == [(loaded.as_of,)]


def test_days_past_due_of_every_loan_month(loaded: Loaded) -> None:
    expected = {key: (found.days_past_due,) for key, found in loaded.states()}
    assert len(expected) > 3000
    assert disagreements(expected, loaded.months("days_past_due")) == []


def test_status_and_balance_of_every_loan_month(loaded: Loaded) -> None:
    expected = {key: (found.status, found.balance) for key, found in loaded.states()}
    assert disagreements(expected, loaded.months(f"status, {cents('balance')}")) == []


def test_arrears_of_every_loan_month_on_the_book(loaded: Loaded) -> None:
    expected = {
        key: (
            found.oldest_unpaid_due,
            found.instalments_past_due,
            found.overdue["principal"],
            found.overdue["interest"],
            found.overdue["fee"],
            found.advance,
        )
        for key, found in loaded.states()
        if found.status == "active"
    }
    parts = ("overdue_principal", "overdue_interest", "overdue_fee", "advance_balance")
    amounts = ", ".join(map(cents, parts))
    found = loaded.months(f"oldest_unpaid_due, instalments_past_due, {amounts}")
    on_book = {key: row for key, row in found.items() if key in expected}
    assert disagreements(expected, on_book) == []


def test_days_past_due_by_the_original_schedule(loaded: Loaded) -> None:
    expected = {
        (loan.loan_id, month): (state(loan, month, loan.versions[0]).days_past_due,)
        for loan in loaded.loans
        for month, found in loan_months(loan, loaded.as_of).items()
        if loan.versions and found.status == "active"
    }
    found = loaded.months("dpd_original")
    on_book = {key: row for key, row in found.items() if key in expected}
    assert disagreements(expected, on_book) == []


def test_the_day_on_which_every_instalment_was_settled(loaded: Loaded) -> None:
    expected = {
        (loan.loan_id, seq): settled
        for loan in loaded.loans
        for seq, settled in settled_on(loan, loaded.as_of).items()
    }
    rows = loaded.connection.execute(
        "select loan_id, seq, settled_on from marts.instalments "
        "where principal_due + interest_due > 0"
    ).fetchall()
    assert disagreements(expected, {(loan, seq): settled for loan, seq, settled in rows}) == []


def test_what_was_unpaid_days_after_every_due_date(loaded: Loaded) -> None:
    days = (1, 3, 7, 30)
    expected = {
        (loan.loan_id, *key): unpaid
        for loan in loaded.loans
        for key, unpaid in fell_due(loan, loaded.as_of, *days).items()
    }
    columns = ", ".join(cents(f"unpaid_{each}") for each in days)
    rows = loaded.connection.execute(
        f"select loan_id, due_on, seq, {columns} from marts.due_instalments"
    ).fetchall()
    found = {tuple(row[:3]): tuple(row[3:]) for row in rows}
    assert len(found) == len(rows)
    assert sum(any(unpaid) for unpaid in found.values()) > 100
    assert disagreements(expected, found) == []
