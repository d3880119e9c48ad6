"""What the learned score reads of a loan: the features, and the numbers that stand for them.

Features come from `intermediate.model_features`, as known at a month end. A column added there
becomes a feature by a line in FEATURES, and has its words in `ui/names.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import duckdb
import numpy as np

Kind = Literal["number", "long_tailed", "word"]
LEVELS = 20
RARE = 50  # rows: a word that fewer training rows hold has no term of its own


@dataclass(frozen=True)
class Feature:
    """A column of the features; a long-tailed one is read as log(1 + value)."""

    name: str
    kind: Kind = "number"


FEATURES: tuple[Feature, ...] = (
    Feature("days_past_due", "long_tailed"),
    Feature("worst_3m", "long_tailed"),
    Feature("worst_6m", "long_tailed"),
    Feature("worst_12m", "long_tailed"),
    Feature("months_late_6"),
    Feature("months_late_12"),
    Feature("days_rise_3m"),
    Feature("paid_share_3m"),
    Feature("overdue_share"),
    Feature("instalments_past_due", "long_tailed"),
    Feature("classification"),
    Feature("stage"),
    Feature("is_restructured"),
    Feature("months_on_book"),
    Feature("remaining_months"),
    Feature("annual_rate"),
    Feature("balance", "long_tailed"),
    Feature("balance_to_principal"),
    Feature("other_loans"),
    Feature("other_late_loans"),
    # The points of early warnings by family (9.2), of which the plain rule score is the sum.
    Feature("signals_behavioural"),
    Feature("signals_financial"),
    Feature("signals_external"),
    Feature("signals_collateral"),
    Feature("signals_use_of_funds"),
    # The borrower's main account and credit line here.
    Feature("inflow_change"),
    Feature("least_utilisation_3m"),
    Feature("over_limit_days"),
    Feature("account_shortfall", "long_tailed"),
    Feature("product", "word"),
    Feature("borrower_kind", "word"),
    Feature("collateral_kind", "word"),
    Feature("repayment_method", "word"),
)
KEYS = ("loan_id", "borrower_id", "month_end", "branch", "borrower_group", "is_default")
# Beside the numbers, what a scored row is told with.
TOLD = ("balance", "days_past_due", "product")
BATCH = 100_000


@dataclass(frozen=True)
class Rows:
    """Loans at month ends: their keys, and a column of raw values per feature."""

    keys: dict[str, np.ndarray]
    values: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.keys["loan_id"])


def read(connection: duckdb.DuckDBPyConnection, condition: str) -> Rows:
    """The rows of a condition on the features, in an order that is the same each time."""
    found = connection.execute(_statement(condition)).fetchnumpy()
    return _rows({name: np.ma.asanyarray(values) for name, values in found.items()})


def read_batches(connection: duckdb.DuckDBPyConnection, condition: str) -> Iterator[Rows]:
    """The same in parts of a bounded size, by an equal share of the loans' hashes each."""
    counted = f"select count(*) from intermediate.model_features where {condition}"
    ((number,),) = connection.execute(counted).fetchall()
    parts = -(-number // BATCH)
    for part in range(parts):
        upper = f" and drawn < {(part + 1) / parts!r}" if part + 1 < parts else ""
        rows = read(connection, f"{condition} and drawn >= {part / parts!r}{upper}")
        if len(rows):
            yield rows


def _statement(condition: str) -> str:
    numbers = [
        f"coalesce(cast({each.name} as double), 'nan') as f_{each.name}"
        for each in FEATURES
        if each.kind != "word"
    ]
    words = [
        f"coalesce({each.name}, '') as f_{each.name}" for each in FEATURES if each.kind == "word"
    ]
    named = ", ".join((*KEYS, *TOLD, *numbers, *words))
    return (
        f"select {named} from intermediate.model_features\n"
        f"where {condition}\norder by drawn, loan_id, month_end"
    )


def _rows(arrays: dict[str, np.ndarray]) -> Rows:
    keys = {name: arrays[name] for name in (*KEYS, *TOLD)}
    values = {each.name: np.ma.getdata(arrays[f"f_{each.name}"]) for each in FEATURES}
    words = {each.name: values[each.name].astype(str) for each in FEATURES if each.kind == "word"}
    return Rows(keys, values | words)


def outcomes(rows: Rows) -> np.ndarray:
    """Whether each loan defaulted, of rows whose twelve months are over."""
    return np.ma.filled(np.ma.asarray(rows.keys["is_default"]), False).astype(bool)


@dataclass(frozen=True)
class Term:
    """One number of the model: a feature, or whether a feature is one `level`."""

    feature: str
    level: str | None
    kind: Kind
    mean: float
    deviation: float


def terms(rows: Rows) -> tuple[Term, ...]:
    """The terms that training rows give: what never varies has none, nor has a rare word."""
    found = []
    for feature in FEATURES:
        levels = _levels(rows.values[feature.name]) if feature.kind == "word" else [None]
        for level in levels:
            values = _numbers(feature, level, rows)
            known = values[~np.isnan(values)]
            if known.size and known.std() > 1e-12:
                mean, deviation = float(known.mean()), float(known.std())
                found.append(Term(feature.name, level, feature.kind, mean, deviation))
    return tuple(found)


def _levels(words: np.ndarray) -> list[str]:
    known, counts = np.unique(words, return_counts=True)
    often = sorted(zip(-counts, known, strict=True))[:LEVELS]
    return [str(word) for count, word in often if -count >= RARE]


def _numbers(feature: Feature, level: str | None, rows: Rows) -> np.ndarray:
    values = rows.values[feature.name]
    if level is not None:
        return (values == level).astype(float)
    return np.log1p(np.maximum(values, 0)) if feature.kind == "long_tailed" else values


def matrix(found: tuple[Term, ...], rows: Rows) -> np.ndarray:
    """One row per loan and one column per term; what is not known is NaN."""
    by_name = {feature.name: feature for feature in FEATURES}
    columns = [_numbers(by_name[term.feature], term.level, rows) for term in found]
    return np.column_stack(columns) if columns else np.empty((len(rows), 0))


def standardised(found: tuple[Term, ...], numbers: np.ndarray) -> np.ndarray:
    """In standard deviations from the training mean; what is not known is average."""
    means = np.array([term.mean for term in found])
    deviations = np.array([term.deviation for term in found])
    return np.nan_to_num((numbers - means) / deviations, nan=0.0)


def grounds(feature: str, rows: Rows, places: np.ndarray) -> list[str]:
    """The raw values of a feature as text: `45`, `0.5`, `consumer`; empty when not known."""
    values = rows.values[feature][places]
    if values.dtype.kind not in "fiu":
        return values.tolist()
    return ["" if value != value else f"{value:.6g}" for value in values.tolist()]
