"""How customers are served and the house runs, by hand (sections 8, 11.1, 15.1, 16, 17)."""

from pathlib import Path

import pytest

from data import organisation
from queries import reports
from queries.metrics import METRICS, measure
from queries.warehouse import Scope
from tests.book import Book
from tests.served import serve

READS = ("scoped_results", "scoped_result_rows", "scoped_service_links", "scoped_case_times")
CASE = {"department_id": "customer_service", "owner": "S1"}


class Service:
    """A book with one borrower and cases of customer service, on the ready service levels."""

    def __init__(self) -> None:
        self.book = Book().borrower().loan("L1")
        for day in ("01-31", "02-28", "03-31", "04-30", "05-31", "06-30"):
            self.book.recorded("L1", f"2025-{day}", 10)
        organisation.add_departments(self.book.connection, ())
        organisation.add_levels(self.book.connection)
        self.number = 0

    def case(self, case_type: str, opened_at: str, closed_at: str | None = None, **more) -> str:
        """One case, of which the first reply is `answered_at`; gives its number."""
        self.number += 1
        case_id = f"C{self.number:02}"
        answered = more.pop("answered_at", None)
        row = CASE | {"loan_id": "L1", "borrower_id": "B1", "outcome": None, "topic": None}
        row |= {"grade": "standard"} | more
        self.book.add("cases", case_id=case_id, case_type=case_type, opened_at=opened_at,
                      closed_at=closed_at, **row)  # fmt: skip
        if answered:
            self.book.add("case_events", event_id=f"E{case_id}", case_id=case_id,
                          event="first_reply", happened_at=answered)  # fmt: skip
        return case_id

    def sums(self, *columns: str, as_of: str = "2025-06-30") -> list[tuple]:
        """Month end and the sums of some columns, where any counts."""
        asked = ", ".join(f"sum({each})" for each in columns)
        book = self.book.build(as_of)
        return book.rows(
            f"select month_end::varchar, {asked} from marts.results group by 1"
            f" having {' + '.join(f'sum({each})' for each in columns)} > 0 order by 1"
        )


# --- Complaints ---


@pytest.mark.parametrize(
    ("grade", "closed_at", "month_end", "on_time"),
    [
        ("standard", "2025-02-12 23:59", "2025-02-28", 1),
        ("standard", "2025-02-13 09:00", "2025-02-28", 0),
        ("standard", None, "2025-02-28", 0),  # never closed is late, and not left out
        ("complex", "2025-02-27 10:00", "2025-02-28", 1),
        ("special", "2025-03-29 10:00", "2025-03-31", 1),
        ("special", "2025-03-30 10:00", "2025-03-31", 0),
    ],
)
def test_a_complaint_is_due_by_the_law_over_holidays_too(grade, closed_at, month_end, on_time):
    service = Service()
    service.case("complaint", "2025-01-28 09:00", closed_at, grade=grade)
    assert service.sums("complaint_due_count", "complaint_on_time_count") == [
        (month_end, 1, on_time)
    ]


def test_a_repeated_complaint_is_of_the_same_person_and_matter_within_ninety_days():
    service = Service()
    service.case("complaint", "2025-01-01 09:00", topic="interest")
    service.case("complaint", "2025-04-01 09:00", topic="interest")  # 90 days
    service.case("complaint", "2025-04-02 09:00", topic="collection")
    service.case("complaint", "2025-04-03 09:00", topic="interest", borrower_id="B2")
    service.case("complaint", "2025-06-30 09:00", topic="collection")  # 89 days
    assert service.sums("complaint_received_count", "complaint_repeated_count") == [
        ("2025-01-31", 1, 0),
        ("2025-04-30", 3, 1),
        ("2025-06-30", 1, 1),
    ]


def test_complaints_are_set_against_the_obligors_on_the_book(tmp_path, monkeypatch):
    service = Service()
    service.book.loan("L2", borrower_id="B2").recorded("L2", "2025-06-30", 0, status="closed")
    service.book.loan("L3", borrower_id="B3").recorded("L3", "2025-06-30", 10)
    service.case("complaint", "2025-06-02 09:00", "2025-06-04 09:00", outcome="upheld")
    book = service.book.build("2025-06-30")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=READS)))
    (as_of,) = book.one("select as_of from raw.build")
    row = measure(
        Scope(("Main", ""), ("consumer", ""), as_of),
        METRICS["complaint_rate_10k"],
        METRICS["complaint_upheld_rate"],
        where=(("department_id", "customer_service"), ("case_type", "complaint")),
    ).iloc[0]
    assert row["complaint_rate_10k"] == 10_000 / 2
    assert row["complaint_upheld_rate"] == 1


