"""How long the desk's store takes with two hundred thousand entries in it: read, look up, write."""

import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import stores
from tests.bench_results import Measure
from ui import desk, desk_entries, store
from ui.accounts import User
from ui.desk_entries import Action

ENTRIES = 200_000
WRITER = User("bob", "Bob Wu", ("risk_manager",), ("*",))
DAY = date(2024, 6, 30)


def fill(entries: int) -> None:
    """Puts so many entries, a multiple of four, on a quarter as many borrowers into the store."""
    notes = entries // 4
    made = [
        desk_entries.Entry(
            *(seq, (seq - 1) // 20 * 20 + 1, 1.8e9 + seq, "ann", "risk_manager"),
            borrower_id=f"B{seq % notes:09d}",
            kind="note",
            text="Called, will pay on Friday",
            level="red",
            as_of=DAY,
            owner=f"user{seq % 40}",
            due_on=DAY,
        )
        for seq in range(1, notes + 1)
    ]
    table = store.desk_entries
    with store.writing() as connection:
        for place in range(0, notes, 10_000):
            some = [desk._values(entry) for entry in made[place : place + 10_000]]
            connection.execute(table.insert(), some)
        for round_, kind in enumerate(("reassign", "next_step", "acknowledge"), start=1):
            later = {name: table.c[name] + notes * round_ for name in ("seq", "batch", "at")}
            later["kind"] = sa.literal(kind)
            copied = sa.select(*(later.get(column.name, column) for column in table.c))
            copied = copied.where(table.c.seq <= notes)
            connection.execute(table.insert().from_select(list(table.c.keys()), copied))


def acts(entries: int) -> dict[str, Callable[[], object]]:
    """What people do at the desk of a store that `fill` has filled, in this order."""
    ids = [f"B{number:09d}" for number in range(3, entries // 4, max(1, entries // 800))]
    action = Action("note", "Called, will pay on Friday", as_of=DAY)

    def write() -> object:
        seen = desk.states([]).newest
        return desk.write(WRITER, (ids[0],), action, seen=seen)

    return {
        "first": desk.everything,
        "everything": desk.everything,
        "owner": lambda: desk.chosen(desk.everything(), owners=["user7"]),
        "page": lambda: desk.states(ids),
        "history": lambda: desk.history(ids[0]),
        "batches": lambda: desk.batches(WRITER),
        "write": write,
        "again": desk.everything,
    }


def measure_desk(folder: Path, repeats: int) -> list[Measure]:
    """Milliseconds of each act on a fresh SQLite store; the first reading is made once."""
    with pytest.MonkeyPatch.context() as patch:
        stores.use(patch, folder)
        fill(ENTRIES)
        took = {
            name: statistics.median(_once(deed) for _ in range(1 if name == "first" else repeats))
            for name, deed in acts(ENTRIES).items()
        }
        store.forget()
    return [Measure(f"desk of {ENTRIES:,}: {name}", each, "ms") for name, each in took.items()]


def _once(deed: Callable[[], object]) -> float:
    started = time.perf_counter()
    deed()
    return (time.perf_counter() - started) * 1000
