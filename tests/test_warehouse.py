"""The door to a build: which file is read, what a statement may do, when it is stopped."""

import re
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from queries import statements, warehouse
from queries.warehouse import (
    NOTHING,
    BuildOutdated,
    QueryTimedOut,
    Scope,
    WarehouseMissing,
    exact,
    run,
)
from tests.served import ALL, AS_OF, BRANCHES, PRODUCTS, small_warehouse

ENDLESS = "select count(*) from range(10000000) as a(i), range(10000000) as b(j) where i + j = -1"


@pytest.fixture(autouse=True)
def _small_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))


def _copy(folder: Path, name: str) -> Path:
    (built,) = warehouse.builds(small_warehouse())
    return Path(shutil.copy(built, folder / f"{name}.duckdb"))


def test_the_newest_finished_build_is_read(tmp_path, monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    older, newer = _copy(tmp_path, "20250101T000000Z"), _copy(tmp_path, "20250102T000000Z")
    for name in ("20260101T000000Z.duckdb.partial", ".20260101T000000Z.duckdb", "copy.duckdb"):
        (tmp_path / name).write_bytes(b"not a build")
    assert warehouse.builds() == (newer, older)
    assert warehouse.newest_build() == newer


def test_a_new_build_is_seen_and_an_older_one_stays_readable(tmp_path, monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    _copy(tmp_path, "20250101T000000Z")
    assert warehouse.freshness().build_id == "test"
    path = _copy(tmp_path, "20250102T000000Z")
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.metadata set build_id = 'newer'")
    assert warehouse.freshness().build_id == "newer"
    assert warehouse.freshness("20250101T000000Z").build_id == "test"


def test_without_a_build_the_caller_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(tmp_path / "none"))
    with pytest.raises(WarehouseMissing):
        run("select 1")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "20990101T000000Z", "."])
def test_only_builds_of_the_folder_are_opened(name):
    with pytest.raises(WarehouseMissing):
        run("select 1", build=name)


def test_an_empty_variable_means_the_folder_of_this_checkout(monkeypatch):
    monkeypatch.setenv("WAREHOUSE", "")
    assert warehouse.folder() == warehouse.ROOT / "data" / "warehouse"


def test_only_what_a_statement_declares_is_bound():
    assert run("select $a as a", a=1, unused=2)["a"].tolist() == [1]
    with pytest.raises(TypeError, match="b"):
        run("select $a + $b", a=1)
    with pytest.raises(ValueError, match="One statement"):
        run("select 1; select 2")


def test_a_value_is_never_read_as_sql():
    odd = "'; drop table marts.loans; --"
    assert run("select $text as text", text=odd)["text"].tolist() == [odd]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "install httpfs",
        "load httpfs",
        "set threads = 1",
        "create table marts.x as select 1 as a",
        "delete from marts.loans",
        "attach ':memory:' as other",
        "copy marts.loans to '/tmp/leak.csv'",
    ],
)
def test_a_statement_reads_the_build_and_nothing_else(sql):
    with pytest.raises(duckdb.Error):
        run(sql)


def test_exact_keeps_decimals_and_run_gives_floats():
    sql = "select cast('0.10' as decimal(18, 2)) + cast('0.20' as decimal(18, 2)) as amount"
    assert exact(sql) == [(Decimal("0.30"),)]
    assert run(sql)["amount"].dtype == "float64"


def test_what_is_cached_cannot_be_changed_by_a_reader():
    sql = "select 1 as a"
    frame = run(sql)
    frame.loc[0, "a"] = 99
    assert run(sql)["a"].tolist() == [1]


