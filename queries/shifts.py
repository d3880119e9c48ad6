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

import pandas as pd

from queries.comparisons import limit_of
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
from queries.warehouse import Scope, ask, month_end

Grain = tuple[Dimension, ...]

CELL: Grain = ("branch", "product")
PLACE: Grain = ("region", "product")
KINDS: tuple[Grain, ...] = tuple((dimension,) for dimension in SEGMENTS)
UNKNOWN = "unknown"  # what loans are filed under where the source does not say
# Changes below half a basis point read as +0.00 pp.
STILL = 0.00005


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
        return abs(self.change) < (STILL if self.metric.unit == "ratio" else 0.5)

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
    now = pd.to_datetime(rows["month_end"]).dt.date == month_end(scope)
    return {
        (metric.id, cut): _shift(metric, since, cut, rows[rows["grain"] == place], now)
        for metric in metrics
        for place, cut in enumerate(cuts)
    }


def _statement(
    source: Source, metrics: Sequence[Metric], cuts: Sequence[Grain], where: Where
) -> tuple[str, dict[str, Any]]:
    """Both dates' sums in every cut; `grain` is the place of the cut a row belongs to."""
    dims: Grain = tuple(dict.fromkeys(dim for cut in cuts for dim in cut))
    columns = dict.fromkeys(c for m in metrics for c in (m.numerator, m.denominator) if c)
    sums = ", ".join(f"sum({column}) as {column}" for column in columns)
    sets = ", ".join(f"({', '.join(('month_end', *cut))})" for cut in cuts)
    grains = " ".join(
        f"when {_mask(dims, cut)} then {place}" for place, cut in reversed(list(enumerate(cuts)))
    )
    conditions, values = conditions_of(where, source)
    asked = (*dims, *(dimension for dimension, _ in where))
    sql = (
        f"select month_end, {', '.join(dims)},\n"
        f"    case grouping({', '.join(dims)}) {grains} end as grain,\n    {sums}\n"
        f"from {cube(source, asked)}\n"
        f"where month_end in ($since, $month_end){conditions}\n"
        f"group by grouping sets ({sets})\norder by grain, {', '.join(dims)}"
    )
    return sql, values


def _mask(dims: Grain, cut: Grain) -> int:
    """What `grouping` says of a cut: a bit per dimension that is not in it, the last lowest."""
    return sum(1 << place for place, dim in enumerate(reversed(dims)) if dim not in cut)


def _shift(
    metric: Metric, since: date, by: Grain, rows: pd.DataFrame, now: pd.Series
) -> Shift | None:
    names = {metric.numerator: "n"} | ({metric.denominator: "d"} if metric.denominator else {})
    cells = rows[[*by]].assign(
        n=rows[metric.numerator].astype(float) * metric.times,
        d=rows[metric.denominator].astype(float) if len(names) > 1 else 0.0,
    )
    is_now = now.reindex(rows.index)
    after, before = (cells[each].set_index([*by]) for each in (is_now, ~is_now))
    if after.empty or before.empty:
        return None
    both = after.add_suffix("1").join(before.add_suffix("0"), how="outer").fillna(0.0)
    parts = _ratio_parts(both) if metric.denominator else _amount_parts(both)
    if parts is None:
        return None
    top, bottom = both["n1"].sum(), both["n0"].sum()
    figures = (
        (bottom / both["d0"].sum(), top / both["d1"].sum()) if metric.denominator else (bottom, top)
    )
    change = figures[1] - figures[0]
    parts["share"] = parts["added"] / change if change else float("nan")
    parts = parts.sort_values("added", ascending=change < 0, kind="stable").reset_index()
    return Shift(metric, since, by, float(figures[0]), float(figures[1]), parts)


def _ratio_parts(both: pd.DataFrame) -> pd.DataFrame | None:
    """The split of the module's formula, by segment; None over nothing."""
    whole0, whole1 = both["d0"].sum(), both["d1"].sum()
    if not whole0 or not whole1:
        return None
    ratios = pd.DataFrame(
        {side: both[f"n{side}"] / both[f"d{side}"].where(both[f"d{side}"] != 0) for side in "01"}
    )
    weight0, weight1 = both["d0"] / whole0, both["d1"] / whole1
    middle = (both["n0"].sum() / whole0 + both["n1"].sum() / whole1) / 2
    moved = weight1 - weight0
    added = both["n1"] / whole1 - both["n0"] / whole0 - moved * middle
    # The mean of the ratios that there are: a new segment's is its present one.
    mix = (moved * (ratios.mean(axis=1) - middle)).fillna(0.0)
    return pd.DataFrame(
        {
            "weight_before": weight0,
            "weight": weight1,
            "before": ratios["0"],
            "now": ratios["1"],
            "mix": mix,
            "rate": added - mix,
            "added": added,
        }
    )


def _amount_parts(both: pd.DataFrame) -> pd.DataFrame:
    """The difference of each segment, for a figure that is no ratio."""
    missing = float("nan")
    return pd.DataFrame(
        {
            "weight_before": missing,
            "weight": missing,
            "before": both["n0"],
            "now": both["n1"],
            "mix": missing,
            "rate": missing,
            "added": both["n1"] - both["n0"],
        }
    )


def grains(metric: Metric) -> tuple[Grain, ...]:
    """How a figure's change can be cut: branch with product first, then each kind of segment."""
    if metric.source == "portfolio":
        return (CELL, PLACE, *KINDS)
    own = DIMENSIONS[metric.source]
    return tuple((dimension,) for dimension in own if dimension != "month_end")


def everywhere(scope: Scope, metrics: Sequence[Metric], since: date) -> Shifts:
    """The shifts of several ratios by every cut that a landing page speaks of, in one reading."""
    return shifts(scope, metrics, since, (CELL, PLACE, *KINDS))


def place(found: Shifts, metric: Metric) -> Shift | None:
    """The shift by product and region, or by product and branch where all is in one region."""
    by_region = found[metric.id, PLACE]
    if by_region is not None and _several(by_region):
        return by_region
    return found[metric.id, CELL]


def _several(moved: Shift) -> bool:
    """Whether there is more than one segment of the first kind, those not known left aside."""
    first, *_ = moved.by
    return len(set(moved.parts[first]) - {UNKNOWN}) > 1


def worst_segments(scope: Scope, found: Shifts, most: int = 5) -> pd.DataFrame:
    """metric_id, dimension, value, before, now, added, limit: where ratios rose most.

    Of every kind of segment the one that added most to each ratio, then the largest of these;
    `limit` is the decisive line of the ratio, if it has one. A kind of which the selection has
    one segment only says nothing.
    """
    rows = []
    for (metric_id, cut), moved in found.items():
        dimension, *others = cut
        if others or moved is None or not _several(moved):
            continue
        first = moved.parts.sort_values("added", ascending=False, kind="stable").iloc[0]
        if first["added"] >= STILL:
            own = {key: first[key] for key in ("before", "now", "added")}
            named = {"metric_id": metric_id, "dimension": dimension, "value": first[dimension]}
            rows.append(named | own | {"limit": limit_of(moved.metric, scope)})
    columns = pd.Index(["metric_id", "dimension", "value", "before", "now", "added", "limit"])
    frame = pd.DataFrame(rows, columns=columns)
    ranked = frame.sort_values("added", ascending=False, kind="stable")
    return ranked.head(most).reset_index(drop=True)
