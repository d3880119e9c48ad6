"""Fifty signed-in people at once, each with five seconds' thought, on the app as it is served."""

import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests import bench_people
from tests.bench_addresses import Sample, sample
from tests.bench_build import GIGABYTE
from tests.bench_person import Person, Walk
from tests.bench_process import peak_resident, processor_used, resident
from tests.bench_results import Measure
from tests.wire import Server, serving

LOGGED = 5000  # characters of the server's log that the results keep
SETTLING = 1.0  # seconds between the last answer and the last look at the memory


@dataclass(frozen=True)
class Crowd:
    """How many people, for how long, and how long each thinks between two clicks (seconds)."""

    people: int = 50
    seconds: float = 75
    thought: float = 5


def measure_load(build: Path, crowd: Crowd) -> tuple[list[Measure], dict]:
    """Let the crowd loose on a server of its own on the loopback; it ends by itself.

    An answer's time is what a person waits for the server: from the click until the last message
    of the run has come. Not in it: the browser's own work. The crowd arrives within one thought,
    to an empty cache: a third of the time is left for that before the settled figures begin.
    """
    found = sample(build)
    people = bench_people.crowd(crowd.people, found.branches, found.departments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with (
            bench_people.settled(folder, build.parent, people) as tokens,
            serving("app.py", folder) as server,
        ):
            pid, before = server.process.pid, resident(server.process.pid)
            idle = processor_used(pid)
            walks = _walk(server, tokens, people, found, crowd)
            worked = processor_used(pid)
            time.sleep(SETTLING)
            memory = (before, resident(pid), peak_resident(pid))
            said = server.log.read_text(errors="replace")[-LOGGED:]
    measures = figures(walks, memory, crowd.seconds / 3)
    return [*measures, *_work(idle, worked, walks)], details(walks) | {"log": said}


def _work(before: float | None, after: float | None, walks: list[Walk]) -> list[Measure]:
    """What an answer costs the server, whatever else the machine does meanwhile."""
    answers = sum(len(walk.answers) for walk in walks)
    each = None
    if before is not None and after is not None and answers:
        each = (after - before) * 1000 / answers
    return [Measure("load: the server's processor time per answer", each)]


def _walk(
    server: Server,
    tokens: dict[str, str],
    people: dict[str, bench_people.Entry],
    found: Sample,
    crowd: Crowd,
) -> list[Walk]:
    end = threading.Event()
    timer = threading.Timer(crowd.seconds, end.set)
    timer.start()
    with ThreadPoolExecutor(len(tokens)) as pool:
        futures = [
            pool.submit(
                Person(server, token, people[name], found, place).walk,
                crowd.thought,
                end,
            )
            for place, (name, token) in enumerate(tokens.items())
        ]
        walks = [future.result() for future in futures]
    timer.cancel()
    return walks


def figures(
    walks: list[Walk], memory: tuple[int | None, int | None, int | None], arrival: float
) -> list[Measure]:
    """Median and 95th percentile of all answers, and of those after the arrival; memory, errors."""
    answers = [answer for walk in walks for answer in walk.answers]
    settled = [answer.ms for answer in answers if answer.at >= arrival]
    times = [answer.ms for answer in answers]
    before, after, peak = (each and each / GIGABYTE for each in memory)
    return [
        Measure("load: people", sum(bool(walk.answers) for walk in walks), ""),
        Measure("load: answers", len(times), ""),
        Measure("load: answer, median", percentile(times, 50)),
        Measure("load: answer, 95th percentile", percentile(times, 95)),
        Measure("load: once all are in, median", percentile(settled, 50)),
        Measure("load: once all are in, 95th percentile", percentile(settled, 95)),
        Measure("load: answer, slowest", max(times, default=None)),
        Measure("load: errors", sum(len(walk.errors) for walk in walks), "", 0),
        Measure("load: the app's memory before", before, "GB"),
        Measure("load: the app's memory after", after, "GB"),
        Measure("load: the app's peak memory", peak, "GB"),
    ]


def percentile(times: list[float], share: int) -> float | None:
    """The time that `share` per cent do not exceed; None for fewer than two times."""
    if len(times) < 2:
        return None
    return statistics.quantiles(times, n=100, method="inclusive")[share - 1]


def details(walks: list[Walk]) -> dict:
    """Median per page, every answer, and every error."""
    answers = sorted(answer for walk in walks for answer in walk.answers)
    by_page: dict[str, list[float]] = {}
    for answer in answers:
        by_page.setdefault(answer.page, []).append(answer.ms)
    return {
        "pages": {
            page: {"answers": len(ms), "median": statistics.median(ms), "slowest": max(ms)}
            for page, ms in sorted(by_page.items())
        },
        "answers": [(round(a.at, 2), a.page, round(a.ms, 1)) for a in answers],
        "errors": [error for walk in walks for error in walk.errors],
    }
