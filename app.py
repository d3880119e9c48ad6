"""The frame: who is here, which page, what they look at. PAGES says what there is and for whom."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from pages.audit import (
    access_log,
    audit_plan,
    audit_unit,
    finding,
    findings,
    reperformance,
    restatements,
    sampling,
)
from pages.departments import (
    case,
    collections,
    department,
    desk,
    handovers,
    legal,
    recovery,
    workload,
)
from pages.overview import overview
from pages.portfolio import ageing, bridge, cash, concentration, migration, quality, vintages
from pages.records import borrower, loan, why
from pages.reference import data, lineage, metrics
from pages.risk import early_warning, expected_loss, model, risk_report, watchlist
from queries import reports, warehouse
from queries.warehouse import NOTHING, BuildOutdated, QueryTimedOut, WarehouseMissing
from ui import access, filters, frame, house, i18n, links, server, since, visit
from ui.access import User
from ui.frame import AUDITED, AUDITORS, EVERYONE, READERS, Page
from ui.i18n import t

PAGES = (
    Page("Overview", "Overview", ":material/monitoring:", overview.render, READERS),
    Page("Portfolio", "Asset quality", ":material/verified:", quality.render, READERS),
    Page("Portfolio", "Ageing", ":material/schedule:", ageing.render, READERS),
    Page("Portfolio", "Migration", ":material/moving:", migration.render, READERS),
    Page("Portfolio", "Vintages", ":material/stacked_line_chart:", vintages.render, READERS),
    Page("Portfolio", "Bridge", ":material/waterfall_chart:", bridge.render, READERS),
    Page("Portfolio", "Concentration", ":material/hub:", concentration.render, READERS),
    Page("Portfolio", "Cash", ":material/payments:", cash.render, READERS),
    Page("Risk", "Watchlist", ":material/visibility:", watchlist.render, READERS[1:]),
    Page("Risk", "Early warning", ":material/sensors:", early_warning.render, EVERYONE),
    Page("Risk", "Expected loss", ":material/trending_down:", expected_loss.render, READERS),
    Page("Risk", "Learned score", ":material/model_training:", model.render, READERS[1:]),
    Page("Risk", "Risk report", ":material/summarize:", risk_report.render, READERS),
    Page("Departments", "My desk", ":material/inbox:", desk.render, READERS),
    Page("Departments", "Workload", ":material/work_history:", workload.render, READERS),
    Page("Departments", "Department", ":material/groups:", department.render, READERS),
    Page("Departments", "Collections", ":material/phone_in_talk:", collections.render, READERS),
    Page("Departments", "Hand-overs", ":material/swap_horiz:", handovers.render, READERS),
    Page("Departments", "Legal", ":material/gavel:", legal.render, READERS),
    Page("Departments", "Recovery", ":material/real_estate_agent:", recovery.render, READERS),
    Page("Audit", "Findings", ":material/fact_check:", findings.render, READERS),
    Page("Audit", "Audit plan", ":material/event_note:", audit_plan.render, AUDITED),
    Page("Audit", "Re-performance", ":material/calculate:", reperformance.render, READERS),
    Page("Audit", "Restatements", ":material/history:", restatements.render, READERS),
    Page("Audit", "Sampling", ":material/casino:", sampling.render, AUDITORS),
    Page("Audit", "Access", ":material/policy:", access_log.render, AUDITORS),
    Page("Reference", "Metrics", ":material/menu_book:", metrics.render, EVERYONE),
    Page("Reference", "Lineage", ":material/account_tree:", lineage.render, EVERYONE),
    Page("Reference", "Data", ":material/database:", data.render, EVERYONE),
    Page("", "Loan", ":material/request_quote:", loan.render, READERS),
    Page("", "Borrower", ":material/person:", borrower.render, READERS),
    Page("", "Case", ":material/assignment:", case.render, READERS),
    Page("", "Finding", ":material/rule:", finding.render, READERS),
    Page("", "Auditable unit", ":material/domain_verification:", audit_unit.render, AUDITED),
    Page("", "Why", "", why.render, READERS),
)
BY_NAME = {page.name: page for page in PAGES}

i18n.OWN.update(house.OWN)
FIRST = {
    access.EXECUTIVE: "overview",
    access.RISK_MANAGER: "watchlist",
    access.AUDITOR: "findings",
    access.DEPARTMENT_HEAD: "workload",
    access.ADMINISTRATOR: "data",
}
SIDEBAR = 248  # pixels: leaves a laptop room for tables
NARROW = 480  # pixels: the sign-in form
log = logging.getLogger("app")


def main(start: str = "") -> None:
    """One run. `start` is the page at the bare address; when empty, the reader's role decides."""
    st.set_page_config(
        page_title="Post-loan management",
        page_icon="🏦",
        layout="wide",
        initial_sidebar_state=SIDEBAR,
    )
    warehouse.interrupt_stale()
    i18n.use(st.query_params.get("lang", ""))
    i18n.offer(st.context.locale)
    # Navigation first, signed in or not: or a deep link is lost, and files in pages/ could be run.
    targets = {page.name: _target(page) for page in PAGES}
    home = st.Page(_home, title=t("Post-loan management"), url_path="home", default=True)
    chosen = st.navigation([home, *targets.values()], position="hidden")
    user = _sign_in()
    if user is None:
        return
    i18n.prefer(user.language)
    with i18n.in_language(i18n.language()):
        _run(chosen, targets, user, start)


