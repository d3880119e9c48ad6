"""Samples kept: drawn again to the same rows, worked, evaluated, never changed."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from queries import reports
from queries.sampling import Plan
from tests import stores
from tests.opened import person, plain
from tests.served import ALL
from ui import samples, store, workspace
from ui.accounts import User
from ui.rights import Refused
from ui.store import Unavailable

AUDITOR = User("auditor", "Ann Li", ("auditor",), ("*",))
RISK = User("risk", "Bob Wu", ("risk_manager",), ("*",))
MUS = Plan("mus", 0.95, tolerable=500_000_00, expected=50_000_00)
NORTH = replace(ALL, branches=("North",))


@pytest.fixture(autouse=True)
def _store(small_book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stores.use(monkeypatch, tmp_path)
    yield
    store.forget()


def draw(plan: Plan = MUS, scope=ALL, stratify: str = "none") -> samples.Sample:
    return samples.draw(AUDITOR, scope, "Balances 2024", "loans", "all", stratify, "seed 7", plan)


@pytest.mark.parametrize(
    ("plan", "stratify"),
    [
        (MUS, "none"),
        (Plan("attribute", 0.9, tolerable=0.2), "none"),
        (Plan("random", size=8), "none"),
        (Plan("stratified", size=9, allocation="neyman"), "product"),
    ],
)
def test_a_kept_sample_is_drawn_again_to_the_same_rows(plan, stratify):
    sample = draw(plan, stratify=stratify)
    kept = samples.by_number(ALL, sample.sample_id)
    assert kept == sample
    found = samples.again(sample)
    assert (found.same_population, found.same_rows, found.same_question) == (True, True, True)
    assert len(samples.items(sample)) > 3


def test_the_method_its_factors_the_question_and_the_hash_are_kept():
    sample = draw()
    with store.reading() as connection:
        row = connection.execute(sa.select(store.samples)).mappings().one()
    assert "scoped_loan_months" in row["question"]
    assert '"form": "exact"' in row["plan"] and '"factor"' in row["figures"]
    assert len(row["population_hash"]) == 64
    assert (row["number"], row["book_cents"]) == (sample.number, sample.book_cents)


def test_work_papers_are_added_and_the_last_one_holds():
    sample = draw(Plan("random", size=5))
    ids = samples.items(sample)["item_id"].tolist()
    assert samples.note(AUDITOR, ALL, sample.sample_id, ids, "agreed") == 5
    booked = int(samples.items(sample)["cents"].iloc[0])
    samples.note(AUDITOR, ALL, sample.sample_id, ids[:1], "error", booked - 100, "paid 5 May")
    found = samples.items(sample)
    assert found["outcome"].tolist() == ["error", *["agreed"] * 4]
    assert found["audited"].tolist()[0] == booked - 100
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count(store.sample_papers.c.seq))).scalar() == 6
    evaluation = samples.evaluate(sample, found)
    assert evaluation is not None
    assert evaluation.likely == pytest.approx(sample.number * 100 / 5)
    assert workspace.verify().problems == ()


def test_nothing_is_said_before_all_is_worked():
    sample = draw(Plan("random", size=5))
    assert samples.evaluate(sample, samples.items(sample)) is None


def test_monetary_units_accept_and_refuse():
    sample = draw()
    found = samples.items(sample)
    samples.note(AUDITOR, ALL, sample.sample_id, found["item_id"], "agreed")
    clean = samples.evaluate(sample, samples.items(sample))
    assert clean is not None
    assert clean.likely == 0
    assert clean.upper == pytest.approx(3.0 * sample.figures["interval"])
    assert clean.upper <= MUS.tolerable
    for item in found["item_id"]:
        samples.note(AUDITOR, ALL, sample.sample_id, [item], "error", 0, "no such loan")
    wrong = samples.evaluate(sample, samples.items(sample))
    assert wrong is not None and wrong.upper > MUS.tolerable


def test_only_an_auditor_draws_and_fills_in():
    with pytest.raises(Refused, match="Only an auditor"):
        samples.draw(RISK, ALL, "x", "loans", "all", "none", "s", MUS)
    sample = draw()
    with pytest.raises(Refused, match="Only an auditor"):
        samples.note(RISK, ALL, sample.sample_id, ["L001"], "agreed")


def test_a_sample_of_more_than_one_may_see_does_not_open():
    sample = draw()
    part = draw(Plan("random", size=3), NORTH)
    assert samples.by_number(NORTH, sample.sample_id) is None
    assert [each.sample_id for each in samples.listed(NORTH)] == [part.sample_id]
    with pytest.raises(Refused, match="no such sample"):
        samples.note(AUDITOR, NORTH, sample.sample_id, ["L001"], "agreed")


@pytest.mark.parametrize(
    "wrong", [("agreed", None, "x" * 2000), ("error", None, "why"), ("error", 5, "")]
)
def test_papers_that_say_too_little_or_too_much_are_refused(wrong):
    sample = draw(Plan("random", size=3))
    item = samples.items(sample)["item_id"].iloc[0]
    with pytest.raises(Refused):
        samples.note(AUDITOR, ALL, sample.sample_id, [item], *wrong)


@pytest.mark.parametrize("table", ["samples", "sample_items", "sample_papers"])
def test_what_is_kept_cannot_be_changed(table):
    sample = draw(Plan("random", size=3))
    samples.note(AUDITOR, ALL, sample.sample_id, samples.items(sample)["item_id"], "agreed")
    for sql in (f"delete from {table}", f"update {table} set seq = seq + 100"):
        with pytest.raises(DatabaseError), store.engine().begin() as connection:
            connection.exec_driver_sql(sql)


def test_the_page_draws_works_and_evaluates(opened):
    at = opened("sampling", person("auditor"), view="draw")
    at.text_input(key="sample_title").set_value("Year end")
    at.text_input(key="sample_seed").set_value("s1")
    at.number_input(key="sample_tolerable").set_value(500_000.0)
    at = _press(at, "Draw")
    assert "Sample 1 was drawn." in plain(at)
    assert "rows are worked." in plain(at)
    at = _press(at, "Draw again and compare")
    assert "the same population and the same rows" in plain(at)


def _press(at, label: str):
    next(each for each in at.button if each.label == label).click()
    return at.run()


def test_what_was_typed_in_a_work_paper_stays_until_it_is_written(opened, monkeypatch):
    sample = draw(Plan("random", size=3))
    at = opened("sampling", person("auditor"), view="samples", sample_id=str(sample.sample_id))

    def note(at):
        return next(each for each in at.text_area if each.label == "Note")

    note(at).set_value("seen in the file")
    at = _press(at, "Write")
    assert "Choose the items first." in plain(at) and note(at).value == "seen in the file"
    items = next(each for each in at.multiselect if each.label == "Items")
    items.set_value(items.options[:1])
    with monkeypatch.context() as patch:
        patch.setattr(samples, "note", _down)
        at = _press(at, "Write")
    assert "Not written" in plain(at) and note(at).value == "seen in the file"
    at = _press(at, "Write")
    assert "1 rows were written." in plain(at) and note(at).value == ""


def _down(*told, **more):
    raise Unavailable("down")


def test_first_digits_of_a_small_book_are_refused(opened):
    at = opened("sampling", person("auditor"), view="digits")
    shown = plain(at)
    assert "of 1,000 that it takes" in shown and "of 5,200 that it takes" in shown


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_screens_of_first_digits_tell_what_chance_makes(demo_scope, opened, language):
    user = person("auditor", branches=demo_scope.branches, language=language)
    shown = plain(opened("sampling", user, view="digits"))
    said = {"en": "Chance alone makes some", "zh": "仅由随机波动"}
    assert shown.count(said[language]) == 2


def test_the_two_digits_begin_with_the_one(demo_scope):
    one = reports.first_digits(demo_scope).set_index("digit")["number"]
    two = reports.first_digits(demo_scope, 2).set_index("digit")["number"]
    assert two.index.min() == 10 and two.index.max() == 99
    assert two.groupby(two.index // 10).sum().to_dict() == one.to_dict()


def test_others_do_not_open_the_page(tried):
    at = tried("sampling", person("executive"))
    assert [each.value for each in at.error] == ["Your role does not open this page."]
