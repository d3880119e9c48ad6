"""The organisation as data: who owes what, by when, on which clock; judged before it is used.

Departments, duties, case types, service levels, calendars and the contact strategy are tables of
the folder; what it leaves out comes from data/organisation. What does not hold together stops the
load with the table, the reason and the row.
"""

import difflib
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

import duckdb

from data.contract import CASES_MEASURED, PERSONAL_COMPONENTS
from data.failures import OrganisationUnusable
from data.raw import add_defaults, literal

DEFAULTS = Path(__file__).parent / "organisation"
OWN = ("departments", "duties")
"""Taken whole from the folder, or whole from us: half of each is nobody's organisation."""
KEYED = (
    *("calendars", "calendar_days", "case_types", "service_levels", "review_cycles"),
    "appraisal_terms",
)
"""Row by row: the folder's stand in for ours."""
STRATEGY = "contact_strategy"
"""Taken whole from the folder too: steps of two strategies would not be one ladder."""
TABLES = (*KEYED, *OWN, STRATEGY, "staff_leave", "staff_time")
CHANNELS = ("phone", "text_message", "robot", "visit", "letter")
"""By which a debtor may be reached, beside those that the book's contacts name."""
HOME = "merged"
LEVELS = literal(str(DEFAULTS / "service_levels.csv"))
FIGURES = tuple((DEFAULTS / "figures.txt").read_text(encoding="utf-8").split())
"""The ids of the metrics, which a load may not import: a duty may name these figures."""

Problem = tuple[str, str, str]

CALENDAR = r"'^([01][0-9]|2[0-3]):[0-5][0-9]$'"

# Component of an appraisal -> the type of case that it is measured by.
MEASURED = ", ".join(f"({literal(name)}, {literal(of)})" for name, of in CASES_MEASURED.items())
# The types of case that are a department's work in any organisation, or that of one it takes over.
WORK = """
    select department_id, case_type from raw.duties where case_type is not null
    union all
    select home.department_id, duty.case_type from raw.departments as home
    inner join raw.duties as duty
        on list_contains(string_split(home.takes_over, ' '), duty.department_id)
    where duty.case_type is not null
"""
FITTING = f"""
    department_id in (select department_id from raw.departments)
    and not exists (
        select 1 from (values {MEASURED}) as measured(component, case_type)
        where measured.component = given.component
            and (given.department_id, measured.case_type) not in ({WORK})
    )
"""
"""Which appraisal terms of ours are for the departments that there are."""

# Two steps that one attempt would do both: in force on one day, of one product, on the same days
# past due, and by one channel or case. A product's own row stands in for that of all while valid.
OVERLAPPING = """
    from raw.contact_strategy as row inner join raw.contact_strategy as other
        on (row.step_id, row.product, row.valid_from)
            > (other.step_id, other.product, other.valid_from)
        and row.valid_from <= coalesce(other.valid_to, date '9999-12-31')
        and other.valid_from <= coalesce(row.valid_to, date '9999-12-31')
    -- What is in force together is so on a day on which some row begins or another has ended.
    inner join (
        select valid_from as day from raw.contact_strategy
        union select valid_to + 1 from raw.contact_strategy
    ) as days
        on days.day between row.valid_from and coalesce(row.valid_to, date '9999-12-31')
        and days.day between other.valid_from and coalesce(other.valid_to, date '9999-12-31')
    where (row.step_id = other.step_id and row.product = other.product)
        or (
            row.step_id <> other.step_id
            and (row.product = other.product or '*' in (row.product, other.product))
            and row.from_days <= coalesce(other.to_days, 99999)
            and other.from_days <= coalesce(row.to_days, 99999)
            and (
                list_has_any(string_split(row.channels, ' '), string_split(other.channels, ' '))
                or (row.case_type = other.case_type and row.case_event = other.case_event)
            )
            and not exists (
                select 1 from raw.contact_strategy as own
                where days.day between own.valid_from and coalesce(own.valid_to, date '9999-12-31')
                    and (
                        (own.step_id = row.step_id and row.product = '*'
                            and own.product = other.product and other.product <> '*')
                        or (own.step_id = other.step_id and other.product = '*'
                            and own.product = row.product and row.product <> '*')
                    )
            )
        )
"""

