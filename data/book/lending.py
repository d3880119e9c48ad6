"""Who borrows, and which loans they draw: one chunk of the bank's customers at a time."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data.amortise import RATE_UNIT
from data.book.calendar import SEASONING_MONTHS, Months
from data.book.names import (
    BRANCHES,
    CITIES,
    CITY_OF,
    CITY_ZH,
    INDUSTRIES,
    INDUSTRY_SHARES,
    credit_codes,
    firms,
    id_numbers,
    people,
    telephones,
)
from data.book.products import (
    COLLATERAL_KINDS,
    METHODS,
    PRODUCTS,
    Product,
)
from data.book.tables import NOTHING, Folder, coded, days, money, numbered, rates, whole, words

Whole = NDArray[np.int64]

KINDS = ("retail", "small_business", "corporate")
DRAWS_PER_BORROWER = (0.6, 0.9, 2.4)
"""Loans per borrower before those are left out who drew none: 1.3, 1.5 and 2.6 in the end."""
CITY_NAMES = tuple(CITIES)
BRANCH_CITY = np.array([CITY_NAMES.index(CITY_OF[branch]) for branch in BRANCHES])
BRANCH_SHARES = np.array([11, 9, 8, 6, 9, 7, 7, 6, 9, 7, 6, 6, 5, 4]) / 100
PURPOSES = tuple(sorted({purpose for product in PRODUCTS for purpose in product.purposes}))
FIRST_DUE_DAY, LAST_DUE_DAY = 6, 27
"""With due days from the 6th to the 27th a loan that owes n instalments at a month end is in state
Mn.
"""
GROWTH = 0.7
FORMED = 0.25
"""Of connected groups, those that were formed while the book ran."""
CONGLOMERATE, CONGLOMERATE_SHARE = 90_000_001, 0.025
"""A connected group that outgrows its limit: its number, and its part of what is owed at the end.
Capital is some 14 % of the book and tier-1 capital 78 % of that, so 20 % of it are 2.2 %.
"""


@dataclass(frozen=True)
class Loans:
    """One chunk of loans, a row each, sorted by borrower. Amounts in cents, days as numbers."""

    first_number: int
    first_borrower: int
    borrower: Whole
    kind: Whole
    product: Whole
    branch: Whole
    city: Whole
    principal: Whole
    rate: Whole
    opened: Whole
    disbursed: Whole
    due_day: Whole
    term: Whole
    method: Whole
    collateral: Whole
    purpose: Whole
    has_fee: NDArray[np.bool_]

    @property
    def count(self) -> int:
        return len(self.borrower)

    @property
    def penalty_uplift(self) -> Whole:
        """How much more than its rate a contract asks for what is overdue, in RATE_UNIT."""
        told = np.array([round(product.penalty_uplift * RATE_UNIT) for product in PRODUCTS])
        return told[self.product]

    @property
    def numbers(self) -> Whole:
        """Loan numbers over all chunks."""
        return self.first_number + np.arange(self.count)

    @property
    def borrowers(self) -> Whole:
        """Borrower numbers over all chunks."""
        return self.first_borrower + self.borrower


@dataclass(frozen=True)
class Borrowers:
    """One chunk of borrowers, a row each."""

    first_number: int
    kind: Whole
    branch: Whole
    city: Whole
    industry: Whole
    group: Whole

    @property
    def count(self) -> int:
        return len(self.kind)


def _drawn(rng: np.random.Generator, shares: dict, count: int, known: tuple) -> Whole:
    places = np.array([known.index(choice) for choice in shares])
    return places[rng.choice(len(places), count, p=np.array(list(shares.values())))]


def draw_borrowers(
    rng: np.random.Generator, loan_kinds: Whole, first_number: int
) -> tuple[Borrowers, Whole]:
    """Borrowers for loans of given kinds, and each loan's borrower. Some firms belong to groups."""
    owner = np.empty(len(loan_kinds), np.int64)
    kinds: list[Whole] = []
    taken = 0
    for kind, ratio in enumerate(DRAWS_PER_BORROWER):
        rows = np.flatnonzero(loan_kinds == kind)
        most = max(1, round(len(rows) / ratio))
        _, mine = np.unique(rng.integers(0, most, len(rows)), return_inverse=True)
        owner[rows] = taken + mine
        found = int(mine.max(initial=-1)) + 1
        kinds.append(np.full(found, kind))
        taken += found
    kind = np.concatenate(kinds)
    branch = rng.choice(len(BRANCHES), taken, p=BRANCH_SHARES)
    industry = rng.choice(len(INDUSTRIES), taken, p=INDUSTRY_SHARES)
    firms_only = np.where(kind == 0, NOTHING, industry)
    grouped = (kind == 2) & (rng.random(taken) < 0.25)
    members = np.cumsum(grouped) // 3
    group = np.where(grouped, first_number + members, NOTHING)
    return Borrowers(first_number, kind, branch, BRANCH_CITY[branch], firms_only, group), owner


