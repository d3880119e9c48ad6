"""The auditor's view of the access log (15.2): who read what, what is odd, and that it is whole."""

import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from tests import stores
from tests.opened import person, plain
from ui import access_reading as reading
from ui import heartbeat, store, workspace
from ui.accounts import Account, User

ANN = User("ann", "Ann Li", ("auditor",), ("*",))
BOB = User("bob", "Bob Wu", ("risk_manager",), ("*",), staff_id="S7")


@pytest.fixture(autouse=True)
def _store(small_book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stores.use(monkeypatch, tmp_path)
    yield
    store.forget()


def frame(*rows: tuple) -> pd.DataFrame:
    """Lines of ts (UTC), user, action, and what else matters."""
    blank = dict.fromkeys(reading.COLUMNS, "")
    made = [
        blank | {"seq": place, "ts": ts, "user": user, "roles": "auditor", "action": action} | more
        for place, (ts, user, action, more) in enumerate(rows, start=1)
    ]
    return reading.told(pd.DataFrame(made, columns=list(reading.COLUMNS)))


def test_counts_by_person_and_hour_are_the_banks_time():
    found = frame(
        ("2025-03-03T02:00:00+00:00", "ann", "view", {"page": "loan"}),
        ("2025-03-03T02:01:00+00:00", "ann", "view", {"page": "metrics"}),
        ("2025-03-03T02:02:00+00:00", "ann", "unmask", {"purpose": "case 7"}),
        ("2025-03-03T16:30:00+00:00", "bob", "export", {"row_count": 40}),
    )
    people = reading.by_person(found).set_index("user")
    ann = people.loc["ann"]
    assert (ann["views"], ann["unmasks"], ann["personal"], ann["unmask_rate"]) == (2, 1, 1, 1)
    assert people.loc["bob", "rows"] == 40
    hours = reading.by_hour(found).set_index("hour")["reads"]
    assert hours[hours > 0].to_dict() == {0: 1, 10: 3}


def test_a_burst_is_five_failures_in_ten_minutes():
    fails = [
        (f"2025-03-03T02:{minute:02}:00+00:00", "ann", "fail", {}) for minute in (0, 2, 4, 6, 9)
    ]
    slow = [(f"2025-03-03T0{hour}:00:00+00:00", "bob", "fail", {}) for hour in range(1, 7)]
    found = reading.bursts(frame(*fails, *slow))
    assert found[["user", "failures"]].to_numpy().tolist() == [["ann", 5]]
    assert reading.bursts(frame(*fails[:4])).empty
    # The sixth comes ten minutes and a second after the second: another window, which overlaps.
    late = ("2025-03-03T02:12:01+00:00", "ann", "fail", {})
    assert reading.bursts(frame(*fails, late))["failures"].tolist() == [5]
    late = ("2025-03-03T02:12:00+00:00", "ann", "fail", {})
    assert reading.bursts(frame(*fails, late))["failures"].tolist() == [6]


def test_one_address_that_tries_many_names_is_a_burst_too():
    at = {"address": "10.0.0.9"}
    tries = [(f"2025-03-03T02:0{n}:00+00:00", f"user{n}", "fail", at) for n in range(5)]
    found = reading.bursts(frame(*tries))
    assert found[["user", "address", "users", "failures"]].to_numpy().tolist() == [
        ["", "10.0.0.9", 5, 5]
    ]
    # Without an address nothing ties them together; one name from one address counts once.
    assert reading.bursts(frame(*[(*each[:3], {}) for each in tries])).empty
    assert len(reading.bursts(frame(*[(ts, "ann", *more) for ts, _, *more in tries]))) == 1


def test_personal_reads_outside_the_hours_of_the_department():
    page = {"page": "loan"}
    rows = [
        ("2025-03-03T00:30:00+00:00", "ann", "view", page),  # Monday 8:30
        ("2025-03-03T00:29:00+00:00", "ann", "view", page),  # Monday 8:29
        ("2025-03-03T10:00:00+00:00", "ann", "view", page),  # Monday 18:00
        ("2025-03-03T10:00:00+00:00", "bob", "view", page),  # the same, of a desk open till 20:30
        ("2025-03-08T03:00:00+00:00", "ann", "unmask", {}),  # a Saturday
        ("2025-03-08T03:00:00+00:00", "ann", "view", {"page": "overview"}),  # nothing personal
        ("2025-03-09T03:00:00+00:00", "ann", "view", page),  # a Sunday that is worked
        ("2025-03-10T11:00:00+00:00", "ann", "view", page),  # no calendar knows it: 8 to 19
        ("2025-03-10T10:59:00+00:00", "ann", "view", page),
    ]
    days = pd.to_datetime(["2025-03-03", "2025-03-08", "2025-03-09"])
    office = pd.DataFrame({"department_id": "", "day": days, "is_workday": [True, False, True],
                           "opens": 510, "closes": 1080})  # fmt: skip
    hours = pd.concat([office, office.assign(department_id="service", closes=1230)])
    found = reading.odd_hours(frame(*rows), {"bob": "service", "ann": "unknown"}, hours)
    assert found["seq"].tolist() == [2, 3, 5, 8]


def test_a_value_shown_without_a_case_and_a_large_export():
    rows = [
        ("2025-03-03T02:00:00+00:00", "ann", "unmask", {"purpose": "I was curious"}),
        ("2025-03-03T02:00:00+00:00", "ann", "unmask", {"purpose": "engagement 2025-7"}),
    ]
    assert reading.without_case(frame(*rows))["seq"].tolist() == [1]
    taken = [
        (f"2025-03-{d:02}T02:00:00+00:00", "ann", "export", {"row_count": 10}) for d in range(1, 29)
    ]
    taken.append(("2025-04-01T02:00:00+00:00", "bob", "export", {"row_count": 9_000}))
    days = reading.export_days(frame(*taken))
    assert days.loc[days["is_large"], ["user", "rows"]].to_numpy().tolist() == [["bob", 9000]]
    # Of 29 days the 99th percentile lies between the two largest: 0.28 below the largest of 28.
    assert days["usual"].iloc[0] == pytest.approx(10 + 0.72 * 8990)
    assert len(days) == 29
    # One role's days say nothing of another's, nor a day alone of itself.
    other = ("2025-04-01T02:00:00+00:00", "cy", "export", {"row_count": 1, "roles": "executive"})
    assert not reading.export_days(frame(*taken[:28], other))["is_large"].any()


def test_the_rate_of_unmasking_is_over_views_of_what_is_personal():
    rows = [(f"2025-03-03T02:0{n}:00+00:00", "ann", "view", {"page": "loan"}) for n in range(4)]
    shown = ("2025-03-03T02:05:00+00:00", "ann", "unmask", {"page": "borrower"})
    other = ("2025-03-03T02:06:00+00:00", "ann", "view", {"page": "overview"})
    assert reading.unmask_rate(frame(*rows, shown, other)) == 0.25
    assert reading.unmask_rate(frame(other)) is None


def test_silences_of_an_hour():
    rows = [(f"2025-03-03T0{h}:00:00+00:00", "ann", "view", {}) for h in (1, 2, 5)]
    assert reading.silences(frame(*rows))["minutes"].tolist() == [180, 60]


def test_a_gap_is_told_from_silence_by_the_heartbeats(monkeypatch):
    """Kept from minute 10 to 20, and again from 50 on: half an hour is missing, and no more."""
    begin = datetime(2025, 3, 3, 2, tzinfo=UTC).timestamp()
    workspace_lines = [(0, None), (10, "beat"), (15, "beat"), (20, "view"), (50, "beat")]
    for minute, kind in (*workspace_lines, (55, "beat"), (60, "beat")):
        monkeypatch.setattr(store, "now", lambda at=begin + 60 * minute: at)
        if kind == "beat":
            assert heartbeat.beat()
        else:
            workspace.log(BOB, "view", page="loan")
    found = reading.gaps(30)
    assert [
        (f"{row.from_at:%H:%M}", f"{row.to_at:%H:%M}", row.minutes) for row in found.itertuples()
    ] == [("10:20", "10:50", 30)]
    # Twenty of the fifty minutes since the first heartbeat.
    assert reading.coverage(30) == pytest.approx(0.4)
    assert reading.lines(30)["action"].tolist() == ["view", "view"]
    assert not workspace.verify().problems
    # The last line an hour ago: the log is not being kept now.
    monkeypatch.setattr(store, "now", lambda: begin + 7200)
    assert reading.gaps(30)["minutes"].tolist() == [60, 30]
    assert reading.coverage(30) == pytest.approx(20 / 110)


def test_what_was_not_kept_before_the_period_is_none_of_it(monkeypatch):
    """Kept two days ago and again in the last six hours: three quarters of the day are missing."""
    hour = 3600
    begin = datetime(2025, 3, 3, 2, tzinfo=UTC).timestamp()
    last = range(42 * hour, 48 * hour + 1, 300)
    for at in (begin, *(begin + each for each in last)):
        monkeypatch.setattr(store, "now", lambda at=at: at)
        assert heartbeat.beat()
    assert reading.coverage(1) == pytest.approx(0.25)
    assert reading.gaps(1)["minutes"].tolist() == [18 * 60]


def test_without_any_heartbeat_no_gap_is_told(monkeypatch):
    workspace.log(BOB, "view", page="loan")
    later = store.now() + 90_000
    monkeypatch.setattr(store, "now", lambda: later)
    workspace.log(BOB, "view", page="loan")
    assert reading.gaps(30).empty
    assert reading.coverage(30) is None


def test_the_server_beats_until_it_stops(monkeypatch):
    beaten = threading.Event()
    monkeypatch.setattr(heartbeat, "beat", lambda: beaten.set() or True)
    stop = heartbeat.start()
    assert beaten.wait(5)
    stop.set()
    thread = next((each for each in threading.enumerate() if each.name == heartbeat.ACTION), None)
    if thread:
        thread.join(5)
        assert not thread.is_alive()


def test_the_heart_beats_on_until_it_is_stopped(monkeypatch):
    beats, enough = [], threading.Event()

    def beat() -> bool:
        beats.append(1)
        if len(beats) == 3:
            enough.set()
        return True

    monkeypatch.setattr(heartbeat, "beat", beat)
    monkeypatch.setattr(heartbeat, "EVERY", 0.01)
    stop = heartbeat.start()
    assert enough.wait(5)
    stop.set()


def test_a_store_that_is_away_stops_no_heartbeat(monkeypatch):
    def away(*_arguments: object, **_more: object) -> int:
        raise store.Unavailable("no disk")

    monkeypatch.setattr(workspace, "log", away)
    assert not heartbeat.beat()


def test_leavers_and_dormant_accounts():
    def account(name: str, staff: str = "", disabled: bool = False) -> Account:
        return Account(User(name, name, ("auditor",), ("*",), staff_id=staff), "x", False, disabled)

    people = {
        each.user.username: each
        for each in (account("gone", "S1"), account("off", "S2", True), account("back", "S3"))
    } | {"idle": account("idle"), "busy": account("busy")}
    last = {name: datetime(2025, 3, 1) for name in ("gone", "back", "busy")}
    last["idle"] = datetime(2024, 1, 1)
    left = {"S1": date(2025, 2, 1), "S2": date(2025, 2, 1), "S3": date(2025, 2, 1)}
    used = {("back", date(2025, 3, 1)), ("gone", date(2025, 1, 1))}
    found = reading.accounts(people, last, left, date(2025, 3, 2), used).set_index("user")
    # Who left, is disabled since and signed in between is no active leaver, if one to look at.
    assert found.index[found["is_leaver"]].tolist() == ["back", "gone"]
    assert found.index[found["is_dormant"]].tolist() == ["idle"]
    assert found["state"].to_dict() == {
        "back": "leaver_used",
        "busy": "",
        "gone": "leaver",
        "idle": "dormant",
        "off": "",
    }


def test_the_auditor_sees_everybodys_lines_and_that_none_was_changed(opened):
    workspace.log(BOB, "view", page="loan", object_id="loan_id=L001")
    workspace.log(BOB, "export", page="ageing", object_type="table", row_count=12)
    at = opened("access_log", person("auditor"), view="lines")
    table = at.dataframe[0].value
    assert {"bob"} <= set(table["user"])
    at = _press(at, "Verify the chain")
    assert "The log is whole" in plain(at)


@pytest.mark.parametrize(
    "change",
    ["update access_log set row_count = 1 where seq = 2", "delete from access_log where seq = 1"],
)
def test_an_edited_or_removed_line_is_shown_on_the_page(tried, change):
    for _ in range(3):
        workspace.log(BOB, "view", page="loan")
    with store.engine().begin() as connection:
        for kind in ("update", "delete"):
            connection.exec_driver_sql(f"drop trigger access_log_no_{kind}")
        connection.exec_driver_sql(change)
    assert workspace.main(["verify"]) == 1
    at = _press(tried("access_log", person("auditor")), "Verify the chain")
    assert "The log is not whole" in at.error[0].value


def _press(at, label: str):
    next(each for each in at.button if each.label == label).click()
    return at.run()


@pytest.mark.parametrize("role", ["administrator", "executive", "risk_manager"])
def test_nobody_else_opens_it(tried, role):
    at = tried("access_log", person(role))
    assert [each.value for each in at.error] == ["Your role does not open this page."]


@pytest.mark.parametrize("view", ["people", "taken", "odd", "lines"])
def test_every_view_in_both_languages(opened, view):
    workspace.log(BOB, "unmask", purpose="curious", object_id="B1")
    workspace.log(None, "fail", result="wrong password")
    opened("access_log", person("auditor", language="zh"), view=view)
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count(store.access_log.c.seq))).scalar()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_of_the_log_is_told_with_its_number(opened, language):
    workspace.log(BOB, "view", page="loan")
    workspace.log(BOB, "unmask", purpose="curious", page="loan", object_id="B1")
    at = opened("access_log", person("auditor", language=language), view="odd")
    table = next(each.value for each in at.dataframe if "figure_id" in each.value)
    assert table["figure_id"].tolist() == [
        *("unmask_rate", "export_rows_per_user", "off_hours_access", "access_without_case"),
        *("failed_login_burst", "dormant_accounts", "leaver_active_accounts", "log_gap_minutes"),
        *("log_coverage", "hash_chain_breaks"),
    ]
    told = table.set_index("figure_id")["value"]
    assert (told["access_without_case"], told["hash_chain_breaks"]) == ("1", "—")
    at = _press(at, {"en": "Verify the chain", "zh": "验证哈希链"}[language])
    table = next(each.value for each in at.dataframe if "figure_id" in each.value)
    assert table["value"].tolist()[-1] == "0"
