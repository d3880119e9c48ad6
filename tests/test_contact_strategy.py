"""The contact strategy by hand: which step is due when, and how it was kept (section 10)."""

from datetime import date
from pathlib import Path

import pytest

from data import organisation
from queries import reports
from queries.metrics import (
    METRICS,
    Metric,
    Part,
    Where,
    figure_total,
    measure,
    rows_behind,
    rows_total,
)
from queries.warehouse import Scope, ask_exact
from tests.book import Book
from tests.served import serve

CALL = {"step_id": "call", "name": "Call", "from_days": 1, "to_days": 3, "channels": "phone robot",
        "amount": 1, "clock": "working", "calendar_id": "office"}  # fmt: skip
VISIT = {"step_id": "visit", "name": "Visit", "from_days": 31, "to_days": 60, "channels": "visit",
         "case_type": "field_visit", "case_event": "visit", "amount": 10}  # fmt: skip
REMIND = {"step_id": "remind", "name": "Remind", "from_days": -3, "to_days": -1,
          "channels": "text_message", "amount": 1, "late_within_days": 31}  # fmt: skip


def booked(*steps: dict) -> Book:
    """A book with these steps, a calendar of Monday to Friday, all channels used since 2023."""
    book = Book().borrower()
    book.add("calendars", calendar_id="office", name="Office", opens_at="08:30", closes_at="18:00",
             weekdays="12345")  # fmt: skip
    book.add("departments", department_id="D", name="D")
    for step in steps:
        book.add("contact_strategy", **step)
    book.loan("L0", disbursed_on="2022-12-31").instalments("L0", ("2023-12-01", 1000, 0))
    book.pay("L0", "2023-12-01", 1000)
    for channel in ("phone", "visit", "text_message"):
        called(book, "L0", "2023-01-02 09:00", channel)
    return book


def late(book: Book, loan: str, due_on: str, paid_on: str | None = None, **columns) -> Book:
    """One instalment of 1 000, paid on a day or never."""
    book.loan(loan, **columns).instalments(loan, (due_on, 1000, 0))
    if paid_on:
        book.pay(loan, paid_on, 1000)
    return book


def called(book: Book, loan: str, at: str, channel: str = "phone", **columns) -> None:
    book.add("contacts", contact_id=f"T{loan}{at}{channel}", loan_id=loan, contacted_at=at,
             channel=channel, **columns)  # fmt: skip


def told(book: Book, as_of: str, step: str = "call") -> dict[str, tuple]:
    """By loan: due, to be done by, done, and how it stood at the end of that month."""
    rows = book.build(as_of).rows(
        "select loan_id, due_on::varchar, due_by::varchar, done_on::varchar, step_state"
        " from marts.contact_steps where step_id = ? order by due_on",
        step,
    )
    return {loan: tuple(told) for loan, *told in rows}


# --- Each outcome, and where it begins and ends ---


@pytest.mark.parametrize(
    ("due_on", "called_on", "paid_on", "row"),
    [
        # Due on a Thursday, late on Friday: until Monday, since nobody works at the weekend.
        ("2024-02-29", "2024-03-04", None, ("2024-03-01", "2024-03-04", "2024-03-04", "in_time")),
        # Monday is the fourth day past due, after the step's three, and still in time.
        ("2024-02-29", "2024-03-05", None, ("2024-03-01", "2024-03-04", None, "missed")),
        # Late on Tuesday: in time on Wednesday, late on Thursday, missed from Friday on.
        ("2024-03-04", "2024-03-06", None, ("2024-03-05", "2024-03-06", "2024-03-06", "in_time")),
        ("2024-03-04", "2024-03-07", None, ("2024-03-05", "2024-03-06", "2024-03-07", "late")),
        ("2024-03-04", "2024-03-08", None, ("2024-03-05", "2024-03-06", None, "missed")),
        # A call on the due day is none of the step.
        ("2024-03-04", "2024-03-04", None, ("2024-03-05", "2024-03-06", None, "missed")),
        # Paid on its day: not needed. Paid the day after: it had been to be done.
        ("2024-03-04", None, "2024-03-06", ("2024-03-05", "2024-03-06", None, "not_needed")),
        ("2024-03-04", None, "2024-03-07", ("2024-03-05", "2024-03-06", None, "missed")),
        # Paid by its day: not needed, whoever called. Paid the day after: it was done in time.
        (
            *("2024-03-04", "2024-03-05", "2024-03-06"),
            ("2024-03-05", "2024-03-06", "2024-03-05", "not_needed"),
        ),
        (
            *("2024-03-04", "2024-03-05", "2024-03-07"),
            ("2024-03-05", "2024-03-06", "2024-03-05", "in_time"),
        ),
        # Paid on the first day after: never past due at the end of a day.
        ("2024-03-04", None, "2024-03-05", None),
        # To be done on the last day that the data knows, and on the workday after it.
        ("2024-03-27", None, None, ("2024-03-28", "2024-03-29", None, "open")),
        ("2024-03-28", None, None, ("2024-03-29", "2024-04-01", None, "open")),
        # What comes after the last day that the data knows is not known.
        ("2024-03-28", "2024-04-01", None, ("2024-03-29", "2024-04-01", None, "open")),
    ],
)
def test_a_step_is_in_time_late_missed_not_needed_or_open(due_on, called_on, paid_on, row):
    book = late(booked(CALL), "L1", due_on, paid_on)
    if called_on:
        called(book, "L1", f"{called_on} 10:00")
    assert told(book, "2024-03-29").get("L1") == row


