"""The Cash page: its views and switches, its words, and the rows behind its bars."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from queries import reports
from queries.warehouse import Scope
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
        at = AppTest.from_function(_run, default_timeout=30, kwargs={"page": "cash"})
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
@pytest.mark.parametrize(
    "params",
    [
        {"step": "week"},
        {"step": "day"},
        {"view": "expected"},
        {"view": "maturities", "maturity": "quarter"},
        {"view": "funding"},
        {"view": "expected", "product": "card_instalment"},
    ],
)
def test_every_view(opened, params, language):
    at = opened(language, **params)
    fine(at)
    assert at.subheader


def test_the_rows_behind_a_bar_are_listed_with_its_sum(opened, whole):
    row = reports.cash_flow(whole, "month").iloc[-1]
    first, last = (row[key].date().isoformat() for key in ("starts_on", "ends_on"))
    at = opened(behind=f"late:{first}:{last}")
    fine(at)
    assert f"Behind the bar: Arrears collected {first} to {last}" in plain(at)
    assert f"add up to {row['late']:,.2f}" in plain(at)
    assert f"{row['late'] / 1e6:,.2f} M of arrears" in plain(at)


def test_the_rows_behind_a_difference_are_those_of_the_month_looked_at(opened, whole):
    month = reports.collection_bridge(whole).iloc[-1]
    day = month["month_end"].date().isoformat()
    at = opened(behind=f"unpaid:{day}")
    fine(at)
    assert f"Behind the bar: Not paid {day}" in plain(at)
    assert f"add up to {month['unpaid']:,.2f}" in plain(at)


def test_the_loans_that_mature_are_listed(opened, whole):
    wall = reports.maturity_wall(whole, "year")
    year = wall[wall["matures"].str.isdigit()].iloc[0]
    at = opened(view="maturities", behind=f"matures:year:{year['matures']}")
    fine(at)
    assert f"{year['loans']:,.0f} rows add up to {year['balance']:,.2f}" in plain(at)


@pytest.mark.parametrize(
    "behind",
    [
        "late:yesterday:now",
        "late",
        "nothing:2025-01-01:2025-01-31",
        "matures:day:2025",
        "::",
        "due:1:2:3",
        "unpaid:zzz",
        "unpaid:2024-02-29",
        "arrears",
    ],
)
def test_an_address_that_means_nothing_opens_nothing(opened, behind):
    for view in ("collected", "maturities"):
        at = opened(view=view, behind=behind)
        fine(at)
        assert "rows add up to" not in plain(at)


def test_a_plan_is_shown_with_the_whole_bank_only(opened):
    at = opened(view="funding")
    assert "As planned for the whole bank" in plain(at)
    part = opened(view="funding", product="consumer")
    fine(part)
    assert "shown only with every branch and every product" in plain(part)
    assert "Liquidity ratio" not in plain(part)
