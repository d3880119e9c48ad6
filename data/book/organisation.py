"""The organisation's tables as the ready ones have them, the book's own people at their heads."""

import csv

import numpy as np
import pyarrow as pa

from data.book.staffing import DEPARTMENT_IDS, Staff
from data.book.tables import NOTHING, Folder
from data.contract import BY_NAME, Type
from data.organisation import DEFAULTS, KEYED

KINDS: dict[Type, pa.DataType] = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "date": pa.date32(),
}
VACANT = {"legal": 2, "default_handling": 2, "information_technology": 1, "customer_service": 1}
"""Posts of a department that nobody fills."""


def write_organisation(folder: Folder, staff: Staff) -> None:
    """Departments, duties, case types, service levels and calendars."""
    for name in (*KEYED, "duties"):
        _write(folder, name, _rows(name))
    departments = _rows("departments")
    for row in departments:
        place = DEPARTMENT_IDS.index(row["department_id"])
        there = (staff.department == place) & (staff.left == NOTHING)
        if row["organisation"] == "merged":
            vacant = VACANT.get(row["department_id"], 0)
            row["budgeted_posts"] = str(int(there.sum()) + vacant)
        heads = np.flatnonzero(there & (staff.branch == NOTHING))
        row["head_id"] = f"S{staff.numbers[heads[0]]:05d}"
    _write(folder, "departments", departments)


def _rows(name: str) -> list[dict[str, str]]:
    with (DEFAULTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(folder: Folder, name: str, rows: list[dict[str, str]]) -> None:
    columns: dict[str, pa.Array] = {}
    given = {column for row in rows for column in row}
    for column in BY_NAME[name].columns:
        if column.name in given:
            words = pa.array([row.get(column.name) or None for row in rows], pa.string())
            columns[column.name] = words.cast(KINDS.get(column.type, pa.string()))
    folder.write(name, columns)
