"""Collecting what is overdue, by hand: effect, promises, contacts, conduct (section 7)."""

from decimal import Decimal
from pathlib import Path

import pytest

from data import organisation
from queries.metrics import METRICS, measure
from queries.warehouse import Scope
from tests.book import Book
from tests.served import serve


def figures(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *ids: str) -> list[float]:
    """The figures of a book at its last day."""
    metrics = [METRICS[each] for each in ids]
    reads = tuple(f"scoped_{metric.source}" for metric in metrics)
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=reads)))
    (as_of,) = book.one("select as_of from raw.build")
    scope = Scope(("Main", ""), ("consumer", ""), as_of)
    row = measure(scope, *metrics).iloc[0]
    return [row[each] for each in ids]


# --- Effect and cost ---


def overdue() -> Book:
    """W17 as a loan book: 500 overdue, 2 000 fall due, 450 unpaid, 200 of it due today."""
    book = Book().borrower()
    book.loan("L1", principal=3000).instalments(
        "L1", ("2024-02-10", 500, 0), ("2024-03-10", 1800, 0), ("2024-03-31", 200, 0)
    )
    book.pay("L1", "2024-03-12", 2050)
    return book


def test_the_effectiveness_is_that_of_the_worked_example(tmp_path, monkeypatch):
    found = figures(overdue().build("2024-03-31"), tmp_path, monkeypatch, "cei")
    assert found == [pytest.approx(2050 / 2300)]


def test_the_published_example_of_the_formula():
    opening, fell_due, closing, not_late = 6200, 3630, 6340, 3590
    assert round((opening + fell_due - closing) / (opening + fell_due - not_late), 4) == 0.5593


def test_what_is_due_on_the_last_day_is_not_late_and_opens_the_next_month_overdue():
    book = overdue().build("2024-04-30")
    rows = book.rows(
        "select month_end::varchar, opening_overdue_amount, fell_due_amount, closing_unpaid_amount,"
        " not_late_amount from marts.collection_efforts order by 1"
    )
    assert rows == [
        ("2024-02-29", 0, 500, 500, 0),
        ("2024-03-31", 500, 2000, 450, 200),
        ("2024-04-30", 450, 0, 450, 0),
    ]


def test_arrears_taken_into_a_new_schedule_are_not_collected():
    book = Book().borrower().loan("L1", principal=1000)
    book.instalments("L1", ("2024-02-10", 500, 50), ("2024-03-10", 500, 50))
    book.instalments("L1", ("2024-09-10", 1050, 50), version=2, valid_from="2024-03-20")
    book.add("restructures", restructure_id="R1", loan_id="L1", restructured_on="2024-03-20",
             schedule_version=2)  # fmt: skip
    row = book.build("2024-03-31").one(
        "select sum(opening_overdue_amount), sum(fell_due_amount), sum(closing_unpaid_amount)"
        " from marts.collection_efforts where month_end = date '2024-03-31'"
    )
    assert row == (550, 550, 1100)


def test_cost_is_set_against_cash_on_what_was_overdue(tmp_path, monkeypatch):
    book = overdue()  # W30: 12 000 over 300 000 is 4 %; here 20 over the 500 that were late
    book.add("collection_costs", cost_id="X1", incurred_on="2024-03-31", kind="staff", amount=15,
             is_refundable=False)  # fmt: skip
    book.add("collection_costs", cost_id="X2", incurred_on="2024-03-31", kind="legal", amount=5,
             is_refundable=True)  # fmt: skip
    cash, gross, net = figures(
        book.build("2024-03-31"),
        tmp_path,
        monkeypatch,
        "cash_collected_overdue",
        "cost_to_collect",
        "cost_to_collect_net",
    )
    # The 500 of February, and what came two days late of the March instalment.
    assert (cash, gross, net) == (2050, pytest.approx(20 / 2050), pytest.approx(15 / 2050))


