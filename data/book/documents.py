"""What a loan's file must hold, and what it holds: the documents table."""

import numpy as np

from data.book.calendar import Months
from data.book.lending import Loans
from data.book.products import COLLATERAL_KINDS
from data.book.tables import NOTHING, Folder, coded, days, numbered

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


def write_documents(folder: Folder, rng: np.random.Generator, loans: Loans, months: Months) -> None:
    """One row per document of every loan; empty where it has not come in."""
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
