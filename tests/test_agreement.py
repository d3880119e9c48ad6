"""One number is one number: parts and whole, tile and trend, table and rows, page and page.

On the small demo book, for every metric there is: what is new is tested from its first day.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import get_args

import pandas as pd
import pytest

import app
from queries.bridges import STEPS
from queries.measures import Source
from queries.metrics import (
    DIMENSIONS,
    EXPOSURE,
    METRICS,
    SEGMENTS,
    Dimension,
    Metric,
    Part,
    comparisons,
    figure_total,
    measure,
    rows_total,
)
from queries.warehouse import Scope, month_ends
from tests.opened import DETAILS
from tests.summed import in_cube, of_rows, of_source
from ui import export, formats

SOURCES: tuple[Source, ...] = get_args(Source)
CENT = 0.005
# What cuts a figure without making parts of it, and why.
NO_PARTS: dict[str, str] = {
    "month_end": "a balance is that of one month end: it does not add over months",
}
# Sources that a segment's own reader does not see as a row of the whole's table, and why.
NO_SEGMENT: dict[str, str] = {
    "concentrations": "the largest customer of a branch is no part of the bank's largest",
    "limits": "the limits are set for the bank's whole book",
    "models": "a score is judged over all the loans it was tested on",
    "service_links": "contacts are weighed against like ones at all branches",
    "funding_months": "the bank has one budget for all its loans",
    "capacity": "people of head office work for every branch",
    "desk_loads": "a person's desk holds cases of all branches",
    "line_hours": "people of head office answer for all branches",
    "auditor_months": "auditors are a share of all people of the bank",
    "appraisals": "people are judged by all their work",
    "quality_months": "the rules test the bank's data as a whole",
    "quality_issue_months": "the rules test the bank's data as a whole",
    "ledger_months": "the ledger knows products, not branches",
}

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


def sums(frame: pd.DataFrame, metrics: tuple[Metric, ...]) -> dict[str, float]:
    """Each part of each metric, added over the rows."""
    columns = [column for metric in metrics for column in parts(metric)]
    return {str(key): added for key, added in frame[columns].astype(float).sum().items()}


@pytest.mark.parametrize("source", SOURCES)
def test_the_parts_of_every_metric_add_to_the_whole(scopes, source: Source):
    metrics = of_source(source)
    assert metrics
    for scope in scopes:
        whole = sums(measure(scope, *metrics), metrics)
        for dimension in DIMENSIONS[source]:
            if dimension in NO_PARTS:
                continue
            cut = sums(measure(scope, *metrics, by=dimension), metrics)
            assert cut == pytest.approx(whole, abs=CENT), dimension


def test_every_source_knows_branch_and_product_or_says_why_not():
    uncut = {source for source in SOURCES if not {"branch", "product"} <= {*DIMENSIONS[source]}}
    assert uncut == set(NO_SEGMENT)


@pytest.mark.parametrize("segment", ["branch", "product"])
def test_a_segments_row_is_what_its_own_reader_sees(scopes, segment: Dimension):
    metrics = of_source(*(set(SOURCES) - set(NO_SEGMENT)))
    # A branch's findings may stand on loans of others, whose balance its own reader is not told.
    metrics = [each for each in metrics if each.id != EXPOSURE.id]
    names = [name for metric in metrics for name in (metric.id, *parts(metric))]
    for scope in (scopes[-1],) if segment == "branch" else (scopes[0],):
        table = measure(scope, *metrics, by=segment).set_index(segment)
        assert len(table) > 2
        for value, row in table.iterrows():
            chosen = {"branch": {"branches": (value,)}, "product": {"products": (value,)}}[segment]
            seen = measure(replace(scope, **chosen), *metrics)
            # Of a source without a row for the segment nothing is seen: 0 where others have one.
            own = seen.iloc[0] if len(seen) else pd.Series(index=seen.columns, dtype=float)
            for name in names:
                found = [row[name], own[name]]
                if name not in METRICS:
                    found = [0.0 if pd.isna(each) else float(each) for each in found]
                same = pytest.approx(found[1], rel=1e-12, abs=1e-9, nan_ok=True)
                assert found[0] == same, (name, value)


def test_tile_trend_and_rows_are_one_figure(scopes):
    for scope in scopes:
        tiles = comparisons(scope, *METRICS.values())
        trend = measure(scope, *METRICS.values(), by="month_end", months=13)
        last = trend[trend["month_end"] == pd.Timestamp(scope.as_of)]
        wholes = {source: in_cube(scope, source) for source in SOURCES}
        for metric in METRICS.values():
            tile = tiles[metric.id]
            shown = last[metric.id].iloc[0] if len(last) else None
            missing = shown is None or pd.isna(shown)
            assert (tile.now is None) == missing, metric.id
            if tile.now is not None:
                assert shown == pytest.approx(tile.now, rel=1e-12), metric.id
            sides: dict[Part, float | None] = {
                "numerator": tile.numerator,
                "denominator": tile.denominator,
            }
            for part, told in sides.items():
                if part == "denominator" and not metric.denominator:
                    assert told is None, metric.id
                elif told is not None:
                    whole = float(wholes[metric.source][metric.column(part)])
                    assert told == pytest.approx(whole, abs=CENT), (metric.id, part)


@pytest.mark.parametrize("source", SOURCES)
def test_the_rows_behind_re_add_to_the_cent(scopes, source: Source):
    for scope in scopes:
        assert of_rows(scope, source) == in_cube(scope, source), scope


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.id)
def test_the_rows_behind_each_figure_of_the_whole_book_re_add_to_it(demo_scope, metric: Metric):
    for part in ("numerator", "denominator")[: len(parts(metric))]:
        total, _ = rows_total(demo_scope, metric, part)
        assert total == figure_total(demo_scope, metric, part)


# --- Page against page ---

CHAPTERS = {
    "quality": (
        "chapter",
        *("classes", "booked", "formation", "provisions", "written_off", "restructured"),
    ),
    "ageing": ("chapter", "buckets", "flow", "attention"),
    "migration": ("chapter", "matrix", "flow", "official", "cures", "outlook"),
    "cash": ("view", "collected", "expected", "maturities", "funding"),
    "why": ("metric", "balance", "par30", "prepaid", "npl_ratio", "provision_coverage"),
    "overview": ("cut", "branch", "product", "region"),
}
# Shown on more than one page, so that there is something to compare.
SHARED = ("balance", "par30", "prepaid")


def views() -> list[tuple[str, dict[str, str]]]:
    """Every page of the menu with each of its chapters, and Why of several figures."""
    names = [p.name for p in app.PAGES if "risk_manager" in p.roles and p.section]
    found = []
    for page in (*names, "why"):
        key, *codes = CHAPTERS.get(page, ("", ""))
        found += [(page, {key: code} if key else DETAILS.get(page, {})) for code in codes]
    return found


@pytest.fixture
def taken(monkeypatch) -> list[tuple[export.Sheet, pd.DataFrame]]:
    """Every table that a page offers as a file, with all its rows as the file has them."""
    found: list[tuple[export.Sheet, pd.DataFrame]] = []
    offer = export.offer

    def offered(sheet: export.Sheet) -> None:
        if not sheet.number:  # lists of loans are tested with the rows behind a figure
            found.append((sheet, pd.concat(list(sheet.rows()))))
        offer(sheet)

    monkeypatch.setattr(export, "offer", offered)
    return found


def tiles_of(at, page: str, params: dict[str, str]) -> dict[str, str]:
    """Metric id -> what a page shows for it."""
    ids = {metric.name: metric.id for metric in METRICS.values()}
    found = {ids[tile.label]: tile.value for tile in at.metric if tile.label in ids}
    if page == "why":
        metric, said = METRICS[params["metric"]], at.metric[0].value
        if metric.unit == "money":  # every digit there, in short elsewhere
            said = formats.value(metric.unit, float(said.replace(",", "")))
        found[metric.id] = said
    return found


def tabled(sheet: export.Sheet, frame: pd.DataFrame, as_of: date) -> dict[str, str]:
    """Metric id -> the figure by a file: its last month, or the sum of its parts.

    Only of files whose columns are all figures; and of the bridge's, whose steps carry a sign.
    """
    if sheet.name.startswith("bridge_months"):
        last, steps = frame[frame["month_end"] == pd.Timestamp(as_of)].iloc[0], STEPS
        signed = {key: steps[key].sign * float(last[key]) for key in sheet.columns if key in steps}
        return {key: formats.value("money", amount + 0.0) for key, amount in signed.items()}
    known = [key for key in sheet.columns if key in METRICS]
    cut = [key for key in sheet.columns if key in ("month_end", *SEGMENTS)]
    if len(cut) != 1 or len(known) + 1 < len(sheet.columns):
        return {}
    if cut == ["month_end"]:
        last = frame[frame["month_end"] == pd.Timestamp(as_of)]
        if len(last) != 1:
            return {}
        return {key: formats.value(METRICS[key].unit, last[key].iloc[0]) for key in known}
    known = [key for key in known if not METRICS[key].denominator]
    return {key: formats.value(METRICS[key].unit, frame[key].sum()) for key in known}


def test_the_same_figure_is_the_same_on_every_page_and_in_every_file(opened, demo_scope, taken):
    before: date = month_ends(demo_scope.build)[-4]
    chosen = (
        ({}, demo_scope.as_of),
        ({"branch": demo_scope.branches[0], "as_of": before.isoformat()}, before),
    )
    for params, day in chosen:
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for page, own in views():
            taken.clear()
            for key, said in tiles_of(opened(page, **own, **params), page, own).items():
                found[key][said].add(page)
            for sheet, frame in taken:
                for key, said in tabled(sheet, frame, day).items():
                    found[key][said].add(f"{page}/{sheet.name}")
        differ = {key: dict(values) for key, values in found.items() if len(values) > 1}
        assert not differ, params
        for key in SHARED:
            (places,) = found[key].values()
            assert len({place.partition("/")[0] for place in places}) > 1, (key, places)
