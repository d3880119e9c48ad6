"""A small book with a bit of everything, written to a build file that the queries read."""

import fcntl
import os
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from queries.warehouse import Scope
from tests.book import Book

BRANCHES = ("North", "South", "")
PRODUCTS = ("consumer", "housing", "")
AS_OF = date(2024, 12, 31)
ALL = Scope(BRANCHES, PRODUCTS, AS_OF)
# What every question of the app begins with, and the lines of a figure.
ALWAYS = ("book_month_ends", "book_rules")
# The variable of the folder that the workers of a run share: that of the process that starts them.
OF_THE_RUN = "TESTS_SERVED"
if OF_THE_RUN not in os.environ:
    _folder = tempfile.TemporaryDirectory(prefix="small-book-")
    os.environ[OF_THE_RUN] = _folder.name


def small_book() -> Book:
    """40 loans over 16 months, with cases, findings, signals and planted wrong records."""
    book = Book()
    sql = Path(__file__).with_name("small_book.sql").read_text(encoding="utf-8")
    book.connection.execute(sql)
    # Few default here: each counts, or LGD would be 100 % for ever and nothing would move it.
    book.parameter("lgd_least_cases", "1")
    return book.build(AS_OF.isoformat())


def serve(
    book: Book, folder: Path, name: str = "20250101T000000Z", reads: tuple[str, ...] = ()
) -> Path:
    """Write a built book to a build file, as a load would leave it; gives the folder.

    With `reads` only what these macros and models need is built, which takes a third of the time:
    for tests that ask and open no page. Any other question finds no such macro, and fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.duckdb"
    asked = " ".join(f"{each}()" for each in (*ALWAYS, *reads))
    connection = book.answering(asked) if reads else book.connection
    connection.execute(f"attach '{path}' as served")
    connection.execute("copy from database memory to served")
    connection.execute("detach served")
    path.chmod(0o444)
    return folder


@cache
def small_warehouse() -> Path:
    """The folder of the small book's build, made by whichever worker of a run asks first."""
    folder = Path(os.environ[OF_THE_RUN])
    made = folder / "small"
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.is_dir():
            serve(small_book(), folder / "making").rename(made)
    return made
