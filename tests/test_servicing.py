"""T06 and T07: the core system's own books of interest and of what payments settled (14.2)."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from random import Random

import duckdb
import pytest

from queries import reports
from queries.warehouse import Scope, ask_exact
from tests.book import Book
from tests.opened import person, plain
from tests.served import serve
from ui import reperformed

FOUND = (
    "select kind, loan_id, reference, recorded, recomputed from marts.audit_exceptions "
    "where test_id = ? order by all"
)
STATE = "select is_evaluated, tested, exceptions from marts.audit_tests where test_id = ?"


def interest(book: Book, *columns: str) -> list[tuple]:
    """Loan, month end and recomputed interest of every month that the accruals cover."""
    names = ", ".join(columns or ("loan_id", "month_end::varchar", "interest::double"))
    return book.rows(f"select {names} from intermediate.recomputed_accruals order by all")


def bullet(book: Book, loan_id: str, principal: float, rate: float, due: str, **more) -> Book:
    """A loan whose whole principal falls due on one day."""
    book.loan(loan_id, principal=principal, annual_rate=rate, **more)
    return book.instalments(loan_id, (due, principal, 0))


def accrued(book: Book, loan_id: str, **months: float) -> Book:
    """Interest booked by month: `m01=5166.67`."""
    ends = {"m01": "2024-01-31", "m02": "2024-02-29", "m03": "2024-03-31", "m04": "2024-04-30"}
    for month, amount in months.items():
        book.add("accruals", loan_id=loan_id, month_end=ends[month], interest=amount)
    return book


# --- T06 ---


def test_w28_a_million_at_six_per_cent_in_january():
    """ACT/360 makes 5 166.67; 30/360 would make 5 000.00, and is found."""
    book = Book().borrower()
    for loan_id, booked in (("L1", 5166.67), ("L2", 5000)):
        bullet(book, loan_id, 1_000_000, 0.06, "2025-01-15")
        accrued(book, loan_id, m01=booked)
    book.build("2024-01-31")
    assert interest(book) == [
        ("L1", "2024-01-31", 5166.67),
        ("L2", "2024-01-31", 5166.67),
    ]
    assert book.rows(FOUND, "T06_interest") == [
        ("interest_differs", "L2", "", Decimal("5000.00"), Decimal("5166.67"))
    ]
    assert book.one(STATE, "T06_interest") == (True, 2, 1)


def test_w28_by_a_year_of_365_days():
    book = bullet(Book().borrower(), "L1", 100_000, 0.09, "2025-01-15", disbursed_on="2024-02-16")
    book.add("parameters", param_id="day_count", value="ACT/365", product="consumer")
    accrued(book, "L1", m02=0, m03=0)
    book.build("2024-03-31")
    # 14 days of February and 31 of March.
    assert sum(row[2] for row in interest(book)) == pytest.approx(1109.59, abs=0.011)


@pytest.mark.parametrize(("off", "is_found"), [(0.31, False), (-0.31, False), (0.32, True)])
def test_a_cent_a_day_is_borne_and_no_more(off, is_found):
    book = bullet(Book().borrower(), "L1", 360_000, 0.1, "2025-01-15")
    accrued(book, "L1", m01=3100 + off)
    book.build("2024-01-31")
    assert bool(book.rows(FOUND, "T06_interest")) == is_found


def test_interest_runs_from_the_draw_until_the_day_before_it_is_repaid():
    """36 000 at 10 % is 10.00 a day: drawn on the 11th, repaid on 5 March."""
    book = bullet(Book().borrower(), "L1", 36_000, 0.1, "2024-06-15", disbursed_on="2024-01-11")
    book.pay("L1", "2024-03-05", 36_000)
    accrued(book, "L1", m01=210, m02=290, m03=40)
    # And something was booked after it had gone.
    accrued(book, "L1", m04=12)
    book.build("2024-04-30")
    assert interest(book) == [
        ("L1", "2024-01-31", 210.0),
        ("L1", "2024-02-29", 290.0),
        ("L1", "2024-03-31", 40.0),
    ]
    assert book.rows(FOUND, "T06_interest") == [
        ("interest_off_book", "L1", "", Decimal("12.00"), Decimal("0.00"))
    ]


def test_what_falls_due_earns_until_its_day_paid_or_not():
    book = Book().borrower()
    for loan_id in ("L1", "L2"):
        book.loan(loan_id, principal=72_000, annual_rate=0.1)
        book.instalments(loan_id, ("2024-01-11", 36_000, 0), ("2024-02-11", 36_000, 0))
        accrued(book, loan_id, m01=10 * 20 + 21 * 10, m02=100)
    book.pay("L1", "2024-01-05", 36_000)
    book.build("2024-02-29")
    assert {row[2] for row in interest(book)} == {410.0, 100.0}
    assert book.rows(FOUND, "T06_interest") == []


def test_a_new_schedule_and_a_new_rate_count_from_their_day():
    """From 21 February on 36 000 more are due later, at half the rate."""
    book = Book().borrower()
    book.loan("L1", principal=72_000, annual_rate=0.1)
    book.instalments("L1", ("2024-02-11", 36_000, 0), ("2024-12-11", 36_000, 0))
    book.instalments("L1", ("2024-12-11", 72_000, 0), version=2, valid_from="2024-02-21")
    book.add(
        "restructures",
        restructure_id="R1",
        loan_id="L1",
        restructured_on="2024-02-21",
        kind="rate_cut",
        schedule_version=2,
        new_rate=0.05,
    )
    accrued(book, "L1", m02=10 * 20 + 10 * 10 + 9 * 10, m03=31 * 10)
    book.build("2024-03-31")
    assert [row[2] for row in interest(book)] == [390.0, 310.0]
    assert book.rows(FOUND, "T06_interest") == []


def test_a_rate_that_was_cut_without_saying_to_what_is_not_judged():
    book = bullet(Book().borrower(), "L1", 36_000, 0.1, "2024-12-11")
    book.instalments("L1", ("2024-12-11", 36_000, 0), version=2, valid_from="2024-02-21")
    cut = {"kind": "rate_cut", "schedule_version": 2, "restructured_on": "2024-02-21"}
    book.add("restructures", restructure_id="R1", loan_id="L1", **cut)
    accrued(book, "L1", m01=310, m02=1, m03=1)
    book.build("2024-03-31")
    assert [row[1] for row in interest(book)] == ["2024-01-31"]


def penalties(book: Book) -> list[tuple]:
    return book.rows(
        "select loan_id, month_end::varchar, penalty::double, compound::double"
        " from intermediate.recomputed_penalties order by all"
    )


@pytest.mark.parametrize("scope", ["HORIZONTAL", "STATUTORY_VERTICAL"])
def test_w28_penalty_on_principal_and_compound_on_interest(scope):
    """100 000 at 6 % and half as much again, 45 days: 1 125.00; on 500 of interest 5.63."""
    book = Book().borrower().parameter("alloc_scope", scope)
    for loan_id, uplift in (("L1", 0.5), ("L2", 0.5), ("L3", None)):
        more = {} if uplift is None else {"penalty_uplift": uplift}
        book.loan(loan_id, principal=100_000, annual_rate=0.06, **more)
        book.instalments(loan_id, ("2024-02-16", 100_000, 500))
        due = 100_000 * 0.06 / 360
        for month_end, days, penalty, compound in (
            ("2024-01-31", 31, 0, 0),
            ("2024-02-29", 15, 350, 1.75),
            ("2024-03-31", 0, 775 - (500 if loan_id == "L2" else 0), 3.88),
        ):
            told = {"interest": round(days * due, 2), "penalty": penalty, "compound": compound}
            book.add("accruals", loan_id=loan_id, month_end=month_end, **told)
    book.build("2024-03-31")
    # What the third loan's contract asks for is not told, so it is not judged.
    assert penalties(book) == [
        (loan_id, *month)
        for loan_id in ("L1", "L2")
        for month in (
            ("2024-01-31", 0.0, 0.0),
            ("2024-02-29", 350.0, 1.75),
            ("2024-03-31", 775.0, 3.88),
        )
    ]
    assert book.rows(FOUND, "T06_interest") == [
        ("penalty_differs", "L2", "penalty", Decimal("275.00"), Decimal("775.00"))
    ]
    steps = "select due_on::varchar, unpaid, days, penalty_rate, asked from marts.penalty_steps"
    assert book.rows(steps) == [("2024-02-16", 100_000, 31, pytest.approx(0.09), 775)]


@pytest.mark.parametrize("scope", ["HORIZONTAL", "STATUTORY_VERTICAL"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_penalty_is_the_sum_of_what_each_day_leaves_unpaid(seed, scope):
    """Against every cent paid out in turn, payments in parts and some of them taken back."""
    random, first = Random(seed), date(2024, 1, 1)
    dues = [(date(2024, month, 11), 3000 + month, 70 + month) for month in range(1, 7)]
    paid = [(first + timedelta(random.randrange(180)), random.randrange(500, 4000)) for _ in "1234"]
    back = {1: paid[1][0] + timedelta(random.randrange(60))}
    book = Book().borrower().parameter("alloc_scope", scope)
    principal = sum(line[1] for line in dues)
    book.loan("L1", principal=principal, annual_rate=0.36, penalty_uplift=0.5)
    book.instalments("L1", *dues)
    for number, (day, amount) in enumerate(paid):
        payment = book.pay("L1", day.isoformat(), amount)
        if number in back:
            book.pay("L1", back[number].isoformat(), -amount, reverses=payment)
    ends = [f"2024-{m:02}-{d}" for m, d in enumerate((31, 29, 31, 30, 31, 30), 1)]
    sums = {month_end: [0.0, 0.0] for month_end in ends}
    for month_end in sums:
        book.add("accruals", loan_id="L1", month_end=month_end, interest=0, penalty=0, compound=0)
    for place in range(182):
        day = first + timedelta(place)
        left = left_unpaid(dues, paid, back, day, by_component=scope != "HORIZONTAL")
        month = next(end for end in sums if end >= day.isoformat())
        sums[month][0] += left["principal"] * 0.54 / 360
        sums[month][1] += left["interest"] * 0.54 / 360
    book.build("2024-06-30")
    found = penalties(book)
    assert [row[1] for row in found] == list(sums)
    for _, month_end, penalty, compound in found:
        assert [penalty, compound] == pytest.approx(sums[month_end], abs=0.006)
    assert sum(row[2] for row in found) > 100


def left_unpaid(
    dues: list[tuple[date, int, int]],
    paid: list[tuple[date, int]],
    back: dict[int, date],
    today: date,
    *,
    by_component: bool,
) -> dict[str, int]:
    """What is unpaid at the end of a day, from the first day on, with the payments that stand."""
    stand = [each for n, each in enumerate(paid) if back.get(n, date.max) > today]
    left: list[list] = []
    held, day = 0, date(2024, 1, 1)
    while day <= today:
        for due_on, principal, interest_due in dues:
            if due_on == day:
                left += [[due_on, "interest", interest_due], [due_on, "principal", principal]]
        held += sum(amount for paid_on, amount in stand if paid_on == day)
        # Interest stands before principal by name too, each in the order of its due days.
        for one in sorted(left, key=itemgetter(1)) if by_component else left:
            used = min(held, one[2])
            one[2] -= used
            held -= used
        day += timedelta(1)
    return {c: sum(one[2] for one in left if one[1] == c) for c in ("principal", "interest")}


def test_a_month_that_others_have_and_one_lacks_is_missing():
    book = Book().borrower()
    for loan_id in ("L1", "L2"):
        bullet(book, loan_id, 36_000, 0.1, "2024-12-11")
    accrued(book, "L1", m01=310, m02=290)
    accrued(book, "L2", m02=290)
    book.build("2024-02-29")
    assert book.rows(FOUND, "T06_interest") == [
        ("interest_missing", "L2", "", Decimal("0.00"), Decimal("310.00"))
    ]


def test_without_the_two_tables_the_tests_say_what_they_need():
    book = bullet(Book().borrower(), "L1", 36_000, 0.1, "2024-12-11")
    book.pay("L1", "2024-01-15", 100)
    book.build("2024-02-29")
    for test_id, table in (("T06_interest", "accruals"), ("T07_waterfall", "allocations")):
        assert book.one(STATE, test_id) == (False, None, None)
        (needs,) = book.one("select needs from marts.audit_tests where test_id = ?", test_id)
        assert needs.startswith(table)


# --- T07 ---


def two_lines(book: Book, loan_id: str, **more) -> Book:
    """W2's two instalments: 900 + 100 and 909 + 91."""
    book.loan(loan_id, principal=1809, **more)
    lines = (("2024-01-31", 900, 100), ("2024-02-29", 909, 91))
    return book.instalments(loan_id, *lines)


