"""The special questions: given and expected rows, rights on every one, pages that lose nothing."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.book.products import ROLL_MATRICES, STORY_MONTHS
from queries import reports, warehouse
from queries.metrics import BALANCE, METRICS, NEWLY_LATE, measure, rows_total
from queries.warehouse import NOTHING, Scope, ask, month_ends
from tests.book import Book
from tests.conftest import DEMO_MONTHS
from tests.served import ALL, AS_OF, PRODUCTS, serve, small_warehouse

NORTH = Scope(("North",), PRODUCTS, AS_OF)
D = date.fromisoformat


READS = (
    *("book_parameters", "scoped_instalments", "scoped_loan_moves", "scoped_loans"),
    *("scoped_moves", "scoped_payments", "scoped_portfolio"),
)


@pytest.fixture(autouse=True)
def _small_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))


@pytest.fixture
def serving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Book, str], Scope]:
    """Serve a book of one's own, and give its whole scope at a date."""

    def serving(book: Book, as_of: str) -> Scope:
        book.add("departments", department_id="D1", name="Collections")
        folder = serve(book.build(as_of), tmp_path, reads=READS)
        monkeypatch.setenv("WAREHOUSE", str(folder))
        return Scope(("Main", ""), ("consumer", ""), D(as_of))

    return serving


# --- Rights, on every report ---

ARGUMENTS: dict[str, Any] = {
    "signalled_on": D("2024-11-30"),
    "loan_id": "L006",
    "day": D("2024-12-31"),
    "test_id": "T01_dpd",
    "cut": "branch",
    "list_id": "override",
    "loans": ("L004", "L006"),
    "exception_id": "T01_dpd days_differ L004 2024-12-31 ",
    "repayment_id": "RL00602",
    "reference": "H4",
    "borrower_id": "B003",
    "group_id": "G1",
    "limit_id": "group_exposure_ratio",
    "customer_id": "G1",
    "numbers": ("B002",),
    "finding_id": "F01",
    "unit_id": "U2",
    "case_id": "K003",
    "department_id": "D3",
    "login": "fang",
    "text": "L",
    "vintage": D("2023-09-01"),
    "days_after": 7,
    "metric": METRICS["vintage_ever30_cnt"],
    "step": "month",
    "periods": ("2023-09", "2023-10"),
    "months_on_book": 6,
    "cash_step": "month",
    "cash_kind": "due",
    "first": D("2024-03-01"),
    "last": D("2025-12-31"),
    "part": "unpaid",
    "made_on": D("2024-03-31"),
    "maturity": "quarter",
    "matures": "2025Q4",
    "opened_on": None,
    "move": "current:current",
    "figure": "written_off_12m",
    "cohort": "2024-Q4",
    "until": "2024-12-31",
    "reading": "logistic",
    "product": "consumer",
    "months_after": D("2023-12-31"),
    "borrowers": ("B003",),
    "way": "closing",
    "measure": "borrowers",
    "from_id": "D1",
    "to_id": "D3",
    "rule_id": "DQ09_record_agrees",
    "first_day": D("2025-01-01"),
    "row_kind": "rejected",
    "table_name": "loans",
    "row_rule": "is empty",
    "row_id": "rejected loans 1 is empty",
}
# About the book itself or read before there is a scope: nobody's rows.
OF_THE_BOOK = {
    *("quality_rules", "load_tables", "rejected_reasons", "parameters_list"),
    *("rules_in_force", "access_hours", "people_left"),
    *("quality_dimensions", "quality_rule_months", "quality_builds", "source_loads"),
}
WORDS = {
    *(
        "departments",
        "department_home",
        "contact_step_names",
        "duty_names",
        "staff_names",
        "unit_names",
        "scope_choices",
        "with_signals",
        "with_names",
    ),
}
SCOPED = {
    name: function
    for name, function in inspect.getmembers(reports, inspect.isfunction)
    if function.__module__.startswith(f"{reports.__name__}.")
    and not name.startswith("_")
    and name not in OF_THE_BOOK | WORDS
}


