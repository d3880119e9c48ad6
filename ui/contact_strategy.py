"""The contact strategy: how its steps were kept in the month, and which are to be done next."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import STEP_ON_TIME_RATE, STEPS_OVERDUE, Comparison
from queries.warehouse import Scope
from ui import (
    collecting_charts,
    drill,
    export,
    filters,
    formats,
    links,
    lists,
    long_lists,
    pictures,
    story,
    tables,
)
from ui.i18n import language, md, name, t
from ui.story import Clause, Sentence
from ui.tables import Column, Target
from ui.theme import palette

DUE, CHANNEL = "step_due", "first_channel"
LADDER: dict[str, Column] = {
    "step": Column("Step", width=145),
    "days": Column("Days past due", width=100),
    "first_channel": Column("Channel", codes="contact_channel", width=95),
    "within": Column("Within", width=80),
    "in_time_share": Column("Share in time", "ratio", width=85),
    "share_change": Column("Change in a month", "points", width=105),
    "due_count": Column(
        "Steps due",
        "count",
        help="Their day was in the month: in time, late, missed and not done yet.",
        width=75,
    ),
    "in_time_count": Column("In time", "count", width=65),
    "late_count": Column("Late", "count", width=55),
    "missed_count": Column(
        "Missed",
        "count",
        help="The loan left the step's days past due, and nobody had done it.",
        width=65,
    ),
    "open_count": Column("Not done yet", "count", width=85),
    "overdue_count": Column(
        "Past its day",
        "count",
        help="Open at the month end, whenever its day was before it.",
        width=85,
    ),
    "shares": Column("13 months", "line", width=90),
    "not_needed_count": Column(
        "Not needed",
        "count",
        help="Paid or left the book by the step's day, whether it was done or not; not among those"
        " due.",
        width=85,
    ),
    "how": Column("What counts as doing it", width=300),
}
LADDER_FILE: dict[str, Column] = {
    **{key: column for key, column in LADDER.items() if key != "shares"},
    "share_before": Column("Share in time, the month before", "ratio"),
    "said": Column("Source"),
}
STEPS: dict[str, Column] = {
    "loan_id": Column("Loan"),
    "step": Column("Step", width=145),
    "due_by": Column("To be done by", "date"),
    "staff_name": Column(
        "Collector", help="Who has the loan's overdue case, or had it last in twelve months."
    ),
    "days_past_due": Column("Days past due", "days"),
    "pay_on": Column("Instalment due", "date"),
    "due_on": Column("Since", "date"),
    "first_channel": Column("Channel", codes="contact_channel"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
}
AHEAD: dict[str, Column] = {
    "step_due": Column("To be done by", codes="step_due"),
    "first_channel": Column("Channel", codes="contact_channel"),
    "step_count": Column("Contact steps", "count"),
}


def chapter(scope: Scope, found: dict[str, Comparison], in_full: bool) -> None:
    """Which step slips, the ladder of steps, and what is to be done next; the loans in full."""
    frame = reports.contact_ladder(scope)
    if frame["arose_count"].sum() or frame["overdue_count"].sum():
        ladder = _in_words(frame)
        told = (_kept(found), _slips(ladder), _overdue(found))
        story.show([said for said in told if said], "story_of_steps")
        _ladder(scope, ladder)
    else:
        st.info(t("No loan came to a step of the contact strategy in the month."))
    _days(scope, in_full)
    if in_full:
        _next(scope)


def _in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The ladder with `step`, `days`, `how` and `within`, its first channel, and its source."""
    rows = [row for _, row in frame.iterrows()]
    return frame.assign(
        step=[_step(row) for row in rows],
        days=[_span(row["from_days"], row["to_days"]) for row in rows],
        first_channel=frame["channels"].str.split().str[0].fillna("case"),
        how=[_how(row) for row in rows],
        within=[_within(row) for row in rows],
        said=[lists.source(row["source"]) for row in rows],
    )


def _step(row: pd.Series) -> str:
    called = str(row["name_zh"] if language() == "zh" else row["name"])
    if row["of_product"] == "*":
        return called
    return t("{what}: {product}", what=called, product=name("product", row["of_product"]))


def _span(first: float, last: float) -> str:
    """`31–60`, `361+`, or before the due day `3–1 before`."""
    if first < 1:
        before = f"{-first:.0f}" if first == last else f"{-first:.0f}–{-last:.0f}"
        return t("{days} before", days=before)
    if formats.missing(last):
        return f"{first:.0f}+"
    return f"{first:.0f}" if first == last else f"{first:.0f}–{last:.0f}"


def _how(row: pd.Series) -> str:
    channels = [] if formats.missing(row["channels"]) else str(row["channels"]).split()
    said = [name("contact_channel", each) for each in channels]
    if not formats.missing(row["case_type"]):
        said.append(t("case: {kind}", kind=name("case_type", row["case_type"])))
    return t(", ").join(said)


def _within(row: pd.Series) -> str:
    if row["clock"] != "working":
        return formats.days(row["amount"])
    if row["amount"] == 1:
        return t("1 workday")
    return t("{n} workdays", n=formats.count(row["amount"]))


def _why(metric_id: str, part: str = "numerator") -> dict[str, str]:
    return {"metric": metric_id, "part": part}


def _of_step(row: pd.Series) -> dict[str, str]:
    """The address of a step's rows: a product's own apart from that of all without their own."""
    step = {key: str(row[key]) for key in ("step_id", "of_product")}
    return _why(STEP_ON_TIME_RATE.id, "denominator") | step


