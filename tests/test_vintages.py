"""Vintages (section 6.3): the worked example, what stays, what is not known, the loans behind."""

import csv
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from data.load import load
from queries import reports
from queries.metrics import (
    METRICS,
    VINTAGE_CUM_GROSS_LOSS,
    VINTAGE_CUM_NET_LOSS,
    VINTAGE_CUR30_BAL,
    VINTAGE_CUR30_BAL_EX_WO,
    VINTAGE_CUR90_BAL,
    VINTAGE_DUE_BASED,
    VINTAGE_EVER30_BAL,
    VINTAGE_EVER30_CNT,
    VINTAGE_EVER90_CNT,
)
from queries.reports.vintages import Step
from queries.warehouse import Scope, ask_exact
from tests.book import Book
from tests.served import serve

VINTAGE_METRICS = [metric for metric in METRICS.values() if metric.source == "vintages"]
MONTHS = ("2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30")


def recorded(book: Book, loan_id: str, *months: tuple, begins: int = 0, **loan) -> None:
    """A loan of January 2024 and what was recorded of it: balance, days, and status if it left."""
    row = {"disbursed_on": "2024-01-13", "principal": months[0][0] or 1000, **loan}
    book.loan(loan_id, **row)
    for month_end, (balance, days, *left) in zip(MONTHS[begins:], months, strict=False):
        status = left[0] if left else "active"
        book.recorded(loan_id, month_end, balance, days_past_due=days, status=status)


READS = ("scoped_loan_losses", "scoped_loan_months", "scoped_loans", "scoped_vintages")


