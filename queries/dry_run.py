"""What a changed threshold or other points would have done over the last two years.

Everything comes from the facts that the build keeps; nothing is written. The rule and whatever it
stands in for, or is stood in for by, are run anew over the facts; all other signals are as they
were. A condition is text of the build, which judged it; what a person changes is bound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from queries.periods import months_back
from queries.warehouse import Scope, ask

__all__ = ["AsksForMore", "DryRun", "Outcome", "RuleUnknown", "dry_run"]

QUIET_MONTHS = 12


class RuleUnknown(Exception):
    """No rule of that name is in force."""


class AsksForMore(Exception):
    """With that threshold the rule would hold on facts of which the build keeps nothing.

    `facts` are each fact's name, how it is kept (above, below, steps, only, without) and the edge
    or the values; a name of None: whatever the facts are.
    """

    def __init__(self, facts: Sequence[tuple[str | None, str, str]]) -> None:
        super().__init__(str(facts))
        self.facts = tuple(facts)


@dataclass(frozen=True)
class Outcome:
    """What a rule as set leads to: its own firings, the alerts of all rules, and the work.

    Firings are rule, loan or borrower, and month end; `begun` is how often it began to hold on a
    borrower, of which `begun_observed` can be judged and `begun_hits` were right. Alerts, hit rate
    and coverage are those of the levels orange and red. Hours are those of all rises in level.
    """

    firings: int
    borrowers: int
    begun: int
    begun_observed: int
    begun_hits: int
    alerts: int
    observed: int
    hits: int
    defaults: int
    covered: int
    rises: int
    hours: float
    by_month: pd.DataFrame

    @property
    def hit_rate(self) -> float | None:
        """Alerts that were right, of those that can be judged."""
        return self.hits / self.observed if self.observed else None

    @property
    def rule_hit_rate(self) -> float | None:
        """The same of the rule by itself."""
        return self.begun_hits / self.begun_observed if self.begun_observed else None

    @property
    def coverage(self) -> float | None:
        """Defaults that an alert foretold by 30 days and more."""
        return self.covered / self.defaults if self.defaults else None

    @property
    def hours_per_month(self) -> float | None:
        """The work of a month."""
        return self.hours / len(self.by_month) if len(self.by_month) else None


@dataclass(frozen=True)
class DryRun:
    """A rule as it is and as it might be."""

    rule: Mapping[str, Any]
    before: Outcome
    after: Outcome


def dry_run(
    scope: Scope,
    rule_id: str,
    threshold: float | None = None,
    points: float | None = None,
    months: int = 24,
) -> DryRun:
    """The rule as it is beside it with another threshold or other points; None: as it is.

    Raises RuleUnknown where no rule of that name is in force at the scope's month end, AsksForMore
    where the facts that are kept cannot tell what the threshold asks.
    """
    rules = _rules(scope)
    own = rules[(rules["rule_id"] == rule_id) & rules["is_in_force"]]
    if own.empty:
        raise RuleUnknown(rule_id)
    rule = {str(name): value for name, value in own.iloc[0].items()}
    chain = rules[rules["rule_id"].isin(_chain(rules, rule_id))]
    own_threshold = None if pd.isna(rule["threshold"]) else rule["threshold"]
    asked = {
        "rule_id": rule_id,
        "threshold": own_threshold if threshold is None else threshold,
        "points": rule["points"] if points is None else points,
    }
    if threshold is not None and (facts := _not_kept(scope, own, threshold)):
        raise AsksForMore(facts)
    before = _outcome(scope, chain, asked, months, is_changed=False)
    after = _outcome(scope, chain, asked, months, is_changed=True)
    return DryRun(rule, before, after)


def _not_kept(
    scope: Scope, rules: pd.DataFrame, threshold: float
) -> list[tuple[str | None, str, str]]:
    """What the build's own probe of each row finds at that threshold."""
    found = [
        fact
        for probe in rules["probe"].unique()
        for fact in ask(probe, scope, threshold=threshold).itertuples(index=False)
    ]
    return [(None if pd.isna(fact) else str(fact), how, edges) for fact, how, edges in found]


def _rules(scope: Scope) -> pd.DataFrame:
    return ask(
        "select *, $month_end between valid_from and valid_to as is_in_force "
        "from book_signal_rules() order by rule_no",
        scope,
    )


