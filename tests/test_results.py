"""What the departments' figures count: given rows, expected parts (10, 11.1, 12.2, 12.4, 13)."""

from datetime import date, timedelta

import pandas as pd
import pytest

from data import organisation
from queries.metrics import METRICS
from queries.reports.law import result_counts
from queries.rows_behind import rows_behind
from queries.warehouse import Scope
from tests.book import Book
from tests.served import serve
from tests.test_cases import Desk

D = date.fromisoformat
DAY = "2025-06-30"
MONTHS = ("2025-03-31", "2025-04-30", "2025-05-31", DAY)


def desk(*case_types: tuple, department: str = "legal") -> Book:
    """Cases of (type, opened, outcome, closed, *events), built as of the middle of 2025."""
    found = Desk()
    with_months(found.book)
    for place, (kind, opened, outcome, closed, *events) in enumerate(case_types):
        told = [*events, *([("closed", closed)] if closed else [])]
        found.case(
            f"C{place}", kind, opened, *told, department=department, outcome=outcome, loan_id="L1"
        )
    return found.book.build(DAY)


def with_months(book: Book, loan_id: str = "L1") -> Book:
    """The loan on the book at four month ends."""
    for day in MONTHS:
        book.recorded(loan_id, day, 900)
    return book


def bare() -> Book:
    """One loan on the book."""
    return with_months(Book().borrower().loan("L1"))


def parts(book: Book, figure: str, month_end: str = DAY) -> tuple:
    """Numerator and denominator of a figure at a month end."""
    metric = METRICS[figure]
    columns = f"sum({metric.numerator}), sum({metric.denominator or metric.numerator})"
    return book.one(f"select {columns} from marts.{metric.source} where month_end = ?", month_end)


# --- Cases ---


def test_open_past_its_day_is_late():
    book = desk(
        ("risk_file_update", "2025-05-20 10:00", "current", "2025-06-10 10:00"),
        ("risk_file_update", "2025-05-20 10:00", "current", "2025-06-25 10:00"),
        ("risk_file_update", "2025-05-21 10:00", None, None),
        ("legal_opinion", "2025-06-02 10:00", "given", "2025-06-05 10:00"),
    )
    assert parts(book, "review_on_time_rate") == (1, 3)


def reviewed(*cases: tuple[str, str | None], kind: str = "corporate", **columns) -> Book:
    """A borrower with a loan since 2023, on the book at each month end of a year and a half, and
    reviews of another since the beginning; its own are (opened, closed)."""
    found = Desk()
    since = columns.get("since", "2023-05-10")
    found.book.borrower("F1", kind).loan("F1", borrower_id="F1", disbursed_on=since)
    if back := columns.get("back"):
        found.book.loan("F2", borrower_id="F1", disbursed_on=back)
    for place in range(18):
        day = date(2024 + (place + 1) // 12, (place + 1) % 12 + 1, 1) - timedelta(days=1)
        loan_id = "F2" if back and day > D(back) else "F1"
        if day < D(since) or day.isoformat() in columns.get("off", ()):
            continue
        worse = columns.get("worse", "9999") <= day.isoformat()
        found.book.recorded(loan_id, day.isoformat(), 900, classification=2 if worse else 1)
    if listed := columns.get("listed"):
        row = {"entry_id": "H1", "borrower_id": "F1", "entered_on": listed}
        row["left_on"] = columns.get("unlisted")
        found.book.add("watchlist", **row)
    for cycle in columns.get("cycles", ()):
        found.book.add("review_cycles", **cycle)
    found.case("C0", "credit_review", "2024-01-05 10:00", loan_id="L1")
    for place, (opened, closed) in enumerate(cases, start=1):
        told = [("closed", f"{closed} 10:00")] if closed else []
        found.case(
            f"C{place}", "credit_review", f"{opened} 10:00", *told, borrower_id="F1",
            closed_at=f"{closed} 10:00" if closed else None,
        )  # fmt: skip
    return found.book.build(DAY)


def dues(book: Book) -> list[tuple]:
    """due_on, reviewed_on and is_on_time of the borrower's reviews."""
    return book.rows(
        "select due_on, reviewed_on, is_on_time from marts.credit_reviews where borrower_id = 'F1'"
        " order by since"
    )


def test_a_review_is_due_a_year_after_the_last_and_what_was_not_begun_is_late():
    """Of a firm reviewed on 10 March 2024, ten months before the cycle would have asked for it,
    which settled nothing; the next was approved on the very day, or not at all."""
    done = reviewed(("2024-02-20", "2024-03-10"), ("2025-02-20", "2025-03-10"))
    last = D("2025-03-10")
    assert dues(done) == [(last, last, True)]
    assert parts(done, "review_on_time_rate", "2025-03-31") == (1, 1)
    late = reviewed(("2024-02-20", "2024-03-10"), ("2025-02-20", None))
    assert dues(late) == [(D("2025-03-10"), None, False)]
    assert parts(late, "review_on_time_rate", "2025-03-31") == (0, 1)
    assert [parts(late, "reviews_overdue", day)[0] for day in MONTHS] == [1, 1, 1, 1]
    assert parts(late, "reviews_overdue", "2025-02-28")[0] is None


def test_a_review_approved_after_its_day_is_late_once():
    book = reviewed(("2024-02-20", "2024-03-10"), ("2025-02-20", "2025-04-20"))
    assert dues(book) == [(D("2025-03-10"), D("2025-04-20"), False)]
    assert [parts(book, "reviews_overdue", day)[0] for day in MONTHS] == [1, None, None, None]


def test_reviews_soon_after_one_another_are_one_obligation():
    """Three in three months settle nothing that was outstanding: the next is a year after the last.
    What comes within the last half of the cycle settles it, on the day on which that was due."""
    often = reviewed(*((f"2024-0{m}-10", f"2024-0{m}-20") for m in (2, 3, 4)))
    assert dues(often) == [(D("2025-04-20"), None, False)]
    early = reviewed(("2024-02-10", "2024-03-01"), ("2024-09-01", "2024-09-10"))
    assert dues(early) == [(D("2025-03-01"), D("2024-09-10"), True)]
    earlier = reviewed(("2024-02-10", "2024-03-01"), ("2024-08-01", "2024-08-10"))
    assert dues(earlier) == []


def test_the_rows_of_a_month_do_not_tell_what_came_after_it(tmp_path, monkeypatch):
    """A review due in March and done in April."""
    book = reviewed(("2024-02-20", "2024-03-10"), ("2025-02-20", "2025-04-20"))
    reads = ("scoped_results", "scoped_result_rows", "scoped_borrower_months", "book_duties")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=reads)))
    scope = Scope(("Main", ""), ("consumer", ""), D("2025-03-31"))
    (told,) = rows_behind(scope, METRICS["review_on_time_rate"], "denominator").to_dict("records")
    assert told["due_on"].date() == D("2025-03-10")
    assert pd.isna(told["closed_on"]) and pd.isna(told["case_id"])
    assert (told["cycle_months"], told["cycle_source"][:19]) == (12, "internal convention")
    later = Scope(scope.branches, scope.products, D("2025-04-30"))
    (known,) = result_counts(later).query("case_type == 'credit_review'").to_dict("records")
    assert known["closed_on"].date() == D("2025-04-20") and known["case_id"] == "C2"


