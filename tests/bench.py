"""The benchmark: `make bench`, or `python -m tests.bench`. Nothing here passes or fails.

One million loans are written, loaded and looked at, then fifty people use the demo book at once.
One line per figure; all of it goes to bench/results/<UTC>.json, and beside each line stands the
change against the newest earlier run of the same size. How slow a page is depends on the machine
and on what else it does, so each part also times a fixed piece of work, before and after: where a
line says "in yardsticks", it compares between machines and busy hours.

BENCH_LOANS (1000000) sets the size: below 100000 it is a quick look, with fewer people for a
shorter time. Cases are as many per loan as in the demo book, five, with eight events each: of a
million loans five million with forty million events. BENCH_CASES and BENCH_NOTES (3.2) make these
other, as --cases and --notes of data.generate do; BENCH_CASES=1 is what a bank of that size usually
has there. BENCH_PEOPLE, BENCH_SECONDS, BENCH_REPEATS, BENCH_ROLES and BENCH_FOLDER (bench) change
the rest.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from streamlit.logger import set_log_level

from tests import bench_build, bench_desk, bench_load, bench_pages, bench_risk
from tests.bench_load import Crowd
from tests.bench_results import Measure, line, run_before, save
from ui import accounts

ROOT = Path(__file__).resolve().parent.parent
DEMO_LOANS = 20_000
ROWS = 5_000_000  # of the yardstick
QUICK = 100_000  # loans below which a run is a quick look


@dataclass(frozen=True)
class Size:
    """How large a run is."""

    loans: int
    repeats: int
    roles: tuple[str, ...]
    crowd: Crowd
    cases: float
    notes: float

    @property
    def demo_loans(self) -> int:
        """The book that the crowd looks at: the demo book, or a smaller one in a smaller run."""
        return min(DEMO_LOANS, self.loans)

    def told(self) -> dict:
        """What two runs must share for their figures to compare."""
        crowd = {"people": self.crowd.people, "seconds": self.crowd.seconds}
        loans = {"loans": self.loans, "demo_loans": self.demo_loans}
        loans |= {"times_cases": self.cases, "notes": self.notes}
        return {**loans, **crowd, "roles": list(self.roles)}


def size(environment: Mapping[str, str]) -> Size:
    """The size that the environment asks for."""
    loans = int(environment.get("BENCH_LOANS", 1_000_000))
    quick = loans < QUICK
    crowd = Crowd(
        int(environment.get("BENCH_PEOPLE", 10 if quick else 50)),
        float(environment.get("BENCH_SECONDS", 10 if quick else 75)),
        1 if quick else 5,
    )
    roles = environment.get("BENCH_ROLES", " ".join(accounts.ROLES)).split()
    repeats = int(environment.get("BENCH_REPEATS", 1 if quick else 5))
    as_the_demo = round(max(1.0, (loans / DEMO_LOANS) ** 0.5), 2)
    cases = float(environment.get("BENCH_CASES", as_the_demo))
    notes = float(environment.get("BENCH_NOTES", 3.2))
    return Size(loans, repeats, tuple(roles), crowd, cases, notes)


class Run:
    """One run: prints each figure as it comes, and keeps all for the file."""

    def __init__(self, place: Path, wanted: Size) -> None:
        self.results, self.size = place / "results", wanted.told()
        self.before = run_before(self.results, self.size)
        self.measures: list[Measure] = []

    @contextmanager
    def against_yardstick(self, part: str, *names: str) -> Iterator[None]:
        """Says what the yardstick took around a part, and the named figures as its multiples."""
        before = yardstick()
        yield
        took = (before + yardstick()) / 2
        mine = [each for each in self.measures if each.name in names and each.value is not None]
        self.say([Measure(f"{part}: the yardstick", took)])
        parts = [(e.name, (e.value or 0) * (1000 if e.unit == "s" else 1) / took) for e in mine]
        self.say([Measure(f"{each}, in yardsticks", times, "x") for each, times in parts])

    def say(self, measures: list[Measure]) -> None:
        """Prints a line each."""
        self.measures += measures
        for measure in measures:
            print(line(measure, self.before), flush=True)

    def save(self, details: dict) -> Path:
        """Writes the file."""
        return save(self.results, self.measures, self.size, details)


def yardstick() -> float:
    """Milliseconds, the median of five, in which DuckDB hashes and adds up ROWS numbers."""
    took = []
    with duckdb.connect() as connection:
        for _ in range(5):
            started = time.perf_counter()
            connection.execute("select sum(hash(range) % 1000) from range(?)", [ROWS]).fetchall()
            took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def main(environment: Mapping[str, str] = os.environ) -> Path:
    """Measure everything; gives the file of the results."""
    set_log_level("ERROR")  # the questions of this process run outside the app, as they should
    wanted = size(environment)
    place = _place(Path(environment.get("BENCH_FOLDER") or ROOT / "bench"))
    run = Run(place, wanted)
    print(f"{wanted.loans:,} loans, {wanted.crowd.people} people for {wanted.crowd.seconds:.0f} s")
    build = _build(run, place, wanted)
    pages = _pages(run, place, wanted)
    risk = _risk(run, place, wanted)
    with tempfile.TemporaryDirectory() as scratch:
        run.say(bench_desk.measure_desk(Path(scratch), wanted.repeats))
    load = _load(run, place, wanted)
    file = run.save({"build": build, "pages": pages, "risk": risk, "load": load})
    print(f"written to {file}")
    return file


def _place(place: Path) -> Path:
    """The folder of books, builds and results, which keeps itself out of version control."""
    place.mkdir(parents=True, exist_ok=True)
    (place / ".gitignore").write_text("*\n", encoding="utf-8")
    return place


def _build(run: Run, place: Path, wanted: Size) -> dict:
    run.say(bench_build.write_book(place, wanted.loans, wanted.cases, wanted.notes))
    measures, details = bench_build.measure_build(bench_build.book_of(place, wanted.loans))
    run.say(measures)
    for step in details["slowest_steps"]:
        print(f"    {step['seconds']:>8.2f} s  {step['step']}")
    return details


def _pages(run: Run, place: Path, wanted: Size) -> dict:
    book = bench_build.book_of(place, wanted.loans)
    with run.against_yardstick("pages", "pages, empty cache: median", "pages, warm cache: median"):
        measures, timed, log = bench_pages.measure_pages(book.build, wanted.repeats, wanted.roles)
        run.say(measures)
    print("\n".join(f"    {told}" for told in bench_pages.table(timed)), flush=True)
    return {"addresses": bench_pages.details(timed), "log": log}


def _risk(run: Run, place: Path, wanted: Size) -> dict:
    book = bench_build.book_of(place, wanted.loans)
    names = ("watchlist: filter to table, median", "dry run: other threshold, median")
    with run.against_yardstick("risk", *names):
        measures, details = bench_risk.measure_risk(book.build, wanted.repeats)
        run.say(measures)
    return details


def _load(run: Run, place: Path, wanted: Size) -> dict:
    book = bench_build.book_of(place, wanted.demo_loans)
    if wanted.demo_loans != wanted.loans:
        run.say(bench_build.write_book(place, wanted.demo_loans))
        bench_build.load_book(book)
    with run.against_yardstick("load", "load: answer, median"):
        measures, details = bench_load.measure_load(book.build, wanted.crowd)
        run.say(measures)
    for error in dict.fromkeys(details["errors"]):
        print(f"    {error}")
    return details


if __name__ == "__main__":
    main()
    sys.exit(0)
