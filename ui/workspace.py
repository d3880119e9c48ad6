"""Who saw, exported, unmasked what: the append-only access log, a chain of hashes in the store.

`python -m ui.workspace verify` tells whether a line was edited or removed.
"""

import argparse
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ui import connection as here
from ui import secret, store
from ui.store import Unavailable, access_log, log_anchor

__all__ = ["ACTIONS", "Unavailable", "Verdict", "log", "log_beside", "main", "verify"]

ACTIONS = {"sign_in", "refused", "sign_out", "view", "export", "unmask", "deny", "fail"}
ACTIONS |= {"heartbeat"}  # nobody's: that the log was being kept (ui/heartbeat.py)
ACTIONS |= {"edit", "approve"}  # written beside what people note about borrowers and views
COLUMNS = tuple(c.name for c in access_log.columns if c.name not in ("prev_hash", "hash"))
START = "0" * 64
# Phone, card and identity numbers have eleven digits or more and no letters among them; Chinese
# stands right beside a number and is no part of it.
LONG_NUMBER = re.compile(r"(?<![A-Za-z0-9_])\+?\d(?:[ -]?\d){9,}[\dXx](?![A-Za-z0-9_])")
REMOVED = "[number removed]"


class Person(Protocol):
    """Whoever a line is about."""

    @property
    def username(self) -> str: ...
    @property
    def roles(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Verdict:
    """What verify found: the number of lines, the last line's hash, and what is wrong."""

    lines: int
    head: str
    problems: tuple[str, ...]


def log(
    user: Person | None,
    action: str,
    *,
    object_type: str = "",
    object_id: str = "",
    purpose: str = "",
    page: str = "",
    row_count: int | None = None,
    result: str = "ok",
    address: str | None = None,
) -> int:
    """Appends one line (section 15.2) and returns its number; raises Unavailable.

    The build is added here, and the address unless it is told: a file is fetched outside a run.
    Numbers that look like a phone, a card or an identity number are taken out of the purpose,
    which people type: the log holds no personal data.
    """
    told = {"object_type": object_type, "object_id": object_id, "purpose": purpose, "page": page}
    line = _line(user, action, **told, row_count=row_count, result=result, address=address)
    with store.writing() as connection:
        return _append(connection, line)


def log_beside(
    connection: Connection,
    user: Person,
    action: str,
    *,
    object_type: str,
    object_id: str,
    page: str,
    row_count: int,
) -> int:
    """Appends the line of what is written in the same transaction: both are kept, or neither."""
    told = {"object_type": object_type, "object_id": object_id, "purpose": "", "page": page}
    line = _line(user, action, **told, row_count=row_count, result="ok", address=None)
    return _append(connection, line)


def _line(
    user: Person | None,
    action: str,
    *,
    object_type: str,
    object_id: str,
    purpose: str,
    page: str,
    row_count: int | None,
    result: str,
    address: str | None,
) -> dict[str, Any]:
    if action not in ACTIONS:
        raise ValueError(f"not an action of the access log: {action}")
    return {
        "ts": datetime.fromtimestamp(store.now(), UTC).isoformat(timespec="microseconds"),
        "user": user.username if user else "",
        "roles": ",".join(user.roles) if user else "",
        "action": action,
        "object_type": object_type,
        "object_id": object_id[:500],
        "purpose": without_numbers(purpose)[:500],
        "page": page[:200],
        "row_count": row_count,
        "address": here.address() if address is None else address,
        "result": result[:200],
        "build": here.build(),
    }


def verify(head: str = "") -> Verdict:
    """Recomputes the whole chain; `head`, a "number:hash" noted earlier, must still be in it."""
    with store.reading() as connection:
        anchor = connection.execute(sa.select(log_anchor)).mappings().first()
        found = connection.execution_options(yield_per=1000).execute(
            sa.select(access_log).order_by(access_log.c.seq)
        )
        lines, last, problems = _walk(found.mappings(), head)
    return Verdict(lines, last, (*problems, *_anchor_problems(anchor, lines, last)))


def main(arguments: list[str] | None = None) -> int:
    """`verify`: 0 when the log is whole, 1 when it is not, 2 when the store cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m ui.workspace", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("verify", help="tell whether a line was edited or removed")
    check.add_argument("--head", default="", help="NUMBER:HASH that an earlier verify printed")
    wanted = parser.parse_args(arguments)
    try:
        verdict = verify(wanted.head)
    except Unavailable as error:
        print(f"The workspace store cannot be read: {error}", file=sys.stderr)
        return 2
    for problem in verdict.problems:
        print(problem, file=sys.stderr)
    state = "NOT whole" if verdict.problems else "whole"
    print(f"access log: {state}, head {verdict.lines}:{verdict.head}")
    return 1 if verdict.problems else 0


def _append(connection: Connection, line: dict[str, Any]) -> int:
    store.lock(connection)
    newest = sa.select(access_log.c.seq, access_log.c.hash).order_by(access_log.c.seq.desc())
    last = connection.execute(newest.limit(1)).first()
    previous = last.hash if last else START
    line = {**line, "seq": last.seq + 1 if last else 1}
    digest = _digest(previous, line)
    connection.execute(access_log.insert().values(**line, prev_hash=previous, hash=digest))
    anchor = {"seq": line["seq"], "hash": digest, "mac": _mac(line["seq"], digest)}
    if not connection.execute(log_anchor.update().values(anchor)).rowcount:
        connection.execute(log_anchor.insert().values(id=1, **anchor))
    return line["seq"]


def _digest(previous: str, line: Any) -> str:
    text = json.dumps([line[name] for name in COLUMNS], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _mac(seq: int, digest: str) -> str:
    return secret.sign("log anchor", f"{seq}:{digest}")


def _walk(lines: Iterable[Any], head: str) -> tuple[int, str, list[str]]:
    count, previous, problems, heads = 0, START, [], {f"0:{START}"}
    for line in lines:
        count += 1
        if line["seq"] != count:
            problems.append(f"line {count} is missing: the next one is {line['seq']}")
            count = line["seq"]
        if line["prev_hash"] != previous:
            problems.append(f"line {count} does not follow the line before it")
        if line["hash"] != _digest(line["prev_hash"], line):
            problems.append(f"line {count} was edited")
        previous = line["hash"]
        if f"{count}:{previous}" == head:
            heads.add(head)
    if head and head not in heads:
        problems.append(f"the noted head {head.split(':')[0]} is not in the log any more")
    return count, previous, problems


def _anchor_problems(anchor: Any, lines: int, last: str) -> list[str]:
    if anchor is None:
        return ["the anchor is missing: the end of the log cannot be trusted"] if lines else []
    if not hmac.compare_digest(anchor["mac"], _mac(anchor["seq"], anchor["hash"])):
        return ["the anchor was not written by this application (or with another key)"]
    if (anchor["seq"], anchor["hash"]) != (lines, last):
        return [f"the log ends at line {lines}, but line {anchor['seq']} was written"]
    return []


def without_numbers(text: str) -> str:
    """What a person typed, less the numbers that look like a phone, a card or an identity."""
    return LONG_NUMBER.sub(REMOVED, text)


if __name__ == "__main__":
    sys.exit(main())
