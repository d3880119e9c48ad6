"""What the demo book plans of warnings is found by the rules: whom, in which month, how often."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from data.signal_rules import DEFAULTS

# How many standard errors a share may stray from its plan.
ERRORS = 3
STRONG, FALSE_STRONG = "strong", "false_strong"


@pytest.fixture(scope="module")
def planned(demo: Path) -> dict:
    """What the book says of itself: its stories and its plans."""
    return json.loads((demo / "folder" / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture
def build(demo_build: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_build), read_only=True) as connection:
        yield connection


def stands_in(rule: str) -> list[str]:
    """The rule and those that fire in its place where it is worse: F01, F01_30."""
    lines = DEFAULTS.read_text(encoding="utf-8").splitlines()[1:]
    known = {line.split(",")[0] for line in lines}
    return sorted(each for each in known if each == rule or each.startswith(f"{rule}_"))


def first_hit(build: duckdb.DuckDBPyConnection, fires: dict, borrower: str) -> str | None:
    found = build.execute(
        """
        select cast(min(month_end) as varchar) from marts.signal_hits
        where borrower_id = ? and list_contains(?, rule_id) and (? is null or loan_id = ?)
        """,
        [borrower, stands_in(fires["rule_id"]), fires["loan_id"], fires["loan_id"]],
    ).fetchone()
    return found[0] if found else None


def test_each_story_is_found_by_its_rules_in_its_month(build, planned):
    assert len(planned["stories"]) >= 6
    for story in planned["stories"]:
        for fires in story["fires"]:
            found = first_hit(build, fires, story["borrower_id"])
            assert found == fires["month_end"], (story["name"], fires)


def test_each_story_is_orange_by_its_month_and_ends_as_told(build, planned):
    for story in planned["stories"]:
        key, name = story["borrower_id"], story["name"]
        if story["orange_by"]:
            level = build.execute(
                "select level from marts.borrower_scores where borrower_id = ? and month_end = ?",
                [key, story["orange_by"]],
            ).fetchone()
            assert level and level[0] in ("orange", "red"), name
        first = build.execute(
            "select cast(min(default_on) as varchar) from marts.defaults where borrower_id = ?",
            [key],
        ).fetchone()
        assert first and first[0] == story["default_month_end"], name


def alerted(build: duckdb.DuckDBPyConnection, row: dict) -> bool:
    """Whether an alert came from the month of the first sign on, and before the default."""
    found = build.execute(
        """
        select count(*) from marts.borrower_scores
        where borrower_id = $key and level in ('orange', 'red') and month_end >= $since
            and month_end < coalesce($until, cast($since as date) + 250)
        """,
        {
            "key": row["borrower_id"],
            "since": row["from_month_end"],
            "until": row["default_month_end"],
        },
    ).fetchone()
    return bool(found and found[0])


def spread(share: float, number: int) -> float:
    """How far a share of so many may be from its plan."""
    return ERRORS * (share * (1 - share) / number) ** 0.5


def test_strong_plans_warn_before_default_and_are_right_as_often_as_planned(build, planned):
    rows = {
        plan: [row for row in planned["warnings"]["borrowers"] if row["plan"] == plan]
        for plan in (STRONG, FALSE_STRONG)
    }
    number = {plan: len(found) for plan, found in rows.items()}
    seen = {plan: sum(alerted(build, row) for row in found) for plan, found in rows.items()}
    assert number[STRONG] >= 5 and number[FALSE_STRONG] >= 5
    # Signs that together reach orange are found, those of who defaults and those of who does not.
    for plan in rows:
        assert seen[plan] >= 0.9 * number[plan], (plan, seen, number)
    # What share of such alerts the shares of the plan make right, and what the marts say came of
    # them: whether a default followed is of the book, not of the list of plans.
    planned_rate = planned_hit_rate(planned["warnings"])
    strong, right = alerts_of(rows[STRONG], build)
    false, wrong = alerts_of(rows[FALSE_STRONG], build)
    assert (right, wrong) == (strong, 0)
    alerts = strong + false
    assert alerts >= 0.8 * sum(number.values())
    assert abs(right / alerts - planned_rate) <= spread(planned_rate, alerts)


def planned_hit_rate(warnings: dict) -> float:
    """Of strong signs the share before a default, by the shares drawn from and who was drawn."""
    shares, counted = warnings["planned_shares"], warnings["counted"]
    strong = false = 0.0
    for kind, of in counted.items():
        strong += shares["defaults"][STRONG] * sum(of[each] for each in shares["defaults"])
        healthy = shares["healthy"]["retail" if kind == "retail" else "firms"]
        drawn = sum(of[each] for each in healthy)
        false += drawn * healthy[FALSE_STRONG] / sum(healthy.values())
    return strong / (strong + false)


def alerts_of(rows: list[dict], build: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Borrowers with an alert since their first sign, and those of them that then defaulted."""
    found = build.execute(
        """
        select
            count(distinct borrower_id),
            count(distinct case when default_on is not null then borrower_id end)
        from marts.alerts
        inner join (select unnest($keys) as borrower_id, cast(unnest($since) as date) as since)
            using (borrower_id)
        where alerted_on >= since and alerted_on < since + 250
        """,
        {
            "keys": [row["borrower_id"] for row in rows],
            "since": [row["from_month_end"] for row in rows],
        },
    ).fetchone()
    return found or (0, 0)


