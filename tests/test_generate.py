"""The demo book: the same bytes for a seed, right where it says so, wrong only where it says so."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from data import demo
from data.book.calendar import NotAMonthEnd
from data.book.figures import SHOWN
from data.book.names import BRANCHES
from data.book.products import PRODUCT_CODES
from data.book.rare import MARKED
from data.contract import BY_NAME
from data.generate import generate
from data.organisation import DEFAULTS
from ui import accounts

SMALL_LOANS = 300

DUTIES_OF_THE_SOURCE = """
A1.1 A1.2 A1.3a A1.3b A2.1 A2.2 A2.3 A2.4 A3.1 A3.2 A3.3 A3.4 A3.5 A4.1 A4.2 A4.3 A4.4 A5.1 A5.2
A5.3 A5.4 B1.1 B1.2 B1.3a B1.3b B1.3c B1.4 B2.1a B2.1b B2.2a B2.2b B2.3a B2.3b B3.1a B3.1b B3.2a
B3.2b B3.3 B3.4 B4.1 B4.2 B4.3 B5.1 B5.2 B5.3 C1.1 C1.2 C1.3 C2.1 C2.2 C2.3 D1 D2a D2b E1 E2 E3
F1 F2 G
"""
CASE_TYPES_OF_THE_SOURCE = """
credit_monitor credit_review accelerate_claim overdue_handoff use_of_funds_check
repayment_source_check misuse_investigation schedule_change post_loan_inspection
collateral_inspection limit_monitor model_change model_validation ews_alert terms_adjust
borrower_assist data_maintenance doc_archiving doc_inventory account_ops internal_request outreach
inquiry complaint survey willingness_link risk_assessment_report strategy_plan post_loan_plan
overdue_case repayment_monitor cash_recon funding_budget vacancy training appraisal
feedback_improvement contract_validity_check legal_opinion contract_lifecycle dispute litigation
arbitration enforcement legal_support dq_run data_issue incident change_request security_event
access_review audit_engagement finding audit_risk_assessment compliance_check classification_run
classification_review risk_file_update risk_report breach_pursuit pre_due_reminder repayment_plan
field_visit legal_referral default_case collateral_disposal settlement cross_dept_handoff
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of 300 loans."""
    folder = tmp_path_factory.mktemp("book")
    generate(folder, SMALL_LOANS, months=36, seed=11)
    return folder


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo book."""
    folder = tmp_path_factory.mktemp("demo")
    generate(folder, demo.LOANS, demo.MONTHS, demo.SEED)
    return folder


