"""Two builds and one month: what changed, why, and that it is what a plain EXCEPT says."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from queries import reports
from queries.metrics import BALANCE, LOANS
from queries.restatements import figures, restated
from queries.warehouse import Scope
from tests.book import Book
from tests.opened import person, plain
from tests.served import serve
from ui import export, formats
from ui.i18n import md

OLD, NEW = "20250101T000000Z", "20250201T000000Z"
DAY = date(2024, 3, 31)
MONTHS = [f"2024-0{month}-15" for month in range(1, 7)]
NAMES = ("late", "back", "plan", "record", "rule", "same", "changed", "paid_off", "noted")


def book(is_new: bool) -> Book:
    """Loans of one fate each; the newer file knows more."""
    book = Book().borrower()
    for name in (*NAMES, "added" if is_new else "dropped"):
        book.loan(name, principal=600, annual_rate=0)
        lines = [(day, 100, 0) for day in MONTHS]
        if name == "plan" and is_new:
            lines[1] = ("2024-02-25", 100, 0)
        book.instalments(name, *lines)
        for number, day in enumerate(MONTHS[: 1 if name in ("plan", "rule") else 3]):
            amount = 60 if (name, number) == ("changed", 2) and is_new else 100
            # Paid off by its first payment, which the newer file says was of less.
            amount = 600 if (name, number) == ("paid_off", 0) and not is_new else amount
            if not (name == "late" and number == 2 and not is_new):
                book.add(
                    "repayments",
                    repayment_id=f"{name}{number}",
                    loan_id=name,
                    paid_on=day,
                    amount=amount,
                    booked_at=f"{day} 10:00:00",
                )
    if is_new:
        book.add(
            "repayments",
            repayment_id="r",
            loan_id="back",
            paid_on="2024-03-20",
            amount=100,
            reverses="back2",
            booked_at="2024-04-02 10:00:00",
        )
    for name in NAMES:
        worse = {"record": 3, "rule": 1}.get(name, 1)
        balance = 250 if name == "noted" and is_new else 300
        book.recorded(name, "2024-03-31", balance, classification=worse if is_new else 1)
    if is_new:
        book.parameter("npl_dpd", "30")
    return book


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of both builds."""
    folder = tmp_path_factory.mktemp("restated")
    serve(book(False).build("2024-04-30"), folder, OLD)
    return serve(book(True).build("2024-04-30"), folder, NEW)


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Builds of one file by two versions of the models, of which the older counted otherwise."""
    folder = tmp_path_factory.mktemp("remade")
    for build, models, days in ((OLD, "one", 7), (NEW, "two", None)):
        made = book(False)
        if build == NEW:
            made.parameter("npl_dpd", "30")
        made.build("2024-04-30").made().execute("update raw.build set models = ?", [models])
        file = serve(made, folder, build) / f"{build}.duckdb"
        if days:
            file.chmod(0o644)
            with duckdb.connect(str(file)) as connection:
                connection.execute(
                    "update marts.loan_month_states set days_past_due = ? where loan_id = 'same'",
                    [days],
                )
    return folder


def test_another_version_of_the_models_is_told(remade: Path, monkeypatch, opened: Callable):
    monkeypatch.setenv("WAREHOUSE", str(remade))
    found = restated(Scope(("Main", ""), ("consumer", ""), DAY, NEW), OLD, DAY)
    assert found.models_differ and found.rules_differ
    why = found.loans.set_index("loan_id")["why"]
    # Days cannot come of the rule for classes; a class alone may come of either.
    assert why["same"] == "model"
    assert why["rule"] == "rule_or_model"
    at = opened("restatements", person("auditor"), as_of="2024-03-31", then=OLD)
    assert "Another version of this product made that build" in plain(at)


def test_builds_that_do_not_tell_their_models_are_not_said_to_differ(scope: Scope):
    assert not restated(scope, OLD, DAY).models_differ


@pytest.fixture
def scope(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    monkeypatch.setenv("WAREHOUSE", str(folder))
    return Scope(("Main", ""), ("consumer", ""), DAY, NEW)


def test_what_changed_and_why(scope: Scope):
    found = restated(scope, OLD, DAY)
    assert found.is_known_then and found.rules_differ
    told = found.loans.set_index("loan_id")[["what", "why"]]
    assert {name: tuple(row) for name, row in zip(told.index, told.to_numpy(), strict=True)} == {
        "late": ("class", "late_posting"),
        "back": ("class", "reversal"),
        "plan": ("class", "schedule"),
        "record": ("class", "record"),
        "rule": ("class", "rule"),
        "changed": ("class", "payment"),
        # Its payoff was of less than the older file said: the loan is no new one.
        "paid_off": ("returned", "payment"),
        # Computed as before; the core system says otherwise.
        "noted": ("recorded", "record"),
        "added": ("new_loan", "new_loan"),
        "dropped": ("gone", "gone"),
    }


def test_it_agrees_with_a_plain_except(scope: Scope, folder: Path, tmp_path: Path):
    found = restated(scope, OLD, DAY)
    columns = "loan_id, status, balance, days_past_due, classification, balance_recorded"
    with duckdb.connect() as connection:
        for name, build in (("old", OLD), ("new", NEW)):
            copy = tmp_path / f"{name}.copy"
            copy.write_bytes((folder / f"{build}.duckdb").read_bytes())
            connection.execute(f"attach '{copy}' as {name}_build (read_only)")
        asked = f"select {columns} from {{}}_build.marts.loan_months where month_end = '{DAY}'"
        old, new = asked.format("old"), asked.format("new")
        rows = connection.execute(
            f"select distinct loan_id from (({old} except {new}) union all ({new} except {old}))"
        ).fetchall()
    assert {row[0] for row in rows} == set(found.loans["loan_id"])


def test_the_same_build_says_the_same(scope: Scope):
    assert restated(scope, NEW, DAY).loans.empty


def test_figures_of_both_builds(scope: Scope):
    frame = figures(scope, OLD, (BALANCE, LOANS)).set_index("metric")
    loans = frame.loc["loans"]
    assert (loans["then"], loans["now"], loans["change"]) == (9, 10, 1)
    change = restated(scope, OLD, DAY).loans["change"].sum()
    assert frame.loc["balance", "change"] == pytest.approx(change)


def test_the_file_of_the_figures_holds_numbers(scope: Scope, opened: Callable, monkeypatch):
    offered = []
    monkeypatch.setattr(export, "offer", offered.append)
    opened("restatements", person("auditor"), as_of="2024-03-31", then=OLD)
    (sheet,) = [each for each in offered if each.name == "restated_figures"]
    (frame,) = sheet.rows()
    for column in ("then", "now", "change"):
        assert sheet.columns[column].unit == "number"
        assert pd.api.types.is_numeric_dtype(frame[column])
    assert set(frame["said_unit"]) == {"amount", "number", "fraction"}
    assert ("Compared with the build", OLD) in sheet.facts


def test_a_balance_recorded_for_the_first_time_is_no_other_one(scope: Scope, monkeypatch):
    states = reports.restated_states

    def unrecorded(asked: Scope, day: date) -> pd.DataFrame:
        frame = states(asked, day)
        return frame.assign(balance_recorded=None) if asked.build == OLD else frame

    monkeypatch.setattr(reports, "restated_states", unrecorded)
    assert "recorded" not in set(restated(scope, OLD, DAY).loans["what"])


def test_a_month_that_the_older_build_did_not_know(scope: Scope):
    assert not restated(scope, OLD, date(2024, 5, 31)).is_known_then


def test_another_branch_is_told_nothing(scope: Scope):
    nobody = Scope(("Elsewhere",), ("consumer",), DAY, NEW)
    assert restated(nobody, OLD, DAY).loans.empty


def test_the_page_and_the_app_on_an_older_build(scope: Scope, opened: Callable):
    at = opened("restatements", person("auditor"), as_of="2024-03-31", then=OLD)
    shown = plain(at)
    assert "10 loans, the largest change first" in shown
    chips = [each.label for each in at.button]
    assert md(f"Compared with the build {formats.build(OLD)}") in chips
    # A change that two decimals would hide is told: "1.96% and 1.96%, -0.00%" says nothing.
    assert formats.fine("ratio", 0.0195916) == "1.9592%"
    assert formats.fine("ratio", -4e-9) == "0.0000%"
    assert "This is an older build" not in shown
    assert "1 payments and reversals count by 2024-03-31 but were booked after it" in shown
    old = opened("overview", person("auditor"), build=OLD)
    assert "This is an older build" in plain(old)
    unknown = opened("overview", person("auditor"), build="../secret")
    assert "This is an older build" not in plain(unknown)
