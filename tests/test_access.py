"""Who gets in, who is turned away and when, what they may see, and how people are looked after."""

import io
import os
import time
from pathlib import Path

import bcrypt
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from data.book import names, staffing
from tests import people
from ui import access, accounts, accounts_file, sessions, standing, store
from ui import connection as here
from ui.accounts import AuthFileBroken, User

WRONG = "The user name or the password is wrong."


@pytest.fixture
def auth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    yield people.settle(monkeypatch, tmp_path)
    store.forget()


def _script() -> None:
    import streamlit as st

    from ui import access

    user = access.sign_in()
    if user:
        st.text(f"ROWS of {user.username} {user.roles} {user.branches}")
        st.button("Sign out", on_click=access.sign_out, args=(user,))


def _open() -> AppTest:
    return AppTest.from_function(_script, default_timeout=20).run()


def _try(at: AppTest, name: str, password: str = people.PASSWORD) -> AppTest:
    at.text_input[0].input(name)
    at.text_input[1].input(password)
    at.button[0].click()
    return at.run()


def _shown(at: AppTest) -> str:
    assert not at.exception
    return " ".join(text.value for text in at.text)


def _said(at: AppTest) -> list[str]:
    return [message.value for message in (*at.error, *at.info)]


def _log() -> list[tuple[str, str, str]]:
    columns = store.access_log.c
    with store.reading() as connection:
        chosen = sa.select(columns.user, columns.action, columns.result).order_by(columns.seq)
        return [tuple(row) for row in connection.execute(chosen)]


def _later(path: Path) -> None:
    """The file as if written a second from now: what is cached must not hide a change."""
    after = time.time() + 1
    os.utime(path, (after, after))


# The form


def test_a_right_password_lets_in_and_the_wrong_one_does_not(auth: Path) -> None:
    at = _try(_open(), "rob", "not the password")
    assert _said(at) == [WRONG] and "ROWS" not in _shown(at)
    _try(at, "Rob ")
    assert "ROWS of rob ('risk_manager',) ('North',)" in _shown(at)
    assert "ROWS of rob" in _shown(at.run())
    assert _log() == [("rob", "fail", "wrong name or password"), ("rob", "sign_in", "ok")]


def test_an_unknown_name_gets_the_same_answer_and_the_same_work(
    auth: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = []
    check = bcrypt.checkpw

    def counted(password: bytes, hashed: bytes) -> bool:
        checks.append(hashed[:7])
        return check(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    at = _try(_open(), "rob", "wrong")
    known = _said(at)
    _try(at, "nobody", "wrong")
    assert _said(at) == known == [WRONG]
    assert checks == [b"$2b$10$", b"$2b$10$"]
    assert _log()[1] == ("", "fail", "wrong name or password")


def test_five_failures_lock_out_even_the_right_password_and_over_a_restart(auth: Path) -> None:
    at = _open()
    for _ in range(5):
        _try(at, "rob", "wrong")
    store.forget()
    _try(at, "rob")
    assert _said(at) == ["Too many failed attempts. Try again in 10 minutes."]
    assert "ROWS" not in _shown(at)
    assert _log()[-1] == ("rob", "refused", "locked out")
    assert "ROWS of ann" in _shown(_try(_open(), "ann"))


def test_unknown_names_are_locked_alike(auth: Path) -> None:
    at = _open()
    for _ in range(6):
        _try(at, "nobody", "wrong")
    assert _said(at) == ["Too many failed attempts. Try again in 10 minutes."]


def test_the_lock_ends(auth: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = _open()
    for _ in range(5):
        _try(at, "rob", "wrong")
    later = time.time() + 601
    monkeypatch.setattr(store, "now", lambda: later)
    assert "ROWS of rob" in _shown(_try(at, "rob"))


def test_a_disabled_user_with_the_right_password_is_told_nothing_more(auth: Path) -> None:
    people.write(auth, rob={"disabled": True})
    at = _try(_open(), "rob")
    assert _said(at) == [WRONG] and "ROWS" not in _shown(at)
    assert _log() == [("rob", "refused", "disabled")]


@pytest.mark.parametrize("length", [73, 5000])
def test_more_than_72_bytes_fail_and_count(auth: Path, length: int) -> None:
    exact = "p" * 72
    people.write(auth, rob={"password": people.hashed(exact)})
    at = _open()
    for _ in range(5):
        _try(at, "rob", "p" * length)
        assert _said(at) == [WRONG]
    _try(at, "rob", exact)
    assert "Too many" in _said(at)[0]


def test_72_bytes_and_other_alphabets_are_fine(auth: Path) -> None:
    people.write(
        auth,
        rob={"password": people.hashed("p" * 72)},
        ann={"password": people.hashed("密码很长的密码很长的密码")},
    )
    assert "ROWS of rob" in _shown(_try(_open(), "rob", "p" * 72))
    assert "ROWS of ann" in _shown(_try(_open(), "ann", "密码很长的密码很长的密码"))


# A session that stops holding, on its next run


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"disabled": True}, "disabled"),
        ({"roles": ["executive"]}, "roles or password changed"),
        ({"roles": ["risk_manager", "auditor"]}, "roles or password changed"),
        ({"password": bcrypt.hashpw(b"x", bcrypt.gensalt(10)).decode()}, "roles or password"),
    ],
)
def test_a_change_of_standing_turns_away_at_once(auth: Path, change: dict, why: str) -> None:
    at = _try(_open(), "rob")
    assert "ROWS" in _shown(at)
    people.write(auth, rob=change)
    _later(auth)
    at.run()
    assert "ROWS" not in _shown(at)
    assert _said(at) == ["The session has ended. Please sign in again."]
    user, action, result = _log()[-1]
    assert (user, action) == ("rob", "refused") and why in result
    at.run()
    assert len(_log()) == 2


