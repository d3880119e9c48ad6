"""Acts by hand: classes set by hand, roles, authority, evergreening, as lists with why."""

import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from queries import reports
from tests.book import Book
from tests.opened import person, plain
from tests.served import ALL
from ui import by_hand

ACTS = "select list_id, kind, loan_id, faults from marts.interventions"


def found(book: Book, test_id: str) -> list[tuple]:
    """What one test finds, in order: kind, loan, reference, recorded, recomputed."""
    return book.rows(
        "select kind, loan_id, reference, recorded, recomputed from marts.audit_exceptions "
        "where test_id = ? order by all",
        test_id,
    )


def running(book: Book, loan_id: str, **more) -> Book:
    """A loan of six monthly hundreds, paid on the day, recorded as normal."""
    book.loan(loan_id, **({"principal": 600, "annual_rate": 0, "officer_id": "S1"} | more))
    days = [f"2024-{month:02d}-15" for month in range(1, 7)]
    book.instalments(loan_id, *[(day, 100, 0) for day in days])
    for day in days[:4]:
        book.pay(loan_id, day, 100)
    return book


def changed(book: Book, number: int, **more) -> Book:
    """A class set by hand on loan L`number`, in order but for what is said."""
    row = {"loan_id": f"L{number}", "changed_on": "2024-02-10", "from_class": 1, "to_class": 2}
    row |= {"reason": "industry", "initiated_by": "S1", "reviewed_by": "S2", "approved_by": "S3"}
    return book.add("class_changes", change_id=f"H{number}", **(row | more))


def classed(book: Book, loan_id: str, *classes: int) -> None:
    """The class booked at each month end from January on."""
    ends = ("2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30")
    for end, one in zip(ends, classes, strict=False):
        book.recorded(loan_id, end, 0, classification=one, stage=1)


def test_a_change_by_hand_is_recorded_reasoned_and_approved():
    book = Book().borrower()
    for number in range(1, 6):
        running(book, f"L{number}")
        classed(book, f"L{number}", 1, 2, 2, 1)
    changed(book, 1)
    changed(book, 2, approved_by=None)
    changed(book, 3, reason=None)
    # L4 has no record of its change, and L5 one of the month after.
    changed(book, 5, changed_on="2024-03-05")
    book.build("2024-04-30")
    assert found(book, "T02_override") == [
        ("no_reason", "L3", "H3", 2, 1),
        ("not_approved", "L2", "H2", 2, 1),
        ("not_recorded", "L4", "", 2, 1),
        ("not_recorded", "L5", "", 2, 1),
    ]
    assert book.one(
        "select tested, exceptions from marts.audit_tests where test_id = 'T02_override'"
    ) == (6, 4)
    acts = book.rows(f"{ACTS} where list_id = 'override' order by loan_id, faults")
    assert acts == [
        ("override", "made_worse", "L1", ""),
        ("override", "made_worse", "L2", "not_approved"),
        ("override", "made_worse", "L3", "no_reason"),
        ("override", "made_worse", "L4", "not_recorded"),
        ("override", "made_worse", "L5", ""),
        ("override", "made_worse", "L5", "not_recorded"),
    ]


def test_without_any_record_nothing_is_said_of_classes_set_by_hand():
    book = running(Book().borrower(), "L1")
    classed(book, "L1", 1, 2, 2, 2)
    book.build("2024-04-30")
    assert book.one(
        "select is_evaluated, exceptions from marts.audit_tests where test_id = 'T02_override'"
    ) == (False, None)
    assert book.rows(ACTS) == []


def test_a_class_that_stays_and_one_that_follows_the_rules_are_no_acts():
    """Late from February on: booked as the rules ask; then worse only as it was before."""
    book = running(Book().borrower(), "L1")
    running(book, "L2")
    changed(book, 2, changed_on="2024-01-10")
    classed(book, "L1", 1, 1, 1, 1)
    classed(book, "L2", 2, 2, 2, 2)
    book.build("2024-04-30")
    assert found(book, "T02_override") == []


def test_a_class_better_than_its_floor_is_listed_where_it_begins():
    """One yuan paid of all: late from January on, booked as normal in February and March."""
    book = Book().borrower()
    book.loan("L1", principal=600, annual_rate=0)
    days = [f"2024-{month:02d}-15" for month in range(1, 7)]
    book.instalments("L1", *[(day, 100, 0) for day in days])
    book.pay("L1", "2024-01-15", 1)
    classed(book, "L1", 2, 1, 1, 3)
    book.build("2024-04-30")
    found = book.rows(f"{ACTS.replace('select', 'select happened_on::varchar,')}")
    assert found == [("2024-02-29", "override", "made_better", "L1", "better_than_floor")]


