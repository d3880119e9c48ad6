"""The Ageing page: its lists re-add to its pictures, any two cuts to the whole, marks open rows."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pandas as pd
import pytest

from queries import reports
from queries.metrics import (
    BALANCE,
    BUCKETS,
    LOANS,
    METRICS,
    OVERDUE_BALANCE,
    measure,
    rows_total,
)
from queries.reports.ageing import Scale
from tests.opened import plain
from tests.served import ALL, AS_OF
from ui import ageing_charts, any_two, cuts, entries, formats
from ui.heat import heat
from ui.names import BUCKETS_M, BUCKETS_REG

PAIRS = list(permutations(any_two.CUTS, 2))
CODES: dict[Scale, tuple[str, ...]] = {
    "bucket": BUCKETS,
    "bucket_m": BUCKETS_M,
    "bucket_reg": BUCKETS_REG,
}


pytestmark = pytest.mark.usefixtures("small_book")


def rows(frame: pd.DataFrame) -> list[Any]:
    """The rows of a frame, by attribute."""
    return list(frame.itertuples())


def traces(figure: Any) -> list[Any]:
    """What a figure draws."""
    return list(figure.data)


# --- Agreement ---


def test_any_two_cuts_add_up_to_the_whole(demo_scope):
    metrics = (BALANCE, LOANS, OVERDUE_BALANCE, METRICS["overdue_amount"])
    whole = measure(demo_scope, *metrics).iloc[0]
    for pair in PAIRS:
        cells = measure(demo_scope, *metrics, by=pair)
        for metric in metrics:
            added = cells[metric.id].sum()
            assert added == pytest.approx(whole[metric.id], abs=0.005), (pair, metric.id)


def test_the_shares_of_a_row_add_up_to_one(demo_scope):
    for down, across in PAIRS:
        cells = cuts.cross(demo_scope, BALANCE, down, across)
        shares = cells.groupby(down)["share"].sum(min_count=1).dropna()
        assert shares.tolist() == pytest.approx([1.0] * len(shares)), (down, across)


@pytest.mark.parametrize("scale", CODES)
def test_every_scale_of_buckets_holds_the_whole_book_every_month(demo_scope, scale):
    trend = reports.bucket_trend(demo_scope, scale, 13)
    assert set(trend["bucket"]) <= set(CODES[scale])
    assert trend.groupby("month_end")["share"].sum().tolist() == pytest.approx([1.0] * 13)
    months = measure(demo_scope, BALANCE, LOANS, by="month_end", months=13).set_index("month_end")
    sums = trend.groupby("month_end")[["balance", "loans"]].sum()
    assert sums["balance"].tolist() == pytest.approx(months["balance"].tolist())
    assert sums["loans"].tolist() == months["loans"].tolist()
    now = measure(demo_scope, BALANCE, by=scale).dropna(subset=[scale]).set_index(scale)
    last = trend[trend["month_end"] == trend["month_end"].max()].set_index("bucket")
    assert last["balance"].to_dict() == now["balance"].to_dict()


def test_entry_rates_are_the_metrics_of_the_months_that_tell_them(demo_scope):
    frame = reports.entry_rates(demo_scope, 13)
    assert set(frame["days_after"]) == {1, 3, 7, 30}
    for row in rows(frame):
        told = replace(demo_scope, as_of=row.told_on.date())
        suffix = "" if row.days_after == 1 else f"_d{row.days_after}"
        amount, count = METRICS[f"entry_rate{suffix}"], METRICS[f"entry_rate_cnt{suffix}"]
        found = measure(told, amount, count).iloc[0]
        assert row.rate_amount == pytest.approx(found[amount.id])
        assert row.rate_count == pytest.approx(found[count.id])
        gap = (row.told_on.year - row.due_month.year) * 12 + row.told_on.month - row.due_month.month
        assert gap == (2 if row.days_after == 30 else 1)


def test_less_is_unpaid_the_longer_one_waits(demo_scope):
    frame = reports.entry_rates(demo_scope, 13)
    wide = frame.pivot(index="due_month", columns="days_after", values="unpaid_amount").dropna()
    assert len(wide) > 8
    # A payment taken back later can make it more; the demo book has few.
    assert (wide[1] > wide[7]).all()
    assert (wide[7] > wide[30]).all()


@pytest.mark.parametrize("days", [1, 7, 30])
def test_the_loans_that_missed_their_first_payment_re_add_to_the_rate(demo_scope, days):
    earlier = replace(demo_scope, as_of=date(2025, 6, 30))
    seen = 0
    for scope in (demo_scope, earlier):
        frame = reports.first_payments(scope, 13)
        for row in rows(frame[frame["days_after"] == days]):
            asked = (scope, row.vintage.date(), days)
            number, lent = reports.first_payment_defaults_total(*asked)
            assert (number, lent) == (row.missed, Decimal(str(row.lent_missed)))
            listed = reports.first_payment_defaults(*asked, limit=1000)
            assert len(listed) == number
            assert (pd.to_datetime(listed["first_due_on"]).dt.date <= scope.as_of).all()
            seen += number
    assert seen > 0


def test_first_payments_by_origination_and_by_month_are_the_same_loans(demo_scope):
    by_vintage = reports.first_payments(demo_scope, 600)
    metric = METRICS["fpd_30"]
    months = measure(demo_scope, metric, by="month_end", months=None)
    of_30 = by_vintage[by_vintage["days_after"] == 30]
    assert of_30["loans"].sum() == months["fpd_30_denominator"].sum()
    assert of_30["missed"].sum() == months["fpd_30_numerator"].sum()


def test_the_largest_overdue_come_first_and_are_all_of_them():
    listed = reports.largest_overdue(ALL, limit=1000)
    assert listed["balance"].is_monotonic_decreasing
    total = (Decimal(str(listed["balance"].sum())), len(listed))
    assert total == rows_total(ALL, OVERDUE_BALANCE)


# --- The page ---


def test_the_page_names_the_three_overdue_balances_apart(opened):
    labels = [each.label for each in opened("ageing").metric]
    assert labels[:4] == [
        "Overdue ratio (whole loans)",
        "Overdue ratio (1104 rule)",
        "Arrears ratio (principal past due)",
        "Overdue loans by count",
    ]


def test_every_picture_turns_from_amount_to_number(opened):
    by_amount = opened("ageing", chapter="flow")
    by_count = opened("ageing", chapter="flow", show="loans")
    amounts = [each.label for each in by_amount.metric][4:]
    counts = [each.label for each in by_count.metric][4:]
    back = [f"Back to current, {each}" for each in ("balance", "loans")]
    assert amounts == ["Newly late balance", back[0], "Entry rate", "FPD 30, by amount"]
    assert counts == ["Newly late loans", back[1], "Entry rate, by count", "FPD 30"]
    current = measure(ALL, LOANS, where=(("bucket", "current"),))["loans"].item()
    assert f"Not past due: {formats.count(current)}; past due:" in plain(
        opened("ageing", show="loans")
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"scale": "bucket_m", "months": "25", "show": "share"},
        {"scale": "bucket_reg", "rows": "bucket_reg", "columns": "industry", "cell": "par30"},
        {"rows": "region", "columns": "classification", "cell": "overdue_loans"},
        {"rows": "bucket_m", "columns": "bucket_m", "cell": "nonsense"},
        {"branch": "North", "product": "housing", "as_of": "2023-09-30"},
    ],
    ids=str,
)
def test_every_choice_lives_in_the_address(opened, asked):
    at = opened("ageing", **asked)
    for key, value in asked.items():
        shown = at.segmented_control if key in ("scale", "months", "show") else at.selectbox
        held = {each.key: each.value for each in shown}.get(f"pick_{key}")
        if value not in ("nonsense", "bucket_m") and key not in ("branch", "product"):
            assert held == value


def test_the_loans_behind_a_mark_of_first_payments_are_listed_below_it(opened):
    at = opened("ageing", chapter="flow", vintage="2023-09", days_after="7", as_of="2024-03-31")
    assert "Paid out in 2023-09, first instalment unpaid 7 days after its due date" in plain(at)
    scope = replace(ALL, as_of=date(2024, 3, 31))
    listed = reports.first_payment_defaults(scope, date(2023, 9, 1), 7)
    assert len(listed) == 2
    table = next(each.value for each in at.dataframe if "first_due_on" in each.value)
    assert table["loan_id"].tolist() == listed["loan_id"].tolist()


def test_a_mark_of_the_entry_rate_opens_the_month_that_tells_it():
    frame = reports.entry_rates(ALL, 6)
    row = frame[frame["days_after"] == 30].iloc[-1]
    clicked = ["30", formats.day(row.due_month)]
    target = entries._cohort(frame, "entry_rate", clicked)
    assert target == {
        "metric": "entry_rate_d30",
        "part": "numerator",
        "as_of": formats.day(row.told_on),
    }
    assert entries._cohort(frame, "entry_rate", ["30", "1999-01-31"]) is None
    assert entries._cohort(frame, "entry_rate", None) is None


# --- Pictures ---


def test_each_panel_begins_at_nothing_and_says_its_range_and_its_last_figure():
    frame = reports.bucket_trend(ALL, "bucket_m", 6)
    figure: Any = ageing_charts.panels(frame, "loans", "bucket_m", BUCKETS_M[1:], "count")
    assert len(traces(figure)) == 7
    assert all(len(trace.x) == 6 for trace in traces(figure))
    said = [note.text for note in figure.layout.annotations]
    assert said[0].startswith("M1 · 1–30 days")
    lows = [figure.layout[f"yaxis{n}"].range[0] for n in ("", *range(2, 8))]
    assert lows == [0] * 7
    last = frame[(frame["month_end"] == pd.Timestamp(AS_OF)) & (frame["bucket"] == "M7+")]
    assert said[-1].endswith(f"<b>{formats.count(last['loans'].item())}</b>")
    assert list(traces(figure)[0].customdata[0]) == ["2024-07-31", "M1"]


def test_what_came_stands_above_and_what_went_below_without_overlap():
    frame = pd.DataFrame(
        {
            "month_end": pd.to_datetime(["2024-01-31", "2024-02-29"]),
            "new": [5.0, 7.0],
            "again": [1.0, 0.0],
            "cured": [2.0, 3.0],
            "gone": [1.0, None],
        }
    )
    names: dict[str, str] = dict.fromkeys(("new", "again", "cured", "gone"), "x")
    figure: Any = ageing_charts.came_and_went(
        frame, "new", "again", ["cured", "gone"], names, "count"
    )
    new, again, cured, gone = traces(figure)
    assert (list(new.y), list(again.y)) == ([5, 7], [1, 0])
    assert list(cured.y) == [-2, -3]
    assert (gone.y[0], list(gone.base)) == (-1, [-2, -3])
    assert again.width < new.width
    assert list(cured.customdata[1]) == ["cured", "2024-02-29"]
    assert set(figure.layout.yaxis.ticktext) >= {"0", "5"}


def test_rates_keep_their_months_in_order_though_a_line_begins_earlier():
    frame = pd.DataFrame(
        {
            "due_month": pd.to_datetime(["2024-01-31", "2024-02-29", "2024-03-31", "2024-02-29"]),
            "days_after": [30, 30, 1, 1],
            "rate": [0.01, 0.02, 0.2, 0.1],
        }
    )
    figure: Any = ageing_charts.rates(frame, "due_month", "rate")
    assert list(figure.layout.xaxis.categoryarray) == ["2024-01-31", "2024-02-29", "2024-03-31"]
    assert len({trace.line.dash for trace in traces(figure)}) == 2


def test_long_headings_of_a_heat_map_stand_at_an_angle_and_none_is_dropped():
    codes = [f"a rather long heading {n}" for n in range(8)]
    frame = pd.DataFrame({"branch": ["A"] * 8, "industry": codes, "share": [0.1] * 8})
    long = heat(frame, "branch", "industry", "share", order=codes)
    short = heat(frame.head(2), "branch", "industry", "share", order=codes[:2])
    angles = [spec["encoding"]["x"]["axis"]["labelAngle"] for spec in (long, short)]
    assert angles == [-30, 0]
    assert long["encoding"]["x"]["axis"]["labelOverlap"] is False
    # A heading stands over its own column, its words below each other.
    assert short["encoding"]["x"]["axis"]["labelFlush"] is False
    assert short["encoding"]["x"]["axis"]["labelExpr"] == "split(datum.label, ' ')"
    assert long["height"] > short["height"]
