"""How the loans of one origination month fared, whatever became of them since (section 6.3).

A vintage's figure at an age is that of the month end at which it had that age: one cube answers
both. The denominator is all that was lent, repaid, sold and written-off loans included.
"""

from queries.measures import Metric

TRADE = "trade practice"
_EVER = {
    "count": "Loans more than {days} days past due at any month end since they were made, over all"
    " loans made: repaid, sold and written-off ones too. It never falls.",
    "balance": "Balance of loans at the first month end more than {days} days past due, over all"
    " that was lent. It never falls.",
}
_CURRENT = {
    "count": "Loans more than {days} days past due at the month end, over all loans made. A"
    " written-off loan stays among them, a sold one as late as it was when sold.",
    "balance": "Balance of loans more than {days} days past due at the month end, over all that"
    " was lent. A written-off loan stays with what was written off, a sold one with what it owed.",
}
_ON_BOOK = {
    "count": "Loans on the book more than {days} days past due at the month end, over all loans"
    " made: the variant without written-off and sold loans.",
    "balance": "Balance of loans on the book more than {days} days past due at the month end, over"
    " all that was lent: the variant without written-off and sold loans.",
}
_KINDS = {
    "ever": ("ever", "", "Ever {days}+", _EVER),
    "current": ("cur", "", "Currently {days}+", _CURRENT),
    "on_book": ("cur", "_ex_wo", "Currently {days}+ on the book", _ON_BOOK),
}


def _late(kind: str, days: int, counted: str) -> Metric:
    """Loans of a vintage that were or are late: `kind` of `_KINDS`, by "count" or "balance"."""
    short, variant, name, meanings = _KINDS[kind]
    by = "cnt" if counted == "count" else "bal"
    said = f"{name.format(days=days)} ({'loans' if by == 'cnt' else 'amount'})"
    return Metric(
        f"vintage_{short}{days}_{by}{variant}",
        said,
        f"{kind}_{days}_{counted}",
        "original_count" if by == "cnt" else "original_amount",
        source="vintages",
        unit="ratio",
        rising_is_good=False,
        meaning=meanings[counted].format(days=days),
        rule="6.3",
        reference=TRADE,
        is_convention=True,
        owner="Risk management",
    )


VINTAGE_EVER30_CNT = _late("ever", 30, "count")
VINTAGE_EVER60_CNT = _late("ever", 60, "count")
VINTAGE_EVER90_CNT = _late("ever", 90, "count")
VINTAGE_EVER30_BAL = _late("ever", 30, "balance")
VINTAGE_EVER60_BAL = _late("ever", 60, "balance")
VINTAGE_EVER90_BAL = _late("ever", 90, "balance")
VINTAGE_CUR30_CNT = _late("current", 30, "count")
VINTAGE_CUR60_CNT = _late("current", 60, "count")
VINTAGE_CUR90_CNT = _late("current", 90, "count")
VINTAGE_CUR30_BAL = _late("current", 30, "balance")
VINTAGE_CUR60_BAL = _late("current", 60, "balance")
VINTAGE_CUR90_BAL = _late("current", 90, "balance")
VINTAGE_CUR30_CNT_EX_WO = _late("on_book", 30, "count")
VINTAGE_CUR60_CNT_EX_WO = _late("on_book", 60, "count")
VINTAGE_CUR90_CNT_EX_WO = _late("on_book", 90, "count")
VINTAGE_CUR30_BAL_EX_WO = _late("on_book", 30, "balance")
VINTAGE_CUR60_BAL_EX_WO = _late("on_book", 60, "balance")
VINTAGE_CUR90_BAL_EX_WO = _late("on_book", 90, "balance")
VINTAGE_CUM_GROSS_LOSS = Metric(
    "vintage_cum_gross_loss",
    "Cumulative gross loss",
    "gross_loss_amount",
    "original_amount",
    source="vintages",
    unit="ratio",
    rising_is_good=False,
    meaning="All that was written off since the loans were made, over all that was lent. It never"
    " falls; what comes back is in the net loss.",
    rule="6.3",
    reference=TRADE,
    is_convention=True,
    owner="Risk management",
)
VINTAGE_CUM_NET_LOSS = Metric(
    "vintage_cum_net_loss",
    "Cumulative net loss",
    "net_loss_amount",
    "original_amount",
    source="vintages",
    unit="ratio",
    rising_is_good=False,
    meaning="All that was written off since the loans were made, less what came back on it, over"
    " all that was lent.",
    rule="6.3",
    reference=TRADE,
    is_convention=True,
    owner="Risk management",
)
VINTAGE_DUE_BASED = Metric(
    "vintage_due_based",
    "Due-based delinquency",
    "due_unpaid_amount",
    "due_amount",
    source="vintages",
    unit="ratio",
    rising_is_good=False,
    meaning="Principal that had fallen due and was not paid, over all principal that is no longer"
    " ahead. The denominator is the house's own: loans repaid early and sold ones are in it whole,"
    " not only with what their schedules had made due by then. Written-off ones are due whole and"
    " unpaid, as are those sold more than 30 days past due.",
    rule="6.3",
    reference=TRADE,
    is_convention=True,
    owner="Risk management",
)
