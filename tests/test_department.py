"""Every duty of the table is followed to a case on its department's page; nothing counts twice."""

import csv
from dataclasses import replace
from datetime import date
from math import nan

import pandas as pd
import pytest

import app
from data.organisation import DEFAULTS
from pages.departments import case as case_page
from pages.departments import department as department_page
from queries import reports
from queries.metrics import BACKLOG, OVERDUE_OPEN, TIME_TO_FILL, VACANCY_RATE, measure
from queries.warehouse import ask, month_ends
from tests.opened import person, plain
from tests.test_handovers import HALVES
from ui import department_sections, duties

pytestmark = pytest.mark.usefixtures("demo_scope")
with (DEFAULTS / "duties.csv").open(encoding="utf-8", newline="") as file:
    MERGED = [row for row in csv.DictReader(file) if row["organisation"] == "merged"]
COMMON = {
    "en": (": duties", "Sent to", "Sent by", ": people", ": what must be done by when"),
    "zh": ("：职责", "移交给", "移出", "：人员", "：办理时限"),
}
DEPARTMENTS = list(dict.fromkeys(row["department_id"] for row in MERGED))


@pytest.mark.parametrize("duty", MERGED, ids=lambda row: row["duty_id"])
def test_every_duty_of_the_table_leads_to_a_case_of_its_department(demo_scope, duty):
    department = duty["department_id"]
    frame = duties.read(demo_scope, department).set_index("duty_id")
    row = frame.loc[duty["duty_id"]]
    assert (row["duty"], row["duty_zh"]) == (duty["name"], duty["name_zh"])
    for state in duties.STATES:
        listed = reports.workload_cases(
            demo_scope, state, department, duty["case_type"], limit=10_000
        )
        assert len(listed) == row[duties.FIGURES[state]]
        assert set(listed["department_id"]) <= {department}
        assert set(listed["case_type"]) <= {duty["case_type"]}
    listed = reports.workload_cases(demo_scope, "ever", department, duty["case_type"], limit=10_000)
    assert row["stays"] >= row["cases"] == listed["case_id"].nunique() >= 1
    assert len(reports.case_detail(demo_scope, listed["case_id"].iloc[0])) == 1


@pytest.mark.parametrize("place", [1, 7, 100])
def test_the_first_page_of_all_cases_so_far_is_the_newest_of_them(demo_scope, place):
    asked = (demo_scope, "ever", "collections", "overdue_case", "", None)
    whole = reports.workload_cases(*asked, 10_000)
    newest = whole.sort_values(["opened_on", "stay_id"], ascending=[False, True])
    page = reports.workload_cases(*asked, place)
    assert len(whole) > 100
    assert page["stay_id"].tolist() == newest["stay_id"].tolist()[:place]


def test_the_table_is_walked_whole_and_in_order(demo_scope):
    seen = reports.duties(demo_scope)
    assert len(MERGED) == 75 and len(DEPARTMENTS) == 13
    assert seen["duty_id"].tolist() == [row["duty_id"] for row in MERGED]
    # Departments are offered in the order of the organisation, not of their ids.
    assert reports.departments(demo_scope.build)["department_id"].tolist() == DEPARTMENTS


@pytest.mark.parametrize("day", ["2024-12-31", "2025-12-31"])
@pytest.mark.parametrize("department", DEPARTMENTS)
def test_cases_of_two_duties_are_counted_once(demo_scope, department, day):
    """What the page adds up is the department's figure, but for types that are no duty of it."""
    scope = replace(demo_scope, as_of=date.fromisoformat(day))
    frame = duties.read(scope, department)
    assert duties.once(frame)["case_type"].is_unique
    assert set(duties.once(frame)["case_type"]) == set(frame["case_type"])
    whole = measure(
        scope, BACKLOG, OVERDUE_OPEN, by="case_type", where=(("department_id", department),)
    )
    own = whole[whole["case_type"].isin(frame["case_type"])]
    for metric in (BACKLOG, OVERDUE_OPEN):
        assert duties.once(frame)[metric.id].sum() == own[metric.id].sum()
        assert frame[metric.id].sum() >= own[metric.id].sum()


