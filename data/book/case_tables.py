"""The cases and case_events tables, numbered in the order in which cases were opened."""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.cases import EVENTS, OUTCOMES, Batch, Office
from data.book.duties import CASE_TYPES, DUTIES
from data.book.feeds import Feeds
from data.book.names import BRANCHES
from data.book.staffing import DEPARTMENT_IDS, Staff
from data.book.tables import Folder, coded, moments, numbered

Whole = NDArray[np.int64]


def write_cases(
    folder: Folder,
    seed: int,
    months: Months,
    staff: Staff,
    feeds: Feeds,
    loans: int,
    findings: tuple[Whole, ...],
) -> dict[str, int]:
    """The cases and case_events tables; cases per type."""
    office = Office(seed, months, staff, feeds, loans)
    batches = [office.batch(place, findings) for place in range(len(DUTIES))]
    sizes = np.array([len(batch.opened) for batch in batches])
    opened = np.concatenate([batch.opened for batch in batches])
    order = np.argsort(opened, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    duty = np.repeat(np.arange(len(batches)), sizes)[order]
    _write(folder, batches, order, duty)
    _write_events(folder, batches, sizes, rank)
    kinds = np.array([CASE_TYPES.index(one.case_type) for one in DUTIES])
    counted = np.bincount(kinds[duty], minlength=len(CASE_TYPES))
    return dict(zip(CASE_TYPES, counted.tolist(), strict=True))


def _write(folder: Folder, batches: list[Batch], order: Whole, duty: Whole) -> None:
    def column(name: str) -> Whole:
        return np.concatenate([getattr(batch, name) for batch in batches])[order]

    departments = np.array([DEPARTMENT_IDS.index(one.department) for one in DUTIES])
    types = np.array([CASE_TYPES.index(one.case_type) for one in DUTIES])
    folder.write(
        "cases",
        {
            "case_id": numbered("C", np.arange(1, len(order) + 1)),
            "department_id": coded(departments[duty], DEPARTMENT_IDS),
            "case_type": coded(types[duty], CASE_TYPES),
            "duty_id": coded(duty, [one.duty_id for one in DUTIES]),
            "loan_id": numbered("L", column("loan")),
            "borrower_id": numbered("B", column("borrower")),
            "branch": coded(column("branch"), BRANCHES),
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
    case, event, moment, actor, to = (np.concatenate(part) for part in zip(*pieces, strict=True))
    order = np.lexsort((event == EVENTS.index("closed"), moment, case))
    folder.write(
        "case_events",
        {
            "event_id": numbered("E", np.arange(1, len(order) + 1), 9),
            "case_id": numbered("C", case[order] + 1),
            "event": coded(event[order], EVENTS),
            "happened_at": moments(moment[order]),
            "actor": numbered("S", actor[order], 5),
            "to_department": coded(to[order], DEPARTMENT_IDS),
        },
    )
