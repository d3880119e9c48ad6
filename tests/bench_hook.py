"""Inside the app's process: how long each run of the script takes, and each question in it."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import streamlit as st

from queries import warehouse

# A reader whose handshake carries this header finds an empty result cache in every run.
HEADER, EMPTY = "X-Bench", "empty"
LOG = "BENCH_LOG"

# Its list goes along into the threads in which a page asks several questions at once.
_asked: ContextVar[list[tuple] | None] = ContextVar("asked", default=None)


class Watched:
    """One of the two cached functions of the warehouse, with a note of every call."""

    def __init__(self, cached: Any) -> None:
        self.cached = cached

    def __call__(self, question: str, path: str, sql: str, params: dict[str, Any]) -> Any:
        """The same answer; the run's list gets the question and its milliseconds."""
        started = time.perf_counter()
        try:
            return self.cached(question, path, sql, params)
        finally:
            took = (time.perf_counter() - started) * 1000
            if (questions := _asked.get()) is not None:
                questions.append((took, sql, params))

    def clear(self) -> None:
        """Empties the cache, as the function itself would."""
        self.cached.clear()


def install() -> None:
    """Puts a watch on the warehouse of this process, once."""
    for name in ("_frame", "_tuples"):
        if not isinstance(getattr(warehouse, name), Watched):
            setattr(warehouse, name, Watched(getattr(warehouse, name)))


@contextmanager
def noted() -> Iterator[None]:
    """One run of the script: its time and its questions go to the file that $BENCH_LOG names.

    The processor's time is that of the whole process, the database's threads too: it is the run's
    own as long as nobody else is served.
    """
    if st.context.headers.get(HEADER) == EMPTY:
        warehouse.forget()
    questions: list[tuple] = []
    _asked.set(questions)
    started, worked = time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        took = (time.perf_counter() - started) * 1000
        processor = (time.process_time() - worked) * 1000
        note = {"ms": took, "processor": processor, "questions": questions}
        with open(os.environ[LOG], "a", encoding="utf-8") as log:
            log.write(json.dumps(note, default=str) + "\n")


def watched(main: Callable[[], None]) -> None:
    """Runs the frame under watch."""
    install()
    with noted():
        main()
