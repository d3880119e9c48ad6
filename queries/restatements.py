"""What one build says of a month that another did not: loans, figures, classes, and why.

Both are asked the same questions in the same scope, so that rights hold in both.
"""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from queries import reports
from queries.measures import Metric, measure
from queries.warehouse import Scope, month_ends, run

STATES = ("status", "balance", "days_past_due", "classification")
RECORDED = ("class_booked", "balance_recorded", "dpd_recorded")
WHYS = ("new_loan", "gone", "reversal", "late_posting", "payment", "schedule", "record")
WHYS += ("rule", "model", "rule_or_model")
OTHER = "other"
MOST = 20_000
"""Changed loans whose causes are looked up one by one; beyond it causes are not told."""


@dataclass(frozen=True)
class Restated:
    """`loans`: loan_id, branch, product, what, why, and each state then and now (`_then`, `_now`).

    A recorded balance counts where both builds have one, beside the computed one, which may stand.
    `is_known_then` is false where the earlier build knew nothing of the month. `models_differ` says
    that another version of the product made it, as far as both tell theirs.
    """

    loans: pd.DataFrame
    is_known_then: bool
    rules_differ: bool
    models_differ: bool = False


def restated(scope: Scope, then: str, day: date) -> Restated:
    """The loans of which the scope's build says otherwise than the build `then`, at a month end."""
    before = replace(scope, build=then)
    if day not in month_ends(then):
        return Restated(_empty(), False, False)
    was, now = reports.restated_states(before, day), reports.restated_states(scope, day)
    both = was.merge(now, on="loan_id", how="outer", suffixes=("_then", "_now"), indicator=True)
    same = both["_merge"] == "both"
    for name in STATES:
        same &= _equal(both[f"{name}_then"], both[f"{name}_now"])
    noted = [both[f"balance_recorded_{when}"] for when in ("then", "now")]
    same &= _equal(*noted) | noted[0].isna() | noted[1].isna()
    changed = both[~same].reset_index(drop=True)
    rules = _rules(then) != _rules(scope.build)
    changed["branch"] = changed["branch_now"].fillna(changed["branch_then"])
    changed["product"] = changed["product_now"].fillna(changed["product_then"])
    changed["change"] = changed["balance_now"].fillna(0) - changed["balance_then"].fillna(0)
    # A loan that the other build knows is no new one: it had left the book then, or has now.
    for side, other, mark in (("right_only", before, "is_new"), ("left_only", scope, "is_gone")):
        here = changed["_merge"] == side
        asked = changed.loc[here, "loan_id"].tolist()
        known = reports.restated_known(other, asked)["loan_id"] if asked else []
        changed[mark] = here & ~changed["loan_id"].isin(known)
    changed["what"] = _what(changed)
    models = {_models(then), _models(scope.build)}
    models_differ = len(models) == 2 and "" not in models
    changed["why"] = _why(scope, before, day, changed, rules, models_differ)
    return Restated(
        changed.drop(columns=["_merge", "is_new", "is_gone"]), True, rules, models_differ
    )


def figures(scope: Scope, then: str, metrics: tuple[Metric, ...]) -> pd.DataFrame:
    """metric, unit, then, now, change of each metric at the scope's month end, by both builds."""
    before = replace(scope, build=then)
    frames = [measure(each, *metrics) for each in (before, scope)]
    rows = []
    for metric in metrics:
        was, now = (
            float(frame[metric.id].iloc[0]) if len(frame) else float("nan") for frame in frames
        )
        rows.append((metric.id, metric.name, metric.unit, was, now, now - was))
    return pd.DataFrame(rows, columns=["metric", "name", "unit", "then", "now", "change"])


def _empty() -> pd.DataFrame:
    columns = ["loan_id", "branch", "product", "change", "what", "why"]
    return pd.DataFrame(
        columns=[
            *columns,
            *(f"{s}_{w}" for s in (*STATES, "balance_recorded") for w in ("then", "now")),
        ]
    )