def test_cash_that_was_taken_back_is_taken_off():
    book = overdue()
    first = book.pay("L1", "2024-03-20", 10)
    book.pay("L1", "2024-03-25", -10, reverses=first)
    row = book.build("2024-03-31").one(
        "select late_cash_amount from marts.collection_results where month_end = '2024-03-31'"
    )
    assert row == (2050,)


def test_recovery_is_the_months_cash_over_what_was_overdue_when_it_began(tmp_path, monkeypatch):
    book = Book().borrower()
    book.loan("L1", principal=900)
    book.instalments("L1", *((f"2024-0{month}-10", 100, 0) for month in range(1, 10)))
    book.pay("L1", "2024-03-20", 150)
    # Paid off in March: gone at its end, and among those that were late when it began.
    book.loan("L2", principal=100).instalments("L2", ("2024-02-20", 100, 0))
    book.pay("L2", "2024-03-05", 100)
    # Not late when it began.
    book.loan("L3", principal=200).instalments("L3", ("2024-03-10", 100, 0), ("2024-04-10", 100, 0))
    book.pay("L3", "2024-03-10", 100)
    rows = book.build("2024-03-31").rows(
        "select month_end::varchar, loan_id, opening_bucket, opening_overdue_amount,"
        " received_amount from marts.overdue_recoveries order by 1, 2"
    )
    assert rows == [
        ("2024-02-29", "L1", "1-30", 100, 0),
        ("2024-03-31", "L1", "31-60", 200, 150),
        ("2024-03-31", "L2", "1-30", 100, 100),
    ]
    (rate,) = figures(book, tmp_path, monkeypatch, "overdue_recovery_rate_k")
    assert rate == pytest.approx(250 / 300)


def test_of_a_loan_with_balances_alone_nobody_knows_what_came_in():
    book = Book().borrower().loan("L1")
    for day in ("2024-01-31", "2024-02-29"):
        book.recorded("L1", day, 40)
    assert book.build("2024-02-29").rows("from marts.overdue_recoveries") == []


# --- Promises ---


def promised(*promises: tuple, **columns) -> Book:
    """Promises are (id, promised on, due on, amount) of one loan."""
    book = Book().borrower().loan("L1", principal=9000).instalments("L1", ("2024-01-10", 9000, 0))
    for promise_id, on, due_on, amount in promises:
        book.add("promises", promise_id=promise_id, loan_id="L1", promised_on=on, due_on=due_on,
                 amount=amount, cancelled_on=columns.get(promise_id))  # fmt: skip
    return book


def outcomes(book: Book, as_of: str = "2024-06-30") -> dict[str, tuple[str, Decimal | None]]:
    rows = book.build(as_of).rows("select promise_id, outcome, paid_amount from marts.promises")
    return {key: (outcome, paid) for key, outcome, paid in rows}


def test_promises_kept_by_count_and_amount_are_those_of_the_worked_example(tmp_path, monkeypatch):
    book = Book().borrower()
    for number, (amount, paid) in enumerate(
        ((1000, 1000), (1000, 500), (600, 0), (800, 800), (400, 0)), start=1
    ):
        loan = f"L{number}"
        book.loan(loan, principal=5000).instalments(loan, ("2024-01-10", 5000, 0))
        book.add("promises", promise_id=f"P{number}", loan_id=loan, promised_on="2024-02-01",
                 due_on="2024-02-07", amount=amount)  # fmt: skip
        if paid:
            book.pay(loan, "2024-02-05", paid)
    found = figures(
        book.build("2024-02-29"), tmp_path, monkeypatch, "ptp_kept_rate_cnt", "ptp_kept_rate_amt"
    )
    assert found == [0.4, pytest.approx(0.6053, abs=5e-5)]


@pytest.mark.parametrize(
    ("due_on", "paid_on", "outcome"),
    [
        ("2024-02-07", "2024-02-08", "kept"),  # a workday later
        ("2024-02-07", "2024-02-09", "broken"),  # two
        ("2024-03-01", "2024-03-04", "kept"),  # over a weekend
        ("2024-03-01", "2024-03-05", "broken"),
    ],
)
def test_a_promise_is_kept_until_the_workday_after_its_day(due_on, paid_on, outcome):
    book = promised(("P1", "2024-02-01", due_on, 100))
    book.pay("L1", paid_on, 100)
    assert outcomes(book)["P1"][0] == outcome


