"""Samples that can be drawn again: sizes, draws and what a sample says of its population (14.3).

Nothing here reads or keeps anything. A draw orders by SHA-256 of seed and item, so the same seed,
items and amounts give the same rows on any machine. Amounts are whole cents.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

Method = Literal["random", "stratified", "attribute", "mus"]
Form = Literal["expansion", "exact"]
Allocation = Literal["proportional", "neyman"]

# Reliability and expansion factors of the published tables, by risk of incorrect acceptance.
RELIABILITY: dict[float, float] = {0.99: 4.61, 0.95: 3.00, 0.90: 2.31, 0.85: 1.90, 0.80: 1.61}
EXPANSION: dict[float, float] = {0.99: 1.9, 0.95: 1.6, 0.90: 1.5, 0.85: 1.4, 0.80: 1.3}
TOP = "top"
MOST = 100_000
FEWEST_DIGITS = {1: 1000, 2: 5200}
"""The source asks for 1000 amounts of either screen (14.3). That many are enough for nine digits:
chance alone then makes half the deviation that is called no conformity. Of the ninety first pairs
of digits it would make more than all of it, and half of it only with five times as many.
"""
DEVIATIONS = {1: (0.006, 0.012, 0.015), 2: (0.0012, 0.0018, 0.0022)}
"""Below the first close, the second acceptable, the third marginal conformity (14.3)."""
VERDICTS = ("close", "acceptable", "marginal")
COLUMNS = ["item_id", "loan_id", "stratum", "cents"]


class NotPossible(ValueError):
    """What was asked gives no sample; the words say why."""


@dataclass(frozen=True)
class Drawn:
    """The rows drawn, in their order, and what the draw rests on.

    `items` has position, item_id, loan_id, stratum, cents, and hits (times selected; 0 where an
    item is taken whole because it is larger than the interval).
    """

    items: pd.DataFrame
    interval: float | None = None
    start: float | None = None


@dataclass(frozen=True)
class Evaluation:
    """What the worked sample says: most likely error and upper limit, in cents or as rates."""

    likely: float
    upper: float
    parts: pd.DataFrame


# --- Sizes ---


def _special() -> Any:
    """The library's functions, loaded when a sample is asked for: no other page waits for it."""
    from scipy import special

    return special


def attribute_size(confidence: float, tolerable: float, expected: int = 0) -> int:
    """The smallest n with P(X <= expected; n, tolerable) <= 1 - confidence (W19)."""
    if not (0 < confidence < 1 and 0 < tolerable < 1 and expected >= 0):
        raise NotPossible("confidence and tolerable rate lie between 0 and 1")
    low, high = expected + 1, expected + 1
    while _special().bdtr(expected, high, tolerable) > 1 - confidence:
        low, high = high, high * 2
        if high > 100 * MOST:
            raise NotPossible("the tolerable rate is too small")
    while low < high:
        middle = (low + high) // 2
        if _special().bdtr(expected, middle, tolerable) <= 1 - confidence:
            high = middle
        else:
            low = middle + 1
    return high


def mus_factor(confidence: float, expected_share: float) -> float:
    """The exact factor f with gamma_ppf(confidence, 1 + f r) = f, r = expected / tolerable."""
    if not 0 <= expected_share < 1:
        raise NotPossible("the expected error must be smaller than the tolerable one")
    low, high = 0.0, 1.0
    while _special().gammaincinv(1 + high * expected_share, confidence) > high:
        low, high = high, high * 2
        if high > 1e7:
            raise NotPossible("the expected error is too near to the tolerable one")
    for _ in range(200):
        middle = (low + high) / 2
        if _special().gammaincinv(1 + middle * expected_share, confidence) > middle:
            low = middle
        else:
            high = middle
    return high


