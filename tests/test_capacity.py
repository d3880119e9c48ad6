"""People against work: Erlang C as published (W24), days to clear and days to flow (W25)."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from data.raw import literal
from queries import reports
from queries.capacity import agents_needed, erlang_c
from queries.metrics import (
    BACKLOG,
    BACKLOG_CLEAR_DAYS,
    CASELOAD_RATIO,
    FTE_PRESENT,
    FTE_REQUIRED,
    HEADCOUNT,
    LITTLES_LAW_CT,
    OCCUPANCY,
    STAFFING_GAP,
    THROUGHPUT_PER_FTE,
    UTILISATION,
    WORKLOAD_GINI,
    compare,
    measure,
    rows_behind,
    rows_total,
)
from queries.warehouse import Scope
from tests.book import Book
from tests.served import serve

READS = ("scoped_workload",)


def test_w24_the_published_example():
    queue = erlang_c(720, 240, 55, 15)
    assert queue.load == 48
    assert queue.occupancy == pytest.approx(0.8727, abs=5e-5)
    assert queue.waits == pytest.approx(0.2387, abs=5e-5)
    assert queue.answer_seconds == pytest.approx(8.18, abs=5e-3)
    assert queue.in_time == pytest.approx(0.8459, abs=5e-5)


def test_w24_thirty_people_and_not_twenty_nine():
    queue = agents_needed(300, 300, 20, 0.8)
    assert (queue.agents, queue.load) == (30, 25)
    assert queue.in_time == pytest.approx(0.8209, abs=5e-5)
    assert erlang_c(300, 300, 29, 20).in_time == pytest.approx(0.7388, abs=5e-5)


def test_a_load_that_nobody_can_carry_is_no_queue():
    with pytest.raises(ValueError, match="cannot carry a load of 25"):
        erlang_c(300, 300, 25, 20)


def _with_flows(folder: Path, came: int, went: int, backlog: int) -> Scope:
    """A book of one department: so many cases a day in three months of 30, 31 and 30 days."""
    book = Book().borrower().loan("L1").recorded("L1", "2025-06-30", 10)
    book.add("departments", department_id="d", name="Dept")
    days = "generate_series(date '2025-04-01', date '2025-06-30', interval 1 day)"
    numbered = f"unnest({days}) as day, generate_subscripts({days}, 1) as n"
    old = backlog - 91 * (came - went)
    for name, count, since in (("old", old, "timestamp '2025-03-31 09:00'"),):
        book.connection.execute(
            "insert into raw.cases (case_id, department_id, case_type, opened_at) "
            f"select {literal(name)} || i, 'd', 'x', {since} from range({count}) as r(i)"
        )
    book.connection.execute(
        "insert into raw.cases (case_id, department_id, case_type, opened_at) "
        "select 'new' || n || '-' || i, 'd', 'x', day + interval 9 hour "
        f"from (select {numbered}) cross join range({came}) as r(i)"
    )
    # The oldest go first.
    book.connection.execute(
        "update raw.cases set closed_at = (date '2025-04-01' + cast(place // ? as integer)) "
        "+ interval 17 hour from (select case_id as id, row_number() over (order by opened_at, "
        "case_id) - 1 as place from raw.cases) where id = case_id and place < ?",
        [went, went * 91],
    )
    serve(book.build("2025-06-30"), folder, reads=READS)
    return Scope(("Main", ""), ("consumer", ""), book.one("select as_of from raw.build")[0])


@pytest.mark.parametrize(
    ("came", "went", "clear_days", "flow_days"),
    [(12, 14, 90, None), (12, 12, None, 15), (13, 12, None, 15)],
)
def test_w25_days_to_clear_and_days_to_flow(
    tmp_path, monkeypatch, came, went, clear_days, flow_days
):
    # What flows in and out within a tenth of each other may be read by Little's law.
    scope = _with_flows(tmp_path, came, went, 180)
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    row = measure(scope, BACKLOG, BACKLOG_CLEAR_DAYS, LITTLES_LAW_CT).iloc[0]
    assert row["backlog"] == 180
    for metric, expected in ((BACKLOG_CLEAR_DAYS, clear_days), (LITTLES_LAW_CT, flow_days)):
        if expected is None:
            assert row[metric.id] != row[metric.id]
        else:
            assert row[metric.id] == expected


def _with_people(folder: Path, branches: tuple[str | None, ...] = ("Main",) * 3) -> Scope:
    """Three people with none, one and three open cases of an hour each; fifty calls of an hour.

    `branches` are those of the people, None for head office; the calls are of Main.
    """
    book = Book().borrower().loan("L1").recorded("L1", "2025-05-31", 10)
    book.recorded("L1", "2025-06-30", 10).add("departments", department_id="d", name="Dept")
    for case_type in ("work", "talk"):
        book.add("case_types", case_type=case_type, name=case_type, standard_minutes=60)
    book.add("service_levels", case_type="talk", measure="respond", grade="standard", amount=2,
             clock="calendar", unit="minutes", valid_from="1900-01-01")  # fmt: skip
    for (staff_id, hours), branch in zip(
        (("S1", 100), ("S2", 50), ("S3", 60)), branches, strict=True
    ):
        book.add("staff", staff_id=staff_id, name=staff_id, department_id="d", branch=branch)
        book.add("staff_time", staff_id=staff_id, month_end="2025-06-30", paid_hours=hours,
                 leave_hours=10 if staff_id == "S3" else 0)  # fmt: skip
    row = {"department_id": "d", "case_type": "work", "branch": "Main"}
    for place, owner in enumerate(("S2", "S3", "S3", "S3")):
        book.add("cases", case_id=f"W{place}", opened_at="2025-06-02 09:00", owner=owner, **row)
    for place in range(50):
        times = {"opened_at": "2025-06-03 09:00", "closed_at": "2025-06-03 10:00"}
        called = {"case_type": "talk", "branch": "Main", "owner": "S1"}
        book.add("cases", case_id=f"T{place}", department_id="d", **called, **times)
    reads = (
        *("scoped_desk_months", "scoped_staff_months", "scoped_calls", "scoped_workload"),
        *("scoped_capacity", "book_departments"),
    )
    serve(book.build("2025-06-30"), folder, reads=reads)
    return Scope(("Main", ""), ("consumer", ""), date(2025, 6, 30))


def test_evenness_and_occupancy_by_hand_with_the_people_behind_them(tmp_path, monkeypatch):
    """Gini of 0, 1 and 3 hours: (2 * 2 - 4) * 1 + (2 * 3 - 4) * 3 over 3 * 4. Fifty hours of calls
    over 100, 50 and 50 hours of people."""
    scope = _with_people(tmp_path)
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    (told,) = measure(scope, WORKLOAD_GINI, OCCUPANCY, by="department_id").to_dict("records")
    assert (told["workload_gini"], told["workload_gini_numerator"]) == (0.5, 6)
    assert (told["occupancy"], told["occupancy_denominator"]) == (0.25, 200)
    frame = rows_behind(scope, WORKLOAD_GINI, "denominator")
    assert dict(zip(frame["staff_id"], frame["counted"], strict=True)) == {"S3": 9, "S2": 3}
    assert rows_total(scope, WORKLOAD_GINI) == (6, 1)
    assert rows_total(scope, OCCUPANCY) == (50, 1)
    assert rows_total(scope, OCCUPANCY, "denominator") == (200, 3)
    before = measure(replace(scope, as_of=date(2025, 5, 31)), WORKLOAD_GINI, OCCUPANCY)
    assert before[["workload_gini", "occupancy"]].isna().all(axis=None)


OF_EVERYBODY = (
    *(CASELOAD_RATIO, UTILISATION, FTE_REQUIRED, FTE_PRESENT, STAFFING_GAP, THROUGHPUT_PER_FTE),
    *(WORKLOAD_GINI, OCCUPANCY),
)
"""The figures of people against work."""
HEAD_OFFICE = ("Main", "Main", None)


@pytest.mark.parametrize(
    ("people", "view", "is_told"),
    [
        (("Main",) * 3, {}, True),
        (("Main",) * 3, {"branches": ("Main",)}, True),
        (HEAD_OFFICE, {}, True),
        (HEAD_OFFICE, {"branches": ("Main",)}, False),
        ((None,) * 3, {"branches": ("Main",)}, False),
        (("Main",) * 3, {"products": ("",)}, True),
        (("Main",) * 3, {"products": ("consumer",), "branches": ("", "Main")}, False),
    ],
)
def test_people_stand_against_work_only_where_all_who_do_it_are_in_view(
    tmp_path, monkeypatch, people, view, is_told
):
    """Whoever sees a branch sees its cases, but of head office's people, who do them, nobody."""
    scope = replace(_with_people(tmp_path, people), **view)
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    for by in (None, "month_end", "department_id"):
        frame = measure(scope, *OF_EVERYBODY, by=by)
        told = [not frame[metric.id].isna().all() for metric in OF_EVERYBODY]
        assert told == [is_told] * len(OF_EVERYBODY), by
    assert (compare(scope, FTE_PRESENT).now is not None) == is_told


def test_who_is_in_view_is_counted_all_the_same(tmp_path, monkeypatch):
    scope = replace(_with_people(tmp_path, HEAD_OFFICE), branches=("Main",))
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    assert measure(scope, HEADCOUNT)[HEADCOUNT.id].item() == 2
    (row,) = reports.workload_by_department(scope).to_dict("records")
    assert (row["people"], row["is_whole"]) == (2, False)
    against = [metric.id for metric in OF_EVERYBODY if metric.id in row]
    assert len(against) == 6 and all(row[name] != row[name] for name in against)
    found = compare(scope, FTE_PRESENT)
    assert found.now is None and found.is_told, "it says why there is no figure"