# --- Replies ---


def test_a_first_reply_is_in_time_on_its_own_clock():
    service = Service()
    by_phone = {"grade": "phone"}
    service.case("inquiry", "2025-03-03 10:00", answered_at="2025-03-03 10:00:20", **by_phone)
    service.case("inquiry", "2025-03-03 10:00", answered_at="2025-03-03 10:00:21", **by_phone)
    # By mail twelve hours of service, which is there on Saturdays too.
    service.case("inquiry", "2025-03-07 17:00", answered_at="2025-03-08 17:00")
    service.case("inquiry", "2025-03-07 17:00", answered_at="2025-03-08 17:01")
    assert service.sums("reply_due_count", "reply_in_time_count") == [("2025-03-31", 4, 2)]


def test_a_call_that_is_given_up_was_not_answered_unless_the_caller_left_at_once():
    service = Service()
    case = service.case("inquiry", "2025-03-03 10:00", answered_at="2025-03-03 10:00:09",
                        grade="phone")  # fmt: skip
    for number, (wait, answered) in enumerate(((9, True), (5, False), (6, False)), start=1):
        service.book.add("phone_calls", call_id=f"K{number}", case_type="inquiry",
                         offered_at="2025-03-03 10:00", wait_seconds=wait, is_answered=answered,
                         case_id=case if answered else None)  # fmt: skip
    columns = ("call_offered_count", "call_given_up_count")
    columns += ("reply_due_count", "reply_in_time_count")
    assert service.sums(*columns) == [("2025-03-31", 3, 2, 2, 1)]


def test_to_begin_work_is_no_answer():
    service = Service()
    case = service.case("inquiry", "2025-03-03 10:00", answered_at="2025-03-03 10:03", grade="text")
    for event in ("assigned", "started", "waiting", "sent"):
        service.book.add("case_events", event_id=f"E{event}", case_id=case, event=event,
                         happened_at="2025-03-03 10:01")  # fmt: skip
    assert service.sums("reply_due_count", "reply_in_time_count") == [("2025-03-31", 1, 0)]


def test_who_was_never_answered_fails_once_the_time_is_over():
    service = Service()
    service.case("inquiry", "2025-06-02 10:00", grade="text")
    # Two minutes are over at the end of the day for this one, and not for that.
    service.case("inquiry", "2025-06-30 23:59", grade="text")
    assert service.sums("reply_due_count", "reply_in_time_count") == [("2025-06-30", 1, 0)]


def test_the_median_and_the_ninth_decile_are_of_the_answered(tmp_path, monkeypatch):
    service = Service()
    for minutes in (1, 2, 3, 4, 30):
        at = f"2025-06-10 10:{minutes:02}:00"
        service.case("inquiry", "2025-06-10 10:00", grade="text", answered_at=at)
    service.case("inquiry", "2025-06-10 10:00", grade="text")
    book = service.book.build("2025-06-30")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=READS)))
    (as_of,) = book.one("select as_of from raw.build")
    scope = Scope(("Main", ""), ("consumer", ""), as_of)
    asked = ("frt_p50", "frt_p90", "first_response_time")
    row = measure(scope, *(METRICS[each] for each in asked)).iloc[0]
    assert row["frt_p50"] == 3
    assert row["frt_p90"] == pytest.approx(4 + 0.6 * 26)
    assert (row["frt_p50_numerator"], row["frt_p50_denominator"]) == (40, 5)
    assert row["first_response_time"] == pytest.approx(8 / 60, abs=1e-4)


def test_a_complaint_is_settled_in_calendar_days_and_an_inquiry_solved_in_working_hours(
    tmp_path, monkeypatch
):
    service = Service()
    # Over the holidays of June, and of the weekend before.
    service.case("complaint", "2025-05-29 09:00", "2025-06-08 21:00")
    for opened, closed in (
        ("2025-06-10 09:00", "2025-06-10 10:00"),
        ("2025-06-10 17:00", "2025-06-11 10:00"),  # until half past eight, and from then on
        ("2025-06-10 09:00", "2025-06-13 09:00"),
    ):
        service.case("inquiry", opened, closed, outcome="solved")
    book = service.book.build("2025-06-30")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=READS)))
    scope = Scope(("Main", ""), ("consumer", ""), book.one("select as_of from raw.build")[0])
    asked = ("resolution_time", "resolution_time_complaint", "worked_time", "cycle_time")
    row = measure(scope, *(METRICS[each] for each in asked)).iloc[0]
    assert row["resolution_time_complaint"] == 10.5
    assert row["resolution_time"] == row["worked_time"] == 5
    # Of all four in calendar days: 1 and 17 hours, 3 and 10.5 days.
    assert row["cycle_time"] == pytest.approx((17 / 24 + 3) / 2, abs=1e-4)


