"""Given a loan's story, how its balance moved in each month, to the cent, and what broke."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from data.building import CheckFailed
from queries.metrics import METRICS, NPL_FORMATION_RATE_GROSS, SMM, compare, measure
from queries.warehouse import Scope
from tests.book import Book
from tests.served import serve

FLOWS = (
    "opening",
    "disbursed",
    "entered",
    "scheduled",
    "prepaid",
    "unsplit",
    "written_off",
    "sold",
    "capitalised",
    "break",
)
NPL_FLOWS = (
    "npl_opening",
    "npl_entered",
    "npl_inflow",
    "npl_upgraded",
    "npl_cash",
    "npl_written_off",
    "npl_sold",
    "npl_capitalised",
    "npl_break",
)
# What a load checks of flows.
CHECKS = (
    "a_loan_month_has_one_row",
    "every_balance_is_what_its_flows_lead_to",
    "the_cube_adds_up",
    "what_was_repaid_is_what_was_settled",
)
DUES = ("2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31")


def moved(book: Book, month_end: str, names: tuple[str, ...] = FLOWS, loan_id: str = "L1") -> dict:
    """The flows of one loan and month that are not 0, with what they lead to."""
    book.check(*CHECKS)
    closing = "npl_balance" if names is NPL_FLOWS else "balance"
    columns = ", ".join([*(f"{each}_amount" for each in names), closing])
    row = book.one(
        f"select {columns} from marts.loan_months where loan_id = ? and month_end = ?",
        loan_id,
        month_end,
    )
    said = dict(zip((*names, "closing"), row, strict=True))
    return {each: amount for each, amount in said.items() if amount or each == "closing"}


def loan(principal: int = 500, **columns) -> Book:
    """One loan, lent on the last day of 2023, of five equal instalments without interest."""
    book = Book().borrower().loan("L1", principal=principal, **columns)
    return book.instalments("L1", *((due, principal / 5, 0) for due in DUES))


def write_off(book: Book, day: str, amount: int, **columns) -> Book:
    row = {"write_off_id": f"W{day}", "loan_id": "L1", "written_off_on": day, "amount": amount}
    return book.add("write_offs", **{**row, **columns})


def test_a_loan_that_pays_on_time_repays_as_scheduled():
    book = loan()
    book.pay("L1", "2024-01-31", 100)
    book.build("2024-02-29")
    assert moved(book, "2023-12-31") == {"disbursed": 500, "closing": 500}
    assert moved(book, "2024-01-31") == {"opening": 500, "scheduled": 100, "closing": 400}
    assert moved(book, "2024-02-29") == {"opening": 400, "closing": 400}


def test_arrears_caught_up_are_no_early_repayment():
    book = loan()
    book.pay("L1", "2024-03-15", 300)
    book.build("2024-03-31")
    assert moved(book, "2024-03-31") == {"opening": 500, "scheduled": 300, "closing": 200}


def test_cash_in_advance_repays_nothing_until_the_due_date():
    book = loan()
    book.pay("L1", "2024-01-20", 200)
    book.build("2024-02-29")
    assert moved(book, "2024-01-31") == {"opening": 500, "scheduled": 100, "closing": 400}
    assert moved(book, "2024-02-29") == {"opening": 400, "scheduled": 100, "closing": 300}


def test_full_settlement_before_maturity_is_early_beyond_what_had_fallen_due():
    book = loan()
    book.pay("L1", "2024-02-10", 500)
    book.build("2024-03-31")
    assert moved(book, "2024-02-29") == {
        "opening": 500,
        "scheduled": 200,
        "prepaid": 300,
        "closing": 0,
    }


def test_a_settlement_by_a_new_schedule_is_early_by_the_schedule_of_the_opening():
    book = loan()
    book.pay("L1", "2024-01-31", 100)
    book.pay("L1", "2024-02-10", 400)
    lines = ((DUES[0], 100, 0), ("2024-02-10", 400, 0))
    book.instalments("L1", *lines, version=2, valid_from="2024-02-10")
    book.build("2024-03-31")
    assert moved(book, "2024-02-29") == {
        "opening": 400,
        "scheduled": 100,
        "prepaid": 300,
        "closing": 0,
    }


def curtailed() -> Book:
    """200 paid down on 10 February beside the instalment; the rest is spread over what is left."""
    book = loan()
    for day, amount in (("2024-01-31", 100), ("2024-02-10", 200), ("2024-02-29", 50)):
        book.pay("L1", day, amount)
    lines = [(DUES[0], 100, 0), ("2024-02-10", 200, 0), *((due, 50, 0) for due in DUES[1:])]
    return book.instalments("L1", *lines, version=2, valid_from="2024-02-10")


def test_a_curtailment_is_early_repayment_by_the_schedule_of_the_opening():
    book = curtailed().build("2024-03-31")
    assert moved(book, "2024-02-29") == {
        "opening": 400,
        "scheduled": 100,
        "prepaid": 150,
        "closing": 150,
    }
    base = "select smm_base_amount from marts.loan_months where month_end = ?"
    assert book.one(base, "2024-02-29") == (300,), "400 less the 100 that the first schedule asked"
    assert book.one(base, "2024-03-31") == (100,)


def test_a_loan_in_arrears_that_pays_down_first_makes_them_good():
    book = loan()
    book.pay("L1", "2024-02-10", 250)
    lines = [(DUES[0], 100, 0), ("2024-02-10", 150, 0), *((due, 62.5, 0) for due in DUES[1:])]
    book.instalments("L1", *lines, version=2, valid_from="2024-02-10")
    book.build("2024-02-29")
    assert moved(book, "2024-02-29") == {
        "opening": 500,
        "scheduled": 200,
        "prepaid": 50,
        "closing": 250,
    }


def test_a_restructuring_that_capitalises_interest_adds_to_the_principal():
    book = Book().borrower().loan("L1", principal=500)
    book.instalments("L1", *((due, 100, 10) for due in DUES))
    book.pay("L1", "2024-01-31", 110)
    lines = ((DUES[0], 100, 10), ("2024-08-31", 210, 0), ("2024-09-30", 210, 0))
    book.instalments("L1", *lines, version=2)
    book.add(
        "restructures",
        restructure_id="X1",
        loan_id="L1",
        restructured_on="2024-04-10",
        kind="interest_to_principal",
        schedule_version=2,
        first_repay_on="2024-08-31",
    )
    book.build("2024-04-30")
    assert moved(book, "2024-04-30") == {"opening": 400, "capitalised": 20, "closing": 420}


def test_a_schedule_that_forgets_principal_breaks_the_bridge():
    book = loan()
    book.pay("L1", "2024-01-31", 100)
    book.instalments("L1", *((due, 100, 0) for due in DUES[1:]), version=2, valid_from="2024-02-10")
    book.build("2024-02-29")
    flows = moved(book, "2024-02-29")
    assert flows == {"opening": 400, "break": -100, "closing": 300}
    assert book.one("select sum(break_count), count(*) from marts.loan_months") == (1, 3)


def test_a_first_schedule_over_more_than_was_lent_breaks_the_first_month():
    book = Book().borrower().loan("L1", principal=450)
    book.instalments("L1", *((due, 100, 0) for due in DUES)).build("2024-01-31")
    assert moved(book, "2023-12-31") == {"disbursed": 450, "break": 50, "closing": 500}
    assert moved(book, "2024-01-31") == {"opening": 500, "closing": 500}


def test_a_partial_write_off_shortens_the_principal():
    book = write_off(loan(), "2024-03-10", 150, is_partial=True)
    book.pay("L1", "2024-03-20", 100)
    book.build("2024-04-30")
    assert moved(book, "2024-03-31") == {
        "opening": 500,
        "scheduled": 100,
        "written_off": 150,
        "closing": 250,
    }


def test_a_partial_write_off_of_more_than_is_owed_breaks():
    book = write_off(loan(), "2024-03-10", 600, is_partial=True).build("2024-03-31")
    assert moved(book, "2024-03-31") == {
        "opening": 500,
        "written_off": 600,
        "break": 100,
        "closing": 0,
    }


@pytest.mark.parametrize(
    ("amount", "explained"), [(400, {}), (380, {"break": -20}), (430, {"break": 30})]
)
def test_a_write_off_of_another_amount_than_was_owed_breaks(amount, explained):
    book = write_off(loan(), "2024-03-10", amount)
    book.pay("L1", "2024-03-05", 100)
    book.build("2024-04-30")
    wanted = {"opening": 500, "scheduled": 100, "written_off": amount, **explained, "closing": 0}
    assert moved(book, "2024-03-31") == wanted
    straight = {"npl_inflow": 500, "npl_cash": 100, "npl_written_off": amount, "closing": 0}
    npl = {f"npl_{name}": value for name, value in explained.items()}
    assert moved(book, "2024-03-31", NPL_FLOWS) == straight | npl


def test_cash_after_the_write_off_repays_nothing_on_the_book():
    book = write_off(loan(), "2024-03-10", 500)
    book.pay("L1", "2024-03-20", 100)
    book.build("2024-03-31")
    assert moved(book, "2024-03-31") == {"opening": 500, "written_off": 500, "closing": 0}


def test_a_sale_leaves_the_book_as_sold():
    book = write_off(loan(), "2024-03-10", 500, kind="sale").build("2024-03-31")
    assert moved(book, "2024-03-31") == {"opening": 500, "sold": 500, "closing": 0}


def test_a_write_off_taken_back_returns_less_what_was_paid_meanwhile():
    book = write_off(loan(), "2024-02-10", 500, reversed_on="2024-04-05")
    book.pay("L1", "2024-03-15", 100)
    book.build("2024-04-30")
    assert moved(book, "2024-02-29") == {"opening": 500, "written_off": 500, "closing": 0}
    assert moved(book, "2024-03-31") == {"closing": 0}
    assert moved(book, "2024-04-30") == {"scheduled": 100, "written_off": -500, "closing": 400}
    npl = moved(book, "2024-04-30", NPL_FLOWS)
    assert npl == {"npl_upgraded": 400, "npl_cash": 100, "npl_written_off": -500, "closing": 0}


def test_a_payment_taken_back_after_the_loan_had_closed_returns_its_principal():
    book = loan()
    for due in DUES[:4]:
        book.pay("L1", due, 100)
    paid = book.pay("L1", "2024-04-30", 100)
    book.pay("L1", "2024-05-10", 100, reverses=paid)
    book.build("2024-05-31")
    assert moved(book, "2024-04-30") == {
        "opening": 200,
        "scheduled": 100,
        "prepaid": 100,
        "closing": 0,
    }
    assert moved(book, "2024-05-31") == {"scheduled": -100, "closing": 100}


def recorded(*months: tuple[str, float], **columns) -> Book:
    book = Book().borrower().loan("L1", principal=1000, disbursed_on="2023-12-15")
    for month_end, balance in months:
        book.recorded("L1", month_end, balance, **columns)
    return book


def test_a_recorded_loan_has_no_split_and_no_prepayment_base():
    book = recorded(("2023-12-31", 1000), ("2024-01-31", 700)).build("2024-01-31")
    assert moved(book, "2023-12-31") == {"disbursed": 1000, "closing": 1000}
    assert moved(book, "2024-01-31") == {"opening": 1000, "unsplit": 300, "closing": 700}
    assert book.one("select sum(smm_base_amount), sum(prepaid_amount) from marts.loan_months") == (
        0,
        0,
    )


def test_a_recorded_loan_that_grows_breaks_and_one_first_seen_later_enters():
    book = recorded(("2024-02-29", 700), ("2024-03-31", 750), ("2024-05-31", 600))
    book.build("2024-05-31")
    assert moved(book, "2024-02-29") == {"entered": 700, "closing": 700}
    assert moved(book, "2024-03-31") == {"opening": 700, "break": 50, "closing": 750}
    assert moved(book, "2024-05-31") == {"entered": 600, "closing": 600}, "April is missing"


def test_a_recorded_write_off_without_its_amount_breaks():
    book = recorded(("2023-12-31", 1000), classification=5)
    book.recorded("L1", "2024-01-31", 0, status="written_off", classification=5)
    book.build("2024-01-31")
    assert moved(book, "2024-01-31") == {"opening": 1000, "break": -1000, "closing": 0}
    npl = moved(book, "2024-01-31", NPL_FLOWS)
    assert npl == {"npl_opening": 1000, "npl_break": -1000, "closing": 0}


def test_a_loan_that_becomes_non_performing_flows_in_at_what_it_owes_then():
    book = loan().build("2024-06-30")
    assert moved(book, "2024-04-30", NPL_FLOWS) == {"closing": 0}
    assert moved(book, "2024-05-31", NPL_FLOWS) == {"npl_inflow": 500, "closing": 500}
    assert moved(book, "2024-06-30", NPL_FLOWS) == {"npl_opening": 500, "closing": 500}


def test_an_npl_that_pays_early_repays_in_cash_and_not_early():
    book = loan()
    book.pay("L1", "2024-06-10", 150)
    book.pay("L1", "2024-07-10", 350)
    book.build("2024-07-31")
    assert moved(book, "2024-06-30", NPL_FLOWS)["npl_opening"] == 500
    flows = moved(book, "2024-07-31")
    assert flows == {"opening": 350, "scheduled": 350, "closing": 0}


def test_an_upgrade_leaves_at_its_closing_balance():
    book = recorded(("2023-12-31", 1000), classification=3)
    book.recorded("L1", "2024-01-31", 900, classification=2).build("2024-01-31")
    assert moved(book, "2024-01-31", NPL_FLOWS) == {
        "npl_opening": 1000,
        "npl_upgraded": 900,
        "npl_cash": 100,
        "closing": 0,
    }


# --- Default speed (section 6.2) ---


def defaults(book: Book) -> list[tuple]:
    return book.rows(
        """select loan_id, month_end, default_amount, performing_opening_amount
        from marts.loan_months where default_amount <> 0 order by loan_id, month_end"""
    )


def test_a_default_counts_once_in_a_loans_life():
    book = recorded(("2023-12-31", 1000))
    for month_end, days in (("01-31", 91), ("02-29", 0), ("03-31", 91)):
        book.recorded("L1", f"2024-{month_end}", 900, days_past_due=days)
    book.build("2024-03-31")
    assert defaults(book) == [("L1", date(2024, 1, 31), Decimal(900), Decimal(1000))]


def test_straight_to_write_off_defaults_at_the_opening_balance():
    book = write_off(loan(), "2024-01-20", 500).build("2024-01-31")
    assert defaults(book) == [("L1", date(2024, 1, 31), Decimal(500), Decimal(500))]


@pytest.mark.parametrize(("kind", "defaulted"), [("corporate", ["L1", "L2"]), ("retail", ["L1"])])
def test_a_firm_defaults_with_any_of_its_loans_a_person_loan_by_loan(kind, defaulted):
    book = Book().borrower("B1", kind)
    for loan_id, principal in (("L1", 10), ("L2", 990)):
        book.loan(loan_id, principal=principal, disbursed_on="2023-12-15")
        book.recorded(loan_id, "2023-12-31", principal)
    book.recorded("L1", "2024-01-31", 10, days_past_due=91).recorded("L2", "2024-01-31", 990)
    book.build("2024-01-31")
    assert [row[0] for row in defaults(book)] == defaulted


# --- Figures ---


@pytest.fixture
def serving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Book, str], Scope]:
    """Serve a book of one's own, and give its whole scope at a date."""

    def serving(book: Book, as_of: str) -> Scope:
        folder = serve(book.build(as_of), tmp_path, reads=("scoped_portfolio",))
        monkeypatch.setenv("WAREHOUSE", str(folder))
        return Scope(("Main", ""), ("consumer", ""), date.fromisoformat(as_of))

    return serving


