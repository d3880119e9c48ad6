"""From raw tables to checked marts: runs the models in order, then the checks."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

from data import as_known, kept_facts, signal_rules
from data.failures import CheckFailed, ModelFailed, is_out_of_room
from data.models import KNOWN, MADE, MODELS, VIEWS

QUERIES = Path(__file__).parent.parent / "queries"
CHECKS = Path(__file__).parent / "checks"

FIRST_ROWS = 5
_MAKERS = {
    "marts/signal_rules": signal_rules.settle,
    "intermediate/firings": signal_rules.fire,
}


def _silent(line: str) -> None:
    """Say nothing."""


def build_models(
    connection: duckdb.DuckDBPyConnection,
    progress: Callable[[str], None] = _silent,
    models: Iterable[str] = MODELS,
    queries: Path = QUERIES,
    with_macros: bool = True,
) -> None:
    """Create staging views, intermediate and mart tables, and the macros of scoped.sql.

    The macros read all models: a part of these is built without them. The schema raw must be
    filled. Intermediate tables go to an attached database of that name, in memory unless the caller
    attached one. Raises ModelFailed with the name of the model.
    """
    if not connection.execute(
        "from duckdb_databases() select 1 where database_name = 'intermediate'"
    ).fetchone():
        connection.execute("attach ':memory:' as intermediate")
    connection.execute("create schema if not exists staging; create schema if not exists marts")
    for model in models:
        progress(f"model {model}")
        if model in _MAKERS:
            _MAKERS[model](connection)
            continue
        if model in KNOWN:
            _make_known(connection, model, queries)
            continue
        layer, name = model.split("/")
        kind = "view" if layer == "staging" or model in VIEWS else "table"
        _execute(connection, model, f"create {kind} {layer}.{name} as\n", queries)
    if with_macros and (queries / "scoped.sql").exists():
        _execute(connection, "scoped", "", queries)


def _make_known(connection: duckdb.DuckDBPyConnection, model: str, queries: Path) -> None:
    try:
        as_known.make(connection, model, queries)
    except (duckdb.Error, OSError) as error:
        if is_out_of_room(error):
            raise
        raise ModelFailed(model, error) from error


def models_digest(queries: Path = QUERIES) -> str:
    """What tells one version of the models from another: builds of one digest have one shape."""
    files = [queries / f"{each}.sql" for each in (*MODELS, "scoped") if each not in MADE]
    made = (Path(module.__file__ or "") for module in (signal_rules, kept_facts, as_known))
    texts = [path.read_bytes() for path in (*files, *made)]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def statements(sql: str) -> list[duckdb.Statement]:
    """The statements of a text, parsed, to be executed in any database."""
    return duckdb.extract_statements(sql)


def _execute(
    connection: duckdb.DuckDBPyConnection, model: str, wrapping: str, queries: Path
) -> None:
    try:
        for each in statements(wrapping + (queries / f"{model}.sql").read_text(encoding="utf-8")):
            connection.execute(each)
    except (duckdb.Error, OSError) as error:
        if is_out_of_room(error):
            raise
        raise ModelFailed(model, error) from error


def run_checks(
    connection: duckdb.DuckDBPyConnection,
    progress: Callable[[str], None] = _silent,
    checks: Iterable[Path] | None = None,
) -> None:
    """Run every `checks/*.sql`, or those given: each selects rows that must not exist.

    Raises CheckFailed.
    """
    for path in sorted(checks or CHECKS.glob("*.sql")):
        progress(f"check {path.stem}")
        sql = path.read_text(encoding="utf-8").strip().rstrip(";")
        try:
            found = connection.execute(f"select * from (\n{sql}\n) limit {FIRST_ROWS}")
            rows = found.fetchall()
        except duckdb.Error as error:
            if is_out_of_room(error):
                raise
            raise ModelFailed(f"checks/{path.stem}", error) from error
        if rows:
            raise CheckFailed(path.stem, [column[0] for column in found.description or ()], rows)
