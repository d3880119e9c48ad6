"""The warehouse folder: names of builds, the one load at a time, and what happens to half a build.

All that a load writes before it is done lies in `<warehouse>/.partial`; a build gets its name in
one rename, when it is complete, checked and on the disk. The next load clears what a killed one
left.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from data.failures import FolderUnusable, OutOfRoom, WarehouseBusy, is_out_of_room

DEFAULT_WAREHOUSE = Path(__file__).parent / "warehouse"
STAMP = "%Y%m%dT%H%M%SZ"
BUILD_NAME = re.compile(r"\d{8}T\d{6}Z\.duckdb")
KEPT = 7


def builds(warehouse: Path) -> list[Path]:
    """The builds in the folder, oldest first."""
    return sorted(path for path in warehouse.glob("*.duckdb") if BUILD_NAME.fullmatch(path.name))


def next_build(warehouse: Path, now: datetime) -> Path:
    """The path of the next build: the UTC second, or the first one after the newest build."""
    there = builds(warehouse)
    if there:
        newest = datetime.strptime(there[-1].stem, STAMP).replace(tzinfo=UTC)
        now = max(now, newest + timedelta(seconds=1))
    return warehouse / f"{now.strftime(STAMP)}.duckdb"


@contextmanager
def working_room(warehouse: Path) -> Iterator[Path]:
    """The folder that one load may fill; emptied before and after. Raises WarehouseBusy."""
    try:
        warehouse.mkdir(parents=True, exist_ok=True)
        lock_file = (warehouse / ".lock").open("a")
    except OSError as error:
        if is_out_of_room(error):
            raise
        raise FolderUnusable([f"{warehouse}: cannot be a warehouse: {error.strerror}"]) from error
    with lock_file as lock:
        try:
            # The system lets go of the lock when the process ends, however it ends.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WarehouseBusy(f"{warehouse}: another load is at work; try again later") from error
        room = warehouse / ".partial"
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir()
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)


def publish(unfinished: Path, build: Path) -> None:
    """Give the finished file its name: on the disk first, read-only, and then all at once."""
    with duckdb.connect(unfinished, read_only=True) as connection:
        connection.execute("select build_id, as_of from raw.build")
    unfinished.chmod(0o444)
    _to_disk(unfinished)
    unfinished.rename(build)
    _to_disk(build.parent)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def prune(warehouse: Path) -> list[Path]:
    """Remove all builds but the last seven and the newest of each month; gives those removed.

    One that cannot be removed stays: it harms nobody, and the new build is in service.
    """
    there = builds(warehouse)
    newest_of_month = {path.name[:6]: path for path in there}
    kept = {*there[-KEPT:], *newest_of_month.values()}
    removed = [path for path in there if path not in kept]
    for path in removed:
        with suppress(OSError):
            path.unlink()
    return [path for path in removed if not path.exists()]


@contextmanager
def room_needed(warehouse: Path) -> Iterator[None]:
    """Turn a full disk, in whichever words it is told, into OutOfRoom."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if not is_out_of_room(error):
            raise
        raise OutOfRoom(
            f"{warehouse}: no room left on the disk, or not enough memory (LOAD_MEMORY); "
            f"the build in service is untouched ({str(error).splitlines()[0]})"
        ) from error
