"""Which rules earn their keep: each one's hit rate beside that of borrowers at random (9.5)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import pandas as pd

from queries import reports
from queries.paging import first_page
from queries.warehouse import Scope, report_sql

Verdict = Literal["earns", "chance", "thin", "late", "always", "never"]

MONTHS = 36
LEAST = 20  # firings that can be judged: fewer prove nothing
SURE = 1.96  # of a normal distribution: bounds at 95 per cent


@dataclass(frozen=True)
class Reading:
    """What a reader should know first: how good the warnings were, the best and the worst rule.

    `base` is the share of performing borrowers, at random, that came into default within twelve
    months. `best` found most defaults beyond what that share would have; of the rules that are not
    proven better than it, `worst` was judged most often.
    """

    months: int
    whole: pd.Series | None
    base: float | None
    rules: pd.DataFrame
    best: pd.Series | None
    worst: pd.Series | None


def read(scope: Scope, months: int = MONTHS, kind: str = "") -> Reading:
    """The results of all rules with a verdict on each, and the two that a sentence is about.

    The rules on borrowers of a `kind`, or on all; `whole` is always of all.
    """
    whole = reports.warning_results(scope, "all", months)
    base = base_rate(scope, months, kind)
    rules = judged(reports.rule_results(scope, months, kind), base)
    earning = rules[rules["verdict"] == "earns"].sort_values("beyond_chance", ascending=False)
    idle = rules[rules["verdict"] == "chance"].sort_values("observed", ascending=False)
    return Reading(
        months,
        whole.iloc[0] if len(whole) else None,
        base,
        rules,
        earning.iloc[0] if len(earning) else None,
        idle.iloc[0] if len(idle) else None,
    )


def base_rate(scope: Scope, months: int = MONTHS, kind: str = "") -> float | None:
    """Of borrowers not in default, warned or not, the share in default twelve months on."""
    seen = reports.confusion_months(scope, months, kind)
    fallen = float(seen["warned_defaulted"].sum() + seen["calm_defaulted"].sum())
    fine = float(seen["warned_fine"].sum() + seen["calm_fine"].sum())
    return fallen / (fallen + fine) if fallen + fine else None


def judged(rules: pd.DataFrame, base: float | None) -> pd.DataFrame:
    """The rules with `low` and `high` (bounds of the hit rate), `beyond_chance` and `verdict`."""
    found = [_bounds(*pair) for pair in zip(rules["hits"], rules["observed"], strict=True)]
    with_bounds = rules.assign(
        low=[low for low, _ in found],
        high=[high for _, high in found],
        beyond_chance=rules["hits"] - rules["observed"] * (base or 0.0),
    )
    return with_bounds.assign(verdict=[_verdict(row, base) for _, row in with_bounds.iterrows()])


def _bounds(hits: float, observed: float) -> tuple[float, float]:
    """Wilson's bounds of a share."""
    if not observed:
        return float("nan"), float("nan")
    share, square = hits / observed, SURE * SURE
    middle = share + square / (2 * observed)
    wide = SURE * (share * (1 - share) / observed + square / (4 * observed**2)) ** 0.5
    whole = 1 + square / observed
    return max((middle - wide) / whole, 0.0), min((middle + wide) / whole, 1.0)


def _verdict(rule: pd.Series, base: float | None) -> Verdict:
    if rule["is_never"]:
        return "never"
    if rule["is_always"]:
        return "always"
    if not rule["observed"] and rule["fired"] >= LEAST:
        return "late"
    if rule["observed"] < LEAST or base is None:
        return "thin"
    return "earns" if rule["low"] > base else "chance"


_UNANSWERED = """
select * from (
{alerts}
) as raised
where not list_contains($answered, borrower_id)
"""


def largest_alerts(
    scope: Scope, limit: int, answered: tuple[str, ...] = ()
) -> tuple[pd.DataFrame, int, Decimal]:
    """Of the borrowers that became orange or red this month those that owe most; how many there
    are, and what they owe.

    Those that `answered` names are left out.
    """
    sql, order = _UNANSWERED.format(alerts=report_sql("new_alerts")), ("-exposure", "borrower_id")
    found = first_page(sql, scope, order, limit, "exposure", answered=answered)
    frame, number, exposure = found
    return reports.with_signals(frame, scope), number, exposure