# Levels that name an event which no case of their type has, though there are cases.
UNTOLD = """
    from raw.service_levels as row where {column} is not null
        and exists (select 1 from raw.cases where cases.case_type = row.case_type)
        and not exists (
            select 1 from raw.cases as cases
            inner join raw.case_events as events on cases.case_id = events.case_id
            where cases.case_type = row.case_type and events.event = row.{column}
        )
"""
UNSTARTED, UNENDED = (UNTOLD.format(column=column) for column in ("starts_with", "ends_with"))

# Table, which of its rows are wrong (as `row` beside what is joined), and why.
RULES: tuple[tuple[str, str, str], ...] = (
    (
        "calendars",
        f"""
        from raw.calendars as row where not (
            regexp_matches(opens_at, {CALENDAR}) and regexp_matches(closes_at, {CALENDAR})
            and regexp_matches(coalesce(break_from, opens_at), {CALENDAR})
            and regexp_matches(coalesce(break_until, closes_at), {CALENDAR})
            and (break_from is null) = (break_until is null)
            and opens_at <= coalesce(break_from, opens_at)
            and coalesce(break_from, opens_at) <= coalesce(break_until, closes_at)
            and coalesce(break_until, opens_at) <= closes_at and opens_at < closes_at
        )
        """,
        "its hours are no times of day as HH:MM, one after the other",
    ),
    (
        "calendars",
        "from raw.calendars as row where not regexp_matches(weekdays, '^[1-7]+$')",
        "its weekdays are no days from 1 (Monday) to 7 (Sunday)",
    ),
    (
        "calendar_days",
        "from raw.calendar_days as row where calendar_id not in (select calendar_id "
        "from raw.calendars)",
        "there is no such calendar",
    ),
    (
        "service_levels",
        "from raw.service_levels as row where clock = 'working' and calendar_id is null",
        "a working clock needs a calendar",
    ),
    (
        "service_levels",
        "from raw.service_levels as row where calendar_id is not null and calendar_id not in ("
        "select calendar_id from raw.calendars)",
        "its clock runs on a calendar that is not there",
    ),
    (
        "service_levels",
        "from raw.service_levels as row where is_statutory and clock = 'working'",
        "the law's clock counts calendar days, never working ones",
    ),
    (
        "service_levels",
        "from raw.service_levels as row where is_statutory and is_pausable",
        "the law's clock never pauses",
    ),
    (
        "service_levels",
        "from raw.service_levels as row where starts_with is not null and (measure <> 'resolve' "
        "or is_pausable or clock = 'agreed')",
        "only the time to close a case starts with an event, and then nothing stops it",
    ),
    (
        "service_levels",
        f"{UNSTARTED} and exists (select 1 from raw.loads where table_name = 'service_levels') "
        # Of our own levels a folder need not have the events.
        f"and not exists (select 1 from read_csv({LEVELS}, all_varchar = true) as ours "
        "where ours.case_type = row.case_type and ours.starts_with = row.starts_with)",
        "its clock starts with an event that no case of its type has",
    ),
    (
        "service_levels",
        "from raw.service_levels as row where ends_with is not null and measure <> 'resolve'",
        "only the time to close a case ends with an event",
    ),
    (
        "service_levels",
        "from raw.service_levels as row where ends_with = starts_with",
        "its clock ends with the event that it starts with",
    ),
    (
        "service_levels",
        f"{UNENDED} and exists (select 1 from raw.loads where table_name = 'service_levels')",
        "its clock ends with an event that no case of its type has",
    ),
    (
        "service_levels",
        "from raw.service_levels as row where measure = 'return' and (clock = 'agreed' "
        "or unit <> 'days' or amount <> round(amount))",
        "what was lent out is to be back after whole days",
    ),
    (
        "service_levels",
        "from raw.service_levels as row where valid_to < valid_from",
        "valid_to is before valid_from",
    ),
    (
        "review_cycles",
        "from raw.review_cycles as row where valid_to < valid_from",
        "valid_to is before valid_from",
    ),
    (
        "review_cycles",
        """
        from raw.review_cycles as row inner join raw.review_cycles as usual
            on row.borrower_kind = usual.borrower_kind and usual.state = 'any'
            and row.valid_from <= coalesce(usual.valid_to, date '9999-12-31')
            and usual.valid_from <= coalesce(row.valid_to, date '9999-12-31')
        where row.state <> 'any' and row.months > usual.months
        """,
        "who gives cause for concern is not reviewed less often than anybody",
    ),
    (
        "appraisal_terms",
        "from raw.appraisal_terms as row where floor = target",
        "its floor is its target: nothing lies between",
    ),
    (
        "appraisal_terms",
        "from raw.appraisal_terms as row where level = 'person' and component not in "
        f"({', '.join(literal(name) for name in PERSONAL_COMPONENTS)})",
        "its component is never measured of a person, of departments only",
    ),
    (
        "appraisal_terms",
        "from raw.appraisal_terms as row where department_id not in ("
        "select department_id from raw.departments)",
        "there is no such department",
    ),
    (
        "appraisal_terms",
        f"""
        from raw.appraisal_terms as row
        inner join (values {MEASURED}) as measured(component, case_type)
            on row.component = measured.component
        where exists (select 1 from raw.duties)
            and row.department_id in (select department_id from raw.departments)
            and (row.department_id, measured.case_type) not in ({WORK})
        """,
        "its component is measured of other departments only: no duty of its own has such cases",
    ),
    (
        "service_levels",
        "from raw.service_levels as row where case_type not in (select case_type "
        "from raw.case_types) and case_type not in (select coalesce(case_type, '') from raw.duties)"
        " and case_type not in (select case_type from raw.cases)",
        "there is no such case type",
    ),
    (
        "contact_strategy",
        "from raw.contact_strategy as row where to_days < from_days",
        "its to_days is before its from_days: it ends before it begins",
    ),
    (
        "contact_strategy",
        "from raw.contact_strategy as row where from_days < 1 and coalesce(to_days, 1) > 0",
        "a step that begins before the due day or on it ends by then, and says when",
    ),
    (
        "contact_strategy",
        "from raw.contact_strategy as row where from_days >= 1 and late_within_days is not null",
        "only a step before the due day, or on it, is of those who were late before it",
    ),
    (
        "contact_strategy",
        """
        from raw.contact_strategy as row where case_event not in ('opened', 'closed')
            and exists (select 1 from raw.loads where table_name = 'contact_strategy')
            and exists (select 1 from raw.cases where cases.case_type = row.case_type)
            and not exists (
                select 1 from raw.cases as cases
                inner join raw.case_events as events on cases.case_id = events.case_id
                where cases.case_type = row.case_type and events.event = row.case_event
            )
        """,
        "it is done by an event that no case of its type has",
    ),
    (
        "contact_strategy",
        "from raw.contact_strategy as row where valid_to < valid_from",
        "valid_to is before valid_from",
    ),
    (
        "contact_strategy",
        "from raw.contact_strategy as row where channels is null and case_type is null",
        "nothing does it: it names neither a channel nor a case type",
    ),
    (
        "contact_strategy",
        f"""
        from raw.contact_strategy as row where exists (
            select 1 from (select unnest(string_split(row.channels, ' ')) as channel)
            where channel not in ({", ".join(literal(name) for name in CHANNELS)})
                and channel not in (select coalesce(channel, '') from raw.contacts)
        )
        """,
        "it names a channel that there is not: "
        f"{', '.join(CHANNELS)} are known, and those of the contacts",
    ),
    (
        "contact_strategy",
        "from raw.contact_strategy as row where case_type not in (select case_type "
        "from raw.case_types) and case_type not in (select coalesce(case_type, '') from raw.duties)"
        " and case_type not in (select case_type from raw.cases)",
        "there is no such case type",
    ),
    (
        "contact_strategy",
        "from raw.contact_strategy as row where clock = 'working' and calendar_id is null",
        "a working clock needs a calendar",
    ),
    (
        "contact_strategy",
        "from raw.contact_strategy as row where calendar_id is not null and calendar_id not in ("
        "select calendar_id from raw.calendars)",
        "its clock runs on a calendar that is not there",
    ),
    (
        "contact_strategy",
        OVERLAPPING,
        "it overlaps another step: one attempt would do both",
    ),
    (
        "departments",
        "from raw.departments as row where calendar_id is not null and calendar_id not in ("
        "select calendar_id from raw.calendars)",
        "its calendar is not there",
    ),
    (
        "departments",
        "from raw.departments as row where head_id is not null and head_id not in ("
        "select staff_id from raw.staff)",
        "its head is unknown to staff",
    ),
    (
        "departments",
        """
        from raw.departments as row inner join raw.departments as other
            on row.organisation = other.organisation and row.department_id <> other.department_id
            and exists (
                select 1 from (select unnest(string_split(row.takes_over, ' ')) as taken)
                where taken = other.department_id
                    or list_contains(string_split(other.takes_over, ' '), taken)
            )
        """,
        "it takes over what another department of its organisation has",
    ),
    (
        "duties",
        """
        from raw.duties as row where not exists (
            select 1 from raw.departments as there
            where there.department_id = row.department_id and there.organisation = row.organisation
        )
        """,
        "nobody has it: its organisation has no such department",
    ),
    (
        "duties",
        "from raw.duties as row where owner_id is not null and owner_id not in ("
        "select staff_id from raw.staff)",
        "its owner is unknown to staff",
    ),
    (
        "duties",
        "from raw.duties as row where clock = 'working' and service_level_days is not null "
        "and case_type not in (select case_type from raw.service_levels) "
        "and 'office' not in (select calendar_id from raw.calendars)",
        "a working clock needs a calendar",
    ),
    (
        "duties",
        """
        from raw.duties as row inner join raw.departments as home
            on row.department_id = home.department_id and row.organisation = home.organisation
        where exists (select 1 from raw.staff) and row.organisation = $organisation
            and exists (select 1 from raw.loads where table_name = 'duties')
            and not exists (
                select 1 from raw.staff as people
                where (people.left_on is null or people.left_on > $as_of)
                    and (people.department_id = home.department_id
                        or list_contains(string_split(home.takes_over, ' '), people.department_id))
            )
        """,
        "nobody has it: its department has no people",
    ),
)


