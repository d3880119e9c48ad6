"""What pictures hold: traces, names, labels, order, and where a click leads."""

import colorsys
import re
from datetime import date
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from queries.metrics import BALANCE, PAR30, Metric
from queries.shifts import Shift
from ui import charts, drill, loan_charts, split_charts
from ui.drill import clicked, clicked_cell, drill_target
from ui.heat import heat, mixed
from ui.i18n import in_language
from ui.names import BUCKETS
from ui.theme import DARK, LIGHT, Palette
from ui.warning_charts import WARNED, levels

BUCKET = pd.DataFrame({"bucket": ["61-90", "1-30", "31-60"], "balance": [3e6, 1e6, 2e6]})


def traces(figure: go.Figure) -> list[Any]:
    """What a figure draws."""
    return list(figure.data)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_bars_stand_in_the_order_of_their_codes_and_say_their_value():
    figure = charts.bars(BUCKET, "balance", "bucket", order=BUCKETS)
    bar = traces(figure)[0]
    assert list(bar.x) == ["1-30", "31-60", "61-90"]
    assert list(bar.y) == [1e6, 2e6, 3e6]
    assert list(bar.text) == ["1.00 M", "2.00 M", "3.00 M"]
    assert list(bar.customdata) == ["1-30", "31-60", "61-90"]


def test_bars_speak_the_readers_language_and_keep_the_codes():
    frame = pd.DataFrame({"classification": [1, 2], "balance": [2e8, 1e4]})
    with in_language("zh"):
        bar = traces(charts.bars(frame, "balance", "classification", horizontal=True))[0]
    assert list(bar.y) == ["正常", "关注"]
    assert list(bar.text) == ["2.00亿", "1.00万"]
    assert list(bar.customdata) == [1, 2]


