"""Public tapes through the loader and the metrics: their own figures, counted a second way here.

The tape is read again with plain Python by the decisions in `data/adapters/README.md`: exact
copies go, the newest report of a month speaks, a row without a closing balance is refused.
"""

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from data.load import load
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