def _kept(found: dict[str, Comparison]) -> Sentence | None:
    """How many of the steps due were done in time."""
    rate = found[STEP_ON_TIME_RATE.id]
    if rate.now is None:
        return None
    text = t(
        "{done} of {due} steps due in the month were done in time ({rate}).",
        done=formats.count(rate.numerator),
        due=formats.count(rate.denominator),
        rate=formats.percent(rate.now),
    )
    return Sentence(text, (Clause(t("steps due"), _why(STEP_ON_TIME_RATE.id, "denominator")),))


def _slips(ladder: pd.DataFrame) -> Sentence | None:
    """`Visit slips most: 64.00%, 5.12 points less than the month before.`, or that none does."""
    compared = ladder[ladder["share_change"].notna()]
    if compared.empty:
        return None
    row = compared.sort_values("share_change", kind="stable").iloc[0]
    if row["share_change"] >= 0:
        return Sentence(t("No step slipped against the month before."), ())
    text = t(
        "{step} slips most: {rate}, {points} points less than the month before.",
        step=row["step"],
        rate=formats.percent(row["in_time_share"]),
        points=f"{abs(row['share_change']) * 100:.2f}",
    )
    return Sentence(text, (Clause(str(row["step"]), _of_step(row)),))


def _overdue(found: dict[str, Comparison]) -> Sentence | None:
    overdue = found[STEPS_OVERDUE.id]
    if not overdue.now:
        return None
    text = t("{n} steps are past their day and still open.", n=formats.count(overdue.now))
    if overdue.month_before is not None:
        text = t(
            "{n} steps are past their day and still open, {before} a month before.",
            n=formats.count(overdue.now),
            before=formats.count(overdue.month_before),
        )
    return Sentence(text, (Clause(t("steps past their day"), _why(STEPS_OVERDUE.id)),))


def _ladder(scope: Scope, ladder: pd.DataFrame) -> None:
    title = t("Steps of the contact strategy, by how they were kept")
    st.subheader(title, anchor=False)
    st.caption(
        t(
            "Due is whatever had its day in the month: in time, late, missed and not done yet add"
            " up to it. An attempt counts from the step's first day, a case since the loan is late."
        )
    )

    def opened(row: pd.Series) -> Target:
        return "why", _of_step(row)

    tables.show(ladder, LADDER, key="contact_ladder", alt=title, open_row=opened)
    export.offer(
        export.sheet("contact_ladder", title, LADDER_FILE, lambda: ladder, scope, STEP_ON_TIME_RATE)
    )


def _days(scope: Scope, in_full: bool) -> None:
    title = t("Steps to be done next, by day and channel")
    st.subheader(title, anchor=False)
    frame = reports.contact_steps_days(scope)
    if frame.empty:
        st.caption(t("No step is to be done in the next five workdays."))
        return
    st.caption(
        t(
            "Today and the next five workdays; of what has not begun yet, if nobody pays: of loans"
            " past due already, and reminders."
        )
    )
    rows = zip(frame[DUE], frame[CHANNEL], frame["step_count"], strict=True)
    said = drill.alt_text(
        title,
        (
            (f"{name(DUE, due)}, {name('contact_channel', channel)}", formats.count(number))
            for due, channel, number in rows
        ),
    )
    figure = collecting_charts.steps_ahead(frame, palette=palette())
    codes = pictures.draw(figure, "steps_ahead", said)
    drawn = [frame[DUE].tolist(), frame[CHANNEL].tolist()]
    target = drill.drill_target(codes, [DUE, CHANNEL], drawn, chapter="strategy")
    if target and in_full:
        links.go("collections", **target)
    export.twin(frame, AHEAD, "steps_ahead", title, scope)


def _next(scope: Scope) -> None:
    days = reports.contact_steps_days(scope)
    due = (filters.asked(DUE, days[DUE].unique().tolist()) or [""])[0]
    channel = (filters.asked(CHANNEL, days[CHANNEL].unique().tolist()) or [""])[0]
    chosen = [(key, value) for key, value in ((DUE, due), (CHANNEL, channel)) if value]
    title = " · ".join([t("Steps to be done next"), *(said for _, said in filters.told(chosen))])
    st.subheader(md(title), anchor=False)
    listed(scope, "steps_next", title, due, channel)


def of_person(scope: Scope, staff_id: str) -> None:
    """The steps to be done on the loans whose overdue cases a person has; nothing where none is."""
    if reports.contact_steps_next_total(scope, owner=staff_id)[0]:
        title = t("My contact steps")
        st.subheader(title, anchor=False)
        listed(scope, "my_steps", title, owner=staff_id)


def listed(
    scope: Scope, key: str, title: str, due: str = "", channel: str = "", owner: str = ""
) -> None:
    """The steps to be done by the fifth workday, of a day, a channel or a collector; their file."""
    number = reports.contact_steps_next_total(scope, due, channel, owner)[0]
    if not number:
        st.caption(t("No step is to be done in the next five workdays."))
        return
    st.caption(
        t("{n} steps, the earliest day first; a row opens its loan.", n=formats.count(number))
    )

    def part(after: str | None, limit: int) -> pd.DataFrame:
        rows = reports.contact_steps_next(scope, due, channel, owner, after, limit)
        return lists.in_words(rows)

    asked = ((DUE, due), (CHANNEL, channel), ("owner", owner))
    facts = filters.told((name_, value) for name_, value in asked if value)
    whole = (key, title, STEPS, part, "step_row_id", number, scope)
    long_lists.draw(*whole, asked=(due, channel, owner), facts=facts)
