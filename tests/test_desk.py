"""The desk keeps all that is written, tells two writers of each other, and undoes by adding."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from tests import bench_desk, stores
from ui import borrower_desk, desk, store, workspace
from ui.accounts import User
from ui.desk_entries import Action
from ui.rights import Refused
from ui.store import Unavailable

ANN = User("ann", "Ann Li", ("risk_manager",), ("*",))
BOB = User("bob", "Bob Wu", ("risk_manager",), ("*",))
CAI = User("cai", "Cai Yu", ("risk_manager",), ("*",))
ADA = User("ada", "Ada Xu", ("administrator",), ("*",))
EVE = User("eve", "Eve Hu", ("auditor",), ("*",))
MAY, JUNE = date(2024, 5, 31), date(2024, 6, 30)


@pytest.fixture(params=stores.KINDS, autouse=True)
def kind(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stores.use(monkeypatch, tmp_path, request.param)
    yield request.param
    store.forget()


def note(text: str = "Called, will pay on Friday") -> Action:
    return Action("note", text, as_of=JUNE)


def state(borrower_id: str = "B1") -> desk.State:
    """How a borrower stands, by both ways to ask, which must agree."""
    found = desk.states([borrower_id]).of(borrower_id)
    assert desk.everything().of(borrower_id) == found
    assert not found.newest or desk.history(borrower_id).state == found
    return found


def newest() -> int:
    return desk.states([]).newest


def by(
    user: User, action: Action, *borrowers: str, seen: int | None = None, **more
) -> desk.Written:
    seen = newest() if seen is None else seen
    return desk.write(user, borrowers or ("B1",), action, seen=seen, **more)


def lines() -> list[tuple[str, ...]]:
    with store.reading() as connection:
        kept = store.access_log.c
        asked = sa.select(kept.user, kept.action, kept.object_type, kept.object_id, kept.row_count)
        return [tuple(row) for row in connection.execute(asked.order_by(kept.seq))]


# What is written


def test_an_entry_says_who_when_in_which_role_and_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "now", lambda: 1_800_000_000.25)
    by(ANN, note(), seen=0)
    (entry,) = desk.history("B1").entries
    assert (entry.user, entry.roles, entry.kind) == ("ann", "risk_manager", "note")
    assert (entry.at, entry.as_of, entry.seen) == (1_800_000_000.25, JUNE, 0)
    assert entry.when.isoformat() == "2027-01-15T08:00:00.250000+00:00"
    assert state().last_note == state().last == entry and state().notes == 1


def test_numbers_of_people_are_taken_out_of_what_is_typed() -> None:
    by(ANN, note("电话13800138000打通, id 32050019900101123X, loan L0000000000123, 12,500,000.00"))
    (entry,) = desk.history("B1").entries
    assert "138" not in entry.text and "19900101" not in entry.text
    assert "L0000000000123" in entry.text and "12,500,000.00" in entry.text


@pytest.mark.parametrize(
    "action",
    [
        Action("note", "  "),
        Action("note", "x" * 2001),
        Action("next_step", "Visit the site"),
        Action("next_step", "", due_on=JUNE),
        Action("reassign", "to whom?"),
        Action("reassign", owner="x" * 65),
        Action("propose_exit"),
        Action("approve_exit"),
        Action("withdraw_exit"),
    ],
)
def test_what_is_not_complete_is_refused_and_leaves_nothing(action: Action) -> None:
    with pytest.raises(Refused):
        by(ANN, action)
    assert newest() == 0 and lines() == []


@pytest.mark.parametrize("user", [EVE, ADA])
def test_whoever_only_reads_does_not_write_and_the_attempt_is_noted(user: User) -> None:
    with pytest.raises(Refused):
        by(user, note())
    assert newest() == 0
    assert [line[:3] for line in lines()] == [(user.username, "deny", "desk")]


def test_every_write_is_a_line_of_the_access_log_in_one_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by(ANN, note())
    by(ANN, Action("propose_exit", "All paid"), "B1", "B2")
    by(BOB, Action("approve_exit"), "B1", "B2")
    assert lines() == [
        ("ann", "edit", "desk.note", "borrower_id=B1", 1),
        ("ann", "edit", "desk.propose_exit", "batch=2", 2),
        ("bob", "approve", "desk.approve_exit", "batch=4", 2),
    ]
    assert not workspace.verify().problems

    def down(*_args: object, **_more: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(workspace, "log_beside", down)
    with pytest.raises(Unavailable):
        by(ANN, note())
    assert newest() == 5


@pytest.mark.parametrize("table", ["desk_entries", "saved_views"])
def test_the_database_refuses_to_change_or_remove_a_row(kind: str, table: str) -> None:
    by(ANN, note())
    statements = [f"update {table} set build = 'x'", f"delete from {table}"]
    if kind == "postgresql":
        statements += [f"truncate {table}"]
    if table == "desk_entries":
        values = "1, 1, 0, 'x', '', 'B1', 'note', '', '', '', '', '', null, 0, ''"
        if kind == "sqlite":
            statements += [f"insert or replace into {table} values ({values})"]
        else:
            on = "on conflict (seq) do update set text = 'x'"
            statements += [f"insert into {table} values ({values}) {on}"]
    elif kind == "sqlite":
        return  # an empty table has no row whose change a trigger could refuse
    for statement in statements:
        with pytest.raises(Unavailable, match="append-only"), store.writing() as connection:
            connection.exec_driver_sql(statement)
    assert len(desk.history("B1").entries) == 1


# How a borrower stands


def test_a_later_entry_takes_the_place_of_an_earlier_one_and_none_is_lost() -> None:
    by(ANN, Action("reassign", owner="bob"))
    by(ANN, Action("next_step", "Visit", due_on=JUNE))
    by(BOB, Action("reassign", owner="cai"))
    by(BOB, Action("next_step", "Value the shop", due_on=MAY))
    by(BOB, Action("acknowledge", level="orange", as_of=MAY))
    now = state()
    assert now.owner == "cai" and now.next_step and now.next_step.text == "Value the shop"
    assert len(desk.history("B1").entries) == 5
    assert now.covers("orange", MAY) and now.covers("yellow", date(2024, 1, 31))
    assert not now.covers("red", MAY) and not now.covers("orange", JUNE)
    assert now.answers == (MAY,)
    assert state("B2") == desk.State("B2")


def test_an_exit_is_approved_by_someone_else() -> None:
    by(ANN, Action("reassign", owner="bob"))
    by(ANN, Action("propose_exit", "Paid for three months"))
    assert state().exit == "proposed"
    for user in (ANN, BOB):
        with pytest.raises(Refused, match="someone other"):
            by(user, Action("approve_exit"))
    assert lines()[-1][1:4] == ("deny", "desk.approve_exit", "borrower_id=B1")
    by(CAI, Action("approve_exit", "Seen the statements"))
    now = state()
    assert now.exit == "approved" and now.approval and now.approval.user == "cai"
    by(BOB, Action("withdraw_exit", "Late again"))
    assert state().exit == ""


def test_the_owner_by_the_book_and_of_the_time_of_the_proposal_do_not_approve() -> None:
    by(ANN, Action("propose_exit", "Paid"), owners={"B1": "BOB"})
    by(BOB, Action("reassign", owner="ann"))
    with pytest.raises(Refused, match="someone other"):
        by(BOB, Action("approve_exit"))
    by(ANN, Action("propose_exit", "Paid"), "B2")
    with pytest.raises(Refused, match="someone other"):
        by(BOB, Action("approve_exit"), "B2", owners={"B2": "bob"})
    by(CAI, Action("approve_exit"), "B1", "B2", owners={"B2": "bob"})
    assert state("B2").exit == "approved"


def test_an_approval_does_not_outlive_its_proposal() -> None:
    first = by(ANN, Action("propose_exit", "Paid"))
    by(BOB, Action("approve_exit"))
    by(CAI, Action("propose_exit", "Paid, and the guarantor too"))
    assert state().exit == "proposed"
    desk.undo(ANN, first.batch, seen=newest())
    assert state().exit == "proposed"


def test_an_approval_is_of_the_proposal_that_was_on_the_screen() -> None:
    by(ANN, Action("propose_exit", "Paid"))
    seen = newest()
    by(CAI, Action("propose_exit", "Paid half"))
    with pytest.raises(Refused, match="cai proposed another exit"):
        by(BOB, Action("approve_exit"), seen=seen)
    by(BOB, Action("approve_exit"))
    assert state().exit == "approved"


def test_the_loans_officer_is_known_by_staff_number_too() -> None:
    officer = replace(BOB, staff_id="S00012")
    by(ANN, Action("propose_exit", "Paid"), "B1", owners={"B1": "s00012"})
    with pytest.raises(Refused, match="other than the owner"):
        by(officer, Action("approve_exit"), owners={"B1": "S00012"})
    assert "approve_exit" not in borrower_desk.possible(state(), officer, "", "S00012", True)
    assert "approve_exit" in borrower_desk.possible(state(), CAI, "", "S00012", True)
    by(BOB, Action("approve_exit"), owners={"B1": "S00012"})
    assert state().exit == "approved"
    assert not BOB.is_one_of(("", "S00012")) and officer.is_one_of(("BOB",))


def test_nobody_brings_an_exit_back_that_they_may_not_approve() -> None:
    by(ANN, Action("propose_exit", "Paid"))
    by(BOB, Action("approve_exit"))
    away = by(ANN, Action("withdraw_exit"))
    with pytest.raises(Refused, match="someone other"):
        desk.undo(ANN, away.batch, seen=newest())
    assert state().exit == ""


# Two at once


def test_two_who_write_at_once_are_told_of_each_other_and_both_are_kept() -> None:
    seen = newest()
    assert by(ANN, Action("reassign", owner="ann"), seen=seen).meanwhile == ()
    written = by(BOB, Action("reassign", owner="bob"), seen=seen)
    assert [(e.user, e.owner) for e in written.meanwhile] == [("ann", "ann")]
    assert [e.user for e in desk.history("B1").entries] == ["bob", "ann"]
    assert by(BOB, note(), seen=newest()).meanwhile == ()
    assert by(CAI, note(), "B2", seen=seen).meanwhile == ()


def test_many_at_once_lose_nothing_and_number_without_a_gap() -> None:
    people = [ANN, BOB, CAI]

    def some(place: int) -> desk.Written:
        return by(people[place % 3], note(f"Note {place}"), "B1", f"B{place}", seen=0)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(some, range(2, 32)))
    entries = desk.history("B1").entries
    assert {e.text for e in entries} == {f"Note {place}" for place in range(2, 32)}
    assert newest() == 60
    assert workspace.verify().problems == ()


# Many borrowers, and back


def test_a_bulk_act_is_one_batch_and_is_undone_as_one_and_undone_again() -> None:
    by(ANN, Action("reassign", owner="ann"), "B1")
    many = [f"B{place}" for place in range(1, 1201)]
    written = by(ANN, Action("reassign", owner="bob"), *many)
    found = desk.states(many)
    assert {found.of(each).owner for each in many} == {"bob"}
    back = desk.undo(ANN, written.batch, seen=newest(), text="Wrong list")
    assert state("B1").owner == "ann" and state("B2").owner == ""
    assert desk.history("B2").undone[written.batch].text == "Wrong list"
    with pytest.raises(Refused, match="already"):
        desk.undo(ANN, written.batch, seen=newest())
    again = desk.undo(ANN, back.batch, seen=newest())
    assert state("B1").owner == "bob" and state("B1200").owner == "bob"
    assert not {written.batch} & set(desk.history("B2").undone)
    acts = desk.batches(ANN, least=2)
    assert [(a.number, a.count, a.undone_by) for a in acts] == [
        (again.batch, 1200, ""),
        (back.batch, 1200, "ann"),
        (written.batch, 1200, ""),
    ]
    assert [a.number for a in desk.batches(BOB)] == []


def test_one_refusal_in_a_bulk_act_leaves_all_as_it_was() -> None:
    by(ANN, Action("propose_exit", "Paid"), "B1")
    by(CAI, Action("propose_exit", "Paid"), "B2")
    with pytest.raises(Refused, match="B2"):
        by(CAI, Action("approve_exit"), "B1", "B2")
    assert (state("B1").exit, state("B2").exit) == ("proposed", "proposed")


def test_an_act_is_undone_by_who_did_it_or_an_administrator() -> None:
    written = by(ANN, note(), "B1", "B2")
    with pytest.raises(Refused, match="Only ann"):
        desk.undo(BOB, written.batch, seen=newest())
    with pytest.raises(Refused):
        desk.undo(EVE, written.batch, seen=newest())
    with pytest.raises(Refused, match="no such"):
        desk.undo(ANN, 99, seen=newest())
    desk.undo(ADA, written.batch, seen=newest())
    assert state("B1").notes == 0
    assert [entry.kind for entry in desk.history("B1").entries] == ["undo", "note"]


def test_more_than_can_be_meant_is_refused() -> None:
    with pytest.raises(Refused, match="At most 10,000"):
        by(ANN, note(), *(f"B{place}" for place in range(10_001)))
    with pytest.raises(ValueError, match="about somebody"):
        desk.write(ANN, [], note(), seen=0)


# Filters over all of them


def test_filters_over_every_state() -> None:
    by(ANN, Action("reassign", owner="bob"), "B3", "B1")
    by(ANN, Action("next_step", "Visit", due_on=MAY), "B1", "B2")
    by(ANN, Action("acknowledge", level="red", as_of=MAY), "B2")
    by(ANN, Action("propose_exit", "Paid"), "B2")
    every = desk.everything()
    assert desk.chosen(every, owners=["bob"]) == ("B1", "B3")
    assert desk.chosen(every, due_by=JUNE) == ("B1", "B2")
    assert desk.chosen(every, due_by=date(2024, 5, 30)) == ()
    assert desk.chosen(every, exits=["proposed"], acknowledged=True) == ("B2",)
    assert desk.chosen(every, acknowledged=False) == ("B1", "B3")


def test_what_is_kept_in_the_process_follows_the_store_and_survives_an_older_copy(
    tmp_path: Path, kind: str
) -> None:
    by(ANN, note())
    assert desk.everything().newest == 1
    store.forget()
    by(BOB, note())
    assert desk.everything().of("B1").notes == 2
    if kind == "sqlite":
        store.forget()
        for path in tmp_path.glob("workspace.sqlite*"):
            path.unlink()
        for _ in range(3):
            by(CAI, note(), "B9", seen=0)
        assert set(desk.everything().states) == {"B9"}


# A store that is down


def test_with_the_store_down_reading_says_so_and_writing_raises(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    nowhere = {
        "sqlite": "sqlite:////proc/nowhere/w.sqlite",
        "postgresql": "postgresql+psycopg://keeper@127.0.0.1:1/none",
    }
    monkeypatch.setenv("WORKSPACE_URL", nowhere[kind])
    reads: list[Callable[[], object]] = [
        lambda: desk.states(["B1"]),
        desk.everything,
        lambda: desk.history("B1"),
    ]
    assert [read().available for read in reads] == [False] * 3  # pyright: ignore
    assert desk.states(["B1"]).of("B1") == desk.State("B1")
    assert desk.batches(ANN) == ()
    with pytest.raises(Unavailable):
        by(ANN, note(), seen=0)


# Size


def statements(deed: Callable[[], object]) -> int:
    """How many statements the store is asked for one deed."""
    asked = []
    event.listen(
        sa.engine.Engine, "before_cursor_execute", watch := lambda *told: asked.append(told[2])
    )
    try:
        deed()
    finally:
        event.remove(sa.engine.Engine, "before_cursor_execute", watch)
    return len(asked)


def test_the_store_is_asked_no_more_often_when_it_holds_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """How long it takes at two hundred thousand entries is told by `make bench`."""
    counted = []
    for entries in (1_600, 16_000):
        folder = tmp_path / str(entries)
        folder.mkdir()
        stores.use(monkeypatch, folder, kind)
        bench_desk.fill(entries)
        assert newest() == entries
        counted.append({name: statements(deed) for name, deed in bench_desk.acts(entries).items()})
        assert len(desk.chosen(desk.everything(), owners=["user7"])) == entries / 4 / 40
    assert counted[0] == counted[1]
    assert max(counted[0].values()) < 20
