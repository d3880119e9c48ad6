"""A house's own names for its departments, duties, steps and units go before our words."""

import pytest

from tests.book import Book
from tests.served import serve
from ui import house, i18n
from ui.filters import duty_named
from ui.i18n import in_language, name

READS = ("book_departments", "book_duties", "book_contact_strategy", "book_auditable_units")


@pytest.fixture
def renamed(tmp_path, monkeypatch):
    """A build of a house that calls its legal department and a duty of it otherwise."""
    book = Book()
    book.add("departments", department_id="legal", name="Courts desk", name_zh="诉讼组")
    book.add("departments", department_id="field", name="Field", name_zh=None)
    book.add(
        "duties",
        **{"duty_id": "X1", "department_id": "legal", "name": "Sue", "name_zh": "起诉"},
        **{"case_type": "litigation", "position": 1},
    )
    book.borrower().loan("L1").build("2024-03-31")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path / "one", reads=READS)))
    monkeypatch.setattr(i18n, "OWN", house.OWN)


def test_what_the_house_names_is_called_so_in_both_languages(renamed):
    assert name("department_id", "legal") == "Courts desk"
    assert duty_named("X1") == "X1 Sue"
    with in_language("zh"):
        assert name("department_id", "legal") == "诉讼组"
        assert name("department_id", "field") == "Field"
        assert duty_named("X1") == "X1 起诉"


def test_what_the_house_does_not_name_is_said_in_words(renamed):
    assert name("department_id", "asset_management") == "Asset management"
    assert duty_named("X2") == "X2"


def test_without_a_build_there_are_no_names(renamed, tmp_path, monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(tmp_path / "none"))
    assert name("department_id", "legal") == "Legal"
