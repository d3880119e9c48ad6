"""Legal and Recovery: what they say of the demo book, and that each figure leads to its rows."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from queries import reports
from queries.metrics import (
    FORECLOSED_AMT,
    GUARANTEE_EXPIRED_AMT,
    REALISED_TO_APPRAISED,
    SETTLEMENT_HAIRCUT,
    STAGE_DURATION,
    measure,
)
from queries.warehouse import NOTHING, ask, data_day
from tests.opened import person, plain
from ui import legal_dates
from ui.names import LABELS

MARTS = Path(__file__).resolve().parent.parent / "queries" / "marts"

pytestmark = pytest.mark.usefixtures("demo_scope")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("chapter", ["dates", "walk", "proceedings"])
def test_each_chapter_of_legal_opens(opened, chapter, language):
    at = opened("legal", person(language=language), chapter=chapter)
    assert len(at.metric) == 10
    assert at.subheader


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("chapter", ["plans", "collateral", "settlements", "written_off", "loss"])
def test_each_chapter_of_recovery_opens(opened, chapter, language):
    at = opened("recovery", person(language=language), chapter=chapter)
    assert len(at.metric) >= 8
    assert at.subheader


def test_the_sentence_names_the_planted_guarantees(opened, demo_scope):
    summary = reports.clock_summary(demo_scope)
    lapsed = summary[summary["legal_clock"] == "guarantee_period_expiry"]
    row = lapsed[lapsed["clock_status"] == "expired"].iloc[0]
    assert row["clocks"] >= 2
    assert (
        row["amount"] == measure(demo_scope, GUARANTEE_EXPIRED_AMT)[GUARANTEE_EXPIRED_AMT.id].item()
    )
    assert f"{row['clocks']:.0f} guarantees over" in plain(opened("legal"))


def test_every_clock_says_its_source():
    assert set(legal_dates.SOURCES) == set(LABELS["legal_clock"]) - {"hearing"}


def test_clocks_and_their_list_agree(demo_scope):
    summary = reports.clock_summary(demo_scope)
    for _, row in summary.iterrows():
        number, amount = reports.legal_dates_total(
            demo_scope, row["legal_clock"], row["clock_status"]
        )
        assert number == row["clocks"]
        assert float(amount) == pytest.approx(row["amount"])


def test_how_clocks_stand_is_counted_from_the_clocks(demo_scope):
    one = replace(demo_scope, branches=demo_scope.branches[:4])
    for scope in (demo_scope, one):
        clocks = ask(
            "select legal_clock, status, loan_id, amount, expires_on"
            " from scoped_legal_clocks($branches, $products)",
            scope,
        )
        summary = reports.clock_summary(scope)
        standings = {
            (row["legal_clock"], row["clock_status"]): row for _, row in summary.iterrows()
        }
        for (clock, status), rows in clocks.groupby(["legal_clock", "status"]):
            told = standings[clock, status]
            assert told["clocks"] == len(rows) and told["loans"] == rows["loan_id"].nunique()
            assert told["amount"] == pytest.approx(rows["amount"].sum())
            ahead = rows.loc[rows["expires_on"] >= pd.Timestamp(data_day(scope)), "expires_on"]
            assert told["next_on"] == ahead.min() or (pd.isna(told["next_on"]) and ahead.empty)
        assert len(summary) == clocks.groupby(["legal_clock", "status"]).ngroups


def test_two_guarantors_of_a_loan_are_two_clocks_and_one_loan():
    book = duckdb.connect()
    book.execute("create schema marts")
    book.execute("create schema raw")
    book.execute("create table raw.build as select date '2025-12-31' as as_of")
    book.execute(
        """create table marts.legal_clocks as
        select 'Main' as branch, 'consumer' as product, 'guarantee' as legal_clock, * from (values
            ('L1', 'safe', 100.00, date '2025-12-30'), ('L1', 'safe', 50.00, date '2025-12-31'),
            ('L2', 'safe', 25.00, date '2026-02-01'), ('L2', 'expired', 25.00, date '2025-01-01')
        ) as clocks(loan_id, status, amount, expires_on)"""
    )
    sql = (MARTS / "clock_standings.sql").read_text(encoding="utf-8")
    assert book.execute(
        f"select clock_status, clocks, loans, amount, next_on from ({sql}) as told order by 1"
    ).fetchall() == [
        ("expired", 1, 1, Decimal("25.00"), None),
        ("safe", 3, 2, Decimal("175.00"), date(2025, 12, 31)),
    ]


def test_the_next_day_comes_first_and_hearings_are_ahead(demo_scope):
    listed = reports.legal_dates(demo_scope, "", "", limit=1000)
    assert listed["expires_on"].is_monotonic_increasing
    assert (listed["days_left"] >= 0).all()
    assert "hearing" in set(listed["legal_clock"])


def test_a_loan_is_walked_from_its_address(opened, demo_scope):
    loan = reports.legal_dates(demo_scope, "limitation_expiry", "safe", limit=1)["loan_id"].item()
    at = opened("legal", chapter="walk", walk=loan)
    assert "It runs out on" in plain(at)
    nobody = opened("legal", chapter="walk", walk="L99999999")
    assert "no such loan in view" in plain(nobody)


def test_a_branch_sees_its_own_clocks_only(demo_scope):
    whole = reports.legal_dates_total(demo_scope, "", "")[0]
    parts = [
        reports.legal_dates_total(replace(demo_scope, branches=(branch,)), "", "")[0]
        for branch in demo_scope.branches
    ]
    assert sum(parts) == whole > 0
    assert reports.clock_summary(NOTHING).empty


def test_stages_of_all_kinds_add_up_and_their_median_is_the_figures(demo_scope):
    every = reports.legal_stages(demo_scope)
    parts = [reports.legal_stages(demo_scope, kind) for kind in LABELS["proceeding_kind"]]
    assert sum(part["entered"].sum() for part in parts) == every["entered"].sum() > 0
    passed = measure(demo_scope, STAGE_DURATION)
    assert passed[f"{STAGE_DURATION.id}_denominator"].item() == every["passed"].sum()


def test_ways_of_realising_add_up_to_the_figure(demo_scope):
    ways = reports.disposal_ways(demo_scope)
    figure = measure(demo_scope, REALISED_TO_APPRAISED)
    assert ways["realised"].sum() == pytest.approx(
        figure[f"{REALISED_TO_APPRAISED.id}_numerator"].item()
    )
    assert ways["appraised"].sum() == pytest.approx(
        figure[f"{REALISED_TO_APPRAISED.id}_denominator"].item()
    )
    kept = reports.disposals_list(demo_scope, "taken_over", limit=1000)
    assert kept["acquired_value"].sum() == pytest.approx(
        measure(demo_scope, FORECLOSED_AMT)[FORECLOSED_AMT.id].fillna(0).sum()
    )


def test_the_haircut_is_of_settlements_that_were_paid(demo_scope):
    paid = reports.settlements_list(demo_scope, "paid", limit=1000)
    recent = paid[paid["paid_on"] > str(date(2024, 12, 31))]
    figure = measure(demo_scope, SETTLEMENT_HAIRCUT)
    assert (recent["claim"] - recent["paid"]).sum() == pytest.approx(
        figure[f"{SETTLEMENT_HAIRCUT.id}_numerator"].fillna(0).sum()
    )


# --- Use of funds, on the page of whoever checks it ---


def test_checks_of_the_use_of_funds_stand_on_the_page_of_their_department(opened):
    at = opened("department", department_id="asset_management", use_check="M5")
    said = [each.value for each in at.subheader]
    assert any("2024 loan measures" in each for each in said)
    assert any("M5" in each for each in said)
    other = opened("department", department_id="audit")
    assert not any("2024" in each.value for each in other.subheader)


def test_each_check_has_its_exceptions(demo_scope):
    summary = reports.use_check_summary(demo_scope).set_index("use_check")
    assert list(summary.index) == list(LABELS["use_check"])
    assert (summary["tested"] >= summary["failed"]).all()
    for check, row in summary.iterrows():
        number, amount = reports.use_exceptions_list_total(demo_scope, str(check))
        assert (number, float(amount)) == (row["failed"], pytest.approx(row["failed_amount"]))
    assert summary["failed"].sum() > 0


def test_the_figures_of_the_duties_are_listed(opened):
    at = opened("department", department_id="legal", duty="B3.3", state="ever")
    told = [str(cell) for each in at.dataframe for cell in each.value.to_numpy().ravel()]
    assert "Win rate" in told
