"""The five classes at three dates, and where each class of a month ago is now (section 3.3)."""

from dataclasses import replace

import pandas as pd

from queries.metrics import BALANCE, LOANS, Metric, Where, measure
from queries.periods import months_back
from queries.warehouse import Scope, month_ends

CLASSES = (1, 2, 3, 4, 5)
_DATES = ((0, ""), (1, "_month_before"), (12, "_year_before"))


def class_stock(scope: Scope, where: Where = ()) -> pd.DataFrame:
    """classification, loans, balance, share, and each `_month_before` and `_year_before`.

    One row per class; a month end that the book does not have is missing, no loans are 0.
    """
    dates = set(month_ends(scope.build))
    parts = [pd.DataFrame({"classification": CLASSES})]
    for months, after in _DATES:
        day = months_back(scope, months, clip=False)
        names = {BALANCE.id: f"balance{after}", LOANS.id: f"loans{after}"}
        if day not in dates:
            parts.append(pd.DataFrame(columns=[*names.values(), f"share{after}"], index=range(5)))
            continue
        cut = measure(replace(scope, as_of=day), BALANCE, LOANS, by="classification", where=where)
        held = cut.set_index("classification")[list(names)].reindex(CLASSES).fillna(0)
        held = held.reset_index(drop=True).rename(columns=names).astype(float)
        whole = held[f"balance{after}"].sum()
        share = held[f"balance{after}"] / whole if whole else float("nan")
        parts.append(held.assign(**{f"share{after}": share}))
    return pd.concat(parts, axis=1)


def class_flow(scope: Scope, metric: Metric, where: Where = ()) -> pd.DataFrame:
    """opening_class, became, the metric, `share` of it in its opening class.

    `became` is the class at the month end, or how the loan left the book. Loans that are new have
    no class a month before and stand in no row.
    """
    by = ("opening_class", "classification", "status")
    cells = measure(scope, metric, by=by, where=where)
    cells = cells.dropna(subset=["opening_class"]).astype({"opening_class": int})
    stayed = cells["status"] == "active"
    classes = cells["classification"].astype("Int64").astype(str)
    cells["became"] = classes.where(stayed, cells["status"])
    found = cells.groupby(["opening_class", "became"], as_index=False)[metric.id].sum()
    whole = found.groupby("opening_class")[metric.id].transform("sum")
    return found.assign(share=found[metric.id] / whole.where(whole != 0))


def class_floors(scope: Scope, metric: Metric) -> pd.DataFrame:
    """class_floor, class_booked, the metric, where a class is booked and something is counted."""
    cells = measure(scope, metric, by=("class_floor", "class_booked"))
    cells = cells.dropna(subset=["class_floor", "class_booked"])
    cells = cells[cells[metric.id] != 0]
    return cells.astype({"class_floor": int, "class_booked": int}).reset_index(drop=True)
