"""Figures: worked by hand, agreeing with each other, and standing on rows that re-add to them."""

import math
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from queries import metrics, reports, warehouse
from queries.lights import Lines, Threshold, light
from queries.measures import Source, cube
from queries.metrics import (
    BALANCE,
    BUCKETS,
    DIMENSIONS,
    METRICS,
    NPL_RATIO,
    OVERDUE90_TO_NPL,
    PAR30,
    PROVISION_COVERAGE,
    SLA_BREACH_RATE_DUE,
    Metric,
    Part,
    Where,
    compare,
    comparisons,
    figure_total,
    lines,
    measure,
    rows_behind,
    rows_total,
)
from queries.warehouse import NOTHING, Scope, ask_exact
from tests.book import Book
from tests.served import ALL, AS_OF, BRANCHES, PRODUCTS, serve, small_warehouse
from tests.summed import KINDS, in_cube, of_rows

EVERY = list(METRICS.values())
NOVEMBER = replace(ALL, as_of=date(2024, 11, 30))
# A young book: the month in which its first instalments are judged.
EARLY = replace(ALL, as_of=date(2023, 11, 30))
NARROWER = (NOVEMBER, Scope(("South",), PRODUCTS, AS_OF), Scope(BRANCHES, ("housing",), AS_OF))
CUTS: dict[Source, tuple[Where, ...]] = {
    "portfolio": (
        (),
        (("bucket", "91-180"),),
        (("bucket", ("current", "1-30")), ("branch", "North")),
        (("classification", "2"),),
        (("status", "written_off"),),
        (("borrower_kind", "retail"), ("collateral_kind", "unsecured")),
        (("industry", "unknown"), ("region", "unknown")),
        (("region", "unknown"), ("bucket", "current")),
        (("opening_bucket", "current"), ("opening_class", "1")),
    ),
    "classes": (
        (),
        (("class_floor", "2"), ("class_booked", (1, 2))),
        (("opening_class", 1), ("classification", "2"), ("region", "Suzhou")),
        (("floor_rule", "F3_dpd"), ("status", "active")),
    ),
    "workload": ((), (("department_id", "D1"), ("case_type", "visit")), (("branch", ""),)),
    "case_times": ((), (("department_id", "D1"), ("case_type", "visit")), (("branch", ""),)),
    "capacity": ((), (("department_id", "D1"),)),
    "desk_loads": ((), (("department_id", "D1"),)),
    "line_hours": ((), (("department_id", "D1"),)),
    "compliance_months": ((), (("department_id", "D2"),), (("branch", "North"),)),
    "audit_unit_months": (
        *((), (("department_id", "D3"),), (("unit_rating", ("critical", "high")),)),
        *((("audited_band", "never"), ("unit_kind", "product")), (("branch", "North"),)),
    ),
    "audit_plan_months": ((), (("department_id", "D2"),), (("branch", "North"),)),
    "auditor_months": ((), (("department_id", "D2"),)),
    "finding_months": (
        *((), (("severity", "high"),), (("department_id", "D2"),)),
        *((("cause", "unknown"),), (("unit_id", ("U2", "unknown")),)),
    ),
    "recoveries": ((), (("product", "housing"),)),
    "due_cohorts": ((), (("branch", "North"),)),
    "collection_months": ((), (("branch", "North"),), (("product", "housing"),)),
    "first_payments": ((), (("product", "consumer"),)),
    "vintages": ((), (("product", "housing"),), (("branch", "South"),)),
    "concentrations": ((),),
    "rolls": ((), (("opening_bucket", ("1-30", "31-60")),), (("opening_class", "1"),)),
    "migrations": ((), (("opening_class", "2"),), (("branch", "North"),)),
    "results": (
        *((), (("department_id", "D1"), ("case_type", "visit"))),
        (("department_id", "D1"), ("case_type", "complaint")),
    ),
    "result_rows": ((), (("department_id", "D3"),), (("case_type", "vacancy"),)),
    "clock_months": ((), (("legal_clock", "limitation_expiry"), ("clock_status", "safe"))),
    "delay_interest": ((), (("branch", "North"),)),
    "draw_months": ((), (("branch", "North"),)),
    "oversight_months": ((), (("product", "housing"),)),
    "limits": ((), (("limit_id", "group_exposure_ratio"),)),
    "models": ((),),
    "expected_losses": (
        *((), (("stage", "3"),), (("pd_state", "current"),), (("branch", "South"),)),
        *((("region", "Suzhou"),), (("region", "Suzhou"), ("stage", "1"))),
    ),
    "contact_months": ((), (("branch", "North"),)),
    "promise_months": ((), (("product", "housing"),)),
    "bucket_entries": ((), (("bucket", ("1-30", "31-60")),)),
    "contact_step_months": (
        (),
        (("step_id", ("remind", "call")),),
        (("step_id", "call"), ("of_product", "*")),
    ),
    "overdue_recoveries": ((), (("opening_bucket", ("1-30", "31-60")),)),
    "referrals": ((), (("branch", "South"),)),
    "collection_results": ((), (("branch", "South"),), (("product", ""),)),
    "service_links": ((), (("product", "consumer"),)),
    "unmatched_months": ((), (("branch", "North"),)),
    "document_months": ((), (("product", "consumer"),)),
    "funding_months": ((),),
    "quality_months": ((),),
    "quality_issue_months": ((),),
    "ledger_months": ((), (("product", "consumer"),)),
    "appraisals": ((), (("department_id", "D1"),)),
}


