"""The Data page: rules with their trend and failing rows, rows not loaded, the ledger (15.1)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from queries import reports
from queries.metrics import (
    DQ_FAILED_RECORDS,
    DQ_FIX_ON_TIME,
    DQ_ISSUE_AGE,
    RECON_BREAK_AMT,
    measure,
    rows_behind,
    rows_total,
)
from queries.warehouse import Scope, ask, ask_exact
from tests.book import Book
from tests.opened import person, plain
from tests.served import serve


@pytest.fixture
def serving(tmp_path, monkeypatch):
    """Serves a built book; gives the scope of all of it at a day."""

    def of(book: Book, as_of: str) -> Scope:
        reads = ("scoped_quality_months", "scoped_quality_issue_months", "book_quality_issues")
        folder = serve(book.build(as_of), tmp_path, reads=(*reads, "book_quality"))
        monkeypatch.setenv("WAREHOUSE", str(folder))
        return Scope(("Main", ""), ("consumer", ""), date.fromisoformat(as_of))

    return of


def small() -> Book:
    """Two loans; a payment booked late, one booked in time a month later."""
    book = Book().borrower().loan("L1", principal=100).loan("L2", borrower_id="B9", principal=100)
    book.instalments("L1", ("2024-01-31", 60, 0), ("2024-02-29", 50, 0))
    book.instalments("L2", ("2024-01-31", 50, 0), ("2024-02-29", 50, 0))
    for number, paid_on, booked_at in (
        ("R1", "2024-01-31", "2024-02-10"),
        ("R2", "2024-01-31", "2024-01-31"),
        ("R3", "2024-02-29", "2024-02-29"),
    ):
        book.add("repayments", repayment_id=number, loan_id="L1", paid_on=paid_on, amount=50,
                 booked_at=booked_at)  # fmt: skip
    return book.build("2024-02-29")


def test_a_rule_has_months_that_add_up_and_one_without_rows_has_no_score():
    book = small()
    rows = book.rows("select rule_id, tested, failed, score from marts.data_quality")
    rules = {rule: rest for rule, *rest in rows}
    assert rules["DQ07_booked_soon"] == [3, 1, pytest.approx(2 / 3)]
    assert rules["DQ04_reversal_matches"] == [0, 0, None]
    months = book.rows(
        "select cast(month_end as varchar), tested, failed from marts.quality_trends"
        " where rule_id = 'DQ07_booked_soon'"
    )
    assert months == [("2024-01-31", 1, 0), ("2024-02-29", 2, 1)]


def issues_book() -> Book:
    """Payments booked soon (-) or late (x) by month, May without any: x x - x - . x."""
    book = Book().borrower().loan("L1", principal=100)
    book.instalments("L1", ("2024-12-31", 100, 0))
    for number, (day, late) in enumerate(
        (
            *(("2024-01-10", True), ("2024-02-10", True), ("2024-03-10", False)),
            *(("2024-04-10", True), ("2024-05-10", False)),
            ("2024-07-10", True),
        )
    ):
        booked = day.replace("-10", "-20") if late else day
        book.add("repayments", repayment_id=f"R{number}", loan_id="L1", paid_on=day, amount=1,
                 booked_at=booked)  # fmt: skip
    return book.parameter("dq_fix_days.P3", "31", valid_from="2024-04-01")


LATE = "DQ07_booked_soon"


def test_an_issue_lasts_from_the_first_fail_to_the_next_pass():
    book = issues_book().build("2024-08-31")
    rows = book.rows(
        "select opened_on, last_failed_on, due_on, fixed_on, months, failed"
        f" from marts.quality_issues where rule_id = '{LATE}'"
    )
    # 93 days for what is minor, 31 for what was opened since April; June and August tested nothing.
    assert [tuple(str(each) for each in row) for row in rows] == [
        ("2024-01-31", "2024-02-29", "2024-05-03", "2024-03-31", "2", "2"),
        ("2024-04-30", "2024-04-30", "2024-05-31", "2024-05-31", "1", "1"),
        ("2024-07-31", "2024-07-31", "2024-08-31", "None", "1", "1"),
    ]


def test_issue_age_and_fixes_on_time(serving):
    scope = serving(issues_book(), "2024-09-30")
    series = measure(scope, DQ_ISSUE_AGE, DQ_FIX_ON_TIME, by="month_end", months=9)
    told = series.set_index(series["month_end"].dt.month)
    # Open in January and February, in April, and from July on; without one open there is no age.
    ages = told["dq_issue_age"]
    assert ages.dropna().to_dict() == {1: 0, 2: 29, 4: 0, 7: 0, 8: 31, 9: 61}
    due, done = told["dq_fix_on_time_denominator"], told["dq_fix_on_time_numerator"]
    assert due.to_dict() == {1: 0, 2: 0, 3: 0, 4: 0, 5: 2, 6: 2, 7: 2, 8: 3, 9: 3}
    assert done.to_dict() == {1: 0, 2: 0, 3: 0, 4: 0, 5: 2, 6: 2, 7: 2, 8: 2, 9: 2}
    assert told["dq_fix_on_time"].iloc[-1] == pytest.approx(2 / 3)
    behind = rows_behind(scope, DQ_FIX_ON_TIME, "denominator").set_index("issue_id")
    assert set(behind["issue_state"]) == {"on_time", "overdue"}
    assert rows_total(scope, DQ_ISSUE_AGE) == (61, 1)
    # What was fixed later than the month looked at was still open then.
    then = reports.quality_issues(replace(scope, as_of=date(2024, 2, 29)))
    assert then[["issue_state", "age_days"]].to_numpy().tolist() == [["open", 29]]
    now = reports.quality_issues(scope)
    assert now["issue_state"].tolist() == ["overdue", "on_time", "on_time"]
    # The rules test the bank's data as a whole: of a part nothing is told.
    assert measure(replace(scope, branches=("",)), DQ_FIX_ON_TIME).empty


def test_the_rows_that_fail_are_a_metric(serving):
    scope = serving(issues_book(), "2024-08-31")
    rules = reports.quality_rules(scope)
    assert measure(scope, DQ_FAILED_RECORDS)["dq_failed_records"].item() == rules["failed"].sum()


def test_the_issues_of_the_demo_bank_agree_with_its_rules(demo_scope):
    issues = reports.quality_issues(demo_scope)
    assert len(issues) > 1 and issues["issue_state"].nunique() > 1
    for rule in issues.loc[issues["age_days"].notna(), "rule_id"]:
        months = reports.quality_rule_months(demo_scope, rule)
        assert months.empty or months["failed"].iloc[-1] > 0
    row = measure(demo_scope, DQ_ISSUE_AGE, DQ_FIX_ON_TIME).iloc[0]
    assert row["dq_issue_age"] == issues["age_days"].median()
    assert 0 < row["dq_fix_on_time"] < 1


def test_each_row_that_fails_is_listed_once_with_what_was_expected():
    book = small()
    listed = book.rows("select rule_id, subject, recorded, expected from marts.quality_failures")
    assert set(listed) == {
        ("DQ01_borrower_known", "L2", "B9", ""),
        ("DQ02_schedule_adds_up", "L1", "110.00", "100.00"),
        ("DQ07_booked_soon", "R1", "2024-02-10", "2024-01-31"),
    }
    counts = book.rows(
        "select rule_id, failed from marts.data_quality where failed > 0 order by rule_id"
    )
    assert counts == [(rule, 1) for rule in sorted(row[0] for row in listed)]


def test_the_ledger_says_since_when_it_differs():
    book = Book().borrower().loan("L1")
    months = ("2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30")
    for month, told in zip(months, (90, 100, 103, 99), strict=True):
        book.recorded("L1", month, 100)
        book.add("ledger_balances", product="consumer", month_end=month, balance=told)
    rows = book.build("2024-04-30").rows(
        "select difference, break_amount, is_break, cast(differs_since as varchar)"
        " from marts.ledger_months"
    )
    assert [(int(a), int(b), *rest) for a, b, *rest in rows] == [
        (10, 10, True, "2024-01-31"),
        (0, 0, False, None),
        (-3, 3, True, "2024-03-31"),
        (1, 1, True, "2024-03-31"),
    ]


def test_the_ledger_and_one_number_of_two_borrowers_fail_their_rules():
    book = Book().loan("L1").recorded("L1", "2024-01-31", 100).recorded("L1", "2024-02-29", 100)
    for borrower_id, number in (("B1", "1"), ("B2", "2"), ("B3", "1"), ("B4", None)):
        book.add("borrowers", borrower_id=borrower_id, kind="retail", id_number=number)
    for month_end, told in (("2024-01-31", 100), ("2024-02-29", 90)):
        book.add("ledger_balances", product="consumer", month_end=month_end, balance=told)
    book.build("2024-02-29")
    counts = "select rule_id, tested, failed from marts.data_quality"
    counts += " where rule_id between 'DQ14' and 'DQ16' order by rule_id"
    assert book.rows(counts) == [
        ("DQ14_ledger_agrees", 2, 1),
        ("DQ15_obligor_once", 3, 2),
    ]
    listed = book.rows(
        "select rule_id, subject, recorded, expected from marts.quality_failures"
        " where rule_id between 'DQ14' and 'DQ16' order by rule_id, subject"
    )
    assert listed == [
        ("DQ14_ledger_agrees", "consumer", "100.00", "90.00"),
        ("DQ15_obligor_once", "B1", "", ""),
        ("DQ15_obligor_once", "B3", "", ""),
    ]


def test_allocations_add_up_and_numbers_carry_the_right_check_sign():
    book = Book().loan("L1", borrower_id="B1", principal=100).recorded("L1", "2024-01-31", 60)
    book.instalments("L1", ("2024-01-31", 100, 0))
    for number, amount, parts in (("R1", 40, (30, 10)), ("R2", 9, (5, 3)), ("R3", 7, ())):
        book.add("repayments", repayment_id=number, loan_id="L1", paid_on="2024-01-31",
                 amount=amount)  # fmt: skip
        for component, part in zip(("principal", "interest"), parts, strict=False):
            book.add("allocations", repayment_id=number, loan_id="L1", seq=1, component=component,
                     amount=part)  # fmt: skip
    # The first two of each kind are the standards' own examples, the third has another last sign;
    # what is masked or of another form is not judged.
    for borrower_id, kind, number in (
        ("B1", "retail", "11010519491231002X"),
        ("B2", "retail", "440524188001010014"),
        ("B3", "retail", "110105194912310021"),
        ("B4", "retail", "110***********002X"),
        ("B5", "corporate", "91350100M000100Y43"),
        ("B6", "small_business", "91350100M000100Y44"),
        ("B7", "corporate", "P1234"),
        ("B8", "corporate", None),
    ):
        book.add("borrowers", borrower_id=borrower_id, kind=kind, id_number=number)
    book.build("2024-01-31")
    counts = "select rule_id, tested, failed from marts.data_quality"
    counts += " where rule_id in ('DQ16_allocated_whole', 'DQ17_identity_sign') order by rule_id"
    assert book.rows(counts) == [("DQ16_allocated_whole", 2, 1), ("DQ17_identity_sign", 5, 2)]
    listed = book.rows(
        "select subject, recorded, expected from marts.quality_failures"
        " where rule_id in ('DQ16_allocated_whole', 'DQ17_identity_sign') order by subject"
    )
    assert listed == [("B3", "1", "X"), ("B6", "4", "3"), ("R2", "8.00", "9.00")]


@pytest.mark.parametrize(
    ("loaded_at", "failed"), [("2024-02-01 08:00:00", 0), ("2024-02-01 08:01:00", 1)]
)
def test_a_day_is_loaded_by_eight_the_next_morning(loaded_at, failed):
    book = Book(loaded_at).borrower().loan("L1").recorded("L1", "2024-01-31", 1)
    book.build("2024-01-31")
    counts = "select tested, failed from marts.data_quality where rule_id = 'DQ18_loaded_in_time'"
    assert book.rows(counts) == [(1, failed)]
    listed = "select recorded, expected from marts.quality_failures"
    late = [(loaded_at, "2024-02-01 08:00:00")]
    assert book.rows(listed) == late * failed


def test_what_is_recorded_as_done_says_where_its_evidence_lies():
    book = Book().borrower().loan("L1").recorded("L1", "2024-01-31", 1)
    for number, done, evidence in (
        (1, "2024-01-10", "AUD/1.pdf"),
        (2, "2024-01-11", " "),
        (3, "2024-01-12", None),
        (4, None, None),
        (5, "2024-02-01", None),  # after the day of the data
    ):
        told = {"action": "x", "done_on": done, "evidence": evidence}
        book.add("finding_actions", action_id=f"A{number}", finding_id="F1", **told)
    book.build("2024-01-31")
    rule = "rule_id = 'DQ19_evidence_found'"
    asked = f"select dimension, tested, failed from marts.data_quality where {rule}"
    assert book.one(asked) == ("accessibility", 3, 2)
    asked = f"select subject, branch from marts.quality_failures where {rule} order by all"
    assert book.rows(asked) == [("A2", ""), ("A3", "")]


def test_a_dimension_of_which_nothing_was_tested_has_no_score(tmp_path, monkeypatch):
    book = Book().borrower().loan("L1").recorded("L1", "2024-01-31", 1).build("2024-01-31")
    reads = ("book_quality", "book_quality_weights", "book_quality_trends")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path / "own", reads=reads)))
    scope = Scope(("Main", ""), ("consumer", ""), date(2024, 1, 31))
    dimensions = reports.quality_dimensions(scope).set_index("dimension")
    nothing = dimensions.loc["accessibility"]
    assert (nothing["rules"], nothing["tested"]) == (0, 0)
    assert dimensions["score"].isna()["accessibility"]
    assert dimensions["score"].notna()["completeness"]


def test_a_row_that_was_not_loaded_is_shown_without_what_names_a_person():
    book = Book().borrower().loan("L1").recorded("L1", "2024-01-31", 1)
    cells = '{"borrower_id":"B7","name":"王 \\"小\\" 明","phone":"138","kind":"x"}'
    book.add("rejected_rows", table_name="borrowers", row_number=4, reason="kind x is unknown",
             rule="kind is unknown", record=cells)  # fmt: skip
    book.build("2024-01-31")
    asked = "select record from scoped_source_rows({}, ['consumer'])"
    assert book.one(asked.format("['Main', '']")) == (
        '{"borrower_id":"B7","name":"***","phone":"***","kind":"x"}',
    )
    assert book.rows(asked.format("['Other']")) == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"rule_id": "DQ02_schedule_adds_up"},
        {"rule_id": "DQ12_record_current"},
        {"chapter": "loads"},
        {"chapter": "ledger"},
        {"chapter": "rules"},
    ],
    ids=lambda asked: "-".join(asked.values()) or "quality",
)
def test_every_chapter_in_both_languages(small_book, opened, asked, language):
    opened("data", person("auditor", language=language), **asked)


def test_what_fails_a_rule_is_what_its_list_holds_also_where_it_has_no_month(demo_scope):
    rules = reports.quality_rules(demo_scope).set_index("rule_id")["failed"]
    listed = ask(
        "select rule_id, count(*) as n from scoped_quality_failures($branches, $products)"
        " group by rule_id",
        demo_scope,
    ).set_index("rule_id")["n"]
    assert listed["DQ11_obligor_evaluated"] > 0
    assert {rule: n for rule, n in rules.items() if n} == listed.to_dict()


def test_the_list_of_a_rule_is_in_scope(demo_scope):
    rules = reports.quality_rules(demo_scope)
    failing = rules[(rules["failed"] > 0) & (rules["rule_id"] != "DQ10_rows_loaded")]
    assert len(failing) >= 2
    for rule in failing.itertuples():
        assert reports.quality_failures_total(demo_scope, str(rule.rule_id))[0] == rule.failed
    rule = str(failing.iloc[0].rule_id)
    one = replace(demo_scope, branches=demo_scope.branches[:1])
    assert set(reports.quality_failures(one, rule)["branch"]) <= {one.branches[0]}
    assert reports.ledger_counts(one).empty and len(reports.ledger_counts(demo_scope)) > 5


@pytest.mark.parametrize("macro", ["scoped_allocations", "scoped_ledger_months"])
def test_what_the_core_system_and_the_ledger_say_is_in_scope(demo_scope, macro):
    sql = f"select count(*) from {macro}($branches, $products)"
    whole = ask_exact(sql, demo_scope)[0][0]
    one = replace(demo_scope, branches=demo_scope.branches[:1])
    assert 0 <= ask_exact(sql, one)[0][0] < whole
    for nothing in ({"branches": ()}, {"products": ()}, {"branches": ("Nowhere",)}):
        assert ask_exact(sql, replace(demo_scope, **nothing)) == [(0,)]


def test_the_kept_builds_say_what_a_rule_of_the_load_said(demo_scope):
    found = reports.quality_builds(demo_scope, "DQ10_rows_loaded")
    assert len(found) == 1 and found.iloc[0]["score"] == 1


def test_the_ledger_chapter_tells_the_month_in_the_readers_scope(demo_scope, opened):
    breaks = reports.ledger_breaks(demo_scope)
    assert not breaks.empty
    month = breaks.iloc[0]["month_end"].date()
    at = opened("data", person("auditor"), chapter="ledger", as_of=str(month))
    now = reports.ledger_counts(replace(demo_scope, as_of=month))
    differ = int(now["is_break"].sum())
    assert f"{differ} of {len(now)} products differ" in plain(at)
    assert Decimal(str(now["difference"].abs().sum())) > 0


def test_the_break_of_a_month_is_that_of_its_products_and_its_rows_readd(demo_scope):
    month = reports.ledger_breaks(demo_scope).iloc[0]["month_end"].date()
    then = replace(demo_scope, as_of=month)
    whole = measure(then, RECON_BREAK_AMT)[RECON_BREAK_AMT.id].item()
    by_product = measure(then, RECON_BREAK_AMT, by="product")
    assert whole == by_product[RECON_BREAK_AMT.id].sum() > 0
    total, number = rows_total(then, RECON_BREAK_AMT)
    assert (float(total), number) == (whole, len(rows_behind(then, RECON_BREAK_AMT)))


def test_an_administrator_reads_how_many_fail_but_no_row(demo_scope, opened):
    asked = {"rule_id": "DQ07_booked_soon"}
    columns = [set(each.value) for each in opened("data", person("auditor"), **asked).dataframe]
    assert any("loan_id" in each for each in columns)
    at = opened("data", person("administrator"), **asked)
    assert not any("loan_id" in each.value for each in at.dataframe)
    assert "not for administrators" in plain(at)
