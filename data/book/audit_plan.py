"""The audit universe: units, their risk over the years, and the audits planned and carried out.

The last audit of each unit and the change of its rating are those of audit_units.csv, in months
before the book's end; earlier audits lie as far apart as the rating then asked for. Two failures
are planted: a unit that became critical and was not audited for 14 months, and an audit that
slipped by half a year.
"""

import csv
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from data.book.calendar import Months, add_workdays, as_date, month_starts
from data.book.findings import Finding
from data.book.names import BRANCHES
from data.book.staffing import Staff
from data.book.tables import NOTHING, Folder, days, flags, numbered, numbers, whole, words

RATINGS: tuple[str, ...] = ("low", "medium", "high", "critical")
GAPS = {"critical": 10, "high": 33, "medium": 46, "low": 58}
"""Months from one audit of a unit to the next, by its rating."""
SHIFTS = {"critical": 20, "high": 70, "medium": 90, "low": 90}
"""Days by which an audit may lie elsewhere, so that it ends when a finding was issued."""
HISTORY, AHEAD = 60, 12
"""Months before the book's first and after its last that audits are known of."""
AFTER_REPORT, APART = 30, 150
"""Days after the report in which its findings are issued; least days between special audits."""
NEGLECTED, SLIPPED, DROPPED = "U018", "U006", "U015"
"""Not audited for 14 months though critical; begun half a year late; taken out of the plan."""
LEFT_OUT = ("U015", "U027", "U039")
"""Not assessed in the last round."""


@dataclass(frozen=True)
class Unit:
    """One auditable unit; months are counted back from the book's end."""

    number: int
    unit_id: str
    name: str
    name_zh: str
    kind: str
    department: str
    branch: str
    product: str
    rating: str
    later: str
    changed: int
    last_audit: int


@dataclass
class Engagement:
    """One audit of one unit; days as numbers, NOTHING where it has none."""

    unit: Unit
    reported: int
    started: int
    planned_from: int
    planned_to: int
    is_planned: bool = True
    cancelled: int = NOTHING


def units() -> tuple[Unit, ...]:
    """The audit universe of the demo bank."""
    path = Path(__file__).with_name("audit_units.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Unit(
                place,
                row["unit_id"],
                row["name"],
                row["name_zh"],
                row["kind"],
                row["department_id"],
                row["branch"],
                row["product"],
                row["rating"],
                row["later"] or row["rating"],
                int(row["changed"] or 0),
                int(row["last_audit"]),
            )
            for place, row in enumerate(csv.DictReader(file), start=1)
        )


def write_audit_plan(
    folder: Folder, rng: np.random.Generator, staff: Staff, months: Months, findings: list[Finding]
) -> dict[str, str]:
    """Write the three tables, tell each finding its unit and audit; gives what was planted."""
    universe = units()
    end = int(months.last[-1])
    audits = _audits(rng, months, universe, findings)
    _write_units(folder, universe)
    _write_assessments(folder, rng, staff, months, universe)
    _write_engagements(folder, rng, staff, end, audits)
    slipped = next(
        n
        for n, each in enumerate(audits, start=1)
        if each.unit.unit_id == SLIPPED and each.started > end - 90 and each.reported > end
    )
    return {"not_audited": NEGLECTED, "slipped": f"N{slipped:04d}"}


# --- Audits ---


def _day(months: Months, ago: int) -> int:
    """The month end so many months before the book's."""
    return int(month_starts(months, np.array([months.count - ago]))[0]) - 1


def _rating(unit: Unit, months: Months, day: int) -> str:
    return unit.later if unit.changed and day >= _day(months, unit.changed) else unit.rating


def _audits(
    rng: np.random.Generator, months: Months, universe: tuple[Unit, ...], findings: list[Finding]
) -> list[Engagement]:
    """All audits by their planned end, the findings' units and audits set."""
    found = []
    by_unit = _findings_of(universe, findings)
    for unit in universe:
        taken: list[int] = []
        for nominal in _report_days(unit, months):
            rating = _rating(unit, months, nominal)
            near = [
                each.issued
                for each in by_unit[unit.unit_id]
                if abs(each.issued - nominal) <= SHIFTS[rating]
            ]
            is_pinned = unit.unit_id in (NEGLECTED, SLIPPED) or nominal > int(months.last[-1])
            day = nominal if is_pinned or not near else min(near, key=lambda d: abs(d - nominal))
            taken.append(day)
        found += [_planned(rng, unit, months, day) for day in sorted(set(taken))]
        if unit.unit_id == DROPPED:
            end = int(months.last[-1])
            found.append(Engagement(unit, end, end, end - 110, end - 60, cancelled=end - 120))
        if unit.unit_id not in (NEGLECTED, SLIPPED):
            found += _special(rng, unit, taken, by_unit[unit.unit_id])
    found = [each for each in found if each is not None]
    found.sort(
        key=lambda each: (each.planned_to if each.is_planned else each.reported, each.unit.number)
    )
    _link(found, by_unit)
    return found


