"""Bridges over any period: they close to the cent for every segment, and their loans re-add."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from queries.bridges import (
    BALANCE_BRIDGE,
    BRIDGES,
    PERIODS,
    Bridge,
    bridge,
    bridge_months,
    since,
    speeds,
    step_loans,
    step_total,
)
from queries.metrics import SEGMENTS
from queries.warehouse import month_ends
from tests.book import Book
from tests.served import serve
from ui import bridge_charts, filters
from ui.bridge_charts import Bar

BOTH = pytest.mark.parametrize("followed", BRIDGES.values(), ids=list(BRIDGES))


def closes(frame, followed: Bridge) -> bool:
    """Whether opening and steps add up to the closing balance in every row, by what is shown."""
    total = frame["opening"] + frame[list(followed.codes)].sum(axis=1)
    return frame["closes"].all() and ((total - frame["closing"]).abs() < 0.005).all()


@BOTH
@pytest.mark.parametrize("period", PERIODS)
def test_every_period_closes_for_the_whole_and_for_every_segment(demo_scope, followed, period):
    opened = since(demo_scope, period)
    assert opened
    whole = bridge(demo_scope, followed, opened)
    assert closes(whole, followed)
    for by in SEGMENTS:
        cut = bridge(demo_scope, followed, opened, by)
        assert closes(cut, followed)
        for code in ("opening", *followed.codes, "closing"):
            assert cut[code].sum() == pytest.approx(whole[code].iloc[0], abs=0.005), (by, code)


@BOTH
def test_the_months_of_a_year_add_up_to_the_year(demo_scope, followed):
    opened = since(demo_scope, "year")
    assert opened
    months, year = (
        bridge_months(demo_scope, followed, opened),
        bridge(demo_scope, followed, opened).iloc[0],
    )
    assert len(months) == 12
    assert closes(months, followed)
    assert months["opening"].iloc[0] == year["opening"]
    assert (months["opening"].iloc[1:].to_numpy() == months["closing"].iloc[:-1].to_numpy()).all()
    for code in followed.codes:
        assert months[code].sum() == pytest.approx(year[code], abs=0.005)


@BOTH
def test_the_loans_behind_a_step_re_add_to_it(demo_scope, followed):
    scope = replace(demo_scope, branches=demo_scope.branches[:3])
    opened = since(scope, "year")
    assert opened
    row = bridge(scope, followed, opened).iloc[0]
    for code in followed.codes:
        number, total = step_total(scope, code, opened)
        assert float(total) == pytest.approx(row[code], abs=0.005), code
        listed = step_loans(scope, code, opened, limit=100_000)
        assert len(listed) == number
        assert listed["counted"].sum() == pytest.approx(float(total), abs=0.005)


def test_a_year_to_date_opens_at_the_last_year_end_and_nothing_opens_before_the_book(demo_scope):
    march = max(day for day in month_ends(demo_scope.build) if day.month == 3)
    assert since(replace(demo_scope, as_of=march), "year_to_date") == date(march.year - 1, 12, 31)
    first = month_ends(demo_scope.build)[0]
    assert since(replace(demo_scope, as_of=first), "year") is None


def test_a_month_that_the_record_lost_is_a_step_and_not_hidden(tmp_path, monkeypatch):
    book = Book().borrower().loan("L1", disbursed_on="2024-01-10", principal=1000)
    book.recorded("L1", "2024-01-31", 1000).recorded("L1", "2024-03-31", 900)
    book.loan("L2", disbursed_on="2024-01-10", principal=500)
    for day in ("2024-01-31", "2024-02-29", "2024-03-31"):
        book.recorded("L2", day, 500)
    reads = ("book_dimensions", "scoped_loan_months", "scoped_portfolio")
    folder = serve(book.build("2024-03-31"), tmp_path, reads=reads)
    monkeypatch.setenv("WAREHOUSE", str(folder))
    whole = filters.book()
    scope = filters.rights(whole.branches, whole)
    frame = bridge(scope, BALANCE_BRIDGE, date(2024, 1, 31))
    assert closes(frame, BALANCE_BRIDGE)
    row = frame.iloc[0]
    assert (row["opening"], row["missing"], row["entered"], row["closing"]) == (
        1500,
        -1000,
        900,
        1400,
    )
    assert step_total(scope, "missing", date(2024, 1, 31)) == (1, Decimal(-1000))


def test_a_year_at_a_months_rate(demo_scope):
    frame = speeds(demo_scope).dropna()
    assert len(frame) == 13
    assert (frame["cpr"] - (1 - (1 - frame["smm"]) ** 12)).abs().max() < 1e-12
    assert (frame["cdr"] - (1 - (1 - frame["mdr"]) ** 12)).abs().max() < 1e-12
    assert (frame["cpr"] > 0).any()


# --- The picture ---

BARS = [
    Bar("opening", "Opening", 1000.0, is_end=True),
    Bar("disbursed", "Disbursed", 50.0),
    Bar("prepaid", "Prepaid", -20.0),
    Bar("closing", "Closing", 1030.0, is_end=True),
]


def test_each_bar_begins_where_the_one_before_ended():
    bar: Any = bridge_charts.waterfall(BARS).data[0]
    assert [base + x for base, x in zip(bar.base, bar.x, strict=True)] == [1000, 1050, 1030, 1030]
    assert list(bar.base)[1:3] == [1000, 1050]
    assert list(bar.customdata) == ["opening", "disbursed", "prepaid", "closing"]


def test_up_and_down_are_told_apart_without_colour():
    bar: Any
    labels: Any
    bar, labels, *_ = bridge_charts.waterfall(BARS).data
    assert list(bar.marker.pattern.shape) == ["", "", "/", ""]
    assert [text.strip()[0] for text in labels.text][1:3] == ["+", "-"]


def test_an_axis_that_does_not_begin_at_nothing_is_told():
    assert bridge_charts.is_cut(BARS)
    assert not bridge_charts.is_cut([Bar("opening", "O", 10.0, True), Bar("x", "X", -9.0)])
    assert not bridge_charts.is_cut([Bar("opening", "O", 10.0, True), Bar("x", "X", 0.0)])


def test_no_bar_of_an_end_is_cut():
    cut: Any = bridge_charts.waterfall(BARS)
    assert [cut.data[0].x[place] for place in (0, 3)] == [0, 0]
    marks = cut.data[-1]
    assert list(marks.x) == [1000, 1030]
    assert list(marks.customdata) == ["opening", "closing"]
    whole: Any = bridge_charts.waterfall([Bar("opening", "O", 10.0, True), Bar("x", "X", -9.0)])
    assert (whole.data[0].base[0], whole.data[0].x[0]) == (0, 10)


def test_a_bar_too_thin_to_be_hit_has_a_handle():
    thin = [BARS[0], Bar("sold", "Sold", -0.4), *BARS[1:]]
    figure: Any = bridge_charts.waterfall(thin)
    handles = [each for each in figure.data if each.type == "scatter" and each.marker.opacity == 0]
    assert [list(trace.customdata) for trace in handles] == [["sold"]]
