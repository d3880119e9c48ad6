"""Probability of default from moves, loss given default from cash, expected loss, and its stress.

The build reckons with the powers of one matrix; here the same moves are read in two more ways, and
a loan's expected loss is reckoned again year by year, so that each can be checked by the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from queries import reports
from queries.periods import months_back
from queries.warehouse import Scope

Square = NDArray[np.float64]

LIVE = ("current", "1-30", "31-60", "61-90")
STATES = (*LIVE, "default", "closed", "sold")
DEFAULT = STATES.index("default")
YEAR = 12
FALLS = (0, 10, 20, 30, 40, 50)  # per cent by which collateral may fall in a stress
SCENARIOS = ("better", "base", "worse")


# --- Probability of default (5.1) ---


def shares(counts: Square) -> Square:
    """The matrix of a table of moves: each row over its sum; a row of nothing stays where it is."""
    rows = counts.sum(axis=1, keepdims=True)
    return np.where(rows > 0, counts / np.where(rows > 0, rows, 1.0), np.eye(len(counts)))


def cohort(matrix: Square, months: int) -> Square:
    """The matrix of so many months: the monthly one to that power (W20)."""
    return np.linalg.matrix_power(matrix, months)


def aalen_johansen(moves: Sequence[Square], at_risk: Sequence[NDArray[np.float64]]) -> Square:
    """The product over time of one plus the moves over who was at risk just before (W21).

    `moves` has a table per time, whose diagonal is not read.
    """
    found = np.eye(len(moves[0])) if moves else np.eye(0)
    for counts, risk in zip(moves, at_risk, strict=True):
        step = counts / np.where(risk > 0, risk, 1.0)[:, None]
        np.fill_diagonal(step, 0.0)
        np.fill_diagonal(step, 1.0 - step.sum(axis=1))
        found = found @ step
    return found


def generator(moves: Square, exposure: NDArray[np.float64]) -> Square:
    """The intensities: moves over the time spent in each state; rows add up to nothing (W21)."""
    found = moves / np.where(exposure > 0, exposure, 1.0)[:, None]
    np.fill_diagonal(found, 0.0)
    np.fill_diagonal(found, -found.sum(axis=1))
    return found


def exponential(intensities: Square, time: float = 1.0) -> Square:
    """The matrix of a generator over a time: exp(time x intensities), by halving and squaring."""
    scaled = intensities * time
    halvings = max(0, int(np.ceil(np.log2(max(np.abs(scaled).sum(axis=1).max(), 1e-12)))) + 4)
    scaled = scaled / 2.0**halvings
    term = found = np.eye(len(scaled))
    for order in range(1, 13):
        term = term @ scaled / order
        found = found + term
    return np.linalg.matrix_power(found, 2**halvings)


@dataclass(frozen=True)
class Estimates:
    """What the moves of a window say of PD: one row per state, and the curves over the months.

    `frame` has state, loans, one_month, cohort, aalen_johansen, generator, standard_error; `cells`
    from_state, became_state, loans, row_loans, share; `curves` method, state, months_ahead, pd.
    """

    frame: pd.DataFrame
    cells: pd.DataFrame
    curves: pd.DataFrame
    months: int


def estimates(scope: Scope, product: str = "", window: int = YEAR) -> Estimates | None:
    """PD of twelve months by three estimators, from the moves of the scope; None without any."""
    moved = reports.pd_moves(scope, months_back(scope, window, clip=False))
    if product:
        moved = moved[moved["product"] == product]
    if moved.empty:
        return None
    monthly = [_counts(part) for _, part in moved.groupby("month_end", sort=True)]
    pooled = np.sum(monthly, axis=0)
    matrix, rows = shares(pooled), pooled.sum(axis=1)
    rates = generator(pooled, rows)
    risks = [counts.sum(axis=1) for counts in monthly]
    whole = {
        "cohort": cohort(matrix, YEAR),
        "aalen_johansen": aalen_johansen(monthly, risks),
        "generator": exponential(rates, YEAR),
    }
    frame = pd.DataFrame({"state": LIVE, "loans": rows[: len(LIVE)].astype(int)})
    frame["one_month"] = matrix[: len(LIVE), DEFAULT]
    for method, square in whole.items():
        frame[method] = square[: len(LIVE), DEFAULT]
    p, n = frame["cohort"], frame["loans"].where(frame["loans"] > 0)
    frame["standard_error"] = np.sqrt(p * (1 - p) / n)
    # The product over the months of the window needs all of them to tell of a year.
    if len(monthly) < YEAR:
        frame["aalen_johansen"] = np.nan
    return Estimates(frame, _cells(pooled), _curves(matrix, monthly, risks), len(monthly))


def _counts(part: pd.DataFrame) -> Square:
    square = part.pivot_table(index="from_state", columns="to_state", values="loans", aggfunc="sum")
    return square.reindex(index=STATES, columns=STATES).fillna(0.0).to_numpy(dtype=float)


def _cells(pooled: Square) -> pd.DataFrame:
    rows = pooled.sum(axis=1)
    found = [
        (was, became, int(pooled[i, j]), int(rows[i]), pooled[i, j] / rows[i])
        for i, was in enumerate(LIVE)
        for j, became in enumerate(STATES)
        if rows[i] > 0
    ]
    return pd.DataFrame(
        found, columns=["from_state", "became_state", "loans", "row_loans", "share"]
    )


def _curves(
    matrix: Square, monthly: Sequence[Square], risks: Sequence[NDArray[np.float64]]
) -> pd.DataFrame:
    found = []
    for months in range(1, len(monthly) + 1):
        ways = {
            "cohort": cohort(matrix, months),
            "aalen_johansen": aalen_johansen(monthly[:months], risks[:months]),
        }
        for method, square in ways.items():
            for place, state in enumerate(LIVE):
                found.append((method, state, months, float(square[place, DEFAULT])))
    return pd.DataFrame(found, columns=["method", "state", "months_ahead", "pd"])


def thin(frame: pd.DataFrame, column: str, least: int = 30) -> list[str]:
    """The states whose estimate rests on fewer than `least` loans, and on some."""
    few = frame[(frame[column] < least) & (frame[column] > 0)]
    return few[few.columns[0]].drop_duplicates().tolist()


# --- Loss given default (5.2) ---


def workout_lgd(
    exposure: float, flows: Sequence[tuple[float, float]], rate: float
) -> tuple[float, float]:
    """Worth of the flows on the day of default, and the loss given default (W23).

    `flows` are (months after default, amount), costs negative, discounted at the loan's rate.
    """
    worth = sum(amount / (1 + rate) ** (months / YEAR) for months, amount in flows)
    return worth, 1 - worth / exposure


@dataclass(frozen=True)
class Backing:
    """What stands behind a loan in default, for a loss given default without a history (W23)."""

    exposure: float
    collateral: float = 0.0
    haircut: float = 0.0
    guarantee_share: float = 0.0
    guarantor_pays: float = 0.0
    other: float = 0.0
    costs: float = 0.0
    rate: float = 0.0
    months: float = 0.0
    cure_chance: float = 0.0
    cure_recovery: float = 0.0

    @classmethod
    def of_percents(cls, held: Mapping[str, float], in_per_cent: Sequence[str]) -> "Backing":
        """From what a person enters, shares in per cent."""
        return cls(**{key: v / 100 if key in in_per_cent else v for key, v in held.items()})

    @property
    def recovery(self) -> float:
        """What is expected to come: discounted proceeds less costs, or what a cure brings."""
        gross = (
            self.collateral * (1 - self.haircut)
            + self.exposure * self.guarantee_share * self.guarantor_pays
            + self.other
        )
        worth = gross / (1 + self.rate / YEAR) ** self.months - self.costs
        cured = self.cure_recovery * self.exposure
        return (1 - self.cure_chance) * worth + self.cure_chance * cured

    @property
    def lgd(self) -> float:
        """The part of the exposure that is not expected to come."""
        return 1 - self.recovery / self.exposure


# --- Expected loss (W22) ---


def by_year(
    exposures: Sequence[float],
    conditional: Sequence[float],
    lgd: float,
    rate: float,
    ends: Sequence[float] = (),
) -> pd.DataFrame:
    """year, survival, pd, exposure, discount, ecl: a year's defaults, discounted from its end.

    `conditional` is the probability of default of each year for who is still there at its
    beginning; `ends` are the years' ends, in years from now.
    """
    survival, found = 1.0, []
    ends = ends or range(1, len(exposures) + 1)
    for year, (exposure, risk, end) in enumerate(
        zip(exposures, conditional, ends, strict=True), start=1
    ):
        marginal, discount = survival * risk, (1 + rate) ** -float(end)
        found.append(
            (year, survival, marginal, exposure, discount, marginal * lgd * exposure * discount)
        )
        survival -= marginal
    return pd.DataFrame(found, columns=["year", "survival", "pd", "exposure", "discount", "ecl"])


def loan_years(loan: pd.Series) -> pd.DataFrame:
    """The same of one loan of the book (a row of `reports.loan_ecl`), over the rest of its life."""
    left, curve = int(loan["months_left"]), list(loan["curve"])
    years = range(-(-left // YEAR))
    ends = [min(YEAR * (year + 1), left) for year in years]
    reached = [0.0, *(float(curve[end - 1]) for end in ends)]
    conditional = [
        (later - sooner) / (1 - sooner) if sooner < 1 else 0.0
        for sooner, later in pairwise(reached)
    ]
    balance, rate = float(loan["balance"]), float(loan["annual_rate"])
    owed = [
        balance
        * scheduled(str(loan["repayment_method"]), rate, left, YEAR * year)
        * (1 - float(loan["part_repaid"])) ** (YEAR * year)
        for year in years
    ]
    return by_year(owed, conditional, float(loan["lgd"]), rate, [end / YEAR for end in ends])


def scheduled(method: str, rate: float, months_left: int, months: int) -> float:
    """The part of today's balance that the schedule leaves after so many months."""
    if method == "equal_instalment" and rate > 0:
        growth = 1 + rate / YEAR
        return (1 - growth ** (months - months_left)) / (1 - growth**-months_left)
    return 1 - months / months_left if method in ("equal_instalment", "equal_principal") else 1.0


