"""What drawn money was paid for, payment by payment, and how far the projects are that it pays."""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.lending import Loans
from data.book.products import PRODUCT_CODES
from data.book.tables import NOTHING, Folder, coded, days, flags, money, numbered, numbers, ragged
from data.book.uses import Uses
from data.contract import BY_NAME

Whole = NDArray[np.int64]

PAYEES = next(c.choices for c in BY_NAME["fund_payments"].columns if c.name == "payee_kind")
METHODS = next(c.choices for c in BY_NAME["fund_payments"].columns if c.name == "method")
ENTRUSTED, SELF = METHODS.index("entrusted"), METHODS.index("self")
USUAL = {
    "consumer": ("merchant", "contractor"),
    "small_business": ("supplier", "merchant"),
    "working_capital": ("supplier", "staff"),
    "fixed_asset": ("contractor", "supplier"),
}
FORBIDDEN = ("securities", "property", "equity", "financial_assets", "lending")
MOST = {"consumer": 2, "small_business": 3, "working_capital": 4, "fixed_asset": 4}
FIRM_LIMIT, UNKNOWN_LIMIT, BUSINESS_LIMIT = 1_000_000_000, 30_000_000, 50_000_000
"""In cents: above it a firm's payment is made by the bank; below them a person may pay itself."""
WRONG_METHOD, UNKNOWN_PAYEE, CASH_ONLY, FORBIDDEN_SHARE = 0.012, 0.1, 0.03, 0.002
LATE_PROOF, NO_PROOF, OFF_PACE = 0.05, 0.025, 0.05
QUARTER, REPORTS = 91, 8


def write_payments_out(
    folder: Folder, rng: np.random.Generator, months: Months, loans: Loans, uses: Uses
) -> None:
    """The fund_payments and project_reports tables."""
    end = int(months.last[-1])
    most = np.array([MOST.get(code, 1) for code in PRODUCT_CODES])[loans.product[uses.loan]]
    split = uses.split > 0
    count = np.where(split, 3, 1 + (rng.random(len(uses.loan)) * most).astype(np.int64))
    owner, place = ragged(count)
    loan = uses.loan[owner]
    weight = rng.uniform(0.4, 1.0, len(owner))
    part = weight / np.bincount(owner, weights=weight)[owner]
    amount = (loans.principal[loan] * part).astype(np.int64) // 100 * 100
    day = loans.disbursed[loan] + np.where(
        split[owner], place * 2, place * rng.integers(1, 9, len(owner))
    )
    code = loans.product[loan]
    usual = np.array(
        [
            [PAYEES.index(each) for each in USUAL.get(name, ("merchant",) * 2)]
            for name in PRODUCT_CODES
        ]
    )
    payee = usual[code, (rng.random(len(owner)) < 0.3).astype(np.int64)]
    last = place == count[owner] - 1
    wrong = (uses.misused[owner] & last) | (rng.random(len(owner)) < FORBIDDEN_SHARE)
    sinks = np.array([PAYEES.index(each) for each in FORBIDDEN])
    payee = np.where(wrong, sinks[rng.integers(0, len(sinks), len(owner))], payee)
    person = loans.kind[loan] == 0
    known = rng.random(len(owner)) >= UNKNOWN_PAYEE
    cash_only = person & (rng.random(len(owner)) < CASH_ONLY)
    may_pay = np.where(
        person, (~known & (amount <= UNKNOWN_LIMIT)) | cash_only, amount <= FIRM_LIMIT
    )
    method = np.where(may_pay & (rng.random(len(owner)) < 0.7), SELF, ENTRUSTED)
    method = np.where(rng.random(len(owner)) < WRONG_METHOD, SELF, method)
    chance = rng.random(len(owner))
    proof = day + rng.integers(2, 30, len(owner))
    proof = np.where(chance < LATE_PROOF, day + rng.integers(31, 120, len(owner)), proof)
    missing = (chance > 1 - NO_PROOF) & (method == SELF)
    proof = np.where(method == ENTRUSTED, day + rng.integers(0, 5, len(owner)), proof)
    proof = np.where(missing | (proof > end), NOTHING, proof)
    back = (uses.returned[owner] != NOTHING) & (place == 0)
    returned = np.where(back, np.maximum(uses.returned[owner], day), NOTHING)
    # Split payments go to one payee.
    who = np.where(split[owner], 1, place + 1)
    seen = day <= end
    number = folder.rows.get("fund_payments", 0) + 1 + np.arange(len(owner))
    names = np.array(["甲方", "乙方", "丙方", "丁方"], dtype=object)
    folder.write(
        "fund_payments",
        {
            "payment_id": numbered("F", number[: int(seen.sum())]),
            "loan_id": numbered("L", loans.numbers[loan[seen]]),
            "paid_on": days(day[seen]),
            "amount": money(amount[seen]),
            "payee": coded(who[seen] - 1, list(names)),
            "payee_kind": coded(payee[seen], PAYEES),
            "method": coded(method[seen], METHODS),
            "payee_is_known": flags(known[seen]),
            "takes_cash_only": flags(cash_only[seen]),
            "voucher_received_on": days(proof[seen]),
            "returned_on": days(np.where(returned <= end, returned, NOTHING)[seen]),
        },
    )
    _write_reports(folder, rng, months, loans)


def _write_reports(folder: Folder, rng: np.random.Generator, months: Months, loans: Loans) -> None:
    """A report a quarter for two years of each project: own capital, draw and work in step."""
    end = int(months.last[-1])
    projects = np.flatnonzero(loans.product == PRODUCT_CODES.index("fixed_asset"))
    owner, place = ragged(np.full(len(projects), REPORTS))
    day = loans.disbursed[projects][owner] + (place + 1) * QUARTER
    seen = day <= end
    owner, place, day = owner[seen], place[seen], day[seen]
    pace = np.minimum((place + 1) / REPORTS, 1.0)

    def near(share: float) -> NDArray[np.float64]:
        return np.clip(pace + rng.uniform(-share, share, len(pace)), 0, 1).round(3)

    drawn, paid_in, done = near(0.03), near(0.03), near(0.05)
    off = rng.random(len(pace)) < OFF_PACE
    done = np.where(off, np.clip(done - rng.uniform(0.12, 0.3, len(pace)), 0, 1), done).round(3)
    short = rng.random(len(pace)) < OFF_PACE / 2
    paid_in = np.where(short, np.clip(paid_in - rng.uniform(0.1, 0.3, len(pace)), 0, 1), paid_in)
    folder.write(
        "project_reports",
        {
            "loan_id": numbered("L", loans.numbers[projects[owner]]),
            "reported_on": days(day),
            "capital_share": numbers(paid_in.round(3)),
            "drawn_share": numbers(drawn),
            "progress_share": numbers(done),
        },
    )
