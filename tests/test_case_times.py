"""How fast cases come, go and are done, by hand (section 11, W25)."""

from datetime import date
from pathlib import Path

import pytest

from queries.metrics import BACKLOG_CLEAR_DAYS, METRICS, measure, rows_behind
from queries.warehouse import Scope
from tests.book import Book
from tests.opened import plain
from tests.served import serve

READS = ("scoped_workload", "scoped_case_times", "scoped_case_stays_on")
# W25: opened and closed.
CASES = (
    ("2024-01-02", "2024-01-05"),
    ("2024-01-10", None),
    ("2024-01-15", "2024-02-02"),
    ("2024-02-03", None),
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    """The cases of W25, each opened and closed at nine."""
    book = Book().borrower().loan("L1")
    for day in ("2024-01-31", "2024-02-29"):
        book.recorded("L1", day, 10)
    for number, (opened, closed) in enumerate(CASES, start=1):
        book.add("cases", case_id=f"C{number}", department_id="d", case_type="x",
                 opened_at=f"{opened} 09:00", closed_at=closed and f"{closed} 09:00")  # fmt: skip
    monkeypatch.setenv("WAREHOUSE", str(serve(book.build("2024-02-29"), tmp_path, reads=READS)))
    return Scope(("Main", ""), ("consumer", ""), date(2024, 2, 29))


def read(scope: Scope, *ids: str) -> list[list[float]]:
    """The figures month by month."""
    frame = measure(scope, *(METRICS[each] for each in ids), by="month_end", months=2)
    return frame[list(ids)].to_numpy().tolist()


def test_w25_net_flow_is_what_was_opened_less_what_was_closed(desk):
    assert read(desk, "net_flow", "backlog") == [[2, 2], [0, 2]]


def test_w25_ages_are_of_what_is_open_at_the_month_end(desk):
    # Of 21 and 16 days, then of 50 and 26: quantiles between the two.
    assert read(desk, "age_p50", "age_p90") == [[18.5, 20.5], [38, pytest.approx(47.6)]]


def test_w25_the_time_taken_is_told_in_the_month_of_closing(desk):
    assert read(desk, "cycle_time", "cycle_time_p90") == [[3, 3], [18, 18]]


def test_behind_an_age_are_the_open_cases_and_behind_a_length_the_closed_ones(desk):
    def rows(metric: str) -> list[tuple]:
        frame = rows_behind(desk, METRICS[metric])
        return list(zip(frame["case_id"], frame["counted"].astype(float), strict=True))

    assert rows("age_p90") == [("C2", 50), ("C4", 26)]
    assert rows("cycle_time") == [("C3", 18)]
    assert rows("net_flow") == [("C4", 1), ("C3", -1)]


def test_a_backlog_that_does_not_clear_is_said_to(opened, demo_scope):
    clears = measure(demo_scope, BACKLOG_CLEAR_DAYS, by="department_id")
    never = clears[BACKLOG_CLEAR_DAYS.id].isna()
    for found, is_said in ((clears[never], True), (clears[~never], False)):
        asked = {"department_id": found["department_id"].iloc[0]}
        shown = plain(opened("why", metric=BACKLOG_CLEAR_DAYS.id, **asked))
        assert ("it does not clear\n" in f"{shown}\n") is is_said
