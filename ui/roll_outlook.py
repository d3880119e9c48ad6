"""The average roll matrix, what it makes of the buckets in a year, and how wrong it was before."""

from collections.abc import Sequence

import streamlit as st

from queries import reports
from queries.roll_forecast import HORIZON, STATES, BackTest, Basis, back_test, thin
from queries.roll_forecast import outlook as projected
from queries.warehouse import Scope
from ui import drill, export, filters, formats, links, pictures, tables
from ui.ageing_charts import panels
from ui.heat import heat
from ui.i18n import md, name, t
from ui.names import BUCKETS
from ui.tables import Column
from ui.theme import palette


def draw(scope: Scope) -> None:
    """The average matrix, the buckets that it leads to, and how wrong it was a year ago."""
    average(scope)
    outlook(scope)


def average(scope: Scope) -> None:
    """The matrix of the last twelve months together, and how far single months lay apart."""
    frame = reports.roll_average(scope)
    title = t("Twelve-month average of the monthly matrix")
    st.subheader(title, anchor=False)
    if frame.empty:
        st.caption(t("There is no month before to compare with."))
        return
    st.caption(t(AVERAGE, n=int(frame["months_together"].max())))
    few = thin(frame)
    # A row that is hardly known would be read like the others: it is in the table only.
    drawn = frame[~frame["from_bucket"].isin(few)]
    if drawn.empty:
        st.caption(t(ALL_THIN))
        drawn = frame
    elif few:
        st.caption(md(t(THIN, buckets=_named(few))))
    picture = heat(
        drawn,
        "from_bucket",
        "to_state",
        "share",
        order=[each for each in STATES if each in set(drawn["to_state"])],
        rows_order=[each for each in STATES if each in set(drawn["from_bucket"])],
        palette=palette(),
    )
    clicked = pictures.draw_cells(picture, "roll_average", title)
    codes = [drawn["from_bucket"].unique(), drawn["to_state"].unique()]
    target = drill.drill_target(clicked, ["was", "became"], codes)
    if target:
        move = f"{target['was']}:{target['became']}"
        links.go("migration", chapter="matrix", basis=None, move=move)
    export.twin(frame, CELLS, "roll_average", title, scope)


def _named(buckets: Sequence[str]) -> str:
    return t(", ").join(name("from_bucket", code) for code in buckets)


AVERAGE = (
    "All moves together, by opening balance; months counted: {n}. The table under it says how far"
    " single months lay apart. A click opens the loans that made the move in the last month."
)
THIN = "Fewer than 30 loans in a month, so hardly known, and only in the table: {buckets}."
ALL_THIN = "Every bucket had a month of fewer than 30 loans, so all of this is hardly known."
THIN_USED = (
    "The rows of these buckets are hardly known (fewer than 30 loans in a month) and used all the"
    " same: {buckets}."
)
CELLS = {
    "from_bucket": Column("Bucket before", codes="from_bucket"),
    "to_state": Column("State after", codes="to_state"),
    "share": Column("Average share", "ratio"),
    "share_left": Column("Still owed after", "ratio", help="Of the row's opening balance."),
    "lowest": Column("Lowest month", "ratio"),
    "highest": Column("Highest month", "ratio"),
    "spread": Column("Spread", "ratio", help="Standard deviation of the single months."),
    "loans": Column("Loans moved", "count"),
    "row_loans": Column("Loans in the bucket", "count", help="All months together."),
    "fewest_loans": Column("Loans, thinnest month", "count"),
    "months": Column("Months", "count"),
}


def outlook(scope: Scope) -> None:
    """The buckets over the next twelve months, and the back-test of the same a year ago."""
    title = t("The buckets in the next twelve months, if all goes on as it did")
    st.subheader(title, anchor=False)
    basis = filters.switch(t("Balance"), "basis", list(BASES), lambda key: t(BASES[key]))
    frame = projected(scope, basis)
    if frame.empty:
        st.caption(t("There is no month before to compare with."))
        return
    st.caption(t(STATIC[basis]))
    few = thin(reports.roll_average(scope))
    if few:
        st.caption(md(t(THIN_USED, buckets=_named(few))))
    late = frame[frame["bucket"].isin(BUCKETS)]
    figure = panels(late, "balance", "bucket", BUCKETS, palette=palette())
    last = late[late["month"] == HORIZON]
    event = pictures.draw(
        figure, "roll_outlook", drill.described(last, title, "balance", "bucket", "money")
    )
    days = [formats.day(day) for day in frame["month_end"].unique()]
    target = drill.drill_target(event, ["on", "bucket"], [days, BUCKETS])
    if target:
        # What has not happened has no loans: those it starts from are shown.
        links.go("why", metric="balance", part="numerator", bucket=target["bucket"])
    export.twin(frame, OUTLOOK, "roll_outlook", title, scope)
    _tested(scope, basis)


BASES: dict[Basis, str] = {"rolled": "As rolled", "repaid": "Less instalments"}
STATIC: dict[Basis, str] = {
    "rolled": "Balances of today times the average matrix, month after month. Static: no new loan,"
    " and a balance is followed at its size of today, instalments not deducted. A click opens the"
    " bucket's loans of today.",
    "repaid": "Balances of today times the average matrix, month after month, less what was repaid"
    " each month. Static: no new loan. A click opens the bucket's loans of today.",
}
OUTLOOK = {
    "month_end": Column("Month end", "date"),
    "month": Column("Months ahead", "count"),
    "bucket": Column("State", codes="to_state"),
    "balance": Column("Projected balance", "money"),
}


def _tested(scope: Scope, basis: Basis) -> None:
    title = t("How wrong would it have been a year ago?")
    st.subheader(title, anchor=False)
    found = back_test(scope, basis)
    if found is None:
        st.caption(t("The book is too young: a back-test needs more than twelve months."))
        return
    st.markdown(md(_in_words(found)))
    st.caption(t(TESTED, n=found.months))
    tables.show(found.frame, BACK_TEST, key="roll_back_test", alt=title)
    sheet = export.sheet("roll_back_test", title, BACK_TEST, lambda: found.frame, scope)
    export.offer(sheet)


def _in_words(found: BackTest) -> str:
    """How far off it was, and where most."""
    said = t("Off by {mape} on average over the states (MAPE).", mape=formats.percent(found.mape))
    known = found.frame.dropna(subset=["error_rate"])
    worst = known.sort_values("error_rate", key=abs).iloc[-1]
    words = WORST_HIGH if worst["error"] > 0 else WORST_LOW
    return (
        said
        + " "
        + t(
            words,
            state=name("to_state", worst["bucket"]),
            rate=formats.percent(abs(worst["error_rate"])),
            expected=formats.money(worst["expected"]),
            happened=formats.money(worst["happened"]),
        )
    )


WORST_HIGH = "Furthest off: {state}, {rate} too high ({expected} expected, {happened} happened)."
WORST_LOW = "Furthest off: {state}, {rate} too low ({expected} expected, {happened} happened)."
TESTED = (
    "The projection as it would have been made twelve months before the date above, from a matrix"
    " of the months before that ({n} of them), beside what became of the same loans. Paid off"
    " includes, less instalments, what was repaid of the others."
)
BACK_TEST = {
    "bucket": Column("State", codes="to_state"),
    "opening": Column("A year ago", "money"),
    "expected": Column("Expected", "money"),
    "happened": Column("Happened", "money", help="The same loans, by where they stand now."),
    "error": Column("Error", "money", help="Expected less happened."),
    "error_rate": Column("Error, % of what happened", "ratio"),
}