def mus_size(
    book: float, tolerable: float, expected: float, confidence: float, form: Form
) -> tuple[int, dict[str, float]]:
    """Sample size, and the factors that it rests on, to be kept with it (W18).

    `expansion`: n = BV RF / (TM - EM EF). `exact`: n = BV / TM f. Both rounded up.
    """
    if book <= 0 or tolerable <= 0 or expected < 0:
        raise NotPossible("book value and tolerable error must be above nothing")
    if form == "exact":
        factor = mus_factor(confidence, expected / tolerable)
        return _up(book / tolerable * factor), {"factor": factor}
    if confidence not in RELIABILITY:
        raise NotPossible("the table has no factors for this confidence")
    reliability, expansion = RELIABILITY[confidence], EXPANSION[confidence]
    left = tolerable - expected * expansion
    if left <= 0:
        raise NotPossible("the expected error is too near to the tolerable one")
    factors = {"reliability": reliability, "expansion": expansion}
    return _up(book * reliability / left), factors


def _up(size: float) -> int:
    return math.ceil(size - 1e-9)


# --- Draws ---


def order_key(seed: str, item_id: str) -> str:
    """What a draw orders by."""
    return _digest(seed, item_id).hex()


def _digest(seed: str, item_id: str) -> bytes:
    return hashlib.sha256(f"{seed}\x1f{item_id}".encode()).digest()


def population_hash(population: pd.DataFrame) -> str:
    """SHA-256 over item, stratum and cents of every row, by item: says whether it is the same."""
    digest = hashlib.sha256()
    ordered = _by_item(population)
    columns = (ordered[name].tolist() for name in ("item_id", "stratum", "cents"))
    for item, stratum, cents in zip(*columns, strict=True):
        digest.update(f"{item}\x1f{stratum}\x1f{int(cents)}\n".encode())
    return digest.hexdigest()


def _by_item(population: pd.DataFrame) -> pd.DataFrame:
    """Its rows by item: most populations are asked for in that order, and need no sorting."""
    items = population["item_id"]
    return population if items.is_monotonic_increasing else population.sort_values("item_id")


def draw_random(population: pd.DataFrame, seed: str, size: int) -> Drawn:
    """So many rows, ordered by hash(seed, item)."""
    return Drawn(_placed(_shuffled(population, seed).head(_possible(size))))


def draw_stratified(
    population: pd.DataFrame, seed: str, size: int, allocation: Allocation
) -> Drawn:
    """As `draw_random` within each stratum; sizes by `allocate`."""
    sizes = allocate(population, _possible(size), allocation)
    shuffled = _shuffled(population, seed)
    place = shuffled.groupby("stratum", sort=False).cumcount()
    kept = shuffled[place < shuffled["stratum"].map(sizes).fillna(0)]
    return Drawn(_placed(kept.sort_values(["stratum"], kind="stable")))


def top_stratum(population: pd.DataFrame, size: int) -> pd.DataFrame:
    """The population with the items above the interval, book value over size, as a stratum."""
    interval = population["cents"].clip(lower=0).sum() / _possible(size)
    stratum = population["stratum"].mask(population["cents"] > interval, TOP)
    return population.assign(stratum=stratum)


def draw_with_top(population: pd.DataFrame, seed: str, plan: "Plan") -> Drawn:
    """Every item above the interval; of the rest what is left of the size, by stratum."""
    told = top_stratum(population, plan.size)
    above = told["stratum"] == TOP
    whole, rest = _by_item(told[above]), told[~above]
    strata = rest["stratum"].nunique()
    size = max(plan.size - len(whole), strata)
    drawn = draw_stratified(rest, seed, size, plan.allocation).items if strata else rest
    items = pd.concat([whole, drawn.drop(columns=["position", "hits"], errors="ignore")])
    interval = population["cents"].clip(lower=0).sum() / plan.size
    return Drawn(_placed(items), interval)


def allocate(population: pd.DataFrame, size: int, allocation: Allocation) -> dict[str, int]:
    """How many rows of each stratum: by number, or by number times standard deviation (Neyman).

    Every stratum gives at least one row and no more than it has; the largest remainders round up.
    """
    groups = population.groupby("stratum")["cents"]
    there = groups.count()
    spread = groups.std(ddof=0).fillna(0.0)
    weight = there * spread if allocation == "neyman" and spread.sum() > 0 else there.astype(float)
    if size < len(there):
        raise NotPossible("fewer rows than strata")
    sizes = pd.Series(1, index=there.index)
    for _ in range(int(min(size, there.sum())) - len(there)):
        # The stratum that is furthest below its share and still has rows.
        wanted = weight / weight.sum() * size - sizes
        sizes.iloc[int(wanted.where(sizes < there, -math.inf).to_numpy().argmax())] += 1
    return {str(name): int(count) for name, count in sizes.items()}