def stored(book: Book, loan_id: str, repayment_id: str, *rows: tuple) -> None:
    """What the core system settled with a payment: (seq, component, amount)."""
    for seq, component, amount in rows:
        row = {"seq": seq, "component": component, "amount": amount}
        book.add("allocations", repayment_id=repayment_id, loan_id=loan_id, **row)


def test_a_payment_settles_the_oldest_first_and_interest_before_principal():
    book = Book().borrower()
    right = [(1, "interest", 100), (1, "principal", 900), (2, "interest", 20)]
    wrong = {
        "L2": [(1, "interest", 100), (1, "principal", 900), (2, "principal", 20)],
        "L3": [(1, "interest", 100), (1, "principal", 900)],
        "L4": [(1, "interest", 100), (1, "principal", 900), (2, "interest", 21)],
        "L5": [(1, "interest", 100), (2, "principal", 909), (2, "interest", 11)],
        "L6": [(1, "interest", 100), (1, "principal", 900), (9, "interest", 20)],
        "L7": [],
    }
    for loan_id, rows in {"L1": right, **wrong}.items():
        two_lines(book, loan_id)
        stored(book, loan_id, book.pay(loan_id, "2024-03-31", 1020), *rows)
    book.build("2024-03-31")
    found = {
        row[1]: (row[0], float(row[3]), float(row[4])) for row in book.rows(FOUND, "T07_waterfall")
    }
    assert found == {
        "L2": ("wrong_order", 1000.0, 1020.0),
        "L3": ("not_allocated", 1000.0, 1020.0),
        "L4": ("over_allocated", 1020.0, 1020.0),
        "L5": ("wrong_order", 111.0, 1020.0),
        "L6": ("wrong_order", 1000.0, 1020.0),
        "L7": ("not_allocated", 0.0, 1020.0),
    }
    assert book.one(STATE, "T07_waterfall") == (True, 7, 6)


