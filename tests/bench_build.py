"""How long a build takes against what DuckDB needs only to sort and store the same rows."""

import hashlib
import shutil
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data.builds import builds
from tests.bench_process import Finished, watch
from tests.bench_results import Measure

ROOT = Path(__file__).resolve().parent.parent
MAKERS = ("data/book/*.py", "data/generate.py", "data/amortise.py", "data/contract.py")
GIGABYTE = 2**30
SLOWEST = 10
HISTORY_AIM = 30  # seconds for a month of all early-warning rules
# What early warning alone is built from, step by step, up to the scores.
HISTORY = {
    *(f"model intermediate/{name}_facts" for name in ("delay", "conduct", "security", "use")),
    *(f"model intermediate/{name}_facts" for name in ("account", "statement", "outside")),
    *(f"model marts/{name}" for name in ("decay_steps", "warning_limits")),
    *(f"model marts/{name}" for name in ("loan_facts", "borrower_facts")),
    *("model intermediate/firings", "model marts/signal_hits", "model marts/borrower_scores"),
}


@dataclass(frozen=True)
class Book:
    """One book of the benchmark: its loan files, and the warehouse that its builds go to."""

    folder: Path
    warehouse: Path

    @property
    def build(self) -> Path:
        """The newest build of this book."""
        return builds(self.warehouse)[-1]


def book_of(place: Path, loans: int) -> Book:
    """Where the book of that many loans lies, made or not."""
    return Book(place / f"book-{loans}", place / f"warehouse-{loans}")


def write_book(place: Path, loans: int, cases: float = 1.0, notes: float = 0.0) -> list[Measure]:
    """Write the demo book once, and anew when its generator or what is asked of it has changed;
    what that took.
    """
    folder = book_of(place, loans).folder
    made_by = folder.with_suffix(".made-by")
    asked = ["--loans", str(loans), "--cases", str(cases), "--notes", str(notes)]
    maker = " ".join([_makers(), *asked])
    if made_by.exists() and made_by.read_text() == maker:
        return []
    shutil.rmtree(folder, ignore_errors=True)
    made_by.unlink(missing_ok=True)
    done = watch([sys.executable, "-m", "data.generate", *asked, str(folder)], ROOT)
    made_by.write_text(maker)
    return [
        Measure("writing the book", done.seconds, "s"),
        Measure("writing the book, peak memory", _gigabytes(done.peak), "GB", 8),
    ]


def _makers() -> str:
    texts = (path.read_bytes() for pattern in MAKERS for path in sorted(ROOT.glob(pattern)))
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def load_book(book: Book) -> Finished:
    """Load the book's files into a new build, which then is the only one there."""
    shutil.rmtree(book.warehouse, ignore_errors=True)
    warehouse = ["--warehouse", str(book.warehouse)]
    return watch([sys.executable, "-m", "data.load", str(book.folder), *warehouse], ROOT)


def measure_build(book: Book) -> tuple[list[Measure], dict]:
    """Store, build, store: the ratio, the phases and the memory, all taken in this one run."""
    before, done, after = _stored(book), load_book(book), _stored(book)
    alone = statistics.mean([before.seconds, after.seconds])
    worked = statistics.mean([before.processor, after.processor])
    split = phases(done)
    measures = [
        Measure("build / only sorting and storing", done.seconds / alone, "x", 6),
        # Hardly moved by what else the machine does.
        Measure("the same by processor time", done.processor / worked, "x"),
        *(Measure(f"build: {name}", part / alone, "x") for name, part in split.items()),
        Measure("build, time", done.seconds, "s"),
        Measure("only sorting and storing, time", alone, "s"),
        Measure("build, peak memory", _gigabytes(done.peak), "GB", 6),
        Measure("build, size of the file", book.build.stat().st_size / GIGABYTE, "GB"),
    ]
    measures += _history(book, done)
    steps = sorted(_steps(done), key=lambda step: -step[1])[:SLOWEST]
    details = {
        "stored_seconds": [before.seconds, after.seconds],
        "slowest_steps": [{"step": step, "seconds": round(took, 2)} for step, took in steps],
    }
    return measures, details


def _stored(book: Book) -> Finished:
    file = book.folder.with_suffix(".stored.duckdb")
    file.unlink(missing_ok=True)
    try:
        return watch([sys.executable, "-m", "tests.bench_store", str(book.folder), str(file)], ROOT)
    finally:
        file.unlink(missing_ok=True)


def phases(done: Finished) -> dict[str, float]:
    """Seconds of a load by what it said it was at: reading, models, checks, writing."""
    first = {"models": "model ", "checks": "check ", "writing": "writing "}
    starts = [("reading", 0.0)]
    for name, word in first.items():
        at = next((at for at, said in done.said if said.startswith(word)), None)
        if at is not None:
            starts.append((name, at))
    ends = [at for _, at in starts[1:]] + [done.seconds]
    return {name: end - at for (name, at), end in zip(starts, ends, strict=True)}


def _steps(done: Finished) -> list[tuple[str, float]]:
    """Each line that a load said, with the seconds until the next."""
    times = [at for at, _ in done.said[1:]] + [done.seconds]
    return [(said, end - at) for (at, said), end in zip(done.said, times, strict=True)]


def _history(book: Book, done: Finished) -> list[Measure]:
    """What all early-warning rules took over all months of the book, and a month's share of it."""
    took = [seconds for said, seconds in _steps(done) if said in HISTORY]
    if len(took) != len(HISTORY):
        return [Measure("early warning: a month of history, all rules", None, "s", HISTORY_AIM)]
    with duckdb.connect(book.build, read_only=True) as connection:
        found = connection.execute("select count(*) from marts.month_ends").fetchone()
    months = found[0] if found else 1
    return [
        Measure("early warning: all of history, all rules", sum(took), "s"),
        Measure(
            "early warning: a month of history, all rules", sum(took) / months, "s", HISTORY_AIM
        ),
    ]


def _gigabytes(found: int | None) -> float | None:
    return None if found is None else found / GIGABYTE
