"""How long the risk manager waits: a filter of the watchlist until its table, and a dry run."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from queries import reports, warehouse
from queries.dry_run import dry_run
from queries.warehouse import Scope
from tests.bench_results import Measure

TABLE, DRY_RUN = 150, 3  # milliseconds, seconds
# What a risk manager narrows by: nothing, the book's own columns, signals, words.
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"levels": ("red",)},
    {"levels": ("orange", "red"), "changes": ("up", "new"), "min_score": 60},
    {"rule": "B03"},
    {"family": "financial"},
    {"kinds": ("corporate",), "min_exposure": 1_000_000},
    {"text": "B0"},
)
# A rule of a loan and of a borrower, one that stands in for others, one that fires often; each with
# other points and with a looser threshold.
RULES = {"B01": 0.5, "B03": 15.0, "C01": 0.5, "F03": 0.4, "X07": 1.0}
POINTS = 35.0


def measure_risk(build: Path, repeats: int) -> tuple[list[Measure], dict]:
    """The figures and each question's runs; the result cache is empty before every one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAREHOUSE", str(build.parent))
        scope = _everything(build)
        tables = {
            str(asked): _runs(lambda asked=asked: _table(scope, asked), repeats)
            for asked in FILTERS
        }
        known = set(reports.rules_in_force(scope)["rule_id"])
        changes: dict[str, tuple[str, float | None, float | None]] = {
            **{f"{rule} points": (rule, None, POINTS) for rule in RULES if rule in known},
            **{
                f"{rule} threshold": (rule, threshold, None)
                for rule, threshold in RULES.items()
                if rule in known
            },
        }
        dry_runs = {
            said: _runs(lambda change=change: dry_run(scope, *change), repeats)
            for said, change in changes.items()
        }
        listed = reports.watch_list_total(scope)[0]
        # Whoever opens the build next in this process opens it with settings of their own.
        warehouse._connection.clear()  # pyright: ignore[reportFunctionMemberAccess]
    typical = [statistics.median(runs) for runs in tables.values()]
    answered = {said: statistics.median(runs) / 1000 for said, runs in dry_runs.items()}
    points, thresholds = (
        [took for said, took in answered.items() if said.endswith(what)]
        for what in (" points", " threshold")
    )
    measures = [
        Measure("watchlist: borrowers", listed, ""),
        Measure("watchlist: filter to table, median", statistics.median(typical), "ms", TABLE),
        Measure("watchlist: filter to table, slowest", max(typical), "ms", TABLE),
        Measure("dry run: other points, median", statistics.median(points), "s", DRY_RUN),
        Measure("dry run: other threshold, median", statistics.median(thresholds), "s", DRY_RUN),
        Measure("dry run: slowest", max(answered.values()), "s", DRY_RUN),
    ]
    return measures, {"tables": tables, "dry_runs": dry_runs}


def _table(scope: Scope, asked: dict[str, Any]) -> None:
    """What the page asks for one page of the list under these filters."""
    reports.watch_list_start(scope, **asked)


def _runs(question: Callable[[], object], repeats: int) -> list[float]:
    """Milliseconds of each run."""
    took = []
    for _ in range(repeats):
        warehouse.forget()
        started = time.perf_counter()
        question()
        took.append((time.perf_counter() - started) * 1000)
    return took


def _everything(build: Path) -> Scope:
    """All branches and products at the newest month end."""
    with duckdb.connect(build, read_only=True) as connection:
        branches, products = (
            tuple(
                str(row[0] or "")
                for row in connection.execute(
                    f"select distinct {column} from marts.loans order by 1"
                ).fetchall()
            )
            for column in ("branch", "product")
        )
    return Scope((*branches, ""), (*products, ""), warehouse.month_ends(build.stem)[-1])
