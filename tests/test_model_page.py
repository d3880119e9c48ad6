"""The page of the learned score: its sentence, chapters, lists, and a book without a model."""

from pathlib import Path

import pytest

from pages.risk import model
from queries import reports
from queries.warehouse import Scope
from tests import score_book
from tests.opened import person, plain
from tests.served import ALL, serve, small_book
from ui import filters
from ui.names import LABELS

RULES = LABELS["benchmark"]["rule_score"]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = small_book()
    score_book.learn(book.connection)
    return serve(book, tmp_path_factory.mktemp("scored"))


@pytest.fixture
def scope(scored: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    monkeypatch.setenv("WAREHOUSE", str(scored))
    book = filters.book()
    return filters.rights((*book.branches, ""), book)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("reading", model.READINGS)
@pytest.mark.parametrize("chapter", model.CHAPTERS)
def test_every_chapter_of_both_models(opened, scope, chapter, reading, language):
    at = opened("model", person(language=language), chapter=chapter, reading=reading, band="10")
    assert at.subheader
    assert at.dataframe


def test_the_sentence_has_the_figures_of_the_card_and_says_that_it_advises(opened, scope):
    cards = reports.model_cards(scope).set_index("reading")
    shown = plain(opened("model"))
    ours = cards.loc["logistic"]
    theirs = cards.loc[ours["benchmark"]]
    assert str(ours["benchmark"]) == "rule_score"
    assert f"AUC {ours['auc']:.4f} against {theirs['auc']:.4f}" in shown
    assert RULES in shown
    assert "It advises; classification follows the rules." in shown


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("better", f"Logistic regression did better than {RULES}"),
        ("mixed", f"did not do better than {RULES}: better at ranking"),
        ("same", f"did not surely do better than {RULES}"),
        ("worse", "Do not rely on it."),
        ("unknown", "cannot be told"),
    ],
)
def test_the_page_says_whatever_the_verdict_is(opened, scope, monkeypatch, verdict, words):
    cards = reports.model_cards(scope)
    told = cards.assign(verdict=cards["verdict"].where(cards["verdict"].isna(), verdict))
    monkeypatch.setattr(reports, "model_cards", lambda _scope: told)
    assert words in plain(opened("model"))


def test_the_loans_are_those_of_the_scope_the_riskiest_first(opened, scope):
    listed = opened("model", person(branches=("North",))).dataframe[0].value
    assert set(listed["branch"]) == {"North"}
    assert listed["pd"].is_monotonic_decreasing
    assert listed["why"].str.contains(r"\(\+").any()
    whole, _ = reports.model_loans_total(scope, "logistic")
    assert 0 < len(listed) < whole


def test_the_loans_of_a_tenth_are_its_rows(opened, scope):
    bands = reports.model_calibration(scope, "logistic").set_index("band")
    for band in (1, int(bands.index.max())):
        number, _ = reports.model_loans_total(scope, "logistic", band)
        rows = reports.model_loans(scope, "logistic", band, limit=10_000)
        # The tested loans of this book are drawn, and of a branch that nobody has.
        assert number == len(rows) == 0
    assert bands["rows"].sum() == 2000


def test_a_row_of_stability_draws_its_months(opened, scope):
    at = opened("model", chapter="stability", subject="annual_rate")
    assert "Population stability index: Interest rate" in plain(at)
    at = opened("model", chapter="stability", subject="no_such_feature")
    assert "Population stability index: Probability, logistic regression" in plain(at)


def test_a_month_without_scores_says_where_they_are(opened, scope):
    at = opened("model", as_of="2024-03-31")
    assert "No loan has a score of this date." in plain(at)
    assert not at.dataframe


@pytest.mark.usefixtures("small_book")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_build_without_a_trained_card_says_that_the_book_is_too_young(opened, language):
    at = opened("model", person(language=language))
    assert at.info
    assert not at.dataframe


def test_a_book_with_too_few_defaults_says_so(opened, demo_scope):
    at = opened("model")
    state = reports.model_cards(demo_scope)["state"].tolist()
    assert state == ["few_defaults"]
    assert "fewer than 50 loans of the training months" in plain(at)
    assert "Trained on month ends" in plain(at)


def test_an_executive_has_no_such_page(tried, scope):
    assert "Your role does not open this page." in [
        each.value for each in tried("model", person("executive")).error
    ]


def test_the_reports_are_empty_outside_the_scope(scope):
    nothing = Scope((), (), ALL.as_of, scope.build)
    assert reports.model_loans(nothing, "logistic").empty
    assert reports.model_loans_total(nothing, "logistic")[0] == 0
