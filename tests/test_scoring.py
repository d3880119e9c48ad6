"""The learned score: known then and never later, split, the same twice, and honest when small."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from data import score_features, scoring
from data.score_features import FEATURES, Rows
from tests import score_book
from tests.book import Book
from ui.names import LABELS

ROOT = Path(__file__).resolve().parent.parent
FEATURE_NAMES = ", ".join(each.name for each in FEATURES)


# --- Features: what was known that day ---


def dues(first: int = 2021, years: int = 5) -> list[tuple]:
    return [(f"{y}-{m:02}-15", 10, 1) for y in range(first, first + years) for m in range(1, 13)]


def paying(book: Book, loan_id: str, until: str, borrower_id: str = "B1") -> Book:
    """A loan over five years that pays every instalment on its day, up to a date."""
    book.loan(
        loan_id,
        borrower_id=borrower_id,
        principal=600,
        disbursed_on="2020-12-20",
        matures_on="2025-12-15",
        term_months=60,
    )
    book.instalments(loan_id, *dues())
    for due_on, *_ in dues():
        if due_on <= until:
            book.pay(loan_id, due_on, 11)
    return book


def last_day(year: int, month: int) -> date:
    return date(year, month + 1, 1) - timedelta(days=1)


def train(book: Book) -> None:
    """Learn from a built book, as a load does."""
    read = ("intermediate/model_months", "intermediate/model_features")
    scoring.train(book.made(*read, *(f"marts/model_{each}" for each in score_book.MODELS)))


def three_years() -> Book:
    """GOOD always pays, STOPS pays until June 2023; one borrower each, and TWIN is of GOOD's."""
    book = Book().borrower("B1").borrower("B2")
    paying(book, "GOOD", "2024-12-31")
    paying(book, "TWIN", "2024-12-31")
    paying(book, "STOPS", "2023-06-30", "B2")
    return book


def features(book: Book, until: str) -> list[tuple]:
    return book.rows(
        f"select loan_id, month_end, {FEATURE_NAMES} from intermediate.model_features"
        " where month_end <= ? order by all",
        date.fromisoformat(until),
    )


@pytest.fixture(scope="module")
def everything_kept() -> Callable[[Book], Book]:
    """Features of all months: what is trained, tested and watched differs with the last month."""
    text = (score_book.QUERIES / "intermediate" / "model_features.sql").read_text("utf-8")
    assert "where is_training or is_test or is_watched or is_last" in text
    whole = text.replace("where is_training or is_test or is_watched or is_last", "")

    def keep(book: Book) -> Book:
        book.rows(f"create or replace table intermediate.model_features as {whole}")
        return book

    return keep


@pytest.fixture(scope="module")
def three_years_kept(everything_kept) -> Book:
    """The book as it is without any further fact, for tests that only read."""
    return everything_kept(three_years().build("2024-12-31"))


@pytest.mark.parametrize("fact", ["late", "late_twin", "written_off", "restructured", "paid"])
def test_a_fact_of_the_future_changes_no_feature_of_the_past(
    everything_kept, three_years_kept, fact
):
    before = three_years_kept
    book = three_years()
    if fact == "late":
        paid = book.rows("select repayment_id from raw.repayments where paid_on = '2024-09-15'")
        for place, (number,) in enumerate(paid):
            row = {"repayment_id": f"X{place}", "loan_id": "GOOD", "paid_on": "2024-10-01"}
            if book.rows(
                "select 1 from raw.repayments where repayment_id = ? and loan_id = 'GOOD'", number
            ):
                book.add("repayments", **row, amount=-11, reverses=number)
    elif fact == "late_twin":
        book.connection.execute(
            "delete from raw.repayments where loan_id = 'TWIN' and paid_on > '2024-08-31'"
        )
    elif fact == "written_off":
        book.add(
            "write_offs",
            write_off_id="W1",
            loan_id="GOOD",
            written_off_on="2024-10-10",
            amount=300,
            kind="write_off",
        )
    elif fact == "restructured":
        book.add(
            "restructures",
            restructure_id="R1",
            loan_id="GOOD",
            restructured_on="2024-10-10",
            kind="extension",
        )
    else:
        book.pay("GOOD", "2024-10-10", 150)
    after = everything_kept(book.build("2024-12-31"))
    assert features(after, "2024-08-31") == features(before, "2024-08-31")
    assert features(after, "2024-12-31") != features(before, "2024-12-31")


