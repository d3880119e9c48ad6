"""Who may be here at this moment: sessions held against the file of users and the kind of book."""

from collections.abc import Mapping
from dataclasses import replace

from queries import warehouse
from ui import accounts, sessions
from ui.accounts import Account, User
from ui.sessions import Session


def demo_book() -> bool:
    """Whether the newest build is the demo book; without a build it is not."""
    try:
        return warehouse.freshness().is_demo
    except warehouse.WarehouseMissing:
        return False


def people() -> dict[str, Account]:
    """The accounts that count now: demo ones only with the demo book. Raises AuthFileBroken."""
    demo = demo_book()
    return {name: a for name, a in accounts.read().items() if demo or not a.demo}


def judge(session: Session, everyone: Mapping[str, Account]) -> tuple[User | None, str]:
    """The user whom a session still stands for, or None and why it is refused."""
    account = everyone.get(session.user)
    if session.refusal:
        return None, session.refusal
    if account is None:
        return None, "no such user now"
    if account.disabled:
        return None, "disabled"
    if account.standing != session.standing:
        return None, "roles or password changed"
    return replace(account.user, session=session.session_id), ""


def still(user: User) -> bool:
    """Whether a user's session and rights hold now as they did; raises Unavailable, AuthFileBroken.

    For deeds outside a run of the page, such as a file that is made when its button is pressed.
    """
    if not user.session:
        return True
    session = sessions.by_id(user.session)
    found = judge(session, people())[0] if session else None
    return found is not None and (found.branches, found.department) == (
        user.branches,
        user.department,
    )
