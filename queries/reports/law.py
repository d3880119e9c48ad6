"""The law's clocks, proceedings, and what became of what secured a loan (sections 12 and 13)."""

from decimal import Decimal

import pandas as pd

from queries.paging import PAGE, page, total
from queries.periods import months_back
from queries.warehouse import Scope, data_day, report, report_sql

DATE_ORDER = ("sort_on", "-amount", "date_id")
PROCEEDING_ORDER = ("-claimed", "proceeding_id")
DELAY_ORDER = ("-delay_interest_amount", "proceeding_id")
DISPOSAL_ORDER = ("-appraised", "disposal_id")
SETTLEMENT_ORDER = ("-claim", "settlement_id")
DEFECT_ORDER = ("-days_open", "defect_id")
EXCEPTION_ORDER = ("-tested_on", "exception_id")


def clock_summary(scope: Scope) -> pd.DataFrame:
    """legal_clock, clock_status, clocks, loans, amount, next_on; on the data's last day (12.1)."""
    return report("clock_summary", scope)


def legal_dates(
    scope: Scope, clock: str = "", status: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per clock or hearing, the next day first.

    Without a status those that run out within 180 days; `lost` are those that ran out unmet.
    """
    values = {"clock": clock, "status": status, "day": data_day(scope)}
    return page(report_sql("legal_dates"), scope, DATE_ORDER, after, limit, **values)


def legal_dates_total(scope: Scope, clock: str = "", status: str = "") -> tuple[int, Decimal]:
    """How many rows the list has, and what they are about."""
    values = {"clock": clock, "status": status, "day": data_day(scope)}
    return total(report_sql("legal_dates"), scope, "amount", **values)


def clock_steps(scope: Scope, loan_id: str) -> pd.DataFrame:
    """One row per clock of a loan and step of its walk, in order (12.1)."""
    return report("clock_steps", scope, loan_id=loan_id)


def clock_counts(scope: Scope) -> pd.DataFrame:
    """One row per clock that had begun by the month end: what the figures of section 12.2 sum."""
    return report("clock_counts", scope)


def result_counts(scope: Scope) -> pd.DataFrame:
    """One row per thing that the departments' figures count at the month end."""
    return report("result_counts", scope)


def draw_counts(scope: Scope) -> pd.DataFrame:
    """One row per payment out of a loan that counts at the month end (13)."""
    return report("draw_counts", scope)


def oversight_counts(scope: Scope) -> pd.DataFrame:
    """One row per asset and per borrower that is watched, at the month end (11.1)."""
    return report("oversight_counts", scope)


def limit_counts(scope: Scope) -> pd.DataFrame:
    """One row per broken limit of concentration and month end since (11.1)."""
    return report("limit_counts", scope)


def model_counts(scope: Scope) -> pd.DataFrame:
    """One row per month end since the learned score was trained (11.1)."""
    return report("model_counts", scope)


def legal_stages(scope: Scope, kind: str = "") -> pd.DataFrame:
    """stage, entered and passed in twelve months, open_now, open_amount, days_median, days_p90."""
    return report("legal_stages", scope, kind=kind, since=months_back(scope, 12, clip=False))


def legal_standing(scope: Scope, kind: str = "") -> pd.DataFrame:
    """stage, proceedings, claimed: of those that are not over."""
    return report("legal_standing", scope, kind=kind)


def legal_outcomes(scope: Scope) -> pd.DataFrame:
    """One row per kind of proceeding and year of filing: how they ended, what they brought."""
    return report("legal_outcomes", scope)


def proceedings_list(
    scope: Scope, kind: str = "", stage: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per proceeding, the largest claim first."""
    values = {"kind": kind, "stage": stage}
    return page(report_sql("proceedings_list"), scope, PROCEEDING_ORDER, after, limit, **values)


def proceedings_list_total(scope: Scope, kind: str = "", stage: str = "") -> tuple[int, Decimal]:
    """How many proceedings the list has, and what they claim."""
    return total(report_sql("proceedings_list"), scope, "claimed", kind=kind, stage=stage)


def delay_interest_list(
    scope: Scope, kind: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per title not performed by its day, the most doubled interest first (12.1)."""
    return page(report_sql("delay_interest_list"), scope, DELAY_ORDER, after, limit, kind=kind)


def delay_interest_list_total(scope: Scope, kind: str = "") -> tuple[int, Decimal]:
    """How many titles the list has, and the doubled interest on them."""
    return total(report_sql("delay_interest_list"), scope, "delay_interest_amount", kind=kind)


def default_plans(scope: Scope, months: int = 13) -> pd.DataFrame:
    """month_end, planned, days_median, days_p90: default cases closed with a plan."""
    return report("default_plans", scope, first=months_back(scope, months - 1))


def disposal_ways(scope: Scope) -> pd.DataFrame:
    """way, assets, appraised, realised, realised_to_appraised, days_median, days_p90."""
    return report("disposal_ways", scope, since=months_back(scope, 12, clip=False))


def disposals_list(
    scope: Scope, standing: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per asset that is being realised or was taken over, the most valuable first."""
    values = {"standing": standing, "day": data_day(scope)}
    return page(report_sql("disposals_list"), scope, DISPOSAL_ORDER, after, limit, **values)


def disposals_list_total(scope: Scope, standing: str = "") -> tuple[int, Decimal]:
    """How many assets the list has, and what they were appraised at."""
    values = {"standing": standing, "day": data_day(scope)}
    return total(report_sql("disposals_list"), scope, "appraised", **values)


def settlements_list(
    scope: Scope, standing: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per settlement, the largest claim first."""
    sql = report_sql("settlements_list")
    return page(sql, scope, SETTLEMENT_ORDER, after, limit, standing=standing)


def settlements_list_total(scope: Scope, standing: str = "") -> tuple[int, Decimal]:
    """How many settlements the list has, and what they claim."""
    return total(report_sql("settlements_list"), scope, "claim", standing=standing)


def use_check_summary(scope: Scope) -> pd.DataFrame:
    """check_id, tested, failed, pass_rate, failed_amount of twelve months (13)."""
    return report("use_check_summary", scope, since=months_back(scope, 12, clip=False))


def use_exceptions_list(
    scope: Scope, check: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per thing that failed a check in twelve months, the latest first (13)."""
    values = {"check": check, "since": months_back(scope, 12, clip=False)}
    return page(report_sql("use_exceptions_list"), scope, EXCEPTION_ORDER, after, limit, **values)


def use_exceptions_list_total(scope: Scope, check: str = "") -> tuple[int, Decimal]:
    """How many exceptions the list has, and the money they are about."""
    values = {"check": check, "since": months_back(scope, 12, clip=False)}
    return total(report_sql("use_exceptions_list"), scope, "amount", **values)


def contract_defects(scope: Scope) -> pd.DataFrame:
    """contract_defect, found, open, open_high, days_median of reviews of twelve months (12.4)."""
    return report("contract_defects", scope, since=months_back(scope, 12, clip=False))


def contract_defects_list(
    scope: Scope, code: str = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per defect that is open, the oldest first (12.4)."""
    values = {"code": code, "since": months_back(scope, 12, clip=False)}
    return page(report_sql("contract_defects_list"), scope, DEFECT_ORDER, after, limit, **values)


def contract_defects_list_total(scope: Scope, code: str = "") -> tuple[int, Decimal]:
    """How many open defects the list has, and the principal of their loans."""
    values = {"code": code, "since": months_back(scope, 12, clip=False)}
    return total(report_sql("contract_defects_list"), scope, "amount", **values)