@pytest.fixture(autouse=True)
def _small_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))


def _parts(metric: Metric) -> tuple[Part, ...]:
    return ("numerator", "denominator") if metric.denominator else ("numerator",)


def only(frame, metric: Metric) -> tuple[float, float, float]:
    """The single row's figure, numerator and denominator."""
    (row,) = frame[[metric.id, f"{metric.id}_numerator", f"{metric.id}_denominator"]].to_numpy()
    return tuple(row)


# --- What stands behind a figure ---


@pytest.mark.parametrize("metric", KINDS, ids=lambda metric: metric.id)
def test_the_rows_behind_a_figure_of_every_kind_re_add_to_it(metric):
    """Those of every figure are counted in tests/test_agreement.py, of the demo book."""
    for part in _parts(metric):
        amount, count = rows_total(ALL, metric, part)
        assert amount == figure_total(ALL, metric, part), part
        rows = rows_behind(ALL, metric, part, limit=1000)
        assert len(rows) == count
        assert rows["counted"].sum() == pytest.approx(float(amount))


@pytest.mark.parametrize("source", CUTS)
def test_the_rows_of_every_cut_and_of_a_narrower_scope_re_add_too(source):
    asked = [(ALL, where) for where in CUTS[source]] + [(scope, ()) for scope in NARROWER]
    for scope, where in asked:
        assert of_rows(scope, source, where) == in_cube(scope, source, where), (scope, where)


def test_all_sums_at_once_are_those_of_each_figure():
    for metric in EVERY[::12]:
        for where in CUTS[metric.source]:
            column = metric.column("numerator")
            alone = (
                rows_total(ALL, metric, where=where)[0],
                figure_total(ALL, metric, where=where),
            )
            both = (of_rows(ALL, metric.source, where), in_cube(ALL, metric.source, where))
            assert alone == tuple(each[column] for each in both), (metric.id, where)


