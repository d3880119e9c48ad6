"""Cuts of a metric that one question cannot answer: two dimensions at once, layers over months."""

from typing import Any

import pandas as pd

from queries.metrics import Dimension, Metric, measure
from queries.warehouse import Scope


def cross(
    scope: Scope,
    metric: Metric,
    rows: Dimension,
    columns: Dimension,
    codes: tuple[Any, ...] | None = None,
) -> pd.DataFrame:
    """rows, columns, the metric, `share` of it in its row: one line per pair that exists.

    `codes` are the columns wanted, None all; a share is over all columns of the row.
    """
    pairs = measure(scope, metric, by=(rows, columns))[[rows, columns, metric.id]]
    whole = pairs.groupby(rows)[metric.id].transform("sum")
    pairs = pairs.assign(share=pairs[metric.id] / whole.where(whole != 0))
    return pairs if codes is None else pairs[pairs[columns].isin(codes)].reset_index(drop=True)


def over_months(
    scope: Scope, metric: Metric, parts: Dimension, codes: tuple[Any, ...], months: int = 13
) -> pd.DataFrame:
    """month_end, parts, the metric: its last `months` month ends, one line per code that exists."""
    frame = measure(scope, metric, by=("month_end", parts), months=months)
    return frame[frame[parts].isin(codes)][["month_end", parts, metric.id]].reset_index(drop=True)
