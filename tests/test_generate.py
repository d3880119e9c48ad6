"""The demo book: the same bytes for the same seed, right where it says so, wrong only where it says
so.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.generate import generate

SMALL_LOANS = 300


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of 300 loans."""
    folder = tmp_path_factory.mktemp("book")
    generate(folder, SMALL_LOANS, months=36, seed=7)
    return folder


def rows(folder: Path, table: str) -> list[dict]:
    return pq.read_table(folder / f"{table}.parquet").to_pylist()


def grouped(found: list[dict], key: str = "loan_id") -> dict[str, list[dict]]:
    groups: dict[str, list[dict]] = defaultdict(list)
    for row in found:
        groups[row[key]].append(row)
    return groups


def state_by_hand(
    day: date, loan: dict, lines: list[dict], payments: list[dict], write_offs: list[dict]
) -> tuple[Decimal, int, str]:
    """Balance, days past due and status of one loan at the end of one day, cent by cent.

    Oldest instalment first; in an instalment fee, interest, principal (section 2.3).
    """
    version = max(line["version"] for line in lines if line["valid_from"] <= day)
    plan = [line for line in lines if line["version"] == version]
    plan.sort(key=lambda line: (line["due_on"], line["seq"]))
    sign = {True: -1, False: 1}
    cash = sum(
        (
            sign[row["reverses"] is not None] * row["amount"]
            for row in payments
            if row["paid_on"] <= day
        ),
        Decimal(0),
    )
    owed = sum(line["principal_due"] + line["interest_due"] + line["fee_due"] for line in plan)
    if cash >= owed:
        return Decimal(0), 0, "closed"
    repaid, oldest = Decimal(0), None
    for line in (line for line in plan if line["due_on"] <= day):
        for part in ("fee_due", "interest_due", "principal_due"):
            taken = min(cash, line[part])
            cash -= taken
            repaid += taken if part == "principal_due" else 0
            if taken < line[part] and part != "fee_due":
                oldest = oldest or line["due_on"]
    late = (day - oldest).days if oldest else 0
    gone = [row["kind"] for row in write_offs if row["written_off_on"] <= day]
    if gone:
        return Decimal(0), late, {"write_off": "written_off", "sale": "sold"}[gone[0]]
    return loan["principal"] - repaid, late, "active"


def test_recorded_state_is_right_on_every_loan_month(small: Path) -> None:
    lines, payments = grouped(rows(small, "instalments")), grouped(rows(small, "repayments"))
    write_offs = (
        grouped(rows(small, "write_offs"))
        if (small / "write_offs.parquet").exists()
        else defaultdict(list)
    )
    recorded = grouped(rows(small, "loan_months"))
    wrong = []
    for loan in rows(small, "loans"):
        key = loan["loan_id"]
        for month in recorded[key]:
            state = state_by_hand(
                month["month_end"], loan, lines[key], payments[key], write_offs[key]
            )
            if state != (month["balance"], month["days_past_due"], month["status"]):
                wrong.append((key, month["month_end"], state, month))
    assert wrong == []