def test_a_payment_that_was_not_booked_yet_is_in_no_feature(everything_kept):
    """As if it had never been paid, until the month in which it was booked; then as ever."""
    paid, booked = "2024-06-15", "2024-10-02 09:00:00"
    late, never, ever = three_years(), three_years(), three_years()
    late.connection.execute(
        "update raw.repayments set booked_at = ? where loan_id = 'GOOD' and paid_on = ?",
        [booked, paid],
    )
    never.connection.execute(
        "delete from raw.repayments where loan_id = 'GOOD' and paid_on = ?", [paid]
    )
    late, never, ever = (everything_kept(b.build("2024-12-31")) for b in (late, never, ever))
    assert features(late, "2024-09-30") == features(never, "2024-09-30")
    assert features(late, "2024-09-30") != features(ever, "2024-09-30")
    later = [row for row in features(late, "2024-12-31") if row[1] > date(2024, 9, 30)]
    assert later == [row for row in features(ever, "2024-12-31") if row[1] > date(2024, 9, 30)]


def test_the_features_of_a_loan_that_stopped_paying(three_years_kept):
    names = (
        *("days_past_due", "worst_3m", "worst_12m", "months_late_6", "days_rise_3m"),
        *("paid_share_3m", "instalments_past_due", "months_on_book", "remaining_months"),
        *("balance", "balance_to_principal", "other_loans", "other_late_loans"),
    )
    row = three_years_kept.one(
        f"select {', '.join(names)} from intermediate.model_features"
        " where loan_id = 'STOPS' and month_end = '2023-09-30'"
    )
    # Due on 15 July, August and September and not paid; paid until June: 30 of 60 instalments.
    assert [float(each) for each in row] == [77, 77, 77, 3, 77, 0, 3, 33, 27, 300, 0.5, 0, 0]


def test_a_late_loan_is_known_to_the_other_loans_of_its_borrower(everything_kept):
    book = three_years()
    book.connection.execute(
        "delete from raw.repayments where loan_id = 'TWIN' and paid_on > '2024-08-31'"
    )
    everything_kept(book.build("2024-12-31"))
    sql = (
        "select other_loans, other_late_loans from intermediate.model_features"
        " where loan_id = ? and month_end = ?"
    )
    assert book.one(sql, "GOOD", date(2024, 8, 31)) == (1, 0)
    assert book.one(sql, "GOOD", date(2024, 9, 30)) == (1, 1)
    assert book.one(sql, "TWIN", date(2024, 9, 30)) == (1, 0)


def test_the_account_is_known_from_its_month_on_and_calm_is_no_gap(everything_kept):
    book = three_years()
    for month in range(1, 11):
        book.add(
            "account_months",
            borrower_id="B1",
            month_end=str(last_day(2024, month)),
            inflow=40 if month == 10 else 100,
            balance_before_due=5 if month == 10 else 50,
            instalments_due=11,
            credit_limit=1000,
            drawn=970,
            over_limit_days=2 if month == 10 else 0,
        )
    everything_kept(book.build("2024-12-31"))
    names = "inflow_change, least_utilisation_3m, over_limit_days, account_shortfall"
    found = {
        (loan, str(day)): tuple(facts)
        for loan, day, *facts in book.rows(
            f"select loan_id, month_end, {names} from intermediate.model_features"
        )
    }
    unknown = (None, None, None, None)
    assert found["GOOD", "2023-12-31"] == found["STOPS", "2023-05-31"] == unknown
    assert found["GOOD", "2024-02-29"] == (0, 0, 0, 0)
    assert found["GOOD", "2024-09-30"] == found["TWIN", "2024-09-30"] == (0, 0.97, 0, 0)
    assert found["GOOD", "2024-10-31"] == (pytest.approx(-0.6), 0.97, 2, 6)
    assert found["GOOD", "2024-11-30"] == unknown


def test_the_label_is_a_first_default_within_twelve_months(three_years_kept):
    rows = three_years_kept.rows(
        "select month_end, is_default from intermediate.model_features"
        " where loan_id = 'STOPS' order by month_end"
    )
    told = dict(rows)
    # Unpaid since 15 July 2023: over 90 days at the end of October, and out of the book's sample.
    assert max(told) == date(2023, 9, 30)
    assert told[date(2022, 9, 30)] is False
    assert told[date(2022, 10, 31)] is True
    assert told[date(2023, 9, 30)] is True


