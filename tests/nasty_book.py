"""A random book that is nasty on purpose, as Loan values and as a canonical folder of CSV files."""

import csv
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from tests.brute_force import (
    BEGINNING,
    Line,
    Loan,
    Payment,
    Version,
    WriteOff,
    left_on,
    month_end,
    state,
)

FIRST_DAY, LAST_DAY = date(2022, 1, 1), date(2024, 9, 17)
# Identifiers that differ by zeros, case or quoting only, or look like something else.
STRANGE_NAMES = ("12", "0012", "a12", "A12", "1e3", "NULL", "001,2", "2024-02-29", "é'12")

# A movement is (day, amount, place of the movement that it reverses, or None).
Movements = list[tuple[date, int, int | None]]


def book(seed: int, loans: int) -> list[Loan]:
    """That many loans, the same for the same seed."""
    draw = random.Random(seed)
    names = [*STRANGE_NAMES, *(f"{number:05d}" for number in range(loans))][:loans]
    return [_loan(draw, name) for name in names]


def last_event(loans: Iterable[Loan]) -> date:
    """The last day on which something happened to a loan: the as_of of a load."""
    days = {loan.disbursed_on for loan in loans}
    days |= {payment.paid_on for loan in loans for payment in loan.payments}
    return max(days | {item.happened_on for loan in loans for item in loan.write_offs})


def _loan(draw: random.Random, name: str) -> Loan:
    opened = FIRST_DAY + timedelta(draw.randrange(850))
    if draw.random() < 0.03:
        return Loan(name, draw.randrange(1, 10**7), opened)
    lines = draw.choice((_monthly, _monthly, _monthly, _weekly, _bullet, _odd))(draw, opened)
    movements = draw.choice(HABITS)(draw, opened, lines)
    if draw.random() < 0.35:
        movements = _reverse_some(draw, movements)
    payments = tuple(
        Payment(f"{name}/{place}", day, amount, None if back is None else f"{name}/{back}")
        for place, (day, amount, back) in enumerate(movements)
    )
    loan = Loan(
        loan_id=name,
        principal=sum(line.principal for line in lines),
        disbursed_on=opened,
        versions=_versions(draw, opened, lines),
        payments=payments,
    )
    return replace(loan, write_offs=_write_offs(draw, loan))


# Schedules


def _lines(draw: random.Random, days: list[date]) -> tuple[Line, ...]:
    with_fees, with_penalty = draw.random() < 0.3, draw.random() < 0.15
    found = []
    for seq, day in enumerate(days, 1):
        principal = draw.choice((0, 1, 33333, draw.randrange(1, 500000)))
        interest = draw.choice((0, 1, draw.randrange(1, 30000), draw.randrange(1, 30000)))
        if draw.random() < 0.07:
            principal = interest = 0
        fee = draw.choice((0, 1, 500)) if with_fees else 0
        penalty = draw.choice((0, 0, 1, 700)) if with_penalty else 0
        found.append(Line(seq, day, principal, interest, fee, penalty))
    if not any(line.principal for line in found):
        found[-1] = Line(found[-1].seq, found[-1].due_on, 100000, 0)
    return tuple(found)


def _monthly(draw: random.Random, opened: date) -> tuple[Line, ...]:
    day, days = draw.choice((1, 15, 28, 29, 30, 31, 31)), []
    month = month_end(opened)
    for _ in range(draw.randrange(1, 37)):
        month = month_end(month + timedelta(1))
        days.append(month.replace(day=min(day, month.day)))
    return _lines(draw, days)


def _weekly(draw: random.Random, opened: date) -> tuple[Line, ...]:
    return _lines(draw, [opened + timedelta(7 * week) for week in range(1, draw.randrange(2, 40))])


def _bullet(draw: random.Random, opened: date) -> tuple[Line, ...]:
    return _lines(draw, [opened + timedelta(draw.randrange(1, 1000))])


def _odd(draw: random.Random, opened: date) -> tuple[Line, ...]:
    """Long gaps, leap days, several instalments on one day, some on the day of disbursement."""
    days = [opened + timedelta(draw.choice((0, 1, 30, 366, 700))) for _ in range(6)]
    days += [max(opened, date(2024, 2, 29)), max(opened, month_end(opened))]
    return _lines(draw, draw.sample(days, draw.randrange(1, len(days))))