def _asked(name: str, scope: Scope) -> pd.DataFrame | tuple[int, Decimal]:
    needed = inspect.signature(SCOPED[name]).parameters
    answer = SCOPED[name](scope, **{k: v for k, v in ARGUMENTS.items() if k in needed})
    return answer[0] if name.endswith("_start") else answer


@pytest.mark.parametrize("name", sorted(SCOPED))
def test_an_empty_scope_sees_nothing_in_any_report(name):
    seen = _asked(name, NOTHING)
    if isinstance(seen, tuple):
        assert seen == (0, 0)
    else:
        # Rates and sums over nothing may have a row, but nothing in it.
        counts = seen.select_dtypes("number")
        assert seen.empty or not counts.fillna(0).to_numpy().any()


@pytest.mark.parametrize("name", sorted(SCOPED))
def test_no_report_shows_a_row_of_another_branch(name):
    seen = _asked(name, NORTH)
    if isinstance(seen, pd.DataFrame):
        if "branch" in seen:
            assert set(seen["branch"]) <= {"North"}
        if "loan_id" in seen:
            north = set(
                ask("select loan_id from scoped_loans($branches, $products)", NORTH)["loan_id"]
            )
            assert set(seen["loan_id"].dropna()) <= north


# The small book is too young for these: tests/test_quality.py and test_warnings.py count them.
YOUNG = {
    # tests/test_early_warning_page.py counts these four.
    *("judged_borrowers", "judged_borrowers_total", "watched_before", "watched_before_total"),
    *("recovery_vintages", "redefaults", "redefault_loans", "redefault_loans_total"),
    *("new_loan_npl_loans", "new_loan_npl_loans_total"),
    *("response_times", "late_responses", "late_responses_total", "watch_to_npl"),
    *("answered_cases", "answered_cases_total"),
    "acted_alerts",  # tests/test_risk_report.py counts these
    # No stage is recorded here, and forty loans are too few to learn from.
    *("stage_mismatches", "stage_mismatches_total", "stage_pairs"),
    *(name for name in SCOPED if name.startswith("model_")),
    # tests/test_restatements.py: nothing is booked later here.
    "known_later",
    # Nobody here has overdue cases or is appraised by name: tests/test_collections_page.py and
    # tests/test_appraisals.py count them.
    *("collector_effect", "collector_loans", "collector_loans_total"),
    *("appraisal_parts", "appraised_people"),
    # tests/test_legal.py and test_legal_pages.py count these.
    *("clock_steps", "default_plans", "legal_dates", "legal_dates_total"),
    # Nobody has a duty here: tests/test_department.py walks them all.
    *("duties", "service_levels"),
    # Nobody calls, no case goes on, no queue has a pace: tests/test_workload_answers.py does.
    *("calls", "case_left", "next_breaks", "line_hour_counts"),
    # Nothing is accrued here: tests/test_servicing.py counts these.
    "performed_penalties",
    # No ledger, and no file was read: tests/test_data_page.py and test_tapes.py count these.
    *("ledger_counts", "ledger_breaks", "source_rows", "source_rows_total", "source_row"),
}


@pytest.mark.parametrize("name", sorted(SCOPED.keys() - YOUNG))
def test_every_report_of_the_small_book_has_something_to_show(name):
    march = replace(ALL, as_of=D("2024-03-31"))
    seen = [_asked(name, scope) for scope in (ALL, march)]
    assert any(s[0] if isinstance(s, tuple) else len(s) for s in seen)


@pytest.mark.parametrize("name", sorted(OF_THE_BOOK))
def test_reports_of_the_book_itself_need_no_rights(name):
    function = getattr(reports, name)
    asked = {k: v for k, v in ARGUMENTS.items() if k in inspect.signature(function).parameters}
    nobody = replace(NOTHING, as_of=AS_OF)
    assert function(nobody, **asked).equals(function(ALL, **asked))


def test_a_loan_of_another_branch_is_not_there():
    assert len(reports.loan_header(ALL, "L006")) == 1
    other = reports.loan_header(ALL, "L006")["branch"].item()
    assert other == "South"
    for function in (
        reports.loan_header,
        reports.loan_instalments,
        reports.loan_payments,
        reports.loan_history,
        reports.loan_timeline,
        reports.loan_material_days,
    ):
        assert function(NORTH, "L006").empty


