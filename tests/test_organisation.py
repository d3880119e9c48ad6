"""The organisation as data: what does not hold together stops the load; a parameter switches."""

import csv
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from data import organisation
from data.contract import BY_NAME, CASES_MEASURED, PERSONAL_COMPONENTS, SHARED_COMPONENTS
from data.failures import OrganisationUnusable
from data.organisation import DEFAULTS, KEYED, OWN, STRATEGY
from queries.metrics import METRICS
from tests.book import Book
from tests.folders import run_load, sound_book, write_csv

AS_OF = date(2025, 12, 31)
ARTICLES = {"article_1": "A", "article_2": "BG", "article_3": "CDEF"}


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of our own tables."""
    with (DEFAULTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def organised(*changes: tuple[str, dict], without: str = "") -> Book:
    """A book with the ready organisation, and rows put in before it."""
    book = Book()
    for table, row in changes:
        book.add(table, **row)
    organisation.add_departments(book.connection, () if not without else (without,))
    organisation.add_levels(book.connection)
    return book


def problems(*changes: tuple[str, dict]) -> list[tuple[str, str, str]]:
    book = organised(*changes)
    with pytest.raises(OrganisationUnusable) as stopped:
        organisation.check_organisation(book.connection, AS_OF)
    assert stopped.value.exit_code == 4
    return list(stopped.value.problems)


def test_the_ready_organisations_are_whole_and_sound():
    for name in (*KEYED, *OWN, STRATEGY):
        assert set(rows(name)[0]) <= {column.name for column in BY_NAME[name].columns}
    organisation.check_organisation(organised().connection, AS_OF)
    duties = rows("duties")
    assert len({row["duty_id"] for row in duties}) == 75
    assert all(row["name"] and row["name_zh"] and row["figure"] and row["source"] for row in duties)
    assert {row["case_type"] for row in duties} == {row["case_type"] for row in rows("case_types")}
    levels = {row["case_type"] for row in rows("service_levels") if row["grade"] == "standard"}
    assert levels >= {row["case_type"] for row in duties}


@pytest.mark.parametrize(("name", "letters"), ARTICLES.items())
def test_each_article_has_an_organisation_with_its_own_duties(name, letters):
    own = {row["duty_id"] for row in rows("duties") if row["organisation"] == name}
    merged = {row["duty_id"] for row in rows("duties") if row["organisation"] == "merged"}
    assert own == {duty for duty in merged if duty[0] in letters}
    departments = {
        row["department_id"] for row in rows("departments") if row["organisation"] == name
    }
    assert len(departments) == 5
    having = {row["department_id"] for row in rows("duties") if row["organisation"] == name}
    assert having == departments


def test_a_clock_that_starts_with_what_no_case_has_never_would():
    case = {"case_id": "C1", "department_id": "legal", "case_type": "litigation"}
    event = {"event_id": "E1", "case_id": "C1", "event": "hearing"}
    given = (
        ("loads", {"table_name": "service_levels"}),
        ("cases", case | {"opened_at": "2025-01-06 10:00"}),
        ("case_events", event | {"happened_at": "2025-02-06 10:00"}),
    )
    level = LEVEL | {"clock": "calendar", "starts_with": "hearing"}
    sound = organised(*given, ("service_levels", level))
    organisation.check_organisation(sound.connection, AS_OF)
    # Ours starts with an event that these cases do not have: their targets stand, and it is told.
    ours = organised(*given)
    organisation.check_organisation(ours.connection, AS_OF)
    assert organisation.unstarted(ours.connection) == [("litigation", "docketed")]
    ((table, why, row),) = problems(*given, ("service_levels", level | {"starts_with": "haering"}))
    assert (table, why) == (
        *("service_levels", "its clock starts with an event that no case of its type has"),
    )
    assert "haering" in row


def test_a_load_is_told_whose_clock_no_case_has_started():
    """Of our own levels too: a folder that tells no fieldwork is told that its targets stand."""
    case = {"case_id": "C1", "department_id": "legal", "case_type": "audit_engagement"}
    event = {"event_id": "E1", "case_id": "C1", "happened_at": "2025-02-06 10:00"}
    audit = ("cases", case | {"opened_at": "2025-01-06 10:00"})
    assert organisation.unstarted(organised().connection) == []
    untold = organised(audit, ("case_events", event | {"event": "report"}))
    organisation.check_organisation(untold.connection, AS_OF)
    assert organisation.unstarted(untold.connection) == [("audit_engagement", "fieldwork")]
    told = organised(audit, ("case_events", event | {"event": "fieldwork"}))
    assert organisation.unstarted(told.connection) == []


def test_a_clock_that_ends_with_what_no_case_has_never_would():
    case = {"case_id": "C1", "department_id": "legal", "case_type": "litigation"}
    event = {"event_id": "E1", "case_id": "C1", "event": "hearing"}
    given = (
        ("loads", {"table_name": "service_levels"}),
        ("cases", case | {"opened_at": "2025-01-06 10:00"}),
        ("case_events", event | {"happened_at": "2025-02-06 10:00"}),
    )
    level = LEVEL | {"clock": "calendar", "ends_with": "hearing"}
    sound = organised(*given, ("service_levels", level))
    organisation.check_organisation(sound.connection, AS_OF)
    assert organisation.unended(sound.connection) == []
    ((table, why, row),) = problems(*given, ("service_levels", level | {"ends_with": "haering"}))
    assert (table, why) == (
        *("service_levels", "its clock ends with an event that no case of its type has"),
    )
    assert "haering" in row
    untold = organised(("cases", case | {"case_type": "breach_pursuit", "opened_at": "2025-01-06"}))
    organisation.check_organisation(untold.connection, AS_OF)
    assert organisation.unended(untold.connection) == [("breach_pursuit", "letter")]


TERM = {"department_id": "legal", "component": "on_time", "level": "department", "weight": 10}
TERM |= {"floor": 0.1, "target": 0.9, "valid_from": "2025-01-01"}
LEVEL = {"case_type": "litigation", "clock": "working", "amount": 3, "grade": "own"}


@pytest.mark.parametrize(
    ("table", "row", "why"),
    [
        ("service_levels", LEVEL, "a working clock needs a calendar"),
        ("service_levels", LEVEL | {"calendar_id": "lunar"}, "a calendar that is not there"),
        (
            "service_levels",
            LEVEL | {"calendar_id": "office", "is_statutory": True},
            "the law's clock counts calendar days",
        ),
        (
            "service_levels",
            LEVEL | {"clock": "calendar", "is_statutory": True, "is_pausable": True},
            "the law's clock never pauses",
        ),
        (
            "service_levels",
            LEVEL | {"case_type": "nothing", "clock": "calendar"},
            "there is no such case type",
        ),
        (
            "service_levels",
            LEVEL | {"clock": "calendar", "starts_with": "fieldwork", "is_pausable": True},
            "only the time to close a case starts with an event, and then nothing stops it",
        ),
        (
            "service_levels",
            LEVEL | {"clock": "calendar", "measure": "respond", "ends_with": "hearing"},
            "only the time to close a case ends with an event",
        ),
        (
            "service_levels",
            LEVEL | {"clock": "calendar", "starts_with": "hearing", "ends_with": "hearing"},
            "its clock ends with the event that it starts with",
        ),
        (
            "service_levels",
            LEVEL | {"clock": "calendar", "measure": "return", "unit": "hours"},
            "what was lent out is to be back after whole days",
        ),
        (
            "review_cycles",
            {"borrower_kind": "corporate", "state": "watchlist", "months": 24},
            "who gives cause for concern is not reviewed less often than anybody",
        ),
        (
            "calendars",
            {"calendar_id": "night", "name": "Night", "opens_at": "22:00", "closes_at": "6:00"},
            "its hours are no times of day",
        ),
        (
            "calendar_days",
            {"calendar_id": "lunar", "day": "2025-01-29", "is_workday": False},
            "there is no such calendar",
        ),
        (
            "departments",
            {"department_id": "x", "organisation": "own", "name": "X", "head_id": "S99999"},
            "its head is unknown to staff",
        ),
        ("appraisal_terms", TERM | {"department_id": "legl"}, "there is no such department"),
        (
            "appraisal_terms",
            TERM | {"component": "cure"},
            "its component is measured of other departments only",
        ),
        (
            "appraisal_terms",
            TERM | {"component": "complaint_on_time", "level": "person"},
            "its component is measured of other departments only",
        ),
    ],
)
def test_what_does_not_hold_together_stops_the_load_with_its_row(table, row, why):
    found = [each for each in problems_of_ours(table, row) if why in each[1]]
    assert found and found[0][0] == table
    assert all(str(value).lower() in found[0][2].lower() for value in row.values())


def problems_of_ours(table: str, row: dict) -> list[tuple[str, str, str]]:
    """What is wrong with our organisation and one row more."""
    book = organised()
    book.add(table, **row)
    with pytest.raises(OrganisationUnusable) as stopped:
        organisation.check_organisation(book.connection, AS_OF)
    return list(stopped.value.problems)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"owner_id": "S77777"}, "its owner is unknown to staff"),
        ({"department_id": "nobody"}, "nobody has it: its organisation has no such department"),
    ],
)
def test_a_duty_has_somebody(columns, why):
    duty = {"duty_id": "Z1", "department_id": "legal", "name": "Own", "name_zh": "自定"}
    found = problems_of_ours("duties", duty | columns)
    assert [(table, said) for table, said, _ in found] == [("duties", why)]
    assert '"duty_id":"Z1"' in found[0][2]


def test_a_duty_names_figures_that_there_are():
    assert sorted(METRICS) == list(organisation.FIGURES)
    duty = {"duty_id": "Z1", "department_id": "legal", "name": "Own"}
    figures = {"figure": "win_rate case_inflow sla_breach_rate_du"}
    found = problems_of_ours("duties", duty | figures)
    assert [(table, said) for table, said, _ in found] == [
        ("duties", "it names the figure case_inflow, which there is not; did you mean inflow?"),
        (
            "duties",
            "it names the figure sla_breach_rate_du, which there is not;"
            " did you mean sla_breach_rate_due?",
        ),
    ]
    assert all('"duty_id":"Z1"' in row for *_, row in found)


def test_a_duty_of_a_department_without_people_is_nobodys():
    people = ("staff", {"staff_id": "S1", "department_id": "legal"})
    organisation.check_organisation(organised(people).connection, AS_OF)  # our duties, not theirs
    found = problems(people, ("loads", {"table_name": "duties"}))
    assert {table for table, _, _ in found} == {"duties"}
    assert {why for _, why, _ in found} == {"nobody has it: its department has no people"}
    assert not [row for _, _, row in found if '"department_id":"legal"' in row]


def test_an_unknown_organisation_is_named_with_the_nearest():
    book = organised()
    book.parameter("organisation", "artikle_1")
    with pytest.raises(OrganisationUnusable) as stopped:
        organisation.check_organisation(book.connection, AS_OF)
    assert "did you mean article_1?" in str(stopped.value)


def loaded(tmp_path: Path, **tables: list[dict]) -> subprocess.CompletedProcess[str]:
    """What a load of a sound folder with these tables says."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, given in (sound_book(3) | tables).items():
        write_csv(folder / name, given)
    return run_load(folder, tmp_path / "warehouse")


