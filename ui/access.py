"""Who is here and what may they see: the one door that single sign-on can later replace.

`python -m ui.access add|disable|enable|list` looks after the people in auth.yaml.
"""

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import streamlit as st
import streamlit.components.v1 as components

from ui import accounts, sessions, standing, store, workspace
from ui import connection as here
from ui.accounts import (
    ADMINISTRATOR,
    AUDITOR,
    DEPARTMENT_HEAD,
    EXECUTIVE,
    RISK_MANAGER,
    Account,
    AuthFileBroken,
    User,
)
from ui.credentials import SignIn
from ui.i18n import name as word
from ui.i18n import t
from ui.rights import Refused, deny, export, may_unmask, rights, unmask, view
from ui.sessions import Session
from ui.store import Unavailable

__all__ = [
    "ADMINISTRATOR",
    "AUDITOR",
    "DEPARTMENT_HEAD",
    "EXECUTIVE",
    "RISK_MANAGER",
    "Refused",
    "User",
    "admit",
    "deny",
    "export",
    "may_unmask",
    "rights",
    "sign_in",
    "sign_out",
    "unmask",
    "view",
]

KEY, TURNED_AWAY = "access_held", "access_turned_away"
READING_ON = "access_reading_on"  # set while the store is down and the reader was told so
log = logging.getLogger(__name__)


@dataclass
class Held:
    """What this tab knows of its session. A sign-in counts only on the connection it came by."""

    session: Session
    connection: str = ""
    ticket: str = ""
    ticket_at: float = 0.0


def sign_in() -> User | None:
    """The person of this run; draws the form until someone is in. Call it after st.navigation."""
    if here.unguarded():
        st.error(t("This address does not protect its readers. Start the app with make run."))
        return None
    try:
        everyone = standing.people()
        return _present(everyone) or _ask(everyone)
    except AuthFileBroken as error:
        log.error("file of users: %s", error)
        st.error(t("Nobody can sign in: the file of users is missing or broken. The log says why."))
    except Unavailable as error:
        log.error("workspace store: %s", error)
        st.error(t("Nobody can sign in: the workspace store cannot be reached."))
    return None


def sign_out(user: User) -> None:
    """Ends this browser's session, in all its tabs; the next run shows the form."""
    held: Held | None = st.session_state.get(KEY)
    try:
        own = held and sessions.by_id(held.session.session_id)
        records = (own, sessions.by_token(here.cookie()))
        for record in {r.session_id: r for r in records if r and r.user == user.username}.values():
            sessions.end(record.session_id, "signed out")
            workspace.log(user, "sign_out")
    except Unavailable as error:
        log.error("sign-out: %s", error)
        st.error(
            t("Signing out did not work: the workspace store cannot be reached. Close the browser.")
        )
        return
    st.session_state.clear()


def signed_in_as() -> str:
    """The name of the user that this tab is open for; empty in a run that asked for none."""
    held: Held | None = st.session_state.get(KEY)
    return held.session.user if held else ""


def _present(everyone: Mapping[str, Account]) -> User | None:
    """Who is in, by this tab's own sign-in or by the cookie, checked against store and file."""
    held: Held | None = st.session_state.get(KEY)
    try:
        session = _session(held)
    except Unavailable:
        return _read_on(held, everyone)
    if session is None:
        return None
    user, why = standing.judge(session, everyone)
    if user is None:
        _turn_away(session, why)
        return None
    if held is None or held.session.session_id != session.session_id:
        held = Held(session)
    held.session = session
    st.session_state[KEY] = held
    st.session_state.pop(READING_ON, None)
    _hand_over(held)
    return user


def _session(held: Held | None) -> Session | None:
    """The record behind this run. What a tab knows counts on its own connection only."""
    if held and held.connection == here.connection_id():
        return sessions.by_id(held.session.session_id)
    return sessions.by_token(here.cookie())


