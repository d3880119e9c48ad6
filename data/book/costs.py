"""What collecting costs, and money that came without saying whose it is."""

import numpy as np

from data.book.agencies import Commissions
from data.book.calendar import SEASONING_MONTHS, Months
from data.book.feeds import Feeds
from data.book.names import BRANCHES
from data.book.staffing import LOANS_PER_HOUSE, Staff
from data.book.tables import NOTHING, Folder, coded, days, flags, money, numbered

COST_KINDS = ("staff", "agency", "legal", "telecom")
A_PERSON = 1_650_000
"""What a collector costs a month, in cents."""
SHARES = {"legal": 0.00007, "telecom": 0.00002}
"""Of the loan balance, a month."""
COURT_FEES = 0.6
"""The part of legal costs that debtors have to pay back."""
RECEIPTS = 9.0
"""Sums a month that nobody can place at first, in a bank of 20 thousand loans."""
MATCHED_IN, STUCK = 4.0, 0.04
CHANNELS = ("transfer", "counter", "third_party")


def write_collection_costs(
    folder: Folder,
    rng: np.random.Generator,
    months: Months,
    feeds: Feeds,
    staff: Staff,
    earned: list[Commissions],
) -> None:
    """The collection_costs table: per month what each kind cost, court fees apart, and per loan and
    month what its agency earned.
    """
    people, rows = len(staff.of("collections")), []
    for month in range(SEASONING_MONTHS, months.count):
        day, balance = int(months.last[month]), float(feeds.balance[month])
        rows.append((day, "staff", people * A_PERSON, False, NOTHING))
        for kind, share in SHARES.items():
            amount = balance * share * rng.uniform(0.85, 1.15)
            if kind == "legal":
                rows.append((day, kind, amount * COURT_FEES, True, NOTHING))
                amount *= 1 - COURT_FEES
            rows.append((day, kind, amount, False, NOTHING))
    for month, loan, cents in zip(*_joined(earned), strict=True):
        if cents >= 100:
            rows.append((int(months.last[month]), "agency", float(cents), False, int(loan)))
    rows.sort(key=lambda row: row[0])
    day, kind, amount, refundable, loan = (np.array(part) for part in zip(*rows, strict=True))
    folder.write(
        "collection_costs",
        {
            "cost_id": numbered("X", np.arange(1, len(rows) + 1), 6),
            "incurred_on": days(day),
            "kind": coded([COST_KINDS.index(each) for each in kind], COST_KINDS),
            "amount": money(np.rint(amount / 100).astype(np.int64) * 100),
            "is_refundable": flags(refundable),
            "loan_id": numbered("L", loan),
        },
    )


def _joined(earned: list[Commissions]) -> tuple[list[int], list[int], list[int]]:
    """Month, loan and cents of all commissions."""
    parts = [(each.month, each.loan, each.cents) for each in earned]
    month, loan, cents = (np.concatenate(part).tolist() for part in zip(*parts, strict=True))
    return month, loan, cents


def write_unmatched_receipts(
    folder: Folder, rng: np.random.Generator, months: Months, loans: int
) -> None:
    """The unmatched_receipts table: most are placed within days, a few lie for ever."""
    size = max(0.3, (loans / LOANS_PER_HOUSE) ** 0.6)
    first, last = int(months.first[SEASONING_MONTHS]), int(months.last[-1])
    count = max(3, rng.poisson(RECEIPTS * size * (months.count - SEASONING_MONTHS)))
    received = np.sort(rng.integers(first, last + 1, count))
    matched = received + 1 + rng.exponential(MATCHED_IN, count).astype(np.int64)
    gone = (rng.random(count) < STUCK) | (matched > last)
    amount = np.rint(np.exp(rng.normal(8.4, 1.1, count)) * 100).astype(np.int64)
    folder.write(
        "unmatched_receipts",
        {
            "receipt_id": numbered("Y", np.arange(1, count + 1), 6),
            "received_on": days(received),
            "amount": money(amount),
            "branch": coded(rng.integers(0, len(BRANCHES), count), BRANCHES),
            "channel": coded(rng.integers(0, len(CHANNELS), count), CHANNELS),
            "matched_on": days(np.where(gone, NOTHING, matched)),
        },
    )
