"""What the bank lends, on which terms, and how often each product's borrowers fall behind.

The roll matrices are the truth that the book is drawn from: month by month, from a state at one
month end to a state at the next. States M0 to M7+ are those of section 2.5; PAID is a settlement
before maturity. Restructurings are part of the cures (any state from M2 on to M0).
"""

from dataclasses import dataclass

STATES = ("M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7+", "PAID", "SOLD", "WO")
DEEPEST = 7
PAID, SOLD, WRITTEN_OFF = 8, 9, 10

METHODS = ("equal_instalment", "equal_principal", "interest_only")
COLLATERAL_KINDS = ("unsecured", "guaranteed", "mortgaged", "pledged")

STORY_PRODUCT, STORY_CITY, STORY_MONTHS = "consumer", "Suzhou", 12
"""What goes bad, where, and for how many months before the end of the book."""


@dataclass(frozen=True)
class Product:
    """Terms of one product. Amounts in yuan, rates as yearly fractions, shares sum to one."""

    code: str
    share: float
    kinds: dict[str, float]
    terms: dict[int, float]
    methods: dict[str, float]
    collateral: dict[str, float]
    rate: tuple[float, float]
    principal: tuple[float, float, int]
    purposes: tuple[str, ...]
    falls_behind: float
    settles: float
    curtails: float
    restructures: float
    severity: float = 1.0
    fee_share: float = 0.0
    penalty_uplift: float = 0.5


PRODUCTS: tuple[Product, ...] = (
    Product(
        "housing",
        0.035,
        {"retail": 1.0},
        {120: 0.60, 180: 0.33, 240: 0.07},
        {"equal_instalment": 0.75, "equal_principal": 0.25},
        {"mortgaged": 1.0},
        (0.031, 0.049),
        (1_250_000, 0.45, 10_000),
        ("first_home", "second_home"),
        falls_behind=0.0050,
        settles=0.0040,
        curtails=0.0045,
        restructures=0.30,
        severity=0.80,
        penalty_uplift=0.3,
    ),
    Product(
        "consumer",
        0.29,
        {"retail": 1.0},
        {12: 0.42, 24: 0.35, 36: 0.23},
        {"equal_instalment": 0.85, "interest_only": 0.15},
        {"unsecured": 0.90, "guaranteed": 0.10},
        (0.040, 0.145),
        (150_000, 0.55, 1_000),
        ("renovation", "education", "travel", "appliances", "medical"),
        falls_behind=0.0150,
        settles=0.0130,
        curtails=0.0020,
        restructures=0.20,
    ),
    Product(
        "small_business",
        0.15,
        {"small_business": 1.0},
        {12: 0.45, 24: 0.35, 36: 0.20},
        {"equal_instalment": 0.55, "interest_only": 0.45},
        {"mortgaged": 0.45, "guaranteed": 0.35, "unsecured": 0.15, "pledged": 0.05},
        (0.034, 0.078),
        (480_000, 0.65, 10_000),
        ("stock_purchase", "equipment", "wages", "shop_fitting"),
        falls_behind=0.0125,
        settles=0.0080,
        curtails=0.0020,
        restructures=0.40,
    ),
    Product(
        "working_capital",
        0.09,
        {"corporate": 0.72, "small_business": 0.28},
        {6: 0.20, 12: 0.65, 18: 0.15},
        {"interest_only": 1.0},
        {"guaranteed": 0.45, "mortgaged": 0.30, "pledged": 0.15, "unsecured": 0.10},
        (0.032, 0.058),
        (2_000_000, 0.75, 100_000),
        ("raw_materials", "trade_settlement", "wages", "season_stock"),
        falls_behind=0.0085,
        settles=0.0060,
        curtails=0.0020,
        restructures=0.45,
        severity=1.05,
    ),
    Product(
        "fixed_asset",
        0.035,
        {"corporate": 1.0},
        {36: 0.40, 48: 0.20, 60: 0.40},
        {"equal_principal": 1.0},
        {"mortgaged": 0.70, "guaranteed": 0.20, "pledged": 0.10},
        (0.034, 0.056),
        (3_400_000, 0.70, 100_000),
        ("plant", "equipment", "technical_upgrade"),
        falls_behind=0.0065,
        settles=0.0030,
        curtails=0.0030,
        restructures=0.50,
        severity=1.05,
    ),
    Product(
        "car",
        0.16,
        {"retail": 1.0},
        {24: 0.40, 36: 0.50, 60: 0.10},
        {"equal_instalment": 1.0},
        {"mortgaged": 1.0},
        (0.038, 0.088),
        (118_000, 0.40, 1_000),
        ("new_car", "used_car"),
        falls_behind=0.0100,
        settles=0.0090,
        curtails=0.0020,
        restructures=0.15,
    ),
    Product(
        "card_instalment",
        0.23,
        {"retail": 1.0},
        {6: 0.30, 12: 0.50, 24: 0.20},
        {"equal_instalment": 1.0},
        {"unsecured": 1.0},
        (0.090, 0.180),
        (22_000, 0.65, 100),
        ("card_spending",),
        falls_behind=0.0190,
        settles=0.0120,
        curtails=0.0,
        restructures=0.0,
        severity=1.10,
        fee_share=0.06,
    ),
)

PRODUCT_CODES = tuple(product.code for product in PRODUCTS)


def _row(moves: dict[str, float]) -> tuple[float, ...]:
    """Chances in the order of STATES; what is left over rolls one state down, or stays in M7+."""
    return tuple(round(moves.get(state, 0.0), 6) for state in STATES)


def roll_matrix(
    falls_behind: float, settles: float, severity: float
) -> tuple[tuple[float, ...], ...]:
    """One row per state M0 to M7+: the chance of each state a month later. Rows sum to one."""
    cures = {
        "M1": {"M0": 0.56, "M1": 0.15, "PAID": 0.010},
        "M2": {"M0": 0.25, "M1": 0.09, "M2": 0.11, "PAID": 0.008},
        "M3": {"M0": 0.15, "M1": 0.04, "M2": 0.05, "M3": 0.08, "PAID": 0.008},
        "M4": {"M0": 0.08, "M1": 0.02, "M3": 0.03, "M4": 0.08, "PAID": 0.008, "SOLD": 0.005},
        "M5": {"M0": 0.06, "M1": 0.01, "M4": 0.03, "M5": 0.07, "PAID": 0.008, "SOLD": 0.008},
        "M6": {"M0": 0.05, "M1": 0.01, "M5": 0.03, "M6": 0.06, "PAID": 0.008, "SOLD": 0.010},
        "M7+": {"M0": 0.015, "M1": 0.005, "M6": 0.010, "PAID": 0.010, "SOLD": 0.015, "WO": 0.095},
    }
    rows = [_row({"M1": falls_behind, "PAID": settles, "M0": 1 - falls_behind - settles})]
    for place, (_, moves) in enumerate(cures.items(), start=1):
        eased = {state: round(chance / severity, 6) for state, chance in moves.items()}
        onward = STATES[min(place + 1, DEEPEST)]
        rows.append(_row({**eased, onward: 1 - sum(eased.values())}))
    return tuple(rows)


ROLL_MATRICES = {
    product.code: roll_matrix(product.falls_behind, product.settles, product.severity)
    for product in PRODUCTS
}
STORY_MATRIX = roll_matrix(0.075, 0.006, 1.45)
