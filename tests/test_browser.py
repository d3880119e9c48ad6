"""Journeys through the real app in a real browser: what each reader came for, by clicks."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from pages.overview.overview import HEADLINE
from queries import reports, warehouse
from queries.metrics import PAR30, comparisons, rows_behind
from queries.movers import movers_total
from queries.periods import month_ends_before
from queries.shifts import everywhere, place
from queries.warehouse import Scope
from tests import stores
from tests.journey import ROOT, auth_file, browser, served, settled, sign_in, still
from ui import evidence_file, filters, store

pytestmark = pytest.mark.browser
ROW, HEAD = 35, 35  # pixels: a row and the heading of a table


@pytest.fixture(scope="module")
def app_address(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the small demo book."""
    folder = tmp_path_factory.mktemp("served")
    with served(demo_warehouse, folder, auth_file(folder)) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys."""
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """One window for all: scripts of the app that it has loaded once it need not compile again."""
    with chromium.new_context(viewport={"width": 1440, "height": 1000}) as context:
        yield context


@pytest.fixture
def page(window: BrowserContext, app_address: str) -> Iterator[Page]:
    """A tab of a person who was never here; no script error may be left on its console."""
    tab = window.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield tab
    stored = {"origin": app_address, "storageTypes": "cookies,local_storage,indexeddb"}
    window.new_cdp_session(tab).send("Storage.clearDataForOrigin", stored)
    tab.close()
    assert not window.cookies()
    assert not [line for line in complaints if "Content Security Policy" in line]


@pytest.fixture
def book(demo_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    """All of the demo book, to know what the pages should show."""
    monkeypatch.setenv("WAREHOUSE", str(demo_warehouse))
    assert warehouse.builds()
    found = filters.book()
    return filters.rights((*found.branches, ""), found)


def click_row(page: Page, place: int, key: str) -> None:
    """Clicks the first cell of a row; tables are drawn on a canvas, so by position."""
    table = page.locator(f"[class*=st-key-table_{key}] [data-testid=stDataFrame]").first
    still(table).click(position={"x": 75, "y": HEAD + ROW * place + ROW // 2})


def click_middle(shape: Locator) -> None:
    """Clicks a shape of a chart where it stands; the chart's own layers lie over it."""
    box = still(shape).bounding_box()
    assert box
    shape.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def heading(page: Page) -> str:
    """The title of the page."""
    return page.locator("h1").first.inner_text()


def test_an_executive_goes_from_a_figure_to_its_rows_to_a_loan(page, app_address, book):
    sign_in(page, app_address, "executive")
    assert heading(page) == "Overview"
    tile = page.locator("[data-testid=stMetric]", has_text="PAR 30").first
    shown = tile.locator("[data-testid=stMetricValue]").inner_text()
    expect(page.get_by_text("Demo data: a fictional bank").first).to_be_visible()
    page.locator("[data-testid=stPageLink] a[href*='metric=par30']", has_text="why?").first.click()
    page.wait_for_url("**/why?*metric=par30*")
    settled(page)
    assert page.locator("[data-testid=stMetricValue]").first.inner_text() == shown
    rows = rows_behind(book, PAR30)
    expect(page.get_by_text(re.compile(r"rows add up to .* = the numerator"))).to_be_visible()
    click_row(page, 0, "why_rows")
    page.wait_for_url("**/loan?*")
    settled(page)
    largest = str(rows.iloc[0].loan_id)
    assert f"loan_id={largest}" in page.url
    expect(page.get_by_role("heading", name=re.compile(largest))).to_be_visible()
    page.go_back()
    page.wait_for_url("**/why?*metric=par30*")
    settled(page)
    assert heading(page) == "Why"


