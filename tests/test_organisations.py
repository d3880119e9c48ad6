"""The demo book under each ready organisation: every case is somebody's, every page opens."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from data import signal_rules
from data.building import CHECKS, build_models, run_checks
from data.models import MODELS, VIEWS
from data.organisation import HOME, use_organisation
from queries import reports
from queries.metrics import BACKLOG, measure
from queries.warehouse import ask
from tests.book import needed
from tests.folders import last_line, run_load, sound_book, write_csv
from tests.opened import person, plain
from ui import filters

NAMES = ("merged", "article_1", "article_2", "article_3")
BUILD = "20251231T235959Z.duckdb"


def _switch(path: Path, name: str) -> None:
    """Makes a build as if it had been loaded with another organisation: only what depends on it."""
    changed = [model for model in MODELS if "staging/organisation" in needed(model)]
    wanted = set(changed).union(
        *({each for each in needed(model) if each.startswith("intermediate")} for model in changed)
    )
    with duckdb.connect(str(path)) as connection:
        use_organisation(connection, name)
        for model in changed:
            layer, table = model.split("/")
            kind = "view" if layer == "staging" or model in VIEWS else "table"
            if layer != "intermediate":
                connection.execute(f"drop {kind} {layer}.{table}")
        connection.execute("attach ':memory:' as intermediate")
        signal_rules.write_edges(connection)
        build_models(connection, models=[model for model in MODELS if model in wanted])
        told = {"marts.workload", "marts.hand_overs", "marts.case_stays"}
        checks = [check for check in CHECKS.glob("*.sql") if told & set(_words(check))]
        assert len(checks) == 3
        run_checks(connection, checks=checks)


def _words(check: Path) -> list[str]:
    return check.read_text(encoding="utf-8").split()


@pytest.fixture(scope="module", params=NAMES)
def warehouse(request, demo_build: Path, tmp_path_factory) -> tuple[str, Path]:
    """An organisation, and the folder of a build under it: the demo book's own needs no change."""
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copy(demo_build, folder / BUILD)
    (folder / BUILD).chmod(0o644)
    if request.param != HOME:
        _switch(folder / BUILD, request.param)
    return request.param, folder


@pytest.fixture
def scope(warehouse, monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(warehouse[1]))
    book = filters.book()
    return filters.rights((*book.branches, ""), book)


def test_every_case_is_with_one_department_whatever_these_are(scope, demo_build):
    counted = "select sum(backlog) from marts.workload where month_end = date '2025-12-31'"
    with duckdb.connect(str(demo_build), read_only=True) as merged:
        (whole,) = merged.execute(counted).fetchone() or (0,)
    found = measure(scope, BACKLOG, by="department_id")
    assert found[BACKLOG.id].sum() == whole
    assert set(found["department_id"]) <= set(reports.departments(scope.build)["department_id"])


@pytest.mark.parametrize("day", ["2024-12-31", "2025-06-30", "2025-12-31"])
def test_backlog_is_before_and_in_less_out_and_sent_is_answered_or_open(scope, day):
    on = replace(scope, as_of=date.fromisoformat(day))
    flows = ask(
        "select sum(backlog) filter (month_end = $month_end) as now, "
        "coalesce(sum(backlog) filter (month_end = last_day($month_end - interval 1 month)), 0) "
        "as before, sum(opened + received - closed - handed_on) filter (month_end = $month_end) "
        "as net from scoped_workload($branches, $products)",
        on,
    ).iloc[0]
    assert flows["now"] == flows["before"] + flows["net"]
    total = reports.handed_totals(on).iloc[0]
    assert total["handed_over"] == total["accepted"] + total["returned"] + total["open"]
    routes = reports.handoffs(on)
    assert routes["handed_over"].sum() == total["handed_over"]
    # What goes on inside a department that has taken others over is no hand-over.
    assert (routes["from_id"] != routes["to_id"]).all()


def test_every_page_of_departments_opens(warehouse, scope, opened):
    known = reports.departments(scope.build)
    for page in ("desk", "workload", "handovers"):
        opened(page, person("executive"))
        opened(page, person("department_head"))
    opened("workload", department_id=str(known["department_id"].iloc[-1]))
    # Those of the demo book's own organisation: tests/test_department.py.
    for department in known["department_id"] if warehouse[0] != HOME else ():
        shown = opened("department", department_id=department)
        assert len(shown.dataframe) >= 1
    own = plain(opened("department", person("department_head")))
    # A head goes along with the department, also where another takes it over.
    home, unmasks = reports.department_home("collections", scope.build)
    assert home == {"article_1": "credit_risk", "article_2": "risk_management"}.get(
        warehouse[0], "collections"
    )
    assert unmasks
    assert not reports.department_home("legal", scope.build)[1]
    assert "you see the totals" not in own
    assert "you see the totals" not in plain(opened("workload", person("department_head")))
    other = next(each for each in known["department_id"] if each != home)
    told = plain(opened("department", person("department_head"), department_id=other))
    assert "you see the totals" in told
    case = reports.workload_cases(scope, "open", limit=1)["case_id"].iloc[0]
    opened("case", case_id=str(case))


def test_the_command_puts_an_organisation_in_force(tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, given in sound_book(3).items():
        write_csv(folder / name, given)
    summary = last_line(run_load(folder, tmp_path / "own", "--organisation", "article_2"))
    with duckdb.connect(summary["build"], read_only=True) as build:
        found = build.execute("select department_id from marts.departments order by position")
        assert ("legal",) in found.fetchall()
        assert build.execute("from staging.organisation").fetchall() == [("article_2",)]
    wrong = run_load(folder, tmp_path / "own", "--organisation", "article_4")
    assert wrong.returncode == 4
    assert "did you mean article_" in wrong.stderr