def test_the_order_of_the_contract_decides():
    """W2: principal first within each instalment."""
    book = Book().borrower()
    book.add(
        "parameters", param_id="alloc_order_accrual", product="consumer", value="principal,interest"
    )
    two_lines(book, "L1")
    rows = [(1, "interest", 100), (1, "principal", 900), (2, "principal", 20)]
    stored(book, "L1", book.pay("L1", "2024-03-31", 1020), *rows)
    book.build("2024-03-31")
    assert book.rows(FOUND, "T07_waterfall") == []


def test_payments_follow_each_other_and_what_was_taken_back_settles_nothing():
    book = Book().borrower()
    two_lines(book, "L1")
    stored(book, "L1", book.pay("L1", "2024-01-31", 60), (1, "interest", 60))
    back = book.pay("L1", "2024-02-01", 500)
    book.pay("L1", "2024-02-03", 500, reverses=back)
    stored(book, "L1", book.pay("L1", "2024-02-05", 50), (1, "interest", 40), (1, "principal", 10))
    book.build("2024-03-31")
    assert book.rows(FOUND, "T07_waterfall") == []
    assert book.one(STATE, "T07_waterfall") == (True, 2, 0)


def test_an_advance_settles_nothing_before_its_instalment_falls_due():
    book = Book().borrower()
    two_lines(book, "L1")
    rows = [(1, "interest", 100), (1, "principal", 900)]
    stored(book, "L1", book.pay("L1", "2024-01-31", 1500), *rows)
    book.build("2024-02-15")
    assert book.rows(FOUND, "T07_waterfall") == []


