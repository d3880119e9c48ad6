"""A score that learns: the probability that a loan first defaults within twelve months.

Trained in the build on older months and other borrowers than those it is tested on. Figures,
weights, trees and scores are stored as tables, never an object. It advises; classification follows
the rules. Nothing else imports scikit-learn, and this only when there is something to learn: to
import it takes longer than to load a small book.
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
from threadpoolctl import threadpool_limits

from data import score_features
from data.failures import ModelFailed, is_out_of_room
from data.score_features import Rows, Term
from data.score_judging import judge, watch, weigh
from data.score_keeping import insert, score
from data.score_readings import SEED, Connection, Reading, Sample, benchmarks, by_feature

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

FEWEST_DEFAULTS = 50  # loans of the training rows that defaulted
FEWEST_TESTED = 10
PLAIN, CHALLENGER = "logistic", "boosting"
# Cautious: the months of one loan are many rows and one story, so there is less to learn from than
# the number of rows says.
LOGISTIC: dict[str, Any] = {"C": 0.02, "max_iter": 1000}
BOOSTING: dict[str, Any] = {
    "max_iter": 80,
    "learning_rate": 0.05,
    "max_leaf_nodes": 7,
    "min_samples_leaf": 200,
    "l2_regularization": 20.0,
    "early_stopping": False,
}


def train(connection: Connection, progress: Callable[[str], None] = lambda _line: None) -> None:
    """Fill the `marts.model_*` tables; without enough to learn from, the card alone, with why."""
    progress("learning a score")
    try:
        _train(connection)
    except duckdb.Error as error:
        if is_out_of_room(error):
            raise
        raise ModelFailed("scoring", error) from error


def _train(connection: Connection) -> None:
    training, test = (score_features.read(connection, each) for each in ("is_training", "is_test"))
    card = _card(connection, training, test)
    if card["state"] != "fitted":
        insert(connection, "model_cards", [card])
        return
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    models = (
        LogisticRegression(**LOGISTIC),
        HistGradientBoostingClassifier(random_state=SEED, **BOOSTING),
    )
    # Sums in one order, whatever the machine: the same book gives the same figures. On a busy
    # machine threads that wait for each other also cost more than they bring. Only what is imported
    # by now keeps to it.
    with threadpool_limits(limits=1):
        _learn(connection, card, training, test, models)


def _learn(
    connection: Connection,
    card: dict[str, Any],
    training: Rows,
    test: Rows,
    models: tuple["LogisticRegression", "HistGradientBoostingClassifier"],
) -> None:
    terms = score_features.terms(training)
    learned, tested = _sample(terms, training), _sample(terms, test)
    readings = [
        _plain(models[0], terms, learned),
        _challenger(models[1], terms, learned),
        *benchmarks(connection, learned),
    ]
    judge(connection, card, readings, tested)
    weigh(connection, terms, readings[:2], tested)
    insert(connection, "model_nodes", [each for r in readings for each in r.nodes])
    watch(connection, terms, readings[:2], learned)
    score(connection, terms, readings[:2], tested)


def _sample(terms: tuple[Term, ...], rows: Rows) -> Sample:
    return Sample(rows, score_features.matrix(terms, rows), score_features.outcomes(rows))


# --- What it is made from ---


def _card(connection: Connection, training: Rows, test: Rows) -> dict[str, Any]:
    """The part of the card that all readings share, with `state`: fitted, or why not."""
    window = connection.execute(
        """
        select
            min(month_end) filter (where is_training) as trained_from,
            max(month_end) filter (where is_training) as trained_to,
            min(month_end) filter (where is_test) as tested_from,
            max(month_end) filter (where is_test) as tested_to,
            max(month_end) filter (where is_last) as scored_on
        from intermediate.model_months
        """
    )
    names = [column[0] for column in window.description or ()]
    card: dict[str, Any] = dict(zip(names, window.fetchall()[0], strict=True))
    for name, rows in (("training", training), ("test", test)):
        bad = score_features.outcomes(rows)
        loans, borrowers = (rows.keys[key].astype(str) for key in ("loan_id", "borrower_id"))
        card[f"{name}_rows"] = len(rows)
        card[f"{name}_loans"] = len(np.unique(loans))
        card[f"{name}_borrowers"] = len(np.unique(borrowers))
        card[f"{name}_defaults"] = len(np.unique(loans[bad]))
        card[f"{name}_rate"] = float(bad.mean()) if len(rows) else None
    card["library"] = f"scikit-learn {version('scikit-learn')}"
    card["seed"] = SEED
    card["features"] = len(score_features.FEATURES)
    return card | {"reading": PLAIN, "state": _state(card)}


def _state(card: dict[str, Any]) -> str:
    if card["trained_from"] is None:
        return "no_history"
    if card["training_defaults"] < FEWEST_DEFAULTS:
        return "few_defaults"
    return "few_tested" if card["test_defaults"] < FEWEST_TESTED else "fitted"


# --- The readings ---


def _plain(model: "LogisticRegression", terms: tuple[Term, ...], learned: Sample) -> Reading:
    """Logistic regression: a loan's reason is a coefficient times its standardised value."""
    model.fit(score_features.standardised(terms, learned.numbers), learned.bad)
    weights = np.asarray(model.coef_)[0]
    base = float(np.asarray(model.intercept_)[0])

    def parts(numbers: np.ndarray) -> np.ndarray:
        return score_features.standardised(terms, numbers) * weights

    def pd(_rows: Rows, numbers: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(parts(numbers).sum(axis=1) + base)))

    coefficients = tuple(float(each) for each in weights)
    return Reading(PLAIN, pd, pd, parts, _told(LOGISTIC), base, coefficients)


def _challenger(
    model: "HistGradientBoostingClassifier", terms: tuple[Term, ...], learned: Sample
) -> Reading:
    """Boosted trees: a loan's reason is what its log odds lose with one feature made typical."""
    model.fit(learned.numbers, learned.bad)
    typical = np.nan_to_num(np.nanmedian(learned.numbers, axis=0))

    def pd(_rows: Rows, numbers: np.ndarray) -> np.ndarray:
        return model.predict_proba(numbers)[:, 1]

    def parts(numbers: np.ndarray) -> np.ndarray:
        whole = model.decision_function(numbers)
        found = np.zeros(numbers.shape)
        for places in by_feature(terms).values():
            changed = numbers.copy()
            changed[:, places] = typical[places]
            found[:, places[0]] = whole - model.decision_function(changed)
        return found

    base = float(np.ravel(model._baseline_prediction)[0])
    settings, nodes = _told(BOOSTING), _nodes(model)
    return Reading(CHALLENGER, pd, pd, parts, settings, base, nodes=nodes, is_costly=True)


def _nodes(model: "HistGradientBoostingClassifier") -> tuple[dict[str, Any], ...]:
    """The trees node by node, as `marts.model_nodes` keeps them; the library tells them nowhere."""
    found: list[dict[str, Any]] = []
    for tree, (predictor,) in enumerate(model._predictors):
        for number, node in enumerate(predictor.nodes):
            told: dict[str, Any] = {"reading": CHALLENGER, "tree": tree, "node": number}
            if node["is_leaf"]:
                found.append(told | {"value": float(node["value"])})
                continue
            told |= {"place": int(node["feature_idx"]), "threshold": float(node["num_threshold"])}
            told |= {"is_missing_left": bool(node["missing_go_to_left"])}
            found.append(told | {"left_node": int(node["left"]), "right_node": int(node["right"])})
    return tuple(found)


def _told(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in settings.items())
