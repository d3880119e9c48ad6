"""Rules as data: what is wrong with a row stops the load with its name, the reason and the row."""

import csv
from datetime import date
from typing import Any

import pytest

from data import signal_rules
from data.contract import BY_NAME
from data.failures import RulesUnusable
from data.signal_rules import DEFAULTS, FACTS
from tests.book import Book
from tests.folders import run_load, sound_book, write_csv

RULE = {
    "rule_id": "Z01",
    "family": "behavioural",
    "subject": "loan",
    "name": "Late",
    "condition": "days_past_due >= threshold",
    "threshold": 5,
    "points": 10,
    "valid_from": "1900-01-01",
}


def settled(*rules: dict[str, Any]) -> Book:
    """A book whose rules have been read and judged, and nothing else built."""
    book = Book()
    for rule in rules:
        book.add("signal_rules", **RULE | rule)
    book.connection.execute("create schema marts; attach ':memory:' as intermediate")
    signal_rules.settle(book.connection)
    return book


def problems(*rules: dict[str, Any]) -> list[tuple[str, str, str]]:
    with pytest.raises(RulesUnusable) as stopped:
        settled(*rules)
    assert stopped.value.exit_code == 4
    return list(stopped.value.problems)


def test_the_defaults_are_whole_and_sound():
    with DEFAULTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [column.name for column in BY_NAME["signal_rules"].columns]
    assert all(row["name"] and row["name_zh"] and row["source"] and row["owner"] for row in rows)
    assert all(row["severity"] for row in rows)
    assert settled().one("select count(*) from marts.signal_rules") == (len(rows),)
    families = {rule["rule_id"][0] for rule in rows}
    assert families == set("BFXCU")


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("days_past_due >=", "broken SQL"),
        ("days_past_due > 1) from x where (true", "broken SQL"),
        ("true), (false", "broken SQL"),
        ("days_past_du > 1", "unknown column days_past_du (did you mean days_past_due?)"),
        ("marts.loans.balance > 1", "unknown column marts.loans.balance"),
        ("days_past_due", "it gives BIGINT and not true or false"),
        ("null", "and not true or false"),
        ("days_past_due > (select 1)", "a subquery is not allowed"),
        ("exists (from raw.loans)", "a subquery is not allowed"),
        ("days_past_due in (select 1)", "a subquery is not allowed"),
        ("max(days_past_due) > 1", "function max is not allowed"),
        ("max(days_past_due) over () > 1", "a window is not allowed"),
        ("read_text('/etc/passwd') is null", "function read_text is not allowed"),
        ("random() > 0.5", "function random is not allowed"),
        ("getenv('HOME') = ''", "function getenv is not allowed"),
        ("list_filter([1], lambda x: x > 1) is null", "function list_filter is not allowed"),
        ("$1 > 1", "a parameter is not allowed"),
        ("current_date > date '2024-01-01'", "unknown column current_date"),
        ("days_past_due > 'x'::json", "cast to json is not allowed"),
        ("days_past_due > interval 1 day", "is not allowed"),
        ("days_past_due > use_result || 1", "is not allowed"),
        ("*", "a star is not allowed"),
    ],
)
def test_a_condition_holds_only_what_a_rule_may(condition, why):
    ((rule, said, row),) = problems({"condition": condition})[:1]
    assert rule == "Z01"
    assert why in said
    assert "rule_id=Z01" in row and "from=signal_rules of the folder" in row


