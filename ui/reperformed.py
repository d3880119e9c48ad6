"""One exception of a re-performance test: the booked value beside the arithmetic, step by step."""

from datetime import date

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import arithmetic, breaches, by_hand, exceptions_told, export, formats, links, record, steps
from ui.exceptions_told import CLASSES, value
from ui.i18n import md, name, t
from ui.tables import Column

# Tests of a state at a month end, which payments and schedule explain.
OF_STATES = {"T01_dpd", "T01_balance", "T02_class", "T03_upgrade", "T05_reage", "T05_new_loan"}
OF_STATES |= {"T18_missing"}
OF_FILES = {"file_missing", "file_late"}
INSTALMENTS: dict[str, Column] = {
    "seq": Column("No.", "count", width=60),
    "due_on": Column("Due date", "date"),
    "due": Column("Amount due", "money"),
    "due_until": Column("Due in all", "money", help="Everything due up to and with this line."),
    "paid": Column("Paid", "money"),
    "unpaid": Column("Unpaid", "money"),
    "settled_by": Column("Settled by"),
    "settled_on": Column("Settled", "date"),
    "late_from": Column("Late from", "date"),
}


STRETCHES: dict[str, Column] = {
    "from_day": Column("From the day", "date"),
    "until_day": Column("Until the day", "date"),
    "days": Column("Days", "count"),
    "version": Column("Schedule version", "count"),
    "not_due": Column("Principal not due", "money"),
    "annual_rate": Column("Interest rate", "ratio"),
    "daily": Column("Interest of a day", "money"),
    "interest": Column("Interest of these days", "money"),
}
ARREARS: dict[str, Column] = {
    "due_on": Column("Due date", "date"),
    "unpaid": Column("Unpaid", "money"),
    "from_day": Column("From the day", "date"),
    "until_day": Column("Until the day", "date"),
    "days": Column("Days", "count"),
    "penalty_rate": Column("Rate on what is overdue", "ratio"),
    "asked": Column("Asked for these days", "money"),
}
OF_ARREARS = {"penalty", "compound"}
SETTLED: dict[str, Column] = {
    "seq": Column("No.", "count", width=60),
    "due_on": Column("Due date", "date"),
    "component": Column("Kind of amount", codes="due_component"),
    "due": Column("Amount due", "money"),
    "due_before": Column("Due in all before it", "money"),
    "settles": Column("Settled by the order", "money"),
    "stored": Column("Stored", "money"),
    "difference": Column("Difference", "money"),
}


def show(scope: Scope, found: pd.Series) -> None:
    """Recorded beside recomputed, the steps that lead to it, and the instalments behind them."""
    test_id, day = str(found.test_id), pd.Timestamp(found.happened_on).date()
    st.subheader(
        t("{test}: {loan}, {day}", test=name("test_id", test_id), loan=md(about(found)), day=day),
        anchor=False,
    )
    record.facts(
        [
            (t("What is wrong"), name("exception_kind", found.kind)),
            (t("Recorded"), value(test_id, found.kind, found.recorded)),
            (t("Recomputed"), value(test_id, found.kind, found.recomputed)),
            (t("Amount at stake"), formats.amount(found.amount)),
            (t("Reference"), formats.text(reference(test_id, found.kind, found.reference) or None)),
            (t("Officer"), formats.text(found.officer_id)),
        ]
    )
    if test_id == breaches.TEST:
        breaches.show(scope, found, day)
        return
    if not found.loan_id:
        steps.numbered(exceptions_told.said(found))
        return
    _by_hand(scope, found, day)
    if test_id in OF_STATES:
        _arithmetic(scope, found, day)
    elif test_id == "T06_interest" and found.reference in OF_ARREARS:
        _penalty(scope, found, day)
    elif test_id == "T06_interest":
        _interest(scope, found, day)
    elif test_id == "T07_waterfall":
        _waterfall(scope, found)
    else:
        steps.numbered(exceptions_told.said(found))
    links.link(
        "loan",
        t("Loan {n}, whole", n=md(found.loan_id)),
        icon=":material/request_quote:",
        loan_id=found.loan_id,
        view="history",
    )


