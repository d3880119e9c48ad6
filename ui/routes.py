"""Hand-overs by route: what is asked of them, the sentence, and the cases of one route."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from queries import reports
from queries.periods import months_back
from queries.warehouse import Scope
from ui import export, filters, formats, links, lists, paging, tables, visit
from ui.i18n import language, md, name, t
from ui.tables import Column, Target

PERIODS = {"year": "12 months", "quarter": "3 months", "month": "One month", "all": "So far"}
MONTHS = {"year": 12, "quarter": 3, "month": 1}
LEAST = 10
"""Hand-overs that a route must have to be named: of fewer, a median says little."""
ROUTES: dict[str, Column] = {
    "giver": Column("From", width=135),
    "taker": Column("To", width=135),
    "handed_over": Column("Times sent", "count", width=85),
    "handoff_hours": Column(
        "Hours", "number", help="Working hours from sending to acceptance, median.", width=95
    ),
    "dwell_days": Column(
        "Days there", "number", help="From acceptance to leaving, or so far; median.", width=90
    ),
    "late_rate": Column("Late share", "ratio", width=85),
    "bounce_rate": Column("Returned share", "ratio", width=115),
    "accepted": Column("Accepted", "count", width=80),
    "returned": Column("Returned", "count", width=80),
    "open": Column("Unanswered", "count", width=95),
    "late": Column(
        "Late", "count", help="Longer without an answer than the receiver is allowed.", width=60
    ),
    "handoff_hours_p90": Column(
        "Hours, P90", "number", help="Nine of ten were accepted within it.", width=130
    ),
    "dwell_days_p90": Column("Days there, P90", "number", width=120),
    "cases": Column("Cases", "count", width=65),
}
HANDED: dict[str, Column] = {
    "case_id": Column("Case"),
    "case_type": Column("Type", codes="case_type"),
    "branch": Column("Branch", codes="branch"),
    "loan_id": Column("Loan"),
    "sent_at": Column("Sent", "time"),
    "answered_at": Column("Answered", "time"),
    "answer": Column("Answer", codes="answer"),
    "wait_hours": Column("Working hours waited", "number"),
    "target_hours": Column("Allowed", "number"),
    "is_late": Column("Late", "flag"),
    "dwell_days": Column("Days there", "number"),
    "department": Column("Now with"),
}
ANSWERS: dict[reports.Answer, str] = {
    "all": "All sent",
    "late": "Late",
    "returned": "Returned",
    "open": "Unanswered",
    "accepted": "Accepted",
}
COUNTS = {"all": "handed_over"}
NAMED = {"name": "department", "name_zh": "department_zh"}


@dataclass(frozen=True)
class Asked:
    """Which hand-overs: sent after a day, of one case type or all, from and to one department or
    all; in words too."""

    scope: Scope
    period: str
    since: date
    case_type: str
    department: str = ""

    @property
    def span(self) -> str:
        """`the 12 months to 2025-12-31`."""
        day = formats.day(self.scope.as_of)
        if self.period == "all":
            return t("all time to {day}", day=day)
        if self.period == "month":
            return t("the month to {day}", day=day)
        return t("the {n} months to {day}", n=MONTHS[self.period], day=day)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """For the cover of a file."""
        kind = name("case_type", self.case_type) if self.case_type else t("all")
        whose = called(self) if self.department else t("all")
        return ((t("Period"), self.span), (t("Case type"), kind), (t("Department"), whose))


def choose(scope: Scope) -> Asked:
    """The period, the case type and the department of the address."""
    kinds = reports.handed_types(scope)["case_type"].tolist()
    known = words(scope)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        picked = filters.pick(
            t("Case type"),
            "case_type",
            kinds,
            shown=lambda code: name("case_type", code),
            several=False,
            all_label=t("All case types"),
        )
        whose = filters.pick(
            t("Department"),
            "department_id",
            list(known),
            shown=known.__getitem__,
            several=False,
            all_label=t("All departments"),
        )
        period = filters.switch(t("Period"), "period", list(PERIODS), lambda key: t(PERIODS[key]))
    return asked(scope, period, "".join(picked), "".join(whose))


def asked(scope: Scope, period: str, case_type: str = "", department: str = "") -> Asked:
    """The same without choices on the screen."""
    months = MONTHS.get(period)
    since = months_back(scope, months, clip=False) if months else reports.EVER
    return Asked(scope, period, since, case_type, department)


def words(scope: Scope) -> dict[str, str]:
    """What each department is called, as the organisation lists them."""
    frame = lists.in_words(reports.departments(scope.build).rename(columns=NAMED))
    return dict(zip(frame["department_id"], frame["department"], strict=True))


def called(wanted: Asked) -> str:
    """The department that was chosen, in the reader's words."""
    return words(wanted.scope)[wanted.department]


def read(wanted: Asked) -> pd.DataFrame:
    """One row per route with `giver`, `taker` in the reader's words, and `route` of the address."""
    frame = reports.handoffs(wanted.scope, wanted.since, wanted.case_type, wanted.department)
    ends = "_zh" if language() == "zh" else ""
    return frame.assign(
        giver=frame[f"from_department{ends}"],
        taker=frame[f"to_department{ends}"],
        route=frame["from_id"] + ":" + frame["to_id"],
    )


def open_route(wanted: Asked) -> Any:
    """Where the row of a route leads: to its cases on the map, as they were asked for."""

    def target(row: pd.Series) -> Target:
        kept = {"period": wanted.period} if wanted.period != "year" else {}
        kept |= {"case_type": wanted.case_type} if wanted.case_type else {}
        kept |= {"department_id": wanted.department} if wanted.department else {}
        return "handovers", {"route": row["route"], **kept}

    return target


