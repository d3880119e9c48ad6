"""The overview judges every limit of the product, not only those of its headline."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from queries.comparisons import broken
from queries.metrics import METRICS, SINGLE_CUSTOMER_LOAN_RATIO, comparisons
from queries.warehouse import Scope
from tests.book import Book
from tests.served import ALL, serve, small_warehouse
from ui import access
from ui.access import User

JUNE = "2024-06-30"
SCOPE = Scope(("Main", ""), ("consumer", ""), date.fromisoformat(JUNE))


def served(monkeypatch, tmp_path, net_capital: float) -> None:
    """One loan of 1,000 in good order against the capital given."""
    book = Book().borrower().loan("L1").recorded("L1", JUNE, 1000)
    book.add("capital", as_of="2024-03-31", net_capital=net_capital, tier1_capital=net_capital)
    monkeypatch.setenv("WAREHOUSE", str(serve(book.build(JUNE), tmp_path)))
    monkeypatch.setenv("WORKSPACE_URL", f"sqlite:///{tmp_path / 'workspace.sqlite'}")


def words_of_overview(monkeypatch) -> str:
    """What the overview says to a reader of everything."""
    user = User("ann", "Ann", ("risk_manager",), ("*",))
    monkeypatch.setattr(access, "sign_in", lambda: user)
    at = AppTest.from_function(_run, default_timeout=30).run()
    assert not at.exception
    return "\n".join(str(each.value) for each in (*at.markdown, *at.caption)).replace("\\", "")


def _run() -> None:
    import app

    app.main(start="overview")


def test_a_limit_outside_the_headline_is_told_when_it_is_broken(monkeypatch, tmp_path):
    served(monkeypatch, tmp_path, net_capital=100)
    found, _ = broken(SCOPE, METRICS.values())
    ids = [each.metric.id for each in found]
    assert SINGLE_CUSTOMER_LOAN_RATIO.id in ids
    said = words_of_overview(monkeypatch)
    assert f"**Limits broken** · {len(ids)}" in said
    assert "1000.00% · limit 10.00%" in said


def test_that_all_holds_is_said_of_what_could_be_judged(monkeypatch, tmp_path):
    served(monkeypatch, tmp_path, net_capital=100_000)
    found, judged = broken(SCOPE, METRICS.values())
    assert not found
    said = words_of_overview(monkeypatch)
    assert f"Each of the {judged} limits that can be judged holds." in said


@pytest.mark.parametrize("branches", [ALL.branches, ("North",)])
def test_what_is_broken_is_what_the_comparisons_call_red(monkeypatch, branches):
    monkeypatch.setenv("WAREHOUSE", str(small_warehouse()))
    scope = Scope(branches, ALL.products, ALL.as_of)
    every = comparisons(scope, *METRICS.values()).values()
    found, judged = broken(scope, METRICS.values())
    assert [each.metric.id for each in found] == [e.metric.id for e in every if e.light == "red"]
    assert [each.broken_since for each in found] == [
        each.broken_since for each in every if each.light == "red"
    ]
    assert judged <= sum(each.light is not None for each in every)