def test_two_roles_of_one_person_whichever_they_are():
    book = Book().borrower()
    for number in range(1, 6):
        running(book, f"L{number}")
    changed(book, 1)
    changed(book, 2, approved_by="S1")
    changed(book, 3, reviewed_by="S1")
    changed(book, 4, approved_by="S2")
    # Nobody is named: the loan's officer is who puts it forward.
    changed(book, 5, initiated_by=None, reviewed_by=None, approved_by="S1")
    book.build("2024-04-30")
    rows = found(book, "T12_sod")
    assert [row[:3] for row in rows] == [
        ("class_change", f"L{number}", f"H{number}") for number in range(2, 6)
    ]
    acts = book.rows(f"{ACTS} where list_id = 'two_roles' order by loan_id")
    assert [act[2] for act in acts] == ["L2", "L3", "L4", "L5"]
    assert book.rows(f"{ACTS} where list_id = 'override' and faults = 'two_roles'") != []


def test_a_class_set_above_the_authority_of_who_approved_it():
    book = running(Book().borrower(), "L1")
    running(book, "L2", principal=600)
    book.add("staff", staff_id="S3", grade="clerk").add("staff", staff_id="S4", grade="head")
    book.add("parameters", param_id="authority.clerk", value="499.99")
    changed(book, 1, changed_on="2024-02-10")
    changed(book, 2, approved_by="S4")
    book.build("2024-04-30")
    # At the end of January 500 of the 600 were left.
    assert [(row[1], float(row[3]), float(row[4])) for row in found(book, "T13_limit")] == [
        ("L1", 500.0, 499.99)
    ]
    assert book.one(f"{ACTS} where list_id = 'override' and loan_id = 'L1'")[3] == "above_authority"


def test_an_upgrade_by_hand_before_its_day_says_so():
    book = Book().borrower("B1", kind="corporate")
    book.loan("L1", principal=600, annual_rate=0, disbursed_on="2023-06-10")
    days = [f"2023-{month:02d}-15" for month in range(7, 13)]
    book.instalments("L1", *[(day, 100, 0) for day in days])
    book.pay("L1", "2023-11-20", 300)
    for end, one in (("2023-11-30", 3), ("2023-12-31", 2)):
        book.recorded("L1", end, 0, classification=one, stage=1)
    changed(book, 1, changed_on="2023-12-20", from_class=3, to_class=2, reason="cured")
    book.build("2023-12-31")
    assert book.one(f"{ACTS} where list_id = 'override'") == (
        "override",
        "made_better",
        "L1",
        "not_cured",
    )


@pytest.mark.parametrize(
    ("drawn_on", "principal", "is_found"),
    [
        ("2024-03-10", 300, True),
        ("2024-03-20", 300, True),
        ("2024-03-09", 300, False),  # eleven days before
        ("2024-03-21", 300, False),  # after the payment
        ("2024-03-15", 299, False),  # too small to have paid it
    ],
)
def test_a_new_loan_that_pays_an_old_one(drawn_on, principal, is_found):
    book = Book().borrower()
    book.loan("L1", principal=600, annual_rate=0)
    days = [f"2024-{month:02d}-15" for month in range(1, 7)]
    book.instalments("L1", *[(day, 100, 0) for day in days])
    book.pay("L1", "2024-03-20", 300)
    book.loan("L2", principal=principal, annual_rate=0, disbursed_on=drawn_on)
    book.instalments("L2", ("2024-12-15", principal, 0))
    book.build("2024-04-30")
    expected = [("paid_by_new_loan", "L1", "L2", 0, 45)] if is_found else []
    assert found(book, "T05_new_loan") == expected
    acts = book.rows(f"{ACTS} where list_id = 'evergreening'")
    assert acts == [("evergreening", "paid_by_new_loan", "L1", "paid_by_new_loan")] * is_found


def test_hidden_days_are_listed_once_approved_or_not():
    book = Book().borrower()
    for number, approver in ((1, None), (2, "S1")):
        book.loan(f"L{number}", principal=300, annual_rate=0)
        days = ("2024-01-15", "2024-02-15", "2024-03-15")
        book.instalments(f"L{number}", *[(day, 100, 0) for day in days])
        moved = [(day, 100, 0) for day in ("2024-04-15", "2024-05-15", "2024-06-15")]
        book.instalments(f"L{number}", *moved, version=2, valid_from="2024-02-20")
        book.add(
            "restructures",
            restructure_id=f"R{number}",
            loan_id=f"L{number}",
            restructured_on="2024-02-20",
            kind="interest_to_principal",
            approved_by=approver,
        )
    book.build("2024-03-31")
    assert book.rows(f"{ACTS} where list_id = 'evergreening' order by loan_id, kind") == [
        ("evergreening", "days_hidden", "L1", "days_hidden"),
        ("evergreening", "interest_to_principal", "L1", ""),
        ("evergreening", "days_hidden", "L2", ""),
        ("evergreening", "interest_to_principal", "L2", ""),
    ]


def test_a_schedule_is_in_force_from_its_own_day_else_from_the_first_change_that_brought_it():
    book = Book().borrower().loan("L1", principal=100)
    book.instalments("L1", ("2024-02-29", 100, 0))
    book.instalments("L1", ("2024-04-30", 100, 0), version=2)
    book.instalments("L1", ("2024-06-30", 100, 0), version=3, valid_from="2024-05-05")
    changed = (("R1", 2, "2024-03-10"), ("R2", 2, "2024-03-01"), ("R3", 3, "2024-05-01"))
    for number, version, day in changed:
        book.add("restructures", restructure_id=number, loan_id="L1", restructured_on=day,
                 schedule_version=version, kind="extension")  # fmt: skip
    book.build("2024-05-31")
    assert book.rows(
        "select version, strftime(starts_on, '%Y-%m-%d')"
        " from scoped_schedule_lines(['Main'], ['consumer']) order by version"
    ) == [(1, "0001-01-01"), (2, "2024-03-01"), (3, "2024-05-05")]


