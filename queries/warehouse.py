"""The only door to a build: which file, one hardened connection, bound values, a cache.

A build is never changed once it has its name, so what is cached under SQL text, values and build
stays true; new data is a new file. Nothing here knows a table: rows are reached through the
`scoped_*` and `book_*` macros of the build.
"""

import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from queries import statements
from queries.statements import BuildOutdated, QueryTimedOut

__all__ = [
    "NOTHING",
    "BuildOutdated",
    "QueryTimedOut",
    "Scope",
    "WarehouseMissing",
    "exact",
    "report",
    "run",
]

ROOT = Path(__file__).resolve().parent.parent
REPORTS = Path(__file__).resolve().parent / "reports"
Answer = TypeVar("Answer")
AT_ONCE = 4  # readings of one page at a time
BUILD_NAME = re.compile(r"\d{8}T\d{6}\d*Z[\w-]*\.duckdb")


class WarehouseMissing(Exception):
    """There is no build to read yet."""


@dataclass(frozen=True)
class Scope:
    """What one person is looking at: rights and filters together. Empty means nothing, never all.

    `''` among the branches stands for head office, among the products for what has no loan.
    `build` names the build that one run of a page reads, so that its figures agree; empty means
    the newest.
    """

    branches: tuple[str, ...]
    products: tuple[str, ...]
    as_of: date
    build: str = ""


NOTHING = Scope((), (), date.min)


def folder() -> Path:
    """The warehouse folder: the variable WAREHOUSE, or data/warehouse of this checkout."""
    return Path(os.environ.get("WAREHOUSE") or ROOT / "data" / "warehouse")


def builds(where: Path | None = None) -> tuple[Path, ...]:
    """The finished builds, newest first; half-written files have no such name."""
    where = where or folder()
    found = where.iterdir() if where.is_dir() else ()
    return tuple(sorted((p for p in found if BUILD_NAME.fullmatch(p.name)), reverse=True))


def newest_build(where: Path | None = None) -> Path:
    """The build that the app reads. Raises WarehouseMissing when there is none."""
    found = builds(where)
    if not found:
        raise WarehouseMissing(f"No build in {where or folder()}")
    return found[0]


def _path(build: str) -> str:
    """The file of a build's name; only what `builds` lists is ever opened."""
    if not build:
        return str(newest_build())
    name = f"{build.removesuffix('.duckdb')}.duckdb"
    if BUILD_NAME.fullmatch(name) and (folder() / name).is_file():
        return str(folder() / name)
    raise WarehouseMissing(f"No build {build} in {folder()}")


@cache
def _private_folder() -> tempfile.TemporaryDirectory:
    """Where large sorts spill; only this user may read it, and it goes with the process."""
    return tempfile.TemporaryDirectory(prefix="warehouse-")


def _memory_mebibytes() -> int:
    """40 % of memory: two builds are open at once while a new one takes over."""
    return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 0.4 / 2**20)


# An evicted connection is dropped, not closed: closing would kill cursors that are still reading.
@st.cache_resource(max_entries=3, show_spinner=False)
def _connection(path: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        path,
        read_only=True,
        config={
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": f"{_memory_mebibytes()}MiB",
            "temp_directory": _private_folder().name,
            "max_temp_directory_size": "4GiB",
            "lock_configuration": True,
        },
    )


def _session() -> str:
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def interrupt_stale() -> None:
    """Stop what earlier runs of this session still ask for; the frame calls it as a run begins."""
    if session := _session():
        statements.stop_session(session)


def interrupt_all() -> None:
    """Stop every statement, at shutdown: a signal during one would abort the process."""
    statements.stop_all()


# A result is kept under the question written out, which is quicker to hash than text and values.
@st.cache_data(max_entries=2000, show_spinner=False)
def _frame(question: str, path: str, _sql: str, _params: dict[str, Any]) -> pd.DataFrame:
    with statements.statement(_connection(path), _session()) as cursor:
        return cursor.execute(_sql, _params).df()


@st.cache_data(max_entries=1000, show_spinner=False)
def _tuples(question: str, path: str, _sql: str, _params: dict[str, Any]) -> list[tuple]:
    with statements.statement(_connection(path), _session()) as cursor:
        return cursor.execute(_sql, _params).fetchall()


# What binds no value is the same for every reader of a build, and asked on every page.
@st.cache_data(max_entries=200, show_spinner=False)
def _frame_of_build(path: str, sql: str) -> pd.DataFrame:
    with statements.statement(_connection(path), _session()) as cursor:
        return cursor.execute(sql).df()


@st.cache_data(max_entries=200, show_spinner=False)
def _tuples_of_build(path: str, sql: str) -> list[tuple]:
    with statements.statement(_connection(path), _session()) as cursor:
        return cursor.execute(sql).fetchall()


@st.cache_data(max_entries=200, show_spinner=False)
def _readings(name: str, path: str, _reading: Callable[[], Any]) -> Any:
    return _reading()


def forget() -> None:
    """Empty what is kept of anybody's questions: what the benchmark measures as a cold page.

    What is the build's own stays, as its month ends do: the first reader of a build asked for it.
    """
    _frame.clear()
    _tuples.clear()
    _readings.clear()


@lru_cache(maxsize=500)
def _declared(sql: str) -> frozenset[str]:
    """The names that a statement binds; to bind another is an error in DuckDB."""
    parsed = duckdb.extract_statements(sql)
    if len(parsed) != 1:
        raise ValueError("One statement at a time.")
    return frozenset(parsed[0].named_parameters)


