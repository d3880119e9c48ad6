"""What the build keeps of a fact, and where a rule asks for what is not kept.

Most facts of warning rules are kept whole. Of a loan that is not late there is no row that says 0
days, and so of counts, of what is wrong or not, and of days since an event: KEPT says which values
there are. A rule that would hold on others would find only some of them and say nothing, so it is
found out before it runs: its condition is tried on values within and without, once as they are and
once as they would be kept. Where the two differ, the facts cannot answer it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from data.raw import literal, quoted

MOST_TRIED = 20_000
FAR = "1e12"
THRESHOLD = "cast($threshold as double)"


@dataclass(frozen=True)
class Kept:
    """The values of a fact that have a row: above or below an edge, steps, only true, or words.

    `without` some words, all others are kept.
    """

    how: str
    values: tuple[str, ...]

    def of(self, fact: str) -> str:
        """What is kept of the fact's value, in SQL; null of what is not."""
        edge = self.values[0]
        if self.how == "steps":
            steps = sorted(self.values, key=float, reverse=True)
            whens = " ".join(f"when {fact} >= {step} then {step}" for step in steps)
            return f"case {whens} end"
        if self.how == "without":
            return f"case when {fact} <> {literal(edge)} then {fact} end"
        sign = {"above": ">", "below": "<", "only": "="}[self.how]
        return f"case when {fact} {sign} {edge} then {fact} end"

    def __str__(self) -> str:
        how = {"steps": "as", "only": "where it is", "without": "where it is not"}
        return f"{how.get(self.how, self.how)} {', '.join(self.values)}"


def _above(edge: int, *facts: str) -> dict[str, Kept]:
    return dict.fromkeys(facts, Kept("above", (str(edge),)))


# Every fact that is not kept whole, by the edge that is itself not kept.
KEPT: dict[str, Kept] = {
    **_above(0, "days_past_due", "late_instalments_6m", "worst_delay_in_month", "rising_months"),
    **_above(0, "partial_payments", "broken_promises_90d", "third_party_payments_6m"),
    **_above(0, "unregistered_days", "collateral_marks", "guarantor_days_past_due"),
    **_above(0, "split_payments", "over_limit_days", "account_shortfall"),
    **_above(0, "negative_cash_flow_periods", "statement_late_days", "enforcements"),
    **_above(0, "dishonest_marks", "tax_arrears", "tax_violations", "abnormal_operations"),
    **_above(0, "licence_revoked", "equity_frozen", "controller_missing", "bankruptcy_petitions"),
    **_above(0, "lawsuit_share"),
    **_above(0, "hard_inquiries_3m", "defaulted_group_members"),
    **_above(-1, "days_without_contact", "covenant_breach_days"),
    "first_missed_days": Kept("steps", ("7", "30")),
    "settled_old_within": Kept("below", ("93",)),
    "returned_within": Kept("below", ("93",)),
    "negative_equity": Kept("below", ("0",)),
    "is_guarantor_enforced": Kept("only", ("true",)),
    "has_npl_elsewhere": Kept("only", ("true",)),
    "has_special_mention_elsewhere": Kept("only", ("true",)),
    "use_result": Kept("without", ("as_agreed",)),
}
# The windows that the SQL of the facts reads: events further apart are not told of at all.
WINDOWS = {fact: int(KEPT[fact].values[0]) for fact in ("settled_old_within", "returned_within")}
# What every row has, whatever else is in it.
ALWAYS = ("branch", "product", "borrower_kind", "balance", "exposure")


def probe(condition: str, types: Mapping[str, str]) -> str:
    """A statement that gives the facts whose kept values cannot answer the condition.

    One row per such fact: `fact`, `how` and `edges` of what is kept of it; no fact where the
    condition holds on rows that hold nothing. `$threshold` is bound.
    """
    named = [fact for fact in types if re.search(rf"\b{fact}\b", condition.lower())]
    tried = [_tried(fact, condition, named, types) for fact in named if fact in KEPT]
    return "\nunion all\n".join([*tried, _empty(condition, named, types)])


def _tried(fact: str, condition: str, named: list[str], types: Mapping[str, str]) -> str:
    values = {
        each: _near(each, condition, types[each]) if each == fact else _far(condition, types[each])
        for each in named
    }
    kept = KEPT[fact]
    replaced = f"select * replace (cast({kept.of(fact)} as {types[fact]}) as {fact}) from grid"
    return (
        f"(with grid as ({_grid(values, types)})\n"
        f"select {literal(fact)} as fact, {literal(kept.how)} as how, "
        f"{literal(', '.join(kept.values))} as edges\n"
        f"from ({_holding(condition, 'from grid')}) as whole\n"
        f"inner join ({_holding(condition, f'from ({replaced})')}) as kept using (place)\n"
        "where whole.holds <> kept.holds\nlimit 1)"
    )


def _empty(condition: str, named: list[str], types: Mapping[str, str]) -> str:
    """Whether the condition holds where none of the facts that a row may lack is there."""
    values = {
        fact: _near(fact, condition, types[fact]) if fact in ALWAYS else ("null",) for fact in named
    }
    return (
        f"(with grid as ({_grid(values, types)})\n"
        "select null as fact, 'none' as how, '' as edges\n"
        f"from ({_holding(condition, 'from grid')}) where holds\nlimit 1)"
    )


def _holding(condition: str, source: str) -> str:
    return f"select place, coalesce(try((\n{condition}\n)), false) as holds {source}"


def _grid(values: Mapping[str, tuple[str, ...]], types: Mapping[str, str]) -> str:
    """Rows of every combination, numbered, with the threshold; the first some thousands of them."""
    lists = [f"(select {THRESHOLD} as threshold)"]
    for fact, tried in values.items():
        typed = ", ".join(f"try_cast({each} as {types[fact]})" for each in tried)
        lists.append(f"(select unnest([{typed}]) as {quoted(fact)})")
    return f"select row_number() over () as place, * from {', '.join(lists)} limit {MOST_TRIED}"


def _near(fact: str, condition: str, kind: str) -> tuple[str, ...]:
    """Values on both sides of all that the condition and what is kept may turn on."""
    if kind == "boolean":
        return "null", "true", "false"
    if kind == "varchar":
        if fact in KEPT:
            return "null", *map(literal, KEPT[fact].values)
        return "null", "'none of these'", *_words(condition)
    edges = KEPT[fact].values if fact in KEPT else ()
    near = [*_numbers(condition), *edges, THRESHOLD]
    step = ("1", "0.01")[kind == "double"]
    around = (f"{each}{shift}" for each in near for shift in ("", f" - {step}", f" + {step}"))
    return "null", *dict.fromkeys(around)


def _far(condition: str, kind: str) -> tuple[str, ...]:
    """Values that meet or fail what the condition asks of another fact."""
    if kind == "boolean":
        return "null", "true", "false"
    if kind == "varchar":
        return "null", *_words(condition)
    return "null", FAR, f"-{FAR}", *_numbers(condition)


def _words(condition: str) -> Iterator[str]:
    yield from dict.fromkeys(re.findall(r"'(?:[^']|'')*'", condition))


def _numbers(condition: str) -> Iterator[str]:
    yield from dict.fromkeys(re.findall(r"(?<![\w.])\d+(?:\.\d+)?\b", condition))