def _findings_of(universe: tuple[Unit, ...], findings: list[Finding]) -> dict[str, list[Finding]]:
    """The findings of each unit: what was found at a branch is that branch's, but for what is in a
    system, which is everybody's."""
    at_branch = {unit.branch: unit.unit_id for unit in universe if unit.branch}
    systems = {unit.unit_id for unit in universe if unit.kind == "system"}
    found: dict[str, list[Finding]] = {unit.unit_id: [] for unit in universe}
    for each in findings:
        if each.branch != NOTHING and each.unit not in systems:
            each.unit = at_branch[BRANCHES[each.branch]]
        found[each.unit].append(each)
    return found


def _report_days(unit: Unit, months: Months) -> list[int]:
    """The days of its reports, from before the book to a year after its end."""
    found, ago = [], unit.last_audit
    while ago <= months.count + HISTORY:
        found.append(_day(months, ago))
        ago += GAPS[_rating(unit, months, found[-1])]
    end = int(months.last[-1])
    gap = {NEGLECTED: 75, SLIPPED: 30}.get(unit.unit_id)
    if gap is None:
        rating = _rating(unit, months, end)
        ahead = int((GAPS[rating] - unit.last_audit) * 30.4)
        gap = max(ahead, 20 + unit.number % 7 * 15)
    if gap <= AHEAD * 30:
        found.append(end + gap)
    # Not all on the last day of a month.
    days_ = [day - unit.number * 5 % 18 for day in sorted(found)]
    return [int(add_workdays(np.array([day]), 0)[0]) for day in days_]


def _planned(
    rng: np.random.Generator, unit: Unit, months: Months, reported: int
) -> Engagement | None:
    """An audit of the year's plan; None where that plan is not approved by the book's end."""
    fieldwork, writing = int(rng.integers(15, 40)), int(rng.integers(10, 26))
    started = reported - writing - fieldwork
    late = rng.random() < 0.22
    shift = -int(rng.integers(6, 40)) if late else int(rng.integers(0, 20))
    planned_to = reported + shift
    end = int(months.last[-1])
    if unit.unit_id == SLIPPED and reported > end:
        planned_to, started = end - 150, end - 60
    if _approved(planned_to) > end:
        return None
    return Engagement(unit, reported, started, planned_to - fieldwork - writing, planned_to)


def _special(
    rng: np.random.Generator, unit: Unit, taken: list[int], findings: list[Finding]
) -> list[Engagement]:
    """Audits outside the plan, where something grave was found far from any other audit."""
    found = []
    days_ = list(taken)
    for each in findings:
        if each.severity not in ("critical", "high"):
            continue
        if min(abs(each.issued - day) for day in days_) > APART:
            days_.append(each.issued)
            started = each.issued - int(rng.integers(8, 25))
            found.append(Engagement(unit, each.issued, started, NOTHING, NOTHING, False))
    return found


def _link(audits: list[Engagement], by_unit: dict[str, list[Finding]]) -> None:
    """A finding belongs to the audit that was under way, or had just reported, when it was
    issued."""
    for number, audit in enumerate(audits, start=1):
        if audit.cancelled != NOTHING:
            continue
        for each in by_unit[audit.unit.unit_id]:
            if audit.started <= each.issued <= audit.reported + AFTER_REPORT:
                each.engagement = number


def _approved(planned_to: int) -> int:
    """The day on which the plan of the year was approved: the 20th of December before it."""
    return int(np.datetime64(f"{as_date(planned_to).year - 1}-12-20", "D").astype(np.int64))


# --- Tables ---


