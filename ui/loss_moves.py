"""How the expected loss of the month before became that of now, step by step, to the cent."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import METRICS, SEGMENTS, measure
from queries.warehouse import Scope
from ui import bridge_charts, drill, export, filters, formats, layout, links, pictures, tables
from ui.heat import heat
from ui.i18n import name, t
from ui.names import DIMENSIONS as NAMES
from ui.names import LABELS
from ui.tables import Column, Target
from ui.theme import palette

CODES = tuple(LABELS["ecl_step"])
STEPS = CODES[1:-1]
STAGES = (1, 2, 3)


def draw(scope: Scope) -> None:
    """The steps of the month beside the stages that loans moved between, then month by month."""
    frame = reports.ecl_bridge(scope)
    left, right = layout.beside()
    with left:
        _steps(scope, frame.iloc[-1])
    with right:
        _stages(scope)
    _segments(scope)
    _months(scope, frame)


def _steps(scope: Scope, row: pd.Series) -> None:
    title = t("From the month before to now")
    st.subheader(title, anchor=False)
    st.caption(t(READ))
    if row["closes"]:
        st.badge(t("closes to the cent"), icon=":material/check:", color="green")
    else:
        st.badge(t("does not close"), icon=":material/warning:", color="red")
    bars = [
        bridge_charts.Bar(code, name("ecl_step", code), float(row[code]), code not in STEPS)
        for code in CODES
    ]
    if bridge_charts.is_cut(bars):
        st.caption(t(CUT))
    figure = bridge_charts.waterfall(bars, palette=palette())
    said = drill.alt_text(title, [(bar.label, formats.amount(bar.amount)) for bar in bars])
    event = pictures.draw(figure, "loss_bridge", said)
    target = drill.drill_target(event, ["metric"], [CODES])
    if target:
        links.go("why", part="numerator", **target)
    twin = pd.DataFrame([{"step": bar.code, "amount": bar.amount} for bar in bars])
    columns = {"step": Column("Step", codes="ecl_step"), "amount": Column("Amount", "money")}
    export.twin(twin, columns, "loss_bridge", title, scope, *(METRICS[code] for code in CODES))


READ = (
    "Each loan is taken from the month before to now a step at a time: its stage, then its chance"
    " to default, then what is lost given default, then its exposure. A bar opens its loans."
)
CUT = (
    "The axis does not begin at zero: the bars are what moved, to scale; the two marks are where"
    " the expected loss stood, and no bars."
)


def _stages(scope: Scope) -> None:
    title = t("Stage moves of the month")
    st.subheader(title, anchor=False)
    frame = reports.stage_moves(scope)
    if frame.empty:
        st.caption(t("There is no month before to compare with."))
        return
    st.caption(t(MOVED))
    picture = heat(
        *(frame, "opening_stage", "stage", "balance", "money"),
        order=STAGES,
        rows_order=STAGES,
        palette=palette(),
    )
    clicked = pictures.draw_cells(picture, "loss_stage_moves", title)
    target = drill.drill_target(clicked, ["opening_stage", "stage"], [STAGES, STAGES])
    if target:
        links.go("why", metric="expected_loss", part="numerator", **target)
    export.twin(frame, MOVES, "loss_stage_moves", title, scope)


MOVED = (
    "Rows: the stage a month before; columns: the stage now. Balance now; a click opens the loans."
)
MOVES: dict[str, Column] = {
    "opening_stage": Column("Stage a month before", codes="opening_stage"),
    "stage": Column("Stage as computed", codes="stage"),
    "loans": Column("Loans", "count"),
    "balance": Column("Balance", "money"),
    "opening_ecl": Column("Expected loss before", "money"),
    "stage_ecl": Column("Changed by the move", "money"),
    "ecl": Column("Expected loss", "money"),
}


def _segments(scope: Scope) -> None:
    title = t("Where it moved")
    st.subheader(title, anchor=False)
    by = filters.switch(t("Segment"), "segment", SEGMENTS, lambda each: t(NAMES[each]))
    metrics = tuple(METRICS[code] for code in CODES)
    frame = measure(scope, *metrics, by=by).sort_values(CODES[-1], ascending=False)
    columns = {by: Column(NAMES[by], codes=by), **_columns()}

    def opened(row: pd.Series) -> Target:
        return "why", {"metric": CODES[-1], "part": "numerator", by: str(row[by])}

    tables.show(frame, columns, key=f"loss_moved_{by}", alt=title, open_row=opened)
    key = f"loss_moved_{by}"
    export.offer(export.sheet(key, title, columns, lambda: frame, scope, *metrics))


def _columns() -> dict[str, Column]:
    """Opening, steps and closing, signed, so that each row adds up."""
    return {
        code: Column(
            LABELS["ecl_step"][code], "money", help=METRICS[code].meaning if code in STEPS else ""
        )
        for code in CODES
    }


def _months(scope: Scope, frame: pd.DataFrame) -> None:
    title = t("Month by month")
    st.subheader(title, anchor=False)
    words = {True: t("closes to the cent"), False: t("does not close")}
    shown = frame.assign(check=[words[bool(each)] for each in frame["closes"]]).iloc[::-1]
    columns = {"month_end": Column("Month end", "date"), **_columns(), "check": Column("Check")}
    tables.show(shown, columns, key="loss_months", alt=title, open_row=_month, rows=13)
    export.offer(
        export.sheet(
            "loss_months", title, columns, lambda: shown, scope, *(METRICS[c] for c in CODES)
        )
    )


def _month(row: pd.Series) -> Target:
    return "expected_loss", {"as_of": row["month_end"]}