def test_the_load_stops_with_exit_4_and_names_table_reason_and_row(tmp_path: Path):
    duty = {"duty_id": "Z1", "department_id": "legal", "name": "Own", "owner_id": "S77777"}
    departments = [{"department_id": "legal", "name": "Legal"}]
    result = loaded(tmp_path, duties=[duty], departments=departments)
    assert result.returncode == 4
    assert "duties: its owner is unknown to staff" in result.stderr
    assert re.search(r'"duty_id":"Z1"', result.stderr)


@pytest.mark.parametrize(
    ("level", "component", "why"),
    [
        ("department", "complaints_on_time", "appraisal_terms: .*component"),
        (
            "person",
            "legal_recovery",
            "appraisal_terms: its component is never measured of a person",
        ),
    ],
)
def test_an_appraisal_by_what_nobody_measures_stops_the_load(level, component, why, tmp_path):
    term = {"department_id": "legal", "level": level, "component": component}
    term |= {"weight": 10, "floor": 0.1, "target": 0.9}
    result = loaded(tmp_path, appraisal_terms=[*rows("appraisal_terms"), term])
    assert result.returncode == 4
    assert re.search(why, result.stderr)
    assert re.search(f'"component": ?"{component}"', result.stderr)


@pytest.mark.parametrize("component", ["alert_on_time", "cure"])
def test_an_appraisal_may_be_of_what_a_department_does_or_takes_over(component):
    """Credit risk has no such duty; of the first article it takes over collections' and others'."""
    own = ("departments", {"department_id": "own", "name": "Own", "takes_over": "collections"})
    duties = [
        ("duties", {"duty_id": "1", "department_id": "collections", "case_type": "overdue_case"}),
        ("duties", {"duty_id": "2", "department_id": "own", "case_type": "ews_alert"}),
    ]
    other = ("departments", {"department_id": "collections", "organisation": "other", "name": "C"})
    named = [(table, {"name": "D", "organisation": "other"} | row) for table, row in duties]
    term = ("appraisal_terms", TERM | {"department_id": "own", "component": component})
    book = organised(own, other, *named, term, without="duties")
    wrong = [why for table, why, _ in found_in(book) if table == "appraisal_terms"]
    assert not wrong


