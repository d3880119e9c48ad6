"""One statement of SQL, parsed: which tables and columns it names, and how a column is made."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope


@dataclass(frozen=True)
class Said:
    """The expression under a column's name, and whether it is the column itself or a sum of it."""

    text: str
    passes_on: bool


def tables(sql: str, schemas: Collection[str]) -> set[str]:
    """The tables that a statement reads from some schemas, as `schema.table`."""
    named = _tree(sql).find_all(exp.Table)
    return {f"{table.db}.{table.name}" for table in named if table.db in schemas}


def raw_columns(sql: str) -> set[tuple[str, str]]:
    """Table and column of the raw tables that a statement names, scope by scope; '*' for all."""
    found: set[tuple[str, str]] = set()
    for scope in traverse_scope(_tree(sql)):
        raw = {
            alias: source.name
            for alias, (_, source) in scope.selected_sources.items()
            if isinstance(source, exp.Table) and source.db == "raw"
        }
        for alias, table in raw.items():
            alone = len(scope.selected_sources) == 1
            names = {
                column.name
                for column in scope.columns
                if column.table == alias or (alone and not column.table)
            }
            stars = any(
                star.find_ancestor(exp.Select) is scope.expression
                and not isinstance(star.parent, exp.Count)
                for star in scope.expression.find_all(exp.Star)
            )
            found |= {(table, each) for each in names if each != "*"}
            if stars:
                found.add((table, "*"))
            if not names and not stars:
                found.add((table, "*"))
    return found


def said(sql: str, column: str) -> Said | None:
    """The last expression under this name, if it is more than the column itself."""
    made = [
        alias.this
        for alias in _tree(sql).find_all(exp.Alias)
        if alias.alias == column and not isinstance(alias.this, exp.Column)
    ]
    if not made:
        return None
    inner = made[-1].this if isinstance(made[-1], exp.Sum) else made[-1]
    passes_on = isinstance(inner, exp.Column) and inner.name == column
    return Said(made[-1].sql(dialect="duckdb"), passes_on)


@cache
def _tree(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read="duckdb")