def add_departments(connection: duckdb.DuckDBPyConnection, given: Collection[str]) -> None:
    """Fill departments and duties with ours, unless the folder holds either."""
    if not set(OWN) & set(given):
        for name in OWN:
            add_defaults(connection, name, DEFAULTS / f"{name}.csv")


def add_levels(connection: duckdb.DuckDBPyConnection) -> None:
    """Add our calendars, case types, service levels and appraisal terms that the folder does not
    stand in for, and our contact strategy where it brings none.

    A case type that has no level of ours or the folder's gets the one that its duty names. Of our
    appraisal terms only those are added that fit the departments and duties there are.
    """
    for name in KEYED:
        fitting = FITTING if name == "appraisal_terms" else "true"
        add_defaults(connection, name, DEFAULTS / f"{name}.csv", fitting)
    alone = f"not exists (from raw.{STRATEGY})"
    add_defaults(connection, STRATEGY, DEFAULTS / f"{STRATEGY}.csv", alone)
    connection.execute(
        """
        insert into raw.service_levels
            (case_type, measure, grade, clock, amount, unit, calendar_id, is_statutory, is_pausable,
            source, valid_from)
        select case_type, 'resolve', 'standard', if(clock = 'working', 'working', 'calendar'),
            service_level_days, 'days', if(clock = 'working', 'office', null),
            clock = 'statutory', false, source, date '1900-01-01'
        from raw.duties
        where case_type is not null and service_level_days is not null
            and case_type not in (select case_type from raw.service_levels)
        qualify row_number() over (partition by case_type order by duty_id, organisation) = 1
        """
    )


