"""The people who do the work: departments at head office, account officers at the branches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.names import BRANCHES, people
from data.book.tables import NOTHING, Folder, coded, days, numbered, words

Whole = NDArray[np.int64]

DEPARTMENTS: dict[str, tuple[str, str, int]] = {
    "credit_risk": ("Credit risk", "信用风险管理部", 7),
    "asset_management": ("Asset management", "资产管理部", 9),
    "risk_control": ("Risk control", "风险控制部", 7),
    "business_support": ("Business support", "业务支持部", 10),
    "customer_service": ("Customer service", "客户服务部", 12),
    "risk_management": ("Risk management", "风险管理部", 9),
    "management": ("Management (funds, people)", "综合管理部（资金、人力）", 8),
    "legal": ("Legal", "法律部", 8),
    "information_technology": ("Information technology", "信息技术部", 11),
    "audit": ("Audit", "审计部", 7),
    "risk_assessment": ("Risk assessment", "风险评估部", 6),
    "collections": ("Collections", "催收部", 14),
    "default_handling": ("Default handling", "违约处理部", 8),
}
"""Name, Chinese name, and people at head office in a bank of 20 thousand loans."""

DEPARTMENT_IDS = tuple(DEPARTMENTS)
OFFICERS_BELONG_TO = DEPARTMENT_IDS.index("asset_management")
LOGINS = {
    "executive": "management",
    "risk": "risk_management",
    "risk2": "risk_control",
    "auditor": "audit",
    "head": "collections",
    "admin": "information_technology",
}
"""Who of the demo's sign-ins works where."""
NAMES = {
    "executive": "林文慧",
    "risk": "陈宇",
    "risk2": "周婷",
    "auditor": "赵敏",
    "head": "王磊",
    "admin": "孙浩",
}
"""What they are called, as auth.yaml says it too."""
GRADES = ("clerk", "officer", "senior_officer", "manager", "head")
GRADE_SHARES = (0.25, 0.4, 0.22, 0.13, 0.0)
LOANS_PER_OFFICER = 280
LOANS_PER_HOUSE = 20_000
HAS_LEFT = 0.09
SMALLEST = 0.35
"""Of the house of 20 thousand loans, however few there are."""


@dataclass(frozen=True)
class Staff:
    """One row per person. Numbers start at 1; branch is NOTHING at head office."""

    department: Whole
    branch: Whole
    grade: Whole
    joined: Whole
    left: Whole

    @property
    def numbers(self) -> Whole:
        return np.arange(1, len(self.department) + 1)

    def of(self, department: str) -> Whole:
        """Numbers of those of a department who are still there."""
        mine = self.department == DEPARTMENT_IDS.index(department)
        return self.numbers[mine & (self.left == NOTHING)]

    def officers(self, branch: int) -> Whole:
        """Numbers of a branch's account officers who are still there."""
        mine = (self.branch == branch) & (self.left == NOTHING)
        return self.numbers[mine]


def draw_staff(rng: np.random.Generator, months: Months, loans: int, volume: float = 1.0) -> Staff:
    """Enough people for so many loans and so many times the usual number of cases; heads first,
    then the rest of each department.
    """
    size = max(SMALLEST, (loans / LOANS_PER_HOUSE) ** 0.6) * max(volume, 1.0)
    house = np.array([round(people_needed * size) for *_, people_needed in DEPARTMENTS.values()])
    officers = max(3, round(loans / LOANS_PER_OFFICER / len(BRANCHES)))
    department = np.repeat(np.arange(len(house)), house)
    at_branch = len(BRANCHES) * officers
    branch = np.concatenate(
        [np.full(len(department), NOTHING), np.repeat(np.arange(len(BRANCHES)), officers)]
    )
    department = np.concatenate([department, np.full(at_branch, OFFICERS_BELONG_TO)])
    count = len(department)
    grade = rng.choice(len(GRADES), count, p=GRADE_SHARES)
    first = np.unique(department * 1_000 + branch, return_index=True)[1]
    grade[first] = GRADES.index("head")
    joined = int(months.last[-1]) - rng.integers(100, 5_000, count)
    gone = (rng.random(count) < HAS_LEFT) & (grade < GRADES.index("head"))
    gone &= (np.arange(count) % 3) > 0
    stayed = rng.integers(60, 1_500, count)
    left = np.where(gone & (joined + stayed < int(months.last[-1])), joined + stayed, NOTHING)
    return Staff(department, branch, grade, joined, left)


def account_officers(staff: Staff, branch: Whole, borrower: Whole) -> Whole:
    """Staff numbers: one officer for all of a borrower's loans at a branch."""
    found = np.empty(len(branch), np.int64)
    for place in range(len(BRANCHES)):
        mine = branch == place
        there = staff.officers(place)
        found[mine] = there[borrower[mine] % len(there)]
    return found


def write_staff(folder: Folder, rng: np.random.Generator, staff: Staff) -> None:
    """The staff table."""
    names, logins = people(rng, len(staff.department)), _logins(staff)
    names = [NAMES.get(login, str(name)) for name, login in zip(names, logins, strict=True)]
    folder.write(
        "staff",
        {
            "staff_id": numbered("S", staff.numbers, 5),
            "name": words(names),
            "department_id": coded(staff.department, DEPARTMENT_IDS),
            "branch": coded(staff.branch, BRANCHES),
            "grade": coded(staff.grade, GRADES),
            "joined_on": days(staff.joined),
            "left_on": days(staff.left),
            "login": words(logins),
        },
    )


def _logins(staff: Staff) -> list[str]:
    """The demo's sign-ins belong to somebody: the first of a department who is still there."""
    found = [""] * len(staff.department)
    for login, department in LOGINS.items():
        found[int(staff.of(department)[0]) - 1] = login
    return found
