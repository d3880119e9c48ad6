"""What loans were used for: proofs asked for after disbursement, checks, and what they found."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.lending import Loans
from data.book.plans import Plan
from data.book.products import PRODUCT_CODES
from data.book.signals import RULES, Signals
from data.book.tables import NOTHING, Folder, coded, days, money, numbered, whole

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Uses:
    """The checks of a chunk: loan by place, days (NOTHING: not yet), result, was the money misused,
    when it came back, splits, and how much of the principal was misused, in cents.
    """

    loan: Whole
    due: Whole
    proof: Whole
    checked: Whole
    result: Whole
    misused: NDArray[np.bool_]
    returned: Whole
    split: Whole
    amount: Whole


RESULTS = ("as_agreed", "misused", "speculation", "unclear")
CHECKED_PRODUCTS = ("consumer", "small_business", "working_capital", "fixed_asset")
PROOF_WITHIN = 30
LATE, MISSING = 0.02, 0.006
UNCLEAR, SPECULATION, RETURNED, SPLIT = 0.012, 0.0006, 0.003, 0.004


def draw_uses(
    rng: np.random.Generator, loans: Loans, months: Months, plan: Plan, signals: Signals
) -> Uses:
    """One check per loan of the products that have an agreed use."""
    places = [PRODUCT_CODES.index(code) for code in CHECKED_PRODUCTS]
    loan = np.flatnonzero(np.isin(loans.product, places))
    count, quiet = len(loan), plan.is_quiet[loans.borrower[loan]]
    out, due = loans.disbursed[loan], loans.disbursed[loan] + PROOF_WITHIN
    chance = np.where(quiet, 1.0, rng.random(count))
    proof = out + rng.integers(3, PROOF_WITHIN, count)
    proof = np.where(chance < LATE, due + rng.integers(31, 100, count), proof)
    recorded = _signal_days(loans, signals, "U02", ended=True)[loan]
    proof = np.where((recorded > due) & ~quiet, recorded, proof)
    proof = np.where((chance > 1 - MISSING) & ~quiet, NOTHING, proof)
    misused = _signal_days(loans, signals, "F2_misuse")[loan]
    checked = np.where(proof == NOTHING, due, proof) + rng.integers(2, 20, count)
    found = np.where(quiet, 1.0, rng.random(count))
    result = np.select([found < SPECULATION, found < SPECULATION + UNCLEAR], [2, 3], 0)
    result = np.where(misused != NOTHING, 1, result)
    checked = np.where(misused != NOTHING, misused, checked)
    back = ~quiet & (rng.random(count) < RETURNED) | plan.returned[loan]
    returned = np.where(back, out + rng.integers(2, 7, count), NOTHING)
    split = np.where(~quiet & (rng.random(count) < SPLIT), rng.integers(2, 6, count), 0)
    end = months.last[-1]
    seen = checked <= end
    bad = np.isin(result, (1, 2))
    amount = (loans.principal[loan] * rng.uniform(0.2, 0.9, count)).astype(np.int64) // 100 * 100
    return Uses(
        loan,
        due,
        np.where(proof <= end, proof, NOTHING),
        np.where(seen, checked, NOTHING),
        np.where(seen, result, NOTHING),
        bad,
        np.where(returned <= end, returned, NOTHING),
        split,
        np.where(seen & bad, amount, 0),
    )


def write_fund_uses(folder: Folder, loans: Loans, uses: Uses) -> None:
    """The fund_uses table."""
    first = folder.rows.get("fund_uses", 0) + 1
    folder.write(
        "fund_uses",
        {
            "check_id": numbered("K", first + np.arange(len(uses.loan))),
            "loan_id": numbered("L", loans.numbers[uses.loan]),
            "due_on": days(uses.due),
            "proof_received_on": days(uses.proof),
            "checked_on": days(uses.checked),
            "result": coded(uses.result, RESULTS),
            "returned_on": days(uses.returned),
            "split_payments": whole(uses.split),
            "misused_amount": money(uses.amount, (uses.checked != NOTHING) & uses.misused),
        },
    )


def _signal_days(loans: Loans, signals: Signals, rule: str, ended: bool = False) -> Whole:
    """Per loan the day on which the book recorded a signal (or its end), NOTHING without one."""
    rows = np.flatnonzero((signals.rule == RULES.index(rule)) & (signals.loan != NOTHING))
    found = np.full(loans.count, NOTHING)
    found[signals.loan[rows]] = (signals.cleared if ended else signals.raised)[rows]
    return found
