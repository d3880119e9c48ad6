"""The data itself."""

import pandas as pd

from queries.warehouse import Scope, report, report_sql, run


def quality_rules(scope: Scope) -> pd.DataFrame:
    """rule_id, dimension, title, severity, tested, failed, score, of the whole book."""
    return report("quality_rules", scope)


def load_tables(scope: Scope) -> pd.DataFrame:
    """table_name, file_name, rows, loaded, rejected, duplicates, extra_columns."""
    return report("load_tables", scope)


def rejected_reasons(scope: Scope) -> pd.DataFrame:
    """table_name, rule, rows, first_row."""
    return report("rejected_reasons", scope)


def parameters_list(scope: Scope) -> pd.DataFrame:
    """param_id, regime, product, value, valid_from, valid_to, source, is_in_force."""
    return report("parameters_list", scope)


def scope_choices(build: str = "") -> pd.DataFrame:
    """kind (branch, product), value: what the book holds, before anyone's rights."""
    return run(report_sql("scope_choices"), build=build)
