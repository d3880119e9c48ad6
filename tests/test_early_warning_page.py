"""The page Early warning: chapters, lists behind figures, the dry run, the row to take away."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pandas as pd
import pytest

from data import signal_rules
from data.kept_facts import KEPT
from data.signal_rules import FACTS
from pages.risk import early_warning
from queries import reports, rule_rows, warning_reading
from queries.dry_run import AsksForMore, dry_run
from queries.metrics import OVERDUE_OPEN, measure
from queries.warehouse import Scope, ask, month_ends
from tests.book import Book
from tests.opened import person, plain
from ui import export, files, formats, warning_answers, warning_dry_run, warning_results

pytestmark = pytest.mark.usefixtures("demo_scope")

OF_SCOPE = {"branch": "branches", "product": "products"}


def tables(at) -> list:
    return [each.value for each in at.dataframe]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def rule_of(scope: Scope, rule_id: str) -> dict[str, Any]:
    found = records(reports.rules_in_force(scope))
    return next(row for row in found if row["rule_id"] == rule_id)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("chapter", early_warning.CHAPTERS)
def test_every_chapter_opens_below_the_sentence(opened, chapter, language):
    at = opened("early_warning", person(language=language), chapter=chapter)
    assert at.subheader
    assert [each for each in at.markdown if each.value.startswith("#### ")]


@pytest.mark.parametrize("role", ["executive", "risk_manager", "auditor", "department_head"])
def test_every_reader_sees_the_borrowers_of_a_level(opened, demo_scope, role):
    at = opened("early_warning", person(role), alert_level="red")
    number, _ = reports.warned_borrowers_total(demo_scope, level="red")
    shown = next(frame for frame in tables(at) if "score_before" in frame and "branch" in frame)
    assert len(shown) == min(number, 100) > 0


@pytest.mark.parametrize("chapter", early_warning.CHAPTERS)
def test_who_administers_sees_rules_and_sums_and_no_borrower(opened, chapter):
    at = opened("early_warning", person("administrator"), chapter=chapter)
    wanted = chapter if chapter in early_warning.WITHOUT_ROWS else "dry_run"
    assert at.segmented_control(key="pick_chapter").value == wanted
    assert not [frame for frame in tables(at) if {"borrower_id", "case_id"} & set(frame)]


def test_the_lists_are_as_long_as_the_counts_say(demo_scope):
    for row in records(reports.level_counts(demo_scope, 1)):
        number, _ = reports.warned_borrowers_total(demo_scope, level=row["level"])
        assert number == row["borrowers"]
    branch = replace(demo_scope, branches=demo_scope.branches[:1])
    for scope in (demo_scope, branch):
        for row in records(reports.signal_counts(scope)):
            assert reports.warned_borrowers_total(scope, rule=row["rule_id"])[0] == row["borrowers"]
            new, _ = reports.warned_borrowers_total(scope, rule=row["rule_id"], is_new=True)
            assert new == row["new_borrowers"]


@pytest.mark.parametrize("cut", warning_results.CUTS)
@pytest.mark.parametrize("months_ago", [0, 5])
def test_the_cases_are_as_many_as_the_results_say(demo_scope, months_ago, cut):
    whole = replace(demo_scope, as_of=month_ends(demo_scope.build)[-1 - months_ago])
    frame = warning_results.parts(whole, cut)
    assert frame["alerts"].iloc[0] == frame["alerts"].iloc[1:].sum() > 0
    for row in records(frame):
        scope, asked = whole, {}
        if row["cut"] in ("branch", "product"):
            scope = replace(whole, **{OF_SCOPE[row["cut"]]: (row["value"],)})
        elif own := {"level": "level", "borrower_kind": "kind"}.get(row["cut"]):
            asked = {own: row["value"]}
        outcomes = {
            each: reports.alert_cases_total(scope, outcome=each, **asked)[0]
            for each in ("hit", "false_alarm", "open", "at_default")
        }
        assert sum(outcomes.values()) == row["alerts"]
        assert outcomes["hit"] == row["hits"]
        assert outcomes["false_alarm"] == row["false_alarms"]
        if row["cut"] != "level":
            covered = reports.foreseen_defaults_total(scope, outcome="covered", **asked)[0]
            number, surprises = reports.foreseen_defaults_total(scope, **asked)
            told = [row["defaults"], row["covered"], row["surprises"]]
            told = [0 if pd.isna(each) else int(each) for each in told]
            assert [number, covered, int(surprises)] == told


@pytest.mark.parametrize("kind", ["", "corporate"])
def test_the_cases_of_a_rule_are_as_many_as_its_results_say(demo_scope, kind):
    rows = records(reports.rule_results(demo_scope, kind=kind))
    assert sum(row["fired"] for row in rows) > 0
    for row in rows:
        of: dict[str, Any] = {"rule": row["rule_id"], "kind": kind}
        hits, _ = reports.alert_cases_total(demo_scope, outcome="hit", **of)
        every, _ = reports.alert_cases_total(demo_scope, **of)
        covered, _ = reports.foreseen_defaults_total(demo_scope, **of)
        assert (every, hits, covered) == (row["fired"], row["hits"], row["covered"])


def test_rules_are_judged_against_borrowers_of_the_same_type(opened, demo_scope):
    firms, *others = (
        reports.rule_results(demo_scope, kind=kind).set_index("rule_id")
        for kind in ("corporate", "small_business", "retail")
    )
    whole = reports.rule_results(demo_scope).set_index("rule_id")
    for count in ("fired", "observed", "hits", "covered", "defaults"):
        assert (firms[count] + others[0][count] + others[1][count] == whole[count]).all()
    base = warning_reading.base_rate(demo_scope, kind="corporate")
    assert base != warning_reading.base_rate(demo_scope)
    best = str(firms["hits"].idxmax())
    at = opened("early_warning", chapter="results", warned_kind="corporate", rule=best)
    assert f"above the {formats.percent(base)} of these" in plain(at)
    shown = next(frame for frame in tables(at) if {"alerted_on", "outcome"} <= set(frame))
    assert set(shown["borrower_kind"]) == {"Corporate"}


@pytest.mark.parametrize("by", warning_answers.BY)
@pytest.mark.parametrize("months_ago", [0, 5])
def test_the_answered_cases_are_as_many_as_each_row_says(demo_scope, months_ago, by):
    scope = replace(demo_scope, as_of=month_ends(demo_scope.build)[-1 - months_ago])
    whole = records(reports.response_times(scope, "all"))[0]
    rows = records(reports.response_times(scope, by))
    for row in rows:
        number, closed = reports.answered_cases_total(scope, cut=by, value=row["value"])
        assert (number, closed) == (row["cases"], row["closed_in_time"])
        assert row["answered_in_time"] <= row["answers_due"] <= row["cases"]
    for count in ("cases", "answered", "answers_due", "answered_in_time", "due", "closed_in_time"):
        total = sum(row[count] for row in rows)
        # A case counts for every rule that held.
        assert total >= whole[count] / 2 if by == "rule" else total == whole[count]


@pytest.mark.parametrize("by", warning_answers.BY)
def test_a_row_of_the_answers_opens_its_cases(opened, demo_scope, by):
    row = max(records(reports.response_times(demo_scope, by)), key=lambda each: each["cases"])
    code = f"{by}:{row['value']}"
    at = opened("early_warning", chapter="results", answers_by=by, answers_of=code)
    shown = next(frame for frame in tables(at) if {"case_id", "answered_on"} <= set(frame))
    assert len(shown) == min(row["cases"], 100)


def test_an_alert_of_another_branch_is_in_no_answer(demo_scope):
    branch = replace(demo_scope, branches=demo_scope.branches[:1])
    rows = records(reports.response_times(branch, "branch"))
    assert {row["value"] for row in rows} == set(branch.branches)
    listed = reports.answered_cases(branch, limit=10_000)
    assert set(listed["branch"]) == set(branch.branches)
    assert len(listed) == records(reports.response_times(branch, "all"))[0]["cases"]


def test_the_late_cases_are_the_departments_own_count(demo_scope):
    (late,) = measure(demo_scope, OVERDUE_OPEN, where=(("case_type", "ews_alert"),))[
        OVERDUE_OPEN.id
    ]
    assert reports.late_responses_total(demo_scope)[0] == late > 0


def test_the_sentence_is_made_of_the_figures_of_the_reports(opened, demo_scope):
    found = warning_reading.read(demo_scope)
    whole = reports.warning_results(demo_scope).iloc[0]
    assert found.best is not None
    shown = plain(opened("early_warning"))
    rate, base = formats.percent(whole["hit_rate"]), formats.percent(found.base)
    assert f"{rate} were followed by default within twelve months, against {base}" in shown
    assert f"{formats.percent(whole['coverage'])} of {whole['defaults']} defaults" in shown
    assert f"{found.best['rule_id']} ({found.best['name']}) earns its keep most" in shown


def test_a_rule_earns_its_keep_only_when_that_is_proven():
    given = {
        "good": (100, 30, False, False),
        "lucky": (19, 9, False, False),
        "idle": (100, 5, False, False),
        "mute": (0, 0, True, False),
        "loud": (100, 30, False, True),
    }
    rules = pd.DataFrame(
        [(key, 100, *values) for key, values in given.items()],
        columns=["rule_id", "fired", "observed", "hits", "is_never", "is_always"],
    )
    found = warning_reading.judged(rules, 0.03).set_index("rule_id")
    assert found["verdict"].to_dict() == {
        "good": "earns",
        "lucky": "thin",
        "idle": "chance",
        "mute": "never",
        "loud": "always",
    }
    assert found.loc["good", "low"] == pytest.approx(0.2189, abs=1e-4)
    assert found.loc["good", "high"] == pytest.approx(0.3958, abs=1e-4)
    assert found.loc["good", "beyond_chance"] == pytest.approx(27)


@pytest.mark.parametrize("verdict", ["never", "earns"])
def test_the_rules_of_a_verdict_are_those_that_the_sentence_counts(opened, demo_scope, verdict):
    rules = warning_reading.read(demo_scope).rules
    meant = set(rules.loc[rules["verdict"] == verdict, "rule_id"])
    at = opened("early_warning", chapter="results", verdict=verdict)
    shown = next(frame for frame in tables(at) if {"rule_id", "verdict"} <= set(frame))
    assert set(shown["rule_id"]) == meant and meant


def test_a_month_without_twelve_to_follow_judges_nothing(opened, demo_scope):
    first = month_ends(demo_scope.build)[0].isoformat()
    for chapter in early_warning.CHAPTERS:
        at = opened("early_warning", as_of=first, chapter=chapter)
        assert "No alert can be judged yet" in plain(at)


def test_what_the_address_asks_for_and_is_not_there_is_ignored_with_a_word(opened):
    at = opened("early_warning", rule="Z99", alert_level="purple", only_new="yes")
    shown = plain(at)
    for asked in ("rule = Z99", "alert_level = purple", "only_new = yes"):
        assert asked in shown
    assert "The borrowers:" not in shown


# --- The dry run ---


@pytest.mark.parametrize("rule", ["B01", "B02", "C01", "F03"])
def test_a_dry_run_counts_what_began_as_the_results_of_the_rule_do(demo_scope, rule):
    run = dry_run(demo_scope, rule, months=24)
    told = reports.rule_results(demo_scope, months=24).set_index("rule_id").loc[rule]
    assert 0 < told["fired"] < run.before.firings
    for each in (run.before, run.after):
        counted = (each.begun, each.begun_observed, each.begun_hits)
        assert counted == (told["fired"], told["observed"], told["hits"])


def test_the_dry_run_shows_what_the_rule_would_have_done(opened, demo_scope):
    run = dry_run(demo_scope, "B03", 25.0, 40.0, warning_dry_run.MONTHS)
    asked = {"chapter": "dry_run", "rule": "B03", "threshold": "25", "points": "40"}
    shown = next(f for f in tables(opened("early_warning", **asked)) if "more_alerts" in f)
    assert shown["firings"].tolist() == [run.before.firings, run.after.firings]
    assert shown["alerts"].tolist() == [run.before.alerts, run.after.alerts]
    assert shown["threshold"].tolist() == [31, 25] and shown["points"].tolist() == [60, 40]
    assert shown["more_alerts"].tolist() == [0, run.after.alerts - run.before.alerts]
    assert shown["hours"].tolist() == [run.before.hours, run.after.hours]


def test_two_settings_stand_beside_the_rule_as_it_is(opened):
    asked = {"chapter": "dry_run", "rule": "B03", "settings": "two"}
    at = opened("early_warning", threshold="25", points_2="90", **asked)
    shown = next(frame for frame in tables(at) if "more_alerts" in frame)
    assert shown["threshold"].tolist() == [31, 25, 31] and shown["points"].tolist() == [60, 60, 90]
    months = next(frame for frame in tables(at) if "said" in frame)
    assert months["said"].nunique() == 3


def test_a_setting_is_kept_in_the_address_and_its_own_value_is_not(opened):
    at = opened("early_warning", chapter="dry_run", rule="B03")
    at.number_input(key="pick_threshold").set_value(20).run()
    assert at.query_params["threshold"] in ("20", ["20"])
    at.number_input(key="pick_threshold").set_value(31).run()
    assert "threshold" not in at.query_params


@pytest.mark.parametrize("value", ["x", "nan", "inf", "1e99", "'; drop table"])
def test_a_setting_that_is_no_number_is_ignored_with_a_word(opened, value):
    at = opened("early_warning", chapter="dry_run", rule="B03", threshold=value)
    assert at.number_input(key="pick_threshold").value == 31
    assert f"threshold = {value}" in plain(at)


def test_only_who_administers_takes_the_row_and_the_risk_manager_looks(opened):
    asked = {"chapter": "dry_run", "rule": "B03", "threshold": "25"}
    for role, sees, takes in (
        ("administrator", True, True),
        ("risk_manager", True, False),
        ("auditor", False, False),
        ("executive", False, False),
    ):
        at = opened("early_warning", person(role), **asked)
        assert bool([f for f in tables(at) if "valid_from" in f]) == sees
        keys = [str(each.key) for each in at.get("download_button")]
        assert bool([key for key in keys if "signal_rules" in key]) == takes


def test_the_row_of_a_default_can_be_loaded_and_ends_it(demo_scope):
    (found,) = _rows(demo_scope, "B03")
    book = Book()
    book.add("signal_rules", **found)
    book.connection.execute("create schema marts; attach ':memory:' as intermediate")
    signal_rules.settle(book.connection)
    rows = book.rows(
        "select threshold, points, valid_from, valid_to, is_default from marts.signal_rules "
        "where rule_id = 'B03' order by valid_from"
    )
    last, forever = month_ends(demo_scope.build)[-1], date(9999, 12, 31)
    assert rows == [
        (31, 60, date(1900, 1, 1), last, True),
        (25, 60, date.fromordinal(last.toordinal() + 1), forever, False),
    ]


def test_the_row_of_ones_own_comes_with_its_end(demo_scope):
    own = rule_of(demo_scope, "B03")
    frame = rule_rows.rows(own | {"is_default": False}, 25.0, 60.0, date(2025, 12, 31))
    assert frame["valid_from"].tolist() == ["1900-01-01", "2026-01-01"]
    assert frame["valid_to"].tolist() == ["2025-12-31", ""]
    assert frame["threshold"].tolist() == [31, 25]
    assert rule_rows.ends_by(own | {"valid_to": "2025-12-31"}, date(2025, 12, 31))


def _rows(scope, rule_id: str) -> list[dict]:
    rule = rule_of(scope, rule_id)
    frame = rule_rows.rows(rule, 25.0, 60.0, month_ends(scope.build)[-1])
    return [{k: v for k, v in row.items() if v != ""} for row in frame.to_dict("records")]


def test_the_file_has_the_names_of_the_folders_table_on_its_first_sheet(demo_scope):
    rule = rule_of(demo_scope, "B03")
    frame = rule_rows.rows(rule, 25.0, 60.0, date(2025, 12, 31))
    sheet = export.bare("signal_rules", "Rows", warning_dry_run.FILE, lambda: frame)
    out = io.BytesIO()
    files.write_excel(out, sheet.title, sheet.columns, sheet.rows(), None)
    first, row = openpyxl.load_workbook(out).worksheets[0].iter_rows(values_only=True)
    assert first == rule_rows.COLUMNS
    assert dict(zip(first, row, strict=True))["threshold"] == 25


def test_every_bar_of_the_confusion_and_every_score_opens_the_borrowers_it_counts(demo_scope):
    months = reports.confusion_months(demo_scope).sort_values("warned_fine")
    row = months.iloc[-1]
    day = row["month_end"].date()
    assert row["warned_fine"] > 0
    for part in ("warned_defaulted", "warned_fine", "calm_defaulted", "calm_fine"):
        number, defaults = reports.judged_borrowers_total(demo_scope, part=part, on=day)
        assert number == row[part]
        assert defaults == (number if part.endswith("_defaulted") else 0)
    for _, band in reports.calibration(demo_scope).iterrows():
        counted = reports.judged_borrowers_total(demo_scope, band=int(band["band_from"]))
        assert counted == (band["borrowers"], band["defaulted"])
    rows = reports.judged_borrowers(demo_scope, limit=1000, part="warned_fine", on=day)
    assert set(rows["level"]) <= {"orange", "red"} and rows["default_on"].isna().all()
    assert rows["judged_id"].is_unique and all(rows["name"])


def test_every_mark_of_the_watchlists_outcome_opens_the_borrowers_it_counts(demo_scope):
    frame = reports.watch_to_npl(demo_scope)
    assert frame["to_npl"].sum() > 0
    for _, row in frame.iterrows():
        then = replace(demo_scope, as_of=row["month_end"].date())
        assert reports.watched_before_total(then) == (row["on_list"], row["to_npl"])
    last = replace(demo_scope, as_of=frame["month_end"].iloc[-1].date())
    rows = reports.watched_before(last, limit=1000)
    assert int(rows["default_on"].notna().sum()) == frame["to_npl"].iloc[-1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_address_of_a_bar_and_of_a_mark_shows_its_borrowers(opened, demo_scope, language):
    months = reports.confusion_months(demo_scope).sort_values("warned_fine")
    day = months["month_end"].iloc[-1].date()
    risk = person("risk_manager", language=language)
    at = opened("early_warning", risk, chapter="score", judged=f"warned_fine:{day}")
    number, _ = reports.judged_borrowers_total(demo_scope, part="warned_fine", on=day)
    assert min(number, 100) in [len(each.value) for each in at.dataframe]
    assert len(opened("early_warning", risk, chapter="score", judged=":0").dataframe)
    last = reports.watch_to_npl(demo_scope)["month_end"].iloc[-1].date()
    at = opened("early_warning", risk, chapter="results", watched_before=str(last))
    assert any("listed_on" in each.value for each in at.dataframe)


@pytest.mark.parametrize(
    ("rule", "thresholds"), [("X07", (6, 3, 1)), ("F03", (0.7, 0.5, 0.2)), ("C01", (0.9, 0.6, 0.3))]
)
def test_a_looser_threshold_finds_more(demo_scope, rule, thresholds):
    found = [dry_run(demo_scope, rule, each, months=24).after.firings for each in thresholds]
    assert found == sorted(set(found))


@pytest.mark.parametrize(
    ("rule", "threshold", "fact", "edge"),
    [("X07", 0.0, "hard_inquiries_3m", "0"), ("B17", 93.0, "settled_old_within", "93")],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_threshold_beyond_what_is_kept_is_not_run(
    opened, demo_scope, rule, threshold, fact, edge, language
):
    with pytest.raises(AsksForMore) as stopped:
        dry_run(demo_scope, rule, threshold)
    ((named, _, said),) = stopped.value.facts
    assert (named, said) == (fact, edge)
    asked = {"chapter": "dry_run", "rule": rule, "threshold": f"{threshold:g}"}
    at = opened("early_warning", person(language=language), **asked)
    (warning,) = at.warning
    assert all(word in warning.value.replace("\\", "") for word in (fact, edge, rule))
    shown = next(frame for frame in tables(at) if "more_alerts" in frame)
    assert len(shown) == 1 and not [frame for frame in tables(at) if "valid_from" in frame]


def test_of_every_fact_what_is_said_to_be_kept_is_kept(demo_scope):
    for subject, facts in FACTS.items():
        kept = [fact for fact in facts if fact in KEPT]
        others = ", ".join(
            f"count({fact}) filter (where {KEPT[fact].of(fact)} is distinct from {fact}) as {fact}"
            for fact in kept
        )
        found = ask(
            f"select {others} from scoped_{subject}_facts($branches, $products)", demo_scope
        )
        assert not [fact for fact in kept if found[fact].item()]