def test_ordered_codes_go_from_slight_to_grave_in_one_hue():
    colours = charts.steps(["360+", "1-30", "91-180"], BUCKETS[1:], LIGHT)
    darkness = [_luminance(colour) for colour in colours]
    assert darkness[0] < darkness[2] < darkness[1]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_can_be_told_from_the_ground(palette: Palette):
    for colour in (*palette.series, palette.good, palette.warn, palette.bad):
        assert _contrast(colour, palette.ground) >= 3
    assert _contrast(palette.ink, palette.deep) >= 4.5
    assert min(_contrast(step, palette.ground) for step in palette.steps) >= 1.6
    assert len(set(palette.steps)) == len(BUCKETS)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_levels_have_their_own_colours_and_are_told_apart_without_them(palette: Palette):
    def hue(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return colorsys.rgb_to_hsv(red, green, blue)[0] * 360

    hues = {level: hue(colour) for level, colour in palette.levels.items()}
    assert hues["red"] < 10 or hues["red"] > 350
    assert 20 < hues["orange"] < 35 and 40 < hues["yellow"] < 60 and 130 < hues["green"] < 170
    days = pd.to_datetime(["2024-01-31"] * 3)
    frame = pd.DataFrame({"month_end": days, "level": list(WARNED), "borrowers": [3, 2, 1]})
    bars = traces(levels(frame, palette))
    assert [bar["marker"]["color"] for bar in bars] == [palette.levels[each] for each in WARNED]
    assert len({bar["marker"]["pattern"]["shape"] or "" for bar in bars}) == len(WARNED)
    for one, other in pairwise(WARNED):
        assert _contrast(palette.levels[one], palette.levels[other]) >= 1.5
    for bar in bars:
        shown = (bar["marker"]["color"], bar["marker"]["line"]["color"])
        assert max(_contrast(each, palette.ground) for each in shown) >= 3


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_row_of_a_heat_map_may_have_a_tone_of_its_own_under_a_legible_figure(palette: Palette):
    rows = list(palette.levels)
    frame = pd.DataFrame({"level": rows, "change": ["new"] * 4, "borrowers": [4, 4, 4, 4]})
    spec = heat(
        *(frame, "level", "change", "borrowers", "count"),
        order=["new"],
        rows_order=rows,
        tones=palette.levels,
        palette=palette,
    )
    tones = [cell["tone"] for cell in spec["data"]["values"]]
    assert len(set(tones)) == 4
    assert spec["layer"][0]["encoding"]["color"]["field"] == "tone"
    for tone in tones:
        assert _contrast(palette.ink, tone) >= 4.5
    assert mixed("#FFFFFF", "#000000", 0) == "#FFFFFF"


def test_a_trend_can_be_clicked_and_shows_its_limit():
    frame = pd.DataFrame(
        {"month_end": pd.to_datetime(["2024-01-31", "2024-02-29"]), "r": [0.01, 0.03]}
    )
    figure = charts.trend(frame, "r", limit=0.02)
    assert "markers" in traces(figure)[0].mode
    assert list(traces(figure)[0].customdata) == ["2024-01-31", "2024-02-29"]
    assert figure.layout.shapes[0].y0 == 0.02
    assert "2.00%" in figure.layout.annotations[0].text


def test_the_figures_of_a_trend_stand_off_its_line():
    days = pd.date_range("2024-01-31", periods=13, freq="ME")
    figures = [5.0, 6, 7, 9, 8, 7, 5, 3, 2, 4, 5, 7, 6]
    (line,) = traces(charts.trend(pd.DataFrame({"month_end": days, "n": figures}), "n", "number"))
    told = {p: line.textposition[p] for p, text in enumerate(line.text) if text}
    # It rises from the first, falls to the last; the highest is told above, the lowest below.
    assert told == {0: "bottom right", 3: "top center", 8: "bottom center", 12: "bottom left"}
    figures[12] = float("nan")
    low, high = charts.trend(
        pd.DataFrame({"month_end": days, "n": figures}), "n", "number", limit=12
    ).layout.yaxis.range
    assert low < 2 and high > 12
    for alike in ([], [1.0], [1.0, 1.0]):
        charts.trend(pd.DataFrame({"month_end": days[: len(alike)], "n": alike}), "n", "number")


def test_a_trend_of_a_few_goes_up_by_whole_numbers():
    frame = pd.DataFrame(
        {"month_end": pd.to_datetime(["2024-01-31", "2024-02-29"]), "n": [0, 2], "many": [0, 20]}
    )
    assert charts.trend(frame, "n", "count").layout.yaxis.dtick == 1
    assert charts.trend(frame, "many", "count").layout.yaxis.dtick is None


def test_a_heat_map_says_each_value_and_names_what_can_be_clicked():
    frame = pd.DataFrame(
        {"branch": ["A", "A", "B"], "bucket": ["1-30", "31-60", "1-30"], "share": [0.1, None, 0.2]}
    )
    spec = heat(frame, "branch", "bucket", "share", order=BUCKETS[1:])
    assert spec["params"][0]["name"] == "cell"
    assert set(spec["params"][0]["select"]["fields"]) == {"row_code", "column_code"}
    # The layer on top listens: under it, figures would keep the clicks on the middle of a cell.
    assert spec["params"][0]["views"] == [spec["layer"][-1]["name"]]
    rows = spec["data"]["values"]
    assert [row["said"] for row in rows] == ["10.00%", "—", "20.00%"]
    assert "nan" not in str(rows).lower()


@pytest.mark.parametrize(
    ("unit", "value", "short", "said"),
    [
        ("ratio", 0.1234, "12%", "12.34%"),
        ("ratio", 0.0042, "0.4%", "0.42%"),
        ("number", 3.456, "3.5", "3.46"),
        ("number", 23.456, "23", "23.46"),
        ("count", 1234, "1,234", "1,234"),
        ("ratio", None, "—", "—"),
    ],
)
def test_beside_many_columns_a_cell_is_short_and_its_tip_is_not(unit, value, short, said):
    frame = pd.DataFrame({"row": ["a"], "column": ["b"], "value": pd.Series([value], dtype=float)})
    order = ["b", *(f"c{number}" for number in range(10))]
    spec = heat(frame, "row", "column", "value", unit, order=order)
    (cell,) = spec["data"]["values"]
    assert (cell["short"], cell["said"]) == (short, said)


def test_instalments_tell_paid_from_overdue_from_not_yet_due():
    frame = pd.DataFrame(
        {
            "seq": [1, 2, 3],
            "due_on": pd.to_datetime(["2024-01-31", "2024-02-29", "2024-03-31"]),
            "paid": [100.0, 40.0, 0.0],
            "unpaid": [0.0, 60.0, 100.0],
        }
    )
    figure = loan_charts.instalments(frame, date(2024, 3, 31))
    paid, late, coming = traces(figure)
    assert list(paid.y) == [100, 40, 0]
    # What is due on the day itself is not overdue (R-DPD-1).
    assert list(late.y) == [0, 60, 0]
    assert list(coming.y) == [0, 0, 100]
    assert late.marker.pattern.shape


def test_recorded_stands_beside_recomputed_with_a_sign_of_its_own():
    frame = pd.DataFrame(
        {
            "month_end": pd.to_datetime(["2024-01-31", "2024-02-29"]),
            "days_past_due": [0, 29],
            "dpd_recorded": [0, None],
            "class_floor": [1, 2],
            "class_booked": [1, 1],
        }
    )
    for figure in (loan_charts.past_due(frame), loan_charts.classes(frame)):
        recomputed, recorded = traces(figure)
        assert (recomputed.name, recorded.name) == ("Recomputed", "Recorded")
        assert recorded.marker.symbol == "circle-open"
    assert list(loan_charts.classes(frame).layout.yaxis.ticktext)[1] == "Special mention"


def _end(x: str, value: float) -> charts.End:
    return charts.End(x, value, f"{value:.2%}", "#000000")


def test_figures_at_the_ends_of_lines_do_not_cover_each_other():
    ends = [_end("b", value) for value in (0.0334, 0.0281, 0.2, 0.2)]
    placed = charts.line_ends([*ends, _end("a", 0.1)], "b", 0.0, 0.4, LIGHT)
    # Two that end in one point are told once; one that ended before stands above its own end.
    assert [each["text"] for each in placed] == ["2.81%", "3.34%", "20.00%", "10.00%"]
    levels = [each["ay"] for each in placed[:3]]
    assert levels[1] - levels[0] >= 0.4 * charts.LINE * 0.999
    assert levels[0] < 0.0281 < 0.0334 < levels[1], "each as near to its line as the other"
    assert levels[2] == pytest.approx(0.2)
    assert (placed[3]["x"], placed[3]["showarrow"]) == ("a", False)
    low = charts.line_ends([_end("b", 0.0), _end("b", 0.001)], "b", 0.0, 0.4, LIGHT)
    assert low[0]["ay"] == 0.0


@pytest.mark.parametrize(
    ("low", "high", "unit", "said"),
    [
        (0.0, 67.15e6, "money", ["0", "20 M", "40 M", "60 M"]),
        (0.0, 0.0011, "ratio", [f"0.{n:02}%" for n in range(0, 11, 2)]),
        (0.0, 0.3, "ratio", ["0%", "10%", "20%", "30%"]),
        (-12.0, 12.0, "count", ["-10", "-5", "0", "5", "10"]),
        (0.0, 1.0, "count", ["0", "1"]),
        (0.0, 6.5e6, "money", ["0", "2 M", "4 M", "6 M"]),
    ],
)
def test_the_marks_of_an_axis_are_round_and_no_two_read_alike(low, high, unit, said):
    assert charts.scale(low, high, unit)["ticktext"] == said


def test_a_bar_that_stands_alone_is_no_block():
    one: Any = charts.bars(BUCKET.head(1), "balance", "bucket", horizontal=True)
    assert one.data[0].width * (one.layout.height - 36) <= charts.THICK + 1
    assert one.layout.height < charts.HEIGHT
    upright: Any = charts.bars(BUCKET.head(1), "balance", "bucket")
    assert upright.data[0].width <= 0.1


def test_a_heat_map_says_what_its_depth_means():
    frame = pd.DataFrame({"branch": ["A", "B"], "bucket": ["1-30", "31-60"], "n": [0.1, 0.2]})
    ratios = heat(frame, "branch", "bucket", "n", order=BUCKETS[1:])
    amounts = heat(frame, "branch", "bucket", "n", "money", order=BUCKETS[1:])
    assert [cell["depth"] for cell in ratios["data"]["values"]] == [0.5, 1.0]
    assert [cell["depth"] for cell in amounts["data"]["values"]] == [1.0, 1.0]
    assert "largest of all" in ratios["usermeta"]["depth"]
    assert "largest of its column" in amounts["usermeta"]["depth"]


def test_flows_have_two_bars_and_a_line():
    frame = pd.DataFrame(
        {
            "month_end": pd.to_datetime(["2024-01-31"]),
            "opened": [5],
            "closed": [3],
            "backlog": [9],
        }
    )
    assert [trace.type for trace in traces(charts.flows(frame))] == ["bar", "bar", "scatter"]


def test_nothing_to_show_is_a_picture_without_marks():
    empty = BUCKET.iloc[:0]
    assert not len(traces(charts.bars(empty, "balance", "bucket", order=BUCKETS))[0].x)


def test_the_words_of_a_picture_hold_its_figures():
    said = drill.described(BUCKET, "Balance", "balance", "bucket", "money")
    assert said == "Balance. 61-90 3.00 M; 1-30 1.00 M; 31-60 2.00 M"
    assert not re.search("nan", said)


# --- Clicks ---


def _event(*points: dict) -> SimpleNamespace:
    return SimpleNamespace(selection=SimpleNamespace(points=list(points)))


def test_a_click_leads_to_what_was_drawn():
    codes = clicked(_event({"customdata": ["2024-03-31", "1-30"]}))
    known = [["2024-02-29", "2024-03-31"], list(BUCKETS)]
    target = drill_target(codes, ["as_of", "bucket"], known, metric="balance", part="numerator")
    assert target == {
        "metric": "balance",
        "part": "numerator",
        "as_of": "2024-03-31",
        "bucket": "1-30",
    }


@pytest.mark.parametrize(
    "point",
    [{"customdata": "South"}, {"customdata": ["1-30", "x"]}, {"customdata": None}, {}],
)
def test_a_made_up_point_leads_nowhere(point):
    assert drill_target(clicked(_event(point)), ["bucket"], [["1-30"]]) is None


def test_no_click_leads_nowhere():
    assert clicked(_event()) is None
    assert clicked(None) is None
    assert drill_target(None, ["bucket"], [["1-30"]]) is None


def test_a_cell_gives_its_row_and_column():
    event = SimpleNamespace(selection={"cell": [{"row_code": "North", "column_code": "1-30"}]})
    assert clicked_cell(event) == ["North", "1-30"]
    assert clicked_cell(SimpleNamespace(selection={"cell": []})) is None


# --- The parts of a change ---


def shift_of(metric: Metric, rows: int = 3) -> Shift:
    """A change of so many branches, one of which fell."""
    added = [0.01 * (rows - place) for place in range(rows - 1)] + [-0.02]
    parts = pd.DataFrame(
        {
            "branch": [f"B{place}" for place in range(rows)],
            "mix": [0.001] * rows,
            "rate": [each - 0.001 for each in added],
            "added": added,
        }
    )
    return Shift(metric, date(2024, 1, 31), ("branch",), 0.01, 0.02, parts)


def test_a_split_has_mix_and_rate_side_by_side_with_codes_to_click():
    figure = split_charts.split(shift_of(PAR30))
    rate, mix = traces(figure)
    assert (rate.name, mix.name) == ("got worse or better", "mix of the book")
    assert list(rate.x + mix.x) == pytest.approx([3, 2, -2])
    assert figure.layout.xaxis.title.text == "Adds to the change, pp"
    assert "%" not in figure.layout.xaxis.tickformat
    assert [list(each) for each in rate.customdata] == [["B0"], ["B1"], ["B2"]]
    assert mix.marker.pattern.shape == "/"  # told apart without colour
    assert figure.layout.barmode == "relative"


def test_an_amount_has_one_bar_with_its_label():
    (bar,) = traces(split_charts.split(shift_of(BALANCE)))
    assert bar.textposition == "outside"
    assert bar.text[2].startswith("-")


def test_a_split_shows_the_largest_parts_whichever_way_they_went():
    moved = shift_of(PAR30, 40)
    drawn = split_charts.drawn(moved, 12)
    assert len(drawn) == 12
    rest = moved.parts.drop(drawn.index)["added"].abs()
    assert drawn["added"].abs().min() >= rest.max()
    assert drawn.index.is_monotonic_increasing