def test_defaults_are_foretold_by_alerts_as_often_as_strong_plans_were_drawn(build, planned):
    """Of planned defaults, alerts on signs alone: those of strong plans, at their drawn share."""
    plans = planned["warnings"]["planned_shares"]["defaults"]
    rows = [row for row in planned["warnings"]["borrowers"] if row["plan"] in plans]
    strong = [row for row in rows if row["plan"] == STRONG]
    foretold = sum(alerted(build, row) for row in strong)
    assert abs(foretold / len(rows) - plans[STRONG]) <= spread(plans[STRONG], len(rows))
    # The marts judge the same, and tell of a lead of a month and more before such a default.
    for row in strong:
        found = build.execute(
            "select was_warned from marts.defaults where borrower_id = ? and default_on = ?",
            [row["borrower_id"], row["default_month_end"]],
        ).fetchone()
        assert found == (True,), row


def test_firms_of_a_watched_industry_are_marked_while_it_is_watched_and_no_others(build):
    firms = "borrower_kind in ('corporate', 'small_business')"
    marked = build.execute(
        "select count(*), min(month_end), count(distinct industry), any_value(industry)"
        " from marts.signal_hits inner join staging.borrowers using (borrower_id)"
        " where rule_id = 'X11'"
    ).fetchone()
    assert marked and marked[0] > 0 and marked[2:] == (1, "K")
    owed = build.execute(
        "select count(*) from marts.borrower_months inner join staging.borrowers"
        f" using (borrower_id) where industry = 'K' and {firms} and is_on_book and month_end >= ?",
        [marked[1]],
    ).fetchone()
    assert owed == (marked[0],)


# A bank of 2,500 loans has none of what is rarer than one in some thousand; the demo book has.
TOO_RARE_FOR_FEW_LOANS = {"U01_H", "X13"}


def test_every_rule_fires_in_the_demo_book(build):
    fired = {
        rule
        for (rule,) in build.execute("select distinct rule_id from marts.signal_hits").fetchall()
    }
    shipped = {line.split(",")[0] for line in DEFAULTS.read_text(encoding="utf-8").splitlines()[1:]}
    assert shipped - fired <= TOO_RARE_FOR_FEW_LOANS


def test_each_rare_sign_is_found_by_its_rule_in_its_month(build, planned):
    rare = planned["warnings"]["rare"]
    assert {sign["rule_id"] for sign in rare} >= {"F05", "F06", "F07", "F11", "F12", "F13", "X05"}
    for sign in rare:
        found = build.execute(
            """
            select count(*) filter (list_contains($rules, hits.rule_id)), count(*)
            from marts.borrower_months as months
            left join marts.signal_hits as hits using (borrower_id, month_end)
            where borrower_id = $borrower and month_end = $month and is_on_book
            """,
            {
                "rules": stands_in(sign["rule_id"]),
                "borrower": sign["borrower_id"],
                "month": sign["from_month_end"],
            },
        ).fetchone()
        # Nothing is said of a firm that owes nothing at that month end.
        assert found and (found[0] or not found[1]), sign
