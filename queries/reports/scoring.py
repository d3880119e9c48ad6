"""The learned score: its card, its figures, and the loans with their probabilities."""

from decimal import Decimal
from typing import Any

import pandas as pd

from queries.paging import PAGE, page, total
from queries.warehouse import Scope, report, report_sql

SCORE_ORDER = ("-pd", "score_id")


def model_cards(scope: Scope) -> pd.DataFrame:
    """One row per reading, the models first: state, windows, rows, settings, auc, ks, brier ...

    `state` is fitted, or why there is no model; `verdict` is that against `benchmark`.
    """
    return report("model_cards", scope)


def model_calibration(scope: Scope, reading: str) -> pd.DataFrame:
    """band, rows, defaults, pd_from, pd_to, mean_pd, default_rate, rate_from, rate_to.

    Of the tested rows of the whole book, the safest tenth first.
    """
    return report("model_calibration", scope, reading=reading)


def model_stability(scope: Scope, reading: str) -> pd.DataFrame:
    """subject, kind (score, feature), month_end, rows, psi, stability: the score first."""
    return report("model_stability", scope, reading=reading)


def model_terms(scope: Scope, reading: str) -> pd.DataFrame:
    """feature, level, coefficient, importance, mean, deviation: what weighs most first."""
    return report("model_terms", scope, reading=reading)


def model_nodes(scope: Scope, reading: str) -> pd.DataFrame:
    """tree, node, feature, level, threshold, is_missing_left, left_node, right_node, value.

    The trees of a reading that has any, whole: a leaf has a value and asks nothing.
    """
    return report("model_nodes", scope, reading=reading)


def model_loans(
    scope: Scope, reading: str, band: int = 0, after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per loan with its probability and reasons, the highest first.

    Of the scope's month end, or, with a `band`, the tested rows of that tenth with `is_default`.
    """
    return page(
        report_sql("model_loans"), scope, SCORE_ORDER, after, limit, **_asked(reading, band)
    )


def model_loans_total(scope: Scope, reading: str, band: int = 0) -> tuple[int, Decimal]:
    """How many rows that list has, and their balance."""
    return total(report_sql("model_loans"), scope, "balance", **_asked(reading, band))


def _asked(reading: str, band: int) -> dict[str, Any]:
    return {"reading": reading, "band": band}