def test_personal_data_is_masked_everywhere_but_in_the_one_report_for_it():
    header = reports.borrower_header(ALL, "B003").iloc[0]
    assert (header["name"], header["id_number"], header["phone"]) == (
        "王**",
        "320***********0003",
        "138****0003",
    )
    clear = reports.personal(ALL, "B003").iloc[0]
    assert (clear["name"], clear["phone"]) == ("王小3", "13800000003")
    assert reports.loan_header(ALL, "L006")["borrower_name"].item() == "王**"
    branches = set(reports.borrower_loans(ALL, "B003")["branch"])
    outside = Scope(tuple({"North", "South"} - branches), PRODUCTS, AS_OF)
    assert reports.personal(outside, "B003").empty
    assert reports.borrower_header(outside, "B003").empty


def test_clear_personal_data_is_kept_in_no_cache(monkeypatch):
    monkeypatch.setattr(warehouse, "_frame", lambda *asked: pytest.fail("kept"))
    assert reports.personal(ALL, "B003")["phone"].tolist() == ["13800000003"]


@pytest.mark.parametrize("name", sorted(each for each in SCOPED if each.endswith("_start")))
@pytest.mark.parametrize("limit", [1, 1000])
def test_the_start_of_a_list_is_its_first_page_and_its_total(name, limit):
    asked = inspect.signature(SCOPED[name]).parameters
    told = {k: v for k, v in ARGUMENTS.items() if k in asked}
    frame, number, amount = SCOPED[name](ALL, limit=limit, **told)
    whole = name.removesuffix("_start")
    pd.testing.assert_frame_equal(frame, SCOPED[whole](ALL, limit=limit, **told))
    counted = {k: v for k, v in told.items() if k != "order"}
    assert (number, amount) == SCOPED[f"{whole}_total"](ALL, **counted)
    start, *nothing = SCOPED[name](NOTHING, limit=limit, **told)
    assert start.empty and nothing == [0, 0]


# --- Lists ---


@pytest.mark.parametrize(
    "listed",
    [
        reports.watchlist,
        lambda scope, **more: reports.workload_cases(scope, "all", **more),
        lambda scope, **more: reports.findings_list(scope, "all", **more),
        reports.exceptions_list,
        lambda scope, **more: reports.newly_late(replace(scope, as_of=D("2024-02-29")), **more),
    ],
    ids=["watchlist", "cases", "findings", "exceptions", "newly late"],
)
def test_pages_of_a_list_give_every_row_once_in_its_order(listed):
    whole = listed(ALL, limit=1000)
    key = "exception_id" if "exception_id" in whole else whole.columns[0]
    seen: list[str] = []
    while len(page := listed(ALL, after=seen[-1] if seen else None, limit=3)):
        seen += page[key].tolist()
    assert seen == whole[key].tolist()
    assert len(set(seen)) == len(seen) > 6


def test_a_key_that_is_gone_begins_at_the_first_page():
    first = reports.watchlist(ALL, limit=3)
    assert reports.watchlist(ALL, after="no such loan", limit=3).equals(first)


def test_the_watchlist_is_worst_first_and_says_why():
    frame = reports.watchlist(ALL, limit=1000)
    order = list(zip(-frame["classification"], -frame["days_past_due"], strict=True))
    assert order == sorted(order)
    why = dict(zip(frame["loan_id"], frame["reasons"].str.split(","), strict=True))
    assert "restructured" in why["L008"]
    assert why["L001"] == ["signals"]
    assert all(reasons != [""] for reasons in why.values())
    assert not set(why) & {"L003", "L013", "L023"}, "they left the book"
    february = reports.watchlist(replace(ALL, as_of=D("2024-02-29")), limit=1000)
    assert "newly_late,class_worse,special_mention" in set(february["reasons"])
    assert "late,special_mention" in set(february["reasons"])


