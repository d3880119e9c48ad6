"""The watchlist: who came on it, why, and when the next review is due (section 9.4)."""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import SEASONING_MONTHS, Months
from data.book.chunk import Chunk
from data.book.states import Cells
from data.book.tables import NOTHING, Folder, coded, days, numbered

Whole = NDArray[np.int64]

LEVELS = ("orange", "red")
REASONS = ("31 to 60 days past due", "more than 60 days past due")
REVIEW_EVERY = np.array([30, 14])
STAYS_AFTER_CURE = 92
PLAN_LEFT_OPEN = 0.04
"""Some leave the list though their plan was never closed."""


def write_watchlist(
    folder: Folder,
    rng: np.random.Generator,
    own: np.random.Generator,
    months: Months,
    approvers: Whole,
    chunk: Chunk,
) -> None:
    """One row per borrower and stay: from the second month late until three months of calm.

    `own` draws what was added later: who approved that a borrower left, and when its plan closed.
    """
    cells, loans = chunk.cells, chunk.loans
    rows, entered, left = stays(months, chunk)
    gone = left <= months.last[-1]
    level = _fell_on(cells, rows)
    ahead = REVIEW_EVERY[level] - rng.integers(0, REVIEW_EVERY[level] + 6)
    closed = np.where(gone, left - own.integers(1, 25, len(rows)), NOTHING)
    closed = np.where(own.random(len(rows)) < PLAN_LEFT_OPEN, NOTHING, closed)
    approved = np.where(gone, own.choice(approvers, len(rows)), NOTHING)
    number = folder.rows.get("watchlist", 0) + 1 + np.arange(len(rows))
    folder.write(
        "watchlist",
        {
            "entry_id": numbered("H", number, 7),
            "borrower_id": numbered("B", loans.borrowers[cells.loan[rows]]),
            "entered_on": days(entered),
            "left_on": days(np.where(gone, left, NOTHING)),
            "level": coded(level, LEVELS),
            "reason": coded(level, REASONS),
            "owner": numbered("S", chunk.officer[cells.loan[rows]], 5),
            "next_review_on": days(np.where(gone, NOTHING, months.last[-1] + ahead)),
            "plan_closed_on": days(closed),
            "approved_by": numbered("S", approved, 5),
        },
    )


def stays(months: Months, chunk: Chunk) -> tuple[Whole, Whole, Whole]:
    """The cell, first and last day of each stay; a borrower is on the list once at a time."""
    cells = chunk.cells
    rows = np.flatnonzero(cells.on_book & (cells.behind == 2) & (cells.behind_before == 1))
    rows = rows[cells.month[rows] >= SEASONING_MONTHS]
    entered = np.minimum(cells.first_due[rows] + 33, months.last[cells.month[rows]])
    cured = cells.cured_in(rows)
    left = np.where(cured == NOTHING, 1 << 40, months.last[cured] + STAYS_AFTER_CURE)
    borrower = chunk.loans.borrower[cells.loan[rows]]
    order = np.lexsort((entered, borrower))
    rows, entered, left, borrower = rows[order], entered[order], left[order], borrower[order]
    fresh = np.ones(len(rows), bool)
    fresh[1:] = (borrower[1:] != borrower[:-1]) | (entered[1:] > left[:-1])
    return rows[fresh], entered[fresh], left[fresh]


def _fell_on(cells: Cells, rows: Whole) -> Whole:
    """1 where the loan was another month behind at the next month end, else 0."""
    below = np.minimum(rows + 1, len(cells.loan) - 1)
    same = (below > rows) & (cells.loan[below] == cells.loan[rows])
    return (same & (cells.behind[below] > cells.behind[rows])).astype(np.int64)
