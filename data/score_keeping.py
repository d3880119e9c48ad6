"""What of the learned score is stored: figures, weights, and scores with their reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from data import score_features, score_figures
from data.score_features import Rows, Term
from data.score_readings import Connection, Reading, Sample, by_feature

REASONS = 3
EXPLAINED = 0.95  # what is costly to explain is explained above this quantile of the tested rows


def score(
    connection: Connection,
    terms: tuple[Term, ...],
    readings: Sequence[Reading],
    tested: Sample,
) -> None:
    """Scores of the tested rows, and of every loan of the last month end."""
    told = []
    for reading in readings:
        foretold = reading.pd(tested.rows, tested.numbers)
        least = float(np.quantile(foretold, EXPLAINED)) if reading.is_costly else 0.0
        told.append(_Scale(reading, score_figures.edges(foretold), least))
        _tell(connection, terms, told[-1], tested.rows, tested.numbers, is_test=True)
    for rows in score_features.read_batches(connection, "is_last"):
        numbers = score_features.matrix(terms, rows)
        for each in told:
            _tell(connection, terms, each, rows, numbers, is_test=False)


@dataclass(frozen=True)
class _Scale:
    """A reading, its bands, and the least probability that is explained."""

    reading: Reading
    ends: np.ndarray
    least: float


def _tell(
    connection: Connection,
    terms: tuple[Term, ...],
    scale: _Scale,
    rows: Rows,
    numbers: np.ndarray,
    *,
    is_test: bool,
) -> None:
    """Stores the rows' probabilities, bands and reasons."""
    reading = scale.reading
    pd = reading.pd(rows, numbers)
    reasons = _reasons(terms, reading, rows, numbers, np.flatnonzero(pd >= scale.least))
    told = {name: rows.keys[name] for name in ("loan_id", "borrower_id", "branch", "product")}
    table = pa.table(
        {
            **{name: pa.array(np.ma.getdata(values)) for name, values in told.items()},
            "month_end": rows.keys["month_end"].astype("datetime64[D]"),
            "balance": np.asarray(rows.keys["balance"], dtype=float),
            "days_past_due": np.asarray(rows.keys["days_past_due"], dtype=np.int64),
            "is_test": pa.array([is_test] * len(rows)),
            "is_default": pa.array(np.ma.asarray(rows.keys["is_default"]).tolist(), pa.bool_()),
            "reading": pa.array([reading.name] * len(rows)),
            "pd": pd,
            "band": score_figures.places(pd, scale.ends) + 1,
            **reasons,
        }
    )
    _insert_table(connection, "model_scores", table)


def _reasons(
    terms: tuple[Term, ...],
    reading: Reading,
    rows: Rows,
    numbers: np.ndarray,
    explained: np.ndarray,
) -> dict[str, pa.ListArray]:
    """The features that add most to each explained row, their values, and what they add."""
    features = by_feature(terms)
    names = list(features)
    parts = reading.parts(numbers[explained]) if reading.parts else np.zeros((0, len(terms)))
    added = np.column_stack([parts[:, places].sum(axis=1) for places in features.values()])
    most = np.argsort(-added, axis=1, kind="stable")[:, :REASONS]
    most_added = np.take_along_axis(added, most, axis=1)
    raises = most_added > 0
    grounds = np.full(most.shape, "", dtype=object)
    for place, name in enumerate(names):
        chosen = (most == place) & raises
        grounds[chosen] = score_features.grounds(name, rows, explained[np.nonzero(chosen)[0]])
    lengths = np.zeros(len(rows), dtype=np.int32)
    lengths[explained] = raises.sum(axis=1)
    ends = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    said = np.array(names, dtype=object)[most][raises]
    return {
        "reasons": pa.ListArray.from_arrays(ends, pa.array(said, pa.string())),
        "grounds": pa.ListArray.from_arrays(ends, pa.array(grounds[raises], pa.string())),
        "parts": pa.ListArray.from_arrays(ends, pa.array(most_added[raises], pa.float64())),
    }


def insert(connection: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    """Adds rows to a table of marts; a column that a row does not name is empty."""
    if rows:
        _insert_table(connection, table, pa.Table.from_pylist(_whole(rows)))


def _whole(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every row with every name, and what is no number as nothing."""
    names = {name: None for row in rows for name in row}
    return [{name: _plain_value(row.get(name)) for name in names} for row in rows]


def _plain_value(value: Any) -> Any:
    return None if isinstance(value, float) and np.isnan(value) else value


def _insert_table(connection: Connection, table: str, rows: pa.Table) -> None:
    connection.register("told", rows)
    connection.execute(f"insert into marts.{table} by name select * from told")
    connection.unregister("told")
