"""Who owes what, by when: duties.csv holds the duties of section 10, one row per duty and case
type.

A duty's second case type has an id that ends in -2. `feed` is what sets a case off (see feeds) and
`volume` which part of it; a house duty has so many cases a month in a bank of 20 thousand loans.
`steps` are the events between opening and closing.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from data.book.tables import Folder, numbers, words

HOUSE = "house"


@dataclass(frozen=True)
class Duty:
    """One duty and one of its case types."""

    duty_id: str
    department: str
    name: str
    name_zh: str
    case_type: str
    kind: str
    days: float
    clock: str
    source: str
    feed: str
    volume: float
    steps: tuple[str, ...]
    outcomes: tuple[str, ...]
    hands_to: str
    handed: float


def _read() -> tuple[Duty, ...]:
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Duty(
                row["duty_id"],
                row["department_id"],
                row["name"],
                row["name_zh"],
                row["case_type"],
                row["kind"],
                float(row["service_level_days"]),
                row["clock"],
                row["source"],
                row["feed"],
                float(row["volume"]),
                tuple(row["steps"].split()),
                tuple(row["outcomes"].split()),
                row["hands_to"],
                float(row["handed"]),
            )
            for row in csv.DictReader(file)
        )


DUTIES = _read()
CASE_TYPES = tuple(sorted({duty.case_type for duty in DUTIES}))


def write_duties(folder: Folder) -> None:
    """The duties table."""
    folder.write(
        "duties",
        {
            "duty_id": words([duty.duty_id for duty in DUTIES]),
            "department_id": words([duty.department for duty in DUTIES]),
            "name": words([duty.name for duty in DUTIES]),
            "name_zh": words([duty.name_zh for duty in DUTIES]),
            "case_type": words([duty.case_type for duty in DUTIES]),
            "kind": words([duty.kind for duty in DUTIES]),
            "service_level_days": numbers([duty.days for duty in DUTIES]),
            "clock": words([duty.clock for duty in DUTIES]),
            "source": words([duty.source for duty in DUTIES]),
        },
    )
