"""A load that is killed, runs out of disk or meets another leaves the build in service alone."""

import fcntl
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from data.builds import builds, next_build, prune, room_needed, working_room
from data.failures import CheckFailed, OutOfRoom, WarehouseBusy
from data.load import load
from tests.folders import ROOT, last_line, run_load, sound_book, write_book

COMMAND = [sys.executable, "-m", "data.load"]

# What the loader says just before it does it; a kill there strikes in the middle of the work.
MOMENTS = (
    "reading repayments",
    "model intermediate",
    "model marts",
    "writing",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound folder."""
    return write_book(tmp_path_factory.mktemp("sound") / "folder", sound_book(), "parquet")


@pytest.fixture(scope="module")
def build(folder: Path) -> Path:
    """One build of it."""
    return Path(last_line(run_load(folder, folder.parent / "warehouse"))["build"])


def _serve(build: Path, warehouse: Path) -> Path:
    """Put the build in service in a warehouse."""
    warehouse.mkdir()
    shutil.copy2(build, warehouse)
    return warehouse


@pytest.fixture
def warehouse(build: Path, tmp_path: Path) -> Path:
    """A warehouse of the test's own with that build in service."""
    return _serve(build, tmp_path / "warehouse")


def _answers(warehouse: Path) -> dict[str, int]:
    """The loans of each build, read as the app reads them."""
    counted = {}
    for build in builds(warehouse):
        with duckdb.connect(build, read_only=True) as connection:
            (row,) = connection.execute("select count(*) from marts.loans").fetchall()
            counted[build.name] = row[0]
    return counted


def _left_over(warehouse: Path) -> list[str]:
    return sorted(path.name for path in warehouse.iterdir() if path not in builds(warehouse))


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_load_leaves_the_build_in_service(
    moment: str, folder: Path, warehouse: Path, few_models: None
) -> None:
    before = _answers(warehouse)
    command = [*COMMAND, str(folder), "--warehouse", str(warehouse)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith(moment):
                running.kill()
                break
    assert running.returncode == -signal.SIGKILL
    assert _answers(warehouse) == before
    assert ".partial" in _left_over(warehouse)

    last_line(run_load(folder, warehouse))
    after = _answers(warehouse)
    assert len(after) == 2
    assert set(after.values()) == {60}
    assert _left_over(warehouse) == [".lock"]


def _listening() -> None:
    """In the child: Ctrl-C counts, also where the tests run in the background, deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_stopped_load_clears_up_behind_itself(folder: Path, warehouse: Path) -> None:
    command = [*COMMAND, str(folder), "--warehouse", str(warehouse)]
    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=_listening
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith("model intermediate"):
                running.send_signal(signal.SIGINT)
                break
        told = running.stderr.read()
    assert running.returncode == 130
    assert "stopped; the build in service is untouched" in told
    assert _left_over(warehouse) == [".lock"]
    assert len(builds(warehouse)) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own, of 64 MB; skipped where this user may not mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)],
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk to fill: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def _fill(path: Path, leave: int) -> None:
    """Write until the disk of the folder has no more than this many bytes left."""
    free = os.statvfs(path).f_bavail * os.statvfs(path).f_frsize
    (path / "ballast").write_bytes(b"x" * max(0, free - leave))


@pytest.mark.parametrize("left", [0, 3_000_000])
def test_a_full_disk_ends_the_load_cleanly(
    left: int, folder: Path, build: Path, small_disk: Path
) -> None:
    """The first build takes its place; then there is less room than a second one needs."""
    warehouse = _serve(build, small_disk / "warehouse")
    before = _answers(warehouse)
    _fill(small_disk, left)
    done = run_load(folder, warehouse)
    assert done.returncode == 5
    assert done.stdout == ""
    assert "no room left on the disk" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert _answers(warehouse) == before
    assert _left_over(warehouse) == [".lock"]

    (small_disk / "ballast").unlink()
    last_line(run_load(folder, warehouse))
    assert len(_answers(warehouse)) == 2


@pytest.mark.parametrize("most", [4_096, 1_000_000])
def test_a_file_that_may_not_grow_ends_the_load_cleanly(
    most: int, folder: Path, warehouse: Path
) -> None:
    """Needs no right to mount: the system refuses to let any file grow beyond some size."""
    before = _answers(warehouse)
    done = subprocess.run(
        [*COMMAND, str(folder), "--warehouse", str(warehouse)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )
    assert done.returncode == 5
    assert done.stdout == ""
    assert "no room left on the disk" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert _answers(warehouse) == before
    assert _left_over(warehouse) == [".lock"]


def test_one_load_at_a_time(folder: Path, warehouse: Path, few_models: None) -> None:
    with (warehouse / ".lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        done = run_load(folder, warehouse)
        with pytest.raises(WarehouseBusy), working_room(warehouse):
            pass
    assert done.returncode == 6
    assert "another load is at work" in done.stderr
    assert len(builds(warehouse)) == 1
    last_line(run_load(folder, warehouse))


def test_loads_that_start_together_make_builds_of_their_own(folder: Path, tmp_path: Path) -> None:
    warehouse = tmp_path / "shared"
    command = [*COMMAND, str(folder), "--warehouse", str(warehouse)]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for each in running:
        each.communicate()
    codes = sorted(each.returncode for each in running)
    assert codes in ([0, 0], [0, 6])
    assert len(_answers(warehouse)) == codes.count(0)
    assert _left_over(warehouse) == [".lock"]


def test_a_build_is_named_after_its_second_and_after_all_others(tmp_path: Path) -> None:
    now = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
    assert next_build(tmp_path, now).name == "20260131T235959Z.duckdb"
    next_build(tmp_path, now).touch()
    assert next_build(tmp_path, now).name == "20260201T000000Z.duckdb"
    assert next_build(tmp_path, now - timedelta(days=9)).name == "20260201T000000Z.duckdb"
    assert next_build(tmp_path, now + timedelta(days=1)).name == "20260201T235959Z.duckdb"


def test_the_last_seven_builds_and_one_a_month_stay(tmp_path: Path) -> None:
    stamps = [f"2025{month:02}{day:02}T120000Z" for month in (1, 2, 3) for day in range(1, 11)]
    for stamp in stamps:
        (tmp_path / f"{stamp}.duckdb").touch()
    mine = tmp_path / "mine.duckdb"
    mine.touch()
    removed = {path.stem for path in prune(tmp_path)}
    kept = [stamp for stamp in stamps if stamp not in removed]
    assert kept == ["20250110T120000Z", "20250210T120000Z", *stamps[-7:]]
    assert [build.stem for build in builds(tmp_path)] == kept
    assert mine.exists()


def test_a_failing_check_names_itself_and_its_rows(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check is the test's own; the mechanism that runs it is the loader's."""
    checks = tmp_path / "checks"
    checks.mkdir()
    (checks / "no_loan_is_called_l7.sql").write_text(
        "-- A loan that must not exist.\nselect loan_id, balance from marts.loans "
        "where loan_id = 'L7';"
    )
    monkeypatch.setattr("data.building.CHECKS", checks)
    with pytest.raises(CheckFailed, match="check no_loan_is_called_l7 found rows") as failed:
        load(folder, tmp_path / "warehouse", progress=lambda line: None)
    assert failed.value.exit_code == 4
    assert "loan_id=L7" in str(failed.value)
    assert _left_over(tmp_path / "warehouse") == [".lock"]
    assert not builds(tmp_path / "warehouse")


def test_too_little_memory_is_told_like_too_little_disk(tmp_path: Path) -> None:
    with (
        pytest.raises(OutOfRoom, match="LOAD_MEMORY"),
        room_needed(tmp_path),
        duckdb.connect(config={"memory_limit": "20MB", "temp_directory": ""}) as connection,
    ):
        connection.execute("create table t as select range::varchar as x from range(9000000)")


def test_a_warehouse_that_cannot_be_one_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run_load(folder, tmp_path / "file")
    assert done.returncode == 2
    assert "cannot be a warehouse" in done.stderr
