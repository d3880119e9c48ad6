"""Expected receipts of the twelve months ahead, last year's forecast, and how fast loans prepay."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.forecasting import Forecast, back_test, forecast, mape
from queries.metrics import PREPAID, SMM
from queries.warehouse import Scope
from ui import cash_charts, cash_rows, drill, export, formats, links, pictures, tables
from ui.i18n import t
from ui.tables import Column
from ui.theme import palette

PARTS = ("scheduled", "early", "arrears")
FORMULA = """
Per product and month *k*; the rates are those of the twelve months up to the forecast:

- *smm*: repaid early ÷ (opening balance − scheduled principal)
- *pay*: paid by the month's end ÷ expected when the month began
- *loss*: written off and sold ÷ opening balance
- *cure*: arrears collected ÷ arrears at the opening
- *gone*: arrears that neither were collected nor remained ÷ arrears at the opening

alive(1) = 1, alive(k+1) = alive(k) × (1 − smm) × (1 − loss)

- as scheduled = pay × alive(k) × by contract(k)
- repaid early = smm × alive(k) × balance left by contract after month k
- arrears made good = cure × overdue(k), where overdue(1) is what is overdue today and
  overdue(k+1) = overdue(k) × (1 − cure − gone) + (1 − pay) × alive(k) × by contract(k)

