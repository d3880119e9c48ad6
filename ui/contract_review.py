"""What reviews of contracts found: defects by kind, and those that nobody has remedied yet."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import CONTRACT_DEFECT_RATE
from queries.warehouse import Scope
from ui import export, filters, formats, long_lists, tables
from ui.i18n import md, name, t
from ui.names import LABELS
from ui.tables import Column, Target

CODES = tuple(LABELS["contract_defect"])
KINDS: dict[str, Column] = {
    "contract_defect": Column("Defect", codes="contract_defect", width=300),
    "found": Column("Defects found", "count"),
    "open": Column("Not remedied", "count"),
    "open_high": Column("Of these severe", "count"),
    "days_median": Column("Days to remedy, median", "number"),
}
DEFECTS: dict[str, Column] = {
    "contract_defect": Column("Defect", codes="contract_defect", width=300),
    "severity": Column("Severity", codes="severity", width=85),
    "days_open": Column("Days open", "days", width=85),
    "loan_id": Column("Loan", width=90),
    "amount": Column("Principal", "money"),
    "reviewed_on": Column("Reviewed on", "date", width=100),
    "occasion": Column("Occasion", codes="review_occasion", width=130),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}


def draw(scope: Scope, department: str, in_full: bool) -> None:
    """Defects by kind over twelve months; in full the open ones too, of one kind or of all."""
    title = t("Defects of contracts, reviews of twelve months")
    st.subheader(title, anchor=False)
    frame = reports.contract_defects(scope)
    if frame.empty:
        st.caption(t("No defect was found."))
        return

    def opened(row: pd.Series) -> Target:
        asked = {"department_id": department, "contract_defect": row["contract_defect"]}
        return "department", asked

    opens = opened if in_full else None
    tables.show(frame, KINDS, key="contract_defects", alt=title, open_row=opens, rows=15)
    export.offer(
        export.sheet("contract_defects", title, KINDS, lambda: frame, scope, CONTRACT_DEFECT_RATE)
    )
    if in_full:
        _open(scope, (filters.asked("contract_defect", CODES) or [""])[0])


def _open(scope: Scope, code: str) -> None:
    of = name("contract_defect", code) if code else t("all")
    title = t("Open defects: {kind}", kind=of)
    st.subheader(md(title), anchor=False)
    number, amount = reports.contract_defects_list_total(scope, code)
    if not number:
        st.caption(t("There is none."))
        return
    told = {"n": formats.count(number), "amount": formats.amount(amount)}
    st.caption(t("{n} rows, {amount} in all", **told))

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return reports.contract_defects_list(scope, code, after, limit)

    facts = filters.told((("contract_defect", code),) if code else ())
    whole = ("open_defects", title, DEFECTS, part, "defect_id", number, scope)
    long_lists.draw(*whole, asked=(code,), facts=facts, rows=10)
