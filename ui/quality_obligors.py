"""The obligor rules for non-retail borrowers: who was looked at, whom they hold for (4.3)."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, filters, formats, quality_lists, tables
from ui.i18n import name, t
from ui.quality_lists import Listing
from ui.tables import Column, Target

NOT_EVALUATED = "not_evaluated"
RULES = ("F3_10pct", "F3_20pct", "F2_other_npl", NOT_EVALUATED)


def draw(scope: Scope) -> None:
    """Each rule with its borrowers, who could not be evaluated, and the borrowers themselves."""
    title = t("Obligor rules, non-retail borrowers")
    st.subheader(title, anchor=False)
    frame = reports.obligor_counts(scope)
    if frame.empty:
        st.caption(t("No non-retail borrower in this selection."))
        return
    st.caption(t(SAID))
    choose = quality_lists.opens("obligors", "obligor_rule", "rule_id")
    tables.show(frame, COUNTS, key="obligor_counts", alt=title, open_row=choose)
    export.offer(export.sheet("obligor_counts", title, COUNTS, lambda: frame, scope))
    missing = frame["not_evaluated"].max()
    if missing:
        said = t("{n} borrowers are not evaluated for a rule", n=formats.count(missing))
        st.badge(said, icon=":material/help:", color="orange")
    shown = filters.switch(
        t("Borrowers"), "obligor_rule", ("", *RULES), lambda code: name("obligor_short", code)
    )
    quality_lists.draw(scope, _borrowers(shown))


SAID = (
    "Shares are compared strictly, over all claims of the borrower on any branch. Without a report"
    " of debts at other banks a rule is not evaluated, which is no pass."
)


def _borrowers(shown: str) -> Listing:
    return Listing(
        "obligor_list",
        t("Borrowers, the largest first"),
        BORROWERS,
        reports.obligor_list,
        reports.obligor_list_total,
        "borrower_id",
        _borrower,
        shown,
        name("obligor_rule", shown) if shown else "",
    )


def _borrower(row: pd.Series) -> Target:
    return "borrower", {"borrower_id": str(row["borrower_id"])}


COUNTS: dict[str, Column] = {
    "rule_id": Column("Rule", codes="obligor_short"),
    "borrowers": Column("Borrowers", "count", width=85),
    "evaluated": Column("Evaluated", "count", width=85),
    "not_evaluated": Column("Not evaluated", "count", width=105),
    "holds_for": Column("Holds for", "count", width=80),
    "claims": Column("Their loans", "count", width=90),
    "balance": Column("Their balance", "money", width=115),
    "lifted_count": Column(
        "Floors it sets", "count", help="Loans whose class floor this rule decides.", width=100
    ),
    "lifted_balance": Column("Balance of those", "money", width=120),
}
OWN_SHARE = "Of its own claims, only where every one of them is in this selection."
ALL_BANKS = "Past 90 days, all banks. Empty: no report, so not evaluated."
BORROWERS: dict[str, Column] = {
    "borrower_id": Column("Borrower", width=86),
    "balance": Column("Balance", "money", help="In this selection.", width=110),
    "claims": Column("Loans", "count", width=60),
    "npl_share": Column("NPL share", "ratio", help=OWN_SHARE, width=82),
    "is_over_npl_share": Column("Over 10%", "flag", help="Over 10% of claims NPL", width=78),
    "dpd90_share": Column("Past 90 days", "ratio", help=ALL_BANKS, width=98),
    "reported_on": Column("Report of", "date", width=90),
    "obligor_rule": Column("Rule", codes="obligor_short", width=175),
    "lifted_count": Column("Floors it sets", "count", width=96),
    "lifted_balance": Column("Balance of those", "money", width=118),
}
