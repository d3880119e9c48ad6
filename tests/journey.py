"""A served app and a browser to look at it with: what the browser tests and the pictures share."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bcrypt
import yaml
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.install_browser import find

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PEOPLE = {
    "executive": ("executive", ""),
    "risk": ("risk_manager", ""),
    "risk2": ("risk_manager", ""),
    "auditor": ("auditor", ""),
    "head": ("department_head", "collections"),
    "admin": ("administrator", ""),
}


def password(person: str) -> str:
    """What the people of these tests sign in with: the demo book's own rule."""
    return f"{person}-demo"


def auth_file(folder: Path, branches: dict[str, list[str]] | None = None) -> Path:
    """A file of users of our own, one per role; all branches unless named."""
    people = {}
    for person, (role, department) in PEOPLE.items():
        hashed = bcrypt.hashpw(password(person).encode(), bcrypt.gensalt(10)).decode()
        people[person] = {
            "name": f"{person.title()} Reader",
            "password": hashed,
            "roles": [role],
            "branches": (branches or {}).get(person, "*"),
            "department": department,
            "language": "en",
        }
    path = folder / "auth.yaml"
    path.write_text(yaml.safe_dump({"credentials": {"usernames": people}}), encoding="utf-8")
    return path


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(
    warehouse: Path, folder: Path, auth: Path | None = None, store: str = ""
) -> Iterator[str]:
    """The address of the app over a warehouse; its workspace store is in `folder` unless named."""
    port = free_port()
    settings = {
        **os.environ,
        "WAREHOUSE": str(warehouse),
        "WORKSPACE_URL": store or f"sqlite:///{folder / 'workspace.sqlite'}",
        "AUTH_COOKIE_KEY": "a key that only these tests use, 0123456789abcdef",
        **({"AUTH_FILE": str(auth)} if auth else {}),
    }
    log = (folder / "server.log").open("wb")
    command = [sys.executable, "-m", "ui.serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health", server, folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _wait(address: str, server: subprocess.Popen, folder: Path) -> None:
    for _ in range(150):
        if server.poll() is not None:
            break
        try:
            if urllib.request.urlopen(address, timeout=1).status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError((folder / "server.log").read_text(encoding="utf-8", errors="replace"))


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


def sign_in(page: Page, address: str, person: str) -> None:
    """Opens an address and signs in; the page that was asked for is then there."""
    page.goto(address)
    page.locator("input[type=password]").wait_for(timeout=30_000)
    page.locator("input[type=text]").first.fill(person)
    page.locator("input[type=password]").fill(password(person))
    page.locator("[data-testid=stFormSubmitButton] button").click()
    page.locator("input[type=password]").wait_for(state="detached", timeout=30_000)
    settled(page)


def still(found: Locator) -> Locator:
    """Waits until an element is in view and no longer moves, so that a click by position hits."""
    found.scroll_into_view_if_needed()
    found.evaluate("each => { each.__still = 0 }")
    found.page.wait_for_function(
        """each => {
            const box = each.getBoundingClientRect();
            const at = [box.x, box.y, box.width, box.height].join();
            each.__still = at === each.__at && box.width ? each.__still + 1 : 0;
            each.__at = at;
            return each.__still > 4;
        }""",
        arg=found.element_handle(),
        polling=100,
        timeout=30_000,
    )
    return found


def settled(page: Page) -> None:
    """Waits until the app has drawn all that it will draw."""
    page.locator("[data-testid=stApp]").wait_for()
    page.evaluate("window.__calm = 0")
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid=stApp]');
            const busy = !app || app.dataset.testScriptState !== 'notRunning'
                || document.querySelector('[data-testid=stSkeleton]');
            window.__calm = busy ? 0 : (window.__calm || 0) + 1;
            return window.__calm > 6;
        }""",
        polling=100,
        timeout=60_000,
    )