def draw_mus(population: pd.DataFrame, seed: str, size: int) -> Drawn:
    """Monetary units, systematically from a start that the seed gives, by item (A6).

    The interval is the book value over the size. Rows of nothing or less can never be drawn and are
    left out: they need a sample of their own.
    """
    items = _by_item(population[population["cents"] > 0])
    book = int(items["cents"].sum())
    if not book:
        raise NotPossible("the population is worth nothing")
    interval = book / _possible(size)
    start = int(order_key(seed, "start")[:13], 16) / 16**13 * interval
    until = items["cents"].cumsum().to_numpy(dtype=np.float64)
    cents = items["cents"].to_numpy(dtype=np.float64)
    hits = np.floor((until - start) / interval) - np.floor((until - cents - start) / interval)
    items = items.assign(hits=hits.astype(np.int64))
    return Drawn(_placed(items[items["hits"] > 0]), interval, start)


def _possible(size: int) -> int:
    if not 0 < size <= MOST:
        raise NotPossible("the sample is too small or too large")
    return size


def _shuffled(population: pd.DataFrame, seed: str) -> pd.DataFrame:
    # By order_key: digests order as their hexadecimal text does, and as four whole numbers each
    # millions of them are sorted far sooner than texts.
    items = population["item_id"].tolist()
    digests = b"".join(_digest(seed, item) for item in items)
    words = np.frombuffer(digests, dtype=">u8").reshape(-1, 4).astype(np.uint64)
    return population.iloc[np.lexsort(words.T[::-1])]


def _placed(items: pd.DataFrame) -> pd.DataFrame:
    found = items.reset_index(drop=True)
    found.insert(0, "position", range(1, len(found) + 1))
    return found if "hits" in found else found.assign(hits=1)


@dataclass(frozen=True)
class Plan:
    """What a sample is to prove. `tolerable` and `expected` are cents with monetary units, and a
    rate and a number of deviations with attributes; `size` counts for random and stratified ones.
    With `top` a stratified one takes every item above the interval (14.3, `top_stratum`).
    """

    method: Method
    confidence: float = 0.95
    tolerable: float = 0.0
    expected: float = 0.0
    size: int = 0
    form: Form = "exact"
    allocation: Allocation = "proportional"
    top: bool = False


def draw(population: pd.DataFrame, seed: str, plan: Plan) -> tuple[Drawn, dict[str, float]]:
    """The rows of a plan, and the figures that they rest on: size, factors, interval, start.

    Raises NotPossible.
    """
    if population.empty:
        raise NotPossible("the population is empty")
    if plan.method == "mus":
        book = float(population["cents"].clip(lower=0).sum())
        size, factors = mus_size(book, plan.tolerable, plan.expected, plan.confidence, plan.form)
        drawn = draw_mus(population, seed, size)
        return drawn, {
            "size": size,
            **factors,
            "interval": drawn.interval or 0,
            "start": drawn.start or 0,
        }
    if plan.method == "attribute":
        size = attribute_size(plan.confidence, plan.tolerable, int(plan.expected))
        return draw_random(population, seed, size), {"size": size}
    if plan.method == "stratified":
        if not plan.top:
            drawn = draw_stratified(population, seed, plan.size, plan.allocation)
            return drawn, {"size": plan.size}
        drawn = draw_with_top(population, seed, plan)
        return drawn, {"size": len(drawn.items), "interval": drawn.interval or 0}
    return draw_random(population, seed, plan.size), {"size": plan.size}


# --- What a sample says ---


def attribute_upper(tested: int, deviations: int, confidence: float) -> float:
    """The upper limit of the rate of deviations, one-sided, exact (Clopper-Pearson, W19)."""
    if deviations >= tested:
        return 1.0
    return float(_special().betaincinv(deviations + 1, tested - deviations, confidence))


def reliability(confidence: float, errors: int) -> float:
    """The factor for so many errors as the tables print it: rounded up to two decimals."""
    return math.ceil(float(_special().gammaincinv(errors + 1, confidence)) * 100 - 1e-9) / 100


