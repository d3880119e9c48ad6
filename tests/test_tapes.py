"""Public tapes through the loader and the metrics: their own figures, counted a second way here.

The tape is read again with plain Python by the decisions in `data/adapters/README.md`: exact
copies go, the newest report of a month speaks, a row without a closing balance is refused.
"""

import csv
import json
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from data.load import load
from queries import reports
from queries.metrics import (
    LOANS,
    RECOVERED,
    WRITTEN_OFF,
    Metric,
    Where,
    figure_total,
    measure,
    rows_behind,
    rows_total,
)
from queries.warehouse import Scope, ask_exact, month_ends
from tests.opened import person
from ui import filters

Row = dict[str, str]


@pytest.fixture(scope="module")
def tape(shared_data) -> list[Row]:
    """The rows of the tape that count, one per loan and month."""
    file = shared_data("sec_abs_auto_2017") / "ald_raw.csv"
    with file.open(encoding="utf-8-sig", newline="") as handle:
        rows = {tuple(row.items()): row for row in csv.DictReader(handle)}.values()
    newest: dict[tuple[str, date], Row] = {}
    for row in sorted(rows, key=lambda row: row["reportDate"]):
        newest[(_loan(row), _month_end(row))] = row
    return [row for row in newest.values() if row["reportingPeriodActualEndBalanceAmount"]]


@pytest.fixture(scope="module")
def warehouse(shared_data, tmp_path_factory) -> Path:
    """A warehouse with one build of the tape."""
    folder = tmp_path_factory.mktemp("tape")
    source = shared_data("sec_abs_auto_2017")
    load(source, folder, source_format="sec-abs-ee", progress=lambda line: None)
    return folder


@pytest.fixture
def scope(warehouse: Path, monkeypatch) -> Scope:
    """All of the tape's book at its last month end."""
    monkeypatch.setenv("WAREHOUSE", str(warehouse))
    book = filters.book()
    return filters.rights((*book.branches, ""), book)


def _loan(row: Row) -> str:
    return f"{row['securitizationKey']}/{row['assetNumber']}"


def _month_end(row: Row) -> date:
    return date.fromisoformat(row["reportingPeriodEndingDate"][:10])


def _amount(row: Row, column: str) -> Decimal:
    return Decimal(row[column] or 0)


def _by_month(scope: Scope, metric: Metric, where: Where = ()) -> dict[date, Decimal]:
    found = measure(scope, metric, by="month_end", months=None, where=where)
    pairs = zip(found["month_end"], found[metric.id].fillna(0), strict=True)
    return {month.date(): round(Decimal(value), 2) for month, value in pairs if value}


def _counted(rows: list[Row], days: int) -> dict[date, Decimal]:
    found: dict[date, Decimal] = defaultdict(Decimal)
    for row in rows:
        is_on_book = row["zeroBalanceCode"] in ("", "0")
        has_balance = _amount(row, "reportingPeriodActualEndBalanceAmount") > 0
        if is_on_book and has_balance and _amount(row, "currentDelinquencyStatus") > days:
            found[_month_end(row)] += 1
    return dict(found)


@pytest.mark.parametrize(
    ("days", "buckets"),
    [
        (0, ("1-30", "31-60", "61-90", "91-180", "181-360", "360+")),
        (30, ("31-60", "61-90", "91-180", "181-360", "360+")),
        (60, ("61-90", "91-180", "181-360", "360+")),
        (90, ("91-180", "181-360", "360+")),
    ],
)
def test_loans_past_due_are_those_of_the_tape_month_by_month(tape, scope, days, buckets):
    expected = _counted(tape, days)
    assert sum(expected.values()) > 0
    assert _by_month(scope, LOANS, (("bucket", buckets),)) == expected


def test_the_worst_days_past_due_are_the_senders_until_a_loan_left(tape, scope):
    assert max(_amount(row, "currentDelinquencyStatus") for row in tape) == 203
    left: dict[str, date] = {}
    for row in tape:
        if row["zeroBalanceCode"] not in ("", "0"):
            left[_loan(row)] = min(left.get(_loan(row), date.max), _month_end(row))
    kept = [row for row in tape if _month_end(row) <= left.get(_loan(row), date.max)]
    sql = "select max(days_past_due) from scoped_loan_months($branches, $products)"
    worst = max(_amount(row, "currentDelinquencyStatus") for row in kept)
    assert ask_exact(sql, scope) == [(worst,)]


@pytest.mark.parametrize(
    ("metric", "column"),
    [(WRITTEN_OFF, "chargedoffPrincipalAmount"), (RECOVERED, "recoveredAmount")],
    ids=["charged off", "recovered"],
)
def test_charge_offs_and_recoveries_are_those_of_the_tape_month_by_month(
    tape, scope, metric, column
):
    expected: dict[date, Decimal] = defaultdict(Decimal)
    for row in tape:
        expected[_month_end(row)] += max(_amount(row, column), Decimal(0))
    assert _by_month(scope, metric) == {month: said for month, said in expected.items() if said}


