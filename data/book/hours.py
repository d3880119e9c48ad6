"""Working time of the ready calendars: minutes counted from the book's first day, and back."""

import csv
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import DAY, EPOCH, Months
from data.organisation import DEFAULTS

Whole = NDArray[np.int64]
AHEAD = 1_500
"""Days after the book's last day that a target may fall on."""


def _read(name: str) -> list[dict[str, str]]:
    with (DEFAULTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _seconds(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


class Hours:
    """One calendar: seconds since 1970-01-01 to working seconds since the book began, and back."""

    def __init__(self, calendar_id: str, months: Months) -> None:
        (row,) = (row for row in _read("calendars") if row["calendar_id"] == calendar_id)
        self.opens, self.closes = _seconds(row["opens_at"]), _seconds(row["closes_at"])
        self.pause = _seconds(row["break_from"] or row["closes_at"])
        self.resume = _seconds(row["break_until"] or row["closes_at"])
        self.day = self.pause - self.opens + self.closes - self.resume
        self.first = int(months.first[0])
        days = np.arange(self.first, int(months.last[-1]) + AHEAD)
        worked = np.isin((days + 3) % 7 + 1, [int(digit) for digit in row["weekdays"]])
        for named in _read("calendar_days"):
            place = (date.fromisoformat(named["day"]) - EPOCH).days - self.first
            if named["calendar_id"] == calendar_id and 0 <= place < len(days):
                worked[place] = named["is_workday"] == "true"
        self.worked = worked
        self.before = np.concatenate([[0], np.cumsum(worked)[:-1]])
        self.workdays = days[worked]

    def position(self, moment: Whole) -> Whole:
        """Working seconds before each moment."""
        place, clock = moment // DAY - self.first, moment % DAY
        into = np.clip(np.minimum(clock, self.pause) - self.opens, 0, None)
        into += np.clip(np.minimum(clock, self.closes) - self.resume, 0, None)
        return self.before[place] * self.day + np.where(self.worked[place], into, 0)

    def moment(self, position: Whole) -> Whole:
        """When so many working seconds have passed: a day's end rather than the next's start."""
        number, into = (position - 1) // self.day, (position - 1) % self.day + 1
        late = np.where(into > self.pause - self.opens, self.resume - self.pause, 0)
        return self.workdays[number] * DAY + self.opens + into + late

    def within(self, moment: Whole) -> Whole:
        """The moment itself if it is worked, else the next that is."""
        return self.moment(self.position(moment) + 1)

    def workdays_in(self, months: Months) -> Whole:
        """Workdays of each month."""
        ends = np.concatenate([self.before, [int(self.worked.sum())]])
        return ends[months.last + 1 - self.first] - ends[months.first - self.first]