def sentences(scope: Scope, found: pd.Series) -> list[str]:
    """The arithmetic of one exception as sentences."""
    test_id, day = str(found.test_id), pd.Timestamp(found.happened_on).date()
    loan_id, what = str(found.loan_id or ""), str(found.reference)
    if test_id == breaches.TEST:
        return breaches.sentences(scope, found, day)
    if loan_id and test_id in OF_STATES:
        return _told_state(scope, found, day, reports.performed_instalments(scope, loan_id, day))
    if test_id == "T06_interest" and what in OF_ARREARS:
        lines = reports.performed_penalties(scope, loan_id, day, what)
        return told_penalty(found, lines) if len(lines) else []
    if test_id == "T06_interest":
        lines = reports.performed_accruals(scope, loan_id, day)
        return told_interest(found, lines) if len(lines) else []
    if test_id == "T07_waterfall":
        lines = reports.performed_allocations(scope, loan_id, what)
        return told_waterfall(lines) if len(lines) else []
    acts = reports.interventions_of(scope, loan_id, day, what) if loan_id else pd.DataFrame()
    whys = [by_hand.why(act) for _, act in acts.iterrows()]
    return [*whys, *exceptions_told.said(found)]


def _told_state(scope: Scope, found: pd.Series, day: date, lines: pd.DataFrame) -> list[str]:
    """`told` of an exception and the instalments due by its day."""
    if lines.empty:
        return []
    loan_id = str(found.loan_id)
    history = reports.loan_history(scope, loan_id)
    state = history[history["month_end"] == pd.Timestamp(day)]
    terms = reports.performed_terms(scope, loan_id)
    hidden = found.test_id == "T05_reage"
    first = reports.performed_instalments(scope, loan_id, day, True) if hidden else lines[:0]
    return told(found, lines, day, state, terms, first)


def loans_behind(scope: Scope, found: pd.DataFrame) -> pd.DataFrame:
    """The loans that an exception (one row or none) is of: its own, or those of its customer."""
    if found.empty:
        return pd.DataFrame(columns=["loan_id"])
    row = found.iloc[0]
    if row.test_id == breaches.TEST:
        return breaches.loans(scope, row)
    return reports.loan_header(scope, str(row.loan_id))


def about(found: pd.Series) -> str:
    """Whom or what an exception is of: a loan, a product, or a customer of the whole book."""
    return str(found.loan_id) or (
        name("product", found["product"]) if found["product"] else str(found.reference)
    )


def reference(test_id: str, kind: str, what: str) -> str:
    """What an exception refers to, in words where it is a code: a rule, a kind of document."""
    if test_id == "T02_class":
        return name("floor_rule", what)
    if kind in OF_FILES:
        return name("document_kind", what)
    if what in OF_ARREARS:
        return name("asked_of_arrears", what)
    if test_id == "T18_snapshot":
        return name("product", what)
    # The clock of a claim begins with its kind.
    return what.removeprefix("limitation:") if test_id == "T19_limitation" else what


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Exceptions with `reference` in the reader's words."""
    parts = zip(frame["test_id"], frame["kind"], frame["reference"], strict=True)
    return frame.assign(reference=[reference(*part) for part in parts])


def _by_hand(scope: Scope, found: pd.Series, day: date) -> None:
    """Who did what the exception is about, where somebody did, and why it is listed."""
    acts = reports.interventions_of(scope, str(found.loan_id), day, str(found.reference))
    named = acts[acts[list(by_hand.ROLES)].notna().any(axis=1)] if len(acts) else acts
    if len(named):
        row = named.iloc[0]
        reason = "" if formats.missing(row.reason) else name("override_reason", row.reason)
        classes = [
            (label, formats.DASH if formats.missing(each) else name("classification", each))
            for label, each in (
                (t("Class before"), row.from_class),
                (t("Class after"), row.to_class),
                (t("Class by rule"), row.class_by_rule),
            )
        ]
        record.facts(
            [
                *(classes if row.list_id == "override" else []),
                (t("Put forward by"), formats.text(row.initiated_by)),
                (t("Reviewed by"), formats.text(row.reviewed_by)),
                (t("Approved by"), formats.text(row.approved_by)),
                (t("Reason given"), reason or formats.DASH),
            ]
        )
    for _, act in acts.iterrows():
        st.markdown(f"* {name('by_hand', act['list_id'])}: {md(by_hand.why(act))}")


