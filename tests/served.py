"""A small book with a bit of everything, written to a build file that the queries read."""

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


def small_book() -> Book:
    """40 loans over 16 months, with cases, findings, signals and planted wrong records."""
    book = Book()
    sql = Path(__file__).with_name("small_book.sql").read_text(encoding="utf-8")
    book.connection.execute(sql)
    return book.build(AS_OF.isoformat())


def serve(book: Book, folder: Path, name: str = "20250101T000000Z") -> Path:
    """Write a built book to a build file, as a load would leave it; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.duckdb"
    book.connection.execute(f"attach '{path}' as served")
    book.connection.execute("copy from database memory to served")
    book.connection.execute("detach served")
    path.chmod(0o444)
    return folder


@cache
def _kept() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="small-book-")


@cache
def small_warehouse() -> Path:
    """The folder of the small book's build, made once per test process."""
    return serve(small_book(), Path(_kept().name))
