"""Cases out of their events: clocks, pauses, stays, hand-overs, and the flows that add up (11)."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from data import organisation
from data.failures import CheckFailed
from queries import reports
from queries.warehouse import Scope
from tests.book import Book
from tests.served import serve

DEPARTMENTS = ("asset_management", "legal", "collections", "customer_service")


# What a load checks of cases; its one loan never changes.
CHECKS = (
    "a_case_is_with_one_department",
    "every_hand_over_is_accepted_returned_or_open",
    "the_backlog_is_what_came_less_what_went",
)


class Desk:
    """A book of cases on the ready service levels and calendars."""

    def __init__(self) -> None:
        self.book = Book().borrower().loan("L1").recorded("L1", "2025-12-31", 10)
        organisation.add_departments(self.book.connection, ())
        organisation.add_levels(self.book.connection)
        self.events = 0

    def case(
        self,
        case_id: str,
        case_type: str,
        opened_at: str,
        *events: tuple[str, str] | tuple[str, str, dict[str, str]],
        department: str = "legal",
        **columns: Any,
    ) -> "Desk":
        row = {"case_id": case_id, "department_id": department, "case_type": case_type}
        self.book.add("cases", **row, opened_at=opened_at, **columns)
        for event, happened_at, *more in events:
            self.events += 1
            told = dict(*more)
            self.book.add(
                "case_events",
                event_id=f"E{self.events:03}",
                case_id=case_id,
                event=event,
                happened_at=happened_at,
                **told,
            )
        return self

    def built(self, as_of: str = "2025-12-31") -> Book:
        book = self.book.build(as_of)
        book.check(*CHECKS)
        return book


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- Clocks ---


@pytest.mark.parametrize(
    ("opened_at", "due_at"),
    [
        ("2025-03-03 10:00", "2025-03-06 10:00"),  # a Monday, three days of eight hours
        ("2025-03-06 10:00", "2025-03-11 10:00"),  # over a weekend
        ("2025-01-24 10:00", "2025-02-05 10:00"),  # a working Sunday, and Spring Festival
        ("2025-03-03 12:30", "2025-03-06 12:00"),  # at noon nobody works
        ("2025-03-01 09:00", "2025-03-05 18:00"),  # a Saturday: from Monday morning on
        ("2025-03-03 23:00", "2025-03-06 18:00"),  # at night
    ],
)
def test_a_working_clock_runs_in_working_hours(opened_at, due_at):
    book = Desk().case("C1", "legal_support", opened_at).built()
    row = book.one("select due_at, clock, is_statutory from marts.cases")
    assert row == (at(due_at), "working", False)


@pytest.mark.parametrize(
    ("grade", "due_at"),
    [
        ("standard", "2025-02-12 23:59:59"),
        ("complex", "2025-02-27 23:59:59"),
        ("special", "2025-03-29 23:59:59"),
    ],
)
def test_a_statutory_clock_counts_every_day_and_nothing_stops_it(grade, due_at):
    desk = Desk().case(
        "C1",
        "complaint",
        "2025-01-28 09:00",
        ("waiting", "2025-01-29 09:00", {"waits_for": "customer"}),
        ("resumed", "2025-02-20 09:00"),
        department="customer_service",
        grade=grade,
    )
    row = desk.built().one("select due_at, clock, is_statutory, paused_minutes from marts.cases")
    assert row == (at(due_at), "calendar", True, 0)


@pytest.mark.parametrize(
    ("waits", "due_at", "paused"),
    [
        # Two working days of waiting move a target of five by two.
        (("2025-03-04 10:00", "2025-03-06 10:00", "customer"), "2025-03-12 10:00", 960),
        # Over a weekend nothing is lost that would have been worked.
        (("2025-03-07 18:00", "2025-03-10 08:30", "customer"), "2025-03-10 10:00", 0),
        # For another department one waits on one's own time.
        (("2025-03-04 10:00", "2025-03-06 10:00", "department"), "2025-03-10 10:00", 0),
        # What began after the target had passed moves it no more.
        (("2025-03-10 14:00", "2025-03-11 14:00", "customer"), "2025-03-10 10:00", 480),
    ],
)
def test_a_wait_for_the_customer_stops_a_clock_that_may_stop(waits, due_at, paused):
    started, ended, waits_for = waits
    desk = Desk().case(
        "C1",
        "borrower_assist",
        "2025-03-03 10:00",
        ("waiting", started, {"waits_for": waits_for}),
        ("resumed", ended),
    )
    assert desk.built().one("select due_at, paused_minutes from marts.cases") == (
        at(due_at),
        paused,
    )


def test_the_law_waits_for_nobody_whatever_a_level_says():
    desk = Desk().case(
        "C1",
        "complaint",
        "2025-01-28 09:00",
        ("waiting", "2025-01-29 09:00", {"waits_for": "customer"}),
        ("resumed", "2025-02-20 09:00"),
        department="customer_service",
    )
    desk.book.connection.execute("update raw.service_levels set is_pausable = true")
    row = desk.built().one("select due_at, paused_minutes from marts.cases")
    assert row == (at("2025-02-12 23:59:59"), 0)


@pytest.mark.parametrize(
    ("case_type", "wait", "risk", "due", "elapsed"),
    [
        # Five days of eight hours from Monday at ten: at risk on Friday at ten.
        ("borrower_assist", None, "2025-03-07 10:00", "2025-03-10 10:00", 7 * 480),
        # Two days for the court move both.
        (
            *("borrower_assist", ("2025-03-04 10:00", "2025-03-06 10:00", "court")),
            *("2025-03-11 10:00", "2025-03-12 10:00", 5 * 480),
        ),
        # What began when it was at risk already moves its end alone.
        (
            *("borrower_assist", ("2025-03-07 10:00", "2025-03-10 10:00", "customer")),
            *("2025-03-07 10:00", "2025-03-11 10:00", 6 * 480),
        ),
        # Thirty days to their end, of which four fifths are 24 days and 11:11.
        ("dispute", None, "2025-03-27 21:11", "2025-04-02 23:59:59", 9 * 1440),
        (
            *("dispute", ("2025-03-04 10:00", "2025-03-06 10:00", "customer")),
            *("2025-03-29 21:11", "2025-04-04 23:59:59", 7 * 1440),
        ),
    ],
)
def test_what_a_wait_stopped_moves_risk_and_target_and_is_not_elapsed(
    case_type, wait, risk, due, elapsed
):
    waits = [("waiting", wait[0], {"waits_for": wait[2]}), ("resumed", wait[1])] if wait else []
    closed = ("closed", "2025-03-12 10:00")
    desk = Desk().case("C1", case_type, "2025-03-03 10:00", *waits, closed)
    row = desk.built().one(
        "select at_risk_at, due_at, elapsed_minutes, is_breached from intermediate.case_clocks"
    )
    assert row == (at(risk), at(due), elapsed, at("2025-03-12 10:00") > at(due))


def test_a_clock_in_hours_runs_through_the_night():
    book = Desk().case("C1", "incident", "2025-03-03 20:00").built()
    assert book.one("select due_at from marts.cases") == (at("2025-03-04 04:00"),)


def test_an_agreed_day_is_the_recorded_one_and_lasts_until_its_end():
    book = Desk().case("C1", "finding", "2025-03-03 10:00", due_at="2025-04-01").built()
    assert book.one("select due_at from marts.cases") == (at("2025-04-01 23:59:59"),)


def test_the_level_of_the_type_leads_over_the_recorded_target():
    book = Desk().case("C1", "legal_support", "2025-03-03 10:00", due_at="2025-06-30").built()
    assert book.one("select due_at from marts.cases") == (at("2025-03-06 10:00"),)


@pytest.mark.parametrize(
    ("closed_at", "elapsed", "late"),
    [("2025-03-06 10:00", 1440, False), ("2025-03-06 10:01", 1441, True)],
)
def test_what_is_done_at_its_target_is_in_time(closed_at, elapsed, late):
    desk = Desk().case("C1", "legal_support", "2025-03-03 10:00", ("closed", closed_at))
    row = desk.built().one("select elapsed_minutes, is_breached from marts.cases")
    assert row == (elapsed, late)


@pytest.mark.parametrize(
    ("opened_at", "due_at", "closed_at", "elapsed", "late"),
    [
        # Due as the office closes: done as it next opens is done in time, a minute later is not.
        ("2025-03-03 08:30", "2025-03-05 18:00", "2025-03-06 08:30", 1440, False),
        ("2025-03-03 08:30", "2025-03-05 18:00", "2025-03-06 08:31", 1441, True),
        # So it is over a weekend, at night and at noon.
        ("2025-03-05 08:30", "2025-03-07 18:00", "2025-03-10 08:30", 1440, False),
        ("2025-03-03 08:30", "2025-03-05 18:00", "2025-03-05 21:00", 1440, False),
        ("2025-03-03 12:30", "2025-03-06 12:00", "2025-03-06 13:00", 1440, False),
        # What has not stopped is late from its target on.
        ("2025-12-29 08:30", "2025-12-31 18:00", None, 1440, True),
    ],
)
def test_what_took_no_more_working_time_than_allowed_is_in_time(
    opened_at, due_at, closed_at, elapsed, late
):
    events = () if closed_at is None else (("closed", closed_at),)
    book = Desk().case("C1", "legal_support", opened_at, *events).built()
    row = book.one("select due_at, elapsed_minutes, is_breached from marts.cases")
    assert row == (at(due_at), elapsed, late)
    counted = (
        "select sum(due_in_month), sum(breached_in_month), sum(closed_late) from marts.workload"
    )
    assert book.one(counted) == (1, int(late), int(late and closed_at is not None))


@pytest.mark.parametrize(
    ("resumed", "elapsed", "late"),
    [("2025-03-12 08:30", 2400, False), ("2025-03-12 08:31", 2401, True)],
)
def test_a_wait_is_no_working_time_that_a_case_took(resumed, elapsed, late):
    waits = (
        ("waiting", "2025-03-04 18:00", {"waits_for": "customer"}),
        ("resumed", "2025-03-06 08:30"),
    )
    desk = Desk().case("C1", "borrower_assist", "2025-03-04 08:30", *waits, ("closed", resumed))
    row = desk.built().one("select due_at, elapsed_minutes, is_breached from marts.cases")
    assert row == (at("2025-03-11 18:00"), elapsed, late)


def test_an_open_case_is_at_risk_from_four_fifths_of_its_time_until_its_target():
    # Ten days from 2025-03-03 10:00: at risk from the 13th on, late from the 17th on.
    for as_of, figures in {
        "2025-03-12": (0, 0),
        "2025-03-13": (1, 0),
        "2025-03-16": (1, 0),
        "2025-03-17": (0, 1),
    }.items():
        book = Desk().case("C1", "terms_adjust", "2025-03-03 10:00").built(as_of)
        row = book.one(
            "select coalesce(sum((risk_from <= ?::date and late_from > ?::date)::int), 0), "
            "coalesce(sum((late_from <= ?::date)::int), 0) from marts.case_stays",
            as_of,
            as_of,
            as_of,
        )
        assert row == figures, as_of


# --- A promise that an event keeps, not the closing ---

LETTER = ("letter", "2025-03-06 10:00")
"""Of a breach opened on Monday 3 March at 10:00 the letter is due on Monday the 10th at 10:00."""


def pursued(*events: tuple[str, str], as_of: str = "2025-03-31") -> Book:
    return Desk().case("C1", "breach_pursuit", "2025-03-03 10:00", *events).built(as_of)


@pytest.mark.parametrize(
    ("events", "elapsed", "late"),
    [
        ((LETTER,), 1440, False),
        ((LETTER, ("closed", "2025-03-21 10:00")), 1440, False),
        ((("letter", "2025-03-10 10:00"),), 2400, False),
        ((("letter", "2025-03-10 10:01"),), 2401, True),
        # The first letter counts, one before the closing.
        ((LETTER, ("letter", "2025-03-20 10:00")), 1440, False),
        ((("closed", "2025-03-12 10:00"), ("letter", "2025-03-13 10:00")), 3360, True),
        # Without one it is held to its closing, and open past its target it is late.
        ((("closed", "2025-03-07 10:00"),), 1920, False),
        ((), 9990, True),
    ],
)
def test_who_pursues_a_breach_is_held_to_the_letter(events, elapsed, late):
    row = "select due_at, elapsed_minutes, is_breached from marts.cases"
    assert pursued(*events).one(row) == (at("2025-03-10 10:00"), elapsed, late)


def test_a_case_opened_again_owes_its_letter_again():
    closed, again = ("closed", "2025-03-07 10:00"), ("reopened", "2025-03-10 10:00")
    book = pursued(LETTER, closed, again, ("letter", "2025-03-18 10:00"))
    told = book.rows(
        "select spell, due_at, fulfilled_at, is_breached from marts.case_stays order by spell"
    )
    assert told == [
        (1, at("2025-03-10 10:00"), at("2025-03-06 10:00"), False),
        (2, at("2025-03-17 10:00"), at("2025-03-18 10:00"), True),
    ]


@pytest.mark.parametrize(
    ("day", "in_time", "late", "never"),
    [
        # At risk from four fifths of its time on, which is Friday the 7th at 10:00.
        ("2025-03-06", (1, 0, 0), (1, 0, 0), (1, 0, 0)),
        ("2025-03-07", (1, 0, 1), (1, 0, 1), (1, 0, 1)),
        ("2025-03-09", (1, 0, 0), (1, 0, 1), (1, 0, 1)),
        ("2025-03-10", (1, 0, 0), (1, 1, 0), (1, 1, 0)),
        ("2025-03-12", (1, 0, 0), (1, 0, 0), (1, 1, 0)),
    ],
)
def test_a_case_whose_letter_has_gone_out_is_open_and_owes_nothing(day, in_time, late, never):
    letters = (("letter", "2025-03-08 10:00"),), (("letter", "2025-03-12 10:00"),), ()
    on = (
        "select (left_day > $1)::int, (late_from <= $1 and fulfilled_day > $1)::int, "
        "(risk_from <= $1 and late_from > $1 and fulfilled_day > $1)::int "
        "from marts.case_stays"
    )
    for letter, figures in zip(letters, (in_time, late, never), strict=True):
        assert pursued(*letter).rows(on, date.fromisoformat(day)) == [figures], letter


@pytest.mark.parametrize(
    ("letter", "as_of", "figures"),
    [
        ("2025-03-08 10:00", "2025-03-31", (1, 0, 0, 1, 0)),
        ("2025-03-12 10:00", "2025-03-31", (1, 0, 0, 1, 1)),
        ("2025-03-12 10:00", "2025-03-11", (1, 1, 0, 1, 1)),
        ("2025-04-02 10:00", "2025-04-30", (1, 1, 0, 1, 1)),
    ],
)
def test_a_month_counts_what_is_owed_at_its_end(letter, as_of, figures):
    """Of the case itself and of the person whose desk it is on; a letter that comes later had not
    come yet."""
    events = ("letter", letter) if letter[:10] <= as_of else None
    book = pursued(*(() if events is None else (events,)), as_of=as_of)
    counted = "select backlog, overdue_open, at_risk, due_in_month, breached_in_month "
    march = "from marts.workload where month_end = date '2025-03-31'"
    assert book.rows(counted + march) == [figures]


def test_who_refers_in_time_and_hands_on_answers_for_it():
    desk = Desk()
    for case_id, referred in {"C1": "2025-03-04 10:00", "C2": "2025-03-20 10:00"}.items():
        desk.case(
            case_id,
            "legal_referral",
            "2025-03-03 10:00",
            ("referral", referred),
            ("sent", "2025-03-21 10:00", {"to_department": "legal"}),
            ("accepted", "2025-03-21 11:00", {"to_department": "legal"}),
            department="collections",
        )
    desk.case(
        "C3",
        "legal_referral",
        "2025-03-03 10:00",
        ("referral", "2025-03-04 10:00"),
        ("sent", "2025-03-05 10:00", {"to_department": "legal"}),
        ("accepted", "2025-03-05 11:00", {"to_department": "legal"}),
        department="collections",
    )
    book = desk.built("2025-03-31")
    rows = book.rows(
        "select case_id, department_id, is_breached from marts.case_stays where is_due_here "
        "order by case_id"
    )
    held = [("C1", "collections", False), ("C2", "collections", True), ("C3", "collections", False)]
    assert rows == held
    assert book.one(
        "select sum(due_in_month), sum(breached_in_month), sum(overdue_open) from marts.workload"
    ) == (3, 1, 0)


def test_the_time_worked_runs_on_to_the_closing():
    """How long a case takes is told from its opening to its closing, whatever was promised."""
    book = pursued(LETTER, ("closed", "2025-03-10 12:00"))
    hours = "select worked_hours from marts.case_times where worked_count = 1"
    assert [float(each) for (each,) in book.rows(hours)] == [42]
    assert book.one("select closed_late, closed_with_target from marts.workload") == (0, 1)


def test_a_wait_after_the_promise_was_kept_stops_nothing():
    """A level that ends with an event may stop while a customer is waited for, until that event."""
    desk = Desk()
    desk.book.connection.execute(
        "update raw.service_levels set ends_with = 'plan' where case_type = 'borrower_assist'"
    )
    desk.case(
        "C1",
        "borrower_assist",
        "2025-03-03 10:00",
        ("waiting", "2025-03-04 10:00", {"waits_for": "customer"}),
        ("resumed", "2025-03-05 10:00"),
        ("plan", "2025-03-06 10:00"),
        ("waiting", "2025-03-07 10:00", {"waits_for": "customer"}),
        ("resumed", "2025-03-10 10:00"),
    )
    row = desk.built("2025-03-31").one(
        "select due_at, paused_minutes, elapsed_minutes, is_breached from marts.cases"
    )
    assert row == (at("2025-03-11 10:00"), 480, 960, False)


# --- Stays and hand-overs ---

PASSED = (
    ("assigned", "2025-01-06 10:00", {"to_staff": "S1"}),
    ("sent", "2025-01-20 10:00", {"to_department": "legal"}),
    ("returned", "2025-01-21 10:00", {"to_department": "collections"}),
    ("sent", "2025-01-22 10:00", {"to_department": "legal"}),
    ("accepted", "2025-02-05 11:00", {"to_department": "legal"}),
    ("assigned", "2025-02-05 11:01", {"to_staff": "S2"}),
    ("closed", "2025-03-03 15:00"),
)


def passed() -> Book:
    return (
        Desk()
        .case("C1", "overdue_case", "2025-01-06 09:00", *PASSED, department="collections")
        .built("2025-03-31")
    )


def test_a_case_stays_with_who_accepted_it():
    stays = passed().rows(
        "select department_id, entered_by, entered_at, left_by, left_at, owner "
        "from marts.case_stays order by stay"
    )
    opened, taken, closed = at("2025-01-06 09:00"), at("2025-02-05 11:00"), at("2025-03-03 15:00")
    assert stays == [
        ("collections", "opened", opened, "handed_on", taken, "S1"),
        ("legal", "received", taken, "closed", closed, "S2"),
    ]


def test_each_time_sent_is_accepted_returned_or_open():
    rows = passed().rows(
        "select from_department_id, to_department_id, outcome, wait_minutes, is_late "
        "from marts.hand_overs order by sent_at"
    )
    # The second waited over Spring Festival: five working days and an hour, of a day allowed.
    assert rows == [
        ("collections", "legal", "returned", 480, False),
        ("collections", "legal", "accepted", 5 * 480 + 60, True),
    ]


def test_flows_per_department_and_month_add_up():
    rows = passed().rows(
        "select month(month_end), department_id, sum(opened), sum(received), sum(handed_on), "
        "sum(closed), sum(backlog), sum(due_in_month), sum(breached_in_month) "
        "from marts.workload group by all order by 1, 2"
    )
    # Due on 5 February at the end of the day: legal has it by then, and closed it late.
    assert rows == [
        (1, "collections", 1, 0, 0, 0, 1, 0, 0),
        (2, "collections", 0, 0, 1, 0, 0, 0, 0),
        (2, "legal", 0, 1, 0, 0, 1, 1, 1),
        # Nothing of its own, but it moved a case in the three months that speeds are told of.
        (3, "collections", 0, 0, 0, 0, 0, 0, 0),
        (3, "legal", 0, 0, 0, 1, 0, 0, 0),
    ]


def test_whose_a_case_was_on_a_day_is_told_though_it_went_to_another_since():
    desk = Desk().case(
        "C1",
        "overdue_case",
        "2025-01-06 09:00",
        ("assigned", "2025-01-06 10:00", {"to_staff": "S1"}),
        ("assigned", "2025-01-20 10:00", {"to_staff": "S2"}),
        ("assigned", "2025-02-03 10:00", {"to_staff": "S3"}),
        ("assigned", "2025-02-03 11:00", {"to_staff": "S1"}),
        department="collections",
    )
    book = desk.built("2025-02-28")
    asked = "select owner from scoped_case_stays_on(['', 'Main'], ['', 'consumer'], date '{}')"
    owners = {
        day: book.rows(asked.format(day))
        for day in ("2025-01-05", "2025-01-06", "2025-01-19", "2025-01-20", "2025-02-02")
    }
    assert owners == {
        "2025-01-05": [],
        "2025-01-06": [("S1",)],
        "2025-01-19": [("S1",)],
        "2025-01-20": [("S2",)],
        "2025-02-02": [("S2",)],
    }
    # On the day itself it was S3's for an hour: at the day's end it is S1's, who still has it.
    assert book.rows(asked.format("2025-02-03")) == [("S1",)]
    assert book.one("select owner from marts.case_stays") == ("S1",)
    desks = "select month_end, staff_id, backlog from marts.desk_months order by 1"
    assert book.rows(desks) == [(date(2025, 1, 31), "S2", 1), (date(2025, 2, 28), "S1", 1)]


def test_the_first_has_a_case_from_its_beginning_and_the_next_from_the_moment_it_is_given():
    desk = Desk().case(
        "C1",
        "overdue_case",
        "2025-01-06 09:00",
        ("assigned", "2025-01-08 10:00", {"to_staff": "S1"}),
        ("assigned", "2025-01-31 10:00", {"to_staff": "S2"}),
        ("sent", "2025-02-03 10:00", {"to_department": "legal"}),
        ("accepted", "2025-02-04 10:00", {"to_department": "legal"}),
        ("assigned", "2025-02-04 10:00", {"to_staff": "S3"}),
        department="collections",
    )
    book = desk.built("2025-02-28")
    asked = "select owner from scoped_case_stays_on(['', 'Main'], ['', 'consumer'], date '{}')"
    assert book.rows(asked.format("2025-01-07")) == [("S1",)]
    stays = book.rows("select department_id, owner from marts.case_stays order by stay")
    assert stays == [("collections", "S2"), ("legal", "S3")]
    # On the last day of January it went from one to the other: it is on one desk at its end.
    desks = "select month_end, staff_id, backlog from marts.desk_months order by 1"
    assert book.rows(desks) == [(date(2025, 1, 31), "S2", 1), (date(2025, 2, 28), "S3", 1)]


def test_what_was_closed_is_not_handed_over_and_what_is_open_is_not_opened_again():
    desk = Desk().case(
        "C1",
        "overdue_case",
        "2025-01-06 09:00",
        ("reopened", "2025-01-07 10:00"),
        ("closed", "2025-01-10 10:00"),
        ("sent", "2025-01-13 10:00", {"to_department": "legal"}),
        ("accepted", "2025-01-14 10:00", {"to_department": "legal"}),
        department="collections",
    )
    stays = desk.book.build("2025-02-28").rows(
        "select department_id, entered_by, left_by from marts.case_stays order by stay"
    )
    assert stays == [("collections", "opened", "closed")]


def test_what_changes_hands_at_its_target_is_due_once_where_it_then_is():
    sent = ("sent", "2025-03-05 10:00", {"to_department": "collections"})
    taken = ("accepted", "2025-03-06 10:00", {"to_department": "collections"})
    book = Desk().case("C1", "legal_support", "2025-03-03 10:00", sent, taken).built()
    rows = book.rows("select department_id, is_due_here from marts.case_stays order by stay")
    assert rows == [("legal", False), ("collections", True)]


def test_a_month_end_ends_the_month_for_what_is_closed_opened_again_or_late_on_it():
    desk = Desk()
    # Closed on the last day of January, and opened again thirty or thirty-one days later.
    for number, again in enumerate(("2025-03-02 10:00", "2025-03-03 10:00")):
        events = (("closed", "2025-01-31 10:00"), ("reopened", again))
        desk.case(f"C{number}", "inquiry", "2025-01-30 09:00", *events)
    # Ten working days are over, or eight of them.
    desk.case("C2", "terms_adjust", "2025-02-03 10:00")
    desk.case("C3", "terms_adjust", "2025-02-18 10:00")
    rows = desk.built("2025-03-31").rows(
        "select month(month_end), case_type, backlog, reopened, overdue_open, at_risk, came_3m,"
        " gone_3m from marts.workload where month_end < '2025-03-01' order by 1, 2"
    )
    assert rows == [
        (1, "inquiry", 0, 1, 0, 0, 2, 2),
        (2, "inquiry", 0, 0, 0, 0, 2, 2),
        (2, "terms_adjust", 2, 0, 1, 1, 2, 0),
    ]
    months = "select month(month_end), came_3m, gone_3m from marts.workload where case_type = ?"
    # What came in January counts in March still; two were opened again in March.
    assert desk.book.rows(f"{months} order by 1", "inquiry") == [(1, 2, 2), (2, 2, 2), (3, 4, 2)]


def test_a_desk_tells_what_is_late_on_it_what_soon_may_be_and_what_left_it_done():
    """Ten days from the 3rd are over on the 17th; of ten from the 19th eight are over on the 31st.
    What is closed is of who had it last."""
    given = ("assigned", "2025-03-19 11:00", {"to_staff": "S1"})
    desk = Desk().case("C1", "terms_adjust", "2025-03-03 10:00", given)
    desk.case("C2", "terms_adjust", "2025-03-19 10:00", given)
    desk.case(
        "C3",
        "terms_adjust",
        "2025-03-03 10:00",
        ("assigned", "2025-03-03 11:00", {"to_staff": "S1"}),
        ("assigned", "2025-03-04 11:00", {"to_staff": "S2"}),
        ("closed", "2025-03-05 10:00"),
    )
    rows = desk.built("2025-03-31").rows(
        "select staff_id, backlog, overdue_open, at_risk, open_minutes, closed "
        "from marts.desk_months where month_end = date '2025-03-31' order by 1"
    )
    # Four hours each at the ready standard time.
    assert rows == [("S1", 2, 1, 1, 2 * 240, 0), ("S2", 0, 0, 0, 0, 1)]


def test_the_page_of_a_case_and_of_its_loan_tell_of_the_day_looked_at(tmp_path, monkeypatch):
    again = (
        *PASSED,
        ("reopened", "2025-03-10 10:00"),
        ("assigned", "2025-03-10 11:00", {"to_staff": "S3"}),
    )
    desk = Desk().case(
        "C1", "overdue_case", "2025-01-06 09:00", *again, department="collections", loan_id="L1"
    )
    asked = ("scoped_case_stays_on", "scoped_hand_overs_on", "book_staff", "book_metadata")
    asked += ("book_service_levels",)
    monkeypatch.setenv(
        "WAREHOUSE", str(serve(desk.built("2025-03-31"), tmp_path / "builds", reads=asked))
    )
    told = {
        "2025-01-19": ("collections", "S1", True, None, None, 0),
        "2025-01-31": ("collections", "S1", True, None, "legal", 0),
        "2025-02-28": ("legal", "S2", True, None, None, 0),
        "2025-03-05": ("legal", "S2", False, at("2025-03-03 15:00"), None, 0),
        "2025-03-31": ("legal", "S3", True, None, None, 1),
    }
    for day, (department, owner, is_open, closed_at, sent_to, reopenings) in told.items():
        scope = Scope(("Main", ""), ("consumer", ""), date.fromisoformat(day))
        row = reports.case_detail(scope, "C1").iloc[0]
        row = row.astype("object").where(row.notna(), None)
        assert (row["department_id"], row["owner"], row["is_open"]) == (department, owner, is_open)
        assert (row["closed_at"], row["sent_to_id"]) == (closed_at, sent_to)
        assert (row["reopenings"], row["opened_at"]) == (reopenings, at("2025-01-06 09:00"))
        assert row["source"] == "internal convention; first attempt within 1 working day"
        # What its clock took is not known before it stops.
        assert (row["elapsed_minutes"] is None) == (is_open and day != "2025-03-31")
        (case,) = reports.loan_cases(scope, "L1").to_dict("records")
        assert (case["department_id"], case["is_open"]) == (department, is_open)
        assert case["is_late"] == row["is_late"]
        assert reports.loan_cases(scope, "L1", "nobody").empty
    early = Scope(("Main", ""), ("consumer", ""), date(2025, 1, 5))
    assert reports.case_detail(early, "C1").empty


def breach_served(tmp_path, monkeypatch, opened: str, letter: str, as_of: str) -> None:
    desk = Desk().case("C1", "breach_pursuit", opened, ("letter", letter), loan_id="L1")
    for month_end in ("2025-03-31", "2025-04-30"):
        desk.book.recorded("L1", month_end, 10)
    asked = ("scoped_case_stays_on", "scoped_hand_overs_on", "book_staff", "book_metadata")
    asked += ("book_service_levels",)
    monkeypatch.setenv("WAREHOUSE", str(serve(desk.built(as_of), tmp_path / "builds", reads=asked)))


@pytest.mark.parametrize(
    ("letter", "told"),
    [
        # Day, whether its page says late, and the minutes taken.
        ("2025-03-07 12:00", {"03-06": (False, None), "03-07": (False, 2040)}),
        (
            "2025-03-12 10:00",
            {"03-07": (False, None), "03-10": (True, None), "03-12": (True, 3360)},
        ),
    ],
)
def test_the_page_of_a_breach_tells_of_its_letter(tmp_path, monkeypatch, letter, told):
    breach_served(tmp_path, monkeypatch, "2025-03-03 10:00", letter, "2025-03-31")
    for day, (is_late, elapsed) in told.items():
        scope = Scope(("Main", ""), ("consumer", ""), date.fromisoformat(f"2025-{day}"))
        (row,) = reports.case_detail(scope, "C1").astype("object").to_dict("records")
        assert (row["is_open"], row["is_late"]) == (True, is_late)
        assert (None if pd.isna(row["elapsed_minutes"]) else row["elapsed_minutes"]) == elapsed
        assert (row["fulfilled_at"] == at(letter)) == (elapsed is not None)
        (case,) = reports.loan_cases(scope, "L1").to_dict("records")
        assert case["is_late"] == is_late


@pytest.mark.parametrize(
    ("opened", "letter", "state"),
    [
        ("2025-03-24 10:00", "2025-04-02 10:00", "late"),
        ("2025-03-24 10:00", "2025-03-31 11:00", ""),
        ("2025-03-25 10:00", "2025-04-01 11:00", "risk"),
        ("2025-03-25 10:00", "2025-03-31 11:00", ""),
    ],
)
def test_lists_tell_what_is_owed_at_their_month_end(tmp_path, monkeypatch, opened, letter, state):
    breach_served(tmp_path, monkeypatch, opened, letter, "2025-04-30")
    for month_end, expected in ((date(2025, 3, 31), state), (date(2025, 4, 30), "")):
        scope = Scope(("Main", ""), ("consumer", ""), month_end)
        for each in ("late", "risk"):
            found = reports.workload_cases(scope, each, "legal")
            assert len(found) == (each == expected), (month_end, each)
        (row,) = reports.workload_cases(scope, "open", "legal").to_dict("records")
        assert row["is_late"] == (expected == "late")


def test_what_is_accepted_stays_until_it_is_closed_or_handed_on_and_is_told_as_of_a_day():
    on = "scoped_hand_overs_on(['', 'Main'], ['', 'consumer'], date '{}')"
    book = passed()
    # Accepted on 5 February at 11:00, closed on 3 March at 15:00.
    for day, days in (("2025-02-06", 1 + 13 / 24), ("2025-03-31", 26 + 4 / 24)):
        returned, accepted = book.rows(
            f"select dwell_days, sent_before_on from {on.format(day)} order by sent_at"
        )
        assert returned == (None, None)
        assert float(accepted[0]) == pytest.approx(days)
        assert accepted[1] == date(2025, 1, 20)


def test_a_case_that_comes_back_is_counted_once_where_it_was():
    back = (
        *PASSED[:-1],
        ("sent", "2025-02-10 10:00", {"to_department": "collections"}),
        ("accepted", "2025-02-10 11:00", {"to_department": "collections"}),
    )
    desk = Desk().case("C1", "overdue_case", "2025-01-06 09:00", *back, department="collections")
    book = desk.built("2025-03-31")
    rows = book.rows(
        "select department_id, sum(stays), sum(cases) from marts.duty_months group by 1 order by 1"
    )
    assert rows == [("collections", 2, 1), ("legal", 1, 1)]
    # The same way before: what came back was not.
    ways = book.rows("select sent_on, sent_before_on from marts.hand_overs order by sent_at")
    assert ways == [
        (date(2025, 1, 20), None),
        (date(2025, 1, 22), date(2025, 1, 20)),
        (date(2025, 2, 10), None),
    ]


def test_what_must_be_answered_within_minutes_is_counted_as_calls():
    desk = Desk()
    for number, (grade, day) in enumerate(
        (("phone", "03"), ("phone", "04"), ("text", "05"), ("standard", "05"))
    ):
        opened = f"2025-03-{day} 10:00"
        desk.case(f"C{number}", "inquiry", opened, department="customer_service", grade=grade)
    rows = desk.built("2025-03-31").rows(
        "select grade, calls, round(within_seconds), handle_seconds, open_hours "
        "from marts.calls order by grade"
    )
    # Twelve hours on each of the 31 days of March.
    assert rows == [("phone", 2, 20, 1800, 372), ("text", 1, 120, 1800, 372)]


def test_a_hand_over_is_held_to_the_level_of_the_day_on_which_it_was_sent():
    desk = Desk()
    level = "case_type = 'cross_dept_handoff' and measure = 'accept'"
    connection = desk.book.connection
    connection.execute(f"update raw.service_levels set valid_to = '2025-03-31' where {level}")
    connection.execute(
        "insert into raw.service_levels by name select * replace (date '2025-04-01' as valid_from,"
        f" null as valid_to, 2 * amount as amount) from raw.service_levels where {level}"
    )
    for number, month in enumerate(("03", "04")):  # a Monday, a Tuesday; two days less an hour
        desk.case(
            f"C{number}",
            "overdue_case",
            f"2025-{month}-01 09:00",
            ("sent", f"2025-{month}-10 10:00", {"to_department": "legal"}),
            ("accepted", f"2025-{month}-11 18:00", {"to_department": "legal"}),
            department="collections",
        )
    rows = desk.built().rows(
        "select case_id, target_minutes, is_late from marts.hand_overs order by 1"
    )
    assert rows == [("C0", 480, True), ("C1", 960, False)]


def test_what_is_sent_and_closed_unanswered_was_withdrawn():
    desk = Desk()
    desk.case(
        "C1",
        "overdue_case",
        "2025-01-06 09:00",
        ("sent", "2025-01-20 10:00", {"to_department": "legal"}),
        ("closed", "2025-01-21 10:00"),
        department="collections",
    )
    desk.case(
        "C2",
        "overdue_case",
        "2025-01-06 09:00",
        ("sent", "2025-01-20 10:00", {"to_department": "legal"}),
        department="collections",
    )
    # A step of that name in a case that nobody sent is no hand-over.
    desk.case("C3", "complaint", "2025-01-06 09:00", ("accepted", "2025-01-07 10:00"))
    rows = desk.built().rows(
        "select case_id, outcome, is_withdrawn from marts.hand_overs order by case_id"
    )
    assert rows == [("C1", "returned", True), ("C2", "open", False)]


def test_what_is_sent_on_without_an_answer_was_withdrawn_and_to_oneself_is_none():
    desk = Desk()
    desk.case(
        "C1",
        "overdue_case",
        "2025-01-06 09:00",
        ("sent", "2025-01-20 10:00", {"to_department": "legal"}),
        ("sent", "2025-01-21 10:00", {"to_department": "asset_management"}),
        ("accepted", "2025-01-22 10:00", {"to_department": "asset_management"}),
        department="collections",
    )
    desk.case(
        "C2",
        "overdue_case",
        "2025-01-06 09:00",
        ("sent", "2025-01-20 10:00", {"to_department": "collections"}),
        ("accepted", "2025-01-21 10:00", {"to_department": "collections"}),
        department="collections",
    )
    # Accepted and closed at one moment: accepted first.
    desk.case(
        "C3",
        "overdue_case",
        "2025-01-06 09:00",
        ("sent", "2025-01-20 10:00", {"to_department": "legal"}),
        ("closed", "2025-01-21 10:00"),
        ("accepted", "2025-01-21 10:00", {"to_department": "legal"}),
        department="collections",
    )
    rows = desk.built().rows(
        "select case_id, from_department_id, to_department_id, outcome, is_withdrawn"
        " from marts.hand_overs order by case_id, sent_at"
    )
    assert rows == [
        ("C1", "collections", "legal", "returned", True),
        ("C1", "collections", "asset_management", "accepted", False),
        ("C3", "collections", "legal", "accepted", False),
    ]


def test_a_case_opened_again_comes_in_again_on_a_clock_of_its_own():
    desk = Desk().case(
        "C1",
        "inquiry",
        "2025-01-06 09:00",
        ("closed", "2025-01-07 10:00"),
        ("reopened", "2025-01-20 09:00"),
        ("closed", "2025-02-10 10:00"),
        department="customer_service",
    )
    book = desk.built("2025-02-28")
    rows = book.rows(
        "select month(month_end), opened, closed, backlog, reopened from marts.workload order by 1"
    )
    assert rows == [(1, 2, 1, 1, 1), (2, 0, 1, 0, 0)]
    late = book.rows("select spell, is_breached from marts.case_stays order by spell")
    assert late == [(1, False), (2, True)]
    assert book.one("select reopenings, status from marts.cases") == (1, "closed")


def test_a_case_without_a_log_is_what_its_record_says():
    desk = Desk().case("C1", "legal_support", "2025-03-03 10:00", closed_at="2025-03-04 10:00")
    row = desk.built().one("select entered_by, left_by, left_at from marts.case_stays")
    assert row == ("opened", "closed", at("2025-03-04 10:00"))


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ((), "new"),
        ((("assigned", "2025-03-03 11:00", {"to_staff": "S1"}),), "assigned"),
        ((("drafted", "2025-03-03 12:00"),), "in_progress"),
        ((("waiting", "2025-03-03 12:00", {"waits_for": "other"}),), "waiting"),
        ((("sent", "2025-03-03 12:00", {"to_department": "collections"}),), "sent"),
        ((("closed", "2025-03-03 12:00"),), "closed"),
    ],
)
def test_a_case_says_where_it_stands(events, status):
    book = Desk().case("C1", "legal_opinion", "2025-03-03 10:00", *events).built()
    assert book.one("select status from marts.cases") == (status,)


def test_a_backlog_that_does_not_follow_stops_the_load():
    book = passed()
    book.made("marts/workload").execute("update marts.workload set backlog = backlog + 1")
    with pytest.raises(CheckFailed, match="the_backlog_is_what_came_less_what_went"):
        book.check()


def test_a_hand_over_that_nobody_received_stops_the_load():
    book = passed()
    book.made("marts/hand_overs").execute("update marts.hand_overs set outcome = 'lost'")
    with pytest.raises(CheckFailed, match="every_hand_over_is_accepted_returned_or_open"):
        book.check()


# --- People ---


def test_w25_264_cases_of_three_and_a_half_hours_need_eight_people():
    desk = Desk()
    desk.book.connection.execute(
        "update raw.case_types set standard_minutes = 210 where case_type = 'legal_support'"
    )
    desk.book.connection.execute(
        "insert into raw.cases (case_id, department_id, case_type, opened_at) "
        "select 'C' || i, 'legal', 'legal_support', timestamp '2025-03-03 10:00' "
        "from range(264) as r(i)"
    )
    row = desk.built().one(
        "select sum(fte_needed), ceil(sum(fte_needed)) from marts.capacity "
        "where department_id = 'legal' and month_end = '2025-03-31'"
    )
    assert float(row[0]) == pytest.approx(7.3044, abs=1e-3) and row[1] == 8


def test_hours_of_people_add_up_to_their_use():
    desk = Desk()
    desk.book.add("staff", staff_id="S1", department_id="legal", joined_on="2024-01-01")
    desk.book.add("staff", staff_id="S2", department_id="legal", left_on="2025-03-20")
    for person in ("S1", "S2"):
        desk.book.add(
            "staff_time",
            staff_id=person,
            month_end="2025-03-31",
            paid_hours=168,
            leave_hours=16,
            training_hours=8,
            productive_hours=126,
        )
    row = desk.built().one(
        "select sum(people), sum(leavers), sum(productive_hours) / sum(available_hours), "
        "sum(fte_present) from marts.capacity "
        "where department_id = 'legal' and month_end = '2025-03-31'"
    )
    assert (row[0], row[1], float(row[2])) == (1, 1, 0.875)
    assert float(row[3]) == pytest.approx(2 * 144 / (20.67 * 8), abs=1e-5)


def test_people_count_by_their_share_from_the_day_they_join_until_before_they_leave():
    desk = Desk()
    desk.book.connection.execute("update raw.departments set budgeted_posts = null")
    desk.book.connection.execute(
        "update raw.departments set budgeted_posts = 3 where department_id = 'legal'"
    )
    for person, department, joined_on, left_on, fte in (
        ("S1", "legal", "2025-03-31", None, 0.5),
        ("S2", "legal", "2024-01-01", "2025-03-31", 1),
        ("S3", "legal", "2024-01-01", "2025-04-01", 1),
        ("S4", "collections", "2024-01-01", None, 1),
    ):
        row = {"department_id": department, "joined_on": joined_on, "left_on": left_on}
        desk.book.add("staff", staff_id=person, fte=fte, **row)
    rows = desk.built().rows(
        "select department_id, sum(people), sum(leavers), sum(posts), sum(vacant_posts)"
        " from marts.capacity where month_end = '2025-03-31'"
        " and department_id in ('legal', 'collections') group by 1 order by 1"
    )
    # Who has no budget has no vacancy, and makes up for none.
    told = [tuple(float(each) for each in row[1:]) for row in rows]
    assert told == [(1, 0, 0, 0), (1.5, 1, 3, 1.5)]


# --- The demo book: every duty, and what is wrong on purpose ---


@pytest.fixture(scope="module")
def demo_book(demo_build: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The small demo book, to be read."""
    with duckdb.connect(str(demo_build), read_only=True) as book:
        yield book


