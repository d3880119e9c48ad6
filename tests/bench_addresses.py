"""The addresses that a benchmark opens: every page of the frame, each role, some scopes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import duckdb

import app
from tests.bench_people import Entry
from ui import accounts
from ui.frame import Page

# A branch's records with the most behind them: the first is the slowest that a reader can meet.
RECORDS = {
    "loan": """
        select loan_id, branch, '', count(*) from marts.instalments group by all
        """,
    "borrower": """
        select borrower_id, branch, '', count(*) from marts.loans group by all
        """,
    "case": """
        select case_id, events.branch, cases.department_id, count(*)
        from marts.case_events as events inner join marts.cases as cases using (case_id)
        group by all
        """,
    "finding": """
        select finding_id, branch, '', loan_count from marts.findings
        """,
    "audit_unit": """
        select unit_id, branch, department_id, open_findings from marts.audit_unit_months
        where month_end = (select max(month_end) from marts.audit_unit_months)
        """,
}
NUMBERS = {"audit_unit": "unit_id"}
EACH = 20
# The longest list, a ratio over it, the cases, the findings.
FIGURES = ("balance", "par30", "backlog", "overdue_findings")


class Record(NamedTuple):
    """One record's number, and the branch and the department whose people may open it."""

    number: str
    branch: str
    department: str


@dataclass(frozen=True)
class Sample:
    """What of a build the addresses name: branches and months, the largest and newest first.

    Records are by kind, the heaviest first.
    """

    branches: tuple[str, ...]
    regions: tuple[str, ...]
    departments: tuple[str, ...]
    records: dict[str, tuple[Record, ...]]
    month_ends: tuple[str, ...]


@dataclass(frozen=True)
class Address:
    """One thing to open: who, which page, which scope, with which values in the address."""

    person: str
    page: str
    scope: str
    query: str


def sample(build: Path) -> Sample:
    """Look into a build, as nobody but a test may."""
    with duckdb.connect(build, read_only=True) as connection:

        def column(sql: str) -> tuple[str, ...]:
            return tuple(str(row[0]) for row in connection.execute(sql).fetchall())

        def heaviest(sql: str) -> tuple[Record, ...]:
            rows = connection.execute(
                f"""
                select number, branch, department
                from ({sql}) as kind(number, branch, department, weight)
                qualify {EACH} >= row_number() over (
                    partition by branch, department order by weight desc, number
                )
                order by weight desc, number
                """
            ).fetchall()
            return tuple(Record(*(str(value) for value in row)) for row in rows)

        return Sample(
            column("select branch from marts.loans group by 1 order by count(*) desc, 1"),
            column("select distinct region from marts.segments order by region = 'unknown', 1"),
            column("select department_id from raw.departments order by 1") or ("collections",),
            {kind: heaviest(sql) for kind, sql in RECORDS.items()},
            column("select month_end from marts.month_ends order by 1 desc"),
        )


def addresses(found: Sample, people: Mapping[str, Entry]) -> list[Address]:
    """Every page for each person who may open it, over the whole book and over one branch."""
    scopes = {"whole book": {}, "one branch": {"branch": found.branches[0]}}
    return [
        Address(person, page.name, scope, urlencode({**values, **own}))
        for person, entry in people.items()
        for page in pages(entry)
        for scope, values in scopes.items()
        for own in own_values(page.name, seen_by(found, entry))
    ]


def pages(entry: Entry) -> list[Page]:
    """The pages that somebody's role opens."""
    return [page for page in app.PAGES if entry.role in page.roles]


def seen_by(found: Sample, entry: Entry) -> Sample:
    """What of the sample somebody may open: their branches, and a head's own cases."""
    heads = entry.role == accounts.DEPARTMENT_HEAD

    def theirs(record: Record) -> bool:
        own = not entry.branches or record.branch in entry.branches
        return own and (not heads or record.department in ("", entry.department))

    records = {kind: tuple(filter(theirs, every)) for kind, every in found.records.items()}
    branches = tuple(b for b in found.branches if not entry.branches or b in entry.branches)
    return replace(found, records=records, branches=branches)


