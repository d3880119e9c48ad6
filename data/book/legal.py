"""What the law knows of bad loans: demands, suits and arbitration, judgments and their enforcement.

Most is done in time. A few claims are forgotten, and noted (`forgotten_claims` of truth.json).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months, as_date
from data.book.chunk import Chunk
from data.book.hours import Hours
from data.book.lending import CITY_NAMES
from data.book.names import CITY_ZH
from data.book.paths import LEFT_SOLD
from data.book.signals import RULES
from data.book.tables import NOTHING, Folder, coded, days, flags, money, numbered
from data.contract import BY_NAME

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]


def _choices(table: str, column: str) -> tuple[str, ...]:
    return next(c.choices for c in BY_NAME[table].columns if c.name == column)


EVENTS = _choices("legal_events", "kind")
KINDS = _choices("proceedings", "kind")
KIND_SHARES = (0.72, 0.08, 0.08, 0.05, 0.07)
PROCEDURES = _choices("proceedings", "procedure")
DECISIONS = _choices("proceedings", "decision")
OUTCOMES = _choices("proceedings", "outcome")
OUTCOME_SHARES = (0.6, 0.2, 0.04, 0.12, 0.04)
ENDINGS = _choices("proceedings", "enforcement_ending")
ENDING_SHARES = (0.34, 0.54, 0.12)
DEMANDED, REACHED, CALLED_IN, SUED, APPEALED, ENFORCED = 0.82, 0.95, 0.4, 0.6, 0.12, 0.84
PROMISED, GUARANTOR_CALLED, CLAIM_FILED = 0.18, 0.85, 0.85
TWO_YEARS, THREE_YEARS = 731, 1096
PREPARED = 7
"""Days before a filing on which its case is opened."""
SUMMARY_UNDER = 50_000_000
"""Smaller claims, in cents, go through the summary procedure."""
BARRED = 2
"""Claims in each chunk that nobody pursued for three years; one more soon will be, and one has a
title that nobody enforced for two.
"""
BARRED_CLAIM, NEAR, TITLE = range(3)
FORGOTTEN = ("limitation_expired", "limitation_at_risk", "enforcement_lapsed")


@dataclass(frozen=True)
class Guarantees:
    """The guarantees of a chunk: loan by place, number, last day, is it joint, did it lapse."""

    loan: Whole
    number: Whole
    expires: Whole
    is_joint: Truth
    lapsed: Truth


@dataclass(frozen=True)
class Forgotten:
    """Loans that nobody pursues: by place, what lapses, when that begins to run, what is owed."""

    loan: Whole
    kind: Whole
    begun: Whole
    owed: Whole


class _Events:
    """Rows of legal_events, gathered part by part."""

    def __init__(self) -> None:
        self.parts: list[tuple[Whole, ...]] = []

    def put(
        self,
        kind: str,
        loan: Whole,
        day: Whole,
        proceeding: Whole | None = None,
        guarantee: Whole | None = None,
        ends: Whole | None = None,
        reached: Truth | None = None,
        amount: Whole | None = None,
    ) -> None:
        """Events of one kind; a day that is NOTHING did not come."""
        none = np.full(len(loan), NOTHING)
        seen = day != NOTHING
        columns = (
            np.full(len(loan), EVENTS.index(kind)),
            loan,
            day,
            none if proceeding is None else proceeding,
            none if guarantee is None else guarantee,
            none if ends is None else ends,
            np.ones(len(loan), np.int64) if reached is None else reached.astype(np.int64),
            none if amount is None else amount,
        )
        self.parts.append(tuple(column[seen] for column in columns))

    def write(self, folder: Folder, chunk: Chunk, end: int) -> None:
        """The legal_events table, up to the book's last day, by day and loan."""
        columns = [np.concatenate(part) for part in zip(*self.parts, strict=True)]
        kind, loan, day = columns[:3]
        order = np.lexsort((kind, loan, day))
        order = order[day[order] <= end]
        kind, loan, day, proceeding, guarantee, ends, reached, amount = (
            column[order] for column in columns
        )
        number = folder.rows.get("legal_events", 0) + 1 + np.arange(len(order))
        folder.write(
            "legal_events",
            {
                "event_id": numbered("Q", number),
                "loan_id": numbered("L", chunk.loans.numbers[loan]),
                "proceeding_id": numbered("P", proceeding, 7),
                "guarantee_id": numbered("Y", guarantee, 7),
                "kind": coded(kind, EVENTS),
                "happened_on": days(day),
                "ends_on": days(ends),
                "reached": flags(reached == 1),
                "amount": money(np.maximum(amount, 0), amount != NOTHING),
            },
        )