@pytest.mark.parametrize(("paid_on", "outcome"), [("2024-02-18", "kept"), ("2024-02-19", "broken")])
def test_a_working_weekend_is_a_workday(paid_on, outcome):
    # Before the holiday of Spring Festival 2024 ended, its last Sunday was worked.
    book = promised(("P1", "2024-02-01", "2024-02-09", 100))
    organisation.add_levels(book.connection)
    book.pay("L1", paid_on, 100)
    assert outcomes(book)["P1"][0] == outcome


def test_a_part_is_not_kept_and_counts_in_money_only():
    book = promised(("P1", "2024-02-01", "2024-02-07", 100))
    book.pay("L1", "2024-02-05", 99)
    assert outcomes(book) == {"P1": ("partial", 99)}


def test_more_than_was_promised_counts_as_what_was_promised():
    book = promised(("P1", "2024-02-01", "2024-02-07", 100))
    book.pay("L1", "2024-02-05", 500)
    assert outcomes(book) == {"P1": ("kept", 100)}


def test_overlapping_promises_take_the_cash_in_the_order_of_their_days():
    book = promised(
        ("P1", "2024-02-01", "2024-02-08", 100),
        ("P2", "2024-02-02", "2024-02-20", 100),
    )
    book.pay("L1", "2024-02-06", 150)
    assert outcomes(book) == {"P1": ("kept", 100), "P2": ("partial", 50)}


def test_what_an_earlier_promise_took_before_the_later_one_was_made_is_not_taken_twice():
    book = promised(
        ("P1", "2024-02-01", "2024-02-20", 100),
        ("P2", "2024-02-10", "2024-02-22", 100),
    )
    book.pay("L1", "2024-02-05", 100)
    book.pay("L1", "2024-02-15", 100)
    assert outcomes(book) == {"P1": ("kept", 100), "P2": ("kept", 100)}


def test_promises_that_meet_on_a_day_overlap_and_a_cancelled_one_takes_no_cash():
    promises = (
        ("P1", "2024-02-01", "2024-02-07", 100),  # until the 8th
        ("P2", "2024-02-08", "2024-02-20", 100),
    )
    for cancelled, found in (
        ({}, {"P1": ("kept", 100), "P2": ("broken", 0)}),
        ({"P1": "2024-02-08"}, {"P1": ("cancelled", None), "P2": ("kept", 100)}),
        ({"P1": "2024-02-09"}, {"P1": ("kept", 100), "P2": ("broken", 0)}),
    ):
        book = promised(*promises, **cancelled)
        book.pay("L1", "2024-02-08", 100)
        assert outcomes(book) == found


def test_cash_from_before_a_promise_is_none_of_it():
    book = promised(
        ("P1", "2024-02-01", "2024-02-20", 100),
        ("P2", "2024-02-10", "2024-02-22", 100),
    )
    book.pay("L1", "2024-01-31", 100)
    book.pay("L1", "2024-02-15", 100)
    assert outcomes(book) == {"P1": ("kept", 100), "P2": ("broken", 0)}


@pytest.mark.parametrize(("as_of", "outcome"), [("2024-02-07", "open"), ("2024-02-08", "broken")])
def test_a_promise_is_told_once_its_last_day_is_over(as_of, outcome):
    assert outcomes(promised(("P1", "2024-02-01", "2024-02-07", 100)), as_of)["P1"][0] == outcome