def test_solved_once_is_told_when_the_seven_days_are_over():
    service = Service()
    solved = {"outcome": "solved"}
    service.case("inquiry", "2025-03-20 09:00", "2025-03-27 09:00", topic="interest", **solved)
    service.case("inquiry", "2025-04-03 09:00", "2025-04-04 09:00", topic="interest", **solved)
    service.case("inquiry", "2025-04-05 09:00", "2025-04-06 09:00", topic="contract", **solved)
    service.case("inquiry", "2025-06-28 09:00", "2025-06-28 10:00", topic="contract", **solved)
    service.case("inquiry", "2025-05-05 09:00", "2025-05-06 09:00", outcome="passed_on")
    # The first came back on the seventh day. The one of June is not told yet.
    assert service.sums("solved_count", "solved_once_count") == [("2025-04-30", 3, 2)]


# --- Surveys ---


def test_satisfaction_counts_answers_and_the_score_sets_friends_against_critics(
    tmp_path, monkeypatch
):
    service = Service()
    case = service.case("inquiry", "2025-06-02 09:00", "2025-06-03 09:00", outcome="solved")
    for number, (satisfaction, recommend) in enumerate(
        ((5, 10), (4, 9), (4, 8), (3, 6), (None, None)), start=1
    ):
        service.book.add(
            "surveys",
            survey_id=f"V{number}",
            case_id=case,
            sent_on="2025-06-04",
            answered_on=None if satisfaction is None else "2025-06-05",
            satisfaction=satisfaction,
            recommend=recommend,
        )
    book = service.book.build("2025-06-30")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=READS)))
    (as_of,) = book.one("select as_of from raw.build")
    scope = Scope(("Main", ""), ("consumer", ""), as_of)
    asked = [METRICS[each] for each in ("csat", "nps", "survey_response_rate")]
    row = measure(scope, *asked, where=(("case_type", "inquiry"),)).iloc[0]
    assert (row["csat"], row["nps"], row["survey_response_rate"]) == (0.75, 25, 0.8)


def test_a_month_of_which_nothing_came_is_none_of_something_and_not_unknown():
    service = Service()
    case = service.case("inquiry", "2025-06-02 09:00", "2025-06-03 09:00", outcome="solved")
    service.book.add("surveys", survey_id="V1", case_id=case, sent_on="2025-06-04")
    book = service.book.build("2025-06-30")
    for figure in ("survey_response_rate", "complaint_rate_10k"):
        metric = METRICS[figure]
        columns = f"sum({metric.numerator}), sum({metric.denominator})"
        assert book.one(
            f"select {columns} from marts.results where month_end = ?", "2025-06-30"
        ) == (0, 1)


# --- Help and willingness ---


def late_book(paid_on: dict[str, str]) -> Service:
    """Loans late since 2025-01-11, each of its own borrower, and the day on which it was paid."""
    service = Service()
    for number in range(1, 9):
        loan, borrower = f"X{number}", f"Y{number}"
        service.book.borrower(borrower).loan(loan, borrower_id=borrower)
        service.book.instalments(loan, ("2025-01-10", 1000, 0), ("2025-12-10", 1, 0))
        if loan in paid_on:
            service.book.pay(loan, paid_on[loan], 1000)
    return service


def test_help_cures_within_sixty_days_of_its_end_and_is_told_then():
    service = late_book({"X1": "2025-03-31", "X2": "2025-04-03"})
    for number in (1, 2, 3):
        service.case("borrower_assist", "2025-01-20 09:00", "2025-02-01 09:00",
                     loan_id=f"X{number}", borrower_id=f"Y{number}")  # fmt: skip
    # Sixty days from 1 February are over on 2 April.
    assert service.sums("assisted_count", "assisted_cured_count") == [("2025-04-30", 3, 1)]