def test_the_same_question_is_asked_once(monkeypatch):
    sql, own = "select $given + 1 as answer", "select 41 + 1 as answer"
    assert run(sql, given=41)["answer"].tolist() == run(own)["answer"].tolist() == [42]
    monkeypatch.setattr(statements, "STATEMENT_SECONDS", 0)
    monkeypatch.setattr(warehouse, "_connection", lambda path: pytest.fail("asked again"))
    assert run(sql, given=41)["answer"].tolist() == [42]
    with pytest.raises(pytest.fail.Exception):
        run(sql, given=42)
    warehouse.forget()
    with pytest.raises(pytest.fail.Exception):
        run(sql, given=41)
    assert run(own)["answer"].tolist() == [42], "what binds no value is the build's own"


def test_values_that_read_alike_in_short_are_two_questions():
    long = np.arange(2000)
    other = long.copy()
    other[1000] = -1
    sql = "select list_sum($given) as answer"
    sums = [run(sql, given=each)["answer"].item() for each in (long, other)]
    assert sums == [long.sum(), other.sum()]


def test_what_a_build_of_another_version_lacks_is_named():
    with pytest.raises(BuildOutdated, match="months_of_tomorrow"):
        run("select 1 as a from marts.months_of_tomorrow")
    with pytest.raises(BuildOutdated, match="column_of_tomorrow"):
        run("select column_of_tomorrow from book_metadata()")


def test_a_statement_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(statements, "STATEMENT_SECONDS", 0.1)
    started = time.monotonic()
    with pytest.raises(QueryTimedOut):
        run(ENDLESS)
    assert time.monotonic() - started < 5
    assert run("select 1 as a")["a"].tolist() == [1]


def _started(work) -> tuple[threading.Thread, list[BaseException]]:
    """Run `work` in a thread, wait until its statement is at work, and collect what it raises."""
    raised: list[BaseException] = []

    def collect() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=collect)
    thread.start()
    deadline = time.monotonic() + 5
    while not statements._running and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    return thread, raised


def test_shutting_down_stops_what_runs():
    thread, raised = _started(lambda: run(ENDLESS + " and 1 = 1"))
    warehouse.interrupt_all()
    thread.join(5)
    assert not thread.is_alive()
    assert [type(error) for error in raised] == [QueryTimedOut]


def test_a_later_run_of_a_session_stops_its_earlier_question_and_no_other(monkeypatch):
    connection = warehouse._connection(str(warehouse.newest_build()))

    def ask() -> None:
        with statements.statement(connection, "ann") as cursor:
            cursor.execute(ENDLESS).fetchall()

    thread, raised = _started(ask)
    statements.stop_session("bob")
    time.sleep(0.1)
    assert thread.is_alive()
    statements.stop_session("ann")
    thread.join(5)
    assert [type(error) for error in raised] == [statements.Superseded]


def test_many_readers_at_once_get_their_own_answers():
    sql = "select $n as n, count(*) as loans from scoped_loans($branches, $products)"

    def ask(n: int) -> tuple[int, int]:
        row = run(sql, n=n, branches=BRANCHES, products=PRODUCTS).iloc[0]
        return int(row["n"]), int(row["loans"])

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(64))) == [(n, 40) for n in range(64)]


def _macros() -> list[str]:
    text = (warehouse.ROOT / "queries" / "scoped.sql").read_text(encoding="utf-8")
    return re.findall(r"macro (scoped_\w+)\(branches, products\) as table", text)


# Forty loans are too few to learn from, nobody calls or answers an alert, and neither the ledger,
# what payments settled, by component or as booked, nor penalty, nor refused rows are in that book:
# test_model_page.py, test_data_page.py, test_servicing.py, test_workload_answers.py and
# test_early_warning_page.py hold these to their scope.
UNLEARNED = {
    *("scoped_model_scores", "scoped_calls", "scoped_alert_answers", "scoped_rule_answers"),
    *("scoped_allocations", "scoped_ledger_months", "scoped_source_rows"),
    *("scoped_vertical_settlements", "scoped_penalty_steps"),
}


