"""Repayment schedules to the cent, for many loans at a time.

Amounts are whole numbers of the smallest currency unit (cents, or yen), rates are yearly fractions
with at most eight decimals. Each instalment's interest is rounded on its own and the last
instalment absorbs the residue (section 1.2). Loops run over periods, never over loans.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Whole = NDArray[np.int64]
Rounding = Literal["half_up", "half_even", "up", "down"]

RATE_UNIT = 100_000_000
"""Rates are kept as whole hundred-millionths, like DECIMAL(12, 8)."""

NOISE = np.longdouble(1e-7)
"""What floating point may add to an annuity that is a whole number of cents, in cents."""


class AmountTooLarge(ValueError):
    """The exact product of balance and rate would not fit into 64 bits."""


@dataclass(frozen=True)
class Convention:
    """How a contract counts and rounds.

    There are `per_year` payments a year. The rate is compounded `compounding` times a year, or
    with each payment when that is None.
    """

    per_year: int = 12
    compounding: int | None = None
    instalment_rounding: Rounding = "half_up"
    interest_rounding: Rounding = "half_up"


MONTHLY = Convention()


@dataclass(frozen=True)
class Schedule:
    """Principal and interest due per loan (row) and period (column); zero after the last period."""

    principal: Whole
    interest: Whole
    periods: Whole

    @property
    def due(self) -> Whole:
        """Principal and interest of each period."""
        return self.principal + self.interest

    @property
    def balance(self) -> Whole:
        """Principal that is still out after each period."""
        drawn = self.principal.sum(axis=1, keepdims=True)
        return drawn - np.cumsum(self.principal, axis=1)

    def lines(self) -> tuple[Whole, Whole, Whole, Whole]:
        """Loan index, period (from 1), principal and interest of every instalment, loan by loan."""
        columns = np.arange(self.principal.shape[1])
        used = columns < self.periods[:, None]
        loan, period = np.nonzero(used)
        return loan, period + 1, self.principal[used], self.interest[used]


def round_ratio(numerator: Whole, denominator: int, rounding: Rounding = "half_up") -> Whole:
    """The whole number nearest to numerator / denominator, exactly; neither may be negative."""
    whole, rest = np.divmod(numerator, denominator)
    if rounding == "down":
        return whole
    if rounding == "up":
        return whole + (rest > 0)
    twice = 2 * rest
    if rounding == "half_up":
        return whole + (twice >= denominator)
    return whole + ((twice > denominator) | ((twice == denominator) & (whole % 2 == 1)))


def _round_real(value: NDArray[np.longdouble], rounding: Rounding) -> Whole:
    rounded = {
        "half_up": lambda: np.floor(value + np.longdouble(0.5) + NOISE),
        "half_even": lambda: np.rint(value),
        "up": lambda: np.ceil(value - NOISE),
        "down": lambda: np.floor(value + NOISE),
    }[rounding]()
    return rounded.astype(np.int64)


def _whole(values: ArrayLike) -> Whole:
    return np.atleast_1d(np.asarray(values)).astype(np.int64)


def _rate_units(annual_rate: ArrayLike) -> Whole:
    rate = np.atleast_1d(np.asarray(annual_rate, dtype=np.float64))
    return np.rint(rate * RATE_UNIT).astype(np.int64)


def _period_rate(annual_rate: ArrayLike, convention: Convention) -> NDArray[np.longdouble]:
    rate = _rate_units(annual_rate).astype(np.longdouble) / np.longdouble(RATE_UNIT)
    times = convention.compounding or convention.per_year
    each = rate / np.longdouble(times)
    if times == convention.per_year:
        return each
    grown = np.expm1(np.log1p(each) * np.longdouble(times) / np.longdouble(convention.per_year))
    return grown.astype(np.longdouble)


def _accrual(
    principal: Whole, annual_rate: ArrayLike, convention: Convention
) -> Callable[[Whole], Whole]:
    """A function from balances to the interest of one period."""
    rounding = convention.interest_rounding
    if convention.compounding not in (None, convention.per_year):
        factor = _period_rate(annual_rate, convention)
        return lambda balance: _round_real(balance * factor, rounding)
    units = _rate_units(annual_rate)
    common = int(np.gcd.reduce(units, initial=RATE_UNIT))
    units, denominator = units // common, RATE_UNIT // common * convention.per_year
    _must_fit(principal, units)
    return lambda balance: round_ratio(balance * units, denominator, rounding)


def _must_fit(principal: Whole, units: Whole) -> None:
    if principal.size and float(principal.max()) * float(units.max()) >= 2.0**62:
        raise AmountTooLarge(f"{principal.max()} at {units.max()} rate units does not fit")


def instalment(
    principal: ArrayLike,
    annual_rate: ArrayLike,
    periods: ArrayLike,
    convention: Convention = MONTHLY,
) -> Whole:
    """The level payment P * i / (1 - (1 + i) ** -n), or P / n without interest (W14)."""
    drawn, count = _whole(principal), _whole(periods)
    rate = _period_rate(annual_rate, convention)
    safe = np.where(rate > 0, rate, np.longdouble(1))
    annuity = drawn * safe / -np.expm1(-count * np.log1p(safe))
    level = np.where(rate > 0, annuity, drawn / count.astype(np.longdouble))
    return _round_real(level, convention.instalment_rounding)


def equal_instalment(
    principal: ArrayLike,
    annual_rate: ArrayLike,
    periods: ArrayLike,
    convention: Convention = MONTHLY,
    payment: ArrayLike | None = None,
) -> Schedule:
    """Level payments 等额本息 (W14); a given `payment` replaces the annuity, even if too small."""
    drawn, count = np.broadcast_arrays(_whole(principal), _whole(periods))
    level = (
        instalment(drawn, annual_rate, count, convention) if payment is None else _whole(payment)
    )
    return _roll(drawn, annual_rate, count, convention, lambda _, interest: level - interest)


def equal_principal(
    principal: ArrayLike,
    annual_rate: ArrayLike,
    periods: ArrayLike,
    convention: Convention = MONTHLY,
) -> Schedule:
    """The same principal every time, interest on what is left 等额本金 (W15)."""
    drawn, count = np.broadcast_arrays(_whole(principal), _whole(periods))
    whole, rest = np.divmod(drawn, count)
    share = whole + (2 * rest >= count)
    return _roll(drawn, annual_rate, count, convention, lambda *_: share)


def interest_only(
    principal: ArrayLike,
    annual_rate: ArrayLike,
    periods: ArrayLike,
    convention: Convention = MONTHLY,
) -> Schedule:
    """Interest every period, the whole principal with the last 先息后本."""
    drawn, count = np.broadcast_arrays(_whole(principal), _whole(periods))
    return _roll(drawn, annual_rate, count, convention, lambda *_: np.zeros_like(drawn))


def bullet(
    principal: ArrayLike, annual_rate: ArrayLike, days: ArrayLike, year: int = 360
) -> Schedule:
    """Principal and interest at once, after `days` of a `year` of 360 or 365 days."""
    drawn = _whole(principal)
    return Schedule(
        drawn[:, None],
        interest_for_days(drawn, annual_rate, days, year)[:, None],
        np.ones_like(drawn),
    )


def interest_for_days(
    balance: ArrayLike, annual_rate: ArrayLike, days: ArrayLike, year: int = 360
) -> Whole:
    """Simple interest on actual days, half-up to the cent (W28)."""
    held, units, count = _whole(balance), _rate_units(annual_rate), _whole(days)
    common = int(np.gcd.reduce(units, initial=RATE_UNIT))
    units, denominator = units // common * count, RATE_UNIT // common * year
    if held.size:
        _must_fit(held, np.atleast_1d(units))
    return round_ratio(held * units, denominator)


def _roll(
    drawn: Whole,
    annual_rate: ArrayLike,
    count: Whole,
    convention: Convention,
    share: Callable[[Whole, Whole], Whole],
) -> Schedule:
    """Carry the balances forward; `share` of balance and interest is what a period repays."""
    accrued = _accrual(drawn, annual_rate, convention)
    balance = drawn.copy()
    shape = (drawn.size, int(count.max(initial=0)))
    principal, interest = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for period in range(shape[1]):
        charge = accrued(balance)
        repaid = np.minimum(share(balance, charge), balance)
        repaid = np.where(period == count - 1, balance, repaid)
        repaid = np.where(period < count, repaid, 0)
        principal[:, period] = repaid
        interest[:, period] = np.where(period < count, charge, 0)
        balance = balance - repaid
    return Schedule(principal, interest, np.asarray(count))
