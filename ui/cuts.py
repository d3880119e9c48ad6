"""Which part of the book a page looks at, and a metric cut by two dimensions at once."""

from typing import Any

import pandas as pd
import streamlit as st

from queries.metrics import BALANCE, Dimension, Metric, Where, measure
from queries.warehouse import Scope
from ui import filters

OWN: tuple[Dimension, ...] = ("borrower_kind", "collateral_kind", "region", "industry")


def asked(scope: Scope) -> Where:
    """The segments that the address asks for beside branch and product; known codes only."""
    found = []
    for dimension in OWN:
        if dimension in st.query_params:
            known = measure(scope, BALANCE, by=dimension)[dimension].dropna()
            found += [(dimension, value) for value in filters.asked(dimension, known.tolist())]
    return tuple(found)


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
