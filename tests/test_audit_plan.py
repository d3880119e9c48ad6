"""The audit universe and the plan (14.1): cycles to the day, risk over time, what slipped."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from queries import reports
from queries.metrics import (
    AUDIT_COVERAGE,
    AUDIT_DAYS_RATIO,
    AUDIT_PLAN_COMPLETION,
    AUDIT_PLAN_ON_TIME,
    AUDIT_STAFF_RATIO,
    AUDIT_UNITS,
    FINDING_REOPEN_RATE,
    LATE_AUDITS,
    METRICS,
    OPEN_FINDINGS,
    PAST_AUDIT_CYCLE,
    RECTIFICATION_RATE,
    REPEAT_FINDING_RATE,
    UNIT_ASSESSMENT_RATE,
    Metric,
    lines,
    measure,
    rows_behind,
)
from queries.warehouse import Scope
from tests.book import Book
from tests.opened import person, plain
from tests.served import serve

READS = (
    *("scoped_audit_unit_months", "scoped_audit_plan_months", "scoped_auditor_months"),
    *("scoped_findings", "scoped_finding_months", "scoped_unit_assessments", "book_staff"),
    *("book_parameters", "scoped_finding_exposures"),
)
END = date(2024, 3, 31)


@pytest.fixture
def book() -> Book:
    """One loan over two years, so that there are month ends; an audit and a lending department."""
    book = Book().borrower().loan("L1", principal=300, annual_rate=0, disbursed_on="2022-03-31")
    book.instalments("L1", ("2024-03-15", 300, 0))
    book.add("departments", department_id="A", name="Audit")
    book.add("departments", department_id="B", name="Lending")
    return book


class World:
    """Adds units, ratings and audits to a book, and serves it."""

    def __init__(self, book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.book, self.folder, self.monkeypatch, self.number = book, folder, monkeypatch, 0

    def unit(self, unit_id: str, *ratings: tuple[str, str], **columns: str) -> "World":
        row = {"kind": "process", "department_id": "B", **columns}
        self.book.add("auditable_units", unit_id=unit_id, name=f"Unit {unit_id}", **row)
        for day, rating in ratings:
            self.number += 1
            self.book.add(
                "unit_risk_assessments",
                assessment_id=f"E{self.number}",
                unit_id=unit_id,
                assessed_on=day,
                rating=rating,
            )
        return self

    def audit(self, engagement_id: str, unit_id: str, **columns: object) -> "World":
        self.book.add("audit_engagements", engagement_id=engagement_id, unit_id=unit_id, **columns)
        return self

    def served(self, as_of: date = END) -> Scope:
        self.book.build(as_of.isoformat())
        where = serve(self.book, self.folder, reads=READS)
        self.monkeypatch.setenv("WAREHOUSE", str(where))
        return Scope(("Main", ""), ("consumer", ""), as_of)


@pytest.fixture
def world(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(book, tmp_path, monkeypatch)


def parts(scope: Scope, metric: Metric) -> tuple[float, float]:
    """Numerator and denominator."""
    row = measure(scope, metric).iloc[0]
    return row[f"{metric.id}_numerator"], row[f"{metric.id}_denominator"]


@pytest.mark.parametrize(
    ("rating", "reported", "covered"),
    [
        ("critical", "2023-03-31", True),
        ("critical", "2023-03-30", False),
        ("high", "2021-03-31", True),
        ("high", "2021-03-30", False),
        ("high", "2024-04-01", False),  # after the day that is looked at
    ],
)
def test_a_unit_is_covered_to_the_last_day_of_its_cycle(world, rating, reported, covered):
    world.unit("U1", ("2020-01-01", rating)).audit("N1", "U1", reported_on=reported)
    scope = world.served()
    assert parts(scope, AUDIT_COVERAGE) == (int(covered), 1)
    assert parts(scope, PAST_AUDIT_CYCLE)[0] == 1 - covered


def test_coverage_is_of_critical_and_high_risk_units_alone(world):
    world.unit("U1", ("2020-01-01", "critical")).unit("U2", ("2020-01-01", "high"))
    world.unit("U3", ("2020-01-01", "medium")).unit("U4", ("2020-01-01", "low")).unit("U5")
    world.audit("N1", "U2", reported_on="2023-12-01").audit("N3", "U3", reported_on="2023-12-01")
    scope = world.served()
    assert parts(scope, AUDIT_COVERAGE) == (1, 2)
    assert parts(scope, AUDIT_UNITS)[0] == 5
    frame = reports.audit_units(scope).set_index("unit_id")
    assert frame.loc["U5", "unit_rating"] == "unrated"
    assert frame["audited_band"].to_dict() == {
        **dict.fromkeys(("U1", "U4", "U5"), "never"),
        **dict.fromkeys(("U2", "U3"), "0-12"),
    }
    # Those past their cycle stand first.
    assert frame.index.tolist()[:2] == ["U1", "U2"]


def test_without_a_unit_at_risk_there_is_no_coverage(world):
    scope = world.unit("U1", ("2024-01-01", "low")).served()
    assert measure(scope, AUDIT_COVERAGE)["audit_coverage"].isna().all()


def test_a_rating_counts_from_its_day_and_a_raised_one_shortens_the_cycle(world):
    world.unit("U1", ("2022-01-01", "high"), ("2024-03-01", "critical"))
    world.audit("N1", "U1", reported_on="2022-09-30")
    scope = world.served()
    series = measure(scope, AUDIT_COVERAGE, by="month_end", months=2)
    assert series["audit_coverage"].tolist() == [1, 0]
    row = reports.audit_units(scope, "raised").iloc[0]
    assert (row["unit_rating"], row["rating_before"]) == ("critical", "high")
    assert row["audit_due_on"].date() == date(2023, 9, 30)
    assert row["months_since"] == 18
    told = reports.unit_assessments(scope, "U1")[["rating", "rating_change"]].to_numpy().tolist()
    assert told == [["critical", "raised"], ["high", "first"]]
    before = replace(scope, as_of=date(2024, 2, 29))
    assert reports.unit_assessments(before, "U1")["rating"].tolist() == ["high"]


def test_a_new_unit_has_its_first_cycle_before_it_is_late(world):
    world.unit("U1", ("2024-01-01", "critical"), valid_from="2023-06-01")
    world.unit("U2", ("2024-01-01", "critical"), valid_from="2023-02-01")
    world.unit("U3", ("2024-01-01", "critical"), valid_to="2024-02-15")
    scope = world.served()
    assert parts(scope, AUDIT_COVERAGE) == (0, 2)
    assert reports.audit_units(scope, "past_cycle")["unit_id"].tolist() == ["U2"]


def test_a_cycle_is_a_dated_parameter(world):
    world.unit("U1", ("2020-01-01", "medium")).audit("N1", "U1", reported_on="2021-01-31")
    world.book.parameter("audit_cycle_months.medium", "24", valid_from="2024-03-01")
    world.book.build("2024-03-31")
    rows = world.book.rows(
        "select month_end, audit_due_on, past_cycle_count from marts.audit_unit_months"
        " where month_end >= date '2024-02-29' order by 1"
    )
    # It has a due date; coverage stays that of critical and high.
    assert rows == [
        (date(2024, 2, 29), None, 0),
        (date(2024, 3, 31), date(2023, 1, 31), 1),
    ]


def test_assessments_are_due_every_year(world):
    world.unit("U1", ("2023-03-31", "low")).unit("U2", ("2023-03-30", "low")).unit("U3")
    scope = world.served()
    assert parts(scope, UNIT_ASSESSMENT_RATE) == (1, 3)
    assert set(reports.audit_units(scope, "not_assessed")["unit_id"]) == {"U2", "U3"}


@pytest.fixture
def planned(world: World) -> Scope:
    """In time, late, slipped and begun, cancelled, of another year, outside the plan, ahead."""
    world.unit("U1", ("2020-01-01", "high"))
    for engagement_id, to, started, reported, cancelled in (
        ("N1", "2023-06-30", "2023-05-01", "2023-06-30", None),
        ("N2", "2023-09-30", "2023-05-01", "2023-10-15", None),
        ("N3", "2024-01-31", "2024-03-01", None, None),
        ("N4", "2023-12-31", None, None, "2023-11-01"),
        ("N5", "2023-03-31", "2023-02-01", "2023-05-10", None),
        ("N6", "2024-09-30", None, None, None),
        ("N7", "2024-03-31", None, None, None),
    ):
        world.audit(
            engagement_id,
            "U1",
            plan_year=int(to[:4]),
            planned_from=f"{to[:4]}-01-10",
            planned_to=to,
            planned_days=20,
            started_on=started,
            reported_on=reported,
            days_spent=25 if reported else None,
            cancelled_on=cancelled,
        )
    world.audit("N8", "U1", is_planned=False, started_on="2024-02-01", reported_on="2024-02-20")
    return world.served()


def test_the_plan_is_what_was_to_end_in_twelve_months(planned):
    # N1, N2, N3, N4 and N7; N5 was to end a year and a day ago, N6 is ahead.
    assert parts(planned, AUDIT_PLAN_COMPLETION) == (2, 5)
    assert parts(planned, AUDIT_PLAN_ON_TIME) == (1, 5)
    # On its planned end N7 is not late yet; N4 was cancelled.
    assert parts(planned, LATE_AUDITS)[0] == 1
    # N1, N2 and N5 were reported in the twelve months; of N8 no days are planned.
    assert parts(planned, AUDIT_DAYS_RATIO) == (75, 60)
    behind = rows_behind(planned, AUDIT_PLAN_COMPLETION, "denominator")
    assert set(behind["engagement_id"]) == {"N1", "N2", "N3", "N4", "N7"}


def test_an_audit_stands_as_it_did_on_the_day(planned):
    def standing(day: date) -> dict[str, str]:
        frame = reports.audit_engagements(replace(planned, as_of=day))
        return dict(zip(frame["engagement_id"], frame["audit_standing"], strict=True))

    assert standing(END) == {
        **{"N1": "reported", "N2": "reported", "N3": "late", "N4": "cancelled"},
        **{"N5": "reported", "N6": "planned", "N7": "planned", "N8": "reported"},
    }
    # The plan of 2024 is not known in 2023, nor is what was outside it.
    assert standing(date(2023, 10, 31)) == {
        **{"N1": "reported", "N2": "reported", "N4": "planned", "N5": "reported"}
    }
    assert standing(date(2023, 9, 30))["N2"] == "in_progress"
    late = reports.audit_engagements(planned, "late").iloc[0]
    assert (late["engagement_id"], late["days_late"]) == ("N3", 60)
    years = reports.audit_plan_years(planned).set_index("plan_year")
    columns = ["planned", "reported", "on_time", "late", "cancelled", "ahead", "unplanned"]
    assert years[columns].loc[[2024, 2023]].to_numpy().tolist() == [
        [3, 0, 0, 1, 0, 2, 1],
        [4, 3, 1, 0, 1, 0, 0],
    ]


def test_what_comes_next_for_a_unit(planned):
    unit = reports.audit_unit_detail(planned, "U1").iloc[0]
    assert unit["audited_on"].date() == date(2024, 2, 20)
    assert (unit["next_planned_on"].date(), unit["plan_standing"]) == (date(2024, 1, 10), "late")


def test_auditors_are_the_people_of_departments_that_owe_audits(world):
    for number in range(1, 102):
        world.book.add(
            "staff", staff_id=f"S{number}", name="n", department_id="A" if number < 3 else "B",
            joined_on="2020-01-01", left_on="2024-03-31" if number == 2 else None,
        )  # fmt: skip
    world.book.add(
        "duties", duty_id="B5.1", organisation="merged", department_id="A", name="Audit",
        case_type="audit_engagement",
    )  # fmt: skip
    scope = world.served()
    assert parts(scope, AUDIT_STAFF_RATIO) == (1, 100)
    line = lines(AUDIT_STAFF_RATIO, END).limit
    assert line is not None and line.value == 0.01
    assert line.source.startswith("Internal audit guidance for commercial banks (2016)")
    # A part of the bank is never told the share of the whole.
    assert measure(replace(scope, branches=("Main",)), AUDIT_STAFF_RATIO).empty is False
    assert measure(replace(scope, branches=("",)), AUDIT_STAFF_RATIO).empty


def test_without_a_department_that_owes_audits_nothing_is_told(world):
    world.book.add("staff", staff_id="S1", name="n", department_id="A", joined_on="2020-01-01")
    assert measure(world.served(), AUDIT_STAFF_RATIO).empty


def test_a_unit_of_a_branch_that_lends_nothing_is_head_offices(world):
    world.unit("U1", kind="branch", branch="Main").unit("U2", kind="branch", branch="Gone")
    scope = world.served()
    frame = reports.audit_units(scope).set_index("unit_id")
    assert frame["branch"].to_dict() == {"U1": "Main", "U2": ""}
    assert reports.audit_units(replace(scope, branches=("Main",)))["unit_id"].tolist() == ["U1"]


def test_a_finding_repeats_in_its_unit_and_an_accepted_risk_is_not_open(world):
    world.unit("U1").unit("U2")
    for finding_id, unit_id, branch, issued, closed, status in (
        ("F1", "U1", None, "2023-05-10", "2023-06-10", "verified_closed"),
        ("F2", "U1", "Main", "2023-12-10", None, "issued"),
        ("F3", "U2", "Main", "2023-12-10", None, "risk_accepted"),
        ("F4", "U2", None, "2024-01-10", "2024-01-20", "risk_accepted"),
    ):
        world.book.add(
            "findings", finding_id=finding_id, title="t", severity="high", status=status,
            department_id="B", branch=branch, cause=f"c{unit_id}" if branch or unit_id == "U1"
            else None, unit_id=unit_id, issued_on=issued, due_on="2024-02-01", closed_on=closed,
        )  # fmt: skip
    scope = world.served()
    # F2 is at another branch than F1, in the same unit.
    assert parts(scope, REPEAT_FINDING_RATE) == (1, 4)
    assert parts(scope, OPEN_FINDINGS)[0] == 1
    # F1 alone was put right, and looked at: to accept a risk is not to mend it.
    assert parts(scope, RECTIFICATION_RATE) == (1, 4)
    assert parts(scope, FINDING_REOPEN_RATE) == (0, 1)
    by_unit = measure(scope, OPEN_FINDINGS, by="unit_id").set_index("unit_id")
    assert by_unit["open_findings"].to_dict() == {"U1": 1, "U2": 0}
    assert reports.audit_unit_detail(scope, "U1").iloc[0]["open_findings"] == 1
    assert set(reports.findings_list(scope, "repeated")["finding_id"]) == {"F2"}


# --- The demo book and the pages ---


def _truth(demo: Path) -> dict[str, str]:
    return json.loads((demo / "folder" / "truth.json").read_text())["audit_plan"]


def test_the_neglected_unit_and_the_slipped_audit_are_found_and_no_others(demo, demo_scope):
    found = reports.audit_units(demo_scope, "past_cycle")
    assert found["unit_id"].tolist() == [_truth(demo)["not_audited"]]
    assert (found.iloc[0]["unit_rating"], found.iloc[0]["months_since"]) == ("critical", 14)
    late = reports.audit_engagements(demo_scope, "late")
    assert late["engagement_id"].tolist() == [_truth(demo)["slipped"]]
    assert late.iloc[0]["days_late"] == 150


def test_every_finding_of_the_demo_has_its_unit_and_some_their_audit(demo_scope):
    findings = reports.findings_list(demo_scope, "all", limit=1000)
    assert findings["unit_id"].notna().all()
    audits = reports.audit_engagements(demo_scope).set_index("engagement_id")
    linked = findings[findings["engagement_id"].notna()]
    assert len(linked) > 10
    assert audits.loc[linked["engagement_id"], "unit_id"].tolist() == linked["unit_id"].tolist()
    assert audits["findings"].sum() == len(linked)


def test_the_page_says_what_is_late_and_opens_the_unit(demo, demo_scope, opened):
    at = opened("audit_plan", person("auditor"))
    said = plain(at)
    assert "Access rights and data security: critical risk, last audited 14 months ago" in said
    assert "150 days ago; begun on" in said
    assert {tile.label for tile in at.metric} >= {"Audit coverage", "Auditors of all staff"}
    unit = opened("audit_unit", person("auditor"), unit_id=_truth(demo)["not_audited"])
    assert "Access rights and data security" in plain(unit)
    assert len(unit.dataframe) >= 2


def test_a_head_sees_the_units_of_the_own_department_and_no_others(demo, demo_scope, opened):
    head = person("department_head")
    mine = reports.audit_units(demo_scope, department_id=head.department)
    assert len(mine) == 2
    at = opened("audit_plan", head)
    assert "Access rights" not in plain(at)
    assert f"{len(mine)} units" in plain(at)
    assert "Auditors of all staff" not in {tile.label for tile in at.metric}
    assert "14 months" not in plain(opened("audit_unit", head, unit_id=_truth(demo)["not_audited"]))
    assert "There is no" in plain(opened("audit_unit", head, unit_id=_truth(demo)["not_audited"]))
    one = opened("audit_unit", head, unit_id=str(mine.iloc[0]["unit_id"]))
    assert str(mine.iloc[0]["unit"]) in plain(one)
    for metric in ("audit_coverage", "audit_staff_ratio"):
        at = opened("why", head, metric=metric)
        assert "you see the totals" in plain(at)
    at = opened("why", head, metric="audit_units", department_id=head.department)
    assert "rows add up" in plain(at)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("audits", ["open", "late", "reported", "cancelled", "all"])
def test_every_list_of_audits(demo_scope, opened, audits, language):
    opened("audit_plan", person("auditor", language=language), audits=audits, state="high_risk")


def test_the_duties_of_audit_name_these_figures():
    named = {"audit_coverage", "unit_assessment_rate", "audit_plan_completion"}
    path = Path(__file__).parent.parent / "data" / "organisation" / "duties.csv"
    text = path.read_text(encoding="utf-8")
    assert named <= set(METRICS)
    assert all(each in text for each in named)


def test_findings_stand_on_the_pages_of_what_they_name(demo_scope, opened):
    finding = reports.findings_list(demo_scope, "open", limit=1000)
    finding = finding[finding["loan_count"] > 0].iloc[0]
    loan = reports.finding_loans(demo_scope, finding["finding_id"]).iloc[0]
    found = reports.borrower_findings(demo_scope, loan["borrower_id"])
    row = found.set_index("finding_id").loc[finding["finding_id"]]
    assert loan["loan_id"] in row["loan_ids"]
    auditor = person("auditor")
    assert "Audit findings" in plain(opened("borrower", auditor, borrower_id=loan["borrower_id"]))
    at = opened("department", auditor, department_id=finding["department_id"])
    assert "Audit findings" in plain(at)
