"""The data itself."""

from dataclasses import replace
from decimal import Decimal

import pandas as pd

from queries.paging import PAGE, page, total
from queries.warehouse import BuildOutdated, Scope, builds, freshness, report, report_sql, run

FAILURES_ORDER = ("-happened_on", "failure_id")
SOURCE_ORDER = ("row_number", "row_id")


def quality_rules(scope: Scope) -> pd.DataFrame:
    """rule_id, dimension, title, severity, tested, failed, score, of the whole book."""
    return report("quality_rules", scope)


def quality_issues(scope: Scope) -> pd.DataFrame:
    """rule_id, severity, opened_on, due_on, fixed_on, issue_state, age_days: open or of a year.

    An issue is a rule from the first month end at which it fails to the next at which it passes.
    """
    return report("quality_issues", scope)


def load_tables(scope: Scope) -> pd.DataFrame:
    """table_name, file_name, rows, loaded, rejected, duplicates, extra_columns."""
    return report("load_tables", scope)


def quality_dimensions(scope: Scope) -> pd.DataFrame:
    """dimension, rules, tested, failed, score, trend (1 less the score, by month) of the book.

    Weighed by severity; a rule that tested nothing counts nowhere. The worst first.
    """
    return report("quality_dimensions", scope)


def quality_rule_months(scope: Scope, rule_id: str) -> pd.DataFrame:
    """month_end, tested, failed, score of one rule over 25 months; none where it has no months."""
    return report("quality_rule_months", scope, rule_id=rule_id)


def quality_builds(scope: Scope, rule_id: str) -> pd.DataFrame:
    """build, as_of, tested, failed, score of one rule by each build that is kept, newest first.

    A build of another version of the product that lacks the rule's table is left out.
    """
    rows = []
    for path in builds():
        then = replace(scope, build=path.stem)
        try:
            rules = quality_rules(then)
            day = freshness(path.stem).as_of
        except BuildOutdated:
            continue
        own = rules[rules["rule_id"] == rule_id]
        rows += [(path.stem, day, r.tested, r.failed, r.score) for r in own.itertuples()]
    return pd.DataFrame(rows, columns=["build", "as_of", "tested", "failed", "score"])


def quality_failures(
    scope: Scope, rule_id: str, after: str | None = None, limit: int = PAGE
) -> pd.DataFrame:
    """failure_id, subject, loan_id, borrower_id, branch, product, happened_on, recorded, expected.

    The rows in scope that fail one rule, newest first.
    """
    sql = report_sql("quality_failures")
    return page(sql, scope, FAILURES_ORDER, after, limit, rule_id=rule_id)


def quality_failures_total(scope: Scope, rule_id: str) -> tuple[int, Decimal]:
    """How many rows quality_failures has; there is nothing to sum of them."""
    return total(report_sql("quality_failures"), scope, "0", rule_id=rule_id)


def rejected_reasons(scope: Scope) -> pd.DataFrame:
    """kind (rejected, set_aside, flagged), table_name, rule, rows, first_row."""
    return report("rejected_reasons", scope)


def source_loads(scope: Scope) -> pd.DataFrame:
    """table_name, rows, converted, rejected, duplicates, set_aside, flagged of a foreign tape."""
    return report("source_loads", scope)


def source_rows(
    scope: Scope,
    row_kind: str,
    table_name: str,
    row_rule: str,
    after: str | None = None,
    limit: int = PAGE,
) -> pd.DataFrame:
    """row_id, row_number, rule, reason, record of one reason, in the order of the file.

    Cells that may name or reach a person are hidden. Nothing without the whole book in view.
    """
    told = {"row_kind": row_kind, "table_name": table_name, "row_rule": row_rule}
    return page(report_sql("source_rows"), scope, SOURCE_ORDER, after, limit, **told)


def source_row(scope: Scope, row_id: str) -> pd.DataFrame:
    """One row of source_rows by its row_id, or none."""
    return report("source_row", scope, row_id=row_id)


def source_rows_total(
    scope: Scope, row_kind: str, table_name: str, row_rule: str
) -> tuple[int, Decimal]:
    """How many rows source_rows has; there is nothing to sum of them."""
    told = {"row_kind": row_kind, "table_name": table_name, "row_rule": row_rule}
    return total(report_sql("source_rows"), scope, "0", **told)


def ledger_counts(scope: Scope) -> pd.DataFrame:
    """product, book_balance, ledger_balance, difference, differs_since at the month end.

    Only the products that are in view at every branch.
    """
    return report("ledger_counts", scope)


def ledger_breaks(scope: Scope) -> pd.DataFrame:
    """The same of every month end up to the date at which a product's two balances differ."""
    return report("ledger_breaks", scope)


def parameters_list(scope: Scope) -> pd.DataFrame:
    """param_id, regime, product, value, valid_from, valid_to, source, is_in_force."""
    return report("parameters_list", scope)


def scope_choices(build: str = "") -> pd.DataFrame:
    """kind (branch, product), value: what the book holds, before anyone's rights."""
    return run(report_sql("scope_choices"), build=build)
