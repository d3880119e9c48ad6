"""Months and days as whole numbers: a date is a count of days since 1970-01-01."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]

EPOCH = date(1970, 1, 1)
DAY = 86_400
"""Seconds."""
OPENING, CLOSING = 8 * 3600 + 1800, 18 * 3600
"""Office hours, in seconds from midnight."""
SEASONING_MONTHS = 12
"""The bank began to lend this long before the first month that is asked for."""


class NotAMonthEnd(ValueError):
    """The book must end on the last day of a month."""


@dataclass(frozen=True)
class Months:
    """Consecutive months by number, from 0: their first and last days."""

    first: Days
    last: Days

    @property
    def count(self) -> int:
        return len(self.first)

    @property
    def end(self) -> date:
        return EPOCH + timedelta(days=int(self.last[-1]))


def as_date(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(number))


def months_until(end: date, months: int) -> Months:
    """The months of a book that ends on `end`, the seasoning before its first month included."""
    if (end + timedelta(days=1)).day != 1:
        raise NotAMonthEnd(f"{end} is not the last day of a month")
    last = np.datetime64(end, "M")
    grid = np.arange(last - (months + SEASONING_MONTHS) + 1, last + 1)
    first = grid.astype("datetime64[D]").astype(np.int64)
    after = (grid + 1).astype("datetime64[D]").astype(np.int64)
    return Months(first, after - 1)


def month_starts(months: Months, place: Days) -> Days:
    """First days of months by number; the numbers may run past the last month."""
    origin = np.datetime64(EPOCH + timedelta(days=int(months.first[0])), "M")
    return (origin + place).astype("datetime64[D]").astype(np.int64)


def add_workdays(day: Days, count: int) -> Days:
    """The day so many working days later; weekends do not count (holidays are not known here)."""
    weekday = np.minimum((day + 3) % 7, 4)
    base = day - (day + 3) % 7 + weekday
    weeks, rest = divmod(count, 5)
    over = weekday + rest
    return base + weeks * 7 + rest + np.where(over > 4, 2, 0)


def on_workday(day: Days) -> Days:
    """The day itself, or the Monday after a weekend."""
    weekday = (day + 3) % 7
    return np.where(weekday > 4, day + 7 - weekday, day)