def found_in(book: Book) -> list[tuple[str, str, str]]:
    """What is wrong with an organisation; nothing, maybe."""
    try:
        organisation.check_organisation(book.connection, AS_OF)
    except OrganisationUnusable as stopped:
        return list(stopped.problems)
    return []


def test_terms_of_ours_are_only_for_departments_that_do_what_they_measure():
    whole = "select count(*) from raw.appraisal_terms"
    assert organised().rows(whole) == [(len(rows("appraisal_terms")),)]
    book = organised(
        ("departments", {"department_id": "collections", "name": "Dunning"}),
        ("duties", {"duty_id": "1", "department_id": "collections", "name": "Dun"}),
        without="departments",
    )
    kept = {row for (row,) in book.rows("select distinct component from raw.appraisal_terms")}
    assert "conduct" in kept and "cure" not in kept
    assert book.rows(f"{whole} where department_id <> 'collections'") == [(0,)]
    assert not [each for each in found_in(book) if each[0] == "appraisal_terms"]


def test_every_figure_that_a_duty_names_is_a_metric():
    named = {figure for row in rows("duties") for figure in row["figure"].split()}
    assert named <= set(METRICS)


def test_what_appraisals_may_name_is_what_is_measured():
    path = Path(organisation.__file__).parents[1] / "queries/intermediate/appraisal_months.sql"
    sql = path.read_text(encoding="utf-8")
    said = re.findall(r"select month_end, '(\w+)'(?: as component)?, \S+(?: as \w+)?, (\S+)", sql)
    own = {name for name, whose in said if whose.strip(",") in ("owner", "staff_id")}
    own |= set(re.findall(r"'(\w+_on_time)'", sql)) & {"incident_on_time", "security_on_time"}
    assert own == set(PERSONAL_COMPONENTS)
    assert {name for name, _ in said} - own == set(SHARED_COMPONENTS)
    assert set(CASES_MEASURED) < {*PERSONAL_COMPONENTS, *SHARED_COMPONENTS}
    assert set(CASES_MEASURED.values()) <= {row["case_type"] for row in rows("case_types")}


