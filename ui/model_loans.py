"""The loans by learned probability, with what raises each; and the tested ones of a tenth."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope, month_end
from ui import export, filters, formats, lists, paging, tables
from ui.i18n import name, t
from ui.tables import Column

BANDS = tuple(str(each) for each in range(1, 13))
RATES = (
    *("annual_rate", "overdue_share", "paid_share_3m", "balance_to_principal"),
    *("inflow_change", "least_utilisation_3m"),
)
AMOUNTS = ("balance", "account_shortfall")


def draw(scope: Scope, cards: pd.DataFrame, reading: str) -> None:
    """The loans of the scope's month end, the most likely to default first."""
    card, day = cards.iloc[0], pd.Timestamp(month_end(scope))
    title = t("Most likely to default within twelve months of {day}", day=formats.day(day))
    st.subheader(title, anchor=False)
    tested = card["tested_from"] <= day <= card["tested_to"]
    if day != card["scored_on"] and not tested:
        said = {key: formats.day(card[key]) for key in ("scored_on", "tested_from", "tested_to")}
        st.info(t(UNSCORED, **said), icon=":material/event_busy:")
        return
    st.caption(t(SAMPLED) if tested else t(WHY[reading]))
    columns = LOANS | OUTCOME if tested else LOANS
    _list(scope, reading, 0, title, columns)


UNSCORED = (
    "No loan has a score of this date. Every loan has one at {scored_on}, and the tested sample at"
    " the month ends {tested_from} to {tested_to}."
)
SAMPLED = (
    "Of this date only the tested sample has a score: borrowers that the model was not trained on,"
    " with what became of them."
)
WHY = {
    "logistic": "What raises it: the features that add most to the log odds above an average loan"
    " (coefficient times standardised value, in brackets). A row opens the loan.",
    "boosting": "What raises it: what the log odds lose when that feature alone is put at its"
    " typical value, in brackets; worked out for the riskiest twentieth. A row opens the loan.",
}


def band(scope: Scope, reading: str) -> None:
    """The tested rows of the tenth that the address names, with what became of them."""
    for chosen in filters.asked("band", BANDS)[:1]:
        title = t("Tested loans of tenth {n}", n=chosen)
        st.subheader(title, anchor=False)
        facts = filters.told([("band", chosen)])
        _list(scope, reading, int(chosen), title, TESTED, facts)


def _list(
    scope: Scope,
    reading: str,
    chosen: int,
    title: str,
    columns: tables.Columns,
    facts: export.Facts = (),
) -> None:
    number, balance = reports.model_loans_total(scope, reading, chosen)
    if not number:
        lists.nothing()
        return
    told = {"n": formats.count(number), "balance": formats.money(balance)}
    st.caption(t("{n} rows with a balance of {balance}", **told))

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return in_words(reports.model_loans(scope, reading, chosen, after, limit))

    key = "model_band" if chosen else "model_loans"
    page = part(paging.after(key, (scope, reading, chosen)), paging.SIZE)
    tables.show(page, columns, key=key, alt=title, open_row=lists.open_loan, rows=15)
    paging.controls(key, page, "score_id", number)
    facts = ((t("Model"), name("reading", reading)), *facts)
    export.offer(
        export.listing(key, title, columns, part, "score_id", number, scope, filters=facts)
    )


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `why`: each loan's reasons, their values and what they add, as words."""
    rows = zip(frame["reasons"], frame["grounds"], frame["parts"], strict=True)
    said = [
        t(", ").join(
            f"{name('subject', reason)} {_ground(reason, ground)} (+{formats.number(part)})"
            for reason, ground, part in zip(reasons, grounds, parts, strict=True)
        )
        for reasons, grounds, parts in rows
    ]
    return frame.assign(why=[each or formats.DASH for each in said])


def _ground(reason: str, ground: str) -> str:
    """A feature's value as it is read."""
    if not ground:
        return formats.DASH
    try:
        figure = float(ground)
    except ValueError:
        return name(reason, ground)
    if reason in RATES:
        return formats.percent(figure)
    if reason in AMOUNTS:
        return formats.money(figure)
    return name(reason, ground) if reason == "classification" else formats.count(figure)


LOANS: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "pd": Column("Probability", "ratio", help="Of a first default within twelve months."),
    "why": Column("What raises it", width=480),
    "days_past_due": Column("Days past due", "days"),
    "balance": Column("Balance", "money", width=115),
    "product": Column("Product", codes="product"),
    "branch": Column("Branch", codes="branch"),
    "borrower_id": Column("Borrower"),
    "band": Column("Tenth", "count", help="Of the tested rows, 10 being the riskiest."),
}
OUTCOME: dict[str, Column] = {"is_default": Column("Defaulted within twelve months", "flag")}
TESTED: dict[str, Column] = {
    "loan_id": LOANS["loan_id"],
    "month_end": Column("Month end", "date"),
    "pd": LOANS["pd"],
    **OUTCOME,
    **{key: column for key, column in LOANS.items() if key not in ("loan_id", "pd", "band")},
}