def test_a_month_whose_twelve_months_are_not_over_has_no_label(three_years_kept):
    rows = three_years_kept.rows(
        "select month_end, is_default from intermediate.model_features where loan_id = 'GOOD'"
    )
    assert {day for day, label in rows if label is None} == {
        day for day, _ in rows if day > date(2023, 12, 31)
    }


# --- The split ---


def test_labels_of_training_were_known_before_the_first_tested_month():
    book = three_years().build("2024-12-31")
    (trained_to, first_tested, last_tested, tested) = book.one(
        "select max(month_end) filter (where is_training), min(month_end) filter (where is_test),"
        " max(month_end) filter (where is_test), count(*) filter (where is_test)"
        " from intermediate.model_months"
    )
    assert (trained_to, first_tested) == (date(2022, 7, 31), date(2023, 7, 31))
    assert (last_tested, tested) == (date(2023, 12, 31), 6)


def test_a_borrower_is_trained_on_or_tested_on_never_both():
    book = Book()
    for place in range(60):
        book.borrower(f"B{place}")
        paying(book, f"L{place}", "2024-12-31", f"B{place}")
    book.build("2024-12-31")
    both = book.rows(
        "select borrower_id from intermediate.model_features group by borrower_id"
        " having bool_or(is_training) and bool_or(is_test)"
    )
    assert not both
    trained, tested = book.one(
        "select count(distinct borrower_id) filter (where is_training),"
        " count(distinct borrower_id) filter (where is_test) from intermediate.model_features"
    )
    assert trained + tested == 60
    assert 5 < tested < 30


# --- Learning ---


@pytest.fixture(scope="module")
def learned() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    score_book.empty(connection)
    scoring.train(connection)
    return connection


def stored(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple]]:
    return {
        each: connection.execute(f"from marts.model_{each} order by all").fetchall()
        for each in score_book.MODELS
    }


def test_the_same_book_gives_the_same_figures_weights_and_scores(learned):
    again = duckdb.connect()
    score_book.empty(again)
    scoring.train(again)
    assert repr(stored(again)) == repr(stored(learned))


def test_the_card_tells_windows_rows_library_and_figures(learned):
    sql = "select * from marts.model_cards where reading = 'logistic'"
    (card,) = learned.execute(sql).df().to_dict("records")
    assert card["state"] == "fitted"
    assert (card["training_rows"], card["test_rows"]) == (4000, 2000)
    assert card["trained_to"].date() == date(2022, 7, 31)
    assert re.fullmatch(r"scikit-learn \d+\.\d+\.\d+", card["library"])
    assert card["features"] == len(FEATURES)
    versions = learned.execute("select version from marts.model_cards").fetchall()
    assert len(set(versions)) == len(versions)
    assert all(re.fullmatch("[0-9a-f]{12}", version) for (version,) in versions)
    assert 0.6 < card["auc"] < 1 and 0 < card["ks"] < 1 and 0 < card["brier"] < 0.25


def test_what_also_knows_the_rate_beats_days_past_due_alone(learned):
    told = learned.execute(
        "select reading, auc, benchmark, verdict from marts.model_cards order by reading"
    ).fetchall()
    by_name = {name: (auc, against, verdict) for name, auc, against, verdict in told}
    assert set(by_name) == {"logistic", "boosting", "days_past_due"}
    assert by_name["logistic"][1] == "days_past_due"
    assert by_name["logistic"][0] > by_name["days_past_due"][0]
    assert by_name["logistic"][2] != "worse"


def test_calibration_and_scores_are_of_the_same_rows(learned):
    for reading in ("logistic", "boosting"):
        bands = learned.execute(
            "select band, rows, defaults from marts.model_calibration where reading = ? order by 1",
            [reading],
        ).fetchall()
        scores = learned.execute(
            "select band, count(*), count(*) filter (where is_default) from marts.model_scores"
            " where is_test and reading = ? group by 1 order by 1",
            [reading],
        ).fetchall()
        assert bands == scores
        assert sum(rows for _, rows, _ in bands) == 2000