def _arithmetic(scope: Scope, found: pd.Series, day: date) -> None:
    lines = reports.performed_instalments(scope, str(found.loan_id), day)
    if lines.empty:
        st.caption(t("No instalment had fallen due by that day."))
        return
    said = _told_state(scope, found, day, lines)
    title = t("Instalments due by {day}", day=day)
    facts = ((t("Loan"), str(found.loan_id)), (t("Day"), formats.day(day)))
    steps.show(scope, said, "performed", title, INSTALMENTS, lines, facts, newest_first=True)


def _interest(scope: Scope, found: pd.Series, day: date) -> None:
    """T06: the days of the month, each with its principal and rate, beside what was booked."""
    lines = reports.performed_accruals(scope, str(found.loan_id), day)
    if lines.empty:
        st.caption(t("The loan was on the book on no day of that month."))
        return
    said, title = told_interest(found, lines), t("Interest of the month to {day}, by days", day=day)
    steps.show(scope, said, "accrued", title, STRETCHES, lines, _of_month(found, day), rows=5)


def told_interest(found: pd.Series, lines: pd.DataFrame) -> list[str]:
    """The steps as sentences: the days, what each earns, the sum, and what was booked."""
    days = int(lines["days"].sum())
    said = [
        t(
            "On the book on {n} days of the month. Each earns a day's interest on the principal"
            " that has not fallen due, by actual days of a year of {year}; from its due day on"
            " principal earns none: penalty interest is booked beside it.",
            n=days,
            year=int(lines["year_days"].iloc[0]),
        )
    ]
    said += [
        t(
            "{first} to {last}: {n} days of {daily}, which is {rate} a year of {amount}; together"
            " {interest}.",
            first=formats.day(row.from_day),
            last=formats.day(row.until_day),
            n=formats.count(row.days),
            daily=formats.amount(row.daily),
            rate=formats.percent(row.annual_rate),
            amount=formats.amount(row.not_due),
            interest=formats.amount(row.interest),
        )
        for row in lines.itertuples()
    ]
    booked = formats.amount(found.recorded)
    if found.kind == "interest_missing":
        booked = t("nothing")
    return [
        *said,
        t(
            "Each day rounded to the cent that makes {sum}; booked was {booked}. Rounding explains"
            " {most} at most.",
            sum=formats.amount(lines["interest"].sum()),
            booked=booked,
            most=formats.amount(days / 100),
        ),
    ]


def _penalty(scope: Scope, found: pd.Series, day: date) -> None:
    """T06: what was unpaid of which instalment on which days, and what the contract asks for it."""
    lines = reports.performed_penalties(scope, str(found.loan_id), day, str(found.reference))
    if lines.empty:
        st.caption(t("Nothing that had fallen due was unpaid on any day of that month."))
        return
    title = t("What was unpaid in the month to {day}, by instalment and days", day=day)
    said = told_penalty(found, lines)
    steps.show(scope, said, "asked", title, ARREARS, lines, _of_month(found, day))


def _of_month(found: pd.Series, day: date) -> export.Facts:
    return ((t("Loan"), str(found.loan_id)), (t("Month end"), formats.day(day)))


