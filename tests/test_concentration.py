"""Concentration: the worked example W26, whole against part, rights, and the page."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from queries import reports
from queries.metrics import (
    BALANCE,
    GROUP_EXPOSURE_RATIO,
    INTERBANK_EXPOSURE_RATIO,
    PAR30,
    SINGLE_CUSTOMER_EXPOSURE_RATIO,
    SINGLE_CUSTOMER_LOAN_RATIO,
    TOPN_SHARE,
    compare,
    figure_total,
    measure,
    rows_total,
)
from queries.reports.book import scope_choices
from queries.reports.concentration import Within
from queries.warehouse import NOTHING, Scope, ask, month_ends
from tests.book import Book
from tests.opened import person, plain
from tests.served import ALL, AS_OF, PRODUCTS, serve
from ui import concentration_charts, export, spread

FIGURES = ("money", "ratio", "index", "number", "points", "days")
W26 = (40, 30, 10, 10, 5, 5)
NORTH = Scope(("North",), PRODUCTS, AS_OF)
READS = (
    *("book_capital", "book_dimensions", "scoped_concentrations", "scoped_connections"),
    *("scoped_loan_months", "scoped_portfolio", "scoped_segments"),
)
PAGE = ()
JUNE, JULY = "2024-06-30", "2024-07-31"


pytestmark = pytest.mark.usefixtures("small_book")


@pytest.fixture
def serving(monkeypatch, tmp_path):
    """Serve a book of one's own, and give its whole scope at a date.

    What is read is built, and everything for a page (`reads=PAGE`).
    """

    def serving(book: Book, as_of: str = JUNE, reads: tuple[str, ...] = READS) -> Scope:
        folder: Path = serve(book.build(as_of), tmp_path / "own", reads=reads)
        monkeypatch.setenv("WAREHOUSE", str(folder))
        choices = scope_choices()
        kinds = [tuple(choices.loc[choices["kind"] == k, "value"]) for k in ("branch", "product")]
        return Scope((*kinds[0], ""), (*kinds[1], ""), date.fromisoformat(as_of))

    return serving


def book(*balances: float, month_ends: tuple[str, ...] = (JUNE,), **columns: str) -> Book:
    """One borrower and loan per balance, recorded at the month ends."""
    made = Book()
    for place, balance in enumerate(balances, start=1):
        borrower_id, loan_id = f"B{place}", f"L{place}"
        made.add("borrowers", borrower_id=borrower_id, name="Test", kind="corporate", **columns)
        made.loan(loan_id, borrower_id=borrower_id, principal=balance)
        for month_end in month_ends:
            made.recorded(loan_id, month_end, balance)
    return made


def capital(made: Book, as_of: str = "2024-03-31", net: float = 1000, tier1: float = 850) -> Book:
    return made.add("capital", as_of=as_of, net_capital=net, tier1_capital=tier1)


def group(made: Book, *borrowers: str) -> Book:
    """Put borrowers into one connected group."""
    made.connection.execute(
        "update raw.borrowers set group_id = 'G1' where list_contains(?, borrower_id)",
        [list(borrowers)],
    )
    return made


def last(frame: pd.DataFrame) -> pd.Series:
    return frame.iloc[-1]


# --- W26 ---


def test_w26_indices_of_the_customers(serving):
    scope = serving(book(*W26))
    for of in (reports.concentration_months, reports.obligor_figures):
        told = last(of(scope))
        assert told["hhi"] == pytest.approx(0.275, abs=1e-12)
        assert round(told["effective"], 2) == 3.64
        assert round(told["gini"], 4) == 0.4167
        assert told["topn_share"] == 1
        assert told["customers"] == told["borrowers"] == 6


@pytest.mark.parametrize(
    ("owed", "metric", "ratio", "light"),
    [
        (95, SINGLE_CUSTOMER_LOAN_RATIO, 0.0950, "amber"),
        (101, SINGLE_CUSTOMER_LOAN_RATIO, 0.1010, "red"),
        (100, SINGLE_CUSTOMER_LOAN_RATIO, 0.1000, "amber"),
        (80, SINGLE_CUSTOMER_LOAN_RATIO, 0.0800, "green"),
        (130, SINGLE_CUSTOMER_EXPOSURE_RATIO, 0.1529, "red"),
        (127, SINGLE_CUSTOMER_EXPOSURE_RATIO, 0.1494, "amber"),
    ],
)
def test_w26_limits_of_one_customer(serving, owed, metric, ratio, light):
    scope = serving(capital(book(owed, 20, 10)))
    found = compare(scope, metric)
    assert found.now is not None
    assert round(found.now, 4) == ratio
    assert found.light == light
    assert (found.broken_since is not None) == (light == "red")
    assert rows_total(scope, metric)[0] == owed


def test_w26_a_connected_group_is_one_exposure(serving):
    scope = serving(group(capital(book(75, 60, 40, 90)), "B1", "B2", "B3"))
    found = compare(scope, GROUP_EXPOSURE_RATIO)
    assert found.numerator == 175
    assert found.now is not None
    assert round(found.now, 4) == 0.2059
    assert found.light == "red"
    assert compare(scope, SINGLE_CUSTOMER_LOAN_RATIO).numerator == 90
    assert rows_total(scope, GROUP_EXPOSURE_RATIO) == (175, 3)


def test_w26_the_line_of_large_exposures(serving):
    scope = serving(group(capital(book(21.24, 21.25, 15, 10)), "B3", "B4"))
    line = last(reports.capital(scope))
    assert line["large_line"] == pytest.approx(21.25)
    large = reports.largest_customers(scope, least=float(line["large_line"]))
    assert large["customer_id"].tolist() == ["G1", "B2"]
    assert reports.largest_customers_total(scope, least=21.25) == (2, 46.25)


def test_interbank_claims_are_unknown_and_never_a_pass(serving):
    found = compare(serving(capital(book(10))), INTERBANK_EXPOSURE_RATIO)
    assert (found.now, found.light) == (None, None)


# --- Edges ---


@pytest.mark.parametrize("of", [reports.concentration_months, reports.obligor_figures])
def test_one_borrower_is_all_of_the_concentration(serving, of):
    told = last(of(serving(book(70))))
    assert (told["hhi"], told["effective"], told["gini"], told["topn_share"]) == (1, 1, 0, 1)


def test_customers_of_one_size_are_equal(serving):
    told = last(reports.obligor_figures(serving(book(*[25] * 20))))
    assert told["gini"] == pytest.approx(0, abs=1e-12)
    assert told["effective"] == pytest.approx(20)
    assert told["topn_share"] == pytest.approx(0.5)


def test_nothing_in_view_has_no_figure():
    for scope in (NOTHING, replace(ALL, products=("none",))):
        assert reports.obligor_figures(scope).empty
        assert reports.concentration_months(scope).empty
        assert reports.segment_shares(scope).empty
        assert reports.largest_customers(scope).empty


def test_without_capital_there_is_no_ratio_and_no_light(serving):
    scope = serving(book(95))
    found = compare(scope, SINGLE_CUSTOMER_LOAN_RATIO)
    assert (found.now, found.light, found.numerator) == (None, None, 95)
    assert reports.capital(scope).empty
    assert reports.largest_customers(scope)["tier1_share"].isna().all()


def test_capital_is_the_last_that_was_reported_by_the_month_end(serving):
    made = book(60, month_ends=("2024-05-31", JUNE, JULY))
    capital(capital(capital(made, "2024-03-31", 600), JUNE, 500), "2024-08-31", 1)
    scope = serving(made, JULY)
    ratios = measure(scope, SINGLE_CUSTOMER_LOAN_RATIO, by="month_end", months=None)
    known = ratios.set_index("month_end")[SINGLE_CUSTOMER_LOAN_RATIO.id]
    assert known.loc["2024-05-31":].round(4).tolist() == [0.1, 0.12, 0.12]
    assert compare(scope, SINGLE_CUSTOMER_LOAN_RATIO).broken_since == date(2024, 6, 30)
    assert last(reports.capital(scope))["reported_on"] == pd.Timestamp(JUNE)


def test_without_groups_there_is_no_largest_group(serving):
    scope = serving(capital(book(300, 5)))
    found = compare(scope, GROUP_EXPOSURE_RATIO)
    assert (found.now, found.light) == (None, None)


def test_a_loan_that_left_the_book_owes_nothing(serving):
    made = book(50, 30, month_ends=("2024-05-31",))
    made.recorded("L2", JUNE, 30).recorded("L1", JUNE, 0, status="closed")
    told = last(reports.concentration_months(serving(made)))
    assert (told["customers"], told["balance"], told["hhi"]) == (1, 30, 1)


# --- Segments ---


def test_industries_count_by_section_and_keep_their_codes(serving):
    made = book(30, 20, 50)
    for number, code in (("B1", "C13"), ("B2", "C39"), ("B3", "F")):
        made.connection.execute(
            "update raw.borrowers set industry = ? where borrower_id = ?", [code, number]
        )
    scope = serving(made)
    shares = reports.segment_shares(scope)
    told = shares[shares["dimension"] == "industry"].set_index("value")
    assert told["share"].to_dict() == {"C": 0.5, "F": 0.5}
    assert told.loc["C", "codes"] == "C13,C39"
    assert told["effective"].tolist() == [2, 2]
    within = Within(industries=("C",))
    assert set(reports.largest_customers(scope, within=within)["customer_id"]) == {"B1", "B2"}
    assert last(reports.obligor_figures(scope, within))["hhi"] == pytest.approx(0.6**2 + 0.4**2)


def test_a_share_beyond_its_limit_says_since_when(serving):
    made = Book()
    made.add("borrowers", borrower_id="B1", kind="corporate", industry="K")
    made.add("borrowers", borrower_id="B2", kind="corporate", industry="C")
    made.loan("L1", borrower_id="B1").loan("L2", borrower_id="B2")
    for month_end, owed in (("2024-04-30", 30), ("2024-05-31", 20), (JUNE, 26), (JULY, 40)):
        made.recorded("L1", month_end, owed).recorded("L2", month_end, 100 - owed)
    made.parameter("limit.industry.K", "0.25").parameter("limit.industry.C", "0.80")
    shares = reports.segment_shares(serving(made, JULY))
    told = shares[shares["month_end"] == pd.Timestamp(JULY)].set_index("value")
    assert told.loc["K", "broken_since"] == pd.Timestamp(JUNE)
    assert told.loc["K", "share_limit"] == 0.25
    assert told.loc[["K", "C"], "broken_since"].isna().tolist() == [False, True]


@pytest.mark.parametrize("scope", [ALL, NORTH])
def test_shares_of_every_dimension_add_up_and_are_the_cubes(scope):
    shares = reports.segment_shares(scope)
    sums = shares.groupby(["month_end", "dimension"])["share"].sum()
    assert sums.to_numpy() == pytest.approx(1)
    by_hand = (shares["share"] ** 2).groupby([shares["month_end"], shares["dimension"]]).sum()
    hhi = shares.groupby(["month_end", "dimension"])["hhi"].first()
    assert hhi.to_numpy() == pytest.approx(by_hand.to_numpy())
    now = shares[(shares["month_end"] == pd.Timestamp(AS_OF)) & (shares["dimension"] == "product")]
    cube = measure(scope, BALANCE, by="product").set_index("product")[BALANCE.id]
    assert now.set_index("value")["balance"].to_dict() == cube[cube > 0].to_dict()


def test_changes_of_shares_are_against_the_same_value(serving):
    made = book(60, 40, month_ends=("2024-05-31",), region="East")
    made.add("borrowers", borrower_id="B3", kind="corporate", region="West")
    made.loan("L3", borrower_id="B3").recorded("L3", JUNE, 25)
    made.recorded("L1", JUNE, 50).recorded("L2", JUNE, 25)
    scope = serving(made)
    told = spread.values(scope, reports.segment_shares(scope), "region").set_index("value")
    assert told["month_before"].to_dict() == {"East": -0.25, "West": 0.25}
    assert told["year_before"].isna().all()


# --- Whole and part agree ---


def _by_hand(balances: pd.Series) -> tuple[float, float, float]:
    """HHI, Gini by its definition over all pairs (8), the share of the ten largest."""
    x = balances.to_numpy(dtype=float)
    pairs = np.abs(x[:, None] - x[None, :]).sum()
    gini = pairs / (2 * len(x) ** 2 * x.mean())
    return ((x / x.sum()) ** 2).sum(), gini, np.sort(x)[-10:].sum() / x.sum()


def test_the_whole_book_and_its_loans_say_the_same(demo_scope):
    for as_of in month_ends()[::6]:
        scope = replace(demo_scope, as_of=as_of)
        kept, found = reports.concentration_months(scope), reports.obligor_figures(scope)
        same = kept.merge(found, on="month_end", suffixes=("", "_found"))
        assert len(same) == len(found)
        for column in found.columns.drop(["month_end", "largest_borrower_id", "largest_group_id"]):
            # How unequal customers are is told of the last month alone.
            both = same[same["month_end"] == same["month_end"].max()] if column == "gini" else same
            told, again = both[column].astype(float), both[f"{column}_found"].astype(float)
            assert again.to_numpy() == pytest.approx(told.to_numpy(), nan_ok=True), column
    part = replace(demo_scope, branches=demo_scope.branches[:3])
    for scope in (demo_scope, part):
        everyone = reports.largest_customers(scope, limit=100_000)
        told = last(reports.obligor_figures(scope))
        assert len(everyone) == told["customers"]
        by_hand = _by_hand(everyone["balance"])
        assert (told["hhi"], told["gini"], told["topn_share"]) == pytest.approx(by_hand)
        borrowers = reports.largest_customers(scope, "borrower", limit=100_000)
        assert len(borrowers) == told["borrowers"]
        assert borrowers["balance"].iloc[0] == told["largest_borrower_balance"]
        assert borrowers["customer_id"].iloc[0] == told["largest_borrower_id"]
        groups = reports.largest_customers(scope, "group", limit=1)
        assert groups["customer_id"].tolist() == [told["largest_group_id"]]
        assert everyone["share"].sum() == pytest.approx(1)
        assert everyone["balance"].sum() == pytest.approx(measure(scope, BALANCE)["balance"].item())


def test_pages_of_customers_give_every_one_once():
    whole = reports.largest_customers(ALL, limit=1000)["customer_key"].tolist()
    seen: list[str] = []
    for _ in range(0, len(whole) + 4, 4):
        after = seen[-1] if seen else None
        seen += reports.largest_customers(ALL, after=after, limit=4)["customer_key"].tolist()
    assert seen == whole
    assert len(whole) == len(set(whole)) == reports.largest_customers_total(ALL)[0]


def test_the_demo_book_has_a_group_beyond_its_limit(demo_scope):
    found = compare(demo_scope, GROUP_EXPOSURE_RATIO)
    assert found.light == "red"
    assert found.broken_since is not None
    (largest,) = reports.largest_customers(demo_scope, "group", limit=1)["customer_id"]
    members = reports.group_members(demo_scope, largest)
    assert len(members) > 1
    assert members["balance"].sum() == pytest.approx(found.numerator)
    assert compare(demo_scope, SINGLE_CUSTOMER_EXPOSURE_RATIO).numerator == pytest.approx(
        reports.largest_customers(demo_scope, "borrower", limit=1)["balance"].item()
    )


# --- Rights ---


def test_a_part_of_the_book_sees_no_figure_of_the_whole():
    assert len(reports.concentration_months(ALL))
    for part in (NORTH, replace(ALL, products=("housing", ""))):
        assert reports.concentration_months(part).empty
        assert measure(part, TOPN_SHARE)[TOPN_SHARE.id].dropna().empty
        assert rows_total(part, TOPN_SHARE) == (0, 0)


def test_a_group_shows_only_the_borrowers_and_loans_in_view():
    whole, part = (reports.group_members(scope, "G1") for scope in (ALL, NORTH))
    assert set(whole["borrower_id"]) == {"B002", "B005", "B007"}
    assert set(part["borrower_id"]) == {"B002"}
    found = reports.largest_customers(NORTH)
    north = set(
        ask("select borrower_id from scoped_loans($branches, $products)", NORTH)["borrower_id"]
    )
    assert set(found.loc[~found["is_group"], "customer_id"]) <= north
    assert found.loc[found["is_group"], "balance"].item() == part["balance"].sum()


def test_names_of_people_are_masked_and_those_out_of_view_not_told():
    told = reports.customer_names(ALL, ("B002", "B005", "B003"))
    assert set(told["name"]) <= {"王**"}
    assert set(reports.customer_names(NORTH, ("B002", "B005"))["borrower_id"]) == {"B002"}


# --- The page ---


def tables(at: AppTest) -> list[pd.DataFrame]:
    return [each.value for each in at.dataframe]


def test_the_whole_book_is_judged_and_a_part_of_it_is_not(opened):
    whole, part = opened("concentration"), opened("concentration", branch="North")
    assert [each.label for each in whole.metric][3] == TOPN_SHARE.name
    assert "less is no pass" not in plain(whole)
    assert "less is no pass" in plain(part)
    assert "Within limit" not in plain(part)
    assert "no data (limit 25.00%)" in plain(whole)
    assert "no data (limit 25.00%)" in plain(part)


def test_narrower_rights_are_a_part_too(opened):
    at = opened("concentration", person(branches=("North",)))
    assert "Your branches only, not the whole bank. Limits hold" in plain(at)
    assert "no pass: a part only" in plain(at)
    assert "Your branches only" not in plain(opened("concentration", branch="North"))
    at.button(key="largest_group").click().run()
    assert "Connected group G1" in plain(at)


def test_every_figure_of_a_file_is_defined_on_its_cover(opened, monkeypatch):
    offered: list[export.Sheet] = []
    monkeypatch.setattr(export, "offer", offered.append)
    opened("concentration", group="G1")
    assert len(offered) == 5
    for sheet in offered:
        figures = [each.label for each in sheet.columns.values() if each.unit in FIGURES]
        assert set(figures) <= set(dict(sheet.definitions)), sheet.name


def test_more_than_a_limit_is_a_breach_in_a_part_as_well(opened, serving):
    made = capital(book(130, 5))
    made.loan("L9", borrower_id="B2", branch="Side", principal=900).recorded("L9", JUNE, 5)
    serving(made, reads=PAGE)
    at = opened("concentration", branch="Main")
    assert "beyond 10.00%" in plain(at)


def test_no_capital_is_said_and_no_limit_shown_as_kept(opened, serving):
    serving(book(10, 5), reads=PAGE)
    at = opened("concentration")
    assert "no limit can be judged" in plain(at)
    assert not at.metric


def test_one_customer_is_told_as_one(opened, serving):
    serving(book(10), reads=PAGE)
    shown = plain(opened("concentration"))
    assert "There is only one: it owes all of the balance in view." in shown
    assert "There is only one customer" in shown
    assert "Gini" not in shown
    assert "ten largest owe" not in shown


def test_the_largest_customer_and_its_share_stand_with_the_indices(opened, serving):
    serving(book(30, 10), reads=PAGE)
    indices = next(t for t in tables(opened("concentration")) if "largest_name" in t)
    customer = indices.set_index("dimension_name").loc["Customer"]
    assert (customer["largest_name"], customer["share"]) == ("B1", 75.0)


def test_within_a_segment_the_customers_change_and_the_limits_do_not(opened):
    whole, part = opened("concentration"), opened("concentration", borrower_kind="corporate")
    limits = [[(each.label, each.value) for each in at.metric] for at in (whole, part)]
    assert limits[0] == limits[1]
    customers = [set(tables(at)[0]["customer_id"]) for at in (whole, part)]
    assert customers[1] < customers[0]


def test_a_group_opens_below_and_an_unknown_one_says_so(opened):
    at = opened("concentration", group="G1")
    assert [set(t["borrower_id"]) for t in tables(at) if "borrower_id" in t] == [
        {"B002", "B005", "B007"}
    ]
    assert "No borrower in view belongs" in plain(opened("concentration", group="G2' or 1=1"))


@pytest.mark.parametrize("by", ["industry", "region", "branch", "product", "collateral_kind"])
@pytest.mark.parametrize("customers", ["customer", "borrower", "large"])
def test_every_choice_of_the_page_draws(opened, by, customers):
    at = opened("concentration", by=by, customers=customers)
    told = [t for t in tables(at) if "month_before" in t]
    assert told[0]["share"].sum() == pytest.approx(100)


def test_an_empty_selection_says_so(opened, serving):
    scope = serving(book(10), reads=PAGE)
    assert scope.branches
    assert "No loans in this selection" in plain(
        opened("concentration", person(branches=("Nowhere",)))
    )


# --- Pictures ---


def test_bars_stand_against_the_lines_that_are_there():
    top = pd.DataFrame(
        {
            "customer_id": ["G1", "B2"],
            "customer_key": ["group G1", "borrower B2"],
            "called": ["Connected group", ""],
            "tier1_share": [0.21, 0.03],
        }
    )
    figure = concentration_charts.against(top, {"large exposure": 0.025, "limit of a group": None})
    (bar,) = cast(Any, figure.data)
    assert list(bar.customdata) == ["group G1", "borrower B2"]
    assert list(bar.text) == ["21.00%", "3.00%"]
    layout = cast(Any, figure.layout)
    assert [line.x0 for line in layout.shapes] == [0.025]
    *figures, line = layout.annotations
    assert line.text == "large exposure 2.50%"
    assert [(each.text, bool(each.bgcolor)) for each in figures] == [
        ("21.00%", True),
        ("3.00%", True),
    ]


# --- One number twice ---


def test_a_group_may_bear_the_number_of_a_borrower_outside_it(serving):
    made = group(capital(book(60, 50, 40, 30)), "B3", "B4")
    made.connection.execute("update raw.borrowers set group_id = 'B1' where group_id = 'G1'")
    scope = serving(made)
    for metric in (TOPN_SHARE, GROUP_EXPOSURE_RATIO, SINGLE_CUSTOMER_LOAN_RATIO):
        assert rows_total(scope, metric)[0] == figure_total(scope, metric), metric.id
    listed = reports.largest_customers(scope)
    assert listed["balance"].tolist() == [70, 60, 50]
    assert listed["customer_key"].tolist() == ["group B1", "borrower B1", "borrower B2"]
    after = reports.largest_customers(scope, after="group B1")
    assert after["balance"].tolist() == [60, 50]


def test_the_limits_of_another_regime_are_told_and_never_applied(serving):
    made = capital(book(60, 40))
    for param_id in ("limit.industry.C", "light.par30.red"):
        made.parameter(param_id, "0.80")
        other = {"regime": "EU", "product": "*", "valid_from": "2024-01-01"}
        made.add("parameters", param_id=param_id, value="0.10", **other)
    made.connection.execute("update raw.borrowers set industry = 'C'")
    scope = serving(made)
    shares = reports.segment_shares(scope)
    industry = shares[(shares["dimension"] == "industry") & (shares["value"] == "C")]
    assert industry[["share", "share_limit", "hhi"]].to_numpy().tolist() == [[1, 0.8, 1]]
    found = compare(scope, PAR30).lines.red
    assert found is not None
    assert found.value == 0.8
