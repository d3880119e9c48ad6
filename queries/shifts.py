"""What moved a figure between two month ends: each segment's part, split into mix and rate.

A ratio R is the sum of w * r over segments: w a segment's share of the denominator, r its own
ratio. With midpoint weights (Marshall-Edgeworth, the symmetric form of the shift-share split)

    mix  = (w1 - w0) * ((r0 + r1) / 2 - (R0 + R1) / 2)      the book moved towards this segment
    rate = (w0 + w1) / 2 * (r1 - r0)                        the segment itself got worse or better

add up to R1 - R0 exactly, whichever date is called the first, and leave no interaction over. The
mean of R takes nothing away, since the shares' changes sum to zero: a segment adds by its mix only
where it differs from the book. A segment that is new or gone has one ratio, and its part is mix;
what counts in a segment without a denominator is rate. The split depends on how fine the segments
are, a segment's whole part (mix + rate) does not: parts of finer segments add up to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from queries.comparisons import stands_still
from queries.measures import (
    DIMENSIONS,
    SEGMENTS,
    Dimension,
    Metric,
    Source,
    Where,
    conditions_of,
    cube,
)
from queries.warehouse import Scope, ask

Grain = tuple[Dimension, ...]
Column = npt.NDArray[np.float64]

CELL: Grain = ("branch", "product")
PLACE: Grain = ("region", "product")
KINDS: tuple[Grain, ...] = tuple((dimension,) for dimension in SEGMENTS)
UNKNOWN = "unknown"  # what loans are filed under where the source does not say


@dataclass(frozen=True)
class Shift:
    """A figure before and now, and every segment's part in its change, largest first.

    `parts`: a column per dimension of `by`, weight_before, weight, before, now (the segment's own
    figure), mix, rate, added, share (of the whole change). Of an amount mix and rate are missing.
    """

    metric: Metric
    since: date
    by: Grain
    before: float
    now: float
    parts: pd.DataFrame

    @property
    def change(self) -> float:
        """The difference, which the parts add up to."""
        return self.now - self.before

    @property
    def mix(self) -> float:
        """How much of the change is the book's composition."""
        return float(self.parts["mix"].sum(skipna=False))

    @property
    def rate(self) -> float:
        """How much of the change is segments that got worse, or better."""
        return float(self.parts["rate"].sum(skipna=False))

    @property
    def is_still(self) -> bool:
        """Whether a reader would see no change at all."""
        return stands_still(self.metric, self.change)

    def leading(self, most: int = 3) -> pd.DataFrame:
        """The parts that moved the figure the way it went, largest first."""
        if self.is_still:
            return self.parts.head(0)
        return self.parts[self.parts["added"] * self.change > 0].head(most)


Shifts = Mapping[tuple[str, Grain], Shift | None]


def shift(
    scope: Scope, metric: Metric, since: date, by: Grain = CELL, where: Where = ()
) -> Shift | None:
    """What moved one figure from `since` to the scope's month end, by segments of one kind.

    None where there is nothing on one of the dates, or a ratio is over nothing.
    """
    return shifts(scope, (metric,), since, (by,), where)[metric.id, by]


def shifts(
    scope: Scope,
    metrics: Sequence[Metric],
    since: date,
    cuts: Sequence[Grain],
    where: Where = (),
) -> Shifts:
    """The same for several figures of one source and several cuts at once, from one reading."""
    source = metrics[0].source
    known = set(DIMENSIONS[source]) - {"month_end"}
    if any(each.source != source for each in metrics) or not all(set(cut) <= known for cut in cuts):
        raise ValueError("One source at a time, cut by its own dimensions.")
    sql, values = _statement(source, metrics, cuts, where)
    rows = ask(sql, scope, since=since, **values)
    grain = rows["grain"].to_numpy()
    return {
        (metric.id, cut): _shift(metric, since, cut, rows[grain == place])
        for place, cut in enumerate(cuts)
        for metric in metrics
    }


def _statement(
    source: Source, metrics: Sequence[Metric], cuts: Sequence[Grain], where: Where
) -> tuple[str, dict[str, Any]]:
    """Both dates' sums side by side in every cut; `grain` is the place of a row's cut."""
    dims: Grain = tuple(dict.fromkeys(dim for cut in cuts for dim in cut))
    columns = dict.fromkeys(column for metric in metrics for column in _columns(metric))
    days = {"before": "$since", "now": "$month_end"}
    sums = ",\n    ".join(
        [f"count(case when month_end = {day} then 1 end) as rows_{s}" for s, day in days.items()]
        + [
            f"sum(case when month_end = {day} then {column} end) as {column}_{side}"
            for column in columns
            for side, day in days.items()
        ]
    )
    sets = ", ".join(f"({', '.join(cut)})" for cut in cuts)
    grains = " ".join(
        f"when {_mask(dims, cut)} then {place}" for place, cut in reversed(list(enumerate(cuts)))
    )
    conditions, values = conditions_of(where, source)
    asked = (*dims, *(dimension for dimension, _ in where))
    sql = (
        f"select {', '.join(dims)},\n"
        f"    case grouping({', '.join(dims)}) {grains} end as grain,\n    {sums}\n"
        f"from {cube(source, asked)}\n"
        f"where month_end in ($since, $month_end){conditions}\n"
        f"group by grouping sets ({sets})\norder by grain, {', '.join(dims)}"
    )
    return sql, values


