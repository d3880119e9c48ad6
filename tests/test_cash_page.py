"""The Cash page: its views and switches, its words, and the rows behind its bars."""

import pytest

from queries import reports
from tests.opened import fine, person, plain

pytestmark = pytest.mark.usefixtures("demo_scope")


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
    at = opened("cash", person(language=language), **params)
    assert at.subheader


def test_the_rows_behind_a_bar_are_listed_with_its_sum(opened, demo_scope):
    row = reports.cash_flow(demo_scope, "month").iloc[-1]
    first, last = (row[key].date().isoformat() for key in ("starts_on", "ends_on"))
    at = opened("cash", behind=f"late:{first}:{last}")
    assert f"Behind the bar: Arrears collected {first} to {last}" in plain(at)
    assert f"add up to {row['late']:,.2f}" in plain(at)
    assert f"{row['late'] / 1e6:,.2f} M of arrears" in plain(at)


def test_the_rows_behind_a_difference_are_those_of_the_month_looked_at(opened, demo_scope):
    month = reports.collection_bridge(demo_scope).iloc[-1]
    day = month["month_end"].date().isoformat()
    at = opened("cash", behind=f"unpaid:{day}")
    assert f"Behind the bar: New arrears {day}" in plain(at)
    assert f"add up to {month['unpaid']:,.2f}" in plain(at)


def test_the_loans_that_mature_are_listed(opened, demo_scope):
    wall = reports.maturity_wall(demo_scope, "year")
    year = wall[wall["matures"].str.isdigit()].iloc[0]
    at = opened("cash", view="maturities", behind=f"matures:year:{year['matures']}")
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
        at = opened("cash", view=view, behind=behind)
        assert "rows add up to" not in plain(at)


def test_a_plan_is_shown_with_the_whole_bank_only(opened):
    at = opened("cash", view="funding")
    assert "As planned for the whole bank" in plain(at)
    part = opened("cash", view="funding", product="consumer")
    fine(part)
    assert "shown only with every branch and every product" in plain(part)
    assert "Liquidity ratio" not in plain(part)