@pytest.fixture(scope="module")
def truth(demo: Path) -> dict:
    """What was planted in it."""
    return json.loads((demo / "folder" / "truth.json").read_text(encoding="utf-8"))


def test_every_duty_leads_to_its_cases(demo_book):
    without = demo_book.execute(
        "select duty_id from marts.duties as duties anti join marts.cases as cases "
        "on duties.case_type = cases.case_type "
        "and (duties.department_id = cases.opened_by_department_id or duties.duty_id = 'G')"
    ).fetchall()
    assert without == []
    assert demo_book.execute("select count(*) from marts.duties").fetchone() == (75,)


def test_the_clock_of_the_warehouse_is_that_of_whoever_wrote_the_book(demo_book):
    """Two reckonings of working time and pauses, in SQL and in the generator, tell one target."""
    every, other, waiting = demo_book.execute(
        "select count(*), count(*) filter (stays.due_at <> cases.due_at), "
        "count(*) filter (stays.due_at <> cases.due_at and last.event = 'waiting') "
        "from marts.case_stays as stays inner join raw.cases as cases using (case_id) "
        "inner join (select case_id, arg_max(event, (happened_at, event_id)) as event "
        "from raw.case_events group by case_id) as last using (case_id) "
        "where stays.spell = 1 and stays.stay = 1 and stays.clock <> 'agreed'"
    ).fetchone()
    # Of a case that still waits, nobody knows yet by how much its target will have moved.
    assert every > 3_000 and other == waiting < every / 200


