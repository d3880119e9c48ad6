"""The middleware around every request: headers that protect, and no file without a live session."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from ui import connection as here

OURS = b"x-app-"
# What a page needs before anybody is in; all else under _stcore/ and media/ is guarded.
OPEN = {"health", "host-config", "stream", "bidi-components"}
INLINE = re.compile(r"<script>(.*?)</script>", re.S)


class Guard:
    """Pure ASGI: unlike Starlette's BaseHTTPMiddleware it also sees WebSocket handshakes."""

    def __init__(self, app: ASGIApp, signed_in: Callable[[str], bool]) -> None:
        self.app = app
        self.signed_in = signed_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Marks the request, turns strangers away from files, adds the headers to the answer."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        scope = _marked(scope)

        async def send_protected(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                _protect(MutableHeaders(scope=message), guarded(scope["path"]))
            await send(message)

        if scope["type"] == "http" and guarded(scope["path"]):
            token = HTTPConnection(scope).cookies.get(here.COOKIE, "")
            if not (token and await run_in_threadpool(self.signed_in, token)):
                answer = PlainTextResponse("Sign in first.", 401)
                return await answer(scope, receive, send_protected)
        await self.app(scope, receive, send_protected)


def guarded(path: str) -> bool:
    """Whether an address hands out or takes in files, or counts readers."""
    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    parts = [part for part in path.lower().split("/") if part]
    if base and parts[: base.count("/") + 1] == base.lower().split("/"):
        parts = parts[base.count("/") + 1 :]
    if parts[:1] == ["_stcore"]:
        return parts[1:2] == [] or parts[1] not in OPEN
    return parts[:1] in (["media"], ["app"])


@cache
def content_policy() -> str:
    """What a page may load, with the hash of the one inline script of the installed index.html."""
    page = Path(streamlit.__file__).with_name("static") / "index.html"
    inline = (_hash(script) for script in INLINE.findall(page.read_text("utf-8")))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(inline)}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "frame-src 'self'",
            # The session component is a frame of our own: 'none' would break it.
            "frame-ancestors 'self'",
            "base-uri 'self'",
            "form-action 'self'",
            "object-src 'none'",
        )
    )


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _marked(scope: Scope) -> Scope:
    """Takes away headers that only we may set, and sets them on a WebSocket's handshake."""
    headers = [(name, value) for name, value in scope["headers"] if not name.startswith(OURS)]
    if scope["type"] == "websocket":
        address = scope["client"][0] if scope.get("client") else ""
        headers.append((here.ADDRESS.lower().encode(), address.encode("latin-1")))
        headers.append((here.CONNECTION.lower().encode(), secrets.token_hex(16).encode()))
    return {**scope, "headers": headers}


def _protect(headers: MutableHeaders, private: bool) -> None:
    headers["Content-Security-Policy"] = content_policy()
    headers["X-Frame-Options"] = "SAMEORIGIN"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if private:
        headers["Cache-Control"] = "no-store"