def w13() -> Book:
    """The worked example of 2024-01, as recorded."""
    book = Book().borrower()
    recorded(book, "V1", *[(10000, 0)] * 5)
    recorded(book, "V2", (20000, 0), (19600, 0), (19000, 15), (18400, 45), (15200, 0))
    recorded(book, "V3", (5000, 0), (5000, 20), (5000, 51), (5000, 81), (5000, 112))
    recorded(book, "V4", (15000, 0), (0, 0, "closed"))
    return book


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Builds a book, serves it, and gives the scope that sees all of it."""

    def ask(book: Book, as_of: str = "2024-05-31", **scope) -> Scope:
        book.build(as_of)
        branches, products = (
            tuple(value for (value,) in book.rows(f"select distinct {kind} from marts.loans"))
            for kind in ("branch", "product")
        )
        folder = serve(book, tmp_path / "builds", reads=READS)
        monkeypatch.setenv("WAREHOUSE", str(folder))
        whole = Scope((*branches, ""), (*products, ""), date.fromisoformat(as_of))
        return replace(whole, **scope)

    return ask


def curve(scope: Scope, metric, step: Step = "month", period="2024-01") -> dict[int, float]:
    """Months on book: the figure in per cent, of one month or quarter."""
    frame = reports.vintage_cells(scope, metric, step)
    kept = frame[frame["curve"] == period]
    ages = kept["months_on_book"].astype(int)
    return {age: round(100 * value, 6) for age, value in zip(ages, kept["value"], strict=True)}


def test_the_worked_example(asked):
    scope = asked(w13())
    expected = {
        VINTAGE_EVER30_CNT: [0, 0, 25, 50, 50],
        VINTAGE_EVER30_BAL: [0, 0, 10, 46.8, 46.8],
        VINTAGE_CUR30_BAL: [0, 0, 10, 46.8, 10],
        VINTAGE_EVER90_CNT: [0, 0, 0, 0, 25],
        VINTAGE_CUR90_BAL: [0, 0, 0, 0, 10],
    }
    for metric, values in expected.items():
        assert curve(scope, metric) == dict(enumerate(values)), metric.id


def test_each_loan_knows_when_it_was_first_so_late():
    book = w13().build("2024-05-31")
    rows = book.rows(
        "select loan_id, vintage, first_30_on, first_30_balance, first_60_on, first_90_on,"
        " first_90_balance from marts.loans order by loan_id"
    )
    january, march, april, may = (
        date(2024, 1, 1),
        *(date.fromisoformat(MONTHS[i]) for i in (2, 3, 4)),
    )
    assert rows == [
        ("V1", january, None, None, None, None, None),
        ("V2", january, april, 18400, None, None, None),
        ("V3", january, march, 5000, april, may, 5000),
        ("V4", january, None, None, None, None, None),
    ]


def test_as_of_an_earlier_month_shows_what_was_known_then(asked):
    scope = asked(w13())
    earlier = replace(scope, as_of=date(2024, 3, 31))
    assert curve(earlier, VINTAGE_EVER30_BAL) == {0: 0, 1: 0, 2: 10}
    count, amount = reports.vintage_counts_total(
        earlier, VINTAGE_EVER30_BAL, "month", ("2024-01",), 2
    )
    assert (count, amount) == (1, 5000)
    # An age that has not ended yet has no loans either.
    assert (
        reports.vintage_counts_total(earlier, VINTAGE_EVER30_BAL, "month", ("2024-01",), 3)[0] == 0
    )


def test_thirty_days_are_not_over_thirty(asked):
    book = Book().borrower()
    recorded(book, "L1", (1000, 30), (1000, 31))
    assert curve(asked(book, "2024-02-29"), VINTAGE_EVER30_CNT) == {0: 0, 1: 100}


# --- What went, stays ---


def test_a_written_off_loan_stays_late_at_what_was_written_off(asked):
    book = Book().borrower()
    recorded(book, "L1", (1000, 0), (900, 10), (0, 20, "written_off"))
    recorded(book, "L2", *[(1000, 0)] * 5)
    book.add("write_offs", write_off_id="W", loan_id="L1", written_off_on="2024-03-12", amount=900)
    book.add("recoveries", recovery_id="R", loan_id="L1", recovered_on="2024-05-02", amount=200)
    scope = asked(book)
    for metric in (VINTAGE_EVER90_CNT, VINTAGE_CUR90_BAL):
        values = curve(scope, metric)
        assert values[1] == 0
        assert values[2] == values[3] == values[4] == (50 if metric is VINTAGE_EVER90_CNT else 45)
    assert curve(scope, VINTAGE_CUR30_BAL_EX_WO) == {0: 0, 1: 0, 2: 0, 3: 0, 4: 0}
    assert curve(scope, VINTAGE_CUM_GROSS_LOSS) == {0: 0, 1: 0, 2: 45, 3: 45, 4: 45}
    assert curve(scope, VINTAGE_CUM_NET_LOSS) == {0: 0, 1: 0, 2: 45, 3: 45, 4: 35}


def test_a_sold_loan_stays_as_late_as_it_was_when_sold(asked):
    book = Book().borrower()
    recorded(book, "L1", (1000, 40), (0, 70, "sold"))
    recorded(book, "L2", (1000, 0), (0, 0, "sold"))
    recorded(book, "L3", *[(2000, 0)] * 5)
    book.add(
        "write_offs",
        write_off_id="W",
        loan_id="L1",
        written_off_on="2024-02-12",
        amount=1000,
        kind="sale",
    )
    scope = asked(book)
    assert curve(scope, VINTAGE_CUR30_BAL) == {0: 25, 1: 25, 2: 25, 3: 25, 4: 25}
    assert set(curve(scope, VINTAGE_CUR90_BAL).values()) == {0}
    # A sale is no write-off.
    assert set(curve(scope, VINTAGE_CUM_GROSS_LOSS).values()) == {0}


def test_a_write_off_taken_back_is_late_only_while_it_stood(asked):
    book = Book().borrower().loan("L1", disbursed_on="2024-01-13", principal=1000)
    book.instalments("L1", ("2024-12-31", 1000, 10))
    book.add(
        "write_offs",
        write_off_id="W",
        loan_id="L1",
        written_off_on="2024-02-12",
        amount=1000,
        reversed_on="2024-04-20",
    )
    scope = asked(book)
    assert curve(scope, VINTAGE_CUR30_BAL) == {0: 0, 1: 100, 2: 100, 3: 0, 4: 0}
    assert curve(scope, VINTAGE_EVER30_BAL) == {0: 0, 1: 100, 2: 100, 3: 100, 4: 100}
    assert curve(scope, VINTAGE_CUM_GROSS_LOSS) == {0: 0, 1: 100, 2: 100, 3: 100, 4: 100}
    assert curve(scope, VINTAGE_CUM_NET_LOSS) == {0: 0, 1: 100, 2: 100, 3: 0, 4: 0}
    for age in range(5):
        total = reports.vintage_counts_total(scope, VINTAGE_CUR30_BAL, "month", ("2024-01",), age)
        assert total == ((1, 1000) if age in (1, 2) else (0, 0))


# --- What is not known is not zero ---


def test_the_loss_timing_names_the_vintages_that_it_knows_from_the_start(asked):
    book = Book().borrower()
    for loan_id, begins, disbursed_on in (("KNOWN", 0, "2024-01-13"), ("LATE", 0, "2023-10-13")):
        months = [(1000, 0), (1000, 0), (0, 100, "written_off")]
        recorded(book, loan_id, *months, begins=begins, disbursed_on=disbursed_on)
        gone = {"loan_id": loan_id, "written_off_on": "2024-03-12", "amount": 1000}
        book.add("write_offs", write_off_id=loan_id, **gone)
    recorded(book, "KEPT", *[(1000, 0)] * 5)
    book.add("recoveries", recovery_id="R", loan_id="KNOWN", recovered_on="2024-04-02", amount=300)
    scope = asked(book)
    timing = reports.vintage_loss_timing(scope, least=1)
    assert timing["net_loss"].tolist() == [0, 0, 1000, 700, 700]
    assert timing["periods"].tolist() == ["2024-01"] * 5
    for age, net_loss in enumerate(timing["net_loss"]):
        behind = reports.vintage_counts_total(
            scope, VINTAGE_CUM_NET_LOSS, "month", ("2024-01",), age
        )
        assert behind[1] == net_loss


def test_a_loan_seen_too_late_may_have_been_late_before(asked):
    book = Book().borrower()
    recorded(book, "L1", *[(1000, 0)] * 5)
    recorded(book, "L2", *[(1000, 0)] * 3, begins=2)
    scope = asked(book)
    assert curve(scope, VINTAGE_EVER30_CNT) == {}
    assert curve(scope, VINTAGE_CUR30_BAL) == {2: 0, 3: 0, 4: 0}
    periods = reports.vintage_periods(scope, "month")
    assert periods[["original_count", "begun_count"]].values.tolist() == [[2, 1]]


def test_a_record_that_stops_leaves_the_rest_unknown(asked):
    book = Book().borrower()
    recorded(book, "L1", *[(1000, 0)] * 5)
    recorded(book, "L2", *[(1000, 0)] * 3)
    assert curve(asked(book), VINTAGE_EVER30_CNT) == {0: 0, 1: 0, 2: 0}


def test_a_month_that_was_not_recorded_is_no_good_one(asked):
    book = Book().borrower()
    recorded(book, "L1", *[(1000, 0)] * 5)
    recorded(book, "L2", *[(1000, 0)] * 2)
    for month_end in MONTHS[3:5]:
        book.recorded("L2", month_end, 1000)
    scope = asked(book)
    # Late in March or not: its state is known again in April, what it ever was is not.
    assert curve(scope, VINTAGE_CUR30_BAL) == {0: 0, 1: 0, 3: 0, 4: 0}
    assert curve(scope, VINTAGE_EVER30_CNT) == {0: 0, 1: 0}
    assert curve(scope, VINTAGE_CUM_GROSS_LOSS) == {0: 0, 1: 0}


def test_a_month_of_which_the_book_knows_nothing_is_no_gap(asked):
    book = Book().borrower()
    for loan_id in ("L1", "L2"):
        recorded(book, loan_id, *[(1000, 0)] * 2)
        for month_end in MONTHS[3:5]:
            book.recorded(loan_id, month_end, 1000)
    assert set(curve(asked(book), VINTAGE_EVER30_CNT)) == {0, 1, 3, 4}


def test_a_small_part_may_be_unknown(asked):
    book = w13().parameter("vintage_unknown_share", "0.2")
    recorded(book, "L5", *[(1000, 0)] * 2, begins=3)
    scope = asked(book)
    assert curve(scope, VINTAGE_EVER30_CNT)[4] == 40
    frame = reports.vintage_cells(scope, VINTAGE_EVER30_CNT, "month")
    assert frame["unknown_count"].tolist() == [1] * 5


def test_without_instalments_nothing_is_known_to_be_due(asked):
    assert curve(asked(w13()), VINTAGE_DUE_BASED) == {}


def test_due_based_takes_what_fell_due(asked):
    book = Book().borrower().loan("L1", disbursed_on="2024-01-13", principal=900)
    book.instalments("L1", ("2024-02-13", 300, 3), ("2024-03-13", 300, 2), ("2024-04-13", 300, 1))
    book.pay("L1", "2024-02-13", 303)
    values = curve(asked(book), VINTAGE_DUE_BASED)
    assert values == {
        0: pytest.approx(float("nan"), nan_ok=True),
        1: 0,
        2: 50,
        3: 66.666667,
        4: 66.666667,
    }


def test_due_based_takes_loans_repaid_early_and_sold_whole_and_says_so(asked):
    lines = (("2024-02-13", 300, 0), ("2024-03-13", 300, 0), ("2024-12-13", 300, 0))
    book = Book().borrower()
    for loan_id in ("EARLY", "SOLD", "LATE"):
        book.loan(loan_id, disbursed_on="2024-01-13", principal=900).instalments(loan_id, *lines)
    book.pay("EARLY", "2024-02-10", 900)
    book.pay("LATE", "2024-02-13", 300)
    gone = {"written_off_on": "2024-02-12", "amount": 900, "kind": "sale"}
    book.add("write_offs", write_off_id="W", loan_id="SOLD", **gone)
    scope = asked(book, "2024-03-31")
    cells = reports.vintage_cells(scope, VINTAGE_DUE_BASED, "month").set_index("months_on_book")
    # By the schedules 1800 had fallen due; two loans count with 900, one with 600.
    assert (cells["numerator"][2], cells["denominator"][2]) == (300, 2400)
    assert VINTAGE_DUE_BASED.is_convention
    assert "The denominator is the house's own" in VINTAGE_DUE_BASED.meaning


# --- Quarters ---


def quarters() -> Book:
    """A loan each in January, February and March; only February's is ever late."""
    book = Book().borrower()
    recorded(book, "L1", *[(1000, 0)] * 6)
    recorded(book, "L2", *[(1000, 40)] * 5, begins=1, disbursed_on="2024-02-10")
    recorded(book, "L3", *[(2000, 0)] * 4, begins=2, disbursed_on="2024-03-10", branch="Other")
    return book