def test_a_duty_brings_the_service_level_of_a_type_of_its_own():
    duty = {"duty_id": "Z1", "department_id": "own", "name": "Own", "case_type": "own_case"}
    book = organised(
        ("departments", {"department_id": "own", "name": "Own"}),
        ("duties", duty | {"service_level_days": 4, "clock": "working"}),
        without="departments",
    )
    level = "select clock, amount, unit, calendar_id from raw.service_levels"
    assert book.rows(f"{level} where case_type = 'own_case'") == [("working", 4, "days", "office")]


# --- The contact strategy ---

STEP = {"step_id": "call", "name": "Call", "from_days": 1, "to_days": 3, "channels": "phone",
        "amount": 1, "clock": "calendar"}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"from_days": 5}, "it ends before it begins"),
        ({"from_days": -3, "to_days": 2}, "ends by then"),
        ({"from_days": 0, "to_days": None}, "ends by then"),
        ({"valid_from": "2025-02-01", "valid_to": "2025-01-31"}, "valid_to is before valid_from"),
        ({"channels": None}, "neither a channel nor a case type"),
        ({"channels": "phone pigeon"}, "a channel that there is not: phone, text_message"),
        ({"case_type": "overdu_case"}, "there is no such case type"),
        ({"clock": "working"}, "a working clock needs a calendar"),
        ({"clock": "working", "calendar_id": "lunar"}, "a calendar that is not there"),
        ({"late_within_days": 31}, "only a step before the due day, or on it"),
    ],
)
def test_a_step_that_cannot_be_stops_the_load_with_its_row(change, why):
    (wrong,) = problems((STRATEGY, STEP | change))
    assert wrong[0] == STRATEGY and why in wrong[1] and '"step_id":"call"' in wrong[2]