def test_a_change_of_branches_holds_at_once_and_lets_stay(auth: Path) -> None:
    at = _try(_open(), "rob")
    people.write(auth, rob={"branches": ["South"]})
    _later(auth)
    assert "ROWS of rob ('risk_manager',) ('South',)" in _shown(at.run())


def test_a_removed_user_is_turned_away(auth: Path) -> None:
    at = _try(_open(), "rob")
    auth.write_text(auth.read_text().replace("rob:", "robert:"))
    _later(auth)
    assert "ROWS" not in _shown(at.run())


def test_eight_hours_later_the_form_is_back(auth: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = _try(_open(), "rob")
    later = time.time() + sessions.LIFE + 1
    monkeypatch.setattr(store, "now", lambda: later)
    assert "ROWS" not in _shown(at.run())
    assert _log()[-1] == ("rob", "refused", "expired")


def test_sign_out_ends_every_tab_and_forgets_what_was_chosen(auth: Path) -> None:
    at = _try(_open(), "rob").run()
    other = AppTest.from_function(_script, default_timeout=20)
    other.session_state[access.KEY] = at.session_state[access.KEY]
    assert "ROWS of rob" in _shown(other.run())
    at.session_state["chosen"] = "South"
    at.button[0].click().run()
    assert "ROWS" not in _shown(at) and "chosen" not in at.session_state
    assert "ROWS" not in _shown(other.run())
    assert [action for _, action, _ in _log()] == ["sign_in", "sign_out", "refused"]


def test_the_demo_sign_ins_need_the_demo_book(
    auth: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = _open()
    assert "ui.access add" in at.code[0].value
    assert _said(_try(at, "visitor")) == [WRONG]
    monkeypatch.setenv("WAREHOUSE", str(people.build(tmp_path / "demo", demo=True)))
    at = _open()
    assert any("visitor" in caption.value for caption in at.caption) and not at.code
    assert "ROWS of visitor" in _shown(_try(at, "visitor"))
    monkeypatch.setenv("WAREHOUSE", str(tmp_path / "warehouse-False"))
    assert "ROWS" not in _shown(at.run())
    monkeypatch.setenv("WAREHOUSE", str(tmp_path / "empty"))
    assert "data.load" in _open().code[0].value


# What is broken lets nobody in, and shows no traceback


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "{",
        "credentials: 1",
        "credentials: {usernames: {rob: 1}}",
        "credentials: {usernames: {rob: {password: plain, roles: [auditor], branches: '*'}}}",
        "\x00\x01",
        b"\xff\xfe\x00",
    ],
)
def test_a_broken_file_of_users_is_one_sentence(auth: Path, content: str | bytes | None) -> None:
    at = _try(_open(), "rob")
    if content is None:
        auth.unlink()
    else:
        auth.write_bytes(content.encode() if isinstance(content, str) else content)
        _later(auth)
    at.run()
    assert "ROWS" not in _shown(at) and not at.text_input
    assert len(_said(at)) == 1 and _said(at)[0].startswith("Nobody can sign in: the file of users")