def forgotten(months: Months, chunk: Chunk) -> Forgotten:
    """Loans that nobody will have pursued: the oldest bad debts without a payment since."""
    end = int(months.last[-1])
    loan, since, until, owed = defaults(months, chunk)
    cells, payments = chunk.cells, chunk.payments
    last = np.full(chunk.loans.count, 0)
    np.maximum.at(last, payments.loan, payments.day)
    sold = np.isin(loan, cells.loan[cells.left == LEFT_SOLD])
    quiet = np.maximum(since + 5, last[loan] + 1)
    rows = np.flatnonzero((until > end) & ~sold)
    rows = rows[np.argsort(quiet[rows], kind="stable")]
    latest = end - np.array([THREE_YEARS + 60] * BARRED + [THREE_YEARS - 45, TWO_YEARS + 150])
    places, kinds = [], []
    for kind, day in enumerate(latest.tolist()):
        if len(rows) and quiet[rows[0]] <= day:
            places.append(int(rows[0]))
            kinds.append(min(max(kind - BARRED + 1, 0), 2))
            rows = rows[1:]
    found, what = np.array(places, np.int64), np.array(kinds, np.int64)
    begun = np.where(what == NEAR, end - THREE_YEARS + 45, quiet[found])
    return Forgotten(loan[found], what, begun, owed[found])


def write_legal(
    folder: Folder,
    rng: np.random.Generator,
    months: Months,
    chunk: Chunk,
    guarantees: Guarantees,
    lost: Forgotten,
) -> tuple[list[dict[str, str]], dict[str, tuple[Whole, Whole]]]:
    """The proceedings and legal_events tables; claims and titles that lapsed come back, and what
    was begun of suits, arbitration and enforcement.
    """
    end = int(months.last[-1])
    events, office = _Events(), Hours("office", months)
    loan, since, until, owed = defaults(months, chunk)
    safe = ~np.isin(loan, guarantees.loan[guarantees.lapsed]) & ~np.isin(loan, lost.loan)
    loan, since, until, owed = (column[safe] for column in (loan, since, until, owed))
    _ask(events, rng, office, loan, since, until)
    begun = _suits(folder, events, rng, chunk, office, end, loan, since, until, owed)
    _call_guarantors(events, rng, office, guarantees, loan, since)
    _lapsed_guarantees(events, office, guarantees)
    _bankruptcies(events, rng, chunk, office)
    notes = _forget(folder, events, chunk, office, lost)
    events.write(folder, chunk, end)
    return notes, begun


def opened(office: Hours, day: Whole) -> Whole:
    """The day on which an office does what falls on these days: itself, or the next workday."""
    place = np.searchsorted(office.workdays, day)
    return office.workdays[np.minimum(place, len(office.workdays) - 1)]


