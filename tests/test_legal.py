"""Legal clocks walked event by event (12.1, W27), and what is counted of them (12.2)."""

import itertools
import json
from datetime import date

import pytest

from data import organisation
from data.generate import generate
from tests.book import Book

D = date.fromisoformat
# What the walk of a claim reads.
READ = ("loans", "borrowers", "instalments", "repayments", "loan_months", "write_offs")
READ += ("recoveries", "promises", "legal_events", "proceedings")
NUMBERS = itertools.count(1)
EXAMPLE = {
    "lim": "2026-01-10",
    "g1": "2023-12-30",
    "g2": "2024-02-29",
    "enf": "2026-05-20",
}


def claim(due_on: str, loan_id: str = "L1", **columns) -> Book:
    """A loan of one instalment that nobody pays."""
    book = Book().borrower().loan(loan_id, principal=1000, disbursed_on="2017-01-10", **columns)
    return book.instalments(loan_id, (due_on, 1000, 0))


def act(book: Book, kind: str, happened_on: str, **columns) -> Book:
    """One more event of the first loan."""
    row = {
        "event_id": f"E{next(NUMBERS)}",
        "loan_id": "L1",
        "kind": kind,
        "happened_on": happened_on,
    }
    return book.add("legal_events", **row | columns)


def clock(book: Book, name: str = "limitation_expiry") -> tuple:
    return book.one(
        "select expires_on, status from marts.legal_clocks where legal_clock = ?",
        name,
    )


def walked(book: Book) -> list[tuple]:
    return book.rows(
        "select event, effect, expires_on from marts.clock_steps "
        "where legal_clock = 'limitation_expiry' order by step"
    )


# --- W27 ---


def test_w27_a_letter_that_comes_too_late_does_not_help():
    book = claim("2018-06-30")
    act(act(book, "demand", "2020-05-18"), "demand", "2023-09-01")
    book.build("2023-12-31")
    assert walked(book) == [
        ("last_instalment", "started", D("2021-06-30")),
        ("demand", "restarted", D("2023-05-18")),
        ("demand", "too_late", D("2023-05-18")),
    ]
    assert clock(book) == (D("2023-05-18"), "expired")


def test_w27_the_alert_is_on_saturday_and_the_right_lasts_until_monday():
    book = claim("2021-06-30")
    act(book, "part_payment", "2023-01-10").build("2025-12-15")
    row = book.one("select expires_on, last_day, days_left, status from marts.legal_clocks")
    assert row == (D(EXAMPLE["lim"]), D("2026-01-12"), 26, "within_30")


@pytest.mark.parametrize(
    ("due_on", "ends_on", "last_day"),
    [
        ("2023-06-30", EXAMPLE["g1"], "2024-01-02"),
        ("2023-08-31", EXAMPLE["g2"], "2024-02-29"),
    ],
)
def test_w27_a_guarantee_without_a_period_lasts_six_months(due_on, ends_on, last_day):
    book = claim(due_on).add("guarantees", guarantee_id="Y1", loan_id="L1", amount=800)
    organisation.add_levels(book.connection)
    book.build("2023-10-31")
    assert book.one(
        "select expires_on, last_day, amount from marts.legal_clocks "
        "where legal_clock = 'guarantee_period_expiry'"
    ) == (D(ends_on), D(last_day), 800)


def test_w27_enforcement_must_be_asked_for_within_two_years():
    book = claim("2023-06-30").add(
        "proceedings",
        proceeding_id="P1",
        loan_id="L1",
        kind="litigation",
        filed_on="2023-10-08",
        decided_on="2024-04-20",
        effective_on="2024-05-05",
        perform_by="2024-05-20",
        claimed=1000,
        upheld=1000,
        outcome="won",
    )
    book.build("2025-12-31")
    assert clock(book, "enforcement_expiry") == (D(EXAMPLE["enf"]), "within_180")


# --- The walk ---


