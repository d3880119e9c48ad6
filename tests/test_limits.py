"""The overview judges every limit of the product, not only those of its headline."""

from dataclasses import replace
from datetime import date

import pytest

from pages.overview import overview
from queries.comparisons import broken, run_below
from queries.lights import Threshold
from queries.limits import Breach, breaches
from queries.metrics import METRICS, SINGLE_CUSTOMER_LOAN_RATIO, comparisons
from queries.warehouse import Scope
from tests.book import Book
from tests.opened import person, plain
from tests.served import ALL, serve, small_warehouse
from ui import formats
from ui.i18n import md

JUNE = "2024-06-30"
SCOPE = Scope(("Main", ""), ("consumer", ""), date.fromisoformat(JUNE))


def served(monkeypatch, tmp_path, net_capital: float) -> None:
    """One loan of 1,000 in good order against the capital given."""
    book = Book().borrower().loan("L1").recorded("L1", JUNE, 1000)
    book.add("capital", as_of="2024-03-31", net_capital=net_capital, tier1_capital=net_capital)
    monkeypatch.setenv("WAREHOUSE", str(serve(book.build(JUNE), tmp_path)))


def test_a_limit_outside_the_headline_is_told_when_it_is_broken(opened, monkeypatch, tmp_path):
    served(monkeypatch, tmp_path, net_capital=100)
    found, _ = broken(SCOPE, METRICS.values())
    ids = [each.metric.id for each in found]
    assert SINGLE_CUSTOMER_LOAN_RATIO.id in ids
    said = plain(opened("overview"))
    assert f"**Limits broken** · {len(ids)}" in said
    assert "1,000.00% · limit 10.00%" in said


def test_each_headline_figure_has_a_light_or_says_why_it_has_none(monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))
    found = comparisons(ALL, *overview.HEADLINE).values()
    unlit = {each.metric.id for each in found if not each.lines.decisive}
    assert unlit == {each.metric.id for each in found if each.metric.no_limit}
    assert unlit == {"balance", "loans", "overdue_open"}


def test_a_tile_says_since_when_and_that_the_house_drew_the_line(opened, monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))
    found = comparisons(ALL, *overview.HEADLINE).values()
    own = [e for e in found if e.light and e.lines.decisive and e.lines.decisive.is_convention]
    assert own
    words = [caption.value for caption in opened("overview").caption]
    assert sum(word.endswith("internal convention") for word in words) == len(own)
    for each in own:
        if each.broken_since:
            assert f"since {formats.day(each.broken_since)} · internal convention" in words


def test_the_regulators_limits_come_first_and_of_each_the_furthest_beyond(monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))
    found, _ = breaches(ALL, METRICS.values())
    law = [each.excess for each in found if each.is_regulatory]
    house = [each.excess for each in found if not each.is_regulatory]
    assert [each.excess for each in found] == law + house
    assert law and len(set(house)) > 1 and max(house) > min(law)
    assert law == sorted(law, reverse=True) and house == sorted(house, reverse=True)


@pytest.mark.parametrize(
    ("now", "line", "excess"),
    [(0.08, 0.02, 0.75), (0.0, 0.8, 1.0), (5.0, 0.0, 1.0), (-0.2, -0.1, 0.5), (None, 1.0, 1.0)],
)
def test_how_far_a_figure_is_beyond_its_line(now, line, excess):
    assert Breach("x", "ratio", now, Threshold(line, ""), True, None).excess == excess


def funded(monkeypatch, tmp_path, outflow: int) -> None:
    """A loan of two branches' book that brings in 120 in 90 days, and a plan that asks for more."""
    book = Book().borrower()
    for branch in ("Main", "Side"):
        book.loan(branch, branch=branch, principal=60, disbursed_on="2024-05-10")
        book.instalments(branch, ("2024-07-20", 60, 0))
    for day, amount in (("2024-04-30", 0), ("2024-05-31", outflow), ("2024-06-30", outflow)):
        book.add(
            "funding_plan",
            plan_id=f"P{day}",
            reported_on=day,
            item="liability_outflow",
            due_on="2024-07-10",
            amount=amount,
        )
    book.parameter("limit.liquidity_gap_ratio_90", "-0.10")
    monkeypatch.setenv("WAREHOUSE", str(serve(book.build(JUNE), tmp_path)))