def test_broken_promises_count_for_ninety_days_as_the_early_warning_counts_them():
    book = promised(
        ("P1", "2024-02-01", "2024-02-07", 100),
        ("P2", "2024-02-20", "2024-03-01", 100),
        ("P3", "2024-02-21", "2024-03-02", 100),
        P3="2024-02-25",
    )
    book.pay("L1", "2024-02-25", 40)
    assert outcomes(book)["P2"] == ("partial", 40)
    counted = (
        "select month_end::varchar, sum({column}) from {table} group by 1"
        " having sum({column}) > 0 order by 1"
    )
    rows = book.rows(counted.format(column="broken_90d_count", table="marts.promise_months"))
    # Until the ninetieth day after 7 February and 1 March.
    assert rows == [("2024-02-29", 1), ("2024-03-31", 2), ("2024-04-30", 2)]
    warned = {"column": "broken_promises_90d", "table": "intermediate.conduct_facts"}
    assert book.rows(counted.format(**warned)) == rows


def test_a_promise_cancelled_in_time_is_none_and_one_not_due_yet_is_open():
    book = promised(
        ("P1", "2024-02-01", "2024-02-07", 100),
        ("P2", "2024-06-20", "2024-06-29", 100),
        P1="2024-02-05",
    )
    assert outcomes(book) == {"P1": ("cancelled", None), "P2": ("open", None)}
    told = book.one("select sum(made_count), sum(told_count) from marts.promise_months")
    assert told == (2, 0)


@pytest.mark.parametrize(
    ("back_on", "outcome"),
    [("2024-02-06", "broken"), ("2024-02-08", "broken"), ("2024-02-09", "kept")],
)
def test_cash_that_was_taken_back_in_time_keeps_no_promise(back_on, outcome):
    book = promised(("P1", "2024-02-01", "2024-02-07", 100))
    first = book.pay("L1", "2024-02-05", 100)
    book.pay("L1", back_on, -100, reverses=first)
    assert outcomes(book)["P1"][0] == outcome


# --- Contacts and conduct ---


def contacted(*contacts: dict) -> Book:
    """Contacts of one debtor, by telephone unless told otherwise."""
    book = Book().borrower().loan("L1").loan("L2").instalments("L1", ("2024-01-10", 1000, 0))
    for number, columns in enumerate(contacts):
        row = {"loan_id": "L1", "channel": "phone", "is_answered": False, "is_right_party": False}
        row |= {"party": None, "has_consent": None, "told_debt": None, "has_objected": None}
        row |= {"is_robot": None}
        book.add("contacts", contact_id=f"T{number:02}", **(row | columns))
    return book.build("2024-03-31")


def broken(book: Book) -> list[tuple]:
    return book.rows(
        "select time_violation, frequency_violation, third_party_violation from marts.contacts"
        " order by contact_id"
    )


@pytest.mark.parametrize(
    ("clock", "more", "is_broken"),
    [
        ("07:59:59", {}, 1),
        ("08:00:00", {}, 0),
        ("21:59:59", {}, 0),
        ("22:00:00", {}, 1),
        ("00:10:00", {"channel": "text_message"}, 1),
        ("23:00:00", {"has_consent": True}, 0),
        ("23:00:00", {"channel": "letter"}, 0),
    ],
)
def test_nobody_is_called_from_ten_at_night_to_eight(clock, more, is_broken):
    book = contacted({"contacted_at": f"2024-03-05 {clock}", **more})
    assert broken(book) == [(is_broken, 0, 0)]


def test_the_seventh_unanswered_call_of_a_debtor_on_a_day_is_the_violation_and_the_only_one():
    calls: list[dict] = [{"contacted_at": f"2024-03-05 {9 + n:02}:00"} for n in range(9)]
    calls[3]["loan_id"] = "L2"  # the same debtor's other loan
    calls[1] |= {"is_answered": True}  # an answered one does not count
    assert [row[1] for row in broken(contacted(*calls))] == [0] * 7 + [1, 0]
    six = [{"contacted_at": f"2024-03-05 {9 + n:02}:00"} for n in range(6)]
    assert not any(row[1] for row in broken(contacted(*six, {"contacted_at": "2024-03-06 09:00"})))


REACHED = {"contacted_at": "2024-03-01 10:00", "is_answered": True, "is_right_party": True}
STRANGER = {"contacted_at": "2024-03-20 10:00", "is_answered": True, "party": "third_party"}