def evaluate_mus(items: pd.DataFrame, interval: float, confidence: float) -> Evaluation:
    """Upper limit on overstatement (W18): I RF0 + sum of t I (RF_i - RF_i-1) + known errors.

    `items` has cents (booked) and audited (cents). An item no smaller than the interval counts at
    face; of others the share that is wrong is projected, larger shares first. Understatements are
    not set off: they need a sample of their own.
    """
    found = items.assign(error=(items["cents"] - items["audited"]).clip(lower=0))
    whole = found["cents"] >= interval
    known = float(found.loc[whole, "error"].sum())
    wrong = found[~whole & (found["error"] > 0)].copy()
    wrong["taint"] = wrong["error"] / wrong["cents"]
    wrong = wrong.sort_values(["taint", "item_id"], ascending=[False, True]).reset_index(drop=True)
    factors = [reliability(confidence, count) for count in range(len(wrong) + 1)]
    steps = np.diff(factors)
    wrong["projected"] = wrong["taint"] * interval
    wrong["allowed"] = wrong["projected"] * steps
    likely = float(wrong["projected"].sum()) + known
    upper = interval * factors[0] + float(wrong["allowed"].sum()) + known
    return Evaluation(likely, upper, wrong)


def evaluate_means(items: pd.DataFrame, counts: Mapping[str, int], confidence: float) -> Evaluation:
    """Difference estimation by stratum: errors of the rows times N over n, with an upper limit.

    `counts` is N of each stratum. The limit is one-sided and normal, with the correction for a
    finite population; with a few rows or hardly any errors it is a rough one.
    """
    found = items.assign(error=items["cents"] - items["audited"])
    parts, likely, variance = [], 0.0, 0.0
    for stratum, rows in found.groupby("stratum"):
        total, tested = counts[str(stratum)], len(rows)
        mean = float(rows["error"].mean())
        spread = float(rows["error"].var(ddof=1)) if tested > 1 else 0.0
        likely += total * mean
        variance += total * (total - tested) * spread / tested
        parts.append((stratum, total, tested, float(rows["error"].sum()), total * mean))
    names = ["stratum", "population", "tested", "error", "projected"]
    upper = likely + float(_special().ndtri(confidence)) * math.sqrt(variance)
    return Evaluation(likely, upper, pd.DataFrame(parts, columns=names))


# --- First digits ---


@dataclass(frozen=True)
class Digits:
    """First digits against Benford's law: a screen, no proof. `refused` says why there is none.

    `by_chance` is the deviation to be expected of so many amounts that do follow the law.
    """

    frame: pd.DataFrame
    number: int
    deviation: float
    by_chance: float
    chi_square: float
    verdict: str
    refused: str = ""


def first_digits(
    counts: Mapping[int, int], smallest: float, largest: float, places: int = 1
) -> Digits:
    """Mean absolute deviation and its verdict (W29), from the counts of the first digits.

    Those are 1 to 9, or with two `places` 10 to 99. Refused of too few amounts (FEWEST_DIGITS), and
    where they span less than two powers of ten.
    """
    digits = np.arange(10 ** (places - 1), 10**places)
    found = np.array([counts.get(int(digit), 0) for digit in digits])
    number = int(found.sum())
    expected = np.log10(1 + 1 / digits)
    frame = pd.DataFrame(
        {"digit": digits, "number": found, "share": found / max(number, 1), "expected": expected}
    )
    frame["difference"] = frame["share"] - frame["expected"]
    refused = ""
    if number < FEWEST_DIGITS[places]:
        refused = "few"
    elif smallest <= 0 or largest / smallest < 100:
        refused = "narrow"
    deviation = float(np.abs(frame["difference"]).mean())
    chance = np.sqrt(2 * expected * (1 - expected) / (np.pi * max(number, 1)))
    chi = float((number * (frame["difference"] ** 2) / frame["expected"]).sum())
    bounds = zip(DEVIATIONS[places], VERDICTS, strict=True)
    verdict = next((word for most, word in bounds if deviation < most), "nonconform")
    return Digits(frame, number, deviation, float(chance.mean()), chi, verdict, refused)
