"""Every assumption that expected loss rests on: the parameters in force, and the rules in words."""

import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import drill, export, loss_stress, pictures, quality_charts, tables
from ui.i18n import md, name, t
from ui.tables import Column
from ui.theme import palette


def draw(scope: Scope) -> None:
    """The rules in words, the parameters with their sources, and LGD as each month end knew it."""
    st.subheader(t("How it is reckoned"), anchor=False)
    st.markdown("\n".join(f"- {md(t(said))}" for said in RULES))
    title = t("Parameters in force")
    st.subheader(title, anchor=False)
    frame = reports.ecl_parameters(scope)
    shown = frame.assign(source=[t(source) for source in frame["source"]])
    tables.show(shown, loss_stress.PARAMETERS, key="ecl_parameters", alt=title, rows=29)
    export.offer(
        export.sheet("ecl_parameters", title, loss_stress.PARAMETERS, lambda: shown, scope)
    )
    _history(scope)


RULES = (
    "A month end is reckoned with what was known then: moves, recoveries, valuations and parameters"
    " up to that day and none later. The past does not change when the future comes.",
    "Stage 3: more than 90 days past due, a non-performing class, credit-impaired on record, or,"
    " for firms, another of its loans in default. Stage 2: more than 30 days past due,"
    " restructured under observation, special mention, an early warning of orange or worse, or an"
    " entry on the watchlist.",
    "Back to a better stage after three month ends in a row without a trigger, one stage at a"
    " time.",
    "Not evaluated: the rise of lifetime PD since lending as a trigger of stage 2, since the book"
    " holds no PD and no rating of that day (under Stages); and macroeconomic forecasts other than"
    " the scenarios under Stress.",
    "PD: the share of loans that move in a month between current, 1–30, 31–60, 61–90 days past due,"
    " default, paid off and sold, to the power of the months ahead. The last three are states of no"
    " return. A loan that is missing from the record at a month end is in no move.",
    "Exposure: the balance as the schedule will leave it, less what loans that stay usually repay"
    " ahead. Who repays everything has left in the matrix and is not taken off twice.",
    "Undrawn credit lines are not in the exposure. The data has the limit and what is drawn of it"
    " per borrower and month end, and early warning reads both; but not to which loan, product or"
    " stage a line belongs, nor whether the bank is bound to it, and no share that is drawn before"
    " a default (CCF) is set. Where lines can still be drawn, the loss is understated by CCF times"
    " undrawn times PD times LGD.",
    "Scenarios: expected loss by the standard is the mean of better, base and worse by their"
    " weights, and it heads this page. Everything else here (stages, rates, segments, loans, and"
    " what moved it) is the baseline, in which each loan's steps add up to the cent.",
    "Expected loss: yearly steps. A year's defaults meet the exposure at its beginning and are"
    " discounted from its end at the contract rate, which stands for the effective rate.",
    "A loan past its maturity, or within four months of it, is given four months: what is unpaid at"
    " maturity takes that long to default.",
    "Stage 3: the balance times the loss given default of its product, which is the balance less"
    " the present value of what is still to come. How long a loan has been in default changes"
    " nothing yet.",
    "LGD: cash after default and net recoveries after write-off, at the loan's own rate. A cured"
    " default counts what was still owed as come. A sold one is watched until its sale, whose"
    " price is not in the data.",
    "LGD, how far it is watched: a month since default counts only where at least as many defaults"
    " of the product were watched so long as the parameter asks, so that no handful of old cases"
    " moves the loss of all. After the last such month, what is left falls as the whole book's does"
    " in its own months with enough defaults. Later than that nothing is expected to come: this is"
    " cautious, and in a book with too few defaults LGD is 100 %. Months and cases are under Loss"
    " given default.",
)


def _history(scope: Scope) -> None:
    title = t("Loss given default, as each month end knew it")
    st.subheader(title, anchor=False)
    frame = reports.lgd_history(scope)
    shown = frame[~frame["is_whole_book"]]
    kept = shown["product"].value_counts().index[:4].tolist()
    if kept:
        wide = shown.pivot(index="month_end", columns="product", values="lgd")[kept].reset_index()
        names = {product: name("product", product) for product in kept}
        figure = quality_charts.lines(wide, names, "ratio", palette=palette())
        said = drill.described(wide, title, kept[0], "month_end", "ratio")
        pictures.still(figure, "lgd_history", said)
        st.caption(t("The products with the longest history of their own; all are in the table."))
    export.twin(frame, HISTORY, "lgd_history", title, scope)


HISTORY: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "product": Column("Product", codes="product"),
    "lgd": Column("LGD used", "ratio"),
    "cases": Column("Defaults", "count"),
    "own_months": Column("Own months", "count"),
    "own_last_cases": Column("Cases in the last", "count"),
    "book_months": Column("Months in all", "count"),
    "book_last_cases": Column("Cases of the book in the last", "count"),
    "is_whole_book": Column("Whole book stands in", "flag"),
}
