"""The cases and case_events tables, numbered in the order in which cases were opened."""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import DAY, Months
from data.book.cases import GRADES, OUTCOMES, Batch, Office
from data.book.diary import EVENTS, WAITS_FOR
from data.book.duties import CASE_TYPES, DUTIES
from data.book.feeds import Feeds
from data.book.names import BRANCHES
from data.book.service import TOPICS, topics, write_surveys
from data.book.staffing import DEPARTMENT_IDS, Staff
from data.book.tables import Folder, coded, moments, numbered

Whole = NDArray[np.int64]

_PLACE = {"opened": 0, "reopened": 1, "assigned": 2, "closed": 9}
"""Of events at one moment, which comes first."""


def write_cases(
    folder: Folder,
    seed: int,
    months: Months,
    staff: Staff,
    feeds: Feeds,
    loans: int,
    findings: tuple[Whole, ...],
) -> tuple[dict[str, int], NDArray[np.float64]]:
    """The cases and case_events tables; cases per type, and hours per department and month."""
    office = Office(seed, months, staff, feeds, loans)
    batches = [office.batch(place, findings) for place in range(len(DUTIES))]
    sizes = np.array([len(batch.opened) for batch in batches])
    opened = np.concatenate([batch.opened for batch in batches])
    order = np.argsort(opened, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    duty = np.repeat(np.arange(len(batches)), sizes)[order]
    _write(folder, np.random.default_rng([seed, 9]), batches, order, duty)
    _write_events(folder, batches, sizes, rank)
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
        (rank[first[batch.duty] + rows], *rest) for batch in batches for rows, *rest in batch.events
    ]
    case, event, moment, actor, staff, to, waits = (
        np.concatenate(part) for part in zip(*pieces, strict=True)
    )
    place = np.array([_PLACE.get(name, 3) for name in EVENTS])
    order = np.lexsort((place[event], moment, case))
    folder.write(
        "case_events",
        {
            "event_id": numbered("E", np.arange(1, len(order) + 1), 9),
            "case_id": numbered("C", case[order] + 1),
            "event": coded(event[order], EVENTS),
            "happened_at": moments(moment[order]),
            "actor": numbered("S", actor[order], 5),
            "to_staff": numbered("S", staff[order], 5),
            "to_department": coded(to[order], DEPARTMENT_IDS),
            "waits_for": coded(waits[order], WAITS_FOR),
        },
    )
