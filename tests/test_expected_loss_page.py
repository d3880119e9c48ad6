"""The Expected loss page: every chapter in both languages, its lists, a young book, a shock."""

import re
from pathlib import Path

import pytest

from pages.risk import expected_loss
from queries import reports
from queries.expected_loss import Shock, outcomes, scenarios
from tests.book import Book
from tests.opened import person, plain
from tests.served import serve
from ui import formats, loss_stress

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


def test_the_head_tells_the_weighted_loss_and_the_baseline_by_name(opened, demo_scope):
    whole = reports.stage_summary(demo_scope).iloc[-1]
    frame = outcomes(
        reports.stress_cells(demo_scope), scenarios(reports.ecl_parameters(demo_scope))
    )
    mean = (frame["ecl"] * frame["weight"]).sum()
    assert formats.money(mean) != formats.money(whole["ecl"])
    at = opened("expected_loss")
    shown, tiles = plain(at), {each.label: each.value for each in at.metric}
    assert f"{formats.money(mean)} are expected to be lost, weighted by scenario" in shown
    assert f"{formats.money(whole['ecl'])} are expected to be lost in the baseline" in shown
    assert tiles["Expected loss, weighted by scenario"] == formats.money(mean)
    assert tiles["Expected loss, baseline"] == formats.money(whole["ecl"])
    covered = formats.percent(float(whole["allowance"]) / mean)
    assert tiles["Allowance to weighted loss"] == covered
    stress = {each.label: each.value for each in opened("expected_loss", chapter="stress").metric}
    assert stress["Weighted over the scenarios"] == formats.money(mean)


def test_the_first_shock_is_none_of_the_scenarios(demo_scope):
    first = Shock.of_percents(*(slider[-1] for slider in loss_stress.SLIDERS.values()))
    for shock in scenarios(reports.ecl_parameters(demo_scope)).values():
        assert (first.pd, first.lgd, first.collateral) != (shock.pd, shock.lgd, shock.collateral)


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
    row = outcomes(cells, {"yours": Shock(2.5, 0.15, 0.40)}).iloc[0]
    shown = {"pd_times": "2.5", "lgd_plus": "15", "collateral_down": "40"}
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
