"""Who shows signs of trouble before default, who shows them for nothing, and who shows none.

Drawn from the fate of each borrower, which is known here in advance. The facts themselves are
drawn elsewhere: accounts, statements, marks, reports, collateral and uses of funds read from here
from which month to which a sign shows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.lending import Borrowers, Loans
from data.book.products import COLLATERAL_KINDS
from data.book.recorded import Recorded
from data.book.signals import RULES, Reports, Signals
from data.book.states import Cells
from data.book.tables import NOTHING

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

KINDS = ("calm", "unplanned", "strong", "weak", "surprise", "false_strong", "false_weak", "story")
CALM, UNPLANNED, STRONG, WEAK, SURPRISE, FALSE_STRONG, FALSE_WEAK, STORY = range(len(KINDS))
SIGNS = (
    "inflow",
    "drawn",
    "enforcement",
    "tax",
    "abnormal",
    "news",
    "frozen",
    "mention",
    "debt",
    "inquiries",
    "revenue",
    "coverage",
    "opinion",
    "covenant",
    "payer",
)
FOR_GOOD = 1 << 20
"""A month after all months: the sign stays."""
LEADS = (5, 12)
"""Months from the first sign to default."""
STAYS = (2, 5)
"""Months after which a false alarm is over."""
OF_DEFAULTS = {STRONG: 0.45, WEAK: 0.25, SURPRISE: 0.30}
OF_HEALTHY = {
    "firms": {FALSE_STRONG: 0.02, FALSE_WEAK: 0.05},
    "retail": {FALSE_STRONG: 0.016, FALSE_WEAK: 0.04},
}
"""Of retail borrowers only those are planned for whose debts elsewhere are reported."""
RETAIL_REPORTED = 0.25
GUARANTOR_KNOWN = 0.35
EVERY, BEFORE = 3, 7
"""Months between reports on small businesses and retail borrowers; the first lies so many months
before the first loan."""
FEWEST_MONTHS = 8
"""A healthy borrower that was here for a shorter time raises no false alarm."""
NEVER = 1 << 30

Menu = tuple[tuple[float, dict[str, int]], ...]

CASH = {"inflow": 0, "drawn": 0, "enforcement": 1}
LAW = {"tax": 0, "abnormal": 0, "news": 0, "inflow": 1}
DEBTS = {"mention": 0, "debt": 0, "drawn": 1}
FIGURES = {"revenue": 0, "coverage": 0, "inflow": 1, "enforcement": 2}
ASKS = {"mention": 0, "debt": 0, "inquiries": 0}
"""Signs, each with its months after the first; every set reaches orange by section 9.2 alone."""
STRONG_MENUS: tuple[Menu, ...] = (
    ((1.0, ASKS),),
    ((0.5, CASH), (0.3, LAW), (0.2, DEBTS)),
    ((0.35, CASH), (0.2, LAW), (0.1, DEBTS), (0.35, FIGURES)),
)
WEAK_MENUS: tuple[Menu, ...] = (
    ((0.5, {"inquiries": 0}), (0.3, {"debt": 0}), (0.2, {"mention": 0})),
    (
        (0.4, {"inflow": 0}),
        (0.25, {"drawn": 0, "payer": 0}),
        (0.2, {"debt": 0}),
        (0.15, {"news": 0}),
    ),
    (
        (0.25, {"inflow": 0}),
        (0.25, {"revenue": 0}),
        (0.15, {"opinion": 0}),
        (0.15, {"covenant": 0}),
        (0.10, {"drawn": 0, "payer": 0}),
        (0.10, {"debt": 0}),
    ),
)
"""How often which signs, by kind of borrower."""


@dataclass
class Plan:
    """Per borrower: first and last month on the book, month of default (NOTHING), and the plan.

    `since` and `until` have a row per sign: the months from and until which it shows; `since` is
    NEVER where it does not. `planned_from` is the month of a borrower's first planned sign.

    Per loan: did money come back to its borrower at once, the months in which its asset's insurance
    lapsed and the asset was seized, and the borrower who guarantees it; NOTHING for none.
    """

    first: Whole
    last: Whole
    default: Whole
    kind: Whole
    reported: Truth
    since: Whole
    until: Whole
    planned_from: Whole
    returned: Truth
    lapses: Whole
    seized: Whole
    guarantor: Whole

    @property
    def is_quiet(self) -> Truth:
        """Borrowers of whom nothing is heard but what is planned."""
        return (self.kind == SURPRISE) | (self.kind == STORY)

    def shows(self, sign: str, borrower: Whole, month: Whole) -> Truth:
        """Does the sign show for the borrower in the month."""
        place = SIGNS.index(sign)
        return (month >= self.since[place, borrower]) & (month < self.until[place, borrower])

    def ever(self, sign: str, borrower: Whole) -> Truth:
        """Does the sign show for the borrower in any month."""
        return self.since[SIGNS.index(sign), borrower] < NEVER

    def age(self, sign: str, borrower: Whole, month: Whole) -> Whole:
        """Months since the sign began to show."""
        return month - self.since[SIGNS.index(sign), borrower]

    def put(self, sign: str, borrower: Whole | int, since: Whole | int, until: Whole | int) -> None:
        """Let a sign show."""
        place = SIGNS.index(sign)
        self.since[place, borrower], self.until[place, borrower] = since, until

    def silence(self, borrower: Whole | int) -> None:
        """Nothing shows any more."""
        self.since[:, borrower] = NEVER
        self.planned_from[borrower] = NOTHING


def draw_plan(
    rng: np.random.Generator,
    loans: Loans,
    borrowers: Borrowers,
    months: Months,
    cells: Cells,
    recorded: Recorded,
    signals: Signals,
    reports: Reports,
) -> Plan:
    """The plan of a chunk's borrowers."""
    plan = _fates(rng, loans, borrowers, months, cells, recorded)
    told = _told_already(loans, borrowers, signals, reports)
    is_retail = borrowers.kind == 0
    old_enough = plan.default - plan.first > LEADS[0]
    plannable = plan.reported & ~told
    chance = rng.random(borrowers.count)
    limits = np.cumsum(list(OF_DEFAULTS.values()))
    defaulted = plan.default != NOTHING
    plan.kind[defaulted] = UNPLANNED
    fits = np.flatnonzero(defaulted & old_enough & plannable)
    kinds = np.array(list(OF_DEFAULTS))
    plan.kind[fits] = kinds[np.minimum(np.searchsorted(limits, chance[fits]), len(kinds) - 1)]
    healthy = ~defaulted & plannable & (plan.last - plan.first >= FEWEST_MONTHS)
    for who, shares in zip((~is_retail, is_retail), OF_HEALTHY.values(), strict=True):
        until = 0.0
        for kind, share in shares.items():
            plan.kind[healthy & who & (chance >= until) & (chance < until + share)] = kind
            until += share
    _draw_signs(rng, plan, borrowers.kind)
    _draw_guarantors(rng, loans, borrowers, plan)
    return plan


