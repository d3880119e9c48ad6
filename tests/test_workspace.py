"""The workspace store keeps what it is told: the chained log, sessions, tickets, the limiter."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import stores
from ui import limiter, secret, sessions, store, workspace
from ui.accounts import User
from ui.store import Unavailable

ANN = User("ann", "Ann Li", ("auditor",), ("*",))


@pytest.fixture(params=stores.KINDS, autouse=True)
def kind(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stores.use(monkeypatch, tmp_path, request.param)
    yield request.param
    store.forget()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch):
    """Moves the one clock of sessions, tickets and the limiter."""
    at = [1_800_000_000.0]
    monkeypatch.setattr(store, "now", lambda: at[0])
    return at


def _lines(count: int) -> None:
    for number in range(count):
        workspace.log(ANN, "view", page="loan", object_id=f"loan_id=L{number}")


def _tamper(statement: str) -> None:
    """Somebody with the database's own password, the triggers out of the way."""
    with store.engine().begin() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.exec_driver_sql(f"drop trigger access_log_no_{verb}")
        else:
            connection.exec_driver_sql("drop trigger access_log_no_change on access_log")
        connection.exec_driver_sql(statement)


def test_lines_are_numbered_and_carry_who_what_and_when() -> None:
    workspace.log(ANN, "export", object_type="xlsx", object_id="loans", row_count=12, page="ageing")
    with store.reading() as connection:
        line = connection.execute(sa.select(store.access_log)).mappings().one()
    assert (line["seq"], line["user"], line["roles"], line["action"]) == (
        1,
        "ann",
        "auditor",
        "export",
    )
    assert (line["object_id"], line["row_count"], line["result"]) == ("loans", 12, "ok")
    assert line["ts"].endswith("+00:00")


def test_no_name_and_no_long_number_gets_into_the_log() -> None:
    reason = "call 138 0013 8000 about 32050019900101123X, finding F-2024-0017, loan L0000123"
    workspace.log(ANN, "unmask", purpose=reason, object_id="borrower_id=B000000123")
    with store.reading() as connection:
        line = connection.execute(sa.select(store.access_log)).mappings().one()
    written = " ".join(str(value) for value in line.values())
    for secret_text in ("Ann Li", "0013", "19900101"):
        assert secret_text not in written
    assert "F-2024-0017" in line["purpose"] and "L0000123" in line["purpose"]
    assert line["object_id"] == "borrower_id=B000000123"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("电话13800138000打通", "电话[number removed]打通"),
        ("身份证32050019900101123X。", "身份证[number removed]。"),
        ("loan L0000000000123 of 12,500,000.00", "loan L0000000000123 of 12,500,000.00"),
        ("from 2024-05-31 to 2024-06-30", "from 2024-05-31 to 2024-06-30"),
    ],
)
def test_a_number_beside_chinese_is_taken_out_and_a_loan_or_a_date_is_not(
    typed: str, kept: str
) -> None:
    assert workspace.without_numbers(typed) == kept


def test_an_action_outside_the_list_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not an action"):
        workspace.log(ANN, "looked")


def test_a_whole_log_verifies_and_gives_its_head() -> None:
    assert workspace.verify() == workspace.Verdict(0, workspace.START, ())
    _lines(5)
    verdict = workspace.verify()
    assert (verdict.lines, verdict.problems) == (5, ())
    _lines(2)
    assert workspace.verify(f"5:{verdict.head}").problems == ()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("update access_log set object_id = 'loan_id=L9' where seq = 3", "line 3 was edited"),
        ("update access_log set row_count = 1 where seq = 5", "line 5 was edited"),
        ("delete from access_log where seq = 3", "line 3 is missing"),
        ("delete from access_log where seq = 1", "line 1 is missing"),
        ("delete from access_log where seq >= 4", "ends at line 3, but line 5 was written"),
        ("delete from access_log", "ends at line 0, but line 5 was written"),
        ("delete from log_anchor", "anchor is missing"),
        ("update log_anchor set seq = 4", "not written by this application"),
    ],
)
def test_tampering_is_found(statement: str, found: str) -> None:
    _lines(5)
    _tamper(statement)
    problems = workspace.verify().problems
    assert any(found in problem for problem in problems), problems


def test_a_rewound_log_does_not_hold_against_a_noted_head() -> None:
    _lines(3)
    with store.reading() as connection:
        old = connection.execute(sa.select(store.log_anchor)).mappings().one()
    _lines(2)
    noted = f"5:{workspace.verify().head}"
    _tamper("delete from access_log where seq > 3")
    with store.writing() as connection:
        connection.execute(store.log_anchor.update().values(dict(old)))
    assert workspace.verify().problems == ()
    assert workspace.verify(noted).problems == ("the noted head 5 is not in the log any more",)


