"""What other banks report of the bank's borrowers: debts, special mention, inquiries."""

import numpy as np
from numpy.typing import NDArray

from data.book.accounts import firm_scale
from data.book.calendar import Months
from data.book.lending import Borrowers, Loans
from data.book.plans import EVERY, Plan, first_report
from data.book.signals import REPORT_DAY, Reports
from data.book.tables import Folder, days, flags, money, numbered, ragged, whole

Whole = NDArray[np.int64]

JUMPS_TO = (1.65, 2.3)
INQUIRIES, MANY_INQUIRIES = 0.7, (6, 11)
CALM_MENTION = 0.0006


def write_bureau(
    folder: Folder,
    rng: np.random.Generator,
    loans: Loans,
    borrowers: Borrowers,
    months: Months,
    plan: Plan,
    reports: Reports,
) -> None:
    """The bureau table: corporates' half-yearly reports, then the others' quarterly ones."""
    borrower, day, month, late, has_npl = _rows(borrowers, months, plan, reports)
    count = len(borrower)
    scale = firm_scale(loans, borrowers.count)[borrower]
    factor = rng.uniform(1.4, 4.0, borrowers.count)[borrower]
    drift = 1 + rng.normal(0.003, 0.004, borrowers.count)[borrower] * month
    jump = rng.uniform(*JUMPS_TO, borrowers.count)[borrower]
    jump = np.where(plan.shows("debt", borrower, month), jump, 1.0)
    noise = np.exp(np.clip(rng.normal(0, 0.04, count), -0.1, 0.1))
    total = (scale * factor * drift * jump * noise / 10_000).astype(np.int64) * 10_000
    kept = np.zeros(count, bool)
    kept[: len(reports.borrower)] = (reports.late > 0) | reports.has_npl
    total[kept] = reports.total[kept[: len(reports.borrower)]]
    mention = (rng.random(count) < CALM_MENTION) & ~plan.is_quiet[borrower]
    mention |= has_npl | plan.shows("mention", borrower, month)
    asked = np.minimum(rng.poisson(INQUIRIES, count), MANY_INQUIRIES[0] - 1)
    often = rng.integers(*MANY_INQUIRIES, count)
    asked = np.where(plan.shows("inquiries", borrower, month), often, asked)
    folder.write(
        "bureau",
        {
            "borrower_id": numbered("B", loans.first_borrower + borrower),
            "reported_on": days(day),
            "total_debt": money(total),
            "debt_dpd90": money(late),
            "any_npl": flags(has_npl),
            "any_special_mention": flags(mention),
            "hard_inquiries_3m": whole(asked),
        },
    )


def report_months(months: Months, plan: Plan, borrowers: Borrowers) -> tuple[Whole, Whole]:
    """Borrower and month of each report on small businesses and retail borrowers."""
    who = np.flatnonzero((borrowers.kind != 2) & plan.reported)
    start = first_report(who, plan.first[who])
    owner, place = ragged(np.maximum(plan.last[who] - start, -1) // EVERY + 1)
    return who[owner], start[owner] + place * EVERY


def _rows(
    borrowers: Borrowers, months: Months, plan: Plan, reports: Reports
) -> tuple[Whole, Whole, Whole, Whole, NDArray[np.bool_]]:
    """Borrower, day, month, debt more than 90 days late, bad debt of each report."""
    other, month = report_months(months, plan, borrowers)
    none = np.zeros(len(other), np.int64)
    return (
        np.concatenate([reports.borrower, other]),
        np.concatenate([reports.day, months.first[month] + REPORT_DAY - 1]),
        np.concatenate([np.searchsorted(months.last, reports.day), month]),
        np.concatenate([reports.late, none]),
        np.concatenate([reports.has_npl, none > 0]),
    )
