"""Ten stories told by the facts: who got into trouble, which rules must see it, and in which month.

Each is laid on a borrower whose fate was drawn to fit; nothing else is heard of that borrower. A
small book may have no one for a story, which is then left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

import numpy as np

from data.book.calendar import SEASONING_MONTHS, as_date
from data.book.cast import Cast
from data.book.paths import LEFT_PAID
from data.book.plans import EVERY, FOR_GOOD, first_report
from data.book.products import COLLATERAL_KINDS
from data.book.signals import Reports
from data.book.tables import NOTHING

STATEMENT_MONTHS = (4, 8)
"""Months in which a borrower of a story hands in its statements."""


@dataclass(frozen=True)
class Story:
    """Who, which loans, the rules that must begin to fire and when, and what became of it.

    `fires` holds rule, month and the loan it fires on (NOTHING: on the borrower). By `orange_by`
    the level is orange or worse (NOTHING: not claimed).
    """

    name: str
    borrower: int
    loans: tuple[int, ...]
    fires: tuple[tuple[str, int, int], ...]
    orange_by: int
    outcome: str
    what: str


def plant_stories(cast: Cast, reports: Reports) -> list[Story]:
    """Lay each story on the first borrower whom it fits."""
    cast.clean[reports.borrower[reports.has_npl]] = False
    return [story for tell in STORIES if (story := tell(cast)) is not None]


def _after_default(cast: Cast, borrower: int) -> str:
    return "default" if cast.plan.default[borrower] != NOTHING else "performing"


def _cash_dries_up(cast: Cast) -> Story | None:
    plan = cast.plan
    for borrower in cast.defaults(2, 10):
        default = int(plan.default[borrower])
        start = default - 8
        by_days = cast.late[borrower, default] > 60
        if start < 8 or not by_days or not cast.on_time(borrower, start - 2, start + 3):
            continue
        cast.take(borrower)
        plan.planned_from[borrower] = start
        plan.put("inflow", borrower, start, FOR_GOOD)
        plan.put("drawn", borrower, start, FOR_GOOD)
        plan.put("enforcement", borrower, start + 2, FOR_GOOD)
        fires = (("B14", start, NOTHING), ("B10", start + 2, NOTHING), ("X01", start + 2, NOTHING))
        what = "Inflow falls to a third, the line is drawn in full, a court enforces, then default."
        loans = cast.loans_of(borrower)
        return Story("cash_dries_up", borrower, loans, fires, start + 2, "default", what)
    return None


def _figures_worsen(cast: Cast) -> Story | None:
    plan = cast.plan
    for borrower in cast.defaults(2, 8):
        default, first = int(plan.default[borrower]), int(plan.first[borrower])
        choices = [
            month
            for month in range(max(first + 1, default - 12), default - 3)
            if as_date(cast.months.last[month]).month in STATEMENT_MONTHS
        ]
        if not choices or not cast.on_time(borrower, choices[0] - 2, choices[0]):
            continue
        start = choices[0]
        cast.take(borrower)
        plan.planned_from[borrower] = start
        plan.put("revenue", borrower, start, FOR_GOOD)
        plan.put("coverage", borrower, start, FOR_GOOD)
        fires = tuple((rule, start, NOTHING) for rule in ("F01", "F05", "F06"))
        what = "Statements show half the revenue and interest no longer earned, then default."
        loans = cast.loans_of(borrower)
        return Story("figures_worsen", borrower, loans, fires, start, "default", what)
    return None


def _evergreened(cast: Cast) -> Story | None:
    loans, months = cast.loans, cast.months
    paid = np.full(loans.count, NOTHING)
    np.maximum.at(paid, cast.payments.loan, cast.payments.day)
    settled = np.zeros(loans.count, bool)
    settled[cast.cells.loan[cast.cells.left == LEFT_PAID]] = True
    pairs: list[tuple[bool, int, int]] = []
    for step in (1, 2, 3, -1, -2, -3):
        new = np.arange(max(0, -step), loans.count - max(0, step))
        old = new + step
        gap = loans.disbursed[new] - paid[old]
        same = (loans.borrower[new] == loans.borrower[old]) & settled[old]
        same &= (gap >= 0) & (gap <= 8) & (loans.kind[new] > 0)
        same &= np.searchsorted(months.last, paid[old]) == loans.opened[new]
        same &= (cast.free & cast.clean)[loans.borrower[new]] & (cast.ends[new] > loans.opened[new])
        defaulted = cast.plan.default[loans.borrower[new]] > loans.opened[new]
        found = np.flatnonzero(same)
        pairs += zip(
            (~defaulted[found]).tolist(), new[found].tolist(), old[found].tolist(), strict=True
        )
    if not pairs:
        return None
    _, new, old = min(pairs)
    borrower, month = int(loans.borrower[new]), int(loans.opened[new])
    cast.take(borrower)
    cast.plan.planned_from[borrower] = month
    what = "A loan is repaid within days of a new loan to the same firm."
    fires = (("B17", month, new),)
    outcome = _after_default(cast, borrower)
    return Story("evergreened", borrower, (old, new), fires, NOTHING, outcome, what)


def _asset_seized(cast: Cast) -> Story | None:
    loans, plan = cast.loans, cast.plan
    mortgaged = loans.collateral == COLLATERAL_KINDS.index("mortgaged")
    default = plan.default[loans.borrower]
    fits = mortgaged & (cast.free & cast.clean)[loans.borrower] & (default - loans.opened >= 9)
    fits &= cast.alone[loans.borrower] & (cast.ends >= default)
    for loan in np.flatnonzero(fits & (loans.kind > 0)).tolist():
        borrower, lapse = int(loans.borrower[loan]), int(default[loan]) - 6
        if not cast.on_time(borrower, lapse - 2, lapse):
            continue
        cast.take(borrower)
        plan.planned_from[borrower] = lapse
        plan.lapses[loan], plan.seized[loan] = lapse, lapse + 2
        fires = (("C04", lapse, loan), ("C03", lapse + 2, loan))
        what = "The insurance of the mortgaged asset lapses, a court seizes it, then default."
        return Story("asset_seized", borrower, (loan,), fires, NOTHING, "default", what)
    return None


def _guarantor_defaults(cast: Cast) -> Story | None:
    loans, plan = cast.loans, cast.plan
    guaranteed = (loans.collateral == COLLATERAL_KINDS.index("guaranteed")) & (loans.kind == 2)
    healthy = cast.clean & cast.free & cast.alone & (plan.default == NOTHING)
    for guarantor in cast.defaults(2, 5):
        late = np.flatnonzero(cast.late[guarantor] > 30)
        if not len(late):
            continue
        month = int(late[0])
        fits = guaranteed & healthy[loans.borrower] & (loans.opened < month - 1)
        fits &= (cast.ends > month) & (loans.borrower != guarantor)
        for loan in np.flatnonzero(fits)[:1].tolist():
            borrower = int(loans.borrower[loan])
            cast.take(borrower)
            cast.take(guarantor)
            plan.planned_from[borrower] = month
            plan.guarantor[loan] = guarantor
            fires = (("C06", month, loan),)
            what = "The firm that guarantees the loan falls more than 30 days behind on its own."
            outcome = "performing"
            return Story("guarantor_late", borrower, (loan,), fires, NOTHING, outcome, what)
    return None


def _misused(cast: Cast) -> Story | None:
    loans, plan, months = cast.loans, cast.plan, cast.months
    row = cast.misuses
    loan, month = cast.signals.loan[row], np.searchsorted(months.last, cast.signals.raised[row])
    fits = (month <= cast.ends[loan]) & (month > loans.opened[loan])
    fits &= loans.opened[loan] >= SEASONING_MONTHS
    fits &= loans.disbursed[loan] - months.first[loans.opened[loan]] <= 18
    # A return of the money counts for half a year: the check must come before that is over.
    fits &= cast.signals.raised[row] - loans.disbursed[loan] <= 150
    fits &= cast.free[loans.borrower[loan]]
    order = np.lexsort((loan, plan.default[loans.borrower[loan]] == NOTHING))
    for place in order[fits[order]].tolist():
        one, borrower = int(loan[place]), int(loans.borrower[loan[place]])
        cast.take(borrower)
        plan.returned[one] = True
        start = int(loans.opened[one])
        plan.planned_from[borrower] = start
        # The bank hears of both from the check: what nobody knew yet fired nothing.
        known, outcome = int(month[place]), _after_default(cast, borrower)
        fires = (("U03", known, one), ("U01", known, one))
        what = "The money came back within a week; the check that hears of it finds a misuse."
        return Story("misused", borrower, (one,), fires, known, outcome, what)
    return None


def _group_member_defaults(cast: Cast) -> Story | None:
    plan, group = cast.plan, cast.borrowers.group
    fits = cast.small_group & (plan.default != NOTHING)
    for member in np.flatnonzero(fits).tolist():
        month = int(plan.default[member])
        peers = np.flatnonzero((group == group[member]) & (np.arange(len(group)) != member))
        if (plan.default[peers] != NOTHING).any():
            continue
        here = (plan.first[peers] < month) & (plan.last[peers] > month + 1)
        here &= cast.free[peers] & cast.clean[peers]
        # Some come back after a gap: whoever owes nothing in that month is no case.
        owing = (peer for peer in peers[here].tolist() if {month, month + 1} <= _months(cast, peer))
        for borrower in owing:
            cast.take(borrower)
            plan.planned_from[borrower] = month
            fires = (("X12", month, NOTHING),)
            what = "Another firm of the group defaults; this one goes on paying."
            loans = cast.loans_of(borrower)
            return Story("group_member", borrower, loans, fires, NOTHING, "performing", what)
    return None


def _false_alarm(cast: Cast) -> Story | None:
    plan, end = cast.plan, cast.months.count - 1
    fits = cast.clean & cast.free & cast.alone & (cast.borrowers.kind == 2)
    fits &= (plan.default == NOTHING) & (plan.last == end) & (plan.first >= 1)
    fits &= end - plan.first >= 18
    for borrower in np.flatnonzero(fits).tolist():
        start = max(int(plan.first[borrower]) + 1, 12)
        if end - start < 14 or not cast.on_time(borrower, start - 2, end):
            continue
        if not _always_here(cast, borrower, start):
            continue
        cast.take(borrower)
        plan.planned_from[borrower] = start
        plan.put("inflow", borrower, start, start + 3)
        plan.put("enforcement", borrower, start, start + 4)
        fires = (("B14", start, NOTHING), ("X01", start, NOTHING))
        what = "Three poor months and an enforcement that is soon withdrawn; nothing comes of it."
        loans = cast.loans_of(borrower)
        return Story("false_alarm", borrower, loans, fires, start, "calm", what)
    return None


def _always_here(cast: Cast, borrower: int, since: int) -> bool:
    """The borrower has a loan on the book at every month end from then on."""
    return _months(cast, borrower) >= set(range(since - 1, cast.months.count))


def _months(cast: Cast, borrower: int) -> set[int]:
    """The month ends at which the borrower has a loan on the book."""
    mine = (cast.loans.borrower[cast.cells.loan] == borrower) & cast.cells.on_book
    return set(cast.cells.month[mine].tolist())


def _surprise(cast: Cast) -> Story | None:
    """Whoever was least late of those who never were by more than 30 days until they defaulted."""
    plan = cast.plan
    candidates = chain(*(cast.defaults(kind, 5) for kind in (2, 1, 0)))
    worst = {who: int(cast.late[who, : plan.default[who] + 1].max()) for who in candidates}
    calm = [who for who, days in worst.items() if days <= 30]
    if not calm:
        return None
    borrower = min(calm, key=lambda who: worst[who])
    cast.take(borrower)
    what = "Non-performing from one month end to the next, never 30 days late before, and no sign."
    return Story("surprise", borrower, cast.loans_of(borrower), (), NOTHING, "default", what)


def _debts_elsewhere(cast: Cast) -> Story | None:
    plan = cast.plan
    for borrower in cast.defaults(0, 10):
        default, first = int(plan.default[borrower]), int(plan.first[borrower])
        since = int(first_report(np.array([borrower]), np.array([first]))[0])
        start = since + -(-(default - 8 - since) // EVERY) * EVERY
        if first < 8 or start <= first or not cast.on_time(borrower, start - 2, start):
            continue
        cast.take(borrower)
        plan.reported[borrower] = True
        plan.planned_from[borrower] = start
        for sign in ("mention", "debt", "inquiries"):
            plan.put(sign, borrower, start, FOR_GOOD)
        fires = tuple((rule, start, NOTHING) for rule in ("X06", "X07", "X08"))
        what = (
            "A private borrower asks everywhere, doubles its debts, is late elsewhere, then here."
        )
        loans = cast.loans_of(borrower)
        return Story("debts_elsewhere", borrower, loans, fires, start, "default", what)
    return None


STORIES: tuple[Callable[[Cast], Story | None], ...] = (
    _surprise,
    _cash_dries_up,
    _figures_worsen,
    _asset_seized,
    _guarantor_defaults,
    _misused,
    _group_member_defaults,
    _evergreened,
    _false_alarm,
    _debts_elsewhere,
)