@pytest.fixture(scope="module")
def tables(large: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo book's files as views."""
    with duckdb.connect() as connection:
        for path in sorted(large.glob("*.parquet")):
            connection.execute(f"create view {path.stem} as from '{path}'")
        yield connection


def rows(folder: Path, table: str) -> list[dict]:
    return pq.read_table(folder / f"{table}.parquet").to_pylist()


def read_truth(folder: Path) -> dict:
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


def grouped(found: list[dict], key: str = "loan_id") -> dict[str, list[dict]]:
    groups: dict[str, list[dict]] = defaultdict(list)
    for row in found:
        groups[row[key]].append(row)
    return groups


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.*")}


def state_by_hand(
    day: date, loan: dict, lines: list[dict], payments: list[dict], write_offs: list[dict]
) -> tuple[Decimal, int, str]:
    """Balance, days past due and status of one loan at the end of one day, cent by cent.

    Oldest instalment first; in an instalment fee, interest, principal (section 2.3).
    """
    version = max(line["version"] for line in lines if line["valid_from"] <= day)
    plan = [line for line in lines if line["version"] == version]
    plan.sort(key=lambda line: (line["due_on"], line["seq"]))
    cash = Decimal(0)
    for row in payments:
        if row["paid_on"] <= day:
            cash += row["amount"] if row["reverses"] is None else -row["amount"]
    owed = sum(line["principal_due"] + line["interest_due"] + line["fee_due"] for line in plan)
    if cash >= owed:
        return Decimal(0), 0, "closed"
    repaid, oldest = Decimal(0), None
    for line in (line for line in plan if line["due_on"] <= day):
        for part in ("fee_due", "interest_due", "principal_due"):
            taken = min(cash, line[part])
            cash -= taken
            repaid += taken if part == "principal_due" else 0
            if taken < line[part] and part != "fee_due":
                oldest = oldest or line["due_on"]
    late = (day - oldest).days if oldest else 0
    gone = [row["kind"] for row in write_offs if row["written_off_on"] <= day]
    if gone:
        return Decimal(0), late, {"write_off": "written_off", "sale": "sold"}[gone[0]]
    return loan["principal"] - repaid, late, "active"


def test_the_demo_sign_ins_are_people_of_the_house(large: Path) -> None:
    """Of one name and number with staff.login, and a head is the organisation's head."""
    people = {row["login"]: row for row in rows(large, "staff") if row["login"]}
    signed = accounts.read(Path(accounts.__file__).parent.parent / "auth.yaml")
    assert set(people) == set(signed)
    for login, account in signed.items():
        assert account.user.staff_id == people[login]["staff_id"]
        assert account.user.name.split()[0] == people[login]["name"]
        assert account.user.department in ("", people[login]["department_id"])
    heads = {
        row["department_id"]: row["head_id"]
        for row in rows(large, "departments")
        if row["organisation"] == "merged"
    }
    assert heads["collections"] == signed["head"].user.staff_id


def test_more_cases_and_longer_logs_are_made_when_asked_for(tmp_path: Path) -> None:
    """Half and one and a half times the cases; three more entries in each."""
    usual, few, many = (
        generate(tmp_path / str(times), 200, months=12, seed=5, cases=times, notes=notes)["rows"]
        for times, notes in ((1.0, 0.0), (0.5, 0.0), (1.5, 3.0))
    )
    assert few["cases"] < usual["cases"] < many["cases"]
    entries = usual["case_events"] / usual["cases"]
    assert 2 < many["case_events"] / many["cases"] - entries < 3.5


def test_some_cases_change_hands_in_their_department_and_some_are_left_lying(large: Path) -> None:
    cases = {row["case_id"]: row for row in rows(large, "cases")}
    home = {row["staff_id"]: row["department_id"] for row in rows(large, "staff")}
    given, waiting = defaultdict(list), {}
    for row in rows(large, "case_events"):
        if row["event"] == "assigned":
            given[row["case_id"]].append(row)
        if row["event"] == "sent":
            waiting[row["case_id"]] = row["to_department"]
        if row["event"] in ("accepted", "returned"):
            waiting.pop(row["case_id"], None)
    twice = [
        key
        for key, found in given.items()
        if sum(home[row["to_staff"]] == cases[key]["department_id"] for row in found) > 1
    ]
    assert 0.01 < len(twice) / len(cases) < 0.05
    open_ones = Counter(to for key, to in waiting.items() if cases[key]["closed_at"] is None)
    assert open_ones["collections"] >= 3 and open_ones["legal"] >= 3
    assert 15 <= sum(open_ones.values()) <= 80


def test_work_on_a_case_begins_after_it_was_given_and_before_its_own_steps(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    found = tables.execute(
        """
        with begun as (
            select case_id, min(happened_at) as began, count(*) as times
            from case_events where event = 'started' group by case_id
        ),
        others as (
            select case_id,
                min(happened_at) filter (where event = 'assigned') as given,
                min(happened_at) filter (
                    where event not in ('opened', 'assigned', 'started')
                ) as acted
            from case_events group by case_id
        )
        select count(*), max(times), count(*) filter (where began < given or began > acted),
            count(*) / (select count(*) from cases)
        from begun inner join others using (case_id)
        """
    ).fetchone()
    assert found is not None and found[1:3] == (1, 0)
    assert 0.4 < found[3] < 0.7
    events = tables.execute("select count(*) / (select count(*) from cases) from case_events")
    assert events.fetchone()[0] < 5.7  # pyright: ignore[reportOptionalSubscript]


def test_courts_sit_and_letters_are_written_on_workdays(tables: duckdb.DuckDBPyConnection) -> None:
    days = DEFAULTS / "calendar_days.csv"
    at_work = "preservation first_instance appeal auction_1 auction_2 sell_off bankruptcy_notice"
    at_work += " demand guarantor_demand"
    off = tables.execute(
        f"""
        with sat as (
            select unnest([filed_on, accepted_on, hearing_on, decided_on, served_on]) as day
            from proceedings
            union all
            select unnest([auction_1_on, auction_2_on, sell_off_on]) from disposals
            union all
            select happened_on from legal_events
            where list_contains(string_split('{at_work}', ' '), kind)
        )
        select count(*) filter (
            not coalesce(named.is_workday, isodow(sat.day) <= 5)
        ), count(sat.day)
        from sat
        left join read_csv('{days}') as named on sat.day = named.day and calendar_id = 'office'
        """
    ).fetchone()
    assert off is not None and off[0] == 0 and off[1] > 1000


def test_same_seed_same_bytes_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("two", 5), ("other", 6)):
        generate(tmp_path / name, 200, months=12, seed=seed)
    one, two, other = (digests(tmp_path / name) for name in ("one", "two", "other"))
    assert one == two
    assert set(one) >= {"loans.parquet", "repayments.parquet", "cases.parquet", "truth.json"}
    assert one["repayments.parquet"] != other["repayments.parquet"]


def test_a_book_ends_with_a_month(tmp_path: Path) -> None:
    with pytest.raises(NotAMonthEnd):
        generate(tmp_path, 10, months=12, seed=1, end=date(2025, 12, 30))


@pytest.mark.parametrize("loans", [1, 2, 17])
def test_a_few_loans_make_a_book_too(loans: int, tmp_path: Path) -> None:
    truth = generate(tmp_path, loans, months=12, seed=3)
    assert truth["rows"]["loans"] == loans


def test_an_older_book_in_the_folder_goes(tmp_path: Path) -> None:
    generate(tmp_path, 200, months=12, seed=5)
    generate(tmp_path, 1, months=12, seed=3)
    assert not (tmp_path / "restructures.parquet").exists()
    assert len(rows(tmp_path, "loans")) == 1


def test_recorded_state_is_right_on_every_loan_month_but_the_planted(small: Path) -> None:
    lines, payments = grouped(rows(small, "instalments")), grouped(rows(small, "repayments"))
    write_offs, recorded = grouped(rows(small, "write_offs")), grouped(rows(small, "loan_months"))
    planted = {
        (row["test_id"], row["loan_id"], row["month_end"]): row
        for row in read_truth(small)["planted"]
    }
    wrong, statuses = set(), Counter()
    for loan in rows(small, "loans"):
        key = loan["loan_id"]
        ends = [month["month_end"] for month in recorded[key]]
        assert ends[0].replace(day=1) == loan["disbursed_on"].replace(day=1)
        for month in recorded[key]:
            day = month["month_end"]
            balance, late, status = state_by_hand(
                day, loan, lines[key], payments[key], write_offs[key]
            )
            statuses[status] += 1
            assert status == month["status"], month
            if balance != month["balance"]:
                wrong.add(("T01_balance", key, day.isoformat()))
                note = planted["T01_balance", key, day.isoformat()]
                assert (note["recorded"], note["true"]) == (float(month["balance"]), float(balance))
            if late != month["days_past_due"]:
                wrong.add(("T01_dpd", key, day.isoformat()))
                note = planted["T01_dpd", key, day.isoformat()]
                assert (note["recorded"], note["true"]) == (month["days_past_due"], late)
    assert wrong == {key for key in planted if key[0] != "T02_class"}
    assert len(wrong) >= 8
    assert set(statuses) >= {"active", "closed", "written_off"}


def test_the_auditors_find_the_planted_errors_and_nothing_else(
    demo: Path, demo_build: Path
) -> None:
    truth = read_truth(demo / "folder")
    with duckdb.connect(demo_build, read_only=True) as connection:
        assert connection.execute("select sum(rejected) from raw.loads").fetchall() == [(0,)]
        found = connection.execute(
            "select test_id, loan_id, month_end::varchar, recorded::double "
            "from marts.audit_exceptions where test_id in ('T01_dpd', 'T01_balance', 'T02_class', "
            "'T18_missing')"
        ).fetchall()
    planted = [
        (row["test_id"], row["loan_id"], row["month_end"], row["recorded"])
        for row in truth["planted"]
    ]
    assert sorted(found) == sorted(planted)
    assert set(truth["planted_counts"]) == {"T01_dpd", "T01_balance", "T02_class"}


def test_each_planted_row_is_there_and_carries_one_error(
    large: Path, tables: duckdb.DuckDBPyConnection
) -> None:
    truth = read_truth(large)
    column = {
        "T01_dpd": "days_past_due",
        "T01_balance": "balance",
        "T02_class": "classification",
    }
    for row in truth["planted"]:
        found = tables.execute(
            f"select {column[row['test_id']]}::double, status from loan_months "
            "where loan_id = ? and month_end = ?",
            [row["loan_id"], row["month_end"]],
        ).fetchall()
        assert found == [(row["recorded"], "active")]
        assert row["recorded"] != row["true"]
    places = [(row["loan_id"], row["month_end"]) for row in truth["planted"]]
    assert len(places) == len(set(places)) == sum(truth["planted_counts"].values())
    better = [row for row in truth["planted"] if row["test_id"] == "T02_class"]
    assert all(row["recorded"] < row["true"] for row in better)


MOVES = """
    with spoilt as (select unnest($planted) as key),
    states as (
        select loan_id, month_end, status,
            case
                when status = 'closed' then 'PAID' when status = 'sold' then 'SOLD'
                when status = 'written_off' then 'WO' when days_past_due = 0 then 'M0'
                when days_past_due > 180 then 'M7+'
                else 'M' || ((days_past_due - 1) // 30 + 1)
            end as state
        from loan_months
    ),
    moves as (
        select loan_id, month_end, state,
            lag(state) over w as was, lag(month_end) over w as before
        from states window w as (partition by loan_id order by month_end)
    )
    select
        case
            when product = $product and branch in (select unnest($branches)) and month_end >= $since
            then 'story' else product
        end as matrix, was, state, count(*)
    from moves join loans using (loan_id)
    where was is not null and month_end < date_trunc('month', matures_on)
        and loan_id || month_end not in (from spoilt) and loan_id || before not in (from spoilt)
    group by all
"""


def test_the_roll_matrices_are_recovered(large: Path, tables: duckdb.DuckDBPyConnection) -> None:
    truth = read_truth(large)
    story = truth["story"]
    found = tables.execute(
        MOVES,
        {
            "planted": [row["loan_id"] + row["month_end"] for row in truth["planted"]],
            "product": story["product"],
            "branches": story["branches"],
            "since": story["from_month_end"],
        },
    ).fetchall()
    matrices = {**truth["roll_matrices"], "story": story["roll_matrix"]}
    counts: dict[tuple[str, str], Counter] = defaultdict(Counter)
    for matrix, was, state, number in found:
        counts[matrix, was][state] += number
    compared = 0
    for (matrix, was), moved in counts.items():
        total = sum(moved.values())
        for state, chance in {**dict.fromkeys(moved, 0.0), **matrices[matrix][was]}.items():
            spread = (total * chance * (1 - chance)) ** 0.5
            assert abs(moved[state] - total * chance) <= 4.5 * spread + 1, (matrix, was, state)
            compared += total > 200
    assert compared > 50


def test_one_product_in_one_city_goes_bad(large: Path, tables: duckdb.DuckDBPyConnection) -> None:
    story = read_truth(large)["story"]
    worst = tables.execute(
        """
        select product, region, sum(case when days_past_due > 30 then balance end) / sum(balance)
        from loan_months join loans using (loan_id) join borrowers using (borrower_id)
        where month_end = (select max(month_end) from loan_months)
        group by product, region
        having count(*) > 200 order by 3 desc nulls last limit 2
        """
    ).fetchall()
    assert worst[0][:2] == (story["product"], story["city"])
    assert worst[0][2] > 2 * worst[1][2]


def test_every_table_keeps_the_contract(tables: duckdb.DuckDBPyConnection, large: Path) -> None:
    for name, table in BY_NAME.items():
        own = ("parameters", "signal_rules", "audit_tests", "watchlist_exits", "contact_strategy")
        if name in own:
            continue  # A bank's own rows, in place of defaults that come with the app or out of it.
        columns = {row[0] for row in tables.execute(f"describe {name}").fetchall()}
        assert columns <= {column.name for column in table.columns}
        assert columns >= set(table.required)
        key = ", ".join(column for column in table.key if column in columns)
        repeated = f"select {key} from {name} group by all having count(*) > 1"
        assert tables.execute(repeated).fetchall() == [], name
        for column in table.columns:
            if column.name not in columns:
                continue
            if column.required:
                empty = f"select count(*) from {name} where {column.name} is null"
                assert tables.execute(empty).fetchone() == (0,), (name, column.name)
            if column.choices:
                others = (
                    f"select distinct {column.name} from {name} where {column.name} is not null"
                )
                assert {row[0] for row in tables.execute(others).fetchall()} <= set(column.choices)
            if column.references:
                target, field = column.references.split(".")
                lost = (
                    f"from {name} as here anti join {target} as there "
                    f"on here.{column.name} = there.{field} where here.{column.name} is not null"
                )
                assert tables.execute(lost).fetchall() == [], (name, column.name)


def test_every_version_repays_the_principal(tables: duckdb.DuckDBPyConnection) -> None:
    wrong = tables.execute(
        """
        select loan_id, version from instalments join loans using (loan_id)
        group by loan_id, version, principal having sum(principal_due) <> principal
        """
    ).fetchall()
    assert wrong == []
    versions = tables.execute("select max(version) from instalments").fetchone()
    assert versions is not None and versions[0] >= 3


def test_payments_show_all_kinds_of_conduct(tables: duckdb.DuckDBPyConnection) -> None:
    kinds = tables.execute(
        """
        with first as (
            select loan_id, seq, due_on, principal_due + interest_due + fee_due as due
            from instalments where version = 1
        ),
        matched as (
            select first.due_on - repayments.paid_on as ahead, amount, due
            from repayments join first
                on repayments.loan_id = first.loan_id
                and date_trunc('month', paid_on) = date_trunc('month', due_on)
            where reverses is null
        )
        select
            count(*) filter (ahead > 0 and amount = due), count(*) filter (ahead = 0),
            count(*) filter (ahead < 0), count(*) filter (amount < due / 2),
            count(*) filter (amount > 2 * due)
        from matched
        """
    ).fetchone()
    assert kinds is not None and min(kinds) > 100
    reversals = tables.execute(
        """select count(*), count(*) filter ( back.amount = paid.amount and back.loan_id =
        paid.loan_id and back.paid_on >= paid.paid_on ) from repayments as back join repayments as
        paid on back.reverses = paid.repayment_id
        """
    ).fetchone()
    assert reversals is not None and reversals[0] == reversals[1] > 100
    late = tables.execute(
        "select count(*) filter (booked_at::date > paid_on), min(booked_at::date - paid_on) "
        "from repayments"
    ).fetchone()
    assert late is not None and late[0] > 100 and late[1] == 0


def test_restructured_loans_are_watched_and_some_twice(tables: duckdb.DuckDBPyConnection) -> None:
    kinds = dict(tables.execute("select kind, count(*) from restructures group by 1").fetchall())
    assert set(kinds) == {"extension", "new_grace", "rate_cut"}
    twice = "select loan_id from restructures where is_difficulty group by 1 having count(*) > 1"
    assert tables.execute(twice).fetchall() != []
    recovered = tables.execute(
        """
        select count(*), count(*) filter (amount > written_off)
        from (
            select loan_id, sum(recoveries.amount) as amount, min(write_offs.amount) as written_off
            from recoveries join write_offs using (loan_id) group by loan_id
        )
        """
    ).fetchone()
    assert recovered is not None and recovered[0] > 20 and recovered[1] == 0


WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ORGANISATION = (3, 7, 9, 10, 5, 8, 4, 2)
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def test_identity_numbers_and_telephones_belong_to_nobody(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    people = tables.execute("select id_number, kind from borrowers order by all").fetchall()
    mistyped = 0
    for number, kind in people:
        assert len(number) == 18
        if kind == "retail":
            # No area has such a number.
            assert number[:2] in ("98", "99")
            total = sum(int(sign) * weight for sign, weight in zip(number, WEIGHTS, strict=False))
            mistyped += number[17] != "10X98765432"[total % 11]
        else:
            values = [SIGNS.index(sign) for sign in number]
            # The number of the organisation itself never holds.
            own = sum(a * b for a, b in zip(values[8:16], ORGANISATION, strict=True))
            assert values[16] != (11 - own % 11) % 11
            total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
            mistyped += values[17] != (31 - total % 31) % 31
    assert 5 < mistyped < len(people) / 200
    assert {kind for _, kind in people} == {"retail", "small_business", "corporate"}
    phones = tables.execute(
        "select count(*) from borrowers where not regexp_full_match(phone, '12[0-9]{9}')"
    ).fetchone()
    assert phones == (0,)


def test_every_duty_has_its_cases(tables: duckdb.DuckDBPyConnection) -> None:
    duties = tables.execute(
        "select duty_id, case_type, name, name_zh, clock, kind, service_level_days from duties"
    ).fetchall()
    assert {duty[0].split("-")[0] for duty in duties} == set(DUTIES_OF_THE_SOURCE.split())
    assert {duty[1] for duty in duties} == set(CASE_TYPES_OF_THE_SOURCE.split())
    assert all(all(value is not None for value in duty) for duty in duties)
    worked = dict(tables.execute("select duty_id, count(*) from cases group by 1").fetchall())
    assert set(worked) == {duty[0] for duty in duties}
    assert min(worked.values()) >= 2
    departments = tables.execute("select distinct department_id from cases").fetchall()
    assert len(departments) == 13
    assert tables.execute("select count(*) from compliance_checks").fetchone() != (0,)


def test_cases_are_credible(tables: duckdb.DuckDBPyConnection) -> None:
    share_late = tables.execute(
        "select count(*) filter (closed_at > due_at) / count(*), "
        "count(*) filter (closed_at is null) / count(*) from cases"
    ).fetchone()
    assert share_late is not None and 0.03 < share_late[0] < 0.15 and 0 < share_late[1] < 0.05
    outside = tables.execute(
        """
        select count(*) from case_events join cases using (case_id)
        where happened_at < opened_at or happened_at > closed_at
            or happened_at >= date '2026-01-01'
        """
    ).fetchone()
    assert outside == (0,)
    handed = tables.execute(
        "select event, count(*), count(to_department) from case_events "
        "where event in ('sent', 'returned') group by 1 order by 1"
    ).fetchall()
    assert [event for event, _, _ in handed] == ["returned", "sent"]
    assert all(number == to for _, number, to in handed)


def test_planted_failures_of_departments_show(
    tables: duckdb.DuckDBPyConnection, large: Path
) -> None:
    for failure in read_truth(large)["failures"]:
        late = tables.execute(
            """
            select
                avg((done_at > due_at)::int) filter (here), avg((done_at > due_at)::int)
                    filter (not here)
            from (
                select
                    coalesce(
                        (
                            select min(happened_at) from case_events
                            where case_events.case_id = cases.case_id and event = $step
                        ),
                        closed_at
                    ) as done_at,
                    due_at, ($branch = '' or branch = $branch)
                    and opened_at >= date '2026-01-01' - to_months($months) as here
                from cases where case_type = $case_type
            )
            """,
            {
                "branch": failure["branch"],
                "months": failure["last_months"],
                "case_type": failure["case_type"],
                # What is promised of a breach is its letter, not its end.
                "step": "letter" if failure["case_type"] == "breach_pursuit" else "",
            },
        ).fetchone()
        assert late is not None and late[0] > 0.3, failure
        assert late is not None and late[0] > 3 * late[1], failure


def test_findings_are_open_late_extended_and_repeated(tables: duckdb.DuckDBPyConnection) -> None:
    found = tables.execute(
        """
        select
            count(distinct severity), count(*) filter (closed_on is null),
            count(*) filter (closed_on is null and current_due_on < date '2025-12-31'),
            count(*) filter (extensions > 0), count(repeat_of),
            count(*) filter (status = 'risk_accepted')
        from findings
        """
    ).fetchone()
    assert found is not None and found[0] == 4 and min(found) >= 1


def test_a_finding_of_a_branch_names_its_loans_and_what_is_done_has_evidence(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    places = tables.execute(
        """
        select count(*), count(*) filter (loans.branch <> findings.branch)
        from finding_loans
        inner join findings using (finding_id)
        inner join loans using (loan_id)
        where findings.branch is not null
        """
    ).fetchone()
    assert places is not None and places[0] > 50 and places[1] == 0
    shown = "select count(*) from finding_actions where (done_on is null) <> (evidence is null)"
    assert tables.execute(shown).fetchone() == (0,)


def test_every_branch_and_product_has_loans(tables: duckdb.DuckDBPyConnection) -> None:
    branches = {row[0] for row in tables.execute("select distinct branch from loans").fetchall()}
    products = {row[0] for row in tables.execute("select distinct product from loans").fetchall()}
    assert branches == set(BRANCHES) and len(branches) >= 12
    assert products == set(PRODUCT_CODES)


def test_the_demo_is_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few_models: None
) -> None:
    monkeypatch.setattr(demo, "LOANS", 60)
    book, warehouse = tmp_path / "demo", tmp_path / "warehouse"
    demo.make_demo(book, warehouse)
    builds = list(warehouse.glob("*.duckdb"))
    assert len(builds) == 1
    demo.make_demo(book, warehouse)
    assert list(warehouse.glob("*.duckdb")) == builds
    monkeypatch.setattr(demo, "models_digest", lambda: "another version")
    demo.make_demo(book, warehouse)
    assert len(list(warehouse.glob("*.duckdb"))) == 2


def test_a_warehouse_of_ones_own_is_never_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    assert demo.main() == 2
    assert "data.load FOLDER" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "20260101T000000Z.duckdb").touch()
    assert demo.main() == 0


def found(tables: duckdb.DuckDBPyConnection, sql: str, **given) -> list[tuple]:
    return tables.execute(sql, given or None).fetchall()


def test_promises_end_as_the_payments_say(tables: duckdb.DuckDBPyConnection, large: Path) -> None:
    ended = found(
        tables,
        """
        with cash as (
            select loan_id, paid_on, case when reverses is null then amount else -amount end as paid
            from repayments
        ),
        watched as (
            select *, due_on + case isodow(due_on) when 5 then 3 when 6 then 2 else 1
                end as kept_until
            from promises
        ),
        summed as (
            select promise_id, watched.amount, cancelled_on, kept_until,
                coalesce(sum(paid) filter (paid_on between promised_on and kept_until), 0) as paid
            from watched left join cash using (loan_id) group by all
        )
        select
            case
                when cancelled_on is not null then 'cancelled'
                when kept_until > date '2025-12-31' then 'open'
                when paid >= amount then 'kept' when paid > 0 then 'partial' else 'broken'
            end,
            count(*)
        from summed group by 1
        """,
    )
    assert dict(ended) == read_truth(large)["warnings"]["promises"]
    assert min(number for _, number in ended) > 20
    overlapping = found(
        tables,
        """
        select promise_id from (
            select *, lag(due_on) over (partition by loan_id order by promised_on) as before
            from promises
        ) where promised_on <= before + 3 or due_on < promised_on
        """,
    )
    assert overlapping == []


def test_debtors_are_called_while_they_are_late(tables: duckdb.DuckDBPyConnection) -> None:
    calm = found(
        tables,
        """
        select contact_id from contacts anti join loan_months
            on contacts.loan_id = loan_months.loan_id and status = 'active'
            -- Who is reminded of the next instalment was on the book when the month began.
            and last_day(cast(contacted_at as date))
            in (month_end, last_day(month_end + interval 1 day))
        """,
    )
    assert calm == []
    kinds = found(
        tables,
        """
        select
            count(*) filter (is_right_party), count(*) filter (is_answered and not is_right_party),
            count(*) filter (not is_answered), count(*) filter (hour(contacted_at) >= 22),
            count(*) filter (is_right_party and not is_answered)
        from contacts
        """,
    )
    assert min(kinds[0][:4]) > 50 and kinds[0][4] == 0
    promised = found(
        tables,
        """
        select promise_id from promises anti join contacts
            on promises.loan_id = contacts.loan_id and is_right_party
            and contacted_at::date = promised_on
        """,
    )
    assert promised == []


def test_accounts_owe_what_the_schedule_says(tables: duckdb.DuckDBPyConnection) -> None:
    wrong = found(
        tables,
        """
        with due as (
            select borrower_id, last_day(due_on) as month_end,
                sum(principal_due + interest_due + fee_due) as due
            from instalments join loans using (loan_id)
            group by all
        )
        select borrower_id, month_end, due, instalments_due
        from due join account_months using (borrower_id, month_end)
        where due <> instalments_due and borrower_id not in (
            select borrower_id from loans join instalments using (loan_id) where version > 1
            union all select borrower_id from loans join write_offs using (loan_id)
        )
        """,
    )
    assert wrong == []
    known = found(
        tables,
        """
        select count(*), count(credit_limit), count(*) filter (drawn > credit_limit),
            count(*) filter (kind = 'retail'), count(*) filter (inflow > 0)
        from account_months join borrowers using (borrower_id)
        """,
    )
    rows_, limits, over, retail, paid_in = known[0]
    assert 0 < limits < rows_ == paid_in and over == retail == 0


# What each rule of metrics.md 9.1 reads here, as the month ends on which it holds for a subject.
HOLDS = {
    "B10": """
        select month_end from (
            select *, min(drawn / credit_limit) over last_three as least,
                count(*) over last_three as n
            from account_months where borrower_id = $borrower and credit_limit > 0
            window last_three as (order by month_end rows 2 preceding)
        ) where n = 3 and least >= 0.95
    """,
    "B14": """
        select month_end from (
            select *, avg(inflow) over before as mean, count(*) over before as n
            from account_months where borrower_id = $borrower
            window before as (order by month_end rows between 6 preceding and 1 preceding)
        ) where n = 6 and inflow <= 0.5 * mean
    """,
    "B17": """
        with settled as (
            select max(paid_on) as settled_on from repayments
            join loan_months using (loan_id) join loans using (loan_id)
            where loan_months.status = 'closed' and borrower_id = $borrower and loan_id <> $loan
            group by loan_id
        )
        select last_day(disbursed_on) from loans, settled
        where loan_id = $loan and abs(disbursed_on - settled_on) <= 10
    """,
    "F01": """
        select month_end from month_ends, statements as new, statements as old
        where new.borrower_id = $borrower and old.borrower_id = $borrower
            and new.period_months = old.period_months and new.revenue <= 0.7 * old.revenue
            and old.period_end = (new.period_end - interval 1 year)::date
            and new.received_on <= month_end
    """,
    "F05": """
        select month_end from month_ends, statements
        where borrower_id = $borrower and ebitda < interest_expense and received_on <= month_end
    """,
    "F06": """
        select month_end from month_ends, statements
        where borrower_id = $borrower and ebitda - cash_tax < debt_service_due
            and received_on <= month_end
    """,
    "X01": """
        select month_end from month_ends, external_marks
        where borrower_id = $borrower and kind = 'enforcement' and recorded_on <= month_end
            and (ended_on is null or ended_on > month_end)
    """,
    "X06": """
        select month_end from month_ends, bureau
        where borrower_id = $borrower and any_special_mention and reported_on <= month_end
    """,
    "X07": """
        select month_end from month_ends, bureau
        where borrower_id = $borrower and hard_inquiries_3m >= 6 and reported_on <= month_end
    """,
    "X08": """
        select month_end from month_ends, bureau as new, bureau as old
        where new.borrower_id = $borrower and old.borrower_id = $borrower
            and new.total_debt >= 1.5 * old.total_debt and new.reported_on <= month_end
            and old.reported_on between new.reported_on - 190 and new.reported_on - 170
    """,
    "X12": """
        select month_end
        from loan_months join loans using (loan_id) join borrowers using (borrower_id)
        where borrower_id <> $borrower and (classification >= 3 or days_past_due > 90)
            and group_id = (select group_id from borrowers where borrower_id = $borrower)
    """,
    "C03": """
        select month_end from month_ends, collateral_marks join collateral using (collateral_id)
        where loan_id = $loan and recorded_on <= month_end
    """,
    "C04": """
        select month_end from month_ends, collateral
        where loan_id = $loan and insured_until < month_end
    """,
    "C06": """
        select month_end from loan_months join loans using (loan_id)
        join guarantees on guarantor_id = borrower_id
        where guarantees.loan_id = $loan and days_past_due > 30
    """,
    "U01": """
        select month_end from month_ends, fund_uses
        where loan_id = $loan and result = 'misused' and checked_on <= month_end
    """,
    "U03": """
        select month_end from month_ends, fund_uses join loans using (loan_id)
        where loan_id = $loan and greatest(returned_on, checked_on) <= month_end
            and returned_on - disbursed_on <= 7
    """,
}


def months_of(
    tables: duckdb.DuckDBPyConnection, rule: str, borrower: str, loan: str | None = None
) -> set[str]:
    """The month ends on which a rule holds."""
    with_months = "with month_ends as (select distinct month_end from loan_months) "
    sql = HOLDS[rule] if HOLDS[rule].lstrip().startswith("with") else with_months + HOLDS[rule]
    given = {"borrower": borrower} if "$borrower" in sql else {}
    given |= {"loan": loan} if "$loan" in sql else {}
    return {row[0].isoformat() for row in tables.execute(sql, given).fetchall()}


STORIES = {
    "surprise": "default",
    "cash_dries_up": "default",
    "figures_worsen": "default",
    "asset_seized": "default",
    "guarantor_late": "performing",
    "misused": None,
    "group_member": "performing",
    "evergreened": None,
    "false_alarm": "calm",
    "debts_elsewhere": "default",
}


def test_each_story_is_told_by_the_facts(tables: duckdb.DuckDBPyConnection, large: Path) -> None:
    stories = {story["name"]: story for story in read_truth(large)["stories"]}
    assert set(stories) == set(STORIES)
    assert len({story["borrower_id"] for story in stories.values()}) == len(STORIES)
    for name, story in stories.items():
        borrower = story["borrower_id"]
        for fires in story["fires"]:
            held = months_of(tables, fires["rule_id"], borrower, fires["loan_id"])
            assert min(held, default=None) == fires["month_end"], (name, fires)
        first_default = tables.execute(
            """
            select min(month_end)::varchar from loan_months join loans using (loan_id)
            where borrower_id = ? and (
                classification >= 3 or days_past_due > 90 or status in ('written_off', 'sold')
            )
            """,
            [borrower],
        ).fetchone()
        assert first_default is not None and first_default[0] == story["default_month_end"], name
        outcome = STORIES[name]
        assert outcome is None or outcome == story["outcome"]
        assert (story["outcome"] == "default") == (story["default_month_end"] is not None)
        assert all(fires["month_end"] < (first_default[0] or "9") for fires in story["fires"])


def test_a_surprise_has_no_sign_and_a_false_alarm_calms_down(
    tables: duckdb.DuckDBPyConnection, large: Path
) -> None:
    truth = read_truth(large)
    stories = {story["name"]: story for story in truth["stories"]}
    firms = ("B10", "B14", "F01", "F05", "X01", "X06", "X08")
    surprised = [row for row in truth["warnings"]["borrowers"] if row["plan"] == "surprise"]
    for row in [*surprised, stories["surprise"]]:
        for rule in firms:
            held = months_of(tables, rule, row["borrower_id"])
            assert not [month for month in held if month <= row["default_month_end"]], (row, rule)
    calm = stories["false_alarm"]
    for fires in calm["fires"]:
        held = sorted(months_of(tables, fires["rule_id"], calm["borrower_id"]))
        assert len(held) <= 4 and held[-1] < "2025-06"


def test_planned_shares_of_warnings_are_found_again(
    tables: duckdb.DuckDBPyConnection, large: Path
) -> None:
    warnings = read_truth(large)["warnings"]
    counted = Counter[str]()
    for numbers in warnings["counted"].values():
        counted.update(numbers)
    planned = warnings["planned_shares"]["defaults"]
    total = sum(counted[plan] for plan in planned)
    assert total > 150
    for plan, share in planned.items():
        spread = (total * share * (1 - share)) ** 0.5
        assert abs(counted[plan] - total * share) < 4 * spread + 10, plan
    by_plan = Counter(row["plan"] for row in warnings["borrowers"])
    assert {plan: counted[plan] for plan in by_plan} == by_plan
    assert {int(lead) for lead in warnings["lead_months"]} <= set(range(5, 13))
    rule_of = {"inflow": "B14", "enforcement": "X01", "mention": "X06", "debt": "X08"}
    seen, expected = Counter[str](), Counter[str]()
    for row in warnings["borrowers"]:
        if row["plan"] not in ("strong", "false_strong"):
            continue
        for sign, since in row["signs"].items():
            if sign in rule_of:
                held = months_of(tables, rule_of[sign], row["borrower_id"])
                until = row["default_month_end"] or "9"
                expected[sign] += 1
                seen[sign] += bool([month for month in held if since <= month < until])
    assert set(expected) == set(rule_of)
    for sign, number in expected.items():
        assert seen[sign] >= 0.85 * number, (sign, seen[sign], number)


def test_rare_signs_are_on_some_who_default_and_on_some_who_do_not(large: Path) -> None:
    """Enough of each for a hit rate that is neither none nor all."""
    rare = read_truth(large)["warnings"]["rare_counted"]
    assert {*rare} == {*MARKED, *SHOWN}
    for rule, by_plan in rare.items():
        assert by_plan["strong"] >= 5, rule
        assert by_plan["false_strong"] + by_plan.get("calm", 0) >= 2, rule


def test_a_firm_is_no_giant(tables: duckdb.DuckDBPyConnection) -> None:
    """Its statement is of the size of what it borrows here."""
    times = found(
        tables,
        """
        with borrowed as (select borrower_id, sum(principal) as principal from loans group by 1)
        select max(total_assets / principal), min(total_assets / principal)
        from statements join borrowed using (borrower_id)
        """,
    )
    assert float(times[0][1]) > 0.5 and float(times[0][0]) < 12


def test_what_stands_behind_loans_agrees_with_the_rest(tables: duckdb.DuckDBPyConnection) -> None:
    covers = found(
        tables,
        """
        select
            count(*) filter (kind in ('deposit', 'shares') and insured_until is null),
            count(*) filter (insured_until < date '2025-12-31'),
            count(*) filter (not beneficiary_is_lender), count(*) filter (prior_liens > 0),
            count(*) filter (registration_expires_on < matures_on)
        from collateral join loans using (loan_id)
        """,
    )
    assert min(covers[0]) > 5
    # A policy a year, some of them renewed late; the last one ends when the asset says.
    policies = found(
        tables,
        """
        select count(*) filter (insured_from > before), count(*) filter (insured_from = before),
            count(*) filter (insured_from < before), count(*) filter (is_last and until <> told)
        from (
            select insured_from, insurance_policies.insured_until as until,
                collateral.insured_until as told,
                lag(insurance_policies.insured_until) over by_day as before,
                lead(policy_id) over by_day is null as is_last
            from insurance_policies join collateral using (collateral_id)
            window by_day as (partition by collateral_id order by insured_from)
        )
        """,
    )
    assert policies[0][0] > 5 and policies[0][1] > 100 and policies[0][2:] == (0, 0)
    groups = found(
        tables,
        """
        select count(distinct stays.group_id),
            count(*) filter (stays.group_id <> borrowers.group_id),
            count(distinct stays.group_id) filter (joined_on > date '2023-01-01')
        from group_memberships as stays join borrowers using (borrower_id)
        """,
    )
    assert groups[0][1] == 0 and 0 < groups[0][2] < groups[0][0]
    assert len(found(tables, "select distinct kind from collateral_marks")) == 3
    guarantors = found(
        tables,
        """
        select count(*), count(*) filter (guarantor <> name or guarantor_id = loans.borrower_id)
        from guarantees join loans using (loan_id)
        join borrowers on borrowers.borrower_id = guarantor_id
        """,
    )
    assert guarantors[0][0] > 100 and guarantors[0][1] == 0
    misused = found(
        tables,
        """
        select count(*), count(*) filter (checked_on is distinct from raised_on)
        from signals join fund_uses using (loan_id)
        where rule_id = 'F2_misuse' and result is not null
        """,
    )
    assert misused[0][0] > 20 and misused[0][1] == 0
    listed = found(
        tables,
        """
        select count(*) filter (left_on is not null and approved_by is null),
            count(*) filter (left_on is null and plan_closed_on is not null),
            count(*) filter (approved_by = owner), count(*) filter (left_on is not null)
        from watchlist
        """,
    )
    assert listed[0][:3] == (0, 0, 0) and listed[0][3] > 100
