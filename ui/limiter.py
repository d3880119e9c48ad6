"""Five failures in ten minutes lock a user name, twenty an address; restarts do not help.

An attempt counts as failed from the moment it is made until its password proves right, so that
many at once cannot slip through. Names are kept as keyed hashes: people type passwords into the
wrong box.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from ui import secret, store
from ui.store import sign_in_attempts as attempts

WINDOW = 600  # seconds
PER_USER = 5
PER_ADDRESS = 20
QUIET = 60  # seconds between two noted refusals of one name


@dataclass(frozen=True)
class Attempt:
    """One attempt: its number when it may go on, else when the lock ends (seconds since 1970)."""

    attempt_id: int = 0
    locked_until: float = 0.0
    first_refusal: bool = False


def attempt(username: str, address: str) -> Attempt:
    """Counts an attempt and says whether it may go on; raises store.Unavailable."""
    subject = secret.sign("sign-in name", username)
    with store.writing() as connection:
        store.lock(connection)
        at = store.now()
        until = max(
            _locked(connection, attempts.c.subject == subject, PER_USER, _last_success(subject)),
            _locked(connection, attempts.c.address == address, PER_ADDRESS) if address else 0.0,
        )
        if until:
            return Attempt(0, until, _note_refusal(connection, subject, address, at))
        row = attempts.insert().values(at=at, subject=subject, address=address, outcome="failed")
        made = connection.execute(row).inserted_primary_key
    return Attempt(made[0] if made else 0)


def succeeded(attempt: Attempt) -> None:
    """The password was right: earlier failures of this user no longer count."""
    with store.writing() as connection:
        connection.execute(
            attempts.update()
            .where(attempts.c.attempt_id == attempt.attempt_id)
            .values(outcome="succeeded")
        )


def _last_success(subject: str) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.coalesce(sa.func.max(attempts.c.attempt_id), 0))
        .where(attempts.c.subject == subject, attempts.c.outcome == "succeeded")
        .scalar_subquery()
    )


def _locked(
    connection: sa.Connection,
    whose: sa.ColumnElement[bool],
    bound: int,
    after: sa.ScalarSelect[int] | int = 0,
) -> float:
    """When the lock ends, 0.0 when there is none: the bound's newest failures lie in the window."""
    recent = (
        sa.select(attempts.c.at)
        .where(whose, attempts.c.outcome == "failed", attempts.c.at > store.now() - WINDOW)
        .where(attempts.c.attempt_id > after)
        .order_by(attempts.c.at.desc())
        .limit(bound)
    )
    failures = connection.execute(recent).scalars().all()
    return failures[-1] + WINDOW if len(failures) >= bound else 0.0


def _note_refusal(connection: sa.Connection, subject: str, address: str, at: float) -> bool:
    """True once a minute for a name: a flood of refused attempts must not flood the log."""
    noted = sa.select(attempts.c.attempt_id).where(
        attempts.c.subject == subject,
        attempts.c.outcome == "refused",
        attempts.c.at > at - QUIET,
    )
    if connection.execute(noted.limit(1)).first():
        return False
    row = attempts.insert().values(at=at, subject=subject, address=address, outcome="refused")
    connection.execute(row)
    return True
