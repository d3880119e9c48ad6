"""The auditors' findings, the loans behind them, and the actions agreed."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import CLOSING, DAY, SEASONING_MONTHS, Months, add_workdays, as_date
from data.book.feeds import Feeds
from data.book.names import BRANCHES
from data.book.planted import Planted
from data.book.staffing import Staff
from data.book.tables import NOTHING, Folder, coded, days, numbered, whole, words

Whole = NDArray[np.int64]

DAYS_TO_MEND = {"critical": 30, "high": 60, "medium": 90, "low": 180}
EXTENDED, ACCEPTED, NEVER_MENDED = 0.25, 0.3, 0.14
AT_BRANCHES = 2
"""Of what can be found at a branch, how many branches it is found at; once it is the bank's."""
REPEATED = 0.08
"""The part of findings that tell again what was found at the same place and put right."""
MOST_LOANS = 12
ACTIONS = {
    "Correct the loans listed": "逐笔纠正所列贷款",
    "Write the step into the procedure": "将该步骤写入操作规程",
    "Add a control in the system": "在系统中增设控制",
    "Train the staff concerned": "培训相关人员",
    "Report progress every month": "按月报告整改进度",
}


@dataclass
class Finding:
    """One audit finding; days as numbers, NOTHING when open or not extended."""

    number: int
    title: str
    title_zh: str
    severity: str
    department: str
    cause: str
    branch: int
    issued: int
    due: int
    current_due: int
    closed: int
    status: str
    extensions: int
    rejected: int = NOTHING
    repeat_of: int = NOTHING
    unit: str = ""
    engagement: int = NOTHING
    loans: list[int] = field(default_factory=list)


def _templates() -> list[dict[str, str]]:
    path = Path(__file__).with_name("findings.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def draw_findings(
    rng: np.random.Generator, months: Months, feeds: Feeds, planted: list[Planted]
) -> list[Finding]:
    """A few dozen findings by day of issue; some are late, extended, repeated or accepted."""
    first, end = int(months.first[SEASONING_MONTHS]), int(months.last[-1])
    subjects = _subjects(rng)
    count = round(len(subjects) / (1 - REPEATED))
    issue_days = np.sort(add_workdays(rng.integers(first, end - 15, count), 0))
    templates = {template["title"]: template for template, _ in subjects}
    findings: list[Finding] = []
    for number, issued in enumerate(issue_days.tolist(), start=1):
        again = _put_right_before(findings, issued)
        if again and (not subjects or rng.random() < REPEATED):
            earlier = again[int(rng.integers(len(again)))]
            template, branch = templates[earlier.title], earlier.branch
        else:
            template, branch = subjects.pop()
        finding = _finding(rng, number, template, branch, issued, end)
        finding.rejected = _failed(finding, int(months.last[-1]))
        finding.loans = _loans_behind(rng, template["loans"], finding, feeds, planted)
        finding.repeat_of = _repeated(finding, findings)
        findings.append(finding)
    return findings


def _subjects(rng: np.random.Generator) -> list[tuple[dict[str, str], int]]:
    """What is found where, in any order: in the whole bank once, and some of it at branches."""
    subjects: list[tuple[dict[str, str], int]] = []
    for template in _templates():
        if template["of"] not in ("bank", "branch"):
            places = [n for n, name in enumerate(BRANCHES) if name.startswith(template["of"])]
            subjects.append((template, int(rng.choice(places))))
            continue
        subjects.append((template, NOTHING))
        if template["of"] == "branch":
            chosen = rng.choice(len(BRANCHES), AT_BRANCHES, replace=False)
            subjects += [(template, branch) for branch in chosen.tolist()]
    return [subjects[place] for place in rng.permutation(len(subjects)).tolist()]


def _put_right_before(findings: list[Finding], day: int) -> list[Finding]:
    """The findings that were closed in the 24 months before a day (14.1)."""
    return [one for one in findings if one.closed != NOTHING and 0 < day - one.closed <= 730]


def _finding(
    rng: np.random.Generator,
    number: int,
    template: dict[str, str],
    branch: int,
    issued: int,
    end: int,
) -> Finding:
    due = issued + DAYS_TO_MEND[template["severity"]]
    extensions = int(rng.random() < EXTENDED) + int(rng.random() < EXTENDED / 4)
    current_due = due + 30 * extensions
    took = rng.lognormal(np.log(0.75), 0.35) * (current_due - issued)
    closed = issued + max(5, round(took))
    if rng.random() < NEVER_MENDED or closed > end:
        closed = NOTHING
    return Finding(
        number=number,
        title=template["title"],
        title_zh=template["title_zh"],
        severity=template["severity"],
        department=template["department_id"],
        cause=template["cause"],
        branch=branch,
        issued=issued,
        due=due,
        current_due=current_due,
        closed=closed,
        status="verified_closed" if closed != NOTHING else _open_status(rng, issued, end),
        extensions=extensions,
        unit=template["unit_id"],
    )


def _open_status(rng: np.random.Generator, issued: int, end: int) -> str:
    """The older an open finding, the further it has come."""
    age = end - issued
    if age < 15:
        return "issued"
    if age < 40:
        return "action_plan"
    if rng.random() < ACCEPTED:
        return "risk_accepted"
    return str(rng.choice(["in_progress", "submitted", "rejected"], p=(0.62, 0.28, 0.10)))