def use_organisation(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Put another organisation in force, whatever the parameters say."""
    connection.execute("delete from raw.parameters where param_id = 'organisation'")
    connection.execute(
        "insert into raw.parameters (param_id, regime, product, value, valid_from, source) "
        "values ('organisation', 'CN', '*', ?, date '1900-01-01', 'asked for at the load')",
        [name],
    )


def check_organisation(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Raises OrganisationUnusable with every row that does not hold together."""
    organisation = _in_force(connection, as_of)
    problems = [*_rejected(connection), *_unknown_organisation(connection, organisation)]
    problems += _unknown_figures(connection)
    for table, wrong, why in RULES:
        named = {"organisation": organisation, "as_of": as_of}
        values = {name: value for name, value in named.items() if f"${name}" in wrong}
        found = connection.execute(f"select distinct to_json(row)::varchar {wrong}", values)
        problems += [(table, why, str(row)) for (row,) in sorted(found.fetchall())]
    if problems:
        raise OrganisationUnusable(problems)


def unstarted(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Case type and event of each level whose clock no case has started: what these cases record
    as their target stands, whoever brought the level.
    """
    return _untold(connection, "starts_with", UNSTARTED)


def unended(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Case type and event of each level whose clock no case has ended: these cases are held to
    their closing, whoever brought the level.
    """
    return _untold(connection, "ends_with", UNENDED)


def _untold(
    connection: duckdb.DuckDBPyConnection, column: str, untold: str
) -> list[tuple[str, str]]:
    found = connection.execute(f"select distinct case_type, {column} {untold} order by all")
    return [(str(case_type), str(event)) for case_type, event in found.fetchall()]


def _in_force(connection: duckdb.DuckDBPyConnection, as_of: date) -> str:
    row = connection.execute(
        "select value from raw.parameters where param_id = 'organisation' and valid_from <= $day "
        "and (valid_to is null or valid_to >= $day) order by valid_from desc limit 1",
        {"day": as_of},
    ).fetchone()
    return str(row[0]) if row else HOME


def _unknown_organisation(
    connection: duckdb.DuckDBPyConnection, organisation: str
) -> Iterator[Problem]:
    found = connection.execute("select distinct organisation from raw.departments").fetchall()
    known = sorted(str(name) for (name,) in found)
    if known and organisation not in known:
        near = difflib.get_close_matches(organisation, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        yield (
            "parameters",
            f"organisation {organisation} is none of {', '.join(known)}{hint}",
            f"param_id=organisation, value={organisation}",
        )


def _unknown_figures(connection: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    """Duties with a figure that there is not: their page would show none, and say nothing."""
    found = connection.execute(
        "select figure, to_json(row)::varchar from raw.duties as row where figure is not null "
        "order by organisation, duty_id"
    ).fetchall()
    for figures, row in found:
        for name in str(figures).split():
            if name not in FIGURES:
                near = difflib.get_close_matches(name, FIGURES, 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                yield "duties", f"it names the figure {name}, which there is not{hint}", str(row)


def _rejected(connection: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    """Rows of the folder that could not be read: a duty or a clock must not vanish unseen."""
    names = ", ".join(literal(name) for name in TABLES)
    found = connection.execute(
        "select table_name, reason, 'row ' || row_number || ': ' || record "
        f"from raw.rejected_rows where table_name in ({names}) order by table_name, row_number"
    )
    for table, why, row in found.fetchall():
        yield str(table), str(why), str(row)
