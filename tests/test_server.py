"""The server around the app: headers, guarded files, sessions over the wire, and a clean end."""

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.app_discovery import discover_asgi_app

from queries import warehouse
from tests import install_browser, people, tiny_app, wire
from tests.wire import Reader, Server
from ui import access, guard, serve, sessions, standing, store
from ui import server as server_module

ROOT = wire.ROOT
FORM, ROWS = b"User name", b"ROWS"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        people.settle(patch, folder)
        yield folder
    store.forget()


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with wire.serving("tests/tiny_app.py", folder) as running:
        yield running


def _ticket(name: str) -> str:
    return sessions.issue_ticket(access.admit(standing.people()[name]).session)


def _token(name: str = "ann") -> str:
    redeemed = sessions.redeem(_ticket(name))
    assert redeemed
    return redeemed[0]


def _post(server: Server, ticket: str, **headers: str) -> wire.Answer:
    sent = {"Content_Type": "application/json", **headers}
    return server.get("/session", method="POST", body=json.dumps({"ticket": ticket}), **sent)


# Headers


@pytest.mark.parametrize(
    "path",
    ["/", "/loan?loan_id=1", "/healthz", "/media/x", "/_stcore/health", "/nowhere/at/all"],
)
def test_every_answer_carries_the_headers(server: Server, path: str) -> None:
    headers = server.get(path).headers
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'self'" in policy
    assert "unsafe-eval" not in policy and "http" not in policy


def test_the_policy_allows_exactly_the_inline_scripts_of_the_installed_page() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    inline = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", page, re.S)
    assert inline
    for script in inline:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in guard.content_policy()
    assert guard.content_policy().count("sha256-") == len(inline)


# Guards


def test_files_uploads_and_counters_are_for_people_who_are_in(server: Server) -> None:
    token = _token()
    reader = Reader(server, token)
    reader.open("loan")
    url = next(e.download_button.url for e in reader.elements() if e.HasField("download_button"))
    assert server.get(url, token).body == b"ROWS in a file"
    assert server.get(url, token).headers["Cache-Control"] == "no-store"
    upload = "/_stcore/upload_file/a/b"
    for path, method in ((url, "GET"), (url, "HEAD"), ("/_stcore/metrics", "GET"), (upload, "PUT")):
        assert server.get(path, method=method).status == 401, path
        assert server.get(path, "forged", method=method).status == 401, path
        assert server.get(path, token, method=method).status != 401, path
    reader.close()


def test_no_spelling_of_an_address_gets_round_the_guard(server: Server) -> None:
    token = _token()
    reader = Reader(server, token)
    reader.open("loan")
    url = next(e.download_button.url for e in reader.elements() if e.HasField("download_button"))
    name = url.rsplit("/", 1)[-1]
    spellings = ["//media/", "/./media/", "/x/../media/", "/MEDIA/", "/%6dedia/", "/media%2f"]
    for spelling in [*spellings, "/media//", "/;/media/", "/home/media/", "/_stcore/../media/"]:
        assert ROWS not in server.get(spelling + name).body, spelling
    for path in (
        "/_stcore//metrics",
        "/%5fstcore/metrics",
        "/_STCORE/metrics",
        "//_stcore/metrics",
    ):
        assert b"# TYPE" not in server.get(path).body, path
    reader.close()


@pytest.mark.parametrize(
    ("path", "closed"),
    [
        ("/media/a", True),
        ("/_stcore/metrics", True),
        ("/_stcore/script-health-check", True),
        ("/_stcore/agent/interact", True),
        ("/_stcore", True),
        ("/_stcore/stream", False),
        ("/_stcore/health", False),
        ("/component/x/index.html", False),
        ("/loan", False),
    ],
)
def test_what_is_guarded(path: str, closed: bool) -> None:
    assert guard.guarded(path) is closed


def test_the_files_guard_knows_who_was_turned_away(server: Server, folder: Path) -> None:
    token = _token("rob")
    assert server.get("/_stcore/metrics", token).status == 200
    people.write(folder / "auth.yaml", rob={"disabled": True})
    after = time.time() + 1
    os.utime(folder / "auth.yaml", (after, after))
    assert server.get("/_stcore/metrics", token).status == 401
    people.write(folder / "auth.yaml")
    assert server.get("/_stcore/metrics", token).status == 200
    sessions.end((sessions.by_token(token) or pytest.fail("gone")).session_id, "signed out")
    assert server.get("/_stcore/metrics", token).status == 401


