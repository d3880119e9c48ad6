"""The early-warning rules: read as data, judged before anything runs, and run over the facts.

A rule is a row: the defaults of signal_rules.csv, in whose place the folder's own stand. Its
condition is text that people prepare, so DuckDB's own parser reads it and every part must be known:
facts of the rule's subject, `threshold`, plain operators and the functions below. What is wrong
with any row stops the load.
"""

import csv
import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import duckdb

from data.contract import BY_NAME, SQL_TYPES
from data.failures import RulesUnusable, is_out_of_room
from data.kept_facts import WINDOWS, Kept, probe
from data.raw import literal, quoted, unnested

DEFAULTS = Path(__file__).parent / "signal_rules.csv"
TABLE = BY_NAME["signal_rules"]
FOREVER = date(9999, 12, 31)
KINDS = ("retail", "small_business", "corporate", "unknown")

# The facts of each subject and their types, as marts.loan_facts and marts.borrower_facts have them.
FACTS: dict[str, dict[str, str]] = {
    "loan": {
        "branch": "varchar",
        "product": "varchar",
        "borrower_kind": "varchar",
        "balance": "decimal(18, 2)",
        "days_past_due": "bigint",
        "late_instalments_6m": "bigint",
        "worst_delay_in_month": "bigint",
        "rising_months": "bigint",
        "partial_payments": "bigint",
        "first_missed_days": "integer",
        "first_missed_age": "bigint",
        "broken_promises_90d": "bigint",
        "days_without_contact": "bigint",
        "third_party_payments_6m": "bigint",
        "settled_old_within": "bigint",
        "settled_old_age": "bigint",
        "ltv": "double",
        "is_value_missing": "boolean",
        "valuation_overdue_days": "bigint",
        "value_change": "double",
        "uninsured_days": "bigint",
        "is_beneficiary_other": "boolean",
        "registration_days_left": "bigint",
        "unregistered_days": "bigint",
        "collateral_marks": "bigint",
        "collateral_mark": "varchar",
        "guarantor_days_past_due": "bigint",
        "is_guarantor_enforced": "boolean",
        "use_result": "varchar",
        "unproven_days": "bigint",
        "returned_within": "bigint",
        "returned_age": "bigint",
        "split_payments": "bigint",
        "split_age": "bigint",
    },
    "borrower": {
        "borrower_kind": "varchar",
        "exposure": "decimal(18, 2)",
        "least_utilisation_3m": "double",
        "over_limit_days": "bigint",
        "inflow_change": "double",
        "account_shortfall": "double",
        "revenue_change": "double",
        "negative_cash_flow_periods": "integer",
        "debt_ratio": "double",
        "industry_debt_ratio": "double",
        "debt_ratio_change": "double",
        "current_ratio": "double",
        "interest_coverage": "double",
        "debt_service_coverage": "double",
        "turnover_days_change": "double",
        "opinion": "varchar",
        "covenant_breach_days": "bigint",
        "negative_equity": "double",
        "debt_change_without_growth": "double",
        "statement_late_days": "bigint",
        "enforcements": "bigint",
        "dishonest_marks": "bigint",
        "lawsuit_share": "double",
        "tax_arrears": "double",
        "tax_violations": "bigint",
        "abnormal_operations": "bigint",
        "licence_revoked": "bigint",
        "equity_frozen": "bigint",
        "equity_pledged": "double",
        "controller_missing": "bigint",
        "bankruptcy_petitions": "bigint",
        "news_age": "bigint",
        "graver_news_age": "bigint",
        "gravest_news_age": "bigint",
        "representative_changed_age": "bigint",
        "rating_down_age": "bigint",
        "rating_far_down_age": "bigint",
        "has_npl_elsewhere": "boolean",
        "has_special_mention_elsewhere": "boolean",
        "hard_inquiries_3m": "bigint",
        "bureau_debt_growth": "double",
        "watched_industry": "varchar",
        "defaulted_group_members": "bigint",
    },
}
THRESHOLD = "threshold"

