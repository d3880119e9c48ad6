"""What the core system recorded at each month end: balance, lateness, class, stage, provision.

Computed here from paths and facts, not with the warehouse's SQL, so that the two can be compared.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.lending import Borrowers, Loans
from data.book.paths import LEFT_PAID, LEFT_WRITTEN_OFF
from data.book.restructures import Observed
from data.book.signals import FLOORS, RULES, Reports, Signals
from data.book.states import Cells
from data.book.tables import NOTHING, Folder, coded, days, money, numbered, ragged, whole

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

STATUSES = ("active", "closed", "sold", "written_off")
FLOOR_OF_RULE = np.array([FLOORS.get(rule, 1) for rule in RULES])
TECHNICAL_DAYS = 7
PROBATION_MONTHS = 6
STAGE_1, MENTION, STAGE_2 = 155, 350, 900
SUBSTANDARD, ASSESSED, DOUBTFUL, LOSS = 4_200, 5_800, 6_800, 10_000
"""Basis points of the balance provided for. Less than half for class 3: it must set no floor."""
ASSESSED_ALONE = 0.15
"""Some impaired corporate loans are assessed one by one and provided for above half (F4_ecl50)."""
JUDGED = 0.012


@dataclass
class Recorded:
    """One row per cell; by_hand where experts made the class worse than the rules ask for. Amounts
    in cents.
    """

    balance: Whole
    days_past_due: Whole
    classification: Whole
    stage: Whole
    provision: Whole
    by_hand: Truth


def floor_by_days(days_past_due: Whole) -> Whole:
    """The class floor that days past due alone set (section 4.1)."""
    limits = np.array([1, 91, 271, 361])
    return 1 + np.searchsorted(limits, days_past_due, side="right")


class _Classifier:
    """Class, stage and provision of one chunk's cells, step by step (section 4.2)."""

    def __init__(self, rng: np.random.Generator, loans: Loans, months: Months, cells: Cells):
        self.rng, self.loans, self.months, self.cells = rng, loans, months, cells
        self.place = np.full((loans.count, months.count), NOTHING)
        self.place[cells.loan, cells.month] = np.arange(len(cells.loan))

    def signal_floors(self, signals: Signals) -> tuple[Whole, Truth]:
        """The worst floor of the signals in force per cell, and whether one waives lateness."""
        loan, row = self._concerned(signals)
        rule = signals.rule[row]
        began = np.searchsorted(self.months.last, signals.raised[row])
        cleared = np.where(signals.cleared[row] == NOTHING, 1 << 40, signals.cleared[row])
        ended = np.searchsorted(self.months.last, cleared)
        owner, step = ragged(np.maximum(ended - began, 0))
        cell = self.place[loan[owner], began[owner] + step]
        owner, cell = owner[cell != NOTHING], cell[cell != NOTHING]
        floor = np.ones(len(self.cells.loan), np.int64)
        waived = np.zeros(len(self.cells.loan), bool)
        np.maximum.at(floor, cell, FLOOR_OF_RULE[rule[owner]])
        waived[cell[rule[owner] == RULES.index("F1_technical")]] = True
        return floor, waived

    def _concerned(self, signals: Signals) -> tuple[Whole, Whole]:
        """Every loan that a floor signal concerns, with the signal's row."""
        floors = np.flatnonzero(signals.rule < len(FLOORS))
        alone = floors[signals.loan[floors] != NOTHING]
        firm = floors[signals.loan[floors] == NOTHING]
        first = np.searchsorted(self.loans.borrower, signals.borrower[firm])
        after = np.searchsorted(self.loans.borrower, signals.borrower[firm], side="right")
        owner, step = ragged(after - first)
        loan = np.concatenate([signals.loan[alone], first[owner] + step])
        return loan, np.concatenate([alone, firm[owner]])

    def judged(self) -> Whole:
        """Experts put a few loans on special mention for some months though no rule asks for it."""
        chosen = self.rng.random(self.loans.count) < JUDGED
        since = self.rng.integers(1, 20, self.loans.count)
        length = self.rng.integers(3, 9, self.loans.count)
        waited = self.cells.age - since[self.cells.loan]
        inside = (waited >= 0) & (waited < length[self.cells.loan]) & chosen[self.cells.loan]
        return np.where(inside & self.cells.on_book, 2, 1)

    def on_probation(self, own: Whole, lenient: Truth) -> Whole:
        """Once non-performing, a loan stays so for six months more; retail by days alone (4.5)."""
        since = np.where(own >= 3, np.arange(len(own)), -(1 << 40))
        latest = np.maximum.accumulate(since)
        started = np.arange(len(own)) - self.cells.age
        held = (latest >= started) & (np.arange(len(own)) - latest <= PROBATION_MONTHS)
        return np.where(held & ~lenient & self.cells.on_book, 3, 1)

    def by_obligor(self, own: Whole, borrowers: Borrowers, reports: Reports) -> Whole:
        """What all claims on a firm, here and elsewhere, set as a floor for each of them (4.3)."""
        corporate = borrowers.kind[self.loans.borrower[self.cells.loan]] == 2
        rows = np.flatnonzero(corporate & self.cells.on_book)
        key = self.loans.borrower[self.cells.loan[rows]] * self.months.count
        key += self.cells.month[rows]
        size = borrowers.count * self.months.count
        balance = np.bincount(key, weights=self.cells.balance[rows], minlength=size)
        bad = np.where(own[rows] >= 3, self.cells.balance[rows], 0)
        npl = np.bincount(key, weights=bad, minlength=size)
        late, elsewhere = self._reported(borrowers, reports)
        severe = (npl * 10 > balance) | late
        some = (npl > 0) | elsewhere
        floor = np.ones(len(own), np.int64)
        floor[rows] = np.select([severe[key], some[key]], [3, 2], 1)
        return floor

    def _reported(self, borrowers: Borrowers, reports: Reports) -> tuple[Truth, Truth]:
        """Per borrower and month: more than 20 % late, or bad debt, by the last report."""
        grid = np.zeros((borrowers.count, self.months.count), np.int64)
        month = np.searchsorted(self.months.last, reports.day)
        grid[reports.borrower, month] = np.arange(len(month)) + 1
        row = np.maximum.accumulate(grid, axis=1).ravel()
        late = np.concatenate([[False], reports.late * 5 > reports.total])
        return late[row], np.concatenate([[False], reports.has_npl])[row]


