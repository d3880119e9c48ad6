"""The checks of the 2024 loan measures over the payments out of loans, and what failed them."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, filters, formats, long_lists, tables
from ui.i18n import md, name, t
from ui.names import LABELS
from ui.tables import Column, Target

CHECKS = tuple(LABELS["use_check"])
RULES = {
    "M1": "No payment to a sink that the loan may not flow to",
    "M2": "A firm's payment above the limit is made by the bank",
    "M3": "A person's payment is made by the bank, but for three exceptions",
    "M4": "Payments to one payee within 7 days do not add up to more than the limit",
    "M5": "Report and vouchers of the borrower's own payment within 30 days",
    "M6": "Term no longer than the product's longest",
    "M7": "Own capital and progress within 10 points of the draw",
    "M8": "Inflow of the agreed account known each month",
    "M9": "Inspection done in its cycle with evidence",
    "M10": "Difficulty test recorded when a small firm's loan is renewed",
    "M11": "Money not back with the borrower within 7 days",
}
SUMMARY: dict[str, Column] = {
    "use_check": Column("Check", codes="use_check", width=210),
    "rule": Column("What it asks", width=380),
    "tested": Column("Tested", "count"),
    "failed": Column("Failed", "count"),
    "pass_rate": Column("Passed", "ratio"),
    "failed_amount": Column("Amount of these", "money"),
}
EXCEPTIONS: dict[str, Column] = {
    "tested_on": Column("Day", "date", width=95),
    "use_check": Column("Check", codes="use_check", width=210),
    "loan_id": Column("Loan", width=90),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "amount": Column("Amount", "money"),
    "said": Column("Detail", width=150),
}


def draw(scope: Scope, department: str, in_full: bool) -> None:
    """Each check with its count and pass rate of twelve months; in full what failed it too."""
    title = t("Checks of the 2024 loan measures, twelve months")
    st.subheader(title, anchor=False)
    frame = reports.use_check_summary(scope)
    if frame.empty:
        st.caption(t("Nothing was tested."))
        return
    st.caption(
        t(
            "Loan measures of 2024 (Orders No. 1 to 3), as the house understands them: verify the"
            " articles before reporting to a supervisor. Limits are dated parameters."
        )
    )
    frame = frame.assign(rule=[t(RULES[check]) for check in frame["use_check"]])

    def opened(row: pd.Series) -> Target:
        return "department", {"department_id": department, "use_check": row["use_check"]}

    opens = opened if in_full else None
    tables.show(frame, SUMMARY, key="use_checks", alt=title, open_row=opens, rows=11)
    export.offer(export.sheet("use_checks", title, SUMMARY, lambda: frame, scope))
    if in_full:
        _exceptions(scope, (filters.asked("use_check", CHECKS) or [""])[0])


def _exceptions(scope: Scope, check: str) -> None:
    title = t("What failed: {check}", check=name("use_check", check) if check else t("all checks"))
    st.subheader(md(title), anchor=False)
    number, amount = reports.use_exceptions_list_total(scope, check)
    if not number:
        st.caption(t("There is none."))
        return
    told = {"n": formats.count(number), "amount": formats.amount(amount)}
    st.caption(t("{n} rows, {amount} in all", **told))

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return _said(reports.use_exceptions_list(scope, check, after, limit))

    facts = filters.told((("use_check", check),) if check else ())
    whole = ("use_exceptions", title, EXCEPTIONS, part, "exception_id", number, scope)
    long_lists.draw(*whole, asked=(check,), facts=facts, rows=10)


CODES = {"M1": "payee_kind", "M2": "pay_method", "M3": "pay_method", "M10": "restructure_kind"}
WORDS = {
    "missing": "missing",
    "late": "too late",
    "capital": "own capital behind the draw",
    "progress": "progress apart from the draw",
}


def _said(frame: pd.DataFrame) -> pd.DataFrame:
    """The detail of each exception in words; a day, a number or a name stays as it is."""
    pairs = zip(frame["use_check"], frame["detail"], strict=True)
    return frame.assign(said=[_detail(check, detail) for check, detail in pairs])


def _detail(check: str, detail: str | None) -> str:
    if formats.missing(detail):
        return ""
    if check in CODES:
        return name(CODES[check], detail)
    if check == "M6":
        return t("{n} months", n=detail)
    return t(WORDS[str(detail)]) if detail in WORDS else str(detail)
