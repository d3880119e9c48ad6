"""Cuts of a metric that one question cannot answer: two dimensions at once, and what moved it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from queries.metrics import Dimension, Metric, measure
from queries.warehouse import Scope, month_ends


def month_before(scope: Scope, months: int = 1) -> date | None:
    """The month end `months` before the scope's; None when the book does not go back so far."""
    dates = [day for day in month_ends(scope.build) if day <= scope.as_of]
    return dates[-1 - months] if len(dates) > months else None


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


@dataclass(frozen=True)
class Mover:
    """One branch and product, and what it adds to the change of a figure."""

    branch: str
    product: str
    added: float


@dataclass(frozen=True)
class Movement:
    """A figure now and before, and each branch and product's part in the change, largest first."""

    now: float
    before: float
    since: date
    movers: tuple[Mover, ...]

    @property
    def change(self) -> float:
        """The difference, which the parts of the movers add up to."""
        return self.now - self.before


def movement(scope: Scope, ratio: Metric, since: date) -> Movement | None:
    """What moved a ratio between `since` and the scope's month end; None where it is over nothing.

    A part adds `(n1 - r0 d1) / D1 - (n0 - r0 d0) / D0`, with n and d its own numerator and
    denominator, D the whole denominators and r0 the ratio before: growth at the old ratio adds
    nothing.
    """
    after, before = _cells(scope, ratio), _cells(replace(scope, as_of=since), ratio)
    top, bottom = after["d"].sum(), before["d"].sum()
    if not top or not bottom:
        return None
    old = before["n"].sum() / bottom
    cells = after.add_suffix("1").join(before.add_suffix("0"), how="outer").fillna(0.0)
    added = (cells["n1"] - old * cells["d1"]) / top - (cells["n0"] - old * cells["d0"]) / bottom
    change = after["n"].sum() / top - old
    ranked = added.sort_values(ascending=change < 0, kind="stable")
    flat = ranked.rename("added").reset_index()
    movers = tuple(Mover(r["branch"], r["product"], r["added"]) for _, r in flat.iterrows())
    return Movement(float(old + change), float(old), since, movers)


def _cells(scope: Scope, ratio: Metric) -> pd.DataFrame:
    """Numerator n (of a yearly rate: a year's) and denominator d by branch and product."""
    cells = measure(scope, ratio, by=("branch", "product")).set_index(["branch", "product"])
    names = {f"{ratio.id}_numerator": "n", f"{ratio.id}_denominator": "d"}
    cells = cells[list(names)].rename(columns=names).astype(float)
    return cells.assign(n=cells["n"] * ratio.times)