@pytest.mark.parametrize(
    ("amount", "due_by"),
    # Late on Saturday: of no workdays the first on which anybody works, of one the same, of two
    # the next.
    [(0, "2024-03-11"), (1, "2024-03-11"), (2, "2024-03-12")],
)
def test_workdays_from_a_weekend_begin_on_monday(amount, due_by):
    book = late(booked(CALL | {"amount": amount}), "L1", "2024-03-08")
    assert told(book, "2024-03-31")["L1"][:2] == ("2024-03-09", due_by)


def test_no_workdays_are_the_day_itself():
    book = late(booked(CALL | {"amount": 0}), "L1", "2024-03-05")
    assert told(book, "2024-03-31")["L1"][:2] == ("2024-03-06", "2024-03-06")


@pytest.mark.parametrize(
    ("channel", "is_robot", "counts"),
    [("phone", False, True), ("phone", True, True), (None, False, True), ("letter", False, False)],
)
def test_only_the_steps_channels_count_and_the_first_of_them(channel, is_robot, counts):
    book = late(booked(CALL), "L1", "2024-03-04")
    called(book, "L1", "2024-03-05 09:00", channel, is_robot=is_robot, staff_id=None)
    called(book, "L1", "2024-03-06 09:00", "phone")
    rows = book.build("2024-03-31").rows(
        "select done_on::varchar, done_channel from marts.contact_steps where loan_id = 'L1'"
    )
    first = "robot" if is_robot else "phone"
    assert rows == [("2024-03-05", first) if counts else ("2024-03-06", "phone")]


@pytest.mark.parametrize(
    ("visited_on", "paid_on", "row"),
    [
        # 31 days past due on 4 March; to be done by the 14th, possible until the 60th day, 2 April.
        ("2024-03-04", None, ("2024-03-04", "2024-03-14", "2024-03-04", "in_time")),
        ("2024-03-03", None, ("2024-03-04", "2024-03-14", None, "open")),
        ("2024-03-14", None, ("2024-03-04", "2024-03-14", "2024-03-14", "in_time")),
        ("2024-03-15", None, ("2024-03-04", "2024-03-14", "2024-03-15", "late")),
        # Done in the month after: at this month's end it was open.
        ("2024-04-02", None, ("2024-03-04", "2024-03-14", "2024-04-02", "open")),
        ("2024-04-03", None, ("2024-03-04", "2024-03-14", None, "open")),
        # Paid on the thirtieth day and on the thirty-first: it never came to the step.
        (None, "2024-03-03", None),
        (None, "2024-03-04", None),
        (None, "2024-03-05", ("2024-03-04", "2024-03-14", None, "not_needed")),
        # Paid on the 61st day, 3 April: at the end of no day it was past the step, as on the 60th.
        ("2024-04-02", "2024-04-02", ("2024-03-04", "2024-03-14", "2024-04-02", "open")),
        ("2024-04-03", "2024-04-03", ("2024-03-04", "2024-03-14", "2024-04-03", "open")),
        ("2024-04-03", "2024-04-04", ("2024-03-04", "2024-03-14", None, "open")),
    ],
)
def test_a_step_has_its_days_past_due(visited_on, paid_on, row):
    book = late(booked(VISIT), "L1", "2024-02-02", paid_on)
    if visited_on:
        called(book, "L1", f"{visited_on} 10:00", "visit")
    assert told(book, "2024-04-30", "visit").get("L1") == row


