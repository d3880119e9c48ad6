"""Where the present run comes from: what the middleware wrote on the WebSocket's handshake."""

import streamlit as st

from queries import warehouse

COOKIE = "loan_session"
# Headers that the middleware sets on every handshake, after taking away whatever a stranger sent.
ADDRESS, CONNECTION = "X-App-Address", "X-App-Connection"


def address() -> str:
    """The reader's network address, empty outside a served run."""
    return st.context.headers.get(ADDRESS, "")


def connection_id() -> str:
    """One random name per handshake, empty when the run is not behind our middleware."""
    return st.context.headers.get(CONNECTION, "")


def cookie() -> str:
    """The session token as the browser sent it with the handshake, empty when it sent none."""
    return st.context.cookies.get(COOKIE, "")


def build() -> str:
    """The name of the newest build, empty when nothing has been loaded."""
    try:
        return warehouse.newest_build().stem
    except warehouse.WarehouseMissing:
        return ""
