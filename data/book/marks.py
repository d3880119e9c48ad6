"""What courts, tax offices, registers and the press say of the bank's borrowers."""

import numpy as np
from numpy.typing import NDArray

from data.book.accounts import firm_scale
from data.book.calendar import Months
from data.book.lending import Borrowers, Loans
from data.book.plans import FOR_GOOD, SIGNS, Plan
from data.book.signals import RULES, Signals
from data.book.tables import NOTHING, Folder, coded, days, money, numbered, numbers
from data.contract import BY_NAME

Whole = NDArray[np.int64]

KINDS = next(c.choices for c in BY_NAME["external_marks"].columns if c.name == "kind")
OF_SIGN = {
    "enforcement": "enforcement",
    "tax": "tax_arrears",
    "abnormal": "abnormal_operation",
    "news": "news",
    "frozen": "equity_frozen",
}
OF_SIGNAL = {
    "F3_rating": "rating_down",
    "F4_evasion": "dishonest",
    "F5_bankrupt": "bankruptcy_petition",
    "X01": "enforcement",
    "X09": "news",
}
"""Marks behind signals that the book recorded anyway."""
CERTAIN = ("F3_rating", "F4_evasion", "F5_bankrupt")
CALM = (
    ("lawsuit", 0.015),
    ("legal_representative_changed", 0.03),
    ("equity_pledged", 0.02),
    ("news", 0.05),
    ("tax_arrears", 0.004),
    ("abnormal_operation", 0.006),
)
"""How often a firm has a mark for no reason in the whole of its time here."""
SEVERE_NEWS, RATING_NOTCHES = 3, 2
HEARD_AFTER = 6
"""The bank hears of a mark at most so many days after it was made."""

Marks = list[tuple[Whole, Whole, Whole, Whole]]


def write_marks(
    folder: Folder,
    rng: np.random.Generator,
    loans: Loans,
    borrowers: Borrowers,
    months: Months,
    plan: Plan,
    signals: Signals,
) -> None:
    """The external_marks table: planned signs, what signals rest on, and what means nothing."""
    found = [*_planned(rng, months, plan), *_behind_signals(loans, plan, signals)]
    found += _calm(rng, borrowers, months, plan)
    kind, borrower, day, ended = (np.concatenate(part) for part in zip(*found, strict=True))
    severe = np.repeat(np.arange(len(found)) < len(OF_SIGN), [len(part[0]) for part in found])
    recorded = day + rng.integers(0, HEARD_AFTER, len(day))
    recorded = np.where(severe, day, recorded)
    ended = np.where((ended == NOTHING) | (ended > months.last[-1]), NOTHING, ended)
    ended = np.where(ended == NOTHING, NOTHING, np.maximum(ended, recorded))
    keep = np.flatnonzero(recorded <= months.last[-1])
    keep = keep[np.lexsort((kind[keep], borrower[keep], recorded[keep]))]
    kind, borrower, severe = kind[keep], borrower[keep], severe[keep]
    number = folder.rows.get("external_marks", 0) + 1 + np.arange(len(keep))
    scale = firm_scale(loans, borrowers.count)[borrower]
    part = np.where(severe, rng.uniform(0.2, 0.6, len(keep)), rng.uniform(0.003, 0.02, len(keep)))
    summed = np.isin(kind, [KINDS.index(name) for name in ("enforcement", "lawsuit")])
    summed |= np.isin(kind, [KINDS.index(name) for name in ("tax_arrears", "equity_frozen")])
    folder.write(
        "external_marks",
        {
            "mark_id": numbered("M", number),
            "borrower_id": numbered("B", loans.first_borrower + borrower),
            "kind": coded(kind, KINDS),
            "happened_on": days(day[keep]),
            "recorded_on": days(recorded[keep]),
            "ended_on": days(ended[keep]),
            "amount": money((scale * part).astype(np.int64) // 100_000 * 100_000, summed),
            "grade": numbers(_grades(rng, kind, severe)),
        },
    )


def _grades(rng: np.random.Generator, kind: Whole, severe: NDArray[np.bool_]) -> Whole:
    """Weight of news, notches of a rating, per cent of a pledge; nothing for others."""
    return np.select(
        [kind == KINDS.index(name) for name in ("news", "rating_down", "equity_pledged")],
        [
            np.where(severe, SEVERE_NEWS, rng.choice(2, len(kind), p=(0.75, 0.25)) + 1),
            RATING_NOTCHES + rng.integers(0, 2, len(kind)),
            rng.integers(10, 65, len(kind)),
        ],
        NOTHING,
    )


def _planned(rng: np.random.Generator, months: Months, plan: Plan) -> Marks:
    """One mark for each planned sign, in the month of the sign."""
    found: Marks = []
    for sign, kind in OF_SIGN.items():
        place = SIGNS.index(sign)
        who = np.flatnonzero(plan.since[place] < months.count)
        since, until = plan.since[place, who], plan.until[place, who]
        day = months.first[since] + rng.integers(3, 25, len(who))
        over = np.where(until >= months.count, 0, until)
        ended = np.where(until >= FOR_GOOD, NOTHING, months.first[over] + 9)
        ended = np.where(until >= months.count, NOTHING, ended)
        found.append((np.full(len(who), KINDS.index(kind)), who, day, ended))
    return found


def _behind_signals(loans: Loans, plan: Plan, signals: Signals) -> Marks:
    """The mark that a recorded signal rests on, from the same day to the same day."""
    found: Marks = []
    for rule, kind in OF_SIGNAL.items():
        rows = np.flatnonzero(signals.rule == RULES.index(rule))
        on_loan = loans.borrower[np.maximum(signals.loan[rows], 0)]
        who = np.where(signals.loan[rows] == NOTHING, signals.borrower[rows], on_loan)
        kept = np.full(len(rows), True) if rule in CERTAIN else ~plan.is_quiet[who]
        rows, who = rows[kept], who[kept]
        day = signals.raised[rows]
        found.append((np.full(len(rows), KINDS.index(kind)), who, day, signals.cleared[rows]))
    return found


def _calm(rng: np.random.Generator, borrowers: Borrowers, months: Months, plan: Plan) -> Marks:
    """Marks that do not foretell anything; they end some months later."""
    found: Marks = []
    for kind, chance in CALM:
        drawn = rng.random(borrowers.count) < chance
        who = np.flatnonzero(drawn & (borrowers.kind > 0) & ~plan.is_quiet)
        begins, ends = months.first[plan.first[who]], months.last[plan.last[who]]
        day = begins + (rng.random(len(who)) * (ends - begins)).astype(np.int64)
        ended = day + rng.integers(20, 200, len(who))
        found.append((np.full(len(who), KINDS.index(kind)), who, day, ended))
    return found