def test_a_case_counts_since_the_loan_is_late_by_its_event():
    book = booked(VISIT)
    for loan, event, at in (
        ("L1", "visit", "2024-02-20 10:00"),  # before the step, in the same lateness
        ("L2", "visit", "2024-01-20 10:00"),  # before it was late
        ("L3", "noted", "2024-03-05 10:00"),
        ("L4", "visit", "2024-03-20 10:00"),
    ):
        late(book, loan, "2024-02-02")
        book.add("cases", case_id=f"C{loan}", department_id="D", case_type="field_visit",
                 loan_id=loan, opened_at="2024-01-10 09:00")  # fmt: skip
        book.add("case_events", event_id=f"E{loan}", case_id=f"C{loan}", event=event,
                 happened_at=at)  # fmt: skip
    found = {loan: row[2:] for loan, row in told(book, "2024-03-31", "visit").items()}
    assert found == {
        "L1": ("2024-02-20", "in_time"),
        "L2": (None, "open"),
        "L3": (None, "open"),
        "L4": ("2024-03-20", "late"),
    }
    assert book.rows("select case_id from marts.contact_steps where loan_id = 'L1'") == [("CL1",)]


def test_who_falls_back_within_a_lateness_and_comes_again_owes_the_step_once():
    book = booked(VISIT).loan("L1", principal=3000)
    book.instalments("L1", *((day, 1000, 0) for day in ("2024-01-02", "2024-02-02", "2024-03-02")))
    book.pay("L1", "2024-02-10", 1000)  # from 39 days past due to 8
    rows = book.build("2024-05-31").rows(
        "select due_on::varchar, ended_on::varchar, step_state from marts.contact_steps"
        " where loan_id = 'L1'"
    )
    assert rows == [("2024-02-02", "2024-02-10", "not_needed")]


def test_who_is_late_with_the_next_when_the_first_is_paid_is_late_without_a_break():
    book = booked(CALL).loan("L1", principal=2000)
    book.instalments("L1", ("2024-03-04", 1000, 0), ("2024-03-05", 1000, 0))
    book.pay("L1", "2024-03-06", 1000)  # from one day past due to one day past due
    assert told(book, "2024-03-31")["L1"] == ("2024-03-05", "2024-03-06", None, "missed")


def test_what_is_paid_on_the_day_that_would_reach_the_step_does_not_though_more_is_late():
    book = booked(VISIT).loan("L1", principal=2000)
    book.instalments("L1", ("2024-02-02", 1000, 0), ("2024-03-02", 1000, 0))
    book.pay("L1", "2024-03-04", 1000)  # the thirty-first day: at its end two days past due
    assert told(book, "2024-03-31", "visit") == {}


def test_a_loan_that_leaves_the_book_needs_no_step_by_its_day_and_misses_it_after():
    book = booked(VISIT)
    for loan, gone_on, kind in (
        ("L1", "2024-03-14", "write_off"),
        ("L2", "2024-03-15", "write_off"),
        ("L3", "2024-03-04", "write_off"),
        ("L4", "2024-03-14", "sale"),
        ("L5", "2024-03-15", "sale"),
    ):
        late(book, loan, "2024-02-02")
        book.add("write_offs", loan_id=loan, written_off_on=gone_on, amount=1000, kind=kind)
    found = {loan: row[3] for loan, row in told(book, "2024-03-31", "visit").items()}
    gone, stayed = "not_needed", "missed"
    assert found == {"L1": gone, "L2": stayed, "L4": gone, "L5": stayed}


@pytest.mark.parametrize(
    ("reminded_on", "paid_on", "state"),
    [
        ("2024-03-07", None, "in_time"),
        ("2024-03-08", None, "in_time"),
        ("2024-03-09", None, "late"),
        ("2024-03-10", None, "missed"),  # on the due day itself
        ("2024-03-06", None, "missed"),
        (None, "2024-03-08", "not_needed"),
        ("2024-03-07", "2024-03-08", "not_needed"),
        (None, "2024-03-07", None),  # paid before anybody had to be reminded
    ],
)
def test_the_instalment_after_a_late_one_is_reminded_three_days_before(reminded_on, paid_on, state):
    book = booked(REMIND).loan("L1", principal=2000)
    book.instalments("L1", ("2024-02-10", 1000, 0), ("2024-03-10", 1000, 0))
    book.pay("L1", "2024-02-15", 1000)
    if paid_on:
        book.pay("L1", paid_on, 1000)
    if reminded_on:
        called(book, "L1", f"{reminded_on} 10:00", "text_message")
    found = told(book, "2024-03-31", "remind")
    told_of = [(row[0], row[1], row[3]) for row in found.values()]
    assert told_of == ([("2024-03-07", "2024-03-08", state)] if state else [])


