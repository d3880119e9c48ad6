"""Suits, arbitration and enforcement: where they stand, how long stages take, what they bring."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import DELAY_INTEREST_DOUBLE, STAGE_DURATION
from queries.warehouse import Scope
from ui import charts, drill, export, filters, formats, layout, links, long_lists, pictures, tables
from ui.i18n import name, t
from ui.names import LABELS
from ui.tables import Column
from ui.theme import palette

KINDS = tuple(LABELS["proceeding_kind"])
ORDER = tuple(LABELS["legal_stage"])
STANDS = (
    *("filed", "first_instance", "decided", "appeal", "effective", "enforcement"),
    *("terminated_round", "closed"),
)
STAGES: dict[str, Column] = {
    "legal_stage": Column("Stage", codes="legal_stage", width=170),
    "entered": Column("Entered, 12 months", "count"),
    "open_now": Column("In it now", "count"),
    "open_amount": Column("Claimed by these", "money"),
    "passed": Column("Left, 12 months", "count"),
    "days_median": Column("Days, median", "number"),
    "days_p90": Column("Days, P90", "number", help="Nine of ten were quicker."),
}
STANDING: dict[str, Column] = {
    "legal_stage": Column("Stands at", codes="legal_stage", width=170),
    "proceedings": Column("How many", "count"),
    "claimed": Column("Claimed", "money"),
}
OUTCOMES: dict[str, Column] = {
    "filed_year": Column("Filed in"),
    "kind": Column("Kind", codes="proceeding_kind", width=195),
    "filed": Column("Filed", "count", width=60),
    "running": Column("Running", "count", width=75),
    "won": Column("Won", "count", width=55),
    "partly_won": Column("Partly won", "count", width=85),
    "lost": Column("Lost", "count", width=55),
    "settled": Column("Settlements", "count", width=90),
    "win_rate": Column("Win rate", "ratio", help="Upheld over claimed, of those decided."),
    "claimed": Column("Claimed", "money"),
    "upheld": Column("Upheld", "money"),
    "cash": Column("Cash received", "money"),
    "recovery_rate": Column("Received of upheld", "ratio"),
    "cost": Column("Cost", "money", help="Fees less those that debtors paid back."),
    "cost_ratio": Column("Cost of received", "ratio"),
    "doubled_interest": Column(
        "Doubled interest",
        "money",
        help=DELAY_INTEREST_DOUBLE.meaning,
    ),
}
DELAYS: dict[str, Column] = {
    "proceeding_id": Column("Proceeding", width=90),
    "loan_id": Column("Loan", width=90),
    "delay_interest_amount": Column("Doubled interest", "amount", width=135),
    "unpaid_amount": Column("Unpaid, without interest", "money", width=165),
    "days_late": Column("Days late", "days", width=75),
    "perform_by": Column("To be performed by", "date", width=125),
    "upheld": Column("Upheld", "money", width=110),
    "general_interest": Column("Of it general interest", "money", width=135),
    "kind": Column("Kind", codes="proceeding_kind", width=150),
    "branch": Column("Branch", codes="branch"),
}
PROCEEDINGS: dict[str, Column] = {
    "proceeding_id": Column("Proceeding", width=90),
    "loan_id": Column("Loan", width=90),
    "kind": Column("Kind", codes="proceeding_kind", width=195),
    "stage": Column("Stands at", codes="legal_stage", width=160),
    "claimed": Column("Claimed", "money"),
    "filed_on": Column("Filed on", "date", width=95),
    "hearing_on": Column("Hearing", "date", width=95),
    "decided_on": Column("Decided on", "date", width=95),
    "outcome": Column("Outcome", codes="legal_outcome", width=95),
    "upheld": Column("Upheld", "money"),
    "perform_by": Column("To be performed by", "date", width=130),
    "enforcement_filed_on": Column("Enforcement applied for", "date", width=150),
    "cash": Column("Cash received", "money"),
    "cost": Column("Cost", "money"),
    "branch": Column("Branch", codes="branch"),
    "court": Column("Court"),
}


def draw(scope: Scope) -> None:
    """The kind that is looked at, its stages beside their length, results by year, the list."""
    picked = filters.pick(
        t("Kind"),
        "proceeding_kind",
        list(KINDS),
        shown=lambda code: name("proceeding_kind", code),
        several=False,
        all_label=t("All kinds"),
    )
    kind = picked[0] if picked else ""
    stages = reports.legal_stages(scope, kind).rename(columns={"stage": "legal_stage"})
    if stages.empty:
        st.info(t("There is no proceeding."))
        return
    place = {code: at for at, code in enumerate(ORDER)}
    stages = stages.sort_values("legal_stage", key=lambda codes: codes.map(place))
    facts = filters.told((("proceeding_kind", kind),) if kind else ())
    left, right = layout.beside()
    with left:
        _volume(scope, kind, facts)
    with right:
        _length(scope, stages, facts)
    _outcomes(scope, kind)
    _delays(scope, kind, facts)
    _list(scope, kind, facts)


def _volume(scope: Scope, kind: str, facts: export.Facts) -> None:
    title = t("Where proceedings stand")
    st.subheader(title, anchor=False)
    frame = reports.legal_standing(scope, kind).rename(columns={"stage": "legal_stage"})
    if frame.empty:
        st.caption(t("There is none."))
        return
    frame = frame.sort_values("legal_stage", key=lambda codes: codes.map(STANDS.index))
    figure = charts.bars(
        frame, "proceedings", "legal_stage", "count", horizontal=True, palette=palette()
    )
    said = drill.described(frame, title, "proceedings", "legal_stage", "count")
    codes = pictures.draw(figure, "legal_volume", said)
    target = drill.drill_target(codes, ["legal_stage"], [frame["legal_stage"].tolist()])
    if target:
        links.go("legal", chapter="proceedings", **target)
    export.twin(frame, STANDING, "legal_volume", title, scope, filters=facts)


def _length(scope: Scope, stages: pd.DataFrame, facts: export.Facts) -> None:
    title = t("Days in each stage, median of twelve months")
    st.subheader(title, anchor=False)
    frame = stages[stages["passed"] > 0]
    if frame.empty:
        st.caption(t("There is none."))
        return
    figure = charts.bars(
        frame, "days_median", "legal_stage", "days", horizontal=True, palette=palette()
    )
    said = drill.described(frame, title, "days_median", "legal_stage", "days")
    if pictures.draw(figure, "legal_length", said):
        links.go("why", metric=STAGE_DURATION.id, part="numerator")
    export.twin(stages, STAGES, "legal_stages", title, scope, filters=facts)


def _outcomes(scope: Scope, kind: str) -> None:
    title = t("How they ended, what they brought and cost, by year of filing")
    st.subheader(title, anchor=False)
    frame = reports.legal_outcomes(scope)
    frame = frame[frame["kind"] == kind] if kind else frame
    frame = frame.assign(filed_year=frame["filed_year"].astype(str))

    def opened(row: pd.Series) -> tables.Target:
        return "legal", {"chapter": "proceedings", "proceeding_kind": row["kind"]}

    tables.show(frame, OUTCOMES, key="legal_outcomes", alt=title, open_row=opened, rows=10)
    facts = filters.told((("proceeding_kind", kind),) if kind else ())
    export.offer(
        export.sheet("legal_outcomes", title, OUTCOMES, lambda: frame, scope, filters=facts)
    )


def _delays(scope: Scope, kind: str, facts: export.Facts) -> None:
    title = t("Titles not performed by their day, the most doubled interest first")
    st.subheader(title, anchor=False)
    number, amount = reports.delay_interest_list_total(scope, kind)
    if not number:
        st.caption(t("There is none."))
        return
    told = {"n": formats.count(number), "amount": formats.amount(amount)}
    st.caption(t("{n} titles, {amount} of doubled interest in all", **told))
    if not kind:
        links.link("why", t("why?"), metric=DELAY_INTEREST_DOUBLE.id, part="numerator")

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return reports.delay_interest_list(scope, kind, after, limit)

    whole = ("delay_interest", title, DELAYS, part, "proceeding_id", number, scope)
    long_lists.draw(*whole, asked=(kind,), facts=facts, rows=8)


def _list(scope: Scope, kind: str, facts: export.Facts) -> None:
    title = t("Proceedings, the largest claim first")
    st.subheader(title, anchor=False)
    picked = filters.pick(
        t("Stands at"),
        "legal_stage",
        list(STANDS),
        shown=lambda code: name("legal_stage", code),
        several=False,
        all_label=t("All stages"),
    )
    stage = picked[0] if picked else ""
    number, amount = reports.proceedings_list_total(scope, kind, stage)
    if not number:
        st.caption(t("There is none."))
        return
    told = {"n": formats.count(number), "amount": formats.amount(amount)}
    st.caption(t("{n} rows, {amount} in all", **told))

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return reports.proceedings_list(scope, kind, stage, after, limit)

    facts = (*facts, *filters.told((("legal_stage", stage),) if stage else ()))
    whole = ("proceedings", title, PROCEEDINGS, part, "proceeding_id", number, scope)
    long_lists.draw(*whole, asked=(kind, stage), facts=facts)
