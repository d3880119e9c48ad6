"""The table of the watchlist: columns by choice, the score's year as a line, rows to choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import (
    export,
    filters,
    formats,
    links,
    paging,
    tables,
    visit,
    watch_desk,
    watch_order,
    watch_words,
)
from ui.desk_entries import Snapshot
from ui.i18n import t
from ui.tables import Column
from ui.watch_filters import Asked
from ui.watch_words import Rules

COLUMNS: dict[str, Column] = {
    "borrower_id": Column("Borrower", width=95),
    "name": Column("Name", width=92),
    "level": Column("Level", codes="alert_level", width=62),
    "score": Column("Score", "count", width=55),
    "why": Column("Why", width=215),
    "exposure": Column("Exposure", "money", width=108),
    "entered_on": Column("Listed since", "date", width=88),
    "owner_now": Column("Owner", width=72),
    "next_step": Column("Next step", width=100),
    "review_due_on": Column("Review due", "date", width=90),
    "step_due_on": Column("Next step by", "date", width=95),
    "trend": Column("13 months", "trend", width=100, help="The score at the last month ends"),
    "change": Column("Change", codes="watch_change", width=95),
    "worst_loan_id": Column("Worst loan", width=95),
    "days_past_due": Column("Days past due", "days", width=75),
    "is_answered": Column("Acknowledged", "flag"),
    "exit": Column("Exit"),
    "listed_for": Column("Why it is listed"),
    "borrower_kind": Column("Borrower type", codes="borrower_kind"),
    "classification": Column("Worst class", codes="classification"),
    "loan_count": Column("Active loans", "count"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "score_before": Column("Score a month before", "count"),
    "days_on_list": Column("Days on the list", "days"),
    "is_review_overdue": Column("Review overdue", "flag"),
    "is_step_overdue": Column("Next step overdue", "flag"),
    "is_escalated": Column(
        "On the list for too long", "flag", help="And without a new next step all that time."
    ),
    "is_hard": Column("Hard signal", "flag"),
    "notes": Column("Notes", "count"),
}
FIRST = "borrower_id"
USUAL = (
    *("name", "level", "score", "trend", "change", "why", "exposure", "worst_loan_id"),
    *("days_past_due", "entered_on", "owner_now", "next_step", "step_due_on", "review_due_on"),
)


@dataclass(frozen=True)
class Part:
    """One page of the list as the report gave it, and what the whole list comes to."""

    rows: pd.DataFrame
    number: int
    exposure: Decimal


@dataclass(frozen=True)
class Chosen:
    """The rows of the page that the reader chose, as the report gave them."""

    rows: pd.DataFrame

    @property
    def ids(self) -> list[str]:
        """Their numbers."""
        return [str(each) for each in self.rows["borrower_id"]] if len(self.rows) else []

    @property
    def owners(self) -> dict[str, str]:
        """Who answers for each by the book."""
        return dict(zip(self.ids, self.rows["owner"], strict=True)) if len(self.rows) else {}

    @property
    def levels(self) -> dict[str, str]:
        """The alert level of each."""
        return dict(zip(self.ids, self.rows["level"], strict=True)) if len(self.rows) else {}

    @property
    def leaving(self) -> "Chosen":
        """Those of them who meet the conditions of exit."""
        return Chosen(self.rows[self.rows["may_exit"].astype(bool)]) if len(self.rows) else self


def columns() -> dict[str, Column]:
    """The columns of the address, in the table's own order; the usual ones when it names none."""
    rest = [key for key in COLUMNS if key != FIRST]
    wanted = filters.pick(
        t("Columns"),
        "columns",
        rest,
        shown=lambda key: t(COLUMNS[key].label),
        all_label=t("The usual columns"),
    )
    # Whoever asks for exits wants to read by whom and when, not to look for the column first.
    usual = (*USUAL, "exit") if "desk_exit" in st.query_params else USUAL
    kept = {FIRST, *(wanted or usual)}
    return {key: column for key, column in COLUMNS.items() if key in kept}


