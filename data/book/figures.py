"""Figures of statements that few firms show: thin cover, slow turnover, new debt, nothing left.

They are laid over what a firm's statement says anyway, from the statement that comes in while they
show; which of them a statement is compared with is told here too.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from data.book.plans import CALM, FOR_GOOD, STRONG, Plan
from data.book.rare import Rare, Shares, groups, joined, windows
from data.book.tables import NOTHING

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Truth = NDArray[np.bool_]

SHOWN: dict[str, Shares] = {
    "F13": (0.35, 0.20, 0.005),
    "F05": (0.30, 0.20, 0.010),
    "F06": (0.30, 0.20, 0.012),
    "F07": (0.40, 0.30, 0.015),
    "F12": (0.45, 0.08, 0.0),
}
"""Rule, in the order in which each is laid over the one before: on how many of the firms whose
statement comes in at the time there are such figures; of those with strong signs before a default,
with strong signs for nothing, and with none.
"""
COMPARED = ("F07", "F13")
"""Rules that compare a statement with that of a year before."""
THIN = ("F05", "F06")
"""Rules that read of cover what is better than where none is left, as planned signs have it."""
CALM_MONTHS = 12
INTEREST_COVER, SERVICE_COVER, SERVICE_ALONE = (1.25, 1.45), (1.02, 1.06), (1.03, 1.17)
TURNOVER, DEBT, SALES = (1.6, 2.1), (1.9, 2.4), (0.77, 0.80)
OWED, PAYABLE = (1.03, 1.25), (1.05, 1.4)


def draw_shown(
    rng: np.random.Generator,
    plan: Plan,
    is_compared: Truth,
    borrower: Whole,
    month: Whole,
    sued: Whole,
) -> Rare:
    """Which firms show what, given the firm and month of each statement that came in.

    A firm whose net assets are a measure of what it is `sued` for keeps some.
    """
    begins, ends = windows(plan)
    busy = np.zeros(len(plan.first), bool)
    parts: list[tuple[str, Whole, Whole, Whole]] = []
    for rule, shares in SHOWN.items():
        fits = is_compared | (rule not in COMPARED)
        fits &= ~np.isin(borrower, sued) | (rule != "F12")
        fits &= ~plan.ever("coverage", borrower) | (rule not in THIN)
        planned = (month >= begins[borrower]) & (month < ends[borrower])
        calm = (month > plan.first[borrower]) & (month < plan.last[borrower])
        fits &= np.where(plan.kind[borrower] == CALM, calm, planned) & ~busy[borrower]
        firms = np.zeros(len(plan.first), bool)
        firms[borrower[fits]] = True
        for kind, who in groups(rng, plan, firms, shares):
            since = _first(borrower[fits], month[fits], who)
            until = np.full(len(who), FOR_GOOD) if kind == STRONG else ends[who]
            until = since + CALM_MONTHS if kind == CALM else until
            parts.append((rule, who, since, until))
            busy[who] = kind == CALM
    return joined(parts)


def _first(borrower: Whole, month: Whole, who: Whole) -> Whole:
    """The month of the first statement of each firm."""
    found = np.full(int(max(borrower.max(initial=0), who.max(initial=0))) + 1, FOR_GOOD)
    np.minimum.at(found, borrower, month)
    return found[who]


def year_before(borrower: Whole, months: Whole, end: Whole, received: Whole) -> Truth:
    """Is there a statement of the same length from a year before that came in earlier."""
    year = end // 365
    key = list(zip(borrower.tolist(), months.tolist(), year.tolist(), strict=True))
    came = dict(zip(key, received.tolist(), strict=True))
    before = [came.get((who, length, at - 1), NOTHING) for who, length, at in key]
    return (received != NOTHING) & (np.array(before) != NOTHING) & (np.array(before) < received)


def lay_over(
    rng: np.random.Generator, rare: Rare, borrower: Whole, month: Whole, figures: dict[str, Real]
) -> None:
    """Change the figures of the statements that show something, in place."""
    for rule, rows in _rows(rare, borrower, month):
        own = {name: values[rows] for name, values in figures.items()}
        changed = CHANGES[rule](rng, own, len(rows))
        for name, values in changed.items():
            figures[name][rows] = values


def _rows(rare: Rare, borrower: Whole, month: Whole) -> Iterator[tuple[str, Whole]]:
    size = int(max(borrower.max(initial=0), rare.borrower.max(initial=0))) + 1
    for rule in SHOWN:
        mine = rare.rule == rule
        since, until = np.full(size, FOR_GOOD), np.zeros(size, np.int64)
        since[rare.borrower[mine]] = rare.since[mine]
        until[rare.borrower[mine]] = rare.until[mine]
        yield rule, np.flatnonzero((month >= since[borrower]) & (month < until[borrower]))


def _thin_interest(rng: np.random.Generator, own: dict[str, Real], count: int) -> dict[str, Real]:
    """Interest is just earned, and so the debt's service is just paid."""
    earned = own["interest_expense"] * rng.uniform(*INTEREST_COVER, count)
    tax = 0.15 * earned
    return {
        "ebitda": earned,
        "cash_tax": tax,
        "operating_cash_flow": earned * 0.5,
        "debt_service_due": (earned - tax) / rng.uniform(*SERVICE_COVER, count),
    }


def _thin_service(rng: np.random.Generator, own: dict[str, Real], count: int) -> dict[str, Real]:
    """More of the debt falls due than before: its service is just paid."""
    left = own["ebitda"] - own["cash_tax"]
    return {"debt_service_due": left / rng.uniform(*SERVICE_ALONE, count)}


def _slow_turnover(rng: np.random.Generator, own: dict[str, Real], count: int) -> dict[str, Real]:
    """Customers pay later, or goods stay."""
    slower = rng.uniform(*TURNOVER, count)
    is_stock = rng.random(count) < 0.4
    return {
        "receivable_days": own["receivable_days"] * np.where(is_stock, 1.0, slower),
        "inventory_days": own["inventory_days"] * np.where(is_stock, slower, 1.0),
    }


def _nothing_left(rng: np.random.Generator, own: dict[str, Real], count: int) -> dict[str, Real]:
    """More is owed than there is, and more at once than there is at hand."""
    return {
        "total_liabilities": own["total_assets"] * rng.uniform(*OWED, count),
        "current_liabilities": own["current_assets"] * rng.uniform(*PAYABLE, count),
    }


def _new_debt(rng: np.random.Generator, own: dict[str, Real], count: int) -> dict[str, Real]:
    """Twice the debt and fewer sales: what was borrowed stands on both sides of the balance."""
    times = rng.uniform(*DEBT, count)
    added = own["financing_debt"] * (times - 1)
    return {
        "financing_debt": own["financing_debt"] + added,
        "interest_expense": own["interest_expense"] * times,
        "total_assets": own["total_assets"] + added,
        "total_liabilities": own["total_liabilities"] + added,
        "revenue": own["revenue"] * rng.uniform(*SALES, count),
    }


CHANGES = {
    "F05": _thin_interest,
    "F06": _thin_service,
    "F07": _slow_turnover,
    "F12": _nothing_left,
    "F13": _new_debt,
}