def _write_units(folder: Folder, universe: tuple[Unit, ...]) -> None:
    def column(name: str) -> list:
        return [getattr(unit, name) for unit in universe]

    folder.write(
        "auditable_units",
        {
            "unit_id": words(column("unit_id")),
            "name": words(column("name")),
            "name_zh": words(column("name_zh")),
            "kind": words(column("kind")),
            "department_id": words(column("department")),
            "branch": words(column("branch")),
            "product": words(column("product")),
        },
    )


def _write_assessments(
    folder: Folder,
    rng: np.random.Generator,
    staff: Staff,
    months: Months,
    universe: tuple[Unit, ...],
) -> None:
    """Every December each unit, and one more on the day on which its rating changes."""
    end, rows = int(months.last[-1]), []
    last_year = as_date(end).year
    first_year = as_date(int(months.first[0])).year - 3
    people = staff.of("audit")
    for year in range(first_year, last_year + 1):
        start = int(np.datetime64(f"{year}-12-01", "D").astype(np.int64))
        for unit in universe:
            day = int(add_workdays(np.array([start + int(rng.integers(0, 18))]), 0)[0])
            if unit.unit_id in LEFT_OUT and start > end - 365:
                continue
            rows.append((unit, day))
    for unit in universe:
        if unit.changed:
            rows.append((unit, int(add_workdays(np.array([_day(months, unit.changed)]), 1)[0])))
    rows = sorted((row for row in rows if row[1] <= end), key=lambda row: (row[1], row[0].number))
    ratings = [_rating(unit, months, day) for unit, day in rows]
    control = rng.choice(["effective", "partly_effective", "weak"], len(rows), p=(0.45, 0.4, 0.15))
    control[np.array(ratings) == "critical"] = "weak"
    higher: dict[str, str] = dict(pairwise((*RATINGS, "critical")))
    inherent = [
        higher[rating] if held == "effective" else rating
        for rating, held in zip(ratings, control, strict=True)
    ]
    folder.write(
        "unit_risk_assessments",
        {
            "assessment_id": numbered("E", np.arange(1, len(rows) + 1), 5),
            "unit_id": words([unit.unit_id for unit, _ in rows]),
            "assessed_on": days([day for _, day in rows]),
            "inherent_risk": words(inherent),
            "control_effectiveness": words(control),
            "rating": words(ratings),
            "assessed_by": numbered("S", rng.choice(people, len(rows)), 5),
        },
    )


def _write_engagements(
    folder: Folder,
    rng: np.random.Generator,
    staff: Staff,
    end: int,
    audits: list[Engagement],
) -> None:
    people = staff.of("audit")
    size = len(audits)
    wanted = rng.integers(20, 70, size)
    spent = np.maximum(5, np.round(wanted * rng.lognormal(0.04, 0.18, size))).astype(np.int64)
    planned = np.array([each.is_planned for each in audits])
    dropped = np.array([each.cancelled != NOTHING for each in audits])
    started = np.array([each.started for each in audits])
    reported = np.array([each.reported for each in audits])
    started = np.where(dropped | (started > end), NOTHING, started)
    reported = np.where(dropped | (reported > end), NOTHING, reported)
    planned_to = np.array([each.planned_to for each in audits])
    approved = [_approved(day) if day != NOTHING else NOTHING for day in planned_to]
    year = [as_date(each.planned_to).year if each.is_planned else NOTHING for each in audits]
    status = np.where(started == NOTHING, "planned", "in_progress").astype(object)
    status[reported != NOTHING] = "reported"
    status[dropped] = "cancelled"
    special = {True: ("Audit of {}", "{}审计"), False: ("Special audit: {}", "{}专项审计")}
    folder.write(
        "audit_engagements",
        {
            "engagement_id": numbered("N", np.arange(1, size + 1), 4),
            "unit_id": words([each.unit.unit_id for each in audits]),
            "title": words([special[e.is_planned][0].format(e.unit.name) for e in audits]),
            "title_zh": words([special[e.is_planned][1].format(e.unit.name_zh) for e in audits]),
            "is_planned": flags(planned),
            "plan_year": whole(year),
            "approved_on": days(approved),
            "planned_from": days([each.planned_from for each in audits]),
            "planned_to": days(planned_to),
            "planned_days": numbers(np.where(planned, wanted, NOTHING)),
            "lead_auditor": numbered("S", rng.choice(people, size), 5),
            "status": words(status),
            "started_on": days(started),
            "reported_on": days(reported),
            "days_spent": numbers(np.where(reported == NOTHING, NOTHING, spent)),
            "cancelled_on": days([each.cancelled for each in audits]),
        },
    )
