"""The cover of every file says what its rows were narrowed to, and nothing that they were not."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from queries import reports
from queries.metrics import BALANCE, measure
from tests.served import ALL
from ui import export

SHARED = 5  # as-of, branches, products, build, data: the facts of every cover
KIND = "collateral_kind"
Covers = Callable[..., dict[str, dict[str, str]]]


@pytest.fixture
def sheets(monkeypatch, opened, small_book) -> Callable[..., list[export.Sheet]]:
    """Opens a page of the small book; the files it offers."""
    offered: list[export.Sheet] = []
    monkeypatch.setattr(export, "offer", offered.append)

    def of_page(page: str, **params: str | list[str]) -> list[export.Sheet]:
        offered.clear()
        opened(page, **params)
        return list(offered)

    return of_page


@pytest.fixture
def covers(sheets) -> Covers:
    """Opens a page of the small book; each file it offers with its own facts."""

    def of_page(page: str, **params: str | list[str]) -> dict[str, dict[str, str]]:
        return {sheet.name: dict(sheet.facts[SHARED:]) for sheet in sheets(page, **params)}

    return of_page


def kinds() -> list[str]:
    """The kinds of collateral of the small book."""
    return measure(ALL, BALANCE, by=KIND)[KIND].dropna().tolist()


def test_a_list_narrowed_by_a_click_is_alone_in_saying_so(covers):
    first = reports.first_payments(ALL)
    mark = first[first["missed"] > 0].iloc[-1]
    month, days = str(mark["vintage"])[:7], str(int(mark["days_after"]))
    found = covers("ageing", chapter="flow", vintage=month, days_after=days)
    own = found.pop("first_payment_defaults")
    assert own["Month of origination"] == month
    assert "overdue_loans" in found
    assert not any(found.values())


def test_rates_of_a_year_do_not_claim_the_month_ends_of_the_matrix(covers):
    address = {"from": "2024-09-30", "to": "2024-10-31"}
    found = covers("migration", move="1-30:31-60", **address)
    assert found["roll_rates"] == {"From, to": "2024-09-30 to 2024-10-31"}
    found |= covers("migration", chapter="official", as_of="2024-10-31")
    assert set(found["migration_rates"]) == {"From, to"}
    assert found["migration_rates"]["From, to"].endswith("to 2024-10-31")
    assert found["migration_rates"] != found["roll_rates"]


@pytest.mark.parametrize("chapter", ["classes", "formation"])
def test_the_quality_page_says_the_segment_where_it_narrows(covers, chapter):
    found = covers("quality", chapter=chapter, collateral_kind=kinds()[0])
    narrowed = {key for key, facts in found.items() if facts}
    assert narrowed == ({"class_stock", "class_flow_balance"} if chapter == "classes" else set())


@pytest.mark.parametrize(
    ("page", "params"), [("bridge", {}), ("concentration", {}), ("why", {"metric": "balance"})]
)
def test_a_page_narrowed_as_a_whole_says_so_on_every_file(covers, page, params):
    kind, *_ = kinds()
    found = covers(page, collateral_kind=[kind, "junk"], **params)
    assert found
    for facts in found.values():
        facts.pop("Steps summed over", None)
        assert len(facts) == 1
        assert "junk" not in "".join(facts.values())


def test_the_watchlist_says_all_its_filters(covers):
    address = {"alert_level": ["yellow", "red"], "signal_rule": "B02", "order": "largest"}
    found = covers("watchlist", min_score="20", text="B0", **address)
    told = found["watchlist"]
    assert told.pop("Signal") == "8 to 30 days past due"
    assert told == {
        "Level": "Yellow, Red",
        "Score from": "20",
        "Text": "B0",
        "Order": "Largest first",
    }


# --- The segment of an address ---


def stock(covers: Covers, **params: Any) -> float:
    """The balance of the five classes that the Quality page offers."""
    taken: list[pd.DataFrame] = []
    shown = export.offer

    def offer(sheet: export.Sheet) -> None:
        if sheet.name == "class_stock":
            taken.extend(sheet.rows())
        shown(sheet)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "offer", offer)
        covers("quality", **params)
    return float(pd.concat(taken)["balance"].sum())


def test_a_segment_that_does_not_exist_is_ignored_and_two_are_taken_together(covers):
    whole = stock(covers)
    assert stock(covers, region="junk") == whole
    parts = [stock(covers, collateral_kind=kind) for kind in kinds()[:2]]
    assert stock(covers, collateral_kind=kinds()[:2]) == pytest.approx(sum(parts))
    assert 0 < sum(parts) <= whole


# --- Definitions ---


@pytest.mark.parametrize(
    ("page", "params", "asked"),
    [
        (
            "bridge",
            {"period": "year", "step": "scheduled_repaid"},
            {"bridge_balance", "bridge_scheduled_repaid"},
        ),
        ("cash", {"view": "expected"}, {"expected_receipts", "forecast_errors", "forecast_rates"}),
        ("cash", {}, {"cash_difference", "cash_cohorts"}),
        ("vintages", {"state": "net_loss"}, {"vintage_timing", "vintage_triangle"}),
    ],
)
def test_a_file_says_what_its_columns_mean(sheets, page, params, asked):
    found = {sheet.name: sheet for sheet in sheets(page, **params)}
    assert asked <= found.keys()
    for file in asked:
        assert found[file].definitions, file


def test_the_files_of_a_bridge_say_over_which_time_they_sum(covers):
    found = covers("bridge", period="year", step="scheduled_repaid")
    summed = {"bridge_balance", "bridge_npl", "bridge_scheduled_repaid", "bridge_balance_branch"}
    assert summed <= found.keys()
    for file in summed:
        first, last = found[file]["Steps summed over"].split(" to ")
        assert first[5:] == last[5:]
        assert int(last[:4]) - int(first[:4]) == 1


def test_the_triangle_is_of_all_vintages_whatever_is_drawn_beside_it(covers):
    assert covers("vintages")["vintage_triangle"] == {}