@pytest.mark.parametrize(
    "filters",
    [
        {"buckets": ("91-180",)},
        {"classes": (2, 3)},
        {"min_balance": 20_000},
        {"reason": "signals"},
        {"text": "L00"},
        {"text": "B004"},
        {"buckets": ("181-360",), "classes": (4,), "min_balance": 30_000},
    ],
)
def test_the_watchlist_is_filtered_and_its_total_re_adds(filters):
    whole, found = reports.watchlist(ALL, limit=1000), reports.watchlist(ALL, limit=1000, **filters)
    keep = pd.Series(True, index=whole.index)
    if "buckets" in filters:
        keep &= whole["bucket"].isin(filters["buckets"])
    if "classes" in filters:
        keep &= whole["classification"].isin(filters["classes"])
    keep &= whole["balance"] >= filters.get("min_balance", 0)
    if "reason" in filters:
        keep &= whole["reasons"].str.split(",").map(lambda reasons: filters["reason"] in reasons)
    text = filters.get("text", "")
    keep &= whole["loan_id"].str.startswith(text) | whole["borrower_id"].str.startswith(text)
    assert found["loan_id"].tolist() == whole.loc[keep, "loan_id"].tolist() != []
    count, balance = reports.watchlist_total(ALL, **filters)
    assert (count, float(balance)) == (len(found), found["balance"].sum())


def test_a_number_is_found_by_its_beginning_and_exactly_first():
    assert reports.search(ALL, " L01 ")["id"].tolist() == [f"L01{n}" for n in range(10)]
    assert reports.search(ALL, "L010").iloc[0]["id"] == "L010"
    assert reports.search(ALL, "B003")["kind"].tolist() == ["borrower"]
    assert len(reports.search(ALL, "L", limit=5)) == 5
    assert reports.search(ALL, "%").empty
    assert set(reports.search(NORTH, "L", limit=100)["branch"]) == {"North"}


def test_newly_late_loans_re_add_to_their_figure():
    scope = replace(ALL, as_of=D("2024-02-29"))
    frame = reports.newly_late(scope, limit=1000)
    assert (Decimal(str(frame["balance"].sum())), len(frame)) == rows_total(scope, NEWLY_LATE)
    assert set(frame["opening_bucket"].dropna()) == {"current"}


# --- Ageing and its dynamics ---


# (loan, opening balance, days, closing balance, days, status); each of 15, 45, 75, 100 is a bucket.
W10 = (
    ("C1", 100, 0, 95, 0, "active"),
    ("C2", 200, 0, 190, 0, "active"),
    ("C3", 150, 0, 150, 15, "active"),
    ("C4", 50, 0, 0, 0, "closed"),
    ("D1", 80, 15, 75, 0, "active"),
    ("D2", 120, 15, 120, 45, "active"),
    ("D3", 100, 15, 95, 20, "active"),
    ("E1", 60, 45, 60, 75, "active"),
    ("E2", 40, 45, 40, 50, "active"),
    ("F1", 50, 75, 50, 105, "active"),
    ("G1", 70, 100, 0, 130, "written_off"),
    ("G2", 30, 100, 30, 130, "active"),
)


def w10() -> Book:
    book = Book().borrower()
    for loan_id, opening, days_before, closing, days, status in W10:
        book.loan(loan_id, principal=opening, disbursed_on="2024-01-15")
        book.recorded(loan_id, "2024-01-31", opening, days_past_due=days_before)
        book.recorded(loan_id, "2024-02-29", closing, days_past_due=days, status=status)
    book.loan("N1", principal=300, disbursed_on="2024-02-10").recorded("N1", "2024-02-29", 300)
    return book


def test_w10_roll_rates_by_count_and_by_opening_balance(serving):
    rolled = reports.roll_rates(serving(w10(), "2024-02-29"))
    cells = {
        (row.from_bucket, row.to_state): (row.share_loans, row.share_balance)
        for row in rolled.itertuples()
    }
    expected = {
        ("current", "current"): (0.5, 0.6),
        ("current", "1-30"): (0.25, 0.3),
        ("current", "closed"): (0.25, 0.1),
        ("1-30", "current"): (1 / 3, 80 / 300),
        ("1-30", "1-30"): (1 / 3, 100 / 300),
        ("1-30", "31-60"): (1 / 3, 0.4),
        ("31-60", "31-60"): (0.5, 0.4),
        ("31-60", "61-90"): (0.5, 0.6),
        ("61-90", "91-180"): (1, 1),
        ("91-180", "91-180"): (0.5, 0.3),
        ("91-180", "written_off"): (0.5, 0.7),
    }
    assert set(cells) == set(expected)
    for cell, shares in expected.items():
        assert cells[cell] == pytest.approx(shares), cell
    sums = rolled.groupby("from_bucket")[["share_loans", "share_balance"]].sum()
    assert sums.to_numpy().ravel().tolist() == pytest.approx([1.0] * 10)
    assert rolled["closing_balance"].sum() == sum(row[3] for row in W10)


