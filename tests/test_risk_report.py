"""The page Risk report: its lines are the figures of the reports, with a desk and without."""

from dataclasses import replace
from datetime import date

import pytest

from queries import reports
from queries.periods import month_ends_before
from tests import stores
from tests.opened import person, plain
from ui import desk, formats, risk_report_desk, store
from ui.accounts import User
from ui.desk_entries import Action

pytestmark = pytest.mark.usefixtures("demo_scope")
ANN = User("ann", "Ann Li", ("risk_manager",), ("*",))
DOWN = "sqlite:////proc/nowhere/w.sqlite"
MINUS = "−"


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch: pytest.MonkeyPatch):
    stores.use(monkeypatch, tmp_path)
    yield
    store.forget()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", ["executive", "risk_manager", "auditor", "department_head"])
def test_every_reader_has_the_whole_report(opened, role, language):
    at = opened("risk_report", person(role, language=language))
    assert len(at.subheader) == 6
    assert len(at.metric) == 4


def test_the_lines_are_the_figures_of_the_reports(opened, demo_scope):
    shown = plain(opened("risk_report"))
    flow = reports.watch_flow(demo_scope, 1).iloc[-1]
    number, exposure = reports.new_alerts_total(demo_scope)
    assert f"{number} borrowers became orange or red this month" in shown
    assert f"from {flow['opening_borrowers']} to {flow['closing_borrowers']}" in shown
    assert f"Left it into default: {MINUS}{flow['default_borrowers']}" in shown
    assert f"the largest of {number} with {formats.money(exposure)}" in shown
    levels = reports.level_counts(demo_scope, 1).set_index("level")["borrowers"]
    assert f"{formats.count(levels['red'])} borrowers are red" in shown
    late = int(reports.watch_owners(demo_scope)["overdue_reviews"].sum())
    assert f"Reviews overdue by owner · {late}" in shown
    largest = reports.watch_list(demo_scope, None, 1, "largest").iloc[0]
    assert f"{largest['borrower_id']} · {largest['name']}" in shown


@pytest.mark.parametrize(("language", "called"), [("en", "name"), ("zh", "name_zh")])
def test_every_rule_that_holds_is_called_by_name_beside_its_code(
    opened, demo_scope, language, called
):
    frame = reports.signal_counts(demo_scope)
    held = frame[frame["borrowers"] > 0]
    assert len(held)
    shown = plain(opened("risk_report", person(language=language)))
    for _, row in held.iterrows():
        assert f"{row['rule_id']} {row[called]}" in shown


def test_exposure_is_one_figure_of_a_borrower_wherever_it_stands(demo_scope):
    """Principal with what is past due of interest and fees, as the watchlist has it."""
    listed = reports.watch_list(demo_scope, None, 10_000, "largest")
    known = listed.set_index("borrower_id")["exposure"].astype(float)
    numbers = tuple(known.index)
    frames = {
        "new alerts": reports.new_alerts(demo_scope, limit=10_000),
        "warned": reports.warned_borrowers(demo_scope, limit=10_000),
        "desk": reports.desk_borrowers(demo_scope, numbers),
    }
    owed = reports.watch_moves(demo_scope, "closing", limit=10_000).set_index("borrower_id")
    assert (owed["exposure"] > owed["balance"]).any()
    for place, frame in frames.items():
        found = frame.set_index("borrower_id")["exposure"].astype(float)
        both = found.index.intersection(known.index)
        assert len(both), place
        assert found[both].tolist() == pytest.approx(known[both].tolist(), abs=0.005), place
        assert found[both].gt(owed.loc[both, "balance"].astype(float)).any(), place


def test_what_the_desk_proposes_is_in_it_for_who_may_see_the_borrower(opened, demo_scope):
    listed = reports.watch_list(demo_scope, None, 2, "largest")
    first, second = listed["borrower_id"]
    desk.write(ANN, [first], Action("propose_exit", "All is paid"), seen=0, owners={first: "X"})
    step = Action("next_step", "Visit the plant", due_on=date(2000, 1, 31))
    desk.write(ANN, [second], step, seen=desk.states([first]).newest)
    shown = plain(opened("risk_report"))
    assert "Exits proposed · 1" in shown and "ann, " in shown and "All is paid" in shown
    assert "Next steps · 1, 1 of them overdue" in shown and "Visit the plant" in shown
    assert "All is paid" not in plain(opened("risk_report", person("executive")))
    away = [b for b in demo_scope.branches if b and b not in set(listed["branch"])][:1]
    other = plain(opened("risk_report", person(branches=tuple(away))))
    loans = reports.desk_borrowers(replace(demo_scope, branches=tuple(away)), (first,))
    assert ("Exits proposed · 1" in other) == bool(len(loans))


def test_an_alert_with_an_answer_is_owed_no_more(demo_scope):
    frame, silent, number = risk_report_desk.unanswered(demo_scope, desk.everything())
    before = month_ends_before(demo_scope)[0]
    alerts = set(reports.new_alerts(replace(demo_scope, as_of=before), limit=1000)["borrower_id"])
    acted = alerts & set(reports.acted_alerts(demo_scope, before)["borrower_id"])
    # Some were acted on in a case of the book, some were not.
    assert 0 < silent == number - len(acted) < number == len(alerts)
    answered = frame["borrower_id"].iloc[0]
    desk.write(ANN, [answered], Action("acknowledge", level="red", as_of=before), seen=0)
    frame, left, number = risk_report_desk.unanswered(demo_scope, desk.everything())
    assert left == silent - 1
    assert answered not in set(frame["borrower_id"])


def test_with_the_store_down_the_rest_is_there_and_one_line_says_so(opened, monkeypatch):
    at = opened("risk_report")
    monkeypatch.setenv("WORKSPACE_URL", DOWN)
    at.run()
    assert not at.exception
    shown = plain(at)
    assert "Not known: the desk's store cannot be read." in shown
    assert len([each for each in at.warning if "cannot be read" in each.value]) == 1
    assert len(at.subheader) == 6


def test_the_first_month_has_nothing_before_it(opened, demo_scope):
    first = month_ends_before(demo_scope)[-1].isoformat()
    at = opened("risk_report", as_of=first)
    assert len(at.subheader) == 6
