"""The page of those who collect: what it says, what it opens, and to whom; and what is planted."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from queries import reports
from queries.metrics import CEI, CONDUCT_VIOLATIONS, PTP_KEPT_RATE_CNT, measure
from queries.warehouse import Scope
from tests.opened import person, plain

pytestmark = pytest.mark.usefixtures("demo_scope")
HEAD = person("department_head")
CHAPTERS = ("results", "contacts", "conduct", "people")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_opens_and_says_its_figures(opened, chapter):
    at = opened("collections", chapter=chapter)
    assert at.metric[0].label == "Collections effectiveness"


def test_the_sentence_is_the_figures(opened, demo_scope):
    row = measure(demo_scope, CEI, PTP_KEPT_RATE_CNT, CONDUCT_VIOLATIONS).iloc[0]
    said = plain(opened("collections"))
    assert f"{row['cei']:.2%}" in said
    kept, told = row["ptp_kept_rate_cnt_numerator"], row["ptp_kept_rate_cnt_denominator"]
    assert f"{kept:.0f} of {told:.0f} promises" in said


def test_the_list_of_violations_is_the_figure_of_twelve_months(demo_scope):
    by_month = measure(demo_scope, CONDUCT_VIOLATIONS, by="month_end", months=12)
    number = reports.conduct_violations_total(demo_scope)[0]
    assert number == by_month["conduct_violations"].sum() > 0
    people = reports.violations_by_person(demo_scope)
    assert people["violation_count"].sum() == number
    rules = ("time", "frequency", "third_party")
    assert number == sum(reports.conduct_violations_total(demo_scope, rule)[0] for rule in rules)


def test_who_calls_at_night_is_found(demo: Path, demo_scope):
    planted = json.loads((demo / "folder" / "truth.json").read_text())["conduct"]
    people = reports.violations_by_person(demo_scope).set_index("staff_id")
    nights = people["time_violation"]
    assert nights.idxmax() == planted["calls_at_night"]
    others = nights.drop(planted["calls_at_night"])
    assert nights.max() > (others.max() if len(others) else 0)


def test_promises_of_the_flow_are_those_of_the_figure(demo_scope):
    flow = reports.promise_flow(demo_scope).iloc[-1]
    row = measure(demo_scope, PTP_KEPT_RATE_CNT).iloc[0]
    assert flow["told_count"] == row["ptp_kept_rate_cnt_denominator"]
    parts = flow[["kept_count", "partial_count", "broken_count"]].sum()
    assert flow["told_count"] == parts
    states = ("kept", "partial", "broken")
    listed = sum(reports.promises_listed_total(demo_scope, state)[0] for state in states)
    assert listed == parts


def test_the_expectation_of_all_loans_is_what_became_of_all(demo_scope):
    """Against like loans the bank as a whole is neither better nor worse, but for the season."""
    teams = reports.collector_effect(demo_scope, by_person=False)
    people = reports.collector_effect(demo_scope)
    assert teams["loan_months"].sum() == people["loan_months"].sum() > 0
    assert teams["cured"].sum() == people["cured"].sum()
    judged = people[people["loan_months"] >= 5]
    assert judged["effect"].notna().all()
    assert people.loc[people["loan_months"] < 5, "cure_share"].isna().all()
    columns = ["department_id", "staff_id", "loan_months"]
    for department, staff, number in judged[columns].head(3).to_numpy().tolist():
        assert reports.collector_loans_total(demo_scope, department, staff)[0] == number


def test_a_head_of_another_department_sees_totals_and_no_names(opened):
    at = opened("collections", replace(HEAD, department="legal"), chapter="conduct")
    said = plain(at)
    assert "totals, not the cases" in said
    assert "Violations by person" not in said
    own = opened("collections", HEAD, chapter="conduct")
    assert "Violations by person" in plain(own)


def test_an_empty_selection_says_so(opened, demo_scope: Scope):
    at = opened("collections", as_of="2024-01-31", branch="Kunshan", product="fixed_asset")
    assert at.info or at.metric


def test_a_department_shows_what_its_duties_bring(opened):
    service = plain(opened("department", department_id="customer_service"))
    assert "Customer service: customers" in service and "95 % interval" in service
    assert "Customer service: appraisal" in service and "Score" in service
    credit = plain(opened("department", department_id="credit_risk"))
    assert "Credit risk: customers" not in credit and "Credit risk: appraisal" not in credit
