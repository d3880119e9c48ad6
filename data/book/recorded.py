"""What the core system recorded at each month end: balance, lateness, class, stage, provision."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.cash import Cells
from data.book.lending import Loans
from data.book.tables import Folder, coded, days, money, numbered, whole

Whole = NDArray[np.int64]

STATUSES = ("active", "closed", "sold", "written_off")


@dataclass
class Recorded:
    """One row per cell. Amounts in cents."""

    balance: Whole
    days_past_due: Whole
    classification: Whole
    stage: Whole
    provision: Whole


def floor_by_days(days_past_due: Whole) -> Whole:
    """The class floor that days past due alone set (section 4.1)."""
    limits = np.array([1, 91, 271, 361])
    return 1 + np.searchsorted(limits, days_past_due, side="right")


def record(rng: np.random.Generator, cells: Cells) -> Recorded:
    """The recorded state, right in every cell."""
    floor = floor_by_days(cells.days_past_due)
    stage = np.select([floor >= 3, cells.days_past_due > 30], [3, 2], 1)
    share = np.select([floor == 5, floor == 4, stage == 3, stage == 2], [100, 65, 35, 6], 1)
    return Recorded(cells.balance, cells.days_past_due, floor, stage, cells.balance * share // 100)


def write_loan_months(
    folder: Folder, loans: Loans, months: Months, cells: Cells, recorded: Recorded
) -> None:
    """The loan_months table."""
    folder.write(
        "loan_months",
        {
            "loan_id": coded(cells.loan, numbered("L", loans.numbers)),
            "month_end": days(months.last[cells.month]),
            "balance": money(recorded.balance),
            "days_past_due": whole(recorded.days_past_due),
            "classification": whole(recorded.classification),
            "stage": whole(recorded.stage),
            "status": coded(cells.left, STATUSES),
            "provision": money(recorded.provision),
        },
    )
