"""The benchmark says what it must and keeps it; how fast anything is, no test judges."""

import json
from pathlib import Path

import pytest

import app
from tests import bench
from tests.bench_addresses import addresses, own_values, sample
from tests.bench_build import phases
from tests.bench_people import one_per_role
from tests.bench_process import CommandFailed, Finished, watch
from tests.bench_results import Measure, line, run_before, save
from tests.opened import person
from ui import accounts

SMALL = {
    "BENCH_LOANS": "300",
    "BENCH_PEOPLE": "2",
    "BENCH_SECONDS": "1",
    "BENCH_REPEATS": "1",
    "BENCH_ROLES": "administrator",
}
LINES = (
    "build / only sorting and storing",
    "build, peak memory",
    "early warning: a month of history, all rules",
    "watchlist: filter to table, median",
    "dry run: slowest",
    "pages, empty cache: median",
    "pages, empty cache: slowest",
    "pages, warm cache: median",
    "pages, warm cache: slowest",
    "pages: the app's peak memory",
    "load: people",
    "load: answer, median",
    "load: answer, 95th percentile",
    "load: errors",
    "load: the app's memory before",
    "load: the app's memory after",
)


@pytest.mark.slow
def test_a_small_run_prints_every_line_and_writes_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "ROWS", 50_000)
    file = bench.main({**SMALL, "BENCH_FOLDER": str(tmp_path)})
    told = capsys.readouterr().out
    content = json.loads(file.read_text())
    values = {each["name"]: each["value"] for each in content["measures"]}
    for name in LINES:
        assert name in told and values[name] is not None, name
    # Four pages, one of them by five addresses, over the whole book and over one branch.
    assert values["pages: opened"] == 16
    assert values["pages: not shown"] == 0, told
    assert values["load: people"] == 2 and values["load: errors"] == 0, told
    addresses = content["pages"]["addresses"]
    assert all(each["empty"] and each["warm"] for each in addresses)
    assert any(each["slowest"] for each in addresses)
    assert {each["address"]["person"] for each in addresses} == {"administrator"}
    assert (tmp_path / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("role", accounts.ROLES)
def test_every_page_of_every_role_has_its_addresses(demo_build: Path, role: str) -> None:
    found = sample(demo_build)
    listed = addresses(found, one_per_role([role], found.departments[0]))
    mine = {page.name for page in app.PAGES if role in page.roles}
    for scope in ("whole book", "one branch"):
        assert {each.page for each in listed if each.scope == scope} == mine
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("page", [page.name for page in app.PAGES if "auditor" in page.roles])
def test_every_address_opens_its_page(demo_scope, demo_build: Path, opened, page: str) -> None:
    for each in own_values(page, sample(demo_build)):
        at = opened(page, person("auditor"), **each)
        assert at.title[0].value == app.BY_NAME[page].title
        ignored = [note.value for note in at.caption if "It was ignored" in note.value]
        assert not ignored, each


def test_a_line_names_the_figure_its_aim_and_its_change() -> None:
    figure = Measure("build, peak memory", 4.5, "GB", 6)
    told = line(figure, {"build, peak memory": 3.0})
    assert " ".join(told.split()) == (
        "build, peak memory 4.5 GB aim 6: met x 1.50 of the run before"
    )
    assert "aim 4: MISSED" in line(Measure("a", 4.5, "GB", 4), {})
    assert line(Measure("a", None), {"a": 1.0}).endswith("no run before")
    assert "x 0.50 of the run before" in line(Measure("a", 1.0), {"a": 2.0})
    assert line(Measure("errors", 1), {"errors": 0.0}).endswith("was 0")


def test_a_run_is_compared_with_the_newest_of_its_own_size(tmp_path: Path) -> None:
    small, large = {"loans": 10}, {"loans": 20}
    assert run_before(tmp_path, small) == {}
    for value, size in ((1.0, small), (2.0, large)):
        written = save(tmp_path, [Measure("a", value)], size, {})
        written.rename(tmp_path / f"2025010{value:.0f}T000000Z.json")
    assert run_before(tmp_path, small) == {"a": 1.0}
    save(tmp_path, [Measure("a", 3.0)], small, {})
    assert run_before(tmp_path, small) == {"a": 3.0}
    assert run_before(tmp_path, large) == {"a": 2.0}


def test_the_phases_of_a_build_add_up_to_all_of_it() -> None:
    said = [(0.5, "reading loans.parquet"), (2.0, "model staging/loans"), (6.0, "check keys")]
    done = Finished(10.0, said=[*said, (7.0, "writing 1.duckdb")])
    assert phases(done) == {"reading": 2.0, "models": 4.0, "checks": 1.0, "writing": 3.0}
    assert phases(Finished(3.0, said=said[:1])) == {"reading": 3.0}


def test_a_command_that_fails_says_so_and_one_that_works_is_measured(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="ended with 3\nno such folder"):
        watch(["sh", "-c", "echo no such folder >&2; exit 3"], tmp_path)
    done = watch(["sh", "-c", "echo begun >&2; sleep 0.2; echo 7"], tmp_path)
    assert done.answer == "7\n" and done.said[0][1] == "begun"
    assert 0.2 <= done.seconds < 20
    busy = watch(["sh", "-c", "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done"], tmp_path)
    assert busy.processor > done.processor >= 0


def test_the_size_of_a_run_comes_from_the_environment() -> None:
    assert bench.size({}).told() == {
        "loans": 1_000_000,
        "demo_loans": 20_000,
        # Five cases a loan, as in the demo book.
        "times_cases": 7.07,
        "notes": 3.2,
        "people": 50,
        "seconds": 75.0,
        "roles": [*accounts.ROLES],
    }
    quick = bench.size({"BENCH_LOANS": "5000"})
    assert quick.demo_loans == 5000 and quick.crowd.people < 50