def test_without_the_store_nobody_signs_in_but_readers_read_on_until_their_session_ends(
    auth: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, stranger = _try(_open(), "ann"), _open()
    user = accounts.read()["ann"].user
    monkeypatch.setenv("WORKSPACE_URL", "sqlite:////proc/nowhere/w.sqlite")
    assert _said(_try(stranger, "rob")) == [
        "Nobody can sign in: the workspace store cannot be reached."
    ]
    assert "ROWS of ann" in _shown(at.run()) and "reading only" in at.warning[0].value
    access.deny(user, "loan")
    for deed in (
        lambda: access.unmask(user, "borrower", "B1", "engagement 12", "loan"),
        lambda: _export(user),
    ):
        with pytest.raises(access.Refused, match="cannot be written"):
            deed()
    begun = time.time()
    monkeypatch.setattr(store, "now", lambda: begun + sessions.LIFE - 60)
    assert "ROWS of ann" in _shown(at.run()) and len(at.warning) == 1
    monkeypatch.setattr(store, "now", lambda: begun + sessions.LIFE + 60)
    assert "ROWS" not in _shown(at.run())


def test_without_the_store_whoever_is_disabled_in_the_file_reads_nothing_more(
    auth: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = _try(_open(), "ann")
    monkeypatch.setenv("WORKSPACE_URL", "sqlite:////proc/nowhere/w.sqlite")
    assert "ROWS of ann" in _shown(at.run())
    people.write(auth, ann={"disabled": True})
    _later(auth)
    assert "ROWS" not in _shown(at.run())


def test_without_the_store_a_session_is_no_longer_taken_from_another_browser(
    auth: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = _try(_open(), "ann")
    monkeypatch.setenv("WORKSPACE_URL", "sqlite:////proc/nowhere/w.sqlite")
    monkeypatch.setattr(here, "connection_id", lambda: "another")
    monkeypatch.setattr(here, "cookie", lambda: "of somebody else")
    assert "ROWS" not in _shown(at.run())


def _cookie_of(at: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the browser shows the cookie that it was given for this tab's sign-in."""
    given = sessions.redeem(sessions.issue_ticket(at.session_state[access.KEY].session))
    assert given
    monkeypatch.setattr(here, "cookie", lambda: given[0])
    monkeypatch.setattr(here, "connection_id", lambda: "a new one for each tab")


def test_without_the_store_a_tab_opened_anew_reads_on_by_its_cookie(
    auth: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _cookie_of(_try(_open(), "ann"), monkeypatch)
    with monkeypatch.context() as down:
        down.setenv("WORKSPACE_URL", "sqlite:////proc/nowhere/w.sqlite")
        again = _open()
        assert "ROWS of ann" in _shown(again) and "reading only" in again.warning[0].value
        with pytest.raises(access.Refused, match="cannot be written"):
            _export(accounts.read()["ann"].user)
        down.setattr(here, "cookie", lambda: "of somebody else")
        assert _said(_open()) == ["Nobody can sign in: the workspace store cannot be reached."]
    assert "ROWS of ann" in _shown(again.run()) and not again.warning


def test_without_the_store_a_tab_that_another_left_is_the_readers_of_the_cookie(
    auth: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = _try(_open(), "ann").run()
    _cookie_of(_try(_open(), "rob").run(), monkeypatch)
    monkeypatch.setenv("WORKSPACE_URL", "sqlite:////proc/nowhere/w.sqlite")
    assert "ROWS of rob" in _shown(left.run())
    # What was typed and not written is kept by this name.
    assert left.session_state[access.KEY].session.user == "rob"


@pytest.mark.parametrize("how", ["signed out", "expired", "disabled", "another user signed in"])
def test_without_the_store_a_cookie_whose_session_ended_before_opens_nothing(
    auth: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    at = _try(_open(), "ann").run()
    _cookie_of(at, monkeypatch)
    assert "ROWS of ann" in _shown(_open())
    if how == "signed out":
        at.button[0].click().run()
    elif how == "expired":
        begun = time.time()
        monkeypatch.setattr(store, "now", lambda: begun + sessions.LIFE + 60)
    elif how == "disabled":
        people.write(auth, ann={"disabled": True})
        _later(auth)
    else:
        other = access.admit(accounts.read()["rob"])
        sessions.redeem(sessions.issue_ticket(other.session), here.cookie())
    monkeypatch.setenv("WORKSPACE_URL", "sqlite:////proc/nowhere/w.sqlite")
    assert "ROWS" not in _shown(_open())


# Rights


def _user(*roles: str, branches: tuple[str, ...] = ("*",), department: str = "") -> User:
    return User("u", "U", roles, branches, department)


def test_rights_are_the_books_branches_that_the_user_has() -> None:
    book = ("North", "South")
    assert access.rights(_user("executive"), book) == ("North", "South", "")
    assert access.rights(_user("executive", branches=("South", "Nowhere")), book) == ("South",)
    assert access.rights(_user("executive", branches=()), book) == ()
    assert access.rights(_user("executive", branches=("North", "")), (*book, "")) == ("North", "")


def test_unmasking_is_for_auditors_and_for_heads_that_the_organisation_lets() -> None:
    assert access.may_unmask(_user("auditor"))
    assert access.may_unmask(_user("department_head", department="phones"), home_unmasks=True)
    assert not access.may_unmask(_user("department_head", department="collections"))
    for role in ("executive", "risk_manager", "administrator"):
        assert not access.may_unmask(_user(role, department="phones"), home_unmasks=True)


def test_unmasking_needs_the_right_and_a_reason_and_is_written_first(auth: Path) -> None:
    everyone = {name: account.user for name, account in accounts.read().items()}
    with pytest.raises(access.Refused, match="role"):
        access.unmask(everyone["rob"], "borrower", "B1", "because I want to", "loan")
    with pytest.raises(access.Refused, match="why"):
        access.unmask(everyone["ann"], "borrower", "B1", "  a ", "loan")
    access.unmask(everyone["ann"], "borrower", "B1", "engagement AU-7", "loan")
    assert _log() == [("rob", "deny", "no right"), ("ann", "unmask", "ok")]


def _export(user: access.User) -> None:
    view = {"branch": ["North"], "text": ["13912345678"]}
    told = {"row_count": 10, "result": "ok", "address": "10.0.0.7"}
    access.export(user, "ageing", "loans.xlsx", view, **told)


def test_a_file_is_not_made_for_a_session_that_has_ended(auth: Path) -> None:
    session = access.admit(standing.people()["rob"]).session
    user, _ = standing.judge(session, standing.people())
    assert user
    _export(user)
    people.write(auth, rob={"disabled": True})
    _later(auth)
    with pytest.raises(access.Refused, match="ended"):
        _export(user)
    people.write(auth)
    sessions.end(session.session_id, "signed out")
    with pytest.raises(access.Refused, match="ended"):
        _export(user)
    assert [action for _, action, _ in _log()] == ["sign_in", "export"]


def test_a_view_is_logged_once_for_a_page_and_its_parameters(auth: Path) -> None:
    def script() -> None:
        from ui import access, accounts

        user = accounts.read()["ann"].user
        access.view(user, "loan", {"loan_id": "L1", "lang": "zh"})
        access.view(user, "loan", {"lang": "en", "loan_id": "L1"})
        access.view(user, "loan", {"loan_id": "L2", "view": ["history"]})

    AppTest.from_function(script, default_timeout=20).run().run()
    with store.reading() as connection:
        found = connection.execute(sa.select(store.access_log.c.object_id)).scalars().all()
    assert found == ["loan_id=L1", "loan_id=L2&view=history"]


# The file of users that is shipped


def test_the_shipped_demo_people_have_the_published_passwords() -> None:
    shipped = accounts.read(Path(accounts.__file__).parent.parent / "auth.yaml")
    for name, account in shipped.items():
        assert account.demo and not account.disabled
        assert bcrypt.checkpw(f"{name}-demo".encode(), account.password.encode())
    assert {role for a in shipped.values() for role in a.user.roles} == set(accounts.ROLES)
    limited = {branch for a in shipped.values() for branch in a.user.branches if branch != "*"}
    assert limited and limited < set(names.BRANCHES)
    departments = {a.user.department for a in shipped.values()} - {""}
    assert departments and departments <= set(staffing.DEPARTMENT_IDS)
    assert {account.user.language for account in shipped.values()} == {"en", "zh"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"roles": ["boss"]}, "rob: roles"),
        ({"roles": []}, "rob: roles"),
        ({"roles": ["department_head"]}, "needs a department"),
        ({"branches": None}, "rob: branches"),
        ({"branches": ["*", "North"]}, "rob: branches"),
        ({"branches": "North"}, "rob: branches"),
        ({"password": "secret"}, "not a bcrypt hash"),
        ({"password": "$2b$04$" + "a" * 53}, "cost"),
        ({"language": "fr"}, "language"),
        ({"disabled": "no way"}, "disabled"),
    ],
)
def test_one_faulty_entry_closes_the_file_and_is_named(
    auth: Path, change: dict, fault: str
) -> None:
    people.write(auth, rob=change)
    with pytest.raises(AuthFileBroken, match=fault):
        accounts.read()


# python -m ui.access


def _type(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))


ADD = ["add", "new.one", "--roles", "risk_manager", "--branches", "North", "苏州"]


def test_add_disable_enable_and_list_keep_the_comments(
    auth: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    before = "# who is who\n" + auth.read_text() + "\n# the end\n"
    auth.write_text(before)
    auth.chmod(0o640)
    _type(monkeypatch, "quite a long password")
    assert accounts_file.main(ADD) == 0
    account = accounts.read()["new.one"]
    assert bcrypt.checkpw(b"quite a long password", account.password.encode())
    assert account.user.branches == ("North", "苏州") and account.password[4:6] == "12"
    assert accounts_file.main(["disable", "new.one"]) == 0
    assert accounts_file.main(["disable", "ann"]) == 0
    people_now = accounts.read()
    assert people_now["new.one"].disabled and people_now["ann"].disabled
    assert accounts_file.main(["enable", "ann"]) == 0
    assert not accounts.read()["ann"].disabled
    text = auth.read_text()
    assert text.startswith("# who is who\n") and text.rstrip().endswith("# the end")
    assert auth.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in auth.parent.glob(".auth*")] == []
    assert accounts_file.main(["list"]) == 0
    listed = capsys.readouterr().out
    assert "new.one" in listed and "disabled" in listed and "$2b$" not in listed


def test_the_first_person_makes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new" / "people.yaml"
    monkeypatch.setenv("AUTH_FILE", str(path))
    for name in ("first", "second"):
        _type(monkeypatch, "quite a long password")
        assert accounts_file.main(["add", name, "--roles", "auditor", "--branches", "*"]) == 0
    assert set(accounts.read()) == {"first", "second"}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_person_can_be_added_to_the_shipped_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = Path(accounts.__file__).parent.parent / "auth.yaml"
    path = tmp_path / "auth.yaml"
    path.write_text(shipped.read_text())
    monkeypatch.setenv("AUTH_FILE", str(path))
    _type(monkeypatch, "quite a long password")
    assert accounts_file.main(ADD) == 0
    assert accounts_file.main(["disable", "risk"]) == 0
    now = accounts.read()
    assert len(now) == len(accounts.read(shipped)) + 1 and now["risk"].disabled
    kept = [line for line in shipped.read_text().splitlines() if line.startswith("#")]
    assert [line for line in path.read_text().splitlines() if line.startswith("#")] == kept


@pytest.mark.parametrize(
    ("arguments", "password", "reason"),
    [
        (ADD, "too short", "12 characters"),
        (ADD, " blanks at the ends ", "blank"),
        (ADD, "長" * 30, "72 bytes"),
        (["add", "ann", *ADD[2:]], "quite a long password", "already"),
        (["add", "Capital", *ADD[2:]], "quite a long password", "small letters"),
        (["add", "x", "--roles", "department_head", "--branches", "*"], "quite a long one", "dep"),
        (["disable", "nobody"], "", "not in"),
    ],
)
def test_what_cannot_be_done_leaves_the_file_as_it_was(
    auth: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
    arguments: list[str],
    password: str,
    reason: str,
) -> None:
    before = auth.read_bytes()
    _type(monkeypatch, password)
    assert accounts_file.main(arguments) == 2
    assert reason in capsys.readouterr().err and auth.read_bytes() == before


def test_a_password_is_never_an_argument(auth: Path) -> None:
    with pytest.raises(SystemExit):
        accounts_file.main([*ADD, "--password", "quite a long password"])


def test_a_session_is_judged_by_the_file_as_it_is(auth: Path) -> None:
    account = standing.people()["rob"]
    session = sessions.open_session("rob", account.standing)
    assert standing.judge(session, standing.people()) == (account.user, "")
    assert "visitor" not in standing.people()
    guest = sessions.open_session("visitor", accounts.read()["visitor"].standing)
    assert standing.judge(guest, standing.people()) == (None, "no such user now")
