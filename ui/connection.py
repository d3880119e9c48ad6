"""Where the present run comes from: what the middleware wrote on the WebSocket's handshake."""

from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from queries import warehouse

COOKIE = "loan_session"
# Headers that the middleware sets on every handshake, after taking away whatever a stranger sent.
ADDRESS, CONNECTION = "X-App-Address", "X-App-Connection"


def address() -> str:
    """The reader's network address, empty outside a served run."""
    return _headers().get(ADDRESS, "")


def connection_id() -> str:
    """One random name per handshake, empty when the run is not behind our middleware."""
    return _headers().get(CONNECTION, "")


def unguarded() -> bool:
    """Whether a browser came in without passing our middleware: the script was served bare."""
    return len(_headers()) > 0 and not connection_id()


def cookie() -> str:
    """The session token as the browser sent it with the handshake, empty when it sent none."""
    if not _running():
        return ""
    token = st.context.cookies.get(COOKIE, "")
    # Streamlit's test runner answers for a browser with an object that is no text.
    return token if isinstance(token, str) else ""


def build() -> str:
    """The name of the newest build, empty when nothing has been loaded."""
    try:
        return warehouse.newest_build().stem
    except warehouse.WarehouseMissing:
        return ""


def _running() -> bool:
    return get_script_run_ctx(suppress_warning=True) is not None


def _headers() -> Mapping[str, str]:
    return st.context.headers if _running() else {}