PARTS = ("CONSTANT", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "OPERATOR", "BETWEEN", "CASE")
OPERATORS = (
    "OPERATOR_NOT",
    "OPERATOR_IS_NULL",
    "OPERATOR_IS_NOT_NULL",
    "OPERATOR_COALESCE",
    "OPERATOR_NULLIF",
    "COMPARE_IN",
    "COMPARE_NOT_IN",
)
FUNCTIONS = (
    *("+", "-", "*", "/", "~~", "!~~"),
    *("abs", "round", "floor", "ceil", "greatest", "least"),
    *("nullif", "lower", "upper", "length", "starts_with", "ends_with", "contains"),
)
TYPES = ("boolean", "integer", "bigint", "double", "decimal", "numeric", "varchar", "date")
# What a bare select has beside its one column; anything in another place is not an expression.
BARE = {
    "type": "SELECT_NODE",
    "modifiers": [],
    "where_clause": None,
    "group_expressions": [],
    "group_sets": [],
    "having": None,
    "sample": None,
    "qualify": None,
}


@dataclass(frozen=True)
class Rule:
    """One row of the rules, as the contract has it, and whether it came with the program."""

    rule_id: str
    family: str
    subject: str
    name: str
    name_zh: str | None
    condition: str
    shown: str | None
    threshold: float | None
    points: float
    is_hard: bool
    age: str | None
    severity: str | None
    segment: str | None
    overrides: str | None
    valid_from: date
    valid_to: date
    source: str | None
    owner: str | None
    is_default: bool

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of borrowers that it is for."""
        named = [kind.strip() for kind in (self.segment or "").split(",") if kind.strip()]
        return frozenset(named or KINDS)

    def __str__(self) -> str:
        told = [(each.name, getattr(self, each.name)) for each in fields(self)]
        shown = ", ".join(f"{name}={value}" for name, value in told if value is not None)
        return shown.replace("is_default=True", "from=data/signal_rules.csv").replace(
            "is_default=False", "from=signal_rules of the folder"
        )


def settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Create marts.signal_rules and intermediate.rule_overrides out of the defaults and raw's rows.

    Raises RulesUnusable with every rule that cannot be used, why, and its row.
    """
    problems = _rejected(connection)
    rules = _in_force(_rows(connection))
    for rule in rules:
        problems += [(rule.rule_id, why, str(rule)) for why in _wrong(rule)]
    problems += [(rule.rule_id, why, str(rule)) for rule, why in _wrong_together(rules)]
    # What cannot be read or leads in a circle cannot be tried.
    if not problems:
        problems += [(rule.rule_id, why, str(rule)) for rule in rules for why in _unkept(rule)]
    if problems:
        raise RulesUnusable(problems)
    _write(connection, rules)