def test_a_broken_limit_of_the_funding_plan_is_told_to_who_has_the_whole_bank(
    opened, monkeypatch, tmp_path
):
    funded(monkeypatch, tmp_path, outflow=150)
    whole = Scope(("Main", "Side", ""), ("consumer", ""), date.fromisoformat(JUNE))
    found, judged = breaches(whole, METRICS.values())
    gap = next(each for each in found if not each.metric)
    assert (gap.name, gap.now, gap.line.value) == ("Liquidity gap ratio, 90 days", -0.25, -0.1)
    assert gap.since == date(2024, 5, 31)
    said = plain(opened("overview"))
    assert "-25.00% · limit -10.00%" in said
    part = replace(whole, branches=("Main", ""))
    own, fewer = breaches(part, METRICS.values())
    assert all(each.metric for each in own) and fewer < judged
    assert "-25.00%" not in plain(opened("overview", person(branches=("Main",))))


def test_the_plans_figures_have_a_past_and_say_since_when_they_are_broken(
    opened, monkeypatch, tmp_path
):
    funded(monkeypatch, tmp_path, outflow=150)
    at = opened("cash", view="funding")
    gap = next(each for each in at.metric if each.label == "Liquidity gap ratio, 90 days")
    assert list(gap.proto.chart_data) == [-0.25, -0.25]
    assert (gap.delta, gap.proto.delta_description) == ("unchanged", "m/m")
    said = plain(at)
    assert "since 2024-05-31" in said
    assert "Liabilities falling due, 2024-07-10: 150.00" in said
    assert "y/y —" in said


def test_a_run_below_a_line_ends_with_its_first_month_and_with_a_gap():
    days = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 5, 31)]
    below = dict.fromkeys(days, -1.0)
    assert run_below(below) == date(2024, 5, 31)
    assert run_below(below | {date(2024, 4, 30): -2.0, days[0]: 0.0}) == date(2024, 2, 29)
    assert run_below({}) is run_below({days[0]: 0.0}) is None


def test_a_plan_that_holds_is_judged_and_not_told(monkeypatch, tmp_path):
    funded(monkeypatch, tmp_path, outflow=120)
    whole = Scope(("Main", "Side", ""), ("consumer", ""), date.fromisoformat(JUNE))
    found, judged = breaches(whole, METRICS.values())
    assert all(each.metric for each in found)
    assert judged == broken(whole, METRICS.values())[1] + 1


def test_that_all_holds_is_said_of_what_could_be_judged(opened, monkeypatch, tmp_path):
    served(monkeypatch, tmp_path, net_capital=100_000)
    found, judged = broken(SCOPE, METRICS.values())
    assert not found
    said = plain(opened("overview"))
    assert f"Each of the {judged} limits that can be judged holds." in said


@pytest.mark.parametrize("branches", [ALL.branches, ("North",)])
def test_what_is_broken_is_what_the_comparisons_call_red(monkeypatch, branches):
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))
    scope = Scope(branches, ALL.products, ALL.as_of)
    every = comparisons(scope, *METRICS.values()).values()
    found, judged = broken(scope, METRICS.values())
    assert [each.metric.id for each in found] == [e.metric.id for e in every if e.light == "red"]
    assert [each.broken_since for each in found] == [
        each.broken_since for each in every if each.light == "red"
    ]
    assert judged <= sum(each.light is not None for each in every)


def test_more_broken_limits_than_fit_on_a_sheet_are_folded_away(opened, monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))
    found, _ = breaches(ALL, METRICS.values())
    assert len(found) > 2
    monkeypatch.setattr(overview, "MOST_LIMITS", 2)
    at = opened("overview", person("executive"))
    (folded,) = (each for each in at.expander if each.label == f"{len(found) - 2} more")
    held = [f"{formats.value(each.unit, each.now)} · " for each in found]
    inside = [each.value for each in folded.caption]
    assert len(inside) == len(found) - 2
    assert all(any(md(said) in text for text in inside) for said in held[2:])
    shown = [each.value for each in at.caption if each.value not in inside]
    assert all(any(md(said) in text for text in shown) for said in held[:2])
    everything = [each.value for each in at.caption]
    assert all(everything.count(text) == inside.count(text) for text in inside)
