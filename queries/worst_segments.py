"""The segments whose own ratio got worse most for their size, each move of the book told once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from queries.comparisons import STILL
from queries.measures import SEGMENTS, Dimension, Metric
from queries.shifts import Shift, Shifts, is_divided, shifts
from queries.warehouse import Scope

COLUMNS = ["metric_id", "dimension", "value", "before", "now", "added"]
NO_SEGMENTS = pd.DataFrame(columns=pd.Index(COLUMNS))
FEW = 3  # of one ratio
SAME = 0.5  # the part of a move from which on it is the one that was told
NOISE = 1e-12


@dataclass(frozen=True)
class _Candidate:
    """A segment that got worse: how much it added, and how much of that is beyond its size."""

    metric_id: str
    dimension: Dimension
    value: str
    before: float
    now: float
    added: float
    beyond: float


def worst_segments(
    scope: Scope, metrics: Sequence[Metric], since: date, found: Shifts, most: int = 5
) -> pd.DataFrame:
    """metric_id, dimension, value, before, now, added: where ratios got worse, at most `most`.

    Over every kind of segment, up to three of each ratio, and of each ratio that has one at least
    one. A segment that adds by its size alone is not one that got worse, and a kind of which the
    selection has one segment only says nothing.

    They are ranked by what they add beyond the part that their share of the book would have of the
    ratio's whole change: by the plain sum half the book (all corporate loans) would always come
    before the branch in it that the loans went bad in. Those that rose less than the whole are
    named only where no other did. The same loans are in a segment of every kind, so one is left
    out where more than half of what it adds was added within a segment that is told already: that
    is the same move, cut otherwise. `found` holds the shifts by each kind.
    """
    # Parts of finer segments add up to those of coarser ones: one cut holds all that two share.
    finest = shifts(scope, metrics, since, (SEGMENTS,))
    told: list[_Candidate] = []
    for metric in metrics:
        moved, own = finest[metric.id, SEGMENTS], list[_Candidate]()
        cells = moved.parts if moved else None
        for each in _ranked(found, metric):
            if len(own) == FEW:
                break
            if all(_shared(cells, each, other) <= SAME * each.added for other in own):
                own.append(each)
        told += own
    first = {each.metric_id: each for each in reversed(told)}
    rest = sorted((e for e in told if e is not first[e.metric_id]), key=lambda e: -e.beyond)
    chosen = [*first.values(), *rest][:most]
    if not chosen:
        return NO_SEGMENTS
    frame = pd.DataFrame([vars(each) for each in sorted(chosen, key=lambda each: -each.added)])
    return frame[COLUMNS]


def _ranked(found: Shifts, metric: Metric) -> list[_Candidate]:
    """The segments whose own ratio rose, and that added to the whole's, the worst first."""
    every: list[_Candidate] = []
    for dimension in SEGMENTS:
        moved = found.get((metric.id, (dimension,)))
        if moved is not None and is_divided(moved):
            every += _worse(moved, dimension)
    ahead = [each for each in every if each.beyond >= -NOISE]
    return sorted(ahead or every, key=lambda each: -each.beyond)


def _worse(moved: Shift, dimension: Dimension) -> list[_Candidate]:
    parts = moved.parts
    size = (parts["weight_before"] + parts["weight"]) / 2
    parts = parts.assign(beyond=parts["added"] - size * moved.change)
    is_worse = (parts["now"] > parts["before"]) & (parts["rate"] >= STILL)
    rows = parts[is_worse & (parts["added"] >= STILL)]
    figures = ["before", "now", "added", "beyond"]
    return [
        _Candidate(moved.metric.id, dimension, str(value), *(float(each) for each in numbers))
        for value, *numbers in rows[[dimension, *figures]].itertuples(index=False)
    ]


def _shared(cells: pd.DataFrame | None, one: _Candidate, other: _Candidate) -> float:
    """What the loans that are in both segments added; nothing of two of one kind."""
    if cells is None or one.dimension == other.dimension:
        return 0.0
    both = (cells[one.dimension] == one.value) & (cells[other.dimension] == other.value)
    return float(cells.loc[both, "added"].sum())
