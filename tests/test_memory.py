"""Garbage is not collected after every run (.streamlit/config.toml): the memory must not mind."""

from pathlib import Path

import pytest

from tests import people, wire
from tests.served import small_warehouse
from ui import store

WARM, RUNS = 20, 40
PAGES = ("overview", "ageing", "findings")


def resident(process_id: int) -> float:
    """The process's resident memory in MB."""
    status = Path(f"/proc/{process_id}/status")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc")
def test_memory_stays_level_over_many_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people.settle(monkeypatch, tmp_path)
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))
    with wire.serving("app.py", tmp_path) as server:
        reader = wire.Reader(server)
        reader.open("overview")
        assert b"Loan balance" in reader.sign_in("ann", people.PASSWORD)
        before = 0.0
        for run in range(WARM + RUNS):
            if run == WARM:
                before = resident(server.process.pid)
            assert reader.open(PAGES[run % len(PAGES)])
        grown = resident(server.process.pid) - before
        reader.close()
    store.forget()
    # A run that kept its garbage for ever would keep about a megabyte.
    assert grown < 25, f"{grown:.0f} MB more after {RUNS} runs"
