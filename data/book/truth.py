"""What was drawn and planted, for whoever wants to find it again: truth.json beside the tables."""

from collections import Counter
from dataclasses import asdict

import numpy as np
from numpy.typing import ArrayLike

from data.book.calendar import SEASONING_MONTHS, Months, as_date
from data.book.cases import FAILURES, JAM
from data.book.chunk import Chunk
from data.book.names import CITIES
from data.book.passing import BOUNCER
from data.book.paths import LEFT_PAID, LEFT_SOLD, LEFT_WRITTEN_OFF, matrix_places
from data.book.planted import Planted
from data.book.products import (
    DEEPEST,
    PAID,
    PRODUCT_CODES,
    ROLL_MATRICES,
    SOLD,
    STATES,
    STORY_CITY,
    STORY_MATRIX,
    STORY_MONTHS,
    STORY_PRODUCT,
    WRITTEN_OFF,
)
from data.book.warned import Warned

STORY = "story"
HOW_TO_COMPARE = (
    "A move is a loan on the book at one month end and its state at the next, in a month before "
    "the one of its last instalment under the schedule then in force. Moves of the story's "
    "product, city and months follow the story's matrix. A restructuring counts as the cure that "
    "it is; PAID is a settlement before maturity."
)


class Rolls:
    """Counts moves between states, matrix by matrix."""

    def __init__(self, months: Months) -> None:
        self.months = months
        self.counts = np.zeros((len(PRODUCT_CODES) + 1, DEEPEST + 1, len(STATES)), np.int64)

    def add(self, chunk: Chunk) -> None:
        """Count a chunk's moves that could not be a repayment at maturity."""
        cells, schedules = chunk.cells, chunk.schedules
        rows = np.flatnonzero(cells.age > 0)
        loan, month = cells.loan[rows], cells.month[rows]
        version = schedules.paths.event_count[loan, month - 1].astype(np.int64)
        offset = (schedules.kept + schedules.extra - schedules.since)[loan, version]
        running = cells.age[rows] < schedules.length[loan, version] - offset
        rows = rows[running]
        to = np.select(
            [cells.left[rows] == kind for kind in (LEFT_PAID, LEFT_SOLD, LEFT_WRITTEN_OFF)],
            [PAID, SOLD, WRITTEN_OFF],
            np.minimum(cells.behind[rows], DEEPEST),
        )
        before, during, since = matrix_places(chunk.loans, self.months)
        matrix = np.where(
            cells.month[rows] < since, before[cells.loan[rows]], during[cells.loan[rows]]
        )
        was = np.minimum(cells.behind[rows - 1], DEEPEST)
        np.add.at(self.counts, (matrix, was, to), 1)

    def as_tables(self) -> dict[str, dict[str, dict[str, float]]]:
        """Product (or the story), state before, state after: number of loans."""
        return {
            name: _table(self.counts[place]) for place, name in enumerate((*PRODUCT_CODES, STORY))
        }


def _table(rows: ArrayLike) -> dict[str, dict[str, float]]:
    """State before, state after: number; what is 0 is left out."""
    return {
        state: {to: number for to, number in zip(STATES, row, strict=True) if number}
        for state, row in zip(STATES, np.asarray(rows).tolist(), strict=False)
    }


def truth(
    months: Months,
    arguments: dict,
    rows: dict[str, int],
    rolls: Rolls,
    planted: list[Planted],
    cases: dict[str, int],
    warned: Warned,
) -> dict:
    """The content of truth.json."""
    story_from = months.count - STORY_MONTHS
    return {
        **arguments,
        "first_disbursed": as_date(months.first[0]).isoformat(),
        "window_starts": as_date(months.first[SEASONING_MONTHS]).isoformat(),
        "rows": rows,
        "states": STATES,
        "how_to_compare": HOW_TO_COMPARE,
        "roll_matrices": {name: _table(matrix) for name, matrix in ROLL_MATRICES.items()},
        "rolls_counted": rolls.as_tables(),
        "story": {
            "product": STORY_PRODUCT,
            "city": STORY_CITY,
            "branches": CITIES[STORY_CITY],
            "from_month_end": as_date(months.last[story_from]).isoformat(),
            "roll_matrix": _table(STORY_MATRIX),
        },
        "planted_counts": dict(sorted(Counter(row.test_id for row in planted).items())),
        "planted": [asdict(row) for row in planted],
        "failures": [asdict(failure) for failure in FAILURES],
        "jam": asdict(JAM),
        "bouncer": asdict(BOUNCER),
        "cases": cases,
        "warnings": warned.as_table(),
        "stories": warned.stories,
    }
