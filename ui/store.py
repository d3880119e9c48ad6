"""The workspace store's tables and transactions: SQLite by default, PostgreSQL by one URL."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

FOLDER = Path(__file__).resolve().parent.parent / "data" / "workspace"
LOCK = 5_290_417  # the advisory lock under which PostgreSQL appends to the log and makes tables

tables = sa.MetaData()

access_log = sa.Table(
    "access_log",
    tables,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("ts", sa.Text, nullable=False),
    *(
        sa.Column(name, sa.Text, nullable=False)
        for name in ("user", "roles", "action", "object_type", "object_id", "purpose", "page")
    ),
    sa.Column("row_count", sa.BigInteger),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("address", "result", "build")),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
log_anchor = sa.Table(
    "log_anchor",
    tables,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("mac", sa.Text, nullable=False),
)
sessions = sa.Table(
    "sessions",
    tables,
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, nullable=False),
    sa.Column("standing", sa.Text, nullable=False),
    sa.Column("issued_at", sa.Double, nullable=False),
    sa.Column("expires_at", sa.Double, nullable=False),
    sa.Column("token_hash", sa.Text, unique=True),
    sa.Column("ended_at", sa.Double),
    sa.Column("ended_why", sa.Text),
    sa.Column("successor", sa.Text),
)
tickets = sa.Table(
    "tickets",
    tables,
    sa.Column("ticket_hash", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, nullable=False),
    sa.Column("user", sa.Text, nullable=False),
    sa.Column("expires_at", sa.Double, nullable=False),
    sa.Column("used_at", sa.Double),
)
sign_in_attempts = sa.Table(
    "sign_in_attempts",
    tables,
    sa.Column("attempt_id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Index("sign_in_attempts_by_subject", "subject", "at"),
    sa.Index("sign_in_attempts_by_address", "address", "at"),
)

# Who did what about a borrower: one row per borrower, rows of one act share the batch.
desk_entries = sa.Table(
    "desk_entries",
    tables,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("batch", sa.BigInteger, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("user", "roles", "borrower_id")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "text", "level")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("as_of", "owner", "due_on")),
    sa.Column("refers", sa.BigInteger),
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Column("build", sa.Text, nullable=False),
    sa.Index("desk_entries_by_borrower", "borrower_id", "seq"),
    sa.Index("desk_entries_by_batch", "batch", "seq"),
    sa.Index("desk_entries_by_kind", "kind", "refers", "batch"),
    sa.Index("desk_entries_by_user", "user", "batch"),
)
# A view by name: each row holds all of it, the last row of a view_id is what it is now.
saved_views = sa.Table(
    "saved_views",
    tables,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("view_id", sa.BigInteger, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("user", "roles", "owner")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("page", "name", "query")),
    sa.Column("is_shared", sa.Boolean, nullable=False),
    sa.Column("is_deleted", sa.Boolean, nullable=False),
    sa.Column("build", sa.Text, nullable=False),
    sa.Index("saved_views_by_page", "page", "view_id", "seq"),
    sa.Index("saved_views_by_view", "view_id", "seq"),
)

# A sample that was drawn, whole: what of, how, and what came out; its rows; and what was found.
samples = sa.Table(
    "samples",
    tables,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Double, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("user", "roles", "title", "kind")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("question", "bound", "seed")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("plan", "figures", "strata")),
    sa.Column("population_hash", sa.Text, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("book_cents", sa.BigInteger, nullable=False),
    sa.Column("build", sa.Text, nullable=False),
)
sample_items = sa.Table(
    "sample_items",
    tables,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("sample_id", sa.BigInteger, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("item_id", "loan_id", "stratum")),
    sa.Column("cents", sa.BigInteger, nullable=False),
    sa.Column("hits", sa.BigInteger, nullable=False),
    sa.Index("sample_items_by_sample", "sample_id", "position"),
)
# What an auditor found of one row: the last row of an item is what holds.
sample_papers = sa.Table(
    "sample_papers",
    tables,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("sample_id", sa.BigInteger, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("user", "roles", "item_id")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("outcome", "note")),
    sa.Column("audited_cents", sa.BigInteger, nullable=False),
    sa.Column("build", sa.Text, nullable=False),
    sa.Index("sample_papers_by_sample", "sample_id", "item_id", "seq"),
)


def _append_only(table: str) -> dict[str, list[str]]:
    """The triggers that let a table only grow, by kind of database."""
    refusal = f"{table} is append-only"
    return {
        "sqlite": [
            *(
                f"create trigger if not exists {table}_no_{verb} before {verb} on {table} "
                f"begin select raise(abort, '{refusal}'); end"
                for verb in ("update", "delete")
            ),
            # "insert or replace" removes a row without asking the trigger on delete.
            f"create trigger if not exists {table}_no_replace before insert on {table} "
            f"when exists (select 1 from {table} where seq = new.seq) "
            f"begin select raise(abort, '{refusal}'); end",
        ],
        "postgresql": [
            f"create or replace function {table}_append_only() returns trigger language plpgsql "
            f"as $$ begin raise exception '{refusal}'; end $$",
            f"drop trigger if exists {table}_no_change on {table}",
            f"create trigger {table}_no_change before update or delete or truncate on {table} "
            f"for each statement execute function {table}_append_only()",
        ],
    }


# What is done about a finding between two files of it, and findings raised here from an exception.
finding_entries = sa.Table(
    "finding_entries",
    tables,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Double, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("user", "roles", "finding_id")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "text", "due_on", "title")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("severity", "department_id")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("branch", "exception_id", "loan_id")),
    sa.Column("build", sa.Text, nullable=False),
    sa.Index("finding_entries_by_finding", "finding_id", "seq"),
)
GROWING = (
    finding_entries,
    access_log,
    desk_entries,
    saved_views,
    samples,
    sample_items,
    sample_papers,
)
APPEND_ONLY = [_append_only(table.name) for table in GROWING]


class Unavailable(Exception):
    """The workspace store cannot be reached or written: nobody can sign in, nothing is unmasked."""


def now() -> float:
    """Seconds since 1970, UTC: the one clock of sessions, tickets and the limiter."""
    return time.time()


def address_of_store() -> str:
    """The SQLAlchemy URL: $WORKSPACE_URL, else a SQLite file in data/workspace."""
    return os.environ.get("WORKSPACE_URL") or f"sqlite:///{FOLDER / 'workspace.sqlite'}"


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection for single statements that only read; raises Unavailable."""
    with _translated(), engine().connect() as connection:
        yield connection


