"""How good is a probability: separation, error, calibration, stability. Figures in, figures out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

EMPTY_BAND = 0.0001  # metrics.md 11.1: what an empty band counts as
BANDS = 10
GROUPS = 20


@dataclass(frozen=True)
class Band:
    """One tenth of the tested rows: how many, how many defaulted, what was foretold of them."""

    band: int
    rows: int
    defaults: int
    pd_from: float
    pd_to: float
    mean_pd: float
    default_rate: float
    standard_error: float


def separation(scores: np.ndarray, bad: np.ndarray) -> tuple[float, float]:
    """AUC and KS: ties count half, KS is max(TPR - FPR). NaN unless both kinds are there."""
    _, places = np.unique(scores, return_inverse=True)
    all_rows = np.bincount(places)
    bads = np.bincount(places, weights=bad.astype(float))
    goods = all_rows - bads
    if not bads.sum() or not goods.sum():
        return float("nan"), float("nan")
    caught = np.concatenate([[0.0], np.cumsum(bads[::-1]) / bads.sum()])
    alarmed = np.concatenate([[0.0], np.cumsum(goods[::-1]) / goods.sum()])
    auc = float(np.sum(np.diff(alarmed) * (caught[1:] + caught[:-1]) / 2))
    return auc, float(np.max(caught - alarmed))


def brier(pd: np.ndarray, bad: np.ndarray) -> float:
    """The mean squared distance between what was foretold and what happened."""
    return float(np.mean((pd - bad.astype(float)) ** 2))


def edges(values: np.ndarray, bands: int = BANDS) -> np.ndarray:
    """The upper ends of equally full bands, the last one open.

    A value that fills a band alone (no day past due) has one of its own, so that what leaves it
    for either side is seen.
    """
    known = np.sort(values[~np.isnan(values)])
    if not known.size:
        return np.array([])
    ends = np.unique(np.quantile(known, np.linspace(0, 1, bands + 1)[1:-1], method="higher"))
    share = np.searchsorted(known, ends, "right") - np.searchsorted(known, ends, "left")
    alone = ends[share * bands >= known.size]
    return np.unique(np.concatenate([ends, np.nextafter(alone, -np.inf)]))


def places(values: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The band of each value, from 0; one that is missing stands behind the last."""
    found = np.searchsorted(ends, values, side="left")
    return np.where(np.isnan(values), len(ends) + 1, found)


def psi(expected: np.ndarray, actual: np.ndarray) -> float:
    """Sum of (a - e) ln(a / e) over the bands, from how many fell into each."""
    if not expected.sum() or not actual.sum():
        return float("nan")
    before = expected / expected.sum()
    now = actual / actual.sum()
    before = np.where(before > 0, before, EMPTY_BAND)
    now = np.where(now > 0, now, EMPTY_BAND)
    return float(np.sum((now - before) * np.log(now / before)))


def calibration(pd: np.ndarray, bad: np.ndarray, ends: np.ndarray) -> list[Band]:
    """What was foretold and what happened, band by band from the safest."""
    found = places(pd, ends)
    told = []
    for place in np.unique(found):
        within = found == place
        rows, defaults = int(within.sum()), int(bad[within].sum())
        rate = defaults / rows
        told.append(
            Band(
                int(place) + 1,
                rows,
                defaults,
                float(pd[within].min()),
                float(pd[within].max()),
                float(pd[within].mean()),
                rate,
                float(np.sqrt(rate * (1 - rate) / rows)),
            )
        )
    return told


def gain(
    ours: np.ndarray, theirs: np.ndarray, bad: np.ndarray, groups: np.ndarray
) -> tuple[float, float]:
    """AUC above that of another score on the same rows, and its standard error.

    The error is a jackknife over groups of borrowers: the rows of one borrower are not independent.
    """

    def difference(kept: np.ndarray) -> float:
        mine, other = separation(ours[kept], bad[kept]), separation(theirs[kept], bad[kept])
        return mine[0] - other[0]

    whole = difference(np.ones(len(bad), dtype=bool))
    return whole, _jackknife(lambda group: difference(groups != group))


def _jackknife(without: Callable[[int], float]) -> float:
    left_out = np.array([without(group) for group in range(GROUPS)])
    spread = np.sum((left_out - left_out.mean()) ** 2)
    return float(np.sqrt(spread * (GROUPS - 1) / GROUPS))


def verdict(gained: float, error: float, brier_ours: float, brier_theirs: float) -> str:
    """Against another score: `better`, `same`, `worse`, or `mixed`.

    Better separates better beyond two standard errors and errs no more; mixed errs more.
    """
    if np.isnan(gained) or np.isnan(error):
        return "unknown"
    if gained > 2 * error:
        return "better" if brier_ours <= brier_theirs else "mixed"
    return "worse" if gained < -2 * error else "same"
