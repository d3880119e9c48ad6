"""Findings between two files: raised from exceptions, submitted by departments, closed by audit."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from queries import reports
from tests import stores
from tests.opened import person, plain
from tests.served import ALL
from ui import finding_desk, store, workspace
from ui.accounts import User
from ui.finding_desk import CLOSE, EXTEND, REJECT, REOPEN, SUBMIT
from ui.rights import Refused
from ui.store import Unavailable

ANN = User("ann", "Ann Li", ("auditor",), ("*",))
HEAD = User("head", "Hu Wei", ("department_head",), ("*",), "collections")
OTHER = User("other", "Li Na", ("department_head",), ("*",), "legal")
BOB = User("bob", "Bob Wu", ("risk_manager",), ("*",))
ADA = User("ada", "Ada Xu", ("administrator",), ("*",))


@pytest.fixture(autouse=True)
def _store(small_book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stores.use(monkeypatch, tmp_path)
    yield
    store.forget()


def act(user: User, kind: str, text: str = "done, see file 7", **more) -> None:
    finding_desk.act(user, "F02", "collections", kind, text, **more)


def test_from_submitted_to_closed_and_open_again():
    act(HEAD, SUBMIT)
    assert finding_desk.state(finding_desk.history("F02")) == "submitted"
    act(ANN, REJECT, "no evidence")
    act(HEAD, SUBMIT, "evidence added")
    act(ANN, CLOSE, "looked at it")
    assert finding_desk.state(finding_desk.history("F02")) == "verified_closed"
    act(ANN, REOPEN, "came back")
    assert [each.kind for each in finding_desk.history("F02")] == [
        SUBMIT,
        REJECT,
        SUBMIT,
        CLOSE,
        REOPEN,
    ]
    assert workspace.verify().problems == ()


@pytest.mark.parametrize("user", [HEAD, BOB, ADA, OTHER])
@pytest.mark.parametrize("kind", [CLOSE, REJECT, EXTEND, REOPEN])
def test_only_audit_closes(user, kind):
    with pytest.raises(Refused, match="Only audit"):
        act(user, kind)
    assert finding_desk.history("F02") == []
    with store.reading() as connection:
        asked = sa.select(store.access_log.c.action, store.access_log.c.object_type)
        assert [tuple(row) for row in connection.execute(asked)] == [("deny", f"finding.{kind}")]


@pytest.mark.parametrize("user", [OTHER, BOB, ANN])
def test_only_its_own_department_submits(user):
    with pytest.raises(Refused, match="head of its department"):
        act(user, SUBMIT)


def test_a_head_submits_for_the_department_that_took_over():
    with pytest.raises(Refused, match="head of its department"):
        finding_desk.act(HEAD, "F02", "credit_risk", SUBMIT, "done")
    finding_desk.act(HEAD, "F02", "credit_risk", SUBMIT, "done", own="credit_risk")
    assert finding_desk.deeds(HEAD, "collections", "credit_risk") == ()


def test_an_extension_names_a_day_and_every_deed_says_why():
    with pytest.raises(Refused, match="by when"):
        act(ANN, EXTEND)
    act(ANN, EXTEND, due_on=date(2025, 3, 31))
    assert finding_desk.history("F02")[0].due_on == date(2025, 3, 31)
    with pytest.raises(Refused, match="few words"):
        act(ANN, CLOSE, "  ")


def test_an_exception_becomes_a_finding_and_points_back():
    row = reports.exceptions_list(ALL, "T02_class").iloc[0]
    told = {"severity": "high", "department_id": "credit_risk", "branch": row["branch"]}
    told |= {"exception_id": row["exception_id"], "loan_id": row["loan_id"]}
    number = finding_desk.raise_one(ANN, title="Classed too well", **told)
    (raised,) = finding_desk.of_exception(row["exception_id"])
    assert (raised.finding_id, raised.loan_id) == (number, row["loan_id"])
    assert finding_desk.state(finding_desk.history(number)) == "issued"
    with pytest.raises(Refused, match="Only audit raises"):
        finding_desk.raise_one(BOB, title="x", **told)


def test_rows_are_only_added():
    act(HEAD, SUBMIT)
    for sql in ("delete from finding_entries", "update finding_entries set kind = 'close'"):
        with pytest.raises(DatabaseError), store.engine().begin() as connection:
            connection.exec_driver_sql(sql)


def test_the_pages_show_both_ways(opened):
    row = reports.exceptions_list(ALL, "T02_class").iloc[0]
    at = opened(
        "reperformance", person("auditor"), test_id="T02_class", exception_id=row["exception_id"]
    )
    _field(at.text_input, "Title").set_value("Classed too well")
    at = _press(at, "Raise it")
    assert "Finding **W00001** was raised from it by auditor" in plain(at)
    for page, named in (("findings", {}), ("loan", {"loan_id": row["loan_id"], "view": "work"})):
        at = opened(page, person("auditor"), **named)
        assert "Raised here, from exceptions" in plain(at)
    at = opened("finding", person("auditor"), finding_id="W00001")
    assert "Classed too well" in plain(at) and row["exception_id"] in plain(at)
    _field(at.text_area, "Words, and where the evidence is").set_value("nothing in it")
    at = _press(at, "Write")
    assert finding_desk.history("W00001")[-1].kind == CLOSE
    assert "Verified and closed" in plain(at)
    elsewhere = "South" if row["branch"] == "North" else "North"
    stranger = person("auditor", branches=(elsewhere,))
    assert "Raised here" not in plain(opened("findings", stranger))
    hidden = opened("finding", stranger, finding_id="W00001")
    assert "There is no finding" in plain(hidden) and "Classed too well" not in plain(hidden)


def test_a_finding_raised_here_is_due_by_its_severity_and_moved_by_an_extension():
    told = {"department_id": "credit_risk", "branch": "North", "exception_id": "x", "loan_id": ""}
    number = finding_desk.raise_one(ANN, title="x", severity="high", **told)
    issued = finding_desk.history(number)[0].when.date()
    later = issued + timedelta(days=61)
    stands = finding_desk.standing_of(finding_desk.history(number), later)
    assert (stands.due_on - issued).days == 60 and stands.is_overdue
    finding_desk.act(ANN, number, "credit_risk", EXTEND, "a week more", later)
    stands = finding_desk.standing_of(finding_desk.history(number), later)
    assert (stands.current_due_on, stands.extensions, stands.is_overdue) == (later, 1, False)
    finding_desk.act(ANN, number, "credit_risk", CLOSE, "seen")
    stands = finding_desk.standing_of(finding_desk.history(number), later + timedelta(days=9))
    assert (stands.state, stands.is_overdue) == ("verified_closed", False)
    assert stands.closed_on and stands.due_on == issued + timedelta(days=60)


def test_what_was_typed_of_a_finding_stays_while_the_store_is_down(opened, monkeypatch):
    words = "Words, and where the evidence is"
    at = opened("finding", person("auditor"), finding_id="F02")
    _field(at.text_area, words).set_value("the file of May")
    with monkeypatch.context() as patch:
        patch.setattr(finding_desk, "act", _down)
        at = _press(at, "Write")
    assert "Not written" in plain(at)
    assert _field(at.text_area, words).value == "the file of May"
    at = _press(at, "Write")
    assert "It is written." in plain(at) and _field(at.text_area, words).value == ""
    assert finding_desk.history("F02")[-1].text == "the file of May"


def test_what_was_typed_of_a_new_finding_stays_when_it_is_refused(opened):
    row = reports.exceptions_list(ALL, "T02_class").iloc[0]
    known = {"test_id": "T02_class", "exception_id": row["exception_id"]}
    at = opened("reperformance", person("auditor"), **known)
    _field(at.selectbox, "Severity").set_value("critical")
    at = _press(at, "Raise it")
    assert at.warning
    assert _field(at.selectbox, "Severity").value == "critical"
    _field(at.text_input, "Title").set_value("Classed too well")
    at = _press(at, "Raise it")
    assert "was raised from it" in plain(at)
    assert _field(at.selectbox, "Severity").value == "medium"


def _down(*told, **more):
    raise Unavailable("down")


def _field(kind, label: str):
    return next(each for each in kind if each.label == label)


def test_an_executive_reads_no_free_text(opened):
    act(HEAD, SUBMIT, "words for audit")
    for role, sees in (("executive", False), ("auditor", True)):
        at = opened("finding", person(role), finding_id="F02")
        columns = {column for frame in at.dataframe for column in frame.value}
        assert ("text" in columns) is sees


def _press(at, label: str):
    next(each for each in at.button if each.label == label).click()
    return at.run()


def test_the_list_of_what_was_raised_asks_the_store_once(monkeypatch):
    row = reports.exceptions_list(ALL, "T02_class").iloc[0]
    told = {"severity": "high", "department_id": "collections"}
    told |= {key: str(row[key]) for key in ("branch", "exception_id", "loan_id")}
    numbers = [finding_desk.raise_one(ANN, title=f"Class {n}", **told) for n in range(3)]
    finding_desk.act(ANN, numbers[0], "collections", CLOSE, "looked at it")
    act(HEAD, SUBMIT)  # of a finding of the file: not among them
    asked = []
    read = finding_desk._read
    monkeypatch.setattr(finding_desk, "_read", lambda where: asked.append(1) or read(where))
    found = finding_desk.raised()
    assert len(asked) == 1
    assert [each[0].finding_id for each in found] == numbers[::-1]
    assert [[entry.kind for entry in each] for each in found][2] == ["raise", CLOSE]