def w16() -> Book:
    """1 000 000 at the opening, 10 000 scheduled, 5 000 paid down beside it; 2 000 defaults."""
    book = Book().borrower().loan("L1", principal=1_000_000)
    book.instalments("L1", ("2024-01-31", 10_000, 0), ("2024-02-29", 990_000, 0))
    book.pay("L1", "2024-01-31", 15_000)
    lines = (("2024-01-31", 10_000, 0), ("2024-01-31", 5_000, 0), ("2024-02-29", 985_000, 0))
    return book.instalments("L1", *lines, version=2, valid_from="2024-01-31")


def test_w16_prepayment_speed(serving):
    figures = measure(serving(w16(), "2024-01-31"), SMM).iloc[0]
    assert figures["smm_numerator"] == 5000
    assert figures["smm_denominator"] == 990_000
    assert figures["smm"] == pytest.approx(0.005051, abs=5e-7)


# (loan, opening, class, closing, class, status)
W12 = (
    ("WO", 30, 3, 0, 3, "written_off"),
    ("SOLD", 20, 4, 0, 4, "sold"),
    ("CASH", 15, 3, 0, 3, "closed"),
    ("UP", 5, 3, 5, 2, "active"),
    ("STAY", 30, 3, 30, 3, "active"),
    ("IN", 90, 2, 90, 3, "active"),
    ("REST", 9810, 1, 9810, 1, "active"),
)


