"""What a loan's file must hold, what it holds, and what of it was lent out: two tables."""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import SEASONING_MONTHS, Months, on_workday
from data.book.lending import Loans
from data.book.products import COLLATERAL_KINDS
from data.book.staffing import Staff
from data.book.tables import NOTHING, Folder, coded, days, numbered

Whole = NDArray[np.int64]

KINDS = (
    "loan_contract",
    "identity_document",
    "income_proof",
    "disbursement_slip",
    "guarantee_contract",
    "collateral_certificate",
    "insurance_policy",
)
ALWAYS = 4
MISSING, LATE = 0.012, 0.03
LAPSED = 0.05
"""Insurance policies that ran out and were not renewed."""
INSURED = 365
ORIGINALS = tuple(
    KINDS.index(kind) for kind in ("loan_contract", "guarantee_contract", "collateral_certificate")
)
LENT, NOT_BACK = 0.015, 0.012
"""Originals that are lent out in a year, and those of them that do not come back."""
OUT_DAYS, OUT_SPREAD = 4.0, 0.5
"""Days for which one is out: median and spread of its logarithm; one in eight is late."""


def write_documents(
    folder: Folder,
    rng: np.random.Generator,
    lending: np.random.Generator,
    loans: Loans,
    months: Months,
    staff: Staff,
) -> None:
    """One row per document of every loan, empty where it has not come in; some are lent out."""
    every = np.arange(loans.count)
    kind = np.array(COLLATERAL_KINDS)[loans.collateral]
    groups = [np.full(loans.count, place) for place in range(ALWAYS)]
    owners = [every] * ALWAYS
    for place, name in ((4, "guaranteed"), (5, "mortgaged"), (6, "mortgaged")):
        mine = every[kind == name]
        owners.append(mine)
        groups.append(np.full(len(mine), place))
    loan, what = np.concatenate(owners), np.concatenate(groups)
    order = np.lexsort((what, loan))
    loan, what = loan[order], what[order]
    chance, end = rng.random(len(loan)), int(months.last[-1])
    received = loans.disbursed[loan] + rng.integers(-5, 15, len(loan))
    late = (chance >= MISSING) & (chance < MISSING + LATE)
    received = np.where(late, loans.disbursed[loan] + rng.integers(40, 200, len(loan)), received)
    received = np.where((chance < MISSING) | (received > end), NOTHING, received)
    years = np.maximum((end - loans.disbursed[loan]) // INSURED + 1, 1)
    lapsed = rng.random(len(loan)) < LAPSED
    until = loans.disbursed[loan] + INSURED * np.where(lapsed, np.maximum(years - 1, 1), years)
    until = np.where(
        (what == KINDS.index("insurance_policy")) & (received != NOTHING), until, NOTHING
    )
    folder.write(
        "documents",
        {
            "loan_id": numbered("L", loans.numbers[loan]),
            "kind": coded(what, KINDS),
            "received_on": days(received),
            "valid_until": days(until),
        },
    )
    original = np.isin(what, ORIGINALS) & (received != NOTHING)
    held = (loan[original], what[original], received[original])
    _write_lendings(folder, lending, loans, months, staff, held)


def _write_lendings(
    folder: Folder,
    rng: np.random.Generator,
    loans: Loans,
    months: Months,
    staff: Staff,
    held: tuple[Whole, Whole, Whole],
) -> None:
    """One row per original lent out, to the lawyers; `held` is loan, kind and day received."""
    end, since = int(months.last[-1]), np.maximum(held[2], months.first[SEASONING_MONTHS])
    lent = rng.random(len(since)) < LENT * (end - since) / 365
    loan, what, received, since = (column[lent] for column in (*held, since))
    lent_on = on_workday(since + (rng.random(len(loan)) * (end - since)).astype(np.int64))
    out = np.maximum(rng.lognormal(np.log(OUT_DAYS), OUT_SPREAD, len(loan)), 1).astype(np.int64)
    back = on_workday(lent_on + out)
    back = np.where((rng.random(len(loan)) < NOT_BACK) | (back > end), NOTHING, back)
    who = rng.choice(staff.of("legal"), len(loan))
    seen = (lent_on >= received) & (lent_on <= end)
    number = folder.rows.get("document_lendings", 0) + 1 + np.arange(int(seen.sum()))
    folder.write(
        "document_lendings",
        {
            "lending_id": numbered("D", number, 7),
            "loan_id": numbered("L", loans.numbers[loan[seen]]),
            "kind": coded(what[seen], KINDS),
            "lent_on": days(lent_on[seen]),
            "returned_on": days(back[seen]),
            "staff_id": numbered("S", who[seen], 5),
        },
    )