# --- Stress ---


@dataclass(frozen=True)
class Shock:
    """What a stress does: PD times `pd`, LGD plus `lgd`, collateral values down by `collateral`.

    `weight` is its part in the weighted result, where it is one of the scenarios.
    """

    pd: float = 1.0
    lgd: float = 0.0
    collateral: float = 0.0
    weight: float = 0.0

    @classmethod
    def of_percents(cls, pd: float, lgd: float, collateral: float) -> "Shock":
        """From what a person chooses: LGD in points, the fall of collateral in per cent."""
        return cls(pd, lgd / 100, collateral / 100)


def stress(cells: pd.DataFrame, shock: Shock) -> pd.DataFrame:
    """The cells with `stressed`: their expected loss under the shock. Stages stay as they are.

    PD is held below one, on the mean of the cell; LGD between nothing and one. In stage 3 the
    default has happened, and PD changes nothing. What collateral no longer covers is recovered no
    more; between two falls of the cube the weight is taken on a straight line.
    """
    risk = cells["pd"].where(cells["pd"] > 0, np.nan)
    times = (1 / risk).clip(upper=shock.pd).where(cells["stage"] < 3, 1.0).fillna(shock.pd)
    backed = _weight(cells, shock.collateral * 100) / cells["weight"].where(cells["weight"] > 0)
    fallen = 1 - (1 - cells["lgd"]) * backed.fillna(1.0)
    lgd = (fallen + shock.lgd).clip(0.0, 1.0)
    return cells.assign(stressed=cells["ecl"] * times * lgd / cells["lgd"])


