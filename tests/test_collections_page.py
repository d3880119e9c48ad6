"""The page of those who collect: what it says, what it opens, and to whom; and what is planted."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from queries import reports
from queries.metrics import (
    CEI,
    CONDUCT_VIOLATIONS,
    PTP_KEPT_RATE_CNT,
    RPC_RATE_ATTEMPT,
    STEP_ON_TIME_RATE,
    measure,
)
from queries.warehouse import Scope
from tests.opened import person, plain

pytestmark = pytest.mark.usefixtures("demo_scope")
HEAD = person("department_head")
CHAPTERS = ("results", "strategy", "contacts", "conduct", "people")


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


def test_the_strategy_says_which_step_slips_most_and_opens_its_steps(opened, demo_scope):
    ladder = reports.contact_ladder(demo_scope)
    worst = ladder.sort_values("share_change", kind="stable").iloc[0]
    said = plain(opened("collections", chapter="strategy"))
    assert f"{worst['name']} slips most: {worst['in_time_share']:.2%}" in said
    assert f"{-worst['share_change'] * 100:.2f} points less" in said
    row = measure(demo_scope, STEP_ON_TIME_RATE).iloc[0]
    assert f"of {row['step_on_time_rate_denominator']:,.0f} steps due in the month" in said
    why = plain(
        opened("why", metric=STEP_ON_TIME_RATE.id, part="denominator", step_id=worst["step_id"])
    )
    assert f"Step: {worst['name']}" in why
    assert f"{worst['due_count']:.0f} rows add up to {worst['due_count']:.0f}" in why


def test_the_steps_of_a_day_and_channel_are_those_of_its_bar(opened, demo_scope):
    days = reports.contact_steps_days(demo_scope)
    bar = days.iloc[-1]
    asked = {"step_due": bar["step_due"], "first_channel": bar["first_channel"]}
    at = opened("collections", chapter="strategy", **asked)
    (number,) = [each for each in at.caption if "the earliest day first" in each.value][:1]
    assert number.value.startswith(f"{bar['step_count']:,d} steps")
    people = reports.contact_steps_next(demo_scope)["staff_name"].dropna()
    assert len(people), "who has the loan's overdue case"


def test_another_department_sees_the_ladder_and_no_loans(opened):
    at = opened("collections", replace(HEAD, department="legal"), chapter="strategy")
    said = plain(at)
    assert "slips" in said and "totals, not the cases" in said
    assert "the earliest day first" not in said
    assert "the earliest day first" in plain(opened("collections", HEAD, chapter="strategy"))


@pytest.mark.parametrize(
    ("metric", "part"),
    [
        (STEP_ON_TIME_RATE, "denominator"),
        (PTP_KEPT_RATE_CNT, "denominator"),
        (RPC_RATE_ATTEMPT, "denominator"),
    ],
)
def test_another_department_opens_no_debtors_behind_a_figure(opened, metric, part):
    told = "totals, not the cases"
    legal = opened("why", replace(HEAD, department="legal"), metric=metric.id, part=part)
    assert told in plain(legal) and "rows add up to" not in plain(legal)
    own = plain(opened("why", HEAD, metric=metric.id, part=part))
    assert told not in own and "rows add up to" in own


def test_what_is_next_is_shown_where_nothing_arose_in_the_month(opened, demo_scope, monkeypatch):
    none = reports.contact_ladder(demo_scope).assign(arose_count=0, overdue_count=0)
    monkeypatch.setattr(reports, "contact_ladder", lambda scope: none)
    said = plain(opened("collections", chapter="strategy"))
    assert "No loan came to a step" in said and "Steps to be done next" in said
    assert "of loans past due already, and reminders" in said


def test_a_persons_own_steps_are_on_the_desk(opened, demo_scope):
    user = replace(HEAD, username="head")
    own = str(reports.person_at_desk(demo_scope, user.username).iloc[0]["staff_id"])
    number = reports.contact_steps_next_total(demo_scope, owner=own)[0]
    said = plain(opened("desk", user))
    assert ("My contact steps" in said) == (number > 0)
    assert number == 0 or f"{number} steps, the earliest day first" in said


def test_an_empty_selection_says_so(opened, demo_scope: Scope):
    at = opened("collections", as_of="2024-01-31", branch="Kunshan", product="fixed_asset")
    assert at.info or at.metric


def test_a_department_shows_what_its_duties_bring(opened):
    service = plain(opened("department", department_id="customer_service"))
    assert "Customer service: customers" in service and "95 % interval" in service
    assert "Customer service: appraisal" in service and "Score" in service
    credit = plain(opened("department", department_id="credit_risk"))
    assert "Credit risk: customers" not in credit and "Credit risk: appraisal" not in credit
