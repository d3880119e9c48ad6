"""A score that learns: the probability that a loan first defaults within twelve months.

Trained in the build on older months and other borrowers than those it is tested on. Only figures,
weights and scores are stored, never a model. It advises; classification follows the rules. Nothing
else imports scikit-learn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from data import score_features, score_figures
from data.failures import ModelFailed, is_out_of_room
from data.score_features import Rows, Term

SEED = 7
FEWEST_DEFAULTS = 50  # loans of the training rows that defaulted
FEWEST_TESTED = 10
REASONS = 3
EXPLAINED = 0.95  # the challenger is explained for loans above this quantile of the tested ones
PLAIN, CHALLENGER = "logistic", "boosting"
DAYS, RULES = "days_past_due", "rule_score"
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
# Upper ends of the bands in which a benchmark's own default rates stand for its probability.
DAY_BANDS = np.array([0.5, 7.5, 30.5, 60.5])
SCORE_BANDS = np.array([0.5, 29.5, 59.5, 89.5])

Connection = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class Sample:
    """Rows with what became of them."""

    rows: Rows
    numbers: np.ndarray
    bad: np.ndarray


@dataclass(frozen=True)
class Reading:
    """One way to give a probability: for features, and, of a model, why."""

    name: str
    pd: Callable[[Rows, np.ndarray], np.ndarray]
    rank: Callable[[Rows, np.ndarray], np.ndarray]
    parts: Callable[[np.ndarray], np.ndarray] | None = None
    settings: str = ""
    intercept: float | None = None
    coefficients: tuple[float, ...] = ()


def train(connection: Connection, progress: Callable[[str], None] = lambda _line: None) -> None:
    """Fill the `marts.model_*` tables; without enough to learn from, the card alone, with why."""
    progress("learning a score")
    try:
        # Sums in one order, whatever the machine: the same book gives the same figures. On a busy
        # machine threads that wait for each other also cost more than they bring.
        with threadpool_limits(limits=1):
            _train(connection)
    except duckdb.Error as error:
        if is_out_of_room(error):
            raise
        raise ModelFailed("scoring", error) from error


def _train(connection: Connection) -> None:
    training, test = (score_features.read(connection, each) for each in ("is_training", "is_test"))
    card = _card(connection, training, test)
    if card["state"] != "fitted":
        _insert(connection, "model_cards", [card])
        return
    terms = score_features.terms(training)
    learned, tested = _sample(terms, training), _sample(terms, test)
    readings = [
        _plain(terms, learned),
        _challenger(terms, learned),
        *_benchmarks(connection, learned),
    ]
    _judge(connection, card, readings, tested)
    _weigh(connection, terms, readings[:2], tested)
    _watch(connection, terms, readings[:2], learned)
    for reading in readings[:2]:
        inner = score_figures.edges(reading.pd(tested.rows, tested.numbers))
        _score(connection, terms, reading, tested, inner)


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
    card["library"] = f"scikit-learn {sklearn.__version__}"
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


def _plain(terms: tuple[Term, ...], learned: Sample) -> Reading:
    """Logistic regression: a loan's reason is a coefficient times its standardised value."""
    model = LogisticRegression(**LOGISTIC)
    model.fit(score_features.standardised(terms, learned.numbers), learned.bad)
    weights = np.asarray(model.coef_)[0]
    base = float(np.asarray(model.intercept_)[0])

    def parts(numbers: np.ndarray) -> np.ndarray:
        return score_features.standardised(terms, numbers) * weights

    def pd(_rows: Rows, numbers: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(parts(numbers).sum(axis=1) + base)))

    coefficients = tuple(float(each) for each in weights)
    return Reading(PLAIN, pd, pd, parts, _told(LOGISTIC), base, coefficients)