def test_health_tells_strangers_nothing_and_an_administrator_what_is_wrong(server: Server) -> None:
    assert server.get("/healthz").body == b'{"status":"ok"}'
    assert server.get("/healthz", _token("ann")).body == b'{"status":"ok"}'
    details = json.loads(server.get("/healthz", _token("ada")).body)
    assert details == {"status": "ok", "build": True, "store": True, "disk": True}


# The session over the wire


def test_a_ticket_brings_the_cookie_once(server: Server) -> None:
    ticket = _ticket("ann")
    answer = _post(server, ticket)
    cookie = answer.headers["Set-Cookie"]
    assert answer.status == 204
    for term in ("loan_session=", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=28"):
        assert term in cookie
    assert "Secure" not in cookie
    assert _post(server, ticket).status == 400
    token = re.match(r"loan_session=([^;]+)", cookie)
    reader = Reader(server, token[1] if token else "")
    assert b"in as ann" in reader.open()
    reader.close()


def test_the_cookie_is_secure_behind_https(server: Server) -> None:
    answer = _post(server, _ticket("ann"), X_Forwarded_Proto="https")
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Content_Type": "text/plain"},
    ],
)
def test_another_site_cannot_sign_a_reader_in(server: Server, headers: dict[str, str]) -> None:
    answer = _post(server, _ticket("ann"), **headers)
    assert answer.status == 403 and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"ticket": null}', '"x"', "\x00"])
def test_a_bad_ticket_is_one_calm_no(server: Server, body: str) -> None:
    answer = server.get(
        "/session", method="POST", body=body or " ", Content_Type="application/json"
    )
    assert (answer.status, answer.body) == (400, b"")


def test_a_dead_cookie_is_taken_back_and_a_live_one_stays(server: Server) -> None:
    token = _token("ann")
    drop = {"method": "DELETE", "Content_Type": "application/json"}
    assert "Set-Cookie" not in server.get("/session", token, **drop).headers
    sessions.end((sessions.by_token(token) or pytest.fail("gone")).session_id, "signed out")
    assert "Max-Age=0" in server.get("/session", token, **drop).headers["Set-Cookie"]


def test_a_cookie_counts_until_its_session_ends_and_a_forged_one_never(server: Server) -> None:
    token = _token()
    one, two = Reader(server, token), Reader(server, token)
    assert ROWS in one.open("loan", "loan_id=7") and b"loan 7" in two.open("loan", "loan_id=7")
    one.press("Sign out")
    assert ROWS not in one.rerun() and ROWS not in two.rerun()
    replayed, forged = Reader(server, token), Reader(server, token[:-1] + "x")
    for reader in (replayed, forged):
        answer = reader.open("loan", "loan_id=7")
        assert FORM in answer and ROWS not in answer
    for reader in (one, two, replayed, forged):
        reader.close()


def test_the_form_signs_in_and_keeps_the_address(server: Server) -> None:
    reader = Reader(server)
    assert FORM in reader.open("loan", "loan_id=42")
    assert ROWS not in reader.sign_in("ann", "wrong")
    assert b"ROWS loan 42" in reader.sign_in("ann", people.PASSWORD)
    reader.close()


def test_a_stolen_session_id_is_worth_nothing_without_the_cookie(server: Server) -> None:
    victim = Reader(server)
    victim.open("loan", "loan_id=42")
    assert ROWS in victim.sign_in("ann", people.PASSWORD)
    session = victim.session
    victim.close()
    time.sleep(0.3)
    thief = Reader(server, session=session)
    answer = thief.open("loan", "loan_id=42")
    assert ROWS not in answer and FORM in answer
    assert thief.session == session, "the session was not resumed, so this test shows nothing"
    thief.close()


