"""The treasury's plan: what may be lent, what must be paid and when, and what is held for it."""

import numpy as np

from data.book.calendar import SEASONING_MONTHS, Months
from data.book.feeds import Feeds
from data.book.tables import NOTHING, Folder, coded, days, money, numbered

ITEMS = (
    "disbursement_budget",
    "funding_available",
    "liability_outflow",
    "committed_undrawn",
    "liquidity_buffer",
    "liquid_assets",
    "liquid_liabilities",
    "off_balance_maturing",
    "lending_limit",
)
SOURCES = ("annual budget", "treasury, maturity ladder", "treasury, monthly report")
STOCKS = {
    "funding_available": 0.05,
    "committed_undrawn": 0.02,
    "liquidity_buffer": 0.03,
    "liquid_assets": 0.11,
    "liquid_liabilities": 0.30,
    "off_balance_maturing": 0.01,
    "lending_limit": 1.04,
}
"""Shares of the loan balance, at every month end."""
OUTFLOWS = ((1, 0.002), (5, 0.012), (21, 0.055), (60, 0.11), (200, 0.34), (600, 0.36))
"""Days ahead, and share of the loan balance that falls due then."""
BUDGET = 0.085
WOBBLE = 0.08


def write_funding_plan(
    folder: Folder, rng: np.random.Generator, months: Months, feeds: Feeds
) -> None:
    """Every month end's plan, in proportion to the loans it has to fund, in round amounts."""
    rows = []
    for month in range(SEASONING_MONTHS, months.count):
        told, balance = int(months.last[month]), float(feeds.balance[month])
        lent = float(feeds.balance[month - 1])
        rows.append((told, "disbursement_budget", told, BUDGET * lent, 0))
        rows += [(told, "liability_outflow", told + d, s * balance, 1) for d, s in OUTFLOWS]
        rows += [(told, item, NOTHING, s * balance, 2) for item, s in STOCKS.items()]
    told, item, due, amount, source = (np.array(part) for part in zip(*rows, strict=True))
    wobble = rng.uniform(1 - WOBBLE, 1 + WOBBLE, len(rows))
    wobble[item == "lending_limit"] = 1.0
    rounded = np.maximum(amount * wobble / 1e7, 1).astype(np.int64) * 10_000_000
    folder.write(
        "funding_plan",
        {
            "plan_id": numbered("U", np.arange(1, len(rows) + 1), 6),
            "reported_on": days(told),
            "item": coded([ITEMS.index(each) for each in item], ITEMS),
            "due_on": days(due),
            "amount": money(rounded),
            "source": coded(source, SOURCES),
        },
    )