def _forget(
    folder: Folder, events: _Events, chunk: Chunk, office: Hours, lost: Forgotten
) -> list[dict[str, str]]:
    """Claims called in and then forgotten, of which one is about to lapse, and a title that nobody
    enforced; a letter after three years comes too late.
    """
    claims, titles = lost.kind != TITLE, lost.kind == TITLE
    events.put("acceleration", lost.loan[claims], lost.begun[claims])
    barred = lost.kind == BARRED_CLAIM
    letter = opened(office, lost.begun[barred] + THREE_YEARS + 30)
    events.put("demand", lost.loan[barred], letter)
    loan, filed = lost.loan[titles], lost.begun[titles] + 10
    perform, number = filed + 130, folder.rows.get("proceedings", 0) + 1 + np.arange(len(loan))
    folder.write(
        "proceedings",
        {
            "proceeding_id": numbered("P", number, 7),
            "loan_id": numbered("L", chunk.loans.numbers[loan]),
            "kind": coded(np.zeros(len(loan), np.int64), KINDS),
            "procedure": coded(np.ones(len(loan), np.int64), PROCEDURES),
            "court": coded(chunk.loans.city[loan], [CITY_ZH[name] for name in CITY_NAMES]),
            "filed_on": days(opened(office, filed)),
            "accepted_on": days(opened(office, filed + 7)),
            "hearing_on": days(opened(office, filed + 50)),
            "claimed": money(lost.owed[titles]),
            "decided_on": days(opened(office, filed + 90)),
            "decision": coded(np.zeros(len(loan), np.int64), DECISIONS),
            "outcome": coded(np.zeros(len(loan), np.int64), OUTCOMES),
            "upheld": money(lost.owed[titles]),
            "upheld_interest": money(np.zeros(len(loan), np.int64)),
            "served_on": days(opened(office, filed + 99)),
            "appealed_on": days(np.full(len(loan), NOTHING)),
            "effective_on": days(filed + 115),
            "perform_by": days(perform),
            "enforcement_filed_on": days(np.full(len(loan), NOTHING)),
            "enforcement_ended_on": days(np.full(len(loan), NOTHING)),
            "enforcement_ending": coded(np.full(len(loan), NOTHING), ENDINGS),
        },
    )
    ends = lost.begun + np.select([titles], [140 + TWO_YEARS], THREE_YEARS)
    return [
        {
            "loan_id": f"L{chunk.loans.numbers[lost.loan[place]]:08d}",
            "kind": FORGOTTEN[lost.kind[place]],
            "lapses_about": as_date(int(ends[place])).isoformat(),
        }
        for place in range(len(lost.loan))
    ]


def defaults(months: Months, chunk: Chunk) -> tuple[Whole, Whole, Whole, Whole]:
    """Loans when they first were ninety days late: loan, day, until when they are bad, owed."""
    cells = chunk.cells
    rows = np.flatnonzero(cells.on_book & (cells.behind == 4) & (cells.behind_before == 3))
    _, first = np.unique(cells.loan[rows], return_index=True)
    rows = rows[first]
    cured = cells.cured_in(rows)
    gone = chunk.cells.left[rows] > 0
    until = np.where((cured == NOTHING) | gone, months.last[-1] + 4000, months.last[cured])
    # Who left unpaid is pursued on.
    left = np.full(chunk.loans.count, 0)
    np.maximum.at(left, cells.loan, cells.left)
    until = np.where(left[cells.loan[rows]] > 1, months.last[-1] + 4000, until)
    return cells.loan[rows], cells.first_due[rows] + 91, until, cells.owed[rows]


def _when(rng: np.random.Generator, chance: float, day: Whole, until: Whole) -> Whole:
    """The day where it happens, by chance, before the cause is gone; NOTHING else."""
    return np.where((rng.random(len(day)) < chance) & (day < until), day, NOTHING)


def _ask(
    events: _Events,
    rng: np.random.Generator,
    office: Hours,
    loan: Whole,
    since: Whole,
    until: Whole,
) -> None:
    """Letters, calling in, and what debtors promise in writing."""
    count = len(loan)
    events.put("negotiation", loan, _when(rng, 0.7, since - rng.integers(5, 30, count), until))
    for after in (8, 380, 720):
        day = opened(office, since + after + rng.integers(0, 25, count))
        events.put(
            "demand",
            loan,
            _when(rng, DEMANDED, day, until),
            reached=rng.random(count) < REACHED,
        )
    called = since + rng.integers(10, 40, count)
    events.put("acceleration", loan, _when(rng, CALLED_IN, called, until))
    said = since + rng.integers(30, 400, count)
    events.put("acknowledgement", loan, _when(rng, PROMISED, said, until))