def test_some_duties_do_share_their_cases(demo_scope):
    shared = reports.duties(demo_scope).set_index("duty_id")["same_as"].dropna().to_dict()
    assert shared["C2.3"] == "B3.3" and shared["F2"] == "A5.3"
    assert all(cases in {row["duty_id"] for row in MERGED} for cases in shared.values())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("department", DEPARTMENTS)
def test_every_department_has_the_same_page(opened, department, language):
    at = opened("department", person(language=language), department_id=department)
    titles = [each.value for each in at.subheader]
    common = COMMON[language]
    assert [each for each in titles if any(word in each for word in common)] == [
        each for word in common for each in titles if word in each
    ]
    assert len(at.dataframe) >= len(common)


def test_a_duty_opens_its_cases(opened):
    bare = opened("department", department_id="legal")
    at = opened("department", department_id="legal", duty="B3.3", state="ever")
    assert len(at.subheader) == len(bare.subheader) + 1
    assert len(at.dataframe) == len(bare.dataframe) + 1
    assert "B3.3 Litigate" in plain(at)


def test_the_cases_of_a_duty_stand_right_below_the_duties(opened):
    """Who opens a duty need not look for its cases; the list does not repeat its own title."""
    at = opened("department", department_id="legal", duty="B3.3", state="ever")
    titles = [each.value for each in at.subheader]
    place = next(number for number, title in enumerate(titles) if title.endswith("duties"))
    assert "Litigate" in titles[place + 1] and titles[place + 2].endswith("figures of the duties")
    assert not {"case_type", "department"} & set(duties.SHOWN_OF_DUTY)


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_cases_of_duties_and_what_was_handed_over_are_all_that_workload_counts(
    demo_scope, department
):
    frame = duties.read(demo_scope, department)
    more = duties.others(demo_scope, department, frame)
    whole = measure(demo_scope, BACKLOG, where=(("department_id", department),))
    told = duties.once(frame)[BACKLOG.id].sum() + more[BACKLOG.id].sum()
    assert told == whole[BACKLOG.id].iloc[0]
    assert not set(more["case_type"]) & set(frame["case_type"])


def judged(scope, department: str, duty: str) -> list[duties.Judged]:
    """What a duty of a department is judged by beside its cases."""
    frame = duties.read(scope, department)
    return dict(zip(frame["duty_id"], frame["figures"], strict=True))[duty]


def test_posts_are_filled_for_the_whole_house(demo_scope):
    """One department has this duty; its figure is not of its own people alone."""
    told = {
        metric.id: (value, cut) for metric, value, cut in judged(demo_scope, "management", "B2.2a")
    }
    whole = measure(demo_scope, VACANCY_RATE)[VACANCY_RATE.id].iloc[0]
    assert told[VACANCY_RATE.id] == (pytest.approx(whole), ())


def test_a_figure_or_a_light_that_is_not_there_says_why(demo_scope):
    assert duties._value(TIME_TO_FILL, None) == "No post was filled in the month"
    assert duties._lights(demo_scope, pd.Series([float("nan")])) == ["none due"]


def test_a_duty_is_judged_by_the_figures_that_the_map_names(demo_scope):
    named = {row["duty_id"]: row["figure"].split() for row in MERGED}
    assert named["D1-2"] == ["reminder_delivered_rate"]
    assert named["D2b"] == ["visit_promise_rate", "conduct_violations"]
    for duty_id, figure in {"A1.3a": "notice_days", "C2.2": "letter_days"}.items():
        assert figure in named[duty_id]
    ((metric, value, cut),) = judged(demo_scope, "legal", "C2.2")
    assert metric.id == "letter_days" and value is not None
    assert dict(cut)["case_type"] == "breach_pursuit"


@pytest.mark.parametrize(
    ("amount", "unit", "clock", "said"),
    [
        (1, "days", "working", "1 working day"),
        (3, "days", "working", "3 working days"),
        (15, "days", "calendar", "15 days"),
        (1, "hours", "calendar", "1 hour"),
        (0.333333, "minutes", "calendar", "20 seconds"),
        (0, "days", "agreed", "the day agreed"),
    ],
)
def test_the_time_allowed_says_of_which_days(amount, unit, clock, said):
    assert department_page._allowed(amount, unit, clock) == said


