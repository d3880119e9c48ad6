"""Statements at work: each on a cursor of its own, time-limited, stoppable from outside."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

import duckdb

STATEMENT_SECONDS = 20.0
# More at once only make each other slow: two cores answer about eight scans a second.
AT_ONCE = 6

# What the database says of a table, a macro or a column that a build does not have.
NOT_THERE = ("does not exist", "not found in FROM clause", "does not have a column")

Why = Literal["", "timed out", "superseded"]


class QueryTimedOut(Exception):
    """A statement ran longer than `STATEMENT_SECONDS` and was stopped."""


class BuildOutdated(Exception):
    """The build lacks what is asked of it: another version of the models made it."""


class Superseded(Exception):
    """The person has moved on: a later run of the same session asked for something else."""


@dataclass(eq=False)
class _Statement:
    cursor: duckdb.DuckDBPyConnection
    session: str
    stopped: Why = ""

    def stop(self, why: Why) -> None:
        self.stopped = why
        with suppress(duckdb.Error):
            self.cursor.interrupt()


_running: set[_Statement] = set()
_lock = threading.Lock()
_places = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def statement(
    connection: duckdb.DuckDBPyConnection, session: str = ""
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor for one statement of a session (empty: nobody's in particular).

    Raises QueryTimedOut or Superseded when it was stopped, BuildOutdated for a table or column
    that is not there.
    """
    with connection.cursor() as cursor:
        this = _Statement(cursor, session)
        timer = threading.Timer(STATEMENT_SECONDS, this.stop, ("timed out",))
        timer.daemon = True
        with _lock:
            _running.add(this)
        try:
            with _places:
                timer.start()
                if this.stopped:
                    raise duckdb.InterruptException("stopped before it began")
                yield cursor
        except duckdb.InterruptException as interrupted:
            if this.stopped == "superseded":
                raise Superseded from interrupted
            raise QueryTimedOut("The question took too long and was stopped.") from interrupted
        except (duckdb.CatalogException, duckdb.BinderException) as missing:
            if any(words in str(missing) for words in NOT_THERE):
                raise BuildOutdated(str(missing)) from missing
            raise
        finally:
            timer.cancel()
            with _lock:
                _running.discard(this)


def stop_session(session: str) -> None:
    """Stop what a session still asks for."""
    with _lock:
        for this in _running:
            if this.session == session:
                this.stop("superseded")


def stop_all() -> None:
    """Stop every statement at work."""
    with _lock:
        for this in _running:
            this.stop("timed out")
