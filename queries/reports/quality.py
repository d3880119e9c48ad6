"""What is non-performing, what became of it, what stands against it, which classes are wrong."""

from datetime import date
from decimal import Decimal
from typing import Literal

import pandas as pd

from queries.paging import PAGE, page, total
from queries.periods import months_back
from queries.warehouse import Scope, report, report_sql

ObligorsShown = Literal["", "F3_10pct", "F3_20pct", "F2_other_npl", "not_evaluated"]
OBLIGOR_ORDER = ("-balance", "borrower_id")
INTEGRITY_ORDER = ("-month_end", "failure_id")
WRITE_OFF_ORDER = ("-amount", "write_off_id")
OBSERVED_ORDER = ("-balance", "loan_id")
EVENT_ORDER = ("-amount", "event_id")
REDEFAULT_ORDER = ("-counted", "-balance", "loan_id")
FORMED_ORDER = ("-amount", "loan_id")
# The parts of the figures of twelve months; the memo balance goes back to the first write-off.
_EVENTS = {
    "written_off_12m": "written_off",
    "recovered_12m": "recovered",
    "net_charge_off_12m": "net_charge_off",
    "write_off_ratio_12m": "written_off",
    "recovery_rate_12m": "recovered",
    "memo_balance": "memo_balance",
}


def npl_formation(scope: Scope, months: int = 13, span: int = 12) -> pd.DataFrame:
    """month_end, opening_gross, formation_gross, formation_net, their rates a year.

    The same as `period_*` of the `span` months to each month end.
    """
    return report("npl_formation", scope, first=months_back(scope, months - 1), span=span)


def integrity_summary(scope: Scope) -> pd.DataFrame:
    """check_id, is_evaluated, loans and balance now, loan_months of twelve months (4.6)."""
    return report("integrity_summary", scope, first=months_back(scope, 11))


def integrity_list(
    scope: Scope, check: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per failed check, loan and month end of twelve months, the newest first (4.6)."""
    values = {"check": check, "first": months_back(scope, 11)}
    sql = report_sql("integrity_list")
    return page(sql, scope, INTEGRITY_ORDER, after, limit, **values)


def integrity_list_total(scope: Scope, check: str = "") -> tuple[int, Decimal]:
    """How many rows the list has, and their balance."""
    values = {"check": check, "first": months_back(scope, 11)}
    return total(report_sql("integrity_list"), scope, "balance", **values)


def provision_requirement(scope: Scope, months: int = 13) -> pd.DataFrame:
    """month_end, gross, npl, allowance, requirement, binding (`ratio`, `coverage`), gap, and parts.

    `lpr_min`, `pcr_min` are the parameters of the day; `by_ratio`, `by_coverage` what they ask for.
    """
    return report("provision_requirement", scope, first=months_back(scope, months - 1))


def write_off_flow(scope: Scope, months: int = 13) -> pd.DataFrame:
    """month_end, written_off, recovered, net_charge_off, memo_balance, ratios; `_12m` of a year."""
    return report("write_off_flow", scope, first=months_back(scope, months - 1))


def recovery_vintages(scope: Scope) -> pd.DataFrame:
    """cohort (quarter of write-off), months_after, written_off, recovered, rate; mature cells."""
    return report("recovery_vintages", scope)


def write_off_list(
    scope: Scope, cohort: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per write-off, of one quarter or of all, with what was recovered since."""
    sql = report_sql("write_off_list")
    return page(sql, scope, WRITE_OFF_ORDER, after, limit, cohort=cohort)


def write_off_list_total(scope: Scope, cohort: str = "") -> tuple[int, Decimal]:
    """How many write-offs the list has, and their amount."""
    return total(report_sql("write_off_list"), scope, "amount", cohort=cohort)


def write_off_events(
    scope: Scope, figure: str, after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per write-off, reversal or recovery that adds to a figure of `write_off_flow`.

    `figure` is a sum or a ratio, of which the rows re-add to the numerator. Raises KeyError.
    """
    sql = report_sql("write_off_events")
    return page(sql, scope, EVENT_ORDER, after, limit, **_event_values(scope, figure))


def write_off_events_total(scope: Scope, figure: str) -> tuple[int, Decimal]:
    """How many such rows there are, and what they add up to."""
    return total(report_sql("write_off_events"), scope, "amount", **_event_values(scope, figure))


def _event_values(scope: Scope, figure: str) -> dict[str, object]:
    since = date.min if figure == "memo_balance" else months_back(scope, 12, clip=False)
    return {"figure": _EVENTS[figure], "since": since}


def recovery_counts(scope: Scope) -> pd.DataFrame:
    """One row per sum received on a written-off loan, of all months: what `recovered` sums."""
    return report("recovery_counts", scope)


def observation_ends(scope: Scope) -> pd.DataFrame:
    """ends_in (`2026-03` or `later`), loans, balance of those under observation."""
    return report("observation_ends", scope)


def observed_loans(
    scope: Scope, ends_in: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per loan under observation, of one month of its end or of all, the largest first."""
    sql = report_sql("observed_loans")
    return page(sql, scope, OBSERVED_ORDER, after, limit, ends_in=ends_in)


def observed_loans_total(scope: Scope, ends_in: str = "") -> tuple[int, Decimal]:
    """How many loans the list has, and their balance."""
    return total(report_sql("observed_loans"), scope, "balance", ends_in=ends_in)


def redefaults(scope: Scope) -> pd.DataFrame:
    """cohort (quarter of change), loans, redefaulted, rate; the same of those performing then."""
    return report("redefaults", scope)


def redefault_loans(
    scope: Scope, cohort: str, after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per loan restructured in a quarter, those that defaulted again first."""
    sql = report_sql("redefault_loans")
    return page(sql, scope, REDEFAULT_ORDER, after, limit, cohort=cohort)


def redefault_loans_total(scope: Scope, cohort: str) -> tuple[int, Decimal]:
    """How many loans the list has, and their balance now."""
    return total(report_sql("redefault_loans"), scope, "balance", cohort=cohort)


def obligor_counts(scope: Scope) -> pd.DataFrame:
    """rule_id, borrowers, evaluated, not_evaluated, holds_for, claims, balance, lifted_*."""
    return report("obligor_counts", scope)


def obligor_list(
    scope: Scope, shown: ObligorsShown = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per non-retail borrower that a rule (or any) holds for, or that none evaluated."""
    sql = report_sql("obligor_list")
    return page(sql, scope, OBLIGOR_ORDER, after, limit, shown=shown)


def obligor_list_total(scope: Scope, shown: ObligorsShown = "") -> tuple[int, Decimal]:
    """How many borrowers the list has, and the balance of their claims."""
    return total(report_sql("obligor_list"), scope, "balance", shown=shown)


def new_loan_npl(scope: Scope, months: int = 13) -> pd.DataFrame:
    """month_end, granted, formed (both of the calendar year so far), new_loan_npl_ratio."""
    return report("new_loan_npl", scope, first=months_back(scope, months - 1))


def new_loan_npl_loans(
    scope: Scope, until: str, after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per loan behind `formed` of a month end of `new_loan_npl`, the largest first."""
    sql = report_sql("new_loan_npl_loans")
    return page(sql, scope, FORMED_ORDER, after, limit, until=date.fromisoformat(until))


def new_loan_npl_loans_total(scope: Scope, until: str) -> tuple[int, Decimal]:
    """How many loans the list has, and what they add up to."""
    sql = report_sql("new_loan_npl_loans")
    return total(sql, scope, "amount", until=date.fromisoformat(until))
