"""The sentences that a page reads out are computed, add up, and say what they say in words."""

from dataclasses import replace
from datetime import date

import pytest

from queries import reports
from queries.metrics import BALANCE, BUCKETS, PAR30, compare, measure
from queries.warehouse import NOTHING, Scope
from tests.served import ALL, small_warehouse
from ui import arithmetic, cuts, filters, story
from ui.cuts import Movement, Mover
from ui.i18n import in_language

SINCE = date(2024, 11, 30)


@pytest.fixture(autouse=True)
def _small_book(monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))


def test_the_parts_of_a_movement_add_up_to_the_change():
    for months in (1, 3, 12):
        since = cuts.month_before(ALL, months)
        assert since
        moved = cuts.movement(ALL, PAR30, since)
        assert moved
        now = measure(ALL, PAR30)[PAR30.id].iloc[0]
        before = measure(replace(ALL, as_of=since), PAR30)[PAR30.id].iloc[0]
        assert (moved.now, moved.before) == pytest.approx((now, before))
        assert sum(mover.added for mover in moved.movers) == pytest.approx(now - before)


def test_a_movement_agrees_with_the_tile():
    moved = cuts.movement(ALL, PAR30, SINCE)
    compared = compare(ALL, PAR30)
    assert moved
    assert moved.now == pytest.approx(compared.now)
    assert moved.before == pytest.approx(compared.month_before)


def test_without_a_month_before_there_is_nothing_to_tell():
    first = replace(ALL, as_of=date(2023, 9, 30))
    assert cuts.month_before(first) is None
    assert cuts.movement(NOTHING, PAR30, SINCE) is None


def movement(now: float, before: float, *movers: tuple[str, str, float]) -> Movement:
    """A movement of these parts."""
    return Movement(now, before, SINCE, tuple(Mover(*mover) for mover in movers))


def test_a_rise_names_the_part_that_rose_most():
    moved = movement(0.0318, 0.0276, ("Suzhou", "consumer", 0.00294), ("Wuxi", "car", 0.00126))
    assert story.sentence(moved) == (
        "PAR 30 rose 0.42 points to 3.18% since 2024-11-30;"
        " Consumer in Suzhou alone is 70% of the rise."
    )
    with in_language("zh"):
        assert "上升 0.42 个百分点至 3.18%" in story.sentence(moved)


def test_a_fall_names_a_part_that_fell():
    moved = movement(0.02, 0.03, ("A", "car", -0.012), ("B", "car", 0.002))
    assert "fell 1.00 points" in story.sentence(moved)
    assert "Car in A alone is 120% of the fall" in story.sentence(moved)
    assert [mover.branch for mover in story.leading(moved)] == ["A"]


def test_a_figure_that_stands_still_is_said_to_stand():
    moved = movement(0.03, 0.03001, ("A", "car", -0.00001))
    assert story.sentence(moved) == "PAR 30 stands at 3.00%, as on 2024-11-30."
    assert not story.leading(moved)


def test_a_cross_cut_has_the_shares_of_the_whole_row():
    pairs = cuts.cross(ALL, BALANCE, "branch", "bucket", BUCKETS)
    assert pairs.groupby("branch")["share"].sum().tolist() == pytest.approx([1.0, 1.0])
    some = cuts.cross(ALL, BALANCE, "branch", "bucket", BUCKETS[1:])
    assert set(some["bucket"]) <= set(BUCKETS[1:])
    kept = pairs[pairs["bucket"] != "current"].reset_index(drop=True)
    assert some["share"].tolist() == pytest.approx(kept["share"].tolist())


def test_layers_over_months_add_up_to_the_whole():
    layers = cuts.over_months(ALL, BALANCE, "bucket", BUCKETS)
    whole = measure(ALL, BALANCE, by="month_end", months=13)
    summed = layers.groupby("month_end")[BALANCE.id].sum()
    assert summed.tolist() == pytest.approx(whole[BALANCE.id].tolist())


def test_the_steps_of_every_loan_end_in_its_days_past_due():
    for number in range(1, 41):
        loan_id = f"L{number:03}"
        loan = reports.loan_header(ALL, loan_id).iloc[0]
        lines = reports.loan_instalments(ALL, loan_id)
        steps = arithmetic.told_steps(loan, lines, reports.loan_payments(ALL, loan_id))
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
