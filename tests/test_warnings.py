"""Signals, scores, the watchlist and what came of alerts, on rows given by hand (section 9)."""

import csv
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import duckdb
import pytest

from data.building import QUERIES
from data.signal_rules import DEFAULTS
from queries import reports
from queries.dry_run import RuleUnknown, dry_run
from queries.warehouse import Scope
from tests.book import Book
from tests.served import serve

D = date.fromisoformat
CUT = D("2024-12-31")
END = "2025-06-30"

# Borrower, and which of the 24 instalments due on the 15th from July 2023 it pays, and when.
# 0 is the day itself, a number so many days later, None never.
PAYS: dict[str, Any] = {
    "CALM": lambda seq: 0,
    "FIRM": lambda seq: 0,
    "STOPS": lambda seq: 0 if seq < 12 else None,
    "LISTED": lambda seq: {9: 48, 10: 17}.get(seq, 0),
    "UNLISTED": lambda seq: {9: 48, 10: 17}.get(seq, 0),
    "SELFMADE": lambda seq: {9: 48, 10: 17}.get(seq, 0),
    "LATER": lambda seq: 5 if seq in (3, 4) else 0,
}


def _given() -> Book:
    book = Book()
    for borrower in PAYS:
        kind = "corporate" if borrower == "FIRM" else "retail"
        book.borrower(borrower, kind)
        book.loan(f"L-{borrower}", borrower_id=borrower, principal=2400, disbursed_on="2023-06-20")
    book.connection.execute(
        "insert into raw.instalments (loan_id, seq, due_on, principal_due, interest_due) "
        "select loan_id, seq, date '2023-06-15' + to_months(seq), 100, 10 "
        "from raw.loans, range(1, 25) as r (seq)"
    )
    for borrower, late in PAYS.items():
        days = {seq: late(seq) for seq in range(1, 25)}
        for seq, after in days.items():
            if after is not None:
                month = (6 + seq - 1) % 12 + 1
                year = 2023 + (6 + seq - 1) // 12
                due = date(year, month, 15)
                paid = date.fromordinal(due.toordinal() + after)
                book.pay(f"L-{borrower}", paid.isoformat(), 110)
    home = {"loan_id": "L-LATER", "kind": "home", "value": 5000, "registered_on": "2023-06-20"}
    book.add("collateral", collateral_id="old", **home)
    _marks(book)
    _figures(book)
    for number, (borrower, approver, owner) in enumerate(
        (("LISTED", "S9", "S1"), ("SELFMADE", "S1", "S1"))
    ):
        book.add(
            "watchlist",
            entry_id=f"W{number}",
            borrower_id=borrower,
            entered_on="2024-04-30",
            left_on="2024-09-10",
            owner=owner,
            approved_by=approver,
            plan_closed_on="2024-08-20",
        )
    _answers(book)
    return book


def _answers(book: Book) -> None:
    """Two cases on alerts, one answered late on the last day of a month, one not."""
    told = {"case_type": "ews_alert", "department_id": "RISK"}
    for case_id, borrower, opened in (
        ("A1", "STOPS", "2024-09-02"),
        ("A2", "LISTED", "2024-09-03"),
    ):
        seen = {"opened_at": f"{opened} 09:00:00", "due_at": "2024-09-06 18:00:00"}
        book.add(
            "cases", case_id=case_id, borrower_id=borrower, loan_id=f"L-{borrower}", **told, **seen
        )
    # Five workdays after the alert; what was closed the day before it was no review of it.
    for case_id, closed in (("K0", "2024-08-30"), ("K1", "2024-09-09")):
        book.add(
            "cases",
            case_id=case_id,
            borrower_id="STOPS",
            loan_id="L-STOPS",
            case_type="classification_review",
            department_id="RISK",
            opened_at="2024-08-29 09:00:00",
            closed_at=f"{closed} 17:00:00",
        )
    for number, (case_id, event, at) in enumerate(
        (
            ("A1", "raised", "2024-09-02 09:00:00"),
            ("A1", "actioned", "2024-09-30 23:00:00"),
            ("A2", "raised", "2024-09-03 09:00:00"),
            ("A2", "assigned", "2024-09-03 10:00:00"),
        )
    ):
        book.add("case_events", event_id=f"E{number}", case_id=case_id, event=event, happened_at=at)


def _marks(book: Book) -> None:
    for number, (kind, happened, recorded, ended, grade) in enumerate(
        (
            ("news", "2024-03-10", "2024-04-05", None, 1),
            ("news", "2024-04-20", None, None, 2),
            ("enforcement", "2024-09-15", None, None, None),
            ("dishonest", "2024-10-15", None, "2024-12-15", None),
        )
    ):
        book.add(
            "external_marks",
            mark_id=f"M{number}",
            borrower_id="FIRM",
            kind=kind,
            happened_on=happened,
            recorded_on=recorded,
            ended_on=ended,
            grade=grade,
        )


def _figures(book: Book) -> None:
    figures = {"revenue": 1000, "total_assets": 1000, "total_liabilities": 400, "ebitda": 90}
    book.add(
        "statements",
        borrower_id="FIRM",
        period_end="2022-12-31",
        received_on="2023-04-10",
        interest_expense=10,
        **figures,
    )
    book.add(
        "statements",
        borrower_id="FIRM",
        period_end="2023-12-31",
        due_on="2024-04-30",
        received_on="2024-07-20",
        interest_expense=100,
        covenant_breached=True,
        **figures | {"revenue": 600},
    )
    for month, drawn in (("2024-08-31", 95), ("2024-09-30", 96), ("2024-10-31", 99)):
        book.add(
            "account_months",
            borrower_id="FIRM",
            month_end=month,
            inflow=100,
            credit_limit=100,
            drawn=drawn,
        )


