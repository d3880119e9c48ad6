"""What every page shares: title and question, freshness, chips, search, menu, account."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from queries import reports, warehouse
from queries.metrics import LOANS, SEGMENTS, Dimension, Where, measure
from queries.warehouse import Scope
from ui import access, filters, formats, links, since, visit
from ui.accounts import User
from ui.i18n import LANGUAGES, language, md, name, t
from ui.names import BUCKETS, BUCKETS_M, BUCKETS_REG, CLASSES, LABELS

STYLE = Path(__file__).with_name("frame.css")

EVERYONE = ("executive", "risk_manager", "auditor", "department_head", "administrator")
READERS = EVERYONE[:4]
AUDITORS = ("auditor",)
# Who reads what audit plans to look at: the auditors, those over them, and whose units they are.
AUDITED = ("executive", "auditor", "department_head")
KINDS: dict[Dimension, tuple[str, ...]] = {
    "bucket": BUCKETS,
    "bucket_m": BUCKETS_M,
    "bucket_reg": BUCKETS_REG,
    "classification": tuple(str(each) for each in CLASSES),
    "borrower_kind": tuple(LABELS["borrower_kind"]),
    "collateral_kind": tuple(LABELS["collateral_kind"]),
}
_FIND = "_find"


@dataclass(frozen=True)
class Page:
    """One line of the table of contents; an empty section keeps it out of the menu."""

    section: str
    title: str
    icon: str
    render: Callable[[Scope], None]
    roles: tuple[str, ...]

    @property
    def name(self) -> str:
        """The address: the name of the page's module."""
        return self.render.__module__.rsplit(".", 1)[-1]

    @property
    def question(self) -> str:
        """The question that the page answers: its module's docstring."""
        module = __import__(self.render.__module__, fromlist=["__doc__"])
        return (module.__doc__ or "").strip().split("\n\n")[0]

    def allows(self, user: User) -> bool:
        """True when one of the person's roles may open the page."""
        return any(role in self.roles for role in user.roles)


def menu(pages: Iterable[Page], current: str) -> None:
    """The pages that this person may open, by section; links that keep the scope."""
    shown = [page for page in pages if page.section and links.may_open(page.name)]
    sections = [page.section for page in shown]
    with st.container(gap="xxsmall"):
        for place, page in enumerate(shown):
            # A heading over a single page would only say it twice.
            if sections.count(page.section) > 1 and page.section not in sections[:place]:
                st.caption(t(page.section))
            label = f"**{t(page.title)}**" if page.name == current else t(page.title)
            links.link(page.name, label, icon=page.icon)


def account(user: User) -> None:
    """Who is signed in, the other language, and the way out."""
    st.divider()
    st.text(user.name)
    st.caption(" · ".join(name("role", role) for role in user.roles))
    with st.container(horizontal=True, vertical_alignment="center"):
        _other_language()
        st.button(
            t("Sign out"),
            key="sign_out",
            type="tertiary",
            icon=":material/logout:",
            on_click=access.sign_out,
            args=(user,),
        )


def _other_language() -> None:
    for code, label in LANGUAGES.items():
        if code != language():
            st.button(
                label,
                key="language",
                type="tertiary",
                icon=":material/translate:",
                on_click=filters.put,
                args=("lang", code),
            )


def top(page: Page, scope: Scope, whole: Scope) -> "Top":
    """Title, question, search; where the data stands; what is switched on, as far as known yet."""
    with st.container(key="page_top"):
        st.html(STYLE)
        left, right = st.columns([5, 2], vertical_alignment="center", gap="medium")
        with left:
            st.title(t(page.title), anchor=False)
            st.caption(t(page.question))
        with right:
            wanted = search()
        if wanted:
            _found(whole, wanted)
        _freshness(scope)
        _older(scope)
        chips = st.container(horizontal=True, vertical_alignment="center", gap="small")
        with chips:
            _shared_chips()
        return Top(page, scope, whole, chips, st.container())


