"""How one loan's days past due came about, step by step, and its time line in words."""

from typing import Any

import pandas as pd
import streamlit as st

from queries import reports
from queries.paying import order_of, settles_by_instalment
from queries.warehouse import Scope
from ui import formats
from ui.i18n import language, md, name, t
from ui.names import LABELS


def steps(scope: Scope, loan: pd.Series, instalments: pd.DataFrame) -> None:
    """Cash received, what it settled, the oldest left, the days since; beside the record."""
    payments = reports.loan_payments(scope, str(loan.loan_id))
    terms = reports.performed_terms(scope, str(loan.loan_id))
    for place, said in enumerate(told_steps(loan, instalments, payments, terms), start=1):
        st.markdown(f"{place}. {md(said)}")
    _beside_the_record(scope, loan)


def applied(terms: pd.DataFrame, settled: int, due: int, day: object) -> str:
    """How many instalments the cash settles, used as the contract says (2.3)."""
    figures = {"settled": settled, "due": due, "day": formats.day(day)}
    if settles_by_instalment(terms):
        return t(
            "Applied to the oldest due first, it settles {settled} of the {due} instalments due"
            " before {day}.",
            **figures,
        )
    order = " → ".join(name("due_component", part) for part in order_of(terms))
    return t(
        "The contract settles all that is due of one component before the next ({order}), as each"
        " payment came: that settles {settled} of the {due} instalments due before {day}.",
        order=order,
        **figures,
    )


def told_steps(
    loan: pd.Series,
    instalments: pd.DataFrame,
    payments: pd.DataFrame,
    terms: pd.DataFrame,
) -> list[str]:
    """The steps as sentences (R-DPD-1: as of less the oldest due date before it not fully paid)."""
    if instalments.empty:
        return [t("There is no schedule, so the recorded state is shown as it is.")]
    due = instalments[instalments["due_on"] < pd.Timestamp(loan.as_of)]
    received = formats.amount(payments["paid_in_all"].iloc[0] if len(payments) else 0)
    settled = int(due["settled_on"].notna().sum())
    said = [
        t(
            "{amount} was received up to {day}, net of reversals, in {n} entries.",
            amount=received,
            day=formats.day(loan.as_of),
            n=len(payments),
        ),
        applied(terms, settled, len(due), loan.as_of),
    ]
    return said + _oldest(loan, due)


def with_payments(scope: Scope, loan_id: str, instalments: pd.DataFrame) -> pd.DataFrame:
    """The instalments with `settled_by`: the payment that settled each of those that are due."""
    done = reports.performed_instalments(scope, loan_id, scope.as_of)
    by = dict(zip(done["seq"], done["settled_by"], strict=True))
    return instalments.assign(settled_by=instalments["seq"].map(by))


def _oldest(loan: pd.Series, due: pd.DataFrame) -> list[str]:
    if formats.missing(loan.oldest_unpaid_due):
        return [t("No instalment due before that day is left unpaid: 0 days past due.")]
    oldest = due[due["due_on"] == pd.Timestamp(loan.oldest_unpaid_due)]
    said = []
    if len(oldest):
        row = oldest.iloc[0]
        said.append(
            t(
                "The oldest left is instalment {n} of {day}: {due} due, {paid} paid,"
                " {unpaid} missing.",
                n=int(row.seq),
                day=formats.day(row.due_on),
                due=formats.amount(row.due),
                paid=formats.amount(row.paid),
                unpaid=formats.amount(row.unpaid),
            )
        )
    return [
        *said,
        t(
            "{as_of} less {day} is {n} days past due.",
            as_of=formats.day(loan.as_of),
            day=formats.day(loan.oldest_unpaid_due),
            n=formats.count(loan.days_past_due),
        ),
    ]


def _beside_the_record(scope: Scope, loan: pd.Series) -> None:
    history = reports.loan_history(scope, str(loan.loan_id))
    if history.empty:
        return
    last = history.iloc[-1]
    if formats.missing(last.dpd_recorded):
        st.caption(t("The core system recorded nothing to compare with."))
        return
    said = t(
        "At {day} the core system recorded {recorded} days; recomputed: {recomputed}.",
        day=formats.day(last.month_end),
        recorded=formats.count(last.dpd_recorded),
        recomputed=formats.count(last.days_past_due),
    )
    if last.dpd_recorded == last.days_past_due:
        st.markdown(f":green[:material/check_circle:] {md(said)}")
    else:
        st.markdown(f":red[:material/error:] **{md(said)}**")


def told(timeline: pd.DataFrame) -> pd.DataFrame:
    """The time line with `said`: what each event's codes mean in words."""
    frame = timeline.copy()
    frame["said"] = [_detail(row) for _, row in frame.iterrows()]
    return frame


def _detail(row: pd.Series) -> str:
    kind, was, became, note = row["kind"], row["was"], row["became"], row["note"]
    if kind in ("class_worse", "class_better", "class_by_hand"):
        return f"{name('classification', was)} → {name('classification', became)}" + _tail(note)
    if kind == "missed_due_date":
        paid = t("paid {day}", day=became) if not formats.missing(became) else t("not paid yet")
        return t("instalment {n}, {paid}", n=row["reference"], paid=paid)
    if kind in ("case_opened", "case_closed"):
        return name("case_type", note) + (
            _tail(name("outcome", became))
            if kind == "case_closed" and not formats.missing(became)
            else ""
        )
    if kind == "finding_issued":
        title = "" if language() == "zh" else _tail(note)
        return name("severity", became) + title
    return " · ".join(_word(value) for value in (note, was, became) if not formats.missing(value))


def _tail(value: Any) -> str:
    return "" if formats.missing(value) else f" · {value}"


def _word(value: Any) -> str:
    for dimension in ("repayment_method", "severity"):
        if str(value) in LABELS[dimension]:
            return name(dimension, value)
    return name("channel", value) if str(value).islower() else str(value)