def test_who_is_late_or_was_long_ago_is_not_reminded():
    book = booked(REMIND)
    # Cleared 31 days before the step, 30 days, and on the day itself; late still; never late.
    cleared = {"L1": "2024-02-05", "L2": "2024-02-06", "L3": None, "L5": "2024-03-07"}
    for loan, cleared_on in cleared.items():
        book.loan(loan, principal=2000)
        book.instalments(loan, ("2024-02-02", 1000, 0), ("2024-03-10", 1000, 0))
        if cleared_on:
            book.pay(loan, cleared_on, 1000)
    late(book, "L4", "2024-03-10")
    assert set(told(book, "2024-03-31", "remind")) == {"L2", "L5"}


def test_all_who_had_the_loan_and_are_not_late_are_reminded():
    book = booked(REMIND | {"late_within_days": None})  # L0 was, in its time
    # Lent on the day before the step, and on its day; late since that day.
    late(book, "L1", "2024-03-10", disbursed_on="2024-03-06")
    late(book, "L2", "2024-03-10", disbursed_on="2024-03-07")
    book.loan("L3", principal=2000)
    book.instalments("L3", ("2024-03-06", 1000, 0), ("2024-03-10", 1000, 0))
    found = {loan: row[0] for loan, row in told(book, "2024-03-31", "remind").items()}
    assert found == {"L0": "2023-11-28", "L1": "2024-03-07", "L3": "2024-03-03"}


@pytest.mark.parametrize(
    ("paid", "state"), [((), "missed"), (("03-07",), "missed"), (("03-07", "03-08"), "not_needed")]
)
def test_of_two_instalments_on_one_day_both_are_to_be_paid(paid, state):
    book = booked(REMIND | {"late_within_days": None}).loan("L1", principal=2000)
    book.instalments("L1", ("2024-03-10", 1000, 0), ("2024-03-10", 1000, 0))
    for day in paid:
        book.pay("L1", f"2024-{day}", 1000)
    found = told(book, "2024-03-31", "remind")
    assert found["L1"] == ("2024-03-07", "2024-03-08", None, state)


def test_nobody_is_missed_before_attempts_are_recorded_nor_after_a_step_has_ended():
    ended = CALL | {"valid_from": "2024-02-01", "valid_to": "2024-03-10"}
    book = booked(ended)
    late(book, "L1", "2024-01-30")
    late(book, "L2", "2024-03-08")
    late(book, "L3", "2024-03-11")
    late(book, "L4", "2022-12-15", disbursed_on="2022-11-30")
    assert set(told(book, "2024-03-31")) == {"L2"}
    book = late(booked(CALL), "L4", "2022-12-15", disbursed_on="2022-11-30")
    assert told(book, "2024-03-31") == {}


@pytest.mark.parametrize(
    ("visited_on", "worked_on", "judged"),
    [
        # The step is due on 4 March. Calls are on record since 2023: they tell nothing of visits.
        (None, None, False),
        ("2024-03-04", None, True),
        ("2024-03-05", None, False),
        # By its case too: since both are on record, and by the one where the other never is.
        ("2024-03-05", "2024-02-01", False),
        ("2024-02-01", "2024-03-05", False),
        ("2024-02-01", "2024-03-04", True),
        (None, "2024-03-04", True),
    ],
)
def test_a_step_is_judged_once_the_book_records_every_way_it_is_done(visited_on, worked_on, judged):
    book = late(booked(VISIT), "L1", "2024-02-02")
    book.connection.execute("delete from raw.contacts where channel = 'visit'")
    if visited_on:
        called(book, "L0", f"{visited_on} 09:00", "visit")
    if worked_on:
        book.add("cases", case_id="C0", department_id="D", case_type="field_visit", loan_id="L0",
                 opened_at="2023-01-02 09:00")  # fmt: skip
        book.add("case_events", event_id="E0", case_id="C0", event="visit",
                 happened_at=f"{worked_on} 09:00")  # fmt: skip
    assert ("L1" in told(book, "2024-03-31", "visit")) == judged


def test_a_products_own_step_stands_in_for_the_one_of_all():
    own = CALL | {"product": "housing", "from_days": 5, "to_days": 9}
    book = booked(CALL, own)
    late(book, "L1", "2024-03-04")
    late(book, "L2", "2024-03-04", product="housing")
    found = {loan: row[0] for loan, row in told(book, "2024-03-31").items()}
    assert found == {"L1": "2024-03-05", "L2": "2024-03-09"}


