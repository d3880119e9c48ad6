"""One chunk of the bank's customers, from the loans they draw to the records made of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.accounts import write_accounts
from data.book.amended import Amended, amended_truth, draw_amended, write_eased
from data.book.approvals import Approvals
from data.book.calendar import Months
from data.book.cash import Payments, draw_payers, draw_payments, write_repayments
from data.book.cast import Cast
from data.book.class_changes import write_class_changes
from data.book.contacts import write_contacts
from data.book.departures import write_departures
from data.book.documents import write_documents
from data.book.lending import (
    KINDS,
    Borrowers,
    Loans,
    draw_loans,
    write_borrowers,
    write_loans,
    write_memberships,
)
from data.book.marks import write_marks
from data.book.mentioned import misused, raise_classes, refinanced
from data.book.paths import draw_paths
from data.book.payments_out import write_payments_out
from data.book.plans import STORY, Plan, draw_plan
from data.book.planted import Planted, plant
from data.book.rare import Rare, both, draw_marked, write_marked
from data.book.recorded import Recorded, booked_grid, record, write_loan_months
from data.book.reports import write_bureau
from data.book.restructures import Observed, observe, write_restructures
from data.book.schedules import DUE_ON, Schedules, write_instalments
from data.book.servicing import left_days, write_accruals, write_allocations
from data.book.signals import Reports, Signals, draw_reports, draw_signals, write_signals
from data.book.staffing import Staff, account_officers
from data.book.statements import write_statements
from data.book.states import Cells, month_cells
from data.book.stories import Story, plant_stories
from data.book.streams import Streams
from data.book.tables import Folder
from data.book.uses import Uses, draw_uses, write_fund_uses


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
    reports: Reports
    payments: Payments
    plan: Plan
    stories: list[Story]
    names: NDArray[np.object_]
    officer: NDArray[np.int64]
    amended: Amended
    uses: Uses


def draw_chunk(
    rng: np.random.Generator,
    months: Months,
    staff: Staff,
    count: int,
    first_loan: int,
    first_borrower: int,
    folder: Folder,
    streams: Streams,
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
    plan = draw_plan(streams["plan"], loans, borrowers, months, cells, recorded, signals, reports)
    stories: list[Story] = []
    if streams.chunk == 0:
        cast = Cast(loans, borrowers, months, cells, payments, signals, plan)
        stories = plant_stories(cast, reports)
    uses = draw_uses(streams["uses"], loans, months, plan, signals)
    raise_classes(
        recorded, cells, misused(months, cells, uses), refinanced(loans, months, cells, payments)
    )
    payer = draw_payers(streams["payers"], loans, months, plan, payments)
    names = write_borrowers(folder, rng, borrowers)
    told = plan.kind == STORY
    write_memberships(folder, streams["memberships"], months, borrowers, told)
    matures = schedules.columns[DUE_ON][schedules.start[:, 0] + schedules.length[:, 0] - 1]
    write_loans(folder, loans, matures, officer)
    amended = draw_amended(streams["audit"], loans, months, schedules, cells)
    write_instalments(folder, schedules, amended.line, amended.cents)
    write_eased(folder, schedules, amended)
    write_repayments(folder, rng, loans, payments, int(months.last[-1]), payer)
    return Chunk(
        loans,
        borrowers,
        schedules,
        cells,
        recorded,
        observed,
        signals,
        reports,
        payments,
        plan,
        stories,
        names,
        officer,
        amended,
        uses,
    )


def plant_errors(rng: np.random.Generator, months: Months, chunk: Chunk) -> list[Planted]:
    """Spoil some of the chunk's recorded months, and say which."""
    return plant(rng, chunk.loans, months, chunk.cells, chunk.observed, chunk.recorded)


def write_records(
    rng: np.random.Generator,
    months: Months,
    staff: Staff,
    chunk: Chunk,
    folder: Folder,
    streams: Streams,
) -> list[dict[str, str]]:
    """Write what the bank made of the loans: states, changes, departures, signals; what of it an
    auditor must find.
    """
    approvers = staff.of("risk_management")
    grid = booked_grid(chunk.loans, months, chunk.cells, chunk.recorded)
    changes = chunk.schedules.changes
    before = grid[changes.loan, changes.month - 1]
    own = np.random.default_rng(streams["audit"].integers(1 << 40))
    approvals = Approvals(own, staff, chunk.officer)
    balance = np.zeros((chunk.loans.count, months.count), np.int64)
    balance[chunk.cells.loan, chunk.cells.month] = chunk.cells.balance
    owed = balance[changes.loan, changes.month - 1]
    write_restructures(folder, rng, chunk.schedules, before, owed, approvers, approvals)
    departed = write_departures(folder, rng, chunk.loans, months, chunk.cells, approvers, approvals)
    changed = Approvals(streams["class_changes"], staff, chunk.officer)
    is_firm = chunk.borrowers.kind[chunk.loans.borrower] == KINDS.index("corporate")
    write_class_changes(folder, chunk.loans, months, chunk.cells, chunk.recorded, is_firm, changed)
    write_signals(folder, chunk.loans, chunk.signals)
    write_loan_months(folder, chunk.loans, months, chunk.cells, chunk.recorded)
    serviced = Approvals(streams["servicing"], staff, chunk.officer)
    books = (chunk.loans, months, chunk.schedules, chunk.cells)
    write_allocations(folder, *books, chunk.payments, serviced)
    left = left_days(chunk.loans, chunk.cells, chunk.payments, departed)
    write_accruals(folder, *books, chunk.payments, left, serviced)
    found = approvals.found + changed.found + serviced.found
    return found + amended_truth(chunk.loans, chunk.schedules, chunk.amended)


def write_facts(
    streams: Streams,
    months: Months,
    staff: Staff,
    chunk: Chunk,
    folder: Folder,
    forgotten: NDArray[np.int64],
) -> tuple[dict[str, int], Rare]:
    """Write what warns of trouble, or seems to; promises to pay by how they ended, rare signs."""
    loans, borrowers, cells, plan = chunk.loans, chunk.borrowers, chunk.cells, chunk.plan
    is_firm = borrowers.kind > 0
    accounts = streams["accounts"]
    write_accounts(folder, accounts, loans, months, chunk.schedules, cells, plan, is_firm)
    own = streams["rare"]
    marked = draw_marked(own, borrowers, months, plan)
    told = (streams["statements"], streams["figures"])
    shown = write_statements(folder, *told, loans, borrowers, months, plan, marked.on("X02"))
    write_marks(folder, streams["marks"], loans, borrowers, months, plan, chunk.signals)
    write_marked(folder, own, loans, borrowers, months, marked)
    write_bureau(folder, streams["bureau"], loans, borrowers, months, plan, chunk.reports)
    write_fund_uses(folder, loans, chunk.uses)
    write_payments_out(folder, streams["payments_out"], months, loans, chunk.uses)
    filed = (streams["documents"], streams["lendings"])
    write_documents(folder, *filed, loans, months, staff)
    collectors = staff.of("collections")
    conduct, payments = streams["conduct"], chunk.payments
    promises = write_contacts(
        folder,
        streams["contacts"],
        conduct,
        collectors,
        loans,
        months,
        cells,
        payments,
        forgotten,
    )
    return promises, both(marked, shown)