@pytest.mark.parametrize(
    ("before", "call", "is_broken"),
    [
        ([REACHED], STRANGER, 1),  # the debtor could be reached
        ([], STRANGER, 0),  # out of contact, and only asked for
        ([REACHED | {"contacted_at": "2024-02-15 10:00"}], STRANGER, 0),  # out of contact for long
        ([], STRANGER | {"told_debt": True}, 1),
        ([STRANGER | {"contacted_at": "2024-03-10 10:00", "has_objected": True}], STRANGER, 1),
        ([REACHED], STRANGER | {"is_answered": False}, 0),  # nobody was reached
        ([REACHED], STRANGER | {"party": "guarantor"}, 0),  # who owes it too
    ],
)
def test_a_stranger_may_be_asked_only_for_who_cannot_be_reached(before, call, is_broken):
    assert broken(contacted(*before, call))[-1] == (0, 0, is_broken)


def test_each_rule_that_a_contact_broke_is_a_violation_of_who_made_it():
    row = STRANGER | {"contacted_at": "2024-03-05 23:00", "staff_id": "S1"}
    rows = contacted(REACHED | {"staff_id": "S2"}, row).rows(
        "select conduct_rule, contact_id, staff_id, month_end::varchar"
        " from marts.conduct_violations order by 1"
    )
    assert rows == [(rule, "T01", "S1", "2024-03-31") for rule in ("third_party", "time")]
    calls = [{"contacted_at": f"2024-03-05 {9 + n:02}:00", "staff_id": "S1"} for n in range(7)]
    book = contacted(*calls)
    assert book.rows("select conduct_rule, contact_id from marts.conduct_violations") == [
        ("frequency", "T06")
    ]


# --- Who had a loan, and what became of it ---


def test_a_loan_is_of_who_had_its_case_last_in_the_month_and_weighed_against_its_like():
    """Of one bucket and product: one cured, one came back a bucket, one did neither."""
    book = Book().borrower()
    for department in ("D", "E"):
        book.add("departments", department_id=department, name=department)
    for loan, product, first, second in (
        ("L1", "consumer", "2024-02-20", "2024-09-20"),
        ("L2", "consumer", "2024-02-20", "2024-04-05"),
        ("L3", "consumer", "2024-02-20", "2024-09-20"),
        ("L4", "housing", "2024-02-20", "2024-09-20"),  # of its kind none was cured
        ("L6", "housing", "2023-12-20", "2024-09-20"),  # stays in its bucket
        ("L5", "consumer", "2024-03-10", "2024-09-20"),  # less late
    ):
        book.loan(loan, product=product, principal=2000, disbursed_on="2023-11-30")
        book.instalments(loan, (first, 1000, 0), (second, 1000, 0))
    for loan in ("L1", "L2", "L5"):
        book.pay(loan, "2024-04-10", 1000)
    for loan, closed_at in (("L1", None), ("L2", "2024-03-31 18:00"), ("L3", "2024-04-01 10:00")):
        book.add("cases", case_id=f"C{loan}", department_id="D", case_type="overdue_case",
                 loan_id=loan, owner="S1", opened_at="2024-03-02 09:00",
                 closed_at=closed_at)  # fmt: skip
    # A case of another kind is nothing of it.
    book.add("cases", case_id="C9", department_id="D", case_type="legal_referral", loan_id="L1",
             owner="S9", opened_at="2024-04-15 09:00")  # fmt: skip
    for event, at, more in (
        ("sent", "2024-04-03 10:00", {"to_department": "E"}),
        ("accepted", "2024-04-04 10:00", {"to_department": "E", "actor": "S2"}),
    ):
        book.add("case_events", event_id=f"E{event}", case_id="CL1", event=event, happened_at=at,
                 **{"actor": None} | more)  # fmt: skip
    rows = book.build("2024-04-30").rows(
        "select loan_id, opening_bucket, department_id, owner, cured_count, back_count,"
        " expected_cured::double, expected_back::double from marts.collector_months"
        " where month_end = '2024-04-30' order by 1"
    )
    third, two = pytest.approx(1 / 3), pytest.approx(2 / 3)
    assert rows == [
        ("L1", "31-60", "E", "S2", 1, 1, third, two),
        ("L2", "31-60", None, None, 0, 1, third, two),  # its case was over before the month
        ("L3", "31-60", "D", "S1", 0, 0, third, two),
        ("L4", "31-60", None, None, 0, 0, 0, 0),
        # In March the three consumer loans were in that bucket too, and went on to the next.
        ("L5", "1-30", None, None, 1, 1, 0.25, 0.25),
        ("L6", "91-180", None, None, 0, 0, 0, 0),
    ]


