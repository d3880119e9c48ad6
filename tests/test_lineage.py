"""Lineage, read out of the SQL: nothing registered by hand, and every metric reaches the files."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from data.contract import BY_NAME
from data.models import MADE, MODELS
from data.raw import OWN_TABLES
from queries import lineage
from queries.metrics import METRICS
from tests.opened import person, plain

# How well the learned score does is worked out by code and not by SQL.
TRACED = [each for each, metric in METRICS.items() if metric.source != "models"]


@pytest.mark.parametrize("metric", TRACED)
def test_every_metric_is_traced_to_columns_of_the_files(metric):
    found = lineage.line_of(METRICS[metric])
    assert found.is_registered and found.marts and len(found.query_hash) == 64
    known = {name.replace("/", ".") for name in MODELS} | {
        "intermediate.rule_overrides",
        "intermediate.fact_edges",
    }
    assert set(found.models) <= known


def test_the_columns_are_those_of_the_contract():
    found = {pair for metric in METRICS.values() for pair in lineage.line_of(metric).raw_columns}
    for table, column in found:
        assert table in BY_NAME or table in OWN_TABLES
        if table in BY_NAME and column != "*":
            assert column in {each.name for each in BY_NAME[table].columns}, (table, column)


def test_a_column_is_followed_until_something_is_said_of_it():
    steps = lineage.expressions("marts.portfolio", "par30_balance")
    assert [name for name, _ in steps] == ["marts.portfolio", "marts.loan_months"]
    assert steps[1][1] == "CASE WHEN aged_days > 30 THEN balance ELSE 0 END"


def test_the_hash_changes_with_a_query(monkeypatch, tmp_path):
    metric = METRICS["open_findings"]
    before = lineage.line_of(metric).query_hash
    model = lineage.model("marts.findings")
    assert model
    changed = lineage.Model(model.name, model.reads, model.raw_columns, model.sql + " ")
    plain_model = lineage.model
    monkeypatch.setattr(
        lineage, "model", lambda name: changed if name == "marts.findings" else plain_model(name)
    )
    assert lineage.line_of.__wrapped__(metric).query_hash != before


def test_what_a_model_reads_is_what_duckdb_says_it_reads():
    compared = 0
    with duckdb.connect() as connection:
        for name in (each.replace("/", ".") for each in MODELS if each not in MADE):
            made = lineage.model(name)
            assert made
            try:
                said = connection.get_table_names(made.sql, qualified=True)
            except duckdb.Error:
                continue  # A join by name is not told without the tables.
            tables = {each.split(" ")[0].replace('"', "") for each in said if "." in each}
            assert tables - {name} == set(made.reads), name
            compared += 1
    assert compared > 150


@pytest.mark.parametrize("view", ["one", "all"])
@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_the_page(small_book, opened, view, role):
    at = opened("lineage", person(role), view=view, metric="par30")
    shown = plain(at)
    if view == "all":
        share = len(TRACED) / len(METRICS)
        assert "lineage_coverage" in shown and f"{share:.2%}" in shown
    else:
        assert "How its columns are made" in shown


def test_the_app_starts_without_the_parser():
    """It takes 40 ms to import, and only this page reads SQL."""
    told = "import sys, app; print('sqlglot' in sys.modules)"
    root = Path(__file__).parent.parent
    out = subprocess.run([sys.executable, "-c", told], cwd=root, capture_output=True, check=True)
    assert out.stdout.decode().split()[-1] == "False"


def test_coverage_is_counted_and_names_what_lacks(monkeypatch):
    one, other = (METRICS[each] for each in ("balance", "par30"))
    whole = lineage.coverage([one, other])
    assert (whole.registered, whole.published, whole.share, whole.missing) == (2, 2, 1, ())
    bare = replace(lineage.line_of(other), query_hash="")
    real = lineage.line_of
    monkeypatch.setattr(
        lineage, "line_of", lambda metric: bare if metric is other else real(metric)
    )
    part = lineage.coverage([one, other])
    assert (part.registered, part.share, part.missing) == (1, 0.5, (bare,))
    assert lineage.coverage([]).share is None


def test_the_page_names_what_lacks(small_book, opened):
    at = opened("lineage", person("auditor"), view="all")
    (told,) = [each.value for each in at.info if each.value.startswith("Not registered")]
    lacks = [METRICS[each].name for each in METRICS if each not in TRACED]
    assert lacks and all(each in told for each in lacks)
    table = next(each.value for each in at.dataframe if "is_registered" in each.value)
    assert (~table["is_registered"].astype(bool)).sum() == len(lacks)
