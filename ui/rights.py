"""What a person may see and take, and the lines in the access log without which they may not."""

import logging
from collections.abc import Mapping, Sequence

import streamlit as st

from ui import standing, workspace
from ui.accounts import ALL, AUDITOR, DEPARTMENT_HEAD, AuthFileBroken, User
from ui.i18n import t
from ui.store import Unavailable

SEEN = "access_seen"
SHORTEST_REASON = 5  # characters
log = logging.getLogger(__name__)


class Refused(Exception):
    """This may not be done; the text says why, in the reader's language."""


def rights(user: User, all_branches: Sequence[str]) -> tuple[str, ...]:
    """The branches whose rows the user may see; '' (head office) belongs to whoever sees all."""
    if ALL in user.branches:
        return tuple(dict.fromkeys((*all_branches, "")))
    return tuple(branch for branch in all_branches if branch in user.branches)


def may_unmask(user: User, home_unmasks: bool = False) -> bool:
    """Whether the role may see one masked value, with a reason (section 15.3).

    Auditors may, and heads of the departments that the organisation lets do so: whoever must reach
    borrowers by phone.
    """
    return AUDITOR in user.roles or (DEPARTMENT_HEAD in user.roles and home_unmasks)


def unmask(
    user: User,
    object_type: str,
    object_id: str,
    reason: str,
    page: str,
    home_unmasks: bool = False,
) -> None:
    """Writes down that one masked value is shown, and why; raises Refused when it must not be.

    Call it before the value is read: without its line in the log it stays masked.
    """
    line = {"object_type": object_type, "object_id": object_id, "page": page}
    if not may_unmask(user, home_unmasks):
        deny(user, page, object_type, object_id)
        raise Refused(t("Your role does not see masked values."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(t("Say why: the reason is kept with the log."))
    _or_refuse(user, "unmask", **line, purpose=reason)


def export(
    user: User,
    page: str,
    table: str,
    params: Mapping[str, object],
    *,
    row_count: int,
    result: str,
    address: str,
) -> None:
    """Writes down that rows leave the app; raises Refused when that cannot be written.

    The click on a file is answered outside of a run, so the network address is told, not asked.
    """
    chosen = _chosen(params)
    line = {"object_type": "table", "object_id": f"{table}?{chosen}" if chosen else table}
    told = {"page": page, "row_count": row_count, "result": result, "address": address}
    _or_refuse(user, "export", **line, **told)


def deny(user: User, page: str, object_type: str = "page", object_id: str = "") -> None:
    """Writes down that a page or a record was asked for and not given."""
    line = {"object_type": object_type, "object_id": object_id, "page": page}
    _if_possible(user, "deny", **line, result="no right")


def view(user: User, page: str, params: Mapping[str, object], row_count: int | None = None) -> None:
    """Writes down what is looked at, once per page and parameters in a session."""
    chosen = _chosen(params)
    seen = st.session_state.setdefault(SEEN, set())
    if (page, chosen) not in seen:
        seen.add((page, chosen))
        line = {"object_type": "page", "object_id": chosen, "page": page}
        _if_possible(user, "view", **line, row_count=row_count)


def _chosen(params: Mapping[str, object]) -> str:
    return "&".join(f"{key}={_told(key, params[key])}" for key in sorted(params) if key != "lang")


def _told(key: str, value: object) -> str:
    """Numbers of loans and borrowers as they are; what was typed elsewhere without long numbers."""
    said = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return said if key.endswith("_id") else workspace.without_numbers(said)


def _if_possible(user: User, action: str, **line: str | int | None) -> None:
    """A line whose loss must not keep anybody from reading."""
    try:
        workspace.log(user, action, **line)  # pyright: ignore[reportArgumentType]
    except Unavailable as error:
        log.error("access log: %s", error)


def _or_refuse(user: User, action: str, **line: str | int | None) -> None:
    """A line without which nothing is shown or handed out."""
    try:
        if not standing.still(user):
            raise Refused(t("The session has ended. Please sign in again."))
        workspace.log(user, action, **line)  # pyright: ignore[reportArgumentType]
    except (Unavailable, AuthFileBroken) as error:
        log.error("access log: %s", error)
        raise Refused(t("Not possible now: the access log cannot be written.")) from error
