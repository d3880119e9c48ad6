"""The firms' main accounts and credit lines, month by month."""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.lending import Loans
from data.book.plans import STORY, Plan
from data.book.schedules import Schedules
from data.book.states import Cells
from data.book.tables import NOTHING, Folder, days, money, numbered, ragged, whole

Whole = NDArray[np.int64]

MONTHS_BEFORE = 7
"""Accounts are known from so long before the first loan on."""
SEASON, NOISE = 0.15, 0.07
FALLS_TO = 0.33
"""What is left of the inflow of a firm in trouble."""
FULLY_DRAWN = 0.97
HAS_LINE = 0.7
CALM_OVERDRAFT, SHORT_BEFORE_DUE = 0.003, 0.012


def write_accounts(
    folder: Folder,
    rng: np.random.Generator,
    loans: Loans,
    months: Months,
    schedules: Schedules,
    cells: Cells,
    plan: Plan,
    is_firm: NDArray[np.bool_],
) -> None:
    """The account_months table: every firm from before its first loan until its last is gone."""
    firms = np.flatnonzero(is_firm)
    start = np.maximum(plan.first[firms] - MONTHS_BEFORE, 0)
    owner, step = ragged(plan.last[firms] - start + 1)
    borrower, month = firms[owner], start[owner] + step
    due, behind = _due_and_behind(loans, months, schedules, cells, is_firm)
    due, behind = due[borrower, month], behind[borrower, month]
    inflow = _inflow(rng, loans, plan, firms, borrower, month, owner)
    drawn, limit, over = _line(rng, loans, plan, firms, borrower, month, owner)
    weak = plan.shows("inflow", borrower, month)
    cover = np.where(weak, rng.uniform(0.5, 1.6, len(owner)), rng.uniform(1.3, 4.0, len(owner)))
    short = (rng.random(len(owner)) < SHORT_BEFORE_DUE) & ~plan.is_quiet[borrower]
    cover = np.where((behind > 0) | short, rng.uniform(0.05, 0.9, len(owner)), cover)
    before = np.where(due > 0, due * cover, inflow * rng.uniform(0.1, 0.4, len(owner)))
    left = np.where(behind > 0, 0.2, 1.0) * inflow * rng.uniform(0.08, 0.4, len(owner))
    folder.write(
        "account_months",
        {
            "borrower_id": numbered("B", loans.first_borrower + borrower),
            "month_end": days(months.last[month]),
            "inflow": money(inflow // 100 * 100),
            "account_balance": money(left.astype(np.int64)),
            "balance_before_due": money(before.astype(np.int64)),
            "instalments_due": money(due),
            "credit_limit": money(limit, limit != NOTHING),
            "drawn": money(drawn, limit != NOTHING),
            "over_limit_days": whole(over),
        },
    )


def _due_and_behind(
    loans: Loans,
    months: Months,
    schedules: Schedules,
    cells: Cells,
    is_firm: NDArray[np.bool_],
) -> tuple[Whole, Whole]:
    """Grids of what falls due per borrower and month, and how far behind the worst loan is."""
    rows = np.flatnonzero((cells.age > 0) & is_firm[loans.borrower[cells.loan]])
    loan, month, age = cells.loan[rows], cells.month[rows], cells.age[rows]
    version = schedules.paths.event_count[loan, month - 1].astype(np.int64)
    start = schedules.start[loan, version]
    until, since = (schedules.lines_until(loan, version, at) for at in (age, age - 1))
    falls_due = schedules.due_until[start + until] - schedules.due_until[start + since]
    shape = (len(is_firm), months.count)
    due, behind = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    owner = loans.borrower[loan]
    np.add.at(due, (owner, month), falls_due)
    np.maximum.at(behind, (owner, month), cells.behind[rows])
    return due, behind


def firm_scale(loans: Loans, count: int) -> Whole:
    """What each borrower borrowed in all: the size that its business is drawn from, in cents."""
    return np.bincount(loans.borrower, weights=loans.principal, minlength=count).astype(np.int64)


def _inflow(
    rng: np.random.Generator,
    loans: Loans,
    plan: Plan,
    firms: Whole,
    borrower: Whole,
    month: Whole,
    owner: Whole,
) -> Whole:
    """What came in: a level, a growth, a season, noise, and what is left of it in trouble."""
    scale = firm_scale(loans, len(plan.first))[firms]
    level = scale * np.exp(rng.normal(np.log(0.16), 0.45, len(firms)))
    growth = rng.normal(0.004, 0.004, len(firms))
    peak, swing = rng.integers(0, 12, len(firms)), rng.uniform(0, SEASON, len(firms))
    swing = np.where(plan.kind[firms] == STORY, swing / 5, swing)
    season = 1 + swing[owner] * np.cos((month - peak[owner]) * np.pi / 6)
    noise = np.clip(rng.normal(0, NOISE, len(owner)), -2.5 * NOISE, 2.5 * NOISE)
    noise = np.exp(np.where(plan.kind[borrower] == STORY, noise / 5, noise))
    left = FALLS_TO * rng.uniform(0.85, 1.1, len(owner))
    left = np.where(plan.shows("inflow", borrower, month), left, 1.0)
    return (level[owner] * (1 + growth[owner]) ** month * season * noise * left).astype(np.int64)


def _line(
    rng: np.random.Generator,
    loans: Loans,
    plan: Plan,
    firms: Whole,
    borrower: Whole,
    month: Whole,
    owner: Whole,
) -> tuple[Whole, Whole, Whole]:
    """Drawn, limit and days over the limit of each firm's line; most firms have one."""
    scale = firm_scale(loans, len(plan.first))[firms]
    limit = (scale * rng.uniform(0.15, 0.6, len(firms))).astype(np.int64) // 1_000_000 * 1_000_000
    needs_one = plan.ever("drawn", firms)
    limit = np.where(needs_one | (rng.random(len(firms)) < HAS_LINE), limit, 0)
    limit = np.where(needs_one, np.maximum(limit, 1_000_000), limit)
    usual = rng.uniform(0.15, 0.75, len(firms))[owner] + rng.normal(0, 0.05, len(owner))
    full = plan.shows("drawn", borrower, month)
    share = np.where(full, FULLY_DRAWN + rng.uniform(0, 0.03, len(owner)), np.clip(usual, 0, 0.93))
    calm = (rng.random(len(owner)) < CALM_OVERDRAFT) & ~plan.is_quiet[borrower]
    tight = full & (plan.age("drawn", borrower, month) >= 2) & (rng.random(len(owner)) < 0.4)
    has_line = limit[owner] > 0
    over = np.where((calm | tight) & has_line, rng.integers(1, 9, len(owner)), 0)
    drawn = (limit[owner] * share).astype(np.int64) // 100 * 100
    lined = np.where(has_line, limit[owner], NOTHING)
    return np.where(has_line, drawn, NOTHING), lined, np.where(has_line, over, NOTHING)