def proceeding(book: Book, **columns) -> Book:
    """A suit over the first loan."""
    row = {"proceeding_id": "P1", "loan_id": "L1", "kind": "litigation", "claimed": 1000}
    return book.add("proceedings", **row | columns)


def test_a_pending_suit_stops_the_clock_and_its_end_restarts_it():
    book = claim("2018-06-30")
    proceeding(book, filed_on="2021-03-01").build("2025-12-31")
    assert clock(book) == (None, "stopped")
    book = claim("2018-06-30")
    ended = {"decided_on": "2022-02-01", "outcome": "withdrawn"}
    act(proceeding(book, filed_on="2021-03-01", **ended), "demand", "2021-06-01")
    book.build("2024-12-31")
    assert walked(book) == [
        ("last_instalment", "started", D("2021-06-30")),
        ("suit", "stopped", D("2025-02-01")),
        ("demand", "standing", D("2025-02-01")),
    ]
    assert clock(book) == (D("2025-02-01"), "within_90")


@pytest.mark.parametrize(
    ("begins_on", "ends_on", "effect", "expires_on", "status"),
    [
        # The three years end on 2021-06-30: their last six months begin on 2020-12-30.
        ("2020-01-10", "2020-12-20", "not_yet", "2021-06-30", "expired"),
        ("2020-01-10", "2021-02-10", "suspended", "2021-08-10", "expired"),
        ("2021-03-01", "2021-05-15", "suspended", "2021-11-15", "within_90"),
        ("2021-03-01", None, "suspended", None, "stopped"),
        ("2021-07-01", "2021-08-15", "too_late", "2021-06-30", "expired"),
        # It was there before the claim fell due, and lasts into the end of its time.
        ("2017-05-01", "2021-06-30", "suspended", "2021-12-30", "within_180"),
    ],
)
def test_an_obstacle_in_the_last_six_months_suspends(
    begins_on, ends_on, effect, expires_on, status
):
    """Civil Code 194: it runs out six months after the obstacle is gone."""
    book = act(claim("2018-06-30"), "obstacle", begins_on, ends_on=ends_on).build("2021-08-31")
    day = D(expires_on) if expires_on else None
    assert walked(book)[1:] == [("obstacle", effect, day)]
    assert clock(book) == (day, status)


def test_an_obstacle_that_still_stands_does_nothing_before_the_last_six_months():
    book = act(claim("2018-06-30"), "obstacle", "2018-09-01").build("2020-10-31")
    assert walked(book)[1:] == [("obstacle", "not_yet", D("2021-06-30"))]
    assert clock(book) == (D("2021-06-30"), "safe")
    # They begin on 2020-12-31, and a month end that is shorter than another hides none of them.
    book = act(claim("2018-06-30"), "obstacle", "2018-09-01").build("2020-12-31")
    assert clock(book) == (None, "stopped")


def test_a_demand_begins_the_time_anew_and_leaves_an_obstacle_behind():
    book = act(claim("2018-06-30"), "obstacle", "2021-03-01", ends_on="2021-05-15")
    act(book, "demand", "2021-10-01").build("2021-12-31")
    assert walked(book)[2:] == [("demand", "restarted", D("2024-10-01"))]
    # One that lasts into the last six months of the new time suspends that.
    book = act(claim("2018-06-30"), "obstacle", "2019-03-01", ends_on="2023-07-01")
    act(book, "demand", "2020-01-05").build("2024-01-31")
    assert walked(book)[1:] == [
        ("obstacle", "suspended", D("2024-01-01")),
        ("demand", "restarted", D("2024-01-01")),
    ]


def test_an_obstacle_suspends_a_title_and_not_the_period_of_a_guarantee():
    book = claim("2023-06-30").add("guarantees", guarantee_id="Y1", loan_id="L1", amount=800)
    proceeding(book, filed_on="2023-07-01", effective_on="2023-08-01", perform_by="2023-08-31",
               upheld=1000, outcome="won")  # fmt: skip
    act(book, "obstacle", "2023-10-01", ends_on="2025-07-15").build("2025-08-31")
    assert clock(book, "enforcement_expiry") == (D("2026-01-15"), "within_180")
    assert clock(book, "guarantee_period_expiry") == (D("2023-12-30"), "met")


