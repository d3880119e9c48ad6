"""What came of the loans that were cured: did they stay so, did they come back?"""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import CURE_RATE_CNT
from queries.warehouse import Scope
from ui import export, formats, tables
from ui.i18n import md, t
from ui.tables import Column, Target

# Two years whose outcome is known lie behind the year that is too young to tell.
MONTHS = 36


def outcomes(scope: Scope) -> None:
    """Month by month, the cures and what became of them; those too young to tell come last."""
    title = t("Cured, and then?")
    st.subheader(title, anchor=False)
    frame = _told_first(reports.cure_outcomes(scope, MONTHS))
    if frame.empty:
        st.caption(t("No loan was cured in these months."))
        return
    ripe = frame.dropna(subset=["back_over_30_rate"]).head(1)
    for row in ripe.itertuples():
        told = {
            "n": formats.count(row.cured_loans),
            "day": formats.day(row.month_end),
            "sustained": formats.percent(row.sustained_rate),
            "back": formats.percent(row.back_over_30_rate),
            "deep": formats.percent(row.back_over_90_rate),
        }
        st.markdown(md(t(TOLD, **told)))
    st.caption(t(RULES))
    tables.show(frame, COLUMNS, key="cure_outcomes", alt=title, open_row=_cured, rows=MONTHS)
    export.offer(export.sheet("cure_outcomes", title, COLUMNS, lambda: frame, scope))


def _told_first(frame: pd.DataFrame) -> pd.DataFrame:
    """The months whose outcome is known, newest first, then those that are too young to tell."""
    known = frame["back_over_30_rate"].notna()
    frame = frame.assign(outcome=known.map({True: t("known"), False: t("too young")}))
    return pd.concat([frame[known], frame[~known]]).reset_index(drop=True)


def _cured(row: pd.Series) -> Target:
    """The loans that were cured in the month, those cured on paper left out."""
    own = {"metric": CURE_RATE_CNT.id, "part": "numerator"}
    return "why", own | {"as_of": formats.day(row["month_end"])}


TOLD = (
    "Of {n} loans cured in the month to {day}, {sustained} were not a day late at the next three"
    " month ends; within twelve months {back} were over 30 days late again, {deep} over 90."
)
RULES = (
    "By loans, cures on paper left out. Sustained cures are known after three months, re-defaults"
    " after twelve: the months that are too young for them stand last. A loan paid off stays cured."
    " A row opens the loans that were cured."
)
COLUMNS = {
    "month_end": Column("Month end", "date"),
    "outcome": Column("Outcome", help="Whether twelve months have passed since the cure."),
    "cured_loans": Column("Cured loans", "count"),
    "cured_balance": Column("Cured balance", "money", help="Balance before the cure."),
    "admin_cured_loans": Column(
        "Cured on paper, loans", "count", help="Current or paid off after a change of contract."
    ),
    "sustained_rate": Column(
        "Sustained", "ratio", help="Not a day late at any of the next three month ends."
    ),
    "back_over_30_rate": Column(
        "Back over 30 days", "ratio", help="Over 30 days late again within twelve months."
    ),
    "back_over_90_rate": Column(
        "Back over 90 days", "ratio", help="Over 90 days late again within twelve months."
    ),
}
