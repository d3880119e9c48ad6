"""Views by name: kept whole, one's own or shared, changed by rows that are added."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import stores
from ui import store, views
from ui.accounts import User
from ui.rights import Refused
from ui.store import Unavailable

ANN = User("ann", "Ann Li", ("risk_manager",), ("North",))
BOB = User("bob", "Bob Wu", ("risk_manager",), ("*",))
ADA = User("ada", "Ada Xu", ("administrator",), ("*",))
LATE = {"bucket": ["1-30", "31-60"], "text": ["工厂 & co"]}


@pytest.fixture(params=stores.KINDS, autouse=True)
def kind(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stores.use(monkeypatch, tmp_path, request.param)
    yield request.param
    store.forget()


def names(user: User, page: str = "watchlist") -> list[str]:
    return [view.name for view in views.of(user, page).views]


def rows() -> int:
    with store.reading() as connection:
        return len(connection.execute(sa.select(store.saved_views.c.seq)).all())


def test_a_view_is_kept_whole_and_is_its_owners_until_it_is_shared() -> None:
    view = views.save(ANN, "watchlist", "  My   late ones ", LATE)
    assert views.by_number(ANN, view.view_id) == view
    assert (view.name, view.query, view.is_shared) == ("My late ones", LATE, False)
    assert names(BOB) == [] and views.by_number(BOB, view.view_id) is None
    views.change(ANN, view.view_id, is_shared=True)
    assert names(BOB) == ["My late ones"] and names(BOB, "ageing") == []
    views.change(ANN, view.view_id, is_shared=False)
    assert names(BOB) == [] and names(ANN) == ["My late ones"]


def test_renaming_and_deleting_are_later_rows() -> None:
    view = views.save(ANN, "watchlist", "Late", LATE)
    views.change(ANN, view.view_id, name="Later", query={"bucket": ["360+"]})
    assert [(v.name, v.query) for v in views.of(ANN, "watchlist").views] == [
        ("Later", {"bucket": ["360+"]})
    ]
    views.delete(ANN, view.view_id)
    assert names(ANN) == [] and views.by_number(ANN, view.view_id) is None
    assert rows() == 3
    with pytest.raises(Refused, match="no such view"):
        views.change(ANN, view.view_id, name="Back")
    with store.reading() as connection:
        logged = sa.select(store.access_log.c.action, store.access_log.c.object_id)
        assert set(map(tuple, connection.execute(logged))) == {("edit", f"view_id={view.view_id}")}


def test_a_shared_view_is_changed_by_its_owner_or_an_administrator() -> None:
    shared = views.save(ANN, "watchlist", "Late", LATE, is_shared=True)
    own = views.save(ANN, "watchlist", "Mine", LATE)
    for user, view, said in (
        (BOB, shared, "Only ann"),
        (BOB, own, "no such"),
        (ADA, own, "no such"),
    ):
        with pytest.raises(Refused, match=said):
            views.change(user, view.view_id, name="Other")
        with pytest.raises(Refused, match=said):
            views.delete(user, view.view_id)
    changed = views.change(ADA, shared.view_id, name="Late, all branches")
    assert (changed.owner, changed.user) == ("ann", "ada")
    views.delete(ADA, shared.view_id)
    assert names(ANN) == ["Mine"]


def test_a_name_is_the_owners_only_once_on_a_page() -> None:
    view = views.save(ANN, "watchlist", "Late", LATE)
    with pytest.raises(Refused, match="of that name"):
        views.save(ANN, "watchlist", "late", {})
    views.save(ANN, "ageing", "Late", {})
    views.save(BOB, "watchlist", "Late", {})
    other = views.save(ANN, "watchlist", "Early", {})
    with pytest.raises(Refused, match="of that name"):
        views.change(ANN, other.view_id, name="Late")
    views.change(ANN, view.view_id, name="LATE")
    assert names(ANN) == ["Early", "LATE"]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        (" ", {}),
        ("x" * 81, {}),
        ("Long", {"text": ["x" * 201]}),
        ("Many", {"bucket": ["x"] * 101}),
        ("Whole", {f"key{place}": ["x" * 200] for place in range(20)}),
    ],
)
def test_what_is_too_much_is_refused(name: str, query: dict[str, list[str]]) -> None:
    with pytest.raises(Refused):
        views.save(ANN, "watchlist", name, query)
    assert rows() == 0


def test_only_what_the_page_knows_is_kept_and_no_number_of_a_person() -> None:
    asked = {"bucket": ["1-30"], "lang": ["zh"], "evil": ["x"], "branch": [], "text": ["a"]}
    assert views.known(asked, ("text", "bucket", "branch")) == {"bucket": ["1-30"], "text": ["a"]}
    view = views.save(ANN, "watchlist", "找13800138000", {"text": ["13800138000"]})
    assert "138" not in f"{view.name}{views.of(ANN, 'watchlist')}"


def test_there_is_an_end_to_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_VIEWS", 2)
    for name in ("a", "b"):
        views.save(ANN, "watchlist", name, {})
    with pytest.raises(Refused, match="At most 2"):
        views.save(ANN, "watchlist", "c", {})
    views.save(BOB, "watchlist", "c", {})


def test_with_the_store_down_the_list_says_so_and_saving_raises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORKSPACE_URL", "sqlite:////proc/nowhere/w.sqlite")
    assert not views.of(ANN, "watchlist").available
    for deed in (
        lambda: views.save(ANN, "watchlist", "Late", LATE),
        lambda: views.by_number(ANN, 1),
        lambda: views.delete(ANN, 1),
    ):
        with pytest.raises(Unavailable):
            deed()