def _chain(rules: pd.DataFrame, rule_id: str) -> set[str]:
    """The rule and all that it is tied to by overrides, however far."""
    pairs = [
        (str(row.rule_id), str(row.overrides))
        for row in rules.itertuples()
        if isinstance(row.overrides, str) and row.overrides
    ]
    found = {rule_id}
    while more := {b for a, b in [*pairs, *((b, a) for a, b in pairs)] if a in found} - found:
        found |= more
    return found


def _overrides(rules: pd.DataFrame) -> list[tuple[str, str]]:
    """Which rule stands in for which, directly or through others."""
    over: dict[str, set[str]] = {}
    for row in rules.itertuples():
        if isinstance(row.overrides, str) and row.overrides:
            over.setdefault(str(row.rule_id), set()).add(row.overrides)
    pairs = set()
    for rule in over:
        left, seen = list(over[rule]), set()
        while left:
            each = left.pop()
            if each not in seen:
                seen.add(each)
                left += over.get(each, ())
        pairs |= {(rule, each) for each in seen}
    return sorted(pairs)


def _text(value: Any) -> str:
    """A cell that may be empty, as text."""
    return value if isinstance(value, str) else ""


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _holds(rule: Mapping[str, Any]) -> str:
    """Whether one rule holds on a row of facts, by its condition, segment and validity."""
    kinds = ", ".join(_literal(each.strip()) for each in _text(rule["segment"]).split(",") if each)
    segment = f" and borrower_kind in ({kinds})" if kinds else ""
    first, last = (str(rule[name])[:10] for name in ("valid_from", "valid_to"))
    return (
        f"(\n{rule['condition']}\n)\n"
        f"and month_end between date '{first}' and date '{last}'{segment}"
    )


def _judged(rules: Sequence[Mapping[str, Any]]) -> str:
    """The facts, and whether the rule as asked for holds on each and whether it did as it is.

    Both are told of a row while it is read: to find the rows of each apart and then to compare the
    two takes longer than all that follows.
    """
    flags: list[str] = []
    source = "facts"
    for place, rule in enumerate(rules):
        for name, threshold in (("now", "$threshold"), ("before", _own_threshold(rule))):
            flags.append(f"{name}_{place}")
            source = (
                f"(select * exclude (threshold), coalesce({_holds(rule)}, false) as {flags[-1]}\n"
                f"from (select *, cast({threshold} as double) as threshold from {source}))"
            )
    now, before = (" or ".join(each for each in flags if each.startswith(n)) for n in ("now", "be"))
    return (
        f"select * exclude ({', '.join(flags)}), {now} as holds_now, {before} as held_before\n"
        f"from {source}"
    )


def _subject(rule: Mapping[str, Any]) -> str:
    """The columns that name what a rule holds on, and when."""
    subject: Literal["loan", "borrower"] = rule["subject"]
    loan = "loan_id" if subject == "loan" else "cast(null as varchar) as loan_id"
    return f"{loan}, borrower_id, month_end"


def _own_threshold(rule: Mapping[str, Any]) -> str:
    return "null" if pd.isna(rule["threshold"]) else repr(float(rule["threshold"]))


def _firing(rule: Mapping[str, Any], is_asked: bool) -> str:
    """Where one rule of the chain holds among what is affected, and what it weighs there."""
    points = "$points" if is_asked else repr(float(rule["points"]))
    age = f'"{rule["age"]}"' if _text(rule["age"]) else "null"
    select = (
        f"{_literal(rule['rule_id'])} as rule_id, {_literal(rule['family'])} as family, "
        f"{_subject(rule)}, cast({points} as double) as points, "
        f"{str(bool(rule['is_hard'])).lower()} as is_hard, cast({age} as bigint) as age"
    )
    threshold = "$threshold" if is_asked else _own_threshold(rule)
    return (
        f"select {select}\n"
        f"from (select *, cast({threshold} as double) as threshold from affected)\n"
        f"where {_holds(rule)}"
    )


