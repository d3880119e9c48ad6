"""Given rows, expected rows: days past due, classes and balances by sections 1 to 4."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest

from data.building import QUERIES
from data.failures import CheckFailed
from tests.book import Book

D = date.fromisoformat


def state(book: Book, loan_id: str = "L1", columns: str = "days_past_due") -> tuple:
    return book.one(f"select {columns} from marts.loans where loan_id = ?", loan_id)


def month(book: Book, loan_id: str, month_end: str, columns: str) -> tuple:
    return book.one(
        f"select {columns} from marts.loan_months where loan_id = ? and month_end = ?",
        loan_id,
        month_end,
    )


def w1(as_of: str) -> Book:
    book = Book().borrower().loan("L001", principal=3600)
    book.instalments(
        "L001",
        *((due, 900, 100) for due in ("2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30")),
    )
    for paid_on, amount in (("2024-02-05", 1000), ("2024-03-20", 600), ("2024-04-10", 500)):
        book.pay("L001", paid_on, amount)
    return book.build(as_of)


@pytest.mark.parametrize(
    ("as_of", "days", "oldest", "overdue", "count", "due_today"),
    [
        ("2024-01-31", 0, None, 0, 0, 1000),
        ("2024-02-01", 1, "2024-01-31", 1000, 1, 0),
        ("2024-02-05", 0, None, 0, 0, 0),
        ("2024-02-29", 0, None, 0, 0, 1000),
        ("2024-03-01", 1, "2024-02-29", 1000, 1, 0),
        ("2024-03-20", 20, "2024-02-29", 400, 1, 0),
        ("2024-03-31", 31, "2024-02-29", 400, 1, 1000),
        ("2024-04-10", 10, "2024-03-31", 900, 1, 0),
        ("2024-04-30", 30, "2024-03-31", 900, 1, 1000),
        ("2024-05-01", 31, "2024-03-31", 1900, 2, 0),
    ],
)
def test_w1_days_past_due_by_the_oldest_unpaid_instalment(
    as_of, days, oldest, overdue, count, due_today
):
    columns = (
        "days_past_due, oldest_unpaid_due, overdue_amount, instalments_past_due, due_today_unpaid"
    )
    expected = (days, oldest and D(oldest), Decimal(overdue), count, Decimal(due_today))
    assert state(w1(as_of), "L001", columns) == expected


# Order, scope, left of instalments 1 and 2 (penalty, interest, principal), days by PI, by ALL.
W2_ORDERS = {
    "A": ("penalty,interest,principal,fee", "HORIZONTAL", (0, 0, 7), ("14.09", 91, 909), 60, 60),
    "B": ("interest,principal,penalty,fee", "HORIZONTAL", (7, 0, 0), ("14.09", 91, 909), 31, 60),
    "C": ("interest,penalty,principal,fee", "VERTICAL", (0, 0, "112.09"), (0, 0, 909), 60, 60),
    "D": ("principal,interest,penalty,fee", "VERTICAL", (27, 100, 0), ("14.09", 91, 789), 60, 60),
}


@pytest.mark.parametrize("variant", W2_ORDERS)
@pytest.mark.parametrize("basis", ["PI", "ALL"])
def test_w2_the_order_of_allocation_alone_moves_days_past_due(variant, basis):
    order, scope, first, second, dpd_pi, dpd_all = W2_ORDERS[variant]
    book = Book().borrower().loan("L1", principal=1809)
    book.parameter("alloc_order_accrual", order).parameter("alloc_scope", scope)
    book.parameter("dpd_basis", basis)
    book.instalments("L1", ("2024-01-31", 900, 100), penalty_due=27)
    book.add(
        "instalments",
        loan_id="L1",
        seq=2,
        due_on="2024-02-29",
        principal_due=909,
        interest_due=91,
        penalty_due="14.09",
    )
    book.pay("L1", "2024-03-31", 1020)
    book.build("2024-03-31")
    assert state(book) == (dpd_pi if basis == "PI" else dpd_all,)
    unpaid = book.rows(
        """select penalty_due - penalty_paid, interest_due - interest_paid,
            principal_due - principal_paid from marts.instalments order by seq"""
    )
    assert unpaid == [tuple(map(Decimal, line)) for line in (first, second)]


def test_penalty_only_arrears_give_no_days_past_due_but_are_not_silent():
    book = Book().borrower().loan("L1", principal=900)
    book.instalments("L1", ("2024-01-31", 900, 100), penalty_due=27)
    book.pay("L1", "2024-03-01", 1000)
    book.build("2024-03-31")
    assert state(book, columns="days_past_due, residual_penalty, status, balance") == (
        0,
        Decimal(27),
        "active",
        Decimal(0),
    )


@pytest.mark.parametrize(
    ("as_of", "days", "classification"),
    [("2016-12-31", 11, 2), ("2017-03-20", 90, 2), ("2017-03-21", 91, 3)],
)
def test_w4_the_due_date_is_day_zero_and_the_whole_loan_is_overdue(as_of, days, classification):
    book = Book().borrower(kind="corporate")
    book.loan(
        "L1", principal=10_000_000, disbursed_on="2016-06-20", repayment_method="interest_only"
    )
    book.instalments("L1", ("2016-12-20", 0, 250_000), ("2017-12-20", 10_000_000, 250_000))
    book.build(as_of)
    assert state(book, columns="days_past_due, classification") == (days, classification)
    overdue = book.one(
        """select overdue_1104_balance from marts.loan_months
        where month_end = '2016-12-31'"""
    )
    assert overdue == (Decimal(10_000_000),)


W5 = {
    0: ("M0", "current"),
    1: ("M1", "1-30"),
    30: ("M1", "1-30"),
    31: ("M2", "31-60"),
    60: ("M2", "31-60"),
    61: ("M3", "61-90"),
    90: ("M3", "61-90"),
    91: ("M4", "91-180"),
    120: ("M4", "91-180"),
    121: ("M5", "91-180"),
    150: ("M5", "91-180"),
    151: ("M6", "91-180"),
    180: ("M6", "91-180"),
    181: ("M7+", "181-360"),
    360: ("M7+", "181-360"),
    361: ("M7+", "360+"),
}
W7 = {0: 1, 1: 2, 7: 2, 8: 2, 90: 2, 91: 3, 270: 3, 271: 4, 360: 4, 361: 5}


def late_by(days: Iterable[int]) -> Book:
    """One loan per number of days, recorded as that late on 2024-12-31."""
    book = Book().borrower()
    for number in days:
        book.loan(f"L{number}", principal=1000)
        book.recorded(f"L{number}", "2024-12-31", 1000, days_past_due=number)
    return book


def test_w5_buckets_have_closed_bounds():
    book = late_by(W5).build("2024-12-31")
    for table in ("marts.loans", "marts.loan_months"):
        rows = book.rows(f"select days_past_due, bucket_m, bucket from {table}")
        assert {days: (label, bucket) for days, label, bucket in rows} == W5


def test_w7_class_floors_by_days_past_due():
    book = late_by(W7).build("2024-12-31")
    rows = book.rows("select days_past_due, class_floor from marts.loan_months")
    assert dict(rows) == W7


def test_w7_a_documented_technical_cause_waives_special_mention_up_to_seven_days():
    book = late_by((7, 8))
    for days in (7, 8):
        book.add(
            "signals",
            signal_id=f"S{days}",
            rule_id="F1_technical",
            loan_id=f"L{days}",
            raised_on="2024-12-25",
        )
    book.build("2024-12-31")
    rows = book.rows("select days_past_due, class_floor from marts.loan_months")
    assert dict(rows) == {7: 1, 8: 2}, "the days are counted all the same (R-DPD-5)"


def test_thresholds_are_dated_rows_and_a_product_may_have_its_own():
    book = late_by((95,)).loan("card", product="card_instalment")
    book.recorded("card", "2024-12-31", 1000, days_past_due=121)
    book.recorded("card", "2023-12-31", 1000, days_past_due=121)
    book.parameter("doubtful_dpd", "120", product="card_instalment", valid_from="2024-01-01")
    book.build("2024-12-31")
    rows = book.rows("select loan_id, month_end, class_floor from marts.loan_months order by all")
    assert rows == [
        ("L95", D("2024-12-31"), 3),
        ("card", D("2023-12-31"), 3),
        ("card", D("2024-12-31"), 4),
    ]


def test_w6_portfolio_at_risk_counts_whole_balances_and_names_three_overdue_amounts():
    as_of = date(2024, 12, 31)
    book = Book().borrower()
    loans = (
        ("A", 1000, 0, 0),
        ("B", 800, 5, 40),
        ("C", 600, 31, 60),
        ("D", 500, 61, 100),
        ("E", 400, 91, 120),
        ("F", 300, 400, 300),
        ("G", 200, 0, 0),
    )
    for loan_id, balance, days, overdue in loans:
        book.loan(
            loan_id,
            principal=balance,
            disbursed_on="2023-01-01",
            repayment_method="equal_instalment",
        )
        late_on = date.fromordinal(as_of.toordinal() - days).isoformat()
        lines = [(late_on, overdue, 0)] if overdue else []
        rest = balance - overdue
        book.instalments(loan_id, *lines, *([("2025-06-30", rest, 0)] if rest else []))
    book.add(
        "restructures",
        restructure_id="X1",
        loan_id="G",
        restructured_on="2024-11-15",
        first_repay_on="2025-06-30",
    )
    book.loan("H", principal=100, disbursed_on="2023-01-01")
    book.instalments("H", ("2024-12-01", 100, 0)).pay("H", "2024-12-01", 100)
    book.loan("W", principal=250, disbursed_on="2023-01-01")
    book.instalments("W", ("2024-01-01", 250, 0))
    book.add("write_offs", write_off_id="O1", loan_id="W", written_off_on="2024-12-10", amount=250)
    book.build(as_of.isoformat())
    names = (
        "balance",
        "par1_balance",
        "par30_balance",
        "par60_balance",
        "par90_balance",
        "par30_restructured_balance",
        "overdue_principal_balance",
        "overdue_1104_balance",
        "overdue_count",
        "loan_count",
    )
    sums = ", ".join(f"sum({name})" for name in names)
    for table in ("marts.portfolio", "marts.segments", "marts.loan_months"):
        row = book.one(f"select {sums} from {table} where month_end = '2024-12-31'")
        assert dict(zip(names, map(int, row), strict=True)) == {
            "balance": 3800,
            "par1_balance": 2600,
            "par30_balance": 1800,
            "par60_balance": 1200,
            "par90_balance": 700,
            "par30_restructured_balance": 2000,
            "overdue_principal_balance": 620,
            "overdue_1104_balance": 900,
            "overdue_count": 5,
            "loan_count": 7,
        }
    left = book.rows(
        """select loan_id, status, balance, bucket from marts.loan_months
        where month_end = '2024-12-31' and loan_id in ('H', 'W') order by loan_id"""
    )
    assert left == [
        ("H", "closed", Decimal(0), None),
        ("W", "written_off", Decimal(0), None),
    ]


W8 = {
    "O1": ("corporate", ((90, 3), (910, 1)), None, 2),
    "O2": ("corporate", ((110, 3), (890, 1)), None, 3),
    "O5": ("corporate", ((100, 4), (900, 1)), None, 2),
    "O4": ("corporate", ((400, 1),), (1000, 210), 3),
    "O3": ("retail", ((500, 3), (500, 1)), None, 1),
}


@pytest.mark.parametrize("obligor", W8)
def test_w8_obligor_rules_bind_non_retail_borrowers_strictly_above_the_share(obligor):
    kind, claims, bureau, floor = W8[obligor]
    book = Book().borrower(obligor, kind)
    for number, (balance, classification) in enumerate(claims, start=1):
        book.loan(f"L{number}", borrower_id=obligor, principal=balance)
        book.recorded(f"L{number}", "2024-12-31", balance, classification=classification)
    if bureau:
        book.add(
            "bureau",
            borrower_id=obligor,
            reported_on="2024-11-30",
            total_debt=bureau[0],
            debt_dpd90=bureau[1],
        )
    book.build("2024-12-31")
    last = f"L{len(claims)}"
    assert month(book, last, "2024-12-31", "class_floor") == (floor,)


def test_w8_a_report_from_the_future_changes_nothing():
    book = Book().borrower("O4", "corporate").loan("L1", borrower_id="O4", principal=400)
    book.recorded("L1", "2024-11-30", 400).recorded("L1", "2024-12-31", 400)
    book.add("bureau", borrower_id="O4", reported_on="2024-12-15", total_debt=1000, debt_dpd90=210)
    book.build("2024-12-31")
    rows = book.rows("select class_floor from marts.loan_months order by month_end")
    assert rows == [(1,), (3,)]


def restructured(first_repay_on: str, months: int, missed: str | None = None) -> Book:
    """A restructured loan, paid every `months` months, once late if `missed`."""
    start = D(first_repay_on)
    dues = []
    for number in range(int(36 / months)):
        year, index = divmod(start.month - 1 + number * months, 12)
        dues.append(date(start.year + year, index + 1, start.day).isoformat())
    book = Book().borrower().loan("L1", principal=100 * len(dues), disbursed_on="2024-01-10")
    book.instalments("L1", *((due, 100, 0) for due in dues))
    book.add(
        "restructures",
        restructure_id="X1",
        loan_id="L1",
        restructured_on="2024-03-01",
        first_repay_on=first_repay_on,
    )
    for due in dues:
        if due <= "2025-12-31":
            late = due == missed
            book.pay("L1", D(due).replace(day=28).isoformat() if late else due, 100)
    return book.build("2025-12-31")


@pytest.mark.parametrize(
    ("first_repay_on", "months", "missed", "observation_ends"),
    [
        ("2024-04-20", 1, None, "2025-04-20"),
        ("2024-09-20", 6, None, "2025-09-20"),
        ("2024-04-20", 1, "2024-11-20", "2025-11-20"),
        ("2024-04-20", 12, None, "2026-04-20"),
    ],
)
def test_w9_observation_runs_a_year_from_the_first_repayment_and_restarts_on_a_miss(
    first_repay_on, months, missed, observation_ends
):
    book = restructured(first_repay_on, months, missed)
    rows = book.rows(
        "select month_end, observation_ends, class_floor from marts.loan_months order by month_end"
    )
    observed = [row for row in rows if row[1]]
    assert observed[-1][1] == D(observation_ends)
    assert all(floor >= 2 for _, _, floor in observed)
    after = [row for row in rows if row[0] >= D(observation_ends)]
    assert all(ends is None for _, ends, _ in after)
    assert observed[0][0] == D("2024-03-31")


def test_restructured_again_under_observation_is_at_least_substandard():
    book = Book().borrower().loan("L1", principal=1000, disbursed_on="2024-01-10")
    book.instalments("L1", ("2025-06-20", 1000, 0))
    for number, day in enumerate(("2024-03-01", "2024-09-01"), start=1):
        book.add(
            "restructures",
            restructure_id=f"X{number}",
            loan_id="L1",
            restructured_on=day,
            first_repay_on="2025-06-20",
        )
    book.build("2024-10-31")
    rows = book.rows("select class_floor, floor_rule from marts.loan_months order by month_end")
    assert rows[1] == (1, None) and rows[2] == (2, "F2_restr")
    assert rows[-1] == (3, "F3_re_restr")


def test_a_restructuring_resets_contractual_days_only():
    book = Book().borrower().loan("L1", principal=1000, disbursed_on="2024-01-10")
    book.instalments("L1", ("2024-02-20", 500, 0), ("2024-03-20", 500, 0))
    book.instalments("L1", ("2024-09-20", 1000, 0), version=2)
    book.add(
        "restructures",
        restructure_id="X1",
        loan_id="L1",
        restructured_on="2024-04-15",
        schedule_version=2,
        first_repay_on="2024-09-20",
    )
    book.build("2024-04-30")
    rows = book.rows("select days_past_due, dpd_original from marts.loan_months order by month_end")
    assert rows == [(0, 0), (9, 9), (40, 40), (0, 70)]


def test_a_reversal_takes_effect_on_its_own_day_and_reopens_the_instalment():
    book = Book().borrower().loan("L1", principal=200)
    book.instalments("L1", ("2024-01-15", 100, 0), ("2024-06-15", 100, 0))
    paid = book.pay("L1", "2024-01-15", 100)
    book.pay("L1", "2024-03-05", 100, reverses=paid)
    book.build("2024-03-31")
    rows = book.rows("select days_past_due, balance from marts.loan_months order by month_end")
    assert rows == [(0, 200), (0, 100), (0, 100), (76, 200)]
    assert book.one("select settled_on, paid from marts.instalments where seq = 1") == (None, 0)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("RETROACTIVE", {5: 0, 10: 0, 11: 11}), ("SHIFTED", {5: 0, 10: 0, 11: 1})],
)
def test_grace_hides_days_until_it_ends_or_moves_the_start(mode, expected):
    for days, counted in expected.items():
        book = Book().borrower().loan("L1", principal=100)
        book.parameter("grace_days", "10").parameter("grace_mode", mode)
        book.instalments("L1", ("2024-01-10", 100, 0), ("2025-01-10", 1, 0))
        book.build(date(2024, 1, 10 + days).isoformat())
        assert state(book) == (counted,)


def test_cash_in_advance_is_held_until_the_due_date():
    book = Book().borrower().loan("L1", principal=300)
    book.instalments("L1", *((due, 100, 0) for due in ("2024-01-31", "2024-02-29", "2024-03-31")))
    book.pay("L1", "2024-01-20", 250)
    book.build("2024-03-30")
    rows = book.rows(
        "select balance, advance_balance, days_past_due from marts.loan_months order by month_end"
    )
    assert rows == [(300, 0, 0), (200, 150, 0), (100, 50, 0)]
    assert book.one("select settled_on from marts.instalments where seq = 2") == (D("2024-01-20"),)


def test_cash_that_covers_all_that_is_owed_closes_the_loan_at_once():
    book = Book().borrower().loan("L1", principal=200)
    book.instalments("L1", ("2024-01-31", 100, 10), ("2024-06-30", 100, 10))
    book.pay("L1", "2024-02-10", 220)
    book.build("2024-04-30")
    rows = book.rows("select month_end, status, balance from marts.loan_months order by month_end")
    assert rows[-1] == (D("2024-02-29"), "closed", Decimal(0))
    assert state(book, columns="status, left_on") == ("closed", D("2024-02-10"))


def test_a_written_off_loan_leaves_the_book_and_its_days_go_on_in_memo():
    book = Book().borrower().loan("L1", principal=100)
    book.instalments("L1", ("2024-01-15", 100, 0))
    book.add("write_offs", write_off_id="O", loan_id="L1", written_off_on="2024-03-10", amount=100)
    book.build("2024-05-31")
    rows = book.rows(
        "select month_end, status, balance, written_off_amount from marts.loan_months order by 1"
    )
    assert [row[1] for row in rows] == ["active", "active", "active", "written_off"]
    assert rows[-1] == (D("2024-03-31"), "written_off", Decimal(0), Decimal(100))
    assert state(book, columns="status, days_past_due, bucket") == ("written_off", 137, None)


def test_a_partial_write_off_takes_the_newest_principal_and_days_keep_running():
    book = Book().borrower().loan("L1", principal=300)
    book.instalments("L1", *((due, 100, 0) for due in ("2024-01-31", "2024-02-29", "2024-03-31")))
    book.add(
        "write_offs",
        write_off_id="O",
        loan_id="L1",
        written_off_on="2024-03-10",
        amount=150,
        is_partial=True,
    )
    book.build("2024-04-30")
    rows = book.rows("select balance, days_past_due from marts.loan_months order by month_end")
    assert rows == [(300, 0), (300, 0), (300, 29), (150, 60), (150, 90)]


def test_an_expert_may_book_a_worse_class_and_never_a_better_one():
    book = late_by((91,))
    book.loan("worse").recorded("worse", "2024-12-31", 1000, classification=4)
    book.loan("better").recorded("better", "2024-12-31", 1000, days_past_due=100, classification=2)
    book.build("2024-12-31")
    rows = book.rows("select loan_id, class_floor, class_booked, classification from marts.loans")
    assert set(rows) == {("L91", 3, None, 3), ("worse", 1, 4, 4), ("better", 3, 2, 3)}


def test_impairment_and_its_share_set_floors():
    book = Book().borrower()
    for loan_id, provision in (("a", 499), ("b", 500), ("c", 900)):
        book.loan(loan_id).recorded(loan_id, "2024-12-31", 1000, stage=3, provision=provision)
    book.build("2024-12-31")
    rows = dict(book.rows("select loan_id, class_floor from marts.loan_months"))
    assert rows == {"a": 3, "b": 4, "c": 5}


def test_a_loan_with_neither_schedule_nor_record_has_no_state_and_says_so():
    book = Book().borrower().loan("L1").loan("L2").recorded("L2", "2024-01-31", 10)
    book.build("2024-01-31")
    assert state(book, columns="balance, days_past_due, bucket, classification") == (None,) * 4
    failed = book.one(
        "select tested, failed from marts.data_quality where rule_id = 'DQ03_state_known'"
    )
    assert failed == (2, 1)


def test_an_unknown_borrower_stays_and_fails_the_quality_rule():
    book = Book().loan("L1", borrower_id="B9").recorded("L1", "2024-01-31", 10)
    book.build("2024-01-31")
    assert book.one("select borrower_id, is_known from marts.borrowers") == ("B9", False)
    assert book.one(
        "select failed from marts.data_quality where rule_id = 'DQ01_borrower_known'"
    ) == (1,)


def test_recorded_beside_recomputed_gives_exactly_the_disagreements():
    book = Book().borrower().loan("L1", principal=100)
    book.instalments("L1", ("2024-01-15", 50, 0), ("2024-12-15", 50, 0))
    book.recorded("L1", "2023-12-31", 100, classification=1)
    book.recorded("L1", "2024-01-31", 100, days_past_due=16, classification=2)
    book.recorded("L1", "2024-02-29", 100, days_past_due=46, classification=1)
    book.recorded("L1", "2024-03-31", 90, days_past_due=77, classification=2)
    book.loan("L2", principal=100).instalments("L2", ("2024-01-15", 100, 0))
    book.pay("L2", "2024-01-15", 100)
    book.build("2024-03-31")
    rows = book.rows(
        "select test_id, month_end, recorded, recomputed from marts.audit_exceptions "
        "where test_id in ('T01_dpd', 'T01_balance', 'T02_class') order by all"
    )
    assert rows == [
        ("T01_balance", D("2024-03-31"), 90, 100),
        ("T01_dpd", D("2024-02-29"), 46, 45),
        ("T01_dpd", D("2024-03-31"), 77, 76),
        ("T02_class", D("2024-02-29"), 1, 2),
    ]


def test_schedules_without_any_payment_leave_the_record_to_speak():
    book = Book().borrower().loan("L1", principal=100)
    book.instalments("L1", ("2024-01-15", 100, 0)).recorded("L1", "2024-03-31", 0, status="closed")
    book.build("2024-03-31")
    assert book.rows("select status, days_past_due, state_source from marts.loan_months") == [
        ("closed", 0, "recorded")
    ]


def test_w25_backlog_is_recomputable_on_any_month_end():
    book = Book().add("departments", department_id="d", name="Dept")
    cases = (
        ("1", "2024-01-02", "2024-01-05", "2024-01-04"),
        ("2", "2024-01-10", None, "2024-01-20"),
        ("3", "2024-01-15", "2024-02-02", "2024-01-31"),
        ("4", "2024-02-03", None, "2024-02-13"),
    )
    for case_id, opened, closed, due in cases:
        book.add(
            "cases",
            case_id=case_id,
            department_id="d",
            case_type="x",
            opened_at=opened,
            closed_at=closed,
            due_at=due,
        )
    book.build("2024-02-29")
    rows = book.rows(
        """select month_end, backlog, opened, closed, overdue_open, due_in_month,
            breached_in_month
        from marts.workload order by month_end"""
    )
    # Case 3, due on 31 January, is not late that day; closed after it, it breached.
    assert rows == [
        (D("2024-01-31"), 2, 3, 1, 1, 3, 3),
        (D("2024-02-29"), 2, 1, 1, 2, 1, 1),
    ]


def test_a_late_case_is_breached_in_its_month_whenever_one_looks():
    book = Book().add("departments", department_id="d", name="Dept")
    book.loan("L1").recorded("L1", "2024-06-30", 10)
    book.add(
        "cases",
        case_id="1",
        department_id="d",
        case_type="x",
        opened_at="2024-03-01",
        due_at="2024-03-31",
    )
    book.build("2024-06-30")
    cube = book.one("select breached_in_month from marts.workload where month_end = '2024-03-31'")
    sql = (QUERIES / "reports" / "case_counts.sql").read_text(encoding="utf-8")
    scope = {"branches": ["", "Main"], "products": ["", "consumer"]}
    rows = book.answering(sql).execute(sql, {**scope, "month_end": D("2024-03-31")}).df()
    assert cube == (1,) and list(rows["breached_in_month"]) == [1]


def test_a_write_off_taken_back_flows_out_and_in_again():
    book = Book().borrower().loan("L1", principal=1000)
    book.instalments("L1", ("2024-12-31", 1000, 0))
    book.add(
        "write_offs",
        write_off_id="O",
        loan_id="L1",
        written_off_on="2024-01-10",
        amount=1000,
        reversed_on="2024-03-10",
    )
    book.build("2024-03-31")
    rows = book.rows(
        "select status, balance, written_off_amount from marts.loan_months order by month_end"
    )
    assert rows == [
        ("active", 1000, 0),
        ("written_off", 0, 1000),
        ("written_off", 0, 0),
        ("active", 1000, -1000),
    ]


def test_a_month_without_a_known_month_before_it_opens_nothing():
    book = Book().borrower().loan("L1", disbursed_on="2020-01-10")
    for day in ("2024-01-31", "2024-03-31"):
        book.recorded("L1", day, 500, days_past_due=100)
    book.build("2024-03-31")
    rows = book.rows(
        """select opening_balance, npl_inflow_amount, newly_late_balance
        from marts.loan_months order by month_end"""
    )
    assert rows == [(None, 0, 0), (None, 0, 0)]


def test_a_loan_newly_late_in_the_month_it_was_paid_out_counts():
    book = Book().borrower().loan("L1", principal=100, disbursed_on="2024-01-02")
    book.instalments("L1", ("2024-01-15", 100, 0)).build("2024-01-31")
    assert book.one("select newly_late_balance from marts.loan_months") == (100,)


def test_where_the_record_does_not_tell_what_is_overdue_the_whole_balance_counts():
    book = Book().borrower().loan("L1", repayment_method="equal_instalment")
    book.recorded("L1", "2024-01-31", 900, days_past_due=45).build("2024-01-31")
    assert book.one("select overdue_1104_balance from marts.loan_months") == (900,)


def test_a_floor_of_one_product_does_not_bind_another_and_a_later_row_ends_an_earlier():
    book = Book().borrower()
    for product in ("consumer", "housing"):
        book.loan(product, product=product)
        book.recorded(product, "2024-12-31", 100)
        book.add(
            "signals",
            signal_id=product,
            rule_id="F2_misuse",
            loan_id=product,
            raised_on="2024-12-01",
        )
    book.parameter("floor.F2_misuse", "5", product="housing", valid_from="2024-01-01")
    book.parameter("floor.F2_misuse", "3", valid_from="2024-06-01")
    book.build("2024-12-31")
    assert dict(book.rows("select loan_id, class_floor from marts.loan_months")) == {
        "consumer": 3,
        "housing": 5,
    }
    in_force = book.one(
        """select count(*) from staging.parameters where param_id = 'floor.F2_misuse'
        and product = '*' and date '2024-12-31' between valid_from and valid_to"""
    )
    assert in_force == (1,)


FLOORS_BY_MONTH = (
    "select strftime(month_end, '%m'), class_floor, coalesce(floor_rule, '')"
    " from marts.loan_months where loan_id = ? order by month_end"
)


@pytest.mark.parametrize(
    ("result", "floor"),
    [("misused", "F2_misuse"), ("speculation", "F2_misuse"), ("unclear", ""), ("as_agreed", "")],
)
def test_money_found_misused_makes_special_mention_until_a_check_finds_otherwise(result, floor):
    book = Book().borrower().loan("L1", principal=100, disbursed_on="2024-01-20")
    book.instalments("L1", ("2025-01-20", 100, 0))
    for check_id, day, found in (("K1", "2024-02-29", result), ("K2", "2024-05-02", "as_agreed")):
        book.add("fund_uses", check_id=check_id, loan_id="L1", checked_on=day, result=found)
    book.build("2024-06-30")
    held = (2, floor) if floor else (1, "")
    assert book.rows(FLOORS_BY_MONTH, "L1") == [
        ("01", 1, ""),
        ("02", *held),
        ("03", *held),
        ("04", *held),
        ("05", 1, ""),
        ("06", 1, ""),
    ]


@pytest.mark.parametrize(
    ("lent_on", "kind", "qualified", "is_floored"),
    [
        ("2024-03-25", "retail", False, True),
        ("2024-03-05", "corporate", False, True),
        ("2024-03-26", "retail", False, False),  # eleven days after
        ("2024-03-25", "small_business", False, True),
        ("2024-03-25", "small_business", True, False),  # as the regulator allows
        ("2024-03-25", "corporate", True, True),  # which it allows to small businesses only
    ],
)
def test_a_loan_that_settled_another_is_special_mention_while_its_signal_lasts(
    lent_on, kind, qualified, is_floored
):
    book = Book().borrower(kind=kind).loan("OLD", principal=100, disbursed_on="2024-01-20")
    book.instalments("OLD", ("2024-03-15", 100, 0)).pay("OLD", "2024-03-15", 100)
    book.loan("NEW", principal=100, disbursed_on=lent_on, is_qualified_renewal=qualified)
    book.instalments("NEW", ("2025-01-20", 100, 0)).build("2024-10-31")
    floors = {month: floor for month, *floor in book.rows(FLOORS_BY_MONTH, "NEW")}
    held = [2, "F2_refinance"] if is_floored else [1, ""]
    assert {floors.pop(month) == held for month in ("03", "04", "05", "06", "07", "08")} == {True}
    # 180 days after, nothing is left of the signal's points.
    assert floors == {"09": [1, ""], "10": [1, ""]}
    hits = book.rows("select distinct rule_id from marts.signal_hits where loan_id = 'NEW'")
    assert (("B17",) in hits) == (lent_on != "2024-03-26")


def test_a_rule_nobody_knows_stops_the_load():
    book = Book().borrower().loan("L1", principal=100)
    book.parameter("alloc_scope", "horizontal").instalments("L1", ("2024-01-15", 100, 0))
    book.build("2024-01-31")
    with pytest.raises(CheckFailed, match="every_loan_has_its_rules"):
        book.check()


def test_a_draft_finding_is_the_auditors_own():
    book = Book().borrower().loan("L1").recorded("L1", "2024-01-31", 10)
    for status in ("draft", "issued"):
        book.add(
            "findings",
            finding_id=status,
            title=status,
            severity="high",
            status=status,
            issued_on="2024-01-05",
        )
        book.add("finding_loans", finding_id=status, loan_id="L1")
    book.build("2024-01-31")
    assert book.rows("select finding_id, loan_count from marts.findings") == [("issued", 1)]
    assert book.rows("select finding_id from marts.finding_loans") == [("issued",)]


def test_a_record_that_stops_fails_a_quality_rule():
    book = Book().borrower().loan("L1").recorded("L1", "2024-01-31", 500)
    book.loan("L2").recorded("L2", "2024-04-30", 500)
    book.build("2024-04-30")
    failed = book.one("select failed from marts.data_quality where rule_id = 'DQ12_record_current'")
    assert failed == (1,)