def test_a_quarter_is_the_sum_of_its_months_at_equal_age_once_all_have_it(asked):
    scope = asked(quarters(), "2024-06-30")
    assert curve(scope, VINTAGE_EVER30_BAL, "quarter", "2024Q1") == {0: 25, 1: 25, 2: 25, 3: 25}
    assert curve(scope, VINTAGE_EVER30_BAL, "month", "2024-02") == {
        0: 100,
        1: 100,
        2: 100,
        3: 100,
        4: 100,
    }
    open_quarter = replace(scope, as_of=date(2024, 2, 29))
    assert reports.vintage_cells(open_quarter, VINTAGE_EVER30_BAL, "quarter").empty
    assert reports.vintage_periods(open_quarter, "quarter").empty


def test_a_branch_that_lent_nothing_in_the_last_month_waits_for_it_too(asked):
    scope = asked(quarters(), "2024-06-30")
    main = replace(scope, branches=("Main",))
    assert curve(main, VINTAGE_EVER30_BAL, "quarter", "2024Q1") == {0: 50, 1: 50, 2: 50, 3: 50}


def test_segments_are_told_over_the_same_months(asked):
    scope = asked(quarters(), "2024-06-30")
    frame = reports.vintage_cells(
        scope, VINTAGE_EVER30_BAL, "month", "branch", ("2024-01", "2024-03")
    )
    assert frame.groupby("curve")["months_on_book"].max().to_dict() == {"Main": 3, "Other": 3}
    assert frame["numerator"].sum() == 0