def _run(chosen: st.Page, targets: dict[str, st.Page], user: User, start: str) -> None:
    """The page that was asked for, in a language that stands: it is looked up a thousand times."""
    asked = chosen.url_path if chosen.url_path in BY_NAME else start or first_page(user)
    mine = [page for page in PAGES if page.allows(user)]
    links.register({p.name: targets[p.name] for p in mine}, {p.name: p.title for p in mine}, asked)
    links.reopen()
    if filters.moved() and not start and chosen.url_path not in BY_NAME:
        # The bare address is another page for another role: from the first choice on it is named.
        links.go(asked)
    try:
        _open(BY_NAME[asked], user)
    except WarehouseMissing:
        _no_build()
        return
    except BuildOutdated:
        _outdated()
        return
    chosen.run()


def _sign_in() -> User | None:
    """The person of this run, or the form under the product's name, in the browser's language."""
    with st.container(horizontal_alignment="center"), st.container(width=NARROW):
        head = st.empty()
        user = access.sign_in()
        if user is None:
            with head.container():
                frame.welcome()
    return user


def first_page(user: User) -> str:
    """The page that a person's first role begins with."""
    return next((FIRST[role] for role in user.roles if role in FIRST), "metrics")


def _target(page: Page) -> st.Page:
    def run() -> None:
        _show(page)

    return st.Page(
        run, title=t(page.title), icon=page.icon, url_path=page.name, visibility="hidden"
    )


def _home() -> None:
    _show(BY_NAME[visit.now().page])


def _open(page: Page, user: User) -> None:
    """Draws the sidebar and remembers what this run looks at. Raises WarehouseMissing."""
    filters.forget()
    book = filters.book()
    whole = filters.rights(access.rights(user, book.branches), book)
    with st.sidebar:
        st.markdown(f"### {t('Post-loan management')}")
        frame.menu(PAGES, page.name)
        scope = filters.sidebar(whole, book) if page.allows(user) else NOTHING
        if page.allows(user) and page.name in since.PAGES:
            since.choose(scope)
        frame.account(user)
    own = user.department
    home = reports.department_home(own, scope.build) if own and page.allows(user) else ("", False)
    visit.begin(visit.Visit(user, page.name, t(page.title), scope, whole, *home))


def _show(page: Page) -> None:
    """One page inside the frame, or why not."""
    here = visit.now()
    if not page.allows(here.user):
        _refused(page, here.user)
        return
    access.view(here.user, page.name, links.here())
    _guarded(page, here)


def _refused(page: Page, user: User) -> None:
    st.title(t(page.title), anchor=False)
    st.error(t("Your role does not open this page."), icon=":material/lock:")
    first = first_page(user)
    links.link(first, t(BY_NAME[first].title), icon=BY_NAME[first].icon)
    access.deny(user, page.name)


def _guarded(page: Page, here: visit.Visit) -> None:
    """The one boundary: a calm sentence for the reader, everything else for the log."""
    with _calmly(page, here):
        top = frame.top(page, here.scope, here.rights)
        with _calmly(page, here):
            page.render(here.scope)
        frame.finish(top)


@contextmanager
def _calmly(page: Page, here: visit.Visit) -> Iterator[None]:
    """Whatever goes wrong is said; chips and notes come after it all the same."""
    try:
        yield
    except QueryTimedOut:
        st.warning(
            t("This question took too long and was stopped. Narrow the selection and try again.")
        )
    except BuildOutdated:
        _outdated()
    except Exception:
        number = secrets.token_hex(4)
        log.exception("error %s on page %s for %s", number, page.name, here.user.username)
        st.error(
            t("Something went wrong. It has been noted as error {number}.", number=number),
            icon=":material/report:",
        )


def _outdated() -> None:
    log.exception("a build of another version")
    st.warning(
        t(
            "This build was made by another version of the product and lacks what this page reads."
            " Load the tables again; older builds stay as they are."
        ),
        icon=":material/update:",
    )
    st.code("python -m data.load FOLDER\npython -m data.demo", language="bash")


def _no_build() -> None:
    st.title(t("No data yet"), anchor=False)
    st.info(
        t("Nothing has been loaded. On the server, load a folder of loan files or the demo book:")
    )
    st.code("python -m data.load FOLDER\npython -m data.demo", language="bash")


if __name__ == "__main__":
    main()
else:
    # Until a session has called st.navigation, Streamlit would run what lies in pages/ by itself.
    PagesManager.uses_pages_directory = False
    app = st.App(__file__, **server.parts())
