"""The map of hand-overs: which routes it draws, where they run, what it says and what it opens."""

import csv
from itertools import combinations, pairwise, permutations
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from data.organisation import DEFAULTS
from queries import reports
from queries.metrics import BACKLOG, Where, measure
from ui import drill, route_map, routes
from ui.i18n import in_language
from ui.route_charts import LETTERS, flow_map
from ui.route_lanes import HALF, LABEL, NARROW, Arrow, lay_out
from ui.theme import DARK, LIGHT

NOTHING = {"accepted": 20, "returned": 0, "handoff_hours": 1.0, "dwell_days": 1.0, "late_rate": 0.0}


def routed(*rows: tuple[str, str, int], **figures: Any) -> pd.DataFrame:
    """One row per route: from whom, to whom, how often, and figures as they come."""
    found = [
        NOTHING | {"from_id": giver, "to_id": taker, "handed_over": sent, "figure": 0.5}
        for giver, taker, sent in rows
    ]
    frame = pd.DataFrame(found)
    ends = frame["from_id"] + ":" + frame["to_id"]
    return frame.assign(route=ends, told="told of " + ends, **figures)


def many(number: int, arrows: int) -> tuple[list[str], pd.DataFrame]:
    """So many departments, and routes between near and far ones, both ways."""
    order = [f"d{place:02}" for place in range(number)]
    pairs = list(permutations(order, 2))
    step = next(each for each in (7, 11, 13) if len(pairs) % each)
    picked = [pairs[place * step % len(pairs)] for place in range(min(arrows, len(pairs)))]
    sent = [1000 // (place + 1) for place in range(len(picked))]
    return order, routed(*((a, b, n) for (a, b), n in zip(picked, sent, strict=True)))


def held(order: list[str]) -> pd.DataFrame:
    """Departments with what they hold."""
    cases = [10.0 * place for place in range(len(order))]
    frame = pd.DataFrame({"department_id": order, "department": order, "backlog": cases})
    return frame.assign(told="told of a department")


def words(figure: Any) -> list[str]:
    """What stands on the departments of a map."""
    (text,) = (each for each in figure.data if each.type == "scatter" and each.mode == "text")
    return list(text.text)


SIZES = [(2, 1), (2, 2), (3, 6), (13, 24), (20, 24)]


@pytest.fixture(params=SIZES, ids=str)
def laid(request):
    """Departments in their order, the places they have, the arrows, and the routes."""
    order, drawn = many(*request.param)
    labels = [f"{sent:,} · 12%" for sent in drawn["handed_over"]]
    return order, *lay_out(order, drawn, labels), drawn


def span(arrow: Arrow) -> tuple[float, float]:
    """From where to where along the list an arrow runs."""
    return min(arrow.start, arrow.end), max(arrow.start, arrow.end)


# --- Where arrows run ---


def test_an_arrow_leaves_its_giver_and_arrives_at_its_taker(laid):
    _, nodes, arrows, drawn = laid
    assert [arrow.route for arrow in arrows] == drawn["route"].tolist()
    for arrow, row in zip(arrows, drawn.to_dict("records"), strict=True):
        giver, taker = nodes[row["from_id"]], nodes[row["to_id"]]
        assert giver.top <= arrow.start <= giver.bottom
        assert (
            taker.top <= arrow.end - arrow.head / 4 and arrow.end + arrow.head / 4 <= taker.bottom
        )


def test_departments_stand_in_their_order_and_apart(laid):
    order, nodes, *_ = laid
    assert list(nodes) == order
    for upper, lower in pairwise(order):
        assert nodes[upper].bottom < nodes[lower].top


def test_down_runs_on_the_right_and_up_on_the_left(laid):
    _, _, arrows, _ = laid
    for arrow in arrows:
        assert arrow.side == (1 if arrow.end > arrow.start else -1)
        # No arrow crosses a department: all its way lies beside the list.
        assert all(abs(x) > HALF for x, _ in arrow.places)


def test_no_two_arrows_lie_upon_each_other(laid):
    _, _, arrows, _ = laid
    for one, other in combinations(arrows, 2):
        if one.side != other.side:
            continue
        (top, bottom), (above, below) = span(one), span(other)
        if top < below and above < bottom:
            assert abs(one.out - other.out) * NARROW > (one.width + other.width) / 2
        ends = {one.start, one.end} & {other.start, other.end}
        assert not ends


def test_arrows_of_one_department_do_not_cross():
    drawn = routed(("a", "c", 9), ("b", "c", 9), ("c", "d", 9), ("c", "e", 9))
    _, arrows = lay_out(list("abcde"), drawn, ["9"] * 4)
    far, near, short, long = arrows
    # From above the near one arrives first and inside; below it is the other way about.
    assert near.end < far.end < long.start < short.start
    assert near.out < far.out and short.out < long.out


def test_no_label_covers_another_or_a_department_or_leaves_the_picture(laid):
    _, _, arrows, _ = laid
    for arrow in arrows:
        assert abs(arrow.box.x) - arrow.box.half > HALF * NARROW
        assert abs(arrow.box.x) + arrow.box.half <= NARROW
        top, bottom = span(arrow)
        assert top <= arrow.box.y <= bottom
    for one, other in combinations(arrows, 2):
        assert not one.box.over(other.box)


def test_the_more_was_sent_the_wider(laid):
    _, _, arrows, drawn = laid
    by_sent = drawn["handed_over"].rank().tolist()
    assert pd.Series([arrow.width for arrow in arrows]).rank().tolist() == by_sent
    assert len({arrow.head for arrow in arrows}) == len({arrow.width for arrow in arrows})


def test_a_department_is_as_high_as_its_arrows_need():
    order = list("abcdefghij")
    hub = routed(*((each, "j", 50) for each in order[:-1]))
    nodes, arrows = lay_out(order, hub, ["50"] * 9)
    ends = sorted(arrow.end for arrow in arrows)
    assert nodes["j"].bottom - nodes["j"].top > 2 * (nodes["a"].bottom - nodes["a"].top)
    assert min(b - a for a, b in pairwise(ends)) > 0.62 * arrows[0].head


# --- What the picture holds ---


def drawn_map(drawn: pd.DataFrame, order: str = "abc", unit: str = "ratio", **looks: Any) -> Any:
    """The figure of a few departments."""
    return flow_map(held(list(order)), drawn, unit, **looks)


FEW = routed(("a", "b", 1200), ("b", "a", 300), ("a", "c", 12), figure=[0.1, 0.4, float("nan")])


def test_each_route_has_an_arrow_with_its_volume_and_its_figure_in_words():
    figure = drawn_map(FEW)
    assert len(figure.layout.shapes) == 3
    assert [each.text for each in figure.layout.annotations] == ["1,200 · 10%", "300 · 40%", "12"]
    widths = [shape.line.width for shape in figure.layout.shapes]
    assert widths == sorted(widths, reverse=True)
    assert [shape.line.dash for shape in figure.layout.shapes] == ["solid", "solid", "dot"]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_higher_the_figure_the_stronger_the_colour(palette):
    colours = [shape.line.color for shape in drawn_map(FEW, palette=palette).layout.shapes]
    assert colours[1] == palette.steps[-1]
    assert palette.steps.index(colours[2]) < palette.steps.index(colours[0])


def test_figures_that_are_all_nothing_or_unknown_are_drawn():
    for figures in (0.0, float("nan")):
        assert len(drawn_map(FEW.assign(figure=figures)).layout.shapes) == 3


def test_a_named_route_is_bold_and_what_stands_alone_leaves_the_others_pale():
    named = drawn_map(FEW, bold=["b:a"]).layout.annotations
    assert [each.text for each in named] == ["1,200 · 10%", "<b>300 · 40%</b>", "12"]
    assert named[1].borderwidth > named[0].borderwidth
    alone = drawn_map(FEW, alone=["b:a"]).layout
    assert [each.text for each in alone.annotations] == ["300 · 40%"]
    assert [shape.line.color == LIGHT.faint for shape in alone.shapes] == [True, False, True]


def click(figure: Any, code: str) -> list[Any] | None:
    """What a click on a mark with this code says."""
    marks = [trace for trace in figure.data if code in (trace.customdata or ())]
    assert marks
    point = {"customdata": code}
    return drill.clicked(SimpleNamespace(selection=SimpleNamespace(points=[point])))


def test_a_click_on_an_arrow_is_its_route_and_one_on_a_department_its_code():
    figure = drawn_map(FEW)
    routes_, departments = [FEW["route"].tolist()], [list("abc")]
    for route in FEW["route"]:
        codes = click(figure, route)
        assert drill.drill_target(codes, ["route"], routes_) == {"route": route}
        assert drill.drill_target(codes, ["department_id"], departments) is None
    codes = click(figure, "b")
    assert drill.drill_target(codes, ["route"], routes_) is None
    assert drill.drill_target(codes, ["department_id"], departments) == {"department_id": "b"}


def test_under_a_label_a_pointer_meets_its_own_arrow_only(laid):
    order, *_, drawn = laid
    figure: Any = flow_map(held(order), drawn, "ratio")
    (touched,) = (each for each in figure.data if each.customdata and ":" in each.customdata[0])
    told = dict(zip(drawn["route"], drawn["told"], strict=True))
    assert set(touched.customdata) == set(told)
    for code, said in zip(touched.customdata, touched.hovertext, strict=True):
        assert said == told[code]
    _, labelled = lay_out(order, drawn, [each.text for each in figure.layout.annotations])
    for arrow in labelled:
        box = arrow.box
        under = [
            code
            for code, x, y in zip(touched.customdata, touched.x, touched.y, strict=True)
            if abs(x * NARROW - box.x) < box.half and abs(y - box.y) < LABEL / 2
        ]
        assert set(under) == {arrow.route}


def test_departments_tell_what_they_hold_and_their_bar_is_as_long():
    figure = drawn_map(FEW, chosen="b")
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [list(bar.customdata) for bar in bars] == [list("abc")] * 2
    parts = list(bars[0].x)
    assert parts[0] == 0 and parts[1] == pytest.approx(parts[2] / 2)
    assert parts[2] == pytest.approx(2 * HALF)
    assert words(figure) == ["a<br>0 open", "b<br>10 open", "c<br>20 open"]
    edges = list(bars[1].marker.line.color)
    assert edges[1] == LIGHT.ink and edges[0] == edges[2] == LIGHT.faint


def test_the_names_of_the_organisation_have_room_and_a_longer_one_is_cut():
    with (DEFAULTS / "departments.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    long = "Department of everything that nobody else would have"
    for word in (*(row["name"] for row in rows), *(row["name_zh"] for row in rows), long):
        places = held(["a", "b"]).assign(department=[word, "b"])
        shown = words(flow_map(places, routed(("a", "b", 9)), "ratio"))[0].split("<br>")[0]
        assert shown == (f"{long[: LETTERS - 1]}…" if word == long else word)


def test_the_map_speaks_the_readers_language():
    with in_language("zh"):
        assert words(drawn_map(FEW))[1] == "b<br>在办 10 件"


# --- Which routes it draws ---


def test_the_fewest_routes_that_carry_the_share_are_drawn():
    frame = routed(("a", "b", 50), ("a", "c", 30), ("b", "c", 10), ("c", "a", 5), ("c", "b", 5))
    assert route_map.largest(frame, 0.8)["route"].tolist() == ["a:b", "a:c"]
    assert route_map.largest(frame, 0.81)["route"].tolist() == ["a:b", "a:c", "b:c"]
    # Of two that are alike the order of their names decides, whatever their order was.
    assert route_map.largest(frame[::-1], 0.95)["route"].tolist()[-1] == "c:a"
    assert len(route_map.largest(frame, 1.0)) == 5


def test_no_more_of_the_largest_are_drawn_than_can_be_followed():
    _, frame = many(13, 90)
    assert len(route_map.largest(frame.assign(handed_over=20), 1.0)) == route_map.MOST


def test_a_route_with_few_hand_overs_has_no_figure_and_is_not_the_highest():
    sent = [100, 90, 80, 70, routes.LEAST, routes.LEAST - 1]
    pairs = [("a", "b"), ("b", "a"), ("a", "c"), ("c", "a"), ("b", "c"), ("c", "b")]
    frame = routed(*((a, b, n) for (a, b), n in zip(pairs, sent, strict=True)))
    frame = frame.assign(late_rate=[0.1, 0.2, 0.1, 0.05, 0.6, 0.9])
    told = route_map.figured(frame, "late_rate")
    assert told["figure"].tolist()[:5] == [0.1, 0.2, 0.1, 0.05, 0.6]
    assert pd.isna(told["figure"].iloc[5])
    assert route_map.highest(told)["route"].tolist() == ["b:c", "b:a", "a:b"]


@pytest.mark.parametrize("value", ["handoff_hours", "dwell_days"])
def test_a_median_is_told_of_as_many_accepted_as_the_sentence_asks_for(value):
    frame = routed(("a", "b", 30), ("b", "a", 30)).assign(
        accepted=[routes.LEAST, routes.LEAST - 1], handoff_hours=[2.0, 9.0], dwell_days=[2.0, 9.0]
    )
    told = route_map.figured(frame, value)
    assert told["figure"].iloc[0] == 2.0 and pd.isna(told["figure"].iloc[1])
    assert routes.slowest(frame)["route"].tolist() == ["a:b"]


def test_what_the_sentence_names_and_what_was_picked_is_on_the_map():
    rows = [("a", "b", 900), ("a", "c", 20), ("b", "c", 19), ("c", "b", 18), ("b", "a", 17)]
    frame = routed(*rows).assign(
        handoff_hours=[1.0, 9.0, 1.0, 2.0, 0.5], dwell_days=[1.0, 1.0, 30.0, 1.0, 0.5]
    )
    frame = frame.assign(late_rate=[0.5, 0.5, 0.5, 0.1, 0.0])
    shown = route_map.drawn(frame, "late_rate")["route"].tolist()
    assert shown == ["a:b", "a:c", "b:c", "c:b"]
    assert "b:a" in route_map.drawn(frame, "late_rate", picked=["b:a"])["route"].tolist()
    assert route_map.carried(frame[:1], frame) == pytest.approx(900 / 974)


@pytest.mark.parametrize("period", routes.PERIODS)
@pytest.mark.parametrize("shown", route_map.SHOWN)
def test_the_map_of_the_demo_carries_its_share_and_can_be_followed(demo_scope, period, shown):
    frame = routes.read(routes.asked(demo_scope, period))
    drawn = route_map.drawn(frame, shown)
    assert set(routes.named(frame)["route"]) <= set(drawn["route"])
    assert len(drawn) <= route_map.MOST + route_map.FIRST + 5
    full = len(route_map.largest(frame, route_map.SHARE)) == route_map.MOST
    assert full or route_map.carried(drawn, frame) >= route_map.SHARE
    assert drawn["handed_over"].is_monotonic_decreasing


@pytest.mark.parametrize("case_type", ["", "overdue_handoff"])
def test_departments_of_the_map_hold_the_open_cases_and_what_was_sent(demo_scope, case_type):
    wanted = routes.asked(demo_scope, "year", case_type)
    frame = routes.read(wanted)
    found = route_map.departments(wanted, frame)
    total = reports.handed_totals(demo_scope, wanted.since, case_type).iloc[0]
    assert found["sent"].sum() == found["received"].sum() == total["handed_over"]
    assert found["waiting"].sum() == total["open"]
    for place in found.to_dict("records"):
        given = frame[frame["from_id"] == place["department_id"]]
        taken = frame[frame["to_id"] == place["department_id"]]
        assert (place["sent"], place["received"]) == (
            given["handed_over"].sum(),
            taken["handed_over"].sum(),
        )
        assert place["waiting"] == taken["open"].sum()
    where: Where = (("case_type", case_type),) if case_type else ()
    assert found["backlog"].sum() == measure(demo_scope, BACKLOG, where=where)[BACKLOG.id].item()
    order = reports.departments(demo_scope.build)["department_id"].tolist()
    assert found["department_id"].tolist() == [
        each for each in order if each in set(found["department_id"])
    ]


def test_a_department_that_the_book_does_not_name_is_on_the_map_last(demo_scope):
    wanted = routes.asked(demo_scope, "year")
    frame = routes.read(wanted)
    odd = frame.head(1).assign(to_id="elsewhere", route="credit_risk:elsewhere", open=0)
    found = route_map.departments(wanted, pd.concat([frame, odd]))
    assert found["department"].tolist()[-1] == "elsewhere"
