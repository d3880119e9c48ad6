"""What record pages share: facts in a grid, masked values, and how one is unmasked."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import access, formats, visit
from ui.access import Refused
from ui.i18n import md, t

Fact = tuple[str, str]
FIELDS = {"name": "Name", "id_number": "Identity number", "phone": "Phone"}


def facts(pairs: Sequence[Fact], columns: int = 6) -> None:
    """Label above value, side by side, reflowing."""
    grid = st.grid(columns, min_column_width=150, gap=("small", "small"))
    for label, said in pairs:
        with grid, st.container(gap=None):
            st.caption(label)
            st.text(said)


def not_found(what: str, number: str) -> None:
    """The same words for a record that does not exist and one that is not the reader's."""
    st.info(
        t(
            "There is no {what} {number} among those that you may see.",
            what=what,
            number=md(number[:64]),
        )
        if number
        else t("This address names no {what}.", what=what),
        icon=":material/search_off:",
    )


def masked(scope: Scope, borrower: pd.Series) -> None:
    """Name, identity number and phone as everyone sees them; a way to one in clear for who may."""
    pairs = [(t(label), formats.text(borrower.get(key))) for key, label in FIELDS.items()]
    facts(pairs, columns=3)
    here = visit.now()
    if access.may_unmask(here.user, here.home_unmasks) and st.button(
        t("Show one value in clear"), key="unmask", icon=":material/lock_open:", type="tertiary"
    ):
        _unmask_dialog(scope, str(borrower["borrower_id"]))


def _unmask_dialog(scope: Scope, borrower_id: str) -> None:
    @st.dialog(t("Show one value in clear"))
    def ask() -> None:
        field = st.selectbox(
            t("Value"), list(FIELDS), format_func=lambda key: t(FIELDS[key]), key="unmask_field"
        )
        reason = st.text_input(
            t("Reason, or the number of the case or engagement"), key="unmask_reason", max_chars=200
        )
        st.caption(t("Your name, the reason and the time are written to the access log first."))
        if st.button(t("Show"), type="primary", key="unmask_show"):
            _reveal(scope, borrower_id, str(field), reason or "")

    ask()


def _reveal(scope: Scope, borrower_id: str, field: str, reason: str) -> None:
    here = visit.now()
    try:
        what = f"borrower.{field}"
        access.unmask(here.user, what, borrower_id, reason, here.page, here.home_unmasks)
    except Refused as refused:
        st.warning(str(refused))
        return
    clear = reports.personal(scope, borrower_id)
    st.text(formats.text(clear.iloc[0][field]) if len(clear) else t("There is no such value."))
