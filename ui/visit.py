"""Who is looking, at which page, within which rights: set by the frame for all others."""

from dataclasses import dataclass

import streamlit as st

from queries.warehouse import Scope
from ui.accounts import ADMINISTRATOR, User

KEY = "_visit"

# Roles that see the cases of every department, and those that read what people noted in them.
WHOLE_BANK = {"executive", "risk_manager", "auditor"}
NOTES = {"risk_manager", "auditor", "department_head"}


@dataclass(frozen=True)
class Visit:
    """One run of one page: the person, the page, what is looked at, all that may be seen."""

    user: User
    page: str
    title: str
    scope: Scope
    rights: Scope
    home: str = ""  # who has the work of the user's department in the organisation in force
    home_unmasks: bool = False  # whether the organisation lets its head see masked values

    @property
    def department(self) -> str:
        """The one department whose cases this person may list; empty when all."""
        is_head = "department_head" in self.user.roles
        return self.own if is_head and not WHOLE_BANK & {*self.user.roles} else ""

    @property
    def own(self) -> str:
        """The user's department, as the organisation in force has it; empty for who has none."""
        return self.home or self.user.department

    @property
    def reads_notes(self) -> bool:
        """Whether free text about a borrower is for this person; not for executives (15.3)."""
        return bool(NOTES & {*self.user.roles})

    @property
    def reads_rows(self) -> bool:
        """Whether single loans are for this person; not for one who only administers (15.3)."""
        return any(role != ADMINISTRATOR for role in self.user.roles)


def begin(visit: Visit) -> None:
    """Remembers the visit for this run."""
    st.session_state[KEY] = visit


def now() -> Visit:
    """The visit of this run. Raises KeyError outside a page."""
    return st.session_state[KEY]
