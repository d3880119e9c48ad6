"""Stages, PD, LGD and expected loss: what they are, what they rest on, what stands behind them."""

from datetime import date
from decimal import Decimal

import pandas as pd

from queries.paging import PAGE, page, total
from queries.warehouse import Scope, report, report_sql

MISMATCH_ORDER = ("-balance", "loan_id")
CASE_ORDER = ("-exposure", "case_key")


def expected_loss_counts(scope: Scope) -> pd.DataFrame:
    """One row per loan on the book now or a month before: what expected loss counts of it."""
    return report("expected_loss_counts", scope)


def pd_moves(scope: Scope, months_after: date) -> pd.DataFrame:
    """month_end, product, from_state, to_state, loans: the moves of the months after a date."""
    return report("pd_moves", scope, after=months_after)


def pd_used(scope: Scope) -> pd.DataFrame:
    """product, state, pd_12m, standard_error, own_loans, loans, is_whole_book, part_repaid."""
    return report("pd_used", scope)


def pd_terms(scope: Scope, product: str) -> pd.DataFrame:
    """state, months_ahead, pd: the term structure of one product, as expected loss uses it."""
    return report("pd_terms", scope, product=product)


def lgd_used(scope: Scope) -> pd.DataFrame:
    """One row per product: lgd, lgd_raw, and how far it is watched by enough defaults (5.2).

    own_lgd, own_cases, own_months, own_last_cases, cases, book_months, book_last_cases,
    is_whole_book.
    """
    return report("lgd_used", scope)


def lgd_history(scope: Scope) -> pd.DataFrame:
    """One row per month end and product: lgd, cases, how far it is watched, is_whole_book."""
    return report("lgd_history", scope)


def recovery_curve(scope: Scope, product: str = "") -> pd.DataFrame:
    """age (months since default), cases, share, recovered (all until then), collected (net cash
    until then, as it came, over the exposure of those watched so long); '' is every product."""
    return report("recovery_curve", scope, product=product)


def default_cases(
    scope: Scope, product: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per default seen by the month end, with what came of it; the largest first."""
    return page(report_sql("default_cases"), scope, CASE_ORDER, after, limit, product=product)


def default_cases_total(scope: Scope, product: str = "") -> tuple[int, Decimal]:
    """How many defaults the list has, and their exposure."""
    return total(report_sql("default_cases"), scope, "exposure", product=product)


def stress_cells(scope: Scope) -> pd.DataFrame:
    """product, stage, pd_state, lgd, pd, weights: the small cube that a stress is reckoned from."""
    return report("stress_cells", scope)


def ecl_parameters(scope: Scope) -> pd.DataFrame:
    """param_id, product, value, valid_from, source: every parameter in force at the month end."""
    return report("ecl_parameters", scope)


def loan_ecl(scope: Scope, loan_id: str) -> pd.DataFrame:
    """One loan's expected loss and what it is made of; no row where it is not on the book."""
    return report("loan_ecl", scope, loan_id=loan_id)


def stage_mismatches(
    scope: Scope, pair: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per loan recorded in another stage than computed; `pair` is `recorded:computed`."""
    return page(report_sql("stage_mismatches"), scope, MISMATCH_ORDER, after, limit, pair=pair)


def stage_mismatches_total(scope: Scope, pair: str = "") -> tuple[int, Decimal]:
    """How many loans the list has, and their balance."""
    return total(report_sql("stage_mismatches"), scope, "balance", pair=pair)


def stage_summary(scope: Scope) -> pd.DataFrame:
    """stage (empty: all), loans, balance, share, ecl_12m, ecl_life, ecl, ecl_rate, allowance, gap,
    coverage: the stages as computed."""
    return report("stage_summary", scope)


def stage_pairs(scope: Scope) -> pd.DataFrame:
    """stage_recorded, stage, loans, balance, ecl, allowance; empty where no stage is recorded."""
    return report("stage_pairs", scope)


def stage_rules(scope: Scope) -> pd.DataFrame:
    """stage, stage_rule, loans, balance, ecl, mismatched, mismatched_balance."""
    return report("stage_rules", scope)


def pd_rise(scope: Scope) -> pd.DataFrame:
    """ratio, points, backstop, loans, balance: stage 1 with a PD above that of a current loan."""
    return report("pd_rise", scope)


def stage_moves(scope: Scope) -> pd.DataFrame:
    """opening_stage, stage, loans, balance, opening_ecl, stage_ecl, ecl: over one month."""
    return report("stage_moves", scope)


def ecl_bridge(scope: Scope) -> pd.DataFrame:
    """month_end, ecl_opening, a signed amount per step, expected_loss, closes; oldest first."""
    return report("ecl_bridge", scope)