@pytest.mark.parametrize(
    "condition",
    [
        "days_past_due between 3 and threshold or ltv > 0.9",
        "coalesce(days_past_due, 0) + 1 >= threshold -- a remark",
        "product in ('housing') and not is_value_missing",
        "case when balance > 1000 then days_past_due > threshold else false end",
        "use_result like 'mis%' and abs(value_change) > 0.1 and product is not null",
        "cast(days_past_due as double) / nullif(balance, 0) > 0.1",
    ],
)
def test_plain_conditions_are_fine(condition):
    assert settled({"condition": condition}).one(
        "select condition, is_default from marts.signal_rules where rule_id = 'Z01'"
    ) == (condition, False)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"threshold": None}, "it asks for a threshold, and the row has none"),
        ({"subject": "borrower"}, "unknown column days_past_due"),
        ({"age": "ltv"}, "age must name a fact in days, not ltv"),
        ({"age": "first_missed_ag"}, "did you mean first_missed_age?"),
        ({"shown": "days_past_due + "}, "shown: broken SQL"),
        ({"segment": "retail,firms"}, "segment names no kind of borrower: firms"),
        ({"overrides": "B99"}, "it overrides B99, which is no rule"),
        ({"overrides": "X01"}, "it overrides X01, which is of another subject"),
        ({"valid_to": "1899-12-31"}, "is before valid_from"),
    ],
)
def test_what_else_a_row_may_not_say(rule, why):
    assert why in problems(rule)[0][1]


@pytest.mark.parametrize(
    ("condition", "threshold", "kept"),
    [
        ("days_past_due >= threshold", 0, "days_past_due is kept only above 0, and at threshold 0"),
        ("days_past_due > threshold", -1, "at threshold -1 the rule asks for more"),
        ("days_past_due * 2 >= threshold and ltv > 0.5", 0, "days_past_due is kept only above 0"),
        ("not (days_past_due > 3)", 5, "above 0, and as it stands the rule asks for more"),
        ("settled_old_within <= threshold", 93, "settled_old_within is kept only below 93"),
        ("first_missed_days >= threshold", 15, "first_missed_days is kept only as 7, 30"),
        ("use_result = 'as_agreed'", 5, "use_result is kept only where it is not as_agreed"),
        ("not is_guarantor_enforced", 5, "is_guarantor_enforced is kept only where it is true"),
        ("balance > 1000", 5, "it holds whatever the facts are"),
        ("coalesce(ltv, 1) > threshold", 0.5, "it holds at threshold 0.5 whatever the facts are"),
    ],
)
def test_a_rule_that_asks_for_what_is_not_kept_stops_the_load(condition, threshold, kept):
    ((rule, why, row),) = problems({"condition": condition, "threshold": threshold})
    assert rule == "Z01" and kept in why and f"condition={condition}" in row


@pytest.mark.parametrize(
    ("condition", "threshold"),
    [
        ("days_past_due > threshold", 0),
        ("days_past_due >= threshold", 0.5),
        ("settled_old_within <= threshold", 92),
        ("first_missed_days >= threshold", 30),
        ("ltv >= threshold", -5),
        ("days_past_due > 3 and balance > threshold", 0),
        ("uninsured_days > threshold or not is_beneficiary_other", -400),
    ],
)
def test_a_rule_may_ask_for_all_that_is_kept(condition, threshold):
    assert settled({"condition": condition, "threshold": threshold})


def test_one_rule_is_not_in_force_twice():
    first, second = {"valid_to": "2024-06-30"}, {"valid_from": "2024-06-30"}
    ((rule, why, row),) = problems(first, second)
    assert rule == "Z01" and "overlaps" in why and "valid_from=2024-06-30" in row
    settled(first, {"valid_from": "2024-07-01"})
    settled({"segment": "retail"}, {"segment": "corporate", "valid_from": "2024-06-30"})
    assert problems(
        {"segment": "retail"}, {"segment": "retail,corporate", "valid_from": "2024-1-1"}
    )


def test_a_circle_of_overrides_is_told_from_end_to_end():
    circle = [
        {"rule_id": "Z01", "overrides": "Z02"},
        {"rule_id": "Z02", "overrides": "Z03"},
        {"rule_id": "Z03", "overrides": "Z01"},
        {"rule_id": "Z04", "overrides": "Z01"},
    ]
    found = problems(*circle)
    assert [rule for rule, _, _ in found] == ["Z01", "Z02", "Z03"]
    assert found[0][1] == "a cycle of overrides: Z01 -> Z02 -> Z03 -> Z01"