def test_the_rows_behind_each_months_charge_offs_re_add(tape, scope):
    for month in month_ends(scope.build):
        then = Scope(scope.branches, scope.products, month, scope.build)
        total, number = rows_total(then, WRITTEN_OFF)
        assert total == figure_total(then, WRITTEN_OFF)
        assert len(rows_behind(then, WRITTEN_OFF, limit=10_000)) == number


# --- The known faults of the tapes, as the pages Data and Re-performance tell them ---

IDENTITY = "opening balance - principal collected - charged off is not the closing balance"
# Figures of the tape's own README; each is a line of the chapter on the load history.
KNOWN = {
    IDENTITY: 504,
    "charge-off is negative: no write-off made of it": 3,
    "repossession proceeds are negative": 5,
    "rate is in per cent: divided by 100 to make a fraction": 18,
    "credit score is 0: no score": 184,
    "payment due in the next month is missing": 214,
}


@pytest.fixture(scope="module")
def raw_tape(shared_data) -> list[Row]:
    """All rows of the tape, in their order."""
    file = shared_data("sec_abs_auto_2017") / "ald_raw.csv"
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _reasons(scope: Scope) -> dict[tuple[str, str, str], int]:
    found = reports.rejected_reasons(scope)
    keys = zip(found["kind"], found["table_name"], found["rule"], strict=True)
    return dict(zip(keys, found["rows"].tolist(), strict=True))


def _numbers(scope: Scope, kind: str, rule: str) -> list[int]:
    return reports.source_rows(scope, kind, "ald_raw", rule, limit=5000)["row_number"].tolist()


def test_the_files_rows_are_all_accounted_for_with_their_copies(raw_tape, scope):
    (row,) = reports.source_loads(scope).to_dict("records")
    keys = Counter((_loan(each), each["reportingPeriodEndingDate"]) for each in raw_tape)
    repeated = sum(number - 1 for number in keys.values())
    copies = len(raw_tape) - len({tuple(each.items()) for each in raw_tape})
    assert (len(raw_tape), repeated, copies) == (2165, 217, 84)
    assert (row["rows"], row["duplicates"], row["set_aside"]) == (2165, copies, repeated - copies)
    assert row["converted"] + row["rejected"] + row["duplicates"] + row["set_aside"] == 2165


def test_each_known_fault_of_the_tape_is_a_reason_with_its_rows(scope):
    reasons = _reasons(scope)
    assert {rule: reasons["flagged", "ald_raw", rule] for rule in KNOWN} == KNOWN
    assert sum(number for (kind, _, _), number in reasons.items() if kind == "rejected") == 20
    for rule, number in KNOWN.items():
        assert reports.source_rows_total(scope, "flagged", "ald_raw", rule)[0] == number


def test_the_rows_of_a_fault_are_those_of_the_file(raw_tape, scope):
    def amounts(row: Row, *columns: str) -> list[Decimal]:
        return [_amount(row, column) for column in columns]

    broken, negative, without = [], [], []
    for number, row in enumerate(raw_tape, start=1):
        closing_told = row["reportingPeriodActualEndBalanceAmount"]
        opening, paid, charged, closing = amounts(
            row,
            "reportingPeriodBeginningLoanBalanceAmount",
            "actualPrincipalCollectedAmount",
            "chargedoffPrincipalAmount",
            "reportingPeriodActualEndBalanceAmount",
        )
        told = row["reportingPeriodBeginningLoanBalanceAmount"] and closing_told
        broken += [number] if told and opening - paid - charged != closing else []
        negative += [number] if charged < 0 else []
        without += [] if closing_told else [number]
    assert _numbers(scope, "flagged", IDENTITY) == broken
    assert _numbers(scope, "flagged", "charge-off is negative: no write-off made of it") == negative
    missing = "reportingPeriodActualEndBalanceAmount is missing or not a number"
    one = reports.source_rows(scope, "flagged", "ald_raw", IDENTITY, limit=1).iloc[0]
    (told,) = reports.source_row(scope, one.row_id)["record"]
    assert json.loads(told)["assetNumber"] == raw_tape[one.row_number - 1]["assetNumber"]
    refused = _numbers(scope, "rejected", missing)
    assert len(refused) == 20 and set(refused) <= set(without)


