"""The map of hand-overs: sent is accepted, returned and open, on any date; its page, its rights."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from queries import reports
from queries.warehouse import ask
from tests.opened import person, plain
from tests.test_cases import Desk
from ui import formats, route_map, routes

pytestmark = pytest.mark.usefixtures("demo_scope")
HALVES = ("accepted", "returned", "open")


@pytest.mark.parametrize("day", ["2024-06-30", "2025-03-31", "2025-12-31"])
@pytest.mark.parametrize("period", routes.PERIODS)
def test_sent_is_accepted_returned_and_open_on_every_route_and_in_all(demo_scope, period, day):
    scope = replace(demo_scope, as_of=date.fromisoformat(day))
    wanted = routes.asked(scope, period)
    frame = reports.handoffs(scope, wanted.since)
    assert len(frame) > 5
    assert (frame[list(HALVES)].sum(axis=1) == frame["handed_over"]).all()
    total = reports.handed_totals(scope, wanted.since).iloc[0]
    for column in ("handed_over", "late", *HALVES):
        assert total[column] == frame[column].sum()
    (sent,) = ask(
        "select count(*) as n from scoped_hand_overs($branches, $products) "
        "where sent_on > $since and sent_on <= $as_of",
        scope,
        since=wanted.since,
    )["n"]
    assert total["handed_over"] == sent


def test_the_types_of_cases_add_up_to_the_whole(demo_scope):
    kinds = reports.handed_types(demo_scope)
    assert kinds["handed_over"].sum() == reports.handed_totals(demo_scope)["handed_over"].item()
    for kind, number in kinds.itertuples(index=False):
        assert reports.handoffs(demo_scope, case_type=kind)["handed_over"].sum() == number


@pytest.mark.parametrize("state", routes.ANSWERS)
def test_a_route_lists_as_many_hand_overs_as_it_counts(demo_scope, state):
    frame = reports.handoffs(demo_scope).head(8)
    for row in frame.to_dict("records"):
        listed = reports.handed_cases(
            demo_scope, row["from_id"], row["to_id"], state=state, limit=1000
        )
        assert len(listed) == row[routes.COUNTS.get(state, state)]
        assert listed["sent_at"].is_monotonic_decreasing


def test_a_hand_over_names_who_has_the_case_now(demo_scope):
    (astray,) = ask(
        """select count(*) as n from scoped_hand_overs($branches, $products) as sent
        left join scoped_cases($branches, $products) as cases on sent.case_id = cases.case_id
        where cases.department_id is distinct from sent.holder_id""",
        demo_scope,
    )["n"]
    assert astray == 0


def test_what_is_answered_later_is_open_and_waits_on_the_date():
    """Sent on a Monday at 10:00, one working day allowed, accepted on the Wednesday at 11:00."""
    sent = ("sent", "2025-03-03 10:00", {"to_department": "collections"})
    book = Desk().case("C1", "legal_support", "2025-03-03 09:00", sent).case(
        "C2", "legal_support", "2025-03-03 09:00", sent, ("accepted", "2025-03-05 11:00")
    )  # fmt: skip
    built = book.built("2025-03-31")
    on = "scoped_hand_overs_on(['', 'Main'], ['', 'consumer'], date '{}')"
    ask_ = "select case_id, outcome, wait_minutes / 60.0, is_late from {} order by 1"
    for day, second in (
        ("2025-03-03", ("open", 6.5, False)),
        ("2025-03-04", ("open", 14.5, True)),
        ("2025-03-05", ("accepted", 17.0, True)),
    ):
        first, other = built.rows(ask_.format(on.format(day)))
        assert other == ("C2", second[0], pytest.approx(second[1]), second[2])
        assert first[1] == "open"
    # Office hours are 8:30 to 18:00 less an hour and a half: six and a half on the Monday.
    assert built.rows(ask_.format(on.format("2025-03-05")))[0][2:] == (pytest.approx(22.5), True)


def test_the_slowest_and_the_most_returned_routes_are_named(demo_scope, opened):
    wanted = routes.asked(demo_scope, "year")
    frame = routes.read(wanted)
    slow = routes.slowest(frame)
    often = frame[frame["accepted"] >= routes.LEAST]
    assert slow["handoff_hours"].iloc[0] == often["handoff_hours"].max()
    text = plain(opened("handovers"))
    for _, row in slow.iterrows():
        assert f"{row['giver']} → {row['taker']} (" in text
    assert routes.ranked(frame)["route"].tolist()[:3] == slow["route"].tolist()
    (back,) = routes.most_returned(frame)["to_department"]
    assert back == "Legal"  # planted: it sends half of it back


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("shown", ["handed_over", "handoff_hours", "late_rate", "bounce_rate"])
@pytest.mark.parametrize("period", routes.PERIODS)
def test_every_table_of_all_pairs(opened, shown, period, language):
    whose = person(language=language)
    at = opened("handovers", whose, view="pairs", shown=shown, period=period)
    assert len(at.get("vega_lite_chart")) == 1 and not at.get("plotly_chart")
    assert len(at.subheader) == 2
    assert len(at.dataframe) == 2


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("shown", route_map.SHOWN)
@pytest.mark.parametrize("period", ["year", "month"])
def test_every_view_of_the_map(opened, shown, period, language):
    at = opened("handovers", person(language=language), shown=shown, period=period)
    assert len(at.get("plotly_chart")) == 1 and not at.get("vega_lite_chart")
    assert len(at.subheader) == 2
    assert len(at.dataframe) == 2


def test_the_map_tells_how_many_of_the_routes_it_shows(opened, demo_scope):
    frame = routes.read(routes.asked(demo_scope, "year"))
    drawn = route_map.drawn(frame, "late_rate")
    share = formats.percent(route_map.carried(drawn, frame))
    told = f"{len(drawn)} of {len(frame)} routes with {share} of the hand-overs"
    assert len(drawn) < len(frame)
    assert told in plain(opened("handovers"))


def test_a_department_keeps_what_it_sent_and_was_sent(opened, demo_scope):
    whole = routes.read(routes.asked(demo_scope, "all"))
    own = routes.read(routes.asked(demo_scope, "all", department="legal"))
    mine = whole[(whole["from_id"] == "legal") | (whole["to_id"] == "legal")]
    assert own.equals(mine.reset_index(drop=True))
    total = reports.handed_totals(demo_scope, department_id="legal")["handed_over"].item()
    assert total == mine["handed_over"].sum() < whole["handed_over"].sum()
    at = opened("handovers", department_id="legal", period="all")
    assert f"Legal made or received {total:,} hand-overs" in plain(at)
    (stated,) = (fact for fact in routes.asked(demo_scope, "all", "", "legal").facts[2:])
    assert stated == ("Department", "Legal")


def test_a_row_of_a_department_opens_the_route_within_it(demo_scope):
    wanted = routes.asked(demo_scope, "month", "overdue_handoff", "legal")
    page, kept = routes.open_route(wanted)(pd.Series({"route": "collections:legal"}))
    asked = {"period": "month", "case_type": "overdue_handoff", "department_id": "legal"}
    assert (page, kept) == ("handovers", {"route": "collections:legal", **asked})


def test_a_department_that_is_not_there_is_ignored(opened):
    assert "departments made" in plain(opened("handovers", department_id="nobody"))


def test_a_route_opens_its_cases(opened):
    at = opened("handovers", route="collections:legal", period="all", answer="returned")
    assert len(at.dataframe) == 3
    assert "hand-overs, the latest first" in plain(at)


@pytest.mark.parametrize(
    ("route", "seen"), [("collections:legal", True), ("default_handling:legal", False)]
)
def test_a_head_sees_the_cases_of_the_own_routes_and_totals_of_others(opened, route, seen):
    at = opened("handovers", person("department_head"), route=route, period="all")
    assert ("hand-overs, the latest first" in plain(at)) == seen
    assert ("you see the totals" in plain(at)) != seen


def test_a_route_that_is_not_there_is_ignored(opened):
    at = opened("handovers", route="nobody:nowhere")
    assert len(at.dataframe) == 2
    assert "nobody:nowhere" in plain(at) or "ignored" in plain(at).lower()


def test_a_case_type_narrows_the_map(opened, demo_scope):
    at = opened("handovers", case_type="overdue_handoff", period="all")
    kinds = reports.handed_types(demo_scope).set_index("case_type")["handed_over"]
    assert f"made {kinds['overdue_handoff']:,} hand-overs" in plain(at)
