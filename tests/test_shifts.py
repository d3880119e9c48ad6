"""What moved a figure: parts that add up, mix apart from rate, and the loans that re-add to it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from queries.metrics import (
    BALANCE,
    COLLECTION_EFFICIENCY_CASH,
    DIMENSIONS,
    METRICS,
    NPL_RATIO,
    OVERDUE_OPEN,
    PAR30,
    Metric,
    Where,
    compare,
    measure,
)
from queries.movers import HOW, movers, movers_total, part_change
from queries.periods import month_ends_before
from queries.shifts import CELL, PLACE, everywhere, grains, place, shift, shifts
from queries.warehouse import NOTHING, Scope
from queries.worst_segments import worst_segments
from tests.book import Book
from tests.served import ALL, serve, small_warehouse
from tests.summed import of_source

JANUARY, FEBRUARY = date(2024, 1, 31), date(2024, 2, 29)
SINCE = date(2024, 11, 30)
READS = ("scoped_loan_months", "scoped_loans", "scoped_portfolio", "scoped_segments")
# What is cut by nothing (the largest customers) has no parts.
# Of medians no part is a sum of its segments.
SUMMED = {metric.source for metric in METRICS.values() if metric.adds_up}
CUT = [each for each, dimensions in DIMENSIONS.items() if len(dimensions) > 1 and each in SUMMED]


@pytest.fixture(autouse=True)
def _small_book(monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))


@pytest.fixture
def two_months(monkeypatch, tmp_path):
    """A book of two segments on two dates: branch -> (balance, late balance) each."""

    def read(january: dict[str, tuple[int, int]], february: dict[str, tuple[int, int]]) -> Scope:
        book = Book().borrower()
        for branch in {*january, *february}:
            for kind in ("good", "late"):
                book.loan(f"{branch}-{kind}", branch=branch, disbursed_on="2023-12-15")
        for day, cells in ((JANUARY, january), (FEBRUARY, february)):
            for branch, (balance, late) in cells.items():
                for kind, amount, days in (("good", balance - late, 0), ("late", late, 40)):
                    if amount:
                        book.recorded(
                            f"{branch}-{kind}", day.isoformat(), amount, days_past_due=days
                        )
        folder = serve(book.build(FEBRUARY.isoformat()), tmp_path / "two", reads=READS)
        monkeypatch.setenv("WAREHOUSE", str(folder))
        return Scope(("A", "B", "C", ""), ("consumer", ""), FEBRUARY)

    return read


# --- The formula, by hand ---


def test_a_worked_split(two_months):
    # A: 100 of 400 late, then 200 of 500; B: 0 of 600, then 50 of 500.
    scope = two_months({"A": (400, 100), "B": (600, 0)}, {"A": (500, 200), "B": (500, 50)})
    moved = shift(scope, PAR30, JANUARY, ("branch",))
    assert moved
    assert (moved.before, moved.now) == (0.10, 0.25)
    parts = moved.parts.set_index("branch")
    # A: share 0.4 to 0.5, ratio 0.25 to 0.40; the middle of the whole is 0.175.
    assert parts.loc["A", "mix"] == pytest.approx(0.1 * (0.325 - 0.175))
    assert parts.loc["A", "rate"] == pytest.approx(0.45 * 0.15)
    assert parts.loc["B", "mix"] == pytest.approx(-0.1 * (0.05 - 0.175))
    assert parts.loc["B", "rate"] == pytest.approx(0.55 * 0.10)
    assert moved.mix + moved.rate == pytest.approx(0.15, abs=1e-15)
    assert parts["share"].sum() == pytest.approx(1.0)


def test_only_the_mix_moved(two_months):
    scope = two_months({"A": (400, 100), "B": (600, 60)}, {"A": (800, 200), "B": (200, 20)})
    moved = shift(scope, PAR30, JANUARY, ("branch",))
    assert moved
    assert moved.change == pytest.approx(0.06)
    assert moved.parts["rate"].abs().max() < 1e-15
    assert moved.mix == pytest.approx(0.06, abs=1e-15)


def test_only_the_segments_got_worse(two_months):
    scope = two_months({"A": (400, 100), "B": (600, 60)}, {"A": (800, 400), "B": (1200, 120)})
    moved = shift(scope, PAR30, JANUARY, ("branch",))
    assert moved
    assert moved.parts["mix"].abs().max() < 1e-15
    assert moved.rate == pytest.approx(0.10, abs=1e-15)


def test_a_new_segment_and_one_that_left_are_mix(two_months):
    scope = two_months({"A": (400, 100)}, {"B": (600, 0)})
    moved = shift(scope, PAR30, JANUARY, ("branch",))
    assert moved
    assert moved.change == pytest.approx(-0.25)
    assert moved.parts["rate"].abs().max() < 1e-15
    assert moved.mix == pytest.approx(-0.25)


def test_the_split_turned_round_is_the_same_with_its_sign(two_months):
    cells = ({"A": (400, 100), "B": (600, 0)}, {"A": (500, 200), "B": (500, 50)})
    there = shift(two_months(*cells), PAR30, JANUARY, ("branch",))
    assert there
    assert there.mix == pytest.approx(0.0275)
    assert there.rate == pytest.approx(0.1225)


# --- On the small book ---


@pytest.mark.parametrize("source", CUT)
def test_the_parts_of_every_figure_add_up_to_its_change(source):
    metrics = [metric for metric in of_source(source) if metric.adds_up]
    cuts = grains(metrics[0])
    whole = measure(ALL, *metrics)
    for since in month_ends_before(ALL)[:13:6]:
        found = shifts(ALL, metrics, since, cuts)
        assert len(found) == len(metrics) * len(cuts) > 0
        for moved in found.values():
            if moved is None:
                continue
            metric = moved.metric
            assert moved.parts["added"].sum() == pytest.approx(moved.change, abs=1e-9)
            assert moved.now == pytest.approx(whole[metric.id].iloc[0])
            if metric.denominator:
                assert moved.mix + moved.rate == pytest.approx(moved.change, rel=1e-12, abs=1e-12)
                both = moved.parts[["weight_before", "weight"]].sum()
                assert both.tolist() == pytest.approx([1.0, 1.0])
            else:
                assert moved.parts["mix"].isna().all()


@pytest.mark.parametrize("source", CUT)
def test_the_shift_of_every_figure_is_the_same_alone(source):
    metrics = [metric for metric in of_source(source) if metric.adds_up]
    cut = grains(metrics[0])[0]
    found = shifts(ALL, metrics, SINCE, (cut,))
    for metric in metrics:
        alone, among = shift(ALL, metric, SINCE, cut), found[metric.id, cut]
        assert (alone is None) is (among is None), metric.id
        if alone and among:
            assert (alone.before, alone.now) == (among.before, among.now), metric.id
            pd.testing.assert_frame_equal(alone.parts, among.parts)


def test_a_shift_agrees_with_the_tile():
    moved, compared = shift(ALL, PAR30, SINCE), compare(ALL, PAR30)
    assert moved
    assert moved.now == pytest.approx(compared.now)
    assert moved.before == pytest.approx(compared.month_before)


def test_a_coarser_cut_adds_what_its_finer_parts_add():
    moved = everywhere(ALL, (PAR30, NPL_RATIO), SINCE)
    cells, branches = moved[PAR30.id, CELL], moved[PAR30.id, ("branch",)]
    assert cells and branches
    summed = cells.parts.groupby("branch")["added"].sum()
    each = branches.parts.set_index("branch")["added"]
    assert each.sort_index().tolist() == pytest.approx(summed.sort_index().tolist(), abs=1e-15)
    # One reading of many cuts says what each says alone.
    alone = shift(ALL, PAR30, SINCE, CELL)
    assert alone
    pd.testing.assert_frame_equal(cells.parts, alone.parts)


def test_where_all_is_in_one_region_the_branch_is_the_place():
    moved = everywhere(ALL, (PAR30,), SINCE)
    assert set(moved[PAR30.id, PLACE].parts["region"]) == {"Suzhou", "unknown"}  # pyright: ignore
    assert place(moved, PAR30) is moved[PAR30.id, CELL]


def test_without_a_past_or_a_whole_there_is_no_shift():
    first = replace(ALL, as_of=date(2023, 9, 30))
    assert month_ends_before(first) == ()
    assert shift(NOTHING, PAR30, SINCE) is None
    assert shift(ALL, PAR30, date(2020, 1, 31)) is None
    assert movers_total(NOTHING, PAR30, SINCE) == (0, 0)


def test_only_dimensions_of_the_source_cut_a_figure():
    with pytest.raises(ValueError, match="its own dimensions"):
        shift(ALL, OVERDUE_OPEN, SINCE, ("region",))
    with pytest.raises(ValueError, match="One source"):
        everywhere(ALL, (PAR30, OVERDUE_OPEN), SINCE)
    with pytest.raises(ValueError, match="not made of loans"):
        movers(ALL, OVERDUE_OPEN, SINCE)


def worst_of(scope: Scope, since: date, *metrics: Metric, most: int = 5) -> pd.DataFrame:
    """The worst segments of these ratios."""
    return worst_segments(scope, metrics, since, everywhere(scope, metrics, since), most)


def test_the_worst_segments_are_the_worst_few_of_each_ratio():
    since = month_ends_before(ALL)[11]
    worst = worst_of(ALL, since, PAR30, NPL_RATIO)
    assert set(worst["metric_id"]) == {PAR30.id, NPL_RATIO.id}
    assert 2 < len(worst) <= 5
    assert worst["added"].is_monotonic_decreasing
    assert (worst["added"] > 0).all() and (worst["now"] > worst["before"]).all()
    # A kind of which there is one segment only (Suzhou, where it is known) says nothing.
    assert "region" not in set(worst["dimension"])
    assert len(worst_of(ALL, since, PAR30, NPL_RATIO, most=2)) == 2


def test_one_move_is_told_once_and_by_the_cut_that_it_is_in(monkeypatch, tmp_path):
    """Loans went bad in one branch, of one product, all of retail: the branch alone is told."""
    book = Book().borrower()
    cells = {("A", "consumer"): 0, ("B", "consumer"): 0, ("C", "consumer"): 0, ("A", "car"): 0}
    later = cells | {("A", "consumer"): 40, ("A", "car"): 10, ("C", "car"): 0}
    for (branch, product), late in later.items():
        for kind in ("good", "late"):
            name = f"{branch}-{product}-{kind}"
            book.loan(name, branch=branch, product=product, disbursed_on="2023-12-15")
            days, amount = (40, late) if kind == "late" else (0, 100 - late)
            book.recorded(name, JANUARY.isoformat(), 50, days_past_due=0)
            if amount:
                book.recorded(name, FEBRUARY.isoformat(), amount, days_past_due=days)
    folder = serve(book.build(FEBRUARY.isoformat()), tmp_path / "cells", reads=READS)
    monkeypatch.setenv("WAREHOUSE", str(folder))
    scope = Scope(("A", "B", "C", ""), ("consumer", "car", ""), FEBRUARY)
    worst = worst_of(scope, JANUARY, PAR30)
    # Consumer loans are more of the book than branch A, and nearly all that they add is in it.
    assert worst[["dimension", "value"]].to_numpy().tolist() == [["branch", "A"]]


def test_a_segment_that_only_grew_did_not_get_worse(two_months):
    # A stays spotless and shrinks, B stays at a half and grows: the rise is mix alone.
    scope = two_months({"A": (900, 0), "B": (100, 50)}, {"A": (500, 0), "B": (500, 250)})
    found = everywhere(scope, (PAR30,), JANUARY)
    moved = found[PAR30.id, ("branch",)]
    assert moved and moved.parts["added"].max() > 0.1
    assert worst_segments(scope, (PAR30,), JANUARY, found).empty


def test_a_new_segment_has_no_ratio_of_before_that_got_worse(two_months):
    scope = two_months({"A": (900, 0)}, {"A": (900, 90), "C": (100, 100)})
    worst = worst_of(scope, JANUARY, PAR30)
    assert worst["value"].tolist() == ["A"]
    assert worst.iloc[0][["before", "now"]].tolist() == [0.0, 0.1]


# --- The loans ---


@pytest.mark.parametrize(
    "metric", [PAR30, NPL_RATIO, BALANCE, COLLECTION_EFFICIENCY_CASH], ids=lambda m: m.id
)
@pytest.mark.parametrize("months", [1, 6, 12])
def test_the_loans_that_moved_a_figure_re_add_to_its_change(metric, months):
    since = month_ends_before(ALL)[months - 1]
    wheres: tuple[Where, ...] = ((), (("collateral_kind", "mortgaged"),))
    for where in wheres:
        total, number = movers_total(ALL, metric, since, where)
        assert total == part_change(ALL, metric, since, where)
        for rising in (True, False):
            listed = movers(ALL, metric, since, where, limit=1000, rising=rising)
            assert len(listed) == number
            assert listed["loan_id"].is_unique
            assert listed["added"].sum() == pytest.approx(float(total))
            assert set(listed["how"]) <= set(HOW)


def test_the_loans_of_the_denominator_re_add_too():
    for since in month_ends_before(ALL)[:3]:
        total, number = movers_total(ALL, PAR30, since, part="denominator")
        assert total == part_change(ALL, PAR30, since, part="denominator") != 0
        listed = movers(ALL, PAR30, since, limit=1000, part="denominator")
        assert (len(listed), listed["added"].sum()) == (number, pytest.approx(float(total)))


def test_a_fall_lists_the_loans_that_cured_or_left(two_months):
    scope = two_months({"A": (400, 100), "B": (600, 300)}, {"A": (400, 0), "B": (300, 0)})
    total, number = movers_total(scope, PAR30, JANUARY)
    assert (total, number) == (Decimal(-400), 2)
    listed = movers(scope, PAR30, JANUARY, rising=False)
    assert listed["loan_id"].tolist() == ["B-late", "A-late"]
    assert listed["added"].tolist() == [-300.0, -100.0]


def test_what_happened_to_a_loan_is_said():
    # W2: L013 was written off, L023 sold in December; both were long past due in November.
    listed = movers(ALL, PAR30, SINCE, limit=1000).set_index("loan_id")
    assert listed.loc["L013", "how"] == "written_off"
    assert listed.loc["L023", "how"] == "sold"
    assert listed.loc["L013", "counted"] == 0
    newly = movers(ALL, BALANCE, date(2023, 10, 31), limit=1000).set_index("loan_id")
    assert set(newly[newly["counted_before"] == 0]["how"]) == {"new"}
    assert "shrank" in set(newly["how"])


def test_pages_of_movers_give_every_loan_once():
    since, seen, after = month_ends_before(ALL)[5], [], None
    while len(listed := movers(ALL, BALANCE, since, (), after, 7, False)):
        seen += listed["loan_id"].tolist()
        after = seen[-1]
    assert len(seen) == len(set(seen)) == movers_total(ALL, BALANCE, since)[1]