def test_whoever_was_never_reviewed_is_due_a_year_after_reviews_are_known():
    """The first review on record is of 5 January 2024; persons are in no cycle."""
    assert dues(reviewed()) == [(D("2025-01-05"), None, False)]
    assert dues(reviewed(kind="retail")) == []


def test_a_first_loan_is_no_review_and_one_before_it_begins_the_cycle():
    """Reviewed on 20 February 2024, a year before it borrowed; or never, which makes no due yet."""
    book = reviewed(("2024-02-10", "2024-02-20"), since="2025-02-15")
    assert dues(book) == [(D("2025-02-20"), None, False)]
    assert dues(reviewed(since="2024-05-15")) == [(D("2025-05-15"), None, False)]
    assert dues(reviewed(since="2025-02-15")) == []


OFF = tuple(
    (date(2024 + m // 12, m % 12 + 1, 1) - timedelta(days=1)).isoformat() for m in range(7, 14)
)


def test_whoever_comes_back_to_the_book_is_due_a_cycle_after_that():
    """Away from July 2024 to January 2025: a year after 15 February 2025 is not over, a quarter is.
    A review of before settles nothing, and was not due while the firm was away."""
    away = {"off": OFF, "back": "2025-02-15"}
    assert dues(reviewed(**away)) == []
    assert dues(reviewed(**away, listed="2025-04-01")) == [(D("2025-05-15"), None, False)]
    assert dues(reviewed(("2024-01-10", "2024-01-20"), **away)) == []
    done = reviewed(("2025-05-01", "2025-05-14"), **away, listed="2025-04-01")
    assert dues(done) == [(D("2025-05-15"), D("2025-05-14"), True)]


def test_a_month_that_the_book_leaves_out_is_made_up_for_at_the_next():
    """Without a new loan nobody came back: what fell due in between is due when it is seen."""
    assert dues(reviewed(off=OFF)) == [(D("2025-02-28"), None, False)]


@pytest.mark.parametrize(
    ("listed", "due_on"), [("2025-01-10", "2025-01-31"), ("2025-02-10", "2025-02-28")]
)
def test_a_state_that_begins_long_after_the_cycle_makes_due_at_once(listed, due_on):
    cycle = {"borrower_kind": "retail", "state": "watchlist", "months": 3}
    book = reviewed(kind="retail", listed=listed, cycles=[cycle])
    assert dues(book) == [(D(due_on), None, False)]


def test_a_cycle_in_force_from_later_on_holds_from_then_on():
    cycle = {"borrower_kind": "retail", "state": "any", "months": 6, "valid_from": "2025-04-01"}
    assert dues(reviewed(kind="retail", cycles=[cycle])) == [(D("2025-04-30"), None, False)]


@pytest.mark.parametrize(
    ("state", "due_on"),
    [
        ({}, "2025-03-10"),
        ({"worse": "2024-01-31"}, "2024-09-10"),
        ({"listed": "2024-01-15"}, "2024-06-10"),
        # Three months are seen to be over at the end of June: not of who left the list that day.
        ({"listed": "2024-01-15", "unlisted": "2024-07-01"}, "2024-06-10"),
        ({"listed": "2024-01-15", "unlisted": "2024-06-30"}, "2025-03-10"),
        # Worse from the end of November on, when the half year was over: due at that month end.
        ({"worse": "2024-11-30"}, "2024-11-30"),
        ({"listed": "2024-01-15", "worse": "2024-01-31"}, "2024-06-10"),
    ],
)
def test_the_shortest_cycle_of_its_states_holds(state, due_on):
    book = reviewed(("2024-02-20", "2024-03-10"), **state)
    assert dues(book)[-1] == (D(due_on), None, False)


@pytest.mark.parametrize(("event", "counts"), [("report", 1), ("visit", 1), ("assigned", 0)])
def test_an_inspection_without_evidence_is_not_in_time(event, counts):
    book = desk(
        (
            *("post_loan_inspection", "2025-05-20 10:00", "no_issue", "2025-06-05 10:00"),
            (event, "2025-06-04 10:00"),
        )
    )
    assert parts(book, "inspection_on_time") == (counts, 1)


def test_a_plan_that_lapsed_was_not_carried_out():
    book = desk(
        ("strategy_plan", "2025-06-02 10:00", "executed", "2025-06-04 10:00"),
        ("strategy_plan", "2025-06-02 10:00", "lapsed", "2025-06-04 10:00"),
        ("post_loan_plan", "2025-06-02 10:00", "completed", "2025-06-20 10:00"),
    )
    assert parts(book, "action_completion") == (1, 3)


@pytest.mark.parametrize(
    ("figure", "kind", "expected"),
    [
        ("uof_check_on_time", "use_of_funds_check", (1, 2)),
        ("report_on_time", "risk_report", (1, 2)),
        ("alert_on_time_rate", "ews_alert", (1, 2)),
    ],
)
def test_each_kind_of_work_is_judged_by_its_own_target(figure, kind, expected):
    late = "2025-06-29 10:00"
    book = desk(
        (kind, "2025-06-02 10:00", "x", late),
        (kind, "2025-06-02 10:00", "x", "2025-06-05 10:00"),
    )
    assert parts(book, figure) == expected


def test_an_audits_report_is_due_thirty_days_after_the_first_end_of_its_fieldwork():
    """However long it was prepared; until the fieldwork has ended nothing is due."""
    began, ended = "2025-01-06 10:00", ("fieldwork", "2025-05-20 15:00")
    book = desk(
        ("audit_engagement", began, "reported", "2025-06-19 23:00", ended),
        ("audit_engagement", began, "reported", "2025-06-20 00:00", ended),
        ("audit_engagement", began, None, None, ended),
        ("audit_engagement", began, None, None),
        ("audit_engagement", began, None, None, ("fieldwork", "2025-06-15 10:00")),
        ("audit_engagement", began, None, None, ended, ("fieldwork", "2025-06-15 10:00")),
    )
    dues = "select due_on, is_breached, elapsed_minutes from marts.case_stays order by case_id"
    told = book.rows(dues)
    by = D("2025-06-19")
    assert [due for due, *_ in told] == [by, by, by, None, D("2025-07-15"), by]
    assert [late for _, late, _ in told] == [False, True, True, False, False, True]
    assert told[0][2] == 30 * 1440 + 8 * 60 and told[3][2] is None
    assert parts(book, "report_on_time") == (1, 4)
    assert parts(book, "overdue_open")[0] == 2
    assert parts(book, "backlog")[0] == 4


def test_an_audit_without_an_end_of_fieldwork_has_the_recorded_target():
    """A folder that tells no such event tells its deadlines itself; where it does, that counts."""
    found = Desk()
    with_months(found.book)
    began, by = "2025-01-06 10:00", {"due_at": "2025-06-10"}
    kind = ("audit_engagement", began)
    found.case("C0", *kind, ("closed", "2025-06-10 15:00"), outcome="reported", **by)
    found.case("C1", *kind, ("closed", "2025-06-11 15:00"), outcome="reported", **by)
    found.case("C2", *kind, **by)
    found.case("C3", *kind, ("fieldwork", "2025-05-20 15:00"), **by)
    book = found.book.build(DAY)
    told = book.rows("select due_on, is_breached from marts.case_stays order by case_id")
    recorded = D("2025-06-10")
    assert told == [
        *((recorded, False), (recorded, True), (recorded, True), (D("2025-06-19"), True)),
    ]
    assert parts(book, "report_on_time") == (1, 4)


def test_what_was_reworked_or_opened_again_is_rework():
    again = (("closed", "2025-06-05 10:00"), ("reopened", "2025-06-20 10:00"))
    book = desk(
        ("risk_assessment_report", "2025-06-02 10:00", "approved", "2025-06-04 10:00"),
        ("risk_assessment_report", "2025-06-02 10:00", "reworked", "2025-06-04 10:00"),
        ("risk_assessment_report", "2025-06-02 10:00", "approved", "2025-06-25 10:00", *again),
        ("risk_report", "2025-06-02 10:00", "read", "2025-06-25 10:00", *again),
    )
    assert parts(book, "rework_rate") == (2, 4)
    assert parts(book, "report_restatement")[0] == 1


def test_disputes_settled_over_disputes_closed_of_twelve_months():
    book = desk(
        ("dispute", "2025-06-02 10:00", "settled", "2025-06-04 10:00"),
        ("dispute", "2024-08-02 10:00", "filed", "2024-08-04 10:00"),
        ("dispute", "2024-05-02 10:00", "settled", "2024-06-04 10:00"),
    )
    assert parts(book, "settlement_rate") == (1, 2)


def test_answers_take_working_days():
    book = desk(
        ("legal_opinion", "2025-06-06 10:00", "given", "2025-06-09 10:00"),
        ("legal_support", "2025-06-09 10:00", "closed", "2025-06-12 10:00"),
    )
    assert parts(book, "legal_turnaround") == (4, 2)


def test_changes_that_were_rolled_back_failed_and_were_not_released():
    book = desk(
        ("change_request", "2025-06-02 10:00", "released", "2025-06-12 10:00"),
        ("change_request", "2025-06-02 10:00", "rolled_back", "2025-06-20 10:00"),
    )
    assert parts(book, "change_failure_rate") == (1, 2)
    assert parts(book, "lead_time") == (10, 1)


def test_a_default_has_its_plan_after_so_many_days():
    plan = ("plan", "2025-06-09 10:00")
    book = desk(("default_case", "2025-06-02 10:00", "sued", "2025-06-12 10:00", plan))
    assert parts(book, "plan_days") == (7, 1)


@pytest.mark.parametrize(
    ("figure", "case_type", "event"),
    [
        ("notice_days", "accelerate_claim", "notice"),
        ("letter_days", "breach_pursuit", "letter"),
        ("rectify_days", "misuse_investigation", "rectified"),
        ("approval_days", "schedule_change", "approval"),
        ("approval_days", "terms_adjust", "approval"),
    ],
)
def test_a_duty_is_judged_by_the_first_of_its_steps_closed_or_not(figure, case_type, event):
    steps = [(event, "2025-06-11 10:00"), (event, "2025-06-20 10:00")]
    book = desk(
        (case_type, "2025-06-02 10:00", None, None, *steps),
        (case_type, "2025-06-02 10:00", None, None, ("reviewed", "2025-06-03 10:00")),
        ("legal_opinion", "2025-06-02 10:00", None, None, (event, "2025-06-03 10:00")),
    )
    assert parts(book, figure) == (9, 1)


def test_a_notice_calls_due_what_the_loan_owed_at_the_month_end_before():
    found = Desk()
    for day, owed in zip(MONTHS, (990, 960, 930, 700), strict=True):
        found.book.recorded("L1", day, owed)
    for place, (kind, event) in enumerate(
        [("accelerate_claim", "notice"), ("accelerate_claim", "paid"), ("breach_pursuit", "letter")]
    ):
        steps = [(event, "2025-06-11 10:00"), (event, "2025-06-20 10:00")]
        found.case(f"C{place}", kind, "2025-06-02 10:00", *steps, loan_id="L1")
    found.case("C9", "accelerate_claim", "2025-06-02 10:00", ("notice", "2025-06-11 10:00"))
    book = found.book.build(DAY)
    assert parts(book, "called_due_amt") == (930, 930)
    assert parts(book, "notice_days") == (18, 2)


@pytest.mark.parametrize(
    ("figure", "case_type", "outcomes", "step", "expected"),
    [
        (
            *("rating_change_rate", "credit_review"),
            *(("unchanged", "upgraded", "downgraded", None), "rated", (2, 3)),
        ),
        (
            *("field_error_rate", "data_maintenance"),
            *(("corrected", "confirmed", "confirmed"), "second_check", (1, 3)),
        ),
        (
            *("originals_missing_rate", "doc_inventory"),
            *(("complete", "originals_missing"), "compare", (1, 2)),
        ),
    ],
)
def test_what_came_of_a_duty_closed_in_the_month(figure, case_type, outcomes, step, expected):
    cases = [
        (case_type, "2025-06-02 10:00", outcome, "2025-06-05 10:00", (step, "2025-06-03 10:00"))
        for outcome in outcomes
    ]
    open_still = (case_type, "2025-06-02 10:00", None, None, (step, "2025-06-03 10:00"))
    earlier = (case_type, "2025-05-12 10:00", outcomes[0], "2025-05-14 10:00")
    assert parts(desk(*cases, open_still, earlier), figure) == expected


def adjusted(book: Book, number: str, loan_id: str, day: str, **facts) -> Book:
    """A change of rate or terms that came into force on the day."""
    row = {"is_difficulty": True, "reason": "overdue", "kind": "rate_cut"} | facts
    book.add("restructures", restructure_id=number, loan_id=loan_id, restructured_on=day, **row)
    return book


def test_an_adjustment_moves_the_rate_by_what_was_lent_before_it():
    """600 and 200 from 10 % to 8 %, then 200 from 8 % to 9 %: -12, -4 and +2 of a year's interest.
    What was extended moves nothing; what was cut to an unknown rate does not count."""
    book = Book().borrower()
    for loan_id, lent in (("L1", 600), ("L2", 200), ("L3", 200), ("L4", 500)):
        book.loan(loan_id, annual_rate=0.1)
        for day in MONTHS:
            book.recorded(loan_id, day, lent if day <= MONTHS[2] else lent - 100)
    adjusted(book, "R1", "L1", "2025-06-10", new_rate=0.08)
    adjusted(book, "R2", "L2", "2025-04-10", new_rate=0.08)
    adjusted(book, "R3", "L2", "2025-06-11", new_rate=0.09, kind="other")
    adjusted(book, "R4", "L3", "2025-06-12", kind="extension")
    adjusted(book, "R5", "L4", "2025-06-13")
    adjusted(book, "R6", "L4", "2025-06-14", kind="extension")
    book.build(DAY)
    assert parts(book, "yield_effect", "2025-04-30") == (-4, 200)
    assert parts(book, "yield_effect") == (-4 - 12 + 2, 200 + 600 + 200 + 200)
    assert parts(book, "terms_adjusted")[0] == 6
    told = book.rows(
        "select rate_before, rate_after from marts.restructures order by restructure_id"
    )
    assert [tuple(None if r is None else float(r) for r in each) for each in told] == [
        *((0.1, 0.08), (0.1, 0.08), (0.08, 0.09)),
        *((0.1, 0.1), (0.1, None), (None, None)),
    ]


def test_an_adjustment_of_which_nobody_said_whether_it_was_for_difficulty_is_untested():
    book = bare()
    adjusted(book, "R1", "L1", "2025-06-10", is_difficulty=None)
    adjusted(book, "R2", "L1", "2025-06-11", reason=None)
    adjusted(book, "R3", "L1", "2025-06-12", is_difficulty=False, reason="market_rate")
    adjusted(book, "R4", "L1", "2024-06-30", is_difficulty=None)
    # Who was in no difficulty was so for no reason.
    adjusted(book, "R5", "L1", "2025-06-13", is_difficulty=False, reason=None)
    book.build(DAY)
    assert parts(book, "difficulty_untested_rate") == (2, 4)


def test_originals_lent_out_are_back_in_five_working_days_or_late():
    """Friday 30 May 2025 and five days after the Dragon Boat holiday: Monday 9 June."""
    found = Desk()
    with_months(found.book)
    for place, (lent_on, returned_on) in enumerate(
        [
            ("2025-05-30", "2025-06-09"),
            ("2025-05-30", "2025-06-10"),
            ("2025-06-20", None),
            ("2025-06-24", None),
            ("2025-05-20", "2025-06-15"),
        ]
    ):
        row = {"loan_id": "L1", "kind": "loan_contract", "lent_on": lent_on}
        found.book.add("document_lendings", lending_id=f"D{place}", returned_on=returned_on, **row)
    book = found.book.build(DAY)
    dues = "select due_on from marts.document_lendings order by lending_id"
    assert [due.isoformat() for (due,) in book.rows(dues)] == [
        *("2025-06-09", "2025-06-09", "2025-06-27", "2025-07-01", "2025-05-27"),
    ]
    assert parts(book, "lending_on_time_rate", "2025-05-31") == (0, 1)
    assert parts(book, "lending_on_time_rate") == (1, 3)
    assert parts(book, "originals_out_late", "2025-05-31")[0] == 1
    out = "select case_id, opened_on, due_on, closed_on, subject, department_id from"
    (told,) = book.rows(
        f"{out} marts.result_rows where lending_late_count = 1 and month_end = ?", DAY
    )
    days = (D("2025-06-20"), D("2025-06-27"), None)
    assert told == (None, *days, "loan_contract", "business_support")


def test_an_original_is_to_be_back_by_the_level_of_the_day_on_which_it_was_lent():
    found = Desk()
    with_months(found.book)
    row = {"case_type": "doc_archiving", "measure": "return", "grade": "standard", "unit": "days"}
    connection = found.book.connection
    connection.execute(
        "update raw.service_levels set valid_to = '2025-03-31'"
        " where case_type = 'doc_archiving' and measure = 'return'"
    )
    found.book.add("service_levels", **row, clock="calendar", amount=10, valid_from="2025-04-01")
    for place, lent_on in enumerate(("2025-03-31", "2025-04-01")):
        found.book.add("document_lendings", lending_id=f"D{place}", loan_id="L1",
                       kind="loan_contract", lent_on=lent_on)  # fmt: skip
    rows = found.book.build(DAY).rows(
        "select lending_id, due_on::varchar from marts.document_lendings order by 1"
    )
    # Five working days with the Tomb-Sweeping holiday of 4 April, and ten days.
    assert rows == [("D0", "2025-04-08"), ("D1", "2025-04-11")]


def test_a_change_without_a_second_check_was_not_checked():
    book = desk(
        ("data_maintenance", "2025-06-02 10:00", "corrected", "2025-06-03 10:00"),
        (
            *("data_maintenance", "2025-06-02 10:00", "confirmed", "2025-06-03 10:00"),
            ("second_check", "2025-06-02 15:00"),
        ),
    )
    assert parts(book, "field_error_rate") == (0, 1)


def test_a_contract_case_stands_while_its_contract_is_not_signed_or_has_run_out():
    found = Desk()
    for day in MONTHS:
        found.book.recorded("L1", day, 900)
    found.book.loan("L2", matures_on="2025-05-31").recorded("L2", MONTHS[0], 100)
    signed = ("signed", "2025-05-12 10:00")
    for place, (loan, *events) in enumerate(
        [
            ("L1", signed),
            ("L1",),
            ("L2", signed),
            ("L1", signed, ("closed", "2025-06-02 10:00")),
            ("L1", ("closed", "2025-05-20 10:00")),
        ]
    ):
        found.case(f"C{place}", "contract_lifecycle", "2025-04-28 10:00", *events, loan_id=loan)
    book = found.book.build(DAY)
    standing = "select count(contract_lacking_count) from marts.result_rows where month_end = ?"
    told = [
        (*book.one(standing, day), parts(book, "contracts_lacking", day)[0]) for day in MONTHS[1:]
    ]
    assert told == [(5, 5), (4, 2), (3, 2)]


def test_a_step_is_of_who_had_the_case_then():
    sent = ("sent", "2025-06-03 10:00", {"to_department": "collections"})
    book = desk(
        (
            "breach_pursuit",
            "2025-06-02 10:00",
            None,
            None,
            sent,
            ("accepted", "2025-06-04 10:00"),
            ("letter", "2025-06-06 10:00"),
        ),
    )
    told = book.one(
        "select department_id, letter_days from marts.result_rows where letter_count = 1"
    )
    assert told == ("collections", 4)


def test_hand_overs_of_a_month_as_they_stood_at_its_end():
    sent = ("sent", "2025-06-03 10:00", {"to_department": "collections"})
    late = ("sent", "2025-05-28 10:00", {"to_department": "collections"})
    book = desk(
        ("dispute", "2025-06-02 10:00", None, None, sent, ("accepted", "2025-06-03 14:00")),
        ("dispute", "2025-06-02 10:00", None, None, sent, ("returned", "2025-06-04 14:00")),
        ("dispute", "2025-05-02 10:00", None, None, late, ("returned", "2025-06-04 14:00")),
    )
    assert parts(book, "bounce_rate") == (1, 2)
    assert parts(book, "bounce_rate", "2025-05-31") == (0, 1)
    hours, accepted = parts(book, "handoff_time")
    assert accepted == 1 and 0 < hours <= 4


# --- Law ---


def suits() -> Book:
    """A suit won in part and enforced in vain, another lost, a third settled."""
    book = bare()
    for place, (outcome, upheld) in enumerate((("partly_won", 600), ("lost", 0), ("settled", 500))):
        book.add(
            "proceedings",
            proceeding_id=f"P{place}",
            loan_id="L1",
            kind="litigation",
            filed_on="2024-11-01",
            claimed=1000,
            upheld=upheld,
            outcome=outcome,
            decision="judgment",
            effective_on="2025-02-01",
            perform_by="2025-02-16",
            enforcement_filed_on="2025-03-01" if upheld == 600 else None,
            enforcement_ended_on="2025-05-20" if upheld == 600 else None,
            enforcement_ending="terminated_round" if upheld == 600 else None,
        )
    events = (
        *(("first_instance", "2024-11-10", None), ("effective", "2025-02-01", None)),
        *(("fee", "2024-11-01", 50), ("fee_recovered", "2025-05-01", 20)),
        *(("cash", "2025-04-01", 100), ("cash", "2025-06-10", 200)),
    )
    for place, (kind, day, amount) in enumerate(events):
        row = {"kind": kind, "happened_on": day, "amount": amount}
        book.add("legal_events", event_id=f"E{place}", loan_id="L1", proceeding_id="P0", **row)
    return book.build(DAY)


def test_what_courts_upheld_of_what_they_decided():
    assert parts(suits(), "win_rate") == (600, 2000)


def test_titles_of_twelve_months_with_what_came_in_by_then():
    book = suits()
    assert parts(book, "legal_recovery_rate") == (300, 1100)
    assert parts(book, "legal_recovery_rate", "2025-05-31") == (100, 1100)


def test_a_round_that_ended_is_still_in_enforcement():
    book = suits()
    assert parts(book, "terminated_round_share") == (300, 300)
    assert parts(book, "terminated_round_share", "2025-04-30") == (0, 500)


def test_what_law_costs_of_what_it_brings():
    assert parts(suits(), "legal_cost_ratio") == (30, 300)


def test_days_from_one_stage_to_the_next():
    assert parts(suits(), "stage_duration") == (83, 1)


def test_the_lag_runs_from_the_first_day_over_ninety():
    book = Book().borrower().loan("L1", principal=1000, disbursed_on="2024-01-01")
    book.instalments("L1", ("2024-06-30", 1000, 0))
    row = {"proceeding_id": "P1", "loan_id": "L1", "kind": "litigation", "claimed": 1000}
    book.add("proceedings", **row, filed_on="2024-12-01").build(DAY)
    first = D("2024-06-30") + timedelta(days=91)
    assert parts(book, "legal_referral_lag") == ((D("2024-12-01") - first).days, 1)


def test_a_contract_has_a_defect_until_the_last_is_remedied():
    book = bare()
    for review in ("V1", "V2", "V3"):
        day = "2024-05-01" if review == "V3" else "2025-01-10"
        book.add("contract_reviews", review_id=review, loan_id="L1", reviewed_on=day)
    for defect, review, day in (("X1", "V1", "2025-06-05"), ("X2", "V1", None), ("X3", "V3", None)):
        book.add(
            "contract_defects", defect_id=defect, review_id=review, code="CV08", remedied_on=day
        )
    assert parts(book.build(DAY), "contract_defect_rate") == (1, 2)


def test_what_no_case_tells_of_is_told_of_the_department_that_has_such_work():
    """A bank may call its departments as it likes; what it has nobody for stands elsewhere."""
    book = bare()
    for name in ("law", "files"):
        book.add("departments", department_id=name, name=name)
    for place, (name, kind) in enumerate([("files", "litigation"), ("law", "settlement")]):
        book.add("duties", duty_id=f"Z{place}", department_id=name, name="Own", case_type=kind,
                 position=2 - place)  # fmt: skip
    book.add("duties", duty_id="Z2", department_id="law", name="Own", case_type="litigation",
             position=1)  # fmt: skip
    book.add("proceedings", proceeding_id="P1", loan_id="L1", kind="litigation", claimed=1000,
             filed_on="2025-01-10", decided_on="2025-03-01", effective_on="2025-05-10",
             upheld=800, outcome="partly_won")  # fmt: skip
    book.add("settlements", settlement_id="S1", loan_id="L1", claim=100, offered_on="2025-05-01",
             approved_on="2025-05-02", paid=60, paid_on="2025-05-10")  # fmt: skip
    book.add("contract_reviews", review_id="R1", loan_id="L1", reviewed_on="2025-05-05")
    book.build(DAY)
    found = book.rows(
        "select distinct case_type, department_id from marts.result_rows "
        f"where month_end = '{DAY}' and case_type <> 'incident' order by 1"
    )
    assert found == [
        ("contract_validity_check", "elsewhere"),
        ("litigation", "law"),
        ("settlement", "law"),
    ]


def test_a_contract_weighs_as_its_worst_open_defect():
    book = bare()
    for review in ("V1", "V2", "V3"):
        book.add("contract_reviews", review_id=review, loan_id="L1", reviewed_on="2025-01-10")
    defects = (
        ("X1", "V1", "high", "2025-06-05"),
        ("X2", "V1", "medium", None),
        ("X3", "V1", "low", None),
        ("X4", "V2", "high", None),
    )
    for defect, review, severity, day in defects:
        row = {"defect_id": defect, "review_id": review, "code": "CV08"}
        book.add("contract_defects", **row, severity=severity, remedied_on=day)
    assert parts(book.build(DAY), "contract_defect_rate_weighted") == (1.5, 3)


# --- Recovery ---


def test_assets_are_judged_by_net_proceeds_and_the_law():
    book = bare()
    row = {"loan_id": "L1", "asset_kind": "property", "defaulted_on": "2023-01-01"}
    book.add(
        "disposals", disposal_id="D1", **row, appraised=1000, sold_on="2025-03-01", proceeds=800,
        cost=50,
    )  # fmt: skip
    book.add("disposals", disposal_id="D2", **row, acquired_on="2023-06-29", acquired_value=500)
    book.add("disposals", disposal_id="D3", **row, acquired_on="2023-06-30", acquired_value=300)
    book.build(DAY)
    assert parts(book, "realised_to_appraised") == (750, 1000)
    assert parts(book, "disposal_days") == ((D("2025-03-01") - D("2023-01-01")).days, 1)
    assert parts(book, "foreclosed_amt")[0] == 800
    told = book.one(
        "select standing, realised, days_to_cash from marts.disposals where disposal_id = 'D1'"
    )
    assert told == ("sold", 750, (D("2025-03-01") - D("2023-01-01")).days)
    # Two years to the day are within the law.
    assert parts(book, "foreclosed_overdue_amt")[0] == 500
    assert parts(book, "foreclosed_overdue_cnt")[0] == 1


def test_a_settlement_counts_once_it_is_approved_and_paid():
    book = bare()
    row = {"loan_id": "L1", "offered_on": "2025-01-01", "claim": 1000, "agreed": 700}
    paid = {"approved_on": "2025-01-20", "paid_on": "2025-02-01", "paid": 700}
    book.add("settlements", settlement_id="T1", **row, **paid)
    book.add("settlements", settlement_id="T2", **row, approved_on="2025-01-20")
    assert parts(book.build(DAY), "settlement_haircut") == (300, 1000)


# --- Use of funds (13) ---


def check(book: Book, code: str) -> tuple:
    """How many were tested and failed, in all."""
    return book.one(
        "select coalesce(sum(tested_count), 0), coalesce(sum(failed_count), 0)"
        " from marts.use_checks where check_id = ?",
        code,
    )


def pays(product: str, kind: str, *payments: dict) -> Book:
    """A loan and what it was spent on."""
    book = Book().borrower(kind=kind).loan("L1", product=product, term_months=36)
    with_months(book)
    for place, payment in enumerate(payments):
        row = {"paid_on": "2025-03-01", "amount": 1000, "payee": f"payee {place}"}
        book.add("fund_payments", payment_id=f"F{place}", loan_id="L1", **(row | payment))
    return book.build(DAY)


@pytest.mark.parametrize(
    ("product", "payee", "failed"),
    [
        ("consumer", "merchant", 0),
        ("consumer", "property", 1),
        ("housing", "property", 0),
        ("housing", "securities", 1),
    ],
)
def test_m1_money_does_not_flow_where_it_may_not(product, payee, failed):
    assert check(pays(product, "retail", {"payee_kind": payee}), "M1") == (1, failed)


@pytest.mark.parametrize(
    ("amount", "paid_on", "tested"),
    [
        (10_000_000, "2025-03-01", 0),
        (10_000_000.01, "2025-03-01", 1),
        (6_000_000, "2024-05-01", 1),
    ],
)
def test_m2_a_firms_large_payment_is_the_banks(amount, paid_on, tested):
    told = {"amount": amount, "paid_on": paid_on}
    book = pays("working_capital", "corporate", told | {"method": "self"})
    assert check(book, "M2") == (tested, tested)
    book = pays("working_capital", "corporate", told | {"method": "entrusted"})
    assert check(book, "M2") == (tested, 0)


@pytest.mark.parametrize(
    ("product", "payment", "tested"),
    [
        ("consumer", {"payee_is_known": False, "amount": 300_000}, 0),
        ("consumer", {"payee_is_known": False, "amount": 300_001}, 1),
        ("consumer", {"payee_is_known": True, "amount": 100}, 1),
        ("small_business", {"payee_is_known": True, "amount": 500_000}, 0),
        ("small_business", {"payee_is_known": True, "amount": 500_001}, 1),
        ("consumer", {"takes_cash_only": True, "amount": 900_000}, 0),
    ],
)
def test_m3_a_person_pays_itself_in_three_cases(product, payment, tested):
    assert check(pays(product, "retail", payment | {"method": "self"}), "M3") == (tested, tested)


def test_m4_payments_to_one_payee_within_a_week_are_one():
    half = {"payee": "A", "amount": 200_000, "payee_kind": "merchant"}
    book = pays("consumer", "retail", half, half | {"paid_on": "2025-03-08"})
    assert check(book, "M4") == (2, 1)
    book = pays("consumer", "retail", half, half | {"paid_on": "2025-03-09"})
    assert check(book, "M4") == (2, 0)
    # One that is above the limit by itself was not split.
    book = pays("consumer", "retail", half | {"amount": 350_000}, half)
    assert check(book, "M4") == (2, 0)


@pytest.mark.parametrize(("received", "failed"), [("2025-03-31", 0), ("2025-04-01", 1), (None, 1)])
def test_m5_proof_is_due_after_thirty_days(received, failed):
    told = {"method": "self", "voucher_received_on": received}
    assert check(pays("consumer", "retail", told), "M5") == (1, failed)


def test_what_is_unproven_adds_up_until_it_is_proven():
    book = pays(
        *("consumer", "retail"),
        {"voucher_received_on": "2025-05-20"},
        {"voucher_received_on": "2025-03-05"},
        {"paid_on": "2025-06-01"},
    )
    assert parts(book, "evidence_gap_rate", "2025-03-31") == (0, 0)
    assert parts(book, "evidence_gap_rate", "2025-04-30") == (1, 2)
    assert parts(book, "evidence_gap_rate", "2025-05-31") == (0, 2)


def test_m6_terms_are_held_to_the_longest_from_the_day_of_the_rule():
    for disbursed, term, expected in (
        ("2024-08-01", 37, (1, 1)),
        ("2024-08-01", 36, (1, 0)),
        ("2024-06-01", 37, (0, 0)),
    ):
        book = Book().borrower(kind="corporate")
        book.loan("L1", product="working_capital", term_months=term, disbursed_on=disbursed)
        assert check(book.recorded("L1", DAY, 900).build(DAY), "M6") == expected


@pytest.mark.parametrize(
    ("shares", "failed"),
    [
        ((0.5, 0.6, 0.6), 0),
        ((0.5, 0.625, 0.6), 1),
        ((0.7, 0.6, 0.45), 1),
        ((0.7, 0.6, 0.75), 1),
    ],
)
def test_m7_own_capital_and_progress_keep_step_with_the_draw(shares, failed):
    book = bare()
    capital, drawn, done = shares
    columns = {"capital_share": capital, "drawn_share": drawn, "progress_share": done}
    book.add("project_reports", loan_id="L1", reported_on="2025-03-01", **columns)
    assert check(book.build(DAY), "M7") == (1, failed)


def test_m8_an_account_is_watched_in_each_month():
    book = with_months(Book().borrower(kind="corporate").loan("L1", product="working_capital"))
    for day in ("2025-04-30", DAY):
        book.add("account_months", borrower_id="B1", month_end=day, inflow=100)
    assert check(book.build(DAY), "M8") == (3, 1)  # none was watched before


def test_m9_is_the_inspections_of_borrowers():
    report = ("report", "2025-06-04 10:00")
    opened = ("post_loan_inspection", "2025-05-20 10:00", "no_issue")
    book = desk((*opened, "2025-06-05 10:00", report), (*opened, "2025-06-25 10:00", report))
    assert check(book, "M9") == (2, 1)


def test_m10_a_renewal_records_the_test_for_difficulty():
    book = Book().borrower(kind="small_business").loan("L1").recorded("L1", DAY, 900)
    for number, flag, reason in (
        *(("R1", True, "overdue"), ("R2", True, None)),
        *(("R3", None, "overdue"), ("R4", False, "market_rate")),
    ):
        row = {"restructure_id": number, "kind": "extension", "reason": reason}
        row |= {"is_difficulty": flag}
        book.add("restructures", loan_id="L1", restructured_on="2025-03-01", **row)
    assert check(book.build(DAY), "M10") == (4, 2)


@pytest.mark.parametrize(("returned", "failed"), [("2025-03-08", 1), ("2025-03-09", 0), (None, 0)])
def test_m11_money_that_is_back_within_a_week_was_not_used(returned, failed):
    assert check(pays("consumer", "retail", {"returned_on": returned}), "M11") == (1, failed)


def test_misuse_is_of_the_loans_that_were_checked():
    book = bare()
    row = {"loan_id": "L1", "checked_on": "2025-06-05"}
    book.add("fund_uses", check_id="K1", **row, result="as_agreed")
    book.add("fund_uses", check_id="K2", **row, result="misused", misused_amount=400)
    book.add("fund_uses", check_id="K3", loan_id="L1")
    book.build(DAY)
    assert parts(book, "uof_misuse_rate") == (1, 2)
    assert parts(book, "uof_misuse_amt")[0] == 400


def test_the_bank_paid_what_it_had_to_pay():
    book = pays(
        *("consumer", "retail"), {"method": "entrusted"}, {"method": "self"},
        {"takes_cash_only": True},
    )  # fmt: skip
    assert parts(book, "entrusted_payment_compliance", "2025-03-31") == (1, 2)


# --- Watched ---


def test_a_value_is_current_for_a_year():
    book = bare()
    for asset, day in (("A1", "2024-06-30"), ("A2", "2024-06-28")):
        book.add("collateral", collateral_id=asset, loan_id="L1", kind="home")
        book.add("valuations", valuation_id=asset, collateral_id=asset, valued_on=day, value=1000)
    assert parts(book.build(DAY), "valuation_currency") == (1000, 2000)


def test_a_firms_record_is_drawn_every_three_months():
    book = Book()
    for number, kind, day in (
        ("B1", "corporate", "2025-04-10"),
        ("B2", "corporate", "2025-03-20"),
        ("B3", "retail", "2025-06-10"),
    ):
        book.borrower(number, kind).loan(f"L{number}", borrower_id=number)
        with_months(book, f"L{number}")
        book.add("bureau", borrower_id=number, reported_on=day)
    assert parts(book.build(DAY), "credit_monitor_coverage") == (1, 2)


def test_restructured_loans_are_judged_after_twelve_months():
    book = Book().borrower().loan("L1", principal=1000, disbursed_on="2023-01-10")
    book.recorded("L1", "2024-03-31", 900).recorded("L1", "2024-12-31", 900, days_past_due=95)
    book.recorded("L1", DAY, 900)
    row = {"loan_id": "L1", "restructured_on": "2024-04-10", "kind": "extension"}
    book.add("restructures", restructure_id="R1", **row).build(DAY)
    assert parts(book, "redefault_rate") == (1, 1)
    assert parts(book, "redefault_rate", "2025-03-31") == (None, None)


# --- Systems ---


def test_failures_are_timed_from_their_detection():
    book = bare()
    organisation.add_levels(book.connection)
    times = {
        "started_at": "2025-06-03 09:00",
        "detected_at": "2025-06-03 10:00",
        "contained_at": "2025-06-03 10:30",
        "restored_at": "2025-06-03 14:00",
    }
    book.add(
        "incidents", incident_id="I1", kind="service", grade="p1", downtime_minutes=60, **times
    )
    book.add("incidents", incident_id="I2", kind="service", grade="p3", downtime_minutes=0, **times)
    planned = {"downtime_minutes": 500, "is_planned": True}
    book.add("incidents", incident_id="I3", kind="service", grade="p2", **planned, **times)
    book.add("incidents", incident_id="I4", kind="security", **times)
    book.build(DAY)
    assert parts(book, "mttr") == (8, 2)
    assert parts(book, "mttd") == (1, 1)
    assert parts(book, "mttc") == (0.5, 1)
    up, whole = parts(book, "availability")
    assert whole - up == 60