def _later(book: Book) -> Book:
    """Facts of every table that nobody knew of at the end of 2024, however early they happened."""
    add = book.add
    loan, firm = "L-CALM", "FIRM"
    add(
        "external_marks",
        mark_id="M90",
        borrower_id=firm,
        kind="bankruptcy_petition",
        happened_on="2024-02-01",
        recorded_on="2025-01-05",
    )
    add(
        "statements",
        borrower_id=firm,
        period_end="2023-06-30",
        period_months=12,
        received_on="2025-02-01",
        revenue=90_000,
        operating_cash_flow=-5,
        covenant_breached=False,
    )
    add(
        "statements",
        borrower_id=firm,
        period_end="2024-12-31",
        due_on="2025-04-30",
        total_assets=1,
        total_liabilities=5,
        received_on="2025-05-01",
    )
    home = {"loan_id": loan, "kind": "home", "value": 900, "registered_on": "2025-02-01"}
    add("collateral", collateral_id="new", **home)
    add("valuations", valuation_id="V1", collateral_id="old", valued_on="2025-02-01", value=300)
    add(
        "collateral_marks",
        mark_id="K1",
        collateral_id="new",
        kind="seized",
        happened_on="2024-05-01",
        recorded_on="2025-02-02",
    )
    add(
        "bureau",
        borrower_id="CALM",
        reported_on="2025-02-01",
        total_debt=10,
        any_npl=True,
        hard_inquiries_3m=9,
    )
    add(
        "account_months",
        borrower_id="CALM",
        month_end="2025-02-28",
        over_limit_days=3,
        balance_before_due=1,
        instalments_due=2,
    )
    add(
        "fund_uses",
        check_id="U1",
        loan_id=loan,
        due_on="2025-01-10",
        checked_on="2025-02-01",
        result="misused",
        returned_on="2023-06-22",
        split_payments=3,
    )
    add(
        "contacts",
        contact_id="C1",
        loan_id="L-STOPS",
        contacted_at="2025-01-05 10:00:00",
        is_right_party=False,
    )
    add(
        "promises",
        promise_id="P1",
        loan_id="L-STOPS",
        promised_on="2025-01-05",
        due_on="2025-01-20",
        amount=500,
    )
    (taken,) = book.one(
        "select repayment_id from raw.repayments "
        "where loan_id = 'L-LATER' and paid_on = '2024-05-15'"
    )
    book.pay("L-LATER", "2025-02-03", -110, reverses=taken)
    for day in ("2025-01-20", "2025-02-20"):
        book.pay("L-LATER", day, 1, payer="third_party")
    # Paid, and taken back, before the end of the year; booked after it.
    book.pay("L-STOPS", "2024-08-20", 220, booked_at="2025-01-02 09:00:00", payer="third_party")
    (kept,) = book.one(
        "select repayment_id from raw.repayments "
        "where loan_id = 'L-FIRM' and paid_on = '2024-10-15'"
    )
    book.pay("L-FIRM", "2024-10-16", -110, reverses=kept, booked_at="2025-01-01 00:00:00")
    add(
        "watchlist",
        entry_id="W90",
        borrower_id="CALM",
        entered_on="2025-01-15",
        left_on="2025-05-01",
        approved_by="S9",
    )
    add(
        "restructures",
        restructure_id="T1",
        loan_id="L-UNLISTED",
        restructured_on="2025-01-10",
        first_repay_on="2025-02-15",
    )
    add(
        "write_offs", write_off_id="O1", loan_id="L-STOPS", written_off_on="2025-03-10", amount=1300
    )
    add("signals", signal_id="S1", rule_id="F2_misuse", loan_id=loan, raised_on="2025-01-10")
    add("departments", department_id="D1", name="Collections")
    add(
        "cases",
        case_id="Q1",
        department_id="D1",
        case_type="credit_review",
        borrower_id="UNLISTED",
        opened_at="2024-06-01 09:00:00",
        closed_at="2025-01-03 09:00:00",
    )
    book.loan("L-NEW", borrower_id="CALM", principal=2400, disbursed_on="2025-01-04")
    return book.instalments("L-NEW", ("2025-02-15", 2400, 10))


@cache
def known() -> Book:
    """The book without the later facts."""
    return _given().build(END)


@cache
def with_later() -> Book:
    """The same with the later facts."""
    return _later(_given()).build(END)


KNOWN_ON = {
    "external_marks": "coalesce(recorded_on, happened_on)",
    "valuations": "valued_on",
    "collateral": "registered_on",
    "collateral_marks": "coalesce(recorded_on, happened_on)",
    "bureau": "reported_on",
    "account_months": "month_end",
    "fund_uses": "least(checked_on, due_on)",
    "contacts": "cast(contacted_at as date)",
    "promises": "promised_on",
    "repayments": "greatest(paid_on, coalesce(cast(booked_at as date), paid_on))",
    "watchlist": "entered_on",
    "restructures": "restructured_on",
    "write_offs": "written_off_on",
    "signals": "raised_on",
    "cases": "cast(opened_at as date)",
    "loans": "disbursed_on",
    "statements": "period_end",
}
ENDS = {
    "external_marks": ("ended_on",),
    "statements": ("received_on",),
    "watchlist": ("left_on", "plan_closed_on"),
    "cases": ("closed_at",),
}


@cache
def cut_off() -> Book:
    """The book with the later facts, as its folder was at the end of 2024."""
    book = _later(_given())
    for table, day in KNOWN_ON.items():
        book.connection.execute(f"delete from raw.{table} where {day} > ?", [CUT])
    for table, columns in ENDS.items():
        for column in columns:
            book.connection.execute(
                f"update raw.{table} set {column} = null where {column} > ?", [CUT]
            )
    book.connection.execute("delete from raw.instalments where loan_id = 'L-NEW'")
    return book.build(CUT.isoformat())


