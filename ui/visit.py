"""Who is looking, at which page, within which rights: set by the frame for all others."""

from dataclasses import dataclass

import streamlit as st

from queries.warehouse import Scope
from ui.accounts import User

KEY = "_visit"


@dataclass(frozen=True)
class Visit:
    """One run of one page: the person, the page, what is looked at, all that may be seen."""

    user: User
    page: str
    title: str
    scope: Scope
    rights: Scope

    @property
    def department(self) -> str:
        """The one department whose cases this person may list; empty when all."""
        heads_only = self.user.roles == ("department_head",)
        return self.user.department if heads_only else ""


def begin(visit: Visit) -> None:
    """Remembers the visit for this run."""
    st.session_state[KEY] = visit


def now() -> Visit:
    """The visit of this run. Raises KeyError outside a page."""
    return st.session_state[KEY]
