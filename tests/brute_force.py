"""Days past due and the rest of a loan's state, one loan and one day at a time, in plain Python.

An independent reading of sections 2.1 (R-DPD-1 to -3, -6, -8, -12) and 1.4, end of day, basis
P+I, with the default contract: no grace, instalment by instalment, fee -> interest -> principal ->
penalty, cash beyond what has fallen due held as an advance until it falls due or covers all that is
owed. Amounts are whole cents.
"""

from dataclasses import dataclass, field, replace
from datetime import date

BEGINNING = date(1, 1, 1)
ORDER = ("fee", "interest", "principal", "penalty")
AGED = ("interest", "principal")


@dataclass(frozen=True)
class Line:
    """One instalment of one version of a schedule."""

    seq: int
    due_on: date
    principal: int
    interest: int
    fee: int = 0
    penalty: int = 0

    @property
    def aged(self) -> int:
        """What counts for days past due: principal and interest (basis PI)."""
        return self.principal + self.interest

    @property
    def due(self) -> int:
        """All that the instalment asks for."""
        return sum(getattr(self, component) for component in ORDER)


@dataclass(frozen=True)
class Version:
    """One version of a schedule: it lists every instalment from the first (R-DPD-11)."""

    number: int
    valid_from: date
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Payment:
    """A payment, or the reversal of one: then `reverses` names it and `amount` is taken back."""

    payment_id: str
    paid_on: date
    amount: int
    reverses: str | None = None


@dataclass(frozen=True)
class WriteOff:
    """A write-off or sale, whole or partial."""

    happened_on: date
    amount: int
    kind: str = "write_off"
    is_partial: bool = False
    reversed_on: date | None = None

    def stands(self, day: date) -> bool:
        """True when it has happened by the end of the day and has not been taken back."""
        return self.happened_on <= day and (self.reversed_on is None or self.reversed_on > day)


@dataclass(frozen=True)
class Loan:
    """One loan with everything that happened to it."""

    loan_id: str
    principal: int
    disbursed_on: date
    versions: tuple[Version, ...] = ()
    payments: tuple[Payment, ...] = ()
    write_offs: tuple[WriteOff, ...] = ()


@dataclass
class State:
    """The state of a loan at the end of one day; `overdue` holds the unpaid part due before it."""

    status: str
    balance: int
    days_past_due: int = 0
    oldest_unpaid_due: date | None = None
    overdue: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ORDER, 0))
    instalments_past_due: int = 0
    advance: int = 0


def cash(loan: Loan, day: date) -> int:
    """Net cash received by the end of the day; a reversal counts from its own date."""
    amounts = {payment.payment_id: payment.amount for payment in loan.payments}
    return sum(
        payment.amount if payment.reverses is None else -amounts[payment.reverses]
        for payment in loan.payments
        if payment.paid_on <= day
    )


def version_in_force(loan: Loan, day: date) -> Version:
    """The highest version that has come into force by the end of the day."""
    return max(
        (version for version in loan.versions if version.valid_from <= day),
        key=lambda version: version.number,
        default=Version(1, BEGINNING, ()),
    )


def lines_on(loan: Loan, day: date, version: Version) -> list[Line]:
    """The lines by due date, less what was written off in part: newest first (R-DPD-12)."""
    lines = sorted(version.lines, key=lambda line: (line.due_on, line.seq))
    gone = sum(item.amount for item in loan.write_offs if item.is_partial and item.stands(day))
    for place in range(len(lines) - 1, -1, -1):
        taken = min(gone, lines[place].principal)
        lines[place] = replace(lines[place], principal=lines[place].principal - taken)
        gone -= taken
    return lines


def unpaid(lines: list[Line], money: int) -> list[dict[str, int]]:
    """What is left of each line's components when the money pays one line after the other."""
    left = []
    for line in lines:
        open_parts = {}
        for component in ORDER:
            owed = getattr(line, component)
            paid = min(owed, max(money, 0))
            money -= paid
            open_parts[component] = owed - paid
        left.append(open_parts)
    return left


def unscheduled(loan: Loan) -> int:
    """Principal that the first schedule does not mention, and that is owed all the same."""
    first = min(loan.versions, key=lambda one: one.number, default=Version(1, BEGINNING, ()))
    return max(loan.principal - sum(line.principal for line in first.lines), 0)


def is_repaid(loan: Loan, day: date) -> bool:
    """True when the cash covers all that the version in force asks for, due or not."""
    lines = lines_on(loan, day, version_in_force(loan, day))
    return cash(loan, day) >= sum(line.due for line in lines) + unscheduled(loan)