def test_a_step_done_by_what_no_case_has_would_always_be_missed():
    case = {"case_id": "C1", "department_id": "collections", "case_type": "overdue_case"}
    event = {"event_id": "E1", "case_id": "C1", "event": "attempt"}
    given = (
        ("loads", {"table_name": STRATEGY}),
        ("cases", case | {"opened_at": "2025-01-06 10:00"}),
        ("case_events", event | {"happened_at": "2025-02-06 10:00"}),
    )
    step = STEP | {"case_type": "overdue_case"}
    for sound in ("attempt", "opened", "closed"):
        assert not found_in(organised(*given, (STRATEGY, step | {"case_event": sound})))
    ((table, why, row),) = problems(*given, (STRATEGY, step | {"case_event": "atempt"}))
    assert (table, why) == (STRATEGY, "it is done by an event that no case of its type has")
    assert "atempt" in row


def test_a_channel_of_the_books_own_contacts_is_known():
    contact = {"contact_id": "T", "loan_id": "L", "contacted_at": "2025-01-01", "channel": "pigeon"}
    assert not found_in(organised((STRATEGY, STEP | {"channels": "pigeon"}), ("contacts", contact)))


OTHER = {"step_id": "other", "from_days": 3, "to_days": 9}


@pytest.mark.parametrize(
    ("change", "overlaps"),
    [
        (OTHER, True),
        (OTHER | {"to_days": None}, True),
        (OTHER | {"channels": "letter phone"}, True),
        (OTHER | {"from_days": 4}, False),
        (OTHER | {"channels": "letter"}, False),
        (OTHER | {"product": "housing"}, True),
        # The same step again: of another time, of another product.
        ({"valid_from": "2025-01-01"}, True),
        ({"product": "housing"}, False),
    ],
)
def test_two_steps_that_one_attempt_would_do_stop_the_load(change, overlaps):
    found = found_in(organised((STRATEGY, STEP), (STRATEGY, STEP | change)))
    assert [why for _, why, _ in found] == (
        ["it overlaps another step: one attempt would do both"] if overlaps else []
    )


