"""Has the book moved away from what the learned score was trained on?"""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import drill, export, filters, formats, model_charts, pictures, tables
from ui.i18n import name, t
from ui.tables import Column, Target
from ui.theme import palette


def draw(scope: Scope, _cards: pd.DataFrame, reading: str) -> None:
    """The index of the score or of one feature over the months, and all of them at the last."""
    frame = reports.model_stability(scope, reading)
    if frame.empty:
        st.caption(t("There is no month after the training window."))
        return
    subjects = frame["subject"].unique().tolist()
    chosen = (filters.asked("subject", subjects) or subjects[:1])[0]
    _over_time(scope, frame[frame["subject"] == chosen], chosen)
    _all(scope, frame[frame["month_end"] == frame["month_end"].max()])


def _over_time(scope: Scope, frame: pd.DataFrame, chosen: str) -> None:
    title = t("Population stability index: {subject}", subject=name("subject", chosen))
    st.subheader(title, anchor=False)
    st.caption(t(READ))
    known = frame.dropna(subset=["psi"])
    picture = model_charts.stability(known, palette=palette())
    said = drill.described(known.tail(12), title, "psi", "month_end", "index")
    pictures.still(picture, f"model_stability_{chosen}", said)
    export.twin(frame, MONTHS, "model_stability", title, scope)


READ = (
    "Each later month end against the rows of the training window, over ten bands: below 0.10"
    " stable, from 0.10 on moving, from 0.25 on moved. Of the whole book, whatever is selected."
)
MONTHS = {
    "month_end": Column("Month end", "date"),
    "subject": Column("Score or feature", codes="subject"),
    "rows": Column("Loans looked at", "count"),
    "psi": Column("PSI", "index"),
    "stability": Column("Standing", codes="stability"),
}


def _all(scope: Scope, frame: pd.DataFrame) -> None:
    day = formats.day(frame["month_end"].iloc[0])
    title = t("All of them at {day}, the furthest first", day=day)
    st.subheader(title, anchor=False)
    st.caption(t("A row draws its months above."))
    frame = frame.sort_values("psi", ascending=False, kind="stable")
    tables.show(frame, SUBJECTS, key="model_subjects", alt=title, open_row=_subject)
    export.offer(export.sheet("model_subjects", title, SUBJECTS, lambda: frame, scope))


def _subject(row: pd.Series) -> Target:
    return "model", {"subject": str(row["subject"])}


SUBJECTS = {
    "subject": Column("Score or feature", codes="subject", width=260),
    "psi": Column("PSI", "index", help="Sum of (a - e) ln(a / e) over the bands (11.1)."),
    "stability": Column("Standing", codes="stability"),
    "rows": Column("Loans looked at", "count"),
}