def test_the_quality_rules_judge_the_files_own_rows_and_leave_out_what_nobody_told(scope):
    rules = reports.quality_rules(scope).set_index("rule_id")
    assert list(rules.loc["DQ10_rows_loaded", ["tested", "failed"]]) == [2165, 20]
    # A tape has no payments and no schedules: nothing tested, no score.
    for rule in ("DQ02_schedule_adds_up", "DQ04_reversal_matches", "DQ07_booked_soon"):
        assert rules.loc[rule, "tested"] == 0 and rules["score"].isna()[rule]


def test_reperformance_says_what_a_tape_without_payments_cannot_be_tested_for(scope):
    tests = reports.audit_tests(scope).set_index("test_id")
    evaluated = set(tests.index[tests["is_evaluated"]])
    # The copies were dropped on the way in, so no loan stands twice; days are the sender's alone.
    # Of 651 charge-offs it tells neither approval nor evidence nor the oldest due date: not judged.
    assert {"T14_duplicates", "T16_valuation"} == evaluated
    assert tests["tested"].isna()["T10_write_off"]
    assert list(tests.loc["T14_duplicates", ["tested", "exceptions"]]) == [652, 0]
    assert tests["exceptions"].isna()["T01_balance"]


def test_the_page_shows_them_to_an_auditor(scope, opened):
    at = opened("data", person("auditor"), chapter="loads")
    shown = next(each.value for each in at.dataframe if "first_row" in each.value)
    assert dict(zip(shown["rule"], shown["rows"], strict=True)).items() >= KNOWN.items()


def test_a_row_of_the_file_is_shown_cell_by_cell_but_to_no_administrator(scope, opened):
    reasons = reports.rejected_reasons(scope)
    place = reasons.index[reasons["rule"] == IDENTITY][0]
    row_id = reports.source_rows(scope, "flagged", "ald_raw", IDENTITY, limit=1).iloc[0].row_id
    asked = {"chapter": "loads", "source_rows": f"flagged ald_raw 4 {place}", "source_row": row_id}
    at = opened("data", person("auditor"), **asked)
    (cells,) = [each.value for each in at.dataframe if "cell" in each.value]
    assert len(cells) == 69
    at = opened("data", person("administrator"), **asked)
    assert not [each for each in at.dataframe if {"cell", "record"} & {*each.value}]


@pytest.fixture(scope="module")
def core_warehouse(shared_data, tmp_path_factory) -> Path:
    """A warehouse with one build of the Fineract demo tenant."""
    folder = tmp_path_factory.mktemp("core")
    source = shared_data("fineract_demo")
    load(source, folder, source_format="fineract", progress=lambda line: None)
    return folder


@pytest.fixture
def core(core_warehouse: Path, monkeypatch) -> Scope:
    """All of the demo tenant's book."""
    monkeypatch.setenv("WAREHOUSE", str(core_warehouse))
    book = filters.book()
    return filters.rights((*book.branches, ""), book)


def test_the_core_systems_files_and_what_was_set_aside_of_them(core):
    loads = reports.source_loads(core).set_index("table_name")
    assert loads["rows"].to_dict() == {
        **{"m_loan": 58, "m_loan_repayment_schedule": 1558, "m_loan_transaction": 99},
        **{"m_loan_charge": 11, "m_client": 82, "m_product_loan": 18},
        **{name: loads["rows"][name] for name in ("m_group", "m_office", "m_staff")},
    }
    # Submitted 19, approved 5, withdrawn 5, rejected 3: never lent, so no part of the book.
    aside = {
        state: _reasons(core)["set_aside", "m_loan", f"set aside: {state}, not disbursed"]
        for state in ("submitted", "approved", "withdrawn", "rejected")
    }
    assert aside == {"submitted": 19, "approved": 5, "withdrawn": 5, "rejected": 3}
    assert list(loads.loc["m_loan", ["converted", "rejected", "set_aside"]]) == [24, 2, 32]


def test_the_core_systems_rules_and_tests_say_what_its_readme_says(core):
    rules = reports.quality_rules(core).set_index("rule_id")[["tested", "failed"]]
    # The schedules repay the principal, on every loan; 19 reversals take back what was paid.
    assert list(rules.loc["DQ02_schedule_adds_up"]) == [24, 0]
    assert list(rules.loc["DQ04_reversal_matches"]) == [19, 0]
    # Several currencies, and demo payments typed in weeks after their day.
    assert list(rules.loc["DQ08_currency_single"]) == [24, 15]
    assert list(rules.loc["DQ07_booked_soon"]) == [64, 37]
    for rule in ("DQ08_currency_single", "DQ07_booked_soon"):
        listed = reports.quality_failures(core, rule, limit=500)
        assert len(listed) == rules.loc[rule, "failed"] and listed["failure_id"].is_unique
    tests = reports.audit_tests(core).set_index("test_id")["exceptions"]
    assert tests["T08_backdating"] == reports.exceptions_list_total(core, "T08_backdating")[0] > 0
