"""What the people of the house are called, by their staff numbers."""

from collections.abc import Mapping

from queries import reports
from ui.i18n import name


def names() -> dict[str, str]:
    """Everybody's name by staff number: read once for the many rows of a list."""
    people = reports.staff_names()
    return dict(zip(people["staff_id"].astype(str), people["name"].astype(str), strict=True))


def called(number: object, people: Mapping[str, str] | None = None) -> str:
    """The name of a person; a number that is nobody's, or a sign-in name, is its own."""
    known = names() if people is None else people
    return known.get(str(number)) or name("owner", number)


def numbered(number: object, people: Mapping[str, str] | None = None) -> str:
    """`Wang Lei (S00117)`, where two of one name must be told apart."""
    own, code = called(number, people), str(number)
    return own if own == code else f"{own} ({code})"
