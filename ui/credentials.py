"""The form and credential check of streamlit-authenticator, with what they lack around them.

Left out of the package: its cookie (any script can read it and it outlives a sign-out), its mail
and its second factor (they call a foreign server), its lockout (it forgets), its file writing.
"""

import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any

import bcrypt
import streamlit as st
import streamlit_authenticator
from streamlit_authenticator.controllers import AuthenticationController
from streamlit_authenticator.models import AuthenticationModel
from streamlit_authenticator.utilities import Hasher

from ui import connection as here
from ui import limiter, workspace
from ui.accounts import Account, User
from ui.i18n import t

LONGEST = 72  # bytes that bcrypt looks at


class _NoCookie:
    """Stands where the package keeps its cookie."""

    def get_cookie(self) -> None:
        return None

    def set_cookie(self) -> None:
        return None


class _Checked(AuthenticationModel):
    """The package's model, whose check takes the same time and says the same for whoever asks."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        super().__init__({"usernames": _as_package(accounts)}, auto_hash=False, secret_key="")
        self.accounts = accounts
        self.locked_until = 0.0
        self.nobody = _nobody(max((int(a.password[4:6]) for a in accounts.values()), default=12))

    def check_credentials(self, username: str, password: str) -> bool:
        """Whether this is the password of an account that may sign in; raises Unavailable."""
        username = username.lower().strip()
        tried = limiter.attempt(username, here.address())
        if tried.locked_until:
            self.locked_until = tried.locked_until
            if tried.first_refusal:
                workspace.log(self._known(username), "refused", result="locked out")
            return False
        account = self.accounts.get(username)
        right = _matches(password, account.password if account else self.nobody)
        if right and account and not account.disabled:
            limiter.succeeded(tried)
            return True
        disabled = right and account is not None
        why = "disabled" if disabled else "wrong name or password"
        workspace.log(self._known(username), "refused" if disabled else "fail", result=why)
        return False

    def _known(self, username: str) -> User | None:
        account = self.accounts.get(username)
        return account.user if account else None


class SignIn(streamlit_authenticator.Authenticate):
    """The package's form around our check; its own constructor would draw the cookie's iframe."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self.path = None
        self.attrs = {"login_sleep_time": 0}
        self.model = _Checked(accounts)
        self.cookie_controller = _NoCookie()
        self.authentication_controller = AuthenticationController(
            {"usernames": {}}, auto_hash=False, secret_key=""
        )
        self.authentication_controller.authentication_model = self.model

    def ask(self) -> str | None:
        """Draws the form; the user name once its password proved right. Raises Unavailable."""
        for key in ("authentication_status", "username", "name", "roles", "email", "logout"):
            st.session_state[key] = None
        self.login(fields=_fields(), clear_on_submit=False, key="sign_in")
        return st.session_state["username"] if st.session_state["authentication_status"] else None

    @property
    def failed(self) -> bool:
        """Whether a name and password have just been turned down."""
        return st.session_state["authentication_status"] is False


@cache
def _nobody(cost: int) -> str:
    """The hash of a password that nobody has: a check against it takes as long as a real one."""
    return bcrypt.hashpw(secrets.token_hex(32).encode(), bcrypt.gensalt(cost)).decode()


def _matches(password: str, hashed: str) -> bool:
    """Longer passwords fail, instead of ending in an error or counting by their first 72 bytes."""
    given = password.encode()
    short = given[:LONGEST].decode(errors="ignore")
    return Hasher.check_pw(short.replace("\0", ""), hashed) and len(given) <= LONGEST


def _as_package(accounts: Mapping[str, Account]) -> dict[str, dict[str, Any]]:
    return {
        name: {"name": account.user.name, "roles": list(account.user.roles)}
        for name, account in accounts.items()
    }


def _fields() -> dict[str, str]:
    return {
        "Form name": t("Sign in"),
        "Username": t("User name"),
        "Password": t("Password"),
        "Login": t("Sign in"),
    }
