"""A file of users for tests: real people, one demo guest, cheap hashes, a build to sign in to."""

from functools import cache
from pathlib import Path

import bcrypt
import duckdb
import pytest
import yaml

from tests import stores

PASSWORD = "a long enough password"
PEOPLE: dict[str, dict[str, object]] = {
    "erin": {"roles": ["executive"], "branches": "*", "language": "zh"},
    "rob": {"roles": ["risk_manager"], "branches": ["North"]},
    "ann": {"roles": ["auditor"], "branches": "*"},
    "dan": {"roles": ["department_head"], "branches": "*", "department": "collections"},
    "ada": {"roles": ["administrator"], "branches": "*"},
    "visitor": {"roles": ["executive"], "branches": "*", "demo": True},
}


@cache
def hashed(password: str = PASSWORD) -> str:
    """A bcrypt hash of the lowest cost that the app accepts."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(10)).decode()


def write(path: Path, **changes: dict[str, object]) -> None:
    """Writes auth.yaml with everyone in PEOPLE; `rob={"disabled": True}` changes one of them."""
    entries = {}
    for name, fields in PEOPLE.items():
        base = {"name": name.title(), "password": hashed(), "language": "en"}
        entries[name] = {**base, **fields, **changes.get(name, {})}
    path.write_text(yaml.safe_dump({"credentials": {"usernames": entries}}), "utf-8")


def build(folder: Path, demo: bool, name: str = "20250101T000000Z") -> Path:
    """A build that holds nothing but what it says of itself; gives its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(folder / f"{name}.duckdb")) as connection:
        connection.execute(
            f"""
            create macro book_metadata() as table select '{name}' as build_id,
                date '2024-12-31' as as_of, timestamp '2025-01-01 02:00' as loaded_at,
                'test' as source, {demo} as is_demo, 1 as loans, 1 as borrowers,
                date '2024-12-31' as first_month, date '2024-12-31' as last_month
            """
        )
    return folder


def settle(monkeypatch: pytest.MonkeyPatch, folder: Path, demo: bool = False) -> Path:
    """A store, a build and a file of users under one folder; gives the file."""
    stores.use(monkeypatch, folder)
    monkeypatch.setenv("WAREHOUSE", str(build(folder / f"warehouse-{demo}", demo)))
    monkeypatch.setenv("AUTH_FILE", str(folder / "auth.yaml"))
    write(folder / "auth.yaml")
    return folder / "auth.yaml"