@pytest.mark.parametrize("macro", sorted(set(_macros()) - UNLEARNED))
def test_no_branch_or_no_product_means_no_row(macro):
    sql = f"select count(*) as n from {macro}($branches, $products)"
    assert exact(sql, branches=BRANCHES, products=PRODUCTS) != [(0,)], "nothing to hide"
    assert exact(sql, branches=(), products=PRODUCTS) == [(0,)]
    assert exact(sql, branches=BRANCHES, products=()) == [(0,)]
    assert exact(sql, branches=("Nowhere",), products=PRODUCTS) == [(0,)]


def test_named_borrowers_are_those_asked_for_and_in_scope():
    sql = "select name from scoped_named_borrowers($branches, $products, $numbers)"
    numbers = tuple(
        row[0]
        for row in exact(
            "select distinct borrower_id from scoped_loans($branches, $products)",
            branches=BRANCHES,
            products=PRODUCTS,
        )
    )
    assert len(exact(sql, branches=BRANCHES, products=PRODUCTS, numbers=numbers)) == len(numbers)
    assert len(exact(sql, branches=BRANCHES, products=PRODUCTS, numbers=numbers[:1])) == 1
    assert exact(sql, branches=(), products=PRODUCTS, numbers=numbers) == []
    assert exact(sql, branches=("Nowhere",), products=PRODUCTS, numbers=numbers) == []


def test_a_scope_looks_at_the_last_month_end_up_to_its_date():
    assert warehouse.month_end(ALL) == AS_OF
    assert warehouse.month_end(replace(ALL, as_of=date(2024, 12, 30))) == date(2024, 11, 30)
    assert warehouse.month_end(replace(ALL, as_of=date(2000, 1, 1))) == date.min
    assert warehouse.month_end(NOTHING) == date.min


def test_two_scopes_never_share_an_answer():
    sql = "select count(*) as n from scoped_loans($branches, $products)"
    north = Scope(("North",), PRODUCTS, AS_OF)
    both = [warehouse.ask(sql, scope)["n"].item() for scope in (ALL, north, ALL, NOTHING)]
    assert both == [40, 20, 40, 0]


def test_freshness_says_what_the_build_holds():
    found = warehouse.freshness()
    assert (found.as_of, found.loans, found.is_demo) == (AS_OF, 40, False)
    assert (found.first_month, found.last_month) == (date(2023, 9, 30), AS_OF)
    assert isinstance(run("select 1 as a"), pd.DataFrame)


def test_several_readings_are_asked_at_once_and_answered_in_their_order():
    met = threading.Barrier(2, timeout=10)

    def reading(number: int) -> int:
        met.wait()  # neither would come past it alone
        return run("select $n as n", n=number)["n"].item()

    assert warehouse.together(lambda: reading(1), lambda: reading(2)) == [1, 2]
    with pytest.raises(ZeroDivisionError):
        warehouse.together(lambda: 1, lambda: 1 // 0)


def test_a_reading_is_worked_out_once_for_a_scope_and_copied_for_each_reader():
    asked: list[Scope] = []

    def reading(scope: Scope) -> list[int]:
        asked.append(scope)
        return [len(scope.branches)]

    narrow, wide = Scope(("a",), ("p",), date.min), Scope(("a", "b"), ("p",), date.min)
    first = warehouse.kept("sizes", wide, lambda: reading(wide))
    first.append(99)
    assert warehouse.kept("sizes", wide, lambda: reading(wide)) == [2]
    assert warehouse.kept("sizes", narrow, lambda: reading(narrow)) == [1]
    assert asked == [wide, narrow]
    warehouse.forget()
    assert warehouse.kept("sizes", wide, lambda: reading(wide)) == [2] and len(asked) == 3


def test_a_build_is_named_and_never_a_way_to_another_folder(tmp_path, monkeypatch):
    name = warehouse.newest_build().name
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / name).symlink_to(warehouse.newest_build())
    monkeypatch.setenv("WAREHOUSE", str(inner))
    for build in (name, f"../{name}", f"{tmp_path}/{name}", f"../{name.removesuffix('.duckdb')}"):
        with pytest.raises(warehouse.WarehouseMissing):
            run("select 1 as a", build=build)