def test_flows_make_the_backlog_on_any_day(demo_book):
    days = demo_book.execute(
        "with days as (select cast(unnest(generate_series(date '2024-01-01', date '2025-12-31', "
        "interval 1 day)) as date) as day), "
        "flows as (select day, sum(came) as came, sum(went) as went from ("
        "select entered_on as day, 1 as came, 0 as went from marts.case_stays union all "
        "select left_on, 0, 1 from marts.case_stays where left_on is not null) group by day) "
        "select day, (select count(*) from marts.case_stays where entered_on <= days.day and "
        "(left_on is null or left_on > days.day)) as backlog, "
        "(select coalesce(sum(came - went), 0) from flows where flows.day <= days.day) as expected "
        "from days where day(days.day) in (1, 10, 20)"
    ).fetchall()
    assert len(days) == 72
    assert all(backlog == expected for _, backlog, expected in days)


def test_sent_is_accepted_returned_and_open(demo_book):
    sent, told = demo_book.execute(
        "select count(*), count(*) filter (outcome in ('accepted', 'returned', 'open')) "
        "from marts.hand_overs"
    ).fetchone()
    raw = demo_book.execute("select count(*) from raw.case_events where event = 'sent'").fetchone()
    assert sent == told == raw[0] > 300


def test_the_department_that_sends_half_of_it_back_is_found(demo_book, truth):
    bouncer = truth["bouncer"]
    rates = dict(
        demo_book.execute(
            "select to_department_id, avg((outcome = 'returned')::int) from marts.hand_overs "
            "where sent_on >= date '2026-01-01' - to_months(?) group by 1 having count(*) >= 15",
            [bouncer["last_months"]],
        ).fetchall()
    )
    worst = max(rates, key=lambda name: rates[name])
    assert worst == bouncer["department"] and rates[worst] > 0.3
    assert sum(rate > 0.3 for rate in rates.values()) == 1