def test_a_products_own_step_stands_in_while_it_is_valid():
    own = CALL | {"product": "housing", "from_days": 5, "to_days": 9}
    book = booked(CALL, own | {"valid_from": "2024-03-01", "valid_to": "2024-03-31"})
    for loan, due_on in (("L1", "2024-02-05"), ("L2", "2024-03-04"), ("L3", "2024-04-08")):
        late(book, loan, due_on, product="housing")
    late(book, "L4", "2024-03-04")
    found = {loan: row[0] for loan, row in told(book, "2024-04-30").items()}
    assert found == {"L1": "2024-02-06", "L2": "2024-03-09", "L3": "2024-04-09", "L4": "2024-03-05"}
    rows = book.rows(
        "select of_product, valid_from::varchar, valid_to::varchar from marts.contact_strategy"
        " where product = 'housing' order by valid_from"
    )
    assert rows == [
        ("*", "1900-01-01", "2024-02-29"),
        ("housing", "2024-03-01", "2024-03-31"),
        ("*", "2024-04-01", "9999-12-31"),
    ]


def test_a_products_own_step_that_ends_with_the_one_of_all_leaves_nothing_after_it():
    until = {"valid_to": "2024-03-31"}
    own = CALL | {"product": "housing", "from_days": 5, "to_days": 9, "valid_from": "2024-03-01"}
    book = booked(CALL | until, own | until).loan("L1", product="housing").build("2024-04-30")
    rows = book.rows(
        "select of_product, valid_from::varchar, valid_to::varchar from marts.contact_strategy"
        " where product = 'housing' order by valid_from"
    )
    assert rows == [("*", "1900-01-01", "2024-02-29"), ("housing", "2024-03-01", "2024-03-31")]


# --- Figures, and what is next ---


@pytest.mark.parametrize(
    ("visited_on", "paid_on", "overdue"),
    [
        # To be done by 14 March: past its day at the ends of March and April while nobody went.
        (None, None, {"2024-03-31": 1}),  # possible until the sixtieth day, 2 April
        ("2024-03-31", None, {}),
        ("2024-04-01", None, {"2024-03-31": 1}),
        (None, "2024-03-31", {}),
        (None, "2024-04-01", {"2024-03-31": 1}),
    ],
)
def test_a_step_is_past_its_day_at_the_month_ends_before_it_is_done_or_over(
    visited_on, paid_on, overdue
):
    book = late(booked(VISIT), "L1", "2024-02-02", paid_on)
    late(book, "L2", "2024-03-27")  # its visit is to be done by 7 May: a month that is not told yet
    if visited_on:
        called(book, "L1", f"{visited_on} 10:00", "visit")
    rows = book.build("2024-04-30").rows(
        "select month_end::varchar, arose_count, overdue_count from marts.contact_step_months"
        " order by 1"
    )
    assert {day: number for day, _, number in rows if number} == overdue
    assert [row[:2] for row in rows if row[1]] == [("2024-03-31", 1)]


