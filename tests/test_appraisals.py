"""How departments and people are appraised, by hand (section 17)."""

import csv
from datetime import date

import pytest

from data.organisation import DEFAULTS
from queries import reports
from queries.metrics import APPRAISAL_SCORE, Where, measure
from queries.warehouse import Scope
from tests.book import Book
from tests.served import serve
from ui import duties, filters

TERM = {"department_id": "D", "level": "department", "valid_from": "1900-01-01"}


def judged(*terms: dict, late: int = 1, cases: int = 5) -> Book:
    """A department with so many cases due in June, so many of them late."""
    book = Book().borrower().loan("L1").recorded("L1", "2024-06-30", 10)
    book.add("departments", department_id="D", name="D", organisation="merged")
    book.add("staff", staff_id="S1", name="Ann", department_id="D", joined_on="2020-01-01")
    for number in range(cases):
        book.add("cases", case_id=f"C{number}", department_id="D", case_type="visit", owner="S1",
                 opened_at="2024-06-03 09:00", due_at="2024-06-10 12:00",
                 closed_at=f"2024-06-{12 if number < late else 5:02} 09:00")  # fmt: skip
    for term in terms:
        book.add("appraisal_terms", **{**TERM, **term})
    return book


def scores(book: Book) -> dict[str, list]:
    rows = book.build("2024-06-30").rows(
        "select staff_id, raw_score, score, violations from marts.appraisals"
        " where month_end = date '2024-06-30'"
    )
    return {staff: rest for staff, *rest in rows}


READS = ("scoped_appraisals", "scoped_appraisal_parts", "book_departments", "book_staff")
ON_TIME = {"component": "on_time", "weight": 100, "floor": 0.6, "target": 0.9}


@pytest.mark.parametrize(
    ("late", "points"),
    [
        (0, 120),  # (1 - 0.6) / 0.3 is 1.33: at most 1.2
        (1, 100 * 0.2 / 0.3),
        (2, 0),  # at the floor
        (3, 0),  # below it: never less than nothing
    ],
)
def test_points_run_from_the_floor_to_the_target_and_no_further(late, points):
    assert scores(judged(ON_TIME, late=late))[""][0] == pytest.approx(points)


def test_lower_is_better_where_the_target_is_below_the_floor():
    term = {"component": "ops_error", "weight": 10, "floor": 0.5, "target": 0.1}
    book = judged(term, cases=0)
    for number in range(5):
        book.add("cases", case_id=f"A{number}", department_id="D", case_type="account_ops",
                 owner="S1", opened_at="2024-06-03 09:00", closed_at="2024-06-05 09:00",
                 outcome="reversed" if number < 1 else "done")  # fmt: skip
    assert scores(book)[""][0] == pytest.approx(100 * (0.2 - 0.5) / (0.1 - 0.5))


def test_what_was_not_measured_weighs_nothing():
    other = {"component": "csat", "weight": 300, "floor": 0.1, "target": 0.9}
    book = judged(ON_TIME, other)
    assert scores(book)[""][0] == pytest.approx(100 * 0.2 / 0.3)


def test_a_proven_violation_caps_the_score_and_nothing_makes_up_for_it():
    book = judged(ON_TIME, {**ON_TIME, "level": "person"}, late=0)
    book.add("contacts", contact_id="T1", loan_id="L1", contacted_at="2024-06-05 23:00",
             channel="phone", staff_id="S1")  # fmt: skip
    found = scores(book)
    assert found[""] == [pytest.approx(120), 60, 1]
    assert found["S1"] == [pytest.approx(120), 60, 1]


def test_a_score_below_the_gate_stays_what_it_is():
    book = judged(ON_TIME, late=2)
    book.add("contacts", contact_id="T1", loan_id="L1", contacted_at="2024-06-05 23:00",
             channel="phone", staff_id="S1")  # fmt: skip
    assert scores(book)[""][1] == 0