def w12() -> Book:
    book = Book().borrower()
    for loan_id, opening, was, closing, became, status in W12:
        book.loan(loan_id, principal=opening, disbursed_on="2023-12-15")
        book.recorded(loan_id, "2023-12-31", opening, classification=was)
        book.recorded(loan_id, "2024-01-31", closing, classification=became, status=status)
    for loan_id, kind, amount in (("WO", "write_off", 30), ("SOLD", "sale", 20)):
        book.add(
            "write_offs",
            write_off_id=f"W{loan_id}",
            loan_id=loan_id,
            written_off_on="2024-01-20",
            amount=amount,
            kind=kind,
        )
    return book


def test_w12_non_performing_formation(serving):
    scope = serving(w12(), "2024-01-31")
    wanted = {
        "opening": 10_000,
        "npl_opening": 100,
        "npl_inflow": 90,
        "npl_upgraded": 5,
        "npl_cash": 15,
        "npl_written_off": 30,
        "npl_sold": 20,
        "npl_capitalised": 0,
        "npl_break": 0,
        "npl_balance": 120,
        "npl_formation_gross": 90,
        "npl_formation_net": 70,
        "npl_formation_rate_gross": 0.9 / 100 * 12,
        "npl_formation_rate_net": 0.7 / 100 * 12,
    }
    figures = measure(scope, *(METRICS[name] for name in wanted)).iloc[0]
    assert figures[list(wanted)].to_dict() == pytest.approx(wanted)
    assert figures["npl_formation_rate_gross_denominator"] == 10_000
    assert compare(scope, NPL_FORMATION_RATE_GROSS).light == "red"


