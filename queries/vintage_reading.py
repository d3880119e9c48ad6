"""How the newest origination months and quarters stand beside those before them, at equal age."""

from dataclasses import dataclass

import pandas as pd

# A year: an age at which segments can be compared.
SETTLED = 12
# The first months one by one, then by quarter, half-year and year, as committees read them.
TOLD = (1, 2, 3, 6, 9, 12, 15, 18, 24, 30, 36, 48, 60, 72, 84, 96, 108, 120, 180, 240)
YOUNG = 14

# Twelve months is what committees know; losses take twice as long.
AGES = (12, 6, 3, 1)
LOSS_AGES = (24, *AGES)


@dataclass(frozen=True)
class Reading:
    """One curve at one age, and those before it at the same age, summed and not averaged."""

    curve: str
    age: int
    value: float
    before: float
    count: int
    highest: str
    highest_value: float


def reading(
    cells: pd.DataFrame,
    most: int = 4,
    ages: tuple[int, ...] = AGES,
    every: pd.DataFrame | None = None,
) -> Reading | None:
    """The newest curve that has the age, against up to `most` before it; None without two.

    `cells` are those of `vintage_cells`: curve, months_on_book, value, numerator, denominator. The
    highest is sought among those of `every`, drawn or not: all that have reached the age.
    """
    every = cells if every is None else every
    for age in ages:
        at_age = cells[cells["months_on_book"] == age].dropna(subset=["value"])
        if len(at_age) < 2:
            continue
        at_age = at_age.sort_values("curve")
        newest, before = at_age.iloc[-1], at_age.iloc[-1 - most : -1]
        # Of equals the newest: it is not beaten.
        there = every[every["months_on_book"] == age].dropna(subset=["value"])
        highest = there.sort_values(["value", "curve"]).iloc[-1]
        together = float(before["numerator"].sum()) / float(before["denominator"].sum())
        return Reading(
            str(newest["curve"]),
            age,
            float(newest["value"]),
            together,
            len(before),
            str(highest["curve"]),
            float(highest["value"]),
        )
    return None


@dataclass(frozen=True)
class Ranking:
    """The highest and the lowest of several curves at the oldest age that all of them have."""

    age: int
    highest: str
    highest_value: float
    lowest: str
    lowest_value: float
    together: float
    order: tuple[str, ...]


def ranking(cells: pd.DataFrame) -> Ranking | None:
    """Segments at equal age, the highest first; None without two of them."""
    known = cells.dropna(subset=["value"])
    if known["curve"].nunique() < 2:
        return None
    age = int(known.groupby("curve")["months_on_book"].max().min())
    at_age = known[known["months_on_book"] == age].sort_values(["value", "curve"])
    lowest, highest = at_age.iloc[0], at_age.iloc[-1]
    together = float(at_age["numerator"].sum()) / float(at_age["denominator"].sum())
    return Ranking(
        age,
        str(highest["curve"]),
        float(highest["value"]),
        str(lowest["curve"]),
        float(lowest["value"]),
        together,
        tuple(at_age["curve"])[::-1],
    )


def half_lost(timing: pd.DataFrame) -> int | None:
    """The first age by which half of the final loss has come."""
    ages = timing[timing["value"] >= 0.5]["months_on_book"]
    return int(ages.iloc[0]) if len(ages) else None


def settled(periods: pd.DataFrame, most: int = 4) -> tuple[str, ...]:
    """The newest vintages that are a year old; of a younger book, the oldest there are."""
    old = periods[periods["reached"] >= SETTLED]["period"]
    return tuple(old.tail(most) if len(old) else periods["period"].head(most))


def newest(periods: pd.DataFrame, most: int = 8, age: int = 3) -> tuple[str, ...]:
    """The newest vintages with a curve to look at; of a younger book, the newest there are."""
    grown = periods[periods["reached"] >= age]["period"]
    return tuple(grown.tail(most) if len(grown) else periods["period"].tail(most))


def ages_shown(cells: pd.DataFrame) -> list[int]:
    """The ages that fit beside each other: all there are, if few, else those that are told."""
    there = sorted(int(age) for age in cells["months_on_book"].unique())
    return there if len(there) <= YOUNG else [age for age in TOLD if age in there]
