"""The Migration page: its switches, its two dates, its lists, what it says of a young book."""

import re
from dataclasses import replace
from itertools import product as product_of
from pathlib import Path

import pandas as pd
import pytest

from pages.portfolio import migration
from queries import reports, rolls
from queries.metrics import (
    BUCKETS,
    CURE_RATE,
    CURE_RATE_CNT,
    CURED,
    LOANS,
    ROLL_FORWARD_RATE,
    compare,
    measure,
)
from queries.roll_forecast import back_test, thin
from queries.warehouse import month_ends
from tests.book import Book
from tests.opened import person, plain
from tests.served import serve
from ui.i18n import name

pytestmark = pytest.mark.usefixtures("demo_scope")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("weight", ["opening_balance", "loans", "closing_balance"])
def test_every_way_of_counting(opened, weight, language):
    at = opened("migration", person(language=language), weight=weight, move="1-30:31-60")
    assert len(at.subheader) == 3


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("chapter", migration.CHAPTERS)
def test_every_chapter_opens_below_the_sentence(opened, chapter, language):
    at = opened("migration", person(language=language), chapter=chapter, period="3", basis="repaid")
    assert at.subheader
    assert at.dataframe


@pytest.fixture(scope="module")
def one_loan(tmp_path_factory) -> Path:
    """A warehouse with one loan in it, late since its first instalment."""
    one = Book().borrower().loan("ONE", principal=1000)
    one.instalments("ONE", ("2024-01-31", 500, 10), ("2024-02-29", 500, 5))
    return serve(one.build("2024-03-31"), tmp_path_factory.mktemp("one_loan"))


@pytest.mark.parametrize("chapter", migration.CHAPTERS)
def test_every_chapter_opens_on_a_book_of_one_loan(opened, monkeypatch, one_loan, chapter):
    monkeypatch.setenv("WAREHOUSE", str(one_loan))
    at = opened("migration", chapter=chapter)
    assert re.search(r"#### .*\d%.*\.", plain(at))


def test_a_loan_that_was_never_late_has_a_sentence_too(opened, monkeypatch, tmp_path):
    one = Book().borrower().loan("ONE", principal=1000).instalments("ONE", ("2024-12-31", 1000, 10))
    monkeypatch.setenv("WAREHOUSE", str(serve(one.build("2024-03-31"), tmp_path / "one")))
    at = opened("migration")
    said_of = "In the month to 2024-03-31, 0.00% of the balance rolled forward, 100.00% stayed in"
    assert said_of in plain(at)


def test_the_sentence_is_made_of_the_figures_of_the_why_page(opened, demo_scope):
    buckets = measure(demo_scope, ROLL_FORWARD_RATE, by="opening_bucket").set_index(
        "opening_bucket"
    )
    first = rolls.forward(demo_scope)[0]
    assert first.change > 0
    assert first.rate == buckets.loc[first.bucket, ROLL_FORWARD_RATE.id]
    cured = compare(demo_scope, CURE_RATE)
    assert cured.now is not None
    shown = plain(opened("migration"))
    points = f"{(first.rate - first.average) * 100:+.2f} pp"
    bucket, day = name("from_bucket", first.bucket), demo_scope.as_of
    assert (
        f"Of bucket {bucket}, {first.rate:.2%} rolled forward in the month to {day}, {points}"
        in shown
    )
    assert (
        f"{rolls.flow_through(demo_scope):.2%} flows through from current to over 90 days" in shown
    )
    assert f"{cured.now:.2%} of the late balance was cured" in shown


def test_the_average_of_the_sentence_is_that_of_the_average_matrix(opened, demo_scope):
    matrix = reports.roll_average(demo_scope)
    order = {bucket: place for place, bucket in enumerate(BUCKETS)}
    worse = matrix[
        [
            order.get(to, -1) > order[was]
            for was, to in zip(matrix["from_bucket"], matrix["to_state"], strict=True)
        ]
    ]
    average = worse.groupby("from_bucket")["share"].sum()
    found = rolls.forward(demo_scope)
    assert found
    assert not {each.bucket for each in found} & set(thin(matrix))
    for each in found:
        assert each.months == 12
        assert each.average == pytest.approx(average[each.bucket])
    assert [each.change for each in found] == sorted((r.change for r in found), reverse=True)


@pytest.mark.parametrize("weight", ["opening_balance", "loans", "closing_balance"])
def test_the_loans_of_a_cell_add_up_to_it_between_any_two_month_ends(opened, demo_scope, weight):
    ends = month_ends(demo_scope.build)
    first, last = ends[-6], ends[-2]
    scope = replace(demo_scope, as_of=last)
    cells = reports.roll_rates(scope, first)
    cell = cells[(cells["from_bucket"] == "1-30") & (cells["to_state"] == "current")].iloc[0]
    address = {"from": first.isoformat(), "to": last.isoformat(), "move": "1-30:current"}
    at = opened("migration", weight=weight, **address)
    assert f"Behind 1-30 → Current, {first} to {last}" in plain(at)
    listed = next(each.value for each in at.dataframe if "counted" in each.value)
    assert listed["counted"].sum() == pytest.approx(cell[weight])
    assert len(listed) == cell["loans"]


def test_a_row_of_an_official_rate_opens_what_went_down(opened, demo_scope):
    rates = reports.migration_rates(demo_scope, 12).set_index("rate_id")
    at = opened("migration", chapter="official", move="mig_normal")
    assert "Behind Normal, downward" in plain(at)
    listed = next(each.value for each in at.dataframe if "counted" in each.value)
    number, amount = reports.moved_loans_total(
        demo_scope, month_ends(demo_scope.build)[-13], "mig_normal", "kept_balance"
    )
    assert float(amount) == pytest.approx(rates.loc["mig_normal", "down"])
    assert len(listed) == min(number, 100)