def told(
    frame: pd.DataFrame, scope: Scope, snapshot: Snapshot, rules: Rules, reads: bool
) -> pd.DataFrame:
    """The rows of the report in words, beside what people wrote."""
    said = frame.assign(
        why=[
            watch_words.why(values, codes, rules)
            for values, codes in zip(frame["signal_values"], frame["reasons"], strict=True)
        ],
        listed_for=[watch_words.reasons(codes) for codes in frame["reasons"]],
    )
    return watch_desk.beside(said, snapshot, scope.as_of, reads)


def read(scope: Scope, asked: Asked, by: str) -> Part:
    """The page of the list that is on the screen; the first one comes with the sums of all."""
    question = (scope, by, tuple(sorted((k, str(v)) for k, v in asked.report.items())))
    found = paging.read(
        "watchlist",
        question,
        lambda limit: reports.watch_list_start(scope, limit, by, **asked.report),
        lambda after, limit: reports.watch_list(scope, after, limit, by, **asked.report),
        lambda: reports.watch_list_total(scope, **asked.report),
    )
    return Part(*found)


def show(
    part: Part,
    scope: Scope,
    snapshot: Snapshot,
    rules: Rules,
    shown: Mapping[str, Column],
    by: str,
) -> Chosen:
    """Draws one page of the list; gives the rows that were chosen in it."""
    said = told(part.rows, scope, snapshot, rules, visit.now().reads_notes)
    if "trend" in shown:
        said = said.assign(trend=said["past_scores"].map(list))
    places = _draw(said, shown, by)
    paging.controls("watchlist", part.rows, "borrower_id", part.number)
    if part.number > paging.SIZE:
        st.caption(
            t(
                "The head of a column orders the whole list;"
                " the menu in the head sorts this page only."
            )
        )
    return Chosen(part.rows.iloc[places])


def _draw(frame: pd.DataFrame, shown: Mapping[str, Column], by: str) -> list[int]:
    """The table itself; the number of a row opens the borrower, its box chooses it, the head of a
    column orders the whole list."""
    cells = tables.readable(frame, shown)
    settings = tables.config(shown)
    for key, setting in settings.items():
        setting["label"] += watch_order.mark(key, by)
    settings[FIRST] = st.column_config.ButtonColumn(
        t(shown[FIRST].label) + watch_order.mark(FIRST, by),
        type="tertiary",
        alignment="left",
        width=shown[FIRST].width,
        key="watchlist_open",
        pinned=True,
    )
    # A choice is of places: other rows there, or the same in another order, are another table.
    rows = crc32(",".join(frame[FIRST]).encode())
    with st.container(key="table_watchlist"):
        event = st.dataframe(
            cells,
            key=links.fresh(f"watchlist_{rows}"),
            on_select="rerun",
            # With columns to choose, the browser no longer sorts the one page that it holds.
            selection_mode=["multi-row", "single-column"],
            hide_index=True,
            column_config=settings,
            height=tables.ROW * (min(len(cells), 16) + 1) + 3,
            alt=f"{t('Borrowers that need attention')}. {t('Shift and Space choose a row.')}",
            placeholder=formats.DASH,
            lazy=False,
        )
    click = st.session_state.get("watchlist_open")
    if click is not None and click["row"] < len(frame):
        links.go("borrower", borrower_id=str(frame.iloc[click["row"]]["borrower_id"]))
    watch_order.by_head(event.selection.columns, by, shown)
    return [place for place in event.selection.rows if place < len(frame)]


def offer(
    scope: Scope,
    asked: Asked,
    snapshot: Snapshot,
    rules: Rules,
    shown: Mapping[str, Column],
    by: str,
    number: int,
) -> None:
    """The whole list as a file, under the same filters and columns."""
    # A line does not fit in a cell of a file: there, the score a month before stands for it.
    kept: dict[str, Any] = {key: column for key, column in shown.items() if key != "trend"}
    if "trend" in shown:
        kept["score_before"] = COLUMNS["score_before"]

    reads = visit.now().reads_notes

    def part(after: str | None, limit: int) -> pd.DataFrame:
        frame = reports.watch_list(scope, after, limit, by, **asked.report)
        return told(frame, scope, snapshot, rules, reads)

    facts = (*asked.told, (t("Order"), watch_order.told(by, COLUMNS)))
    export.offer(
        export.listing("watchlist", t("Watchlist"), kept, part, FIRST, number, scope, filters=facts)
    )
