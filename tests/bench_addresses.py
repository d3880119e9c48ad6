"""The addresses that a benchmark opens: every page of the frame, each role, some scopes."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import duckdb

import app
from ui import accounts

# A branch's records with the most behind them: the first is the slowest that a reader can meet.
RECORDS = {
    "loan": """
        select loan_id, branch, count(*) as weight from marts.instalments group by all
        """,
    "borrower": """
        select borrower_id, branch, count(*) as weight from marts.loans group by all
        """,
    "case": """
        select case_id, branch, count(*) as weight from marts.case_events group by all
        """,
    "finding": """
        select finding_id, branch, loan_count as weight from marts.findings
        """,
}
EACH = 20
# The longest list, a ratio over it, the cases, the findings.
FIGURES = ("balance", "par30", "backlog", "overdue_findings")


@dataclass(frozen=True)
class Sample:
    """What of a build the addresses name: branches and months, the largest and newest first.

    Records are (number, branch) by kind, the heaviest first.
    """

    branches: tuple[str, ...]
    departments: tuple[str, ...]
    records: dict[str, tuple[tuple[str, str], ...]]
    month_ends: tuple[str, ...]


@dataclass(frozen=True)
class Address:
    """One thing to open: who, which page, which scope, with which values in the address."""

    role: str
    page: str
    scope: str
    query: str


def sample(build: Path) -> Sample:
    """Look into a build, as nobody but a test may."""
    with duckdb.connect(build, read_only=True) as connection:

        def column(sql: str) -> tuple[str, ...]:
            return tuple(str(row[0]) for row in connection.execute(sql).fetchall())

        def heaviest(sql: str) -> tuple[tuple[str, str], ...]:
            rows = connection.execute(
                f"""
                from ({sql}) as kind(number, branch, weight)
                qualify row_number() over (partition by branch order by weight desc, 1) <= {EACH}
                order by weight desc, number
                """
            ).fetchall()
            return tuple((str(number), str(branch)) for number, branch, _ in rows)

        return Sample(
            column("select branch from marts.loans group by 1 order by count(*) desc, 1"),
            column("select department_id from raw.departments order by 1") or ("collections",),
            {kind: heaviest(sql) for kind, sql in RECORDS.items()},
            column("select month_end from marts.month_ends order by 1 desc"),
        )


def addresses(found: Sample, roles: Collection[str] = accounts.ROLES) -> list[Address]:
    """Every page for each role that may open it, over the whole book and over one branch."""
    scopes = {"whole book": {}, "one branch": {"branch": found.branches[0]}}
    return [
        Address(role, page.name, scope, urlencode({**values, **own}))
        for role in roles
        for page in app.PAGES
        if role in page.roles
        for scope, values in scopes.items()
        for own in own_values(page.name, found)
    ]


def own_values(page: str, found: Sample) -> list[dict[str, str]]:
    """What a page's address needs beside the scope; nothing to open when the book has no such."""
    if page == "why":
        return [{"metric": figure} for figure in FIGURES]
    if page in RECORDS:
        return [{f"{page}_id": number} for number, _ in found.records[page][:1]]
    return [{}]
