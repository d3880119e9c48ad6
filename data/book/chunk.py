"""One chunk of the bank's customers, from the loans they draw to the records made of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.cash import draw_payments, write_repayments
from data.book.departures import write_departures
from data.book.lending import Borrowers, Loans, draw_loans, write_borrowers, write_loans
from data.book.paths import draw_paths
from data.book.planted import Planted, plant
from data.book.recorded import Recorded, booked_grid, record, write_loan_months
from data.book.restructures import Observed, observe, write_restructures
from data.book.schedules import DUE_ON, Schedules, write_instalments
from data.book.signals import Signals, draw_reports, draw_signals, write_bureau, write_signals
from data.book.staffing import Staff, account_officers
from data.book.states import Cells, month_cells
from data.book.tables import Folder


@dataclass(frozen=True)
class Chunk:
    """Everything known about some loans, true and recorded."""

    loans: Loans
    borrowers: Borrowers
    schedules: Schedules
    cells: Cells
    recorded: Recorded
    observed: Observed
    signals: Signals
    officer: NDArray[np.int64]


def draw_chunk(
    rng: np.random.Generator,
    months: Months,
    staff: Staff,
    count: int,
    first_loan: int,
    first_borrower: int,
    folder: Folder,
) -> Chunk:
    """Draw a chunk and write its payments and what they rest on."""
    loans, borrowers = draw_loans(rng, months, count, first_loan, first_borrower)
    paths = draw_paths(rng, loans, months)
    schedules = Schedules(rng, loans, paths, months)
    cells = month_cells(loans, paths, schedules)
    payments = draw_payments(rng, loans, schedules, cells)
    signals = draw_signals(rng, loans, borrowers, months, cells)
    reports = draw_reports(rng, loans, borrowers, months)
    observed = observe(loans, schedules, cells)
    recorded = record(rng, loans, borrowers, months, cells, observed, signals, reports)
    officer = account_officers(staff, loans.branch, loans.borrower)
    write_borrowers(folder, rng, borrowers)
    matures = schedules.columns[DUE_ON][schedules.start[:, 0] + schedules.length[:, 0] - 1]
    write_loans(folder, loans, matures, officer)
    write_instalments(folder, schedules)
    write_repayments(folder, rng, loans, payments, int(months.last[-1]))
    write_bureau(folder, loans, reports)
    return Chunk(loans, borrowers, schedules, cells, recorded, observed, signals, officer)


def plant_errors(rng: np.random.Generator, months: Months, chunk: Chunk) -> list[Planted]:
    """Spoil some of the chunk's recorded months, and say which."""
    return plant(rng, chunk.loans, months, chunk.cells, chunk.observed, chunk.recorded)


def write_records(
    rng: np.random.Generator, months: Months, staff: Staff, chunk: Chunk, folder: Folder
) -> None:
    """Write what the bank made of the loans: states, changes, departures, signals."""
    approvers = staff.of("risk_management")
    grid = booked_grid(chunk.loans, months, chunk.cells, chunk.recorded)
    changes = chunk.schedules.changes
    before = grid[changes.loan, changes.month - 1]
    write_restructures(folder, rng, chunk.schedules, before, approvers)
    write_departures(folder, rng, chunk.loans, months, chunk.cells, approvers)
    write_signals(folder, chunk.loans, chunk.signals)
    write_loan_months(folder, chunk.loans, months, chunk.cells, chunk.recorded)