def _rejected(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Rows of the folder that the loader could not read: a rule must not vanish unseen."""
    found = connection.execute(
        "select coalesce(json_extract_string(record, '$.rule_id'), ''), reason, "
        "'row ' || row_number || ': ' || record from raw.rejected_rows "
        "where table_name = 'signal_rules' order by row_number"
    )
    return [(str(rule), str(why), str(row)) for rule, why, row in found.fetchall()]


def _rows(connection: duckdb.DuckDBPyConnection) -> list[Rule]:
    """Every row of the folder, and the defaults that none of them stands in for."""
    names = [column.name for column in TABLE.columns]
    given = connection.execute(f"select {', '.join(names)} from raw.signal_rules").fetchall()
    own = [_rule(dict(zip(names, row, strict=True)), is_default=False) for row in given]
    taken = {(rule.rule_id, rule.valid_from) for rule in own}
    return [*own, *(rule for rule in _defaults() if _key(rule) not in taken)]


def _key(rule: Rule) -> tuple[str, date]:
    return rule.rule_id, rule.valid_from


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """A database without data: to judge a rule asks for none of the book's."""
    return duckdb.connect()


@cache
def _defaults() -> tuple[Rule, ...]:
    """The rules that come with the program."""
    typed = ", ".join(
        f"cast(${place} as {SQL_TYPES[column.type]}) as {column.name}"
        for place, column in enumerate(TABLE.columns, start=1)
    )
    names = [column.name for column in TABLE.columns]
    with DEFAULTS.open(encoding="utf-8", newline="") as file:
        rows = [
            [row.get(column.name) or column.default for column in TABLE.columns]
            for row in csv.DictReader(file)
        ]
    read = [_parser().execute(f"select {typed}", row).fetchone() for row in rows]
    return tuple(_rule(dict(zip(names, row or (), strict=True)), is_default=True) for row in read)


def _rule(row: dict[str, Any], is_default: bool) -> Rule:
    return Rule(
        **row
        | {
            "points": float(row["points"]),
            "is_hard": bool(row["is_hard"]),
            "valid_from": row["valid_from"] or date(1900, 1, 1),
            "valid_to": row["valid_to"] or FOREVER,
            "is_default": is_default,
        }
    )


def _in_force(rules: Sequence[Rule]) -> list[Rule]:
    """The rules with a default ended where the folder's row of that name begins; in order."""
    ended = []
    for rule in rules:
        later = [
            each.valid_from
            for each in rules
            if rule.is_default
            and not each.is_default
            and each.rule_id == rule.rule_id
            and each.kinds & rule.kinds
        ]
        last = min(later, default=FOREVER)
        ended.append(
            replace(rule, valid_to=min(rule.valid_to, last - timedelta(days=1))) if later else rule
        )
    return sorted(ended, key=_key)


def _wrong(rule: Rule) -> Iterator[str]:
    """What is wrong with one row."""
    if rule.valid_to < rule.valid_from and not rule.is_default:
        yield f"valid_to {rule.valid_to} is before valid_from {rule.valid_from}"
    if strangers := sorted(rule.kinds - set(KINDS)):
        yield f"segment names no kind of borrower: {', '.join(strangers)}"
    known = FACTS[rule.subject]
    if rule.age and known.get(rule.age) not in ("bigint", "integer"):
        yield f"age must name a fact in days, not {rule.age}{_nearest(rule.age, known)}"
    has_threshold = rule.threshold is not None
    for where, text in (("condition", rule.condition), ("shown", rule.shown)):
        if text is not None:
            found = _judged(text, rule.subject, has_threshold, where == "condition")
            yield from (f"{where}: {why}" for why in found)


@lru_cache(maxsize=1000)
def _judged(text: str, subject: str, has_threshold: bool, is_truth: bool) -> tuple[str, ...]:
    """What is wrong with an expression over a subject's facts."""
    if found := tuple(_unknown_parts(text, subject, has_threshold)):
        return found
    kind = _type(text, subject)
    if kind.startswith("error: "):
        return (kind.removeprefix("error: "),)
    return (f"it gives {kind} and not true or false",) if is_truth and kind != "BOOLEAN" else ()


def _unknown_parts(text: str, subject: str, has_threshold: bool) -> Iterator[str]:
    """What of an expression no rule may hold."""
    row = (
        _parser()
        .execute("select json_serialize_sql($text::varchar)", {"text": f"select (\n{text}\n)"})
        .fetchone()
    )
    parsed = json.loads(row[0]) if row else {"error": True, "error_message": "empty"}
    if parsed["error"]:
        yield f"broken SQL: {parsed.get('error_message', '').splitlines()[0]}"
        return
    statements = parsed["statements"]
    node = statements[0]["node"] if len(statements) == 1 else {}
    is_bare = all(node.get(name, "") == value for name, value in BARE.items())
    is_bare &= len(node.get("select_list", ())) == 1
    is_bare &= node.get("from_table", {}).get("type") == "EMPTY"
    is_bare &= not node.get("cte_map", {}).get("map")
    if not is_bare:
        yield "broken SQL: it is no single expression"
        return
    yield from _unknown(node["select_list"][0], subject, has_threshold)


def _unknown(part: Any, subject: str, has_threshold: bool) -> Iterator[str]:
    """Walk one part of a parsed expression and all within it."""
    if isinstance(part, list):
        for each in part:
            yield from _unknown(each, subject, has_threshold)
        return
    if not isinstance(part, dict):
        return
    kind = part.get("class")
    if kind == "COLUMN_REF":
        yield from _unknown_column(part["column_names"], subject, has_threshold)
    elif kind == "FUNCTION":
        name = part["function_name"]
        if name not in FUNCTIONS or part.get("schema") or part.get("catalog"):
            yield f"function {name} is not allowed"
        if part.get("filter") or part.get("distinct") or part["order_bys"]["orders"]:
            yield f"function {name} is not allowed with a filter or an order"
    elif kind == "CAST":
        name = str(part["type_expr"].get("type_name", "")).lower()
        if name not in TYPES or part["type_expr"].get("schema"):
            yield f"cast to {name or 'that type'} is not allowed"
        yield from _unknown(part["child"], subject, has_threshold)
        return
    elif kind == "OPERATOR" and part["type"] not in OPERATORS:
        yield f"{part['type'].lower()} is not allowed"
    elif kind is not None and kind not in PARTS:
        yield f"a {kind.lower()} is not allowed"
        return
    for each in part.values():
        if isinstance(each, (dict, list)):
            yield from _unknown(each, subject, has_threshold)


def _unknown_column(names: Sequence[str], subject: str, has_threshold: bool) -> Iterator[str]:
    known = FACTS[subject]
    name = ".".join(names)
    if name.lower() not in (*known, THRESHOLD):
        yield f"unknown column {name}{_nearest(name, known)}"
    elif name.lower() == THRESHOLD and not has_threshold:
        yield "it asks for a threshold, and the row has none"


def _nearest(name: str, known: dict[str, str]) -> str:
    near = difflib.get_close_matches(name.lower(), known, 1)
    return f" (did you mean {near[0]}?)" if near else ""


@lru_cache(maxsize=1000)
def _type(text: str, subject: str) -> str:
    """The type that the expression gives over the facts, or `error: ` and why it gives none."""
    facts = ", ".join(f"cast(null as {kind}) as {n}" for n, kind in FACTS[subject].items())
    try:
        row = (
            _parser()
            .execute(
                f"describe select (\n{text}\n) from (select {facts}, 0.0::double as {THRESHOLD})"
            )
            .fetchone()
        )
    except duckdb.Error as error:
        return "error: " + str(error).splitlines()[0]
    # An untyped null has a type of its own in the answer, and no truth.
    return str(row[1]).strip('"') if row else "nothing"


def _unkept(rule: Rule) -> tuple[str, ...]:
    """Where the rule would hold on what the build does not keep, and so find only some of it."""
    return _asked_in_vain(rule.condition, rule.subject, rule.threshold)


@lru_cache(maxsize=1000)
def _asked_in_vain(text: str, subject: str, threshold: float | None) -> tuple[str, ...]:
    found = _parser().execute(probe(text, FACTS[subject]), {"threshold": threshold}).fetchall()
    where = f" at threshold {threshold:g}" if THRESHOLD in text.lower() else ""
    return tuple(
        f"condition: it holds{where} whatever the facts are, and of a calm {subject} no row is kept"
        if fact is None
        else f"condition: {fact} is kept only {Kept(how, tuple(edges.split(', ')))}, and"
        f"{where or ' as it stands'} the rule asks for more"
        for fact, how, edges in found
    )


def _wrong_together(rules: Sequence[Rule]) -> Iterator[tuple[Rule, str]]:
    """Rows of one rule that hold at once, and overrides that lead nowhere or in a circle."""
    first: dict[str, Rule] = {}
    for rule in rules:
        first.setdefault(rule.rule_id, rule)
    for place, rule in enumerate(rules):
        for other in rules[place + 1 :]:
            if other.rule_id != rule.rule_id:
                break
            overlaps = rule.valid_from <= other.valid_to and other.valid_from <= rule.valid_to
            if overlaps and rule.kinds & other.kinds:
                yield (
                    other,
                    (
                        f"its validity from {other.valid_from} overlaps that of its row from "
                        f"{rule.valid_from} to {rule.valid_to} for the same borrowers"
                    ),
                )
        if rule.overrides and rule.overrides not in first:
            near = difflib.get_close_matches(rule.overrides, first, 1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            yield rule, f"it overrides {rule.overrides}, which is no rule{hint}"
        elif rule.overrides and first[rule.overrides].subject != rule.subject:
            yield rule, f"it overrides {rule.overrides}, which is of another subject"
    over = _overrides(rules)
    for rule_id in first:
        if rule_id in _overridden(rule_id, over):
            circle = " -> ".join([rule_id, *_circle(rule_id, over)])
            yield _closing(rule_id, rules, over), f"a cycle of overrides: {circle}"


def _closing(rule_id: str, rules: Sequence[Rule], over: dict[str, set[str]]) -> Rule:
    """The row of a rule that leads back to it: of several the folder's own, not the default."""
    leading = (
        rule
        for rule in rules
        if rule.rule_id == rule_id
        and rule.overrides
        and rule_id in {rule.overrides} | _overridden(rule.overrides, over)
    )
    return min(leading, key=lambda rule: rule.is_default)


def _overrides(rules: Sequence[Rule]) -> dict[str, set[str]]:
    over: dict[str, set[str]] = {}
    for rule in rules:
        if rule.overrides:
            over.setdefault(rule.rule_id, set()).add(rule.overrides)
    return over


def _overridden(rule_id: str, over: dict[str, set[str]]) -> set[str]:
    """All that a rule stands in for, however far down."""
    found: set[str] = set()
    left = list(over.get(rule_id, ()))
    while left:
        each = left.pop()
        if each not in found:
            found.add(each)
            left += over.get(each, ())
    return found


def _circle(rule_id: str, over: dict[str, set[str]]) -> list[str]:
    """The rules on the way from a rule back to itself."""
    way: list[str] = []
    each = rule_id
    while each != rule_id or not way:
        each = min(n for n in over[each] if n == rule_id or rule_id in _overridden(n, over))
        way.append(each)
    return way


def write_edges(connection: duckdb.DuckDBPyConnection) -> None:
    """Create intermediate.fact_edges, one row per fact that is kept within a window: its edge."""
    connection.execute(
        "create table intermediate.fact_edges as select "
        + unnested([("fact", "varchar"), ("edge", "double")]),
        [list(WINDOWS), list(WINDOWS.values())],
    )


def _write(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    columns = [(column.name, SQL_TYPES[column.type]) for column in TABLE.columns]
    made = [("is_default", "boolean"), ("probe", "varchar")]
    typed = unnested([("rule_no", "integer"), *columns, *made])
    values = [[getattr(rule, each.name) for rule in rules] for each in fields(Rule)]
    probes = [probe(rule.condition, FACTS[rule.subject]) for rule in rules]
    connection.execute(
        f"create table marts.signal_rules as select {typed}",
        [list(range(1, len(rules) + 1)), *values, probes],
    )
    write_edges(connection)
    over = _overrides(rules)
    pairs = [(rule, each) for rule in sorted(over) for each in sorted(_overridden(rule, over))]
    connection.execute(
        "create table intermediate.rule_overrides as select "
        + unnested([("rule_id", "varchar"), ("overridden", "varchar")]),
        [[rule for rule, _ in pairs], [each for _, each in pairs]],
    )


def fire(connection: duckdb.DuckDBPyConnection) -> None:
    """Create intermediate.firings: one row per rule, loan or borrower, and month end it holds.

    Raises RulesUnusable for a rule that fails over the facts, such as a cast of a word to a number.
    """
    rules = _settled(connection)
    selects = [_firing(connection, number, rule) for number, rule in rules]
    try:
        connection.execute("create table intermediate.firings as\n" + "\nunion all\n".join(selects))
    except duckdb.Error as error:
        if is_out_of_room(error):
            raise
        problems = [
            (rule.rule_id, why, str(rule))
            for (_, rule), select in zip(rules, selects, strict=True)
            if (why := _failure(connection, select))
        ]
        raise RulesUnusable(problems or [("", str(error), "")]) from error


def _settled(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, Rule]]:
    names = [each.name for each in fields(Rule)]
    found = connection.execute(
        f"select rule_no, {', '.join(map(quoted, names))} from marts.signal_rules order by rule_no"
    )
    return [(row[0], Rule(**dict(zip(names, row[1:], strict=True)))) for row in found.fetchall()]


def _firing(connection: duckdb.DuckDBPyConnection, number: int, rule: Rule) -> str:
    """The statement that finds where one rule holds."""
    shown = rule.shown or "null"
    told = f"cast(({shown}) as varchar)"
    if rule.shown and _type(rule.shown, rule.subject).startswith(("DOUBLE", "DECIMAL")):
        told = f"cast(round(({shown}), 4) as varchar)"
    own = "loan_id, borrower_id, branch, product"
    if rule.subject == "borrower":
        own = "null as loan_id, borrower_id, '' as branch, '' as product"
    threshold = "null" if rule.threshold is None else repr(float(rule.threshold))
    kinds = ", ".join(literal(kind) for kind in sorted(rule.kinds))
    segment = "" if rule.kinds >= set(KINDS) else f"and borrower_kind in ({kinds})"
    return (
        f"select {number} as rule_no, {own}, home_branch, home_product, month_end,\n"
        f"{told} as value, try_cast(({shown}) as double) as number,\n"
        f"cast({quoted(rule.age) if rule.age else 'null'} as bigint) as age\n"
        f"from (select *, cast({threshold} as double) as {THRESHOLD} "
        f"from marts.{rule.subject}_facts)\n"
        f"where (\n{rule.condition}\n)\n"
        f"and month_end between date '{rule.valid_from}' and date '{rule.valid_to}' {segment}"
    )


def _failure(connection: duckdb.DuckDBPyConnection, select: str) -> str:
    try:
        connection.execute(f"select count(*), max(value), max(number) from ({select})")
    except duckdb.Error as error:
        return str(error).splitlines()[0]
    return ""
