"""The ways to give a probability, and the benchmarks that a learned one must beat."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from data.score_features import Rows, Term

SEED = 7
DAYS, RULES = "days_past_due", "rule_score"
# Upper ends of the bands in which a benchmark's own default rates stand for its probability.
DAY_BANDS = np.array([0.5, 7.5, 30.5, 60.5])
SCORE_BANDS = np.array([0.5, 29.5, 59.5, 89.5])

Connection = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class Sample:
    """Rows with what became of them."""

    rows: Rows
    numbers: np.ndarray
    bad: np.ndarray


@dataclass(frozen=True)
class Reading:
    """One way to give a probability: for features, and, of a model, why."""

    name: str
    pd: Callable[[Rows, np.ndarray], np.ndarray]
    rank: Callable[[Rows, np.ndarray], np.ndarray]
    parts: Callable[[np.ndarray], np.ndarray] | None = None
    settings: str = ""
    intercept: float | None = None
    coefficients: tuple[float, ...] = ()
    nodes: tuple[dict[str, Any], ...] = ()
    is_costly: bool = False


def by_feature(terms: tuple[Term, ...]) -> dict[str, list[int]]:
    """The places of each feature's terms: the levels of a word are one reason."""
    found: dict[str, list[int]] = {}
    for place, term in enumerate(terms):
        found.setdefault(term.feature, []).append(place)
    return found


def benchmarks(connection: Connection, learned: Sample) -> list[Reading]:
    """What the score must beat: days past due alone, and the rules' score where the book has it."""
    found = [_banded(DAYS, lambda rows: rows.values["days_past_due"], DAY_BANDS, learned)]
    if _has_rule_scores(connection):
        found.append(
            _banded(RULES, lambda rows: _rule_scores(connection, rows), SCORE_BANDS, learned)
        )
    return found


def _banded(
    name: str, rank: Callable[[Rows], np.ndarray], inner: np.ndarray, learned: Sample
) -> Reading:
    """A benchmark ranks by its own number; its probability is the rate of its band in training."""
    bands = np.searchsorted(inner, rank(learned.rows))
    rates = np.full(len(inner) + 1, learned.bad.mean())
    for band in np.unique(bands):
        rates[band] = learned.bad[bands == band].mean()

    def pd(rows: Rows, _numbers: np.ndarray) -> np.ndarray:
        return rates[np.searchsorted(inner, rank(rows))]

    return Reading(name, pd, lambda rows, _numbers: rank(rows))


def _has_rule_scores(connection: Connection) -> bool:
    """Whether the build has the table and anything in it: an empty one is no rival."""
    there = "from duckdb_tables() select 1 where schema_name = 'marts' and table_name = ?"
    if not connection.execute(there, ["borrower_scores"]).fetchall():
        return False
    return bool(connection.execute("select 1 from marts.borrower_scores limit 1").fetchall())


def _rule_scores(connection: Connection, rows: Rows) -> np.ndarray:
    """The rules' score of each row's borrower on that month end; 0 where no signal was active."""
    wanted = pa.table(
        {
            "place": np.arange(len(rows)),
            "borrower_id": rows.keys["borrower_id"].astype(str),
            "month_end": rows.keys["month_end"].astype("datetime64[D]"),
        }
    )
    connection.register("wanted", wanted)
    found = connection.execute(
        """
        select coalesce(cast(scores.score as double), 0) as score
        from wanted
        left join marts.borrower_scores as scores
            on wanted.borrower_id = scores.borrower_id and wanted.month_end = scores.month_end
        order by wanted.place
        """
    ).fetchnumpy()
    connection.unregister("wanted")
    return np.asarray(found["score"], dtype=float)