def told_penalty(found: pd.Series, lines: pd.DataFrame) -> list[str]:
    """The steps as sentences: what counts, the rate on it, an instalment's days, and the sum."""
    first = lines.iloc[0]
    what = (
        t("Principal that had fallen due and was unpaid at the end of a day counts for that day.")
        if found.reference == "penalty"
        else t("Interest that had fallen due and was unpaid at the end of a day counts for it.")
    )
    return [
        what,
        t(
            "The contract's rate of {rate} and {uplift} of it more make {penalty} a year, by actual"
            " days of a year of {year}.",
            rate=formats.percent(first.annual_rate),
            uplift=formats.percent(first.penalty_uplift),
            penalty=formats.percent(first.penalty_rate),
            year=int(first.year_days),
        ),
        t(
            "Of the instalment of {due} {unpaid} was unpaid on {n} days from {first} to {last}:"
            " {asked}. The table has all.",
            due=formats.day(first.due_on),
            unpaid=formats.amount(first.unpaid),
            n=formats.count(first.days),
            first=formats.day(first.from_day),
            last=formats.day(first.until_day),
            asked=formats.amount(first.asked),
        ),
        t(
            "Together that makes {sum}; booked was {booked}.",
            sum=formats.amount(lines["asked"].sum()),
            booked=formats.amount(found.recorded),
        ),
    ]


def _waterfall(scope: Scope, found: pd.Series) -> None:
    """T07: what the payment settles by the contract's order, beside what is stored."""
    payment = str(found.reference)
    lines = reports.performed_allocations(scope, str(found.loan_id), payment)
    if lines.empty:
        st.caption(t("The payment settles nothing, and nothing is stored of it."))
        return
    said, title = told_waterfall(lines), t("What payment {n} settles", n=payment)
    facts = ((t("Loan"), str(found.loan_id)), (t("Payment"), payment))
    steps.show(scope, said, "allocated", title, SETTLED, lines, facts, rows=8)


# How the contract says that a payment is used: by instalment, or by component.
_RULES = {
    True: "By the contract the oldest instalment is settled first, and within it {order}.",
    False: "By the contract all that is due of one component is settled before the next: {order};"
    " of each the oldest instalment first.",
}


def told_waterfall(lines: pd.DataFrame) -> list[str]:
    """The steps as sentences: cash before and after, the order, what it settles, what is stored."""
    known = lines.dropna(subset="held_before")
    first = (known if len(known) else lines).iloc[0]
    held, paid = first["held_before"], first["paid"]
    order = str(first["component_order"] or "").split(",")
    said = " → ".join(name("due_component", each) for each in order)
    return [
        t(
            "{before} had been received before the payment, net of what was taken back; with its"
            " {paid} it is {after}.",
            before=formats.amount(held),
            paid=formats.amount(paid),
            after=formats.amount(held + paid),
        ),
        t(_RULES[first["alloc_scope"] == "HORIZONTAL"], order=said),
        t(
            "What lies between the two sums is what the payment settles: {settles}. The core system"
            " stored {stored}, of which {right} stands where the order puts it.",
            settles=formats.amount(lines["settles"].sum()),
            stored=formats.amount(lines["stored"].sum()),
            right=formats.amount(lines[["settles", "stored"]].min(axis=1).sum()),
        ),
    ]


def told(
    found: pd.Series,
    lines: pd.DataFrame,
    day: date,
    state: pd.DataFrame,
    terms: pd.DataFrame,
    first: pd.DataFrame,
) -> list[str]:
    """The steps as sentences (R-DPD-1): cash, what it settles, the oldest left, days and class.

    `lines` are those of `reports.performed_instalments`, `first` the same of the first schedule,
    or none; `state` the month's row of the history, `terms` those of `reports.performed_terms`.
    """
    said = [
        t(
            "{amount} had been received by {day}, net of what was taken back; version {n} of the"
            " schedule was in force.",
            amount=formats.amount(lines["received"].iloc[0]),
            day=formats.day(day),
            n=int(lines["version"].iloc[0]),
        ),
    ]
    left, days = _left(lines, day, terms)
    said += left
    if found.test_id == "T01_balance":
        said += _principal(found, lines)
    if found.test_id == "T03_upgrade":
        said += _cured(found, lines, day)
    if len(first):
        again, without = _left(first, day, terms)
        said += [t("By the first schedule: {what}", what=each) for each in again]
        said.append(t("The new schedule hides {n} days past due.", n=formats.count(without - days)))
    return said + _beside(found, state, days)


