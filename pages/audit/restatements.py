"""What does this build say of a month that an earlier one did not say, of which loans, and why?"""

import streamlit as st

from queries import reports, warehouse
from queries.metrics import BALANCE, LOANS, NPL_RATIO, PAR30
from queries.restatements import Restated, figures, restated
from queries.warehouse import Scope
from ui import export, filters, formats, layout, links, lists, tables
from ui.i18n import t
from ui.tables import Column

HEADLINE = (BALANCE, LOANS, PAR30, NPL_RATIO)
FIGURES: dict[str, Column] = {
    "figure": Column("Figure", width=120),
    "said_then": Column("Then"),
    "said_now": Column("Now"),
    "said_change": Column("Change"),
}
FIGURES_FILE: dict[str, Column] = {
    "figure": FIGURES["figure"],
    "said_unit": Column("Unit"),
    "then": Column("Then", "number"),
    "now": Column("Now", "number"),
    "change": Column("Change", "number"),
}
"""The file has the figures as numbers, to reckon on: a ratio as a fraction."""
UNITS = {"money": "amount", "count": "number", "ratio": "fraction"}
WHY: dict[str, Column] = {
    "why": Column("Why", codes="restated_why", width=240),
    "loans": Column("Loans", "count"),
    "change": Column("Change of balance", "money"),
}
LIST: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "what": Column("What changed", codes="restated_what"),
    "why": Column("Why", codes="restated_why", width=220),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "balance_then": Column("Balance then", "money"),
    "balance_now": Column("Balance now", "money"),
    "change": Column("Change of balance", "money"),
    "balance_recorded_then": Column("Recorded balance then", "money"),
    "balance_recorded_now": Column("Recorded balance now", "money"),
    "days_past_due_then": Column("Days then", "days"),
    "days_past_due_now": Column("Days now", "days"),
    "classification_then": Column("Class then", codes="classification"),
    "classification_now": Column("Class now", codes="classification"),
    "status_then": Column("Status then", codes="status"),
    "status_now": Column("Status now", codes="status"),
}
LATER: dict[str, Column] = {
    "repayment_id": Column("Payment"),
    "loan_id": Column("Loan"),
    "branch": Column("Branch", codes="branch"),
    "paid_on": Column("Value date", "date"),
    "booked_at": Column("Booked", "time"),
    "days_later": Column("Days later", "days"),
    "amount": Column("Amount", "money"),
    "reverses": Column("Takes back"),
}


def render(scope: Scope) -> None:
    """Two builds and one month: figures, loans and reasons; and what was booked only later."""
    day = warehouse.month_end(scope)
    known = [path.stem for path in warehouse.builds() if path.stem != scope.build]
    st.caption(
        t(
            "Of {day}, as this build {build} has it. Another month end is chosen on the left.",
            day=formats.day(day),
            build=formats.build(scope.build),
        )
    )
    if known:
        then = filters.pick(
            t("Compared with the build"),
            "then",
            known,
            shown=formats.build,
            several=False,
            all_label=t("Choose a build"),
        )
        # Two whole books are laid side by side: only when somebody asks for it.
        if then:
            _compared(scope, then[0])
    else:
        st.info(t("There is no other build to compare with."), icon=":material/history:")
    _later(scope)


def _compared(scope: Scope, then: str) -> None:
    day = warehouse.month_end(scope)
    links.link(
        "overview",
        t("Open the whole app on that build"),
        icon=":material/history:",
        build=then,
    )
    found = warehouse.kept(f"restated {then}", scope, lambda: restated(scope, then, day))
    if not found.is_known_then:
        st.info(t("That build knew nothing of this month yet."), icon=":material/history:")
        return
    left, right = layout.beside()
    with left:
        _figures(scope, then)
    with right:
        _whys(scope, found)
    _loans(scope, then, found)


def _figures(scope: Scope, then: str) -> None:
    title = t("Figures then and now")
    st.subheader(title, anchor=False)
    frame = figures(scope, then, HEADLINE)
    frame["figure"] = [t(each) for each in frame["name"]]
    for column in ("then", "now", "change"):
        frame[f"said_{column}"] = [
            formats.fine_points(each)
            if (column, unit) == ("change", "ratio")
            else formats.fine(unit, each)
            for unit, each in zip(frame["unit"], frame[column], strict=True)
        ]
    frame["said_unit"] = [t(UNITS[each]) for each in frame["unit"]]
    tables.show(frame, FIGURES, key="restated_figures", alt=title)
    facts = ((t("Compared with the build"), then),)
    export.offer(
        export.sheet(
            *("restated_figures", title, FIGURES_FILE, lambda: frame, scope),
            *HEADLINE,
            filters=facts,
        )
    )


def _whys(scope: Scope, found: Restated) -> None:
    title = t("Why")
    st.subheader(title, anchor=False)
    if found.loans.empty:
        st.success(t("Not one loan is told of otherwise."), icon=":material/check:")
        return
    if found.rules_differ:
        st.caption(t("Rules or limits differ between the two builds."))
    if found.models_differ:
        st.caption(t("Another version of this product made that build: it may compute otherwise."))
    groups = found.loans.groupby("why")
    frame = groups.agg(loans=("loan_id", "count"), change=("change", "sum")).reset_index()
    frame = frame.sort_values("loans", ascending=False)
    tables.show(
        frame,
        WHY,
        key="restated_why",
        alt=title,
        open_row=lambda row: ("restatements", {"restated_why": row["why"]}),
    )
    export.offer(export.sheet("restated_why", title, WHY, lambda: frame, scope))


def _loans(scope: Scope, then: str, found: Restated) -> None:
    chosen = filters.asked("restated_why", tuple(found.loans["why"].unique()))
    frame = found.loans[found.loans["why"].isin(chosen)] if chosen else found.loans
    if frame.empty:
        return
    title = t("Loans told of otherwise")
    st.subheader(title, anchor=False)
    st.caption(t("{n} loans, the largest change first", n=formats.count(len(frame))))
    if len(frame) > MOST_SHOWN:
        st.caption(t("Shown are the first {n}; the file has all.", n=formats.count(MOST_SHOWN)))
    frame = frame.reindex(frame["change"].abs().sort_values(ascending=False, kind="stable").index)
    tables.show(
        frame.head(MOST_SHOWN), LIST, key="restated", alt=title, open_row=lists.open_loan, rows=15
    )
    facts = ((t("Compared with the build"), then),)
    export.offer(export.sheet("restated", title, LIST, lambda: frame, scope, filters=facts))


MOST_SHOWN = 1000


def _later(scope: Scope) -> None:
    title = t("Booked only later")
    st.subheader(title, anchor=False)
    frame = reports.known_later(scope)
    if frame.empty:
        st.caption(t("Nothing that counts by this day was booked after it."))
        return
    st.caption(
        t(
            "{n} payments and reversals count by {day} but were booked after it: a report of that"
            " day could not know them.",
            n=formats.count(len(frame)),
            day=formats.day(scope.as_of),
        )
    )
    tables.show(frame, LATER, key="known_later", alt=title, open_row=lists.open_loan, rows=10)
    export.offer(export.sheet("known_later", title, LATER, lambda: frame, scope))