# What the change touches: the loans or borrowers on which the rule holds now and did not, or did
# and does not, or holds with other points. There the chain is run anew, as marts.signal_hits has
# all rules; everything else is as it was.
_CHAIN = """
facts as not materialized (
    select *
    from scoped_{subject}_facts($branches, $products)
    where month_end between $since and $month_end
),

told as not materialized (
{judged}
),

affected as materialized (
    select * exclude (holds_now, held_before)
    from told
    where {is_changed}
),

changed as not materialized (
    select {loan} as loan_id, borrower_id, month_end
    from affected
),

fired as (
{firings}
),

weighed as (
    select
        fired.* exclude (points, age),
        fired.points
    from fired
    where fired.age is null
    union all by name
    select
        fired.* exclude (points, age),
        fired.points * steps.share as points
    from fired
    inner join book_decay_steps() as steps
        on fired.month_end = steps.month_end and fired.age between steps.age_from and steps.age_to
    where steps.share > 0
),

overrides (rule_id, overridden) as (
    {overrides}
),

standing_in as materialized (
    select weighed.*, overrides.overridden
    from weighed
    inner join overrides on weighed.rule_id = overrides.rule_id
),

losers as (
    select
        case
            when under.points > over.points and not over.is_hard then over.rule_id
            else under.rule_id
        end as rule_id,
        under.month_end,
        under.borrower_id,
        under.loan_id
    from weighed as under
    inner join standing_in as over
        on under.rule_id = over.overridden
        and under.borrower_id = over.borrower_id
        and under.month_end = over.month_end
        and under.loan_id is not distinct from over.loan_id
),

new_hits as materialized (
    select weighed.*
    from weighed
    anti join losers
        on weighed.rule_id = losers.rule_id
        and weighed.month_end = losers.month_end
        and weighed.borrower_id = losers.borrower_id
        and weighed.loan_id is not distinct from losers.loan_id
),

was_hits as materialized (
    select hits.rule_id, hits.family, hits.loan_id, hits.borrower_id, hits.month_end, hits.is_hard,
        hits.points
    from scoped_home_hits($branches, $products) as hits
    semi join changed
        on hits.borrower_id = changed.borrower_id and hits.month_end = changed.month_end
    where hits.month_end between $since and $month_end
),

kept_hits as materialized (
    select was_hits.*
    from was_hits
    left join changed
        on was_hits.borrower_id = changed.borrower_id
        and was_hits.month_end = changed.month_end
        and was_hits.loan_id is not distinct from changed.loan_id
    where changed.borrower_id is null or not list_contains($chain, was_hits.rule_id)
),

all_hits as not materialized (
    select * from new_hits
    union all by name
    select * from kept_hits
),

own_hits as (
    select borrower_id, month_end
    from new_hits
    where rule_id = $rule_id
    union all
    select hits.borrower_id, hits.month_end
    from scoped_home_hits($branches, $products) as hits
    anti join changed
        on hits.borrower_id = changed.borrower_id
        and hits.month_end = changed.month_end
        and hits.loan_id is not distinct from changed.loan_id
    where hits.month_end between $since and $month_end and hits.rule_id = $rule_id
),

by_loan as (
    select
        borrower_id,
        month_end,
        sum(case when family = 'behavioural' then points else 0 end) as behavioural,
        sum(case when family = 'collateral' then points else 0 end) as collateral,
        sum(case when family = 'use_of_funds' then points else 0 end) as use_of_funds,
        bool_or(is_hard) as is_hard
    from all_hits
    where loan_id is not null
    group by borrower_id, month_end, loan_id
),

of_borrower as materialized (
    select
        borrower_id,
        month_end,
        sum(
            case when loan_id is null and family = 'behavioural' then points else 0 end
        ) as behavioural,
        sum(
            case when loan_id is null and family = 'collateral' then points else 0 end
        ) as collateral,
        sum(
            case when loan_id is null and family = 'use_of_funds' then points else 0 end
        ) as use_of_funds,
        sum(case when family = 'financial' then points else 0 end) as financial,
        sum(case when family = 'external' then points else 0 end) as external,
        bool_or(is_hard) as is_hard
    from all_hits
    where loan_id is null or family in ('financial', 'external')
    group by borrower_id, month_end
),

-- What holds on the borrower alone weighs no more by itself than beside what holds on a loan of it.
parts as (
    select *
    from of_borrower
    union all by name
    select
        by_loan.borrower_id,
        by_loan.month_end,
        by_loan.is_hard,
        coalesce(own.behavioural, 0) + by_loan.behavioural as behavioural,
        coalesce(own.collateral, 0) + by_loan.collateral as collateral,
        coalesce(own.use_of_funds, 0) + by_loan.use_of_funds as use_of_funds,
        coalesce(own.financial, 0) as financial,
        coalesce(own.external, 0) as external
    from by_loan
    left join of_borrower as own
        on by_loan.borrower_id = own.borrower_id and by_loan.month_end = own.month_end
),

ranked as (
    select
        parts.borrower_id,
        parts.month_end,
        case
            when parts.is_hard then 3
            when score >= limits.red_from then 3
            when score >= limits.orange_from then 2
            when score >= limits.yellow_from then 1
            else 0
        end as level_rank
    from parts
    inner join book_warning_limits() as limits on parts.month_end = limits.month_end
    cross join lateral (
        select
            least(parts.behavioural, limits.cap_behavioural)
            + least(parts.collateral, limits.cap_collateral)
            + least(parts.use_of_funds, limits.cap_use_of_funds)
            + least(parts.financial, limits.cap_financial)
            + least(parts.external, limits.cap_external) as score
    )
),

-- Most of what a looser threshold finds stays green: only the rest is gathered by borrower.
scored as (
    select
        borrower_id,
        month_end,
        max(level_rank) as level_rank
    from ranked
    where level_rank > 0
    group by borrower_id, month_end
),

levels as materialized (
    select borrower_id, month_end, level_rank
    from scored
    union all
    select
        scores.borrower_id,
        scores.month_end,
        case scores.level when 'red' then 3 when 'orange' then 2 else 1 end as level_rank
    from scoped_home_scores($branches, $products) as scores
    anti join changed
        on scores.borrower_id = changed.borrower_id and scores.month_end = changed.month_end
    where scores.month_end between $since and $month_end and scores.level <> 'green'
),
"""