def test_a_stranger_cannot_write_our_headers(server: Server) -> None:
    reader = Reader(server, _token(), X_App_Address="6.6.6.6", X_App_Connection="mine")
    answer = reader.open()
    assert b"ROWS home 127.0.0.1" in answer and b"6.6.6.6" not in answer
    reader.close()


def test_an_error_shows_a_number_and_nothing_else(server: Server) -> None:
    reader = Reader(server, _token())
    reader.open("loan")
    reader.press("Fail")
    answer = reader.rerun()
    found = re.search(rb"noted as error ([0-9a-f]{8})", answer)
    assert found and b"ROWS in an error" not in answer and b"Traceback" not in answer
    assert f"error {found[1].decode()}" in server.log.read_text()
    reader.close()


def test_the_end_is_clean_even_during_a_query(folder: Path) -> None:
    with wire.serving("tests/tiny_app.py", folder) as running:
        reader = Reader(running, _token())
        reader.open()
        reader.state.rerun_script.page_name = "slow"
        reader.rerun(until_finished=False)
        with pytest.raises(TimeoutError):
            while True:
                message = ForwardMsg.FromString(reader.receive(timeout=1))
                assert not message.HasField("script_finished"), "the query was to be running"
        started = time.monotonic()
        # The server ends in order and then passes the signal on, as a shell expects.
        assert running.stop() in (0, -signal.SIGTERM)
        assert time.monotonic() - started < 8
        reader.close()


def test_the_end_stops_what_still_runs(folder: Path) -> None:
    ended = []

    def ask() -> None:
        with contextlib.suppress(BaseException):
            warehouse.exact(f"{tiny_app.ENDLESS} -- in this process")
        ended.append(True)

    async def life() -> None:
        async with server_module.lifespan(None):
            threading.Thread(target=ask, daemon=True).start()
            await asyncio.sleep(0.5)
            assert not ended

    asyncio.run(life())
    until = time.monotonic() + 5
    while not ended and time.monotonic() < until:
        time.sleep(0.05)
    assert ended


# The real app


def test_streamlit_finds_the_guarded_app_in_app_py() -> None:
    found = discover_asgi_app(ROOT / "app.py")
    assert (found.is_asgi_app, found.import_string) == (True, "app:app")


@pytest.fixture(scope="module")
def book(folder: Path) -> Path:
    from tests.served import small_warehouse

    return small_warehouse()


def _ask(warehouse: Path, sql: str) -> list[tuple]:
    """The rows, asked in a process of its own: this one may hold the build open, hardened."""
    (build,) = warehouse.glob("*.duckdb")
    asking = (
        "import duckdb, json, sys;"
        "connection = duckdb.connect(sys.argv[1], read_only=True);"
        "print(json.dumps(connection.execute(sys.argv[2]).fetchall(), default=str))"
    )
    command = [sys.executable, "-c", asking, str(build), sql]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return [tuple(row) for row in json.loads(answer.stdout)]


def _values(warehouse: Path) -> list[bytes]:
    """Texts that only a row of the book can have brought into an answer."""
    found = _ask(
        warehouse,
        """
        select loan_id from marts.loans union select borrower_id from marts.borrowers
        union select name from marts.borrowers union select phone from marts.borrowers
        union select branch from marts.loans union select case_id from marts.cases
        union select title from marts.findings union select department from marts.cases
        """,
    )
    return [value.encode() for (value,) in found if value and len(value) >= 3]