@pytest.mark.parametrize(
    ("minutes", "clock", "workdays", "said"),
    [
        (180 * 1440, "calendar", None, "180 days"),
        (1440 + 125, "calendar", nan, "1 day 2 h"),
        (125, "calendar", None, "2 h 5 min"),
        (1440, "working", None, "24 working h"),
        (1445, "working", nan, "24 working h 5 min"),
        (4800, "working", 10, "10 working days"),
        (5914, "working", 5914 / 480, "12.3 working days"),
        (480, "working", 1, "1 working day"),
        (20, "working", 20 / 480, "0 working h 20 min"),
        (0, "working", 0, "0 working days"),
        (None, "working", nan, "—"),
        (None, "calendar", None, "—"),
    ],
)
def test_time_of_a_case_is_told_in_what_its_level_counts(minutes, clock, workdays, said):
    assert case_page._time(minutes, clock, workdays) == said


@pytest.mark.parametrize(("language", "said"), [("en", "{n} working days"), ("zh", "{n} 个工作日")])
def test_the_target_of_a_case_reads_as_its_level(demo_scope, opened, language, said):
    case_id, row = _case(
        demo_scope,
        "exists (from book_service_levels() as level where level.case_type = cases.case_type"
        " and level.measure = 'resolve' and level.clock = 'working' and level.unit = 'days'"
        " and level.amount > 1)",
    )
    detail = reports.case_detail(demo_scope, case_id).iloc[0]
    levels = ask(
        "from book_service_levels() where measure = 'resolve' and case_type = $case_type",
        demo_scope,
        case_type=row["case_type"],
    )
    assert detail["target_workdays"] in set(levels["amount"])
    assert detail["target_workdays"] > 1
    shown = plain(opened("case", person("executive"), case_id=case_id, lang=language))
    assert said.format(n=f"{detail['target_workdays']:g}") in shown


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_the_pages_that_tell_more_are_beside_the_duties(demo_scope, opened, department):
    titles = {page.name: page.title for page in app.PAGES if "risk_manager" in page.roles}
    held = {row["case_type"] for row in MERGED if row["department_id"] == department}
    wanted = {
        department_sections.NAMED.get(each, titles[page])
        for each, (page, _) in department_sections.WAYS.items()
        if each in held and page in titles
    }
    at = opened("department", department_id=department)
    assert wanted <= {each.proto.label for each in at.get("page_link")}


def test_a_head_sees_the_own_department_in_full_and_others_in_total(opened):
    head = person("department_head")
    own = plain(opened("department", head, duty="D1", state="ever"))
    assert "Cases of D1" in own and "Collections: people" in own
    at = opened("department", head, department_id="legal", duty="B3.3", state="ever")
    other = plain(at)
    assert "you see the totals" in other and "Cases of B3.3" not in other
    assert not any("people" in each.value for each in at.subheader)


@pytest.mark.parametrize(
    ("department", "summary", "rows"),
    [
        ("legal", "Defects of contracts, reviews of twelve months", "Open defects"),
        ("asset_management", "Checks of the 2024 loan measures", "What failed"),
    ],
)
def test_what_failed_loan_by_loan_is_for_the_departments_own_head(
    opened, department, summary, rows
):
    def seen_by_head_of(home: str) -> str:
        user = replace(person("department_head"), department=home)
        asked = {"use_check": "M9"} if department == "asset_management" else {}
        return plain(opened("department", user, department_id=department, **asked))

    own, other = seen_by_head_of(department), seen_by_head_of("collections")
    assert summary in own and rows in own
    assert summary in other and rows not in other


def test_which_accounts_stand_open_is_not_told_to_heads_of_other_departments(opened):
    it, told = "information_technology", "access log and accounts"
    other = opened("department", person("department_head"), department_id=it)
    assert not any(told in each.value for each in other.subheader)
    own = opened("department", replace(person("department_head"), department=it))
    assert any(told in each.value for each in own.subheader)