def _terms(rng: np.random.Generator, product: Product, count: int) -> dict[str, NDArray]:
    middle, spread, step = product.principal
    amount = np.exp(rng.normal(np.log(middle), spread, count))
    rounded = np.clip(np.rint(amount / step), 1, 40 * middle / step).astype(np.int64) * step
    low, high = product.rate
    basis_points = rng.integers(round(low * 2000), round(high * 2000) + 1, count) * 5
    lengths = list(product.terms)
    return {
        "principal": rounded * 100,
        "rate": basis_points * (RATE_UNIT // 10_000),
        "term": np.array(lengths)[rng.choice(len(lengths), count, p=list(product.terms.values()))],
        "method": _drawn(rng, product.methods, count, METHODS),
        "collateral": _drawn(rng, product.collateral, count, COLLATERAL_KINDS),
        "purpose": np.array([PURPOSES.index(purpose) for purpose in product.purposes])[
            rng.integers(0, len(product.purposes), count)
        ],
        "kind": _drawn(rng, product.kinds, count, KINDS),
        "has_fee": rng.random(count) < product.fee_share,
    }


def _opening_months(rng: np.random.Generator, months: Months, count: int) -> Whole:
    """Months of disbursement: business grows over the book's life."""
    weight = 1 + GROWTH * np.arange(months.count) / months.count
    return rng.choice(months.count, count, p=weight / weight.sum())


def _workdays(day: Whole, first: Whole) -> Whole:
    """The Friday before a weekend, or the Monday after it where the month has only begun."""
    weekday = (day + 3) % 7
    back = np.maximum(weekday - 4, 0)
    return np.where(day - back >= first, day - back, day + np.where(back > 0, 3 - back, 0))


def draw_loans(
    rng: np.random.Generator, months: Months, count: int, first_number: int, first_borrower: int
) -> tuple[Loans, Borrowers]:
    """A chunk of loans and their borrowers."""
    shares = np.array([product.share for product in PRODUCTS])
    product = rng.choice(len(PRODUCTS), count, p=shares / shares.sum())
    columns: dict[str, NDArray] = {
        name: np.empty(count, np.int64)
        for name in ("principal", "rate", "term", "method", "collateral", "purpose", "kind")
    }
    columns["has_fee"] = np.empty(count, np.bool_)
    for place, terms in enumerate(PRODUCTS):
        rows = np.flatnonzero(product == place)
        for name, values in _terms(rng, terms, len(rows)).items():
            columns[name][rows] = values
    borrowers, owner = draw_borrowers(rng, columns["kind"], first_borrower)
    order = np.argsort(owner, kind="stable")
    owner = owner[order]
    opened = _opening_months(rng, months, count)
    first = months.first[opened]
    home = borrowers.branch[owner]
    city = borrowers.city[owner]
    loans = Loans(
        first_number,
        first_borrower,
        borrower=owner,
        product=product[order],
        branch=_nearby(rng, home, city),
        city=city,
        opened=opened,
        disbursed=_workdays(first + rng.integers(0, 28, count), first),
        due_day=rng.integers(FIRST_DUE_DAY, LAST_DUE_DAY + 1, count),
        **{name: values[order] for name, values in columns.items()},
    )
    return loans, replace(borrowers, group=_gather(loans, borrowers, months))


def _gather(loans: Loans, borrowers: Borrowers, months: Months) -> Whole:
    """The borrowers' groups, with every other of the larger firms in one that grows too large."""
    run = np.clip((months.count - 1 - loans.opened) / loans.term, 0, 1)
    at_once = loans.method == METHODS.index("interest_only")
    owed = loans.principal * np.where(at_once, run < 1, 1 - run)
    by_borrower = np.bincount(loans.borrower, weights=owed, minlength=borrowers.count)
    wanted = CONGLOMERATE_SHARE * owed.sum()
    fits = (by_borrower > 0) & (by_borrower < wanted / 3)
    firms = np.flatnonzero((borrowers.kind == KINDS.index("corporate")) & fits)
    largest = firms[np.argsort(-by_borrower[firms], kind="stable")][1::2]
    before = np.cumsum(by_borrower[largest]) - by_borrower[largest]
    gathered = largest[before < wanted]
    group = borrowers.group.copy()
    group[gathered] = CONGLOMERATE
    return group


def _nearby(rng: np.random.Generator, home: Whole, city: Whole) -> Whole:
    """The borrower's branch, now and then another one in the same city."""
    other = rng.integers(0, len(BRANCHES), len(home))
    moves = (rng.random(len(home)) < 0.3) & (BRANCH_CITY[other] == city)
    return np.where(moves, other, home)


def write_borrowers(
    folder: Folder, rng: np.random.Generator, borrowers: Borrowers
) -> NDArray[np.object_]:
    """The borrowers table; their names."""
    count, is_person = borrowers.count, borrowers.kind == 0
    city = np.array([CITY_ZH[name] for name in CITY_NAMES], dtype=object)[borrowers.city]
    industry = np.maximum(borrowers.industry, 0)
    name = np.where(is_person, people(rng, count), firms(rng, city, industry))
    number = np.where(is_person, id_numbers(rng, count), credit_codes(rng, count))
    folder.write(
        "borrowers",
        {
            "borrower_id": numbered("B", borrowers.first_number + np.arange(count)),
            "name": words(name),
            "kind": coded(borrowers.kind, KINDS),
            "group_id": numbered("G", borrowers.group),
            "industry": coded(borrowers.industry, INDUSTRIES),
            "region": coded(borrowers.city, CITY_NAMES),
            "id_number": words(number),
            "phone": words(telephones(rng, count)),
        },
    )
    return name


def write_memberships(
    folder: Folder,
    rng: np.random.Generator,
    months: Months,
    borrowers: Borrowers,
    settled: NDArray[np.bool_],
) -> None:
    """The group_memberships table. Some groups were formed while the book ran: their firms joined
    one by one. Those of `settled` borrowers were there before it, as the largest one was.
    """
    firm = np.flatnonzero(borrowers.group != NOTHING)
    group, place = np.unique(borrowers.group[firm], return_inverse=True)
    kept = np.isin(group, [CONGLOMERATE, *borrowers.group[settled]])
    formed = (rng.random(len(group)) < FORMED) & ~kept
    since = rng.integers(int(months.first[SEASONING_MONTHS]), int(months.last[-1]), len(group))
    joined = np.where(formed[place], since[place] + rng.integers(0, 60, len(firm)), months.first[0])
    joined = np.minimum(joined, months.last[-1])
    folder.write(
        "group_memberships",
        {
            "borrower_id": numbered("B", borrowers.first_number + firm),
            "group_id": numbered("G", borrowers.group[firm]),
            "joined_on": days(joined),
            "recorded_on": days(joined),
        },
    )


def write_loans(folder: Folder, loans: Loans, matures: Whole, officer: Whole) -> None:
    """The loans table; `officer` holds staff numbers."""
    folder.write(
        "loans",
        {
            "loan_id": numbered("L", loans.numbers),
            "borrower_id": numbered("B", loans.borrowers),
            "product": coded(loans.product, [product.code for product in PRODUCTS]),
            "branch": coded(loans.branch, BRANCHES),
            "principal": money(loans.principal),
            "annual_rate": rates(loans.rate),
            "disbursed_on": days(loans.disbursed),
            "term_months": whole(loans.term),
            "matures_on": days(matures),
            "repayment_method": coded(loans.method, METHODS),
            "currency": coded(np.zeros(loans.count, np.int64), ["CNY"]),
            "officer_id": numbered("S", officer, 5),
            "collateral_kind": coded(loans.collateral, COLLATERAL_KINDS),
            "purpose": coded(loans.purpose, PURPOSES),
            "penalty_uplift": rates(loans.penalty_uplift),
        },
    )
