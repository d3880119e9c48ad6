"""The Migration page: its switches, its two dates, its lists, what it says of a young book."""

import re
from dataclasses import replace
from itertools import product as product_of
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

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
from queries.warehouse import Scope, month_ends
from tests.book import Book
from tests.served import serve
from tests.test_pages import fine, person, said
from ui import access, filters
from ui.i18n import name


def _run(page: str) -> None:
    import app

    app.main(start=page)


@pytest.fixture
def opened(monkeypatch, tmp_path, demo_warehouse):
    """Opens the page over the demo book, with values in its address."""
    monkeypatch.setenv("WAREHOUSE", str(demo_warehouse))
    monkeypatch.setenv("WORKSPACE_URL", f"sqlite:///{tmp_path / 'workspace.sqlite'}")

    def open_page(language: str = "en", branches: tuple = ("*",), **params: Any) -> AppTest:
        user = person("executive", branches, language)
        monkeypatch.setattr(access, "sign_in", lambda: user)
        at = AppTest.from_function(_run, default_timeout=30, kwargs={"page": "migration"})
        for key, value in params.items():
            at.query_params[key] = value
        return at.run()

    return open_page


@pytest.fixture
def whole(opened) -> Scope:
    book = filters.book()
    return filters.rights((*book.branches, ""), book)


def plain(at: AppTest) -> str:
    return said(at).replace("\\", "")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("weight", ["opening_balance", "loans", "closing_balance"])
def test_every_way_of_counting(opened, weight, language):
    at = opened(language, weight=weight, move="1-30:31-60")
    fine(at)
    assert len(at.subheader) == 3


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("chapter", migration.CHAPTERS)
def test_every_chapter_opens_below_the_sentence(opened, chapter, language):
    at = opened(language, chapter=chapter, period="3", basis="repaid")
    fine(at)
    assert at.subheader
    assert at.dataframe


@pytest.mark.parametrize("chapter", migration.CHAPTERS)
def test_every_chapter_opens_on_a_book_of_one_loan(opened, monkeypatch, tmp_path, chapter):
    one = Book().borrower().loan("ONE", principal=1000)
    one.instalments("ONE", ("2024-01-31", 500, 10), ("2024-02-29", 500, 5))
    monkeypatch.setenv("WAREHOUSE", str(serve(one.build("2024-03-31"), tmp_path / "one")))
    at = opened(chapter=chapter)
    fine(at)
    assert re.search(r"#### .*\d%.*\.", plain(at))


def test_a_loan_that_was_never_late_has_a_sentence_too(opened, monkeypatch, tmp_path):
    one = Book().borrower().loan("ONE", principal=1000).instalments("ONE", ("2024-12-31", 1000, 10))
    monkeypatch.setenv("WAREHOUSE", str(serve(one.build("2024-03-31"), tmp_path / "one")))
    at = opened()
    fine(at)
    said_of = "0.00% of the balance of a month before rolled forward, 100.00% stayed in its bucket"
    assert said_of in plain(at)


def test_the_sentence_is_made_of_the_figures_of_the_why_page(opened, whole):
    buckets = measure(whole, ROLL_FORWARD_RATE, by="opening_bucket").set_index("opening_bucket")
    first = rolls.forward(whole)[0]
    assert first.change > 0
    assert first.rate == buckets.loc[first.bucket, ROLL_FORWARD_RATE.id]
    cured = compare(whole, CURE_RATE)
    assert cured.now is not None
    shown = plain(opened())
    points = f"{(first.rate - first.average) * 100:+.2f} pp"
    bucket = name("from_bucket", first.bucket)
    assert f"Of bucket {bucket}, {first.rate:.2%} rolled forward in the month, {points}" in shown
    assert f"{rolls.flow_through(whole):.2%} flows through from current to over 90 days" in shown
    assert f"{cured.now:.2%} of the late balance was cured" in shown


def test_the_average_of_the_sentence_is_that_of_the_average_matrix(opened, whole):
    matrix = reports.roll_average(whole)
    order = {bucket: place for place, bucket in enumerate(BUCKETS)}
    worse = matrix[
        [
            order.get(to, -1) > order[was]
            for was, to in zip(matrix["from_bucket"], matrix["to_state"], strict=True)
        ]
    ]
    average = worse.groupby("from_bucket")["share"].sum()
    found = rolls.forward(whole)
    assert found
    assert not {each.bucket for each in found} & set(thin(matrix))
    for each in found:
        assert each.months == 12
        assert each.average == pytest.approx(average[each.bucket])
    assert [each.change for each in found] == sorted((r.change for r in found), reverse=True)