def test_a_probability_is_the_intercept_and_what_each_term_adds(learned):
    """The stored weights alone give the stored score: coefficient times standardised value."""
    terms = learned.execute(
        "select feature, level, mean, deviation, coefficient from marts.model_terms"
        " where reading = 'logistic' order by place"
    ).fetchall()
    (base,) = learned.execute(
        "select intercept from marts.model_cards where reading = 'logistic'"
    ).fetchall()[0]
    loan_id, pd, reasons, parts = learned.execute(
        "select loan_id, pd, reasons, parts from marts.model_scores"
        " where reading = 'logistic' order by pd desc, loan_id limit 1"
    ).fetchall()[0]
    rows = score_features.read(learned, f"loan_id = '{loan_id}'")
    added: dict[str, float] = {}
    for feature, level, mean, deviation, coefficient in terms:
        part = coefficient * (_value(rows, feature, level, mean) - mean) / deviation
        added[feature] = added.get(feature, 0) + part
    assert 1 / (1 + np.exp(-(base + sum(added.values())))) == pytest.approx(pd)
    most = sorted(added, key=lambda each: -added[each])[:3]
    assert reasons == most
    assert parts == pytest.approx([added[each] for each in most])


def test_the_stored_trees_alone_give_the_stored_probability(learned):
    trees: dict[int, dict[int, tuple]] = {}
    for tree, node, *told in learned.execute(
        "select tree, node, place, threshold, is_missing_left, left_node, right_node, value"
        " from marts.model_nodes where reading = 'boosting'"
    ).fetchall():
        trees.setdefault(tree, {})[node] = tuple(told)
    (base,) = learned.execute(
        "select intercept from marts.model_cards where reading = 'boosting'"
    ).fetchall()[0]
    terms = learned.execute(
        "select feature, level from marts.model_terms where reading = 'boosting' order by place"
    ).fetchall()
    scores = learned.execute(
        "select loan_id, pd from marts.model_scores where reading = 'boosting' and is_test"
        " order by hash(loan_id), loan_id limit 20"
    ).fetchall()
    assert len(trees) == 80 and len({pd for _, pd in scores}) > 3
    for loan_id, pd in scores:
        rows = score_features.read(learned, f"loan_id = '{loan_id}' and is_test")
        values = [_number(rows, feature, level) for feature, level in terms]
        odds = base + sum(_leaf(nodes, values) for nodes in trees.values())
        assert 1 / (1 + np.exp(-odds)) == pytest.approx(pd)


def test_stored_trees_send_what_is_missing_where_the_model_sends_it():
    from sklearn.ensemble import HistGradientBoostingClassifier

    draw = np.random.default_rng(7)
    rows = draw.normal(size=(600, 2))
    rows[draw.random(600) < 0.3, 0] = np.nan
    bad = np.isnan(rows[:, 0]) ^ (rows[:, 1] > 0.8)
    model = HistGradientBoostingClassifier(max_iter=5, max_leaf_nodes=5).fit(rows, bad)
    trees: dict[int, dict[int, tuple]] = {}
    names = ("place", "threshold", "is_missing_left", "left_node", "right_node", "value")
    for each in scoring._nodes(model):
        told = tuple(each.get(name) for name in names)
        trees.setdefault(each["tree"], {})[each["node"]] = told
    base = float(np.ravel(model._baseline_prediction)[0])
    walked = [base + sum(_leaf(nodes, list(row)) for nodes in trees.values()) for row in rows]
    assert walked == pytest.approx(model.decision_function(rows))


def _leaf(nodes: dict[int, tuple], values: list[float]) -> float:
    at = 0
    while True:
        place, threshold, is_missing_left, left, right, value = nodes[at]
        if value is not None:
            return value
        known = values[place]
        goes_left = is_missing_left if np.isnan(known) else known <= threshold
        at = left if goes_left else right


def _number(rows: Rows, feature: str, level: str | None) -> float:
    value = _value(rows, feature, level, np.nan)
    return float("nan") if value is None else value


def _value(rows: Rows, feature: str, level: str | None, mean: float) -> float:
    value = rows.values[feature][0]
    if level is not None:
        return float(value == level)
    if np.isnan(value):
        return mean
    kinds = {each.name: each.kind for each in FEATURES}
    return float(np.log1p(value)) if kinds[feature] == "long_tailed" else float(value)