def test_only_payments_since_the_first_that_is_stored_are_judged():
    book = Book().borrower()
    two_lines(book, "L1")
    book.pay("L1", "2024-01-31", 1000)
    stored(book, "L1", book.pay("L1", "2024-02-29", 91), (2, "interest", 91))
    book.build("2024-03-31")
    assert book.rows(FOUND, "T07_waterfall") == []
    assert book.one(STATE, "T07_waterfall") == (True, 1, 0)


def by_component(order: str = "fee,interest,principal,penalty") -> Book:
    """Contracts that settle all that is due of one component before the next (Civil Code 561)."""
    book = Book().borrower()
    for param_id, value in (("alloc_scope", "STATUTORY_VERTICAL"), ("alloc_order_accrual", order)):
        book.add("parameters", param_id=param_id, product="consumer", value=value)
    return book


def settled(book: Book) -> list[tuple]:
    """What each payment settles: payment, instalment, component, amount."""
    rows = book.rows(
        "select repayment_id, seq, component, settles from marts.vertical_settlements order by all"
    )
    return [(*rest, float(amount)) for *rest, amount in rows]


def test_w2c_all_interest_before_any_principal_where_the_contract_settles_by_component():
    """W2 C: of 1 020 all interest of both instalments, and the rest to the oldest principal."""
    book = by_component()
    right = [(1, "interest", 100), (2, "interest", 91), (1, "principal", 829)]
    wrong = {
        # As a contract that settles by instalment would have it.
        "L2": [(1, "interest", 100), (1, "principal", 900), (2, "interest", 20)],
        "L3": [(1, "interest", 100), (2, "interest", 91), (2, "principal", 829)],
        "L4": right[:2],
    }
    for loan_id, rows in {"L1": right, **wrong}.items():
        two_lines(book, loan_id)
        stored(book, loan_id, book.pay(loan_id, "2024-03-31", 1020), *rows)
    book.build("2024-03-31")
    assert settled(book)[:3] == [
        ("R1", 1, "interest", 100.0),
        ("R1", 1, "principal", 829.0),
        ("R1", 2, "interest", 91.0),
    ]
    found = {
        row[1]: (row[0], float(row[3]), float(row[4])) for row in book.rows(FOUND, "T07_waterfall")
    }
    assert found == {
        "L2": ("wrong_order", 949.0, 1020.0),
        "L3": ("wrong_order", 191.0, 1020.0),
        "L4": ("not_allocated", 191.0, 1020.0),
    }
    assert book.one(STATE, "T07_waterfall") == (True, 4, 3)