def _equal(one: pd.Series, other: pd.Series) -> pd.Series:
    return (one == other) | (one.isna() & other.isna())


def _what(changed: pd.DataFrame) -> pd.Series:
    """The gravest of what changed: the loan itself, its status, class, days or balance, and if
    none of these did, the balance that the core system recorded."""
    what = pd.Series("recorded", index=changed.index)
    for name, word in (
        ("balance", "balance"),
        ("days_past_due", "days"),
        ("classification", "class"),
        ("status", "status"),
    ):
        what = what.where(_equal(changed[f"{name}_then"], changed[f"{name}_now"]), word)
    what = what.mask(changed["_merge"] == "right_only", "returned")
    what = what.mask(changed["_merge"] == "left_only", "left")
    return what.mask(changed["is_new"], "new_loan").mask(changed["is_gone"], "gone")


def _why(
    now: Scope,
    then: Scope,
    day: date,
    changed: pd.DataFrame,
    rules_differ: bool,
    models_differ: bool,
) -> pd.Series:
    """The first of WHYS that holds of each loan.

    A rule moves a class alone; another version of the models may move anything.
    """
    why = pd.Series(OTHER, index=changed.index, dtype="object")
    if changed.empty or len(changed) > MOST:
        return why
    loans = changed["loan_id"].tolist()
    if models_differ:
        why[:] = "model"
    if rules_differ:
        same = pd.Series(True, index=changed.index)
        for name in ("status", "balance", "days_past_due"):
            same &= _equal(changed[f"{name}_then"], changed[f"{name}_now"])
        why = why.mask(same, "rule_or_model" if models_differ else "rule")
    recorded = pd.Series(False, index=changed.index)
    for name in RECORDED:
        recorded |= ~_equal(changed[f"{name}_then"], changed[f"{name}_now"])
    why = why.mask(recorded, "record")
    plans = [reports.restated_schedules(each, loans) for each in (then, now)]
    rows = [{tuple(row) for row in frame.to_numpy().tolist()} for frame in plans]
    why = why.mask(changed["loan_id"].isin({row[0] for row in rows[0] ^ rows[1]}), "schedule")
    for word, found in _payments(now, then, day, loans).items():
        why = why.mask(changed["loan_id"].isin(found), word)
    return why.mask(changed["is_gone"], "gone").mask(changed["is_new"], "new_loan")


def _payments(now: Scope, then: Scope, day: date, loans: list[str]) -> dict[str, set[str]]:
    """Loans by what happened to their payments, gravest last."""
    was, is_ = (reports.restated_payments(each, day, loans) for each in (then, now))
    was_rows = was.set_index("repayment_id")
    is_rows = is_.set_index("repayment_id")
    added = is_rows[~is_rows.index.isin(was_rows.index)]
    gone = was_rows[~was_rows.index.isin(is_rows.index)]
    kept = is_.merge(was, on="repayment_id", suffixes=("_now", "_then"))
    moved = kept[
        (kept["amount_now"] != kept["amount_then"]) | (kept["paid_on_now"] != kept["paid_on_then"])
    ]
    is_back = added["reverses"].notna()
    return {
        "payment": {*gone["loan_id"], *moved["loan_id_now"]},
        "late_posting": {*added.loc[~is_back, "loan_id"]},
        "reversal": {*added.loc[is_back, "loan_id"]},
    }


def _rules(build: str) -> list[tuple]:
    sql = "select param_id, regime, product, value, valid_from, valid_to from book_parameters()"
    found = run(sql + " order by all", build=build)
    return [tuple(row) for row in found.astype(str).to_numpy().tolist()]


def _models(build: str) -> str:
    """What tells the models that made a build; empty of one that does not say it."""
    told = run("from book_metadata()", build=build)
    return str(told["models"].iloc[0] or "") if "models" in told else ""