def test_stability_compares_each_later_month_with_the_training_rows(learned):
    rows = learned.execute("select kind, subject, psi from marts.model_stability").fetchall()
    subjects = {subject for kind, subject, _ in rows if kind == "score"}
    assert subjects == {"logistic", "boosting"}
    # Drawn from the same urn: nothing has moved.
    assert all(psi < 0.1 for *_, psi in rows)


def test_only_figures_and_words_are_stored(learned):
    types = {
        row[0]
        for row in learned.execute(
            "select data_type from duckdb_columns() where table_name like 'model_%'"
            " and schema_name = 'marts'"
        ).fetchall()
    }
    assert not {each for each in types if "BLOB" in each}


def test_the_score_of_the_rules_is_the_benchmark_where_the_build_has_it(learned):
    connection = duckdb.connect()
    score_book.empty(connection)
    connection.execute(
        "create table marts.borrower_scores (borrower_id varchar, month_end date, score integer)"
    )
    scoring.train(connection)
    benchmarks = "select distinct benchmark from marts.model_cards where benchmark is not null"
    # An empty table is no rival.
    assert connection.execute(benchmarks).fetchall() == [("days_past_due",)]
    connection.execute(
        "insert into marts.borrower_scores select borrower_id, month_end, 90"
        " from intermediate.model_features where is_default"
    )
    for each in score_book.MODELS:
        connection.execute(f"delete from marts.model_{each}")
    scoring.train(connection)
    assert connection.execute(benchmarks).fetchall() == [("rule_score",)]
    told = dict(connection.execute("select reading, auc from marts.model_cards").fetchall())
    verdicts = connection.execute(
        "select verdict from marts.model_cards where benchmark is not null"
    ).fetchall()
    # These rules know the outcome: nobody beats them, and the card says so.
    assert told["rule_score"] == pytest.approx(1)
    assert set(verdicts) == {("worse",)}


# --- Too little to learn from ---


def test_a_young_book_has_a_card_that_says_so_and_no_score():
    book = Book().borrower("B1")
    paying(book, "GOOD", "2024-12-31")
    book.build("2021-12-31")
    train(book)
    assert book.one("select state, training_rows from marts.model_cards") == ("no_history", 0)
    assert book.one("select count(*) from marts.model_scores") == (0,)


def test_a_book_with_few_defaults_has_a_card_that_says_so():
    book = three_years().build("2024-12-31")
    train(book)
    state, tested, score = book.one("select state, tested_to, auc from marts.model_cards")
    assert (state, tested, score) == ("few_defaults", date(2023, 12, 31), None)


def test_a_book_that_nobody_could_test_says_so():
    connection = duckdb.connect()
    score_book.empty(connection)
    connection.execute("update intermediate.model_features set is_default = false where is_test")
    scoring.train(connection)
    sql = "select state, auc from marts.model_cards"
    assert connection.execute(sql).fetchall() == [("few_tested", None)]


def test_a_book_as_recorded_has_features_too():
    book = Book().borrower("B1").loan("ONE", matures_on="2026-01-31", term_months=36)
    for year in (2022, 2023, 2024):
        for month in range(1, 13):
            day = date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
            book.recorded("ONE", date.fromordinal(day).isoformat(), 1000, classification=1)
    book.build("2024-12-31")
    train(book)
    assert book.one("select count(*) from intermediate.model_features where is_last") == (1,)
    assert book.one("select state from marts.model_cards") == ("few_defaults",)


# --- The house ---


def test_the_app_does_not_load_the_library():
    code = (
        "import sys, json, app\n"
        "print(json.dumps([m for m in sys.modules if m.split('.')[0] in ('sklearn', 'scipy')]))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(found.stdout.splitlines()[-1]) == []


def test_only_one_module_imports_the_library():
    owners = [
        str(path.relative_to(ROOT))
        for layer in ("data", "queries", "ui", "pages")
        for path in (ROOT / layer).rglob("*.py")
        if re.search(r"^\s*(?:import|from) sklearn", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert owners == ["data/scoring.py"]


def test_every_feature_has_a_word():
    assert {each.name for each in FEATURES} <= set(LABELS["subject"])
