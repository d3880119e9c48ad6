"""Where each figure comes from, read out of the SQL that makes it, so that it cannot go stale.

A model is a file of `queries/<layer>/`. What it reads, and which columns of the raw tables, is
found by parsing it; the expression behind a column is that of its last select (15.1). The parser
(`queries.parsed`) is imported when the first model is read: no other page waits for it.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from queries.measures import Metric, cube

QUERIES = Path(__file__).resolve().parent
LAYERS = ("raw", "staging", "intermediate", "marts")
_NAMED = re.compile(r"\bscoped_(\w+)\(")
_MARTS = re.compile(r"\bmarts\.(\w+)")
# Made by code: out of the rules, which are rows (data/signal_rules.py), or by another model's file
# over what was known at the time (data/as_known.py).
_MADE = {
    "intermediate.firings": ("marts.signal_rules", "marts.loan_facts", "marts.borrower_facts"),
    "marts.signal_rules": ("raw.signal_rules",),
    "intermediate.fact_edges": (),
    "intermediate.known_loan_month_states": ("marts.loan_month_states", "marts.late_bookings"),
    "intermediate.known_delay_facts": ("intermediate.delay_facts", "marts.late_bookings"),
    "intermediate.known_conduct_facts": ("intermediate.conduct_facts", "marts.late_bookings"),
}


@dataclass(frozen=True)
class Model:
    """One model: what it reads (`layer.name`), and of raw tables which columns ('*' for all)."""

    name: str
    reads: frozenset[str]
    raw_columns: frozenset[tuple[str, str]]
    sql: str


@dataclass(frozen=True)
class Line:
    """The way of one metric: its mart, the expression of each part there, all models behind it."""

    metric: Metric
    marts: tuple[str, ...]
    expressions: tuple[tuple[str, str, str], ...]
    models: tuple[str, ...]
    raw_columns: tuple[tuple[str, str], ...]
    query_hash: str

    @property
    def is_registered(self) -> bool:
        """Whether source columns and the hash of its queries are known."""
        return bool(self.raw_columns and self.query_hash)


@dataclass(frozen=True)
class Coverage:
    """How many of the published metrics are registered: lineage_coverage (15.1)."""

    lines: tuple[Line, ...]

    @property
    def published(self) -> int:
        return len(self.lines)

    @property
    def missing(self) -> tuple[Line, ...]:
        """The metrics without source columns, or without the hash of their queries."""
        return tuple(line for line in self.lines if not line.is_registered)

    @property
    def registered(self) -> int:
        return self.published - len(self.missing)

    @property
    def share(self) -> float | None:
        """Metrics with source columns and hash over those published; None where none is."""
        return self.registered / self.published if self.lines else None


def coverage(metrics: Iterable[Metric]) -> Coverage:
    """What stands behind each of the metrics, and of how many it is known."""
    return Coverage(tuple(line_of(metric) for metric in metrics))


@cache
def model(name: str) -> Model | None:
    """One model by `layer.name`, parsed when it is first asked for; None for a raw table."""
    if name in _MADE:
        reads = _MADE[name]
        raw = frozenset((each.split(".")[1], "*") for each in reads if each.startswith("raw."))
        return Model(name, frozenset(reads), raw, "")
    path = QUERIES / name.split(".")[0] / f"{name.split('.')[1]}.sql"
    return _model(name, path.read_text(encoding="utf-8")) if path.exists() else None


def _model(name: str, sql: str) -> Model:
    from queries import parsed

    reads = parsed.tables(sql, LAYERS) - {name}
    return Model(name, frozenset(reads), frozenset(parsed.raw_columns(sql)), sql)


def behind(name: str) -> list[str]:
    """Every model behind one, itself first, in order of distance."""
    seen, found = {name}, [name]
    for each in found:
        made = model(each)
        for read in sorted(made.reads) if made else ():
            if read not in seen and not read.startswith("raw."):
                seen.add(read)
                found.append(read)
    return found


@cache
def _macros() -> dict[str, tuple[str, ...]]:
    """The marts that each `scoped_` macro reads."""
    text = (QUERIES / "scoped.sql").read_text(encoding="utf-8")
    parts = re.split(r"create or replace macro ", text)[1:]
    bodies = {part.split("(")[0]: part for part in parts}
    return {
        name: tuple(dict.fromkeys(f"marts.{each}" for each in _MARTS.findall(body)))
        for name, body in bodies.items()
        if name.startswith("scoped_")
    }


@cache
def line_of(metric: Metric) -> Line:
    """The way of one metric from its figure back to the columns of the files."""
    names = [f"scoped_{each}" for each in _NAMED.findall(cube(metric.source))]
    marts = tuple(dict.fromkeys(mart for name in names for mart in _macros().get(name, ())))
    found = list(dict.fromkeys(each for mart in marts for each in behind(mart)))
    said = tuple(
        (column, name, text)
        for column in metric.columns
        for name, text in (expressions(marts[0], column) if marts else ())
    )
    made = [each for each in map(model, sorted(found)) if each]
    raw = {pair for each in made for pair in each.raw_columns}
    digest = hashlib.sha256("\0".join(each.sql for each in made).encode()).hexdigest()
    kept = digest if made else ""
    return Line(metric, marts, said, tuple(found), tuple(sorted(raw)), kept)


def expressions(mart: str, column: str) -> tuple[tuple[str, str], ...]:
    """How a column is made, model by model, until something more than a sum of it is said."""
    from queries import parsed

    found = []
    for name in behind(mart):
        known = model(name)
        said = parsed.said(known.sql, column) if known and column in known.sql else None
        if said is None:
            continue
        found.append((name, said.text))
        if not said.passes_on:
            break
    return tuple(found)


def edges(found: Line) -> pd.DataFrame:
    """reads, read: which model of a metric's way reads which model or raw table."""
    made = [each for each in map(model, found.models) if each]
    rows = [(each.name, read) for each in made for read in sorted(each.reads)]
    return pd.DataFrame(rows, columns=["reads", "read"])
