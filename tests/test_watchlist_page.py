"""The Watchlist: its figures are those of the reports, it narrows, acts, bears a store down."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from queries import reports
from queries.metrics import BALANCE, rows_behind
from tests.opened import address, fine, person, plain
from ui import (
    desk,
    paging,
    store,
    views,
    watch_desk,
    watch_flow,
    watch_order,
    watch_table,
    watch_words,
)
from ui.desk_entries import Action, Entry, Snapshot, States
from ui.watch_desk import Wanted

RISK = person("risk_manager")
DOWN = "sqlite:////proc/nowhere/w.sqlite"
MOVES = ("opening", "new", "cured", "paid_off", "default", "closing")


@pytest.fixture(autouse=True)
def forgotten():
    """No store is remembered from one test to the next."""
    yield
    store.forget()


def table(at: AppTest) -> pd.DataFrame:
    """The list that a page shows, or nothing."""
    return at.dataframe[0].value if at.dataframe else pd.DataFrame()


def headline(at: AppTest) -> str:
    """The line that says how many and how much."""
    return next(each.value for each in at.markdown if "need attention" in each.value)


def choose(monkeypatch: pytest.MonkeyPatch, *places: int) -> None:
    """As if these rows of the table had been chosen: a test cannot click in it."""
    draw = watch_table._draw

    def chosen(frame, shown, by):
        draw(frame, shown, by)
        return [place for place in places if place < len(frame)]

    monkeypatch.setattr(watch_table, "_draw", chosen)


# --- What is listed ---


@pytest.mark.parametrize("role", ["risk_manager", "auditor", "department_head"])
def test_whoever_may_open_it_sees_who_and_why(opened, demo_scope, role):
    at = opened("watchlist", person(role))
    number, _ = reports.watch_list_total(demo_scope)
    assert f"**{number:,}** borrowers" in headline(at)
    shown = table(at)
    first = reports.watch_list(demo_scope, limit=1).iloc[0]
    assert shown["borrower_id"].iloc[0] == first["borrower_id"]
    assert all(shown["why"])
    assert all(1 <= len(line) <= 13 for line in shown["trend"])
    can_act = any(str(each.key).startswith("act_") for each in at.button)
    assert can_act == (role != "auditor")


def test_an_executive_does_not_open_it(tried, demo_scope):
    at = tried("watchlist", person("executive"))
    assert "Your role does not open this page." in plain(at) + str([e.value for e in at.error])


def test_why_names_every_signal_with_its_value(demo_scope):
    rules = watch_words.rules(demo_scope)
    frame = reports.watch_list(demo_scope, limit=1000)
    row = frame[frame["rules"].str.contains("B02|B03")].iloc[0]
    said = watch_words.why(row["signal_values"], row["reasons"], rules)
    signals = reports.signals_of_borrower(demo_scope, row["borrower_id"])
    assert {name for name in signals["name"] if name not in said} == set()
    assert " days)" in said
    calm = frame[frame["rules"] == ""]
    assert all(watch_words.why("", codes, rules) for codes in calm["reasons"])


@pytest.mark.parametrize(
    ("shown", "value", "said"),
    [
        ("days_past_due", "31", "31 days"),
        ("ltv", "0.9315", "93.15%"),
        ("account_shortfall", "7460.02", "7,460.02"),
        ("enforcements", "2", "2"),
        ("opinion", "adverse", "adverse"),
        ("opinion", None, ""),
        ("anything", "a word", "a word"),
    ],
)
def test_a_value_is_said_in_its_unit(shown, value, said):
    assert watch_words.said_value(shown, value) == said


@pytest.mark.parametrize(
    ("params", "report"),
    [
        ({"alert_level": ["red", "orange"]}, {"levels": ("red", "orange")}),
        ({"watch_change": "up"}, {"changes": ("up",)}),
        ({"watch_reason": "late"}, {"reason": "late"}),
        ({"watch_reason": "none"}, {"reason": "none"}),
        ({"signal_family": "behavioural"}, {"family": "behavioural"}),
        ({"min_score": "60"}, {"min_score": 60}),
        ({"review": "overdue"}, {"overdue_review": True}),
        ({"borrower_kind": "retail"}, {"kinds": ("retail",)}),
        ({"min_exposure": "100000"}, {"min_exposure": 100000}),
        ({"on_list": "over 180"}, {"escalated": True}),
        ({"desk_exit": "may_exit"}, {"may_exit": True}),
    ],
    ids=str,
)
def test_the_address_narrows_the_list_and_the_count(opened, demo_scope, params, report):
    at = opened("watchlist", RISK, **params)
    number, _ = reports.watch_list_total(demo_scope, **report)
    whole, _ = reports.watch_list_total(demo_scope)
    assert 0 < number < whole
    assert f"**{number:,}** borrowers" in headline(at)
    assert len(table(at)) == min(number, 100)


def test_rows_of_one_branch_are_of_that_branch(opened, demo_scope):
    branch = demo_scope.branches[0]
    own = opened("watchlist", person("risk_manager", (branch,)), columns=["branch", "exposure"])
    hoped = opened(
        "watchlist",
        person("risk_manager", (branch,)),
        branch=demo_scope.branches[1],
        columns=["branch", "exposure"],
    )
    assert table(own).equals(table(hoped))
    assert list(table(own)) == ["borrower_id", "exposure", "branch"]
    assert len(table(own)) and table(own)["branch"].nunique() == 1


def test_nobody_and_nothing_say_so(opened, demo_scope):
    at = opened("watchlist", RISK, text="no such borrower")
    assert "No borrower in this selection." in plain(at)
    at = opened("watchlist", person("risk_manager", ()))
    assert "No loans in this selection." in plain(at)
    for part in ("map", "flow"):
        opened("watchlist", person("risk_manager", ()), part=part)


def test_the_order_and_the_columns_are_in_the_address(opened, demo_scope):
    at = opened("watchlist", RISK, order="largest", columns=["exposure", "exit"])
    assert list(table(at)) == ["borrower_id", "exposure", "exit"]
    assert table(at)["exposure"].is_monotonic_decreasing
    at.multiselect(key="pick_columns").set_value(["why"]).run()
    fine(at)
    assert address(at, "columns") == ["why"]
    assert list(table(at)) == ["borrower_id", "why"]


@pytest.mark.parametrize("asked", [{}, {"levels": ("red",)}, {"text": "no such borrower"}])
def test_the_first_page_and_the_sums_of_all_come_as_each_comes_alone(demo_scope, asked):
    frame, *sums = reports.watch_list_start(demo_scope, 3, **asked)
    pd.testing.assert_frame_equal(frame, reports.watch_list(demo_scope, limit=3, **asked))
    assert tuple(sums) == reports.watch_list_total(demo_scope, **asked)


def test_every_order_pages_through_the_whole_list(demo_scope):
    number, _ = reports.watch_list_total(demo_scope)
    whole = set(reports.watch_list_numbers(demo_scope, 10_000)["borrower_id"])
    assert len(whole) == number > 100
    for order in reports.WATCH_ORDERS:
        seen, last = [], None
        while len(seen) < number:
            part = reports.watch_list(demo_scope, last, 150, order)
            seen += part["borrower_id"].tolist()
            last = seen[-1]
        assert len(seen) == number and set(seen) == whole, order


def test_the_head_of_a_column_orders_the_whole_list_and_not_one_page(opened, demo_scope):
    at = opened("watchlist", RISK, order="days_past_due.down", columns=["days_past_due"])
    late = reports.watch_list(demo_scope, limit=1000)["days_past_due"]
    assert table(at)["days_past_due"].max() == table(at)["days_past_due"].iloc[0] == late.max()
    assert watch_order.told("days_past_due.down", watch_table.COLUMNS) == "Days past due ↓"
    fine(opened("watchlist", RISK, order="name.down"))


@pytest.mark.parametrize(
    ("head", "now", "then"),
    [
        ("score", "worst", "score.down"),
        ("score", "score", "score.up"),
        ("score", "score.up", "score.down"),
        ("entered_on", "worst", "entered_on.up"),
        ("exposure", "largest", "exposure.up"),
        ("borrower_id", "borrower_id.up", "borrower_id.up"),
    ],
)
def test_a_click_on_a_head_turns_the_order_round(monkeypatch, head, now, then):
    went = []
    monkeypatch.setattr(watch_order.links, "go", lambda page, **params: went.append(params))
    watch_order.by_head([head], now, watch_table.COLUMNS)
    assert went == [{"order": then}]


def test_a_view_keeps_filters_order_and_columns_and_a_link_opens_it(opened, demo_scope):
    opened("watchlist", RISK)
    asked = {"alert_level": ["red"], "order": ["largest"], "columns": ["exposure"], "evil": ["x"]}
    view = views.save(RISK, "watchlist", "Large and red", asked, is_shared=True)
    at = opened("watchlist", person("auditor"), view_id=str(view.view_id))
    number, _ = reports.watch_list_total(demo_scope, levels=("red",))
    assert f"**{number:,}** borrowers" in headline(at)
    assert list(table(at)) == ["borrower_id", "exposure"]
    assert address(at, "order") == ["largest"]
    assert "evil" not in at.query_params


# --- Where they stand, and over time ---


def test_the_squares_of_the_quadrant_add_up_to_the_list(opened, demo_scope):
    cells = reports.watch_quadrant(demo_scope)
    number, exposure = reports.watch_list_total(demo_scope)
    assert cells["borrowers"].sum() == number
    assert cells["exposure"].sum() == pytest.approx(float(exposure), abs=0.01)
    opened("watchlist", RISK, part="map", map_by="exposure")


@pytest.mark.parametrize("measure", ["borrowers", "loans", "balance", "exposure"])
def test_every_bar_is_the_sum_of_its_borrowers(opened, demo_scope, measure):
    flow = reports.watch_flow(demo_scope, 4)
    for row in flow.to_dict("records"):
        then = replace(demo_scope, as_of=row["month_end"].date())
        for move in MOVES:
            number, amount = reports.watch_moves_total(then, move, measure)
            assert float(amount) == pytest.approx(row[f"{move}_{measure}"], abs=0.01), (then, move)
            assert number == row[f"{move}_borrowers"]
    month = flow["month_end"].iloc[-2].date()
    opened("watchlist", RISK, part="flow", measure=measure, watch_flow=f"new:{month}")


def test_a_month_opens_its_borrowers(opened, demo_scope):
    last = demo_scope.as_of
    at = opened("watchlist", RISK, part="flow", watch_flow=f"closing:{last}")
    number, _ = reports.watch_list_total(demo_scope)
    assert f"{number:,} borrowers" in plain(at)
    assert len(at.dataframe[1].value) == min(number, 100)
    at = opened("watchlist", RISK, part="flow", watch_flow="closing:1999-12-31")
    assert len(at.dataframe) == 1 and "It was ignored." in plain(at)


def test_what_left_stands_below_the_line(demo_scope):
    frame = reports.watch_flow(demo_scope)
    bars: list[Any] = list(watch_flow.picture(frame, "exposure").data)
    assert [bar.customdata[0][0] for bar in bars] == list(watch_flow.MOVES)
    assert all(value >= 0 for value in bars[0].y)
    assert all(value <= 0 for bar in bars[1:] for value in bar.y)
    assert len({bar.marker.pattern.shape for bar in bars}) == len(bars)


# --- What people write ---


def test_acts_over_chosen_rows_ask_first_and_can_be_undone(opened, demo_scope, monkeypatch):
    choose(monkeypatch, 0, 1)
    at = opened("watchlist", RISK)
    ids = reports.watch_list(demo_scope, limit=2)["borrower_id"].tolist()
    at.button(key="act_next_step").click().run()
    assert not desk.batches()
    assert any(", ".join(ids) in each.value for each in at.caption)
    at.button(key="bulk_next_step_yes").click().run()
    assert "Write a few words first." in plain(at)
    assert not desk.batches()
    at.button(key="act_next_step").click().run()
    next(each for each in at.text_area if "bulk" in str(each.key)).set_value("Visit them")
    next(each for each in at.date_input if "bulk" in str(each.key)).set_value(date(2024, 1, 5))
    at.button(key="bulk_next_step_yes").click().run()
    fine(at)
    (batch,) = desk.batches()
    assert (batch.count, batch.kind) == (2, "next_step")
    assert "written for 2 borrowers" in plain(at)
    assert table(at)["next_step"].tolist()[:3] == ["Visit them", "Visit them", ""]
    at.button(key=f"watchlist_undo_all_{batch.number}").click().run()
    fine(at)
    assert set(table(at)["next_step"]) == {""}


def test_an_act_over_all_of_a_filter_says_how_many_and_can_be_undone(
    opened, demo_scope, monkeypatch
):
    listed = reports.watch_list_numbers(demo_scope, 10_000, levels=("orange", "red"))
    everyone, number = set(listed["borrower_id"]), f"{len(listed):,}"
    monkeypatch.setattr(paging, "SIZE", 10)
    assert len(everyone) > 10, "more than a page"
    at = opened("watchlist", RISK, alert_level=["orange", "red"])
    box = next(each for each in at.checkbox if each.label == f"All {number} of this filter")
    box.check().run()
    at.button(key="act_acknowledge").click().run()
    assert f"Do this for **{number}** borrowers?" in [each.value for each in at.markdown]
    assert not desk.batches()
    at.button(key="bulk_acknowledge_yes").click().run()
    fine(at)
    (batch,) = desk.batches()
    assert batch.count == len(everyone)
    seen = {key: state.acknowledged for key, state in desk.everything().states.items()}
    levels = dict(zip(listed["borrower_id"], listed["level"], strict=True))
    assert {key: entry.level for key, entry in seen.items() if entry} == levels
    assert not any(each.value for each in at.checkbox)
    at.button(key=f"watchlist_undo_all_{batch.number}").click().run()
    fine(at)
    assert not any(desk.everything().of(key).acknowledged for key in everyone)


def test_an_exit_is_proposed_only_of_those_who_meet_its_conditions(opened, demo_scope):
    listed = reports.watch_list_numbers(demo_scope, 10_000)
    leaving = set(listed.loc[listed["may_exit"].astype(bool), "borrower_id"])
    assert 0 < len(leaving) < len(listed)
    at = opened("watchlist", RISK)
    next(each for each in at.checkbox if each.label.startswith("All ")).check().run()
    at.button(key="act_propose_exit").click().run()
    kept = len(listed) - len(leaving)
    assert any(f"{kept} of the {len(listed)} borrowers do not" in e.value for e in at.caption)
    next(each for each in at.text_area if "bulk" in str(each.key)).set_value("All is paid")
    at.button(key="bulk_propose_exit_yes").click().run()
    fine(at)
    (batch,) = desk.batches()
    assert batch.count == len(leaving)
    states = desk.everything().states.items()
    assert {key for key, state in states if state.proposal} == leaving
    # Of red borrowers alone there is nobody to propose, and nothing to press.
    red = opened("watchlist", RISK, alert_level="red")
    next(each for each in red.checkbox if each.label.startswith("All ")).check().run()
    red.button(key="act_propose_exit").click().run()
    assert not [each for each in red.button if each.key == "bulk_propose_exit_yes"]


def test_no_act_takes_more_borrowers_than_may_be_written_at_once(opened, demo_scope, monkeypatch):
    monkeypatch.setattr(desk, "MOST_BORROWERS", 5)
    at = opened("watchlist", RISK)
    assert next(e for e in at.checkbox if e.label.startswith("All ")).disabled


def test_each_borrower_is_acknowledged_at_its_own_level(opened, demo_scope, monkeypatch):
    frame = reports.watch_list(demo_scope, limit=100)
    place = next(n for n, level in enumerate(frame["level"]) if level != frame["level"].iloc[0])
    choose(monkeypatch, 0, place)
    at = opened("watchlist", RISK)
    at.button(key="act_acknowledge").click().run()
    at.button(key="bulk_acknowledge_yes").click().run()
    fine(at)
    two = frame.iloc[[0, place]]
    states = desk.states(two["borrower_id"])
    for key, level in zip(two["borrower_id"], two["level"], strict=True):
        seen = states.of(key).acknowledged
        assert seen and seen.level == level and seen.as_of == demo_scope.as_of
    at = opened("watchlist", RISK, answered="yes")
    assert set(table(at)["borrower_id"]) == {*two["borrower_id"]}
    number, _ = reports.watch_list_total(demo_scope)
    at = opened("watchlist", RISK, answered="no")
    assert f"**{number - 2:,}** borrowers" in headline(at)


def test_one_chosen_row_shows_its_panel_and_all_of_why(opened, demo_scope, monkeypatch):
    choose(monkeypatch, 0)
    at = opened("watchlist", RISK)
    row = reports.watch_list(demo_scope, limit=1).iloc[0]
    shown, rules = plain(at), watch_words.rules(demo_scope)
    assert "Notes and decisions" in shown and row["borrower_id"] in shown
    assert watch_words.why(row["signal_values"], row["reasons"], rules) in shown
    choose(monkeypatch, 0, 1)
    assert "Notes and decisions" not in plain(opened("watchlist", RISK))


def test_filters_of_what_was_written_combine_with_those_of_the_book(opened, demo_scope):
    frame = reports.watch_list(demo_scope, limit=100)
    owner = frame["owner"].iloc[0]
    other = frame[frame["owner"] != owner].iloc[0]
    same = frame[frame["owner"] == owner].iloc[0]
    opened("watchlist", RISK)
    seen = desk.everything().newest
    desk.write(RISK, [other["borrower_id"]], Action("reassign", owner=owner), seen=seen)
    desk.write(RISK, [same["borrower_id"]], Action("reassign", owner="somebody else"), seen=seen)
    late = Action("next_step", "Call", due_on=demo_scope.as_of.replace(day=1))
    desk.write(RISK, [other["borrower_id"]], late, seen=seen)
    theirs = set(table(opened("watchlist", RISK, owner=owner))["borrower_id"])
    assert other["borrower_id"] in theirs and same["borrower_id"] not in theirs
    both = table(opened("watchlist", RISK, owner=owner, next_step="overdue"))
    assert both["borrower_id"].tolist() == [other["borrower_id"]]
    none = table(opened("watchlist", RISK, owner=owner, next_step="none"))
    assert set(none["borrower_id"]) == theirs - {other["borrower_id"]}
    gone = opened("watchlist", RISK, desk_exit="proposed")
    assert "No borrower in this selection." in plain(gone)


def test_who_has_a_new_next_step_is_not_on_the_list_for_too_long(demo_scope):
    day = demo_scope.as_of
    frame = reports.watch_list(demo_scope, limit=3, escalated=True)
    assert frame["is_escalated"].all() and (frame["days_on_list"] > 180).all()
    planned, old, silent = frame["borrower_id"]
    step = Entry(1, 1, 0.0, "ann", "", planned, "next_step", "Visit", due_on=day, as_of=day)
    states = {planned: [step], old: [step._replace(as_of=day - timedelta(days=181))]}
    told = watch_desk.beside(frame, Snapshot(States(states), 1), day, True)
    assert dict(zip(told["borrower_id"], told["is_escalated"], strict=True)) == {
        planned: False,
        old: True,
        silent: True,
    }


def test_several_filters_of_entries_leave_who_meets_all(demo_scope):
    day = demo_scope.as_of

    step = Entry(1, 1, 0.0, "ann", "", "B", "next_step", "words", due_on=day, as_of=day)
    exit_ = Entry(2, 2, 0.0, "ann", "", "B", "propose_exit", "words", as_of=day)
    held = States({"B1": [step, exit_], "B2": [step], "B3": [exit_]})
    snapshot = Snapshot(held, 3)
    found = watch_desk.narrowed(demo_scope, Wanted(next_step="soon", exit="proposed"), snapshot)
    assert found == {"among": ("B1",)}
    found = watch_desk.narrowed(demo_scope, Wanted(next_step="none", exit="proposed"), snapshot)
    assert found == {"among": ("B1", "B3"), "without": ("B1", "B2")}
    assert watch_desk.narrowed(demo_scope, Wanted(), snapshot) == {}


def test_a_store_that_is_down_leaves_the_page_to_read_and_the_words_typed(
    opened, demo_scope, monkeypatch
):
    choose(monkeypatch, 0)
    at = opened("watchlist", RISK)
    note = next(each for each in at.text_area if "_note_" in str(each.key))
    note.set_value("Half an hour of writing")
    monkeypatch.setenv("WORKSPACE_URL", DOWN)
    store.forget()
    save = next(each for each in at.button if str(each.key).endswith("_note_save"))
    save.click().run()
    assert not at.exception
    assert sum("cannot be read now" in each.value for each in at.warning) == 1
    assert len(table(at)) > 0
    assert any("Not written" in each.value for each in at.error)
    note = next(each for each in at.text_area if "_note_" in str(each.key))
    assert note.value == "Half an hour of writing"


def test_filters_that_only_the_store_knows_are_said_to_be_off_when_it_is_down(
    tried, demo_scope, monkeypatch
):
    number, _ = reports.watch_list_total(demo_scope)
    monkeypatch.setattr(desk, "everything", lambda: Snapshot(available=False))
    at = tried("watchlist", RISK, next_step="overdue")
    assert "are not applied now" in plain(at)
    assert f"**{number:,}** borrowers" in headline(at)


def test_an_auditor_reads_the_panel_and_writes_nothing(opened, demo_scope, monkeypatch):
    choose(monkeypatch, 0)
    at = opened("watchlist", person("auditor"))
    assert "Notes and decisions" in plain(at)
    assert not at.text_area


# --- The borrower ---


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_borrower_tells_what_warns_of_it(opened, demo_scope, language):
    row = reports.watch_list(demo_scope, limit=1).iloc[0]
    key = row["borrower_id"]
    at = opened("borrower", person("risk_manager", language=language), borrower_id=key)
    signals = reports.signals_of_borrower(demo_scope, key)
    frames = [each.value for each in at.dataframe]
    place = next(place for place, frame in enumerate(frames) if "signal" in frame)
    told = signals["name_zh" if language == "zh" else "name"].tolist()
    assert frames[place]["signal"].tolist() == told
    assert len(frames[place + 1]) == len(reports.watch_history(demo_scope, key))


def test_a_calm_borrower_says_so(opened, demo_scope):
    listed = set(reports.watch_list(demo_scope, limit=1000)["borrower_id"])
    calm = next(
        key
        for key in rows_behind(demo_scope, BALANCE, limit=200)["borrower_id"]
        if key not in listed and reports.borrower_score(demo_scope, key).empty
    )
    at = opened("borrower", RISK, borrower_id=calm)
    shown = plain(at)
    assert "No signal is in force at this month end." in shown
    assert "not on it" in shown


def test_a_borrower_is_told_as_of_the_month_end_looked_at(opened, demo_scope):
    row = reports.watch_list(demo_scope, order="oldest", limit=1).iloc[0]
    first = row["entered_on"].date()
    at = opened("borrower", RISK, borrower_id=row["borrower_id"], as_of=str(first))
    assert f"Early warning at {first}" in plain(at)
    then = replace(demo_scope, as_of=first)
    assert len(at.dataframe[-1].value) == len(reports.watch_history(then, row["borrower_id"]))


# --- Ageing keeps the loans ---


def test_loans_that_need_attention_are_on_ageing(opened, small_book):
    at = opened("ageing", RISK, chapter="attention", reason="restructured")
    shown = next(each.value for each in at.dataframe if "why" in each.value)
    assert all("restructured" in why for why in shown["why"])
