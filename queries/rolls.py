"""How the month rolled beside the year: each bucket's roll-forward rate, the flow-through (6.1)."""

from dataclasses import dataclass

from queries import reports
from queries.metrics import ROLL_FORWARD_RATE, measure
from queries.roll_forecast import thin
from queries.warehouse import Scope

MONTHS = 12


@dataclass(frozen=True)
class Roll:
    """A bucket's roll-forward rate in the month, beside that of `months` months together."""

    bucket: str
    rate: float
    average: float
    months: int

    @property
    def change(self) -> float:
        """How far the month lies above the average."""
        return self.rate - self.average


def forward(scope: Scope) -> list[Roll]:
    """The buckets by how far their roll-forward rate rose above its average, the most first.

    The average is all moves of the twelve months together, the last one too. A bucket with fewer
    than 30 loans in one of the months is left out: a single loan would make the news.
    """
    metric = ROLL_FORWARD_RATE
    frame = measure(scope, metric, by=("month_end", "opening_bucket"), months=MONTHS)
    months = frame["month_end"].nunique()
    if months < 2:
        return []
    frame = frame[~frame["opening_bucket"].isin((*thin(reports.roll_average(scope)), "360+"))]
    parts = frame.groupby("opening_bucket")[[f"{metric.id}_numerator", f"{metric.id}_denominator"]]
    average = parts.sum().iloc[:, 0] / parts.sum().iloc[:, 1]
    last = frame[frame["month_end"] == frame["month_end"].max()].dropna(subset=[metric.id])
    found = [
        Roll(bucket, float(rate), float(average[bucket]), months)
        for bucket, rate in zip(last["opening_bucket"], last[metric.id], strict=True)
    ]
    return sorted(found, key=lambda roll: roll.change, reverse=True)


def flow_through(scope: Scope) -> float | None:
    """The net flow rates from current to over 90 days multiplied; None without a balance before."""
    frame = reports.net_flows(scope).set_index("bucket")["flow_through"].dropna()
    return float(frame["91-180"]) if "91-180" in frame else None
