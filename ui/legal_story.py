"""What the law's clocks say in a sentence: what is lost, what runs out next, who is heard when."""

from dataclasses import dataclass, field
from datetime import timedelta

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import LEGAL_RECOVERY_RATE, WIN_RATE, comparisons
from queries.warehouse import Scope, data_day
from ui import formats, links
from ui.i18n import md, name, t

LOST = ("limitation_expiry", "guarantee_period_expiry", "enforcement_expiry")
LAPSES = {
    "limitation_expiry": "{n} claims over {amount} are time-barred",
    "guarantee_period_expiry": "{n} guarantees over {amount} have lapsed for good",
    "enforcement_expiry": "{n} titles over {amount} can no longer be enforced",
}
SOON = 30
# What is gone for good when its day is missed; an appeal is only one more chance.
ENDS = (*LOST, "guarantee_limitation", "bankruptcy_claim_deadline", "foreclosed_asset_deadline")


@dataclass(frozen=True)
class Clause:
    """A part of the sentence, and under which word its rows are opened."""

    text: str
    label: str = ""
    opens: dict[str, str] = field(default_factory=dict)


def tell(scope: Scope) -> None:
    """The sentence, and under it the way to the rows of each clause."""
    summary = reports.clock_summary(scope)
    clauses = [*_lost(summary), *_next(scope), *_results(scope)]
    said = t("; ").join(clause.text for clause in clauses)
    with st.container(gap=None):
        st.markdown(f"#### {md(said[:1].upper() + said[1:] + t('.'))}")
        with st.container(horizontal=True, gap="small"):
            for clause in clauses:
                if clause.opens:
                    icon = ":material/arrow_forward:"
                    links.link("legal", clause.label, icon=icon, **clause.opens)


def _lost(summary: pd.DataFrame) -> list[Clause]:
    found = []
    gone = summary[summary["clock_status"] == "expired"].set_index("legal_clock")
    for clock in LOST:
        if clock in gone.index:
            row = gone.loc[clock]
            told = {"n": formats.count(row["clocks"]), "amount": formats.money(row["amount"])}
            where = {"chapter": "dates", "legal_clock": clock, "clock_status": "expired"}
            label = f"{name('legal_clock', clock)}: {name('clock_status', 'expired')}"
            found.append(Clause(t(LAPSES[clock], **told), label, where))
    return found or [Clause(t("nothing has lapsed"))]


def _next(scope: Scope) -> list[Clause]:
    """What would be lost next, and the hearings of thirty days."""
    dates = reports.legal_dates(scope, "", "", limit=1000)
    found = []
    clocks = dates[dates["legal_clock"].isin(ENDS)]
    if len(clocks):
        first = clocks.iloc[0]
        told = {
            "clock": name("legal_clock", first["legal_clock"]),
            "loan": first["loan_id"],
            "day": formats.day(first["expires_on"]),
            "amount": formats.money(first["amount"]),
        }
        said = t("next to run out, on {day}: {clock}, loan {loan}, {amount}", **told)
        where = {"chapter": "dates", "legal_clock": str(first["legal_clock"])}
        found.append(Clause(said, name("legal_clock", first["legal_clock"]), where))
    until = pd.Timestamp(data_day(scope) + timedelta(days=SOON))
    heard = dates[(dates["legal_clock"] == "hearing") & (dates["expires_on"] <= until)]
    if len(heard):
        said = t("{n} hearings within {days} days", n=len(heard), days=SOON)
        where = {"chapter": "dates", "legal_clock": "hearing"}
        found.append(Clause(said, name("legal_clock", "hearing"), where))
    return found


def _results(scope: Scope) -> list[Clause]:
    found = comparisons(scope, WIN_RATE, LEGAL_RECOVERY_RATE)
    won, came = found[WIN_RATE.id].now, found[LEGAL_RECOVERY_RATE.id].now
    if won is None or came is None:
        return []
    told = {"won": formats.percent(won), "came": formats.percent(came)}
    said = t("courts upheld {won} of what was claimed, {came} of titles came in", **told)
    return [Clause(said, t("Proceedings"), {"chapter": "proceedings"})]