def test_w2d_all_principal_first_where_the_order_says_so():
    book = by_component("principal,interest,fee,penalty")
    two_lines(book, "L1")
    rows = [(1, "principal", 900), (2, "principal", 120)]
    stored(book, "L1", book.pay("L1", "2024-03-31", 1020), *rows)
    book.build("2024-03-31")
    assert settled(book) == [("R1", 1, "principal", 900.0), ("R1", 2, "principal", 120.0)]
    assert book.rows(FOUND, "T07_waterfall") == []


def test_by_component_a_payment_meets_only_what_has_fallen_due_and_the_rest_waits():
    """Principal of the first instalment is settled before interest that falls due after it."""
    book = by_component()
    two_lines(book, "L1")
    # On 31 January 1 000 is due; 60 more is held until the end of February.
    first = book.pay("L1", "2024-02-10", 1060)
    stored(book, "L1", first, (1, "interest", 100), (1, "principal", 900), (2, "interest", 60))
    second = book.pay("L1", "2024-03-05", 40)
    stored(book, "L1", second, (2, "interest", 31), (2, "principal", 9))
    back = book.pay("L1", "2024-03-06", 500)
    book.pay("L1", "2024-03-08", 500, reverses=back)
    book.build("2024-03-31")
    assert settled(book) == [
        (first, 1, "interest", 100.0),
        (first, 1, "principal", 900.0),
        (first, 2, "interest", 60.0),
        (second, 2, "interest", 31.0),
        (second, 2, "principal", 9.0),
    ]
    assert book.rows(FOUND, "T07_waterfall") == []
    assert book.one(STATE, "T07_waterfall") == (True, 2, 0)


