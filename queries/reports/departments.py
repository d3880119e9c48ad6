"""Cases, and who has them."""

from datetime import date
from typing import Literal

import pandas as pd

from queries.paging import PAGE, page
from queries.warehouse import Scope, report, report_sql, run

CaseState = Literal["all", "open", "late", "risk", "closed", "due", "ever"]
Answer = Literal["all", "late", "returned", "open", "accepted"]
CASES_ORDER = ("due_order", "stay_id")
NEWEST = ("-opened_on", "stay_id")
PEOPLE_ORDER = ("-overdue_open", "-backlog", "staff_id")
HANDED_ORDER = ("-sent_at", "hand_over_id")
EVER = date(1900, 1, 1)


def departments(build: str = "") -> pd.DataFrame:
    """department_id, name, name_zh: what the departments of the book are called."""
    return run(report_sql("departments"), build=build)


def department_home(department_id: str, build: str = "") -> tuple[str, bool]:
    """The department of the organisation in force that has the work of this one; empty when none.

    Another than itself where the organisation has it taken over. Beside it, whether the
    organisation lets its head see masked values.
    """
    found = run(report_sql("department_home"), build=build, department_id=department_id)
    if not len(found):
        return "", False
    return str(found["department_id"].iloc[0]), bool(found["may_unmask"].iloc[0])


def workload_by_department(scope: Scope, department_id: str = "") -> pd.DataFrame:
    """Per department, or of one: flows, backlog by age, what is late, people against need."""
    return report("workload_by_department", scope, department_id=department_id)


def department_signs(scope: Scope, department_id: str = "") -> pd.DataFrame:
    """Per department, or of one: late of due, hours in use, people against those needed.

    The part of workload_by_department that says whether a department needs help, sooner.
    """
    return report("department_signs", scope, department_id=department_id)


