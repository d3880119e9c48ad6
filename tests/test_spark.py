"""Every model can move to Apache Spark: sqlglot turns each into Spark SQL, nothing unsupported."""

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from data.models import MADE, MODELS

QUERIES = Path(__file__).parent.parent / "queries"

# What DuckDB alone understands; scoped.sql and reports may use it.
DUCKDB_ONLY = (exp.List, exp.Unnest, exp.Qualify, exp.Pivot)
# These would need another word there: a row per month ahead, sums over lists, a hash.
OTHER_WORDS = {
    "intermediate/delay_facts": {"_u", "to_months"},
    "intermediate/pd_steps": {"list_dot_product"},
    "intermediate/ecl_weights": {"list_sum"},
    "intermediate/model_features": {"hash"},
}
OTHER_GRAMMAR = {"intermediate/watch_reasons"}  # max(value, n): the n largest
UNKNOWN_TO_SPARK = {"strptime", "generate_series", "list_contains", "arg_max", "arg_min", "max_by"}


@pytest.mark.parametrize("model", sorted(set(MODELS) - set(MADE) - OTHER_GRAMMAR))
def test_model_transpiles_to_spark(model):
    sql = (QUERIES / f"{model}.sql").read_text(encoding="utf-8")
    written = sqlglot.transpile(
        sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    assert len(written) == 1, "one file, one select"
    again = sqlglot.parse_one(written[0], read="spark")
    assert isinstance(again, exp.Select | exp.Union)
    found = [node.sql() for kind in DUCKDB_ONLY for node in again.find_all(kind)]
    calls = {str(node.this).lower() for node in again.find_all(exp.Anonymous)}
    assert not found and not calls & UNKNOWN_TO_SPARK
    calls -= OTHER_WORDS.get(model, set())
    assert calls == set(), f"functions that sqlglot cannot translate: {sorted(calls)}"


def test_an_untranslatable_model_would_be_found():
    tree = sqlglot.parse_one("select no_such_function(a) from t", read="duckdb")
    assert [str(node.this) for node in tree.find_all(exp.Anonymous)] == ["no_such_function"]
