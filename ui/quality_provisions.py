"""The loss allowance against the requirement, which standard binds, and coverage by stage."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.comparisons import run_below
from queries.metrics import (
    LOAN_PROVISION_RATIO,
    PROVISION,
    PROVISION_COVERAGE,
    STAGE2_COVERAGE,
    STAGE3_COVERAGE,
    comparisons,
    history,
)
from queries.warehouse import Scope
from ui import drill, export, formats, layout, links, pictures, quality_charts, tables, tiles
from ui.i18n import t
from ui.tables import Column
from ui.theme import BROKEN, WITHIN, palette

ALL_MONTHS = 1200  # a broken requirement is followed back to its first month
STAGES = (STAGE2_COVERAGE, STAGE3_COVERAGE)


def draw(scope: Scope) -> None:
    """Allowance against requirement over time, what it is made of, coverage by stage."""
    frame = reports.provision_requirement(scope)
    left, right = layout.beside()
    with left:
        _against(scope, frame)
    with right:
        _stages(scope)
    title = t("Requirement and gap, month by month")
    st.subheader(title, anchor=False)
    st.caption(t("The requirement is the higher of two standards, with the rates of the day."))
    tables.show(frame[::-1], COLUMNS, key="requirement", alt=title, rows=13)
    ratios = (PROVISION_COVERAGE, LOAN_PROVISION_RATIO)
    export.offer(export.sheet("requirement", title, COLUMNS, lambda: frame, scope, *ratios))


def gap_tile(scope: Scope) -> None:
    """The surplus or shortfall of the allowance, as a tile: which standard binds, and the way."""
    frame = reports.provision_requirement(scope, ALL_MONTHS)
    last = frame.iloc[-1]
    known = frame.dropna(subset=["gap"])
    days = [day.date() for day in known["month_end"]]
    past = dict(zip(days, known["gap"].astype(float).tolist(), strict=True))
    tiles.figure("Gap to requirement", "money", past, rising_is_good=True, meaning=GAP)
    if formats.missing(last["gap"]):
        unknown = formats.missing(last["allowance"])
        st.caption(t("not recorded") if unknown else t("no limit set"))
        return
    needed = formats.money(last["requirement"])
    least = {"amount": needed, "share": formats.percent(last["lpr_min"])}
    said = t("required {amount}: {share} of gross loans", **least)
    if last["binding"] == "coverage":
        least["share"] = formats.percent(last["pcr_min"])
        said = t("required {amount}: {share} of non-performing loans", **least)
    st.caption(said)
    light = WITHIN if last["gap"] >= 0 else BROKEN
    said = t("requirement met") if last["gap"] >= 0 else t("shortfall")
    st.badge(said, icon=light.icon, color=light.colour)
    broken = run_below(past)
    if broken:
        st.caption(t("since {day}", day=formats.day(broken)))
    binds = PROVISION_COVERAGE if last["binding"] == "coverage" else LOAN_PROVISION_RATIO
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        links.link("why", t("why?"), metric=binds.id, part="numerator")
        icon = ":material/arrow_forward:"
        links.link("quality", t("Provisions"), icon=icon, chapter="provisions")


GAP = "Allowance less the higher of two standards; below nothing is a shortfall."


def _against(scope: Scope, frame: pd.DataFrame) -> None:
    title = t("Allowance against the requirement")
    st.subheader(title, anchor=False)
    names = {
        "allowance": t("Loss allowance"),
        "by_coverage": t("Required by NPL"),
        "by_ratio": t("Required by gross loans"),
    }
    figure = quality_charts.lines(frame, names, palette=palette())
    words = drill.described(frame, title, "gap", "month_end", "money")
    event = pictures.draw(figure, "quality_requirement", words)
    days = [formats.day(day) for day in frame["month_end"]]
    target = drill.drill_target(event, ["column", "as_of"], [list(names), days])
    if target:
        metrics = {"allowance": PROVISION, "by_coverage": PROVISION_COVERAGE}
        metric = metrics.get(target["column"], LOAN_PROVISION_RATIO)
        links.go("why", metric=metric.id, part="numerator", as_of=target["as_of"])
    export.twin(frame, COLUMNS, "provision_requirement", title, scope, PROVISION)


def _stages(scope: Scope) -> None:
    title = t("Coverage by stage")
    st.subheader(title, anchor=False)
    found = comparisons(scope, *STAGES)
    if not any(each.denominator for each in found.values()):
        st.caption(t("No stages are recorded."))
        return
    tiles.row(found, *found, columns=2, with_amount=True)
    series = history(scope, *STAGES).tail(tiles.MONTHS)
    columns = {"month_end": Column("Month end", "date")} | tables.of_metrics(*STAGES)
    export.twin(series, columns, "stage_coverage", title, scope, *STAGES)


COLUMNS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "allowance": Column("Loss allowance", "money"),
    "requirement": Column("Requirement", "money"),
    "gap": Column("Gap to requirement", "money"),
    "binding": Column("What binds", codes="binding"),
    "provision_coverage": Column("Provision coverage", "ratio"),
    "pcr_min": Column("Minimum coverage", "ratio"),
    "loan_provision_ratio": Column("Loan provision ratio", "ratio"),
    "lpr_min": Column("Minimum ratio", "ratio"),
    "npl": Column("NPL balance", "money"),
    "by_coverage": Column("Required by NPL", "money"),
    "gross": Column("Gross loans", "money"),
    "by_ratio": Column("Required by gross loans", "money"),
}
