"""A workspace store for a test: a fresh SQLite file, or a database of a throwaway PostgreSQL."""

import atexit
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from ui import store

KEY = "a key for tests only, of more than 32 bytes"
KINDS = ("sqlite", "postgresql")
_numbers = itertools.count(1)


def use(monkeypatch: pytest.MonkeyPatch, folder: Path, kind: str = "sqlite") -> str:
    """Points this process at a fresh store and gives its URL; skips without PostgreSQL."""
    url = f"sqlite:///{folder / 'workspace.sqlite'}" if kind == "sqlite" else _database()
    monkeypatch.setenv("WORKSPACE_URL", url)
    monkeypatch.setenv("AUTH_COOKIE_KEY", KEY)
    store.forget()
    return url


def _database() -> str:
    folder = _server()
    if folder is None:
        pytest.skip("no PostgreSQL server programs under /usr/lib/postgresql or on the PATH")
    name = f"w{next(_numbers)}"
    url = sa.URL.create("postgresql+psycopg", "keeper", query={"host": str(folder)}, database=name)
    _administer(url, f"create database {name}")
    return url.render_as_string(hide_password=False)


@contextmanager
def down(url: str) -> Iterator[None]:
    """Nobody can reach this database of the throwaway PostgreSQL, whoever was connected to it."""
    address = sa.make_url(url)
    _administer(address, f"alter database {address.database} allow_connections false")
    _administer(
        address,
        "select pg_terminate_backend(pid) from pg_stat_activity"
        f" where datname = '{address.database}'",
    )
    yield
    _administer(address, f"alter database {address.database} allow_connections true")


def _administer(url: sa.URL, statement: str) -> None:
    engine = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@cache
def _server() -> Path | None:
    """The socket folder of a server of this test process's own, stopped when the process ends."""
    programs = _programs()
    if programs is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    account = _account()
    if account:
        shutil.chown(folder, account)
    data, control = folder / "data", programs / "pg_ctl"
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    _run(account, programs / "initdb", "-D", data, "-U", "keeper", "-A", "trust", "-E", "UTF8")
    _run(account, control, "-D", data, "-o", options, "-l", folder / "log", "-w", "start")

    def stop() -> None:
        store.forget()
        _run(account, control, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return folder


def _programs() -> Path | None:
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: p.parts[-3])
    return Path(on_path).parent if on_path else found[-1].parent if found else None


def _account() -> str | None:
    """PostgreSQL refuses to run as root; any other account of the system will do."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(account: str | None, *command: object) -> None:
    words = [str(word) for word in command]
    subprocess.run(words, user=account, check=True, capture_output=True, timeout=60, cwd="/")