def test_by_component_two_payments_of_a_day_share_it_and_a_loan_repaid_early_owes_all_that_day():
    book = by_component()
    two_lines(book, "L1")
    one, two = book.pay("L1", "2024-02-10", 150), book.pay("L1", "2024-02-10", 1850)
    stored(book, "L1", one, (1, "interest", 100), (2, "interest", 50))
    stored(book, "L1", two, (2, "interest", 41), (1, "principal", 900), (2, "principal", 909))
    book.build("2024-02-20")
    assert book.one("select status from marts.loans") == ("closed",)
    assert settled(book) == [
        (one, 1, "interest", 100.0),
        (one, 2, "interest", 50.0),
        (two, 1, "principal", 900.0),
        (two, 2, "interest", 41.0),
        (two, 2, "principal", 909.0),
    ]
    assert book.rows(FOUND, "T07_waterfall") == []


def test_by_component_what_was_paid_before_the_first_allocation_has_its_place():
    book = by_component()
    two_lines(book, "L1")
    book.pay("L1", "2024-01-31", 700)
    last = book.pay("L1", "2024-02-29", 400)
    stored(book, "L1", last, (2, "interest", 91), (1, "principal", 300), (2, "principal", 9))
    book.build("2024-03-31")
    assert settled(book) == [
        (last, 1, "principal", 300.0),
        (last, 2, "interest", 91.0),
        (last, 2, "principal", 9.0),
    ]
    assert book.rows(FOUND, "T07_waterfall") == []


def test_by_component_the_steps_beside_an_exception_say_so(tmp_path, monkeypatch):
    book = by_component()
    two_lines(book, "L1")
    payment = book.pay("L1", "2024-03-31", 1020)
    stored(book, "L1", payment, (1, "interest", 100), (1, "principal", 900), (2, "interest", 20))
    reads = ("scoped_loans", "scoped_schedule_lines", "scoped_payments", "scoped_allocations")
    reads = (*reads, "scoped_vertical_settlements", "book_metadata")
    monkeypatch.setenv("WAREHOUSE", str(serve(book.build("2024-03-31"), tmp_path, reads=reads)))
    scope = Scope(("Main", ""), ("consumer", ""), date(2024, 3, 31))
    lines = reports.performed_allocations(scope, "L1", payment)
    told = ["component", "seq", "due_before", "settles", "stored"]
    assert lines[told].to_numpy().tolist() == [
        ["interest", 1, 0, 100, 100],
        ["interest", 2, 100, 91, 20],
        ["principal", 1, 0, 829, 900],
    ]
    sees = "select count(*) > 0 from scoped_vertical_settlements($branches, $products)"
    assert ask_exact(sees, scope) == [(True,)]
    for nothing in ({"branches": ()}, {"products": ()}, {"branches": ("Nowhere",)}):
        assert ask_exact(sees, replace(scope, **nothing)) == [(False,)]
    rule = reperformed.told_waterfall(lines)[1]
    assert rule.startswith("By the contract all that is due of one component is settled before")
    assert "Interest → Principal" in rule.title()


# --- The demo book ---


@pytest.mark.parametrize("test_id", ["T06_interest", "T07_waterfall"])
def test_what_is_planted_is_found_and_nothing_else(demo: Path, demo_build: Path, test_id):
    planted = json.loads((demo / "folder" / "truth.json").read_text("utf-8"))["audit"]
    with duckdb.connect(str(demo_build), read_only=True) as book:
        rows = book.execute(
            "select loan_id, reference, happened_on::varchar, kind from marts.audit_exceptions "
            "where test_id = ?",
            [test_id],
        ).fetchall()
        tested = book.execute(
            "select tested from marts.audit_tests where test_id = ?", [test_id]
        ).fetchall()[0][0]
    mine = [row for row in planted if row["test_id"] == test_id]
    if test_id == "T06_interest":
        wanted = Counter((row["loan_id"], row["happened_on"]) for row in mine)
        assert Counter((row[0], row[2]) for row in rows) == wanted
        kinds = {"interest_differs": 6, "interest_missing": 2}
        kinds |= {"penalty_differs": 3, "compound_differs": 2}
        assert Counter(row[3] for row in rows) == kinds
    else:
        wanted = Counter((row["loan_id"], row["reference"]) for row in mine)
        assert Counter((row[0], row[1]) for row in rows) == wanted
        kinds = {"wrong_order": 3, "not_allocated": 2, "over_allocated": 2}
        assert Counter(row[3] for row in rows) == kinds
    assert tested > 10_000


