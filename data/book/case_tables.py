"""The cases and case_events tables, numbered in the order in which cases were opened."""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import DAY, Months
from data.book.cases import GRADES, OUTCOMES, Batch, Office
from data.book.diary import EVENTS, WAITS_FOR
from data.book.duties import CASE_TYPES, DUTIES
from data.book.feeds import Feeds
from data.book.names import BRANCHES
from data.book.service import TOPICS, topics, write_calls, write_surveys
from data.book.staffing import DEPARTMENT_IDS, Staff
from data.book.tables import NOTHING, Folder, coded, flags, moments, numbered, numbers

Whole = NDArray[np.int64]

_PLACE = {"opened": 0, "reopened": 1, "assigned": 2, "started": 3, "closed": 9}
"""Of events at one moment, which comes first."""
AT_ONCE = 4_000_000
"""Entries that are written in one go: tens of millions as words would not fit into memory."""


def write_cases(
    folder: Folder,
    seed: int,
    months: Months,
    staff: Staff,
    feeds: Feeds,
    loans: int,
    findings: tuple[Whole, ...],
    volume: float = 1.0,
    notes: float = 0.0,
) -> tuple[dict[str, int], NDArray[np.float64]]:
    """The cases and case_events tables; cases per type, and hours per department and month."""
    office = Office(seed, months, staff, feeds, loans, volume, notes)
    batches = [office.batch(place, findings) for place in range(len(DUTIES))]
    sizes = np.array([len(batch.opened) for batch in batches])
    opened = np.concatenate([batch.opened for batch in batches])
    order = np.argsort(opened, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    duty = np.repeat(np.arange(len(batches)), sizes)[order]
    _write(folder, np.random.default_rng([seed, 9]), batches, order, duty)
    _write_events(folder, batches, sizes, rank)
    _write_incidents(folder, np.random.default_rng([seed, 6]), batches, sizes, rank)
    write_calls(folder, np.random.default_rng([seed, 12]), batches, sizes, rank)
    write_surveys(folder, np.random.default_rng([seed, 8]), batches, sizes, rank, months)
    kinds = np.array([CASE_TYPES.index(one.case_type) for one in DUTIES])
    counted = np.bincount(kinds[duty], minlength=len(CASE_TYPES))
    return dict(zip(CASE_TYPES, counted.tolist(), strict=True)), _hours(batches, months)


def _hours(batches: list[Batch], months: Months) -> NDArray[np.float64]:
    """What the cases opened in each month take the department that opened them."""
    found = np.zeros((len(DEPARTMENT_IDS), months.count))
    for batch in batches:
        month = np.searchsorted(months.last, batch.opened // DAY)
        np.add.at(found, (batch.department, month), DUTIES[batch.duty].minutes / 60)
    return found


def _write(
    folder: Folder, rng: np.random.Generator, batches: list[Batch], order: Whole, duty: Whole
) -> None:
    def column(name: str) -> Whole:
        return np.concatenate([getattr(batch, name) for batch in batches])[order]

    types = np.array([CASE_TYPES.index(one.case_type) for one in DUTIES])
    folder.write(
        "cases",
        {
            "case_id": numbered("C", np.arange(1, len(order) + 1)),
            "department_id": coded(column("department"), DEPARTMENT_IDS),
            "case_type": coded(types[duty], CASE_TYPES),
            "duty_id": coded(duty, [one.duty_id for one in DUTIES]),
            "loan_id": numbered("L", column("loan")),
            "borrower_id": numbered("B", column("borrower")),
            "branch": coded(column("branch"), BRANCHES),
            "grade": coded(column("grade"), GRADES),
            "topic": coded(topics(rng, types[duty], column("borrower")), TOPICS),
            "opened_at": moments(column("opened")),
            "due_at": moments(column("due")),
            "closed_at": moments(column("closed")),
            "owner": numbered("S", column("owner"), 5),
            "outcome": coded(column("outcome"), OUTCOMES),
        },
    )


def _write_events(folder: Folder, batches: list[Batch], sizes: Whole, rank: Whole) -> None:
    first = np.cumsum(sizes) - sizes
    pieces = [
        (rank[first[batch.duty] + rows].astype(np.int32), *rest)
        for batch in batches
        for rows, *rest in batch.events
    ]
    case, event, moment, actor, staff, to, waits = (
        np.concatenate(part) for part in zip(*pieces, strict=True)
    )
    place = np.array([_PLACE.get(name, 4) for name in EVENTS], np.int8)
    order = np.lexsort((place[event], moment, case))
    for begin in range(0, len(order), AT_ONCE):
        part = order[begin : begin + AT_ONCE]
        folder.write(
            "case_events",
            {
                "event_id": numbered("E", np.arange(begin + 1, begin + len(part) + 1), 9),
                "case_id": numbered("C", case[part] + np.int32(1)),
                "event": coded(event[part], EVENTS),
                "happened_at": moments(moment[part]),
                "actor": numbered("S", actor[part], 5),
                "to_staff": numbered("S", staff[part], 5),
                "to_department": coded(to[part], DEPARTMENT_IDS),
                "waits_for": coded(waits[part], WAITS_FOR),
            },
        )


def _write_incidents(
    folder: Folder, rng: np.random.Generator, batches: list[Batch], sizes: Whole, rank: Whole
) -> None:
    """The incidents table, out of the cases that deal with them: begun before they were noticed,
    contained, and over when the case is closed.
    """
    first = np.cumsum(sizes) - sizes
    for case_type, kind in (("incident", 0), ("security_event", 1)):
        for batch in batches:
            if DUTIES[batch.duty].case_type != case_type:
                continue
            count, found = len(batch.opened), batch.opened
            late = np.exp(rng.normal(np.log(12 * 60 if kind == 0 else 90 * 60), 0.9, count))
            took = np.where(batch.closed == NOTHING, NOTHING, batch.closed - found)
            contained = found + (np.maximum(took, 0) * rng.uniform(0.25, 0.8, count)).astype(
                np.int64
            )
            severe = batch.grade != GRADES.index("p3")
            down = np.where(
                (kind == 0) & severe & (rng.random(count) < 0.45), np.maximum(took, 0) / 60, 0
            )
            open_still = batch.closed == NOTHING
            number = folder.rows.get("incidents", 0) + 1 + np.arange(count)
            known = np.isin(batch.grade, [GRADES.index(each) for each in ("p1", "p3")])
            grade = np.where(known, np.where(severe, 0, 2), 1)
            folder.write(
                "incidents",
                {
                    "incident_id": numbered("I", number, 6),
                    "case_id": numbered("C", rank[first[batch.duty] + np.arange(count)] + 1),
                    "kind": coded(np.full(count, kind), ("service", "security")),
                    "grade": coded(grade, ("p1", "p2", "p3")),
                    "started_at": moments((found - late.astype(np.int64)) // 60 * 60),
                    "detected_at": moments(found),
                    "contained_at": moments(np.where(open_still, NOTHING, contained // 60 * 60)),
                    "restored_at": moments(batch.closed),
                    "downtime_minutes": numbers((down * rng.uniform(0.03, 0.3, count)).round()),
                    "is_planned": flags(rng.random(count) < 0.04),
                },
            )
