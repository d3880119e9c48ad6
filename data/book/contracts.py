"""Reviews of contracts: those of new ones, a sample of the old ones, and the defects found."""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import SEASONING_MONTHS, Months
from data.book.chunk import Chunk
from data.book.tables import NOTHING, Folder, coded, days, numbered
from data.contract import BY_NAME

Whole = NDArray[np.int64]

CODES = next(c.choices for c in BY_NAME["contract_defects"].columns if c.name == "code")
CODE_SHARES = np.array([1, 8, 3, 1, 1, 14, 9, 12, 10, 4, 12, 9, 11, 4, 1]) / 100
SEVERITIES = ("high", "medium", "low")
SEVERE = ("CV01", "CV03", "CV04", "CV05", "CV07", "CV08", "CV12")
BEFORE = 2
"""Days before a review is done on which its case is opened."""
NEW, STOCK, DEFECTIVE, TWICE, REMEDIED = 0.1, 0.02, 0.075, 0.2, 0.8


def write_contracts(
    folder: Folder, rng: np.random.Generator, months: Months, chunk: Chunk
) -> dict[str, tuple[Whole, Whole]]:
    """The contract_reviews and contract_defects tables; when each review was begun."""
    loans, end = chunk.loans, int(months.last[-1])
    begins = int(months.first[SEASONING_MONTHS])
    new = np.flatnonzero((rng.random(loans.count) < NEW) & (loans.disbursed >= begins))
    old = np.flatnonzero(rng.random(loans.count) < STOCK)
    loan = np.concatenate([new, old])
    day = np.concatenate(
        [
            loans.disbursed[new] + rng.integers(0, 4, len(new)),
            np.maximum(loans.disbursed[old], begins) + rng.integers(60, 700, len(old)),
        ]
    )
    stock = np.arange(len(loan)) >= len(new)
    seen = day <= end
    loan, day, stock = loan[seen], day[seen], stock[seen]
    number = folder.rows.get("contract_reviews", 0) + 1 + np.arange(len(loan))
    folder.write(
        "contract_reviews",
        {
            "review_id": numbered("V", number, 7),
            "loan_id": numbered("L", loans.numbers[loan]),
            "reviewed_on": days(day),
            "occasion": coded(stock.astype(np.int64), ("new", "stock")),
        },
    )
    found = (rng.random(len(loan)) < DEFECTIVE).astype(np.int64)
    found += found * (rng.random(len(loan)) < TWICE)
    owner = np.repeat(np.arange(len(loan)), found)
    code = rng.choice(len(CODES), len(owner), p=CODE_SHARES)
    severe = np.isin(code, [CODES.index(each) for each in SEVERE])
    mended = day[owner] + rng.integers(5, 150, len(owner))
    fits = (rng.random(len(owner)) < REMEDIED) & (mended <= end)
    place = folder.rows.get("contract_defects", 0) + 1 + np.arange(len(owner))
    folder.write(
        "contract_defects",
        {
            "defect_id": numbered("X", place, 7),
            "review_id": numbered("V", number[owner], 7),
            "code": coded(code, CODES),
            "severity": coded(np.where(severe, 0, rng.integers(1, 3, len(owner))), SEVERITIES),
            "remedied_on": days(np.where(fits, mended, NOTHING)),
        },
    )
    return {
        "contracts_new": (loan[~stock], day[~stock] - BEFORE),
        "contracts_of_stock": (loan[stock], day[stock] - BEFORE),
    }