def test_w10_net_flow_counts_new_loans_and_the_last_bucket_by_inflow(serving):
    scope = serving(w10(), "2024-02-29")
    flows = reports.net_flows(scope).set_index("bucket")
    assert flows["opening_below"].head(4).tolist() == [500, 300, 100, 50]
    assert flows["net_flow_rate"].head(4).tolist() == pytest.approx([0.49, 160 / 300, 0.60, 1.0])
    assert flows["net_flow_rate"].head(4).prod() == pytest.approx(0.1568)
    closing = measure(scope, BALANCE, by="bucket").dropna(subset=["bucket"])["balance"]
    assert closing.tolist() == [660, 245, 160, 60, 80]


def test_the_roll_matrix_that_the_demo_book_was_drawn_from_comes_back(demo_warehouse, monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(demo_warehouse))
    branches = tuple(ask("select value from book_dimensions() where kind = 'branch'", ALL)["value"])
    before_the_story = month_ends()[1 : DEMO_MONTHS - STORY_MONTHS]
    tried = 0
    for product, matrix in ROLL_MATRICES.items():
        scopes = [Scope(branches, (product,), day) for day in before_the_story]
        loans = pd.concat(reports.roll_rates(scope) for scope in scopes)
        moved = loans.groupby(["from_bucket", "to_state"])["loans"].sum()
        for place, (was, worse) in enumerate(pairwise(("current", "1-30", "31-60"))):
            chance = matrix[place][place + 1]
            opened = loans.loc[loans["from_bucket"] == was, "loans"].sum()
            tried += opened
            expected, spread = chance * opened, (chance * (1 - chance) * opened) ** 0.5
            seen = moved.get((was, worse), 0)
            assert abs(seen - expected) <= 4 * spread + 1, (product, was, seen, expected)
    assert tried > 2000


# (loan, opening, class, closing, class, status)
W11 = (
    ("A", 500, 1, 450, 1, "active"),
    ("B", 300, 1, 300, 2, "active"),
    ("C", 200, 1, 180, 3, "active"),
    ("D", 100, 1, 0, 1, "closed"),
    ("E", 80, 2, 70, 1, "active"),
    ("F", 60, 2, 60, 3, "active"),
    ("G", 40, 2, 0, 2, "written_off"),
    ("H", 50, 3, 50, 4, "active"),
    ("I", 30, 3, 25, 3, "active"),
    ("J", 20, 4, 20, 5, "active"),
)


def w11() -> Book:
    book = Book().borrower()
    for loan_id, opening, was, closing, became, status in W11:
        book.loan(loan_id, principal=opening, disbursed_on="2023-12-15")
        book.recorded(loan_id, "2023-12-31", opening, classification=was)
        book.recorded(loan_id, "2024-01-31", closing, classification=became, status=status)
    book.loan("N", principal=150, disbursed_on="2024-01-10")
    return book.recorded("N", "2024-01-31", 150, classification=1)


def test_w11_migration_rates_in_the_official_form(serving):
    frame = reports.migration_rates(serving(w11(), "2024-01-31"), 1).set_index("rate_id")
    assert frame["rate"].to_dict() == pytest.approx(
        {
            "mig_performing": 240 / 1060,
            "mig_normal": 480 / 930,
            "mig_sm": 60 / 130,
            "mig_sub": 50 / 75,
            "mig_doubtful": 1.0,
        }
    )
    normal = frame.loc["mig_normal", ["opening_balance", "reduction", "down"]]
    assert list(normal) == [1100, 170, 480]
    # What was written off is added back: (60 + 40) / (130 + 40).
    assert frame.loc["mig_sm", "rate_adjusted"] == pytest.approx(100 / 170)
    normal = frame.loc[["mig_normal"]]
    assert normal["rate_adjusted"].item() == normal["rate"].item()