def _fates(
    rng: np.random.Generator,
    loans: Loans,
    borrowers: Borrowers,
    months: Months,
    cells: Cells,
    recorded: Recorded,
) -> Plan:
    count = borrowers.count
    bad = (recorded.classification >= 3) | (cells.days_past_due > 90) | (cells.left > 1)
    first, default = np.full(count, NEVER), np.full(count, NEVER)
    last = np.full(count, NOTHING)
    np.minimum.at(first, loans.borrower, loans.opened)
    owner = loans.borrower[cells.loan]
    np.maximum.at(last, owner, cells.month)
    np.minimum.at(default, owner[bad], cells.month[bad])
    shape = (len(SIGNS), count)
    return Plan(
        first,
        last,
        np.where(default == NEVER, NOTHING, default),
        np.full(count, CALM),
        (borrowers.kind > 0) | (rng.random(count) < RETAIL_REPORTED),
        np.full(shape, NEVER),
        np.full(shape, FOR_GOOD),
        np.full(count, NOTHING),
        np.zeros(loans.count, bool),
        np.full(loans.count, NOTHING),
        np.full(loans.count, NOTHING),
        np.full(loans.count, NOTHING),
    )


def _draw_guarantors(
    rng: np.random.Generator, loans: Loans, borrowers: Borrowers, plan: Plan
) -> None:
    """Some guaranteed firms have a guarantor who borrows here too, not those that stay quiet."""
    firms = np.flatnonzero(borrowers.kind == 2)
    guaranteed = loans.collateral == COLLATERAL_KINDS.index("guaranteed")
    known = rng.random(loans.count) < GUARANTOR_KNOWN
    loan = np.flatnonzero(guaranteed & known & (loans.kind == 2) & ~plan.is_quiet[loans.borrower])
    if len(firms) < 2 or not len(loan):
        return
    chosen = firms[rng.integers(0, len(firms), len(loan))]
    plan.guarantor[loan] = np.where(chosen == loans.borrower[loan], NOTHING, chosen)