def test_most_figures_of_the_small_book_are_not_nothing():
    scopes = (ALL, NOVEMBER, EARLY)
    counted = {m.id for m in EVERY if any(rows_total(scope, m)[1] for scope in scopes)}
    # Nobody here has a case on the desk, and nobody calls: tests/test_capacity.py counts these.
    quiet = {"workload_gini", "occupancy"}
    quiet |= {"disbursed", "newly_late", "newly_late_loans", "loss_balance", "issued_findings"}
    quiet |= {"late_again", "late_again_loans", "cured", "cured_loans", "fpd_30", "fpd_30_amt"}
    # What this book has none of, tests/test_flows.py counts.
    quiet |= {"entered", "prepaid", "smm", "unsplit", "capitalised", "break", "break_loans"}
    quiet |= {"npl_entered", "npl_capitalised", "npl_break"}
    # The same in tests/test_quality.py: no class or stage is recorded here.
    quiet |= {"booked_npl", "stage2_coverage", "stage3_coverage", "re_restructured_not_npl"}
    # Nor of these, tests/test_migration.py.
    quiet |= {"cure_rate", "cure_rate_cnt", "admin_cure", "roll_back_rate"}
    quiet |= {m for kind in ("sub", "doubtful", "sm") for m in (f"mig_{kind}", f"mig_{kind}_adj")}
    # In tests/test_expected_loss.py: no stage is recorded here, and none is better than a year ago.
    quiet |= {"stage_mismatch", "stage_mismatch_loans", "stage_better", "ecl_new"}
    # Claims on banks are in no book.
    quiet |= {"interbank_exposure_ratio"}
    # No late borrower comes with anything here: tests/test_service.py.
    quiet |= {"willingness_link", "legal_referral_rate", "assist_to_cure", "repossession_rate"}
    # No ledger here, and no issue that is old: tests/test_data_page.py.
    quiet |= {"recon_break_amt", "dq_issue_age"}
    # Nobody was tried as he became late, and no month with a budget lent: tests/test_collecting.py.
    quiet |= {"contact_coverage", "funding_budget_util"}
    # Nothing runs on working clocks here: tests/test_service.py.
    quiet |= {"worked_time", "worked_time_p90"}
    # Nothing is opened again here: tests/test_cases.py.
    quiet |= {"reopen_rate"}
    # Little of it is here: tests/test_results.py and tests/test_legal.py.
    owners = {"results", "result_rows", "clock_months", "draw_months", "oversight_months"}
    quiet |= {m.id for m in EVERY if m.source in owners | {"limits", "models"}}
    # Nothing was issued twice, put right or failed its verification here: tests/test_findings.py.
    quiet |= {"rectification_rate", "finding_reopen_rate", "repeat_finding_rate"}
    assert set(METRICS) - counted <= quiet


@pytest.mark.parametrize("by", ["largest", "key"])
@pytest.mark.parametrize("metric", [BALANCE, SLA_BREACH_RATE_DUE, METRICS["loans"]])
def test_pages_of_rows_give_every_row_once(metric, by):
    whole = rows_behind(ALL, metric, limit=1000, by=by)
    key = whole.columns[0]
    seen: list[str] = []
    while len(page := rows_behind(ALL, metric, after=seen[-1] if seen else None, limit=7, by=by)):
        seen += page[key].tolist()
    assert seen == whole[key].tolist()
    assert len(seen) == len(set(seen)) > 7


def test_the_largest_rows_come_first():
    counted = rows_behind(ALL, BALANCE)["counted"].tolist()
    assert counted == sorted(counted, reverse=True)


def test_an_amount_has_no_denominator_to_open():
    with pytest.raises(ValueError, match="no denominator"):
        rows_behind(ALL, BALANCE, "denominator")


# --- Agreement ---


@pytest.mark.parametrize("source", list(DIMENSIONS))
def test_every_cut_adds_up_to_the_whole(source):
    of_source = [metric for metric in EVERY if metric.source == source]
    scope = EARLY if source == "first_payments" else ALL
    whole = measure(scope, *of_source)
    for by in DIMENSIONS[source][1:]:
        cut = measure(scope, *of_source, by=by)
        assert cut[by].is_unique
        for metric in of_source:
            for part in _parts(metric):
                column = f"{metric.id}_{part}"
                # What is recorded in no part is empty in the whole too, not nothing.
                added = cut[column].sum(min_count=1)
                said = whole[column].sum(min_count=1)
                assert added == pytest.approx(said, nan_ok=True), (by, column)


