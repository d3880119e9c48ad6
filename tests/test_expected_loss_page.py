"""The Expected loss page: every chapter in both languages, its lists, a young book, a shock."""

import re
from pathlib import Path

import pytest

from pages.risk import expected_loss
from queries import reports
from queries.expected_loss import Shock, outcomes
from tests.book import Book
from tests.opened import person, plain
from tests.served import serve
from ui import formats

pytestmark = pytest.mark.usefixtures("demo_scope")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("chapter", expected_loss.CHAPTERS)
def test_every_chapter_opens(opened, chapter, language):
    at = opened("expected_loss", person(language=language), chapter=chapter)
    assert at.subheader
    assert at.dataframe


@pytest.mark.parametrize("chapter", ["pd", "lgd"])
def test_one_product_alone(opened, chapter):
    at = opened("expected_loss", chapter=chapter, pd_product="consumer")
    assert at.dataframe


def test_the_sentence_is_made_of_the_figures(opened, demo_scope):
    whole = reports.stage_summary(demo_scope).iloc[-1]
    shown = plain(opened("expected_loss"))
    assert f"{formats.money(whole['ecl'])} are expected to be lost" in shown
    assert formats.percent(whole["coverage"]) in shown


def test_a_pair_of_stages_narrows_the_list(opened, demo_scope):
    number, _ = reports.stage_mismatches_total(demo_scope, "1:2")
    assert number
    shown = plain(opened("expected_loss", pair="1:2"))
    assert "Stage 1 on record, Stage 2 computed" in shown
    assert f"{formats.count(number)} rows" in shown


def test_a_loan_is_reckoned_again_year_by_year(opened, demo_scope):
    frame = reports.expected_loss_counts(demo_scope)
    for stage in (1, 2, 3):
        loan = frame[(frame["stage"] == stage) & frame["is_on_book"]].iloc[0]
        shown = plain(opened("expected_loss", loan_id=str(loan["loan_id"])))
        assert f"Stage {stage}, expected loss {formats.amount(loan['ecl'])}" in shown
    assert "No loan of that number" in plain(opened("expected_loss", loan_id="NONE"))


def test_a_link_brings_its_shock_along_and_nonsense_is_ignored(opened, demo_scope):
    cells = reports.stress_cells(demo_scope)
    row = outcomes(cells, {"yours": Shock(2.0, 0.10, 0.30)}).iloc[0]
    shown = {"pd_times": "2", "lgd_plus": "10", "collateral_down": "30"}
    at = opened("expected_loss", chapter="stress", **shown)
    assert formats.money(row["ecl"]) in [each.value for each in at.metric]
    for wrong in ("nan", "x", "1e9", "-7"):
        opened("expected_loss", chapter="stress", pd_times=wrong)


@pytest.fixture(scope="module")
def young(tmp_path_factory) -> Path:
    """A warehouse with one loan of two months in it."""
    one = Book().borrower().loan("ONE", principal=1000)
    one.instalments("ONE", ("2024-01-31", 500, 10), ("2024-06-30", 500, 5))
    return serve(one.build("2024-03-31"), tmp_path_factory.mktemp("young"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_book_too_young_says_so_and_pretends_nothing(opened, monkeypatch, young, language):
    monkeypatch.setenv("WAREHOUSE", str(young))
    at = opened("expected_loss", person(language=language))
    assert not at.metric
    assert at.info


def test_chinese_has_no_english_sentence(opened):
    for chapter in expected_loss.CHAPTERS:
        shown = plain(opened("expected_loss", person(language="zh"), chapter=chapter))
        stuck = re.findall(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", shown)
        assert not stuck, chapter
