"""Findings (14.1): rates over twelve months, exposure as it was, ages and what falls due."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from queries import reports
from queries.metrics import (
    EXPOSURE,
    FINDING_REOPEN_RATE,
    RECTIFICATION_ON_TIME_RATE,
    RECTIFICATION_RATE,
    RECTIFICATION_WEIGHTED,
    REPEAT_FINDING_RATE,
    measure,
    rows_total,
)
from queries.warehouse import Scope
from tests.book import Book
from tests.served import serve
from ui import due_calendar, lists
from ui.i18n import in_language

TO = pd.Timestamp("2024-06-29")
RATES = (RECTIFICATION_RATE, REPEAT_FINDING_RATE, FINDING_REOPEN_RATE, EXPOSURE)
RATES += (RECTIFICATION_ON_TIME_RATE, RECTIFICATION_WEIGHTED)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four findings of one cause; a loan of 300 repaid by 100 a month behind the second."""
    book = Book().borrower().loan("L1", principal=300, annual_rate=0)
    book.instalments("L1", *[(f"2024-0{month}-15", 100, 0) for month in (1, 2, 3)])
    for month in (1, 2):
        book.pay("L1", f"2024-0{month}-15", 100)
    book.add("departments", department_id="D1", name="Audit")
    rows = (
        ("F1", "2023-06-01", "2023-08-01", "2023-07-20", None, "verified_closed"),
        ("F2", "2024-01-10", "2024-02-10", None, None, "issued"),
        ("F3", "2024-02-05", "2024-03-05", "2024-03-20", "2024-03-01", "verified_closed"),
        ("F4", "2024-03-10", "2024-05-10", None, None, "issued"),
    )
    for finding_id, issued, due, closed, rejected, status in rows:
        book.add(
            "findings",
            finding_id=finding_id,
            title=finding_id,
            severity="high",
            status=status,
            department_id="D1",
            cause="training" if finding_id != "F4" else "staffing",
            issued_on=issued,
            due_on=due,
            closed_on=closed,
            rejected_on=rejected,
        )
    book.add("finding_loans", finding_id="F2", loan_id="L1")
    book.add(
        "finding_actions", action_id="A1", finding_id="F4", action="Train", due_on="2024-04-05"
    )
    return serve(book.build("2024-03-31"), tmp_path_factory.mktemp("findings"))