def test_a_suit_that_was_filed_too_late_stops_nothing():
    book = proceeding(claim("2018-06-30"), filed_on="2021-07-01").build("2025-12-31")
    assert clock(book) == (D("2021-06-30"), "expired")


@pytest.mark.parametrize("kind", ["part_payment", "acknowledgement"])
def test_the_debtors_own_act_revives_what_the_creditors_cannot(kind):
    book = claim("2018-06-30")
    act(act(act(book, "demand", "2022-01-05"), kind, "2023-02-10"), "demand", "2024-03-01")
    book.build("2025-12-31")
    assert [row[1] for row in walked(book)] == ["started", "too_late", "revived", "restarted"]
    assert clock(book) == (D("2027-03-01"), "revived")


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "demand", "reached": False},
        {"kind": "guarantor_demand", "guarantee_id": "Y1"},
        {"kind": "fee"},
    ],
)
def test_what_did_not_reach_the_debtor_interrupts_nothing(columns):
    book = act(claim("2022-06-30"), happened_on="2023-01-01", **columns).build("2024-12-31")
    assert clock(book) == (D("2025-06-30"), "safe")


def test_a_payment_counts_of_the_debtor_and_not_when_it_was_taken_back():
    book = claim("2022-06-30")
    book.pay("L1", "2022-07-30", 10)
    book.pay("L1", "2023-03-01", 10, payer="third_party")
    taken = book.pay("L1", "2024-01-01", 10)
    book.pay("L1", "2024-01-03", -10, reverses=taken)
    book.build("2024-12-31")
    assert clock(book) == (D("2025-07-30"), "safe")


def test_events_before_the_claim_is_due_do_not_matter():
    book = act(claim("2024-06-30"), "demand", "2024-01-01")
    assert clock(book.build("2024-03-31")) == (None, "not_started")
    book = act(claim("2024-06-30"), "demand", "2024-01-01").build("2024-12-31")
    assert walked(book) == [("last_instalment", "started", D("2027-06-30"))]


def test_a_claim_that_was_called_in_runs_from_that_day():
    book = act(claim("2027-06-30"), "acceleration", "2022-02-28").build("2024-12-31")
    assert clock(book) == (D("2025-02-28"), "within_90")


def test_no_claim_lives_for_more_than_twenty_years():
    book = Book().borrower().loan("L1", disbursed_on="2004-01-10")
    book.instalments("L1", ("2005-06-30", 1000, 0))
    for year in range(2007, 2025, 2):
        act(book, "demand", f"{year}-06-01")
    assert clock(book.build("2024-12-31")) == (D("2025-06-30"), "safe")


def test_what_a_month_end_did_not_know_yet_is_not_in_its_figures():
    book = act(claim("2021-06-30"), "demand", "2024-05-01").build("2024-08-31")
    rows = book.rows(
        "select month_end, expires_on, clock_status, at_risk_amount from marts.clock_months "
        "where month_end >= '2024-03-31' order by month_end limit 3"
    )
    assert rows == [
        (D("2024-03-31"), D("2024-06-30"), "within_180", 0),
        (D("2024-04-30"), D("2024-06-30"), "within_90", 1000),
        (D("2024-05-31"), D("2027-05-01"), "safe", 0),
    ]


@pytest.mark.parametrize(
    ("due_on", "status", "at_risk", "expired"),
    [
        ("2021-12-30", "expired", 0, 1000),
        ("2021-12-31", "within_30", 1000, 0),  # the last day is within the time
        ("2022-01-30", "within_30", 1000, 0),
        ("2022-01-31", "within_90", 1000, 0),
        ("2022-03-31", "within_90", 1000, 0),  # ninety days
        ("2022-04-01", "within_180", 0, 0),
        ("2022-06-29", "within_180", 0, 0),
        ("2022-06-30", "safe", 0, 0),
    ],
)
def test_a_claim_is_at_risk_for_its_last_ninety_days(due_on, status, at_risk, expired):
    row = claim(due_on).build("2024-12-31").one(
        "select clock_status, at_risk_amount, expired_amount from marts.clock_months"
        " where legal_clock = 'limitation_expiry' and month_end = '2024-12-31'"
    )  # fmt: skip
    assert row == (status, at_risk, expired)