def test_of_what_had_begun_only_what_is_not_done_and_soon_to_be_is_next_with_who_had_the_loan():
    """On Friday, 31 May, five workdays reach to 7 June; told later, as it stood then."""
    book = booked(VISIT)
    for loan in ("L1", "L3", "L4", "L5", "L6"):
        late(book, loan, "2024-04-27")  # the visit from 28 May to 7 June
    late(book, "L2", "2024-04-28")  # to 8 June
    called(book, "L3", "2024-05-31 10:00", "visit")
    called(book, "L4", "2024-06-01 10:00", "visit")
    for loan, kind, opened_on, closed_on, *given in (
        ("L1", "overdue_case", "2024-05-02", None, ("05-02", "S1"), ("06-03", "S2")),
        ("L4", "overdue_case", "2024-06-03", None, ("06-03", "S3")),
        ("L5", "overdue_case", "2023-03-01", "2023-06-01", ("06-01", "S4")),
        ("L6", "overdue_case", "2023-03-01", "2023-05-31", ("05-31", "S5")),
        ("L6", "legal_referral", "2024-05-02", None, ("05-02", "S6")),
    ):
        case = f"{kind}{loan}"
        book.add("cases", case_id=case, department_id="D", case_type=kind, loan_id=loan,
                 opened_at=f"{opened_on} 09:00",
                 closed_at=f"{closed_on} 18:00" if closed_on else None)  # fmt: skip
        for day, person in given:
            book.add("case_events", event_id=f"{case}{day}", case_id=case, event="assigned",
                     happened_at=f"{opened_on[:4]}-{day} 10:00", to_staff=person)  # fmt: skip
    rows = book.build("2024-06-30").rows(
        "select loan_id, owner from marts.contact_steps_next where month_end = date '2024-05-31'"
        " order by 1"
    )
    assert rows == [("L1", "S1"), ("L4", None), ("L5", "S4"), ("L6", None)]


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    """Seven loans that came to the call, one to the visit; looked at on a Friday month end."""
    book = booked(CALL, VISIT, REMIND)
    late(book, "L1", "2024-05-07")  # in time
    late(book, "L2", "2024-05-07")  # late
    late(book, "L3", "2024-05-07")  # missed
    late(book, "L4", "2024-05-07", "2024-05-09")  # not needed
    late(book, "L5", "2024-05-28")  # open, and past its day
    late(book, "L6", "2024-05-29")  # open, to be done today
    late(book, "L7", "2024-05-30")  # begins today, to be done on Monday: next month's
    late(book, "L8", "2024-04-10")  # the visit since 11 May, to be done by 21 May
    late(book, "L9", "2024-05-31")  # due today: not past due yet
    for loan, day in (("L1", "08"), ("L2", "10"), ("L8", "01")):
        called(book, loan, f"2024-05-{day} 09:00")
    called(book, "L8", "2024-04-11 09:00")
    book.loan("M1", principal=2000)  # was late in May, owes again on 6 June: reminded from the 3rd
    book.instalments("M1", ("2024-05-06", 1000, 0), ("2024-06-06", 1000, 0))
    book.pay("M1", "2024-05-08", 1000)
    called(book, "M1", "2024-05-07 09:00")
    book.build("2024-05-31")
    reads = (
        *("scoped_contact_step_months", "scoped_contact_steps", "scoped_contact_steps_next"),
        *(
            "scoped_case_stays_on",
            "book_staff",
            "scoped_loan_months",
            "book_contact_strategy",
            "book_office_days",
        ),
    )
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=reads)))
    return Scope(("Main", ""), ("consumer", ""), date(2024, 5, 31))


def test_the_share_in_time_and_what_is_past_its_day_are_their_rows(served):
    on_time, overdue = METRICS["step_on_time_rate"], METRICS["steps_overdue"]
    row = measure(served, on_time, overdue).iloc[0]
    # Of the calls L1, L2, L3, L5 and L6 one was in time, the visit to L8 was not; M1 and L4 paid by
    # the day of their calls, and it makes no difference that M1 had been called.
    assert row["step_on_time_rate"] == pytest.approx(1 / 6)
    assert row["steps_overdue"] == 2
    asked: list[tuple[Metric, Part]] = [(on_time, "numerator"), (on_time, "denominator")]
    for metric, part in [*asked, (overdue, "numerator")]:
        assert rows_total(served, metric, part)[0] == figure_total(served, metric, part)
    assert set(rows_behind(served, overdue)["loan_id"]) == {"L5", "L8"}
    visit: Where = (("step_id", "visit"),)
    assert rows_total(served, on_time, "denominator", visit) == (1, 1)


def test_the_ladder_adds_up_in_the_order_of_days_past_due(served):
    ladder = reports.contact_ladder(served)
    assert ladder["step_id"].tolist() == ["remind", "call", "visit"]
    parts = ["in_time_count", "late_count", "missed_count", "open_count"]
    assert ladder[parts].sum(axis=1).tolist() == ladder["due_count"].tolist()
    arose = ladder["due_count"] + ladder["not_needed_count"]
    assert arose.tolist() == ladder["arose_count"].tolist()
    call = ladder.iloc[1]
    assert call[[*parts, "not_needed_count"]].tolist() == [1, 1, 1, 2, 2]
    assert call["share_before"] == 1 and call["share_change"] == pytest.approx(1 / 5 - 1)
    # At the end of April the visit had not begun.
    april = reports.contact_ladder(Scope(served.branches, served.products, date(2024, 4, 30)))
    assert april.set_index("step_id").loc["visit", "arose_count"] == 0


def test_what_is_next_is_by_day_and_knows_nothing_of_later(served):
    rows = reports.contact_steps_next(served)
    found = [tuple(row) for row in rows[["loan_id", "step_id", "step_due"]].to_numpy().tolist()]
    assert found == [
        ("L8", "visit", "past"),
        ("L5", "call", "past"),
        ("L6", "call", "2024-05-31"),
        ("L7", "call", "2024-06-03"),
        ("M1", "remind", "2024-06-04"),
    ]
    days = reports.contact_steps_days(served)
    assert days["step_count"].sum() == len(rows) == reports.contact_steps_next_total(served)[0]
    assert reports.contact_steps_next_total(served, "past", "visit")[0] == 1
    assert reports.contact_steps_next_total(served, "2024-06-03", "phone")[0] == 1
    # A month before, L8 was twenty days past due: its visit is not among the next five workdays'.
    before = Scope(served.branches, served.products, date(2024, 4, 30))
    assert reports.contact_steps_next_total(before)[0] == 0


