"""What a metric is, and its figure for any cut: numerator, denominator and ratio, always together.

A metric names two additive columns of a cube; every tile, trend, table and file sums the same two,
so they agree by construction. Ratios are taken after summing, never averaged (section 1.3).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Literal, get_args

import pandas as pd

from queries.warehouse import Scope, ask, month_ends, report_sql

Source = Literal[
    "portfolio",
    "classes",
    "workload",
    "case_times",
    "capacity",
    "desk_loads",
    "line_hours",
    "finding_months",
    "compliance_months",
    "audit_unit_months",
    "audit_plan_months",
    "auditor_months",
    "recoveries",
    "due_cohorts",
    "collection_months",
    "first_payments",
    "vintages",
    "concentrations",
    "rolls",
    "migrations",
    "expected_losses",
    "results",
    "result_rows",
    "clock_months",
    "delay_interest",
    "draw_months",
    "oversight_months",
    "limits",
    "models",
    "contact_months",
    "promise_months",
    "bucket_entries",
    "contact_step_months",
    "overdue_recoveries",
    "referrals",
    "collection_results",
    "service_links",
    "unmatched_months",
    "document_months",
    "funding_months",
    "quality_months",
    "quality_issue_months",
    "ledger_months",
    "appraisals",
]
Unit = Literal["money", "count", "ratio", "days", "number"]
Dimension = Literal[
    "month_end",
    "branch",
    "product",
    "borrower_kind",
    "collateral_kind",
    "region",
    "industry",
    "bucket",
    "bucket_m",
    "bucket_reg",
    "classification",
    "class_floor",
    "class_booked",
    "floor_rule",
    "stage",
    "stage_recorded",
    "opening_stage",
    "stage_rule",
    "pd_state",
    "status",
    "opening_bucket",
    "opening_class",
    "department_id",
    "case_type",
    "severity",
    "legal_clock",
    "clock_status",
    "limit_id",
    "cause",
    "unit_id",
    "unit_kind",
    "unit_rating",
    "audited_band",
    "step_id",
    "of_product",
]
Cut = Dimension | tuple[Dimension, ...] | None
Where = tuple[tuple[Dimension, Any], ...]
Part = Literal["numerator", "denominator"]

TENTH = 0.1
"""What comes and goes within a tenth of each other is in balance (Little's law, section 11)."""

BUCKETS = ("current", "1-30", "31-60", "61-90", "91-180", "181-360", "360+")
BUCKETS_REG = ("current", "1-90", "91-360", "361-1095", "1095+")
PD_STATES = ("current", "1-30", "31-60", "61-90", "default")
SEVERITIES = ("critical", "high", "medium", "low")
UNIT_RATINGS = (*SEVERITIES, "unrated")
AUDITED_BANDS = ("0-12", "13-24", "25-36", "36+", "never")
ORDERED: dict[str, tuple[str, ...]] = {
    "bucket": BUCKETS,
    "bucket_reg": BUCKETS_REG,
    "opening_bucket": BUCKETS,
    "severity": SEVERITIES,
    "pd_state": PD_STATES,
    "unit_rating": UNIT_RATINGS,
    "audited_band": AUDITED_BANDS,
}

# What a segment of the book is, on every page that asks "where".
SEGMENTS: tuple[Dimension, ...] = (
    "branch",
    "product",
    "borrower_kind",
    "collateral_kind",
    "region",
    "industry",
)
_STATES: tuple[Dimension, ...] = ("bucket", "bucket_m", "bucket_reg", "classification", "status")
_OPENINGS: tuple[Dimension, ...] = ("opening_bucket", "opening_class")
_CLASSES: tuple[Dimension, ...] = ("classification", "class_floor", "class_booked", "opening_class")
_STAGES: tuple[Dimension, ...] = ("stage", "stage_recorded", "opening_stage")
_NUMBERED = (*_CLASSES, *_STAGES)
DIMENSIONS: dict[Source, tuple[Dimension, ...]] = {
    "portfolio": ("month_end", *SEGMENTS, *_STATES, *_OPENINGS),
    "classes": ("month_end", *SEGMENTS, *_CLASSES, "floor_rule", "stage", "status"),
    "workload": ("month_end", "branch", "product", "department_id", "case_type"),
    "case_times": ("month_end", "branch", "product", "department_id", "case_type"),
    "capacity": ("month_end", "department_id"),
    "desk_loads": ("month_end", "department_id"),
    "line_hours": ("month_end", "department_id"),
    "finding_months": (
        *("month_end", "branch", "product", "severity", "department_id", "cause", "unit_id"),
    ),
    "compliance_months": ("month_end", "branch", "product", "department_id"),
    "audit_unit_months": (
        *("month_end", "branch", "product", "department_id"),
        *("unit_kind", "unit_rating", "audited_band"),
    ),
    "audit_plan_months": ("month_end", "branch", "product", "department_id"),
    "auditor_months": ("month_end", "department_id"),
    "recoveries": ("month_end", "branch", "product"),
    "due_cohorts": ("month_end", "branch", "product"),
    "collection_months": ("month_end", "branch", "product"),
    "first_payments": ("month_end", "branch", "product"),
    "vintages": ("month_end", "branch", "product"),
    "concentrations": ("month_end",),
    "rolls": ("month_end", "branch", "product", *_OPENINGS),
    "migrations": ("month_end", "branch", "product", *_OPENINGS),
    "expected_losses": ("month_end", *SEGMENTS, *_STAGES, "stage_rule", "pd_state"),
    "results": ("month_end", "branch", "product", "department_id", "case_type"),
    "result_rows": ("month_end", "branch", "product", "department_id", "case_type"),
    "clock_months": ("month_end", "branch", "product", "legal_clock", "clock_status"),
    "delay_interest": ("month_end", "branch", "product"),
    "draw_months": ("month_end", "branch", "product"),
    "oversight_months": ("month_end", "branch", "product"),
    "limits": ("month_end", "limit_id"),
    "models": ("month_end",),
    "contact_months": ("month_end", "branch", "product"),
    "promise_months": ("month_end", "branch", "product"),
    "bucket_entries": ("month_end", "branch", "product", "bucket"),
    "contact_step_months": ("month_end", "branch", "product", "step_id", "of_product"),
    "overdue_recoveries": ("month_end", "branch", "product", "opening_bucket"),
    "referrals": ("month_end", "branch", "product"),
    "collection_results": ("month_end", "branch", "product"),
    "service_links": ("month_end", "product", "bucket"),
    "unmatched_months": ("month_end", "branch", "product"),
    "document_months": ("month_end", "branch", "product"),
    "funding_months": ("month_end",),
    "quality_months": ("month_end",),
    "quality_issue_months": ("month_end",),
    "ledger_months": ("month_end", "product"),
    "appraisals": ("month_end", "department_id"),
}
# Whose rows are a department's own business.
OF_DEPARTMENTS: tuple[Source, ...] = (
    *("workload", "case_times", "capacity", "results", "result_rows", "appraisals"),
    *("desk_loads", "line_hours"),
)
# Few rows: the report that counts them is summed itself.
_COUNTED: dict[Source, str] = {
    "recoveries": "recovery_counts",
    "limits": "limit_counts",
    "models": "model_counts",
    "desk_loads": "desk_load_counts",
    "line_hours": "line_hour_counts",
}


# The tables that sum the loans, the shortest first, and what each is cut by; and the loans.
_LOAN_CUBES: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {
    "portfolio": (
        ("portfolio", frozenset({"month_end", *SEGMENTS[:4], *_STATES})),
        ("segments", frozenset({"month_end", *SEGMENTS})),
    ),
    "classes": (
        (
            "classes",
            frozenset({"month_end", *SEGMENTS[:4], *_CLASSES, "floor_rule", "stage", "status"}),
        ),
    ),
    "expected_losses": (
        (
            "expected_losses",
            frozenset({"month_end", *SEGMENTS[:4], *_STAGES, "stage_rule", "pd_state"}),
        ),
        ("loss_segments", frozenset({"month_end", *SEGMENTS})),
    ),
}
_LOANS: dict[Source, str] = {
    "portfolio": "loan_months",
    "classes": "loan_months",
    "expected_losses": "loan_ecls",
}


def cube(source: Source, dimensions: Iterable[str] = ()) -> str:
    """What a figure is summed from: the shortest table that knows all of `dimensions`.

    The loans themselves where no cube does; for few rows the counting report itself.
    """
    if source in _COUNTED:
        return f"(\n{report_sql(_COUNTED[source])}\n) as counts"
    asked = set(dimensions)
    short = (name for name, known in _LOAN_CUBES.get(source, ()) if asked <= known)
    name = next(short, _LOANS.get(source, source))
    return f"scoped_{name}($branches, $products)"


@dataclass(frozen=True)
class Metric:
    """One figure: what is summed over what, what it means, who answers for it.

    `name` and `meaning` are English and the keys of their translation. `rule` is a section of the
    metric dictionary, `reference` its source; a convention is the house's own (内部口径).
    `over_nothing` says how a ratio over nothing is judged: not at all, as a pass, or as a breach
    when there is something to count (section 3.3), and `without` says what there is nothing of.
    `standard` is another ratio of the same numerator, whose line is to be kept too: the higher of
    both is the requirement (section 3.5). `no_limit` says why a figure that is shown beside limits
    has none of its own. `times` makes a month's flow a yearly rate: the ratio is multiplied by it,
    its two parts are not (section 1.3). With a `quantile` the figure is that quantile of the
    numerator over its rows, of which there are as many as the denominator: its source holds the
    rows themselves, since quantiles do not add. With `over_positive` there is no figure over a
    denominator below zero either: nothing clears at such a speed. With `in_balance` there is none
    where that column is more than a tenth off the denominator: what comes and what goes must be
    near each other (Little's law, section 11). With `of_everybody` there is none where the source
    counts people who do the work and are out of view (`people_unseen`): what a part of the people
    makes of a part of the cases says nothing of either. Limits are parameters
    `light.<id>.amber`, `light.<id>.red` and `limit.<id>`, dated and with a source, never constants.
    """

    id: str
    name: str
    numerator: str
    denominator: str | None = None
    source: Source = "portfolio"
    unit: Unit = "money"
    rising_is_good: bool | None = None
    meaning: str = ""
    rule: str = ""
    reference: str = ""
    is_convention: bool = False
    owner: str = ""
    over_nothing: Literal["no light", "pass", "breach"] = "no light"
    without: str = ""
    standard: "Metric | None" = None
    no_limit: str = ""
    times: int = 1
    quantile: float | None = None
    over_positive: bool = False
    in_balance: str | None = None
    of_everybody: bool = False

    def __post_init__(self) -> None:
        for column in (self.id, *self.columns):
            if not re.fullmatch(r"[a-z][a-z0-9_]*", column):
                raise ValueError(f"{column!r} is not a column name")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the cube that it is computed from, each once."""
        every = (self.numerator, self.denominator, self.in_balance)
        return tuple(dict.fromkeys(column for column in every if column))

    @property
    def adds_up(self) -> bool:
        """Whether the figure of the whole is told by the figures of its segments."""
        return self.quantile is None and not self.over_positive and self.in_balance is None

    @property
    def formula(self) -> str:
        """How it is computed, in column names."""
        over = f" / {self.denominator}" if self.denominator else ""
        if self.quantile is not None:
            return f"quantile({self.numerator}, {self.quantile})"
        return ("" if self.times == 1 else f"{self.times} × ") + self.numerator + over

    def column(self, part: Part) -> str:
        """The cube's column behind one part. Raises ValueError: an amount has no denominator."""
        column = self.numerator if part == "numerator" else self.denominator
        if column is None:
            raise ValueError(f"{self.id} has no denominator")
        return column


def measure(
    scope: Scope,
    *metrics: Metric,
    by: Cut = None,
    months: int | None = 1,
    where: Where = (),
) -> pd.DataFrame:
    """[by], then `<id>`, `<id>_numerator`, `<id>_denominator` per metric; no rows, no figure.

    By month end: the last `months` month ends up to the scope's date (None: all of them). Any
    other cut, several at once, and none, is taken at the scope's month end, since balances do not
    add over months. A ratio over nothing is missing. A missing dimension value (a loan that left
    the book has no bucket) is kept only where something is counted.
    """
    cuts = () if by is None else (by,) if isinstance(by, str) else tuple(by)
    dates = _dates(scope, months if "month_end" in cuts else 1)
    frames = []
    for together in _questions(metrics):
        sql, values = _statement(together[0].source, together, cuts, where)
        frames.append(ask(sql, scope, first=dates[0], last=dates[-1], **values))
    if len(frames) == 1:
        return frames[0]
    if not cuts:
        return pd.concat(frames, axis=1)
    return reduce(lambda left, right: left.merge(right, on=list(cuts), how="outer"), frames)


def _questions(metrics: Iterable[Metric]) -> list[tuple[Metric, ...]]:
    """The metrics that are asked in one statement: all of a source, quantiles column by column.

    Most rows of a quantile's source are other figures' rows; asked alone, it reads its own only.
    """
    asked: dict[tuple[Source, str], list[Metric]] = {}
    for metric in metrics:
        own = "" if metric.quantile is None else metric.numerator
        asked.setdefault((metric.source, own), []).append(metric)
    return [tuple(each) for each in asked.values()]


def _dates(scope: Scope, months: int | None) -> tuple[date, ...]:
    if not (scope.branches and scope.products):
        return (date.min,)
    dates = tuple(d for d in month_ends(scope.build) if d <= scope.as_of)
    return (dates if months is None else dates[-months:]) or (date.min,)


def _statement(
    source: Source, metrics: tuple[Metric, ...], cuts: tuple[Dimension, ...], where: Where
) -> tuple[str, dict[str, Any]]:
    """One cube's statement and the values it binds; only registered names enter the text."""
    for cut in cuts:
        _check(source, cut)
    conditions, values = conditions_of(where, source)
    counted = dict.fromkeys(c for m in metrics for c in (m.numerator, m.denominator) if c)
    something = " or ".join(f"sum({column}) <> 0" for column in counted)
    known = " and ".join(f"{cut} is not null" for cut in cuts)
    if metrics[0].quantile is not None:
        conditions += f"\n    and {metrics[0].numerator} is not null"
    group = f"group by {', '.join(cuts)}\nhaving ({known}) or {something}" if cuts else ""
    order = f"\norder by {', '.join(_order(cut) for cut in cuts)}" if cuts else ""
    figures = ",\n    ".join([*cuts, *(_figure(metric) for metric in metrics)])
    sql = (
        f"select\n    {figures}\nfrom {cube(source, {*cuts, *(name for name, _ in where)})}\n"
        f"where month_end between $first and $last{conditions}\n"
        f"{group or 'having count(*) > 0'}{order}"
    )
    return sql, values


def _check(source: Source, dimension: str) -> None:
    if dimension not in DIMENSIONS[source] or dimension not in get_args(Dimension):
        raise ValueError(f"{source} is not cut by {dimension}")


def _figure(metric: Metric) -> str:
    numerator = f"sum({metric.numerator})"
    if metric.denominator is None:
        value, denominator = f"cast({numerator} as double)", "cast(null as double)"
    else:
        denominator = f"sum({metric.denominator})"
        value = f"{metric.times} * cast({numerator} as double) / {_under(metric, denominator)}"
    if metric.quantile is not None:
        value = f"quantile_cont(cast({metric.numerator} as double), {metric.quantile:f})"
    if metric.of_everybody:
        value = f"case when sum(people_unseen) = 0 then {value} end"
    return (
        f"{value} as {metric.id}, {numerator} as {metric.id}_numerator,"
        f" {denominator} as {metric.id}_denominator"
    )


def _under(metric: Metric, denominator: str) -> str:
    """What is divided by: missing where there is no figure."""
    if metric.in_balance:
        came = f"sum({metric.in_balance})"
        near = f"abs({came} - {denominator}) <= {TENTH} * {came}"
        return f"nullif(case when {near} then {denominator} end, 0)"
    if metric.over_positive:
        return f"case when {denominator} > 0 then {denominator} end"
    return f"nullif({denominator}, 0)"


def _order(by: Dimension) -> str:
    if by not in ORDERED:
        return f"{by} nulls last"
    listed = ", ".join(f"'{value}'" for value in ORDERED[by])
    return f"list_position([{listed}], {by}) nulls last"


def conditions_of(where: Where, source: Source) -> tuple[str, dict[str, Any]]:
    """` and …` per dimension, and its bound values; several of one dimension mean any of them.

    Raises ValueError for a dimension that the source does not have.
    """
    chosen: dict[str, list[Any]] = {}
    for dimension, value in where:
        _check(source, dimension)
        several = value if isinstance(value, (tuple, list)) else (value,)
        chosen.setdefault(dimension, []).extend(several)
    text, values = "", {}
    for dimension, several in chosen.items():
        known = [_typed(dimension, value) for value in several if value is not None]
        null = f" or {dimension} is null" if len(known) < len(several) else ""
        text += f"\n    and (list_contains($in_{dimension}, {dimension}){null})"
        values[f"in_{dimension}"] = tuple(known)
    return text, values


def _typed(dimension: str, value: Any) -> Any:
    return int(value) if dimension in _NUMBERED else value
