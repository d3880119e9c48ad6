"""Cash: how receipts are split, what is expected, how wrong that was, when the balance matures."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from queries import reports
from queries.forecasting import Rates, back_test, forecast, mape, project, rates_of
from queries.limits import plan_broken_since, plan_months
from queries.metrics import (
    BALANCE,
    COLLECTED,
    COLLECTION_EFFICIENCY_CASH,
    COLLECTION_RATE_DUE,
    DUE,
    PREPAID,
    SMM,
    measure,
    rows_behind,
    rows_total,
)
from queries.warehouse import Scope, ask, month_ends
from tests.book import Book
from tests.served import serve

D = date.fromisoformat
READS = (
    *("scoped_cash_days", "scoped_collection_gaps", "scoped_collection_months"),
    *(
        "scoped_due_lines",
        "scoped_instalments",
        "scoped_loan_losses",
        "scoped_loan_months",
        "scoped_maturity_dates",
    ),
    *("scoped_payments", "scoped_portfolio", "scoped_recoveries", "scoped_replaced_lines"),
)
PLAN_READS = (
    *("scoped_collection_months", "scoped_funding_figures", "scoped_funding_plan"),
    *("scoped_inflows", "scoped_portfolio"),
)
PARTS = ("prepaid", "arrears", "unpaid", "rescheduled", "ahead", "advance")
KINDS = ("due", "on_time", "late", "early", "taken_back", "recovered", "outside")
LINES = (("2024-02-15", 100, 10), ("2024-03-15", 100, 10), ("2024-04-15", 100, 10))


def one_loan() -> Book:
    return Book().borrower().loan("L1", principal=300).instalments("L1", *LINES)


def splits(book: Book) -> list[tuple]:
    return book.rows(
        """select paid_on, on_time_amount, late_amount, early_amount from marts.payments
        where reverses is null order by paid_on"""
    )


def test_a_payment_is_split_by_what_was_due_when_it_came():
    book = one_loan()
    book.pay("L1", "2024-02-15", 110)  # on its day
    book.pay("L1", "2024-03-20", 60)  # five days late, in part
    book.pay("L1", "2024-04-10", 100)  # the rest of March, then some of April
    book.pay("L1", "2024-04-12", 70)  # the rest of April, and ten beyond it
    book.build("2024-04-30")
    assert splits(book) == [
        (D("2024-02-15"), 110, 0, 0),
        (D("2024-03-20"), 0, 60, 0),
        (D("2024-04-10"), 50, 50, 0),
        (D("2024-04-12"), 60, 0, 10),
    ]
    months = book.rows(
        """select month_end, sum(due_amount), sum(collected_amount) from marts.cash_days
        group by month_end order by month_end"""
    )
    assert months == [
        (D("2024-02-29"), 110, 110),
        (D("2024-03-31"), 110, 60),
        (D("2024-04-30"), 110, 170),
    ]
    cube = "select month_end, sum(due_amount), sum(collected_amount) from marts.portfolio"
    assert months == book.rows(f"{cube} where due_amount > 0 group by month_end order by month_end")


def test_what_was_paid_of_the_months_due_is_not_all_cash_over_due(tmp_path, monkeypatch):
    book = one_loan().loan("L2", principal=300).instalments("L2", *LINES)
    book.pay("L1", "2024-03-20", 110)  # February's, late: nothing of what fell due in March
    book.pay("L2", "2024-02-14", 165)  # February, and half of March ahead
    folder = serve(book.build("2024-03-31"), tmp_path, reads=READS)
    monkeypatch.setenv("WAREHOUSE", str(folder))
    scope = Scope(("Main", ""), ("consumer", ""), D("2024-03-31"))
    metrics = (COLLECTION_RATE_DUE, COLLECTION_EFFICIENCY_CASH)
    now = measure(scope, *metrics).iloc[0]
    assert (now.collection_rate_due_numerator, now.collection_rate_due_denominator) == (55, 220)
    assert now.collection_rate_due == 0.25
    assert now.collection_efficiency_cash == 0.5
    rows = rows_behind(scope, COLLECTION_RATE_DUE).set_index("loan_id")
    assert rows["counted"].to_dict() == {"L2": 55}
    assert rows_total(scope, COLLECTION_RATE_DUE, "denominator") == (220, 2)


def test_due_is_told_by_component():
    book = Book().borrower().loan("L1", principal=100)
    book.instalments("L1", ("2024-02-15", 100, 10), fee_due=3, penalty_due=2).build("2024-02-29")
    sql = (
        "select due_principal, due_interest, due_fee, due_penalty, due_amount from marts.cash_days"
    )
    assert book.one(sql) == (100, 10, 3, 2, 115)


def test_cash_before_its_month_is_early_and_is_no_receipt_of_the_month_it_covers():
    book = one_loan()
    book.pay("L1", "2024-02-15", 220)
    book.build("2024-03-31")
    assert splits(book) == [(D("2024-02-15"), 110, 0, 110)]
    march = book.one(
        """select expected_amount, collected_amount, paid_amount, advance_amount, variance_amount
        from marts.collection_months where month_end = '2024-03-31'"""
    )
    assert march == (110, 0, 110, 110, -110)


def test_a_payment_taken_back_comes_and_goes():
    book = one_loan()
    number = book.pay("L1", "2024-02-15", 110)
    book.add(
        "repayments",
        repayment_id="X1",
        loan_id="L1",
        paid_on="2024-03-02",
        amount=-110,
        reverses=number,
    )
    book.build("2024-03-31")
    moved = book.rows(
        """select date, on_time_amount, taken_back_amount, collected_amount from marts.cash_days
        where collected_amount <> 0 order by date"""
    )
    # In February nobody knew that it would be taken back.
    assert moved == [(D("2024-02-15"), 110, 0, 110), (D("2024-03-02"), 0, -110, -110)]


def test_a_payment_after_one_taken_back_makes_good_what_is_unpaid_again():
    book = one_loan()
    first = book.pay("L1", "2024-02-15", 110)
    back = {"loan_id": "L1", "paid_on": "2024-03-02", "amount": -110, "reverses": first}
    book.add("repayments", repayment_id="X1", **back)
    book.pay("L1", "2024-03-02", 100)  # the day on which the first one was taken back
    twice = book.pay("L1", "2024-03-15", 120)  # booked and taken back on one day
    back = {"loan_id": "L1", "paid_on": "2024-03-15", "amount": -120, "reverses": twice}
    book.add("repayments", repayment_id="X2", **back)
    book.pay("L1", "2024-03-16", 120)
    book.build("2024-03-31")
    assert splits(book) == [
        (D("2024-02-15"), 110, 0, 0),
        (D("2024-03-02"), 0, 100, 0),
        (D("2024-03-15"), 110, 10, 0),
        (D("2024-03-16"), 0, 120, 0),
    ]
    months = "select sum(collected_amount) from {} group by month_end order by month_end"
    assert book.rows(months.format("marts.cash_days")) == [(110,), (110,)]


def test_a_taking_back_carries_the_number_of_its_payment_and_says_what_it_is(tmp_path, monkeypatch):
    book = one_loan()
    number = book.pay("L1", "2024-02-15", 110)
    book.add(
        "repayments",
        repayment_id="X1",
        loan_id="L1",
        paid_on="2024-03-02",
        amount=-110,
        reverses=number,
    )
    folder = serve(book.build("2024-03-31"), tmp_path, reads=READS)
    monkeypatch.setenv("WAREHOUSE", str(folder))
    scope = Scope(("Main", ""), ("consumer", ""), D("2024-03-31"))
    rows = reports.cash_movements(scope, "taken_back", D("2024-02-01"), D("2024-03-31"))
    assert rows["movement_id"].tolist() == [number]
    assert rows["is_taken_back"].tolist() == [True]
    assert rows["amount"].tolist() == [-110]
    paid = reports.cash_movements(scope, "on_time", D("2024-02-01"), D("2024-03-31"))
    assert paid["movement_id"].tolist() == [number]
    assert paid["is_taken_back"].tolist() == [False]


def test_cash_on_a_loan_written_off_is_a_recovery_and_not_collected():
    book = one_loan()
    book.add(
        "write_offs",
        write_off_id="W1",
        loan_id="L1",
        written_off_on="2024-02-20",
        amount=300,
        kind="write_off",
    )
    book.add("recoveries", recovery_id="C1", loan_id="L1", recovered_on="2024-03-05", amount=40)
    book.build("2024-03-31")
    sql = """select sum(collected_amount), sum(recovered_amount) from marts.cash_days
        where date = '2024-03-05'"""
    assert book.one(sql) == (0, 40)


def test_what_is_forgiven_is_no_cash_and_no_gain(tmp_path, monkeypatch):
    book = Book().borrower().loan("L1").recorded("L1", "2024-01-31", 1000)
    book.recorded("L1", "2024-02-29", 0, status="written_off")
    book.loan("L2").recorded("L2", "2024-03-31", 1000)
    book.add("write_offs", write_off_id="W1", loan_id="L1", written_off_on="2024-02-20", amount=900)
    back = {"loan_id": "L1", "recovered_on": "2024-03-05"}
    book.add("recoveries", recovery_id="C1", amount=300, kind="cash", **back)
    book.add("recoveries", recovery_id="C2", amount=40, **back)
    book.add("recoveries", recovery_id="F1", amount=200, kind="forgiven", **back)
    folder = serve(book.build("2024-03-31"), tmp_path, reads=READS)
    monkeypatch.setenv("WAREHOUSE", str(folder))
    scope = Scope(("Main", ""), ("consumer", ""), D("2024-03-31"))
    assert reports.cash_flow(scope, "month")["recovered"].tolist()[-1] == 340
    total = reports.cash_movements_total(scope, "recovered", D("2024-03-01"), D("2024-03-31"))
    assert total == (2, 340)
    lost = ask(
        "select sum(lost_amount) as lost, sum(recovered_amount) as back"
        " from scoped_loan_losses($branches, $products)",
        scope,
    )
    assert lost.to_numpy().tolist() == [[900, 340]]


def test_what_came_is_what_was_expected_and_what_explains_the_rest():
    book = one_loan()
    book.pay("L1", "2024-03-20", 160)  # February's 110, and 50 of March's
    book.build("2024-04-30")
    sql = """select expected_amount, paid_amount, paid_30_amount, arrears_amount, unpaid_amount,
        collected_amount from marts.collection_months where month_end = '{}'"""
    assert book.one(sql.format("2024-02-29")) == (110, 0, 110, 0, 110, 0)
    assert book.one(sql.format("2024-03-31")) == (110, 50, 50, 110, 60, 160)


# --- A schedule that changed in the month ---


def differences(book: Book, day: str) -> dict[str, int]:
    """What fell due, what came and the parts of the difference that are not nothing."""
    parts = ", ".join(f"{part}_amount" for part in ("expected", "collected", *PARTS))
    row = book.one(f"select {parts} from marts.collection_months where month_end = '{day}'")
    due = "select sum(due_amount) from {} where month_end = ?"
    for mart in ("marts.cash_days", "marts.loan_months", "marts.portfolio"):
        assert book.one(due.format(mart), day) == row[:1], mart
    named = zip(("expected", "collected", *PARTS), row, strict=True)
    return {part: amount for part, amount in named if amount}


def test_who_pays_down_early_was_not_asked_for_it():
    book = one_loan()
    book.pay("L1", "2024-02-15", 110)
    book.pay("L1", "2024-03-05", 150)
    lines = [LINES[0], ("2024-03-05", 150, 0), ("2024-03-15", 25, 5), ("2024-04-15", 25, 5)]
    book.instalments("L1", *lines, version=2, valid_from="2024-03-05")
    book.pay("L1", "2024-03-15", 30)
    book.build("2024-04-30")
    march = {"expected": 110, "collected": 180, "prepaid": 70}
    assert differences(book, "2024-03-31") == march
    assert differences(book, "2024-04-30") == {"expected": 30, "unpaid": 30}


@pytest.mark.parametrize("restates", [False, True], ids=["the contract's", "a new schedule"])
def test_a_loan_repaid_in_full_before_its_time_is_a_prepayment(restates):
    book = one_loan()
    book.pay("L1", "2024-02-15", 110)
    book.pay("L1", "2024-03-05", 203 if restates else 220)
    if restates:
        lines = [LINES[0], ("2024-03-05", 200, 3)]
        book.instalments("L1", *lines, version=2, valid_from="2024-03-05")
    book.build("2024-03-31")
    prepaid = 93 if restates else 110
    march = {"expected": 110, "collected": 110 + prepaid, "prepaid": prepaid}
    assert differences(book, "2024-03-31") == march


def test_cash_held_for_the_next_month_is_no_prepayment():
    book = one_loan()
    book.pay("L1", "2024-02-14", 165)
    book.build("2024-03-31")
    assert differences(book, "2024-02-29") == {"expected": 110, "collected": 165, "ahead": 55}
    assert differences(book, "2024-03-31") == {"expected": 110, "advance": 55, "unpaid": 55}


def test_what_a_restructuring_moves_was_due_and_stands_apart_from_new_arrears():
    book = one_loan()
    book.add("restructures", restructure_id="R1", loan_id="L1", restructured_on="2024-02-10")
    lines = [("2024-02-15", 0, 10), ("2024-03-15", 150, 15), ("2024-04-15", 150, 15)]
    book.instalments("L1", *lines, version=2, valid_from="2024-02-10")
    book.pay("L1", "2024-02-15", 4)
    book.build("2024-03-31")
    february = {"expected": 110, "collected": 4, "unpaid": 6, "rescheduled": 100}
    assert differences(book, "2024-02-29") == february
    assert differences(book, "2024-03-31") == {"expected": 165, "unpaid": 165}


def test_a_dearer_schedule_asks_for_more_and_is_no_prepayment():
    book = one_loan()
    dearer = [("2024-02-15", 100, 14), ("2024-03-15", 100, 14), ("2024-04-15", 100, 14)]
    book.instalments("L1", *dearer, version=2, valid_from="2024-02-03")
    book.pay("L1", "2024-02-15", 114)
    book.build("2024-02-29")
    february = {"expected": 110, "collected": 114, "rescheduled": -4}
    assert differences(book, "2024-02-29") == february


def test_a_loan_that_is_paid_out_and_changed_in_one_month_is_due_by_its_first_schedule():
    book = Book().borrower().loan("L1", principal=300, disbursed_on="2024-02-01")
    book.instalments("L1", *LINES)
    lines = [("2024-02-10", 200, 0), ("2024-02-15", 40, 4), ("2024-03-15", 60, 4)]
    book.instalments("L1", *lines, version=2, valid_from="2024-02-10")
    book.pay("L1", "2024-02-10", 200)
    book.pay("L1", "2024-02-15", 44)
    book.build("2024-02-29")
    february = {"expected": 110, "collected": 244, "prepaid": 134}
    assert differences(book, "2024-02-29") == february


# --- What is expected ---


def three_loans() -> Book:
    """One in order, one that a new schedule replaced, one repaid before its time."""
    book = Book().borrower()
    book.loan("A", principal=300).instalments("A", *LINES)
    book.loan("B", principal=200)
    book.instalments("B", ("2024-03-10", 100, 5), ("2024-04-10", 100, 5))
    book.instalments("B", ("2024-06-10", 200, 20), version=2, valid_from="2024-02-20")
    book.loan("C", principal=50).instalments("C", ("2024-04-20", 50, 1))
    book.pay("A", "2024-02-15", 110)
    book.pay("C", "2024-03-05", 51)
    return book.build("2024-04-30")


def test_contractual_receipts_follow_the_schedule_and_the_loans_of_their_day():
    book = three_loans()
    sql = """select month_end, ahead, principal_amount, interest_amount, actual_amount
        from marts.forecasts where forecast_on = '{}' order by month_end"""
    assert book.rows(sql.format("2024-01-31")) == [
        (D("2024-02-29"), 1, 100, 10, 110),
        (D("2024-03-31"), 2, 200, 15, 51),
        (D("2024-04-30"), 3, 250, 16, 0),
    ]
    # B's new schedule holds from February, C was repaid in March.
    assert book.rows(sql.format("2024-02-29")) == [
        (D("2024-03-31"), 1, 100, 10, 51),
        (D("2024-04-30"), 2, 150, 11, 0),
        (D("2024-06-30"), 4, 200, 20, None),
    ]
    assert book.rows(sql.format("2024-03-31"))[0] == (D("2024-04-30"), 1, 100, 10, 0)


def test_the_rates_of_a_product_are_sums_over_sums():
    sums = pd.Series(
        {
            "product": "consumer",
            "balance": 1000,
            "overdue": 30,
            "prepaid": 50,
            "smm_base": 10_000,
            "lost": 20,
            "opening": 10_000,
            "expected": 2000,
            "paid": 1900,
            "arrears": 60,
            "overdue_before": 300,
            "overdue_after": 310,
            "unpaid": 100,
        }
    )
    found = rates_of(sums)
    assert (found.smm, found.pay, found.loss, found.cure) == (0.005, 0.95, 0.002, 0.2)
    assert found.gone == pytest.approx(30 / 300)
    assert (found.balance, found.overdue) == (1000, 30)
    nothing = rates_of(pd.Series(dict.fromkeys(sums.index, 0)))
    assert (nothing.pay, nothing.smm, nothing.cure) == (1, 0, 0)


def test_the_behavioural_forecast_by_hand():
    contract = pd.DataFrame({"principal": [100, 100], "due": [110, 110]})
    rates = Rates(smm=0.01, pay=0.9, loss=0.02, cure=0.25, gone=0.05, balance=1000, overdue=40)
    first, second = project(contract, rates).to_numpy().tolist()
    assert first == pytest.approx([0.9 * 110, 0.01 * 900, 0.25 * 40])
    alive = 0.99 * 0.98
    overdue = 40 * 0.7 + 0.1 * 110
    expected = [0.9 * alive * 110, 0.01 * alive * 800, 0.25 * overdue]
    assert second == pytest.approx(expected)


def test_errors_are_actual_less_forecast_over_forecast():
    assert mape(pd.Series([0.10, -0.20, None])) == pytest.approx(0.15)
    assert mape(pd.Series([None, None], dtype=float)) is None


# --- On the demo book ---


def narrowed(scope: Scope) -> list[Scope]:
    """The whole book, one branch, one product, an earlier month."""
    earlier = month_ends()[-5]
    return [
        scope,
        Scope(scope.branches[:1], scope.products, scope.as_of),
        Scope(scope.branches, scope.products[:1], scope.as_of),
        Scope(scope.branches, scope.products, earlier),
    ]


def cents(value: object) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def test_whole_months_are_the_cubes_due_and_collected(demo_scope):
    for scope in narrowed(demo_scope):
        flow = reports.cash_flow(scope, "month")
        series = measure(scope, DUE, COLLECTED, by="month_end", months=13)
        assert [cents(v) for v in flow["due"]] == [cents(v) for v in series["due"]]
        assert [cents(v) for v in flow["collected"]] == [cents(v) for v in series["collected"]]
        parts = flow[["on_time", "late", "early", "taken_back"]].sum(axis=1)
        assert parts.tolist() == pytest.approx(flow["collected"].tolist(), abs=0.005)
        bridge = reports.collection_bridge(scope)
        assert [cents(v) for v in flow["due"]] == [cents(v) for v in bridge["expected"]]
        days = reports.cash_flow(scope, "day")
        assert cents(days["due"].sum()) == cents(flow["due"].iloc[-1])


@pytest.mark.parametrize("step", ["month", "week", "day"])
def test_the_rows_behind_a_bar_add_up_to_it(demo_scope, step):
    for scope in narrowed(demo_scope):
        row = reports.cash_flow(scope, step).iloc[-1]
        span = (row["starts_on"].date(), row["ends_on"].date())
        for kind in KINDS:
            _, amount = reports.cash_movements_total(scope, kind, *span)
            assert cents(amount) == cents(row[kind]), kind


def test_the_difference_closes_and_its_rows_add_up(demo_scope):
    for scope in narrowed(demo_scope):
        frame = reports.collection_bridge(scope)
        for row in frame.itertuples():
            apart = cents(row.collected) - cents(row.expected)
            assert sum(cents(getattr(row, part)) for part in PARTS) == apart == cents(row.variance)
        for part in PARTS:
            _, amount = reports.collection_gaps_total(scope, part)
            assert cents(amount) == cents(frame[part].iloc[-1]), part


def test_the_rows_behind_a_months_receipts_add_up(demo_scope):
    for scope in narrowed(demo_scope):
        found = forecast(scope)
        assert found is not None
        months = zip(found.months["month_end"], found.months["contractual"], strict=True)
        for ends, contractual in months:
            last = date.fromisoformat(str(ends)[:10])
            _, amount = reports.forecast_lines_total(scope, last.replace(day=1), last)
            assert cents(amount) == cents(contractual)


def test_the_forecast_starts_from_what_is_overdue_and_is_judged_by_what_came(demo_scope):
    found, past = forecast(demo_scope), back_test(demo_scope)
    assert found is not None and past is not None
    sql = """select sum(overdue_amount) as overdue from scoped_portfolio($branches, $products)
        where month_end = $month_end"""
    assert found.overdue == pytest.approx(ask(sql, demo_scope)["overdue"].iloc[0])
    first = past.months.iloc[0]
    error = (first["actual"] - first["behavioural"]) / first["behavioural"]
    assert first["behavioural_error"] == pytest.approx(error)
    assert len(past.months) == 12
    off = mape(past.months["behavioural_error"])
    assert off is not None and off < 0.5


@pytest.mark.parametrize("step", ["year", "quarter"])
def test_the_maturity_wall_adds_up_to_the_balance(demo_scope, step):
    for scope in narrowed(demo_scope):
        wall = reports.maturity_wall(scope, step)
        assert cents(wall["balance"].sum()) == cents(measure(scope, BALANCE)["balance"].iloc[0])
        named = wall[~wall["matures"].isin(("past", "unknown"))]["matures"]
        ends = pd.PeriodIndex(named, freq="Y" if step == "year" else "Q")
        assert list(ends) == list(pd.period_range(ends[0], ends[-1], freq=ends.freq))
        for row in wall.head(4).itertuples():
            number, amount = reports.maturing_loans_total(scope, step, str(row.matures))
            assert (number, cents(amount)) == (row.loans, cents(row.balance))


def test_speed_is_the_metric_of_each_month(demo_scope):
    speed = reports.prepayment_speed(demo_scope, 13)
    series = measure(demo_scope, SMM, PREPAID, by="month_end", months=13)
    assert speed["smm"].tolist() == pytest.approx(series["smm"].tolist())
    last = speed.iloc[-1]
    year = series.tail(12)
    over = year["smm_numerator"].sum() / year["smm_denominator"].sum()
    assert last["smm_12"] == pytest.approx(over)
    assert last["cpr"] == pytest.approx(1 - (1 - last["smm"]) ** 12)


# --- Funding ---


def funded(inflow: int, outflow: int, **stocks: int) -> Book:
    """Loans that bring in `inflow` within 90 days, and a plan that asks for `outflow`."""
    book = Book().borrower().loan("L1", principal=inflow, disbursed_on="2024-05-10")
    book.instalments("L1", ("2024-07-20", inflow, 0))
    told = {"reported_on": "2024-06-30"}
    lines = {"liability_outflow": (outflow, "2024-08-30")}
    lines |= {item: (amount, None) for item, amount in stocks.items()}
    for place, (item, (amount, due_on)) in enumerate(lines.items()):
        row = {"plan_id": f"P{place}", "item": item, "amount": amount, "due_on": due_on}
        book.add("funding_plan", **row, **told)
    book.parameter("limit.liquidity_gap_ratio_90", "-0.10")
    book.parameter("limit.liquidity_ratio", "0.25")
    return book.build("2024-06-30")


@pytest.fixture
def figures(tmp_path, monkeypatch):
    """The figures of a book's plan at 2024-06-30, its gaps, and its whole scope."""

    def figures(book: Book) -> tuple[pd.Series, pd.DataFrame, Scope]:
        folder = serve(book, tmp_path, reads=PLAN_READS)
        monkeypatch.setenv("WAREHOUSE", str(folder))
        scope = Scope(("Main", ""), ("consumer", ""), D("2024-06-30"))
        return reports.funding_figures(scope).iloc[0], reports.liquidity_gaps(scope), scope

    return figures


