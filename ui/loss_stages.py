"""Stages as computed beside those on record, what each expects to lose, and where they differ."""

from typing import Any

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import (
    ALLOWANCE_TO_LOSS,
    EXPECTED_LOSS,
    EXPECTED_LOSS_RATE,
    SEGMENTS,
    STAGE1_LOSS,
    STAGE2_LOSS,
    STAGE2_SHARE,
    STAGE3_LOSS,
    STAGE3_SHARE,
    measure,
)
from queries.warehouse import Scope
from ui import (
    drill,
    export,
    filters,
    formats,
    layout,
    links,
    lists,
    loss_loan,
    pictures,
    quality_charts,
    quality_lists,
    tables,
    tiles,
)
from ui.heat import heat
from ui.i18n import md, name, t
from ui.names import DIMENSIONS as NAMES
from ui.quality_lists import Listing
from ui.tables import Column, Target
from ui.theme import palette

BY_SEGMENT = (EXPECTED_LOSS, EXPECTED_LOSS_RATE, ALLOWANCE_TO_LOSS, STAGE2_SHARE, STAGE3_SHARE)
IN_TIME = {STAGE1_LOSS.id: STAGE1_LOSS, STAGE2_LOSS.id: STAGE2_LOSS, STAGE3_LOSS.id: STAGE3_LOSS}
STAGES = (1, 2, 3)


def draw(scope: Scope) -> None:
    """The stages, the months, computed against recorded, segments, and the loans that differ."""
    _by_stage(scope)
    left, right = layout.beside()
    with left:
        _pairs(scope)
    with right:
        _in_time(scope)
    _rules(scope)
    _segments(scope)
    _mismatches(scope)
    loss_loan.draw(scope)


def _by_stage(scope: Scope) -> None:
    title = t("Stages as computed")
    st.subheader(title, anchor=False)
    st.caption(t(STAGED))
    frame = reports.stage_summary(scope)
    words = [t("All") if pd.isna(code) else name("stage", int(code)) for code in frame["stage"]]
    shown = frame.assign(named=words)
    tables.show(shown, BY_STAGE, key="loss_stages", alt=title, open_row=_of_stage)
    export.offer(export.sheet("loss_stages", title, BY_STAGE, lambda: shown, scope, EXPECTED_LOSS))


def _of_stage(row: pd.Series) -> Target:
    own = {} if pd.isna(row["stage"]) else {"stage": lists.code(row["stage"])}
    return "why", {"metric": EXPECTED_LOSS.id, "part": "numerator", **own}


STAGED = (
    "Stage 3: in default, or not yet three month ends out of it. Stage 2: a significant increase in"
    " credit risk. Both by the rules under Assumptions, whatever the bank recorded. The loss by"
    " stage is of twelve months in stage 1 and of the whole life in stage 2."
)
BY_STAGE: dict[str, Column] = {
    "named": Column("Stage", width=90),
    "loans": Column("Loans", "count"),
    "balance": Column("Balance", "money"),
    "share": Column("Share of balance", "ratio"),
    "ecl_12m": Column("Expected loss, 12 months", "money"),
    "ecl_life": Column("Expected loss, lifetime", "money"),
    "ecl": Column("Expected loss by stage", "money"),
    "ecl_rate": Column("Expected loss rate", "ratio"),
    "allowance": Column("Allowance on record", "money"),
    "gap": Column("Allowance less expected loss", "money"),
    "coverage": Column("Allowance to expected loss", "ratio"),
}


def _pairs(scope: Scope) -> None:
    title = t("On record against computed")
    st.subheader(title, anchor=False)
    frame = reports.stage_pairs(scope)
    if frame.empty:
        st.caption(t("No stages are recorded."))
        return
    st.caption(t(PAIRED))
    picture = heat(
        *(frame, "stage_recorded", "stage", "balance", "money"),
        order=STAGES,
        rows_order=[each for each in STAGES if each in set(frame["stage_recorded"])],
        palette=palette(),
    )
    clicked = pictures.draw_cells(picture, "loss_pairs", title)
    target = drill.drill_target(clicked, ["was", "became"], [STAGES, STAGES])
    if target and target["was"] != target["became"]:
        links.go("expected_loss", pair=f"{target['was']}:{target['became']}")
    elif target:
        own = {"stage_recorded": target["was"], "stage": target["became"]}
        links.go("why", metric=EXPECTED_LOSS.id, part="numerator", **own)
    export.twin(frame, PAIRS, "loss_pairs", title, scope)


PAIRED = (
    "Rows: the stage that the bank recorded; columns: the stage computed. Right of the diagonal the"
    " record is too good. Balance; a click opens the loans."
)
PAIRS: dict[str, Column] = {
    "stage_recorded": Column("Stage on record", codes="stage_recorded"),
    "stage": Column("Stage as computed", codes="stage"),
    "loans": Column("Loans", "count"),
    "balance": Column("Balance", "money"),
    "ecl": Column("Expected loss", "money"),
    "allowance": Column("Allowance on record", "money"),
}


