"""What tests share: one small demo book, loaded once per run, and the data beside the project."""

import contextlib
import fcntl
import gc
import os
import shutil
import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import duckdb
import pytest
from sqlalchemy import Engine, event
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, app_test, local_script_runner
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from data import building
from data.builds import builds
from data.generate import generate
from data.load import load
from data.models import MODELS
from queries.warehouse import Scope
from tests.book import needed
from tests.opened import READER, Opener, Params, fine, run
from tests.served import small_warehouse
from ui import access, filters, store
from ui.access import User

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"

DEMO_LOANS = 2500
DEMO_MONTHS = 24
DEMO_SEED = 7

# Every AppTest asks each installed package whether it brings components, which took longer than
# most pages; what is installed does not change while tests run.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

# Every run of an AppTest makes a stand-in of the server by looking through all that the server can
# do; one will serve, as each run sets what it reads of it.
app_test.__dict__["MagicMock"] = cache(MagicMock)

# Tests make the same models over and over: to parse them takes a fifth of the time of a tiny build.
parsed = cache(building.statements)
building.statements = parsed

# The workers of a run share its cores, and no table of a test is long enough to be worth a second
# thread: what starts them and waits for them was a tenth of the time.
_connect = duckdb.connect


def _on_one_thread(
    database: str | Path = ":memory:",
    read_only: bool = False,
    config: dict[str, Any] | None = None,
) -> duckdb.DuckDBPyConnection:
    return _connect(database, read_only, {"threads": 1, **(config or {})})


duckdb.connect = _on_one_thread


@event.listens_for(Engine, "connect")
def _wait_for_no_disk(connection: object, _record: object) -> None:
    """A store that goes with its test need not survive a power cut."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")


def _wait(runner: LocalScriptRunner, timeout: float = 3) -> None:
    """Wait for the end of a page's thread.

    An AppTest looks every millisecond through all that was sent so far whether that was the end,
    and takes the time from the page that it waits for.
    """
    assert runner._script_thread is not None
    runner._script_thread.join(timeout)
    if not runner.script_stopped():
        _give_up(runner, 0)


_give_up = local_script_runner.require_widgets_deltas
local_script_runner.require_widgets_deltas = _wait


def pytest_collection_finish() -> None:
    """What is imported by now stays: no collection of garbage need look at it again.

    Nor need the rest be looked at as often as the default says, every 700 objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_unconfigure() -> None:
    """At the end all of it may go."""
    parsed.cache_clear()
    gc.unfreeze()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds `folder` (the demo book's files) and `warehouse` (one build of it)."""
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    place = base / "demo"
    place.mkdir(exist_ok=True)
    with (place / "lock").open("a") as lock:
        # The first worker builds; the others wait for it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not builds(place / "warehouse"):
            generate(place / "folder", DEMO_LOANS, DEMO_MONTHS, DEMO_SEED)
            load(place / "folder", place / "warehouse", progress=lambda line: None)
    return place


@pytest.fixture(scope="session")
def demo_warehouse(demo: Path) -> Path:
    """A warehouse with one build of the small demo book; not to be written to."""
    return demo / "warehouse"


@pytest.fixture(scope="session")
def demo_build(demo_warehouse: Path) -> Path:
    """The build file of the small demo book, to be opened by a test itself.

    Under a name of its own: the app holds the other one open, in its own way, for the whole run.
    """
    link = demo_warehouse.parent / "looked_into.duckdb"
    with contextlib.suppress(FileExistsError):
        link.hardlink_to(builds(demo_warehouse)[-1])
    return link


@pytest.fixture
def demo_scope(demo_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    """Serves the small demo book; gives all of it at its last month end."""
    monkeypatch.setenv("WAREHOUSE", str(demo_warehouse))
    book = filters.book()
    return filters.rights((*book.branches, ""), book)


@pytest.fixture
def small_book(monkeypatch: pytest.MonkeyPatch) -> None:
    """Serves the book of `tests.served`, whose scope is `ALL`."""
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace store with its tables and no row in them: to be copied, not to be written to.

    To make the tables waits for the disk a dozen times, for longer than most pages take to open.
    """
    path = tmp_path_factory.mktemp("store") / "workspace.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSPACE_URL", f"sqlite:///{path}")
        store.engine().dispose()  # and so all of it is in the one file
        store.forget()
    return path


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, empty_store: Path) -> Opener:
    """Opens a page as someone, with values in its address; gives the app after its first run."""
    own = tmp_path / "workspace.sqlite"
    if not own.exists():  # a test may have written to its store before it opens a page
        shutil.copy(empty_store, own)
    monkeypatch.setenv("WORKSPACE_URL", f"sqlite:///{own}")

    def tried(page: str, user: User | None = READER, **params: Params) -> AppTest:
        monkeypatch.setattr(access, "sign_in", lambda: user)
        at = run(page, params)
        assert not [each.value for each in at.exception]
        return at

    return tried


@pytest.fixture
def opened(tried: Opener) -> Opener:
    """Opens a page as `tried` does, and there is nothing wrong with it."""

    def opened(page: str, user: User | None = READER, **params: Params) -> AppTest:
        at = tried(page, user, **params)
        fine(at)
        return at

    return opened


@pytest.fixture
def few_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """A load of this process makes marts.loans and what it reads, in a third of the time.

    For tests of what happens around the models: of folders, rejections, locks, rooms and builds.
    """
    few = [model for model in MODELS if model in needed("marts/loans")]

    def build(connection: duckdb.DuckDBPyConnection, progress: Callable[[str], None]) -> None:
        building.build_models(connection, progress, few, with_macros=False)

    monkeypatch.setattr("data.load.build_models", build)
    for rest in ("train", "run_checks"):
        monkeypatch.setattr(f"data.load.{rest}", lambda *_: None)


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Gives a folder of ../shared/data by name: skipped where there is none, required in CI."""

    def folder(name: str) -> Path:
        path = SHARED_DATA / name
        if not path.is_dir():
            if os.environ.get("CI"):
                pytest.fail(f"{path} is missing, and CI must have it")
            pytest.skip(f"{path} is not there: this test reads the data beside the project")
        return path

    return folder
