"""How claims in default become money: assets realised or taken over, claims settled for less."""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.chunk import Chunk
from data.book.hours import Hours
from data.book.legal import defaults, opened
from data.book.tables import NOTHING, Folder, coded, days, money, numbered
from data.contract import BY_NAME

Whole = NDArray[np.int64]

WAYS = next(c.choices for c in BY_NAME["disposals"].columns if c.name == "way")
WAY_SHARES = (0.36, 0.22, 0.1, 0.14, 0.18)
PAYS = (0.9, 0.72, 0.56, 0.82, 0.0)
"""What each way brings of the appraised value."""
REALISED, SETTLED, APPROVED, KEPT = 0.75, 0.13, 0.85, 0.8
TWO_YEARS, RESOLD = 731, 0.7


def write_recovery(
    folder: Folder, rng: np.random.Generator, months: Months, chunk: Chunk, approvers: Whole
) -> dict[str, tuple[Whole, Whole]]:
    """The disposals and settlements tables, and what was begun of both.

    `approvers` are staff numbers.
    """
    loan, since, until, owed = defaults(months, chunk)
    disposals = _write_disposals(folder, rng, months, chunk, loan, since, until)
    settlements = _write_settlements(
        folder, rng, months, chunk, approvers, loan, since, until, owed
    )
    return {"disposals": disposals, "settlements": settlements}


def _write_disposals(
    folder: Folder,
    rng: np.random.Generator,
    months: Months,
    chunk: Chunk,
    loan: Whole,
    since: Whole,
    until: Whole,
) -> tuple[Whole, Whole]:
    end = int(months.last[-1])
    secured = np.flatnonzero(chunk.loans.collateral >= 2)
    asset = np.full(chunk.loans.count, NOTHING)
    first = folder.rows.get("collateral", 0) - len(secured) + 1
    asset[secured] = first + np.arange(len(secured))
    begun = since + rng.integers(20, 120, len(loan))
    fits = (asset[loan] != NOTHING) & (rng.random(len(loan)) < REALISED)
    rows = np.flatnonzero(fits & (begun < until) & (begun <= end))
    loan, since, begun = loan[rows], since[rows], begun[rows]
    count = len(rows)
    appraised = begun + rng.integers(5, 40, count)
    worth = chunk.loans.principal[loan] * rng.uniform(0.8, 1.3, count)
    way = rng.choice(len(WAYS), count, p=WAY_SHARES)
    private = way == WAYS.index("private_sale")
    office = Hours("office", months)
    one = np.where(private, NOTHING, opened(office, appraised + rng.integers(30, 90, count)))
    two = np.where(
        ~private & (way != WAYS.index("auction_1")),
        opened(office, one + rng.integers(30, 60, count)),
        NOTHING,
    )
    off = np.where(
        (way == WAYS.index("sell_off")) | (way == WAYS.index("debt_asset")),
        opened(office, two + rng.integers(20, 60, count)),
        NOTHING,
    )
    taken = way == WAYS.index("debt_asset")
    last = np.maximum(np.maximum(one, two), np.maximum(off, appraised + 20))
    over = last + rng.integers(5, 30, count)
    net = worth * np.array(PAYS)[way] * rng.uniform(0.88, 1.08, count)
    sold = np.where(taken, NOTHING, over)
    resold = np.where(
        taken & (rng.random(count) < RESOLD), over + rng.integers(120, TWO_YEARS + 200, count), -1
    )
    # One that was taken over early is still there.
    late = np.flatnonzero(taken & (over <= end - TWO_YEARS - 20))[:1]
    resold[late] = NOTHING
    done = over <= end
    number = folder.rows.get("disposals", 0) + 1 + np.arange(count)

    def seen(day: Whole) -> Whole:
        return np.where(day <= end, day, NOTHING)

    is_sold, is_taken, is_resold = (
        done & ~taken,
        done & taken,
        (resold != NOTHING) & (resold <= end),
    )
    folder.write(
        "disposals",
        {
            "disposal_id": numbered("D", number, 7),
            "loan_id": numbered("L", chunk.loans.numbers[loan]),
            "collateral_id": numbered("A", asset[loan], 7),
            "defaulted_on": days(since),
            "appraised_on": days(seen(appraised)),
            "appraised": money(_thousands(worth), appraised <= end),
            "auction_1_on": days(seen(one)),
            "auction_2_on": days(seen(two)),
            "sell_off_on": days(seen(off)),
            "way": coded(np.where(done, way, NOTHING), WAYS),
            "sold_on": days(seen(sold)),
            "proceeds": money(_thousands(net), is_sold),
            "cost": money(np.where(is_sold, _thousands(net * rng.uniform(0.01, 0.06, count)), 0)),
            "acquired_on": days(np.where(is_taken, over, NOTHING)),
            "acquired_value": money(_thousands(worth * 0.7), is_taken),
            "resold_on": days(seen(resold)),
            "resold_for": money(_thousands(worth * rng.uniform(0.45, 0.7, count)), is_resold),
            "asset_kind": coded(np.zeros(count, np.int64), ("property",)),
        },
    )
    return loan, begun


def _thousands(cents: NDArray) -> Whole:
    """Whole thousands of yuan, at least one."""
    return np.maximum((cents / 100_000).astype(np.int64), 1) * 100_000


def _write_settlements(
    folder: Folder,
    rng: np.random.Generator,
    months: Months,
    chunk: Chunk,
    approvers: Whole,
    loan: Whole,
    since: Whole,
    until: Whole,
    owed: Whole,
) -> tuple[Whole, Whole]:
    end = int(months.last[-1])
    offered = since + rng.integers(20, 300, len(loan))
    fits = (rng.random(len(loan)) < SETTLED) & (offered < until) & (offered <= end)
    loan, owed, offered = loan[fits], owed[fits], offered[fits]
    count = len(loan)
    claim = (owed * rng.uniform(1.02, 1.1, count)).astype(np.int64)
    agreed = (claim * (1 - rng.uniform(0.04, 0.42, count))).astype(np.int64) // 100 * 100
    approved = offered + rng.integers(4, 30, count)
    approved = np.where((rng.random(count) < APPROVED) & (approved <= end), approved, NOTHING)
    paid = approved + rng.integers(8, 100, count)
    kept = (approved != NOTHING) & (rng.random(count) < KEPT) & (paid <= end)
    number = folder.rows.get("settlements", 0) + 1 + np.arange(count)
    by = np.where(approved == NOTHING, NOTHING, rng.choice(approvers, count))
    folder.write(
        "settlements",
        {
            "settlement_id": numbered("T", number, 7),
            "loan_id": numbered("L", chunk.loans.numbers[loan]),
            "offered_on": days(offered),
            "approved_on": days(approved),
            "claim": money(claim),
            "agreed": money(agreed),
            "paid_on": days(np.where(kept, paid, NOTHING)),
            "paid": money(agreed, kept),
            "approved_by": numbered("S", by, 5),
        },
    )
    return loan, offered