def state(loan: Loan, day: date, version: Version | None = None) -> State:
    """The loan at the end of the day, by the version in force or by another one (R-DPD-6)."""
    version = version or version_in_force(loan, day)
    lines = lines_on(loan, day, version)
    money = cash(loan, day)
    status = _departure(loan, day)
    if money >= sum(line.due for line in lines) + unscheduled(loan):
        return State(status or "closed", 0)
    fallen = [line for line in lines if line.due_on <= day]
    left = unpaid(fallen, money)
    paid = sum(line.principal for line in fallen) - sum(part["principal"] for part in left)
    owed = sum(line.principal for line in lines) + unscheduled(loan) - paid
    found = State(status or "active", 0 if status else owed)
    found.advance = max(money - sum(line.due for line in fallen), 0)
    for line, part in zip(fallen, left, strict=True):
        if line.due_on < day:
            _add_arrears(found, line, part, day)
    return found


def _departure(loan: Loan, day: date) -> str | None:
    """Written off before sold (section 1.4); None when neither."""
    kinds = {item.kind for item in loan.write_offs if not item.is_partial and item.stands(day)}
    if "write_off" in kinds:
        return "written_off"
    return "sold" if kinds else None


def _add_arrears(found: State, line: Line, part: dict[str, int], day: date) -> None:
    for component in ORDER:
        found.overdue[component] += part[component]
    if sum(part[component] for component in AGED) > 0:
        found.instalments_past_due += 1
        if found.oldest_unpaid_due is None:
            found.oldest_unpaid_due = line.due_on
            found.days_past_due = (day - line.due_on).days


def event_days(loan: Loan, as_of: date) -> list[date]:
    """The days up to as_of on which the loan's state can change otherwise than by time."""
    days = {loan.disbursed_on, *(payment.paid_on for payment in loan.payments)}
    days |= {version.valid_from for version in loan.versions}
    days |= {item.happened_on for item in loan.write_offs}
    days |= {item.reversed_on for item in loan.write_offs if item.reversed_on}
    return sorted(day for day in days if loan.disbursed_on <= day <= as_of)


def left_on(loan: Loan, as_of: date) -> date | None:
    """The day from which the loan was off the book for good; None while it is on it."""
    left = None
    for day in event_days(loan, as_of):
        if state(loan, day).status == "active":
            left = None
        elif left is None:
            left = day
    return left


def month_end(day: date) -> date:
    """The last calendar day of the day's month."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def loan_months(loan: Loan, as_of: date) -> dict[date, State]:
    """The state at every month end from disbursement until the month in which the loan left."""
    last = min(month_end(left_on(loan, as_of) or as_of), as_of)
    months = {}
    day = month_end(loan.disbursed_on)
    while day <= last:
        months[day] = state(loan, day)
        day = month_end(date.fromordinal(day.toordinal() + 1))
    return months


def settled_on(loan: Loan, as_of: date) -> dict[int, date | None]:
    """Per instalment in force with principal or interest: the day its last cent came in, for good.

    One that has not fallen due is not settled, whatever is held in advance, unless all is repaid.
    """
    lines = lines_on(loan, as_of, version_in_force(loan, as_of))
    days = sorted({payment.paid_on for payment in loan.payments if payment.paid_on <= as_of})
    held = [cash(loan, day) for day in days]
    counts_early = is_repaid(loan, as_of)
    found: dict[int, date | None] = {}
    before = 0
    for line in lines:
        needed = before + line.fee + line.aged
        before += line.due
        if line.aged:
            counts = line.due_on <= as_of or counts_early
            found[line.seq] = _covered_for_good(days, held, needed) if counts else None
    return found


def _covered_for_good(days: list[date], held: list[int], needed: int) -> date | None:
    covered = None
    for day, money in zip(days, held, strict=True):
        if money < needed:
            covered = None
        elif covered is None:
            covered = day
    return covered


def fell_due(loan: Loan, as_of: date, *days_after: int) -> dict[tuple[date, int], tuple[int, ...]]:
    """Per instalment that fell due on the book, as in force that day: unpaid so many days later.

    Principal and interest; nothing for a day that has yet to come (section 3.2, entry_rate). What
    was due later in the month in which the loan was repaid in full was due that month, and paid.
    What a version dates on its own first day, and the one before did not ask for, was repaid early
    where it was paid: it never fell due.
    """
    left = left_on(loan, as_of)
    found = {}
    for due_on in {line.due_on for version in loan.versions for line in version.lines}:
        repaid = left and state(loan, left).status == "closed"
        last = month_end(left) if left and repaid else left
        if due_on >= as_of or (last and due_on > last):
            continue
        version = version_in_force(loan, due_on)
        before = version_in_force(loan, date.fromordinal(due_on.toordinal() - 1))
        asked = {line.seq for line in before.lines if line.due_on == due_on}
        for place, line in enumerate(lines := lines_on(loan, due_on, version)):
            if line.due_on != due_on or not line.aged:
                continue
            later = [date.fromordinal(due_on.toordinal() + days) for days in days_after]
            parts = [unpaid(lines, cash(loan, day))[place] if day <= as_of else {} for day in later]
            left_over = tuple(sum(p.get(c, 0) for c in AGED) for p in parts)
            is_new = before.lines and before is not version and line.seq not in asked
            if any(left_over) or not (is_new and line.principal):
                found[due_on, line.seq] = left_over
    return found