def test_two_cuts_at_once_add_up_to_one():
    both = measure(ALL, BALANCE, PAR30, by=("branch", "bucket"))
    one = measure(ALL, BALANCE, PAR30, by="branch")
    by_branch = both.groupby("branch")["par30_numerator"].sum()
    assert by_branch.to_dict() == one.set_index("branch")["par30_numerator"].to_dict()
    assert both.loc[both["branch"] == "North", "bucket"].tolist() == [
        bucket for bucket in BUCKETS if bucket in set(both.loc[both["branch"] == "North", "bucket"])
    ]


def test_the_last_point_of_a_trend_is_the_tile():
    trend = measure(ALL, *EVERY, by="month_end", months=13)
    tile = measure(ALL, *EVERY)
    assert len(trend) == 13
    assert trend["month_end"].is_monotonic_increasing
    assert trend["month_end"].iloc[-1].date() == AS_OF
    for metric in EVERY:
        last, now = float(trend[metric.id].iloc[-1]), float(tile[metric.id].iloc[0])
        assert last == now or (math.isnan(last) and math.isnan(now)), metric.id


def test_buckets_partition_the_balance_in_their_order():
    cut = measure(ALL, BALANCE, by="bucket").dropna(subset=["bucket"])
    places = [BUCKETS.index(bucket) for bucket in cut["bucket"]]
    assert places == sorted(places)
    assert cut["balance"].sum() == measure(ALL, BALANCE)["balance"].item()


def test_the_three_overdue_ratios_are_in_their_order():
    row = measure(ALL, *(METRICS[f"overdue_{name}"] for name in ("amount_rate", "rate_1104",
                                                                "rate_whole"))).iloc[0]  # fmt: skip
    assert 0 < row["overdue_amount_rate"] < row["overdue_rate_1104"] < row["overdue_rate_whole"]


def test_a_metric_of_another_cube_stands_beside_it():
    frame = measure(ALL, BALANCE, METRICS["backlog"], METRICS["recovered"], by="branch")
    south = frame.loc[frame["branch"] == "South", ["balance", "backlog", "recovered"]]
    assert (south.to_numpy() > 0).all()
    assert len(south) == 1


# --- Edges ---


def test_no_rows_is_no_figure_and_never_zero():
    for scope in (NOTHING, Scope(("Nowhere",), PRODUCTS, AS_OF), replace(ALL, as_of=date.min)):
        assert measure(scope, *EVERY).empty
        assert measure(scope, *EVERY, by="month_end", months=13).empty
        assert rows_total(scope, BALANCE) == (0, 0)
        found = compare(scope, BALANCE)
        assert (found.now, found.light, found.broken_since) == (None, None, None)


def test_a_ratio_over_nothing_is_missing():
    figure, numerator, denominator = only(
        measure(ALL, METRICS["overdue_cnt_rate"], where=(("status", "written_off"),)),
        METRICS["overdue_cnt_rate"],
    )
    assert math.isnan(figure)
    assert (numerator, denominator) == (0, 0)


@pytest.mark.parametrize(
    "where", [(("officer_id", "S1"),), (("1=1 or branch", "x"),), (("severity", "high"),)]
)
def test_a_figure_is_cut_only_by_what_its_cube_knows(where):
    with pytest.raises(ValueError, match="is not cut by"):
        measure(ALL, BALANCE, where=where)
    with pytest.raises(ValueError, match="is not cut by"):
        rows_behind(ALL, BALANCE, where=where)
    with pytest.raises(ValueError, match="is not cut by"):
        measure(ALL, BALANCE, by=where[0][0])


def test_a_value_of_a_cut_is_bound_and_never_read_as_sql():
    assert measure(ALL, BALANCE, where=(("branch", "x' or 1=1 --"),)).empty


@pytest.mark.parametrize("column", ["balance)", "a b", "Balance", ""])
def test_a_metric_names_columns_and_nothing_else(column):
    with pytest.raises(ValueError, match="not a column"):
        Metric("x", "X", column or "1")


# --- Lines and lights ---

AMBER, RED, LIMIT = Threshold(0.9, "house"), Threshold(1.0, "house"), Threshold(1.5, "law")