def test_what_is_stored_of_all_payments_adds_up_to_what_they_settle(demo_build: Path):
    """Of the loans whose payments all lie in the year: stored is what was due, or what was paid."""
    with duckdb.connect(str(demo_build), read_only=True) as book:
        (off,) = book.execute(
            """
            with wrong as (
                select loan_id from marts.audit_exceptions where test_id = 'T07_waterfall'
            ),
            young as (
                select loan_id, sum(net_amount) as paid from marts.payments group by loan_id
                having min(paid_on) > date '2025-01-01'
            ),
            settled as (
                select loan_id, sum(paid) as settled from marts.instalments group by loan_id
            ),
            stored as (
                select loan_id, sum(amount) as stored from raw.allocations group by loan_id
            )
            select count(*) filter (where stored.stored <> settled.settled) from young
            inner join settled using (loan_id) inner join stored using (loan_id)
            inner join marts.loans as loans using (loan_id)
            where loan_id not in (from wrong) and loans.status = 'active'
            """
        ).fetchall()[0]
    assert off == 0


def test_the_steps_of_interest_end_at_the_recomputed_value(demo_scope):
    listed = reports.exceptions_list(demo_scope, "T06_interest", limit=100)
    listed = listed[listed["reference"] == ""]
    assert len(listed) == 8
    rows = zip(listed["loan_id"], listed["happened_on"], listed["recomputed"], strict=True)
    for loan_id, day, recomputed in rows:
        lines = reports.performed_accruals(demo_scope, loan_id, day.date())
        days = int(lines["days"].sum())
        assert lines["interest"].sum() == pytest.approx(recomputed, abs=days / 200 + 0.01)
        assert (lines["until_day"] <= day).all()


def test_the_steps_of_an_order_end_at_what_the_build_found(demo_scope):
    listed = reports.exceptions_list(demo_scope, "T07_waterfall", limit=100)
    assert len(listed) == 7
    columns = ("loan_id", "reference", "recorded", "recomputed")
    for loan_id, payment, recorded, recomputed in zip(*(listed[c] for c in columns), strict=True):
        lines = reports.performed_allocations(demo_scope, loan_id, payment)
        assert lines["settles"].sum() == pytest.approx(recomputed)
        assert lines[["settles", "stored"]].min(axis=1).sum() == pytest.approx(recorded)


def test_the_steps_of_penalty_end_at_the_recomputed_value(demo_scope):
    listed = reports.exceptions_list(demo_scope, "T06_interest", limit=100)
    of_arrears = listed[listed["reference"] != ""]
    assert of_arrears["reference"].value_counts().to_dict() == {"penalty": 3, "compound": 2}
    elsewhere = replace(demo_scope, branches=("",))
    columns = ("loan_id", "happened_on", "reference", "recomputed")
    for loan_id, day, what, recomputed in zip(*(of_arrears[c] for c in columns), strict=True):
        lines = reports.performed_penalties(demo_scope, loan_id, day.date(), what)
        assert lines["asked"].sum() == pytest.approx(recomputed, abs=0.006)
        assert reports.performed_penalties(elsewhere, loan_id, day.date(), what).empty


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("test_id", "kind", "english", "chinese"),
    [
        ("T06_interest", "interest_differs", "Rounding explains", "舍入至多解释"),
        ("T06_interest", "penalty_differs", "Together that makes", "合计应计"),
        ("T07_waterfall", "", "stands where the order puts it", "与应冲位置一致"),
    ],
)
def test_an_exception_opens_beside_its_steps(
    demo_scope, opened, test_id, kind, english, chinese, language
):
    row = reports.exceptions_list(demo_scope, test_id, kind=kind).iloc[0]
    at = opened(
        "reperformance",
        person("auditor", language=language),
        test_id=test_id,
        exception_id=row["exception_id"],
    )
    assert {"en": english, "zh": chinese}[language] in plain(at)