def test_no_address_of_a_fresh_server_shows_a_row_before_sign_in(
    book: Path, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import app

    monkeypatch.setenv("WAREHOUSE", str(book))
    values = _values(book)
    # A department may be called as a page is, or as a part of its title: the menu names it to all.
    titles = {page.title.encode() for page in app.PAGES}
    values = [value for value in values if not any(value in title for title in titles)]
    assert len(values) > 50
    addresses = ["", "home", "nowhere", *(page.name for page in app.PAGES)]
    ((loan, borrower),) = _ask(book, "select loan_id, borrower_id from marts.loans limit 1")
    queries = ["", f"loan_id={loan}&borrower_id={borrower}&case_id=K001&finding_id=F01"]
    with wire.serving("app.py", tmp_path) as running:
        for address in addresses:
            for query in queries:
                reader = Reader(running)
                answer = reader.open(address, query) + reader.rerun()
                reader.close()
                assert FORM in answer or "用户名".encode() in answer, address
                assert [v for v in values if v in answer] == [], address
            body = running.get(f"/{address}?{queries[1]}").body
            assert [v for v in values if v in body] == [], address
        reader = Reader(running, _token("ann"))
        answer = reader.open("loan", f"loan_id={loan}")
        assert borrower.encode() in answer, "signed in, so rows were to be seen"
        reader.close()


# python -m ui.serve


def test_serve_without_a_build_says_how_to_load(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    assert serve.main(["--port", "1"]) == 2
    assert "python -m data.load" in capsys.readouterr().err


def test_serve_says_when_the_port_is_taken(folder: Path, capsys: pytest.CaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert serve.main(["--port", str(taken.getsockname()[1])]) == 2
    assert "make run PORT=" in capsys.readouterr().err


@pytest.mark.parametrize(("demo", "shown"), [(True, True), (False, False)])
def test_serve_shows_the_demo_sign_ins_with_the_demo_book_only(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
    demo: bool,
    shown: bool,
) -> None:
    class Become(Exception):
        pass

    def exec_instead(_program: str, command: list[str]) -> None:
        raise Become(" ".join(command))

    monkeypatch.setattr(os, "execv", exec_instead)
    monkeypatch.setattr(os, "chdir", lambda _: None)
    monkeypatch.setenv("WAREHOUSE", str(people.build(folder / f"serve-{demo}", demo)))
    with pytest.raises(Become, match=r"streamlit run .*app\.py --server\.port 0"):
        serve.main(["--port", "0"])
    said = capsys.readouterr().out
    assert "http://127.0.0.1:0" in said and ("visitor-demo" in said) is shown


# In a browser


@pytest.mark.browser
def test_sign_in_reload_second_tab_and_sign_out_in_a_browser(server: Server) -> None:
    from playwright.sync_api import sync_playwright

    path = install_browser.find()
    assert path, "make test installs a browser: tests/install_browser.py"
    base, console = f"http://127.0.0.1:{server.port}", []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        context = browser.new_context()
        context.on("console", lambda message: console.append(message.text))
        first = context.new_page()
        first.goto(f"{base}/loan?loan_id=42")
        first.get_by_label("User name").fill("rob")
        first.get_by_role("textbox", name="Password").fill(people.PASSWORD)
        with first.expect_response(lambda r: r.url.endswith("/session")) as fetched:
            first.get_by_role("button", name="Sign in").click()
        first.get_by_text("ROWS loan 42").wait_for()
        assert first.url == f"{base}/loan?loan_id=42" and fetched.value.status == 204
        assert first.get_by_label("User name").count() == 0
        cookie = next(c for c in context.cookies() if c.get("name") == "loan_session")
        assert cookie.get("httpOnly") and cookie.get("sameSite") == "Lax"
        assert "loan_session" not in first.evaluate("document.cookie")

        first.reload()
        first.get_by_text("ROWS loan 42").wait_for()
        second = context.new_page()
        second.goto(f"{base}/loan?loan_id=7")
        second.get_by_text("ROWS loan 7").wait_for()
        with second.expect_download() as download:
            second.get_by_role("button", name="File").click()
        assert Path(download.value.path()).read_bytes() == b"ROWS in a file"

        # Each tab takes the dead cookie back once: one that is late would take the one set below.
        with first.expect_response(lambda r: r.request.method == "DELETE"):
            first.get_by_role("button", name="Sign out").click()
        first.get_by_label("User name").wait_for()
        with second.expect_response(lambda r: r.request.method == "DELETE"):
            second.get_by_role("button", name="Fail").click()
        second.get_by_label("User name").wait_for()
        assert "loan_session" not in [c.get("name") for c in context.cookies()]
        context.add_cookies([cookie])  # pyright: ignore[reportArgumentType]
        third = context.new_page()
        third.goto(f"{base}/loan?loan_id=9")
        third.get_by_text("The session has ended").wait_for()
        assert "ROWS" not in third.content()
        browser.close()
    assert [text for text in console if "Content Security Policy" in text] == []
