"""Finds a Chromium for the browser tests, or installs one.

What is there is used; else Playwright's own is fetched; else the system's package manager is asked.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Another installation may be at work: wait for it rather than give up.
APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")


def find() -> str | None:
    """A browser's path: $BROWSER_PATH, one on the PATH, or Playwright's own; None without any."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install() -> str:
    """A browser's path, installing one if need be; exits with what to do when nothing works."""
    if path := find():
        return path
    attempts = (
        [[sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]],
        [
            [*APT, "update"],
            [*APT, "install", "-y", "chromium", "fonts-noto-cjk"],
        ],
    )
    for commands in attempts:
        done = all(_succeeds(command) for command in commands)
        if done and (path := find()):
            return path
    sys.exit("No Chromium could be found or installed. Install one and set BROWSER_PATH to it.")


def _succeeds(command: list[str]) -> bool:
    print("installing a browser:", " ".join(command), file=sys.stderr)
    try:
        return subprocess.run(command, timeout=600).returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False


if __name__ == "__main__":
    print("browser:", install())
