"""How an opening balance became the closing one over any period, step by step, to the cent.

A bridge adds up the flows of `queries.definitions.flows`, which close for every loan and month (a
check of the build), over the months of a period. What the record lost in between (a month that was
not recorded) is a step of its own: a period closes as its months do.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from queries.definitions import classification, flows, size
from queries.measures import Dimension, Metric, Where, conditions_of, cube
from queries.paging import PAGE, first_page, page, total
from queries.periods import months_back
from queries.warehouse import Scope, ask, month_end

Period = Literal["month", "quarter", "year", "year_to_date"]
PERIODS: tuple[Period, ...] = ("month", "quarter", "year", "year_to_date")
_MONTHS: dict[Period, int] = {"month": 1, "quarter": 3, "year": 12}

# A loan on the book that has no row at the month end after.
_MISSING = """select * from (
    select *, lead(month_end) over (partition by loan_id order by month_end) as next_month_end
    from scoped_loan_months($branches, $products)
    where month_end between $opened and $month_end
) as months
where status = 'active' and month_end < $month_end
    and (next_month_end is null or next_month_end > last_day(month_end + interval 1 day))"""


@dataclass(frozen=True)
class Step:
    """One flow of a bridge: what is summed, and whether it adds (+1) or takes away (-1)."""

    metric: Metric
    sign: int
    # Left out of the picture where there is none of it.
    is_rare: bool = False

    @property
    def code(self) -> str:
        """Its name in addresses and columns: that of its metric."""
        return self.metric.id

    @property
    def column(self) -> str:
        """What is summed, signed."""
        return ("" if self.sign > 0 else "-") + self.metric.numerator


@dataclass(frozen=True)
class Bridge:
    """The balance that is followed, the column of its opening, and its steps in order.

    `missing` is the code of the last step, which is no loan's flow: what the record lost.
    """

    code: str
    balance: Metric
    opening: Metric
    missing: str
    steps: tuple[Step, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all steps in order."""
        return (*(step.code for step in self.steps), self.missing)


BALANCE_BRIDGE = Bridge(
    "balance",
    size.BALANCE,
    flows.OPENING,
    "missing",
    (
        Step(size.DISBURSED, 1),
        Step(flows.ENTERED, 1, is_rare=True),
        Step(flows.SCHEDULED_REPAID, -1),
        Step(flows.PREPAID, -1),
        Step(flows.UNSPLIT, -1, is_rare=True),
        Step(size.WRITTEN_OFF, -1),
        Step(size.SOLD, -1),
        Step(flows.CAPITALISED, 1, is_rare=True),
        Step(flows.BREAK, 1),
    ),
)
NPL_BRIDGE = Bridge(
    "npl",
    classification.NPL_BALANCE,
    flows.NPL_OPENING,
    "npl_missing",
    (
        Step(classification.NPL_INFLOW, 1),
        Step(flows.NPL_ENTERED, 1, is_rare=True),
        Step(flows.NPL_UPGRADED, -1),
        Step(flows.NPL_CASH, -1),
        Step(flows.NPL_WRITTEN_OFF, -1),
        Step(flows.NPL_SOLD, -1),
        Step(flows.NPL_CAPITALISED, 1, is_rare=True),
        Step(flows.NPL_BREAK, 1),
    ),
)
BRIDGES = {bridge.code: bridge for bridge in (BALANCE_BRIDGE, NPL_BRIDGE)}
STEPS = {step.code: step for bridge in BRIDGES.values() for step in bridge.steps}
_GONE = {bridge.missing: bridge.balance.numerator for bridge in BRIDGES.values()}
CODES = (*STEPS, *_GONE)


def since(scope: Scope, period: Period) -> date | None:
    """The month end that a period opens at, not before the book's first; None without one."""
    last = month_end(scope)
    months = last.month if period == "year_to_date" else _MONTHS[period]
    opened = months_back(scope, months)
    return opened if opened < last else None


def bridge(
    scope: Scope,
    followed: Bridge,
    opened: date,
    by: Dimension | None = None,
    where: Where = (),
) -> pd.DataFrame:
    """[by], opening, a signed amount per step, closing, closes, breaks: opening + steps = closing.

    From the month end `opened` to the scope's. The last step is what was on the book at a month end
    and has no row at the next. `closes` is told in exact decimals; `breaks` counts the loans and
    months with a break. `by` must not change over a loan's life (a segment). No rows, no loans.
    """
    cuts = (by,) if by else ()
    conditions, values = conditions_of(where, "portfolio")
    moved = {step.code: ("month_end > $opened", step.column) for step in followed.steps}
    parts = {
        "opening": ("month_end = $opened", followed.balance.numerator),
        **moved,
        "kept": ("month_end < $month_end", followed.balance.numerator),
        "known": ("month_end > $opened", followed.opening.numerator),
        "closing": ("month_end = $month_end", followed.balance.numerator),
        "breaks": ("month_end > $opened", flows.BREAK_LOANS.numerator),
    }
    sums = ",\n    ".join(
        f"sum(case when {held} then {column} else 0 end) as {name}"
        for name, (held, column) in parts.items()
    )
    named = "".join(f"{cut}, " for cut in cuts)
    sql = (
        f"with summed as (\nselect {named}\n    {sums}\nfrom {_source(where, cuts)}\n"
        f"where month_end between $opened and $month_end{conditions}\n"
        + (f"group by {', '.join(cuts)}\n" if cuts else "having count(*) > 0\n")
        + f"),\nchained as (\nselect *, known - kept as {followed.missing}\nfrom summed\n)\n"
        f"select *, {_closes(followed)} as closes\nfrom chained"
        + (f"\norder by closing desc, {', '.join(cuts)}" if cuts else "")
    )
    return ask(sql, scope, opened=opened, **values)