def _told_already(loans: Loans, borrowers: Borrowers, signals: Signals, reports: Reports) -> Truth:
    """Of whom other tables tell something anyway: misuse of funds, or bad debts elsewhere."""
    told = np.zeros(borrowers.count, bool)
    misused = (signals.rule == RULES.index("F2_misuse")) & (signals.loan != NOTHING)
    told[loans.borrower[signals.loan[misused]]] = True
    told[reports.borrower[reports.has_npl]] = True
    return told


def first_report(borrower: Whole, first: Whole) -> Whole:
    """The month of the first report on a borrower, by the month of its first loan."""
    start = np.maximum(first - BEFORE, 0)
    return start + (borrower - start) % EVERY


def _draw_signs(rng: np.random.Generator, plan: Plan, borrower_kind: Whole) -> None:
    """Which signs show from when to when, for all who have a plan."""
    for menus, kinds in ((STRONG_MENUS, (STRONG, FALSE_STRONG)), (WEAK_MENUS, (WEAK, FALSE_WEAK))):
        for kind, menu in enumerate(menus):
            who = np.flatnonzero(np.isin(plan.kind, kinds) & (borrower_kind == kind))
            _draw_from(rng, plan, who, menu)


def _draw_from(rng: np.random.Generator, plan: Plan, who: Whole, menu: Menu) -> None:
    """Signs out of a menu, in their months, for borrowers of one kind."""
    start, until = _when(rng, plan, who)
    plan.planned_from[who] = start
    place = rng.choice(len(menu), len(who), p=[share for share, _ in menu])
    for row, (_, signs) in enumerate(menu):
        mine = place == row
        for sign, wait in signs.items():
            plan.put(sign, who[mine], start[mine] + wait, until[mine])


def _when(rng: np.random.Generator, plan: Plan, who: Whole) -> tuple[Whole, Whole]:
    """First month of the signs, and the one after their last."""
    defaulted = plan.default[who] != NOTHING
    most = np.minimum(LEADS[1], plan.default[who] - plan.first[who] - 1)
    lead = rng.integers(LEADS[0], np.maximum(most, LEADS[0]) + 1)
    room = np.maximum(plan.last[who] - plan.first[who] - STAYS[1], 2)
    somewhere = plan.first[who] + 1 + (rng.random(len(who)) * room).astype(np.int64)
    stays = rng.integers(STAYS[0], STAYS[1] + 1, len(who)) + 2
    start = np.where(defaulted, plan.default[who] - lead, somewhere)
    return start, np.where(defaulted, FOR_GOOD, start + stays)