def hits(borrower: str, rules: Iterable[str] = (), book: Book | None = None) -> dict:
    """Points by month (as `2024-06`) and rule of one borrower."""
    found = (book or known()).rows(
        "select strftime(month_end, '%Y-%m'), rule_id, points from marts.signal_hits "
        "where borrower_id = ? order by 1, 2",
        borrower,
    )
    wanted = set(rules)
    seen: dict[str, dict[str, float]] = {}
    for month, rule, points in found:
        if not wanted or rule in wanted:
            seen.setdefault(month, {})[rule] = points
    return seen


def score(borrower: str, month: str) -> tuple | None:
    rows = known().rows(
        "select level, score, is_hard from marts.borrower_scores "
        "where borrower_id = ? and strftime(month_end, '%Y-%m') = ?",
        borrower,
        month,
    )
    return rows[0] if rows else None


# --- Signals and scores ---


def test_a_delay_is_one_signal_that_grows_and_rises_month_by_month():
    assert {m: h for m, h in hits("STOPS").items() if m <= "2024-09"} == {
        "2024-06": {"B02": 25},
        "2024-07": {"B03": 60},
        "2024-08": {"B04": 90, "B06": 20, "B08": 15},
        "2024-09": {"B05": 100, "B06": 20, "B08": 15},
    }
    assert score("STOPS", "2024-06") == ("green", 25, False)
    assert score("STOPS", "2024-07") == ("orange", 60, False)
    assert score("STOPS", "2024-08") == ("red", 100, False)  # 125, and the family's cap is 100
    assert score("STOPS", "2024-09") == ("red", 100, True)
    assert hits("CALM") == {}


def test_an_event_fades_and_counts_from_the_day_on_which_it_was_known():
    news = hits("FIRM", ("X09", "X09_2"))
    assert "2024-03" not in news
    # In April the minor news is 51 days old; the graver ones, ten days old, weigh more.
    assert news == {
        "2024-04": {"X09_2": 15},
        "2024-05": {"X09_2": 7.5},
        "2024-06": {"X09_2": 7.5},
        "2024-07": {"X09_2": 3.75},
        "2024-08": {"X09_2": 3.75},
        "2024-09": {"X09_2": 3.75},
    }


def test_a_hard_signal_makes_red_while_it_lasts_and_stands_in_for_the_milder_one():
    court = hits("FIRM", ("X01", "X01_H"))
    assert court["2024-09"] == {"X01": 40}
    assert court["2024-10"] == court["2024-11"] == {"X01_H": 80}
    assert court["2024-12"] == {"X01": 40}
    found = score("FIRM", "2024-11")
    assert found is not None
    level, points, hard = found
    assert (level, hard) == ("red", True)
    assert points == 80 + 60  # external, and financial at its cap: F01_30 25, F05_1 40, F10 30


def test_statements_count_from_their_arrival_and_are_missed_before():
    figures = hits("FIRM", ("F01", "F01_30", "F05", "F05_1", "F08", "F08_60", "F10"))
    assert {month: set(found) for month, found in figures.items() if month <= "2024-08"} == {
        "2024-05": {"F08"},
        "2024-06": {"F08_60"},
        "2024-07": {"F01_30", "F05_1", "F10"},
        "2024-08": {"F01_30", "F05_1", "F10"},
    }


@pytest.mark.parametrize(("norm", "fires"), [("0.35", True), ("0.45", False)])
def test_a_debt_ratio_is_held_against_that_of_the_firms_industry(norm, fires):
    assert not any("F03" in rules for rules in hits("FIRM", ("F03",)).values())
    book = _given().parameter("ews_debt_ratio.C", norm)
    book.connection.execute("update raw.borrowers set industry = 'C26' where borrower_id = 'FIRM'")
    figures = book.build(END).rows(
        "select distinct debt_ratio, industry_debt_ratio from marts.borrower_facts"
        " where borrower_id = 'FIRM' and industry_debt_ratio is not null"
    )
    assert {row[1] for row in figures} == {float(norm)}
    assert bool(hits("FIRM", ("F03",), book)) == fires


def test_account_signals_of_the_borrower_add_to_its_loans():
    assert "B10" not in hits("FIRM").get("2024-09", {})
    assert hits("FIRM")["2024-10"]["B10"] == 15
    assert known().one(
        "select behavioural, loan_id is null from marts.borrower_scores "
        "inner join marts.signal_hits using (borrower_id, month_end) "
        "where rule_id = 'B10' and month_end = '2024-10-31'"
    ) == (15, True)


def test_values_and_the_month_since_which_a_signal_lasts_are_kept():
    assert known().one(
        "select value, number, since from marts.signal_hits "
        "where borrower_id = 'STOPS' and rule_id = 'B06' and month_end = '2024-10-31'"
    ) == ("5", 5.0, D("2024-08-31"))
    assert known().one(
        "select score_before, level_before, level_since from marts.borrower_scores "
        "where borrower_id = 'STOPS' and month_end = '2024-09-30'"
    ) == (100, "red", D("2024-08-31"))


def test_a_delay_that_is_paid_before_the_month_ends_still_tells_its_worst_day():
    assert known().rows(
        "select month_end, worst_delay_in_month, days_past_due from marts.loan_facts "
        "where borrower_id = 'LATER' and worst_delay_in_month is not null order by 1"
    ) == [(D("2023-09-30"), 4, None), (D("2023-10-31"), 4, None)]


# --- Nothing is known before its day ---

AS_KNOWN = {
    "loan_facts": "*",
    "borrower_facts": "*",
    "signal_hits": "* exclude (rule_no)",
    "borrower_scores": "*",
    "borrower_months": "*",
    # What became of a borrower is told of past months once it is known, as an alert's default is.
    "watch_months": "* exclude (review_due_on, is_review_overdue, default_on)",
}


@pytest.mark.parametrize("table", AS_KNOWN)
@pytest.mark.parametrize("other", [with_later, cut_off], ids=["later facts", "folder cut off"])
def test_what_is_learnt_later_changes_nothing_that_was_said_before(table, other):
    sql = f"select {AS_KNOWN[table]} from marts.{table} where month_end <= '{CUT}' order by all"
    said = known().rows(sql)
    assert said
    assert other().rows(sql) == said