def bridge_months(scope: Scope, followed: Bridge, opened: date, where: Where = ()) -> pd.DataFrame:
    """As `bridge`, one row per month end after `opened`, oldest first."""
    conditions, values = conditions_of(where, "portfolio")
    sums = ",\n    ".join(f"sum({step.column}) as {step.code}" for step in followed.steps)
    sql = (
        f"with months as (\nselect month_end,\n"
        f"    sum({followed.balance.numerator}) as closing,\n"
        f"    sum({followed.opening.numerator}) as known,\n"
        f"    sum({flows.BREAK_LOANS.numerator}) as breaks,\n    {sums}\n"
        f"from {_source(where)}\nwhere month_end between $opened and $month_end{conditions}\n"
        "group by month_end\n),\n"
        "chained as (\nselect *, lag(closing) over (order by month_end) as opening,\n"
        f"    known - lag(closing) over (order by month_end) as {followed.missing}\n"
        "from months\n)\n"
        f"select *, {_closes(followed)} as closes\nfrom chained\n"
        "where month_end > $opened\norder by month_end"
    )
    return ask(sql, scope, opened=opened, **values)


def _source(where: Where, cuts: tuple[Dimension, ...] = ()) -> str:
    return cube("portfolio", {"month_end", *cuts, *(dimension for dimension, _ in where)})


def _closes(followed: Bridge) -> str:
    added = " + ".join(["opening", *followed.codes])
    return f"{added} = closing"


def steps_shown(frame: pd.DataFrame, followed: Bridge) -> tuple[str, ...]:
    """The codes of a bridge's steps in order, rare ones only where there is any of them."""
    rare = {step.code for step in followed.steps if step.is_rare} | {followed.missing}
    return tuple(code for code in followed.codes if code not in rare or frame[code].any())


# --- Rows behind a step, over months ---


def step_loans(
    scope: Scope,
    code: str,
    opened: date,
    where: Where = (),
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """loan_id, borrower_id, branch, product, months, last_month_end, counted: the largest first.

    What each loan added to a step over the months after `opened`, signed; all pages re-add to it.
    """
    sql, values = _behind(code, where)
    order = ("-size", "loan_id")
    return page(sql, scope, order, after, limit, opened=opened, **values)


def step_start(
    scope: Scope, code: str, opened: date, where: Where = (), limit: int = PAGE
) -> tuple[pd.DataFrame, int, Decimal]:
    """The first page of that list with how many loans it has and their exact sum, in one pass."""
    sql, values = _behind(code, where)
    order = ("-size", "loan_id")
    return first_page(sql, scope, order, limit, "counted", opened=opened, **values)


def step_total(scope: Scope, code: str, opened: date, where: Where = ()) -> tuple[int, Decimal]:
    """How many loans stand behind a step over the period, and the exact sum of what they add."""
    sql, values = _behind(code, where)
    return total(sql, scope, "counted", opened=opened, **values)


def _behind(code: str, where: Where) -> tuple[str, dict[str, Any]]:
    conditions, values = conditions_of(where, "portfolio")
    if code in _GONE:
        months, column = f"(\n{_MISSING}\n) as months", f"-{_GONE[code]}"
    else:
        months, column = "scoped_loan_months($branches, $products)", STEPS[code].column
        conditions += "\n    and month_end > $opened and month_end <= $month_end"
    sql = (
        "select loan_id, max(borrower_id) as borrower_id, max(branch) as branch,"
        " max(product) as product, count(*) as months, max(month_end) as last_month_end,"
        f" sum({column}) as counted, abs(sum({column})) as size\nfrom {months}\n"
        f"where {column} <> 0{conditions}\ngroup by loan_id"
    )
    return sql, values


# --- Speeds ---


def speeds(scope: Scope, months: int = 13, where: Where = ()) -> pd.DataFrame:
    """month_end, smm, cpr, mdr, cdr: a month's rates, and a year at them (section 6.2)."""
    conditions, values = conditions_of(where, "portfolio")
    parts = ",\n    ".join(
        f"cast(sum({metric.numerator}) as double) / nullif(sum({metric.denominator}), 0)"
        f" as {metric.id}"
        for metric in (flows.SMM, flows.MDR)
    )
    sql = (
        f"with rates as (\nselect month_end,\n    {parts}\nfrom {_source(where)}\n"
        f"where month_end between $first and $month_end{conditions}\ngroup by month_end\n)\n"
        "select *, 1 - power(1 - smm, 12) as cpr, 1 - power(1 - mdr, 12) as cdr\n"
        "from rates\norder by month_end"
    )
    return ask(sql, scope, first=months_back(scope, months - 1), **values)
