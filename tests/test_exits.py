"""An exit approved in the app reaches the next build: written out for it, read in, and counted."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from data.builds import builds
from data.contract import BY_NAME
from data.load import load
from tests import people, stores
from tests.book import Book
from tests.folders import write_book
from tests.opened import Opener, fine, plain
from ui import accounts, desk, exits, store
from ui.accounts import User
from ui.desk_entries import Action

ROB = User("rob", "Rob", ("risk_manager",), ("*",), staff_id="S7")
DAN = User("dan", "Dan", ("department_head",), ("*",), staff_id="S9")
BOB = User("bob", "Bob Wu", ("risk_manager",), ("*",))
ROOT = Path(__file__).parent.parent
JUNE = date(2024, 6, 30)


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    stores.use(monkeypatch, tmp_path)
    monkeypatch.setenv("AUTH_FILE", str(tmp_path / "auth.yaml"))
    people.write(tmp_path / "auth.yaml", rob={"staff_id": "S7"}, dan={"staff_id": "S9"})
    yield
    store.forget()


def by(user: User, kind: str, *borrowers: str, text: str = "All is paid") -> int:
    action = Action(kind, text, as_of=JUNE)
    newest = desk.states([]).newest
    return desk.write(user, borrowers, action, seen=newest).batch


def lines(folder: Path) -> list[dict[str, str]]:
    path = folder / "watchlist_exits.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def told(folder: Path) -> list[tuple[str, str, str]]:
    exits.write(folder)
    return [(row["borrower_id"], row["proposed_by"], row["approved_by"]) for row in lines(folder)]


def test_the_file_has_the_columns_of_the_contract() -> None:
    assert tuple(column.name for column in BY_NAME[exits.TABLE].columns) == exits.COLUMNS


def test_what_is_approved_is_written_by_the_numbers_of_the_staff(tmp_path: Path) -> None:
    by(ROB, "propose_exit", "B1", "B2")
    assert told(tmp_path) == []
    by(DAN, "approve_exit", "B1")
    assert told(tmp_path) == [("B1", "S7", "S9")]
    by(BOB, "approve_exit", "B2")  # of whom the file of users knows nothing: by the name alone
    assert told(tmp_path) == [("B1", "S7", "S9"), ("B2", "S7", "bob")]


def test_written_twice_it_is_the_same_file(tmp_path: Path) -> None:
    by(ROB, "propose_exit", "B1")
    by(DAN, "approve_exit", "B1")
    exits.write(tmp_path)
    first = (tmp_path / "watchlist_exits.csv").read_bytes()
    assert exits.main([str(tmp_path)]) == 0
    assert (tmp_path / "watchlist_exits.csv").read_bytes() == first


@pytest.mark.parametrize("how", ["undone", "withdrawn", "replaced"])
def test_what_was_taken_back_is_not_in_it(tmp_path: Path, how: str) -> None:
    by(ROB, "propose_exit", "B1")
    approval = by(DAN, "approve_exit", "B1")
    assert len(told(tmp_path)) == 1
    if how == "undone":
        desk.undo(DAN, approval, seen=desk.states([]).newest)
    else:
        by(ROB, "withdraw_exit" if how == "withdrawn" else "propose_exit", "B1")
    assert told(tmp_path) == []
    assert not (tmp_path / "watchlist_exits.csv").exists()  # the load takes no empty table


def test_an_exit_that_was_loaded_stays_when_the_borrower_is_proposed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.here, "build", lambda: "first")
    by(ROB, "propose_exit", "B1")
    by(DAN, "approve_exit", "B1")
    monkeypatch.setattr(desk.here, "build", lambda: "second")
    by(ROB, "propose_exit", "B1")
    assert len(told(tmp_path)) == 1
    by(DAN, "approve_exit", "B1")
    assert len(told(tmp_path)) == 2


def test_rows_of_the_institution_are_left_as_they_are(tmp_path: Path) -> None:
    own = (
        "exit_id,borrower_id,approved_on,proposed_by,approved_by,why\nX1,B9,2024-05-31,,S1,cured\n"
    )
    (tmp_path / "watchlist_exits.csv").write_text(own, encoding="utf-8")
    by(ROB, "propose_exit", "B1")
    approval = by(DAN, "approve_exit", "B1")
    exits.write(tmp_path)
    assert [row["borrower_id"] for row in lines(tmp_path)] == ["B9", "B1"]
    desk.undo(DAN, approval, seen=desk.states([]).newest)
    exits.write(tmp_path)
    assert (tmp_path / "watchlist_exits.csv").read_text(encoding="utf-8") == own


def test_a_folder_that_it_cannot_add_to_is_refused_and_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exits.main([str(tmp_path / "nowhere")]) == 1
    other = tmp_path / "watchlist_exits.csv"
    other.write_text("borrower_id\nB9\n", encoding="utf-8")
    assert exits.main([str(tmp_path)]) == 1
    assert "no column approved_by, approved_on, exit_id, proposed_by" in capsys.readouterr().err
    assert other.read_text(encoding="utf-8") == "borrower_id\nB9\n"
    other.rename(tmp_path / "watchlist_exits.parquet")
    assert exits.main([str(tmp_path)]) == 1


def test_with_the_store_down_nothing_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by(ROB, "propose_exit", "B1")
    by(DAN, "approve_exit", "B1")
    exits.write(tmp_path)
    monkeypatch.setenv("WORKSPACE_URL", "sqlite:////proc/nowhere/w.sqlite")
    store.forget()
    assert exits.main([str(tmp_path)]) == 2
    assert len(lines(tmp_path)) == 1


# --- in the marts ---


def _watched(borrower: str = "B1", **exit_of: str) -> Book:
    """A borrower who paid on time all year, was put on the list in April, its plan closed in May,
    and, with `exit_of`, has an exit approved in the app."""
    book = Book().loan("L1", borrower_id=borrower, principal=1200, officer_id="S5")
    days = [f"2024-{month:02}-15" for month in range(1, 13)]
    book.instalments("L1", *((day, 100, 1) for day in days))
    for day in days:
        book.pay("L1", day, 101)
    book.add(
        "watchlist",
        entry_id="W1",
        borrower_id=borrower,
        entered_on="2024-04-10",
        owner="S5",
        plan_closed_on="2024-05-20",
    )
    if exit_of:
        given = {"exit_id": "app-1", "borrower_id": borrower, "proposed_by": "S7"}
        book.add("watchlist_exits", **(given | exit_of))
    return book.build("2024-11-30")


def _stay(book: Book) -> list[tuple]:
    return book.rows(
        "select strftime(month_end, '%Y-%m'), moved, left_by, approved_by from marts.watch_months "
        "order by month_end"
    )


def test_an_approved_exit_ends_the_stay_at_the_first_month_end_from_it_on() -> None:
    assert _stay(_watched(approved_on="2024-08-07", approved_by="S9"))[-2:] == [
        ("2024-07", "stayed", None, None),
        ("2024-08", "left", "cured", "S9"),
    ]


def test_one_approved_after_the_books_last_day_counts_at_its_last_month_end() -> None:
    assert _stay(_watched(approved_on="2026-02-03", approved_by="S9"))[-1] == (
        "2024-11",
        "left",
        "cured",
        "S9",
    )


@pytest.mark.parametrize("approver", ["S5", "S7"])
def test_the_officer_and_the_proposer_approve_nothing(approver: str) -> None:
    assert _stay(_watched(approved_on="2024-08-07", approved_by=approver)) == _stay(_watched())


def test_where_its_conditions_do_not_hold_any_more_the_borrower_stays() -> None:
    # In April the plan is not closed: what was approved then lapses.
    found = _stay(_watched(approved_on="2024-04-20", approved_by="S9"))
    assert found[-1] == ("2024-11", "stayed", None, None)


# --- the whole way round ---

DEMO_PEOPLE = accounts.parse((ROOT / "auth.yaml").read_text("utf-8"))


def _folder(folder: Path) -> Path:
    """Two loans paid on time for ten months; the borrower of one was put on the list in April."""
    dues = [f"2024-{month:02}-15" for month in range(1, 13)]
    loans = [
        {
            "loan_id": f"L{n}",
            "borrower_id": f"B{n}",
            "product": "consumer",
            "branch": "Kunshan",
            "principal": "1200.00",
            "annual_rate": "0.04",
            "disbursed_on": "2023-12-20",
            "officer_id": "S00150",
        }
        for n in (1, 2)
    ]
    write_book(
        folder,
        {
            "loans": loans,
            "borrowers": [{"borrower_id": f"B{n}", "name": f"张三{n}"} for n in (1, 2)],
            "instalments": [
                {
                    "loan_id": loan["loan_id"],
                    "seq": str(seq),
                    "due_on": due,
                    "principal_due": "100.00",
                    "interest_due": "1.00",
                }
                for loan in loans
                for seq, due in enumerate(dues, start=1)
            ],
            "repayments": [
                {
                    "repayment_id": f"{loan['loan_id']}-{due}",
                    "loan_id": loan["loan_id"],
                    "paid_on": due,
                    "amount": "101.00",
                }
                for loan in loans
                for due in dues[:10]
            ],
            "staff": [{"staff_id": "S00017", "name": "周婷"}],
            "watchlist": [
                {
                    "entry_id": "H1",
                    "borrower_id": "B1",
                    "entered_on": "2024-04-10",
                    "owner": "S00150",
                    "plan_closed_on": "2024-05-20",
                }
            ],
        },
    )
    return folder


def _watched_in(warehouse: Path) -> list[tuple]:
    with duckdb.connect(str(builds(warehouse)[-1]), read_only=True) as connection:
        return connection.execute(
            "select * exclude (past_scores) from marts.watch_months order by all"
        ).fetchall()


def _add(at: AppTest, kind: str, text: str) -> AppTest:
    at.segmented_control(key="desk_B1_kind").set_value(kind).run()
    next(each for each in at.text_area if f"_{kind}_text" in str(each.key)).set_value(text)
    return at.button(key=f"desk_B1_{kind}_save").click().run()


def test_proposed_by_one_approved_by_another_and_gone_with_the_next_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Opener
) -> None:
    folder, warehouse = _folder(tmp_path / "folder"), tmp_path / "warehouse"
    load(folder, warehouse, progress=lambda line: None)
    monkeypatch.setenv("WAREHOUSE", str(warehouse))
    monkeypatch.delenv("AUTH_FILE")
    risk, second = DEMO_PEOPLE["risk"].user, DEMO_PEOPLE["risk2"].user
    at = opened("borrower", risk, borrower_id="B1")
    _add(at, "propose_exit", "Paid on time for ten months")
    fine(at)
    assert "Approve exit" not in at.segmented_control(key="desk_B1_kind").options
    at = opened("borrower", second, borrower_id="B1")
    _add(at, "approve_exit", "Seen the payments")
    fine(at)
    today = datetime.now(UTC).date().isoformat()
    told = f"proposed by risk on {today}, approved by risk2 on {today}"
    assert f"{told}; off the list with the next load" in plain(at)
    at = opened("watchlist", risk, desk_exit="approved")
    assert "Exits approved: 1; off the list with the next load." in plain(at)
    (said,) = at.dataframe[0].value["exit"]
    assert said == f"approved by risk2 on {today}, off the list with the next load"
    # The next build, and another of the same folder.
    assert exits.main([str(folder)]) == 0
    load(folder, warehouse, progress=lambda line: None)
    first = _watched_in(warehouse)
    assert exits.main([str(folder)]) == 0
    load(folder, warehouse, progress=lambda line: None)
    assert _watched_in(warehouse) == first
    at = opened("borrower", risk, borrower_id="B1")
    shown = next(each.value for each in at.dataframe if "happened" in each.value)
    newest = shown.iloc[0]
    assert (newest["happened"], newest["approved_by"]) == ("left the list: cured", "周婷")
    assert "off the list with the next load" not in plain(at)
    assert "approved by risk2" in plain(at)
    assert "Exits approved: 1" not in plain(opened("watchlist", risk))