def test_w30_a_gap_of_minus_30_on_120_is_minus_25_percent_and_breaks_the_limit(figures):
    row, gaps, _ = figures(funded(120, 150))
    assert (row["gap_90"], row["liquidity_gap_ratio_90"]) == (-30, -0.25)
    assert not row["is_gap_held"]
    by_bucket = gaps.set_index("maturity")
    assert by_bucket.loc["8-30", ["inflow", "outflow", "gap"]].tolist() == [120, 0, 120]
    assert by_bucket.loc["31-90", ["outflow", "gap", "gap_so_far"]].tolist() == [150, -150, -30]


def test_a_gap_of_minus_10_percent_still_holds_and_off_balance_business_widens_the_base(figures):
    row, _, _ = figures(funded(100, 120, off_balance_maturing=100))
    assert row["liquidity_gap_ratio_90"] == pytest.approx(-0.10)
    assert row["is_gap_held"]


def test_headroom_is_the_smaller_side_and_missing_without_a_limit(figures):
    stocks = {"funding_available": 50, "committed_undrawn": 20, "liquidity_buffer": 10}
    ratio = {"liquid_assets": 24, "liquid_liabilities": 100}
    row, _, _ = figures(funded(100, 10, lending_limit=1000, **stocks, **ratio))
    # Nothing was expected yet, so nothing is known of how much of the receipts comes.
    assert (row["room_by_limit"], row["room_by_funding"]) == (900, 20)
    assert row["lending_headroom"] == 20
    assert (row["liquidity_ratio"], bool(row["is_liquid"])) == (0.24, False)