_AS_IT_IS = """
own_hits as (
    select borrower_id, month_end
    from scoped_home_hits($branches, $products)
    where month_end between $since and $month_end and rule_id = $rule_id
),

levels as materialized (
    select
        borrower_id,
        month_end,
        case level when 'red' then 3 when 'orange' then 2 else 1 end as level_rank
    from scoped_home_scores($branches, $products)
    where month_end between $since and $month_end and level <> 'green'
),
"""

# What the levels lead to, as marts.alerts, marts.rule_alerts and marts.defaults tell it.
_OUTCOME = """
-- On however many loans of a borrower it holds in a month, only the month's first row can begin.
begun as (
    select borrower_id, month_end, 'begun' as kind
    from own_hits
    qualify coalesce(
        lag(month_end) over (partition by borrower_id order by month_end)
        < cast(month_end - interval 12 month as date), true
    )
),

warned as (
    select borrower_id, month_end, 'alert' as kind
    from levels
    where level_rank >= 2
    qualify coalesce(
        lag(month_end) over (partition by borrower_id order by month_end)
        < cast(month_end - interval 12 month as date), true
    )
),

raised as (
    select * from begun where month_end >= $first
    union all
    select * from warned where month_end >= $first
),

fallen as (
    select borrower_id, default_on
    from scoped_defaults($branches, $products)
    where default_on between $first and $month_end
),

judged as (
    select
        raised.kind,
        raised.borrower_id,
        raised.month_end,
        raised.month_end <= $seen
        and not coalesce(bool_or(spells.began_on <= raised.month_end), false) as is_observed,
        coalesce(bool_or(spells.began_on > raised.month_end), false) as is_hit
    from raised
    left join scoped_default_spells($branches, $products) as spells
        on raised.borrower_id = spells.borrower_id
        and spells.ended_on >= raised.month_end
        and spells.began_on <= last_day(cast(raised.month_end + interval 12 month as date))
    group by raised.kind, raised.borrower_id, raised.month_end
),

rises as (
    select month_end, level_rank, borrower_id
    from levels
    qualify level_rank > 0 and level_rank > coalesce(
        case
            when lag(month_end) over (partition by borrower_id order by month_end)
                >= last_day(cast(month_end - interval 1 month as date))
                then lag(level_rank) over (partition by borrower_id order by month_end)
        end, 0
    )
),

hours as (
    select
        parameters.param_id,
        cast(parameters.value as double) as hours,
        parameters.valid_from,
        parameters.valid_to
    from book_rules() as parameters
    where starts_with(parameters.param_id, 'ews_hours.') and parameters.product = '*'
),

worked as (
    select
        rises.month_end,
        count(*) as rises,
        sum(coalesce(hours.hours, 0)) as hours
    from rises
    left join hours
        on hours.param_id = 'ews_hours.' || case rises.level_rank
            when 3 then 'red'
            when 2 then 'orange'
            else 'yellow'
        end
        and rises.month_end between hours.valid_from and hours.valid_to
    where rises.month_end >= $first
    group by rises.month_end
),

covered as (
    select distinct fallen.borrower_id, fallen.default_on
    from fallen
    inner join levels
        on fallen.borrower_id = levels.borrower_id
        and levels.level_rank >= 2
        and levels.month_end <= fallen.default_on - 30
        and levels.month_end >= cast(fallen.default_on - interval 12 month as date)
),

sums as (
    select month_end, count(*) as firings from own_hits where month_end >= $first group by month_end
    union all by name
    select
        month_end,
        count(case when kind = 'begun' then 1 end) as begun,
        count(case when kind = 'begun' and is_observed then 1 end) as begun_observed,
        count(case when kind = 'begun' and is_observed and is_hit then 1 end) as begun_hits,
        count(case when kind = 'alert' then 1 end) as alerts,
        count(case when kind = 'alert' and is_observed then 1 end) as observed,
        count(case when kind = 'alert' and is_observed and is_hit then 1 end) as hits
    from judged
    group by month_end
    union all by name
    select month_end, rises, hours from worked
    union all by name
    select default_on as month_end, count(*) as defaults from fallen group by default_on
    union all by name
    select default_on as month_end, count(*) as covered from covered group by default_on
)

select
    months.month_end,
    cast(coalesce(sum(sums.firings), 0) as bigint) as firings,
    cast(coalesce(sum(sums.begun), 0) as bigint) as begun,
    cast(coalesce(sum(sums.begun_observed), 0) as bigint) as begun_observed,
    cast(coalesce(sum(sums.begun_hits), 0) as bigint) as begun_hits,
    cast(coalesce(sum(sums.alerts), 0) as bigint) as alerts,
    cast(coalesce(sum(sums.observed), 0) as bigint) as observed,
    cast(coalesce(sum(sums.hits), 0) as bigint) as hits,
    cast(coalesce(sum(sums.defaults), 0) as bigint) as defaults,
    cast(coalesce(sum(sums.covered), 0) as bigint) as covered,
    cast(coalesce(sum(sums.rises), 0) as bigint) as rises,
    coalesce(sum(sums.hours), 0) as hours,
    (select count(distinct borrower_id) from own_hits where month_end >= $first) as borrowers
from book_month_ends() as months
left join sums on months.month_end = sums.month_end
where months.month_end between $first and $month_end
group by months.month_end
order by months.month_end
"""


