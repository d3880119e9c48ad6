"""A book in memory for model tests: name only the columns that matter, then build the models."""

import re
import tempfile
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from data import building
from data.building import CHECKS, QUERIES, build_models, run_checks
from data.models import MODELS
from data.raw import empty_raw, fill_calendar

LOAN = {
    "borrower_id": "B1",
    "product": "consumer",
    "branch": "Main",
    "principal": 1000,
    "annual_rate": 0.1,
    "disbursed_on": "2023-12-31",
}


# For a few rows, to plan the best order of joins takes longer than any order; the plans of a load
# are the planner's own, in the demo book and in tests of the loader.
TINY: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "disabled_optimizers": "join_order,statistics_propagation",
}
MODEL = re.compile(r"\b(staging|intermediate|marts)\.(\w+)")
MACRO = re.compile(r"\b((?:scoped|book)_\w+)\(")
# What the models read that are made by code (data/signal_rules.py, data/as_known.py).
MADE_FROM = {
    "marts/signal_rules": (),
    "intermediate/firings": ("marts/signal_rules", "marts/loan_facts", "marts/borrower_facts"),
    "intermediate/known_loan_month_states": ("marts/loan_month_states", "marts/late_bookings"),
    "intermediate/known_delay_facts": ("intermediate/delay_facts", "marts/late_bookings"),
    "intermediate/known_conduct_facts": ("intermediate/conduct_facts", "marts/late_bookings"),
}


@cache
def needed(model: str) -> frozenset[str]:
    """The model and all that it reads, directly or not."""
    read = MADE_FROM.get(model)
    if read is None:
        read = models_in((QUERIES / f"{model}.sql").read_text(encoding="utf-8")) - {model}
    return frozenset({model}).union(*(needed(each) for each in read))


def models_in(sql: str) -> set[str]:
    """The models that a text names; rule_overrides and fact_edges are made with the rules."""
    found = {"/".join(each) for each in MODEL.findall(re.sub(r"--.*", "", sql))}
    if found & {"intermediate/rule_overrides", "intermediate/fact_edges"}:
        found.add("marts/signal_rules")
    return found & set(MODELS)


@cache
def macros() -> dict[str, str]:
    """Name -> the statement that makes it, of every macro that reads a model."""
    text = (QUERIES / "scoped.sql").read_text(encoding="utf-8")
    made = (each.query for each in duckdb.extract_statements(text))
    named = ((re.search(r"macro (\w+)\(", sql), sql) for sql in made)
    return {found[1]: sql for found, sql in named if found}


@cache
def macros_in(sql: str) -> frozenset[str]:
    """The macros that a text names, and those which they name."""
    named = {name for name in MACRO.findall(re.sub(r"--.*", "", sql)) if name in macros()}
    bodies = (macros()[name].partition(") as")[2] for name in named)
    return frozenset(named).union(*(macros_in(body) for body in bodies))


@cache
def _kept() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="empty-book-")


@cache
def _empty() -> Path:
    """A file with the raw tables as `empty_raw` leaves them, once per process: never written to."""
    path = Path(_kept().name) / "empty.duckdb"
    with duckdb.connect() as connection:
        empty_raw(connection)
        connection.execute(f"attach '{path}' as empty; copy from database memory to empty")
    return path


def _reads(macro: str) -> bool:
    """Whether it reads a model: the others work on values alone."""
    return bool(MACRO.match(f"{macro}("))