def welcome() -> None:
    """Above the sign-in form: what this is, in both languages, and the way to the other one."""
    st.title(t("Post-loan management"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("Is the book healthy, who has to act, and is what was reported true?"))
        _other_language()


def search() -> str:
    """One box for loan and borrower numbers, on every page; what was asked for just now."""
    st.text_input(
        t("Find a loan or a borrower"),
        key="find",
        type="search",
        max_chars=64,
        placeholder=t("Loan or borrower number"),
        label_visibility="collapsed",
        icon=":material/search:",
        on_change=_asked,
    )
    return st.session_state.pop(_FIND, "")


def _asked() -> None:
    st.session_state[_FIND] = st.session_state["find"].strip()
    st.session_state["find"] = ""


def _found(whole: Scope, wanted: str) -> None:
    found = reports.search(whole, wanted)
    exact = found[found["id"] == wanted]
    if len(exact) or len(found) == 1:
        kind, number = (exact if len(exact) else found)[["kind", "id"]].iloc[0]
        links.go(kind, **{f"{kind}_id": number})
    if found.empty:
        st.caption(t("No loan or borrower that you may see begins with {text}.", text=md(wanted)))
    with st.container(horizontal=True, gap="small", border=len(found) > 0):
        for row in found.head(8).itertuples():
            said = f"{row.id} · {name('product', row.product)} · {name('branch', row.branch)}"
            links.link(str(row.kind), md(said), **{f"{row.kind}_id": str(row.id)})


def _freshness(scope: Scope) -> None:
    """Demo or not, data date, load time, the checks; a failing one is seen at once."""
    fresh = warehouse.freshness(scope.build)
    rules = reports.quality_rules(scope)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if fresh.is_demo:
            label = t("Demo data: a fictional bank")
            st.badge(label, icon=":material/science:", color="violet")
        said = t(
            "Data to {day} · loaded {time} UTC",
            day=formats.day(fresh.as_of),
            time=formats.minute(fresh.loaded_at),
        )
        st.caption(said, width="content")
        _rules(rules)


def _older(scope: Scope) -> None:
    """Seen at once when the whole app is open on a build that is not the newest."""
    newest = warehouse.newest_build().stem
    if scope.build in ("", newest):
        return
    fresh = warehouse.freshness(scope.build)
    said = t(
        "This is an older build, loaded {time} UTC: everything is as it was told then. It is not"
        " the build in service.",
        time=formats.minute(fresh.loaded_at),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(said, icon=":material/history:")
        links.link(visit.now().page, t("Back to the newest build"), build=None)


def _rules(rules: pd.DataFrame) -> None:
    failing = rules[rules["failed"] > 0]
    tested = int((rules["tested"] > 0).sum())
    if failing.empty:
        st.caption(t("all {total} data rules hold", total=tested), width="content")
        return
    grave = failing[failing["severity"] == "P1"]
    said = t("{n} of {total} data rules have failures", n=len(failing), total=tested)
    if len(grave):
        title = "title_zh" if language() == "zh" else "title"
        said += f": {md(t('; ').join(grave[title]))}"
    colour, icon = ("red", ":material/error:") if len(grave) else ("orange", ":material/warning:")
    st.badge(said, icon=icon, color=colour)
    links.link("data", t("see which"))


@dataclass(frozen=True)
class Top:
    """The places under the title that are filled once the page is drawn, and knows its filters."""

    page: Page
    scope: Scope
    rights: Scope
    chips: DeltaGenerator
    notes: DeltaGenerator


def _shared_chips() -> None:
    """What of the scope is switched on; what its controls ignored has no chip."""
    ignored = filters.ignored()
    asked = links.here("as_of", "branch", "product")
    on = {key: [v for v in values if (key, v) not in ignored] for key, values in asked.items()}
    if visit.now().page in since.PAGES:
        compared = links.here(since.KEY).get(since.KEY, [])
        compared = [v for v in compared if (since.KEY, v) not in ignored and v != since.MONTH]
        on |= {since.KEY: compared[:1]}
    filters.chips(on)


def finish(top: Top) -> None:
    """The page's own chips, how much of the book all of them leave, and what was ignored."""
    ignored = filters.ignored()
    own = filters.OWN.get(top.page.name, ())
    asked = links.here(*own) if own else {}
    on = {key: [v for v in values if (key, v) not in ignored] for key, values in asked.items()}
    shared = links.here("as_of", "branch", "product")
    taken = any((key, v) not in ignored for key, values in shared.items() for v in values)
    with top.chips:
        filters.chips(on)
        if taken or _kinds(on):
            st.caption(_share(top.scope, top.rights, _kinds(on)), width="content")
        if top.page.name in filters.NARROWS and any(on.get(kind) for kind in SEGMENTS):
            st.caption(t(filters.NARROWS[top.page.name]), width="content")
    with top.notes:
        _say_ignored(ignored)


def _say_ignored(ignored: Sequence[tuple[str, str]]) -> None:
    for key, value in ignored:
        if key == since.KEY:
            st.caption(
                t(
                    "The address asked to compare with {value}, which is no month end of this book"
                    " before the date looked at. It was ignored.",
                    value=md(value[:60]),
                )
            )
            continue
        st.caption(
            t(
                "The address asked for {value}, which is not in this book or not yours to see."
                " It was ignored.",
                value=md(f"{key} = {value[:60]}"),
            )
        )


def _kinds(on: links.Address) -> Where:
    """What of the address cuts the loans by a kind that every book has."""
    return tuple(
        (kind, value)
        for kind, known in KINDS.items()
        for value in on.get(kind, [])
        if value in known
    )


def _share(scope: Scope, whole: Scope, where: Where) -> str:
    """`4,321 of 20,000 loans`, both at the date looked at."""
    everything = replace(whole, as_of=scope.as_of)
    found = warehouse.together(
        partial(measure, scope, LOANS, where=where), partial(measure, everything, LOANS)
    )
    numbers = [frame[LOANS.id] for frame in found]
    said = [formats.count(column.iloc[0] if len(column) else 0) for column in numbers]
    return t("{n} of {total} loans", n=said[0], total=said[1])
