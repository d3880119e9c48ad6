"""The Migration page: its switches, its two dates, its lists, what it says of a young book."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from queries import reports
from queries.roll_forecast import back_test
from queries.warehouse import Scope, month_ends
from tests.test_pages import fine, person, said
from ui import access, filters


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
    at = opened(language, weight=weight, period="3", move="1-30:31-60")
    fine(at)
    assert len(at.subheader) >= 8


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
    at = opened(move="mig_normal")
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
    at = opened(as_of=month_ends(whole.build)[3].isoformat())
    fine(at)
    shown = plain(at)
    assert "The book is too young: it begins after" in shown
    assert "a back-test needs more than twelve months" in shown


def test_the_words_of_the_back_test_are_its_figures(opened, whole):
    found = back_test(whole)
    assert found is not None
    assert f"Off by {found.mape:.2%} on average" in plain(opened())


def test_an_empty_selection_says_so(opened):
    at = opened(branches=())
    fine(at)
    assert "No loans in this selection." in plain(at)
    assert "0.00%" not in plain(at)


def test_one_product_of_one_branch(opened, whole):
    at = opened(branch=[whole.branches[0]], product=["fixed_asset"])
    fine(at)
    assert "Where it went" in plain(at)