def test_an_obstacle_of_a_past_month_is_told_as_it_stood_then():
    """It stood from 2023-06-01 to 2024-04-15; the last six months begin on 2023-12-30."""
    book = act(claim("2021-06-30"), "obstacle", "2023-06-01", ends_on="2024-04-15")
    book.build("2024-10-31")
    rows = book.rows(
        "select month_end, expires_on, clock_status, at_risk_amount from marts.clock_months "
        "where month_end >= '2023-11-30' and month_end <> '2024-02-29' "
        "and month_end not in ('2024-05-31', '2024-06-30', '2024-08-31') order by month_end"
    )
    assert rows == [
        (D("2023-11-30"), D("2024-06-30"), "safe", 0),
        # From the last six months on it holds the clock up, and nobody knows for how long.
        (D("2023-12-31"), None, "stopped", 0),
        (D("2024-01-31"), None, "stopped", 0),
        (D("2024-03-31"), None, "stopped", 0),
        (D("2024-04-30"), D("2024-10-15"), "within_180", 0),
        (D("2024-07-31"), D("2024-10-15"), "within_90", 1000),
        (D("2024-09-30"), D("2024-10-15"), "within_30", 1000),
        (D("2024-10-31"), D("2024-10-15"), "expired", 0),
    ]


def test_a_demand_while_an_obstacle_stands_begins_a_time_that_runs():
    book = act(claim("2018-06-30"), "obstacle", "2021-03-01")
    act(book, "demand", "2021-06-01").build("2021-12-31")
    assert walked(book)[1:] == [
        ("obstacle", "suspended", None),
        ("demand", "restarted", D("2024-06-01")),
    ]
    assert clock(book) == (D("2024-06-01"), "safe")


def test_an_obstacle_to_enforcement_is_told_as_it_stood_too():
    book = proceeding(claim("2021-06-30"), filed_on="2021-08-01", effective_on="2021-10-01",
                      perform_by="2021-11-30", upheld=1000, outcome="won")  # fmt: skip
    act(book, "obstacle", "2022-01-10", ends_on="2023-08-15").build("2024-02-29")
    rows = book.rows(
        "select month_end, expires_on, clock_status from marts.clock_months "
        "where legal_clock = 'enforcement_expiry' and month_end in "
        "('2023-04-30', '2023-06-30', '2023-08-31', '2024-02-29') order by month_end"
    )
    assert rows == [
        (D("2023-04-30"), D("2023-11-30"), "safe"),
        (D("2023-06-30"), None, "stopped"),
        (D("2023-08-31"), D("2024-02-15"), "within_180"),
        (D("2024-02-29"), D("2024-02-15"), "expired"),
    ]


# --- Guarantees ---


def guaranteed(kind: str, expires_on: str | None = "2024-03-31", **columns) -> Book:
    """A loan due at the end of 2023, guaranteed until three months later."""
    row = {"guarantee_id": "Y1", "loan_id": "L1", "amount": 800, "expires_on": expires_on}
    return claim("2023-12-31").add("guarantees", kind=kind, **row | columns)


def guarantee(book: Book) -> tuple:
    return book.one(
        "select clock_status, lapsed_amount from marts.clock_months "
        "where legal_clock = 'guarantee_period_expiry' and month_end = '2024-12-31'"
    )


def test_a_guarantee_that_nobody_called_upon_is_lost_for_ever():
    book = act(guaranteed("joint"), "guarantor_demand", "2024-04-01", guarantee_id="Y1")
    assert guarantee(book.build("2024-12-31")) == ("expired", 800)