@pytest.mark.parametrize(
    ("value", "expected"), [(0.9, "green"), (0.901, "amber"), (1.0, "amber"), (1.001, "red")]
)
def test_the_line_itself_is_still_allowed(value, expected):
    assert light(NPL_RATIO, value, 1, Lines(AMBER, RED, None)) == expected


@pytest.mark.parametrize(("value", "expected"), [(1.5, "amber"), (1.49, "red"), (1.7, "green")])
def test_where_rising_is_good_the_line_is_a_floor_and_the_law_wins(value, expected):
    on = Lines(Threshold(1.7, "house"), Threshold(1.2, "house"), LIMIT)
    assert light(PROVISION_COVERAGE, value, 1, on) == expected


def test_a_ratio_over_nothing_is_judged_as_its_metric_says():
    on = Lines(AMBER, RED, None)
    assert light(PROVISION_COVERAGE, None, 5, on) == "green"
    assert light(OVERDUE90_TO_NPL, None, 5, on) == "red"
    assert light(OVERDUE90_TO_NPL, None, 0, on) is None
    assert light(NPL_RATIO, None, 0, on) is None


def test_a_metric_without_a_line_has_no_light():
    assert light(NPL_RATIO, 0.5, 1, Lines(None, None, None)) is None
    assert compare(ALL, BALANCE).light is None


def test_a_figure_beside_its_own_past():
    found = comparisons(ALL, BALANCE, NPL_RATIO)
    trend = measure(ALL, BALANCE, NPL_RATIO, by="month_end", months=None).set_index("month_end")
    for metric in (BALANCE, NPL_RATIO):
        seen = found[metric.id]
        assert seen.now == trend[metric.id].loc["2024-12-31"]
        assert seen.month_before == trend[metric.id].loc["2024-11-30"]
        assert seen.year_before == trend[metric.id].loc["2023-12-31"]
    assert compare(replace(ALL, as_of=date(2023, 9, 30)), BALANCE).month_before is None


def test_the_first_month_of_the_present_breach():
    found = compare(ALL, NPL_RATIO)
    trend = measure(ALL, NPL_RATIO, by="month_end", months=None)
    over = trend.loc[trend["npl_ratio"] > 0.02, "month_end"].min().date()
    assert found.light == "red"
    assert found.broken_since == over
    assert compare(replace(ALL, as_of=date(2023, 12, 31)), NPL_RATIO).broken_since is None


def test_a_line_holds_from_its_day(tmp_path, monkeypatch):
    book = Book().borrower().loan("L1", principal=1000)
    for month_end in ("2024-01-31", "2024-02-29", "2024-03-31"):
        book.recorded("L1", month_end, 1000, days_past_due=40)
    book.parameter("light.par30.red", "2.0", valid_to="2024-02-28", source="old")
    book.parameter("light.par30.red", "0.5", valid_from="2024-02-29", source="new")
    folder = serve(book.build("2024-03-31"), tmp_path, reads=("scoped_portfolio",))
    monkeypatch.setenv("WAREHOUSE", str(folder))
    found = compare(Scope(("Main",), ("consumer",), date(2024, 3, 31)), PAR30)
    assert found.lines.decisive == Threshold(0.5, "new")
    assert found.broken_since == date(2024, 2, 29)
    assert lines(PAR30, date(2024, 1, 31)).red == Threshold(2.0, "old")


def test_every_line_of_the_parameters_belongs_to_a_metric():
    named = {
        row[0].split(".")[1]
        for row in warehouse.exact(
            "select param_id from book_parameters() where starts_with(param_id, 'light.')"
            " or starts_with(param_id, 'limit.')"
        )
    }
    # The funding plan's two are figures of a report: they sum no rows of customers.
    funding = {"liquidity_ratio", "liquidity_gap_ratio_90"}
    assert named - set(METRICS) <= funding
    assert funding <= set(reports.funding_figures(ALL).columns)
    for metric in EVERY:
        if metric.id in named:
            assert metric.rising_is_good is not None, metric.id


# --- Worked by hand ---


