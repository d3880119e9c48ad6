"""The panel under a borrower and the row of views, as people use them, also two at once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from tests import stores
from tests.opened import fine, plain
from ui import desk, formats, store, views
from ui.accounts import User
from ui.desk_entries import Action

pytestmark = pytest.mark.usefixtures("small_book")

ANN = User("ann", "Ann Li", ("risk_manager",), ("*",))
BOB = User("bob", "Bob Wu", ("risk_manager",), ("*",))
EVE = User("eve", "Eve Hu", ("auditor",), ("*",))
XIA = User("xia", "夏天", ("risk_manager",), ("*",), language="zh")
DOWN = "sqlite:////proc/nowhere/w.sqlite"
Draw = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch: pytest.MonkeyPatch):
    stores.use(monkeypatch, tmp_path)
    yield
    store.forget()


def _panel(user: "User", level: str, owner: str, may_exit: bool | None) -> None:
    from tests.served import ALL
    from ui import borrower_desk, i18n, visit

    i18n.prefer(user.language)
    visit.begin(visit.Visit(user, "borrower", "Borrower", ALL, ALL))
    borrower_desk.panel("B002", ALL, level=level, owner=owner, may_exit=may_exit)
    borrower_desk.recent(0)


def _views(user: "User") -> None:
    import streamlit as st

    from tests.served import ALL
    from ui import filters, i18n, named_views, visit

    i18n.prefer(user.language)
    visit.begin(visit.Visit(user, "watchlist", "Watchlist", ALL, ALL))
    named_views.opened("watchlist", ("order",))
    named_views.row("watchlist", ("order",))
    filters.pick("Branch", "branch", ["North", "South"])
    st.text(f"address {sorted(st.query_params.to_dict().items())}")


def panel(
    user: User = ANN, level: str = "orange", owner: str = "", may_exit: bool | None = True
) -> AppTest:
    kwargs = {"user": user, "level": level, "owner": owner, "may_exit": may_exit}
    return AppTest.from_function(_panel, default_timeout=60, kwargs=kwargs).run()


def row(user: User = ANN, **params: str | list[str]) -> AppTest:
    at = AppTest.from_function(_views, default_timeout=60, kwargs={"user": user})
    for key, value in params.items():
        at.query_params[key] = value
    return at.run()


def add(at: AppTest, kind: str, text: str = "", **more: object) -> AppTest:
    """Fills in and sends one form of the panel."""
    choice = at.segmented_control(key="desk_B002_kind")
    if choice.value != kind:
        choice.set_value(kind).run()
    next(f for f in at.text_area if f"desk_B002_{kind}_text" in str(f.key)).set_value(text)
    for widget in (*at.selectbox, *at.date_input):
        for field, value in more.items():
            if f"_{field}_" in str(widget.key):
                widget.set_value(value)  # pyright: ignore
    return at.button(key=f"desk_B002_{kind}_save").click().run()


def warned(at: AppTest) -> list[str]:
    return [re.sub(r"\\", "", each.value) for each in (*at.warning, *at.error, *at.info)]


def test_the_panel_shows_who_wrote_what_and_how_the_borrower_stands() -> None:
    at = panel()
    fine(at)
    assert "Nothing has been written about this borrower yet." in plain(at)
    add(at, "note", "Met the owner; **promises** Friday")
    add(at, "acknowledge")
    add(at, "reassign", owner="Ann Li (ann)")
    fine(at)
    shown = plain(at)
    assert "ann · Note" in shown and "Met the owner; **promises** Friday" in shown
    assert "ann · Acknowledge · Orange" in shown
    assert at.text_area[0].value == ""
    entries = desk.history("B002").entries
    assert [entry.kind for entry in entries] == ["reassign", "acknowledge", "note"]
    assert all(entry.as_of is not None for entry in entries)
    assert entries[0].owner == "ann"


def test_a_next_step_needs_words_and_a_day() -> None:
    at = panel()
    add(at, "next_step", "Visit the shop")
    assert warned(at) == ["Say by when it is to be done."]
    field = next(each for each in at.text_area if "next_step" in str(each.key))
    assert field.value == "Visit the shop"
    add(at, "next_step", "Visit the shop", due_on="2024-01-31")
    fine(at)
    assert "2024-01-31, overdue" in plain(at)


def test_two_at_once_are_told_of_each_other() -> None:
    ann, bob = panel(ANN), panel(BOB)
    add(ann, "note", "I call them today")
    add(bob, "note", "I visit them today")
    (told,) = warned(bob)
    assert told.startswith("ann added this about B002 while you were writing: Note")
    assert "I call them today" in told
    for at in (ann.run(), bob):
        assert "I call them today" in plain(at) and "I visit them today" in plain(at)
    assert warned(bob.run()) == []


def test_an_exit_is_offered_for_approval_to_others_only() -> None:
    add(panel(ANN), "propose_exit", "Paid for three months")
    for user, owner, offered in ((ANN, "", False), (BOB, "bob", False), (BOB, "", True)):
        at = panel(user, owner=owner)
        kinds = at.segmented_control(key="desk_B002_kind").options
        assert ("Approve exit" in kinds) is offered
    add(at, "approve_exit", "Seen the statements")
    fine(at)
    today = formats.day(datetime.now(UTC))
    told = (
        f"proposed by ann on {today}, approved by bob on {today}; off the list with the next load"
    )
    assert told in plain(at)


def test_no_exit_is_offered_of_whoever_does_not_meet_its_conditions() -> None:
    add(panel(ANN), "propose_exit", "Paid for three months")
    for may_exit, told in ((False, 1), (None, 0)):
        at = panel(BOB, may_exit=may_exit)
        kinds = at.segmented_control(key="desk_B002_kind").options
        assert {"Propose exit", "Approve exit"}.isdisjoint(kinds)
        # What was proposed before can be taken back.
        assert "Withdraw exit" in kinds
        assert sum("No exit can be proposed" in each.value for each in at.caption) == told


def test_an_entry_is_undone_by_its_writer_and_stays_readable() -> None:
    add(panel(ANN), "note", "Wrong borrower")
    assert not [each for each in panel(BOB).button if "undo" in str(each.key)]
    at = panel(ANN)
    at.button(key="desk_B002_undo_1").click().run()
    fine(at)
    assert "undone by ann" in plain(at) and "Wrong borrower" in plain(at)


def test_a_bulk_act_is_undone_for_all_of_them_together() -> None:
    desk.write(ANN, ["B001", "B002"], Action("note", "Branch visit"), seen=0)
    at = panel(ANN)
    assert "with 1 other borrowers" in plain(at)
    assert not [each for each in at.button if str(each.key).startswith("desk_B002_undo")]
    at.button(key="desk_undo_all_1").click().run()
    fine(at)
    assert desk.states(["B001"]).of("B001").notes == 0


def test_whoever_reads_has_no_form_and_an_executive_no_text() -> None:
    desk.write(ANN, ["B002"], Action("note", "Confidential"), seen=0)
    at = panel(EVE)
    assert not at.text_area and "Confidential" in plain(at)
    at = panel(User("erin", "Erin", ("executive",), ("*",)))
    assert "Confidential" not in plain(at) and "ann · Note" in plain(at)


def test_with_the_store_down_the_panel_says_so_once_and_keeps_what_is_typed(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    desk.write(BOB, ["B002"], Action("note", "Seen before the store went"), seen=0)
    at = panel()
    monkeypatch.setenv("WORKSPACE_URL", DOWN)
    add(at, "note", "A long account of the visit")
    assert not at.exception
    assert [each for each in warned(at) if "cannot be read" in each]
    assert any(said.startswith("Not written") for said in warned(at))
    assert at.text_area[0].value == "A long account of the visit"
    at.segmented_control(key="desk_B002_kind").set_value("propose_exit").run()
    at.segmented_control(key="desk_B002_kind").set_value("note").run()
    assert at.text_area[0].value == "A long account of the visit"
    assert len(warned(at)) == 1
    monkeypatch.setenv("WORKSPACE_URL", f"sqlite:///{tmp_path / 'workspace.sqlite'}")
    at.button(key="desk_B002_note_save").click().run()
    fine(at)
    assert warned(at) == []
    assert desk.history("B002").entries[0].text == "A long account of the visit"
    assert at.text_area[0].value == ""


def test_the_panel_speaks_chinese() -> None:
    add(panel(XIA), "note", "已电话联系")
    shown = plain(panel(XIA))
    for english in ("Note", "Owner", "Undo", "Nothing", "Kept"):
        assert english not in shown
    assert "备注与决定" in shown


# Views


def address_of(at: AppTest) -> str:
    return next(each.value for each in at.text if each.value.startswith("address"))


def keep(at: AppTest, name: str, is_shared: bool = False) -> AppTest:
    next(each for each in at.text_input if "view_save_name" in str(each.key)).set_value(name)
    at.checkbox[0].set_value(is_shared)
    return at.button(key="view_save").click().run()


def test_a_view_is_kept_and_opened_by_its_link_in_the_place_of_the_address() -> None:
    at = keep(row(branch=["North"], order="largest", lang="en", evil="x"), "North, largest")
    fine(at)
    (view,) = views.of(ANN, "watchlist").views
    assert view.query == {"branch": ["North"], "order": ["largest"]}
    again = row(view_id=str(view.view_id), branch=["South"], alert_level=["red"], lang="en")
    fine(again)
    assert (
        address_of(again) == "address [('branch', 'North'), ('lang', 'en'), ('order', 'largest')]"
    )
    assert again.selectbox(key="pick_view").value == view.view_id
    assert any(each.value.endswith(f"?view_id={view.view_id}") for each in again.code)


def test_a_view_is_chosen_from_the_list_changed_and_deleted() -> None:
    view = views.save(ANN, "watchlist", "South", {"branch": ["South"]})
    at = row(branch=["North"])
    assert at.selectbox(key="pick_view").value is None
    at.selectbox(key="pick_view").set_value(view.view_id).run()
    assert "'South'" in address_of(at)
    at.multiselect(key="pick_branch").set_value(["North", "South"]).run()
    at.button(key="view_put").click().run()
    fine(at)
    (view,) = views.of(ANN, "watchlist").views
    assert view.query == {"branch": ["North", "South"]}
    at.button(key="view_share").click().run()
    assert views.of(BOB, "watchlist").views[0].is_shared
    at.checkbox(key=f"view_sure_{view.view_id}").check().run()
    at.button(key="view_delete").click().run()
    fine(at)
    assert views.of(ANN, "watchlist").views == ()


def test_a_shared_view_is_anothers_to_read_and_not_to_change() -> None:
    view = views.save(ANN, "watchlist", "North", {"branch": ["North"]}, is_shared=True)
    at = row(BOB, view_id=str(view.view_id))
    fine(at)
    assert "'North'" in address_of(at)
    assert "Only ann or an administrator changes this view." in plain(at)
    assert not [each for each in at.button if each.key in ("view_share", "view_put")]


@pytest.mark.parametrize("asked", ["own", "99", "-1", "x" * 500, "١", "1" * 400])
def test_a_view_that_is_not_there_reads_as_one_that_is_anothers(asked: str) -> None:
    view = views.save(ANN, "watchlist", "Mine", {"branch": ["North"]})
    at = row(BOB, view_id=str(view.view_id) if asked == "own" else asked)
    assert not at.exception
    (said,) = warned(at)
    assert re.fullmatch(r"There is no view \S+ on this page that you may open\.", said)
    assert address_of(at) == "address []"


def test_rights_bind_a_view_as_they_bind_any_address() -> None:
    view = views.save(ANN, "watchlist", "East", {"branch": ["East"]}, is_shared=True)
    at = row(BOB, view_id=str(view.view_id))
    assert at.multiselect(key="pick_branch").value == []


def test_with_the_store_down_a_view_is_neither_lost_nor_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = row(branch=["North"])
    monkeypatch.setenv("WORKSPACE_URL", DOWN)
    keep(at, "North")
    assert not at.exception
    assert any(said.startswith("Not written") for said in warned(at))
    assert next(each for each in at.text_input if "view_save" in str(each.key)).value == "North"
    at = row(view_id="1")
    assert not at.exception and "view_id" in address_of(at)