@pytest.fixture
def scope(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    monkeypatch.setenv("WAREHOUSE", str(folder))
    return Scope(("Main", ""), ("consumer", ""), date(2024, 3, 31))


def test_rates_over_twelve_months(scope: Scope):
    row = measure(scope, *RATES).iloc[0]
    # Due: F1, F2, F3; closed of them F1, F3. F2 and F3 follow on F1; F4 has another cause.
    assert row["rectification_rate"] == pytest.approx(2 / 3)
    # Of the same three F1 alone was closed by its first due date; all are of one severity.
    assert row["rectification_on_time_rate"] == pytest.approx(1 / 3)
    assert row["rectification_weighted"] == pytest.approx(1 / 3)
    assert row["repeat_finding_rate"] == pytest.approx(2 / 4)
    # Looked at: F1 and F3 closed, F3 failed once before.
    assert row["finding_reopen_rate"] == pytest.approx(1 / 3)
    for metric in RATES:
        part = rows_total(scope, metric)
        assert part[1] > 0


def test_exposure_is_that_of_the_month_end(scope: Scope):
    found = measure(scope, EXPOSURE, by="month_end", months=3)
    assert found["exposure"].tolist() == [200, 100, 100]


def test_of_loans_elsewhere_a_reader_is_told_neither_number_nor_balance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """One finding of North, with a loan of 100 in North and one of 900 in South behind it."""
    book = Book().borrower()
    for loan_id, branch, balance in (("L1", "North", 100), ("L2", "South", 900)):
        book.loan(loan_id, branch=branch, principal=balance, annual_rate=0)
        book.instalments(loan_id, ("2024-12-15", balance, 0))
        book.add("finding_loans", finding_id="F1", loan_id=loan_id)
    told = {"title": "One", "severity": "high", "status": "issued", "branch": "North"}
    book.add("findings", finding_id="F1", issued_on="2024-01-10", due_on="2024-04-10", **told)
    folder = serve(book.build("2024-03-31"), tmp_path)
    monkeypatch.setenv("WAREHOUSE", str(folder))
    for branches, number, balance in ((("North",), 1, 100), (("North", "South"), 2, 1000)):
        scope = Scope(branches, ("consumer", ""), date(2024, 3, 31))
        listed = reports.findings_list(scope, "all")
        assert listed[["loan_count", "exposure"]].to_numpy().tolist() == [[number, balance]]
        assert reports.finding_detail(scope, "F1")["exposure"].tolist() == [balance]
        assert reports.findings_due(scope)["exposure"].tolist() == [balance]
        assert measure(scope, EXPOSURE)["exposure"].tolist() == [balance]
        assert rows_total(scope, EXPOSURE) == (balance, 1)
    assert (
        measure(Scope(("South",), ("consumer", ""), date(2024, 3, 31)), EXPOSURE)["exposure"].sum()
        == 0
    )


def test_ages_and_what_falls_due(scope: Scope):
    ages = reports.finding_ages(scope)
    assert ages[["age_band", "open_count", "overdue_count"]].to_numpy().tolist() == [
        ["0-30", 1, 0],
        ["61-90", 1, 1],
    ]
    due = reports.findings_due(scope)
    assert due[["item_id", "what", "due_when", "days_left"]].to_numpy().tolist() == [
        ["F2", "finding", "past", -50],
        ["A1", "action", "week", 5],
        ["F4", "finding", "quarter", 40],
    ]


def test_the_calendar_places_what_falls_due_on_its_day(scope: Scope):
    frame = reports.findings_calendar(scope)
    before, days = frame[frame["day"].isna()], frame[frame["day"].notna()]
    # F2 was due on 10 February, which is more than 28 days ago.
    assert before[["due_count", "severity", "is_past"]].to_numpy().tolist() == [[1, "high", True]]
    # From the Monday of the week of Sunday 31 March 2024, 90 days on.
    assert (days["day"].min(), days["day"].max()) == (pd.Timestamp("2024-03-25"), TO)
    assert len(days) == days["day"].nunique() == 6 + 91
    busy = days[days["due_count"] > 0].set_index("day")
    assert busy[["findings", "actions", "severity", "is_past"]].to_numpy().tolist() == [
        [0, 1, "high", False],
        [1, 0, "high", False],
    ]
    friday = busy.loc[pd.Timestamp("2024-04-05")]
    assert (friday["week"], friday["weekday"]) == (pd.Timestamp("2024-04-01"), 5)


def test_without_anything_past_due_the_calendar_begins_this_week(scope: Scope):
    early = replace(scope, as_of=date(2024, 1, 31))
    days = reports.findings_calendar(early)
    assert days["day"].min() == pd.Timestamp("2024-01-29")
    assert not days["is_past"].any()
    # What fell due and is open still stands on its day, told apart, while 28 days have not passed.
    late = reports.findings_calendar(replace(scope, as_of=date(2024, 2, 29)))
    past = late[late["is_past"]]
    assert past[["day", "due_count"]].to_numpy().tolist() == [[pd.Timestamp("2024-02-10"), 1]]


def test_a_day_of_the_calendar_lists_as_much_as_it_counts(scope: Scope):
    frame = reports.findings_calendar(scope)
    whole = reports.findings_due(scope)
    for _, row in frame[frame["day"].notna()].iterrows():
        listed = whole[whole["due_on"] == row["day"]]
        assert len(listed) == row["due_count"]
    past = whole[whole["due_when"] == "past"]
    assert past["item_id"].tolist() == ["F2"]
    assert len(past) == frame[frame["is_past"]]["due_count"].sum()
    assert len(whole) == frame["due_count"].sum()


def test_an_action_ends_with_its_finding(scope: Scope):
    closed = replace(scope, as_of=date(2024, 3, 20))
    assert "F3" not in reports.findings_due(closed)["finding_id"].tolist()
    before = replace(scope, as_of=date(2024, 3, 19))
    assert "F3" in reports.findings_due(before)["finding_id"].tolist()


def test_actions_are_told_in_the_readers_language(demo_scope: Scope):
    due = reports.findings_due(demo_scope)
    actions = due[due["what"] == "action"]
    assert len(actions) > 5
    with in_language("zh"):
        said = lists.in_words(actions)["action"]
    assert said.tolist() == actions["action_zh"].tolist()
    assert not said.str.contains("[a-z]").any()
    assert lists.in_words(actions)["action"].str.isascii().all()


def test_the_calendar_of_the_demo_book_holds_what_the_list_holds(demo_scope: Scope):
    frame, listed = reports.findings_calendar(demo_scope), reports.findings_due(demo_scope)
    assert len(listed) > 5
    assert frame["due_count"].sum() == len(listed)
    days = frame[frame["day"].notna()]
    assert days["is_past"].any() and (days["due_count"] > 0)[~days["is_past"]].any()
    for day in days[days["due_count"] > 0].to_dict("records"):
        rows = listed[listed["due_on"] == day["day"]]
        assert day["due_count"] == len(rows)
        assert day["severity_weight"] == rows["severity_weight"].max()
        assert day["is_past"] == (rows["due_when"] == "past").all()


def _picture(scope: Scope) -> dict:
    frame = reports.findings_calendar(scope)
    return due_calendar.calendar(frame[frame["day"].notna()], scope.as_of)


def test_the_picture_says_count_and_severity_and_marks_what_is_past(scope: Scope):
    cells = _picture(replace(scope, as_of=date(2024, 2, 29)))["data"]["values"]
    said = {cell["day"]: cell for cell in cells if cell["said"]}
    assert said["2024-02-10"]["said"] == "⚠ 1 · High"
    assert said["2024-02-10"]["is_past"] and not said["2024-03-05"]["is_past"]
    assert said["2024-03-05"]["said"] == "1 · High"
    assert (said["2024-03-05"]["row_code"], said["2024-03-05"]["column_code"]) == (
        "2024-03-04",
        "2",
    )
    assert [cell["day"] for cell in cells if cell["is_today"]] == ["2024-02-29"]
    with in_language("zh"):
        zh = _picture(scope)["data"]["values"]
    assert [cell["said"] for cell in zh if cell["said"]] == ["1 · 高", "1 · 高"]


def test_a_graver_day_is_deeper(scope: Scope):
    frame = reports.findings_calendar(scope).dropna(subset="day").reset_index(drop=True)
    frame.loc[0, ["due_count", "severity", "severity_weight"]] = [1, "low", 1]
    frame.loc[1, ["due_count", "severity", "severity_weight"]] = [1, "critical", 4]
    cells = due_calendar.calendar(frame, scope.as_of)["data"]["values"]
    assert cells[2]["depth"] == 0 < cells[0]["depth"] < cells[1]["depth"] == 1


@pytest.mark.parametrize(
    ("asked", "listed"),
    [("", ["F2", "F4", "F4"]), ("2024-05-10", ["F4"]), ("past", ["F2"]), ("2024-05-11", None)],
)
def test_the_page_lists_the_day_that_was_chosen(scope, opened, asked, listed):
    at = opened("findings", falls_due=asked)
    shown = [frame.value for frame in at.dataframe if "days_left" in frame.value.columns]
    if listed is None:
        # Nothing falls due then: the whole list, and a note on what was ignored.
        assert len(shown[0]) == 3
        return
    assert shown[0].iloc[:, 0].tolist() == listed
    assert any("were due before these weeks" in each.label for each in at.button)


def test_a_band_of_age_lists_as_many_findings_as_it_counts(scope: Scope):
    for _, row in reports.finding_ages(scope).iterrows():
        listed = reports.findings_list(
            scope, "open", str(row["severity"]), age_band=str(row["age_band"])
        )
        assert len(listed) == row["open_count"]
    # What is closed has no age.
    closed = reports.findings_list(scope, "closed", age_band="365+")
    assert closed.empty


def test_few_findings_of_the_demo_tell_again_what_was_put_right(demo_scope):
    row = measure(demo_scope, REPEAT_FINDING_RATE).iloc[0]
    assert 0.1 < row["repeat_finding_rate"] < 0.3