def _mask(dims: Grain, cut: Grain) -> int:
    """What `grouping` says of a cut: a bit per dimension that is not in it, the last lowest."""
    return sum(1 << place for place, dim in enumerate(reversed(dims)) if dim not in cut)


def _shift(metric: Metric, since: date, by: Grain, rows: pd.DataFrame) -> Shift | None:
    sides = ("before", "now")
    if not len(rows) or not all(rows[f"rows_{side}"].any() for side in sides):
        return None
    names = [f"{column}_{side}" for column in _columns(metric) for side in sides]
    if rows[names].isna().all().any():  # nobody recorded it on one of the dates
        return None
    columns = [_column(rows, name) for name in names]
    top, under = [each * metric.times for each in columns[:2]], columns[2:]
    if metric.denominator:
        if not all(each.sum() for each in under):
            return None
        figures = [float(n.sum() / d.sum()) for n, d in zip(top, under, strict=True)]
        parts = _ratio_parts(top, under)
    else:
        figures, parts = [float(each.sum()) for each in top], _amount_parts(top)
    change = figures[1] - figures[0]
    parts["share"] = parts["added"] / (change or float("nan"))
    order = np.argsort(-parts["added"] if change >= 0 else parts["added"], kind="stable")
    named = {dimension: rows[dimension].to_numpy()[order] for dimension in by}
    frame = pd.DataFrame(named | {key: values[order] for key, values in parts.items()})
    return Shift(metric, since, by, figures[0], figures[1], frame)


def _columns(metric: Metric) -> list[str]:
    return [each for each in (metric.numerator, metric.denominator) if each]


def _column(rows: pd.DataFrame, name: str) -> Column:
    """A column's sums; what one segment did not record counts for nothing, as in the whole."""
    return np.nan_to_num(rows[name].to_numpy(dtype=float))


def _ratio_parts(top: list[Column], under: list[Column]) -> dict[str, Column]:
    """The split of the module's formula, by segment, from numerators and denominators then, now."""
    weights = [each / each.sum() for each in under]
    ratios = [
        np.divide(n, d, out=np.full(len(n), np.nan), where=d != 0)
        for n, d in zip(top, under, strict=True)
    ]
    counted = [n / d.sum() for n, d in zip(top, under, strict=True)]
    middle = (counted[0].sum() + counted[1].sum()) / 2
    moved = weights[1] - weights[0]
    added = counted[1] - counted[0] - moved * middle
    # The mean of the ratios that there are: a new segment's is its present one.
    either = [np.where(np.isnan(ratios[i]), ratios[1 - i], ratios[i]) for i in (0, 1)]
    mix = np.nan_to_num(moved * ((either[0] + either[1]) / 2 - middle))
    return {
        "weight_before": weights[0],
        "weight": weights[1],
        "before": ratios[0],
        "now": ratios[1],
        "mix": mix,
        "rate": added - mix,
        "added": added,
    }


def _amount_parts(top: list[Column]) -> dict[str, Column]:
    """The difference of each segment, for a figure that is no ratio."""
    missing = dict.fromkeys(("weight_before", "weight"), np.full(len(top[0]), np.nan))
    split = dict.fromkeys(("mix", "rate"), np.full(len(top[0]), np.nan))
    return missing | {"before": top[0], "now": top[1]} | split | {"added": top[1] - top[0]}


def grains(metric: Metric) -> tuple[Grain, ...]:
    """How a figure's change can be cut: branch with product first, then each kind of segment."""
    if not metric.adds_up:
        return ()  # a median is not the sum of its segments, nor is a speed that one of them lacks
    if metric.source == "portfolio":
        return (CELL, PLACE, *KINDS)
    own = DIMENSIONS[metric.source]
    return tuple((dimension,) for dimension in own if dimension != "month_end")


def cut_code(cut: Grain) -> str:
    """How an address names a cut: `region_product`."""
    return "_".join(cut)


def everywhere(scope: Scope, metrics: Sequence[Metric], since: date) -> Shifts:
    """The shifts of several ratios by every cut that a landing page speaks of, in one reading."""
    return shifts(scope, metrics, since, (CELL, PLACE, *KINDS))


def place(found: Shifts, metric: Metric) -> Shift | None:
    """The shift by product and region, or by product and branch where all is in one region."""
    by_region = found[metric.id, PLACE]
    if by_region is not None and is_divided(by_region):
        return by_region
    return found[metric.id, CELL]


def is_divided(moved: Shift) -> bool:
    """Whether there is more than one segment of the first kind, those not known left aside."""
    first, *_ = moved.by
    return len(set(moved.parts[first]) - {UNKNOWN}) > 1
