"""Which months' loans went bad, and how fast?"""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import METRICS, VINTAGE_CUM_GROSS_LOSS, VINTAGE_CUM_NET_LOSS, Metric
from queries.vintage_reading import (
    AGES,
    LOSS_AGES,
    SETTLED,
    ages_shown,
    half_lost,
    newest,
    ranking,
    reading,
    settled,
)
from queries.warehouse import Scope
from ui import (
    define,
    drill,
    export,
    filters,
    formats,
    links,
    lists,
    pictures,
    vintage_words,
)
from ui.heat import heat
from ui.i18n import md, name, t
from ui.tables import Column
from ui.theme import palette
from ui.vintage_charts import curves
from ui.vintage_loans import ALL, View, facts, loans

STATES = {
    "ever": "Ever late",
    "current": "Currently late",
    "on_book": "Late, on the book",
    "gross_loss": "Written off",
    "net_loss": "Net loss",
    "due_unpaid": "Due, unpaid",
}
LATE = ("ever", "current", "on_book")
DAYS = ("30", "60", "90")
COUNTED = {"balance": "By amount", "count": "By loans"}
STEPS: dict[reports.Step, str] = {"quarter": "Quarters", "month": "Months"}
COMPARED: dict[reports.Curve, str] = {
    "period": "Compare vintages",
    "branch": "Compare branches",
    "product": "Compare products",
}
BY_NUMERATOR = {m.numerator: m for m in METRICS.values() if m.source == "vintages"}
BEFORE: dict[reports.Step, int] = {"quarter": 4, "month": 12}  # a year to compare with
LOSSES = (VINTAGE_CUM_GROSS_LOSS, VINTAGE_CUM_NET_LOSS)
ROWS = 24  # of the heat map
MOST = 8  # curves of segments


def render(scope: Scope) -> None:
    """The choices, the curves and what they say, the triangle, and the loans behind a cell."""
    metric, step, by = _switches()
    periods = reports.vintage_periods(scope, step)
    if periods.empty:
        _nothing(scope)
        return
    cells = reports.vintage_cells(scope, metric, step)
    told = vintage_words.unknown(periods, metric)
    if cells.empty:
        if not told:
            st.info(t("No figure yet: no age is known for all loans of a vintage."))
        return
    view = View(metric, step, _chosen(metric, step, by, periods), by)
    drawn = _curves(scope, view, cells)
    _triangle(scope, view, cells)
    if metric in LOSSES:
        drawn = pd.concat([drawn, _timing(scope, view)])
    loans(scope, view, pd.concat([drawn, cells]), tuple(periods["period"]))
    with st.expander(t("How it is counted"), icon=":material/menu_book:"):
        define.definition(metric)
        st.markdown(t(RULES))


RULES = (
    "Months on book count month ends: 0 is that of the month in which the loan was made. A cell is"
    " shown once its month has ended, for a quarter once all three months have reached the age; it"
    " is then the sum of the three at equal age. Loans repaid, sold or written off stay in what"
    " was lent."
)


def _nothing(scope: Scope) -> None:
    if reports.vintage_periods(scope, "month").empty:
        lists.nothing()
    else:
        st.info(t("No quarter is over yet: look at months."))


def _switches() -> tuple[Metric, reports.Step, reports.Curve]:
    """The figure, months or quarters, and what is compared, as the switches stand."""
    with st.container(horizontal=True, gap="medium"):
        state = filters.switch(t("Figure"), "state", list(STATES), lambda key: t(STATES[key]))
        days = _days() if state in LATE else ""
    with st.container(horizontal=True, gap="medium"):
        numerator = f"{state}_{days}_{_counted()}" if days else f"{state}_amount"
        step = filters.switch(t("Step"), "step", list(STEPS), lambda key: t(STEPS[key]))
        by = filters.switch(t("Compare"), "compare", list(COMPARED), lambda key: t(COMPARED[key]))
    return BY_NUMERATOR[numerator], step, by


def _days() -> str:
    return filters.switch(t("Days"), "days", DAYS, lambda key: f"{key}+")


def _counted() -> str:
    return filters.switch(t("Counted"), "counted", list(COUNTED), lambda key: t(COUNTED[key]))


def _chosen(
    metric: Metric, step: reports.Step, by: reports.Curve, periods: pd.DataFrame
) -> tuple[str, ...]:
    """The vintages of the address, or the newest; for segments the newest that are old enough."""
    picked = filters.pick(
        t("Vintages"),
        step,
        list(reversed(periods["period"].tolist())),
        all_label=t("the newest"),
    )
    if picked:
        return tuple(sorted(picked))
    if by != "period":
        return settled(periods, BEFORE[step])
    return newest(periods, age=SETTLED) if metric in LOSSES else newest(periods)


def _curves(scope: Scope, view: View, cells: pd.DataFrame) -> pd.DataFrame:
    """Draws the curves under what they say; gives the cells that were drawn."""
    title = t(view.metric.name)
    st.subheader(t("{figure}, by months on book", figure=title), anchor=False)
    frame, order = _compared(scope, view, cells)
    if frame.empty:
        st.caption(t("None of these vintages has reached an age that can be shown."))
        return frame
    _picture(scope, view, frame, order)
    return frame


