"""The firms' financial statements: corporates' of half years and years, small businesses' of years.

A sign of trouble shows in statements that come in from its month on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.accounts import firm_scale
from data.book.calendar import Months, as_date
from data.book.figures import draw_shown, lay_over, year_before
from data.book.lending import Borrowers, Loans
from data.book.plans import STORY, Plan
from data.book.rare import Rare
from data.book.tables import (
    NOTHING,
    Folder,
    coded,
    days,
    flags,
    money,
    numbered,
    numbers,
    whole,
)

Whole = NDArray[np.int64]
Real = NDArray[np.float64]

OPINIONS = ("unqualified", "qualified", "adverse", "disclaimer", "none")
UNQUALIFIED, QUALIFIED, _, _, UNAUDITED = range(5)
OPINION_SHARES = (0.9938, 0.006, 0.0001, 0.0001)
AUDITED_SMALL = 0.25
LATE = ((0.007, 61, 150), (0.018, 31, 60), (0.07, 1, 30))
"""How often a statement is late, and by how many days."""
NEVER_CAME = 0.006
BREACHED = 0.008
FELL = (0.45, 0.58)
COVERS = (0.35, 0.8)
KEPT_FOR = 24
"""Statements are kept from so many months before the first loan on."""
YEAR_DAYS, HALF = 365.25, 0.48
INTEREST = 0.045


@dataclass(frozen=True)
class Periods:
    """One row per statement: its firm, its last day, months, due day and the day it came in."""

    borrower: Whole
    end: Whole
    months: Whole
    due: Whole
    received: Whole


def write_statements(
    folder: Folder,
    rng: np.random.Generator,
    own: np.random.Generator,
    loans: Loans,
    borrowers: Borrowers,
    months: Months,
    plan: Plan,
    sued: Whole,
) -> Rare:
    """The statements table; `own` draws which of them show what few firms show, given back here."""
    periods = _periods(rng, borrowers, months, plan)
    seen = np.where(periods.received == NOTHING, periods.due, periods.received)
    month = np.searchsorted(months.last, seen)
    figures = _figures(rng, loans, borrowers, plan, periods, month)
    shown = _shown(own, months, plan, periods, month, sued)
    lay_over(own, shown, periods.borrower, month, figures)
    audited = (borrowers.kind[periods.borrower] == 2) & (periods.months == 12)
    audited |= (rng.random(len(month)) < AUDITED_SMALL) & (periods.months == 12)
    opinion = rng.choice(4, len(month), p=OPINION_SHARES)
    opinion = np.where(plan.is_quiet[periods.borrower], UNQUALIFIED, opinion)
    opinion = np.where(plan.shows("opinion", periods.borrower, month), QUALIFIED, opinion)
    breached = (rng.random(len(month)) < BREACHED) & ~plan.is_quiet[periods.borrower]
    breached |= plan.shows("covenant", periods.borrower, month)
    folder.write(
        "statements",
        {
            "borrower_id": numbered("B", loans.first_borrower + periods.borrower),
            "period_end": days(periods.end),
            "period_months": whole(periods.months),
            "due_on": days(periods.due),
            "received_on": days(periods.received),
            "opinion": coded(np.where(audited | (opinion > 0), opinion, UNAUDITED), OPINIONS),
            **{
                name: money(values.astype(np.int64) // 100_000 * 100_000)
                for name, values in figures.items()
                if not name.endswith("_days")
            },
            "receivable_days": numbers(np.round(figures["receivable_days"], 1)),
            "inventory_days": numbers(np.round(figures["inventory_days"], 1)),
            "covenant_breached": flags(breached),
        },
    )
    return shown


def _shown(
    rng: np.random.Generator,
    months: Months,
    plan: Plan,
    periods: Periods,
    month: Whole,
    sued: Whole,
) -> Rare:
    """What the statements show that came in while the bank lent, none newer before the month ends.

    One that is late by more than half a year never counts.
    """
    compared = year_before(periods.borrower, periods.months, periods.end, periods.received)
    counts = periods.received >= months.first[0]
    overtaken = (periods.borrower[1:] == periods.borrower[:-1]) & (month[1:] <= month[:-1])
    counts[:-1] &= ~(overtaken & (periods.received[1:] != NOTHING))
    rows = np.flatnonzero(counts)
    return draw_shown(rng, plan, compared[rows], periods.borrower[rows], month[rows], sued)


def _year_ends(months: Months) -> tuple[Whole, Whole, Whole]:
    """Last days of half years and years from before the book's first month, months, due days."""
    first, last = as_date(int(months.first[0])).year - 2, months.end.year
    rows = [
        (f"{year}-{end}", count, f"{year + later}-{due}")
        for year in range(first, last + 1)
        for end, count, later, due in (("06-30", 6, 0, "08-31"), ("12-31", 12, 1, "04-30"))
    ]
    end, count, due = zip(*rows, strict=True)
    as_days = [np.array(part, "datetime64[D]").astype(np.int64) for part in (end, due)]
    return as_days[0], np.array(count), as_days[1]


