"""Collecting what is overdue: contacts and conduct, promises, cost, and who does it well."""

from decimal import Decimal
from typing import Literal

import pandas as pd

from queries.paging import PAGE, page, total
from queries.warehouse import Scope, report, report_sql, run

ConductRule = Literal["", "time", "frequency", "third_party"]
PromiseState = Literal["", "open", "kept", "partial", "broken"]
LATEST = ("-contacted_at", "violation_id")
SOONEST = ("due_on", "promise_id")
EARLIEST_DAY = ("due_by", "step_row_id")
NEWEST_MONTH = ("-told_on", "loan_month_id")


def conduct_violations(
    scope: Scope, conduct_rule: ConductRule = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per contact and rule broken in twelve months, the latest first."""
    sql = report_sql("conduct_violations")
    return page(sql, scope, LATEST, after, limit, conduct_rule=conduct_rule)


def conduct_violations_total(scope: Scope, conduct_rule: ConductRule = "") -> tuple[int, Decimal]:
    """How many they are."""
    sql = report_sql("conduct_violations")
    return total(sql, scope, "0", conduct_rule=conduct_rule)


def violations_by_person(scope: Scope) -> pd.DataFrame:
    """Per person: what was broken in twelve months, by rule, over the contacts made."""
    return report("violations_by_person", scope)


def promise_flow(scope: Scope) -> pd.DataFrame:
    """Per month end of thirteen: promises made, kept, kept in part and broken, count and amount."""
    return report("promise_flow", scope)


def promises_listed(
    scope: Scope, outcome: PromiseState = "", after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """One row per promise not due yet or told in the month, the earliest day first."""
    return page(report_sql("promises_listed"), scope, SOONEST, after, limit, outcome=outcome)


def promises_listed_total(scope: Scope, outcome: PromiseState = "") -> tuple[int, Decimal]:
    """How many they are."""
    return total(report_sql("promises_listed"), scope, "0", outcome=outcome)


def contact_channels(scope: Scope) -> pd.DataFrame:
    """Per channel in twelve months: attempts, answered, debtor reached and its share."""
    return report("contact_channels", scope)


def collection_cost_kinds(scope: Scope) -> pd.DataFrame:
    """Per kind of cost in twelve months: cost_amount and net_cost_amount."""
    return report("collection_cost_kinds", scope)


def collector_effect(scope: Scope, department_id: str = "", by_person: bool = True) -> pd.DataFrame:
    """Per person or department in twelve months: cured of the loans held, against like loans.

    effect and back_effect are differences of shares; within `chance` of zero it may be chance.
    Empty where fewer than five loans were held.
    """
    return report("collector_effect", scope, department_id=department_id, by_person=by_person)


def collector_loans(
    scope: Scope,
    department_id: str,
    owner: str = "",
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """One row per loan and month held, the latest month first."""
    asked = {"department_id": department_id, "owner": owner}
    return page(report_sql("collector_loans"), scope, NEWEST_MONTH, after, limit, **asked)


def collector_loans_total(scope: Scope, department_id: str, owner: str = "") -> tuple[int, Decimal]:
    """How many they are."""
    asked = {"department_id": department_id, "owner": owner}
    return total(report_sql("collector_loans"), scope, "0", **asked)


def contact_ladder(scope: Scope) -> pd.DataFrame:
    """One row per step of the contact strategy, in the order of days past due.

    due, in time, late, missed, open and not needed of the month (arose is all of them), overdue at
    its end; in_time_share, that of the month before, their difference, and `shares` of 13 months.
    """
    return report("contact_ladder", scope)


def contact_step_names(build: str = "") -> pd.DataFrame:
    """step_id, name and name_zh of every step of the contact strategy."""
    return run(report_sql("contact_step_names"), build=build)


def contact_steps_days(scope: Scope) -> pd.DataFrame:
    """Per day up to the fifth workday from now (`past`: before) and channel: step_count.

    With day_count and channel_count, all of the day and all of the channel.
    """
    return report("contact_steps_days", scope)


def contact_steps_next(
    scope: Scope,
    step_due: str = "",
    first_channel: str = "",
    owner: str = "",
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """One row per step to be done by the fifth workday from now, the earliest day first.

    `step_due` is a day or `past`; `owner` is who has the loan's overdue case.
    """
    asked = {"step_due": step_due, "first_channel": first_channel, "owner": owner}
    return page(report_sql("contact_steps_next"), scope, EARLIEST_DAY, after, limit, **asked)


def contact_steps_next_total(
    scope: Scope, step_due: str = "", first_channel: str = "", owner: str = ""
) -> tuple[int, Decimal]:
    """How many they are."""
    asked = {"step_due": step_due, "first_channel": first_channel, "owner": owner}
    return total(report_sql("contact_steps_next"), scope, "0", **asked)
