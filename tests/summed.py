"""What the cube of a source and the single rows behind it sum, for all its metrics at once.

`figure_total` and `rows_total` say it of one part of one metric. To ask them for every part in
many scopes is a statement each, and the time goes into planning these.
"""

from decimal import Decimal

from queries.measures import Metric, Source, Where, conditions_of, cube
from queries.metrics import METRICS
from queries.rows_behind import counted_rows
from queries.warehouse import Scope, ask_exact

Sums = dict[str, Decimal]
# One figure of each kind, where all of a kind take the same way: every single one adds up to its
# rows in tests/test_agreement.py.
KINDS = tuple(
    {(m.source, m.unit, not m.denominator, m.quantile): m for m in METRICS.values()}.values()
)


def of_source(*sources: str) -> tuple[Metric, ...]:
    """The metrics that are summed from these."""
    return tuple(metric for metric in METRICS.values() if metric.source in sources)


def columns_of(metrics: tuple[Metric, ...]) -> list[str]:
    """The columns that they sum, each once."""
    both = ((metric.numerator, metric.denominator) for metric in metrics)
    return list(dict.fromkeys(column for columns in both for column in columns if column))


def in_cube(scope: Scope, source: Source, where: Where = ()) -> Sums:
    """Column -> its exact sum over the cube at the scope's month end."""
    conditions, values = conditions_of(where, source)
    table = cube(source, (name for name, _ in where))
    rows = f"from {table}\nwhere month_end = $month_end{conditions}"
    return _summed(scope, source, rows, values)


def of_rows(scope: Scope, source: Source, where: Where = ()) -> Sums:
    """Column -> its exact sum over the single rows that the cube counts."""
    return _summed(scope, source, *counted_rows(source, where))


def _summed(scope: Scope, source: Source, rows: str, values: dict) -> Sums:
    columns = columns_of(of_source(source))
    sums = ", ".join(f"coalesce(sum({column}), 0)" for column in columns)
    (found,) = ask_exact(f"select {sums}\n{rows}", scope, **values)
    return {column: Decimal(amount) for column, amount in zip(columns, found, strict=True)}