New lending is in none of it.
"""


def receipts(scope: Scope) -> None:
    """Twelve months ahead, by contract and as borrowers behave; a bar opens its instalments."""
    title = t("Expected receipts, the next twelve months")
    st.subheader(title, anchor=False)
    found = forecast(scope)
    if found is None:
        st.caption(t("No instalment falls due in the next twelve months."))
        return
    st.caption(_said(found))
    frame = _keyed(found.months)
    names = {kind: cash_rows.kind(kind) for kind in ("contractual", *PARTS)}
    names["early"] = t("Repaid early")
    figure = cash_charts.side_by_side(
        frame, "key", "said", "contractual", PARTS, names, palette=palette()
    )
    words = drill.described(frame, title, "contractual", "said", "money", str)
    clicked = pictures.draw(figure, "cash_receipts", words)
    target = drill.drill_target(clicked, ["kind", "key"], [list(names), frame["key"].tolist()])
    if target:
        cash_rows.go("expected", target["key"])
    export.twin(frame, RECEIPTS, "expected_receipts", title, scope, SMM)
    _rates(scope, found)
    cash_rows.show(scope, ("expected",))


def _keyed(months: pd.DataFrame) -> pd.DataFrame:
    ends = [formats.day(day) for day in months["month_end"]]
    keys = [f"{day[:7]}-01:{day}" for day in ends]
    return months.assign(key=keys, said=[day[:7] for day in ends])


def _said(found: Forecast) -> str:
    months = found.months
    contract = formats.money(months["contractual"].sum())
    overdue = formats.money(found.overdue)
    said = t(
        "By contract the loans on the book are to pay {contract}; {overdue} is overdue today and in"
        " none of these months.",
        contract=contract,
        overdue=overdue,
    )
    if not found.observed:
        return said + " " + t("No month has been observed yet, so there are no rates to expect by.")
    sums = {part: formats.money(months[part].sum()) for part in PARTS}
    return (
        said
        + " "
        + t(
            "At the rates of the last {n} months {total} is expected: {scheduled} as scheduled,"
            " {early} repaid early, {arrears} of arrears made good.",
            n=found.observed,
            total=formats.money(months["behavioural"].sum()),
            **sums,
        )
    )


def _rates(scope: Scope, found: Forecast) -> None:
    """How it is computed, and with which rates."""
    with st.expander(t("How it is counted"), icon=":material/menu_book:"):
        st.markdown(t(FORMULA))
        title = t("Rates observed, by product")
        rows = [{"product": product} | vars(rates) for product, rates in found.rates.items()]
        frame = pd.DataFrame(rows, columns=list(RATES))
        tables.show(frame, RATES, key="cash_rates", alt=title)
        export.offer(export.sheet("forecast_rates", title, RATES, lambda: frame, scope))


def errors(scope: Scope) -> None:
    """The forecast of twelve months ago against what those loans paid, month by month."""
    title = t("The forecast of a year ago, against what came")
    st.subheader(title, anchor=False)
    found = back_test(scope)
    if found is None:
        st.caption(t("A year ago there was no book to forecast."))
        return
    st.caption(_wrong(found))
    frame = found.months.dropna(subset=["actual"])
    kinds = [kind for kind in ("contractual", "behavioural", "actual") if frame[kind].notna().any()]
    names = {kind: cash_rows.kind(kind) for kind in kinds}
    figure = cash_charts.lines(frame, names, "money", palette=palette())
    words = drill.described(frame, title, "actual", "month_end", "money")
    clicked = pictures.draw(figure, "cash_errors", words)
    days = [formats.day(day) for day in frame["month_end"]]
    target = drill.drill_target(clicked, ["kind", "as_of"], [kinds, days])
    if target:
        links.go("why", metric="collected", part="numerator", as_of=target["as_of"])
    export.twin(frame, ERRORS, "forecast_errors", title, scope)


def _wrong(found: Forecast) -> str:
    """How wrong it was, in words."""
    said = t(
        "Made on {day}, for the loans on the book then; what new loans paid is left out.",
        day=formats.day(found.made_on),
    )
    for kind, text in WRONG.items():
        off = mape(found.months[f"{kind}_error"])
        if off is None:
            continue
        told = found.months.dropna(subset=[kind, "actual"])
        whole, came = told[kind].sum(), told["actual"].sum()
        gap = formats.percent((came - whole) / whole) if whole else formats.DASH
        said += " " + t(text, mape=formats.percent(off), gap=gap)
    return said


WRONG = {
    "contractual": "By contract a month was {mape} off on average (MAPE); over all of them what"
    " came differs by {gap}.",
    "behavioural": "As borrowers behave: {mape} off a month, {gap} over all.",
}


def speed(scope: Scope) -> None:
    """SMM as a yearly rate, monthly and over twelve months; a mark opens the loans that prepaid."""
    title = t("How fast loans are repaid early (CPR, a year at this rate)")
    st.subheader(title, anchor=False)
    frame = reports.prepayment_speed(scope)
    known = frame.dropna(subset=["cpr"])
    if len(known) < 2:
        st.caption(t("There is no month before to compare with."))
        return
    last = known.iloc[-1]
    told = {key: formats.percent(last[key]) for key in ("smm", "cpr", "smm_12", "cpr_12")}
    st.caption(
        t(
            "SMM {smm} this month, {smm_12} over twelve months: CPR {cpr} and {cpr_12}."
            " CPR = 1 − (1 − SMM)^12.",
            **told,
        )
    )
    columns = cash_charts.in_words({key: SPEED[key].label for key in ("cpr", "cpr_12")})
    figure = cash_charts.lines(known, columns, palette=palette())
    words = drill.described(known.tail(12), title, "cpr", "month_end", "ratio")
    clicked = pictures.draw(figure, "cash_speed", words)
    days = [formats.day(day) for day in known["month_end"]]
    target = drill.drill_target(clicked, ["kind", "as_of"], [["cpr", "cpr_12"], days])
    if target:
        links.go("why", metric=PREPAID.id, part="numerator", as_of=target["as_of"])
    export.twin(frame, SPEED, "prepayment_speed", title, scope, SMM, PREPAID)


RECEIPTS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "principal": Column(
        "Principal due",
        "money",
        help="By the schedules in force at the date, without new lending.",
    ),
    "interest": Column(
        "Interest and fees due",
        "money",
        help="By the schedules in force at the date, without new lending.",
    ),
    "contractual": Column(
        "By contract",
        "money",
        help="Principal, interest and fees that the schedules ask for in the month.",
    ),
    "scheduled": Column(
        "As scheduled",
        "money",
        help="What is paid by the month's end of what falls due, of loans that have neither been"
        " repaid early nor lost by then.",
    ),
    "early": Column(
        "Repaid early",
        "money",
        help="Principal repaid beyond the schedule, at the observed monthly speed.",
    ),
    "arrears": Column(
        "Arrears made good",
        "money",
        help="What is collected of amounts past due, at the observed rate.",
    ),
    "behavioural": Column(
        "As borrowers behave",
        "money",
        help="As scheduled, repaid early and arrears made good together: the contract after"
        " prepayment, delinquency and loss at the rates of the twelve months before.",
    ),
}
ERRORS: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "contractual": Column(
        "By contract",
        "money",
        help="What the forecast of a year before expected by contract.",
    ),
    "behavioural": Column(
        "As borrowers behave",
        "money",
        help="What the forecast of a year before expected after prepayment, delinquency and loss.",
    ),
    "actual": Column(
        "What came",
        "money",
        help="Cash received in the month on the loans that the forecast was made for.",
    ),
    "contractual_error": Column(
        "Error by contract",
        "ratio",
        help="(What came - forecast) / forecast, of the forecast by contract.",
    ),
    "behavioural_error": Column(
        "Error as borrowers behave",
        "ratio",
        help="(What came - forecast) / forecast, of the forecast as borrowers behave.",
    ),
}
SPEED: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "prepaid": Column("Repaid early", "money"),
    "base": Column("Opening balance less scheduled", "money"),
    "smm": Column("SMM", "ratio"),
    "cpr": Column("CPR of the month", "ratio"),
    "smm_12": Column("SMM over twelve months", "ratio"),
    "cpr_12": Column("CPR over twelve months", "ratio"),
}
RATES: dict[str, Column] = {
    "product": Column("Product", codes="product"),
    "balance": Column("Balance", "money"),
    "overdue": Column("Overdue amount", "money"),
    "smm": Column(
        "smm",
        "ratio",
        help="Repaid early over opening balance less scheduled principal, a month.",
    ),
    "pay": Column(
        "pay",
        "ratio",
        help="Paid by the month's end over what was expected when the month began.",
    ),
    "loss": Column(
        "loss",
        "ratio",
        help="Written off and sold over the opening balance, a month.",
    ),
    "cure": Column(
        "cure",
        "ratio",
        help="Arrears collected over arrears at the opening, a month.",
    ),
    "gone": Column(
        "gone",
        "ratio",
        help="Arrears that neither were collected nor remained over arrears at the opening, a"
        " month.",
    ),
}
