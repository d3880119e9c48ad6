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
# A rule of a loan and of a borrower, one that stands in for others, one that fires often.
RULES = ("B01", "B03", "C01", "F03", "X07")


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
        dry_runs = {
            rule: _runs(lambda rule=rule: dry_run(scope, rule, points=35.0), repeats)
            for rule in RULES
            if rule in known
        }
        listed = reports.watch_list_total(scope)[0]
        # Whoever opens the build next in this process opens it with settings of their own.
        warehouse._connection.clear()  # pyright: ignore[reportFunctionMemberAccess]
    typical = [statistics.median(runs) for runs in tables.values()]
    answered = [statistics.median(runs) / 1000 for runs in dry_runs.values()]
    measures = [
        Measure("watchlist: borrowers", listed, ""),
        Measure("watchlist: filter to table, median", statistics.median(typical), "ms", TABLE),
        Measure("watchlist: filter to table, slowest", max(typical), "ms", TABLE),
        Measure("dry run: median", statistics.median(answered), "s", DRY_RUN),
        Measure("dry run: slowest", max(answered), "s", DRY_RUN),
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
