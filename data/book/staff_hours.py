"""When people are away, and what their hours go to: the staff_leave and staff_time tables."""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import SEASONING_MONTHS, Months
from data.book.hours import Hours
from data.book.staffing import OFFICERS_BELONG_TO, Staff
from data.book.tables import NOTHING, Folder, coded, days, numbered, numbers

Whole = NDArray[np.int64]

LEAVE_KINDS = ("annual", "sick", "parental", "training")
ABSENCES = {"annual": (2.2, 3, 8), "sick": (0.7, 1, 4), "parental": (0.015, 60, 130)}
"""Absences per person and year, and their days from and to."""
TRAINING = (0, 11)
"""Hours of training in a month."""
OTHER_WORK, OFFICERS_OTHER_WORK, SPREAD, MOST = 0.28, 0.6, 0.14, 0.985
"""The part of available hours that goes to work that is no case (account officers lend, too), how
people differ, and the most that anybody reaches.
"""
WORKDAY = 8.0


def write_staff_hours(
    folder: Folder,
    rng: np.random.Generator,
    months: Months,
    staff: Staff,
    hours: Hours,
    case_hours: NDArray[np.float64],
) -> None:
    """Absences, and per month the hours paid, away, in training and at work.

    case_hours holds the hours that each department's cases took, by department and month.
    """
    person, first, last, kind = _absences(rng, months, staff)
    folder.write(
        "staff_leave",
        {
            "staff_id": numbered("S", person, 5),
            "starts_on": days(first),
            "ends_on": days(last),
            "kind": coded(kind, LEAVE_KINDS),
        },
    )
    _write_time(folder, rng, months, staff, hours, case_hours, (person, first, last))


def _absences(rng: np.random.Generator, months: Months, staff: Staff) -> tuple[Whole, ...]:
    """Person, first day, last day and kind; at most one absence begins on a day."""
    begin, end = int(months.first[SEASONING_MONTHS]), int(months.last[-1])
    years = (end - begin) / 365
    parts = []
    for name, (rate, shortest, longest) in ABSENCES.items():
        times = rng.poisson(rate * years, len(staff.numbers))
        person = np.repeat(staff.numbers, times)
        first = rng.integers(begin, end, len(person))
        length = rng.integers(shortest, longest + 1, len(person))
        kind = np.full(len(person), LEAVE_KINDS.index(name))
        parts.append((person, first, first + length - 1, kind))
    person, first, last, kind = (np.concatenate(part) for part in zip(*parts, strict=True))
    left = staff.left[person - 1]
    here = (staff.joined[person - 1] <= first) & ((left == NOTHING) | (left > last))
    _, one = np.unique(person * 100_000 + first, return_index=True)
    chosen = one[here[one]]
    return person[chosen], first[chosen], last[chosen], kind[chosen]


def _write_time(
    folder: Folder,
    rng: np.random.Generator,
    months: Months,
    staff: Staff,
    hours: Hours,
    case_hours: NDArray[np.float64],
    absences: tuple[Whole, ...],
) -> None:
    month = np.arange(SEASONING_MONTHS, months.count)
    people, month = (part.ravel() for part in np.meshgrid(staff.numbers, month, indexing="ij"))
    left = staff.left[people - 1]
    here = (staff.joined[people - 1] <= months.first[month]) & (
        (left == NOTHING) | (left > months.last[month])
    )
    people, month = people[here], month[here]
    paid = hours.workdays_in(months)[month] * WORKDAY
    away = np.minimum(_away(months, staff, hours, absences)[people, month] * WORKDAY, paid)
    training = np.minimum(rng.integers(*TRAINING, len(people)), paid - away)
    available = paid - away - training
    department = staff.department[people - 1]
    there = np.zeros_like(case_hours)
    np.add.at(there, (department, month), available)
    load = case_hours[department, month] / np.maximum(there[department, month], 1)
    officer = (department == OFFICERS_BELONG_TO) & (staff.branch[people - 1] != NOTHING)
    share = (np.where(officer, OFFICERS_OTHER_WORK, OTHER_WORK) + load) * rng.lognormal(
        0, SPREAD, len(people)
    )
    productive = available * np.minimum(share, MOST)
    folder.write(
        "staff_time",
        {
            "staff_id": numbered("S", people, 5),
            "month_end": days(months.last[month]),
            "paid_hours": numbers(paid),
            "leave_hours": numbers(away),
            "training_hours": numbers(training),
            "productive_hours": numbers(np.round(productive, 1)),
        },
    )


def _away(months: Months, staff: Staff, hours: Hours, absences: tuple[Whole, ...]) -> NDArray:
    """Workdays away, by person's number and month."""
    person, first, last = absences
    length = last - first + 1
    place = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    day = np.repeat(first, length) + place
    worked = hours.worked[day - hours.first] & (day <= months.last[-1])
    found = np.zeros((len(staff.numbers) + 1, months.count))
    month = np.searchsorted(months.last, day[worked])
    np.add.at(found, (np.repeat(person, length)[worked], month), 1)
    return found
