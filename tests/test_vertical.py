"""Vertical allocation (section 2.3): the models against paying out every cent in turn."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pandas as pd
import pytest

from queries import reports
from queries.paying import in_turn, settles_by_instalment
from queries.warehouse import Scope, ask_exact
from tests.book import Book
from tests.served import serve
from ui import arithmetic

FIRST = date(2023, 1, 31)
AS_OF = date(2024, 12, 31)
ORDER = ("interest", "principal", "fee", "penalty")


def dues(random: Random) -> list[tuple[date, dict[str, int]]]:
    """Monthly instalments in cents: day, and what is due of each component."""
    return [
        (
            FIRST + timedelta(days=30 * number + random.randrange(3)),
            {
                "principal": random.choice((0, 5000, 7000)),
                "interest": random.choice((100, 900)),
                "fee": random.choice((0, 0, 250)),
                "penalty": random.choice((0, 33)),
            },
        )
        for number in range(20)
    ]


def pay_in_turn(lines: list, payments: list[tuple[date, int]]) -> Iterator[tuple[date, list]]:
    """Every day from the first due date: what is left unpaid of each instalment, cent by cent."""
    left = [dict.fromkeys(ORDER, 0) for _ in lines]
    held = 0
    day = min(lines[0][0], payments[0][0])
    while day <= AS_OF:
        for number, (due_on, parts) in enumerate(lines):
            if due_on == day:
                left[number] = dict(parts)
        held += sum(amount for paid_on, amount in payments if paid_on == day)
        for component in ORDER:
            for instalment in left:
                used = min(held, instalment[component])
                instalment[component] -= used
                held -= used
        yield day, [dict(instalment) for instalment in left]
        day += timedelta(days=1)


def standing(
    lines: list, payments: list[tuple[date, int]], taken_back: dict[int, date]
) -> dict[date, list]:
    """As `pay_in_turn`; from the day on which a payment is taken back it was never made."""
    days: dict[date, list] = {}
    for since in sorted({date.min, *taken_back.values()}):
        kept = [each for n, each in enumerate(payments) if taken_back.get(n, date.max) > since]
        days |= {day: left for day, left in pay_in_turn(lines, kept) if day >= since}
    return days


def made(seed: int, reversals: int) -> tuple[Book, list, dict[date, list]]:
    """A book of one such loan, its dues, and what each day leaves unpaid."""
    random = Random(seed)
    lines = dues(random)
    payments = [
        (
            FIRST + timedelta(days=random.randrange(-20, 640)),
            random.choice((150, 3000, 8000, 12000)),
        )
        for _ in range(18)
    ]
    payments.sort()
    book = Book().borrower()
    principal = Decimal(sum(parts["principal"] for _, parts in lines)) / 100
    book.loan("L1", principal=principal, disbursed_on="2023-01-01")
    book.parameter("alloc_scope", "STATUTORY_VERTICAL")
    book.parameter("alloc_order_accrual", ",".join(ORDER))
    for seq, (due_on, parts) in enumerate(lines, start=1):
        amounts = {f"{name}_due": Decimal(cents) / 100 for name, cents in parts.items()}
        book.add("instalments", loan_id="L1", seq=seq, due_on=due_on, **amounts)
    taken_back = {
        number: payments[number][0] + timedelta(days=random.randrange(90))
        for number in random.sample(range(len(payments)), reversals)
    }
    for number, (paid_on, cents) in enumerate(payments):
        paid = book.pay("L1", paid_on.isoformat(), Decimal(cents) / 100)
        if number in taken_back:
            day = taken_back[number].isoformat()
            book.pay("L1", day, -Decimal(cents) / 100, reverses=paid)
    book.build(AS_OF.isoformat())

    return book, lines, standing(lines, payments, taken_back)


@pytest.mark.parametrize("reversals", [0, 5])
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_vertical_allocation_equals_paying_out_every_cent_in_turn(seed, reversals):
    book, lines, days = made(seed, reversals)
    months = book.rows(
        """select month_end, days_past_due, cast(overdue_principal * 100 as bigint),
            cast(overdue_interest * 100 as bigint), instalments_past_due
        from marts.loan_months where status = 'active' order by month_end"""
    )
    assert len(months) > 10
    for month_end, *found in months:
        late = [
            (due_on, left)
            for (due_on, _), left in zip(lines, days.get(month_end, []), strict=False)
            if due_on < month_end
        ]
        unpaid = [due_on for due_on, left in late if left["principal"] + left["interest"]]
        assert found == [
            (month_end - min(unpaid)).days if unpaid else 0,
            sum(left["principal"] for _, left in late),
            sum(left["interest"] for _, left in late),
            len(unpaid),
        ], month_end

    instalments = book.rows(
        """select cast((principal_due - principal_paid) * 100 as bigint),
            cast((interest_due - interest_paid) * 100 as bigint),
            cast((fee_due - fee_paid) * 100 as bigint), settled_on
        from marts.instalments order by seq"""
    )
    for number, (principal_left, interest_left, fee_left, settled_on) in enumerate(instalments):
        left = days[AS_OF][number]
        assert (principal_left, interest_left, fee_left) == (
            left["principal"],
            left["interest"],
            left["fee"],
        )
        open_days = [
            day
            for day, state in days.items()
            if day < lines[number][0] or state[number]["principal"] + state[number]["interest"]
        ]
        # Settled for good: the day after the last on which something of it was open.
        last_open = max(open_days, default=lines[number][0] - timedelta(days=1))
        expected = last_open + timedelta(days=1) if last_open < AS_OF else None
        if expected and settled_on and settled_on < lines[number][0]:
            # Cash that waited is applied on the due date; the day it came is the day of settlement.
            assert expected == lines[number][0]
        else:
            assert settled_on == expected


@pytest.mark.parametrize("seed", [1, 2])
def test_the_steps_of_such_a_contract_end_at_what_the_build_computed(seed, tmp_path, monkeypatch):
    book, _, days = made(seed, reversals=5)
    reads = ("scoped_loans", "scoped_schedule_lines", "scoped_payments", "scoped_loan_months")
    monkeypatch.setenv("WAREHOUSE", str(serve(book, tmp_path, reads=reads)))
    scope = Scope(("Main", ""), ("consumer", ""), AS_OF)
    terms = reports.performed_terms(scope, "L1")
    assert not settles_by_instalment(terms)
    states = ask_exact(
        "select month_end, days_past_due from scoped_loan_months($branches, $products)"
        " where status = 'active' and month_end >= date '2023-02-28' order by month_end",
        scope,
    )
    assert len(states) > 10
    for month_end, past_due in states:
        steps = reports.performed_instalments(scope, "L1", month_end)
        left = [parts["principal"] + parts["interest"] for parts in days[month_end]]
        assert [round(each * 100) for each in steps["unpaid"]] == left[: len(steps)]
        passed = steps[(steps["due_on"] < pd.Timestamp(month_end)) & (steps["unpaid"] > 0)]
        oldest = passed["due_on"].min()
        assert (0 if passed.empty else (pd.Timestamp(month_end) - oldest).days) == past_due
        assert steps["settled_on"].notna().tolist() == (steps["unpaid"] == 0).tolist()
    said = arithmetic.applied(terms, 3, 9, AS_OF)
    assert "all that is due of one component before the next (Interest → Principal" in said


def test_the_payment_that_settles_is_named():
    """The interest of both comes first: the second payment settles both instalments at once."""
    lines = pd.DataFrame(
        {
            "seq": [1, 2],
            "version": 1,
            "due_on": pd.to_datetime(["2024-01-15", "2024-02-15"]),
            "interest": [10, 10],
            "principal": [90, 90],
            "fee": 5,
            "penalty": 0,
            "principal_in_all": 180,
        }
    )
    paid_on = pd.to_datetime(["2024-02-15", "2024-03-01"])
    cash = pd.DataFrame({"repayment_id": ["P1", "P2"], "paid_on": paid_on, "amount": [100, 100]})
    told = {"component_order": ["interest,principal,fee,penalty"], "dpd_basis": ["PI"]}
    terms = pd.DataFrame(told)
    found = in_turn(lines, cash, terms, pd.Timestamp("2024-03-31"))
    shown = ["due", "paid", "unpaid", "settled_by"]
    assert found[shown].to_numpy().tolist() == [[100, 100, 0, "P2"], [100, 100, 0, "P2"]]
    assert found["late_from"].dt.strftime("%m-%d").tolist() == ["01-16", "02-16"]
    early = in_turn(lines, cash[:1], terms, paid_on[0])
    assert early["unpaid"].tolist() == [10, 90]
    assert early["principal_paid"].tolist() == [80, 0]
    assert early["settled_by"].isna().all()
