"""A page opened as someone through the whole frame, and the words that it then shows."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget

from ui.access import User

# What a page is about that is about one thing.
DETAILS = {
    "loan": {"loan_id": "L004"},
    "borrower": {"borrower_id": "B002"},
    "why": {"metric": "par30"},
    "audit_unit": {"unit_id": "U1"},
}
Params = str | list[str]
Opener = Callable[..., AppTest]


def person(
    role: str = "risk_manager", branches: tuple[str, ...] = ("*",), language: str = "en"
) -> User:
    """Someone with one role; a reader of everything unless said."""
    department = "collections" if role == "department_head" else ""
    return User(role, "赵敏", (role,), branches, department, language)


READER = person()


def run(page: str, params: dict[str, Params]) -> AppTest:
    """The app after its first run at an address, for whoever is signed in."""
    at = AppTest.from_function(_script, default_timeout=60, kwargs={"page": page})
    for key, value in params.items():
        at.query_params[key] = value
    return at.run()


def _script(page: str) -> None:
    import app

    app.main(start=page)


def fine(at: AppTest) -> None:
    """No exception, no error box."""
    assert not [each.value for each in at.exception]
    assert not [each.value for each in at.error]


def said(at: AppTest) -> str:
    """All the text that a page shows in words, sidebar included; not what its tables hold."""
    shown = [each for each in (*at.main, *at.sidebar) if each.type != "dataframe"]
    parts = [str(getattr(each, "value", "")) for each in shown if not isinstance(each, Widget)]
    return "\n".join(parts + [str(getattr(each, "label", "")) for each in shown])


def plain(at: AppTest) -> str:
    """What a page says, as a reader sees it: without the marks that keep Markdown off it."""
    return said(at).replace("\\", "")


def address(at: AppTest, key: str) -> list[str]:
    """The values of one name in the address."""
    found = at.query_params[key]
    return [found] if isinstance(found, str) else list(found)