# --- The sentence ---


def tell(wanted: Asked, frame: pd.DataFrame) -> None:
    """What was sent and what became of it, the slowest routes, the one that comes back most."""
    total = reports.handed_totals(
        wanted.scope, wanted.since, wanted.case_type, wanted.department
    ).iloc[0]
    sent = formats.count(total["handed_over"])
    told = [
        t(
            "in {span} {made}: {accepted} accepted, {returned} returned, {open} unanswered; {late}"
            " late ({rate})",
            span=wanted.span,
            made=t(
                "{department} made or received {n} hand-overs", department=called(wanted), n=sent
            )
            if wanted.department
            else t("departments made {n} hand-overs", n=sent),
            accepted=formats.count(total["accepted"]),
            returned=formats.count(total["returned"]),
            open=formats.count(total["open"]),
            late=formats.count(total["late"]),
            rate=formats.percent(total["late_rate"]),
        )
    ]
    slow, back = slowest(frame), most_returned(frame)
    told += [_slow(slow)] if len(slow) else [t("no route was accepted {n} times", n=LEAST)]
    stay = longest(frame)
    told += [_stay(row) for _, row in stay.iterrows()]
    told += [_back(row) for _, row in back.iterrows()]
    text = t(". ").join(each[:1].upper() + each[1:] for each in told) + t(".")
    with st.container(gap=None, key="routes_story"):
        st.markdown(f"#### {md(text)}")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for _, row in named(frame).iterrows():
                page, params = open_route(wanted)(row)
                links.link(page, said(row), icon=":material/arrow_forward:", **params)


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """The routes that the sentence names: the slowest, the longest, the one that comes back."""
    told = pd.concat([slowest(frame), longest(frame), most_returned(frame)])
    return told.drop_duplicates("route")


def slowest(frame: pd.DataFrame, most: int = 3) -> pd.DataFrame:
    """The routes with the longest median to acceptance, of those accepted often enough."""
    often = frame[frame["accepted"] >= LEAST]
    return often.sort_values(["handoff_hours", "route"], ascending=[False, True]).head(most)


def longest(frame: pd.DataFrame) -> pd.DataFrame:
    """The route after which cases stay longest, of those accepted often enough; or none."""
    often = frame[frame["accepted"] >= LEAST]
    return often.sort_values(["dwell_days", "route"], ascending=[False, True]).head(1)


def most_returned(frame: pd.DataFrame) -> pd.DataFrame:
    """The route of which most is returned, by number; or none."""
    back = frame[frame["returned"] > 0]
    return back.sort_values(["returned", "route"], ascending=[False, True]).head(1)


def ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """The slowest first; after them those accepted too seldom for a median to say much."""
    seldom = frame["accepted"] < LEAST
    order = frame.assign(seldom=seldom).sort_values(
        ["seldom", "handoff_hours"], ascending=[True, False], na_position="last"
    )
    return order.drop(columns="seldom")


def said(row: pd.Series) -> str:
    """`Collections → Legal`."""
    return md(f"{row['giver']} → {row['taker']}")


def _slow(slow: pd.DataFrame) -> str:
    each = t(", ").join(
        t(
            "{route} ({hours} working hours to acceptance at the median)",
            route=f"{row['giver']} → {row['taker']}",
            hours=formats.number(row["handoff_hours"]),
        )
        for _, row in slow.iterrows()
    )
    return t("the slowest: {routes}", routes=each)


def _stay(row: pd.Series) -> str:
    return t(
        "cases stay longest after {route}: {days} at the median",
        route=f"{row['giver']} → {row['taker']}",
        days=formats.days(row["dwell_days"]),
    )


def _back(row: pd.Series) -> str:
    return t(
        "most comes back from {taker} to {giver}: {returned} of {sent} ({share})",
        giver=row["giver"],
        taker=row["taker"],
        returned=formats.count(row["returned"]),
        share=formats.percent(row["bounce_rate"]),
        sent=formats.count(row["handed_over"]),
    )


# --- The cases of one route ---


def cases(wanted: Asked, row: pd.Series) -> None:
    """The hand-overs of a route, the latest first, by their answer."""
    own = visit.now().department
    st.subheader(said(row), anchor=False)
    if own not in ("", row["from_id"], row["to_id"]):
        st.caption(t("Of other departments you see the totals, not the cases."))
        return
    state = filters.switch(t("Answer"), "answer", list(ANSWERS), lambda key: t(ANSWERS[key]))
    number = int(row[COUNTS.get(state, state)])
    if not number:
        st.caption(t("No case."))
        return
    st.caption(t("{n} hand-overs, the latest first", n=formats.count(number)))
    asked_of = (row["from_id"], row["to_id"], wanted.since, wanted.case_type, state)
    after = paging.after("handed", (wanted.scope, *asked_of))
    page = lists.in_words(reports.handed_cases(wanted.scope, *asked_of, after, paging.SIZE))

    def opened(each: pd.Series) -> Target | None:
        ours = own in ("", each["department_id"]) or own in (row["from_id"], row["to_id"])
        return lists.open_case(each) if ours else None

    tables.show(page, HANDED, key="handed", alt=said(row), open_row=opened, rows=14)
    paging.controls("handed", page, "hand_over_id", number)
    facts = (*wanted.facts, (t("Route"), said(row)), (t("Answer"), t(ANSWERS[state])))
    export.offer(
        export.listing(
            "handed",
            said(row),
            HANDED,
            lambda after, limit: lists.in_words(
                reports.handed_cases(wanted.scope, *asked_of, after, limit)
            ),
            "hand_over_id",
            number,
            wanted.scope,
            filters=facts,
        )
    )