def _case(scope, condition: str, **values) -> tuple[str, dict]:
    """A case that fits, and its row."""
    found = ask(
        "select * from scoped_hand_overs_on($branches, $products, $as_of) as sent "
        f"inner join scoped_cases($branches, $products) as cases using (case_id) where {condition} "
        "order by sent.sent_at desc limit 1",
        scope,
        **values,
    )
    return str(found["case_id"].iloc[0]), found.iloc[0].to_dict()


def test_a_head_is_told_where_a_case_went_that_was_handed_on(demo_scope, opened):
    went = (
        "from_department_id = 'collections' and to_department_id = cases.department_id"
        " and sent.outcome = 'accepted'"
    )
    case_id, row = _case(demo_scope, went)
    shown = plain(opened("case", person("department_head"), case_id=case_id))
    assert f"Handed on to {row['department']} on {row['answered_at']:%Y-%m-%d}" in shown
    assert "you see the totals" in shown and "Events" not in shown


def test_the_page_of_a_case_shows_who_had_it_on_the_day_looked_at(demo_scope, opened):
    earlier = month_ends(demo_scope.build)[-4]
    then = replace(demo_scope, as_of=earlier)
    row = ask(
        "select stays.case_id, people.name from "
        "scoped_case_stays_on($branches, $products, $as_of) as stays "
        "inner join scoped_cases($branches, $products) as cases using (case_id) "
        "inner join book_staff() as people on stays.owner = people.staff_id "
        "where stays.left_day > $as_of and cases.owner_name <> people.name order by 1 limit 1",
        then,
    ).iloc[0]
    reader = person("executive")
    shown = plain(opened("case", reader, case_id=row["case_id"], as_of=f"{earlier}"))
    assert row["name"] in shown and "Open" in shown
    last = reports.case_events(then, row["case_id"])["happened_at"].max()
    assert f"{last:%Y-%m-%d}" <= f"{earlier}"
    owner = reports.case_detail(demo_scope, row["case_id"])["owner_name"].item()
    assert owner != row["name"] and owner in plain(opened("case", reader, case_id=row["case_id"]))


def test_a_head_sees_what_waits_for_the_own_answer_and_no_case_of_others(demo_scope, opened):
    waits = "to_department_id = 'collections' and sent.outcome = 'open'"
    case_id, _ = _case(demo_scope, waits)
    assert "Events" in plain(opened("case", person("department_head"), case_id=case_id))
    other = (
        "list_contains(['legal', 'audit'], cases.department_id)"
        " and not exists (select 1 from scoped_case_stays($branches, $products) as own"
        " where own.case_id = sent.case_id and own.department_id = 'collections')"
        " and to_department_id <> 'collections'"
    )
    case_id, _ = _case(demo_scope, other)
    assert "There is no case" in plain(opened("case", person("department_head"), case_id=case_id))


def test_hand_overs_to_answer_are_on_the_desk_of_a_department(demo_scope):
    waiting = reports.waiting_for_us(demo_scope, "collections")
    assert len(waiting) and waiting["sent_at"].is_monotonic_increasing


def test_the_desks_of_a_department_hold_its_cases_with_their_history(demo_scope):
    """What is on desks on the day is the backlog; the line of each ends with it."""
    people = reports.workload_by_person(demo_scope, "collections")
    assert (people["trend"].str[-1] == people["backlog"]).all()
    before = replace(demo_scope, as_of=date(2025, 9, 30))
    then = reports.workload_by_person(before, "collections").set_index("staff_id")["backlog"]
    now = people.set_index("staff_id")["trend"].str[-4]
    both = then.index.intersection(now.index)
    assert len(both) and (then[both] == now[both]).all()


def test_my_desk_opens_with_cases_where_there_are_any(demo_scope, opened):
    """Who has nothing late is not told that there is no case."""
    logins = {"executive": "executive", "risk_manager": "risk", "department_head": "head"}
    for role, login in logins.items():
        at = opened("desk", replace(person(role), username=login))
        held = {each.label: each.value for each in at.metric}
        assert ("No case." in plain(at)) == (held["Open cases"] == "0")


