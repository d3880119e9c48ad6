"""The app's one secret key: from $AUTH_COOKIE_KEY, or made at first run for its owner only."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from ui import store

SHORTEST = 32


class WeakKey(Exception):
    """The key that was given is too short, or its file can be read by others."""


def key(folder: Path | None = None) -> bytes:
    """The key, at least 32 bytes; raises WeakKey. Processes that share a store must share it."""
    given = os.environ.get("AUTH_COOKIE_KEY", "")
    if given:
        if len(given.encode()) < SHORTEST:
            raise WeakKey(f"AUTH_COOKIE_KEY must hold {SHORTEST} bytes or more")
        return given.encode()
    return _from_file((folder or store.FOLDER) / "secret.key")


def sign(purpose: str, text: str) -> str:
    """A keyed hash in hex, good for one purpose only."""
    return hmac.new(key(), f"{purpose}\n{text}".encode(), hashlib.sha256).hexdigest()


def _from_file(path: Path) -> bytes:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise WeakKey(f"{path} can be read by others: chmod 600 it, or delete it for a new one")
    found = path.read_bytes().strip()
    if len(found) < SHORTEST:
        raise WeakKey(f"{path} holds fewer than {SHORTEST} bytes: delete it for a new one")
    return found


def _make(path: Path) -> None:
    """Written whole beside its place and linked there, so that two first runs end with one key."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(partial, path)
    partial.unlink()