def test_nobody_with_fewer_than_five_cases_is_scored():
    person = {**ON_TIME, "level": "person"}
    assert scores(judged(person, cases=4))["S1"][:2] == [None, None]
    assert scores(judged(person, cases=5))["S1"][1] is not None


def test_a_violation_of_four_months_ago_is_over():
    book = judged(ON_TIME, late=0)
    book.add("contacts", contact_id="T1", loan_id="L1", contacted_at="2024-03-05 23:00",
             channel="phone", staff_id="S1")  # fmt: skip
    assert scores(book)[""][1:] == [pytest.approx(120), 0]


def test_a_violation_is_of_who_made_it_and_of_the_months_from_then_on():
    book = judged({**ON_TIME, "level": "person"}, ON_TIME, late=0).recorded("L1", "2024-05-31", 10)
    book.add("staff", staff_id="S2", name="Bo", department_id="D", joined_on="2020-01-01")
    for number in range(10):
        day = 5 if number < 5 else 6
        book.add("cases", case_id=f"M{number}", department_id="D", case_type="visit",
                 owner="S1" if number < 5 else "S2", opened_at=f"2024-0{day}-03 09:00",
                 due_at=f"2024-0{day}-10 12:00", closed_at=f"2024-0{day}-05 09:00")  # fmt: skip
    book.add("contacts", contact_id="T1", loan_id="L1", contacted_at="2024-06-05 23:00",
             channel="phone", staff_id="S1")  # fmt: skip
    rows = book.build("2024-06-30").rows(
        "select month_end::varchar, staff_id, cases, violations, score from marts.appraisals"
        " where month_end >= '2024-05-01' order by 1, 2"
    )
    full = pytest.approx(120)
    assert rows == [
        ("2024-05-31", "", 5, 0, full),
        ("2024-05-31", "S1", 5, 0, full),
        ("2024-06-30", "", 15, 1, 60),
        ("2024-06-30", "S1", 10, 1, 60),
        ("2024-06-30", "S2", 5, 0, full),
    ]


def test_what_is_judged_is_three_months_by_the_terms_in_force_at_their_end():
    ended = {"component": "conduct", "weight": 50, "floor": 0.5, "target": 1.0}
    book = judged(ON_TIME, ended | {"valid_to": "2024-05-31"}, late=0)
    book.recorded("L1", "2024-05-31", 10)
    for number in range(5):  # due in March, and late
        book.add("cases", case_id=f"M{number}", department_id="D", case_type="visit", owner="S1",
                 opened_at="2024-03-03 09:00", due_at="2024-03-10 12:00",
                 closed_at="2024-03-12 09:00")  # fmt: skip
    book.add("contacts", contact_id="T1", loan_id="L1", contacted_at="2024-05-06 10:00",
             channel="phone", staff_id="S1")  # fmt: skip
    rows = book.build("2024-06-30").rows(
        "select month_end::varchar, component, numerator, denominator from marts.appraisal_parts"
        " where month_end >= '2024-05-01' order by 1, 2"
    )
    assert rows == [
        ("2024-05-31", "conduct", 1, 1),
        ("2024-05-31", "on_time", 0, 5),
        ("2024-06-30", "on_time", 5, 5),
    ]


def test_calls_are_no_cases():
    conduct = {"component": "conduct", "weight": 50, "floor": 0.5, "target": 1.0}
    person = {"level": "person"}
    book = judged(ON_TIME | person, conduct | person, cases=4)
    for number in range(5):
        book.add("contacts", contact_id=f"T{number}", loan_id="L1", channel="phone",
                 contacted_at=f"2024-06-0{number + 1} 10:00", staff_id="S1")  # fmt: skip
    assert scores(book)["S1"][:2] == [None, None]


