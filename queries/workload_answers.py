"""Who needs help, what more people would change, which queue breaks its promise next (section 11).

Computed from the same reports as the tables; the sentences that the pages make of it name each.
Assumptions: a person more gives the hours that one has for cases in a month, at the standard time
of the cases; hours in use stay as many and spread over more people; calls come at random, nobody
hangs up, and all who are there answer first. Where people who do the work are out of view (those of
head office work for every branch) nothing is said of people against cases.
"""

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from queries import reports
from queries.capacity import Queue, agents_needed, erlang_c
from queries.lights import lines
from queries.measures import TENTH
from queries.metrics import SLA_BREACH_RATE_DUE, UTILISATION
from queries.periods import months_back
from queries.warehouse import Scope, kept, month_end, together

Sign = Literal["short", "overloaded", "growing", "late"]
SIGNS_OF_NEED = 2
LEAST = 10
"""Cases or hand-overs of which a share or a pace says something."""
BEYOND_CHANCE = 2.0
"""Standard errors of what comes at random."""
SENT_BACK, TIMES_OTHERS = 0.2, 2.0
"""Who sends back most is told from this share on, and when it is so many times that of others."""
MONTH = 365 / 12
"""Days of a month."""


@dataclass(frozen=True)
class Lines:
    """The lines that signs are judged by: hours in use, and the late share of cases due."""

    overload: float | None
    late: float | None


@dataclass(frozen=True)
class Need:
    """A department, what shows that it needs help, and its row of the workload."""

    department: pd.Series
    signs: tuple[Sign, ...]

    @property
    def needs_help(self) -> bool:
        """Two signs: one alone is a bad month."""
        return len(self.signs) >= SIGNS_OF_NEED


@dataclass(frozen=True)
class Relief:
    """What more people would change: days to clear (None: not clearing) and hours in use.

    `is_open` says whether anything is there to be cleared.
    """

    people: int
    clear_now: float | None
    clear_then: float | None
    use_now: float | None
    use_then: float | None
    is_open: bool = True


@dataclass(frozen=True)
class Line:
    """Calls of one kind that are answered by the people of a department, now and with more.

    `calls` is the busiest level of the type; `load` of all its levels together. A queue is None
    where the people there cannot carry the load. `enough` are the fewest who answer the share
    asked for in time.
    """

    call: pd.Series
    load: float
    at_once: int
    at_once_then: int
    now: Queue | None
    then: Queue | None
    enough: int | None


@dataclass(frozen=True)
class Answers:
    """What is told of all departments, or of one.

    `is_whole` says whether all who do their work are in view; of a department that is not, neither
    relief nor calls are told.
    """

    more: int
    lines: Lines
    needs: tuple[Need, ...]
    relief: Relief | None
    stuck: tuple[tuple[pd.Series, Relief | None], ...]
    back: pd.Series | None
    breaks: pd.DataFrame
    calls: tuple[Line, ...]
    case_hours: float | None
    is_whole: bool = True

    @property
    def first(self) -> Need | None:
        """Who needs help most."""
        return self.needs[0] if self.needs else None


def read(
    scope: Scope, more: int, department: str = "", departments: pd.DataFrame | None = None
) -> Answers:
    """The answers for all departments, or one, with so many more people.

    `departments` is what `reports.workload_by_department` said of all, where that was asked.
    """
    asked = f"workload_answers {more} {department}"
    return kept(asked, scope, lambda: _read(scope, more, department, departments))


def _read(scope: Scope, more: int, department: str, departments: pd.DataFrame | None) -> Answers:
    def of_all_or_one() -> pd.DataFrame:
        if departments is None or not department:
            return reports.department_signs(scope, department)
        return departments[departments["department_id"] == department].reset_index(drop=True)

    year = months_back(scope, 12, clip=False)
    workload, queues, breaks, calls, routes = together(
        of_all_or_one,
        lambda: reports.queues(scope, department),
        lambda: reports.next_breaks(scope, department),
        lambda: reports.calls(scope, department),
        lambda: reports.handoffs(scope, year),
    )
    back = most_sent_back(routes)
    if department:
        back = back if back is not None and back["to_id"] == department else None
    drawn = _lines(scope)
    judged = needs(workload, queues, drawn)
    first = judged[0].department if judged else None
    whole = {*workload.loc[workload["is_whole"].astype(bool), "department_id"]}
    return Answers(
        more,
        drawn,
        judged if department else tuple(each for each in judged if each.needs_help),
        None if first is None or not first["is_whole"] else relief(first, queues, more),
        tuple(
            (queue, relieved(queue, more) if queue["department_id"] in whole else None)
            for _, queue in stuck(queues).iterrows()
        ),
        back,
        breaks.reset_index(drop=True),
        answering(calls, more),
        float(queues["case_hours"].iloc[0]) if len(queues) else None,
        len(whole) == len(workload),
    )


def _lines(scope: Scope) -> Lines:
    day = month_end(scope)
    overload = lines(UTILISATION, day, scope.build).amber
    late = lines(SLA_BREACH_RATE_DUE, day, scope.build).decisive
    return Lines(overload.value if overload else None, late.value if late else None)


# --- Who needs help ---


def needs(workload: pd.DataFrame, queues: pd.DataFrame, on: Lines) -> tuple[Need, ...]:
    """Every department with its signs of need: most signs first, then most people missing."""
    flows = queues.groupby("department_id")[["came", "went", "backlog"]].sum()
    found = [
        Need(row, signs(row, flows.loc[row["department_id"]], on))
        for _, row in workload.iterrows()
        if row["department_id"] in flows.index
    ]
    return tuple(
        sorted(
            found,
            key=lambda each: (
                -len(each.signs),
                -_or(each.department["staffing_gap"], -math.inf),
                each.department["department_id"],
            ),
        )
    )


