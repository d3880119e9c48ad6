"""How long the server works on each page, with nothing in the result cache and with everything."""

import json
import re
import statistics
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

from tests import bench_hook, bench_people
from tests.bench_addresses import Address, addresses, sample
from tests.bench_build import GIGABYTE
from tests.bench_process import peak_resident
from tests.bench_results import Measure
from tests.bench_trouble import trouble
from tests.wire import Reader, Server, serving

REPORTS = Path(__file__).resolve().parent.parent / "queries" / "reports"
SLOWEST = 3
LOGGED = 5000  # characters of the server's log that the results keep
MEDIAN_EMPTY, WORST_EMPTY, WARM = 150, 300, 50  # milliseconds


@dataclass
class Timed:
    """One address: milliseconds of each run of the script, and the slowest questions in one."""

    address: Address
    empty: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    slowest: list[dict] = field(default_factory=list)
    trouble: str = ""


def measure_pages(
    build: Path, repeats: int, roles: Collection[str]
) -> tuple[list[Measure], list[Timed], str]:
    """Open every address on a running server, `repeats` times each with an empty cache and a warm.

    What is measured is the time of the script run in the server, from its first line to its last:
    sign-in check, sidebar, questions, drawing. Not in it: the network and the browser. Gives the
    figures, every address with its runs, and the end of the server's log.
    """
    found = sample(build)
    people = bench_people.one_per_role(roles, found.departments[0])
    with tempfile.TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        folder = Path(scratch)
        patch.setenv(bench_hook.LOG, str(folder / "runs.jsonl"))
        with (
            bench_people.settled(folder, build.parent, people) as tokens,
            serving("tests/bench_app.py", folder) as server,
        ):
            book = Visits(server, tokens, folder / "runs.jsonl", repeats)
            timed = [book.time(address) for address in addresses(found, people)]
            book.close()
            peak = peak_resident(server.process.pid)
            said = server.log.read_text(errors="replace")[-LOGGED:]
    memory = Measure("pages: the app's peak memory", peak and peak / GIGABYTE, "GB")
    return [*figures(timed), memory], timed, said


class Visits:
    """Two tabs for each person: one finds the result cache always empty, one always full."""

    def __init__(self, server: Server, tokens: dict[str, str], log: Path, repeats: int) -> None:
        self.repeats = repeats
        header = {bench_hook.HEADER.replace("-", "_"): bench_hook.EMPTY}
        self.empty = {name: Reader(server, token, **header) for name, token in tokens.items()}
        self.warm = {name: Reader(server, token) for name, token in tokens.items()}
        for reader in (*self.empty.values(), *self.warm.values()):
            # The first run of a tab builds what every later one finds: that is no page's time.
            reader.open("metrics")
        self.log = log.open(encoding="utf-8")
        self.log.read()

    def time(self, address: Address) -> Timed:
        """Open one address as often as asked, in both states of the cache."""
        timed = Timed(address)
        for _ in range(self.repeats):
            note = self._open(self.empty[address.person], timed)
            timed.empty.append(note["ms"])
            timed.processor.append(note["processor"])
            timed.slowest = slowest(note["questions"])
        self._open(self.warm[address.person], timed)  # fills the cache
        for _ in range(self.repeats):
            timed.warm.append(self._open(self.warm[address.person], timed)["ms"])
        return timed

    def _open(self, reader: Reader, timed: Timed) -> dict:
        reader.open(timed.address.page, timed.address.query)
        timed.trouble = timed.trouble or trouble(reader)
        return json.loads(self.log.readlines()[-1])

    def close(self) -> None:
        """Closes all tabs."""
        for reader in (*self.empty.values(), *self.warm.values()):
            reader.close()
        self.log.close()


def slowest(questions: Iterable[list]) -> list[dict]:
    """The questions that took longest: milliseconds, name, text and values."""
    first = sorted(questions, key=lambda question: -question[0])[:SLOWEST]
    return [
        {"ms": round(took, 1), "name": named(sql), "sql": sql, "values": values}
        for took, sql, values in first
    ]


def named(sql: str) -> str:
    """The report of that text, or what it reads and how it begins."""
    for path in REPORTS.glob("*.sql"):
        if path.read_text(encoding="utf-8") == sql:
            return path.stem
    read = "+".join(dict.fromkeys(re.findall(r"(?:scoped|book)_\w+", sql)))
    return f"{read} ({' '.join(sql.split())[:40]})"


def figures(timed: list[Timed]) -> list[Measure]:
    """Median and worst over the addresses; each address counts with the median of its runs."""
    well = [each for each in timed if not each.trouble]
    empty = [statistics.median(each.empty) for each in well]
    warm = [statistics.median(each.warm) for each in well]
    processor = [min(each.processor) for each in well]
    return [
        Measure("pages, empty cache: median", _median(empty), "ms", MEDIAN_EMPTY),
        Measure("pages, empty cache: slowest", max(empty, default=None), "ms", WORST_EMPTY),
        Measure("pages, warm cache: median", _median(warm), "ms", WARM),
        Measure("pages, warm cache: slowest", max(warm, default=None), "ms", WARM),
        # The least of an address's runs: what else the machine does only ever adds.
        Measure("pages, empty cache: processor, median", _median(processor)),
        Measure("pages, empty cache: processor, most", max(processor, default=None)),
        Measure("pages: opened", len(timed), ""),
        Measure("pages: not shown", len(timed) - len(well), "", 0),
    ]


def _median(found: list[float]) -> float | None:
    return statistics.median(found) if found else None


def table(timed: list[Timed]) -> list[str]:
    """One line per page: median and worst over roles and scopes, and its slowest question."""
    lines = [f"{'page':<12}{'empty: median':>14}{'worst':>7}{'warm: median':>14}{'worst':>7}"]
    for page in dict.fromkeys(each.address.page for each in timed):
        mine = [each for each in timed if each.address.page == page]
        empty = [statistics.median(each.empty) for each in mine]
        warm = [statistics.median(each.warm) for each in mine]
        worst = max(mine, key=lambda each: statistics.median(each.empty))
        asked = "; ".join(f"{q['name']} {q['ms']:.0f} ms" for q in worst.slowest)
        lines.append(
            f"{page:<12}{statistics.median(empty):>11.0f} ms{max(empty):>7.0f}"
            f"{statistics.median(warm):>11.0f} ms{max(warm):>7.0f}  {asked}"
        )
    lines += [f"not shown: {each.address}: {each.trouble}" for each in timed if each.trouble]
    return lines


def details(timed: list[Timed]) -> list[dict]:
    """Every address with all its runs, for the file."""
    return [asdict(each) for each in timed]
