"""Who needs help, what more people change, what breaks next: worked cases and the demo book."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from queries import reports, workload_answers
from queries.warehouse import Scope
from queries.workload_answers import (
    Lines,
    answering,
    clearing,
    grows,
    most_sent_back,
    needs,
    relief,
)
from tests.opened import person, plain
from tests.served import serve
from tests.test_cases import PASSED, Desk
from ui import workload_answers as shown_answers

READS = (
    *("scoped_workload", "scoped_case_stays_on"),
    *("book_capacity_terms", "book_departments", "book_working_days"),
)
LINES = Lines(overload=0.85, late=0.1)
HOURS = 20.67 * 8 * 0.85 * 0.9
"""What one person gives to cases in a month of 2025."""


def queue(**columns) -> dict:
    usual = {
        **{"department_id": "legal", "case_type": "x", "backlog": 180, "came": 1080, "went": 1260},
        **{"days": 90, "minutes": 30.0 * 1260, "timed_cases": 1260, "case_hours": HOURS},
    }
    return usual | columns


def department(**columns) -> dict:
    usual = {
        **{"department_id": "legal", "utilisation": 0.5, "staffing_gap": -1.0, "people": 8},
        **{"sla_breach_rate_due": 0.05, "department": "Legal", "department_zh": "法律部"},
    }
    return usual | columns


# --- What more people would change ---


def test_w25_a_backlog_of_180_clears_in_90_days():
    """Twelve a day come and fourteen go; two people more close 2 × 126.5 h in a month at 30 min."""
    now, then = clearing(pd.DataFrame([queue()]), 2)
    assert now == pytest.approx(90)
    assert then == pytest.approx(180 / (2 + 2 * HOURS * 2 / (365 / 12)))


@pytest.mark.parametrize(
    ("came", "more", "cleared"), [(1350, 2, (False, True)), (1350, 0, (False, False))]
)
def test_what_grows_clears_only_with_people_enough(came, more, cleared):
    found = clearing(pd.DataFrame([queue(came=came)]), more)
    assert tuple(days is not None for days in found) == cleared


def test_where_nothing_is_open_nothing_is_said_of_clearing():
    row = pd.Series(department())
    idle = relief(row, pd.DataFrame([queue(backlog=0)]), 2)
    (told,) = shown_answers._relief(row, idle)
    assert "hours in use go from 50.00% to 40.00%" in told[0] and "clear" not in told[0]
    row = pd.Series(department(utilisation=float("nan")))
    nobody = relief(row, pd.DataFrame([queue(backlog=0)]), 2)
    assert not list(shown_answers._relief(row, nobody))


def test_what_clears_within_the_day_is_not_told_of_in_parts_of_it():
    row = pd.Series(department())
    (told,) = shown_answers._relief(row, relief(row, pd.DataFrame([queue(backlog=1)]), 2))
    assert told[0].endswith("; more people would not be noticed")


def test_hours_in_use_spread_over_more_people():
    row = pd.Series(department(utilisation=0.9, people=8))
    found = relief(row, pd.DataFrame([queue()]), 2)
    assert (found.use_now, found.use_then) == (0.9, pytest.approx(0.72))


# --- Who needs help ---


@pytest.mark.parametrize(
    ("columns", "flow", "shown"),
    [
        ({}, {}, ()),
        ({"utilisation": 0.85, "staffing_gap": 0.9, "sla_breach_rate_due": 0.1}, {}, ()),
        ({"utilisation": 0.86, "staffing_gap": 1.0}, {}, ("overloaded", "short")),
        ({"sla_breach_rate_due": 0.11}, {"came": 1500, "went": 1260}, ("growing", "late")),
        ({"sla_breach_rate_due": float("nan"), "utilisation": float("nan")}, {}, ()),
    ],
)
def test_each_sign_is_beyond_its_line(columns, flow, shown):
    work, queues = pd.DataFrame([department(**columns)]), pd.DataFrame([queue(**flow)])
    (need,) = needs(work, queues, LINES)
    assert need.signs == shown
    assert need.needs_help == (len(shown) >= 2)


def test_who_shows_most_signs_is_first_then_who_misses_most_people():
    work = pd.DataFrame(
        [
            department(department_id="a", staffing_gap=4.0),
            department(department_id="b", staffing_gap=1.0, utilisation=0.9),
            department(department_id="c", staffing_gap=2.0, utilisation=0.9),
        ]
    )
    queues = pd.DataFrame([queue(department_id=each) for each in "abc"])
    found = needs(work, queues, LINES)
    assert [each.department["department_id"] for each in found] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("came", "went", "backlog", "is_growing"),
    [
        (1000, 900, 50, False),  # a tenth of what came
        (1000, 890, 50, True),
        (30, 20, 50, False),  # by chance: two roots of thirty are eleven
        (1000, 800, 9, False),
    ],
)
def test_a_queue_grows_by_over_a_tenth_and_beyond_chance(came, went, backlog, is_growing):
    row = pd.Series({"came": came, "went": went, "backlog": backlog})
    assert grows(row) == is_growing


# --- Who sends back ---


def route(from_id: str, to_id: str, sent: int, returned: int) -> dict:
    names = {"to_department": to_id, "to_department_zh": to_id}
    return {"from_id": from_id, "to_id": to_id, "handed_over": sent, "returned": returned, **names}


def test_who_sends_back_far_more_than_others_is_named_with_the_worst_route():
    routes = [route("a", "b", 40, 18), route("c", "b", 20, 4), route("b", "a", 100, 10)]
    found = most_sent_back(pd.DataFrame(routes))
    assert found is not None
    assert (found["to_id"], found["from_id"]) == ("b", "a")
    assert (found["returned"], found["sent"], found["others"]) == (22, 60, 0.1)


def test_who_sends_back_a_fifth_of_ten_which_is_twice_what_others_do_is_named():
    routes = pd.DataFrame([route("a", "b", 10, 2), route("b", "a", 50, 5)])
    found = most_sent_back(routes)
    assert found is not None and found["to_id"] == "b"


@pytest.mark.parametrize(
    "routes",
    [
        [],
        [route("a", "b", 9, 9)],  # too few to say
        [route("a", "b", 50, 9)],  # under a fifth
        [route("a", "b", 50, 15), route("b", "a", 50, 10)],  # not twice what others do
    ],
)
def test_nobody_is_named_for_sending_back_little(routes):
    columns = list(route("a", "b", 1, 1))
    assert most_sent_back(pd.DataFrame(routes, columns=columns)) is None


# --- Calls ---


def call(**columns) -> dict:
    usual = {
        **{"department_id": "cs", "case_type": "inquiry", "case_grade": "phone", "calls": 300},
        **{"within_seconds": 20.0, "handle_seconds": 300.0, "open_hours": 1.0, "at_once": 29.4},
        **{"one_more": 0.7, "share_asked": 0.8, "department": "", "department_zh": ""},
    }
    return usual | columns


def test_w24_thirty_people_answer_in_time_and_twenty_nine_do_not():
    (line,) = answering(pd.DataFrame([call()]), 1)
    assert (line.load, line.at_once, line.at_once_then, line.enough) == (25, 29, 30, 30)
    assert line.now is not None and line.now.in_time == pytest.approx(0.7388, abs=5e-5)
    assert line.then is not None and line.then.in_time == pytest.approx(0.8209, abs=5e-5)


def test_calls_of_all_levels_load_the_same_people():
    levels = [call(calls=200), call(calls=100, case_grade="text", within_seconds=120.0)]
    (line,) = answering(pd.DataFrame(levels), 1)
    assert (line.load, line.call["case_grade"]) == (25, "phone")


def test_people_who_cannot_carry_the_load_are_no_queue():
    (line,) = answering(pd.DataFrame([call(at_once=25.0)]), 0)
    assert line.now is None and line.enough == 30


# --- The next promise to break ---


@pytest.mark.parametrize(
    ("workdays", "said"),
    [
        (0.0, "13 are due by then (9 late already), and no working day comes before"),
        (2.0, "of 13 due by then (9 late already) 1 can be done, at 0.95 a working day"),
    ],
)
def test_a_queue_that_breaks_on_a_holiday_is_told_without_a_pace(workdays, said):
    queue = {
        **{"department_id": "cs", "department": "Service", "department_zh": "客服部"},
        **{"case_type": "complaint", "breaks_on": date(2026, 1, 1), "workdays": workdays},
        **{"ahead": 13, "late": 9, "can": int(0.95 * workdays), "a_workday": 0.95},
    }
    text, _ = shown_answers._next(pd.DataFrame([queue]))
    assert text.endswith(said)


@pytest.mark.parametrize(
    ("days", "said"),
    [(0.04, "less than a day"), (97.4, "97.4 days"), (4784, "more than two years")],
)
def test_what_hardly_falls_clears_on_no_day(days, said):
    assert shown_answers._time(days) == said


def test_people_who_would_not_be_noticed_are_not_told_of():
    (idle,) = answering(pd.DataFrame([call(calls=3)]), 2)
    (busy,) = answering(pd.DataFrame([call()]), 2)
    assert "more people would not be noticed" in shown_answers._line(idle, 2)[0]
    assert "with 2 more, 30 at once" in shown_answers._line(busy, 2)[0]


def test_the_queue_that_cannot_finish_in_time_breaks_on_its_first_such_day(tmp_path, monkeypatch):
    """One is closed a working day. On 31 December three are open, due on the working Sunday of
    4 January and twice on the 5th: of two that can be done by then, the third is late."""
    desk = Desk()
    for number in range(62):
        opened = pd.Timestamp("2025-10-01") + pd.Timedelta(days=number)
        day = f"{opened:%Y-%m-%d}"
        desk.case(f"D{number}", "complaint", f"{day} 09:00", ("closed", f"{day} 15:00"))
    for number, day in enumerate(("2025-12-20 10:00", "2025-12-21 10:00", "2025-12-21 11:00")):
        desk.case(f"O{number}", "complaint", day)
    serve(desk.built(), tmp_path, reads=READS)
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    scope = Scope(("Main", ""), ("consumer", ""), date(2025, 12, 31))
    (row,) = reports.queues(scope).to_dict("records")
    assert (row["backlog"], row["came"], row["went"]) == (3, 65, 62)
    # From October to December 2025 there are 61 working days.
    assert row["a_workday"] == pytest.approx(62 / 61)
    (found,) = reports.next_breaks(scope).to_dict("records")
    assert f"{found['breaks_on']:%Y-%m-%d}" == "2026-01-05"
    assert (found["ahead"], found["can"], found["late"], found["breaking"]) == (3, 2, 0, 1)


@pytest.mark.parametrize(("letters", "breaks"), [(0, [3]), (1, [2]), (3, [])])
def test_who_has_sent_the_letter_is_no_longer_ahead_of_anybody(
    tmp_path, monkeypatch, letters, breaks
):
    """What is owed of a breach is its letter: a case that goes on after it is in no queue."""
    desk = Desk()
    kind = "breach_pursuit"
    for number in range(62):
        opened = pd.Timestamp("2025-10-01") + pd.Timedelta(days=number)
        day = f"{opened:%Y-%m-%d}"
        desk.case(f"D{number}", kind, f"{day} 09:00", ("closed", f"{day} 15:00"))
    for number in range(3):
        sent = (("letter", "2025-12-25 17:00"),) if number < letters else ()
        desk.case(f"O{number}", kind, "2025-12-25 10:00", *sent)
    serve(desk.built(), tmp_path, reads=READS)
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    scope = Scope(("Main", ""), ("consumer", ""), date(2025, 12, 31))
    assert reports.queues(scope)["backlog"].tolist() == [3]
    assert reports.next_breaks(scope)["ahead"].tolist() == breaks


def test_what_is_late_already_is_worked_first_and_a_queue_that_closed_few_has_no_pace(
    tmp_path, monkeypatch
):
    """As above, with one that was due on the 30th: by the 4th that is what can be done, by the 5th
    that of the 4th too."""
    desk = Desk()
    for number in range(62):
        day = f"{pd.Timestamp('2025-10-01') + pd.Timedelta(days=number):%Y-%m-%d}"
        desk.case(f"D{number}", "complaint", f"{day} 09:00", ("closed", f"{day} 15:00"))
        if number < 9:
            desk.case(f"F{number}", "dispute", f"{day} 09:00", ("closed", f"{day} 15:00"))
    for number in range(3):
        desk.case(f"G{number}", "dispute", "2025-12-03 10:00")  # due on 2 January
    days = ("2025-12-15 10:00", "2025-12-20 10:00", "2025-12-21 10:00", "2025-12-21 11:00")
    for number, day in enumerate(days):
        desk.case(f"O{number}", "complaint", day)
    serve(desk.built(), tmp_path, reads=READS)
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    (found,) = reports.next_breaks(
        Scope(("Main", ""), ("consumer", ""), date(2025, 12, 31))
    ).to_dict("records")
    assert (found["case_type"], f"{found['breaks_on']:%Y-%m-%d}") == ("complaint", "2026-01-04")
    assert (found["ahead"], found["can"], found["late"], found["breaking"]) == (2, 1, 1, 3)


def test_what_is_received_came_and_what_is_handed_on_went(tmp_path, monkeypatch):
    desk = Desk().case("C1", "overdue_case", "2025-01-06 09:00", *PASSED, department="collections")
    desk.book.recorded("L1", "2025-03-31", 10)
    serve(desk.built("2025-03-31"), tmp_path, reads=READS)
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    queues = reports.queues(Scope(("Main", ""), ("consumer", ""), date(2025, 3, 31)))
    columns = ["department_id", "backlog", "came", "went"]
    assert queues[columns].to_numpy().tolist() == [["collections", 0, 1, 1], ["legal", 0, 1, 1]]


# --- The demo book: the sentences name what was planted ---


@pytest.fixture
def truth(demo: Path) -> dict:
    """What was planted in the book."""
    return json.loads((demo / "folder" / "truth.json").read_text(encoding="utf-8"))


def test_the_planted_failures_are_named(demo_scope, opened, truth):
    found = workload_answers.read(demo_scope, 2)
    first, relieved = found.stuck[0]
    assert first["case_type"] == truth["jam"]["case_type"]
    assert relieved is not None
    assert relieved.clear_now is None and relieved.clear_then is not None
    assert found.back is not None and found.back["to_id"] == truth["bouncer"]["department"]
    shown = plain(opened("workload"))
    assert "Document archiving at Business support does not clear: " in shown
    assert "Legal sends back most of what it is sent: " in shown
    assert "breaks its promise next, on 2026-01-" in shown
    assert "2 more people at " in shown


@pytest.mark.parametrize(
    "asked",
    [
        reports.workload_by_department,
        reports.department_signs,
        reports.queues,
        reports.calls,
        reports.next_breaks,
    ],
)
def test_what_is_read_of_one_department_is_its_part_of_all(demo_scope, asked):
    whole = asked(demo_scope)
    for department in whole["department_id"].unique():
        own = whole[whole["department_id"] == department].reset_index(drop=True)
        told = asked(demo_scope, department)
        pd.testing.assert_frame_equal(told, own, check_dtype=False)
    several = asked is not reports.calls  # one department takes calls
    assert whole["department_id"].nunique() > (5 if several else 0)
    assert asked(demo_scope, "nobody").empty


def test_the_signs_of_need_are_those_of_the_workload(demo_scope):
    whole = reports.workload_by_department(demo_scope).sort_values("department_id")
    signs = reports.department_signs(demo_scope)
    pd.testing.assert_frame_equal(signs, whole[list(signs)].reset_index(drop=True))


def test_a_department_is_told_of_itself(demo_scope, opened):
    shown = plain(opened("department", department_id="business_support"))
    assert "In the month to 2025-12-31 Business support " in shown
    assert "Document archiving at Business support does not clear: " in shown
    assert "Legal sends back" not in shown


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("more", ["1", "10"])
def test_the_number_of_people_is_in_the_address(demo_scope, opened, more, language):
    at = opened("workload", person(language=language), more=more)
    said = {"en": {"1": "One more person at ", "10": "10 more people at "}}
    assert said.get(language, {}).get(more, "") in plain(at)


def test_calls_are_told_with_their_people(demo_scope, opened):
    calls = reports.calls(demo_scope)
    assert set(calls["case_grade"]) <= {"phone", "text"} and len(calls)
    shown = plain(opened("department", department_id="customer_service"))
    assert "people at once" in shown and "within 20 seconds" in shown


def test_a_head_is_told_of_other_departments_without_their_people(demo_scope, opened):
    shown = plain(opened("department", person("department_head"), department_id="legal"))
    assert "Legal sends back most of what it is sent" in shown
    assert "the fullest desk" not in shown.lower()
    own = plain(opened("department", person("department_head")))
    assert "the fullest desk" in own.lower()


@pytest.mark.parametrize("department", ["", "asset_management", "customer_service"])
def test_a_branch_without_people_of_head_office_and_nothing_at_all_are_told_too(
    demo_scope, opened, department
):
    """Whoever sees one branch sees cases without the people who do them."""
    page = "department" if department else "workload"
    asked = {"department_id": department} if department else {}
    chosen = opened(page, branch="Kunshan", **asked)
    own = opened(page, person(branches=("Kunshan",)), **asked)
    for shown in (plain(chosen), plain(own)):
        assert "what a part of the book needs of them is not known" in shown
        for of_people in ("more people at ", "people at once, of", "fullest desk", "on it alone"):
            assert of_people not in shown, of_people
        assert "shows no sign of need" not in shown
    found = workload_answers.read(replace(demo_scope, branches=()), 2, department)
    assert not found.needs and found.first is None and found.breaks.empty and not found.calls