def test_of_a_joint_guarantor_payment_is_claimed():
    book = act(guaranteed("joint"), "guarantor_demand", "2024-03-31", guarantee_id="Y1")
    assert guarantee(book.build("2024-12-31")) == ("met", 0)
    # From then on its own debt is limited, like any other.
    assert clock(book, "guarantee_limitation") == (D("2027-03-31"), "safe")
    book = proceeding(guaranteed("joint"), filed_on="2024-02-01").build("2024-12-31")
    assert guarantee(book) == ("expired", 800)


@pytest.mark.parametrize("kind", ["general", None])
def test_of_a_general_guarantee_the_debtor_is_sued(kind):
    book = act(guaranteed(kind), "guarantor_demand", "2024-02-01", guarantee_id="Y1")
    assert guarantee(book.build("2024-12-31")) == ("expired", 800)
    book = proceeding(guaranteed(kind), filed_on="2024-02-01").build("2024-12-31")
    assert guarantee(book) == ("met", 0)


@pytest.mark.parametrize("agreed", [None, "2023-12-31", "2023-06-30"])
def test_a_period_that_says_nothing_is_six_months(agreed):
    book = guaranteed("joint", agreed).build("2024-12-31")
    assert clock(book, "guarantee_period_expiry") == (D("2024-06-30"), "expired")


@pytest.mark.parametrize(
    ("agreed_on", "ends_on"), [(None, "2024-06-30"), ("2023-12-01", "2024-12-30")]
)
def test_a_longer_loan_binds_only_the_guarantor_who_agreed(agreed_on, ends_on):
    book = guaranteed("joint", None, extension_agreed_on=agreed_on)
    book.instalments("L1", ("2024-06-30", 1000, 0), version=2, valid_from="2023-12-01")
    book.build("2024-08-31")
    assert clock(book, "guarantee_period_expiry")[0] == D(ends_on)


# --- Other clocks ---


def test_a_judgment_can_be_appealed_for_fifteen_days_and_a_ruling_for_ten():
    for decision, day in (("judgment", "2024-06-16"), ("ruling", "2024-06-11")):
        book = claim("2023-06-30")
        decided = {"decided_on": "2024-05-25", "served_on": "2024-06-01", "decision": decision}
        proceeding(book, filed_on="2024-01-01", upheld=400, outcome="partly_won", **decided)
        assert clock(book.build("2024-06-05"), "appeal_deadline") == (D(day), "within_30")


def test_a_title_that_was_enforced_in_time_is_met_and_else_lost():
    won = {"effective_on": "2022-05-05", "perform_by": "2022-05-20", "upheld": 900}
    book = proceeding(claim("2021-06-30"), filed_on="2022-01-01", **won).build("2024-12-31")
    assert clock(book, "enforcement_expiry") == (D("2024-05-20"), "expired")
    lost = book.one(
        "select unenforced_amount from marts.clock_months "
        "where legal_clock = 'enforcement_expiry' and month_end = '2024-12-31'"
    )
    assert lost == (900,)
    book = claim("2021-06-30")
    proceeding(book, filed_on="2022-01-01", enforcement_filed_on="2024-05-20", **won)
    assert clock(book.build("2024-12-31"), "enforcement_expiry")[1] == "met"


def test_a_title_is_met_from_the_day_on_which_enforcement_is_asked_for_less_what_came_in():
    book = claim("2021-06-30")
    won = {"effective_on": "2022-11-05", "perform_by": "2022-11-20", "upheld": 900}
    proceeding(book, filed_on="2022-01-01", enforcement_filed_on="2024-10-31", **won)
    act(book, "cash", "2024-09-30", proceeding_id="P1", amount=300)
    rows = book.build("2024-12-31").rows(
        "select month_end::varchar, clock_status, amount from marts.clock_months"
        " where legal_clock = 'enforcement_expiry' and month_end >= '2024-08-01' order by 1"
    )
    assert rows == [
        ("2024-08-31", "within_90", 900),
        ("2024-09-30", "within_90", 600),
        ("2024-10-31", "met", 600),
        ("2024-11-30", "met", 600),
        ("2024-12-31", "met", 600),
    ]


