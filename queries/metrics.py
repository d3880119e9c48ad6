"""Every metric, once: what it is called, what is summed over what, what it means, who answers.

To add one: a constant in `definitions/`, a column in the mart if something new is counted, a
given/expect test, and the translations of its name and meaning. Pages import all of it from here.
"""

from queries.comparisons import Comparison, compare, compared, comparisons, history
from queries.definitions.audit import *
from queries.definitions.audit_plan import *
from queries.definitions.classification import *
from queries.definitions.collecting import *
from queries.definitions.concentration import *
from queries.definitions.delinquency import *
from queries.definitions.entries import *
from queries.definitions.expected_loss import *
from queries.definitions.flows import *
from queries.definitions.house import *
from queries.definitions.legal import *
from queries.definitions.migration import *
from queries.definitions.oversight import *
from queries.definitions.provisions import *
from queries.definitions.realisation import *
from queries.definitions.restructured import *
from queries.definitions.service import *
from queries.definitions.size import *
from queries.definitions.vintages import *
from queries.definitions.workload import *
from queries.lights import Light, Lines, Threshold, lines
from queries.measures import (
    AUDITED_BANDS,
    BUCKETS,
    DIMENSIONS,
    OF_DEPARTMENTS,
    SEGMENTS,
    SEVERITIES,
    UNIT_RATINGS,
    Cut,
    Dimension,
    Metric,
    Part,
    Where,
    measure,
)
from queries.rows_behind import figure_total, rows_and_total, rows_behind, rows_total

__all__ = [
    "AUDITED_BANDS",
    "BUCKETS",
    "DIMENSIONS",
    "METRICS",
    "OF_DEPARTMENTS",
    "SEGMENTS",
    "SEVERITIES",
    "UNIT_RATINGS",
    "Comparison",
    "Cut",
    "Dimension",
    "Light",
    "Lines",
    "Metric",
    "Part",
    "Threshold",
    "Where",
    "compare",
    "compared",
    "comparisons",
    "figure_total",
    "history",
    "lines",
    "measure",
    "rows_and_total",
    "rows_behind",
    "rows_total",
]

METRICS: dict[str, Metric] = {
    metric.id: metric for metric in list(globals().values()) if isinstance(metric, Metric)
}
