"""What stands behind the loans: collateral with its valuations and marks, and guarantees."""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import Months
from data.book.chunk import Chunk
from data.book.covers import (
    KINDS,
    METHODS,
    cover_columns,
    write_collateral_marks,
    write_fallen_values,
    write_policies,
    write_registrations,
)
from data.book.legal import Guarantees
from data.book.lending import CITY_NAMES
from data.book.names import CITY_ZH, firms, people
from data.book.products import COLLATERAL_KINDS, PRODUCT_CODES
from data.book.tables import NOTHING, Folder, coded, days, money, numbered, ragged, words

Whole = NDArray[np.int64]

MORTGAGED = {"housing": (0,), "car": (4,), "small_business": (0, 1), "working_capital": (1, 2)}
OTHER_MORTGAGED, PLEDGED = (2, 3), (5, 6, 7)
COVER = {"home": (1.3, 2.2), "vehicle": (1.0, 1.4), "deposit": (1.02, 1.15)}
OTHER_COVER = (1.1, 1.9)
YEAR = 365
SKIPPED = 0.12
"""The chance that a yearly valuation was not made."""
LAPSED = 2
"""Guarantees of loans in default that nobody claimed in time, in each chunk."""
JOINT = 0.9


def write_securities(
    folder: Folder,
    rng: np.random.Generator,
    own: np.random.Generator,
    policies: np.random.Generator,
    months: Months,
    chunk: Chunk,
) -> Guarantees:
    """The tables of collateral, its policies, registrations, valuations and marks, and guarantees;
    the guarantees.

    `own` draws what was added later: insurance, registration, liens, marks; `policies` its years.
    """
    loans = chunk.loans
    kind = np.array(COLLATERAL_KINDS)[loans.collateral]
    secured = np.flatnonzero((kind == "mortgaged") | (kind == "pledged"))
    what, value = _assets(rng, chunk, secured)
    first = folder.rows.get("collateral", 0) + 1
    registered = loans.disbursed[secured] + rng.integers(-6, 4, len(secured))
    covers = cover_columns(own, months, chunk, secured, what, value)
    folder.write(
        "collateral",
        {
            "collateral_id": numbered("A", first + np.arange(len(secured)), 7),
            "loan_id": numbered("L", loans.numbers[secured]),
            "kind": coded(what, KINDS),
            "value": money(value),
            "registered_on": days(registered),
            "place": coded(loans.city[secured], CITY_NAMES),
            **covers.columns,
        },
    )
    write_policies(folder, policies, chunk, secured, covers, first)
    write_registrations(folder, months, chunk, secured, registered, covers, first)
    write_collateral_marks(folder, own, months, chunk, secured, first)
    latest = _write_valuations(folder, rng, months, loans.disbursed[secured], what, value, first)
    write_fallen_values(folder, own, months, chunk, secured, latest, first)
    guaranteed = np.flatnonzero(kind == "guaranteed")
    return _write_guarantees(folder, rng, own, months, chunk, guaranteed)


def _assets(rng: np.random.Generator, chunk: Chunk, secured: Whole) -> tuple[Whole, Whole]:
    """Kind of each asset and its value at the start, in cents."""
    loans = chunk.loans
    what = np.empty(len(secured), np.int64)
    pledged = loans.collateral[secured] == COLLATERAL_KINDS.index("pledged")
    for place, code in enumerate(PRODUCT_CODES):
        mine = (loans.product[secured] == place) & ~pledged
        choices = MORTGAGED.get(code, OTHER_MORTGAGED)
        what[mine] = np.array(choices)[rng.integers(0, len(choices), int(mine.sum()))]
    what[pledged] = np.array(PLEDGED)[rng.integers(0, len(PLEDGED), int(pledged.sum()))]
    bounds = np.array([COVER.get(name, OTHER_COVER) for name in KINDS])[what]
    cover = rng.uniform(bounds[:, 0], bounds[:, 1])
    return what, (loans.principal[secured] * cover / 100_000).astype(np.int64) * 100_000


def _write_valuations(
    folder: Folder,
    rng: np.random.Generator,
    months: Months,
    since: Whole,
    what: Whole,
    value: Whole,
    first: int,
) -> tuple[Whole, Whole]:
    """One valuation at the start and one a year, unless it was skipped; vehicles lose value. Day
    and value of each asset's latest.
    """
    years = (int(months.last[-1]) - since) // YEAR + 1
    owner, place = ragged(years)
    kept = (place == 0) | (rng.random(len(owner)) >= SKIPPED)
    owner, place = owner[kept], place[kept]
    day = since[owner] + place * YEAR - rng.integers(0, 20, len(owner))
    yearly = np.where(what[owner] == KINDS.index("vehicle"), 0.82, 0.975)
    now = value[owner] * yearly**place * rng.uniform(0.97, 1.03, len(owner))
    number = folder.rows.get("valuations", 0) + 1 + np.arange(len(owner))
    folder.write(
        "valuations",
        {
            "valuation_id": numbered("U", number),
            "collateral_id": numbered("A", first + owner, 7),
            "valued_on": days(day),
            "value": money((now / 100_000).astype(np.int64) * 100_000),
            "method": coded(rng.integers(0, len(METHODS), len(owner)), METHODS),
        },
    )
    latest = np.searchsorted(owner, np.arange(len(since)), side="right") - 1
    return day[latest], now[latest].astype(np.int64)


def _write_guarantees(
    folder: Folder,
    rng: np.random.Generator,
    own: np.random.Generator,
    months: Months,
    chunk: Chunk,
    guaranteed: Whole,
) -> Guarantees:
    """Guarantees of the whole principal by a firm or a person, for two or three years after
    maturity; some, of loans in default, are let lapse.
    """
    loans, count = chunk.loans, len(guaranteed)
    city = np.array([CITY_ZH[name] for name in CITY_NAMES], dtype=object)[loans.city[guaranteed]]
    by_firm = loans.kind[guaranteed] == 2
    name = np.where(by_firm, firms(rng, city, rng.integers(0, 10, count)), people(rng, count))
    known = chunk.plan.guarantor[guaranteed]
    name = np.where(known == NOTHING, name, chunk.names[known])
    matures = loans.disbursed[guaranteed] + loans.term[guaranteed] * 61 // 2
    number = folder.rows.get("guarantees", 0) + 1 + np.arange(count)
    expires = matures + np.where(rng.random(count) < 0.8, 1096, 183)
    lapsed = np.flatnonzero(np.isin(guaranteed, _in_default(months, chunk)))[:LAPSED]
    expires[lapsed] = int(months.last[-1]) - 40 - 30 * np.arange(len(lapsed))
    is_joint = own.random(count) < JOINT
    is_joint[lapsed] = True
    folder.write(
        "guarantees",
        {
            "guarantee_id": numbered("Y", number, 7),
            "loan_id": numbered("L", loans.numbers[guaranteed]),
            "guarantor": words(name),
            "guarantor_id": numbered(
                "B", np.where(known == NOTHING, NOTHING, loans.first_borrower + known)
            ),
            "amount": money(loans.principal[guaranteed]),
            "expires_on": days(expires),
            "kind": coded(is_joint.astype(np.int64), ("general", "joint")),
        },
    )
    return Guarantees(guaranteed, number, expires, is_joint, np.isin(np.arange(count), lapsed))


def _in_default(months: Months, chunk: Chunk) -> Whole:
    """The loans that are more than ninety days late as the book ends."""
    cells = chunk.cells
    late = cells.on_book & (cells.days_past_due > 90) & (cells.month == months.count - 1)
    return cells.loan[late]