def test_of_a_guarantee_is_lost_what_is_still_owed_from_the_day_the_debt_was_due():
    book = guaranteed("joint")
    book.pay("L1", "2024-02-10", 700)
    rows = book.build("2024-04-30").rows(
        "select month_end::varchar, amount, lapsed_amount from marts.clock_months"
        " where legal_clock = 'guarantee_period_expiry' order by 1"
    )
    assert rows == [
        ("2023-12-31", 800, 0),
        ("2024-01-31", 800, 0),
        ("2024-02-29", 300, 0),
        ("2024-03-31", 300, 0),
        ("2024-04-30", 300, 300),
    ]


def test_w28_late_performance_is_paid_for_twice():
    book = claim("2022-06-30")
    won = {"effective_on": "2024-08-01", "perform_by": "2024-09-22", "upheld": 1_000_000}
    proceeding(book, filed_on="2024-01-01", **won).build("2024-12-31")
    assert book.one("select doubled_interest from marts.proceedings") == (17_500,)


def late(book: Book, **more) -> Book:
    """A title of a million, 100 000 of it general interest, to be performed 100 days before."""
    won = {"effective_on": "2024-08-01", "perform_by": "2024-09-22", "upheld": 1_000_000}
    return proceeding(book, filed_on="2024-01-01", upheld_interest=100_000, **won | more)


DELAYS = (
    "select month_end::varchar, days_late, unpaid_amount, delay_interest_amount"
    " from marts.delay_interest order by 1"
)


def test_nothing_is_doubled_on_the_general_interest_in_a_judgment():
    rows = late(claim("2022-06-30")).build("2024-12-31").rows(DELAYS)
    daily = 157.5  # 0.0175 % of 900 000
    assert rows == [
        ("2024-09-30", 8, 900_000, 8 * daily),
        ("2024-10-31", 39, 900_000, 39 * daily),
        ("2024-11-30", 69, 900_000, 69 * daily),
        ("2024-12-31", 100, 900_000, 15_750),
    ]


def test_a_part_that_came_late_bore_it_until_it_came_and_paid_the_general_interest_first():
    book = late(claim("2022-06-30"))
    act(book, "cash", "2024-11-11", proceeding_id="P1", amount=500_000)
    rows = book.build("2024-12-31").rows(DELAYS)
    # 900 000 for fifty days; of the 500 000 that came, 400 000 paid what it runs on.
    assert rows[-1] == ("2024-12-31", 100, 500_000, 7_875 + 4_375)
    assert rows[0] == ("2024-09-30", 8, 900_000, 1_260)


def test_a_part_that_comes_on_a_month_end_is_paid_by_it_and_bears_until_it():
    book = late(claim("2022-06-30"))
    act(book, "cash", "2024-11-30", proceeding_id="P1", amount=500_000)
    rows = book.build("2024-12-31").rows(DELAYS)
    daily = 157.5
    assert rows[2] == ("2024-11-30", 69, 500_000, 69 * daily)
    assert rows[3] == ("2024-12-31", 100, 500_000, 69 * daily + 31 * 87.5)


def test_what_came_in_time_bears_nothing():
    book = late(claim("2022-06-30"))
    act(book, "cash", "2024-09-22", proceeding_id="P1", amount=1_000_000)
    assert book.build("2024-12-31").rows(DELAYS) == []


@pytest.mark.parametrize(
    ("ending", "asked"), [("paid", 0), ("settled", 0), ("terminated_round", 15_750)]
)
def test_an_enforcement_that_ended_for_want_of_assets_stops_no_interest(ending, asked):
    ended = {"enforcement_filed_on": "2024-10-08", "enforcement_ended_on": "2024-12-20"}
    book = late(claim("2022-06-30"), enforcement_ending=ending, **ended).build("2024-12-31")
    assert book.one("select doubled_interest from marts.proceedings") == (asked,)
    assert len(book.rows(DELAYS)) == (4 if asked else 3)
    # What ended on a month end is asked no more on it.
    ended["enforcement_ended_on"] = "2024-11-30"
    book = late(claim("2022-06-30"), enforcement_ending=ending, **ended).build("2024-12-31")
    assert len(book.rows(DELAYS)) == (4 if asked else 2)