def test_a_later_report_of_one_item_leaves_the_others_as_they_were(figures):
    book = Book().borrower().loan("L1", principal=500, disbursed_on="2024-05-10")
    book.instalments("L1", ("2024-07-20", 500, 0))
    lines: list[tuple[str, str, int, str | None]] = [
        ("2024-05-31", "liquid_assets", 300, None),
        ("2024-05-31", "liquid_liabilities", 1000, None),
        ("2024-05-31", "liability_outflow", 200, "2024-07-31"),
        ("2024-01-01", "disbursement_budget", 800, "2024-05-31"),
        ("2024-01-01", "disbursement_budget", 900, "2024-06-30"),
        ("2024-06-15", "disbursement_budget", 1000, "2024-06-30"),
    ]
    for place, (reported_on, item, amount, due_on) in enumerate(lines):
        row = {"plan_id": f"P{place}", "item": item, "amount": amount, "due_on": due_on}
        book.add("funding_plan", reported_on=reported_on, **row)
    row, gaps, scope = figures(book.build("2024-06-30"))
    assert (row["liquidity_ratio"], row["outflow_90"]) == (0.3, 200)
    assert (row["budget_month"], row["budget_year"]) == (1000, 1800)
    assert row["reported_on"] == pd.Timestamp("2024-05-31")
    assert gaps["outflow"].sum() == 200
    assert set(reports.funding_lines(scope)["plan_id"]) == {"P0", "P1", "P2", "P3", "P5"}