def test_the_later_facts_do_count_once_they_are_known():
    seen = {
        rule
        for found in (hits(each, book=with_later()) for each in PAYS)
        for month, rules in found.items()
        if month > "2024-12"
        for rule in rules
    }
    early = {
        rule
        for each in PAYS
        for month, rules in hits(each).items()
        if month > "2024-12"
        for rule in rules
    }
    wanted = {"X13", "F12", "C01_100", "C03", "C07_30", "X06", "X07", "B11", "B15", "U01", "U04"}
    assert wanted <= seen - early


def test_a_payment_booked_two_months_late_is_not_known_before():
    """Paid in March and booked in May: until then the instalment is unpaid, then it never was."""
    days = {"BOOKED": ("2024-03-15", "2024-05-10"), "PAYS": ("2024-03-15", None)}
    days |= {"OWES": ("2024-05-10", None)}
    book = Book()
    for borrower, (paid, booked) in days.items():
        book.borrower(borrower)
        book.loan(borrower, borrower_id=borrower, principal=300, disbursed_on="2024-01-20")
        lines = (("2024-02-15", 100, 10), ("2024-03-15", 100, 10), ("2024-06-20", 100, 10))
        book.instalments(borrower, *lines)
        book.pay(borrower, "2024-02-15", 110)
        book.pay(borrower, paid, 110, booked_at=booked and f"{booked} 08:00:00")
    book.build("2024-06-30")
    seen = {borrower: hits(borrower, book=book) for borrower in days}
    assert seen["PAYS"] == {"2024-06": {"B02": 25}}
    assert {m: seen["BOOKED"].pop(m) for m in ("2024-03", "2024-04")} == {
        "2024-03": {"B02": 25},
        "2024-04": {"B03": 60},
    }
    assert {m: seen["OWES"][m] for m in ("2024-03", "2024-04")} == {
        "2024-03": {"B02": 25},
        "2024-04": {"B03": 60},
    }
    assert seen["BOOKED"] == seen["PAYS"] != seen["OWES"]
    # The history itself has the payment on the day on which it was paid.
    assert book.rows(
        "select days_past_due from marts.loan_months where loan_id = 'BOOKED' order by month_end"
    ) == [(0,), (0,), (0,), (0,), (0,), (10,)]
    assert book.rows(
        "select month_end, days_past_due from marts.late_booked_months where loan_id = 'BOOKED'"
        " order by 1"
    ) == [(D("2024-03-31"), 16), (D("2024-04-30"), 46)]


