"""Loans as they were known at a month end, by the same models: no second copy of the arithmetic.

The history counts a payment on the day it was paid. What was booked only after a month end nobody
knew then (1.1), and a warning of that month end must not know it either. marts.late_bookings says
which loans and month ends these are. They are few: each is copied, with what had been booked by
then, and the models from payments to facts run once more over the copies alone.
"""

import re
from pathlib import Path

import duckdb

KNOWN = "known_"
# Run again over the copies, in whatever order they read one another.
REPEATED: frozenset[str] = frozenset(
    (
        *("staging.payments", "intermediate.cash", "intermediate.loan_ends"),
        *("intermediate.state_dates", "intermediate.cash_months", "intermediate.due_months"),
        *("intermediate.positions", "intermediate.arrears", "intermediate.vertical_lines"),
        *("intermediate.vertical_days", "intermediate.vertical_arrears", "intermediate.counted"),
        *("intermediate.loan_states", "intermediate.vertical_instalments"),
        *("intermediate.settlements", "intermediate.fallen_due", "intermediate.late_lines"),
        *("intermediate.first_dues", "intermediate.observations", "intermediate.observed_months"),
        *("intermediate.renewals", "intermediate.refinanced"),
        *("intermediate.class_rules", "intermediate.signal_floors", "intermediate.loan_floors"),
        *("intermediate.obligor_floors", "intermediate.classified", "intermediate.month_flows"),
        *("intermediate.month_changes", "marts.loan_month_states", "marts.promises"),
        *("intermediate.delay_facts", "intermediate.conduct_facts"),
    )
)
# Read from copies of their rows; every other table is read as it is.
COPIED: frozenset[str] = frozenset(
    (
        *("raw.repayments", "raw.restructures", "raw.bureau", "raw.promises", "raw.contacts"),
        *("staging.write_offs", "staging.recorded_months", "staging.borrowers"),
        *("intermediate.loan_rules", "intermediate.schedule", "intermediate.schedule_versions"),
        *("intermediate.recorded_states", "intermediate.class_facts"),
    )
)
# What tells a row from others; a copy's has its month end behind it. The first one there is tells
# whose row it is.
KEYS = ("loan_id", "borrower_id", "repayment_id", "reverses", "promise_id")
BOOKED = "and greatest(given.paid_on, coalesce(cast(given.booked_at as date), given.paid_on))"
NAMED = re.compile(r"\b(raw|staging|intermediate|marts)\.(\w+)")


def make(connection: duckdb.DuckDBPyConnection, model: str, queries: Path) -> None:
    """Create `intermediate.known_<name>`, and first what of its kind it reads.

    One row as the model of that name has it, of every copy, whose loan_no is late_bookings.copy_no.
    Only the copy's own month end is as it was known; later ones are not to be read.
    """
    name = model.split(f"/{KNOWN}")[1]
    (source,) = (each for each in REPEATED if each.split(".")[1] == name)
    found = connection.execute("select 1 from marts.late_bookings limit 1").fetchone()
    if found is None:
        connection.execute(
            f"create or replace table {_known(source)} as select * from {source} limit 0"
        )
        return
    _repeat(connection, source, queries)


def _known(table: str) -> str:
    return f"intermediate.{KNOWN}{table.split('.')[1]}"


def _is_made(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    sql = "select 1 from duckdb_tables() where database_name = 'intermediate' and table_name = ?"
    return connection.execute(sql, [_known(table).split(".")[1]]).fetchone() is not None


def _repeat(connection: duckdb.DuckDBPyConnection, source: str, queries: Path) -> None:
    path = queries / f"{source.replace('.', '/')}.sql"
    sql = path.read_text(encoding="utf-8")
    read = {".".join(each) for each in NAMED.findall(sql)} - {source}
    for each in sorted(read & (REPEATED | COPIED)):
        if not _is_made(connection, each):
            (_repeat if each in REPEATED else _copy)(connection, each, queries)
    sql = NAMED.sub(_renamed, sql)
    connection.execute(f"create or replace table {_known(source)} as\n{sql}")


def _renamed(named: re.Match[str]) -> str:
    table = named.group()
    return _known(table) if table in REPEATED | COPIED else table


def _copy(connection: duckdb.DuckDBPyConnection, source: str, _: Path) -> None:
    """The rows of the copied loans, or borrowers, under the numbers and names of the copies."""
    columns = {row[0] for row in connection.execute(f"describe {source}").fetchall()}
    names = [each for each in KEYS if each in columns]
    replaced = [f"given.{each} || '@' || late.month_end as {each}" for each in names]
    key = "loan_no" if "loan_no" in columns else names[0]
    if key == "loan_no":
        replaced.append("late.copy_no as loan_no")
    whose = "loan_no, loan_id, copy_no" if key != "borrower_id" else "borrower_id"
    known = f"{BOOKED} <= late.month_end" if source == "raw.repayments" else ""
    connection.execute(
        f"create or replace table {_known(source)} as "
        f"select given.* replace ({', '.join(replaced)}) from {source} as given "
        f"inner join (select distinct {whose}, month_end from marts.late_bookings) as late "
        f"on given.{key} = late.{key} {known}"
    )
