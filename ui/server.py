"""The app as a server: its guarded `st.App`, the session routes, the health check, a clean end.

The last lines of app.py are

    if __name__ == "__main__":
        main()
    else:
        app = st.App(__file__, **server.parts())

because `streamlit run` looks for the words `st.App(` in the file without running it; every run of
the script is `__main__`, the server's import of it is not.
"""

import logging
import secrets
import shutil
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from streamlit import config

from queries import warehouse
from ui import accounts, desk, heartbeat, secret, sessions, standing, store
from ui import connection as here
from ui.guard import Guard
from ui.i18n import t

LEAST_DISK = 200 * 2**20  # bytes: less, and the log may not be written
log = logging.getLogger(__name__)


def parts() -> dict[str, Any]:
    """What st.App needs beside the script."""
    if not config.is_manually_set("server.cookieSecret"):
        config.set_option("server.cookieSecret", secret.sign("streamlit cookie", ""))
    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    root = f"/{base}" if base else ""
    return {
        "routes": [
            Route(f"{root}/session", fetch_cookie, methods=["POST"]),
            Route(f"{root}/session", drop_cookie, methods=["DELETE"]),
            Route(f"{root}/healthz", health, methods=["GET"]),
        ],
        "middleware": [Middleware(Guard, signed_in=signed_in)],
        "lifespan": lifespan,
        "on_script_error": on_script_error,
    }


def signed_in(token: str) -> bool:
    """Whether a token stands for someone who may be here now; False whenever in doubt."""
    return holder(token) is not None


def holder(token: str) -> accounts.User | None:
    """The user whom a token stands for now; nobody when anything at all is wrong."""
    try:
        session = sessions.by_token(token)
        return standing.judge(session, standing.people())[0] if session else None
    except Exception as error:
        log.error("session check: %s", error)
        return None


async def fetch_cookie(request: Request) -> Response:
    """The session cookie for a ticket: 204, 400 for a bad one, 403 from another site."""
    if not _same_site(request):
        return Response(status_code=403)
    try:
        ticket = (await request.json())["ticket"]
        old = request.cookies.get(here.COOKIE, "")
        redeemed = await run_in_threadpool(sessions.redeem, str(ticket), old)
    except (ValueError, KeyError, TypeError):
        redeemed = None
    except store.Unavailable:
        return Response(status_code=503)
    if redeemed is None:
        return Response(status_code=400)
    token, session = redeemed
    answer = Response(status_code=204)
    life = max(0, int(session.expires_at - store.now()))
    answer.set_cookie(here.COOKIE, token, max_age=life, **_cookie_terms(request))
    return answer


async def drop_cookie(request: Request) -> Response:
    """Takes a dead cookie back; one that still holds stays (another tab may just have got it)."""
    if not _same_site(request):
        return Response(status_code=403)
    answer = Response(status_code=204)
    if not await run_in_threadpool(signed_in, request.cookies.get(here.COOKIE, "")):
        answer.delete_cookie(here.COOKIE, **_cookie_terms(request))
    return answer


async def health(request: Request) -> Response:
    """200 when a build answers, the store does and the disk has room, else 503; details for an
    administrator only."""
    found = await run_in_threadpool(_checks)
    well = all(found.values())
    user = await run_in_threadpool(holder, request.cookies.get(here.COOKIE, ""))
    details = found if user and accounts.ADMINISTRATOR in user.roles else {}
    status = {"status": "ok" if well else "unavailable", **details}
    return JSONResponse(status, 200 if well else 503, {"Cache-Control": "no-store"})


def on_script_error(error: Exception) -> bool:
    """A calm sentence with a number; the traceback goes to the log under the same number."""
    number = secrets.token_hex(4)
    log.error("error %s", number, exc_info=error)
    st.error(t("Something went wrong. It has been noted as error {number}.", number=number))
    return True


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Reads the desk once, ahead of its first reader, and lets the log's heart beat; stops running
    queries before the process ends: a signal during one would abort it."""
    threading.Thread(target=lambda: desk.everything().owners, daemon=True).start()
    stopped = heartbeat.start()
    try:
        yield
    finally:
        stopped.set()
        warehouse.interrupt_all()
        store.forget()


def _checks() -> dict[str, bool]:
    return {"build": _build_answers(), "store": _store_answers(), "disk": _disk_has_room()}


def _build_answers() -> bool:
    try:
        # The number makes each question new: an answer from the cache would prove nothing.
        return warehouse.exact(f"select 1 -- {secrets.token_hex(4)}") == [(1,)]
    except Exception:
        log.exception("health: no build answers")
        return False


def _store_answers() -> bool:
    try:
        with store.reading() as connection:
            return connection.exec_driver_sql("select 1").scalar() == 1
    except store.Unavailable as error:
        log.error("health: %s", error)
        return False


def _disk_has_room() -> bool:
    folder = next(p for p in (store.FOLDER, *store.FOLDER.parents) if p.exists())
    return shutil.disk_usage(folder).free > LEAST_DISK


def _same_site(request: Request) -> bool:
    """Our own pages only: a foreign one must not sign a reader in as somebody else."""
    origin = request.headers.get("origin")
    host = request.headers.get("host")
    asked = request.headers.get("sec-fetch-site", "same-origin")
    plain = request.headers.get("content-type", "").split(";")[0] == "application/json"
    return asked == "same-origin" and plain and (origin is None or urlsplit(origin).netloc == host)


def _cookie_terms(request: Request) -> dict[str, Any]:
    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    secure = request.url.scheme == "https"
    return {"path": f"/{base}", "httponly": True, "samesite": "lax", "secure": secure}