def test_a_circle_shows_the_row_of_the_folder_and_not_the_default_of_its_name():
    """By default B02 stands in for B01; a later row of B01 for B02 closes the circle."""
    later = {"rule_id": "B01", "overrides": "B02", "valid_from": "2024-07-01"}
    found = {rule: row for rule, why, row in problems(later) if "a cycle of overrides" in why}
    assert set(found) == {"B01", "B02"}
    assert "overrides=B02" in found["B01"] and "from=signal_rules of the folder" in found["B01"]
    assert "overrides=B01" in found["B02"] and "from=data/signal_rules.csv" in found["B02"]


def test_a_row_of_the_folder_stands_in_for_a_default_and_ends_it():
    same = {"rule_id": "B01", "threshold": 3, "valid_from": "1900-01-01"}
    later = {"rule_id": "B06", "threshold": 5, "valid_from": "2024-07-01"}
    found = settled(same, later).rows(
        "select rule_id, threshold, valid_from, valid_to, is_default from marts.signal_rules "
        "where rule_id in ('B01', 'B06') order by all"
    )
    forever = date(9999, 12, 31)
    assert found == [
        ("B01", 3, date(1900, 1, 1), forever, False),
        ("B06", 3, date(1900, 1, 1), date(2024, 6, 30), True),
        ("B06", 5, date(2024, 7, 1), forever, False),
    ]


def test_a_rule_that_fails_over_the_facts_is_named():
    book = Book().borrower().loan("L1")
    book.instalments("L1", ("2024-01-31", 500, 10), ("2024-02-29", 500, 10))
    book.add("signal_rules", **RULE | {"condition": "cast(product as integer) > threshold"})
    with pytest.raises(RulesUnusable) as stopped:
        assert book.build("2024-02-29").connection
    ((rule, why, row),) = stopped.value.problems
    assert rule == "Z01" and "consumer" in why and "cast(product" in row


def test_the_facts_of_rules_are_those_of_the_marts():
    book = Book().borrower().loan("L1").build("2024-01-31")
    for subject, facts in FACTS.items():
        columns = dict(
            book.rows(
                f"select column_name, lower(column_type) from (describe marts.{subject}_facts)"
            )
        )
        keys = {"loan_id", "borrower_id", "month_end", "home_branch", "home_product"}
        told = {name: kind.replace(", ", ",") for name, kind in facts.items()}
        assert {
            n: kind for n, kind in columns.items() if n not in keys | {"branch", "product"}
        } == {n: kind for n, kind in told.items() if n not in {"branch", "product"}}


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ({"points": "many"}, "points"),
        ({"family": "weather"}, "family"),
        ({"valid_from": "soon"}, "valid_from"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_with_the_rules_name(tmp_path, cell, why):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, rows in sound_book(3).items():
        write_csv(folder / name, rows)
    rule = {name: str(value) for name, value in RULE.items()}
    write_csv(folder / "signal_rules", [rule | {"rule_id": "Z00"}, rule | cell])
    done = run_load(folder, tmp_path / "builds")
    assert done.returncode == 3
    assert f"row 2 (rule_id Z01): {why} " in done.stderr


def test_a_load_stops_with_exit_4_and_says_which_rule_and_why(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, rows in sound_book(3).items():
        write_csv(folder / name, rows)
    rule = {name: str(value) for name, value in RULE.items()}
    write_csv(folder / "signal_rules", [rule | {"condition": "days_past_due > (select 1)"}])
    done = run_load(folder, tmp_path / "builds")
    assert done.returncode == 4
    assert "signal rule Z01: condition: a subquery is not allowed" in done.stderr
    assert "condition=days_past_due > (select 1)" in done.stderr
    assert not list((tmp_path / "builds").glob("*.duckdb"))