def workload_by_person(
    scope: Scope,
    department_id: str = "",
    staff_id: str = "",
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """Per person there: backlog, overdue_open, at_risk, closed, open_hours, utilisation, absence.

    A page, those with most that is late first; of one department, or of one person. absence_rate is
    hours of leave over hours paid.
    """
    asked = {"department_id": department_id, "staff_id": staff_id}
    return page(report_sql("workload_by_person"), scope, PEOPLE_ORDER, after, limit, **asked)


def desk_sums(scope: Scope, department_id: str = "") -> pd.DataFrame:
    """Per department, or of one: people, and of the fullest desk (by hours of open cases) staff_id,
    name, backlog, overdue_open, open_hours; others_hours is what each of the others has on average.
    """
    return report("desk_sums", scope, department_id=department_id)


def queues(scope: Scope, department_id: str = "") -> pd.DataFrame:
    """Per department (or of one) and case type: backlog, overdue_open, came, went in three months.

    These are `days`; a_workday is the pace a working day, minutes / timed_cases the standard time
    of one, case_hours what one person gives to cases in a month.
    """
    return report("queues", scope, department_id=department_id)


def next_breaks(scope: Scope, department_id: str = "") -> pd.DataFrame:
    """Queues that will break their promise, the soonest first: breaks_on, ahead, can, breaking.

    By breaks_on `ahead` cases are due, those `late` already among them, and `can` be done in the
    `workdays` until then at a_workday; `breaking` is how many pass their target in thirty days.
    """
    return report("next_breaks", scope, department_id=department_id)


def calls(scope: Scope, department_id: str = "") -> pd.DataFrame:
    """Per department (or of one), case type and level: what is to be answered within minutes.

    Of the month: calls, within_seconds, handle_seconds, open_hours, at_once and one_more in people,
    share_asked.
    """
    return report("calls", scope, department_id=department_id)


def person_at_desk(scope: Scope, login: str) -> pd.DataFrame:
    """staff_id, name, department_id, department, department_zh: one row, or none."""
    return report("person_at_desk", scope, login=login)


def own_desk(scope: Scope, staff_id: str = "") -> pd.DataFrame:
    """One row: backlog, overdue_open, at_risk, closed, open_hours of a person, of cases in view."""
    return report("own_desk", scope, staff_id=staff_id)


def waiting_for_us(scope: Scope, department_id: str) -> pd.DataFrame:
    """At most 200 hand-overs that a department has not answered, the longest wait first."""
    return report("waiting_for_us", scope, department_id=department_id)


def workload_cases(
    scope: Scope,
    state: CaseState = "open",
    department_id: str = "",
    case_type: str = "",
    owner: str = "",
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """One row per stay of a case at the scope's month end, earliest target date first.

    `ever` is every stay so far, the newest case first.
    """
    filters = {
        "state": state,
        "department_id": department_id,
        "case_type": case_type,
        "owner": owner,
    }
    order = NEWEST if state == "ever" else CASES_ORDER
    since = EVER
    if state == "ever" and not after and not owner:
        # A page of the newest is found among a few columns; only its days are then read whole.
        found = newest_case_day(scope, department_id, case_type, limit)["opened_on"]
        since = pd.Timestamp(found.iloc[0]).date() if len(found) else EVER
    whole = filters | {"opened_since": since}
    return page(report_sql("workload_cases"), scope, order, after, limit, **whole)


def newest_case_day(
    scope: Scope, department_id: str = "", case_type: str = "", place: int = 1
) -> pd.DataFrame:
    """opened_on of the case at a place, counted from the newest; no row where there are fewer."""
    asked = {"department_id": department_id, "case_type": case_type, "place": place}
    return report("newest_case_day", scope, **asked)


def duties(scope: Scope, department_id: str = "") -> pd.DataFrame:
    """The duties of a department, or of all, in order, each with how many cases it has had so far.

    same_as is the earlier duty of the department whose cases these are: they are counted once.
    """
    return report("duties", scope, department_id=department_id)


def service_levels(scope: Scope, department_id: str) -> pd.DataFrame:
    """What the duties of a department must do by when, on which clock, and who says so."""
    return report("service_levels", scope, department_id=department_id)


def case_counts(scope: Scope) -> pd.DataFrame:
    """One row per stay of a case with what the workload cube counts of it."""
    return report("case_counts", scope)


def case_time_counts(scope: Scope) -> pd.DataFrame:
    """One row per stay of a case whose age, or length, is told at the month end."""
    return report("case_time_counts", scope)


def case_detail(scope: Scope, case_id: str) -> pd.DataFrame:
    """One row, or none outside the scope: every fact of a case, is_open, is_late, sent_to_id,
    and of its target the source. Minutes are of the case's own clock; target_workdays,
    elapsed_workdays and paused_workdays are the same in working days of its calendar, where its
    service level is told in working days."""
    return report("case_detail", scope, case_id=case_id)


def case_left(scope: Scope, case_id: str, department_id: str) -> pd.DataFrame:
    """department_id, department, left_on: to whom a department handed a case on last; or none."""
    return report("case_left", scope, case_id=case_id, department_id=department_id)


def duty_names(build: str = "") -> pd.DataFrame:
    """duty_id, name, name_zh of every duty of the organisation in force."""
    return run(report_sql("duty_names"), build=build)


def staff_names(build: str = "") -> pd.DataFrame:
    """staff_id, name of everybody of the house, also who has left."""
    return run(report_sql("staff_names"), build=build)


def case_events(scope: Scope, case_id: str, see_notes: bool = False) -> pd.DataFrame:
    """happened_at, event, actor, to_department, department, note (if asked for): oldest first."""
    return report("case_events", scope, case_id=case_id, see_notes=see_notes)


def handoffs(
    scope: Scope, since: date = EVER, case_type: str = "", department_id: str = ""
) -> pd.DataFrame:
    """Per route what was sent after `since`: handed_over = accepted + returned + open, late.

    Of all routes, or of those from and to one department.

    handoff_hours and handoff_hours_p90 are working hours to acceptance, bounce_rate and late_rate
    shares of what was sent; all as it stood on the scope's date.
    """
    asked = {"since": since, "case_type": case_type, "department_id": department_id}
    return report("handoffs", scope, **asked)


def handed_totals(
    scope: Scope, since: date = EVER, case_type: str = "", department_id: str = ""
) -> pd.DataFrame:
    """One row: the same of these routes together."""
    asked = {"since": since, "case_type": case_type, "department_id": department_id}
    return report("handed_totals", scope, **asked)


def handed_types(scope: Scope) -> pd.DataFrame:
    """case_type, handed_over: what was ever handed over, the most frequent first."""
    return report("handed_types", scope)


def handed_cases(
    scope: Scope,
    from_id: str,
    to_id: str,
    since: date = EVER,
    case_type: str = "",
    state: Answer = "all",
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """One row per hand-over of a route, the latest first; hours are working hours."""
    filters = {
        "from_id": from_id,
        "to_id": to_id,
        "since": since,
        "case_type": case_type,
        "state": state,
    }
    return page(report_sql("handed_cases"), scope, HANDED_ORDER, after, limit, **filters)


def desk_load_counts(scope: Scope) -> pd.DataFrame:
    """One row per month end and person there: hours of open cases, and their part of Gini (11)."""
    return report("desk_load_counts", scope)


def line_hour_counts(scope: Scope) -> pd.DataFrame:
    """One row per month end and line, or person who answers it: hours asked for or present (11)."""
    return report("line_hour_counts", scope)


def capacity_counts(scope: Scope) -> pd.DataFrame:
    """One row per person, type of case and department's budget with what capacity sums of it."""
    return report("capacity_counts", scope)
