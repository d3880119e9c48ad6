"""Where balances went: rolls and cures of a month (6.1), official migration of a year (3.4)."""

from queries.measures import Metric, Source

CORE_2005 = "Core indicators for risk supervision of commercial banks (2005)"


def _rate(
    id: str, name: str, parts: tuple[str, str], meaning: str, source: Source, good: bool | None
) -> Metric:
    return Metric(
        id,
        name,
        *parts,
        source=source,
        unit="ratio",
        rising_is_good=good,
        meaning=meaning,
        rule="3.4" if source == "migrations" else "6.1",
        reference=CORE_2005 if source == "migrations" and not id.endswith("_adj") else "",
        is_convention=source == "rolls" or id.endswith("_adj"),
        owner="Credit risk" if source == "migrations" else "Collections",
    )


ROLL_FORWARD_RATE = _rate(
    "roll_forward_rate",
    "Roll-forward rate",
    ("forward_balance", "opening_balance"),
    "Of the balance on the book a month before, what is in a worse bucket of days past due now,"
    " weighed by the opening balance. Written off, sold and paid off are no bucket.",
    "rolls",
    False,
)
STABILISE_RATE = _rate(
    "stabilise_rate",
    "Stabilised rate",
    ("stayed_balance", "opening_balance"),
    "Of the balance on the book a month before, what is in the same bucket of days past due now,"
    " weighed by the opening balance.",
    "rolls",
    None,
)
ROLL_BACK_RATE = _rate(
    "roll_back_rate",
    "Roll-back rate",
    ("back_balance", "opening_balance"),
    "Of the balance on the book a month before, what is in a better bucket of days past due now,"
    " weighed by the opening balance.",
    "rolls",
    True,
)
CURE_RATE = _rate(
    "cure_rate",
    "Cure rate",
    ("cured_balance", "late_balance"),
    "Of the balance past due a month before, what is not a day past due now or was paid off,"
    " weighed by the opening balance. Cures by a change of contract, write-off and sale are none.",
    "rolls",
    True,
)
CURE_RATE_CNT = _rate(
    "cure_rate_cnt",
    "Cure rate by count",
    ("cured_count", "late_count"),
    "Of the loans past due a month before, how many are not a day past due now or were paid off."
    " Cures by a change of contract, write-off and sale are none.",
    "rolls",
    True,
)
ADMIN_CURE = _rate(
    "admin_cure",
    "Cure rate on paper",
    ("admin_cured_balance", "late_balance"),
    "Of the balance past due a month before, what is not a day past due now because the contract"
    " was changed in the month: restructured or extended. It is no part of the cure rate.",
    "rolls",
    None,
)
MIG_PERFORMING = _rate(
    "mig_performing",
    "Performing-loan migration",
    ("performing_down", "performing_base"),
    "Of the balance classed normal or special mention twelve months before, less what was repaid or"
    " disposed of since: what is non-performing now. Loans made since are not in it.",
    "migrations",
    False,
)
MIG_NORMAL = _rate(
    "mig_normal",
    "Normal-class migration",
    ("normal_down", "normal_base"),
    "Of the balance classed normal twelve months before, less what was repaid or disposed of since:"
    " what is in any worse class now.",
    "migrations",
    False,
)
MIG_SM = _rate(
    "mig_sm",
    "Special-mention migration",
    ("sm_down", "sm_base"),
    "Of the balance classed special mention twelve months before, less what was repaid or disposed"
    " of since: what is non-performing now.",
    "migrations",
    False,
)
MIG_SUB = _rate(
    "mig_sub",
    "Substandard migration",
    ("sub_down", "sub_base"),
    "Of the balance classed substandard twelve months before, less what was repaid or disposed of"
    " since: what is classed doubtful or loss now.",
    "migrations",
    False,
)
MIG_DOUBTFUL = _rate(
    "mig_doubtful",
    "Doubtful migration",
    ("doubtful_down", "doubtful_base"),
    "Of the balance classed doubtful twelve months before, less what was repaid or disposed of"
    " since: what is classed loss now.",
    "migrations",
    False,
)

_ADJUSTED = (
    "As the official rate of that class, with what was written off, or sold when non-performing,"
    " in the twelve months added back to both parts at its opening balance: disposal does not"
    " flatter it."
)
MIG_PERFORMING_ADJ = _rate(
    "mig_performing_adj",
    "Performing-loan migration, adjusted",
    ("performing_down_adj", "performing_base_adj"),
    _ADJUSTED,
    "migrations",
    False,
)
MIG_NORMAL_ADJ = _rate(
    "mig_normal_adj",
    "Normal-class migration, adjusted",
    ("normal_down_adj", "normal_base_adj"),
    _ADJUSTED,
    "migrations",
    False,
)
MIG_SM_ADJ = _rate(
    "mig_sm_adj",
    "Special-mention migration, adjusted",
    ("sm_down_adj", "sm_base_adj"),
    _ADJUSTED,
    "migrations",
    False,
)
MIG_SUB_ADJ = _rate(
    "mig_sub_adj",
    "Substandard migration, adjusted",
    ("sub_down_adj", "sub_base_adj"),
    _ADJUSTED,
    "migrations",
    False,
)
MIG_DOUBTFUL_ADJ = _rate(
    "mig_doubtful_adj",
    "Doubtful migration, adjusted",
    ("doubtful_down_adj", "doubtful_base_adj"),
    _ADJUSTED,
    "migrations",
    False,
)
