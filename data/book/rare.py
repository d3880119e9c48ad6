"""What befalls few firms: some of those in trouble, some whose alarm is false, some calm ones.

Whoever has a plan of strong signs is an alert anyway, and defaults or not as planned: rare signs on
top of it leave the planned shares of alerts as they are, and are right as often as there are those
who default among them. A calm firm only has one that does not reach orange.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.accounts import firm_scale
from data.book.calendar import Months
from data.book.lending import Borrowers, Loans
from data.book.plans import CALM, FALSE_STRONG, FOR_GOOD, NEVER, STRONG, Plan
from data.book.tables import NOTHING, Folder, coded, days, money, numbered, numbers
from data.contract import BY_NAME

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

KINDS = next(c.choices for c in BY_NAME["external_marks"].columns if c.name == "kind")
Shares = tuple[float, float, float]
MARKED: dict[str, tuple[tuple[str, ...], Shares]] = {
    "F11": (("rating_down",), (0.30, 0.14, 0.008)),
    "X02": (("lawsuit",), (0.20, 0.10, 0.003)),
    "X03_V": (("tax_violation",), (0.14, 0.06, 0.001)),
    "X04_H": (("licence_revoked",), (0.12, 0.04, 0.0)),
    "X05": (("equity_frozen", "equity_pledged"), (0.25, 0.16, 0.005)),
    "X10_H": (("controller_missing",), (0.12, 0.04, 0.0)),
}
"""Rule: the marks that it reads, and on how many firms with strong signs before a default, with
strong signs for nothing, and with none there is one of them."""
WORST_CALM = 0.002
"""Of what is rarer than that among calm firms, a small bank has none there."""
LATEST = 3
"""Months after the first planned sign within which a rare one begins."""
CALM_DAYS = (60, 300)
NOTCHES = (2, 1, 1, 1, 1, 1, 1)
PLEDGED = (72, 99)
SUED_FOR = (0.6, 1.2)
"""Of all that a firm ever borrowed here: more than a tenth of the net assets of any."""
OTHERWISE = (0.02, 0.3)
HEARD_AFTER = 6


@dataclass(frozen=True)
class Rare:
    """One row per rare sign: the rule that reads it, its firm, and the months that it lasts."""

    rule: NDArray[np.object_]
    borrower: Whole
    since: Whole
    until: Whole

    def on(self, rule: str) -> Whole:
        """The firms with the sign."""
        return self.borrower[self.rule == rule]


def both(one: Rare, other: Rare) -> Rare:
    """The signs of either."""
    pairs = zip(vars(one).values(), vars(other).values(), strict=True)
    return Rare(*(np.concatenate(pair) for pair in pairs))


def joined(parts: list[tuple[str, Whole, Whole, Whole]]) -> Rare:
    """Rule, firms, months and months of the end of each kind, as one."""
    rule = [np.full(len(who), name, object) for name, who, _, _ in parts]
    rest = [np.concatenate([part[place] for part in parts]) for place in (1, 2, 3)]
    return Rare(np.concatenate(rule), *rest)


def windows(plan: Plan) -> tuple[Whole, Whole]:
    """The first month of each borrower's planned signs and the one after their last.

    Before a default they stay; they warn in the months before it.
    """
    ends = np.where(plan.since < NEVER, plan.until, 0).max(axis=0)
    return plan.planned_from, np.where(plan.default != NOTHING, plan.default, ends)


def some(rng: np.random.Generator, fits: Truth, share: float, least: int) -> Whole:
    """So many of those who fit, at least the least if there are as many."""
    found = np.flatnonzero(fits)
    wanted = min(max(least, round(share * len(found))), len(found))
    return np.sort(rng.choice(found, wanted, replace=False))


def groups(
    rng: np.random.Generator, plan: Plan, fits: Truth, shares: Shares
) -> Iterator[tuple[int, Whole]]:
    """The plan of firms that fit, and which of them have a sign: of each plan its share."""
    for kind, share in zip((STRONG, FALSE_STRONG, CALM), shares, strict=True):
        least = 0 if kind == CALM and share < WORST_CALM else 1
        yield kind, some(rng, fits & (plan.kind == kind), share, least)


def draw_marked(rng: np.random.Generator, borrowers: Borrowers, months: Months, plan: Plan) -> Rare:
    """Who is marked by what from which month to which."""
    begins, ends = windows(plan)
    firms = borrowers.kind > 0
    parts: list[tuple[str, Whole, Whole, Whole]] = []
    for rule, (_, shares) in MARKED.items():
        for kind, who in groups(rng, plan, firms & (plan.last - plan.first >= 2), shares):
            low, high = begins[who], np.minimum(begins[who] + LATEST, ends[who])
            if kind == CALM:
                low, high = plan.first[who] + 1, plan.last[who]
            since = rng.integers(low, np.maximum(high, low + 1))
            until = np.full(len(who), FOR_GOOD) if kind == STRONG else ends[who]
            if kind == CALM:
                lasts = rng.integers(*CALM_DAYS, len(who)) // 30
                until = since + 1 + lasts
            parts.append((rule, who, since, np.maximum(until, since + 1)))
    found = joined(parts)
    seen = found.since < months.count
    return Rare(found.rule[seen], found.borrower[seen], found.since[seen], found.until[seen])


def write_marked(
    folder: Folder,
    rng: np.random.Generator,
    loans: Loans,
    borrowers: Borrowers,
    months: Months,
    rare: Rare,
) -> None:
    """Add the marks to the table external_marks."""
    count = len(rare.rule)
    choices = [MARKED[rule][0] for rule in rare.rule]
    picked = rng.integers(0, 2, count)
    kind = [names[place % len(names)] for names, place in zip(choices, picked, strict=True)]
    code = np.array([KINDS.index(name) for name in kind], np.int64)
    day = months.first[rare.since] + rng.integers(2, 20, count)
    over = np.minimum(rare.until, months.count - 1)
    ended = np.where(rare.until < months.count, months.first[over] + 9, NOTHING)
    is_suit = code == KINDS.index("lawsuit")
    part = np.where(is_suit, rng.uniform(*SUED_FOR, count), rng.uniform(*OTHERWISE, count))
    summed = np.isin(
        code, [KINDS.index(name) for name in ("lawsuit", "tax_violation", "equity_frozen")]
    )
    is_rating = code == KINDS.index("rating_down")
    notches = np.array(NOTCHES)[np.cumsum(is_rating) % len(NOTCHES) - 1]
    grade = np.select(
        [is_rating, code == KINDS.index("equity_pledged")],
        [notches, rng.integers(*PLEDGED, count)],
        NOTHING,
    )
    recorded = day + rng.integers(0, HEARD_AFTER, count)
    order = np.lexsort((code, rare.borrower, recorded))
    amount = (firm_scale(loans, borrowers.count)[rare.borrower] * part).astype(np.int64)
    number = folder.rows.get("external_marks", 0) + 1 + np.arange(count)
    folder.write(
        "external_marks",
        {
            "mark_id": numbered("M", number),
            "borrower_id": numbered("B", loans.first_borrower + rare.borrower[order]),
            "kind": coded(code[order], KINDS),
            "happened_on": days(day[order]),
            "recorded_on": days(recorded[order]),
            "ended_on": days(ended[order]),
            "amount": money(amount[order] // 100_000 * 100_000, summed[order]),
            "grade": numbers(grade[order]),
        },
    )