def test_migration_needs_an_opening(serving):
    assert reports.migration_rates(serving(w11(), "2024-01-31"), 12).empty


# --- One loan ---


def test_w3_days_past_due_by_the_materiality_rule(serving):
    book = Book().borrower()
    book.loan("L1", principal=20_000, disbursed_on="2024-01-10", repayment_method="interest_only")
    book.instalments(
        "L1", ("2024-02-10", 0, 150), ("2024-03-14", 0, 100), ("2025-01-10", 20_000, 0)
    )
    days = reports.loan_material_days(serving(book, "2024-06-30"), "L1")
    by_day = days.set_index("eod_date")
    on = ["2024-03-14", "2024-03-15", "2024-06-12", "2024-06-13"]
    assert [by_day.loc[day, "dpd_material"] for day in on] == [0, 1, 90, 91]
    assert [by_day.loc[day, "share"] for day in on[:2]] == pytest.approx([0.0075, 0.0125])


def test_the_materiality_counter_starts_again_after_a_payment(serving):
    book = Book().borrower()
    book.loan("L1", principal=1000, disbursed_on="2024-01-01")
    book.instalments("L1", ("2024-02-01", 500, 0), ("2024-03-01", 500, 0))
    book.pay("L1", "2024-02-20", 450)
    days = reports.loan_material_days(serving(book, "2024-03-31"), "L1").set_index("eod_date")
    assert days.loc["2024-02-19", "dpd_material"] == 18
    assert list(days.loc["2024-02-20", ["past_due", "dpd_material"]]) == [50, 0]
    assert days.loc["2024-03-02", "dpd_material"] == 1


def test_instalments_say_how_each_was_met():
    states = reports.loan_instalments(ALL, "L004").set_index("seq")["state"]
    assert states[[1, 9, 10, 24]].tolist() == ["paid", "paid", "unpaid", "not_due"]
    late = reports.loan_instalments(ALL, "L001").iloc[0]
    assert (late["state"], late["days_late"]) == ("paid_late", 20)


def test_payments_show_the_reversal_and_what_is_left_of_it():
    frame = reports.loan_payments(ALL, "L006").set_index("repayment_id")
    assert list(frame.loc["X1", ["reverses", "net_amount"]]) == ["RL00601", 0]
    assert frame.loc["RL00601", "net_amount"] == 0
    assert frame["amount"].sum() == frame["net_amount"].sum() == frame["paid_in_all"].max()


def test_history_marks_where_the_record_disagrees():
    frame = reports.loan_history(ALL, "L004").set_index("month_end")
    last = frame.loc["2024-12-31"]
    assert (last["dpd_recorded"], last["days_past_due"], last["disagrees"]) == (0, 174, True)
    assert not frame["disagrees"].iloc[:-1].any()
    assert reports.loan_history(replace(ALL, as_of=D("2024-06-30")), "L004")["month_end"].max() == (
        pd.Timestamp("2024-06-30")
    )


def test_the_time_line_of_a_loan_that_was_written_off():
    frame = reports.loan_timeline(ALL, "L003")
    assert frame["happened_on"].is_monotonic_decreasing
    kinds = frame["kind"].value_counts()
    assert kinds["payment"] == 3
    # Due dates of April to November 2024; later ones fell due after the loan had left the book.
    assert kinds["missed_due_date"] == 8
    assert kinds[["disbursed", "written_off", "recovered", "class_worse"]].tolist() == [1, 1, 1, 2]
    assert {"case_opened", "finding_issued"} <= set(kinds.index)
    earlier = reports.loan_timeline(replace(ALL, as_of=D("2024-11-19")), "L003")
    assert "written_off" not in set(earlier["kind"])


def test_the_time_line_tells_of_a_restructuring_and_a_reversal():
    assert "restructured" in set(reports.loan_timeline(ALL, "L008")["kind"])
    reversal = reports.loan_timeline(ALL, "L006").query("kind == 'reversal'").iloc[0]
    assert (reversal["reference"], reversal["note"]) == ("X1", "RL00601")
    assert {"signal_raised", "signal_cleared"} <= set(reports.loan_timeline(ALL, "L010")["kind"])


