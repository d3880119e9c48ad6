"""The sentences that a page reads out are computed, add up, and say what they say in words."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from pages.overview import overview
from queries import reports
from queries.comparisons import STILL, comparisons, most_worsened, worsened
from queries.metrics import (
    BALANCE,
    BUCKETS,
    METRICS,
    NPL_RATIO,
    PAR30,
    Dimension,
    Where,
    compare,
    measure,
)
from queries.movers import movers_total
from queries.periods import month_ends_before
from queries.shifts import CELL, Shift, cut_code, everywhere, grains, shift
from queries.warehouse import Scope
from tests.served import ALL, small_warehouse
from ui import arithmetic, cuts, filters, story, tiles
from ui.i18n import in_language

SINCE = date(2024, 11, 30)


@pytest.fixture(autouse=True)
def _small_book(monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))


def part(place: str, product: str, added: float, share: float) -> dict:
    """One segment's part in a change."""
    split = {"mix": 0.0, "rate": added, "added": added, "share": share}
    return {"branch": place, "product": product, **split}


def shifted(now: float, before: float, *parts: tuple[str, str, float]) -> Shift:
    """A change of PAR 30 made of these parts."""
    change = now - before
    rows = [part(place, product, added, added / change) for place, product, added in parts]
    return Shift(PAR30, SINCE, CELL, before, now, pd.DataFrame(rows))


def test_a_rise_names_the_part_that_rose_most_and_opens_its_rows():
    moved = shifted(0.0318, 0.0276, ("Suzhou", "consumer", 0.00294), ("Wuxi", "car", 0.00126))
    said = story.of_ratio(moved)
    assert said.text == (
        "PAR 30 rose 0.42 points to 3.18% since 2024-11-30: all of it because"
        " segments got worse; Consumer in Suzhou is 70% of the rise."
    )
    first = said.clauses[0]
    assert first.label == "Consumer, Suzhou: +0.29 pp"
    assert first.params == {
        "metric": "par30",
        "view": "moved",
        "branch": "Suzhou",
        "product": "consumer",
    }
    assert len(said.clauses) == 3
    # The last clause opens the cut that the sentence speaks of, not another.
    assert said.clauses[-1].params["cut"] == "branch_product"
    assert said.clauses[-1].label == "all that moved it, by branch and product"
    with in_language("zh"):
        assert "上升 0.42 个百分点至 3.18%" in story.of_ratio(moved).text


def test_a_fall_names_a_part_that_fell():
    moved = shifted(0.02, 0.03, ("A", "car", -0.008), ("B", "car", -0.002))
    said = story.of_ratio(moved)
    assert "PAR 30 fell 1.00 points to 2.00%" in said.text
    assert ": all of it because segments got better;" in said.text
    assert "Car in A is 80% of the fall" in said.text
    assert [clause.params.get("branch") for clause in said.clauses] == ["A", "B", None]


def test_a_part_larger_than_the_whole_is_told_in_points():
    moved = shifted(0.02, 0.03, ("A", "car", -0.012), ("B", "car", 0.002))
    said = story.of_ratio(moved)
    assert "Car in A alone is -1.20 points" in said.text
    # What went the other way is not among the leading parts.
    assert [clause.params.get("branch") for clause in said.clauses] == ["A", None]


def test_of_one_part_only_the_whole_is_told():
    moved = shifted(0.03, 0.02, ("A", "car", 0.01))
    said = story.of_ratio(moved)
    assert said.text == "PAR 30 rose 1.00 points to 3.00% since 2024-11-30."
    assert len(said.clauses) == 1


def test_mix_and_rate_are_told_apart_for_both_ratios_by_the_cut_that_is_named():
    """The split of the NPL ratio as well as of PAR 30, and as the page of the link says it."""
    for since in month_ends_before(ALL)[:12]:
        moved = everywhere(ALL, (PAR30, NPL_RATIO), since)
        found = comparisons(ALL, *overview.HEADLINE, since=since)
        told = story.sentences(found, moved)
        for metric, said in zip((PAR30, NPL_RATIO), told, strict=False):
            code = said.clauses[-1].params["cut"]
            (cut,) = (each for each in grains(metric) if cut_code(each) == code)
            opened = shift(ALL, metric, since, cut)
            assert opened
            if opened.is_still:
                continue
            assert ("mix of the book" in said.text) is (abs(opened.mix) >= STILL) or (
                "all of it from the mix" in said.text
            )
            if ": all of it" not in said.text:
                assert f": {opened.rate * 100:+.2f} because" in said.text
                assert f"{opened.mix * 100:+.2f} from the mix of the book" in said.text


def test_a_figure_that_stands_still_is_said_to_stand():
    moved = shifted(0.03, 0.03001, ("A", "car", -0.00001))
    said = story.of_ratio(moved)
    assert said.text == "PAR 30 stands at 3.00%, as on 2024-11-30."
    assert len(said.clauses) == 1


def test_at_most_three_sentences_whose_clauses_open_something():
    for since in month_ends_before(ALL)[:12]:
        found = comparisons(ALL, *overview.HEADLINE, since=since)
        told = story.sentences(found, everywhere(ALL, (PAR30, NPL_RATIO), since))
        assert 2 <= len(told) <= 3
        for said in told[:2]:
            for clause in said.clauses:
                metric = METRICS[clause.params["metric"]]
                own: tuple[Dimension, ...] = ("branch", "product")
                where: Where = tuple((d, clause.params[d]) for d in own if d in clause.params)
                # Rise or fall, what the clause opens is never an empty list: the loans that
                # count for more or less, or, where a part's size alone moved it, those of that.
                moved = movers_total(ALL, metric, since, where)[1]
                assert moved or movers_total(ALL, metric, since, where, "denominator")[1]