def test_what_will_be_due_if_nobody_pays_is_known_at_the_month_end():
    soon = VISIT | {"amount": 2}
    book = late(booked(soon), "L1", "2024-05-03")  # 31 days past due on Monday, 3 June
    rows = (
        late(book, "L2", "2024-05-09")
        .build("2024-05-31")
        .rows("select loan_id, due_on::varchar, due_by::varchar from intermediate.steps_ahead")
    )
    assert rows == [("L1", "2024-06-03", "2024-06-05")]


AHEAD = (
    "select loan_id, due_on::varchar, due_by::varchar from intermediate.steps_ahead"
    " where month_end = ?"
)


def test_the_fifth_workday_is_the_last_that_is_looked_ahead_to():
    book = late(booked(VISIT | {"amount": 2}), "L1", "2024-05-05")  # until Friday, 7 June
    late(book, "L2", "2024-05-06")  # until Monday, 10 June
    rows = book.build("2024-05-31").rows(AHEAD, "2024-05-31")
    assert rows == [("L1", "2024-06-05", "2024-06-07")]


@pytest.mark.parametrize("as_of", ["2024-05-31", "2024-06-30"])
def test_of_what_is_next_only_who_owes_it_as_things_stand_is_reminded(as_of):
    """Due on 6 June, to be reminded on the 3rd; told of the last day of May, then or later."""
    book = booked(REMIND | {"late_within_days": None})
    for loan in ("L1", "L2", "L3", "L4"):
        book.loan(loan, principal=3000)
        days = ("2024-05-31" if loan == "L1" else "2024-05-06", "2024-06-06", "2024-09-06")
        book.instalments(loan, *((day, 1000, 0) for day in days))
        if loan != "L4":  # which is late
            book.pay(loan, days[0], 1000)
    book.pay("L2", "2024-05-31", 1000)  # before anybody was to be reminded
    book.add("write_offs", loan_id="L3", written_off_on="2024-05-31", amount=2000, kind="sale")
    late(book, "L5", "2024-06-06", disbursed_on="2024-06-01")
    rows = book.build(as_of).rows(AHEAD, "2024-05-31")
    assert rows == [("L1", "2024-06-03", "2024-06-04")]


@pytest.mark.parametrize("as_of", ["2024-05-31", "2024-06-30"])
def test_what_was_paid_ahead_is_not_reminded_of_whether_or_not_its_day_has_come(as_of):
    book = booked(REMIND | {"late_within_days": None})
    for loan, paid_on in (("L1", "2024-05-30"), ("L2", "2024-05-31"), ("L3", "2024-06-01")):
        book.loan(loan, principal=2000)
        book.instalments(loan, ("2024-06-02", 1000, 0), ("2024-09-02", 1000, 0))
        if paid_on <= as_of:
            book.pay(loan, paid_on, 1000)
    found = {loan: row[:2] for loan, row in told(book, as_of, "remind").items() if loan != "L0"}
    assert found == {loan: ("2024-05-30", "2024-05-31") for loan in ("L2", "L3")}
    rows = book.rows("select loan_id from marts.contact_steps where step_state = 'not_needed'")
    assert rows == [("L2",)]


def test_who_had_come_to_the_step_in_the_same_lateness_is_not_told_of_again():
    book = booked(VISIT | {"amount": 2}).loan("L1", principal=3000)
    book.instalments("L1", *((day, 1000, 0) for day in ("2024-03-02", "2024-04-02", "2024-05-04")))
    book.pay("L1", "2024-04-10", 1000)  # from 39 days past due to 8: it had come to the visit
    book.pay("L1", "2024-05-05", 1000)  # and from 33 to one
    late(book, "L2", "2024-05-04")
    rows = book.build("2024-05-31").rows(AHEAD, "2024-05-31")
    assert rows == [("L2", "2024-06-04", "2024-06-06")]


@pytest.mark.parametrize(
    ("valid_to", "found"), [("2024-06-03", []), ("2024-06-04", ["L1"]), ("2024-06-05", ["L1"])]
)
def test_a_step_that_ends_before_it_would_begin_is_not_ahead(valid_to, found):
    book = late(booked(VISIT | {"amount": 2, "valid_to": valid_to}), "L1", "2024-05-04")
    assert [row[0] for row in book.build("2024-05-31").rows(AHEAD, "2024-05-31")] == found