def _failed(finding: Finding, end: int) -> int:
    """The day on which a remedy did not hold: where it stands so, and of every ninth closed one."""
    if finding.status == "rejected":
        return min(finding.current_due + 5, end)
    if finding.closed != NOTHING and finding.number % 9 == 4:
        return max(finding.issued + 3, finding.closed - 20)
    return NOTHING


def _repeated(finding: Finding, before: list[Finding]) -> int:
    """The number of an earlier closed finding of the same title and place (14.1)."""
    for other in reversed(_put_right_before(before, finding.issued)):
        if (other.title, other.branch) == (finding.title, finding.branch):
            return other.number
    return NOTHING


def _loans_behind(
    rng: np.random.Generator, feed: str, finding: Finding, feeds: Feeds, planted: list[Planted]
) -> list[int]:
    """Loans that show what the finding says: planted errors, or loans it happened to; of a branch
    those of that branch.
    """
    issued = finding.issued
    if not feed:
        return []
    if feed.startswith("T0"):
        on = as_date(issued).isoformat()
        found = [row for row in planted if row.test_id == feed and row.month_end < on]
        numbers = sorted({int(row.loan_id[1:]) for row in found})
    else:
        loan, _, branch, day, _ = feeds[feed]
        recent = (day < issued) & (day > issued - 200)
        if finding.branch != NOTHING:
            recent &= branch == finding.branch
        numbers = np.unique(loan[recent]).tolist()
    wanted = min(len(numbers), int(rng.integers(3, MOST_LOANS + 1)))
    return sorted(rng.choice(numbers, wanted, replace=False).tolist()) if wanted else []


def finding_cases(findings: list[Finding]) -> tuple[Whole, ...]:
    """Findings as cases of the audit department: loan, borrower, branch, day, due, closed."""
    followed = [one for one in findings if one.status != "draft"]
    none = np.full(len(followed), NOTHING)
    closed = np.array([one.closed for one in followed])
    return (
        none,
        none,
        np.array([one.branch for one in followed]),
        np.array([one.issued for one in followed]),
        np.array([one.current_due for one in followed]) * DAY + CLOSING,
        np.where(closed == NOTHING, NOTHING, closed * DAY + CLOSING),
    )


def write_findings(
    folder: Folder, rng: np.random.Generator, staff: Staff, months: Months, findings: list[Finding]
) -> None:
    """The findings, finding_loans and finding_actions tables."""

    def column(name: str) -> list:
        return [getattr(one, name) for one in findings]

    folder.write(
        "findings",
        {
            "finding_id": numbered("K", column("number"), 4),
            "title": words(column("title")),
            "title_zh": words(column("title_zh")),
            "severity": words(column("severity")),
            "status": words(column("status")),
            "department_id": words(column("department")),
            "branch": coded(column("branch"), BRANCHES),
            "cause": words(column("cause")),
            "issued_on": days(column("issued")),
            "due_on": days(column("due")),
            "current_due_on": days(column("current_due")),
            "closed_on": days(column("closed")),
            "rejected_on": days(column("rejected")),
            "extensions": whole(column("extensions")),
            "repeat_of": numbered("K", column("repeat_of"), 4),
            "unit_id": words(column("unit")),
            "engagement_id": numbered("N", column("engagement"), 4),
        },
    )
    linked = [(one.number, loan) for one in findings for loan in one.loans]
    folder.write(
        "finding_loans",
        {
            "finding_id": numbered("K", [number for number, _ in linked], 4),
            "loan_id": numbered("L", [loan for _, loan in linked]),
        },
    )
    _write_actions(folder, rng, staff, months, findings)


def _write_actions(
    folder: Folder, rng: np.random.Generator, staff: Staff, months: Months, findings: list[Finding]
) -> None:
    """Two to four actions each; all done and verified where the finding is closed. What is done has
    its evidence in the auditors' file."""
    rows = []
    for one in findings:
        planned = max(1, one.current_due - one.issued)
        for action in sorted(rng.choice(len(ACTIONS), int(rng.integers(2, 5)), replace=False)):
            due = one.issued + int(planned * rng.uniform(0.4, 1.0))
            done, verified = NOTHING, NOTHING
            if one.closed != NOTHING:
                done = min(one.closed, due + int(rng.integers(-15, 10)))
                verified = one.closed
            elif rng.random() < 0.35 and due < int(months.last[-1]):
                done = due
            owner = int(rng.choice(staff.of(one.department)))
            rows.append((one.number, int(action), owner, due, max(done, NOTHING), verified))
    columns = (np.array(part) for part in zip(*rows, strict=True))
    number, action, owner, due, done, verified = columns
    filed = [
        f"AUD/{as_date(day).year}/K{one:04d}/Z{place:05d}.pdf" if day != NOTHING else ""
        for place, (one, day) in enumerate(zip(number, done, strict=True), start=1)
    ]
    folder.write(
        "finding_actions",
        {
            "action_id": numbered("Z", np.arange(1, len(rows) + 1), 5),
            "finding_id": numbered("K", number, 4),
            "action": coded(action, tuple(ACTIONS)),
            "action_zh": coded(action, tuple(ACTIONS.values())),
            "owner": numbered("S", owner, 5),
            "due_on": days(due),
            "done_on": days(done),
            "verified_on": days(verified),
            "evidence": words(filed),
        },
    )
