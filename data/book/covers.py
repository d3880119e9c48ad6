"""What can go wrong with an asset: insurance, registration, other claims on it, and its loss."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.chunk import Chunk
from data.book.tables import NOTHING, Folder, coded, days, flags, money, numbered, ragged

Whole = NDArray[np.int64]

KINDS = ("home", "shop", "plant", "land", "vehicle", "deposit", "receivables", "shares")
INSURED = ("home", "shop", "plant", "vehicle")
METHODS = ("market comparison", "cost", "income", "face value")
MARKS = ("seized", "second_lien", "destroyed")
MARK_SHARES = (0.5, 0.35, 0.15)
LAPSED, EXPIRING, OTHER_BENEFICIARY, LIENS = 0.025, 0.008, 0.008, 0.03
MARKED, FALLEN = 0.004, 0.008
FALLS_TO = (0.55, 0.78)
YEAR, RENEWED_LATE = 365, 0.03
REGISTERED_FOR, RENEWED_AHEAD = 730, 90
TROUBLED = 3.0
"""How much more often all of it happens to borrowers who default."""


@dataclass(frozen=True)
class Covers:
    """What the asset itself tells: columns of the collateral table; when its registration expires,
    until when it is insured (NOTHING: it never was), and whether another than the lender is paid.
    """

    columns: dict[str, pa.Array]
    expires: Whole
    insured: Whole
    other: NDArray[np.bool_]


def cover_columns(
    rng: np.random.Generator,
    months: Months,
    chunk: Chunk,
    secured: Whole,
    what: Whole,
    value: Whole,
) -> Covers:
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
    insured = np.where(has_policy, insured, NOTHING)
    columns = {
        "registration_expires_on": days(expires),
        "insured_until": days(insured),
        "beneficiary_is_lender": flags(~other, has_policy),
        "prior_liens": money((value * liens).astype(np.int64) // 100_000 * 100_000),
    }
    return Covers(columns, expires, insured, other)


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


def write_policies(
    folder: Folder,
    rng: np.random.Generator,
    chunk: Chunk,
    secured: Whole,
    covers: Covers,
    first_asset: int,
) -> None:
    """The insurance_policies table: one a year, the last until the day that the asset tells.

    Renewed days before the one before it ends; a few late, and until then nothing is insured.
    """
    insured, other = covers.insured, covers.other
    asset = np.flatnonzero(insured != NOTHING)
    begun = chunk.loans.disbursed[secured[asset]]
    years = np.maximum(-(-(insured[asset] - begun) // YEAR), 1)
    owner, place = ragged(years)
    until = insured[asset][owner] - (years[owner] - 1 - place) * YEAR
    since = until - YEAR
    late = (place > 0) & (
        rng.random(len(owner)) < RENEWED_LATE * _chances(chunk, secured)[asset][owner]
    )
    since = since + np.where(late, rng.integers(15, 60, len(owner)), 0)
    recorded = np.where(late, since, since - rng.integers(0, 15, len(owner)))
    number = folder.rows.get("insurance_policies", 0) + 1 + np.arange(len(owner))
    folder.write(
        "insurance_policies",
        {
            "policy_id": numbered("IP", number, 7),
            "collateral_id": numbered("A", first_asset + asset[owner], 7),
            "insured_from": days(since),
            "insured_until": days(until),
            "beneficiary_is_lender": flags(~other[asset][owner]),
            "recorded_on": days(recorded),
        },
    )


def write_registrations(
    folder: Folder,
    months: Months,
    chunk: Chunk,
    secured: Whole,
    registered: Whole,
    covers: Covers,
    first_asset: int,
) -> None:
    """The registrations table: a long one was renewed well before it ended, and that of a loan that
    has left is deleted.
    """
    renewed = covers.expires > registered + REGISTERED_FOR + YEAR
    asset = np.concatenate([np.arange(len(secured)), np.flatnonzero(renewed)])
    is_second = np.arange(len(asset)) >= len(secured)
    since = registered[asset] + np.where(is_second, REGISTERED_FOR - RENEWED_AHEAD, 0)
    first_ends = registered[asset] + REGISTERED_FOR
    expires = np.where(renewed[asset] & ~is_second, first_ends, covers.expires[asset])
    left = _life(months, chunk, secured)[1][asset] + 10
    kept = since < left
    asset, since, expires, left = asset[kept], since[kept], expires[kept], left[kept]
    number = folder.rows.get("registrations", 0) + 1 + np.arange(len(asset))
    folder.write(
        "registrations",
        {
            "registration_id": numbered("RG", number, 7),
            "collateral_id": numbered("A", first_asset + asset, 7),
            "registered_on": days(since),
            "expires_on": days(expires),
            "deregistered_on": days(np.where(left <= months.last[-1], left, NOTHING)),
        },
    )


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
