"""Adds, disables and lists the people in auth.yaml from the command line, keeping its comments."""

import argparse
import getpass
import os
import sys
import tempfile
from pathlib import Path

import bcrypt
import yaml

from ui import accounts
from ui.accounts import ALL, ROLES, USERNAME, Account, AuthFileBroken

SHORTEST, LONGEST = 12, 72  # characters, bytes
COST = 12
EMPTY = "credentials:\n  usernames:\n"


class NotDone(Exception):
    """The file was left as it was; the text says why."""


def main(arguments: list[str] | None = None) -> int:
    """0 when done, 2 with the reason when not."""
    wanted = _parser().parse_args(arguments)
    try:
        if wanted.command == "list":
            _show(accounts.read())
        elif wanted.command == "add":
            add(wanted)
        else:
            switch(wanted.name, disabled=wanted.command == "disable")
    except (NotDone, AuthFileBroken) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def add(wanted: argparse.Namespace) -> None:
    """Appends one entry; the password is asked for or read from standard input."""
    path = accounts.file()
    text = path.read_text("utf-8") if path.exists() else EMPTY
    if not USERNAME.fullmatch(wanted.name):
        raise NotDone("A user name has small letters, digits and . _ - only.")
    if path.exists() and wanted.name in accounts.read():
        raise NotDone(f"{wanted.name} is there already.")
    hashed = bcrypt.hashpw(_password().encode(), bcrypt.gensalt(COST)).decode()
    entry: dict[str, object] = {"name": wanted.shown or wanted.name, "password": hashed}
    entry["roles"] = wanted.roles
    entry["branches"] = ALL if wanted.branches == [ALL] else wanted.branches
    if wanted.department:
        entry["department"] = wanted.department
    if wanted.staff_id:
        entry["staff_id"] = wanted.staff_id
    entry["language"] = wanted.language
    _replace(path, _with_entry(text, wanted.name, entry), {wanted.name})
    print(f"{wanted.name} added to {path}")


def switch(name: str, disabled: bool) -> None:
    """Writes `disabled:` of one entry, true or false."""
    path = accounts.file()
    people = accounts.read()
    if name not in people:
        raise NotDone(f"{name} is not in {path}.")
    text = path.read_text("utf-8")
    if people[name].disabled != disabled:
        text = _with_flag(text, name, "true" if disabled else "false")
        _replace(path, text, set(people))
    print(f"{name} is {'disabled' if disabled else 'enabled'}")


def _with_entry(text: str, name: str, entry: dict[str, object]) -> str:
    """The text with one more entry after the last, indented like the others."""
    people = _people_node(text)
    indent = people.value[0][0].start_mark.column if people and people.value else 4
    block = yaml.safe_dump({name: entry}, allow_unicode=True, sort_keys=False, width=1000)
    block = "".join(f"{' ' * indent}{line}\n" for line in block.splitlines())
    if people is None or not people.value:
        return f"{text.rstrip()}\n{block}"
    lines = text.splitlines(keepends=True)
    end = _last_line(people) + 1
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    return "".join((*lines[:end], block, *lines[end:]))


def _with_flag(text: str, name: str, value: str) -> str:
    """The text with `disabled: value` in one entry, in place or as its first field."""
    people = _people_node(text)
    entry = next(v for k, v in people.value if k.value == name) if people else None
    if not isinstance(entry, yaml.MappingNode):
        raise NotDone(f"The entry of {name} cannot be found in the text.")
    for key, old in entry.value:
        if key.value == "disabled":
            return text[: old.start_mark.index] + value + text[old.end_mark.index :]
    first = entry.value[0][0].start_mark
    gap = ", " if entry.flow_style else "\n" + " " * first.column
    return f"{text[: first.index]}disabled: {value}{gap}{text[first.index :]}"


def _people_node(text: str) -> yaml.MappingNode | None:
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    for wanted in ("credentials", "usernames"):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for key, value in pairs if key.value == wanted), None)
    if isinstance(node, yaml.MappingNode) and node.flow_style and node.value:
        raise NotDone("usernames: is written in braces; write one user to a line first.")
    return node if isinstance(node, yaml.MappingNode) else None


def _last_line(node: yaml.Node) -> int:
    """The line that the last value under a node ends on; a block's own end lies further on."""
    while isinstance(node, yaml.MappingNode | yaml.SequenceNode) and node.value:
        if node.flow_style:
            break
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node.end_mark.line


def _replace(path: Path, text: str, expected: set[str]) -> None:
    """Swaps the file in one step, after reading the new text as the app will."""
    people = accounts.parse(text)
    if missing := expected - people.keys():
        raise NotDone(f"The new file would not hold {', '.join(sorted(missing))}; nothing changed.")
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(partial, mode)
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def _password() -> str:
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != password:
            raise NotDone("The two are not the same.")
    else:
        password = sys.stdin.readline().rstrip("\n")
    # The form cuts blanks off both ends, so such a password would never match.
    if password != password.strip() or len(password) < SHORTEST:
        raise NotDone(f"A password has {SHORTEST} characters or more and no blank at its ends.")
    if len(password.encode()) > LONGEST:
        raise NotDone(f"A password has {LONGEST} bytes at most.")
    return password


def _show(people: accounts.Mapping[str, Account]) -> None:
    for name, account in people.items():
        user = account.user
        marks = [m for m, on in (("demo", account.demo), ("disabled", account.disabled)) if on]
        branches = ",".join(user.branches)
        print(
            f"{name:<16} {','.join(user.roles):<24} {branches} {user.department} {' '.join(marks)}"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ui.access", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="who is in the file")
    for verb in ("disable", "enable"):
        commands.add_parser(verb).add_argument("name")
    new = commands.add_parser("add", help="add a person; asks for the password")
    new.add_argument("name")
    new.add_argument("--shown", default="", help="the name on the screen")
    new.add_argument("--roles", nargs="+", required=True, choices=ROLES)
    new.add_argument("--branches", nargs="+", required=True, help="'*' for all")
    new.add_argument("--department", default="", help="department_id of a department_head")
    new.add_argument("--staff-id", default="", help="the number of the book's staff and loans")
    new.add_argument("--language", default="en", choices=accounts.LANGUAGES)
    return parser
