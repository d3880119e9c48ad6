"""Migration (sections 3.4, 6.1, 6.4): identities, cures, powers of the average, the back-test."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from queries import reports
from queries.metrics import BALANCE, measure
from queries.roll_forecast import STATES, back_test, compare, happened, matrix, outlook, project
from queries.roll_forecast import thin as thin_rows
from queries.warehouse import Scope, month_ends
from tests.book import Book
from tests.served import serve

D = date.fromisoformat
READS = ("scoped_cures", "scoped_loan_moves", "scoped_moves")
ENDS = [day.date().isoformat() for day in pd.date_range("2024-01-31", periods=16, freq="ME")]


@pytest.fixture
def asked(monkeypatch, tmp_path: Path) -> Callable[..., Scope]:
    """Builds a book, serves it, and gives the scope that sees all of it."""

    def ask(book: Book, as_of: str) -> Scope:
        folder = serve(book.build(as_of), tmp_path / "builds", reads=READS)
        monkeypatch.setenv("WAREHOUSE", str(folder))
        return Scope(("Main", ""), ("consumer", ""), D(as_of))

    return ask


def days_of(book: Book, loan_id: str, *days: int | str, balance: float = 100) -> Book:
    """A loan and its days past due at each month end, or the status in which it left."""
    book.loan(loan_id, principal=balance, disbursed_on="2024-01-10")
    for month_end, each in zip(ENDS, days, strict=False):
        gone = isinstance(each, str)
        book.recorded(
            loan_id,
            month_end,
            0 if gone else balance,
            days_past_due=0 if isinstance(each, str) else each,
            status=each if gone else "active",
        )
    return book


# --- Between any two month ends ---


def test_any_two_month_ends_and_what_left_between_them(asked):
    book = Book().borrower()
    days_of(book, "STAYS", 0, 0, 0, 0)
    days_of(book, "LATE", 0, 15, 45, 75)
    days_of(book, "PAID", 0, "closed")
    days_of(book, "GONE", 100, 130, "written_off")
    days_of(book, "SOLD", 40, "sold")
    days_of(book, "NEW", balance=50).recorded("NEW", "2024-03-31", 50)
    scope = asked(book, "2024-04-30")
    frame = reports.roll_rates(scope, D("2024-01-31"))
    cells = {
        (row.from_bucket, row.to_state): (row.loans, row.share_balance)
        for row in frame.itertuples()
    }
    third = pytest.approx(1 / 3)
    assert cells == {
        ("current", "current"): (1, third),
        ("current", "61-90"): (1, third),
        ("current", "closed"): (1, third),
        ("31-60", "sold"): (1, 1.0),
        ("91-180", "written_off"): (1, 1.0),
    }
    # A month before it was written off it was still there.
    before = reports.roll_rates(replace(scope, as_of=D("2024-02-29")), D("2024-01-31"))
    assert ("91-180", "91-180") in set(zip(before["from_bucket"], before["to_state"], strict=True))


def test_a_loan_that_is_no_longer_recorded_is_missing_and_not_paid(asked):
    book = Book().borrower()
    days_of(book, "SEEN", 0, 0, 0)
    days_of(book, "LOST", 0)
    frame = reports.roll_rates(asked(book, "2024-03-31"), D("2024-01-31"))
    assert dict(zip(frame["to_state"], frame["loans"], strict=True)) == {"current": 1, "missing": 1}


@pytest.mark.parametrize("months", [1, 2, 5, 12, 17])
def test_every_row_adds_up_to_one_and_every_column_to_its_bucket_less_new_loans(demo_scope, months):
    ends = month_ends(demo_scope.build)
    opened_on = ends[-1 - months]
    frame = reports.roll_rates(demo_scope, opened_on)
    sums = frame.groupby("from_bucket")[["share_loans", "share_balance"]].sum()
    assert sums.to_numpy().ravel().tolist() == pytest.approx([1.0] * 2 * len(sums))
    then = measure(replace(demo_scope, as_of=opened_on), BALANCE)["balance"].item()
    assert frame["opening_balance"].sum() == pytest.approx(then)
    loans = reports.moved_loans(demo_scope, opened_on, "current:current", limit=100_000)
    assert frame.loc[0, "loans"] == len(loans)
    closing = frame.groupby("to_state")["closing_balance"].sum()
    now = measure(demo_scope, BALANCE, by="bucket").set_index("bucket")["balance"]
    assert (closing.reindex(now.index).fillna(0) <= now + 0.005).all()


def test_a_months_columns_are_the_buckets_less_what_was_lent_in_it(demo_scope):
    frame = reports.roll_rates(demo_scope)
    closing = frame.groupby("to_state")["closing_balance"].sum()
    now = measure(demo_scope, BALANCE, by=("bucket", "opening_bucket"))
    new = now[now["opening_bucket"].isna()].groupby("bucket")["balance"].sum()
    whole_bucket = now.groupby("bucket")["balance"].sum()
    for bucket, balance in whole_bucket.items():
        less = balance - new.get(bucket, 0.0)
        assert closing.get(bucket, 0.0) == pytest.approx(less, abs=0.01), bucket


def test_the_cube_and_the_loans_tell_the_same(demo_scope):
    for months in (1, 12):
        opened_on = month_ends(demo_scope.build)[-1 - months]
        frame = reports.roll_rates(demo_scope, opened_on)
        for row in frame.sample(min(8, len(frame)), random_state=3).itertuples():
            move = f"{row.from_bucket}:{row.to_state}"
            for weight in ("opening_balance", "closing_balance", "loans"):
                number, amount = reports.moved_loans_total(demo_scope, opened_on, move, weight)
                assert number == row.loans
                assert float(amount) == pytest.approx(getattr(row, weight))


@pytest.mark.parametrize("months", [1, 7, 12])
def test_branches_and_products_add_up_to_the_official_rates(demo_scope, months):
    together = reports.migration_rates(demo_scope, months).set_index("rate_id")
    parts = ["opening_balance", "reduction", "down", "disposed"]
    for kind in ("branches", "products"):
        cuts = [replace(demo_scope, **{kind: (each,)}) for each in getattr(demo_scope, kind)]
        frame = pd.concat(reports.migration_rates(cut, months) for cut in cuts)
        sums = frame.groupby("rate_id")[parts].sum().reindex(together.index)
        assert sums.to_numpy() == pytest.approx(together[parts].to_numpy())


def test_the_summary_adds_up_to_the_row(demo_scope):
    frame = reports.roll_summary(demo_scope)
    known = frame[~frame["from_bucket"].isin(["missing", "all"])]
    five = ["forward_rate", "stayed_rate", "back_rate", "paid_off_rate", "disposed_rate"]
    assert known[five].sum(axis=1).tolist() == pytest.approx([1.0] * len(known))
    assert frame["from_bucket"].iloc[-1] == "all"
    assert frame["loans"].iloc[-1] == frame["loans"].iloc[:-1].sum()


@pytest.mark.parametrize("months", [2, 3, 12])
def test_only_non_performing_sales_are_added_back(asked, months):
    """A sale of good loans is no migration; sold as NPL, or written off, is (3.4)."""
    book = Book().borrower()
    quiet = [0] * (12 - months)
    days_of(book, "STAYS", *[0] * 14, balance=600)
    days_of(book, "GOOD", *quiet, 0, "sold", balance=200)
    days_of(book, "BAD", *quiet, 0, 100, "sold", balance=100)
    days_of(book, "GONE", *quiet, 0, "written_off", balance=50)
    scope = asked(book, ENDS[12])
    opened = D(ENDS[12 - months])
    rates: Any = reports.migration_rates(scope, opened_on=opened).set_index("rate_id")
    row = rates.loc["mig_performing"]
    assert (row["opening_balance"], row["disposed"]) == (950, 150)
    assert (row["rate"], row["rate_adjusted"]) == (0, pytest.approx(150 / 750))


# --- Cures ---


def test_a_cure_by_a_change_of_contract_is_one_on_paper_only(asked):
    book = Book().borrower()
    days_of(book, "PAID", 20, 0)
    days_of(book, "PAPER", 20, 0, balance=300)
    days_of(book, "EARLIER", 20, 0, balance=50)
    days_of(book, "WORSE", 20, 50, balance=50)
    for loan_id, day in (
        ("PAPER", "2024-02-10"),
        ("EARLIER", "2024-01-20"),
        ("WORSE", "2024-02-1"),
    ):
        book.add("restructures", loan_id=loan_id, restructured_on=day, kind="extension")
    frame = reports.roll_summary(asked(book, "2024-02-29")).set_index("from_bucket")
    row: Any = frame.loc["1-30"]
    assert (row["cured_loans"], row["late_loans"]) == (2, 4)
    assert row["cure_rate"] == pytest.approx(150 / 500)
    assert row["admin_cure_rate"] == pytest.approx(300 / 500)


def outcomes(scope: Scope) -> dict[str, tuple]:
    frame = reports.cure_outcomes(scope)
    names = ["cured_loans", "sustained_rate", "back_over_30_rate", "back_over_90_rate"]
    return {
        str(row.month_end)[:10]: tuple(
            None if pd.isna(getattr(row, name)) else getattr(row, name) for name in names
        )
        for row in frame.itertuples()
    }


def cured_book() -> Book:
    """Four loans cured in February 2024: one stays so, one comes back to 100, one to 31, one 20."""
    book = Book().borrower()
    days_of(book, "STAYS", 20, *[0] * 15)
    days_of(book, "DEEP", 20, 0, 0, 0, 0, 20, 50, 80, 100, *[0] * 7)
    days_of(book, "BACK", 20, 0, 0, 10, 31, *[0] * 11)
    days_of(book, "SHORT", 20, 0, 30, *[0] * 13)
    return days_of(book, "PAID", 20, "closed")


def test_what_came_of_cures_is_told_once_it_is_known(asked):
    scope = asked(cured_book(), ENDS[-1])
    assert outcomes(scope)["2024-02-29"] == (5, 3 / 5, 2 / 5, 1 / 5)
    young = outcomes(replace(scope, as_of=D("2024-06-30")))
    assert young["2024-02-29"] == (5, 3 / 5, None, None)
    younger = outcomes(replace(scope, as_of=D("2024-04-30")))
    assert younger["2024-02-29"] == (5, None, None, None)


def test_a_record_that_stops_tells_nothing_of_a_cure(asked):
    book = days_of(cured_book(), "LOST", 20, 0)
    assert outcomes(asked(book, ENDS[-1]))["2024-02-29"] == (6, 3 / 5, 2 / 5, 1 / 5)


# --- The average, its powers, the back-test ---

CHAIN = pd.DataFrame(
    [
        ("current", "current", 0.9, 0.8),
        ("current", "1-30", 0.1, 0.1),
        ("1-30", "current", 0.5, 0.4),
        ("1-30", "written_off", 0.5, 0.0),
    ],
    columns=["from_bucket", "to_state", "share", "share_left"],
)
START = pd.Series({"current": 1000.0, "1-30": 200.0})


def at(path: pd.DataFrame, month: int) -> dict[str, float]:
    rows = path[(path["month"] == month) & (path["balance"] != 0)]
    return dict(zip(rows["bucket"], rows["balance"].round(6), strict=True))


def test_a_small_chain_by_hand():
    path = project(START, matrix(CHAIN), 2)
    assert at(path, 0) == {"current": 1000, "1-30": 200}
    assert at(path, 1) == {"current": 1000, "1-30": 100, "written_off": 100}
    assert at(path, 2) == {"current": 950, "1-30": 100, "written_off": 150}
    assert path.groupby("month")["balance"].sum().tolist() == pytest.approx([1200] * 3)


def test_less_instalments_the_rest_is_repaid():
    path = project(START, matrix(CHAIN, "repaid"), 1)
    assert at(path, 1) == {"current": 880, "1-30": 100, "written_off": 100, "closed": 120}


def test_a_bucket_never_seen_stays_and_what_left_stays_away():
    square = matrix(CHAIN)
    assert square.loc["61-90", "61-90"] == 1
    assert all(square.loc[state, state] == 1 for state in ("closed", "written_off", "sold"))
    assert square.sum(axis=1).tolist() == pytest.approx([1.0] * len(STATES))


def test_errors_are_of_what_happened_and_empty_over_nothing():
    frame = compare(
        START, pd.Series({"current": 900.0, "sold": 5.0}), pd.Series({"current": 1000.0})
    ).set_index("bucket")
    rates = frame["error_rate"].dropna().to_dict()
    assert rates == {"current": pytest.approx(-0.1)}
    assert frame.loc["1-30", "opening"] == 200


def test_the_average_is_of_sums_and_months_without_a_move_count_as_none(asked):
    book = Book().borrower()
    days_of(book, "A", 0, 0, 15, balance=100)
    days_of(book, "B", 0, 0, 0, balance=300)
    scope = asked(book, "2024-03-31")
    frame = reports.roll_average(scope).set_index(["from_bucket", "to_state"])
    late: Any = frame.loc[("current", "1-30")]
    assert late["share"] == pytest.approx(100 / 800)
    assert (late["lowest"], late["highest"]) == (0, pytest.approx(0.25))
    assert late["spread"] == pytest.approx(0.25 / 2**0.5)
    assert (late["months"], late["row_loans"], late["fewest_loans"]) == (2, 4, 2)
    assert thin_rows(frame.reset_index()) == ("current",)
    assert thin_rows(frame.reset_index(), 2) == ()


@pytest.mark.parametrize("basis", ["rolled", "repaid"])
def test_the_outlook_begins_with_todays_buckets_and_loses_nothing(demo_scope, basis):
    path = outlook(demo_scope, basis)
    now = measure(demo_scope, BALANCE, by="bucket").set_index("bucket")["balance"]
    begins = path[path["month"] == 0].set_index("bucket")["balance"]
    assert begins.reindex(now.index).tolist() == pytest.approx(now.tolist())
    assert path.groupby("month")["balance"].sum().tolist() == pytest.approx([now.sum()] * 13)


@pytest.mark.parametrize("basis", ["rolled", "repaid"])
def test_the_back_test_knows_only_what_was_known_then(demo_scope, basis):
    then = month_ends(demo_scope.build)[-13]
    found = back_test(demo_scope, basis)
    assert found is not None
    before = reports.roll_average(replace(demo_scope, as_of=then))
    assert found.months == before["months"].max()
    frame = found.frame.set_index("bucket")
    moved = reports.roll_rates(demo_scope, then)
    opening = moved.groupby("from_bucket")["opening_balance"].sum()
    path = project(opening, matrix(before, basis))
    told = path[path["month"] == 12].set_index("bucket")["balance"]
    assert frame["expected"].tolist() == pytest.approx(told.reindex(frame.index).tolist())
    assert frame["happened"].sum() == pytest.approx(opening.sum())
    assert frame["expected"].sum() == pytest.approx(opening.sum())
    assert found.mape == pytest.approx(frame["error_rate"].abs().mean())
    assert happened(moved, basis)["written_off"] == frame.loc["written_off", "happened"]


def test_a_book_that_goes_on_as_it_did_is_projected_rightly(asked):
    book = Book().borrower()
    # Each month a tenth of the loans is paid off: of 1000 there are 900, 810 ... of equal size.
    left = [round(1000 * 0.9**month) for month in range(len(ENDS))]
    for number in range(120):
        place = next((m for m, n in enumerate(left) if number >= n * 0.12), None)
        days = [0] * len(ENDS) if place is None else [*[0] * place, "closed"]
        days_of(book, f"L{number:03}", *days)
    scope = asked(book, ENDS[-1])
    found = back_test(scope)
    assert found is not None
    assert found.mape < 0.08


def test_too_young_for_a_back_test(asked):
    assert back_test(asked(cured_book(), "2024-12-31")) is None
