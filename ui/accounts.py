"""The people of auth.yaml: read and checked whole, cached until the file changes."""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

EXECUTIVE, RISK_MANAGER, AUDITOR = "executive", "risk_manager", "auditor"
DEPARTMENT_HEAD, ADMINISTRATOR = "department_head", "administrator"
ROLES = (EXECUTIVE, RISK_MANAGER, AUDITOR, DEPARTMENT_HEAD, ADMINISTRATOR)
LANGUAGES = ("en", "zh")
ALL = "*"
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
BCRYPT = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")
SAFEST_COST = range(10, 16)  # bcrypt rounds; more would be a way to stall the server


class AuthFileBroken(Exception):
    """auth.yaml is missing, unreadable, or does not say what it must: nobody is let in."""


@dataclass(frozen=True)
class User:
    """Who is here and what the file says they may see; branches ('*',) means all."""

    username: str
    name: str
    roles: tuple[str, ...]
    branches: tuple[str, ...]
    department: str = ""
    language: str = "en"
    staff_id: str = ""  # the number that the book's staff and loans know the person by
    session: str = field(default="", compare=False)  # the session that this run goes by

    def is_one_of(self, names: Iterable[str]) -> bool:
        """Whether the user name or the staff number is among these, whatever their case."""
        mine = {self.username.casefold(), self.staff_id.casefold()} - {""}
        return bool(mine & {each.casefold() for each in names})


@dataclass(frozen=True)
class Account:
    """One entry of the file."""

    user: User
    password: str
    demo: bool
    disabled: bool

    @property
    def standing(self) -> str:
        """Changes when roles or password change, so that what was issued before is refused."""
        text = "\n".join((*sorted(self.user.roles), self.password))
        return hashlib.sha256(text.encode()).hexdigest()


def file() -> Path:
    """$AUTH_FILE, else auth.yaml beside app.py."""
    return Path(os.environ.get("AUTH_FILE") or Path(__file__).resolve().parent.parent / "auth.yaml")


def read(path: Path | None = None) -> Mapping[str, Account]:
    """Every account by user name, as the file says now; raises AuthFileBroken."""
    path = path or file()
    try:
        state = path.stat()
        return _read(path, state.st_mtime_ns, state.st_size, state.st_ino)
    except OSError as error:
        raise AuthFileBroken(f"{path}: {error.strerror or error}") from error


def parse(text: str) -> dict[str, Account]:
    """The accounts in the text of an auth.yaml; raises AuthFileBroken with the place at fault."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise AuthFileBroken(f"not YAML: {' '.join(str(error).split())}") from error
    people = content.get("credentials") if isinstance(content, dict) else None
    people = people.get("usernames") if isinstance(people, dict) else None
    if not isinstance(people, dict):
        raise AuthFileBroken("there is no credentials: usernames: in it")
    return {str(name): _account(str(name), entry) for name, entry in people.items()}


@lru_cache(maxsize=4)
def _read(path: Path, *_state: int) -> Mapping[str, Account]:
    try:
        return parse(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise AuthFileBroken("not UTF-8 text") from error


def _account(name: str, entry: Any) -> Account:
    if not USERNAME.fullmatch(name):
        raise AuthFileBroken(f"{name!r} is no user name: small letters, digits, . _ -")
    if not isinstance(entry, dict):
        raise AuthFileBroken(f"{name}: has no fields")
    password = entry.get("password")
    if not isinstance(password, str) or not BCRYPT.fullmatch(password):
        raise AuthFileBroken(f"{name}: password is not a bcrypt hash")
    if int(password[4:6]) not in SAFEST_COST:
        raise AuthFileBroken(f"{name}: the bcrypt cost is not between 10 and 15")
    flags = {key: entry.get(key, False) for key in ("demo", "disabled")}
    for key, value in flags.items():
        if not isinstance(value, bool):
            raise AuthFileBroken(f"{name}: {key} is neither true nor false")
    return Account(_user(name, entry), password, **flags)


def _user(name: str, entry: Mapping[str, Any]) -> User:
    roles = entry.get("roles")
    if not (isinstance(roles, list) and roles and all(role in ROLES for role in roles)):
        raise AuthFileBroken(f"{name}: roles must be a list out of {', '.join(ROLES)}")
    language = entry.get("language", "en")
    if language not in LANGUAGES:
        raise AuthFileBroken(f"{name}: language must be one of {', '.join(LANGUAGES)}")
    department = entry.get("department") or ""
    if DEPARTMENT_HEAD in roles and not department:
        raise AuthFileBroken(f"{name}: a department_head needs a department")
    shown = str(entry.get("name") or name)
    branches = _branches(name, entry.get("branches"))
    staff = entry.get("staff_id") or ""
    if not isinstance(staff, str):
        raise AuthFileBroken(f"{name}: staff_id must be text in quotes")
    return User(name, shown, tuple(roles), branches, str(department), language, staff)


def _branches(name: str, branches: Any) -> tuple[str, ...]:
    if branches == ALL:
        return (ALL,)
    if isinstance(branches, list) and all(isinstance(b, str) and b != ALL for b in branches):
        return tuple(branches)
    raise AuthFileBroken(f'{name}: branches must be "*" or a list of branch names in quotes')
