"""What sets the duties of the merged organisation to work: duties.csv, one row per duty.

A duty's second case type has an id that ends in -2. `feed` is what sets a case off (see feeds) and
`volume` which part of it; a house duty has so many cases a month in a bank of 20 thousand loans.
`steps` are the events between opening and closing. What a duty is, and by when, is in
data/organisation.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from data.organisation import DEFAULTS, HOME

HOUSE = "house"


@dataclass(frozen=True)
class Level:
    """By when a case is to be done: `amount` of a unit, on a calendar's hours or on none's, counted
    from the step that it starts with, or from the opening, to the one that it ends with, or to the
    closing.
    """

    amount: float
    unit: str
    calendar_id: str
    is_pausable: bool
    starts_with: str = ""
    ends_with: str = ""

    @property
    def seconds(self) -> float:
        """The amount where a day has 24 hours."""
        return self.amount * {"minutes": 60, "hours": 3600, "days": 86_400}[self.unit]


@dataclass(frozen=True)
class Duty:
    """One duty and one of its case types."""

    duty_id: str
    department: str
    case_type: str
    kind: str
    feed: str
    volume: float
    steps: tuple[str, ...]
    outcomes: tuple[str, ...]
    hands_to: str
    handed: float
    levels: dict[tuple[str, str], Level]
    minutes: float

    @property
    def is_kept_by_a_step(self) -> bool:
        """Whether a step is what is promised, and the case goes on after it. Of a case that is
        handed on whole the step comes with the handing on.
        """
        return bool(self.levels["resolve", "standard"].ends_with) and self.handed < 1

    @property
    def steps_before(self) -> int:
        """Which step, counted from 1, is taken when the time to close the case starts to count, or
        when the promise is kept; 0 where neither is a step.
        """
        level = self.levels["resolve", "standard"]
        step = level.starts_with or (level.ends_with if self.is_kept_by_a_step else "")
        return self.steps.index(step) + 1 if step else 0


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _levels() -> dict[str, dict[tuple[str, str], Level]]:
    """By case type: measure and grade to level."""
    found: dict[str, dict[tuple[str, str], Level]] = {}
    for row in _rows(DEFAULTS / "service_levels.csv"):
        found.setdefault(row["case_type"], {})[row["measure"], row["grade"]] = Level(
            float(row["amount"]),
            row["unit"],
            row["calendar_id"] if row["clock"] == "working" else "",
            row["is_pausable"] == "true",
            row["starts_with"],
            row["ends_with"],
        )
    return found


def _read() -> tuple[Duty, ...]:
    levels = _levels()
    minutes = {
        row["case_type"]: float(row["standard_minutes"])
        for row in _rows(DEFAULTS / "case_types.csv")
    }
    fed = {row["duty_id"]: row for row in _rows(Path(__file__).with_suffix(".csv"))}
    return tuple(
        Duty(
            duty["duty_id"],
            duty["department_id"],
            duty["case_type"],
            duty["kind"],
            row["feed"],
            float(row["volume"]),
            tuple(row["steps"].split()),
            tuple(row["outcomes"].split()),
            row["hands_to"],
            float(row["handed"]),
            levels[duty["case_type"]],
            minutes[duty["case_type"]],
        )
        for duty in _rows(DEFAULTS / "duties.csv")
        if duty["organisation"] == HOME
        for row in (fed[duty["duty_id"]],)
    )


DUTIES = _read()
CASE_TYPES = tuple(sorted({duty.case_type for duty in DUTIES}))