def test_right_party_contact_has_two_denominators_and_machines_stand_apart(tmp_path, monkeypatch):
    # W30: 150 attempts, 90 answered, 45 of them by the debtor.
    calls = [
        {"contacted_at": f"2024-03-{1 + n % 28:02} 10:{n // 28:02}", "is_answered": n < 90,
         "is_right_party": n < 45}
        for n in range(150)
    ]  # fmt: skip
    robots = [{"contacted_at": f"2024-03-{1 + n:02} 11:00", "is_robot": True} for n in range(20)]
    letters = [{"contacted_at": "2024-03-02 12:00", "channel": "letter"}]
    book = contacted(*calls, *robots, *letters)
    found = figures(book, tmp_path, monkeypatch, "rpc_rate_attempt", "rpc_rate_connect", "contacts")
    assert found == [0.3, 0.5, 171]


# --- Coverage and referral ---


def test_a_bucket_is_covered_by_an_attempt_within_three_days_of_entering_it():
    book = Book().borrower()
    for loan, paid_on in (("L1", None), ("L2", "2024-01-12"), ("L3", "2024-01-11")):
        book.loan(loan, principal=1000).instalments(loan, ("2024-01-10", 1000, 0))
        if paid_on:
            book.pay(loan, paid_on, 1000)
    book.loan("L4", principal=1000).instalments("L4", ("2024-03-29", 1000, 0))
    book.add("contacts", contact_id="T1", loan_id="L1", contacted_at="2024-01-14 20:00")
    book.add("contacts", contact_id="T2", loan_id="L1", contacted_at="2024-02-14 09:00")
    rows = book.build("2024-03-31").rows(
        "select loan_id, bucket, entered_on::varchar, month_end::varchar, contacted_count"
        " from marts.bucket_entries order by 1, 3"
    )
    # Late for one day at its end is late; paid on the day after the due day is not. L4 is told
    # in April.
    assert rows == [
        ("L1", "1-30", "2024-01-11", "2024-01-31", 1),
        ("L1", "31-60", "2024-02-10", "2024-02-29", 0),
        ("L1", "61-90", "2024-03-11", "2024-03-31", 0),
        ("L2", "1-30", "2024-01-11", "2024-01-31", 0),
    ]


def test_a_spell_lasts_until_nothing_is_past_due():
    book = Book().borrower().loan("L1", principal=300)
    book.instalments("L1", *((f"2024-0{month}-10", 100, 0) for month in (1, 2, 3)))
    book.pay("L1", "2024-02-05", 100)  # January settled before February is due
    book.pay("L1", "2024-03-20", 100)  # February settled after March is due
    rows = book.build("2024-03-31").rows(
        "select spell, late_from::varchar, clear_on::varchar from intermediate.late_spells"
    )
    assert rows == [(1, "2024-01-11", "2024-02-05"), (2, "2024-02-11", None)]


