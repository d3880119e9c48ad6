"""Every page for every role through the whole frame: what it says, refuses and keeps."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

import app
from queries import reports
from queries.metrics import LOANS, METRICS, measure, rows_total
from queries.shifts import grains
from queries.warehouse import builds, run
from tests.book import Book
from tests.opened import DETAILS, address, fine, person, plain, said
from tests.served import ALL, serve
from tests.summed import KINDS
from ui import access, export, frame, store
from ui.access import Refused

ROOT = Path(__file__).resolve().parent.parent
ROLES = ("executive", "risk_manager", "auditor", "department_head", "administrator")
PAGES = {page.name: page for page in app.PAGES}

pytestmark = pytest.mark.usefixtures("small_book")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_for_every_role(tried, page, role):
    at = tried(page, person(role), **DETAILS.get(page, {}))
    assert at.title[0].value == PAGES[page].title
    if role in PAGES[page].roles:
        fine(at)
        assert PAGES[page].question in said(at)
    else:
        assert [each.value for each in at.error] == ["Your role does not open this page."]
        assert not at.dataframe
        assert not at.metric


@pytest.mark.parametrize("role", ROLES)
def test_a_role_begins_with_its_own_page(opened, role):
    at = opened("", person(role))
    assert at.title[0].value == PAGES[app.FIRST[role]].title


@pytest.mark.parametrize("page", PAGES)
def test_every_page_in_chinese_leaves_no_english_behind(opened, page):
    user = person("auditor", language="zh")
    at = opened(page, user, **DETAILS.get(page, {}))
    shown = said(at)
    words = json.loads((ROOT / "ui" / "zh.json").read_text("utf-8"))
    # The titles of the small book's findings are data, in English.
    shown = re.sub(r"Finding \d+", "", shown)
    # Most words are on no page: to look for them as they are is quick, as whole words slow.
    keys = (key for key, zh in words.items() if len(key) > 5 and key not in zh and key in shown)
    left = [key for key in keys if re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", shown)]
    assert not left


@pytest.mark.parametrize("metric", [each.id for each in KINDS])
def test_the_rows_behind_a_figure_of_every_kind_add_up_to_it(opened, metric):
    at = opened("why", person("auditor"), metric=metric)
    shown = said(at)
    # Where no row counts there is nothing to add up, and no check to be passed.
    nothing = "No row counts for this figure." in shown
    assert ("= the numerator" in shown) is not nothing
    assert nothing is not bool(rows_total(ALL, METRICS[metric])[1])
    assert ", but the" not in shown


def test_an_unmoved_figure_is_said_to_be_unchanged(opened):
    at = opened("why", metric="sold", view="moved", as_of="2024-10-31")
    assert "Unchanged: 0.00, as on 2024-09-30." in plain(at)
    assert "No segment moved it." in said(at)
    assert "+0.00" not in said(at)


def test_one_row_is_one_and_none_is_no_check(opened):
    at = opened("why", metric="sold")
    assert "1 row adds up to 34,650.00 = the numerator" in said(at)
    at = opened("why", metric="sold", as_of="2024-10-31")
    assert "0 rows" not in said(at)
    assert "No row counts for this figure." in said(at)


def test_the_rows_of_the_denominator_too(opened):
    at = opened("why", person("auditor"), metric="par30", part="denominator")
    assert "= the denominator" in said(at)


@pytest.mark.parametrize("metric", [each.id for each in KINDS])
def test_what_moved_a_figure_of_every_kind_opens(opened, metric):
    at = opened("why", person("auditor"), metric=metric, view="moved", since="year")
    shown = said(at)
    # What is no sum of segments (a largest borrower's share) shows its rows instead.
    cut = [each for each in at.segmented_control if each.key == "pick_cut"]
    assert bool(cut) is bool(grains(METRICS[metric]))
    assert ", but the" not in shown


@pytest.mark.parametrize("cut", ["branch_product", "region_product", "product", "industry"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_split_of_a_ratio_by_any_segment(opened, cut, language):
    user = person("auditor", language=language)
    at = opened("why", user, metric="par30", view="moved", since="2024-06-30", cut=cut)
    assert len(at.dataframe) == 2
    split = at.dataframe[0].value
    parts = split[["mix", "rate"]].sum(axis=1)
    assert parts.tolist() == pytest.approx(split["added"].tolist())
    assert split["share"].sum() == pytest.approx(100)
    assert ("= the change" if language == "en" else "分子的变动") in said(at)


@pytest.mark.parametrize("since", ["month", "year", "2024-06-30"])
def test_the_overview_compares_with_any_date(opened, since):
    at = opened("overview", person("executive"), since=since)
    assert len(at.metric) == 10
    words = {"month": "m/m", "year": "y/y"}.get(since, "since 2024-06")
    assert all(words in str(each.proto.delta_description) for each in at.metric if each.delta)
    then = {"month": "2024-11-30", "year": "2023-12-31"}.get(since, since)
    assert f"since {then}".replace("-", "\\-") in said(at)


def test_printing_is_logged_once_and_refused_without_a_log(opened, monkeypatch):
    at = opened("overview", person("executive"), branch=["North"])
    at.button(key="print").click().run()
    fine(at)
    at.run()
    logged = sa.select(store.access_log).where(store.access_log.c.action == "export")
    with store.reading() as connection:
        (line,) = connection.execute(logged).mappings().all()
    assert line["object_id"].startswith("overview.print?")
    assert "North" in line["object_id"]

    def down(*_args: object, **_more: object) -> None:
        raise Refused("Not now.")

    monkeypatch.setattr(access, "export", down)
    at.button(key="print").click().run()
    assert [each.value for each in at.error] == ["Not now."]


def test_a_date_that_is_not_before_this_one_is_no_comparison(opened):
    at = opened("overview", person("executive"), as_of="2024-06-30", since="2024-06-30")
    assert at.segmented_control(key="since_near").value == "month"
    at = opened("overview", person("executive"), as_of="2023-09-30", since="year")
    assert len(at.metric) == 10


def test_a_filter_in_the_address_narrows_the_figure_and_its_rows(opened):
    whole = opened("why", person("auditor"), metric="balance")
    part = opened("why", person("auditor"), metric="balance", bucket="1-30")
    count = [int(re.findall(r"(\d+) rows add up", said(at))[0]) for at in (whole, part)]
    assert 0 < count[1] < count[0]
    assert set(part.dataframe[-1].value["bucket"]) == {"1-30"}


# --- Scope and rights ---


def test_a_hand_made_address_gains_nothing(opened):
    own = opened("ageing", person("risk_manager", ("North",)))
    hoped = opened("ageing", person("risk_manager", ("North",)), branch="South")
    for at in (own, hoped):
        assert set(at.dataframe[-1].value["branch"]) == {"North"}
    assert own.dataframe[-1].value.equals(hoped.dataframe[-1].value)
    assert "branch = South" in plain(hoped)


@pytest.mark.parametrize("value", ["2024-13-45", "tomorrow", "1999-12-31", "=cmd|' /C calc'!A0"])
def test_a_date_that_is_not_in_the_book_is_ignored_with_a_note(opened, value):
    at = opened("overview", person("executive"), as_of=value)
    assert "It was ignored." in said(at)
    assert at.selectbox(key="pick_as_of").value == ALL.as_of.isoformat()


def test_a_record_outside_the_rights_reads_as_one_that_does_not_exist(opened):
    everyone = reports.loan_header(ALL, "L002").iloc[0]
    other = "North" if everyone.branch == "South" else "South"
    stranger = person("risk_manager", (other,))
    denied = opened("loan", stranger, loan_id="L002")
    absent = opened("loan", stranger, loan_id="L002X")
    assert not denied.dataframe and not absent.dataframe
    assert denied.info[0].value.replace("L002", "") == absent.info[0].value.replace("L002X", "")


def test_an_empty_selection_says_so_and_never_zero_per_cent(opened):
    for page in ("overview", "ageing", "watchlist"):
        at = opened(page, person("risk_manager" if page == "watchlist" else "executive", ()))
        assert "No loans in this selection." in said(at)
        assert "0.00%" not in said(at)


def test_chips_show_what_is_on_and_take_it_off(opened):
    at = opened("overview", person("executive"), branch=["North"], as_of="2024-06-30")
    assert "20 of 40 loans" in said(at)
    at.button(key="chip_branch_North").click().run()
    fine(at)
    assert "branch" not in at.query_params
    assert address(at, "as_of") == ["2024-06-30"]


def test_what_was_ignored_has_no_chip(opened):
    at = opened("quality", region="Nowhere")
    assert "region = Nowhere" in plain(at)
    assert plain(at).count("It was ignored.") == 1
    assert not [each.key for each in at.button if str(each.key).startswith("chip_")]
    assert "A segment narrows stock and flow" not in said(at)


def test_a_chip_says_what_it_narrows_where_that_is_not_the_page(opened):
    at = opened("quality", region="Suzhou")
    assert at.button(key="chip_region_Suzhou")
    assert "A segment narrows stock and flow of the classes" in said(at)
    assert "A segment narrows" not in said(opened("quality", branch="North"))


def test_a_choice_in_the_sidebar_goes_to_the_address(opened):
    at = opened("overview", person("executive"))
    at.multiselect(key="pick_branch").set_value(["South"]).run()
    fine(at)
    assert address(at, "branch") == ["South"]
    at.selectbox(key="pick_as_of").set_value("2024-03-31").run()
    assert address(at, "as_of") == ["2024-03-31"]
    assert address(at, "branch") == ["South"]


def test_a_head_lists_only_the_cases_of_the_own_department(opened):
    departments = reports.workload_by_department(ALL)["department_id"].tolist()
    head = person("department_head")
    for department in departments:
        at = opened("workload", head, department_id=department)
        listed = "earliest target first" in said(at) or "No case." in said(at)
        assert listed == (department == head.department)
        at = opened("why", head, metric="backlog", department_id=department)
        listed = bool(re.search("rows? adds? up", said(at)))
        assert listed == (department == head.department)


# --- Finding things ---


def test_the_search_box_opens_an_exact_number(opened):
    at = opened("metrics", person("auditor"))
    at.text_input(key="find").set_value("L007").run()
    fine(at)
    assert at.title[0].value == "Loan"
    assert address(at, "loan_id") == ["L007"]


def test_the_search_box_offers_what_begins_so(opened):
    at = opened("metrics", person("auditor"))
    at.text_input(key="find").set_value("L01").run()
    fine(at)
    assert "L010" in said(at)
    at.text_input(key="find").set_value("nothing *like* this").run()
    assert "No loan or borrower that you may see" in said(at)


def test_a_loan_says_how_its_days_past_due_came_about(opened):
    loan = reports.loan_header(ALL, "L004").iloc[0]
    assert loan.days_past_due > 0
    at = opened("loan", person("auditor"), loan_id="L004")
    shown = said(at).replace("\\", "")
    due = loan.oldest_unpaid_due.date()
    assert f"{loan.as_of.date()} less {due} is {loan.days_past_due:,.0f} days past due." in shown


@pytest.mark.parametrize("view", ["instalments", "payments", "history", "work", "time"])
def test_every_view_of_a_loan(opened, view):
    opened("loan", person("auditor"), loan_id="L003", view=view)


def test_metrics_can_be_searched_in_both_languages(opened):
    for language, word in (("en", "provision coverage"), ("zh", "拨备覆盖")):
        at = opened("metrics", person("auditor", language=language))
        at.text_input(key="metric_search").set_value(word).run()
        fine(at)
        assert "provision_coverage" not in said(at)
        assert len(at.dataframe) == 1
        assert len(at.dataframe[0].value) <= 3


# --- What goes wrong ---


def test_a_bug_is_a_calm_sentence_with_a_number(tried, monkeypatch, caplog):
    def broken(*_args, **_more):
        raise ValueError("secret detail")

    monkeypatch.setattr("pages.overview.overview.measure", broken)
    at = tried("overview", person("executive"))
    number = re.search(r"error ([0-9a-f]{8})", at.error[0].value)
    assert number
    assert "secret" not in said(at)
    assert number[1] in caplog.text
    assert "secret detail" in caplog.text


def test_without_a_build_the_page_says_what_to_do(opened, monkeypatch, tmp_path):
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    at = opened("overview", person("executive"))
    assert "data.load" in at.code[0].value


def test_a_book_of_one_loan(opened, monkeypatch, tmp_path):
    book = Book().borrower().loan("ONE", principal=Decimal(1000))
    book.instalments("ONE", ("2024-01-31", 500, 10), ("2024-02-29", 500, 5))
    book.pay("ONE", "2024-01-31", 200)
    monkeypatch.setenv("WAREHOUSE", str(serve(book.build("2024-03-31"), tmp_path / "one")))
    assert builds()
    for page in PAGES:
        details = {"loan": {"loan_id": "ONE"}, "borrower": {"borrower_id": "B1"}}
        opened(page, person("auditor"), **details.get(page, DETAILS.get(page, {})))
    assert "NaN" not in said(opened("overview", person("auditor")))


def test_signed_out_nothing_is_shown(opened):
    for page in PAGES:
        at = opened(page, None, **DETAILS.get(page, {}))
        assert [each.value for each in at.title] == ["Post-loan management"]
        assert not at.dataframe
        assert not at.metric
        assert "L004" not in said(at)


def test_a_long_list_is_written_first_and_then_taken(opened, monkeypatch):
    monkeypatch.setattr(export, "LONG", 2)
    monkeypatch.setattr(export, "PART", 3)
    handed = []
    monkeypatch.setattr(export.access, "export", lambda *line, **told: handed.append(told))
    at = opened("why", person("risk_manager"), metric="balance")
    total = measure(ALL, LOANS)[LOANS.id].iloc[0]
    assert not [
        each for each in at.download_button if each.key == "export_why_balance_numerator_csv"
    ]
    (asked,) = [b for b in at.button if b.key == "make_why_balance_numerator_csv"]
    assert f"{total:.0f} rows" in asked.label
    asked.click().run()
    fine(at)
    ready = at.session_state["_export_ready"]
    assert handed == []
    lines = ready.hand_over().decode("utf-8-sig").splitlines()
    assert len(lines) == total + 1
    assert [told["row_count"] for told in handed] == [total]
    assert "SHA-256" in handed[0]["result"]
    # Another question has no file ready yet.
    at.query_params["branch"] = "North"
    at.run()
    assert "make_why_balance_numerator_csv" in [b.key for b in at.button]


def test_a_date_that_opens_a_row_is_written_as_a_day(opened):
    at = opened("bridge", person("risk_manager"))
    days = [str(day) for frame in at.dataframe for day in frame.value.get("month_end", [])]
    assert days
    assert all(re.match(r"\d{4}-\d{2}-\d{2}", day) for day in days)
    assert "2024-12-31" in days


def test_a_build_of_another_version_is_said_to_be_one(small_book, tried, monkeypatch):
    def lacking(*_: object) -> None:
        run("select 1 as a from marts.months_of_tomorrow")

    monkeypatch.setattr(frame, "top", lacking)
    at = tried("ageing")
    assert any("made by another version" in each.value for each in at.warning)
    assert "data.load" in at.code[0].value
    assert not [each.value for each in at.error]


def test_the_menu_has_no_heading_without_a_page(small_book, opened):
    shown = said(opened("data", person("administrator")))
    assert not {"Portfolio", "Departments", "Audit"} & {*shown.splitlines()}
    assert "Reference" in shown.splitlines()
