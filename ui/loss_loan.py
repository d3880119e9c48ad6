"""One loan's expected loss, reckoned again year by year."""

import streamlit as st

from queries import reports
from queries.expected_loss import loan_years
from queries.warehouse import Scope
from ui import export, filters, formats, links, tables
from ui.i18n import md, name, t
from ui.tables import Column


def draw(scope: Scope) -> None:
    """A loan's number, and from it the years that its expected loss is the sum of."""
    title = t("The expected loss of one loan, year by year")
    st.subheader(title, anchor=False)
    loan_id = filters.words(t("Loan number"), "loan_id")
    if not loan_id:
        st.caption(t("Enter the number of a loan to see its expected loss reckoned again."))
        return
    found = reports.loan_ecl(scope, loan_id)
    if found.empty:
        st.caption(t("No loan of that number is on the book in this selection."))
        return
    loan = found.iloc[0]
    st.markdown(md(t(SAID, stage=name("stage", loan["stage"]), loss=formats.amount(loan["ecl"]))))
    links.link("loan", t("Open the loan"), icon=":material/arrow_forward:", loan_id=loan_id)
    if loan["stage"] == 3:
        st.caption(
            t(
                IMPAIRED,
                balance=formats.amount(loan["balance"]),
                lgd=formats.percent(loan["lgd"]),
            )
        )
        return
    frame = loan_years(loan)
    st.caption(
        t(
            SUMMED,
            first=formats.amount(frame["ecl"].iloc[0]),
            whole=formats.amount(frame["ecl"].sum()),
            lgd=formats.percent(loan["lgd"]),
        )
    )
    tables.show(frame, YEARS, key="loss_years", alt=title, rows=31)
    export.offer(export.sheet("loss_years", title, YEARS, lambda: frame, scope))


SAID = "{stage}, expected loss {loss}"
IMPAIRED = (
    "In stage 3 the loss is the balance less what is still to be recovered: {balance} × {lgd}."
)
SUMMED = (
    "Each year: chance to default in it × exposure at its beginning × loss given default ({lgd}),"
    " discounted from its end at the loan's rate. First year {first}, all years {whole}."
)
YEARS: dict[str, Column] = {
    "year": Column("Year", "count"),
    "survival": Column("Not in default at its beginning", "ratio"),
    "pd": Column("Chance to default in it", "ratio"),
    "exposure": Column("Exposure at its beginning", "money"),
    "discount": Column("Discount factor", "index"),
    "ecl": Column("Expected loss", "money"),
}