def own_values(page: str, found: Sample, most: int = 1) -> list[dict[str, str]]:
    """What a page's address may hold beside the scope; nothing when there is no such record."""
    if page == "why":
        moved = {"metric": "par30", "view": "moved", "since": "year"}
        return [*({"metric": figure} for figure in FIGURES), moved]
    if page == "ageing":
        # As it opens, the one cut that no cube knows (region by bucket), and the other chapters.
        cut = {"rows": "region", "columns": "bucket_m", "months": "25"}
        return [{}, cut, {"chapter": "flow"}, {"chapter": "attention"}]
    if page == "cash":
        month = found.month_ends[0]
        due = f"due:{month[:7]}-01:{month}"
        views = ({"view": "expected"}, {"view": "maturities", "maturity": "quarter"})
        views += ({"view": "funding"},)
        return [{}, {"step": "day", "behind": due}, *views]
    if page == "quality":
        chapters = ("booked", "formation", "provisions", "written_off", "restructured", "obligors")
        region = ({"region": each} for each in found.regions[:1])
        return [{}, *region, *({"chapter": each} for each in chapters)]
    if page == "bridge":
        return [
            {},
            {"period": "year", "segment": "industry"},
            {"period": "year", "step": "prepaid"},
        ]
    if page == "department":
        uses = {"department_id": "asset_management", "use_check": "M5"}
        return [{}, {"department_id": "collections", "duty": "D1", "state": "ever"}, uses]
    if page == "legal":
        return [{}, *({"chapter": each} for each in ("walk", "proceedings"))]
    if page == "recovery":
        chapters = ("collateral", "settlements", "written_off", "loss")
        return [{}, *({"chapter": each} for each in chapters)]
    if page == "workload":
        return [{}, {"department_id": "collections", "state": "due"}]
    if page == "collections":
        chapters = ("strategy", "contacts", "conduct", "people")
        return [{}, *({"chapter": each} for each in chapters)]
    if page == "reperformance":
        lists = ({"by_hand": each} for each in ("override", "evergreening", "backdating"))
        by_hand = ({"chapter": "by_hand"} | each for each in lists)
        return [{}, {"test_id": "T06_interest"}, {"test_id": "T07_waterfall"}, *by_hand]
    if page == "handovers":
        every = {"period": "all", "shown": "handoff_hours", "route": "collections:legal"}
        return [{}, every, {"department_id": "legal"}, {"view": "pairs"}]
    if page == "migration":
        # As it opens, and two month ends that no cube knows, with the loans of a cell.
        months = found.month_ends[: min(8, len(found.month_ends))]
        far = {"from": months[-1], "to": months[0], "move": "current:current"}
        chapters = ("flow", "official", "cures", "outlook")
        return [{}, far, *({"chapter": each} for each in chapters)]
    if page == "vintages":
        month = found.month_ends[min(12, len(found.month_ends) - 1)][:7]
        return [{}, {"compare": "product"}, {"step": "month", "cohort": f"{month}:6"}]
    if page == "concentration":
        # As it opens, and within a segment, which no build can know beforehand.
        return [{}, {"customers": "large", "collateral_kind": "mortgaged", "by": "region"}]
    if page == "watchlist":
        # As it opens, narrowed by columns and by a signal, ordered by a head, and its pictures.
        risen = {"alert_level": "red", "watch_change": "up"}
        narrowed = [risen, {"signal_rule": "B03"}, {"order": "days_past_due.down"}]
        return [{}, *narrowed, {"part": "map"}, {"part": "flow"}]
    if page == "early_warning":
        changed = {"chapter": "dry_run", "rule": "B03", "points": "35"}
        return [{}, changed, *({"chapter": each} for each in ("results", "score", "rules"))]
    if page == "expected_loss":
        chapters = ("moves", "pd", "lgd", "stress", "assumptions")
        return [{}, *({"chapter": each} for each in chapters)]
    if page == "model":
        return [{}, *({"chapter": each} for each in ("test", "stability", "card"))]
    if page in RECORDS:
        number = NUMBERS.get(page, f"{page}_id")
        return [{number: record.number} for record in found.records[page][:most]]
    return [{}]