def _weight(cells: pd.DataFrame, fall: float) -> pd.Series:
    columns = ["weight", *(f"weight_{each}" for each in FALLS[1:])]
    known = cells[columns].to_numpy(dtype=float)
    found = [np.interp(fall, FALLS, row) for row in known]
    return pd.Series(found, index=cells.index, dtype=float)


def scenarios(parameters: pd.DataFrame) -> dict[str, Shock]:
    """The three scenarios of the parameters in force (rows of `reports.ecl_parameters`)."""
    held = parameters[parameters["product"] == "*"].set_index("param_id")["value"].astype(object)
    fields = ("pd", "lgd", "collateral", "weight")
    return {
        name: Shock(**{field: float(held[f"scenario.{name}.{field}"]) for field in fields})
        for name in SCENARIOS
        if f"scenario.{name}.weight" in held
    }


def outcomes(cells: pd.DataFrame, shocks: Mapping[str, Shock]) -> pd.DataFrame:
    """scenario, its shock, ecl_1 to ecl_3 (by stage), ecl, ecl_now (without any), allowance, gap,
    coverage: one row per shock."""
    found = []
    for name, shock in shocks.items():
        stressed = stress(cells, shock)
        by_stage = stressed.groupby("stage")["stressed"].sum()
        parts = {f"ecl_{stage}": float(by_stage.get(stage, 0.0)) for stage in (1, 2, 3)}
        told = {"pd_times": shock.pd, "lgd_plus": shock.lgd, "collateral_down": shock.collateral}
        found.append({"scenario": name, "weight": shock.weight or np.nan, **told, **parts})
    frame = pd.DataFrame(found)
    frame["ecl"] = frame[["ecl_1", "ecl_2", "ecl_3"]].sum(axis=1)
    return _beside_allowance(frame, cells)


def weighted(frame: pd.DataFrame) -> float | None:
    """The expected loss over scenarios by their weights; None unless these add up to one."""
    held = frame[frame["weight"] > 0]
    if held.empty or abs(held["weight"].sum() - 1) > 1e-9:
        return None
    return float((held["weight"] * held["ecl"]).sum())


def over_scenarios(scope: Scope) -> tuple[float | None, float | None]:
    """Expected loss over the scenarios by their weights (section 5), and the allowance over it.

    None where the weights do not add up to one, or no allowance is on record.
    """
    cells = reports.stress_cells(scope)
    mean = weighted(outcomes(cells, scenarios(reports.ecl_parameters(scope))))
    held = cells["allowance"].sum(min_count=1)
    return mean, float(held) / mean if mean and not pd.isna(held) else None


def _beside_allowance(frame: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    allowance = cells["allowance"].sum(min_count=1)
    frame["ecl_now"] = float(cells["ecl"].sum())
    frame["allowance"] = allowance
    frame["gap"] = allowance - frame["ecl"]
    frame["coverage"] = allowance / frame["ecl"].where(frame["ecl"] > 0)
    return frame