def _figures(book: Book, tmp_path: Path, monkeypatch, as_of: str, *asked: Metric):
    reads = tuple(f"scoped_{source}" for source in {metric.source for metric in asked})
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=reads)))
    return measure(Scope(("Main", ""), ("consumer", ""), date.fromisoformat(as_of)), *asked).iloc[0]


W6_LOANS = (
    ("A", 1000, None, 0),
    ("B", 800, "2024-12-26", 40),
    ("C", 600, "2024-11-30", 60),
    ("D", 500, "2024-10-31", 100),
    ("E", 400, "2024-10-01", 120),
    ("F", 300, "2023-11-27", 300),
    ("G", 200, None, 0),
)


def w6() -> Book:
    book = Book().borrower()
    for loan_id, balance, late_since, overdue in W6_LOANS:
        book.loan(
            loan_id,
            principal=balance,
            disbursed_on="2023-01-01",
            repayment_method="equal_instalment",
        )
        late = [(late_since, overdue, 0)] if late_since else []
        book.instalments(loan_id, *late, ("2025-12-31", balance - overdue, 0))
    book.loan("H", principal=100, disbursed_on="2023-01-01")
    book.instalments("H", ("2023-06-30", 100, 0)).pay("H", "2023-06-30", 100)
    book.loan("W", principal=250, disbursed_on="2023-01-01")
    book.instalments("W", ("2023-06-30", 250, 0))
    book.add("write_offs", write_off_id="W1", loan_id="W", written_off_on="2024-06-30", amount=250)
    book.add(
        "restructures",
        restructure_id="T1",
        loan_id="G",
        restructured_on="2024-10-01",
        kind="extension",
        first_repay_on="2024-11-01",
    )
    return book.build("2024-12-31")


def test_w6_portfolio_at_risk_and_the_three_overdue_balances(tmp_path, monkeypatch):
    wanted = {
        "balance": 3800,
        "par1": 0.6842,
        "par30": 0.4737,
        "par60": 0.3158,
        "par90": 0.1842,
        "par30_restructured": 0.5263,
        "overdue_amount_rate": 0.1632,
        "overdue_rate_1104": 0.2368,
        "overdue_rate_whole": 0.6842,
        "overdue_cnt_rate": 5 / 7,
    }
    asked = [METRICS[name] for name in wanted]
    row = _figures(w6(), tmp_path, monkeypatch, "2024-12-31", *asked)
    for name, value in wanted.items():
        assert row[name] == pytest.approx(value, abs=5e-5), name
    assert row["overdue_amount_rate_numerator"] == 620
    assert row["overdue_rate_1104_numerator"] == 900


CASES = (
    ("1", "2024-01-02", "2024-01-04", "2024-01-05"),
    ("2", "2024-01-10", "2024-01-20", None),
    ("3", "2024-01-15", "2024-01-31", "2024-02-02"),
    ("4", "2024-02-03", "2024-02-13", None),
)


@pytest.mark.parametrize(
    ("as_of", "backlog", "inflow", "outflow", "overdue_open"),
    [("2024-01-31", 2, 3, 1, 1), ("2024-02-29", 2, 1, 1, 2)],
)
def test_w25_backlog_at_any_month_end(
    tmp_path, monkeypatch, as_of, backlog, inflow, outflow, overdue_open
):
    book = Book().borrower().loan("L1", principal=100)
    book.recorded("L1", "2024-01-31", 100).recorded("L1", "2024-02-29", 100)
    book.add("departments", department_id="D1", name="Collections")
    for case_id, opened_at, due_at, closed_at in CASES:
        book.add(
            "cases",
            case_id=case_id,
            department_id="D1",
            case_type="call",
            opened_at=opened_at,
            due_at=due_at,
            closed_at=closed_at,
        )
    asked = [METRICS[name] for name in ("backlog", "inflow", "outflow", "overdue_open")]
    row = _figures(book.build("2024-02-29"), tmp_path, monkeypatch, as_of, *asked)
    assert [row[metric.id] for metric in asked] == [backlog, inflow, outflow, overdue_open]