def _challenger(terms: tuple[Term, ...], learned: Sample) -> Reading:
    """Boosted trees: a loan's reason is what its log odds lose with one feature made typical."""
    model = HistGradientBoostingClassifier(random_state=SEED, **BOOSTING)
    model.fit(learned.numbers, learned.bad)
    typical = np.nan_to_num(np.nanmedian(learned.numbers, axis=0))

    def pd(_rows: Rows, numbers: np.ndarray) -> np.ndarray:
        return model.predict_proba(numbers)[:, 1]

    def parts(numbers: np.ndarray) -> np.ndarray:
        whole = model.decision_function(numbers)
        found = np.zeros(numbers.shape)
        for places in _by_feature(terms).values():
            changed = numbers.copy()
            changed[:, places] = typical[places]
            found[:, places[0]] = whole - model.decision_function(changed)
        return found

    return Reading(CHALLENGER, pd, pd, parts, _told(BOOSTING))


def _told(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in settings.items())


def _by_feature(terms: tuple[Term, ...]) -> dict[str, list[int]]:
    """The places of each feature's terms: the levels of a word are one reason."""
    found: dict[str, list[int]] = {}
    for place, term in enumerate(terms):
        found.setdefault(term.feature, []).append(place)
    return found


def _benchmarks(connection: Connection, learned: Sample) -> list[Reading]:
    """What the score must beat: days past due alone, and the rules' score where the book has it."""
    found = [_banded(DAYS, lambda rows: rows.values["days_past_due"], DAY_BANDS, learned)]
    if _has_rule_scores(connection):
        found.append(
            _banded(RULES, lambda rows: _rule_scores(connection, rows), SCORE_BANDS, learned)
        )
    return found


def _banded(
    name: str, rank: Callable[[Rows], np.ndarray], inner: np.ndarray, learned: Sample
) -> Reading:
    """A benchmark ranks by its own number; its probability is the rate of its band in training."""
    bands = np.searchsorted(inner, rank(learned.rows))
    rates = np.full(len(inner) + 1, learned.bad.mean())
    for band in np.unique(bands):
        rates[band] = learned.bad[bands == band].mean()

    def pd(rows: Rows, _numbers: np.ndarray) -> np.ndarray:
        return rates[np.searchsorted(inner, rank(rows))]

    return Reading(name, pd, lambda rows, _numbers: rank(rows))


def _has_rule_scores(connection: Connection) -> bool:
    return bool(
        connection.execute(
            "from duckdb_tables() select 1 where schema_name = 'marts'"
            " and table_name = 'borrower_scores'"
        ).fetchall()
    )


def _rule_scores(connection: Connection, rows: Rows) -> np.ndarray:
    """The rules' score of each row's borrower on that month end; 0 where no signal was active."""
    wanted = pa.table(
        {
            "place": np.arange(len(rows)),
            "borrower_id": rows.keys["borrower_id"].astype(str),
            "month_end": rows.keys["month_end"].astype("datetime64[D]"),
        }
    )
    connection.register("wanted", wanted)
    found = connection.execute(
        """
        select coalesce(cast(scores.score as double), 0) as score
        from wanted
        left join marts.borrower_scores as scores
            on wanted.borrower_id = scores.borrower_id and wanted.month_end = scores.month_end
        order by wanted.place
        """
    ).fetchnumpy()
    connection.unregister("wanted")
    return np.asarray(found["score"], dtype=float)


# --- How well it did ---


