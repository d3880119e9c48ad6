"""What the law's clocks say in a sentence: what is lost, what runs out next, who is heard when."""

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


def tell(scope: Scope) -> None:
    """The sentence, each clause with the way to its rows."""
    summary = reports.clock_summary(scope)
    clauses = [*_lost(summary), *_next(scope), *_results(scope)]
    said = t("; ").join(text for text, _ in clauses)
    st.markdown(f"#### {md(said + t('.'))}")
    with st.container(horizontal=True, gap="small"):
        for text, where in clauses:
            if where:
                page, params = where
                links.link(page, text, icon=":material/arrow_forward:", **params)


Clause = tuple[str, tuple[str, dict[str, str]] | None]


def _lost(summary: pd.DataFrame) -> list[Clause]:
    found: list[Clause] = []
    gone = summary[summary["clock_status"] == "expired"].set_index("legal_clock")
    for clock in LOST:
        if clock in gone.index:
            row = gone.loc[clock]
            told = {"n": formats.count(row["clocks"]), "amount": formats.money(row["amount"])}
            where = {"chapter": "dates", "legal_clock": clock, "clock_status": "expired"}
            found.append((t(LAPSES[clock], **told), ("legal", where)))
    return found or [(t("Nothing has lapsed"), None)]


def _next(scope: Scope) -> list[Clause]:
    """What runs out next, and the hearings of thirty days."""
    dates = reports.legal_dates(scope, "", "", limit=1000)
    found: list[Clause] = []
    clocks = dates[~dates["legal_clock"].isin(("hearing", "court_duration_benchmark"))]
    if len(clocks):
        first = clocks.iloc[0]
        told = {
            "clock": name("legal_clock", first["legal_clock"]),
            "loan": first["loan_id"],
            "day": formats.day(first["expires_on"]),
            "amount": formats.money(first["amount"]),
        }
        said = t("next to run out, on {day}: {clock}, loan {loan}, {amount}", **told)
        where = {"chapter": "walk", "walk": str(first["loan_id"])}
        found.append((said, ("legal", where)))
    until = pd.Timestamp(data_day(scope) + timedelta(days=SOON))
    heard = dates[(dates["legal_clock"] == "hearing") & (dates["expires_on"] <= until)]
    if len(heard):
        said = t("{n} hearings within {days} days", n=len(heard), days=SOON)
        found.append((said, ("legal", {"chapter": "dates", "legal_clock": "hearing"})))
    return found


def _results(scope: Scope) -> list[Clause]:
    found = comparisons(scope, WIN_RATE, LEGAL_RECOVERY_RATE)
    won, came = found[WIN_RATE.id].now, found[LEGAL_RECOVERY_RATE.id].now
    if won is None or came is None:
        return []
    told = {"won": formats.percent(won), "came": formats.percent(came)}
    return [(t("courts upheld {won} of what was claimed, {came} of titles came in", **told), None)]