def test_the_loans_behind_the_worst_move_of_the_year_are_three_clicks_away(page, app_address, book):
    sign_in(page, app_address, "executive")
    # One: with a year before. Two: the clause that names where. Three: the loan.
    page.get_by_role("radio", name="a year before").click()
    page.wait_for_url("**/overview?*since=year*")
    settled(page)
    since = month_ends_before(book)[11]
    moved = place(everywhere(book, (PAR30,), since), PAR30)
    assert moved
    worst = moved.leading(1).iloc[0]
    assert (worst["region"], worst["product"]) == ("Suzhou", "consumer")
    page.get_by_role("link", name=re.compile(r"Consumer, Suzhou: \+\d")).first.click()
    page.wait_for_url("**/why?*metric=par30*")
    settled(page)
    total, number = movers_total(
        replace(book, products=("consumer",)), PAR30, since, (("region", "Suzhou"),)
    )
    said = f"{number:,} rows add up to {total:,.2f} = the change of the numerator"
    expect(page.get_by_text(said)).to_be_visible()
    click_row(page, 0, "movers")
    page.wait_for_url("**/loan?*")
    settled(page)
    expect(page.get_by_text("Consumer").first).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_overview_prints_to_one_page(chromium, app_address, tmp_path, language, theme):
    width = 1024 if theme == "dark" else 1440
    with chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
    ) as context:
        window = context.new_page()
        sign_in(window, f"{app_address}/overview?lang={language}&since=year", "auditor")
        file = window.pdf(path=tmp_path / "overview.pdf", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", file)) == 1
        assert re.search(rb"/MediaBox\s*\[0 0 59\d(\.\d+)? 84\d(\.\d+)?\]", file)
        window.emulate_media(media="print")
        expect(window.locator(".st-key-paper_head")).to_contain_text("Auditor Reader")
        expect(window.locator("[data-testid=stMetric]")).to_have_count(10)
        for hidden in ("[data-testid=stSidebar]", ".st-key-controls", ".st-key-parts"):
            expect(window.locator(hidden).first).to_be_hidden()
        ink = window.locator("[data-testid=stMetricValue]").first
        assert ink.evaluate("each => getComputedStyle(each).color") == "rgb(38, 39, 48)"


def test_the_risk_report_prints_to_a_few_sheets(chromium, app_address, tmp_path):
    with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
        window = context.new_page()
        sign_in(window, f"{app_address}/risk_report", "risk")
        file = window.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
        assert 2 <= len(re.findall(rb"/Type\s*/Page\b", file)) <= 4
        window.emulate_media(media="print")
        expect(window.locator(".st-key-paper_head")).to_contain_text("Risk report")
        for title in ("What fired", "What moved", "What is proposed", "Who owes an answer"):
            expect(window.get_by_role("heading", name=title)).to_be_visible()
        for hidden in ("[data-testid=stSidebar]", ".st-key-controls"):
            expect(window.locator(hidden).first).to_be_hidden()


def test_the_print_button_opens_the_dialogue_once_a_click(page, app_address):
    page.add_init_script("window.print = () => { window.printed = (window.printed || 0) + 1 }")
    sign_in(page, f"{app_address}/overview", "executive")
    page.get_by_role("button", name="Print").click()
    page.wait_for_function("() => window.printed === 1")
    page.get_by_role("radio", name="a year before").click()
    page.wait_for_url("**/overview?*since=year*")
    settled(page)
    page.wait_for_timeout(500)
    assert page.evaluate("window.printed") == 1
    page.get_by_role("button", name="Print").click()
    page.wait_for_function("() => window.printed === 2")


def test_a_risk_manager_filters_and_shares_the_view(page, app_address, chromium, book):
    sign_in(page, app_address, "risk")
    assert heading(page) == "Watchlist"
    # The first choice names the page: the bare address is another page for another role.
    page.locator("[data-testid=stMultiSelect]", has_text="Level").locator("input").click()
    page.get_by_role("option", name="Red").click()
    page.keyboard.press("Escape")
    page.wait_for_url("**/watchlist?*alert_level=red*")
    page.goto(f"{page.url}&watch_change=up")
    settled(page)
    number, _ = reports.watch_list_total(book, levels=("red",), changes=("up",))
    said = re.compile(rf"^{number:,} borrowers with an exposure of")
    expect(page.get_by_text(said)).to_be_visible()
    assert "alert_level=red" in page.url
    assert "watch_change=up" in page.url
    link = page.url
    other = chromium.new_context(viewport={"width": 1440, "height": 1000})
    colleague = other.new_page()
    sign_in(colleague, link, "auditor")
    expect(colleague.get_by_text(said)).to_be_visible()
    other.close()
    page.get_by_role("button", name="Rising").first.click()
    page.wait_for_url(lambda url: "watch_change" not in url)
    settled(page)
    assert "alert_level=red" in page.url


def choose_row(page: Page, place: int) -> None:
    """Clicks the box of a row of the watchlist."""
    table = page.locator("[class*=st-key-table_watchlist] [data-testid=stDataFrame]").first
    still(table).click(position={"x": 16, "y": HEAD + ROW * place + ROW // 2})
    settled(page)


def test_a_risk_manager_writes_about_one_and_about_many_and_takes_it_back(page, app_address, book):
    sign_in(page, f"{app_address}/watchlist?order=largest", "risk")
    first = reports.watch_list(book, order="largest", limit=1).iloc[0]["borrower_id"]
    choose_row(page, 0)
    panel = page.locator("[class*=st-key-watch_chosen]")
    expect(panel.get_by_text(first).first).to_be_visible()
    panel.locator("textarea").fill("Met the owner")
    page.locator("[class*=_note_save] button").click()
    expect(panel.get_by_text("risk · Note")).to_be_visible()
    expect(panel.locator("textarea")).to_have_value("")
    panel.get_by_role("button", name="Undo").click()
    expect(panel.get_by_text("undone by risk")).to_be_visible()
    # Another row beside it: no panel, an act over both, which asks before it acts.
    choose_row(page, 1)
    expect(panel).to_have_count(0)
    page.locator("[class*=st-key-act_acknowledge] button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Do this for 2 borrowers?")).to_be_visible()
    dialog.get_by_role("button", name="Yes, for 2 borrowers").click()
    expect(page.get_by_text("Acknowledge: written for 2 borrowers.")).to_be_visible()
    expect(dialog).to_have_count(0)
    page.get_by_text("Your last acts over many borrowers").click()
    page.get_by_role("button", name="Undo for all of them").click()
    expect(page.get_by_text("undone by risk")).to_be_visible()
    # The number of a row opens the borrower, where all of it is told.
    click_row(page, 0, "watchlist")
    page.wait_for_url("**/borrower?*")
    settled(page)
    assert f"borrower_id={first}" in page.url
    expect(page.get_by_text("Signals in force").first).to_be_visible()
    expect(page.get_by_text("Met the owner")).to_be_visible()


def test_a_page_loaded_again_while_the_store_is_down_is_read_on_and_keeps_the_words_typed(
    chromium, demo_warehouse, tmp_path, monkeypatch, book
):
    url = stores.use(monkeypatch, tmp_path, "postgresql")
    with (
        served(demo_warehouse, tmp_path, auth_file(tmp_path), url) as address,
        chromium.new_context(viewport={"width": 1440, "height": 1000}) as window,
    ):
        page = window.new_page()
        first = reports.watch_list(book, order="largest", limit=1).iloc[0]["borrower_id"]
        sign_in(page, f"{address}/borrower?borrower_id={first}", "risk")
        words = page.locator("textarea").first
        save = page.locator("[class*=_note_save] button")
        with stores.down(url):
            words.fill("Half an hour of writing")
            save.click()
            expect(page.get_by_text("Not written", exact=False).first).to_be_visible()
            page.reload()
            settled(page)
            expect(page.get_by_text("reading only", exact=False)).to_have_count(1)
            expect(page.get_by_text("Signals in force").first).to_be_visible()
            expect(words).to_have_value("Half an hour of writing")
            stranger = window.browser.new_page()
            stranger.goto(f"{address}/borrower?borrower_id={first}")
            expect(stranger.locator("input[type=password]")).to_be_visible()
            expect(stranger.get_by_text("Signals in force")).to_have_count(0)
            stranger.close()
        save.click()
        expect(page.get_by_text("risk · Note")).to_be_visible()
        expect(words).to_have_value("")
        expect(page.get_by_text("reading only", exact=False)).to_have_count(0)
        store.forget()


def test_a_square_of_the_quadrant_and_a_bar_of_the_flow_open_their_borrowers(
    page, app_address, book
):
    sign_in(page, f"{app_address}/watchlist?part=map", "risk")
    picture = page.locator("[data-testid=stVegaLiteChart]").first
    cells = reports.watch_quadrant(book)
    largest = cells.sort_values("borrowers").iloc[-1]
    figure = picture.locator("svg text", has_text=re.compile(rf"^{largest.borrowers}$")).first
    still(figure).click(force=True)
    page.wait_for_url("**/watchlist?*alert_level=*")
    settled(page)
    assert "part=" not in page.url
    expect(page.get_by_text(re.compile(rf"^{largest.borrowers} borrowers with"))).to_be_visible()
    page.goto(f"{app_address}/watchlist?part=flow")
    settled(page)
    bar = page.locator("[class*=st-key-watch_flow] .barlayer .point path").first
    click_middle(bar)
    page.wait_for_url("**/watchlist?*watch_flow=new*")
    settled(page)
    month = reports.watch_flow(book).iloc[0]
    said = f"Newly listed, {month.month_end.date()}"
    expect(page.get_by_role("heading", name=said)).to_be_visible()
    expect(page.get_by_text(f"{month.new_borrowers} borrowers", exact=True)).to_be_visible()


def test_an_auditor_goes_from_an_exception_to_the_loan_to_its_payments(page, app_address, book):
    sign_in(page, app_address, "auditor")
    assert heading(page) == "Findings"
    page.get_by_role("link", name="Re-performance").click()
    page.wait_for_url("**/reperformance*")
    settled(page)
    first = reports.exceptions_list(book, "T01_dpd", limit=1).iloc[0]
    click_row(page, 0, "tests")
    page.wait_for_url("**test_id=T01_dpd*")
    settled(page)
    click_row(page, 0, "exceptions")
    page.wait_for_url("**exception_id=*")
    settled(page)
    page.get_by_role("link", name=f"Loan {first.loan_id}, whole").click()
    page.wait_for_url("**/loan?*")
    settled(page)
    assert f"loan_id={first.loan_id}" in page.url
    expect(page.get_by_text("Recorded", exact=True).first).to_be_visible()
    page.get_by_role("radio", name="Payments").click()
    settled(page)
    assert "view=payments" in page.url
    payments = reports.loan_payments(book, first.loan_id)
    table = page.locator("[data-testid=stDataFrame]")
    expect(table).to_have_count(1 if len(payments) else 0)


def test_an_auditor_unmasks_one_value_only_with_a_reason(page, app_address, book):
    loan = reports.watchlist(book, limit=1).iloc[0]
    clear = reports.personal(book, loan.borrower_id).iloc[0]
    sign_in(page, f"{app_address}/loan?loan_id={loan.loan_id}", "auditor")
    assert clear.phone not in page.content()
    page.get_by_role("button", name="Show one value in clear").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[data-testid=stSelectbox] input").click()
    page.get_by_role("option", name="Phone").click()
    dialog.get_by_role("button", name="Show", exact=True).click()
    expect(dialog.get_by_text("Say why")).to_be_visible()
    assert clear.phone not in page.content()
    dialog.locator("input[type=text]").last.fill("engagement 2026-7")
    dialog.get_by_role("button", name="Show", exact=True).click()
    expect(dialog.get_by_text(clear.phone)).to_be_visible()
    assert clear.id_number not in page.content()


def test_a_deep_link_of_a_stranger_shows_only_the_form(page, app_address, book):
    loan = reports.watchlist(book, limit=1).iloc[0]
    for path in ("", "overview", "watchlist", f"loan?loan_id={loan.loan_id}", "why?metric=par30"):
        page.goto(f"{app_address}/{path}")
        page.locator("input[type=password]").wait_for()
        settled(page)
        shown = page.locator("body").inner_text()
        assert loan.loan_id not in shown
        assert "Page not found" not in shown
        assert not page.locator("[data-testid=stDataFrame], [data-testid=stMetric]").count()


def test_a_deep_link_is_kept_through_the_sign_in(page, app_address, book):
    loan = reports.watchlist(book, limit=1).iloc[0]
    sign_in(page, f"{app_address}/loan?loan_id={loan.loan_id}&lang=zh", "risk")
    assert heading(page) == "贷款"
    assert f"loan_id={loan.loan_id}" in page.url


def test_a_bar_opens_its_rows(page, app_address):
    sign_in(page, f"{app_address}/ageing", "risk")
    bar = page.locator("[class*=st-key-ageing_bucket] .barlayer .point path").first
    click_middle(bar)
    page.wait_for_url("**/why?*bucket=*")
    settled(page)
    expect(page.get_by_text(re.compile(r"add up to .* = the numerator"))).to_be_visible()


def test_a_cell_of_a_heat_map_opens_its_rows(page, app_address):
    sign_in(page, f"{app_address}/ageing", "risk")
    picture = page.locator("[data-testid=stVegaLiteChart]").first
    figure = picture.locator("svg text", has_text=re.compile(r"\d%$")).first
    # The middle of a cell, where its figure stands.
    still(figure).click(force=True)
    page.wait_for_url("**/why?*bucket=*")
    settled(page)
    assert "branch=" in page.url


def test_an_arrow_of_the_map_opens_its_cases_and_a_department_keeps_its_routes(page, app_address):
    sign_in(page, f"{app_address}/handovers", "risk")
    drawn = page.locator("[class*=st-key-route_map]").first
    label = still(drawn.locator(".annotation-text", has_text="·").first)
    sent = (label.text_content() or "").split(" ")[0]
    click_middle(label)
    page.wait_for_url("**/handovers?*route=*")
    settled(page)
    expect(page.get_by_text(f"{sent} hand-overs, the latest first")).to_be_visible()
    page.go_back()
    settled(page)
    assert "route=" not in page.url
    click_middle(drawn.locator(".barlayer .trace").last.locator(".point path").first)
    page.wait_for_url("**/handovers?*department_id=*")
    settled(page)
    expect(page.get_by_text(re.compile(r"made or received .* hand-overs"))).to_be_visible()


def test_a_file_comes_whole_and_the_menu_keeps_the_scope(page, app_address, tmp_path):
    sign_in(page, f"{app_address}/watchlist?product=consumer", "risk")
    page.get_by_role("link", name="Ageing").click()
    page.wait_for_url("**/ageing?*product=consumer*")
    settled(page)
    page.get_by_role("link", name="Watchlist").click()
    page.wait_for_url("**/watchlist?*product=consumer*")
    settled(page)
    page.evaluate("delete window.showSaveFilePicker")
    with page.expect_download() as coming:
        page.get_by_role("button", name="CSV").click()
    file = tmp_path / "watchlist.csv"
    coming.value.save_as(file)
    lines = file.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Borrower,")
    assert len(lines) > 5


def test_the_keyboard_reaches_a_table_and_opens_only_what_is_chosen(page, app_address):
    sign_in(page, f"{app_address}/watchlist", "risk")
    table = page.locator("[class*=st-key-table_watchlist] [data-testid=stDataFrame] canvas").first
    table.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(1500)
    settled(page)
    assert heading(page) == "Watchlist"
    page.keyboard.press("Shift+Space")
    expect(page.get_by_role("heading", name="Notes and decisions")).to_be_visible()
    assert heading(page) == "Watchlist"
    table = page.locator("[class*=st-key-table_attention] [data-testid=stDataFrame] canvas").first
    page.goto(f"{app_address}/ageing?chapter=attention")
    settled(page)
    table.scroll_into_view_if_needed()
    table.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    page.wait_for_url("**/loan?*")


def test_back_from_a_click_meets_the_view_that_was_left_and_nothing_else(page, app_address):
    sign_in(page, f"{app_address}/ageing?chapter=flow&show=loans&months=25", "risk")
    left = page.url
    bar = page.locator("[class*=st-key-ageing_flow] .barlayer .point path").first
    click_middle(bar)
    page.wait_for_url("**/why?*metric=*")
    settled(page)
    assert "show=" not in page.url
    assert "as_of=" in page.url
    page.go_back()
    page.wait_for_url(left)
    settled(page)
    page.go_forward()
    page.wait_for_url("**/why?*metric=*")
    settled(page)
    page.go_back()
    page.wait_for_url(left)
    settled(page)
    expect(page.get_by_text("Newly late loans").first).to_be_visible()


def test_a_link_to_a_chapter_is_in_the_address_and_back_leaves_it(page, app_address):
    sign_in(page, f"{app_address}/quality?branch=Suzhou", "risk")
    page.get_by_role("button", name="Provisions").click()
    page.wait_for_url("**/quality?*chapter=provisions*")
    settled(page)
    assert "branch=" in page.url
    expect(page.get_by_role("heading", name="Coverage by stage")).to_be_visible()
    page.go_back()
    page.wait_for_url(lambda url: "chapter" not in url)
    settled(page)
    expect(page.get_by_role("heading", name="Five classes, by balance")).to_be_visible()


def test_an_auditor_goes_from_an_overdue_finding_to_a_verified_evidence_file(
    page, app_address, book, tmp_path, tmp_path_factory, monkeypatch
):
    listed = reports.findings_list(book, "overdue", limit=100)
    named = [place for place, n in enumerate(listed["loan_count"]) if n and place < 10]
    finding = listed.iloc[named[0]]
    sign_in(page, f"{app_address}/findings", "auditor")
    expect(page.get_by_text("Overdue findings", exact=True).first).to_be_visible()
    # By its whole name: other tables of this page begin with the same word.
    table = page.locator(".st-key-table_findings [data-testid=stDataFrame]")
    still(table).click(position={"x": 75, "y": HEAD + ROW * named[0] + ROW // 2})
    page.wait_for_url(f"**/finding?*finding_id={finding.finding_id}*")
    settled(page)
    click_row(page, 0, "finding_loans")
    page.wait_for_url("**/loan?*")
    settled(page)
    page.evaluate("delete window.showSaveFilePicker")
    with page.expect_download() as coming:
        page.get_by_role("button", name="HTML").click()
    file = tmp_path / "evidence.html"
    coming.value.save_as(file)
    store_file = next(tmp_path_factory.getbasetemp().glob("served*/workspace.sqlite"))
    monkeypatch.setenv("WORKSPACE_URL", f"sqlite:///{store_file}")
    store.forget()
    assert evidence_file.main([str(file)]) == 0
    text = file.read_text("utf-8")
    assert "Evidence on loan" in text and "days past due" in text
    file.write_text(text.replace("Evidence on loan", "Evidence of loan", 1), "utf-8")
    assert evidence_file.main([str(file)]) == 1
    store.forget()


def test_an_auditor_goes_from_a_red_tile_to_a_verified_evidence_file(
    page, app_address, book, tmp_path, tmp_path_factory
):
    # A tile beyond its limit.
    told = comparisons(book, *HEADLINE)
    metric = next(each.metric for each in told.values() if each.light == "red")
    sign_in(page, f"{app_address}/overview", "auditor")
    tile = page.locator("[data-testid=stMetric]", has_text=metric.name).first
    shown = tile.locator("[data-testid=stMetricValue]").inner_text()
    expect(page.get_by_text(re.compile(r"(beyond|short of) \d")).first).to_be_visible()
    why = f"[data-testid=stPageLink] a[href*='metric={metric.id}']"
    page.locator(why, has_text="why?").first.click()
    page.wait_for_url(f"**/why?*metric={metric.id}*")
    settled(page)
    # The loans behind it, and one of them.
    assert page.locator("[data-testid=stMetricValue]").first.inner_text() == shown
    expect(page.get_by_text(re.compile(r"rows add up to .* = the numerator"))).to_be_visible()
    click_row(page, 0, "why_rows")
    page.wait_for_url("**/loan?*")
    settled(page)
    # Its arithmetic: what was received, what it settles, which instalment is left.
    expect(page.get_by_text(re.compile(r"was received up to ")).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Applied to the oldest due first")).first).to_be_visible()
    # An exception of the same month's tests, and its own steps.
    page.get_by_role("link", name="Re-performance").click()
    page.wait_for_url("**/reperformance*")
    settled(page)
    click_row(page, 0, "tests")
    page.wait_for_url("**test_id=T01_dpd*")
    settled(page)
    click_row(page, 0, "exceptions")
    page.wait_for_url("**exception_id=*")
    settled(page)
    exception = reports.exceptions_list(book, "T01_dpd", limit=1).iloc[0]
    expect(page.get_by_text(re.compile(r"^Recorded: .*; recomputed: ")).first).to_be_visible()
    # A finding of it.
    page.get_by_role("button", name="Make a finding of it").click()
    page.get_by_label("Title", exact=True).fill("Days past due do not hold")
    page.get_by_role("button", name="Raise it").click()
    expect(page.get_by_text(re.compile(r"^Finding .* was raised\.")).first).to_be_visible()
    expect(page.get_by_text("was raised from it by auditor").first).to_be_visible()
    # The loan's evidence, by the command that the file itself prints.
    page.keyboard.press("Escape")
    page.get_by_role("link", name=f"Loan {exception.loan_id}, whole").click()
    page.wait_for_url("**/loan?*")
    settled(page)
    page.evaluate("delete window.showSaveFilePicker")
    with page.expect_download() as coming:
        page.get_by_role("button", name="HTML").click()
    file = tmp_path / "evidence.html"
    coming.value.save_as(file)
    text = file.read_text("utf-8")
    assert exception.loan_id in text and "T01" in text
    printed = re.search(r"python -m ([\w.]+) \S+", text)
    assert printed
    store_file = next(tmp_path_factory.getbasetemp().glob("served*/workspace.sqlite"))
    ran = subprocess.run(
        [sys.executable, "-m", printed[1], str(file)],
        env={**os.environ, "WORKSPACE_URL": f"sqlite:///{store_file}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert "handed out to auditor" in ran.stdout