def test_a_change_of_contract_cures_nothing():
    service = late_book({"X1": "2025-02-20"})
    service.book.add("restructures", restructure_id="R1", loan_id="X1",
                     restructured_on="2025-02-15")  # fmt: skip
    service.case("borrower_assist", "2025-01-20 09:00", "2025-02-01 09:00", loan_id="X1",
                 borrower_id="Y1")  # fmt: skip
    assert service.sums("assisted_count", "assisted_cured_count") == [("2025-04-30", 1, 0)]


def test_the_link_weighs_like_against_like(tmp_path, monkeypatch):
    # In time: 3 of 4 cured; late: 1 of 4. One stratum, so the difference is that of the shares.
    # Thirty days are over on 19 February: who is clear on the day after is not cured in time.
    clear = {f"X{n}": "2025-02-05" for n in (1, 2, 5)}
    service = late_book(clear | {"X3": "2025-02-19", "X4": "2025-02-20"})
    for number in range(1, 9):
        closed = "2025-01-21 10:00" if number <= 4 else "2025-03-21 10:00"
        service.case("inquiry", "2025-01-20 09:30", closed, loan_id=f"X{number}",
                     borrower_id=f"Y{number}", outcome="solved")  # fmt: skip
    service.case("inquiry", "2025-01-20 09:30", "2025-01-21 10:00", outcome="solved")  # not late
    # Nobody knows yet whether it will be in time: it waits for the customer.
    waits = service.case("borrower_assist", "2025-01-20 09:30", loan_id="X8", borrower_id="Y8")
    service.book.add("case_events", event_id="W1", case_id=waits, event="waiting",
                     waits_for="customer", happened_at="2025-01-20 10:00")  # fmt: skip
    book = service.book.build("2025-06-30")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=READS)))
    (as_of,) = book.one("select as_of from raw.build")
    scope = Scope(("Main", ""), ("consumer", ""), as_of)
    row = measure(scope, METRICS["willingness_link"]).iloc[0]
    assert row["willingness_link"] == pytest.approx(3 / 4 - 1 / 4)
    (found,) = reports.willingness_summary(scope).itertuples()
    assert (found.n, found.n_in_time, found.n_late) == (8, 4, 4)
    assert found.difference == pytest.approx(0.5)
    # The variance of a difference of two shares of four each: 3/16 twice, over four.
    spread = 1.959964 * (2 * (3 / 16) / 4) ** 0.5
    assert (found.low, found.high) == (
        pytest.approx(0.5 - spread, abs=1e-6),
        pytest.approx(0.5 + spread, abs=1e-6),
    )


def test_the_link_is_told_for_a_year_from_the_day_on_which_its_thirty_days_are_over():
    service = late_book({"X1": "2025-02-05"})
    service.case("inquiry", "2025-01-20 09:30", "2025-01-21 10:00", loan_id="X1",
                 borrower_id="Y1", outcome="solved")  # fmt: skip
    found = service.book.build("2026-03-31").one(
        "select min(month_end)::varchar, max(month_end)::varchar, count(*) from marts.service_links"
    )
    assert found == ("2025-02-28", "2026-01-31", 12)


# --- Funds, people, files, data ---


def test_training_reconciliation_operations_outreach_and_posts():
    service = Service()
    head = {"loan_id": None, "borrower_id": None, "department_id": "management"}
    service.case("training", "2025-05-01 09:00", "2025-05-20 09:00", outcome="passed", **head)
    service.case("training", "2025-05-01 09:00", "2025-06-20 09:00", outcome="passed", **head)
    service.case("training", "2025-05-01 09:00", "2025-05-20 09:00", outcome="failed", **head)
    service.case("cash_recon", "2025-05-05 09:00", "2025-05-06 09:00", outcome="matched", **head)
    service.case("cash_recon", "2025-05-06 09:00", "2025-05-09 10:00", outcome="matched", **head)
    service.case("account_ops", "2025-05-06 09:00", "2025-05-09 10:00", outcome="reversed")
    service.case("account_ops", "2025-05-06 09:00", "2025-05-09 10:00", outcome="done")
    service.case("outreach", "2025-05-06 09:00", "2025-05-09 10:00", outcome="reached")
    service.case("vacancy", "2025-03-06 09:00", "2025-05-05 10:00", outcome="filled", **head)
    service.case("vacancy", "2025-03-06 09:00", "2025-05-05 10:00", outcome="cancelled", **head)
    columns = (
        "training_due_count",
        "training_passed_count",
        "recon_due_count",
        "recon_on_time_count",
    )
    columns += (
        "operation_count",
        "operation_error_count",
        "outreach_closed_count",
        "outreach_reached_count",
    )
    assert service.sums(*columns) == [("2025-05-31", 3, 1, 2, 1, 2, 1, 1, 1)]
    times = service.book.rows(
        "select month_end::varchar, fill_days from marts.result_rows where fill_count = 1"
    )
    assert times == [("2025-05-31", 60)]