def test_the_third_sentence_is_the_other_headline_that_got_most_worse():
    since = month_ends_before(ALL)[11]
    found = comparisons(ALL, *overview.HEADLINE, since=since)
    told = story.sentences(found, everywhere(ALL, (PAR30, NPL_RATIO), since))
    others = [each for key, each in found.items() if key not in ("par30", "npl_ratio")]
    worst = max((each for each in others if each.lines.decisive), key=worsened)
    assert worsened(worst) > 0
    assert worst.metric.name in told[2].text
    # By what they are ranked is in words.
    assert f"by {worsened(worst):.1%} of its limit" in told[2].text
    # Nothing is worse than itself: on its own date there is no third sentence.
    still = [replace(each, then=each.now) for each in others]
    assert most_worsened(still) is None


@pytest.mark.parametrize(
    ("good", "now", "then", "worse"),
    [
        *[(False, 2.0, 1.0, True), (False, 1.0, 2.0, False), (True, 1.0, 2.0, True)],
        *[(True, 2.0, 1.0, False), (None, 2.0, 1.0, None), (False, 1.0, 1.0, None)],
        (False, 1.00004, 1.0, None),
    ],
)
def test_worse_is_a_word_of_the_metric_not_of_the_arrow(good, now, then, worse):
    metric = replace(PAR30, rising_is_good=good)
    compared = replace(compare(ALL, PAR30), metric=metric, now=now, then=then)
    assert compared.is_worse is worse
    assert (worsened(compared) > 0) is bool(worse)


def test_a_tile_draws_the_last_thirteen_month_ends_that_have_a_value(monkeypatch):
    drawn = {}
    monkeypatch.setattr(tiles.st, "metric", lambda *_, **kept: drawn.update(kept))
    days = [each.date() for each in pd.date_range("2024-01-31", periods=20, freq="ME")]
    past = {day: float(place) for place, day in enumerate(days)} | {days[-3]: None}
    shuffled = {day: past[day] for day in sorted(days, key=lambda day: (day.month, day))}
    tiles._figure(replace(compare(ALL, PAR30), past=shuffled), "m/m")
    assert drawn["chart_data"] == [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19]


def test_a_move_that_rounds_to_nothing_is_unchanged_on_its_tile(monkeypatch):
    drawn = {}
    monkeypatch.setattr(tiles.st, "metric", lambda *_, **kept: drawn.update(kept))
    compared = replace(compare(ALL, PAR30), now=0.03004, then=0.03)
    tiles._figure(compared, "m/m")
    assert (drawn["delta"], drawn["delta_arrow"]) == ("unchanged", "off")
    assert drawn["delta_description"] == "m/m"
    # A large amount that moved by a little: the share says nothing, so the difference is told.
    grown = replace(compare(ALL, BALANCE), now=4_810_000_200.0, then=4_810_000_000.0)
    tiles._figure(grown, "m/m")
    assert (drawn["delta"], drawn["delta_arrow"]) == ("+200.00", "auto")


def test_any_month_end_can_be_compared_with():
    compared = comparisons(ALL, PAR30, since=date(2024, 6, 30))[PAR30.id]
    past = measure(replace(ALL, as_of=date(2024, 6, 30)), PAR30)[PAR30.id].iloc[0]
    assert compared.then == pytest.approx(past)
    assert compared.month_before != compared.then
    assert compare(ALL, PAR30).then == compare(ALL, PAR30).month_before


def test_a_cross_cut_has_the_shares_of_the_whole_row():
    pairs = cuts.cross(ALL, BALANCE, "branch", "bucket", BUCKETS)
    assert pairs.groupby("branch")["share"].sum().tolist() == pytest.approx([1.0, 1.0])
    some = cuts.cross(ALL, BALANCE, "branch", "bucket", BUCKETS[1:])
    assert set(some["bucket"]) <= set(BUCKETS[1:])
    kept = pairs[pairs["bucket"] != "current"].reset_index(drop=True)
    assert some["share"].tolist() == pytest.approx(kept["share"].tolist())


def test_the_steps_of_every_loan_end_in_its_days_past_due():
    for number in range(1, 41):
        loan_id = f"L{number:03}"
        loan = reports.loan_header(ALL, loan_id).iloc[0]
        lines = reports.loan_instalments(ALL, loan_id)
        steps = arithmetic.told_steps(
            loan,
            lines,
            reports.loan_payments(ALL, loan_id),
            reports.performed_terms(ALL, loan_id),
        )
        days = loan.days_past_due
        if loan.status == "active" and days == 0:
            assert steps[-1].endswith("0 days past due.")
        if loan.status == "active" and days > 0:
            due = lines[lines["due_on"] < loan.as_of]
            oldest = due[due["unpaid"] > 0]["due_on"].min()
            assert (loan.as_of - oldest).days == days
            assert f"is {days:,.0f} days past due." in steps[-1]


def test_picking_only_ever_narrows():
    whole = Scope(("North", ""), ("consumer", ""), date(2024, 12, 31))
    assert filters.narrowed(whole, None, [], []) == whole
    assert filters.narrowed(whole, None, ["North", "South"], []).branches == ("North",)
    # What is not in the rights leaves nothing rather than everything.
    assert filters.narrowed(whole, None, ["South"], []).branches == ()
    assert filters.narrowed(whole, date(2024, 6, 30), [], ["consumer"]) == Scope(
        ("North", ""), ("consumer",), date(2024, 6, 30)
    )