def test_a_referral_counts_for_the_lateness_that_it_was_made_in():
    book = Book().borrower()
    for loan in ("L1", "L2", "L3"):
        book.loan(loan, principal=1000).instalments(loan, ("2024-01-10", 1000, 0))
    # At the end of April this one is 90 days past due, and no more.
    book.loan("L4", principal=1000).instalments("L4", ("2024-01-31", 1000, 0))
    book.add("departments", department_id="D", name="D")
    for case, loan, opened_at in (
        ("C1", "L1", "2024-04-20 09:00"),
        ("C2", "L2", "2024-01-05 09:00"),  # before it became late
        ("C3", "L3", "2024-05-02 09:00"),  # after the month end
        ("C4", "L4", "2024-01-31 09:00"),  # on its due day: it was not late yet
    ):
        book.add("cases", case_id=case, department_id="D", case_type="legal_referral",
                 loan_id=loan, opened_at=opened_at)  # fmt: skip
    rows = book.build("2024-05-31").rows(
        "select month_end::varchar, sum(over_90_count), sum(referred_count)"
        " from marts.referrals group by 1 order by 1"
    )
    assert rows == [("2024-04-30", 3, 1), ("2024-05-31", 4, 2)]


def test_collateral_counts_as_taken_over_for_the_lateness_it_was_taken_in():
    book = Book().borrower()
    for loan, acquired_on in (
        ("L1", "2024-04-20"),
        ("L2", "2024-01-05"),  # before it became late
        ("L3", "2024-05-02"),  # after the month end
        ("L4", None),
        ("L5", "2024-01-10"),  # on its due day
    ):
        book.loan(loan, principal=1000).instalments(loan, ("2024-01-10", 1000, 0))
        book.add("collateral", collateral_id=f"A{loan}", loan_id=loan, kind="home")
        book.add("disposals", disposal_id=f"D{loan}", loan_id=loan, collateral_id=f"A{loan}",
                 acquired_on=acquired_on)  # fmt: skip
    rows = book.build("2024-05-31").rows(
        "select month_end::varchar, sum(over_90_count), sum(repossessed_count)"
        " from marts.referrals group by 1 order by 1"
    )
    assert rows == [("2024-04-30", 5, 1), ("2024-05-31", 5, 2)]


# --- Agencies ---


def placed() -> Book:
    """A loan of 1 000 that an agency had from the tenth of February to the end of April."""
    book = Book().borrower().loan("L1", principal=2000).instalments("L1", ("2024-01-10", 2000, 0))
    book.add("agency_placements", placement_id="G1", loan_id="L1", agency="Agency A",
             placed_on="2024-02-10", placed_amount=1000, recalled_on="2024-04-30")  # fmt: skip
    return book


def agency_sums(book: Book, *columns: str) -> list[tuple]:
    asked = ", ".join(f"sum({each})" for each in columns)
    return book.rows(
        f"select month_end::varchar, {asked} from marts.results group by 1"
        f" having sum({columns[0]}) is not null order by 1"
    )


def test_an_agency_is_measured_by_the_cash_of_the_days_while_it_had_the_loan():
    book = placed()
    book.pay("L1", "2024-02-09", 5)  # a day before
    book.pay("L1", "2024-02-10", 100)
    book.pay("L1", "2024-04-30", 150)  # the last day; the ninety days end on 10 May
    book.pay("L1", "2024-05-01", 20)  # the agency has it no more
    back = book.pay("L1", "2024-03-01", 70)
    book.pay("L1", "2024-03-05", -70, reverses=back)
    book.build("2024-05-31")
    assert agency_sums(book, "placed_amount", "placed_cash_amount") == [("2024-05-31", 1000, 250)]


def test_an_agency_is_not_measured_before_its_ninety_days_are_over():
    book = placed()
    book.pay("L1", "2024-02-10", 100)
    book.build("2024-04-30")
    assert agency_sums(book, "placed_amount", "placed_cash_amount") == []


def test_commission_is_set_against_the_months_cash_of_agencies():
    book = placed()
    book.pay("L1", "2024-02-20", 100)
    book.pay("L1", "2024-03-20", 200)
    for cost_id, kind, amount in (("X1", "agency", 40), ("X2", "telecom", 3)):
        book.add("collection_costs", cost_id=cost_id, incurred_on="2024-03-31", kind=kind,
                 amount=amount, loan_id="L1", is_refundable=False)  # fmt: skip
    book.build("2024-03-31")
    assert agency_sums(book, "agency_cash_amount", "agency_commission_amount") == [
        ("2024-02-29", 100, None),
        ("2024-03-31", 200, 40),
    ]
