"""Who is late and how late: the worked examples, what enters and leaves, two dimensions at once."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import duckdb
import pytest

from tests.book import Book

D = date.fromisoformat

# Balance, days past due, overdue principal, restructured (W6). F is not an instalment loan.
W6 = {
    "A": (1000, 0, 0),
    "B": (800, 5, 40),
    "C": (600, 31, 60),
    "D": (500, 61, 100),
    "E": (400, 91, 120),
    "F": (300, 400, 300),
    "G": (200, 0, 0),
}
W6_AS_OF = date(2024, 12, 31)


def w6() -> Book:
    """The example as schedules and repayments: what is late fell due that many days ago."""
    book = Book().borrower()
    for loan_id, (balance, days, overdue) in W6.items():
        book.loan(
            loan_id,
            principal=balance,
            disbursed_on="2023-01-31",
            repayment_method="equal_instalment",
        )
        due_on = W6_AS_OF - timedelta(days=days)
        lines = [(due_on, overdue, 0)] if overdue else []
        rest = balance - overdue
        book.instalments(loan_id, *lines, *([("2026-12-31", rest, 0)] if rest else []))
    book.loan("H", principal=100, disbursed_on="2023-01-31")
    book.instalments("H", ("2024-06-30", 100, 0))
    book.pay("H", "2024-06-30", 100)
    book.loan("W", principal=250, disbursed_on="2023-01-31")
    book.instalments("W", ("2024-05-31", 250, 0))
    book.add("write_offs", write_off_id="W1", loan_id="W", written_off_on="2024-11-30", amount=250)
    book.add(
        "restructures",
        restructure_id="T1",
        loan_id="G",
        restructured_on="2024-10-15",
        kind="extension",
        pre_class=2,
        first_repay_on="2026-12-31",
    )
    return book.build(W6_AS_OF.isoformat())


def test_w6_every_figure_of_the_example():
    found = w6().one(
        """
        select sum(balance), sum(par1_balance), sum(par30_balance), sum(par60_balance),
            sum(par90_balance), sum(par30_restructured_balance), sum(overdue_principal_balance),
            sum(overdue_1104_balance), sum(overdue_count), sum(loan_count)
        from marts.portfolio where month_end = '2024-12-31'
        """
    )
    gross, par1, par30, par60, par90, restructured, arrears, r1104, late, loans = found
    assert (gross, par1, par30, par60, par90) == (3800, 2600, 1800, 1200, 700)
    assert (restructured, arrears, r1104, late, loans) == (2000, 620, 900, 5, 7)

    def per_cent(part: Decimal, whole: Decimal = gross) -> float:
        return round(float(100 * part / whole), 4)

    assert [per_cent(each) for each in (par1, par30, par60, par90)] == [
        *(68.4211, 47.3684, 31.5789, 18.4211),
    ]
    assert [per_cent(each) for each in (restructured, arrears, r1104)] == [
        *(52.6316, 16.3158, 23.6842),
    ]
    assert per_cent(late, loans) == 71.4286
    # With the loan written off counted, wrongly, it would be this.
    assert per_cent(par30 + 250, gross + 250) == 50.6173


def test_buckets_of_disclosure_have_closed_bounds():
    days = {0: "current", 1: "1-90", 90: "1-90", 91: "91-360", 360: "91-360", 361: "361-1095"}
    days |= {1095: "361-1095", 1096: "1095+"}
    book = Book().borrower()
    for each in days:
        book.loan(f"L{each}").recorded(f"L{each}", "2024-12-31", 1000, days_past_due=each)
    book.build("2024-12-31")
    rows = book.rows("select days_past_due, bucket_reg from marts.loan_months")
    assert dict(rows) == days


# --- Who came and who went ---


def flows(*days: int | str | None, balance: int = 1000) -> list[tuple[int, int, int, int]]:
    """Newly late, late again, cured, left late, per month; None is a month not recorded."""
    book = Book().borrower().loan("L1", principal=balance, disbursed_on="2024-01-05")
    for place, each in enumerate(days):
        if each is None:
            continue
        month_end = date(2024 + (place + 1) // 12, (place + 1) % 12 + 1, 1) - timedelta(days=1)
        status = each if isinstance(each, str) else "active"
        late = each if isinstance(each, int) else 100
        left = 0 if status == "closed" else balance
        book.recorded("L1", str(month_end), left, days_past_due=late, status=status)
    book.build("2024-12-31")
    columns = ("newly_late", "late_again", "cured", "left_late")
    counts = ", ".join(f"{column}_count" for column in columns)
    rows = book.rows(f"select {counts} from marts.loan_months order by month_end")
    amounts = ", ".join(f"{column}_balance" for column in columns)
    balances = book.rows(f"select {amounts} from marts.loan_months order by month_end")
    assert [[each * balance for each in row] for row in rows] == [list(row) for row in balances]
    return rows


NONE, NEW, AGAIN, CURED, LEFT = (
    (0, 0, 0, 0),
    (1, 0, 0, 0),
    (1, 1, 0, 0),
    (0, 0, 1, 0),
    (0, 0, 0, 1),
)


def test_a_loan_becomes_late_stays_late_and_is_cured():
    assert flows(0, 10, 40, 0, 0) == [NONE, NEW, NONE, CURED, NONE]


def test_late_again_is_part_of_newly_late():
    assert flows(0, 10, 0, 5, 0, 0, 3) == [NONE, NEW, CURED, AGAIN, CURED, NONE, AGAIN]


@pytest.mark.parametrize("status", ["closed", "written_off", "sold"])
def test_who_leaves_the_book_late_is_not_cured(status):
    assert flows(0, 10, status) == [NONE, NEW, LEFT]
    assert flows(0, 0, status) == [NONE, NONE, NONE]


def test_a_loan_late_in_the_month_it_was_paid_out_is_new():
    assert flows(10, 0) == [NEW, CURED]


def test_after_a_month_that_was_not_recorded_nothing_is_new_or_cured():
    assert flows(0, None, 10, 0, 4) == [NONE, NONE, CURED, AGAIN]


def test_what_came_and_went_explains_the_number_late(demo_build):
    sql = """
        select month_end, sum(overdue_count), sum(newly_late_count), sum(cured_count),
            sum(left_late_count)
        from marts.portfolio group by 1 order by 1
        """
    with duckdb.connect(demo_build, read_only=True) as connection:
        months = connection.execute(sql).fetchall()
    assert sum(month[2] for month in months) > 100
    for (_, before, *_), (month_end, now, new, cured, left) in pairwise(months):
        assert before + new - cured - left == now, month_end


# --- The entry rate (section 3.2) ---


def told(book: Book, month_end: str, days: int = 1) -> tuple:
    """Due, unpaid, both by count: what a month end tells of the due month before."""
    due = "due_30" if days == 30 else "due"
    return book.one(
        f"""
        select sum({due}_amount), sum(unpaid_{days}_amount), sum({due}_count),
            sum(unpaid_{days}_count)
        from marts.due_cohorts where month_end = ?
        """,
        month_end,
    )


def test_an_instalment_due_on_a_month_end_is_judged_the_day_after():
    book = Book().borrower().loan("L1").loan("L2")
    for loan_id in ("L1", "L2"):
        book.instalments(loan_id, ("2024-01-31", 400, 100), ("2024-02-29", 600, 50))
    book.pay("L1", "2024-02-01", 500)
    book.pay("L2", "2024-02-02", 500)
    book.build("2024-03-31")
    # L1 paid by the end of the day after; L2 one day later: one of two, 500 of 1000.
    assert told(book, "2024-02-29") == (1000, 500, 2, 1)
    assert told(book, "2024-02-29", 3) == (1000, 0, 2, 0)
    assert told(book, "2024-03-31") == (1300, 1300, 2, 2)


def test_a_due_month_is_told_only_when_all_of_it_can_be_judged():
    book = Book().borrower().loan("L1")
    book.instalments("L1", ("2024-01-30", 300, 0), ("2024-02-10", 300, 0), ("2024-03-10", 400, 0))
    book.build("2024-03-31")
    months = book.rows(
        "select month_end, due_amount, due_30_amount from marts.due_cohorts order by 1"
    )
    # The thirtieth day after 30 January is 29 February, after 31 January it is in March.
    assert months == [(D("2024-02-29"), 300, 0), (D("2024-03-31"), 300, 300)]


def test_part_payments_and_later_days_leave_what_is_unpaid_then():
    book = Book().borrower().loan("L1").loan("L2", borrower_id="B1").loan("L3", borrower_id="B1")
    book.instalments("L1", ("2024-01-10", 900, 100), ("2024-12-10", 100, 0))
    book.instalments("L2", ("2024-01-10", 1000, 0))
    book.pay("L1", "2024-01-10", 250)
    book.pay("L1", "2024-01-13", 150)
    book.pay("L1", "2024-01-20", 600)
    book.instalments("L3", ("2024-02-10", 1000, 0))
    book.pay("L2", "2024-01-05", 1000)
    book.pay("L3", "2024-01-31", 1000)
    book.build("2024-03-31")
    row = "select unpaid_1, unpaid_3, unpaid_7, unpaid_30 from marts.due_instalments"
    assert book.one(f"{row} where loan_id = 'L1'") == (750, 600, 600, 0)
    # A last instalment paid some days early was due that month all the same, or the rate would
    # leave out those who pay best; one that was to fall due only after the loan had gone was not.
    assert book.rows(f"{row} where loan_id = 'L2'") == [(0, 0, 0, 0)]
    assert book.rows(f"{row} where loan_id = 'L3'") == []
    assert told(book, "2024-02-29") == (2000, 750, 2, 1)
    assert told(book, "2024-03-31", 30) == (2000, 0, 2, 0)


def test_a_payment_taken_back_later_counted_while_it_stood():
    book = Book().borrower().loan("L1")
    book.instalments("L1", ("2024-01-10", 500, 0), ("2024-12-10", 500, 0))
    paid = book.pay("L1", "2024-01-10", 500)
    book.pay("L1", "2024-01-15", -500, reverses=paid)
    book.build("2024-03-31")
    row = "select unpaid_1, unpaid_3, unpaid_7, unpaid_30 from marts.due_instalments"
    assert book.one(row) == (0, 0, 500, 500)


def test_a_restructuring_does_not_undo_that_an_instalment_was_late():
    book = Book().borrower().loan("L1")
    book.instalments("L1", ("2024-01-10", 500, 20), ("2024-02-10", 500, 10))
    book.instalments("L1", ("2024-06-10", 1000, 40), version=2, valid_from="2024-01-25")
    book.build("2024-03-31")
    rows = book.rows("select due_on, due, unpaid_1, unpaid_7, unpaid_30 from marts.due_instalments")
    assert rows == [(D("2024-01-10"), 520, 520, 520, 520)]


def test_an_early_repayment_is_no_instalment_that_fell_due():
    book = Book().borrower().loan("L1", principal=300)
    lines = [("2024-02-15", 100, 10), ("2024-03-15", 100, 10), ("2024-04-15", 100, 10)]
    book.instalments("L1", *lines)
    book.pay("L1", "2024-03-15", 270)  # February's, March's on its day, and 50 early
    kept = [lines[0], ("2024-03-15", 100, 10), ("2024-03-15", 50, 0), ("2024-04-15", 50, 5)]
    book.instalments("L1", *kept, version=2, valid_from="2024-03-15")
    book.build("2024-04-30")
    fell_due = "select due_on, due, unpaid_1 from marts.due_instalments order by due_on"
    assert book.rows(fell_due) == [
        (D("2024-02-15"), 110, 110),
        (D("2024-03-15"), 110, 0),
        (D("2024-04-15"), 55, 55),
    ]


def test_a_loan_paid_down_before_its_first_instalment_is_judged_by_that_instalment():
    book = Book().borrower().loan("L1", principal=300, disbursed_on="2024-01-10")
    lines = [("2024-02-15", 100, 10), ("2024-03-15", 200, 10)]
    book.instalments("L1", *lines)
    book.pay("L1", "2024-01-20", 50)
    kept = [("2024-01-20", 50, 0), ("2024-02-15", 100, 10), ("2024-03-15", 150, 10)]
    book.instalments("L1", *kept, version=2, valid_from="2024-01-20")
    book.build("2024-03-31")
    first = "select first_due_on, is_fpd_30 from marts.loans"
    assert book.rows(first) == [(D("2024-02-15"), True)]


def test_interest_first_or_principal_first_the_unpaid_part_is_the_same():
    for order in ("fee,interest,principal,penalty", "principal,interest,fee,penalty"):
        book = Book().borrower().loan("L1")
        book.parameter("alloc_order_accrual", order)
        book.instalments("L1", ("2024-01-10", 900, 100), ("2024-12-10", 100, 0), fee_due=10)
        book.pay("L1", "2024-01-10", 310)
        book.build("2024-03-31")
        unpaid = 700 if order.startswith("fee") else 690
        assert book.rows("select distinct unpaid_1 from marts.due_instalments") == [(unpaid,)]


def test_a_vertical_contract_pays_all_interest_before_any_principal():
    book = Book().borrower().loan("L1")
    book.parameter("alloc_scope", "VERTICAL")
    book.instalments("L1", ("2024-01-10", 400, 100), ("2024-02-10", 600, 50))
    book.pay("L1", "2024-01-10", 100)
    book.pay("L1", "2024-02-10", 100)
    book.build("2024-04-30")
    rows = book.rows(
        "select due_on, unpaid_1, unpaid_30 from marts.due_instalments order by due_on"
    )
    # Of the second hundred, fifty go to the interest of February, fifty to January's principal.
    assert rows == [(D("2024-01-10"), 400, 400), (D("2024-02-10"), 600, 600)]


def test_a_loan_gone_by_the_due_date_owes_nothing_then():
    book = Book().borrower().loan("L1")
    book.instalments("L1", ("2024-01-10", 500, 0), ("2024-02-10", 500, 0))
    book.add("write_offs", write_off_id="W1", loan_id="L1", written_off_on="2024-02-01", amount=1e3)
    book.build("2024-04-30")
    assert book.rows("select due_on from marts.due_instalments") == [(D("2024-01-10"),)]


# --- First payments ---


def test_w30_first_payment_default_of_eighty_loans():
    book = Book().borrower()
    for number in range(80):
        loan_id = f"L{number:02}"
        book.loan(loan_id, disbursed_on="2024-01-05", principal=1000)
        book.instalments(loan_id, ("2024-02-05", 100, 10), ("2024-12-05", 900, 0))
        # Two pay on the thirty-first day or never, one on the thirtieth, one after eight.
        late = {0: 31, 2: 30, 3: 8}.get(number, 0)
        if number != 1:
            book.pay(loan_id, str(D("2024-02-05") + timedelta(days=late)), 110)
    book.loan("early", disbursed_on="2024-01-05").instalments("early", ("2024-02-05", 1000, 0))
    book.pay("early", "2024-01-20", 1000)
    book.loan("young", disbursed_on="2024-03-01").instalments("young", ("2024-03-20", 1000, 0))
    book.build("2024-03-31")
    found = book.one(
        """
        select sum(fpd_30_count), sum(fpd_30_due_count), sum(fpd_7_count), sum(fpd_1_count),
            sum(fpd_30_amount), sum(fpd_30_due_amount)
        from marts.first_payments where vintage = '2024-01-01'
        """
    )
    assert found == (2, 80, 4, 4, 2000, 80_000)
    assert 100 * found[0] / found[1] == 2.5
    young = "select sum(fpd_7_due_count), sum(fpd_30_due_count) from marts.first_payments"
    assert book.one(f"{young} where vintage = '2024-03-01'") == (1, 0)
    days = dict(book.rows("select loan_id, first_paid_late_days from marts.loans"))
    assert [days[loan] for loan in ("L00", "L01", "L02", "L03", "L04", "early")] == [
        *(31, 55, 30, 8, 0, None),
    ]
    on = "select first_due_on, is_fpd_1, is_fpd_7, is_fpd_30 from marts.loans where loan_id = ?"
    assert book.one(on, "L02") == (D("2024-02-05"), True, True, False)
    assert book.one(on, "young") == (D("2024-03-20"), True, True, None)
    assert book.one(on, "early") == (None, None, None, None)