def test_a_plan_without_a_limit_has_no_headroom(figures):
    row, _, _ = figures(funded(100, 10))
    assert pd.isna(row["lending_headroom"]) and pd.isna(row["liquidity_ratio"])


def test_all_months_of_the_plan_are_the_months_one_by_one(demo_scope):
    whole = plan_months(demo_scope)
    assert len(whole) > 12 and whole["month_end"].is_monotonic_increasing
    for day in whole["month_end"]:
        alone = reports.funding_figures(replace(demo_scope, as_of=day.date()))
        among = whole[whole["month_end"] == day].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, among, check_dtype=False)


@pytest.mark.parametrize(
    ("held", "since"),
    [
        ([False, True, False, False], "2024-05-31"),
        ([False, False, False, False], "2024-03-31"),
        ([False, None, False, False], "2024-05-31"),
        ([False, False, False, True], None),
    ],
)
def test_a_ratio_of_the_plan_is_broken_since_the_run_began(held, since):
    days = pd.date_range("2024-03-31", periods=4, freq="ME")
    months = pd.DataFrame({"month_end": days, "is_liquid": pd.array(held, dtype="boolean")})
    assert plan_broken_since(months, "is_liquid") == (D(since) if since else None)
    gap = months.drop(index=1)
    assert plan_broken_since(gap, "is_liquid") == (D("2024-05-31") if since else None)


def test_who_has_not_the_whole_bank_in_view_has_no_plan(figures):
    _, _, scope = figures(funded(100, 10))
    part = Scope(("",), scope.products, scope.as_of)
    assert reports.funding_figures(part).empty
    assert reports.funding_lines(part).empty
    assert reports.liquidity_gaps(part).empty


def test_the_buckets_hold_all_that_is_to_come_and_overdue_apart(demo_scope):
    gaps = reports.liquidity_gaps(demo_scope).set_index("maturity")
    found = forecast(demo_scope)
    assert found is not None
    year = gaps.loc[["overnight", "2-7", "8-30", "31-90", "91-365"], "inflow"].sum()
    assert cents(year) == cents(found.months["contractual"].sum())
    assert cents(gaps.loc["overdue", "inflow"]) == cents(found.overdue)
    assert gaps["gap"].isna()["overdue"]
    row = reports.funding_figures(demo_scope).iloc[0]
    assert cents(gaps.loc["31-90", "gap_so_far"]) == cents(row["gap_90"])
