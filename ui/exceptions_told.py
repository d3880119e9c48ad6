"""What an exception's recorded and recomputed values mean: their unit, and a sentence of each kind.

Exceptions of days past due, balance, interest and order of payment have steps of their own
(`ui.reperformed`); of the others one sentence says what was compared with what.
"""

from collections.abc import Callable

import pandas as pd

from ui import formats
from ui.i18n import name, t

CLASSES = {"T02_class", "T02_override", "T03_upgrade"}
DAYS = {"T01_dpd", "T04_restructure_flag", "T05_reage", "T08_backdating", "T10_write_off"}
DAYS |= {"T05_new_loan", "T15_docs", "T16_valuation", "T19_limitation"}
COUNTS = {"T14_duplicates"}
# Tests whose kinds have units of their own; a kind that is not named is told in money.
MIXED: dict[str, dict[str, str]] = {
    "T09_month_end_dressing": {"arrears_gone": "days"},
    "T17_collection_conduct": {"too_often": "count", "at_night": "hour"},
}
# Tests that compare no values.
WITHOUT = {"T12_sod"}
UNITS = {
    "class": "class, 1 normal to 5 loss",
    "days": "days",
    "count": "number",
    "hour": "hour of the day",
    "money": "amount",
}


def unit(test_id: str, kind: str = "") -> str:
    """class, days, count, hour or money: what an exception's values are told in."""
    if test_id in CLASSES:
        return "class"
    if test_id in DAYS:
        return "days"
    return "count" if test_id in COUNTS else MIXED.get(test_id, {}).get(kind, "money")


def value(test_id: str, kind: str, figure: object) -> str:
    """A recorded or recomputed value in its unit."""
    if formats.missing(figure):
        return formats.DASH
    return _SAID[unit(test_id, kind)](figure)


_SAID: dict[str, Callable[[object], str]] = {
    "class": lambda figure: name("classification", figure),
    "days": formats.days,
    "count": formats.count,
    "hour": lambda figure: t("{n} o'clock", n=formats.count(figure)),
    "money": formats.amount,
}


def in_units(frame: pd.DataFrame) -> pd.DataFrame:
    """Exceptions with `unit`: what recorded and recomputed are told in, in the reader's words."""
    none = frame["recorded"].isna() & frame["recomputed"].isna()
    parts = zip(frame["test_id"], frame["kind"], none, strict=True)
    return frame.assign(unit=["" if bare else t(UNITS[unit(*part)]) for *part, bare in parts])


def said(found: pd.Series) -> list[str]:
    """What was compared with what, as sentences; none where the kind has steps of its own."""
    kind = str(found.kind)
    words = TESTS_SAID.get(f"{found.test_id} {kind}") or KINDS_SAID.get(kind)
    if words is None:
        return []
    return [
        t(
            words,
            recorded=value(str(found.test_id), kind, found.recorded),
            recomputed=value(str(found.test_id), kind, found.recomputed),
            amount=formats.amount(found.amount),
            day=formats.day(found.happened_on),
            reference=formats.text(found.reference or None),
        )
    ]


KINDS_SAID: dict[str, str] = {
    "extension": "Version {reference} of the schedule, in force from {day}, ends later than the one"
    " before it. The loan was {recomputed} past due in the 90 days before, and no restructuring is"
    " recorded of it.",
    "rate_cut": "Version {reference} of the schedule, in force from {day}, asks for a lower rate"
    " than the one before it. The loan was {recomputed} past due in the 90 days before, and no"
    " restructuring is recorded of it.",
    "no_evidence": "{amount} was written off or sold on {day}; no evidence is recorded of it.",
    "too_late": "Written off or sold on {day}, {recorded} after the oldest unpaid due date. The"
    " rule allows {recomputed}.",
    "instalment": "Instalment {reference} of the first schedule asks for {recorded}; by its method"
    " it is {recomputed}. Together with its interest it is {amount} off at most.",
    "principal": "The principal of the first schedule adds up to {recorded}; lent was"
    " {recomputed}.",
    "loan_twice": "{recorded} loans of the borrower {reference} have the same amount, {amount}, and"
    " the same day, {day}.",
    "payment_twice": "{recorded} payments on this loan have the same amount, {amount}, and the same"
    " day, {day}; {reference} is one of them.",
    "missing": "The proof of use is missing: {recorded} have gone by since it was due;"
    " {recomputed} are allowed.",
    "late": "The proof of use came {recorded} after it was due; {recomputed} are allowed.",
    "file_missing": "The document is due when the loan is given. It is missing: {recorded} have"
    " gone by since; {recomputed} are allowed.",
    "file_late": "The document is due when the loan is given. It came {recorded} later;"
    " {recomputed} are allowed.",
    "old": "At {day} the value of the collateral is {recorded} older than its kind allows.",
    "at_night": "The contact {reference} was made at {recorded}; from {recomputed} on a borrower is"
    " left alone unless there is a consent.",
    "too_often": "The contact {reference} is unanswered call {recorded} of that day; {recomputed}"
    " are allowed.",
    "third_party": "The contact {reference} reached somebody who has nothing to do with the loan.",
    "ledger_differs": "At {day} the general ledger has {recorded}; the loans of the product add up"
    " to {recomputed}. The difference is {amount}.",
    "near_limitation": "The claim came within {recomputed} of its limitation on {day}. On the last"
    " day of the data {recorded} are left, and nothing that restarts or stops it is recorded.",
    "time_barred": "The claim came within {recomputed} of its limitation on {day}, and ran out"
    " before the last day of the data. Nothing that restarts or stops it is recorded.",
}
# Kinds that several tests have.
TESTS_SAID: dict[str, str] = {
    "T10_write_off not_approved": "{amount} was written off or sold on {day}; no approval is"
    " recorded of it.",
    "T02_override not_recorded": "Booked at {day} was the class {recorded}; the rules ask for"
    " {recomputed}. No change by hand is recorded that explains it.",
    "T16_valuation missing": "At {day} no value of the collateral is recorded.",
}