def _statement(chain: pd.DataFrame, rule_id: str, points: float, is_changed: bool) -> str:
    if not is_changed:
        return "with " + _AS_IT_IS + _OUTCOME
    rules = [dict(rule) for _, rule in chain.iterrows()]
    asked = [rule for rule in rules if rule["rule_id"] == rule_id and rule["is_in_force"]]
    firings = (_firing(rule, rule in asked) for rule in rules)
    # With other points all that holds weighs something else; else only where it begins or ends to.
    is_same = all(rule["points"] == points for rule in asked)
    pairs = ", ".join(f"({_literal(over)}, {_literal(under)})" for over, under in _overrides(chain))
    subject: Literal["loan", "borrower"] = asked[0]["subject"]
    return (
        "with "
        + _CHAIN.format(
            subject=subject,
            loan="loan_id" if subject == "loan" else "cast(null as varchar)",
            judged=_judged(asked),
            is_changed="holds_now <> held_before" if is_same else "holds_now or held_before",
            firings="\nunion all\n".join(firings),
            overrides=f"values {pairs}" if pairs else "select '', '' where false",
        )
        + _OUTCOME
    )


def _outcome(
    scope: Scope, chain: pd.DataFrame, asked: dict[str, Any], months: int, is_changed: bool
) -> Outcome:
    first = months_back(scope, months - 1)
    found = ask(
        _statement(chain, asked["rule_id"], asked["points"], is_changed),
        scope,
        first=first,
        since=months_back(scope, months - 1 + QUIET_MONTHS, clip=False),
        seen=months_back(scope, 12, clip=False),
        chain=tuple(chain["rule_id"].unique()),
        **asked,
    )
    sums = found.drop(columns=["month_end", "borrowers"]).sum()
    borrowers = int(found["borrowers"].max()) if len(found) else 0
    counts = {name: int(sums[name]) for name in sums.index if name != "hours"}
    by_month = found.drop(columns="borrowers")
    return Outcome(**counts, hours=float(sums["hours"]), borrowers=borrowers, by_month=by_month)
