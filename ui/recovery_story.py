"""What became of defaults, in a sentence with the way to its rows."""

import streamlit as st

from queries import reports
from queries.metrics import (
    DISPOSAL_DAYS,
    FORECLOSED_OVERDUE_AMT,
    REALISED_TO_APPRAISED,
    SETTLEMENT_HAIRCUT,
    comparisons,
)
from queries.warehouse import Scope
from ui import formats, links
from ui.i18n import md, t

COLLATERAL = {"chapter": "collateral"}
ASKED = (DISPOSAL_DAYS, REALISED_TO_APPRAISED, SETTLEMENT_HAIRCUT, FORECLOSED_OVERDUE_AMT)


def tell(scope: Scope) -> None:
    """What assets bring and how long it takes, what settlements forgive, what is kept too long."""
    found = comparisons(scope, *ASKED)
    clauses: list[tuple[str, str, dict[str, str]]] = []
    days, brought = found[DISPOSAL_DAYS.id].now, found[REALISED_TO_APPRAISED.id].now
    if days is not None and brought is not None:
        told = {"share": formats.percent(brought), "days": formats.count(round(days))}
        said = t("assets bring {share} of what they were appraised at, after {days} days", **told)
        clauses.append((said, t("Assets sold"), COLLATERAL | {"disposal_standing": "sold"}))
    haircut = found[SETTLEMENT_HAIRCUT.id].now
    if haircut is not None:
        said = t("settlements forgive {share}", share=formats.percent(haircut))
        where = {"chapter": "settlements", "settlement_standing": "paid"}
        clauses.append((said, t("Settlements"), where))
    late = found[FORECLOSED_OVERDUE_AMT.id].now
    if late:
        said = t("assets of {amount} are kept beyond the two years", amount=formats.money(late))
        where = COLLATERAL | {"disposal_standing": "taken_over"}
        clauses.append((said, t("Assets taken over"), where))
    under_way, worth = reports.disposals_list_total(scope, "open")
    if under_way:
        told = {"n": formats.count(under_way), "amount": formats.money(worth)}
        said = t("{n} assets appraised at {amount} are on the way", **told)
        clauses.append((said, t("Assets on the way"), COLLATERAL | {"disposal_standing": "open"}))
    if not clauses:
        st.markdown(f"#### {md(t('Nothing was realised or settled in twelve months.'))}")
        return
    whole = t("; ").join(text for text, *_ in clauses)
    with st.container(gap=None):
        st.markdown(f"#### {md(whole[:1].upper() + whole[1:] + t('.'))}")
        with st.container(horizontal=True, gap="small"):
            for _, label, where in clauses:
                links.link("recovery", label, icon=":material/arrow_forward:", **where)
