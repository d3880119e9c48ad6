"""Sign-in sessions: opaque tokens kept only as hashes, and the one-time tickets that fetch them."""

import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from ui import store
from ui.store import sessions, tickets

LIFE = 8 * 3600  # seconds
TICKET_LIFE = 60
_told: dict[str, "Session"] = {}  # by session_id: those that held when the store was last asked


@dataclass(frozen=True)
class Session:
    """One record: whose, under which standing it was issued, and whether it still holds."""

    session_id: str
    user: str
    standing: str
    expires_at: float
    token_hash: str | None
    ended_why: str | None
    successor: str | None

    @property
    def refusal(self) -> str:
        """Why the session no longer holds: its reason for ending, "expired", or empty."""
        if self.ended_why:
            return self.ended_why
        return "expired" if store.now() >= self.expires_at else ""


def open_session(user: str, standing: str) -> Session:
    """A new session of a user who has just shown a password; it has no token yet."""
    at = store.now()
    session = Session(secrets.token_urlsafe(16), user, standing, at + LIFE, None, None, None)
    with store.writing() as connection:
        connection.execute(
            sessions.insert().values(
                session_id=session.session_id,
                user=user,
                standing=standing,
                issued_at=at,
                expires_at=session.expires_at,
            )
        )
    return session


def by_id(session_id: str) -> Session | None:
    """The record of a session, or of the one that took its place in the same browser."""
    return _latest(_find(sessions.c.session_id == session_id))


def by_token(token: str) -> Session | None:
    """The same by a cookie's token, ended or not; None for a forged one."""
    return _latest(_find(sessions.c.token_hash == hashed(token))) if token else None


def as_last_told(token: str) -> Session | None:
    """What the store last told this process of a cookie's token, for the time while it is down.

    None for a token that the store never told it of, or told it of as ended.
    """
    told = (s for s in list(_told.values()) if s.token_hash == hashed(token))
    return next(told, None) if token else None


def end(session_id: str, why: str) -> None:
    """Ends a session for good; its first reason stays."""
    with store.writing() as connection:
        connection.execute(
            sessions.update()
            .where(sessions.c.session_id == session_id, sessions.c.ended_at.is_(None))
            .values(ended_at=store.now(), ended_why=why)
        )
    _told.pop(session_id, None)


def issue_ticket(session: Session) -> str:
    """A ticket good once, within a minute, for the token of this session of this user."""
    ticket = secrets.token_urlsafe(32)
    with store.writing() as connection:
        connection.execute(
            tickets.insert().values(
                ticket_hash=hashed(ticket),
                session_id=session.session_id,
                user=session.user,
                expires_at=store.now() + TICKET_LIFE,
            )
        )
    return ticket


def redeem(ticket: str, old_token: str = "") -> tuple[str, Session] | None:
    """The token for a ticket, and its session; None when used, stale, forged or signed out.

    A session of the same user that the browser still holds is joined to the new one, so that all
    its tabs are signed out together; another user's ends.
    """
    with store.writing() as connection:
        at = store.now()
        used = connection.execute(
            tickets.update()
            .where(tickets.c.ticket_hash == hashed(ticket))
            .where(tickets.c.used_at.is_(None), tickets.c.expires_at > at)
            .values(used_at=at)
            .returning(tickets.c.session_id, tickets.c.user)
        ).first()
        if not used:
            return None
        token = secrets.token_urlsafe(32)
        given = connection.execute(
            sessions.update()
            .where(sessions.c.session_id == used.session_id, sessions.c.user == used.user)
            .where(sessions.c.token_hash.is_(None), sessions.c.ended_at.is_(None))
            .where(sessions.c.expires_at > at)
            .values(token_hash=hashed(token))
        )
        if not given.rowcount:
            return None
        _take_over(connection, old_token, used.session_id, used.user)
    if replaced := as_last_told(old_token):
        _told.pop(replaced.session_id, None)
    session = by_id(used.session_id)
    return (token, session) if session else None


def hashed(token: str) -> str:
    """What the store keeps of a token or a ticket; 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _take_over(connection: sa.Connection, old_token: str, session_id: str, user: str) -> None:
    if not old_token:
        return
    mine = sessions.c.user == user
    connection.execute(
        sessions.update()
        .where(sessions.c.token_hash == hashed(old_token), sessions.c.ended_at.is_(None))
        .where(sessions.c.session_id != session_id)
        .values(
            ended_at=store.now(),
            ended_why=sa.case((mine, "replaced"), else_="another user signed in"),
            successor=sa.case((mine, session_id), else_=sa.null()),
        )
    )


def _latest(found: Session | None) -> Session | None:
    """The end of the chain of sessions that one user opened one after another in one browser."""
    for _ in range(20):
        if not (found and found.successor):
            break
        found = _find(sessions.c.session_id == found.successor)
    return found


def _note(session: Session) -> None:
    """Keeps in mind a session that holds; forgets those that ended or expired."""
    _told[session.session_id] = session
    for told in list(_told.values()):
        if told.refusal:
            _told.pop(told.session_id, None)


def _find(condition: sa.ColumnElement[bool]) -> Session | None:
    names = Session.__dataclass_fields__
    with store.reading() as connection:
        row = connection.execute(
            sa.select(*(sessions.c[n] for n in names)).where(condition)
        ).first()
    found = Session(*row) if row else None
    if found:
        _note(found)
    return found