LADDER_READS = (
    *("scoped_contact_step_months", "scoped_contact_steps", "book_contact_strategy"),
    "book_office_days",
)


def test_a_step_that_ended_in_the_month_is_on_the_ladder_and_one_long_ended_is_not(
    tmp_path, monkeypatch
):
    ended = CALL | {"valid_from": "2024-04-01", "valid_to": "2024-05-10"}
    long_ended = VISIT | {"valid_to": "2024-03-31"}
    after = CALL | {"step_id": "ring", "name": "Ring", "valid_from": "2024-05-11"}
    book = booked(ended, long_ended, after)
    late(book, "L1", "2024-05-07")
    late(book, "L2", "2024-05-14")
    book.build("2024-06-30")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=LADDER_READS)))
    may = Scope(("Main", ""), ("consumer", ""), date(2024, 5, 31))
    ladder = reports.contact_ladder(may).set_index("step_id")
    assert ladder["due_count"].to_dict() == {"call": 1, "ring": 1}
    share = measure(may, METRICS["step_on_time_rate"]).iloc[0]
    assert ladder["due_count"].sum() == share["step_on_time_rate_denominator"]
    # One that ends with the month is in force at its end, one that begins later is not.
    for day, steps in (
        (date(2024, 3, 31), ["visit"]),
        (date(2024, 4, 30), ["call"]),
        (date(2024, 6, 30), ["ring"]),
    ):
        then = Scope(may.branches, may.products, day)
        assert reports.contact_ladder(then)["step_id"].tolist() == steps


def test_a_row_of_the_ladder_opens_as_many_steps_as_it_counts(tmp_path, monkeypatch):
    own = CALL | {"product": "housing", "from_days": 2, "to_days": 9}
    book = booked(CALL, own)
    late(book, "L1", "2024-05-07")
    for loan in ("L2", "L3"):
        late(book, loan, "2024-05-07", product="housing")
    book.build("2024-05-31")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=LADDER_READS)))
    scope = Scope(("Main", ""), ("consumer", "housing", ""), date(2024, 5, 31))
    rate = METRICS["step_on_time_rate"]
    ladder = reports.contact_ladder(scope).set_index("of_product")["due_count"]
    assert ladder.to_dict() == {"*": 1, "housing": 2}
    for product, number in ladder.items():
        where: Where = (("step_id", "call"), ("of_product", product))
        assert rows_total(scope, rate, "denominator", where) == (number, number)
        assert figure_total(scope, rate, "denominator", where) == number


# --- The demo book ---


def test_every_step_of_the_demo_book_is_kept_by_some_and_slips_with_others(demo_scope):
    ladder = reports.contact_ladder(demo_scope)
    assert ladder["from_days"].is_monotonic_increasing and len(ladder) == 6
    assert ladder["in_time_share"].between(0.3, 0.98).all()
    parts = ["in_time_count", "late_count", "missed_count", "open_count", "not_needed_count"]
    assert (ladder[parts].sum(axis=1) == ladder["arose_count"]).all()
    number = reports.contact_steps_next_total(demo_scope)[0]
    assert number == reports.contact_steps_days(demo_scope)["step_count"].sum() > 0


def test_in_time_late_missed_open_and_not_needed_are_all_steps_that_arose(demo_scope):
    steps = "from scoped_contact_steps($branches, $products)"
    states = ask_exact(f"select step_state, sum(arose_count) {steps} group by 1", demo_scope)
    assert {state for state, _ in states} == {"in_time", "late", "missed", "open", "not_needed"}
    counts = "in_time_count + late_count + missed_count + open_count + not_needed_count"
    odd = ask_exact(f"select count(*) {steps} where {counts} <> 1 or arose_count <> 1", demo_scope)
    assert odd == [(0,)]
    (cube,) = ask_exact(
        f"select sum(arose_count), sum({counts})"
        " from scoped_contact_step_months($branches, $products)",
        demo_scope,
    )
    (rows,) = ask_exact(f"select count(*) {steps} where month_end <= $as_of", demo_scope)
    assert cube == (rows[0], rows[0])


def test_our_strategy_is_taken_whole_or_not_at_all():
    book = booked(CALL)
    organisation.add_levels(book.connection)
    assert book.rows("select step_id from raw.contact_strategy") == [("call",)]
    book = Book()
    organisation.add_levels(book.connection)
    assert len(book.rows("from raw.contact_strategy")) == 6
