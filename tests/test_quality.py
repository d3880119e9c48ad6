"""Asset quality: obligor rules, upgrades, formation, requirement, recoveries, checks, the page."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest

from queries import reports
from queries.class_cuts import class_floors, class_flow, class_stock
from queries.comparisons import broken
from queries.metrics import (
    BALANCE,
    BOOKED_BETTER_LOANS,
    BOOKED_NPL,
    CLASS_DEVIATION,
    CLASS_OPENING,
    CLASSED,
    LOAN_PROVISION_RATIO,
    LOANS,
    OPENING,
    OVERDUE90_TO_NPL,
    PROVISION,
    PROVISION_COVERAGE,
    RE_RESTRUCTURED_NOT_NPL,
    STAGE2_COVERAGE,
    STAGE3_COVERAGE,
    WRITE_OFF_RATIO,
    Where,
    compare,
    measure,
    rows_total,
)
from queries.warehouse import Scope
from tests.book import Book
from tests.opened import plain
from tests.served import serve
from ui import cuts, quality_charts, quality_classes, tiles

D = date.fromisoformat
READS = (
    *("book_rejects", "scoped_classes", "scoped_connections", "scoped_integrity"),
    *("scoped_obligors", "scoped_portfolio", "scoped_recoveries", "scoped_restructures"),
    "scoped_write_offs",
)
PAGE = ()
CHAPTERS = (
    *("classes", "booked", "formation", "provisions", "written_off", "restructured", "obligors"),
)


@pytest.fixture
def serving(tmp_path, monkeypatch):
    """Serves a built book; gives the scope of all of it at a day.

    What is read is built, and everything for a page (`reads=PAGE`).
    """

    def of(book: Book, as_of: str, reads: tuple[str, ...] = READS) -> Scope:
        folder = serve(book.build(as_of), tmp_path / "served", reads=reads)
        monkeypatch.setenv("WAREHOUSE", str(folder))
        return Scope(("Main", ""), ("consumer", ""), D(as_of))

    return of


def recorded(*rows: tuple[str, float, int], day: str = "2024-06-30", **columns: Any) -> Book:
    """Loans with a balance and a class at one month end."""
    book = Book().borrower()
    for loan_id, balance, classification in rows:
        book.loan(loan_id, principal=balance, disbursed_on="2024-01-01")
        book.recorded(loan_id, day, balance, classification=classification, **columns)
    return book


# --- Obligors (4.3) ---

W8 = {
    "O1": ("corporate", ((90, 3), (910, 1)), 0.09, False, "F2_other_npl"),
    "O2": ("corporate", ((110, 3), (890, 1)), 0.11, True, "F3_10pct"),
    "O5": ("corporate", ((100, 4), (900, 1)), 0.10, False, "F2_other_npl"),
    "O4": ("corporate", ((400, 1),), 0.0, False, "F3_20pct"),
    "O3": ("retail", ((500, 3), (500, 1)), None, None, None),
}


def w8() -> Book:
    book = Book()
    for borrower_id, (kind, claims, *_) in W8.items():
        book.borrower(borrower_id, kind)
        for number, (balance, classification) in enumerate(claims):
            loan_id = f"{borrower_id}-{number}"
            book.loan(loan_id, borrower_id=borrower_id, principal=balance)
            book.recorded(loan_id, "2024-12-31", balance, classification=classification)
    debts = {"total_debt": 1000, "debt_dpd90": 210}
    return book.add("bureau", borrower_id="O4", reported_on="2024-11-30", **debts)


def test_w8_the_shares_of_every_obligor_and_the_rule_that_holds():
    rows = (
        w8()
        .build("2024-12-31")
        .rows(
            "select borrower_id, npl_share, is_over_npl_share, obligor_rule, dpd90_share,"
            " is_over_dpd90_share from marts.obligors"
        )
    )
    found = {row[0]: row[1:] for row in rows}
    wanted = {key: value[2:] for key, value in W8.items() if value[0] == "corporate"}
    assert {key: row[:3] for key, row in found.items()} == wanted
    # Only O4 has a report of its debts elsewhere: the others are not evaluated, never passed.
    assert {key: row[3:] for key, row in found.items()} == {
        "O1": (None, None),
        "O2": (None, None),
        "O5": (None, None),
        "O4": (0.21, True),
    }


def test_w8_who_was_evaluated_and_what_each_rule_lifted(serving):
    scope = serving(w8(), "2024-12-31")
    counts = reports.obligor_counts(scope).set_index("rule_id")
    assert counts["borrowers"].tolist() == [4, 4, 4]
    assert counts["evaluated"].to_dict() == {"F3_10pct": 4, "F3_20pct": 1, "F2_other_npl": 3}
    assert counts["not_evaluated"].to_dict() == {"F3_10pct": 0, "F3_20pct": 3, "F2_other_npl": 1}
    assert counts["holds_for"].to_dict() == {"F3_10pct": 1, "F3_20pct": 1, "F2_other_npl": 3}
    # A claim booked worse by hand has its floor from the rule too.
    lifted = counts["lifted_balance"].to_dict()
    assert lifted == {"F3_10pct": 1000, "F3_20pct": 400, "F2_other_npl": 2000}
    listed = reports.obligor_list(scope, "not_evaluated")
    assert set(listed["borrower_id"]) == {"O1", "O2", "O5"}
    assert reports.obligor_list_total(scope, "F3_10pct") == (1, 1000)


def test_a_share_is_told_only_to_who_has_all_the_claims_in_view(serving):
    book = Book().borrower("O2", "corporate").borrower("O6", "corporate")
    for loan_id, borrower_id, branch, balance, classed in (
        ("A", "O2", "Main", 890, 1),
        ("B", "O2", "Side", 110, 3),
        ("C", "O6", "Main", 100, 3),
    ):
        book.loan(loan_id, borrower_id=borrower_id, branch=branch, principal=balance)
        book.recorded(loan_id, "2024-12-31", balance, classification=classed)
    part = serving(book, "2024-12-31")
    whole = replace(part, branches=("Main", "Side", ""))
    names = ["is_over_npl_share", "npl_share"]
    for scope, wanted in (
        (whole, [[True, 0.11], [True, 1.0]]),
        (part, [[True, None], [True, 1.0]]),
    ):
        found = reports.obligor_list(scope, "F3_10pct").set_index("borrower_id").sort_index()
        shown = found[names].astype(object).where(found[names].notna(), None)
        assert shown.to_numpy().tolist() == wanted


# --- Upgrades and checks (4.5, 4.6) ---


def upgraded(months: int, upgraded_on: str) -> Book:
    """Arrears since spring are cleared on 2024-08-15, all later dues are paid on their day."""
    book = Book().borrower("B1", "corporate")
    places = range(0, 30, months)
    dues = [date(2024 + (3 + n) // 12, (3 + n) % 12 + 1, 10).isoformat() for n in places]
    book.loan("L1", principal=100 * len(dues), disbursed_on="2024-01-10")
    book.instalments("L1", *((due, 100, 0) for due in dues))
    for due in dues:
        book.pay("L1", max(due, "2024-08-15"), 100)
    for day in pd.date_range("2024-04-30", "2025-12-31", freq="ME"):
        month_end = day.date().isoformat()
        classed = 3 if "2024-07-31" <= month_end < upgraded_on else 1
        book.recorded("L1", month_end, 100, classification=classed)
    return book.build("2025-12-31")


@pytest.mark.parametrize(
    ("months", "upgraded_on", "earliest", "is_early"),
    [
        (1, "2025-01-31", "2025-02-15", True),
        (1, "2025-02-28", "2025-02-15", False),
        # 2024-10-10 and 2025-04-10 are the two full payments of a half-yearly payer.
        (6, "2025-02-28", "2025-04-10", True),
        (6, "2025-04-30", "2025-04-10", False),
    ],
)
def test_w9_the_earliest_upgrade(months, upgraded_on, earliest, is_early):
    book = upgraded(months, upgraded_on)
    row = book.one("select month_end, cured_on, earliest_on, is_early from marts.upgrades")
    assert row == (D(upgraded_on), D("2024-08-15"), D(earliest), is_early)
    found = book.rows("select loan_id from marts.integrity where check_id = 'upgraded_early'")
    assert found == ([("L1",)] if is_early else [])


def test_the_checks_find_what_may_not_be_and_nothing_else(serving):
    book = recorded(("GOOD", 100, 2), ("LATE", 200, 2), ("STAGE", 300, 1), ("FINE", 400, 1))
    for loan_id, columns in (
        ("GOOD", "days_past_due = 30"),
        ("LATE", "days_past_due = 91"),
        ("STAGE", "stage = 3"),
    ):
        book.connection.execute(
            f"update raw.loan_months set {columns} where loan_id = ?", [loan_id]
        )
    scope = serving(book, "2024-06-30")
    checks = reports.integrity_summary(scope).set_index("check_id")
    wanted = {"booked_below_floor": 2, "late_not_npl": 1, "stage3_not_npl": 1}
    assert checks["loans"].dropna().to_dict() == wanted | {
        "restructured_normal": 0,
        "upgraded_early": 0,
        "not_classified": 0,
    }
    assert not checks.loc["self_approved", "is_evaluated"]
    late = reports.integrity_list(scope, "late_not_npl")
    assert late["loan_id"].tolist() == ["LATE"]
    assert reports.integrity_list_total(scope) == (4, 1000)
    # Both are NPL by the rules and booked performing, over no booked NPL: a breach without ratio.
    deviation = compare(scope, CLASS_DEVIATION)
    assert (deviation.now, deviation.numerator, deviation.light) == (None, 500, "red")
    assert compare(scope, BOOKED_BETTER_LOANS).now == 2


def test_a_loan_restructured_again_and_booked_performing(serving):
    book = Book().borrower().loan("L1", principal=1000, disbursed_on="2024-01-10")
    book.instalments("L1", ("2025-06-20", 1000, 0))
    for number, day in enumerate(("2024-03-01", "2024-09-01")):
        facts = {"restructured_on": day, "first_repay_on": "2025-06-20"}
        book.add("restructures", restructure_id=f"X{number}", loan_id="L1", **facts)
    for month_end, classed in (("2024-08-31", 2), ("2024-09-30", 2), ("2024-10-31", 3)):
        book.recorded("L1", month_end, 1000, classification=classed)
    scope = serving(book, "2024-10-31")
    months = measure(scope, RE_RESTRUCTURED_NOT_NPL, by="month_end", months=3)
    assert months["re_restructured_not_npl"].tolist() == [0, 1000, 0]


# --- Formation, requirement (3.3, 3.5) ---


def w12_half_year() -> Book:
    """W12 over six months: NPL 100 to 120, 30 written off, 20 sold, 15 paid, 5 upgraded."""
    book = Book().borrower()
    flows = {
        "KEPT": (45, 3, 30, 3, "active"),
        "UP": (5, 3, 5, 2, "active"),
        "WO": (30, 3, 0, 3, "written_off"),
        "SOLD": (20, 3, 0, 3, "sold"),
        "IN": (90, 1, 90, 3, "active"),
        "REST": (9810, 1, 9810, 1, "active"),
    }
    for loan_id, (opening, was, closing, became, status) in flows.items():
        book.loan(loan_id, principal=opening, disbursed_on="2023-12-15")
        for day in pd.date_range("2023-12-31", "2024-06-30", freq="ME"):
            then = day.date() >= D("2024-04-30")
            if then and status != "active" and day.date() > D("2024-04-30"):
                continue
            book.recorded(
                *(loan_id, day.date().isoformat(), closing if then else opening),
                classification=became if then else was,
                status=status if then else "active",
            )
    for loan_id, kind, amount in (("WO", "write_off", 30), ("SOLD", "sale", 20)):
        facts = {"written_off_on": "2024-04-20", "amount": amount, "kind": kind}
        book.add("write_offs", write_off_id=f"W{loan_id}", loan_id=loan_id, **facts)
    return book


def test_w12_formation_of_a_half_year_as_a_yearly_rate(serving):
    scope = serving(w12_half_year(), "2024-06-30")
    last = reports.npl_formation(scope, span=6).iloc[-1]
    assert (last["period_opening"], last["period_gross"], last["period_net"]) == (10_000, 90, 70)
    assert last["period_gross_rate"] == pytest.approx(0.0180)
    assert last["period_net_rate"] == pytest.approx(0.0140)
    assert last["formation_gross"] == 0
    # The book does not go back a year.
    assert pd.isna(reports.npl_formation(scope).iloc[-1]["period_gross_rate"])


def test_w12_the_requirement_is_the_higher_of_two_and_the_gap_is_nothing(serving):
    book = recorded(("N", 120, 3), ("P", 10_280, 1))
    for loan_id, amount in (("N", 100), ("P", 160)):
        book.connection.execute(
            "update raw.loan_months set provision = ? where loan_id = ?", [amount, loan_id]
        )
    scope = serving(book, "2024-06-30")
    row = reports.provision_requirement(scope).iloc[-1]
    wanted = {"allowance": 260, "by_ratio": 260, "by_coverage": 180, "requirement": 260, "gap": 0}
    assert row[list(wanted)].to_dict() == wanted
    assert row["binding"] == "ratio"
    # Coverage is held to what binds: 216.67%, which it just keeps, and not 150%.
    held = compare(scope, PROVISION_COVERAGE)
    line = held.lines.decisive
    assert line and line.by is LOAN_PROVISION_RATIO
    assert (line.value, line.asked) == (pytest.approx(260 / 120), 0.025)
    assert held.light == "amber"
    assert row["provision_coverage"] == pytest.approx(2.1667, abs=5e-5)
    assert row["loan_provision_ratio"] == 0.025


def test_the_requirement_takes_the_rates_of_its_day(serving):
    book = recorded(("N", 120, 3), ("P", 880, 1))
    for loan_id, classed in (("N", 3), ("P", 1)):
        balance = 120 if loan_id == "N" else 880
        book.recorded(loan_id, "2024-07-31", balance, classification=classed)
    book.parameter("limit.provision_coverage", "1.5", valid_to="2024-06-30")
    book.parameter("limit.provision_coverage", "1.2", valid_from="2024-07-01")
    frame = reports.provision_requirement(serving(book, "2024-07-31"), 2)
    assert frame["requirement"].tolist() == [180, 144]
    assert frame["binding"].tolist() == ["coverage", "coverage"]


def test_without_non_performing_loans_coverage_passes_and_overdue_ones_are_a_breach(serving):
    book = recorded(("P", 1000, 1), provision=30)
    scope = serving(book, "2024-06-30")
    coverage, late = compare(scope, PROVISION_COVERAGE), compare(scope, OVERDUE90_TO_NPL)
    assert (coverage.now, coverage.light) == (None, "green")
    assert (late.now, late.light) == (None, None)
    row = reports.provision_requirement(scope).iloc[-1]
    assert (row["requirement"], row["gap"], row["binding"]) == (25, 5, "ratio")
    assert pd.isna(row["provision_coverage"])


def test_coverage_above_its_own_least_is_broken_where_the_other_standard_is(serving):
    book = recorded(("N", 100, 3), ("P", 9_900, 1))
    book.connection.execute("update raw.loan_months set provision = 160 where loan_id = 'N'")
    scope = serving(book, "2024-06-30")
    assert reports.provision_requirement(scope).iloc[-1]["gap"] == 160 - 250
    coverage = compare(scope, PROVISION_COVERAGE)
    assert (coverage.now, coverage.light) == (1.6, "red")
    assert coverage.broken_since == D("2024-06-30")
    assert coverage.lines.decisive and coverage.lines.decisive.value == 2.5
    assert tiles.standing(coverage) == "short of 250.00%"
    assert PROVISION_COVERAGE in [each.metric for each in broken(scope, [PROVISION_COVERAGE])[0]]


def test_without_non_performing_loans_the_loan_provision_ratio_alone_is_judged(serving, opened):
    scope = serving(recorded(("P", 1000, 1), provision=20), "2024-06-30", PAGE)
    coverage = compare(scope, PROVISION_COVERAGE)
    assert (coverage.now, coverage.light) == (None, "red")
    line = coverage.lines.decisive
    assert line and (line.by, line.asked) == (LOAN_PROVISION_RATIO, 0.025)
    said = [each.value for each in opened("quality").caption]
    assert "no non-performing loans" in said
    assert "Loan provision ratio binds: 2.50%" in said
    assert "required 25.00: 2.50% of gross loans" in said


def test_what_nobody_recorded_is_neither_kept_nor_broken(serving, opened):
    """Without a provision or a booked class there is no shortfall, no pass and no light."""
    book = Book().borrower().loan("L1", principal=1000, disbursed_on="2023-12-31")
    book.instalments("L1", ("2024-01-31", 500, 0), ("2024-12-31", 500, 0))
    scope = serving(book, "2024-06-30", PAGE)
    asked = (PROVISION, PROVISION_COVERAGE, LOAN_PROVISION_RATIO, STAGE3_COVERAGE)
    asked = (*asked, BOOKED_NPL, BOOKED_BETTER_LOANS, CLASS_DEVIATION)
    found = {each.metric.id: each for each in (compare(scope, metric) for metric in asked)}
    assert {key: (each.now, each.light) for key, each in found.items()} == dict.fromkeys(
        found, (None, None)
    )
    row = reports.provision_requirement(scope).iloc[-1]
    assert row["requirement"] == 1500
    assert pd.isna(row["allowance"]) and pd.isna(row["gap"])
    at = opened("quality")
    (said,) = [each.value for each in at.markdown if "of the book is non" in each.value]
    assert "allow" not in said
    assert "not recorded" in [each.value for each in at.caption]


def test_coverage_of_the_stages(serving):
    book = recorded(("A", 1000, 2), stage=2, provision=100)
    book.loan("B", principal=500).recorded(
        "B", "2024-06-30", 500, classification=3, stage=3, provision=200
    )
    row = measure(serving(book, "2024-06-30"), STAGE2_COVERAGE, STAGE3_COVERAGE).iloc[0]
    assert (row["stage2_coverage"], row["stage3_coverage"]) == (0.1, 0.4)


# --- Write-offs and re-default (3.6, 4.4) ---


def test_the_memo_balance_and_recovery_by_quarter_of_write_off(serving):
    book = recorded(("LIVE", 1000, 1), day="2023-12-31")
    for day in pd.date_range("2024-01-31", "2024-12-31", freq="ME"):
        book.recorded("LIVE", day.date().isoformat(), 1000, classification=1)
    for loan_id, day, amount in (("W1", "2024-01-10", 100), ("W2", "2024-03-05", 300)):
        book.loan(loan_id, principal=amount, disbursed_on="2023-06-30")
        book.recorded(loan_id, "2023-12-31", amount, classification=5)
        facts = {"written_off_on": day, "amount": amount, "kind": "write_off"}
        book.add("write_offs", write_off_id=f"X{loan_id}", loan_id=loan_id, **facts)
    for number, (loan_id, day, amount, kind) in enumerate(
        (
            ("W1", "2024-04-30", 40, "cash"),
            ("W2", "2024-05-02", 60, "cash"),
            ("W2", "2024-11-01", 25, "forgiven"),
            ("W2", "2024-12-01", 20, "cash"),
        )
    ):
        facts = {"recovered_on": day, "amount": amount, "kind": kind}
        book.add("recoveries", recovery_id=f"R{number}", loan_id=loan_id, **facts)
    scope = serving(book, "2024-12-31")
    flow = reports.write_off_flow(scope).set_index("month_end")
    last, november = flow.iloc[-1], flow.iloc[-2]
    assert (november["memo_balance"], last["memo_balance"]) == (275, 255)
    assert last["recovery_rate"] == pytest.approx(20 / 275)
    assert (last["written_off_12m"], last["recovered_12m"]) == (400, 120)
    assert last["net_charge_off_12m"] == 280
    cells = reports.recovery_vintages(scope).set_index("months_after")
    # Three and six months after its month each; nine months old in all, so no cell at twelve.
    assert cells["rate"].to_dict() == pytest.approx({3: 100 / 400, 6: 100 / 400})
    listed = reports.write_off_list(scope, "2024-Q1")
    assert listed.set_index("loan_id")["recovered"].to_dict() == {"W1": 40, "W2": 80}
    assert reports.write_off_list_total(scope) == (2, 400)


def test_recovery_counts_to_the_last_day_of_its_month(serving):
    """Six months after June is all of December, its 31st included."""
    book = recorded(("LIVE", 1000, 1), day="2024-12-31")
    book.loan("W", principal=100, disbursed_on="2023-06-30")
    facts = {"written_off_on": "2024-06-10", "amount": 100, "kind": "write_off"}
    book.add("write_offs", write_off_id="X", loan_id="W", **facts)
    book.add("recoveries", recovery_id="R", loan_id="W", recovered_on="2024-12-31", amount=40)
    cells = reports.recovery_vintages(serving(book, "2024-12-31")).set_index("months_after")
    assert cells["rate"].to_dict() == pytest.approx({3: 0, 6: 0.4})


def test_re_default_counts_mature_quarters_only(serving):
    book = Book().borrower()
    late = {"BAD": "2024-06-30", "LATER": "2025-02-28"}
    changes = {"BAD": "2024-02-10", "GOOD": "2024-03-10", "LATER": "2024-05-10"}
    for loan_id, changed in changes.items():
        book.loan(loan_id, principal=100, disbursed_on="2023-12-15")
        facts = {"restructured_on": changed, "first_repay_on": "2025-12-20"}
        book.add("restructures", restructure_id=loan_id, loan_id=loan_id, **facts)
        for day in pd.date_range("2023-12-31", "2025-03-31", freq="ME"):
            bad = loan_id in late and day.date() >= D(late[loan_id])
            month_end = day.date().isoformat()
            book.recorded(loan_id, month_end, 100, days_past_due=91 if bad else 0)
    frame = reports.redefaults(serving(book, "2025-03-31"))
    row = frame.iloc[0]
    assert len(frame) == 1
    assert (row["cohort"], row["loans"], row["redefaulted"], row["rate"]) == ("2024-Q1", 2, 1, 0.5)


def test_a_loan_changed_twice_in_a_quarter_is_one_loan(serving):
    book = Book().borrower().loan("TWICE", principal=100, disbursed_on="2023-12-15")
    for number, changed in enumerate(("2024-01-10", "2024-03-10")):
        facts = {"restructured_on": changed, "first_repay_on": "2025-12-20"}
        book.add("restructures", restructure_id=f"X{number}", loan_id="TWICE", **facts)
    for day in pd.date_range("2023-12-31", "2025-03-31", freq="ME"):
        bad = day.date() == D("2024-02-29")
        book.recorded(
            "TWICE", day.date().isoformat(), 100, days_past_due=91 if bad else 0, classification=1
        )
    row = reports.redefaults(serving(book, "2025-03-31")).iloc[0]
    # It was in order at its first change, and defaulted between the two.
    names = ["loans", "redefaulted", "performing", "performing_redefaulted"]
    assert row[names].tolist() == [1, 1, 1, 1]
    assert (row["rate"], row["performing_rate"]) == (1, 1)


def test_npl_on_new_loans_counts_a_loan_once(serving):
    """Upgraded and fallen back within the year: formed once, at its balance then (3.3)."""
    book = Book().borrower()
    for loan_id, classes in (("BACK", (1, 3, 2, 3, 3)), ("FINE", (1, 1, 1, 1, 1))):
        book.loan(loan_id, principal=100, disbursed_on="2024-01-10")
        for day, classed in zip(
            pd.date_range("2024-01-31", periods=5, freq="ME"), classes, strict=True
        ):
            book.recorded(loan_id, day.date().isoformat(), 100, classification=classed)
    frame = reports.new_loan_npl(serving(book, "2024-05-31"))
    assert frame["formed"].tolist() == [0, 100, 100, 100, 100]
    assert frame["new_loan_npl_ratio"].iloc[-1] == 0.5


# --- The demo book ---


def test_the_write_off_ratio_of_a_month_is_one_figure_wherever_it_stands(demo_scope):
    flow = reports.write_off_flow(demo_scope)
    series = measure(demo_scope, WRITE_OFF_RATIO, by="month_end", months=13)
    assert series["write_off_ratio"].max() > 0
    assert flow["write_off_ratio"].tolist() == pytest.approx(series["write_off_ratio"].tolist())
    last = flow.iloc[-1]
    gross = measure(demo_scope, BALANCE, by="month_end", months=13)["balance"]
    year = float(last["written_off_12m"]) / gross.mean()
    assert last["write_off_ratio_12m"] == pytest.approx(year)


def test_stock_and_flow_add_up_to_the_book(demo_scope):
    stock = class_stock(demo_scope)
    whole = measure(demo_scope, BALANCE, LOANS, OPENING).iloc[0]
    assert stock["balance"].sum() == pytest.approx(whole["balance"])
    assert stock["loans"].sum() == whole["loans"]
    assert stock["share"].sum() == pytest.approx(1)
    flow = class_flow(demo_scope, CLASS_OPENING)
    assert flow["class_opening"].sum() == pytest.approx(whole["opening"])
    floors = class_floors(demo_scope, CLASSED)
    assert floors["classed"].sum() == pytest.approx(whole["balance"])
    before = stock.set_index("classification")["balance_month_before"]
    came = flow.groupby("opening_class")["class_opening"].sum()
    assert came.to_dict() == pytest.approx(before[before > 0].to_dict())


def test_the_parts_of_every_segment_add_up_to_the_stock(demo_scope):
    whole = class_stock(demo_scope)["balance"]
    for dimension in cuts.OWN:
        codes = measure(demo_scope, BALANCE, by=dimension)[dimension]
        parts = [class_stock(demo_scope, ((dimension, code),))["balance"] for code in codes]
        assert pd.concat(parts, axis=1).sum(axis=1).tolist() == pytest.approx(whole.tolist())


def test_lists_have_the_totals_of_their_pictures(demo_scope):
    ends = reports.observation_ends(demo_scope)
    for row in ends.itertuples():
        number, amount = reports.observed_loans_total(demo_scope, str(row.ends_in))
        assert (number, float(amount)) == (row.loans, pytest.approx(row.balance))
    counts = reports.obligor_counts(demo_scope)
    for row in cast(Any, counts.itertuples()):
        number, amount = reports.obligor_list_total(demo_scope, row.rule_id)
        assert (number, float(amount)) == (row.holds_for, pytest.approx(row.balance))


def test_figures_of_write_offs_have_their_rows(demo_scope):
    last = reports.write_off_flow(demo_scope).iloc[-1]
    for figure in ("written_off_12m", "recovered_12m", "net_charge_off_12m", "memo_balance"):
        number, amount = reports.write_off_events_total(demo_scope, figure)
        assert number and float(amount) == pytest.approx(last[figure])
        assert reports.write_off_events(demo_scope, figure, limit=5)["amount"].all()
    for ratio, part in (("write_off_ratio", "written_off"), ("recovery_rate", "recovered")):
        found = reports.write_off_events_total(demo_scope, f"{ratio}_12m")
        assert found == reports.write_off_events_total(demo_scope, f"{part}_12m")


def test_redefaults_have_their_loans(demo_scope):
    frame = reports.redefaults(demo_scope)
    for row in cast(Any, frame.itertuples()):
        listed = reports.redefault_loans(demo_scope, row.cohort, limit=1000)
        assert len(listed) == reports.redefault_loans_total(demo_scope, row.cohort)[0] == row.loans
        again, performing = listed["is_redefaulted"], listed["was_performing"]
        assert (again.sum(), performing.sum()) == (row.redefaulted, row.performing)
        assert (again & performing).sum() == row.performing_redefaulted


def test_npl_on_new_loans_has_its_loans(demo_scope):
    frame = reports.new_loan_npl(demo_scope)
    assert frame["formed"].any()
    for row in cast(Any, frame.itertuples()):
        _, amount = reports.new_loan_npl_loans_total(demo_scope, f"{row.month_end:%Y-%m-%d}")
        assert float(amount) == pytest.approx(row.formed)


def test_every_cell_has_its_loans_behind_it(demo_scope):
    """A cell of the flow and of the floors, as its click opens it, re-adds to the cent."""
    flow = class_flow(demo_scope, CLASS_OPENING)
    for row in cast(Any, flow[flow["class_opening"] > 0].itertuples()):
        left = row.became in quality_classes.LEFT
        now: Where = (("status", row.became),) if left else (("classification", row.became),)
        now = now if left else (*now, ("status", "active"))
        where: Where = (("opening_class", str(row.opening_class)), *now)
        total, number = rows_total(demo_scope, CLASS_OPENING, where=where)
        assert number and float(total) == pytest.approx(row.class_opening)
    for row in cast(Any, class_floors(demo_scope, CLASSED).itertuples()):
        where = (("class_floor", row.class_floor), ("class_booked", row.class_booked))
        assert float(rows_total(demo_scope, CLASSED, where=where)[0]) == pytest.approx(row.classed)


# --- The page ---


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_opens(opened, demo_scope, chapter, lang):
    at = opened("quality", chapter=chapter, lang=lang)
    assert len(at.metric) >= 10
    assert at.dataframe


@pytest.fixture(scope="module")
def one_loan(tmp_path_factory) -> Path:
    """A warehouse with one loan in it."""
    book = recorded(("P", 1000, 1)).build("2024-06-30")
    return serve(book, tmp_path_factory.mktemp("one_loan"))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_opens_on_a_book_of_one_loan(opened, one_loan, monkeypatch, chapter):
    monkeypatch.setenv("WAREHOUSE", str(one_loan))
    opened("quality", chapter=chapter)


def test_a_choice_in_the_address_lists_its_rows(opened, demo_scope):
    for own in (
        {"chapter": "booked", "check_id": "booked_below_floor"},
        {"chapter": "obligors", "obligor_rule": "not_evaluated"},
        {"chapter": "written_off", "write_off_figure": "memo_balance"},
        {"chapter": "formation", "formed_until": f"{demo_scope.as_of:%Y-%m-%d}"},
        {"chapter": "classes", "borrower_kind": "corporate"},
        {"chapter": "classes", "borrower_kind": "nobody"},
    ):
        at = opened("quality", **own)
    assert "No loans in this selection." not in [each.value for each in at.caption]
    assert any("nobody" in each.value for each in at.caption)


def test_a_figure_of_write_offs_says_why(opened, demo_scope):
    at = opened("quality", chapter="written_off")
    why = [button for button in at.button if "write_off_figure" in str(button.key)]
    assert len(why) >= 4
    at = opened("quality", chapter="written_off", write_off_figure="recovered_12m")
    amount = reports.write_off_events_total(demo_scope, "recovered_12m")[1]
    assert f"{amount:,.2f} in all" in plain(at)


def test_lines_are_told_apart_without_colour():
    frame = pd.DataFrame(
        {"month_end": [D("2024-01-31"), D("2024-02-29")], "a": [1, 2], "b": [2, 4]}
    )
    figure: Any = quality_charts.lines(frame, {"a": "A", "b": "B"})
    assert [trace.line.dash for trace in figure.data] == ["solid", "dash"]
    assert [each.text for each in figure.layout.annotations] == ["2.00", "4.00"]
    assert list(figure.data[1].customdata[1]) == ["b", "2024-02-29"]


def test_the_small_book_opens_too(opened, small_book):
    opened("quality")