def test_a_month_that_the_rows_do_not_have_narrows_nothing(small_book, opened):
    def shown(**asked: str) -> list[list[str]]:
        at = opened("reperformance", person("auditor"), chapter="by_hand", **asked)
        return [each.value["loan_id"].tolist() for each in at.dataframe if "loan_id" in each.value]

    whole = shown(by_hand="override")
    assert whole and whole == shown(by_hand="override", month="1999-01-31")


# --- The demo book ---


def test_what_is_planted_in_classes_set_by_hand_is_found_and_nothing_else(
    demo: Path, demo_build: Path
):
    planted = json.loads((demo / "folder" / "truth.json").read_text("utf-8"))["audit"]
    with duckdb.connect(str(demo_build), read_only=True) as book:
        rows = book.execute(
            "select test_id, loan_id, reference from marts.audit_exceptions "
            "where test_id = 'T02_override' or kind = 'class_change'"
        ).fetchall()
        early = book.execute(
            "select loan_id, month_end from marts.upgrades where is_early order by all"
        ).fetchall()
        told = book.execute(
            "select loan_id, month_end from marts.interventions "
            "where faults in ('too_early', 'not_cured') order by all"
        ).fetchall()
    wanted = Counter(
        (row["test_id"], row["loan_id"], row["reference"])
        for row in planted
        if row["test_id"] == "T02_override" or row["reference"].startswith("H")
    )
    assert Counter(rows) == wanted
    assert Counter(test_id for test_id, *_ in rows) == {
        "T02_override": 6,
        "T12_sod": 4,
        "T13_limit": 2,
    }
    # Every upgrade before its day was made by somebody, and says so.
    assert told == early


def test_the_lists_count_what_they_hold(demo_scope):
    lists = reports.intervention_lists(demo_scope).set_index("list_id")
    assert set(lists.index) >= {"override", "two_roles", "limit", "dressing", "backdating"}
    for list_id in lists.index.astype(str):
        rows = reports.interventions_list(demo_scope, list_id, limit=5000)
        total, amount = reports.interventions_list_total(demo_scope, list_id)
        assert len(rows) == total == lists.loc[list_id, "acts"]
        assert float(amount) == pytest.approx(lists.loc[list_id, "amount"])
        assert (rows["faults"] != "").sum() == lists.loc[list_id, "exceptions"]
        cuts = reports.intervention_cuts(demo_scope, list_id, "branch")
        assert cuts["acts"].sum() == total
        months = reports.intervention_months(demo_scope, list_id)
        assert months["acts"].sum() == (rows["month_end"] >= months["month_end"].min()).sum()
        assert all(by_hand.why(row) for _, row in rows.iterrows())


def test_every_exception_of_the_lists_is_one_of_the_tests(demo_scope):
    tests = reports.audit_tests(demo_scope).set_index("test_id")["exceptions"]
    lists = reports.intervention_lists(demo_scope).set_index("list_id")["exceptions"]
    same = {"two_roles": "T12_sod", "limit": "T13_limit", "dressing": "T09_month_end_dressing"}
    for list_id, test_id in (same | {"backdating": "T08_backdating"}).items():
        assert lists[list_id] == tests[test_id]


@pytest.mark.parametrize(
    ("test_id", "said"),
    [
        ("T12_sod", "One person in two roles: S1: put it forward + approved it"),
        ("T02_override", "Classes set by hand: No reason given"),
    ],
)
def test_an_exception_names_who_did_it_and_why_it_is_listed(small_book, opened, test_id, said):
    row = reports.exceptions_list(ALL, test_id).iloc[0]
    key = {"test_id": test_id, "exception_id": row["exception_id"]}
    shown = plain(opened("reperformance", person("auditor"), **key))
    assert said in shown
    assert "Put forward by" in shown


def test_a_list_whose_tests_looked_at_nothing_says_what_it_needs(small_book, opened):
    at = opened("reperformance", person("auditor"), chapter="by_hand", by_hand="limit")
    assert "Not evaluated: needs parameters authority.GRADE" in plain(at)


def test_a_class_set_by_hand_is_on_the_time_line_of_its_loan(small_book):
    line = reports.loan_timeline(ALL, "L012")
    (event,) = line[line["kind"] == "class_by_hand"].itertuples()
    assert (event.was, event.became, event.note) == ("1", "2", "S1 / S2 / S1")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_chapter_shows_the_lists_and_the_rows_of_one(demo_scope, opened, language):
    user = person("auditor", branches=demo_scope.branches, language=language)
    at = opened("reperformance", user, chapter="by_hand", by_hand="two_roles")
    shown = plain(at)
    said = {"en": "acts by hand or patterns to look through", "zh": "人工操作"}
    assert said[language] in shown