# --- The demo book: cells, loans and a plain count agree ---


@pytest.mark.parametrize("metric", VINTAGE_METRICS, ids=lambda metric: metric.id)
def test_the_loans_behind_a_cell_add_up_to_it(demo_scope, metric):
    cells = reports.vintage_cells(demo_scope, metric, "quarter")
    for place in (0, len(cells) // 3, len(cells) - 1):
        cell = cells.iloc[place]
        where = ("quarter", (cell["curve"],), int(cell["months_on_book"]))
        for part in ("numerator", "denominator"):
            _, amount = reports.vintage_counts_total(demo_scope, metric, *where, part)
            assert float(amount) == pytest.approx(cell[part], abs=0.001)


@pytest.mark.parametrize("metric", VINTAGE_METRICS, ids=lambda metric: metric.id)
def test_branches_and_products_add_up_to_the_whole(demo_scope, metric):
    periods = tuple(reports.vintage_periods(demo_scope, "quarter")["period"][:3])
    ages = {}
    for by in ("branch", "product"):
        frame = reports.vintage_cells(demo_scope, metric, "quarter", by, periods)
        ages[by] = frame.groupby("months_on_book")[["numerator", "denominator"]].sum()
    months = reports.vintage_cells(demo_scope, metric, "month")
    assert len(ages["branch"]) > 6
    assert ages["branch"].round(2).equals(ages["product"].round(2))
    assert months["numerator"].sum() != 0


@pytest.mark.parametrize("step", ["month", "quarter"])
def test_ever_never_falls_and_what_was_lent_never_moves(demo_scope, step):
    for metric in VINTAGE_METRICS:
        frame = reports.vintage_cells(demo_scope, metric, step)
        by_age = frame.sort_values("months_on_book").groupby("curve")
        if "ever" in metric.id or metric is VINTAGE_CUM_GROSS_LOSS:
            assert (by_age["numerator"].diff().dropna() >= 0).all(), metric.id
        if metric is not VINTAGE_DUE_BASED:
            assert (by_age["denominator"].nunique() == 1).all()
        assert (by_age.size() == by_age["months_on_book"].max() + 1).all()


def test_the_cube_against_a_plain_count(demo_scope):
    def asked(sql: str) -> list[tuple]:
        return ask_exact(sql, demo_scope)

    loans = asked("select loan_id, disbursed_on, principal from marts.loans")
    rows = asked(
        "select loan_id, month_end, status, days_past_due, balance from marts.loan_months"
        " order by month_end"
    )
    gone = dict(asked("select loan_id, sum(amount) from raw.write_offs group by 1"))
    months = [month_end for (month_end,) in asked("select month_end from marts.month_ends")]
    cube = asked(
        "select vintage, month_end, sum(original_amount), sum(ever_30_count),"
        " sum(ever_90_balance), sum(current_30_count), sum(current_90_balance),"
        " sum(on_book_60_balance) from marts.vintages group by all"
    )
    states = defaultdict(dict)
    for loan_id, month_end, status, days, balance in rows:
        states[loan_id][month_end] = (status, days, balance)
    counted = defaultdict(lambda: [0, 0, 0, 0, 0, 0])
    for loan_id, disbursed_on, principal in loans:
        _count_one(counted, months, states[loan_id], disbursed_on, principal, gone.get(loan_id, 0))
    told = {(vintage, month_end): list(values) for vintage, month_end, *values in cube}
    assert len(told) > 200
    assert told == dict(counted)


def _count_one(counted, months, states, disbursed_on, principal, gone) -> None:
    """Adds one loan to every month end since it was made, as one would by hand."""
    first_30: Decimal | None = None
    first_90: Decimal | None = None
    last = ("active", 0, Decimal(0))
    for month_end in months:
        if month_end < disbursed_on:
            continue
        last = states.get(month_end, last)
        status, days, balance = last
        if status in ("written_off", "sold"):
            days, balance = max(days, 91) if status == "written_off" else days, gone
        if days > 30 and first_30 is None:
            first_30 = balance
        if days > 90 and first_90 is None:
            first_90 = balance
        cell = counted[disbursed_on.replace(day=1), month_end]
        late, very_late = status != "closed" and days > 30, status != "closed" and days > 90
        cell[0] += principal
        cell[1] += first_30 is not None
        cell[2] += first_90 or 0
        cell[3] += late
        cell[4] += balance if very_late else 0
        cell[5] += balance if status == "active" and days > 60 else 0


# --- The real tape ---


@pytest.fixture(scope="module")
def tape(shared_data, tmp_path_factory) -> tuple[Path, duckdb.DuckDBPyConnection]:
    source = shared_data("sec_abs_auto_2017")
    done = load(
        source,
        tmp_path_factory.mktemp("tape"),
        source_format="sec-abs-ee",
        progress=lambda line: None,
    )
    return source, duckdb.connect(done["build"], read_only=True)


def test_the_tape_has_its_authors_vintages(tape):
    source, connection = tape
    told: dict[str, set] = defaultdict(set)
    with (source / "ald_clean_enhanced.csv").open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["vintage"]:
                told[row["vintage"]].add((row["securitizationKey"], row["assetNumber"]))
    found = dict(
        connection.sql(
            "select year(vintage), sum(original_count) from marts.vintages"
            " where month_end = date '2017-04-30' group by 1"
        ).fetchall()
    )
    assert found == {int(year): len(loans) for year, loans in told.items()}
    assert sum(found.values()) == 652


def test_the_tape_by_a_plain_count(tape):
    _, connection = tape
    rows = connection.sql(
        "select year(disbursed_on), month_end, status, days_past_due, balance, loan_id"
        " from raw.loan_months inner join raw.loans using (loan_id)"
    ).fetchall()
    late = defaultdict(lambda: [0, 0])
    left: dict[str, date] = {}
    for _, month_end, status, _, _, loan_id in rows:
        if status != "active" and month_end < left.get(loan_id, date.max):
            left[loan_id] = month_end
    for year, month_end, status, days, balance, loan_id in rows:
        if days > 30 and status == "active" and month_end <= left.get(loan_id, month_end):
            late[year, month_end][0] += 1
            late[year, month_end][1] += balance
    found = connection.sql(
        "select year(vintage), month_end, sum(on_book_30_count), sum(on_book_30_balance)"
        " from marts.vintages group by all having sum(on_book_30_count) > 0"
    ).fetchall()
    assert {(year, day): list(rest) for year, day, *rest in found} == dict(late)


def test_the_tapes_losses_and_what_it_cannot_tell(tape):
    source, connection = tape
    with (source / "ald_raw.csv").open(encoding="utf-8-sig", newline="") as handle:
        assert (
            sum(float(row["chargedoffPrincipalAmount"] or 0) != 0 for row in csv.DictReader(handle))
            == 786
        )
    ((lost, net),) = connection.sql(
        "select sum(gross_loss_amount), sum(net_loss_amount) from marts.vintages"
        " where month_end = date '2017-04-30'"
    ).fetchall()
    ((amount, recovered),) = connection.sql(
        "select (select sum(amount) from raw.write_offs), (select sum(amount) from raw.recoveries)"
    ).fetchall()
    assert (lost, net) == (amount, amount - recovered)
    # Trusts take loans in when they are months old: almost none is known from its first month on.
    ((lent, begun),) = connection.sql(
        "select sum(original_count), sum(begun_count) from marts.vintages"
        " where month_end = date '2017-04-30'"
    ).fetchall()
    assert lent == 652
    assert begun < 20
