"""Views kept under a name, one's own or shared: a page and the values of its address.

Rows are only added: the last row of a view is what it is now, one that says so deletes it.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ui import connection as here
from ui import standing, store, workspace
from ui.accounts import ADMINISTRATOR, AuthFileBroken, User
from ui.i18n import t
from ui.rights import Refused
from ui.store import Unavailable

LONGEST_NAME = 80
LONGEST_VALUE = 200
LONGEST_QUERY = 4000
MOST_VALUES = 100  # of one key
MOST_VIEWS = 100  # of one person on one page
table = store.saved_views
columns = table.c
log = logging.getLogger(__name__)

Query = dict[str, list[str]]


@dataclass(frozen=True)
class View:
    """A view as its last row says."""

    view_id: int
    owner: str
    page: str
    name: str
    query: Query
    is_shared: bool
    is_deleted: bool
    user: str  # who wrote the last row
    at: float

    @property
    def when(self) -> datetime:
        """The time of the last change, UTC."""
        return datetime.fromtimestamp(self.at, UTC)

    def may_open(self, user: User) -> bool:
        """Whether it is this person's to open: shared, or the own."""
        return not self.is_deleted and (self.is_shared or self.owner == user.username)

    def may_change(self, user: User) -> bool:
        """The owner, and for a shared one an administrator."""
        if self.is_deleted:
            return False
        return self.owner == user.username or (self.is_shared and ADMINISTRATOR in user.roles)


@dataclass(frozen=True)
class Views:
    """The views that a person may open on a page; with the store down it says so."""

    views: tuple[View, ...] = ()
    available: bool = True


def known(query: Mapping[str, Iterable[str]], keys: Iterable[str]) -> Query:
    """What of an address a view keeps: the keys that its page knows, in one order."""
    wanted = set(keys)
    return {key: list(query[key]) for key in sorted(query) if key in wanted and list(query[key])}


def of(user: User, page: str) -> Views:
    """The person's own views of a page and the shared ones, own first, by name."""
    try:
        with store.reading() as connection:
            found = _last(connection, columns.page == page)
    except Unavailable as error:
        log.error("views: %s", error)
        return Views(available=False)
    mine = [view for view in found if view.may_open(user)]
    mine.sort(key=lambda view: (view.owner != user.username, view.name, view.view_id))
    return Views(tuple(mine))


def by_number(user: User, view_id: int) -> View | None:
    """One view, if there is one that this person may open; raises Unavailable."""
    with store.reading() as connection:
        found = _last(connection, columns.view_id == view_id)
    return found[0] if found and found[0].may_open(user) else None


def save(user: User, page: str, name: str, query: Query, *, is_shared: bool = False) -> View:
    """Keeps a view under a new name; raises Refused and Unavailable."""
    _permitted(user)
    view = View(0, user.username, page, _named(name), _bounded(query), is_shared, False, "", 0.0)
    with _writing() as connection:
        own = [each for each in _last(connection, columns.page == page) if _live(each, user)]
        if len(own) >= MOST_VIEWS:
            raise Refused(t("At most {n} views: delete one first.", n=MOST_VIEWS))
        _unlike(view, own)
        return _keep(connection, user, view)


def change(
    user: User,
    view_id: int,
    *,
    name: str | None = None,
    query: Query | None = None,
    is_shared: bool | None = None,
) -> View:
    """Renames a view, shares it or not, or puts another address under its name.

    Raises Refused and Unavailable.
    """
    _permitted(user)
    with _writing() as connection:
        view = _own(connection, user, view_id)
        if name is not None:
            view = replace(view, name=_named(name))
            _unlike(view, _last(connection, columns.page == view.page))
        if query is not None:
            view = replace(view, query=_bounded(query))
        if is_shared is not None:
            view = replace(view, is_shared=is_shared)
        return _keep(connection, user, view)


def delete(user: User, view_id: int) -> View:
    """Takes a view off the lists by a later row; raises Refused and Unavailable."""
    _permitted(user)
    with _writing() as connection:
        view = _own(connection, user, view_id)
        return _keep(connection, user, replace(view, is_deleted=True))


def _permitted(user: User) -> None:
    try:
        if not standing.still(user):
            raise Refused(t("The session has ended. Please sign in again."))
    except AuthFileBroken as error:
        log.error("file of users: %s", error)
        raise Refused(t("Not possible now: the file of users cannot be read.")) from error


def _named(name: str) -> str:
    cleaned = " ".join(workspace.without_numbers(name).split())
    if not cleaned:
        raise Refused(t("Give the view a name."))
    if len(cleaned) > LONGEST_NAME:
        raise Refused(t("At most {n} characters.", n=LONGEST_NAME))
    return cleaned


def _bounded(query: Query) -> Query:
    values = [value for each in query.values() for value in each]
    too_long = any(len(value) > LONGEST_VALUE for value in values)
    too_many = any(len(each) > MOST_VALUES for each in query.values())
    if too_long or too_many or len(_text(query)) > LONGEST_QUERY:
        raise Refused(t("This view has too many values to be kept: narrow it."))
    return {
        key: each if key.endswith("_id") else [workspace.without_numbers(value) for value in each]
        for key, each in query.items()
    }


def _live(view: View, user: User) -> bool:
    return view.owner == user.username and not view.is_deleted


def _unlike(view: View, others: Iterable[View]) -> None:
    """Raises Refused when the owner has another view of that name on the page."""
    for other in others:
        same = other.owner == view.owner and other.name.casefold() == view.name.casefold()
        if same and not other.is_deleted and other.view_id != view.view_id:
            raise Refused(t("There is a view of that name already: choose another name."))


def _own(connection: Connection, user: User, view_id: int) -> View:
    """The view as it is now, if this person may change it."""
    found = _last(connection, columns.view_id == view_id)
    if not found or not found[0].may_open(user):
        raise Refused(t("There is no such view any more."))
    if not found[0].may_change(user):
        raise Refused(t("Only {who} or an administrator changes this view.", who=found[0].owner))
    return found[0]


@contextmanager
def _writing() -> Iterator[Connection]:
    """A transaction in which nobody else writes."""
    with store.writing() as connection:
        store.lock(connection)
        yield connection


def _last(connection: Connection, where: sa.ColumnElement[bool]) -> list[View]:
    """The last rows of the views that meet a condition which no later row changes."""
    newest = sa.select(sa.func.max(columns.seq)).where(where).group_by(columns.view_id)
    rows = connection.execute(sa.select(table).where(columns.seq.in_(newest)))
    return [_view(row) for row in rows]


def _view(row: Any) -> View:
    query = parse_qs(row.query, keep_blank_values=True)
    kept = (row.view_id, row.owner, row.page, row.name, query)
    return View(*kept, bool(row.is_shared), bool(row.is_deleted), row.user, row.at)


def _keep(connection: Connection, user: User, view: View) -> View:
    number = (connection.execute(sa.select(sa.func.max(columns.seq))).scalar() or 0) + 1
    view = replace(view, view_id=view.view_id or number, user=user.username, at=store.now())
    values = {name: getattr(view, name) for name in ("view_id", "at", "user", "owner", "page")}
    values |= {name: getattr(view, name) for name in ("name", "is_shared", "is_deleted")}
    values |= {"roles": ",".join(user.roles), "query": _text(view.query), "build": here.build()}
    connection.execute(table.insert().values(seq=number, **values))
    told = {"object_type": "view", "object_id": f"view_id={view.view_id}", "page": view.page}
    workspace.log_beside(connection, user, "edit", **told, row_count=1)
    return view


def _text(query: Query) -> str:
    return urlencode(query, doseq=True)