def _compared(
    scope: Scope, view: View, cells: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The cells to draw and the order of their curves; what is said first speaks of no others."""
    if view.by == "period":
        frame, order = _known(cells, view.chosen), view.chosen
        ages = LOSS_AGES if view.metric in LOSSES else AGES
        if frame["value"].any():
            vintage_words.newest_read(reading(frame, BEFORE[view.step], ages, cells))
        return frame, order
    frame = reports.vintage_cells(scope, view.metric, view.step, view.by, view.chosen)
    order = _ends(frame, view)
    return _known(frame, order), order


def _known(cells: pd.DataFrame, order: tuple[str, ...]) -> pd.DataFrame:
    return cells[cells["curve"].isin(order)].dropna(subset=["value"])


def _picture(scope: Scope, view: View, frame: pd.DataFrame, order: tuple[str, ...]) -> None:
    """The curves, and their cells as a table; curves of nothing are said and not drawn."""
    title = t(view.metric.name)

    def named(code: str) -> str:
        return name(view.by, code)

    if frame["value"].any():
        figure = curves(frame, order, named, ordered=view.by == "period", palette=palette())
        ends = frame.groupby("curve").tail(1)
        words = drill.described(ends, title, "value", "curve", view.metric.unit, named)
        _open(pictures.draw(figure, f"vintage_curves_{view.by}", words), frame)
    else:
        st.caption(t("There is no curve to draw: all of them stand at 0.00% at every age."))
    export.twin(
        frame, _columns(view), "vintage_curves", title, scope, view.metric, filters=facts(view)
    )


def _ends(frame: pd.DataFrame, view: View) -> tuple[str, ...]:
    """Says how the segments rank, and which of them are drawn: no more than can be told apart."""
    found = ranking(frame)
    if frame["value"].any():
        vintage_words.ranked(found, view.by)
    said = t("Loans of {periods} together, by age.", periods=t(", ").join(view.chosen))
    order = found.order if found else tuple(frame["curve"].unique())
    if len(order) > MOST:
        said += " " + t("The {n} highest of {total}, and the lowest.", n=MOST - 1, total=len(order))
        order = (*order[: MOST - 1], order[-1])
    st.caption(md(said))
    return order[::-1]


def _open(codes: list | None, frame: pd.DataFrame) -> None:
    """A click on a point or a cell: its loans, under the pictures of this page."""
    drawn = [frame["curve"].unique(), frame["months_on_book"].unique()]
    target = drill.drill_target(codes, ["curve", "age"], drawn)
    if target:
        links.go("vintages", cohort=f"{target['curve']}:{target['age']}")


def _triangle(scope: Scope, view: View, cells: pd.DataFrame) -> None:
    title = t("{figure}: vintage by age", figure=t(view.metric.name))
    st.subheader(title, anchor=False)
    ages = ages_shown(cells)
    known = sorted(cells["curve"].unique())
    rows = sorted({*known[-ROWS:], *(each for each in view.chosen if each in known)})
    shown = cells[cells["curve"].isin(rows) & cells["months_on_book"].isin(ages)]
    shown = shown.dropna(subset=["value"])
    st.caption(
        t(
            "Rows: when the loans were made. Columns: their age in months. Empty: not yet so old,"
            " or not known."
        )
    )
    if len(rows) < len(known):
        st.caption(
            t(
                "The picture shows {n} of {all} vintages: the newest and those chosen above. The"
                " table has all.",
                n=formats.count(len(rows)),
                all=formats.count(len(known)),
            )
        )
    picture = heat(
        shown,
        "curve",
        "months_on_book",
        "value",
        order=ages,
        rows_order=rows,
        palette=palette(),
    )
    _open(pictures.draw_cells(picture, "vintage_triangle", title), shown)
    export.twin(cells, _columns(view), "vintage_triangle", title, scope, view.metric)


def _timing(scope: Scope, view: View) -> pd.DataFrame:
    """When the losses come: one curve over all vintages; gives the cells that were drawn."""
    frame = reports.vintage_loss_timing(scope).assign(curve=ALL)
    if frame.empty:
        return frame
    title = t("When the losses come: share of the final net loss, by months on book")
    st.subheader(title, anchor=False)
    half = half_lost(frame)
    st.caption(
        t(
            "By {half} months half of the net loss had come. The final loss is an estimate: what"
            " vintages lost from each age to the next, up to {last} months, and nothing after.",
            half=half,
            last=int(frame["months_on_book"].max()),
        )
    )
    figure = curves(frame, (ALL,), lambda code: t("All vintages"), ordered=False, palette=palette())
    said = drill.described(frame[::6], title, "value", "months_on_book", "ratio", str)
    _open(pictures.draw(figure, "vintage_timing", said), frame)
    export.twin(frame, TIMING, "vintage_timing", title, scope)
    return frame


TIMING = {
    "months_on_book": Column("Months on book", "count"),
    "value": Column(
        "Share of the final net loss",
        "ratio",
        help="Net loss by this age over what is lost in the end, which is an estimate: what"
        " vintages lost from each age to the next, added up to the oldest age that is known.",
    ),
    "net_loss": Column(
        "Net loss by then",
        "money",
        help="Written off less recovered up to this age, of the vintages that are so old.",
    ),
    "vintages": Column(
        "Origination months so old", "count", help="How many vintages have reached this age."
    ),
}


def _columns(view: View) -> dict[str, Column]:
    """The columns of the cells of a figure."""
    label = {"period": "Vintage", "branch": "Branch", "product": "Product"}[view.by]
    parts = [lists.unit_of(view.metric, part) for part in ("numerator", "denominator")]
    return {
        "curve": Column(label, codes=view.by),
        "months_on_book": Column("Months on book", "count"),
        "value": Column(view.metric.name, view.metric.unit, help=view.metric.meaning),
        "numerator": Column("Numerator", parts[0]),
        "denominator": Column("Denominator", parts[1]),
        "original_count": Column("Loans made", "count"),
        "unknown_count": Column("State unknown", "count"),
    }
