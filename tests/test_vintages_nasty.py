"""Vintages of a book that is nasty on purpose: cube, loans and a plain count of months agree."""

from datetime import date
from pathlib import Path

import pytest

from data.load import load
from queries import reports
from queries.metrics import METRICS
from queries.warehouse import Scope, ask_exact, month_ends
from tests.nasty_book import book, write

VINTAGE_METRICS = [metric for metric in METRICS.values() if metric.source == "vintages"]


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of 300 nasty loans."""
    folder, warehouse = tmp_path_factory.mktemp("nasty"), tmp_path_factory.mktemp("builds")
    write(book(11, 300), folder, 11)
    load(folder, warehouse, max_rejected=0, progress=lambda line: None)
    return warehouse


@pytest.fixture
def scope(nasty: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    monkeypatch.setenv("WAREHOUSE", str(nasty))
    choices = reports.scope_choices()
    kinds = {kind: tuple(part["value"]) for kind, part in choices.groupby("kind")}
    return Scope((*kinds["branch"], ""), (*kinds["product"], ""), month_ends()[-1])


@pytest.mark.parametrize("metric", VINTAGE_METRICS, ids=lambda metric: metric.id)
def test_every_age_of_every_vintage_stands_on_its_loans(scope: Scope, metric) -> None:
    """By age over all vintages: the cube's sums are those of the single loans, to the cent."""
    for age in (0, 1, 2, 5, 9, 14, 23):
        _, amount = reports.vintage_counts_total(scope, metric, "month", (), age)
        told = ask_exact(
            f"select coalesce(sum({metric.numerator}), 0) from marts.vintages"
            f" where months_on_book = {age}",
            scope,
        )
        assert amount == told[0][0], age


def test_ever_by_a_plain_count(scope: Scope) -> None:
    """Loans with a month end over 30 days, or a write-off, so far: section 6.3 read aloud."""
    loans = dict(ask_exact("select loan_id, disbursed_on from marts.loans", scope))
    rows = ask_exact(
        "select loan_id, month_end, status, days_past_due from marts.loan_months", scope
    )
    first: dict[str, date] = {}
    for loan_id, month_end, status, days in rows:
        late = status == "written_off" or (status != "closed" and days > 30)
        if late and month_end < first.get(loan_id, date.max):
            first[loan_id] = month_end
    cube = ask_exact(
        "select vintage, month_end, sum(ever_30_count) from marts.vintages group by all", scope
    )
    assert len(first) > 20
    for vintage, month_end, count in cube:
        month = [loan for loan, day in loans.items() if day.replace(day=1) == vintage]
        assert count == sum(first.get(loan, date.max) <= month_end for loan in month)
