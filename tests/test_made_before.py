"""What a test's book takes from an earlier one is what its models would have made."""

from data.models import MODELS, VIEWS
from tests import made_before
from tests.book import Book
from tests.served import small_book

TABLES = [each for each in MODELS if each not in VIEWS and not each.startswith("staging/")]


def loan(paid: int) -> Book:
    book = Book().borrower().loan("L1")
    book.instalments("L1", ("2024-01-31", 500, 10), ("2024-02-29", 500, 5))
    book.pay("L1", "2024-01-31", paid)
    return book.build("2024-03-31")


def contents(book: Book) -> dict[str, tuple[list, list]]:
    """Columns with their types, and rows in their order, of every table of a book."""
    found = {}
    for model in TABLES:
        name = model.replace("/", ".")
        types = book.connection.execute(f"describe {name}").fetchall()
        found[name] = types, book.connection.execute(f"from {name}").fetchall()
    return found


def test_a_whole_book_is_the_same_made_and_put_in(monkeypatch):
    monkeypatch.setattr(made_before, "_kept", {})
    made = contents(small_book())
    assert sum(bool(rows) for _, rows in made.values()) > 150
    many = len(made_before._kept)
    put_in = contents(small_book())
    assert len(made_before._kept) == many
    for name, told in made.items():
        assert put_in[name] == told, name


def test_what_differs_is_made_anew():
    asked = "select sum(paid) from marts.instalments"
    assert [loan(paid).one(asked) for paid in (100, 200, 100)] == [(100,), (200,), (100,)]


def test_rows_are_taken_as_they_stand_when_a_model_is_asked_for():
    loan(100).rows("from marts.loans")
    changed = loan(100)
    changed.made("marts/instalments").execute("update raw.loans set branch = 'Other'")
    changed.made("staging/loans").execute("update marts.instalments set paid = 7")
    assert changed.one("select branch from marts.loans") == ("Other",)
    assert changed.one("select sum(paid) from marts.instalments") == (14,)
