"""The general ledger: per product and month what is lent, and the few months in which it is off."""

import numpy as np

from data.book.calendar import SEASONING_MONTHS, Months, as_date
from data.book.chunk import Chunk
from data.book.products import PRODUCT_CODES
from data.book.tables import Folder, coded, days, money

BREAKS = 3
"""Product-months in which a posting is missing in the ledger or stands in it twice."""


class Ledger:
    """Sums the balances of all chunks."""

    def __init__(self, months: Months) -> None:
        self.months = months
        self.balance = np.zeros((len(PRODUCT_CODES), months.count), np.int64)

    def add(self, chunk: Chunk) -> None:
        """The loans on the book of one chunk."""
        cells = chunk.cells
        np.add.at(self.balance, (chunk.loans.product[cells.loan], cells.month), cells.balance)

    def write(self, folder: Folder, rng: np.random.Generator) -> list[dict[str, str]]:
        """The ledger_balances table; where it is off."""
        product, month = np.nonzero(self.balance)
        seasoned = np.flatnonzero(month >= SEASONING_MONTHS)
        off = np.sort(rng.choice(seasoned, min(BREAKS, len(seasoned)), replace=False))
        told = self.balance[product, month]
        told[off] += rng.integers(1, 400, len(off)) * 1_000_00 * rng.choice([-1, 1], len(off))
        folder.write(
            "ledger_balances",
            {
                "product": coded(product, PRODUCT_CODES),
                "month_end": days(self.months.last[month]),
                "balance": money(told),
            },
        )
        return [
            {
                "test_id": "T18_snapshot",
                "loan_id": "",
                "reference": PRODUCT_CODES[product[row]],
                "happened_on": as_date(int(self.months.last[month[row]])).isoformat(),
            }
            for row in off.tolist()
        ]