def test_the_score_is_a_metric_of_departments(tmp_path, monkeypatch):
    book = judged(ON_TIME, {**ON_TIME, "level": "person"}).build("2024-06-30")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=READS)))
    scope = Scope(("Main", ""), ("consumer", ""), date(2024, 6, 30))
    row = measure(scope, APPRAISAL_SCORE, where=(("department_id", "D"),)).iloc[0]
    assert row["appraisal_score"] == pytest.approx(100 * 0.2 / 0.3)
    assert reports.appraised_people(scope, "D")["staff_name"].tolist() == ["Ann"]
    parts = reports.appraisal_parts(scope, "D")
    assert parts[["actual", "weight"]].to_numpy().tolist() == [[0.8, 100]]
    # Who does not see the whole book sees nobody's score.
    assert reports.appraisal_counts(Scope(("Nowhere",), ("consumer",), date(2024, 6, 30))).empty


def test_who_appraises_others_is_told_their_score_and_of_whom(tmp_path, monkeypatch):
    book = judged(ON_TIME).build("2024-06-30")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=READS)))
    scope = Scope(("Main", ""), ("consumer", ""), date(2024, 6, 30))
    for department, cut in (("D", (("department_id", "D"),)), ("people", ())):
        where: Where = (("department_id", department),)
        known = duties._known(scope, [APPRAISAL_SCORE], where)
        found = duties._figure(APPRAISAL_SCORE, "appraisal", where, known, False)
        assert found == (pytest.approx(100 * 0.2 / 0.3), cut)


def test_the_weights_of_each_department_are_those_of_section_17():
    """None is left out: what a department is appraised by adds up to a hundred."""
    with (DEFAULTS / "appraisal_terms.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    whole: dict[tuple[str, str], float] = {}
    for row in rows:
        key = (row["department_id"], row["level"])
        whole[key] = whole.get(key, 0) + float(row["weight"])
    assert {key: weight for key, weight in whole.items() if weight != 100} == {}
    told = {row["component"]: row["weight"] for row in rows if row["level"] == "department"}
    assert (told["claims_kept"], told["audit_coverage"], told["data_quality"]) == ("30", "30", "30")


def test_a_lapsed_claim_earns_nothing_and_defaults_nobody_watched_count(demo_scope):
    """Zero tolerance: what lapsed is beyond any score."""
    legal = reports.appraisal_parts(demo_scope, "legal").set_index("component")
    assert legal["actual"]["claims_kept"] < 0.999 and legal["points"]["claims_kept"] == 0
    for department, component in (
        ("audit", "audit_coverage"),
        ("risk_management", "surprise_defaults"),
        ("information_technology", "data_quality"),
    ):
        parts = reports.appraisal_parts(demo_scope, department).set_index("component")
        assert 0 <= parts["actual"][component] <= 1


@pytest.mark.parametrize(
    ("case_type", "component"),
    [
        ("incident", "incident_on_time"),
        ("security_event", "security_on_time"),
        ("ews_alert", "alert_on_time"),
        ("audit_engagement", "report_on_time"),
    ],
)
def test_a_department_is_judged_by_the_cases_that_its_terms_name(case_type, component):
    book = judged({**ON_TIME, "component": component}, late=5)
    for number in range(5):
        book.add("cases", case_id=f"N{number}", department_id="D", case_type=case_type, owner="S1",
                 opened_at="2024-06-03 09:00", due_at="2024-06-10 12:00",
                 closed_at=f"2024-06-{12 if number < 1 else 5:02} 09:00")  # fmt: skip
    assert scores(book)[""][0] == pytest.approx(100 * 0.2 / 0.3)


def test_chips_name_the_person_and_the_team(tmp_path, monkeypatch):
    book = judged(ON_TIME).build("2024-06-30")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=READS)))
    assert filters._said("appraised", "S1") == "Person: Ann"
    assert filters._said("held_by", "D/S1") == "Team or person: Ann"
    assert filters._said("held_by", "collections/") == "Team or person: Collections"