def _in_time(scope: Scope) -> None:
    title = t("Expected loss by stage, month by month")
    st.subheader(title, anchor=False)
    metrics = tuple(IN_TIME.values())
    frame = measure(scope, *metrics, by="month_end", months=tiles.MONTHS)
    names = {metric.id: name("stage", place) for place, metric in enumerate(metrics, start=1)}
    figure = quality_charts.lines(frame, names, palette=palette())
    words = drill.described(frame, title, STAGE3_LOSS.id, "month_end", "money")
    event = pictures.draw(figure, "loss_in_time", words)
    days = [formats.day(day) for day in frame["month_end"]]
    target = drill.drill_target(event, ["metric", "as_of"], [list(names), days])
    if target:
        links.go("why", part="numerator", **target)
    columns = {"month_end": Column("Month end", "date")} | tables.of_metrics(*metrics)
    export.twin(frame, columns, "loss_in_time", title, scope, *metrics)


def _rules(scope: Scope) -> None:
    title = t("What put loans into stages 2 and 3")
    st.subheader(title, anchor=False)
    frame = reports.stage_rules(scope)
    if frame.empty:
        st.caption(t("There is none."))
        return
    tables.show(frame, RULES, key="loss_rules", alt=title, open_row=_of_rule)
    st.caption(md(_not_evaluated(scope)))
    export.offer(export.sheet("loss_rules", title, RULES, lambda: frame, scope))


def _not_evaluated(scope: Scope) -> str:
    """Why a relative rise of PD puts no loan into stage 2, and what it would find by these PDs."""
    row = reports.pd_rise(scope).iloc[0]
    return t(
        NOT_EVALUATED,
        ratio=formats.number(row["ratio"]),
        points=formats.number(100 * row["points"]),
        backstop=formats.number(row["backstop"]),
        n=formats.count(row["loans"]),
        amount=formats.money(row["balance"]),
    )


NOT_EVALUATED = (
    "Not evaluated: the relative rise of lifetime PD since lending. The book holds no PD and no"
    " rating of the day of lending, and in the states that PD is estimated by, every loan begins as"
    " current: the test could only say again how late a loan is. By these PDs, {n} loans of stage 1"
    " with {amount} stand at {ratio} times that of a current loan over the same remaining life and"
    " {points} points above it, or at {backstop} times."
)


def _of_rule(row: pd.Series) -> Target:
    own = {"stage": lists.code(row["stage"]), "stage_rule": str(row["stage_rule"])}
    return "why", {"metric": EXPECTED_LOSS.id, "part": "numerator", **own}


RULES: dict[str, Column] = {
    "stage_rule": Column("Rule of the stage", codes="stage_rule", width=280),
    "stage": Column("Stage as computed", codes="stage"),
    "loans": Column("Loans", "count"),
    "balance": Column("Balance", "money"),
    "ecl": Column("Expected loss", "money"),
    "mismatched": Column("With another stage on record", "count"),
    "mismatched_balance": Column("Their balance", "money"),
}


def _segments(scope: Scope) -> None:
    title = t("Where the loss is expected")
    st.subheader(title, anchor=False)
    by = filters.switch(t("Segment"), "segment", SEGMENTS, lambda each: t(NAMES[each]))
    frame = measure(scope, *BY_SEGMENT, by=by).sort_values(EXPECTED_LOSS.id, ascending=False)
    columns = {by: Column(NAMES[by], codes=by)} | tables.of_metrics(*BY_SEGMENT)

    def opened(row: pd.Series) -> Target:
        return "why", {"metric": EXPECTED_LOSS.id, "part": "numerator", by: str(row[by])}

    tables.show(frame, columns, key=f"loss_{by}", alt=title, open_row=opened)
    key = f"loss_{by}"
    export.offer(export.sheet(key, title, columns, lambda: frame, scope, *BY_SEGMENT))


def _mismatches(scope: Scope) -> None:
    known = [f"{was}:{became}" for was in STAGES for became in STAGES if was != became]
    pair = (filters.asked("pair", known) or [""])[0]
    quality_lists.draw(
        scope,
        Listing(
            "stage_mismatches",
            t("Loans in another stage on record than computed"),
            MISMATCHES,
            reports.stage_mismatches,
            reports.stage_mismatches_total,
            "loan_id",
            lists.open_loan,
            pair,
            filters.pair_named(pair) if pair else "",
        ),
    )


MISMATCHES: dict[str, Any] = {
    **lists.LOAN,
    "balance": Column("Balance", "money"),
    "days_past_due": Column("Days past due", "days"),
    "classification": Column("Class", codes="classification", width=115),
    "stage_recorded": Column("Stage on record", codes="stage_recorded", width=115),
    "stage": Column("Stage as computed", codes="stage", width=115),
    "stage_rule": Column("Rule of the stage", codes="stage_rule"),
    "ecl": Column("Expected loss", "money"),
    "provision": Column("Allowance on record", "money"),
}
