"""Compliance checks, the capital that the loans are measured against, and the house's limits."""

import numpy as np
from numpy.typing import NDArray

from data.book.approvals import AUTHORITY
from data.book.calendar import SEASONING_MONTHS, Months, as_date
from data.book.exposures import Capital
from data.book.feeds import Feeds
from data.book.names import BRANCHES
from data.book.staffing import DEPARTMENT_IDS
from data.book.tables import NOTHING, Folder, coded, days, flags, money, numbered, whole, words

Whole = NDArray[np.int64]

INDUSTRY_LIMITS = {"C": "0.28", "E": "0.10", "F": "0.22", "K": "0.05"}
"""The most that a section of industry may be of the book, by the bank's own policy."""
DEBT_RATIOS = {"C": "0.68", "E": "0.80", "F": "0.72", "K": "0.82"}
"""What firms of a section usually owe of what they have at most (signal F03)."""
WATCHED_INDUSTRIES = "K"
WATCHED_MONTHS = 12
"""Real estate has been on the bank's internal watch for the last year (signal X11)."""


def write_compliance_checks(folder: Folder, rng: np.random.Generator, months: Months) -> None:
    """Every quarter each branch, and one department in turn; now and then an unplanned check."""
    rows = []
    for place, month in enumerate(range(SEASONING_MONTHS, months.count, 3)):
        for branch in range(len(BRANCHES)):
            rows.append((place % len(DEPARTMENT_IDS), branch, month, True))
        for step in range(3):
            department = (place * 3 + step) % len(DEPARTMENT_IDS)
            rows.append((department, NOTHING, month, rng.random() < 0.7))
    department, branch, month, planned = (np.array(part) for part in zip(*rows, strict=True))
    count = len(rows)
    day = np.minimum(months.first[month] + rng.integers(5, 80, count), int(months.last[-1]))
    tested = rng.integers(15, 61, count)
    passed = tested - rng.binomial(tested, 0.06)
    mended = np.where(passed < tested, day + rng.integers(10, 75, count), NOTHING)
    mended = np.where(mended > months.last[-1], NOTHING, mended)
    folder.write(
        "compliance_checks",
        {
            "check_id": numbered("Q", np.arange(1, count + 1), 5),
            "department_id": coded(department, DEPARTMENT_IDS),
            "branch": coded(branch, BRANCHES),
            "checked_on": days(day),
            "is_planned": flags(planned),
            "items_tested": whole(tested),
            "items_passed": whole(passed),
            "rectified_on": days(mended),
        },
    )


def write_capital(
    folder: Folder, rng: np.random.Generator, months: Months, feeds: Feeds
) -> Capital:
    """Capital at every quarter end, in proportion to the loans it has to carry."""
    quarter = [
        month
        for month in range(months.count)
        if as_date(months.last[month]).month % 3 == 0 and feeds.balance[month] > 0
    ]
    share = rng.uniform(0.135, 0.150, len(quarter))
    net = (feeds.balance[quarter] * share / 1e8).astype(np.int64) * 100_000_000
    tier1 = net * 78 // 100
    folder.write(
        "capital",
        {
            "as_of": days(months.last[quarter]),
            "net_capital": money(net),
            "tier1_capital": money(tier1),
        },
    )
    return Capital(np.array(quarter), net, tier1)


def write_limits(folder: Folder, months: Months) -> None:
    """The bank's own limits and the industries that it watches, beside the default parameters."""
    limits = {f"limit.industry.{section}": value for section, value in INDUSTRY_LIMITS.items()}
    norms = {f"ews_debt_ratio.{section}": value for section, value in DEBT_RATIOS.items()}
    authority = {f"authority.{grade}": str(most) for grade, most in AUTHORITY.items()}
    own = limits | norms | authority | {"ews_watched_industries": WATCHED_INDUSTRIES}
    since = np.full(len(own), months.first[SEASONING_MONTHS])
    since[[name in authority for name in own]] = months.first[0]
    since[-1] = months.first[max(SEASONING_MONTHS, months.count - WATCHED_MONTHS)]
    folder.write(
        "parameters",
        {
            "param_id": words(list(own)),
            "value": words(list(own.values())),
            "valid_from": days(since),
            "source": words(["internal convention"] * len(own)),
        },
    )