def test_a_file_is_complete_by_what_lies_there_and_is_valid():
    book = Book().borrower()
    book.loan("L1", disbursed_on="2025-01-15", principal=100).recorded("L1", "2025-01-31", 100)
    for month in ("2025-02-28", "2025-03-31", "2025-04-30"):
        book.recorded("L1", month, 100)
    for kind, received_on, valid_until in (
        ("loan_contract", "2025-01-15", None),
        ("income_proof", "2025-03-05", None),
        ("insurance_policy", "2025-01-15", "2025-04-29"),
        ("identity_document", None, None),
    ):
        book.add("documents", loan_id="L1", kind=kind, received_on=received_on,
                 valid_until=valid_until)  # fmt: skip
    rows = book.build("2025-04-30").rows(
        "select month_end::varchar, required_count, held_count from marts.document_months"
    )
    # At the end of January the loan is not 30 days old.
    assert rows == [("2025-02-28", 4, 2), ("2025-03-31", 4, 3), ("2025-04-30", 4, 2)]


def test_a_receipt_is_unmatched_until_the_day_on_which_it_was_placed():
    book = Book().borrower().loan("L1").recorded("L1", "2025-02-28", 1)
    book.recorded("L1", "2025-03-31", 1)
    for receipt, received_on, matched_on in (
        ("R1", "2025-02-10", "2025-03-31"),
        ("R2", "2025-02-28", None),
        ("R3", "2025-03-01", "2025-03-02"),
    ):
        book.add("unmatched_receipts", receipt_id=receipt, received_on=received_on, amount=10,
                 matched_on=matched_on)  # fmt: skip
    rows = book.build("2025-03-31").rows(
        "select month_end::varchar, receipt_id, age_days from marts.unmatched_months"
    )
    assert rows == [("2025-02-28", "R1", 18), ("2025-02-28", "R2", 0), ("2025-03-31", "R2", 31)]


def test_the_budget_is_what_was_last_said_of_the_month_by_its_end():
    book = Book().borrower().loan("L1", disbursed_on="2025-03-10", principal=90)
    book.recorded("L1", "2025-03-31", 90)
    for plan, reported_on, amount in (
        ("P1", "2025-01-31", 500),
        ("P2", "2025-03-01", 120),
        ("P3", "2025-04-02", 90),
    ):
        book.add("funding_plan", plan_id=plan, reported_on=reported_on,
                 item="disbursement_budget", due_on="2025-03-31", amount=amount)  # fmt: skip
    rows = book.build("2025-03-31").rows(
        "select lent_amount, budget_amount from marts.funding_months"
    )
    assert rows == [(90, 120)]


def test_the_data_quality_score_weighs_rules_and_leaves_out_what_tested_nothing():
    book = Book().borrower().loan("L1").recorded("L1", "2025-03-31", 1).build("2025-03-31")
    rows = book.rows("select severity, weight, tested, score from marts.quality_months")
    weights = {"P1": 3, "P2": 2, "P3": 1}
    assert rows and all(tested > 0 and score is not None for _, _, tested, score in rows)
    assert all(weight == weights[severity] for severity, weight, _, _ in rows)


def test_the_figures_of_the_demo_stand_on_something(demo_scope: Scope, demo_warehouse: Path):
    ids = "csat nps fcr_rate frt_p50 within_target_rate complaint_on_time_rate complaint_rate_10k"
    ids += " reach_rate doc_completeness ops_error_rate recon_on_time training_completion cei"
    ids += " contact_coverage ptp_kept_rate_cnt legal_referral_rate cost_to_collect dq_score"
    ids += " willingness_link funding_budget_util recon_unmatched_amt"
    row = measure(demo_scope, *(METRICS[each] for each in ids.split())).iloc[0]
    assert row[ids.split()].notna().all()
    assert 0.5 < row["contact_coverage"] < 1 and 0.8 < row["cei"] < 1
    assert 0.01 < row["cost_to_collect"] < 0.15 and 0.9 < row["doc_completeness"] < 1
