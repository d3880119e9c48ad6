"""Facts about borrowers that the core system cannot see in payments: signals, and debts elsewhere.

Some signals set a class floor or waive one (section 4.1); the others are early warnings (9.1).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.lending import Borrowers, Loans
from data.book.states import Cells
from data.book.tables import NOTHING, Folder, coded, days, numbered, ragged

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

FLOORS = {
    "F1_technical": 1,
    "F2_misuse": 2,
    "F2_refinance": 2,
    "F3_rating": 3,
    "F4_evasion": 4,
    "F5_bankrupt": 5,
}
WARNINGS = {
    "B02": "medium",
    "B03": "high",
    "B04": "high",
    "B05": "critical",
    "F01": "medium",
    "F06": "high",
    "X01": "high",
    "X09": "low",
    "C01": "medium",
    "C02": "low",
    "U02": "low",
}
RULES = (*FLOORS, *WARNINGS)
SEVERITIES = ("low", "medium", "high", "critical")
RULE_SEVERITY = np.array(
    [(1, 1, 1, 2, 3, 3)[place] for place in range(len(FLOORS))]
    + [SEVERITIES.index(severity) for severity in WARNINGS.values()]
)
NOTES = {
    "F1_technical": "debit system down, bank statement filed",
    "F2_misuse": "paid on to an account outside the agreed use",
    "F2_refinance": "repaid out of a new loan",
    "F3_rating": "external rating down by several notches",
    "F4_evasion": "assets moved out of reach",
    "F5_bankrupt": "bankruptcy petition accepted",
}
REPORT_EVERY = 6
REPORT_DAY = 15
UNREPORTED, TROUBLED = 0.02, 0.015


@dataclass(frozen=True)
class Signals:
    """One row per signal: its rule, its loan or (loan NOTHING) its borrower, and its days."""

    rule: Whole
    loan: Whole
    borrower: Whole
    raised: Whole
    cleared: Whole


@dataclass(frozen=True)
class Reports:
    """Debts at all banks: one row per corporate borrower and report, in cents."""

    borrower: Whole
    day: Whole
    total: Whole
    late: Whole
    has_npl: Truth


class _Raiser:
    """Collects signals rule by rule."""

    def __init__(self, rng: np.random.Generator, loans: Loans, months: Months, cells: Cells):
        self.rng, self.loans, self.months, self.cells = rng, loans, months, cells
        self.found: list[tuple[Whole, ...]] = []
        self.end = int(months.last[-1])

    def some(self, fits: Truth, chance: float) -> Whole:
        """Rows that fit, each with a chance."""
        return np.flatnonzero(fits & (self.rng.random(len(fits)) < chance))

    def add(
        self, rule: str, loan: Whole, raised: Whole, lasts: Whole, whole_firm: bool = False
    ) -> None:
        """Signals on loans, or on the borrowers of loans; they end unless they outlast the book."""
        cleared = raised + lasts
        at_month_end = np.isin(cleared, self.months.last)
        cleared = np.where(at_month_end, cleared + 1, cleared)
        seen = raised <= self.end
        borrower = np.where(whole_firm, self.loans.borrower[loan], NOTHING)
        self.found.append(
            (
                np.full(len(loan), RULES.index(rule))[seen],
                np.where(whole_firm, NOTHING, loan)[seen],
                borrower[seen],
                raised[seen],
                np.where(cleared > self.end, NOTHING, cleared)[seen],
            )
        )

    def floors(self, borrowers: Borrowers) -> None:
        """The rare facts that decide a class."""
        cells, rng = self.cells, self.rng
        brief = self.some((cells.days_past_due >= 1) & (cells.days_past_due <= 7), 0.2)
        last = self.months.last[cells.month[brief]]
        self.add(
            "F1_technical",
            cells.loan[brief],
            cells.first_due[brief] + 1,
            last + 3 - cells.first_due[brief],
        )
        firm = borrowers.kind[self.loans.borrower] > 0
        for rule, chance in (("F2_misuse", 0.012), ("F2_refinance", 0.006)):
            loan = self.some(firm, chance)
            raised = self.loans.disbursed[loan] + rng.integers(20, 200, len(loan))
            self.add(rule, loan, raised, rng.integers(90, 300, len(loan)))
        corporate = borrowers.kind[self.loans.borrower] == 2
        loan = self.some(corporate, 0.002)
        raised = self.loans.disbursed[loan] + rng.integers(60, 500, len(loan))
        self.add("F3_rating", loan, raised, rng.integers(200, 500, len(loan)), whole_firm=True)
        deep = (cells.behind == 5) & cells.on_book
        evading = self.some(deep, 0.06)
        self._in_month("F4_evasion", evading, 900)
        bankrupt = self.some((cells.behind == 6) & cells.on_book & corporate[cells.loan], 0.12)
        self._in_month("F5_bankrupt", bankrupt, 1500, whole_firm=True)

    def _in_month(self, rule: str, cell: Whole, lasts: int, whole_firm: bool = False) -> None:
        raised = self.months.first[self.cells.month[cell]] + self.rng.integers(2, 27, len(cell))
        self.add(rule, self.cells.loan[cell], raised, np.full(len(cell), lasts), whole_firm)

    def warnings(self, borrowers: Borrowers) -> None:
        """Late payers, and what was heard about firms, their figures and their collateral."""
        cells = self.cells
        entered = cells.on_book & (cells.behind > cells.behind_before)
        for rule, behind in (("B02", 1), ("B03", 2), ("B04", 3), ("B05", 4)):
            rows = np.flatnonzero(entered & (cells.behind == behind))
            rows = rows[cells.days_past_due[rows] >= (8 if behind == 1 else 0)]
            self.add(
                rule, cells.loan[rows], self.months.last[cells.month[rows]], self._until_cured(rows)
            )
        firm = borrowers.kind[self.loans.borrower] > 0
        for rule, chance in (("F01", 0.03), ("F06", 0.02), ("X01", 0.012), ("X09", 0.03)):
            loan = self.some(firm, chance)
            raised = self.loans.disbursed[loan] + self.rng.integers(30, 700, len(loan))
            self.add(rule, loan, raised, self.rng.integers(30, 270, len(loan)))
        for rule, chance in (("C01", 0.008), ("C02", 0.015)):
            loan = self.some(self.loans.collateral >= 2, chance)
            raised = self.loans.disbursed[loan] + self.rng.integers(200, 900, len(loan))
            self.add(rule, loan, raised, self.rng.integers(20, 160, len(loan)))
        loan = self.some(np.isin(self.loans.product, (1, 2, 3)), 0.012)
        self.add("U02", loan, self.loans.disbursed[loan] + 31, self.rng.integers(5, 60, len(loan)))

    def _until_cured(self, rows: Whole) -> Whole:
        """Days from a month end until the loan is no longer late or has left; else past the end."""
        cured = self.cells.cured_in(rows)
        started = self.months.last[self.cells.month[rows]]
        return np.where(cured == NOTHING, 4_000, self.months.last[cured] - 1 - started)


def draw_signals(
    rng: np.random.Generator, loans: Loans, borrowers: Borrowers, months: Months, cells: Cells
) -> Signals:
    """The signals of a chunk, by the day they were raised."""
    raiser = _Raiser(rng, loans, months, cells)
    raiser.floors(borrowers)
    raiser.warnings(borrowers)
    columns = [np.concatenate(part) for part in zip(*raiser.found, strict=True)]
    order = np.lexsort((columns[0], columns[1], columns[3]))
    return Signals(*(column[order] for column in columns))


def draw_reports(
    rng: np.random.Generator, loans: Loans, borrowers: Borrowers, months: Months
) -> Reports:
    """Half-yearly reports on firms; a few firms are in trouble elsewhere from some day on."""
    firms = np.flatnonzero((borrowers.kind == 2) & (rng.random(borrowers.count) >= UNREPORTED))
    owed = np.bincount(loans.borrower, weights=loans.principal, minlength=borrowers.count)
    owner, place = ragged(np.full(len(firms), len(range(0, months.count, REPORT_EVERY))))
    month = np.minimum(place * REPORT_EVERY + firms[owner] % REPORT_EVERY, months.count - 1)
    fresh = np.ones(len(owner), bool)
    fresh[1:] = (month[1:] != month[:-1]) | (owner[1:] != owner[:-1])
    owner, month = owner[fresh], month[fresh]
    factor = rng.uniform(1.4, 4.0, len(owner))
    total = (owed[firms[owner]] * factor / 10_000).astype(np.int64) * 10_000
    troubled = (rng.random(len(firms)) < TROUBLED)[owner]
    troubled &= month >= rng.integers(0, months.count, len(firms))[owner]
    late = np.where(troubled, (total * rng.uniform(0.01, 0.4, len(owner))).astype(np.int64), 0)
    late = np.where(rng.random(len(owner)) < 0.25, 0, late)
    return Reports(firms[owner], months.first[month] + REPORT_DAY - 1, total, late, troubled)


def write_signals(folder: Folder, loans: Loans, signals: Signals) -> None:
    """The signals table."""
    number = folder.rows.get("signals", 0) + 1 + np.arange(len(signals.rule))
    on_loan = np.where(signals.loan == NOTHING, NOTHING, loans.first_number + signals.loan)
    firm = np.where(signals.borrower == NOTHING, NOTHING, loans.first_borrower + signals.borrower)
    folder.write(
        "signals",
        {
            "signal_id": numbered("N", number),
            "rule_id": coded(signals.rule, RULES),
            "loan_id": numbered("L", on_loan),
            "borrower_id": numbered("B", firm),
            "raised_on": days(signals.raised),
            "cleared_on": days(signals.cleared),
            "severity": coded(RULE_SEVERITY[signals.rule], SEVERITIES),
            "note": coded(
                np.where(signals.rule < len(NOTES), signals.rule, NOTHING), list(NOTES.values())
            ),
        },
    )
