"""The clocks of the law by standing, each with its source, and the days that come next."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope, data_day
from ui import drill, export, filters, formats, links, lists, long_lists, pictures, tables
from ui.heat import heat
from ui.i18n import name, t
from ui.names import LABELS
from ui.tables import Column, Target
from ui.theme import palette

CLOCKS = tuple(LABELS["legal_clock"])
STANDINGS = tuple(LABELS["clock_status"])
URGENT = ("within_30", "within_90", "within_180")
SHOWN = {"amount": "Money", "clocks": "How many"}
UNITS = {"amount": "money", "clocks": "count"}
SOURCES = {
    "limitation_expiry": "Civil Code Art. 188, 189, 192 and 195: three years, twenty at most",
    "guarantee_period_expiry": "Civil Code Art. 692 and 693: as agreed, else six months",
    "guarantee_limitation": "Civil Code Art. 188 and 694: three years",
    "mortgage_right_expiry": "Civil Code Art. 419: as long as the claim can be sued for",
    "enforcement_expiry": "Civil Procedure Law Art. 250: two years",
    "appeal_deadline": "Civil Procedure Law Art. 171: 15 days from a judgment, 10 from a ruling",
    "bankruptcy_claim_deadline": "Enterprise Bankruptcy Law Art. 45: the day the court sets",
    "foreclosed_asset_deadline": "Commercial Bank Law Art. 42: two years",
    "court_duration_benchmark": "Civil Procedure Law Art. 152, 164 and 183: how long a court may"
    " take",
}
SUMMARY: dict[str, Column] = {
    "legal_clock": Column("Legal clock", codes="legal_clock", width=170),
    "lost": Column("Run out", "count", width=75),
    "lost_amount": Column("Amount run out", "money"),
    "soon": Column("Within 180 days", "count", width=110),
    "soon_amount": Column("At risk if missed", "money"),
    "next_on": Column("Next day", "date", width=95),
    "running": Column("Running", "count", width=75),
    "done": Column("Done in time", "count", width=95),
    "said": Column("Source", width=330),
}
DATES: dict[str, Column] = {
    "expires_on": Column("Day", "date", width=95),
    "last_day": Column(
        "Last day",
        "date",
        help="The next workday where the day itself is none (Civil Code Art. 203); alerts use the"
        " day itself.",
        width=95,
    ),
    "days_left": Column("Days left", "days", width=75),
    "legal_clock": Column("Legal clock", codes="legal_clock", width=160),
    "amount": Column("At risk if missed", "money", width=120),
    "loan_id": Column("Loan", width=90),
    "subject_id": Column("Of", width=95),
    "branch": Column("Branch", codes="branch", width=110),
    "product": Column("Product", codes="product", width=110),
    "starts_on": Column("Runs from", "date", width=95),
    "clock_status": Column("Standing", codes="clock_status", width=120),
}


def draw(scope: Scope) -> None:
    """Clocks against standings, the table with the law behind each, then the days."""
    summary = reports.clock_summary(scope)
    day = formats.day(data_day(scope))
    st.caption(t("As the clocks stood on {day}, the data's last day.", day=day))
    if summary.empty:
        st.info(t("No clock of the law runs."))
        return
    _map(scope, summary)
    _table(scope, summary)
    _days(scope)


def _map(scope: Scope, summary: pd.DataFrame) -> None:
    title = t("Clocks by standing")
    st.subheader(title, anchor=False)
    value = filters.switch(t("Shown"), "shown", list(SHOWN), lambda key: t(SHOWN[key]))
    frame = summary[summary["clock_status"] != "not_started"]
    rows = [each for each in CLOCKS if each in set(frame["legal_clock"])]
    columns = [each for each in STANDINGS if each in set(frame["clock_status"])]
    picture = heat(
        frame,
        *("legal_clock", "clock_status", value, UNITS[value]),
        order=columns,
        rows_order=rows,
        of_all=True,
        palette=palette(),
    )
    pairs = zip(frame["legal_clock"], frame["clock_status"], frame[value], strict=True)
    said = drill.alt_text(
        title,
        (
            (
                f"{name('legal_clock', clock)}, {name('clock_status', standing)}",
                formats.value(UNITS[value], each),
            )
            for clock, standing, each in pairs
        ),
    )
    cell = pictures.draw_cells(picture, f"legal_{value}", said)
    target = drill.drill_target(cell, ["legal_clock", "clock_status"], [rows, columns])
    if target:
        links.go("legal", chapter="dates", **target)
    export.twin(frame, CELLS, "clock_standings", title, scope)


CELLS: dict[str, Column] = {
    "legal_clock": Column("Legal clock", codes="legal_clock"),
    "clock_status": Column("Standing", codes="clock_status"),
    "clocks": Column("How many", "count"),
    "loans": Column("Loans", "count"),
    "amount": Column("Amount", "money"),
}


def _table(scope: Scope, summary: pd.DataFrame) -> None:
    title = t("What the law sets")
    st.subheader(title, anchor=False)
    frame = pd.DataFrame([_row(summary, clock) for clock in SOURCES])
    frame = frame[frame["lost"] + frame["soon"] + frame["running"] + frame["done"] > 0]

    def opened(row: pd.Series) -> Target:
        return "legal", {"chapter": "dates", "legal_clock": row["legal_clock"]}

    tables.show(frame, SUMMARY, key="clock_summary", alt=title, open_row=opened, rows=9)
    export.offer(export.sheet("clock_summary", title, SUMMARY, lambda: frame, scope))


def _row(summary: pd.DataFrame, clock: str) -> dict[str, object]:
    mine = summary[summary["legal_clock"] == clock]

    def part(*standings: str) -> pd.DataFrame:
        return mine[mine["clock_status"].isin(standings)]

    lost, soon = part("expired"), part(*URGENT)
    return {
        "legal_clock": clock,
        "lost": lost["clocks"].sum(),
        "lost_amount": lost["amount"].sum(),
        "soon": soon["clocks"].sum(),
        "soon_amount": soon["amount"].sum(),
        "next_on": part(*URGENT, "safe", "revived")["next_on"].min(),
        "running": part(*URGENT, "safe", "revived", "stopped")["clocks"].sum(),
        "done": part("met")["clocks"].sum(),
        "said": t(SOURCES[clock]),
    }


def _days(scope: Scope) -> None:
    clock = (filters.asked("legal_clock", CLOCKS) or [""])[0]
    standing = (filters.asked("clock_status", STANDINGS) or [""])[0]
    title = t("Days that come next") if not standing else name("clock_status", standing)
    if clock:
        title = f"{title}: {name('legal_clock', clock)}"
    st.subheader(title, anchor=False)
    number, amount = reports.legal_dates_total(scope, clock, standing)
    if not number:
        st.caption(t("There is none."))
        return
    told = {"n": formats.count(number), "amount": formats.amount(amount)}
    st.caption(t("{n} days, {amount} at risk; a row opens the loan's clocks.", **told))

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return reports.legal_dates(scope, clock, standing, after, limit)

    facts = filters.told(
        (key, value) for key, value in (("legal_clock", clock), ("clock_status", standing)) if value
    )
    whole = ("legal_dates", title, DATES, part, "date_id", number, scope)
    long_lists.draw(*whole, asked=(clock, standing), facts=facts, open_row=open_walk)


def open_walk(row: pd.Series) -> Target | None:
    """The clocks of a row's loan."""
    target = lists.open_loan(row)
    return target and ("legal", {"chapter": "walk", "walk": target[1]["loan_id"]})