def test_a_chain_forged_without_the_key_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    _lines(2)
    monkeypatch.setenv("AUTH_COOKIE_KEY", "another key that a forger has, 32 bytes")
    _lines(1)
    monkeypatch.setenv("AUTH_COOKIE_KEY", stores.KEY)
    assert any("not written by this" in p for p in workspace.verify().problems)


def test_the_database_refuses_to_change_or_remove_a_line(kind: str) -> None:
    _lines(1)
    statements = ["update access_log set result = 'x'", "delete from access_log"]
    for statement in statements + ["truncate access_log"] * (kind == "postgresql"):
        with pytest.raises(Unavailable, match="append-only"), store.writing() as connection:
            connection.exec_driver_sql(statement)
    assert workspace.verify().lines == 1


def test_many_at_once_make_one_chain() -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: workspace.log(ANN, "view"), range(60)))
    assert sorted(numbers) == list(range(1, 61))
    assert workspace.verify().problems == ()


def test_verify_on_the_command_line_speaks_by_exit_code(capsys: pytest.CaptureFixture) -> None:
    _lines(2)
    assert workspace.main(["verify"]) == 0
    assert "whole, head 2:" in capsys.readouterr().out
    _tamper("delete from access_log where seq = 2")
    assert workspace.main(["verify"]) == 1
    said = capsys.readouterr()
    assert "NOT whole" in said.out and "line 2 was written" in said.err


def test_a_store_that_cannot_be_reached_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSPACE_URL", "sqlite:////proc/nowhere/w.sqlite")
    for deed in (lambda: workspace.log(ANN, "view"), lambda: sessions.by_id("x")):
        with pytest.raises(Unavailable):
            deed()
    assert workspace.main(["verify"]) == 2


# Sessions and tickets


def _signed_in() -> tuple[str, sessions.Session]:
    redeemed = sessions.redeem(sessions.issue_ticket(sessions.open_session("ann", "standing")))
    assert redeemed
    return redeemed


def test_a_ticket_is_traded_once_for_a_token_that_finds_its_session() -> None:
    session = sessions.open_session("ann", "standing")
    ticket = sessions.issue_ticket(session)
    token, found = sessions.redeem(ticket) or pytest.fail("the ticket was refused")
    assert found.session_id == session.session_id and found.refusal == ""
    assert sessions.by_token(token) == found
    assert sessions.redeem(ticket) is None


def test_of_two_who_race_with_one_ticket_one_gets_it() -> None:
    ticket = sessions.issue_ticket(sessions.open_session("ann", "standing"))
    with ThreadPoolExecutor(6) as pool:
        tokens = list(pool.map(lambda _: sessions.redeem(ticket), range(6)))
    assert sum(token is not None for token in tokens) == 1


def test_a_session_has_one_token_whatever_tickets_it_was_given() -> None:
    session = sessions.open_session("ann", "standing")
    tickets = [sessions.issue_ticket(session) for _ in range(2)]
    assert sessions.redeem(tickets[0]) and sessions.redeem(tickets[1]) is None


def test_stale_forged_and_signed_out_tickets_get_nothing(clock: list[float]) -> None:
    session = sessions.open_session("ann", "standing")
    stale, late = sessions.issue_ticket(session), sessions.issue_ticket(session)
    clock[0] += sessions.TICKET_LIFE
    assert sessions.redeem(stale) is None
    assert sessions.redeem("forged") is None
    fresh = sessions.issue_ticket(session)
    sessions.end(session.session_id, "signed out")
    assert sessions.redeem(fresh) is None and sessions.redeem(late) is None


def test_a_ticket_of_one_user_does_not_fetch_anothers_session() -> None:
    mine = sessions.open_session("ann", "standing")
    ticket = sessions.issue_ticket(mine)
    with store.writing() as connection:
        connection.execute(store.tickets.update().values(user="bob"))
    assert sessions.redeem(ticket) is None


def test_the_store_holds_no_token_and_no_ticket_in_clear() -> None:
    session = sessions.open_session("ann", "standing")
    ticket = sessions.issue_ticket(session)
    token = (sessions.redeem(ticket) or pytest.fail("refused"))[0]
    with store.reading() as connection:
        kept = str(
            [connection.execute(sa.select(t)).all() for t in (store.sessions, store.tickets)]
        )
    assert token not in kept and ticket not in kept


