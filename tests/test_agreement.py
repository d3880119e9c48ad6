"""One number is one number: parts and whole, tile and trend, table and rows, page and page.

On the small demo book, for every metric there is: what is new is tested from its first day.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

import app
from queries.metrics import (
    DIMENSIONS,
    METRICS,
    SEGMENTS,
    Dimension,
    Metric,
    comparisons,
    figure_total,
    measure,
    rows_total,
)
from queries.warehouse import Scope, month_ends
from tests.opened import DETAILS

PORTFOLIO = tuple(metric for metric in METRICS.values() if metric.source == "portfolio")
OTHERS = tuple(metric for metric in METRICS.values() if metric.source != "portfolio")
CENT = 0.005


pytestmark = pytest.mark.usefixtures("demo_scope")


@pytest.fixture
def scopes(demo_scope: Scope) -> list[Scope]:
    """The whole book, one branch, one product, both at once, and all of it a year before."""
    branch, product = demo_scope.branches[0], demo_scope.products[0]
    return [
        demo_scope,
        replace(demo_scope, branches=(branch,)),
        replace(demo_scope, products=(product,)),
        replace(demo_scope, branches=(branch,), products=(product,)),
        replace(demo_scope, as_of=month_ends(demo_scope.build)[-13]),
    ]


def parts(metric: Metric) -> list[str]:
    """The columns of a metric's two sums."""
    return [f"{metric.id}_numerator"] + [f"{metric.id}_denominator"] * bool(metric.denominator)


def sums(frame: pd.DataFrame, metric: Metric) -> list[float]:
    """Each part of a metric, added over the rows."""
    return [float(frame[column].astype(float).sum()) for column in parts(metric)]


@pytest.mark.parametrize("segment", SEGMENTS)
def test_the_segments_of_every_metric_add_to_the_whole(scopes, segment: Dimension):
    for scope in scopes:
        whole, cut = measure(scope, *PORTFOLIO), measure(scope, *PORTFOLIO, by=segment)
        for metric in PORTFOLIO:
            assert sums(cut, metric) == pytest.approx(sums(whole, metric), abs=CENT), metric.id


@pytest.mark.parametrize("segment", ["branch", "product"])
def test_what_has_no_loan_adds_to_the_whole_too(demo_scope, segment: Dimension):
    uncut = {source for source, known in DIMENSIONS.items() if segment not in known}
    # The largest customer of a branch is not a part of the bank's largest.
    assert uncut <= {"concentrations"}
    for metric in (metric for metric in OTHERS if metric.source not in uncut):
        cut = measure(demo_scope, metric, by=segment)
        whole = measure(demo_scope, metric)
        assert sums(cut, metric) == pytest.approx(sums(whole, metric), abs=CENT)


@pytest.mark.parametrize("segment", ["branch", "product"])
def test_a_segments_row_is_what_its_own_reader_sees(demo_scope, segment: Dimension):
    table = measure(demo_scope, *PORTFOLIO, by=segment).set_index(segment)
    for value, row in table.iterrows():
        chosen = {"branch": {"branches": (value,)}, "product": {"products": (value,)}}[segment]
        own = measure(replace(demo_scope, **chosen), *PORTFOLIO).iloc[0]
        for metric in PORTFOLIO:
            found = [row[metric.id], own[metric.id]]
            assert found[0] == pytest.approx(found[1], rel=1e-12, abs=1e-9, nan_ok=True), metric.id


def test_tile_trend_table_and_rows_are_one_figure(scopes):
    for scope in scopes:
        tiles = comparisons(scope, *METRICS.values())
        trend = measure(scope, *METRICS.values(), by="month_end", months=13)
        last = trend[trend["month_end"] == pd.Timestamp(scope.as_of)]
        for metric in METRICS.values():
            tile = tiles[metric.id]
            shown = last[metric.id].iloc[0] if len(last) else None
            missing = shown is None or pd.isna(shown)
            assert (tile.now is None) == missing, metric.id
            if tile.now is not None:
                assert shown == pytest.approx(tile.now, rel=1e-12), metric.id
                assert tile.numerator == pytest.approx(
                    float(figure_total(scope, metric)), abs=CENT
                ), metric.id


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.id)
def test_the_rows_behind_re_add_to_the_cent(scopes, metric: Metric):
    for scope in scopes:
        for part in ("numerator", "denominator")[: len(parts(metric))]:
            total, _ = rows_total(scope, metric, part)
            assert total == figure_total(scope, metric, part)


# --- Page against page ---


def test_the_same_figure_is_the_same_on_every_page(opened, demo_scope):
    names = {metric.name for metric in METRICS.values()}
    before: date = month_ends(demo_scope.build)[-4]
    chosen = (
        {},
        {"branch": demo_scope.branches[0]},
        {"product": demo_scope.products[0], "as_of": before.isoformat()},
    )
    pages = [p.name for p in app.PAGES if "risk_manager" in p.roles and p.section]
    shared = 0
    for params in chosen:
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for page in pages:
            for tile in opened(page, **(DETAILS.get(page, {}) | params)).metric:
                if tile.label in names:
                    found[tile.label][tile.value].append(page)
        differ = {label: dict(values) for label, values in found.items() if len(values) > 1}
        assert not differ, params
        shared += sum(len(pages) > 1 for values in found.values() for pages in values.values())
    assert shared