def test_the_write_off_ratio_is_over_the_mean_of_the_month_ends_and_a_year_long(serving):
    book = write_off(loan(), "2024-01-20", 100, is_partial=True)
    ratio = measure(serving(book, "2024-01-31"), METRICS["write_off_ratio"]).iloc[0]
    assert ratio["write_off_ratio"] == pytest.approx(12 * 100 / 450)


def written_off_in_part() -> Book:
    return write_off(loan(), "2024-01-20", 100, is_partial=True)


def lengthened() -> Book:
    """A contract of its own puts off all of it by half a year, with 50 of arrears added."""
    later = ("2024-07-31", "2024-08-31", "2024-09-30", "2024-10-31", "2024-11-30")
    lines = ((due, 110, 0) for due in later)
    return loan().instalments("L1", *lines, version=2, valid_from="2024-02-10")


def reopened() -> Book:
    """Paid off, interest and all; then a new contract asks for all that was paid as principal."""
    book = Book().borrower().loan("L1", principal=90)
    book.instalments("L1", ("2024-01-20", 90, 10)).pay("L1", "2024-01-20", 100)
    return book.instalments("L1", ("2024-02-10", 120, 0), version=2, valid_from="2024-02-10")


def test_a_new_contract_of_a_loan_that_was_paid_off_leaves_no_break():
    book = reopened().build("2024-02-29")
    assert moved(book, "2024-01-31") == {"opening": 90, "scheduled": 90, "closing": 0}
    assert moved(book, "2024-02-29") == {"scheduled": 10, "capitalised": 30, "closing": 20}