def test_a_session_ends_by_sign_out_and_after_eight_hours(clock: list[float]) -> None:
    token, session = _signed_in()
    clock[0] += 8 * 3600 - 1
    assert (sessions.by_token(token) or session).refusal == ""
    clock[0] += 1
    assert (sessions.by_token(token) or session).refusal == "expired"
    other, session = _signed_in()
    sessions.end(session.session_id, "signed out")
    sessions.end(session.session_id, "a later reason")
    assert (sessions.by_token(other) or session).refusal == "signed out"


def test_signing_in_again_in_one_browser_joins_its_tabs() -> None:
    first, one = _signed_in()
    ticket = sessions.issue_ticket(sessions.open_session("ann", "standing"))
    second, two = sessions.redeem(ticket, old_token=first) or pytest.fail("refused")
    assert sessions.by_id(one.session_id) == sessions.by_token(first) == sessions.by_token(second)
    sessions.end(two.session_id, "signed out")
    assert (sessions.by_token(first) or one).refusal == "signed out"


def test_another_users_sign_in_ends_the_session_the_browser_held() -> None:
    first, one = _signed_in()
    ticket = sessions.issue_ticket(sessions.open_session("bob", "standing"))
    assert sessions.redeem(ticket, old_token=first)
    assert (sessions.by_token(first) or one).refusal == "another user signed in"


# The limiter


def _fail(times: int, name: str = "ann", address: str = "10.0.0.1") -> None:
    for _ in range(times):
        assert not limiter.attempt(name, address).locked_until


def test_five_failures_lock_a_name_until_the_first_is_ten_minutes_old(clock: list[float]) -> None:
    start = clock[0]
    for _ in range(5):
        _fail(1)
        clock[0] += 60
    assert limiter.attempt("ann", "10.0.0.2").locked_until == start + 600
    clock[0] = start + 601
    _fail(1)
    assert limiter.attempt("ann", "10.0.0.1").locked_until == start + 60 + 600


def test_the_lock_outlives_a_restart() -> None:
    _fail(5)
    store.forget()
    assert limiter.attempt("ann", "10.0.0.9").locked_until
    assert not limiter.attempt("bob", "10.0.0.9").locked_until


def test_a_success_forgives_its_users_failures_but_not_the_addresss() -> None:
    _fail(4)
    limiter.succeeded(limiter.attempt("ann", "10.0.0.1"))
    _fail(5)
    assert limiter.attempt("ann", "10.0.0.1").locked_until
    for number in range(11):
        _fail(1, f"guess{number}")
    assert limiter.attempt("somebody", "10.0.0.1").locked_until
    assert not limiter.attempt("somebody", "10.0.0.2").locked_until


def test_many_attempts_at_once_do_not_slip_through() -> None:
    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(lambda _: limiter.attempt("ann", ""), range(24)))
    assert sum(not attempt.locked_until for attempt in tried) == limiter.PER_USER


def test_a_flood_of_refusals_is_noted_once_a_minute(clock: list[float]) -> None:
    _fail(5)
    assert [limiter.attempt("ann", "").first_refusal for _ in range(4)] == [True] + [False] * 3
    clock[0] += limiter.QUIET
    assert limiter.attempt("ann", "").first_refusal


def test_names_are_not_kept_as_typed() -> None:
    _fail(1, "my-password-by-mistake")
    with store.reading() as connection:
        assert "mistake" not in str(connection.execute(sa.select(store.sign_in_attempts)).all())


# The key


def test_the_key_is_made_once_and_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AUTH_COOKIE_KEY")
    folder = tmp_path / "new"
    with ThreadPoolExecutor(6) as pool:
        keys = set(pool.map(lambda _: secret.key(folder), range(6)))
    assert len(keys) == 1 and len(keys.pop()) >= 32
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["secret.key"]
    (folder / "secret.key").chmod(0o644)
    with pytest.raises(secret.WeakKey, match="read by others"):
        secret.key(folder)


def test_a_short_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_COOKIE_KEY", "short")
    with pytest.raises(secret.WeakKey):
        secret.key()


def test_the_default_folder_is_kept_out_of_version_control() -> None:
    root = store.FOLDER.parent.parent
    ignored = (root / ".gitignore").read_text().splitlines()
    assert f"{store.FOLDER.relative_to(root)}/" in ignored


def test_another_process_appends_to_the_same_chain() -> None:
    _lines(1)
    code = "from ui import workspace; workspace.log(None, 'view')"
    root = store.FOLDER.parent.parent
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ, cwd=root)
    _lines(1)
    assert workspace.verify().lines == 3 and not workspace.verify().problems
