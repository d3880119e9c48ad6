"""What can go wrong with an asset: insurance, registration, other claims on it, and its loss."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.chunk import Chunk
from data.book.tables import NOTHING, Folder, coded, days, flags, money, numbered

Whole = NDArray[np.int64]

KINDS = ("home", "shop", "plant", "land", "vehicle", "deposit", "receivables", "shares")
INSURED = ("home", "shop", "plant", "vehicle")
METHODS = ("market comparison", "cost", "income", "face value")
MARKS = ("seized", "second_lien", "destroyed")
MARK_SHARES = (0.5, 0.35, 0.15)
LAPSED, EXPIRING, OTHER_BENEFICIARY, LIENS = 0.025, 0.008, 0.008, 0.03
MARKED, FALLEN = 0.004, 0.008
FALLS_TO = (0.55, 0.78)
TROUBLED = 3.0
"""How much more often all of it happens to borrowers who default."""


def cover_columns(
    rng: np.random.Generator,
    months: Months,
    chunk: Chunk,
    secured: Whole,
    what: Whole,
    value: Whole,
) -> dict[str, pa.Array]:
    """Registration, insurance, beneficiary and prior liens of each asset."""
    plan, count = chunk.plan, len(secured)
    begun, over = _life(months, chunk, secured)
    chances = _chances(chunk, secured)
    expires = over + rng.integers(90, 1100, count)
    early = rng.random(count) < EXPIRING * chances
    expires = np.where(early, _inside(rng, begun, over), expires)
    insured = over + rng.integers(10, 360, count)
    lapsed = rng.random(count) < LAPSED * chances
    insured = np.where(lapsed, _inside(rng, begun, over), insured)
    month = plan.lapses[secured]
    insured = np.where(month == NOTHING, insured, months.first[month] + 9)
    has_policy = np.isin(what, [KINDS.index(kind) for kind in INSURED]) | (month != NOTHING)
    other = has_policy & (rng.random(count) < OTHER_BENEFICIARY * chances)
    liens = np.where(rng.random(count) < LIENS * chances, rng.uniform(0.05, 0.2, count), 0)
    return {
        "registration_expires_on": days(expires),
        "insured_until": days(np.where(has_policy, insured, NOTHING)),
        "beneficiary_is_lender": flags(~other, has_policy),
        "prior_liens": money((value * liens).astype(np.int64) // 100_000 * 100_000),
    }


def _life(months: Months, chunk: Chunk, secured: Whole) -> tuple[Whole, Whole]:
    """First and last day of each secured loan in the book."""
    month = np.full(chunk.loans.count, 0)
    np.maximum.at(month, chunk.cells.loan, chunk.cells.month)
    return chunk.loans.disbursed[secured], months.last[month[secured]]


def _inside(rng: np.random.Generator, begun: Whole, over: Whole) -> Whole:
    """A day in the later three quarters of a loan's life."""
    return begun + ((over - begun) * rng.uniform(0.25, 1.0, len(begun))).astype(np.int64)


def _chances(chunk: Chunk, secured: Whole) -> NDArray[np.float64]:
    """How likely things go wrong: not where nothing may be heard, more often before default."""
    borrower = chunk.loans.borrower[secured]
    defaults = chunk.plan.default[borrower] != NOTHING
    return np.where(chunk.plan.is_quiet[borrower], 0.0, np.where(defaults, TROUBLED, 1.0))


def write_collateral_marks(
    folder: Folder,
    rng: np.random.Generator,
    months: Months,
    chunk: Chunk,
    secured: Whole,
    first_asset: int,
) -> None:
    """The collateral_marks table."""
    planned = chunk.plan.seized[secured]
    begun, over = _life(months, chunk, secured)
    asset = np.flatnonzero(
        (rng.random(len(secured)) < MARKED * _chances(chunk, secured)) | (planned != NOTHING)
    )
    count = len(asset)
    kind = rng.choice(len(MARKS), count, p=MARK_SHARES)
    day = _inside(rng, begun[asset], over[asset])
    kind = np.where(planned[asset] == NOTHING, kind, MARKS.index("seized"))
    day = np.where(planned[asset] == NOTHING, day, months.first[planned[asset]] + 11)
    recorded = np.minimum(day + rng.integers(0, 5, count), np.maximum(months.last[-1], day))
    ends = (planned[asset] == NOTHING) & (rng.random(count) < 0.4)
    ended = np.where(ends, recorded + rng.integers(30, 300, count), NOTHING)
    number = folder.rows.get("collateral_marks", 0) + 1 + np.arange(count)
    folder.write(
        "collateral_marks",
        {
            "mark_id": numbered("Z", number, 7),
            "collateral_id": numbered("A", first_asset + asset, 7),
            "kind": coded(kind, MARKS),
            "happened_on": days(day),
            "recorded_on": days(recorded),
            "ended_on": days(np.where(ended <= months.last[-1], ended, NOTHING)),
        },
    )


def write_fallen_values(
    folder: Folder,
    rng: np.random.Generator,
    months: Months,
    chunk: Chunk,
    secured: Whole,
    latest: tuple[Whole, Whole],
    first_asset: int,
) -> None:
    """More rows of the valuations table: a few assets are found to be worth much less.

    `latest` holds the day and the value of each asset's last valuation before.
    """
    day = latest[0] + rng.integers(30, 330, len(secured))
    fits = (rng.random(len(secured)) < FALLEN * _chances(chunk, secured)) & (
        day <= _life(months, chunk, secured)[1]
    )
    asset = np.flatnonzero(fits)
    left = latest[1][asset] * rng.uniform(*FALLS_TO, len(asset))
    number = folder.rows.get("valuations", 0) + 1 + np.arange(len(asset))
    folder.write(
        "valuations",
        {
            "valuation_id": numbered("U", number),
            "collateral_id": numbered("A", first_asset + asset, 7),
            "valued_on": days(day[asset]),
            "value": money(left.astype(np.int64) // 100_000 * 100_000),
            "method": coded(np.zeros(len(asset), np.int64), METHODS),
        },
    )