def _left(lines: pd.DataFrame, day: date, terms: pd.DataFrame) -> tuple[list[str], int]:
    """What the cash settles of a schedule, the oldest instalment left, and its days past due."""
    passed = lines[lines["due_on"] < pd.Timestamp(day)]
    left = passed[passed["unpaid"] > 0]
    said = [arithmetic.applied(terms, int((passed["unpaid"] == 0).sum()), len(passed), day)]
    if left.empty:
        none = t("No instalment due before that day is left unpaid: 0 days past due.")
        return [*said, none], 0
    oldest = left.iloc[0]
    days = (pd.Timestamp(day) - oldest.due_on).days
    said += [
        t(
            "The oldest left is instalment {n} of {day}: {due} due, {paid} paid, {unpaid} missing.",
            n=int(oldest.seq),
            day=formats.day(oldest.due_on),
            due=formats.amount(oldest.due),
            paid=formats.amount(oldest.paid),
            unpaid=formats.amount(oldest.unpaid),
        ),
        t(
            "{as_of} less {day} is {n} days past due.",
            as_of=formats.day(day),
            day=formats.day(oldest.due_on),
            n=formats.count(days),
        ),
    ]
    return said, days


def _principal(found: pd.Series, lines: pd.DataFrame) -> list[str]:
    """How the balance comes about: the principal of the schedule less what was settled of it."""
    if found.recomputed == 0:
        return [t("What was received covers all that was owed: nothing is left on the book.")]
    return [
        t(
            "Of the {all} of principal in that schedule, {paid} is settled with it, after what the"
            " contract settles first: {left} is left.",
            all=formats.amount(lines["principal_in_all"].iloc[0]),
            paid=formats.amount(lines["principal_paid"].sum()),
            left=formats.amount(lines["principal_in_all"].iloc[0] - lines["principal_paid"].sum()),
        )
    ]


def _cured(found: pd.Series, lines: pd.DataFrame, day: date) -> list[str]:
    """T03: since when nothing was late any more, and from which day an upgrade was allowed."""
    if not found.reference:
        return [
            t(
                "An upgrade needs six months and two full payments since the last arrears were"
                " cleared (4.5): there are none yet."
            )
        ]
    late = lines[lines["settled_on"] > lines["due_on"]]
    return [
        t(
            "The last arrears were cleared on {cured}. Six months, or the second full payment after"
            " it, whichever is later, end on {earliest} (4.5): the upgrade at {day} came {n} days"
            " too early.",
            cured=formats.day(late["settled_on"].max()),
            earliest=found.reference,
            day=formats.day(day),
            n=formats.count((pd.Timestamp(str(found.reference)) - pd.Timestamp(day)).days),
        )
    ]


def _beside(found: pd.Series, state: pd.DataFrame, days: int) -> list[str]:
    """What the build computed and the core system recorded; a contract of another order says so."""
    if state.empty:
        return []
    row = state.iloc[0]
    said = []
    if not formats.missing(row.days_past_due) and int(row.days_past_due) != days:
        said.append(
            t(
                "The build says {n} days: this contract has its own order of payment, grace or"
                " tolerance.",
                n=formats.count(row.days_past_due),
            )
        )
    ruled = not formats.missing(row.floor_rule) and not formats.missing(row.class_floor)
    if found.test_id in CLASSES and ruled:
        said.append(
            t(
                "The rule “{rule}” sets the floor {floor}; booked was {booked}.",
                rule=name("floor_rule", row.floor_rule),
                floor=name("classification", row.class_floor),
                booked=name("classification", row.class_booked),
            )
        )
    said.append(
        t(
            "Recorded: {recorded}; recomputed: {recomputed}.",
            recorded=value(str(found.test_id), str(found.kind), found.recorded),
            recomputed=value(str(found.test_id), str(found.kind), found.recomputed),
        )
    )
    return said