@pytest.mark.parametrize("made", [loan, written_off_in_part, lengthened])
def test_a_load_stops_where_repayments_are_not_what_was_settled(made):
    book = made()
    book.pay("L1", "2024-01-31", 100)
    book.build("2024-02-29")
    book.check(*CHECKS)
    # The flows still add up to the balance: the wrong sum stands as repaid.
    book.rows(
        "update marts.loan_month_states set break_amount = break_amount + 7"
        " where month_end = '2024-01-31'"
    )
    with pytest.raises(CheckFailed, match="what_was_repaid"):
        book.check(*CHECKS)


@pytest.mark.parametrize("cube", ["portfolio", "segments"])
@pytest.mark.parametrize("flow", ["prepaid_amount", "npl_upgraded_amount", "break_amount"])
def test_a_load_stops_where_flows_do_not_lead_to_the_balance(cube, flow):
    book = loan()
    book.build("2024-02-29")
    book.check(*CHECKS)
    book.rows(f"update marts.{cube} set {flow} = {flow} + 0.01")
    with pytest.raises(CheckFailed, match="flows_lead_to"):
        book.check(*CHECKS)


def test_the_demo_book_moves_to_the_cent_and_has_no_breaks(demo_warehouse: Path):
    """No break is planted: the balances that are spoilt are recorded ones, and events lead."""
    (path,) = sorted(demo_warehouse.glob("*.duckdb"))[-1:]
    with duckdb.connect(str(path), read_only=True) as connection:
        rows, breaks = connection.execute(
            "select count(*), sum(break_count) from marts.loan_months"
        ).fetchone() or (0, None)
        apart = connection.execute(
            """with chained as (
                select balance, opening_amount, lag(balance) over loan as before
                from marts.loan_months
                window loan as (partition by loan_id order by month_end)
            )
            select count(*) from chained where coalesce(before, 0) <> opening_amount"""
        ).fetchone()
    assert rows > 10_000
    assert (breaks, apart) == (0, (0,))
