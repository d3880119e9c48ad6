"""The people of a benchmark: a file of users of its own, and a signed-in token for each."""

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bcrypt
import yaml

from ui import access, accounts, sessions, store


@dataclass(frozen=True)
class Entry:
    """One entry of the file of users: one role, and the branches, all when none is named."""

    role: str
    branches: tuple[str, ...] = ()
    department: str = ""

    def written(self) -> dict[str, object]:
        """As auth.yaml has it."""
        return {
            "name": self.role,
            "roles": [self.role],
            "branches": list(self.branches) or accounts.ALL,
            "department": self.department,
            "language": "en",
        }


@contextmanager
def settled(folder: Path, warehouse: Path, people: dict[str, Entry]) -> Iterator[dict[str, str]]:
    """A store and a file of users in `folder`, a build to read; gives each person's token.

    The environment says so for as long as the block lasts: a server started in it reads the same.
    """
    values = {
        "WAREHOUSE": str(warehouse),
        "WORKSPACE_URL": f"sqlite:///{folder / 'workspace.sqlite'}",
        "AUTH_COOKIE_KEY": secrets.token_urlsafe(48),
        "AUTH_FILE": str(folder / "auth.yaml"),
    }
    before = {key: os.environ.get(key) for key in values}
    os.environ.update(values)
    store.forget()
    try:
        _write(folder / "auth.yaml", people)
        yield {name: _token(account) for name, account in accounts.read().items()}
    finally:
        for key, value in before.items():
            os.environ.pop(key, None)
            if value is not None:
                os.environ[key] = value
        store.forget()


def _write(path: Path, people: dict[str, Entry]) -> None:
    # Nobody ever types this password: the sessions are opened as sign-in opens them once it held.
    password = bcrypt.hashpw(secrets.token_bytes(32), bcrypt.gensalt(10)).decode()
    entries = {name: {"password": password, **entry.written()} for name, entry in people.items()}
    path.write_text(yaml.safe_dump({"credentials": {"usernames": entries}}), encoding="utf-8")


def _token(account: accounts.Account) -> str:
    held = access.admit(account)
    redeemed = sessions.redeem(sessions.issue_ticket(held.session))
    assert redeemed, "a fresh ticket is good"
    return redeemed[0]


def one_per_role(roles: Iterable[str], department: str) -> dict[str, Entry]:
    """One reader of each role, named like it, with every branch."""
    return {role: Entry(role, department=department) for role in roles}


def crowd(number: int, branches: Sequence[str], departments: Sequence[str]) -> dict[str, Entry]:
    """As many people as a bank might have at once: most head a department or mind two branches."""
    many = (accounts.DEPARTMENT_HEAD, accounts.RISK_MANAGER)
    roles = (*many, *many, accounts.EXECUTIVE, accounts.AUDITOR)
    people = {}
    for place in range(number):
        role = roles[place % len(roles)]
        mine = tuple(branches[(place + step) % len(branches)] for step in (0, 1))
        rows = mine if role == accounts.RISK_MANAGER else ()
        department = departments[place % len(departments)]
        people[f"person{place:03d}"] = Entry(role, rows, department)
    return people