def test_what_was_disposed_of_behind_an_adjusted_rate_is_listed_too(opened, demo_scope):
    rates = reports.migration_rates(demo_scope, 6).set_index("rate_id")
    disposed = rates.loc["mig_performing", "disposed"]
    at = opened("migration", chapter="official", period="6", move="mig_performing")
    assert "Behind Performing to non-performing, disposed of" in plain(at)
    assert f"add up to {disposed:,.2f}" in plain(at)


def test_all_loans_of_a_bucket_are_one_list(opened, demo_scope):
    rows = reports.roll_summary(demo_scope).set_index("from_bucket")
    for bucket, said in (("1-30", "1-30 → Any state"), ("all", "All → Any state")):
        at = opened("migration", move=f"{bucket}:any")
        assert f"Behind {said}" in plain(at)
        assert f"add up to {rows.loc[bucket, 'opening_balance']:,.2f}" in plain(at)


def test_what_flowed_into_a_long_bucket_is_one_list(opened, demo_scope):
    flows = reports.net_flows(demo_scope).set_index("bucket")
    at = opened("migration", move="lower:91-180", weight="closing_balance")
    assert f"add up to {flows.loc['91-180', 'flowed']:,.2f}" in plain(at)


def test_the_cures_that_the_sentence_quotes_are_the_first_row(opened):
    at = opened("migration", chapter="cures")
    first = at.dataframe[0].value.iloc[0]
    assert first["outcome"] == "known"
    assert f"loans cured in the month to {first['month_end']}" in plain(at)
    assert (at.dataframe[0].value["outcome"] == "known").sum() > 6
    assert at.dataframe[0].value["back_over_30_rate"].notna().iloc[0]


@pytest.mark.parametrize("move", ["x", ":", "closed:current", "1-30:360+", "mig_none"])
def test_a_move_that_nobody_made_has_no_list(opened, move):
    at = opened("migration", move=move)
    assert "Behind" not in plain(at)


def test_the_dates_of_the_address_must_be_month_ends_in_order(opened, demo_scope):
    ends = month_ends(demo_scope.build)
    at = opened("migration", **{"from": ends[-1].isoformat(), "to": ends[-3].isoformat()})
    assert f"Where it went, {ends[-4]} to {ends[-3]}" in plain(at)


def test_the_first_month_has_nothing_to_compare_with(opened, demo_scope):
    at = opened("migration", as_of=month_ends(demo_scope.build)[0].isoformat())
    assert "There is no month before to compare with." in plain(at)
    assert not at.dataframe


def test_a_young_book_has_neither_official_rates_nor_a_back_test(opened, demo_scope):
    said_of = {
        "official": "The book is too young: it begins after",
        "outlook": "a back-test needs more than twelve months",
    }
    for chapter, words in said_of.items():
        at = opened("migration", as_of=month_ends(demo_scope.build)[3].isoformat(), chapter=chapter)
        assert words in plain(at)


def test_the_words_of_the_back_test_are_its_figures(opened, demo_scope):
    found = back_test(demo_scope)
    assert found is not None
    assert f"Off by {found.mape:.2%} on average" in plain(opened("migration", chapter="outlook"))


def test_an_empty_selection_says_so(opened):
    at = opened("migration", person(branches=()))
    assert "No loans in this selection." in plain(at)
    assert "0.00%" not in plain(at)


def test_a_selection_without_a_loan_does_not_speak_of_months(opened, demo_scope):
    held = set()
    for day in month_ends(demo_scope.build)[-2:]:
        counts = measure(replace(demo_scope, as_of=day), LOANS, by=("branch", "product"))
        held |= set(zip(counts["branch"], counts["product"], strict=True))
    branches, products = (
        [each for each in c if each] for c in (demo_scope.branches, demo_scope.products)
    )
    branch, product = next(pair for pair in product_of(branches, products) if pair not in held)
    at = opened("migration", branch=[branch], product=[product])
    assert "No loans in this selection." in plain(at)
    assert "no month before" not in plain(at)


def test_cured_is_one_figure_wherever_it_stands(demo_scope):
    """Cured by payment, as of the month before; what is merely current again has another name."""
    cures = reports.cure_outcomes(demo_scope, 1).iloc[0]
    rate, count = (measure(demo_scope, each).iloc[0] for each in (CURE_RATE, CURE_RATE_CNT))
    assert cures["cured_balance"] == rate["cure_rate_numerator"]
    assert cures["cured_loans"] == count["cure_rate_cnt_numerator"]
    again = measure(demo_scope, CURED).iloc[0]["cured"]
    assert again != cures["cured_balance"]
    assert not CURED.name.startswith("Cured")


def test_one_product_of_one_branch(opened, demo_scope):
    at = opened("migration", branch=[demo_scope.branches[0]], product=["fixed_asset"])
    assert "Where it went" in plain(at)


def test_a_book_that_is_hardly_known_says_so_and_counts_its_months(opened, monkeypatch, tmp_path):
    one = Book().borrower().loan("ONE", principal=1000)
    ends = [f"{day:%Y-%m-%d}" for day in pd.date_range("2024-01-31", periods=9, freq="ME")]
    one.instalments("ONE", *((day, 100, 10) for day in ends))
    monkeypatch.setenv("WAREHOUSE", str(serve(one.build(ends[-1]), tmp_path / "one")))
    shown = plain(opened("migration", chapter="outlook"))
    assert "Every bucket had a month of fewer than 30 loans" in shown
    assert "only in the table" not in shown
    # Each bucket was seen in a few of them only.
    assert "months counted: 9" in shown
    assert "hardly known (fewer than 30 loans in a month) and used all the same: Current" in shown
    assert "cured, unchanged on the month" in shown