def test_w30_rectification_on_time_by_count_and_by_severity(tmp_path, monkeypatch):
    book = Book().borrower().loan("L1", principal=100).recorded("L1", "2024-03-31", 100)
    number = 0
    for severity, due, on_time in (
        ("critical", 4, 3),
        ("high", 6, 4),
        ("medium", 7, 5),
        ("low", 3, 2),
    ):
        for place in range(due):
            number += 1
            book.add(
                "findings",
                finding_id=f"F{number:02}",
                title="Finding",
                severity=severity,
                status="verified_closed",
                issued_on="2024-01-05",
                due_on="2024-03-20",
                closed_on="2024-03-20" if place < on_time else "2024-03-21",
            )
    asked = (METRICS["rectification_on_time_rate"], METRICS["rectification_weighted"])
    row = _figures(book.build("2024-03-31"), tmp_path, monkeypatch, "2024-03-31", *asked)
    assert row["rectification_on_time_rate"] == 0.7
    assert row["rectification_weighted"] == pytest.approx(36 / 51)


def test_w12_coverage_and_its_identity_with_the_npl_ratio(tmp_path, monkeypatch):
    book = Book().borrower()
    for loan_id, balance, classification, provision in (
        ("N", 120, 3, 100),
        ("P", 10_280, 1, 160),
    ):
        book.loan(loan_id, principal=balance, disbursed_on="2024-01-01")
        book.recorded(
            loan_id, "2024-06-30", balance, classification=classification, provision=provision
        )
    asked = [METRICS[n] for n in ("npl_ratio", "provision_coverage", "loan_provision_ratio")]
    row = _figures(book.build("2024-06-30"), tmp_path, monkeypatch, "2024-06-30", *asked)
    assert row["npl_ratio"] == pytest.approx(0.011538, abs=1e-6)
    assert row["provision_coverage"] == pytest.approx(2.1667, abs=5e-5)
    assert row["loan_provision_ratio"] == 0.025
    assert row["npl_ratio"] == pytest.approx(
        row["loan_provision_ratio"] / row["provision_coverage"]
    )


def test_a_figure_is_exact_to_the_cent():
    amount = figure_total(ALL, BALANCE)
    assert isinstance(amount, Decimal)
    assert amount == sum(
        Decimal(str(value)) for value in rows_behind(ALL, BALANCE, limit=1000)["counted"]
    )


def test_the_names_of_the_module_are_those_of_the_registry():
    assert all(getattr(metrics, name.upper()) is metric for name, metric in METRICS.items())


# --- The cubes ---


def test_a_figure_is_read_from_the_shortest_table_that_knows_its_cut():
    assert "scoped_portfolio" in cube("portfolio", ("month_end", "branch", "bucket"))
    assert "scoped_segments" in cube("portfolio", ("product", "industry"))
    assert "scoped_loan_months" in cube("portfolio", ("industry", "bucket"))
    assert "scoped_workload" in cube("workload", ("department_id",))
    assert "scoped_expected_losses" in cube("expected_losses", ("month_end", "branch", "stage"))
    assert "scoped_loss_segments" in cube("expected_losses", ("product", "industry"))
    assert "scoped_loan_ecls" in cube("expected_losses", ("industry", "stage"))


@pytest.mark.parametrize(
    ("source", "tables"),
    [
        ("portfolio", ("scoped_portfolio", "scoped_segments", "scoped_loan_months")),
        ("expected_losses", ("scoped_expected_losses", "scoped_loss_segments", "scoped_loan_ecls")),
    ],
)
def test_every_cube_sums_every_measure_of_the_loans(source, tables):
    columns = [metric.numerator for metric in EVERY if metric.source == source]
    columns += [m.denominator for m in EVERY if m.source == source and m.denominator]
    sums = ", ".join(f"sum({column})" for column in dict.fromkeys(columns))
    asked = (f"select month_end, {sums} from {table}($branches, $products)" for table in tables)
    short, long, loans = (ask_exact(f"{sql} group by 1 order by 1", ALL) for sql in asked)
    assert short == long == loans
    assert any(any(row[1:]) for row in loans)
