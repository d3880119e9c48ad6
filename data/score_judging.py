"""How well the learned score did on rows it had not seen, what weighs in it, does it still fit."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from data import score_features, score_figures
from data.score_features import Rows, Term
from data.score_keeping import insert
from data.score_readings import SEED, Connection, Reading, Sample, by_feature

SHUFFLED = 25_000


def judge(
    connection: Connection, card: dict[str, Any], readings: Sequence[Reading], tested: Sample
) -> None:
    """The card of each reading, the two models against the last benchmark, and calibration."""
    groups = np.asarray(tested.rows.keys["borrower_group"])
    ranks = {each.name: each.rank(tested.rows, tested.numbers) for each in readings}
    pds = {each.name: each.pd(tested.rows, tested.numbers) for each in readings}
    briers = {name: score_figures.brier(pd, tested.bad) for name, pd in pds.items()}
    benchmark = readings[-1].name
    cards, bands = [], []
    for each in readings:
        auc, ks = score_figures.separation(ranks[each.name], tested.bad)
        own = {"reading": each.name, "settings": each.settings, "intercept": each.intercept}
        own |= {"auc": auc, "ks": ks, "brier": briers[each.name]}
        own |= {"mean_pd": float(pds[each.name].mean())}
        own |= {"version": _version(card, each, pds[each.name])}
        if each.parts is not None:
            against = (ranks[each.name], ranks[benchmark], tested.bad, groups)
            gained, error = score_figures.gain(*against)
            briers_of_both = (briers[each.name], briers[benchmark])
            own |= {"benchmark": benchmark, "auc_gain": gained, "auc_gain_error": error}
            own |= {"verdict": score_figures.verdict(gained, error, *briers_of_both)}
        cards.append(card | own)
        inner = score_figures.edges(pds[each.name])
        for band in score_figures.calibration(pds[each.name], tested.bad, inner):
            bands.append({"reading": each.name, **vars(band)})
    insert(connection, "model_cards", cards)
    insert(connection, "model_calibration", bands)


def _version(card: dict[str, Any], reading: Reading, foretold: np.ndarray) -> str:
    """Twelve digits that another model would not have: of what it was made from and foretells."""
    made = [str(card.get(each)) for each in ("library", "seed", "trained_from", "trained_to")]
    digest = sha256("|".join((reading.name, reading.settings, *made)).encode())
    digest.update(np.round(foretold, 9).tobytes())
    return digest.hexdigest()[:12]


def weigh(
    connection: Connection, terms: tuple[Term, ...], readings: Sequence[Reading], tested: Sample
) -> None:
    """What each term weighs: a coefficient, and what shuffling its feature takes off the AUC."""
    found = []
    for reading in readings:
        lost = _importance(terms, reading, tested)
        for place, term in enumerate(terms):
            told = {"reading": reading.name, "place": place, "feature": term.feature}
            told |= {"level": term.level, "mean": term.mean, "deviation": term.deviation}
            weight = reading.coefficients[place] if reading.coefficients else None
            found.append(told | {"coefficient": weight, "importance": lost[term.feature]})
    insert(connection, "model_terms", found)


def _importance(terms: tuple[Term, ...], reading: Reading, tested: Sample) -> dict[str, float]:
    # The rows stand in the order of a hash: the first ones are as good a sample as any.
    numbers, bad = tested.numbers[:SHUFFLED], tested.bad[:SHUFFLED]
    order = np.random.default_rng(SEED).permutation(len(bad))
    whole, _ = score_figures.separation(reading.pd(tested.rows, numbers), bad)
    lost = {}
    for feature, places in by_feature(terms).items():
        shuffled = numbers.copy()
        shuffled[:, places] = numbers[order][:, places]
        auc, _ = score_figures.separation(reading.pd(tested.rows, shuffled), bad)
        lost[feature] = whole - auc
    return lost


def watch(
    connection: Connection, terms: tuple[Term, ...], readings: Sequence[Reading], learned: Sample
) -> None:
    """The stability of each feature and of each model's score, month by month since training."""
    months = connection.execute(
        "select distinct month_end from intermediate.model_features where is_watched order by 1"
    ).fetchall()
    expected = _bands(terms, readings, learned.rows, learned.numbers)
    found = []
    for (month_end,) in months:
        condition = f"is_watched and month_end = date '{month_end}'"
        rows = score_features.read(connection, condition)
        numbers = score_features.matrix(terms, rows)
        for (kind, subject), values in _values(terms, readings, rows, numbers).items():
            inner, before = expected[(kind, subject)]
            now = _counted(values, inner)
            told = {"subject": subject, "kind": kind, "month_end": month_end, "rows": len(rows)}
            found.append(told | {"psi": score_figures.psi(before, now)})
    insert(connection, "model_stability", found)


def _values(
    terms: tuple[Term, ...], readings: Sequence[Reading], rows: Rows, numbers: np.ndarray
) -> dict[tuple[str, str], np.ndarray]:
    """What is watched: each model's score, and each feature as it stands."""
    found = {("score", each.name): each.pd(rows, numbers) for each in readings}
    for name in by_feature(terms):
        found[("feature", name)] = rows.values[name]
    return found


def _bands(
    terms: tuple[Term, ...], readings: Sequence[Reading], rows: Rows, numbers: np.ndarray
) -> dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]:
    found = {}
    for key, values in _values(terms, readings, rows, numbers).items():
        words = values.dtype.kind not in "fiu"
        inner = np.unique(values.astype(str)) if words else score_figures.edges(values)
        found[key] = (inner, _counted(values, inner))
    return found


def _counted(values: np.ndarray, inner: np.ndarray) -> np.ndarray:
    """How many values fall into each band; a word that training never saw has one of its own."""
    if inner.dtype.kind not in "fiu":
        words = values.astype(str)
        place = np.minimum(np.searchsorted(inner, words), len(inner) - 1)
        place = np.where(inner[place] == words, place, len(inner))
        return np.bincount(place, minlength=len(inner) + 1)
    return np.bincount(score_figures.places(values, inner), minlength=len(inner) + 2)