def _periods(rng: np.random.Generator, borrowers: Borrowers, months: Months, plan: Plan) -> Periods:
    """Which firm owes which statement, and when it came."""
    firms = np.flatnonzero(borrowers.kind > 0)
    end, count, due = _year_ends(months)
    reach = np.concatenate([months.first[0] - np.arange(KEPT_FOR, 0, -1) * 31, months.last])
    since = reach[plan.first[firms]]
    until = months.last[plan.last[firms]]
    kept = (end >= since[:, None]) & (end <= until[:, None])
    kept &= (borrowers.kind[firms] == 2)[:, None] | (count == 12)
    row, place = np.nonzero(kept)
    borrower, due_on = firms[row], due[place]
    received = due_on + _delay(rng, plan, borrower)
    received = np.where(received > months.last[-1], NOTHING, received)
    lost = (rng.random(len(row)) < NEVER_CAME) & ~plan.is_quiet[borrower]
    return Periods(borrower, end[place], count[place], due_on, np.where(lost, NOTHING, received))


def _delay(rng: np.random.Generator, plan: Plan, borrower: Whole) -> Whole:
    """Days after the due day, mostly negative; twice as often late where money is short."""
    chance = rng.random(len(borrower)) * np.where(plan.default[borrower] != NOTHING, 0.5, 1.0)
    chance = np.where(plan.is_quiet[borrower], 1.0, chance)
    delay = -rng.integers(0, 40, len(borrower))
    until = 0.0
    for share, low, high in LATE:
        mine = (chance >= until) & (chance < until + share)
        delay[mine] = rng.integers(low, high + 1, int(mine.sum()))
        until += share
    return np.where(plan.kind[borrower] == STORY, -1, delay)


def _figures(
    rng: np.random.Generator,
    loans: Loans,
    borrowers: Borrowers,
    plan: Plan,
    periods: Periods,
    month: Whole,
) -> dict[str, Real]:
    """Figures in cents: each firm's own ratios, a growth, a little noise, and the signs."""
    firm, size = periods.borrower, borrowers.count
    row = np.arange(len(firm))
    years = (periods.end - (periods.end.min() if len(firm) else 0)) / YEAR_DAYS
    part = np.where(periods.months == 12, 1.0, HALF)

    def own(low: float, high: float) -> Real:
        return rng.uniform(low, high, size)[firm]

    def noisy(spread: float) -> Real:
        return np.exp(rng.normal(0, spread, len(row)))

    grown = (1 + np.clip(rng.normal(0.04, 0.03, size), -0.03, 0.12))[firm] ** years
    usual = firm_scale(loans, size)[firm] * own(1.2, 4.0) * grown
    fell = plan.shows("revenue", firm, month)
    strained = plan.shows("coverage", firm, month)
    revenue = usual * part * noisy(0.02) * np.where(fell, rng.uniform(*FELL, len(row)), 1.0)
    debt = usual * own(0.15, 0.40) * noisy(0.03)
    interest = debt * INTEREST * part
    earned = usual * part * own(0.08, 0.18) * noisy(0.06)
    service = 0.85 * earned / np.maximum(own(1.35, 3.0) * noisy(0.03), 1.25)
    ebitda = np.where(strained, interest * rng.uniform(*COVERS, len(row)), earned)
    tax = 0.15 * np.maximum(ebitda, 0)
    poor = (rng.random(len(row)) < 0.05) & ~plan.is_quiet[firm]
    cash = np.where(poor | strained, -0.3, rng.uniform(0.4, 1.0, len(row))) * ebitda
    assets = usual * own(0.8, 1.5) * noisy(0.02)
    owed = assets * np.clip(own(0.36, 0.64) + np.where(strained, 0.13, 0.0), 0, 0.9)
    current = assets * own(0.4, 0.6) * noisy(0.02)
    payable = current / (own(1.15, 2.3) * np.where(strained, 0.75, 1.0))
    return {
        "revenue": revenue,
        "ebitda": ebitda,
        "interest_expense": interest,
        "cash_tax": tax,
        "operating_cash_flow": cash,
        "total_assets": assets,
        "total_liabilities": owed,
        "current_assets": current,
        "current_liabilities": payable,
        "financing_debt": debt,
        "debt_service_due": service,
        "receivable_days": own(30, 95) * noisy(0.04),
        "inventory_days": own(25, 110) * noisy(0.04),
    }