def test_steps_follow_each_other_in_time_and_a_products_own_stands_in():
    ended = STEP | {"valid_to": "2024-12-31"}
    assert not found_in(
        organised((STRATEGY, ended), (STRATEGY, STEP | {"valid_from": "2025-01-01"}))
    )
    # For housing the call lasts longer, and its letter begins later than that of all products.
    own = STEP | {"product": "housing", "to_days": 20}
    letter = OTHER | {"name": "Letter", "channels": "phone letter", "amount": 1, "from_days": 4}
    steps = [STEP, own, letter, letter | {"product": "housing", "from_days": 21, "to_days": 30}]
    assert not found_in(organised(*((STRATEGY, step) for step in steps)))
    assert found_in(organised(*((STRATEGY, step) for step in steps[:3])))
    # It stands in while it is valid: before, the letter of all products is housing's too.
    before = steps[3] | {"valid_from": "2025-01-01"}
    assert found_in(organised(*((STRATEGY, step) for step in (*steps[:3], before))))
    since = own | {"valid_from": "2025-01-01"}
    assert not found_in(organised(*((STRATEGY, step) for step in (STEP, since, letter, before))))


def test_a_step_that_cannot_be_read_stops_the_load(tmp_path):
    row = {key: value for key, value in STEP.items() if key != "clock"}
    result = loaded(tmp_path, contact_strategy=[row | {"from_days": "soon"}])
    assert result.returncode == 3  # all of the table's rows
    assert "row 1 (step_id call): from_days 'soon' is not a whole number" in result.stderr


# --- Switching ---


def switched(name: str) -> Book:
    book = organised()
    book.borrower().loan("L1").recorded("L1", "2025-12-31", 10)
    book.parameter("organisation", name)
    for number, row in enumerate(rows("departments")):
        if row["organisation"] == "merged":
            book.add(
                "cases",
                case_id=f"C{number}",
                department_id=row["department_id"],
                case_type="internal_request",
                opened_at="2025-12-01 10:00:00",
            )
    return book.build("2025-12-31")


@pytest.mark.parametrize("name", ["merged", *ARTICLES])
def test_one_parameter_switches_and_every_case_stays_in_the_count(name):
    book = switched(name)
    known = {row["department_id"] for row in rows("departments") if row["organisation"] == name}
    found = dict(book.rows("select department_id, sum(backlog) from marts.workload group by 1"))
    assert sum(found.values()) == 13
    assert set(found) - {"elsewhere"} == known
    # The second article's departments take all others over; the first's and the third's do not.
    assert ("elsewhere" in found) == (name in ("article_1", "article_3"))
    duties = {duty for (duty,) in book.rows("select duty_id from marts.duties")}
    assert duties == {row["duty_id"] for row in rows("duties") if row["organisation"] == name}


def test_a_department_that_takes_others_over_has_their_cases():
    found = dict(
        switched("article_1").rows(
            "select department_id, sum(backlog) from marts.workload group by 1"
        )
    )
    # Credit risk has collections and default handling, risk control two more.
    assert found["credit_risk"] == 3 and found["risk_control"] == 3
    assert found["elsewhere"] == 13 - 3 - 3 - 3


# --- Calendars ---


def test_the_calendar_knows_holidays_and_working_weekends():
    book = organised().loan("L1", disbursed_on="2022-01-01").recorded("L1", "2026-12-31", 10)
    book.build("2026-12-31")
    days = dict(
        book.rows(
            "select day::varchar, is_workday from marts.working_days where calendar_id = 'office'"
        )
    )
    assert not days["2024-02-12"] and days["2024-02-18"]  # Spring Festival; a Sunday at work
    assert days["2025-01-26"] and not days["2025-10-08"] and days["2025-10-11"]
    years = book.rows(
        "select year(day), count(*) from marts.working_days "
        "where calendar_id = 'office' and is_workday group by 1 order by 1"
    )
    # 248 workdays from 2025 on: what the notice of that year says (metrics 1.5).
    assert years[:5] == [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