# --- Departments and audit ---


def test_departments_agree_with_the_figures():
    frame = reports.workload_by_department(ALL).set_index("department_id")
    for name, column in (("backlog", "backlog"), ("inflow", "opened"), ("case_age", "case_age"),
                         ("sla_breach_rate_due", "sla_breach_rate_due")):  # fmt: skip
        cut = measure(ALL, METRICS[name], by="department_id").set_index("department_id")[name]
        assert frame[column].fillna(-1).to_dict() == pytest.approx(cut.fillna(-1).to_dict())
    before = measure(replace(ALL, as_of=D("2024-11-30")), METRICS["backlog"])
    assert frame["backlog_before"].sum() == before["backlog"].item()
    came, went = frame["opened"] + frame["received"], frame["closed"] + frame["handed_on"]
    balanced = frame["backlog_before"] + came - went
    assert balanced.to_dict() == frame["backlog"].to_dict()


@pytest.mark.parametrize(
    ("state", "metric"), [("open", "backlog"), ("late", "overdue_open"), ("closed", "outflow")]
)
def test_lists_of_cases_are_as_long_as_their_figures(state, metric):
    listed = reports.workload_cases(ALL, state, limit=1000)
    assert len(listed) == rows_total(ALL, METRICS[metric])[1]
    one = reports.workload_cases(ALL, state, department_id="D1", case_type="call", limit=1000)
    assert set(one["department_id"]) <= {"D1"}


def test_cases_handed_from_one_department_to_another():
    frame = reports.handoffs(ALL)
    row = frame.iloc[0].to_dict()
    assert len(frame) == 1
    cases = ask(
        "select case_id from scoped_cases($branches, $products) "
        "where opened_by_department_id = 'D1' and starts_with(case_id, 'K')",
        ALL,
    )
    assert (row["from_id"], row["to_id"], row["handed_over"]) == ("D1", "D3", len(cases))
    assert (row["accepted"], row["returned"], row["open"]) == (len(cases) - 1, 0, 1)
    assert reports.waiting_for_us(ALL, "D3")["case_id"].tolist() == ["K057"]


@pytest.mark.parametrize(
    ("state", "metric"), [("open", "open_findings"), ("overdue", "overdue_findings")]
)
def test_lists_of_findings_are_as_long_as_their_figures(state, metric):
    assert len(reports.findings_list(ALL, state, limit=1000)) == rows_total(ALL, METRICS[metric])[1]


def test_a_finding_leads_to_its_actions_and_its_loans():
    (finding,) = reports.finding_detail(ALL, "F02").itertuples()
    assert (finding.is_open, finding.is_overdue) == (True, True)
    assert reports.finding_actions(ALL, "F02")["is_late"].tolist() == [True]
    loans = reports.finding_loans(ALL, "F02")
    assert (len(loans), loans["balance"].sum()) == (finding.loan_count, finding.exposure)
    assert reports.finding_detail(NORTH, "F02").empty
    assert reports.finding_loans(NORTH, "F02").empty


def test_exceptions_are_counted_as_they_are_listed():
    summary = reports.audit_tests(ALL).set_index("test_id")["exceptions"].dropna()
    assert summary[["T01_balance", "T01_dpd", "T02_class"]].tolist() == [2, 2, 1]
    for test_id, count in summary.items():
        assert len(reports.exceptions_list(ALL, str(test_id), limit=5000)) == count
    (wrong,) = reports.exceptions_list(ALL, "T02_class").itertuples()
    assert (wrong.loan_id, wrong.recorded, wrong.recomputed) == ("L004", 1, 3)


# --- The data itself ---


def test_parameters_say_which_hold_on_the_day():
    frame = reports.parameters_list(ALL)
    assert frame.loc[
        frame["param_id"] == "npl_dpd", ["value", "is_in_force"]
    ].to_numpy().tolist() == [["90", True]]


def test_the_choices_are_those_of_the_book():
    choices = reports.scope_choices()
    assert choices.groupby("kind")["value"].apply(list).to_dict() == {
        "branch": ["North", "South"],
        "product": ["consumer", "housing"],
    }
