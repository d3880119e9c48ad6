"""How much flowed from each bucket into the next within the month, and through to over 90 days."""

import pandas as pd
import streamlit as st

from queries import reports, rolls
from queries.metrics import BALANCE
from queries.reports.migration import LOWER
from queries.warehouse import Scope
from ui import export, formats, tables
from ui.i18n import md, t
from ui.tables import Column, Target

LONG = ("91-180", "181-360", "360+")


def draw(scope: Scope) -> None:
    """The ladder of net flow rates, with the product of those up to over 90 days."""
    title = t("Net flow from bucket to bucket in the month to {day}", day=formats.day(scope.as_of))
    st.subheader(title, anchor=False)
    frame = reports.net_flows(scope)
    through = rolls.flow_through(scope)
    st.markdown(md(t(THROUGH, rate=formats.value("ratio", through))))
    st.caption(t(NET))
    tables.show(frame, FLOWS, key="net_flows", alt=title, open_row=_bucket)
    export.offer(export.sheet("net_flows", title, FLOWS, lambda: frame, scope))


def _bucket(row: pd.Series) -> Target:
    """The loans now in the bucket; of one longer than a month, those that flowed in."""
    if row["bucket"] in LONG:
        own = {"chapter": "matrix", "move": f"{LOWER}:{row['bucket']}", "weight": "closing_balance"}
        return "migration", own | {"from": None, "to": None}
    return "why", {"metric": BALANCE.id, "part": "numerator", "bucket": row["bucket"]}


THROUGH = "Flow-through from current to over 90 days: {rate} of the current balance."
NET = (
    "Balance of a bucket now, new loans included, over the balance of the bucket before it a month"
    " earlier: not a probability, it can exceed 100 %. Buckets longer than a month are taken by"
    " what flowed in alone."
)
FLOWS = {
    "bucket": Column("Bucket", codes="bucket"),
    "opening_below": Column("Bucket before it, a month earlier", "money"),
    "flowed": Column("Now in the bucket, or flowed in", "money"),
    "net_flow_rate": Column("Net flow rate", "ratio"),
    "flow_through": Column("Flow-through from current", "ratio"),
}