def _read_on(held: Held | None, everyone: Mapping[str, Account]) -> User | None:
    """Whoever the store last vouched for, by this connection or this cookie, reads on while it is
    down, in a tab opened anew as well, until the end of the session or a change in the file of
    users; raises Unavailable for everybody else."""
    own = held is not None and held.connection == here.connection_id()
    session = held.session if held and own else sessions.as_last_told(here.cookie())
    if session is None:
        raise Unavailable("no session can be checked")
    user, _ = standing.judge(session, everyone)
    if user:
        # What another's sign-in left in this tab is not this reader's.
        st.session_state[KEY] = held if own else Held(session)
        st.session_state[READING_ON] = True
        st.warning(t(READING), icon=":material/cloud_off:")
    return user


READING = (
    "The workspace store cannot be reached: reading only. Notes, owners, next steps and saved views"
    " are not shown; nothing is written, exported or unmasked until it is back. All else is"
    " complete, and what you typed stays."
)


def _turn_away(session: Session, why: str) -> None:
    """Forgets what this tab knew; says so, and notes it, once."""
    if st.session_state.get(TURNED_AWAY) == session.session_id:
        return
    st.session_state.clear()
    st.session_state[TURNED_AWAY] = session.session_id
    account = accounts.read().get(session.user)
    workspace.log(account.user if account else None, "refused", object_type="session", result=why)


def _ask(everyone: Mapping[str, Account]) -> User | None:
    """The form, until a password proves right; then the session and its ticket."""
    place = st.empty()
    with place.container():
        form = SignIn(everyone)
        username = form.ask()
        if not username:
            _explain(form, everyone)
            return None
    place.empty()
    held = admit(everyone[username])
    st.session_state[KEY] = held
    st.session_state.pop(TURNED_AWAY, None)
    with place.container():
        _hand_over(held)
    return replace(everyone[username].user, session=held.session.session_id)


def admit(account: Account) -> Held:
    """Opens a session for someone whose password proved right, on this connection only so far."""
    session = sessions.open_session(account.user.username, account.standing)
    workspace.log(account.user, "sign_in")
    return Held(session, here.connection_id())


def _explain(form: SignIn, everyone: Mapping[str, Account]) -> None:
    if until := form.model.locked_until:
        minutes = max(1, math.ceil((until - store.now()) / 60))
        st.error(t("Too many failed attempts. Try again in {minutes} minutes.", minutes=minutes))
    elif form.failed:
        st.error(t("The user name or the password is wrong."))
    elif TURNED_AWAY in st.session_state:
        st.info(t("The session has ended. Please sign in again."))
        _frame()(action="drop", ticket="", key="session_drop", default=None)
    if demos := [account.user for account in everyone.values() if account.demo]:
        st.caption(t("Demo book. Sign in with one of these names and passwords:"))
        lines = (f"- `{u.username}` `{u.username}-demo` {_roles(u)}" for u in demos)
        st.caption("\n".join(lines))
    elif not here.build():
        st.caption(t("Nothing has been loaded yet. On the server:"))
        st.code("python -m data.load FOLDER", language="bash")
    elif not standing.demo_book():
        st.caption(t("This is not the demo book, so the demo sign-ins do not work."))
        st.caption(t("An administrator adds people on the server:"))
        st.code("python -m ui.access add NAME --roles risk_manager --branches '*'", language="bash")


def _roles(user: User) -> str:
    return ", ".join(word("role", role) for role in user.roles)


def _hand_over(held: Held) -> None:
    """Until the browser has fetched its cookie, offers it a ticket for it."""
    if held.session.token_hash or not held.connection:
        return
    if store.now() - held.ticket_at > sessions.TICKET_LIFE / 2:
        held.ticket, held.ticket_at = sessions.issue_ticket(held.session), store.now()
    _frame()(action="fetch", ticket=held.ticket, key="session_fetch", default=None)


@cache
def _frame() -> Callable[..., object]:
    # Declared in a run: the server imports this module before there is a runtime to register with.
    return components.declare_component("session", path=Path(__file__).with_name("ticket"))


if __name__ == "__main__":
    import sys

    from ui import accounts_file

    sys.exit(accounts_file.main())
