"""What the Collections page says first, and the views that it is made of."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

from queries import reports
from queries.metrics import (
    BROKEN_PTP,
    BUCKETS,
    CEI,
    CONDUCT_VIOLATIONS,
    COST_TO_COLLECT,
    CURE_RATE,
    OVERDUE_RECOVERY_RATE_K,
    PTP_KEPT_RATE_CNT,
    ROLL_BACK_RATE,
    Comparison,
    Metric,
    measure,
)
from queries.warehouse import Scope
from ui import (
    charts,
    collecting_charts,
    drill,
    export,
    filters,
    formats,
    layout,
    links,
    lists,
    long_lists,
    loss_charts,
    loss_given_default,
    pictures,
    story,
    tables,
    visit,
)
from ui.i18n import md, t
from ui.story import Clause, Sentence
from ui.tables import Column, Target
from ui.theme import palette

BY_BUCKET: dict[str, Column] = {
    "opening_bucket": Column("Bucket a month before", codes="from_bucket"),
    **tables.of_metrics(CURE_RATE, ROLL_BACK_RATE),
}
RECEIVED: dict[str, Column] = {
    "opening_bucket": Column("Bucket a month before", codes="from_bucket"),
    "overdue": Column("Overdue at the opening", "money"),
    "received": Column("Received in the month", "money"),
    **tables.of_metrics(OVERDUE_RECOVERY_RATE_K),
}
COSTS: dict[str, Column] = {
    "collection_kind": Column("Kind", codes="collection_kind"),
    "cost_amount": Column("Cost, 12 months", "money"),
    "net_cost_amount": Column("Net of refundable fees", "money"),
}
CHANNELS: dict[str, Column] = {
    "contact_channel": Column("Channel", codes="contact_channel"),
    "contact_count": Column("Attempts", "count", width=85),
    "answered_count": Column("Answered", "count", width=85),
    "reached_count": Column("Debtor reached", "count", width=110),
    "reached_share": Column("Of attempts", "ratio", width=95),
}
FLOW: dict[str, Column] = {
    "month_end": Column("Month end", "date"),
    "made_count": Column("Made", "count"),
    "made_amount": Column("Amount promised", "amount"),
    "told_count": Column("Time was up", "count"),
    "kept_count": Column("Kept", "count"),
    "partial_count": Column("Kept in part", "count"),
    "broken_count": Column("Broken", "count"),
    "told_amount": Column("Amount due", "amount"),
    "kept_amount": Column("Paid on promises", "amount"),
    "missed_amount": Column("Not paid", "amount"),
}
PROMISES: dict[str, Column] = {
    "promise_id": Column("Promise"),
    **lists.LOAN,
    "promised_on": Column("Promised on", "date"),
    "due_on": Column("For the day", "date"),
    "kept_by": Column("Kept until", "date", help="One workday after its day."),
    "amount": Column("Amount", "amount"),
    "paid_amount": Column("Paid on it", "amount"),
    "outcome": Column("What came of it", codes="promise_outcome"),
}
VIOLATIONS: dict[str, Column] = {
    "contact_id": Column("Contact"),
    "contacted_at": Column("When", "time"),
    "conduct_rule": Column("Rule broken", codes="conduct_rule", width=140),
    "staff_name": Column("Person"),
    "channel": Column("Channel", codes="channel"),
    "party": Column("Whom", codes="party"),
    **lists.LOAN,
}
OFFENDERS: dict[str, Column] = {
    "staff_name": Column("Person"),
    "time_violation": Column("Quiet hours", "count"),
    "frequency_violation": Column("Too often in a day", "count"),
    "third_party_violation": Column("Third party", "count"),
    "violation_count": Column("All, 12 months", "count"),
}
EFFECT: dict[str, Column] = {
    "who": Column("Team or person", width=150),
    "loan_months": Column("Loans held, by month", "count", width=130),
    "cure_share": Column("Cured", "ratio", width=80),
    "expected_share": Column(
        "Like loans cured",
        "ratio",
        help="Loans of the same bucket and product at the whole bank, over twelve months.",
    ),
    "effect": Column("Above or below", "points", width=110),
    "chance": Column(
        "May be chance, ±",
        "ratio",
        help="Twice the spread of as many loans with these chances.",
        width=115,
    ),
    "verdict": Column("Standing", width=110),
    "back_effect": Column(
        "Rolled back",
        "points",
        help="Loans that came to a better bucket or were cured, above or below like loans.",
        width=100,
    ),
}
HELD: dict[str, Column] = {
    "told_on": Column("Month end", "date"),
    "loan_id": Column("Loan"),
    "case_id": Column("Case"),
    "branch": Column("Branch", codes="branch"),
    "product": Column("Product", codes="product"),
    "opening_bucket": Column("Bucket a month before", codes="from_bucket"),
    "opening_balance": Column("Balance before", "amount"),
    "is_cured": Column("Cured", "flag"),
    "is_back": Column("Rolled back or cured", "flag"),
    "expected_cured": Column("Chance of a like loan", "ratio"),
}
OUTCOMES: dict[reports.PromiseState, str] = {
    "open": "Not due yet",
    "broken": "Broken",
    "partial": "Kept in part",
    "kept": "Kept",
}
RULES: dict[reports.ConductRule, str] = {
    "": "All rules",
    "time": "Quiet hours",
    "frequency": "Too often in a day",
    "third_party": "Third party",
}
WEIGHTS = {"count": "By count", "amount": "By amount"}


COLLECTS = "overdue_case"
"""Whoever has a duty over these cases collects, whatever the department is called."""


def in_full(scope: Scope) -> bool:
    """Whether the reader sees contacts, promises and debtors, as all but other departments do."""
    own = visit.now().department
    duties = reports.duties(scope)
    return not own or own in set(duties.loc[duties["case_type"] == COLLECTS, "department_id"])


def tell(found: Mapping[str, Comparison]) -> None:
    """How well it is collected, which promises were kept, and what must not have been done."""
    story.show([said for said in (_effect(found), _promised(found), _conduct(found)) if said])


def _why(metric_id: str) -> dict[str, str]:
    return {"metric": metric_id, "part": "numerator"}


def _effect(found: Mapping[str, Comparison]) -> Sentence | None:
    cei = found[CEI.id]
    if cei.now is None:
        return None
    values = {
        "collected": formats.money(cei.numerator),
        "due": formats.money(cei.denominator),
        "cei": formats.percent(cei.now),
    }
    text = t("Of {due} to be collected {collected} came in: {cei}.", **values)
    if cei.month_before is not None and not cei.is_still:
        points = f"{abs(cei.now - cei.month_before) * 100:.2f}"
        text = (
            t(
                "Of {due} to be collected {collected} came in: {cei}, {points} points more than"
                " a month before.",
                points=points,
                **values,
            )
            if cei.now > cei.month_before
            else t(
                "Of {due} to be collected {collected} came in: {cei}, {points} points less than"
                " a month before.",
                points=points,
                **values,
            )
        )
    return Sentence(
        text,
        (
            Clause(t("what was to be collected"), _why(CEI.id) | {"part": "denominator"}),
            Clause(t("what came in"), _why(CEI.id)),
        ),
    )


def _promised(found: Mapping[str, Comparison]) -> Sentence | None:
    kept, broken = found[PTP_KEPT_RATE_CNT.id], found[BROKEN_PTP.id]
    if kept.now is None:
        return None
    text = t(
        "{kept} of {n} promises whose time was up were kept ({rate}); on {broken} nothing was"
        " paid.",
        kept=formats.count(kept.numerator),
        n=formats.count(kept.denominator),
        rate=formats.percent(kept.now),
        broken=formats.count(broken.now),
    )
    return Sentence(
        text,
        (
            Clause(t("promises kept"), _why(PTP_KEPT_RATE_CNT.id)),
            Clause(t("promises broken"), _why(BROKEN_PTP.id)),
        ),
    )


def _conduct(found: Mapping[str, Comparison]) -> Sentence | None:
    number = found[CONDUCT_VIOLATIONS.id].now
    if number is None:
        return None
    if not number:
        return Sentence(t("No rule of conduct was broken in the month."), ())
    text = t(
        "{n} times a rule of conduct was broken; whoever does so is not appraised above {cap}.",
        n=formats.count(number),
        cap=60,
    )
    return Sentence(text, (Clause(t("the contacts"), _why(CONDUCT_VIOLATIONS.id)),))


# --- Results ---


def results(scope: Scope) -> None:
    """Effect and cost month by month, cures by bucket, and what came of defaults."""
    left, right = layout.beside()
    with left:
        _trend(scope, CEI, t("Collections effectiveness, month by month"))
    with right:
        _trend(scope, COST_TO_COLLECT, t("Cost to collect, month by month"))
    left, right = layout.beside()
    with left:
        _by_bucket(scope)
    with right:
        _costs(scope)
    left, right = layout.beside()
    with left:
        _received(scope)
    with right:
        _recovered(scope)


def _trend(scope: Scope, metric: Metric, title: str) -> None:
    st.subheader(title, anchor=False)
    frame = measure(scope, metric, by="month_end", months=25).dropna(subset=[metric.id])
    if len(frame) < 2:
        st.caption(t("No history yet."))
        return
    figure = charts.trend(frame, metric.id, metric.unit, palette=palette())
    said = drill.described(frame.tail(12), title, metric.id, "month_end", metric.unit)
    codes = pictures.draw(figure, f"trend_{metric.id}", said)
    drawn = [[formats.day(day) for day in frame["month_end"]]]
    if target := drill.drill_target(codes, ["as_of"], drawn, **_why(metric.id)):
        links.go("why", **target)
    columns = {"month_end": Column("Month end", "date"), **tables.of_metrics(metric)}
    export.twin(frame, columns, f"trend_{metric.id}", title, scope, metric)


def _by_bucket(scope: Scope) -> None:
    title = t("Cured and rolled back, by bucket a month before")
    st.subheader(title, anchor=False)
    frame = measure(scope, CURE_RATE, ROLL_BACK_RATE, by="opening_bucket")
    frame = frame[frame["opening_bucket"] != "current"]

    def opened(row: pd.Series) -> Target:
        return "why", _why(CURE_RATE.id) | {"opening_bucket": row["opening_bucket"]}

    tables.show(frame, BY_BUCKET, key="cured_by_bucket", alt=title, open_row=opened)
    export.offer(
        export.sheet(
            "cured_by_bucket", title, BY_BUCKET, lambda: frame, scope, CURE_RATE, ROLL_BACK_RATE
        )
    )


def _received(scope: Scope) -> None:
    metric = OVERDUE_RECOVERY_RATE_K
    title = t("Received of what was overdue, by bucket a month before")
    st.subheader(title, anchor=False)
    frame = measure(scope, metric, by="opening_bucket").dropna(subset=[metric.id])
    if frame.empty:
        st.caption(t("Nothing was overdue when the month began."))
        return
    st.caption(
        t("All cash of the month on these loans, over what was overdue on them when it began.")
    )
    figure = charts.bars(
        frame, metric.id, "opening_bucket", metric.unit, order=BUCKETS, palette=palette()
    )
    said = drill.described(frame, title, metric.id, "opening_bucket", metric.unit)
    codes = pictures.draw(figure, "received_by_bucket", said)
    drawn = [frame["opening_bucket"].tolist()]
    if target := drill.drill_target(codes, ["opening_bucket"], drawn, **_why(metric.id)):
        links.go("why", **target)
    sums = frame.rename(
        columns={f"{metric.id}_numerator": "received", f"{metric.id}_denominator": "overdue"}
    )
    export.twin(sums, RECEIVED, "received_by_bucket", title, scope, metric)


def _costs(scope: Scope) -> None:
    title = t("What collecting cost, 12 months")
    st.subheader(title, anchor=False)
    frame = reports.collection_cost_kinds(scope)
    if frame.empty:
        st.caption(t("No cost is recorded."))
        return
    tables.show(
        frame,
        COSTS,
        key="collection_costs",
        alt=title,
        open_row=lambda row: ("why", _why(COST_TO_COLLECT.id)),
    )
    export.offer(export.sheet("collection_costs", title, COSTS, lambda: frame, scope))


def _recovered(scope: Scope) -> None:
    title = t("What came of defaults, by months since")
    st.subheader(title, anchor=False)
    frame = reports.recovery_curve(scope)
    if frame.empty:
        st.caption(t("There is none."))
        return
    st.caption(t(loss_given_default.CAME))
    said = drill.described(frame.tail(12), title, "recovered", "age", "ratio", formats.count)
    pictures.still(loss_charts.recovery(frame, palette=palette()), "recovery", said)
    export.twin(frame, loss_given_default.CURVE, "recovery", title, scope)


# --- Contacts and promises ---


def contacts(scope: Scope, in_full: bool) -> None:
    """Channels, promises by what came of them, and the promises themselves."""
    left, right = layout.beside()
    with left:
        _promise_flow(scope)
    with right:
        _channels(scope)
    if in_full:
        _promise_list(scope)


def _channels(scope: Scope) -> None:
    title = t("Contacts by channel, 12 months")
    st.subheader(title, anchor=False)
    frame = reports.contact_channels(scope)
    if frame.empty:
        st.caption(t("No contact is recorded."))
        return
    st.caption(t("Messages and letters reach nobody by themselves; machines' calls stand apart."))
    tables.show(frame, CHANNELS, key="contact_channels", alt=title)
    export.offer(export.sheet("contact_channels", title, CHANNELS, lambda: frame, scope))


def _promise_flow(scope: Scope) -> None:
    title = t("Promises whose time was up, by what came of them")
    st.subheader(title, anchor=False)
    frame = reports.promise_flow(scope)
    if frame.empty:
        st.caption(t("No promise is recorded."))
        return
    weight = filters.switch(t("Weight"), "weight", list(WEIGHTS), lambda key: t(WEIGHTS[key]))
    shown = frame["kept_count" if weight == "count" else "kept_amount"]
    unit = "count" if weight == "count" else "money"
    alt = drill.described(frame.assign(shown=shown), title, "shown", "month_end", unit)
    figure = collecting_charts.promises(frame, weight, palette=palette())
    codes = pictures.draw(figure, f"promises_{weight}", alt)
    drawn = [[formats.day(day) for day in frame["month_end"]]]
    why = _why(PTP_KEPT_RATE_CNT.id) | {"part": "denominator"}
    if target := drill.drill_target(codes, ["as_of"], drawn, **why):
        links.go("why", **target)
    export.twin(frame, FLOW, "promise_flow", title, scope)


def _promise_list(scope: Scope) -> None:
    title = t("Promises")
    st.subheader(title, anchor=False)
    state = filters.switch(t("State"), "promise", list(OUTCOMES), lambda key: t(OUTCOMES[key]))
    number = reports.promises_listed_total(scope, state)[0]
    if not number:
        st.caption(t("No promise."))
        return
    st.caption(t("{n} promises, the earliest day first", n=formats.count(number)))
    facts = ((t("State"), t(OUTCOMES[state])),)
    part = partial(reports.promises_listed, scope, state)
    whole = ("promises", title, PROMISES, part, "promise_id", number, scope)
    long_lists.draw(*whole, asked=(state,), facts=facts, rows=10)


# --- Conduct ---


def conduct(scope: Scope, in_full: bool) -> None:
    """Who broke which rule, and every contact that did."""
    st.caption(
        t(
            "From 22:00 to 08:00 nobody is called without consent, nobody more than six times a day"
            " in vain, and no third party while the debtor can be reached, nor of the debt, nor"
            " after an objection. A violation caps the appraisal; money collected never makes up"
            " for it."
        )
    )
    if not in_full:
        return
    people = reports.violations_by_person(scope)
    title = t("Violations by person, 12 months")
    st.subheader(title, anchor=False)
    if people.empty:
        st.caption(t("No rule of conduct was broken."))
        return
    people = people.assign(staff_name=people["staff_name"].fillna(t("A machine, or not recorded")))
    tables.show(people, OFFENDERS, key="offenders", alt=title, rows=8)
    export.offer(export.sheet("offenders", title, OFFENDERS, lambda: people, scope))
    _violation_list(scope)


def _violation_list(scope: Scope) -> None:
    title = t("Violations, 12 months")
    st.subheader(title, anchor=False)
    rule = filters.switch(t("Rule"), "conduct", list(RULES), lambda key: t(RULES[key]))
    number = reports.conduct_violations_total(scope, rule)[0]
    if not number:
        st.caption(t("No rule of conduct was broken."))
        return
    st.caption(t("{n} violations, the latest first", n=formats.count(number)))
    facts = ((t("Rule"), t(RULES[rule])),)
    part = partial(reports.conduct_violations, scope, rule)
    whole = ("violations", title, VIOLATIONS, part, "violation_id", number, scope)
    long_lists.draw(*whole, asked=(rule,), facts=facts)


# --- Teams and people ---


def effect(scope: Scope, in_full: bool, own: str) -> None:
    """Teams, and people, against like loans; the loans of one."""
    st.caption(
        t(
            "What was cured of the loans held, against loans of the same bucket and product at the"
            " whole bank over twelve months: so light cases and grave ones can be compared. Fewer"
            " than five are not judged. A difference within chance says nothing."
        )
    )
    teams = _judged(reports.collector_effect(scope, by_person=False))
    if teams.empty:
        st.info(t("Nobody had an overdue case."))
        return
    teams = lists.in_words(teams).assign(who=lambda frame: frame["department"])
    _effect_table(scope, "teams", t("Effect by team, 12 months"), teams)
    if not in_full:
        st.caption(t("Of other departments you see the totals, not the cases."))
        return
    people = _judged(reports.collector_effect(scope, own))
    people = people.assign(who=people["staff_name"].fillna(people["staff_id"]))
    _effect_table(scope, "collectors", t("Effect by person, 12 months"), people)
    known = [*teams["effect_id"], *people["effect_id"]]
    if asked := filters.asked("held_by", known)[:1]:
        both = pd.concat([teams, people])
        _held(scope, both[both["effect_id"] == asked[0]].iloc[0])


def _judged(frame: pd.DataFrame) -> pd.DataFrame:
    """With `verdict` in words: beyond chance or not."""
    said = []
    pairs = zip(frame["effect"].tolist(), frame["chance"].tolist(), strict=True)
    for points, chance in pairs:
        if formats.missing(points):
            said.append(t("fewer than 5"))
        elif abs(points) <= chance:
            said.append(t("within chance"))
        else:
            said.append(f"▲ {t('better')}" if points > 0 else f"▼ {t('worse')}")
    return frame.assign(verdict=said)


def _effect_table(scope: Scope, key: str, title: str, frame: pd.DataFrame) -> None:
    st.subheader(title, anchor=False)

    def opened(row: pd.Series) -> Target:
        return "collections", {"chapter": "people", "held_by": row["effect_id"]}

    tables.show(frame, EFFECT, key=key, alt=title, open_row=opened, rows=12)
    export.offer(export.sheet(key, title, EFFECT, lambda: frame, scope))


def _held(scope: Scope, row: pd.Series) -> None:
    title = t("Loans held by {name}", name=row["who"])
    st.subheader(md(title), anchor=False)
    owner = "" if formats.missing(row["staff_id"]) else str(row["staff_id"])
    asked = (str(row["department_id"]), owner)
    number = reports.collector_loans_total(scope, *asked)[0]
    facts = ((t("Team or person"), str(row["who"])),)
    part = partial(reports.collector_loans, scope, *asked)
    whole = ("held", title, HELD, part, "loan_month_id", number, scope)
    long_lists.draw(*whole, asked=asked, facts=facts)
