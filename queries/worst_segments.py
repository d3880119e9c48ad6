"""The segments whose own ratio got worse, in the one cut of each ratio that explains its rise."""

import pandas as pd

from queries.comparisons import STILL
from queries.measures import Dimension
from queries.shifts import Shift, Shifts, is_divided

COLUMNS = ["metric_id", "dimension", "value", "before", "now", "added"]


def worst_segments(found: Shifts, most: int = 5) -> pd.DataFrame:
    """metric_id, dimension, value, before, now, added: where ratios rose most.

    Segments of one dimension per ratio, the one with the segment that adds most: other dimensions
    would cut the same move again. A segment that adds by its size alone is not one that got worse.
    A dimension of which the selection has one segment only says nothing.
    """
    chosen: dict[str, pd.DataFrame] = {}
    for (metric_id, (dimension, *others)), moved in found.items():
        if others or moved is None or not is_divided(moved):
            continue
        rows = _worse(moved, dimension)
        best = chosen.get(metric_id)
        if len(rows) and (best is None or rows["added"].iloc[0] > best["added"].iloc[0]):
            chosen[metric_id] = rows
    if not chosen:
        return pd.DataFrame(columns=pd.Index(COLUMNS))
    frame = pd.concat(chosen.values()).sort_values("added", ascending=False, kind="stable")
    return frame.head(most).reset_index(drop=True)[COLUMNS]


def _worse(moved: Shift, dimension: Dimension) -> pd.DataFrame:
    """The segments whose own ratio rose, and that added to the whole's, largest first."""
    parts = moved.parts
    is_worse = (parts["now"] > parts["before"]) & (parts["rate"] >= STILL)
    rows = parts[is_worse & (parts["added"] >= STILL)].sort_values("added", ascending=False)
    named = rows.rename(columns={dimension: "value"})
    return named.assign(metric_id=moved.metric.id, dimension=dimension)