def _suits(
    folder: Folder,
    events: _Events,
    rng: np.random.Generator,
    chunk: Chunk,
    office: Hours,
    end: int,
    loan: Whole,
    since: Whole,
    until: Whole,
    owed: Whole,
) -> dict[str, tuple[Whole, Whole]]:
    """The proceedings table, and the stages and sums of each; what was begun, by kind of case."""
    filed = since + np.exp(rng.normal(np.log(70), 0.6, len(loan))).astype(np.int64)
    filed = opened(office, filed)
    sued = np.flatnonzero((rng.random(len(loan)) < SUED) & (filed < until) & (filed <= end))
    loan, filed, until, owed = loan[sued], filed[sued], until[sued], owed[sued]
    count = len(sued)
    number = folder.rows.get("proceedings", 0) + 1 + np.arange(count)
    secured = chunk.loans.collateral[loan] >= 2
    kind = rng.choice(len(KINDS), count, p=KIND_SHARES)
    kind = np.where((kind == KINDS.index("security_realisation")) & ~secured, 0, kind)
    summary = (owed < SUMMARY_UNDER) | (kind >= 2)
    accepted = opened(office, filed + rng.integers(3, 12, count))
    hearing = accepted + np.where(
        summary, rng.integers(20, 45, count), rng.integers(40, 110, count)
    )
    hearing = opened(office, hearing)
    decided = hearing + np.where(summary, rng.integers(5, 45, count), rng.integers(20, 120, count))
    decided = opened(office, decided)
    outcome = rng.choice(len(OUTCOMES), count, p=OUTCOME_SHARES)
    outcome = np.where(until < decided, OUTCOMES.index("settled"), outcome)
    claimed = (owed * rng.uniform(1.01, 1.08, count)).astype(np.int64)
    share = np.array([1.0, 0.78, 0, 0.9, 0])[outcome] * rng.uniform(0.93, 1.0, count)
    upheld = (claimed * np.minimum(share, 1)).astype(np.int64)
    served = opened(office, decided + rng.integers(4, 16, count))
    settled = np.isin(outcome, (OUTCOMES.index("settled"), OUTCOMES.index("withdrawn")))
    tried = ~settled & (kind == 0)
    appealed = np.where(tried & (rng.random(count) < APPEALED), opened(office, served + 9), NOTHING)
    second = opened(office, appealed + rng.integers(50, 110, count))
    effective = np.where(appealed != NOTHING, second, served + 16)
    effective = np.where(kind != 0, served, effective)
    effective = np.where(settled, decided, effective)
    ruling = np.isin(kind, (2, 3, 4))
    decision = np.where(settled, 3, np.select([kind == 1, ruling], [2, 1], 0))
    title = upheld > 0
    perform = np.where(title, effective + 15, NOTHING)
    enforced = title & (rng.random(count) < ENFORCED)
    asked = np.where(enforced, opened(office, perform + rng.integers(10, 110, count)), NOTHING)
    over = np.where(enforced, opened(office, asked + rng.integers(60, 300, count)), NOTHING)
    ending = np.where(enforced, rng.choice(len(ENDINGS), count, p=ENDING_SHARES), NOTHING)

    def seen(day: Whole) -> Whole:
        return np.where(day <= end, day, NOTHING)

    known = decided <= end
    folder.write(
        "proceedings",
        {
            "proceeding_id": numbered("P", number, 7),
            "loan_id": numbered("L", chunk.loans.numbers[loan]),
            "kind": coded(kind, KINDS),
            "procedure": coded(summary.astype(np.int64), PROCEDURES),
            "court": coded(chunk.loans.city[loan], [CITY_ZH[name] for name in CITY_NAMES]),
            "filed_on": days(filed),
            "accepted_on": days(seen(accepted)),
            "hearing_on": days(np.where(accepted <= end, hearing, NOTHING)),
            "claimed": money(claimed),
            "decided_on": days(seen(decided)),
            "decision": coded(np.where(known, decision, NOTHING), DECISIONS),
            "outcome": coded(np.where(known, outcome, NOTHING), OUTCOMES),
            "upheld": money(upheld, known),
            "upheld_interest": money((upheld * (1 - owed / claimed)).astype(np.int64), known),
            "served_on": days(seen(served)),
            "appealed_on": days(seen(appealed)),
            "effective_on": days(seen(effective)),
            "perform_by": days(np.where(effective <= end, perform, NOTHING)),
            "enforcement_filed_on": days(seen(asked)),
            "enforcement_ended_on": days(seen(over)),
            "enforcement_ending": coded(np.where(over <= end, ending, NOTHING), ENDINGS),
        },
    )
    _obstacles(events, end, loan[title & ~enforced], perform[title & ~enforced])
    dates = (accepted, appealed, effective, title, asked, over, ending)
    _stages(events, rng, office, number, loan, *dates)
    _sums(events, rng, number, loan, claimed, upheld, filed, effective, asked, over, ending)
    feeds = {
        "suits": kind == KINDS.index("litigation"),
        "arbitrations": kind == KINDS.index("arbitration"),
        "special_procedures": kind > KINDS.index("arbitration"),
    }
    begun = {name: (loan[fits], filed[fits] - PREPARED) for name, fits in feeds.items()}
    return begun | {"enforcements": (loan[enforced], asked[enforced] - PREPARED)}