def test_the_queue_that_does_not_clear_is_found(demo_book, truth):
    jam = truth["jam"]
    rows = demo_book.execute(
        "select case_type, sum(backlog) filter (month_end = date '2025-12-31'), "
        "sum(backlog) filter (month_end = last_day(date '2025-12-31' - to_months(?))), "
        "sum(opened + received) filter (month_end > last_day(date '2025-12-31' - to_months(?))) "
        "from marts.workload group by 1",
        [jam["last_months"]] * 2,
    ).fetchall()
    grown = {kind: (now - (before or 0)) / came for kind, now, before, came in rows if now and came}
    large = {kind for kind, now, *_ in rows if now and now > 20}
    worst = max(large, key=lambda kind: grown[kind])
    assert worst == jam["case_type"] and grown[worst] > 0.3


def test_the_lapsed_guarantees_are_found(demo_book, truth):
    lapsed = {(row["guarantee_id"], row["loan_id"]) for row in truth["lapsed_guarantees"]}
    found = set(
        demo_book.execute(
            "select subject_id, loan_id from marts.clock_months "
            "where legal_clock = 'guarantee_period_expiry' and lapsed_amount > 0 "
            "and month_end = (select max(month_end) from marts.month_ends)"
        ).fetchall()
    )
    assert lapsed and lapsed <= found