@contextmanager
def writing() -> Iterator[Connection]:
    """A transaction that holds SQLite's write lock from its start; raises Unavailable."""
    with _translated(), engine().connect() as connection:
        connection = connection.execution_options(writes=True)
        with connection.begin():
            yield connection


def lock(connection: Connection) -> None:
    """Waits until no other transaction appends (in SQLite `writing` has seen to it)."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


def engine() -> Engine:
    """The engine of the store as the environment names it now, its tables made."""
    return _engine(address_of_store())


def forget() -> None:
    """Close the engines of this process (tests restart the store with it)."""
    _engine.cache_clear()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise Unavailable(str(error).splitlines()[0]) from error


@lru_cache(maxsize=4)
def _engine(url: str) -> Engine:
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        made = _sqlite(address)
    else:
        made = sa.create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": 3})
    with made.connect().execution_options(writes=True) as connection, connection.begin():
        lock(connection)
        tables.create_all(connection)
        for triggers in APPEND_ONLY:
            for statement in triggers.get(made.dialect.name, []):
                connection.exec_driver_sql(statement)
    return made


def _sqlite(address: sa.URL) -> Engine:
    if address.database and address.database != ":memory:":
        folder = Path(address.database).parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = sa.create_engine(address, connect_args={"timeout": 5})
    event.listen(made, "connect", _on_connect)
    event.listen(made, "begin", _on_begin)
    return made


def _on_connect(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes too late to keep two writers apart: ours is in _on_begin.
    connection.isolation_level = None
    for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=5000"):
        connection.execute(f"pragma {pragma}")


def _on_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("begin immediate")