class Book:
    """Raw rows of one small book; `build` turns them into marts as of a day.

    A model is built when it is first asked for, with those it reads: a test of one waits for no
    other. The bare connection is given out with all of them built.
    """

    def __init__(self, loaded_at: str = "") -> None:
        # In time: on the evening of the day that the data is of.
        self._loaded_at = loaded_at
        self._bare = duckdb.connect(config=TINY)
        self._missing: set[str] = set()
        self._waiting: dict[str, tuple[str, list[list[Any]]]] = {}
        # A copy takes half the time of making the tables and reading the default rules.
        self._bare.execute(
            f"attach '{_empty()}' as empty (read_only); copy from database empty to memory; "
            "detach empty"
        )
        self._payments = 0

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The database, whole."""
        return self.made(*MODELS)

    def made(self, *models: str) -> duckdb.DuckDBPyConnection:
        """The database with these models, and what they read; all raw rows are there."""
        self._put()
        self._make(models)
        return self._bare

    def _make(self, asked: Iterable[str]) -> None:
        wanted = self._missing.intersection(frozenset[str]().union(*map(needed, asked)))
        if not wanted:
            return
        self._missing -= wanted
        models = [model for model in MODELS if model in wanted]
        build_models(self._bare, models=models, with_macros=not self._missing)

    def add(self, table: str, **row: Any) -> "Book":
        """Insert one row into raw.<table>.

        Rows wait until somebody looks: many in one statement take a tenth of the time.
        """
        names = ", ".join(row)
        if table in self._waiting and self._waiting[table][0] != names:
            self._put(table)
        self._waiting.setdefault(table, (names, []))[1].append(list(row.values()))
        return self

    def _put(self, *tables: str) -> None:
        for table in tables or tuple(self._waiting):
            names, rows = self._waiting.pop(table)
            places = ", ".join(f"({', '.join('?' * len(row))})" for row in rows)
            values = [value for row in rows for value in row]
            self._bare.execute(f"insert into raw.{table} ({names}) values {places}", values)

    def borrower(self, borrower_id: str = "B1", kind: str = "retail") -> "Book":
        return self.add("borrowers", borrower_id=borrower_id, name="Test", kind=kind)

    def loan(self, loan_id: str, **columns: Any) -> "Book":
        return self.add("loans", **{**LOAN, "loan_id": loan_id, **columns})

    def instalments(self, loan_id: str, *lines: tuple, version: int = 1, **columns: Any) -> "Book":
        """Lines are (due_on, principal_due, interest_due), in order."""
        for seq, (due_on, principal, interest) in enumerate(lines, start=1):
            self.add(
                "instalments",
                loan_id=loan_id,
                seq=seq,
                due_on=due_on,
                principal_due=principal,
                interest_due=interest,
                version=version,
                **columns,
            )
        return self

    def pay(self, loan_id: str, paid_on: str, amount: float | Decimal, **columns: Any) -> str:
        """Book one payment and give its number."""
        self._payments += 1
        repayment_id = f"R{self._payments}"
        self.add(
            "repayments",
            repayment_id=repayment_id,
            loan_id=loan_id,
            paid_on=paid_on,
            amount=amount,
            **columns,
        )
        return repayment_id

    def recorded(self, loan_id: str, month_end: str, balance: float, **columns: Any) -> "Book":
        row = {"days_past_due": 0, "status": "active", **columns}
        return self.add("loan_months", loan_id=loan_id, month_end=month_end, balance=balance, **row)

    def parameter(self, param_id: str, value: str, **columns: Any) -> "Book":
        """Put a rule in place of the default of that name."""
        row = {"regime": "CN", "product": "*", "valid_from": "1900-01-01", **columns}
        self.connection.execute(
            "delete from raw.parameters where param_id = ? and product = ? and valid_from = ?",
            [param_id, row["product"], row["valid_from"]],
        )
        return self.add("parameters", param_id=param_id, value=value, **row)

    def build(self, as_of: str) -> "Book":
        self.add(
            "build",
            build_id="test",
            as_of=as_of,
            loaded_at=self._loaded_at or f"{as_of} 23:00:00",
            source="test",
            is_demo=False,
        )
        self._put()
        fill_calendar(self._bare, date.fromisoformat(as_of))
        self._missing = set(MODELS)
        return self

    def answering(self, sql: str) -> duckdb.DuckDBPyConnection:
        """The database with the models and the macros that a text names; not with the others."""
        called = macros_in(sql)
        texts = [text for name, text in macros().items() if name in called or not _reads(name)]
        connection = self.made(*models_in("\n".join([sql, *texts])))
        if called and self._missing:
            for statement in building.statements(";\n".join(texts)):
                connection.execute(statement)
        return connection

    def rows(self, sql: str, *values: Any) -> list[tuple]:
        return self.answering(sql).execute(sql, list(values)).fetchall()

    def check(self, *names: str) -> None:
        """Run the checks of a load, or only those named. Raises CheckFailed."""
        paths = [CHECKS / f"{name}.sql" for name in names] or [*CHECKS.glob("*.sql")]
        texts = [path.read_text(encoding="utf-8") for path in paths]
        run_checks(self.made(*models_in("\n".join(texts))), checks=paths)

    def one(self, sql: str, *values: Any) -> tuple:
        (row,) = self.rows(sql, *values)
        return row