def record(
    rng: np.random.Generator,
    loans: Loans,
    borrowers: Borrowers,
    months: Months,
    cells: Cells,
    observed: Observed,
    signals: Signals,
    reports: Reports,
) -> Recorded:
    """The recorded state, right in every cell; some classes are worse than the rules ask for."""
    work = _Classifier(rng, loans, months, cells)
    by_signal, waived = work.signal_floors(signals)
    by_days = floor_by_days(cells.days_past_due)
    by_days = np.where(waived & (cells.days_past_due <= TECHNICAL_DAYS), 1, by_days)
    changed = np.select([observed.repeated, observed.now], [3, 2], 1)
    by_rule = np.maximum.reduce([by_days, by_signal, changed])
    own = np.maximum(by_rule, work.judged())
    retail = borrowers.kind[loans.borrower[cells.loan]] < 2
    own = np.maximum(own, work.on_probation(own, retail))
    assessed = (rng.random(loans.count) < ASSESSED_ALONE)[cells.loan] & ~retail & (own >= 3)
    own = np.where(assessed, np.maximum(own, 4), own)
    by_obligor = work.by_obligor(own, borrowers, reports)
    booked = np.maximum(own, by_obligor)
    booked = np.select(
        [cells.left == LEFT_PAID, cells.left == LEFT_WRITTEN_OFF, cells.left > 0],
        [1, 5, np.maximum(booked, 3)],
        booked,
    )
    stage = np.select([booked >= 3, cells.days_past_due > 30], [3, 2], 1)
    return Recorded(
        cells.balance.copy(),
        cells.days_past_due.copy(),
        booked,
        stage,
        _provision(cells.balance, booked, stage, assessed),
        by_hand=cells.on_book & (booked == 2) & (np.maximum(by_rule, by_obligor) == 1),
    )


def _provision(balance: Whole, booked: Whole, stage: Whole, assessed: Truth) -> Whole:
    impaired = np.select([booked == 5, assessed, booked == 4], [LOSS, ASSESSED, DOUBTFUL], 0)
    sound = np.select(
        [booked == 3, stage == 2, booked == 2], [SUBSTANDARD, STAGE_2, MENTION], STAGE_1
    )
    share = np.maximum(impaired, sound)
    return (balance * share + 5_000) // 10_000


def booked_grid(loans: Loans, months: Months, cells: Cells, recorded: Recorded) -> Whole:
    """A grid of the class booked per loan and month, 0 outside the book."""
    grid = np.zeros((loans.count, months.count), np.int64)
    grid[cells.loan, cells.month] = recorded.classification
    return grid


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