def _bound(sql: str, params: dict[str, Any]) -> dict[str, Any]:
    """The declared values, sorted, lists as tuples: the same question has one key in the cache."""
    declared = _declared(sql)
    if missing := declared - params.keys():
        raise TypeError(f"No value for {', '.join(sorted(missing))}")
    return {name: _plain(params[name]) for name in sorted(declared)}


def _plain(value: Any) -> Any:
    """Of Python's own types, which write themselves out in full; an array's text may leave out."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return tuple(value) if isinstance(value, list) else value


@contextmanager
def _still_wanted() -> Iterator[None]:
    """A superseded run ends here, quietly: its session already shows something else."""
    try:
        yield
    except statements.Superseded:
        st.stop()


def run(sql: str, *, build: str = "", **params: Any) -> pd.DataFrame:
    """The rows that a statement answers; decimals come as floats, for display.

    Only the values that it declares are bound. Raises WarehouseMissing, QueryTimedOut.
    """
    bound, path = _bound(sql, params), _path(build)
    with _still_wanted():
        if bound:
            return _frame(f"{bound} {sql}", path, sql, bound)
        return _frame_of_build(path, sql)


def exact(sql: str, *, build: str = "", **params: Any) -> list[tuple]:
    """The same as tuples with exact decimals, for totals that must re-add to the cent."""
    bound, path = _bound(sql, params), _path(build)
    with _still_wanted():
        if bound:
            return _tuples(f"{bound} {sql}", path, sql, bound)
        return _tuples_of_build(path, sql)


def _scoped(scope: Scope, params: dict[str, Any]) -> dict[str, Any]:
    return {
        "branches": scope.branches,
        "products": scope.products,
        "as_of": scope.as_of,
        "month_end": month_end(scope),
    } | params


def ask(sql: str, scope: Scope, **params: Any) -> pd.DataFrame:
    """`run` in a scope, which binds `$branches`, `$products`, `$as_of` and `$month_end`."""
    return run(sql, build=scope.build, **_scoped(scope, params))


def ask_exact(sql: str, scope: Scope, **params: Any) -> list[tuple]:
    """`exact` in a scope."""
    return exact(sql, build=scope.build, **_scoped(scope, params))


def ask_unkept(sql: str, scope: Scope, **params: Any) -> pd.DataFrame:
    """`ask` without the cache: clear personal data stays nowhere in memory."""
    with (
        _still_wanted(),
        statements.statement(_connection(_path(scope.build)), _session()) as cursor,
    ):
        return cursor.execute(sql, _bound(sql, _scoped(scope, params))).df()


def together(*readings: Callable[[], Any]) -> list[Any]:
    """What each of several readings gives, in their order, asked at once.

    The database works outside Python's lock: two questions of a page take the time of the longer.
    What they asked is kept, so a page may also ask ahead and draw later. Whatever one of them
    raises is raised here.
    """
    run, around = get_script_run_ctx(suppress_warning=True), copy_context()

    def read(reading: Callable[[], Any]) -> Any:
        add_script_run_ctx(threading.current_thread(), run)
        return around.copy().run(reading)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(read, readings))


def kept(name: str, scope: Scope, reading: Callable[[], Answer]) -> Answer:
    """What a reading of this name makes of a scope, kept like an answer: a copy for each reader.

    For what takes longer to work out than to ask. The name tells whatever else it depends on.
    """
    return _readings(f"{name} {scope}", _path(scope.build), reading)


def report(name: str, scope: Scope, **params: Any) -> pd.DataFrame:
    """The rows of `queries/reports/<name>.sql` in a scope; further values are bound as `$name`."""
    return ask(report_sql(name), scope, **params)


def report_sql(name: str) -> str:
    """The text of a report, read each time: an edited file answers anew without a restart."""
    return (REPORTS / f"{name}.sql").read_text(encoding="utf-8")


def month_ends(build: str = "") -> tuple[date, ...]:
    """The month ends of the book, oldest first: the dates that a scope can look at."""
    return _month_ends(_path(build))


# Asked before every other question, and the same for everyone: cheaper to keep than to look up.
@lru_cache(maxsize=8)
def _month_ends(path: str) -> tuple[date, ...]:
    rows = _tuples_of_build(path, "select month_end from book_month_ends() order by month_end")
    return tuple(row[0] for row in rows)


def month_end(scope: Scope) -> date:
    """The last month end of the book up to the scope's date; `date.min` when there is none."""
    if not (scope.branches and scope.products):
        return date.min
    return max((d for d in month_ends(scope.build) if d <= scope.as_of), default=date.min)


@dataclass(frozen=True)
class Freshness:
    """How new the data is and what it holds: the line on every page."""

    build_id: str
    as_of: date
    loaded_at: datetime
    source: str
    is_demo: bool
    loans: int
    borrowers: int
    first_month: date
    last_month: date


def freshness(build: str = "") -> Freshness:
    """What the build says of itself."""
    fields = ", ".join(Freshness.__dataclass_fields__)
    return Freshness(*exact(f"select {fields} from book_metadata()", build=build)[0])


def data_day(scope: Scope) -> date:
    """The data's last day: what stands as it does now is told of it, whatever day is looked at."""
    return freshness(scope.build).as_of
