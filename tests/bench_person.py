"""One signed-in person with a browser tab: opens pages, changes the scope, thinks in between."""

import random
import threading
import time
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

from tests.bench_addresses import Sample, own_values, pages, seen_by
from tests.bench_people import Entry
from tests.bench_trouble import trouble
from tests.wire import Reader, Server

MONTHS_LOOKED_AT = 12


class Answer(NamedTuple):
    """One answer: seconds into the test when it was asked for, the page, milliseconds it took."""

    at: float
    page: str
    ms: float


@dataclass
class Walk:
    """What one person met, and what went wrong."""

    answers: list[Answer] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Person:
    """One browser tab: opens pages, follows links, changes the scope; the same each time."""

    def __init__(self, server: Server, token: str, who: Entry, found: Sample, number: int) -> None:
        self.server, self.token = server, token
        self.found = seen_by(found, who)
        names = [page.name for page in pages(who)]
        self.pages = [name for name in names if own_values(name, self.found)]
        self.chance = random.Random(number)
        self.done, self.began = Walk(), time.perf_counter()

    def walk(self, thought: float, end: threading.Event) -> Walk:
        """Comes some time in the first moments, and clicks and thinks until the end."""
        if end.wait(self.chance.uniform(0, thought)):
            return self.done
        try:
            reader = Reader(self.server, self.token)
        except OSError as error:
            self.done.errors.append(f"connecting: {type(error).__name__}: {error}")
            return self.done
        while not end.is_set():
            try:
                self._click(reader)
            except (OSError, EOFError, AssertionError) as error:
                self.done.errors.append(f"{type(error).__name__}: {error}")
                break
            end.wait(self.chance.uniform(0.5, 1.5) * thought)
        reader.close()
        return self.done

    def _click(self, reader: Reader) -> None:
        shown = reader.state.rerun_script.page_name
        date = as_of(reader) if shown and self.chance.random() < 0.25 else None
        started = time.perf_counter()
        if date is None:
            shown, query = self._address()
            del reader.state.rerun_script.widget_states.widgets[:]
            reader.open(shown, query)
        else:
            chosen = self.chance.choice(self.found.month_ends[:MONTHS_LOOKED_AT])
            choose(reader, date, chosen)
        took = (time.perf_counter() - started) * 1000
        self.done.answers.append(Answer(started - self.began, shown, took))
        if wrong := trouble(reader):
            self.done.errors.append(f"{shown}: {wrong}")

    def _address(self) -> tuple[str, str]:
        """Some page of this person's role, half of the time narrowed to a branch or a month."""
        page = self.chance.choice(self.pages)
        own = self.chance.choice(own_values(page, self.found, most=1000))
        scope = {}
        if self.chance.random() < 0.25:
            scope["branch"] = self.chance.choice(self.found.branches)
        if self.chance.random() < 0.25:
            scope["as_of"] = self.chance.choice(self.found.month_ends[:MONTHS_LOOKED_AT])
        return page, urlencode({**own, **scope})


def as_of(reader: Reader) -> str | None:
    """The number of the sidebar's date box in what the last run drew."""
    boxes = (e.selectbox for e in reader.elements() if e.HasField("selectbox"))
    return next((box.id for box in boxes if box.label == "As of"), None)


def choose(reader: Reader, box: str, value: str) -> None:
    """Picks a value in a box of the page on show, as a click does."""
    states = reader.state.rerun_script.widget_states.widgets
    state = next((each for each in states if each.id == box), None) or states.add(id=box)
    state.string_value = value
    reader.rerun()