def _judge(
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
    _insert(connection, "model_cards", cards)
    _insert(connection, "model_calibration", bands)


def _weigh(
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
    _insert(connection, "model_terms", found)


def _importance(terms: tuple[Term, ...], reading: Reading, tested: Sample) -> dict[str, float]:
    order = np.random.default_rng(SEED).permutation(len(tested.bad))
    whole, _ = score_figures.separation(reading.pd(tested.rows, tested.numbers), tested.bad)
    lost = {}
    for feature, places in _by_feature(terms).items():
        shuffled = tested.numbers.copy()
        shuffled[:, places] = shuffled[order][:, places]
        auc, _ = score_figures.separation(reading.pd(tested.rows, shuffled), tested.bad)
        lost[feature] = whole - auc
    return lost


def _watch(
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
    _insert(connection, "model_stability", found)


def _values(
    terms: tuple[Term, ...], readings: Sequence[Reading], rows: Rows, numbers: np.ndarray
) -> dict[tuple[str, str], np.ndarray]:
    """What is watched: each model's score, and each feature as it stands."""
    found = {("score", each.name): each.pd(rows, numbers) for each in readings}
    for name in _by_feature(terms):
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


# --- Scores ---


def _score(
    connection: Connection,
    terms: tuple[Term, ...],
    reading: Reading,
    tested: Sample,
    inner: np.ndarray,
) -> None:
    """Scores of the tested rows, and of every loan of the last month end."""
    foretold = reading.pd(tested.rows, tested.numbers)
    least = float(np.quantile(foretold, EXPLAINED)) if reading.name == CHALLENGER else 0.0
    told = (connection, terms, reading, inner, least)
    _tell(*told, tested.rows, is_test=True)
    for rows in score_features.read_batches(connection, "is_last"):
        _tell(*told, rows, is_test=False)


def _tell(
    connection: Connection,
    terms: tuple[Term, ...],
    reading: Reading,
    inner: np.ndarray,
    least: float,
    rows: Rows,
    *,
    is_test: bool,
) -> None:
    """Stores the rows' probabilities, bands and reasons."""
    numbers = score_features.matrix(terms, rows)
    pd = reading.pd(rows, numbers)
    reasons = _reasons(terms, reading, rows, numbers, np.flatnonzero(pd >= least))
    told = {name: rows.keys[name] for name in ("loan_id", "borrower_id", "branch", "product")}
    table = pa.table(
        {
            **{name: pa.array(values.astype(str)) for name, values in told.items()},
            "month_end": rows.keys["month_end"].astype("datetime64[D]"),
            "balance": np.asarray(rows.keys["balance"], dtype=float),
            "days_past_due": np.asarray(rows.keys["days_past_due"], dtype=np.int64),
            "is_test": pa.array([is_test] * len(rows)),
            "is_default": pa.array(np.ma.asarray(rows.keys["is_default"]).tolist(), pa.bool_()),
            "reading": pa.array([reading.name] * len(rows)),
            "pd": pd,
            "band": score_figures.places(pd, inner) + 1,
            "reasons": pa.array([each[0] for each in reasons], pa.list_(pa.string())),
            "grounds": pa.array([each[1] for each in reasons], pa.list_(pa.string())),
            "parts": pa.array([each[2] for each in reasons], pa.list_(pa.float64())),
        }
    )
    _insert_table(connection, "model_scores", table)


Reasons = tuple[list[str], list[str], list[float]]


def _reasons(
    terms: tuple[Term, ...],
    reading: Reading,
    rows: Rows,
    numbers: np.ndarray,
    explained: np.ndarray,
) -> list[Reasons]:
    """The features that add most to each explained row, their values, and what they add."""
    found: list[Reasons] = [([], [], [])] * len(rows)
    if reading.parts is None or not len(explained):
        return found
    by_feature = _by_feature(terms)
    names = list(by_feature)
    parts = reading.parts(numbers[explained])
    added = np.column_stack([parts[:, places].sum(axis=1) for places in by_feature.values()])
    most = np.argsort(-added, axis=1, kind="stable")[:, :REASONS]
    for place, row in enumerate(explained):
        chosen = [each for each in most[place] if added[place, each] > 0]
        said = [names[each] for each in chosen]
        values = [score_features.grounds(each, rows, int(row)) for each in said]
        found[row] = (said, values, [float(added[place, each]) for each in chosen])
    return found


# --- Storing ---


def _insert(connection: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        _insert_table(connection, table, pa.Table.from_pylist(_whole(rows)))


def _whole(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every row with every name, and what is no number as nothing."""
    names = {name: None for row in rows for name in row}
    return [{name: _plain_value(row.get(name)) for name in names} for row in rows]


def _plain_value(value: Any) -> Any:
    return None if isinstance(value, float) and np.isnan(value) else value


def _insert_table(connection: Connection, table: str, rows: pa.Table) -> None:
    connection.register("told", rows)
    connection.execute(f"insert into marts.{table} by name select * from told")
    connection.unregister("told")