def _obstacles(events: _Events, end: int, loan: Whole, perform: Whole) -> None:
    """What kept us from bringing some titles to enforcement: early, late in their two years, and
    one that still stands; it is the number of the loan that decides, not chance.
    """
    fits = (perform != NOTHING) & (loan % 3 == 0)
    loan, perform = loan[fits], perform[fits]
    place = np.arange(len(loan)) % 3
    began = perform + np.array([200, TWO_YEARS - 100, TWO_YEARS - 120])[place]
    gone = began + np.array([90, 150, 4000])[place]
    events.put("obstacle", loan, began, ends=np.where(gone <= end, gone, NOTHING))


def _stages(
    events: _Events,
    rng: np.random.Generator,
    office: Hours,
    number: Whole,
    loan: Whole,
    accepted: Whole,
    appealed: Whole,
    effective: Whole,
    title: Truth,
    asked: Whole,
    over: Whole,
    ending: Whole,
) -> None:
    """Each stage that a proceeding entered, and when."""

    def put(kind: str, fits: Truth, day: Whole) -> None:
        events.put(kind, loan, np.where(fits, day, NOTHING), proceeding=number)

    count, every = len(loan), np.ones(len(loan), bool)
    before = office.workdays[np.searchsorted(office.workdays, accepted - 1) - 1]
    put("preservation", rng.random(count) < 0.4, before)
    put("first_instance", every, accepted)
    put("appeal", appealed != NOTHING, appealed)
    put("effective", title, effective)
    enforced = asked != NOTHING
    span = np.maximum(over - asked, 60)
    put("enforcement_filed", enforced, asked)
    put("investigation", enforced, opened(office, asked + span // 8))
    sold = enforced & (rng.random(count) < 0.4)
    put("valuation", sold, opened(office, asked + span * 2 // 6))
    put("auction_1", sold, opened(office, asked + span * 3 // 6))
    again = sold & (rng.random(count) < 0.5)
    put("auction_2", again, opened(office, asked + span * 4 // 6))
    last = opened(office, asked + span * 5 // 6)
    put("sell_off", again & (rng.random(count) < 0.4), last)
    done = ENDINGS.index("terminated_round")
    put("terminated_round", enforced & (ending == done), over)
    put("closed", enforced & (ending != done), over)


def _sums(
    events: _Events,
    rng: np.random.Generator,
    number: Whole,
    loan: Whole,
    claimed: Whole,
    upheld: Whole,
    filed: Whole,
    effective: Whole,
    asked: Whole,
    over: Whole,
    ending: Whole,
) -> None:
    """Fees as a suit is filed, cash as it is enforced, and what debtors pay of the fees."""
    count = len(loan)
    fee = (claimed * rng.uniform(0.006, 0.02, count)).astype(np.int64)
    events.put("fee", loan, filed, proceeding=number, amount=fee)
    enforced = asked != NOTHING
    paid = np.array([0.85, 0.22, 0.55])[np.maximum(ending, 0)] * rng.uniform(0.5, 1.15, count)
    total = (upheld * np.minimum(paid, 1)).astype(np.int64)
    for place, part in ((1, 0.4), (2, 0.6)):
        day = np.where(enforced, asked + (over - asked) * place // 2, NOTHING)
        amount = (total * part).astype(np.int64)
        events.put("cash", loan, day, proceeding=number, amount=amount)
    back = enforced & (ending != ENDINGS.index("terminated_round")) & (rng.random(count) < 0.7)
    events.put("fee_recovered", loan, np.where(back, over, NOTHING), proceeding=number, amount=fee)


def _call_guarantors(
    events: _Events,
    rng: np.random.Generator,
    office: Hours,
    guarantees: Guarantees,
    loan: Whole,
    since: Whole,
) -> None:
    """Most guarantors of loans in default are called upon, once the debt is due."""
    day = np.full(int(max(guarantees.loan.max(initial=0), loan.max(initial=0))) + 1, NOTHING)
    day[loan] = since
    due = day[guarantees.loan]
    called = opened(office, due + rng.integers(40, 120, len(due)))
    fits = (due != NOTHING) & ~guarantees.lapsed & (rng.random(len(due)) < GUARANTOR_CALLED)
    events.put(
        "guarantor_demand",
        guarantees.loan,
        np.where(fits, called, NOTHING),
        guarantee=guarantees.number,
    )


def _lapsed_guarantees(events: _Events, office: Hours, guarantees: Guarantees) -> None:
    """The debt was called in, the guarantor was not called upon."""
    rows = np.flatnonzero(guarantees.lapsed)
    events.put("acceleration", guarantees.loan[rows], guarantees.expires[rows] - 60)
    events.put("demand", guarantees.loan[rows], opened(office, guarantees.expires[rows] - 45))


def _bankruptcies(events: _Events, rng: np.random.Generator, chunk: Chunk, office: Hours) -> None:
    """Courts set a day for claims when they open a debtor's bankruptcy; most are filed by it."""
    signals, loans = chunk.signals, chunk.loans
    rows = np.flatnonzero(signals.rule == RULES.index("F5_bankrupt"))
    of_loan = loans.borrower[np.maximum(signals.loan[rows], 0)]
    who = np.where(signals.loan[rows] == NOTHING, signals.borrower[rows], of_loan)
    first = {int(b): int(day) for b, day in zip(who, signals.raised[rows], strict=True)}
    loan = np.flatnonzero(np.isin(loans.borrower, list(first)))
    heard = np.array([first[int(b)] for b in loans.borrower[loan]], np.int64) + 5
    fits = loans.disbursed[loan] < heard
    loan, heard = loan[fits], opened(office, heard[fits])
    last = opened(office, heard + rng.integers(30, 90, len(loan)))
    events.put("bankruptcy_notice", loan, heard, ends=last)
    filed = opened(office, heard + rng.integers(8, 30, len(loan)))
    missed = rng.random(len(loan)) >= CLAIM_FILED
    events.put("bankruptcy_claim", loan, np.where(missed, NOTHING, filed))


def lapsed_guarantees(chunk: Chunk, guarantees: Guarantees) -> list[dict[str, str]]:
    """The guarantees that nobody called upon in time: number, loan, last day."""
    return [
        {
            "guarantee_id": f"Y{guarantees.number[place]:07d}",
            "loan_id": f"L{chunk.loans.numbers[guarantees.loan[place]]:08d}",
            "expired_on": as_date(int(guarantees.expires[place])).isoformat(),
        }
        for place in np.flatnonzero(guarantees.lapsed).tolist()
    ]