def test_an_asset_that_was_taken_over_must_be_sold_within_two_years():
    book = claim("2021-06-30").add(
        "disposals",
        disposal_id="D1",
        loan_id="L1",
        defaulted_on="2021-07-01",
        acquired_on="2022-12-01",
        acquired_value=700,
        asset_kind="property",
    )
    assert clock(book.build("2024-12-31"), "foreclosed_asset_deadline") == (
        D("2024-12-01"),
        "expired",
    )


def test_claims_in_bankruptcy_are_filed_by_the_day_the_court_set():
    book = act(claim("2026-06-30"), "bankruptcy_notice", "2024-11-20", ends_on="2025-01-10")
    book.build("2024-12-31")
    assert clock(book, "bankruptcy_claim_deadline") == (D("2025-01-10"), "within_30")
    # What was not due yet became due with it.
    assert clock(book) == (D("2027-11-20"), "safe")


# --- The demo book ---


@pytest.fixture(scope="module")
def forgotten(tmp_path_factory) -> tuple[list[dict], Book]:
    """The claims that a book says nobody pursued, and all that it holds of them."""
    folder = tmp_path_factory.mktemp("book")
    generate(folder, 2_000, 48, 7)
    told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["forgotten_claims"]
    book = Book()
    loans = ", ".join(f"'{row['loan_id']}'" for row in told)
    for table in READ:
        key = "loan_id" if table != "borrowers" else "borrower_id"
        whose = (
            f"loan_id in ({loans})"
            if key == "loan_id"
            else f"borrower_id in (select borrower_id from '{folder}/loans.parquet'"
            f" where loan_id in ({loans}))"
        )
        book.connection.execute(
            f"insert into raw.{table} by name"
            f" select * from read_parquet('{folder}/{table}.parquet') where {whose}"
        )
    # One that is still there, or the book would end with the last of them.
    book.borrower("B0").loan("L0", borrower_id="B0").recorded("L0", "2025-12-31", 1)
    return told, book.build("2025-12-31")


COUNTED = {
    "limitation_expired": "expired_amount",
    "limitation_at_risk": "at_risk_amount",
    "enforcement_lapsed": "unenforced_amount",
}


def test_what_the_demo_book_forgets_is_found(forgotten):
    told, book = forgotten
    assert {row["kind"] for row in told} == set(COUNTED)
    for row in told:
        (amount,) = book.one(
            f"select sum({COUNTED[row['kind']]}) from marts.clock_months"
            " where loan_id = ? and month_end = '2025-12-31'",
            row["loan_id"],
        )
        assert amount > 0, row


def test_t19_finds_the_claims_that_nobody_acted_upon(forgotten):
    """Those about to lapse and those that lapsed; of a title there is no limitation to near."""
    told, book = forgotten
    wanted = {
        (row["loan_id"], {"limitation_expired": "time_barred"}.get(row["kind"], "near_limitation"))
        for row in told
        if row["kind"] != "enforcement_lapsed"
    }
    found = book.rows(
        "select loan_id, kind from marts.audit_exceptions where test_id = 'T19_limitation'"
    )
    assert len(found) == len(wanted)
    assert set(found) == wanted


def test_a_plain_maximum_would_not_find_what_was_forgotten(forgotten):
    """W27: the letter that came too late is the last event, and says nothing."""
    told, book = forgotten
    for row in told:
        if row["kind"] == "limitation_expired":
            last = book.rows(
                "select event, effect from marts.clock_steps"
                " where loan_id = ? and legal_clock = 'limitation_expiry' order by step",
                row["loan_id"],
            )[-1]
            assert last == ("demand", "too_late")