def test_a_desk_is_ones_own_whatever_branches_are_in_view(demo_scope, opened):
    """People of head office have cases of all branches."""
    for role, login in {"executive": "executive", "risk_manager": "risk"}.items():
        at = opened("desk", replace(person(role, ("Kunshan",)), username=login))
        held = {each.label: each.value for each in at.metric}
        assert ("No case." in plain(at)) == (held["Open cases"] == "0")


def test_people_of_head_office_are_out_of_view_and_not_unknown(opened):
    shown = plain(opened("department", department_id="management", branch="Kunshan"))
    assert "Its people work for every branch and product" in shown
    assert "Nobody of this department is known" not in shown and " 0 days" not in shown


def test_the_law_comes_with_its_source_and_never_stops(demo_scope):
    levels = reports.service_levels(demo_scope, "customer_service")
    law = levels[levels["is_statutory"]]
    assert levels["is_statutory"].is_monotonic_decreasing
    assert law["amount"].tolist() and set(law["clock"]) == {"calendar"}
    assert not law["is_pausable"].any()
    assert law["source"].str.contains("Consumer complaint rules 2020").all()
    assert levels.loc[~levels["is_statutory"], "source"].str.startswith("internal").all()


def test_promises_in_and_out_are_the_routes_of_the_map(demo_scope):
    frame = reports.handoffs(demo_scope)
    came = frame.groupby("to_id")["handed_over"].sum()
    went = frame.groupby("from_id")["handed_over"].sum()
    assert came.sum() == went.sum() == frame[list(HALVES)].to_numpy().sum()


def test_absence_is_leave_over_hours_paid(demo_scope):
    people = reports.workload_by_person(demo_scope, "collections")
    known = ask(
        "select sum(leave_hours) as hours from scoped_staff_months($branches, $products) "
        "where department_id = 'collections' and month_end = $month_end and people > 0",
        demo_scope,
    )
    assert people["leave_hours"].sum() == pytest.approx(float(known["hours"].item()))
    assert people["absence_rate"].dropna().between(0, 1).all()


@pytest.mark.parametrize("page", ["workload", "department"])
def test_what_the_sentences_assume_is_folded_away(opened, page):
    at = opened(page)
    (folded,) = [each for each in at.expander if each.label == "What this assumes"]
    assert any("Erlang C" in each.value for each in folded.caption)


@pytest.mark.parametrize("department", ["information_technology", "legal"])
def test_whoever_reviews_access_is_told_the_log_and_the_accounts(opened, department):
    at = opened("department", department_id=department)
    titles = [each.value for each in at.subheader]
    told = [each.value for each in at.dataframe if "limit" in each.value]
    reviews = department == "information_technology"
    assert any(title.endswith(": access log and accounts") for title in titles) is reviews
    assert len(told) == reviews
    for frame in told:
        assert frame["figure"].tolist() == ["Leaver accounts", "Log gaps", "Log coverage"]
        # Counts are told; of a log that was never kept no coverage is known.
        assert frame["value"].tolist()[:2] == ["0", "0"]


def test_departments_stand_side_by_side_above_the_sentences(opened):
    titles = [each.value for each in opened("workload").subheader]
    table, said = "Departments side by side", "Who needs help, and what would help"
    assert titles.index(table) < titles.index(said)


@pytest.mark.parametrize(
    ("language", "ends", "closes", "fact"),
    [
        ("en", "Letter", "The closing", "Clock ended on"),
        ("zh", "发函", "案件办结", "计时截止"),
    ],
)
def test_it_is_told_with_what_each_clock_ends(opened, demo_scope, language, ends, closes, fact):
    at = opened("department", person(language=language), department_id="legal")
    (table,) = [each.value for each in at.dataframe if "ends_by" in each.value]
    kept = reports.service_levels(demo_scope, "legal")["ends_with"].fillna("")
    told = [ends if each == "letter" else closes for each in kept if each in ("letter", "")]
    assert ends in told and closes in told
    assert [each for each in table["ends_by"] if each in (ends, closes)] == told
    cases = reports.workload_cases(demo_scope, "open", "legal", "breach_pursuit")
    shown = {
        fact in plain(opened("case", person(language=language), case_id=case_id))
        for case_id in cases["case_id"]
    }
    assert shown == {True, False}