@pytest.mark.parametrize("weight", ["opening_balance", "loans", "closing_balance"])
def test_the_loans_of_a_cell_add_up_to_it_between_any_two_month_ends(opened, whole, weight):
    ends = month_ends(whole.build)
    first, last = ends[-6], ends[-2]
    scope = replace(whole, as_of=last)
    cells = reports.roll_rates(scope, first)
    cell = cells[(cells["from_bucket"] == "1-30") & (cells["to_state"] == "current")].iloc[0]
    address = {"from": first.isoformat(), "to": last.isoformat(), "move": "1-30:current"}
    at = opened(weight=weight, **address)
    fine(at)
    assert f"Behind 1-30 → Current, {first} to {last}" in plain(at)
    listed = next(each.value for each in at.dataframe if "counted" in each.value)
    assert listed["counted"].sum() == pytest.approx(cell[weight])
    assert len(listed) == cell["loans"]


def test_a_row_of_an_official_rate_opens_what_went_down(opened, whole):
    rates = reports.migration_rates(whole, 12).set_index("rate_id")
    at = opened(chapter="official", move="mig_normal")
    fine(at)
    assert "Behind Normal, downward" in plain(at)
    listed = next(each.value for each in at.dataframe if "counted" in each.value)
    number, amount = reports.moved_loans_total(
        whole, month_ends(whole.build)[-13], "mig_normal", "kept_balance"
    )
    assert float(amount) == pytest.approx(rates.loc["mig_normal", "down"])
    assert len(listed) == min(number, 100)


@pytest.mark.parametrize("move", ["x", ":", "closed:current", "1-30:360+", "mig_none"])
def test_a_move_that_nobody_made_has_no_list(opened, move):
    at = opened(move=move)
    fine(at)
    assert "Behind" not in plain(at)


def test_the_dates_of_the_address_must_be_month_ends_in_order(opened, whole):
    ends = month_ends(whole.build)
    at = opened(**{"from": ends[-1].isoformat(), "to": ends[-3].isoformat()})
    fine(at)
    assert f"Where it went, {ends[-4]} to {ends[-3]}" in plain(at)


def test_the_first_month_has_nothing_to_compare_with(opened, whole):
    at = opened(as_of=month_ends(whole.build)[0].isoformat())
    fine(at)
    assert "There is no month before to compare with." in plain(at)
    assert not at.dataframe


def test_a_young_book_has_neither_official_rates_nor_a_back_test(opened, whole):
    said_of = {
        "official": "The book is too young: it begins after",
        "outlook": "a back-test needs more than twelve months",
    }
    for chapter, words in said_of.items():
        at = opened(as_of=month_ends(whole.build)[3].isoformat(), chapter=chapter)
        fine(at)
        assert words in plain(at)


def test_the_words_of_the_back_test_are_its_figures(opened, whole):
    found = back_test(whole)
    assert found is not None
    assert f"Off by {found.mape:.2%} on average" in plain(opened(chapter="outlook"))


def test_an_empty_selection_says_so(opened):
    at = opened(branches=())
    fine(at)
    assert "No loans in this selection." in plain(at)
    assert "0.00%" not in plain(at)


def test_a_selection_without_a_loan_does_not_speak_of_months(opened, whole):
    held = set()
    for day in month_ends(whole.build)[-2:]:
        counts = measure(replace(whole, as_of=day), LOANS, by=("branch", "product"))
        held |= set(zip(counts["branch"], counts["product"], strict=True))
    branches, products = ([each for each in c if each] for c in (whole.branches, whole.products))
    branch, product = next(pair for pair in product_of(branches, products) if pair not in held)
    at = opened(branch=[branch], product=[product])
    fine(at)
    assert "No loans in this selection." in plain(at)
    assert "no month before" not in plain(at)


def test_cured_is_one_figure_wherever_it_stands(whole):
    """Cured by payment, as of the month before; what is merely current again has another name."""
    cures = reports.cure_outcomes(whole, 1).iloc[0]
    rate, count = (measure(whole, each).iloc[0] for each in (CURE_RATE, CURE_RATE_CNT))
    assert cures["cured_balance"] == rate["cure_rate_numerator"]
    assert cures["cured_loans"] == count["cure_rate_cnt_numerator"]
    again = measure(whole, CURED).iloc[0]["cured"]
    assert again != cures["cured_balance"]
    assert not CURED.name.startswith("Cured")


def test_one_product_of_one_branch(opened, whole):
    at = opened(branch=[whole.branches[0]], product=["fixed_asset"])
    fine(at)
    assert "Where it went" in plain(at)