def booked_late(seed: int) -> Book:
    """Firms and people, some of a group or a guarantor; payments late, early, in part, taken back;
    one in four booked up to three months after its day."""
    draw = Random(seed)
    book = Book().parameter("alloc_scope", "STATUTORY_VERTICAL", product="by component")
    for number in range(12):
        borrower = f"B{number}"
        book.add(
            "borrowers",
            borrower_id=borrower,
            name="Test",
            kind=("retail", "corporate", "small_business")[number % 3],
            group_id="G1" if number < 5 else None,
        )
        for loan in (f"L{number}", f"M{number}")[: 2 - number % 2]:
            product = ("consumer", "by component")[draw.random() < 0.3]
            lent = date(2023, 5, 20) + timedelta(draw.randrange(150))
            book.loan(
                loan, borrower_id=borrower, principal=1000, product=product, disbursed_on=str(lent)
            )
            due = [date(2023 + (m + 9) // 12, (m + 9) % 12 + 1, 15) for m in range(10)]
            book.instalments(loan, *((str(day), 100, 10) for day in due))
            for day in due:
                if draw.random() < 0.1:
                    continue
                paid = day + timedelta(draw.choice((-3, 0, 0, 0, 5, 20, 40)))
                payer = {"payer": draw.choice(("borrower", "third_party"))}
                number_of = _booked_late(book, draw, loan, paid, draw.choice((110, 60)), **payer)
                if draw.random() < 0.1:
                    back = paid + timedelta(draw.randrange(60))
                    _booked_late(book, draw, loan, back, -110, reverses=number_of)
                if draw.random() < 0.2:
                    book.add(
                        "promises",
                        promise_id=f"{loan}{day}",
                        loan_id=loan,
                        promised_on=str(day),
                        due_on=str(paid),
                        amount=60,
                    )
            if number % 4 == 0:
                book.add(
                    "guarantees",
                    guarantee_id=f"G{loan}",
                    loan_id=loan,
                    guarantor_id=f"B{number + 1}",
                )
                home = {"kind": "home", "value": 900, "registered_on": "2023-06-01"}
                book.add("collateral", collateral_id=loan, loan_id=loan, **home)
    book.add("contacts", contact_id="C", loan_id="L0", contacted_at="2023-07-01 09:00:00")
    return book


def _booked_late(book: Book, draw: Random, loan: str, paid: date, amount: float, **more) -> str:
    wait = draw.randrange(90) if draw.random() < 0.25 else 0
    at = f"{paid + timedelta(wait)} 10:00:00"
    return book.pay(loan, str(paid), amount, booked_at=at, **more)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_book_says_of_a_month_what_it_would_have_said_then(seed):
    """Whatever was booked late: the whole book, and the book with what was booked by then."""
    whole = booked_late(seed).build("2024-10-31")
    assert whole.one("select count(*) > 30 from marts.late_bookings") == (True,)
    sql = {
        table: f"select {columns} from marts.{table} where month_end <= ? order by all"
        for table, columns in AS_KNOWN.items()
    }
    for day in (D("2024-01-31"), D("2024-04-30"), D("2024-06-30")):
        cut = booked_late(seed)
        cut.connection.execute(
            f"delete from raw.repayments where {KNOWN_ON['repayments']} > ?", [day]
        )
        cut.build(str(day))
        for table, asked in sql.items():
            assert whole.rows(asked, day) == cut.rows(asked, day), (day, table)


def secured(*policies: tuple, **registration: str) -> Book:
    """A mortgaged loan of 2024 whose asset says that it is insured and registered to the end."""
    book = Book().borrower().borrower("B2", "corporate")
    book.loan("L1", principal=100, disbursed_on="2024-01-20", collateral_kind="mortgaged")
    book.instalments("L1", ("2025-06-20", 100, 0))
    told = {"insured_until": "2026-01-01", "registration_expires_on": "2030-01-01"}
    home = {"kind": "home", "value": 900, "registered_on": "2024-01-20"}
    book.add("collateral", collateral_id="A", loan_id="L1", **home, **told)
    book.add("valuations", valuation_id="V", collateral_id="A", valued_on="2024-01-20", value=900)
    for number, (since, until, recorded, is_lenders) in enumerate(policies):
        book.add(
            "insurance_policies",
            policy_id=f"P{number}",
            collateral_id="A",
            insured_from=since,
            insured_until=until,
            recorded_on=recorded,
            beneficiary_is_lender=is_lenders,
        )
    if registration:
        book.add("registrations", registration_id="R", collateral_id="A", **registration)
    return book.build("2024-12-31")


def months_of(book: Book, rule: str, borrower: str = "B1") -> list[str]:
    """The months in which a rule holds of a borrower, as `06`."""
    return [month[-2:] for month, rules in hits(borrower, (rule,), book).items() if rules]


FIRST = ("2024-01-20", "2024-05-31", None, True)


@pytest.mark.parametrize(
    ("policies", "months"),
    [
        ((), []),  # The asset itself says that it is insured.
        ((FIRST, ("2024-05-31", "2025-05-31", "2024-05-20", True)), []),
        ((FIRST, ("2024-08-10", "2025-08-10", None, True)), ["06", "07"]),
        # It began in time, but nobody heard of it before September.
        ((FIRST, ("2024-05-31", "2025-05-31", "2024-09-02", True)), ["06", "07", "08"]),
        ((FIRST,), ["06", "07", "08", "09", "10", "11", "12"]),
        (
            (FIRST, ("2024-05-31", "2025-05-31", None, False)),
            ["05", "06", "07", "08", "09", "10", "11", "12"],
        ),
    ],
)
def test_a_policy_renewed_later_leaves_the_months_before_as_they_were(policies, months):
    assert months_of(secured(*policies), "C04") == months


@pytest.mark.parametrize(
    ("registration", "months"),
    [
        ({}, []),
        ({"registered_on": "2024-01-20"}, []),
        ({"registered_on": "2024-01-20", "deregistered_on": "2024-10-15"}, ["10", "11", "12"]),
        ({"registered_on": "2024-01-20", "expires_on": "2024-12-15"}, ["10", "11", "12"]),
    ],
)
def test_a_registration_counts_from_its_day_until_it_is_deleted_or_ends(registration, months):
    assert months_of(secured(**registration), "C05") == months


@pytest.mark.parametrize(
    ("joined", "left", "months"),
    [
        (None, None, ["04", "05", "06"]),  # Nobody tells since when: always.
        ("2023-01-01", None, ["04", "05", "06"]),
        ("2024-05-20", None, ["05", "06"]),
        ("2023-01-01", "2024-05-20", ["04"]),
    ],
)
def test_who_joins_a_group_later_was_not_of_it_before(joined, left, months):
    book = Book()
    for borrower in ("PEER", "FAILS"):
        book.add("borrowers", borrower_id=borrower, name="Test", kind="corporate", group_id="G1")
        book.loan(borrower, borrower_id=borrower, principal=100, disbursed_on="2023-12-20")
        due = "2024-01-20" if borrower == "FAILS" else "2025-01-20"
        book.instalments(borrower, (due, 100, 0))
    if joined:
        stay = {"group_id": "G1", "joined_on": joined, "left_on": left}
        book.add("group_memberships", borrower_id="PEER", **stay)
    assert months_of(book.build("2024-06-30"), "X12", "PEER") == months


# --- The watchlist ---


def stay(borrower: str, book: Book | None = None) -> list[tuple]:
    return (book or known()).rows(
        "select strftime(month_end, '%Y-%m'), moved, left_by, may_exit from marts.watch_months "
        "where borrower_id = ? order by month_end",
        borrower,
    )


def test_a_default_hands_a_borrower_over():
    assert stay("STOPS") == [
        ("2024-07", "entered", None, False),
        ("2024-08", "stayed", None, False),
        ("2024-09", "transferred", "default", False),
    ]


def test_an_exit_needs_calm_months_a_closed_plan_and_an_approval():
    assert stay("LISTED") == [
        ("2024-04", "entered", None, False),
        ("2024-05", "stayed", None, False),
        ("2024-06", "stayed", None, False),
        ("2024-07", "stayed", None, False),  # three calm month ends, but the plan is open
        ("2024-08", "stayed", None, True),
        ("2024-09", "left", "cured", False),
    ]


@pytest.mark.parametrize("borrower", ["UNLISTED", "SELFMADE"])
def test_without_the_approval_of_another_it_stays_and_may_exit(borrower):
    rows = stay(borrower)
    assert rows[0] == ("2024-04", "entered", None, False)
    assert {moved for _, moved, _, _ in rows[1:-1]} == {"stayed"}
    assert ("2024-12", "stayed", None, True) in rows


def test_a_month_on_the_list_keeps_the_scores_up_to_it_oldest_first():
    told = known().rows(
        """select borrower_id, month_end, past_scores from marts.watch_months
        where len(past_scores) > 1 order by borrower_id, month_end"""
    )
    scores = dict(
        known().rows(
            """select months.borrower_id, list(coalesce(scores.score, 0) order by months.month_end)
            from marts.borrower_months as months
            left join marts.borrower_scores as scores
                on months.borrower_id = scores.borrower_id and months.month_end = scores.month_end
            group by months.borrower_id"""
        )
    )
    months = dict(
        known().rows(
            """select borrower_id, list(month_end order by month_end) from marts.borrower_months
            group by borrower_id"""
        )
    )
    assert told and any(len(set(past)) > 1 for *_, past in told)
    for borrower, day, past in told:
        until = months[borrower].index(day) + 1
        assert past == scores[borrower][max(until - 13, 0) : until]


def test_a_month_on_the_list_knows_the_default_that_came_after_it():
    assert known().rows(
        "select distinct borrower_id, month_end, default_on from marts.watch_months "
        "where default_on is not null order by month_end"
    ) == [("STOPS", D("2024-07-31"), D("2024-09-30")), ("STOPS", D("2024-08-31"), D("2024-09-30"))]
    assert known().rows(
        "select borrower_id, default_on, rules <> '', is_surprise from marts.foreseen_defaults"
    ) == [("STOPS", D("2024-09-30"), True, False)]


@pytest.mark.parametrize(
    ("listed_on", "surprise"), [(D("2024-07-31"), False), (D("2024-05-31"), True)]
)
def test_a_default_is_a_surprise_if_nobody_watched_in_the_ninety_days_before(listed_on, surprise):
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.defaults as "
            "select 'B' as borrower_id, date '2024-09-30' as default_on"
        )
        connection.execute(
            "create table marts.watch_months as select 'B' as borrower_id, ? as month_end, "
            "true as is_listed union all select 'B', date '2024-08-31', false",
            [listed_on],
        )
        connection.execute(
            "create table marts.rule_defaults as select 'B' as borrower_id, "
            "date '2024-09-30' as default_on, unnest(['B03', 'B01']) as rule_id"
        )
        sql = (QUERIES / "marts" / "foreseen_defaults.sql").read_text(encoding="utf-8")
        found = connection.execute(f"select rules, is_surprise from ({sql})").fetchall()
    assert found == [("B01,B03", surprise)]


def test_a_stay_says_why_since_when_and_when_its_review_is_due():
    assert known().one(
        "select entered_on, entry_reasons, reasons, level, review_due_on, is_review_overdue, "
        "days_on_list from marts.watch_months "
        "where borrower_id = 'STOPS' and month_end = '2024-08-31'"
    ) == (D("2024-07-31"), "level,late", "level,late", "red", D("2024-08-14"), True, 31)


# --- Were the warnings right? ---


def test_an_alert_is_right_if_a_default_follows_and_judged_after_twelve_months():
    assert known().rows(
        "select borrower_id, alerted_on, level, default_on, lead_days, is_hit, is_observed "
        "from marts.alerts order by alerted_on, borrower_id"
    )[:5] == [
        ("LISTED", D("2024-04-30"), "orange", None, None, False, True),
        ("SELFMADE", D("2024-04-30"), "orange", None, None, False, True),
        ("UNLISTED", D("2024-04-30"), "orange", None, None, False, True),
        ("FIRM", D("2024-07-31"), "orange", None, None, False, False),
        ("STOPS", D("2024-07-31"), "orange", D("2024-09-30"), 61, True, False),
    ]
    assert known().rows("select borrower_id, default_on, was_warned from marts.defaults") == [
        ("STOPS", D("2024-09-30"), True)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    return serve(known(), tmp_path_factory.mktemp("warned"))


@pytest.fixture
def whole(folder, monkeypatch: pytest.MonkeyPatch) -> Scope:
    monkeypatch.setenv("WAREHOUSE", str(folder))
    return Scope(("Main", ""), ("consumer", ""), D(END))


def test_results_are_the_sums_of_alerts_and_defaults(whole):
    row = reports.warning_results(whole).iloc[0]
    assert (row["observed"], row["hits"], row["hit_rate"]) == (3, 0, 0)
    assert (row["defaults"], row["covered"], row["coverage"], row["surprises"]) == (1, 1, 1, 0)
    rules = reports.rule_results(whole).set_index("rule_id")
    assert rules.loc["B03", "fired"] == 4 and rules.loc["B03", "observed"] == 3
    assert rules.loc["B03", "coverage"] == 1
    assert rules.loc["X13", "is_never"] and not rules.loc["B03", "is_never"]
    months = reports.confusion_months(whole).set_index("month_end")
    april = months.loc["2024-04-30"].to_dict()
    assert (april["warned_fine"], april["calm_defaulted"]) == (3, 1)
    band = reports.calibration(whole)
    low, rate, high = (band[name].to_numpy() for name in ("low", "rate", "high"))
    assert (low <= rate).all() and (rate <= high).all()


# All that marts.alert_answers reads.
CASES_ALONE = (
    "create schema raw; create schema marts; create schema staging;"
    "create table raw.case_events (case_id text, event text, happened_at timestamp);"
    "create table staging.borrowers (borrower_id text, kind text);"
    "create table marts.borrower_scores (borrower_id text, month_end date, level text);"
    "create table raw.calendar as"
    " select date '2023-01-01' + i::integer as date from range(90) as r(i);"
    "create table marts.working_days (calendar_id text, day date, is_workday boolean);"
    "create table marts.cases (case_id text, borrower_id text, loan_id text, branch text,"
    " product text, case_type text, opened_on date, due_on date, closed_on date);"
    "create view marts.office_days as " + (QUERIES / "marts" / "office_days.sql").read_text("utf-8")
)


def test_an_alert_is_answered_by_the_first_act_on_it_in_workdays(whole):
    assert known().rows(
        "select case_id, level, answered_on, response_days from marts.alert_answers order by 1"
    ) == [("A1", "red", D("2024-09-30"), 20), ("A2", "green", None, None)]
    for as_of, answered in (("2024-08-31", None), ("2024-09-30", 1), ("2024-10-31", 1)):
        found = reports.response_times(replace(whole, as_of=D(as_of))).set_index("value")
        if answered is None:
            assert found.empty
            continue
        red = found.loc["red"]
        assert (red["cases"], red["answered"], red["response_days"]) == (1, answered, 20)
        # The same day is allowed, and it was due on the 6th.
        assert (red["response_sla"], red["answered_in_time"], red["due"]) == (0, 0, 1)
        assert (red["answers_due"], red["answer_rate"]) == (1, 0)
        assert (red["closed_in_time"], red["closure_rate"]) == (0, 0)
        # Three days to a plan, and it is open still.
        assert (red["plan_sla"], red["plans_due"], red["planned_in_time"]) == (3, 1, 0)
        # Five days to a review of the class, which took five.
        assert (red["class_review_sla"], red["class_reviews_due"]) == (5, 1)
        assert (red["class_reviewed_in_time"], red["class_review_rate"]) == (1, 1)
        assert found.loc["green", "class_reviews_due"] == 0
        # Green asks for no answer within days.
        assert found.loc["green", "answers_due"] == 0


@pytest.mark.parametrize(
    ("reviewed", "due", "in_time"), [(6, 1, 0), (5, 1, 1), (None, 1, 0), ("no case", 0, 0)]
)
def test_a_class_is_reviewed_in_time_or_late_or_not_or_of_no_book(reviewed, due, in_time):
    """The report over a mart of one red alert, opened on workday 100 of the office."""
    with duckdb.connect() as connection:
        connection.execute(
            "create macro scoped_alert_answers(b, p) as table select 'A' as case_id,"
            " 'red' as level, 'retail' as borrower_kind, 'Main' as branch, 'consumer' as product,"
            " date '2024-09-02' as opened_on, date '2024-09-06' as due_on, null::date as closed_on,"
            " null::date as answered_on, null::bigint as response_days, 100 as opened_workday,"
            " null::bigint as closed_workday,"
            f" {reviewed != 'no case'} as are_classes_reviewed,"
            f" {'null' if reviewed in (None, 'no case') else 100 + int(reviewed)}::bigint"
            " as class_reviewed_workday,"
            " case when class_reviewed_workday is not null then date '2024-09-20' end"
            " as class_reviewed_on;"
            "create macro scoped_rule_answers(b, p) as table select '' as case_id, '' as rule_id;"
            "create macro book_office_days() as table"
            " select date '2024-09-30' as day, 120 as workday_no;"
            "create macro book_rules() as table select 'ews_class_review_days.red' as param_id,"
            " '5' as value, date '1900-01-01' as valid_from, date '9999-12-31' as valid_to"
        )
        sql = (QUERIES / "reports" / "response_times.sql").read_text("utf-8")
        asked = {"branches": [], "products": [], "cut": "level"}
        days = {"first": D("2024-01-01"), "month_end": D("2024-09-30")}
        (row,) = connection.execute(sql, asked | days).df().to_dict("records")
    assert (row["class_reviews_due"], row["class_reviewed_in_time"]) == (due, in_time)
    assert row["class_review_sla"] == 5 and row["are_classes_reviewed"] == (reviewed != "no case")


def test_an_answer_is_told_of_every_rule_that_held_and_of_its_segment(whole):
    scope = replace(whole, as_of=D("2024-10-31"))
    held = known().rows(
        "select rule_id from marts.signal_hits"
        " where borrower_id = 'STOPS' and month_end = '2024-08-31' order by 1"
    )
    assert len(held) > 1
    rules = reports.response_times(scope, "rule").set_index("value")
    assert rules.index.tolist() == sorted({rule for (rule,) in held})
    assert (rules["cases"] == 1).all() and (rules["response_days"] == 20).all()
    listed = reports.answered_cases(scope, cut="rule", value=str(rules.index[0]))
    assert listed["case_id"].tolist() == ["A1"]
    assert listed["rules"].tolist() == [",".join(rules.index)]
    for cut in ("all", "borrower_kind", "branch", "product"):
        (row,) = reports.response_times(scope, cut).to_dict("records")
        assert (row["cases"], row["answered"], row["response_days"]) == (2, 1, 20)


def test_a_case_opened_before_its_month_end_is_of_the_signals_of_that_month_end():
    connection = duckdb.connect()
    connection.execute(
        f"{CASES_ALONE};"
        "insert into marts.borrower_scores values ('CALM', '2023-01-31', 'green'),"
        " ('CALM', '2023-02-28', 'orange'), ('CALM', '2023-03-31', 'red'),"
        " ('KNOWN', '2023-01-31', 'yellow'), ('KNOWN', '2023-02-28', 'red');"
        "insert into marts.cases select who || day, who, null, '', '', 'ews_alert',"
        " cast(day as date), null, null"
        " from (values ('CALM'), ('KNOWN'), ('NOBODY')) as a(who),"
        " (values ('2023-02-27'), ('2023-02-28')) as b(day)"
    )
    sql = (QUERIES / "marts" / "alert_answers.sql").read_text("utf-8")
    found = connection.sql(f"select case_id, signalled_on, level from ({sql}) order by 1")
    february = D("2023-02-28")
    assert found.fetchall() == [
        ("CALM2023-02-27", february, "orange"),
        ("CALM2023-02-28", february, "orange"),
        ("KNOWN2023-02-27", D("2023-01-31"), "yellow"),
        ("KNOWN2023-02-28", february, "red"),
        ("NOBODY2023-02-27", None, "green"),
        ("NOBODY2023-02-28", None, "green"),
    ]


@pytest.mark.parametrize(
    ("opened_on", "acted_on", "days"),
    [
        ("2023-01-31", "2023-01-31", 0),
        ("2023-01-31", "2023-02-03", 3),
        ("2023-01-31", "2023-02-06", 4),  # Tuesday to Monday: a week has begun in between
        ("2023-02-03", "2023-02-06", 1),
        ("2023-02-04", "2023-02-05", 0),  # a weekend
        ("2023-02-04", "2023-02-06", 1),
        ("2023-02-10", "2023-02-28", 12),
    ],
)
def test_workdays_to_an_answer_without_a_calendar_are_monday_to_friday(opened_on, acted_on, days):
    connection = duckdb.connect()
    connection.execute(CASES_ALONE)
    connection.execute("insert into raw.case_events values ('A', 'actioned', ?)", [acted_on])
    connection.execute(
        "insert into marts.cases values ('A', 'B', null, '', '', 'ews_alert', ?, null, null)",
        [opened_on],
    )
    sql = (QUERIES / "marts" / "alert_answers.sql").read_text("utf-8")
    assert connection.sql(f"select response_days from ({sql})").fetchall() == [(days,)]


def test_workdays_to_an_answer_know_holidays_and_worked_weekends():
    connection = duckdb.connect()
    connection.execute(CASES_ALONE)
    # The Spring Festival of 2023, 21 to 27 January, and the Saturday and Sunday worked for it.
    connection.execute(
        "insert into marts.working_days select 'office', date, case"
        " when date between '2023-01-21' and '2023-01-27' then false"
        " when date in ('2023-01-28', '2023-01-29') then true else isodow(date) <= 5 end"
        " from raw.calendar"
    )
    connection.execute("insert into raw.case_events values ('A', 'actioned', '2023-01-29')")
    connection.execute(
        "insert into marts.cases values"
        " ('A', 'B', null, '', '', 'ews_alert', '2023-01-20', null, '2023-01-30')"
    )
    sql = (QUERIES / "marts" / "alert_answers.sql").read_text("utf-8")
    told = connection.sql(f"select response_days, closed_workday - opened_workday from ({sql})")
    assert told.fetchall() == [(2, 3)]


def test_the_list_of_the_watched_is_filtered_and_its_total_re_adds(whole):
    whole = replace(whole, as_of=D("2025-05-31"))
    rows = reports.watch_list(whole)
    count, exposure = reports.watch_list_total(whole)
    assert set(rows["borrower_id"]) == {"FIRM", "UNLISTED", "SELFMADE"}
    assert (count, float(exposure)) == (3, rows["exposure"].sum())
    assert reports.watch_list(whole, rule="F10")["borrower_id"].tolist() == ["FIRM"]
    assert reports.watch_list(whole, reason="covenant")["borrower_id"].tolist() == ["FIRM"]
    assert reports.watch_list_total(whole, levels=("green",), may_exit=True)[0] == 2
    assert reports.watch_list_total(whole, text="L-FIRM")[0] == 1
    quadrant = reports.watch_quadrant(whole)
    assert quadrant["borrowers"].sum() == 3
    with pytest.raises(TypeError, match="no filter colour"):
        reports.watch_list(whole, colour="red")


def test_the_flow_of_the_watchlist_closes(whole):
    flow = reports.watch_flow(whole, 24)
    for unit in ("borrowers", "loans", "balance", "exposure"):
        came = flow[f"opening_{unit}"] + flow[f"new_{unit}"] + flow[f"changed_{unit}"]
        gone = flow[f"cured_{unit}"] + flow[f"paid_off_{unit}"] + flow[f"default_{unit}"]
        assert (came - gone - flow[f"closing_{unit}"]).abs().max() < 0.01
        before = flow[f"closing_{unit}"].shift().dropna()
        assert (before - flow[f"opening_{unit}"].iloc[1:]).abs().max() < 0.01
    assert (flow["changed_borrowers"] == 0).all()
    assert flow["default_borrowers"].sum() == 1 and flow["cured_borrowers"].sum() == 1


# --- A changed rule ---


def test_a_rule_run_as_it_is_gives_what_the_build_says(whole):
    run = dry_run(whole, "B03")
    before, after = vars(run.before).copy(), vars(run.after).copy()
    assert before.pop("by_month").equals(after.pop("by_month"))
    assert before == after
    assert before["alerts"] == reports.warning_results(whole, months=24)["alerts"].item()
    assert before["firings"] == 4 and before["covered"] == before["defaults"] == 1


def test_a_changed_threshold_or_other_points_change_alerts_and_work(whole):
    milder = dry_run(whole, "B03", threshold=60)
    assert milder.after.firings < milder.before.firings
    assert milder.after.alerts < milder.before.alerts
    assert milder.after.hours < milder.before.hours
    dearer = dry_run(whole, "B02", points=60)
    assert dearer.after.firings == dearer.before.firings
    assert dearer.after.alerts >= dearer.before.alerts
    assert len(dearer.after.by_month) == 24
    with pytest.raises(RuleUnknown):
        dry_run(whole, "Z99")


def _changed(rule_id: str, **columns: object) -> Book:
    """The book whose folder has the default rule's row with other values in it."""
    lines = DEFAULTS.read_text(encoding="utf-8").splitlines()
    row = next(each for each in csv.DictReader(lines) if each["rule_id"] == rule_id)
    row = {name: value or None for name, value in row.items()}
    return _given().add("signal_rules", **(row | columns)).build(END)


@pytest.mark.parametrize(
    ("rule_id", "change"),
    [
        ("B03", {"threshold": 15.0}),  # stood in for by B04, and standing in for B02
        ("B02", {"threshold": 40.0, "points": 65.0}),
        ("F01", {"points": 60.0}),  # of the borrower
    ],
)
def test_a_dry_run_says_what_a_build_with_the_rule_changed_says(
    whole, rule_id, change, tmp_path, monkeypatch
):
    tried = vars(dry_run(whole, rule_id, **change).after).copy()
    monkeypatch.setenv("WAREHOUSE", str(serve(_changed(rule_id, **change), tmp_path)))
    built = vars(dry_run(whole, rule_id).before).copy()
    assert tried.pop("by_month").equals(built.pop("by_month"))
    assert tried == built
