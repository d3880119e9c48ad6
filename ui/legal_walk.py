"""The clocks of one loan walked event by event: what each did, and when the clock runs out."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope, data_day
from ui import export, filters, formats, links, tables
from ui.i18n import md, name, t
from ui.tables import Column

STEPS: dict[str, Column] = {
    "happened_on": Column("Day", "date", width=95),
    "event": Column("What happened", codes="clock_event", width=200),
    "effect": Column("What it did to the clock", codes="clock_effect", width=250),
    "ends_on": Column(
        "Until", "date", help="A procedure or an obstacle: the day on which it ended.", width=95
    ),
    "expires_on": Column("Runs out on", "date", help="Empty: the clock stands still.", width=110),
}


def draw(scope: Scope) -> None:
    """Asks for a loan; then one walk after the other."""
    wanted = filters.words(t("Loan"), "walk")
    if not wanted:
        wanted = _first(scope)
    if not wanted:
        st.caption(t("No clock of the law runs."))
        return
    steps = reports.clock_steps(scope, wanted)
    if steps.empty:
        st.info(t("No clock of this loan has begun, or there is no such loan in view."))
        return
    st.caption(
        t(
            "A clock begins anew with each act in time; an obstacle in its last six months suspends"
            " it until six months after its end; what comes after it ran out is nothing, but for"
            " the debtor's own payment or acknowledgement (Civil Code Art. 188 to 195; for"
            " enforcement Civil Procedure Law Art. 250)."
        )
    )
    links.link("loan", t("Loan {loan_id}", loan_id=wanted), loan_id=wanted)
    for clock_id, walk in steps.groupby("clock_id", sort=False):
        _walk(scope, str(clock_id), walk)


def _first(scope: Scope) -> str:
    """A loan to show: one whose clock ran out, else the next to run out."""
    for status in ("expired", "", "safe"):
        found = reports.legal_dates(scope, "limitation_expiry", status, limit=1)
        if len(found):
            return str(found["loan_id"].iloc[0])
    return ""


def _walk(scope: Scope, clock_id: str, walk: pd.DataFrame) -> None:
    first, last = walk.iloc[0], walk.iloc[-1]
    subject = "" if first["subject_id"] == first["loan_id"] else f" · {first['subject_id']}"
    title = f"{name('legal_clock', first['legal_clock'])}{subject}"
    st.subheader(md(title), anchor=False)
    st.markdown(md(_said(last, data_day(scope))))
    key = f"walk_{clock_id}"
    tables.show(walk, STEPS, key=key, alt=title, rows=12)
    facts = ((t("Loan"), str(first["loan_id"])), (t("Legal clock"), title))
    export.offer(export.sheet(key, title, STEPS, lambda: walk, scope, filters=facts))


def _said(last: pd.Series, day: object) -> str:
    if formats.missing(last["expires_on"]):
        return t("It stands still: a procedure is pending, or an obstacle stands.")
    ends = pd.Timestamp(last["expires_on"])
    left = (ends - pd.Timestamp(str(day))).days
    told = {"day": formats.day(ends), "n": formats.count(abs(left))}
    if left < 0:
        return t("It ran out on {day}, {n} days ago.", **told)
    return t("It runs out on {day}, in {n} days.", **told)