def signs(row: pd.Series, flow: pd.Series, on: Lines) -> tuple[Sign, ...]:
    """People missing, hours in use over the line, more coming than going, late beyond the line."""
    shown: dict[Sign, bool] = {
        "overloaded": on.overload is not None and _or(row["utilisation"], 0) > on.overload,
        "short": _or(row["staffing_gap"], 0) >= 1,
        "growing": grows(flow),
        "late": on.late is not None and _or(row["sla_breach_rate_due"], 0) > on.late,
    }
    return tuple(sign for sign, is_shown in shown.items() if is_shown)


def grows(flow: pd.Series) -> bool:
    """More came than went by over a tenth, and by more than chance: it does not clear."""
    net = float(flow["came"] - flow["went"])
    chance = BEYOND_CHANCE * math.sqrt(max(float(flow["came"]), 1.0))
    return net > TENTH * flow["came"] and net > chance and flow["backlog"] >= LEAST


def stuck(queues: pd.DataFrame) -> pd.DataFrame:
    """The queues that do not clear, the one that grew most first."""
    growing = [grows(row) for _, row in queues.iterrows()]
    found = queues[pd.Series(growing, queues.index, dtype=bool)]
    grown = found.assign(net=found["came"] - found["went"])
    return grown.sort_values(["net", "department_id", "case_type"], ascending=[False, True, True])


# --- What more people would change ---


def relief(row: pd.Series, queues: pd.DataFrame, more: int) -> Relief:
    """What so many more people would change in a department: its cases at their average time."""
    own = queues[queues["department_id"] == row["department_id"]]
    now, then = clearing(own, more)
    use, people = row["utilisation"], row["people"]
    known = _or(people, 0) > 0 and use == use
    use_now = float(use) if known else None
    use_then = float(use) * people / (people + more) if known else None
    return Relief(more, now, then, use_now, use_then, bool(own["backlog"].sum()))


def relieved(queue: pd.Series, more: int) -> Relief:
    """What so many more people would change in one queue, were they to do nothing else."""
    return Relief(more, *clearing(queue.to_frame().T, more), None, None)


def clearing(queues: pd.DataFrame, more: int) -> tuple[float | None, float | None]:
    """Days in which the open cases clear, now and with more people; None: not at all (W25).

    Open cases over what goes less what comes a day; a person more closes as many as the hours for
    cases hold at the standard time.
    """
    if queues.empty or not queues["timed_cases"].sum():
        return None, None
    days = float(queues["days"].iloc[0])
    backlog = float(queues["backlog"].sum())
    net = float(queues["went"].sum() - queues["came"].sum()) / days
    minutes = float(queues["minutes"].sum()) / float(queues["timed_cases"].sum())
    hours = float(queues["case_hours"].iloc[0])
    extra = more * hours * 60 / minutes / MONTH if minutes else 0.0
    return _over(backlog, net), _over(backlog, net + extra)


# --- Who sends back, and what must be answered at once ---


def most_sent_back(routes: pd.DataFrame) -> pd.Series | None:
    """Who sends back most of what it is sent, where that is far more than others do.

    to_id, department, department_zh, returned, sent, share, others, and from_id of the route that
    most comes back on.
    """
    if routes.empty:
        return None
    by = routes.groupby("to_id")[["returned", "handed_over"]].sum().reset_index()
    by = by.rename(columns={"handed_over": "sent"})
    by = by.assign(share=by["returned"] / by["sent"])
    often = by[by["sent"] >= LEAST].sort_values(["share", "to_id"], ascending=[False, True])
    if often.empty:
        return None
    first = often.iloc[0].copy()
    sent = by["sent"].sum() - first["sent"]
    others = (by["returned"].sum() - first["returned"]) / sent if sent else 0.0
    first["others"] = others
    if first["share"] < SENT_BACK or first["share"] < TIMES_OTHERS * others:
        return None
    to_first = routes[routes["to_id"] == first["to_id"]]
    worst = to_first.sort_values(["returned", "from_id"], ascending=[False, True]).iloc[0]
    first["from_id"] = worst["from_id"]
    first["department"], first["department_zh"] = worst["to_department"], worst["to_department_zh"]
    return first


def answering(calls: pd.DataFrame, more: int) -> tuple[Line, ...]:
    """The lines that have people, the one with the heaviest load first (Erlang C, W24)."""
    found = []
    for _, levels in calls.dropna(subset=["one_more", "open_hours"]).groupby(
        ["department_id", "case_type"]
    ):
        call = levels.sort_values("calls", ascending=False).iloc[0]
        hourly = float(levels["calls"].sum()) / call["open_hours"]
        handle, within = float(call["handle_seconds"]), float(call["within_seconds"])
        then = call["at_once"] + more * call["one_more"]
        share = call["share_asked"]
        found.append(
            Line(
                call,
                hourly * handle / 3600,
                math.floor(call["at_once"]),
                math.floor(then),
                _queue(hourly, handle, math.floor(call["at_once"]), within),
                _queue(hourly, handle, math.floor(then), within),
                agents_needed(hourly, handle, within, share).agents if 0 < share < 1 else None,
            )
        )
    return tuple(sorted(found, key=lambda each: -each.load))


def _queue(hourly: float, handle: float, people: int, within: float) -> Queue | None:
    """The queue, or None where so many people cannot carry the load."""
    if people <= hourly * handle / 3600:
        return None
    return erlang_c(hourly, handle, people, within)


def _over(backlog: float, net: float) -> float | None:
    return backlog / net if net > 0 else None


def _or(value: float, nothing: float) -> float:
    """A figure, or what stands for none."""
    return float(value) if value == value and value is not None else nothing