def _versions(draw: random.Random, opened: date, lines: tuple[Line, ...]) -> tuple[Version, ...]:
    versions = [Version(1, draw.choice((BEGINNING, opened)), lines)]
    for number in draw.choice(((), (), (), (2,), (2,), (2, 3), (3, 7))):
        begins = opened + timedelta(draw.randrange(1, 900))
        lines = draw.choice((_postponed, _waived, _capitalised))(draw, begins, lines)
        versions.append(Version(number, begins, lines))
    return tuple(versions)


def _postponed(draw: random.Random, begins: date, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    later = timedelta(draw.choice((1, 31, 180)))
    return tuple(
        Line(line.seq, line.due_on + later, line.principal, line.interest, line.fee, line.penalty)
        if line.due_on >= begins
        else line
        for line in lines
    )


def _waived(draw: random.Random, begins: date, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(
        Line(line.seq, line.due_on, line.principal, 0, line.fee) if draw.random() < 0.6 else line
        for line in lines
    )


def _capitalised(draw: random.Random, begins: date, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """What had fallen due becomes principal of one later instalment."""
    past = [line for line in lines if line.due_on < begins]
    if not past:
        return lines
    arrears = Line(
        max(line.seq for line in lines) + 1,
        begins + timedelta(draw.choice((0, 10, 200))),
        sum(line.principal + line.interest for line in past),
        draw.randrange(5000),
    )
    return (*(line for line in lines if line.due_on >= begins), arrears)


# Habits of payment


def _never(draw: random.Random, opened: date, lines: tuple[Line, ...]) -> Movements:
    return []


def _drifting(draw: random.Random, opened: date, lines: tuple[Line, ...]) -> Movements:
    """Each instalment in full, early, on the day or up to four months late."""
    late = draw.choice(((0,), (0, 0, 1, 5), (-20, -1, 0, 3), (0, 29, 30, 31, 90, 91), (120, 60, 5)))
    return _within(
        opened, [(line.due_on + timedelta(draw.choice(late)), line.due) for line in lines]
    )


def _in_pieces(draw: random.Random, opened: date, lines: tuple[Line, ...]) -> Movements:
    """Instalments in up to three parts, some of them on one day."""
    pieces = []
    for line in lines:
        left = line.due
        for _ in range(draw.randrange(3)):
            part = draw.randrange(left + 1)
            pieces.append((line.due_on + timedelta(draw.choice((0, 0, 2, 40))), part))
            left -= part
        pieces.append((line.due_on + timedelta(draw.choice((0, 0, 15))), left))
    return _within(opened, pieces)


def _tails(draw: random.Random, opened: date, lines: tuple[Line, ...]) -> Movements:
    """One cent short every time, and the cents paid at once at the end, or never."""
    short = [(line.due_on, line.due - 1) for line in lines]
    if draw.random() < 0.5:
        short.append((lines[-1].due_on + timedelta(33), len(lines)))
    return _within(opened, short)


def _gives_up(draw: random.Random, opened: date, lines: tuple[Line, ...]) -> Movements:
    paid = draw.randrange(len(lines))
    return _within(opened, [(line.due_on, line.due) for line in lines[:paid]])


def _at_once(draw: random.Random, opened: date, lines: tuple[Line, ...]) -> Movements:
    """All in one sum, exact, a cent short or too much, often long before it is due."""
    total = sum(line.due for line in lines) + draw.choice((0, 0, -1, 1, 12345))
    return _within(opened, [(opened + timedelta(draw.randrange(600)), total)])


def _at_random(draw: random.Random, opened: date, lines: tuple[Line, ...]) -> Movements:
    largest = 2 * max(line.due for line in lines)
    some = range(draw.randrange(1, 12))
    return _within(
        opened, [(opened + timedelta(draw.randrange(800)), draw.randrange(largest)) for _ in some]
    )


HABITS = (_never, _drifting, _drifting, _in_pieces, _tails, _gives_up, _at_once, _at_random)


def _within(opened: date, sums: list[tuple[date, int]]) -> Movements:
    return [
        (max(day, opened), amount, None) for day, amount in sums if day <= LAST_DAY and amount > 0
    ]


def _reverse_some(draw: random.Random, movements: Movements) -> Movements:
    """Some payments taken back, the same day or later; some of those had been paid twice."""
    found = list(movements)
    for place, (day, amount, _) in enumerate(movements):
        if draw.random() < 0.3:
            back = min(day + timedelta(draw.choice((0, 1, 20, 200))), LAST_DAY)
            if draw.random() < 0.5:
                found.append((day, amount, None))
            found.append((back, amount, place))
    return found


def _write_offs(draw: random.Random, loan: Loan) -> tuple[WriteOff, ...]:
    """At most one, of a loan that is still on the book: in part, whole, sold, or taken back."""
    day = loan.disbursed_on + timedelta(draw.randrange(1, 900))
    chance, part = draw.random(), draw.random()
    balance = state(loan, day).balance
    if chance > 0.3 or day > LAST_DAY or not balance or left_on(loan, LAST_DAY):
        return ()
    taken_back = day + timedelta(90) if part < 0.2 else None
    if chance < 0.12:
        amount = 1 + int(part * (balance - 1))
        return (WriteOff(day, amount, is_partial=True, reversed_on=taken_back),)
    kind = "sale" if chance > 0.23 else "write_off"
    return (WriteOff(day, balance, kind, reversed_on=taken_back),)


# Files


def write(loans: list[Loan], folder: Path, seed: int) -> None:
    """The book as CSV files: rows and columns in no order, amounts as people write them."""
    draw = random.Random(seed)
    rows: dict[str, list[dict]] = {
        "loans": [_loan_row(draw, loan) for loan in loans],
        "instalments": [row for loan in loans for row in _instalment_rows(draw, loan)],
        "repayments": [row for loan in loans for row in _repayment_rows(draw, loan)],
        "write_offs": [row for loan in loans for row in _write_off_rows(draw, loan)],
        "borrowers": [{"borrower_id": loan.loan_id, "name": "*"} for loan in loans[::2]],
    }
    for name, table in rows.items():
        _write_table(draw, folder / f"{name}.csv", table)


def _write_table(draw: random.Random, file: Path, rows: list[dict]) -> None:
    columns = list(rows[0])
    draw.shuffle(columns)
    draw.shuffle(rows)
    encoding, ending = draw.choice((("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("utf-8", "\r\n")))
    with file.open("w", encoding=encoding, newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator=ending)
        writer.writeheader()
        writer.writerows(rows)


def _money(draw: random.Random, cents: int) -> str:
    text = f"{cents // 100}.{cents % 100:02d}"
    if text.endswith(".00") and draw.random() < 0.5:
        return text[:-3]
    return text[:-1] if text.endswith("0") and draw.random() < 0.5 else text


def _loan_row(draw: random.Random, loan: Loan) -> dict:
    return {
        "loan_id": loan.loan_id,
        "borrower_id": loan.loan_id,
        "product": draw.choice(("p1", "01", "1")),
        "branch": draw.choice(("东城", "b")),
        "principal": _money(draw, loan.principal),
        "annual_rate": "0.0435",
        "disbursed_on": loan.disbursed_on.isoformat(),
        "remark": "an extra column",
    }


def _instalment_rows(draw: random.Random, loan: Loan) -> list[dict]:
    return [
        {
            "loan_id": loan.loan_id,
            "version": version.number,
            "valid_from": "" if version.valid_from == BEGINNING else version.valid_from.isoformat(),
            "seq": line.seq,
            "due_on": line.due_on.isoformat(),
            "principal_due": _money(draw, line.principal),
            "interest_due": _money(draw, line.interest),
            "fee_due": _money(draw, line.fee) if line.fee else draw.choice(("", "0")),
            "penalty_due": _money(draw, line.penalty) if line.penalty else draw.choice(("", "0")),
        }
        for version in loan.versions
        for line in version.lines
    ]


def _repayment_rows(draw: random.Random, loan: Loan) -> list[dict]:
    return [
        {
            "repayment_id": payment.payment_id,
            "loan_id": loan.loan_id,
            "paid_on": payment.paid_on.isoformat(),
            "amount": ("-" if payment.reverses else "") + _money(draw, payment.amount),
            "booked_at": f"{payment.paid_on + timedelta(draw.randrange(3))} 09:30:00",
            "reverses": payment.reverses or "",
        }
        for payment in loan.payments
    ]


def _write_off_rows(draw: random.Random, loan: Loan) -> list[dict]:
    return [
        {
            "write_off_id": f"{loan.loan_id}/{item.happened_on}",
            "loan_id": loan.loan_id,
            "written_off_on": item.happened_on.isoformat(),
            "amount": _money(draw, item.amount),
            "kind": item.kind,
            "is_partial": str(item.is_partial).lower(),
            "reversed_on": "" if item.reversed_on is None else item.reversed_on.isoformat(),
        }
        for item in loan.write_offs
    ]
