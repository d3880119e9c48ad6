"""What is expected to come in over the next twelve months, and how wrong the last forecast was.

Contractual: what the loans on the book are to pay by the schedules in force. Behavioural: the same
after early repayment, delinquency and loss at the rates of the twelve months before the forecast,
per product and month k (section 8; rates of section 6.2):

    smm  = repaid early / (opening balance - scheduled)     loss = written off and sold / opening
    pay  = paid by the month's end / expected               cure = arrears collected / arrears
    gone = arrears that neither were collected nor remained / arrears

    alive(1) = 1; alive(k+1) = alive(k) x (1 - smm) x (1 - loss)
    scheduled(k) = pay x alive(k) x contractual(k)
    early(k)     = smm x alive(k) x (balance left by contract after k)
    arrears(k)   = cure x overdue(k); overdue(1) is what is overdue on the day of the forecast
    overdue(k+1) = overdue(k) x (1 - cure - gone) + (1 - pay) x alive(k) x contractual(k)

Receipts of a month are scheduled + early + arrears. New lending is in none of it.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from queries import reports
from queries.periods import months_back
from queries.warehouse import Scope, month_end

PARTS = ("scheduled", "early", "arrears")


@dataclass(frozen=True)
class Rates:
    """The monthly rates of one product (fractions), and what it starts from (amounts)."""

    smm: float
    pay: float
    loss: float
    cure: float
    gone: float
    balance: float
    overdue: float


@dataclass(frozen=True)
class Forecast:
    """A forecast made on a day: `months` by month end, `rates` over `observed` months.

    `months` has month_end, ahead, contractual, scheduled, early, arrears, behavioural, actual;
    the behavioural columns are missing where nothing was observed yet.
    """

    made_on: date
    months: pd.DataFrame
    rates: dict[str, Rates]
    observed: int
    overdue: float


def _share(part: float, whole: float, empty: float = 0.0) -> float:
    """A rate between 0 and 1; `empty` over nothing."""
    return min(max(part / whole, 0.0), 1.0) if whole > 0 else empty


def rates_of(sums: pd.Series) -> Rates:
    """The rates of a product from a row of `reports.forecast_rates`."""
    row = {key: float(sums[key] or 0) for key in sums.index if key != "product"}
    cure = _share(row["arrears"], row["overdue_before"])
    left = row["overdue_before"] + row["unpaid"] - row["arrears"] - row["overdue_after"]
    return Rates(
        smm=_share(row["prepaid"], row["smm_base"]),
        pay=_share(row["paid"], row["expected"], 1.0),
        loss=_share(row["lost"], row["opening"]),
        cure=cure,
        gone=min(_share(left, row["overdue_before"]), 1.0 - cure),
        balance=row["balance"],
        overdue=row["overdue"],
    )


def project(contract: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """scheduled, early, arrears per row of `contract` (principal, due), in order of month."""
    alive, overdue, left = 1.0, rates.overdue, rates.balance
    rows = []
    for principal, due in zip(contract["principal"], contract["due"], strict=True):
        left = max(left - float(principal), 0.0)
        asked = alive * float(due)
        rows.append((rates.pay * asked, rates.smm * alive * left, rates.cure * overdue))
        overdue = overdue * (1 - rates.cure - rates.gone) + (1 - rates.pay) * asked
        alive *= (1 - rates.smm) * (1 - rates.loss)
    return pd.DataFrame(rows, columns=list(PARTS), index=contract.index)


def forecast(scope: Scope, made_on: date | None = None) -> Forecast | None:
    """The forecast made on a month end, the scope's unless another; None without anything due."""
    made_on = made_on or month_end(scope)
    contract = reports.forecast_months(scope, made_on)
    if contract.empty:
        return None
    sums = reports.forecast_rates(scope, made_on).set_index("product", drop=False)
    observed = int(sums["months"].max()) if len(sums) else 0
    rates = {str(product): rates_of(row) for product, row in sums.iterrows()}
    parts = [
        part.join(project(part, rates[str(product)])) if str(product) in rates else part
        for product, part in contract.groupby("product")
    ]
    joined = pd.concat(parts).reindex(columns=[*contract.columns, *PARTS])
    if not observed:
        joined[list(PARTS)] = float("nan")
    summed = joined.groupby(["month_end", "ahead"], as_index=False)[
        ["principal", "interest", "due", "actual", *PARTS]
    ].sum(min_count=1)
    summed["contractual"] = summed["due"]
    summed["behavioural"] = summed[list(PARTS)].sum(axis=1, min_count=len(PARTS))
    overdue = sum(rate.overdue for rate in rates.values())
    return Forecast(made_on, summed, rates, observed, overdue)


def back_test(scope: Scope) -> Forecast | None:
    """The forecast of twelve months ago with the errors of each month; None when there is none.

    Adds contractual_error and behavioural_error, (actual - forecast) / forecast (section 8).
    """
    made_on = months_back(scope, 12, clip=False)
    found = forecast(scope, made_on)
    if found is None:
        return None
    months = found.months[found.months["actual"].notna()].copy()
    if months.empty:
        return None
    for kind in ("contractual", "behavioural"):
        told = months[kind].where(months[kind] != 0)
        months[f"{kind}_error"] = (months["actual"] - told) / told
    return Forecast(found.made_on, months, found.rates, found.observed, found.overdue)


def mape(errors: pd.Series) -> float | None:
    """The mean of the errors whatever their sign; None without any."""
    known = errors.dropna().abs()
    return float(known.mean()) if len(known) else None
